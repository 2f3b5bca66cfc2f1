"""What the table of areas says: in which area one lies, further names, areas without a position.

The table ``areas.txt.xz`` is made by ``geodata/gazetteer/build_areas.py``. It has two parts, each
sorted by the code of the first-level area (``SY.07``). A line of the first part is an area that has
its position elsewhere: how much its GeoNames id is above that of the line before, or the code, a
tab and the id where a new code starts; then a tab and further names joined by ``|``, if there are
any. After an empty line, a line is an area at the mean of its towns: id, code, kind, lon, lat and
names.
"""

from __future__ import annotations

import hashlib
import lzma
from typing import TYPE_CHECKING, NamedTuple

from convoy_geo.io.files import geodata

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Area", "areas_digest", "areas_text", "read_areas"]


class Area(NamedTuple):
    """A row of the table; one without a kind has its position elsewhere."""

    geonames: int
    code: str
    names: tuple[str, ...]
    kind: str = ""
    lon: float = 0.0
    lat: float = 0.0


def _data() -> bytes:
    return geodata("gazetteer", "areas.txt.xz").read_bytes()


def areas_digest() -> str:
    """What changes whenever the table does."""
    return hashlib.sha256(_data()).hexdigest()


def read_areas() -> tuple[dict[int, Area], list[Area]]:
    """The areas that have a position elsewhere, by GeoNames id, and those that have none."""
    known, others = lzma.decompress(_data()).decode().split("\n\n")
    areas: dict[int, Area] = {}
    code, last = "", 0
    for line in known.split("\n"):
        first, *rest = line.split("\t")
        if not first.isdecimal():
            code, last, first = first, 0, rest.pop(0)
        last += int(first)
        areas[last] = Area(last, code, tuple(rest[0].split("|")) if rest else ())
    placed = []
    for line in others.rstrip("\n").split("\n"):
        number, code, kind, lon, lat, names = line.split("\t")
        names_of = tuple(names.split("|"))
        placed.append(Area(int(number), code, names_of, kind, float(lon), float(lat)))
    return areas, placed


def areas_text(areas: Iterable[Area]) -> str:
    """The text of the table, which `read_areas` reads."""
    known, placed = [], []
    code, last = None, 0
    for area in sorted((one for one in areas if not one.kind), key=lambda one: (one.code, one)):
        parts = [str(area.geonames - last)]
        if area.code != code:
            parts = [area.code, str(area.geonames)]
        if area.names:
            parts.append("|".join(area.names))
        known.append("\t".join(parts))
        code, last = area.code, area.geonames
    for area in areas:
        if area.kind:
            parts = [str(area.geonames), area.code, area.kind, repr(area.lon), repr(area.lat)]
            placed.append("\t".join((*parts, "|".join(area.names))))
    return "\n".join(known) + "\n\n" + "\n".join(placed) + "\n"
