"""Journeys: whether a trip from one place to another fits the available time.

The test is that of time geography: T. Hagerstrand, What about people in regional science?, Papers
of the Regional Science Association 24 (1970); H. J. Miller, Modelling accessibility using
space-time prism concepts within geographical information systems, International Journal of GIS 5
(1991). The best end uses the fastest route in the longest window; the worst end the slowest route
in the shortest window.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from convoy_geo.analysis.verdicts import Verdict
from convoy_geo.lang import Message
from convoy_geo.model.travel_modes import ENDS
from convoy_geo.network.match_closures import Stretches
from convoy_geo.timegeo.bounds import doubt_of
from convoy_geo.timegeo.moments import moment_text
from convoy_geo.timegeo.premises import Flip, Premise
from convoy_geo.timegeo.replacement import vital_edges

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from convoy_geo.model.travel_modes import TravelMode
    from convoy_geo.timegeo.bounds import Doubt
    from convoy_geo.timegeo.locations import Location
    from convoy_geo.timegeo.search import Way
    from convoy_geo.timegeo.travel_graph import Ground

    Window = tuple[float | None, float | None]

__all__ = ["Journey", "answer_of", "mode_message", "no_roads"]

NO_RADIUS = Premise("limits", Message.of("premise.no_radius"))
"""For large networks: the changes that were not examined."""
DOUBTS: dict[Doubt, Message] = {
    "one-way or snapping": Message.of("doubt.one_way"),
    "not connected": Message.of("doubt.not_connected"),
    "far from any road": Message.of("doubt.far"),
}
"""Why a result that would be impossible by the roads alone is undetermined."""
OTHER_ROAD = Message.of("doubt.other_road")
ROUNDING_H = 1e-9
LARGE = 50_000
"""Number of segments from which no radius is searched for: each would split the roads 24 times."""
STEPS = 24
"""Bisection steps in the search for a radius: to the metre from 10,000 km."""


@dataclass(frozen=True, eq=False)
class Journey:
    """Whether someone can have travelled from one location to another between two times.

    Parameters
    ----------
    ground
        The travel graph, which contains the locations.
    origin, destination
        Indices in the graph's list of locations.
    leave, arrive
        First and last moment of each, in hours; see `convoy_geo.timegeo.moments.moments`.
    zone
        Time zone in which moments are written.
    closures
        The closures, for the text.
    """

    ground: Ground
    origin: int
    destination: int
    leave: Window
    arrive: Window
    zone: str = ""
    closures: tuple[str, ...] = ()

    @property
    def ends(self) -> tuple[Location, Location]:
        """The two locations."""
        return self.ground.spots[self.origin], self.ground.spots[self.destination]

    @property
    def mode(self) -> TravelMode:
        """The travel mode."""
        return self.ground.mode

    @property
    def longest(self) -> float | None:
        """Hours from the earliest departure to the latest arrival."""
        first, last = self.leave[0], self.arrive[1]
        return None if first is None or last is None else last - first

    @property
    def shortest(self) -> float | None:
        """Hours from the latest departure to the earliest arrival; may be negative."""
        last, first = self.leave[1], self.arrive[0]
        return None if first is None or last is None else first - last

    def verdict(
        self,
        *,
        flips: bool = True,
        reground: Callable[..., Ground] | None = None,
        stretches: Callable[[Iterable[str]], Stretches] | None = None,
        cuts: tuple[str, ...] = (),
    ) -> Verdict:
        """The verdict.

        Parameters
        ----------
        flips
            Whether to search for the values at which it changes.
        reground
            Builds the travel graph again, from two locations and the ids of closures; without it no
            radius is tried.
        stretches
            The stretches closed by each closure, by id; without it no closure is tried.
        cuts
            Ids of closures that are tried one by one, like the edges of the route, if the answer is
            not impossible. The travel graph must have been built with their stretches as `marked`.
        """
        here, there = self.ends
        missing = [
            Message.of("lacks.place_of", place=spot.name) for spot in self.ends if not spot.known
        ]
        if self.longest is None:
            missing.append(Message.of("lacks.window"))
        if not self.ground.passable:
            missing.append(no_roads(self.mode))
        if missing or self.longest is None:
            why = Message.of(
                "journey.undetermined", origin=here.name, destination=there.name, reasons=missing
            )
            return Verdict("undetermined", why, premises=self._premises(None, None))
        best, worst = _both_ways(self.ground, self.origin, self.destination)
        takes, slow = self._takes(best, worst)
        answer, margin = answer_of((takes, slow), self.leave, self.arrive)
        if answer == "impossible":
            doubt = doubt_of(self.ground, self.origin, self.destination, self.longest)
            if doubt:
                return self._in_doubt(doubt, best, worst)
        return Verdict(
            answer,
            self._why(answer, best, takes),
            margin_h=margin if math.isfinite(margin) else None,
            needs_kmh=self._needs(best, self.longest, "best"),
            route=best if math.isfinite(best.moving_h) else None,
            premises=(
                *self._premises(best, worst),
                *([NO_RADIUS] if flips and reground is not None and self._large else []),
            ),
            flips=(
                tuple(self._flips(answer, best, worst, reground, stretches, cuts)) if flips else ()
            ),
        )

    def _in_doubt(self, doubt: Doubt, best: Way, worst: Way) -> Verdict:
        """The verdict if the network's data do not support the word impossible."""
        reason = DOUBTS[doubt]
        return Verdict(
            "undetermined",
            Message.of("journey.doubt", trip=self._trip, reason=reason),
            route=best if math.isfinite(best.moving_h) else None,
            premises=(*self._premises(best, worst), Premise("network", reason)),
            flips=(Flip("network", reason, None, "", "possible"),),
        )

    @property
    def hours(self) -> tuple[float, float]:
        """Travel time in hours with rests, at the best and at the worst end."""
        ways = (self.ground.way(self.origin, self.destination, end) for end in ENDS)
        return self._takes(*ways)

    def _takes(self, best: Way, worst: Way) -> tuple[float, float]:
        takes = self.mode.takes
        return takes(best.moving_h, "best"), takes(worst.moving_h, "worst")

    def _answer(self, best: Way, worst: Way) -> str:
        return answer_of(self._takes(best, worst), self.leave, self.arrive)[0]

    def _needs(self, way: Way, window: float | None, end: str) -> float | None:
        """Average speed at which the route just fits a window."""
        if window is None or window <= 0 or not math.isfinite(way.km):
            return None
        moving = self.mode.fits(window, "best" if end == "best" else "worst")
        return way.km / moving if moving else None

    @property
    def _trip(self) -> Message:
        here, there = self.ends
        return Message.of(
            "journey.trip",
            origin=here.name,
            destination=there.name,
            mode=mode_message(self.mode),
        )

    def _why(self, answer: str, best: Way, takes: float) -> Message:
        trip, longest = self._trip, self.longest or 0.0
        if longest < 0:
            return Message.of("journey.backwards", trip=trip, hours=-longest)
        if not math.isfinite(takes):
            if self.closures:
                return Message.of("journey.no_way_closed", trip=trip, closures=self.closures)
            return Message.of("journey.no_way", trip=trip)
        if not best.moving_h:
            return Message.of("journey.meet", trip=trip, longest=longest)
        values = {
            "trip": trip,
            "km": best.km,
            "how": Message.of("journey.straight" if best.straight else "journey.by_road"),
            "takes": takes,
            "longest": longest,
        }
        if answer == "impossible":
            return Message.of("journey.impossible", **values, lack=takes - longest)
        code = "certain" if answer == "certain" else "possible"
        return Message.of(f"journey.{code}", **values, spare=longest - takes)

    def _premises(self, best: Way | None, worst: Way | None) -> tuple[Premise, ...]:
        here, there = self.ends
        kmh = [
            way.km / way.moving_h
            if way is not None and way.moving_h and math.isfinite(way.km)
            else None
            for way in (worst, best)
        ]
        straight = best is not None and best.straight
        road = Message.of("premise.straight" if straight else "premise.by_roads")
        if self.ground.network is None:
            road = Message.of("premise.no_road")
        open_roads = Message.of("premise.open", road=road)
        way = (
            Message.of("premise.closed", road=road, closures=self.closures)
            if self.closures
            else open_roads
        )
        speed = Message.of("premise.speed", mode=mode_message(self.mode), source=self.mode.source)
        other = best is not None and best.other_road
        return (
            Premise("from", _spot_message(here), 0.0, here.radius_km or None, "km"),
            Premise("to", _spot_message(there), 0.0, there.radius_km or None, "km"),
            Premise("leave", Message.of("premise.leave"), *self._texts(self.leave), "time"),
            Premise("arrive", Message.of("premise.arrive"), *self._texts(self.arrive), "time"),
            Premise("speed", speed, kmh[0], kmh[1], "km/h"),
            Premise("rest", Message.of("premise.rest"), *self.mode.day_h, "h/day"),
            Premise("way", way, unit="closures"),
            *([Premise("network", OTHER_ROAD)] if other else []),
        )  # fmt: skip

    def _texts(self, window: Window) -> tuple[str | None, str | None]:
        first, last = (None if at is None else moment_text(at, self.zone) for at in window)
        return first, last

    def _flips(
        self,
        answer: str,
        best: Way,
        worst: Way,
        reground: Callable[..., Ground] | None,
        stretches: Callable[[Iterable[str]], Stretches] | None,
        cuts: tuple[str, ...],
    ) -> list[Flip]:
        found = []
        if answer in ("impossible", "possible"):
            to = "possible" if answer == "impossible" else "impossible"
            found += self._times(best, "best", to)
        if answer in ("possible", "certain"):
            to = "certain" if answer == "possible" else "possible"
            found += self._times(worst, "worst", to)
        if reground is not None and not self._large:
            for to in dict.fromkeys(flip.to for flip in found):
                for number, name in enumerate(("from", "to")):
                    at = self._radius(number, to, reground)
                    found.append(Flip(name, Message.of("moved.radius"), at, "km", to))
        if stretches is not None:
            found.append(self._closing(answer, best, stretches, cuts))
        return found

    def _times(self, way: Way, end: str, to: str) -> list[Flip]:
        """Changes of departure, arrival, speed and rest at one end of the ranges."""
        best = end == "best"
        takes = self.mode.takes(way.moving_h, "best" if best else "worst")
        if best:
            leave, arrive, window = self.leave[0], self.arrive[1], self.longest
            moved = ("first_leave", "last_arrive", "highest_speed", "most_hours")
        else:
            leave, arrive, window = self.leave[1], self.arrive[0], self.shortest
            moved = ("last_leave", "first_arrive", "lowest_speed", "fewest_hours")

        def text(moment: float | None, shift: float) -> str | None:
            known = moment is not None and math.isfinite(shift)
            return moment_text(moment + shift, self.zone) if known and moment is not None else None

        needs = self._needs(way, window, end)
        words = [Message.of(f"moved.{name}") for name in moved]
        return [
            Flip("leave", words[0], text(arrive, -takes), "time", to),
            Flip("arrive", words[1], text(leave, takes), "time", to),
            Flip("speed", words[2], needs or None, "km/h", to),
            Flip("rest", words[3], self.mode.day_for(way.moving_h, window or 0.0), "h/day", to),
        ]

    def _radius(self, number: int, to: str, reground: Callable[..., Ground]) -> float | None:
        """The radius of one place at which the answer changes; None if there is none."""
        spots = list(self.ends)
        spot = spots[number]
        if spot.outline is not None or spot.lon is None:
            return None
        grow = to == "possible"  # a larger place helps the best end and hurts the worst
        apart = spots[0].straight_km(spots[1], "worst")
        limit = (spot.radius_km + apart) if grow else 0.0
        if not math.isfinite(limit):
            return None

        def becomes(radius: float) -> bool:
            changed = list(spots)
            changed[number] = replace(spot, radius_km=radius)
            ground = reground(changed, self.closures)
            return self._answer(*_both_ways(ground, 0, 1)) == to

        if limit == spot.radius_km or not becomes(limit):
            return None
        stays, flips = spot.radius_km, limit
        for _ in range(STEPS):
            middle = (stays + flips) / 2
            if abs(flips - stays) < 0.01:
                break
            stays, flips = (stays, middle) if becomes(middle) else (middle, flips)
        return flips

    @property
    def _large(self) -> bool:
        """Whether the network is too large to test every radius and every edge."""
        network = self.ground.network
        return network is not None and len(network.segments.km) > LARGE

    def _closing(
        self,
        answer: str,
        best: Way,
        stretches: Callable[[Iterable[str]], Stretches],
        cuts: tuple[str, ...],
    ) -> Flip:
        """What, opened or closed, would change the answer: closures, and edges of the route."""
        ground, ends = self.ground, (self.origin, self.destination)
        network, found = ground.network, list[str]()
        if answer == "impossible":
            opened = answer
            if self.closures:
                free = ground.closing(Stretches.none())
                opened = self._answer(*_both_ways(free, *ends))
            what = Message.of("moved.all_open")
            to = opened if opened != answer else "possible"
            at = "nothing closed" if opened != answer else None
            return Flip("way", what, at, "closures", to)

        def fits(moving_h: float) -> bool:
            hours = self.mode.takes(moving_h, "best")
            return answer_of((hours, math.inf), self.leave, self.arrive)[0] != "impossible"

        def stops(cut: str) -> bool:
            more = stretches([cut])
            if network is None:
                return False
            met = np.isin(network.segments.edge[more.segments], network.edge_positions(best.edges))
            if not met.any():  # the fastest route is unaffected
                return False
            closed = ground.closing(Stretches.all_of([ground.closed, more]))
            return not fits(closed.way(*ends, "best").moving_h)

        if network is not None and best.edges and not fits(self._straight_h):
            found = [cut for cut in dict.fromkeys(cuts) if cut not in self.closures and stops(cut)]
            vital = np.array(vital_edges(ground, *ends, fits), np.int64)
            found += [one for one in network.edge_ids(vital) if one not in found]
        at = "|".join(found) or None
        return Flip("way", Message.of("moved.one_closed"), at, "closures", "impossible")

    @property
    def _straight_h(self) -> float:
        """Hours in motion without roads; infinite for a travel mode that needs one."""
        if not self.mode.all_the_way:
            return math.inf
        here, there = self.ends
        return here.straight_km(there, "best") / self.mode.straight_kmh("best")


