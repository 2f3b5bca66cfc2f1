"""Search a store by name: exact matches, then similar ones, each with the reason.

The score of a key is the weighted sum of the features in `WEIGHTS`, each from 0 to 1; ``edits`` is
1 minus the number of edits (insertions, deletions, replacements, transpositions) divided by the
length of the longer name (OSA). A name in the other script is compared only by its folded letters
and consonants, and common letters are divided by the length of the Arabic name, which has no short
vowels.

The score of a place is that of its best key plus a share of its next two, because the right place
usually has other similar spellings, and at least `EXACT_KEYS`, plus `SAME` if the letters are
identical; plus a little for its population; minus `KIND_COST` unless it is a town: a bare name
usually means the town, especially if an area has the same name as a town in it, unless a word such
as *province* is present. So a place with a similar name rarely ranks above one with exactly this
name, and only if there is much more evidence for it.

The weights are few and rounded. Those of keys were fitted by logistic regression, the others by
trial, on one half of the questions in ``tests/benchmarks/bench_names.py``: the places whose
GeoNames id has an even hash. The benchmark reports the other half.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA, LCSseq

from convoy_geo.gazetteer.case_gazetteer import Match
from convoy_geo.gazetteer.fuzzy_index import Likeness
from convoy_geo.gazetteer.index import USES
from convoy_geo.gazetteer.natural_features import FEATURE_KINDS
from convoy_geo.gazetteer.normalize import fold, has_unit, latin_letters, name_letters, skeleton

if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Any

    from numpy.typing import NDArray

    from convoy_geo.gazetteer.index import Store

    _Away = NDArray[np.float64] | None  # kilometres to every place from the spot asked for

__all__ = ["Searcher", "is_same"]

WEIGHTS = {
    "written_edits": 0.31, "folded_edits": 0.10, "consonant_edits": 0.05, "shared_letters": 0.27,
    "vowels_alike": 0.16, "same_fold": 0.03, "same_consonants": 0.08,
}  # fmt: skip
"""``shared``: letters common to both in order, relative to the shorter name, since words may be
omitted. ``vowels``: the edits if any vowel equals any other."""
NEXT_KEYS, EXACT_KEYS = 0.07, 0.6
"""For each of the next two keys, and the minimum for exactly matching names."""
POPULATION, MIDDLING, UNKNOWN = 0.023, 4.5, 30_000
"""Per power of ten above or below the second; an unknown population counts as the third."""
SAME, AS_WRITTEN, SAME_PEOPLE = 0.08, 0.01, 0.6
"""Bonus for the same letters, and for the main name with its accents; and the extra weight of
population if no position is given."""
USE_COST = {"name": 0.0, "alternate": 0.01, "transcript": 0.02, "old": 0.02}
KIND_COST = {
    "area1": 0.08, "area2": 0.08, "area3": 0.08, "region": 0.12, "country": 0.05,
    **dict.fromkeys(FEATURE_KINDS, 0.12),
}  # fmt: skip
NAMESAKE_COST = 0.15
"""Cost of an area, beyond that of its kind, if a town in it has a similar name."""
NAMESAKE_DEGREES = 0.5
"""Maximum distance of such a town from the point of a smaller area."""
NEAR, NEAR_KM = 0.15, 100.0
"""Bonus at the given position, and the distance at which it has fallen to a third."""
NEAR_REACH_KM = 300.0
ALIKE_MOST = 0.89
"""Maximum score if the letters are not the same."""
FLOOR, KEYS = 0.55, 100
"""Minimum similarity of candidate keys, and their maximum number."""
SHORTLIST = 150
POOL = 30_000
"""Maximum number of keys of a country that are all compared; beyond it the index preselects."""
PAIRS = 24
MOST_READ = 1200
"""Maximum number of keys read in full per query; each costs a microsecond."""
REMEMBERED = 8
"""Number of countries, kinds and surroundings whose keys are cached."""
KM_PER_DEGREE = 111.195
ONE_VOWEL = str.maketrans("iu", "aa")


_Keys = dict[int, dict[str, tuple[float, int]]]
"""By place and spelling: the similarity to the query, and the use of the spelling."""
_Limits = tuple[frozenset[str], str, int]
_Near = tuple[float, float] | None


class _Asked(NamedTuple):
    """A query in the forms that are compared."""

    name: str
    letters: str
    written: str
    folded: str
    bones: str


class _Pool(NamedTuple):
    """Keys in the forms that are compared."""

    numbers: NDArray[np.int32]
    letters: list[str]
    written: list[str]
    folded: list[str]
    bones: list[str]
    one_vowel: list[str]
    latin: NDArray[np.bool_]
    lengths: NDArray[np.float64]


class _Found(NamedTuple):
    score: float
    place: int
    letters: str
    use: str
    exact: bool


@lru_cache(maxsize=65536)
def _forms(letters: str) -> tuple[str, str, str]:
    key = fold(letters)
    latin = latin_letters(key)
    return (letters if letters.isascii() else latin), latin, skeleton(key)


def _asked(name: str) -> _Asked:
    letters, key = name_letters(name), fold(name)
    latin = latin_letters(key)
    return _Asked(name, letters, letters if letters.isascii() else latin, latin, skeleton(key))


def _same(asked: str, one: tuple[str, str, str], letters: str) -> str:
    """Compare a name whose forms are known; words for units count in a name as written."""
    if asked == letters:
        return "same letters"
    other = _forms(letters)
    if one[1] == other[1]:
        return "same after folding"
    if asked.isascii() != letters.isascii() and one[2] == other[2]:
        return "same consonants"
    apart = OSA.distance(one[0], other[0])
    if min(apart, OSA.distance(one[1], other[1])) == 1:
        written = apart == 1 and asked.isascii() == letters.isascii()
        return "one letter apart" if written else "one letter apart after folding"
    if one[2] == other[2]:
        return "same consonants"
    share = round(fuzz.ratio(one[1], other[1]))
    return f"alike, {share} of 100"


def is_same(match: Match) -> bool:
    """Whether a place has this name, with the same or folded letters, and not a similar one."""
    reason = match.reason.removeprefix("old name, ")
    return reason.startswith(("as written", "its id", "same letters", "same after folding"))


class Searcher:
    """Searches a store by name.

    Parameters
    ----------
    store
        The store.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self._likeness = Likeness(store)
        self._pools: dict[object, _Pool | None] = {}
        self._masks: dict[object, NDArray[np.bool_]] = {}

    def search(
        self,
        name: str,
        *,
        country: Collection[str] = (),
        kind: str = "",
        near: _Near = None,
        fuzzy: bool = True,
        limit: int = 10,
        area: int = -1,
        near_keys: bool = False,
    ) -> list[Match]:
        """The candidate places for a name, best first.

        Parameters
        ----------
        name
            Any spelling, in Latin or Arabic script.
        country
            ISO 3166-1 alpha-2 codes; only places there.
        kind
            Only places of this kind; ``area`` means areas of any level.
        near
            lon, lat: places near there come first among equally good matches.
        fuzzy
            Whether to include similar names.
        limit
            Maximum number of results; exact matches are always included.
        area
            Only places in a first-level area, given by its number in the store.
        near_keys
            Of similar names only those whose consonants are the same or one apart: fast, and
            without a list of all names of a country.

        Returns
        -------
        list of Match
            Scores are at most 1 and sorted in descending order; without the same letters at most
            0.89.
        """
        asked = _asked(name)
        if not asked.letters:
            return []
        limits = (frozenset(country), kind, area)
        keys = self._exact(asked, self._wanted(*limits))
        if fuzzy:
            wanted = self._wanted(*limits)
            pools = (
                [self._shortlist(asked, wanted, far=False)] if near_keys
                else self._pools_for(asked, limits, near)
            )  # fmt: skip
            self._add_alike(keys, asked, pools, wanted)
        away = None if near is None else self._distances(near)
        ranked = sorted(self._judged(keys, asked, away), key=lambda each: (-each.score, each.place))
        matches, least = [], 1.0
        for rank, each in enumerate(ranked):
            told = min(1.0, each.score / (1 + SAME))
            least = min(least, told if each.exact else told * ALIKE_MOST)
            if rank < limit or each.exact:
                matches.append(self._match(each, asked, least, away))
        return matches

    def _match(self, found: _Found, asked: _Asked, score: float, away: _Away) -> Match:
        place = self.store.place(found.place)
        same = name_letters(place.name) == found.letters
        reason = _same(asked.letters, asked[2:], found.letters)
        if found.exact and place.name == asked.name:
            reason = "as written"
        reason = f"old name, {reason}" if found.use == "old" else reason
        reason = reason if away is None else f"{reason}; {away[found.place]:.0f} km away"
        score = max(round(score, 3), 0.001)
        return Match(place, score, place.name if same else found.letters, reason)

    def _wanted(self, country: frozenset[str], kind: str, area: int) -> NDArray[np.bool_] | None:
        if not country and not kind and area < 0:
            return None
        if (country, kind, area) in self._masks:
            return self._masks[country, kind, area]
        store = self.store
        wanted = np.ones(len(store), bool)
        if country:
            codes = [number for number, code in enumerate(store.countries) if code in country]
            wanted &= np.isin(store.country, codes)
        if kind:
            kinds = [n for n, word in enumerate(store.kinds) if kind in {word, word.rstrip("123")}]
            wanted &= np.isin(store.kind, kinds)
        if area >= 0:
            wanted &= store.area == area
        _remember(self._masks, (country, kind, area), wanted)
        return wanted

    def _exact(self, asked: _Asked, wanted: NDArray[np.bool_] | None) -> _Keys:
        places, uses = self.store.ids(asked.letters), self.store.uses(asked.letters)
        return {
            place: {asked.letters: (1.0, use)}
            for place, use in zip(places.tolist(), uses.tolist(), strict=True)
            if wanted is None or wanted[place]
        }

    def _add_alike(
        self, keys: _Keys, asked: _Asked, pools: list[_Pool], wanted: NDArray[np.bool_] | None
    ) -> None:
        for pool in pools:
            scores = _scores(asked, pool)
            top = np.argsort(-scores, kind="stable")[:KEYS]
            for row in top[scores[top] >= FLOOR].tolist():
                for code in self.store.codes_of(int(pool.numbers[row])).tolist():
                    place = code >> 2
                    if wanted is None or wanted[place]:
                        told = float(scores[row]), code & 3
                        keys.setdefault(place, {}).setdefault(pool.letters[row], told)

    def _judged(self, keys: _Keys, asked: _Asked, away: _Away) -> list[_Found]:
        """Each place with its best key, and the total evidence."""
        names_area = has_unit(asked.name)
        best: dict[int, tuple[float, str]] = {}
        found = []
        for place, spelled in keys.items():
            top, letters = max((score, key) for key, (score, _) in spelled.items())
            best[place] = top, asked.letters if asked.letters in spelled else letters
        for place, (likeness, letters) in best.items():
            exact = letters == asked.letters
            others = [score for key, (score, _) in keys[place].items() if key != letters]
            others += [EXACT_KEYS] * 2 if exact else []
            use = USES[keys[place][letters][1]]
            score = likeness + NEXT_KEYS * sum(sorted(others)[-2:]) + self._people(place)
            cost = KIND_COST.get(self.store.kinds[self.store.kind[place]], 0.0)
            if names_area:
                score += cost
            elif cost:
                score -= cost + NAMESAKE_COST * self._has_namesake(place, letters, best)
            if exact:
                score += SAME - USE_COST[use]
                score += SAME_PEOPLE * self._people(place) if away is None else 0.0
                score += AS_WRITTEN if self.store.name(place) == asked.name else 0.0
            if away is not None:
                score += NEAR * math.exp(-away[place] / NEAR_KM)
            found.append(_Found(score, place, letters, use, exact))
        return found

    def _people(self, place: int) -> float:
        people = int(self.store.population[place]) or UNKNOWN
        return POPULATION * (math.log10(people + 10) - MIDDLING)

    def _has_namesake(self, area: int, letters: str, best: dict[int, tuple[float, str]]) -> bool:
        """Whether a town in an area has a similar name, among the candidates."""
        store, bones = self.store, _forms(letters)[2]
        if not store.kinds[store.kind[area]].startswith("area"):
            return False
        return any(
            store.kinds[store.kind[place]] == "town"
            and store.country[place] == store.country[area]
            and (store.area[place] == area or self._beside(place, area))
            and _forms(other)[2] == bones
            for place, (_, other) in best.items()
        )

    def _beside(self, place: int, area: int) -> bool:
        lon, lat = self.store.lon, self.store.lat
        away = max(abs(lon[place] - lon[area]), abs(lat[place] - lat[area]))
        return bool(away < NAMESAKE_DEGREES)

    def _pools_for(self, asked: _Asked, limits: _Limits, near: _Near) -> list[_Pool]:
        wanted = self._wanted(*limits)
        pools = []
        if wanted is not None:
            pool = self._known_pool(limits, wanted)
            if pool is not None:
                return [pool]
        if near is not None:
            around = self._distances(near) <= NEAR_REACH_KM
            around = around if wanted is None else around & wanted
            pool = self._known_pool((near, limits), around)
            pools = [] if pool is None else [pool]
        return [*pools, self._shortlist(asked, wanted)]

    def _known_pool(self, label: object, wanted: NDArray[np.bool_]) -> _Pool | None:
        """The keys of some places; if there are few, all of them in comparable form."""
        if label not in self._pools:
            numbers = self.store.keys_of(wanted)
            pool = self._pool(numbers) if len(numbers) <= POOL else None
            _remember(self._pools, label, pool)
        return self._pools[label]

    def _shortlist(
        self, asked: _Asked, wanted: NDArray[np.bool_] | None, *, far: bool = True
    ) -> _Pool:
        """Keys worth comparing; `far` are those that share only pairs of consonants."""
        like, bones = self._likeness, asked.bones
        parts = (
            like.same_consonants(bones),
            like.one_apart(bones),
            like.shared_pairs(bones, PAIRS) if far else np.empty(0, np.int32),
        )
        room = max(0, MOST_READ - len(parts[0]) - len(parts[2]))
        numbers = np.unique(np.concatenate([parts[0], parts[1][:room], parts[2]]))
        if wanted is not None:
            numbers = self.store.among(numbers, wanted)
        if len(numbers) > SHORTLIST:
            texts = self.store.keys(numbers)
            rough = process.cdist([asked.written], texts, scorer=fuzz.ratio, dtype=np.float32)[0]
            rough += 100.0 * np.isin(numbers, parts[0])
            numbers = numbers[np.argpartition(-rough, SHORTLIST)[:SHORTLIST]]
        return self._pool(numbers)

    def _pool(self, numbers: NDArray[np.int32]) -> _Pool:
        letters = self.store.keys(numbers)
        forms = list(map(_forms, letters))
        written, folded, bones = ([form[n] for form in forms] for n in range(3))
        one_vowel = [text.translate(ONE_VOWEL) for text in folded]
        latin = np.array([text.isascii() for text in letters], bool)
        lengths = np.array([len(text) for text in folded], float)
        return _Pool(numbers, letters, written, folded, bones, one_vowel, latin, lengths)

    def _distances(self, near: tuple[float, float]) -> NDArray[np.float64]:
        """Kilometres to every place, on a sphere: accurate enough for ranking."""
        lon, lat = np.radians(self.store.lon), np.radians(self.store.lat)
        lon0, lat0 = math.radians(near[0]), math.radians(near[1])
        half = np.sin((lat - lat0) / 2) ** 2
        half += np.cos(lat) * math.cos(lat0) * np.sin((lon - lon0) / 2) ** 2
        distances: NDArray[np.float64] = np.degrees(2 * np.arcsin(np.sqrt(half))) * KM_PER_DEGREE
        return distances


