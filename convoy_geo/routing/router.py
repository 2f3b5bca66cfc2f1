"""Ways on a road network: the best one, true alternatives, distances, with roads closed or open.

>>> from convoy_geo.datafiles import geodata
>>> from convoy_geo.roads.network import RoadNetwork
>>> router = Router(RoadNetwork.read(geodata("roads", "syria-iraq-2017")))
>>> route = router.route(["Sukhna", "Abu Kamal"])
>>> round(route.polyline_km, 1), "Mayadin" in route.via
(256.9, True)
"""

from __future__ import annotations

import itertools
import threading
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from convoy_geo.engines import fastengine
from convoy_geo.engines.engine import Path, ScipyEngine
from convoy_geo.engines.fastengine import FastEngine
from convoy_geo.errors import ClosureNotFoundError, MissingExtraError, NoRouteError
from convoy_geo.roads.network import CONFIDENCES
from convoy_geo.routing.alternatives import alternative_paths, shared_cost
from convoy_geo.routing.routes import OFF_ROAD_KMH, Access, Route, routes_frame
from convoy_geo.routing.stops import Stop, find_stop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from convoy_geo.engines.engine import Engine
    from convoy_geo.roads.network import Closure, RoadNetwork

    Ints = NDArray[np.integer[Any]]

__all__ = ["Access", "Route", "Router", "routes_frame"]

MANY_LOOKUPS = 50
"""After so many names all of them are kept in memory: a second and 100 MB for a million nodes."""
By = Literal["time", "length"]
SPEEDS: tuple[Literal["low", "typical", "high"], ...] = ("low", "typical", "high")


class _Closing(NamedTuple):
    """What is closed for one question, and what is only passed."""

    closures: tuple[str, ...]
    edges: Ints
    fronts: tuple[Closure, ...]
    avoided: tuple[str, ...] = ()
    segments: Ints = np.empty(0, np.int64)
    """At the nodes that are avoided, whatever their edge."""

    def __str__(self) -> str:
        return ", ".join((*self.closures, *(f"{one} avoided" for one in self.avoided)))


