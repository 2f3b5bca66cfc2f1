"""Ledger, conflicts (as they are kept) and dependence of the case.

The bound asserted is the project's own: under 1 s together. Times are of the processor, which a
busy machine disturbs less than the clock. What the conflicts cost is in `bench_consistency`.
"""

from __future__ import annotations

import time

import pytest

from convoy_geo.case.case import read_case

pytestmark = pytest.mark.benchmark


def test_the_case():
    case = read_case()
    figures = {}
    for name, ask in (
        ("ledger of one day", lambda: case.ledger("2017-09-03", carry_over=True)),
        ("ledger of every day", case.ledger_series),
        ("conflicts", case.conflicts),
        ("sources", case.sources),
    ):
        start = time.process_time()
        ask()
        figures[name] = time.process_time() - start
    print()
    for name, seconds in figures.items():
        print(f"  {name:<22} {seconds * 1000:7.1f} ms")
    assert sum(figures.values()) < 1
