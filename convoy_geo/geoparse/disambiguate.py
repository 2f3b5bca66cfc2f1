"""Choose the place meant by a name among its namesakes, by a few weights with stated reasons.

Population, kind and spelling give each candidate a prior score. The text then adds evidence: the
area that follows a name ("Paris, Texas"), the countries and first-level areas named, and the
distance of other places. A name denotes the same place throughout a text, unless an area that
follows says otherwise.
"""

from __future__ import annotations

import csv
import math
from functools import cache
from typing import TYPE_CHECKING

from convoy_geo.gazetteer.natural_features import FEATURE_KINDS, nearest_stretch
from convoy_geo.gazetteer.normalize import fold
from convoy_geo.geoparse.containment import lies_in
from convoy_geo.geoparse.lexicon import lexicon
from convoy_geo.geoparse.lookup import seat_size
from convoy_geo.io.files import geodata

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from convoy_geo.geoparse.context import Draft
    from convoy_geo.geoparse.lookup import Candidate

    _Score = tuple[float, Candidate, list[str]]

__all__ = ["WEIGHTS", "choose", "far_villages", "standing"]

WEIGHTS = {
    "lies in the area that follows": 6.0,
    "lies in an area of the text": 1.2,
    "lies in a country of the text": 0.9,
    "lies in a country of the sentence": 1.8,
    "lies beside a country of the text": 0.5,
    "lies beside a country of the sentence": 0.9,
    "beside other areas of its country": 1.2,
    "holds other places of the text": 1.2,
    "a place that stands before it lies there": 2.0,
    "called a county": 2.0,
    "a seat of government that speaks": 3.0,
    "near other places of the text": 1.0,
    "on the river that follows": 1.5,
}
FAR_BELOW = 2.0
"""A namesake that is this far below another by prior score gains half from the sentence: not every
Cairo in the United States is meant if a sentence mentions that country."""
SMALL_TOWN, LEAST_KNOWN = 10_000, 3
"""Population of a place that is rarely meant far away, and the number of other known places."""
ON_KM = 15.0
"""Maximum distance between the line of a river and a town said to be on it."""
NEAR_KM = 250.0
"""Distance at which proximity counts a third as much as at zero distance."""
KM_PER_DEGREE = 111.2
SEAT = 0.9
"""Maximum distance in degrees between an area's centre and the town after which it is named."""
SEAT_SHARE, MOST_OF_IT = 0.15, 0.3
"""Minimum share of an area's population if the town is off the centre; and in any case."""
TOWN_PEOPLE = 20_000
"""Population of a town that precedes its area if neither has this as its main name."""
OF_THE_AREA = {
    "lies in the area that follows",
    "beside other areas of its country",
    "holds other places of the text",
    "a place that stands before it lies there",
}
"""Reasons that favour an area over a capital elsewhere."""
CLOSE = 0.3
"""Proximity from which it is given as a reason."""
MOST_ANCHORS = 12
"""Maximum number of other places with which a candidate is compared."""


