"""EDTF dates in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["date_words"]

_DAY = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?([~?%]?)", re.ASCII)
_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)T(\d\d)(?::(\d\d))?(?::\d\d)?(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?([~?%]?)", re.ASCII
)
_MARKS = {"~": "dateAbout", "?": "datePerhaps", "%": "dateAbout"}
"""What EDTF's marks of approximate and uncertain dates are called."""


def date_words(text: str, templates: Mapping[str, str], months: Sequence[str]) -> str:
    """A date in words; see `Language.date`.

    Parameters
    ----------
    text
        EDTF of level 0 or 1.
    templates
        With ``dates``, ``dateFrom``, ``dateUntil``, ``dateAbout``, ``datePerhaps``, ``comma``.
    months
        Their twelve names.
    """

    def day(text: str, *, bare: bool = False) -> str:
        timed = _TIME.fullmatch(text)
        if timed is not None:
            said = f"{day(timed[1], bare=bare)}{templates['comma']}{clock(timed)}"
            return templates[_MARKS[timed[5]]].format(a=said) if timed[5] else said
        found = _DAY.fullmatch(text)
        if found is None:
            return text
        year, month, number, mark = found.groups()
        name = months[int(month) - 1] if month and 1 <= int(month) <= 12 else month
        parts = [str(int(number)) if number else "", name or "", "" if bare else year]
        said = " ".join(filter(None, parts))
        return templates[_MARKS[mark]].format(a=said) if mark else said

    def clock(timed: re.Match[str]) -> str:
        """The time of day; an hour without minutes is all of it."""
        zone = {"": "", "Z": " UTC"}.get(timed[4] or "", f" {timed[4]}")
        if timed[3]:
            return f"{timed[2]}:{timed[3]}{zone}"
        return templates["dates"].format(a=f"{timed[2]}:00", b=f"{timed[2]}:59") + zone

    first, slash, last = text.partition("/")
    if not slash:
        return day(text)
    if first in ("", ".."):
        return templates["dateUntil"].format(b=day(last))
    if last in ("", ".."):
        return templates["dateFrom"].format(a=day(first))
    one, other = _TIME.fullmatch(first), _TIME.fullmatch(last)
    if one and other and one[1] == other[1] and one[3] and other[3] and one[4] == other[4]:
        return templates["dates"].format(a=day(first), b=clock(other))
    same = first[:4] == last[:4] and len(first) > 4
    return templates["dates"].format(a=day(first, bare=same), b=day(last))
