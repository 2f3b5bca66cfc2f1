"""Roads as a network: nodes, edges, their lengths, travel times and closures.

An *edge* is a road between two places with one class, one surface and one source. It is split into
*segments* at every node on it, so that a route may begin or end at any village along a road. The
engine needs only numpy arrays; frames with geometry are created on request.

>>> from convoy_geo.io.files import geodata
>>> from convoy_geo.network.read_write import read_network
>>> roads = read_network(geodata("roads", "syria-iraq-2017"))
>>> float(roads.edge("E063").polyline_km.round(1))
77.1
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from convoy_geo.display import shown
from convoy_geo.errors import RoadDataError
from convoy_geo.graph.dijkstra import Arcs, ragged
from convoy_geo.model.closures import Closure
from convoy_geo.network.coords import points_km, ragged_both_ways
from convoy_geo.network.match_closures import Stretches, stretches_closed_by, stretches_on_road
from convoy_geo.network.named_roads import segments_named
from convoy_geo.network.nearest import NodeSearch, RoadSearch
from convoy_geo.network.osm_tags import CLASSES, PATHS
from convoy_geo.network.schema import (
    CONFIDENCES,
    CRS,
    SURFACES,
    RoadFactor,
    Segments,
)
from convoy_geo.network.speed_limits import limited
from convoy_geo.network.tables import Tables
from convoy_geo.network.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray
    from shapely.geometry import LineString
    from shapely.geometry.base import BaseGeometry

    from convoy_geo.network.nearest import RoadPoint

    Ints = NDArray[np.integer[Any]]
    Floats = NDArray[np.float64]

__all__ = [
    "CLASSES",
    "CONFIDENCES",
    "CRS",
    "SURFACES",
    "Closure",
    "RoadFactor",
    "RoadNetwork",
    "Segments",
    "points_km",
]


COMPUTED = ("polyline_km", "duration_h")
"""Columns that `RoadNetwork.edges` adds to the table."""


@shown
@dataclass(frozen=True, eq=False)
class RoadNetwork(Tables):
    """A road network for routing; created by `read_network` and related functions.

    Parameters
    ----------
    node_table
        One row per node, by name: lon, lat, kind, estimated and further columns.
    edge_table
        One row per edge, by id: from, to, class, surface, confidence, oneway and further columns.
    coords
        Points of all edges, concatenated: lon and lat.
    edge_start
        Index of each edge's first point in `coords`, and the number of points.
    segments
        The pieces into which edges are split.
    speeds
        One row for each (class, surface): kmh_low, kmh, kmh_high.
    road_factor
        Ratio of a road's true length to the length of its drawn line.
    estimated_radius_km
        Maximum distance between an estimated node and its drawn position.
    title, licence, attribution
        Title, licence and attribution of the data.
    provenance
        How the network was made: input and its hash, options, what was left out; ``about`` is the
        author's description.
    turns
        Turn restrictions; None if unknown.
    """

    node_table: pd.DataFrame
    edge_table: pd.DataFrame
    coords: Floats
    edge_start: Ints
    segments: Segments
    speeds: pd.DataFrame
    road_factor: RoadFactor = field(default_factory=RoadFactor)
    estimated_radius_km: float = 0.0
    title: str = ""
    licence: str = ""
    attribution: str = ""
    provenance: Mapping[str, Any] = field(default_factory=dict)
    turns: Turns | None = None

    def __post_init__(self) -> None:
        """Reject a road without a known speed."""
        kind, kmh = self._edge_kmh
        missing = np.flatnonzero(np.isnan(kmh["kmh"])[kind] & ~self._without_speed)
        if len(missing):
            rows = self.edge_table[["class", "surface"]].iloc[missing].drop_duplicates()
            kinds = sorted(f"{row[0]} {row[1]}" for row in rows.to_numpy())
            such = self.edge_table.index[missing[0]]
            msg = f"no speed is given for {', '.join(kinds)}, such as edge {such!r}"
            raise RoadDataError(msg)

    def __repr__(self) -> str:
        return (
            f"<RoadNetwork {self.title!r}: {self.node_count} nodes, "
            f"{len(self.edge_start) - 1} edges, {self.segments.km.sum():,.0f} km>"
        )

    def __getstate__(self) -> dict[str, Any]:
        """State for pickle, without values computed on demand."""
        return {name: value for name, value in self.__dict__.items() if not name.startswith("_")}

    # ---- for users ----

    @cached_property
    def nodes(self) -> gpd.GeoDataFrame:
        """Frame of nodes: one row per node, by name, with its point."""
        import geopandas as gpd

        points = gpd.points_from_xy(self.node_table["lon"], self.node_table["lat"])
        return gpd.GeoDataFrame(self.node_table.copy(), geometry=points, crs=CRS)

    @cached_property
    def edges(self) -> gpd.GeoDataFrame:
        """Frame of edges by id, with line, polyline_km, duration_h and perhaps waypoints."""
        import geopandas as gpd
        import shapely

        size = len(self.edge_table)
        which = np.repeat(np.arange(size), np.diff(self.edge_start))
        lines = shapely.linestrings(self.coords, indices=which) if size else []
        per_edge = {
            "polyline_km": np.bincount(self.segments.edge, self.segments.km, size),
            "duration_h": np.bincount(self.segments.edge, self.seconds("typical"), size) / 3600,
        }
        table = self.edge_table.assign(**per_edge)
        if len(self.segments.edge) > size:  # split between its ends: the nodes on it are needed too
            table["waypoints"] = self._waypoints()
        return gpd.GeoDataFrame(table, geometry=lines, crs=CRS)

    def _waypoints(self) -> list[tuple[str, ...]]:
        """The names of the nodes on each edge, both ends included."""
        of = self.segments
        begin = np.searchsorted(of.edge, np.arange(len(self.edge_table)), "left")
        end = np.searchsorted(of.edge, np.arange(len(self.edge_table)), "right")
        tails, heads = self.node_names(of.tail), self.node_names(of.head)
        return [
            (*tails[low:high], heads[high - 1])
            for low, high in zip(begin.tolist(), end.tolist(), strict=True)
        ]

    def edge(self, edge_id: str) -> pd.Series[Any]:
        """The row of one edge.

        Raises
        ------
        EdgeNotFoundError
            If no edge has this id.
        """
        row: pd.Series[Any] = self.edges.iloc[int(self.edge_positions([edge_id])[0])]
        return row

    def nearest_node(self, lon: float, lat: float, within_km: float) -> tuple[str, float] | None:
        """The node nearest to a point, and its straight-line distance.

        Estimated nodes are excluded: their exact position is unknown.

        Parameters
        ----------
        lon, lat
            WGS 84 decimal degrees.
        within_km
            Maximum distance in kilometres.

        Returns
        -------
        tuple of (str, float) or None
            Name and distance in kilometres; None if there is none within this distance.

        Examples
        --------
        >>> from convoy_geo.io.files import geodata
        >>> from convoy_geo.network.read_write import read_network
        >>> roads = read_network(geodata("roads", "syria-iraq-2017"))
        >>> roads.nearest_node(38.87, 34.88, within_km=5)[0]
        'Sukhna'
        """
        found = self._node_search.nearest(lon, lat, within_km)
        return found and (self.node_names(np.array([found[0]]))[0], found[1])

    def nearest_roads(
        self,
        lon: float,
        lat: float,
        within_km: float,
        most: int = 4,
        *,
        among: NDArray[np.bool_] | None = None,
    ) -> list[RoadPoint]:
        """The nearest points on the nearest edges, the nearest first.

        Each edge has one nearest point; if it is a junction, it counts once. Distances are as
        accurate as the path geometry in the network.

        Parameters
        ----------
        lon, lat
            WGS 84 decimal degrees.
        within_km
            Maximum distance in kilometres.
        most
            Maximum number of points.
        among
            For each segment, whether it is considered; by default all are.

        Examples
        --------
        >>> from convoy_geo.io.files import geodata
        >>> from convoy_geo.network.read_write import read_network
        >>> roads = read_network(geodata("roads", "syria-iraq-2017"))
        >>> point = roads.nearest_roads(38.9, 34.9, within_km=5)[0]
        >>> edge = roads.segments.edge[[point.segment]]
        >>> roads.edge_ids(edge), round(point.km, 1)
        (['E063'], 1.0)
        """
        return self._road_search.nearest(lon, lat, within_km, most, among)

    # ---- for the router ----

    @cached_property
    def arcs(self) -> Arcs:
        """The directed graph of the segments by `oneway` alone, without access rules."""
        of = self.segments
        return Arcs.of_directions(self.node_count, of.tail, of.head, self.ahead, self.back)

    @property
    def has_hours(self) -> bool:
        """Whether any rule depends on the time of day."""
        turns = self.turns
        return self.edge_conditions is not None or (turns is not None and any(turns.when))

    def turns_frame(self) -> pd.DataFrame:
        """Turn restrictions as a frame by id: kind, modes, when, edges, forward.

        `convoy_geo.network.from_frames.network_from_frames` accepts it.
        """
        turns = self.turns or Turns(
            (), (), (), (), np.zeros(1, np.int64), np.empty(0, np.int64), np.empty(0, np.bool_)
        )
        return turns.to_frame(self.edge_ids(turns.edges))

    @cached_property
    def _without_speed(self) -> NDArray[np.bool_]:
        """For each edge, whether it has no vehicle speed: a path."""
        found: NDArray[np.bool_] = np.isin(self.class_codes, [CLASSES.index(one) for one in PATHS])
        return found

    def kmh(self, speed: Literal["low", "typical", "high"] = "typical") -> Floats:
        """Speed on each edge from the table and the speed limit; NaN on paths.

        Typical and low speeds respect the limit, see `convoy_geo.network.speed_limits`; a high
        speed is never below the limit.
        """
        kind, table = self._edge_kmh
        column = {"low": "kmh_low", "typical": "kmh", "high": "kmh_high"}[speed]
        kmh: Floats = table[column][kind]
        stated = self._stated_kmh
        if stated is not None:
            kmh = np.where(np.isnan(stated), kmh, stated)
        return kmh if self.limits is None else limited(kmh, self.limits, speed)

    @cached_property
    def _stated_kmh(self) -> Floats | None:
        """Speed derived from the duration of a ferry; None if no edge has one."""
        if not self._has_edge_column("stated_kmh"):
            return None
        return np.asarray(self._edge_column("stated_kmh"), np.float64)

    def seconds(
        self, speed: Literal["low", "typical", "high"] = "typical", of: Ints | None = None
    ) -> Floats:
        """Travel time of some or all segments, at a low, the typical or a high speed.

        The slow time assumes the greatest possible road length, the fast time the smallest.
        """
        road = self.road_factor
        factor = {"low": road.high, "typical": road.typical, "high": road.low}[speed]
        km, edge = self.segments.km, self.segments.edge
        if of is not None:
            km, edge = km[of], edge[of]
        seconds: Floats = km * factor * 3600 / self.kmh(speed)[edge]
        return seconds

    def all_seconds(self, speed: Literal["low", "typical", "high"] = "typical") -> Floats:
        """`seconds` of all segments, computed once and cached."""
        known: dict[str, Floats] = self.__dict__.setdefault("_seconds", {})
        if speed not in known:
            known[speed] = self.seconds(speed)
        return known[speed]

    def segment_lines(self, segments: Ints, scale: Floats | float = 1.0) -> NDArray[np.object_]:
        """The line of each of some segments, its degrees multiplied by `scale`."""
        import shapely

        first, last = self.segments.first[segments], self.segments.last[segments]
        which = np.repeat(np.arange(len(segments)), last - first + 1)
        points = self.coords[ragged(first, last + 1)] * scale
        lines: NDArray[np.object_] = shapely.linestrings(points, indices=which)
        return lines

    def points_at(self, places: Sequence[tuple[int, float]]) -> Floats:
        """Lon and lat of points on segments: each a segment and a fraction of its length."""
        found = np.empty((len(places), 2))
        for row, (segment, part) in enumerate(places):
            points = self.coords[self.segments.first[segment] : self.segments.last[segment] + 1]
            km = np.append(0.0, np.cumsum(points_km(points[:-1], points[1:])))
            found[row] = [np.interp(part * km[-1], km, points[:, axis]) for axis in (0, 1)]
        return found

    def line(self, segments: Ints, forward: NDArray[np.bool_], node: int) -> LineString:
        """The line along segments, as drawn or reversed; for no segments, the line of one point.

        Parameters
        ----------
        segments
            Positions, in driving order.
        forward
            For each segment, whether it is driven as drawn.
        node
            Start node.
        """
        points = self.points_along(segments, forward)
        return self.line_through(points if len(points) else self.points_of(np.array([node])))

    def points_along(self, segments: Ints, forward: NDArray[np.bool_]) -> Floats:
        """Lon and lat of every point along segments; see `line` for the parameters."""
        first, last = self.segments.first[segments], self.segments.last[segments]
        points: Floats = self.coords[ragged_both_ways(first, last, forward)]
        return points

    def points_of(self, nodes: Ints) -> Floats:
        """Lon and lat of nodes, given by position."""
        points: Floats = self._points[nodes]
        return points

    @staticmethod
    def line_through(points: Floats) -> LineString:
        """The line through some points; a single point is doubled."""
        import shapely

        if len(points) == 1:
            points = np.repeat(points, 2, axis=0)
        moved = np.ones(len(points), np.bool_)
        lon, lat = points.T
        np.logical_or(lon[1:] != lon[:-1], lat[1:] != lat[:-1], out=moved[1:])
        if moved[1:].any():
            return shapely.linestrings(points[moved])
        return shapely.linestrings(points[:2])  # a zero-length line still has two points

    def edges_of(self, closure: Closure) -> Ints:
        """Positions of the edges named by a closure, or of those that its geometry closes in part.

        Raises
        ------
        EdgeNotFoundError, RoadDataError
            See `stretches_of`.
        """
        if closure.edges:
            return self.edge_positions(closure.edges)
        edges: Ints = np.unique(self.segments.edge[self.stretches_of(closure).segments])
        return edges

    def stretches_of(self, closure: Closure) -> Stretches:
        """The stretches of road that a closure closes; computed once per closure and cached.

        The complete edges that it names, or else what its area, line or point closes, see
        `convoy_geo.network.match_closures`.

        Raises
        ------
        EdgeNotFoundError
            If it names an edge that does not exist.
        RoadDataError
            If it names no edge and there is no road at its location.
        """
        if closure.edges:
            return Stretches.whole(self.segments_of(self.edge_positions(closure.edges)))
        return self.stretches_at(closure.geometry, closure.id, road=closure.road)

    def stretches_at(self, shape: BaseGeometry, name: str, *, road: str = "") -> Stretches:
        """The stretches of road that an area, a line or a point closes.

        Parameters
        ----------
        shape
            WGS 84, lon before lat.
        name
            Name used in errors.
        road
            Number or name of the only road that is closed; empty: any.
        """
        known: dict[tuple[bytes, str], Stretches] = self.__dict__.setdefault("_stretches", {})
        key = shape.wkb, road
        if key not in known:
            known[key] = (
                stretches_on_road(shape, segments_named(self, road), name, self)
                if road
                else stretches_closed_by(shape, name, self)
            )
        return known[key]

    @property
    def segment_boxes(self) -> Floats:
        """West, south, east and north of each segment, in four rows."""
        return self._road_search.boxes

    @cached_property
    def _node_search(self) -> NodeSearch:
        return NodeSearch(self._points, ~np.asarray(self._node_column("estimated"), np.bool_))

    @cached_property
    def _road_search(self) -> RoadSearch:
        return RoadSearch(self.coords, self.segments)
