"""Names and places on disk, mapped into memory: opened at once, read where they are asked for.

A store is a folder of arrays. Places have numbers from 0; column arrays (`Store.lon`,
`Store.population`, ...) are indexed by them. Keys (`convoy_geo.gazetteer.normalize.plain`) stand
in a trie (marisa-trie, memory-mapped); each has the numbers of the places that are called so, most
populous first, and what each spelling is to its place (`USES`). Beside it stands what is needed to
find keys that are alike; see `convoy_geo.gazetteer.fuzzy_index`.
"""

from __future__ import annotations

import json
import sys
from array import array
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import marisa_trie
import numpy as np

from convoy_geo.gazetteer.fuzzy_index import LikenessBuilder
from convoy_geo.gazetteer.normalize import fold, plain
from convoy_geo.model.places import Place

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from numpy.typing import NDArray

__all__ = ["USES", "Entry", "Store", "build_store"]

FORMAT = 3
USES = ("name", "alternate", "old", "transcript")
"""What a spelling is: the main name, another, one no longer in use, letters put for letters."""
COLUMNS = {
    "lon": "i4", "lat": "i4", "population": "i4", "geonames": "i4", "area": "u2",
    "kind": "u1", "country": "u1",
}  # fmt: skip
DEGREE = 1e5
"""Coordinates are kept as whole hundred-thousandths of a degree, as GeoNames gives them."""
NO_AREA = 2**16 - 1
LONGEST_NAME = 255
"""Bytes of a name that is shown; what is longer is cut."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A place on its way into a store.

    Parameters
    ----------
    name
        The name to show.
    lon, lat
        WGS 84 decimal degrees.
    kind
        ``country``, ``area1``, ``area2``, ``region``, ``continent``, ``town`` or any other word.
    country
        ISO 3166-1 alpha-2 code, or empty.
    area
        Code of the first-level area it lies in, such as ``SY.07``; of such an area, its own.
    population
        0 where it is not known.
    geonames
        GeoNames id, or 0.
    derived
        Whether the point is but the mean of the towns in it.
    source
        Where the point is from, if not from GeoNames.
    spellings
        Other spellings, each with one of `USES`.
    """

    name: str
    lon: float
    lat: float
    kind: str = "town"
    country: str = ""
    area: str = ""
    population: int = 0
    geonames: int = 0
    derived: bool = False
    source: str = ""
    spellings: tuple[tuple[str, str], ...] = ()


