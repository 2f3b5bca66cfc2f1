"""Readings of claims by name: the default of each claim, and the alternatives."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from convoy_geo.model.claims import READINGS

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Reading", "chosen_readings", "weaker"]

WHEN, HOW_MANY = frozenset(READINGS[:3]), frozenset(READINGS[3:])
Field = Literal["time", "number", "place"]


@dataclass(frozen=True)
class Reading:
    """The interpretation of one part of a claim.

    Parameters
    ----------
    field
        ``time``, ``number`` or ``place``.
    code
        Of the time: ``clock``, ``moment``, ``period``, ``throughout``, ``undated``. Of the number:
        ``exact``, ``range``, ``about``, ``round``, ``at_least``, ``at_most``, ``some``, ``most``,
        ``all``, ``total``, ``tally``, ``whole_most`` (the whole is where more than half of its main
        unit is), ``whole_all``, ``whole_some``, ``whole`` (no unit makes it up). Of the place:
        ``at``, ``nested``, ``one_of``, ``arrived``, ``left``, ``present``.
    reason
        ``schema`` (from the columns), ``words`` (from the report's words), ``weakest`` (the weakest
        that a careful reader accepts), ``chosen``.
    """

    field: Field
    code: str
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """As plain values."""
        return {"field": self.field, "code": self.code, "reason": self.reason}


def chosen_readings(text: str) -> frozenset[str]:
    """The readings named in a text: ``throughout``, or two such as ``period all``.

    Raises
    ------
    ValueError
        If it contains names outside `READINGS`, or two of one kind.

    Examples
    --------
    >>> sorted(chosen_readings("period, at_least"))
    ['at_least', 'period']
    """
    names = frozenset(filter(None, re.split(r"[\s,+|]+", text)))
    if wrong := sorted(names - set(READINGS)):
        msg = f"{wrong[0]!r} is not a reading; known: {', '.join(READINGS)}"
        raise ValueError(msg)
    for kind in (WHEN, HOW_MANY):
        if len(names & kind) > 1:
            msg = f"{text!r} names two readings of one kind: {', '.join(sorted(names & kind))}"
            raise ValueError(msg)
    return names


def weaker(readings: Mapping[str, Reading]) -> tuple[str, ...]:
    """Available readings that require less than those of a claim.

    "At most 8" has no reading "at least": that would be its opposite.
    """
    found = []
    if (time := readings.get("time")) and time.code in ("period", "throughout"):
        found.append("moment")
    if number := readings.get("number"):
        if number.code in ("exact", "range", "about", "round", "total", "tally"):
            found.append("at_least")
        if number.code in ("whole_most", "whole_all", "most", "all"):
            found.append("some")
    return tuple(found)
