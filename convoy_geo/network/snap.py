"""Snap positions to roads: the same rules for routes, reachability and verdicts.

1. A position within `NEAR_KM` of a road is snapped to the nearest point of the nearest road, and
   to no other: walking to another road is never a short cut.
2. A position farther from any road is connected to several of the nearest roads, each with an
   access leg; the caller counts the cost of that leg.
3. A *main part* is a large part of the network within which every road can be reached from every
   other. Roads outside of it (an isolated part, a one-way dead end) are used where this works. Far
   from any road, small parts are ignored.
4. If the nearest road does not work, because it is outside of the main parts or closed, *spare*
   points are used: roads within another `NEAR_KM`, and the nearest of a main part, and of the
   largest, within `SPARE_KM`.

>>> from convoy_geo.io.files import geodata
>>> from convoy_geo.network.read_write import read_network
>>> roads = read_network(geodata("roads", "syria-iraq-2017"))
>>> found = snap(roads, 38.9, 34.9, within_km=5)
>>> round(found.points[0].km, 1), found.spare
(1.0, ())
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from convoy_geo.network.usable import MAIN_NODES, MAIN_SHARE

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from convoy_geo.graph.dijkstra import Arcs
    from convoy_geo.network.nearest import RoadPoint
    from convoy_geo.network.network import RoadNetwork
    from convoy_geo.network.schema import Segments
    from convoy_geo.network.usable import Usable

    Ints = NDArray[np.integer[Any]]

__all__ = ["FARTHER", "MOST", "NEAR_KM", "Snap", "main_nodes", "main_segments", "snap", "snap_area"]

NEAR_KM = 0.2
"""Distance within which a position is on a road."""
MOST = 4
"""Maximum number of roads to which a remote position is connected."""
SPARE_KM = 1.0
"""A main part that is farther away is reached only over roads."""
MARGIN = 0.05
"""Margin in degrees around an outline for the first search for roads."""
FARTHER = 2.0
"""Roads more than this many times as far away as the nearest are ignored."""


class Snap(NamedTuple):
    """The road points that represent a position.

    Parameters
    ----------
    points
        The nearest first; empty if no road is near enough.
    spare
        Other nearby points, for use if none of `points` works.
    """

    points: tuple[RoadPoint, ...]
    spare: tuple[RoadPoint, ...] = ()


def snap(
    network: RoadNetwork,
    lon: float,
    lat: float,
    within_km: float,
    *,
    usable: Usable | None = None,
    on: Ints | None = None,
) -> Snap:
    """Find the road points that represent a position.

    Parameters
    ----------
    network
        The roads.
    lon, lat
        WGS 84 decimal degrees.
    within_km
        Maximum distance of the nearest road.
    usable
        The roads usable by a travel mode; other roads are ignored.
    on
        Segments on which the position already lies, because it is an area: only spare points are
        searched for, if none of these segments is in the largest main part.
    """
    roads = None if usable is None or usable.open.all() else usable.open
    found = network.nearest_roads(lon, lat, within_km, MOST, among=roads)
    if not found:
        return Snap(())
    main = main_segments(network if usable is None else usable)
    nearest = found[0]
    if nearest.km <= NEAR_KM:
        points = found[:1]
    else:
        points = [one for one in found if one.km <= FARTHER * nearest.km]
        points = [one for one in points if main[one.segment]] or points
    most = max(FARTHER * nearest.km, nearest.km + NEAR_KM)
    spare = [one for one in found if one.km <= most and one not in points]
    largest = _parts(network if usable is None else usable)[1]
    if on is not None and largest[on].any():
        return Snap(())
    if main.any() and not any(largest[one.segment] for one in (*points, *spare)):
        reach = min(within_km, max(SPARE_KM, most))
        if not any(main[one.segment] for one in (*points, *spare)):
            spare += network.nearest_roads(lon, lat, reach, 1, among=main)
        spare += [
            one for one in network.nearest_roads(lon, lat, reach, 1, among=largest)
            if one not in spare
        ]  # fmt: skip
    return Snap(tuple(points), tuple(spare))


def snap_area(
    network: RoadNetwork,
    area: BaseGeometry,
    within_km: float,
    *,
    usable: Usable | None = None,
) -> Snap:
    """Find the road points that represent an outline not touched by any road; see `snap`.

    Parameters
    ----------
    network
        The roads.
    area
        A polygon, a line or a point; WGS 84, lon before lat.
    within_km
        Maximum distance of the nearest road.
    usable
        The roads usable by a travel mode; other roads are ignored.
    """
    import shapely
    from shapely.ops import nearest_points

    if area.geom_type == "Point":
        return snap(network, area.x, area.y, within_km, usable=usable)
    flat = np.array([max(math.cos(math.radians(area.centroid.y)), 1e-9), 1.0])
    here = shapely.transform(area, lambda points: points * flat)
    boxes = network.segment_boxes
    among = np.ones(boxes.shape[1], np.bool_) if usable is None else usable.open
    margin, nearest = MARGIN, (0.0, 0.0)
    while among.any() and margin < 4 * 360:
        west, south, east, north = area.buffer(margin).bounds
        near = np.flatnonzero(
            (boxes[0] <= east) & (boxes[2] >= west) & (boxes[1] <= north) & (boxes[3] >= south)
            & among
        )  # fmt: skip
        if not len(near):
            margin *= 4
            continue
        lines = network.segment_lines(near, flat)
        away = shapely.distance(here, lines)
        first = int(np.argmin(away))
        if away[first] > margin * flat[0]:  # something nearer may lie outside the box
            margin = away[first] / flat[0] * 1.01
            continue
        start = nearest_points(here, lines[first])[0]
        nearest = (start.x / flat[0], start.y)
        return snap(network, *nearest, within_km, usable=usable)
    return Snap(())


def main_segments(roads: RoadNetwork | Usable) -> NDArray[np.bool_]:
    """For each segment, whether it lies in a main part; computed once and cached.

    Parameters
    ----------
    roads
        A network, of which only the one-way rules count, or the part usable by a travel mode.
    """
    main: NDArray[np.bool_] = _parts(roads)[0]
    return main


def main_nodes(usable: Usable) -> Ints:
    """Positions of the nodes of main parts, ascending; computed once and cached."""
    known: dict[str, Any] = usable.__dict__
    if "_main_nodes" not in known:
        of, main = usable.network.segments, main_segments(usable)
        found = np.zeros(usable.network.node_count, np.bool_)
        found[of.tail[main]] = found[of.head[main]] = True
        known["_main_nodes"] = np.flatnonzero(found)
    nodes: Ints = known["_main_nodes"]
    return nodes


def _parts(roads: RoadNetwork | Usable) -> NDArray[np.bool_]:
    """For each segment, whether it is in a main part and in the largest; computed once."""
    known: dict[str, Any] = roads.__dict__
    if "_main_segments" not in known:
        network: Any = getattr(roads, "network", roads)
        known["_main_segments"] = _main_segments(network.segments, roads.arcs)
    parts: NDArray[np.bool_] = known["_main_segments"]
    return parts


def _main_segments(of: Segments, arcs: Arcs) -> NDArray[np.bool_]:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    main = np.zeros((2, len(of.km)), np.bool_)
    if not len(arcs.tail):
        return main
    # each pair of nodes once: parallel entries can make scipy loop forever here
    pairs = coo_array((np.ones(len(arcs.tail), bool), (arcs.tail, arcs.head)), [arcs.nodes] * 2)
    _, part = connected_components(pairs.tocsr(), directed=True, connection="strong")
    within = part[arcs.tail] == part[arcs.head]
    count = int(part.max()) + 1
    # a two-way road has two arcs, and node copies add more: each counts for its share
    share = of.km[arcs.segment] / np.bincount(arcs.segment, minlength=len(of.km))[arcs.segment]
    km = np.bincount(part[arcs.tail[within]], share[within], count)
    large = (np.bincount(part, minlength=count) >= MAIN_NODES) | (km >= MAIN_SHARE * km.max())
    if not km.any():  # no return trip is possible: there is no main part
        return main
    main[0, arcs.segment[within & large[part[arcs.tail]]]] = True
    main[1, arcs.segment[within & (part[arcs.tail] == np.argmax(km))]] = True
    return main
