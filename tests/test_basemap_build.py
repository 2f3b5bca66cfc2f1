"""A basemap of one's own: from an extract, from plain files, on the page and in pictures."""

import gzip
import json
import shutil

import numpy as np
import pytest
import shapely
from extracts import found

import convoy_geo
from convoy_geo.casefiles.basemap import read_basemap
from convoy_geo.casefiles.read import read_case_files
from convoy_geo.cli import main
from convoy_geo.errors import CaseFileError, ExchangeFileError, RoadDataError
from convoy_geo.exchange.build_basemap import MOST_VERTICES, build_basemap
from convoy_geo.exchange.osm_basemap import kind_of_tags
from convoy_geo.model.basemap import BASEMAP_FILE
from convoy_geo.viz.map_drawing import draw_map
from convoy_geo.webmap.own_basemap import case_basemap

OSM = """<?xml version="1.0"?>
<osm version="0.6">
 <node id="1" lat="10.00" lon="20.00"/><node id="2" lat="10.00" lon="20.04"/>
 <node id="3" lat="10.02" lon="20.04"/><node id="4" lat="10.02" lon="20.00"/>
 <node id="5" lat="10.01" lon="20.00"/><node id="6" lat="10.01" lon="20.04"/>
 <node id="7" lat="10.004" lon="20.01"><tag k="place" v="town"/><tag k="name" v="Küste &lt;b&gt;"/>
  <tag k="name:ar" v="ساحل"/></node>
 <node id="11" lat="10.002" lon="20.02"/><node id="12" lat="10.002" lon="20.03"/>
 <node id="13" lat="10.006" lon="20.03"/>
 <node id="14" lat="10.007" lon="20.02"/><node id="15" lat="10.007" lon="20.03"/>
 <node id="16" lat="10.009" lon="20.03"/>
 <way id="1"><nd ref="6"/><nd ref="5"/><tag k="natural" v="coastline"/></way>
 <way id="2"><nd ref="11"/><nd ref="12"/><nd ref="13"/><nd ref="11"/><tag k="natural"
  v="wood"/></way>
 <way id="3"><nd ref="14"/><nd ref="15"/><nd ref="16"/><nd ref="14"/><tag k="landuse"
  v="residential"/></way>
 <way id="4"><nd ref="1"/><nd ref="2"/><tag k="railway" v="rail"/></way>
 <way id="5"><nd ref="1"/><nd ref="4"/></way>
 <way id="6"><nd ref="4"/><nd ref="3"/><tag k="waterway" v="river"/><tag k="tunnel" v="yes"/></way>
 <relation id="1"><member type="way" ref="5" role="outer"/><tag k="boundary" v="administrative"/>
  <tag k="admin_level" v="2"/></relation>
</osm>
"""


@pytest.fixture
def folder(tmp_path):
    case = tmp_path / "case"
    case.mkdir()
    (case / "case.toml").write_text('format = 2\ntitle = "A town"\n', "utf-8")
    (case / "places.csv").write_text("place,name,lon,lat\na,A,20.01,10.005\nb,B,20.03,10.008\n")
    return case


@pytest.fixture
def osm(tmp_path):
    pytest.importorskip("osmium", reason="pip install 'convoy_geo[osm]'")
    path = tmp_path / "town.osm"
    path.write_text(OSM, "utf-8")
    return path


