"""Convert dates as reports give them ("on Thursday", "over the past week") to EDTF.

A phrase is interpreted relative to the dateline of its report: the day, or the days, on which it
was written. The result is never narrower than the words: where a week may begin on a Sunday or on a
Monday, both count. Where a phrase has two common interpretations ("last weekend" on a Monday), the
second is kept beside the first. A phrase that is not fully understood raises an error; no word or
number is ignored.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from convoy_geo.dates import edtf
from convoy_geo.dates.figures import DATE_ORDERS, ascii_digits, written
from convoy_geo.dates.grammar import Grammar
from convoy_geo.dates.interval import Interval
from convoy_geo.dates.lexis import lexis
from convoy_geo.display import shown
from convoy_geo.errors import DateError
from convoy_geo.lang import languages, load
from convoy_geo.type_checks import checks_types

if TYPE_CHECKING:
    from convoy_geo.dates.meanings import Meaning, Read, Span

__all__ = ["DATE_ORDERS", "UNDERSTOOD", "RelativeDate", "relative_date"]

UNDERSTOOD = (
    "today, yesterday, overnight, currently; Thursday, on Sunday, Monday evening, last Thursday, "
    "next Tuesday; this week, last week, last weekend, late last month, last year; in recent days; "
    "over the past week, in the last three days, past 48 hours, for two weeks, five days ago; "
    "since Monday, until Friday, previously; 2014, mid-2014, in the 1990s, first half of 2016, in "
    "August, August 28, between 2 and 4 September, the night of 31 August; Thursday at 6 p.m., "
    "at 0300 GMT on 2 September; Eid al-Adha; 2017-08-31, 20170831, and with a declared order of "
    "day and month 04-09-2017 and 09.02.17; the like in other languages"
)
LONGEST = 200
"""No date is this long."""


@shown
@dataclass(frozen=True)
class RelativeDate:
    """The meaning of a phrase, and the rule behind it.

    Parameters
    ----------
    text, dateline
        As given.
    edtf
        The possible days or times, as EDTF.
    rule
        The rule that was used, in words.
    other
        A second common interpretation, or None.
    lang
        Code of the language in which it was read.
    """

    text: str
    dateline: str
    edtf: str
    rule: str
    other: RelativeDate | None = None
    lang: str = field(default="en", compare=False)

    @property
    def interval(self) -> Interval:
        """The same as two instants, in UTC if no zone is named."""
        return Interval.parse(self.edtf)


@checks_types
def relative_date(
    text: str, dateline: Interval | date | str, *, date_order: str = "", lang: str = ""
) -> RelativeDate:
    """Interpret a date as given in a report.

    Parameters
    ----------
    text
        The words or digits of the date.
    dateline
        The day on which the report was written: EDTF, an interval or a date; if uncertain, all
        possible days, and the result holds for each of them.
    date_order
        Order of numeric dates in the report: ``day_first``, ``month_first`` or empty; if empty,
        only unambiguous dates are read.
    lang
        Language code such as ``fr``; empty to try all languages. If two languages give different
        days, neither is used.

    Returns
    -------
    RelativeDate

    Raises
    ------
    DateError
        If the text is not understood, is not a valid day, has the wrong weekday, could be two days,
        or the dateline is open.

    Examples
    --------
    >>> relative_date("on Thursday", "2017-09-02").edtf
    '2017-08-31'
    >>> relative_date("over the past week", "2017-09-04").edtf
    '2017-08-28/2017-09-04'
    >>> relative_date("09.02.17", "2017-09-02", date_order="month_first").edtf
    '2017-09-02'
    >>> relative_date("il y a trois jours", "2017-09-04").edtf
    '2017-09-01'
    """
    if date_order not in {"", *DATE_ORDERS}:
        msg = f"`date_order` must be one of {', '.join(DATE_ORDERS)} or empty, not {date_order!r}"
        raise ValueError(msg)
    days = dateline_days(dateline)
    dateline = str(dateline)
    if len(text) > LONGEST:
        msg = f"{text[:60]!r}... has {len(text)} characters and is not a date"
        raise DateError(msg)
    codes = [load(lang, having="dates.toml").code] if lang else list(languages("dates.toml"))
    words = ascii_digits(text.strip())
    meaning = written(words.strip(" ,"))
    found: dict[str, Meaning] = {} if meaning is None else {"en": meaning}
    for code in [] if found else codes:
        read = whole(text, code, date_order)
        if read is not None:
            found[code] = read
    if not found:
        msg = f"{text!r} is not understood as a date; examples of dates: {UNDERSTOOD}"
        raise DateError(msg)
    readings = {code: dated(text, dateline, days, read, code) for code, read in found.items()}
    first = next(iter(readings.values()))
    for code, one in readings.items():
        if one.edtf != first.edtf:
            msg = (
                f"{text!r} is {first.edtf} in the language {first.lang} and {one.edtf} in {code}; "
                "specify the language"
            )
            raise DateError(msg)
    return first


def dateline_days(dateline: Interval | date | str) -> tuple[date, date]:
    """First and last day of a dateline.

    Raises
    ------
    DateError
        If it is not a date, or is open.
    """
    first, last = edtf.interval(str(dateline))
    if first is None or last is None:
        msg = f"the dateline {str(dateline)!r} is open; a day is needed to count from"
        raise DateError(msg)
    return first, last


def whole(text: str, code: str, order: str) -> Meaning | None:
    """The meaning of a whole text in a language; None if it is not a date."""
    grammar = Grammar(text, lexis(code), order)
    tokens = grammar.parts.tokens
    last = len(tokens)
    while last and tokens[last - 1].text in {".", ","}:
        last -= 1
    start = next((i for i, token in enumerate(tokens) if token.text not in {".", ","}), last)
    ends = range(last, len(tokens) + 1)
    if start == last:
        return None
    return next((meaning for end, meaning, _ in grammar.at(start) if end in ends), None)


def dated(
    text: str, dateline: str, days: tuple[date, date], meaning: Meaning, code: str
) -> RelativeDate:
    """A meaning as EDTF, relative to a dateline.

    Raises
    ------
    DateError
        If it is not a valid day, or lies outside the years 1 to 9999.
    """
    try:
        span = _over(meaning.read, days, text)
        other = None if meaning.other is None else _over(meaning.other, days, text)
    except OverflowError as error:
        msg = f"{text!r} is outside the years 1 to 9999"
        raise DateError(msg) from error
    second = None
    if other is not None and other != span:
        shown = _edtf(other, meaning)
        second = RelativeDate(text, dateline, shown, meaning.other_rule, lang=code)
    return RelativeDate(text, dateline, _edtf(span, meaning), meaning.rule, second, code)


def _over(read: Read, days: tuple[date, date], text: str) -> Span:
    """The union of the meanings from both ends of the dateline.

    Raises
    ------
    DateError
        If a two-digit year differs between the two ends.
    """
    one, other = read(days[0]), read(days[1])
    if one[0] and other[0] and other[0].year - one[0].year >= 90:
        msg = (
            f"the year of {text!r} is {one[0].year} or {other[0].year}, given this dateline; "
            "write the year in full"
        )
        raise DateError(msg)
    starts, ends = (one[0], other[0]), (one[1], other[1])
    return (
        None if None in starts else min(day for day in starts if day),
        None if None in ends else max(day for day in ends if day),
    )


def _edtf(span: Span, meaning: Meaning) -> str:
    first, last = span
    about = "~" if meaning.about else ""
    clock = meaning.clock
    if clock and not clock.start:
        return clock.end  # as written
    if clock and first and last:
        start, end = (f"T{time}{about}" for time in (clock.start, clock.end or clock.start))
        single = first == last and not clock.end
        return f"{first}{start}" if single else f"{first}{start}/{last}{end}"
    if first and last and (named := _named(first, last)):
        return named + about
    return "/".join(f"{day}{about}" if day else ".." for day in (first, last))


def _named(first: date, last: date) -> str:
    """A day, a month or a year as EDTF; empty for any other time."""
    if first == last:
        return str(first)
    if (first, last) == (date(first.year, 1, 1), date(first.year, 12, 31)):
        return f"{first.year:04}"
    end = monthrange(first.year, first.month)[1]
    whole = (first.replace(day=1), first.replace(day=end)) == (first, last)
    return f"{first.year:04}-{first.month:02}" if whole else ""
