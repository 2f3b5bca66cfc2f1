"""Claims held against claims: whether the same thing can have been at both places, at both times.

What is tested, and what is not:

1. *Positions.* A claim says where its subject was when it tells a count in a state, or when its
   topic tells a position of the one thing that the story is about: the topics that the case names
   under ``[rules]`` as ``one_place``, or `POSITION_TOPICS` where it names none; plans (`PLANS`) are
   left out. Denied claims are nobody's position.
2. *The subject* is a part where a state is told, of the unit that is counted: buses, or the people
   aboard. Everything else is the whole. The whole is an anchor for a part that is told of a later
   time, or where it set out from; what has left the whole is not bound by where the whole was
   afterwards, and a part binds the whole never. Two parts are held against each other only where
   they must share something: where together they are more than the largest total anybody gives.
3. *When.* ``happened`` is an interval, and a claim says no more than: at some moment in it. (The
   tables do not tell "throughout" from "at some time".) Where two intervals overlap, both orders
   are tried and the better one stands.
4. *Where.* A place in the role ``at``: all places of the list hold, so the hardest counts. Where
   something came *to*, *from* or *through*, one of the list is enough, so the easiest counts.
   Relative places (``toward(sukhna,north)``) count as the area they are made into. What is unmapped
   (a control zone, a country, a whole desert) is no place that could be tested: undetermined.
5. *Sides* are never merged. An anchor of one side tests a claim of another, and both are named;
   whether the one or the other is wrong, the test does not say.
6. *Counts.* A number in a state is held against the total of the same unit (people: also the sum
   of what one report counts aboard), and against what each side has in all other states at the same
   time: then no more may be left over than the total allows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from convoy_geo import dates
from convoy_geo.accounts.ledger import REST, TOTAL
from convoy_geo.errors import RelativePlaceError
from convoy_geo.reach.ground import Ground
from convoy_geo.reach.journeys import Journey
from convoy_geo.reach.spots import Spot, find_spot
from convoy_geo.reach.travel import means, moments
from convoy_geo.reach.verdicts import VERDICTS, Premise, Verdict, count_verdict
from convoy_geo.relplaces import relative_place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from shapely.geometry.base import BaseGeometry

    from convoy_geo.claims import Claim
    from convoy_geo.gazetteer import Place
    from convoy_geo.reach.travel import Means
    from convoy_geo.roads.network import RoadNetwork

__all__ = ["COLUMNS", "PEOPLE", "POSITION_TOPICS", "ClaimTests", "verdicts_frame"]

POSITION_TOPICS = frozenset({
    "departure", "arrival", "turn_back", "stranded_location", "convoy_split", "transit", "passage",
    "position", "sighting", "passengers", "settlement",
})  # fmt: skip
"""Topics that tell where the thing was, unless the case says which do."""
PLANS = frozenset({"destination", "plan", "purpose", "course", "heading"})
"""Topics that tell where something should go: no position, whatever the case says of them."""
PEOPLE_TOPICS = frozenset({"passengers", "settlement"})
"""Those of them that tell it of the people aboard."""
PEOPLE = frozenset({"people", "fighters", "relatives", "passengers", "civilians", "crew", "men"})
"""Units that count people."""
ANCHOR_ROLES = ("at", "to", "through", "from")
COLUMNS = ("claim", "side", "anchor", "anchor_side", "kind", "by", "verdict", "margin_h",
           "margin_count", "needs_kmh", "why")  # fmt: skip


@dataclass(frozen=True)
class _Position:
    """A claim's place and time, as they can be tested."""

    claim: Claim
    part: str
    spots: tuple[Spot, ...]
    role: str
    window: tuple[float | None, float | None]

    @property
    def all_hold(self) -> bool:
        """Whether it is at all of its spots, not at one of them."""
        return self.role in ("at", "")


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
    by
        How the whole and its counted parts travel.
    people_by
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
        by: str | Means = "bus",
        people_by: str | Means = "car",
        closed: Any = None,
        closures: tuple[str, ...] = (),
    ) -> None:
        self.claims = claims
        self.zone = zone
        self.closures = closures
        self._places = places
        self._outlines = dict(outlines or {})
        self._topics = (frozenset(topics) or POSITION_TOPICS) - PLANS
        found = (self._position(claim) for claim in claims.values())
        self.positions = {one.claim.id: one for one in found if one is not None}
        spots = dict.fromkeys(spot for one in self.positions.values() for spot in one.spots)
        self._numbers = {spot: number for number, spot in enumerate(spots)}
        edges = np.empty(0, np.int64) if closed is None else closed
        whole = Ground(network, means(by), list(spots), edges)
        self._grounds = {"": whole}
        self._people = (
            whole
            if means(people_by) == means(by)
            else Ground(network, means(people_by), list(spots), edges)
        )

    # ---- what a claim says of a place ----

    def _position(self, claim: Claim) -> _Position | None:
        state = claim.state not in ("", TOTAL, REST)
        if claim.status == "denied" or not (state or claim.topic in self._topics):
            return None
        if claim.state in (TOTAL, REST):
            return None
        part = claim.unit if state else ""
        if part in PEOPLE or claim.topic in PEOPLE_TOPICS:
            part = "people"
        window = moments(claim.happened, self.zone)
        relative = tuple(self._relative(claim))
        by_role = {
            role: [place for told, place in claim.places if told == role] for role in ANCHOR_ROLES
        }
        role = next((role for role in ANCHOR_ROLES if by_role[role]), "")
        spots = tuple(
            spot for spot in (self._spot(place) for place in by_role.get(role, ())) if spot.known
        )
        if not spots:
            return _Position(claim, part, relative, "", window)
        return _Position(claim, part, spots, role, window)

    def _spot(self, place_id: str) -> Spot:
        place = self._places.get(place_id)
        if place is None:
            return Spot(place_id)
        if place.shape == "unmapped" and place_id not in self._outlines:
            return Spot(place.name)
        return find_spot(place, outlines=self._outlines)

    def _relative(self, claim: Claim) -> Iterator[Spot]:
        for term in claim.where:
            try:
                made = relative_place(term, self._places, self._outlines)
            except RelativePlaceError:
                continue
            centre = made.geometry.centroid
            yield Spot(term, centre.x, centre.y, outline=made.geometry)

    # ---- tests of time and distance ----

    def pairs(self) -> Iterator[tuple[_Position, _Position]]:
        """Claim and anchor, each unordered pair once; the anchor is not the later one."""
        located = [one for one in self.positions.values() if one.spots and None not in one.window]
        located.sort(key=lambda one: (one.window[0] or 0.0, one.window[1] or 0.0))
        for number, one in enumerate(located):
            for other in located[number + 1 :]:
                if one.part == other.part == "":
                    yield other, one
                elif one.part == "" or other.part == "":
                    anchor, claim = (one, other) if one.part == "" else (other, one)
                    if _binds(anchor, claim):
                        yield claim, anchor
                elif one.part == other.part and self._share(one.claim, other.claim):
                    yield other, one

    def _share(self, one: Claim, other: Claim) -> bool:
        """Whether two parts must have something in common."""
        if one.unit != other.unit or one.low is None or other.low is None:
            return False
        totals = [c.high for c in self.claims.values() if c.state == TOTAL and c.unit == one.unit]
        known = [high for high in totals if high is not None]
        return bool(known) and len(known) == len(totals) and one.low + other.low > max(known)

    def travel(self, claim: _Position, anchor: _Position, *, flips: bool = False) -> Verdict:
        """Whether what was at the anchor's place and time can have been at the claim's.

        Parameters
        ----------
        claim, anchor
            Of `positions`.
        flips
            Whether to tell the times and speeds at which the answer flips.
        """
        orders = [(anchor, claim)]
        if claim.part == anchor.part and _may_be_before(claim, anchor):
            orders.append((claim, anchor))
        tried = [self._order(before, after, flips=flips) for before, after in orders]
        best = max(tried, key=_rank)
        named = f"{_name(claim.claim)} against {_name(anchor.claim)}"
        return replace(
            best, claim=claim.claim.id, anchor=anchor.claim.id, why=f"{named}: {best.why}"
        )

    def _order(self, before: _Position, after: _Position, *, flips: bool = False) -> Verdict:
        ground = self._people if "people" in (before.part, after.part) else self._grounds[""]
        outer = []
        for start in before.spots:
            inner = []
            for end in after.spots:
                journey = Journey(
                    ground,
                    self._numbers[start],
                    self._numbers[end],
                    before.window,
                    after.window,
                    self.zone,
                    self.closures,
                )
                inner.append(journey.verdict(flips=flips))
            outer.append((min if after.all_hold else max)(inner, key=_rank))
        return (min if before.all_hold else max)(outer, key=_rank)

    def undetermined(self) -> Iterator[Verdict]:
        """One verdict for each claim on a position whose place or time is missing."""
        for one in self.positions.values():
            lacks = [] if one.spots else ["no place that could be tested"]
            if None in one.window:
                lacks.append("no time, or an open one")
            if lacks:
                why = f"{_name(one.claim)}: {' and '.join(lacks)}"
                yield Verdict("undetermined", why, claim=one.claim.id)

    # ---- tests of counts ----

    def counts(self) -> Iterator[Verdict]:
        """Numbers in a state against totals, and against what others have elsewhere."""
        told = [c for c in self.claims.values() if c.status != "denied" and _has_count(c)]
        totals = [c for c in told if c.state == TOTAL]
        parts = [c for c in told if c.state not in ("", TOTAL, REST) and c.low is not None]
        for claim in parts:
            for whole in totals:
                if whole.unit == claim.unit:
                    yield self._within([claim], [whole])
            if claim.unit == "people":
                for group in _aboard(totals):
                    yield self._within([claim], group)
        yield from self._elsewhere(parts, totals)

    def _within(self, claims: Sequence[Claim], wholes: Sequence[Claim]) -> Verdict:
        claim, unit = claims[0], claims[0].unit
        high = [whole.high for whole in wholes]
        room = (
            sum(whole.low or 0.0 for whole in wholes),
            None if None in high else float(sum(h for h in high if h is not None)),
        )
        words = " + ".join(f"{_count(whole)} {whole.unit}" for whole in wholes)
        verdict = count_verdict(
            (claim.low, claim.high),
            room,
            unit=unit,
            told_words=f"{_name(claim)}: {_count(claim)} {unit} in the state {claim.state}",
            room_words=f"{words} in all ({', '.join(_name(whole) for whole in wholes)})",
            premises=(Premise("whole", "all of them were among those counted in all"),),
        )
        return replace(verdict, claim=claim.id, anchor="+".join(whole.id for whole in wholes))

    def _elsewhere(self, parts: Sequence[Claim], totals: Sequence[Claim]) -> Iterator[Verdict]:
        """A count against what another side has in all other states at the same time."""
        for claim in parts:
            rest = [
                other
                for other in parts
                if other.unit == claim.unit
                and other.state != claim.state
                and other.side != claim.side
                and _together(claim, other)
            ]
            sides = dict.fromkeys((other.side, other.report) for other in rest)
            total = [whole for whole in totals if whole.unit == claim.unit]
            if not total or any(whole.high is None for whole in total):
                continue
            most = max(total, key=lambda whole: whole.high or 0.0)
            for side, report in sides:
                others = [c for c in rest if (c.side, c.report) == (side, report)]
                states: dict[str, Claim] = {}
                for other in others:  # of several on one state the least: nothing is piled up
                    kept = states.get(other.state)
                    if kept is None or (other.low or 0.0) < (kept.low or 0.0):
                        states[other.state] = other
                yield self._beside(claim, list(states.values()), most)

    def _beside(self, claim: Claim, others: Sequence[Claim], whole: Claim) -> Verdict:
        taken = sum(other.low or 0.0 for other in others)
        words = " and ".join(f"{_count(other)} {other.state}" for other in others)
        verdict = count_verdict(
            (claim.low, claim.high),
            (0.0, (whole.high or 0.0) - taken),
            unit=claim.unit,
            told_words=f"{_name(claim)}: {_count(claim)} {claim.unit} {claim.state}",
            room_words=f"{_count(whole)} in all ({_name(whole)}) less {words} "
            f"({', '.join(_name(other) for other in others)})",
            premises=(Premise("whole", "none changed its state between the times told"),),
        )
        anchor = "+".join([*(other.id for other in others), whole.id])
        return replace(verdict, claim=claim.id, anchor=anchor)

    # ---- all of it ----

    def all(self) -> list[Verdict]:
        """Every verdict: counts, then journeys, then what is undetermined."""
        travels = [self.travel(claim, anchor) for claim, anchor in self.pairs()]
        return [*self.counts(), *travels, *self.undetermined()]

    def of(self, claim_id: str) -> list[Verdict]:
        """The verdicts on one claim, and those for which it is an anchor, the hardest first."""
        found = [one for one in self.all() if claim_id in (one.claim, *one.anchor.split("+"))]
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
        parts = {self.positions[one].part for one in (verdict.claim, verdict.anchor)}
        ground = self._people if "people" in parts else self._grounds[""]
        return ground.means.id


