"""Convert claims to conditions: each claim under its reading, or the reason why it has none.

Readings are the weakest that a careful reader accepts: a false conflict is worse than a missed one.
Not encoded are denials, remainders, plans, lengths (except those shorter than the straight line),
durations, speeds, directions, and places of unknown extent.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from convoy_geo.analysis.consistency.areas import Pieces, known_spot
from convoy_geo.analysis.consistency.counts import Number, number_of
from convoy_geo.analysis.consistency.model import Cells, Condition, Problem, Subject
from convoy_geo.analysis.consistency.readings import Reading, chosen_readings
from convoy_geo.analysis.consistency.travel import PEOPLE, CaseTravel
from convoy_geo.analysis.consistency.windows import lasts, period, window
from convoy_geo.analysis.consistency.zoning import Zoning
from convoy_geo.analysis.distances import is_too_short
from convoy_geo.analysis.intervals import rough_km
from convoy_geo.geodesy import KM_PER_UNIT
from convoy_geo.model.claims import PLANS, POSITION_TOPICS, length_ends

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shapely.geometry.base import BaseGeometry

    from convoy_geo.model.claims import Claim
    from convoy_geo.model.closures import Closure, Control
    from convoy_geo.model.places import Place
    from convoy_geo.model.travel_modes import TravelMode
    from convoy_geo.network.network import RoadNetwork

__all__ = ["Encoder", "Encoding", "Story", "StoryRules"]

TOTAL, REST = "total", "unaccounted"
LENGTHS = frozenset({"mile", "metres", *KM_PER_UNIT})
SPEEDS = frozenset({"knots", "kmh", "km/h", "mph"})
DURATIONS = frozenset({"minutes", "hours", "days", "nights", "weeks", "months", "years"})
PEOPLE_TOPICS = frozenset({"passengers", "settlement"})
LEAVING = frozenset({"departure", "origin"})
ROLES = ("at", "to", "through", "from")


@dataclass(frozen=True)
class StoryRules:
    """The assumptions of a case: the table ``[rules]`` of case.toml.

    Parameters
    ----------
    once
        Topics of events that happen at one moment.
    one_place
        Topics that give the location of the whole; empty: `POSITION_TOPICS`.
    order
        Topics in the order in which they happen.
    apart
        Ids of mutually exclusive places.
    zones
        By zone, the states and places in it.
    final
        States that are never left: what is counted in them never decreases.
    open
        Units whose number may change; all others are constant.
    whole
        By group, the unit that makes up the whole; by default the unit counted most often.
    mode
        The travel mode of the whole.
    """

    once: tuple[str, ...] = ()
    one_place: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    zones: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    final: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    whole: Mapping[str, str] = field(default_factory=dict)
    mode: str | TravelMode = ""


@dataclass(frozen=True)
class Story:
    """The input from which conditions are derived.

    Parameters
    ----------
    claims, places, outlines
        By id.
    states
        Ids of states.
    rules
        The assumptions.
    network, closures, controls
        The roads, and when and to whom they were closed.
    zone
        IANA name of the time zone of dates.
    """

    claims: Mapping[str, Claim]
    places: Mapping[str, Place] = field(default_factory=dict)
    outlines: Mapping[str, BaseGeometry] = field(default_factory=dict)
    states: frozenset[str] = frozenset()
    rules: StoryRules = StoryRules()
    network: RoadNetwork | None = None
    closures: tuple[Closure, ...] = ()
    controls: tuple[Control, ...] = ()
    zone: str = ""


@dataclass(frozen=True)
class Encoding:
    """The conditions of claims.

    Parameters
    ----------
    problem
        The conditions.
    readings
        By claim, how its parts are read.
    not_encoded
        By claim, why it gives no condition: ``denied``, ``remainder``, ``measure``, ``plan``,
        ``nowhere``, ``no_position``.
    """

    problem: Problem
    readings: Mapping[str, Mapping[str, Reading]]
    not_encoded: Mapping[str, str]


@dataclass(frozen=True)
class _Told:
    """The interpreted place and time of a claim; `edge` is where it was not, before or after."""

    role: str
    cells: Cells
    edge: Cells | None
    first: float
    last: float
    throughout: bool
    readings: dict[str, Reading]


class Encoder:
    """Derives the conditions of one story's claims.

    Parameters
    ----------
    story
        The claims, places and rules.
    """

    def __init__(self, story: Story) -> None:
        self.story, self.rules = story, story.rules
        rules = story.rules
        self.zoning = Zoning(
            story.states - {TOTAL, REST}, rules.apart, rules.zones, with_absent=bool(rules.open)
        )
        self._topics = (frozenset(rules.one_place) or POSITION_TOPICS).union(rules.order) - PLANS
        self._lasting = frozenset(rules.one_place)
        spots = {}
        for claim in story.claims.values():
            for _, place in claim.places:
                if place not in spots and place not in rules.apart:
                    spot = known_spot(story.places.get(place), story.outlines, story.network)
                    if spot is not None:
                        spots[place] = spot
        self.spots = spots
        used = {place for claim in story.claims.values() for place in self._told_places(claim)}
        self.pieces = Pieces({key: spot for key, spot in spots.items() if key in used})
        self.travel = CaseTravel(
            self.pieces.spots, story.network, mode=rules.mode, closures=story.closures,
            controls=story.controls, zone=story.zone,
        )  # fmt: skip

    def encode(self, readings: Mapping[str, str] | None = None) -> Encoding:
        """The conditions of all claims.

        Parameters
        ----------
        readings
            By claim, the chosen readings, which override its column ``reading``; see
            `convoy_geo.analysis.consistency.readings`.

        Raises
        ------
        ValueError
            If there is no such claim or reading.
        """
        chosen = dict(readings or {})
        if wrong := sorted(set(chosen) - set(self.story.claims)):
            msg = f"a reading is chosen for {wrong[0]!r}, but no claim has this id"
            raise ValueError(msg)
        conditions: dict[str, Condition] = {}
        found: dict[str, dict[str, Reading]] = {}
        left_out: dict[str, str] = {}
        placed: dict[str, Counter[str]] = {}
        for claim in self.story.claims.values():
            made = self._condition(claim, chosen_readings(chosen.get(claim.id, claim.reading)))
            if isinstance(made, str):
                left_out[claim.id] = made
                continue
            conditions[claim.id], found[claim.id] = made
            counted = conditions[claim.id]
            if counted.form == "count" and counted.cells.zones is not None and claim.state != TOTAL:
                placed.setdefault(claim.group, Counter())[counted.subject.unit] += 1
        mains = self._main_units(placed)
        self._whole_readings(conditions, found, mains)
        at = {piece: zones for piece, places in self.pieces.places.items()
              if (zones := self.zoning.at(places)) is not None}  # fmt: skip
        problem = Problem(
            conditions, self.zoning.all, mains, at, self.travel,
            frozenset(self.rules.once), self.rules.order,
        )  # fmt: skip
        return Encoding(problem, found, left_out)

    def condition(self, claim: Claim, reading: str) -> Condition | None:
        """The condition of one claim under a chosen reading; None if it has none."""
        made = self._condition(claim, chosen_readings(reading))
        return None if isinstance(made, str) else made[0]

    # ---- one claim ----

    def _condition(  # noqa: C901, PLR0911  (one reason after the other)
        self, claim: Claim, chosen: frozenset[str]
    ) -> tuple[Condition, dict[str, Reading]] | str:
        if claim.status == "denied":
            return "denied"
        if claim.state == REST:
            return "remainder"
        duration = claim.unit in DURATIONS and claim.topic in self._lasting
        if claim.unit in LENGTHS:
            return self._length(claim)
        if claim.unit in SPEEDS | DURATIONS and not duration:
            return "measure"
        if claim.topic in PLANS:
            return "plan"
        unit = "" if duration else claim.unit
        number = _number(claim, chosen) if unit else None
        if number is not None and claim.state == TOTAL:
            return self._total(claim, number, chosen)
        if number is not None and self._is_tally(claim, number):
            return self._tally(claim, number)
        told = self._where(claim, chosen)
        if told is None:
            return "nowhere"
        if number is not None:
            return self._count(claim, unit, number, told)
        if claim.topic in PEOPLE_TOPICS and not unit:
            return self._count(claim, "people", _some(chosen), told)
        if claim.topic in self._topics and not unit:
            return self._whole(claim, told, chosen)
        return "no_position"

    def _total(
        self, claim: Claim, number: Number, chosen: frozenset[str]
    ) -> tuple[Condition, dict[str, Reading]]:
        subject = Subject(claim.group, claim.unit)
        readings = {"number": _reading("number", number.reading, chosen & {"at_least", "some"})}
        if claim.unit not in self.rules.open:
            low, high = number.low, number.high
            return Condition(subject, "total", low=low, high=high, share=""), readings
        first, last = window(claim, self.story.zone)
        cells = Cells(None, self.zoning.present)
        return Condition(
            subject, "count", cells, number.low, number.high, first=first, last=last
        ), readings

    def _is_tally(self, claim: Claim, number: Number) -> bool:
        if claim.state in self.rules.final:
            return not number.share
        position = claim.topic in self._topics | POSITION_TOPICS
        return not claim.state and not position and not number.share

    def _tally(self, claim: Claim, number: Number) -> tuple[Condition, dict[str, Reading]]:
        """A cumulative number, as of the end of the claim's interval."""
        what = claim.state if claim.state in self.rules.final else claim.topic
        subject = Subject(claim.group, claim.unit, f"{what}|{claim.unit}|{claim.unit_note}")
        places = frozenset(claim.located_places) if what == claim.topic else frozenset[str]()
        last = window(claim, self.story.zone)[1]
        readings = {
            "number": Reading("number", number.reading, "schema"),
            "time": Reading("time", "tally", "weakest"),
        }
        return Condition(
            subject, "tally", Cells(places), number.low, number.high, last=last
        ), readings

    def _count(
        self, claim: Claim, unit: str, number: Number, told: _Told
    ) -> tuple[Condition, dict[str, Reading]]:
        high, throughout = number.high, told.throughout
        share = number.share
        if told.role == "from":  # those who left had been there; others may have stayed
            high, throughout = math.inf, False
        if share and claim.unit in self.rules.open:
            share = "some"
        readings = {**told.readings, "number": Reading("number", number.reading, _why(number))}
        return Condition(
            Subject(claim.group, unit), "count", told.cells, number.low, high, share,
            "throughout" if throughout else "moment", told.first, told.last,
        ), readings  # fmt: skip

    def _whole(
        self, claim: Claim, told: _Told, chosen: frozenset[str]
    ) -> tuple[Condition, dict[str, Reading]]:
        moment = not told.throughout
        left = told.edge if moment and told.role == "from" and math.isfinite(told.last) else None
        came = told.edge if moment and told.role == "to" and math.isfinite(told.first) else None
        readings = dict(told.readings)
        if left or came:
            readings["place"] = Reading("place", "left" if left else "arrived", "weakest")
        share = "all" if "all" in chosen else "some" if "some" in chosen else ""
        event = claim.topic if claim.topic in {*self.rules.once, *self.rules.order} else ""
        return Condition(
            Subject(claim.group), "whole", told.cells, share=share,  # type: ignore[arg-type]
            when="moment" if moment else "throughout", first=told.first, last=told.last,
            left=left, arrived=came, event=event if moment else "",
        ), readings  # fmt: skip

    def _length(self, claim: Claim) -> tuple[Condition, dict[str, Reading]] | str:
        """A length, if it is shorter than the straight line minus both radii."""
        number = number_of(claim)
        ends = sorted(length_ends(claim))
        if not ends or not set(ends) <= set(self.spots):
            return "measure"
        one, other = (self.spots[place] for place in ends)
        straight = one.straight_km(other, "best")
        origin, destination = (self.story.places[place] for place in ends)
        if not is_too_short(claim, origin, destination, straight):
            return "measure"
        km = rough_km(claim)[1]
        subject = Subject(claim.group, claim.unit, f"length|{claim.id}")
        return Condition(subject, "length", low=straight, high=km), {
            "number": Reading("number", number.reading, "schema")
        }

    # ---- where and when ----

    def _role(self, claim: Claim) -> tuple[str, list[str]]:
        """The role of the places at which something was, with these places."""
        leaving = claim.topic in LEAVING or claim.topic == next(iter(self.rules.order), None)
        order = ("at", "from", "to", "through") if leaving else ROLES
        by_role: dict[str, list[str]] = {}
        for role, place in claim.places:
            by_role.setdefault(role, []).append(place)
        role = next((role for role in order if role in by_role), "")
        return role, by_role.get(role, [])

    def _told_places(self, claim: Claim) -> Iterable[str]:
        """Places to which a claim can apply a condition."""
        if claim.status == "denied" or claim.topic in PLANS or claim.state in (TOTAL, REST):
            return ()
        return self._role(claim)[1]

    def _where(self, claim: Claim, chosen: frozenset[str]) -> _Told | None:
        role, places = self._role(claim)
        pieces = self.pieces.of(place for place in places if place not in self.rules.apart)
        zones = self.zoning.of(claim.state, places)
        if pieces is None and zones is None:
            return None
        first, last = window(claim, self.story.zone)
        readings: dict[str, Reading] = {}
        throughout = False
        inner = period(claim)
        if "throughout" in chosen:
            throughout = True
            readings["time"] = Reading("time", "throughout", "chosen")
        elif "moment" not in chosen and inner and ("period" in chosen or lasts(claim)):
            (first, last), throughout = inner, True
            why = "chosen" if "period" in chosen else "words"
            readings["time"] = Reading("time", "period", why)
        else:
            clock = claim.happened.precision in ("hour", "minute", "second")
            code = "clock" if clock and last - first <= 1.0 else "moment"
            code = code if claim.happened else "undated"
            why = "chosen" if "moment" in chosen else "weakest"
            readings["time"] = Reading("time", code, why)
        known = [place for place in places if place in self.spots]
        code = role if len(known) < 2 else "one_of"
        if len(known) > 1 and pieces in (self.pieces.of([place]) for place in known):
            code = "nested"
        code = {"to": "present", "through": "present", "": "state"}.get(code, code)
        readings["place"] = Reading("place", code, "weakest")
        around = self.zoning.left(claim.state, places)
        edge = None if pieces is None and around is None else Cells(pieces, around)
        return _Told(role, Cells(pieces, zones), edge, first, last, throughout, readings)

    # ---- the whole ----

    def _main_units(self, placed: Mapping[str, Counter[str]]) -> dict[str, str]:
        mains = {}
        for group, units in placed.items():
            things = sorted(set(units) - PEOPLE, key=lambda unit: (-units[unit], unit))
            if things:
                mains[group] = things[0]
        return {**mains, **self.rules.whole}

    def _whole_readings(
        self,
        conditions: dict[str, Condition],
        found: dict[str, dict[str, Reading]],
        mains: Mapping[str, str],
    ) -> None:
        """The reading of the whole, which depends on whether a unit makes it up."""
        counted = {
            (one.subject.group, one.subject.unit) for one in conditions.values()
            if one.subject.unit and one.form in ("count", "total")
        }  # fmt: skip
        for key, one in conditions.items():
            if one.form != "whole":
                continue
            main = mains.get(one.subject.group)
            made_up = main is not None and (one.subject.group, main) in counted
            code = f"whole_{one.share or 'most'}" if made_up else "whole"
            found[key]["number"] = Reading("number", code, "chosen" if one.share else "weakest")


def _number(claim: Claim, chosen: frozenset[str]) -> Number:
    number = number_of(claim)
    if "some" in chosen:
        return Number(1.0, math.inf, "", "some")
    if "at_least" in chosen:
        return Number(number.low, math.inf, number.share, "at_least")
    if "all" in chosen:
        return Number(number.low, number.high, "all", "all")
    return number


def _some(chosen: frozenset[str]) -> Number:
    if "all" in chosen:
        return Number(1.0, math.inf, "all", "all")
    return Number(1.0, math.inf, "", "some")


def _why(number: Number) -> str:
    return "schema" if number.reading in ("exact", "range") else "words"


def _reading(name: str, code: str, chosen: frozenset[str]) -> Reading:
    return Reading(name, code, "chosen" if chosen else "schema")  # type: ignore[arg-type]
