"""Points where lines cross, put into both, so that lines drawn by hand meet there.

>>> import shapely
>>> lines = shapely.linestrings([[[0, 0], [2, 0]], [[1, -1], [1, 1]]])
>>> made, count = with_crossings(lines, np.array([True, True]))
>>> made[0].wkt, count
('LINESTRING (0 0, 1 0, 2 0)', 1)
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["with_crossings"]

DECIMALS = 9
"""Of degrees: a tenth of a millimetre."""


def with_crossings(
    lines: NDArray[np.object_], ground: NDArray[np.bool_]
) -> tuple[NDArray[np.object_], int]:
    """Lines with a point where they cross each other or themselves.

    Parameters
    ----------
    lines
        LineStrings without heights, WGS 84.
    ground
        For each, whether it meets what crosses it; bridges and tunnels do not.

    Returns
    -------
    tuple of (array of LineString, int)
        The lines, and how many points were put in.
    """
    import shapely

    tree = shapely.STRtree(lines)
    one, other = tree.query(lines, predicate="intersects")
    meets = (one < other) & ground[one] & ground[other]
    points: defaultdict[int, list[tuple[float, float]]] = defaultdict(list)
    count = 0
    for a, b in zip(one[meets].tolist(), other[meets].tolist(), strict=True):
        shared = set(map(tuple, shapely.get_coordinates([lines[a], lines[b]]).tolist()))
        for point in _points(shapely.intersection(lines[a], lines[b])):
            if point not in shared:
                count += 1
            points[a].append(point)
            points[b].append(point)
    for a in np.flatnonzero(~shapely.is_simple(lines) & ground).tolist():
        inner = _own(lines[a])
        count += len(inner)
        points[a] += inner
    made = lines.copy()
    for at, some in points.items():
        made[at] = _with(lines[at], some)
    return made, count


def _points(shape: Any) -> list[tuple[float, float]]:
    """Single points of an intersection, and the ends of stretches that two lines share."""
    import shapely

    found: list[list[float]] = []
    for part in shapely.get_parts(shape):
        coords = shapely.get_coordinates(part).round(DECIMALS).tolist()
        found += coords if part.geom_type == "Point" else [coords[0], coords[-1]]
    return [(float(x), float(y)) for x, y in found]


def _own(line: Any) -> list[tuple[float, float]]:
    """Points where a line crosses itself: where its noded parts end, apart from its own points."""
    import shapely

    known = {tuple(one) for one in shapely.get_coordinates(line).round(DECIMALS).tolist()}
    parts = shapely.get_parts(shapely.node(line))
    ends = {
        (float(x), float(y))
        for part in parts
        for x, y in shapely.get_coordinates(part)[[0, -1]].round(DECIMALS).tolist()
    }
    return sorted(ends - known)


def _with(line: Any, points: list[tuple[float, float]]) -> Any:
    """A line with more points, each on the piece of it that is nearest, in order along it."""
    import shapely

    coords = shapely.get_coordinates(line)
    pieces = shapely.linestrings(np.stack([coords[:-1], coords[1:]], axis=1))
    inserted: defaultdict[int, list[tuple[float, float, float]]] = defaultdict(list)
    known = {tuple(one) for one in coords.tolist()}
    for x, y in set(points) - known:
        point = shapely.Point(x, y)
        away = shapely.distance(pieces, point)
        # a line that crosses itself passes the point more than once
        for piece in np.flatnonzero(away <= away.min() + 10.0**-DECIMALS).tolist():
            along = float(shapely.line_locate_point(pieces[piece], point))
            inserted[piece].append((along, x, y))
    rows: list[tuple[float, float]] = []
    for number, (x, y) in enumerate(coords.tolist()):
        rows.append((x, y))
        rows += [(a, b) for _, a, b in sorted(inserted.get(number, ()))]
    return shapely.LineString(rows)
