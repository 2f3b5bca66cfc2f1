"""The grammar of dates in reports: from the words at a position in a text to their meaning.

The word order of several languages is covered at once: "three days ago" and "il y a trois jours",
"last week" and "la semaine dernière" are rules side by side, and the words decide.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from convoy_geo.dates import meanings as means
from convoy_geo.dates.amounts import back
from convoy_geo.dates.joined_kinds import JoinedKinds
from convoy_geo.dates.kinds import some
from convoy_geo.dates.spans import clocked, night, opened, ranged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from convoy_geo.dates.meanings import Meaning

    Read = Iterator[tuple[int, Meaning]]

__all__ = ["OPENS", "Grammar"]

OPENS = ("since", "until", "before", "after", "by", "from")


class Grammar(JoinedKinds):
    """The dates that begin at a token of a text.

    Parameters
    ----------
    text
        The text.
    words
        Those of its language.
    order
        Order of numeric dates: ``day_first``, ``month_first`` or empty.
    """

    def at(self, start: int) -> list[tuple[int, Meaning, bool]]:
        """The dates that begin at a token.

        Returns
        -------
        list of (int, Meaning, bool)
            For each date: the token after it, its meaning, and whether a preceding word such as
            "in" or "since" belongs to it.
        """
        p = self.parts
        found = []
        for begin in p.gap(start):
            for middle in p.maybe(begin, "about"):
                for end, meaning in self._whole(middle):
                    about = meaning.about or middle > begin
                    found.append((end, replace(meaning, about=about), begin > start))
        return found

    def reads(self, start: int) -> list[tuple[int, Meaning]]:
        """The dates that begin exactly at a token, without words before them."""
        return [
            (end, replace(meaning, about=meaning.about or middle > start))
            for middle in self.parts.maybe(start, "about")
            for end, meaning in self._whole(middle)
        ]

    def _whole(self, start: int) -> list[tuple[int, Meaning]]:
        return self.parts.cached("whole", start, self._any_whole)

    def _any_whole(self, start: int) -> Read:
        yield from self._range(start)
        yield from self._open(start)
        yield from self._night(start)
        yield from self._single(start)

    # ---- open ends, ranges, nights ----

    def _open(self, start: int) -> Read:
        p = self.parts
        opens = [p.word(start, how) for how in OPENS]  # an ambiguous word is read as "since"
        parts = max((end for end, _ in p.word(start, "part")), default=start)  # "before dawn"
        for end, how in (one for found in opens for one in found if one[0] > parts):
            for at in p.gap(end):
                if how == "since":
                    for last, amount in p.amount(at):
                        yield last, back(amount)
                ranges = () if how == "from" else (*self._night(at), *self._range(at))
                for last, meaning in (*ranges, *self._single(at)):
                    made = opened(how, meaning)
                    if made:
                        for after in p.maybe(last, "onward"):
                            if how != "from" or after > last or meaning.kind != "duration":
                                yield after, made
        for last, meaning in (*self._range(start), *self._single(start)):
            for at in p.gap(last):
                for after, how in p.word(
                    at, "since_post", "until_post", "before_post", "after_post"
                ):
                    made = opened(how.removesuffix("_post"), meaning)
                    if made:
                        yield after, made

    def _range(self, start: int) -> Read:
        yield from self.parts.cached("range", start, self._ranges)

    def _ranges(self, start: int) -> Read:
        p = self.parts
        for begin, how in (*p.word(start, "from", "between"), (start, "")):
            for at in p.gap(begin):
                for end, (fields, _) in self._calendar(at):
                    if len(fields.days) > 1:
                        ends = p.word(end, "between_post", "until_post")
                        for last in (*(e for e, _ in ends), *([end] if how else [])):
                            yield last, means.calendar(fields)
                yield from self._weekdays(at, start, how)
                for end, left in self._single(at, ranged=True):
                    for middle, join in self._joins(end, how):
                        for inner in p.gap(middle):
                            for last, right in self._single(inner, ranged=True):
                                yield from self._joined(left, right, join, last, start, how)

    def _weekdays(self, at: int, start: int, how: str) -> Read:
        """Two days of a month with their weekdays: "Friday 8 and Saturday 9 November"."""
        p = self.parts
        for end, number in p.word(at, "weekday"):
            for begin in p.gap(end):
                for middle, (days, _) in p.days(begin):
                    for join_end, join in self._joins(middle, how) if len(days) == 1 else ():
                        for inner in p.gap(join_end):
                            for last, (fields, _) in self._calendar(inner):
                                if len(fields.days) != 1 or fields.days <= days:
                                    continue
                                words = p.shown(at, middle)
                                one = replace(fields, days=days, weekday=number, words=words)
                                left, right = means.calendar(one), means.calendar(fields)
                                yield from self._joined(left, right, join, last, start, how)

    def _joins(self, end: int, how: str) -> list[tuple[int, str]]:
        p = self.parts
        found = [(at, "to") for at, _ in p.word(end, "to", "until")]
        if how != "from":
            comma = end + 1 if p.sign(end, ",") else end
            found += [(at, "and") for at, _ in p.word(comma, "and", "or")]
        if p.sign(end, "-/"):
            found.append((end + 1, "to"))
        found += [(at, "to") for at in p.suffix(end, "suffix_to") if at > end]
        found.append((end, "post"))
        return found

    def _joined(
        self, left: Meaning, right: Meaning, join: str, last: int, start: int, how: str
    ) -> Read:
        p = self.parts
        words = p.shown(start, last)
        if join == "and" and how != "between":
            for after, _ in p.word(last, "between_post"):
                yield from some(after, ranged(left, right, words))
            yield from some(last, ranged(left, right, words, following=True))
        elif join == "post":
            for after, _ in p.word(last, "until_post", "between_post"):
                yield from some(after, ranged(left, right, words))
        else:
            for after in p.maybe(last, "until_post", "between_post"):
                yield from some(after, ranged(left, right, words))

    def _night(self, start: int) -> Read:
        p = self.parts
        for end, _ in p.word(start, "night_range"):
            if p.word(end, "from", "between"):
                yield from self._range(end)
        for end, _ in p.word(start, "nights_of"):
            for at in p.gap(end):
                for last, meaning in self._range(at):
                    yield last, night(meaning, ends=False, each=True)
                for last, (fields, _) in self._calendar(at):
                    yield last, night(means.calendar(fields), ends=False, each=True)
        for end, how in p.word(start, "night_of", "night_to", "night_from"):
            for at in p.gap(end):
                for last, meaning in self._single(at, ranged=True):
                    if how == "night_from":
                        for middle, _ in p.word(last, "night_onto", "to"):
                            for inner in p.gap(middle):
                                for after, right in self._single(inner, ranged=True):
                                    words = p.shown(start, after)
                                    yield from some(after, ranged(meaning, right, words))
                        continue
                    yield last, night(meaning, ends=how == "night_to")
                if how == "night_of":
                    yield from self._range(at)
        for end, left in self._single(start, ranged=True):
            for at in p.gap(end):
                for last, right in self._single(at, ranged=True):
                    for after, _ in p.word(last, "night_post"):
                        words = p.shown(start, after)
                        yield from some(after, ranged(left, right, words))

    # ---- one date, with a part of the day or a time ----

    def _single(self, start: int, *, ranged: bool = False) -> list[tuple[int, Meaning]]:
        p = self.parts
        found = p.cached("single", start, self._clocked)
        plain = ("day", "weekday", "month", "year", "anchor", "span")
        return [one for one in found if one[1].kind in plain] if ranged else found

    def _clocked(self, start: int) -> Read:
        p = self.parts
        for end, clock in p.clock(start):
            for at in p.gap(end):
                for last, meaning in self._parted(at):
                    yield from some(last, clocked(meaning, clock))
        for end, meaning in self._parted(start):
            for at in p.gap(end):
                for last, clock in p.clock(at):
                    yield from some(last, clocked(meaning, clock))
            yield end, meaning

    def _parted(self, start: int) -> Read:
        yield from self.parts.cached("parted", start, self._with_part)

    def _with_part(self, start: int) -> Read:
        """A date with a part of the day before or after it; it stays a whole day."""
        p = self.parts
        for end, _ in p.word(start, "part", "stage", "earlier", "later"):
            for at in p.gap(end):
                for last, meaning in self._parted(at):
                    if meaning.kind in {"day", "weekday", "anchor"}:
                        yield last, meaning
        for end, _ in p.word(start, "this"):
            for last, _ in p.word(end, "part"):
                yield last, means.offset(0, 0, "the dateline")
        for end, meaning in self._base(start):
            if meaning.kind in {"day", "weekday", "anchor"}:
                yield from ((last, meaning) for last in self._part_ends(end) if last > end)
            yield end, meaning

    def _part_ends(self, end: int) -> list[int]:
        p = self.parts
        ends = [end]
        for _ in range(2):
            ends += [
                last
                for at in ends
                for middle in p.gap(at)
                for last, _ in p.word(middle, "part", "stage")
                if last not in ends and (p.word(middle, "part") or p.word(last, "part"))
            ]
        return ends
