"""Verdicts on claims: whether a claim can be true with others, its margin, and what changes it.

They are derived from the same conditions as the conflicts, so the two never contradict each other.
A verdict is relative to the claims with which a claim is compared; it is not a probability.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from convoy_geo.display import shown
from convoy_geo.timegeo.moments import moment_text
from convoy_geo.timegeo.premises import Flip

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from convoy_geo.analysis.consistency.conflict import Conflict
    from convoy_geo.analysis.consistency.judge import Judge
    from convoy_geo.analysis.consistency.model import Condition
    from convoy_geo.analysis.consistency.readings import Reading
    from convoy_geo.analysis.consistency.result import Answer, Consistency

__all__ = ["ClaimVerdict", "Clash", "claim_verdict"]

FARTHEST_MIN = 400 * 60
"""Maximum shift of a time, in minutes, when searching for the value that changes the answer."""
SECONDS = 10.0
"""Time limit for finding the values that change one answer."""
CLASHES = 10
"""Maximum number of a claim's conflicts for which such values are sought."""


@dataclass(frozen=True)
class Clash:
    """A conflict of a claim, and what would resolve it.

    Parameters
    ----------
    conflict
        Its id.
    kind
        See `Conflict`.
    claims
        The other claims in it.
    flips
        Changes of the claim, each of which alone resolves it.
    """

    conflict: str
    kind: str
    claims: tuple[str, ...]
    flips: tuple[Flip, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "conflict": self.conflict,
            "kind": self.kind,
            "claims": list(self.claims),
            "flips": [flip.to_dict() for flip in self.flips],
        }


@shown
@dataclass(frozen=True)
class ClaimVerdict:
    """The verdict on one claim: comparison, margin, and the values at which it changes.

    Parameters
    ----------
    claim
        Its id.
    verdict
        ``impossible``: it cannot be true if the others are. ``certain``: it must be. ``possible``:
        neither. ``undetermined``: it is not encoded, or the others cannot all be true themselves.
    against
        Ids of the claims with which it is compared.
    reason
        Why it is undetermined: a code for claims that are not encoded, ``against`` (the others
        cannot all be true), ``limits`` (computation incomplete); otherwise empty.
    status, price
        See `ClaimStatus`; empty and None if it is not encoded.
    margin_count
        Number of units to spare before the answer becomes impossible, negative if there are too
        many or too few; None if no number changes it.
    margin_h
        The same in hours of its time.
    flips
        Values at which the answer changes: ``premise`` is ``number`` (``what`` is ``low`` or
        ``high``), ``time`` (``first`` or ``last``) or ``reading``.
    premises
        The interpretation of its parts.
    clashes
        Its conflicts, smallest first.
    """

    claim: str
    verdict: Answer
    against: tuple[str, ...] = ()
    reason: str = ""
    status: str = ""
    price: int | None = None
    margin_count: float | None = None
    margin_h: float | None = None
    flips: tuple[Flip, ...] = ()
    premises: tuple[Reading, ...] = ()
    clashes: tuple[Clash, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "claim": self.claim,
            "verdict": self.verdict,
            "against": list(self.against),
            "reason": self.reason,
            "status": self.status,
            "price": self.price,
            "margin_count": self.margin_count,
            "margin_h": None if self.margin_h is None else round(self.margin_h, 2),
            "flips": [flip.to_dict() for flip in self.flips],
            "premises": [premise.to_dict() for premise in self.premises],
            "conflicts": [clash.to_dict() for clash in self.clashes],
        }


def claim_verdict(
    judge: Judge, found: Consistency, claim: str, against: Collection[str] | None = None
) -> ClaimVerdict:
    """The verdict on one claim.

    Parameters
    ----------
    judge
        The conditions of the claims.
    found
        The consistency result.
    claim
        Its id.
    against
        Ids of the claims with which to compare it; None: those that are in no conflict and say
        something else.
    """
    if claim not in judge.problem.conditions:
        return ClaimVerdict(claim, "undetermined", reason=found.not_encoded.get(claim, ""))
    conditions, status = judge.problem.conditions, found.claims[claim]
    one, premises = conditions[claim], tuple(judge.encoding.readings[claim].values())
    clashes = tuple(
        Clash(c.id, c.kind, tuple(key for key in c.claims if key != claim),
              _dissolving(judge, claim, c) if number < CLASHES else ())
        for number, c in enumerate(found.of(claim))
    )  # fmt: skip
    if against is None:
        others = judge.others(claim, found.claims)
        said = set(others)
        names = tuple(key for key, its in conditions.items() if key != claim and its in said
                      and found.claims[key].status == "all")  # fmt: skip
        answer, reason = status.verdict, "limits" if status.verdict == "undetermined" else ""
    else:
        names = tuple(key for key in dict.fromkeys(against) if key in conditions and key != claim)
        others = judge.related(claim, names)
        answer, reason = _answer(judge, claim, others)
    found_flips: list[tuple[Flip, float]] = []
    until = time.monotonic() + SECONDS
    if answer == "impossible":
        found_flips = list(_flips(judge, one, others, until, fails=True))
    elif answer == "possible":
        found_flips = _spare(judge, one, others, until)
    margins = {
        premise: min(
            (m for flip, m in found_flips if flip.premise == premise), key=abs, default=None
        )
        for premise in ("number", "time")
    }
    return ClaimVerdict(
        claim, answer, names, reason, status.status, status.price, margins["number"],
        margins["time"], tuple(flip for flip, _ in found_flips), premises, clashes,
    )  # fmt: skip


