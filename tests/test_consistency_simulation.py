"""Stories whose truth is known: what is true never conflicts, and lies that fit no world do."""

from __future__ import annotations

import os

import pytest
from brute import ZoneWorlds
from simulate import make_world, story_of

from convoy_geo.analysis.consistency.encode import Encoder
from convoy_geo.analysis.consistency.engine import Limits
from convoy_geo.analysis.consistency.judge import find_consistency
from convoy_geo.case.case import read_case

WORLDS = int(os.environ.get("CONVOY_GEO_WORLDS", "12"))
"""Simulated stories of each kind; more by the environment variable."""
STATES = ("north", "south")


def at_once(*pair):
    """Hours from state to state."""
    return 0.0


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


@pytest.fixture(scope="module")
def roads():
    """Towns of the bundled roads, and how long a bus really takes between two of them."""
    case = read_case()
    names = ("Sukhna", "Palmyra", "deir_ez_zor", "Mayadin", "Abu Kamal", "Rawa")
    places = {place.id: place for place in map(case.gazetteer.locate, names)}
    ids = list(places)
    hours = {
        (one, other): 0.0 if one == other
        else case.roads.route([places[one], places[other]]).duration_h
        for one in ids for other in ids
    }  # fmt: skip
    return case.network, places, ids, hours


@pytest.mark.parametrize("seed", range(WORLDS))
def test_true_claims_on_real_roads_fit(seed, roads):
    network, places, ids, hours = roads
    world = make_world(1000 + seed, ids, lambda *pair: hours[pair], lies=0)
    found = find_consistency(
        story_of(world.true, places=places, network=network), limits=Limits(seconds=60)
    )
    assert not found.conflicts, world.where


def test_the_simulation_is_not_empty():
    """Lies are caught now and then, or the tests above would prove little."""
    caught = 0
    for seed in range(12):
        world = make_world(seed, STATES, at_once, state=True)
        told = find_consistency(story_of([*world.true, *world.lies], states=STATES))
        caught += sum(told.claims[lie.id].status in ("some", "none") for lie in world.lies)
    assert caught >= 4
