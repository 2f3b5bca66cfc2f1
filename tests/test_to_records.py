"""Back in: the same records after export and import, files of others, faults, and proposals."""

import dataclasses
import json
import shutil
import warnings
import zipfile

import geopandas as gpd
import hostile_files
import pytest
from shapely.geometry import LineString, Point, Polygon

from convoy_geo.case.case import read_case
from convoy_geo.casefiles.merge import add_new, propose
from convoy_geo.casefiles.scaffold import new_case
from convoy_geo.casefiles.validate import check_case
from convoy_geo.cli import main
from convoy_geo.errors import (
    CaseFileError,
    ExchangeFileError,
    OutputFileError,
    UnknownFormatError,
)
from convoy_geo.exchange.feature_tables import features
from convoy_geo.exchange.to_records import read_records
from convoy_geo.exchange.write import write_contents
from convoy_geo.io.files import geodata
from convoy_geo.io.limits import changed_limits

WHOLE = (".geojson", ".kml", ".kmz", ".csv", ".gpkg", ".parquet")


@pytest.fixture(scope="module", params=["convoy-2017", "titanic-1912"])
def either(request):
    return read_case(request.param)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", WHOLE)
def test_export_and_import_give_the_same_records(either, tmp_path, suffix):
    back = read_records(either.to_file(tmp_path / f"case{suffix}"), time_zone=either.info.time_zone)
    assert back.reports == tuple(either.reports.values())
    assert back.places == tuple(either.gazetteer)
    assert back.claims == tuple(either.claims.values())
    assert back.routes == either.reported_routes
    assert back.controls == either.controls
    assert [dataclasses.replace(c, geometry=None) for c in back.closures] == [
        dataclasses.replace(c, geometry=None) for c in either.closures
    ]
    assert all(
        a.geometry.equals(b.geometry) for a, b in zip(back.closures, either.closures, strict=True)
    )
    areas = either.contents.areas
    assert set(back.areas) == set(areas)
    assert all(back.areas[key].equals(areas[key]) for key in areas)


def test_gpx_gives_towns_and_told_ways_back(either, tmp_path):
    back = read_records(either.to_file(tmp_path / "case.gpx"), time_zone=either.info.time_zone)
    assert back.places == tuple(p for p in either.gazetteer if p.shape == "point")
    assert back.routes == either.reported_routes


def test_linked_places_give_places_back(either, tmp_path):
    back = read_records(either.to_file(tmp_path / "case.lpf.json"), time_zone=either.info.time_zone)
    assert back.places == tuple(p for p in either.gazetteer if p.role != "decoy")
    assert set(back.areas) == set(either.contents.areas)


@pytest.mark.slow
def test_the_old_names_of_layers_are_still_read(either, tmp_path):
    text = either.to_file(tmp_path / "case.geojson").read_text(encoding="utf-8")
    old = tmp_path / "old.geojson"
    text = text.replace('"reported_routes"', '"routes"').replace('"computed_routes"', '"ways"')
    old.write_text(text, encoding="utf-8")
    back = read_records(old, time_zone=either.info.time_zone)
    assert back.routes == either.reported_routes
    left = any("computed routes" in reason for reason in back.left_out)
    assert left == ("computed_routes" in {f.layer for f in features(either.contents)})


# --- files that others made

RFC_EXAMPLE = """{"type": "FeatureCollection", "features": [
 {"type": "Feature", "geometry": {"type": "Point", "coordinates": [102.0, 0.5]},
  "properties": {"prop0": "value0", "name": "A point"}},
 {"type": "Feature", "geometry": {"type": "LineString",
  "coordinates": [[102.0, 0.0], [103.0, 1.0], [104.0, 0.0], [105.0, 1.0]]},
  "properties": {"prop0": "value0", "prop1": 0.0}},
 {"type": "Feature", "geometry": {"type": "Polygon",
  "coordinates": [[[100.0, 0.0], [101.0, 0.0], [101.0, 1.0], [100.0, 1.0], [100.0, 0.0]]]},
  "properties": {"prop1": {"this": "that"}, "name": "A square"}}]}
"""
"""The example of RFC 7946, section 1.5, with names."""


