"""The effect of closures: routes with and without them, side by side."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from convoy_geo.errors import NoRouteError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from convoy_geo.model.closures import Closure
    from convoy_geo.routing.route import Route, Weight
    from convoy_geo.routing.router import Router

__all__ = ["Change", "pair_ways", "with_and_without"]


@dataclass(frozen=True)
class Change:
    """One route, and how closures affect it.

    Parameters
    ----------
    fate
        ``same``: available in both cases; ``lost``: only without the closures; ``new``: only with
        them, because it became the best or an admissible alternative.
    before, after
        The route without the closures, and with them; None if it is not in that result.
    """

    fate: Literal["same", "lost", "new"]
    before: Route | None
    after: Route | None


def pair_ways(before: Iterable[Route], after: Iterable[Route]) -> list[Change]:
    """Pair the routes that are identical edge by edge and node by node; leave the others single.

    Returns
    -------
    list of Change
        Those without closures in their order, then the new ones.
    """
    left = {(route.nodes, route.edges): route for route in after}
    changes = []
    for route in before:
        other = left.pop((route.nodes, route.edges), None)
        changes.append(Change("lost" if other is None else "same", route, other))
    return changes + [Change("new", None, route) for route in left.values()]


def with_and_without(
    router: Router,
    origin: Any,
    destination: Any,
    *,
    closures: Iterable[str | Closure] = (),
    when: date | str | None = None,
    via: Sequence[Any] = (),
    avoid: Iterable[str] = (),
    weight: Weight = "time",
    k: int = 3,
    max_stretch: float = 1.25,
    max_sharing: float = 0.8,
) -> list[Change]:
    """Pair the best route and its alternatives with closures and without them.

    Parameters
    ----------
    router
        The router; it is queried twice.
    origin, destination, via, avoid, weight, k, max_stretch, max_sharing
        Arguments of `Router.alternatives` for both queries.
    closures, when
        Arguments of `Router.alternatives` for the second query only.

    Raises
    ------
    NoRouteError
        If there is no route even without the closures.

    Examples
    --------
    >>> from convoy_geo.io.files import geodata
    >>> from convoy_geo.network.read_write import read_network
    >>> from convoy_geo.routing.router import Router
    >>> router = Router(read_network(geodata("roads", "syria-iraq-2017")))
    >>> ways = with_and_without(router, "Sukhna", "Abu Kamal", closures=["E102"], weight="length")
    >>> [change.fate for change in ways]
    ['same', 'lost']
    """
    question: dict[str, Any] = {
        "via": tuple(via), "avoid": tuple(avoid), "weight": weight,
        "k": k, "max_stretch": max_stretch, "max_sharing": max_sharing,
    }  # fmt: skip
    before = router.alternatives(origin, destination, **question)
    after: list[Route] = []
    with suppress(NoRouteError):
        after = router.alternatives(origin, destination, closures=closures, when=when, **question)
    return pair_ways(before, after)