class _Evidence:
    """Countries and first-level areas mentioned in a text."""

    def __init__(self) -> None:
        self.countries: dict[str, int] = {}
        self.own: dict[str, tuple[str, int]] = {}  # the contributions of one name's mentions
        self.most = 1
        self.areas: set[int] = set()
        self.siblings: dict[str, int] = {}
        self.holding: set[int] = set()
        self.sentences: dict[int, dict[str, set[str]]] = {}
        self.beside: set[str] = set()

    def add(self, place: Candidate | None, key: str = "") -> None:
        if place is None:
            return
        if place.country:
            times = self.countries[place.country] = self.countries.get(place.country, 0) + 1
            self.most = max(self.most, times)
            if key:
                self.own[key] = place.country, self.own.get(key, ("", 0))[1] + 1
        if place.kind != "area1" and place.area >= 0:
            self.holding.add(place.area)
        if place.kind == "area1" and place.number not in self.areas:
            self.areas.add(place.number)
            self.siblings[place.country] = self.siblings.get(place.country, 0) + 1

    def add_sentence(self, draft: Draft, place: Candidate | None) -> None:
        """Add a country that a sentence names directly, by an area, or by its people."""
        if place is None or not place.country or place.kind not in {"country", "area1"}:
            return
        keys = self.sentences.setdefault(draft.sentence, {})
        keys.setdefault(place.country, set()).add(draft.key)

    def settle(self) -> None:
        """Finish after everything has been added."""
        around = neighbours()
        for country, times in self.countries.items():
            if times * 3 >= self.most:
                self.beside.update(around.get(country, ()))

    def in_sentence(self, country: str, key: str, sentences: Sequence[int]) -> float:
        """The share of some sentences that mention a country other than by a name itself.

        The first counts twice: that is where readers learn what is meant.
        """
        if not country:
            return 0.0
        named = [
            bool(self.sentences.get(number, {}).get(country, set()) - {key})
            for number in (sentences[0], *sentences)
        ]
        return sum(named) / len(named)

    def named(self, country: str, key: str) -> int:
        """How often other names than those of a key refer to a country."""
        whose, times = self.own.get(key, ("", 0))
        return self.countries.get(country, 0) - (times if whose == country else 0)

    def _beside_sentence(self, country: str, key: str, sentences: Sequence[int]) -> float:
        """The largest share of some sentences that mention one neighbour of a country."""
        around = neighbours().get(country, ())
        return max((self.in_sentence(other, key, sentences) for other in around), default=0.0)

    def _of_country(
        self, place: Candidate, key: str, sentences: Sequence[int]
    ) -> tuple[float, list[str]]:
        """The support of other names in the text for a country, including that of its towns."""
        if place.kind != "country" or not self.named(place.country, key):
            return 0.0, []
        holds = "holds other places of the text"
        share = self.in_sentence(place.country, key, sentences)
        return WEIGHTS[holds] + share * WEIGHTS["lies in a country of the sentence"], [holds]

    def _of_area(self, place: Candidate) -> list[str]:
        """The support of other areas and places in the text for an area."""
        found = []
        if self.siblings.get(place.country, 0) > (place.number in self.areas):
            found.append("beside other areas of its country")
        if place.number in self.holding:
            found.append("holds other places of the text")
        return found

    def context(
        self, place: Candidate, key: str, sentences: Sequence[int], top: float, *, within: bool
    ) -> tuple[float, list[str]]:
        """The support of a text's countries and areas for a candidate, with reasons.

        `within` says whether a namesake lies in a country mentioned by the sentence itself.
        """
        if place.kind in {"country", "continent"}:
            return self._of_country(place, key, sentences)
        score, why = 0.0, []
        if place.area in self.areas and place.area != place.number:
            score += WEIGHTS["lies in an area of the text"]
            why.append("lies in an area of the text")
        times = self.named(place.country, key)
        if times:
            share = times / self.most
            score += WEIGHTS["lies in a country of the text"] * (0.5 + 0.5 * share)
            why.append("lies in a country of the text")
            named = self.in_sentence(place.country, key, sentences)
            if named and math.isfinite(top):
                weight = WEIGHTS["lies in a country of the sentence"] * named
                score += weight / 2 if top - place.prior > FAR_BELOW else weight
                why.append("lies in a country of the sentence")
        elif place.country in self.beside:
            score += WEIGHTS["lies beside a country of the text"]
            why.append("lies beside a country of the text")
        if why and "lies in a country of the sentence" not in why and not within:
            named = self._beside_sentence(place.country, key, sentences)
            if named:
                score += WEIGHTS["lies beside a country of the sentence"] * named
                why.append("lies beside a country of the sentence")
        if place.kind == "area1":
            more = self._of_area(place)
            score += sum(WEIGHTS[each] for each in more)
            why += more
        return score, why


