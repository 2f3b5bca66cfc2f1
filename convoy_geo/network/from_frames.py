"""Build a road network from frames: nodes and edges are validated and converted to arrays.

The frames of a network, `RoadNetwork.nodes` and `RoadNetwork.edges`, restore it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from convoy_geo.errors import MissingCrsError, RoadDataError
from convoy_geo.network.coords import points_km
from convoy_geo.network.network import COMPUTED, RoadNetwork
from convoy_geo.network.osm_tags import CLASSES
from convoy_geo.network.schema import (
    CONFIDENCES,
    CRS,
    END_TOLERANCE_KM,
    SURFACES,
    RoadFactor,
    Segments,
    oneway_numbers,
    refuse,
)
from convoy_geo.network.speeds import read_speeds
from convoy_geo.network.turns import turns_from_frame
from convoy_geo.type_checks import checks_types

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    Ints = NDArray[np.integer[Any]]
    Floats = NDArray[np.float64]

__all__ = ["network_from_frames"]

LINESTRING = 1  # shapely's type id


@checks_types
def network_from_frames(
    nodes: gpd.GeoDataFrame,
    edges: pd.DataFrame,
    *,
    speeds: pd.DataFrame | None = None,
    road_factor: RoadFactor | None = None,
    estimated_radius_km: float = 0.0,
    title: str = "",
    licence: str = "",
    attribution: str = "",
    provenance: Mapping[str, Any] | None = None,
    turns: pd.DataFrame | None = None,
) -> RoadNetwork:
    """Build a network from frames; the frames are not modified.

    Parameters
    ----------
    nodes
        Points with a CRS; the index holds their names. Optional columns: `kind` and `estimated`.
    edges
        The index holds their ids. Columns `from`, `to` (nodes), `class` and `surface`; optionally
        `confidence`, `oneway` (yes, -1 or no; 1, -1 or 0) and `waypoints` (nodes on the edge, both
        ends included). The geometry is lines with a CRS, from the first node to the second; without
        it an edge is drawn from waypoint to waypoint.
    speeds
        Speeds by (class, surface); by default the table bundled with convoy_geo.
    road_factor, estimated_radius_km, title, licence, attribution, provenance
        See `RoadNetwork`.
    turns
        Turn restrictions, as returned by `RoadNetwork.turns_frame`.

    Raises
    ------
    MissingCrsError
        If a frame with geometry has no CRS.
    RoadDataError
        If the frames are inconsistent; the message names the problem.

    Examples
    --------
    >>> from convoy_geo.io.files import geodata
    >>> from convoy_geo.network.read_write import read_network
    >>> roads = read_network(geodata("roads", "syria-iraq-2017"))
    >>> network_from_frames(roads.nodes, roads.edges).arcs.nodes == roads.arcs.nodes
    True
    """
    return RoadNetwork(
        *_assemble(_in_wgs84(nodes, "nodes"), _in_wgs84(edges, "edges")),
        speeds=read_speeds() if speeds is None else speeds,
        road_factor=road_factor or RoadFactor(),
        estimated_radius_km=estimated_radius_km,
        title=title,
        licence=licence,
        attribution=attribution,
        provenance=provenance or {},
        turns=None if turns is None else turns_from_frame(turns, edges.index),
    )


def _in_wgs84(frame: Any, name: str) -> Any:
    """The same frame in WGS 84; a frame without geometry is returned unchanged."""
    import geopandas as gpd

    if not isinstance(frame, gpd.GeoDataFrame):
        return frame
    if frame.crs is None:
        msg = f"`{name}` has no CRS; set one with {name}.set_crs(...)"
        raise MissingCrsError(msg)
    frame = frame.to_crs(CRS)
    named = frame.geometry.name == "geometry"
    return frame if named else frame.rename_geometry("geometry")


def _assemble(
    nodes: gpd.GeoDataFrame, edges: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame, Floats, Ints, Segments]:
    """The first five parts of a `RoadNetwork`, from frames in WGS 84.

    Raises
    ------
    RoadDataError
        If the frames are inconsistent.
    """
    import pandas as pd
    import shapely

    tail: Ints
    head: Ints
    edge: Ints
    first: Ints
    last: Ints
    node_table = pd.DataFrame(nodes.drop(columns=nodes.geometry.name, errors="ignore"))
    edge_table = pd.DataFrame(
        edges.drop(columns=["waypoints", "geometry", *COMPUTED], errors="ignore")
    )
    for frame, name in ((nodes, "nodes"), (edges, "edges")):
        refuse(f"`{name}` has an index that is not unique:", frame.index[frame.index.duplicated()])
    refuse("`edges` has no column", {"from", "to", "class", "surface"} - set(edges.columns))
    points = shapely.get_coordinates(nodes.geometry.to_numpy())
    if len(points) != len(nodes) or not np.isfinite(points).all():
        msg = "`nodes` must be points, one for each row, none of them empty"
        raise RoadDataError(msg)
    far = (np.abs(points) > [180, 90]).any(axis=1)
    refuse("nodes beyond lon -180 to 180, lat -90 to 90:", nodes.index[far])

    node_table = node_table.assign(lon=points[:, 0], lat=points[:, 1])
    for column, usual in (("kind", ""), ("estimated", False)):
        if column not in node_table:
            node_table[column] = usual
    edge_table["confidence"] = edge_table.get("confidence", pd.Series("unrated", edges.index))
    edge_table["oneway"] = _oneway(edge_table)
    for column, allowed in (("class", CLASSES), ("surface", SURFACES), ("confidence", CONFIDENCES)):
        unknown = edge_table[column][~edge_table[column].isin(allowed)]
        refuse(f"column `{column}` of `edges` must be one of {', '.join(allowed)}, not", unknown)

    if "geometry" in edges and _has_lines(edges):
        coords, start = _along_lines(edges)
        tail, head = (_positions(nodes.index, edges[column]) for column in ("from", "to"))
        first, last, edge = start[:-1], start[1:] - 1, np.arange(len(edges))
        gap = np.maximum(
            points_km(coords[first], points[tail]), points_km(coords[last], points[head])
        )
        refuse("lines that do not end at their nodes:", edges.index[gap > END_TOLERANCE_KM])
        if "waypoints" in edges:
            tail, head, edge, first, last = _cut_at(nodes.index, points, edges, coords, start)
    else:
        coords, start, ends = _along_nodes(nodes.index, points, edges)
        first = np.delete(np.arange(len(coords)), start[1:] - 1)  # all but the last points
        last, edge = first + 1, np.repeat(np.arange(len(edges)), np.diff(start) - 1)
        tail, head = ends[first], ends[last]
    steps = np.append(points_km(coords[:-1], coords[1:]), 0.0)
    km = np.add.reduceat(steps, np.column_stack([first, last]).ravel())[::2]
    return node_table, edge_table, coords, start, Segments(tail, head, edge, first, last, km)


def _along_nodes(
    names: pd.Index[Any], points: Floats, edges: pd.DataFrame
) -> tuple[Floats, Ints, Ints]:
    """Edges drawn from node to node: their points, the start of each, and the nodes."""
    counts, nodes = _waypoints(names, edges)
    start: Ints = np.concatenate([[0], np.cumsum(counts)])
    return points[nodes], start, nodes


def _waypoints(names: pd.Index[Any], edges: pd.DataFrame) -> tuple[Ints, Ints]:
    """The number of nodes on each edge, and all these nodes concatenated."""
    if "waypoints" in edges:
        along = edges["waypoints"]
        counts = np.array([len(nodes) for nodes in along], dtype=np.int64)
        refuse("edges with fewer than two waypoints:", edges.index[counts < 2])
        nodes = _positions(names, along.explode())
    else:
        counts = np.full(len(edges), 2, dtype=np.int64)
        nodes = np.column_stack([_positions(names, edges[end]) for end in ("from", "to")]).ravel()
    start = np.concatenate([[0], np.cumsum(counts)])
    for column, at in (("from", start[:-1]), ("to", start[1:] - 1)):
        other = nodes[at] != _positions(names, edges[column])
        refuse(f"edges whose waypoints and `{column}` do not agree:", edges.index[other])
    return counts, nodes


def _has_lines(edges: pd.DataFrame) -> bool:
    """Whether any row has a line; if not, edges are drawn from node to node."""
    import shapely

    given = np.asarray(edges["geometry"], object)
    return "waypoints" not in edges or not len(given) or not shapely.is_missing(given).all()


def _cut_at(
    names: pd.Index[Any], points: Floats, edges: pd.DataFrame, coords: Floats, start: Ints
) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """Split lines at their waypoints: tail, head, edge, first and last point of each segment."""
    counts, nodes = _waypoints(names, edges)
    at = np.empty(len(nodes), np.int64)
    place = np.concatenate([[0], np.cumsum(counts)])
    at[place[:-1]], at[place[1:] - 1] = start[:-1], start[1:] - 1
    lost = []
    for row in np.flatnonzero(counts > 2).tolist():
        before = int(start[row])
        for inner in range(int(place[row]) + 1, int(place[row + 1]) - 1):
            ahead = coords[before + 1 : start[row + 1] - 1]
            here = np.broadcast_to(points[nodes[inner]], ahead.shape)
            near = points_km(ahead, here) <= END_TOLERANCE_KM if len(ahead) else ahead
            if not len(near) or not near.any():
                lost.append(edges.index[row])
                break
            # of several nearby vertices, the one at the node
            exact = np.flatnonzero((ahead == here).all(axis=1))
            before += 1 + int(exact[0] if len(exact) else np.flatnonzero(near)[0])
            at[inner] = before
    refuse("edges whose line does not pass by all of their waypoints:", lost)
    begins = np.delete(np.arange(len(nodes)), place[1:] - 1)
    edge = np.repeat(np.arange(len(edges)), counts - 1)
    return nodes[begins], nodes[begins + 1], edge, at[begins], at[begins + 1]


def _along_lines(edges: pd.DataFrame) -> tuple[Floats, Ints]:
    """Edges with given lines: their points, and the start of each."""
    import shapely

    lines = edges["geometry"].to_numpy()
    refuse("edges that are not lines:", edges.index[shapely.get_type_id(lines) != LINESTRING])
    refuse("edges with an empty line:", edges.index[shapely.is_empty(lines)])
    start = np.concatenate([[0], np.cumsum(shapely.get_num_points(lines))])
    return shapely.get_coordinates(lines), start


def _positions(names: pd.Index[Any], wanted: pd.Series[Any]) -> Ints:
    import pandas as pd

    positions: Ints = names.get_indexer(pd.Index(wanted))
    refuse("unknown nodes:", wanted[positions < 0])
    return positions


def _oneway(edges: pd.DataFrame) -> pd.Series[Any]:
    import pandas as pd

    if "oneway" not in edges:
        return pd.Series(0, edges.index, dtype=np.int8)
    numbers: pd.Series[Any] = oneway_numbers(edges["oneway"], "edges")
    return numbers
