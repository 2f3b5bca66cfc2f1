"""The point a given number of kilometres along a route, or before its end.

>>> from convoy_geo.io.files import geodata
>>> from convoy_geo.network.read_write import read_network
>>> from convoy_geo.routing.router import Router
>>> router = Router(read_network(geodata("roads", "syria-iraq-2017")))
>>> found = point_along(router.network, router.route(["Sukhna", "Abu Kamal"]), 100)
>>> found.edge in router.route(["Sukhna", "Abu Kamal"]).edges, found.before
(True, 'Shulah')
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from shapely.geometry import mapping
from shapely.ops import substring

from convoy_geo.display import shown
from convoy_geo.network.closed_roads import road_names
from convoy_geo.network.coords import points_km

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from convoy_geo.network.network import RoadNetwork
    from convoy_geo.routing.route import Route

__all__ = ["PointAlong", "point_along"]

ROUNDING_KM = 1e-6


@shown
@dataclass(frozen=True)
class PointAlong:
    """A point on a route.

    Parameters
    ----------
    km
        Distance from the start by road, in typical kilometres.
    left_km
        Distance to the end.
    lon, lat
        Position, WGS 84.
    stretch
        Where the point can be, as the true road may be longer or shorter than drawn: a part of the
        route, or a single point if the network's lengths are exact.
    edge, road
        The edge on which it lies, and its number or name.
    before, after
        The last town, village or named site before it on the route, and the first after it; empty
        if there is none.
    """

    km: float
    left_km: float
    lon: float
    lat: float
    stretch: BaseGeometry
    edge: str
    road: str = ""
    before: str = ""
    after: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; the stretch is GeoJSON."""
        return {
            "km": round(self.km, 3),
            "left_km": round(self.left_km, 3),
            "lon": round(self.lon, 6),
            "lat": round(self.lat, 6),
            "edge": self.edge,
            "road": self.road,
            "before": self.before,
            "after": self.after,
            "stretch": mapping(self.stretch),
        }


def point_along(network: RoadNetwork, route: Route, km: float) -> PointAlong:
    """Find the point at a distance along a route.

    Parameters
    ----------
    network
        The road network of the route.
    route
        The route.
    km
        Kilometres from its start; if negative, from its end: -200 is 200 km before the end.

    Raises
    ------
    ValueError
        If the route is shorter, or `km` is not a number.
    """
    whole = route.length_km
    if not math.isfinite(km) or abs(km) > whole + ROUNDING_KM:
        ends = f"{route.stops[0]!r} to {route.stops[-1]!r}"
        msg = f"{km:g} km is not on the route from {ends}: it is {whole:.1f} km long"
        raise ValueError(msg)
    at = min(max(km if km >= 0 else whole + km, 0.0), whole)
    factor = network.road_factor
    # the same distance covers less of the drawn road where that is shorter than the true road
    from_end = km < 0
    told = abs(km)
    drawn = [told / one for one in (factor.high, factor.typical, factor.low)]
    if from_end:
        drawn = [route.polyline_km - one for one in drawn]
    low, middle, high = (min(max(one, 0.0), route.polyline_km) for one in sorted(drawn))
    points = np.asarray(route.geometry.coords)[:, :2]
    steps = np.append(0.0, np.cumsum(points_km(points[:-1], points[1:])))

    def place(drawn_km: float) -> tuple[float, float]:
        lon, lat = (float(np.interp(drawn_km, steps, points[:, axis])) for axis in (0, 1))
        return lon, lat

    flat = np.append(0.0, np.cumsum(np.hypot(*np.diff(points, axis=0).T)))
    first, last = (float(np.interp(one, steps, flat)) for one in (low, high))
    edge, before, after = _where(network, route, middle)
    return PointAlong(
        at, whole - at, *place(middle), substring(route.geometry, first, last), edge,
        road_names(network, [edge])[0] if edge else "", before, after,
    )  # fmt: skip


def _where(network: RoadNetwork, route: Route, drawn_km: float) -> tuple[str, str, str]:
    """The edge at a drawn distance in kilometres, and the named nodes before and after."""
    of, driven = network.segments, 0.0
    edge, before, after = "", "", ""
    for segment, begin, end in route.pieces:
        nodes = [int(of.tail[segment]), int(of.head[segment])]
        if end < begin:
            nodes.reverse()
        ahead = driven + abs(end - begin) * float(of.km[segment])
        named = [
            network.node_names(np.array([node]))[0] if network.sights[node] > 0 else ""
            for node in nodes
        ]
        reached = min(begin, end) <= 0 if end < begin else max(begin, end) >= 1
        if ahead < drawn_km - ROUNDING_KM:
            before = (named[1] if reached else "") or before
        else:
            if not edge:
                edge = network.edge_ids(of.edge[[segment]])[0]
                before = before or named[0] * (min(begin, end) <= 0 or max(begin, end) >= 1)
            if named[1] and reached:
                after = named[1]
                break
        driven = ahead
    return edge, before, after
