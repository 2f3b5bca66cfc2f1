"""A case out of the map: what every format holds, as others than us read it."""

import contextlib
import csv
import dataclasses
import hashlib
import importlib.util
import io
import json
import re
import sqlite3
import subprocess
import sys
import warnings
import zipfile
from xml.etree import ElementTree as ET

import pyogrio
import pytest
import shapely
from hostile import PAYLOADS
from hypothesis import given
from hypothesis import strategies as st

from convoy_geo.case.case import read_case
from convoy_geo.errors import CoordinatesError, MissingExtraError, UnknownFormatError
from convoy_geo.exchange.csv import cell
from convoy_geo.exchange.feature_tables import EVIDENCE, LAYERS, features
from convoy_geo.exchange.write import write_contents
from convoy_geo.io.cells import FORMULA, guarded, unguarded
from convoy_geo.io.formats import SUFFIXES
from convoy_geo.model import schema

KML = "{http://www.opengis.net/kml/2.2}"
GPX = "{http://www.topografix.com/GPX/1/1}"
DATA_SUFFIXES = (".geojson", ".kml", ".kmz", ".gpx", ".csv", ".lpf.json", ".gpkg", ".parquet")


@pytest.fixture(scope="module")
def out(case, tmp_path_factory):
    """The embedded case in every format of data."""
    folder = tmp_path_factory.mktemp("out")
    return {suffix: case.to_file(folder / f"case{suffix}") for suffix in DATA_SUFFIXES}


