"""A way as it is told against a computed one: how long, how far apart, on which roads.

Method. Both lines are put into one azimuthal equidistant projection about their middle and given a
point at least every `step_km`. *Frechet* (discrete; Eiter and Mannila, Computing discrete Frechet
distance, 1994) is how long a leash must be if one follows each line from its start to its end:
it is never too short, and too long by one step at most. *Hausdorff* (shapely) is the farthest that
any point of either line lies from the other line, whatever the order: too short by half a step at
most. The projection stretches either by the small part that `projection_error` gives. How good the
lines themselves are is another matter, and worse: see the confidence of the roads.

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
"""Of a line that the distance between two lines is computed with."""

EdgeKm = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Figure:
    """A length that somebody gives, against the road it is given for.

    Parameters
    ----------
    of
        ``told`` or ``computed`` for a whole way, or the id of an edge.
    source
        Id of a claim, or where the figure is from.
    km
        The figure.
    road_km, low_km, high_km
        Estimated length of the road: typical, and the range that it may have.
    """

    of: str
    source: str
    km: float
    road_km: float
    low_km: float
    high_km: float

    @property
    def fits(self) -> bool:
        """Whether the figure lies in the range."""
        return self.low_km <= self.km <= self.high_km

    @property
    def off_km(self) -> float:
        """By how much the estimate is longer than the figure; negative if it is shorter."""
        return self.road_km - self.km

    @property
    def off_share(self) -> float:
        """The same as a part of the figure."""
        return self.off_km / self.km if self.km else math.inf


@shown
@dataclass(frozen=True)
class Comparison:
    """Two ways held against each other.

    Parameters
    ----------
    told, computed
        The way as told, leg by leg over the roads that it is drawn on, and the computed way.
    figures
        Lengths that are given for either way, or published for an edge that the told one drives
        from end to end.
    frechet_km, hausdorff_km
        How far the two lines lie apart; see the module for both and their errors.
    step_km
        Greatest distance between two points of a line.
    projection_error
        The part by which both may be too long for the projection.
    shared, only_told, only_computed
        Edges and the km driven on them, as drawn. An edge that both drive in different parts
        stands in more than one.
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
        """Estimated road length of the told way."""
        return sum(leg.length_km for leg in self.told)

    @property
    def longer_km(self) -> float:
        """By how much the computed way is longer than the told one; negative if shorter."""
        return self.computed.length_km - self.told_km

    def to_frame(self) -> pd.DataFrame:
        """One row for each edge and where it is driven: edge, on (shared, told, computed), km."""
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
    """Hold a way, or the legs of one, against another.

    Parameters
    ----------
    network
        The network that all were computed on.
    told
        The way as told; legs in order, each starting where the one before it ends.
    computed
        The other way.
    reported_km
        Lengths that are given for the whole way, by where they are from.
    step_km
        See the module; longer for ways of more than 1,500 steps. Above 0; by default 1 km, or a
        part of a short route's length.

    Raises
    ------
    ValueError
        If there is no leg, the legs do not join, or `step_km` is not above 0.
    RoadDataError
        If a way is not of this network.
    """
    legs = (told,) if isinstance(told, Route) else tuple(told)
    if not legs or any(
        a.geometry.coords[-1] != b.geometry.coords[0] for a, b in itertools.pairwise(legs)
    ):
        msg = f"`told` must be a way or legs that join, not {[leg.stops for leg in legs]!r}"
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
    """Hold a reported route, as drawn, against a computed way.

    Parameters
    ----------
    track
        The route. Legs of unknown way at either end are left out.
    way
        A way, or the rank of one between the ends of what is left: 0 the best.
    router
        Ways over the network that the route is drawn on.
    claims
        Those that give a length between the two ends are held against both ways.
    reported_km
        Other lengths that are given for the way, by where they are from.
    closures, when, avoid, weight, k, max_stretch, max_sharing
        For `Router.alternatives`, where a rank is given.

    Raises
    ------
    ValueError
        If no leg goes by a known road, or one of unknown way lies between two that do.
    NoRouteError
        If there is no way of that rank.
    """
    on_road = [leg for leg in track.legs if leg.road]
    first = next((n for n, leg in enumerate(track.legs) if leg.road), 0)
    if not on_road or any(leg.road is None for leg in track.legs[first : first + len(on_road)]):
        msg = f"route {track.route.id!r} has no course over roads in one piece"
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
                f"no way of rank {way} from {origin.name!r} to {destination.name!r}; "
                f"there are {len(ways)}, from 0"
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
    """Kilometres on each edge, in order; a segment that is driven twice counts once."""
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
