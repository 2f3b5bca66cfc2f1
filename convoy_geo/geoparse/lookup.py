"""Look up names: gazetteers in layers, and the longest names in a text."""

from __future__ import annotations

import math
import re
from abc import ABC, abstractmethod
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import normalize

import marisa_trie
import numpy as np

from convoy_geo.gazetteer.index import USES
from convoy_geo.gazetteer.normalize import ARTICLES, fold, name_letters
from convoy_geo.geoparse.lexicon import lexicon
from convoy_geo.geoparse.tokens import APOSTROPHES, split_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from convoy_geo.gazetteer.case_gazetteer import Gazetteer
    from convoy_geo.gazetteer.index import Store
    from convoy_geo.geoparse.tokens import SplitText
    from convoy_geo.model.places import Place

__all__ = [
    "POSSESSIVE",
    "Candidate",
    "CaseLayer",
    "Layer",
    "StoreLayer",
    "merged",
    "native",
    "part",
    "phrases",
    "seat_size",
    "spans",
]

MOST_WORDS = 6
"""Maximum number of words in a name."""
LONGEST_WORD = 60
"""Maximum length of a word: no name in the gazetteers has a longer one."""
MOST_CANDIDATES = 40
"""Maximum number of namesakes considered, the most populous: there are 400 San Antonios."""
KEPT = 50_000
"""Number of names whose candidates are cached across texts."""
JOINS = frozenset(
    (" ", "-", "\u00a0", "\u2010", "\u2011", "\u202f", "'", "\u2019", "'-", "\u2019-")
).union(*((f" {sign}", f"-{sign}", f"{sign} ") for sign in APOSTROPHES))
"""Separators inside a name: "Ra's al 'Ayn" and "Shefa-'Amr" contain ayns."""
POSSESSIVE = frozenset(
    sign + ending
    for letter in lexicon().possessive
    for signs, endings in (("'’", letter + letter.upper()), ("`´", letter))  # noqa: RUF001
    for sign in signs
    for ending in endings
)
BONUS = {"country": 3.0, "continent": 3.0, "area1": 1.4, "region": 1.0, "area2": 0.0, "area3": -0.3}
"""Contribution of a kind to a candidate's prior score; towns 0."""
FOREIGN_COUNTRY = 1.0
"""Prior of a country under a name used only in another language: below any small town."""
SMALL_AREA, SMALL_AREA_COST = 400_000, 1.3
"""Population below which a first-level area is less known than a town, and its cost."""
FAMOUS, FAMOUS_PEOPLE = 0.4, 500_000
"""Bonus of a world-famous city over its namesakes, and its minimum population."""
FOREIGN_AREA = 1.2
"""Cost of an area under a name that is unrelated to its main name: "Yuta" for Utah."""
SOME_SIZE = 15_000
"""Population of a town that precedes a country which the text's language names differently."""
CAPITAL, CAPITAL_PEOPLE = 0.8, 100_000
"""Bonus of a capital over its namesakes, and its minimum population."""
FEATURE, FEATURE_RANK, FEATURE_RANKS = 2.6, 0.15, 10.0
"""Prior of a sea or river, and its cost per zoom level at which a map shows it."""
USE_BONUS = {"name": 0.4, "alternate": 0.0, "old": -0.3, "transcript": -0.6}
ARTICLE_MARKS = re.compile("[\u0323\u0327\u0331]")
"""Dot below, cedilla, macron below: of the sun letters that an article takes on."""
_parts: dict[str, str] = {}


class Candidate(NamedTuple):
    """A candidate place for a name, with its prior score.

    `prior` is the score without the text: 0.4 per power of ten of the population, plus the
    contributions of kind and spelling.
    """

    layer: Layer
    number: int
    lon: float
    lat: float
    population: int
    kind: str
    country: str
    area: int
    use: str
    prior: float


