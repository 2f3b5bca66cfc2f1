"""Stories of other kinds: every command says the one right thing that is known by hand."""

from __future__ import annotations

import json

import pytest
from invented import INVENTED, make_invented
from one_answer import disagreements

from convoy_geo.analysis.consistency.beliefs import conflicts_within
from convoy_geo.case.case import read_case
from convoy_geo.cli import main


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    root = tmp_path_factory.mktemp("invented")
    return {name: make_invented(root / name, story) for name, story in INVENTED.items()}


@pytest.fixture(scope="module")
def cases(folders):
    return {name: read_case(folder) for name, folder in folders.items()}


@pytest.fixture(scope="module")
def asked(cases):
    return {name: case.ask(most=30) for name, case in cases.items()}


@pytest.mark.parametrize("name", list(INVENTED))
def test_conflicts_are_those_known_by_hand(name, cases):
    found, story = cases[name].consistency(), INVENTED[name]
    assert found.complete
    assert {frozenset(one.claims) for one in found.conflicts} == story.expected
    assert dict(found.not_encoded) == story.not_judged


@pytest.mark.slow
@pytest.mark.parametrize("name", list(INVENTED))
def test_no_two_answers_to_one_question(name, cases):
    assert disagreements(cases[name], every=6) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", list(INVENTED))
def test_questions_tell_the_sets_of_claims_apart(name, cases, asked):
    """Each claim that an answer makes true or false is one that is open now."""
    found, questions = cases[name].consistency(), asked[name]
    assert questions
    conflicts = [one.claims for one in found.conflicts]
    for one in questions:
        assert 0 < one.score < 1
        assert one.promised < one.sets or one.sets == 1
        for answer in (one.yes, one.no):
            assert not set(answer.true) & set(answer.false)
            assert all(found.claims[key].status == "some" for key in answer.true)
            assert not conflicts_within(conflicts, answer.true)


def test_questions_on_totals_on_numbers_that_never_fall_and_on_the_whole(asked):
    asked = {name: {(one.kind, one.where): one for one in found} for name, found in asked.items()}
    tally = asked["fleet"]["tally", ""]
    assert (tally.unit, tally.when, tally.number) == ("drowned", "1922-09-03", 10)
    assert tally.yes.false == ("D2",)
    assert tally.no.false == ("D1",)
    total = asked["march"]["total", "total"]
    assert (total.unit, total.when) == ("people", "")
    assert "N4" in total.yes.false
    whole = asked["painting"]["whole", "antwerp"]
    assert (whole.unit, whole.number, whole.sets) == ("", 1, 6)
    assert (whole.yes.sets, whole.no.sets) == (3, 3)
    assert whole.yes.false == ("P1",)


def test_the_ledger_goes_by_the_hour(folders, capsys):
    assert main(["ledger", str(folders["fleet"]), "--unit", "ships", "--step", "hour",
                 "--hindsight"]) == 0  # fmt: skip
    out = capsys.readouterr().out
    assert "ships on 1922-09-03T12:00" in out
    assert "ships on 1922-09-06T12:00" in out
    assert "ships on 1922-09-03\n" not in out
    assert main(["ledger", str(folders["fleet"]), "--unit", "ships", "--json",
                 "--hindsight"]) == 0  # fmt: skip
    days = json.loads(capsys.readouterr().out)
    assert {one["moment"] for one in days} == {""}
    assert main(["ledger", str(folders["fleet"]), "--step", "half-day"]) == 2
    assert "--bounds" in capsys.readouterr().err


@pytest.mark.slow
def test_in_words(folders, capsys):
    assert main(["ask", str(folders["painting"]), "--most", "30"]) == 0
    out = capsys.readouterr().out
    assert "The group as a whole in Antwerp, 11 Apr 1934, 08:40: was it there?" in out
    assert "The group copy as a whole in Bruges" in out
    assert main(["ask", str(folders["fleet"]), "--unit", "drowned"]) == 0
    assert "drowned up to 3 Sep 1922: was the number at least 10?" in capsys.readouterr().out
    assert main(["ask", str(folders["fleet"]), "--unit", "horses"]) == 2
    assert "horses" in capsys.readouterr().err
    assert main(["ask", str(folders["fleet"]), "--most", "0"]) == 2
    assert "--most" in capsys.readouterr().err
