"""Protect CSV cells from being run as formulas by spreadsheets.

A text that starts with one of = + - @ or a tab or line end is, or may begin, a formula in Excel,
LibreOffice and Google Sheets (OWASP, "CSV Injection"). An apostrophe is put before it. A
spreadsheet that separates cells by semicolons or tabs, as in half of Europe, sees a new cell after
each of these, and a new row after a line end, even inside quotes; so an apostrophe is put after
such a character inside a text where a formula would follow. A text that already has apostrophes
there gets one more, so that removing one always restores the original text. Plain numbers stay.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["FORMULA", "guarded", "guarded_row", "unguarded"]

FORMULA = "=+-@\uff1d\uff0b\uff0d\uff20"
"""First characters of formulas, also in full width, which some settings of Excel treat alike."""
_GAP = "['\" \u00a0\x0b\x0c]*"
_START = re.compile(f"(?={_GAP}[{re.escape(FORMULA)}\t\r\n])")
_LEAD = f"(?={_GAP}[{re.escape(FORMULA)}])"
_INSIDE = re.compile(rf"([;\t\r\n]){_LEAD}")
_MARKED_START = re.compile(f"'{_START.pattern}")
_MARKED_INSIDE = re.compile(rf"([;\t\r\n])'{_LEAD}")
_RISK = re.compile(f"[{re.escape(FORMULA)}\t\r\n]")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")


def guarded(text: str) -> str:
    """A text that no spreadsheet treats as a formula, whatever its cell separator is.

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
    """The original text of a guarded one; the inverse of `guarded`.

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
    """Cells that spreadsheets read as texts."""
    return [guarded(cell) for cell in cells]
