"""Uncertain locations: discs and outlines rather than points."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.ops import nearest_points

from convoy_geo.errors import PlaceNotFoundError, wrong_type
from convoy_geo.geodesy import disc, distance_km
from convoy_geo.network.network import points_km

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from shapely.geometry.base import BaseGeometry

    from convoy_geo.model.travel_modes import End
    from convoy_geo.network.network import RoadNetwork

__all__ = ["Location", "farthest_km", "find_location"]

DISC_POINTS = 64


@dataclass(frozen=True)
class Location:
    """An uncertain location: a disc, an outline, a node, or unknown.

    Parameters
    ----------
    name
        Display name.
    lon, lat
        Centre of the disc, WGS 84; None if the place has no position.
    radius_km
        Radius of the disc in kilometres, 0 for a point.
    outline
        A polygon used instead of the disc.
    node
        Name of the node that represents it in the road network.
    """

    name: str
    lon: float | None = None
    lat: float | None = None
    radius_km: float = 0.0
    outline: BaseGeometry | None = None
    node: str = ""

    @property
    def known(self) -> bool:
        """Whether it has a position."""
        return self.lon is not None or self.outline is not None or bool(self.node)

    @property
    def extended(self) -> bool:
        """Whether it is larger than a point."""
        return self.outline is not None or (self.lon is not None and self.radius_km > 0)

    @cached_property
    def area(self) -> BaseGeometry | None:
        """A polygon that contains the whole disc, the outline, or the point; None if unknown."""
        if self.outline is not None or self.lon is None or self.lat is None:
            return self.outline
        if not self.radius_km:
            return shapely.Point(self.lon, self.lat)
        # the sides of the polygon, not its corners, are at the radius: nothing is cut off
        radius = self.radius_km / math.cos(math.pi / DISC_POINTS)
        return disc(self.lon, self.lat, radius, points=DISC_POINTS)

    def straight_km(self, other: Location, end: End) -> float:
        """Straight-line distance between the nearest, or the farthest, points of two locations."""
        if self.area is None or other.area is None:
            return math.inf
        if None not in (self.lon, other.lon) and self.outline is None and other.outline is None:
            between = distance_km(self.lon, self.lat, other.lon, other.lat)  # type: ignore[arg-type]
            reach = self.radius_km + other.radius_km
            return max(0.0, between - reach) if end == "best" else between + reach
        if end == "best":
            here, there = nearest_points(self.area, other.area)
            return distance_km(here.x, here.y, there.x, there.y)
        return max(farthest_km(self.area, x, y) for x, y in shapely.get_coordinates(other.area))


def find_location(
    stop: Any,
    network: RoadNetwork | None = None,
    locate: Callable[[str], Any] | None = None,
    outlines: Mapping[str, BaseGeometry] | None = None,
) -> Location:
    """Find a location by the name of a place or node, or from a place or a (lon, lat) pair.

    Raises
    ------
    PlaceNotFoundError
        If a text is neither the name of a place nor of a node.
    ValueError
        If a pair is not a valid (lon, lat).
    """
    if isinstance(stop, Location):
        return stop
    if isinstance(stop, tuple) and not hasattr(stop, "lon"):
        lon, lat = (float(value) for value in stop) if len(stop) == 2 else (math.nan, math.nan)
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            msg = f"a stop must be (lon, lat) with lon -180 to 180 and lat -90 to 90, not {stop!r}"
            raise ValueError(msg)
        return Location(f"{lon:.5f}, {lat:.5f}", lon, lat)
    if isinstance(stop, str):
        node = _node(stop, network)
        if locate is None:
            if node is None:
                raise PlaceNotFoundError(stop)
            return node
        try:
            stop = locate(stop)
        except PlaceNotFoundError:
            if node is None:
                raise
            return node
    if not all(hasattr(stop, part) for part in ("name", "lon", "lat")):
        raise wrong_type(stop, "location", "stop", "a name, a place or (lon, lat)")
    outline = (outlines or {}).get(getattr(stop, "id", ""))
    return Location(
        str(stop.name),
        stop.lon,
        stop.lat,
        float(getattr(stop, "radius_km", None) or 0.0),
        outline,
        getattr(stop, "road_node", ""),
    )


def _node(name: str, network: RoadNetwork | None) -> Location | None:
    """A node of the network as a location, or None if there is none."""
    position = None if network is None else network.node_position(name)
    if network is None or position is None:
        return None
    return Location(name, *network.node_point(position), node=name)


def farthest_km(area: BaseGeometry, lon: float, lat: float) -> float:
    """Distance from a point to the farthest corner of an area, in kilometres."""
    corners = shapely.get_coordinates(area)
    return float(points_km(np.broadcast_to([lon, lat], corners.shape), corners).max())
