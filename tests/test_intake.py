"""Reports into the first rows of a case: what is proposed, and that nothing is written over."""

import csv
import json

import pytest

from convoy_geo.casefiles.folder import check_case
from convoy_geo.casefiles.newcase import new_case
from convoy_geo.casefiles.spans import span_sha1
from convoy_geo.cli import main
from convoy_geo.errors import OutputFileError, TextFileError
from convoy_geo.intake.reading import read_reports

FIRST = """Convoy leaves for the east

BEIRUT - Buses with fighters left Homs on Monday and drove by Palmyra toward Abu Kamal.
Residents of Rawah in Iraq's Anbar province saw them. Syrian officials were silent.
"""
SECOND = """Buses seen

The buses were seen near Albukamal on Tuesday, and some went back toward Palmyra.
"""


@pytest.fixture
def texts(tmp_path):
    files = []
    for name, text in (("first.txt", FIRST), ("second.txt", SECOND)):
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        files.append(file)
    return files


def rows(folder, table):
    with (folder / table).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("text", ["Buses left Homs. They are gone.", "Homs " * 60, "\n \n"])
def test_a_sentence_is_no_headline(tmp_path, text):
    file = tmp_path / "report.txt"
    file.write_text(text, encoding="utf-8")
    read_reports([file], tmp_path / "story", where="region")
    assert rows(tmp_path / "story", "reports.csv")[0]["title"] == ""


def test_a_new_case_gets_reports_places_and_names(texts, tmp_path):
    folder = tmp_path / "story"
    reading = read_reports(texts, folder, where="region")
    assert [row["report"] for row in rows(folder, "reports.csv")] == ["R0", "R1"]
    assert rows(folder, "reports.csv")[0]["title"] == "Convoy leaves for the east"
    places = {row["place"]: row for row in rows(folder, "places.csv")}
    assert {"homs", "palmyra", "abu_kamal", "rawah", "anbar", "iraq"} <= set(places)
    assert places["anbar"]["shape"] == places["iraq"]["shape"] == "unmapped"
    assert places["palmyra"]["shape"] == "point"
    assert round(float(places["abu_kamal"]["lat"]), 1) == 34.5
    assert all("GeoNames" in row["coordinate_source"] for row in places.values())
    named = {(row["place"], row["name"]): row["reports"] for row in rows(folder, "names.csv")}
    assert named["palmyra", "Palmyra"] == "R0|R1"
    assert named["abu_kamal", "Albukamal"] == "R1"
    assert reading.count("places.csv") == len(places)
    for row in rows(folder, "mentions.csv"):
        text = FIRST if row["report"] == "R0" else SECOND
        start, end = int(row["start"]), int(row["end"])
        assert " ".join(text[start:end].split()) == row["text"]
        assert span_sha1(text, start, end) == row["span_sha1"]
    faults = {(fault.file, fault.column) for fault in check_case(folder)}
    # What a person must fill in, and nothing else.
    assert faults == {
        ("case.toml", "start"),
        ("case.toml", "end"),
        ("reports.csv", "publisher"),
        ("reports.csv", "published"),
    }


def test_reading_again_adds_nothing(texts, tmp_path):
    folder = tmp_path / "story"
    read_reports(texts, folder, where="region")
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    again = read_reports(texts, folder, where="region")
    assert again.files == []
    assert {proposal.status for proposal in again.proposals} == {"same"}
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_what_a_person_edited_stays(texts, tmp_path):
    folder = tmp_path / "story"
    read_reports(texts[:1], folder, where="region")
    file = folder / "places.csv"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("homs,")]
    assert len(kept) == len(lines) - 1
    kept = [line.replace("palmyra,Palmyra", "tadmor,Tadmor") for line in kept]
    file.write_text("".join(kept), encoding="utf-8")
    names = folder / "names.csv"
    names.write_text(
        names.read_text(encoding="utf-8")
        .replace("palmyra,Palmyra", "tadmor,Palmyra")
        .replace("homs,", "homs_gone,"),
        encoding="utf-8",
    )
    before = file.read_text(encoding="utf-8")
    reading = read_reports(texts, folder, where="region")
    after = file.read_text(encoding="utf-8")
    assert after.startswith(before)
    ids = [row["place"] for row in rows(folder, "places.csv")]
    assert "homs" not in ids  # taken out, and not proposed again
    assert "palmyra" not in ids  # has another id now
    assert ids.count("tadmor") == 1
    told = [p for p in reading.proposals if p.status == "differs"]
    assert [(p.key, p.differences) for p in told] == [
        ("tadmor|Palmyra", (("reports", "R0", "R0|R1"),))
    ]


def test_a_dry_run_writes_nothing(texts, tmp_path, capsys):
    folder = tmp_path / "story"
    code = main(["read", *map(str, texts), "--case", str(folder), "--region", "--dry-run"])
    assert code == 0
    assert not folder.exists()
    out = capsys.readouterr().out
    assert "would be added: 2 to reports.csv" in out
    assert "palmyra: town, SY" in out


def test_the_command_tells_rows_as_json(texts, tmp_path, capsys):
    folder = tmp_path / "story"
    assert main(["read", str(texts[0]), "--case", str(folder), "--region", "--json"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["file"] for row in told} == {
        "reports.csv", "places.csv", "names.csv", "mentions.csv",
    }  # fmt: skip
    assert all(row["status"] == "new" for row in told)


def test_the_places_of_the_case_come_first(texts, tmp_path):
    folder = tmp_path / "story"
    new_case(folder)
    with (folder / "places.csv").open("a", encoding="utf-8") as stream:
        stream.write("my_homs,Homs,,town,SY,36.7,34.7,5,point,,mentioned,,,my own survey,\n")
    read_reports(texts, folder, where="region")
    ids = [row["place"] for row in rows(folder, "places.csv")]
    assert "homs" not in ids
    mine = [row for row in rows(folder, "mentions.csv") if row["text"] == "Homs"]
    assert [row["place"] for row in mine] == ["my_homs"]


def test_bad_input_loses_nothing(texts, tmp_path):
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"Palmyra \xff\xfe\xfa")
    folder = tmp_path / "story"
    with pytest.raises(TextFileError, match=r"bad\.txt"):
        read_reports([texts[0], bad], folder)
    assert not folder.exists()
    file = tmp_path / "file"
    file.write_text("x", encoding="utf-8")
    with pytest.raises(OutputFileError, match="a case is a folder"):
        read_reports(texts, file)