class Store:
    """Places by number, and the numbers of the places that have a key.

    Parameters
    ----------
    folder
        A folder that `build_store` made.

    Attributes
    ----------
    lon, lat
        Columns by place number: WGS 84 decimal degrees.
    population, geonames
        Columns by place number; 0 where it is not known.
    kind, country
        Columns by place number: positions in `kinds` and `countries`.
    area
        Column by place number: the number of the first-level area it lies in, or -1.
    derived
        Column by place number: 1 where the point is but the mean of the towns in it.
    kinds, countries
        The words behind those columns; `countries` are ISO codes, the first is empty.
    info
        What the store was made from: title, licence, versions, counts.
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    population: NDArray[np.int32]
    geonames: NDArray[np.int32]
    area: NDArray[np.int32]
    kind: NDArray[np.uint8]
    country: NDArray[np.uint8]
    derived: NDArray[np.uint8]

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)
        self.info: dict[str, Any] = json.loads((self.folder / "info.json").read_text("utf-8"))
        self.kinds: tuple[str, ...] = tuple(self.info["kinds"])
        self.countries: tuple[str, ...] = tuple(self.info["countries"])
        for column in COLUMNS:
            setattr(self, column, self.array(column))
        self.lon, self.lat = self.lon / DEGREE, self.lat / DEGREE
        kinds = self.array("kind")
        self.kind, self.derived = kinds & np.uint8(0x7F), kinds >> np.uint8(7)
        areas = np.append(self.array("areas"), np.int32(-1))
        self.area = areas[np.minimum(self.area, len(areas) - 1)]
        self._trie = marisa_trie.Trie()
        self._trie.mmap(str(self.folder / "keys.marisa"))
        self._first = self.array("first")
        self._lists = self.array("lists")
        self._names = self.array("names")
        self._sources: dict[str, str] = self.info["sources"]
        self._name_end = np.cumsum(self.array("name_length"), dtype=np.int32)

    def array(self, name: str) -> NDArray[Any]:
        """One of the arrays on disk."""
        # A plain array over the mapped file: memmap's own indexing costs twice as much.
        mapped: NDArray[Any] = np.load(self.folder / f"{name}.npy", mmap_mode="r")
        return mapped.view(np.ndarray)

    def __len__(self) -> int:
        return len(self.lon)

    def __repr__(self) -> str:
        return f"<Store {self.info['title']}: {len(self)} places, {len(self._trie)} keys>"

    def starts(self, prefix: str) -> bool:
        """Whether any key begins so."""
        return next(self._trie.iterkeys(prefix), None) is not None

    def prefixes(self, text: str) -> list[str]:
        """The keys that a text (of `plain`) begins with, shortest first."""
        return list(self._trie.prefixes(text))

    def ids(self, key: str) -> NDArray[np.int32]:
        """Numbers of the places that have the key (of `plain`), most populous first."""
        return self._codes(key) >> 2

    def uses(self, key: str) -> NDArray[np.int32]:
        """What the spelling is to each place of `ids`: positions in `USES`."""
        return self._codes(key) & 3

    def _codes(self, key: str) -> NDArray[np.int32]:
        number = self._trie.get(key)
        return np.empty(0, np.int32) if number is None else self.codes_of(number)

    def codes_of(self, number: int) -> NDArray[np.int32]:
        """The places of a key by its number: four times the place's number, and the use."""
        code = self._first[number]
        if code >= 0:
            return np.array([code], np.int32)
        start = -code
        return self._lists[start : start + self._lists[start - 1]]

    def number(self, key: str) -> int | None:
        """The number of a key, or None."""
        found: int | None = self._trie.get(key)
        return found

    def keys_of(self, wanted: NDArray[np.bool_]) -> NDArray[np.int32]:
        """Numbers of the keys that any of the wanted places has; `wanted` is a column."""
        alone = self._first >= 0
        found = np.zeros(len(self._first), bool)
        found[alone] = wanted[self._first[alone] >> 2]
        starts = -self._first[~alone]
        counts = self._lists[starts - 1]
        inside = wanted[np.minimum(self._lists >> 2, len(wanted) - 1)]
        inside[starts - 1] = False
        upto = np.r_[0, np.cumsum(inside, dtype=np.int32)]
        found[~alone] = upto[starts + counts] > upto[starts]
        return np.flatnonzero(found).astype(np.int32)

    def key(self, number: int) -> str:
        """A key by its number."""
        return str(self._trie.restore_key(number))

    def keys(self, numbers: NDArray[np.int32]) -> list[str]:
        """Keys by their numbers."""
        return list(map(self._trie.restore_key, numbers.tolist()))

    def name(self, number: int) -> str:
        """The name to show of a place."""
        last = self._name_end[number]
        first = self._name_end[number - 1] if number else 0
        return self._names[first:last].tobytes().decode(errors="ignore")

    def _source(self, number: int) -> str:
        if (told := self._sources.get(str(number))) is not None:
            return str(told)
        geonames = self.geonames[number]
        source = f"GeoNames {geonames}" if geonames else str(self.info["title"])
        return f"{source}, point: mean of its towns" if self.derived[number] else source

    def place(self, number: int) -> Place:
        """A place as a record."""
        country = self.countries[self.country[number]]
        geonames = int(self.geonames[number])
        return Place(
            id=f"geonames:{geonames}" if geonames else f"{self.info['id']}:{number}",
            name=self.name(number),
            lon=float(self.lon[number]),
            lat=float(self.lat[number]),
            kind=self.kinds[self.kind[number]],
            country=(country,) if country else (),
            geonames=str(geonames or ""),
            source=self._source(number),
        )


