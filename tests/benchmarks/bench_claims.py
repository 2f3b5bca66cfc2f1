"""Ledger, contradictions and dependence of the case; contradictions of 100,000 made-up claims.

The bounds asserted are the project's own: under 1 s together for the case, under 10 s and 1 GB for
100,000 claims. Times are of the processor, which a busy machine disturbs less than the clock.
"""

from __future__ import annotations

import random
import resource
import time
from datetime import date, timedelta

import pytest

from convoy_geo.analysis.old_rules.contradictions import Rules, find_contradictions
from convoy_geo.analysis.old_rules.whereabouts import Atlas
from convoy_geo.case.case import read_case
from convoy_geo.model.claims import Claim
from convoy_geo.model.places import Place

pytestmark = pytest.mark.benchmark

RULES = Rules(("t0", "t1"), ("t2", "t3", "t4"), ("t5", "t6", "t7"), ("p1", "p2"))
PLACES = {f"p{n}": Place(f"p{n}", f"P{n}", 36 + n * 0.1, 34.0, 5.0) for n in range(60)}
STATES = ["total", "a", "b", "c", "unaccounted", ""]


def made_up(size: int, *, units: int, topics: int = 20, seed: int = 1) -> list[Claim]:
    """Claims with random days of one year, counts, places, sides and reports."""
    rng = random.Random(seed)  # noqa: S311
    claims = []
    for number in range(size):
        first = date(2017, 1, 1) + timedelta(rng.randrange(365))
        last = first + timedelta(rng.choice([0, 0, 0, 1, 3, 7, 30]))
        low = rng.randrange(1, 500)
        claims.append(
            Claim(
                f"c{number}", f"R{rng.randrange(50)}", f"t{rng.randrange(topics)}",
                f"s{rng.randrange(10)}", "someone", "",
                status=rng.choice(["asserted"] * 8 + ["denied", "unconfirmed"]),
                happened=f"{first}/{last}" if first < last else f"{first}",
                said=rng.choice(["", f"{last}"]), low=low,
                high=rng.choice([low, low, low + rng.randrange(50), None]),
                unit=f"u{rng.randrange(units)}", state=rng.choice(STATES),
                places=((rng.choice(["at", "from", "to"]), f"p{rng.randrange(60)}"),),
                span_start=rng.randrange(5000),
            )
        )  # fmt: skip
    return claims


def test_the_case():
    case = read_case()
    figures = {}
    for name, ask in (
        ("ledger of one day", lambda: case.ledger("2017-09-03", carry_over=True)),
        ("ledger of every day", case.ledger_series),
        ("contradictions", case.contradictions),
        ("sources", case.sources),
    ):
        start = time.process_time()
        ask()
        figures[name] = time.process_time() - start
    print()
    for name, seconds in figures.items():
        print(f"  {name:<22} {seconds * 1000:7.1f} ms")
    assert sum(figures.values()) < 1


@pytest.mark.parametrize("units", [8, 3000])
def test_many_claims(units):
    claims = made_up(100_000, units=units)
    start = time.process_time()
    found = find_contradictions(claims, Atlas(PLACES, {}, RULES.apart), RULES)
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"\n  100,000 claims, {units} units: {len(found)} found, {seconds:.1f} s, {peak:.2f} GB")
    assert seconds < 10
    assert peak < 1
