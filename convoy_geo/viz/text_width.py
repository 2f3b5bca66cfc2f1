"""How wide a text is, near enough to place it: no font is asked.

The widths are those of DejaVu Sans, which is as wide as any usual sans-serif, so that a name set in
another font is rather narrower than the room that it was given.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

__all__ = ["text_width"]

ASCII = (
    "32 40 46 84 64 95 78 27 39 39 50 84 32 36 32 34 64 64 64 64 64 64 64 64 "
    "64 64 34 34 84 84 84 53 100 68 69 70 77 63 58 77 75 29 29 66 56 86 75 79 "
    "60 79 69 63 61 73 68 99 69 61 69 39 34 39 84 50 50 61 63 55 63 62 35 63 "
    "63 28 28 58 28 97 63 61 63 63 41 52 39 63 59 82 59 59 52 64 34 64 84"
)
WIDTHS = {chr(at): int(width) / 100 for at, width in enumerate(ASCII.split(), 32)}
"""Of a letter, in parts of the font's size."""
WIDE, OTHER = 1.0, 0.72
"""Of Chinese, Japanese and Korean letters; of all that are not in the table."""
BOLD = 1.13
"""How much wider bold letters are."""


@lru_cache(maxsize=4096)
def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Width of a line of text, in the unit of `size`.

    Parameters
    ----------
    text
        One line.
    size
        Size of the font.
    bold
        Whether the letters are bold.

    Examples
    --------
    >>> text_width("Anah", 10)
    25.5
    """
    total = sum(map(_letter, unicodedata.normalize("NFD", text)))
    return round(total * size * (BOLD if bold else 1.0), 2)


def _letter(letter: str) -> float:
    known = WIDTHS.get(letter)
    if known is not None:
        return known
    if unicodedata.category(letter) in {"Mn", "Me", "Cf"}:
        return 0.0
    return WIDE if unicodedata.east_asian_width(letter) in {"W", "F"} else OTHER
