"""Claims as records and as rows: nothing is lost on the way to disk and back."""

import dataclasses
import shutil

import pytest

from convoy_geo.casefiles import rows
from convoy_geo.casefiles.locate import case_names
from convoy_geo.casefiles.read import read_case_files, write_case_tables
from convoy_geo.casefiles.validate import check_case
from convoy_geo.io.csv_tables import Column, Table, read_rows
from convoy_geo.io.csv_writing import write_rows
from convoy_geo.io.files import geodata
from convoy_geo.model import schema
from convoy_geo.model.claims import CREDIBILITIES, PRECISIONS, RELIABILITIES, Claim, claims_frame


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(geodata("cases", "convoy-2017"), tmp_path / "case")


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("name", case_names())
def test_the_tables_of_a_case_come_back_as_the_same_bytes(name, tmp_path):
    written = write_case_tables(tmp_path, read_case_files(name))
    assert len(written) >= len(schema.TABLES)
    for path in written:
        assert path.read_bytes() == geodata("cases", name, path.name).read_bytes()


def test_the_grades_are_kept_apart_and_come_back(folder):
    files = read_case_files(folder)
    first = dataclasses.replace(files.claims[0], reliability="B", credibility="4")
    changed = dataclasses.replace(files, claims=(first, *files.claims[1:]))
    write_case_tables(folder, changed)
    again = read_case_files(folder)
    assert again.claims == changed.claims
    frame = claims_frame(again.claims)
    assert list(frame.loc[first.id, ["reliability", "credibility"]]) == ["B", "4"]
    assert set(frame["reliability"]) == {"B", ""}


def test_grades_are_those_of_the_codes():
    assert "".join(RELIABILITIES) == "ABCDEF"
    assert "".join(CREDIBILITIES) == "123456"
    assert "".join(PRECISIONS) == "123"


def test_a_file_from_before_the_optional_columns_is_still_read(folder):
    rows, _ = read_rows(folder, schema.CLAIMS)
    old = [column.name for column in schema.CLAIMS.columns if not column.optional]
    text = [{name: row[name] for name in old} for row in rows]
    write_rows(folder, schema.CLAIMS, text)
    header = (folder / "claims.csv").read_text(encoding="utf-8").partition("\n")[0]
    assert header.split(",") == old
    assert check_case(folder) == []
    claims = read_case_files(folder).claims
    assert claims[0].where == ()
    assert claims[0].precision == ""


def test_an_optional_column_is_written_where_a_row_fills_it(tmp_path):
    table = Table("t.csv", ("a",), (Column("a"), Column("b", optional=True)))
    write_rows(tmp_path, table, [{"a": "1", "b": ""}])
    assert (tmp_path / "t.csv").read_text() == "a\n1\n"
    write_rows(tmp_path, table, [{"a": "1"}, {"a": "2", "b": "x"}])
    assert (tmp_path / "t.csv").read_text() == "a,b\n1,\n2,x\n"
    with pytest.raises(ValueError, match="c"):
        write_rows(tmp_path, table, [{"a": "1", "c": "2"}])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new", "column", "text", "allowed"),
    [
        ("toward(sukhna,north)", "toward(sukhna,norh)", "where", "toward(sukhna,norh)", "'norh'"),
        ("toward(sukhna,north)", "toward(sukna,north)", "where", "sukna", "the id of a place"),
        (
            "toward(sukhna,north)",
            "near(government_territory)",
            "where",
            "government_territory",
            "a place with lon and lat",
        ),
        (
            ",where,precision,label\n",
            ",where,wherever,label\n",
            "wherever",
            "wherever",
            "the columns",
        ),
    ],
)
def test_a_wrong_term_is_named(folder, old, new, column, text, allowed):
    edit(folder / "claims.csv", old, new)
    (fault,) = [fault for fault in check_case(folder) if fault.column == column]
    assert fault.text == text
    assert allowed in fault.allowed


@pytest.mark.slow
@pytest.mark.parametrize(
    ("column", "text", "allowed"),
    [
        ("reliability", "G", "one of A, B, C, D, E, F"),
        ("credibility", "0", "one of 1, 2, 3, 4, 5, 6"),
        ("precision", "4", "one of 1, 2, 3"),
    ],
)
def test_a_wrong_grade_is_named(folder, column, text, allowed):
    rows, _ = read_rows(folder, schema.CLAIMS)
    texts = [dict(row.values) for row in rows]
    texts[3][column] = text
    write_rows(folder, schema.CLAIMS, texts)
    (fault,) = check_case(folder)
    assert (fault.line, fault.column, fault.text, fault.allowed) == (5, column, text, allowed)


def test_a_row_of_a_claim():
    claim = Claim(
        "1", "R", "position", "s", "B", "There", tellers=("A", "B"), places=(("at", "x"),),
        low=17.0, high=17.5, where=("near(x)", "near(y)"),
    )  # fmt: skip
    row = rows.claim_row(claim)
    assert row["tellers"] == "A > B"
    assert row["places"] == "at:x"
    assert (row["low"], row["high"]) == ("17", "17.5")
    assert row["where"] == "near(x)|near(y)"
    assert set(row) == {column.name for column in schema.CLAIMS.columns}
