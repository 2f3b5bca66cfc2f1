"""Compare a reported route with a computed one: length, distance apart, roads used.

Method. Both lines are projected to one azimuthal equidistant projection around their common centre
and densified to at least one point every `step_km`. The *Frechet* distance (discrete; Eiter and
Mannila, Computing discrete Frechet distance, 1994) is the length of the shortest leash if one
walker follows each line from start to end: it is never too small, and too large by at most one
step. The *Hausdorff* distance (shapely) is the greatest distance from any point of either line to
the other line, regardless of order: too small by at most half a step. The projection lengthens both
by at most the small fraction `projection_error`. The accuracy of the lines themselves is a separate
matter, and worse: see the confidence of the roads.

>>> from convoy_geo.case.case import read_case
>>> comparison = read_case().compare("plan")
>>> comparison.frechet_km, comparison.only_told, comparison.only_computed
(0.0, (), ())
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from convoy_geo.display import shown
from convoy_geo.errors import NoRouteError
from convoy_geo.geodesy import to_km
from convoy_geo.model.claims import lengths_between
from convoy_geo.routing.edge_usage import driven_parts, in_local_metres, km_by_edge
from convoy_geo.routing.route import Route, Weight

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from convoy_geo.model.claims import Claim
    from convoy_geo.model.closures import Closure
    from convoy_geo.network.network import RoadNetwork
    from convoy_geo.routing.reported_routes import Track
    from convoy_geo.routing.router import Router

    Ints = NDArray[np.integer[Any]]
    Floats = NDArray[np.float64]

__all__ = ["Comparison", "Figure", "compare_track", "compare_ways"]

STEP_KM = 1.0
STEPS, LEAST_STEP_KM = 250, 0.01
MOST_POINTS = 1500
"""Maximum number of points per line when the distance between two lines is computed."""

EdgeKm = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Figure:
    """A published or reported length, compared with the road that it refers to.

    Parameters
    ----------
    of
        ``told`` or ``computed`` for a whole route, or the id of an edge.
    source
        Id of a claim, or the source of the figure.
    km
        The stated length.
    road_km, low_km, high_km
        Estimated length of the road: the typical value, and its range.
    """

    of: str
    source: str
    km: float
    road_km: float
    low_km: float
    high_km: float

    @property
    def fits(self) -> bool:
        """Whether the figure lies within the range."""
        return self.low_km <= self.km <= self.high_km

    @property
    def off_km(self) -> float:
        """The estimate minus the figure, in kilometres."""
        return self.road_km - self.km

    @property
    def off_share(self) -> float:
        """The same as a fraction of the figure."""
        return self.off_km / self.km if self.km else math.inf


@shown
@dataclass(frozen=True)
class Comparison:
    """Comparison of two routes.

    Parameters
    ----------
    told, computed
        The reported route, as drawn leg by leg on roads, and the computed route.
    figures
        Stated lengths of either route, or published lengths of edges that the reported route
        follows from end to end.
    frechet_km, hausdorff_km
        Distance between the two lines; see the module for both measures and their errors.
    step_km
        Maximum distance between consecutive points of a line.
    projection_error
        Maximum fraction by which the projection lengthens both.
    shared, only_told, only_computed
        Edges and the km driven on them, as drawn. An edge of which the two routes drive different
        parts appears in more than one.
    """

    told: tuple[Route, ...]
    computed: Route
    figures: tuple[Figure, ...]
    frechet_km: float
    hausdorff_km: float
    step_km: float
    projection_error: float
    shared: EdgeKm
    only_told: EdgeKm
    only_computed: EdgeKm

    @property
    def told_km(self) -> float:
        """Estimated road length of the reported route."""
        return sum(leg.length_km for leg in self.told)

    @property
    def longer_km(self) -> float:
        """Length of the computed route minus that of the reported one."""
        return self.computed.length_km - self.told_km

    def to_frame(self) -> pd.DataFrame:
        """One row per edge and the routes that use it: edge, on (shared, told, computed), km."""
        parts = {"shared": self.shared, "told": self.only_told, "computed": self.only_computed}
        rows = [(edge, on, km) for on, edges in parts.items() for edge, km in edges]
        return pd.DataFrame(rows, columns=["edge", "on", "km"])

    def to_dict(self) -> dict[str, Any]:
        """The comparison as plain values for JSON; lengths to 10 m."""
        return {
            "told_km": round(self.told_km, 2),
            "computed_km": round(self.computed.length_km, 2),
            "longer_km": round(self.longer_km, 2),
            "figures": [
                {
                    "of": one.of,
                    "source": one.source,
                    "km": round(one.km, 2),
                    "road_km": round(one.road_km, 2),
                    "low_km": round(one.low_km, 2),
                    "high_km": round(one.high_km, 2),
                    "fits": one.fits,
                    "off_km": round(one.off_km, 2),
                }
                for one in self.figures
            ],
            "frechet_km": round(self.frechet_km, 2),
            "hausdorff_km": round(self.hausdorff_km, 2),
            "step_km": round(self.step_km, 2),
            "projection_error": round(self.projection_error, 6),
            **{
                name: [{"edge": edge, "km": round(km, 2)} for edge, km in getattr(self, name)]
                for name in ("shared", "only_told", "only_computed")
            },
            "computed": self.computed.properties(),
        }


def compare_ways(
    network: RoadNetwork,
    told: Route | Sequence[Route],
    computed: Route,
    *,
    reported_km: Mapping[str, float] | None = None,
    step_km: float | None = None,
) -> Comparison:
    """Compare a route, or consecutive legs, with another route.

    Parameters
    ----------
    network
        The network on which all were computed.
    told
        The reported route; legs in order, each starting where the previous one ends.
    computed
        The other route.
    reported_km
        Stated lengths of the whole route, by source.
    step_km
        See the module; increased for routes of more than 1,500 steps. Above 0; by default 1 km, or
        a fraction of a short route's length.

    Raises
    ------
    ValueError
        If there is no leg, the legs are not contiguous, or `step_km` is not above 0.
    RoadDataError
        If a route does not belong to this network.
    """
    legs = (told,) if isinstance(told, Route) else tuple(told)
    if not legs or any(
        a.geometry.coords[-1] != b.geometry.coords[0] for a, b in itertools.pairwise(legs)
    ):
        msg = f"`told` must be a route or contiguous legs, not {[leg.stops for leg in legs]!r}"
        raise ValueError(msg)
    if step_km is not None and not step_km > 0:
        msg = f"`step_km` must be above 0, not {step_km!r}"
        raise ValueError(msg)
    driven = [driven_parts(network, leg) for leg in legs]
    here, part = (np.concatenate(column) for column in zip(*driven, strict=True))
    there, its_part = driven_parts(network, computed)
    longest = max(sum(leg.polyline_km for leg in legs), computed.polyline_km)
    if step_km is None:
        step_km = min(STEP_KM, max(LEAST_STEP_KM, float(longest) / STEPS))
    step = max(step_km, float(longest) / MOST_POINTS)
    points = np.concatenate([shapely.get_coordinates(leg.geometry) for leg in legs])
    flat, stretched = in_local_metres([shapely.linestrings(points), computed.geometry])
    dense = shapely.segmentize(flat, step * 1000)
    low, high = (sum(getattr(leg, f"length_km_{end}") for leg in legs) for end in ("low", "high"))
    lengths = {
        "told": (sum(leg.length_km for leg in legs), low, high),
        "computed": (computed.length_km, computed.length_km_low, computed.length_km_high),
    }
    given = [
        Figure(of, source, km, *length)
        for source, km in (reported_km or {}).items()
        for of, length in lengths.items()
    ]
    return Comparison(
        told=legs,
        computed=computed,
        figures=(*given, *_published(network, here[part == 1])),
        frechet_km=float(shapely.frechet_distance(*dense)) / 1000,
        hausdorff_km=float(shapely.hausdorff_distance(*dense)) / 1000,
        step_km=step,
        projection_error=stretched,
        shared=_by_edge(network, here, part, np.isin(here, there)),
        only_told=_by_edge(network, here, part, ~np.isin(here, there)),
        only_computed=_by_edge(network, there, its_part, ~np.isin(there, here)),
    )


def compare_track(
    track: Track,
    way: int | Route,
    router: Router,
    claims: Iterable[Claim] = (),
    *,
    reported_km: Mapping[str, float] | None = None,
    closures: Iterable[str | Closure] = (),
    when: date | str | None = None,
    avoid: Iterable[str] = (),
    weight: Weight = "length",
    k: int = 3,
    max_stretch: float = 1.25,
    max_sharing: float = 0.8,
) -> Comparison:
    """Compare a reported route, as drawn, with a computed route.

    Parameters
    ----------
    track
        The reported route. Legs with an unknown path at either end are ignored.
    way
        A route, or the rank of one between the ends of the compared part: 0 is the best.
    router
        The router of the network on which the route is drawn.
    claims
        Claims about the length between the two ends are compared with both routes.
    reported_km
        Other stated lengths of the route, by source.
    closures, when, avoid, weight, k, max_stretch, max_sharing
        For `Router.alternatives`, if a rank is given.

    Raises
    ------
    ValueError
        If no leg follows known roads, or a leg with an unknown path lies between two that do.
    NoRouteError
        If there is no route of that rank.
    """
    on_road = [leg for leg in track.legs if leg.road]
    first = next((n for n, leg in enumerate(track.legs) if leg.road), 0)
    if not on_road or any(leg.road is None for leg in track.legs[first : first + len(on_road)]):
        msg = f"route {track.route.id!r} does not follow known roads without a gap"
        raise ValueError(msg)
    origin, destination = on_road[0].origin, on_road[-1].destination
    if isinstance(way, int):
        ways = router.alternatives(
            origin.id,
            destination.id,
            k=max(k, way),
            closures=closures,
            when=when,
            avoid=avoid,
            weight=weight,
            max_stretch=max_stretch,
            max_sharing=max_sharing,
        )
        if not 0 <= way < len(ways):
            msg = (
                f"no route of rank {way} from {origin.name!r} to {destination.name!r}; "
                f"there are {len(ways)}, counted from 0"
            )
            raise NoRouteError(msg)
        way = ways[way]
    figures = {
        claim.id: to_km(claim.low, claim.unit)
        for claim in lengths_between(claims, origin.id, destination.id)
        if claim.low is not None and claim.low == claim.high
    }
    legs = [leg.road for leg in on_road if leg.road]
    return compare_ways(router.network, legs, way, reported_km=figures | dict(reported_km or {}))


def _by_edge(
    network: RoadNetwork, segments: Ints, parts: Floats, chosen: NDArray[np.bool_]
) -> EdgeKm:
    """Kilometres on each edge, in order; a segment driven twice counts once."""
    segments, parts = segments[chosen], parts[chosen]
    _, first = np.unique(segments, return_index=True)
    once = np.sort(first)
    return tuple(km_by_edge(network, segments[once], parts[once]).items())


def _published(network: RoadNetwork, segments: Ints) -> list[Figure]:
    """Published lengths of the edges that are driven from end to end."""
    if "published_km" not in network.edge_table:
        return []
    published = pd.to_numeric(network.edge_table["published_km"], errors="coerce")
    factor, figures = network.road_factor, []
    for edge in dict.fromkeys(network.segments.edge[segments].tolist()):
        whole = network.segments_of(np.array([edge]))
        if np.isfinite(published.iloc[edge]) and np.isin(whole, segments).all():
            km, row = float(network.segments.km[whole].sum()), network.edge_table.iloc[edge]
            lengths = (km * factor.typical, km * factor.low, km * factor.high)
            source = str(row.get("published_source", ""))
            figures.append(Figure(str(row.name), source, float(published.iloc[edge]), *lengths))
    return figures