def _both_ways(ground: Ground, origin: int, destination: int) -> tuple[Way, Way]:
    """The routes at the best and at the worst end; nothing is certain by another road."""
    best, worst = (ground.way(origin, destination, end) for end in ("best", "worst"))
    if best.other_road or worst.other_road:
        worst = replace(worst, moving_h=math.inf, km=math.inf)
    return best, worst


def answer_of(hours: tuple[float, float], leave: Window, arrive: Window) -> tuple[str, float]:
    """Whether hours at the best and at the worst end fit between two windows, and the margin.

    Examples
    --------
    >>> answer_of((2.0, 6.0), (0.0, 1.0), (5.0, 8.0))
    ('possible', 6.0)
    """
    best, worst = hours
    if leave[0] is None or arrive[1] is None:
        return "impossible", -math.inf
    margin = arrive[1] - leave[0] - best
    if margin < -ROUNDING_H:
        return "impossible", margin
    sure = leave[1] is not None and arrive[0] is not None
    if sure and worst <= arrive[0] - leave[1] + ROUNDING_H:  # type: ignore[operator]
        return "certain", margin
    return "possible", margin


def mode_message(mode: TravelMode) -> Message:
    """The name of a mode of travel."""
    return Message.of("mode", mode=mode.id)


def no_roads(mode: TravelMode) -> Message:
    """Why a journey is undetermined in a case without roads."""
    return Message.of("lacks.roads", mode=mode_message(mode))


def _spot_message(spot: Location) -> Message:
    """How well the position of a place is known."""
    if not spot.known:
        return Message.of("premise.no_position", place=spot.name)
    if spot.outline is not None:
        return Message.of("premise.in_outline", place=spot.name)
    if spot.radius_km:
        return Message.of("premise.within", place=spot.name, km=spot.radius_km)
    return Message.of("premise.at_point", place=spot.name)
