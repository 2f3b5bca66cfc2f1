"""What a closure changes: the ways with it and without it, one beside the other."""

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
    """The best route and its alternatives with closures and without them, paired.

    Parameters
    ----------
    router
        Is asked twice.
    origin, destination, via, avoid, weight, k, max_stretch, max_sharing
        As `Router.alternatives` takes them, both times.
    closures, when
        As `Router.alternatives` takes them, the second time.

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
