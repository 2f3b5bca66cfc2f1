"""Recognise rivers, seas and ranges by adjacent words: "the Don", "Don river", "on the Don"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convoy_geo.gazetteer.natural_features import FEATURE_KINDS
from convoy_geo.geoparse.containment import TOWN
from convoy_geo.lang import DEFAULT

if TYPE_CHECKING:
    from convoy_geo.geoparse.context import Draft, Scene

__all__ = ["river"]

WITH_ARTICLE = frozenset(("river", "range", "desert", "plateau", "strait", "delta", "sea"))
"""Kinds whose English names take an article."""


def river(scene: Scene, draft: Draft, right: str) -> None:
    """Score a name as a river, sea or range by adjacent words.

    Parameters
    ----------
    scene
        The text.
    draft
        The name: its reasons and the kind in `Draft.wanted` are updated.
    right
        The word after it, or an empty text.
    """
    kinds = {each.kind for each in draft.candidates} & FEATURE_KINDS
    if not kinds:
        return
    lists = scene.lexicon
    left = scene.before(draft.first).lower()
    for word in (right.lower(), left):
        kind = lists.feature_nouns.get(word, "")
        if kind in kinds:
            draft.wanted = kind
            draft.add("a word such as river beside")
            return
    if not lists.the:
        _without_article(scene, draft, left, kinds)
        return
    if left not in lists.the or kinds.isdisjoint(WITH_ARTICLE):
        return
    # "the Ohio governor" refers to the state, "the Congo" is a country unless "on the Congo".
    goes_on = right and right.lower() not in (
        lists.before_place | lists.goes_on | lists.joins | lists.auxiliaries
    )  # fmt: skip
    if lists.lang != DEFAULT:  # what such a word goes with stands before it
        goes_on = right[:1].isupper()
    along = scene.before(draft.first - 1).lower() in lists.water_before
    if not goes_on and (along or not draft.is_country):
        draft.wanted = min(kinds & WITH_ARTICLE)
        draft.add("an article before a river or range")
        if along:
            draft.add("a word such as river beside")


def _without_article(scene: Scene, draft: Draft, left: str, kinds: set[str]) -> None:
    """A river in a language without articles: "on the Oka", "along the Oka", but not "via Lviv"."""
    lists = scene.lexicon
    town = any(each.kind == "town" and each.population >= TOWN for each in draft.candidates)
    if "river" in kinds and (
        left in lists.water_only or (left in lists.water_before and not town)
    ):  # fmt: skip
        draft.wanted = "river"
        draft.add("a word such as river beside")
