"""The independent components of a problem, and the consistency of each."""

from __future__ import annotations

import math
import time
from collections import defaultdict
from functools import cached_property
from itertools import permutations
from typing import TYPE_CHECKING

from convoy_geo.analysis.consistency.model import Subject
from convoy_geo.analysis.consistency.shortcuts import certain_pairs, near_in_time, too_far
from convoy_geo.analysis.consistency.steps import (
    free_timeline,
    round_down,
    travelled_timeline,
)
from convoy_geo.analysis.consistency.worlds import Worlds

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from convoy_geo.analysis.consistency.model import Condition, Problem
    from convoy_geo.analysis.consistency.solver import Answer, Solver
    from convoy_geo.analysis.consistency.steps import Moment, Timeline

__all__ = ["LoneNumbers", "WorldsOracle", "component_of", "components"]

Chosen = frozenset[int]
COARSE = (48, 2)
"""Maximum number of times and ranks, for all conditions of a component."""
FINE = (400, 8)
"""The same for the conditions of one conflict."""
LARGE = 60
"""Number of conditions from which a component is examined in parts."""
PART, TRAVELLED_PART = 40, 10
"""Maximum number of conditions of one part, without travel and with it."""
MOST_FLOWS = 8_000
"""Maximum number of flows between places in a program; a larger one is not decided."""
DAY_H = 24.0


def component_of(problem: Problem, subject: Subject) -> Subject:
    """The subject that represents a component: the whole and its main unit share one."""
    if not subject.tally and subject.unit == problem.main_units.get(subject.group):
        return Subject(subject.group)
    return subject


def components(problem: Problem) -> dict[Subject, list[tuple[Condition, tuple[str, ...]]]]:
    """The conditions of each component by subject, each with the claims that state it."""
    parts: dict[Subject, dict[Condition, list[str]]] = defaultdict(lambda: defaultdict(list))
    for claim, condition in problem.conditions.items():
        parts[component_of(problem, condition.subject)][condition].append(claim)
    return {
        subject: [(condition, tuple(claims)) for condition, claims in classes.items()]
        for subject, classes in parts.items()
    }


class LoneNumbers:
    """Conditions on cumulative numbers and on lengths, which are compared in pairs."""

    def __init__(self, conditions: Sequence[Condition]) -> None:
        self.conditions = conditions
        self._bad: set[Chosen] = set()
        for i, one in enumerate(conditions):
            if one.low > one.high:
                self._bad.add(frozenset([i]))
        for i, j in permutations(range(len(conditions)), 2):
            if self._falls(conditions[i], conditions[j]):
                self._bad.add(frozenset([i, j]))
        alone = {i for one in self._bad if len(one) == 1 for i in one}
        self._bad = {one for one in self._bad if len(one) == 1 or not one & alone}

    def known(self) -> list[Chosen]:
        """See `Oracle.known`: all conflicts are known."""
        return list(self._bad)

    def parts(self, chosen: Chosen) -> Iterator[Chosen]:  # noqa: ARG002
        """See `Oracle.parts`: none are needed."""
        return iter(())

    @staticmethod
    def _falls(earlier: Condition, later: Condition) -> bool:
        """Whether a cumulative number would have to fall, or a part to exceed the total."""
        if earlier.form != "tally" or later.form != "tally" or earlier.last > later.last:
            return False
        wider = later.cells.places in (earlier.cells.places, frozenset())
        return wider and earlier.low > later.high

    def test(self, chosen: Chosen, time_limit: float) -> bool:  # noqa: ARG002
        """See `Oracle.test`."""
        return not any(one <= chosen for one in self._bad)

    def confirm(self, core: Chosen, time_limit: float) -> bool:  # noqa: ARG002
        """See `Oracle.confirm`."""
        return core in self._bad


