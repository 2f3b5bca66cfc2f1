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


class SplitText(NamedTuple):
    """The words of a text in order.

    ``gaps[k]`` stands before ``words[k]``, and one more gap ends the text; word k is
    ``text[edges[2 * k]:edges[2 * k + 1]]``, in code points.
    """

    text: str
    words: list[str]
    gaps: list[str]
    edges: list[int]


def split_words(text: str) -> SplitText:
    """The words of a text and the gaps between them: together they are the text.

    Parameters
    ----------
    text
        Any text, in any script, of any length.

    Examples
    --------
    >>> split_words("From al-Qa'im, Iraq").words
    ['From', 'al', "Qa'im", 'Iraq']
    """
    parts = WORD.split(text)
    return SplitText(text, parts[1::2], parts[0::2], list(accumulate(map(len, parts))))
