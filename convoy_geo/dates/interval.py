"""Dates and times as two instants: parsed once, when a row is read, then compared.

>>> Interval.parse("2023-06-24T14:00", "Europe/Moscow").overlaps(
...     Interval.parse("2023-06-24T11:00Z", "Europe/Moscow")
... )
True
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache, lru_cache

from convoy_geo.dates.edtf import Written, read_date
from convoy_geo.errors import DateError

__all__ = ["UNDATED", "Interval", "as_interval", "one_day", "read_dates", "time_zone"]

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  (a moment of any zone's clock)
ONE = timedelta(microseconds=1)
HOUR = 3_600_000_000
ENDLESS = 1 << 62
"""An open end in microseconds since 1970: far beyond the year 9999."""
ALWAYS = (date.min.toordinal(), date.max.toordinal())
PRECISIONS = (
    "century", "decade", "year", "season", "month", "day", "hour", "minute", "second",
)  # fmt: skip
"""From coarse to fine."""


@dataclass(frozen=True, slots=True)
class Interval:
    """What a date or a time can mean: two instants, both included, each known or open.

    Create one with `Interval.parse`. Two intervals are equal if their text and zone are.

    Parameters
    ----------
    text
        The text it was parsed from; empty for no date, which is falsy.
    zone
        IANA name of the time zone of a text without an offset; empty for UTC.
    first, last
        The first and the last instant, timezone-aware; None if open or unknown. They keep the
        offset of the text if it has one, else they are in `zone`.
    precision
        One of `PRECISIONS`, the coarser of the two sides; empty if both are open.
    approximate, uncertain
        Whether a side is marked ``~`` or ``?`` (``%`` is both).
    shifted
        Whether a time falls in a daylight-saving gap: no clock shows it, and it is moved past the
        gap as RFC 5545 specifies.
    doubled
        Whether a time occurs twice because clocks are put back: both are included.
    start, end
        First and last instant in microseconds since 1970 UTC; open ends lie beyond all dates.
    days
        First and last day on the calendar of `zone`, as proleptic Gregorian ordinals.

    Examples
    --------
    >>> day = Interval.parse("2017-08-31", "Asia/Damascus")
    >>> day.first.isoformat(), day.precision, str(day)
    ('2017-08-31T00:00:00+03:00', 'day', '2017-08-31')
    """

    text: str
    zone: str = ""
    first: datetime | None = field(default=None, compare=False)
    last: datetime | None = field(default=None, compare=False)
    precision: str = field(default="", compare=False)
    approximate: bool = field(default=False, compare=False)
    uncertain: bool = field(default=False, compare=False)
    shifted: bool = field(default=False, compare=False)
    doubled: bool = field(default=False, compare=False)
    start: int = field(default=-ENDLESS, compare=False, repr=False)
    end: int = field(default=ENDLESS, compare=False, repr=False)
    days: tuple[int, int] = field(default=ALWAYS, compare=False, repr=False)

    @staticmethod
    def parse(text: str, zone: str = "") -> Interval:
        """Parse a date or a time.

        Parameters
        ----------
        text
            A date as described in `convoy_geo.dates.edtf`, or empty for an event without a date:
            this gives `UNDATED`, which has no zone.
        zone
            IANA name of the time zone where the text has no offset; empty for UTC.

        Raises
        ------
        DateError
            If it is not a date, ends before it starts, or the time zone is unknown.
        """
        return _parse(text, zone)

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return bool(self.text)

    def __lt__(self, other: Interval) -> bool:
        """Order by start, then by end."""
        return (self.start, self.end, self.text) < (other.start, other.end, other.text)

    def overlaps(self, other: Interval) -> bool:
        """Whether both share an instant."""
        return self.start <= other.end and other.start <= self.end

    def contains(self, other: Interval) -> bool:
        """Whether the other lies entirely within this one."""
        return self.start <= other.start and other.end <= self.end

    def before(self, other: Interval) -> bool:
        """Whether it is certainly over when the other one starts."""
        return self.end < other.start

    @property
    def hours(self) -> tuple[float | None, float | None]:
        """First and last moment in hours since 1970 UTC; None if open.

        A day or an hour ends where the next one starts. An end given to the minute or the second is
        that very moment: time geography counts in minutes.
        """
        first = None if self.first is None else self.start / HOUR
        if self.last is None:
            return first, None
        return first, self._told_end / HOUR

    @property
    def certain_hours(self) -> tuple[float | None, float | None]:
        """First and last moment, in hours since 1970 UTC, certainly covered; None if open.

        From the end of the first side (its start if it is a time of day) to the start of the second
        side. Where nothing is certainly covered, as for a single day, the first moment is after the
        last.
        """
        if not self.text:
            return None, None
        where = time_zone(self.zone)
        one, other = read_date(self.text)
        first = last = None
        if one is not None:
            clock = one.precision in {"hour", "minute", "second"}
            first = (_first(one, where)[0] if clock else _last(one, where)[0] + 1) / HOUR
        if other is not None:
            last = _first(other, where)[0] / HOUR
        return first, last

    @property
    def _told_end(self) -> int:
        """The end; for a minute or a second its first instant."""
        _, side = read_date(self.text)
        if side is None or side.length is None or side.precision not in ("minute", "second"):
            return self.end + 1
        return self.end + 1 - side.length // ONE


UNDATED = Interval("")
"""No date: the time is unknown."""


def read_dates(record: object, *names: str) -> None:
    """Turn the date texts of a frozen record into intervals; the texts are in UTC.

    Parameters
    ----------
    record
        The record under construction.
    *names
        Names of its date fields.

    Raises
    ------
    DateError
        If a text is not a date.
    """
    for name in names:
        value = getattr(record, name)
        if not isinstance(value, Interval):
            object.__setattr__(record, name, as_interval(value))


def as_interval(when: Interval | date | str, zone: str = "") -> Interval:
    """Convert a text, a date or a moment to an interval.

    Parameters
    ----------
    when
        An interval, returned as is; a text as in `convoy_geo.dates.edtf`; a date in the given zone;
        or a datetime or pandas Timestamp, in the given zone unless it has its own.
    zone
        IANA name; empty for UTC.

    Raises
    ------
    DateError
        If it is not a date.
    """
    if isinstance(when, Interval):
        return when
    if isinstance(when, str):
        return Interval.parse(when, zone)
    try:
        return Interval.parse(when.isoformat(), zone)
    except (AttributeError, TypeError, ValueError) as error:  # such as pandas' NaT
        msg = f"{when!r} is not a day or a moment"
        raise DateError(msg) from error


def one_day(when: Interval | date | str, zone: str = "") -> date:
    """The single calendar day, in a time zone, of a date or a moment.

    Parameters
    ----------
    when, zone
        As for `as_interval`.

    Raises
    ------
    DateError
        If it is not a date, or may be more than one day.

    Examples
    --------
    >>> one_day("2017-08-31T23:30Z", "Asia/Damascus")
    datetime.date(2017, 9, 1)
    """
    try:
        first, last = as_interval(when, zone).days
    except DateError:
        first, last = ALWAYS
    if first != last:
        msg = f"{str(when)!r} is not a day; write it as 2017-08-31 or 2017-08-31T14:00"
        raise DateError(msg)
    return date.fromordinal(first)


@cache
def time_zone(name: str) -> tzinfo:
    """A time zone by its IANA name; UTC for an empty name.

    Raises
    ------
    DateError
        If no time zone has this name.
    """
    if not name:
        return UTC
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # noqa: PLC0415  (cold start)

    try:
        return ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError) as error:
        msg = f"unknown time zone {name!r}; use an IANA name such as Asia/Damascus"
        raise DateError(msg) from error


@lru_cache(maxsize=65536)
def _parse(text: str, zone: str) -> Interval:
    where = time_zone(zone)
    if not text:
        return UNDATED
    one, other = read_date(text)
    start, end, shifted, doubled = -ENDLESS, ENDLESS, False, False
    first = last = None
    if one is not None:
        start, first, moved, twice = _first(one, where)
        shifted, doubled = moved, twice
    if other is not None:
        end, last, moved, twice = _last(other, where)
        shifted, doubled = shifted or moved, doubled or twice
    if end < start:
        msg = f"{text!r} ends before it starts"
        raise DateError(msg)
    sides = [side for side in (one, other) if side is not None]
    return Interval(
        text,
        zone,
        first,
        last,
        min((side.precision for side in sides), key=PRECISIONS.index, default=""),
        any(side.approximate for side in sides),
        any(side.uncertain for side in sides),
        shifted,
        doubled,
        start,
        end,
        (
            ALWAYS[0] if one is None else _ordinal(one.first, start, one, where),
            ALWAYS[1] if other is None else _ordinal(other.last, end, other, where),
        ),
    )


def _instant(clock: datetime, where: tzinfo) -> int:
    """A local time in microseconds since 1970 UTC; exact at the ends of the calendar too."""
    offset = clock.replace(tzinfo=where).utcoffset() or timedelta()
    return (clock - EPOCH - offset) // ONE


def _shown(instant: int, clock: datetime, where: tzinfo) -> datetime:
    """An instant as an aware datetime; `clock` is used where arithmetic would overflow."""
    try:
        return (datetime(1970, 1, 1, tzinfo=UTC) + instant * ONE).astimezone(where)
    except OverflowError:
        return clock.replace(tzinfo=where)


def _odd(clock: datetime, where: tzinfo) -> tuple[bool, bool]:
    """Whether a local time never occurs in a zone, and whether it occurs twice."""
    early, late = _instant(clock.replace(fold=0), where), _instant(clock.replace(fold=1), where)
    return late < early, early < late


def _first(side: Written, where: tzinfo) -> tuple[int, datetime, bool, bool]:
    zone = side.offset or where
    clock = side.precision in {"hour", "minute", "second"}
    shifted, doubled = _odd(side.first, zone) if clock else (False, False)
    instant = _instant(side.first, zone)
    return instant, _shown(instant, side.first, zone), shifted, doubled


def _last(side: Written, where: tzinfo) -> tuple[int, datetime, bool, bool]:
    zone = side.offset or where
    if side.length is None:
        instant = _instant(datetime.max, zone)  # noqa: DTZ901
        return instant, datetime.max.replace(tzinfo=zone), False, False
    if side.precision in {"hour", "minute", "second"}:
        shifted, doubled = _odd(side.first, zone)
        begin = side.first.replace(fold=1) if doubled else side.first
        instant = _instant(begin, zone) + side.length // ONE - 1
        return instant, _shown(instant, side.last, zone), shifted, doubled
    # a day ends where the next one starts, however long it was
    instant = _instant(side.first + side.length, zone) - 1
    return instant, _shown(instant, side.last, zone), False, False


def _ordinal(clock: datetime, instant: int, side: Written, where: tzinfo) -> int:
    """The day of an instant in the calendar of a zone, as an ordinal."""
    if side.precision not in {"hour", "minute", "second"}:
        return clock.toordinal()
    return _shown(instant, clock, where).toordinal()