class WorldsOracle:
    """Decides which conditions of one component are jointly satisfiable.

    Parameters
    ----------
    problem
        The constraints of every scenario.
    conditions
        The conditions of the component.
    solver
        The solver of the integer programs.
    """

    def __init__(self, problem: Problem, conditions: Sequence[Condition], solver: Solver) -> None:
        self.problem, self.conditions, self.solver = problem, tuple(conditions), solver
        self.places = sorted({place for one in conditions for place in one.cells.places or ()})
        self.subject = next(
            (one.subject for one in conditions if one.subject.unit), conditions[0].subject
        )
        self._hours: dict[tuple[str, str, float], float] = {}
        self._extra: set[Moment] = set()
        self._worlds: Worlds | None = None
        self.free = self._is_free()

    def known(self) -> list[Chosen]:
        """Minimal conflicts of one or two conditions that arithmetic alone proves."""
        pairs = list(certain_pairs(self.conditions))
        if not self.free:
            pairs += too_far(self.conditions, self.arrival)
        able: dict[int, bool | None] = {}
        for i in {i for pair in pairs for i in pair}:
            one = self.conditions[i]
            able[i] = self._own_worlds([one]).solve([0], self.solver).status == "feasible"
        return [frozenset(pair) for pair in pairs if able[pair[0]] and able[pair[1]]]

    def parts(self, chosen: Chosen) -> Iterator[Chosen]:
        """Small parts of a set of a large component, each of which may contain a conflict."""
        if len(chosen) > LARGE:
            around, most = (0.0, PART) if self.free else (DAY_H, TRAVELLED_PART)
            yield from near_in_time(self.conditions, chosen, around, most)

    def _is_free(self) -> bool:
        """Whether moves between all places take no time, as far as known."""
        if self.problem.travel is None or len(self.places) < 2:
            return True
        start = min((one.first for one in self.conditions if math.isfinite(one.first)), default=0.0)
        return all(
            self.arrival(one, other, start) <= round_down(start)
            for one, other in permutations(self.places, 2)
        )

    def arrival(self, origin: str, goal: str, leave: float) -> float:
        """Earliest arrival at a place when leaving another one at a given time."""
        key = (origin, goal, leave)
        if key not in self._hours:
            assert self.problem.travel is not None  # noqa: S101
            hours = self.problem.travel.hours(self.subject, origin, goal, leave)
            self._hours[key] = round_down(leave + hours)
        return self._hours[key]

    # ---- scenarios ----

    def timeline(self, conditions: Sequence[Condition], limits: tuple[int, int]) -> Timeline:
        """The moments for some conditions."""
        if self._free(conditions):
            return free_timeline(self.problem, conditions)
        places = sorted({place for one in conditions for place in one.cells.places or ()})
        start = min((one.first for one in conditions if math.isfinite(one.first)), default=0.0)
        hours = [self.arrival(*pair, start) - start for pair in permutations(places, 2)]
        zoned = any(one.cells.zones is not None for one in conditions)
        counted = any(one.subject.unit for one in conditions)
        return travelled_timeline(
            conditions,
            self.arrival,
            most_times=limits[0],
            most_ranks=limits[1],
            extra=self._extra,
            longest_h=max((one for one in hours if math.isfinite(one)), default=0.0),
            flat=not (zoned or counted) and min(hours) > 0,
        )

    def _free(self, conditions: Sequence[Condition]) -> bool:
        places = {place for one in conditions for place in one.cells.places or ()}
        return self.free or len(places) < 2

    def build(self, conditions: Sequence[Condition], timeline: Timeline) -> Worlds:
        """The program for some conditions."""
        arrival = None if self._free(conditions) else self.arrival
        return Worlds(self.problem, conditions, timeline, arrival)

    @property
    def worlds(self) -> Worlds:
        """The program for all conditions of the component."""
        if self._worlds is None:
            timeline = self.timeline(self.conditions, COARSE)
            self._worlds = self.build(self.conditions, timeline)
        return self._worlds

    def decide(self, time_limit: float = math.inf) -> bool | None:
        """Whether all conditions are satisfiable at fine time steps; None if unknown."""
        timeline = self.timeline(self.conditions, FINE)
        worlds = self.build(self.conditions, timeline)
        everything = range(len(self.conditions))
        answer = worlds.solve(everything, self.solver, time_limit=time_limit)
        if answer.status == "infeasible" and not timeline.exact:
            return None
        return _told(answer)

    # ---- the oracle ----

    def test(self, chosen: Chosen, time_limit: float) -> bool | None:
        """See `Oracle.test`."""
        if len(chosen) > LARGE and self._too_large:
            return None
        few = len(chosen) * 4 <= len(self.conditions) or self._too_large
        if few and len(self.conditions) > LARGE:
            worlds = self._own_worlds([self.conditions[i] for i in sorted(chosen)])
            everything = range(len(chosen))
            return _told(worlds.solve(everything, self.solver, time_limit=time_limit))
        return _told(self.worlds.solve(chosen, self.solver, time_limit=time_limit))

    @cached_property
    def _too_large(self) -> bool:
        """Whether the program for all conditions would be too large for the solver."""
        if self.free or len(self.conditions) <= LARGE:
            return False
        steps = len(self.timeline(self.conditions, COARSE).moments)
        return steps * len(self.places) ** 2 > MOST_FLOWS

    def _own_worlds(self, some: Sequence[Condition]) -> Worlds:
        """The program for these conditions only."""
        return self.build(some, self.timeline(some, COARSE))

    def confirm(self, core: Chosen, time_limit: float) -> bool | None:
        """See `Oracle.confirm`: separately, with finer moments, and without solver tolerances."""
        end = time.process_time() + time_limit
        some = [self.conditions[i] for i in sorted(core)]
        timeline = self.timeline(some, FINE)
        worlds = self.build(some, timeline)
        everything = range(len(some))
        answer = worlds.solve(everything, self.solver, time_limit=end - time.process_time())
        if answer.values is not None:  # a scenario exists: its moments were missing
            moments = worlds.busy(answer.values) - self._extra
            if not moments or self._free(some):
                return None
            self._extra |= moments
            self._worlds = None
            return False
        if answer.status != "infeasible" or not timeline.exact:
            return None
        return self._is_minimal(some, timeline, end)

    def _is_minimal(self, some: Sequence[Condition], timeline: Timeline, end: float) -> bool | None:
        """Whether conditions also conflict at half the step, but no proper subset does."""
        worlds = self.build(some, timeline.halved())
        everything = range(len(some))
        limit = max(end - time.process_time(), 0.001)
        many = worlds.solve(everything, self.solver, time_limit=limit, as_many=True)
        # all numbers are integers: the maximum is all conditions, or at least one less
        if many.bound > len(some) - 0.5:
            return None
        for index in everything:
            rest = [i for i in everything if i != index]
            limit = max(end - time.process_time(), 0.001)
            if worlds.solve(rest, self.solver, time_limit=limit).status != "feasible":
                return None
        return True


def _told(answer: Answer) -> bool | None:
    return {"feasible": True, "infeasible": False}.get(answer.status)
