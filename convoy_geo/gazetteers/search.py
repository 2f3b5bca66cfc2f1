"""From a name to places of a store: what is the same, then what is alike, each with the reason.

The score of a key is a weighted sum of what `WEIGHTS` names, each from 0 to 1: how much it is like
what was asked as written, folded and as consonants (rapidfuzz: ratio is twice the letters that both
have in order, by all letters; edits is 1 less the edits by the length), and whether it is the same.
To a place's best key comes a little of its next two, since a place that is meant mostly has other
spellings that are near too, its population as a tie-breaker, and `KIND_COST` where it is an area: a
bare name mostly means the town. The weights were tuned on half of the names of
``tests/benchmarks/bench_names.py`` and measured on the other half.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from convoy_geo.gazetteer import Match
from convoy_geo.gazetteers.likeness import Likeness
from convoy_geo.gazetteers.store import USES
from convoy_geo.names import UNITS, fold, latin_letters, plain, skeleton

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from typing import Any

    from numpy.typing import NDArray

    from convoy_geo.gazetteers.store import Store

__all__ = ["Searcher", "is_same", "same_name"]

WEIGHTS = {
    "written": 0.20, "written_edits": 0.15, "folded": 0.20, "folded_edits": 0.10,
    "consonants": 0.25, "same_letters": 0.15, "same_fold": 0.10, "same_consonants": 0.03,
    "same_initial": 0.03,
}  # fmt: skip
NEXT_KEYS = 0.12
POPULATION = 0.008
"""For each power of ten."""
KIND_COST = {"area1": 0.12, "area2": 0.15, "area3": 0.15, "region": 0.12}
NEAR, NEAR_KM = 0.15, 100.0
"""What a place at the very spot asked for gains, and where that has fallen to a third."""
NEAR_REACH_KM = 300.0
BEST = sum(WEIGHTS.values()) + 2 * NEXT_KEYS + 8 * POPULATION
"""What nothing exceeds: all the same, two more such spellings, a hundred million people."""
EXACT = {"name": 1.0, "alternate": 0.95, "transcript": 0.9, "old": 0.9}
ALIKE_MOST = 0.89
FLOOR = 0.5
"""Keys below this share of the best likeness are not candidates."""
SHORTLIST = 120
POOL = 30_000
"""Up to so many keys of a country are all compared; beyond, the index picks them."""
PAIRS = 24
MOST_READ = 1200
"""Keys that are read in full for one question; each costs a microsecond."""
REMEMBERED = 8
"""Countries, kinds and surroundings whose keys are kept in memory."""
KM_PER_DEGREE = 111.195


_Limits = tuple[frozenset[str], str]
_Near = tuple[float, float] | None


class _Asked(NamedTuple):
    """A name in the forms that are compared."""

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
    initials: NDArray[Any]


class _Found(NamedTuple):
    score: float
    place: int
    use: str
    letters: str
    reason: str


@lru_cache(maxsize=65536)
def _forms(letters: str) -> tuple[str, str, str]:
    key = fold(letters)
    latin = latin_letters(key)
    return (letters if letters.isascii() else latin), latin, skeleton(key)


def _asked(name: str) -> _Asked:
    letters, key = plain(name), fold(name)
    latin = latin_letters(key)
    return _Asked(name, letters, letters if letters.isascii() else latin, latin, skeleton(key))


def same_name(asked: str, letters: str) -> str:
    """In words, how close a spelling is to a name; both as `plain` has them."""
    one, other = _forms(asked), _forms(letters)
    if asked == letters:
        return "same letters"
    if one[1] == other[1]:
        return "same after folding"
    if asked.isascii() != letters.isascii() and one[2] == other[2]:
        return "same consonants"
    if min(OSA.distance(one[0], other[0]), OSA.distance(one[1], other[1])) == 1:
        return "one letter apart"
    if one[2] == other[2]:
        return "same consonants"
    share = round(fuzz.ratio(one[1], other[1]))
    return f"alike, {share} of 100"


def is_same(match: Match) -> bool:
    """Whether a place is called so, in the same letters or folded, and not only alike."""
    reason = match.reason.removeprefix("old name, ")
    return reason.startswith(("as written", "its id", "same letters", "same after folding"))


class Searcher:
    """Asks a store for a name.

    Parameters
    ----------
    store
        The store.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self._likeness = Likeness(store)
        self._pools: dict[object, tuple[NDArray[np.int32], _Pool | None]] = {}
        self._masks: dict[object, NDArray[np.bool_]] = {}

    def search(
        self,
        name: str,
        *,
        country: Collection[str] = (),
        kind: str = "",
        near: _Near = None,
        close: bool = True,
        limit: int = 10,
    ) -> list[Match]:
        """The places that a name may mean, best first.

        Parameters
        ----------
        name
            Any spelling, in Latin or Arabic script.
        country
            ISO 3166-1 alpha-2 codes; only places there.
        kind
            Only places of this kind; ``area`` means areas of any level.
        near
            lon, lat: places there come first among those that fit as well.
        close
            Names that are only alike too.
        limit
            How many at the most; of those called exactly so all.

        Returns
        -------
        list of Match
            Exact ones score 0.9 to 1, others up to 0.89.
        """
        asked = _asked(name)
        if not asked.letters:
            return []
        limits = (frozenset(country), kind)
        wanted = self._wanted(*limits)
        found = self._exact(asked, wanted)
        if close:
            exact = {each.place for each in found}
            found += [each for each in self._alike(asked, limits, near) if each.place not in exact]
        bonus = self._nearness(near)
        ranked = sorted(
            (each._replace(score=each.score + bonus(each.place)) for each in found),
            key=lambda each: (-each.score, each.place),
        )
        exact_count = sum(each.score >= min(EXACT.values()) for each in ranked)
        return [self._match(each, near) for each in ranked[: max(limit, exact_count)]]

    def _match(self, found: _Found, near: _Near) -> Match:
        place = self.store.place(found.place)
        same = plain(place.name) == found.letters
        reason = found.reason
        if near is not None:
            reason += f"; {self._distances(near)[found.place]:.0f} km away"
        score = round(min(found.score, 1.0), 3)
        return Match(place, score, place.name if same else found.letters, reason)

    def _wanted(self, country: frozenset[str], kind: str) -> NDArray[np.bool_] | None:
        if not country and not kind:
            return None
        if (country, kind) in self._masks:
            return self._masks[country, kind]
        store = self.store
        wanted = np.ones(len(store), bool)
        if country:
            codes = [number for number, code in enumerate(store.countries) if code in country]
            wanted &= np.isin(store.country, codes)
        if kind:
            kinds = [n for n, word in enumerate(store.kinds) if kind in {word, word.rstrip("123")}]
            wanted &= np.isin(store.kind, kinds)
        _remember(self._masks, (country, kind), wanted)
        return wanted

    def _exact(self, asked: _Asked, wanted: NDArray[np.bool_] | None) -> list[_Found]:
        places, uses = self.store.ids(asked.letters), self.store.uses(asked.letters)
        found = []
        for place, use in zip(places.tolist(), uses.tolist(), strict=True):
            if wanted is None or wanted[place]:
                word = USES[use]
                reason = "old name, same letters" if word == "old" else "same letters"
                if self.store.name(place) == asked.name:
                    reason = "as written"
                rank = self._standing(place, asked) / 10
                found.append(_Found(EXACT[word] + rank, place, word, asked.letters, reason))
        return found

    def _standing(self, place: int, asked: _Asked) -> float:
        """What speaks for a place whatever its spelling: people, and the kind that is asked for."""
        store = self.store
        people = POPULATION * math.log10(int(store.population[place]) + 10)
        cost = KIND_COST.get(store.kinds[store.kind[place]], 0.0)
        asks_area = not UNITS.isdisjoint(asked.name.casefold().split())
        return people + (cost if asks_area else -cost)

    def _alike(self, asked: _Asked, limits: _Limits, near: _Near) -> list[_Found]:
        wanted = self._wanted(*limits)
        by_place: dict[int, list[tuple[float, str, int]]] = {}
        for pool in self._pools_for(asked, limits, near):
            scores = _scores(asked, pool)
            top = np.argsort(-scores, kind="stable")[:60]
            for row in top[scores[top] >= FLOOR * sum(WEIGHTS.values())].tolist():
                for code in self.store.codes_of(int(pool.numbers[row])).tolist():
                    place = code >> 2
                    if wanted is None or wanted[place]:
                        rows = by_place.setdefault(place, [])
                        rows.append((float(scores[row]), pool.letters[row], code & 3))
        found = []
        for place, rows in by_place.items():
            best, *others = sorted(set(rows), reverse=True)
            score = best[0] + NEXT_KEYS * sum(row[0] for row in others[:2])
            score = (score + self._standing(place, asked)) / BEST
            reason = same_name(asked.letters, best[1])
            use = USES[best[2]]
            reason = f"old name, {reason}" if use == "old" else reason
            found.append(_Found(min(score, ALIKE_MOST), place, use, best[1], reason))
        return found

    def _pools_for(self, asked: _Asked, limits: _Limits, near: _Near) -> list[_Pool]:
        wanted = self._wanted(*limits)
        pools, among = [], None
        if wanted is not None:
            among, pool = self._known_pool(limits, wanted)
            if pool is not None:
                return [pool]
        if near is not None:
            around = self._distances(near) <= NEAR_REACH_KM
            around = around if wanted is None else around & wanted
            _, pool = self._known_pool((near, limits), around)
            pools = [] if pool is None else [pool]
        return [*pools, self._shortlist(asked, among)]

    def _known_pool(
        self, label: object, wanted: NDArray[np.bool_]
    ) -> tuple[NDArray[np.int32], _Pool | None]:
        """The keys of some places, and if they are few, all of them ready to be compared."""
        if label not in self._pools:
            numbers = self.store.keys_of(wanted)
            pool = self._pool(numbers) if len(numbers) <= POOL else None
            _remember(self._pools, label, (numbers, pool))
        return self._pools[label]

    def _shortlist(self, asked: _Asked, among: NDArray[np.int32] | None) -> _Pool:
        like, bones = self._likeness, asked.bones
        parts = (
            like.same_consonants(bones),
            like.one_apart(bones),
            like.shared_pairs(bones, PAIRS),
        )
        room = max(0, MOST_READ - len(parts[0]) - len(parts[2]))
        numbers = np.unique(np.concatenate([parts[0], parts[1][:room], parts[2]]))
        if among is not None:
            numbers = np.intersect1d(numbers, among, assume_unique=True)
        if len(numbers) > SHORTLIST:
            texts = list(map(self.store.key, numbers.tolist()))
            rough = process.cdist([asked.written], texts, scorer=fuzz.ratio, dtype=np.float32)[0]
            rough += 100.0 * np.isin(numbers, parts[0])
            numbers = numbers[np.argpartition(-rough, SHORTLIST)[:SHORTLIST]]
        return self._pool(numbers)

    def _pool(self, numbers: NDArray[np.int32]) -> _Pool:
        letters = list(map(self.store.key, numbers.tolist()))
        forms = list(map(_forms, letters))
        written, folded, bones = ([form[n] for form in forms] for n in range(3))
        initials = np.array([text[:1] for text in folded], dtype="U1")
        return _Pool(numbers, letters, written, folded, bones, initials)

    def _distances(self, near: tuple[float, float]) -> NDArray[np.float64]:
        """Kilometres to every place, on a sphere: good enough to rank."""
        lon, lat = np.radians(self.store.lon), np.radians(self.store.lat)
        lon0, lat0 = math.radians(near[0]), math.radians(near[1])
        half = np.sin((lat - lat0) / 2) ** 2
        half += np.cos(lat) * math.cos(lat0) * np.sin((lon - lon0) / 2) ** 2
        distances: NDArray[np.float64] = np.degrees(2 * np.arcsin(np.sqrt(half))) * KM_PER_DEGREE
        return distances

    def _nearness(self, near: _Near) -> Callable[[int], float]:
        if near is None:
            return lambda _: 0.0
        distances = self._distances(near)
        return lambda place: NEAR * math.exp(-distances[place] / NEAR_KM)


