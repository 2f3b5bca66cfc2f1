"""Spans against texts: right ones, a wrong text, a wrong span, a missing text."""

import csv
import dataclasses
import hashlib
import io
import json
import shutil

import pytest

from convoy_geo.casefiles.read import read_case_files, write_case_tables
from convoy_geo.casefiles.spans import check_spans, find_spans, span_sha1
from convoy_geo.casefiles.validate import check_case
from convoy_geo.cli import main
from convoy_geo.io.files import geodata

TEXTS = {
    "A.txt": "Über Nacht: the column left the quarry. It was seen at noon, they say.\n",
    "second.txt": "Nobody saw it at noon. A miller did see it at four, on the north road.\n",
}
SPANS = {"A-1": (12, 39), "A-2": (40, 70), "B-1": (0, 22), "B-2": (23, 70)}


@pytest.fixture
def folder(tmp_path):
    """A small case with texts made up here, and their folder."""
    case, texts = tmp_path / "case", tmp_path / "texts"
    shutil.copytree(geodata("cases", "convoy-2017"), case)
    texts.mkdir()
    for name, text in TEXTS.items():
        (texts / name).write_bytes(text.encode())
    files = read_case_files(case)
    reports = []
    for key, file, name in (("A", "", "A.txt"), ("B", "second.txt", "second.txt")):
        data = TEXTS[name].encode()
        reports.append(
            dataclasses.replace(
                files.reports[0], id=key, file=file, characters=len(TEXTS[name]), body_start=0,
                body_end=10, sha256=hashlib.sha256(data).hexdigest(),
            )
        )  # fmt: skip
    claims = []
    for key, (start, end) in SPANS.items():
        text = TEXTS["A.txt" if key[0] == "A" else "second.txt"]
        claims.append(
            dataclasses.replace(
                files.claims[0], id=key, report=key[0], span_start=start, span_end=end,
                span_sha1=span_sha1(text, start, end),
            )
        )  # fmt: skip
    claims.append(
        dataclasses.replace(claims[0], id="A-3", span_start=None, span_end=None, span_sha1="")
    )
    places = [dataclasses.replace(place, spellings=()) for place in files.places]
    small = dataclasses.replace(
        files,
        reports=tuple(reports),
        claims=tuple(claims),
        routes=(),
        chapters=(),
        places=tuple(places),
    )
    write_case_tables(case, small)
    (case / "closures.geojson").write_text('{"type": "FeatureCollection", "features": []}')
    assert check_case(case) == []
    return tmp_path


def check(folder):
    return check_spans(folder / "case", folder / "texts")


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_right_texts_and_right_spans(folder):
    found = check(folder)
    assert (found.matching, found.wrong, found.unjudged, found.without) == (4, 0, 0, 1)
    assert found.faults == ()


def test_a_shifted_span_is_told_where_it_belongs(folder):
    edit(folder / "case" / "claims.csv", ",40,70,", ",38,68,")
    found = check(folder)
    (fault,) = found.faults
    assert (found.matching, found.wrong) == (3, 1)
    assert (fault.file, fault.line, fault.column) == ("claims.csv", 3, "span_start")
    assert fault.problem == "wrong span: shifted"
    assert fault.text == "38..68"
    assert fault.allowed.startswith("40..70")


def test_a_hash_that_fits_nowhere(folder):
    right = span_sha1(TEXTS["second.txt"], 0, 22)
    edit(folder / "case" / "claims.csv", right, "0123456789ab")
    (fault,) = check(folder).faults
    assert fault.problem == "wrong span: another hash"
    assert fault.text == "0123456789ab"
    assert right in fault.allowed


def test_a_span_without_a_hash_gets_it_told(folder):
    right = span_sha1(TEXTS["second.txt"], 0, 22)
    edit(folder / "case" / "claims.csv", right, "")
    (fault,) = check(folder).faults
    assert fault.problem == "span without a hash"
    assert fault.allowed == right


def test_a_text_of_another_length_is_no_wrong_span(folder):
    (folder / "texts" / "A.txt").write_bytes((TEXTS["A.txt"][:-1] + " Or so.\n").encode())
    found = check(folder)
    (fault,) = found.faults
    assert (fault.file, fault.line, fault.text) == ("reports.csv", 2, "A.txt")
    assert "wrong text of A: 78 characters; 2 of 2 spans match nevertheless" in fault.problem
    assert (found.matching, found.wrong, found.unjudged) == (4, 0, 0)


def test_a_text_of_the_same_length_with_another_hash(folder):
    (folder / "texts" / "A.txt").write_bytes(TEXTS["A.txt"].replace("noon", "dusk").encode())
    found = check(folder)
    (fault,) = found.faults
    assert "wrong text of A: SHA-256" in fault.problem
    assert "1 of 2 spans match" in fault.problem
    assert (found.matching, found.wrong, found.unjudged) == (3, 0, 1)


def test_a_missing_text_is_named(folder):
    (folder / "texts" / "second.txt").unlink()
    found = check(folder)
    (fault,) = found.faults
    assert (fault.text, fault.problem) == ("second.txt", "missing text of B, 2 spans not judged")
    assert found.unjudged == 2


def test_a_text_that_is_not_utf8_is_named(folder):
    (folder / "texts" / "A.txt").write_bytes(b"ab\xff\xff")
    (fault,) = check(folder).faults
    assert fault.problem.startswith("byte 2 (0xff) is not UTF-8")
    (folder / "texts" / "A.txt").write_bytes(b"ab\0")
    (fault,) = check(folder).faults
    assert "binary file" in fault.problem


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_text_in_another_encoding_with_its_mark_is_the_same_text(folder, encoding):
    (folder / "texts" / "A.txt").write_bytes(TEXTS["A.txt"].encode(encoding))
    assert check(folder).faults == ()
    assert check(folder).matching == 4