def test_the_example_of_the_rfc(tmp_path):
    path = tmp_path / "rfc.geojson"
    path.write_text(RFC_EXAMPLE)
    back = read_records(path)
    point, square = back.places
    assert (point.id, point.name, point.lon, point.lat) == ("a_point", "A point", 102.0, 0.5)
    assert (point.shape, point.source) == ("point", "import of rfc.geojson")
    assert (square.shape, square.kind) == ("area", "region")
    assert square.radius_km == pytest.approx(62.6, abs=0.1)
    assert back.areas["a_square"].bounds == (100.0, 0.0, 101.0, 1.0)
    assert len(back.left_out) == 1
    assert "lines without claims" in back.left_out[0]


@pytest.mark.parametrize(
    ("suffix", "driver"), [(".geojson", "GeoJSON"), (".gpkg", "GPKG"), (".kml", "LIBKML")]
)
def test_what_gdal_writes_is_read(tmp_path, suffix, driver):
    frame = gpd.GeoDataFrame(
        {"name": ["=Tadmur <b>", "Way"]},
        geometry=[Point(38.28, 34.56), LineString([(38, 34), (39, 35)])],
        crs="EPSG:4326",
    )
    path = tmp_path / f"x{suffix}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame.to_file(path, driver=driver)
    (place,) = read_records(path).places
    assert (place.name, place.lon, place.lat) == ("=Tadmur <b>", 38.28, 34.56)


def test_gpx_of_gdal_is_read(tmp_path):
    frame = gpd.GeoDataFrame({"name": ["T2"]}, geometry=[Point(40.147, 34.379)], crs="EPSG:4326")
    frame.to_file(tmp_path / "x.gpx", driver="GPX", layer="waypoints")
    (place,) = read_records(tmp_path / "x.gpx").places
    assert (place.name, place.lon, place.lat) == ("T2", 40.147, 34.379)


def test_another_crs_is_brought_to_degrees(tmp_path):
    frame = gpd.GeoDataFrame({"name": ["T2"]}, geometry=[Point(40.147, 34.379)], crs="EPSG:4326")
    frame.to_crs(32637).to_file(tmp_path / "x.gpkg", driver="GPKG")
    (place,) = read_records(tmp_path / "x.gpkg").places
    assert (place.lon, place.lat) == pytest.approx((40.147, 34.379), abs=1e-7)


