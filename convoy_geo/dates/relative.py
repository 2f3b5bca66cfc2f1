"""Dates as reports say them, "on Thursday", "over the past week", to EDTF, with the rule used.

A text is read against the dateline of its report: the day, or the days, on which it was written. It
is never read more narrowly than its words: where a week may begin on a Sunday or on a Monday, both
count. Where words have two usual readings ("last weekend" on a Monday) the second is kept beside
the first. What is not understood raises, and says what is.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta
from typing import TYPE_CHECKING

from convoy_geo.dates import edtf
from convoy_geo.errors import DateError
from convoy_geo.lang import languages, load

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["DATE_ORDERS", "UNDERSTOOD", "RelativeDate", "relative_date"]

DATE_ORDERS = ("day_first", "month_first")
UNDERSTOOD = (
    "today, yesterday, overnight, currently; Thursday, on Sunday, Monday evening, last Thursday; "
    "this week, earlier this week, last week, last weekend, last month, last year; in recent days; "
    "over the past week, in the last three days, for two weeks, five days ago; since Monday, "
    "until Friday, previously; 2014, in August, August 28, early August 2017; 2017-08-31, "
    "and with a declared order of day and month 04-09-2017 and 09.02.17"
)


def _numbered(key: str) -> dict[str, int]:
    """Names of months or weekdays in all languages -> their number, from 1."""
    found: dict[str, int] = {}
    for lang in map(load, languages("dates.toml")):
        for number, forms in enumerate(lang.dates.get(key, "").split(), 1):
            for form in forms.split("/"):
                found.setdefault(form.replace("_", " ").lower(), number)
    return found


WEEKDAYS, MONTHS = _numbered("weekdays"), _numbered("months")
NUMBERS = {
    word: int(number)
    for lang in map(load, languages("dates.toml"))
    for number, words in lang.dates.get("numbers", {}).items()
    for word in words
}
RECENT_DAYS = 7
"""How far back "recent days" go: a choice."""

Span = tuple[date | None, date | None]
DAY = timedelta(days=1)
PART_OF_DAY = r"(?: (?:early|late))?(?: (?:morning|afternoon|noon|evening|night))?"
NUMBER = "|".join(sorted(NUMBERS, key=len, reverse=True)) + r"|\d{1,3}"
WEEKDAY = "|".join(sorted(WEEKDAYS, key=len, reverse=True))
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))


@dataclass(frozen=True)
class RelativeDate:
    """What a text means, and why.

    Parameters
    ----------
    text, dateline
        As given.
    edtf
        The days that it may mean, EDTF.
    rule
        The rule that was used, in words.
    other
        A second usual reading, or None.
    """

    text: str
    dateline: str
    edtf: str
    rule: str
    other: RelativeDate | None = None


def relative_date(text: str, dateline: str, *, date_order: str = "") -> RelativeDate:
    """Read a date as a report says it.

    Parameters
    ----------
    text
        Its words, in English, or its figures.
    dateline
        EDTF of the day on which the report was written; of an uncertain day all that it may be,
        and the answer holds for each of them.
    date_order
        How the report writes dates in figures: ``day_first``, ``month_first`` or empty, when only
        figures that leave no choice are read.

    Returns
    -------
    RelativeDate

    Raises
    ------
    DateError
        If the text is not understood, its figures name no day or could be two, or the dateline is
        open.

    Examples
    --------
    >>> relative_date("on Thursday", "2017-09-02").edtf
    '2017-08-31'
    >>> relative_date("over the past week", "2017-09-04").edtf
    '2017-08-28/2017-09-04'
    >>> relative_date("09.02.17", "2017-09-02", date_order="month_first").edtf
    '2017-09-02'
    """
    if date_order not in {"", *DATE_ORDERS}:
        msg = f"`date_order` must be one of {', '.join(DATE_ORDERS)} or empty, not {date_order!r}"
        raise ValueError(msg)
    first, last = edtf.interval(dateline)
    if first is None or last is None:
        msg = f"the dateline {dateline!r} is open; a day is needed to count from"
        raise DateError(msg)
    words = re.sub(r"\s+", " ", text.strip().lower().replace(",", " ")).strip(" .")
    words = "".join([str(int(sign)) if sign.isdecimal() else sign for sign in words])
    try:
        rules = _readings(words, date_order, (first, last))
        readings = [(rule, _hull(read(first), read(last))) for rule, read in rules]
    except OverflowError as error:
        msg = f"{text!r} is outside the years 1 to 9999"
        raise DateError(msg) from error
    if not readings:
        msg = f"{text!r} is not understood as a date; understood are {UNDERSTOOD}"
        raise DateError(msg)
    (rule, span), *more = readings
    other = next(
        (
            RelativeDate(text, dateline, _edtf(another), why)
            for why, another in more
            if another != span
        ),
        None,
    )
    return RelativeDate(text, dateline, _edtf(span), rule, other)


Reading = tuple[str, "Callable[[date], Span]"]


def _readings(words: str, order: str, dateline: tuple[date, date]) -> list[Reading]:
    """The rules that fit, the first one the usual one."""
    figures = _figures(words, order, dateline)
    if figures:
        return figures
    opened = re.fullmatch(r"(since|until|till|up to|before) (.+)", words)
    if opened:
        return [_opened(opened[1], inner) for inner in _readings(opened[2], order, dateline)]
    bare = re.sub(r"^(on|in|at|during|by) (?=\S)", "", words)
    if bare != words:
        return _readings(bare, order, dateline)
    for expression, maker in _RULES:
        found = expression.fullmatch(words)
        if found:
            return maker(found)
    return []


def _opened(word: str, inner: Reading) -> Reading:
    rule, read = inner
    if word == "since":
        return f"from then to the dateline; {rule}", lambda day: (read(day)[0], day)
    back = DAY if word == "before" else timedelta()

    def until(day: date) -> Span:
        last = read(day)[0 if word == "before" else 1]
        return None, last - back if last else None

    return f"open start, to then; {rule}", until


def _figures(words: str, order: str, dateline: tuple[date, date]) -> list[Reading]:
    """Dates in figures: ISO and EDTF as they are, others by the order that the report declares."""
    if re.fullmatch(r"[\dx]{4}(-[\dx]{2}){0,2}[~?%]?(/\S*)?|/\S+", words):  # no dots at the ends
        span = edtf.interval(words.upper())
        rule = "a year" if len(words) == 4 and words.isdecimal() else "as written, ISO 8601"
        return [(rule, lambda _: span)]
    found = re.fullmatch(r"(\d{1,2})([-./])(\d{1,2})\2(\d{4}|\d{2})", words)
    if not found:
        return []
    one, other, year = int(found[1]), int(found[3]), int(found[4])
    short = len(found[4]) == 2
    if short:
        year = _nearest_year(words, year, dateline)
    possible = {}
    for name, month, day in (("day_first", other, one), ("month_first", one, other)):
        if year and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]:
            possible[name] = date(year, month, day)
    if order and order not in possible:
        msg = f"{words!r} is no day with {order.replace('_', ' ')}"
        raise DateError(msg)
    if not possible:
        msg = f"{words!r} names no day"
        raise DateError(msg)
    days = set(possible.values())
    if not order and len(days) > 1:
        both = " or ".join(str(day) for day in possible.values())
        msg = f"{words!r} is {both}; declare day_first or month_first for this report"
        raise DateError(msg)
    meant = possible[order] if order else days.pop()
    how = f"declared {order.replace('_', ' ')}" if order else "only one order names a day"
    nearest = "; the year nearest to the dateline" if short else ""
    return [(f"figures, {how}{nearest}", lambda _: (meant, meant))]


def _nearest_year(words: str, figures: int, dateline: tuple[date, date]) -> int:
    """The year of two last figures that is nearest to the dateline's; of two, the earlier."""
    years = set()
    for day in dateline:
        base = day.year - day.year % 100 + figures
        near = [year for year in (base - 100, base, base + 100) if MINYEAR <= year <= MAXYEAR]
        years.add(min(near, key=lambda year: (abs(year - day.year), year)))
    if len(years) > 1:
        both = " or ".join(map(str, sorted(years)))
        msg = f"the year of {words!r} is {both}, by a dateline so wide; write it in full"
        raise DateError(msg)
    return years.pop()


