"""Where a position meets the roads: the one place that decides it, for routes, reach and verdicts.

1. A position within `NEAR_KM` of a road is on the nearest road, at its nearest point, and nowhere
   else: to walk to another road is never a short cut.
2. In open country, farther from any road, the nearest roads are all offered, each with the leg to
   it; whoever asks counts what that leg costs.
3. A *main part* is a large piece of the network in which one can get from every road to every
   other. A road outside of it (an island, a one-way dead end) is used where it serves. In open
   country small parts attract no position.
4. For where the nearest road does not serve, because it is outside of the main parts or closed,
   other points are kept as *spare*: roads within `NEAR_KM` more, and the nearest of a main part,
   and of the largest, within `SPARE_KM`.

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
"""So near to a road a position is on it."""
MOST = 4
"""In open country a position is tied to so many roads at the most."""
SPARE_KM = 1.0
"""A main part farther away is reached over roads or not at all."""
MARGIN = 0.05
"""Degrees around an outline in which roads are looked for first."""
FARTHER = 2.0
"""But to none more than so many times as far as the nearest."""


class Snap(NamedTuple):
    """The points of roads that stand for a position.

    Parameters
    ----------
    points
        The nearest first; empty if no road is near enough.
    spare
        Other points near by, for where none of `points` serves.
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
    """The points of roads that stand for a position.

    Parameters
    ----------
    network
        The roads.
    lon, lat
        WGS 84 decimal degrees.
    within_km
        How far the nearest road may be.
    usable
        What a mode of travel may use: no other road counts.
    on
        Segments that it is on already, because it is an area: only spare points are looked for,
        where none of these is of the largest main part.
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
    """The points of roads that stand for an outline that no road touches, as `snap` has them.

    Parameters
    ----------
    network
        The roads.
    area
        A polygon, a line or a point; WGS 84, lon before lat.
    within_km
        How far the nearest road may be.
    usable
        What a mode of travel may use: no other road counts.
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
        if away[first] > margin * flat[0]:  # something nearer may lie beyond the box
            margin = away[first] / flat[0] * 1.01
            continue
        start = nearest_points(here, lines[first])[0]
        nearest = (start.x / flat[0], start.y)
        return snap(network, *nearest, within_km, usable=usable)
    return Snap(())


def main_segments(roads: RoadNetwork | Usable) -> NDArray[np.bool_]:
    """For each segment, whether it lies in a main part; worked out once and kept.

    Parameters
    ----------
    roads
        A network by its one-ways alone, or what a mode of travel may use of one.
    """
    main: NDArray[np.bool_] = _parts(roads)[0]
    return main


def main_nodes(usable: Usable) -> Ints:
    """Positions of the nodes of main parts, ascending; worked out once and kept."""
    known: dict[str, Any] = usable.__dict__
    if "_main_nodes" not in known:
        of, main = usable.network.segments, main_segments(usable)
        found = np.zeros(usable.network.node_count, np.bool_)
        found[of.tail[main]] = found[of.head[main]] = True
        known["_main_nodes"] = np.flatnonzero(found)
    nodes: Ints = known["_main_nodes"]
    return nodes


def _parts(roads: RoadNetwork | Usable) -> NDArray[np.bool_]:
    """For each segment, whether it is in a main part, and in the largest; worked out once."""
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
    # each pair of nodes once: parallel entries can make scipy run for ever here
    pairs = coo_array((np.ones(len(arcs.tail), bool), (arcs.tail, arcs.head)), [arcs.nodes] * 2)
    _, part = connected_components(pairs.tocsr(), directed=True, connection="strong")
    within = part[arcs.tail] == part[arcs.head]
    count = int(part.max()) + 1
    # a road that may be driven both ways has two arcs, and copies more: each counts its share
    share = of.km[arcs.segment] / np.bincount(arcs.segment, minlength=len(of.km))[arcs.segment]
    km = np.bincount(part[arcs.tail[within]], share[within], count)
    large = (np.bincount(part, minlength=count) >= MAIN_NODES) | (km >= MAIN_SHARE * km.max())
    if not km.any():  # nowhere can one get back: no part is the main one
        return main
    main[0, arcs.segment[within & large[part[arcs.tail]]]] = True
    main[1, arcs.segment[within & (part[arcs.tail] == np.argmax(km))]] = True
    return main
