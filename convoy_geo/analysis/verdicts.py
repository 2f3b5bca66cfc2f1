"""Verdicts on trips: could it be, on which premises, and what would flip the answer.

Verdicts on claims are in `convoy_geo.analysis.consistency.verdicts`. A verdict is about a set of
premises, never about a person, and it is no probability:

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

from convoy_geo.display import shown
from convoy_geo.lang import DEFAULT, Message, load
from convoy_geo.lang.message import plain_message
from convoy_geo.timegeo.premises import Flip, Premise, plain_value

if TYPE_CHECKING:
    from convoy_geo.timegeo.search import Way

__all__ = ["VERDICTS", "Verdict"]

VERDICTS = ("impossible", "undetermined", "possible", "certain")
"""The answers; of two ways to read an order the later one in this list stands."""


@shown
@dataclass(frozen=True)
class Verdict:
    """An answer, its margin, and all that it rests on.

    Parameters
    ----------
    verdict
        One of `VERDICTS`.
    reason
        Why, as a message.
    margin_h
        Hours to spare at the best end, below 0 where they lack; None without a way or a time.
    needs_kmh
        Average speed on the way that would just do in the longest window; None without one.
    route
        The quickest way at the best end.
    premises, flips
        See there.
    """

    verdict: str
    reason: Message
    margin_h: float | None = None
    needs_kmh: float | None = None
    route: Way | None = None
    premises: tuple[Premise, ...] = ()
    flips: tuple[Flip, ...] = ()

    @property
    def why(self) -> str:
        """The reason in English."""
        return load(DEFAULT).say(self.reason)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "verdict": self.verdict,
            "why": self.why,
            "reason": plain_message(self.reason),
            "margin_h": plain_value(self.margin_h),
            "needs_kmh": plain_value(self.needs_kmh),
            "route": None if self.route is None else self.route.to_dict(),
            "premises": [premise.to_dict() for premise in self.premises],
            "flips": [flip.to_dict() for flip in self.flips],
        }
