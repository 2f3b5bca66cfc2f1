"""What can be true together where moves take time, by trying every order of events.

Independent of the engine and of any solver. A world is a sequence of events, one for each claim of
a moment and two for each claim of a stretch of time (its start and its end). At each event every
vehicle is at one of the places that the event asks for, or elsewhere; of each vehicle only the
last such place and its time matter. All orders of the events, and all vehicles that can be where,
are tried, each event as early as it can be: later only makes what follows harder.

What is looked at is less than all: between events nothing is asked. So a set that fits no such
world fits none at all, while of a set that fits one nothing is proved by this alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from convoy_geo.analysis.consistency.model import Condition

ELSEWHERE = ""
Seen = tuple[str, float]
"""Where a vehicle was last, and when; elsewhere for one that was never seen."""


class TooManyWorldsError(Exception):
    """More worlds than are tried."""


@dataclass(frozen=True)
class _State:
    left: frozenset[int]
    active: frozenset[int]
    now: float
    vehicles: tuple[tuple[Seen, int], ...]
    body: Seen


class TravelWorlds:
    """Worlds of some vehicles, and of the whole that they make up, between places.

    Parameters
    ----------
    hours
        Least hours from place to place.
    most
        Steps at the most; beyond them `TooManyWorldsError` is raised.
    """

    def __init__(self, hours: Callable[[str, str], float], *, most: int = 60_000) -> None:
        self._hours, self._most = hours, most
        self._farthest = 0.0

    def holds(self, conditions: Sequence[Condition]) -> bool:
        """Whether some world meets all conditions, as far as events show it."""
        timed = [one for one in conditions if one.form in ("count", "whole")]
        totals = [one for one in conditions if one.form == "total"]
        places = sorted({place for one in timed for place in one.cells.places or ()})
        self._farthest = max(
            (self._hours(one, other) for one in places for other in places), default=0.0
        )
        counted = any(one.form != "whole" for one in conditions)
        needed = sum(one.low for one in timed) + 1
        numbers = range(1, int(max([2 * needed, *(one.low for one in totals)])) + 1)
        return any(
            all(one.low <= number <= one.high for one in totals)
            and self._from(number, timed, counted=counted)
            for number in (numbers if counted else [0])
        )

    def _from(self, number: int, timed: list[Condition], *, counted: bool) -> bool:
        start = _State(
            frozenset(range(len(timed))), frozenset(), -math.inf,
            (((ELSEWHERE, -math.inf), number),), (ELSEWHERE, -math.inf),
        )  # fmt: skip
        known: set[_State] = set()
        waiting = [start]
        while waiting:
            state = waiting.pop()
            if state in known:
                continue
            known.add(state)
            if len(known) > self._most:
                raise TooManyWorldsError
            if not state.left and not state.active:
                return True
            # what ends first is tried first: that is what is taken last from the list
            waiting += sorted(
                self._next(state, timed, number, counted=counted),
                key=lambda one: (-len(one.left), -one.now),
            )
        return False

    def _next(
        self, state: _State, timed: list[Condition], number: int, *, counted: bool
    ) -> Iterator[_State]:
        ends = min(timed[i].last for i in (*state.left, *state.active))
        starts = {timed[i].first for i in state.left if _is_fixed(timed[i])}
        for i in state.left | state.active:
            one = timed[i]
            if _is_fixed(one):
                at = one.first if i in state.left else one.last
                times = [at] if at >= state.now else []
            else:  # at any time of its window, or just when another one must hold as well
                soonest = max(one.first, state.now)
                times = [None, *(at for at in starts if soonest <= at <= one.last)]
            for fixed in times:
                for at, *world in self._event(state, timed, i, fixed, number, counted=counted):
                    if at <= ends and (fixed is not None or at not in starts):
                        yield self._after(state, timed, i, fixed, at, *world)

    def _event(
        self, state: _State, timed: list[Condition], i: int, fixed: float | None, number: int,
        *, counted: bool,
    ) -> Iterator[tuple[float, list[tuple[Seen | str, int]], str]]:  # fmt: skip
        """When and how a condition can hold next, beside those that must hold then."""
        one = timed[i]
        soonest, latest = (one.first, one.last) if fixed is None else (fixed, fixed)
        asked = state.active | {i} | (set() if fixed is None else _fixed_at(timed, fixed))
        for time, vehicles, body in self._placed(
            state, [timed[j] for j in asked], number, counted=counted
        ):
            at = max(time, soonest, state.now)
            if at <= latest:
                yield at, vehicles, body

    def _after(
        self, state: _State, timed: list[Condition], i: int, fixed: float | None, at: float,
        vehicles: list[tuple[Seen | str, int]], body: str,
    ) -> _State:  # fmt: skip
        one = timed[i]
        same = set() if fixed is None else _fixed_at(timed, fixed)
        left = state.left - {i} - {j for j in same if timed[j].when != "throughout"}
        lasting = one.when == "throughout"
        active = state.active - {i} if i in state.active or not lasting else state.active | {i}
        seen = (body, at) if body else state.body
        return _State(left, active, at, self._plain(vehicles, at), seen)

    def _plain(
        self, vehicles: list[tuple[Seen | str, int]], at: float
    ) -> tuple[tuple[Seen, int], ...]:
        """Vehicles by where they were last; one that can be anywhere again was never seen."""
        found: dict[Seen, int] = {}
        for seen, count in vehicles:
            where = (seen, at) if isinstance(seen, str) else seen
            if at - where[1] >= self._farthest:
                where = (ELSEWHERE, -math.inf) if where[1] < at else where
            found[where] = found.get(where, 0) + count
        return tuple(sorted(found.items()))

    def _soonest(self, seen: Seen, place: str) -> float:
        return -math.inf if seen[0] == ELSEWHERE else seen[1] + self._hours(seen[0], place)

    def _placed(
        self, state: _State, asked: list[Condition], number: int, *, counted: bool
    ) -> Iterator[tuple[float, list[tuple[Seen | str, int]], str]]:
        """All ways in which what is asked for at one moment can hold, and from when on."""
        places = sorted({place for one in asked for place in one.cells.places or ()})
        bodies = [ELSEWHERE]
        wholes = [one for one in asked if one.form == "whole"]
        if wholes:
            bodies = [p for p in places if all(p in (one.cells.places or ()) for one in wholes)]
        for body in bodies:
            came = self._soonest(state.body, body) if body else -math.inf
            if not counted:
                yield came, list(state.vehicles), body
                continue
            for time, vehicles, counts in self._spread(state.vehicles, places, 0):
                if all(self._met(one, counts, number) for one in asked):
                    yield max(time, came), vehicles, body

    @staticmethod
    def _met(one: Condition, counts: dict[str, int], number: int) -> bool:
        there = sum(counts.get(place, 0) for place in one.cells.places or ())
        if one.form == "whole":
            return 2 * there > number
        return one.low <= there <= one.high

    def _spread(
        self, groups: Sequence[tuple[Seen, int]], places: Sequence[str], first: int
    ) -> Iterator[tuple[float, list[tuple[Seen | str, int]], dict[str, int]]]:
        if first == len(groups):
            yield -math.inf, [], {}
            return
        seen, size = groups[first]
        for time, vehicles, counts in self._spread(groups, places, first + 1):
            for going in _shares(size, len(places)):
                gone = {p: n for p, n in zip(places, going, strict=True) if n}
                stay = size - sum(going)
                when = max([time, *(self._soonest(seen, place) for place in gone)])
                yield (
                    when,
                    [*vehicles, *gone.items(), *([(seen, stay)] if stay else [])],
                    {p: counts.get(p, 0) + gone.get(p, 0) for p in {*counts, *gone}},
                )


def _is_fixed(one: Condition) -> bool:
    """Whether a condition holds at times that are given: a moment, or a stretch with its ends."""
    return one.when == "throughout" or one.first == one.last


def _fixed_at(timed: Sequence[Condition], time: float) -> set[int]:
    """Conditions that must hold at one time: moments that are that time, stretches around it."""
    return {
        i for i, one in enumerate(timed) if one.first <= time <= one.last and _is_fixed(one)
    }  # fmt: skip


def _shares(number: int, boxes: int) -> Iterator[tuple[int, ...]]:
    """All ways to put at most so many into boxes."""
    if not boxes:
        yield ()
        return
    for here in range(number + 1):
        for rest in _shares(number - here, boxes - 1):
            yield (here, *rest)


def fits_no_world(
    worlds: TravelWorlds, lie: Condition, true: Sequence[Condition], *, most: int = 3
) -> bool | None:
    """Whether a lie fits no world in which some true claims hold; None where it is too much to try.

    Parameters
    ----------
    worlds
        All worlds.
    lie, true
        The conditions.
    most
        How many of the true ones are tried with it, before all of them.
    """
    unknown = False
    for size in range(most + 1):
        for some in combinations(true, size):
            try:
                if not worlds.holds([lie, *some]):
                    return True
            except TooManyWorldsError:
                unknown = True
    try:
        return not worlds.holds([lie, *true])
    except TooManyWorldsError:
        return None if unknown else False
