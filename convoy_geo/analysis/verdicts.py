"""Verdicts: could it be true, on which premises, and what would flip the answer.

A verdict is about a set of premises, never about a person, and it is no probability:

- ``impossible``: it fails even at the best end of every range (earliest leaving, latest arrival,
  best points of both places, highest speed, least rest);
- ``certain``: to have been possible, that is: it passes at the worst end of every range too;
- ``possible``: it passes at the best end, but not at the worst;
- ``undetermined``: a place or a time is missing, or a premise that nobody tells.

Each premise is given with the value at which the answer flips, all others held.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from convoy_geo.timegeo.premises import Flip, Premise, plain_value

if TYPE_CHECKING:
    from convoy_geo.timegeo.travel_graph import Way

__all__ = ["VERDICTS", "Verdict", "count_verdict"]

VERDICTS = ("impossible", "undetermined", "possible", "certain")
"""The answers; of two ways to read an order the later one in this list stands."""


@dataclass(frozen=True)
class Verdict:
    """An answer, its margin, and all that it rests on.

    Parameters
    ----------
    verdict
        One of `VERDICTS`.
    why
        The reason in one sentence.
    kind
        ``travel`` or ``count``.
    margin_h
        Hours to spare at the best end, below 0 where they lack; None without a way or a time.
    needs_kmh
        Average speed on the way that would just do in the longest window; None without one.
    margin_count
        For a count: how many could be more before it fails, below 0 where they are too many.
    route
        The quickest way at the best end.
    premises, flips
        See there.
    claim, anchor
        Ids of the claims that were held against each other; the anchor's are joined by ``+``.
    reason
        The same reason without the claim that it is about.
    """

    verdict: str
    why: str
    kind: str = "travel"
    margin_h: float | None = None
    needs_kmh: float | None = None
    margin_count: float | None = None
    route: Way | None = None
    premises: tuple[Premise, ...] = ()
    flips: tuple[Flip, ...] = ()
    claim: str = ""
    anchor: str = ""
    reason: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "verdict": self.verdict,
            "why": self.why,
            "kind": self.kind,
            "claim": self.claim,
            "anchor": self.anchor,
            "margin_h": plain_value(self.margin_h),
            "margin_count": plain_value(self.margin_count),
            "needs_kmh": plain_value(self.needs_kmh),
            "route": None if self.route is None else self.route.to_dict(),
            "premises": [premise.to_dict() for premise in self.premises],
            "flips": [flip.to_dict() for flip in self.flips],
        }


def count_verdict(
    told: tuple[float | None, float | None],
    room: tuple[float | None, float | None],
    *,
    unit: str,
    told_words: str,
    room_words: str,
    premises: tuple[Premise, ...] = (),
    if_only: str = "",
) -> Verdict:
    """Whether a number can be part of a whole.

    Parameters
    ----------
    told
        Least and greatest of the number; None is open.
    room
        Least and greatest of what there is room for; None is open.
    unit
        What is counted.
    told_words, room_words
        Both in words, with the claims behind them.
    premises
        More that it rests on.
    if_only
        A premise that nobody tells and without which nothing is sure: then no number is impossible
        or certain.

    Examples
    --------
    >>> count_verdict((700, 700), (600, 600), unit="people", told_words="arrived",
    ...               room_words="set out").verdict
    'impossible'
    """
    low, high = told[0] or 0.0, told[1]
    least, most = room[0] or 0.0, room[1]
    if told == (None, None) or room == (None, None):
        return Verdict("undetermined", f"{told_words}; {room_words}: a count is missing", "count")
    margin = None if most is None else most - low
    if margin is not None and margin < 0:
        answer, words = "impossible", f"{-margin:g} {unit} too many"
    elif high is not None and high <= least:
        answer, words = "certain", "fits at the worst end too"
    else:
        answer, words = "possible", "fits at the best end"
    if if_only:
        answer = {"impossible": "undetermined", "certain": "possible"}.get(answer, answer)
        words += f", if {if_only}"
    flips: tuple[Flip, ...] = ()
    if if_only:  # the premise is what it turns on, not a number
        pass
    elif answer == "impossible":
        flips = (
            Flip("count", "lowest number told", most, unit, "possible"),
            Flip("whole", "highest number there is room for", low, unit, "possible"),
        )
    elif answer == "possible":
        flips = (
            Flip("count", "lowest number told, above", most, unit, "impossible"),
            Flip("whole", "highest number there is room for, below", low, unit, "impossible"),
        )
    else:
        flips = (
            Flip("count", "highest number told, above", least, unit, "possible"),
            Flip("whole", "lowest number there is room for, below", high, unit, "possible"),
        )
    return Verdict(
        answer,
        f"{told_words}; {room_words}: {words}",
        "count",
        margin_count=margin,
        premises=(
            Premise("count", told_words, told[0], told[1], unit),
            Premise("whole", room_words, room[0], room[1], unit),
            *premises,
            *([Premise("whole", if_only)] if if_only else []),
        ),
        flips=flips,
    )
