"""What follows from a choice of claims: subset tests against the solver, and whose account fits."""

from __future__ import annotations

import random

import pytest

from convoy_geo.analysis.consistency.beliefs import (
    choice_data,
    conflicts_within,
    fallen,
    smallest_withdrawals,
)
from convoy_geo.analysis.consistency.components import component_of
from convoy_geo.case.case import read_case
from convoy_geo.errors import ConvoyGeoError

CHOICES = 1_000


@pytest.fixture(scope="module")
def ship():
    return read_case("titanic-1912")


def together(judge, keys):
    """Whether claims can all be true, by the solver."""
    conditions = judge.problem.conditions
    parts = {}
    for key in keys:
        component = component_of(judge.problem, conditions[key].subject)
        parts.setdefault(component, set()).add(conditions[key])
    return all(judge.holds(sorted(some, key=repr)) for some in parts.values())


@pytest.mark.slow
def test_subset_tests_say_what_the_solver_says_on_random_choices(ship):
    found = ship.consistency()
    judge = found.ranges().judge
    data = choice_data(found)
    claims, rng = data["claims"], random.Random(1)  # noqa: S311
    conflicts = [[claims[i] for i in one] for one in data["conflicts"]]
    several = 0
    for _ in range(CHOICES):
        chosen = rng.sample(claims, rng.randrange(1, 9))
        own = conflicts_within(conflicts, chosen)
        assert together(judge, chosen) == (not own)
        several += bool(own)
        if own:
            continue
        falls = fallen(conflicts, chosen)
        other = rng.choice([key for key in claims if key not in chosen])
        assert together(judge, [*chosen, other]) == (other not in falls)
    assert several > 50


def test_believing_everything_gives_all_conflicts(ship):
    found = ship.consistency()
    belief = ship.believing(*found.claims)
    assert belief.conflicts == found.conflicts
    assert set(belief.withdrawals) == set(found.repairs)
    assert belief.consistent is False
    assert not belief.follows


@pytest.mark.slow
def test_without_withdrawals_the_others_hold(ship):
    belief = ship.believing(*ship.info.sides)
    judge = ship.consistency().ranges().judge
    for gone in belief.withdrawals:
        assert together(judge, [key for key in belief.claims if key not in gone])


def test_withdrawals_are_minimal():
    repairs = [("a", "x"), ("b",), ("a", "b", "y")]
    assert smallest_withdrawals(repairs, ["a", "b"]) == (("a",), ("b",))
    assert smallest_withdrawals([("x",)], ["a"]) == ()


@pytest.mark.slow
def test_a_side_against_the_others(case):
    belief = case.believing("hezbollah")
    assert belief.consistent
    assert {case.claims[key].side for key in belief.claims} == {"hezbollah"}
    assert belief.falls
    for key, conflict in belief.falls.items():
        assert set(conflict.claims) - set(belief.claims) == {key}
    answers = belief.to_frame()["answer"].value_counts()
    assert answers["falls"] == len(belief.falls)
    assert answers.sum() == len(case.consistency().claims)


def test_less_by_without(case):
    key = case.believing("coalition").claims[0]
    assert key not in case.believing("coalition", without=[key]).claims


def test_names_that_mean_nothing_and_claims_that_are_not_judged(case):
    with pytest.raises(ValueError, match="not a claim, nor a side or report"):
        case.believing("nobody")
    left_out = next(iter(case.consistency().not_encoded))
    belief = case.believing(left_out)
    assert belief.claims == ()
    assert set(belief.left_out) == {left_out}
    assert not belief.falls


def test_whose_account_fits_whose(case):
    found = case.consistency()
    for kind in ("side", "report"):
        fits = case.fits(kind)
        frame = fits.to_frame()
        assert (frame == frame.T).all().all()
        for one in fits.names:
            mine = [key for key, claim in case.claims.items() if getattr(claim, kind) == one]
            alone = conflicts_within([c.claims for c in found.conflicts], mine)
            assert fits.fits(one, one) == (not alone)
    with pytest.raises(ValueError, match="side or report"):
        case.fits("town")


@pytest.mark.slow
def test_questions_promise_no_less_than_they_keep(case):
    found = case.consistency()
    ranges = found.ranges()
    questions = case.ask(most=3, when="2017-09-02")
    assert questions
    scores = [one.score for one in questions]
    assert scores == sorted(scores, reverse=True)
    subject = ranges.subject("buses")
    sets, _, _ = ranges.accounts(subject)
    for one in questions:
        first, last, _ = ranges.window(one.when)
        allowed = {"yes": 0, "no": 0}
        for some in sets:
            bound = ranges.bound("buses", one.where, one.when, believing=some, why=False)
            allowed["yes"] += bound.high >= one.number
            allowed["no"] += bound.low < one.number
        assert first == last
        assert allowed["yes"] <= one.yes.sets
        assert allowed["no"] <= one.no.sets
        assert max(allowed.values()) <= one.promised < one.sets


def test_nothing_to_ask_where_nothing_is_counted(ship):
    with pytest.raises((ValueError, ConvoyGeoError)):
        ship.ask("buses")
