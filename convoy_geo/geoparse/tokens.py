"""Split a text into words and the gaps between them.

One regular expression splits the text in one pass. Its alternatives are disjoint, so that the time
is linear in the length of the text.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import NamedTuple

__all__ = ["APOSTROPHES", "SplitText", "split_words"]

# Combining marks: Latin accents, Arabic vowels and hamzas.
MARKS = "\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
APOSTROPHES = "'’‘ʼʾʿ`´"  # noqa: RUF001 (letters that look alike are its business)
WORD = re.compile(rf"(\w+(?:[{APOSTROPHES}]\w+|[{MARKS}]+\w*)*)")

ELISION = re.compile(
    rf"([ldjnsctm]|qu|jusqu|lorsqu|puisqu|presqu)[{APOSTROPHES}](?=\w)", re.IGNORECASE
)
"""Short words that are elided before a vowel, in French and related languages."""


class SplitText(NamedTuple):
    """The words of a text in order.

    ``gaps[k]`` precedes ``words[k]``, and one more gap ends the text; word k is ``text[edges[2 *
    k]:edges[2 * k + 1]]``, in code points.
    """

    text: str
    words: list[str]
    gaps: list[str]
    edges: list[int]


def split_words(text: str, apostrophe: str = "") -> SplitText:
    """Split a text into words and gaps, which together are the text.

    Parameters
    ----------
    text
        Any text, in any script, of any length.
    apostrophe
        The function of an apostrophe: ``elision``, after a short word ("d'Alep", whose gap then
        counts as a space), ``suffix``, before an ending ("Ankara'dan", which then belongs to the
        gap), or none.

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
    """Move endings after an apostrophe into the gap."""
    found = list(parts)
    for k in range(1, len(parts), 2):
        at = next((n for n, sign in enumerate(parts[k]) if sign in APOSTROPHES), 0)
        if at and parts[k][at + 1 :].islower():
            found[k], found[k + 1] = parts[k][:at], parts[k][at:] + parts[k + 1]
    return found


def _with_elisions(text: str, parts: list[str]) -> SplitText:
    """Make short words before an apostrophe, including it, separate words: "d'"."""
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
