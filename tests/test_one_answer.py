"""Two parts of the library never give two answers to one question."""

import pytest
from flour import CLAIMS, COUNT, make
from one_answer import disagreements

from convoy_geo.case.case import read_case
from convoy_geo.casefiles.locate import case_names

MORE = [
    {"claim": "F2-03", "report": "F2", "topic": "held", "side": "driver", "claimant": "A driver",
     "happened": "2016-05-11T12:00", "said": "2016-05-13", "low": 9, "high": 9,
     "state": "arrived", "summary": "Nine were in at noon.", **COUNT},
    {"claim": "F2-04", "report": "F2", "topic": "held", "side": "driver", "claimant": "A driver",
     "happened": "2016-05-11T12:00", "said": "2016-05-13", "low": 4, "high": 4,
     "state": "stopped", "summary": "Four stood at noon.", **COUNT},
    {"claim": "F2-05", "report": "F2", "topic": "way", "side": "driver", "claimant": "A driver",
     "places": "from:homs|to:aleppo", "happened": "2016-05-11", "low": 60, "high": 60,
     "unit": "km", "status": "asserted", "summary": "It is 60 km."},
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", case_names())
def test_of_a_bundled_case(name):
    assert disagreements(read_case(name), every=25) == []


@pytest.mark.slow
def test_of_a_small_case(tmp_path):
    """Thirteen of twelve at one moment, and a road that is shorter than the straight line."""
    case = read_case(make(tmp_path / "flour", claims=[*CLAIMS, *MORE]))
    found = {frozenset(one.claims) for one in case.conflicts()}
    assert frozenset({"F1-01", "F2-03", "F2-04"}) in found
    assert disagreements(case) == []


@pytest.mark.slow
def test_the_check_itself_sees_a_second_answer(tmp_path, monkeypatch):
    case = read_case(make(tmp_path / "flour", claims=[*CLAIMS, *MORE]))
    monkeypatch.setattr("one_answer.judgement", lambda *_: ["possible", ""])
    assert disagreements(case)
