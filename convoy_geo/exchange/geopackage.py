"""GeoPackage and GeoParquet, for QGIS and for frames: written by GDAL and by pyarrow.

A GeoPackage holds a table for each layer and plain tables for reports, spellings and sides. A
GeoParquet file holds one table: all layers, told apart by the column `layer`.
"""

from __future__ import annotations

import contextlib
import importlib.util
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pyogrio
from shapely.geometry import MultiLineString, MultiPolygon

from convoy_geo.errors import MissingExtraError
from convoy_geo.exchange.layers import LAYERS
from convoy_geo.exchange.tables import columns_of, joined, row_of
from convoy_geo.roads.network import CRS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shapely.geometry.base import BaseGeometry

    from convoy_geo.drawing.contents import Contents
    from convoy_geo.exchange.layers import Feature

__all__ = ["geopackage_bytes", "layer_frame", "parquet_bytes", "require_pyarrow"]

TYPES = {
    "places": "Point",
    "areas": "MultiPolygon",
    "claims": "MultiPoint",
    "relations": "MultiPolygon",
}
"""Type of a layer's geometry; lines for all others."""
SPATIAL_INDEX_FROM = 1000
"""Features of a layer from which an index pays; it costs more than it gives below."""


def layer_frame(features: Sequence[Feature]) -> gpd.GeoDataFrame:
    """Features as a frame, EPSG:4326; lists are joined by ``|``, an empty cell is None.

    Parameters
    ----------
    features
        Of one layer or of several; then a column may be empty for some.
    """
    names = columns_of(features)
    rows = [{name: _plain(value) for name, value in row_of(f).items()} for f in features]
    frame = pd.DataFrame(rows, columns=names)
    return gpd.GeoDataFrame(frame, geometry=[feature.geometry for feature in features], crs=CRS)


def _plain(value: Any) -> Any:
    """A list as one text; nothing for an empty one."""
    return joined(value) or None if isinstance(value, list) else value


def parquet_bytes(features: Sequence[Feature]) -> bytes:
    """All features as one GeoParquet 1.1 table.

    Raises
    ------
    MissingExtraError
        If pyarrow is not installed.
    """
    require_pyarrow()
    frame = layer_frame(features)
    frame.insert(0, "layer", [feature.layer for feature in features])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.parquet"
        frame.to_parquet(path, index=False, schema_version="1.1.0")
        return path.read_bytes()


def require_pyarrow() -> None:
    """Raise the error that names the install command unless pyarrow is there."""
    if importlib.util.find_spec("pyarrow") is None:
        what = "GeoParquet"
        raise MissingExtraError(what, "parquet")


def geopackage_bytes(features: Sequence[Feature], contents: Contents) -> bytes:
    """A GeoPackage with a table for each layer, and the plain tables ``names`` and ``sides``.

    The time of the last change, which the format demands, is the last day of the story: the hour
    of the export would make each file another one.

    Parameters
    ----------
    features
        What `convoy_geo.exchange.layers.features` gives.
    contents
        For the plain tables.
    """
    tables: dict[str, Any] = {}
    for layer in LAYERS:
        inside = [feature for feature in features if feature.layer == layer]
        if inside:
            frame = layer_frame(inside)
            tables[layer] = frame.drop(columns="geometry") if layer == "reports" else frame
    if "places" in tables:
        tables["names"] = pd.DataFrame(
            [
                (place.id, s.text, s.language, s.script, s.use, "|".join(s.reports))
                for place in contents.places.values()
                for s in place.spellings
            ],
            columns=["place", "name", "language", "script", "use", "reports"],
        )
    tables["sides"] = pd.DataFrame([vars(side) for side in contents.info.sides.values()])
    with tempfile.TemporaryDirectory() as folder, _gdal(contents.info.end):
        path = Path(folder) / "case.gpkg"
        for name, frame in tables.items():
            _append(path, name, frame)
        return path.read_bytes()


def _append(path: Path, name: str, frame: pd.DataFrame) -> None:
    options: dict[str, Any] = {"append": path.exists(), "layer": name, "driver": "GPKG"}
    if isinstance(frame, gpd.GeoDataFrame):
        frame = frame.set_geometry([_multi(shape) for shape in frame.geometry], crs=CRS)
        options["geometry_type"] = TYPES.get(name, "MultiLineString")
        options["layer_options"] = {
            "SPATIAL_INDEX": "YES" if len(frame) >= SPATIAL_INDEX_FROM else "NO"
        }
    pyogrio.write_dataframe(frame, path, **options)


def _multi(shape: BaseGeometry | None) -> BaseGeometry | None:
    """Lines and polygons as the multi-part kind that their table holds."""
    many = {"LineString": MultiLineString, "Polygon": MultiPolygon}
    return (
        many[shape.geom_type]([shape]) if shape is not None and shape.geom_type in many else shape
    )


@contextlib.contextmanager
def _gdal(day: str) -> Iterator[None]:
    """GDAL with that day for now, and without waiting for the disk; put back afterwards."""
    settings = {
        "OGR_CURRENT_DATE": f"{day}T00:00:00.000Z",
        "OGR_SQLITE_SYNCHRONOUS": "OFF",  # a temporary file, which nobody needs after a crash
        "OGR_SQLITE_JOURNAL": "OFF",
    }
    before = {name: pyogrio.get_gdal_config_option(name) for name in settings}
    pyogrio.set_gdal_config_options(settings)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)
