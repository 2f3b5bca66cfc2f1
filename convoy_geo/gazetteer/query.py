"""Interpret place queries: "Homs, Syria", "Aleppo Governorate", "City of Hama".

The words come from the language tables: areas and towns, countries with codes, abbreviations.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from convoy_geo.gazetteer.normalize import UNITS, name_letters
from convoy_geo.lang import languages, load

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from convoy_geo.gazetteer.index import Store

__all__ = ["Query", "Where", "read_query", "where"]

KINDS = {"town_nouns": "town", "area_nouns": "area"}
"""Kinds of places by lists of ``reader.toml``."""


class Query(NamedTuple):
    """A name without its qualifiers.

    `kind` is ``town``, ``area`` or empty; `inside` lists what follows commas, the smallest first.
    """

    name: str
    kind: str
    inside: tuple[str, ...]


class Where(NamedTuple):
    """A country, or one of its first-level areas by its number in a store."""

    country: str
    area: int = -1


def read_query(text: str) -> Query:
    """Split a query into name and qualifiers.

    Parameters
    ----------
    text
        A place name as a user would write it.

    Examples
    --------
    >>> read_query("City of Hama, Syria")
    Query(name='Hama', kind='town', inside=('Syria',))
    >>> read_query("Aleppo Governorate").kind
    'area'
    """
    head, *inside = (part.strip() for part in text.replace("(", ",").rstrip(" )").split(","))
    words = head.split()
    kinds, links = _kinds()
    kind = ""
    if len(words) > 1 and (found := kinds.get(words[-1].lower())):
        kind, words = found, words[:-1]
    elif len(words) > 1 and (found := kinds.get(_bare(words[0]))):
        rest = words[1:]
        if rest[0].lower() in links:
            rest = rest[1:]
        elif words[0].isascii():  # "Town Hill" is a name, "Town of Hill" is not
            rest = []
        kind, words = (found, rest) if rest else ("", words)
    return Query(" ".join(words), kind, tuple(filter(None, inside)))


def _bare(word: str) -> str:
    return word.lower() if word.isascii() else name_letters(word)


@cache
def _kinds() -> tuple[dict[str, str], frozenset[str]]:
    """Kinds by words for towns and areas; and the words that may link them to a name."""
    kinds = dict.fromkeys(UNITS, "area")
    links: set[str] = set()
    for code in languages("reader.toml"):
        lists = load(code).reader
        links |= set(str(lists.get("of", "")).split())
        for name, kind in KINDS.items():
            kinds |= {_bare(word): kind for word in str(lists.get(name, "")).split()}
    return kinds, frozenset(links)


@cache
def _countries() -> dict[str, str]:
    """Letters of names and abbreviations of countries -> ISO 3166-1 code."""
    known: dict[str, str] = {}
    for code in languages():
        lang = load(code)
        for row in lang.rows("abbreviations.csv"):
            if row["kind"] == "country":
                known.setdefault(name_letters(row["word"]), row["country"])
        for row in lang.rows("countries.csv"):
            known.setdefault(name_letters(row["name"]), row["country"])
    return known


@cache
def _areas() -> dict[str, tuple[tuple[str, str], ...]]:
    """Letters of abbreviations of areas -> letters of their names, and their countries."""
    known: dict[str, tuple[tuple[str, str], ...]] = {}
    for code in languages():
        for row in load(code).rows("abbreviations.csv"):
            if row["kind"] == "area1":
                key = name_letters(row["word"])
                known[key] = (*known.get(key, ()), (name_letters(row["name"]), row["country"]))
    return known


def where(text: str, store: Store) -> list[Where]:
    """The possible meanings of the words after a comma, likeliest first; empty if unknown.

    Parameters
    ----------
    text
        A country by any of its names or its ISO code, or a first-level area by name or
        abbreviation.
    store
        The store that contains the areas.
    """
    name = read_query(text).name
    letters = name_letters(name)
    found: list[Where] = []
    for key, country in (*_areas().get(letters, ()), (letters, "")):
        numbers: NDArray[np.int32] = store.ids(key)
        for number in numbers.tolist():
            code = store.countries[store.country[number]]
            kind = store.kinds[store.kind[number]]
            if kind == "area1" and country in {"", code}:
                found.append(Where(code, number))
            elif kind == "country" and not country and letters not in _countries():
                found.append(Where(code))
    if letters in _countries() and _countries()[letters] in store.countries:
        state = any(place.area >= 0 for place in found) and letters not in store_names(store)
        found.insert(len(found) if state else 0, Where(_countries()[letters]))
    code = name.upper()
    if name == code and len(name) == 2 and code in store.countries:
        found.append(Where(code))
    return list(dict.fromkeys(found))


@cache
def store_names(store: Store) -> frozenset[str]:
    """Letters of the main names of a store's countries."""
    kind = store.kinds.index("country") if "country" in store.kinds else -1
    rows = (store.kind == kind).nonzero()[0].tolist()
    return frozenset(name_letters(store.name(number)) for number in rows)
