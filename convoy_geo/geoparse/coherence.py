"""Names supported by other places in the text: a village among them is meant, a namesake is not.

The rules for the words around a name reject a village whose sentence gives little evidence:
"Bavarians burnt Bazeilles". If two certain places are near it, it is accepted. A name that the
words do call a place ("near Gumrak") is matched with the place of that name in or next to a country
of the text; without such a place it stays without a position.
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
"""Maximum distance of the second nearest place, and of the nearest for a common word."""
ON_EARTH = 1e9
REACH_KM = 400.0
"""Maximum distance from a place of the text, in another country, if the words call it a place."""
LEAST_PEOPLE = 1000
"""Minimum population of a town whose name is a capitalised common word: "held up at Best"."""
AGAINST = frozenset(
    (
        "a given name", "written small elsewhere", "a capitalised word before",
        "a capitalised word after", "a part of a longer name", "a person of the text",
        "an acronym", "a verb of speech after", "no capitals to go by",
    )
)  # fmt: skip
"""Reasons that nearby places do not outweigh."""


def amid(scene: Scene, found: Sequence[Draft]) -> bool:
    """Accept rejected names that lie among the places of the text; return whether there are any.

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
    """Accept names that the words call places and that the gazetteers do contain.

    Parameters
    ----------
    found
        The names of the text, judged and chosen.
    absent
        Names that the words call places and that were rejected or are in no gazetteer.

    Returns
    -------
    list of Draft
        The accepted names of `found`.
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
    """The certain towns and areas of a text, with their keys.

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
    """Whether a common word is capitalised as a name: within a sentence, after "at"."""
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
    """Approximate distances in kilometres to the two nearest other places.

    Parameters
    ----------
    place
        A place.
    others
        Other places, possibly repeated.
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
