"""No cell that a spreadsheet would run as a formula.

A text that starts with one of = + - @ or a tab or line end is a formula, or the start of one, to
Excel, LibreOffice and Google Sheets (OWASP, "CSV Injection"). It gets an apostrophe before it, and
so does a text that starts with apostrophes and then one of these, so that taking one away gives
every text back as it was. Numbers are written as numbers.
"""

from __future__ import annotations

import re

__all__ = ["guarded", "unguarded"]

FORMULA = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
"""First letters of formulas, also in full width, which some settings of Excel take for the same."""
_GUARDED = re.compile(f"'*[{re.escape(FORMULA)}]")
_MARKED = re.compile(f"'+[{re.escape(FORMULA)}]")


def guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula.

    Examples
    --------
    >>> guarded("=1+1"), guarded("'=1"), guarded("Abu Kamal"), guarded("'Anah")
    ("'=1+1", "''=1", 'Abu Kamal', "'Anah")
    """
    return f"'{text}" if _GUARDED.match(text) else text


def unguarded(text: str) -> str:
    """The text that `guarded` was given.

    Examples
    --------
    >>> unguarded(guarded("=1+1")), unguarded("'Anah")
    ('=1+1', "'Anah")
    """
    return text[1:] if _MARKED.match(text) else text
