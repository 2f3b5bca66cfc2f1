"""More laws of what can be true together, on made-up conditions."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from test_consistency_engine import UNIT, Line, problem_of, sets, visits, zone_conditions

from convoy_geo.analysis.consistency.bounds import least_and_greatest, query
from convoy_geo.analysis.consistency.components import WorldsOracle
from convoy_geo.analysis.consistency.engine import solve
from convoy_geo.analysis.consistency.model import Cells
from convoy_geo.analysis.consistency.solver import HighsSolver

NORTH = Cells(None, frozenset({"north"}))


@settings(max_examples=10)
@given(zone_conditions(most=4), st.integers(0, 3))
def test_what_another_claim_entails_leaves_the_conflicts_of_the_others(conditions, which):
    one = conditions[which % len(conditions)]
    wider = replace(one, low=max(0, one.low - 1), high=one.high + 2)
    before = solve(replace(problem_of(conditions), main_units={"": "buses"}))
    after = solve(replace(problem_of([*conditions, wider]), main_units={"": "buses"}))
    new = f"c{len(conditions)}"
    assert sets(before.conflicts) == {one for one in sets(after.conflicts) if new not in one}


class Half(Line):
    """The same places, in half the time."""

    def hours(self, *asked):
        return super().hours(*asked) / 2


@settings(max_examples=10)
@given(visits(most=4))
def test_a_quicker_way_adds_no_conflict(conditions):
    before = sets(solve(problem_of(conditions, travel=Line())).conflicts)
    for conflict in sets(solve(problem_of(conditions, travel=Half())).conflicts):
        assert any(other <= conflict for other in before)


@settings(max_examples=8)
@given(visits(most=4))
def test_half_the_step_removes_no_conflict(conditions):
    problem = problem_of(conditions, travel=Line())
    for conflict in solve(problem).conflicts:
        some = [problem.conditions[key] for key in sorted(conflict)]
        oracle = WorldsOracle(problem, some, HighsSolver())
        finer = oracle.build(some, oracle.timeline(some, (400, 8)).halved())
        assert finer.solve(range(len(some)), oracle.solver).status == "infeasible"


@settings(max_examples=10)
@given(zone_conditions(most=3), zone_conditions(most=2))
def test_believing_more_never_widens_bounds(conditions, more):
    every = [*conditions, more[0]]
    problem = replace(problem_of(every), main_units={"": "buses"})
    assume(not solve(problem).conflicts)
    asked = {"north": query(UNIT, NORTH, 12.0, 12.0)}

    def north(some):
        return least_and_greatest(problem, some, asked, HighsSolver())[0]["north"]

    (low, high), (least, most) = north(conditions), north(every)
    assert low <= least
    assert most <= high
