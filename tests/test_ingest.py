"""Reports into the first rows of a case: what is proposed, and that nothing is written over."""

import csv
import io
import json

import pytest

from convoy_geo.casefiles.scaffold import new_case
from convoy_geo.casefiles.spans import check_spans, find_spans, span_sha1
from convoy_geo.casefiles.validate import check_case
from convoy_geo.cli import main
from convoy_geo.errors import CaseFileError, OutputFileError, TextFileError
from convoy_geo.ingest.ingest import read_reports

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


@pytest.mark.parametrize("text", ["Buses left Homs. They are gone.", "Homs " * 60])
def test_a_sentence_is_no_headline(tmp_path, text):
    file = tmp_path / "report.txt"
    file.write_text(text, encoding="utf-8")
    read_reports([file], tmp_path / "story", gazetteer="region")
    assert rows(tmp_path / "story", "reports.csv")[0]["title"] == "report"


def test_a_new_case_gets_reports_places_and_names(texts, tmp_path):
    folder = tmp_path / "story"
    reading = read_reports(texts, folder, gazetteer="region")
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
    assert check_case(folder) == []  # it can be drawn at once
    assert {row["publisher"] for row in rows(folder, "reports.csv")} == {"not stated"}


def test_reading_again_adds_nothing(texts, tmp_path):
    folder = tmp_path / "story"
    read_reports(texts, folder, gazetteer="region")
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    again = read_reports(texts, folder, gazetteer="region")
    assert again.files == []
    assert {proposal.status for proposal in again.proposals} == {"same"}
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_what_a_person_edited_stays(texts, tmp_path):
    folder = tmp_path / "story"
    read_reports(texts[:1], folder, gazetteer="region")
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
    reading = read_reports(texts, folder, gazetteer="region")
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
    code = main(
        ["read", *map(str, texts), "--case", str(folder), "--gazetteer", "region", "--dry-run"]
    )
    assert code == 0
    assert not folder.exists()
    out = capsys.readouterr().out
    assert "would be added: 2 to reports.csv" in out
    assert "palmyra: town, SY" in out


def test_the_command_tells_rows_as_json(texts, tmp_path, capsys):
    folder = tmp_path / "story"
    assert (
        main(["read", str(texts[0]), "--case", str(folder), "--gazetteer", "region", "--json"]) == 0
    )
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
    read_reports(texts, folder, gazetteer="region")
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


# --- nothing that a person wrote is lost, doubled, or given to somebody else


def files_of(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def third(tmp_path, text="Later\n\nMore buses went by Palmyra.\n", name="third.txt"):
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("reports.csv", "\nR1,", "\nR1,,", "reports.csv:3: 21 fields"),  # one comma too many
        ("reports.csv", "\nR1,", "\nR0,", "reports.csv:3, column report: duplicate 'R0'"),
        ("reports.csv", "\nR1,", "\n,", "reports.csv:3, column report: empty"),
        ("reports.csv", ",sha256", ",sha", "unknown column"),
        ("reports.csv", "report,", "\nreport,", "an empty first line"),
        ("places.csv", "\npalmyra,", '\n"palmyra,', "broken CSV"),
        ("places.csv", ",point,", ",point,,", "16 fields"),
        ("places.csv", "place,name,", "my_notes,place,name,", "unknown column"),
        ("places.csv", ",38.", ",abc38.", "column lon: bad value 'abc38."),
        ("names.csv", "\npalmyra,", "\npalmyra,x,", "7 fields"),
        ("mentions.csv", "\nR0,", "\nR0,x,", "10 fields"),
        ("claims.csv", "claim,", "claim;", "unknown column"),
        ("routes.csv", "route,", "x,route,", "unknown column"),
    ],
)
def test_nothing_is_added_to_a_case_with_rows_that_cannot_be_read(
    texts, tmp_path, file, old, new, said
):
    folder = tmp_path / "story"
    read_reports(texts, folder, gazetteer="region")
    change(folder / file, old, new)
    before = files_of(folder)
    for write in (True, False):
        with pytest.raises(CaseFileError) as caught:
            read_reports([third(tmp_path)], folder, gazetteer="region", write=write)
        assert said in str(caught.value)
        assert file in str(caught.value)
    assert files_of(folder) == before


def test_an_empty_table_is_a_fault_and_a_missing_one_is_not(texts, tmp_path):
    folder = tmp_path / "story"
    read_reports(texts, folder, gazetteer="region")
    (folder / "names.csv").write_bytes(b"")
    with pytest.raises(CaseFileError, match=r"names\.csv: empty file"):
        read_reports([third(tmp_path)], folder, gazetteer="region")
    (folder / "names.csv").unlink()
    read_reports([third(tmp_path)], folder, gazetteer="region")
    assert {row["name"] for row in rows(folder, "names.csv")} >= {"Palmyra"}


