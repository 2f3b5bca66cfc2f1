"""A road network's files and frames: read, check, and put together as arrays."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from convoy_geo.errors import CaseFileError, Fault, MissingCrsError, RoadDataError
from convoy_geo.io import csv_tables, files
from convoy_geo.io.csv_tables import Column, Table
from convoy_geo.network.coords import points_km
from convoy_geo.network.network import RoadNetwork
from convoy_geo.network.schema import (
    CLASSES,
    CONFIDENCES,
    CRS,
    END_TOLERANCE_KM,
    KMH,
    ONEWAY,
    SURFACES,
    RoadFactor,
    Segments,
)

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Collection, Iterable, Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.integer[Any]]
    Floats = NDArray[np.float64]

__all__ = ["assemble", "read_network", "read_speeds"]

KINDS = ("town", "village", "site", "junction", "bend")
"""What a node is. A town has 10,000 inhabitants in GeoNames or is the seat of a district or
subdistrict; a village is any other settlement; a site is anything else with a name of its own
(base, pumping station, ruin, crossing); a junction is where roads meet; a bend has no name."""
YES_NO = csv_tables.one_of(("yes", "no"))
NODES = Table("nodes.csv", ("node",), (
    Column("node", required=True),
    Column("lon", csv_tables.number(-180, 180), required=True),
    Column("lat", csv_tables.number(-90, 90), required=True),
    Column("kind", csv_tables.one_of(KINDS), required=True),
    Column("junction", YES_NO, required=True),
    Column("estimated", YES_NO, required=True),
    Column("source", required=True),
))  # fmt: skip
EDGES = Table("edges.csv", ("edge",), (
    Column("edge", required=True),
    Column("ref"),
    Column("ref_status"),
    Column("name"),
    Column("class", csv_tables.one_of(CLASSES), required=True),
    Column("surface", csv_tables.one_of(SURFACES), required=True),
    Column("confidence", csv_tables.one_of(CONFIDENCES), required=True),
    Column("from", required=True),
    Column("to", required=True),
    Column("waypoints", required=True),
    Column("published_km", csv_tables.number(0, 40_000)),
    Column("published_source"),
    Column("control"),
    Column("note"),
    Column("oneway", csv_tables.one_of(ONEWAY)),
))  # fmt: skip
SPEEDS = Table("speeds.csv", ("class", "surface"), (
    Column("class", csv_tables.one_of(CLASSES), required=True),
    Column("surface", csv_tables.one_of(SURFACES), required=True),
    Column("kmh_low", csv_tables.number(1, 200), required=True),
    Column("kmh", csv_tables.number(1, 200), required=True),
    Column("kmh_high", csv_tables.number(1, 200), required=True),
    Column("source", required=True),
))  # fmt: skip
OPTIONAL = ("oneway",)
SETTINGS = "network.toml"
FORMAT = 1
WORLD = [-180, -90, 180, 90]
LINESTRING = 1  # shapely's type id


def read_network(folder: str | os.PathLike[str]) -> RoadNetwork:
    """Read a network's folder; see `RoadNetwork.read`."""
    path = Path(folder)
    settings, faults = _read_settings(path)
    nodes, node_faults = csv_tables.read_rows(path, NODES)
    edges, edge_faults = csv_tables.read_rows(path, EDGES)
    edge_faults = [
        fault
        for fault in edge_faults
        if not (fault.problem == "missing column" and fault.column in OPTIONAL)
    ]
    own = path if (path / SPEEDS.file).exists() else files.geodata("roads")
    speeds, speed_faults = csv_tables.read_rows(own, SPEEDS)
    faults += node_faults + edge_faults + speed_faults
    faults += [fault for row in speeds for fault in _speed_order(row)]
    faults += [fault for row in nodes for fault in _outside(row, settings.get("bounds", WORLD))]
    names = {row["node"] for row in nodes}
    faults += [fault for row in edges for fault in _bad_ways(row, names)]
    if faults:
        raise CaseFileError(sorted(faults))

    frame = _text_frame(nodes).set_index("node")
    return RoadNetwork.from_frames(
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
        speeds=_speed_frame(speeds),
        road_factor=RoadFactor(**settings.get("road_factor", {})),
        estimated_radius_km=settings.get("estimated_radius_km", 0.0),
        title=settings["title"],
        licence=settings["licence"],
        attribution=settings["attribution"],
        provenance={"about": settings["about"].strip()} if "about" in settings else {},
    )


