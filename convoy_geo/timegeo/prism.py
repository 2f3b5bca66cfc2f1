"""Reach: where someone can have been on the roads between two places and two times.

The *space-time prism* of time geography contains all points from which the second place can still
be reached in the remaining time. On a network it needs two trees, one from the first place and one
to the second, and no sampling. Along a piece of road from u to v, let F be the hours from the first
place, R the hours to the second, c and c' the hours along the piece and back, and M the available
hours in motion. Reached are:

- all of it, if F(u) + c + R(v) <= M (or the same in the other direction);
- a part from u on, up to (M - F(u) - R(u)) / (c + c'): there and back;
- likewise from v on.

Sources: T. Hagerstrand, What about people in regional science?, Papers of the Regional Science
Association 24 (1970); H. J. Miller, Modelling accessibility using space-time prism concepts within
geographical information systems, International Journal of GIS 5 (1991); B. Kuijpers and W. Othman,
Modeling uncertainty of moving objects on road networks via space-time prisms, International Journal
of GIS 23 (2009).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

from convoy_geo.display import shown
from convoy_geo.network.network import CRS, points_km
from convoy_geo.timegeo.reach_area import area_beside

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from convoy_geo.model.travel_modes import End
    from convoy_geo.timegeo.travel_graph import Ground

    Ints = NDArray[np.integer[Any]]
    Floats = NDArray[np.float64]

__all__ = ["AREA_KM", "Prism", "Reach", "find_prism", "find_reach", "part_of", "piece_lines"]

LEVELS: dict[End, str] = {"worst": "surely", "best": "possibly"}
ROUNDING = 1e-9
"""Fraction of the hours allowed for rounding: without slack the shortest path remains."""
AREA_KM = 25.0
"""Maximum distance of the drawn area from a road: a limit of the drawing."""


@dataclass(frozen=True, eq=False)
class Prism:
    """The reachable part of each piece of road.

    Parameters
    ----------
    pieces
        Indices of the travel graph's pieces that are reached at all, ascending.
    start, end
        The parts reached from the piece's tail and from its head: fractions from 0 to 1 whose sum
        is at most 1; a fully reached piece has start 1 and end 0.
    spare_h
        For both ends of each piece, the remaining hours in motion there (NaN if not reached).
    """

    pieces: Ints
    start: Floats
    end: Floats
    spare_h: Floats

    @property
    def share(self) -> Floats:
        """The reached fraction of each piece."""
        return self.start + self.end


@shown
@dataclass(frozen=True, eq=False)
class Reach:
    """Where someone can have been between two places and two times.

    Parameters
    ----------
    origin, destination, leave, arrive, mode
        Arguments of the query.
    closures
        Ids of the closures, and of the edges closed by the caller.
    window_h
        Hours between the two, at the best and at the worst end; None if a time is missing.
    level
        ``possibly``: reachable at the best end of every range (fastest, in the longest window).
        ``surely``: reachable at the worst end too.
    """

    origin: str
    destination: str
    leave: str
    arrive: str
    mode: str
    window_h: tuple[float | None, float | None]
    closures: tuple[str, ...] = ()
    prisms: dict[str, Prism] = field(default_factory=dict, repr=False)
    ground: Ground | None = field(default=None, repr=False)

    def km(self, level: str = "possibly") -> float:
        """Kilometres of road, as drawn, that are reached."""
        prism, ground = self.prisms.get(level), self.ground
        if prism is None or ground is None or ground.network is None:
            return 0.0
        pieces = ground.pieces
        part = (pieces.last - pieces.first)[prism.pieces] * prism.share
        return float((ground.network.segments.km[pieces.segment[prism.pieces]] * part).sum())

    def to_frame(self) -> gpd.GeoDataFrame:
        """The reached roads.

        Returns
        -------
        GeoDataFrame
            EPSG:4326; edge, share (of the edge's drawn length, above 0 to 1), level, and the
            reached part as one geometry. Surely reached roads also appear as possibly reached.
        """
        ids, shares, levels, shapes = [], [], [], []
        ground = self.ground
        for level, prism in self.prisms.items():
            if ground is None or ground.network is None or not len(prism.pieces):
                continue
            network, pieces = ground.network, ground.pieces
            segment = pieces.segment[prism.pieces]
            edges, place = np.unique(network.segments.edge[segment], return_inverse=True)
            km = network.segments.km[segment] * (pieces.last - pieces.first)[prism.pieces]
            reached = np.bincount(place, km * prism.share)
            whole = np.bincount(network.segments.edge, network.segments.km)[edges]
            with np.errstate(divide="ignore", invalid="ignore"):
                shares.append(np.where(whole > 0, np.minimum(1.0, reached / whole), 1.0))
            ids += network.edge_ids(edges)
            levels += [level] * len(edges)
            shapes.append(self._shapes(prism, place))
        frame = gpd.GeoDataFrame(
            {
                "edge": ids,
                "share": np.concatenate([np.empty(0), *shares]),
                "level": levels,
            },
            geometry=np.concatenate([np.empty(0, object), *shapes]),
            crs=CRS,
        )
        return frame.sort_values(["level", "edge"], kind="stable", ignore_index=True)

    def _shapes(self, prism: Prism, place: Ints) -> NDArray[np.object_]:
        """The reached parts of each edge; `place` is the edge's index for each reached piece."""
        ground = self.ground
        assert ground is not None  # noqa: S101
        network, pieces = ground.network, ground.pieces
        assert network is not None  # noqa: S101
        full = (prism.start >= 1) & (pieces.first == 0)[prism.pieces]
        full &= (pieces.last == 1)[prism.pieces]
        rows = np.flatnonzero(full)
        lines, of = [network.segment_lines(pieces.segment[prism.pieces[rows]])], [place[rows]]
        for row in np.flatnonzero(~full):
            some = list(piece_lines(ground, prism, np.array([row])))
            lines.append(np.array(some, object))
            of.append(np.full(len(some), place[row]))
        parts, numbers = np.concatenate(lines), np.concatenate(of)
        order = np.argsort(numbers, kind="stable")
        together = shapely.multilinestrings(parts[order], indices=numbers[order])
        shapes: NDArray[np.object_] = np.asarray(shapely.line_merge(together), object)
        return shapes

    def area(self, level: str = "possibly") -> BaseGeometry:
        """The reached area: the roads, and what can be reached beside them in the remaining time.

        Around each end of a reached piece there is a disc whose radius can be covered off-road,
        there and back, in the time remaining at that end, at the speed of that end of the range, up
        to 25 km; the roads themselves are drawn 1 km wide. Discs of adjacent ends are joined by
        their convex hull, so that the area follows the road. This is a limit of the drawing, not of
        the truth; with more than 2,000 pieces, discs with nearby centres are merged.

        Parameters
        ----------
        level
            ``possibly`` or ``surely``.
        """
        prism, ground = self.prisms.get(level), self.ground
        if prism is None or ground is None or not len(prism.pieces):
            return shapely.Polygon()
        kmh = ground.mode.straight_kmh("best" if level == "possibly" else "worst")
        pieces = ground.pieces
        whole = prism.share >= 1
        ends = np.column_stack([pieces.tail[prism.pieces], pieces.head[prism.pieces]])
        radius = np.clip(prism.spare_h * kmh / 2, 0.5, AREA_KM)
        partial = list(piece_lines(ground, prism, np.flatnonzero(~whole)))
        return area_beside(ground.points, ends, radius, whole, partial)

    def to_dict(self) -> dict[str, Any]:
        """The reach as a GeoJSON FeatureCollection (RFC 7946): the roads, then the areas."""
        frame = self.to_frame()
        features = []
        for row in frame.itertuples():
            properties = {"edge": row.edge, "share": round(row.share, 4), "level": row.level}
            features.append(_feature(properties, row.geometry))
        features += [
            _feature({"kind": "area", "level": level}, self.area(level)) for level in self.prisms
        ]
        return {
            "type": "FeatureCollection",
            "properties": {
                "from": self.origin,
                "to": self.destination,
                "leave": self.leave,
                "arrive": self.arrive,
                "by": self.mode,
                "closures": list(self.closures),
                "window_h": list(self.window_h),
                "km": {level: round(self.km(level), 1) for level in self.prisms},
            },
            "features": features,
        }


def piece_lines(ground: Ground, prism: Prism, which: Ints) -> Iterable[BaseGeometry]:
    """The reached parts of some pieces; `which` are rows of the prism."""
    network, pieces = ground.network, ground.pieces
    assert network is not None  # noqa: S101
    for row in which:
        piece = int(prism.pieces[row])
        segment = int(pieces.segment[piece])
        first, last = network.segments.first[segment], network.segments.last[segment]
        coords = network.coords[first : last + 1]
        start, end = float(pieces.first[piece]), float(pieces.last[piece])
        length = end - start
        if prism.start[row] > 0:
            yield along(coords, start, start + float(prism.start[row]) * length)
        if prism.end[row] > 0:
            yield along(coords, end - float(prism.end[row]) * length, end)


def _feature(properties: dict[str, Any], shape: BaseGeometry) -> dict[str, Any]:
    rounded = shapely.set_precision(shape, 1e-6, mode="pointwise")
    geometry = None if rounded.is_empty else shapely.geometry.mapping(rounded)
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def find_prism(
    ground: Ground, origin: int, destination: int, moving_h: float, end: End = "best"
) -> Prism:
    """The space-time prism between two locations for so many hours in motion.

    Parameters
    ----------
    ground
        The travel graph, which contains the locations.
    origin, destination
        Indices in the graph's list of locations.
    moving_h
        Hours in motion, excluding rests.
    end
        Which end of the speed ranges to use.
    """
    none = Prism(np.empty(0, np.int64), np.empty(0), np.empty(0), np.empty((0, 2)))
    if ground.network is None or not moving_h >= 0:
        return none
    most = moving_h * (1 + ROUNDING) + 1e-12
    leaving, arriving = ground.spares(origin, destination, end)
    there = ground.costs(origin, end, limit=most, spare=leaving)
    back = ground.costs(destination, end, reverse=True, limit=most, spare=arriving)
    pieces, hours = ground.pieces, ground.hours(end)
    # a node outside both reaches ends no reached piece; the remaining work is small
    some = np.flatnonzero(
        (np.isfinite(there[pieces.tail]) | np.isfinite(there[pieces.head]))
        & (np.isfinite(back[pieces.tail]) | np.isfinite(back[pieces.head]))
        & np.isfinite(hours)
    )
    tail, head, oneway = pieces.tail[some], pieces.head[some], ground.oneway[some]
    ahead = np.where(oneway >= 0, hours[some], np.inf)
    astern = np.where(oneway <= 0, hours[some], np.inf)
    to_tail, to_head, from_tail, from_head = there[tail], there[head], back[tail], back[head]
    whole = (to_tail + ahead + from_head <= most) | (to_head + astern + from_tail <= most)
    with np.errstate(divide="ignore", invalid="ignore"):
        turn = ahead + astern
        start = part_of(most - to_tail - from_tail, turn)
        close = part_of(most - to_head - from_head, turn)
        if end == "best":  # within a place, any of its points may be meant
            for spot, cost, along_it, against in (
                (origin, (from_tail, from_head), astern, ahead),
                (destination, (to_tail, to_head), ahead, astern),
            ):
                within = _within(ground, spot, tail, head)
                begin = part_of(most - cost[0], along_it)
                finish = part_of(most - cost[1], against)
                start = np.where(within, np.maximum(start, begin), start)
                close = np.where(within, np.maximum(close, finish), close)
    whole |= start + close >= 1
    start, close = np.where(whole, 1.0, start), np.where(whole, 0.0, close)
    kept = np.flatnonzero(start + close > 0)
    spare = most - np.column_stack([to_tail + from_tail, to_head + from_head])[kept]
    spare[spare < 0] = np.nan
    return Prism(some[kept], start[kept], close[kept], spare)


def part_of(spare: Floats, hours: Floats) -> Floats:
    """How far into a piece the spare hours reach: 0 to 1."""
    part = np.where(hours > 0, spare / hours, np.where(spare >= 0, 1.0, 0.0))
    clipped: Floats = np.nan_to_num(np.clip(part, 0.0, 1.0), nan=0.0)
    return clipped


def _within(ground: Ground, spot: int, tail: Ints, head: Ints) -> NDArray[np.bool_]:
    if not ground.spots[spot].extended:
        return np.zeros(len(tail), np.bool_)
    inside = np.zeros(len(ground.points), np.bool_)
    inside[ground.inside(spot)] = True
    both: NDArray[np.bool_] = inside[tail] & inside[head]
    return both


def find_reach(
    ground: Ground,
    windows: tuple[tuple[float | None, float | None], tuple[float | None, float | None]],
    *,
    leave: str = "",
    arrive: str = "",
    closures: tuple[str, ...] = (),
) -> Reach:
    """Compute where someone can have been between the first two locations of a travel graph.

    Parameters
    ----------
    ground
        The travel graph, which contains two locations.
    windows
        First and last moment of departure, and of arrival, in hours.
    leave, arrive, closures
        Arguments of the query, stored with the result.
    """
    (first, last), (early, late) = windows
    longest = None if first is None or late is None else late - first
    shortest = None if last is None or early is None else early - last
    prisms = {}
    for end, hours in (("worst", shortest), ("best", longest)):
        which: End = "best" if end == "best" else "worst"
        moving = -1.0 if hours is None else ground.mode.fits(hours, which)
        prisms[LEVELS[which]] = find_prism(ground, 0, 1, moving, which)
    return Reach(
        ground.spots[0].name,
        ground.spots[1].name,
        leave,
        arrive,
        ground.mode.id,
        (longest, shortest),
        closures,
        prisms,
        ground,
    )


def along(coords: Floats, start: float, end: float) -> BaseGeometry:
    """A part of a line, given by fractions of its geodesic length from 0 to 1.

    Examples
    --------
    >>> along(np.array([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0]]), 0.25, 0.75).wkt
    'LINESTRING (0.5 0, 1 0, 1.5 0)'
    """
    km = np.concatenate([[0.0], np.cumsum(points_km(coords[:-1], coords[1:]))])
    if not km[-1]:
        return shapely.linestrings(coords)
    parts = km / km[-1]
    ends = [[np.interp(at, parts, coords[:, axis]) for axis in (0, 1)] for at in (start, end)]
    between = coords[(parts > start) & (parts < end)]
    return shapely.linestrings(np.vstack([ends[0], between, ends[1]]))
