"""A map of plain points and lines, and the case that it becomes."""

from __future__ import annotations

import json

import geopandas as gpd
import pandas as pd
import pytest
from browser import expect, visit
from shapely import LineString, Point, Polygon

import convoy_geo
from convoy_geo.casefiles.validate import check_case
from convoy_geo.cli import main
from convoy_geo.errors import ExchangeFileError, FolderInUseError
from convoy_geo.page.picture_ground import located_view

POINTS = "Name,Latitude,Longitude,When seen\nPort A,-17.68,178.82,May\nPort B,-16.86,-179.97,\n"
LINES = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"name": "Ferry", "operator": "<b>Line</b>"},
            "geometry": {
                "type": "LineString",
                "coordinates": [[178.82, -17.68], [-179.97, -16.86]],
            },
        }
    ],
}


@pytest.fixture
def files(tmp_path):
    (tmp_path / "ports.csv").write_text(POINTS, encoding="utf-8")
    (tmp_path / "lines.geojson").write_text(json.dumps(LINES), encoding="utf-8")
    return tmp_path


@pytest.mark.slow
def test_files_become_a_page(files):
    drawn = convoy_geo.quick_map(files / "ports.csv", files / "lines.geojson", title="Two ports")
    assert drawn.problems == ()
    assert [one.name for one in drawn.case.gazetteer] == ["Port A", "Port B"]
    west, _, east, _ = drawn.case.info.view
    assert 178 < west < 179
    assert 180 < east < 181
    html = drawn.save(files / "m.html").read_text(encoding="utf-8")
    assert "Two ports" in html
    assert "When seen: May" in html
    assert "<b>Line" not in html.split('id="data"')[1].split("</script>")[0]
    assert "iframe" in drawn._repr_html_()


def test_frames_of_any_kind(files):
    frame = gpd.read_file(files / "lines.geojson").to_crs(3832)
    table = pd.DataFrame({"place": ["X", "Qqzzxq"], "x": [10.0, 11.0], "y": [50.0, None]})
    drawn = convoy_geo.quick_map(table, frame)
    assert [one.name for one in drawn.case.gazetteer] == ["X"]
    assert len(drawn.problems) == 1  # nothing is known of the other
    (line,) = drawn.case.lines
    assert line.geometry.coords[0] == pytest.approx((178.82, -17.68), abs=1e-6)
    with pytest.raises(ValueError, match="no CRS"):
        convoy_geo.quick_map(gpd.GeoDataFrame(geometry=[Point(1, 2)]))


def test_other_columns_and_systems(files):
    text = "what,e,n\nMast,433000,3824000\n"
    (files / "grid.csv").write_text(text, encoding="utf-8")
    columns = {"name": "what", "lon": "e", "lat": "n"}
    drawn = convoy_geo.quick_map(files / "grid.csv", columns=columns, crs="EPSG:32637")
    (mast,) = drawn.case.gazetteer
    assert (mast.name, mast.lon) == ("Mast", pytest.approx(38.2697, abs=1e-3))
    with pytest.raises(ExchangeFileError, match="no column 'zzz'"):
        convoy_geo.quick_map(files / "grid.csv", columns={"lon": "zzz"})


def test_names_are_looked_up_and_unknown_ones_named(tmp_path):
    own = tmp_path / "mine.csv"
    own.write_text("name,lon,lat\nAlphaville,10,50\nBetatown,11,51\n", encoding="utf-8")
    drawn = convoy_geo.quick_map(["Alphaville", "Bettatowns"], gazetteer=str(own))
    assert [(one.name, one.lon) for one in drawn.case.gazetteer] == [("Alphaville", 10)]
    (problem,) = drawn.problems
    assert "no place is known as 'Bettatowns'" in problem
    assert problem.endswith("?")


def test_all_geometries_are_drawn_or_named(tmp_path):
    frame = gpd.GeoDataFrame(
        {"name": ["a", "b", "", "d", "pole"]},
        geometry=[
            Point(1, 1), LineString([(1, 1), (2, 2)]), Polygon([(1, 1), (2, 1), (2, 2)]),
            Point(500, 1000), Point(3, 88),
        ],
        crs=4326,
    )  # fmt: skip
    drawn = convoy_geo.quick_map(frame)
    assert [one.name for one in drawn.case.gazetteer] == ["a"]
    assert [one.name for one in drawn.case.lines] == ["b", "Line 2"]
    assert len(drawn.problems) == 2
    assert "off this projection" in drawn.problems[1]


def test_lines_of_the_poles_and_of_one_point_are_named(tmp_path):
    lines = [[[0, 80], [10, 89]], [[0, 86], [1, 87]], [[5, 6]]]
    features = [
        {"type": "Feature", "properties": {"name": name},
         "geometry": {"type": "LineString", "coordinates": line}}
        for name, line in zip("abc", lines, strict=True)
    ]  # fmt: skip
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    drawn = convoy_geo.quick_map(path)
    assert [one.name for one in drawn.case.lines] == ["a"]
    assert "a line of one point" in drawn.problems[0]
    assert "'b' lies beyond 85 degrees" in drawn.problems[1]
    assert "'a' is drawn up to 85 degrees" in drawn.notes[0]


