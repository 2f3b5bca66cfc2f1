"""Lengths of time as days: ago, to come, past, and without an end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convoy_geo.dates import meanings as means

if TYPE_CHECKING:
    from convoy_geo.dates.meanings import Meaning

__all__ = ["Amount", "anchored", "back", "counted", "lasting", "one"]

Amount = tuple[int, int, str, bool]
"""Least and greatest number, unit, and whether it is about."""


def one(units: list[tuple[int, Any]]) -> list[tuple[int, Amount]]:
    """A unit alone, where it means one: "неделю назад"."""
    return [(end, (1, 1, unit, False)) for end, unit in units if unit != "weekend"]


def back(amount: Amount) -> Meaning:
    """So long back to the dateline."""
    number = means.days_of(amount[1], amount[2])
    rule = f"{number} days back to the dateline, both ends included"
    return means.offset(-number, 0, rule, "span")


def lasting(amount: Amount) -> Meaning:
    """So long, without an end: to the dateline."""
    number = means.days_of(amount[1], amount[2])
    rule = f"{number} days that end on the dateline, both ends included"
    return means.offset(1 - number, 0, rule, "duration")


def anchored(days: int) -> Meaning:
    """So many days after the day that a text named before, or before it where below 0."""
    side = "after" if days > 0 else "before"
    rule = f"{abs(days)} days {side} the day that is counted from" if days else "the same day"
    return means.offset(days, days, rule, "anchor")


def counted(how: str, amount: Amount) -> Meaning:
    """So long ago, or to come; `how` is the kind of the word beside it."""
    low, high, unit, about = amount
    if how in {"past", "last"}:
        return back(amount)
    if how == "next":
        number = means.days_of(high, unit)
        return means.offset(0, number, f"{number} days on from the dateline", "span")
    few = means.days_of(low, unit)
    many = means.days_of(high, unit)
    slack = means.slack_of(unit) + (1 if about and unit == "day" else 0)
    if unit in {"hour", "minute"}:
        few = low // 24 if unit == "hour" else low // 1440
    ahead = how in {"hence_pre", "hence_post", "later_post"}
    first, last = (few - slack, many + slack) if ahead else (-many - slack, slack - few)
    size = f"{few} days" if few == many else f"{few} to {many} days"
    within = f", within {slack} days" if slack else ""
    if how in {"earlier_post", "later_post"}:
        rule = f"{size} {'after' if ahead else 'before'} the day that is counted from{within}"
        return means.offset(first, last, rule, "anchor")
    rule = f"{size} {'after' if ahead else 'before'} the dateline{within}"
    return means.offset(first, last, rule, "day" if first == last else "span")
