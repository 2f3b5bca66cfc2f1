"""Stories whose truth is known: what is true never conflicts, and lies that fit no world do."""

from __future__ import annotations

import os

import pytest
from brute import ZoneWorlds
from brute_travel import TravelWorlds, fits_no_world
from proofs import check_bounds, check_choice, check_question, check_world
from simulate import make_world, story_of

from convoy_geo.analysis.consistency.encode import Encoder
from convoy_geo.analysis.consistency.judge import find_consistency
from convoy_geo.analysis.consistency.model import Cells, Condition, Subject

WORLDS = int(os.environ.get("CONVOY_GEO_WORLDS", "12"))
"""Simulated stories of each kind; more by the environment variable."""
STATES = ("north", "south")


def at_once(*pair):
    """Hours from state to state."""
    return 0.0


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(WORLDS))
def test_true_claims_fit_and_lies_that_fit_no_world_are_found(seed):
    world = make_world(seed, STATES, at_once, state=True)
    alone = find_consistency(story_of(world.true, states=STATES))
    assert alone.complete
    assert not alone.conflicts
    told = find_consistency(story_of([*world.true, *world.lies], states=STATES))
    assert told.complete
    for lie in world.lies:
        conditions = (
            Encoder(story_of([*world.true, lie], states=STATES)).encode().problem.conditions
        )
        brute = ZoneWorlds({"north", "south", ""}, 14)
        if not brute.holds(list(conditions.values())):
            assert told.claims[lie.id].status in ("some", "none"), lie


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(WORLDS // 3))
def test_stories_on_real_roads(seed):
    """True claims fit, every conflict is one by brute force, lies that fit no world are found."""
    assert check_world(seed).broken == ()


@pytest.mark.slow
def test_the_simulation_is_not_empty():
    """Lies are caught now and then, or the tests above would prove little."""
    caught = 0
    for seed in range(12):
        world = make_world(seed, STATES, at_once, state=True)
        told = find_consistency(story_of([*world.true, *world.lies], states=STATES))
        caught += sum(told.claims[lie.id].status in ("some", "none") for lie in world.lies)
    assert caught >= 4


def test_brute_force_with_travel_knows_what_cannot_be():
    """Two towns five hours apart, three vehicles."""
    unit, whole = Subject("", "buses"), Subject()
    here, there = Cells(frozenset({"here"})), Cells(frozenset({"there"}))

    def count(cells, low, first, last=None, **more):
        last = first if last is None else last
        return Condition(unit, "count", cells, low, more.pop("high", low), first=first, last=last,
                         **more)  # fmt: skip

    worlds = TravelWorlds(lambda one, other: 0.0 if one == other else 5.0)
    total = Condition(unit, "total", low=3, high=3)
    assert worlds.holds([total, count(here, 3, 0), count(there, 3, 5)])
    assert not worlds.holds([total, count(here, 3, 0), count(there, 1, 4)])
    assert worlds.holds([count(here, 3, 0), count(there, 1, 4)])
    assert worlds.holds([total, count(here, 3, 0, 24), count(there, 1, 4)])
    assert not worlds.holds([total, count(here, 3, 0, 9, when="throughout"), count(there, 1, 8)])
    body = Condition(whole, "whole", there, first=4.0, last=4.0)
    assert worlds.holds([total, count(here, 1, 2, 3, when="throughout"), body])
    assert not worlds.holds([total, count(here, 2, 2, 3, when="throughout"), body])


def test_what_a_lie_fits_is_told_and_too_much_is_unknown():
    unit = Subject("", "buses")
    here = Cells(frozenset({"here"}))
    two = Condition(unit, "count", here, 2, 2, first=1.0, last=1.0)
    one = Condition(unit, "count", here, 1, 1, first=1.0, last=1.0)
    assert fits_no_world(TravelWorlds(lambda *_: 0.0), two, [one]) is True
    assert fits_no_world(TravelWorlds(lambda *_: 0.0), two, [two]) is False
    assert fits_no_world(TravelWorlds(lambda *_: 0.0, most=0), two, [one]) is None


@pytest.mark.slow
@pytest.mark.parametrize("check", [check_bounds, check_choice, check_question])
@pytest.mark.parametrize("seed", range(4))
def test_what_follows_in_simulated_stories(check, seed):
    """A few; `python tests/proofs.py bounds`, `choices` and `questions` run many."""
    assert check(seed) == ()