def test_a_list_of_places_with_columns_of_its_own(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("name,longitude,latitude,remark\n'=A,40.5,34.5,x\nB,-40.5,-34.5,y\nB,1,2,z\n")
    first, second, third = read_records(path).places
    assert (first.name, first.lon, first.lat) == ("=A", 40.5, 34.5)
    assert (second.id, second.lon, third.id) == ("b", -40.5, "b_2")


def test_a_point_that_was_moved_moves_the_place(case, tmp_path):
    path = case.to_file(tmp_path / "x.geojson", layers=["places"])
    document = json.loads(path.read_text(encoding="utf-8"))
    document["features"][0]["geometry"]["coordinates"] = [38.9, 34.9]
    path.write_text(json.dumps(document))
    assert (read_records(path).places[0].lon, read_records(path).places[0].lat) == (38.9, 34.9)


# --- faults

KML_HEAD = '<kml xmlns="http://www.opengis.net/kml/2.2"><Document>\n'


@pytest.mark.parametrize(
    ("name", "data", "line", "column", "problem"),
    [
        (
            "x.geojson", b'{"type": "FeatureCollection",\n"features": [}',
            2, "14", "broken JSON",
        ),
        (
            "x.geojson",
            (
                b'{"type":"FeatureCollection","features":[\n{"type":"Feature","properties":{},'
                b'"geometry":{"type":"Point","coordinates":[34.5,138.5]}}]}'
            ),
            2, "geometry", "out of range",
        ),
        ("x.csv", b"", 0, "", "empty file"),
        ("x.csv", b"\n", 0, "", "empty file"),
        ("x.csv", b"a", 1, "", "no columns of places"),
        ("x.csv", b"name,lon\nA,1\n", 1, "", "no columns of places"),
        ("x.csv", b"layer,a\nplaces,1,2\n", 2, "", "3 fields in place of 2"),
        ("x.csv", b"name,wkt\nA,POINT(1\n", 2, "wkt", "bad geometry"),
        ("x.csv", b"name,lon,lat\nA,190,2\n", 2, "lon", "bad value"),
        ("x.kml", b"<kml>\n<Document></kml>", 2, "12", "broken XML"),
        ("x.kml", b"<!DOCTYPE k [<!ENTITY a 'b'>]><kml>&a;</kml>", 1, "", "document type"),
        (
            "x.kml",
            f"{KML_HEAD}<Placemark><Point><coordinates>1;2</coordinates></Point></Placemark>"
            "</Document></kml>".encode(),
            2, "coordinates", "bad value",
        ),
        ("x.kmz", b"no zip", 0, "", "the content is plain text"),
        ("x.gpx", b'<gpx>\n<wpt lat="34,5" lon="x"/></gpx>', 2, "lon,lat", "bad value"),
        ("x.gpkg", b"no package", 0, "", "the content is plain text"),
        ("x.parquet", b"no table", 0, "", "the content is plain text"),
    ],
)  # fmt: skip
def test_faults_name_file_line_and_field(tmp_path, name, data, line, column, problem):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ExchangeFileError) as caught:
        read_records(tmp_path / name)
    (fault,) = caught.value.faults
    assert (fault.file, fault.line, fault.column) == (name, line, column)
    assert problem in fault.problem
    assert "column column" not in str(fault)


def test_features_on_one_line_are_told_apart(tmp_path):
    feature = (
        '{"type":"Feature","properties":{"name":"A"},"geometry":{"type":"Point","coordinates":'
    )
    path = tmp_path / "x.geojson"
    path.write_text(
        f'{{"type":"FeatureCollection","features":[{feature}[1,2]}}}},{feature}[1,200]}}}}]}}'
    )
    found = read_records(path)
    assert [place.name for place in found.places] == ["A"]
    (fault,) = found.faults
    assert "x.geojson:1, feature 2, geometry: coordinates out of range" in str(fault)


@pytest.mark.parametrize("name", ["x.geojson", "x.csv", "x.kml", "x.kmz", "x.gpx", "x.gpkg"])
def test_a_missing_file_is_a_fault(tmp_path, name):
    with pytest.raises(ExchangeFileError, match="file"):
        read_records(tmp_path / name)


def test_a_picture_holds_no_rows(tmp_path):
    with pytest.raises(UnknownFormatError, match="nothing can be read"):
        read_records(tmp_path / "x.png")


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".kml"])
def test_all_faults_of_rows_at_once(case, tmp_path, suffix):
    claims = {
        key: dataclasses.replace(case.claims[key], **change)
        for key, change in (("R0-01", {"status": "sure"}), ("R0-02", {"unit": "two buses"}))
    }
    wrong = dataclasses.replace(case.contents, claims=claims)
    path = write_contents(wrong, tmp_path / f"x{suffix}", layers=["claims"])
    with pytest.raises(ExchangeFileError) as caught:
        read_records(path)
    first, second = caught.value.faults
    assert first.column.endswith("status")
    assert first.text == "sure"
    assert "asserted" in first.allowed
    assert first.line or "claims 1" in first.column
    assert second.text == "two buses"


# --- proposals


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(geodata("cases", "convoy-2017"), tmp_path / "case")


