"""Conflicts and repairs of a whole problem, component by component."""

from __future__ import annotations

import heapq
import time
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, product
from typing import TYPE_CHECKING

from convoy_geo.analysis.consistency.components import LoneNumbers, WorldsOracle, components
from convoy_geo.analysis.consistency.marco import Enumeration, enumerate_sets
from convoy_geo.analysis.consistency.solver import HighsSolver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from convoy_geo.analysis.consistency.model import Condition, Problem, Subject
    from convoy_geo.analysis.consistency.solver import Solver

__all__ = ["ComponentSolution", "Limits", "Solution", "solve"]

Claims = frozenset[str]
SHARE = 2.0
"""Maximum time of one component, as a multiple of its equal share of the remaining time."""
LARGE, FEWER = 60, 0.4
"""From this number of conditions on, only a fraction of the sets of one component is listed."""


@dataclass(frozen=True)
class Limits:
    """Limits on computation and output.

    Parameters
    ----------
    seconds
        Processor seconds for the whole problem: results do not depend on the load of the machine.
    sets
        Conflicts and maximal sets per component, counting claims with equal conditions as one;
        fewer for large components. Conflicts proven by arithmetic alone are not counted.
    listed
        Conflicts, and repairs, listed for the whole problem.
    """

    seconds: float = 120.0
    sets: int = 5_000
    listed: int = 10_000


@dataclass(frozen=True)
class ComponentSolution:
    """The result for one component.

    Parameters
    ----------
    subject
        The subject that represents it.
    classes
        Claims by condition; claims of one class are equivalent.
    found
        Conflicts and maximal sets of the classes.
    """

    subject: Subject
    classes: tuple[tuple[str, ...], ...]
    found: Enumeration

    @property
    def claims(self) -> Claims:
        """All its claims."""
        return frozenset(claim for one in self.classes for claim in one)

    def conflicts(self) -> Iterator[Claims]:
        """Conflicts of claims: one claim from each class."""
        for one in self.found.conflicts:
            for claims in product(*(self.classes[i] for i in sorted(one))):
                yield frozenset(claims)

    def repairs(self) -> list[Claims]:
        """Repairs of claims: all claims of each class. Smallest first."""
        everything = range(len(self.classes))
        repairs = [
            frozenset(claim for i in everything if i not in one for claim in self.classes[i])
            for one in self.found.maximal
        ]
        return sorted(repairs, key=lambda one: (len(one), sorted(one)))


@dataclass(frozen=True)
class Solution:
    """Conflicts and repairs of a problem.

    Parameters
    ----------
    parts
        The components.
    conflicts
        Minimal inconsistent sets of claims, smallest first.
    repairs
        Minimal sets of claims whose removal makes all others consistent, smallest first; empty if
        there is no conflict.
    missing
        By what is missing (``conflicts``, ``repairs``), pairs of the component's subject and the
        reason (``time``, ``number``, ``solver``).
    """

    parts: tuple[ComponentSolution, ...]
    conflicts: tuple[Claims, ...]
    repairs: tuple[Claims, ...]
    missing: tuple[tuple[Subject | None, str, str], ...] = ()

    @property
    def complete(self) -> bool:
        """Whether all conflicts and repairs were found."""
        return not self.missing

    def status(self, claim: str) -> str:
        """Whether a claim is in all, some or none of the maximal sets; or unknown."""
        smallest = self._smallest.get(claim)
        if smallest is not None:
            return "none" if smallest == 1 else "some"
        short = any(what == "conflicts" and part is None for part, what, _ in self.missing)
        return "unknown" if short or claim in self.uncertain else "all"

    @cached_property
    def _smallest(self) -> dict[str, int]:
        """For each claim in a conflict, the size of its smallest conflict."""
        found: dict[str, int] = {}
        for one in self.conflicts:  # smallest first
            for claim in one:
                found.setdefault(claim, len(one))
        return found

    @cached_property
    def uncertain(self) -> Claims:
        """Claims of incompletely solved components."""
        return frozenset(
            claim for part in self.parts if part.found.missing for claim in part.claims
        )


