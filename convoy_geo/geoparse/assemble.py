"""Complete mentions: river stretches, second places, and spans in the original text."""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING

from convoy_geo.gazetteer.case_gazetteer import Match
from convoy_geo.gazetteer.natural_features import LINES, nearest_stretch
from convoy_geo.geoparse.disambiguate import standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convoy_geo.geoparse.clean import CleanText
    from convoy_geo.geoparse.lookup import Candidate
    from convoy_geo.geoparse.mentions import Mention
    from convoy_geo.geoparse.roads import RoadName

__all__ = [
    "around",
    "as_it_was",
    "by_stretch",
    "in_text",
    "is_free",
    "matches_of",
    "moved",
    "towns_beside",
    "with_other",
]

BESIDE = 120
"""Number of characters on each side in which the towns of a road are searched for."""
AROUND, STRETCH_KM, LEAST_KM = 400, 200.0, 25.0
"""Search range for a town by a river, its maximum distance, and its minimum extent."""
MATCHES = 5
"""Maximum number of namesakes stored with a mention."""


def around(
    start: int, end: int, mentions: Sequence[Mention], starts: Sequence[int]
) -> Sequence[Mention]:
    """The mentions near a span; `starts` are their sorted start positions."""
    return mentions[bisect_left(starts, start - AROUND) : bisect_left(starts, end + AROUND)]


def is_free(start: int, end: int, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether a span overlaps none of some sorted, non-overlapping spans."""
    k = bisect_left(spans, (end, 0))
    return k == 0 or spans[k - 1][1] <= start


def by_stretch(mention: Mention, mentions: Sequence[Mention]) -> Mention:
    """A river located at its stretch nearest to a town named next to it."""
    place = mention.place
    if place is None or place.kind not in LINES or not place.id.startswith("river/"):
        return mention
    towns = [
        each for each in mentions
        if each.place and each.place.kind == "town" and each.place.lon is not None
        and abs(each.start - mention.start) < AROUND
    ]  # fmt: skip
    for town in sorted(towns, key=lambda each: abs(each.start - mention.start)):
        near = town.place
        if near is None or near.lon is None or near.lat is None:
            continue
        lon, lat, km = nearest_stretch(place.id, near.lon, near.lat)
        if km <= STRETCH_KM:
            source = f"{place.source}; its stretch that is nearest to {near.name}"
            radius = round(max(km, LEAST_KM), 1)
            stretch = replace(place, lon=lon, lat=lat, radius_km=radius, source=source)
            return replace(mention, place=stretch)
    return mention


def with_other(mention: Mention, mentions: Sequence[Mention]) -> Mention:
    """A mention with the id of the second place in "between X and Y"."""
    relation = mention.relation
    if relation is None or not relation.other:
        return mention
    for each in mentions:
        inside = relation.start <= each.start and each.end <= relation.end
        if each.start != mention.start and inside and each.place is not None:
            return replace(mention, relation=replace(relation, other_place=each.place.id))
    return mention


def towns_beside(mentions: Sequence[Mention], road: RoadName) -> list[Mention]:
    """The towns named next to a road, the nearest in the text first."""
    towns = [
        each for each in mentions
        if each.place and each.place.kind == "town" and each.role in {"place", "possessive"}
        and each.start - road.end > -BESIDE and each.end - road.start < BESIDE
    ]  # fmt: skip
    return sorted(towns, key=lambda each: max(each.start - road.end, road.start - each.end))


def moved(mention: Mention, by: int) -> Mention:
    """Shift a mention from a part of a text to the whole text."""
    relation = mention.relation
    if relation is not None:
        relation = replace(relation, start=relation.start + by, end=relation.end + by)
    return replace(mention, start=mention.start + by, end=mention.end + by, relation=relation)


def in_text(mention: Mention, text: str) -> Mention:
    """A mention with its words as in a text with other capitals."""
    relation = mention.relation
    if relation is not None:
        relation = replace(relation, text=text[relation.start : relation.end])
    return replace(mention, text=text[mention.start : mention.end], relation=relation)


def as_it_was(mention: Mention, text: str, clean: CleanText) -> Mention:
    """Convert a mention in a cleaned text to one in the original text."""
    start, end = clean.span(mention.start, mention.end)
    relation = mention.relation
    if relation is not None:
        first, last = clean.span(relation.start, relation.end)
        relation = replace(relation, start=first, end=last, text=text[first:last])
    return replace(mention, start=start, end=end, text=text[start:end], relation=relation)


def matches_of(scores: Sequence[tuple[float, Candidate, list[str]]]) -> tuple[Match, ...]:
    """The best namesakes, with their scores as shares of the total."""
    if not scores:
        return ()
    top = scores[0][0]
    whole = sum([math.exp(score - top) for score, _, _ in scores])
    matches = []
    for score, each, why in scores[:MATCHES]:
        place = each.layer.place_of(each.number)
        reason = "; ".join([standing(each), *why])
        matches.append(Match(place, round(math.exp(score - top) / whole, 3), place.name, reason))
    return tuple(matches)
