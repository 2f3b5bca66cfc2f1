"""Compute bounds on the number of units at places, from one result and its claims."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING

from convoy_geo.analysis.consistency.beliefs import chosen_claims
from convoy_geo.analysis.consistency.bounds import Bound, least_and_greatest, query, tight
from convoy_geo.analysis.consistency.components import component_of
from convoy_geo.analysis.consistency.encode import REST, TOTAL
from convoy_geo.analysis.consistency.model import Cells, Condition, Subject
from convoy_geo.dates.interval import Interval, as_interval
from convoy_geo.display import ResultTuple
from convoy_geo.errors import InconsistentChoiceError
from convoy_geo.timegeo.moments import moment_text, moments

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from convoy_geo.analysis.consistency.judge import Judge
    from convoy_geo.analysis.consistency.result import Consistency

__all__ = ["Ranges"]

HOUR_STEPS_H = 72.0
"""Maximum length of a story with clock times that is examined hour by hour."""
STEPS = {"day": 24.0, "half-day": 12.0, "hour": 1.0}
MOST_STEPS = 2_000
DAY_H = 24.0


class Ranges:
    """Computes bounds on the number of units at places.

    Parameters
    ----------
    judge
        The conditions of the claims.
    found
        The consistency result.
    locate
        Returns the id of a place by name; raises an error if there is none.
    """

    def __init__(
        self, judge: Judge, found: Consistency, locate: Callable[[str], str] | None = None
    ) -> None:
        self.judge, self.found = judge, found
        self._locate = locate or (lambda name: name)

    # ---- arguments ----

    @property
    def units(self) -> list[str]:
        """The units counted at places or in total; the unit of most claims first."""
        counts: dict[str, int] = {}
        for one in self.judge.problem.conditions.values():
            if one.form in ("count", "total"):
                counts[one.subject.unit] = counts.get(one.subject.unit, 0) + 1
        return sorted(counts, key=lambda unit: (-counts[unit], unit))

    def tallies(self, unit: str | None = None) -> list[Subject]:
        """Numbers that never fall; of one unit only those that count it."""
        every = {one.subject for one in self.judge.problem.conditions.values()
                 if one.form == "tally"}  # fmt: skip
        return sorted(one for one in every if unit is None or unit == one.unit)

    def subject(self, unit: str | None, group: str = "") -> Subject:
        """The subject of a unit; by default the unit of most claims.

        Raises
        ------
        ValueError
            If no claim counts it.
        """
        units = self.units
        if unit is None and units:
            unit = units[0]
        if unit not in units:
            known = f"; units counted: {', '.join(units)}" if units else ""
            msg = f"no claim that can be judged counts {unit or 'anything'!r}{known}"
            raise ValueError(msg)
        return Subject(group, unit)

    def places(self, subject: Subject) -> list[str]:
        """Zones, states and places named by claims about a subject, zones first."""
        component = component_of(self.judge.problem, subject)
        conditions = self.judge.problem.conditions
        rules, claims = self.judge.story.rules, self.judge.story.claims
        zoning = self.judge.encoder.zoning
        mine = [claims[key] for key, one in conditions.items()
                if component_of(self.judge.problem, one.subject) == component]  # fmt: skip
        states = [claim.state for claim in mine if claim.state not in ("", TOTAL, REST)]
        towns = [place for claim in mine for _, place in claim.places]
        own = [one for one in [*states, *rules.apart] if one not in zoning.listed]
        mapped = [one for one in towns if self.judge.encoder.pieces.of([one])]
        return list(dict.fromkeys([*rules.zones, *own, *mapped]))

    def cells(self, name: str) -> Cells:
        """The cells of a zone, a state or a place; all cells for ``total``.

        Raises
        ------
        ValueError
            If no claim that can be judged refers to it.
        """
        zoning, pieces = self.judge.encoder.zoning, self.judge.encoder.pieces
        if name in ("", TOTAL):
            return Cells(None, zoning.present)
        if name in zoning.named:
            return Cells(None, zoning.named_zone(name))
        if name in zoning.states:
            return Cells(None, zoning.of(name, ()))
        place = self._locate(name)
        zones = zoning.of("", [place])
        found = None if place in zoning.apart else pieces.of([place])
        if found is None and zones is None:
            msg = (
                f"no claim that can be judged refers to {name!r}, so the number there is "
                "unlimited; use a zone, a state, or a place that a claim names"
            )
            raise ValueError(msg)
        return Cells(found, zones)

    def window(self, when: Interval | date | str) -> tuple[float, float, str]:
        """First and last moment of a date, in hours, and its text.

        Raises
        ------
        DateError
            If it is not a date.
        ValueError
            If it is open.
        """
        interval = as_interval(when, self.judge.story.zone)
        first, last = moments(interval, self.judge.story.zone)
        if first is None or last is None:
            msg = f"{str(when)!r} has an open end: bounds need a day, a moment or an interval"
            raise ValueError(msg)
        return first, last, str(interval)

    def accounts(
        self, subject: Subject, believing: Iterable[str] = (), without: Iterable[str] = ()
    ) -> tuple[list[list[str]], tuple[str, ...], bool]:
        """The consistent sets of claims, the assumed claims, and whether any sets are missing.

        Returns
        -------
        tuple of (list of lists of claims, claims believed, whether sets may be missing)
            Claims of the subject's component only.

        Raises
        ------
        InconsistentChoiceError
            If the assumed claims cannot all be true.
        """
        problem = self.judge.problem
        component = component_of(problem, subject)
        mine = [key for key, one in problem.conditions.items()
                if component_of(problem, one.subject) == component]  # fmt: skip
        names = list(believing)
        if names:
            chosen, _ = chosen_claims(self.judge.story, self.found, names, without)
            for conflict in self.found.conflicts:
                if set(conflict.claims) <= set(chosen):
                    msg = (
                        f"there are no bounds, because these claims cannot all be true: "
                        f"{', '.join(conflict.claims)} (conflict {conflict.id})"
                    )
                    raise InconsistentChoiceError(msg)
            return [[key for key in mine if key in chosen]], tuple(chosen), False
        if without:
            out, _ = chosen_claims(self.judge.story, self.found, list(without), ())
            mine = [key for key in mine if key not in out]
        repairs = self.found.repairs or ((),)
        sets = {frozenset(mine).difference(repair) for repair in repairs}
        largest = [one for one in sets if not any(one < other for other in sets)]
        if not self.found.repairs and self.found.conflicts:
            largest = []
        found = [[key for key in mine if key in one] for one in sorted(largest, key=sorted)]
        return found, (), not self.found.complete

    # ---- results ----

    def bound(
        self,
        unit: str | None,
        place: str,
        when: Interval | date | str,
        *,
        believing: Iterable[str] = (),
        without: Iterable[str] = (),
        group: str = "",
        why: bool = True,
    ) -> Bound:
        """Bounds on the number at a place at one moment of a date; see `Consistency.bounds`."""
        subject = self.subject(unit, group)
        cells, (first, last, text) = self.cells(place), self.window(when)
        sets, chosen, missing = self.accounts(subject, believing, without)
        asked = {place: query(subject, cells, first, last)}
        low, high, exact = self._over(sets, asked)[place]
        lows: tuple[str, ...] = ()
        highs: tuple[str, ...] = ()
        if why and len(sets) == 1:
            lows, highs = self._tight(sets[0], asked[place], low, high, exact=exact)
        return Bound(
            subject.unit, place, text, low, high, lows, highs, exact, chosen, len(sets), missing
        )

    def bands(
        self,
        unit: str | None = None,
        *,
        places: Iterable[str] = (),
        step: str | None = None,
        believing: Iterable[str] = (),
        without: Iterable[str] = (),
        group: str = "",
    ) -> ResultTuple[Bound]:
        """Bounds over time; see `Consistency.bands`."""
        subject = self.subject(unit, group)
        names = list(places) or self.places(subject)
        cells = {name: self.cells(name) for name in names}
        sets, chosen, missing = self.accounts(subject, believing, without)
        rows = []
        for first, last, text in self.steps(subject, step):
            asked = {name: query(subject, its, first, last) for name, its in cells.items()}
            for name, (low, high, exact) in self._over(sets, asked).items():
                rows.append(Bound(
                    subject.unit, name, text, low, high, (), (), exact, chosen, len(sets), missing
                ))  # fmt: skip
        return ResultTuple(rows)

    def steps(
        self, subject: Subject, step: str | None = None
    ) -> Iterator[tuple[float, float, str]]:
        """Days, half days or hours covered by claims about a subject: first and last moment, text.

        By default hours, if the story has clock times and lasts up to three days; otherwise days.

        Raises
        ------
        ValueError
            If there is no such step, or there are too many.
        """
        problem, zone = self.judge.problem, self.judge.story.zone
        component = component_of(problem, subject)
        ends = [end for one in problem.conditions.values()
                if component_of(problem, one.subject) == component
                for end in (one.first, one.last) if math.isfinite(end)]  # fmt: skip
        if not ends:
            return
        start, stop = min(ends), max(ends)
        if step is None:
            clock = any(end % 1 or moment_text(end, zone)[11:] != "00:00" for end in ends)
            step = "hour" if clock and stop - start <= HOUR_STEPS_H else "day"
        if step not in STEPS:
            msg = f"step must be one of {', '.join(STEPS)}, not {step!r}"
            raise ValueError(msg)
        hours = STEPS[step]
        if (stop - start) / hours > MOST_STEPS:
            msg = f"{(stop - start) / hours:,.0f} steps of a {step} are too many; use longer steps"
            raise ValueError(msg)
        yield from self._steps_between(start, stop, step)

    def _steps_between(
        self, start: float, stop: float, step: str
    ) -> Iterator[tuple[float, float, str]]:
        zone = self.judge.story.zone
        day = Interval.parse(moment_text(start, zone)[:10], zone)
        while True:
            first, last = day.hours
            if first is None or last is None or first > stop:
                return
            if step == "day":
                if last > start and first < max(stop, start + 1e-9):
                    yield first, last, day.text
            else:
                hours = STEPS[step]
                for number in range(round(DAY_H / hours)):
                    moment = first + number * hours
                    if start - hours < moment <= stop and moment < last:
                        yield moment, moment, moment_text(moment, zone)
            assert day.first is not None  # noqa: S101
            day = Interval.parse((day.first.date() + timedelta(days=1)).isoformat(), zone)

    def of_each(
        self,
        sets: Sequence[Sequence[str]],
        asked: Mapping[str, Condition],
        *,
        travel: bool = True,
    ) -> list[tuple[dict[str, tuple[float, float]], bool]]:
        """The ranges of some queries, for each set of claims."""
        conditions = self.judge.problem.conditions
        return [
            least_and_greatest(
                self.judge.problem,
                list(dict.fromkeys(conditions[key] for key in one)),
                asked,
                self.judge.solver,
                travel=travel,
            )
            for one in sets
        ]

    def _over(
        self, sets: Sequence[Sequence[str]], asked: Mapping[str, Condition]
    ) -> dict[str, tuple[float, float, bool]]:
        """The widest range of each query over some sets of claims."""
        if not sets:
            return dict.fromkeys(asked, (0.0, math.inf, False))
        each = self.of_each(sets, asked)
        return {
            key: (
                min(ranges[key][0] for ranges, _ in each),
                max(ranges[key][1] for ranges, _ in each),
                all(exact for _, exact in each),
            )
            for key in asked
        }

    def _tight(
        self, keys: Sequence[str], asked: Condition, low: float, high: float, *, exact: bool
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The claims that imply each end."""
        conditions = self.judge.problem.conditions
        first: dict[Condition, str] = {}
        for key in keys:
            first.setdefault(conditions[key], key)
        found = []
        for beyond in (
            _changed(asked, high=low - 1) if low > 0 else None,
            _changed(asked, low=high + 1) if math.isfinite(high) else None,
        ):
            some = beyond and tight(
                lambda those: self.judge.holds(those, free=not exact), list(first), beyond
            )
            found.append(tuple(sorted(first[one] for one in some or ())))
        return found[0], found[1]


def _changed(asked: Condition, low: float = 0.0, high: float = math.inf) -> Condition:
    return Condition(
        asked.subject, "count", asked.cells, low, high, first=asked.first, last=asked.last
    )
