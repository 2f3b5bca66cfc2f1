"""Conflicts that arithmetic alone proves, and parts of a large set that may contain one.

A solver finds all of these too, but one call takes milliseconds, and 2,000 claims have two million
pairs.
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from convoy_geo.analysis.consistency.model import Cells, Condition

__all__ = ["certain_pairs", "near_in_time", "too_far"]


def certain_pairs(conditions: Sequence[Condition]) -> Iterator[tuple[int, int]]:
    """Pairs of conditions that are satisfiable separately, but not together.

    Two totals without a common number; a count above a total; at one moment more units in some
    cells than in all of them; the whole in two places, or two zones, at one moment.

    Parameters
    ----------
    conditions
        The conditions of one component.
    """
    for some in _by_moment(conditions):
        for place, i in enumerate(some):
            for j in some[place + 1 :]:
                if _apart(conditions[i], conditions[j]):
                    yield i, j


def too_far(
    conditions: Sequence[Condition], arrival: Callable[[str, str, float], float]
) -> Iterator[tuple[int, int]]:
    """Pairs of conditions whose places are too far apart for the whole, in either order.

    Parameters
    ----------
    conditions
        The conditions of one component.
    arrival
        Earliest arrival from one place at another, leaving at a time; leaving earlier never means
        arriving later.
    """
    able = [(i, one) for i, one in enumerate(conditions)
            if one.form == "whole" and one.cells.places and not one.negated]  # fmt: skip
    for number, (i, one) in enumerate(able):
        for j, other in able[number + 1 :]:
            if one.subject != other.subject or _at_one_moment(one, other):
                continue
            if _out_of_reach(one, other, arrival) and _out_of_reach(other, one, arrival):
                yield i, j


def _out_of_reach(
    one: Condition, other: Condition, arrival: Callable[[str, str, float], float]
) -> bool:
    """Whether the second place cannot be reached in time from the first."""
    if math.isinf(one.first) or math.isinf(other.last):
        return False
    start = one.last if one.lasting else one.first
    end = other.first if other.lasting else other.last
    if start > end:
        return True
    return all(
        origin != goal and arrival(origin, goal, start) > end
        for origin in one.cells.places or ()
        for goal in other.cells.places or ()
    )


def _by_moment(conditions: Sequence[Condition]) -> Iterator[list[int]]:
    """Lists of conditions, such that each pair that can conflict is in exactly one list.

    Totals are with everything. Others are with those of the same window, or with lasting ones.
    """
    able = [i for i, one in enumerate(conditions)
            if one.form in ("total", "count", "whole") and not one.negated]  # fmt: skip
    broad = [i for i in able if conditions[i].form == "total" or conditions[i].lasting]
    yield broad
    windows: dict[tuple[float, float], list[int]] = defaultdict(list)
    for i in able:
        one = conditions[i]
        if i not in broad:
            windows[one.first, one.last].append(i)
    for (first, last), mine in windows.items():
        if first == last:
            yield mine
    for i in broad:
        for mine in windows.values():
            for j in mine:
                yield [i, j]


def _apart(one: Condition, other: Condition) -> bool:
    if one.form == "total" or other.form == "total":
        return _apart_from_total(one, other)
    if not _at_one_moment(one, other):
        return False
    if one.form == other.form == "whole":
        return one.subject == other.subject and _disjoint(one.cells, other.cells)
    if one.form != "count" or other.form != "count" or one.subject != other.subject:
        return False
    return (_inside(one.cells, other.cells) and one.low > other.high) or (
        _inside(other.cells, one.cells) and other.low > one.high
    )


def _apart_from_total(one: Condition, other: Condition) -> bool:
    if one.subject != other.subject:
        return False
    if one.form == other.form:
        return max(one.low, other.low) > min(one.high, other.high)
    total, count = (one, other) if one.form == "total" else (other, one)
    return count.form == "count" and count.low > total.high


def _at_one_moment(one: Condition, other: Condition) -> bool:
    """Whether two conditions, if satisfied, certainly apply at a common moment."""
    if one.lasting and other.lasting:
        return max(one.first, other.first) <= min(one.last, other.last)
    if one.lasting or other.lasting:
        long, short = (one, other) if one.lasting else (other, one)
        return long.first <= short.first and short.last <= long.last
    return one.first == one.last == other.first == other.last


def _inside(one: Cells, other: Cells) -> bool:
    return all(
        wide is None or (narrow is not None and narrow <= wide)
        for narrow, wide in ((one.places, other.places), (one.zones, other.zones))
    )


def _disjoint(one: Cells, other: Cells) -> bool:
    return any(
        mine is not None and its is not None and not mine & its
        for mine, its in ((one.places, other.places), (one.zones, other.zones))
    )


def near_in_time(
    conditions: Sequence[Condition], chosen: Iterable[int], around: float, most: int
) -> Iterator[frozenset[int]]:
    """Parts of a set: conditions of one time, or within some hours of it, with all totals.

    Parameters
    ----------
    conditions
        The conditions of one component.
    chosen
        The set.
    around
        Hours.
    most
        Maximum number of conditions in a part, not counting totals.
    """
    timed = [i for i in sorted(chosen) if conditions[i].form in ("count", "whole")]
    totals = frozenset(chosen).difference(timed)
    seen = set()
    for first, last in sorted({(conditions[i].first, conditions[i].last) for i in timed}):
        some = [
            i for i in timed
            if conditions[i].first <= last + around and conditions[i].last >= first - around
        ]  # fmt: skip
        if len(some) > most:
            some = sorted(some, key=lambda i: _distance(conditions[i], first, last))[:most]
        part = totals | frozenset(some)
        if part not in seen:
            seen.add(part)
            yield part


def _distance(one: Condition, first: float, last: float) -> tuple[float, float]:
    """The distance of a window from another one, and its length."""
    apart = max(one.first - last, first - one.last, 0.0)
    length = one.last - one.first
    return (apart if math.isfinite(apart) else 0.0, length)
