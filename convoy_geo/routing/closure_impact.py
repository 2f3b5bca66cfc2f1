"""What a closure changes: the ways with it and without it, one beside the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from convoy_geo.errors import NoRouteError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from convoy_geo.routing.route import Route
    from convoy_geo.routing.router import Router

__all__ = ["Change", "pair_ways", "with_and_without"]


@dataclass(frozen=True)
class Change:
    """One way, and what becomes of it.

    Parameters
    ----------
    fate
        ``same``: open either way; ``lost``: only without the closures; ``new``: only with them,
        because it became the best or sensible beside a longer best.
    before, after
        The way without the closures, and with them; None where it is not among the answers.
    """

    fate: Literal["same", "lost", "new"]
    before: Route | None
    after: Route | None


def pair_ways(before: Iterable[Route], after: Iterable[Route]) -> list[Change]:
    """Ways that are the same edge by edge and node by node paired, the others alone.

    Returns
    -------
    list of Change
        Those of before in their order, then what is new.
    """
    left = {(route.nodes, route.edges): route for route in after}
    changes = []
    for route in before:
        other = left.pop((route.nodes, route.edges), None)
        changes.append(Change("lost" if other is None else "same", route, other))
    return changes + [Change("new", None, route) for route in left.values()]


def with_and_without(
    router: Router, origin: Any, destination: Any, *, close: Sequence[str] = (), **question: Any
) -> list[Change]:
    """The best way and its alternatives with closures and without them, paired.

    Parameters
    ----------
    router
        Is asked twice.
    origin, destination, close, question
        As `Router.alternatives` takes them. Without the closures means without `closures`, `at` and
        `close`; `avoid` holds both times.

    Raises
    ------
    NoRouteError
        If there is no way even without the closures.

    Examples
    --------
    >>> from convoy_geo.io.files import geodata
    >>> from convoy_geo.network.read_write import read_network
    >>> from convoy_geo.routing.router import Router
    >>> router = Router(read_network(geodata("roads", "syria-iraq-2017")))
    >>> ways = with_and_without(router, "Sukhna", "Abu Kamal", close=["E102"], by="length")
    >>> [change.fate for change in ways]
    ['same', 'lost']
    """
    bare = {name: value for name, value in question.items() if name not in ("closures", "at")}
    before = router.alternatives(origin, destination, closures=(), **bare)
    try:
        after = router.alternatives(origin, destination, close=close, **question)
    except NoRouteError:
        after = []
    return pair_ways(before, after)
