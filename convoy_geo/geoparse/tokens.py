"""A text as words and the gaps between them.

One regular expression splits the text in one pass. Its alternatives never compete for the same
letters, so that time grows with the length of the text and with nothing else.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import NamedTuple

__all__ = ["APOSTROPHES", "SplitText", "split_words"]

# Signs that sit on letters: Latin accents apart from their letter, Arabic vowels and hamzas.
MARKS = "\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
APOSTROPHES = "'’‘ʼʾʿ`´"  # noqa: RUF001 (letters that look alike are its business)
WORD = re.compile(rf"(\w+(?:[{APOSTROPHES}]\w+|[{MARKS}]+\w*)*)")

ELISION = re.compile(
    rf"([ldjnsctm]|qu|jusqu|lorsqu|puisqu|presqu)[{APOSTROPHES}](?=\w)", re.IGNORECASE
)
"""Short words whose vowel is left out before another vowel, in French and its neighbours."""


class SplitText(NamedTuple):
    """The words of a text in order.

    ``gaps[k]`` stands before ``words[k]``, and one more gap ends the text; word k is
    ``text[edges[2 * k]:edges[2 * k + 1]]``, in code points.
    """

    text: str
    words: list[str]
    gaps: list[str]
    edges: list[int]


def split_words(text: str, apostrophe: str = "") -> SplitText:
    """The words of a text and the gaps between them: together they are the text.

    Parameters
    ----------
    text
        Any text, in any script, of any length.
    apostrophe
        What stands at one: ``elision``, a short word of its own before it ("d'Alep", whose gap then
        counts as a space), ``suffix``, an ending behind it ("Ankara'dan", which then belongs to the
        gap), or nothing in particular.

    Examples
    --------
    >>> split_words("From al-Qa'im, Iraq").words
    ['From', 'al', "Qa'im", 'Iraq']
    """
    parts = WORD.split(text)
    if apostrophe == "suffix":
        parts = _without_endings(parts)
    if apostrophe == "elision":
        return _with_elisions(text, parts)
    return SplitText(text, parts[1::2], parts[0::2], list(accumulate(map(len, parts))))


def _without_endings(parts: list[str]) -> list[str]:
    """Endings behind an apostrophe move into the gap."""
    found = list(parts)
    for k in range(1, len(parts), 2):
        at = next((n for n, sign in enumerate(parts[k]) if sign in APOSTROPHES), 0)
        if at and parts[k][at + 1 :].islower():
            found[k], found[k + 1] = parts[k][:at], parts[k][at:] + parts[k + 1]
    return found


def _with_elisions(text: str, parts: list[str]) -> SplitText:
    """Short words before an apostrophe stand for themselves, with it: "d'"."""
    words: list[str] = []
    gaps: list[str] = [parts[0]]
    lengths: list[int] = [len(parts[0])]
    for k in range(1, len(parts), 2):
        word = parts[k]
        found = ELISION.match(word)
        if found:
            words.append(f"{found[1]}'")
            gaps.append(" ")
            lengths += [found.end(), 0]
            word = word[found.end() :]
        words.append(word)
        gaps.append(parts[k + 1])
        lengths += [len(word), len(parts[k + 1])]
    return SplitText(text, words, gaps, list(accumulate(lengths)))
