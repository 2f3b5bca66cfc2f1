"""Compute routes on a road network: best routes, alternatives, cost tables, with closures.

>>> from convoy_geo.io.files import geodata
>>> from convoy_geo.network.read_write import read_network
>>> router = Router(read_network(geodata("roads", "syria-iraq-2017")))
>>> route = router.route(["Sukhna", "Abu Kamal"])
>>> round(route.polyline_km, 1), "Mayadin" in route.via
(256.9, True)
"""

from __future__ import annotations

import copy
import threading
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from convoy_geo.display import shown
from convoy_geo.errors import MissingExtraError
from convoy_geo.graph import cch
from convoy_geo.graph.cch import FastEngine
from convoy_geo.graph.dijkstra import ScipyEngine
from convoy_geo.graph.virtual_nodes import Joined
from convoy_geo.model.travel_modes import travel_mode
from convoy_geo.network.match_closures import Stretches
from convoy_geo.network.store import node_ordering
from convoy_geo.network.usable import usable_roads
from convoy_geo.routing.alternatives import (
    alternative_paths,
    combine_legs,
    road_cost,
    shared_cost,
)
from convoy_geo.routing.build_route import Closing, describe, no_route, why
from convoy_geo.routing.path_geometry import course_of, join_paths, with_stops
from convoy_geo.routing.route import OFF_ROAD_KMH, Access, Route, Routes, routes_frame
from convoy_geo.routing.waypoints import Stop, choices, find_stop
from convoy_geo.type_checks import checks_methods

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date, datetime

    from numpy.typing import NDArray

    from convoy_geo.graph.dijkstra import Engine, Path
    from convoy_geo.model.closures import Closure
    from convoy_geo.model.travel_modes import TravelMode
    from convoy_geo.network.network import RoadNetwork
    from convoy_geo.network.usable import Usable
    from convoy_geo.routing.path_geometry import Course
    from convoy_geo.routing.route import Weight

    Ints = NDArray[np.integer[Any]]

__all__ = ["Access", "Route", "Router", "routes_frame"]

MANY_LOOKUPS = 50
"""Number of names after which all are cached: a second and 100 MB for a million nodes."""


def _by_road(mode: str | TravelMode) -> TravelMode:
    """A travel mode, which must use roads."""
    travel = travel_mode(mode)
    if travel.road is None:
        msg = f"`mode` must be one that uses roads, not {travel.id!r}"
        raise ValueError(msg)
    return travel


def _widened(stop: Stop) -> Stop:
    """A stop that may also use the roads near its nearest one."""
    return stop._replace(joints=stop.joints + stop.spare)


