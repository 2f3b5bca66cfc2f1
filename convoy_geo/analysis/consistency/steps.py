"""The moments at which a scenario is examined.

A moment is a time with a rank: rank 0 is the time itself, rank 1, 2, ... come just after it and -1
just before, so that different situations can follow each other at once. There are two kinds of
timelines:

*Free*, where moves take no time. Situations at different moments are linked only by the number of
units, so each condition that must hold at some moment gets its own moment in each interval between
window ends where it could be easiest to satisfy. This is exact.

*Travelled*, where moves take time. If a scenario exists at all, there is one in which everything
happens as early as possible: at the start of a window, or a sum of travel times later. With all of
these moments the timeline is exact; with only some of them (`exact` is False) a scenario found is
valid, but finding none proves nothing.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from convoy_geo.analysis.consistency.model import Condition, Problem

__all__ = ["Moment", "Timeline", "free_timeline", "round_down", "travelled_timeline"]

Moment = tuple[float, int]
"""Hours, and the rank."""
DAY_H = 24.0
DIGITS = 1e6
"""Fractions of an hour to which times are rounded: 4 milliseconds."""


@dataclass(frozen=True)
class Timeline:
    """The moments of a scenario, in order.

    Parameters
    ----------
    moments
        Time and rank.
    own
        By condition (its index in the list), the moments at which it may hold; by default all
        moments of its window.
    exact
        Whether the absence of a scenario on these moments means that there is none.
    """

    moments: tuple[Moment, ...]
    own: Mapping[int, frozenset[Moment]] = field(default_factory=dict)
    exact: bool = True

    def halved(self) -> Timeline:
        """The same with an additional moment between any two, and one more for each condition."""
        moments = set(self.moments)
        own = {}
        for (time, rank), (later, _) in pairwise(self.moments):
            if math.isfinite(time) and math.isfinite(later) and later > time:
                middle = round_down((time + later) / 2)
                if time < middle < later:
                    moments |= {(middle, 0), (middle, 1)}
            moments.add((time, rank + 1) if rank >= 0 else (time, 0))
        for index, mine in self.own.items():
            more = {(time, rank + 1) for time, rank in mine if rank > 0}
            own[index] = mine | more
        return Timeline(tuple(sorted(moments.union(*own.values()))), own, self.exact)


def round_down(hours: float) -> float:
    """Truncate a time to a fixed number of digits, so that equal sums are equal."""
    return math.floor(hours * DIGITS + 1e-3) / DIGITS if math.isfinite(hours) else hours


def _ends(conditions: Iterable[Condition]) -> list[float]:
    ends = {end for one in conditions for end in (one.first, one.last) if math.isfinite(end)}
    return sorted(ends)


def free_timeline(  # noqa: C901
    problem: Problem, conditions: Sequence[Condition]
) -> Timeline:
    """The timeline of conditions if moves take no time.

    Parameters
    ----------
    problem
        Unique and ordered events.
    conditions
        The conditions of one component.
    """
    timed = [(i, one) for i, one in enumerate(conditions) if one.form in ("count", "whole")]
    points = _ends(one for _, one in timed)
    stretches = [-math.inf, *points]
    holding = [(i, one) for i, one in timed if one.lasting]
    signs = {at: frozenset(i for i, one in holding if one.covers(at, 1)) for at in stretches}
    moments: set[Moment] = set()
    for _, one in holding:
        moments.add((one.first, 0) if math.isfinite(one.first) else (-math.inf, 1))
    own: dict[int, set[Moment]] = defaultdict(set)
    wanted: dict[float, list[int]] = defaultdict(list)
    events = {i: one for i, one in timed if not one.lasting and one.event}
    for i, one in timed:
        if one.left and math.isfinite(one.last):
            moments.add((one.last, 1))
        if one.arrived and math.isfinite(one.first):
            moments.add((one.first, -1))
        if one.lasting:
            continue
        inside = [at for at in stretches if one.covers(at, 1)]
        if i in events:
            own[i] |= {(at, 0) for at in points if one.covers(at, 0)}
        elif one.first == one.last:
            own[i].add((one.first, 0))
            continue
        else:
            inside = _easiest(inside, signs)
        for at in inside:
            wanted[at].append(i)
    for at, some in wanted.items():
        for rank, cluster in enumerate(_clusters(problem, events, some), start=2):
            for i in cluster:
                own[i].add((at, rank))
    moments = moments.union(*own.values())
    return Timeline(tuple(sorted(moments)), {i: frozenset(mine) for i, mine in own.items()})


def _easiest(stretches: list[float], signs: Mapping[float, frozenset[int]]) -> list[float]:
    """The intervals during which the fewest other conditions apply; on ties the first."""
    first: dict[frozenset[int], float] = {}
    for at in stretches:
        first.setdefault(signs[at], at)
    return [at for sign, at in first.items() if not any(other < sign for other in first)]


def _clusters(
    problem: Problem, events: Mapping[int, Condition], some: Sequence[int]
) -> list[list[int]]:
    """Conditions of one interval, grouped by shared moment, in the order of events."""
    groups: list[list[int]] = []
    for i in some:
        near = [
            group for group in groups
            if i in events and any(
                j in events and problem.same_moment(events[i], events[j]) for j in group
            )
        ]  # fmt: skip
        merged = [i, *(j for group in near for j in group)]
        groups = [group for group in groups if group not in near] + [merged]

    def place(group: list[int]) -> int:
        topics = {events[i].event for i in group if i in events} & set(problem.order)
        return min((problem.order.index(topic) for topic in topics), default=-1)

    return sorted(groups, key=place)


def travelled_timeline(
    conditions: Sequence[Condition],
    arrival: Callable[[str, str, float], float],
    *,
    most_times: int,
    most_ranks: int,
    extra: Iterable[Moment] = (),
    longest_h: float = 0.0,
    flat: bool = False,
) -> Timeline:
    """The timeline of conditions if moves take time.

    Parameters
    ----------
    conditions
        The conditions of one component.
    arrival
        Earliest arrival from one place at another, leaving at a time.
    most_times, most_ranks
        Maximum number of times and ranks; if more are needed, the timeline is not exact.
    extra
        Additional moments.
    longest_h
        Longest time of any single move.
    flat
        Whether nothing can change without travel, so that no ranks are needed.
    """
    timed = [one for one in conditions if one.form in ("count", "whole")]
    moving = [one for one in timed if one.cells.places]
    once = [one for one in timed if not one.lasting]
    moments: set[Moment] = set(extra)
    base: set[float] = {time for time, _ in extra if math.isfinite(time)}
    for one in timed:
        ends = [one.first, one.last] if one.lasting or one.left else [one.first]
        base |= {end for end in ends if math.isfinite(end)}
        if one.arrived and math.isfinite(one.first):
            moments.add((one.first, -1))
        if one.left and math.isfinite(one.last):
            moments.add((one.last, 1))
    stride = longest_h + DAY_H if math.isfinite(longest_h) else DAY_H
    early = sum(math.isinf(one.first) for one in timed)
    late = sum(math.isinf(one.last) for one in timed)
    first, last = (min(base), max(base)) if base else (0.0, 0.0)
    outer = {first - stride * (n + 1) for n in range(min(early, 8))}
    outer |= {last + stride * (n + 1) for n in range(min(late, 8))}
    times, exact = set(base), early <= 8 and late <= 8
    fresh = set(base)
    for _ in range(max(0, len(timed) - 1)):
        if len(times) > most_times:
            exact = False
            break
        fresh = _sums(moving, arrival, fresh) - times
        if not fresh:
            break
        times |= fresh
    if len(times) > most_times:
        spare = sorted(times - base)
        times = base | set(spare[:: max(1, -(-len(spare) // max(1, most_times - len(base))))])
    times |= outer
    ranks = 0 if flat else max(0, len(once) - 1)
    if ranks > most_ranks:
        ranks, exact = most_ranks, False
    moments |= {(time, rank) for time in times for rank in range(ranks + 1)}
    if not moments:
        moments.add((0.0, 0))
    return Timeline(tuple(sorted(moments)), {}, exact)


def _sums(
    moving: Sequence[Condition], arrival: Callable[[str, str, float], float], times: set[float]
) -> set[float]:
    """Arrivals in a window after departures in another one's window."""
    found = set()
    for one in moving:
        leaving = [time for time in times if one.first <= time <= one.last]
        for other in moving:
            if other is one:
                continue
            for origin in one.cells.places or ():
                for goal in other.cells.places or ():
                    if goal == origin:
                        continue
                    for time in leaving:
                        at = arrival(origin, goal, time)
                        if other.first <= at <= other.last and math.isfinite(at):
                            found.add(at)
    return found