def test_what_is_still_to_be_filled_in_stops_nobody(texts, tmp_path):
    folder = tmp_path / "story"
    read_reports(texts, folder, gazetteer="region")  # publisher and published are empty
    read_reports([third(tmp_path)], folder, gazetteer="region")
    assert [row["report"] for row in rows(folder, "reports.csv")] == ["R0", "R1", "R2"]


def add_row(path, **cells):
    """Type a row into a table, or change the row of that report."""
    with path.open(encoding="utf-8", newline="") as stream:
        there = list(csv.DictReader(stream))
        header = next(csv.reader([path.read_text(encoding="utf-8").splitlines()[0]]))
    kept = [row for row in there if path.name != "reports.csv" or row["report"] != cells["report"]]
    changed = next((row for row in there if row not in kept), {})
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows([*kept, dict.fromkeys(header, "") | changed | cells])


@pytest.mark.parametrize(
    ("file", "cells"),
    [
        ("claims.csv", {"claim": "R1-01", "report": "R1"}),
        ("names.csv", {"place": "homs", "name": "Hims", "reports": "R0|R1"}),
        (
            "mentions.csv",
            {"report": "R1", "start": "4", "end": "9", "text": "Homs", "gazetteer_id": "geonames:1",
             "role": "place"},
        ),
        ("reports.csv", {"report": "R0", "rests_on": "R1"}),
    ],
)  # fmt: skip
def test_the_id_of_a_report_that_was_taken_out_is_not_given_again(texts, tmp_path, file, cells):
    folder = tmp_path / "story"
    read_reports(texts, folder, gazetteer="region")
    for name in ("reports.csv", "names.csv", "mentions.csv"):
        lines = (folder / name).read_text(encoding="utf-8").splitlines(keepends=True)
        (folder / name).write_text("".join(x for x in lines if "R1" not in x), encoding="utf-8")
    add_row(folder / file, **cells)
    read_reports([third(tmp_path)], folder, gazetteer="region")
    assert [row["report"] for row in rows(folder, "reports.csv")] == ["R0", "R2"]
    found = {row["report"] for row in rows(folder, "mentions.csv")} - {"R1"}
    assert found == {"R0", "R2"}


@pytest.mark.parametrize(
    ("file", "cells"),
    [
        ("claims.csv", {"claim": "X-1", "places": "origin:x|at:palmyra"}),
        ("claims.csv", {"claim": "X-1", "where": "toward palmyra, north"}),
        ("routes.csv", {"route": "T-1", "places": "a|palmyra|b"}),
        ("names.csv", {"place": "palmyra", "name": "Nowhere known"}),
        ("areas.geojson", {}),
    ],
)
def test_the_id_of_a_place_that_was_taken_out_is_not_given_again(texts, tmp_path, file, cells):
    folder = tmp_path / "story"
    new_case(folder)
    if cells:
        add_row(folder / file, **cells)
    else:
        (folder / file).write_text('{"features": [{"properties": {"place" : "palmyra"}}]}')
    read_reports(texts, folder, gazetteer="region")
    found = {row["place"] for row in rows(folder, "places.csv")}
    assert "palmyra_2" in found
    assert "palmyra" not in found


def test_two_texts_of_one_name_are_refused(texts, tmp_path):
    folder = tmp_path / "story"
    one = third(tmp_path, name="x/a.txt")
    other = third(tmp_path, text="Another\n\nBuses left Homs.\n", name="y/a.txt")
    with pytest.raises(TextFileError, match=r"y/a\.txt: report R0 has another text of the name"):
        read_reports([one, other], folder, gazetteer="region")
    assert not folder.exists()
    read_reports([one], folder, gazetteer="region")
    before = files_of(folder)
    with pytest.raises(TextFileError, match="give this one another name"):
        read_reports([other], folder, gazetteer="region")
    one.write_text("A new version of it.\n", encoding="utf-8")
    with pytest.raises(TextFileError, match="correct the row of R0 first"):
        read_reports([one], folder, gazetteer="region")
    assert files_of(folder) == before
    same = third(tmp_path, name="y/copy.txt")  # the same text under another name is that text
    assert read_reports([same], folder, gazetteer="region").files == []


def test_a_row_that_somebody_typed_is_not_doubled(texts, tmp_path):
    folder = tmp_path / "story"
    new_case(folder)
    add_row(folder / "reports.csv", report="mine", file="first.txt", publisher="P", title="T")
    reading = read_reports(texts, folder, gazetteer="region")
    assert [row["report"] for row in rows(folder, "reports.csv")] == ["mine", "R0"]
    (told,) = [one for one in reading.proposals if one.status == "differs"]
    assert (told.file, told.key) == ("reports.csv", "mine")
    assert [one[0] for one in told.differences] == ["characters", "sha256"]
    assert {row["report"] for row in rows(folder, "mentions.csv")} == {"mine", "R0"}


