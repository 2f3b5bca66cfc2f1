"""The grammar of dates: which texts are dates, and what each can mean on the calendar.

Dates are EDTF, the Library of Congress's Extended Date/Time Format, part of ISO 8601-2 since 2019.
A text is one date, or two dates separated by ``/``:

======================== =====================================================================
``2017-08-30``           a day; also a month ``2017-08`` and a year ``2017``
``2017-08-30T14:00``     a time of day: to the hour (``T14``), the minute or the second, with or
                         without an offset (``Z``, ``+03``, ``+03:00``)
``2017-08-30~``          about; ``?`` uncertain, ``%`` both
``201X``, ``20XX``       a decade, a century; ``2017-XX`` and ``2017-08-XX`` some month, some day
``2017-21``              a season: 21 to 24 are spring to winter as on the northern half of the
                         earth, winter counted from December on
``A/B``                  from A to B; ``..`` or nothing is an open or unknown side
======================== =====================================================================

Parts of level 2 are supported: a qualifier on a part of a date (``2017-08~-30``, ``2017-?08``),
unspecified digits in the year or the month of a day (``156X-12-25``, ``2017-XX-25``), and the
groups of months 25 to 41: seasons of the northern (25 to 28) and southern (29 to 32) hemisphere,
quarters (33 to 36), thirds (37 to 39) and halves of a year (40, 41). Years range from 1 to 9999.
Lists of dates, years with a leading ``Y``, and single unspecified digits in a month or a day are
rejected. The parser looks at each character once, so texts of any length are rejected quickly.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple

from convoy_geo.errors import DateError

__all__ = ["EXAMPLES", "Written", "as_date", "contains", "interval", "overlap", "read_date"]

Interval = tuple[date | None, date | None]
"""First and last day, both included; None is an open end."""

EXAMPLES = "2017-08-30 or 2017-08-30/2017-09-03"
OPEN = ("", "..")
"""Sides of an interval without a bound: unknown, and open."""
LONGEST = 100
"""No date of the grammar is this long."""
SHOWN = 60
DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
SINGLE_DIGIT = re.compile(r"-(\dX|X\d)", re.ASCII)
"""A month or day with one unspecified digit: EDTF level 2, such as 2017-08-3X."""
_MARK = "[?~%]?"
_DATE = re.compile(
    rf"(?P<marks>{_MARK}(?P<year>[0-9]{{4}}|[0-9]{{3}}X|[0-9]{{2}}XX|[0-9]XXX){_MARK}"
    rf"(?:-{_MARK}(?P<month>[0-9]{{2}}|XX){_MARK}(?:-{_MARK}(?P<day>[0-9]{{2}}|XX){_MARK})?)?)"
)
_CLOCK = re.compile(
    r"(?P<hour>[01][0-9]|2[0-3])(?::(?P<minute>[0-5][0-9])"
    r"(?::(?P<second>[0-5][0-9])(?:\.(?P<part>[0-9]{1,6}))?)?)?"
    r"(?P<offset>Z|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)?(?P<mark>[?~%]?)"
)
_GROUPS = {
    21: (3, 3), 22: (6, 3), 23: (9, 3), 24: (12, 3),
    25: (3, 3), 26: (6, 3), 27: (9, 3), 28: (12, 3),
    29: (9, 3), 30: (12, 3), 31: (3, 3), 32: (6, 3),
    33: (1, 3), 34: (4, 3), 35: (7, 3), 36: (10, 3),
    37: (1, 4), 38: (5, 4), 39: (9, 4), 40: (1, 6), 41: (7, 6),
}  # fmt: skip
"""First month of a group of months, and how many it has."""


class Written(NamedTuple):
    """One date as written, before a time zone is applied.

    Parameters
    ----------
    first
        Its first moment.
    length
        From there to the first moment after the date; None where this is beyond the year 9999, and
        the date ends with the last moment of that year.
    precision
        ``century``, ``decade``, ``year``, ``season``, ``month``, ``day``, ``hour``, ``minute``
        or ``second``.
    approximate, uncertain
        Whether the date is marked as such.
    offset
        The UTC offset written after a time of day, or None.
    """

    first: datetime
    length: timedelta | None
    precision: str
    approximate: bool = False
    uncertain: bool = False
    offset: timezone | None = None

    @property
    def last(self) -> datetime:
        """The last moment of the date, to the microsecond."""
        if self.length is None:
            return datetime.max  # noqa: DTZ901  (no zone is meant)
        return self.first + (self.length - timedelta(microseconds=1))


@lru_cache(maxsize=4096)
def read_date(text: str) -> tuple[Written | None, Written | None]:
    """The two sides of a date; both are equal for a single date.

    Parameters
    ----------
    text
        A date of the grammar above.

    Returns
    -------
    tuple of (Written or None, Written or None)
        None is an open or unknown side.

    Raises
    ------
    DateError
        If the text is not a date. The order of the two sides is not checked: with times of day and
        offsets it depends on the time zone.

    Examples
    --------
    >>> read_date("2017-08-30T14")[0].precision
    'hour'
    """
    if len(text) > LONGEST:
        msg = f"{text[:SHOWN]!r}... has {len(text)} characters and is not a date such as {EXAMPLES}"
        raise DateError(msg)
    start, slash, end = text.partition("/")
    if not slash:
        one = _one(text, text)
        return one, one
    if "/" in end or (start in OPEN and end in OPEN and text != "../.."):
        msg = f"{text!r} is not an interval of two dates such as 2017-08-30/2017-09-03"
        raise DateError(msg)
    return tuple(None if part in OPEN else _one(part, text) for part in (start, end))  # type: ignore[return-value]


@lru_cache(maxsize=4096)
def interval(text: str) -> Interval:
    """The first and the last day that a date can mean, on the calendar of its own zone.

    Parameters
    ----------
    text
        A date of the grammar above.

    Returns
    -------
    tuple of (date or None, date or None)
        Closed interval; None stands for an open or unknown end (``..``, or nothing).

    Raises
    ------
    DateError
        If the text is not a date, or ends before it starts.

    Examples
    --------
    >>> interval("2017-08")
    (datetime.date(2017, 8, 1), datetime.date(2017, 8, 31))
    >>> interval("../2017-09-02")
    (None, datetime.date(2017, 9, 2))
    >>> interval("2017-09-03/")
    (datetime.date(2017, 9, 3), None)
    """
    start, end = read_date(text)
    first = None if start is None else start.first.date()
    last = None if end is None else end.last.date()
    if first is not None and last is not None and last < first:
        msg = f"{text!r} ends before it starts"
        raise DateError(msg)
    return first, last


def contains(text: str, day: date | str) -> bool:
    """Whether a day can lie within a date.

    Parameters
    ----------
    text
        A date of the grammar above.
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
        A date; a datetime or pandas Timestamp, of which the day is taken; or a text.

    Raises
    ------
    DateError
        If the text is not of the form 2017-08-31, or is not a day of the calendar.

    Examples
    --------
    >>> as_date("2017-08-31")
    datetime.date(2017, 8, 31)
    """
    if isinstance(day, date) and not isinstance(day, datetime):
        return day
    try:
        if isinstance(day, datetime):
            return date(day.year, day.month, day.day)  # pandas' NaT has no year
        # `fromisoformat` also reads 20170831 and weeks
        return date.fromisoformat(day if DAY.fullmatch(day) else "")
    except (ValueError, TypeError) as error:
        msg = f"{day!r} is not a day; write it as 2017-08-31"
        raise DateError(msg) from error


def _one(part: str, whole: str) -> Written:
    """One date; errors quote the whole text it is part of."""
    written, clock, time = part.partition("T")
    found = _DATE.fullmatch(written)
    if not found:
        raise DateError(_why(part, whole))
    marks, (year, month, day) = found["marks"], found.group("year", "month", "day")
    when = _CLOCK.fullmatch(time) if clock else None
    if clock and (when is None or day is None or "X" in written):
        raise DateError(_why(part, whole))
    if when:
        marks += when["mark"]
    approximate, uncertain = "~" in marks or "%" in marks, "?" in marks or "%" in marks
    try:
        first, after, precision = _calendar(year, month, day)
    except ValueError as error:
        msg = f"{whole!r} is outside the years 1 to 9999" if year == "0000" else _why(part, whole)
        raise DateError(msg) from error
    if when is None:
        start = datetime(first.year, first.month, first.day)  # noqa: DTZ001  (no zone is meant)
        length = None if after is None else after - first
        return Written(start, length, precision, approximate, uncertain)
    start = datetime(  # noqa: DTZ001  (no zone is meant)
        first.year,
        first.month,
        first.day,
        int(when["hour"]),
        int(when["minute"] or 0),
        int(when["second"] or 0),
        int((when["part"] or "0").ljust(6, "0")),
    )
    if when["part"]:
        precision, span = "second", timedelta(microseconds=1)
    elif when["second"]:
        precision, span = "second", timedelta(seconds=1)
    elif when["minute"]:
        precision, span = "minute", timedelta(minutes=1)
    else:
        precision, span = "hour", timedelta(hours=1)
    return Written(start, span, precision, approximate, uncertain, _offset(when["offset"]))


def _calendar(year: str, month: str | None, day: str | None) -> tuple[date, date | None, str]:
    """First day, the day after the last one (None after the year 9999), and the precision."""
    low, high = int(year.replace("X", "0")), int(year.replace("X", "9"))
    low = low or (1 if "X" in year else 0)
    exact = {0: "year", 1: "decade", 2: "century", 3: "century"}[year.count("X")]
    if month is None or (month == "XX" and day in {None, "XX"}):
        return date(low, 1, 1), _next_month(high, 12), exact if month is None else "year"
    if month != "XX" and int(month) in _GROUPS:
        if day is not None:
            raise ValueError(month)
        start, count = _GROUPS[int(month)]
        years, rest = divmod(start + count - 2, 12)
        return date(low, start, 1), _next_month(high + years, rest + 1), "season"
    months = (1, 12) if month == "XX" else (int(month), int(month))
    if day is None or day == "XX":
        return date(low, months[0], 1), _next_month(high, months[1]), "month"
    number = int(day)
    days = [
        date(y, m, number)
        for years, first in ((range(low, high + 1), True), (range(high, low - 1, -1), False))
        if (found := _first_with(years, months if first else months[::-1], number))
        for y, m in [found]
    ]
    if len(days) < 2:
        raise ValueError(day)
    after = None if days[1] == date.max else days[1] + timedelta(days=1)
    return days[0], after, "day" if days[0] == days[1] else "month" if low == high else exact


def _first_with(years: range, months: tuple[int, int], day: int) -> tuple[int, int] | None:
    """The first of some years and months that has a day with this number."""
    step = 1 if months[0] <= months[1] else -1
    for year in years:
        for month in range(months[0], months[1] + step, step):
            if year and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]:
                return year, month
    return None


def _next_month(year: int, month: int) -> date | None:
    """The first day after a month; None after the year 9999."""
    year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return None if year > date.max.year else date(year, month, 1)


def _offset(text: str | None) -> timezone | None:
    if not text:
        return None
    if text == "Z":
        return UTC
    hours, minutes = int(text[1:3]), int(text[3:].lstrip(":") or 0)
    size = timedelta(hours=hours, minutes=minutes)
    return timezone(-size if text[0] == "-" else size)


def _why(part: str, whole: str) -> str:
    if single := SINGLE_DIGIT.search(part):
        return (
            f"{whole!r}: {single[1]} has one unspecified digit in a month or a day (EDTF "
            "level 2); write XX for both digits, or an interval of the first and the last day"
        )
    if re.match(r"Y?-?[0-9]{4,}", part) and part[0] in "Y-":
        return f"{whole!r} is outside the years 1 to 9999"
    if part[:1] in {"[", "{"}:
        return f"{whole!r} is a list of dates; give one date such as {EXAMPLES}"
    return f"{whole!r} is not an EDTF date such as {EXAMPLES}"