def read(path, **options):
    """A file as GDAL reads it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # GDAL warns of what it leaves out
        return pyogrio.read_dataframe(path, **options)


def xml(path):
    """The root of an XML file, by the standard library and not by our reader."""
    return ET.parse(path).getroot()  # noqa: S314


def digest(data):
    return hashlib.sha256(data).hexdigest()


# --- what a feature carries


def test_every_feature_says_what_it_rests_on(case):
    found = features(case.contents)
    assert {feature.layer for feature in found} == set(LAYERS)
    for feature in found:
        assert set(EVIDENCE) <= set(feature.properties)
        assert set(feature.properties["claims"]) <= set(case.claims)
        if feature.layer in {
            "reported_routes",
            "claims",
            "closures",
            "controls",
            "computed_routes",
            "roads",
        }:
            assert feature.properties["claims"] or feature.properties["sources"]
        if feature.layer in {"reported_routes", "computed_routes", "roads"}:
            assert feature.properties["distance_kind"]
            assert feature.properties["confidence"]


def test_three_times_of_a_claim_are_kept_apart(case):
    (claim,) = [f for f in features(case.contents, ["claims"]) if f.id == "R2-14"]
    assert claim.properties["happened"] == case.claims["R2-14"].happened.text
    assert claim.properties["said"] == case.claims["R2-14"].said.text
    assert claim.properties["published"] == str(case.reports["R2"].published) == "2017-08-31"
    assert claim.properties["published_from"] == claim.properties["published_to"] == "2017-08-31"


def test_open_intervals_have_an_open_end(case):
    (cut,) = [f for f in features(case.contents, ["closures"]) if f.id == "cratered_road"]
    assert cut.properties["happened"] == "2017-08-30/.."
    assert cut.properties["happened_from"] == "2017-08-30"
    assert cut.properties["happened_to"] is None


def test_what_several_claims_tell_spans_their_dates(case):
    (route,) = [f for f in features(case.contents, ["reported_routes"]) if f.id == "plan/1"]
    published = [
        case.reports[case.claims[key].report].published.text for key in route.properties["claims"]
    ]
    assert route.properties["published_from"] == min(published)
    assert route.properties["published_to"] == max(published)


def test_a_region_is_never_a_point(case):
    places = case.contents.places
    for feature in features(case.contents):
        if feature.layer == "places" and places[feature.id].shape != "point":
            assert feature.geometry is None
    towns = {(p.lon, p.lat) for p in places.values() if p.shape == "point"}
    for feature in features(case.contents, ["claims"]):
        for point in getattr(feature.geometry, "geoms", ()):
            assert (point.x, point.y) in towns


def test_lengths_and_hours_name_their_unit(case):
    for feature in features(case.contents):
        for name, value in feature.properties.items():
            assert not name.endswith(("_h", "_h_low", "_h_high", "stretch", "sharing"))
            if isinstance(value, float) and name not in {"low", "high", "lon", "lat"}:
                assert any(unit in name for unit in ("km", "hours", "ratio")), name


def test_claims_hold_no_text_of_a_report(case):
    allowed = {column.name for column in schema.CLAIMS.columns}
    for feature in features(case.contents, ["claims"]):
        assert set(feature.properties) <= allowed | set(EVIDENCE) | {"publisher", "url"}


# --- GeoJSON


def test_geojson_keeps_the_rfc(out, case):
    document = json.loads(out[".geojson"].read_text(encoding="utf-8"))
    assert document["type"] == "FeatureCollection"
    assert "crs" not in document
    west, south, east, north = document["bbox"]
    assert -180 <= west < east <= 180
    assert -90 <= south < north <= 90
    ids = [feature["id"] for feature in document["features"]]
    assert len(ids) == len(set(ids)) == len(features(case.contents))
    sukhna = next(f for f in document["features"] if f["id"] == "places/sukhna")
    assert sukhna["geometry"] == {"type": "Point", "coordinates": [38.8711, 34.88533]}
    for feature in document["features"]:
        shape = feature["geometry"] and shapely.from_geojson(json.dumps(feature["geometry"]))
        for part in getattr(shape, "geoms", [shape]):
            if part is not None and part.geom_type == "Polygon":
                assert shapely.is_ccw(part.exterior)
                assert not any(shapely.is_ccw(ring) for ring in part.interiors)


@pytest.mark.slow
def test_gdal_reads_the_geojson(out, case):
    frame = read(out[".geojson"])
    assert frame.crs.to_epsg() == 4326
    assert frame["layer"].value_counts().to_dict() == {
        layer: sum(f.layer == layer for f in features(case.contents)) for layer in LAYERS
    }


def test_coordinates_out_of_range_are_refused(case, tmp_path):
    places = dict(case.contents.places)
    places["sukhna"] = dataclasses.replace(places["sukhna"], lon=34.9, lat=138.9)
    wrong = dataclasses.replace(case.contents, places=places)
    with pytest.raises(CoordinatesError, match="places 'sukhna'"):
        write_contents(wrong, tmp_path / "x.geojson")
    assert list(tmp_path.iterdir()) == []


# --- GeoPackage and GeoParquet


def test_gdal_reads_the_geopackage(out, case):
    layers = dict(pyogrio.list_layers(out[".gpkg"]))
    assert layers == {
        "places": "Point", "areas": "MultiPolygon", "reported_routes": "MultiLineString",
        "computed_routes": "MultiLineString", "claims": "MultiPoint", "closures": "MultiLineString",
        "controls": "MultiLineString", "relations": "MultiPolygon", "roads": "MultiLineString",
        "reports": None, "names": None, "sides": None,
    }  # fmt: skip
    roads = read(out[".gpkg"], layer="roads")
    assert roads.crs.to_epsg() == 4326
    network = case.network.edges
    assert list(roads["edge"]) == list(network.index)
    assert roads["polyline_km"].to_numpy() == pytest.approx(network["polyline_km"], abs=1e-3)
    assert roads["duration_hours"].dtype.kind == "f"


def test_the_geopackage_is_sound_and_tells_no_hour(out, case):
    with contextlib.closing(sqlite3.connect(out[".gpkg"])) as base:
        assert base.execute("pragma integrity_check").fetchone() == ("ok",)
        assert base.execute("pragma application_id").fetchone() == (0x47504B47,)
        changes = {row[0] for row in base.execute("select last_change from gpkg_contents")}
    assert changes == {f"{case.info.end}T00:00:00.000Z"}


def test_gdal_is_left_as_it_was(case, tmp_path):
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    case.to_file(tmp_path / "x.gpkg", layers=["places"])
    assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") == before


def test_geopandas_reads_the_parquet(out, case):
    geopandas = pytest.importorskip("geopandas")
    frame = geopandas.read_parquet(out[".parquet"])
    assert frame.crs.to_epsg() == 4326
    assert len(frame) == len(features(case.contents))


@pytest.mark.parametrize(
    ("suffix", "module", "extra"),
    [
        (".parquet", "pyarrow", "parquet"),
        (".png", "matplotlib", "static"),
        (".pdf", "matplotlib", "static"),
    ],
)
def test_a_missing_extra_names_the_command(case, tmp_path, monkeypatch, suffix, module, extra):
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util,
        "find_spec",
        lambda name, *rest: None if name == module else find(name, *rest),
    )
    with pytest.raises(MissingExtraError, match=rf"pip install 'convoy_geo\[{extra}\]'"):
        case.to_file(tmp_path / f"x{suffix}")


# --- KML

PLACEMARK_ORDER = [
    "name", "visibility", "description", "TimeSpan", "styleUrl", "ExtendedData", "Point",
    "LineString", "Polygon", "MultiGeometry",
]  # fmt: skip
"""Order of AbstractFeatureType and PlacemarkType in OGC 07-147r2."""


def test_kml_keeps_the_order_of_its_schema(out):
    root = xml(out[".kml"])
    document = root[0]
    assert [child.tag.removeprefix(KML) for child in document][:2] == ["name", "description"]
    styles = {style.get("id") for style in document.iter(f"{KML}Style")}
    for mark in document.iter(f"{KML}Placemark"):
        tags = [child.tag.removeprefix(KML) for child in mark]
        assert tags == sorted(tags, key=PLACEMARK_ORDER.index)
        assert mark.findtext(f"{KML}styleUrl")[1:] in styles


@pytest.mark.slow
def test_kml_styles_are_the_colours_of_the_sides(out, case):
    root = xml(out[".kml"])
    style = next(s for s in root.iter(f"{KML}Style") if s.get("id") == "side-coalition")
    colour = case.info.sides["coalition"].colour.lower()
    text = style.findtext(f"{KML}LineStyle/{KML}color")
    assert text == f"ff{colour[5:7]}{colour[3:5]}{colour[1:3]}"


def test_kml_has_time_spans_and_loads_nothing(out):
    text = out[".kml"].read_text(encoding="utf-8")
    assert "<begin>2017-08-30</begin>" in text
    assert "<href>" not in text
    assert "NetworkLink" not in text


def test_gdal_reads_the_kml(out, case):
    frame = read(out[".kml"], layer="Claims")
    assert len(frame) == len(case.claims)
    assert set(frame["claim"]) == set(case.claims)


def test_kmz_is_the_kml(out):
    with zipfile.ZipFile(out[".kmz"]) as archive:
        assert archive.namelist() == ["doc.kml"]
        assert archive.read("doc.kml") == out[".kml"].read_bytes()
        assert archive.infolist()[0].date_time[0] == 1980


# --- GPX


def test_gpx_keeps_the_order_of_its_schema(out):
    root = xml(out[".gpx"])
    assert root.get("version") == "1.1"
    order = ["metadata", "wpt", "rte", "trk"]
    tags = [child.tag.removeprefix(GPX) for child in root]
    assert tags == sorted(tags, key=order.index)
    inner = [
        "name",
        "cmt",
        "desc",
        "src",
        "link",
        "number",
        "type",
        "extensions",
        "rtept",
        "trkseg",
    ]
    for element in root:
        tags = [child.tag.removeprefix(GPX) for child in element]
        if element.tag != f"{GPX}metadata":
            assert tags == sorted(tags, key=inner.index)


def test_gdal_reads_the_gpx(out, case):
    assert len(read(out[".gpx"], layer="routes")) == len(case.reported_routes)
    towns = [p for p in case.gazetteer if p.shape == "point"]
    assert len(read(out[".gpx"], layer="waypoints")) == len(towns)
    tracks = read(out[".gpx"], layer="tracks")
    ways = sum(len(group.routes) for group in case.alternatives)
    by_road = sum(any(leg.road for leg in track.legs) for track in case.tracks)
    assert len(tracks) == ways + by_road


def test_gpx_leads_nobody_along_a_way_that_nobody_tells(out, case):
    root = xml(out[".gpx"])
    segments = len(list(root.iter(f"{GPX}trkseg")))
    ways = sum(len(group.routes) for group in case.alternatives)
    legs = [leg for track in case.tracks for leg in track.legs]
    by_road = sum(leg.road is not None for leg in legs)
    assert by_road < sum(leg.geometry is not None for leg in legs)
    assert segments == ways + by_road


# --- CSV


NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")


@given(st.text() | st.text(alphabet="=+-@;\t\r\n'\" a1"))
def test_the_guard_is_undone_without_loss(text):
    assert unguarded(guarded(text)) == text
    for mark in (";", "\t", "\n", "\r"):  # what a spreadsheet may separate cells and rows by
        for part in guarded(text).split(mark):
            assert part[:1] not in set(FORMULA) or NUMBER.fullmatch(text)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_stay_numbers(value):
    assert float(cell(value)) == value


@pytest.mark.slow
@pytest.mark.parametrize("start", FORMULA)
def test_no_cell_of_a_csv_is_a_formula(case, tmp_path, start):
    payload = f"{start}cmd|' /C calc'!A0"
    places = dict(case.contents.places)
    places["sukhna"] = dataclasses.replace(places["sukhna"], name=payload, lon=-38.5)
    path = write_contents(dataclasses.replace(case.contents, places=places), tmp_path / "x.csv")
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))
    cells = [text for row in rows for text in row]
    assert f"'{payload}" in cells
    for text in cells:
        if text[:1] in set(FORMULA):
            float(text)  # only a number may start so
    assert "-38.5" in cells


def test_excel_is_told_that_the_csv_is_utf_8(out):
    assert out[".csv"].read_bytes().startswith(b"\xef\xbb\xbflayer,")


# --- Linked Places


def test_linked_places_have_what_the_format_demands(out, case):
    document = json.loads(out[".lpf.json"].read_text(encoding="utf-8"))
    assert document["type"] == "FeatureCollection"
    assert document["@context"].startswith("https://")
    for place in document["features"]:
        assert place["@id"].startswith("urn:convoy-geo:")
        assert place["properties"]["title"]
        assert place["properties"]["fclasses"]
        assert all(name["toponym"] for name in place["names"])
        assert place["when"]["timespans"][0]["start"]["in"] == case.info.start.text
    sukhna = next(p for p in document["features"] if p["@id"].endswith(":sukhna"))
    assert {"type": "closeMatch", "identifier": "https://www.geonames.org/172425/"} in sukhna[
        "links"
    ]
    assert "السخنة" in {name["toponym"] for name in sukhna["names"]}
    assert not any("qalamoun_village" in place["@id"] for place in document["features"])


# --- the same bytes, hostile texts, errors

EXPORT_ALL = """
import sys
from convoy_geo.case.case import read_case
case = read_case()
for suffix in sys.argv[2:]:
    case.to_file(sys.argv[1] + "/case" + suffix)
