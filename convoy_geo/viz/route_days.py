"""On which days a reported route is drawn: surely, perhaps, and as past.

A day is *stated* if a claim of the route names that one day, or the column ``stated`` does. All
other days of the route are *uncertain*: somebody says that it happened within them, nobody on
which. A route is never drawn before the routes that must come before it can have begun.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from convoy_geo.analysis.intervals import ALWAYS, days

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from convoy_geo.dates.interval import Interval
    from convoy_geo.model.claims import Claim, ReportedRoute

__all__ = ["RouteDays", "route_days"]

Span = tuple[int, int]
"""First and last day, both included: by default proleptic Gregorian ordinals."""


@dataclass(frozen=True)
class RouteDays:
    """The days of a route.

    Parameters
    ----------
    stated
        Days for which a claim states it, as spans in order; they do not touch.
    first, last
        The first and the last day on which it may have been; None if no day is known.
    """

    stated: tuple[Span, ...]
    first: int | None
    last: int | None

    def state(self, day: int) -> str:
        """``stated``, ``uncertain``, ``past``, or nothing, for a day."""
        if self.first is None or self.last is None:
            return "uncertain"
        if any(first <= day <= last for first, last in self.stated):
            return "stated"
        if day > self.last:
            return "past"
        return "uncertain" if day >= self.first else ""


def route_days(
    routes: Iterable[ReportedRoute],
    claims: Mapping[str, Claim],
    *,
    span: Callable[[Interval], Span] = days,
    always: Span = ALWAYS,
) -> dict[str, RouteDays]:
    """The days of each route by its id; its hours, where `span` counts hours.

    A route is stated on what is one step of `span`: a single day, or a single hour.

    Parameters
    ----------
    routes
        The reported routes of a case.
    claims
        By id.
    span
        First and last step of a date; see `convoy_geo.viz.story_clock.StoryClock.span`.
    always
        What it gives for a date that is open on both sides.

    Examples
    --------
    >>> from convoy_geo.model.claims import Claim, ReportedRoute
    >>> told = {"a": Claim("a", "R", "left", "crew", "he", "", happened="2017-08-28"),
    ...         "b": Claim("b", "R", "back", "crew", "he", "", happened="2017-08-25/2017-08-30")}
    >>> out = ReportedRoute("out", "Out", ("x", "y"), ("road",), "asserted", "assumed", ("a",))
    >>> back = ReportedRoute("back", "Back", ("y", "x"), ("road",), "asserted", "assumed", ("b",),
    ...                      after=("out",))
    >>> found = route_days([out, back], told)
    >>> day = found["out"].first
    >>> [found["back"].state(day + more) for more in (-1, 0, 2, 3)]
    ['', 'uncertain', 'uncertain', 'past']
    """
    by_id = {route.id: route for route in routes}
    found: dict[str, RouteDays] = {}

    def of(key: str, waiting: frozenset[str]) -> RouteDays:
        if key not in found:
            route = by_id[key]
            own = _own_days(route, claims, span, always)
            before = [
                of(other, waiting | {key}).first
                for other in route.after
                if other in by_id and other not in waiting and other != key
            ]
            found[key] = _not_before(
                own, max((day for day in before if day is not None), default=None)
            )
        return found[key]

    for key in by_id:
        of(key, frozenset())
    return found


def _own_days(
    route: ReportedRoute,
    claims: Mapping[str, Claim],
    span_of: Callable[[Interval], Span],
    always: Span,
) -> RouteDays:
    told = [
        span_of(claims[key].happened)
        for key in route.claims
        if key in claims and claims[key].happened
    ]
    closed = [span for span in told if span[0] > always[0] and span[1] < always[1]]
    stated = (
        [span_of(route.stated)] if route.stated else [span for span in closed if span[0] == span[1]]
    )
    if route.day:
        low, high = span_of(route.day)
    elif closed or stated:
        low = min(span[0] for span in [*closed, *stated])
        high = max(span[1] for span in [*closed, *stated])
    else:
        return RouteDays((), None, None)
    within = [(max(low, first), min(high, last)) for first, last in stated]
    return RouteDays(_merged(span for span in within if span[0] <= span[1]), low, high)


def _not_before(own: RouteDays, first: int | None) -> RouteDays:
    if first is None or own.first is None or own.last is None or own.first >= first:
        return own
    first = min(first, own.last)
    stated = ((max(first, low), high) for low, high in own.stated)
    return RouteDays(_merged(span for span in stated if span[0] <= span[1]), first, own.last)


def _merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for low, high in sorted(spans):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return tuple(merged)
