"""Build road networks from lines, which are split where they share points.

What meets is told by shared points alone. Lines that cross without one, as a bridge and the road
below it do, are not joined, unless crossings are asked for, as for lines that were drawn by hand.

>>> import geopandas as gpd
>>> from shapely.geometry import LineString
>>> lines = [LineString([(0, 0), (1, 0), (2, 0)]), LineString([(1, 0), (1, 1)])]
>>> network = network_from_lines(gpd.GeoDataFrame(geometry=lines, crs="EPSG:4326"))
>>> len(network.nodes), len(network.edges)
(4, 3)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from convoy_geo.errors import MissingCrsError, RoadDataError
from convoy_geo.graph.dijkstra import ragged
from convoy_geo.network.coords import points_km, unit_sphere
from convoy_geo.network.crossings import with_crossings
from convoy_geo.network.network import COMPUTED, RoadNetwork
from convoy_geo.network.osm_tags import CLASSES
from convoy_geo.network.schema import CRS, SURFACES, RoadFactor, Segments, oneway_numbers
from convoy_geo.network.speeds import read_speeds
from convoy_geo.type_checks import checks_types

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from convoy_geo.network.turns import Turns

    Ints = NDArray[np.integer[Any]]
    Floats = NDArray[np.float64]

__all__ = ["Cut", "cut_ways", "joined_at_180", "network_from_lines", "network_of", "of_codes"]

EARTH_M = 6_371_008.8
"""Mean radius of the Earth, for the snapping tolerance only (IUGG)."""
DROPPED = ("from", "to", "waypoints", *COMPUTED)
"""Columns of a network's own frame of edges that do not apply to a piece of a line."""
NEIGHBOURS = 8
"""Number of points examined around an end when snapping; longer chains still connect."""


class Cut(NamedTuple):
    """Lines split into edges between nodes.

    Parameters
    ----------
    nodes
        The points that became nodes, in ascending order.
    tail, head
        Positions in `nodes` of the ends of each edge.
    way, part
        The line that an edge is part of, and its number on that line, from 0.
    points, start
        The points of all edges, concatenated, and the start of each edge.
    """

    nodes: Ints
    tail: Ints
    head: Ints
    way: Ints
    part: Ints
    points: Ints
    start: Ints


def cut_ways(
    points: Ints, way: Ints, begins: NDArray[np.bool_], cuts: NDArray[np.bool_] | None = None
) -> Cut:
    """Split lines at their ends, and where they share a point with another line or themselves.

    Parameters
    ----------
    points
        Points of all lines by number, concatenated.
    way
        The line of each point, ascending.
    begins
        For each point, whether a line or a new piece of one begins there: no road connects it to
        the previous point.
    cuts
        For each point by number, whether lines are always split there.
    """
    stays = begins | (points != np.roll(points, 1))  # consecutive duplicates count once
    points, way, begins = points[stays], way[stays], begins[stays]
    used = np.bincount(points) > 1 if len(points) else np.empty(0, np.bool_)
    if cuts is not None:
        used |= cuts[: len(used)]
    vertex = np.flatnonzero(begins | np.append(begins[1:], True) | used[points])
    first, last = vertex[:-1], vertex[1:]
    joined = ~begins[last]
    first, last = first[joined], last[joined]
    ends = np.concatenate([points[first], points[last]])
    nodes, at = np.unique(ends, return_inverse=True)
    of = way[first]
    part = np.arange(len(of)) - np.searchsorted(of, of, "left")
    start: Ints = np.concatenate([[0], np.cumsum(last - first + 1)])
    tail, head = at[: len(first)], at[len(first) :]
    return Cut(nodes, tail, head, of, part, points[ragged(first, last + 1)], start)


def joined_at_180(cut: Cut, lonlat: Floats) -> Cut:
    """The same edges, with nodes merged that lie on both sides of the 180th meridian.

    Data are cut there: a road that crosses it ends at 180 and continues at -180 degrees.
    """
    where = lonlat[cut.nodes]
    east, west = (np.flatnonzero(where[:, 0] == lon) for lon in (180.0, -180.0))
    if not (len(east) and len(west)):
        return cut
    by_lat = dict(zip(where[east, 1].tolist(), east.tolist(), strict=True))
    stands_for = np.arange(len(cut.nodes))
    for node in west.tolist():
        stands_for[node] = by_lat.get(where[node, 1], node)
    kept = stands_for == np.arange(len(cut.nodes))
    place = np.cumsum(kept) - 1
    tail, head = (place[stands_for[ends]] for ends in (cut.tail, cut.head))
    return cut._replace(nodes=cut.nodes[kept], tail=tail, head=head)


