"""Write GeoPackage with GDAL and GeoParquet with pyarrow, for QGIS and data frames.

A GeoPackage contains a table for each layer, and plain tables for reports, spellings and sides. A
GeoParquet file contains one table with all layers, identified by the column `layer`.
"""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio.raw
import shapely
from shapely.geometry import MultiLineString, MultiPolygon

from convoy_geo.exchange.csv import columns_of, joined, row_of
from convoy_geo.io.files import temporary_folder
from convoy_geo.io.formats import LAYERS, require_pyarrow
from convoy_geo.network.network import CRS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from convoy_geo.exchange.feature_tables import ExportedFeature
    from convoy_geo.viz.view_data import Contents

__all__ = ["geopackage_bytes", "layer_frame", "parquet_bytes"]

TYPES = {
    "places": "Point",
    "areas": "MultiPolygon",
    "claims": "MultiPoint",
    "relations": "MultiPolygon",
}
"""Geometry type of a layer; lines for all others."""
SPATIAL_INDEX_FROM = 1000
"""Number of features from which a spatial index is worthwhile."""


def layer_frame(features: Sequence[ExportedFeature]) -> gpd.GeoDataFrame:
    """Features as a frame, EPSG:4326; lists are joined by ``|``, an empty cell is None.

    Parameters
    ----------
    features
        Features of one or several layers; with several, a column may be empty for some.
    """
    names = columns_of(features)
    rows = [{name: _plain(value) for name, value in row_of(f).items()} for f in features]
    frame = pd.DataFrame(rows, columns=names)
    return gpd.GeoDataFrame(frame, geometry=[feature.geometry for feature in features], crs=CRS)


def _column(values: list[Any]) -> NDArray[Any]:
    """Numbers with NaN for missing ones; texts with None for missing ones."""
    known = [value for value in values if value is not None]
    if known and all(isinstance(value, int | float) for value in known):
        whole = len(known) == len(values) and all(isinstance(value, int) for value in known)
        return np.array([np.nan if v is None else v for v in values], dtype=int if whole else float)
    return np.array(values, dtype=object)


def _plain(value: Any) -> Any:
    """A list as one text; None for an empty one."""
    return joined(value) or None if isinstance(value, list) else value


def parquet_bytes(features: Sequence[ExportedFeature]) -> bytes:
    """All features as one GeoParquet 1.1 table.

    Raises
    ------
    MissingExtraError
        If pyarrow is not installed.
    """
    require_pyarrow()
    frame = layer_frame(features)
    frame.insert(0, "layer", [feature.layer for feature in features])
    with temporary_folder() as folder:
        path = folder / "case.parquet"
        frame.to_parquet(path, index=False, schema_version="1.1.0")
        return path.read_bytes()


def geopackage_bytes(features: Sequence[ExportedFeature], contents: Contents) -> bytes:
    """A GeoPackage with one table per layer, and the plain tables ``names`` and ``sides``.

    A single layer is written without the table of sides, so that readers need not choose.

    The format requires a time of last change; it is set to the last day of the story, so that
    repeated exports are identical.

    Parameters
    ----------
    features
        The result of `convoy_geo.exchange.feature_tables.features`.
    contents
        The content of the case, for the plain tables.
    """
    info = contents.info
    with temporary_folder() as folder:
        path = folder / "case.gpkg"
        for layer in LAYERS:
            inside = [feature for feature in features if feature.layer == layer]
            if inside:
                rows = [{n: _plain(v) for n, v in row_of(feature).items()} for feature in inside]
                shapes = None if layer == "reports" else [f.geometry for f in inside]
                _append(path, layer, columns_of(inside), rows, shapes)
        if any(feature.layer == "places" for feature in features):
            spellings = [
                {"place": place.id, **{n: _plain(v) for n, v in vars(spelling).items()}}
                | {"reports": "|".join(spelling.reports)}
                for place in contents.places.values()
                for spelling in place.spellings
            ]
            names = ["place", "text", "language", "script", "use", "reports"]
            _append(path, "names", names, spellings)
        if len({feature.layer for feature in features}) > 1:  # a single layer is a single table
            _append(path, "sides", ["id", "name", "colour"], list(map(vars, info.sides.values())))
        _dated(path, info.last_day.isoformat())
        return path.read_bytes()


def _append(
    path: Path,
    name: str,
    columns: list[str],
    rows: Sequence[Mapping[str, Any]],
    shapes: Sequence[BaseGeometry | None] | None = None,
) -> None:
    """Add a table. Plain arrays are passed to GDAL: a frame would cost twice as much."""
    options: dict[str, Any] = {"append": path.exists(), "layer": name, "driver": "GPKG"}
    geometry = None
    if shapes is not None:
        geometry = shapely.to_wkb(np.array([_multi(shape) for shape in shapes], dtype=object))
        kind = TYPES.get(name, "MultiLineString")
        shown = {shape.geom_type for shape in shapes if shape is not None and not shape.is_empty}
        if name == "closures" and any(one.removeprefix("Multi") not in kind for one in shown):
            kind = "Unknown"  # lines, areas and points in one table
        options["geometry_type"] = kind
        options["crs"] = CRS
        indexed = len(rows) >= SPATIAL_INDEX_FROM
        options["layer_options"] = {"SPATIAL_INDEX": "YES" if indexed else "NO"}
    values = [_column([row.get(column) for row in rows]) for column in columns]
    pyogrio.raw.write(path, geometry, field_data=values, fields=columns, **options)


def _multi(shape: BaseGeometry | None) -> BaseGeometry | None:
    """Lines and polygons converted to the multi-part type of their table."""
    many = {"LineString": MultiLineString, "Polygon": MultiPolygon}
    return (
        many[shape.geom_type]([shape]) if shape is not None and shape.geom_type in many else shape
    )


def _dated(path: Path, day: str) -> None:
    """Set the time of last change, and rewrite the file so that no other time remains in it.

    GDAL would take it from a process-wide setting, which also belongs to the user.
    """
    with contextlib.closing(sqlite3.connect(path)) as base:
        base.execute("PRAGMA synchronous = OFF")  # a temporary file, which a crash may take
        base.execute("UPDATE gpkg_contents SET last_change = ?", (f"{day}T00:00:00.000Z",))
        base.commit()
        base.execute("VACUUM")