def read_speeds(folder: str | os.PathLike[str] | None = None) -> pd.DataFrame:
    """The table of speeds of a folder, or the one that ships with convoy_geo.

    Parameters
    ----------
    folder
        Where a speeds.csv is.

    Returns
    -------
    DataFrame
        Columns kmh_low, kmh, kmh_high; one row for each (class, surface).

    Raises
    ------
    CaseFileError
        If anything is wrong with it.

    Examples
    --------
    >>> read_speeds().loc[("trunk", "paved")].tolist()
    [26.0, 65.0, 85.0]
    """
    rows, faults = csv_tables.read_rows(
        files.geodata("roads") if folder is None else Path(folder), SPEEDS
    )
    faults += [fault for row in rows for fault in _speed_order(row)]
    if faults:
        raise CaseFileError(sorted(faults))
    return _speed_frame(rows)


def in_wgs84(frame: Any, name: str) -> Any:
    """The same frame in WGS 84; a frame without geometry as it is."""
    if not isinstance(frame, gpd.GeoDataFrame):
        return frame
    if frame.crs is None:
        msg = f"`{name}` has no CRS; say which with {name}.set_crs(...)"
        raise MissingCrsError(msg)
    frame = frame.to_crs(CRS)
    named = frame.geometry.name == "geometry"
    return frame if named else frame.rename_geometry("geometry")


def assemble(
    nodes: gpd.GeoDataFrame, edges: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame, Floats, Ints, Segments]:
    """The first five parts of a `RoadNetwork`, of frames in WGS 84.

    Raises
    ------
    RoadDataError
        If the frames do not fit together.
    """
    node_table = pd.DataFrame(nodes.drop(columns=nodes.geometry.name, errors="ignore"))
    edge_table = pd.DataFrame(edges.drop(columns=["waypoints", "geometry"], errors="ignore"))
    for frame, name in ((nodes, "nodes"), (edges, "edges")):
        _refuse(f"`{name}` has an index that is not unique:", frame.index[frame.index.duplicated()])
    _refuse("`edges` has no column", {"from", "to", "class", "surface"} - set(edges.columns))
    points = shapely.get_coordinates(nodes.geometry.to_numpy())
    if len(points) != len(nodes) or not np.isfinite(points).all():
        msg = "`nodes` must be points, one for each row, none of them empty"
        raise RoadDataError(msg)
    far = (np.abs(points) > [180, 90]).any(axis=1)
    _refuse("nodes beyond lon -180 to 180, lat -90 to 90:", nodes.index[far])

    node_table = node_table.assign(lon=points[:, 0], lat=points[:, 1])
    for column, usual in (("kind", ""), ("estimated", False)):
        if column not in node_table:
            node_table[column] = usual
    edge_table["confidence"] = edge_table.get("confidence", pd.Series("unrated", edges.index))
    edge_table["oneway"] = _oneway(edge_table)
    for column, allowed in (("class", CLASSES), ("surface", SURFACES), ("confidence", CONFIDENCES)):
        unknown = edge_table[column][~edge_table[column].isin(allowed)]
        _refuse(f"column `{column}` of `edges` must be one of {', '.join(allowed)}, not", unknown)

    first: Ints
    if "waypoints" in edges or "geometry" not in edges:
        coords, start, ends = _along_nodes(nodes.index, points, edges)
        first = np.delete(np.arange(len(coords)), start[1:] - 1)  # all points but each edge's last
        last, edge = first + 1, np.repeat(np.arange(len(edges)), np.diff(start) - 1)
        tail, head = ends[first], ends[last]
    else:
        coords, start = _along_lines(edges)
        first, last, edge = start[:-1], start[1:] - 1, np.arange(len(edges))
        tail, head = (_positions(nodes.index, edges[column]) for column in ("from", "to"))
        gap = np.maximum(
            points_km(coords[first], points[tail]), points_km(coords[last], points[head])
        )
        _refuse("lines that do not end at their nodes:", edges.index[gap > END_TOLERANCE_KM])
    steps = np.append(points_km(coords[:-1], coords[1:]), 0.0)
    km = np.add.reduceat(steps, np.column_stack([first, last]).ravel())[::2]
    return node_table, edge_table, coords, start, Segments(tail, head, edge, first, last, km)


