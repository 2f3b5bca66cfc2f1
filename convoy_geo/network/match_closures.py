"""Which roads a drawn line closes: those that it runs along, and those that it crosses.

A line that only touches a junction, or ends on a road, closes nothing: it does not tell which of
the roads there it means.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from convoy_geo.errors import RoadDataError

if TYPE_CHECKING:
    import shapely
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from convoy_geo.model.closures import Closure

__all__ = ["LINE_TOLERANCE_KM", "lines_closed_by", "roads_closed_by"]

LINE_TOLERANCE_KM = 0.05
"""How far from a road a line may be drawn and still run along it: as far as the end of a drawn road
may be from its node."""
KM_PER_DEGREE = 111.2


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
