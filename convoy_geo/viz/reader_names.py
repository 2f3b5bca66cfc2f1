"""A case with the names of its places in the reader's language."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Self

from convoy_geo.lang import DEFAULT
from convoy_geo.lang.templates import Words
from convoy_geo.webmap.label_names import country_name, label_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from convoy_geo.model.places import Place
    from convoy_geo.viz.view_data import Contents

__all__ = ["ReaderName", "names_by_case", "with_names"]

ON_BASEMAP = frozenset({"sea", "desert", "island"})
"""Kinds of places whose names the basemap has too: there a name means the same thing."""


class ReaderName(Words):
    """A place's name in the reader's language; text of the page's language, not of the case's.

    Parameters
    ----------
    name
        In that language.
    case_name
        As the case has it.
    """

    __slots__ = ("case_name",)
    case_name: str

    def __new__(cls, name: str, case_name: str) -> Self:
        """Keep the case's name beside it."""
        made = super().__new__(cls, name)
        made.case_name = case_name
        return made

    def __reduce__(self) -> tuple[type[Self], tuple[str, str]]:
        return type(self), (str(self), self.case_name)


def with_names(contents: Contents, lang: str) -> Contents:
    """The same case with each place called as a language has it, where that is known.

    A name of names.csv counts first, then that of the basemap: for countries, and for seas, deserts
    and islands that are called the same there. Other places keep the case's name.

    Parameters
    ----------
    contents
        What the case holds.
    lang
        Code of the reader's language, such as ``ar``. English is the language of cases.
    """
    if lang == DEFAULT:
        return contents
    places = {key: _named(place, lang) for key, place in contents.places.items()}
    return replace(contents, places=places, lang=lang)


def _named(place: Place, lang: str) -> Place:
    found = place.in_language(lang)
    if found is not place:
        return replace(found, name=ReaderName(found.name, place.name))
    name = place.name
    if place.kind == "country" and len(place.country) == 1:
        name = country_name(place.country[0], lang)
    elif place.kind in ON_BASEMAP:
        name = label_name(place.name, lang)
    return place if name in {"", place.name} else replace(place, name=ReaderName(name, place.name))


def names_by_case(places: Iterable[Place]) -> Mapping[str, ReaderName]:
    """Names in the reader's language by the names that the case and its roads have.

    Parameters
    ----------
    places
        Of `with_names`; those that keep the case's name are left out.
    """
    found: dict[str, ReaderName] = {}
    for place in places:
        name = place.name
        if isinstance(name, ReaderName):
            found[name.case_name] = name
            if place.road_node:
                found.setdefault(place.road_node, name)
    return found
