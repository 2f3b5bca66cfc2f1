"""Minimum travel times: the only link from the conditions to `convoy_geo.timegeo`."""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np

from convoy_geo.graph.dijkstra import Arcs
from convoy_geo.model.travel_modes import travel_mode
from convoy_geo.timegeo.bounds import lenient_hours
from convoy_geo.timegeo.moments import moments
from convoy_geo.timegeo.travel_graph import Ground

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from convoy_geo.analysis.consistency.model import Subject
    from convoy_geo.model.closures import Closure, Control
    from convoy_geo.model.travel_modes import TravelMode
    from convoy_geo.network.network import RoadNetwork
    from convoy_geo.timegeo.locations import Location

__all__ = ["PEOPLE", "CaseTravel"]

PEOPLE = frozenset({"people", "fighters", "relatives", "passengers", "civilians", "crew", "men"})
"""Units that can walk, and change vehicles."""
BY_LAND = ("bus", "car", "foot")
WHOLE = "convoy"
"""The name of the whole in tables of road control."""
Windows = list[tuple[float, float]]


class CaseTravel:
    """Minimum hours between the pieces of a case's places.

    Parameters
    ----------
    spots
        The pieces by id.
    network
        The road network; None if there is none.
    mode
        Travel mode of the whole and of vehicles; empty: a bus, if there are roads.
    closures, controls
        Closures, and to whom they applied; those known only from claims are ignored.
    zone
        Time zone of dates.
    """

    def __init__(
        self,
        spots: Mapping[str, Location],
        network: RoadNetwork | None,
        *,
        mode: str | TravelMode = "",
        closures: Iterable[Closure] = (),
        controls: Iterable[Control] = (),
        zone: str = "",
    ) -> None:
        self._numbers = {key: number for number, key in enumerate(spots)}
        self._spots = list(spots.values())
        self._network, self._mode, self._zone = network, mode, zone
        self._closures = [one for one in closures if one.kind == "cut" and _is_fact(one)]
        self._controls = [
            one for one in controls if one.status == "held" and one.closed_to and _is_fact(one)
        ]
        self._grounds: dict[str, Ground] = {}
        self._arcs_of: dict[str, tuple[Arcs, list[int]]] = {}
        self._shut_cache: dict[tuple[str, ...], dict[int, Windows]] = {}
        self._least: dict[tuple[str, int, int], float] = {}
        self._open_from: dict[tuple[str, int, int, int], float] = {}
        self._searches: dict[tuple[Any, ...], dict[int, float]] = {}

    # ---- travel modes ----

    def modes(self, subject: Subject) -> tuple[TravelMode, ...]:
        """The possible travel modes of a subject; none if unknown."""
        unit, told = subject.unit, self._mode
        if unit in PEOPLE:
            by_land = not told or travel_mode(told).road is not None
            names = (
                tuple(dict.fromkeys(([told] if told else []) + list(BY_LAND)))
                if by_land
                else (told,)
            )
            if self._network is None and not told:
                return ()
        else:
            names = (told or "bus",)
        able = tuple(travel_mode(name) for name in names if travel_mode(name).moves(unit))
        if not able and self._network is not None and travel_mode("bus").moves(unit):
            able = (travel_mode("bus"),)
        if self._network is None:
            able = tuple(one for one in able if one.all_the_way)
        return able

    def hours(self, subject: Subject, origin: str, destination: str, leave: float) -> float:
        """See `Travel.hours`."""
        modes = self.modes(subject)
        if not modes:
            return 0.0
        start, goal = self._numbers[origin], self._numbers[destination]
        return min(self._by(mode, subject, start, goal, leave) for mode in modes)

    # ---- roads ----

    def _ground(self, mode: TravelMode) -> Ground:
        if mode.id not in self._grounds:
            first = next(iter(self._grounds.values()), None)
            if first is not None and first.network is not None and mode.road is not None:
                self._grounds[mode.id] = first.travelled(mode)
            else:
                self._grounds[mode.id] = Ground(self._network, mode, self._spots)
        return self._grounds[mode.id]

    def _by(self, mode: TravelMode, subject: Subject, start: int, goal: int, leave: float) -> float:
        ground = self._ground(mode)
        way = ground.way(start, goal, "best")
        if not way.moving_h or mode.all_the_way or ground.network is None:
            return mode.takes(way.moving_h, "best")
        least = mode.takes(self._lenient(ground, start, goal), "best")
        if self._shut_until(subject, mode, way.edges, start, goal) <= leave:
            return least
        arrival = self._waiting(mode, subject, start, leave).get(goal, math.inf)
        return max(arrival - leave, least)

    def _shut_until(
        self, subject: Subject, mode: TravelMode, edges: Iterable[str], start: int, goal: int
    ) -> float:
        """The time from which no edge of the fastest route is closed any more."""
        shut = self._shut(subject)
        key = (mode.id, id(shut), start, goal)
        if key not in self._open_from:
            network = self._network
            assert network is not None  # noqa: S101
            ends = [end for edge in network.edge_positions(edges)
                    for _, end in shut.get(int(edge), ())]  # fmt: skip
            self._open_from[key] = max(ends, default=-math.inf)
        return self._open_from[key]

    def _lenient(self, ground: Ground, start: int, goal: int) -> float:
        """A lower bound on the hours in motion that errors in the network cannot raise."""
        key = (ground.mode.id, start, goal)
        if key not in self._least:
            self._least[key] = lenient_hours(ground, start, goal)
        return self._least[key]

    def _shut(self, subject: Subject) -> dict[int, Windows]:
        """By edge, when a subject cannot enter it."""
        names = {subject.group, subject.unit, "" if subject.unit else WHOLE} - {""}
        blocked = [one for one in self._controls if names.intersection(one.closed_to)]
        key = (*(one.id for one in blocked), *self._grounds)
        if key not in self._shut_cache:
            shut: dict[int, Windows] = defaultdict(list)
            network = self._network
            assert network is not None  # noqa: S101
            windows = [(self._closed_edges(one), one.closed) for one in self._closures]
            windows += [(network.edge_positions(one.edges), one.held) for one in blocked]
            for edges, text in windows:
                first, last = moments(text, self._zone)
                for edge in edges:
                    shut[int(edge)].append((
                        -math.inf if first is None else first,
                        math.inf if last is None else last,
                    ))  # fmt: skip
            self._shut_cache[key] = {edge: sorted(some) for edge, some in shut.items()}
        return self._shut_cache[key]

    def _closed_edges(self, closure: Closure) -> NDArray[Any]:
        """The edges that are impassable while a closure applies.

        Edges with a connector that are only partly closed are excluded: there may be a way around.
        """
        network = self._network
        assert network is not None  # noqa: S101
        stretches = network.stretches_of(closure)
        edges: NDArray[Any] = np.unique(network.segments.edge[stretches.segments])
        if not stretches.partial:
            return edges
        tied = {
            int(network.segments.edge[segment])
            for ground in self._grounds.values()
            for segment in ground.pieces.segment[(ground.pieces.last - ground.pieces.first) < 1]
        }
        partial = {int(network.segments.edge[segment]) for segment in stretches.partial}
        return np.array([one for one in edges if one not in tied & partial], np.int64)

    def _waiting(
        self, mode: TravelMode, subject: Subject, start: int, leave: float
    ) -> dict[int, float]:
        """Earliest arrival at each piece, waiting where an edge is closed.

        Dijkstra's algorithm with time-dependent costs: leaving later never means arriving earlier.
        """
        shut = self._shut(subject)
        key = (mode.id, id(shut), start, leave)
        if key in self._searches:
            return self._searches[key]
        ground = self._ground(mode)
        roots, before = ground.access(start, "best", spare=True)
        arcs, exits = self._arcs(ground)
        hours = ground.hours("best")
        edge_of = ground.network.segments.edge[ground.pieces.segment]  # type: ignore[union-attr]
        found: dict[int, float] = {}
        heap = [
            (leave + float(more), int(node), -1) for node, more in zip(roots, before, strict=True)
        ]
        while heap:
            now, node, last = heapq.heappop(heap)
            if node in found:
                continue
            found[node] = now
            for arc in range(exits[node], exits[node + 1]):
                piece = int(arcs.segment[arc])
                edge = int(edge_of[piece])
                at = now if edge == last else _opens(shut.get(edge, ()), now)
                then, head = at + float(hours[piece]), int(arcs.head[arc])
                if math.isfinite(then) and head not in found:
                    heapq.heappush(heap, (then, head, edge))
        arrivals = {}
        for goal in range(len(self._spots)):
            ends, after = ground.access(goal, "best", spare=True)
            arrivals[goal] = min(
                (
                    found.get(int(node), math.inf) + float(more)
                    for node, more in zip(ends, after, strict=True)
                ),
                default=math.inf,
            )
        self._searches[key] = arrivals
        return arrivals

    def _arcs(self, ground: Ground) -> tuple[Arcs, list[int]]:
        """The roads in both directions, ignoring one-way rules, and the first arc of each node."""
        key = ground.mode.id
        if key not in self._arcs_of:
            pieces = ground.pieces
            arcs = Arcs.of_segments(len(ground.points), pieces.tail, pieces.head)
            starts = np.searchsorted(arcs.tail, np.arange(arcs.nodes + 1)).tolist()
            self._arcs_of[key] = arcs, starts
        return self._arcs_of[key]


def _is_fact(one: Closure | Control) -> bool:
    """Whether a closure is known independently of the claims.

    A closure known only from claims is itself a claim: it must not refute others, because the
    conflict would not name it.
    """
    return bool(one.source or not one.claims)


def _opens(windows: Iterable[tuple[float, float]], now: float) -> float:
    """The first moment from now on at which an edge can be entered."""
    for first, last in windows:
        if first <= now < last:
            now = last
    return now
