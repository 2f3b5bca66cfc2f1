"""What a unit comes to in all: the totals that parts are held against.

Contradictions and verdicts ask the same question here, so that they cannot answer it differently:
the totals told of the days in question count, and of those the largest, since nothing else would be
sure to be too few. A total of other days bounds nothing: what is counted may have grown since.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from convoy_geo.analysis.intervals import count_of, days, rough_count
from convoy_geo.analysis.ledger import TOTAL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from convoy_geo.model.claims import Claim

__all__ = ["Wholes"]


class Wholes:
    """The totals of all units that claims give.

    Parameters
    ----------
    claims
        Any claims; those with a number in the state ``total`` count that are not denied.

    Examples
    --------
    >>> from convoy_geo.model.claims import Claim
    >>> told = [Claim("a", "R", "left", "crew", "he", "", low=12, high=12, unit="boats",
    ...               state="total", happened="1915-01-02")]
    >>> most, behind = Wholes(told).most("boats", days("1915-01-02"))
    >>> most, [claim.id for claim in behind]
    (12.0, ['a'])
    >>> Wholes(told).most("boats", days("1915-01-04"))
    (inf, [])
    """

    def __init__(self, claims: Iterable[Claim]) -> None:
        self.by_unit: dict[str, list[Claim]] = {}
        for claim in claims:
            if claim.state == TOTAL and claim.status != "denied" and count_of(claim):
                self.by_unit.setdefault(claim.unit, []).append(claim)
        self._columns = {
            unit: (
                np.array([days(claim.happened) for claim in group]).T,
                np.array([rough_count(claim)[1] for claim in group]),
            )
            for unit, group in self.by_unit.items()
        }

    def most(self, unit: str, *spans: tuple[int, int]) -> tuple[float, list[Claim]]:
        """The largest number in all, and who says so; infinite if it is open, or none is told then.

        Parameters
        ----------
        unit
            What is counted.
        *spans
            First and last days in question, as ordinals: a total must be told of a day of each.
        """
        if unit not in self.by_unit:
            return float("inf"), []
        (first, last), high = self._columns[unit]
        here = np.ones(len(high), dtype=bool)
        for start, end in spans:
            here &= (first <= end) & (last >= start)
        if not here.any():
            return float("inf"), []
        limit = float(high[here].max())
        rows = np.flatnonzero(here & (high == limit))
        return limit, [self.by_unit[unit][row] for row in rows]