def _remember(known: dict[Any, Any], label: object, value: object) -> None:
    if len(known) >= REMEMBERED:
        known.clear()
    known[label] = value


def _scores(asked: _Asked, pool: _Pool) -> NDArray[np.float64]:
    """The weighted sum of the features in `WEIGHTS`, for every key."""

    def like(text: str, others: list[str], scorer: Any) -> NDArray[np.float64]:
        row = process.cdist([text], others, scorer=scorer, dtype=np.float32)[0]
        return np.asarray(row, np.float64)

    edits = OSA.normalized_similarity
    other = pool.latin != asked.letters.isascii()  # in the other script
    folded = like(asked.folded, pool.folded, edits)
    bones = like(asked.bones, pool.bones, edits)
    size = float(len(asked.folded))
    arabic = pool.lengths if asked.letters.isascii() else size
    letters = np.maximum(1, np.where(other, arabic, np.minimum(pool.lengths, size)))
    parts = {
        "written_edits": np.where(other, folded, like(asked.written, pool.written, edits)),
        "folded_edits": folded,
        "consonant_edits": bones,
        "shared_letters": np.minimum(
            1, like(asked.folded, pool.folded, LCSseq.similarity) / letters
        ),
        "vowels_alike": np.where(
            other, bones, like(asked.folded.translate(ONE_VOWEL), pool.one_vowel, edits)
        ),
        "same_fold": folded == 1,
        "same_consonants": bones == 1,
    }
    total: NDArray[np.float64] = sum(
        (WEIGHTS[name] * part for name, part in parts.items()), np.zeros(len(pool.numbers))
    )
    return total
