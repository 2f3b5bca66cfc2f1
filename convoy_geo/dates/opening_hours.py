"""Whether a time condition holds: the part of `opening_hours` that traffic signs use.

Supported: days (``Mo-Fr``, ``Sa,Su``), months (``Mar-Oct``) and hours (``07:00-09:00``, also past
midnight), separated by commas, and several rules separated by semicolons. Anything else (public
holidays, sunset, weights) is reported as not understood.

>>> from datetime import datetime
>>> holds("Mo-Fr 07:00-09:00", datetime(2023, 12, 11, 8)), holds("sunset-sunrise", datetime.max)
(True, None)
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

__all__ = ["holds"]

DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
MONTHS = (
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
)  # fmt: skip
HOURS = re.compile(r"(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)\+?")


def holds(text: str, moment: datetime | None) -> bool | None:
    """Whether a condition holds at a moment in local time.

    Returns
    -------
    bool or None
        None if the condition is not understood, or no moment is given.
    """
    if moment is None:
        return None
    found = [_rule(rule, moment) for rule in text.strip().strip("()").split(";") if rule.strip()]
    if not found or None in found:
        return None
    return any(found)


def _rule(rule: str, moment: datetime) -> bool | None:
    """Whether one rule holds: its months, its days, its hours."""
    parts: dict[str, list[str]] = {"months": [], "days": [], "hours": []}
    for word in re.sub(r"\s*([,-])\s*", r"\1", rule.strip().lower()).split():
        for one in word.split(","):
            kind = "hours" if one[:1].isdigit() else "days" if one[:2] in DAYS else "months"
            parts[kind].append(one)
    minute = moment.hour * 60 + moment.minute
    today = _listed(parts["days"], DAYS, 2, moment.weekday())
    yesterday = _listed(parts["days"], DAYS, 2, (moment.weekday() - 1) % 7)
    month = _listed(parts["months"], MONTHS, 3, moment.month - 1)
    if today is None or yesterday is None or month is None:
        return None
    if not parts["hours"]:
        return month and today
    open_ = False
    for one in parts["hours"]:
        match = HOURS.fullmatch(one)
        if match is None:
            return None
        begin, end = (int(match[at]) * 60 + int(match[at + 1]) for at in (1, 3))
        if begin < end:
            open_ |= today and begin <= minute < end
        else:  # past midnight
            open_ |= (today and minute >= begin) or (yesterday and minute < end)
    return month and open_


def _listed(words: list[str], names: Sequence[str], size: int, today: int) -> bool | None:
    """Whether one of several ranges contains a day or month; True if none is given."""
    found = not words
    for word in words:
        first, _, last = word.partition("-")
        if first[:size] not in names or (last and last[:size] not in names):
            return None
        if len(first) != size or len(last) not in (0, size):
            return None
        begin = names.index(first)
        end = names.index(last) if last else begin
        inside = begin <= today <= end if begin <= end else today >= begin or today <= end
        found |= inside
    return found
