"""What the words of a date mean on the calendar, relative to any reference day."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import MAXYEAR, MINYEAR, date, timedelta

from convoy_geo.dates.short_years import nearest_year
from convoy_geo.errors import DateError

__all__ = [
    "Clock", "Fields", "Meaning", "Span", "calendar", "calendar_years", "days_of", "earlier",
    "fixed", "hundred", "later", "offset", "part_of", "period", "slack_of", "week_of", "weekday",
    "weekend",
]  # fmt: skip

DAY = timedelta(days=1)
Span = tuple[date | None, date | None]
"""First and last day, both included; None is an open end."""
Read = Callable[[date], Span]
HALF_YEAR = 183
STAGES = {"early": (1, 10), "mid": (11, 20), "late": (21, 31)}
"""Days of a month; for a year the same thirds, of four months each."""
WEEK_STAGES = {"early": (0, 3), "mid": (2, 4), "late": (4, 7)}
"""Days from the Sunday before a week to the Sunday that ends it: both conventions count."""


@dataclass(frozen=True)
class Clock:
    """A time of day in EDTF notation, without the T; `end` is the last one of a range."""

    start: str
    end: str = ""


@dataclass(frozen=True)
class Fields:
    """A date by its named parts.

    Parameters
    ----------
    days, month, weekday
        Numbers; weekdays count from Monday, 1; `days` in text order.
    year
        The year, or None if no year is named.
    short
        Whether the year has two digits.
    shift
        Years from the dateline's year, as in "August last year"; or None.
    mod
        ``last``, ``next`` or ``this`` next to a month or a season.
    stage
        ``early``, ``mid`` or ``late``.
    months
        Number of months from `month` on: three for a season, six for a half.
    words
        The words of the text, for errors.
    """

    words: str
    days: tuple[int, ...] = ()
    month: int | None = None
    weekday: int | None = None
    year: int | None = None
    short: bool = False
    shift: int | None = None
    mod: str = ""
    stage: str = ""
    months: int = 1

    @property
    def dated(self) -> bool:
        """Whether the year is known, directly or relative to the dateline."""
        return self.year is not None or self.shift is not None or bool(self.mod)

    def within(self, year: int) -> tuple[date, date]:
        """First and last day of the date in a year.

        Raises
        ------
        DateError
            If the day does not exist, or has another weekday.
        """
        if not MINYEAR <= year <= MAXYEAR:
            raise OverflowError(year)
        if self.month is None:
            low, high = {"early": (1, 4), "mid": (5, 8), "late": (9, 12)}.get(self.stage, (1, 12))
            return date(year, low, 1), date(year, high, monthrange(year, high)[1])
        if not self.days:
            low, high = STAGES.get(self.stage, (1, 31))
            years, month = divmod(self.month + self.months - 2, 12)
            last = date(year + years, month + 1, 1)
            length = monthrange(last.year, last.month)[1]
            return date(year, self.month, low), last.replace(day=min(high, length))
        try:
            days = [date(year, self.month, number) for number in self.days]
        except ValueError as error:
            msg = f"{self.words!r} is not a day of {year}"
            raise DateError(msg) from error
        if self.weekday is not None and days[0].isoweekday() != self.weekday:
            msg = f"{self.words!r}: {days[0]} was a {days[0]:%A}"
            raise DateError(msg)
        if days != sorted(days):
            msg = f"{self.words!r} ends before it starts"
            raise DateError(msg)
        return days[0], days[-1]

    def latest(self, day: date) -> tuple[date, date]:
        """The usual interpretation: in the named year, or the latest year in which it has begun."""
        if self.dated or self.month is None:
            return self.within(self._year(day))
        begun = date(day.year, self.month, 1) <= day
        year = day.year - (not begun)
        if self.weekday is None or begun:
            return self.within(year)
        try:
            return self.within(year)
        except DateError:
            coming = self.within(year + 1)  # the weekday identifies the year, if it is near
            if (coming[0] - day).days > HALF_YEAR:
                raise
            return coming

    def _year(self, day: date) -> int:
        """The named year, in digits or relative to the dateline's."""
        if self.year is not None:
            return nearest_year(self.year, day) if self.short else self.year
        if self.shift is not None or self.month is None:
            return day.year + (self.shift or 0)
        if self.mod == "last":
            over = replace(self, days=(), stage="", weekday=None).within(day.year)[1]
            return day.year - (over >= day)
        ahead = self.mod == "next" and date(day.year, self.month, 1) <= day
        return day.year + ahead

    def other(self, day: date) -> tuple[date, date]:
        """The second common interpretation, or the same again."""
        first = self.latest(day)
        if self.mod == "last" and self.month is not None:
            return self.within(first[0].year - 1) if first[0].year == day.year else first
        if self.dated or self.month is None or self.weekday is not None:
            return first
        try:
            coming = self.within(first[0].year + 1)
        except DateError:
            return first
        return coming if 0 <= (coming[0] - day).days < min(90, (day - first[0]).days) else first

    def coming(self, day: date) -> tuple[date, date]:
        """After "until" and "by": the first one that is not over, if no year is named."""
        if self.dated or self.month is None:
            return self.latest(day)
        first = self.within(day.year)
        return first if first[1] >= day else self.within(day.year + 1)


