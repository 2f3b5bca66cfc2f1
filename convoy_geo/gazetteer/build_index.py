"""Places into an index on disk: what `convoy_geo.gazetteer.index` then opens."""

from __future__ import annotations

import json
import sys
import zlib
from array import array
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import marisa_trie
import numpy as np

from convoy_geo.gazetteer.fuzzy_index import ALPHABET, BLOCK, pairs_of
from convoy_geo.gazetteer.index import COLUMNS, DEGREE, NO_AREA, USES
from convoy_geo.gazetteer.normalize import fold, name_letters, skeleton

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from numpy.typing import NDArray

__all__ = ["Entry", "build_store"]

FORMAT = 4
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
    id
        Of what is no point: a river, a sea, a range; empty for all others.
    radius_km, rank
        Its extent, and how early a map shows it, from 0.
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
    id: str = ""
    radius_km: float = 0.0
    rank: float = 0.0


def build_store(
    folder: str | os.PathLike[str], entries: Iterable[Entry], *, info: dict[str, Any],
    alike: bool = True,
) -> None:  # fmt: skip
    """Write a store into an empty folder.

    Parameters
    ----------
    folder
        An existing folder.
    entries
        The places.
    info
        Goes into `Store.info`; has at least ``id`` and ``title``.
    alike
        Whether keys that are alike can be found too, which takes half of the time.
    """
    target = Path(folder)
    columns = {name: array("i") for name in COLUMNS if name != "area"}
    kinds: dict[str, int] = {}
    countries: dict[str, int] = {"": 0}
    areas: dict[str, int] = {}
    area_codes: list[str] = []
    names, lengths = bytearray(), bytearray()
    keys, told = _Keys(alike=alike), {}
    features: dict[str, tuple[str, float, float]] = {}
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
        if entry.id:
            features[str(number)] = (entry.id, entry.radius_km, entry.rank)
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
        "features": features,
    }  # fmt: skip
    (target / "info.json").write_text(json.dumps(whole, ensure_ascii=False, indent=1), "utf-8")


class _Keys:
    """The keys of all spellings, gathered and then written."""

    def __init__(self, *, alike: bool) -> None:
        self._alike = alike
        self._numbers: dict[str, int] = {}
        self._owners = array("i")
        self._codes = array("i")
        self._likeness = LikenessBuilder()

    def add(self, place: int, entry: Entry) -> None:
        seen: set[str] = set()
        for text, use in ((entry.name, "name"), *entry.spellings):
            key = name_letters(text)
            if not key or key in seen:
                continue
            seen.add(key)
            number = self._numbers.setdefault(key, len(self._numbers))
            self._owners.append(number)
            self._codes.append(place << 2 | USES.index(use))
            if self._alike:
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


def _mark(key: str) -> int:
    """A byte that tells most keys of one place apart."""
    return zlib.crc32(key.encode()) & 0xFF


class LikenessBuilder:
    """Gathers keys and writes the index."""

    def __init__(self) -> None:
        self._skeletons: dict[str, int] = {}
        self._keys = array("i")
        self._owners = array("i")
        self._last: dict[int, int] = {}

    def add(self, number: int, key: str) -> None:
        """A key by its number for now, and what `fold` makes of it."""
        mark = _mark(key)
        if self._last.get(number) == mark:
            return
        bones = skeleton(key)
        if not bones.isascii() or not bones:
            return
        self._last[number] = mark
        self._keys.append(number)
        self._owners.append(self._skeletons.setdefault(bones, len(self._skeletons)))

    def save(self, target: Path, number_of: NDArray[np.int32]) -> None:
        """Write the index; `number_of` has the final numbers of the keys."""
        self._last.clear()
        bones = list(self._skeletons)
        trie = marisa_trie.Trie(bones)
        trie.save(str(target / "skeletons.marisa"))
        owner_of = np.fromiter(map(trie.get, bones), np.int32, len(bones))
        owners = owner_of[np.asarray(self._owners, np.int32)]
        keys = number_of[np.asarray(self._keys, np.int32)]
        order = np.lexsort((keys, owners))
        np.save(target / "bucket_keys.npy", keys[order])
        sizes = np.bincount(owners, minlength=len(bones))
        np.save(target / "bucket_sizes.npy", sizes.astype(np.uint16))
        grams, having = array("i"), array("i")
        for text in bones:
            pairs = pairs_of(text)
            grams.extend(pairs)
            having.extend([trie[text]] * len(pairs))
        count = len(ALPHABET) ** 2
        number = np.asarray(having, np.int32)
        blocks = len(bones) // BLOCK + 1
        rows = np.asarray(grams, np.int32) * blocks + number // BLOCK
        order = np.lexsort((number, rows))
        np.save(target / "gram_skeletons.npy", (number[order] % BLOCK).astype(np.uint16))
        sizes = np.bincount(rows, minlength=count * blocks)
        np.save(target / "gram_start.npy", np.r_[0, np.cumsum(sizes)].astype(np.int32))
        np.save(target / "pairs.npy", np.bincount(number, minlength=len(bones)).astype(np.uint8))
