"""The word lists of the geoparser, from all languages in `convoy_geo.lang`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from convoy_geo.gazetteer.normalize import name_letters
from convoy_geo.geoparse.inflect import Endings
from convoy_geo.lang import DEFAULT, languages, load
from convoy_geo.lang.detect import recognised

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Lexicon", "Special", "lexicon"]

FILE = "reader.toml"
NONE = "_"
LISTS = (
    "a", "addressing", "after_place", "area_nouns", "article_words", "auxiliaries",
    "before_place",
    "border_between", "border_parts", "border_with", "borders", "clubs", "connectors",
    "contractions", "county", "fillers", "from", "geo_nouns", "goes_on", "halfway", "heads",
    "infinitive",
    "inside", "institutions", "joins", "media", "metonyms", "name_openers", "name_words", "near",
    "news",
    "not_subject", "of", "of_nouns", "organisations", "papers", "phrases", "place_endings",
    "place_only",
    "place_verbs", "plurals", "possessive", "region_nouns", "reporting", "road_links",
    "road_nouns", "ships", "short_forms", "site_nouns", "speech", "starters", "stop", "streets",
    "sure_before", "surnames", "the",
    "things", "titles", "toward", "toward_government", "town_before", "town_nouns",
    "water_before", "water_only", "outskirts", "coasts", "off", "along",
)  # fmt: skip
"""Keys of ``reader.toml`` whose values are blank-separated words; see its comments."""


@dataclass(frozen=True, slots=True)
class Special:
    """A word that denotes a place without being its name.

    Parameters
    ----------
    use
        ``demonym`` ("Syrian") or ``abbreviation`` ("Ky.").
    written
        Required spelling: a demonym with a capital, an abbreviation exactly as given.
    name, country, kind
        Of the place: the name to look up, and which namesake is meant; empty if any.
    """

    use: str
    written: str
    name: str
    country: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Lexicon:
    """Word lists, all folded or lower case; see the comments of ``reader.toml``.

    The lists `caseless_stop`, `caseless_before` and the clitics are for languages whose script has
    no capitals; all others are for languages that capitalise names.
    """

    a: frozenset[str]
    addressing: frozenset[str]
    after_place: frozenset[str]
    area_nouns: frozenset[str]
    article_words: frozenset[str]
    auxiliaries: frozenset[str]
    before_place: frozenset[str]
    border_between: frozenset[str]
    border_parts: frozenset[str]
    border_with: frozenset[str]
    borders: frozenset[str]
    clubs: frozenset[str]
    connectors: frozenset[str]
    contractions: frozenset[str]
    county: frozenset[str]
    fillers: frozenset[str]
    from_: frozenset[str]
    geo_nouns: frozenset[str]
    goes_on: frozenset[str]
    halfway: frozenset[str]
    heads: frozenset[str]
    infinitive: frozenset[str]
    inside: frozenset[str]
    institutions: frozenset[str]
    joins: frozenset[str]
    media: frozenset[str]
    metonyms: frozenset[str]
    name_openers: frozenset[str]
    name_words: frozenset[str]
    near: frozenset[str]
    news: frozenset[str]
    not_subject: frozenset[str]
    of: frozenset[str]
    organisations: frozenset[str]
    papers: frozenset[str]
    phrases: frozenset[str]
    place_endings: frozenset[str]
    place_only: frozenset[str]
    place_verbs: frozenset[str]
    plurals: frozenset[str]
    sure_before: frozenset[str]
    site_nouns: frozenset[str]
    of_nouns: frozenset[str]
    water_before: frozenset[str]
    water_only: frozenset[str]
    outskirts: frozenset[str]
    coasts: frozenset[str]
    off: frozenset[str]
    along: frozenset[str]
    road_nouns: frozenset[str]
    road_links: frozenset[str]
    possessive: frozenset[str]
    region_nouns: frozenset[str]
    reporting: frozenset[str]
    ships: frozenset[str]
    short_forms: frozenset[str]
    speech: frozenset[str]
    starters: frozenset[str]
    streets: frozenset[str]
    surnames: frozenset[str]
    the: frozenset[str]
    things: frozenset[str]
    titles: frozenset[str]
    toward: frozenset[str]
    toward_government: frozenset[str]
    town_before: frozenset[str]
    town_nouns: frozenset[str]
    common: frozenset[str]
    """Stop words, and words of the other lists that occur before or after places."""
    given: frozenset[str]
    caseless_stop: frozenset[str]
    caseless_before: frozenset[str]
    caseless_nouns: frozenset[str]
    """Nouns such as town and river: a name may follow, but they are not names."""
    caseless_towns: frozenset[str]
    caseless_areas: frozenset[str]
    caseless_people: frozenset[str]
    """Titles and verbs of speech that precede names of persons."""
    article: str
    """The article that is joined to a word."""
    home: frozenset[str]
    """Countries (ISO 3166-1) whose places are typical for texts in the language."""
    nisba: tuple[str, ...]
    """Endings of surnames that indicate origin."""
    clitics: frozenset[str]
    long_clitics: tuple[str, ...]
    list_gaps: frozenset[str]
    """Separators of lists of names: punctuation, and the words of `joins`."""
    border_hints: tuple[str, ...]
    """Text common to every word of `borders`, with or without a capital."""
    variants: dict[str, tuple[str, ...]]
    """First words of names that stand for one another, folded: "st" -> "saint"."""
    lengths: dict[str, str]
    """Units of length in the text, and their names in terms of relative places."""
    directions: dict[str, str]
    feature_nouns: dict[str, str]
    """Words for rivers, lakes, ranges, and their kind in the gazetteers."""
    hemispheres: dict[str, str]
    """Words and letters next to a coordinate, blanks as underscores, and ``north``..."""
    specials: dict[str, tuple[Special, ...]]
    countries: dict[str, str]
    """Names of countries and of their states, in lower case as written -> ISO 3166-1 code."""
    country_keys: frozenset[tuple[str, str]]
    """Keys of names and abbreviations of countries, each with its ISO 3166-1 code."""
    lang: str
    """Language code; the English lists also serve texts in unknown languages."""
    postpositions: bool
    """Whether words such as "near" follow the name."""
    quoted: bool
    """Whether a name in quotation marks is that of a newspaper, a ship or a firm."""
    apostrophe: str
    """The function of an apostrophe: ``elision``, ``suffix`` or none."""
    endings: Endings
    """Case endings of names."""
    adjectives: Endings
    """Endings of adjectives derived from names: "Калужская"."""
    small_demonyms: frozenset[str]
    """Demonyms written in lower case."""


SHARED = ("article_words", "connectors", "metonyms", "short_forms")
"""Lists for names from anywhere: the English ones apply to every language."""


@cache
def lexicon(code: str = "") -> Lexicon:
    """The word lists of a language, cached.

    Parameters
    ----------
    code
        A language with a ``reader.toml``; for any other, and for none, the English lists are used.
        The lists of languages whose script has no capitals are always included.

    Examples
    --------
    >>> lexicon().specials["syrian"][0].country
    'SY'
    """
    known = languages(FILE)
    code = code if code in known else DEFAULT
    tables = {each: load(each).reader for each in known}
    caseless = [table for table in tables.values() if not table.get("capitals", True)]
    own, english = tables[code], tables[DEFAULT]
    capital = [own] if own.get("capitals", True) else [own, english]
    if not own.get("capitals", True):  # a script identifies its language, with few exceptions
        caseless = [own]
    if code == DEFAULT:
        capital += [
            table for each, table in tables.items()
            if each not in recognised() and table.get("capitals", True)
        ]  # fmt: skip
    lists = {name: _words(capital, name) for name in LISTS}
    for name in SHARED:
        lists[name] |= _words([english], name)
    lists["common"] = lists.pop("stop").union(
        *(lists[name] for name in ("institutions", "geo_nouns", "after_place", "organisations"))
    )
    specials: dict[str, tuple[Special, ...]] = {}
    for special in _specials(code):
        key = name_letters(special.written)
        specials[key] = (*specials.get(key, ()), special)
    small = own.get("demonym", {}).get("capital") != "yes" and "demonyms" in own
    return Lexicon(
        from_=lists.pop("from"),
        given=frozenset(
            word
            for each in {DEFAULT, *_with_unknown(code)}
            for word in load(each).words("given_names.txt")
        ),
        caseless_stop=_words(caseless, "stop"),
        caseless_before=_words(caseless, "before_place"),
        caseless_nouns=_words(caseless, "geo_nouns"),
        caseless_towns=_words(caseless, "town_nouns"),
        caseless_areas=_words(caseless, "area_nouns"),
        caseless_people=_words(caseless, "titles") | _words(caseless, "speech"),
        article=str(own.get("article", "")),
        home=frozenset(str(own.get("home", "")).split()),
        nisba=tuple(str(own.get("nisba", "")).split()),
        clitics=_words(caseless, "clitics"),
        long_clitics=tuple(sorted(_words(caseless, "long_clitics"))),
        list_gaps=frozenset((", ", "/", " & ", "; ")).union(
            gap for word in lists["joins"] for gap in (f" {word} ", f", {word} ")
        ),
        border_hints=tuple(sorted(word[1:] for word in lists["borders"])),
        variants=_variants([english, own]),
        lengths=_by_word([*capital, *caseless], "lengths"),
        directions=_by_word([*capital, *caseless], "directions"),
        hemispheres=_by_word([english, own], "hemispheres"),
        feature_nouns=_by_word([english, own], "feature_nouns"),
        specials=specials,
        countries={
            row["name"].lower(): row["country"]
            for each in {DEFAULT, *_with_unknown(code)}
            for row in load(each).rows("countries.csv")
        },
        country_keys=frozenset(
            [
                (name_letters(row["name"]), row["country"])
                for each in {DEFAULT, *_with_unknown(code)}
                for row in load(each).rows("countries.csv")
            ]
            + [
                (key, special.country)
                for key, several in specials.items()
                for special in several
                if special.use == "abbreviation" and special.kind == "country"
            ]
        ),
        lang=code,
        postpositions=bool(own.get("postpositions", False)),
        quoted=bool(own.get("quoted", False)),
        apostrophe=str(own.get("apostrophe", "")),
        endings=Endings(own.get("endings", {})),
        adjectives=Endings(own.get("adjectives", {})),
        small_demonyms=frozenset(
            special.written for several in specials.values() for special in several
        ) if small else frozenset(),
        **lists,
    )  # fmt: skip


def _with_unknown(code: str) -> list[str]:
    """A language, and those that cannot be detected in a text: their words are always included."""
    return [code, *(each for each in languages() if each not in {*recognised(), code})]


def _words(tables: list[dict[str, Any]], name: str) -> frozenset[str]:
    return frozenset(word for table in tables for word in str(table.get(name, "")).split())


def _by_word(tables: list[dict[str, Any]], name: str) -> dict[str, str]:
    """Words of a section such as ``[directions]`` -> the key that they stand under."""
    return {
        word: key
        for table in tables
        for key, words in table.get(name, {}).items()
        for word in words.split()
    }


def _variants(tables: list[dict[str, Any]]) -> dict[str, tuple[str, ...]]:
    """Each word of a group such as "st saint" -> the others of it."""
    groups = [
        line.split() for table in tables for line in str(table.get("variants", "")).splitlines()
    ]
    return {
        word: tuple(other for other in group if other != word) for group in groups for word in group
    }


def _specials(code: str) -> Iterator[Special]:
    for lang in map(load, _with_unknown(code)):
        for row in lang.rows("demonyms.csv"):
            yield _demonym(row)
        for row in lang.rows("abbreviations.csv"):
            yield Special("abbreviation", row["word"], row["name"], row["country"], row["kind"])
        endings = lang.reader.get("demonym", {}).get("endings", NONE).split()
        for country, stems in lang.reader.get("demonyms", {}).items():
            for stem in stems.split():
                for ending in endings:
                    written = stem + ("" if ending == NONE else ending)
                    yield Special("demonym", written, "", country, "country")


def _demonym(row: dict[str, str]) -> Special:
    of = row["of"]
    if len(of) == 2 and of.isupper():
        return Special("demonym", row["word"], "", of, "country")
    return Special("demonym", row["word"], of)
