"""Texts in small letters only, and lines in capitals only, written as names are written.

Where all letters are of one case, a capital tells nothing. The names that stand out in spite of it
(countries and large towns, names of several words, and what stands after a word such as "near" or
"the village of") get their capitals, all other words small letters; then the rules read the text as
any other. Each letter stays where it stands.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from convoy_geo.geoparse.context import Draft, Scene
from convoy_geo.geoparse.recognize import drafts
from convoy_geo.geoparse.tokens import split_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convoy_geo.geoparse.lexicon import Lexicon
    from convoy_geo.geoparse.lookup import Layer

__all__ = ["recased"]

LEAST_LETTERS, LEAST_WORDS = 16, 4
"""Letters of a text without capitals, words of a line in capitals, from which it is read so."""
LARGE = 100_000
"""People of a town that is known by its name alone."""
SHORTEST = 4
LINE = re.compile(r"[^\n]+")
WORDS = re.compile(r"[^\W\d_]{3,}")
FIRST = re.compile(r"(?<![^\W_])[^\W\d_]")
AREAS = frozenset(("country", "continent", "area1"))


def recased(text: str, lists: Lexicon, layers: Sequence[Layer]) -> str:
    """The same text, of the same length, with capitals where its names begin.

    Parameters
    ----------
    text
        Any text. It is returned as it is if it has capitals and small letters.
    lists
        The words of its language.
    layers
        Gazetteers.
    """
    if text.upper() == text.lower():  # a script without capitals
        return text
    if text == text.lower():
        letters = sum(map(str.islower, text))
        return _with_names(text, lists, layers) if letters >= LEAST_LETTERS else text
    loud = [found for found in LINE.finditer(text) if _is_loud(found[0])]
    for found in loud:
        line = _with_names(found[0], lists, layers)
        text = text[: found.start()] + line + text[found.end() :]
    return text


def _is_loud(line: str) -> bool:
    if line != line.upper() or sum(map(str.isupper, line)) < LEAST_LETTERS:
        return False
    return len(WORDS.findall(line)) >= LEAST_WORDS


def _small(text: str) -> str:
    """Small letters, each in its place."""
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(sign.lower() if len(sign.lower()) == 1 else sign for sign in text)


def _with_names(text: str, lists: Lexicon, layers: Sequence[Layer]) -> str:
    low = _small(text)
    titled = FIRST.sub(lambda found: _capital(found[0]), low)
    scene = Scene(split_words(titled, lists.apostrophe), lists, {})
    scene.small = set()
    letters, before = list(low), 0
    for draft in drafts(scene, layers):
        gap = low[before : draft.start]
        listed = before > 0 and gap in lists.list_gaps
        if _stands_out(scene, draft, listed=listed):
            letters[draft.start : draft.end] = titled[draft.start : draft.end]
            before = draft.end
    return "".join(letters)


def _capital(letter: str) -> str:
    return letter.upper() if len(letter.upper()) == 1 else letter


def _stands_out(scene: Scene, draft: Draft, *, listed: bool) -> bool:
    """Whether a name is one without its capital; `listed` if it stands in a list with another."""
    lists = scene.lexicon
    words = [scene.bare(k).lower() for k in draft.words]
    if draft.special is not None:  # "us" is no country here
        return draft.special.use == "demonym"
    left = scene.words[draft.first - 1].lower() if draft.first else ""
    said = scene.words[draft.first - 2].lower() if draft.first > 1 else ""
    nouns = lists.geo_nouns | lists.site_nouns | lists.directions.keys()
    called = left in lists.of and said in nouns
    common = lists.common | lists.given | lists.titles | lists.speech | lists.place_verbs
    if len(words) == 1 and (words[0] in common or words[0] in lists.directions):
        return called and words[0] not in lists.common
    if all(word in common or word in lists.connectors for word in words):
        return False
    top = draft.candidates[0]
    if len(words) > 1 or called:
        return True
    wanted = listed or left in lists.before_place or left in lists.place_verbs or left in lists.near
    if wanted and len(words[0]) >= SHORTEST:
        return True
    main = top.use == "name" or any(
        each.use == "name" and each.population >= LARGE for each in draft.candidates[:3]
    )
    return main and len(words[0]) >= SHORTEST and (
        top.kind in AREAS or top.population >= LARGE
    )  # fmt: skip
