"""Journeys: whether the way from one place to another fits in the time between.

The test is that of time geography: T. Hagerstrand, What about people in regional science?, Papers
of the Regional Science Association 24 (1970); H. J. Miller, Modelling accessibility using
space-time prism concepts within geographical information systems, International Journal of GIS 5
(1991). At the best end the way is the quickest, in the longest window; at the worst the slowest, in
the shortest.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from convoy_geo.analysis.verdicts import Verdict
from convoy_geo.model.travel_modes import ENDS
from convoy_geo.timegeo.bounds import doubt_of
from convoy_geo.timegeo.moments import moment_text
from convoy_geo.timegeo.premises import Flip, Premise

if TYPE_CHECKING:
    from collections.abc import Callable

    from convoy_geo.model.travel_modes import TravelMode
    from convoy_geo.timegeo.bounds import Doubt
    from convoy_geo.timegeo.locations import Location
    from convoy_geo.timegeo.travel_graph import Ground, Way

    Window = tuple[float | None, float | None]

__all__ = ["NO_ROADS", "Journey", "answer_of"]

NO_ROADS = (
    "no roads are known that {} could go by, and the case names no other means of travel "
    "([rules] mode in case.toml)"
)
"""Why a journey is undetermined in a case without roads."""

DOUBTS: dict[Doubt, str] = {
    "one-way or snapping": "the roads rule it out only by a one-way street, or by which of the "
    "roads near a place it is tied to",
    "not connected": "the road network does not connect the two places: a road may be missing in "
    "its data, or private",
    "far from any road": "a place lies farther than 5 km from any road of the network, so that "
    "roads are missing or the position is wrong",
}
"""Why an answer that the roads alone would make impossible is undetermined."""
ROUNDING_H = 1e-9
MOST_EDGES = 100
"""Of a way, tried one by one."""
LARGE = 50_000
"""Segments from which on no radius is searched for, and only the case's cuts are tried."""
STEPS = 24
"""Halvings in the search for a radius: to the metre from 10,000 km."""


