"""Claims held against claims: whether the same thing can have been at both places, at both times.

What is tested, and what is not:

1. *Positions.* A claim says where its subject was when it tells a count in a state, or when its
   topic tells a position of the one thing that the story is about: the topics that the case names
   under ``[rules]`` as ``one_place``, or `POSITION_TOPICS` where it names none, and those of
   ``order``; plans (`PLANS`) are left out. Denied claims are nobody's position.
2. *The subject* is a part where a state is told, of the unit that is counted: buses, or the people
   aboard. Everything else is the whole, but for topics of a thing of their own where the case names
   the steps of the whole under ``order``. What does not go by the means of travel (lorries, where
   the case goes on foot) is held against nothing. The whole is an anchor for a part that is told of
   a later time, or where it set out from; what has left the whole is not bound by where the whole
   was afterwards, and a part binds the whole never. Two parts are held against each other only
   where they must share something: where together they are more than the largest total that anybody
   gives of the days of both.
3. *When.* ``happened`` is an interval, and a claim says no more than: at some moment in it. (The
   tables do not tell "throughout" from "at some time".) Where two intervals overlap, both orders
   are tried and the better one stands.
4. *Where.* A place in the role ``at``: all places of the list hold, so the hardest counts. Where
   something came *to*, *from* or *through*, one of the list is enough, so the easiest counts; of
   a departure the place that was left, not where it was to go.
   Relative places (``toward(sukhna,north)``) count as the area they are made into. What is unmapped
   (a control zone, a country, a whole desert) is no place that could be tested: undetermined.
5. *Sides* are never merged. An anchor of one side tests a claim of another, and both are named;
   whether the one or the other is wrong, the test does not say.
6. *Counts.* A number in a state is held against the total of the same unit (people: also the sum
   of what one report counts aboard), and against what each side has in all other states at the same
   time: then no more may be left over than the total allows. What is counted may grow: where
   their days do not meet, nothing is impossible or certain, and the premise that it stayed what it
   was is told. "About 700" is read as 650 to 750, by the convention of significant figures.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass, replace
from itertools import chain, islice, product
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd

from convoy_geo.analysis.intervals import count_of, days, rough_count
from convoy_geo.analysis.journeys import NO_ROADS, Journey, answer_of
from convoy_geo.analysis.ledger import REST, TOTAL
from convoy_geo.analysis.old_rules.counttests import PEOPLE, CountTests
from convoy_geo.analysis.verdicts import VERDICTS, Verdict
from convoy_geo.errors import RelativePlaceError
from convoy_geo.lang import load
from convoy_geo.model.claims import PLANS, POSITION_TOPICS
from convoy_geo.model.relative_places import parse_relation, relative_place
from convoy_geo.model.travel_modes import travel_mode
from convoy_geo.timegeo.locations import Location, find_location
from convoy_geo.timegeo.moments import moments
from convoy_geo.timegeo.travel_graph import Ground

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence

    from shapely.geometry.base import BaseGeometry

    from convoy_geo.model.claims import Claim
    from convoy_geo.model.places import Place
    from convoy_geo.model.travel_modes import TravelMode
    from convoy_geo.network.network import RoadNetwork

__all__ = ["COLUMNS", "MOST", "PEOPLE", "ClaimTests", "verdicts_frame"]

PEOPLE_TOPICS = frozenset({"passengers", "settlement"})
"""Those of `POSITION_TOPICS` that tell it of the people aboard."""
MOST = 10
"""How many verdicts of a kind on one claim the table holds."""
_T = TypeVar("_T")
ANCHOR_ROLES = ("at", "to", "through", "from")
COLUMNS = ("claim", "side", "anchor", "anchor_side", "kind", "by", "verdict", "margin_h",
           "margin_count", "needs_kmh", "why", "reason")  # fmt: skip


@dataclass(frozen=True)
class _Position:
    """A claim's place and time, as they can be tested."""

    claim: Claim
    part: str
    spots: tuple[Location, ...]
    role: str
    window: tuple[float | None, float | None]
    thing: str = ""

    @property
    def all_hold(self) -> bool:
        """Whether it is at all of its spots, not at one of them."""
        return self.role in ("at", "")

    @property
    def kind(self) -> Hashable:
        """What two positions have in common that no test can tell apart."""
        counted = (self.claim.unit, self.claim.low) if self.part else ()
        return self.thing, self.part, self.spots, self.role, self.window, counted


