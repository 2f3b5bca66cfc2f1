"""The commands on claims: what they print, their JSON, their exit codes."""

import json

import pytest

from convoy_geo.cli import main


def run(capsys, *words):
    code = main(words)
    out, err = capsys.readouterr()
    return code, out, err


def run_json(capsys, *words):
    code, out, _ = run(capsys, *words, "--json")
    return code, json.loads(out)


@pytest.mark.slow
def test_ledger_as_json(capsys):
    code, rows = run_json(capsys, "ledger", "--when", "2017-09-03", "--unit", "buses")
    assert code == 0
    assert [(row["side"], row["total"], row["residual"], row["adds_up"]) for row in rows] == [
        ("coalition", 17, 0, True), ("hezbollah", 17, 7, False), ("reporter", 17, None, None),
    ]  # fmt: skip
    assert {"side", "states", "total", "residual", "adds_up", "reading", "claims"} <= set(rows[0])
    code, more = run_json(capsys, "ledger", "--when", "2017-09-03", "--carry-over")
    assert [row for row in more if row in rows] == rows
    assert [row["residual"] for row in more if row not in rows] == [1]


def test_ledger_in_words(capsys):
    _, out, _ = run(capsys, "ledger", "--when", "2017-09-03", "--carry-over")
    assert "remainder 0, adds up" in out
    assert "remainder 7, reported as unexplained in R0-27, does not add up" in out
    assert "R4 of 2017-09-02 carried over" in out
    code, out, _ = run(capsys, "ledger", "--when", "2017-08-26")
    assert code == 1
    assert "no claim gives a figure of this time" in out


@pytest.mark.slow
def test_ledger_of_every_day(capsys):
    _, out, _ = run(capsys, "ledger")
    assert [line for line in out.splitlines() if not line.startswith(" ")] == [
        "buses on 2017-09-02", "buses on 2017-09-03", "buses on 2017-09-04",
    ]  # fmt: skip
    _, rows = run_json(capsys, "ledger", "--hindsight")
    assert {row["on"] for row in rows} > {"2017-08-31"}


@pytest.mark.slow
def test_bounds(capsys):
    words = ("ledger", "--when", "2017-09-02T12:00", "--bounds", "--believing", "coalition")
    code, out, _ = run(capsys, *words)
    assert code == 0
    assert "    desert: " in out
    _, found = run_json(capsys, *words)
    rows = {row["where"]: row for row in found["bounds"]}
    assert rows["total"]["low"] <= rows["total"]["high"] == 17
    assert set(rows["desert"]["high_claims"]) <= set(rows["desert"]["believing"])


@pytest.mark.slow
def test_sources(capsys):
    code, found = run_json(capsys, "sources", "--claim", "R0-34", "--claim", "R0-36")
    assert code == 0
    assert found["words"] == "one report, two statements, two voices, one origin"
    assert found["origins"] == ["residents of Rawa"]
    _, out, _ = run(capsys, "sources")
    assert out.startswith("five reports, ")
    code, _, err = run(capsys, "sources", "--claim", "R9-99")
    assert code == 1
    assert "R9-99" in err


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "ids"),
    [
        (["--topic", "turn_back"], {"R2-01", "R2-14"}),
        (["--place", "Rawah", "--side", "activist"], {"R0-31"}),
        (["--report", "R4", "--when", "2017-08-28", "--topic", "departure"], {"R4-15"}),
    ],
)
def test_claims(capsys, words, ids):
    code, found = run_json(capsys, "claims", *words)
    assert code == 0
    assert {row["id"] for row in found} == ids
    _, out, _ = run(capsys, "claims", *words)
    assert all(f"{name}: " in out for name in ids)


def test_no_claim_and_no_day(capsys):
    code, out, _ = run(capsys, "claims", "--topic", "turn_back", "--report", "R4")
    assert (code, out) == (1, "no claim matches all conditions\n")
    assert run_json(capsys, "claims", "--topic", "turn_back", "--report", "R4") == (1, [])
    code, _, err = run(capsys, "ledger", "--when", "Sunday")
    assert code == 2
    assert "2017-08-31" in err


@pytest.mark.parametrize("words", ["claims", "ledger --hindsight", "conflicts", "sources"])
def test_the_second_case(capsys, words):
    code, found = run_json(capsys, *words.split(), "titanic-1912")
    assert code == 0
    assert found
