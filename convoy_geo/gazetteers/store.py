"""Names and places on disk, mapped into memory: opened at once, read where they are asked for.

A store is a folder of arrays. Places have numbers from 0; column arrays (`Store.lon`,
`Store.population`, ...) are indexed by them. Keys (`convoy_geo.names.fold`) stand in a trie
(marisa-trie, memory-mapped); each has the numbers of the places that are called so, most populous
first, and what each spelling is to its place (`USES`).
"""

from __future__ import annotations

import json
from array import array
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import marisa_trie
import numpy as np

from convoy_geo.gazetteer import Place
from convoy_geo.names import plain

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from numpy.typing import NDArray

__all__ = ["USES", "Entry", "Store", "build_store"]

FORMAT = 1
USES = ("name", "alternate", "old", "transcript")
"""What a spelling is: the main name, another, one no longer in use, letters put for letters."""
COLUMNS = {
    "lon": "f8", "lat": "f8", "population": "i4", "geonames": "i4", "area": "i4",
    "kind": "u1", "country": "u1",
}  # fmt: skip
NOTHING = slice(0, 0)


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

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self._folder = Path(folder)
        self.info: dict[str, Any] = json.loads((self._folder / "info.json").read_text("utf-8"))
        self.kinds: tuple[str, ...] = tuple(self.info["kinds"])
        self.countries: tuple[str, ...] = tuple(self.info["countries"])
        for column in COLUMNS:
            setattr(self, column, self._array(column))
        self._trie = marisa_trie.Trie()
        self._trie.mmap(str(self._folder / "keys.marisa"))
        self._start = self._array("start")
        self._places = self._array("places")
        self._uses = self._array("uses")
        self._name_start = self._array("name_start")
        self._names = self._array("names")

    def _array(self, name: str) -> NDArray[Any]:
        # A plain array over the mapped file: memmap's own indexing costs twice as much.
        mapped: NDArray[Any] = np.load(self._folder / f"{name}.npy", mmap_mode="r")
        return mapped.view(np.ndarray)

    def __len__(self) -> int:
        return len(self.lon)

    def __repr__(self) -> str:
        return f"<Store {self.info['title']}: {len(self)} places, {len(self._trie)} keys>"

    def has(self, key: str) -> bool:
        """Whether any place has the key (of `fold`)."""
        return key in self._trie

    def starts(self, prefix: str) -> bool:
        """Whether any key begins so."""
        return bool(self._trie.has_keys_with_prefix(prefix))

    def prefixes(self, text: str) -> list[str]:
        """The keys that a folded text begins with, shortest first."""
        return list(self._trie.prefixes(text))

    def ids(self, key: str) -> NDArray[np.int32]:
        """Numbers of the places that have the key, most populous first; do not write to it."""
        return self._places[self._span(key)]

    def uses(self, key: str) -> NDArray[np.uint8]:
        """What the spelling is to each place of `ids`: positions in `USES`."""
        return self._uses[self._span(key)]

    def _span(self, key: str) -> slice:
        number = self._trie.get(key)
        return NOTHING if number is None else slice(*self._start[number : number + 2])

    def name(self, number: int) -> str:
        """The name to show of a place."""
        first, last = self._name_start[number : number + 2]
        return self._names[first:last].tobytes().decode()

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
            source=f"GeoNames {geonames}" if geonames else self.info["title"],
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
    columns: dict[str, array[Any]] = {
        name: array({"f8": "d", "i4": "i", "u1": "B"}[kind]) for name, kind in COLUMNS.items()
    }
    kinds: dict[str, int] = {}
    countries: dict[str, int] = {"": 0}
    area_codes: list[str] = []
    key_numbers: dict[str, int] = {}
    pairs: tuple[array[int], array[int], array[int]] = array("i"), array("i"), array("B")
    names, name_start = bytearray(), array("i", [0])
    for number, entry in enumerate(entries):
        columns["lon"].append(entry.lon)
        columns["lat"].append(entry.lat)
        columns["population"].append(entry.population)
        columns["geonames"].append(entry.geonames)
        columns["kind"].append(kinds.setdefault(entry.kind, len(kinds)))
        columns["country"].append(countries.setdefault(entry.country, len(countries)))
        area_codes.append(entry.area)
        names += entry.name.encode()
        name_start.append(len(names))
        seen: set[str] = set()
        for text, use in ((entry.name, "name"), *entry.spellings):
            key = plain(text)
            if key and key not in seen:
                seen.add(key)
                pairs[0].append(key_numbers.setdefault(key, len(key_numbers)))
                pairs[1].append(number)
                pairs[2].append(USES.index(use))
    first_level = kinds.get("area1", -1)
    area_of = {
        code: number
        for number, code in enumerate(area_codes)
        if code and columns["kind"][number] == first_level
    }
    columns["area"] = array("i", [area_of.get(code, -1) for code in area_codes])
    for name, values in columns.items():
        np.save(target / f"{name}.npy", np.asarray(values, COLUMNS[name]))
    np.save(target / "names.npy", np.frombuffer(bytes(names), np.uint8))
    np.save(target / "name_start.npy", np.asarray(name_start, np.int32))
    _save_keys(target, key_numbers, pairs, np.asarray(columns["population"]))
    whole = {
        **info, "format": FORMAT, "places": len(area_codes), "keys": len(key_numbers),
        "kinds": list(kinds), "countries": list(countries),
    }  # fmt: skip
    (target / "info.json").write_text(json.dumps(whole, ensure_ascii=False, indent=1), "utf-8")


def _save_keys(
    target: Path,
    key_numbers: dict[str, int],
    pairs: tuple[array[int], array[int], array[int]],
    population: NDArray[Any],
) -> None:
    keys = list(key_numbers)
    trie = marisa_trie.Trie(keys)
    trie.save(str(target / "keys.marisa"))
    number_of = np.fromiter((trie[key] for key in keys), np.int32, len(keys))
    owners, places, uses = number_of[np.asarray(pairs[0])], np.asarray(pairs[1]), pairs[2]
    order = np.lexsort((places, -population[places], owners))
    start = np.zeros(len(keys) + 1, np.int32)
    np.cumsum(np.bincount(owners, minlength=len(keys)), out=start[1:])
    np.save(target / "start.npy", start)
    np.save(target / "places.npy", places[order].astype(np.int32))
    np.save(target / "uses.npy", np.asarray(uses)[order].astype(np.uint8))
