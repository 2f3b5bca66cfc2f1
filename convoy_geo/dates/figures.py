"""Numeric dates: ISO 8601 and EDTF, time stamps, and day-first or month-first dates."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from convoy_geo.dates import edtf
from convoy_geo.dates.meanings import Clock, Meaning
from convoy_geo.dates.short_years import nearest_year
from convoy_geo.errors import DateError

__all__ = ["DATE_ORDERS", "ascii_digits", "figures", "written"]

DATE_ORDERS = ("day_first", "month_first")
_EDTF = re.compile(r"[\dx]{4}(-[\dx]{2}){0,2}[~?%]?(/\S*)?|(\.\.)?/\S+|\S*\dt\d\S*", re.IGNORECASE)
_STAMP = re.compile(
    r"(?P<year>[12]\d{3})(?P<dash>-?)(?P<month>0[1-9]|1[0-2])(?P=dash)(?P<day>0[1-9]|[12]\d|3[01])"
    r"(?:(?:T|t| |, )(?P<hour>[01]\d|2[0-3])(?::?(?P<minute>[0-5]\d)(?::?(?P<second>[0-5]\d)"
    r"(?:[.,]\d{1,9})?)?)(?P<zone> ?(?:Z|z|UTC|GMT)\b|[+-](?:0\d|1[0-4]):?[0-5]\d)?)?"
    r"(?![\w]|[-.:/]\d)"
)
_ORDERED = re.compile(
    r"(?<![\d.,/-])(?P<one>\d{1,2})(?P<sign>[-./])(?P<other>\d{1,2})(?P=sign)(?P<year>\d{4}|\d{2})"
    r"(?![\w]|[-./]\d)"
)
_YEAR_FIRST = re.compile(
    r"(?<![\d.,/-])(?P<year>\d{4})(?P<sign>[./])(?P<month>\d{1,2})(?P=sign)(?P<day>\d{1,2})"
    r"(?![\w]|[-./]\d)"
)


def ascii_digits(text: str) -> str:
    """The text with the digits of any script as ASCII; its length stays the same."""
    if text.isascii():
        return text
    return "".join(
        str(int(sign)) if sign.isdecimal() and not sign.isascii() else sign for sign in text
    )


def written(text: str) -> Meaning | None:
    """The meaning of a text that is EDTF as a whole; None if it does not look like EDTF.

    Raises
    ------
    DateError
        If it looks like EDTF but is not a valid date.
    """
    if not _EDTF.fullmatch(text) or _YEAR_FIRST.fullmatch(text):
        return None
    if text.isdecimal() and len(text) > 4:
        return None
    plain = re.sub(r"(?<=\d)[tT](?=\d)", "T", text)
    plain = plain if "T" in plain else plain.upper()
    first, last = edtf.interval(plain.upper())
    rule = "a year" if len(text) == 4 and text.isdecimal() else "as written, ISO 8601"
    clock = Clock("", plain.upper()) if "T" in plain else None
    about = plain[-1:] in {"~", "%"}
    return Meaning(lambda _: (first, last), rule, "day", clock=clock, about=about)


def figures(plain: str, start: int, order: str) -> tuple[int, Meaning] | None:
    """A numeric date at a position in a text, and where it ends.

    Parameters
    ----------
    plain
        The text, with ASCII digits.
    start
        Start position.
    order
        ``day_first``, ``month_first`` or empty.
    """
    if start and (plain[start - 1].isalnum() or plain[start - 1] in "-/.+"):
        before = plain[start - 2 : start - 1]
        if plain[start - 1] != "-" or before.isdigit():
            return None
    stamp = _STAMP.match(plain, start)
    if stamp:
        return stamp.end(), _stamped(stamp)
    first = _YEAR_FIRST.match(plain, start)
    if first:
        return first.end(), _year_first(first)
    ordered = _ORDERED.match(plain, start)
    if ordered:
        return ordered.end(), _in_order(ordered, order)
    return None


def _stamped(found: re.Match[str]) -> Meaning:
    year, month, day = (int(found[name]) for name in ("year", "month", "day"))
    clock = None
    if found["hour"]:
        zone = (found["zone"] or "").strip().upper().replace("UTC", "Z").replace("GMT", "Z")
        clock = Clock(f"{found['hour']}:{found['minute']}{zone}")

    def read(_: date) -> tuple[date, date]:
        try:
            then = date(year, month, day)
        except ValueError as error:
            msg = f"{found[0]!r} is not a day of the calendar"
            raise DateError(msg) from error
        return then, then

    return Meaning(read, "as written, ISO 8601", "day", clock=clock)


def _year_first(found: re.Match[str]) -> Meaning:
    year, month, day = (int(found[name]) for name in ("year", "month", "day"))

    def read(_: date) -> tuple[date, date]:
        try:
            then = date(year, month, day)
        except ValueError as error:
            msg = f"{found[0]!r} is not a day of the calendar"
            raise DateError(msg) from error
        return then, then

    return Meaning(read, "figures, year first", "day")


def _in_order(found: re.Match[str], order: str) -> Meaning:
    short = len(found["year"]) == 2

    def read(day: date) -> tuple[date, date]:
        year = nearest_year(int(found["year"]), day) if short else int(found["year"])
        then = _in_year(found, order, year)
        return then, then

    how = f"declared {order.replace('_', ' ')}" if order else "only one order names a day"
    nearest = "; the year nearest to the dateline" if short else ""
    return Meaning(read, f"figures, {how}{nearest}", "day")


def _in_year(found: re.Match[str], order: str, year: int) -> date:
    one, other = int(found["one"]), int(found["other"])
    possible = {}
    for name, month, day in (("day_first", other, one), ("month_first", one, other)):
        if year and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]:
            possible[name] = date(year, month, day)
    if order and order not in possible:
        msg = f"{found[0]!r} is not a valid day when read as {order.replace('_', ' ')}"
        raise DateError(msg)
    if not possible:
        msg = f"{found[0]!r} is not a day of the calendar"
        raise DateError(msg)
    days = set(possible.values())
    if not order and len(days) > 1:
        both = " or ".join(str(day) for day in possible.values())
        msg = f"{found[0]!r} is {both}; declare day_first or month_first for this report"
        raise DateError(msg)
    return possible[order] if order else days.pop()