def choose(found: Sequence[Draft], special: Callable[[Draft], Candidate | None]) -> None:
    """Score the candidates of every accepted name: sets `Draft.chosen` and `Draft.scores`.

    Parameters
    ----------
    found
        Names of one text, in order.
    special
        Returns the place denoted by a demonym or an abbreviation.
    """
    evidence = _Evidence()
    names: dict[str, list[Draft]] = {}
    for draft in found:
        if not draft.taken:
            continue
        if draft.special is not None:
            draft.chosen = special(draft)
            evidence.add(draft.chosen)
            evidence.add_sentence(draft, draft.chosen)
            if draft.chosen is not None:
                draft.scores = [(1.0, draft.chosen, ["as the word list says"])]
            continue
        certain = _certain(draft)
        evidence.add(certain, draft.key)
        evidence.add_sentence(draft, certain)
        names.setdefault(draft.key, []).append(draft)
    evidence.settle()
    inner: dict[str, list[Draft]] = {}
    for draft in found:
        if draft.taken and draft.container is not None:
            inner.setdefault(draft.container.key, []).append(draft)
    standing = {
        key: _weigh(mentions, evidence, inner.get(key, ())) for key, mentions in names.items()
    }
    anchors = [(key, scores[0][1]) for key, scores in standing.items()][: MOST_ANCHORS + 1]
    for key, mentions in names.items():
        around = [place for other, place in anchors if other != key]
        _assign(mentions, _nearest_first(standing[key], around))


def _certain(draft: Draft) -> Candidate | None:
    """A candidate that stands out by prior score alone."""
    first, *rest = draft.candidates
    if draft.container is not None and not _inside(first, draft.container):
        return None
    if rest and first.prior - rest[0].prior < 1.5:
        return None
    return first


def _weigh(mentions: Sequence[Draft], evidence: _Evidence, inner: Sequence[Draft]) -> list[_Score]:
    """The candidates of one name, scored by prior and by the text, best first."""
    candidates = mentions[0].candidates
    if len(candidates) == 1:
        return [(candidates[0].prior, candidates[0], [])]
    county = any(draft.county for draft in mentions)
    rivers = [draft.water for draft in mentions if draft.water is not None]
    containers = [outer for draft in mentions for outer in (draft.container, draft.around) if outer]
    sentences = [draft.sentence for draft in mentions]
    # A country name does not become a town because another country is named next to it.
    top = math.inf if candidates[0].kind == "country" else candidates[0].prior
    speaks = mentions[0].key in lexicon().metonyms and any(
        draft.role == "metonym" for draft in mentions
    )
    seat = max(candidates, key=seat_size) if speaks else None
    key = mentions[0].key
    within = any(
        each.kind not in {"country", "continent"}
        and evidence.in_sentence(each.country, key, sentences)
        for each in candidates
    )
    scores: list[_Score] = []
    for each in candidates:
        score, why = evidence.context(each, key, sentences, top, within=within)
        if containers and any(_inside(each, outer) for outer in containers):
            score += WEIGHTS["lies in the area that follows"]
            why.append("lies in the area that follows")
        if any(lies_in(place, each) for draft in inner for place in draft.candidates):
            score += WEIGHTS["a place that stands before it lies there"]
            why.append("a place that stands before it lies there")
        if rivers and each.kind == "town" and _on_river(each, rivers):
            score += WEIGHTS["on the river that follows"]
            why.append("on the river that follows")
        if county and each.kind == "area2":
            score += WEIGHTS["called a county"]
            why.append("called a county")
        if each is seat:
            score += WEIGHTS["a seat of government that speaks"]
            why.append("a seat of government that speaks")
        scores.append((each.prior + score, each, why))
    scores.sort(key=_rank)
    return scores


def _on_river(place: Candidate, rivers: Sequence[Draft]) -> bool:
    """Whether a town lies on one of some rivers."""
    for draft in rivers:
        for each in draft.candidates[:5]:
            key = each.layer.place_of(each.number).id if each.kind == "river" else ""
            if key.startswith("river/") and nearest_stretch(key, place.lon, place.lat)[2] < ON_KM:
                return True
    return False


