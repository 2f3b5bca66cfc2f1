"""Data of a time-distance diagram: claims, closures and fastest trips along one road.

The road and the positions along it are computed: anything that no report states is marked as ours.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from convoy_geo.display import shown
from convoy_geo.geodesy import distance_km
from convoy_geo.timegeo.moments import moments

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping, Sequence

    from shapely.geometry import LineString
    from shapely.geometry.base import BaseGeometry

    from convoy_geo.model.claims import Claim
    from convoy_geo.model.closures import Closure

__all__ = ["Barrier", "ClaimBox", "FastestMove", "TimeDistance", "time_distance"]

NEAR_KM = 15.0
"""A place within this distance of the road is drawn at the nearest point on it."""
ROLES = frozenset({"at", "to", "from", "through"})


@dataclass(frozen=True)
class ClaimBox:
    """Where and when a claim locates something.

    Parameters
    ----------
    claim, side, place
        Ids; for a claim with a zone and no place along the road, `place` is empty.
    first, last
        Hours since 1970 UTC; infinite if that end is open.
    low_km, high_km
        Start and end along the road in km; 0 if only a zone is known.
    label
        A short label of the claim.
    lasting
        Whether it was there the whole time; otherwise at some moment.
    zone
        Its zones, if no place along the road is known; otherwise empty.
    ours
        Whether the extent along the road comes from the caller and not from a report.
    """

    claim: str
    side: str
    place: str
    first: float
    last: float
    low_km: float
    high_km: float
    label: str = ""
    lasting: bool = False
    zone: str = ""
    ours: bool = False


@dataclass(frozen=True)
class Barrier:
    """A closed part of the road, with its time; infinite if open."""

    closure: str
    first: float
    last: float
    low_km: float
    high_km: float


@dataclass(frozen=True)
class FastestMove:
    """The fastest possible trip from the start of one box toward the next one: our calculation."""

    claims: tuple[str, str]
    leave: float
    arrive: float
    from_km: float
    to_km: float


@shown
@dataclass(frozen=True)
class TimeDistance:
    """The content of a time-distance diagram.

    Parameters
    ----------
    stops
        Names of the requested places, with their km along the road.
    boxes
        Dated claims that name a place on the road, the earliest first.
    barriers
        Closures of the road.
    moves
        Fastest trips between consecutive boxes at different places.
    left_out
        For each claim that is not drawn, the reason: ``no_date`` or ``off_road``.
    zones
        Zones of claims without a place along the road: each has a separate column.
    """

    stops: tuple[tuple[str, float], ...]
    boxes: tuple[ClaimBox, ...]
    barriers: tuple[Barrier, ...]
    moves: tuple[FastestMove, ...]
    left_out: Mapping[str, str]
    zones: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The diagram as plain values; an open end is None."""

        def plain(one: Any) -> dict[str, Any]:
            values = {name: getattr(one, name) for name in one.__dataclass_fields__}
            return {
                name: None if isinstance(value, float) and math.isinf(value) else value
                for name, value in values.items()
            }

        return {
            "stops": [list(stop) for stop in self.stops],
            "boxes": [plain(one) for one in self.boxes],
            "barriers": [plain(one) for one in self.barriers],
            "moves": [plain(one) for one in self.moves],
            "left_out": dict(self.left_out),
            "zones": list(self.zones),
        }


class _Road:
    """A line through several places, measured in km."""

    def __init__(self, legs: Sequence[tuple[LineString, float]]) -> None:
        points: list[tuple[float, float]] = []
        km: list[float] = []
        self.ends = [0.0]
        for line, length in legs:
            coords = np.asarray(line.coords)[:, :2]
            steps = [distance_km(*one, *other) for one, other in pairwise(coords.tolist())]
            along = np.concatenate([[0.0], np.cumsum(steps)])
            scale = length / along[-1] if along[-1] > 0 else 0.0
            points += [(float(x), float(y)) for x, y in coords]
            km += [self.ends[-1] + float(at) * scale for at in along]
            self.ends.append(self.ends[-1] + length)
        self._points, self._km = points, km
        self.line = shapely.LineString(points)
        self._along = np.concatenate(
            [[0.0], np.cumsum(np.hypot(*np.diff(np.asarray(points), axis=0).T))]
        )

    def km_of(self, point: BaseGeometry) -> float:
        """Position along the road, in km, of the point nearest to it."""
        return float(np.interp(self.line.project(point), self._along, self._km))

    def span(self, area: BaseGeometry) -> tuple[float, float] | None:
        """The extent of an area along the road; None if it is off the road."""
        common = shapely.intersection(self.line, area)
        if common.is_empty:
            near = shapely.shortest_line(self.line, area)
            (lon, lat), (other, there) = near.coords[0][:2], near.coords[-1][:2]
            if distance_km(lon, lat, other, there) > NEAR_KM:
                return None
            common = shapely.Point(lon, lat)
        ends = [self.km_of(shapely.Point(xy)) for xy in shapely.get_coordinates(common)]
        return min(ends), max(ends)


