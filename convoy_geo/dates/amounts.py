"""Durations as days: ago, in the future, in the past, and open-ended."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import replace
from datetime import MAXYEAR, MINYEAR, date, timedelta
from typing import TYPE_CHECKING, Any

from convoy_geo.dates import meanings as means

if TYPE_CHECKING:
    from convoy_geo.dates.meanings import Meaning

__all__ = ["Amount", "anchored", "back", "counted", "lasting", "one"]

Amount = tuple[int, int, str, bool]
"""Least and greatest number, unit, and whether it is approximate."""

MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12, "decade": 120, "century": 1200}
"""Units counted on the calendar: six months after 13 May is 13 November."""


def moved(day: date, number: int, unit: str, days: int = 0) -> date:
    """The day a number of units after another one (before it if negative), plus some days."""
    if unit in MONTHS:
        year, month = divmod(day.year * 12 + day.month - 1 + number * MONTHS[unit], 12)
        if not MINYEAR <= year <= MAXYEAR:
            raise OverflowError(year)
        day = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    else:
        days += (-1 if number < 0 else 1) * means.days_of(abs(number), unit)
    return day + timedelta(days=days)


def _size(number: int, unit: str) -> str:
    """A duration in words."""
    if unit in MONTHS:
        return f"{number} {unit}{'' if number == 1 else 's'}"
    return f"{means.days_of(number, unit)} days"


def _moving(low: int, high: int, unit: str, rule: str, kind: str, **days: int) -> Meaning:
    """A range of offsets from the dateline in units, plus some days."""
    first, last = days.get("first", 0), days.get("last", 0)
    made = means.offset(0, 0, rule, kind)
    return replace(
        made, read=lambda day: (moved(day, low, unit, first), moved(day, high, unit, last))
    )


def one(units: list[tuple[int, Any]]) -> list[tuple[int, Amount]]:
    """A unit without a number, where it means one: "неделю назад"."""
    return [(end, (1, 1, unit, False)) for end, unit in units if unit != "weekend"]


def back(amount: Amount) -> Meaning:
    """A duration that ends on the dateline."""
    rule = f"{_size(*amount[1:3])} back to the dateline, both ends included"
    return _moving(-amount[1], 0, amount[2], rule, "span")


def lasting(amount: Amount) -> Meaning:
    """A duration up to the dateline, as in "for two weeks"."""
    rule = f"{_size(*amount[1:3])} that end on the dateline, both ends included"
    return _moving(-amount[1], 0, amount[2], rule, "duration", first=1)


def anchored(days: int) -> Meaning:
    """So many days after the day last named in the text; before it if negative."""
    side = "after" if days > 0 else "before"
    rule = f"{abs(days)} days {side} the day that is counted from" if days else "the same day"
    return means.offset(days, days, rule, "anchor")


def counted(how: str, amount: Amount) -> Meaning:
    """A duration ago or ahead; `how` is the kind of the word next to it."""
    low, high, unit, about = amount
    if how in {"past", "last"}:
        return back(amount)
    if how == "next":
        return _moving(0, high, unit, f"{_size(high, unit)} on from the dateline", "span")
    slack = means.slack_of(unit) + (1 if about and unit == "day" else 0)
    if unit in {"hour", "minute"}:
        low, high = low // (24 if unit == "hour" else 1440), means.days_of(high, unit)
        unit = "day"
    ahead = how in {"hence_pre", "hence_post", "later_post"}
    first, last = (low, high) if ahead else (-high, -low)
    size = _size(low, unit) if low == high else f"{low} to {_size(high, unit)}"
    within = f", within {slack} days" if slack else ""
    side = "after" if ahead else "before"
    anchor = how in {"earlier_post", "later_post"}
    rule = f"{size} {side} {'the day that is counted from' if anchor else 'the dateline'}{within}"
    exact = first == last and not slack
    kind = "anchor" if anchor else "day" if exact else "span"
    return _moving(first, last, unit, rule, kind, first=-slack, last=slack)