def _rank(row: _Score) -> tuple[float, int]:
    return -row[0], row[1].number


def _nearest_first(scores: list[_Score], around: Sequence[Candidate]) -> list[_Score]:
    """The scores plus the effect of nearby places in the text."""
    weight = WEIGHTS["near other places of the text"]
    # Only candidates that proximity can still bring to the top are compared.
    least = scores[0][0] - weight
    if not around or len(scores) == 1 or scores[1][0] < least:
        return scores
    weighed = []
    for row in scores:
        score, each, why = row
        if score < least or each.kind in {"country", "continent"}:
            weighed.append(row)
        else:
            closeness = _closeness(each, around)
            near = ["near other places of the text"] if closeness > CLOSE else []
            weighed.append((score + weight * closeness, each, [*why, *near]))
    weighed.sort(key=_rank)
    return weighed


def _inside(place: Candidate, outer: Draft) -> bool:
    if place.kind in FEATURE_KINDS:  # of no one country
        return True
    if outer.special is not None:
        chosen = outer.chosen
        if chosen is not None:
            return lies_in(place, chosen)
        return place.country == outer.special.country
    return any(lies_in(place, each) for each in outer.candidates[:5])


def _closeness(place: Candidate, around: Sequence[Candidate]) -> float:
    """Proximity: 1 among the other places of the text, 0 far from all; the two nearest count."""
    scale = math.cos(math.radians(place.lat))
    nearest = second = 1e9
    for other in around:
        east = abs(other.lon - place.lon)
        east = min(east, 360 - east) * scale
        north = other.lat - place.lat
        distance = east * east + north * north
        if distance < nearest:
            nearest, second = distance, nearest
        elif distance < second:
            second = distance
    total = 0.0
    for distance in (nearest, second):
        if distance < 100.0:
            total += math.exp(-math.sqrt(distance) * KM_PER_DEGREE / NEAR_KM)
    return total / 2


def _town_of(key: str, scores: list[_Score]) -> list[_Score]:
    """Put the town after which an area is named first: "Baghdad" is mostly the town.

    A capital also precedes areas elsewhere: "Washington".
    """
    area = scores[0][1]
    if not area.kind.startswith("area") or area.layer.first:
        return scores
    own = _called(area, key)
    for row in scores[1:]:
        town = row[1]
        if town.kind != "town":
            continue
        bare = OF_THE_AREA.isdisjoint(scores[0][2])
        if _comes_first(town, area, key, own=own, bare=bare):
            why = "the town that the area is called after"
        elif key in lexicon().metonyms and bare:
            why = "a seat of government"
        elif (
            area.use != "name"
            and not scores[0][2]
            and town.use == "name"
            and town.population >= CITY
        ):
            why = "a city of this name, which the area has as another name only"
        else:
            continue
        better = (scores[0][0] + 0.1, town, [*row[2], why])
        return [better, *(other for other in scores if other is not row)]
    return scores


CITY = 200_000
"""Population of a city that precedes an area elsewhere with the same secondary name:
"Gaza" without a mention of Mozambique."""


def _called(place: Candidate, key: str) -> bool:
    """Whether a key is a place's main name, in any romanisation and without unit words."""
    return place.use == "name" or fold(place.layer.place_of(place.number).name) == fold(key)


def _comes_first(town: Candidate, area: Candidate, key: str, *, own: bool, bare: bool) -> bool:
    """Whether a bare name means a town rather than the area around it.

    It does if the town is central in the area or has a large share of its population, and if the
    name belongs to the town but not the area; `own` says whether it is the area's main name, `bare`
    that nothing in the text refers to the area.
    """
    if town.country != area.country:
        return False
    apart = max(abs(town.lat - area.lat), abs(town.lon - area.lon))
    inside = lies_in(town, area) if area.kind == "area1" else apart < SEAT
    if not (inside or apart < SEAT):
        return False
    if bare and town.population > MOST_OF_IT * area.population > 0:
        return True
    if _called(town, key):
        many = town.population > SEAT_SHARE * area.population > 0
        return apart < SEAT or many or not own
    return not own and town.population >= TOWN_PEOPLE


