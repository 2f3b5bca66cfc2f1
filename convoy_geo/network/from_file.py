"""Build road networks from files of lines: GeoJSON, GeoPackage, shapefiles, GPX, KML.

GraphML is read too, see `convoy_geo.network.from_graphml`: its edges meet at its nodes.

Attributes are recognised by their common names (also Geofabrik's); values that are not recognised
are counted. Lines are connected where they share a point, and where an end lies within the
tolerance of a point.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from convoy_geo.errors import RoadDataError
from convoy_geo.network.from_graphml import network_from_graphml
from convoy_geo.network.from_lines import network_from_lines
from convoy_geo.network.osm_tags import CLASSES, surface_of
from convoy_geo.network.speed_limits import limit_kmh
from convoy_geo.type_checks import checks_types

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    import geopandas as gpd
    import pandas as pd

    from convoy_geo.network.network import RoadNetwork

__all__ = ["TOLERANCE_M", "network_from_file"]

GRAPHML = ".graphml"

TOLERANCE_M = 1.0
"""Distance in metres within which the end of a line is snapped to a point of another."""
COLUMNS = {
    "class": ("class", "highway", "fclass", "road_class"),
    "name": ("name",),
    "ref": ("ref",),
    "oneway": ("oneway",),
    "maxspeed": ("maxspeed",),
    "surface": ("surface",),
    "bridge": ("bridge",),
    "tunnel": ("tunnel",),
    "id": ("osm_id", "id", "edge", "fid"),
}
"""The attributes that are read, with their possible column names; case is ignored."""
ONE_WAYS = {
    **dict.fromkeys(("yes", "true", "1", "f", "ft", "forward"), "yes"),
    **dict.fromkeys(("-1", "t", "tf", "reverse", "backward"), "-1"),
    **dict.fromkeys(("no", "false", "0", "b", "both", "n", ""), "no"),
}
YES = frozenset({"yes", "true", "t", "1"})
DECIMALS = 5
"""Precision in degrees of the generated id of a line: about a metre."""


@checks_types
def network_from_file(
    path: str | os.PathLike[str],
    *,
    tolerance_m: float = TOLERANCE_M,
    crossings: bool = False,
    road_class: str = "road",
    title: str = "",
    licence: str = "",
    attribution: str = "",
) -> RoadNetwork:
    """Build a network from the lines of a file.

    Parameters
    ----------
    path
        As for `convoy_geo.io.read_file.read_found`, or GraphML. ``highway``, ``fclass`` or
        ``class``, ``oneway`` (yes, -1, no, F, T, B), ``maxspeed``, ``surface``, ``ref``, ``name``,
        ``bridge`` and ``tunnel`` are read, and an id of its own for each line: ``osm_id`` or
        ``id``, else the rounded positions of its ends.
    tolerance_m
        Distance in metres within which the end of a line is snapped to a point of any line.
    crossings
        Whether lines meet too where they cross; see `network_from_lines`.
    road_class
        Class of lines without a class, or with an unknown one.
    title, licence, attribution
        See `RoadNetwork`.

    Raises
    ------
    UnknownFormatError, ExchangeFileError
        If the file is unreadable.
    RoadDataError
        If it contains no lines.
    """
    import geopandas as gpd

    from convoy_geo.io.read_file import read_found

    if Path(path).suffix.lower() == GRAPHML:
        about = {"title": title, "licence": licence, "attribution": attribution}
        return network_from_graphml(path, **about)
    read = read_found(Path(path))
    lines = [
        one for one in read.features
        if one.geometry is not None and one.geometry.geom_type.endswith("LineString")
    ]  # fmt: skip
    if not lines:
        msg = f"{Path(path).name}: no lines, so no roads ({len(read.features)} features)"
        raise RoadDataError(msg)
    frame = gpd.GeoDataFrame(
        [dict(one.properties) for one in lines],
        geometry=gpd.GeoSeries([one.geometry for one in lines], crs="EPSG:4326"),
    )
    read_columns: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    table = _attributes(frame, road_class, read_columns, unknown)
    network = network_from_lines(
        table, tolerance_m=tolerance_m, crossings=crossings, road_class=road_class,
        title=title or Path(path).stem, licence=licence, attribution=attribution,
    )  # fmt: skip
    other = len(read.features) - len(lines) + len(read.faults)
    made: dict[str, Any] = {
        "source": Path(path).name,
        "options": network.provenance["options"],
        "read": dict(read_columns) | network.provenance.get("read", {}),
        "ignored": dict(unknown),
        "left_out": {"features that are not lines": other} if other else {},
    }
    return replace(network, provenance=made)


def _attributes(
    frame: gpd.GeoDataFrame, road_class: str, read: Counter[str], unknown: Counter[str]
) -> gpd.GeoDataFrame:
    """The columns of a network, from those of a file; counts the values not recognised."""
    import geopandas as gpd

    given = {str(name).lower(): name for name in frame.columns if name != "geometry"}
    texts: dict[str, pd.Series[Any]] = {}
    for column, names in COLUMNS.items():
        found = next((given[name] for name in names if name in given), None)
        if found is not None:
            texts[column] = frame[found].map(_text)
            read[f"lines with {column}"] = int((texts[column] != "").sum())
    readers: dict[str, Callable[[str], str]] = {
        "class": lambda text: _class(text, road_class, unknown),
        "oneway": lambda text: _one_way(text, unknown),
        "maxspeed": lambda text: _limit(text, unknown),
        "bridge": _yes, "tunnel": _yes, "name": str, "ref": str,
    }  # fmt: skip
    made = {name: texts[name].map(one) for name, one in readers.items() if name in texts}
    if "surface" in texts:
        kinds = made["class"] if "class" in made else [road_class] * len(frame)
        made["surface"] = [  # type: ignore[assignment]
            surface_of(kind, one, None, None)[0]
            for kind, one in zip(kinds, texts["surface"], strict=True)
        ]
    ids = list(texts["id"]) if "id" in texts else []
    if len(set(ids)) != len(frame) or not all(ids):
        ids = _ids(frame)
    table = gpd.GeoDataFrame(
        {name: list(values) for name, values in made.items()},
        geometry=list(frame.geometry),
        crs=frame.crs,
    )
    return table.set_axis(ids, axis="index")


def _yes(text: str) -> str:
    return "yes" if text.lower() in YES else ""


def _text(value: Any) -> str:
    """A value as text; empty if missing, and without a decimal point for whole numbers."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _class(text: str, usual: str, unknown: Counter[str]) -> str:
    word = text.lower()
    if word in CLASSES:
        return word
    plain = word.removesuffix("_grade1").split("_grade")[0]  # Geofabrik: track_grade2
    if plain in CLASSES:
        return plain
    if word:
        unknown[f"class {text}"] += 1
    return usual


def _one_way(text: str, unknown: Counter[str]) -> str:
    found = ONE_WAYS.get(text.lower())
    if found is None:
        unknown[f"oneway {text}"] += 1
    return found or "no"


def _limit(text: str, unknown: Counter[str]) -> str:
    if not text or text == "0":  # Geofabrik: not known
        return ""
    if np.isnan(limit_kmh(text)):
        unknown[f"maxspeed {text}"] += 1
        return ""
    return text


def _ids(frame: gpd.GeoDataFrame) -> list[str]:
    """Ids that stay the same on re-reading: the rounded ends, numbered where they are equal."""
    import shapely

    seen: Counter[str] = Counter()
    ids = []
    for shape in frame.geometry:
        points = shapely.get_coordinates(shape)[[0, -1]]
        name = "_".join(f"{lon:.{DECIMALS}f},{lat:.{DECIMALS}f}" for lon, lat in points)
        seen[name] += 1
        ids.append(name if seen[name] == 1 else f"{name}~{seen[name]}")
    return ids
