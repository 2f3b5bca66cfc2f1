"""A column is declared once, with its record: reader, checks, templates, exports, docs follow."""

import dataclasses
import json
import shutil
from pathlib import Path
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convoy_geo.case.case import read_case
from convoy_geo.casefiles import rows
from convoy_geo.casefiles.read import read_case_files
from convoy_geo.casefiles.scaffold import case_file_page, columns_page, new_case
from convoy_geo.casefiles.validate import check_case
from convoy_geo.dates.interval import UNDATED, Interval
from convoy_geo.exchange import to_records
from convoy_geo.io.csv_tables import Row, row_faults
from convoy_geo.io.files import geodata
from convoy_geo.model import schema
from convoy_geo.model.claims import Claim
from convoy_geo.model.columns import (
    CHAIN,
    COUNT,
    DATE,
    IDS,
    OFFSET,
    ROLES_AND_PLACES,
    TEXTS,
    YES_NO,
    Declared,
    choice,
    degrees,
    table_of,
)
from convoy_geo.page import case_tables

DOCS = Path(__file__).parent.parent / "docs" / "columns.md"

HEADERS = {
    "reports.csv": "report,file,publisher,original_publisher,title,authors,published,"
    "published_basis,date_order,dateline,language,url,url_basis,characters,body_start,body_end,"
    "sha256,note",
    "places.csv": "place,name,arabic_name,kind,country,lon,lat,radius_km,shape,road_node,role,"
    "geonames,wikidata,coordinate_source,note",
    "names.csv": "place,name,language,script,use,reports",
    "claims.csv": "claim,report,topic,side,claimant,claimant_role,tellers,attribution,places,"
    "happened,said,date_text,date_basis,low,high,unit,unit_note,qualifier,state,status,summary,"
    "span_start,span_end,span_sha1,dispute,note",
    "routes.csv": "route,title,side,status,day,places,leg_modes,course,outside,outside_source,"
    "claims,note",
}


@pytest.mark.skipif(not DOCS.is_file(), reason="not in a checkout")
def test_the_page_of_columns_is_as_declared():
    """To write it anew, print `casefiles.scaffold.columns_page()` into docs/columns.md."""
    assert DOCS.read_text(encoding="utf-8") == columns_page()
    other = DOCS.with_name("case-toml.md").read_text(encoding="utf-8")
    assert other == case_file_page()  # the template of case.toml


def test_columns_stand_in_files_as_they_always_did():
    for table in schema.TABLES:
        names = [column.name for column in table.columns]
        first = HEADERS[table.file].split(",")
        assert names[: len(first)] == first
        assert all(column.optional for column in table.columns[len(first) :])


def test_every_field_of_a_record_has_one_column_with_a_meaning():
    without = {"Place": {"spellings"}, "Closure": {"geometry"}}
    for table in schema.EVERY:
        for column in table.columns:
            assert column.meaning.endswith("."), column.name
        if table.record is None:
            continue
        declared = [column.field for column in table.columns if column.field]
        every = {field.name for field in dataclasses.fields(table.record)}
        assert len(set(declared)) == len(declared)
        assert set(declared) == every - without.get(table.record.__name__, set())


@pytest.mark.parametrize("name", ["convoy-2017", "titanic-1912"])
def test_rows_and_records_undo_each_other(name):
    files = read_case_files(name)
    zone = files.info.time_zone
    for table, records in (
        (schema.REPORTS, files.reports),
        (schema.CLAIMS, files.claims),
        (schema.ROUTES, files.routes),
        (schema.CONTROLS, files.controls),
    ):
        assert records or table is schema.CONTROLS
        for record in records:
            texts = table.write(record)
            assert list(texts) == [column.name for column in table.columns]
            assert row_faults(table, Row(2, texts)) == []
            assert table.read(texts, zone) == record


KINDS = {
    OFFSET: st.none() | st.integers(0, 10**9),
    COUNT: st.none() | st.floats(0, 1e12),
    YES_NO: st.booleans(),
    IDS: st.lists(st.from_regex(r"\w[\w.-]*", fullmatch=True)).map(tuple),
    degrees(180): st.none() | st.floats(-180, 180),
    ROLES_AND_PLACES(("at", "to")): st.lists(
        st.tuples(st.sampled_from(["at", "to"]), st.from_regex(r"\w[\w.-]*", fullmatch=True))
    ).map(tuple),
    DATE: st.sampled_from(["2017-08-30", "2017-08-30T14:00/..", "201X"]).map(Interval.parse),
    choice(("a", "b")): st.sampled_from(["a", "b"]),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.words)
def test_a_value_comes_back_from_its_text(kind):
    @given(KINDS[kind])
    def law(value):
        text = kind.write(value)
        assert not text or kind.check(text) is None
        assert kind.read(text, "") == value
        json.dumps(kind.plain(text))

    law()


def test_texts_and_chains_are_split_and_joined():
    assert TEXTS.read(" a | b |", "") == ("a", "b")
    assert CHAIN.read("A > B>C", "") == ("A", "B", "C")
    assert CHAIN.write(("A", "B")) == "A > B"
    assert DATE.read("", "Asia/Damascus") == UNDATED


@pytest.mark.slow
def test_a_column_that_a_record_declares_is_everywhere(tmp_path, monkeypatch):
    """One line in the record of claims, and nothing else."""

    @dataclasses.dataclass(frozen=True)
    class Weighed(Claim):
        weight: Annotated[
            str, Declared("How heavy it is.", choice(("light", "heavy")), optional=True, card=True)
        ] = ""

    order = " ".join(column.name for column in schema.CLAIMS.columns)
    table = table_of(Weighed, "claims.csv", ("claim",), order=order, about=schema.CLAIMS.about)
    assert table.columns[-1].name == "weight"
    old = schema.CLAIMS
    for name in ("TABLES", "EVERY"):
        every = tuple(table if one is old else one for one in getattr(schema, name))
        monkeypatch.setattr(schema, name, every)
    for module in (schema, case_tables):
        monkeypatch.setattr(module, "CLAIMS", table)
    monkeypatch.setitem(to_records.SCHEMAS, "claims", table)
    monkeypatch.setattr(rows, "claim_row", table.write)

    new_case(tmp_path / "new")
    assert "weight" in (tmp_path / "new" / "claims.csv").read_text().split("\n")[0]
    assert "How heavy it is." in (tmp_path / "new" / "README.md").read_text()
    assert "How heavy it is." in columns_page()

    folder = tmp_path / "case"
    shutil.copytree(geodata("cases", "titanic-1912"), folder)
    path = folder / "claims.csv"
    head, first, *rest = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
    width = len(head.split(","))
    order = table.columns
    assert len(order) > width
    lines = [f"{head},weight", f"{first},heavy", *(f"{line}," for line in rest)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    case = read_case(folder)
    one = next(iter(case.claims.values()))
    assert one.weight == "heavy"
    body = case.page().html.split("<main")[1].split("<script")[0]
    assert 'data-c="more_weight"' in body
    assert ">heavy</td>" in body
    path_out = case.to_file(tmp_path / "x.geojson")
    back = to_records.read_records(path_out, time_zone=case.info.time_zone)
    assert back.claims[0].weight == "heavy"
    path.write_text(path.read_text().replace(",heavy\n", ",lead\n"), encoding="utf-8")
    (fault,) = check_case(folder)
    assert (fault.file, fault.column, fault.text) == ("claims.csv", "weight", "lead")
