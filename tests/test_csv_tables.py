"""CSV tables: every fault at once, each with its line; written whole or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convoy_geo.errors import Fault, OutputFileError
from convoy_geo.io.cell_checks import edtf_text, number, one_of
from convoy_geo.io.csv_tables import Column, Table, lost, read_rows
from convoy_geo.io.csv_writing import write_rows
from convoy_geo.io.files import writing

PETS = Table(
    "pets.csv",
    ("id",),
    (
        Column("id", required=True),
        Column("kind", one_of(("cat", "dog"))),
        Column("legs", number(0, 8, whole=True)),
        Column("born", edtf_text),
    ),
)


def faults_of(folder, text):
    (folder / "pets.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return [(f.line, f.column, f.problem, f.text) for f in read_rows(folder, PETS)[1]]


def test_a_clean_table(tmp_path):
    text = '\ufeffid,kind,legs,born\na,cat,4,2017\n"b\nb",dog,3,\n\nc,,,\n'
    (tmp_path / "pets.csv").write_text(text, encoding="utf-8", newline="")
    rows, faults = read_rows(tmp_path, PETS)
    assert faults == []
    assert [(row.line, row["id"]) for row in rows] == [(2, "a"), (3, "b\nb"), (6, "c")]


def test_all_faults_at_once_with_their_lines(tmp_path):
    text = 'id,kind,legs,born\na,cow,4,2017\n"x\ny",cat,nine,soon\n,dog,9,\na,cat,1,\nd,cat\n'
    assert faults_of(tmp_path, text) == [
        (7, "", "2 fields in place of 4", "d,cat"),
        (2, "kind", "bad value", "cow"),
        (3, "legs", "bad value", "nine"),
        (3, "born", "bad value", "soon"),
        (5, "id", "empty", ""),
        (5, "legs", "bad value", "9"),
        (6, "id", "duplicate", "a"),
    ]


def test_columns_missing_unknown_and_twice(tmp_path):
    found = faults_of(tmp_path, "id,kind,kind,tail\n")
    assert [(column, problem) for _, column, problem, _ in found] == [
        ("legs", "missing column"),
        ("born", "missing column"),
        ("tail", "unknown column"),
        ("kind", "column named twice"),
    ]


@pytest.mark.parametrize(
    ("data", "line", "problem"),
    [
        (b"id,kind,legs,born\na,cat,4,\nM\xfcller,cat,4,\n", 3, "not UTF-8"),
        (b"id,kind,legs,born\na\x00,cat,4,\n", 2, "a NUL character"),
        (b'id,kind,legs,born\na,"cat"x,4,\n', 2, "broken CSV"),
        (b'id,kind,legs,born\n"a,cat,4,\n', 2, "broken CSV"),
        (b"", 0, "empty file"),
        (b"\xef\xbb\xbf\r\n", 0, "empty file"),
        (b"\nid,kind,legs,born\na,cat,4,\n", 1, "an empty first line"),
        (b"id;kind;legs;born\na;cat;4;\nb,c;d\n", 1, "separated by semicolons"),
        (b"id\tkind\tlegs\tborn\na\tcat\t4\t\n", 1, "separated by tabs"),
    ],
)
def test_files_that_are_no_table(tmp_path, data, line, problem):
    (found,) = faults_of(tmp_path, data)
    assert found[0] == line
    assert found[2].startswith(problem)


def test_a_folder_is_no_table(tmp_path):
    (tmp_path / PETS.file).mkdir()
    (fault,) = read_rows(tmp_path, PETS)[1]
    assert fault.problem == "a folder, not a file"
    assert "case's folder" not in fault.allowed


def test_what_loses_rows_is_told_from_a_wrong_text():
    faults = [
        Fault("t.csv", 2, "a", "", "empty", ""),
        Fault("t.csv", 3, "a", "x", "bad value", ""),
        Fault("t.csv", 4, "", "x,y,z", "3 fields in place of 2", ""),
        Fault("t.csv", 5, "a", "x", "duplicate", ""),
    ]
    assert [fault.line for fault in lost(faults)] == [4, 5]


def test_a_missing_file_is_a_fault(tmp_path):
    assert read_rows(tmp_path, PETS)[1][0].problem == "missing file"


def test_numbers_are_finite(tmp_path):
    table = Table("n.csv", ("x",), (Column("x", number(-10, 10)),))
    (tmp_path / "n.csv").write_text("x\nnan\ninf\n1e1\n1_0\n")
    texts = [fault.text for fault in read_rows(tmp_path, table)[1]]
    assert "nan" in texts
    assert "inf" in texts
    assert "1e1" not in texts


TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30)


@pytest.mark.slow
@given(st.lists(st.tuples(TEXT, TEXT), unique_by=lambda pair: pair[0]))
def test_round_trip_without_loss(pairs):
    import tempfile
    from pathlib import Path

    table = Table("t.csv", ("a",), (Column("a"), Column("b")))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_rows(folder, table, [{"a": a, "b": b} for a, b in pairs])
        rows, faults = read_rows(folder, table)
    assert faults == []
    assert [(row["a"], row["b"]) for row in rows] == pairs


def test_a_failed_write_leaves_what_stood_there(tmp_path):
    path = tmp_path / "page.html"
    path.write_text("old")

    def write_half():
        with writing(path) as stream:
            stream.write(b"new")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_half()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with (
        pytest.raises(OutputFileError, match=r"page\.html"),
        writing(tmp_path / "no" / "page.html"),
    ):
        pass


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("2017-08-30T14:00", True),
        ("2017-08-30T14:00+03:00", True),
        ("2017-08-30T14", True),
        ("2017-08-30T13:00/2017-08-30T14:00", True),
        ("2017-08-30T14:00/2017-08-30T13:00", False),
        ("2017-08-31/2017-08-30", False),
        ("2017-08-30T14:00/2017-08-30T12:30Z", True),  # right where clocks are two hours ahead
        ("2017-08-30T14:00Z/2017-08-30T12:30Z", False),
        ("30 August", False),
    ],
)
def test_a_date_does_not_end_before_it_starts(text, good):
    allowed = edtf_text(text)
    assert (allowed is None) == good
    assert good or "2017-08-30" in allowed
