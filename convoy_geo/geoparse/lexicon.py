"""The words that the rules of the reader know: those of all languages in `convoy_geo.lang`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from convoy_geo.gazetteer.normalize import name_letters
from convoy_geo.lang import languages, load

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Lexicon", "Special", "lexicon"]

FILE = "reader.toml"
LISTS = (
    "a", "addressing", "after_place", "area_nouns", "article_words", "auxiliaries",
    "before_place",
    "border_between", "border_parts", "border_with", "borders", "clubs", "connectors",
    "contractions", "county", "fillers", "from", "geo_nouns", "goes_on", "heads", "infinitive",
    "inside", "institutions", "joins", "media", "metonyms", "near", "news", "not_subject", "of",
    "organisations", "papers", "phrases", "place_verbs", "plurals", "sure_before",
    "site_nouns", "of_nouns", "road_nouns", "road_links", "possessive", "region_nouns",
    "reporting", "short_forms", "speech", "starters", "stop", "streets", "surnames", "the",
    "things", "titles", "toward", "toward_government", "town_nouns",
)  # fmt: skip
"""Keys of ``reader.toml`` whose values are words parted by blanks; see its comments."""


@dataclass(frozen=True, slots=True)
class Special:
    """A word that stands for a place without being its name.

    Parameters
    ----------
    use
        ``demonym`` ("Syrian") or ``abbreviation`` ("Ky.").
    written
        As it must be written: a demonym with a capital, an abbreviation in these very letters.
    name, country, kind
        Of the place: what to look up, and which of its namesakes is meant; empty if any.
    """

    use: str
    written: str
    name: str
    country: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Lexicon:
    """Word lists, all folded or lower case; see the comments of ``reader.toml``.

    Those of languages whose script has no capitals are `caseless_stop`, `caseless_before` and the
    clitics; all others are of languages that write names with a capital.
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
    heads: frozenset[str]
    infinitive: frozenset[str]
    inside: frozenset[str]
    institutions: frozenset[str]
    joins: frozenset[str]
    media: frozenset[str]
    metonyms: frozenset[str]
    near: frozenset[str]
    news: frozenset[str]
    not_subject: frozenset[str]
    of: frozenset[str]
    organisations: frozenset[str]
    papers: frozenset[str]
    phrases: frozenset[str]
    place_verbs: frozenset[str]
    plurals: frozenset[str]
    sure_before: frozenset[str]
    site_nouns: frozenset[str]
    of_nouns: frozenset[str]
    road_nouns: frozenset[str]
    road_links: frozenset[str]
    possessive: frozenset[str]
    region_nouns: frozenset[str]
    reporting: frozenset[str]
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
    town_nouns: frozenset[str]
    common: frozenset[str]
    """Stop words, and words of the other lists that stand before or after places."""
    given: frozenset[str]
    caseless_stop: frozenset[str]
    caseless_before: frozenset[str]
    clitics: frozenset[str]
    long_clitics: tuple[str, ...]
    list_gaps: frozenset[str]
    """What stands between the names of a list: signs, and the words of `joins`."""
    border_hints: tuple[str, ...]
    """What stands in every word of `borders` with a capital or without."""
    variants: dict[str, tuple[str, ...]]
    """First words of names that stand for one another, folded: "st" -> "saint"."""
    lengths: dict[str, str]
    """Units of length as written -> as terms of relative places have them."""
    directions: dict[str, str]
    hemispheres: dict[str, str]
    """Words and letters beside a coordinate, blanks as underscores -> ``north``..."""
    specials: dict[str, tuple[Special, ...]]
    countries: dict[str, str]
    """Names of countries and of their states, in lower case as written -> ISO 3166-1 code."""
    country_keys: frozenset[tuple[str, str]]
    """Keys of names and abbreviations of countries, each with its ISO 3166-1 code."""


@cache
def lexicon() -> Lexicon:
    """The lists, read once.

    Examples
    --------
    >>> lexicon().specials["syrian"][0].country
    'SY'
    """
    tables = [load(code).reader for code in languages(FILE)]
    capital = [table for table in tables if table.get("capitals", True)]
    caseless = [table for table in tables if not table.get("capitals", True)]
    lists = {name: _words(capital, name) for name in LISTS}
    lists["common"] = lists.pop("stop").union(
        *(lists[name] for name in ("institutions", "geo_nouns", "after_place", "organisations"))
    )
    specials: dict[str, tuple[Special, ...]] = {}
    for special in _specials():
        key = name_letters(special.written)
        specials[key] = (*specials.get(key, ()), special)
    return Lexicon(
        from_=lists.pop("from"),
        given=frozenset(
            word for code in languages() for word in load(code).words("given_names.txt")
        ),
        caseless_stop=_words(caseless, "stop"),
        caseless_before=_words(caseless, "before_place"),
        clitics=_words(caseless, "clitics"),
        long_clitics=tuple(sorted(_words(caseless, "long_clitics"))),
        list_gaps=frozenset((", ", "/", " & ", "; ")).union(
            gap for word in lists["joins"] for gap in (f" {word} ", f", {word} ")
        ),
        border_hints=tuple(sorted(word[1:] for word in lists["borders"])),
        variants=_variants(capital),
        lengths=_by_word(tables, "lengths"),
        directions=_by_word(tables, "directions"),
        hemispheres=_by_word(tables, "hemispheres"),
        specials=specials,
        countries={
            row["name"].lower(): row["country"]
            for code in languages()
            for row in load(code).rows("countries.csv")
        },
        country_keys=frozenset(
            [
                (name_letters(row["name"]), row["country"])
                for code in languages()
                for row in load(code).rows("countries.csv")
            ]
            + [
                (key, special.country)
                for key, several in specials.items()
                for special in several
                if special.use == "abbreviation" and special.kind == "country"
            ]
        ),
        **lists,
    )


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


def _specials() -> Iterator[Special]:
    for lang in map(load, languages()):
        for row in lang.rows("demonyms.csv"):
            yield _demonym(row)
        for row in lang.rows("abbreviations.csv"):
            yield Special("abbreviation", row["word"], row["name"], row["country"], row["kind"])


def _demonym(row: dict[str, str]) -> Special:
    of = row["of"]
    if len(of) == 2 and of.isupper():
        return Special("demonym", row["word"], "", of, "country")
    return Special("demonym", row["word"], of)
