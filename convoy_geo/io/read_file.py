"""Files of other tools as plain features: a layer if they name one, properties, geometry.

The suffix says what a file should be, its content what it is: see `convoy_geo.io.sniff`. Each
reader says where in the file a feature stands, so that a fault can name it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from convoy_geo.errors import ConvoyGeoError, ExchangeFileError, Fault, UnknownFormatError
from convoy_geo.io.formats import LAYERS, OLD_LAYERS, READ_ONLY, SUFFIXES, suffix_of
from convoy_geo.io.read_excel import read_excel
from convoy_geo.io.read_features_csv import read_features_csv
from convoy_geo.io.read_geojson import read_geojson
from convoy_geo.io.read_geojson_lines import read_geojson_lines, read_umap
from convoy_geo.io.read_geopackage import read_geopackage
from convoy_geo.io.read_geoparquet import read_geoparquet
from convoy_geo.io.read_gpx import read_gpx
from convoy_geo.io.read_kml import read_kml
from convoy_geo.io.read_ogr import read_ogr
from convoy_geo.io.sniff import check_content

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from convoy_geo.io.found import FoundFile

__all__ = ["read_found"]

KML_ROOTS = ("XML:kml", "XML:Document", "XML:Folder", "XML:Placemark")
READERS: dict[str, tuple[tuple[str, ...], Callable[[Path], FoundFile]]] = {
    "GeoJSON": (("JSON",), read_geojson),
    "Linked Places": (("JSON",), read_geojson),
    "CSV": (("text",), read_features_csv),
    "KML": (KML_ROOTS, read_kml),
    "KML, zipped": (("zip",), read_kml),
    "GPX": (("XML:gpx",), read_gpx),
    "GeoPackage": (
        ("GeoPackage", "SQLite"),
        lambda path: read_geopackage(path, known=(*LAYERS, *OLD_LAYERS)),
    ),
    "GeoParquet": (("Parquet",), read_geoparquet),
    "FlatGeobuf": (("FlatGeobuf",), read_ogr),
    "shapefile": (("shapefile",), read_ogr),
    "shapefile, zipped": (("zip",), read_ogr),
    "GML": (("XML",), read_ogr),
    "GeoJSON lines": (("JSON",), read_geojson_lines),
    "uMap": (("JSON",), read_umap),
    "Excel": (("zip",), read_excel),
}
"""By format: what its files are by content, and their reader."""

TABLES: dict[Any, Callable[..., FoundFile]] = {
    read_features_csv: read_features_csv, read_excel: read_excel,
}  # fmt: skip
"""Readers of tables, which take the names of columns."""


def read_found(
    path: str | Path,
    *,
    columns: Mapping[str, str] | None = None,
    crs: str = "",
    names: bool = False,
) -> FoundFile:
    """The features of a file, and what is wrong with those that cannot be used.

    Parameters
    ----------
    path
        Its suffix says in which format; see `convoy_geo.io.formats.SUFFIXES` and
        `READ_ONLY` there.
    columns
        Of a table: columns by ``name``, ``lon`` and ``lat``, where they have unusual names.
    crs
        Of a table: in which lon and lat are given; by default WGS 84.
    names
        Whether a table may have names without positions.

    Raises
    ------
    UnknownFormatError
        If no format that can be read has the suffix.
    ExchangeFileError
        If the file as a whole cannot be read: it is no regular file, not what its suffix says,
        broken, or over one of the `convoy_geo.io.limits`.
    MissingExtraError
        If reading it needs an extra that is not installed.
    """
    file = Path(path)
    formats = {**SUFFIXES, **READ_ONLY}
    readable = [suffix for suffix, kind in formats.items() if kind in READERS]
    kind = formats.get(file.suffix.lower())
    if kind and kind not in READERS:
        msg = f"{str(path)!r} is a {kind}: nothing can be read from it"
        raise UnknownFormatError(msg)
    what = formats[suffix_of(file, readable)]
    contents, reader = READERS[what]
    check_content(file, file.name, contents, what)
    try:
        if reader in TABLES:
            return TABLES[reader](file, columns=columns, crs=crs, names=names)
        return reader(file)
    except ConvoyGeoError:
        raise
    except Exception as error:  # a parser of others may raise anything for a bad file
        words = " ".join(str(error).split())[:200]
        problem = f"unreadable file ({type(error).__name__}: {words})"
        raise ExchangeFileError([Fault(file.name, 0, "", "", problem, what)]) from error
