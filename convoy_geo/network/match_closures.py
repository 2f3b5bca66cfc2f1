"""Match a drawn area, line or point to the stretches of road that it closes.

A line closes the roads that it runs along and those that it crosses. A line that only touches a
junction, or ends on a road, closes nothing: it is unclear which of the roads there is meant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

import numpy as np

from convoy_geo.errors import RoadDataError
from convoy_geo.network.osm_tags import CLASSES, PATHS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import shapely
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from convoy_geo.network.nearest import RoadPoint
    from convoy_geo.network.schema import Segments

__all__ = [
    "LINE_TOLERANCE_KM",
    "Stretches",
    "lines_closed_by",
    "stretches_closed_by",
    "stretches_on_road",
]

LINE_TOLERANCE_KM = 0.05
"""Distance in metres at which a line still runs along a road: the same as the tolerance between
the end of a drawn road and its node."""
KM_PER_DEGREE = 111.2
AREAS = ("Polygon", "MultiPolygon")
POINT_KM = 0.2
"""Distance within which a point is on a road."""
PREFERRED_KM = 0.03
"""A road for vehicles is preferred to a path that is nearer by no more than this."""
EXACT_KM, BESIDE = 0.015, 2.0
"""Mean distance from a line, absolute or as a multiple of that of the nearest road along the
line, up to which a road is matched."""
ON_ROAD_KM = 1.0
"""Distance within which a closure of a named road may be drawn as a point."""
NO_ROAD_KM = 0.002
"""A shorter piece of road is not closed: it only touches the closed part."""
JUNCTION_KM = 0.001
"""Distance within which a point is a junction."""


NO_LENGTH = 1e-7


class Roads(Protocol):
    """The road data needed here, see `convoy_geo.network.network.RoadNetwork`."""

    @property
    def segments(self) -> Segments:
        """See the network."""
        ...

    @property
    def segment_boxes(self) -> NDArray[np.float64]:
        """See the network."""
        ...

    @property
    def class_codes(self) -> NDArray[np.integer[Any]]:
        """See the network."""
        ...

    def segment_lines(
        self, segments: NDArray[np.integer[Any]], scale: NDArray[np.float64] | float = 1.0
    ) -> NDArray[np.object_]:
        """See the network."""
        ...

    def nearest_roads(
        self,
        lon: float,
        lat: float,
        within_km: float,
        most: int = 4,
        *,
        among: NDArray[np.bool_] | None = None,
    ) -> list[RoadPoint]:
        """See the network."""
        ...


class Stretches(NamedTuple):
    """Closed stretches of segments; a segment with a closed stretch cannot be driven through.

    Parameters
    ----------
    segments
        Positions, ascending; a segment may occur several times.
    first, last
        The closed part as fractions of the segment's length as drawn, 0 to 1; equal for a single
        point.
    """

    segments: NDArray[np.integer[Any]]
    first: NDArray[np.float64]
    last: NDArray[np.float64]

    @classmethod
    def none(cls) -> Stretches:
        """No stretches."""
        return cls(np.empty(0, np.int64), np.empty(0), np.empty(0))

    @classmethod
    def whole(cls, segments: NDArray[np.integer[Any]]) -> Stretches:
        """Complete segments."""
        return cls(np.sort(segments), np.zeros(len(segments)), np.ones(len(segments)))

    @classmethod
    def all_of(cls, some: Sequence[Stretches]) -> Stretches:
        """The union of several objects."""
        columns = zip(*(cls.none(), *some), strict=True)
        segments, first, last = (np.concatenate(column) for column in columns)
        order = np.lexsort((last, first, segments))
        return cls(segments[order].astype(np.int64), first[order], last[order])

    @property
    def partial(self) -> dict[int, list[tuple[float, float]]]:
        """By segment, the closed stretches of segments that are only partly closed."""
        whole = (self.first <= 0) & (self.last >= 1)
        rest = np.flatnonzero(~whole & ~np.isin(self.segments, self.segments[whole]))
        found: dict[int, list[tuple[float, float]]] = {}
        for at in rest.tolist():
            ends = float(self.first[at]), float(self.last[at])
            found.setdefault(int(self.segments[at]), []).append(ends)
        return found

    def widened(self) -> Stretches:
        """The same, with closed points widened to stretches of negligible length."""
        point = np.where(self.last - self.first < 2 * NO_LENGTH, NO_LENGTH, 0.0)
        return Stretches(
            self.segments, np.maximum(self.first - point, 0), np.minimum(self.last + point, 1)
        )

    def met_by(
        self,
        segments: NDArray[np.integer[Any]],
        begin: NDArray[np.float64],
        end: NDArray[np.float64],
    ) -> bool:
        """Whether any of some pieces of segments overlaps a stretch."""
        at = np.flatnonzero(np.isin(segments, self.segments))
        for segment, *ends in zip(segments[at], begin[at], end[at], strict=True):
            own = self.segments == segment
            if ((self.first[own] <= max(ends)) & (self.last[own] >= min(ends))).any():
                return True
        return False

    def hold(
        self,
        segments: NDArray[np.integer[Any]],
        first: NDArray[np.float64],
        last: NDArray[np.float64],
    ) -> NDArray[np.bool_]:
        """For each piece of a segment, whether it lies in a stretch; no piece crosses its ends."""
        shut = np.zeros(len(segments), np.bool_)
        whole = (self.first <= 0) & (self.last >= 1)
        shut |= np.isin(segments, self.segments[whole])
        for segment, begin, end in zip(
            self.segments[~whole], self.first[~whole], self.last[~whole], strict=True
        ):
            middle = (first + last) / 2
            shut |= (segments == segment) & (middle >= begin) & (middle <= end)
        return shut


def stretches_closed_by(shape: BaseGeometry, name: str, network: Roads) -> Stretches:
    """The stretches of road that a geometry closes, and no more than these.

    An area closes what lies in it. A line closes the stretches that it runs along, and the points
    where it crosses other roads, except bridges over a road that it runs along. A point closes the
    road on which it lies, or all roads of a junction, at that point. A road for vehicles is
    preferred to a path that is only slightly nearer.

    Parameters
    ----------
    shape
        WGS 84, lon before lat.
    name
        Name of the closure in errors.
    network
        The roads.

    Raises
    ------
    RoadDataError
        If it is a point or a line and there is no road.
    """
    kind = shape.geom_type
    if shape.is_empty:
        msg = f"closure {name!r} names no edges and has no geometry"
        raise RoadDataError(msg)
    if kind == "Point":
        return _at_point(shape, name, network)
    if kind not in (*AREAS, "LineString", "MultiLineString"):
        msg = f"closure {name!r} is a {kind}: it must be an area, a line or a point"
        raise RoadDataError(msg)
    centre = shape.centroid
    scale = np.array([max(np.cos(np.radians(centre.y)), 1e-9), 1.0]) * KM_PER_DEGREE
    margin = 0.0 if kind in AREAS else 2 * LINE_TOLERANCE_KM / scale[0]
    west, south, east, north = shape.bounds
    boxes = network.segment_boxes
    near = np.flatnonzero(
        (boxes[0] <= east + margin) & (boxes[2] >= west - margin)
        & (boxes[1] <= north + margin) & (boxes[3] >= south - margin)
    )  # fmt: skip
    flat = _transformed(shape, scale)
    roads = network.segment_lines(near, scale)
    if kind in AREAS:
        found = _inside(near, roads, flat)
    else:
        edges = network.segments.edge[near]
        along = _runs_along_edges(flat, roads, edges)
        found = _inside(near[along], roads[along], _band(flat, "flat"))
        across = _crosses(flat, roads) & ~along
        # one edge runs beside the line in several pieces: this is not a crossing
        across &= ~np.isin(edges, edges[along])
        held = _band(_union(roads[along]), "round") if along.any() else None
        found += _crossings(near[across], roads[across], flat, held)
    if not found:
        if kind in AREAS:
            return Stretches.none()
        msg = f"closure {name!r} names no edges, and its line meets none"
        raise RoadDataError(msg)
    segments, first, last = (np.array(column) for column in zip(*found, strict=True))
    return Stretches.all_of([Stretches(segments, first, last)])


def stretches_on_road(
    shape: BaseGeometry, segments: NDArray[np.integer[Any]], name: str, network: Roads
) -> Stretches:
    """The stretches of one road that a geometry closes, and no other road.

    Parameters
    ----------
    shape
        WGS 84, lon before lat. Closed are the parts of the road within an area, within 50 m of a
        line, or nearest to a point, including its other carriageway.
    segments
        Segments of the road.
    name
        Name of the closure in errors.
    network
        The roads.

    Raises
    ------
    RoadDataError
        If the geometry is not at the road.
    """
    import shapely

    from convoy_geo.geodesy import disc

    if shape.geom_type == "Point":
        among = np.zeros(len(network.segments.km), np.bool_)
        among[segments] = True
        point: Any = shape
        found = network.nearest_roads(point.x, point.y, ON_ROAD_KM, 1, among=among)
        shape = disc(point.x, point.y, (found[0].km if found else 0.0) + PREFERRED_KM)
    scale = np.array([max(np.cos(np.radians(shape.centroid.y)), 1e-9), 1.0]) * KM_PER_DEGREE
    area = _transformed(shape, scale)
    if shape.geom_type not in AREAS:
        area = _band(area, "flat")
    roads = network.segment_lines(segments, scale)
    length = shapely.length(roads)
    km_of = dict(zip(segments.tolist(), length.tolist(), strict=True))
    rows = [
        (segment, first, last)
        for segment, first, last in _inside(segments, roads, area)
        if (last - first) * km_of[segment] > NO_ROAD_KM or not km_of[segment]
    ]
    if not rows:
        msg = f"closure {name!r} is not on its road"
        raise RoadDataError(msg)
    numbers, first, last = (np.array(column) for column in zip(*rows, strict=True))
    return Stretches.all_of([Stretches(numbers, first, last)])


def _at_point(point: Any, name: str, network: Roads) -> Stretches:
    """The road at a point, or all roads of a junction."""
    lon, lat = point.x, point.y
    found = network.nearest_roads(lon, lat, POINT_KM, 1)
    if not found:
        metres = round(POINT_KM * 1000)
        msg = f"closure {name!r} names no edges, and no road is within {metres} m of its point"
        raise RoadDataError(msg)
    driven = ~np.isin(network.class_codes, [CLASSES.index(one) for one in PATHS])
    among = driven[network.segments.edge]
    roads = network.nearest_roads(lon, lat, found[0].km + PREFERRED_KM, 1, among=among)
    chosen = (roads or found)[0]
    of = network.segments
    length = float(of.km[chosen.segment])
    ends = (int(of.tail[chosen.segment]), int(of.head[chosen.segment]))
    for node, before in zip(ends, (chosen.part, 1 - chosen.part), strict=True):
        if before * length > JUNCTION_KM:
            continue
        tails, heads = np.flatnonzero(of.tail == node), np.flatnonzero(of.head == node)
        if not roads or not among[tails].any():
            tails, heads = tails[~among[tails]], heads[~among[heads]]
        else:
            tails, heads = tails[among[tails]], heads[among[heads]]
        at = np.append(np.zeros(len(tails)), np.ones(len(heads)))
        return Stretches.all_of([Stretches(np.append(tails, heads), at, at)])
    part = np.array([chosen.part])
    return Stretches(np.array([chosen.segment], np.int64), part, part)


def _inside(
    segments: NDArray[np.integer[Any]], roads: NDArray[np.object_], area: BaseGeometry
) -> list[tuple[int, float, float]]:
    """The parts of roads within an area."""
    import shapely

    found = []
    shapely.prepare(area)
    meets = shapely.intersects(area, roads)
    whole = shapely.covers(area, roads)
    for segment, road, covered in zip(
        segments[meets].tolist(), roads[meets], whole[meets], strict=True
    ):
        if covered:
            found.append((segment, 0.0, 1.0))
            continue
        for part in shapely.get_parts(shapely.intersection(road, area)):
            if part.geom_type == "Point":
                at = [float(shapely.line_locate_point(road, part, normalized=True))]
            else:
                points = shapely.points(shapely.get_coordinates(part)[[0, -1]])
                at = shapely.line_locate_point(road, points, normalized=True).tolist()
            found.append((segment, min(at), max(at)))
    return found


def _crossings(
    segments: NDArray[np.integer[Any]],
    roads: NDArray[np.object_],
    line: BaseGeometry,
    held: BaseGeometry | None,
) -> list[tuple[int, float, float]]:
    """The points where a line crosses roads, except roads that it runs along."""
    import shapely

    found = []
    for segment, road in zip(segments.tolist(), roads, strict=True):
        for part in shapely.get_parts(shapely.intersection(road, line)):
            if held is not None and shapely.intersects(held, part):
                continue
            points = shapely.points(shapely.get_coordinates(part)[[0, -1]])
            at = shapely.line_locate_point(road, points, normalized=True).tolist()
            found.append((segment, min(at), max(at)))
    return found


def _runs_along_edges(
    line: BaseGeometry, roads: NDArray[np.object_], edges: NDArray[np.integer[Any]]
) -> NDArray[np.bool_]:
    """For each segment, whether the line runs along it, decided for whole edges.

    An edge may consist of several segments; a short line may run along part of one road.
    """
    import shapely

    along, away = np.zeros(len(roads), np.bool_), np.zeros(len(roads))
    band = _band(line, "flat")
    for edge in np.unique(edges):
        own = np.flatnonzero(edges == edge)
        road = roads[own[0]] if len(own) == 1 else shapely.line_merge(_union(roads[own]))
        one = np.array([road], np.object_)
        runs = bool(_runs_along(line, one)[0]) if road.geom_type == "LineString" else False
        if not runs:
            meets = float(shapely.length(shapely.intersection(road, band)))
            beside = float(shapely.length(shapely.intersection(line, _band(road, "round"))))
            length = float(shapely.length(line))
            runs = length > 0 and meets >= 0.7 * length and beside >= 0.9 * length
        if runs:
            inside = shapely.intersection(roads[own], band)
            along[own] = shapely.length(inside) > 0
            parts = inside[along[own]]
            if len(parts):
                middles = shapely.line_interpolate_point(
                    np.concatenate([shapely.get_parts(parts)]), 0.5, normalized=True
                )
                away[own] = float(np.mean(shapely.distance(line, middles)))
    if not along.any():
        return along
    # if a road lies directly under the line, adjacent roads are not matched
    along &= away <= max(BESIDE * float(away[along].min()), EXACT_KM)
    return along


def _transformed(shape: BaseGeometry, scale: NDArray[np.float64]) -> Any:
    import shapely

    return shapely.transform(shape, lambda points: points * scale)


def _band(line: BaseGeometry, cap: Literal["flat", "round"]) -> Any:
    import shapely

    return shapely.buffer(line, LINE_TOLERANCE_KM, cap_style=cap)


def _union(lines: NDArray[np.object_]) -> Any:
    import shapely

    return shapely.union_all(lines)


def lines_closed_by(
    line: BaseGeometry, roads: NDArray[np.object_], tree: shapely.STRtree
) -> NDArray[np.integer[Any]]:
    """Positions of the roads that a line runs along or crosses.

    A line *runs along* a road if it stays within 50 m of it for more than 200 m, or for 90 % of a
    shorter road from end to end. It *crosses* a road if they meet only at single points, at least
    one of them more than 1 m from both ends of the road, and the line continues beyond.

    Parameters
    ----------
    line
        WGS 84, lon before lat.
    roads, tree
        The lines of the roads, and a search tree of them.

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
    own_ends = shapely.buffer(shapely.boundary(line), 0.001)  # a line that ends here does not cross
    crossing: NDArray[np.bool_] = ~shapely.is_empty(shapely.difference(inner, own_ends))
    return crossing