def of_codes(codes: Any, words: Sequence[str]) -> pd.Categorical:
    """A categorical column, from each row's index into a list of words."""
    import pandas as pd

    column: Any = pd.Categorical
    made: pd.Categorical = column.from_codes(np.asarray(codes, np.int32), list(words))
    return made


def network_of(
    cut: Cut,
    lonlat: Floats,
    names: Sequence[str],
    edges: pd.DataFrame,
    *,
    speeds: pd.DataFrame | None = None,
    road_factor: RoadFactor | None = None,
    title: str = "",
    licence: str = "",
    attribution: str = "",
    provenance: Mapping[str, Any] | None = None,
    turns: Turns | None = None,
    nodes: Mapping[str, Any] | None = None,
) -> RoadNetwork:
    """Build the network of lines that were split.

    Parameters
    ----------
    cut
        From `cut_ways`.
    lonlat
        Position of each point, by number.
    names
        Names of the nodes, in the order of `cut.nodes`.
    edges
        One row per edge, by id: class, surface, confidence, oneway (0, 1 or -1) and other columns.
    speeds, road_factor, title, licence, attribution, provenance
        See `RoadNetwork`; by default `speeds` is the table bundled with convoy_geo.
    turns
        Turn restrictions, which refer to edges by position.
    nodes
        Further columns of the nodes, in the order of `cut.nodes`.
    """
    import pandas as pd

    coords = lonlat[cut.points]
    first, last = cut.start[:-1], cut.start[1:] - 1
    inner = np.delete(np.arange(len(coords)), last)
    steps: Floats = np.bincount(  # a sum for each edge; zero-length edges stay 0
        np.repeat(np.arange(len(first)), last - first),
        points_km(coords[inner], coords[inner + 1]),
        len(first),
    ).astype(np.float64)
    where = lonlat[cut.nodes]
    degree = np.bincount(np.concatenate([cut.tail, cut.head]), minlength=len(cut.nodes))
    node_table = pd.DataFrame(
        {
            "lon": where[:, 0],
            "lat": where[:, 1],
            "kind": of_codes(degree > 2, ["", "junction"]),
            "estimated": np.zeros(len(where), np.bool_),
            **(nodes or {}),
        },
        index=pd.Index(np.asarray(names, object), name="node", dtype=object),
    )
    known = np.asarray(node_table.index, object)
    table = edges.assign(**{"from": known[cut.tail], "to": known[cut.head]})
    segments = Segments(cut.tail, cut.head, np.arange(len(first)), first, last, steps)
    return RoadNetwork(
        node_table,
        table,
        coords,
        cut.start,
        segments,
        speeds=read_speeds() if speeds is None else speeds,
        road_factor=road_factor or RoadFactor(),
        title=title,
        licence=licence,
        attribution=attribution,
        provenance=provenance or {},
        turns=turns,
    )


