"""The command find: lines, JSON, bad files, archives."""

import json

import pytest
import smallworld

from convoy_geo.cli import main
from convoy_geo.gazetteer.index import Store
from convoy_geo.geoparse import finder
from convoy_geo.geoparse.lookup import StoreLayer


@pytest.fixture(autouse=True)
def small(tmp_path_factory, monkeypatch):
    """The gazetteer of the tests in place of the one that ships."""
    store = Store(smallworld.build(tmp_path_factory.mktemp("store")))
    monkeypatch.setattr(
        finder, "_store_layers", lambda _where, codes, _added: (StoreLayer(store, codes),)
    )


def run(capsys, *words):
    code = main(["find", *map(str, words)])
    out, err = capsys.readouterr()
    return code, out, err


def test_one_mention_a_line(capsys, tmp_path):
    file = tmp_path / "a.txt"
    text = "Syrian buses\r\nleft Homs for western Anbar."
    file.write_bytes(text.encode("utf-8-sig"))  # the mark is not counted
    code, out, err = run(capsys, file, "--json")
    assert code == 0
    rows = [json.loads(line) for line in out.splitlines()]
    assert [text[row["start"] : row["end"]] for row in rows] == ["Syrian", "Homs", "Anbar"]
    wanted = {"file", "start", "end", "text", "role", "place", "lon", "lat", "score", "matches"}
    assert all(wanted <= set(row) for row in rows)
    assert rows[2]["relation"]["text"] == "western Anbar"
    assert "convoy_geo[world]" in err  # what is installed does not know the world
    code, out, _ = run(capsys, file)
    assert out.splitlines()[1].startswith(f"{file}:19-23  Homs  place  Homs [geonames:")


def test_a_case_comes_first(capsys, tmp_path):
    file = tmp_path / "a.txt"
    file.write_text("They reached Albukamal.", "utf-8")
    code, out, _ = run(capsys, file, "--case", "convoy-2017", "--gazetteer", "region", "--json")
    assert (code, json.loads(out)["place"]) == (0, "abu_kamal")


def test_a_bad_file_is_named_and_the_others_are_read(capsys, tmp_path):
    (tmp_path / "bad.txt").write_bytes(b"Caf\xe9 in Homs")
    (tmp_path / "good.txt").write_text("in Homs", "utf-8")
    code, out, err = run(
        capsys,
        tmp_path / "bad.txt",
        tmp_path / "none.txt",
        tmp_path / "good.txt",
        "--gazetteer",
        "region",
    )
    assert code == 1
    assert "bad.txt: byte 3 (0xe9)" in err
    assert "none.txt" in err
    assert out.count("Homs [") == 1


def test_what_was_refused_and_a_map(capsys, tmp_path):
    file = tmp_path / "a.txt"
    file.write_text("The Washington Post wrote of Homs.", "utf-8")
    code, out, _ = run(capsys, file, "--refused", "--json", "-o", tmp_path / "map.html")
    assert code == 0
    taken = {row["text"]: row["taken"] for row in map(json.loads, out.splitlines())}
    assert taken == {"Homs": True, "Washington": False}
    assert "Homs" in (tmp_path / "map.html").read_text("utf-8")


def test_an_archive_needs_a_folder(capsys):
    code, _, err = run(capsys, "--archive", "x.jsonl")
    assert code == 2
    assert "-o FOLDER" in err