def build_store(
    folder: str | os.PathLike[str], entries: Iterable[Entry], *, info: dict[str, Any]
) -> None:
    """Write a store into an empty folder.

    Parameters
    ----------
    folder
        An existing folder.
    entries
        The places.
    info
        Goes into `Store.info`; has at least ``id`` and ``title``.
    """
    target = Path(folder)
    columns = {name: array("i") for name in COLUMNS if name != "area"}
    kinds: dict[str, int] = {}
    countries: dict[str, int] = {"": 0}
    areas: dict[str, int] = {}
    area_codes: list[str] = []
    names, lengths = bytearray(), bytearray()
    keys, told = _Keys(), {}
    for number, entry in enumerate(entries):
        columns["lon"].append(round(entry.lon * DEGREE))
        columns["lat"].append(round(entry.lat * DEGREE))
        columns["population"].append(entry.population)
        columns["geonames"].append(entry.geonames)
        kind = kinds.setdefault(entry.kind, len(kinds))
        columns["kind"].append(kind | entry.derived << 7)
        columns["country"].append(countries.setdefault(entry.country, len(countries)))
        area_codes.append(sys.intern(entry.area))
        if entry.kind == "area1" and entry.area:
            areas.setdefault(entry.area, number)
        name = entry.name.encode()[:LONGEST_NAME]
        names += name
        lengths.append(len(name))
        keys.add(number, entry)
        if entry.source:
            told[str(number)] = entry.source
    order = {code: position for position, code in enumerate(areas)}
    area = [order.get(code, NO_AREA) for code in area_codes]
    for column, values in {**columns, "area": area}.items():
        np.save(target / f"{column}.npy", np.asarray(values, COLUMNS[column]))
    np.save(target / "areas.npy", np.asarray(list(areas.values()), np.int32))
    np.save(target / "names.npy", np.frombuffer(bytes(names), np.uint8))
    np.save(target / "name_length.npy", np.frombuffer(bytes(lengths), np.uint8))
    count = keys.save(target, np.asarray(columns["population"], np.int32))
    whole = {
        **info, "format": FORMAT, "places": len(area_codes), "keys": count,
        "kinds": list(kinds), "countries": list(countries), "sources": told,
    }  # fmt: skip
    (target / "info.json").write_text(json.dumps(whole, ensure_ascii=False, indent=1), "utf-8")


class _Keys:
    """The keys of all spellings, gathered and then written."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._owners = array("i")
        self._codes = array("i")
        self._likeness = LikenessBuilder()

    def add(self, place: int, entry: Entry) -> None:
        seen: set[str] = set()
        for text, use in ((entry.name, "name"), *entry.spellings):
            key = plain(text)
            if not key or key in seen:
                continue
            seen.add(key)
            number = self._numbers.setdefault(key, len(self._numbers))
            self._owners.append(number)
            self._codes.append(place << 2 | USES.index(use))
            self._likeness.add(number, fold(text))

    def save(self, target: Path, population: NDArray[np.int32]) -> int:
        keys = list(self._numbers)
        self._numbers.clear()
        trie = marisa_trie.Trie(keys)
        trie.save(str(target / "keys.marisa"))
        number_of = np.fromiter(map(trie.get, keys), np.int32, len(keys))
        owners, codes = number_of[np.asarray(self._owners)], np.asarray(self._codes, np.int32)
        order = np.lexsort((codes, -population[codes >> 2], owners))
        owners, codes = owners[order], codes[order]
        counts = np.bincount(owners, minlength=len(keys)).astype(np.int32)
        ends = np.cumsum(counts)
        first = codes[ends - counts] if keys else codes
        # A key of several places points at a list: how many, and then they.
        several = counts[owners] > 1
        begins = several & (np.r_[-1, owners[:-1]] != owners)
        heads = np.cumsum(np.where(begins, 2, 1) * several)
        lists = np.zeros(int(heads[-1]) if len(heads) else 0, np.int32)
        lists[heads[several] - 1] = codes[several]
        lists[heads[begins] - 2] = counts[owners[begins]]
        first[owners[begins]] = -(heads[begins] - 1)
        np.save(target / "first.npy", first.astype(np.int32))
        np.save(target / "lists.npy", lists)
        self._likeness.save(target, number_of)
        return len(keys)
