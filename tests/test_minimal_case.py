"""A case needs only a title; what the tables leave open is assumed, and check says so."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Point

from convoy_geo.case.case import read_case
from convoy_geo.casefiles.validate import check_case, check_with_remarks
from convoy_geo.cli import main
from convoy_geo.errors import CaseFileError
from convoy_geo.model.views import fit_view, in_view


def case_of(folder, toml='title = "Three posts"\n', **tables):
    folder.mkdir(exist_ok=True)
    (folder / "case.toml").write_text(toml, encoding="utf-8")
    for name, text in tables.items():
        suffix = ".geojson" if text.lstrip().startswith("{") else ".csv"
        (folder / f"{name}{suffix}").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.slow
def test_a_title_alone_is_a_case(tmp_path):
    folder = case_of(tmp_path / "my posts")
    assert check_case(folder) == []
    case = read_case(folder)
    assert case.info.id == "my-posts"
    assert len(case.claims) == len(case.gazetteer) == 0
    assert "Three posts" in case.page().html


SAN_JOSE = "name,lon,lat\nSan José,-84.08,9.93\nHeredia,-84.12,10\n"


def test_places_alone_are_a_case(tmp_path):
    folder = case_of(
        tmp_path / "a", places="name,lon,lat\nSan José,-84.08,9.93\nHeredia,-84.12,10\n"
    )
    faults, remarks = check_with_remarks(folder)
    assert faults == []
    told = "\n".join(map(str, remarks))
    assert "places.csv:1, column kind: no such column, assumed: 'site'" in told
    assert "case.toml, column view: not given, assumed: what fits the places" in told
    case = read_case(folder)
    assert [(one.id, one.shape, one.kind) for one in case.gazetteer] == [
        ("san_josé", "point", "site"), ("heredia", "point", "site"),
    ]  # fmt: skip
    west, south, east, north = case.info.view
    assert -84.2 < west < -84.12
    assert -84.08 < east < -84.0
    assert 9.9 < south < 9.93
    assert 10 < north < 10.05


def test_two_places_of_one_name_have_two_ids(tmp_path):
    folder = case_of(tmp_path / "a", places="name,lon,lat\nPost,1,1\nPost,2,2\n")
    assert [one.id for one in read_case(folder).gazetteer] == ["post", "post_2"]


@pytest.mark.slow
def test_claims_alone_are_a_case(tmp_path):
    claims = "summary,side,happened,low,unit,state\nFire,union,2020-01-01,3,men,hurt\nOut,,,,,\n"
    folder = case_of(tmp_path / "a", claims=claims)
    # An empty cell of a column that is there is no answer
    assert {fault.column for fault in check_case(folder)} == {"side"}
    case_of(folder, claims=claims.replace("Out,,", "Out,firm,"))
    faults, remarks = check_with_remarks(folder)
    assert faults == []
    assert any("2020-01-01 to 2020-01-01" in str(one) for one in remarks)
    case = read_case(folder)
    assert set(case.claims) == {"C1", "C2"}
    assert {one.publisher for one in case.reports.values()} == {"source not stated"}
    assert set(case.info.sides) == {"union", "firm"}
    assert len({side.colour for side in case.info.sides.values()}) == 2
    assert dict(case.info.states) == {"hurt": "hurt"}
    assert case.info.first_day.isoformat() == "2020-01-01"
    assert "Source not stated" in case.page().html


def test_claims_take_the_only_report(tmp_path):
    folder = case_of(
        tmp_path / "a",
        reports="report,title,published\nR7,News,2020-01-02\n",
        claims="claim,summary\nX,Fire\n",
    )
    assert check_case(folder) == []
    assert read_case(folder).claims["X"].report == "R7"


def test_a_column_that_nothing_can_stand_for_is_missed(tmp_path):
    folder = case_of(tmp_path / "a", claims="claim,topic\nC1,fire\n")
    assert [(one.column, one.problem) for one in check_case(folder)] == [
        ("summary", "missing column")
    ]
    with pytest.raises(CaseFileError, match="summary"):
        read_case(folder)


LINES = """{"type": "FeatureCollection", "features": [
{"type": "Feature", "properties": {"name": "Ferry", "when": "2020-05", "note": "twice a day"},
 "geometry": {"type": "LineString", "coordinates": [[179.5, -17], [-179.5, -16.5]]}},
{"type": "Feature", "properties": {"name": "Reef <b>"},
 "geometry": {"type": "Polygon",
  "coordinates": [[[179, -17], [179.2, -17], [179.2, -16.8], [179, -17]]]}}
]}"""


@pytest.mark.slow
def test_lines_are_drawn_as_they_are(tmp_path):
    folder = case_of(tmp_path / "a", lines=LINES)
    assert check_case(folder) == []
    case = read_case(folder)
    ferry, _ = case._files.lines
    assert (ferry.name, str(ferry.when.text), ferry.note) == ("Ferry", "2020-05", "twice a day")
    west, _, east, _ = case.info.view
    assert 178 < west < 179
    assert 180 < east < 181
    html = case.page().html
    assert "twice a day" in html
    assert "Line as given" in html
    assert "<b>" not in html.split('id="data"')[1].split("</script>")[0]


def test_a_point_is_no_line(tmp_path):
    points = LINES.replace("LineString", "Point").replace(
        "[[179.5, -17], [-179.5, -16.5]]", "[1, 2]"
    )
    folder = case_of(tmp_path / "a", lines=points)
    assert [(one.file, one.problem) for one in check_case(folder)] == [
        ("lines.geojson", "no line and no area")
    ]


@pytest.mark.slow
def test_a_view_across_the_antimeridian(tmp_path, capsys):
    places = "name,lon,lat\nNuku'alofa,-175.2,-21.13\nSuva,178.44,-18.14\n"
    folder = case_of(
        tmp_path / "a", 'title = "Ferry"\nview = [176, -23, -173, -16]\n', places=places
    )
    assert check_case(folder) == []
    case = read_case(folder)
    assert case.info.view == (176.0, -23.0, 187.0, -16.0)
    dots = [
        feature.geometry.x
        for layer in case.page()._layers
        for feature in layer.features
        if feature.kind == "dot"
    ]
    assert dots == [pytest.approx(184.8), pytest.approx(178.44)]
    assert main(["map", str(folder), "-o", str(tmp_path / "m.html")]) == 0
    assert "2" in capsys.readouterr().out


@pytest.mark.slow
@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-84, 84)), min_size=1, max_size=9))
def test_a_view_holds_all_positions_and_is_no_wider_than_needed(positions):
    west, south, east, north = fit_view(positions)
    assert -180 <= west < east <= 540
    assert east - west <= 360
    assert south < north
    for lon, lat in positions:
        assert (lon - west) % 360 <= east - west + 1e-3 or math.isclose((lon - west) % 360, 360)
        assert south - 1e-3 <= lat <= north + 1e-3
    turned = fit_view([((lon + 180 + 360) % 360 - 180, lat) for lon, lat in positions])
    assert turned is not None


def test_views_of_little():
    assert fit_view([]) is None
    assert fit_view([(math.nan, 3)]) is None
    west, south, east, north = fit_view([(10.0, 60.0)])
    assert east - west == pytest.approx(0.04, abs=0.001)
    assert north - south == pytest.approx(0.02, abs=0.001)


def test_geometries_are_moved_to_the_view():
    line = in_view(LineString([(179, 0), (-179, 0)]), (170, -10, 190, 10))
    assert line.length == pytest.approx(2)
    assert in_view(Point(5, 5), (0, 0, 10, 10)) == Point(5, 5)
