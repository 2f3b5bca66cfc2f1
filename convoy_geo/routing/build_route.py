"""Build a `Route` record from a path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from convoy_geo.errors import NoRouteError
from convoy_geo.network.schema import CONFIDENCES
from convoy_geo.routing.route import Route

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from convoy_geo.model.closures import Closure
    from convoy_geo.network.match_closures import Stretches
    from convoy_geo.network.usable import Usable
    from convoy_geo.routing.path_geometry import Course
    from convoy_geo.routing.waypoints import Stop

    Ints = NDArray[np.integer[Any]]

__all__ = ["Closing", "describe", "no_route", "why"]


LATER = (
    "nodes", "edges", "via", "landmarks", "duration_h", "duration_h_low", "duration_h_high",
    "pieces", "confidence",
)  # fmt: skip
WATCHED = ("border_control", "checkpoint")
MOST_NAMED = 12
"""Maximum number of closed roads listed in an error."""


class Closing(NamedTuple):
    """The closures of one query, and the fronts that a route may cross.

    Parameters
    ----------
    closures
        Ids of closures, and of edges closed by the caller.
    segments
        Positions of all closed segments.
    fronts
        Fronts that stay open, with the stretches of each.
    avoided
        Edges and nodes that a route must avoid.
    partial
        The closed parts of partly closed segments, from 0 to 1.
    """

    closures: tuple[str, ...]
    segments: Ints
    fronts: tuple[tuple[Closure, Stretches], ...]
    avoided: tuple[str, ...]
    partial: dict[int, list[tuple[float, float]]]

    def __str__(self) -> str:
        every = (*self.closures, *(f"{one} avoided" for one in self.avoided))
        more = len(every) - MOST_NAMED
        return ", ".join(every[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def describe(
    usable: Usable,
    course: Course,
    stops: Sequence[Stop],
    closing: Closing,
    weight: str,
    *,
    rank: int = 0,
    stretch: float = 1.0,
    sharing: float = 1.0,
    why: str = "",
) -> Route:
    """Build the route of a path; expensive values are computed on first use.

    Parameters
    ----------
    usable
        The roads usable by the travel mode.
    course
        The path geometry.
    stops, closing, weight
        Arguments of the query.
    rank, stretch, sharing, why
        For one of several routes; see `Route`.
    """
    network = usable.network
    segments, parts, factor = course.segments, course.parts, network.road_factor
    whole = network.segments.km[segments]
    km = float((whole if parts is None else whole * parts).sum())

    def edges() -> Ints:
        driven: Ints = network.segments.edge[segments]
        once: Ints = driven[np.diff(driven, prepend=-1) != 0]
        return once

    def sights(least: int) -> tuple[str, ...]:
        seen = course.inner[network.sights[course.inner] >= least]
        return tuple(dict.fromkeys(network.node_names(seen))) if len(seen) else ()

    def confidence() -> str:
        ranks = network.confidence_ranks[edges()]
        return CONFIDENCES[int(ranks.min())] if len(ranks) else "high"

    def hours(speed: Literal["low", "typical", "high"]) -> float:
        seconds = usable.seconds(speed)[segments]
        return float((seconds if parts is None else seconds * parts).sum()) / 3600

    unknown: Any = None  # until first use
    return Route(
        by=weight,
        stops=tuple([stop.name for stop in stops]),
        polyline_km=km,
        length_km=km * factor.typical,
        length_km_low=km * factor.low,
        length_km_high=km * factor.high,
        geometry=course.line,
        access=course.access,
        closures=closing.closures,
        avoided=closing.avoided,
        mode=usable.mode.id,
        restricted=_restricted(usable, segments),
        borders=_borders(usable, course),
        passes=tuple(
            [
                front.id
                for front, over in closing.fronts
                if over.met_by(segments, course.begin, course.end)
            ]
        ),
        **dict.fromkeys(LATER, unknown),
        rank=rank,
        stretch=stretch,
        sharing=sharing,
        why=why,
    ).later(
        nodes=lambda: tuple(network.node_names(course.nodes)),
        edges=lambda: tuple(network.edge_ids(edges())),
        via=lambda: sights(1),
        landmarks=lambda: sights(2),
        duration_h=lambda: hours("typical"),
        duration_h_low=lambda: hours("high"),
        duration_h_high=lambda: hours("low"),
        pieces=lambda: tuple(
            zip(segments.tolist(), course.begin.tolist(), course.end.tolist(), strict=True)
        ),
        confidence=confidence,
    )


def _restricted(usable: Usable, segments: Ints) -> tuple[str, ...]:
    """Ids of the edges that may only be used at the ends of routes."""
    private = segments[usable.ends_only[segments]]
    if not len(private):
        return ()
    edges = usable.network.segments.edge[private]
    return tuple(dict.fromkeys(usable.network.edge_ids(edges)))


def _borders(usable: Usable, course: Course) -> tuple[str, ...]:
    """Names of the nodes with a border control or a checkpoint."""
    coded = usable.network.barriers
    if coded is None or not len(course.nodes):
        return ()
    codes, words = coded
    watched = np.array([word in WATCHED for word in words], np.bool_)
    nodes = course.nodes[watched[codes[course.nodes]]]
    return tuple(usable.network.node_names(nodes)) if len(nodes) else ()


def no_route(here: Stop, there: Stop, closing: Closing, mode: str) -> NoRouteError:
    """The error that names both ends, the travel mode and the closures."""
    closed = f"with {closing} closed" if str(closing) else "though nothing is closed"
    ends = f"{here.name!r} to {there.name!r}"
    return NoRouteError(f"no road leads from {ends}, {closed} (mode: {mode})")


def why(cost: float, best: float, shared: float, weight: Literal["time", "length"]) -> str:
    """Why an alternative was kept: from its cost, the best route's, and the shared cost."""
    detour, left = cost - shared, best - shared
    times = f"{detour / left:.2f} times" if left > 0 else "no more than"
    piece = f"{detour / 240:.1f} min" if weight == "time" else f"{detour / 4000:.1f} km"
    return (
        f"shares {shared / best:.0%} with the best route; its detour costs {times} the "
        f"part it replaces; every piece of up to {piece} is itself the best route between its ends"
    )
