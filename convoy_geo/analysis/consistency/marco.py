"""Enumerate all minimal conflicts and all maximal consistent sets of conditions.

MARCO: M. H. Liffiton, A. Previti, A. Malik, J. Marques-Silva, Fast, flexible MUS enumeration,
Constraints 21 (2016). A set that is not yet excluded and cannot be enlarged without being excluded
is either consistent, and then maximal, or it is reduced to a minimal conflict: U. Junker,
QuickXplain, AAAI (2004). The complements of the maximal sets are the repairs, which are the minimal
hitting sets of the conflicts: R. Reiter, A theory of diagnosis from first principles, Artificial
Intelligence 32 (1987).
"""

from __future__ import annotations

import math
import random
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np

from convoy_geo.analysis.consistency.solver import Program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from convoy_geo.analysis.consistency.solver import Solver

__all__ = ["Enumeration", "Oracle", "enumerate_sets"]

Missing = Literal["time", "number", "solver"]
Chosen = frozenset[int]
UNDECIDED = 12
"""Number of undecided maximal sets after which the search ends."""
TRIES = 4
"""Number of sets grown at random before a program is used to find a new one."""


@dataclass(frozen=True)
class Enumeration:
    """The result for some conditions, numbered from 0.

    Parameters
    ----------
    conflicts
        Minimal inconsistent sets, smallest first.
    maximal
        Maximal consistent sets, largest first.
    missing
        Why there may be more: ``time``, ``number``, ``solver``; empty if the result is complete.
    """

    conflicts: tuple[Chosen, ...]
    maximal: tuple[Chosen, ...]
    missing: tuple[Missing, ...] = ()


class Oracle(Protocol):
    """Decides whether conditions are jointly satisfiable."""

    def known(self) -> list[Chosen]:
        """Minimal conflicts known without a search."""

    def parts(self, chosen: Chosen) -> Iterator[Chosen]:
        """Parts of a set that are cheaper to test; each may contain a conflict or not."""

    def test(self, chosen: Chosen, time_limit: float) -> bool | None:
        """Whether some scenario satisfies all of them; None if undecided."""

    def confirm(self, core: Chosen, time_limit: float) -> bool | None:
        """Whether a set that failed `test` is a minimal conflict.

        False if it is not, and `test` is then corrected; None if undecided.
        """


class _OutOfTimeError(Exception):
    """The time limit was exceeded."""


class _Search:
    """One run over the sets.

    `met` are sets that some world meets, of which nobody could tell whether they are maximal:
    what they hold is not looked at again, and they are not listed.
    """

    def __init__(self, size: int, oracle: Oracle, solver: Solver, deadline: float) -> None:
        self.size, self.oracle, self.solver, self.deadline = size, oracle, solver, deadline
        self.conflicts: list[Chosen] = []
        self.maximal: list[Chosen] = []
        self.unknown: list[Chosen] = []
        self.met: list[Chosen] = []
        self.undecided = 0
        self._ruled_out: dict[int, list[Chosen]] = defaultdict(list)
        self._known: dict[Chosen, bool | None] = {}
        self._random = random.Random(size)  # noqa: S311  (the same each time)

    def rule_out(self, one: Chosen, where: list[Chosen]) -> None:
        """Record a conflict, or an undecided set: no superset of it is examined."""
        where.append(one)
        for i in one:
            self._ruled_out[i].append(one)

    def left(self) -> float:
        """Remaining seconds."""
        left = self.deadline - time.process_time()
        if left <= 0:
            raise _OutOfTimeError
        return left

    def test(self, chosen: Chosen) -> bool | None:
        """`Oracle.test`, unless the answer is known."""
        if any(chosen <= one for one in (*self.maximal, *self.met)):
            return True
        if any(one <= chosen for one in self.conflicts):
            return False
        if chosen not in self._known:
            self._known[chosen] = self.oracle.test(chosen, self.left())
        return self._known[chosen]

    def forget(self) -> None:
        """Discard sets found inconsistent: the oracle has been corrected."""
        self._known = {chosen: known for chosen, known in self._known.items() if known}

    def seed(self) -> Chosen | None:
        """A maximal set that contains no conflict and is in no known maximal set.

        Any such set will do. Most are found by adding conditions in random order; a program is used
        only if that finds nothing new, and to prove that nothing remains.
        """
        self.left()
        for _ in range(TRIES):
            grown = self._grow(frozenset())
            if not any(grown <= one for one in (*self.maximal, *self.met)):
                return grown
        program = Program()
        program.variables(self.size, 0, 1)
        for one in (*self.conflicts, *self.unknown):
            program.row(dict.fromkeys(one, 1), high=len(one) - 1)
        for one in (*self.maximal, *self.met):
            program.row({i: 1 for i in range(self.size) if i not in one}, low=1)
        found = self.solver.solve(program, time_limit=self.left())
        if found.status == "gave_up":
            raise _OutOfTimeError
        if found.values is None:
            return None
        return self._grow(frozenset(int(i) for i in np.flatnonzero(found.values)))

    def _grow(self, chosen: Chosen) -> Chosen:
        """A set enlarged as far as possible, in random order."""
        grown, lacking = set(chosen), dict[Chosen, int]()
        rest = [i for i in range(self.size) if i not in chosen]
        self._random.shuffle(rest)
        for i in rest:
            mine = self._ruled_out[i]
            for one in mine:
                if one not in lacking:
                    lacking[one] = len(one - grown)
            if any(lacking[one] == 1 for one in mine):
                continue
            grown.add(i)
            for one in mine:
                lacking[one] -= 1
        return frozenset(grown)

    def shrink(self, chosen: Chosen) -> Chosen:
        """A minimal inconsistent subset of an inconsistent set.

        Undecided subsets count as consistent.
        """
        return self._explain(frozenset(), frozenset(), sorted(chosen))

    def _explain(self, held: Chosen, added: Chosen, some: Sequence[int]) -> Chosen:
        if added and self.test(held) is False:
            return frozenset()
        if len(some) == 1:
            return frozenset(some)
        half = len(some) // 2
        first, second = frozenset(some[:half]), frozenset(some[half:])
        in_second = self._explain(held | first, first, sorted(second))
        in_first = self._explain(held | in_second, in_second, sorted(first))
        return in_first | in_second


