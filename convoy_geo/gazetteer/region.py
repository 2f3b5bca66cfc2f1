"""The tables of ``geodata/gazetteer``: Syria, Iraq and their neighbours, one table a country."""

from __future__ import annotations

import csv
import hashlib
from typing import TYPE_CHECKING

from convoy_geo.gazetteer.build_index import Entry
from convoy_geo.io.files import geodata

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["COLUMNS", "digest", "region_entries"]

COLUMNS = (
    "geonames", "name", "kind", "lon", "lat", "area", "population", "derived", "source", "names",
    "old_names",
)  # fmt: skip


def _tables() -> list[Path]:
    return sorted(geodata("gazetteer").glob("[A-Z][A-Z].csv"))


def digest() -> str:
    """A hash of the tables."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in _tables())).hexdigest()


def region_entries() -> Iterator[Entry]:
    """The places of the tables, as `Entry`."""
    for path in _tables():
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                others = [(text, "alternate") for text in row["names"].split("|") if text]
                old = [(text, "old") for text in row["old_names"].split("|") if text]
                yield Entry(
                    row["name"], float(row["lon"]), float(row["lat"]), row["kind"], path.stem,
                    row["area"], int(row["population"] or 0), int(row["geonames"] or 0),
                    row["derived"] == "yes", row["source"], (*others, *old),
                )  # fmt: skip
