"""Conflicts and repairs of conditions: against brute force, and the laws that hold."""

from __future__ import annotations

import json
import math
import time
from dataclasses import replace
from pathlib import Path

import pytest
from brute import ZoneWorlds, body_holds, minimal_conflicts
from hypothesis import given, settings
from hypothesis import strategies as st
from proofs import KINDS, check_ten

from convoy_geo.analysis.consistency.components import WorldsOracle
from convoy_geo.analysis.consistency.document import read_conditions
from convoy_geo.analysis.consistency.engine import Limits, Solution, solve
from convoy_geo.analysis.consistency.marco import enumerate_sets
from convoy_geo.analysis.consistency.model import NO_ZONE, Cells, Condition, Problem, Subject
from convoy_geo.analysis.consistency.shortcuts import certain_pairs, too_far
from convoy_geo.analysis.consistency.solver import Answer, HighsSolver, Program

BUSES = json.loads((Path(__file__).parent / "data" / "buses.json").read_text(encoding="utf-8"))
UNIT, WHOLE = Subject("", "buses"), Subject()
ZONES = frozenset({"north", "south", NO_ZONE})
DAY = 24.0


def sets(lists):
    return {frozenset(one) for one in lists}


def count(zone, number, first=0.0, last=DAY, *, high=None, **more):
    high = number if high is None else high
    return Condition(UNIT, "count", Cells(None, frozenset({zone})), number, high,
                     first=first, last=last, **more)  # fmt: skip


def whole(zone, first=0.0, last=DAY, **more):
    return Condition(WHOLE, "whole", Cells(None, frozenset({zone})), first=first, last=last, **more)


def total(low, high=None):
    return Condition(UNIT, "total", low=low, high=low if high is None else high)


def at(place, first, last=None, **more):
    last = first if last is None else last
    return Condition(WHOLE, "whole", Cells(frozenset({place})), first=first, last=last, **more)


class Line:
    """Places on a line, one hour apart."""

    def hours(self, subject, origin, destination, leave):  # noqa: ARG002
        return abs(float(origin) - float(destination))


def problem_of(conditions, **more):
    named = dict(zip((f"c{i}" for i in range(len(conditions))), conditions, strict=True))
    mains = {"": "buses"} if any(c.subject.unit for c in conditions) else {}
    return Problem(named, more.pop("zones", ZONES), mains, **more)


# ---- the buses of 2017, from conditions written by hand ----


@pytest.mark.slow
def test_buses_exactly():
    began = time.process_time()
    document = read_conditions(BUSES)
    found = solve(document.problem)
    assert found.complete
    assert sets(found.conflicts) == sets(BUSES["conflicts"])
    assert sets(found.repairs) == sets(BUSES["repairs"])
    assert time.process_time() - began < 60  # far above what it takes: no measurement


@pytest.mark.slow
@pytest.mark.parametrize("variant", BUSES["variants"], ids=lambda one: one["name"])
def test_buses_read_otherwise(variant):
    found = solve(read_conditions(BUSES).variants[variant["name"]])
    assert sets(found.conflicts) == sets(variant["conflicts"])
    assert sets(found.repairs) == sets(variant["repairs"])


def test_document_without_conditions_is_an_error():
    with pytest.raises(ValueError, match="constraints"):
        read_conditions({"unit": "buses"})
    with pytest.raises(ValueError, match="total, count or body"):
        read_conditions({"constraints": [{"claims": ["a"], "what": "bodies"}]})


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(3))
def test_ten_claims_against_brute_force(kind, seed):
    """A few; `python tests/proofs.py subsets` runs a hundred."""
    _, broken = check_ten(kind, seed)
    assert broken == ()


# ---- generated ----


