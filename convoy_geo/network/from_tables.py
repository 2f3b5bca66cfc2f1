"""Read and validate a road network from a folder of tables."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convoy_geo.errors import CaseFileError, Fault
from convoy_geo.io import cell_checks, csv_tables, files
from convoy_geo.io.csv_tables import Column, Table
from convoy_geo.network.from_frames import network_from_frames
from convoy_geo.network.osm_tags import CLASSES
from convoy_geo.network.schema import (
    CONFIDENCES,
    CRS,
    ONEWAY,
    SURFACES,
    RoadFactor,
)
from convoy_geo.network.speeds import SPEEDS, speed_frame, speed_rows

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Collection, Sequence

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from convoy_geo.network.network import RoadNetwork

    Ints = NDArray[np.integer[Any]]
    Floats = NDArray[np.float64]

__all__ = ["SETTINGS", "network_from_folder"]

KINDS = ("town", "village", "site", "junction", "bend")
"""Kinds of nodes. A town has 10,000 inhabitants in GeoNames or is the seat of a district or
subdistrict; a village is any other settlement; a site is any other named feature (base, pumping
station, ruin, crossing); a junction is where roads meet; a bend has no name."""
YES_NO = cell_checks.one_of(("yes", "no"))
NODES = Table("nodes.csv", ("node",), (
    Column("node", required=True),
    Column("lon", cell_checks.number(-180, 180), required=True),
    Column("lat", cell_checks.number(-90, 90), required=True),
    Column("kind", cell_checks.one_of(KINDS), required=True),
    Column("junction", YES_NO, required=True),
    Column("estimated", YES_NO, required=True),
    Column("source", required=True),
))  # fmt: skip
EDGES = Table("edges.csv", ("edge",), (
    Column("edge", required=True),
    Column("ref"),
    Column("ref_status"),
    Column("name"),
    Column("class", cell_checks.one_of(CLASSES), required=True),
    Column("surface", cell_checks.one_of(SURFACES), required=True),
    Column("confidence", cell_checks.one_of(CONFIDENCES), required=True),
    Column("from", required=True),
    Column("to", required=True),
    Column("waypoints", required=True),
    Column("published_km", cell_checks.number(0, 40_000)),
    Column("published_source"),
    Column("control"),
    Column("note"),
    Column("oneway", cell_checks.one_of(ONEWAY)),
))  # fmt: skip
OPTIONAL = ("oneway",)
NODE_DEFAULTS: dict[str, csv_tables.Default] = {
    "kind": "site", "junction": "no", "estimated": "no", "source": "not stated",
}  # fmt: skip
EDGE_DEFAULTS: dict[str, csv_tables.Default] = {
    "edge": lambda row, _: f"{row['from']}-{row['to']}",
    **dict.fromkeys(("ref", "ref_status", "name", "published_km", "published_source"), ""),
    "class": "road", "surface": "paved", "confidence": "unrated",
    "waypoints": lambda row, _: f"{row['from']}|{row['to']}",
    **dict.fromkeys(("control", "note"), ""),
}  # fmt: skip
"""What columns mean that a table drawn by hand lacks: nodes need node, lon, lat; edges from, to."""
SETTINGS = "network.toml"
FORMAT = 1
WORLD = [-180, -90, 180, 90]
LINESTRING = 1  # shapely's type id


def network_from_folder(folder: str | os.PathLike[str]) -> RoadNetwork:
    """Read the network in a folder with network.toml, nodes.csv, edges.csv, optionally speeds.csv.

    Nodes need the columns node, lon and lat, edges from and to; all others may be missing.

    Raises
    ------
    CaseFileError
        If there are validation errors; all errors in all files are listed.
    """
    import geopandas as gpd
    import pandas as pd

    path = Path(folder)
    settings, faults = _read_settings(path)
    nodes, node_faults = csv_tables.read_rows(path, NODES, defaults=NODE_DEFAULTS)
    edges, edge_faults = csv_tables.read_rows(path, EDGES, defaults=EDGE_DEFAULTS)
    edge_faults = [
        fault
        for fault in edge_faults
        if not (fault.problem == "missing column" and fault.column in OPTIONAL)
    ]
    own = path if (path / SPEEDS.file).exists() else files.geodata("roads")
    speeds, speed_faults = speed_rows(own)
    faults += node_faults + edge_faults + speed_faults
    faults += [fault for row in nodes for fault in _outside(row, settings.get("bounds", WORLD))]
    names = {row["node"] for row in nodes}
    faults += [fault for row in edges for fault in _bad_ways(row, names)]
    if faults:
        raise CaseFileError(sorted(faults))

    frame = _text_frame(nodes).set_index("node")
    return network_from_frames(
        gpd.GeoDataFrame(
            frame.drop(columns=["lon", "lat"]).assign(
                junction=frame["junction"] == "yes", estimated=frame["estimated"] == "yes"
            ),
            geometry=gpd.points_from_xy(frame["lon"].astype(float), frame["lat"].astype(float)),
            crs=CRS,
        ),
        _text_frame(edges)
        .assign(
            waypoints=pd.Series([row.items("waypoints") for row in edges]),
            published_km=[float(row["published_km"] or "nan") for row in edges],
        )
        .set_index("edge"),
        speeds=speed_frame(speeds),
        road_factor=RoadFactor(**settings.get("road_factor", {})),
        estimated_radius_km=settings.get("estimated_radius_km", 0.0),
        title=settings["title"],
        licence=settings["licence"],
        attribution=settings["attribution"],
        provenance={"about": settings["about"].strip()} if "about" in settings else {},
    )


def _read_settings(folder: Path) -> tuple[dict[str, Any], list[Fault]]:
    text, faults = csv_tables.read_text(folder / SETTINGS, SETTINGS)
    if text is None:
        return {}, faults
    try:
        settings = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"at line (\d+)", str(error))
        line = int(where[1]) if where else 0
        return {}, [Fault(SETTINGS, line, "", "", f"broken TOML: {error}", "TOML 1.0")]
    lines = text.splitlines()
    for key, (usual, fits, allowed) in SETTINGS_KEYS.items():
        if fits(settings.get(key, usual)):
            continue
        line = next((n for n, one in enumerate(lines, 1) if one.startswith((key, f"[{key}]"))), 0)
        value = settings.pop(key, None)
        shown, problem = ("", "missing") if value is None else (repr(value), "bad value")
        faults.append(Fault(SETTINGS, line, key, shown, problem, allowed))
    return settings, faults


def _ascending(value: object, low: float, high: float, size: int) -> bool:
    """Whether a value is a list of so many numbers in ascending order."""
    if not isinstance(value, list) or len(value) != size:
        return False
    if not all(isinstance(one, int | float) for one in value):
        return False
    return low <= value[0] and value[-1] <= high and value == sorted(value)


def _is_factor(value: object) -> bool:
    if not isinstance(value, dict) or set(value) != {"low", "typical", "high"}:
        return False
    return _ascending([value["low"], value["typical"], value["high"]], 0.1, 10, 3)


def _is_bounds(value: object) -> bool:
    if not isinstance(value, list) or len(value) != 4:
        return False
    return _ascending(value[::2], -180, 180, 2) and _ascending(value[1::2], -90, 90, 2)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


SETTINGS_KEYS: dict[str, tuple[Any, Callable[[object], bool], str]] = {
    "format": (None, lambda value: value == FORMAT, str(FORMAT)),
    "title": (None, _is_text, "a text"),
    "licence": (None, _is_text, "a text"),
    "attribution": (None, _is_text, "a text"),
    "crs": (CRS, lambda value: value == CRS, CRS),
    "estimated_radius_km": (0, lambda value: _ascending([value], 0, 100, 1), "a number, 0 to 100"),
    "bounds": (WORLD, _is_bounds, "[west, south, east, north] in degrees"),
    "road_factor": (
        {"low": 1, "typical": 1, "high": 1}, _is_factor, "0.1 <= low <= typical <= high <= 10",
    ),
}  # fmt: skip
"""Keys of network.toml: the default, the check, and what is allowed."""


def _outside(row: csv_tables.Row, bounds: Sequence[float]) -> list[Fault]:
    """The error of a node outside the bounds, which says if lon and lat may be swapped."""
    try:
        lon, lat = float(row["lon"]), float(row["lat"])
    except ValueError:
        return []  # already reported
    if _within(lon, lat, bounds):
        return []
    problem = "lon and lat are swapped" if _within(lat, lon, bounds) else "outside the bounds"
    west, south, east, north = bounds
    return [
        Fault(
            NODES.file, row.line, "lon,lat", f"{lon:g},{lat:g}", problem,
            f"lon {west:g} to {east:g}, lat {south:g} to {north:g} ({SETTINGS})",
        )
    ]  # fmt: skip


def _within(lon: float, lat: float, bounds: Sequence[float]) -> bool:
    west, south, east, north = bounds
    return west <= lon <= east and south <= lat <= north


def _bad_ways(row: csv_tables.Row, names: Collection[str]) -> list[Fault]:
    """Errors in an edge's nodes: unknown ones, too few, ends that do not match."""
    ways = row.items("waypoints")
    faults = [
        Fault(EDGES.file, row.line, column, name, "unknown node", f"a node of {NODES.file}")
        for column, wanted in (("from", [row["from"]]), ("to", [row["to"]]), ("waypoints", ways))
        for name in wanted
        if name and name not in names
    ]
    if row["waypoints"] and len(ways) < 2:
        allowed = "two nodes or more, joined by |"
        faults.append(
            Fault(EDGES.file, row.line, "waypoints", row["waypoints"], "too few", allowed)
        )
    elif ways and (ways[0], ways[-1]) != (row["from"], row["to"]):
        problem = "waypoints do not run between the columns from and to"
        shown = f"{ways[0]}|...|{ways[-1]}"
        allowed = f"{row['from']}|...|{row['to']}"
        faults.append(Fault(EDGES.file, row.line, "waypoints", shown, problem, allowed))
    if row["published_km"] and not row["published_source"]:
        allowed = "the publisher of the length"
        faults.append(Fault(EDGES.file, row.line, "published_source", "", "empty", allowed))
    return faults


def _text_frame(rows: Sequence[csv_tables.Row]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame([dict(row.values) for row in rows])
