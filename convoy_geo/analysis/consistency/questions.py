"""What to find out next: facts to check, by how much the less informative answer still tells."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from convoy_geo.analysis.consistency.bounds import query
from convoy_geo.analysis.consistency.conflict import plain_number
from convoy_geo.display import ResultTuple, shown
from convoy_geo.timegeo.moments import moment_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from convoy_geo.analysis.consistency.bounds import Range
    from convoy_geo.analysis.consistency.model import Condition, Subject
    from convoy_geo.analysis.consistency.ranges import Ranges
    from convoy_geo.analysis.source_dependence import Sources

__all__ = ["Question", "QuestionAnswer", "find_questions"]

MOST_TIMES = 31
"""Moments at which is asked, at the most."""
MOST_SETS = 64
"""Largest sets of claims that are looked at, at the most."""
OF_ONE_PLACE = 2
"""Questions on one place at the most."""
AROUND_H = 24.0
"""Claims of so many hours before and after count as told of a moment."""
NOON_H = 12.0


@dataclass(frozen=True)
class QuestionAnswer:
    """What one answer to a question would leave.

    Parameters
    ----------
    sets
        How many of the largest sets of claims allow it.
    true, false
        Claims now in some of the sets that would then be in all of them, and in none.
    """

    sets: int
    true: tuple[str, ...]
    false: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """As plain values."""
        return {"sets": self.sets, "true": list(self.true), "false": list(self.false)}


@shown
@dataclass(frozen=True)
class Question:
    """A fact to check: whether at least so many of a unit were somewhere at a moment.

    Parameters
    ----------
    unit
        What is counted.
    where
        Id of a zone, a state or a place.
    when
        The moment, in the zone of the case.
    number
        The number in question: were there at least so many?
    kind
        ``at_least``; ``any`` if the number is 1; ``all`` if it is the most that is possible.
    score
        From 0 to 1: how much the less informative answer rules out.
    low, high
        What is possible now.
    sets
        How many largest sets of claims there are.
    yes, no
        What each answer would leave.
    claims
        Claims that tell of the place at about that time.
    reports
        The reports with these claims.
    independent
        Least number of independent origins behind them.
    """

    unit: str
    where: str
    when: str
    number: int
    kind: str
    score: float
    low: float
    high: float
    sets: int
    yes: QuestionAnswer
    no: QuestionAnswer
    claims: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()
    independent: int = 0

    @property
    def promised(self) -> int:
        """How many sets of claims the less informative answer leaves."""
        return max(self.yes.sets, self.no.sets)

    def to_dict(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "unit": self.unit,
            "where": self.where,
            "when": self.when,
            "number": self.number,
            "kind": self.kind,
            "score": round(self.score, 4),
            "low": plain_number(self.low),
            "high": plain_number(self.high),
            "sets": self.sets,
            "yes": self.yes.to_dict(),
            "no": self.no.to_dict(),
            "claims": list(self.claims),
            "reports": list(self.reports),
            "independent": self.independent,
        }


def find_questions(
    ranges: Ranges,
    unit: str | None = None,
    *,
    most: int = 10,
    when: date | str | None = None,
    believing: Iterable[str] = (),
    sources: Callable[[Sequence[str]], Sources] | None = None,
) -> ResultTuple[Question]:
    """Facts to check, the most telling first.

    Of the largest sets of claims that can be true together some allow "yes", some "no", some both.
    The score is the part that is ruled out by the answer that rules out less; of equal scores the
    question comes first of which that answer settles more claims. Where there is one set only, it
    is the part of the range of numbers that is ruled out.

    Parameters
    ----------
    ranges
        Answers how many can have been where.
    unit
        What is counted; by default what most claims count.
    most
        How many questions at the most.
    when
        Only questions on moments of this date.
    believing
        Claims, sides or reports that are believed already.
    sources
        What stands behind claims.

    Raises
    ------
    ValueError
        If no claim counts the unit.
    """
    subject = ranges.subject(unit)
    sets, _, missing = ranges.accounts(subject, believing)
    if missing or not sets:
        return ResultTuple(())
    sets = sets[:MOST_SETS]
    cells = {name: ranges.cells(name) for name in ranges.places(subject)}
    found = []
    first, last = (-math.inf, math.inf) if when is None else ranges.window(when)[:2]
    for moment in _times(ranges, subject, first, last):
        asked = {name: query(subject, its, moment, moment) for name, its in cells.items()}
        each = [answer for answer, _ in ranges.of_each(sets, asked)]
        for name in asked:
            best = _best(subject.unit, name, [answer[name] for answer in each], sets)
            if best is not None:
                found.append((moment, best))
    order = sorted(found, key=lambda item: (
        -item[1].score, -_settled(item[1]), -item[1].sets, item[0], item[1].where
    ))  # fmt: skip
    kept: list[Question] = []
    for moment, question in order:
        if sum(one.where == question.where for one in kept) < OF_ONE_PLACE and len(kept) < most:
            kept.append(_dated(ranges, question, moment, cells[question.where], sources))
    return ResultTuple(kept)


def _times(ranges: Ranges, subject: Subject, start: float, end: float) -> list[float]:
    """Noon of each day of what is told; of a story by the hour each hour."""
    times = [first if first == last else first + NOON_H
             for first, last, _ in ranges.steps(subject)]  # fmt: skip
    times = [time for time in times if start <= time <= end]
    return times[:: -(-len(times) // MOST_TIMES)] if times else []


def _best(
    unit: str, where: str, found: Sequence[Range], sets: Sequence[Sequence[str]]
) -> Question | None:
    """The most telling number to ask for at one place and moment; None if nothing is open."""
    low, high = min(one[0] for one in found), max(one[1] for one in found)
    if low == high:
        return None
    some = _some(sets)
    best: Question | None = None
    for number in _numbers(found):
        yes = [i for i, (_, most) in enumerate(found) if most >= number]
        no = [i for i, (least, _) in enumerate(found) if least < number]
        if not yes or not no:
            continue
        if len(found) > 1:
            score = 1 - max(len(yes), len(no)) / len(found)
        elif math.isinf(high):
            continue
        else:
            score = 1 - max(high - number, number - 1 - low) / (high - low)
        kind = "all" if number == high and low < high and math.isfinite(high) else "at_least"
        question = Question(
            unit, where, "", number, "any" if number == 1 else kind, score, low, high, len(found),
            _answer(yes, sets, some), _answer(no, sets, some),
        )  # fmt: skip
        if best is None or (score, _settled(question)) > (best.score, _settled(best)):
            best = question
    return best if best is not None and best.score > 0 else None


def _numbers(found: Sequence[Range]) -> Iterator[int]:
    """The numbers at which the answers of the sets change, and the middle of a single range."""
    ends = {end for least, most in found for end in (least, least + 1, most, most + 1)}
    if len(found) == 1 and math.isfinite(found[0][1]):
        ends.add(math.ceil((found[0][0] + found[0][1] + 1) / 2))
    for end in sorted(ends):
        if math.isfinite(end) and end >= 1:
            yield int(end)


def _some(sets: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The claims that are in some of the sets, not in all of them."""
    union = dict.fromkeys(key for one in sets for key in one)
    return tuple(key for key in union if not all(key in one for one in sets))