class Router:
    """Answers questions about ways on one network. It can be shared between threads.

    Parameters
    ----------
    network
        The roads.
    locate
        Turns a text into a place, an object with lon, lat, radius_km, road_node and name, such as
        ``case.gazetteer.locate``. Without it a text must be the name of a node.
    closures
        Closures that `at` picks from and that `closures` may name.
    engine
        ``scipy``; ``fast``, which needs the extra of this name (`convoy_geo.engines`); or
        ``auto``: fast if it is installed and the network has 20,000 segments or more. The first
        question to it waits for the order of the network, unless it came with one.

    off_road
        How the leg between a stop and the road is covered, see `OFF_ROAD_KMH` in `routes`.

    Raises
    ------
    MissingExtraError
        If ``fast`` is asked for and not installed.

    Notes
    -----
    A *stop* is the name of a node, a (lon, lat) pair, a text for `locate`, or a place; see
    `convoy_geo.routing.stops`.

    All questions take

    closures
        Ids of the router's closures, or closures: closed whatever the day. None: see `at`.
    at
        A day. With ``closures=None`` the router's cuts of that day are closed. Its fronts of that
        day are open, and `Route.passes` names those that a way goes over.
    close
        Ids of edges that are closed besides.
    avoid
        Ids of edges and names of nodes that a way must not take or go by.
    by
        What is least: travel ``time`` at typical speeds, or ``length``.
    """

    def __init__(
        self,
        network: RoadNetwork,
        *,
        locate: Callable[[str], Any] | None = None,
        closures: Iterable[Closure] = (),
        engine: Literal["auto", "scipy", "fast"] = "auto",
        off_road: Literal["foot", "vehicle"] = "foot",
    ) -> None:
        if off_road not in OFF_ROAD_KMH:
            msg = f"`off_road` must be one of {', '.join(OFF_ROAD_KMH)}, not {off_road!r}"
            raise ValueError(msg)
        if engine not in ("auto", "scipy", "fast"):
            msg = f"`engine` must be 'auto', 'scipy' or 'fast', not {engine!r}"
            raise ValueError(msg)
        if engine == "fast" and not fastengine.installed():
            what = "the engine 'fast'"
            raise MissingExtraError(what, "fast")
        large = network.node_count >= fastengine.LARGE
        self.engine = engine
        if engine == "auto":
            self.engine = "fast" if large and fastengine.installed() else "scipy"
        self.network = network
        self.closures = tuple(closures)
        self._locate = locate
        self._off_road = off_road
        self._engines: dict[str, Engine] = {}
        self._lookups = 0
        self._asked: tuple[tuple[str, ...], Ints] = ((), np.empty(0, np.int64))
        self._lock = threading.RLock()

    def route(
        self,
        stops: Sequence[Any],
        *,
        closures: Iterable[str | Closure] | None = None,
        at: date | str | None = None,
        close: Iterable[str] = (),
        avoid: Iterable[str] = (),
        by: By = "time",
    ) -> Route:
        """The best way by two stops or more, in their order.

        Returns
        -------
        Route
            With rank 0.

        Raises
        ------
        NoRouteError
            If there is no way; the message names the ends and what was closed.
        PlaceNotFoundError
            If a stop is not known.
        ClosureNotFoundError, EdgeNotFoundError
            If a closure or an edge is not known.
        """
        reached, closing = self._resolved(stops), self._closing(closures, at, close, avoid)
        with self._lock:
            engine = self._engine(by, closing)
            paths = []
            for here, there in itertools.pairwise(reached):
                path = engine.route(here.node, there.node)
                if path is None:
                    raise _no_route(here, there, closing)
                paths.append(path)
        return self._describe(_joined(paths), reached, closing, by)

    def alternatives(
        self,
        origin: Any,
        destination: Any,
        *,
        k: int = 3,
        via: Sequence[Any] = (),
        closures: Iterable[str | Closure] | None = None,
        at: date | str | None = None,
        close: Iterable[str] = (),
        avoid: Iterable[str] = (),
        by: By = "time",
        max_stretch: float = 1.25,
        max_sharing: float = 0.8,
    ) -> list[Route]:
        """The best way and up to `k` true alternatives to it; none is made up.

        The module `alternatives` has the definition. With `via`, each leg has its alternatives and
        the whole ways must differ enough; how sensible a way is, is judged leg by leg, for nobody
        chose the place to go by for its lying on a cheapest way.

        Parameters
        ----------
        origin, destination, via
            Stops.
        k
            The most alternatives wanted besides the best way.
        max_stretch
            The most that a detour may cost as a multiple of what it leaves, at least 1.
        max_sharing
            The most of the best way's cost that may be shared, from 0 to below 1.

        Returns
        -------
        list of Route
            By cost; `rank` 0 is the best way. `stretch` is the cost as a multiple of the best
            way's, `sharing` the part of the best way's cost that is shared with it.

        Raises
        ------
        NoRouteError
            If there is no way at all.
        ValueError
            If a bound is out of its range.
        """
        if not (k >= 0 and max_stretch >= 1 and 0 <= max_sharing < 1):
            msg = (
                "`k` must be 0 or more, `max_stretch` 1 or more, `max_sharing` from 0 to below 1, "
                f"not {k!r}, {max_stretch!r}, {max_sharing!r}"
            )
            raise ValueError(msg)
        reached = self._resolved([origin, *via, destination])
        closing = self._closing(closures, at, close, avoid)
        with self._lock:
            engine = self._engine(by, closing)
            legs = []
            for here, there in itertools.pairwise(reached):
                legs.append(
                    alternative_paths(
                        engine,
                        here.node,
                        there.node,
                        k=k,
                        max_stretch=max_stretch,
                        max_sharing=max_sharing,
                    )
                )
                if not legs[-1]:
                    raise _no_route(here, there, closing)
            paths = legs[0] if len(legs) == 1 else _combined(engine, legs, k, max_sharing)
            best = paths[0]
            routes = []
            for rank, path in enumerate(paths):
                shared = shared_cost(engine, path, [best])
                routes.append(
                    self._describe(
                        path,
                        reached,
                        closing,
                        by,
                        rank=rank,
                        stretch=path.cost / best.cost if rank else 1.0,
                        sharing=shared / best.cost if rank else 1.0,
                        why=_why(path, best, shared, by) if rank else f"the least {by} of all",
                    )
                )
        return routes

    def table(
        self,
        origins: Sequence[Any],
        destinations: Sequence[Any] | None = None,
        *,
        closures: Iterable[str | Closure] | None = None,
        at: date | str | None = None,
        close: Iterable[str] = (),
        avoid: Iterable[str] = (),
        by: By = "time",
    ) -> pd.DataFrame:
        """What the best ways between many stops cost.

        Parameters
        ----------
        origins, destinations
            Stops; without destinations, between all origins.

        Returns
        -------
        DataFrame
            One row an origin, one column a destination: hours by ``time``, typical kilometres by
            ``length``, infinite where there is no way.
        """
        rows = [self._stop(stop) for stop in origins]
        columns = rows if destinations is None else [self._stop(stop) for stop in destinations]
        closing = self._closing(closures, at, close, avoid)
        with self._lock:
            costs = self._engine(by, closing).table(
                [stop.node for stop in rows], [stop.node for stop in columns]
            )
        unit = 1 / 3600 if by == "time" else self.network.road_factor.typical / 1000
        return pd.DataFrame(
            costs * unit, [stop.name for stop in rows], [stop.name for stop in columns]
        )

    # ---- what is asked ----

    def _engine(self, by: By, closing: _Closing) -> Engine:
        if by not in self._engines:
            if by not in ("time", "length"):
                msg = f"`by` must be 'time' or 'length', not {by!r}"
                raise ValueError(msg)
            network = self.network
            cost = network.seconds() if by == "time" else network.segments.km * 1000
            self._engines[by] = (
                FastEngine(network.order, cost)
                if self.engine == "fast"
                else ScipyEngine(network.arcs, cost)
            )
        engine = self._engines[by]
        engine.close(
            np.concatenate([self.network.segments_of(closing.edges), closing.segments])
            if len(closing.edges) + len(closing.segments)
            else closing.segments
        )
        return engine

    def _closing(
        self,
        closures: Iterable[str | Closure] | None,
        at: date | str | None,
        close: Iterable[str],
        avoid: Iterable[str] = (),
    ) -> _Closing:
        today = () if at is None else tuple(one for one in self.closures if one.active(at))
        if closures is None:
            chosen = [one for one in today if one.kind == "cut"]
        else:
            chosen = [self._closure(one) if isinstance(one, str) else one for one in closures]
        ids = {one.id for one in chosen}
        fronts = tuple(one for one in today if one.kind == "front" and one.id not in ids)
        by_hand, avoided = tuple(close), tuple(avoid)
        closed = [self.network.edges_of(one) for one in chosen]
        nodes = {one: self.network.node_position(one) for one in avoided}
        ways = self.network.edge_positions(one for one in avoided if nodes[one] is None)
        places = [node for node in nodes.values() if node is not None]
        return _Closing(
            (*dict.fromkeys(one.id for one in chosen), *by_hand),
            np.concatenate([*closed, self._positions_of(by_hand), ways]),
            fronts,
            avoided,
            self._segments_at(places),
        )

    def _positions_of(self, edge_ids: tuple[str, ...]) -> Ints:
        """Positions of edges; who asks about one closing mostly asks again."""
        known = self._asked
        if known[0] != edge_ids:
            known = self._asked = (edge_ids, self.network.edge_positions(edge_ids))
        return known[1]

    def _segments_at(self, nodes: Sequence[int]) -> Ints:
        """Every segment that ends at one of these nodes."""
        if not nodes:
            return np.empty(0, np.int64)
        segments = self.network.segments
        return np.flatnonzero(np.isin(segments.tail, nodes) | np.isin(segments.head, nodes))

    def _closure(self, closure_id: str) -> Closure:
        for closure in self.closures:
            if closure.id == closure_id:
                return closure
        known = ", ".join(closure.id for closure in self.closures) or "none"
        msg = f"no closure has the id {closure_id!r}; known: {known}"
        raise ClosureNotFoundError(msg)

    def _resolved(self, stops: Sequence[Any]) -> list[Stop]:
        if isinstance(stops, str) or len(stops) < 2:
            msg = f"`stops` must be a list of two stops or more, not {stops!r}"
            raise ValueError(msg)
        return [self._stop(stop) for stop in stops]

    def _stop(self, stop: Any) -> Stop:
        if isinstance(stop, str):
            self._lookups += 1
            node = self._places.get(stop) if self._lookups > MANY_LOOKUPS else None
            if node is not None:
                return Stop(str(stop), node)
        return find_stop(self.network, stop, self._locate)

    @cached_property
    def _places(self) -> dict[str, int]:
        """Every node's position by its name; a stored network else looks through all names."""
        everyone = np.arange(self.network.node_count)
        return {name: node for node, name in enumerate(self.network.node_names(everyone))}

    # ---- what is answered ----

    def _describe(
        self, path: Path, stops: Sequence[Stop], closing: _Closing, by: By, **more: Any
    ) -> Route:
        network, arcs = self.network, self.network.arcs
        segments = arcs.segment[path.arcs]
        driven = network.segments.edge[segments]
        edges = driven[np.diff(driven, prepend=-1) != 0]
        km = float(network.segments.km[segments].sum())
        factor = network.road_factor
        hours = {speed: float(network.seconds(speed, segments).sum()) / 3600 for speed in SPEEDS}
        inner = path.nodes[1:-1]
        sights = network.sights[inner]
        ranks = network.confidence_ranks[edges]
        return Route(
            by=by,
            stops=tuple(stop.name for stop in stops),
            nodes=(),
            edges=(),
            via=_names(network, inner[sights > 0]),
            landmarks=_names(network, inner[sights > 1]),
            polyline_km=km,
            length_km=km * factor.typical,
            length_km_low=km * factor.low,
            length_km_high=km * factor.high,
            duration_h=hours["typical"],
            duration_h_low=hours["high"],
            duration_h_high=hours["low"],
            geometry=network.line(segments, arcs.forward[path.arcs], int(path.nodes[0])),
            confidence=CONFIDENCES[int(ranks.min())] if len(ranks) else "high",
            access=tuple(
                replace(stop.access, kind=self._off_road) for stop in stops if stop.access
            ),
            closures=closing.closures,
            avoided=closing.avoided,
            passes=tuple(
                front.id
                for front in closing.fronts
                if np.isin(edges, network.edges_of(front)).any()
            ),
            **more,
        ).later(
            nodes=lambda: tuple(network.node_names(path.nodes)),
            edges=lambda: tuple(network.edge_ids(edges)),
        )


