"""How many can have been where: against brute force, and from the command's cases."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from brute import ZoneWorlds
from hypothesis import assume, given, settings
from test_consistency_engine import UNIT, ZONES, count, problem_of, total, zone_conditions

from convoy_geo.analysis.consistency.bounds import least_and_greatest, query
from convoy_geo.analysis.consistency.model import Cells
from convoy_geo.analysis.consistency.solver import HighsSolver
from convoy_geo.case.case import read_case
from convoy_geo.errors import InconsistentChoiceError

NORTH = Cells(None, frozenset({"north"}))
MOST = 14
"""Units at the most that brute force tries."""


@pytest.mark.slow
@pytest.mark.parametrize("noon", [12.0, 30.0])
@settings(max_examples=40)
@given(zone_conditions(most=3))
def test_bounds_equal_brute_force(noon, conditions):
    smaller, larger = ZoneWorlds(ZONES, MOST - 2), ZoneWorlds(ZONES, MOST)
    assume(smaller.holds(conditions))
    asked = {"north": query(UNIT, NORTH, noon, noon)}
    problem = replace(problem_of(conditions), main_units={"": "buses"})
    ranges, exact = least_and_greatest(problem, conditions, asked, HighsSolver())

    def possible(worlds):
        return [
            number
            for number in range(MOST + 1)
            if worlds.holds([*conditions, count("north", number, noon, noon)])
        ]

    low, high = ranges["north"]
    assert exact
    assert low == possible(larger)[0]
    if math.isinf(high):  # with more units, more can be there
        assert possible(larger)[-1] > possible(smaller)[-1]
    else:
        assert high == possible(larger)[-1]


def test_bounds_of_a_day_and_of_a_moment():
    conditions = [total(6), count("south", 4, 12, 12)]
    problem = problem_of(conditions)

    def north(first, last):
        asked = {"north": query(UNIT, NORTH, first, last)}
        return least_and_greatest(problem, conditions, asked, HighsSolver())[0]["north"]

    assert north(12, 12) == (0, 2)
    assert north(0, 24) == (0, 6)
    assert north(40, 40) == (0, 6)


def test_without_a_total_nothing_limits_the_number():
    conditions = [count("north", 4, 12, 12)]
    asked = {"north": query(UNIT, NORTH, 20, 20)}
    ranges, _ = least_and_greatest(problem_of(conditions), conditions, asked, HighsSolver())
    assert ranges["north"] == (0, math.inf)


@pytest.fixture(scope="module")
def found():
    return read_case().consistency()


def test_bounds_of_2017_and_what_makes_them_tight(found):
    bound = found.bounds("buses", "in_desert", "2017-09-02T12:00", believing=["coalition"])
    assert 0 <= bound.low <= bound.high <= 17
    assert bound.accounts == 1
    for key in (*bound.low_claims, *bound.high_claims):
        assert key in bound.believing
    less = found.bounds("buses", "in_desert", "2017-09-02T12:00", believing=["R1-02"])
    assert less.low <= bound.low
    assert bound.high <= less.high  # believing more never widens bounds


def test_what_has_no_bounds_is_said(found):
    with pytest.raises(InconsistentChoiceError, match="cannot all be true"):
        found.bounds("buses", "in_desert", "2017-09-02", believing=["reporter"])
    with pytest.raises(ValueError, match="open end"):
        found.bounds("buses", "in_desert", "2017-09-02/..")
    with pytest.raises(ValueError, match="counts"):
        found.bounds("ships", "in_desert", "2017-09-02")
    with pytest.raises(ValueError, match="is not a claim"):
        found.bounds("buses", "in_desert", "2017-09-02", believing=["nobody"])
    with pytest.raises(ValueError, match="step must be one of"):
        found.bands("buses", step="week")


@pytest.mark.slow
def test_bands_over_time(found):
    bands = found.bands("buses", places=["in_desert"], believing=["coalition"])
    frame = bands.to_frame()
    assert len(frame) == len(bands) > 10
    assert (frame["low"] <= frame["high"].fillna(math.inf)).all()
