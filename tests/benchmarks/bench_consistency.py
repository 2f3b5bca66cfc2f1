"""What the consistency engine costs: the conditions of 2017, both cases, and many claims.

Times are of the processor. The bounds asserted are the project's own: 5 s for the conditions
written by hand, 60 s for the tables of 2017 (the engine's moments are those that the claims give,
to the minute), 5 minutes for 5,000 claims on 50 subjects; for what follows in 2017 once the
conflicts are known, 60 s for the bounds of all places by half days, 1 s for what falls, 30 s for
what follows, 60 s for the next questions.
``BENCH_QUICK=1`` runs a tenth of the claims.
"""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest

from convoy_geo.analysis.consistency.beliefs import choice_data, fallen
from convoy_geo.analysis.consistency.document import read_conditions
from convoy_geo.analysis.consistency.encode import Story, StoryRules
from convoy_geo.analysis.consistency.engine import Limits, solve
from convoy_geo.analysis.consistency.judge import Judge, find_consistency
from convoy_geo.case.case import read_case
from convoy_geo.case.case_consistency import case_story
from convoy_geo.model.claims import Claim

pytestmark = pytest.mark.benchmark

BUSES = Path(__file__).parent.parent / "data" / "buses.json"
SHARE = 10 if os.environ.get("BENCH_QUICK") else 1
STATES = ("north", "south", "west")


def timed(question):
    start = time.process_time()
    answer = question()
    return answer, time.process_time() - start


def made_up(subjects: int, each: int, *, seed: int = 1) -> Story:
    """Counts of vehicles by state, on days of one month, and totals; most of one true world."""
    rng = random.Random(seed)  # noqa: S311
    claims = {}
    for subject in range(subjects):
        total = rng.randrange(20, 60)
        north = [rng.randrange(total) for _ in range(30)]
        for number in range(each):
            day = rng.randrange(30)
            state = rng.choice(("north", "south", "total"))
            true = {"north": north[day], "south": total - north[day], "total": total}[state]
            low = max(0, true + rng.choice((0, 0, 0, 0, 0, -1, 1)))
            key = f"c{subject}-{number}"
            claims[key] = Claim(
                key, f"R{rng.randrange(20)}", "count", f"s{rng.randrange(5)}", "he", "",
                low=low, high=low + rng.randrange(4), unit=f"u{subject}", state=state,
                happened=f"2017-03-{day + 1:02}T12:00",
            )  # fmt: skip
    return Story(claims, states=frozenset({"total", *STATES}), rules=StoryRules())


def test_conditions_written_by_hand():
    document = read_conditions(BUSES)
    found, seconds = timed(lambda: solve(document.problem))
    print(f"\n  29 claims on 17 buses: {len(found.conflicts)} conflicts, {seconds:.2f} s")
    assert seconds < 5


@pytest.mark.parametrize("name", ["convoy-2017", "titanic-1912"])
def test_a_case_from_its_tables(name):
    judge, before = timed(lambda: Judge(case_story(read_case(name))))
    found, seconds = timed(judge.consistency)
    calls = judge.solver.calls
    print(f"\n  {found!r}: {before:.2f} s to encode, {seconds:.2f} s, {calls} calls")
    assert seconds < 60


@pytest.mark.parametrize(("subjects", "each"), [(50, 100), (1, 2000)])
def test_many_claims(subjects, each):
    story = made_up(subjects, max(each // SHARE, 1))
    found, seconds = timed(lambda: find_consistency(story, limits=Limits(seconds=240)))
    missing = {(one.what, one.why) for one in found.missing}
    figures = f"{len(found.conflicts):,} conflicts, {len(found.repairs):,} repairs"
    print(f"\n  {len(story.claims):,} claims on {subjects} subjects: {figures}, {seconds:.0f} s")
    print(f"  missing: {sorted(missing)}")
    assert seconds < 300


def test_bounds_by_half_days():
    found = read_case().consistency()
    for unit in found.ranges().units:
        bands, seconds = timed(lambda unit=unit: found.bands(unit, step="half-day"))
        places = len({one.where for one in bands})
        print(f"\n  {unit}: {len(bands):,} bounds of {places} places, {seconds:.1f} s")
        if unit == "buses":
            assert seconds < 60


def test_what_falls_and_what_follows():
    case = read_case()
    data = choice_data(case.consistency())
    claims = data["claims"]
    conflicts = [[claims[i] for i in one] for one in data["conflicts"]]
    for side in case.info.sides:
        chosen = [key for key, claim in case.claims.items() if claim.side == side]
        falls, first = timed(lambda chosen=chosen: fallen(conflicts, chosen))
        belief, seconds = timed(lambda side=side: case.believing(side))
        print(
            f"\n  {side}: {len(falls)} fall, {first * 1000:.1f} ms; "
            f"{len(belief.follows)} follow, {seconds:.1f} s"
        )
        assert first < 1
        assert seconds < 30


def test_the_next_question():
    case = read_case()
    found, seconds = timed(case.ask)
    print(f"\n  {len(found)} questions, {seconds:.1f} s")
    assert seconds < 60
