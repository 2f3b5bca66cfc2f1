"""Dates and times as two instants: parsed once, when a row is read, and compared ever after.

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
"""Microseconds from 1970 of an open end: far beyond the year 9999."""
ALWAYS = (date.min.toordinal(), date.max.toordinal())
PRECISIONS = (
    "century", "decade", "year", "season", "month", "day", "hour", "minute", "second",
)  # fmt: skip
"""From coarse to fine."""


@dataclass(frozen=True, slots=True)
class Interval:
    """What a date or a time can mean: two instants, both included, each open or known.

    Make one with `Interval.parse`. Two are equal if text and zone are.

    Parameters
    ----------
    text
        The text that it was read from; empty for no date at all, which is false.
    zone
        IANA name of the zone in which a text without an offset is meant; empty for UTC.
    first, last
        The first and the last instant, aware; None is open or unknown. Of a text with an offset
        they keep it, others are in `zone`.
    precision
        Of `PRECISIONS`, the coarser of two sides; empty where both are open.
    approximate, uncertain
        Whether a side is marked ``~`` or ``?`` (``%`` is both).
    shifted
        Whether a time lies in a gap of daylight saving: a clock that is put forward never shows it,
        and it is moved past the gap, as RFC 5545 does.
    doubled
        Whether a time occurs twice, as clocks are put back: both are meant.
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
        """Read a date or a time.

        Parameters
        ----------
        text
            As `convoy_geo.dates.edtf` has it, or nothing: an event without a date, `UNDATED`,
            which has no zone.
        zone
            IANA name of the zone that is meant where the text has no offset; empty for UTC.

        Raises
        ------
        DateError
            If it is no date, ends before it starts, or there is no such zone.
        """
        return _parse(text, zone)

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return bool(self.text)

    def __lt__(self, other: Interval) -> bool:
        """By start, then by end."""
        return (self.start, self.end, self.text) < (other.start, other.end, other.text)

    def overlaps(self, other: Interval) -> bool:
        """Whether some instant lies in both."""
        return self.start <= other.end and other.start <= self.end

    def contains(self, other: Interval) -> bool:
        """Whether all of the other lies in it."""
        return self.start <= other.start and other.end <= self.end

    def before(self, other: Interval) -> bool:
        """Whether it is over for sure when the other one starts."""
        return self.end < other.start

    @property
    def hours(self) -> tuple[float | None, float | None]:
        """First and last moment in hours since 1970 UTC; None is open.

        A day or an hour ends where the next one starts. An end that is told to the minute or the
        second is taken as that moment: time geography counts to the minute.
        """
        first = None if self.first is None else self.start / HOUR
        if self.last is None:
            return first, None
        return first, self._told_end / HOUR

    @property
    def certain_hours(self) -> tuple[float | None, float | None]:
        """First and last moment, in hours since 1970 UTC, of what it covers for sure; None is open.

        From the end of the first side, which is its start if it is a time of day, to the start of
        the second one. Where nothing is covered for sure, as of a single day, the first moment is
        after the last.
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
        """The end; of a minute or a second its first instant."""
        _, side = read_date(self.text)
        if side is None or side.length is None or side.precision not in ("minute", "second"):
            return self.end + 1
        return self.end + 1 - side.length // ONE


UNDATED = Interval("")
"""No date at all: nothing is known of when."""


def read_dates(record: object, *names: str) -> None:
    """Give a frozen record intervals where it was made with texts, which are meant in UTC.

    Parameters
    ----------
    record
        A record that is being made.
    *names
        Its fields that hold dates.

    Raises
    ------
    DateError
        If a text is no date.
    """
    for name in names:
        value = getattr(record, name)
        if not isinstance(value, Interval):
            object.__setattr__(record, name, as_interval(value))


def as_interval(when: Interval | date | str, zone: str = "") -> Interval:
    """An interval, from whatever names a day or a moment.

    Parameters
    ----------
    when
        An interval as it is; a text of `convoy_geo.dates.edtf`; a date, meant in the zone; or a
        moment (a datetime, a pandas Timestamp), meant in the zone where it has none of its own.
    zone
        IANA name; empty for UTC.

    Raises
    ------
    DateError
        If it is no date.
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
    """The one day on the calendar of a zone that a date or a moment lies on.

    Parameters
    ----------
    when, zone
        As for `as_interval`.

    Raises
    ------
    DateError
        If it is no date, or may be more than one day.

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
    """A zone by its IANA name; UTC for an empty one.

    Raises
    ------
    DateError
        If there is none of this name.
    """
    if not name:
        return UTC
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # noqa: PLC0415  (cold start)

    try:
        return ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError) as error:
        msg = f"there is no time zone {name!r}; an IANA name such as Asia/Damascus is wanted"
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
    """Microseconds since 1970 UTC of what a clock shows; exact at the ends of the calendar too."""
    offset = clock.replace(tzinfo=where).utcoffset() or timedelta()
    return (clock - EPOCH - offset) // ONE


def _shown(instant: int, clock: datetime, where: tzinfo) -> datetime:
    """An instant as an aware datetime; `clock` serves where arithmetic would leave the calendar."""
    try:
        return (datetime(1970, 1, 1, tzinfo=UTC) + instant * ONE).astimezone(where)
    except OverflowError:
        return clock.replace(tzinfo=where)


def _odd(clock: datetime, where: tzinfo) -> tuple[bool, bool]:
    """Whether a clock of a zone never shows a time, and whether it does so twice."""
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
    """The day of an instant on the calendar of a zone."""
    if side.precision not in {"hour", "minute", "second"}:
        return clock.toordinal()
    return _shown(instant, clock, where).toordinal()
