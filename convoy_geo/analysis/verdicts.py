"""Verdicts on trips: feasibility, premises, and what would change the answer.

Verdicts on claims are in `convoy_geo.analysis.consistency.verdicts`. A verdict is about a set of
premises, never about a person, and it is not a probability:

- ``impossible``: it fails even at the best end of every range (earliest departure, latest arrival,
  best points of both places, highest speed, least rest);
- ``certain`` (to have been possible): it succeeds even at the worst end of every range;
- ``possible``: it succeeds at the best end, but not at the worst;
- ``undetermined``: a place, a time or another premise is unknown.

Each premise comes with the value at which the answer changes, all others being equal.
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
"""The verdicts; if an order can be read in two ways, the later one in this list applies."""


@shown
@dataclass(frozen=True)
class Verdict:
    """A verdict, its margin, and its premises.

    Parameters
    ----------
    verdict
        One of `VERDICTS`.
    reason
        Why, as a message.
    margin_h
        Hours to spare at the best end, negative if too few; None without a route or a time.
    needs_kmh
        Average speed that would just suffice in the longest window; None if there is none.
    route
        The fastest route at the best end.
    premises, flips
        See `Premise` and `Flip`.
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
