"""Read World Historical Gazetteer tables (LP-TSV): one place per row, tab-separated.

Columns as in the format of 2023: ``id``, ``title`` and the position (``lon`` and ``lat``, or
``geowkt``) are read, and ``ccodes``, ``variants`` (parted by ``;``), ``title_uri`` and ``types``.
"""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

from convoy_geo.errors import Fault
from convoy_geo.gazetteer.build_index import Entry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["is_linked_table", "linked_rows"]

POINT = re.compile(r"^\s*POINT\s*\(\s*(\S+)\s+(\S+)\s*\)\s*$", re.IGNORECASE)
KINDS = {
    "river": "river", "stream": "river", "lake": "lake", "mountain": "mountain", "island": "island",
    "fort": "fort", "bridge": "bridge", "region": "region",
}  # fmt: skip
"""Kinds of places by words in ``types``; all others are towns."""


def is_linked_table(first: str) -> bool:
    """Whether a file's first line is the header of such a table."""
    names = {name.strip().lower() for name in first.rstrip("\r\n").split("\t")}
    return {"id", "title"} <= names and ({"lon", "lat"} <= names or "geowkt" in names)


def linked_rows(
    text: str, file: str, country: str, leave_out: Callable[[Fault], None]
) -> Iterator[Entry]:
    """The places in a table; rows without a position are left out.

    Parameters
    ----------
    text
        The table.
    file
        Name of the file in errors.
    country
        Country of places without one in the table.
    leave_out
        Called with the error of each row that is left out.
    """
    table = csv.reader(text.splitlines(), delimiter="\t")
    header = [name.strip().lower() for name in next(table)]
    for line, cells in enumerate(table, 2):
        row = dict(zip(header, (cell.strip() for cell in cells), strict=False))
        title = row.get("title", "")
        place = _position(row)
        if not title or place is None:
            problem = "no position" if title else "no name"
            told = "\t".join(cells)[:80]
            leave_out(Fault(file, line, "", told, problem, "title, lon and lat"))
            continue
        codes = [code for code in re.split("[;|, ]", row.get("ccodes", "")) if code]
        variants = [each.strip() for each in row.get("variants", "").split(";")]
        yield Entry(
            title, *place, _kind(row.get("types", "")), (codes or [country])[0].upper(),
            source=f"World Historical Gazetteer {row['id']}" if row.get("id") else "",
            spellings=tuple((each, "alternate") for each in dict.fromkeys(variants) if each),
        )  # fmt: skip


def _position(row: dict[str, str]) -> tuple[float, float] | None:
    lon, lat = row.get("lon", ""), row.get("lat", "")
    found = POINT.match(row.get("geowkt", ""))
    if found and not (lon and lat):
        lon, lat = found[1], found[2]
    try:
        x, y = float(lon), float(lat)
    except ValueError:
        return None
    return (round(x, 5), round(y, 5)) if abs(x) <= 180 and abs(y) <= 90 else None


def _kind(types: str) -> str:
    words = re.findall(r"[a-z]+", types.lower())
    return next((KINDS[word] for word in words if word in KINDS), "town")
