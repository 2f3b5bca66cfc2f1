"""The commands ``verdict`` and ``reach``."""

import json

import pytest

from convoy_geo.cli import main

WAY = ("--from", "Sukhna", "--to", "Rawa", "--leave", "2017-08-31T06:00", "--arrive", "2017-09-01")


def run(capsys, *words):
    code = main(words)
    out, err = capsys.readouterr()
    return code, out, err


def run_json(capsys, *words):
    code, out, _ = run(capsys, *words, "--json")
    return code, [json.loads(line) for line in out.splitlines()]


@pytest.mark.slow
def test_a_way_on_foot_as_json(capsys):
    code, (found,) = run_json(capsys, "verdict", *WAY, "--mode", "foot")
    assert code == 0
    assert found["verdict"] == "impossible"
    assert found["margin_h"] < 0
    assert found["needs_kmh"] > 6
    assert {"verdict", "margin_h", "needs_kmh", "route", "premises", "flips"} <= set(found)
    assert {flip["premise"] for flip in found["flips"]} >= {
        "leave",
        "arrive",
        "speed",
        "from",
        "to",
    }
    assert {premise["premise"] for premise in found["premises"]} >= {"speed", "rest", "way"}


def test_a_way_in_words(capsys):
    code, out, _ = run(capsys, "verdict", *WAY, "--close", "E063")
    assert code == 0
    assert out.startswith("possible: Sukhna to Rawa, bus convoy")
    assert "premise  way: by the roads of the network; closed: E063" in out
    assert "flips    to impossible: speed" in out


@pytest.mark.slow
@pytest.mark.parametrize(
    ("leave", "arrive", "words"),
    [
        ("2017-09-02", "2017-09-01", "none: it would arrive as it leaves"),
        ("2017-09-03", "2017-09-01", "none: it would arrive before it leaves"),
        ("2017-09-01", "2017-09-01", "at most 24.0 h, at least none"),
        ("2017-09-01", "2017-09-03", "at most 72.0 h, at least 24.0 h"),
    ],
)
def test_the_window_of_reach_is_never_below_nothing(capsys, leave, arrive, words):
    ends = ("--from", "Sukhna", "--to", "Rawa", "--leave", leave, "--arrive", arrive)
    code, out, _ = run(capsys, "reach", *ends)
    assert f"  window    {words}\n" in out
    assert code == int("none: " in words)


def test_speeds_of_your_own(capsys):
    _, (found,) = run_json(capsys, "verdict", *WAY, "--mode", "foot", "--kmh", "20", "30")
    assert found["verdict"] == "possible"


@pytest.mark.slow
def test_a_claim(capsys):
    code, (found,) = run_json(capsys, "verdict", "R0-36")
    assert code == 0
    # about 700 is 650 at the least, and 600, a round number, 650 at the most
    assert (found["verdict"], found["status"], found["margin_count"]) == ("possible", "all", 0)
    assert found["flips"] == [
        {"premise": "number", "what": "low", "flips_at": 651, "unit": "people", "to": "impossible"}
    ]
    code, out, _ = run(capsys, "verdict", "R0-26", "--against", "R3-08")
    assert code == 0
    assert out.startswith("impossible: R0-26 (Hezbollah): ")
    assert "  not with R3-08: different numbers at one place and time\n" in out
    assert "to possible: its greatest number: 11 buses\n" in out
    code, out, _ = run(capsys, "verdict", "R0-09")
    assert (code, out.splitlines()[-1]) == (0, "  not judged: a plan is no position")
    code, _, err = run(capsys, "verdict", "R9-99")
    assert (code, err.count("\n")) == (1, 1)


def test_all_claims(capsys, case):
    _, rows = run_json(capsys, "verdict", "--all")
    assert {row["claim"] for row in rows} == set(case.claims)
    assert rows[0]["conflicts"] > 0
    assert rows[-1]["conflicts"] == 0
    _, out, _ = run(capsys, "verdict", "--all")
    assert len(out.splitlines()) == len(rows)


@pytest.mark.parametrize(
    "words",
    [
        ("verdict",),
        ("verdict", "R0-36", "--all"),
        ("verdict", "--from", "Sukhna"),
        ("verdict", "R0-36", "--kmh", "1", "2"),
        ("verdict", "R0-36", "--when", "2017-08-31"),
        ("verdict", "R0-36", "--close", "E063"),
        ("verdict", "--all", "--against", "R0-36"),
        ("verdict", "--all", "--mode", "foot"),
        ("verdict", *WAY, "--kmh", "nan", "nan"),
        ("verdict", *WAY, "--kmh", "60", "30"),
        ("reach", "--from", "Sukhna"),
    ],
)
def test_wrong_words_are_usage(capsys, words):
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == 2
    assert capsys.readouterr().err.startswith("convoy-geo: ")


def test_a_mode_that_is_none_is_usage(capsys):
    assert main(["verdict", *WAY, "--mode", "sledge"]) == 2
    assert "--mode: no mode of travel 'sledge'; known: bus, car" in capsys.readouterr().err


def test_reach_prints_geojson(capsys):
    code, (found,) = run_json(capsys, "reach", *WAY, "--when", "2017-08-31")
    assert code == 0
    assert found["type"] == "FeatureCollection"
    assert found["properties"]["closures"] == ["cratered_road"]
    roads = [one for one in found["features"] if "edge" in one["properties"]]
    assert {"edge", "share", "level"} <= set(roads[0]["properties"])
    assert "E102" not in {road["properties"]["edge"] for road in roads}
    areas = [one for one in found["features"] if one["properties"].get("kind") == "area"]
    assert {area["properties"]["level"] for area in areas} == {"surely", "possibly"}


def test_reach_in_words(capsys):
    _, out, _ = run(capsys, "reach", *WAY)
    assert "Sukhna to Rawa, by bus" in out
    assert "surely" in out
    assert "at most 42.0 h, at least 18.0 h" in out


@pytest.mark.slow
def test_wrong_times_and_places_are_one_line(capsys):
    for words, code in (
        (("verdict", *WAY[:5], "soon", *WAY[6:]), 2),
        (("reach", "--from", "Nowhere", *WAY[2:]), 1),
        (("reach", *WAY, "--close", "E999"), 2),
        (("verdict", "R0-36", "--against", "R9-99"), 2),
    ):
        got, _, err = run(capsys, *words)
        assert (got, err.count("\n")) == (code, 1)


def test_nowhere_is_no(capsys):
    late = ("--from", "Sukhna", "--to", "Rawa", "--leave", "2017-09-02", "--arrive", "2017-09-01")
    code, out, _ = run(capsys, "reach", *late)
    assert code == 1
    assert out.splitlines()[-1].startswith("nowhere: ")
    code, (found,) = run_json(capsys, "reach", *late)
    assert code == 1
    assert [one["geometry"] for one in found["features"]] == [None, None]  # both areas empty
