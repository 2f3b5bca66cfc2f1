"""File formats of other tools: their suffixes, layers and fixed addresses."""

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
"""Format name by suffix; a longer suffix comes before the shorter one it ends with."""
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
"""Formats that can be read but not written, by suffix."""
LAYERS = (
    "places", "areas", "reported_routes", "computed_routes", "claims",
    "closures", "controls", "relations", "roads", "reports",
)  # fmt: skip
"""Layers, in the order in which they are written. `reports` has no geometry."""
OLD_LAYERS = {"routes": "reported_routes", "ways": "computed_routes"}
"""Layer names in files of earlier versions, which can still be read."""
KNOWN_LAYERS = frozenset((*LAYERS, *OLD_LAYERS))
"""Values of the column `layer` in what we wrote."""
GEONAMES = "https://www.geonames.org/"
WIKIDATA = "http://www.wikidata.org/entity/"
NO_SPELLING = "title"
"""Marks a name that is written only because the format requires one; the case has no spelling."""


def suffix_of(path: str | Path, known: Collection[str] = tuple(SUFFIXES)) -> str:
    """The known suffix of a file name.

    Parameters
    ----------
    path
        The file.
    known
        Known suffixes, a longer one before the shorter one it ends with; by default all.

    Raises
    ------
    UnknownFormatError
        If the name has none of them; the message lists them.

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
    """Raise an error with the install command unless a working pyarrow is installed.

    Raises
    ------
    MissingExtraError
        If it is not installed, or was built for another NumPy version.
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