def test_two_reports_with_one_name_for_two_texts_are_a_fault(folder):
    path = folder / "case" / "reports.csv"
    edit(path, "\nA,,", "\nA,second.txt,")
    (fault,) = check_case(folder / "case")
    assert (fault.file, fault.line, fault.column) == ("reports.csv", 3, "file")
    assert fault.text == "second.txt"
    assert "text of A" in fault.problem


def test_a_report_on_which_no_span_rests_is_not_asked_for(folder):
    path = folder / "case" / "reports.csv"
    row = path.read_text(encoding="utf-8").splitlines()[1]
    digest = hashlib.sha256(TEXTS["A.txt"].encode()).hexdigest()
    text = path.read_text(encoding="utf-8")
    path.write_text(text + row.replace("A,", "C,", 1).replace(digest, "") + "\n", encoding="utf-8")
    assert check(folder).faults == ()


@pytest.mark.slow
def test_the_command(folder, capsys):
    words = ["check", str(folder / "case"), "--reports", str(folder / "texts")]
    assert main(words) == 0
    out = capsys.readouterr().out
    assert "spans: 4 match, 0 wrong, 0 not judged; 1 claims without a span" in out
    (folder / "texts" / "A.txt").unlink()
    assert main([*words, "--json"]) == 1
    (fault,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert fault["text"] == "A.txt"
    assert fault["line"] == 2
    assert main(["check", "--reports", str(folder / "nowhere")]) == 1
    assert "is not a folder with texts" in capsys.readouterr().err


# --- the spans of words, for whoever writes the row of a claim


def test_words_get_the_span_and_the_hash_that_check_recomputes(folder, capsys):
    """Rows made of what the command tells are right in the eyes of check."""
    path = folder / "case" / "claims.csv"
    header, *lines = csv.reader(io.StringIO(path.read_text(encoding="utf-8")))
    rows = [dict(zip(header, line, strict=True)) for line in lines]
    words = {
        "A-1": ("A.txt", "column left the quarry."),  # after a letter of two bytes
        "A-2": ("A.txt", "It was\nseen   at noon"),
        "B-1": ("second.txt", "Nobody saw it"),
        "B-2": ("second.txt", "on the north road."),
    }
    for row in rows:
        if row["claim"] not in words:
            continue
        name, text = words[row["claim"]]
        assert main(["span", str(folder / "texts" / name), *text.split(" "), "--json"]) == 0
        (span,) = json.loads(capsys.readouterr().out)["spans"]
        row |= {column: str(span[column]) for column in ("span_start", "span_end", "span_sha1")}
        assert span["report"] == name
        assert span["text"] == " ".join(text.split())
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, header)
        writer.writeheader()
        writer.writerows(rows)
    found = check(folder)
    assert (found.matching, found.wrong, found.faults) == (4, 0, ())


def test_all_places_of_the_words_are_told(tmp_path, capsys):
    file = tmp_path / "a.txt"
    file.write_text("na na na.\nIt is (so)", encoding="utf-8")
    assert [span.span_start for span in find_spans(file, "na na")] == [0, 3]
    assert [(s.span_start, s.span_end) for s in find_spans(file, "na. It is")] == [(6, 15)]
    assert find_spans(file, "(so)")[0].text == "(so)"  # no pattern
    assert main(["span", str(file), "na na"]) == 0
    sha1 = span_sha1("na na", 0, 5)
    sha256 = hashlib.sha256(b"na na").hexdigest()
    assert capsys.readouterr().out.splitlines() == [
        f"a.txt  span_start 0  span_end 5  span_sha1 {sha1}  span_sha256 {sha256}",
        f"a.txt  span_start 3  span_end 8  span_sha1 {sha1}  span_sha256 {sha256}",
    ]


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_offsets_are_those_of_check_in_every_encoding(folder, encoding):
    (folder / "texts" / "A.txt").write_bytes(TEXTS["A.txt"].encode(encoding))
    (span,) = find_spans(folder / "texts" / "A.txt", "the column")
    assert span.span_start == 12  # a mark is no part of the text


def test_words_that_are_not_there(tmp_path, capsys):
    file = tmp_path / "a.txt"
    file.write_text("It moved.", encoding="utf-8")
    assert main(["span", str(file), "it moved"]) == 1  # case counts
    assert "'it moved' is not in" in capsys.readouterr().err
    assert main(["span", str(file), "Nothing", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["spans"] == []
    assert main(["span", str(file), " "]) == 2
    assert main(["span", str(tmp_path / "none.txt"), "It"]) == 1
    assert "none.txt" in capsys.readouterr().err
    with pytest.raises(ValueError, match="no words"):
        find_spans(file, " \n")


def test_words_on_standard_input(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"It moved.")))
    assert main(["span", "-", "moved", "--json"]) == 0
    (span,) = json.loads(capsys.readouterr().out)["spans"]
    assert (span["report"], span["span_start"], span["span_end"]) == ("", 3, 8)


def test_the_full_hash_is_held_against_the_text_too(folder):
    path = folder / "case" / "claims.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        header, rows = [*reader.fieldnames, "span_sha256"], list(reader)
    row = next(row for row in rows if row["span_sha1"])
    before = check(folder)

    def checked(digest):
        row["span_sha256"] = digest
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, header)
            writer.writeheader()
            writer.writerows(rows)
        return check(folder)

    wrong = checked("0" * 64)
    assert (wrong.matching, wrong.wrong) == (before.matching - 1, before.wrong + 1)
    fault = next(one for one in wrong.faults if one.column == "span_sha256")
    right = fault.allowed.split()[0]
    assert checked(right).matching == before.matching
