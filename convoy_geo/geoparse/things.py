"""Papers, ships and firms that are called after places, by their quotation marks and titles."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from convoy_geo.geoparse.context import Draft, Scene

__all__ = ["in_quotes", "ship", "titled"]

OPENING = re.compile(r'[\u00ab\u201e\u201c"\u2039](?:\s|\()*$')
CLOSING = re.compile(r'^[\u00bb\u201c\u201d"\u203a]')
SPEECH = re.compile(r"^.,?\s*[\u2013\u2014-]")
"""What follows what somebody said: a dash."""
MOST_QUOTED = 5
"""Words of the longest name in quotation marks; what is longer is speech."""
MOST_BACK = 5
"""Words between a name and the word for the ship or paper that it is a part of."""


def in_quotes(scene: Scene, draft: Draft) -> bool:
    """Whether a name is all of a quotation or a part of a short one: «Московские новости».

    Parameters
    ----------
    scene
        The text, in a language that writes names of things so.
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
    """The word for a ship, a paper or the like whose name this is a part of, or nothing."""
    lists = scene.lexicon
    for k in range(draft.first - 1, max(-1, draft.first - MOST_BACK), -1):
        if scene.gaps[k + 1].strip():
            return ""
        word = scene.words[k]
        if word in lists.ships:
            return word
        if not word[0].isupper() and word.lower() not in lists.of | lists.the:
            return ""
    return ""


def titled(scene: Scene, draft: Draft) -> str:
    """The title of a paper that goes on with the name: "La Gazette du Sud", or nothing.

    A capital on an article amid a sentence is that of a title too: "leyó El Correo de Ceuta".
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
