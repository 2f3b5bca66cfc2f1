"""A text without the signs that hide names from a reader of words, and where each letter stood.

Soft hyphens and spaces of no width are not seen on a page, ligatures stand for two letters, and a
line that ends in a hyphen goes on in the next one. Spans that are found in the cleaned text are
given in code points of the text as it was.
"""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["CleanText", "clean_text"]

LIGATURES = {
    "\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl",
    "\ufb05": "st", "\ufb06": "st",
}  # fmt: skip
INVISIBLE = "\u00ad\u200b\u2060\ufeff\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""Not the joiners U+200C and U+200D, which some scripts need inside words."""
BROKEN = r"(?<=\w[-\u2010\u2011])[ \t]*\r?\n[ \t]*(?=\w)"
HIDDEN = re.compile(rf"[{INVISIBLE}]+|[{''.join(LIGATURES)}]|{BROKEN}")


class CleanText(NamedTuple):
    """A cleaned text and how to find a place of it in the text as it was.

    ``starts[k]`` is where the k-th change stands in the cleaned text, ``moves[k]`` how much further
    on everything from there stands in the text as it was.
    """

    text: str
    starts: list[int]
    moves: list[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """A span of the cleaned text as a span of the text as it was."""
        if not self.starts:
            return start, end
        first = self.original(start)
        return first, max(first, self.original(end - 1) + 1)

    def original(self, position: int) -> int:
        """Where a letter of the cleaned text stood."""
        from bisect import bisect_right  # noqa: PLC0415  (few texts need it)

        k = bisect_right(self.starts, position)
        return position + (self.moves[k - 1] if k else 0)


def clean_text(text: str) -> CleanText:
    r"""A text as words can be read in it.

    Parameters
    ----------
    text
        Any text.

    Examples
    --------
    >>> clean_text("Deir ez-\nZor").text
    'Deir ez-Zor'
    >>> clean_text("Pal\u00admyra").span(0, 7)
    (0, 8)
    """
    if text.isascii() and "-\n" not in text and "-\r" not in text and "- " not in text:
        return CleanText(text, [], [])
    pieces: list[str] = []
    starts: list[int] = []
    moves: list[int] = []
    last = length = 0
    for found in HIDDEN.finditer(text):
        put = LIGATURES.get(found[0], "")
        pieces += (text[last : found.start()], put)
        length += found.start() - last
        for step in range(len(put)):  # each letter of a ligature stood where the ligature stands
            starts.append(length + step)
            moves.append(found.start() - length - step)
        length += len(put)
        starts.append(length)
        moves.append(found.end() - length)
        last = found.end()
    if not pieces:
        return CleanText(text, [], [])
    pieces.append(text[last:])
    return CleanText("".join(pieces), starts, moves)