def _answer(judge: Judge, claim: str, others: Sequence[Condition]) -> tuple[Answer, str]:
    if judge.holds(others) is not True:
        return "undetermined", "against" if judge.holds(others) is False else "limits"
    together = judge.holds([judge.problem.conditions[claim], *others])
    if together is None:
        return "undetermined", "limits"
    if not together:
        return "impossible", ""
    return ("certain" if judge.follows(claim, others) else "possible"), ""


def _dissolving(judge: Judge, claim: str, conflict: Conflict) -> tuple[Flip, ...]:
    """Changes of one claim (number, time, reading) that resolve a conflict."""
    conditions = judge.problem.conditions
    others = [conditions[key] for key in conflict.claims if key != claim]
    until = time.monotonic() + SECONDS
    flips = [flip for flip, _ in _flips(judge, conditions[claim], others, until, fails=True)]
    flips += [
        Flip("reading", "reading", reading, "", "possible")
        for key, reading in conflict.dissolved_by
        if key == claim
    ]
    return tuple(flips)


@dataclass(frozen=True)
class _Move:
    """One end of a number or a time, changed step by step."""

    premise: str
    what: str
    change: Callable[[int], Condition]
    steps: int


def _spare(
    judge: Judge, one: Condition, others: Sequence[Condition], until: float
) -> list[tuple[Flip, float]]:
    """The latest point at which what is possible becomes impossible.

    Numbers are compared with all others together, with moves taking no time; times with each other
    claim separately, using the roads. Both are no stricter than all conditions at once.
    """
    found = list(_flips(judge, one, others, until, fails=False, premise="number", free=True))
    times: dict[str, tuple[Flip, float]] = {}
    for other in others if one.form == "whole" else ():
        for flip, margin in _flips(judge, one, [other], until, fails=False, premise="time"):
            if flip.what not in times or margin < times[flip.what][1]:
                times[flip.what] = flip, margin
    return [*found, *times.values()]


def _flips(
    judge: Judge,
    one: Condition,
    others: Sequence[Condition],
    until: float,
    *,
    fails: bool,
    premise: str = "",
    free: bool = False,
) -> Iterator[tuple[Flip, float]]:
    """The values of each end at which the answer changes, and the margin: negative if it fails."""
    to = "possible" if fails else "impossible"
    if not others:
        return

    def holds(changed: Condition) -> bool | None:
        if time.monotonic() > until:
            return None
        return judge.holds([changed, *others], free=free)

    for move in (*_numbers(one, others, fails=fails), *_times(one, fails=fails)):
        if premise and move.premise != premise:
            continue
        step = _first(holds, move, wanted=fails)
        if step is None:
            continue
        changed = move.change(step)
        if move.premise == "number":
            value: float | str = getattr(changed, move.what)
            margin = -step if fails else step - 1
            yield Flip("number", move.what, value, one.subject.unit, to), float(margin)
        else:
            value = moment_text(getattr(changed, move.what), judge.story.zone)
            hours = -step / 60 if fails else (step - 1) / 60
            yield Flip("time", move.what, value, "time", to), hours


def _first(holds: Callable[[Condition], bool | None], move: _Move, *, wanted: bool) -> int | None:
    """The first step with the other answer; None if there is none, or it is unknown."""
    low, high = 0, move.steps
    if high < 1 or holds(move.change(high)) is not wanted:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        answer = holds(move.change(middle))
        if answer is None:
            return None
        low, high = (low, middle) if answer is wanted else (middle, high)
    return high


def _numbers(one: Condition, others: Sequence[Condition], *, fails: bool) -> Iterator[_Move]:
    if one.form not in ("total", "count", "tally") or one.share:
        return
    known = [end for c in (one, *others) for end in (c.low, c.high) if math.isfinite(end)]
    top, low, high = int(2 * max(known) + 10), one.low, one.high
    if fails:
        if math.isfinite(high):
            yield _Move("number", "high", lambda n: replace(one, high=high + n), top)
        yield _Move("number", "low", lambda n: replace(one, low=low - n), int(low))
        return
    yield _Move("number", "low", lambda n: replace(one, low=low + n, high=max(high, low + n)), top)
    if math.isfinite(high):
        yield _Move(
            "number", "high", lambda n: replace(one, low=min(low, high - n), high=high - n),
            int(high),
        )  # fmt: skip


def _times(one: Condition, *, fails: bool) -> Iterator[_Move]:
    if one.form not in ("count", "whole"):
        return
    first, last = one.first, one.last
    length = int((last - first) * 60) if math.isfinite(last - first) else FARTHEST_MIN
    if fails == (one.when == "moment"):  # a wider window of a moment is a weaker condition
        outward, steps = 1, FARTHEST_MIN
    else:
        outward, steps = -1, min(length, FARTHEST_MIN)
    if math.isfinite(last):
        yield _Move("time", "last", lambda n: replace(one, last=last + outward * n / 60), steps)
    if math.isfinite(first):
        yield _Move("time", "first", lambda n: replace(one, first=first - outward * n / 60), steps)
