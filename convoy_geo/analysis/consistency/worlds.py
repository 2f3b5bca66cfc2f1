"""The scenarios ("worlds") of one component, as an integer program.

A component is one counted unit, or the whole, or the whole with the unit that makes it up. Units
flow between places over the moments of a timeline; at each moment each is in one zone. Each
condition has a switch: if it is on, every solution satisfies the condition.
"""

from __future__ import annotations

import math
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from convoy_geo.analysis.consistency.solver import Program
from convoy_geo.analysis.consistency.streams import FlowStream, FreeStream, inside

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from numpy.typing import NDArray

    from convoy_geo.analysis.consistency.model import Cells, Condition, Problem
    from convoy_geo.analysis.consistency.solver import Answer, Solver
    from convoy_geo.analysis.consistency.steps import Moment, Timeline
    from convoy_geo.analysis.consistency.streams import Stream

__all__ = ["Worlds"]


class Worlds:
    """All worlds on a timeline, with a switch for each condition.

    Parameters
    ----------
    problem
        The constraints of every world.
    conditions
        The conditions of one component.
    timeline
        The moments.
    arrival
        Earliest arrival from one place at another, leaving at a time; None: moves take no time.
    most
        Maximum number of units; by default enough to satisfy everything satisfiable.
    """

    def __init__(
        self,
        problem: Problem,
        conditions: Sequence[Condition],
        timeline: Timeline,
        arrival: Callable[[str, str, float], float] | None = None,
        *,
        most: float | None = None,
    ) -> None:
        self.problem, self.conditions, self.timeline = problem, tuple(conditions), timeline
        self.program = Program()
        moments = timeline.moments
        self._index = {moment: k for k, moment in enumerate(moments)}
        self._steps = [self._window(i, one) for i, one in enumerate(self.conditions)]
        unit = any(one.subject.unit for one in conditions)
        body = any(one.form == "whole" for one in conditions)
        self.most = self._enough(free=arrival is None) if most is None else most
        self.switches = self.program.variables(len(self.conditions), 0, 1)
        # a whole that consists of units has at least one
        self.total = self.program.variable(1 if body and unit else 0, self.most)
        self._units: Stream | None = None
        self._body: Stream | None = None
        if unit:
            self._units = self._stream(arrival, self.total, self.most)
        if body:
            one = self.program.variable(1, 1)
            self._body = self._stream(arrival, one, 1)
        self.marks: dict[int, dict[int, int]] = {}
        for i, condition in enumerate(self.conditions):
            self._bind(i, condition)
        self._link()

    # ---- time ----

    def _window(self, index: int, condition: Condition) -> list[int]:
        """Steps at which a condition applies."""
        if condition.form not in ("count", "whole"):
            return []
        moments = self.timeline.moments
        if (own := self.timeline.own.get(index)) is not None:
            return sorted(self._index[moment] for moment in own)
        return [k for k, moment in enumerate(moments) if condition.covers(*moment)]

    @cached_property
    def active(self) -> list[list[int]]:
        """By step, the conditions that apply."""
        active: list[list[int]] = [[] for _ in self.timeline.moments]
        for i, steps in enumerate(self._steps):
            for k in steps:
                active[k].append(i)
        return active

    @cached_property
    def asked(self) -> list[set[Cells]]:
        """By step, the queried cells, including those just before or after a window."""
        asked = [{self.conditions[i].cells for i in some} for some in self.active]
        for one in self.conditions:
            for k, cells in self._edges(one):
                asked[k].add(cells)
        return asked

    def _edges(self, condition: Condition) -> list[tuple[int, Cells]]:
        """The steps just before and just after a window, and where the whole then is not."""
        wanted = [((condition.last, 1), condition.left), ((condition.first, -1), condition.arrived)]
        return [
            (self._index[moment], cells) for moment, cells in wanted
            if cells is not None and moment in self._index
        ]  # fmt: skip

    def _enough(self, *, free: bool) -> float:
        """A number of units beyond which more units satisfy no further conditions."""
        if not free:
            return self.enough(self.conditions)
        return max(self.enough([self.conditions[i] for i in some if i not in self._totals]
                               + [self.conditions[i] for i in self._totals])
                   for some in self.active or [[]])  # fmt: skip

    @cached_property
    def _totals(self) -> list[int]:
        return [i for i, one in enumerate(self.conditions) if one.form == "total"]

    @staticmethod
    def enough(conditions: Iterable[Condition]) -> float:
        """A number of units beyond which no more conditions can be satisfied at one moment."""
        those = list(conditions)
        most = max((_least(one) for one in those if one.form == "total"), default=0.0)
        timed = [one for one in those if one.form in ("count", "whole")]
        needs = sum(max(_least(one), float(bool(one.share) or one.form == "whole"))
                    for one in timed)  # fmt: skip
        more = any(one.share == "most" or one.form == "whole" for one in timed)
        return max(most, 1.0, 2 * needs + 1 if more else needs)

    def counted(self, cells: Cells, step: int) -> list[int]:
        """The variables whose sum is the number of units in some cells at a step."""
        assert self._units is not None  # noqa: S101
        return self._units.counted(cells, step)

    # ---- streams ----

    def _stream(
        self, arrival: Callable[[str, str, float], float] | None, total: int, most: float
    ) -> Stream:
        named = {place for one in self.conditions for place in one.cells.places or ()}
        if arrival is None:
            return FreeStream(self, sorted(named), total, most)
        return FlowStream(self, sorted(named), total, most, arrival)

    def labels(self, places: Iterable[str], asked: Collection[Cells]) -> list[tuple[str, str]]:
        """One pair of place and zone for each kind that the cells distinguish."""
        used = list(asked)
        zoned = any(cells.zones is not None for cells in used)
        kinds: dict[tuple[bool, ...], tuple[str, str]] = {}
        for place in places:
            allowed = self.problem.zones_at.get(place, self.problem.zones)
            for zone in sorted(allowed) if zoned else [""]:
                kind = tuple(inside(cells.places, place) and inside(cells.zones, zone)
                             for cells in used)  # fmt: skip
                kinds.setdefault(kind, (place, zone))
        return list(kinds.values())

    # ---- conditions ----

    def _bind(self, i: int, one: Condition) -> None:
        program, switch = self.program, self.switches[i]
        if one.form == "total":
            limit = self._outside if one.negated else self._limits
            limit({self.total: 1}, one.low, one.high, switch)
            return
        if one.form not in ("count", "whole"):
            msg = f"not a condition on a world: {one.form!r}"
            raise ValueError(msg)
        if one.lasting:
            for k in self._steps[i]:
                self._at(one, k, switch)
        else:
            marks = dict(zip(self._steps[i], program.variables(len(self._steps[i]), 0, 1),
                             strict=True))  # fmt: skip
            self.marks[i] = marks
            program.row({**dict.fromkeys(marks.values(), 1), switch: -1}, 0, 0)
            for k, mark in marks.items():
                self._at(one, k, mark)
        if one.form == "whole" and self._body is not None:
            for k, cells in self._edges(one):
                terms = dict.fromkeys(self._body.counted(cells, k), 1)
                program.row({**terms, switch: 1}, high=1)

    def _at(self, one: Condition, k: int, mark: int) -> None:
        """The requirement of a condition at one step, if the mark is on."""
        if one.form == "whole" and one.negated:
            self._away(one, k, mark)
            return
        if one.form == "whole" and self._body is not None:
            self.program.row(
                {**dict.fromkeys(self._body.counted(one.cells, k), 1), mark: -1}, low=0
            )
        if self._units is None:
            return
        if one.form == "whole":
            self._share(self._units.counted(one.cells, k), one.share or "most", mark)
            return
        counted = self._units.counted(one.cells, k)
        limit = self._outside if one.negated else self._limits
        limit(dict.fromkeys(counted, 1), one.low, one.high, mark)
        if one.share:
            self._share(counted, one.share, mark)

    def _limits(self, terms: dict[int, int], low: float, high: float, mark: int) -> None:
        if low > 0:
            self.program.row({**terms, mark: -low}, low=0)
        if high < self.most:
            self.program.row({**terms, mark: self.most - high}, high=self.most)

    def _outside(self, terms: dict[int, int], low: float, high: float, mark: int) -> None:
        """A number below or above an interval, if the mark is on."""
        above = self.program.variable(0, 1 if high < self.most else 0)
        # neither below nor above: mark off
        enough = self.most + 1
        self.program.row({**terms, mark: enough, above: -enough}, high=low - 1 + enough)
        if high < self.most:
            self.program.row({**terms, mark: -(high + 1), above: -(high + 1)}, low=-(high + 1))

    def _away(self, one: Condition, k: int, mark: int) -> None:
        """The whole is not in some cells, or not with more than half of its units."""
        body = [] if self._body is None else self._body.counted(one.cells, k)
        if self._units is None:
            self.program.row({**dict.fromkeys(body, 1), mark: 1}, high=1)
            return
        with_most = self.program.variable(0, 1)
        units = dict.fromkeys(self._units.counted(one.cells, k), 2)
        most = 2 * self.most
        self.program.row({**units, self.total: -1, mark: most, with_most: -most}, high=most)
        self.program.row({**dict.fromkeys(body, 1), with_most: 1, mark: 1}, high=2)

    def _share(self, counted: list[int], share: str, mark: int) -> None:
        most = self.most
        if share == "some":
            self.program.row({**dict.fromkeys(counted, 1), mark: -1}, low=0)
        elif share == "most":
            terms = {**dict.fromkeys(counted, 2), self.total: -1, mark: -(most + 1)}
            self.program.row(terms, low=-most)
        else:
            terms = {**dict.fromkeys(counted, 1), self.total: -1, mark: -most}
            self.program.row(terms, low=-most)

    def _link(self) -> None:
        """One moment for unique events, and the order of events."""
        events = [i for i in self.marks if self.conditions[i].event]
        for i, j in product(events, events):
            one, other = self.conditions[i], self.conditions[j]
            mine, its = self.marks[i], self.marks[j]
            if i < j and self.problem.same_moment(one, other):
                for k in mine.keys() | its.keys():
                    terms = {mine[k]: 1} if k in mine else {}
                    terms |= {its[k]: -1} if k in its else {}
                    here, there = self.switches[i], self.switches[j]
                    self.program.row({**terms, here: 1, there: 1}, high=2)
                    self.program.row({**terms, here: -1, there: -1}, low=-2)
            if i != j and self.problem.comes_before(one, other):
                for k in its:  # the later one is satisfied by k: so is the earlier one
                    terms = {mark: 1 for at, mark in its.items() if at <= k}
                    terms |= {mark: -1 for at, mark in mine.items() if at <= k}
                    self.program.row({**terms, self.switches[i]: 1}, high=1)

    # ---- results ----

    def solve(
        self,
        chosen: Collection[int],
        solver: Solver,
        *,
        time_limit: float = math.inf,
        as_many: bool = False,
    ) -> Answer:
        """A world that satisfies some conditions.

        Parameters
        ----------
        chosen
            Indices of conditions in the list.
        solver
            The solver to use.
        time_limit
            Seconds.
        as_many
            Whether to satisfy as many of them as possible instead of all.
        """
        lower, upper = self.program.lower, self.program.upper
        switches = np.array(self.switches, np.int64)
        upper[switches] = 0
        on = switches[sorted(chosen)]
        upper[on] = 1
        objective = None
        if as_many:
            objective = np.zeros(self.program.size)
            objective[on] = 1
        else:
            lower[on] = 1
        return solver.solve(
            self.program, lower=lower, upper=upper, objective=objective, time_limit=time_limit
        )

    def busy(self, values: NDArray[np.float64]) -> set[Moment]:
        """The moments of a solution at which something happens."""
        steps = {k for marks in self.marks.values() for k, mark in marks.items() if values[mark]}
        for stream in (self._units, self._body):
            if isinstance(stream, FlowStream):
                steps |= stream.busy(values)
        return {self.timeline.moments[k] for k in steps}


def _least(one: Condition) -> float:
    """The largest number of units needed to satisfy a condition."""
    return one.high + 1 if one.negated and math.isfinite(one.high) else one.low