@checks_types
def network_from_lines(
    lines: gpd.GeoDataFrame,
    *,
    tolerance_m: float = 0.0,
    crossings: bool = False,
    road_class: str = "road",
    surface: str = "paved",
    speeds: pd.DataFrame | None = None,
    road_factor: RoadFactor | None = None,
    title: str = "",
    licence: str = "",
    attribution: str = "",
) -> RoadNetwork:
    """Build a network from any lines, split at ends and at shared vertices.

    Parameters
    ----------
    lines
        Lines or multilines with a CRS; heights are ignored. The columns `class`, `surface`,
        `confidence` and `oneway` (yes, -1 or no) are interpreted, all others kept. The index names
        the lines: edge ``17-0`` is the first piece of line 17.
    tolerance_m
        Distance in metres within which an end of a line is snapped to a vertex of any line; a whole
        chain of such ends becomes one point. 0: only equal coordinates connect.
    crossings
        Whether lines meet too where they cross, but for those with a ``bridge`` or ``tunnel``.
    road_class, surface
        Class and surface of lines that do not have any.
    speeds, road_factor, title, licence, attribution
        See `RoadNetwork`; by default `speeds` is the table bundled with convoy_geo.

    Raises
    ------
    MissingCrsError
        If the frame has no CRS.
    RoadDataError
        If a geometry is not a line, or a class, surface or oneway is unknown.
    ValueError
        If `tolerance_m` is negative.
    """
    import pandas as pd
    import shapely

    if not tolerance_m >= 0:
        msg = f"`tolerance_m` must be 0 or more, not {tolerance_m!r}"
        raise ValueError(msg)
    if lines.crs is None:
        msg = "`lines` has no CRS; set one with lines.set_crs(...)"
        raise MissingCrsError(msg)
    if lines.index.has_duplicates:
        twice = lines.index[lines.index.duplicated()][0]
        msg = f"`lines` has an index that is not unique: {twice!r}"
        raise RoadDataError(msg)
    shapes = lines.geometry.to_crs(CRS)
    wrong = ~shapes.geom_type.isin(["LineString", "MultiLineString"]) | shapes.is_empty
    if wrong.any() or not len(shapes):
        such = f": {lines.index[wrong.to_numpy()][0]!r}" if len(shapes) else ", and there are none"
        msg = f"`lines` must be lines, none of them empty{such}"
        raise RoadDataError(msg)
    parts, line = shapely.get_parts(shapes.to_numpy(), return_index=True)
    crossed = 0
    if crossings:
        parts, crossed = with_crossings(shapely.force_2d(parts), _level(lines)[line])
    xy, part = shapely.get_coordinates(parts, return_index=True)
    if not np.isfinite(xy).all() or (np.abs(xy) > [180, 90]).any():
        msg = "`lines` must stay within lon -180 to 180, lat -90 to 90, in numbers"
        raise RoadDataError(msg)
    lonlat, inverse = np.unique(xy, axis=0, return_inverse=True)
    points: Ints = inverse.ravel()
    begins = np.diff(part, prepend=-1) != 0
    if tolerance_m:
        ends = begins | np.append(begins[1:], True)
        points = _snapped(lonlat, np.unique(points[ends]), tolerance_m)[points]
    cut = joined_at_180(cut_ways(points, line[part], begins), lonlat)
    columns = _road_columns(lines, road_class, surface).iloc[cut.way]
    columns.index = pd.Index(
        [f"{name}-{number}" for name, number in zip(columns.index, cut.part, strict=True)],
        name="edge",
    )
    names = [f"n{number}" for number in range(len(cut.nodes))]
    made = {
        "source": "lines",
        "options": {"tolerance_m": tolerance_m, **({"crossings": True} if crossings else {})},
        **({"read": {"crossings joined": crossed}} if crossings else {}),
    }
    return network_of(
        cut,
        lonlat,
        names,
        columns,
        speeds=speeds,
        road_factor=road_factor,
        title=title,
        licence=licence,
        attribution=attribution,
        provenance=made,
    )


def _level(lines: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """For each line whether it lies on the ground: neither on a bridge nor in a tunnel."""
    ground = np.ones(len(lines), np.bool_)
    for column in ("bridge", "tunnel"):
        if column in lines:
            text = lines[column].astype(object).where(lines[column].notna(), "").astype(str)
            ground &= text.str.lower().isin(("", "no", "false", "f", "0")).to_numpy()
    return ground


def _snapped(lonlat: Floats, ends: Ints, tolerance_m: float) -> Ints:
    """For each point, the point it is snapped to: the first by lon and lat of its group."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    sphere = unit_sphere(lonlat) * EARTH_M
    count = min(NEIGHBOURS, len(lonlat))
    reach, near = cKDTree(sphere).query(
        sphere[ends], k=[*range(1, count + 1)], distance_upper_bound=np.nextafter(tolerance_m, 1e9)
    )
    found = np.isfinite(reach)
    pairs = (np.repeat(ends, found.sum(axis=1)), near[found])
    graph = coo_array((np.ones(len(pairs[0]), np.int8), pairs), shape=(len(lonlat),) * 2)
    _, cluster = connected_components(graph, directed=False)
    _, first = np.unique(cluster, return_index=True)
    representative: Ints = first[cluster]
    return representative


def _road_columns(frame: gpd.GeoDataFrame, road_class: str, surface: str) -> pd.DataFrame:
    """The table of edges of a frame, completed and validated."""
    import pandas as pd

    table = pd.DataFrame(frame.drop(columns=[frame.geometry.name, *DROPPED], errors="ignore"))
    for column, usual, allowed in (
        ("class", road_class, CLASSES),
        ("surface", surface, SURFACES),
        ("confidence", "unrated", ("low", "unrated", "medium", "high")),
    ):
        given = table[column] if column in table else pd.Series(usual, table.index)
        text = given.astype(object).where(given.notna() & (given != ""), usual)
        unknown = sorted({str(one) for one in text[~text.isin(allowed)]})
        if unknown:
            msg = f"column `{column}` must be one of {', '.join(allowed)}, not {unknown[0]!r}"
            raise RoadDataError(msg)
        table[column] = pd.Categorical(text, categories=list(allowed))
    given = table["oneway"] if "oneway" in table else pd.Series("no", table.index)
    table["oneway"] = oneway_numbers(given, "lines")
    return table