def _remember(known: dict[Any, Any], label: object, value: object) -> None:
    if len(known) >= REMEMBERED:
        known.clear()
    known[label] = value


def _scores(asked: _Asked, pool: _Pool) -> NDArray[np.float64]:
    """The weighted sum of what `WEIGHTS` names, for every key."""

    def like(text: str, others: list[str], scorer: Any) -> NDArray[np.float64]:
        row = process.cdist([text], others, scorer=scorer, dtype=np.float32)[0]
        return np.asarray(row, np.float64)

    written = like(asked.written, pool.written, fuzz.ratio) / 100
    folded = like(asked.folded, pool.folded, fuzz.ratio) / 100
    bones = like(asked.bones, pool.bones, fuzz.ratio) / 100
    edits = OSA.normalized_similarity
    total: NDArray[np.float64] = (
        WEIGHTS["written"] * written
        + WEIGHTS["written_edits"] * like(asked.written, pool.written, edits)
        + WEIGHTS["folded"] * folded
        + WEIGHTS["folded_edits"] * like(asked.folded, pool.folded, edits)
        + WEIGHTS["consonants"] * bones
        + WEIGHTS["same_letters"] * (written == 1)  # a ratio of 1 is the same text
        + WEIGHTS["same_fold"] * (folded == 1)
        + WEIGHTS["same_consonants"] * (bones == 1)
        + WEIGHTS["same_initial"] * (pool.initials == asked.folded[:1])
    )
    return total
