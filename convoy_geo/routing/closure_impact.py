"""A closure of uncertain position on a stretch of road: routes for every possible position.

A closure blocks the segment on which it lies, the piece between two neighbouring nodes; both ends
remain reachable, each from its own side. All positions on one segment have the same answer, and so
do those on consecutive segments without a junction or a stop between them. So one query per such
chain gives the exact answer for all positions, of which there are infinitely many. A chain that no
route within the stretch bound can use changes nothing and is skipped: a route through it, and a
detour around part of such a route, would exceed the bound.

*Shares are shares of the stretch's length as drawn. They are not probabilities*: nothing is known
about where on the stretch the closure was likely to be.

>>> from convoy_geo.case.case import read_case
>>> answer = read_case().closure_impact("cratered_road", "Sukhna", "Abu Kamal", weight="length")
>>> [(fate.cut, len(fate.route.edges)) for fate in answer.fates]
[('never', 8), ('whatever', 5)]
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from convoy_geo.display import shown
from convoy_geo.errors import ClosureNotFoundError, NoRouteError
from convoy_geo.network.network import CRS
from convoy_geo.routing.closure_segments import chains, stretch_of
from convoy_geo.routing.edge_usage import driven_segments

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from convoy_geo.model.closures import Closure
    from convoy_geo.network.network import RoadNetwork
    from convoy_geo.routing.closure_segments import Stretch
    from convoy_geo.routing.router import Route, Router
    from convoy_geo.routing.waypoints import Stop

    Ints = NDArray[np.integer[Any]]

__all__ = ["NOTE", "ClosureImpact", "Fate", "Positions", "closure_impact"]

NOTE = "shares are shares of the stretch's length, not probabilities"


@dataclass(frozen=True)
class Positions:
    """Positions of a closure that leave the same routes.

    Parameters
    ----------
    pieces
        From and to, in km along the stretch, in order; adjacent pieces are merged.
    km
        Their total length.
    share
        Share of the stretch's length; not a probability.
    routes
        The best route and the alternatives that remain; empty if there is none.
    """

    pieces: tuple[tuple[float, float], ...]
    km: float
    share: float
    routes: tuple[Route, ...]


@dataclass(frozen=True)
class Fate:
    """The effect on one route.

    Parameters
    ----------
    route
        The route.
    cut
        Blocked at ``whatever`` position, at ``some``, or ``never``.
    share
        Share of the stretch's length that lies on the route; not a probability.
    open
        Whether it is among the best routes with the stretch open; if not, a closure makes it one.
    """

    route: Route
    cut: Literal["whatever", "some", "never"]
    share: float
    open: bool


@shown
@dataclass(frozen=True)
class ClosureImpact:
    """The routes between two places with a closure somewhere on a stretch.

    Parameters
    ----------
    closure, origin, destination
        Id of the closure, and the ends as given.
    by
        What was minimised, ``time`` or ``length``.
    at
        The date whose other closures applied; empty for none.
    stretch_km
        Length of the stretch as drawn.
    open_routes
        The routes with the stretch open.
    positions
        All positions, grouped by remaining routes; their shares sum to 1.
    fates
        The routes with the stretch open, and those that a closure adds.
    """

    closure: str
    origin: str
    destination: str
    by: str
    at: str
    stretch_km: float
    open_routes: tuple[Route, ...]
    positions: tuple[Positions, ...]
    fates: tuple[Fate, ...]

    @property
    def share_without_way(self) -> float:
        """Share of the stretch's length where a closure leaves no route; not a probability."""
        return sum(group.share for group in self.positions if not group.routes)

    def to_frame(self) -> gpd.GeoDataFrame:
        """One row for each group of positions and remaining route, with the route's line.

        Returns
        -------
        GeoDataFrame
            EPSG:4326: group, from_to_km (``|`` between pieces), km, share, rank (missing where no
            route remains), length_km, duration_h, via, edges, confidence, passes.
        """
        rows, lines = [], []
        for number, group in enumerate(self.positions):
            where = {
                "group": number,
                "from_to_km": "|".join(f"{low:.1f}-{high:.1f}" for low, high in group.pieces),
                "km": group.km,
                "share": group.share,
            }
            for route in group.routes or (None,):
                rows.append(where | (_columns(route) if route else {}))
                lines.append(route.geometry if route else None)
        frame = pd.DataFrame(rows, columns=["group", "from_to_km", "km", "share", *COLUMNS])
        frame = frame.astype({"rank": "Int64"})
        return gpd.GeoDataFrame(frame, geometry=lines, crs=CRS)

    def fates_frame(self) -> gpd.GeoDataFrame:
        """One row per route: cut, share, open, rank and the other columns of `to_frame`."""
        rows = [
            {"cut": fate.cut, "share": fate.share, "open": fate.open} | _columns(fate.route)
            for fate in self.fates
        ]
        frame = pd.DataFrame(rows, columns=["cut", "share", "open", *COLUMNS])
        return gpd.GeoDataFrame(frame, geometry=[one.route.geometry for one in self.fates], crs=CRS)

    def to_dict(self) -> dict[str, Any]:
        """The result as plain values for JSON; lengths to 10 m, shares to four digits."""
        return {
            "closure": self.closure,
            "from": self.origin,
            "to": self.destination,
            "by": self.by,
            "at": self.at,
            "stretch_km": round(self.stretch_km, 2),
            "open_routes": [route.properties() for route in self.open_routes],
            "positions": [
                {
                    "pieces_km": [[round(low, 2), round(high, 2)] for low, high in group.pieces],
                    "km": round(group.km, 2),
                    "share": round(group.share, 4),
                    "routes": [route.properties() for route in group.routes],
                }
                for group in self.positions
            ],
            "fates": [
                {
                    "cut": fate.cut,
                    "share": round(fate.share, 4),
                    "open": fate.open,
                    "route": fate.route.properties(),
                }
                for fate in self.fates
            ],
            "note": NOTE,
        }


