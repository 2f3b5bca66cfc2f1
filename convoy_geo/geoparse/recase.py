"""Restore capitals in all-lower-case texts and in all-capitals lines.

If all letters have one case, capitals mean nothing. Names that are recognisable without them
(countries and large towns, names of several words, and words after "near" or "the village of") are
capitalised, and all other words are put in lower case; then the rules read the text as usual. Every
letter keeps its position.
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
"""Minimum letters of a text, and words of a line, for restoring capitals."""
LARGE = 100_000
"""Population of a town that is recognised by its name alone."""
SHORTEST = 4
LINE = re.compile(r"[^\n]+")
WORDS = re.compile(r"[^\W\d_]{3,}")
FIRST = re.compile(r"(?<![^\W_])[^\W\d_]")
AREAS = frozenset(("country", "continent", "area1"))


def recased(text: str, lists: Lexicon, layers: Sequence[Layer]) -> str:
    """The same text, of the same length, with its names capitalised.

    Parameters
    ----------
    text
        Any text. It is returned unchanged if it has both capitals and lower-case letters.
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
    """Lower-case letters, each at its position."""
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
    """Whether a name is recognisable without capitals; `listed` if it is in a list of names."""
    lists = scene.lexicon
    words = [scene.bare(k).lower() for k in draft.words]
    if draft.special is not None:  # "us" is not a country here
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