"""


@pytest.mark.slow
def test_another_process_gives_the_same_bytes(out, case, tmp_path):
    suffixes = [*DATA_SUFFIXES, ".png", ".svg", ".pdf"]
    subprocess.run(
        [sys.executable, "-W", "error", "-c", EXPORT_ALL, str(tmp_path), *suffixes],
        env={"PYTHONHASHSEED": "7", "PATH": "", "TZ": "Asia/Tokyo"},
        check=True,
    )
    for suffix in suffixes:
        here = out[suffix] if suffix in out else case.to_file(tmp_path / f"here{suffix}")
        assert digest((tmp_path / f"case{suffix}").read_bytes()) == digest(here.read_bytes()), (
            suffix
        )


@pytest.mark.slow
def test_hostile_texts_stay_texts(case, tmp_path):
    """Every payload stands in a place, in a claim and in the title of one set of files."""
    payloads = list(PAYLOADS.values())
    contents = case.contents
    places, claims = dict(contents.places), dict(contents.claims)
    assert min(len(places), len(claims)) >= len(payloads)
    for key, payload in zip(list(places), payloads, strict=False):
        places[key] = dataclasses.replace(places[key], name=payload, note=payload)
    for key, payload in zip(list(claims), payloads, strict=False):
        claims[key] = dataclasses.replace(claims[key], summary=payload, claimant=payload)
    every = " ".join(payloads)
    info = dataclasses.replace(contents.info, title=every, summary=every)
    wrong = dataclasses.replace(contents, places=places, claims=claims, info=info)
    paths = {s: write_contents(wrong, tmp_path / f"x{s}") for s in DATA_SUFFIXES}
    tags = {element.tag for element in xml(paths[".kml"]).iter()}
    assert all(tag.startswith(KML) for tag in tags)
    assert not {"script", "img", "svg", "iframe"} & {t.removeprefix(KML) for t in tags}
    for mark in xml(paths[".kml"]).iter(f"{KML}description"):
        assert "<script" not in (mark.text or "")
        assert "<img" not in (mark.text or "")
    xml(paths[".gpx"])
    json.loads(paths[".lpf.json"].read_text(encoding="utf-8"))
    assert len(read(paths[".gpkg"], layer="places")) == len(places)
    assert len(read(paths[".geojson"])) == len(features(wrong))


def test_an_unknown_suffix_names_the_known_ones(case, tmp_path):
    with pytest.raises(UnknownFormatError, match=r"\.gpkg"):
        case.to_file(tmp_path / "x.shp")


def test_an_unknown_layer_names_the_known_ones(case, tmp_path):
    with pytest.raises(ValueError, match="no layer 'place'; there are places"):
        case.to_file(tmp_path / "x.csv", layers=["place"])


def test_a_layer_that_a_format_cannot_hold_is_told(case, tmp_path):
    for suffix, held in (
        (".gpx", "places, reported_routes, computed_routes"),
        (".lpf.json", "places"),
        (".png", "places"),
    ):
        with pytest.raises(ValueError, match=f"no layer 'claims'; there are {held}"):
            case.to_file(tmp_path / f"x{suffix}", layers=["claims"])


def test_one_layer_only(case, tmp_path):
    document = json.loads(case.to_file(tmp_path / "x.json", layers=["claims"]).read_text("utf-8"))
    assert {f["properties"]["layer"] for f in document["features"]} == {"claims"}


def test_longer_suffixes_come_before_those_they_end_in():
    known = list(SUFFIXES)
    for number, suffix in enumerate(known):
        assert not any(suffix.endswith(earlier) for earlier in known[:number])


@pytest.mark.slow
def test_a_case_without_roads_is_exported_too(tmp_path):
    case = read_case("titanic-1912")
    for suffix in DATA_SUFFIXES:
        assert case.to_file(tmp_path / f"x{suffix}").stat().st_size > 1000