COLUMNS = ("rank", "length_km", "duration_h", "via", "edges", "confidence", "passes")


def _columns(route: Route) -> dict[str, Any]:
    values = {name: getattr(route, name) for name in COLUMNS}
    return {k: "|".join(v) if isinstance(v, tuple) else v for k, v in values.items()}


def closure_impact(
    router: Router,
    closure: str | Closure,
    origin: Any,
    destination: Any,
    *,
    when: date | str | None = None,
    avoid: Iterable[str] = (),
    weight: Literal["time", "length"] = "time",
    k: int = 3,
    max_stretch: float = 1.25,
    max_sharing: float = 0.8,
) -> ClosureImpact:
    """The routes between two places for every position of a closure on its stretch.

    Parameters
    ----------
    router
        The router of the network.
    closure
        Id of one of the router's closures, or a closure of any kind and date. For its stretch see
        `convoy_geo.routing.closure_segments`.
    origin, destination
        Stops.
    when
        A date: other roads closed on that date are closed too. None: no other closures.
    avoid
        Ids of edges and names of nodes that a route must avoid.
    weight, k, max_stretch, max_sharing
        As for `Router.alternatives`.

    Raises
    ------
    ClosureNotFoundError
        If the router has no closure with this id.
    RoadDataError
        If the stretch is not on the network.
    PlaceNotFoundError, NoRouteError
        If a stop is unknown, or not on the network.

    Notes
    -----
    A closure exactly at a node, which would close every road there, is ignored: such positions have
    no length. If a stop is connected to a road of the stretch, a closure of that piece of road
    blocks this connector, and the stop uses its other connectors.

    Cost: one query for each chain of segments that a route within the bound can use; ``k=0``, for
    the best route alone, is fast.
    """
    chosen = _closure(router, closure)
    stretch = stretch_of(router.network, chosen)
    router = router.with_closures(
        one for one in router.closures if one.kind == "front" or one.id != chosen.id
    )
    what: dict[str, Any] = {"when": when, "avoid": tuple(avoid), "weight": weight}
    bounds: dict[str, Any] = {"k": k, "max_stretch": max_stretch, "max_sharing": max_sharing}

    def ask(cut: Sequence[int]) -> tuple[Route, ...]:
        try:
            if k == 0:  # much faster
                routes = [router.route([origin, destination], cut=cut, **what)]
            else:
                routes = router.alternatives(origin, destination, cut=cut, **bounds, **what)
        except NoRouteError:
            return ()
        also = (chosen.id,) if len(cut) else ()
        return tuple(replace(one, closures=(*one.closures, *also)) for one in routes)

    # a stop off the network is an error; no route is a valid answer
    ends = [router.stop(stop) for stop in (origin, destination)]
    opened = ask(())
    linked = chains(router.network, stretch.segments, _nodes_at(router.network, ends))
    used = router.usable(origin, destination, max_stretch=max_stretch if k else 1.0, **what)
    answers = [
        ask([int(stretch.segments[chain[0]])])
        if opened and used[stretch.segments[chain]].any()
        else opened
        for chain in linked
    ]
    return ClosureImpact(
        closure=chosen.id,
        origin=ends[0].name,
        destination=ends[1].name,
        by=weight,
        at="" if when is None else str(when),
        stretch_km=stretch.length_km,
        open_routes=opened,
        positions=_grouped(stretch, linked, answers),
        fates=_fates(router.network, stretch, opened, answers),
    )


