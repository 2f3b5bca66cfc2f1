"""Names of the basemap in other languages, as far as the basemap or `convoy_geo.lang` has them."""

from __future__ import annotations

from functools import cache

from convoy_geo.io.map_layers import read_layer
from convoy_geo.lang import DEFAULT, languages, load

__all__ = ["country_name", "label_name"]

OWN = "ar"
"""The language that the layers have names in beside the shown ones."""
LAYERS = ("countries", "lakes", "rivers", "seas", "regions")


def label_name(name: str, lang: str) -> str:
    """What the basemap calls something, in a language; the same name where it is not known.

    Parameters
    ----------
    name
        As the basemap shows it.
    lang
        Code of the language.

    Examples
    --------
    >>> label_name("Euphrates", "fr"), label_name("Euphrates", "en")
    ('Euphrate', 'Euphrates')
    """
    return name if lang == DEFAULT else _names(lang).get(name, name)


def country_name(country: str, lang: str) -> str:
    """What the basemap calls a country, in a language; empty where it is not known.

    Parameters
    ----------
    country
        Its ISO 3166-1 code.
    lang
        Code of the language.

    Examples
    --------
    >>> country_name("SY", "fr"), country_name("SY", "ar"), country_name("XX", "fr")
    ('Syrie', 'سوريا', '')
    """
    return _countries(lang).get(country, "")


@cache
def _countries(lang: str) -> dict[str, str]:
    """Names by ISO code; the first of several in the language's list counts."""
    found: dict[str, str] = {}
    rows = load(lang).rows("countries.csv") if lang in languages("countries.csv") else []
    for row in rows:
        found.setdefault(row["country"], row["name"])
    field = "name" if lang == DEFAULT else "arabic_name" if lang == OWN else ""
    for told in read_layer("countries").properties if field else ():
        if told.get("iso") and told.get(field):
            found[str(told["iso"])] = str(told[field])
    return found


@cache
def _names(lang: str) -> dict[str, str]:
    shown: dict[str, str] = {}
    found: dict[str, str] = {}
    for layer in LAYERS:
        for told in read_layer(layer).properties:
            name = str(told.get("name", ""))
            shown.setdefault(str(told.get("id", "")), name)
            own = str(told.get("arabic_name", "")) if lang == OWN else ""
            if name and own:
                found.setdefault(name, own)
    for told in read_layer("countries").properties:
        own = country_name(str(told.get("iso", "")), lang)
        if own and told.get("name"):
            found.setdefault(str(told["name"]), own)
    rows = load(lang).rows("features.csv") if lang in languages("features.csv") else []
    for row in rows:
        found.setdefault(shown.get(row["id"], ""), row["name"])
    found.pop("", None)
    return found
