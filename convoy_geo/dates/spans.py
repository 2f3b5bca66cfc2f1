"""Dates built from dates: ranges, since and until, nights, times of day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from convoy_geo.dates.meanings import Clock, Fields, Meaning, Read, Span
from convoy_geo.errors import DateError

__all__ = ["clocked", "night", "opened", "ranged", "shifted"]

DAY = timedelta(days=1)
DAILY = {"day", "weekday", "anchor"}


def opened(how: str, inner: Meaning) -> Meaning | None:
    """A date with an open end: ``since``, ``until``, ``before``, ``after``, ``by`` or ``from``.

    None if the combination has no clear meaning, such as "since for two weeks".
    """
    if inner.kind in {"open", "duration", "vague"} or inner.clock:
        return None
    if how == "by":
        return inner if inner.coming is None else _ahead(inner)
    if how == "since":
        return replace(
            inner,
            read=lambda day: (_begun(inner, day), day),
            rule=f"from then to the dateline; {inner.rule}",
            kind="open",
            other=_since(inner),
            coming=None,
            fields=None,
        )
    return _onward(how, inner) if how in {"from", "after"} else _until(how, inner)


def _begun(inner: Meaning, day: date) -> date | None:
    """When a period that lasts to a day began; "since Monday", on a Monday, is the one before."""
    first = inner.read(day)[0]
    return day - 7 * DAY if inner.kind == "weekday" and first == day else first


def _ahead(inner: Meaning) -> Meaning:
    return replace(
        inner,
        read=inner.coming or inner.read,
        rule="the coming one",
        other=inner.read,
        other_rule=inner.rule,
    )


def _onward(how: str, inner: Meaning) -> Meaning:
    def read(day: date) -> Span:
        first, last = inner.read(day)
        return (first if how == "from" else _plus(last, 1)), None

    rule = "from then on" if how == "from" else "after that, open end"
    return Meaning(read, f"{rule}; {inner.rule}", "open", about=inner.about)


def _until(how: str, inner: Meaning) -> Meaning:
    coming = inner.coming
    staged = inner.fields is not None and bool(inner.fields.stage)  # "before the end of August"
    side, back = (0, -1) if how == "before" and not staged else (1, 0)
    usual, second = (inner.read, coming) if how == "before" else (coming or inner.read, inner.read)
    rule = inner.rule if usual is inner.read else "the coming one"
    return Meaning(
        lambda day: (None, _plus(usual(day)[side], back)),
        f"open start, to then; {rule}",
        "open",
        None if second is None else lambda day: (None, _plus(second(day)[side], back)),
        f"open start, to then; {'the coming one' if second is coming else inner.rule}",
        about=inner.about,
    )


def _since(inner: Meaning) -> Read | None:
    second = inner.other
    if second is None:
        return None

    def read(day: date) -> Span:
        first = second(day)[0]
        return (first, day) if first and first <= day else (inner.read(day)[0], day)

    return read


def _plus(day: date | None, number: int) -> date | None:
    return None if day is None else day + number * DAY


def shifted(inner: Meaning, days: int, rule: str) -> Meaning:
    """A number of days after another date, or before it if negative."""

    def read(day: date) -> Span:
        first, last = inner.read(day)
        if days <= 0:
            return _plus(first, days), _plus(first, days)
        return _plus(last, days), _plus(last, days)

    return Meaning(read, f"{rule}; {inner.rule}", "day")


def night(inner: Meaning, *, ends: bool, each: bool = False) -> Meaning:
    """The night that begins on a day, or the one that ends on it; `each` of several nights."""
    if inner.fields and len(inner.fields.days) > 1 and not each:
        return inner

    def read(day: date) -> Span:
        first, last = inner.read(day)
        return (_plus(first, -1), last) if ends else (first, _plus(last, 1))

    side = "ends" if ends else "begins"
    return Meaning(read, f"the night that {side} then, both its days; {inner.rule}", "span")


def clocked(inner: Meaning, clock: Clock) -> Meaning | None:
    """A day with a time; None for anything longer than a day."""
    if inner.kind not in DAILY or inner.clock or (inner.fields and len(inner.fields.days) > 1):
        return None
    return replace(inner, clock=clock, coming=None)


def ranged(left: Meaning, right: Meaning, words: str, *, following: bool = False) -> Meaning | None:
    """A range from one date to another.

    Parameters
    ----------
    left, right
        The dates.
    words
        The words of the text, for errors.
    following
        Whether the second must be the day after the first: "Monday and Tuesday". Two separate dates
        are not a range.
    """
    if left.kind == "duration" or right.kind == "duration" or "anchor" in {left.kind, right.kind}:
        return None
    grains = (
        {"weekday": "day"}.get(left.kind, left.kind),
        {"weekday": "day"}.get(right.kind, right.kind),
    )
    if grains[0] != grains[1] and {"year", "month"} & {*grains} and "day" not in grains:
        return None
    if (left.clock is None) != (right.clock is None):
        return None

    def read(day: date) -> Span:
        first, last = _sides(left, right, day)
        if first is None or last is None or last < first:
            msg = f"{words!r} ends before it starts"
            raise DateError(msg)
        return first, last

    def consecutive(day: date) -> Span:
        first, last = read(day)
        if first is None or last is None or (last - first).days > 1:
            msg = f"{words!r} are two separate dates, not a range"
            raise DateError(msg)
        return first, last

    if following and grains != ("day", "day"):
        return None
    clock = Clock(left.clock.start, right.clock.end or right.clock.start) if (
        left.clock and right.clock
    ) else None  # fmt: skip
    return Meaning(
        consecutive if following else read,
        f"from the first to the second, both included: {right.rule}",
        "span",
        clock=clock,
        listed=following,
    )


def _sides(left: Meaning, right: Meaning, day: date) -> Span:
    one, other = left.fields, right.fields
    if one and other:
        return _calendar_sides(one, other, day)
    first, last = left.read(day), right.read(day)
    if None in first or None in last:
        return None, None
    if right.kind == "weekday" and one is not None and one.days:
        start = first[0] or day
        return start, (last[0] or day) + -(((last[0] or day) - start).days // 7) * 7 * DAY
    start = first[0] or day
    if left.kind == "weekday" and start > (last[0] or day):
        start -= ((start - (last[0] or day)).days + 6) // 7 * 7 * DAY
    return start, last[1]


def _calendar_sides(one: Fields, other: Fields, day: date) -> tuple[date, date]:
    if one.month is None and other.month is not None and one.year is not None:
        msg = f"{one.words!r} is a year, but {other.words!r} is not"
        raise DateError(msg)
    if one.dated and not other.dated and other.month is not None:
        first = one.latest(day)
        last = other.within(first[0].year)
        return first[0], (last if last[1] >= first[0] else other.within(first[0].year + 1))[1]
    last = other.latest(day)
    if one.dated or one.month is None:
        return one.latest(day)[0], last[1]
    first = one.within(last[0].year)
    return (first if first[0] <= last[1] else one.within(last[0].year - 1))[0], last[1]
