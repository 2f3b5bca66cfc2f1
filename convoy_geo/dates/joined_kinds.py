"""Dates whose parts stand apart: the day of a week, a half behind its year, a feast last year."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from convoy_geo.dates import feasts
from convoy_geo.dates import meanings as means
from convoy_geo.dates.kinds import Kinds, some
from convoy_geo.dates.meanings import Fields, Meaning
from convoy_geo.errors import DateError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    Read = Iterator[tuple[int, Meaning]]

__all__ = ["JoinedKinds"]

SHIFTS = {"last": -1, "next": 1, "this": 0}
SUNDAY = 7
HALVES = frozenset({"half", "quarter"})


class JoinedKinds(Kinds):
    """The kinds of dates, with those whose parts stand apart."""

    def _bases(self, start: int) -> Read:
        yield from super()._bases(start)
        yield from self._day_of_week(start)
        yield from self._part_behind(start)
        yield from self._stage_behind(start)
        yield from self._feast_beside(start)
        yield from self._winter(start)
        yield from self._short_decade(start)

    def _day_of_week(self, start: int) -> Read:
        """A weekday of a week: "Friday of last week", "vendredi de la semaine prochaine"."""
        p = self.parts
        for end, number in p.word(start, "weekday"):
            for suffix in p.marked(end):
                for at in () if p.sign(suffix, ",") else p.gap(suffix):
                    for last, shift in self._week(at):
                        yield last, _in_week(number, shift, p.shown(start, last))

    def _week(self, start: int) -> Iterator[tuple[int, int]]:
        """Where the words for a week end, and how many it is from the dateline's."""
        p = self.parts
        for end, value in p.word(start, "period"):
            number, unit = value.split()
            if unit == "week":
                yield end, int(number)
        for end, mod in p.word(start, *SHIFTS):
            yield from ((last, SHIFTS[mod]) for last, unit in p.unit(end) if unit == "week")
        for end, unit in p.unit(start):
            if unit == "week":
                yield from ((last, SHIFTS[mod]) for last, mod in p.word(end, *SHIFTS))

    def _part_behind(self, start: int) -> Read:
        """A half or a quarter with a sign, or behind its year: "H1 2023", "2023 Q2"."""
        p = self.parts
        for last, number, unit in self._signed(start):
            yield from self._part_named(last, number, unit)
        for end, fields in self._longer(start):
            for last, number, unit in self._signed(end):
                yield from some(last, means.part_of(fields, number, unit))
            for at in (*p.suffix(end), end):
                for middle, number in p.ordinal(at):
                    for last, unit in p.unit(middle):
                        for after in p.suffix(last) if unit in HALVES else ():
                            yield from some(after, means.part_of(fields, number, unit))

    def _stage_behind(self, start: int) -> Read:
        """The end of last month where "end" stands last, as in Turkish."""
        p = self.parts
        for end, mod in p.word(start, *SHIFTS):
            for at, unit in p.unit(end):
                for last, stage in p.word(at, "stage") if unit in {"month", "year"} else ():
                    yield last, means.period(unit, SHIFTS[mod], stage=stage)

    def _signed(self, start: int) -> Iterator[tuple[int, int, str]]:
        p = self.parts
        for sign, unit in (("half_sign", "half"), ("quarter_sign", "quarter")):
            for end, _ in p.word(start, sign):
                number = p.figures(end, 1, 1) if p.tight(end) else None
                if number is not None:
                    yield end + 1, number, unit

    def _longer(self, start: int) -> Iterator[tuple[int, Fields]]:
        """A month or a year, by name or counted from the dateline's."""
        for end, (fields, _) in self._calendar(start):
            if not fields.days and not fields.stage:
                yield end, fields
        for end, meaning in self._period(start):
            if meaning.years is not None:
                yield end, Fields("", shift=meaning.years)

    def _feast_beside(self, start: int) -> Read:
        """The last or the next feast: "last Christmas", "Noël dernier"."""
        p = self.parts
        for end, mod in p.word(start, "last", "next"):
            for at in p.gap(end):
                for last, name in p.word(at, "feast"):
                    yield last, feasts.feast(name, mod=mod)
        for end, name in p.word(start, "feast"):
            for last, mod in p.word(end, "last", "next"):
                yield last, feasts.feast(name, mod=mod)

    def _winter(self, start: int) -> Read:
        """The winter of two years: "the winter of 2023-24"."""
        p = self.parts
        for end, name in p.word(start, "season"):
            for at in p.gap(end) if name == "winter" else ():
                year = p.figures(at, 4, 4)
                if year and p.sign(at + 1, "-/", tight=True) and p.tight(at + 2):
                    second = p.figures(at + 2, 2, 2), p.figures(at + 2, 4, 4)
                    if second in {((year + 1) % 100, None), (None, year + 1)}:
                        base = Fields(p.shown(start, at + 3), (), 12, year=year, months=3)
                        yield at + 3, means.calendar(base)

    def _short_decade(self, start: int) -> Read:
        """A decade by two figures with an ending and a word for years, as in Russian."""
        p = self.parts
        ten = p.figures(start, 2, 2)
        if ten is None or ten % 10 or ten < 30 or not p.sign(start + 1, "-", tight=True):
            return
        for end, _ in p.word(start + 2, "decade_ending"):
            for last, _ in p.word(end, "decade_mark"):
                yield last, means.calendar_years(1900 + ten, 1909 + ten, "a decade")


def _in_week(number: int, shift: int, words: str) -> Meaning:
    def read(day: date) -> tuple[date, date]:
        if number == SUNDAY:
            msg = f"{words!r}: a week begins on Sunday or on Monday, so that two days are possible"
            raise DateError(msg)
        then = day + timedelta(days=number - 1 - day.weekday() + 7 * shift)
        return then, then

    return replace(means.offset(0, 0, "that weekday of the week"), read=read)
