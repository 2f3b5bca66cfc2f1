"""Dates as reports give them: EDTF level 1 texts to closed intervals of days.

EDTF is the Library of Congress' Extended Date/Time Format, since 2019 part of ISO 8601-2:
``2017-08-30``, ``2017-08``, ``2014``, ``2017-08-30/2017-09-03``, ``../2017-09-02`` (from an unknown
day on), ``2017-08-30~`` (about), ``2017-08-30?`` (uncertain).
"""

from __future__ import annotations

import warnings
from datetime import date
from functools import lru_cache
from typing import Any

from convoy_geo.errors import DateError

__all__ = ["as_date", "contains", "interval", "overlap"]

Interval = tuple[date | None, date | None]
"""First and last day, both included; None is an open end."""


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
        Closed interval; None stands for an open end (``..``).

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
    """
    value = _parse(text)
    try:
        first, last = _day(value.lower_strict()), _day(value.upper_strict())
    except ValueError as error:
        msg = f"{text!r} is outside the years 1 to 9999"
        raise DateError(msg) from error
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

    Raises
    ------
    DateError
        If the text is not of the form 2017-08-31, or names no day of the calendar.
    """
    if isinstance(day, date):
        return day
    try:
        return date.fromisoformat(day)
    except ValueError as error:
        msg = f"{day!r} is not a day; write it as 2017-08-31"
        raise DateError(msg) from error


def _parse(text: str) -> Any:
    with warnings.catch_warnings():
        # edtf builds its grammar on import in a way that newer pyparsing warns of
        warnings.simplefilter("ignore")
        from edtf import parse_edtf  # noqa: PLC0415  (0.1 s)
        from edtf.parser.edtf_exceptions import EDTFParseException  # noqa: PLC0415
    try:
        return parse_edtf(text)
    except (EDTFParseException, ValueError, TypeError) as error:
        msg = f"{text!r} is not an EDTF date such as 2017-08-30 or 2017-08-30/2017-09-03"
        raise DateError(msg) from error


def _day(moment: Any) -> date | None:
    if isinstance(moment, float):  # edtf gives plus or minus infinity for an open end
        return None
    return date(moment.tm_year, moment.tm_mon, moment.tm_mday)
