"""What the words around make of a named place: a part of it, near it, so far off, its border."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from convoy_geo.geoparse.mentions import Relation

if TYPE_CHECKING:
    from convoy_geo.geoparse.context import Draft
    from convoy_geo.geoparse.lexicon import Lexicon

__all__ = ["relation_of"]

REACH = 70
"""Characters to each side in which the words of a relation are looked for."""
NAME = r"[A-Z][\w'’-]*(?: [A-Z][\w-]*)?"  # noqa: RUF001
EDGE = r"(?:border|frontier)(?:\s+(?:zone|region|area|crossing|strip))?\b"
BORDER_AFTER = re.compile(
    rf"(?:['’]s?)?(?:\s*[-\u2013/]\s*({NAME}))?(?:\s+[a-z]+)?\s+{EDGE}(?:\s+with\s+({NAME}))?"  # noqa: RUF001
)
BORDER_BEFORE = re.compile(rf"\b(?:({NAME})\s+)?{EDGE}\s+(?:with|between)\s+(?:the\s+)?$")
SECOND = re.compile(rf"({NAME})\s*[-\u2013/]\s*$")
AMOUNT = re.compile(r"\d+(?:[.,]\d+)?")
UNITS = {
    "km": "km", "kms": "km", "kilometer": "km", "kilometers": "km", "kilometre": "km",
    "kilometres": "km", "mile": "mi", "miles": "mi", "mi": "mi", "m": "m", "meters": "m",
    "metres": "m",
}  # fmt: skip
FILLERS = frozenset("the of town city village province district area to a small".split())  # noqa: SIM905
NEAR = frozenset(("near", "outside", "around", "close", "nearby"))
TOWARD = frozenset(("toward", "towards"))


def relation_of(text: str, draft: Draft, lexicon: Lexicon) -> Relation | None:
    """What the words beside a name make of it, or None.

    Parameters
    ----------
    text
        The whole text.
    draft
        The name.
    lexicon
        Knows the directions.
    """
    start, end = draft.start, draft.end
    right = text[end : end + REACH]
    left = text[max(0, start - REACH) : start]
    if "order" in right or "rontier" in right or "order" in left or "rontier" in left:
        found = _border(text, start, end, left, right)
        if found is not None:
            return found
    if draft.direction:
        word = left.split()[-1]
        first = start - len(left) + left.rindex(word)
        return Relation("part", first, end, text[first:end], direction=draft.direction)
    if draft.role == "demonym":
        return None
    return _beside(text, start, end, left, lexicon)


def _border(text: str, start: int, end: int, left: str, right: str) -> Relation | None:
    found = BORDER_AFTER.match(right)
    if found:
        first, other = start, found[1] or found[2] or ""
        second = SECOND.search(left) if not other else None
        if second:
            first, other = start - len(left) + second.start(1), second[1]
        last = end + found.end()
        return Relation("border", first, last, text[first:last], other=other)
    found = BORDER_BEFORE.search(left)
    if found:
        first = start - len(left) + found.start()
        return Relation("border", first, end, text[first:end], other=found[1] or "")
    return None


def _beside(text: str, start: int, end: int, left: str, lexicon: Lexicon) -> Relation | None:
    """Words such as "near X", "toward the town of X", "20 km north of X"."""
    words = left.rpartition("\n\n")[2].split()
    k = len(words) - 1
    direction = ""
    if k > 0 and words[k] == "of" and words[k - 1].lower() in lexicon.directions:
        direction = lexicon.directions[words[k - 1].lower()]
        k -= 2
    while k >= 0 and words[k] in FILLERS:
        k -= 1
    if k < 0:
        return None
    word = words[k].lower()
    how, distance = "", ""
    if direction or word == "from":
        k -= word == "from"
        if k > 0 and words[k] in UNITS and AMOUNT.fullmatch(words[k - 1]):
            how, distance = "offset", f"{words[k - 1].replace(',', '')}{UNITS[words[k]]}"
            k -= 1
        elif direction:
            how, k = "side", k + 1
    elif word in NEAR:
        how = "near"
    elif word in TOWARD:
        how = "toward"
    if not how:
        return None
    first = start - len(left) + _offset(left, words, k)
    return Relation(how, first, end, text[first:end], direction, distance)


def _offset(left: str, words: list[str], k: int) -> int:
    """Where the k-th of the last words of a text begins in it."""
    position = len(left)
    for word in reversed(words[k:]):
        position = left.rindex(word, 0, position)
    return position
