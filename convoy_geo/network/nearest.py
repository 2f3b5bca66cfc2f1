"""Find what is nearest to a position: a node, or a point on a road.

>>> from convoy_geo.io.files import geodata
>>> from convoy_geo.network.read_write import read_network
>>> roads = read_network(geodata("roads", "syria-iraq-2017"))
>>> nearest, *_ = roads.nearest_roads(38.9, 34.9, within_km=5)
>>> round(nearest.km, 1), round(nearest.part, 2)
(1.0, 0.11)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from convoy_geo.graph.dijkstra import ragged
from convoy_geo.network.coords import points_km, unit_sphere

if TYPE_CHECKING:
    import shapely
    from numpy.typing import NDArray

    from convoy_geo.network.schema import Segments

    Ints = NDArray[np.integer[Any]]
    Floats = NDArray[np.float64]

__all__ = ["NodeSearch", "RoadPoint", "RoadSearch"]

KM_PER_DEGREE = 110.5
"""Minimum length of a degree of latitude in km, so that nothing near is missed."""
AT_A_TIME = 64
SAME_KM = 1e-6
"""Distance within which a point counts as the end of a segment."""


class RoadPoint(NamedTuple):
    """A point on a road.

    Parameters
    ----------
    segment
        Position of the segment.
    part
        Position on the segment, as a fraction of its length as drawn; 0 and 1 are its ends.
    piece
        Index in the network's `coords` of the last point before it.
    lon, lat
        Its coordinates.
    km
        Straight-line distance from the requested position.
    """

    segment: int
    part: float
    piece: int
    lon: float
    lat: float
    km: float


class NodeSearch:
    """Find the node nearest to a position.

    Parameters
    ----------
    points
        Lon and lat of each node.
    known
        Whether the node's location is exact.
    """

    def __init__(self, points: Floats, known: NDArray[np.bool_]) -> None:
        from scipy.spatial import cKDTree

        self._points = points
        self._candidates = np.flatnonzero(known)
        self._tree = cKDTree(unit_sphere(points[self._candidates]))

    def nearest(self, lon: float, lat: float, within_km: float) -> tuple[int, float] | None:
        """The nearest node's index and distance, or None if there is none within this distance."""
        size = len(self._candidates)
        if not size:
            return None
        _, near = self._tree.query(unit_sphere(np.array([[lon, lat]]))[0], k=min(8, size))
        # the tree uses a sphere; the final distance uses the ellipsoid
        found = self._candidates[np.atleast_1d(near)]
        km = points_km(np.broadcast_to([lon, lat], (len(found), 2)), self._points[found])
        best = int(np.argmin(km))
        return (int(found[best]), float(km[best])) if km[best] <= within_km else None