def verdicts_frame(tests: ClaimTests) -> pd.DataFrame:
    """All verdicts of a story as a table, impossible ones first.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`: claim and side, anchor (ids joined by ``+``; empty where the claim alone
        leaves it undetermined) and its side, kind (``travel`` or ``count``), by, verdict, margin_h
        (hours), margin_count, needs_kmh, why.
    """
    rows = []
    for one in tests.all():
        anchors = [tests.claims[name] for name in one.anchor.split("+") if name]
        rows.append((
            one.claim, tests.claims[one.claim].side, one.anchor,
            "|".join(dict.fromkeys(anchor.side for anchor in anchors)), one.kind,
            tests.means_of(one), one.verdict, one.margin_h, one.margin_count, one.needs_kmh,
            one.why,
        ))  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    numbers = dict.fromkeys(("margin_h", "margin_count", "needs_kmh"), "float64")
    frame = frame.astype(numbers)
    rank = frame["verdict"].map({name: place for place, name in enumerate(VERDICTS)})
    order = frame.assign(rank=rank).sort_values(
        ["rank", "kind", "margin_count", "margin_h", "claim", "anchor"], kind="stable"
    )
    return frame.loc[order.index].reset_index(drop=True)


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


def _name(claim: Claim) -> str:
    return f"{claim.id} ({claim.side})"


def _has_count(claim: Claim) -> bool:
    return bool(claim.unit) and (claim.low is not None or claim.high is not None)


def _count(claim: Claim) -> str:
    low, high = claim.low, claim.high
    if high is None:
        return f"{low or 0:g} or more"
    return f"{high:g}" if low == high else f"{low or 0:g} to {high:g}"


def _together(one: Claim, other: Claim) -> bool:
    """Whether two claims speak of a common day."""
    if not one.happened or not other.happened:
        return False
    return dates.overlap(dates.interval(one.happened), dates.interval(other.happened))


def _aboard(totals: Sequence[Claim]) -> Iterator[list[Claim]]:
    """For each report and side the people it counts aboard, unit by unit, where it has several."""
    by_source: dict[tuple[str, str], dict[str, Claim]] = {}
    for claim in totals:
        if claim.unit in PEOPLE - {"people"}:
            by_source.setdefault((claim.report, claim.side), {}).setdefault(claim.unit, claim)
    for units in by_source.values():
        if len(units) > 1:
            yield list(units.values())
