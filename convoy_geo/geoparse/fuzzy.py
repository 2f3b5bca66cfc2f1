"""A second search for capitalised words that are not in any gazetteer as written.

If the words around require a place ("in Sukhna"), spellings that are the same after folding, or one
letter apart, are searched for, only in the countries mentioned in the text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convoy_geo.gazetteer.search import Searcher
from convoy_geo.geoparse.context import ENOUGH, HYPHENS, ROMANISED, Draft
from convoy_geo.geoparse.lookup import StoreLayer, spans

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convoy_geo.gazetteer.case_gazetteer import Match
    from convoy_geo.geoparse.context import Scene
    from convoy_geo.geoparse.lookup import Candidate

__all__ = ["Closer"]

MOST_COUNTRIES = 3
"""Maximum number of countries of a text to search, the most mentioned first."""
MOST_WORDS = 30
"""Maximum number of words per text to search again, so that typos do not dominate the time."""
LEAST_LETTERS = 4
ONE_LETTER_FROM = 6
"""Minimum length for a difference of one letter: too many shorter names are one letter apart."""
CLOSE = {"same after folding": LEAST_LETTERS, "one letter apart": ONE_LETTER_FROM}
"""Accepted reasons of the search, with the minimum length of the name."""
REMEMBERED = 20_000


class Closer:
    """Searches a store for similar spellings.

    Parameters
    ----------
    layer
        The store as a layer.
    """

    def __init__(self, layer: StoreLayer) -> None:
        self._layer = layer
        self._searcher = Searcher(layer.store)
        self._known: dict[tuple[str, str], tuple[Candidate, ...]] = {}

    def drafts(self, scene: Scene, found: Sequence[Draft]) -> list[Draft]:
        """Names missed by the first search, judged; none overlaps an accepted name.

        Parameters
        ----------
        scene
            The text.
        found
            Its names, judged.
        """
        countries = _countries(found)
        if not countries:
            return []
        used = {k for draft in found if draft.taken or _settled(scene, draft) for k in draft.words}
        more: list[Draft] = []
        asked = 0
        for k, word in enumerate(scene.words):
            if not word[0].isupper() or k in used or not _place_wanted(scene, k):
                continue
            asked += 1
            if asked > MOST_WORDS:
                break
            draft = self._draft(scene, k, countries, used)
            if draft is not None:
                more.append(draft)
                used.update(draft.words)
        return more

    def _draft(
        self, scene: Scene, k: int, countries: Sequence[str], used: set[int]
    ) -> Draft | None:
        _, ends = spans(scene.split, k)
        for last in sorted(set(ends.values()), reverse=True):
            words = scene.words[k:last]
            if last - k > 3 or not used.isdisjoint(range(k, last)):
                continue
            single = scene.bare(k)
            opener = single.lower() in scene.lexicon.name_openers and scene.unknown(
                scene.after(last)
            )
            if last - k == 1 and (opener or not scene.unknown(single)):
                continue
            if scene.bare(k).lower() in scene.lexicon.given or words[-1][0].islower():
                continue
            if scene.absent_from(k)[0] or (
                scene.gaps[last] in {", ", " ("} and scene.absent_from(last)[0]
            ):
                continue
            start, end = scene.edges[2 * k], scene.edges[2 * last - 1]
            text = scene.text[start:end]
            owner = text.endswith(("'s", "\u2019s"))
            text = text[:-2] if owner else text
            candidates = tuple(each for country in countries for each in self._close(text, country))
            if candidates:
                draft = Draft(k, last, text, candidates)
                draft.start, draft.end, draft.possessive = start, start + len(text), owner
                draft.points, draft.taken = 2 * ENOUGH, True
                draft.reasons = ["a place is wanted", "another spelling, in a country of the text"]
                return draft
        return None

    def guesses(self, name: str) -> list[Match]:
        """The names in the store that are most similar to an unknown name."""
        return self._searcher.search(name, limit=3)

    def _close(self, text: str, country: str) -> tuple[Candidate, ...]:
        known = self._known.get((text, country))
        if known is None:
            if len(self._known) > REMEMBERED:
                self._known.clear()
            matches = self._searcher.search(text, country=(country,), limit=3, near_keys=True)
            known = self._known[text, country] = tuple(
                candidate
                for match in matches
                if len(text) >= _letters_for(match.reason)
                and (candidate := self._layer.candidate_of(match.place)) is not None
            )
        return known


def _letters_for(reason: str) -> int:
    return next((least for words, least in CLOSE.items() if reason.startswith(words)), 10**6)


def _settled(scene: Scene, draft: Draft) -> bool:
    return draft.role in {"person", "organisation", "demonym"} or draft.key in scene.elsewhere


def _countries(found: Sequence[Draft]) -> list[str]:
    """The countries mentioned in a text, the most mentioned first."""
    counts: dict[str, int] = {}
    for draft in found:
        if draft.taken and draft.chosen is not None and draft.chosen.country in ROMANISED:
            counts[draft.chosen.country] = counts.get(draft.chosen.country, 0) + 1
    return sorted(counts, key=lambda country: (-counts[country], country))[:MOST_COUNTRIES]


def _place_wanted(scene: Scene, k: int) -> bool:
    """Whether a preposition of place or "town of" stands before a word."""
    left = scene.before(k)
    if not left or left[0].isupper() or scene.gaps[k] in HYPHENS:
        return False
    lists = scene.lexicon
    if left in lists.before_place or left in lists.geo_nouns:
        return True
    return left == "of" and k > 1 and scene.words[k - 2].lower() in lists.geo_nouns
