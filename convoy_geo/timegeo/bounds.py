"""Bounds on the travel time between two locations, also under lenient assumptions.

`travel_bounds` returns times and the premises behind them, but no verdict. `lenient_hours` is a
lower bound that errors in the network data cannot raise: one-way rules are ignored, and the trip
may begin and end on other roads near the two locations. Check it before calling a trip impossible.

>>> from convoy_geo.io.files import geodata
>>> from convoy_geo.network.read_write import read_network
>>> roads = read_network(geodata("roads", "syria-iraq-2017"))
>>> found = travel_bounds("Sukhna", "Mayadin", None, "bus", network=roads)
>>> found.least_h < found.direct_h, found.missing
(True, '')
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from convoy_geo.graph.dijkstra import Arcs
from convoy_geo.lang import Message
from convoy_geo.model.travel_modes import travel_mode
from convoy_geo.network.network import points_km
from convoy_geo.network.snap import main_nodes
from convoy_geo.timegeo.locations import find_location
from convoy_geo.timegeo.premises import Premise
from convoy_geo.timegeo.search import TravelEngine
from convoy_geo.timegeo.travel_graph import Ground

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convoy_geo.model.travel_modes import TravelMode
    from convoy_geo.network.network import RoadNetwork

    Ints = NDArray[np.integer[Any]]
    Floats = NDArray[np.float64]

__all__ = ["FAR_KM", "Doubt", "TravelBounds", "doubt_of", "lenient_hours", "travel_bounds"]

FAR_KM = 5.0
"""Distance from any road beyond which the network does not show how a location is left."""
NEAR_KM = 1.0
"""Distance within which a lenient trip may begin or end at any node."""
EARTH_KM, KM_PER_DEGREE, ROUGHLY = 6371.0088, 110.5, 0.01
"""Kilometres per degree on a sphere, for a first selection of nodes; a lower bound."""
Doubt = Literal["", "one-way or snapping", "not connected", "far from any road"]
"""Why a network cannot rule out a trip; empty if it can."""


@dataclass(frozen=True)
class TravelBounds:
    """The shortest possible travel time, and the time at the lowest speeds.

    Parameters
    ----------
    least_h
        Hours from departure to arrival at the best end of every range; infinite without a route.
    direct_h
        Hours of a trip without stops except the usual rests, at the lowest speeds.
    lenient_h
        `least_h` if one-way rules and the choice of the road near each location are ignored.
    roads
        Ids of the edges of the fastest route, in order.
    km
        Length of that route; infinite if there is none.
    missing
        Why the network cannot rule out the trip in `window_h`; empty if it can, or if it fits.
    premises
        The premises of the result.
    """

    least_h: float
    direct_h: float
    lenient_h: float
    roads: tuple[str, ...]
    km: float
    missing: Doubt
    premises: tuple[Premise, ...]


def travel_bounds(
    a: Any,
    b: Any,
    window_h: float | None,
    mode: str | TravelMode,
    *,
    network: RoadNetwork | None = None,
    closed: Ints | None = None,
) -> TravelBounds:
    """Bounds on the travel time from one location to another.

    Parameters
    ----------
    a, b
        A location, a place, a (lon, lat) pair or the name of a node; see
        `convoy_geo.timegeo.locations.find_location`.
    window_h
        Maximum hours available; None if unknown.
    mode
        A travel mode or its key.
    network
        The road network; None if there is none.
    closed
        Positions of closed edges.

    Raises
    ------
    PlaceNotFoundError, ModeNotFoundError
        If a location or the mode is unknown.
    """
    travel = travel_mode(mode)
    spots = [find_location(one, network) for one in (a, b)]
    ground = Ground(network, travel, spots, closed)
    best, worst = ground.way(0, 1, "best"), ground.way(0, 1, "worst")
    least = travel.takes(best.moving_h, "best")
    longest = math.inf if window_h is None else window_h
    fits = math.isfinite(least) and least <= longest
    where = Message.of("premise.known_roads" if ground.network is not None else "premise.lines")
    closings = 0 if closed is None else len(closed)
    called = Message.of("mode", mode=travel.id)
    return TravelBounds(
        least,
        travel.takes(worst.moving_h, "worst"),
        min(least, travel.takes(lenient_hours(ground, 0, 1), "best")),
        best.edges,
        best.km,
        "" if fits else doubt_of(ground, 0, 1, longest),
        (
            *(Premise(name, spot.name, 0.0, spot.radius_km or None, "km")
              for name, spot in zip(("from", "to"), spots, strict=True)),
            Premise("speed", Message.of("premise.speed_of", mode=called, source=travel.source)),
            Premise("rest", Message.of("premise.rest"), *travel.day_h, "h/day"),
            Premise(
                "way", Message.of("premise.over", where=where, count=closings), unit="closures"
            ),
        ),
    )  # fmt: skip


def lenient_hours(ground: Ground, origin: int, destination: int, *, closures: bool = True) -> float:
    """Minimum hours in motion if one-way rules and the choice of the nearest road are ignored.

    Parameters
    ----------
    ground
        The travel graph, which contains the locations.
    origin, destination
        Indices in the graph's list of locations.
    closures
        Whether closures apply.

    Returns
    -------
    float
        Infinite if no road connects the two.
    """
    strict = ground.way(origin, destination, "best").moving_h
    if ground.network is None:
        return strict
    top = _top_kmh(ground)
    starts, goals = _around(ground, origin, top), _around(ground, destination, top)
    if not (starts and goals):
        return strict
    found = _lenient_engine(ground, closures=closures).between(starts, goals)
    return min(strict, math.inf if found is None else found.cost)


def _top_kmh(ground: Ground) -> float:
    """The highest speed of any road at the best end, or off the roads if that is higher."""
    network, pieces = ground.network, ground.pieces
    assert network is not None  # noqa: S101
    hours = ground.hours("best", closures=False, barred=False)
    km = network.segments.km[pieces.segment] * (pieces.last - pieces.first)
    known = np.isfinite(hours) & (hours > 0)
    return float((km[known] / hours[known]).max(initial=ground.mode.straight_kmh("best")))


def _lenient_engine(ground: Ground, *, closures: bool) -> TravelEngine:
    """An engine on roads usable in both directions; cached with the travel graph."""
    known = ground.lenient_engines
    if closures not in known:
        hours = ground.hours("best", closures=closures, barred=False)
        other = known.get(not closures)
        if other is not None:
            known[closures] = other.with_costs(hours)
        else:
            pieces = ground.pieces
            tail, head = (ground.original[ends] for ends in (pieces.tail, pieces.head))
            arcs = Arcs.of_segments(len(ground.points), tail, head)
            known[closures] = TravelEngine(arcs, hours)
    return known[closures]


def _around(ground: Ground, spot: int, kmh: float) -> dict[int, float]:
    """Nodes at which a lenient trip may begin or end, and the hours to each off the road.

    The distance to the nearest road does not count, and no more of it is slower than any road: a
    drive that is not on the map may lead there. `kmh` is the speed of the fastest road.
    """
    here = ground.spots[spot]
    inside, before = ground.access(spot, "best", spare=True)
    off = ground.off_road_km(spot)
    before = np.maximum(before * ground.mode.straight_kmh("best") - off, 0.0) / kmh
    found = dict(zip(inside.tolist(), before.tolist(), strict=True))
    area = here.area
    if area is None or not len(ground.points):
        return found
    centre, radius = (float(area.centroid.x), float(area.centroid.y)), here.radius_km
    near = _within_km(ground.points, np.arange(len(ground.points)), centre, NEAR_KM + radius)
    assert ground.usable is not None  # noqa: S101
    ends = main_nodes(ground.usable)
    if len(ends):
        near = np.append(near, _nearest(ground.points, ends, centre))
    km = points_km(np.broadcast_to(centre, (len(near), 2)), ground.points[near])
    km = np.maximum(0.0, km - radius - off)
    for node, away in zip(near.tolist(), km.tolist(), strict=True):
        found[node] = min(found.get(node, math.inf), away / kmh)
    return found


def _rough_km(points: Floats, centre: tuple[float, float]) -> Floats:
    """Distances on a sphere, accurate to 0.6 %."""
    lon, lat = np.radians(points).T
    x, y = np.radians(centre)
    half = np.sin((lat - y) / 2) ** 2 + np.cos(lat) * np.cos(y) * np.sin((lon - x) / 2) ** 2
    km: Floats = 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))
    return km


def _within_km(points: Floats, nodes: Ints, centre: tuple[float, float], km: float) -> Ints:
    """The nodes that lie within a distance of a position."""
    degrees = km / KM_PER_DEGREE * (1 + ROUGHLY)
    some = nodes[np.abs(points[nodes, 1] - centre[1]) <= degrees]
    some = some[_rough_km(points[some], centre) <= km * (1 + ROUGHLY)]
    exact = points_km(np.broadcast_to(centre, (len(some), 2)), points[some])
    near: Ints = some[exact <= km]
    return near


def _nearest(points: Floats, nodes: Ints, centre: tuple[float, float]) -> int:
    """The node nearest to a position."""
    rough = _rough_km(points[nodes], centre)
    some = nodes[rough <= rough.min() * (1 + ROUGHLY) / (1 - ROUGHLY)]
    exact = points_km(np.broadcast_to(centre, (len(some), 2)), points[some])
    return int(some[np.argmin(exact)])


def doubt_of(ground: Ground, origin: int, destination: int, window_h: float) -> Doubt:
    """Why the network cannot rule out that a trip fits a window; an empty text if it can.

    Parameters
    ----------
    ground, origin, destination
        As for `lenient_hours`.
    window_h
        Maximum hours available.
    """
    network, mode = ground.network, ground.mode
    if network is None or mode.all_the_way or window_h < 0:
        return ""
    moving = mode.fits(window_h, "best")
    straight = ground.spots[origin].straight_km(ground.spots[destination], "best")
    if math.isfinite(straight) and straight / _top_kmh(ground) > moving:
        return ""  # too far even in a straight line at the highest road speed
    if max(ground.off_road_km(origin), ground.off_road_km(destination)) > FAR_KM:
        return "far from any road"
    lenient = lenient_hours(ground, origin, destination)
    if lenient <= moving:
        return "one-way or snapping"
    if math.isinf(lenient) and math.isinf(
        lenient_hours(ground, origin, destination, closures=False)
    ):
        return "not connected"
    return ""
