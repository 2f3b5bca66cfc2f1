"""What to find out next: facts to check, ranked by their least informative answer."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from convoy_geo.analysis.consistency.bounds import query
from convoy_geo.analysis.consistency.encode import TOTAL
from convoy_geo.analysis.consistency.question import Question, best_question, settled
from convoy_geo.analysis.consistency.question_kinds import tally_questions, whole_questions
from convoy_geo.display import ResultTuple
from convoy_geo.timegeo.moments import moment_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from convoy_geo.analysis.consistency.model import Cells, Subject
    from convoy_geo.analysis.consistency.ranges import Ranges
    from convoy_geo.analysis.source_dependence import Sources

__all__ = ["find_questions"]

MOST_TIMES = 31
"""Maximum number of moments considered."""
MOST_SETS = 64
"""Maximum number of maximal sets of claims considered."""
OF_ONE_PLACE = 2
"""Maximum number of questions per place."""
TRAVELLED = 4
"""Moments times sets of claims at the most for which travel times count: without them a question
promises less, never more."""
AROUND_H = 24.0
"""Claims within this number of hours count as relevant to a moment."""
NOON_H = 12.0


def find_questions(
    ranges: Ranges,
    unit: str | None = None,
    *,
    most: int = 10,
    when: date | str | None = None,
    believing: Iterable[str] = (),
    sources: Callable[[Sequence[str]], Sources] | None = None,
) -> ResultTuple[Question]:
    """Facts to check, the most informative first.

    They ask how many were where; for the number in all; of numbers that never fall, such as
    victims; and where nothing is counted, where the group as a whole was. Of the largest sets of
    claims that can be true together some allow "yes", some "no", some both. The score is the part
    that is ruled out by the answer that rules out less; of equal scores the question comes first of
    which that answer settles more claims. Where there is one set only, it is the part of the range
    of numbers that is ruled out.

    Parameters
    ----------
    ranges
        Computes bounds on numbers.
    unit
        What is counted; by default what most claims count, each number that never falls, and where
        the whole was.
    most
        Maximum number of questions.
    when
        Only questions on moments of this date; none on the number in all.
    believing
        Claims, sides or reports already assumed to be true.
    sources
        Computes the sources of claims.

    Raises
    ------
    ValueError
        If no claim counts this unit.
    """
    names = tuple(believing)
    tallies = tally_questions(ranges, unit, when=when, believing=names)
    found: list[Question] = []
    if ranges.units and (unit in ranges.units or unit is None):
        found += _counts(ranges, ranges.subject(unit), when, names)
    elif unit is not None and not ranges.tallies(unit):
        ranges.subject(unit)  # says what is counted
    found += tallies
    if unit is None:
        found += whole_questions(ranges, when=when, believing=names)
    found.sort(key=lambda one: (-one.score, -settled(one), -one.sets, one.when, one.where))
    kept: list[Question] = []
    for one in found:
        place = (one.where, one.unit, one.kind == "whole")
        same = sum((k.where, k.unit, k.kind == "whole") == place for k in kept)
        if same < OF_ONE_PLACE and len(kept) < most:
            kept.append(_with_sources(one, sources))
    return ResultTuple(kept)


def _counts(
    ranges: Ranges, subject: Subject, when: date | str | None, believing: Sequence[str]
) -> list[Question]:
    """Questions on how many were where, and on the number in all."""
    sets, _, missing = ranges.accounts(subject, believing)
    if missing or not sets:
        return []
    sets = sets[:MOST_SETS]
    cells = {name: ranges.cells(name) for name in ranges.places(subject)}
    found = _in_all(ranges, subject, sets) if when is None else []
    first, last = (-math.inf, math.inf) if when is None else ranges.window(when)[:2]
    times = _times(ranges, subject, first, last)
    travel = len(times) * len(sets) <= TRAVELLED
    for moment in times:
        asked = {name: query(subject, its, moment, moment) for name, its in cells.items()}
        each = [answer for answer, _ in ranges.of_each(sets, asked, travel=travel)]
        for name, here in cells.items():
            best = best_question(subject.unit, name, [answer[name] for answer in each], sets)
            if best is None:
                continue
            claims = _near(ranges, moment, here)
            at = moment_text(moment, ranges.judge.story.zone)
            found.append(replace(best, when=at, claims=claims))
    return found


def _in_all(ranges: Ranges, subject: Subject, sets: Sequence[Sequence[str]]) -> list[Question]:
    """A question on the number in all, if that stays what it is."""
    if subject.unit in ranges.judge.story.rules.open:
        return []
    moment = next((first for first, _, _ in ranges.steps(subject)), 0.0)
    asked = {TOTAL: query(subject, ranges.cells(TOTAL), moment, moment)}
    each = [answer[TOTAL] for answer, _ in ranges.of_each(sets, asked, travel=False)]
    best = best_question(subject.unit, TOTAL, each, sets)
    claims = tuple(key for key, one in ranges.judge.problem.conditions.items()
                   if one.form == "total" and one.subject == subject)  # fmt: skip
    return [replace(best, kind="total", claims=claims)] if best else []


def _near(ranges: Ranges, moment: float, here: Cells) -> tuple[str, ...]:
    """The claims that tell of some cells at about a moment."""
    return tuple(
        key for key, one in ranges.judge.problem.conditions.items()
        if one.form in ("count", "whole")
        and one.first - AROUND_H <= moment <= one.last + AROUND_H
        and _meet(one.cells.places, here.places) and _meet(one.cells.zones, here.zones)
    )  # fmt: skip


def _with_sources(
    question: Question, sources: Callable[[Sequence[str]], Sources] | None
) -> Question:
    """A question with who told of it."""
    if sources is None or not question.claims:
        return question
    behind = sources(question.claims)
    return replace(question, reports=behind.reports, independent=behind.independent[0])


def _times(ranges: Ranges, subject: Subject, start: float, end: float) -> list[float]:
    """Noon of each reported day; each hour if the story has hourly times."""
    times = [first if first == last else first + NOON_H
             for first, last, _ in ranges.steps(subject)]  # fmt: skip
    times = [time for time in times if start <= time <= end]
    return times[:: -(-len(times) // MOST_TIMES)] if times else []


def _meet(one: frozenset[str] | None, other: frozenset[str] | None) -> bool:
    return one is None or other is None or bool(one & other)
