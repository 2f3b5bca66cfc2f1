"""Units over the moments of a timeline, with and without travel times."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from convoy_geo.analysis.consistency.model import Cells
    from convoy_geo.analysis.consistency.solver import Program
    from convoy_geo.analysis.consistency.steps import Moment, Timeline

__all__ = ["FlowStream", "FreeStream", "Stream", "inside"]

NOWHERE = ""
"""The place of everything outside the named places."""


class _Worlds(Protocol):
    """The parts of a program that streams need."""

    program: Program
    timeline: Timeline

    @property
    def asked(self) -> list[set[Cells]]:
        """By step, the cells that are queried."""

    def labels(self, places: Iterable[str], asked: Collection[Cells]) -> list[tuple[str, str]]:
        """One pair of place and zone for each kind that the cells distinguish."""


class Stream(Protocol):
    """Units over time."""

    def counted(self, cells: Cells, step: int) -> list[int]:
        """The variables whose sum is the number in queried cells at a step."""


def inside(allowed: frozenset[str] | None, value: str) -> bool:
    """Whether a place or zone is allowed; None allows any."""
    return allowed is None or value in allowed


class FreeStream:
    """Units whose moves take no time: at each moment they can be anywhere."""

    def __init__(self, worlds: _Worlds, places: list[str], total: int, most: float) -> None:
        self._worlds = worlds
        self._labels: list[list[tuple[str, str]]] = []
        self._numbers: list[range] = []
        for asked in worlds.asked:
            labels = worlds.labels([NOWHERE, *places], asked)
            numbers = worlds.program.variables(len(labels), 0, most)
            worlds.program.row({**dict.fromkeys(numbers, 1), total: -1}, 0, 0)
            self._labels.append(labels)
            self._numbers.append(numbers)

    def counted(self, cells: Cells, step: int) -> list[int]:
        """See `Stream`."""
        pairs = zip(self._labels[step], self._numbers[step], strict=True)
        return [
            number for (place, zone), number in pairs
            if inside(cells.places, place) and inside(cells.zones, zone)
        ]  # fmt: skip


class FlowStream:
    """Units that travel: at places, and en route to one."""

    def __init__(
        self,
        worlds: _Worlds,
        places: list[str],
        total: int,
        most: float,
        arrival: Callable[[str, str, float], float],
    ) -> None:
        self._worlds, self._places = worlds, places
        program, moments = worlds.program, worlds.timeline.moments
        size = len(moments)
        self.at = [dict(zip(places, program.variables(len(places), 0, most), strict=True))
                   for _ in moments]  # fmt: skip
        self._flows: list[tuple[int, int, int]] = []
        arriving: dict[tuple[str, int], list[int]] = defaultdict(list)
        leaving: dict[tuple[str, int], list[int]] = defaultdict(list)
        self._soonest: dict[tuple[str, str, int], int] = {}
        for k, origin, goal in product(range(size - 1), places, places):
            there = self._arrives(moments, k, origin, goal, arrival)
            self._soonest[origin, goal, k] = there
            if there < size:
                flow = program.variable(0, most)
                self._flows.append((flow, k, there))
                leaving[origin, k].append(flow)
                arriving[goal, there].append(flow)
        for place, k in product(places, range(size - 1)):  # and never seen again
            gone = program.variable(0, most)
            self._flows.append((gone, k, k))
            leaving[place, k].append(gone)
        for place in places:
            self._balance(place, most, leaving, arriving)
        first = [self.at[0][place] for place in places] + [self._pools[place] for place in places]
        self._total = total
        program.row({**dict.fromkeys(first, 1), total: -1}, 0, 0)
        self._zones: list[list[tuple[tuple[str, str], int]] | None] = [
            self._split(k, most) for k in range(size)
        ]
        self._no_shortcuts()

    @cached_property
    def _pools(self) -> dict[str, int]:
        return {}

    def _arrives(
        self,
        moments: Sequence[Moment],
        k: int,
        origin: str,
        goal: str,
        arrival: Callable[[str, str, float], float],
    ) -> int:
        """The first step at which units that leave at a step can arrive."""
        time, rank = moments[k]
        if origin == goal:  # a round trip from the place
            return k + 2
        at = arrival(origin, goal, time)
        if not math.isfinite(at):
            return len(moments)
        soonest = (time, rank + 1) if at <= time else (at, rank)
        return max(k + 1, bisect_left(moments, soonest))

    def _balance(
        self,
        place: str,
        most: float,
        leaving: dict[tuple[str, int], list[int]],
        arriving: dict[tuple[str, int], list[int]],
    ) -> None:
        """Units at a place stay or leave; arrivals may be later than the earliest possible."""
        program, size = self._worlds.program, len(self.at)
        waiting = program.variable(0, most)
        self._pools[place] = waiting
        for k in range(1, size):
            stay, enter = program.variable(0, most), program.variable(0, most)
            out = dict.fromkeys(leaving[place, k - 1], 1)
            program.row({self.at[k - 1][place]: -1, stay: 1, **out}, 0, 0)
            program.row({self.at[k][place]: -1, stay: 1, enter: 1}, 0, 0)
            still = program.variable(0, most)
            came = dict.fromkeys(arriving[place, k], 1)
            program.row({waiting: 1, still: -1, enter: -1, **came}, 0, 0)
            self._flows.append((enter, k, k))
            waiting = still

    def _split(self, k: int, most: float) -> list[tuple[tuple[str, str], int]] | None:
        """Numbers by zone at one step, if any condition there refers to zones."""
        worlds, program = self._worlds, self._worlds.program
        asked = worlds.asked[k]
        if all(cells.zones is None for cells in asked):
            return None
        found = []
        for place in [NOWHERE, *self._places]:
            labels = worlds.labels([place], asked)
            numbers = program.variables(len(labels), 0, most)
            found += list(zip(labels, numbers, strict=True))
            parts = dict.fromkeys(numbers, 1)
            if place != NOWHERE:
                program.row({**parts, self.at[k][place]: -1}, 0, 0)
            else:
                here = {self.at[k][other]: 1 for other in self._places}
                program.row({**parts, **here, self._total: -1}, 0, 0)
        return found

    def _no_shortcuts(self) -> None:
        """Exclude short cuts through an intermediate place with an extent, such as a region.

        Moves within such a place take no time, so another place could be reached through it sooner
        than the roads allow.
        """
        size, places = len(self.at), self._places
        total, program = self._total, self._worlds.program
        for origin in places:
            for k in range(size - 1):
                soonest = dict.fromkeys(places, size)
                soonest[origin] = k
                fresh = [origin]
                while fresh:
                    here = fresh.pop()
                    for goal in places:
                        if goal == here or soonest[here] >= size - 1:
                            continue
                        there = self._soonest[here, goal, soonest[here]]
                        if there < soonest[goal]:
                            soonest[goal] = there
                            fresh.append(goal)
                for goal in places:
                    if goal == origin:
                        continue
                    for there in range(soonest[goal], min(size, self._soonest[origin, goal, k])):
                        program.row(
                            {self.at[k][origin]: 1, self.at[there][goal]: 1, total: -1}, high=0
                        )

    def counted(self, cells: Cells, step: int) -> list[int]:
        """See `Stream`."""
        zones = self._zones[step]
        if zones is None or (cells.zones is None and cells.places is not None):
            return [self.at[step][place] for place in self._places
                    if cells.places is None or place in cells.places]  # fmt: skip
        return [number for (place, zone), number in zones
                if inside(cells.places, place) and inside(cells.zones, zone)]  # fmt: skip

    def busy(self, values: NDArray[np.float64]) -> set[int]:
        """Steps at which units leave or arrive."""
        found = set()
        for flow, leave, arrive in self._flows:
            if values[flow]:
                found |= {leave, arrive}
        return found
