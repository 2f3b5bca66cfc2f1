"""Describe a route as a driver would: roads by number and name, turns, towns on the way.

>>> from convoy_geo.case.case import read_case
>>> case = read_case()
>>> route = case.roads.route(["Sukhna", "Mayadin"])
>>> [one.road for one in roads_of(case.network, route)][:1]
['M20']
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import shapely

from convoy_geo.network.coords import points_km

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from convoy_geo.network.network import RoadNetwork
    from convoy_geo.routing.route import Route

    Floats = NDArray[np.float64]

__all__ = ["RoadOfRoute", "described", "roads_of"]

Turn = Literal["", "left", "right", "straight on", "back"]

STRAIGHT, BACK = 35.0, 160.0
"""Angles in degrees: below the first the route goes straight on, above the second it turns back."""
LOOK_KM = 0.03
"""Distance in km before and after a turn over which its angle is measured."""
SHORT_KM, SHORT_PART = 0.15, 0.02
"""A piece of road that is shorter, also relative to the route, is not mentioned."""
PAST_KM = 2.0
"""Distance within which a place counts as on the route."""
MOST_PAST = 6


@dataclass(frozen=True)
class RoadOfRoute:
    """A road that is part of a route.

    Parameters
    ----------
    road
        Its number, or else its name; empty if it has neither.
    km
        Length, as drawn.
    turn
        The turn into it; empty for the first road.
    past
        Places passed on it.
    """

    road: str
    km: float
    turn: Turn
    past: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "road": self.road,
            "km": round(self.km, 3),
            "turn": self.turn,
            "past": list(self.past),
        }


def roads_of(
    network: RoadNetwork, route: Route, places: Iterable[Any] = ()
) -> tuple[RoadOfRoute, ...]:
    """The roads of a route in order; very short pieces are left out.

    Parameters
    ----------
    network
        The road network of the route.
    route
        The route.
    places
        Places with ``name``, ``lon`` and ``lat``: those along the route are named, except its own
        ends.
    """
    of, pieces = network.segments, route.pieces
    if not pieces:
        return ()
    segments = np.array([one[0] for one in pieces], np.int64)
    km = of.km[segments] * np.array([abs(end - begin) for _, begin, end in pieces])
    labels = _labels(network, segments)
    after = np.cumsum(km)
    runs: list[tuple[str, float, float]] = []  # road, from and to kilometre
    least = max(SHORT_KM, SHORT_PART * float(after[-1]))
    for label, start, stop in _runs(labels, after - km, after):
        if stop - start < least and runs:
            continue
        if runs and runs[-1][0] == label:
            runs[-1] = (label, runs[-1][1], stop)
        else:
            runs.append((label, start, stop))
    points = np.asarray(route.geometry.coords)[:, :2]
    steps = np.append(0.0, np.cumsum(points_km(points[:-1], points[1:])))
    past = _past(points, steps, places, route.stops)
    found = []
    for number, (label, start, stop) in enumerate(runs):
        until = runs[number + 1][1] if number + 1 < len(runs) else math.inf
        beside = [name for at, name in past if (start if number else -1.0) <= at < until]
        turn = _turn(points, steps, start) if number else ""
        found.append(RoadOfRoute(label, stop - start, turn, tuple(beside)))
    return tuple(found)


def described(roads: Sequence[RoadOfRoute]) -> str:
    """Describe the roads of a route in one sentence.

    Examples
    --------
    >>> ring = RoadOfRoute("Ring Road", 0.4, "left")
    >>> described([RoadOfRoute("M4", 120.0, "", ("Voronezh",)), ring])
    'M4 (120 km) past Voronezh, then left into Ring Road (400 m)'
    """
    parts = []
    for number, one in enumerate(roads):
        name = one.road or "a road without a name"
        digits = 1 if one.km < 9.95 else 0
        length = f"{one.km * 1000:.0f} m" if one.km < 0.9995 else f"{one.km:.{digits}f} km"
        into = {"": "", "straight on": "straight on into ", "back": "back into "}.get(
            one.turn, f"{one.turn} into "
        )
        more = len(one.past) - MOST_PAST
        past = ", ".join(one.past[:MOST_PAST]) + (f" and {more} more places" if more > 0 else "")
        parts.append(f"{into if number else ''}{name} ({length})" + f" past {past}" * bool(past))
    return ", then ".join(parts)


def _labels(network: RoadNetwork, segments: NDArray[np.integer[Any]]) -> list[str]:
    """The label of each segment: its first number, or else its name."""
    table, edges = network.edge_table, network.segments.edge[segments]
    found = [""] * len(segments)
    for column in ("name", "ref"):
        if column in table.columns:
            values = table[column].to_numpy(object)[edges]
            for at, value in enumerate(values):
                text = str(value).split(";")[0].strip() if column == "ref" else str(value).strip()
                if text not in ("", "nan", "None", "<NA>"):
                    found[at] = f"road {text}" if text.isdecimal() else text
    return found


def _runs(
    labels: Sequence[str], before: Floats, after: Floats
) -> Iterable[tuple[str, float, float]]:
    """Runs with the same label, with their first and last kilometre."""
    start = 0
    for at in range(1, len(labels) + 1):
        if at == len(labels) or labels[at] != labels[start]:
            yield labels[start], float(before[start]), float(after[at - 1])
            start = at


def _turn(points: Floats, steps: Floats, at: float) -> Turn:
    """The direction in which a line turns at a distance in kilometres."""
    places = [
        [float(np.interp(km, steps, points[:, axis])) for axis in (0, 1)]
        for km in (at - LOOK_KM, at, at + LOOK_KM)
    ]
    (west, south), (lon, lat), (east, north) = places
    narrow = math.cos(math.radians(lat))
    before = math.degrees(math.atan2((lon - west) * narrow, lat - south))
    then = math.degrees(math.atan2((east - lon) * narrow, north - lat))
    angle = (then - before + 180) % 360 - 180
    if abs(angle) < STRAIGHT:
        return "straight on"
    if abs(angle) > BACK:
        return "back"
    return "right" if angle > 0 else "left"


def _past(
    points: Floats, steps: Floats, places: Iterable[Any], stops: Sequence[str]
) -> list[tuple[float, str]]:
    """Places along a line, with their kilometre, in order."""
    line = shapely.linestrings(points)
    flat = np.append(0.0, np.cumsum(np.hypot(*np.diff(points, axis=0).T)))
    found = []
    for place in places:
        if place.lon is None or place.lat is None or place.name in stops:
            continue
        along = float(shapely.line_locate_point(line, shapely.Point(place.lon, place.lat)))
        at = float(np.interp(along, flat, steps))
        nearest = np.array([[float(np.interp(at, steps, points[:, axis])) for axis in (0, 1)]])
        away = float(points_km(np.array([[place.lon, place.lat]]), nearest)[0])
        if away <= PAST_KM < at < float(steps[-1]) - PAST_KM:
            found.append((at, str(place.name)))
    return sorted(found)