@dataclass(frozen=True)
class Meaning:
    """The meaning of words, as a function of the reference day.

    Parameters
    ----------
    read
        Maps the reference day to the days that are meant.
    rule
        The rule, in words.
    kind
        ``day``, ``weekday``, ``month``, ``year``, ``span``, ``open``, ``duration`` (without a fixed
        end), ``vague`` ("previously") or ``anchor`` (relative to a day named before).
    other
        A second common interpretation, or None.
    coming
        The meaning after "until", where that refers to the future; or None.
    fields
        The parts of a calendar date.
    clock
        The time of day, or None.
    about
        Whether it is approximate.
    years
        For a calendar year, its offset from the dateline's year.
    listed
        Whether it is two dates joined by "and": one period only if the second day follows the
        first.
    evening
        Days before the first day of a feast that count because it begins in the evening.
    """

    read: Read
    rule: str
    kind: str = "span"
    other: Read | None = None
    other_rule: str = ""
    coming: Read | None = None
    fields: Fields | None = None
    clock: Clock | None = None
    about: bool = False
    years: int | None = None
    listed: bool = False
    evening: int = 0


def calendar(fields: Fields) -> Meaning:
    """A date by its parts."""
    name = "a day" if fields.days else "a month" if fields.month else "a year"
    if fields.months > 1:
        name = "months"
    year = "; the latest year that has begun it"
    if fields.short:
        year = "; the year nearest to the dateline"
    elif fields.dated or fields.month is None:
        year = ""
    part = f"; the {fields.stage} third of it" if fields.stage else ""
    if name == "a month" and fields.stage:
        part = "; days {} to {}".format(*STAGES[fields.stage])
    kind = "day" if fields.days else "month" if fields.month else "year"
    return Meaning(
        fields.latest,
        f"{name} by name{part}{year}",
        kind,
        other=fields.other,
        other_rule="the other year that is near",
        coming=fields.coming,
        fields=fields,
    )


def fixed(first: date | None, last: date | None, rule: str, kind: str = "span") -> Meaning:
    """Days that do not depend on the dateline."""
    return Meaning(lambda _: (first, last), rule, kind)


def offset(low: int, high: int, rule: str, kind: str = "day") -> Meaning:
    """A range of offsets in days from the dateline; negative before it."""
    return Meaning(lambda day: (day + low * DAY, day + high * DAY), rule, kind)


def weekday(number: int, mod: str) -> Meaning:
    """A weekday, 1 (Monday) to 7, with ``last``, ``next``, ``this``, ``past`` or nothing."""
    wanted = number - 1

    def latest(day: date) -> Span:
        then = day - (day.weekday() - wanted) % 7 * DAY
        return then, then

    def coming(day: date) -> Span:
        then = day + (wanted - day.weekday()) % 7 * DAY
        return then, then

    def before(day: date) -> Span:
        then = day - ((day.weekday() - wanted - 1) % 7 + 1) * DAY
        return then, then

    def after(day: date) -> Span:
        then = day + ((wanted - day.weekday() - 1) % 7 + 1) * DAY
        return then, then

    def week_before(day: date) -> Span:
        then = day - (day.weekday() + 7 - wanted) * DAY
        return then, then

    def week_after(day: date) -> Span:
        then = day + (7 - day.weekday() + wanted) * DAY
        return then, then

    if mod == "last":
        return Meaning(
            before, "the latest such weekday before the dateline", "weekday",
            week_before, "that weekday of the week before",
        )  # fmt: skip
    if mod == "next":
        return Meaning(
            after, "the first such weekday after the dateline", "weekday",
            week_after, "that weekday of the week after", after,
        )  # fmt: skip
    if mod == "this":
        return Meaning(
            coming, "the first such weekday, the dateline's own included", "weekday",
            latest, "the latest such weekday, the dateline's own included", coming,
        )  # fmt: skip
    return Meaning(
        latest, "the latest such weekday, the dateline's own included", "weekday", coming=coming
    )


