"""Integer programs and their solver.

All variables and coefficients are integers, so that a solution can be rounded and verified exactly.
scipy is imported only when a program is solved: a map of plain points does not need it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray
    from scipy.sparse import csc_matrix

    Floats = NDArray[np.float64]

__all__ = ["Answer", "HighsSolver", "Program", "Solver"]

Status = Literal["feasible", "infeasible", "gave_up"]


@dataclass(frozen=True, eq=False)
class Answer:
    """The result of a solver.

    Parameters
    ----------
    status
        ``feasible``, ``infeasible``, or ``gave_up``: out of time, or numerically too difficult.
    values
        Integers for all variables, verified against every row; None without a solution.
    bound
        Upper bound on the objective; infinite if unknown.
    """

    status: Status
    values: Floats | None = None
    bound: float = math.inf


class Program:
    """An integer program that grows row by row."""

    def __init__(self) -> None:
        self._lower: list[float] = []
        self._upper: list[float] = []
        self._row_lower: list[float] = []
        self._row_upper: list[float] = []
        self._starts: list[int] = [0]
        self._columns: list[int] = []
        self._values: list[float] = []

    @property
    def size(self) -> int:
        """Number of variables."""
        return len(self._lower)

    def variable(self, low: float, high: float) -> int:
        """A new variable; its number."""
        self._lower.append(low)
        self._upper.append(high)
        return len(self._lower) - 1

    def variables(self, count: int, low: float, high: float) -> range:
        """Several new variables; their numbers."""
        first = len(self._lower)
        self._lower += [low] * count
        self._upper += [high] * count
        return range(first, first + count)

    def row(
        self,
        terms: Mapping[int, float] | Iterable[tuple[int, float]],
        low: float = -math.inf,
        high: float = math.inf,
    ) -> None:
        """Add a row: low <= sum of coefficient times variable <= high."""
        pairs = terms.items() if hasattr(terms, "items") else terms
        for column, value in pairs:
            self._columns.append(column)
            self._values.append(value)
        self._starts.append(len(self._columns))
        self._row_lower.append(low)
        self._row_upper.append(high)
        self.__dict__.pop("matrix", None)

    @cached_property
    def matrix(self) -> csc_matrix:
        """The rows as a sparse matrix."""
        from scipy.sparse import csc_matrix, csr_matrix  # noqa: PLC0415

        shape = (len(self._row_lower), self.size)
        rows = csr_matrix((self._values, self._columns, self._starts), shape=shape)
        rows.sum_duplicates()
        return csc_matrix(rows)

    @property
    def lower(self) -> Floats:
        """Lower bound of each variable."""
        return np.array(self._lower, np.float64)

    @property
    def upper(self) -> Floats:
        """Upper bound of each variable."""
        return np.array(self._upper, np.float64)

    @property
    def row_limits(self) -> tuple[Floats, Floats]:
        """Lower and upper limit of each row."""
        return np.array(self._row_lower, np.float64), np.array(self._row_upper, np.float64)

    def holds(self, values: Floats, lower: Floats, upper: Floats) -> bool:
        """Whether integers satisfy all bounds and rows exactly."""
        low, high = self.row_limits
        sums = self.matrix @ values
        return bool(
            (values >= lower).all()
            and (values <= upper).all()
            and (sums >= low).all()
            and (sums <= high).all()
        )


class Solver(Protocol):
    """A solver of integer programs."""

    def solve(
        self,
        program: Program,
        *,
        lower: Floats | None = None,
        upper: Floats | None = None,
        objective: Floats | None = None,
        time_limit: float = math.inf,
    ) -> Answer:
        """Solve a program; with an objective, maximise it.

        Parameters
        ----------
        program
            The program.
        lower, upper
            Bounds that replace the program's.
        objective
            An integer for each variable; None if any solution will do.
        time_limit
            Seconds.
        """


class HighsSolver:
    """HiGHS, by way of `scipy.optimize.milp`."""

    def __init__(self) -> None:
        self.calls = 0

    def solve(
        self,
        program: Program,
        *,
        lower: Floats | None = None,
        upper: Floats | None = None,
        objective: Floats | None = None,
        time_limit: float = math.inf,
    ) -> Answer:
        """See `Solver.solve`."""
        from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415

        self.calls += 1
        low = program.lower if lower is None else lower
        high = program.upper if upper is None else upper
        if (low > high).any():
            return Answer("infeasible", bound=-math.inf)
        size = program.size
        options: dict[str, Any] = {}
        if math.isfinite(time_limit):
            options["time_limit"] = max(time_limit, 1e-3)
        rows = program.row_limits
        found = milp(
            np.zeros(size) if objective is None else -objective,
            integrality=np.ones(size),
            bounds=Bounds(low, high),
            constraints=LinearConstraint(program.matrix, *rows) if len(rows[0]) else (),
            options=options,
        )
        if found.status == 2:
            return Answer("infeasible", bound=-math.inf)
        bound = math.inf
        if objective is not None and found.mip_dual_bound is not None:
            bound = -float(found.mip_dual_bound)
        if found.x is None:
            return Answer("gave_up", bound=bound)
        values: Floats = np.rint(np.asarray(found.x, np.float64)).astype(np.float64)
        if not program.holds(values, low, high):
            return Answer("gave_up", bound=bound)
        if objective is not None and found.status != 0:
            return Answer("gave_up", values, bound)
        return Answer("feasible", values, bound)