def collection(path, *features):
    rows = [
        {"type": "Feature", "properties": said, "geometry": shapely.geometry.mapping(shape)}
        for said, shape in features
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": rows}), "utf-8")
    return path


SQUARE = shapely.box(20.0, 10.0, 20.02, 10.02)
LINE = shapely.LineString([(20.0, 10.0), (20.02, 10.02)])


def test_what_an_extract_holds(folder, osm):
    built = build_basemap([osm], folder, bbox=(20, 10, 20.04, 10.02))
    assert dict(built.counts) == {
        "border": 1, "wood": 1, "built": 1, "rail": 1, "coast": 1, "land": 1, "sea": 1, "name": 1,
    }  # fmt: skip
    own, faults = read_basemap(folder)
    assert not faults
    assert own.credit == "© OpenStreetMap contributors, ODbL 1.0"
    assert [(name.name, name.arabic, name.rank) for name in own.names] == [("Küste <b>", "ساحل", 1)]
    # The coast runs west: the land lies on its left hand, to the south
    (land,), (sea,) = own.shapes["land"], own.shapes["sea"]
    assert land.bounds == pytest.approx((20, 10, 20.04, 10.01))
    assert sea.bounds == pytest.approx((20, 10.01, 20.04, 10.02))


def test_a_river_in_a_tunnel_is_not_drawn(folder, osm):
    assert "river" not in build_basemap([osm], folder).counts


def test_a_coastline_with_two_minds_paints_no_side(folder, tmp_path):
    east = shapely.LineString([(20.0, 10.005), (20.02, 10.005)])
    file = collection(
        tmp_path / "x.geojson", ({"kind": "wood"}, SQUARE),
        ({"natural": "coastline"}, east),
        ({"natural": "coastline"}, shapely.LineString([(20.0, 10.015), (20.02, 10.015)])),
    )  # fmt: skip
    built = build_basemap([file], folder)
    # Between two coasts that both have their land in the north lies something impossible
    assert built.counts == {"wood": 1, "coast": 2, "land": 1, "sea": 1}


@pytest.mark.parametrize(
    ("said", "shape", "kind"),
    [
        ({"kind": "water"}, SQUARE, "water"),
        ({"kind": "Forest"}, SQUARE, "wood"),
        ({"natural": "water"}, SQUARE, "water"),
        ({"landuse": "industrial"}, SQUARE, "built"),
        ({"waterway": "river"}, LINE, "river"),
        ({"railway": "rail"}, LINE, "rail"),
        ({"boundary": "administrative", "admin_level": "6"}, LINE, "admin"),
        ({"kind": "border"}, SQUARE, "border"),
        ({"name": "Old town"}, shapely.Point(20.01, 10.01), "name"),
    ],
)
def test_plain_files_say_what_they_hold(folder, tmp_path, said, shape, kind):
    file = collection(tmp_path / "x.geojson", (said, shape), ({"kind": "land"}, SQUARE))
    assert kind in build_basemap([file], folder).counts


def test_the_name_of_a_file_and_of_a_layer_say_it_too(folder, tmp_path):
    geopandas = pytest.importorskip("geopandas")
    file = collection(tmp_path / "lakes.geojson", ({}, SQUARE))
    assert build_basemap([file], folder).counts == {"water": 1}
    frame = geopandas.GeoDataFrame({"a": [1]}, geometry=[SQUARE], crs=4326)
    frame.to_file(tmp_path / "x.gpkg", layer="woods")
    built = build_basemap([tmp_path / "x.gpkg"], folder, kind="built", credit="City of X")
    assert built.counts in ({"wood": 1}, {"built": 1})
    assert read_basemap(folder)[0].credit == "City of X"


def test_what_is_not_known_is_counted_and_nothing_at_all_is_an_error(folder, tmp_path):
    file = collection(tmp_path / "x.geojson", ({"a": 1}, SQUARE), ({"kind": "water"}, SQUARE))
    assert build_basemap([file], folder).left_out == {"of a kind that is not known": 1}
    file = collection(tmp_path / "y.geojson", ({"a": 1}, SQUARE))
    before = (folder / BASEMAP_FILE).read_bytes()
    with pytest.raises(ExchangeFileError, match="nothing that belongs on a basemap"):
        build_basemap([file], folder)
    assert (folder / BASEMAP_FILE).read_bytes() == before


def test_tags_that_are_no_texts_and_names_that_no_file_can_hold(folder, tmp_path):
    """A list as a tag, and half a character in a name, ended in a traceback."""
    square = [[[0, 0], [1, 0], [1, 1], [0, 0]]]
    areas = [
        {"type": "Feature", "properties": said,
         "geometry": {"type": "Polygon", "coordinates": square}}
        for said in ({"natural": ["wood"]}, {"natural": "water", "name": "a\ud800"},
                     {"natural": "water", "name": "Lake"})
    ]  # fmt: skip
    path = tmp_path / "x.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": areas}))
    built = build_basemap([path], folder)
    assert built.counts == {"water": 1}
    assert "half a character" in str(built.faults[0])


def test_a_file_that_is_no_extract_is_an_error(folder, tmp_path):
    pytest.importorskip("osmium", reason="pip install 'convoy_geo[osm]'")
    for text in ("", "nonsense"):
        (tmp_path / "x.osm.pbf").write_text(text)
        with pytest.raises(RoadDataError, match=r"osm\.pbf"):
            build_basemap([tmp_path / "x.osm.pbf"], folder)
    with pytest.raises(ValueError, match="`kind` must be one of"):
        build_basemap([tmp_path / "x.osm.pbf"], folder, kind="swamp")