def time_distance(
    names: Sequence[str],
    legs: Sequence[tuple[LineString, float]],
    claims: Iterable[Claim],
    area_of: Callable[[str], BaseGeometry | None],
    *,
    zone: str = "",
    closures: Iterable[tuple[Closure, BaseGeometry]] = (),
    hours: Callable[[str, str], float] | None = None,
    zone_of: Callable[[Claim], str] | None = None,
    extents: Mapping[str, tuple[float, float]] | None = None,
    lasting: Container[str] = (),
) -> TimeDistance:
    """Compute the data of a time-distance diagram.

    Parameters
    ----------
    names
        Names of the places along the road.
    legs
        The road from each place to the next: longitudes and latitudes, and its length in km.
    claims
        The claims to draw.
    area_of
        Returns the extent of a place by id; None if unknown.
    zone
        IANA name of the time zone of dates.
    closures
        Closures with a geometry.
    hours
        Minimum hours between places, by id; None: no fastest trips are drawn.
    zone_of
        Returns the zone of a claim without a place along the road; empty if it has none.
    extents
        By zone, the extent along the road in km at which it is drawn; other zones have columns.
    lasting
        Ids of the claims that refer to the whole of their time.

    Raises
    ------
    ValueError
        If there are fewer than two places.
    """
    if len(names) < 2 or len(legs) != len(names) - 1:
        msg = "a time-distance diagram needs two places or more, and a road between each two"
        raise ValueError(msg)
    road = _Road(legs)
    boxes, left_out = [], {}
    for claim in claims:
        places = [place for role, place in claim.places if role in ROLES]
        zone_name = zone_of(claim) if zone_of is not None else ""
        if not (places or zone_name) or claim.status == "denied":
            continue
        first, last = moments(claim.happened, zone)
        if first is None and last is None:
            left_out[claim.id] = "no_date"
            continue
        found = [(place, span) for place in places
                 if (area := area_of(place)) is not None and (span := road.span(area))]  # fmt: skip
        place, span, ours = "", (extents or {}).get(zone_name, (0.0, 0.0)), False
        if found:
            place, span = min(found, key=lambda one: one[1][1] - one[1][0])
            zone_name = ""
        elif not zone_name:
            left_out[claim.id] = "off_road"
            continue
        elif zone_name in (extents or {}):
            zone_name, ours = "", True
        boxes.append(ClaimBox(
            claim.id, claim.side, place, -math.inf if first is None else first,
            math.inf if last is None else last, *span, claim.short, claim.id in lasting,
            zone_name, ours,
        ))  # fmt: skip
    boxes.sort(key=lambda box: (box.first, box.last, box.claim))
    barriers = []
    for closure, shape in closures:
        span = road.span(shape)
        if span is not None:
            first, last = moments(closure.closed, zone)
            barriers.append(Barrier(
                closure.id, -math.inf if first is None else first,
                math.inf if last is None else last, *span,
            ))  # fmt: skip
    stops = tuple(zip(names, road.ends, strict=True))
    moves = _moves(boxes, hours) if hours is not None else ()
    zones = tuple(dict.fromkeys(box.zone for box in boxes if box.zone))
    return TimeDistance(stops, tuple(boxes), tuple(barriers), moves, left_out, zones)


def _moves(
    boxes: Sequence[ClaimBox], hours: Callable[[str, str], float]
) -> tuple[FastestMove, ...]:
    found = []
    dated = [box for box in boxes if math.isfinite(box.first) and box.place]
    for one, other in pairwise(dated):
        if one.place == other.place or max(one.low_km, other.low_km) <= min(
            one.high_km, other.high_km
        ):
            continue
        needed = hours(one.place, other.place)
        if not math.isfinite(needed):
            continue
        forward = other.low_km > one.high_km
        found.append(FastestMove(
            (one.claim, other.claim), one.first, one.first + needed,
            one.high_km if forward else one.low_km, other.low_km if forward else other.high_km,
        ))  # fmt: skip
    return tuple(found)