class Layer(ABC):
    """One gazetteer of the finder; `first` gives its places precedence over all others."""

    first = False
    first_words: frozenset[str] | set[str] = frozenset()
    """Keys of lower-case words that begin some of its names."""
    worldwide = False
    prefixes: Callable[[str], list[str]]
    """The keys with which a folded text begins, shortest first."""

    @abstractmethod
    def begins(self, text: str) -> bool:
        """Whether any key begins with a folded text."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Candidate, ...]] = {}
        self._records: dict[int, Place] = {}

    @abstractmethod
    def place(self, number: int) -> Place:
        """A place as a record."""

    def country(self, code: str) -> Candidate | None:  # noqa: ARG002 (most layers have none)
        """The country of an ISO 3166-1 alpha-2 code, if the gazetteer has it."""
        return None

    def covers(self, code: str) -> bool:
        """Whether the gazetteer has places in a country: what it lacks there is not elsewhere."""
        return self.country(code) is not None

    def geonames(self, number: int) -> int:  # noqa: ARG002 (most layers have none)
        """The GeoNames id of a place, or 0."""
        return 0

    def place_of(self, number: int) -> Place:
        """A place as a record, cached."""
        record = self._records.get(number)
        if record is None:
            if len(self._records) > KEPT:
                self._records.clear()
            record = self._records[number] = self.place(number)
        return record

    @abstractmethod
    def _candidates(self, key: str) -> list[Candidate]: ...

    def candidates(self, key: str) -> tuple[Candidate, ...]:
        """The places with a key, sorted by prior score."""
        found = self._known.get(key)
        if found is None:
            if len(self._known) > KEPT:
                self._known.clear()
            ranked = sorted(self._candidates(key), key=lambda each: (-each.prior, each.number))
            found = self._known[key] = tuple(ranked)
        return found


class StoreLayer(Layer):
    """A store on disk.

    Parameters
    ----------
    store
        The store.
    countries
        ISO 3166-1 alpha-2 codes; if given, places elsewhere are left out.
    supplement
        Whether it supplements a larger one, by whose numbers areas are then known.
    """

    def __init__(
        self, store: Store, countries: Iterable[str] = (), *, supplement: bool = False
    ) -> None:
        super().__init__()
        self.store = store
        self.worldwide = store.info.get("id") == "world"
        self._countries = frozenset(countries)
        self._supplement = supplement
        self.prefixes = store.prefixes

    def place(self, number: int) -> Place:
        """A place as a record."""
        return self.store.place(number)

    def begins(self, text: str) -> bool:
        """Whether any key begins with a folded text."""
        return self.store.starts(text)

    def country(self, code: str) -> Candidate | None:
        """The country of an ISO 3166-1 alpha-2 code, if the gazetteer has it."""
        store = self.store
        if code not in store.countries or "country" not in store.kinds:
            return None
        rows = np.flatnonzero(
            (store.country == store.countries.index(code))
            & (store.kind == store.kinds.index("country"))
        )
        return self._candidate(int(rows[0]), "name") if len(rows) else None

    def covers(self, code: str) -> bool:
        """Whether the gazetteer has places in a country and the country is requested."""
        if self._countries:
            return code in self._countries
        known = set(self.store.countries) - {""}
        return self.worldwide or not known or code in known

    def geonames(self, number: int) -> int:
        """The GeoNames id of a place, or 0."""
        return int(self.store.geonames[number])

    def candidate_of(self, place: Place) -> Candidate | None:
        """A place of the store (from `place`) as a candidate under another spelling."""
        rows = np.flatnonzero(self.store.geonames == int(place.geonames or -1))
        return self._candidate(int(rows[0]), "alternate") if len(rows) else None

    def _candidates(self, key: str) -> list[Candidate]:
        store, wanted = self.store, self._countries
        rows: Iterator[tuple[int, int]] = zip(
            store.ids(key).tolist(), store.uses(key).tolist(), strict=True
        )
        if wanted:
            rows = (row for row in rows if store.countries[store.country[row[0]]] in wanted)
        if self._supplement:  # the larger one has them too
            rows = (row for row in rows if row[0] not in store.features)
        found = [
            self._candidate(number, USES[use], key) for number, use in islice(rows, MOST_CANDIDATES)
        ]
        if found and key in lexicon().metonyms:
            seat = max(found, key=seat_size)
            if seat.kind == "town" and seat.population >= CAPITAL_PEOPLE:
                found[found.index(seat)] = seat._replace(prior=seat.prior + CAPITAL)
        return found

    def _candidate(self, number: int, use: str, key: str = "") -> Candidate:
        store = self.store
        population, kind = int(store.population[number]), store.kinds[store.kind[number]]
        prior = 0.4 * math.log10(population + 1) + BONUS.get(kind, 0.0) + USE_BONUS.get(use, 0.0)
        if kind == "town" and population >= FAMOUS_PEOPLE and use == "name":
            prior += FAMOUS
        if kind == "area1" and population < SMALL_AREA:
            prior -= SMALL_AREA_COST
        if number in store.features:
            rank = min(store.features[number][2], FEATURE_RANKS)
            prior = FEATURE - FEATURE_RANK * rank + USE_BONUS.get(use, 0.0)
        area = -1 if self._supplement else int(store.area[number])
        country = store.countries[store.country[number]]
        if kind in {"country", "area1"} and use != "name" and self._foreign(key, country, number):
            if kind == "area1":
                prior -= FOREIGN_AREA
            else:
                use, prior = "foreign", FOREIGN_COUNTRY
        return Candidate(
            self, number, float(store.lon[number]), float(store.lat[number]), population, kind,
            country, area, use, prior,
        )  # fmt: skip

    def _foreign(self, key: str, country: str, number: int) -> bool:
        """Whether a key in Latin letters is neither in a word list nor in the main name."""
        if not key[:1].isascii() or (key, country) in lexicon().country_keys:
            return False
        folded, words = fold(key), self.store.name(number).split()
        begins = ("".join(words[:count]) for count in range(1, len(words) + 1))
        return folded not in map(fold, words) and folded not in map(fold, begins)


class CaseLayer(Layer):
    """The places of a case: few, and those that its reports mean."""

    first = True

    def __init__(self, gazetteer: Gazetteer) -> None:
        super().__init__()
        self._places = list(gazetteer)
        self._by_key: dict[str, list[tuple[int, str]]] = {}
        texts: list[str] = []
        for number, place in enumerate(self._places):
            own = ((place.name, "name"), (place.arabic_name, "name"))
            spellings = ((spelling.text, spelling.use) for spelling in place.spellings)
            for text, use in (*own, *spellings):
                texts.append(text)
                rows = self._by_key.setdefault(name_letters(text), [])
                if number not in [row[0] for row in rows]:
                    rows.append((number, use))
        self._by_key.pop("", None)
        self.first_words = {word for text in texts for word in [_first_word(text)] if word}
        self._trie = marisa_trie.Trie(self._by_key)
        self.prefixes = self._trie.prefixes

    def begins(self, text: str) -> bool:
        """Whether any key begins with a folded text."""
        return next(self._trie.iterkeys(text), None) is not None

    def place(self, number: int) -> Place:
        """A place as a record."""
        return self._places[number]

    def geonames(self, number: int) -> int:
        """The GeoNames id of a place, or 0."""
        return int(self._places[number].geonames or 0)

    def country(self, code: str) -> Candidate | None:
        """The country of an ISO 3166-1 alpha-2 code, if the case has it as a place."""
        for number, place in enumerate(self._places):
            if place.kind == "country" and place.country == (code,):
                return self._candidate(number, "name")
        return None

    def _candidates(self, key: str) -> list[Candidate]:
        return [self._candidate(number, use) for number, use in self._by_key.get(key, ())]

    def _candidate(self, number: int, use: str) -> Candidate:
        place = self._places[number]
        # Above all others, but below them if the case marks it as another place of the same name.
        prior = 10.0 if place.role != "decoy" else 0.0
        # If a town and its province share a name, the bare name is the town's.
        prior += {"point": 0.5, "area": 0.3}.get(place.shape, 0.0) + (use == "name") * 0.1
        lon, lat = (math.nan, math.nan) if place.lon is None else (place.lon, place.lat or 0.0)
        country = place.country[0] if len(place.country) == 1 else ""
        return Candidate(self, number, lon, lat, 0, place.kind, country, -1, use, prior)


def seat_size(place: Candidate) -> tuple[bool, bool, int]:
    """The rank of a place as the capital that a name denotes."""
    return place.kind == "town", place.use == "name", place.population


def merged(some: Sequence[Candidate], more: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Merge the candidates of two gazetteers, sorted by prior score, each place once.

    Parameters
    ----------
    some, more
        Candidates; duplicates are taken from the first.
    """
    known = {each.layer.geonames(each.number) for each in some} - {0}
    rest = [each for each in more if each.layer.geonames(each.number) not in known]
    return tuple(sorted((*some, *rest), key=lambda each: (-each.prior, each.number)))


