"""What goes wrong on the command line: exit codes, ids and numbers that cannot be, output."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from convoy_geo.case.case import read_case
from convoy_geo.cli import main

PYTHON = [sys.executable, "-m", "convoy_geo.cli"]


def run(capsys, *words):
    try:
        code = main(words)
    except SystemExit as stopped:
        code = stopped.code
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("distance 400,99 Sukhna", "lat -90 to 90"),
        ("distance nan,nan Sukhna", "LON,LAT"),
        ("route Sukhna 10,95", "LON,LAT"),
        ("compare plan --reported nan", "above 0"),
        ("compare plan --reported inf", "above 0"),
        ("compare plan --reported=-5", "above 0"),
        ("claims --report R9", "known: R0, R1"),
        ("claims --report r0", "known: R0, R1"),
        ("claims --side Hezbollah", "hezbollah"),
        ("claims --topic foo", "turn_back"),
        ("ledger --unit cows", "known: buses"),
        ("ledger --believing coalition", "--bounds"),
        ("ledger --bounds --when 2017-09-02 --believing nobody", "nobody"),
        ("believe nobody", "nobody"),
        ("ask --unit cows", "units counted: buses"),
        ("ledger --when 31.8.", "2017-08-31"),
        ("map --lang fr", "en"),
        ("geocode Anah --country Syria", "such as SY"),
        ("geocode Anah --kind foo", "border_post"),
        ("geocode Rawa --near 200,10", "LON,LAT"),
        ("geocode Rawa --near nan,nan", "LON,LAT"),
        ("geocode Rawa --when soon", "EDTF"),
        ("geocode Rawa --column town", "--file"),
        ("find --country Syria", "such as SY"),
        ("find x.txt --workers 2", "--archive"),
        ("find --archive x", "-o FOLDER"),
        ("find --gazetteer region --gazetteer world", "one large gazetteer"),
        ("geocode Rawa --gazetteer region --gazetteer world", "one large gazetteer"),
        ("find --archive x -o y --refused", "--refused"),
        ("find --archive x -o y --workers -1", "at least 0"),
        ("read x.txt --case y --country Syria", "such as SY"),
        ("export -o x.txt", ".geojson"),
        ("export -o x.png --layer reports", "places"),
        ("import x.txt", ".geojson"),
        ("import x.svg", "nothing can be read"),
        ("check titanic-1912 --case convoy-2017", "--case"),
        ("claims titanic-1912 convoy-2017", "convoy-2017"),
        ("ledger --on 2017-08-31", "--on"),
        ("dates Thursday --dateline soon", "soon"),
        ("dates Thursday --dateline 2017-09-04/..", "open"),
        ("reach --case titanic-1912 --from A --to B --leave 1912 --arrive 1912 --close E1", "E1"),
    ],
)
def test_what_cannot_be_is_wrong_usage_in_one_line(capsys, words, said):
    code, out, err = run(capsys, *words.split())
    assert (code, out) == (2, "")
    assert err.startswith("convoy-geo: ")
    assert err.count("\n") == 1
    assert said in err


def test_import_lists_only_what_can_be_imported(capsys):
    _, _, err = run(capsys, "import", "x.txt")
    assert ".gpx" in err
    assert ".png" not in err
    assert ".svg" not in err
    assert ".pdf" not in err


@pytest.mark.parametrize(
    "words",
    [
        ["read", "none.txt", "--case", "c"],
        ["read", ".", "--case", "c"],
        ["find", "none.txt"],
        ["geocode", "--file", "none.csv"],
        ["check", "x" * 300],
    ],
)
def test_what_cannot_be_opened_is_one_line(capsys, tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    code, out, err = run(capsys, *words)
    assert code in ((1, 2) if words[0] == "check" else (1,))
    assert out == ""
    lines = [line for line in err.splitlines() if "pip install" not in line]
    assert len(lines) == 1
    assert lines[0].startswith("convoy-geo: ")
    assert "Errno" not in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
@pytest.mark.parametrize("command", ["cases", "claims"])  # what fits the buffer, and what does not
def test_a_full_disk_is_told(command):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*PYTHON, command], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 1
    assert done.stderr.startswith("convoy-geo: cannot read or write: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.slow
def test_a_reader_who_has_seen_enough_is_no_error():
    claims = subprocess.Popen([*PYTHON, "claims"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    claims.stdout.close()
    assert (claims.stderr.read(), claims.wait()) == (b"", 0)
    claims.stderr.close()


@pytest.mark.slow
def test_output_is_utf_8_whatever_the_locale():
    done = subprocess.run(
        [*PYTHON, "geocode", "حماة", "--json"],
        env={**os.environ, "PYTHONIOENCODING": "cp1252"},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout.decode("utf-8"))["query"] == "حماة"


def test_a_name_of_bytes_that_are_no_text_is_no_traceback(capsys):
    code, out, err = run(capsys, "geocode", "Hama\udcff", "--json")
    assert code in {0, 1}
    assert err == ""
    assert json.loads(out)["query"].startswith("Hama")


def test_a_name_to_be_near_must_be_a_place(capsys):
    code, out, err = run(capsys, "geocode", "Rawa", "--near", "Atlantis", "--gazetteer", "region")
    assert (code, out) == (1, "")
    assert "Atlantis" in err


def test_a_name_that_a_limit_leaves_out_is_not_its_own_suggestion(capsys):
    code, _, err = run(capsys, "geocode", "Anah", "--country", "SY")
    assert code == 1
    assert "did you mean" not in err
    assert "--country" in err


def test_one_letter_apart_is_said_only_where_it_is_so(capsys):
    _, out, _ = run(capsys, "geocode", "Zzyzx", "--json", "--gazetteer", "region")
    reasons = [match["reason"] for match in json.loads(out)["matches"]]
    assert reasons
    assert "one letter apart" not in reasons
    assert (
        run(capsys, "geocode", "Sukhnal", "--gazetteer", "region")[1].count(
            "    one letter apart, score"
        )
        == 1
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        "claims",
        "ledger",
        "conflicts",
        "closures",
        "check",
        "map -o {}",
        "export -o {}",
        "sources",
    ],
)
def test_the_case_is_the_last_word(capsys, tmp_path, command):
    name, *words = command.format(tmp_path / "x.csv").split()
    first = run(capsys, name, "titanic-1912", *words)
    assert first == run(capsys, name, *words, "titanic-1912")
    assert run(capsys, name, *words, "--case", "titanic-1912")[0] == 2
    assert first[2] == ""
    assert first != run(capsys, name, *words)  # which is about another case


def test_close_takes_closures_as_reach_does(capsys):
    words = ["route", "Sukhna", "T2", "--json"]
    code, out, _ = run(capsys, *words, "--close", "cratered_road")
    assert code == 0
    closed = json.loads(out)["features"][0]["properties"]
    assert {"E102", "E103"}.isdisjoint(closed["edges"])
    edges = json.loads(run(capsys, *words, "--close", "E102", "--close", "E103")[1])
    assert edges["features"][0]["properties"]["edges"] == closed["edges"]


@pytest.mark.slow
def test_what_may_be_meant_to_be_closed(capsys):
    trip = ["--from", "Sukhna", "--to", "T2", "--leave", "2017-08-31", "--arrive", "2017-09-01"]
    for words in (["route", "Sukhna", "T2"], ["verdict", *trip]):
        err = run(capsys, *words, "--close", "X999")[2]
        assert "closures: cratered_road" in err
        assert "did you mean" not in err
        assert "did you mean E012, E102" in run(capsys, *words, "--close", "E1O2")[2]


@pytest.mark.slow
def test_no_other_way_is_said(capsys):
    _, out, _ = run(capsys, "route", "Sukhna", "T3", "--alternatives", "2", "--weight", "length")
    assert out.splitlines()[-1].startswith("no other route")
    assert "--weight time" in out
    _, out, _ = run(capsys, "route", "Sukhna", "T2", "--alternatives", "2")
    assert "alternative 1" in out
    assert "no other route" not in out
    assert "no other route" not in run(capsys, "route", "Sukhna", "T3")[1]


def test_at_sea_no_road_is_missed(capsys):
    places = [place.id for place in read_case("titanic-1912").gazetteer if place.lon is not None]
    code, out, _ = run(capsys, "distance", "--case", "titanic-1912", *places[:2])
    assert code == 0
    assert "straight line" in out
    assert "road" not in out


def test_when_goes_on_after_what_it_does_not_understand(capsys):
    words = ["dates", "soonish", "last Thursday", "--dateline", "2017-09-04"]
    code, out, err = run(capsys, *words)
    assert code == 1
    assert out.startswith("last Thursday: 2017-08-31")
    assert err.count("\n") == 1
    code, out, _ = run(capsys, *words, "--json")
    assert code == 1
    dates = {row["text"]: row["edtf"] for row in map(json.loads, out.splitlines())}
    assert dates == {"soonish": None, "last Thursday": "2017-08-31"}


def test_a_clean_check_says_so_as_json(capsys):
    code, out, _ = run(capsys, "check", "--json")
    assert code == 0
    assert json.loads(out) == {"case": "convoy-2017", "faults": 0, "spans": None}


@pytest.mark.slow
def test_an_empty_ledger_says_why(capsys):
    code, out, _ = run(capsys, "ledger", "titanic-1912")
    assert code == 1
    assert "--hindsight" in out
    assert run(capsys, "ledger", "titanic-1912", "--hindsight")[0] == 0
    code, out, _ = run(capsys, "ledger", "--when", "2017-08-31")
    assert code == 1
    assert "--hindsight" in out
    assert run(capsys, "ledger", "--when", "2017-08-31", "--hindsight")[0] == 0
    code, out, _ = run(capsys, "ledger", "--when", "2017-08-26", "--hindsight")
    assert code == 1
    assert "no claim gives a figure" in out
    assert "hindsight" not in out
    code, out, _ = run(capsys, "ledger", "--json", "titanic-1912")
    assert (code, json.loads(out)) == (1, [])


def test_the_languages_of_the_page(capsys):
    code, out, _ = run(capsys, "map", "--help")
    assert code == 0
    assert "--lang {en,ar}" in out


def test_a_bad_feature_is_named_where_lines_do_not_tell(capsys, tmp_path):
    good = {"type": "Feature", "properties": {"name": "A"}, "geometry": None}
    features = [
        {**good, "geometry": {"type": "Point", "coordinates": point}}
        for point in ([39, 34], [39, 99], [40, 34])
    ]
    path = tmp_path / "x.geojson"
    text = json.dumps({"type": "FeatureCollection", "features": features})
    path.write_text(text, encoding="utf-8")
    code, out, err = run(capsys, "import", str(path))
    assert code == 0  # the others are taken
    assert "x.geojson:1, feature 2, geometry" in out + err
    path.write_text(text.replace('{"type": "Feature"', '\n{"type": "Feature"'), encoding="utf-8")
    assert "x.geojson:3, " in "".join(run(capsys, "import", str(path))[1:])
