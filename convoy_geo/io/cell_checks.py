"""Checks of cell texts: each returns what is allowed instead, or None if the text is valid."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

from convoy_geo.dates.interval import Interval
from convoy_geo.errors import DateError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["anything", "edtf_text", "id_text", "listing", "number", "one_of", "pattern", "split"]


def anything(_: str) -> None:
    """A check that accepts any text."""


def split(text: str) -> tuple[str, ...]:
    """The parts of a text separated by ``|``, trimmed, without empty ones."""
    return tuple(part.strip() for part in text.split("|") if part.strip())


def one_of(allowed: Iterable[str]) -> Callable[[str], str | None]:
    """A check that a text is one of the allowed words."""
    words = tuple(allowed)
    known = frozenset(words)
    return lambda text: None if text in known else "one of " + ", ".join(words)


def listing(check: Callable[[str], str | None]) -> Callable[[str], str | None]:
    """A check of every part of a list separated by ``|``."""
    return lambda text: next(filter(None, map(check, split(text))), None)


def pattern(expression: str, allowed: str) -> Callable[[str], str | None]:
    """A check that the whole text matches a regular expression."""
    compiled = re.compile(expression)
    return lambda text: None if compiled.fullmatch(text) else allowed


def number(low: float, high: float, *, whole: bool = False) -> Callable[[str], str | None]:
    """A check that a text is a finite number in a range, both ends included."""
    allowed = f"a {'whole ' if whole else ''}number from {low:g} to {high:g}"

    def check(text: str) -> str | None:
        try:
            value = int(text) if whole else float(text)
        except ValueError:
            return allowed
        return None if low <= value <= high else allowed

    return check


def edtf_text(text: str) -> str | None:
    """A check that a text is an EDTF date that does not end before it starts.

    The case's time zone is not known here: a text is rejected only if it is wrong in every zone.
    """
    for zone in ("", "Etc/GMT-14", "Etc/GMT+12"):  # UTC, and the zones farthest from it
        with contextlib.suppress(DateError):
            Interval.parse(text, zone)
            return None
    return "a date such as 2017-08-30, 2017-08-30T14:00 or 2017-08-30/2017-09-03"


id_text = pattern(r"(?!\.+$)[\w.-]+", "letters, digits, _ . and - only, and not dots alone")
"""A check that a text can be an id: a word that is not a path."""
