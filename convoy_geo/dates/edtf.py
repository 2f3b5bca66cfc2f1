"""Dates as reports give them: EDTF level 1 texts to closed intervals of days.

EDTF is the Library of Congress' Extended Date/Time Format, since 2019 part of ISO 8601-2:
``2017-08-30``, ``2017-08``, ``2014``, ``2017-08-30/2017-09-03``, ``../2017-09-02`` (from an unknown
day on), ``2017-08-30~`` (about), ``2017-08-30?`` (uncertain). A side of an interval that is left
empty (``2017-09-03/``: the end is unknown) is open here too: nothing bounds it.
"""

from __future__ import annotations

import re
import warnings
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from convoy_geo.errors import DateError

__all__ = ["as_date", "contains", "interval", "overlap"]

Interval = tuple[date | None, date | None]
"""First and last day, both included; None is an open end."""

OPEN = ("", "..")
"""Sides of an interval that bound nothing: unknown, and open."""
DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
SINGLE_DIGIT = re.compile(r"-(\dX|X\d)")
"""A month or day of which one digit is left out: EDTF of level 2, such as 2017-08-3X."""


@lru_cache(maxsize=4096)
def interval(text: str) -> Interval:
    """The first and the last day that an EDTF text can mean.

    Parameters
    ----------
    text
        EDTF of level 0 or 1.

    Returns
    -------
    tuple of (date or None, date or None)
        Closed interval; None stands for an open or unknown end (``..``, or nothing).

    Raises
    ------
    DateError
        If the text is no EDTF date, or its end stands before its start.

    Examples
    --------
    >>> interval("2017-08")
    (datetime.date(2017, 8, 1), datetime.date(2017, 8, 31))
    >>> interval("../2017-09-02")
    (None, datetime.date(2017, 9, 2))
    >>> interval("2017-09-03/")
    (datetime.date(2017, 9, 3), None)
    """
    start, slash, end = text.partition("/")
    if not slash:
        first, last = _bounds(text, text)
    elif "/" in end or (start in OPEN and end in OPEN and text != "../.."):
        msg = f"{text!r} is no interval of two dates such as 2017-08-30/2017-09-03"
        raise DateError(msg)
    else:  # side by side: of an unknown end the library makes one ten years off
        first = None if start in OPEN else _bounds(start, text)[0]
        last = None if end in OPEN else _bounds(end, text)[1]
    if first is not None and last is not None and last < first:
        msg = f"{text!r} ends before it starts"
        raise DateError(msg)
    return first, last


def contains(text: str, day: date | str) -> bool:
    """Whether a day may lie within an EDTF date.

    Parameters
    ----------
    text
        EDTF of level 0 or 1.
    day
        A date, or its ISO 8601 text.

    Examples
    --------
    >>> contains("2017-08-30/..", "2017-09-04")
    True
    """
    return overlap(interval(text), (as_date(day), as_date(day)))


def overlap(one: Interval, other: Interval) -> bool:
    """Whether two closed intervals share a day."""
    return (one[0] or date.min) <= (other[1] or date.max) and (other[0] or date.min) <= (
        one[1] or date.max
    )


def as_date(day: date | str) -> date:
    """A date, from a date or from its ISO 8601 text.

    Parameters
    ----------
    day
        A date; a moment (a datetime, a pandas Timestamp) of which the day is taken; or a text.

    Raises
    ------
    DateError
        If the text is not of the form 2017-08-31, or names no day of the calendar.

    Examples
    --------
    >>> as_date("2017-08-31")
    datetime.date(2017, 8, 31)
    """
    if isinstance(day, date) and not isinstance(day, datetime):
        return day
    try:
        if isinstance(day, datetime):
            return date(day.year, day.month, day.day)  # pandas' NaT is one without any
        # `fromisoformat` reads 20170831 and weeks too
        return date.fromisoformat(day if DAY.fullmatch(day) else "")
    except (ValueError, TypeError) as error:
        msg = f"{day!r} is not a day; write it as 2017-08-31"
        raise DateError(msg) from error


def _bounds(part: str, whole: str) -> Interval:
    """The first and the last day of one date; errors show the text that it is a part of."""
    value = _parse(part, whole)
    try:
        return _day(value.lower_strict()), _day(value.upper_strict())
    except ValueError as error:
        msg = f"{whole!r} is outside the years 1 to 9999"
        raise DateError(msg) from error


def _parse(text: str, whole: str) -> Any:
    if single := SINGLE_DIGIT.search(text):
        msg = (
            f"{whole!r}: {single[1]} leaves out one digit of a month or a day, which is EDTF of "
            "level 2; write XX for all of it, or the first and the last day with / between them"
        )
        raise DateError(msg)
    with warnings.catch_warnings():
        # edtf builds its grammar on import in a way that newer pyparsing warns of
        warnings.simplefilter("ignore")
        from edtf import parse_edtf  # noqa: PLC0415  (0.1 s)
        from edtf.parser.edtf_exceptions import EDTFParseException  # noqa: PLC0415
    try:
        return parse_edtf(text)
    except (EDTFParseException, ValueError, TypeError) as error:
        msg = f"{whole!r} is not an EDTF date such as 2017-08-30 or 2017-08-30/2017-09-03"
        raise DateError(msg) from error


def _day(moment: Any) -> date | None:
    if isinstance(moment, float):  # edtf gives plus or minus infinity for an open end
        return None
    return date(moment.tm_year, moment.tm_mon, moment.tm_mday)
