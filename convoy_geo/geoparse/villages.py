"""Villages that only a list of small places has, in the countries that a text speaks of.

Such lists hold a namesake of almost every surname. So they are asked last, only for names that the
words call a place or that stand like one, and only for places near the others of the text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convoy_geo.geoparse.coherence import anchors, distances
from convoy_geo.geoparse.context import ENOUGH, HYPHENS
from convoy_geo.geoparse.recognize import longest
from convoy_geo.lang import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from convoy_geo.geoparse.context import Draft, Scene
    from convoy_geo.geoparse.lookup import Candidate, Layer

__all__ = ["villages"]

AMID_KM, REACH_KM = 120.0, 300.0
"""How far the second nearest of the other places may lie; the nearest, if the words call it one."""
SMALL_TOWN = 10_000
"""People of a town whose namesake nearer to the other places is the one that is meant."""
MOST_WORDS = 60
"""Words of one text that are looked at: time shall grow with the texts, not with their names."""
FEW_PLACES = 2


def villages(
    scene: Scene, found: Sequence[Draft], absent: Iterable[Draft], layer: Layer
) -> list[Draft]:
    """Names that a list of small places has, now taken; those of `found` changed in place.

    Parameters
    ----------
    scene
        The text.
    found
        Its names, judged and chosen.
    absent
        Names that the words call places and that no larger gazetteer has.
    layer
        The list of small places.

    Returns
    -------
    list of Draft
        New names; `found` has a nearer namesake for small towns that lie far from all others.
    """
    places = anchors(found)
    around = [place for _, place in places]
    countries = {place.country for place in around} | _named(found)
    countries.discard("")
    if not countries:
        return []
    for draft in found:
        _nearer(draft, places, countries, layer)
    called = {draft.first: draft for draft in absent}
    used = {k for draft in found if draft.taken or draft.role != "place" for k in draft.words}
    more: list[Draft] = []
    asked = 0
    for k in range(len(scene.words)):
        name = called.get(k)
        if k in used or not (name or _stands_like_one(scene, k)):
            continue
        asked += 1
        if asked > MOST_WORDS:
            break
        new = longest(scene, (layer,), k)
        if new is None or not used.isdisjoint(new.words) or new.special is not None:
            continue
        if name is None and not _may_be(scene, new):
            continue
        near = [
            each for each in new.candidates
            if each.country in countries and _fits(each, around, called=name is not None)
        ]  # fmt: skip
        if near:
            reason = name.reasons[0] if name else "amid the places of the text"
            new.candidates, new.points, new.taken = tuple(near), 2 * ENOUGH, True
            new.reasons = [reason, "a list of small places has it"]
            more.append(new)
            used.update(new.words)
    return more


def _named(found: Sequence[Draft]) -> set[str]:
    """The countries that a text names, or the people of."""
    return {
        draft.chosen.country for draft in found
        if draft.taken and draft.chosen is not None and draft.chosen.kind == "country"
    }  # fmt: skip


def _fits(place: Candidate, around: Sequence[Candidate], *, called: bool) -> bool:
    nearest, second = distances(place, around)
    if called:
        return not around or nearest <= REACH_KM
    return second <= AMID_KM


def _nearer(
    draft: Draft, places: Sequence[tuple[str, Candidate]], countries: set[str], layer: Layer
) -> None:
    """Give a small town that lies far from all others of the text its namesake amid them."""
    chosen = draft.chosen
    if (
        not draft.taken or chosen is None or draft.special is not None or chosen.layer.first
        or chosen.kind not in {"town", "village"} or chosen.population >= SMALL_TOWN
        or draft.container is not None or draft.around is not None
    ):  # fmt: skip
        return
    others = [place for key, place in places if key != draft.key]
    if len(others) < FEW_PLACES or distances(chosen, others)[1] <= REACH_KM:
        return
    near = [
        each for each in layer.candidates(draft.key)
        if each.country in countries and _fits(each, others, called=False)
    ]  # fmt: skip
    if near:
        draft.candidates = tuple(near)
        draft.reasons.append("a list of small places has one amid the places of the text")


def _stands_like_one(scene: Scene, k: int) -> bool:
    """Whether a word has a capital and a preposition of place before it, or is in a list of such.

    In English too many words that persons stand after come before places too.
    """
    word, lists = scene.words[k], scene.lexicon
    if not word[0].isupper() or scene.gaps[k] in HYPHENS:
        return False
    left = scene.before(k)
    if lists.lang == DEFAULT:
        return left in lists.place_only or left in lists.sure_before
    return left.lower() in lists.before_place or bool(lists.place_endings)


def _may_be(scene: Scene, draft: Draft) -> bool:
    """Whether nothing speaks for a person, an acronym or a common word."""
    lists = scene.lexicon
    first, last = draft.first, draft.last
    words = [scene.bare(k) for k in draft.words]
    if any(word in scene.persons or word.lower() in lists.given for word in words):
        return False
    if last - first == 1 and not (scene.unknown(words[0]) and len(words[0]) > 3):
        return False
    if words[0].isupper() or scene.headline(first, last):
        return False
    if scene.unknown(scene.before(first)) or scene.unknown(scene.after(last)):
        return False  # a part of a longer name
    return scene.after(last).lower() not in lists.speech | lists.auxiliaries
