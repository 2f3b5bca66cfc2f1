"""Read files of other tools as plain features: layer (if named), properties, geometry.

The suffix says what a file should be, and its content what it is: see `convoy_geo.io.sniff`. Every
reader records where in the file a feature is, so that errors can name it.
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
"""By format: the expected content, and the reader."""

TABLES: dict[Any, Callable[..., FoundFile]] = {
    read_features_csv: read_features_csv, read_excel: read_excel,
}  # fmt: skip
"""Readers of tables, which accept column names."""


def read_found(
    path: str | Path,
    *,
    columns: Mapping[str, str] | None = None,
    crs: str = "",
    names: bool = False,
) -> FoundFile:
    """The features of a file, and the errors of unusable ones.

    Parameters
    ----------
    path
        Path of the file; its suffix determines the format, see `convoy_geo.io.formats.SUFFIXES` and
        `READ_ONLY` there.
    columns
        For tables: column names for ``name``, ``lon`` and ``lat``, if they are unusual.
    crs
        For tables: CRS of lon and lat; by default WGS 84.
    names
        Whether a table may have names without positions.

    Raises
    ------
    UnknownFormatError
        If no readable format has this suffix.
    ExchangeFileError
        If the file as a whole is unreadable: not a regular file, not what its suffix says,
        malformed, or over one of the `convoy_geo.io.limits`.
    MissingExtraError
        If the format requires an extra that is not installed.
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
    except Exception as error:  # a third-party parser may raise anything for a bad file
        words = " ".join(str(error).split())[:200]
        problem = f"unreadable file ({type(error).__name__}: {words})"
        raise ExchangeFileError([Fault(file.name, 0, "", "", problem, what)]) from error
