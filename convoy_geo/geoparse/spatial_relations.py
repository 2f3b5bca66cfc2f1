"""Spatial relations to a named place: part of it, near it, at a distance, its border."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from convoy_geo.geoparse.lexicon import lexicon as lexicon_of_languages
from convoy_geo.geoparse.mentions import SpatialRelation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from convoy_geo.geoparse.context import Draft
    from convoy_geo.geoparse.lexicon import Lexicon

__all__ = ["relation_of"]

REACH = 70
"""Number of characters on each side in which relation words are searched for."""
NAME = r"[A-Z][\w'’-]*(?: [A-Z][\w-]*)?"  # noqa: RUF001
SECOND = re.compile(rf"({NAME})\s*[-\u2013/]\s*$")
LEAST_MEASURED = 3
"""A length with a direction: 20 km north."""
THOUSANDS = re.compile(r"\d+,\d{3}")
NONE = "(?!)"
"""A pattern that matches nothing, for words that a language does not have."""
AMOUNT = re.compile(r"\d+(?:[.,]\d+)?")

POSTPOSED = re.compile(
    r"(?:['’]\w+)?\s+(?:(?P<amount>\d+(?:[.,]\d+)?)\s+(?P<unit>\w+)\s+)?(?P<word>\w+)"  # noqa: RUF001
)
"""After a name: its suffix, a length, and the word for the direction."""


@cache
def _borders(lang: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The words of a border after a name and before it."""
    lists = lexicon_of_languages(lang)

    def one_of(words: Iterable[str]) -> str:
        return f"(?:{'|'.join(map(re.escape, sorted(words)))})"

    edge = rf"{one_of(lists.borders)}(?:\s+{one_of(lists.border_parts)})?\b"
    owner = f"(?:['’]{one_of(lists.possessive)}?)?"  # noqa: RUF001
    after = (
        rf"{owner}(?:\s*[-\u2013/]\s*({NAME}))?(?:\s+[a-z]+)?\s+{edge}"
        rf"(?:\s+{one_of(lists.border_with)}\s+({NAME}))?"
    )
    the = rf"(?:{one_of(lists.the)}(?:\s+|(?<=['’])))?"  # noqa: RUF001
    before = rf"\b(?:({NAME})\s+)?{edge}\s+{one_of(lists.border_between)}\s+{the}$"
    return re.compile(after), re.compile(before)


