"""The commands believe and ask."""

import json

import pytest
from flour import CLAIMS, make

from convoy_geo.cli import main


def run(capsys, *words):
    code = main(words)
    out, err = capsys.readouterr()
    return code, out, err


def run_json(capsys, *words):
    code, out, _ = run(capsys, *words, "--json")
    return code, json.loads(out)


@pytest.mark.slow
def test_believe_a_side(capsys):
    code, out, _ = run(capsys, "believe", "hezbollah")
    assert code == 0
    assert out.startswith("Believed: hezbollah; ")
    assert "Cannot be true beside them:" in out
    code, found = run_json(capsys, "believe", "hezbollah")
    assert code == 0
    assert found["consistent"] is True
    assert all(key in others for key, others in found["falls"].items())


def test_a_choice_that_does_not_fit(capsys):
    _, out, _ = run(capsys, "believe", "reporter", "hezbollah")
    assert "They cannot all be true:" in out
    assert "The smallest withdrawals" in out
    _, found = run_json(capsys, "believe", "reporter", "hezbollah")
    assert found["consistent"] is False
    assert found["withdrawals"]
    assert found["follows"] == []


def test_a_claim_that_is_not_judged(capsys, case):
    claim = next(iter(case.consistency().not_encoded))
    code, out, _ = run(capsys, "believe", claim)
    assert code == 1
    assert f"{claim} is not judged" in out
    assert "nothing follows" in out


def test_ask_never_says_that_conflicting_claims_agree(capsys, tmp_path):
    """The one conflict is a length that no fact about numbers or places can mend."""
    short = {**CLAIMS[0], "claim": "F1-09", "topic": "distance_told", "unit": "km", "state": "",
             "places": "from:homs|to:aleppo", "low": 20, "high": 20}  # fmt: skip
    folder = make(tmp_path / "flour", claims=[CLAIMS[0], short])
    code, out, _ = run(capsys, "ask", str(folder))
    assert code == 1
    assert out.startswith("Claims conflict, but no question was found")


def test_ask_how_many_were_lost(capsys):
    code, out, _ = run(capsys, "ask", "titanic-1912", "--most", "3")
    assert code == 0
    assert "people up to 15 Apr 1912: was the number at least" in out


@pytest.mark.slow
def test_ask(capsys):
    code, out, _ = run(capsys, "ask", "--most", "2", "--when", "2017-09-02")
    assert code == 0
    assert "1. " in out
    assert "largest sets of claims" in out
    code, found = run_json(capsys, "ask", "--most", "2", "--when", "2017-09-02")
    assert code == 0
    assert len(found["questions"]) == 2
    first = found["questions"][0]
    assert 0 < first["score"] < 1
    assert max(first["yes"]["sets"], first["no"]["sets"]) < first["sets"]