def _days_back(number: int) -> Callable[[date], Span]:
    return lambda day: (day - number * DAY, day)


def _number(text: str) -> int:
    return NUMBERS.get(text) or int(text)


def _days(number: int, unit: str) -> int:
    return number * {"day": 1, "week": 7, "month": 30, "year": 365}[unit]


def _month_start(day: date) -> date:
    return day.replace(day=1)


def _week_start(day: date) -> date:
    """The Sunday on or before a day: the earlier of the two usual starts of a week."""
    return day - (day.weekday() + 1) % 7 * DAY


def _one_day(back: int, rule: str) -> Callable[[re.Match[str]], list[Reading]]:
    return lambda _: [(rule, lambda day: (day - back * DAY, day - back * DAY))]


def _fixed(rule: str, read: Callable[[date], Span]) -> Callable[[re.Match[str]], list[Reading]]:
    return lambda _: [(rule, read)]


def _weekday(found: re.Match[str]) -> list[Reading]:
    wanted = WEEKDAYS[found["weekday"]] - 1

    def latest(day: date) -> Span:
        then = day - (day.weekday() - wanted) % 7 * DAY
        return then, then

    def before(day: date) -> Span:
        then = day - ((day.weekday() - wanted - 1) % 7 + 1) * DAY
        return then, then

    def week_before(day: date) -> Span:
        then = day - (day.weekday() + 7 - wanted) * DAY
        return then, then

    if found["last"] == "last ":
        return [
            ("the latest such weekday before the dateline", before),
            ("that weekday of the week before", week_before),
        ]
    return [("the latest such weekday, the dateline's own included", latest)]


