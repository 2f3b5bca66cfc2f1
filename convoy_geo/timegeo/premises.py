"""Premises of a result about times and distances, and the values at which the result changes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from convoy_geo.lang import DEFAULT, Message, load

__all__ = ["Flip", "Premise", "plain_value"]


@dataclass(frozen=True)
class Premise:
    """A premise of the result.

    Parameters
    ----------
    name
        ``from``, ``to``, ``leave``, ``arrive``, ``speed``, ``way``, ``rest``, ``count``, ``whole``,
        ``network``; ``limits``: what was not examined.
    said
        The premise as a message, or a text of the case.
    low, high
        Its range: texts for moments, otherwise numbers; None if it has no range.
    unit
        ``time``, ``km``, ``km/h``, ``h/day`` or the unit of a count.
    """

    name: str
    said: Message | str
    low: float | str | None = None
    high: float | str | None = None
    unit: str = ""

    @property
    def words(self) -> str:
        """The premise in English."""
        return load(DEFAULT).say(self.said)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "premise": self.name,
            "words": self.words,
            "low": plain_value(self.low),
            "high": plain_value(self.high),
            "unit": self.unit,
        }


@dataclass(frozen=True)
class Flip:
    """The value of one premise at which the result changes, all others being equal.

    Parameters
    ----------
    premise
        Name of the premise.
    moved
        Which end of its range is changed, as a message.
    flips_at
        The value at which the result becomes `to`; None if there is none.
    unit
        Unit of the value.
    to
        The other result.
    """

    premise: str
    moved: Message | str
    flips_at: float | str | None
    unit: str
    to: str

    @property
    def what(self) -> str:
        """Which end of its range is changed, in English."""
        return load(DEFAULT).say(self.moved)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "premise": self.premise,
            "what": self.what,
            "flips_at": plain_value(self.flips_at),
            "unit": self.unit,
            "to": self.to,
        }


def plain_value(value: float | str | None) -> float | str | None:
    """A number suitable for JSON: finite, to two decimals."""
    if isinstance(value, str) or value is None:
        return value
    return round(value, 2) if math.isfinite(value) else None
