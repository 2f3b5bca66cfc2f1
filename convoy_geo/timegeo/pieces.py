"""Split roads at location boundaries, at connectors of locations, and at closures.

After the split, all computations on roads are exact on nodes.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

from convoy_geo.network.snap import snap, snap_area

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from convoy_geo.network.network import RoadNetwork
    from convoy_geo.network.usable import Usable
    from convoy_geo.timegeo.locations import Location

    Ints = NDArray[np.integer[Any]]
    Floats = NDArray[np.float64]

__all__ = ["Mark", "RoadPieces", "cut_roads", "marks_of"]

ANYWHERE_KM = 20_000.0
"""A location is connected to the nearest road, however far away it is."""
SAME = 1e-9
"""Fractions of a segment that differ by less are the same point."""


class Mark(NamedTuple):
    """A point at which a segment is split.

    Parameters
    ----------
    segment, part
        The segment, and the position on it as a fraction of its length.
    location
        Number of the location connected there; negative if there is none.
    km
        Off-road distance to the location.
    spare
        Whether it is used only if the location's other points do not work.
    """

    segment: int
    part: float
    location: int = -1
    km: float = 0.0
    spare: bool = False


class RoadPieces(NamedTuple):
    """Segments, some of them split.

    Parameters
    ----------
    tail, head
        Nodes at their ends: nodes of the network, or split points, which are numbered after them.
    segment
        Positions of the segments that contain them.
    first, last
        The part of the segment, as fractions from 0 to 1.
    """

    tail: Ints
    head: Ints
    segment: Ints
    first: Floats
    last: Floats


def marks_of(
    network: RoadNetwork, usable: Usable, location: Location, number: int
) -> tuple[list[Mark], bool]:
    """Where roads are split for a location, and whether a road touches it.

    A road that crosses the outline is split there. If no road touches it, the nearest roads are
    split as described in `convoy_geo.network.snap`. Spare points serve isolated parts and one-way
    dead ends.
    """
    area = location.area
    if area is None:
        return [], False
    touching = _touching(network, usable, area)
    if area.geom_type != "Point" and len(touching):
        found = [
            Mark(segment, part, number)
            for segment, part in _crossings(network, area, touching)
        ]  # fmt: skip
        centre = shapely.point_on_surface(area)
        near = snap(network, centre.x, centre.y, ANYWHERE_KM, usable=usable, on=touching)
        spare = near.spare
    else:
        near = snap_area(network, area, ANYWHERE_KM, usable=usable)
        found = [Mark(one.segment, one.part, number, one.km) for one in near.points]
        spare, touching = near.spare, np.empty(0, np.int64)
    found += [Mark(one.segment, one.part, number, one.km, spare=True) for one in spare]
    return found, len(touching) > 0


def _touching(network: RoadNetwork, usable: Usable, area: BaseGeometry) -> Ints:
    """Segments that the mode may use and that touch an area."""
    west, south, east, north = area.bounds
    boxes = network.segment_boxes
    near = np.flatnonzero(
        (boxes[0] <= east) & (boxes[2] >= west) & (boxes[1] <= north) & (boxes[3] >= south)
        & usable.open
    )  # fmt: skip
    if not len(near) or not area.area:
        return near[:0]
    shapely.prepare(area)
    touching: Ints = near[shapely.intersects(area, network.segment_lines(near))]
    return touching


def _crossings(network: RoadNetwork, area: BaseGeometry, touching: Ints) -> list[tuple[int, float]]:
    """Where roads cross the boundary of an area: segment, and position as a fraction."""
    found: list[tuple[int, float]] = []
    flat = np.array([max(math.cos(math.radians(area.centroid.y)), 1e-9), 1.0])
    here = shapely.transform(area, lambda points: points * flat)
    shapely.prepare(here)
    lines = network.segment_lines(touching, flat)
    crossing = ~shapely.covers(here, lines) & (shapely.length(lines) > 0)
    for segment, line in zip(touching[crossing].tolist(), lines[crossing], strict=True):
        inside = line.intersection(here)
        points = shapely.get_coordinates(inside.boundary if inside.length else inside)
        parts = shapely.line_locate_point(line, shapely.points(points), normalized=True)
        found += [(int(segment), float(at)) for at in parts if SAME < at < 1 - SAME]
    return found


def cut_roads(network: RoadNetwork, marks: list[Mark]) -> tuple[RoadPieces, Floats, list[int]]:
    """The segments, split at marks; lon and lat of the split points; the node of each mark."""
    segments, size = network.segments, network.node_count
    count = len(segments.km)
    whole = RoadPieces(
        segments.tail, segments.head, np.arange(count), np.zeros(count), np.ones(count)
    )
    nodes = [0] * len(marks)
    by_segment: dict[int, list[int]] = {}
    for at, mark in enumerate(marks):
        by_segment.setdefault(mark.segment, []).append(at)
    rows: list[tuple[int, int, int, float, float]] = []
    added: list[tuple[int, float]] = []
    for segment, some in by_segment.items():
        tail, head = int(segments.tail[segment]), int(segments.head[segment])
        before, start = 0.0, tail
        for at in sorted(some, key=lambda one: marks[one].part):
            part = marks[at].part
            if part >= 1 - SAME:
                nodes[at] = head
                continue
            if part - before > SAME:
                node = size + len(added)
                added.append((segment, part))
                rows.append((start, node, segment, before, part))
                before, start = part, node
            nodes[at] = start
        rows.append((start, head, segment, before, 1.0))
    if not rows:
        return whole, np.empty((0, 2)), nodes
    keep = np.ones(count, np.bool_)
    keep[list(by_segment)] = False
    new = np.array(rows)
    pieces = RoadPieces(
        np.concatenate([whole.tail[keep], new[:, 0].astype(np.int64)]),
        np.concatenate([whole.head[keep], new[:, 1].astype(np.int64)]),
        np.concatenate([whole.segment[keep], new[:, 2].astype(np.int64)]),
        np.concatenate([whole.first[keep], new[:, 3]]),
        np.concatenate([whole.last[keep], new[:, 4]]),
    )
    return pieces, network.points_at(added), nodes
