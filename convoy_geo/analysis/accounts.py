"""One side's account of one day: figures by state, and what remains of the total."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from convoy_geo.analysis.intervals import Count, json_number, total
from convoy_geo.lang import DEFAULT, Message, load

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["REST", "TOTAL", "Account", "Cell"]

TOTAL = "total"
"""The state of claims that count all units."""

REST = "unaccounted"
"""The state of claims that count unexplained units."""


@dataclass(frozen=True)
class Cell:
    """The number that an account gives for one state, with its claims.

    Parameters
    ----------
    state
        One of the case's states.
    count
        Least and greatest number; infinity for an open end.
    claims
        Ids of the claims, in order.
    told
        ``day``: as of that day; ``span``: at some time during a period that continues after the
        day, so perhaps not yet; ``carried``: from an older statement.
    slack
        Tolerance of an approximate number.
    """

    state: str
    count: Count
    claims: tuple[str, ...]
    told: str = "day"
    slack: float = 0.0


@dataclass(frozen=True)
class Account:
    """One side's account of one day, in one report.

    Parameters
    ----------
    side, report
        The side, and the report that contains the account.
    said
        The type of account, as a message.
    cells
        One for each state that the side mentions, in the case's order.
    total
        The total used, or None if none is given.
    total_claims
        The claims for the total.
    own_total
        Whether the total is the side's own; otherwise it is the report's, or another side's.
    total_sides
        The other sides that give the total; empty if it is the side's own or the report's.
    total_slack
        Tolerance of an approximate total.
    rest_claims
        Claims of the report that state the same remainder. They are not summed.
    one_moment
        Whether all its figures refer to the same moment.
    later
        Whether its figures were published only after the day.
    """

    side: str
    report: str
    said: Message | str
    cells: tuple[Cell, ...]
    total: Count | None = None
    total_claims: tuple[str, ...] = ()
    own_total: bool = False
    total_sides: tuple[str, ...] = ()
    total_slack: float = 0.0
    rest_claims: tuple[str, ...] = ()
    one_moment: bool = False
    later: bool = False

    @property
    def words(self) -> str:
        """The type of account, in English."""
        return load(DEFAULT).say(self.said)

    @property
    def residual(self) -> Count | None:
        """The total minus the sum; negative if over the total. None without a total or figures.

        A total that is only an upper limit leaves the actual number open: it is exceeded only if
        the sum is larger.
        """
        if self.total is None or not self.cells:
            return None
        low, high = total(cell.count for cell in self.cells)
        most = self.total[1] - low
        if self.total[0] == 0 < self.total[1]:
            return min(0, most), most
        return self.total[0] - high, most

    @property
    def adds_up(self) -> bool | None:
        """Whether nothing remains: True, False, or None if undetermined.

        It is undetermined without a total; if another side gives the total and the remainder may be
        0 or not; if a figure may not yet apply on the day; and if figures of different moments
        together exceed the total.
        """
        rest = self.residual
        if rest is None or self.total_sides or any(cell.told == "span" for cell in self.cells):
            return None
        if rest[0] == rest[1] == self.slack == 0:
            return True
        if rest[1] + self.slack < 0 and not self.one_moment:
            return None
        return None if rest[0] - self.slack <= 0 <= rest[1] + self.slack else False

    @property
    def slack(self) -> float:
        """Tolerance of the remainder, since figures may be approximate."""
        return self.total_slack + sum(cell.slack for cell in self.cells)

    @property
    def carried(self) -> tuple[str, ...]:
        """The claims in it that come from older statements."""
        return tuple(chain(*(cell.claims for cell in self.cells if cell.told == "carried")))

    @property
    def claims(self) -> tuple[str, ...]:
        """All claims behind the cells and the total."""
        behind = chain(*(cell.claims for cell in self.cells), self.total_claims)
        return tuple(dict.fromkeys(behind))

    def values(self, labels: Mapping[str, str], names: Mapping[str, str]) -> dict[str, Any]:
        """The values for `Language.account`.

        Parameters
        ----------
        labels, names
            Labels of the states and names of the sides; ids are used where these are missing.
        """
        cells = [
            {"count": c.count, "about": bool(c.slack), "state": labels.get(c.state, c.state),
             "claims": c.claims, "reported": c.told}
            for c in self.cells
        ]  # fmt: skip
        if self.total is None:
            return {"cells": cells, "total": None}
        sides = [names.get(side, side) for side in self.total_sides]
        return {
            "cells": cells,
            "total": {
                "count": self.total,
                "about": bool(self.total_slack),
                "claims": self.total_claims,
                "whose": sides or ("own" if self.own_total else "report"),
                "remainder": self.residual,
                "remainder_about": bool(self.slack),
                "remainder_claims": self.rest_claims,
                "adds_up": self.adds_up,
            },
        }

    def to_dict(self) -> dict[str, Any]:
        """The account as plain values for JSON.

        ``total`` and ``residual`` are numbers if exact, otherwise pairs; an open end is None.
        ``total_range`` and ``residual_range`` are always pairs. Without a total all four are None.
        """
        return {
            "side": self.side,
            "states": {cell.state: _pair(cell.count) for cell in self.cells},
            "total": _number(self.total),
            "residual": _number(self.residual),
            "adds_up": self.adds_up,
            "reading": self.words,
            "claims": list(self.claims),
            "report": self.report,
            "cells": {cell.state: list(cell.claims) for cell in self.cells},
            "told": {cell.state: cell.told for cell in self.cells},
            "carried": list(self.carried),
            "total_range": None if self.total is None else _pair(self.total),
            "total_claims": list(self.total_claims),
            "own_total": self.own_total,
            "total_sides": list(self.total_sides),
            "residual_range": None if self.residual is None else _pair(self.residual),
            "rest_claims": list(self.rest_claims),
        }


def _pair(count: Count) -> list[int | float | None]:
    return [json_number(count[0]), json_number(count[1])]


def _number(count: Count | None) -> Any:
    if count is None:
        return None
    return json_number(count[0]) if count[0] == count[1] else _pair(count)
