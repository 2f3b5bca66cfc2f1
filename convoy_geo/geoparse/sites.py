"""Sites named by a letter and a number: "T-2 pumping station", "H3 airbase"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from convoy_geo.geoparse.context import Scene

__all__ = ["coded", "site_end"]

CODE = re.compile("[A-Z]{1,2}[-\u2010\u2011]?\\d{1,3}")
MOST_WORDS = 2
"""Number of words after the code in which the word for a site is searched for."""


def coded(scene: Scene, first: int, last: int) -> bool:
    """Whether words are a letter and a number next to a word for a site.

    Parameters
    ----------
    scene
        The text.
    first, last
        The first word, and the one after the last.
    """
    if last - first > 2:
        return False
    shown = scene.text[scene.edges[2 * first] : scene.edges[2 * last - 1]]
    if not CODE.fullmatch(shown):
        return False
    return scene.before(first) in scene.lexicon.site_nouns or site_end(scene, last) > last


def site_end(scene: Scene, k: int) -> int:
    """The word after the word for a site that begins at word k; k if there is none."""
    nouns = scene.lexicon.site_nouns
    for last in range(k, min(k + MOST_WORDS, len(scene.words))):
        word = scene.after(last).lower()
        if word in nouns:
            return last + 1
        if not word or not scene.words[last][0].islower():
            break
    return k
