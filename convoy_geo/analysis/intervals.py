"""Intervals of days and of counts, and a sweep that finds overlapping but disagreeing ones."""

from __future__ import annotations

import heapq
import math
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from convoy_geo.dates.interval import Interval
from convoy_geo.geodesy import to_km
from convoy_geo.lang import Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike, NDArray

    from convoy_geo.model.claims import Claim

__all__ = [
    "ALWAYS", "Count", "Days", "count_message", "count_of", "count_words", "days", "half_a_digit",
    "is_rough", "json_number", "rivals", "rough_count", "rough_km", "shared", "slack_of",
    "told_words", "total",
]  # fmt: skip

Days = tuple[int, int]
"""First and last day as proleptic Gregorian ordinals, both included."""

Count = tuple[float, float]
"""Least and greatest number, both included; the greatest may be infinite."""

ALWAYS: Days = (date.min.toordinal(), date.max.toordinal())
"""The widest interval of days, used for open intervals."""


def days(when: Interval | str) -> Days:
    """The possible days of a date; `ALWAYS` if missing or open.

    Examples
    --------
    >>> first, last = days("2017-08-30/2017-09-03")
    >>> last - first
    4
    """
    return when.days if isinstance(when, Interval) else Interval.parse(when).days


def count_of(claim: Claim) -> Count | None:
    """A claim's count, from 0 if its lower end is open; None if it gives no number."""
    if claim.low is None and claim.high is None:
        return None
    return claim.low or 0.0, math.inf if claim.high is None else claim.high


ROUGH = frozenset({
    "about", "almost", "approximately", "around", "circa", "nearly", "roughly", "some",
})  # fmt: skip
"""Words in the column ``qualifier`` that make a figure approximate."""


def is_rough(claim: Claim) -> bool:
    """Whether a claim's columns mark its figure as approximate."""
    return bool(claim.qualifier) and not ROUGH.isdisjoint(claim.qualifier.lower().split())


def half_a_digit(value: float) -> float:
    """Half of the unit of a figure's last nonzero digit: the possible rounding error.

    Examples
    --------
    >>> half_a_digit(700), half_a_digit(1750), half_a_digit(19.5), half_a_digit(0)
    (50.0, 5.0, 0.05, 0.0)
    """
    if not value or math.isinf(value):
        return 0.0
    exponent = int(Decimal(repr(float(value))).normalize().as_tuple()[2])
    return float(Decimal(5).scaleb(exponent - 1))


def rough_count(claim: Claim) -> Count:
    """A claim's count, any number if it gives none; wider if it is approximate.

    By the convention of significant figures, "about 700" means 650 to 750.
    """
    low, high = count_of(claim) or (0.0, math.inf)
    if not is_rough(claim):
        return low, high
    return max(0.0, low - half_a_digit(low)), high + half_a_digit(high)


def rough_km(claim: Claim) -> Count:
    """A length in km, with the uncertainty of its last digit: 375 miles are 603 to 604 km."""
    low, high = rough_count(claim)
    if not is_rough(claim) and None not in (claim.low, claim.high):
        low, high = low - half_a_digit(low), high + half_a_digit(high)
    return to_km(low, claim.unit), to_km(high, claim.unit)


def slack_of(claims: Iterable[Claim]) -> float:
    """Tolerance of the number shared by some claims; 0 if one of them is exact."""
    off = (max(map(half_a_digit, count_of(c) or (0.0,))) if is_rough(c) else 0.0 for c in claims)
    return min(off, default=0.0)


def told_words(claim: Claim) -> str:
    """A claim's count in words, with its interpretation if approximate.

    Examples
    --------
    >>> from convoy_geo.model.claims import Claim
    >>> told_words(Claim("a", "R", "left", "crew", "he", "", low=700, high=700, qualifier="about"))
    'about 700 (650 to 750)'
    """
    words, rough = count_words(count_of(claim) or (0.0, math.inf)), rough_count(claim)
    return f"about {words} ({count_words(rough)})" if rough != count_of(claim) else words


def shared(spans: Iterable[Days]) -> Days | None:
    """The days common to all spans; None if there are none."""
    first, last = ALWAYS
    for span in spans:
        first, last = max(first, span[0]), min(last, span[1])
    return (first, last) if first <= last else None