def _along_nodes(
    names: pd.Index[Any], points: Floats, edges: pd.DataFrame
) -> tuple[Floats, Ints, Ints]:
    """Edges drawn from node to node: their points, where each starts, and the nodes."""
    if "waypoints" in edges:
        ways = edges["waypoints"]
        counts = np.array([len(way) for way in ways], dtype=np.int64)
        _refuse("edges with fewer than two waypoints:", edges.index[counts < 2])
        nodes = _positions(names, ways.explode())
    else:
        counts = np.full(len(edges), 2, dtype=np.int64)
        nodes = np.column_stack([_positions(names, edges[end]) for end in ("from", "to")]).ravel()
    start: Ints = np.concatenate([[0], np.cumsum(counts)])
    for column, at in (("from", start[:-1]), ("to", start[1:] - 1)):
        other = nodes[at] != _positions(names, edges[column])
        _refuse(f"edges whose waypoints and `{column}` do not agree:", edges.index[other])
    return points[nodes], start, nodes


def _along_lines(edges: pd.DataFrame) -> tuple[Floats, Ints]:
    """Edges with lines of their own: their points, and where each starts."""
    lines = edges["geometry"].to_numpy()
    _refuse("edges that are no lines:", edges.index[shapely.get_type_id(lines) != LINESTRING])
    _refuse("edges with an empty line:", edges.index[shapely.is_empty(lines)])
    start = np.concatenate([[0], np.cumsum(shapely.get_num_points(lines))])
    return shapely.get_coordinates(lines), start


def _positions(names: pd.Index[Any], wanted: pd.Series[Any]) -> Ints:
    positions: Ints = names.get_indexer(pd.Index(wanted))
    _refuse("unknown nodes:", wanted[positions < 0])
    return positions


def _oneway(edges: pd.DataFrame) -> pd.Series[Any]:
    if "oneway" not in edges:
        return pd.Series(0, edges.index, dtype=np.int8)
    text = edges["oneway"].fillna("").replace({True: "yes", False: "no"}).astype(str)
    _refuse("column `oneway` of `edges` must be yes, -1 or no, not", text[~text.isin(list(ONEWAY))])
    return text.map(ONEWAY).astype(np.int8)


def _refuse(problem: str, found: Iterable[Any]) -> None:
    """Raise with the first few of what is wrong, if anything is."""
    wrong = sorted({str(one) for one in found})
    if wrong:
        more = f" and {len(wrong) - 5} more" if len(wrong) > 5 else ""
        msg = f"{problem} {', '.join(map(repr, wrong[:5]))}{more}"
        raise RoadDataError(msg)


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
    """Whether a value is a list of so many numbers, none smaller than the one before it."""
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
"""Keys of network.toml: what stands for a missing one, the check, and what is allowed."""


def _outside(row: csv_tables.Row, bounds: Sequence[float]) -> list[Fault]:
    """The fault of a node that lies outside the bounds, and whether it is swapped."""
    try:
        lon, lat = float(row["lon"]), float(row["lat"])
    except ValueError:
        return []  # a fault already
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
    """Faults of an edge's nodes: unknown ones, too few, ends that do not agree."""
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
        allowed = "who published the length"
        faults.append(Fault(EDGES.file, row.line, "published_source", "", "empty", allowed))
    return faults


def _speed_order(row: csv_tables.Row) -> list[Fault]:
    texts = [row[column] for column in KMH]
    try:
        low, typical, high = map(float, texts)
    except ValueError:
        return []  # a fault already
    if low <= typical <= high:
        return []
    allowed = "kmh_low <= kmh <= kmh_high"
    return [Fault(SPEEDS.file, row.line, "kmh", ",".join(texts), "out of order", allowed)]


def _text_frame(rows: Sequence[csv_tables.Row]) -> pd.DataFrame:
    return pd.DataFrame([dict(row.values) for row in rows])


def _speed_frame(rows: Sequence[csv_tables.Row]) -> pd.DataFrame:
    return pd.DataFrame(
        [[float(row[column]) for column in KMH] for row in rows],
        index=pd.MultiIndex.from_tuples(
            [(row["class"], row["surface"]) for row in rows], names=["class", "surface"]
        ),
        columns=list(KMH),
    )
