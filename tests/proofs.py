"""What is proved of the engine in full, by command; the tests run a small, fixed share of it.

    python tests/proofs.py worlds --number 500     simulated stories on the bundled roads
    python tests/proofs.py subsets --number 100    ten claims at a time, against brute force
    python tests/proofs.py bounds --number 200     least and greatest numbers, against brute force
    python tests/proofs.py choices --number 1000   what a choice of claims makes fall, by the solver
    python tests/proofs.py questions --number 100  what the first question of `ask` promises

Each prints what it found and ends with 1 if a law is broken. `--first` and `--number` choose the
seeds, so that a long run can be cut into parts.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from brute import ZoneWorlds, minimal_conflicts, minimal_repairs
from brute_travel import TooManyWorldsError, TravelWorlds, fits_no_world
from simulate import make_world, story_of

from convoy_geo.analysis.consistency.beliefs import choice_data, conflicts_within, fallen
from convoy_geo.analysis.consistency.bounds import least_and_greatest, query
from convoy_geo.analysis.consistency.components import component_of
from convoy_geo.analysis.consistency.document import read_conditions
from convoy_geo.analysis.consistency.encode import Encoder
from convoy_geo.analysis.consistency.engine import solve
from convoy_geo.analysis.consistency.judge import Judge
from convoy_geo.analysis.consistency.model import NO_ZONE, Cells, Subject
from convoy_geo.analysis.consistency.questions import find_questions
from convoy_geo.analysis.consistency.ranges import Ranges
from convoy_geo.case.case import read_case
from convoy_geo.case.case_consistency import case_story

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from convoy_geo.analysis.consistency.model import Condition, Problem
    from convoy_geo.analysis.consistency.result import Consistency

TOWNS = ("Sukhna", "Palmyra", "deir_ez_zor", "Mayadin", "Abu Kamal", "Rawa")
CONFLICT = ("some", "none")


# ---- simulated stories on the bundled roads ----


@dataclass(frozen=True)
class WorldCheck:
    """What was found of one simulated story.

    Parameters
    ----------
    seed
        Of the story.
    lies
        By lie whether it fits no world in which all true claims hold (None: too many worlds to
        try), and the engine's status.
    broken
        Laws that do not hold, in words.
    """

    seed: int
    lies: dict[str, tuple[bool | None, str]]
    broken: tuple[str, ...]


@cache
def bundled_roads():
    """Some towns of the bundled roads, and how long a bus takes from each to each."""
    case = read_case()
    places = {place.id: place for place in map(case.gazetteer.locate, TOWNS)}
    hours = {
        (one, other): 0.0 if one == other
        else case.roads.route([places[one], places[other]]).duration_h
        for one in places for other in places
    }  # fmt: skip
    return case.network, places, hours


def check_world(seed: int) -> WorldCheck:
    """Whether the engine is right about one story on the bundled roads."""
    network, places, hours = bundled_roads()
    world = make_world(seed, list(places), lambda *pair: hours[pair])
    everyone = [*world.true, *world.lies]
    problem = Encoder(story_of(everyone, places=places, network=network)).encode().problem
    found = solve(problem)
    honest = {claim.id for claim in world.true}
    broken = [] if found.complete else [f"not complete: {found.missing}"]
    broken += [f"true claims conflict: {sorted(one)}" for one in found.conflicts if one <= honest]
    exact, worlds = TravelWorlds(hours_of(problem)), TravelWorlds(hours_of(problem, whole=True))
    for one in found.conflicts:
        try:
            if exact.holds([problem.conditions[key] for key in one]):
                broken.append(f"a world meets a conflict: {sorted(one)}")
        except TooManyWorldsError:
            pass
    true = [problem.conditions[key] for key in sorted(honest)]
    lies = {}
    for claim in world.lies:
        no_world = fits_no_world(worlds, problem.conditions[claim.id], true)
        lies[claim.id] = no_world, found.status(claim.id)
        if no_world and found.status(claim.id) not in CONFLICT:
            broken.append(f"{claim.id} fits no world, and is in no conflict")
    return WorldCheck(seed, lies, tuple(broken))


def hours_of(problem: Problem, *, whole: bool = False) -> Callable[[str, str], float]:
    """Travel times; cut to whole hours, all windows being on the hour, they only add worlds."""
    subject = next((one.subject for one in problem.conditions.values() if one.subject.unit), None)
    start = min(one.first for one in problem.conditions.values() if math.isfinite(one.first))

    @cache
    def hours(one: str, other: str) -> float:
        if one == other or subject is None:
            return 0.0
        found = problem.travel.hours(subject, one, other, start)
        return float(math.floor(found + 1e-6)) if whole else found

    return hours


def worlds(first: int, number: int) -> int:
    """Check many stories; how many laws were broken."""
    checks = []
    for seed in range(first, first + number):
        checks.append(check_world(seed))
        for law in checks[-1].broken:
            print(f"seed {seed}: {law}", flush=True)
        if len(checks) % 25 == 0 or len(checks) == number:
            print(_summary(checks), flush=True)
    return sum(len(check.broken) for check in checks)


def _summary(checks: Sequence[WorldCheck]) -> str:
    lies = [lie for check in checks for lie in check.lies.values()]
    caught = sum(status in CONFLICT for _, status in lies)
    no_world = [status for fits, status in lies if fits]
    found = sum(status in CONFLICT for status in no_world)
    unknown = sum(fits is None for fits, _ in lies)
    return (
        f"{len(checks)} stories from seed {checks[0].seed}: {len(lies)} lies, {caught} in a "
        f"conflict ({caught / max(len(lies), 1):.1%}); {len(no_world)} fit no world in which all "
        f"true claims hold, {found} of these in a conflict; {unknown} have too many worlds to try"
    )


# ---- ten claims at a time, against brute force ----


def ten_of_2017(seed: int) -> tuple[Problem, set[frozenset[str]]]:
    """Ten of the conditions on the buses that were written by hand, and their conflicts."""
    path = Path(__file__).parent / "data" / "buses.json"
    problem = read_conditions(json.loads(path.read_text(encoding="utf-8"))).problem
    names = random.Random(seed).sample(sorted(problem.conditions), 10)  # noqa: S311
    part = replace(problem, conditions={name: problem.conditions[name] for name in names})
    has_unit = any(one.subject.unit for one in part.conditions.values())
    every = ZoneWorlds(zones_told_apart(part), 23, has_unit=has_unit)
    return part, minimal_conflicts(
        sorted(names), lambda some: every.holds([part.conditions[name] for name in some])
    )


def zones_told_apart(problem: Problem) -> list[str]:
    """One zone of each kind: zones that no condition tells apart are one."""
    kinds: dict[tuple[bool, ...], str] = {}
    asked = [
        cells
        for one in problem.conditions.values()
        for cells in (one.cells, one.left, one.arrived)
        if cells is not None and cells.zones is not None
    ]
    for zone in sorted(problem.zones):
        kinds.setdefault(tuple(zone in cells.zones for cells in asked), zone)
    return list(kinds.values())


def ten_made_up(seed: int) -> tuple[Problem, set[frozenset[str]]]:
    """Ten claims of a simulated story of two states, four of them lies, and their conflicts."""
    states = ("north", "south")
    world = make_world(seed, states, lambda *_: 0.0, lies=4, state=True)
    story = story_of([*world.true, *world.lies], states=states)
    problem = Encoder(story).encode().problem
    every = ZoneWorlds({*states, NO_ZONE}, 14)
    return problem, minimal_conflicts(
        sorted(problem.conditions),
        lambda some: every.holds([problem.conditions[name] for name in some]),
    )


@cache
def _problem_of_1912() -> Problem:
    return Encoder(case_story(read_case("titanic-1912"))).encode().problem


def ten_of_1912(seed: int) -> tuple[Problem, set[frozenset[str]]]:
    """Ten claims of the ship of 1912, from its tables, and their conflicts."""
    problem = _problem_of_1912()
    names = random.Random(seed).sample(sorted(problem.conditions), 10)  # noqa: S311
    part = replace(problem, conditions={name: problem.conditions[name] for name in names})
    parts: dict[object, dict[str, Condition]] = {}
    for name, one in part.conditions.items():
        parts.setdefault(component_of(part, one.subject), {})[name] = one
    found = set()
    for some in parts.values():
        found |= minimal_conflicts(
            sorted(some), lambda keys, some=some: _alone(part, [some[key] for key in keys])
        )
    return part, found


def _alone(problem: Problem, some: Sequence[Condition]) -> bool:
    """Whether conditions on one subject can hold: a tally, a total, or one body that travels."""
    if some[0].form == "tally":
        return never_falls(some)
    if some[0].form == "total":
        return max(one.low for one in some) <= min(one.high for one in some)

    def hours(one: str, other: str) -> float:
        return problem.travel.hours(some[0].subject, one, other, some[0].first)

    return TravelWorlds(hours).holds(some)


def never_falls(some: Sequence[Condition]) -> bool:
    """Whether a number that never falls can be within each interval at its end."""
    return all(one.low <= other.high for one in some for other in some if one.last <= other.last)


KINDS: Mapping[str, Callable[[int], tuple[Problem, set[frozenset[str]]]]] = {
    "2017": ten_of_2017, "1912": ten_of_1912, "made up": ten_made_up,
}  # fmt: skip


def check_ten(kind: str, seed: int) -> tuple[int, tuple[str, ...]]:
    """How many conflicts ten claims have, and where the engine differs from brute force."""
    problem, brute = KINDS[kind](seed)
    found = solve(problem)
    broken = [] if found.complete else ["not complete"]
    if set(found.conflicts) != brute:
        broken.append(f"conflicts {sorted(map(sorted, found.conflicts))}, by brute force "
                      f"{sorted(map(sorted, brute))}")  # fmt: skip
    if set(found.repairs) != minimal_repairs(sorted(problem.conditions), brute):
        broken.append("other repairs than by brute force")
    return len(brute), tuple(broken)


def subsets(first: int, number: int) -> int:
    """Check many tens; how many laws were broken."""
    wrong, counts = 0, dict.fromkeys(KINDS, (0, 0))
    for seed in range(first, first + number):
        kind = list(KINDS)[seed % len(KINDS)]
        conflicts, broken = check_ten(kind, seed)
        tens, sum_ = counts[kind]
        counts[kind] = tens + 1, sum_ + conflicts
        wrong += bool(broken)
        for law in broken:
            print(f"{kind}, seed {seed}: {law}", flush=True)
    for kind, (tens, conflicts) in counts.items():
        print(f"{kind}: {tens} subsets of ten claims, {conflicts} conflicts by brute force")
    print(f"the engine differs in {wrong}")
    return wrong


# ---- what follows ----

STATES = ("north", "south")
MOST = 14
"""Units at the most that brute force tries."""


def simulated(seed: int, **more: int) -> tuple[Judge, Consistency]:
    """A simulated story of two states, and what can be true together."""
    world = make_world(seed, STATES, lambda *_: 0.0, state=True, **more)
    judge = Judge(story_of([*world.true, *world.lies], states=STATES))
    return judge, judge.consistency()


def check_bounds(seed: int) -> tuple[str, ...]:
    """Whether the bounds of one state at one moment are those of brute force."""
    judge, _ = simulated(seed, claims=4, lies=0)
    problem, rng = judge.problem, random.Random(seed)  # noqa: S311
    some = list(dict.fromkeys(problem.conditions.values()))
    first = min((one.first for one in some if math.isfinite(one.first)), default=0.0)
    moment = first + rng.randrange(80)
    subject = Subject("", "buses")
    asked = query(subject, Cells(None, frozenset({"north"})), moment, moment)
    ranges, exact = least_and_greatest(problem, some, {"north": asked}, judge.solver)
    low, high = ranges["north"]

    def possible(most: int) -> list[int]:
        every = ZoneWorlds({*STATES, NO_ZONE}, most)
        return [number for number in range(most + 1)
                if every.holds([*some, replace(asked, low=number, high=number)])]  # fmt: skip

    larger, smaller = possible(MOST), possible(MOST - 2)
    broken = [] if exact else ["not exact, though no move takes time"]
    if low != larger[0]:
        broken.append(f"at least {low}, by brute force {larger[0]}")
    if math.isinf(high) and larger[-1] <= smaller[-1]:
        broken.append(f"no greatest number, by brute force {larger[-1]}")
    if math.isfinite(high) and high != larger[-1]:
        broken.append(f"at most {high}, by brute force {larger[-1]}")
    return tuple(broken)


def check_choice(seed: int) -> tuple[str, ...]:
    """Whether subset tests on the list of conflicts say what the solver says of one choice."""
    judge, found = _story_of_choices(seed // 20)
    data, rng = choice_data(found), random.Random(seed)  # noqa: S311
    claims = data["claims"]
    conflicts = [[claims[i] for i in one] for one in data["conflicts"]]
    chosen = rng.sample(claims, rng.randrange(1, len(claims)))

    def together(keys: Sequence[str]) -> bool | None:
        return judge.holds([judge.problem.conditions[key] for key in keys])

    own = conflicts_within(conflicts, chosen)
    if together(chosen) != (not own):
        return (f"{chosen}: {len(own)} conflicts, the solver says {together(chosen)}",)
    falls = {} if own else fallen(conflicts, chosen)
    return tuple(
        f"{chosen} and {other}: falls {other in falls}"
        for other in claims if not own and other not in chosen
        and together([*chosen, other]) != (other not in falls)
    )  # fmt: skip


@cache
def _story_of_choices(seed: int) -> tuple[Judge, Consistency]:
    return simulated(seed, claims=10, lies=4)


def check_question(seed: int) -> tuple[str, ...]:
    """Whether either answer to the first question fits no more sets of claims than promised."""
    judge, found = simulated(seed, claims=10, lies=4)
    ranges = Ranges(judge, found)
    questions = find_questions(ranges, "buses", most=1)
    if not questions:
        return ()
    (one,) = questions
    first, last, _ = ranges.window(one.when) if one.when else (0.0, 0.0, "")  # none: in all
    asked = query(Subject("", one.unit), ranges.cells(one.where), first, last)
    sets, _, _ = ranges.accounts(ranges.subject("buses"))
    broken = []
    for answer, condition in (
        (one.yes, replace(asked, low=one.number)), (one.no, replace(asked, high=one.number - 1.0)),
    ):  # fmt: skip
        allowed = sum(
            judge.holds([*(judge.problem.conditions[key] for key in some), condition]) is not False
            for some in sets
        )
        if allowed > min(answer.sets, one.promised):
            broken.append(f"{one}: {allowed} sets allow an answer, {one.promised} were promised")
    return tuple(broken)


def many(check: Callable[[int], tuple[str, ...]]) -> Callable[[int, int], int]:
    """A command that makes one check for many seeds."""

    def run(first: int, number: int) -> int:
        wrong = 0
        for seed in range(first, first + number):
            broken = check(seed)
            wrong += bool(broken)
            for law in broken:
                print(f"seed {seed}: {law}", flush=True)
        print(f"{check.__name__}: {number} seeds from {first}, broken in {wrong}")
        return wrong

    return run


COMMANDS: Mapping[str, tuple[Callable[[int, int], int], int]] = {
    "worlds": (worlds, 500), "subsets": (subsets, 100), "bounds": (many(check_bounds), 200),
    "choices": (many(check_choice), 1000), "questions": (many(check_question), 100),
}  # fmt: skip


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=list(COMMANDS))
    parser.add_argument("--first", type=int, default=0, help="the first seed (0)")
    parser.add_argument("--number", type=int, help="how many")
    options = parser.parse_args()
    check, number = COMMANDS[options.what]
    return int(bool(check(options.first, options.number or number)))


if __name__ == "__main__":
    sys.exit(main())
