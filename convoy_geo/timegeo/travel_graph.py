"""The travel graph between uncertain locations: travel times from one to another.

A location is a disc or an outline. A road that crosses its boundary is split there, so that all
results are exact on nodes: at the best end of the range the traveller was at the most favourable
point of the location, at the worst end at the point farthest from the road. Between locations,
trips follow the roads; off the roads they are straight: from a location to the nearest road, or all
the way for modes that need no road (on foot, at sea).

Places and times as intervals, paths as costs: after T. Hagerstrand, What about people in regional
science?, Papers of the Regional Science Association 24 (1970).
"""

from __future__ import annotations

import copy
import math
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from convoy_geo.graph.dijkstra import Arcs, Tree
from convoy_geo.network.match_closures import Stretches
from convoy_geo.network.network import points_km
from convoy_geo.network.usable import usable_roads
from convoy_geo.timegeo.locations import farthest_km
from convoy_geo.timegeo.pieces import Mark, cut_roads, marks_of
from convoy_geo.timegeo.search import RoadAccess, Search, TravelEngine, Way, road_hours

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from convoy_geo.model.travel_modes import End, TravelMode
    from convoy_geo.network.network import RoadNetwork
    from convoy_geo.timegeo.locations import Location

    Ints = NDArray[np.integer[Any]]
    Floats = NDArray[np.float64]

__all__ = ["Ground"]


