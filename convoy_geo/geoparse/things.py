"""Persons, newspapers, ships and firms named after places."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from convoy_geo.geoparse.containment import TOWN
from convoy_geo.geoparse.context import HYPHENS
from convoy_geo.lang import DEFAULT

if TYPE_CHECKING:
    from convoy_geo.geoparse.context import Draft, Scene

__all__ = ["goes_on", "in_quotes", "is_given", "is_small_word", "ship", "titled"]

OPENING = re.compile(r'[\u00ab\u201e\u201c"\u2039](?:\s|\()*$')
CLOSING = re.compile(r'^[\u00bb\u201c\u201d"\u203a]')
SPEECH = re.compile(r"^.,?\s*[\u2013\u2014-]")
"""The dash that follows direct speech."""
MOST_QUOTED = 5
"""Maximum number of words of a name in quotation marks; anything longer is speech."""
MOST_BACK = 5
"""Maximum number of words between a name and the word for the ship or newspaper."""


def in_quotes(scene: Scene, draft: Draft) -> bool:
    """Whether a name is a whole short quotation or part of one: «Московские новости».

    Parameters
    ----------
    scene
        The text, in a language that writes names of things in this way.
    draft
        The name.
    """
    if not scene.lexicon.quoted:
        return False
    start = next(
        (
            k for k in range(draft.first, max(-1, draft.first - MOST_QUOTED), -1)
            if OPENING.search(scene.gaps[k])
        ),
        None,
    )  # fmt: skip
    if start is None or scene.words[start][0].islower():
        return False
    end = next(
        (
            k for k in range(draft.last, min(len(scene.gaps), start + MOST_QUOTED + 1))
            if CLOSING.search(scene.gaps[k])
        ),
        None,
    )  # fmt: skip
    if end is None or SPEECH.search(scene.gaps[end]):
        return False
    return not any(scene.gaps[k].strip("-' ") for k in range(start + 1, end))


def ship(scene: Scene, draft: Draft) -> str:
    """The word for a ship, a newspaper or the like whose name includes this, or an empty text."""
    lists = scene.lexicon
    for k in range(draft.first - 1, max(-1, draft.first - MOST_BACK), -1):
        if scene.gaps[k + 1].strip():
            return ""
        word = scene.words[k]
        if word in lists.ships:
            return word
        links = lists.of | lists.the if lists.lang != DEFAULT else frozenset[str]()
        if not word[0].isupper() and word.lower() not in links:  # "a ferry of Greece" in English
            return ""
    return ""


def titled(scene: Scene, draft: Draft) -> str:
    """The title of a newspaper that includes the name: "La Gazette du Sud", or an empty text.

    A capitalised article within a sentence also starts a title: "leyó El Correo de Ceuta".
    """
    lists = scene.lexicon
    k = draft.first - 1
    while k > 0 and draft.first - k <= MOST_BACK and scene.words[k].lower() in lists.of:
        k -= 1
    if k < 1 or k == draft.first - 1 or any(
        scene.gaps[at].strip() for at in range(k + 1, draft.first + 1)
    ):  # fmt: skip
        return ""
    word, article = scene.words[k], scene.words[k - 1]
    if not word[0].isupper() or scene.gaps[k] not in {" ", ""}:
        return ""
    if word in lists.papers:
        return word
    capital = article[0].isupper() and article.lower() in lists.the
    return word if capital and not scene.begins_sentence(k - 1) else ""


def goes_on(scene: Scene, draft: Draft, after: Draft | None) -> bool:
    """Whether a place name begins a longer name: "Anse-d'Hainault", "Pradera del Ganso".

    Parameters
    ----------
    scene
        The text.
    draft
        The name of the place.
    after
        The next name if no word is in between, if any.
    """
    lists, k = scene.lexicon, draft.last
    tied = scene.gaps[k] in HYPHENS
    if k >= len(scene.words) or draft.container is not None or not (tied or scene.gaps[k] == " "):
        return False
    while k < len(scene.words) and scene.words[k] in lists.of and scene.gaps[k] == " ":
        k += 1
    right = scene.words[k] if k < len(scene.words) else ""
    if not right[:1].isupper() or not (tied or scene.gaps[k] == " ") or _part_of(scene, right):
        return False
    joined = k > draft.last
    if draft.last - draft.first > 1:
        return joined and after is None and scene.unknown(right)
    village = after is not None and after.candidates and after.candidates[0].population < TOWN
    beside = bool(village) and not tied and not joined
    surname = is_given(scene, right) and not joined
    return surname or (scene.unknown(right) if after is None else beside)


def _part_of(scene: Scene, word: str) -> bool:
    """Whether a word may end the name of a place or specify a part of it."""
    low, lists = word.lower(), scene.lexicon
    return low in lists.after_place or low in lists.directions or low in lists.name_words


def is_given(scene: Scene, word: str) -> bool:
    """Whether a word is a given name, in any grammatical case."""
    lists = scene.lexicon
    if word.lower() in lists.given:
        return True
    return any(form.lower() in lists.given for form in lists.endings.forms(word))


def is_small_word(scene: Scene, letter: str) -> bool:
    """Whether a letter is a separate word: "I", "A", "Y"."""
    lists = scene.lexicon
    low = letter.lower()
    return letter in {"I", "A"} or low in lists.before_place or low in lists.joins