class ClaimTests:
    """All tests of one story's claims.

    Parameters
    ----------
    claims
        The claims by id.
    places, outlines
        Places and outlines by place id.
    network
        The roads; None where there are none.
    zone
        Zone in which days are meant.
    topics
        Topics that tell a position; empty: `POSITION_TOPICS`.
    order
        The steps of the one thing's movement, in their order: they tell its positions too. Where
        there are any, a topic of `topics` that is no step, and none of `POSITION_TOPICS`, is of a
        thing of its own, such as where its leader was.
    states, sides
        Labels of the states and names of the sides, for the words.
    mode
        How the whole and its counted parts travel.
    any_means
        Whether that holds of units that do not go by it too, such as lorries on foot.
    people_mode
        How people travel once they are counted by themselves: they may have changed vehicles.
    closed, closures
        Positions of closed edges, and their ids for the words.
    """

    def __init__(
        self,
        claims: Mapping[str, Claim],
        places: Mapping[str, Place],
        *,
        outlines: Mapping[str, BaseGeometry] | None = None,
        network: RoadNetwork | None = None,
        zone: str = "",
        topics: Iterable[str] = (),
        order: Iterable[str] = (),
        states: Mapping[str, str] | None = None,
        sides: Mapping[str, str] | None = None,
        mode: str | TravelMode = "bus",
        any_means: bool = False,
        people_mode: str | TravelMode = "car",
        closed: Any = None,
        closures: tuple[str, ...] = (),
    ) -> None:
        self.claims = claims
        self.zone, self._any_means = zone, any_means
        self.closures = closures
        self._places = places
        self._titles = {key: place.name for key, place in places.items()}
        self._outlines = dict(outlines or {})
        self._sides = sides or {}
        self._topics = (frozenset(topics) or POSITION_TOPICS).union(order) - PLANS
        self._leaving = {"departure", "origin", *tuple(order)[:1]}
        self._moving = POSITION_TOPICS.union(order, PEOPLE_TOPICS) if order else self._topics
        found = (self._position(claim) for claim in claims.values())
        self.positions = {one.claim.id: one for one in found if one is not None}
        spots = dict.fromkeys(spot for one in self.positions.values() for spot in one.spots)
        self._numbers = {spot: number for number, spot in enumerate(spots)}
        edges = np.empty(0, np.int64) if closed is None else closed
        whole, people = travel_mode(mode), travel_mode(people_mode)
        self._whole = self._people = Ground(network, whole, list(spots), edges)
        if people != whole:
            roads = whole.road is not None and people.road is not None
            self._people = (
                self._whole.travelled(people)
                if roads
                else Ground(network, people, list(spots), edges)
            )
        self.counting = CountTests(claims.values(), states or {}, self._sides)
        self.left_out = 0
        located = [one for one in self.positions.values() if one.spots and None not in one.window]
        self._located = sorted(located, key=lambda one: one.window)
        self._rows = {one.claim.id: [row] for row, one in enumerate(self._located)}
        self._alike: dict[Hashable, list[int]] = {}
        for row, one in enumerate(self._located):
            self._alike.setdefault(one.kind, []).append(row)
        self._hours: dict[Hashable, tuple[float, float]] = {}

    # ---- what a claim says of a place ----

    def _position(self, claim: Claim) -> _Position | None:
        state = claim.state not in ("", TOTAL, REST)
        if claim.status == "denied" or not (state or claim.topic in self._topics):
            return None
        if claim.state == REST or (claim.state == TOTAL and claim.topic not in self._topics):
            return None
        thing = "" if state or claim.topic in self._moving else claim.topic
        part = claim.unit if state else ""
        if part in PEOPLE or claim.topic in PEOPLE_TOPICS:
            part = "people"
        window = moments(claim.happened, self.zone)
        relative = tuple(self._relative(claim))
        by_role = {
            role: [place for told, place in claim.places if told == role] for role in ANCHOR_ROLES
        }
        roles = ("at", "from") if claim.topic in self._leaving else ANCHOR_ROLES
        role = next((role for role in (*roles, *ANCHOR_ROLES) if by_role[role]), "")
        spots = tuple(
            spot for spot in (self._spot(place) for place in by_role.get(role, ())) if spot.known
        )
        if not spots:
            return _Position(claim, part, relative, "", window, thing)
        return _Position(claim, part, spots, role, window, thing)

    def _spot(self, place_id: str) -> Location:
        place = self._places.get(place_id)
        if place is None:
            return Location(place_id)
        if place.shape == "unmapped" and place_id not in self._outlines:
            return Location(place.name)
        return find_location(place, outlines=self._outlines)

    def _relative(self, claim: Claim) -> Iterator[Location]:
        for term in claim.where:
            try:
                made = relative_place(term, self._places, self._outlines)
            except RelativePlaceError:
                continue
            centre = made.geometry.centroid
            words = load("en").relation(**parse_relation(term).values(self._titles))
            yield Location(words, centre.x, centre.y, outline=made.geometry)

    def _name(self, claim: Claim) -> str:
        return f"{claim.id} ({self._sides.get(claim.side, claim.side)})"

    def reason(self, claim: Claim) -> str:
        """Why a claim on which there is no verdict has none."""
        reasons = []
        if claim.status == "denied":
            reasons.append("it is denied, and what is denied is nobody's position or count")
        elif claim.topic in PLANS:
            reasons.append(f"its topic ({claim.topic}) tells a plan, and no plan is a position")
        elif claim.id in self.positions:
            reasons.append("no other claim that it must go with tells a place and a time")
        elif claim.topic not in self._topics:
            topics = ", ".join(sorted(self._topics))
            reasons.append(
                f"its topic ({claim.topic}) is none of those that tell where the one thing of the "
                f"story was ([rules] one_place and order in case.toml: {topics})"
            )
        if claim.status != "denied" and count_of(claim) and claim.state in ("", TOTAL, REST):
            reasons.append(
                "its count is of no state" if not claim.state else "its count is no part of a total"
            )
        return f"{self._name(claim)}: {'; '.join(reasons)}"

    # ---- tests of time and distance ----

    def _ground(self, *positions: _Position) -> Ground:
        """What a subject goes over, and how: people may have changed vehicles."""
        people = any(one.part == "people" for one in positions)
        return self._people if people else self._whole

    def _goes(self, position: _Position, ground: Ground) -> bool:
        counted = position.claim.unit if position.claim.state else ""
        return self._any_means or ground.mode.moves(counted)

    def _binds(self, claim: int, anchor: int) -> bool:
        """Whether a claim's subject was at the anchor too; of one subject, the later claim's."""
        one, other = self._located[claim], self._located[anchor]
        ground = self._ground(one, other)
        if one.thing != other.thing or not ground.passable:
            return False
        if not (self._goes(one, ground) and self._goes(other, ground)):
            return False
        if one.part == other.part:
            return anchor < claim and (one.part == "" or self._share(one.claim, other.claim))
        return other.part == "" and _binds(other, one)

    def _share(self, one: Claim, other: Claim) -> bool:
        """Whether two parts must have something in common."""
        if one.unit != other.unit or one.low is None or other.low is None:
            return False
        limit, _ = self.counting.wholes.most(one.unit, days(one.happened), days(other.happened))
        return rough_count(one)[0] + rough_count(other)[0] > limit

    def pairs(self, most: int | None = None) -> Iterator[tuple[_Position, _Position]]:
        """Claim and anchor, each unordered pair once; the anchor is not the later one.

        Positions that are alike are held against the others once for all of them.

        Parameters
        ----------
        most
            How many anchors of a claim at the most: those that are the hardest to go with.
        """
        for rows in self._alike.values():
            held = []
            for others in self._alike.values():
                last = rows[-1]  # what binds any of those alike binds the last of them
                first = others[0]
                if first != last and self._binds(last, first):
                    value = self._value(last, first) if most is not None else (0, 0.0)
                    held.append((value, others))
            held.sort(key=itemgetter(0))
            for row in rows:
                ordered = [self._before(row, others) for _, others in held]
                kept = sorted(islice(chain.from_iterable(ordered), most))
                self.left_out += sum(map(len, ordered)) - len(kept)
                for other in kept:
                    yield self._located[row], self._located[other]

    def _before(self, row: int, others: Sequence[int]) -> Sequence[int]:
        """Those of other positions that bind a claim: of the same subject, the earlier ones."""
        if self._located[row].part != self._located[others[0]].part:
            return others
        return others[: bisect_left(others, row)]

    def _value(self, claim: int, anchor: int) -> tuple[int, float]:
        """The rank of what `travel` would answer, without its words."""
        one, other = self._located[claim], self._located[anchor]
        ground = self._ground(one, other)

        def test(
            before: _Position, after: _Position, start: Location, end: Location
        ) -> tuple[int, float]:
            key = (ground is self._people, start, end)
            hours = self._hours.get(key)
            if hours is None:
                hours = self._hours[key] = self._journey(before, after, start, end).hours
            answer, margin = answer_of(hours, before.window, after.window)
            return VERDICTS.index(answer), margin if math.isfinite(margin) else math.inf

        return max(_over(*order, test, tuple) for order in _orders(one, other))

    def travel(self, claim: _Position, anchor: _Position, *, flips: bool = False) -> Verdict:
        """Whether what was at the anchor's place and time can have been at the claim's.

        Parameters
        ----------
        claim, anchor
            Of `positions`.
        flips
            Whether to tell the times and speeds at which the answer flips.
        """

        def test(before: _Position, after: _Position, start: Location, end: Location) -> Verdict:
            return self._journey(before, after, start, end).verdict(flips=flips)

        best = max((_over(*order, test, _rank) for order in _orders(claim, anchor)), key=_rank)
        reason = f"against {self._name(anchor.claim)}: {best.why}"
        return replace(
            best,
            claim=claim.claim.id,
            anchor=anchor.claim.id,
            why=f"{self._name(claim.claim)} {reason}",
            reason=reason,
        )

    def _journey(
        self, before: _Position, after: _Position, start: Location, end: Location
    ) -> Journey:
        return Journey(
            self._ground(before, after),
            self._numbers[start],
            self._numbers[end],
            before.window,
            after.window,
            self.zone,
            self.closures,
        )

    def undetermined(self) -> Iterator[Verdict]:
        """One verdict for each claim on a position whose place or time is missing."""
        for one in self.positions.values():
            lacks = [] if one.spots else ["no place that could be tested"]
            if None in one.window:
                lacks.append("no time, or an open one")
            ground = self._ground(one)
            if not ground.passable:
                lacks.append(NO_ROADS.format(ground.mode.name))
            elif not self._goes(one, ground):
                lacks.append(f"{one.claim.unit} do not go as the case does ({ground.mode.name})")
            if lacks:
                why = f"{self._name(one.claim)}: {' and '.join(lacks)}"
                yield Verdict("undetermined", why, claim=one.claim.id)

    # ---- all of it ----

    def all(self, most: int | None = None) -> list[Verdict]:
        """Every verdict: counts, then journeys, then what is undetermined.

        Parameters
        ----------
        most
            How many of each kind for one claim at the most: the hardest. None: all there are, which
            for n claims of one state are some n * n / 2. `left_out` tells how many were more.
        """
        self.left_out = 0
        counts = list(self.counting.all(most))
        travels = [self.travel(claim, anchor) for claim, anchor in self.pairs(most)]
        self.left_out += self.counting.left_out
        return [*counts, *travels, *self.undetermined()]

    def of(self, claim_id: str) -> list[Verdict]:
        """The verdicts on one claim, and those for which it is an anchor, the hardest first."""
        found = list(self.counting.of(claim_id))
        for mine, other in product(self._rows.get(claim_id, ()), range(len(self._located))):
            for claim, anchor in ((mine, other), (other, mine)):
                if claim != anchor and self._binds(claim, anchor):
                    found.append(self.travel(self._located[claim], self._located[anchor]))
        found += [one for one in self.undetermined() if one.claim == claim_id]
        return sorted(found, key=lambda one: (VERDICTS.index(one.verdict), _margin(one)))

    def with_flips(self, verdict: Verdict) -> Verdict:
        """The same verdict, with the values at which it flips."""
        if verdict.kind != "travel" or not verdict.anchor:
            return verdict
        pair = self.positions[verdict.claim], self.positions[verdict.anchor]
        return self.travel(*pair, flips=True)

    def means_of(self, verdict: Verdict) -> str:
        """How the subject of a verdict travels; empty for a count."""
        if verdict.kind != "travel" or not verdict.anchor:
            return ""
        return self._ground(
            *(self.positions[one] for one in (verdict.claim, verdict.anchor))
        ).mode.id