@st.composite
def zone_conditions(draw, most=6):
    """Conditions on two zones within four days."""
    found = []
    for _ in range(draw(st.integers(2, most))):
        form = draw(st.sampled_from(["count", "count", "count", "whole", "total"]))
        if form == "total":
            low = draw(st.integers(1, 5))
            found.append(total(low, low + draw(st.integers(0, 1))))
            continue
        zone = draw(st.sampled_from(["north", "south"]))
        first = draw(st.sampled_from([0.0, 12.0, 24.0, 48.0, -math.inf]))
        start = max(first, 0.0)
        last = draw(st.sampled_from([start, start + 12, start + DAY, math.inf]))
        if first == -math.inf and last == 0.0:
            last = DAY
        when = draw(st.sampled_from(["moment", "moment", "throughout"]))
        if form == "whole":
            edge = draw(st.sampled_from(["", "left", "arrived"])) if when == "moment" else ""
            cells = Cells(None, frozenset({zone}))
            left = cells if edge == "left" and math.isfinite(last) else None
            came = cells if edge == "arrived" and math.isfinite(first) else None
            found.append(whole(zone, first, last, when=when, left=left, arrived=came))
        else:
            low = draw(st.integers(0, 4))
            high = draw(st.sampled_from([low, low + 1, math.inf]))
            found.append(count(zone, low, first, last, high=high, when=when))
    return found


@pytest.mark.slow
@settings(max_examples=60)
@given(zone_conditions())
def test_generated_conditions_against_brute_force(conditions):
    problem = problem_of(conditions)
    has_unit = any(one.subject.unit for one in conditions)
    worlds = ZoneWorlds(ZONES, 13, has_unit=has_unit)
    brute = minimal_conflicts(
        sorted(problem.conditions),
        lambda some: worlds.holds([problem.conditions[name] for name in some]),
    )
    assert sets(solve(problem).conflicts) == brute


@st.composite
def visits(draw, most=5):
    """Where one body was, on a line of places, within two days."""
    found = []
    for _ in range(draw(st.integers(2, most))):
        place = str(draw(st.sampled_from([0, 3, 7, 12])))
        first = float(draw(st.integers(0, 40)))
        last = first + draw(st.sampled_from([0, 0, 2, 6, 24]))
        when = draw(st.sampled_from(["moment", "moment", "moment", "throughout"]))
        edge = draw(st.sampled_from(["", "", "left", "arrived"])) if when == "moment" else ""
        more = {edge: Cells(frozenset({place}))} if edge else {}
        found.append(at(place, first, last, when=when, **more))
    return found


@pytest.mark.slow
@settings(max_examples=60)
@given(visits())
def test_generated_journeys_against_brute_force(conditions):
    problem = problem_of(conditions, travel=Line())
    brute = minimal_conflicts(
        sorted(problem.conditions),
        lambda some: body_holds(
            [problem.conditions[name] for name in sorted(some)],
            lambda one, other: abs(float(one) - float(other)),
        ),
    )
    found = solve(problem)
    assert found.complete
    assert sets(found.conflicts) == brute


@pytest.mark.slow
@settings(max_examples=15)
@given(zone_conditions(), visits())
def test_large_components_part_by_part(stays, journeys):
    """What a component of many conditions goes through finds the same as a small one does."""
    for conditions, more in ((stays, {}), (journeys, {"travel": Line()})):
        problem = problem_of(conditions, **more)
        expected = sets(solve(problem).conflicts)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("convoy_geo.analysis.consistency.components.LARGE", 1)
            assert sets(solve(problem).conflicts) == expected


@pytest.mark.slow
@settings(max_examples=60)
@given(zone_conditions(), visits())
def test_what_arithmetic_proves_no_world_meets(stays, journeys):
    has_unit = any(one.subject.unit for one in stays)
    worlds = ZoneWorlds(ZONES, 13, has_unit=has_unit)
    for i, j in certain_pairs(stays):
        assert not worlds.holds([stays[i], stays[j]])
    for i, j in too_far(journeys, lambda one, other, leave: leave + Line().hours(0, one, other, 0)):
        assert not body_holds(
            [journeys[i], journeys[j]], lambda one, other: Line().hours(0, one, other, 0)
        )


# ---- laws ----


@pytest.mark.slow
@settings(max_examples=30)
@given(zone_conditions(), zone_conditions(most=2))
def test_one_more_condition_removes_no_conflict(conditions, more):
    before = solve(replace(problem_of(conditions), main_units={"": "buses"}))
    after = solve(replace(problem_of([*conditions, more[0]]), main_units={"": "buses"}))
    assert sets(before.conflicts) <= sets(after.conflicts)


@pytest.mark.slow
@settings(max_examples=20)
@given(visits(), visits(most=2))
def test_one_more_journey_removes_no_conflict(conditions, more):
    before = solve(problem_of(conditions, travel=Line()))
    after = solve(problem_of([*conditions, more[0]], travel=Line()))
    assert sets(before.conflicts) <= sets(after.conflicts)


