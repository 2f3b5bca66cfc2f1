"""The commands closures, cut and compare, and who held the ground in route."""

import json

import pytest

from convoy_geo.cli import main


def run(capsys, *words):
    code = main(words)
    out, err = capsys.readouterr()
    return code, out, err


def run_json(capsys, *words):
    code, out, err = run(capsys, *words, "--json")
    assert err == ""
    return code, json.loads(out)


def test_closures_say_when_and_on_whose_word(capsys):
    code, out, _ = run(capsys, "closures")
    assert code == 0
    for text in ("cratered_road", "2017-08-30/..", "from outside the reports", "Rudaw", "R0-17",
                 "tanf", "closed to convoy", "undetermined"):  # fmt: skip
        assert text in out
    code, document = run_json(capsys, "closures")
    assert code == 0
    crater = document["closures"][0]
    assert crater["from_outside"] is True
    assert crater["edges"] == ["E102", "E103"]
    assert {control["id"] for control in document["controls"]} >= {"tanf"}


def test_cut_in_words_and_in_json(capsys):
    words = ["closure-impact", "cratered_road", "Humaymah", "Rawa"]
    code, out, _ = run(capsys, *words)
    assert code == 0
    for text in ("108.6 km of cratered_road", "from outside the reports", "34% of the stretch",
                 "cut whatever the position", "cut for some", "never cut",
                 "not probabilities"):  # fmt: skip
        assert text in out
    code, answer = run_json(capsys, *words)
    assert code == 0
    assert sum(group["share"] for group in answer["positions"]) == pytest.approx(1, abs=1e-3)
    assert [group["share"] for group in answer["positions"]] == [0.3379, 0.6621]
    assert {fate["cut"] for fate in answer["fates"]} == {"whatever", "some", "never"}
    assert "probabilities" in answer["note"]


def test_cut_by_length_on_a_day_for_a_side(capsys):
    code, out, _ = run(
        capsys, "closure-impact", "cratered_road", "Sukhna", "Albukamal", "--weight", "length",
        "--when", "2017-08-31", "--side", "convoy",
    )  # fmt: skip
    assert code == 0
    assert "passes front_east_of_sukhna, sukhna_deir_ez_zor" in out


def test_cut_with_a_road_to_avoid(capsys):
    words = [
        "closure-impact",
        "cratered_road",
        "Sukhna",
        "Abu Kamal",
        "--weight",
        "length",
        "--avoid",
        "E063",
    ]
    code, answer = run_json(capsys, *words)
    assert code == 0
    assert answer["fates"]
    assert all("E063" not in fate["route"]["edges"] for fate in answer["fates"])


def test_no_way_left_is_an_answer(capsys):
    code, out, _ = run(
        capsys, "closure-impact", "cratered_road", "T2", "Abu Kamal", "--when", "2017-08-31",
        "--side", "syrian_government",
    )  # fmt: skip
    assert code == 0
    assert "no route remains" in out


@pytest.mark.slow
def test_compare_in_words_and_in_json(capsys):
    code, out, _ = run(capsys, "compare", "plan", "--rank", "1", "--reported", "450")
    assert code == 0
    for text in ("alternative 1", "Frechet 40", "which is the error", "does not fit edge E103",
                 "450 km (given) fits told", "only told", "E053"):  # fmt: skip
        assert text in out
    code, document = run_json(capsys, "compare", "turn_back")
    assert code == 0
    assert document["frechet_km"] == 0
    assert document["only_told"] == []
    _, out, _ = run(capsys, "compare", "turn_back")
    assert "no reported length" in out


@pytest.mark.slow
def test_route_says_who_held_the_ground(capsys):
    _, out, _ = run(capsys, "route", "Dumayr", "Rutba")
    assert "ground: 104 km (E036, E037): US-backed opposition" in out
    assert "closed to the convoy" in out
    _, document = run_json(capsys, "route", "Dumayr", "Rutba")
    assert any("Tanf" in words for words in document["features"][0]["properties"]["held"])
    code, out, _ = run(
        capsys, "route", "Dumayr", "Rutba", "--when", "2017-08-31", "--side", "convoy"
    )  # fmt: skip
    assert code == 0
    assert "closed that day: tanf" in out
    assert "E036" not in out


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (["closure-impact", "crater", "Sukhna", "T2"], 1, "cratered_road"),
        (["closure-impact", "cratered_road", "Atlantis", "T2"], 1, "Atlantis"),
        (["closure-impact", "cratered_road", "Sukhna", "T2", "--side", "convoy"], 2, "--when"),
        (["closure-impact", "cratered_road", "Sukhna", "T2", "--when", "31.8."], 2, "31.8."),
        (["closure-impact", "cratered_road", "Sukhna", "T2", "--avoid", "E999"], 2, "E999"),
        (["route", "Sukhna", "T2", "--side", "convoy"], 2, "--when"),
        (["route", "Sukhna", "T2", "--side", "martians", "--when", "2017-08-31"], 2, "convoy"),
        (["compare", "nowhere"], 1, "turn_back"),
        (["compare", "turn_back", "--rank", "9"], 1, "rank 9"),
    ],
)
def test_errors_are_one_line(capsys, words, code, text):
    got, _, err = run(capsys, *words)
    assert got == code
    assert err.startswith("convoy-geo: ")
    assert text in err
    assert err.count("\n") == 1


def test_a_case_without_closures_says_so(capsys):
    assert main(["closures", "titanic-1912"]) == 0
    assert capsys.readouterr().out == "titanic-1912: no closures\n"


@pytest.mark.slow
def test_what_is_closed_by_hand_is_not_of_a_day(capsys):
    words = ["route", "Sukhna", "Abu Kamal", "--close", "cratered_road"]
    assert main(words) == 0
    assert "  closed: cratered_road\n" in capsys.readouterr().out
    assert main([*words, "--when", "2017-08-31"]) == 0
    assert "  closed that day: cratered_road\n" in capsys.readouterr().out