def native(
    some: Sequence[Candidate], key: str, countries: frozenset[tuple[str, str]]
) -> list[Candidate]:
    """Filter candidates for a text in another language, by its own country names.

    Parameters
    ----------
    some
        Candidates.
    key
        The key by which they were found.
    countries
        Keys of countries in the language of the text, with codes; a name that is not among them is
        not a country if a town of some size has it: "Trinidad".
    """
    town = any(each.kind == "town" and each.population >= SOME_SIZE for each in some)
    found = []
    for each in some:
        named = (key, each.country) in countries
        if each.use == "foreign" and named:
            prior = 0.4 * math.log10(each.population + 1) + BONUS["country"]
            found.append(each._replace(use="alternate", prior=prior))
        elif each.kind == "country" and town and not named and each.use != "name":
            found.append(each._replace(use="foreign", prior=FOREIGN_COUNTRY))
        else:
            found.append(each)
    return sorted(found, key=lambda each: (-each.prior, each.number))


def _first_word(text: str) -> str:
    """The key of the first word of a name, if it is in lower case: "western Anbar"."""
    words = split_words(text).words
    return part(words[0]) if words and words[0].islower() else ""


def part(word: str) -> str:
    """What a word contributes to the key of a longer name: nothing if it is an article."""
    if len(word) > LONGEST_WORD:
        return ""
    known = _parts.get(word)
    if known is None:
        if len(_parts) > KEPT:
            _parts.clear()
        known = name_letters(word)
        if known in ARTICLES and _bare(word) in ARTICLES:
            known = ""
        _parts[word] = known
    return known