@pytest.mark.slow
def test_a_large_basemap_is_thinned_until_a_page_can_carry_it(folder, tmp_path):
    rng = np.random.default_rng(2)
    rows = []
    for x, y in rng.uniform((20, 10), (20.5, 10.5), (1500, 2)).tolist():
        turn = np.linspace(0, 2 * np.pi, 40)
        ring = np.column_stack([x + 0.004 * np.cos(turn), y + 0.004 * np.sin(turn)])
        rows.append(({"kind": "wood"}, shapely.Polygon(ring)))
    built = build_basemap([collection(tmp_path / "x.geojson", *rows)], folder)
    assert built.vertices <= MOST_VERTICES


@pytest.mark.slow
def test_the_page_and_the_pictures_draw_it_with_its_credit(folder, osm):
    build_basemap([osm], folder, bbox=(20, 10, 20.04, 10.02))
    case = convoy_geo.read_case(folder)
    assert "OpenStreetMap contributors" in case.page().html
    assert "Küste &lt;b&gt;" not in case.page().html
    text = case.to_file(folder / "x.svg").read_text("utf-8")
    assert "OpenStreetMap contributors" in text
    assert "Küste &lt;b&gt;" in text
    assert 'class="wood"' in text
    assert "OpenStreetMap contributors" in case.map()._repr_html_()
    drawing = draw_map([], (20, 10, 20.04, 10.02), own=case.contents.basemap)
    assert {"wood", "built", "rail", "coast", "land", "water"} <= {m.kind for m in drawing.marks}


def test_lines_of_the_world_give_way_to_its_own():
    shapes = {"river": (shapely.box(40.5, 34.5, 41.5, 35.0).boundary,)}
    own = convoy_geo.model.basemap.OwnBasemap(shapes)
    view = (40.0, 34.0, 42.0, 36.0)
    extent = shapely.box(40.5, 34.5, 41.5, 35.0).buffer(-0.001)
    rivers = [shapely.linestrings(line) for line in case_basemap(view, None).rivers]
    assert shapely.intersects(rivers, extent).any()
    rivers = [shapely.linestrings(line) for line in case_basemap(view, own).rivers]
    assert not shapely.intersects(rivers, extent).any()
    assert case_basemap(view, own).borders == case_basemap(view, None).borders


def test_a_bad_basemap_in_a_case_names_its_line(folder, tmp_path):
    file = collection(tmp_path / "x.geojson", ({"kind": "swamp"}, SQUARE))
    shutil.copy(file, folder / BASEMAP_FILE)
    with pytest.raises(CaseFileError, match=r"column kind: bad value 'swamp'"):
        read_case_files(folder)


def test_the_command(folder, osm, capsys):
    command = ["basemap", "build", str(osm), "--case", str(folder), "--bbox", "20,10,20.04,10.02"]
    assert main(command) == 0
    out = capsys.readouterr().out
    assert "1 wood" in out
    assert "credit: © OpenStreetMap contributors, ODbL 1.0" in out
    assert main([*command, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["counts"]["wood"] == 1
    assert main(["basemap", "build", "nothing.osm.pbf", "--case", str(folder)]) == 1
    assert "nothing.osm.pbf" in capsys.readouterr().err


def test_tags():
    assert kind_of_tags({"landuse": "forest"}.get, area=True) == "wood"
    assert kind_of_tags({"landuse": "farmland"}.get, area=True) == ""
    assert kind_of_tags({"railway": "rail", "service": "yard"}.get, area=False) == ""
    levels = {"2": "border", "4": "admin", "10": "", "": ""}
    for level, kind in levels.items():
        tags = {"boundary": "administrative", "admin_level": level}
        assert kind_of_tags(tags.get, area=False) == kind


@pytest.mark.slow
@pytest.mark.parametrize("name", ["monaco", "helsinki"])
def test_real_extracts(folder, name):
    pytest.importorskip("osmium", reason="pip install 'convoy_geo[osm]'")
    path = found(f"{name}.osm.pbf")
    if path is None:
        pytest.skip("make extracts")
    before = len(gzip.compress(convoy_geo.read_case(folder).page().html.encode()))
    built = build_basemap([path], folder)
    assert {"coast", "land", "sea", "built", "wood", "name"} <= built.counts.keys()
    after = len(gzip.compress(convoy_geo.read_case(folder).page().html.encode()))
    assert after - before < 60_000