def _assign(mentions: Sequence[Draft], scores: list[_Score]) -> None:
    """Assign every mention of a name its place; adjacent words decide for single mentions."""
    towns_first = _town_of(mentions[0].key, scores)
    settled: Candidate | None = None  # what an area that followed an earlier mention decided
    for draft in mentions:
        draft.scores = scores if draft.county else towns_first
        if draft.wanted:
            draft.scores = _wanted_first(draft.key, draft.wanted, scores, towns_first)
        for outer in (draft.around, draft.container):
            if outer is not None and not _inside(draft.scores[0][1], outer):
                own = [row for row in draft.scores if _inside(row[1], outer)]
                draft.scores = own + [row for row in draft.scores if row not in own]
        if settled and draft.container is None and draft.role != "metonym" and not draft.wanted:
            draft.scores = sorted(draft.scores, key=lambda row: row[1] is not settled)
        draft.chosen = draft.scores[0][1]
        if draft.container is not None and _inside(draft.chosen, draft.container):
            settled = draft.chosen


def _wanted_first(
    key: str, wanted: str, scores: list[_Score], towns_first: list[_Score]
) -> list[_Score]:
    """Put what adjacent words ask for first: "Raqqa city", "Raqqa province"."""
    rows = towns_first if wanted == "town" else scores
    if rows[0][1].layer.first:
        return rows
    kind = {"region": "area1"}.get(wanted, wanted)
    country = rows[0][1].country
    # A namesake abroad is not meant just because it is of the right kind.
    fitting = [row for row in rows if row[1].kind.startswith(kind) and row[1].country == country]
    if wanted == "region":  # "the Houston region" is no area of that name
        fitting = [row for row in fitting if _called(row[1], key)]
    elif not fitting:
        fitting = [row for row in rows if row[1].kind.startswith(kind)][:1]
    if not fitting:
        return towns_first
    return fitting + [row for row in rows if row not in fitting]


@cache
def neighbours() -> dict[str, tuple[str, ...]]:
    """The land neighbours of each country, by ISO 3166-1 code."""
    path = geodata("gazetteer", "neighbours.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return {row["country"]: tuple(row["neighbours"].split()) for row in csv.DictReader(file)}


def far_villages(found: Sequence[Draft]) -> list[Draft]:
    """Small places far from all others of a text, in a country that it does not mention.

    They are namesakes of a village in no gazetteer: no place is better than a wrong one.

    Parameters
    ----------
    found
        Names of one text, chosen.
    """
    sure = [
        draft.chosen for draft in found
        if draft.taken and draft.chosen is not None and not _is_small(draft)
        and draft.chosen.kind not in FEATURE_KINDS
    ]  # fmt: skip
    countries = {place.country for place in sure} - {""}
    towns = [place for place in sure if place.kind not in {"country", "continent"}]
    if len(towns) < LEAST_KNOWN:
        return []
    near = countries.union(*(neighbours().get(country, ()) for country in countries))
    return [
        draft for draft in found
        if draft.taken and draft.chosen is not None and _is_small(draft)
        and draft.container is None and draft.around is None and draft.role == "place"
        and draft.chosen.country not in near
    ]  # fmt: skip


def _is_small(draft: Draft) -> bool:
    place = draft.chosen
    return (
        draft.special is None and place is not None and not place.layer.first
        and place.kind in {"town", "village"} and place.population < SMALL_TOWN
    )  # fmt: skip


def standing(place: Candidate) -> str:
    """The prior of a candidate, in words."""
    if place.layer.first:
        return "a place of the case"
    people = f" of {place.population:,} people" if place.population else ""
    return f"{place.kind}{people}, its {place.use if place.use != 'name' else 'main name'}"
