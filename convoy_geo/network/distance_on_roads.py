"""Stretches of road that lie so far from a point by road: "20 km west of it, on the highway".

>>> from convoy_geo.io.files import geodata
>>> from convoy_geo.network.read_write import read_network
>>> roads = read_network(geodata("roads", "syria-iraq-2017"))
>>> found = stretches_at_distance(roads, (38.8711, 34.88533), 19.5, 20.5, bearing=225.0)
>>> found.geom_type, found.bounds[2] < 38.8711
('MultiLineString', True)
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from convoy_geo.errors import RoadDataError
from convoy_geo.geodesy import wgs84
from convoy_geo.network.usable import usable_roads

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from convoy_geo.network.network import RoadNetwork

    Floats = NDArray[np.float64]

__all__ = ["stretches_at_distance", "stretches_on"]

NEAR_KM = 10.0
"""From a point farther than this from any road, no distance by road is counted."""


def stretches_on(network: RoadNetwork | None) -> Callable[..., BaseGeometry] | None:
    """`stretches_at_distance` on a network; None without one."""
    return None if network is None else partial(stretches_at_distance, network)


def stretches_at_distance(
    network: RoadNetwork,
    at: tuple[float, float],
    low_km: float,
    high_km: float,
    *,
    bearing: float | None = None,
    half_angle: float = 45.0,
) -> BaseGeometry:
    """The roads whose distance by road from a point lies between two figures.

    Parameters
    ----------
    network
        The roads; one-ways do not count, roads for walkers alone are left out.
    at
        Lon and lat. Counted is from the nearest point of a road.
    low_km, high_km
        The distance; as the road factor of the network has it, a drawn road may be shorter.
    bearing, half_angle
        Only what lies in this direction from the point, degrees from true north, so many degrees to
        each side.

    Returns
    -------
    MultiLineString
        EPSG:4326.

    Raises
    ------
    RoadDataError
        If no road is near the point, or none lies so far from it in the direction.
    """
    import shapely
    from shapely.ops import substring

    usable = usable_roads(network, "any_vehicle").open
    (start, *_) = network.nearest_roads(*at, NEAR_KM, 1, among=usable) or (None,)
    where = "{:.4f},{:.4f}".format(*at)
    if start is None:
        msg = f"no road within {NEAR_KM:g} km of {where}"
        raise RoadDataError(msg)
    factor = network.road_factor
    low, high = low_km / factor.high, high_km / factor.low
    of = network.segments
    km = np.where(usable, of.km, np.inf)
    first = float(of.km[start.segment]) * start.part
    ends = {int(of.tail[start.segment]): first}
    head = int(of.head[start.segment])
    ends[head] = min(ends.get(head, np.inf), float(of.km[start.segment]) - first)
    reached = _costs(network, km, ends, high)
    rows, begin, end = _within(km, reached[of.tail], reached[of.head], low, high)
    here = float(of.km[start.segment])
    own = rows == start.segment  # on its own segment the distance is along it
    rows, begin, end = rows[~own], begin[~own], end[~own]
    for sign in (-1.0, 1.0):
        reach = sorted(start.part + sign * one / here for one in (low, high)) if here else [1, 0]
        part = max(reach[0], 0.0), min(reach[1], 1.0)
        if part[0] <= part[1]:
            rows = np.append(rows, start.segment)
            begin, end = np.append(begin, part[0]), np.append(end, part[1])
    lines = network.segment_lines(rows)
    found = [
        substring(line, float(first), float(last), normalized=True)
        for line, first, last in zip(lines, begin, end, strict=True)
    ]
    kept = [one for one in found if one.length and _ahead(one, at, bearing, half_angle)]
    if not kept:
        toward = "" if bearing is None else " in that direction"
        msg = f"no road is {low_km:g} to {high_km:g} km from {where} by road{toward}"
        raise RoadDataError(msg)
    joined = shapely.line_merge(shapely.multilinestrings(kept))
    return joined if joined.geom_type == "MultiLineString" else shapely.multilinestrings([joined])


def _costs(network: RoadNetwork, km: Floats, ends: dict[int, float], most: float) -> Floats:
    """Kilometres by road from a point between two nodes to each node; infinite beyond `most`."""
    from convoy_geo.graph.dijkstra import Arcs, ScipyEngine

    of = network.segments
    engine = ScipyEngine(Arcs.of_segments(network.node_count, of.tail, of.head), km)
    found: Floats = engine.grow(ends, limit=most).cost[: network.node_count]
    return found


def _within(
    km: Floats, tail: Floats, head: Floats, low: float, high: float
) -> tuple[NDArray[np.integer[Any]], Floats, Floats]:
    """Parts of segments whose distance lies between two figures: positions, begin and end."""
    rows, begins, ends = [], [], []
    some = np.flatnonzero(np.isfinite(km) & (km > 0) & (np.isfinite(tail) | np.isfinite(head)))
    length, tail, head = km[some], tail[some], head[some]
    with np.errstate(invalid="ignore"):
        middle = np.clip((head - tail + length) / (2 * length), 0.0, 1.0)
    middle = np.where(np.isinf(tail), 0.0, np.where(np.isinf(head), 1.0, middle))
    for near, flip in ((tail, False), (head, True)):
        top = 1 - middle if flip else middle  # as far as this end is the nearer one
        begin = np.clip((low - near) / length, 0.0, 1.0)
        end = np.minimum(np.clip((high - near) / length, 0.0, 1.0), top)
        kept = np.flatnonzero(np.isfinite(near) & (near <= high) & (begin < end))
        rows.append(some[kept])
        begins.append(1 - end[kept] if flip else begin[kept])
        ends.append(1 - begin[kept] if flip else end[kept])
    return np.concatenate(rows), np.concatenate(begins), np.concatenate(ends)


def _ahead(
    line: BaseGeometry, at: tuple[float, float], bearing: float | None, half_angle: float
) -> bool:
    """Whether the middle of a line lies in a direction from a point."""
    if bearing is None:
        return True
    middle = line.interpolate(0.5, normalized=True)
    azimuth, _, _ = wgs84().inv(*at, middle.x, middle.y)
    return bool(abs((azimuth - bearing + 180.0) % 360.0 - 180.0) <= half_angle)
