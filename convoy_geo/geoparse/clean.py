"""Remove invisible characters that split names, and keep track of the original positions.

Soft hyphens and zero-width spaces are invisible, ligatures represent two letters, and a line that
ends in a hyphen continues on the next one. Spans found in the cleaned text are reported in code
points of the original text.
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
    """A cleaned text, with the mapping to the original positions.

    ``starts[k]`` is the position of the k-th change in the cleaned text; ``moves[k]`` is the offset
    from there on to the original text.
    """

    text: str
    starts: list[int]
    moves: list[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Convert a span of the cleaned text to the original text."""
        if not self.starts:
            return start, end
        first = self.original(start)
        return first, max(first, self.original(end - 1) + 1)

    def original(self, position: int) -> int:
        """The original position of a character."""
        from bisect import bisect_right  # noqa: PLC0415  (few texts need it)

        k = bisect_right(self.starts, position)
        return position + (self.moves[k - 1] if k else 0)


def clean_text(text: str) -> CleanText:
    r"""Clean a text so that its words can be read.

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
        for step in range(len(put)):  # each letter of a ligature has the position of the ligature
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