@checks_methods("Router")
@shown
class Router:
    """Computes routes on one network. It can be shared between threads.

    Parameters
    ----------
    network
        The roads.
    locate
        Converts a text to a place, an object with lon, lat, radius_km, road_node and name, for
        example ``case.gazetteer.locate``. Without it a text must be the name of a node.
    closures
        Closures that `when` selects from and that `closures` may name.
    engine
        ``scipy``; ``fast``, which requires the extra of this name (`convoy_geo.graph`); or
        ``auto``: fast if it is installed and the network has at least 20,000 segments. Its first
        query waits for the node ordering of the network, unless one is stored with the network.

    access
        How access legs are covered, see `OFF_ROAD_KMH` in `routes`.
    mode
        The travel mode or its key. One-way rules, access, barriers, turn restrictions and speeds
        follow its row in geodata/roads/modes.csv.
    hour
        A moment in local time at which time-dependent rules are evaluated. Without it, turn
        restrictions always apply, and conditional access is ignored.

    Raises
    ------
    MissingExtraError
        If ``fast`` is requested but not installed.
    ModeNotFoundError, ValueError
        If the mode is unknown, or does not use roads.

    Notes
    -----
    A *stop* is the name of a node, a (lon, lat) pair, a text for `locate`, or a place; see
    `convoy_geo.routing.waypoints`.

    All queries accept

    closures
        Closures, their ids, or ids of edges: closed regardless of the date.
    when
        A date. The router's cuts of that date are closed too. Its fronts of that date stay open,
        and `Route.passes` lists those that a route crosses.
    avoid
        Ids of edges and names of nodes that a route must avoid.
    cut
        Positions of additional closed segments of the network.
    weight
        What is minimised: travel ``time`` at typical speeds, or ``length``; access legs count.
    """

    def __init__(
        self,
        network: RoadNetwork,
        *,
        locate: Callable[[str], Any] | None = None,
        closures: Iterable[Closure] = (),
        engine: Literal["auto", "scipy", "fast"] = "auto",
        access: Literal["foot", "vehicle"] = "foot",
        mode: str | TravelMode = "bus",
        hour: datetime | None = None,
    ) -> None:
        if access not in OFF_ROAD_KMH:
            msg = f"`access` must be one of {', '.join(OFF_ROAD_KMH)}, not {access!r}"
            raise ValueError(msg)
        if engine not in ("auto", "scipy", "fast"):
            msg = f"`engine` must be 'auto', 'scipy' or 'fast', not {engine!r}"
            raise ValueError(msg)
        if engine == "fast" and not cch.installed():
            what = "the engine 'fast'"
            raise MissingExtraError(what, "fast")
        large = network.node_count >= cch.LARGE
        self.engine = engine
        if engine == "auto":
            self.engine = "fast" if large and cch.installed() else "scipy"
        self.network = network
        self.closures = tuple(closures)
        self._locate = locate
        self._access = access
        self._hour = hour
        self.mode = _by_road(mode)
        self._engines: dict[str, Engine] = {}
        self._lookups = 0
        self._asked: tuple[Any, Closing] | None = None
        self._lock = threading.RLock()

    def __getstate__(self) -> dict[str, Any]:
        """State for pickle, without the lock and the engines, which are created on first use."""
        state = self.__dict__.copy()
        del state["_lock"]
        return state | {"_engines": {}, "_asked": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Restore from pickle."""
        self.__dict__.update(state)
        self._lock = threading.RLock()

    def route(
        self,
        stops: Sequence[Any],
        *,
        closures: Iterable[str | Closure] = (),
        when: date | str | None = None,
        avoid: Iterable[str] = (),
        cut: Iterable[int] = (),
        weight: Weight = "time",
    ) -> Route:
        """The best route through two or more stops, in order.

        Returns
        -------
        Route
            The route, with rank 0.

        Raises
        ------
        NoRouteError
            If there is no route; the message names the ends and the closures.
        PlaceNotFoundError
            If a stop is unknown.
        EdgeNotFoundError
            If one of `closures` or `avoid` is unknown.
        """
        reached, closing = self._resolved(stops), self._closing(closures, when, avoid, cut)
        with self._lock:
            engine = self._engine(weight, closing)
            for tried in choices(reached):
                graph, starts, ends = with_stops(
                    engine, tried, weight, self._access, closing.partial
                )
                found = [
                    graph.route(here, there)
                    for here, there in zip(starts[:-1], ends[1:], strict=True)
                ]
                paths = [path for path in found if path is not None]
                if len(paths) == len(found):
                    break
            else:
                leg = found.index(None)
                raise no_route(reached[leg], reached[leg + 1], closing, self.mode.name)
            reached = tried
            whole = paths[0] if len(paths) == 1 else join_paths(paths)
            course = course_of(self.network, graph, whole, reached, ends, self._access)
        return describe(self.usable_roads, course, reached, closing, weight)

    def alternatives(
        self,
        origin: Any,
        destination: Any,
        *,
        k: int = 3,
        via: Sequence[Any] = (),
        closures: Iterable[str | Closure] = (),
        when: date | str | None = None,
        avoid: Iterable[str] = (),
        cut: Iterable[int] = (),
        weight: Weight = "time",
        max_stretch: float = 1.25,
        max_sharing: float = 0.8,
    ) -> Routes:
        """The best route and up to `k` alternatives to it.

        See the module `alternatives` for the definition. With `via`, each leg has its alternatives,
        and the complete routes must differ enough. Detours are judged leg by leg, because an
        intermediate stop need not lie on a cheapest route.

        Parameters
        ----------
        origin, destination, via
            Stops.
        k
            Maximum number of alternatives in addition to the best route.
        max_stretch
            Maximum cost of a detour as a multiple of the part it replaces, at least 1.
        max_sharing
            Maximum share of the best route's cost on common roads, from 0 to below 1.

        Returns
        -------
        Routes
            Sorted by cost; `rank` 0 is the best route. `stretch` is the cost as a multiple of the
            best route's, access legs included; `sharing` is the share of the best route's cost on
            common roads. No two routes have the same edges.

        Raises
        ------
        NoRouteError
            If there is no route.
        ValueError
            If a bound is out of range.
        """
        if not (k >= 0 and max_stretch >= 1 and 0 <= max_sharing < 1):
            msg = (
                "`k` must be 0 or more, `max_stretch` 1 or more, `max_sharing` from 0 to below 1, "
                f"not {k!r}, {max_stretch!r}, {max_sharing!r}"
            )
            raise ValueError(msg)
        reached = self._resolved([origin, *via, destination])
        closing = self._closing(closures, when, avoid, cut)
        bounds: dict[str, Any] = {"k": k, "max_stretch": max_stretch, "max_sharing": max_sharing}
        with self._lock:
            engine = self._engine(weight, closing)
            for tried in choices(reached):
                graph, starts, ends = with_stops(
                    engine, tried, weight, self._access, closing.partial
                )
                legs = []
                for here, there in zip(starts[:-1], ends[1:], strict=True):
                    only = graph.between_only(here, there) if isinstance(graph, Joined) else graph
                    legs.append(alternative_paths(only, here, there, **bounds))
                if all(legs):
                    break
            else:
                leg = legs.index([])
                raise no_route(reached[leg], reached[leg + 1], closing, self.mode.name)
            reached = tried
            paths = legs[0] if len(legs) == 1 else combine_legs(graph, legs, k, max_sharing)
            best = paths[0]
            shares = [shared_cost(graph, path, [best]) for path in paths]
            whole = road_cost(graph, best)
            costs = [road_cost(graph, path) for path in paths]
            courses = [
                course_of(self.network, graph, path, reached, ends, self._access) for path in paths
            ]
        chosen = _different(self.network, paths, shares, costs, courses)
        return Routes(
            describe(
                self.usable_roads,
                course,
                reached,
                closing,
                weight,
                rank=rank,
                stretch=path.cost / best.cost if rank else 1.0,
                sharing=shared / whole if rank and whole else 1.0,
                why=why(cost, whole, shared, weight) if rank else f"the least {weight} of all",
            )
            for rank, (path, shared, cost, course) in enumerate(chosen)
        )

    def table(
        self,
        origins: Sequence[Any],
        destinations: Sequence[Any] | None = None,
        *,
        closures: Iterable[str | Closure] = (),
        when: date | str | None = None,
        avoid: Iterable[str] = (),
        cut: Iterable[int] = (),
        weight: Weight = "time",
    ) -> pd.DataFrame:
        """The costs of the best routes between many stops.

        Parameters
        ----------
        origins, destinations
            Stops; if no destinations are given, between all origins.

        Returns
        -------
        DataFrame
            One row per origin, one column per destination: hours by ``time``, typical kilometres by
            ``length``, infinite where there is no route. Access legs influence the choice of route
            but are not counted, as in `Route.duration_h`.
        """
        rows = [self.stop(stop) for stop in origins]
        columns = rows if destinations is None else [self.stop(stop) for stop in destinations]
        closing = self._closing(closures, when, avoid, cut)
        with self._lock:
            engine = self._engine(weight, closing)
            costs = np.full((len(rows), len(columns)), np.inf)
            wide_rows, wide_columns = (
                [_widened(stop) for stop in part] for part in (rows, columns)
            )
            # The same order in which `choices` lets a route leave the nearest road, so that the
            # table agrees.
            tries = [
                (rows, columns), (rows, wide_columns), (wide_rows, columns),
                (wide_rows, wide_columns),
            ]  # fmt: skip
            for number, (starts, goals) in enumerate(tries):
                if number and (starts, goals) in tries[:number]:
                    continue  # no stop has spare points
                shared = starts is goals
                graph, out, into = with_stops(
                    engine,
                    starts if shared else [*starts, *goals],
                    weight,
                    self._access,
                    closing.partial,
                )
                from_, to = out[: len(rows)], into if shared else into[len(rows) :]
                if isinstance(graph, Joined):
                    found, off = graph.table(from_, to)
                    found -= off
                else:
                    found = graph.table(from_, to)
                costs = np.where(np.isfinite(costs), costs, found)
                if np.isfinite(costs).all():
                    break
        unit = 1 / 3600 if weight == "time" else self.network.road_factor.typical / 1000
        return pd.DataFrame(
            costs * unit, [stop.name for stop in rows], [stop.name for stop in columns]
        )

    def with_access(self, access: Literal["foot", "vehicle"]) -> Router:
        """The same router, including its engines, with another kind of access leg."""
        if access not in OFF_ROAD_KMH:
            msg = f"`access` must be one of {', '.join(OFF_ROAD_KMH)}, not {access!r}"
            raise ValueError(msg)
        other = copy.copy(self)
        other._access = access  # noqa: SLF001  (a copy of its own)
        return other

    def with_mode(self, mode: str | TravelMode, hour: datetime | None = None) -> Router:
        """The same router for another travel mode, and optionally another time.

        Raises
        ------
        ModeNotFoundError, ValueError
            If the mode is unknown, or does not use roads.
        """
        travel = _by_road(mode)
        if (travel, hour) == (self.mode, self._hour):
            return self
        other = copy.copy(self)
        other.mode, other._hour = travel, hour  # noqa: SLF001  (a copy of its own)
        other._engines, other._lock = {}, threading.RLock()  # noqa: SLF001
        return other

    @property
    def usable_roads(self) -> Usable:
        """The roads that the travel mode may use."""
        return usable_roads(self.network, self.mode, self._hour)

    def with_closures(self, closures: Iterable[Closure]) -> Router:
        """The same router, including its engines, with other closures for `when`."""
        other = copy.copy(self)
        other.closures = tuple(closures)
        other._asked = None  # noqa: SLF001  (a copy of its own)
        return other

    def stop(self, stop: Any) -> Stop:
        """Convert a stop to its node, or to its connectors to the roads.

        Raises
        ------
        PlaceNotFoundError, NoRouteError, RoadDataError, ValueError
            See `find_stop`.
        """
        if isinstance(stop, str):
            self._lookups += 1
            node = self._places.get(stop) if self._lookups > MANY_LOOKUPS else None
            if node is not None:
                return Stop(str(stop), node)
        return find_stop(self.network, stop, self._locate, usable=self.usable_roads)

    def usable(
        self,
        origin: Any,
        destination: Any,
        *,
        max_stretch: float = 1.25,
        closures: Iterable[str | Closure] = (),
        when: date | str | None = None,
        avoid: Iterable[str] = (),
        weight: Weight = "time",
    ) -> NDArray[np.bool_]:
        """For each segment, whether a route over it can cost at most `max_stretch` times the best.

        Parameters
        ----------
        origin, destination
            Stops. Roads to which a stop is connected are always included.
        max_stretch
            At least 1; a thousandth is added because engines round costs.

        Returns
        -------
        array of bool
            By segment of the network; all False if there is no route.
        """
        reached = self._resolved([origin, destination])
        with self._lock:
            closing = self._closing(closures, when, avoid)
            engine = self._engine(weight, closing)
            graph, (source, _), (_, target) = with_stops(
                engine, reached, weight, self._access, closing.partial
            )
            out, into = graph.tree(source), graph.tree(target, reverse=True)
            arcs = engine.arcs
            costs = engine.cost_of(np.arange(len(arcs.tail)))
        near = np.zeros(len(self.network.segments.km), np.bool_)
        best = out.cost[target]
        if np.isfinite(best):
            through = out.cost[arcs.tail] + costs + into.cost[arcs.head]
            near[arcs.segment[through <= max_stretch * best * (1 + 1e-3)]] = True
            near[[joint.segment for stop in reached for joint in stop.joints]] = True
        return near

    # ---- queries ----

    def _engine(self, weight: Weight, closing: Closing) -> Engine:
        if weight not in self._engines:
            if weight not in ("time", "length"):
                msg = f"`weight` must be 'time' or 'length', not {weight!r}"
                raise ValueError(msg)
            network, roads = self.network, self.usable_roads
            cost = roads.seconds() if weight == "time" else network.segments.km * 1000
            self._engines[weight] = (
                FastEngine(node_ordering(network, roads.arcs), cost, arcs=roads.arcs)
                if self.engine == "fast"
                else ScipyEngine(roads.arcs, cost)
            )
        engine = self._engines[weight]
        engine.close(closing.segments)
        return engine

    def _closing(
        self,
        closures: Iterable[str | Closure],
        when: date | str | None,
        avoid: Iterable[str] = (),
        cut: Iterable[int] = (),
    ) -> Closing:
        asked = (tuple(closures), when, tuple(avoid), tuple(cut))
        last = self._asked
        if last is None or last[0] != asked:  # queries often repeat the same closures
            last = self._asked = (asked, self._chosen(*asked))
        return last[1]

    def _chosen(
        self,
        closures: tuple[str | Closure, ...],
        when: date | str | None,
        avoided: tuple[str, ...],
        cut: tuple[int, ...],
    ) -> Closing:
        today = () if when is None else tuple(one for one in self.closures if one.active(when))
        chosen = [one for one in today if one.kind == "cut"]
        own = {one.id: one for one in self.closures}
        by_hand = []
        for one in closures:
            closure = own.get(one) if isinstance(one, str) else one
            if closure is None:
                by_hand.append(str(one))
            else:
                chosen.append(closure)
        ids = {one.id for one in chosen}
        fronts = tuple(one for one in today if one.kind == "front" and one.id not in ids)
        network = self.network
        nodes = {one: network.node_position(one) for one in avoided}
        ways = network.edge_positions(one for one in avoided if nodes[one] is None)
        places = [node for node in nodes.values() if node is not None]
        edges = np.concatenate([network.edge_positions(by_hand), ways])
        whole = np.concatenate(
            [self._segments_at(places), np.array(cut, np.int64), network.segments_of(edges)]
        )
        closed = Stretches.all_of(
            [Stretches.whole(whole), *(network.stretches_of(one) for one in chosen)]
        )
        return Closing(
            (*dict.fromkeys(one.id for one in chosen), *by_hand),
            np.unique(closed.segments),
            tuple((one, network.stretches_of(one)) for one in fronts),
            avoided,
            closed.partial,
        )

    def _segments_at(self, nodes: Sequence[int]) -> Ints:
        """Every segment that ends at one of these nodes."""
        if not nodes:
            return np.empty(0, np.int64)
        segments = self.network.segments
        return np.flatnonzero(np.isin(segments.tail, nodes) | np.isin(segments.head, nodes))

    def _resolved(self, stops: Sequence[Any]) -> list[Stop]:
        if isinstance(stops, str) or len(stops) < 2:
            msg = f"`stops` must be a list of two stops or more, not {stops!r}"
            raise ValueError(msg)
        return [self.stop(stop) for stop in stops]

    @cached_property
    def _places(self) -> dict[str, int]:
        """The position of every node by its name; a stored network would search all names."""
        everyone = np.arange(self.network.node_count)
        return {name: node for node, name in enumerate(self.network.node_names(everyone))}


def _different(
    network: RoadNetwork,
    paths: Sequence[Path],
    shares: Sequence[float],
    costs: Sequence[float],
    courses: Sequence[Course],
) -> list[tuple[Path, float, float, Course]]:
    """The routes without those that use the same edges as a better one."""
    seen, kept = set(), []
    for one in zip(paths, shares, costs, courses, strict=True):
        edges = network.segments.edge[one[3].segments]
        driven = tuple(edges[np.diff(edges, prepend=-1) != 0].tolist())
        if driven not in seen:
            seen.add(driven)
            kept.append(one)
    return kept