@pytest.mark.slow
@settings(max_examples=20)
@given(zone_conditions(), st.integers(-400, 400), st.randoms())
def test_days_names_and_order_do_not_matter(conditions, days, shuffle):
    moved = [replace(c, first=c.first + DAY * days, last=c.last + DAY * days) for c in conditions]
    names = [f"claim {i}" for i in range(len(conditions))]
    pairs = list(zip(names, moved, strict=True))
    shuffle.shuffle(pairs)
    rename = {f"c{i}": name for i, name in enumerate(names)}
    problem = problem_of(conditions)
    found = sets(solve(problem).conflicts)
    other = solve(replace(problem, conditions=dict(pairs)))
    assert {frozenset(rename[c] for c in one) for one in found} == sets(other.conflicts)


@settings(max_examples=20)
@given(zone_conditions(most=5), st.integers(0, 4))
def test_a_copy_is_in_the_conflicts_of_its_original(conditions, which):
    which %= len(conditions)
    problem = problem_of(conditions)
    before = sets(solve(problem).conflicts)
    copied = {**problem.conditions, "copy": conditions[which]}
    after = sets(solve(replace(problem, conditions=copied)).conflicts)
    original = f"c{which}"
    expected = before | {one - {original} | {"copy"} for one in before if original in one}
    assert after == expected


@pytest.mark.slow
@settings(max_examples=20)
@given(zone_conditions(most=5), st.integers(0, 4))
def test_a_wider_number_adds_no_conflict(conditions, which):
    which %= len(conditions)
    one = conditions[which]
    wide = replace(one, low=max(0, one.low - 1), high=one.high + 1)
    changed = [*conditions[:which], wide, *conditions[which + 1 :]]
    before = sets(solve(problem_of(conditions)).conflicts)
    for conflict in sets(solve(problem_of(changed)).conflicts):
        assert any(other <= conflict for other in before)


def test_repairs_of_independent_parts_multiply():
    vans = Subject("", "vans")
    noon = {"first": 12.0, "last": 12.0}
    north = Cells(None, frozenset({"north"}))
    conditions = {
        "a": Condition(UNIT, "count", north, 5, 5, **noon),
        "b": Condition(UNIT, "count", north, 2, 2, **noon),
        "c": Condition(vans, "count", north, 1, 1, **noon),
        "d": Condition(vans, "count", north, 2, 2, **noon),
    }
    found = solve(Problem(conditions, ZONES))
    assert sets(found.repairs) == sets(["ac", "ad", "bc", "bd"])
    assert found.status("a") == "some"


# ---- triples, events, and what is no conflict ----


def test_three_towns_in_twelve_hours():
    class Star:
        def hours(self, subject, origin, destination, leave):  # noqa: ARG002
            return 8.1

    towns = [at(place, 6.0, 18.0) for place in "abc"]
    found = solve(problem_of(towns, travel=Star()))
    assert sets(found.conflicts) == {frozenset({"c0", "c1", "c2"})}


def test_parts_and_a_total_only_together():
    parts = [count("north", 4, 12, 12), count("south", 3, 12, 12), total(6)]
    found = solve(problem_of(parts))
    assert sets(found.conflicts) == {frozenset({"c0", "c1", "c2"})}
    days = [count("north", 4), count("south", 3), total(6)]
    assert not solve(problem_of(days)).conflicts


def test_once_means_one_moment():
    seen = [
        replace(whole("north", 0, 10), event="start"),
        replace(whole("north", 20, 30), event="start"),
    ]
    problem = problem_of(seen)
    assert not solve(problem).conflicts
    assert sets(solve(replace(problem, once=frozenset({"start"}))).conflicts) == {
        frozenset({"c0", "c1"})
    }


def test_order_of_events():
    late = replace(whole("north", 20, 30), event="start")
    early = replace(whole("south", 0, 10), event="end")
    problem = problem_of([late, early])
    assert not solve(problem).conflicts
    assert solve(replace(problem, order=("start", "end"))).conflicts
    assert not solve(replace(problem, order=("end", "start"))).conflicts


