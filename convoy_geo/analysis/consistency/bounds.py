"""How many can have been where: the least and the greatest number over all worlds of some claims.

Bounds without travel times are wider or the same, never too narrow: leaving travel out only adds
worlds. So where the moments of a travelled world are not exact (see
`convoy_geo.analysis.consistency.steps`) the bounds without travel are given, and marked.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from convoy_geo.analysis.consistency.components import FINE, WorldsOracle
from convoy_geo.analysis.consistency.conflict import plain_number
from convoy_geo.analysis.consistency.model import Cells, Condition
from convoy_geo.analysis.consistency.steps import free_timeline
from convoy_geo.analysis.consistency.worlds import Worlds
from convoy_geo.display import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from convoy_geo.analysis.consistency.model import Problem, Subject
    from convoy_geo.analysis.consistency.solver import Solver

__all__ = ["Bound", "Range", "least_and_greatest", "tight"]

Range = tuple[float, float]
MOST_CONDITIONS = 14
"""Conditions at the most for which travel times are taken into account: more are slow."""
MOST_CELLS = 6_000
"""Moments times pairs of places at the most, likewise."""
FURTHER = 7.0
"""More units, to see whether a greatest number grows with the number of units."""


@shown
@dataclass(frozen=True)
class Bound:
    """How many of a unit can have been somewhere at one moment of a date.

    Parameters
    ----------
    unit
        What is counted.
    where
        Id of a zone, a state or a place.
    when
        The date, as it was asked.
    low, high
        Least and greatest number over all worlds, and all moments of the date; both are reached.
        Infinite where nothing limits it.
    low_claims, high_claims
        A smallest set of the claims believed from which the end follows; empty where none is
        needed, and where the accounts that fit together are several.
    exact
        Whether travel times are taken into account where they matter. If not, the true bounds may
        be narrower.
    believing
        The claims believed; empty for the widest bounds over all largest sets of claims that can be
        true together.
    accounts
        How many such sets there are; 1 for claims that are believed.
    missing
        Whether not all of these sets are known, so that the true bounds may be wider.
    """

    unit: str
    where: str
    when: str
    low: float
    high: float
    low_claims: tuple[str, ...] = ()
    high_claims: tuple[str, ...] = ()
    exact: bool = True
    believing: tuple[str, ...] = ()
    accounts: int = 1
    missing: bool = False

    def to_dict(self) -> dict[str, Any]:
        """As plain values; an open end is None."""
        return {
            "unit": self.unit,
            "where": self.where,
            "when": self.when,
            "low": plain_number(self.low),
            "high": plain_number(self.high),
            "low_claims": list(self.low_claims),
            "high_claims": list(self.high_claims),
            "exact": self.exact,
            "believing": list(self.believing),
            "accounts": self.accounts,
            "missing": self.missing,
        }


def query(subject: Subject, cells: Cells, first: float, last: float) -> Condition:
    """The condition that asks for nothing: any number in some cells at a moment of a window."""
    return Condition(subject, "count", cells, first=first, last=last)


def least_and_greatest(
    problem: Problem,
    conditions: Sequence[Condition],
    queries: Mapping[str, Condition],
    solver: Solver,
    *,
    travel: bool = True,
) -> tuple[dict[str, Range], bool]:
    """Least and greatest number of each query over all worlds that meet some conditions.

    Parameters
    ----------
    problem
        What holds in every world.
    conditions
        Those that are met: of one component, and such that they can be.
    queries
        By key; see `query`. All of one window and one subject.
    solver
        Solves the programs.
    travel
        Whether travel times are to be taken into account.

    Returns
    -------
    tuple of (ranges by key, exact)
        See `Bound.exact`.
    """
    asked = list(queries.values())
    oracle = WorldsOracle(problem, [*conditions, *asked], solver)
    travelled, exact = None, True
    if not oracle.free:
        travelled = _travelled(oracle, [*conditions, *asked]) if travel else None
        exact = travelled is not None
    ends = _Ends(problem, conditions, asked, solver, travelled)
    return {key: ends.of(place) for place, key in enumerate(queries)}, exact


def _travelled(
    oracle: WorldsOracle, conditions: Sequence[Condition]
) -> Callable[[float], Worlds] | None:
    """Worlds with travel times, if their moments are exact and few."""
    if len(conditions) > MOST_CONDITIONS:
        return None
    timeline = oracle.timeline(conditions, FINE)
    if not timeline.exact or len(timeline.moments) * len(oracle.places) ** 2 > MOST_CELLS:
        return None
    return lambda most: Worlds(oracle.problem, conditions, timeline, oracle.arrival, most=most)


class _Ends:
    """Ends of ranges, over the worlds of one program."""

    def __init__(
        self,
        problem: Problem,
        conditions: Sequence[Condition],
        asked: Sequence[Condition],
        solver: Solver,
        travelled: Callable[[float], Worlds] | None,
    ) -> None:
        self._every, self._offset, self._solver = [*conditions, *asked], len(conditions), solver
        subject = asked[0].subject
        highs = [one.high for one in conditions
                 if one.form == "total" and one.subject == subject]  # fmt: skip
        self._limit = min(highs, default=math.inf)
        numbers = [end for one in conditions for end in (one.low, one.high) if math.isfinite(end)]
        if travelled is None:
            timeline = free_timeline(problem, self._every)
            self._make: Callable[[float], Worlds] = lambda most: Worlds(
                problem, self._every, timeline, most=most
            )
        else:
            self._make = travelled
        finite = math.isfinite(self._limit)
        most = self._limit if finite else 2 * sum(numbers) + 1
        least_most = Worlds.enough(self._every)
        self._worlds = self._make(max(most, least_most, 1.0))
        self._more = None if finite else self._make(max(most, least_most, 1.0) + FURTHER)

    def of(self, place: int) -> Range:
        """Least and greatest number of one query."""
        high = self._end(self._worlds, place, 1)
        if self._more is not None and high is not None:
            further = self._end(self._more, place, 1)
            if further is None or further > high:
                high = math.inf
        low = self._end(self._worlds, place, -1)
        return 0.0 if low is None else low, math.inf if high is None else high

    def _end(self, worlds: Worlds, place: int, sign: int) -> float | None:
        """The greatest number, or with -1 the least, of a query; None if the solver gave up."""
        index, found = self._offset + place, []
        program = worlds.program
        for step, mark in worlds.marks[index].items():
            lower, upper = program.lower, program.upper
            lower[list(worlds.switches)] = 1
            lower[mark] = 1
            objective = np.zeros(program.size)
            objective[worlds.counted(self._every[index].cells, step)] = sign
            answer = self._solver.solve(program, lower=lower, upper=upper, objective=objective)
            if answer.status == "gave_up":
                return None
            if answer.values is not None:
                found.append(float(objective @ answer.values))
        return sign * max(found) + 0.0 if found else None  # no -0.0


def tight(
    holds: Callable[[Sequence[Condition]], bool | None],
    conditions: Sequence[Condition],
    beyond: Condition,
) -> tuple[Condition, ...] | None:
    """A smallest set of conditions that rules out one more; None if none is found.

    Parameters
    ----------
    holds
        Whether conditions can hold together.
    conditions
        Those that are met.
    beyond
        What they rule out: a number past the end of a range.
    """
    if holds([beyond]) is False:
        return ()
    if holds([beyond, *conditions]) is not False:
        return None
    needed = list(conditions)
    size = len(needed)
    while size:
        size = (size + 1) // 2 if size > 1 else 0
        step, start = max(size, 1), 0
        while start < len(needed):
            rest = needed[:start] + needed[start + step :]
            if holds([beyond, *rest]) is False:
                needed = rest
            else:
                start += step
    return tuple(needed)
