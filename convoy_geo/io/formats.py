"""Formats of files that other tools read and write: their suffixes, layers and fixed addresses."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

from convoy_geo.errors import MissingExtraError, UnknownFormatError

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = [
    "GEONAMES", "KNOWN_LAYERS", "LAYERS", "NO_SPELLING", "OLD_LAYERS", "READ_ONLY", "SUFFIXES",
    "WIKIDATA", "require_pyarrow", "suffix_of",
]  # fmt: skip

SUFFIXES = {
    ".lpf.json": "Linked Places",
    ".jsonld": "Linked Places",
    ".geojson": "GeoJSON",
    ".json": "GeoJSON",
    ".gpkg": "GeoPackage",
    ".parquet": "GeoParquet",
    ".geoparquet": "GeoParquet",
    ".kml": "KML",
    ".kmz": "KML, zipped",
    ".gpx": "GPX",
    ".csv": "CSV",
    ".png": "picture",
    ".pdf": "picture",
    ".svg": "picture",
}
"""Name of the format by suffix; a longer suffix stands before the shorter one that it ends in."""
READ_ONLY = {
    ".fgb": "FlatGeobuf",
    ".shp": "shapefile",
    ".zip": "shapefile, zipped",
    ".gml": "GML",
    ".geojsonl": "GeoJSON lines",
    ".geojsons": "GeoJSON lines",
    ".ndjson": "GeoJSON lines",
    ".umap": "uMap",
    ".xlsx": "Excel",
}
"""Formats that are read and not written, by suffix."""
LAYERS = (
    "places", "areas", "reported_routes", "computed_routes", "claims",
    "closures", "controls", "relations", "roads", "reports",
)  # fmt: skip
"""In the order in which they are written. `reports` has no geometry."""
OLD_LAYERS = {"routes": "reported_routes", "ways": "computed_routes"}
"""Names of layers in files that earlier versions wrote, which are still read."""
KNOWN_LAYERS = frozenset((*LAYERS, *OLD_LAYERS))
"""Values of the column `layer` in what we wrote."""
GEONAMES = "https://www.geonames.org/"
WIKIDATA = "http://www.wikidata.org/entity/"
NO_SPELLING = "title"
"""Use of a name that stands only because the format demands one: the case lists no spelling."""


def suffix_of(path: str | Path, known: Collection[str] = tuple(SUFFIXES)) -> str:
    """The suffix, of those that are known, that a file's name has.

    Parameters
    ----------
    path
        The file.
    known
        Suffixes, a longer one before the shorter one that it ends in; by default all.

    Raises
    ------
    UnknownFormatError
        If it has none of them; the message lists them.

    Examples
    --------
    >>> suffix_of("a.lpf.json"), suffix_of("A.KML")
    ('.lpf.json', '.kml')
    """
    name = Path(path).name.lower()
    for suffix in known:
        if name.endswith(suffix):
            return suffix
    msg = f"no format for {str(path)!r}; its name must end in {', '.join(known)}"
    raise UnknownFormatError(msg)


def require_pyarrow() -> None:
    """Raise the error that names the install command unless pyarrow is there and fits.

    Raises
    ------
    MissingExtraError
        If it is not installed, or is not made for the NumPy that is.
    """
    what = "GeoParquet"
    if importlib.util.find_spec("pyarrow") is None:
        raise MissingExtraError(what, "parquet")
    try:
        importlib.import_module("pyarrow.parquet")
    except ImportError as error:
        why = " ".join(str(error).split())[:200]
        what = f"GeoParquet (the pyarrow that is installed does not work: {why})"
        raise MissingExtraError(what, "parquet") from error