def test_who_leaves_a_place_need_not_come_anywhere():
    """Gone at the last moment of all that is told, on a road that takes time."""
    gone = at("7", 20, left=Cells(frozenset({"7"})), event="start")
    problem = problem_of([at("0", 2), gone], travel=Line())
    oracle = WorldsOracle(problem, list(problem.conditions.values()), HighsSolver())
    assert oracle.decide() is True
    found = solve(problem_of([at("0", 16), gone, at("7", 19)], travel=Line()))
    assert found.complete
    assert sets(found.conflicts) == {frozenset({"c0", "c1"}), frozenset({"c0", "c2"})}


class Undecided:
    """Two conditions of which nobody can tell whether they conflict; else all hold together."""

    def known(self):
        return []

    def parts(self, chosen):  # noqa: ARG002
        return iter(())

    def test(self, chosen, time_limit):  # noqa: ARG002
        return not chosen >= {0, 1}

    def confirm(self, core, time_limit):  # noqa: ARG002
        return None


def test_what_cannot_be_told_ends_the_search():
    found = enumerate_sets(5, Undecided(), HighsSolver(), time_limit=20)
    assert found.missing == ("solver",)
    assert not found.conflicts
    assert not found.maximal


def test_a_region_on_the_way_is_no_shortcut():
    class Region(Line):
        def hours(self, subject, origin, destination, leave):
            if "wide" in (origin, destination):  # from 0 to 8
                other = destination if origin == "wide" else origin
                return max(0.0, float(other) - 8)
            return super().hours(subject, origin, destination, leave)

    conditions = [at("0", 0), at("8", 4), at("wide", 0, 10)]
    found = solve(problem_of(conditions, travel=Region()))
    assert sets(found.conflicts) == {frozenset({"c0", "c1"})}


# ---- limits ----


class Lazy:
    """A solver that gives up on every world."""

    def __init__(self):
        self.inner = HighsSolver()

    def solve(self, program, **options):
        if options.get("lower") is not None:
            return Answer("gave_up")
        return self.inner.solve(program, **options)


def test_a_solver_that_gives_up_yields_no_conflict_and_no_repair():
    found = solve(problem_of([count("north", 4), count("north", 5, 12, 12)]), solver=Lazy())
    assert not found.conflicts
    assert not found.repairs
    assert not found.complete
    assert found.status("c0") == "unknown"


def test_out_of_time_is_told():
    parts = [count("north", 4, 12, 12), count("south", 3, 12, 12), total(6)]
    found = solve(problem_of(parts), limits=Limits(seconds=0))
    assert isinstance(found, Solution)
    assert not found.complete
    assert not found.conflicts
    assert not found.repairs
    assert {why for _, _, why in found.missing} == {"time"}
    assert found.status("c2") == "unknown"


def test_out_of_time_lists_what_arithmetic_proves():
    problem = problem_of([count("north", number, 12, 12) for number in range(12)])
    found = solve(problem, limits=Limits(seconds=0))
    assert len(found.conflicts) == 12 * 11 / 2
    assert not found.repairs
    assert not found.complete


def test_no_more_than_is_wanted():
    problem = problem_of([count("north", number, 12, 12) for number in range(8)])
    every = solve(problem)
    assert len(every.conflicts) == 28
    few = solve(problem, limits=Limits(sets=5))
    assert sets(few.conflicts) == sets(every.conflicts)  # arithmetic finds them
    assert not few.complete
    assert len(few.repairs) == 5
    assert sets(few.repairs) <= sets(every.repairs)
    short = solve(problem, limits=Limits(listed=5))
    assert len(short.conflicts) == 5
    assert not short.complete


def test_nothing_and_one():
    assert solve(Problem({})).complete
    alone = solve(problem_of([count("north", 4)]))
    assert alone.complete
    assert alone.status("c0") == "all"
    assert solve(problem_of([replace(total(4), high=3)])).status("c0") == "none"


def test_answers_are_whole_and_checked():
    program = Program()
    one, two = program.variables(2, 0, 10)
    program.row({one: 2, two: 3}, 7, 7)
    answer = HighsSolver().solve(program)
    assert answer.values is not None
    assert 2 * answer.values[0] + 3 * answer.values[1] == 7
    program.row({one: 1, two: -1}, 0, 0)
    assert HighsSolver().solve(program).status == "infeasible"


def test_own_moments_of_a_component_are_exact():
    oracle = WorldsOracle(problem_of([]), [count("north", 4), count("south", 3)], HighsSolver())
    assert oracle.decide() is True
    assert oracle.worlds.timeline.exact
