"""Names that the other places of a text speak for: a village amid them is meant, a namesake not.

The rules that look at the words around a name refuse a village whose sentence says little:
"Bavarians burnt Bazeilles". Where two places that are sure lie around it, it is taken. A name that
the words do call a place ("near Gumrak") is given the place of that name that lies in a country of
the text or beside one; without such a place it stays without a position.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from convoy_geo.gazetteer.natural_features import FEATURE_KINDS
from convoy_geo.geoparse.context import ENOUGH
from convoy_geo.geoparse.disambiguate import neighbours

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from convoy_geo.geoparse.context import Draft, Scene
    from convoy_geo.geoparse.lookup import Candidate

__all__ = ["amid", "anchors", "called_places", "distances"]

KM_PER_DEGREE = 111.2
AMID_KM, BESIDE_KM = 120.0, 40.0
"""How far the second nearest of the other places may lie, and the nearest beside a common word."""
ON_EARTH = 1e9
REACH_KM = 400.0
"""How far from a place of the text one may lie that the words call a place, in another country."""
LEAST_PEOPLE = 1000
"""People of a town that a common word with a capital may be: "held up at Best"."""
AGAINST = frozenset(
    (
        "a given name", "written small elsewhere", "a capitalised word before",
        "a capitalised word after", "a part of a longer name", "a person of the text",
        "an acronym", "a verb of speech after", "no capitals to go by",
    )
)  # fmt: skip
"""Reasons that being amid other places does not outweigh."""


def amid(scene: Scene, found: Sequence[Draft]) -> bool:
    """Take names that were refused and lie amid the places of the text; whether there are any.

    Parameters
    ----------
    scene
        The text.
    found
        Its names, judged and chosen.
    """
    places = anchors(found)
    if len({key for key, _ in places}) < 2:
        return False
    changed = False
    for draft in found:
        if draft.taken or not draft.candidates or draft.role != "place":
            continue
        if draft.key in scene.elsewhere or not AGAINST.isdisjoint(draft.reasons):
            continue
        common = "a common word" in draft.reasons
        if common and not _stands_out(scene, draft):
            continue
        others = [place for key, place in places if key != draft.key]
        near = [each for each in draft.candidates if _lies_amid(each, others, close=common)]
        if not near or (common and not any(map(_is_named_so, near))):
            continue
        draft.add("a common word, but amid the places of the text" if common else (
            "amid the places of the text"))  # fmt: skip
        if draft.points >= ENOUGH:
            draft.taken = changed = True
            draft.candidates = tuple(near)
    return changed


def called_places(found: Sequence[Draft], absent: Iterable[Draft]) -> list[Draft]:
    """Of names that the words call places, those that the gazetteers have after all, now taken.

    Parameters
    ----------
    found
        The names of the text, judged and chosen.
    absent
        Names that the words call places and that were refused or that no gazetteer has.

    Returns
    -------
    list of Draft
        Of `found`, what was taken.
    """
    refused = {
        (draft.first, draft.last): draft
        for draft in found
        if not draft.taken and draft.candidates and draft.role == "place"
    }
    known, more = [place for _, place in anchors(found)], []
    countries = {place.country for place in known} - {""}
    around = countries.union(*(neighbours().get(country, ()) for country in countries))
    for name in absent:
        draft = refused.get((name.first, name.last))
        if draft is None:
            continue
        near = [
            each for each in draft.candidates
            if each.country in countries
            or (each.country in around and distances(each, known)[0] <= REACH_KM)
        ]  # fmt: skip
        if not countries and len(draft.candidates) == 1:
            near = list(draft.candidates)
        if near:
            draft.candidates = tuple(near)
            draft.points, draft.taken = ENOUGH, True
            draft.reasons.append(name.reasons[0])
            more.append(draft)
    return more


def anchors(found: Sequence[Draft]) -> list[tuple[str, Candidate]]:
    """The towns and areas of a text that are sure, by their keys.

    Parameters
    ----------
    found
        Its names, judged and chosen.
    """
    return [
        (draft.key, draft.chosen)
        for draft in found
        if draft.taken and draft.role != "demonym" and draft.chosen is not None
        and draft.chosen.kind not in {"country", "continent", *FEATURE_KINDS}
        and not math.isnan(draft.chosen.lon)
    ]  # fmt: skip


def _stands_out(scene: Scene, draft: Draft) -> bool:
    """Whether a common word has its capital for being a name: amid a sentence, after "at"."""
    word = scene.bare(draft.first)
    return (
        "a preposition before" in draft.reasons and word[0].isupper() and not word.isupper()
        and not scene.begins_sentence(draft.first)
        and not scene.headline(draft.first, draft.last)
    )  # fmt: skip


def _is_named_so(place: Candidate) -> bool:
    return place.use == "name" and place.population >= LEAST_PEOPLE


def _lies_amid(place: Candidate, others: Sequence[Candidate], *, close: bool) -> bool:
    if place.kind in {"country", "continent", *FEATURE_KINDS} or math.isnan(place.lon):
        return False
    nearest, second = distances(place, others)
    return second <= AMID_KM and (not close or nearest <= BESIDE_KM)


def distances(place: Candidate, others: Sequence[Candidate]) -> tuple[float, float]:
    """Kilometres to the nearest two of some places that are not it: good enough to compare.

    Parameters
    ----------
    place
        A place.
    others
        Some places, also the same one twice.
    """
    scale = math.cos(math.radians(place.lat))
    nearest = second = ON_EARTH
    seen: set[tuple[float, float]] = set()
    for other in others:
        if (other.lon, other.lat) in seen:
            continue
        seen.add((other.lon, other.lat))
        east = abs(other.lon - place.lon)
        east = min(east, 360 - east) * scale
        away = math.hypot(east, other.lat - place.lat) * KM_PER_DEGREE
        if away < nearest:
            nearest, second = away, nearest
        elif away < second:
            second = away
    return nearest, second