def verdicts_frame(tests: ClaimTests) -> pd.DataFrame:
    """All verdicts of a story as a table, impossible ones first.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`: claim and side, anchor (ids joined by ``+``; empty where the claim alone
        leaves it undetermined) and its side, kind (``travel`` or ``count``), by, verdict, margin_h
        (hours), margin_count, needs_kmh, why, reason (why without the claim's name). Of each kind
        a claim has its `MOST` hardest;
        ``attrs["left_out"]`` is the number of milder ones that are left out.
    """
    rows = []
    for one in tests.all(MOST):
        anchors = [tests.claims[name] for name in one.anchor.split("+") if name]
        rows.append((
            one.claim, tests.claims[one.claim].side, one.anchor,
            "|".join(dict.fromkeys(anchor.side for anchor in anchors)), one.kind,
            tests.means_of(one), one.verdict, one.margin_h, one.margin_count, one.needs_kmh,
            one.why, one.reason,
        ))  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    numbers = dict.fromkeys(("margin_h", "margin_count", "needs_kmh"), "float64")
    frame = frame.astype(numbers)
    rank = frame["verdict"].map({name: place for place, name in enumerate(VERDICTS)})
    order = frame.assign(rank=rank).sort_values(
        ["rank", "kind", "margin_count", "margin_h", "claim", "anchor"], kind="stable"
    )
    table = frame.loc[order.index].reset_index(drop=True)
    table.attrs["left_out"] = tests.left_out
    return table