def enumerate_sets(
    size: int,
    oracle: Oracle,
    solver: Solver,
    *,
    time_limit: float = math.inf,
    most: int = 10_000,
    progress: Callable[[int, int], None] | None = None,
) -> Enumeration:
    """Enumerate all minimal conflicts and all maximal consistent sets.

    Parameters
    ----------
    size
        Number of conditions.
    oracle
        Decides which of them are jointly satisfiable.
    solver
        Finds the next set to examine.
    time_limit
        Total processor seconds.
    most
        Maximum number of conflicts and maximal sets.
    progress
        Called with the numbers of conflicts and of maximal sets, after each.
    """
    search = _Search(size, oracle, solver, time.process_time() + time_limit)
    missing: list[Missing] = []
    try:
        for one in oracle.known():
            search.rule_out(one, search.conflicts)
        known = len(search.conflicts)
        while len(search.conflicts) - known + len(search.maximal) < most:
            if search.undecided >= UNDECIDED:
                break
            chosen = search.seed()
            if chosen is None:
                break
            _look(search, chosen)
            if progress is not None:
                progress(len(search.conflicts), len(search.maximal))
        else:
            missing.append("number")
    except _OutOfTimeError:
        missing.append("time")
    if search.unknown:
        missing.append("solver")
    return Enumeration(
        tuple(sorted(search.conflicts, key=lambda one: (len(one), sorted(one)))),
        tuple(sorted(search.maximal, key=lambda one: (-len(one), sorted(one)))),
        tuple(missing),
    )


def _look(search: _Search, chosen: Chosen) -> None:
    """Examine one set."""
    found = False
    for part in search.oracle.parts(chosen):
        if search.test(part) is False:
            if not any(one <= part for one in search.conflicts):
                _note(search, search.shrink(part))
            found = True
    if found:
        return
    answer = search.test(chosen)
    if answer:
        # any larger set contains a conflict or an undecided set
        undecided = any(
            len(one - chosen) == 1 and not any(other <= chosen | one for other in search.conflicts)
            for one in search.unknown
        )
        (search.met if undecided else search.maximal).append(chosen)
    elif answer is False:
        _note(search, search.shrink(chosen))
    else:
        search.undecided += 1
        search.rule_out(chosen, search.unknown)


def _note(search: _Search, core: Chosen) -> None:
    """Confirm a minimal set that failed, separately, and record it."""
    confirmed = search.oracle.confirm(core, search.left())
    if confirmed:
        search.rule_out(core, search.conflicts)
    elif confirmed is None:
        search.rule_out(core, search.unknown)
    else:
        search.forget()