def _nodes_at(network: RoadNetwork, stops: Iterable[Stop]) -> set[int]:
    """Nodes of stops, and the ends of the segments to which stops are connected."""
    nodes = {stop.node for stop in stops if not stop.joints}
    joints = [joint.segment for stop in stops for joint in stop.joints]
    for ends in (network.segments.tail, network.segments.head):
        nodes.update(ends[joints].tolist())
    return nodes


def _closure(router: Router, closure: str | Closure) -> Closure:
    if not isinstance(closure, str):
        return closure
    for one in router.closures:
        if one.id == closure:
            return one
    known = ", ".join(one.id for one in router.closures) or "none"
    msg = f"no closure has the id {closure!r}; known: {known}"
    raise ClosureNotFoundError(msg)


def _key(route: Route) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return route.nodes, route.edges


def _grouped(
    stretch: Stretch, chains: Sequence[Ints], answers: Iterable[tuple[Route, ...]]
) -> tuple[Positions, ...]:
    """Merge the chains with the same answer, in order along the stretch."""
    same: dict[Any, tuple[list[int], tuple[Route, ...]]] = {}
    for chain, routes in zip(chains, answers, strict=True):
        group = same.setdefault(tuple(map(_key, routes)), ([], routes))
        group[0].extend(chain.tolist())
    start, total = stretch.start_km, stretch.length_km
    groups = []
    for places, routes in same.values():
        pieces: list[list[float]] = []
        for place in sorted(places):
            low, high = float(start[place]), float(start[place] + stretch.km[place])
            if pieces and np.isclose(pieces[-1][1], low, rtol=0, atol=1e-9):
                pieces[-1][1] = high
            else:
                pieces.append([low, high])
        km = float(stretch.km[places].sum())
        joined = tuple((low, high) for low, high in pieces)
        groups.append(Positions(joined, km, km / total, routes))
    return tuple(sorted(groups, key=lambda group: group.pieces))


def _fates(
    network: RoadNetwork,
    stretch: Stretch,
    opened: tuple[Route, ...],
    answers: Iterable[tuple[Route, ...]],
) -> tuple[Fate, ...]:
    ways = {_key(route): (route, True) for route in opened}
    for routes in answers:
        for route in routes:
            ways.setdefault(_key(route), (route, False))
    fates = []
    for route, was_open in ways.values():
        on_it = np.isin(stretch.segments, driven_segments(network, route))
        share = float(stretch.km[on_it].sum()) / stretch.length_km
        cut: Literal["whatever", "some", "never"] = "some"
        if not on_it.any():
            cut = "never"
        elif not stretch.km[~on_it].any():
            cut, share = "whatever", 1.0
        fates.append(Fate(route, cut, share, was_open))
    return tuple(fates)