def weekend(mod: str) -> Meaning:
    """A weekend, Saturday and Sunday."""

    def at(weeks: int) -> Read:
        def read(day: date) -> Span:
            saturday = day - (day.weekday() - 5) % 7 * DAY + weeks * 7 * DAY
            return saturday, saturday + DAY

        return read

    def finished(day: date) -> Span:
        sunday = day - (day.weekday() + 1) * DAY
        return sunday - DAY, sunday

    def one_before(day: date) -> Span:
        sunday = day - (day.weekday() + 8) * DAY
        return sunday - DAY, sunday

    if mod == "last":
        return Meaning(
            finished, "the latest weekend that was over", "span",
            one_before, "the weekend before the latest one",
        )  # fmt: skip
    if mod == "next":
        return Meaning(at(1), "the weekend after the latest one", "span")
    return Meaning(at(0), "the latest weekend, the dateline's own included", "span")


def _starts(unit: str, day: date, shift: int) -> Span:
    """First and last day of a calendar unit, some units away from that of a day."""
    if unit == "week":
        sunday = day - (day.weekday() + 1) % 7 * DAY + 7 * shift * DAY
        monday = day - day.weekday() * DAY + 7 * shift * DAY
        return min(sunday, monday), max(sunday, monday) + 6 * DAY  # either start of a week counts
    if unit == "day":
        return day + shift * DAY, day + shift * DAY
    if unit in {"month", "quarter", "half"}:
        size = {"month": 1, "quarter": 3, "half": 6}[unit]
        number = (day.year * 12 + day.month - 1) // size + shift
        years, month = divmod(number * size, 12)
        end_years, end = divmod(number * size + size - 1, 12)
        if years < MINYEAR or end_years > MAXYEAR:
            raise OverflowError(years)
        last = date(end_years, end + 1, monthrange(end_years, end + 1)[1])
        return date(years, month + 1, 1), last
    size = {"year": 1, "decade": 10, "century": 100}[unit]
    year = (day.year // size + shift) * size
    if year < MINYEAR or year + size - 1 > MAXYEAR:
        raise OverflowError(year)
    return date(year, 1, 1), date(year + size - 1, 12, 31)


def period(unit: str, shift: int, *, stage: str = "", kind: str = "span") -> Meaning:
    """A calendar week, month, year..., some units away from the dateline's own."""
    made = _period(unit, shift, stage, kind)
    return replace(made, years=shift) if unit == "year" and not stage else made


def _period(unit: str, shift: int, stage: str, kind: str) -> Meaning:

    def whole(day: date) -> Span:
        return _starts(unit, day, shift)

    def staged(day: date) -> Span:
        first, last = _starts(unit, day, shift)
        if first is None or last is None:
            return first, last
        if unit == "week":
            low, high = WEEK_STAGES[stage]
            return first + low * DAY, first + high * DAY
        if unit == "month":
            low, high = STAGES[stage]
            return first.replace(day=low), last.replace(day=min(high, last.day))
        size = (last - first).days + 1
        low = {"early": 0, "mid": size // 3, "late": 2 * size // 3}[stage]
        if unit == "year":
            return Fields("", year=first.year, stage=stage).within(first.year)
        return first + low * DAY, min(last, first + (low + size // 3) * DAY)

    where = {0: "the dateline's", -1: "the one before the dateline's"}.get(
        shift, f"{abs(shift)} {'after' if shift > 0 else 'before'} the dateline's"
    )
    if stage:
        return Meaning(staged, f"the {stage} part of a calendar {unit}: {where}", kind)
    if shift == 0:
        return Meaning(
            lambda day: (whole(day)[0], day), f"from the start of the {unit} to the dateline", kind
        )
    rule = f"the calendar {unit} {'before' if shift < 0 else 'after'} the dateline's"
    if shift != -1 or kind == "anchor":
        return Meaning(whole, rule if abs(shift) == 1 else f"a calendar {unit}: {where}", kind)
    back = days_of(1, unit)
    return Meaning(
        whole, rule, kind,
        lambda day: (day - back * DAY, day), f"one {unit} back to the dateline",
    )  # fmt: skip


def calendar_years(first: int, last: int, rule: str) -> Meaning:
    """From the first day of one year to the last day of another."""
    return fixed(date(first, 1, 1), date(last, 12, 31), rule)


def hundred(year: int) -> Meaning:
    """Years such as "the 1900s": a century, or its first ten years (first for our own century)."""
    ten, whole = (
        calendar_years(year, year + 9, "a decade"),
        calendar_years(year, year + 99, "a century"),
    )
    first, second = (ten, whole) if year >= 2000 else (whole, ten)
    return replace(first, other=second.read, other_rule=second.rule)


def part_of(fields: Fields, number: int, unit: str) -> Meaning | None:
    """The n-th half, quarter, week or weekend of a month or a year; -1 is the last one.

    None if it does not exist: a fifth quarter, a week of a day.
    """
    count = {"half": 2, "quarter": 4, "week": 4, "weekend": 4, "day": 28}[unit]
    if fields.days or fields.stage or not (number == -1 or 1 <= number <= count):
        return None
    of_month = unit in {"week", "weekend", "day"}
    if of_month != (fields.month is not None) and unit not in {"half", "day"}:
        return None

    def read(day: date) -> Span:
        first, last = fields.latest(day)
        at = count if number == -1 else number
        if unit == "day":
            only = last if number == -1 else first + (at - 1) * DAY
            return only, only
        if unit == "week":
            return (last - 6 * DAY, last) if number == -1 else (
                first + 7 * (at - 1) * DAY, first + (7 * at - 1) * DAY
            )  # fmt: skip
        if unit == "weekend":
            saturday = first + (5 - first.weekday()) % 7 * DAY + 7 * (at - 1) * DAY
            if number == -1:
                saturday = last - (last.weekday() - 5) % 7 * DAY
            return saturday, saturday + DAY
        if fields.month is not None:
            return (first, first.replace(day=15)) if at == 1 else (first.replace(day=16), last)
        size = 12 // count
        low = size * (at - 1) + 1
        high = low + size - 1
        return date(first.year, low, 1), date(first.year, high, monthrange(first.year, high)[1])

    place = "the last" if number == -1 else f"number {number} of the"
    return Meaning(read, f"{place} {unit} of it")


def week_of(fields: Fields, unit: str) -> Meaning:
    """The week that begins with a day, or the weekend of that day."""

    def read(day: date) -> Span:
        first, _ = fields.latest(day)
        if unit == "week":
            return first, first + 6 * DAY
        if len(fields.days) > 1:
            first, sunday = fields.latest(day)
            if (first.weekday(), (sunday - first).days) == (5, 1):
                return first, sunday
        saturday = first - DAY if first.weekday() == 6 else first
        if saturday.weekday() != 5:
            msg = f"{fields.words!r}: {first} was a {first:%A}, which is not a weekend"
            raise DateError(msg)
        return saturday, saturday + DAY

    return Meaning(read, f"the {unit} that begins then" if unit == "week" else "that weekend")


def earlier(unit: str) -> Meaning:
    """Earlier this week, month or year."""

    def read(day: date) -> Span:
        first, _ = _starts(unit, day, 0)
        return min(first or day, day - DAY), day - DAY

    return Meaning(read, f"from the start of the {unit} to the day before the dateline")


def later(unit: str) -> Meaning:
    """Later this week, month or year."""

    def read(day: date) -> Span:
        _, last = _starts(unit, day, 0)
        return day, max(last or day, day)

    return Meaning(read, f"from the dateline to the end of the {unit}")


def days_of(number: int, unit: str) -> int:
    """Number of days of a number of units; hours are rounded up to whole days."""
    if unit == "hour":
        return -(-number // 24)
    if unit == "minute":
        return -(-number // 1440)
    sizes = {"day": 1, "night": 1, "week": 7, "month": 30, "quarter": 91, "half": 182}
    return number * {**sizes, "year": 365, "decade": 3652, "century": 36525}[unit]


def slack_of(unit: str) -> int:
    """Tolerance in days, either way, of phrases such as "two weeks ago"."""
    slack = {"week": 3, "month": 15, "quarter": 45, "half": 91, "year": 182}
    return {**slack, "decade": 1826, "century": 18262}.get(unit, 0)
