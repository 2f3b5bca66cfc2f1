"""The ground between places that are not quite known: what it takes to get from one to the other.

A place is a disc or an outline. A road that crosses its edge is cut there, so that everything after
is exact on nodes: at the best end of the range somebody was at the point of the place that suits
best, at the worst end at the point that lies farthest from the road. Between places the way keeps
to the roads; off them it goes straight: from a place to the nearest road, and for whoever needs no
road (on foot, at sea) all the way.

Idea: places and times as intervals, ways as costs, after T. Hagerstrand, What about people in
regional science?, Papers of the Regional Science Association 24 (1970).
"""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, dijkstra
from shapely.ops import nearest_points

from convoy_geo.geodesy import distance_km
from convoy_geo.graph.dijkstra import Arcs, ScipyEngine, Tree, ragged
from convoy_geo.network.network import points_km
from convoy_geo.network.snap import snap
from convoy_geo.network.usable import usable_roads
from convoy_geo.timegeo.locations import farthest_km

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from convoy_geo.model.travel_modes import End, TravelMode
    from convoy_geo.network.network import RoadNetwork
    from convoy_geo.timegeo.locations import Location

    Ints = NDArray[np.integer[Any]]
    Floats = NDArray[np.float64]

__all__ = ["Ground", "Way", "road_hours"]

ANYWHERE_KM = 20_000.0
"""A location is tied to the nearest road, however far: `off_road_km` says how far it is."""
KM_PER_DEGREE = 110.0
"""Of latitude, rounded down."""


@dataclass(frozen=True)
class Way:
    """The quickest way at one end of the range.

    Parameters
    ----------
    moving_h
        Hours on the move; infinite if there is no way.
    km
        Its length: roads as long as that end has them, and the legs off the roads.
    straight
        Whether it goes straight all the way, by no road.
    edges
        Ids of the edges, in order.
    via
        Towns, villages and named sites on the way.
    """

    moving_h: float
    km: float
    straight: bool = False
    edges: tuple[str, ...] = ()
    via: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The way as plain values for JSON."""
        return {
            "moving_h": round(self.moving_h, 2),
            "km": round(self.km, 1),
            "straight": self.straight,
            "edges": list(self.edges),
            "via": list(self.via),
        }


@dataclass(frozen=True, eq=False)
class _Pieces:
    """Segments, some of them cut where the edge of a spot crosses them."""

    tail: Ints
    head: Ints
    segment: Ints
    first: Floats
    last: Floats


@dataclass(frozen=True, eq=False)
class _Search:
    """Quickest ways from any of several nodes: for each node cost, next node back, and root."""

    cost: Floats
    parent: NDArray[np.int32]
    root: NDArray[np.int32]


def road_hours(mode: TravelMode, network: RoadNetwork, end: End) -> Floats:
    """Hours of moving for each segment of a network, at one end of the range.

    The best end takes the road as short as the network's road factor allows, the worst as long.
    """
    hours: Floats = usable_roads(network, mode).seconds("high" if end == "best" else "low") / 3600
    return hours


class _Engine(ScipyEngine):
    """Dijkstra's algorithm from many nodes at once."""

    def search(self, roots: Ints, *, reverse: bool, limit: float) -> _Search:
        """Quickest ways from the nearest of some nodes, or with `reverse` to it."""
        graph = self._in if reverse else self._out
        return _Search(
            *dijkstra(graph, indices=roots, min_only=True, return_predecessors=True, limit=limit)
        )