class Ground:
    """The roads as used by a travel mode, between some locations.

    Parameters
    ----------
    network
        The road network; None if there is none, as at sea.
    mode
        The travel mode.
    spots
        Possible start and end locations; referred to by index.
    closed
        Closed stretches of road, or positions of edges.
    marked
        Stretches at whose ends roads are split, so that `closing` can close them later.
    """

    def __init__(
        self,
        network: RoadNetwork | None,
        mode: TravelMode,
        spots: Sequence[Location],
        closed: Stretches | Ints | None = None,
        *,
        marked: Stretches | None = None,
    ) -> None:
        self.network = network if mode.road is not None else None
        self.mode = mode
        self.spots = tuple(spots)
        self._closed = Stretches.none()
        if isinstance(closed, Stretches):
            self._closed = closed.widened()
        elif closed is not None and network is not None:
            self._closed = Stretches.whole(network.segments_of(np.asarray(closed, np.int64)))
        self._searches: dict[tuple[int, bool, End, float, bool], Search] = {}
        self._engines: dict[End, TravelEngine] = {}
        self._first_engine: list[TravelEngine] = []  # shared: engines differ only in costs
        self._only_marked: Ints = np.empty(0, np.int64)
        self._ways: dict[tuple[int, int, End], Way] = {}
        self._tried: dict[tuple[int, int, End], tuple[bool, bool]] = {}
        self.usable = None if self.network is None else usable_roads(self.network, mode)
        self._edge_nodes: list[dict[int, float]] = [{} for _ in spots]  # with the off-road km
        self._spare_nodes: list[dict[int, float]] = [{} for _ in spots]
        self._touched = [False] * len(self.spots)
        self._inside: dict[int, Ints] = {}
        if self.network is not None:
            self._cut(self.network, Stretches.none() if marked is None else marked.widened())

    @property
    def passable(self) -> bool:
        """Whether any travel is possible: over roads, or by a mode that needs none."""
        return self.network is not None or self.mode.all_the_way

    def travelled(self, mode: TravelMode) -> Ground:
        """The same roads, split at the same locations, for another travel mode that uses them."""
        other = copy.copy(self)
        other.mode = mode
        other.__dict__ |= {
            "_searches": {}, "_engines": {}, "_ways": {}, "_tried": {}, "_first_engine": [],
        }  # fmt: skip
        if self.network is not None:
            other.usable = usable_roads(self.network, mode)
        for name in ("arcs", "oneway", "barred", "lenient_engines"):
            other.__dict__.pop(name, None)
        return other

    def closing(self, closed: Stretches) -> Ground:
        """The same roads and locations with other closed stretches.

        Parameters
        ----------
        closed
            All closed stretches: whole segments, or stretches that were passed as `closed` or
            `marked`, because roads are not split again.
        """
        other = copy.copy(self)
        other.__dict__ |= {"_searches": {}, "_engines": {}, "_ways": {}, "_tried": {}}
        other.__dict__.pop("lenient_engines", None)
        other._closed = closed.widened()  # noqa: SLF001
        return other

    @property
    def closed(self) -> Stretches:
        """The closed stretches; a closed point is a stretch of negligible length."""
        return self._closed

    # ---- the graph ----

    def _cut(self, network: RoadNetwork, marked: Stretches) -> None:
        """Split roads at the boundaries of locations, at their connectors, and at closures."""
        assert self.usable is not None  # noqa: S101
        marks: list[Mark] = []
        for number, spot in enumerate(self.spots):
            node = network.node_position(spot.node) if spot.node else None
            if node is not None:
                self._edge_nodes[number][node] = 0.0
                self._touched[number] = True
                if not spot.extended:
                    continue
            found, touched = marks_of(network, self.usable, spot, number)
            if node is not None:  # it is at its node: the outline only adds to it
                found = [one for one in found if not one.spare and touched]
            marks += found
            self._touched[number] |= touched
        marks += _ends_of(self._closed)
        before = len(marks)
        marks += _ends_of(marked)
        self.pieces, added, nodes = cut_roads(network, marks)
        self._only_marked = np.setdiff1d(nodes[before:], nodes[:before]).astype(np.int64)
        for mark, node in zip(marks, nodes, strict=True):
            if mark.location >= 0:
                known = (self._spare_nodes if mark.spare else self._edge_nodes)[mark.location]
                known[node] = min(mark.km, known.get(node, math.inf))
        points = np.column_stack([network.node_table["lon"], network.node_table["lat"]])
        self.points = np.vstack([points.astype(np.float64), added])
        self.original = np.arange(len(self.points))
        if len(self.usable.blocked):
            self._block(self.usable.blocked)

    def _block(self, nodes: Ints) -> None:
        """Make every road end separately at nodes that a barrier closes."""
        of, size = self.pieces, len(self.points)
        ends = np.stack([of.tail, of.head]).astype(np.int64)
        shut = np.isin(ends, nodes)
        at = ends[shut]
        ends[shut] = size + np.arange(len(at))
        self.pieces = of._replace(tail=ends[0], head=ends[1])
        self.points = np.vstack([self.points, self.points[at]])
        self.original = np.append(self.original, at)
        apart = {int(node): (size + np.flatnonzero(at == node)).tolist() for node in np.unique(at)}
        for known in (*self._edge_nodes, *self._spare_nodes):
            for node in known.keys() & apart.keys():
                known.update(dict.fromkeys(apart[node], known[node]))

    @cached_property
    def arcs(self) -> Arcs:
        """The directed graph of the pieces."""
        network, pieces = self.network, self.pieces
        assert network is not None  # noqa: S101
        assert self.usable is not None  # noqa: S101
        if len(self.points) == network.node_count:  # nothing was split
            return self.usable.plain_arcs
        ahead, back = (way[pieces.segment] for way in (self.usable.ahead, self.usable.back))
        return Arcs.of_directions(len(self.points), pieces.tail, pieces.head, ahead, back)

    @cached_property
    def oneway(self) -> NDArray[np.int8]:
        """For each piece, 0 both directions, 1 as drawn, -1 against it."""
        assert self.usable is not None  # noqa: S101
        ahead, back = (way[self.pieces.segment] for way in (self.usable.ahead, self.usable.back))
        return ahead.astype(np.int8) - back.astype(np.int8)

    @cached_property
    def barred(self) -> NDArray[np.bool_]:
        """Ends-only segments (private, destination) that are not at any location."""
        network, usable = self.network, self.usable
        assert network is not None  # noqa: S101
        assert usable is not None  # noqa: S101
        private = usable.gated
        if not private.any():
            return private
        from scipy.sparse import coo_array  # noqa: PLC0415
        from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

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
        """Distance from a location to the nearest road; 0 if a road touches it."""
        return min(self._edge_nodes[spot].values(), default=0.0)

    def hours(self, end: End, *, closures: bool = True, barred: bool = True) -> Floats:
        """Hours for each piece.

        Parameters
        ----------
        end
            Which end of the range to use.
        closures
            Whether closed pieces take infinitely long.
        barred
            Whether private roads away from all locations do so, and roads closed to the mode.
        """
        network, pieces = self.network, self.pieces
        assert network is not None  # noqa: S101
        hours = road_hours(self.mode, network, end)
        assert self.usable is not None  # noqa: S101
        if barred:
            hours = np.where(self.barred | ~self.usable.open, np.inf, hours)
        if len(pieces.segment) != len(hours):
            hours = hours[pieces.segment] * (pieces.last - pieces.first)
        closed = self._closed
        if len(closed.segments) and closures:
            shut = closed.hold(pieces.segment, pieces.first, pieces.last)
            hours = np.where(shut, np.inf, hours)
        return hours

    def engine(self, end: End) -> TravelEngine:
        """The engine at one end of the range, in hours."""
        if end not in self._engines:
            hours, first = self.hours(end), self._first_engine
            if not first:
                first.append(TravelEngine(self.arcs, hours))
            self._engines[end] = first[0].with_costs(hours)
        return self._engines[end]

    @cached_property
    def lenient_engines(self) -> dict[bool, TravelEngine]:
        """Engines without one-way rules and barriers; see `convoy_geo.timegeo.bounds`."""
        return {}

    # ---- its locations ----

    def inside(self, spot: int) -> Ints:
        """Nodes within a location, boundary included; off the roads, its connectors."""
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
        nodes = np.array(sorted(self._edge_nodes[spot]), np.int64)
        area = self.spots[spot].area
        if area is None or not self._touched[spot] or not area.area:
            return nodes
        west, south, east, north = area.bounds
        lon, lat = self.points.T
        near = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
        found = np.flatnonzero(near & self._on_a_road)
        found = found[shapely.intersects_xy(area, lon[found], lat[found])]
        found = found[~np.isin(found, self._only_marked)]
        return np.union1d(found, nodes).astype(np.int64)

    def access(self, spot: int, end: End, *, spare: bool = False) -> RoadAccess:
        """Nodes where a trip from or to a location meets the road, and the off-road hours.

        Best end: any node within it, at no cost; off the roads, the nearest road points. Worst end:
        for an area one node, starting from the farthest point of the area.

        Parameters
        ----------
        spot
            Index in the list of locations.
        end
            Which end of the range to use.
        spare
            Whether to include spare points, which are used if the others do not work.
        """
        inside, kmh = self.inside(spot), self.mode.straight_kmh(end)
        off = self._edge_nodes[spot]
        nodes, km = inside, np.array([off.get(int(node), 0.0) for node in inside], np.float64)
        where, area, network = self.spots[spot], self.spots[spot].area, self.network
        if end == "worst" and len(inside) and network is not None:
            stand_in = network.node_position(where.node) if where.node else None
            if stand_in is not None or where.extended:
                nodes = np.array([self._stand_in(inside, stand_in, area)], np.int64)
                far = area is not None and (where.extended or not where.node)
                km = np.array([farthest_km(area, *self.points[nodes[0]]) if far else 0.0])
        if spare and self._spare_nodes[spot]:
            more = self._spare_nodes[spot]
            added = np.array(sorted(more), np.int64)
            away = [
                farthest_km(area, *self.points[node])
                if end == "worst" and area is not None
                else more[int(node)]
                for node in added
            ]
            nodes, km = np.append(nodes, added), np.append(km, away)
        return RoadAccess(nodes, km / kmh)

    def has_spare(self, spot: int) -> bool:
        """Whether a location has spare points."""
        return bool(self._spare_nodes[spot])

    def _stand_in(self, inside: Ints, node: int | None, area: BaseGeometry | None) -> int:
        """The node that represents an area: its own, or the one nearest to its centre."""
        if node is not None or area is None:
            return int(inside[0]) if node is None else node
        centre = shapely.get_coordinates(area.centroid)
        away = points_km(np.broadcast_to(centre, (len(inside), 2)), self.points[inside])
        return int(inside[np.argmin(away)])

    def search(
        self,
        spot: int,
        end: End,
        *,
        reverse: bool = False,
        limit: float = np.inf,
        spare: bool = False,
    ) -> Search:
        """The search from a location, or with `reverse` to it; see `costs`."""
        key = (spot, reverse, end, limit, spare)
        if key not in self._searches:
            access = self.access(spot, end, spare=spare)
            self._searches[key] = self.engine(end).search(access, reverse=reverse, limit=limit)
        return self._searches[key]

    def costs(
        self,
        spot: int,
        end: End,
        *,
        reverse: bool = False,
        limit: float = np.inf,
        spare: bool = False,
    ) -> Floats:
        """Hours in motion from a location to each node, or with `reverse` from each node to it.

        Parameters
        ----------
        spot
            Index in the list of locations.
        end
            Which end of the range to use.
        reverse
            Whether the paths lead to the location.
        limit
            Paths that take longer are not searched.
        spare
            See `access`.
        """
        if not len(self.access(spot, end, spare=spare).nodes):
            return np.full(len(self.points), np.inf)
        return self.search(spot, end, reverse=reverse, limit=limit, spare=spare).cost

    def spares(self, origin: int, destination: int, end: End) -> tuple[bool, bool]:
        """Whether a trip needs spare points at its start, and at its end.

        They are tried in the order of `convoy_geo.routing.waypoints.choices`.
        """
        key = (origin, destination, end)
        if key not in self._tried:
            first, last = (bool(self._spare_nodes[spot]) for spot in (origin, destination))
            tries = dict.fromkeys([(False, False), (False, last), (first, False), (first, last)])
            for tried in tries:
                access = self.access(destination, end, spare=tried[1])
                starts = self.access(origin, end, spare=tried[0])
                if not (len(access.nodes) and len(starts.nodes)):
                    continue
                search = self.search(origin, end, spare=tried[0])
                if np.isfinite(search.cost[access.nodes]).any():
                    self._tried[key] = tried
                    break
            else:
                self._tried[key] = (False, False)
        return self._tried[key]

    # ---- results ----

    def way(self, origin: int, destination: int, end: End) -> Way:
        """The fastest route between two locations at one end of the range.

        Parameters
        ----------
        origin, destination
            Indices in the list of locations.
        end
            Which end to use.
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
        """Whether two locations share a point."""
        if here.area is None or there.area is None:
            return bool(here.node) and here.node == there.node
        return bool(here.area.intersects(there.area)) and here.straight_km(there, "best") == 0

    def _by_road(self, origin: int, destination: int, end: End) -> Way:
        network = self.network
        assert network is not None  # noqa: S101
        leaving, arriving = self.spares(origin, destination, end)
        goals, after = self.access(destination, end, spare=arriving)
        starts, before = self.access(origin, end, spare=leaving)
        if not (len(starts) and len(goals)):
            return Way(math.inf, math.inf)
        search = self.search(origin, end, spare=leaving)
        chosen = int(np.argmin(search.cost[goals] + after))
        node = int(goals[chosen])
        best = float(search.cost[node] + after[chosen])
        if not math.isfinite(best):
            return Way(math.inf, math.inf)
        tree = Tree(int(search.root[node]), False, search.cost, search.parent)
        nodes = tree.path(node)
        nodes = nodes[nodes < len(self.points)]
        off_road = float(before[np.argmax(starts == nodes[0])] + after[chosen])
        pieces = self.arcs.segment[self.engine(end).arcs_along(nodes)]
        segments = self.pieces.segment[pieces]
        parts = self.pieces.last[pieces] - self.pieces.first[pieces]
        factor = network.road_factor.low if end == "best" else network.road_factor.high
        km = float((network.segments.km[segments] * parts).sum()) * factor
        driven = network.segments.edge[segments]
        edges = driven[np.diff(driven, prepend=-1) != 0]
        nodes = nodes[nodes < len(network.node_table)]
        named = network.node_names(nodes[network.sights[nodes] > 0])
        return Way(
            best,
            km + off_road * self.mode.straight_kmh(end),
            edges=tuple(network.edge_ids(edges)),
            via=tuple(dict.fromkeys(named)),
            other_road=leaving or arriving,
        )


def _ends_of(stretches: Stretches) -> list[Mark]:
    """Where roads are split for closed stretches."""
    return [
        Mark(segment, part)
        for ends in (stretches.first, stretches.last)
        for segment, part in zip(stretches.segments.tolist(), ends.tolist(), strict=True)
        if 0 < part < 1
    ]
