"""Questions that are not on how many were where: numbers that never fall, and the whole."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from convoy_geo.analysis.consistency.components import component_of
from convoy_geo.analysis.consistency.model import Condition, Subject
from convoy_geo.analysis.consistency.question import (
    Question,
    answer_of,
    best_question,
    open_claims,
    settled,
)
from convoy_geo.timegeo.moments import moment_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from convoy_geo.analysis.consistency.bounds import Range
    from convoy_geo.analysis.consistency.ranges import Ranges

__all__ = ["tally_questions", "whole_questions"]

MOST_SETS = 64
MOST_SPOTS = 24
"""Places and moments of one group that are asked for, at the most."""
EXACT_CLAIMS = 14
"""Claims at the most for which travel times count in a question on the whole: more are slow."""
DAY_END_H = 1 / 60
"""Before midnight it is still the day before."""


def tally_questions(
    ranges: Ranges,
    unit: str | None = None,
    *,
    when: date | str | None = None,
    believing: Sequence[str] = (),
) -> list[Question]:
    """Whether a number that never falls, such as bodies found, was so high at some time.

    Parameters
    ----------
    ranges
        Computes bounds on numbers.
    unit
        Only of this unit.
    when
        Only at times of this date.
    believing
        Claims, sides or reports already assumed to be true.
    """
    first, last = (-math.inf, math.inf) if when is None else ranges.window(when)[:2]
    found = []
    for subject in ranges.tallies(unit):
        conditions = ranges.judge.problem.conditions
        mine = {key: one for key, one in conditions.items() if one.subject == subject}
        sets, _, missing = ranges.accounts(subject, believing)
        if missing or not sets:
            continue
        sets = sets[:MOST_SETS]
        best: Question | None = None
        for spot, moment in {(one.cells.places, one.last): 0 for one in mine.values()}:
            if not (math.isfinite(moment) and first <= moment <= last):
                continue
            each = [_tally_range([mine[key] for key in some], spot, moment) for some in sets]
            where = _named(ranges, [key for key, its in mine.items() if its.cells.places == spot])
            one = best_question(subject.unit or subject.tally, where, each, sets)
            if one is None or (best and _rank(one) <= _rank(best)):
                continue
            best = replace(
                one, kind="tally", when=_up_to(moment, ranges.judge.story.zone),
                claims=tuple(mine), group=subject.group,
            )  # fmt: skip
        found += [best] if best else []
    return found


def _rank(question: Question) -> tuple[float, int]:
    return question.score, settled(question)


def _named(ranges: Ranges, keys: Sequence[str]) -> str:
    """The place of which claims give a number; a direction, such as toward a town, is none."""
    places = sorted(place for key in keys for role, place in ranges.judge.story.claims[key].places
                    if role not in ("toward", "about"))  # fmt: skip
    return places[0] if places else ""


def _tally_range(some: Sequence[Condition], spot: frozenset[str] | None, moment: float) -> Range:
    """What a number that never falls can be at a time; at a place it is no more than in all."""
    before = [one for one in some if one.last <= moment and spot in (one.cells.places, frozenset())]
    after = [one for one in some if one.last >= moment and one.cells.places in (spot, frozenset())]
    low = max((one.low for one in before), default=0.0)
    return low, min((one.high for one in after), default=math.inf)


def _up_to(moment: float, zone: str) -> str:
    """The moment; the day that ends with it where it is midnight."""
    text = moment_text(moment, zone)
    return moment_text(moment - DAY_END_H, zone)[:10] if text[11:] == "00:00" else text


def whole_questions(
    ranges: Ranges, *, when: date | str | None = None, believing: Sequence[str] = ()
) -> list[Question]:
    """Whether the whole was somewhere at a moment, of a group of which nothing is counted.

    Asked is for the places and times of claims that are in a conflict: others tell the sets of
    claims that can be true together apart no better.

    Parameters
    ----------
    ranges, when, believing
        As for `tally_questions`.
    """
    problem = ranges.judge.problem
    groups = {one.subject.group for one in problem.conditions.values() if one.form == "whole"}
    found = []
    for group in sorted(groups):
        subject = Subject(group)
        counted = any(
            one.form in ("count", "total") and component_of(problem, one.subject) == subject
            for one in problem.conditions.values()
        )
        if not counted:
            found += _of_group(ranges, subject, when, believing)
    return found


def _of_group(
    ranges: Ranges, subject: Subject, when: date | str | None, believing: Sequence[str]
) -> list[Question]:
    sets, _, missing = ranges.accounts(subject, believing)
    if missing or len(sets) < 2:
        return []
    sets, some = sets[:MOST_SETS], open_claims(sets)
    found = []
    for where, asked in _spots(ranges, subject, when):
        allowed = {
            answer: [i for i, one in enumerate(sets) if _allows(ranges, one, condition)]
            for answer, condition in (("yes", asked), ("no", replace(asked, negated=True)))
        }
        yes, no = (answer_of(allowed[key], sets, some) for key in ("yes", "no"))
        score = 1 - max(yes.sets, no.sets) / len(sets)
        if score > 0:
            found.append(Question(
                "", where, moment_text(asked.first, ranges.judge.story.zone), 1, "whole", score,
                0.0, 1.0, len(sets), yes, no, group=subject.group,
                claims=tuple(key for key, one in ranges.judge.problem.conditions.items()
                             if one.form == "whole" and one.subject == subject
                             and one.covers(asked.first, 0)),
            ))  # fmt: skip
    return found


def _spots(
    ranges: Ranges, subject: Subject, when: date | str | None
) -> Iterator[tuple[str, Condition]]:
    """Places and moments that claims in a conflict tell of: the name, and the condition."""
    conditions, claims = ranges.judge.problem.conditions, ranges.judge.story.claims
    first, last = (-math.inf, math.inf) if when is None else ranges.window(when)[:2]
    seen: set[Condition] = set()
    for conflict in ranges.found.conflicts:
        for key in conflict.claims:
            one, claim = conditions[key], claims[key]
            ends = [end for end in (one.first, one.last) if math.isfinite(end)]
            if one.form != "whole" or one.subject != subject or not ends:
                continue
            moment = sum(ends) / len(ends)
            asked = Condition(subject, "whole", one.cells, first=moment, last=moment)
            names = [place for _, place in claim.places] or [claim.state]
            if asked not in seen and first <= moment <= last:
                seen.add(asked)
                yield names[0], asked
            if len(seen) == MOST_SPOTS:
                return


def _allows(ranges: Ranges, keys: Sequence[str], asked: Condition) -> bool:
    """Whether some world of a set of claims meets a condition, as far as can be told."""
    conditions = ranges.judge.problem.conditions
    some = list(dict.fromkeys(conditions[key] for key in keys))
    return ranges.judge.holds([*some, asked], free=len(some) > EXACT_CLAIMS) is not False
