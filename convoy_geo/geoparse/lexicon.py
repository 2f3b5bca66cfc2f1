"""The words that the rules of the reader know, out of ``geodata/toponyms``."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from functools import cache

from convoy_geo.gazetteer.normalize import plain
from convoy_geo.io.files import geodata

__all__ = ["Lexicon", "Special", "lexicon"]

FOLDER = "toponyms"


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
    """Word lists, all folded or lower case; see the comments of ``words.toml``."""

    common: frozenset[str]
    phrases: frozenset[str]
    given: frozenset[str]
    before_place: frozenset[str]
    geo_nouns: frozenset[str]
    after_place: frozenset[str]
    organisations: frozenset[str]
    surnames: frozenset[str]
    reporting: frozenset[str]
    media: frozenset[str]
    institutions: frozenset[str]
    things: frozenset[str]
    titles: frozenset[str]
    speech: frozenset[str]
    toward_government: frozenset[str]
    metonyms: frozenset[str]
    arabic_stop: frozenset[str]
    arabic_before: frozenset[str]
    directions: dict[str, str]
    specials: dict[str, tuple[Special, ...]]
    countries: dict[str, str]
    """Names of countries and of their states, in lower case as written -> ISO 3166-1 code."""


def _rows(name: str) -> list[dict[str, str]]:
    with geodata(FOLDER, name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def lexicon() -> Lexicon:
    """The lists, read once.

    Examples
    --------
    >>> lexicon().specials["syrian"][0].country
    'SY'
    """
    words = tomllib.loads(geodata(FOLDER, "words.toml").read_text("utf-8"))
    directions = {
        word: direction
        for direction, text in words.pop("directions").items()
        for word in text.split()
    }
    lists = {name: frozenset(text.split()) for name, text in words.items()}
    lists["common"] = lists.pop("stop").union(
        *(lists[name] for name in ("institutions", "geo_nouns", "after_place", "organisations"))
    )
    given = geodata(FOLDER, "given_names.txt").read_text("utf-8").split()
    specials: dict[str, tuple[Special, ...]] = {}
    found = [_demonym(row) for row in _rows("demonyms.csv")]
    found += [
        Special("abbreviation", row["word"], row["name"], row["country"], row["kind"])
        for row in _rows("abbreviations.csv")
    ]
    for special in found:
        key = plain(special.written)
        specials[key] = (*specials.get(key, ()), special)
    return Lexicon(
        given=frozenset(given),
        directions=directions,
        specials=specials,
        countries={row["name"].lower(): row["country"] for row in _rows("countries.csv")},
        **lists,
    )


def _demonym(row: dict[str, str]) -> Special:
    of = row["of"]
    if len(of) == 2 and of.isupper():
        return Special("demonym", row["word"], "", of, "country")
    return Special("demonym", row["word"], of)
