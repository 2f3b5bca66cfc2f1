"""Detect positions with lon and lat swapped, only if there is little doubt."""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from convoy_geo.errors import GeodataNotFoundError
from convoy_geo.geodesy import distance_km
from convoy_geo.io.files import geodata

if TYPE_CHECKING:
    from collections.abc import Iterable

    from convoy_geo.network.network import RoadNetwork

__all__ = ["far_node_km", "looks_swapped", "swapped_on_roads"]

Box = tuple[float, float, float, float]

CODE = re.compile("[A-Z]{2}")
VIEW_DEGREES = 10.0
"""Tolerance around the case's view: maps often omit parts of a story."""
ROADS_DEGREES = 5.0
"""Distance from the bounding box of the case's roads beyond which a swap is suspected."""
NODE_KM = 10.0
"""Maximum distance of a place from its own road node, beyond its radius."""
COUNTRY_DEGREES = 0.5
"""Tolerance around the bounding box of its country's places: about 50 km, our choice."""


def looks_swapped(lon: float, lat: float, view: Box, countries: Iterable[str]) -> bool:
    """Whether a position is far off, but would be plausible with lon and lat swapped.

    Parameters
    ----------
    lon, lat
        As given, in degrees.
    view
        West, south, east, north of the case's view.
    countries
        ISO 3166-1 codes of the place. Only those with a bundled gazetteer are checked.

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


def swapped_on_roads(lon: float, lat: float, network: RoadNetwork) -> bool:
    """Whether a position is far from the roads of a case, but among them with lon and lat swapped.

    If all positions of a case are swapped, so is the view derived from them; its roads are not.

    Parameters
    ----------
    lon, lat
        As given, in degrees.
    network
        The roads of the case.
    """
    box = _network_box(network)
    if box is None:
        return False
    far = not _near(lon, lat, box, ROADS_DEGREES)
    return far and _near(lat, lon, box, 0)


def far_node_km(
    network: RoadNetwork, node: str, lon: float, lat: float, radius_km: float
) -> float | None:
    """Distance of a place from its own road node, if that is too great; otherwise None.

    Parameters
    ----------
    network
        The roads of the case.
    node
        Name of the place's `road_node`.
    lon, lat
        Position of the place.
    radius_km
        Radius of the place.
    """
    position = network.node_position(node)
    if position is None:
        return None
    km = distance_km(lon, lat, *network.node_point(position))
    return km if km > radius_km + network.estimated_radius_km + NODE_KM else None


def _network_box(network: RoadNetwork) -> Box | None:
    """West, south, east, north of a network; None where it has no points."""
    known = network.__dict__
    if "_box" not in known:
        points = network.coords
        ends = [*points.min(axis=0), *points.max(axis=0)] if len(points) else []
        known["_box"] = tuple(map(float, ends)) or None
    box: Box | None = known["_box"]
    return box


def _near(lon: float, lat: float, box: Box, pad: float) -> bool:
    west, south, east, north = box
    return west - pad <= lon <= east + pad and south - pad <= lat <= north + pad


@lru_cache(maxsize=32)
def _box(country: str) -> Box | None:
    """West, south, east, north of a country's places, or None if no gazetteer is bundled."""
    if not CODE.fullmatch(country):  # other tables are in the same folder
        return None
    try:
        path = geodata("gazetteer", f"{country}.csv")
    except GeodataNotFoundError:
        return None
    with path.open(encoding="utf-8", newline="") as file:
        points = [(float(row["lon"]), float(row["lat"])) for row in csv.DictReader(file)]
    lons, lats = zip(*points, strict=True)
    return min(lons), min(lats), max(lons), max(lats)
