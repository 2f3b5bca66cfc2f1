"""Which roads a drawn line closes: those that it runs along, and those that it crosses.

A line that only touches a junction, or ends on a road, closes nothing: it does not tell which of
the roads there it means.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from convoy_geo.errors import RoadDataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import shapely
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from convoy_geo.model.closures import Closure

__all__ = ["LINE_TOLERANCE_KM", "Stretches", "lines_closed_by", "roads_closed_by"]

LINE_TOLERANCE_KM = 0.05
"""How far from a road a line may be drawn and still run along it: as far as the end of a drawn road
may be from its node."""
KM_PER_DEGREE = 111.2


class Stretches(NamedTuple):
    """Stretches of segments that are closed; nobody passes a segment that has one.

    Parameters
    ----------
    segments
        Positions, ascending; one may be there several times.
    first, last
        The part of the segment's length, 0 to 1 as it is drawn; equal for a single point.
    """

    segments: NDArray[np.integer[Any]]
    first: NDArray[np.float64]
    last: NDArray[np.float64]

    @classmethod
    def none(cls) -> Stretches:
        """No stretch."""
        return cls(np.empty(0, np.int64), np.empty(0), np.empty(0))

    @classmethod
    def whole(cls, segments: NDArray[np.integer[Any]]) -> Stretches:
        """Segments from end to end."""
        return cls(np.sort(segments), np.zeros(len(segments)), np.ones(len(segments)))

    @classmethod
    def all_of(cls, some: Sequence[Stretches]) -> Stretches:
        """Several as one."""
        columns = zip(*(cls.none(), *some), strict=True)
        segments, first, last = (np.concatenate(column) for column in columns)
        order = np.lexsort((last, first, segments))
        return cls(segments[order].astype(np.int64), first[order], last[order])

    def hold(
        self,
        segments: NDArray[np.integer[Any]],
        first: NDArray[np.float64],
        last: NDArray[np.float64],
    ) -> NDArray[np.bool_]:
        """For each piece of a segment whether it lies in a stretch; pieces are cut at its ends."""
        shut = np.zeros(len(segments), np.bool_)
        whole = (self.first <= 0) & (self.last >= 1)
        shut |= np.isin(segments, self.segments[whole])
        for segment, begin, end in zip(
            self.segments[~whole], self.first[~whole], self.last[~whole], strict=True
        ):
            middle = (first + last) / 2
            shut |= (segments == segment) & (middle >= begin) & (middle <= end)
        return shut


def roads_closed_by(closure: Closure, tree: shapely.STRtree) -> NDArray[np.integer[Any]]:
    """Positions of the roads in a search tree that a closure's area or line closes, in order.

    Raises
    ------
    RoadDataError
        If it is a point, or a line that neither runs along a road nor crosses one.
    """
    kind = closure.geometry.geom_type
    if kind in ("Polygon", "MultiPolygon"):
        return np.sort(tree.query(closure.geometry, predicate="intersects"))
    if kind not in ("LineString", "MultiLineString"):
        msg = f"closure {closure.id!r} names no edges, and is neither an area nor a line"
        raise RoadDataError(msg)
    met = lines_closed_by(closure.geometry, tree.geometries, tree)
    if not len(met):
        msg = f"closure {closure.id!r} names no edges, and its line meets none"
        raise RoadDataError(msg)
    return met


def lines_closed_by(
    line: BaseGeometry, roads: NDArray[np.object_], tree: shapely.STRtree
) -> NDArray[np.integer[Any]]:
    """Positions of the roads that a line runs along or crosses.

    It *runs along* a road if it stays within 50 m of it for more than 200 m, or for nine tenths of
    a shorter road from one end to the other. It *crosses* a road if it meets it at single points,
    one of them more than 1 m from both ends of the road, and goes on beyond.

    Parameters
    ----------
    line
        WGS 84, lon before lat.
    roads, tree
        Lines, and the same lines in a search tree.

    Examples
    --------
    >>> import shapely
    >>> roads = shapely.linestrings([[[0, 0], [1, 0]], [[0.5, -1], [0.5, 0]], [[0.2, 0], [0, 1]]])
    >>> across = shapely.LineString([(0.5, -0.5), (0.5, 0.5)])
    >>> lines_closed_by(across, roads, shapely.STRtree(roads)).tolist()
    [0, 1]
    """
    import shapely

    middle = float(shapely.get_y(shapely.centroid(line)))
    scale = np.array([np.cos(np.radians(middle)), 1.0]) * KM_PER_DEGREE
    reach = shapely.buffer(line, 2 * LINE_TOLERANCE_KM / scale.min())
    near = np.sort(tree.query(reach, predicate="intersects"))
    flat = shapely.transform(line, lambda points: points * scale)
    lines = shapely.transform(roads[near], lambda points: points * scale)
    return near[_runs_along(flat, lines) | _crosses(flat, lines)]


def _runs_along(line: BaseGeometry, roads: NDArray[np.object_]) -> NDArray[np.bool_]:
    import shapely

    band = shapely.buffer(line, LINE_TOLERANCE_KM)
    inside = shapely.length(shapely.intersection(roads, band))
    length = shapely.length(roads)
    ends = [shapely.line_locate_point(line, shapely.get_point(roads, end)) for end in (0, -1)]
    through = np.abs(ends[1] - ends[0]) > length / 2 if line.geom_type == "LineString" else True
    along: NDArray[np.bool_] = (inside > 4 * LINE_TOLERANCE_KM) | (
        (inside >= 0.9 * length) & (length > 0) & through
    )
    return along


def _crosses(line: BaseGeometry, roads: NDArray[np.object_]) -> NDArray[np.bool_]:
    import shapely

    ends = shapely.union(shapely.get_point(roads, 0), shapely.get_point(roads, -1))
    inner = shapely.difference(shapely.intersection(roads, line), shapely.buffer(ends, 0.001))
    own_ends = shapely.buffer(shapely.boundary(line), 0.001)  # a line that ends here crosses not
    crossing: NDArray[np.bool_] = ~shapely.is_empty(shapely.difference(inner, own_ends))
    return crossing