def without(path, start):
    """Take the lines that start so out of a file."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith(start)), encoding="utf-8")


@pytest.mark.slow
def test_a_case_is_no_news_to_itself(case, folder, tmp_path):
    found = read_records(case.to_file(tmp_path / "x.gpkg"), time_zone=case.info.time_zone)
    assert {one.status for one in propose(found, folder)} == {"same"}


@pytest.mark.slow
def test_new_rows_are_added_and_nothing_else_is_touched(case, folder, tmp_path):
    found = read_records(case.to_file(tmp_path / "x.geojson"), time_zone=case.info.time_zone)
    without(folder / "claims.csv", "R4-36,")
    without(folder / "names.csv", "sukhna,")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    proposals = propose(found, folder)
    new = {(one.file, one.key) for one in proposals if one.status == "new"}
    assert ("claims.csv", "R4-36") in new
    assert {file for file, _ in new} == {"claims.csv", "names.csv"}
    assert {path.name for path in add_new(proposals, folder).files} == {"claims.csv", "names.csv"}
    for path in folder.iterdir():
        assert path.read_bytes().startswith(before[path.name])
    assert check_case(folder) == []
    assert read_case(folder).claims["R4-36"] == case.claims["R4-36"]
    assert {one.status for one in propose(found, folder)} == {"same"}


@pytest.mark.slow
def test_what_a_person_edited_stays(case, folder, tmp_path):
    found = read_records(case.to_file(tmp_path / "x.kml"), time_zone=case.info.time_zone)
    path = folder / "claims.csv"
    text = path.read_text(encoding="utf-8")
    summary = case.claims["R0-02"].summary
    path.write_text(text.replace(summary, "Edited by hand."), encoding="utf-8")
    edited = path.read_bytes()
    (change,) = [one for one in propose(found, folder) if one.status != "same"]
    assert (change.key, change.status) == ("R0-02", "differs")
    assert change.differences == (("summary", "Edited by hand.", summary),)
    assert add_new([change], folder).files == []
    assert path.read_bytes() == edited


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("claims.csv", "\nR4-36,", "\nR4-36,,", "30 fields in place of 29"),
        ("claims.csv", "\nR4-36,", "\nR4-35,", "duplicate 'R4-35'"),
        ("closures.geojson", '"LineString"', '"Line"', "bad geometry"),
        ("areas.geojson", '"Polygon"', '"Poly"', "bad geometry"),
    ],
)
def test_no_id_is_given_twice_where_a_row_cannot_be_read(
    case, folder, tmp_path, file, old, new, said
):
    found = read_records(case.to_file(tmp_path / "x.geojson"), time_zone=case.info.time_zone)
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CaseFileError, match=said):
        propose(found, folder)


def test_a_case_that_ships_is_not_added_to(case, tmp_path):
    found = read_records(case.to_file(tmp_path / "x.geojson"), time_zone=case.info.time_zone)
    with pytest.raises(OutputFileError, match="is a bundled case"):
        add_new(propose(found, "titanic-1912"), "titanic-1912")


@pytest.mark.slow
def test_closures_and_areas_go_into_their_files(case, folder, tmp_path):
    found = read_records(case.to_file(tmp_path / "x.geojson"), time_zone=case.info.time_zone)
    (folder / "areas.geojson").unlink()
    path = folder / "closures.geojson"
    document = json.loads(path.read_text(encoding="utf-8"))
    document["features"] = document["features"][:1]
    path.write_text(json.dumps(document, indent=3), encoding="utf-8")
    kept = path.read_text(encoding="utf-8").rpartition("]")[0].rstrip()
    add_new(propose(found, folder), folder)
    assert path.read_text(encoding="utf-8").startswith(kept)
    assert check_case(folder) == []
    assert [c.id for c in read_case(folder).closures] == [c.id for c in case.closures]
    assert {one.status for one in propose(found, folder)} == {"same"}


def test_lines_as_reported_routes_map_at_once(tmp_path):
    """The ends are places, the file is the report, and the course is the line as it is drawn."""
    line = {"type": "LineString", "coordinates": [[38, 34], [38.5, 34.8], [39, 34.5]]}
    back = {
        "type": "MultiLineString",
        "coordinates": [[[39, 34.5], [38.5, 34]], [[38.4, 34], [38, 33]]],
    }
    file, case = tmp_path / "x.geojson", tmp_path / "case"
    file.write_bytes(hostile_files.collection(
        hostile_files.feature(line, name="March", date="2017-08-31", **{"from": "Well"}),
        hostile_files.feature(back, name="Back"),
        hostile_files.feature({"type": "Point", "coordinates": [39, 34.5]}, name="Ford"),
    ))  # fmt: skip
    case.mkdir()
    (case / "case.toml").write_text('format = 2\ntitle = "T"\n', encoding="utf-8")
    words = ["import", str(file), "--case", str(case), "--as", "routes", "--add"]
    assert main(words) == 0
    read = read_case(case)
    assert [one.places for one in read.reported_routes] == [("well", "ford"), ("ford", "back_end")]
    (march, _) = read.tracks
    assert march.route.day.text == "2017-08-31"
    assert march.legs[0].is_known
    assert march.legs[0].geometry.wkt == "LINESTRING (38 34, 38.5 34.8, 39 34.5)"
    assert march.length_km is None  # no road is known
    assert read.contents.lines == ()  # each is drawn once
    assert read.to_gdf("reported_routes")["distance_kind"].tolist() == ["as_drawn", "as_drawn"]
    assert read.claims["march_drawn"].report == "import_of_x.geojson"
    again = propose(read_records(file, shapes_as="routes"), case)
    assert {one.status for one in again} == {"same"}


def test_lines_and_polygons_are_what_is_asked_for(tmp_path):
    """By default polygons are areas, and a line is left out."""
    box = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
    line = {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}
    file, case = tmp_path / "x.geojson", tmp_path / "case"
    file.write_bytes(hostile_files.collection(
        hostile_files.feature(line, name="Track", date="2017-08-31", note="seen"),
        hostile_files.feature(line, name="Track", when="nonsense"),
        hostile_files.feature(box, name="Box"), hostile_files.GOOD,
    ))  # fmt: skip
    plain = read_records(file)
    assert ([one.id for one in plain.places], plain.lines) == (["box", "quarry_gate"], ())
    assert read_records(file, shapes_as="areas").places == plain.places
    found = read_records(file, shapes_as="lines")
    assert [(one.id, one.when.text) for one in found.lines] == [
        ("track", "2017-08-31"), ("track_2", ""), ("box", "")
    ]  # fmt: skip
    assert "day left out 'nonsense'" in str(found.repaired[0])
    found = read_records(file, shapes_as="closures")
    assert [(one.id, one.kind, one.note) for one in found.closures] == [("track", "cut", "seen")]
    assert len(found.faults) == 2
    with pytest.raises(ValueError, match="one of lines, routes, areas, closures"):
        read_records(file, shapes_as="roads")
    case.mkdir()
    (case / "case.toml").write_text('format = 2\ntitle = "T"\n', encoding="utf-8")
    words = ["import", str(file), "--case", str(case), "--as", "lines"]
    assert main([*words, "--add"]) == 0
    assert [one.name for one in read_case(case).lines] == ["Track", "Track", "Box"]
    again = propose(read_records(file, shapes_as="lines"), case)
    assert {one.status for one in again} == {"same"}


@pytest.mark.slow
def test_a_column_that_is_not_there_is_added(case, folder, tmp_path):
    found = read_records(case.to_file(tmp_path / "x.csv"), time_zone=case.info.time_zone)
    path = folder / "claims.csv"
    rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text(rows[0].removesuffix(",where,precision,label") + "\n", encoding="utf-8")
    add_new(propose(found, folder), folder)
    assert path.read_text(encoding="utf-8").splitlines()[0] == rows[0]
    assert {one.status for one in propose(found, folder)} == {"same"}


@pytest.mark.parametrize("there", [
    None, 'place,name,lon,lat\nford,"Ford, the",1,2\n', "name,lon,lat\r\nFord,1,2\r\n",
    "name,kind,lon,lat,note\nFord,town,1,2,=deep\n",
])  # fmt: skip
def test_a_case_of_a_title_and_one_small_table_takes_new_rows(tmp_path, there):
    """Every table may hold just the columns that it uses, also one that rows are added to."""
    (tmp_path / "case.toml").write_text('format = 2\ntitle = "T"\n', encoding="utf-8")
    if there:
        (tmp_path / "places.csv").write_bytes(there.encode())
    before = {one.id: one for one in read_case(tmp_path).gazetteer} if there else {}
    file = tmp_path / "x.geojson"
    file.write_bytes(hostile_files.collection(
        hostile_files.feature(hostile_files.point(), name="Well", note="dry", country="SY"),
        hostile_files.feature(hostile_files.point(1, 2), name="Mill"),
    ))  # fmt: skip
    added = add_new(propose(read_records(file), tmp_path), tmp_path)
    assert (added.refused, added.to_do, check_case(tmp_path)) == ([], [], [])
    after = {one.id: one for one in read_case(tmp_path).gazetteer}
    assert {key: after[key] for key in before} == before
    assert set(after) == {*before, "well", "mill"}
    assert (after["well"].note, after["well"].country) == ("dry", ("SY",))
    assert {one.status for one in propose(read_records(file), tmp_path)} == {"same"}


@pytest.mark.slow
def test_a_new_case_takes_all_of_another(case, tmp_path):
    new_case(tmp_path / "new")
    found = read_records(case.to_file(tmp_path / "x.gpkg"), time_zone=case.info.time_zone)
    add_new(propose(found, tmp_path / "new"), tmp_path / "new")
    again = propose(found, tmp_path / "new")
    assert {one.status for one in again} == {"same"}
    assert len(again) > 600


@pytest.mark.slow
def test_the_command_exports_and_imports(folder, tmp_path, capsys):
    path = tmp_path / "x.csv"
    path.write_text("name,lon,lat\nNew well,39.5,34.2\n")
    assert main(["import", str(path), "--case", str(folder)]) == 0
    assert "places.csv new_well: new" in capsys.readouterr().out
    assert main(["import", str(path), "--case", str(folder), "--add", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["to_do"] == []
    assert [one["status"] for one in answer["proposals"]] == ["new"]
    assert read_case(folder).gazetteer.locate("New well").lon == 39.5
    assert main(["export", str(folder), "-o", str(tmp_path / "y.kml"), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["bytes"] == (tmp_path / "y.kml").stat().st_size
    assert main(["import", str(path), "--add"]) == 2
    assert "stays as it is" in capsys.readouterr().err
    assert main(["export", "-o", "x.shp"]) == 2


def test_a_huge_document_in_a_small_zip_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.kmz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("doc.kml", " " * 5000)
    with (
        changed_limits(unpacked_bytes=1000),
        pytest.raises(ExchangeFileError, match="over the limit unpacked_bytes"),
    ):
        read_records(tmp_path / "x.kmz")


def test_polygons_with_holes_come_back(case, tmp_path):
    ring = Polygon(
        [(39, 34), (40, 34), (40, 35), (39, 35)], [[(39.2, 34.2), (39.4, 34.2), (39.3, 34.4)]]
    )
    areas = {**case.contents.areas, "anbar": ring}
    contents = dataclasses.replace(case.contents, areas=areas)
    for suffix in WHOLE:
        path = write_contents(contents, tmp_path / f"x{suffix}", layers=["areas"])
        assert read_records(path).areas["anbar"].equals(ring)