@pytest.mark.slow
@pytest.mark.parametrize("lat", [84.9, -84.9])
def test_a_view_at_the_end_of_the_map_has_a_small_map_that_holds_it(lat):
    west, south, east, north = located_view((0.0, lat - 0.1, 2.0, lat + 0.1))
    assert west <= 0
    assert east >= 2
    assert south <= lat - 0.1 < lat + 0.1 <= north


def test_one_bad_row_loses_no_other(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("name,lat,lon\nA,1,2\nB,one,2\nC,3,4,5\nD,5,6\n", encoding="utf-8")
    drawn = convoy_geo.quick_map(path)
    assert [one.name for one in drawn.case.gazetteer] == ["A", "D"]
    assert [problem.split(":")[1].split(",")[0] for problem in drawn.problems] == ["3", "4"]


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "empty file"), ("a,b\n1,2\n", "no columns of places"), ("name,lat,lon\n", "no points")],
)
def test_nothing_to_draw_is_one_clear_sentence(tmp_path, text, said):
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ExchangeFileError, match=said):
        convoy_geo.quick_map(path)


@pytest.mark.slow
def test_very_many_points_are_dots_and_none_is_lost(tmp_path):
    lon = [179.9 if at % 2 else -179.9 for at in range(2501)]
    lat = [-20 + at / 1000 for at in range(2501)]
    table = pd.DataFrame({"name": "p", "lon": lon, "lat": lat, "kind": "<b>"})
    drawn = convoy_geo.quick_map(table, title="Many")
    assert len(drawn.case.gazetteer) == 2501
    (note,) = drawn.notes
    assert note.startswith("2,501 points are drawn as dots without names")
    text = drawn.save(tmp_path / "m.html").read_text("utf-8")
    assert '"n":2501' in text
    assert "<b>" not in text.partition("application/json")[2].partition("</script>")[0]
    assert "<iframe" in drawn._repr_html_()
    keys = [place.id for place in drawn.case.gazetteer]
    assert keys[:3] == ["p", "p_2", "p_3"]
    assert len(set(keys)) == 2501


@pytest.mark.slow
def test_lines_and_polygons_are_what_they_are_said_to_be(tmp_path, capsys):
    square = Polygon([(-71.5, -36.7), (-71.2, -36.7), (-71.2, -36.6)])
    road = LineString([(-71.5, -36.5), (-71.4, -36.4)])
    frame = gpd.GeoDataFrame(
        {"name": ["Plain", "Bridge", "Road"], "date": ["2024-05-02", "2024-05/2024-06", None]},
        geometry=[square, road, road], crs=4326,
    )  # fmt: skip
    drawn = convoy_geo.quick_map(frame, shapes_as="areas")
    (plain,) = drawn.case.gazetteer
    assert (plain.name, plain.shape, plain.kind) == ("Plain", "area", "region")
    assert drawn.case.to_gdf("areas").geometry.iloc[0].equals(square)
    assert [one.name for one in drawn.case.lines] == ["Bridge", "Road"]
    file = tmp_path / "shapes.geojson"
    frame.to_file(file)
    command = ["map", str(file), "-o", str(tmp_path / "m.html"), "--as", "closures"]
    assert main([*command, "--save-case", str(tmp_path / "case")]) == 0
    out = capsys.readouterr().out
    assert "'Road' is drawn as a line: it has no day of closure" in out
    assert "0 points, 1 lines and areas, 2 closures" in out
    saved = convoy_geo.read_case(tmp_path / "case")
    assert [(one.name, one.closed.text) for one in saved.closures] == [
        ("Plain", "2024-05-02"), ("Bridge", "2024-05/2024-06"),
    ]  # fmt: skip
    drawn.save_case(tmp_path / "areas")
    assert convoy_geo.read_case(tmp_path / "areas").gazetteer[plain.id] == plain
    with pytest.raises(ValueError, match="shapes_as"):
        convoy_geo.quick_map(frame, shapes_as="roads")


@pytest.mark.slow
def test_the_command_and_the_case_it_saves(files, capsys):
    words = ["map", str(files / "ports.csv"), str(files / "lines.geojson")]
    words += ["-o", str(files / "m.html"), "--save-case", str(files / "case")]
    assert main([*words, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["points"], told["lines"], told["not_drawn"]) == (2, 1, [])
    assert check_case(files / "case") == []
    again = convoy_geo.read_case(files / "case")
    assert [one.name for one in again.gazetteer] == ["Port A", "Port B"]
    assert again.lines[0].note == "operator: <b>Line</b>"
    assert main(["map", str(files / "case"), "-o", str(files / "c.html")]) == 0
    with pytest.raises(FolderInUseError):
        convoy_geo.quick_map(files / "ports.csv").save_case(files / "case")
    assert main(["map", str(files / "ports.csv"), "no-such.csv"]) == 2
    assert main(["map", "convoy-2017", "--save-case", str(files / "x")]) == 2


@pytest.mark.browser
@pytest.mark.parametrize("size", [(1280, 800), (390, 844)], ids=["desktop", "phone"])
def test_both_ends_of_a_line_across_180_degrees_are_in_sight(chromium, files, size):
    drawn = convoy_geo.quick_map(files / "ports.csv", files / "lines.geojson")
    seen = visit(chromium, drawn.save(files / "m.html"), size=size)
    page = seen.page
    for name in ("Port A", "Port B"):
        box = page.locator(".name", has_text=name).bounding_box()
        assert 0 < box["x"] < size[0]
    expect(page.locator("#time")).not_to_be_visible()
    assert seen.troubles() == []
