"""Map reported routes onto the road network, and compute alternatives."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from convoy_geo import geodesy
from convoy_geo.display import shown
from convoy_geo.errors import NoRouteError
from convoy_geo.network.network import CONFIDENCES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapely.geometry.base import BaseGeometry

    from convoy_geo.gazetteer.case_gazetteer import Gazetteer
    from convoy_geo.model.claims import ReportedRoute
    from convoy_geo.model.places import Place
    from convoy_geo.routing.router import Route, Router

__all__ = ["Alternatives", "Leg", "Track", "case_alternatives", "draw_track", "ways_by_length"]


@dataclass(frozen=True)
class Leg:
    """One leg of a reported route.

    Parameters
    ----------
    origin, destination
        Its end places.
    geometry
        The road, or a schematic straight link if the path is not reported; None if an end has no
        position, so that not even a link can be drawn.
    road
        The computed route of the leg; None if the path is unknown.
    given
        Whether the case gives its course as a line, which needs no network.
    """

    origin: Place
    destination: Place
    geometry: BaseGeometry | None
    road: Route | None = None
    given: bool = False

    @property
    def is_known(self) -> bool:
        """Whether it is drawn as the course that is reported, and not as a schematic link."""
        return self.given or self.road is not None


@shown
@dataclass(frozen=True)
class Track:
    """A reported route with its drawable legs, in order."""

    route: ReportedRoute
    legs: tuple[Leg, ...]

    @property
    def length_km(self) -> float | None:
        """Estimated road length, or None if the path of a leg is unknown."""
        roads = [leg.road for leg in self.legs]
        if any(road is None for road in roads):
            return None
        return sum(road.length_km for road in roads if road)

    @property
    def confidence(self) -> str:
        """The lowest confidence of its roads; ``unknown`` if the path of a leg is unknown."""
        ranks = ("unknown", *CONFIDENCES)
        return min(
            (leg.road.confidence if leg.road else "unknown" for leg in self.legs), key=ranks.index
        )


@shown
@dataclass(frozen=True)
class Alternatives:
    """The routes between two places, without closures or with those of a date.

    Parameters
    ----------
    origin, destination
        Names as given.
    day
        The date whose closures apply; empty for none.
    routes
        The routes, the best first; empty if there is none.
    """

    origin: str
    destination: str
    day: str
    routes: tuple[Route, ...]


def draw_track(
    route: ReportedRoute,
    gazetteer: Gazetteer,
    router: Router | None,
    course: BaseGeometry | None = None,
) -> Track:
    """Draw a reported route on the roads, leg by leg.

    Parameters
    ----------
    route
        The route, with place ids of the gazetteer.
    gazetteer
        The source of the places' positions.
    router
        The router of the network; None draws only schematic links.
    course
        The line that the case gives for it; taken for a route of two places whose way over the
        roads is unknown.

    Raises
    ------
    NoRouteError
        If there is no route for a leg that goes by road.
    """
    stops = [gazetteer[place_id] for place_id in route.places]
    legs = []
    for origin, destination, way in zip(stops[:-1], stops[1:], route.leg_modes, strict=True):
        if way == "road" and router is not None:
            road = router.route([origin.id, destination.id], weight="length")
            legs.append(Leg(origin, destination, road.geometry, road))
        elif course is not None and len(stops) == 2:
            legs.append(Leg(origin, destination, course, given=True))
        else:
            legs.append(Leg(origin, destination, _link(origin, destination)))
    return Track(route, tuple(legs))


def _link(origin: Place, destination: Place) -> BaseGeometry | None:
    """A straight link between two places; it ends at the edge of an area, not inside it."""
    if origin.lon is None or destination.lon is None:
        return None
    assert origin.lat is not None  # noqa: S101  (a place has both or neither)
    assert destination.lat is not None  # noqa: S101
    link = geodesy.link(origin.lon, origin.lat, destination.lon, destination.lat)
    for place in (origin, destination):
        if place.shape != "point" and place.lon is not None and place.lat is not None:
            link = link.difference(geodesy.disc(place.lon, place.lat, place.radius_km or 1.0))
    return None if link.is_empty else link


def ways_by_length(router: Router, origin: Place, destination: Place) -> tuple[Route, ...]:
    """The shortest route between two places and its alternatives by length; empty if none."""
    try:
        return tuple(router.alternatives(origin.id, destination.id, weight="length"))
    except NoRouteError:
        return ()


def case_alternatives(
    router: Router, pairs: Iterable[tuple[str, str, str]]
) -> tuple[Alternatives, ...]:
    """The routes for each pair of places, without and, if a date is given, with its closures.

    Parameters
    ----------
    router
        The router of the network, with the case's closures.
    pairs
        Origin, destination and date (may be empty).
    """
    groups = []
    for origin, destination, day in pairs:
        for at in dict.fromkeys(("", day)):
            routes: list[Route] = []
            with suppress(NoRouteError):
                routes = router.alternatives(origin, destination, weight="length", when=at or None)
            groups.append(Alternatives(origin, destination, at, tuple(routes)))
    return tuple(groups)
