"""Find all dates in a report, with their spans; ambiguous ones are rejected with a reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from convoy_geo.dates.grammar import OPENS, Grammar
from convoy_geo.dates.interval import Interval
from convoy_geo.dates.lexis import lexis
from convoy_geo.dates.relative import DATE_ORDERS, dated, dateline_days
from convoy_geo.display import ResultList, shown
from convoy_geo.errors import DateError
from convoy_geo.lang import languages, load
from convoy_geo.lang.detect import TextPart, parts
from convoy_geo.type_checks import checks_types

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from convoy_geo.dates.lexis import Lexis, Token
    from convoy_geo.dates.meanings import Meaning

__all__ = ["FoundDate", "find_dates"]

SOON = 60
"""Number of days within which a day of next year is as likely as that of last year."""
NEVER = {"duration", "vague"}
"""Kinds of meanings that are not dates in running text: "for two weeks", "previously"."""


@shown
@dataclass(frozen=True)
class FoundDate:
    """A date in a text.

    Parameters
    ----------
    start, end
        Character offsets in the text.
    text
        The matched text.
    interval
        What it can mean; `UNDATED`, which is falsy, where it was rejected.
    rule
        The rule that was used, or the reason for rejection.
    other
        A second common interpretation, or None.
    lang
        Code of the language in which it was read.
    """

    start: int
    end: int
    text: str
    interval: Interval
    rule: str
    other: Interval | None = None
    lang: str = ""


@checks_types
def find_dates(
    text: str,
    dateline: Interval | date | str,
    *,
    date_order: str = "",
    lang: str = "",
    zone: str = "",
    refused: bool = False,
) -> ResultList[FoundDate]:
    """Find the dates in a report.

    Durations ("for two weeks"), vague words ("recently") and bare numbers that may be years are
    left out. "The next day" is relative to the day named before it.

    Parameters
    ----------
    text
        The report.
    dateline
        The day on which it was written: EDTF, an interval or a date; if uncertain, all possible
        days.
    date_order
        Order of numeric dates in the report: ``day_first``, ``month_first`` or empty.
    lang
        Code of its language; empty to detect it, sentence by sentence.
    zone
        IANA name of the time zone of its times; empty for UTC.
    refused
        Also return what looks like a date but cannot be read, with the reason.

    Returns
    -------
    list of FoundDate
        In text order, without overlaps.

    Raises
    ------
    DateError
        If the dateline is not a day, or the time zone is unknown.
    ValueError
        If the language or order is unknown.

    Examples
    --------
    >>> found = find_dates("It left on Monday and stopped on 30 August.", "2017-09-02")
    >>> [(date.text, str(date.interval)) for date in found]
    [('Monday', '2017-08-28'), ('30 August', '2017-08-30')]
    """
    if date_order not in {"", *DATE_ORDERS}:
        msg = f"`date_order` must be one of {', '.join(DATE_ORDERS)} or empty, not {date_order!r}"
        raise ValueError(msg)
    days = dateline_days(dateline)
    Interval.parse("", zone)
    known = languages("dates.toml")
    stretches = parts(text, among=known)
    if lang:
        stretches = [TextPart(0, len(text), load(lang, having="dates.toml").code)]
    found: list[FoundDate] = []
    for start, end, code in stretches:
        reader = _Reader(text[start:end], lexis(code or "en"), date_order)
        found += [
            replace(one, start=one.start + start, end=one.end + start)
            for one in reader.dates(str(dateline), days, zone)
            if one.interval or refused
        ]
    return ResultList(found)


class _Reader:
    """The dates of a text in one language."""

    def __init__(self, text: str, words: Lexis, order: str) -> None:
        self.text = text
        self.words = words
        self.grammar = Grammar(text, words, order)
        self.tokens: list[Token] = self.grammar.parts.tokens
        self._anchor: tuple[int, tuple[date, date]] | None = None

    def dates(self, dateline: str, days: tuple[date, date], zone: str) -> Iterator[FoundDate]:
        at = 0
        while at < len(self.tokens):
            for end, meaning in self._fitting(at):
                found = self._made(at, end, meaning, dateline, days, zone)
                if found.interval or not meaning.listed:
                    yield found
                    at = end
                    break
            else:
                at += 1

    def _fitting(self, start: int) -> list[tuple[int, Meaning]]:
        """The dates that begin at a token, the longest first."""
        token = self.tokens[start]
        if token.kind == "sign" or not (token.kind == "number" or self.words.starts(token.text)):
            return []
        p = self.grammar.parts
        glue = max((end for end, _ in p.word(start, "glue")), default=start)
        if glue > start and not any(end > glue or kind in OPENS for end, kind in p.kinds(start)):
            return []
        found: dict[int, Meaning] = {}
        for end, meaning in self.grammar.reads(start):
            if end not in found and self._fits(start, end, meaning):
                found[end] = meaning
        return sorted(found.items(), reverse=True)

    def _fits(self, start: int, end: int, meaning: Meaning) -> bool:
        """Whether these words are a date in running text."""
        if meaning.kind in NEVER or not self._apart(start, end) or not self._written(start, end):
            return False
        behind = self.tokens[end] if end < len(self.tokens) else None
        if behind and behind.text in self.words.papers and self._capital(behind):
            return False
        if meaning.kind == "month":
            return self._bare_month(start, end, meaning)
        if meaning.kind == "year" and end == start + 1:
            return self._led(start, "before_year", "since", "until", "before", "after", "from")
        return not (meaning.kind == "weekday" and self._bare(start, end, self.words.alone))

    def _apart(self, start: int, end: int) -> bool:
        """Whether no letter or digit adjoins the words."""
        p = self.grammar.parts
        behind = end < len(self.tokens) and p.tight(end) and self.tokens[end].kind != "sign"
        before = start and p.tight(start) and self.tokens[start - 1].kind != "sign"
        return not (behind or before)

    def _bare_month(self, start: int, end: int, meaning: Meaning) -> bool:
        fields = meaning.fields
        if fields is None or fields.dated or fields.stage:
            return True
        return self._led(start, "glue", "since", "until") and not self._bare(
            start, end, {"mar", "jun", "jan", "dec", "oct"}
        )

    def _bare(self, start: int, end: int, words: set[str]) -> bool:
        plain = [token.text for token in self.tokens[start:end] if token.kind == "word"]
        return len(plain) == 1 and plain[0] in words and plain[0] not in {"may", "march"}

    def _led(self, start: int, *kinds: str) -> bool:
        """Whether a word such as "in" precedes."""
        p = self.grammar.parts
        return any(
            end == start
            for back in range(max(0, start - 3), start)
            for end, _ in p.word(back, *kinds)
        )

    def _capital(self, token: Token) -> bool:
        return self.text[token.start].isupper()

    def _written(self, start: int, end: int) -> bool:
        """Whether names of months and weekdays are capitalised as the language requires."""
        if not self.words.capitals:
            return True
        p = self.grammar.parts
        return all(
            self._capital(self.tokens[at])
            for at in range(start, end)
            if self.tokens[at].kind == "word"
            and p.word(at, "month", "weekday", "feast")
            and not p.word(at, "season", "ordinal", "glue", "stage", "part")
        )

    def _made(
        self,
        start: int,
        end: int,
        meaning: Meaning,
        dateline: str,
        days: tuple[date, date],
        zone: str,
    ) -> FoundDate:
        begin, stop = self.tokens[start].start, self.tokens[end - 1].end
        words = self.text[begin:stop]
        refusal = self._doubt(start, end, meaning)
        count_from = days
        if meaning.kind == "anchor" and not refusal:
            if self._anchor is None:
                refusal = "no day is named before it to count from"
            else:
                count_from = self._anchor[1]
        if not refusal and self._next_year(meaning, days[1]):
            looks = self._looks(start, end)
            if looks == "ahead":
                meaning = replace(
                    meaning, read=meaning.other or meaning.read, other=meaning.read,
                    rule="the coming one, as the sentence looks ahead",
                    other_rule=meaning.rule,
                )  # fmt: skip
            elif not looks:
                refusal = f"{words!r} may be of this year or of the last"
        if meaning.coming and meaning.kind == "weekday" and self._looks(start, end) == "ahead":
            meaning = replace(
                meaning,
                read=meaning.coming,
                rule="the first such weekday from the dateline on, as the sentence looks ahead",
                other=meaning.read,
                other_rule=meaning.rule,
            )
        interval, other, rule = Interval(""), None, refusal
        if not refusal:
            try:
                read = dated(words, dateline, count_from, meaning, self.words.code)
                interval, rule = Interval.parse(read.edtf, zone), read.rule
                other = Interval.parse(read.other.edtf, zone) if read.other else None
                self._remember(begin, meaning, count_from)
            except DateError as error:
                interval, rule = Interval(""), str(error)
        return FoundDate(begin, stop, words, interval, rule, other, self.words.code)

    def _remember(self, begin: int, meaning: Meaning, days: tuple[date, date]) -> None:
        if meaning.kind in {"day", "weekday", "anchor", "open"}:
            first, last = meaning.read(days[0])[0], meaning.read(days[1])[1]
            if meaning.kind == "open":  # "since Wednesday": its first day
                last = meaning.read(days[1])[0]
            if first and last:
                self._anchor = begin, (first, last)

    def _doubt(self, start: int, end: int, meaning: Meaning) -> str:
        """Why the date may differ from what its words alone say; empty if there is no doubt."""
        fields, p = meaning.fields, self.grammar.parts
        if fields is None or not fields.days:
            return ""
        words = p.shown(start, end)
        behind = self.tokens[end] if end < len(self.tokens) else None
        if fields.short and "'" not in words and behind and behind.kind == "word":
            return f"{words!r} may end in a year, or a number may follow the date"
        if not fields.dated and behind and p.figures(end, 1, 3) is not None:
            return f"{words!r} is followed by another number"
        loose = fields.weekday is None and not fields.dated and self.tokens[start].kind == "word"
        counted = behind is not None and behind.kind == "word"
        if loose and start and counted and p.word(start - 1, "not_before_day"):
            return f"{words!r} may be a month, with a number of something behind it"
        return ""

    @staticmethod
    def _next_year(meaning: Meaning, day: date) -> bool:
        """Whether a day without a year comes soon, while the usual reading is a year back."""
        fields = meaning.fields
        if fields is None or not fields.days or fields.dated or fields.weekday is not None:
            return False
        try:
            usual, coming = fields.latest(day)[0], fields.other(day)[0]
        except DateError:
            return False
        return coming != usual and (coming - day).days <= SOON

    def _looks(self, start: int, end: int) -> str:
        """``ahead`` if the verb next to a date is about the future ("will leave"), or ``said``.

        Empty if there is neither.
        """
        p = self.grammar.parts
        for at in range(start - 1, -1, -1):
            if self.tokens[at].text in {".", "!", "?", ";", ":"}:
                break
            for kind in ("ahead", "said"):
                if p.word(at, kind):
                    return kind
        for at in range(end, len(self.tokens)):
            if self.tokens[at].text in {".", "!", "?", ";", ":"}:
                break
            for kind in ("ahead", "said"):
                if p.word(at, kind):
                    return kind
        return ""
