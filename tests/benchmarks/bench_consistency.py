"""What the consistency engine costs: the conditions of 2017, both cases, and many claims.

Times are of the processor. The bounds asserted are the project's own: 5 s for the conditions
written by hand, 60 s for the tables of 2017, 5 minutes for 5,000 claims on 50 subjects.
``BENCH_QUICK=1`` runs a tenth of the claims.
"""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest

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
