"""The interpretation of dates: some moment, or the whole time, and what is certainly covered."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from convoy_geo.timegeo.moments import moments

if TYPE_CHECKING:
    from convoy_geo.model.claims import Claim

__all__ = ["lasts", "period", "window"]

Window = tuple[float, float]
UNITS = "minute|hour|day|night|week|fortnight|month"
LASTING = re.compile(
    r"\b(since|until|till|throughout|seit|bis|depuis|jusqu|desde|hasta)\b"
    r"|\b(all|the whole) (day|night|week|month)\b"
    rf"|\bfor (?:[\w-]+ ){{1,3}}(?:{UNITS})s?\b"
    r"|منذ|حتى|طوال|لمدة"
)
"""Words in a report that express duration."""


def window(claim: Claim, zone: str) -> Window:
    """First and last possible moment of a claim's date, in hours; infinite if open."""
    first, last = moments(claim.happened, zone)
    return -math.inf if first is None else first, math.inf if last is None else last


def lasts(claim: Claim) -> bool:
    """Whether the words of its date say that it applied the whole time."""
    return bool(LASTING.search(claim.date_text.lower()))


def period(claim: Claim) -> Window | None:
    """The time certainly covered by "since Monday": from the end of the first day to the last one.

    Clock times are exact. None if nothing is certainly covered.
    """
    begin, end = claim.happened.certain_hours
    first = -math.inf if begin is None else begin
    last = math.inf if end is None else end
    return (first, last) if first <= last and (first, last) != (-math.inf, math.inf) else None
