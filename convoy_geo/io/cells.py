"""No cell that a spreadsheet would run as a formula.

A text that starts with one of = + - @ or a tab or line end is a formula, or the start of one, to
Excel, LibreOffice and Google Sheets (OWASP, "CSV Injection"). It gets an apostrophe before it. A
spreadsheet that separates cells by semicolons or tabs, as in half of Europe, sees a new cell after
each of these, and a new row after a line end, whatever quotes stand around; so such a mark inside
a text gets an apostrophe after it where a formula would follow. A text that has apostrophes there
already gets one more, so that taking one away gives every text back as it was. Plain numbers stay.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["FORMULA", "guarded", "guarded_row", "unguarded"]

FORMULA = "=+-@\uff1d\uff0b\uff0d\uff20"
"""First letters of formulas, also in full width, which some settings of Excel take for the same."""
_GAP = "['\" \u00a0\x0b\x0c]*"
_START = re.compile(f"(?={_GAP}[{re.escape(FORMULA)}\t\r\n])")
_LEAD = f"(?={_GAP}[{re.escape(FORMULA)}])"
_INSIDE = re.compile(rf"([;\t\r\n]){_LEAD}")
_MARKED_START = re.compile(f"'{_START.pattern}")
_MARKED_INSIDE = re.compile(rf"([;\t\r\n])'{_LEAD}")
_RISK = re.compile(f"[{re.escape(FORMULA)}\t\r\n]")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")


def guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula, whatever it separates cells by.

    Examples
    --------
    >>> guarded("=1+1"), guarded("'=1"), guarded("Abu Kamal"), guarded("'Anah"), guarded("-73.5")
    ("'=1+1", "''=1", 'Abu Kamal', "'Anah", '-73.5')
    >>> guarded("gone;=1+1")
    "gone;'=1+1"
    """
    if not _RISK.search(text) or _NUMBER.fullmatch(text):
        return text
    inside = _INSIDE.sub(r"\1'", text)
    return f"'{inside}" if _START.match(text) else inside


def unguarded(text: str) -> str:
    """The text that `guarded` was given.

    Examples
    --------
    >>> unguarded(guarded("=1+1")), unguarded("'Anah"), unguarded(guarded("gone;'=1+1"))
    ('=1+1', "'Anah", "gone;'=1+1")
    """
    if "'" not in text:
        return text
    inside = text[1:] if _MARKED_START.match(text) else text
    return _MARKED_INSIDE.sub(r"\1", inside)


def guarded_row(cells: Iterable[str]) -> list[str]:
    """Cells that stay texts where they are read."""
    return [guarded(cell) for cell in cells]
