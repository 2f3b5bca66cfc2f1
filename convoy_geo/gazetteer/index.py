"""Names and places on disk, mapped into memory: opened at once, read where they are asked for.

A store is a folder of arrays. Places have numbers from 0; column arrays (`Store.lon`,
`Store.population`, ...) are indexed by them. Keys (of
`convoy_geo.gazetteer.normalize.name_letters`) stand
in a trie (marisa-trie, memory-mapped); each has the numbers of the places that are called so, most
populous first, and what each spelling is to its place (`USES`). Beside it stands what is needed to
find keys that are alike; see `convoy_geo.gazetteer.fuzzy_index`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import marisa_trie
import numpy as np

from convoy_geo.model.places import Place

if TYPE_CHECKING:
    import os

    from numpy.typing import NDArray

__all__ = ["COLUMNS", "DEGREE", "NO_AREA", "USES", "Store"]

USES = ("name", "alternate", "old", "transcript")
"""What a spelling is: the main name, another, one no longer in use, letters put for letters."""
COLUMNS = {
    "lon": "i4", "lat": "i4", "population": "i4", "geonames": "i4", "area": "u2",
    "kind": "u1", "country": "u1",
}  # fmt: skip
DEGREE = 1e5
"""Coordinates are kept as whole hundred-thousandths of a degree, as GeoNames gives them."""
NO_AREA = 2**16 - 1


class Store:
    """Places by number, and the numbers of the places that have a key.

    Parameters
    ----------
    folder
        A folder that `convoy_geo.gazetteer.build_index.build_store` made.

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
    features
        Of what is no point, by place number: its id, its extent in km, and how early a map shows
        it.
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
        self.features: dict[int, tuple[str, float, float]] = {
            int(number): tuple(about) for number, about in self.info.get("features", {}).items()
        }
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
        """The keys that a text (of `name_letters`) begins with, shortest first."""
        return list(self._trie.prefixes(text))

    def ids(self, key: str) -> NDArray[np.int32]:
        """Numbers of the places that have the key (of `name_letters`), most populous first."""
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

    def among(self, numbers: NDArray[np.int32], wanted: NDArray[np.bool_]) -> NDArray[np.int32]:
        """Those of some keys, by their numbers, that any of the wanted places has."""
        codes = self._first[numbers]
        keep = wanted[np.maximum(codes, 0) >> 2]
        for row in np.flatnonzero(codes < 0).tolist():
            keep[row] = wanted[self.codes_of(int(numbers[row])) >> 2].any()
        kept: NDArray[np.int32] = numbers[keep]
        return kept

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
        key, radius, _ = self.features.get(number, ("", 0.0, 0.0))
        label = f"geonames:{geonames}" if geonames else f"{self.info['id']}:{number}"
        return Place(
            id=key or label,
            radius_km=radius or None,
            shape="area" if key else "point",
            name=self.name(number),
            lon=float(self.lon[number]),
            lat=float(self.lat[number]),
            kind=self.kinds[self.kind[number]],
            country=(country,) if country else (),
            geonames=str(geonames or ""),
            source=self._source(number),
        )