class RoadSearch:
    """Find the points of roads nearest to a position, using the bounding boxes of segments.

    No tree is built: checking the boxes of a million segments takes 15 ms.

    Parameters
    ----------
    coords, segments
        Those of the network.
    """

    def __init__(self, coords: Floats, segments: Segments) -> None:
        self._coords, self._segments = coords, segments
        first, last = segments.first, segments.last
        self.boxes = np.empty((4, len(first)))
        if len(first):
            # neighbours share their end points, so each range is reduced separately
            bounds = np.column_stack([first, last + 1]).ravel()
            padded = np.vstack([coords, coords[-1:]])
            self.boxes[:2] = np.minimum.reduceat(padded, bounds)[::2].T
            self.boxes[2:] = np.maximum.reduceat(padded, bounds)[::2].T

    def nearest(
        self,
        lon: float,
        lat: float,
        within_km: float,
        most: int,
        among: NDArray[np.bool_] | None = None,
    ) -> list[RoadPoint]:
        """See `RoadNetwork.nearest_roads`."""
        away = self._at_least(lon, lat)
        near = np.flatnonzero((away <= within_km * 1.02) & (True if among is None else among))
        near = near[np.argsort(away[near], kind="stable")]
        found: dict[int, RoadPoint] = {}  # by edge
        best: list[RoadPoint] = []
        for begin in range(0, len(near), AT_A_TIME):
            block = near[begin : begin + AT_A_TIME]
            if len(best) == most and away[block[0]] > best[-1].km * 1.02:
                break
            for point in self._points(block, lon, lat):
                edge = int(self._segments.edge[point.segment])
                if point.km <= within_km and (edge not in found or point.km < found[edge].km):
                    found[edge] = point
            different = {self._where(point): point for point in sorted(found.values(), key=_rank)}
            best = sorted(different.values(), key=_rank)[:most]
        return best

    def _at_least(self, lon: float, lat: float) -> Floats:
        """Lower bound on the distance to each segment, from its box, exact to 2 %."""
        west, south, east, north = self.boxes
        shifts = (0.0, -360.0, 360.0) if abs(lon) > 170 else (0.0,)
        across = np.min([np.maximum(west - at, at - east) for at in np.add(lon, shifts)], axis=0)
        up = np.maximum(south - lat, lat - north)
        # use the width of a degree where the box is farthest from the equator
        widest = np.cos(np.radians(np.minimum(np.abs(lat) + np.maximum(up, 0.0), 90.0)))
        away = np.hypot(np.maximum(across, 0.0) * widest, np.maximum(up, 0.0))
        km: Floats = away * KM_PER_DEGREE
        return km

    def _points(self, segments: Ints, lon: float, lat: float) -> list[RoadPoint]:
        """The nearest point of each segment."""
        import shapely

        first, last = self._segments.first[segments], self._segments.last[segments]
        which = np.repeat(np.arange(len(segments)), last - first + 1)
        scale = np.array([max(np.cos(np.radians(lat)), 1e-9), 1.0])
        flat = self._coords[ragged(first, last + 1)] - [lon, lat]
        flat[:, 0] = (flat[:, 0] + 180) % 360 - 180
        lines = shapely.linestrings(flat * scale, indices=which)
        along = shapely.line_locate_point(lines, shapely.Point(0, 0))
        places = shapely.get_coordinates(shapely.line_interpolate_point(lines, along)) / scale
        places += [lon, lat]
        km = points_km(np.broadcast_to([lon, lat], places.shape), places)
        return [
            self._point(segment, line, float(far), place, away)
            for segment, line, far, place, away in zip(
                segments.tolist(), lines, along, places, km.tolist(), strict=True
            )
        ]

    def _point(
        self, segment: int, line: shapely.LineString, far: float, place: Floats, km: float
    ) -> RoadPoint:
        import shapely

        steps = np.hypot(*np.diff(shapely.get_coordinates(line), axis=0).T)
        first, last = int(self._segments.first[segment]), int(self._segments.last[segment])
        ends = np.cumsum(steps)
        piece = first + min(int(np.searchsorted(ends, far, "right")), last - first - 1)
        before = np.vstack([self._coords[first : piece + 1], place])
        after = np.vstack([place, self._coords[piece + 1 : last + 1]])
        driven, left = (float(points_km(one[:-1], one[1:]).sum()) for one in (before, after))
        part = driven / (driven + left) if driven + left > 0 else 0.0
        if driven <= SAME_KM:
            part, place = 0.0, self._coords[first]
        elif left <= SAME_KM:
            part, place = 1.0, self._coords[last]
        return RoadPoint(segment, part, piece, float(place[0]), float(place[1]), km)

    def _where(self, point: RoadPoint) -> tuple[str, int] | tuple[int, float]:
        """A key that is equal for the same point on several roads: the node where they meet."""
        if point.part == 0:
            return "node", int(self._segments.tail[point.segment])
        if point.part == 1:
            return "node", int(self._segments.head[point.segment])
        return point.segment, point.part


def _rank(point: RoadPoint) -> tuple[float, int]:
    return point.km, point.segment