def total(counts: Iterable[Count]) -> Count:
    """The sum of counts; the sum of none is 0.

    Examples
    --------
    >>> total([(6, 6), (9, 16)])
    (15.0, 22.0)
    """
    low = high = 0.0
    for count in counts:
        low, high = low + count[0], high + count[1]
    return low, high


def json_number(value: float) -> int | float | None:
    """A number for JSON: an integer if possible, None for an open end.

    Examples
    --------
    >>> json_number(6.0), json_number(float("inf"))
    (6, None)
    """
    if math.isinf(value):
        return None
    return int(value) if float(value).is_integer() else float(value)


def count_message(count: Count) -> Message:
    """A count as a message."""
    low, high = json_number(count[0]), json_number(count[1])
    if high is None:
        return Message.of("count.any") if low in {0, None} else Message.of("count.from", low=low)
    if low == high:
        return Message.of("count.exact", low=low)
    return Message.of("count.range", low=low, high=high)


@lru_cache(maxsize=65536)
def count_words(count: Count) -> str:
    """A count in words.

    Examples
    --------
    >>> count_words((6, 6)), count_words((9, 16)), count_words((300, float("inf")))
    ('6', '9 to 16', '300 or more')
    """
    low, high = json_number(count[0]), json_number(count[1])
    if high is None:
        return "any number" if low in {0, None} else f"{low} or more"
    return f"{low}" if low == high else f"{low} to {high}"


def rivals(
    subject: ArrayLike, first: ArrayLike, last: ArrayLike, low: ArrayLike, high: ArrayLike
) -> NDArray[np.bool_]:
    """Whether each row overlaps another of the same subject in time but not in value.

    Parameters
    ----------
    subject
        A non-negative integer for each row.
    first, last
        Closed intervals of days, as ordinals.
    low, high
        Closed intervals of values.

    Returns
    -------
    ndarray of bool
        True if there is such another row. The relation is symmetric, so such rows come in groups.

    Notes
    -----
    Each subject gets a stretch of one time axis, so that a single sweep serves all. For each day
    the greatest lower end and the least upper end among the rows in force are computed; a row has a
    rival if one of these, over its days, lies outside its own interval. O(n log n), no pairs.

    Examples
    --------
    >>> rivals([0, 0, 0], [1, 1, 9], [3, 2, 9], [6, 11, 6], [6, 11, 6]).tolist()
    [True, True, False]
    """
    key = np.asarray(subject, dtype=np.int64)
    if not key.size:
        return np.zeros(0, dtype=bool)
    lows, highs = np.asarray(low, dtype=float), np.asarray(high, dtype=float)
    base = key * (ALWAYS[1] + 1)
    start = base + np.asarray(first, dtype=np.int64)
    end = base + np.asarray(last, dtype=np.int64)
    points = np.unique(np.concatenate([start, end]))
    left, right = np.searchsorted(points, start), np.searchsorted(points, end)
    least_high = _least(left, right, highs, len(points))
    greatest_low = -_least(left, right, -lows, len(points))
    return (least_high < lows) | (greatest_low > highs)


def _least(
    left: NDArray[Any], right: NDArray[Any], value: NDArray[np.float64], points: int
) -> NDArray[np.float64]:
    """For each row, the minimum over the rows that share a point with it."""
    at_point = np.full(points, np.inf)
    in_force: list[tuple[float, int]] = []
    starts: Sequence[int] = np.argsort(left, kind="stable").tolist()
    upcoming = 0
    for point in range(points):
        while upcoming < len(starts) and left[starts[upcoming]] == point:
            row = starts[upcoming]
            heapq.heappush(in_force, (float(value[row]), int(right[row])))
            upcoming += 1
        while in_force and in_force[0][1] < point:
            heapq.heappop(in_force)
        if in_force:
            at_point[point] = in_force[0][0]
    return _range_least(at_point, left, right)


def _range_least(
    value: NDArray[np.float64], left: NDArray[Any], right: NDArray[Any]
) -> NDArray[np.float64]:
    """The minimum of ``value[left..right]`` for each pair, by a sparse table."""
    power = np.frexp(right - left + 1)[1] - 1
    result = np.empty(len(left))
    table = value
    for exponent in range(int(power.max()) + 1):
        mine = power == exponent
        result[mine] = np.minimum(table[left[mine]], table[right[mine] - 2**exponent + 1])
        if len(table) > 2**exponent:
            table = np.minimum(table[: -(2**exponent)], table[2**exponent :])
    return result