def relation_of(text: str, draft: Draft, lexicon: Lexicon) -> SpatialRelation | None:
    """The spatial relation expressed by the words around a name, or None.

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
    if any(hint in right or hint in left for hint in lexicon.border_hints):
        found = _border(text, start, end, (left, right), lexicon.lang)
        if found is not None:
            return found
    if draft.direction:
        far = _measured(text, start, end, left, draft.direction, lexicon)
        if far is not None:
            return far
        word = left.split()[-1]
        first = start - len(left) + left.rindex(word)
        return SpatialRelation("part", first, end, text[first:end], direction=draft.direction)
    if draft.role == "demonym":
        return None
    if lexicon.postpositions:
        return _behind(text, start, end, right, lexicon)
    return (
        _between(text, draft, left, right, lexicon)
        or _offset_of(text, draft, left, lexicon)
        or _beside(text, start, end, left, lexicon)
    )


def _measured(
    text: str, start: int, end: int, left: str, direction: str, lexicon: Lexicon
) -> SpatialRelation | None:
    """A length before a direction directly before the name, as in Arabic."""
    words = left.split()
    if len(words) < LEAST_MEASURED or words[-2] not in lexicon.lengths:
        return None
    amount = AMOUNT.fullmatch(words[-3])
    if not amount:
        return None
    first = start - len(left) + _offset(left, words, len(words) - 3)
    distance = f"{words[-3].replace(',', '')}{lexicon.lengths[words[-2]]}"
    return SpatialRelation("offset", first, end, text[first:end], direction, distance)


def _border(
    text: str, start: int, end: int, sides: tuple[str, str], lang: str
) -> SpatialRelation | None:
    left, right = sides
    after, before = _borders(lang)
    found = after.match(right)
    if found:
        first, other = start, found[1] or found[2] or ""
        second = SECOND.search(left) if not other else None
        if second:
            first, other = start - len(left) + second.start(1), second[1]
        last = end + found.end()
        return SpatialRelation("border", first, last, text[first:last], other=other)
    found = before.search(left)
    if found:
        first = start - len(left) + found.start()
        return SpatialRelation("border", first, end, text[first:end], other=found[1] or "")
    return None


@cache
def _constructions(lang: str) -> tuple[re.Pattern[str], ...]:
    """The words before a name: a distance, "between", a road, the outskirts, a coast."""
    lists = lexicon_of_languages(lang)

    def one_of(*several: Iterable[str]) -> str:
        words = {word.replace("_", " ") for one in several for word in one}
        return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word)))) or NONE

    the = f"(?:(?:{one_of(lists.the)})\\s)?"
    of, start = f"(?:{one_of(lists.of)})", "(?<![\\w-])"
    offset = (
        rf"(?<![\w.,])(?P<many>\d+(?:[.,]\d+)?)[\s-]?(?P<unit>{one_of(lists.lengths)})"
        rf"(?:\s\([^()]{{1,20}}\))?(?:\s(?:to|in)\s{the})?\s?"
        rf"(?:(?P<direction>{one_of(lists.directions)})\s)?"
        rf"(?:{one_of(lists.of, lists.from_)}|(?P<around>{one_of(lists.near, lists.off)}))\s{the}$"
    )
    between = one_of(lists.border_between)
    road = rf"(?:{one_of(lists.along)})\s{the}(?:{one_of(lists.road_nouns)})"
    return tuple(
        map(
            re.compile,
            (
                offset,
                rf"{start}(?:(?P<half>{one_of(lists.halfway)})\s)?(?:{between})\s{the}$",
                rf"\s(?:{one_of(lists.joins)})\s{the}(?P<other>{NAME})",
                rf"{start}{road}\s(?:{one_of(lists.from_)}|{between})\s{the}$",
                rf"\s(?:{one_of(lists.infinitive, lists.joins)})\s{the}(?P<other>{NAME})",
                rf"{start}(?:{one_of(lists.outskirts)})\s{of}\s{the}$",
                rf"{start}(?:{one_of(lists.off)})\s{the}(?:{one_of(lists.coasts)})\s{of}\s{the}$",
            ),
        )
    )


def _between(
    text: str, draft: Draft, left: str, right: str, lexicon: Lexicon
) -> SpatialRelation | None:
    """The first of two names: "halfway between X and Y", "along the road from X to Y"."""
    _, between, joined, road, target, *_ = _constructions(lexicon.lang)
    for before, after, how in ((road, target, "along"), (between, joined, "between")):
        found = before.search(left)
        other = after.match(right) if found else None
        if found is None or other is None:
            continue
        half = how == "between" and found["half"]
        first, last = draft.start - len(left) + found.start(), draft.end + other.end()
        return SpatialRelation(
            "halfway" if half else how, first, last, text[first:last], other=other["other"]
        )
    return None


def _offset_of(text: str, draft: Draft, left: str, lexicon: Lexicon) -> SpatialRelation | None:
    """A distance, the outskirts or the coast: "15 miles (24 km) south-east of X", "30km off X"."""
    offset, *_, edge, coast = _constructions(lexicon.lang)
    for pattern, kind in ((offset, "offset"), (edge, "outskirts"), (coast, "off")):
        how = kind
        found = pattern.search(left)
        if found is None:
            continue
        first, distance, direction = draft.start - len(left) + found.start(), "", ""
        if how == "offset":
            unit = lexicon.lengths[found["unit"].replace(" ", "_")]
            many = found["many"]
            whole = THOUSANDS.fullmatch(many)
            distance = f"{many.replace(',', '' if whole else '.')}{unit}"
            direction = lexicon.directions.get(found["direction"] or "", "")
            if found["around"] and not direction:
                how = "around"  # "164 miles from X" may be a distance travelled
        end = draft.end
        return SpatialRelation(how, first, end, text[first:end], direction, distance)
    return None


def _beside(text: str, start: int, end: int, left: str, lexicon: Lexicon) -> SpatialRelation | None:
    """Words such as "near X", "toward the town of X", "20 km north of X"."""
    words = left.rpartition("\n\n")[2].split()
    k = len(words) - 1
    direction = ""
    if k > 0 and words[k] in lexicon.of and words[k - 1].lower() in lexicon.directions:
        direction = lexicon.directions[words[k - 1].lower()]
        k -= 2
    while k >= 0 and words[k] in lexicon.fillers:
        k -= 1
    if k < 0:
        return None
    word = words[k].lower()
    how, distance = "", ""
    if direction or word in lexicon.from_:
        k -= word in lexicon.from_
        if k > 0 and words[k] in lexicon.lengths and AMOUNT.fullmatch(words[k - 1]):
            how, distance = "offset", f"{words[k - 1].replace(',', '')}{lexicon.lengths[words[k]]}"
            k -= 1
        elif direction:
            how, k = "side", k + 1
    elif word in lexicon.near:
        how = "near"
    elif word in lexicon.toward:
        how = "toward"
    if not how:
        return None
    first = start - len(left) + _offset(left, words, k)
    return SpatialRelation(how, first, end, text[first:end], direction, distance)


def _behind(
    text: str, start: int, end: int, right: str, lexicon: Lexicon
) -> SpatialRelation | None:
    """The same for a language in which such words follow the name: "Konya'ya 20 km"."""
    found = POSTPOSED.match(right)
    if not found:
        return None
    amount, unit, word = found["amount"], found["unit"] or "", found["word"]
    last = end + found.end()
    shown = text[start:last]
    direction = lexicon.directions.get(word, "")
    if amount and direction and unit in lexicon.lengths:
        distance = f"{amount.replace(',', '.')}{lexicon.lengths[unit]}"
        return SpatialRelation("offset", start, last, shown, direction, distance)
    if amount:
        return None
    if direction:
        return SpatialRelation("side", start, last, shown, direction)
    kinds = (("near", lexicon.near), ("toward", lexicon.toward))
    return next(
        (SpatialRelation(how, start, last, shown) for how, words in kinds if word in words), None
    )


def _offset(left: str, words: list[str], k: int) -> int:
    """Start position of the k-th of the last words of a text."""
    position = len(left)
    for word in reversed(words[k:]):
        position = left.rindex(word, 0, position)
    return position