def solve(
    problem: Problem,
    *,
    solver: Solver | None = None,
    limits: Limits = Limits(),
    progress: Callable[[str], None] | None = None,
) -> Solution:
    """Find all minimal conflicts and repairs of a problem.

    Parameters
    ----------
    problem
        The conditions.
    solver
        By default HiGHS.
    limits
        The limits on computation.
    progress
        Called with progress figures.
    """
    solver = solver or HighsSolver()
    end = time.process_time() + limits.seconds
    groups = sorted(components(problem).items(), key=lambda item: (len(item[1]), item[0]))
    parts = []
    for number, (subject, classes) in enumerate(groups):
        left = max(end - time.process_time(), 0.001)
        share = min(left, SHARE * left / (len(groups) - number))
        parts.append(_part(problem, subject, classes, solver, share, limits.sets, progress))
        if progress is not None:
            progress(f"{number + 1} / {len(groups)}")
    missing: list[tuple[Subject | None, str, str]] = []
    for part in parts:
        for why in part.found.missing:
            missing += [(part.subject, "conflicts", why), (part.subject, "repairs", why)]
    conflicts = list(islice((one for part in parts for one in part.conflicts()), limits.listed + 1))
    if len(conflicts) > limits.listed:
        conflicts.pop()
        missing.append((None, "conflicts", "number"))
    repairs = []
    # if no consistent set of one component is known, no repair of the whole is known
    if conflicts and all(part.found.maximal for part in parts):
        repairs = list(_unions([part.repairs() for part in parts], limits.listed + 1))
        if len(repairs) > limits.listed:
            repairs.pop()
            missing.append((None, "repairs", "number"))

    def order(one: Claims) -> tuple[int, list[str]]:
        return len(one), sorted(one)

    return Solution(
        tuple(parts),
        tuple(sorted(conflicts, key=order)),
        tuple(sorted((one for one in repairs if one), key=order)),
        tuple(missing),
    )


def _part(
    problem: Problem,
    subject: Subject,
    classes: Sequence[tuple[Condition, tuple[str, ...]]],
    solver: Solver,
    seconds: float,
    most: int,
    progress: Callable[[str], None] | None,
) -> ComponentSolution:
    conditions = [condition for condition, _ in classes]
    lone = conditions[0].form in ("tally", "length")
    oracle = LoneNumbers(conditions) if lone else WorldsOracle(problem, conditions, solver)

    def tell(conflicts: int, maximal: int) -> None:
        if progress is not None:
            progress(f"{subject.unit or subject.tally}: {conflicts} + {maximal}")

    if len(conditions) > LARGE:
        most = int(most * FEWER)
    found = enumerate_sets(
        len(conditions), oracle, solver, time_limit=seconds, most=most, progress=tell
    )
    return ComponentSolution(subject, tuple(claims for _, claims in classes), found)


def _unions(lists: Iterable[Sequence[Claims]], most: int) -> list[Claims]:
    """Unions of one set from each list, up to a maximum number, always including the smallest."""
    unions: list[Claims] = [frozenset()]
    for some in lists:
        if not some or some == [frozenset()]:
            continue
        unions = list(islice(_smallest_first(unions, sorted(some, key=len)), most))
    return unions


def _smallest_first(ones: Sequence[Claims], others: Sequence[Claims]) -> Iterator[Claims]:
    """Unions of each of some sets with each of others (disjoint), smallest first."""
    heap = [(len(ones[0]) + len(others[0]), 0, 0)]
    while heap:
        _, i, j = heapq.heappop(heap)
        yield ones[i] | others[j]
        if j + 1 < len(others):
            heapq.heappush(heap, (len(ones[i]) + len(others[j + 1]), i, j + 1))
        if j == 0 and i + 1 < len(ones):
            heapq.heappush(heap, (len(ones[i + 1]) + len(others[0]), i + 1, 0))
