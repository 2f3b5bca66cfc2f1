"""More laws of what can be true together, on made-up conditions."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from brute import ZoneWorlds, minimal_conflicts, minimal_repairs
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from simulate import make_world, story_of
from test_consistency_engine import UNIT, Line, problem_of, sets, visits, zone_conditions

from convoy_geo.analysis.consistency.bounds import least_and_greatest, query
from convoy_geo.analysis.consistency.components import WorldsOracle
from convoy_geo.analysis.consistency.encode import Encoder, Story, StoryRules
from convoy_geo.analysis.consistency.engine import solve
from convoy_geo.analysis.consistency.model import NO_ZONE, Cells, Condition
from convoy_geo.analysis.consistency.solver import HighsSolver
from convoy_geo.model.claims import Claim
from convoy_geo.model.closures import Closure
from convoy_geo.model.places import Place
from convoy_geo.network.from_frames import network_from_frames

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


@pytest.mark.slow
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


@pytest.mark.slow
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


# ---- a count and its parts ----

PARTS = ("north", "south")
HALVES = frozenset({*PARTS, "else", NO_ZONE})
BOTH = Cells(None, frozenset(PARTS))


@pytest.mark.slow
@settings(max_examples=12)
@given(zone_conditions(most=3), st.integers(0, 4), st.integers(0, 4), st.sampled_from([12.0, 24.0]))
def test_a_count_in_parts_only_adds_conflicts(conditions, north, south, noon):
    """Each conflict stays, with the parts in place of the sum; brute force finds the same."""

    def counted(cells, number):
        return Condition(UNIT, "count", cells, number, number, first=noon, last=noon)

    def solved(*last):
        every = dict(enumerate([*conditions, *last]))
        named = {f"c{key}": one for key, one in every.items()}
        return replace(problem_of(conditions), conditions=named, zones=HALVES,
                       main_units={"": "buses"})  # fmt: skip

    parts = [Cells(None, frozenset({name})) for name in PARTS]
    whole = solved(counted(BOTH, north + south))
    split = solved(counted(parts[0], north), counted(parts[1], south))
    sum_, *halves = (f"c{len(conditions) + n}" for n in (0, 0, 1))
    found = solve(split)
    for conflict in solve(whole).conflicts:
        now = (conflict - {sum_}).union(halves) if sum_ in conflict else conflict
        assert any(one <= now for one in found.conflicts)
    worlds = ZoneWorlds({*PARTS, NO_ZONE}, 16)
    brute = minimal_conflicts(
        sorted(split.conditions),
        lambda some: worlds.holds([split.conditions[name] for name in some]),
    )
    assert sets(found.conflicts) == brute
    assert sets(found.repairs) == minimal_repairs(sorted(split.conditions), brute) - {frozenset()}


@pytest.mark.slow
@settings(max_examples=12)
@given(visits(most=4), st.integers(0, 3), st.integers(1, 9), st.integers(0, 9))
def test_a_wider_window_of_a_moment_adds_no_conflict(conditions, which, before, after):
    which %= len(conditions)
    one = replace(conditions[which], when="moment", left=None, arrived=None)
    wide = replace(one, first=one.first - before, last=one.last + after)
    narrow = [*conditions[:which], one, *conditions[which + 1 :]]
    known = sets(solve(problem_of(narrow, travel=Line())).conflicts)
    changed = [*conditions[:which], wide, *conditions[which + 1 :]]
    for conflict in sets(solve(problem_of(changed, travel=Line())).conflicts):
        assert any(other <= conflict for other in known)


@pytest.mark.slow
@settings(max_examples=8)
@given(visits(most=4), zone_conditions(most=4))
def test_conflicts_and_repairs_are_minimal(journeys, stays):
    """By the solver itself, on all claims of a component at once."""
    for conditions, more in ((stays, {}), (journeys, {"travel": Line()})):
        problem = problem_of(conditions, **more)
        found, every = solve(problem), frozenset(problem.conditions)

        def holds(some, problem=problem):
            chosen = [problem.conditions[key] for key in sorted(some)]
            return not chosen or WorldsOracle(problem, chosen, HighsSolver()).decide()

        for conflict in found.conflicts:
            assert holds(conflict) is False
            assert all(holds(conflict - {key}) for key in conflict)
        for repair in found.repairs:
            assert holds(every - repair)
            assert not any(holds(every - repair | {key}) for key in repair)


# ---- roads that are closed and open again ----

TOWNS = {"a": (36.0, 33.0), "b": (37.0, 33.0), "c": (37.0, 34.0), "d": (36.0, 34.0)}
DAYS = ("2017-09-01", "2017-09-02", "2017-09-01/2017-09-02", "2017-09-01T09:00/2017-09-01T15:00")


@pytest.fixture(scope="module")
def ring():
    """Four towns on a road that goes around, each about 100 km from the next."""
    nodes = gpd.GeoDataFrame(
        index=list(TOWNS), geometry=gpd.points_from_xy(*np.array(list(TOWNS.values())).T), crs=4326
    )
    edges = pd.DataFrame([("a", "b"), ("b", "c"), ("c", "d"), ("d", "a")], columns=["from", "to"])
    edges.index = edges["from"] + edges["to"]
    return network_from_frames(
        nodes, edges.assign(**{"class": "primary", "surface": "paved", "oneway": "no"})
    )


@pytest.mark.slow
@settings(max_examples=12)
@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 47)), min_size=2, max_size=4),
    st.lists(st.tuples(st.sampled_from(["ab", "bc", "cd", "da"]), st.sampled_from(DAYS)),
             min_size=1, max_size=4),
    st.integers(0, 3),
)  # fmt: skip
def test_lifting_a_closure_adds_no_conflict(ring, visits, shut, lifted):
    start = datetime(2017, 9, 1, tzinfo=UTC)
    claims = {
        f"c{n}": Claim(
            f"c{n}", "R", "position", "s", "he", "", places=(("at", town),),
            happened=(start + timedelta(hours=hour)).strftime("%Y-%m-%dT%H:%M"),
        )
        for n, (town, hour) in enumerate(visits)
    }  # fmt: skip
    closures = [Closure(f"k{n}", "", "cut", None, when, (edge,), source="An agency")
                for n, (edge, when) in enumerate(shut)]  # fmt: skip
    story = Story(
        claims, {key: Place(key, key, *spot, 0.1) for key, spot in TOWNS.items()},
        rules=StoryRules(mode="bus"), network=ring, closures=tuple(closures),
    )  # fmt: skip
    fewer = replace(story, closures=tuple(closures[: lifted % len(closures)]))
    closed, open_ = (sets(solve(Encoder(one).encode().problem).conflicts) for one in (story, fewer))
    for conflict in open_:
        assert any(one <= conflict for one in closed)


# ---- claims, not conditions: other names, other days, other rows ----


@settings(max_examples=8)
@given(st.integers(0, 60), st.integers(-300, 300), st.randoms())
def test_names_days_and_rows_do_not_matter(seed, days, shuffle):
    world = make_world(seed, PARTS, lambda *_: 0.0, claims=7, lies=2, state=True)
    said = [*world.true, *world.lies]

    def conflicts(claims, states):
        problem = Encoder(story_of(claims, states=states)).encode().problem
        return sets(solve(problem).conflicts)

    def moved(text):
        parts = [part[:10] for part in text.split("/")]
        later = [str(datetime.fromisoformat(part).date() + timedelta(days)) for part in parts]
        rest = [part[10:] for part in text.split("/")]
        return "/".join(a + b for a, b in zip(later, rest, strict=True))

    names = {"north": "upland", "south": "lowland", "total": "total"}
    other = [
        replace(one, id=f"x{one.id}", state=names.get(one.state, one.state),
                happened=moved(str(one.happened)) if str(one.happened) else "")
        for one in said
    ]  # fmt: skip
    shuffle.shuffle(other)
    expected = {frozenset(f"x{key}" for key in one) for one in conflicts(said, PARTS)}
    assert conflicts(other, ("upland", "lowland")) == expected
