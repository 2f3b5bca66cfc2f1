"""What can be true together, by trying everything: independent of the engine and of any solver.

Zones only, moves take no time: worlds are looked at one moment at a time, all numbers of units and
all their spreads over the zones are tried. Travel: one body, all orders of the claims are tried.
"""

from __future__ import annotations

import math
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from convoy_geo.analysis.consistency.model import Condition


def minimal_conflicts(
    names: Sequence[str], holds: Callable[[frozenset[str]], bool]
) -> set[frozenset[str]]:
    """All minimal sets that do not hold, by all subsets."""
    found: set[frozenset[str]] = set()
    for size in range(1, len(names) + 1):
        for some in map(frozenset, combinations(names, size)):
            if not any(one <= some for one in found) and not holds(some):
                found.add(some)
    return found


def minimal_repairs(
    names: Sequence[str], conflicts: Iterable[frozenset[str]]
) -> set[frozenset[str]]:
    """All minimal sets that meet every conflict, by all subsets."""
    every, found = list(conflicts), set()
    for size in range(len(names) + 1):
        for some in map(frozenset, combinations(names, size)):
            if all(some & one for one in every) and not any(other <= some for other in found):
                found.add(some)
    return {one for one in found if one}


def _spreads(number: int, boxes: int) -> Iterator[tuple[int, ...]]:
    if boxes == 1:
        yield (number,)
        return
    for here in range(number + 1):
        for rest in _spreads(number - here, boxes - 1):
            yield (here, *rest)


class ZoneWorlds:
    """Worlds of one unit and one whole over zones."""

    def __init__(self, zones: Iterable[str], most: int, *, has_unit: bool = True) -> None:
        self.zones = sorted(zones)
        self.numbers = range(1, most + 1) if has_unit else range(1)
        self.has_unit = has_unit
        self._cache: dict[tuple[object, ...], bool] = {}
        self._tables: dict[int, np.ndarray] = {}

    def holds(self, conditions: Sequence[Condition]) -> bool:
        """Whether some world meets all conditions."""
        totals = [one for one in conditions if one.form == "total"]
        return any(
            all(one.low <= number <= one.high for one in totals) and self._with(number, conditions)
            for number in self.numbers
        )

    def _with(self, number: int, conditions: Sequence[Condition]) -> bool:
        timed = [one for one in conditions if one.form in ("count", "whole")]
        ends = sorted({end for one in timed for end in (one.first, one.last) if math.isfinite(end)})
        far = [ends[0] - 2, ends[-1] + 2] if ends else [0.0]
        points = sorted([*far, *ends])
        times = points + [(a + b) / 2 for a, b in pairwise(points)]
        moments = [one for one in timed if one.when == "moment"]

        def forced(time: float) -> list[tuple[Condition, str]]:
            found = [
                (one, "in")
                for one in timed
                if one.when == "throughout" and one.first <= time <= one.last
            ]
            return found + [(one, "in") for one in moments if one.first == one.last == time]

        if not all(self._one_moment(number, forced(time)) for time in times):
            return False
        for one in moments:
            # just after a window and just before one: the middle of the stretch that follows
            for edge, cells, end in (
                ("left", one.left, one.last),
                ("arrived", one.arrived, one.first),
            ):
                if cells is None:
                    continue
                beside = [t for t in times if (t > end if edge == "left" else t < end)]
                near = min(beside, key=lambda t, end=end: abs(t - end))
                others = [
                    (other, name)
                    for other in moments
                    for name, its, at in (
                        ("left", other.left, other.last), ("arrived", other.arrived, other.first)
                    )
                    if its is not None and at == end and name == edge
                ]  # fmt: skip
                if not self._one_moment(number, [*forced(near), *others]):
                    return False
            if one.first == one.last:
                continue
            if not any(
                one.first <= time <= one.last
                and self._one_moment(number, [*forced(time), (one, "in")])
                for time in times
            ):
                return False
        return True

    def _one_moment(self, number: int, asked: Sequence[tuple[Condition, str]]) -> bool:
        key = (number, frozenset(asked))
        if key not in self._cache:
            if number not in self._tables:
                self._tables[number] = np.array(list(_spreads(number, len(self.zones))))
            self._cache[key] = any(
                self._meet(asked, number, self._tables[number], body) for body in self.zones
            )
        return self._cache[key]

    def _meet(
        self, asked: Sequence[tuple[Condition, str]], number: int, spreads: object, body: str
    ) -> bool:
        """Whether some spread of the units meets all that is asked, the whole being in a zone."""
        good = np.ones(len(spreads), bool)
        for one, what in asked:
            cells = {"in": one.cells, "left": one.left, "arrived": one.arrived}[what]
            inside = np.array([cells.zones is None or zone in cells.zones for zone in self.zones])
            there = bool(inside[self.zones.index(body)])
            counted = spreads[:, inside].sum(axis=1)
            if what != "in":
                good &= not there
            elif one.form == "whole":
                good &= there and (2 * counted > number if self.has_unit else True)
            else:
                good &= (one.low <= counted) & (counted <= one.high)
                good &= (one.share != "most") | (2 * counted > number)
                good &= (one.share != "all") | (counted == number)
        return bool(good.any())


def body_holds(  # noqa: C901
    conditions: Sequence[Condition], hours: Callable[[str, str], float]
) -> bool:
    """Whether one body can be at each condition's one place in its window, in some order."""

    def place(one: Condition) -> str:
        return next(iter(one.cells.places or ()))

    moments = [one for one in conditions if one.when == "moment"]
    for one in conditions:  # away just after the window, or just before it; and back at once
        for other in (
            its for its in conditions if its.when != "moment" and place(its) == place(one)
        ):
            if one.left and other.first <= one.last < other.last:
                return False
            if one.arrived and other.first < one.first <= other.last:
                return False
    stays = sorted(
        ([one.first, one.last, place(one)] for one in conditions if one.when != "moment"),
        key=lambda stay: stay[:2],
    )
    merged: list[list] = []
    for stay in stays:
        if merged and stay[0] <= merged[-1][1]:
            if stay[2] != merged[-1][2]:
                return False
            merged[-1][1] = max(stay[1], merged[-1][1])
        else:
            merged.append(stay)

    def from_here(now: float, here: str | None, left: frozenset[int], stay: int) -> bool:
        if not left and stay == len(merged):
            return True
        if stay < len(merged):  # next, the stay; whoever can be met during it is
            first, last, there = merged[stay]
            if now + (hours(here, there) if here else 0) <= first + 1e-9:
                during = {
                    i for i in left
                    if place(moments[i]) == there
                    and max(moments[i].first, first) <= min(moments[i].last, last)
                }  # fmt: skip
                if from_here(last, there, left - during, stay + 1):
                    return True
        for i in left:
            one, there = moments[i], place(moments[i])
            then = max(now + (hours(here, there) if here else 0), one.first)
            if then > one.last + 1e-9:
                continue
            if stay < len(merged):
                first, _, goal = merged[stay]
                if then + hours(there, goal) > first + 1e-9:
                    continue
            if from_here(then, there, left - {i}, stay):
                return True
        return False

    return from_here(-math.inf, None, frozenset(range(len(moments))), 0)