class Ground:
    """The roads as somebody with a mode of travel finds them, between some spots.

    Parameters
    ----------
    network
        The roads; None where there are none, as at sea.
    mode
        How one travels.
    spots
        Where it can start and end; asked for by their place in this list.
    closed
        Positions of edges that are closed.
    """

    def __init__(
        self,
        network: RoadNetwork | None,
        mode: TravelMode,
        spots: Sequence[Location],
        closed: Ints | None = None,
    ) -> None:
        self.network = network if mode.road is not None else None
        self.mode = mode
        self.spots = tuple(spots)
        self._closed = np.empty(0, np.int64) if closed is None else closed
        self._searches: dict[tuple[int, bool, End, float], _Search] = {}
        self._engines: dict[End, _Engine] = {}
        self._ways: dict[tuple[int, int, End], Way] = {}
        self.usable = None if self.network is None else usable_roads(self.network, mode)
        self._edge_nodes: list[set[int]] = [set() for _ in spots]
        self._inside: dict[int, Ints] = {}
        self._off_road: dict[int, float] = {}
        if self.network is not None:
            self._cut(self.network)

    @property
    def passable(self) -> bool:
        """Whether one can get anywhere at all: over roads, or by a mode that needs none."""
        return self.network is not None or self.mode.all_the_way

    def travelled(self, mode: TravelMode) -> Ground:
        """The same roads, cut at the same spots, for another mode of travel that takes to them."""
        other = copy.copy(self)
        other.mode = mode
        other.__dict__ |= {"_searches": {}, "_engines": {}, "_ways": {}}
        if self.network is not None:
            other.usable = usable_roads(self.network, mode)
        for name in ("arcs", "oneway", "barred"):
            other.__dict__.pop(name, None)
        return other

    # ---- the graph ----

    def _cut(self, network: RoadNetwork) -> None:
        """Cut roads at the edges of the spots, and at the point nearest to a spot off the roads."""
        segments = network.segments
        cuts: dict[int, list[tuple[float, int]]] = {}
        for number, spot in enumerate(self.spots):
            node = network.node_position(spot.node) if spot.node else None
            if node is not None:
                self._edge_nodes[number].add(node)
            if spot.area is None or (node is not None and not spot.radius_km):
                continue
            found = self._crossings(network, spot.area)
            if not found and node is None and not self._holds_a_node(network, spot.area):
                nearest = self._nearest(network, spot.area)
                if nearest is None:
                    continue
                segment, fraction, km = nearest
                found = [(segment, fraction)]
                self._off_road[number] = km
            for segment, fraction in found:
                cuts.setdefault(segment, []).append((fraction, number))
        self.points = np.column_stack([network.node_table["lon"], network.node_table["lat"]])
        self.points = self.points.astype(np.float64)
        self.pieces = _Pieces(
            segments.tail,
            segments.head,
            np.arange(len(segments.km)),
            np.zeros(len(segments.km)),
            np.ones(len(segments.km)),
        )
        if cuts:
            self._split(network, cuts)
        self.original = np.arange(len(self.points))
        assert self.usable is not None  # noqa: S101
        if len(self.usable.blocked):
            self._block(self.usable.blocked)

    def _block(self, nodes: Ints) -> None:
        """Let every piece of road end by itself at nodes that a barrier closes."""
        of, size = self.pieces, len(self.points)
        ends = np.stack([of.tail, of.head]).astype(np.int64)
        shut = np.isin(ends, nodes)
        at = ends[shut]
        ends[shut] = size + np.arange(len(at))
        self.pieces = _Pieces(ends[0], ends[1], of.segment, of.first, of.last)
        self.points = np.vstack([self.points, self.points[at]])
        self.original = np.append(self.original, at)
        apart = {int(node): (size + np.flatnonzero(at == node)).tolist() for node in np.unique(at)}
        for known in self._edge_nodes:
            for node in known & set(apart):
                known.update(apart[node])

    def _near(self, bounds: tuple[float, float, float, float]) -> Ints:
        """Segments that the mode may use and that lie near a box."""
        assert self.usable is not None  # noqa: S101
        west, south, east, north = bounds
        boxes = self.usable.network.segment_boxes
        return np.flatnonzero(
            (boxes[0] <= east) & (boxes[2] >= west) & (boxes[1] <= north) & (boxes[3] >= south)
            & self.usable.open
        )  # fmt: skip

    def _line(self, network: RoadNetwork, segment: int) -> BaseGeometry:
        first, last = network.segments.first[segment], network.segments.last[segment]
        return shapely.linestrings(network.coords[first : last + 1])

    def _crossings(self, network: RoadNetwork, area: BaseGeometry) -> list[tuple[int, float]]:
        """Where roads cross the edge of an area: segment, and the part of it that lies before."""
        found: list[tuple[int, float]] = []
        near = self._near(area.bounds)
        if not len(near) or not area.area:
            return found
        of = network.segments
        size = of.last[near] - of.first[near] + 1
        points = network.coords[ragged(of.first[near], of.last[near] + 1)]
        lines = shapely.linestrings(points, indices=np.repeat(np.arange(len(near)), size))
        shapely.prepare(area)
        crossing = shapely.intersects(area, lines) & ~shapely.covers(area, lines)
        crossing &= shapely.length(lines) > 0
        for segment, line in zip(near[crossing].tolist(), lines[crossing], strict=True):
            inside = line.intersection(area)
            for x, y in shapely.get_coordinates(inside.boundary if inside.length else inside):
                fraction = line.project(shapely.Point(x, y), normalized=True)
                if 1e-9 < fraction < 1 - 1e-9:
                    found.append((int(segment), float(fraction)))
        return found

    def _holds_a_node(self, network: RoadNetwork, area: BaseGeometry) -> bool:
        west, south, east, north = area.bounds
        lon, lat = network.node_table["lon"].to_numpy(), network.node_table["lat"].to_numpy()
        assert self.usable is not None  # noqa: S101
        on_a_road = np.zeros(len(lon), np.bool_)
        for ends in (network.segments.tail, network.segments.head):
            on_a_road[ends[self.usable.open]] = True
        near = on_a_road & (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
        return bool(shapely.intersects_xy(area, lon[near], lat[near]).any())

    def _nearest(self, network: RoadNetwork, area: BaseGeometry) -> tuple[int, float, float] | None:
        """The road point nearest to an area that no road touches: segment, part before it, km."""
        assert self.usable is not None  # noqa: S101
        if not self.usable.open.any():
            return None
        if area.geom_type == "Point":
            point = snap(network, area.x, area.y, ANYWHERE_KM, usable=self.usable).points[0]
            return point.segment, min(max(point.part, 1e-9), 1 - 1e-9), point.km
        flat = np.array([math.cos(math.radians(area.centroid.y)), 1.0])  # degrees as long each way
        here = shapely.transform(area, lambda points: points * flat)
        margin = 0.1
        segments: Ints = np.empty(0, np.int64)
        while not len(segments) and margin < 720:
            margin *= 2
            segments = self._near(area.buffer(margin).bounds)
        best = (0, 0.0, math.inf)
        for _ in range(2):  # any road first, then all that can be nearer than it
            for segment in segments:
                line = self._line(network, int(segment))
                start, end = nearest_points(here, shapely.transform(line, lambda p: p * flat))
                x, y = end.x / flat[0], end.y
                km = distance_km(start.x / flat[0], start.y, x, y)
                if km < best[2]:
                    at = line.project(shapely.Point(x, y), normalized=True) if line.length else 0.0
                    best = (int(segment), min(max(float(at), 1e-9), 1 - 1e-9), km)
            reach = best[2] / KM_PER_DEGREE / flat[0] if math.isfinite(best[2]) else 0.0
            segments = self._near(area.buffer(reach).bounds)
        return best

    def _split(self, network: RoadNetwork, cuts: dict[int, list[tuple[float, int]]]) -> None:
        segments, size = network.segments, len(self.points)
        rows: list[tuple[int, int, int, float, float]] = []
        added: list[tuple[float, float]] = []
        for segment, marks in cuts.items():
            line = self._line(network, segment)
            before, start = 0.0, int(segments.tail[segment])
            for fraction, number in sorted(marks):
                if fraction - before > 1e-9:
                    point = line.interpolate(fraction, normalized=True)
                    node = size + len(added)
                    added.append((point.x, point.y))
                    rows.append((start, node, segment, before, fraction))
                    before, start = fraction, node
                self._edge_nodes[number].add(start)
            rows.append((start, int(segments.head[segment]), segment, before, 1.0))
        keep = np.ones(len(segments.km), np.bool_)
        keep[list(cuts)] = False
        whole, new = self.pieces, np.array(rows)
        self.pieces = _Pieces(
            np.concatenate([whole.tail[keep], new[:, 0].astype(np.int64)]),
            np.concatenate([whole.head[keep], new[:, 1].astype(np.int64)]),
            np.concatenate([whole.segment[keep], new[:, 2].astype(np.int64)]),
            np.concatenate([whole.first[keep], new[:, 3]]),
            np.concatenate([whole.last[keep], new[:, 4]]),
        )
        self.points = np.vstack([self.points, np.array(added).reshape(-1, 2)])

    @cached_property
    def arcs(self) -> Arcs:
        """The directed graph of the pieces."""
        network, pieces = self.network, self.pieces
        assert network is not None  # noqa: S101
        assert self.usable is not None  # noqa: S101
        if len(self.points) == network.node_count:  # nothing was cut
            return self.usable.plain_arcs
        ahead, back = (way[pieces.segment] for way in (self.usable.ahead, self.usable.back))
        return Arcs.of_directions(len(self.points), pieces.tail, pieces.head, ahead, back)

    @cached_property
    def oneway(self) -> NDArray[np.int8]:
        """For each piece 0 both ways, 1 as drawn, -1 against it."""
        assert self.usable is not None  # noqa: S101
        ahead, back = (way[self.pieces.segment] for way in (self.usable.ahead, self.usable.back))
        return ahead.astype(np.int8) - back.astype(np.int8)

    @cached_property
    def barred(self) -> NDArray[np.bool_]:
        """Segments for ends of a route only (private, destination) that are at no location."""
        network, usable = self.network, self.usable
        assert network is not None  # noqa: S101
        assert usable is not None  # noqa: S101
        private = usable.gated
        if not private.any():
            return private
        size, of = len(self.points), self.pieces
        at = np.flatnonzero(private[of.segment])
        graph = coo_array((np.ones(len(at)), (of.tail[at], of.head[at])), shape=(size, size))
        _, part = connected_components(graph.tocsr(), directed=False)
        ours = np.unique(
            [part[node] for spot in range(len(self.spots)) for node in self.inside(spot)]
        )
        open_ = np.zeros(len(private), np.bool_)
        open_[of.segment[at[np.isin(part[of.tail[at]], ours)]]] = True
        barred: NDArray[np.bool_] = private & ~open_
        return barred

    def off_road_km(self, spot: int) -> float:
        """How far a spot that no road touches is from the nearest road; 0 where one does."""
        return self._off_road.get(spot, 0.0)

    def hours(self, end: End, *, closures: bool = True, barred: bool = True) -> Floats:
        """What each piece takes.

        Parameters
        ----------
        end
            Which end of the range.
        closures
            Whether what is closed takes for ever.
        barred
            Whether private roads do that no location lies at, and roads closed to the mode.
        """
        network, pieces = self.network, self.pieces
        assert network is not None  # noqa: S101
        hours = road_hours(self.mode, network, end)
        assert self.usable is not None  # noqa: S101
        if barred:
            hours = np.where(self.barred | ~self.usable.open, np.inf, hours)
        if len(self._closed) and closures:
            hours = np.where(np.isin(network.segments.edge, self._closed), np.inf, hours)
        if len(pieces.segment) == len(hours):
            return hours
        return hours[pieces.segment] * (pieces.last - pieces.first)

    def engine(self, end: End) -> _Engine:
        """Searches at one end of the range, in hours."""
        if end not in self._engines:
            self._engines[end] = _Engine(self.arcs, self.hours(end))
        return self._engines[end]

    # ---- the spots on it ----

    def inside(self, spot: int) -> Ints:
        """Nodes within a spot, its edge included; those at a road by a spot off the roads."""
        if spot not in self._inside:
            self._inside[spot] = self._within(spot)
        return self._inside[spot]

    @property
    def _on_a_road(self) -> NDArray[np.bool_]:
        """For each node, whether a road begins or ends there."""
        assert self.usable is not None  # noqa: S101
        found = np.zeros(len(self.points), np.bool_)
        usable = self.usable.open[self.pieces.segment]
        found[self.pieces.tail[usable]] = found[self.pieces.head[usable]] = True
        return found

    def _within(self, spot: int) -> Ints:
        nodes = self._edge_nodes[spot]
        area = self.spots[spot].area
        if area is None:
            return np.array(sorted(nodes), np.int64)
        west, south, east, north = area.bounds
        lon, lat = self.points.T
        near = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
        found = np.flatnonzero(near & self._on_a_road)
        found = found[shapely.intersects_xy(area, lon[found], lat[found])]
        return np.union1d(found, np.array(sorted(nodes), np.int64)).astype(np.int64)

    def access(self, spot: int, end: End) -> tuple[Ints, float]:
        """Nodes where a way from or to a spot meets the road, and the hours that lie before.

        Best end: any node in the spot, at once; off the roads the nearest road point.
        Worst end: one node, from the point of the spot that lies farthest from it.
        """
        inside, kmh = self.inside(spot), self.mode.straight_kmh(end)
        if not len(inside) or end == "best":
            return inside, self._off_road.get(spot, 0.0) / kmh
        where, area, network = self.spots[spot], self.spots[spot].area, self.network
        assert network is not None  # noqa: S101
        stand_in = network.node_position(where.node) if where.node else None
        if stand_in is None:
            centre = shapely.get_coordinates(area.centroid if area is not None else None)
            away = points_km(np.broadcast_to(centre, (len(inside), 2)), self.points[inside])
            stand_in = int(inside[np.argmin(away)])
        km = 0.0
        if area is not None and (where.extended or not where.node):  # else the node is the place
            km = farthest_km(area, *self.points[stand_in])
        return np.array([stand_in], np.int64), km / kmh

    def _search(self, spot: int, end: End, *, reverse: bool, limit: float) -> tuple[_Search, float]:
        """The search from a spot, or with `reverse` to it, and the hours that come on top."""
        key = (spot, reverse, end, limit)
        roots, hours = self.access(spot, end)
        if key not in self._searches:
            rest = max(0.0, limit - hours)
            self._searches[key] = self.engine(end).search(roots, reverse=reverse, limit=rest)
        return self._searches[key], hours

    def costs(self, spot: int, end: End, *, reverse: bool = False, limit: float = np.inf) -> Floats:
        """Hours of moving from a spot to each node, or with `reverse` from each node to it.

        Parameters
        ----------
        spot
            Its place in the list of spots.
        end
            Which end of the range.
        reverse
            Whether the ways lead to the spot.
        limit
            Ways that take longer are not searched for.
        """
        if not len(self.access(spot, end)[0]):
            return np.full(len(self.points), np.inf)
        search, hours = self._search(spot, end, reverse=reverse, limit=limit)
        return search.cost + hours

    # ---- the answer ----

    def way(self, origin: int, destination: int, end: End) -> Way:
        """The quickest way between two spots at one end of the range.

        Parameters
        ----------
        origin, destination
            Places in the list of spots.
        end
            Which end.
        """
        key = (origin, destination, end)
        if key not in self._ways:
            self._ways[key] = self._way(origin, destination, end)
        return self._ways[key]

    def _way(self, origin: int, destination: int, end: End) -> Way:
        here, there = self.spots[origin], self.spots[destination]
        if end == "best" and self._meet(here, there):
            return Way(0.0, 0.0)
        best = Way(math.inf, math.inf)
        if self.network is not None:
            best = self._by_road(origin, destination, end)
        if self.mode.all_the_way:
            km = here.straight_km(there, end)
            hours = km / self.mode.straight_kmh(end)
            if hours < best.moving_h:
                return Way(hours, km, straight=True)
        return best

    def _meet(self, here: Location, there: Location) -> bool:
        """Whether two spots share a point."""
        if here.area is None or there.area is None:
            return bool(here.node) and here.node == there.node
        return bool(here.area.intersects(there.area)) and here.straight_km(there, "best") == 0

    def _by_road(self, origin: int, destination: int, end: End) -> Way:
        network = self.network
        assert network is not None  # noqa: S101
        (starts, before), (goals, after) = self.access(origin, end), self.access(destination, end)
        if not (len(starts) and len(goals)):
            return Way(math.inf, math.inf)
        search, _ = self._search(origin, end, reverse=False, limit=np.inf)
        node = int(goals[np.argmin(search.cost[goals])])
        off_road = before + after
        best = float(search.cost[node]) + off_road
        if not math.isfinite(best):
            return Way(math.inf, math.inf)
        tree = Tree(int(search.root[node]), False, search.cost, search.parent)
        path = self.engine(end).path(tree, node)
        assert path is not None  # noqa: S101
        pieces = self.arcs.segment[path.arcs]
        segments = self.pieces.segment[pieces]
        parts = self.pieces.last[pieces] - self.pieces.first[pieces]
        factor = network.road_factor.low if end == "best" else network.road_factor.high
        km = float((network.segments.km[segments] * parts).sum()) * factor
        driven = network.segments.edge[segments]
        edges = driven[np.diff(driven, prepend=-1) != 0]
        nodes = path.nodes[path.nodes < len(network.node_table)]
        named = network.node_names(nodes[network.sights[nodes] > 0])
        return Way(
            best,
            km + off_road * self.mode.straight_kmh(end),
            edges=tuple(network.edge_ids(edges)),
            via=tuple(dict.fromkeys(named)),
        )
