"""Positions whose lon and lat look swapped: told only where there can be little doubt."""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from convoy_geo.errors import GeodataNotFoundError
from convoy_geo.io.files import geodata

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["looks_swapped"]

Box = tuple[float, float, float, float]

CODE = re.compile("[A-Z]{2}")
VIEW_DEGREES = 10.0
"""How far outside the case's view a place may lie: maps leave much of a story out."""
COUNTRY_DEGREES = 0.5
"""How far outside the box of its country's places: some 50 km. A choice."""


def looks_swapped(lon: float, lat: float, view: Box, countries: Iterable[str]) -> bool:
    """Whether a position is far off, and would be where it belongs with lon and lat swapped.

    Parameters
    ----------
    lon, lat
        As given, in degrees.
    view
        West, south, east, north of the case's view.
    countries
        ISO 3166-1 codes of the place. Only those whose gazetteer ships are known.

    Examples
    --------
    Homs is at 36.7 E, 34.7 N; swapped it lies in the sea.

    >>> looks_swapped(34.7, 36.7, (36.0, 33.3, 42.4, 35.8), ["SY"])
    True
    >>> looks_swapped(36.7, 34.7, (36.0, 33.3, 42.4, 35.8), ["SY"])
    False
    """
    if not _near(lon, lat, view, VIEW_DEGREES) and _near(lat, lon, view, VIEW_DEGREES):
        return True
    boxes = [_box(country) for country in countries]
    known = [box for box in boxes if box is not None]
    if not known or len(known) < len(boxes):
        return False
    outside = not any(_near(lon, lat, box, COUNTRY_DEGREES) for box in known)
    return outside and any(_near(lat, lon, box, 0) for box in known)


def _near(lon: float, lat: float, box: Box, pad: float) -> bool:
    west, south, east, north = box
    return west - pad <= lon <= east + pad and south - pad <= lat <= north + pad


@lru_cache(maxsize=32)
def _box(country: str) -> Box | None:
    """West, south, east, north of the places of a country, or None if it has no gazetteer here."""
    if not CODE.fullmatch(country):  # other tables lie beside those of the countries
        return None
    try:
        path = geodata("gazetteer", f"{country}.csv")
    except GeodataNotFoundError:
        return None
    with path.open(encoding="utf-8", newline="") as file:
        points = [(float(row["lon"]), float(row["lat"])) for row in csv.DictReader(file)]
    lons, lats = zip(*points, strict=True)
    return min(lons), min(lats), max(lons), max(lats)