def _names(network: RoadNetwork, nodes: Ints) -> tuple[str, ...]:
    """The names of nodes, each once."""
    return tuple(dict.fromkeys(network.node_names(nodes))) if len(nodes) else ()


def _no_route(here: Stop, there: Stop, closing: _Closing) -> NoRouteError:
    closed = f"with {closing} closed" if str(closing) else "though nothing is closed"
    return NoRouteError(f"no road leads from {here.name!r} to {there.name!r}, {closed}")


def _why(path: Path, best: Path, shared: float, by: By) -> str:
    """Why an alternative was kept."""
    detour, left = path.cost - shared, best.cost - shared
    times = f"{detour / left:.2f} times" if left > 0 else "no more than"
    piece = f"{detour / 240:.1f} min" if by == "time" else f"{detour / 4000:.1f} km"
    return (
        f"shares {shared / best.cost:.0%} with the best way; where it leaves it, it costs {times} "
        f"what it leaves; every piece of it up to {piece} is itself the best way between its ends"
    )


def _joined(paths: Sequence[Path]) -> Path:
    """Several legs as one way."""
    return Path(
        np.concatenate([paths[0].nodes, *(path.nodes[1:] for path in paths[1:])]),
        np.concatenate([path.arcs for path in paths]),
        sum(path.cost for path in paths),
    )


def _combined(
    engine: Engine, legs: Sequence[Sequence[Path]], k: int, max_sharing: float
) -> list[Path]:
    """Whole ways of each leg's alternatives that differ enough; at most two legs leave the best."""
    best = _joined([leg[0] for leg in legs])
    whole = []
    for changed in itertools.chain(
        itertools.combinations(range(len(legs)), 1), itertools.combinations(range(len(legs)), 2)
    ):
        for choice in itertools.product(*(range(1, len(legs[leg])) for leg in changed)):
            picks = dict(zip(changed, choice, strict=True))
            parts = [leg[picks.get(number, 0)] for number, leg in enumerate(legs)]
            whole.append(_joined(parts))
    chosen = [best]
    for path in sorted(whole, key=lambda one: one.cost):
        if len(chosen) > k:
            break
        if shared_cost(engine, path, chosen) <= max_sharing * best.cost:
            chosen.append(path)
    return chosen