def _orders(claim: _Position, anchor: _Position) -> Iterator[tuple[_Position, _Position]]:
    """What came before what: both are tried where the times do not tell."""
    yield anchor, claim
    if claim.part == anchor.part and _may_be_before(claim, anchor):
        yield claim, anchor


def _over(before: _Position, after: _Position, test: Callable[..., _T], rank: Callable[..., Any],
          ) -> _T:  # fmt: skip
    """The test over all spots: the hardest where all of a list hold, else the easiest."""

    def over(position: _Position, found: Iterable[_T]) -> _T:
        return (min if position.all_hold else max)(found, key=rank)

    return over(before, (
        over(after, (test(before, after, start, end) for end in after.spots))
        for start in before.spots
    ))  # fmt: skip


def _binds(whole: _Position, part: _Position) -> bool:
    """Whether the part must have been with the whole: it is later, or the whole set out from there.

    What left the whole before is not bound by where the whole was afterwards.
    """
    if whole.role == "from":
        return _may_be_before(whole, part)
    start, end = part.window[0], whole.window[1]
    return start is not None and end is not None and start >= end


def _may_be_before(one: _Position, other: _Position) -> bool:
    """Whether some moment of one lies before the last of the other."""
    first, last = one.window[0], other.window[1]
    return first is not None and last is not None and first < last


def _margin(verdict: Verdict) -> float:
    margins = (verdict.margin_count, verdict.margin_h)
    return next((margin for margin in margins if margin is not None), float("inf"))


def _rank(verdict: Verdict) -> tuple[int, float]:
    return VERDICTS.index(verdict.verdict), _margin(verdict)
