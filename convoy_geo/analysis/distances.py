"""Distances between places, and whether reported figures fit the straight line or the road.

A distance between two towns can be the straight line or the road. A reported figure is compared
with both: it fits the straight line if the difference is no more than the extents of the two towns,
and the road if it lies within the range that published road lengths show relative to our polylines.
It is impossible only if it is below the straight line minus both extents, because roads may make
detours.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from convoy_geo.analysis.consistency.counts import number_of
from convoy_geo.analysis.intervals import rough_km
from convoy_geo.display import shown
from convoy_geo.geodesy import KM_PER_MILE, distance_km, to_km
from convoy_geo.lang import DEFAULT, Message, load
from convoy_geo.model.claims import lengths_between

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from convoy_geo.model.claims import Claim
    from convoy_geo.model.places import Place
    from convoy_geo.routing.router import Route

__all__ = ["DistanceReport", "ReportedDistance", "compare_distances", "is_too_short"]


@dataclass(frozen=True)
class ReportedDistance:
    """A length between two places given by a claim, and what it fits.

    Parameters
    ----------
    claim
        Id of the claim.
    low, high, unit
        As reported: the same figure twice, the ends of a range, or None if open ("more than 300
        km").
    fits
        ``straight``, ``road``, ``both`` or ``neither``: what lies within the range.
    roads
        Ranks of the routes whose length it fits; if there are several, the length alone does not
        identify the road.
    too_short
        Whether it is below the straight line minus both extents, and so impossible; see
        `is_too_short`.
    """

    claim: str
    low: float | None
    high: float | None
    unit: str
    fits: str
    roads: tuple[int, ...] = ()
    too_short: bool = False

    @property
    def is_exact(self) -> bool:
        """Whether it is a single figure."""
        return self.low == self.high

    @property
    def value(self) -> float:
        """The figure, or the reported end of the range, the lower one of two."""
        return self.low if self.low is not None else self.high or 0.0

    @property
    def km(self) -> float:
        """The same in kilometres."""
        return to_km(self.value, self.unit)

    @property
    def figures(self) -> str:
        """As reported: ``164``, ``5-6``, ``≥ 300``."""
        return self._figures(1.0, "g")

    def figures_in(self, km: float = 1.0) -> str:
        """The same in a unit of so many kilometres, to a tenth."""
        return self._figures(to_km(1.0, self.unit) / km, ".1f")

    def _figures(self, factor: float, form: str) -> str:
        value = format(self.value * factor, form)
        if self.low is None or self.high is None:
            return f"{'≥' if self.high is None else '≤'} {value}"
        return value if self.is_exact else f"{value}-{format(self.high * factor, form)}"


@shown
@dataclass(frozen=True)
class DistanceReport:
    """The straight line and the roads between two places, with reported distances.

    Parameters
    ----------
    origin, destination
        The places.
    geodesic_km
        Straight-line (geodesic) distance on WGS 84.
    roads
        Routes by length, the shortest first; empty if no road of the network connects the two.
    reported
        Every reported length between the two.
    """

    origin: Place
    destination: Place
    geodesic_km: float
    roads: tuple[Route, ...]
    reported: tuple[ReportedDistance, ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """Remarks on the ends: a region is measured from its centre, which is not a real place."""
        return tuple(map(load(DEFAULT).say, self.remarks))

    @property
    def remarks(self) -> tuple[Message, ...]:
        """The same remarks as messages."""
        found = []
        for place in (self.origin, self.destination):
            if place.shape != "point":
                said = Message.of("ends.area", place=place.name, km=place.radius_km or 0)
                if place.road_node:
                    said = Message.of("ends.road", said=said, node=place.road_node)
                found.append(said)
        return tuple(found)

    @property
    def geodesic_mi(self) -> float:
        """Straight-line distance in miles."""
        return self.geodesic_km / KM_PER_MILE

    def to_dict(self) -> dict[str, object]:
        """The report as plain values for JSON; lengths rounded to 10 m."""
        best = self.roads[0] if self.roads else None
        return {
            "from": _place(self.origin),
            "to": _place(self.destination),
            "geodesic_km": round(self.geodesic_km, 2),
            "geodesic_mi": round(self.geodesic_mi, 2),
            "road_polyline_km": round(best.polyline_km, 2) if best else None,
            "road_km": round(best.length_km, 2) if best else None,
            "road_km_low": round(best.length_km_low, 2) if best else None,
            "road_km_high": round(best.length_km_high, 2) if best else None,
            "road_mi": round(best.length_km / KM_PER_MILE, 2) if best else None,
            "duration_h": round(best.duration_h, 2) if best else None,
            "confidence": best.confidence if best else None,
            "via": list(best.via) if best else [],
            "edges": list(best.edges) if best else [],
            "access": best.properties()["access"] if best else [],
            "other_roads": [
                {
                    "rank": way.rank,
                    "polyline_km": round(way.polyline_km, 2),
                    "road_km": round(way.length_km, 2),
                    "duration_h": round(way.duration_h, 2),
                    "confidence": way.confidence,
                    "via": list(way.via),
                    "edges": list(way.edges),
                }
                for way in self.roads[1:]
            ],
            "reported": [
                {
                    "claim": item.claim,
                    "value": item.value,
                    "low": item.low,
                    "high": item.high,
                    "unit": item.unit,
                    "km": round(item.km, 2),
                    "fits": item.fits,
                    "fits_roads": list(item.roads),
                    "too_short": item.too_short,
                }
                for item in self.reported
            ],
            "notes": list(self.notes),
        }


def compare_distances(
    origin: Place, destination: Place, roads: Sequence[Route], claims: Iterable[Claim]
) -> DistanceReport:
    """Compare every reported distance between two places with the straight line and the roads.

    Parameters
    ----------
    origin, destination
        Places with coordinates.
    roads
        Routes between the two, the shortest first; may be empty.
    claims
        All claims of the case; those with a distance between the two places are used.

    Returns
    -------
    DistanceReport

    Raises
    ------
    ValueError
        If a place has no coordinates.
    """
    for place in (origin, destination):
        if place.lon is None or place.lat is None:
            msg = f"{place.name!r} ({place.kind.replace('_', ' ')}) has no position"
            raise ValueError(msg)
    straight = distance_km(origin.lon, origin.lat, destination.lon, destination.lat)  # type: ignore[arg-type]
    slack = (origin.radius_km or 0.0) + (destination.radius_km or 0.0)
    reported = []
    for claim in lengths_between(claims, origin.id, destination.id):
        low = -math.inf if claim.low is None else to_km(claim.low, claim.unit)
        high = math.inf if claim.high is None else to_km(claim.high, claim.unit)
        fitting = tuple(
            way.rank for way in roads if way.length_km_low <= high and low <= way.length_km_high
        )
        is_straight = low - slack <= straight <= high + slack
        fits = {(True, True): "both", (True, False): "straight", (False, True): "road"}.get(
            (is_straight, bool(fitting)), "neither"
        )
        short = is_too_short(claim, origin, destination, max(0.0, straight - slack))
        reported.append(
            ReportedDistance(claim.id, claim.low, claim.high, claim.unit, fits, fitting, short)
        )
    return DistanceReport(origin, destination, straight, tuple(roads), tuple(reported))


def is_too_short(claim: Claim, origin: Place, destination: Place, least_km: float) -> bool:
    """Whether a reported length is impossible, as used for both conflicts and distances.

    A ship's reported position is a claim itself, so no length from there is refuted.

    Parameters
    ----------
    claim
        A claim with a length.
    origin, destination
        The places.
    least_km
        Straight line between their nearest points.
    """
    if claim.high is None or number_of(claim).reading == "at_least":
        return False
    return "position" not in (origin.kind, destination.kind) and rough_km(claim)[1] < least_km


def _place(place: Place) -> dict[str, object]:
    return {"id": place.id, "name": place.name, "lon": place.lon, "lat": place.lat}
