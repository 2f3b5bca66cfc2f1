"""Minimum and maximum numbers at a place, over all scenarios in which some claims are true.

Bounds without travel times are equal or wider, never too narrow: ignoring travel only adds
scenarios. So where the moments of a travel model are not exact (see
`convoy_geo.analysis.consistency.steps`), the bounds without travel are returned, and marked.
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
"""Maximum number of conditions for which travel times are considered; more are slow."""
MOST_CELLS = 6_000
"""Maximum number of moments times pairs of places, for the same reason."""
FURTHER = 7.0
"""Extra units, used to test whether a maximum grows with the number of units."""


@shown
@dataclass(frozen=True)
class Bound:
    """Bounds on the number of units at a place at one moment of a date.

    Parameters
    ----------
    unit
        What is counted.
    where
        Id of a zone, a state or a place.
    when
        The date, as given.
    low, high
        Minimum and maximum over all scenarios and all moments of the date; both are attained.
        Infinite if unlimited.
    low_claims, high_claims
        A smallest set of assumed claims that implies this end; empty if none is needed, or if there
        are several consistent accounts.
    exact
        Whether travel times are considered where they matter. If not, the true bounds may be
        narrower.
    believing
        The assumed claims; empty for the widest bounds over all maximal consistent sets of claims.
    accounts
        Number of such sets; 1 for assumed claims.
    missing
        Whether some of these sets are unknown, so that the true bounds may be wider.
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
        """The bounds as plain values; an open end is None."""
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
    """A condition without limits: any number in some cells at a moment of a window."""
    return Condition(subject, "count", cells, first=first, last=last)


def least_and_greatest(
    problem: Problem,
    conditions: Sequence[Condition],
    queries: Mapping[str, Condition],
    solver: Solver,
    *,
    travel: bool = True,
) -> tuple[dict[str, Range], bool]:
    """Minimum and maximum of each query over all scenarios that satisfy some conditions.

    Parameters
    ----------
    problem
        The constraints of every scenario.
    conditions
        Satisfiable conditions of one component.
    queries
        By key; see `query`. All have the same window and subject.
    solver
        The solver of the integer programs.
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
    """A model with travel times, if its moments are exact and few."""
    if len(conditions) > MOST_CONDITIONS:
        return None
    timeline = oracle.timeline(conditions, FINE)
    if not timeline.exact or len(timeline.moments) * len(oracle.places) ** 2 > MOST_CELLS:
        return None
    return lambda most: Worlds(oracle.problem, conditions, timeline, oracle.arrival, most=most)


class _Ends:
    """Ends of ranges over the scenarios of one program."""

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
        """Minimum and maximum of one query."""
        high = self._end(self._worlds, place, 1)
        if self._more is not None and high is not None:
            further = self._end(self._more, place, 1)
            if further is None or further > high:
                high = math.inf
        low = self._end(self._worlds, place, -1)
        return 0.0 if low is None else low, math.inf if high is None else high

    def _end(self, worlds: Worlds, place: int, sign: int) -> float | None:
        """The maximum, or with -1 the minimum, of a query; None if the solver gave up."""
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
        return sign * max(found) + 0.0 if found else None  # avoids -0.0


def tight(
    holds: Callable[[Sequence[Condition]], bool | None],
    conditions: Sequence[Condition],
    beyond: Condition,
) -> tuple[Condition, ...] | None:
    """A smallest set of conditions that excludes one more; None if none is found.

    Parameters
    ----------
    holds
        Whether conditions are jointly satisfiable.
    conditions
        The satisfied conditions.
    beyond
        The excluded condition: a number beyond the end of a range.
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