def _answer(
    allowed: Sequence[int], sets: Sequence[Sequence[str]], some: Sequence[str]
) -> QuestionAnswer:
    left = [set(sets[i]) for i in allowed]
    true = tuple(key for key in some if all(key in one for one in left))
    false = tuple(key for key in some if not any(key in one for one in left))
    return QuestionAnswer(len(left), true, false)


def _settled(question: Question) -> int:
    """How many claims the less informative answer settles."""
    less = max((question.yes, question.no), key=lambda one: one.sets)
    return len(less.true) + len(less.false)


def _dated(
    ranges: Ranges,
    question: Question,
    moment: float,
    cells: Any,
    sources: Callable[[Sequence[str]], Sources] | None,
) -> Question:
    """A question with its moment in words, and who told of the place about that time."""
    conditions: Mapping[str, Condition] = ranges.judge.problem.conditions
    near = [
        key for key, one in conditions.items()
        if one.form in ("count", "whole")
        and one.first - AROUND_H <= moment <= one.last + AROUND_H
        and _meet(one.cells.places, cells.places) and _meet(one.cells.zones, cells.zones)
    ]  # fmt: skip
    behind = sources(near) if sources is not None and near else None
    values = {name: getattr(question, name) for name in Question.__dataclass_fields__}
    return Question(
        **{
            **values,
            "when": moment_text(moment, ranges.judge.story.zone),
            "claims": tuple(near),
            "reports": behind.reports if behind else (),
            "independent": behind.independent[0] if behind else 0,
        }
    )


def _meet(one: frozenset[str] | None, other: frozenset[str] | None) -> bool:
    return one is None or other is None or bool(one & other)