def _weekend(found: re.Match[str]) -> list[Reading]:
    def latest(day: date) -> Span:
        saturday = day - (day.weekday() - 5) % 7 * DAY
        return saturday, saturday + DAY

    def finished(day: date) -> Span:
        sunday = day - (day.weekday() + 1) * DAY
        return sunday - DAY, sunday

    def one_before(day: date) -> Span:
        saturday, sunday = finished(day)
        return (saturday or day) - 7 * DAY, (sunday or day) - 7 * DAY

    if found["last"] == "last ":
        return [
            ("the latest weekend that was over", finished),
            ("the weekend before the latest one", one_before),
        ]
    return [("the latest weekend, the dateline's own included", latest)]


def _this(found: re.Match[str]) -> list[Reading]:
    start, name = {
        "week": (_week_start, "the week, from a Sunday"),
        "month": (_month_start, "the month"),
        "year": (lambda day: day.replace(month=1, day=1), "the year"),
    }[found["unit"]]
    if not found["earlier"]:
        return [(f"from the start of {name} to the dateline", lambda day: (start(day), day))]

    def earlier(day: date) -> Span:
        return min(start(day), day - DAY), day - DAY

    return [(f"from the start of {name} to the day before the dateline", earlier)]


def _last(found: re.Match[str]) -> list[Reading]:
    def calendar(day: date) -> Span:
        if found["unit"] == "week":
            sunday = _week_start(day) - 7 * DAY
            return sunday, sunday + 7 * DAY  # Sunday to Sunday: either start of a week counts
        if found["unit"] == "month":
            last = _month_start(day) - DAY
            return _month_start(last), last
        return date(day.year - 1, 1, 1), date(day.year - 1, 12, 31)

    unit = found["unit"]
    return [
        (f"the calendar {unit} before the dateline's", calendar),
        (f"one {unit} back to the dateline", _days_back(_days(1, unit))),
    ]


def _past(found: re.Match[str]) -> list[Reading]:
    number = _days(_number(found["number"] or "one"), found["unit"])
    return [(f"{number} days back to the dateline, both ends included", _days_back(number))]


def _lasting(found: re.Match[str]) -> list[Reading]:
    number = _days(_number(found["number"]), found["unit"])
    rule = f"{number} days that end on the dateline, both ends included"
    return [(rule, _days_back(number - 1))]


def _ago(found: re.Match[str]) -> list[Reading]:
    unit, number = found["unit"], _number(found["number"])
    back = _days(number, unit)
    slack = {"day": 0, "week": 3, "month": 15, "year": 182}[unit]
    rule = f"{back} days before the dateline" + (f", within {slack} days" if slack else "")
    return [(rule, lambda day: (day - (back + slack) * DAY, day - (back - slack) * DAY))]


