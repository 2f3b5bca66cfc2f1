"""The kinds of dates in a text: named, weekdays, relative, parts of a calendar, feasts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from convoy_geo.dates import feasts, figures
from convoy_geo.dates import meanings as means
from convoy_geo.dates.amounts import Amount, anchored, back, counted, lasting, one
from convoy_geo.dates.meanings import Fields, Meaning
from convoy_geo.dates.parts import Parts
from convoy_geo.dates.spans import shifted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from convoy_geo.dates.lexis import Lexis

    Read = Iterator[tuple[int, Meaning]]

__all__ = ["Kinds", "some"]

MODS = ("last", "next", "this", "past")
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}
WHOLE = {"week", "month", "quarter", "half", "year", "decade", "century"}
DAY_RULES = {
    -3: "three days before the dateline",
    -2: "two days before the dateline",
    -1: "the day before the dateline",
    0: "the dateline",
    1: "the day after the dateline",
    2: "two days after the dateline",
    3: "three days after the dateline",
}
RECENT_DAYS = 7
"""How many days back "recent days" reach: our choice."""


class Kinds:
    """The dates of one kind that begin at a token of a text.

    Parameters
    ----------
    text
        The text.
    words
        Those of its language.
    order
        Order of numeric dates: ``day_first``, ``month_first`` or empty.
    """

    def __init__(self, text: str, words: Lexis, order: str = "") -> None:
        self.parts = Parts(text, words)
        self._plain = figures.ascii_digits(text)
        self._order = order

    def _single(self, start: int, *, ranged: bool = False) -> list[tuple[int, Meaning]]:
        """One date with its modifiers; the whole grammar has more."""
        del ranged
        return self._base(start)

    def _base(self, start: int) -> list[tuple[int, Meaning]]:
        return self.parts.cached("base", start, self._bases)

    def _bases(self, start: int) -> Read:
        p = self.parts
        if start >= len(p.tokens):
            return
        token = p.tokens[start]
        if token.text == "'":
            yield from self._decade(start)
            return
        if token.kind == "number":
            reads = figures.figures(self._plain, token.start, self._order)
            if reads:
                stop, meaning = reads
                end = next((i for i in range(start, len(p.tokens)) if p.tokens[i].start >= stop),
                           len(p.tokens))  # fmt: skip
                yield end, meaning
                return
        for end, (fields, between) in self._calendar(start):
            if not between:
                yield end, means.calendar(fields)
        yield from self._counted(start)
        yield from self._weekday(start)
        yield from self._words(start)
        yield from self._period(start)
        yield from self._staged(start)
        yield from self._ordinal_part(start)
        yield from self._season(start)
        yield from self._decade(start)
        yield from self._feast(start)

    def _calendar(self, start: int) -> list[tuple[int, tuple[Fields, bool]]]:
        return self.parts.cached("calendar", start, self._calendars)

    def _calendars(self, start: int) -> Iterator[tuple[int, tuple[Fields, bool]]]:
        p = self.parts
        begins: list[tuple[int, int | None]] = [(start, None)]
        for end, number in p.word(start, "weekday"):
            dot = p.dotted(end)[:-1]
            opens = [end + 1] if p.sign(end, "(") else []
            begins += [(at, number) for e in (*dot, *opens, end) for at in p.gap(e)]
        for begin, weekday in begins:
            for end, (days, between) in p.days(begin):
                for at in (*p.gap(end), *([end + 1] if p.sign(end, "-", tight=True) else [])):
                    for last, month in p.month(at):
                        yield from self._years(start, last, days, month, weekday, between=between)
            for end, month in p.month(begin):
                for at in p.gap(end):
                    for last, (days, between) in p.days(at):
                        yield from self._years(start, last, days, month, weekday, between=between)
                if weekday is None:
                    yield from self._years(start, end, (), month, None, between=False)
            if weekday is None:
                for end, (year, short) in p.year(begin):
                    if not short:
                        yield from self._after_year(start, end, year=year)
                        yield end, (Fields(p.shown(start, end), year=year), False)
        for end, meaning in self._period(start):
            if meaning.years is not None:
                yield from self._after_year(start, end, shift=meaning.years)

    def _after_year(
        self, start: int, end: int, **year: Any
    ) -> Iterator[tuple[int, tuple[Fields, bool]]]:
        """A month or a day after its year."""
        p = self.parts
        for at in p.gap(end):
            if not any(p.word(at, "month", "month_mark")) and p.figures(at, 1, 2) is None:
                continue
            for last, (fields, between) in self._calendar(at):
                if fields.month is not None and not fields.dated:
                    yield last, (replace(fields, words=p.shown(start, last), **year), between)

    def _years(
        self,
        start: int,
        end: int,
        days: tuple[int, ...],
        month: int,
        weekday: int | None,
        *,
        between: bool,
    ) -> Iterator[tuple[int, tuple[Fields, bool]]]:
        """A day or a month, followed by the year and the weekday, if any."""
        p = self.parts
        many = len(days) > 1

        def made(last: int, **parts: Any) -> Iterator[tuple[int, tuple[Fields, bool]]]:
            fields = Fields(p.shown(start, last), days, month, weekday, **parts)
            if days and weekday is None and not many:
                for at in (*p.gap(last), last + 1 if p.sign(last, "(") else last):
                    for behind, number in p.word(at, "weekday"):
                        for after in p.marked(behind + 1 if p.sign(behind, ")") else behind):
                            words = p.shown(start, after)
                            yield after, (replace(fields, weekday=number, words=words), between)
            yield last, (fields, between)

        for at in (*p.gap(end), *([end + 1] if p.sign(end, "-", tight=True) else [])):
            for last, (year, short) in p.year(at):
                yield from made(last, year=year, short=short)
            if days and (year := p.figures(at, 2, 2)) is not None and at - end <= 1:
                ended = p.month(at + 1) or (end > 1 and p.sign(end - 2, "'"))
                clock = any(p.word(at + 1, "am", "pm", "hours")) or p.sign(at + 1, ":", tight=True)
                if not (clock or ended):
                    yield from made(at + 1, year=year, short=True)
            for last, meaning in self._period(at):
                shift = _year_shift(meaning)
                if shift is not None:
                    yield from made(last, shift=shift)
        if not days:
            for at in p.gap(end):
                for last, mod in p.word(at, "last", "next", "this"):
                    yield from made(last, mod=mod)
        yield from made(end)

    def _weekday(self, start: int) -> Read:
        p = self.parts
        for end, mod in p.word(start, *MODS, "previous", "following"):
            for at in p.gap(end):
                for last, number in p.word(at, "weekday"):
                    yield last, _weekday(number, mod)
                if mod in {"last", "next", "this"}:
                    for last, number in p.month(at):
                        yield (
                            last,
                            means.calendar(Fields(p.shown(start, last), (), number, mod=mod)),
                        )
        for end, number in p.word(start, "weekday"):
            for suffix in p.marked(end):
                dotted = p.dotted(suffix)[0]
                for at in p.gap(suffix):
                    for last, mod in p.word(at, *MODS, "previous", "following"):
                        yield last, _weekday(number, mod)
                yield suffix, means.weekday(number, "")
                if dotted > suffix and dotted == len(p.tokens):
                    yield dotted, means.weekday(number, "")

    def _words(self, start: int) -> Read:
        p = self.parts
        for end, value in p.word(start, "day_word"):
            number = int(value)
            for last in p.suffix(end):
                yield last, means.offset(number, number, DAY_RULES[number])
        for end, _ in p.word(start, "currently"):
            yield end, means.offset(0, 0, "the dateline", "vague")
        for end, _ in p.word(start, "overnight"):
            yield end, means.offset(-1, 0, "the night that ends on the dateline", "span")
        for end, _ in p.word(start, "formerly"):
            yield end, Meaning(lambda day: (None, day), "open start, to the dateline", "vague")
        for end, _ in p.word(start, "recent_days"):
            rule = f"up to {RECENT_DAYS} days back to the dateline"
            yield end, means.offset(-RECENT_DAYS, 0, rule, "span")
        for end, value in p.word(start, "anchored"):
            number, unit = value.split()
            if unit == "day":
                yield end, anchored(int(number))
            else:
                yield end, means.period(unit, int(number), kind="anchor")

    def _period(self, start: int) -> Read:
        yield from self.parts.cached("period", start, self._periods)

    def _periods(self, start: int) -> Read:
        p = self.parts
        for end, value in p.word(start, "period"):
            number, unit = value.split()
            for at in p.gap(end):
                for last, other in p.unit(at):
                    if other == unit:
                        yield last, means.period(unit, int(number))
            yield end, means.period(unit, int(number))
        for end, how in p.word(start, "earlier", "later"):
            for at in p.gap(end):
                for middle, _ in p.word(at, "this"):
                    for last, unit in p.unit(middle):
                        if unit in WHOLE:
                            make = means.earlier if how == "earlier" else means.later
                            yield last, make(unit)
        for end, mod in p.word(start, *MODS):
            for at in p.gap(end):
                for last, unit in p.unit(at):
                    yield from some(last, _modified(mod, unit))
        for end, unit in p.unit(start):
            for at in p.gap(end):
                for last, mod in p.word(at, *MODS):
                    yield from some(last, _modified(mod, unit))
            if unit == "weekend":
                yield end, means.weekend("")

    def _counted(self, start: int) -> Read:
        """Durations: ago, ahead, past, and open-ended."""
        p = self.parts
        for end, amount in p.amount(start):
            for at in p.gap(end):
                for last, how in p.word(
                    at, "ago_post", "hence_post", "earlier_post", "later_post", "past", "last"
                ):
                    of_it = how in {"earlier_post", "later_post"} and p.word(at, "before", "after")
                    if not (of_it and p.goes_on(last)):  # "three days after the truce"
                        yield last, counted(how, amount)
                for last, how in p.word(at, "before", "after"):
                    yield from self._beside(amount, how, last, start)
        for end, how in p.word(start, "ago_pre", "hence_pre"):
            for at in p.gap(end):
                for last, amount in (*p.amount(at), *one(p.unit(at))):
                    yield last, counted(how, amount)
        for end, unit in one(p.unit(start)):
            for last, how in p.word(end, "ago_post"):
                yield last, counted(how, unit)
            for last, how in p.word(end, "before", "after"):
                yield from self._beside(unit, how, last, start)
        for begin in p.maybe(start, "for"):
            for end, mod in (e for at in p.gap(begin) for e in p.word(at, "past", "last", "next")):
                for at in p.gap(end):
                    for last, amount in (*p.amount(at), *one(p.unit(at) if mod == "past" else [])):
                        yield last, counted(mod, amount)
        yield from self._split_amount(start)
        for end, _ in (*p.word(start, "for"), (start, "")):
            for last, amount in p.amount(end):
                if amount[0] == amount[1] and amount[2] in {"day", "week", "month", "year"}:
                    yield last, lasting(amount)
        for end, _ in p.word(start, "eve"):
            for at in p.gap(end):
                for last, meaning in self._single(at, ranged=True):
                    yield last, shifted(meaning, meaning.evening - 1, "the day before it")

    def _split_amount(self, start: int) -> Read:
        """An adjective inside an amount: "trois derniers jours", "الأيام الثلاثة الماضية"."""
        p = self.parts
        for end, number in p.number(start):
            for middle, mod in p.word(end, "past", "last", "next"):
                for last, unit in p.unit(middle):
                    yield last, counted(mod, (number, number, unit, False))
        for end, unit in p.unit(start):
            for middle, number in (found for at in p.gap(end) for found in p.number(at)):
                for at in p.gap(middle):
                    for last, mod in p.word(at, "past", "last", "next"):
                        yield last, counted(mod, (number, number, unit, False))

    def _beside(self, amount: Amount, how: str, at: int, start: int) -> Read:
        """A duration before or after another date, such as two days before it."""
        p = self.parts
        low, high, unit, about = amount
        if low != high or about or unit not in {"day", "week"}:
            return
        days = means.days_of(low, unit) * (-1 if how == "before" else 1)
        for begin in p.gap(at):
            for last, meaning in self._single(begin):
                if meaning.kind in {"day", "weekday"} and begin > start and not meaning.clock:
                    yield last, shifted(meaning, days, f"{abs(days)} days {how} it")

    def _staged(self, start: int) -> Read:
        p = self.parts
        for end, stage in p.word(start, "stage"):
            for at in (end + 1 if p.sign(end, "-") else end, *p.gap(end)):
                for last, (fields, _) in self._calendar(at):
                    if not fields.days:
                        words = p.shown(start, last)
                        yield last, means.calendar(replace(fields, stage=stage, words=words))
                yield from self._staged_period(at, stage)
        for end, (fields, _) in self._calendar(start):
            if not fields.days:
                for last, stage in p.word(end, "stage_post"):
                    del stage
                    yield last, means.calendar(replace(fields, stage="late"))
                for last, stage in p.word(end, "stage"):
                    words = p.shown(start, last)
                    yield last, means.calendar(replace(fields, stage=stage, words=words))

    def _staged_period(self, at: int, stage: str) -> Read:
        p = self.parts
        for end, mod in p.word(at, "last", "next", "this"):
            for middle in p.gap(end):
                for last, unit in p.unit(middle):
                    if unit in WHOLE:
                        shift = {"last": -1, "next": 1, "this": 0}[mod]
                        yield last, means.period(unit, shift, stage=stage)
        for end, unit in p.unit(at):
            if unit not in WHOLE:
                continue
            for middle in p.gap(end):
                for last, mod in p.word(middle, "last", "next", "this"):
                    shift = {"last": -1, "next": 1, "this": 0}[mod]
                    yield last, means.period(unit, shift, stage=stage)
            if unit != "week":
                yield end, means.period(unit, 0, stage=stage)
        for end, (first, last_year) in self._decades(at):
            low, high = {"early": (0, 3), "mid": (3, 6), "late": (6, 9)}[stage]
            base = first
            del last_year
            yield (
                end,
                means.calendar_years(base + low, base + high, f"the {stage} part of a decade"),
            )

    def _ordinal_part(self, start: int) -> Read:
        """A half, a quarter or a week of a month or a year; the week or weekend of a day."""
        p = self.parts
        begins = [*p.ordinal(start), *((end, -1) for end, _ in p.word(start, "last"))]
        if p.word(start, "quarter_sign") and p.tight(start + 1):
            begins += [(start + 2, p.figures(start + 1, 1, 1))]
        for end, unit in p.unit(start):  # "النصف الأول"
            for at, number in p.ordinal(end) if unit in {"half", "quarter"} else ():
                yield from self._part_named(at, number, unit)
        for end, number in begins:
            units = [(end, "quarter")] if p.word(start, "quarter_sign") else p.unit(end)
            if number is None:
                continue
            for at, unit in units:
                if unit not in {"half", "quarter", "week", "weekend", "day"}:
                    continue
                yield from self._part_named(at, number, unit)
        for end, unit in p.unit(start):
            if unit in {"week", "weekend"}:
                for at in p.gap(end):
                    for last, (fields, _) in self._calendar(at):
                        if (
                            (len(fields.days) == 1 or unit == "weekend")
                            and fields.days
                            and at > end
                        ):
                            yield last, means.week_of(fields, unit)

    def _part_named(self, start: int, number: int, unit: str) -> Read:
        """The month or the year that the part belongs to."""
        for inner in self.parts.gap(start):
            for last, (fields, _) in self._calendar(inner):
                yield from some(last, means.part_of(fields, number, unit))
            for last, meaning in self._period(inner):
                if meaning.years is not None:
                    of = Fields("", shift=meaning.years)
                    yield from some(last, means.part_of(of, number, unit))

    def _season(self, start: int) -> Read:
        p = self.parts
        found = [(end, name, "") for end, name in p.word(start, "season")]
        for end, mod in p.word(start, "last", "next", "this"):
            found += [(last, name, mod) for at in p.gap(end) for last, name in p.word(at, "season")]
        for end, name, before in found:
            base = Fields(name, (), SEASONS[name], months=3, mod=before)
            if before:
                yield end, means.calendar(base)
                continue
            for at in p.gap(end):
                for last, mod in p.word(at, "last", "next", "this"):
                    yield last, means.calendar(replace(base, mod=mod))
                for last, (year, short) in p.year(at):
                    yield last, means.calendar(replace(base, year=year, short=short))
                for last, meaning in self._period(at):
                    shift = _year_shift(meaning)
                    if shift is not None:
                        yield last, means.calendar(replace(base, shift=shift))

    def _decade(self, start: int) -> Read:
        for end, (first, last) in self._decades(start):
            if first % 100 == 0:
                yield end, means.hundred(first)
            else:
                yield end, means.calendar_years(first, last, "a decade")

    def _decades(self, start: int) -> Iterator[tuple[int, tuple[int, int]]]:
        p = self.parts
        for end, value in p.word(start, "decade"):
            for at in (*p.maybe(end, "century_mark"),):
                yield at, (int(value), int(value) + 9)
        year = p.figures(start, 4, 4)
        if year and year % 10 == 0:
            at = start + 1
            for sign in ("-", "'"):
                at += p.sign(at, sign, tight=True)
            if p.tight(at):
                for end, _ in p.word(at, "decade_ending"):
                    for last in p.maybe(end, "decade_mark"):
                        yield last, (year, year + 9)
        if p.sign(start, "'") and p.tight(start + 1):
            short = p.figures(start + 1, 2, 2)
            if short and short % 10 == 0 and short >= 30 and p.tight(start + 2):
                for end, _ in p.word(start + 2, "decade_ending"):
                    yield end, (1900 + short, 1909 + short)
        for end, _ in p.word(start, "decade_mark"):
            year = p.figures(end, 4, 4)
            if year and year % 10 == 0:
                yield end + 1, (year, year + 9)
            short = p.figures(end, 2, 2)
            if short and short % 10 == 0 and short >= 30:
                yield end + 1, (1900 + short, 1909 + short)

    def _feast(self, start: int) -> Read:
        p = self.parts
        for end, name in p.word(start, "feast"):
            for at in p.gap(end):
                for last, (year, short) in p.year(at):
                    if not short:
                        yield last, feasts.feast(name, year=year)
                for last, meaning in self._period(at):
                    shift = _year_shift(meaning)
                    if shift is not None:
                        yield last, feasts.feast(name, shift=shift)
            yield end, feasts.feast(name)


def some(end: int, meaning: Meaning | None) -> Read:
    """A meaning that ends at a token, if there is one."""
    if meaning is not None:
        yield end, meaning


def _year_shift(meaning: Meaning) -> int | None:
    """The offset of a calendar year from the dateline's year; None for any other meaning."""
    return meaning.years


def _weekday(number: int, mod: str) -> Meaning:
    if mod in {"previous", "following"}:
        made = means.weekday(number, "last" if mod == "previous" else "next")
        return replace(made, kind="anchor", other=None)
    return means.weekday(number, "last" if mod == "past" else mod)


def _modified(mod: str, unit: str) -> Meaning | None:
    if unit == "weekend":
        return means.weekend("last" if mod == "past" else mod)
    if unit not in WHOLE:
        return back((1, 1, unit, False)) if mod == "past" and unit == "day" else None
    if mod == "past":
        return back((1, 1, unit, False))
    return means.period(unit, {"last": -1, "next": 1, "this": 0}[mod])