def test_a_row_that_somebody_typed_gets_one_text_only(texts, tmp_path):
    folder = tmp_path / "story"
    new_case(folder)
    add_row(folder / "reports.csv", report="mine", file="a.txt", publisher="P", title="T")
    before = files_of(folder)
    one = third(tmp_path, name="x/a.txt")
    other = third(tmp_path, text="Another\n\nBuses left Homs.\n", name="y/a.txt")
    with pytest.raises(TextFileError, match=r"y/a\.txt: report mine has another text"):
        read_reports([one, other], folder, gazetteer="region")
    add_row(folder / "reports.csv", report="mine", file="a.txt", characters="7")
    with pytest.raises(TextFileError, match=r"x/a\.txt: report mine has another text"):
        read_reports([one], folder, gazetteer="region")
    add_row(folder / "reports.csv", report="mine", file="a.txt", characters="")
    assert files_of(folder) == before


def test_two_rows_of_one_gazetteer_place_keep_their_mentions_apart(tmp_path):
    folder = tmp_path / "story"
    new_case(folder)
    with (folder / "places.csv").open("a", encoding="utf-8") as stream:
        for key, name, role in (("mine", "Homs", "mentioned"), ("decoy", "Qusayr", "decoy")):
            stream.write(f"{key},{name},,town,SY,36.7,34.7,5,point,,{role},169577,,survey,\n")
    read_reports([third(tmp_path, "Report\n\nBuses left Homs.\n")], folder, gazetteer="region")
    assert [row["place"] for row in rows(folder, "mentions.csv")] == ["mine"]


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n", b"\xff\xfe\n\0"])
def test_a_report_without_text_is_refused(texts, tmp_path, data):
    file = tmp_path / "empty.txt"
    file.write_bytes(data)
    folder = tmp_path / "story"
    with pytest.raises(TextFileError, match=r"empty\.txt: no text in it"):
        read_reports([texts[0], file], folder, gazetteer="region")
    assert not folder.exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_read_span_find_and_check_agree_on_a_text(tmp_path, capsys, encoding):
    store, folder = tmp_path / "texts", tmp_path / "story"
    store.mkdir()
    file = store / "first.txt"
    file.write_bytes(FIRST.encode(encoding))
    read_reports([file], folder, gazetteer="region")
    assert check_spans(folder, store).faults == ()
    (row,) = rows(folder, "reports.csv")
    assert (row["characters"], row["title"]) == (str(len(FIRST)), FIRST.splitlines()[0])
    mentions = rows(folder, "mentions.csv")
    assert len(mentions) == 7
    for mention in mentions:
        spans = [
            (str(span.span_start), str(span.span_end), span.span_sha1)
            for span in find_spans(file, mention["text"])
        ]
        assert (mention["start"], mention["end"], mention["span_sha1"]) in spans
    capsys.readouterr()
    assert main(["find", str(file), "--gazetteer", "region", "--json"]) == 0
    starts = {str(json.loads(line)["start"]) for line in capsys.readouterr().out.splitlines()}
    assert {mention["start"] for mention in mentions} <= starts
    file.write_bytes(FIRST.replace("Monday", "Friday").encode(encoding))
    (fault,) = check_spans(folder, store).faults
    assert "wrong text of R0" in fault.problem


def test_the_text_on_standard_input_has_the_name_of_its_report(tmp_path, monkeypatch):
    folder, store = tmp_path / "story", tmp_path / "texts"
    store.mkdir()
    file = third(tmp_path, name="R1.txt")
    read_reports([file], folder, gazetteer="region")
    for number, text in enumerate((FIRST, SECOND)):
        stream = io.TextIOWrapper(io.BytesIO(text.encode()))
        monkeypatch.setattr("sys.stdin", stream)
        read_reports(["-"], folder, gazetteer="region")
        assert len(rows(folder, "reports.csv")) == number + 2
    named = {row["report"]: row["file"] for row in rows(folder, "reports.csv")}
    assert named == {"R0": "R1.txt", "R2": "", "R3": ""}  # R1 would go by the name R1.txt too
    for name, text in (("R1", file.read_text()), ("R2", FIRST), ("R3", SECOND)):
        (store / f"{name}.txt").write_text(text, encoding="utf-8")
    assert check_spans(folder, store).faults == ()


def test_a_case_that_ships_is_not_added_to(texts, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["read", str(texts[0]), "--case", "convoy-2017", "--gazetteer", "region"]) == 1
    assert "is a bundled case" in capsys.readouterr().err
    assert {file.name for file in tmp_path.iterdir()} == {"first.txt", "second.txt"}
    assert main(["read", str(texts[0]), "--case", "./convoy-2017", "--gazetteer", "region"]) == 0
    assert (tmp_path / "convoy-2017" / "reports.csv").is_file()