def _month(found: re.Match[str]) -> list[Reading]:
    month = MONTHS[found["month"]]
    low, high = {"early": (1, 10), "mid": (11, 20), "late": (21, 31)}.get(
        (found["part"] or "").strip(" -"), (1, 31)
    )
    number = found["day"] or found["day_after"]
    if number:
        low = high = int(number)

    def read(day: date) -> Span:
        year = int(found["year"]) if found["year"] else day.year
        if not found["year"] and date(year, month, 1) > day:
            year -= 1
        end = monthrange(year, month)[1]
        if low > end:
            msg = f"{found[0]!r} names no day"
            raise DateError(msg)
        return date(year, month, low), date(year, month, min(high, end))

    year = "" if found["year"] else "; the latest year that has begun it"
    part = "" if low == high or (low, high) == (1, 31) else f"; days {low} to {high}"
    return [(f"{'a day' if low == high else 'a month'} by name{part}{year}", read)]


def _rule(expression: str) -> re.Pattern[str]:
    return re.compile(expression)


_LATEST = r"(?:(?:earlier|early|late|later) )?(?:on )?"
_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], list[Reading]]], ...] = (
    (_rule(f"(?:today|tonight|this{PART_OF_DAY}|(?:earlier )?today)"), _one_day(0, "the dateline")),
    (_rule(f"yesterday{PART_OF_DAY}|last night"), _one_day(1, "the day before the dateline")),
    (_rule("(?:the )?day before yesterday"), _one_day(2, "two days before the dateline")),
    (_rule("(?:currently|now|at present|at the moment)"), _one_day(0, "the dateline")),
    (_rule("overnight"), _fixed("the night that ends on the dateline", _days_back(1))),
    (
        _rule("(?:previously|formerly|the past)"),
        _fixed("open start, to the dateline", lambda day: (None, day)),
    ),
    (
        _rule("(?:the )?(?:recent|past few|last few) days"),
        _fixed(f"up to {RECENT_DAYS} days back to the dateline", _days_back(RECENT_DAYS)),
    ),
    (_rule(f"{_LATEST}(?P<last>last |this |past )?(?P<weekday>{WEEKDAY}){PART_OF_DAY}"), _weekday),
    (_rule("(?:over )?(?:the )?(?P<last>last |this |past )?weekend"), _weekend),
    (_rule("(?P<earlier>earlier )?this (?P<unit>week|month|year)"), _this),
    (_rule("last (?P<unit>week|month|year)"), _last),
    (
        _rule(
            r"(?:over |for |within )?(?:the )?(?:past|last) "
            rf"(?:(?P<number>{NUMBER}) )?(?P<unit>day|week|month|year)s?"
        ),
        _past,
    ),
    (_rule(rf"(?:for )?(?P<number>{NUMBER}) (?P<unit>day|week|month|year)s? ago"), _ago),
    (_rule(rf"(?:for )?(?P<number>{NUMBER})[ -](?P<unit>day|week|month|year)s?"), _lasting),
    (
        _rule(
            r"(?:the )?(?P<part>early |mid-?|late )?(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?(?: of)? )?"
            rf"(?P<month>{MONTH})\.?(?: (?P<day_after>\d{{1,2}})(?:st|nd|rd|th)?)?"
            r"(?: (?P<year>\d{4}))?"
        ),
        _month,
    ),
)


def _hull(one: Span, other: Span) -> Span:
    """The span from the earlier start to the later end; an open end stays open."""
    starts, ends = (one[0], other[0]), (one[1], other[1])
    return (
        None if None in starts else min(day for day in starts if day),
        None if None in ends else max(day for day in ends if day),
    )


def _edtf(span: Span) -> str:
    first, last = span
    if first and last:
        if first == last:
            return first.isoformat()
        year = (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)
        if year and first.year == last.year:
            return f"{first.year:04}"
        whole = last.replace(day=monthrange(last.year, last.month)[1])
        if (first, last) == (last.replace(day=1), whole):
            return f"{first.year:04}-{first.month:02}"
    return f"{first or '..'}/{last or '..'}"
