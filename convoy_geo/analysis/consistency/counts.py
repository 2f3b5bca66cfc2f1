"""The interpretation of numbers: exact, approximate, at least, or a share of all."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from convoy_geo.analysis.intervals import ROUGH, half_a_digit

if TYPE_CHECKING:
    from convoy_geo.analysis.consistency.model import Share
    from convoy_geo.model.claims import Claim

__all__ = ["Number", "number_of"]

AT_LEAST = ("at least", "more than", "over", "no fewer than", "not fewer than", "no less than",
            "not less than", "upwards of")  # fmt: skip
AT_MOST = ("at most", "up to", "fewer than", "less than", "no more than", "not more than",
           "nearer than", "under")  # fmt: skip
SOME = frozenset({"some", "several", "few", "many"})
ROUND = 100.0
"""From this number on, multiples of it are read as round figures."""


@dataclass(frozen=True)
class Number:
    """An interpreted number.

    Parameters
    ----------
    low, high
        Closed interval of integers; the upper end may be infinite.
    share
        The share of all units, if the words express one.
    reading
        ``exact``, ``range``, ``about``, ``round``, ``at_least``, ``at_most``, ``some``, ``most`` or
        ``all``.
    """

    low: float
    high: float
    share: Share
    reading: str


def number_of(claim: Claim) -> Number:
    """The number of a claim: at least one if it gives none.

    The words in the column ``qualifier`` take precedence over the stored ends: "at least 7", stored
    as 7 to 7, has no upper limit.

    Parameters
    ----------
    claim
        A claim with a unit.
    """
    text = " ".join(claim.qualifier.lower().replace(",", " ").split())
    words = set(text.split())
    if claim.low is None and claim.high is None:
        return _share(words)
    low, high = claim.low or 0.0, math.inf if claim.high is None else claim.high
    reading = "exact" if low == high else "range"
    opened = _opened(text)
    if "at_least" in opened:
        high, reading = math.inf, "at_least"
    if "at_most" in opened:
        low, reading = 0.0, "at_most"
    round_figure = low == high and low >= ROUND and low % ROUND == 0
    if words & ROUGH or round_figure:
        low, high = max(0.0, low - _slack(low)), high + _slack(high)
        reading = "about" if words & ROUGH else "round"
    elif reading == "range" and math.isinf(high):
        reading = "at_least"
    elif reading == "range" and not claim.low:  # missing, or 0
        reading = "at_most"
    high = math.inf if math.isinf(high) else float(math.ceil(high - 1e-9))
    return Number(float(math.floor(low + 1e-9)), high, "", reading)


def _share(words: set[str]) -> Number:
    if "most" in words:
        return Number(0.0, math.inf, "most", "most")
    if "all" in words:
        return Number(0.0, math.inf, "all", "all")
    return Number(1.0, math.inf, "", "some")


def _opened(text: str) -> set[str]:
    """The ends left open by the words; "no more than" is not read as "more than"."""
    phrases = {**dict.fromkeys(AT_LEAST, "at_least"), **dict.fromkeys(AT_MOST, "at_most")}
    padded, found = f" {text} ", set()
    for phrase in sorted(phrases, key=len, reverse=True):
        if f" {phrase} " in padded:
            found.add(phrases[phrase])
            padded = padded.replace(f" {phrase} ", " | ")
    return found


def _slack(value: float) -> float:
    """Half of the last nonzero digit, limited to 5 to 10 per cent, and at least 1."""
    if math.isinf(value):
        return 0.0
    return max(1.0, min(max(half_a_digit(value), 0.05 * value), 0.1 * value))
