"""The smaller parts of dates in a text: numbers, days, months, years, times, durations."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from convoy_geo.dates.lexis import Lexis, Token, tokens
from convoy_geo.dates.meanings import Clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["Parts"]

Found = list[tuple[int, Any]]
"""Where a part can end, and its value there."""
OFFSET = re.compile(r"(?:Z|[+-]\d\d:\d\d)$")
GLUE = 4
"""Maximum number of consecutive filler words ("on the", "of the")."""


class Parts:
    """A text as tokens, and the parts of dates that begin at each.

    Every method that takes a position returns the possible ends with the values read; the most
    common one comes first.

    Parameters
    ----------
    text
        The text.
    words
        Those of its language.
    """

    def __init__(self, text: str, words: Lexis) -> None:
        self.text = text
        self.words = words
        self.tokens: list[Token] = words.split(tokens(text))
        self._cache: dict[tuple[str, int], Found] = {}
        self._at = lru_cache(maxsize=256)(
            lambda start: list(words.at(self.tokens, start)) if start < len(self.tokens) else []
        )

    # ---- helpers ----

    def cached(self, name: str, start: int, make: Callable[[int], Iterable[Any]]) -> Found:
        """The result of a rule at a position, computed once."""
        key = name, start
        if key not in self._cache:
            self._cache[key] = []  # a recursive call finds nothing more
            self._cache[key] = _distinct(make(start))
        return self._cache[key]

    def word(self, start: int, *kinds: str) -> Found:
        """The phrases of these kinds."""
        return [(end, value) for end, kind, value in self._at(start) if kind in kinds]

    def kinds(self, start: int) -> list[tuple[int, str]]:
        """Where each phrase ends, and its kind."""
        return [(end, kind) for end, kind, _ in self._at(start)]

    def sign(self, start: int, signs: str, *, tight: bool = False) -> bool:
        """Whether one of some signs is there; `tight`: without a blank before it."""
        if start >= len(self.tokens) or self.tokens[start].text not in signs:
            return False
        return not tight or self.tight(start)

    def tight(self, start: int) -> bool:
        """Whether no blank precedes a token."""
        return 0 < start < len(self.tokens) and (
            self.tokens[start - 1].end == self.tokens[start].start
        )

    def goes_on(self, start: int) -> bool:
        """Whether a word or a number stands there."""
        return start < len(self.tokens) and self.tokens[start].kind != "sign"

    def gap(self, start: int) -> list[int]:
        """Possible positions after a comma and filler words."""
        ends, frontier = [start], [start]
        for _ in range(GLUE):
            frontier = [
                end
                for at in frontier
                for end in (
                    *(end for end, _ in self.word(at, "glue")),
                    *([at + 1] if self.sign(at, ",") else []),
                )
                if end not in ends
            ]
            ends.extend(frontier)
        return ends

    def shown(self, start: int, end: int) -> str:
        """The original text from one token to another."""
        return self.text[self.tokens[start].start : self.tokens[end - 1].end]

    def maybe(self, start: int, *kinds: str) -> list[int]:
        """Possible positions after an optional phrase of some kinds."""
        return [*(end for end, _ in self.word(start, *kinds)), start]

    def suffix(self, start: int, kind: str = "suffix") -> list[int]:
        """The same, after an apostrophe and a suffix of the language."""
        if self.sign(start, "'", tight=True) and self.tight(start + 1):
            return [*(end for end, _ in self.word(start + 1, kind)), start]
        return [start]

    def dotted(self, start: int) -> list[int]:
        """Possible positions after the optional full stop of an abbreviation: "Sept.", "Thurs."."""
        short = start > 0 and self.tokens[start - 1].text in self.words.short
        return [start + 1, start] if short and self.sign(start, ".", tight=True) else [start]

    def marked(self, start: int) -> list[int]:
        """Possible positions after an optional suffix and word for "day"."""
        return [end for at in self.suffix(start) for end in self.maybe(at, "day_mark")]

    # ---- numbers ----

    def figures(self, start: int, least: int, most: int) -> int | None:
        """A number of so many digits that is not part of a longer one; None if there is none."""
        if start >= len(self.tokens) or self.tokens[start].kind != "number":
            return None
        text = self.tokens[start].text
        behind = self.sign(start + 1, ".,", tight=True) and self.tight(start + 2)
        if behind and self.tokens[start + 2].kind == "number":
            return None
        before = self.sign(start - 1, ".,", tight=True) if start else False
        if before and self.tight(start) and start > 1 and self.tokens[start - 2].kind == "number":
            return None
        return int(text) if least <= len(text) <= most else None

    def number(self, start: int) -> Found:
        """A number in digits or words."""
        if (value := self.figures(start, 1, 3)) is not None:
            return [(start + 1, value)]
        return self.cached("number", start, self._number)

    def _number(self, start: int) -> Iterator[tuple[int, int]]:
        for end, value in self.word(start, "number"):
            tens = int(value)
            if 20 <= tens <= 90:
                for at in (*self.maybe(end, "and"), end + 1 if self.sign(end, "-") else end):
                    for last, more in self.word(at, "number"):
                        if 1 <= int(more) <= 9:
                            yield last, tens + int(more)
            yield end, tens

    def ordinal(self, start: int) -> Found:
        """An ordinal number: 2nd, second, 2º."""
        value = self.figures(start, 1, 2)
        if value is not None:
            return [(end, value) for end in self._ending(start + 1) if end > start + 1]
        return self.cached("ordinal", start, self._ordinal)

    def _ordinal(self, start: int) -> Iterator[tuple[int, int]]:
        for end, value in self.word(start, "ordinal"):
            yield end, int(value)
        for end, value in self.word(start, "number"):
            if int(value) in {20, 30}:
                at = end + 1 if self.sign(end, "-") else end
                for last, more in self.word(at, "ordinal"):
                    if int(more) <= 9:
                        yield last, int(value) + int(more)

    def _ending(self, start: int) -> list[int]:
        """The ending after "31": "st", "er", "º", or nothing."""
        if self.sign(start, "º°ª", tight=True):
            return [start + 1, start]
        at = start + 1 if self.sign(start, "-", tight=True) else start
        if self.tight(at):
            return [*(end for end, _ in self.word(at, "ordinal_ending")), start]
        return [start]

    # ---- days, months, years ----

    def day(self, start: int) -> Found:
        """A day of a month."""
        value = self.figures(start, 1, 2)
        if value is not None:
            return [(end, value) for end in self._ending(start + 1) if 1 <= value <= 31]
        return [(end, value) for end, value in self.ordinal(start) if value <= 31]

    def days(self, start: int) -> Found:
        """Days of one month: a single day, a range, or several consecutive days.

        For each: the days, and whether "between" must precede them.
        """
        return self.cached("days", start, self._days)

    def _days(self, start: int) -> Iterator[tuple[int, tuple[tuple[int, ...], bool]]]:
        for end, first in self.day(start):
            for at in self.suffix(end, "suffix_to"):
                if at > end:
                    for last, value in self.day(at):
                        yield last, ((first, value), False)
            for at, _ in self._to(end):
                for middle in self.gap(at):
                    for last, value in self.day(middle):
                        yield last, ((first, value), False)
            for days, last in self._listed(end, (first,)):
                follow = all(b == a + 1 for a, b in pairwise(days))
                yield last, (days, not follow)
            yield end, ((first,), False)

    def _listed(self, end: int, days: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], int]]:
        if self.sign(end, ","):
            for last, value in self.day(end + 1):
                if len(days) < GLUE:
                    yield from self._listed(last, (*days, value))
        for at, _ in self.word(end, "and", "or"):
            for middle in self.gap(at):
                for last, value in self.day(middle):
                    yield (*days, value), last

    def _to(self, start: int) -> Found:
        found = self.word(start, "to")
        return [(start + 1, "-"), *found] if self.sign(start, "-/") else found

    def month(self, start: int) -> Found:
        """A month, by one name or by two: "August", "آب/أغسطس"."""
        return self.cached("month", start, self._month)

    def _month(self, start: int) -> Iterator[tuple[int, int]]:
        for begin in self.maybe(start, "month_mark"):
            for end, number in self.word(begin, "month"):
                dotted = self.dotted(end)[0]
                at = dotted
                if self.sign(at, "/("):
                    for last, same in self.word(at + 1, "month"):
                        if same == number:
                            at = last + 1 if self.sign(last, ")") else last
                for suffix in self.suffix(at):
                    for last in self.maybe(suffix, "month_mark"):
                        yield last, number
                if at != end:
                    yield end, number

    def year(self, start: int) -> Found:
        """A year: the number, and whether it has two digits."""
        return self.cached("year", start, self._year)

    def _year(self, start: int) -> Iterator[tuple[int, tuple[int, bool]]]:
        for begin in self.maybe(start, "year_mark"):
            value = self.figures(begin, 4, 4)
            if value:
                for end in self.suffix(begin + 1):
                    for last in self.maybe(end, "year_mark"):
                        mark = last > end and len(self.tokens[last - 1].text) <= 2
                        dot = last + 1 if mark and self.sign(last, ".", tight=True) else last
                        yield dot, (value, False)
        if self.sign(start, "'") and self.tight(start + 1):
            short = self.figures(start + 1, 2, 2)
            if short is not None:
                yield start + 2, (short, True)

    def unit(self, start: int) -> Found:
        """A unit of time."""
        return self.word(start, "unit")

    def amount(self, start: int) -> Found:
        """A duration: least and greatest number, unit, and whether it is approximate."""
        return self.cached("amount", start, self._amount)

    def _amount(self, start: int) -> Iterator[tuple[int, tuple[int, int, str, bool]]]:
        for begin in self.maybe(start, "about"):
            loose = begin > start
            for end, value in self.word(begin, "amount"):
                number, unit = value.split()
                yield end, (int(number), int(number), unit, loose)
            for end, low in self.number(begin):
                at = end + 1 if self.sign(end, "-") else end
                for last, unit in self.unit(at):
                    yield last, (low, low, unit, loose)
                for middle in (
                    *(e for e, _ in self.word(end, "or")),
                    *(e for e, _ in self._to(end)),
                ):
                    for last, high in self.number(middle):
                        for after, unit in self.unit(last):
                            if high > low:
                                yield after, (low, high, unit, loose)
            for end, _ in self.word(begin, "few"):
                for last, unit in self.unit(end):
                    yield last, (2, 6, unit, loose)

    # ---- times of day ----

    def clock(self, start: int) -> Found:
        """A time of day, or a range of times."""
        return self.cached("clock", start, self._clock)

    def _clock(self, start: int) -> Iterator[tuple[int, Clock]]:
        for begin in (*(e for e, _ in self.word(start, "from", "between")), start):
            for end, first in self._time(begin):
                if begin == start:
                    yield end, Clock(first)
                joins = [*self.word(end, "and"), *self._to(end)]
                for at, _ in joins:
                    for last, second in self._time(at, marked=True):
                        offset = OFFSET.search(second)
                        zone = offset[0] if offset and not OFFSET.search(first) else ""
                        yield last, Clock(first + zone, second)

    def _time(self, start: int, *, marked: bool = False) -> Iterator[tuple[int, str]]:
        for begin in self.maybe(start, "clock_mark"):
            for end, hour, minute, sure in self._shown_time(begin, marked or begin > start):
                halves = [
                    (last, half) for at in self.maybe(end, "hours")
                    for last, half in self.word(at, "am", "pm")
                ]  # fmt: skip
                for after, half in (*halves, (end, "")):
                    shown = _half_day(hour, half)
                    if shown is None:
                        continue
                    for at in self.maybe(after, "hours"):
                        for last, zone in self._zone(at):
                            told = sure or half or at > after or zone
                            if told and minute is not None:
                                yield last, f"{shown:02}:{minute}{zone}"
                            elif half or at > after:
                                yield last, f"{shown:02}{zone}"

    def _shown_time(self, at: int, marked: bool) -> Iterator[tuple[int, int, str | None, bool]]:
        """End, hour, minute, and whether it is unambiguously a time."""
        whole = self.figures(at, 4, 4)
        if whole is not None and whole // 100 < 24 and whole % 100 < 60:
            yield at + 1, whole // 100, f"{whole % 100:02}", marked and not 1900 <= whole < 2060
        if at >= len(self.tokens) or self.tokens[at].kind != "number":
            return
        if len(self.tokens[at].text) > 2 or int(self.tokens[at].text) > 24:
            return
        hour = int(self.tokens[at].text)
        parted = self.sign(at + 1, ":.", tight=True) or (
            at + 1 < len(self.tokens) and self.tokens[at + 1].text == "h" and self.tight(at + 1)
        )
        if parted and self.tight(at + 2) and self.tokens[at + 2].kind == "number":
            minute, dotted = self.tokens[at + 2].text, self.tokens[at + 1].text == "."
            if len(minute) == 2 and int(minute) < 60:
                end = at + 3
                if self.sign(end, ":", tight=True) and self._seconds(end + 1):
                    minute += f":{self.tokens[end + 1].text}"
                    end += 2
                for last in self.suffix(end):
                    yield last, hour, minute, marked or not dotted
        elif parted and self.tokens[at + 1].text == "h":
            yield at + 2, hour, "00", True
        if not parted:
            yield at + 1, hour, None, False

    def _seconds(self, at: int) -> bool:
        value = self.figures(at, 2, 2)
        return value is not None and value < 60

    def _zone(self, start: int) -> Iterator[tuple[int, str]]:
        for begin in (start, start + 1 if self.sign(start, "(,") else start):
            for end, offset in self.word(begin, "zone"):
                last, shown = end, offset
                if (
                    offset == "Z"
                    and self.sign(end, "+-")
                    and self.figures(end + 1, 1, 2) is not None
                ):
                    last = end + 2
                    hours = int(self.tokens[end + 1].text)
                    shown = f"{self.tokens[end].text}{hours:02}:00" if hours <= 14 else ""
                yield (last + 1 if self.sign(last, ")") else last), shown
            for end, _ in self.word(begin, "local_time"):
                yield end, ""
        yield start, ""


def _half_day(hour: int, half: str) -> int | None:
    """The hour in 24-hour time of, for example, "6 p.m."; None if it is not valid."""
    if not half:
        return hour if hour < 24 else None
    if not 1 <= hour <= 12:
        return None
    return hour % 12 + (12 if half == "pm" else 0)


def _distinct(found: Iterable[tuple[int, Any]]) -> Found:
    kept: Found = []
    for one in found:
        if one not in kept:
            kept.append(one)
    return kept
