"""One fact to check, and what each answer to it would leave."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from convoy_geo.analysis.consistency.conflict import plain_number
from convoy_geo.display import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from convoy_geo.analysis.consistency.bounds import Range

__all__ = [
    "Question", "QuestionAnswer", "answer_of", "best_question", "open_claims", "settled",
]  # fmt: skip


@dataclass(frozen=True)
class QuestionAnswer:
    """The effect of one answer to a question.

    Parameters
    ----------
    sets
        Number of maximal sets of claims that allow it.
    true, false
        Claims now in some of the sets that would then be in all of them, or in none.
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
    """A fact to check: mostly, whether at least so many of a unit were somewhere at a moment.

    Parameters
    ----------
    unit
        What is counted.
    where
        Id of a zone, a state or a place; ``total`` for the number in all, empty for a number that
        is told of no place.
    when
        The moment, in the zone of the case; empty for the number in all.
    number
        The number in question: were there at least this many?
    kind
        ``at_least``; ``any`` if the number is 1; ``all`` if it is the largest possible.
        ``total``: of the number in all. ``tally``: of a number that never falls, up to the moment.
        ``whole``: whether the group as a whole was there (`number` is 1, `unit` empty).
    score
        From 0 to 1: how much the less informative answer excludes.
    low, high
        The bounds that are currently possible.
    sets
        Number of maximal sets of claims.
    yes, no
        The effect of each answer.
    claims
        Claims that tell of the place at about that time, or of that number.
    reports
        The reports with these claims.
    independent
        Minimum number of independent origins behind them.
    group
        Id of the moving group; empty for the main one.
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
    group: str = ""

    @property
    def promised(self) -> int:
        """Number of maximal sets that remain after the less informative answer."""
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
            "group": self.group,
        }


def best_question(
    unit: str, where: str, found: Sequence[Range], sets: Sequence[Sequence[str]]
) -> Question | None:
    """The most informative number to ask about at a place and moment; None if nothing is open."""
    low, high = min(one[0] for one in found), max(one[1] for one in found)
    if low == high:
        return None
    some = open_claims(sets)
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
            answer_of(yes, sets, some), answer_of(no, sets, some),
        )  # fmt: skip
        if best is None or (score, settled(question)) > (best.score, settled(best)):
            best = question
    return best if best is not None and best.score > 0 else None


def _numbers(found: Sequence[Range]) -> Iterator[int]:
    """Numbers at which the answers of the sets change; for a single range, its middle."""
    ends = {end for least, most in found for end in (least, least + 1, most, most + 1)}
    if len(found) == 1 and math.isfinite(found[0][1]):
        ends.add(math.ceil((found[0][0] + found[0][1] + 1) / 2))
    for end in sorted(ends):
        if math.isfinite(end) and end >= 1:
            yield int(end)


def open_claims(sets: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The claims that are in some of the sets, but not in all of them."""
    union = dict.fromkeys(key for one in sets for key in one)
    return tuple(key for key in union if not all(key in one for one in sets))


def answer_of(
    allowed: Sequence[int], sets: Sequence[Sequence[str]], some: Sequence[str]
) -> QuestionAnswer:
    """What an answer leaves that some of the sets allow."""
    left = [set(sets[i]) for i in allowed]
    true = tuple(key for key in some if all(key in one for one in left))
    false = tuple(key for key in some if not any(key in one for one in left))
    return QuestionAnswer(len(left), true, false)


def settled(question: Question) -> int:
    """Number of claims settled by the less informative answer."""
    less = max((question.yes, question.no), key=lambda one: one.sets)
    return len(less.true) + len(less.false)
