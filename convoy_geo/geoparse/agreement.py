"""Compare the mentions of a text with each other, and decide which are places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convoy_geo.geoparse.containment import TOWN, in_list
from convoy_geo.geoparse.context import ENOUGH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convoy_geo.geoparse.context import Draft, Scene

__all__ = ["agree"]

CLEAR, MUCH = 1.6, 3.0
"""Score from which a name supports other mentions of the same words, and its neighbours."""
CALLED_A_PLACE = frozenset(
    (
        "a preposition that only places take", "a word such as town before",
        "a word such as province beside", "a word such as river beside",
    )
)  # fmt: skip
"""Reasons that outweigh a person of this name elsewhere in the text: "Dicle Nehri"."""


def agree(scene: Scene, found: Sequence[Draft]) -> None:
    """Compare the mentions of a text with each other; then decide."""
    countries: set[str] = set()
    sentences: dict[int, set[str]] = {}
    for draft in found:
        if draft.points < ENOUGH or (draft.special is None and draft.kind != "country"):
            continue
        special = draft.special
        country = special.country if special is not None else draft.candidates[0].country
        sentences.setdefault(draft.sentence, set()).add(country)
        if special is not None or draft.container is None:
            countries.add(country)
    open_ones = [
        draft
        for draft in found
        if draft.special is None and draft.role not in {"person", "organisation"}
    ]
    best: dict[str, float] = {}
    for draft in open_ones:
        if draft.key in scene.elsewhere and draft.container is None and draft.points > -ENOUGH:
            draft.refuse("place", "elsewhere in the text a place that the gazetteer does not have")
        if any(each.country in countries for each in draft.candidates):
            draft.add("a country of the text")
            _common_but_of(scene, draft, sentences.get(draft.sentence, set()))
        best[draft.key] = max(best.get(draft.key, -9.0), draft.points)
    before: Draft | None = None
    for draft in found:
        if draft.special is None and draft.role not in {"person", "organisation"}:
            _beside_others(scene, draft, before, best[draft.key])
        draft.taken = draft.points >= ENOUGH
        before = draft


def _common_but_of(scene: Scene, draft: Draft, countries: set[str]) -> None:
    """A capitalised common word after a preposition may be a town in the sentence's country."""
    if "a common word" not in draft.reasons or "a preposition before" not in draft.reasons:
        return
    if scene.begins_sentence(draft.first) or scene.headline(draft.first, draft.last):
        return
    if any(
        each.country in countries and each.use == "name" and each.population >= TOWN
        for each in draft.candidates
    ):
        draft.add("a town of a country of the sentence")


def _beside_others(scene: Scene, draft: Draft, before: Draft | None, clearest: float) -> None:
    """Points from other mentions; `clearest` is the highest score of the same words."""
    if clearest >= CLEAR > draft.points and "a part of a longer name" not in draft.reasons:
        draft.points += clearest / 2
        draft.reasons.append("named more clearly elsewhere in the text")
    if before is not None and in_list(scene, before, draft) and before.points >= MUCH:
        draft.add("among other places")
    word = scene.bare(draft.first)
    alone = draft.last - draft.first == 1 and clearest < MUCH
    named = scene.persons.get(word, draft.first)
    person = named < draft.first or (named > draft.first and not draft.is_country)
    if draft.is_country:  # "Peter Jordan": only he speaks from there on
        alone = draft.last - draft.first == 1
        person = person and draft.role == "metonym"
    if (
        CALLED_A_PLACE.isdisjoint(draft.reasons)
        and alone
        and (person or (word in scene.surnames and clearest < 2 * ENOUGH))
    ):
        draft.add("a person of the text")