@dataclass(frozen=True, eq=False)
class Journey:
    """The question whether one can have got from one spot to another between two times.

    Parameters
    ----------
    ground
        The roads, with the spots on them.
    origin, destination
        Places in the ground's list of spots.
    leave, arrive
        First and last moment of each, in hours; see `convoy_geo.timegeo.moments.moments`.
    zone
        Zone in which moments are written.
    closures
        What is closed, for the words.
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
        """The two spots."""
        return self.ground.spots[self.origin], self.ground.spots[self.destination]

    @property
    def mode(self) -> TravelMode:
        """How one travels."""
        return self.ground.mode

    @property
    def longest(self) -> float | None:
        """Hours from the first moment of leaving to the last of arriving."""
        first, last = self.leave[0], self.arrive[1]
        return None if first is None or last is None else last - first

    @property
    def shortest(self) -> float | None:
        """Hours from the last moment of leaving to the first of arriving; may be below 0."""
        last, first = self.leave[1], self.arrive[0]
        return None if first is None or last is None else first - last

    def verdict(self, *, flips: bool = True, reground: Callable[..., Ground] | None = None,
                cuts: tuple[str, ...] = ()) -> Verdict:  # fmt: skip
        """The answer.

        Parameters
        ----------
        flips
            Whether to look for the values at which it flips.
        reground
            Makes the ground anew, from two spots and the ids of closures; without it no radius
            and no closure is tried.
        cuts
            Ids of closures that are tried one by one, as the edges of the way are, where the
            answer is not impossible.
        """
        here, there = self.ends
        missing = [f"{spot.name} has no place that could be tested" for spot in self.ends
                   if not spot.known]  # fmt: skip
        if self.longest is None:
            missing.append("no first moment of leaving, or no last one of arriving, is told")
        if not self.ground.passable:
            missing.append(NO_ROADS.format(self.mode.name))
        if missing or self.longest is None:
            why = f"{here.name} to {there.name}: {'; '.join(missing)}"
            return Verdict("undetermined", why, premises=self._premises(None, None))
        best, worst = (
            self.ground.way(self.origin, self.destination, end) for end in ("best", "worst")
        )
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
            premises=self._premises(best, worst),
            flips=tuple(self._flips(answer, best, worst, reground, cuts)) if flips else (),
        )

    def _in_doubt(self, doubt: Doubt, best: Way, worst: Way) -> Verdict:
        """The answer where the network's data cannot carry the word impossible."""
        here, there = self.ends
        reason = DOUBTS[doubt]
        return Verdict(
            "undetermined",
            f"{here.name} to {there.name}, {self.mode.name}: {reason}",
            route=best if math.isfinite(best.moving_h) else None,
            premises=(*self._premises(best, worst), Premise("network", reason)),
            flips=(Flip("network", reason, None, "", "possible"),),
        )

    @property
    def hours(self) -> tuple[float, float]:
        """Hours that it takes with its rests, at the best and at the worst end."""
        ways = (self.ground.way(self.origin, self.destination, end) for end in ENDS)
        return self._takes(*ways)

    def _takes(self, best: Way, worst: Way) -> tuple[float, float]:
        takes = self.mode.takes
        return takes(best.moving_h, "best"), takes(worst.moving_h, "worst")

    def _answer(self, best: Way, worst: Way) -> str:
        return answer_of(self._takes(best, worst), self.leave, self.arrive)[0]

    def _needs(self, way: Way, window: float | None, end: str) -> float | None:
        """Average speed that the way needs to fit in a window."""
        if window is None or window <= 0 or not math.isfinite(way.km):
            return None
        moving = self.mode.fits(window, "best" if end == "best" else "worst")
        return way.km / moving if moving else None

    def _why(self, answer: str, best: Way, takes: float) -> str:
        here, there = self.ends
        title = f"{here.name} to {there.name}, {self.mode.name}"
        longest = self.longest or 0.0
        if longest < 0:
            return f"{title}: it would have arrived {-longest:.1f} h before it left"
        if not math.isfinite(takes):
            closed = f" with {', '.join(self.closures)} closed" if self.closures else ""
            return f"{title}: no way leads there{closed}"
        if not best.moving_h:
            return f"{title}: the two places meet, so that no way is needed; {longest:.1f} h"
        how = "straight" if best.straight else "by road"
        words = f"{title}: {best.km:.0f} km {how}, {takes:.1f} h at the best, {longest:.1f} h there"
        if answer == "impossible":
            return f"{words} were at the most: {takes - longest:.1f} h too few"
        words += f" were at the most: {longest - takes:.1f} h to spare"
        return words + ("; at the worst end too" if answer == "certain" else "")

    def _premises(self, best: Way | None, worst: Way | None) -> tuple[Premise, ...]:
        here, there = self.ends
        kmh = [
            way.km / way.moving_h
            if way is not None and way.moving_h and math.isfinite(way.km)
            else None
            for way in (worst, best)
        ]
        closed = ", ".join(self.closures) or "nothing"
        road = "straight" if best is not None and best.straight else "by the roads of the network"
        if self.ground.network is None:
            road = "straight, by no road"
        return (
            Premise("from", _spot_words(here), 0.0, here.radius_km or None, "km"),
            Premise("to", _spot_words(there), 0.0, there.radius_km or None, "km"),
            Premise("leave", "left between these moments", *self._texts(self.leave), "time"),
            Premise("arrive", "arrived between these moments", *self._texts(self.arrive), "time"),
            Premise("speed", f"average speed on the way, {self.mode.name}: {self.mode.source}",
                    kmh[0], kmh[1], "km/h"),
            Premise("rest", "hours on the move in each 24", *self.mode.day_h, "h/day"),
            Premise("way", f"{road}; closed: {closed}", unit="closures"),
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
        cuts: tuple[str, ...],
    ) -> list[Flip]:
        found = []
        if answer in ("impossible", "possible"):
            to = "possible" if answer == "impossible" else "impossible"
            found += self._times(best, "best", to)
        if answer in ("possible", "certain"):
            to = "certain" if answer == "possible" else "possible"
            found += self._times(worst, "worst", to)
        if reground is None:
            return found
        large = self._large
        for to in dict.fromkeys(flip.to for flip in found if not large):
            for number, name in enumerate(("from", "to")):
                at = self._radius(number, to, reground)
                found.append(Flip(name, "radius of the place", at, "km", to))
        found.append(self._closing(answer, reground, cuts, best.edges))
        return found

    def _times(self, way: Way, end: str, to: str) -> list[Flip]:
        """Flips of leaving, arriving, speed and rest at one end of the ranges."""
        best = end == "best"
        takes = self.mode.takes(way.moving_h, "best" if best else "worst")
        if best:
            leave, arrive, window = self.leave[0], self.arrive[1], self.longest
            words = ("first moment of leaving", "last moment of arriving", "highest average speed",
                     "most hours on the move")  # fmt: skip
        else:
            leave, arrive, window = self.leave[1], self.arrive[0], self.shortest
            words = ("last moment of leaving", "first moment of arriving", "lowest average speed",
                     "fewest hours on the move")  # fmt: skip

        def text(moment: float | None, shift: float) -> str | None:
            known = moment is not None and math.isfinite(shift)
            return moment_text(moment + shift, self.zone) if known and moment is not None else None

        needs = self._needs(way, window, end)
        return [
            Flip("leave", words[0], text(arrive, -takes), "time", to),
            Flip("arrive", words[1], text(leave, takes), "time", to),
            Flip("speed", words[2], needs or None, "km/h", to),
            Flip("rest", words[3], self.mode.day_for(way.moving_h, window or 0.0), "h/day", to),
        ]

    def _radius(self, number: int, to: str, reground: Callable[..., Ground]) -> float | None:
        """The radius of one place at which the answer becomes another; None if none does it."""
        spots = list(self.ends)
        spot = spots[number]
        if spot.outline is not None or spot.lon is None:
            return None
        grow = to == "possible"  # a wider place helps the best end, and hurts the worst
        apart = spots[0].straight_km(spots[1], "worst")
        limit = (spot.radius_km + apart) if grow else 0.0
        if not math.isfinite(limit):
            return None

        def becomes(radius: float) -> bool:
            changed = list(spots)
            changed[number] = replace(spot, radius_km=radius)
            ground = reground(changed, self.closures)
            ways = (ground.way(0, 1, "best"), ground.way(0, 1, "worst"))
            return self._answer(*ways) == to

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
        """Whether the network is too large to be asked anew for every radius and every edge."""
        network = self.ground.network
        return network is not None and len(network.segments.km) > LARGE

    def _closing(
        self,
        answer: str,
        reground: Callable[..., Ground],
        cuts: tuple[str, ...],
        edges: tuple[str, ...],
    ) -> Flip:
        """What, opened or closed, would change the answer: the cuts, and the edges of the way."""
        spots = list(self.ends)

        def now(closures: tuple[str, ...]) -> str:
            ground = reground(spots, closures)
            return self._answer(ground.way(0, 1, "best"), ground.way(0, 1, "worst"))

        if answer == "impossible":
            opened = now(()) if self.closures else answer
            what, to = "all roads open", opened if opened != answer else "possible"
            at = "nothing closed" if opened != answer else None
            return Flip("way", what, at, "closures", to)
        tried = {
            cut: now((*self.closures, cut))
            for cut in dict.fromkeys((*cuts, *edges[: 0 if self._large else MOST_EDGES]))
            if cut not in self.closures
        }
        what = (
            "one of these closed as well" if not self._large else "one of the case's cuts as well"
        )
        found = [cut for cut, changed in tried.items() if changed == "impossible"]
        at = "|".join(found) or None
        return Flip("way", what, at, "closures", "impossible")


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


def _spot_words(spot: Location) -> str:
    if not spot.known:
        return f"{spot.name}: no position"
    if spot.outline is not None:
        return f"{spot.name}: within its outline"
    if spot.radius_km:
        return f"{spot.name}: within {spot.radius_km:g} km of its point"
    return f"{spot.name}: at its point"