def _bare(word: str) -> str:
    """A word in lower case, without the marks that romanisations put on an article."""
    low = word.lower()
    return low if low.isascii() else ARTICLE_MARKS.sub("", normalize("NFKD", low))


def spans(
    words: SplitText,
    first: int,
    skip: int = 0,
    connectors: frozenset[str] = frozenset(),
    *,
    owner: bool = True,
) -> tuple[str, dict[int, int]]:
    """The key of up to six words from one on, and the possible ends of names in it.

    Parameters
    ----------
    words
        The text.
    first
        Number of the first word.
    skip
        Number of leading letters to skip, such as a joined Arabic "and".
    connectors
        Lower-case words that may be inside a name; by default the English ones.
    owner
        Whether a possessive 's at the end of the first word ends the name.

    Returns
    -------
    key, ends
        By length of the key of a name, the number of the word after it.
    """
    text, gaps = words.words, words.gaps
    connectors = connectors or lexicon().connectors
    word = text[first][skip:]
    if owner and word[-2:] in POSSESSIVE:
        key = part(word[:-2])
        return key, {len(key): first + 1} if key else {}
    key = part(word)
    ends = {len(key): first + 1} if key else {}
    for k in range(first + 1, min(first + MOST_WORDS, len(text))):
        gap = gaps[k]
        if gap not in JOINS and not _joined(text[k - 1], gap):
            break
        word = text[k]
        lower = word[0].islower()
        tied = gap == "-" or gaps[k + 1] == "-"  # "Deyr ez-Zor", whatever the article
        if lower and not tied and word not in connectors and not _elided(word):
            break
        owned = word[-2:] in POSSESSIVE
        piece = part(word[:-2] if owned else word)
        key += piece
        if piece and (gap == "-" or not lower or _elided(word)):
            ends[len(key)] = k + 1
        if owned:
            break
    return key, ends


def _elided(word: str) -> bool:
    """Whether a name follows a lower-case article with an apostrophe: "d'Acre"."""
    return word[1:2] in APOSTROPHES and word[2:3].isupper()


def phrases(words: SplitText, first: int) -> tuple[str, dict[int, int]]:
    """The same for phrases that a case counts as names: any two to six words as written.

    Parameters
    ----------
    words
        The text.
    first
        Number of the first word.
    """
    text, gaps = words.words, words.gaps
    key, ends = part(text[first]), {}
    for k in range(first + 1, min(first + MOST_WORDS, len(text))):
        if gaps[k] not in JOINS and not _joined(text[k - 1], gaps[k]):
            break
        piece = part(text[k])
        key += piece
        if piece:
            ends[len(key)] = k + 1
    return key, ends


def _joined(word: str, gap: str) -> bool:
    """Whether a name can continue across an unusual gap: "St. Louis", or a line break."""
    if gap == ". ":
        return word in lexicon().short_forms
    if gap == ".":
        return len(word) == 1 and word.isupper()
    return not gap.strip() and gap.count("\n") < 2 and len(gap) < 40
