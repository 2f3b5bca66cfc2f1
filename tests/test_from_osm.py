"""Networks of OpenStreetMap files made by hand, of lines, and of graphs as OSMnx makes them."""

from __future__ import annotations

import builtins
import itertools
from datetime import date

import geopandas as gpd
import networkx as nx
import numpy as np
import osmium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiLineString, Point

from convoy_geo.errors import DateError, MissingCrsError, MissingExtraError, RoadDataError
from convoy_geo.geodesy import length_km
from convoy_geo.network.from_lines import network_from_lines
from convoy_geo.network.from_osm import network_from_osm
from convoy_geo.network.from_osmnx import network_from_osmnx
from convoy_geo.network.osm_tags import surface_of
from convoy_geo.network.stats import islands, network_info
from convoy_geo.network.usable import usable_roads
from convoy_geo.routing.router import Router

PRIMARY = {"highway": "primary", "surface": "asphalt"}
CROSS = {1: (40.0, 35.0), 2: (40.1, 35.0), 3: (40.2, 35.0), 4: (40.1, 35.1), 5: (40.1, 34.9)}


def osm(nodes, ways, *, tags=None):
    """OpenStreetMap XML of nodes {id: (lon, lat)} and ways {id: (node ids, tags)}."""
    lines = ["<osm version='0.6'>"]
    for key, (lon, lat) in nodes.items():
        inner = _tags((tags or {}).get(key, {}))
        lines.append(f"<node id='{key}' lon='{lon}' lat='{lat}' version='1'>{inner}</node>")
    for key, (refs, words) in ways.items():
        inner = "".join(f"<nd ref='{ref}'/>" for ref in refs) + _tags(words)
        lines.append(f"<way id='{key}' version='1'>{inner}</way>")
    return "\n".join([*lines, "</osm>"])


def _tags(words):
    return "".join(f"<tag k='{key}' v='{value}'/>" for key, value in words.items())


@pytest.fixture
def read(tmp_path):
    """Reads nodes and ways through a file."""

    def reading(nodes, ways, *, tags=None, **options):
        path = tmp_path / "made.osm"
        path.write_text(osm(nodes, ways, tags=tags), encoding="utf-8")
        return network_from_osm(path, **options)

    return reading


def one(read, **words):
    """The only edge of a network of one way with these tags."""
    return read(CROSS, {7: ([1, 2], {**PRIMARY, **words})}).edge_table.iloc[0]


# ---- OpenStreetMap ----


def test_nodes_stand_only_where_ways_meet_or_end(read):
    roads = read(CROSS, {7: ([1, 2, 3], PRIMARY), 8: ([4, 2, 5], PRIMARY), 9: ([1, 3], PRIMARY)})
    assert set(roads.node_table.index) == {"n1", "n2", "n3", "n4", "n5"}
    assert set(roads.edge_table.index) == {
        "w7-1-2", "w7-2-3", "w8-4-2", "w8-2-5", "w9-1-3",
    }  # fmt: skip
    assert roads.node_table.loc["n2", "kind"] == "junction"
    plain = read(CROSS, {7: ([1, 2, 3], PRIMARY)})
    assert list(plain.edge_table.index) == ["w7-1-3"]
    assert list(plain.edges.geometry.iloc[0].coords) == [CROSS[1], CROSS[2], CROSS[3]]


def test_ids_of_edges_stay_when_other_roads_are_added(read):
    loop = {7: ([1, 4, 2, 5, 1], PRIMARY), 8: ([2, 3], PRIMARY)}
    assert list(read(CROSS, loop).edge_table.index) == ["w7-1-2", "w7-2-1", "w8-2-3"]
    to_and_fro = {7: ([1, 4, 2, 1, 5, 2, 3], PRIMARY)}
    ids = ["w7-1-2", "w7-2-1", "w7-1-2~2", "w7-2-3"]
    assert list(read(CROSS, to_and_fro).edge_table.index) == ids
    more = {**to_and_fro, 9: ([4, 5], PRIMARY)}
    assert {"w7-2-1", "w7-2-3"} < set(read(CROSS, more).edge_table.index)


def test_lengths_are_geodesic_and_routes_join_up(read):
    roads = read(CROSS, {7: ([1, 2, 3], PRIMARY), 8: ([4, 2, 5], PRIMARY)})
    for line, km in zip(roads.edges.geometry, roads.edges["polyline_km"], strict=True):
        assert km == pytest.approx(length_km(line))
    route = Router(roads).route(["n1", "n4"])
    assert route.edges == ("w7-1-2", "w8-4-2")
    assert route.polyline_km == pytest.approx(length_km(route.geometry))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "oneway"),
    [
        ({}, 0),
        ({"oneway": "yes"}, 1),
        ({"oneway": "-1"}, -1),
        ({"oneway": "no"}, 0),
        ({"oneway": "banana"}, 0),
        ({"junction": "roundabout"}, 1),
        ({"highway": "motorway"}, 1),
        ({"highway": "motorway", "oneway": "no"}, 0),
        ({"highway": "motorway_link"}, 0),
        ({"oneway": "reversible"}, 0),
    ],
)
def test_one_ways(read, words, oneway):
    assert one(read, **words)["oneway"] == oneway


def test_a_one_way_is_driven_one_way(read):
    roads = read(CROSS, {7: ([1, 2], {**PRIMARY, "oneway": "-1"}), 8: ([1, 4, 2], PRIMARY)})
    assert Router(roads).route(["n2", "n1"]).edges == ("w7-1-2",)
    assert Router(roads).route(["n1", "n2"]).edges == ("w8-1-2",)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "open_"),
    [
        ({"access": "no"}, False),
        ({"access": "private"}, True),
        ({"bus": "no"}, False),
        ({"motor_vehicle": "no", "bus": "yes"}, True),
        ({"bridge": "collapsed"}, False),
        ({"access": "no", "motor_vehicle": "yes"}, True),
        ({"vehicle": "no"}, False),
        ({"access": "permissive"}, True),
        ({"motor_vehicle": "agricultural"}, False),
        ({"area": "yes"}, False),
        ({"smoothness": "impassable"}, False),
        ({"highway": "footway"}, False),
        ({"highway": "construction"}, False),
        ({"highway": "track"}, True),
    ],
)
def test_what_may_be_driven(read, words, open_):
    roads = read(CROSS, {7: ([1, 2], {**PRIMARY, **words}), 8: ([2, 3], PRIMARY)})
    usable = usable_roads(roads, "bus").open
    known = dict(zip(roads.edge_ids(roads.segments.edge), usable.tolist(), strict=True))
    assert known.get("w7-1-2", False) == open_


@pytest.mark.parametrize(
    ("tags", "surface", "stated"),
    [
        (("primary", None, None, None), "paved", False),
        (("primary", "asphalt", None, None), "paved", True),
        (("primary", "asphalt", "bad", None), "paved_degraded", True),
        (("primary", "gravel", None, None), "unpaved", True),
        (("track", None, None, None), "unpaved", False),
        (("track", None, None, "grade1"), "paved", True),
        (("track", None, None, "grade4"), "unpaved", True),
        (("primary", "Asphalt;gravel", None, None), "paved", True),
        (("primary", "cobblestone", None, None), "paved_degraded", True),
        (("primary", "lava", None, None), "paved", False),
    ],
)
def test_surfaces(tags, surface, stated):
    assert surface_of(*tags) == (surface, stated)


def test_bridges_fords_and_names_are_kept(read):
    ways = {
        7: ([1, 2], {**PRIMARY, "bridge": "yes", "name": "جسر", "ref": "M20", "maxspeed": "80"}),
        8: ([2, 4, 3], {**PRIMARY, "tunnel": "yes"}),
        9: ([3, 5], {**PRIMARY, "ford": "yes"}),
    }
    table = read(CROSS, ways, tags={4: {"ford": "yes"}}).edge_table
    row = table.loc["w7-1-2"]
    assert (row["bridge"], row["name"], row["ref"], row["maxspeed"]) == ("yes", "جسر", "M20", "80")
    assert table["ford"].tolist() == [False, True, True]
    assert table["tunnel"].tolist() == ["", "yes", ""]


def test_a_sign_lowers_the_typical_speed_and_a_case_may_set_all(read):
    slow = read(CROSS, {7: ([1, 2], {**PRIMARY, "maxspeed": "5 mph"})})
    plain = read(CROSS, {7: ([1, 2], PRIMARY)})
    assert slow.kmh().tolist() == pytest.approx([0.8 * 5 * 1.609344])
    assert slow.kmh("high").tolist() == plain.kmh("high").tolist()
    fast = read(CROSS, {7: ([1, 2], {**PRIMARY, "maxspeed": "110"})})
    assert fast.kmh().tolist() == plain.kmh().tolist()
    assert fast.kmh("high").tolist() == [110.0]
    half = read(CROSS, {7: ([1, 2], PRIMARY)}, speeds=plain.speeds / 2)
    assert half.seconds()[0] == pytest.approx(2 * plain.seconds()[0])


def test_a_way_is_cut_at_nodes_that_are_missing_never_bridged(read):
    ways = {7: ([1, 99, 2, 3, 98, 4, 5], PRIMARY)}
    roads = read(CROSS, ways)
    ends = roads.edge_table[["from", "to"]].to_numpy().tolist()
    assert ends == [["n2", "n3"], ["n4", "n5"]]
    assert roads.provenance["left_out"]["points not in the file (ways cut there)"] == 1


def test_loops_repeats_and_ways_that_meet_themselves(read):
    ways = {
        7: ([1, 2, 4, 1], PRIMARY),
        8: ([3, 3, 5, 5, 3], PRIMARY),
        9: ([2, 2], PRIMARY),
    }
    roads = read(CROSS, ways)
    ends = roads.edge_table[["from", "to"]].to_numpy().tolist()
    assert ends == [["n1", "n2"], ["n2", "n1"], ["n3", "n3"]]
    total = sum(length_km(line) for line in roads.edges.geometry)
    assert roads.segments.km.sum() == pytest.approx(total)


def test_a_box_cuts_roads_at_the_first_point_outside(read):
    line = {key: (40 + key / 10, 35.0) for key in range(1, 9)}
    roads = read(line, {7: (list(line), PRIMARY)}, bbox=(40.25, 34, 40.55, 36))
    assert list(roads.edges.geometry.iloc[0].coords) == [line[key] for key in range(2, 7)]
    with pytest.raises(RoadDataError, match="in the box"):
        read(line, {7: (list(line), PRIMARY)}, bbox=(10, 10, 11, 11))
    with pytest.raises(ValueError, match="bbox"):
        read(line, {7: (list(line), PRIMARY)}, bbox=(41, 34, 40, 36))


def test_islands_are_told(read):
    roads = read(CROSS, {7: ([1, 2], PRIMARY), 8: ([4, 5], PRIMARY)})
    parts = islands(roads)
    assert parts.number == 2
    assert parts.km.sum() == pytest.approx(roads.segments.km.sum())
    assert parts.largest_share == pytest.approx(parts.km.max() / parts.km.sum())
    assert network_info(roads)["islands"]["count"] == 2


def test_where_it_is_from_is_kept(read, tmp_path):
    roads = read(CROSS, {7: ([1, 2], PRIMARY)})
    assert roads.licence == "ODbL 1.0"
    assert "OpenStreetMap" in roads.attribution
    assert roads.provenance["source"] == "made.osm"
    assert len(roads.provenance["sha256"]) == 64


def test_pbf_gives_the_same_as_xml(read, tmp_path):
    ways = {7: ([1, 2, 3], PRIMARY), 8: ([4, 2, 5], {**PRIMARY, "oneway": "yes"})}
    xml = read(CROSS, ways)
    path = tmp_path / "made.osm.pbf"
    with osmium.SimpleWriter(str(path)) as out:
        for thing in osmium.FileProcessor(str(tmp_path / "made.osm")):
            out.add(thing)
    pbf = network_from_osm(path)
    assert pbf.edge_table.equals(xml.edge_table)
    assert pbf.coords.tolist() == xml.coords.tolist()


def test_ids_of_an_editor_below_zero_are_read(read):
    nodes = {-1: (40.0, 35.0), -2: (40.1, 35.0)}
    roads = read(nodes, {-7: ([-1, -2], PRIMARY)})
    assert list(roads.edge_table.index) == ["w-7--1--2"]


@pytest.mark.slow
@settings(max_examples=25)
@given(st.data())
def test_no_road_is_lost_or_made(tmp_path_factory, data):
    """Law: the steps of all edges are the steps of all ways, and edges meet only at their ends."""
    nodes = {key: (40 + key / 100, 35 + (key * key % 7) / 100) for key in range(1, 10)}
    refs = st.lists(st.integers(1, 9), min_size=2, max_size=7)
    ways = {
        key: (way, PRIMARY)
        for key, way in enumerate(data.draw(st.lists(refs, min_size=1, max_size=6)), 1)
    }
    steps = sorted(
        (way, *pair)
        for way, (points, _) in ways.items()
        for pair in itertools.pairwise(points)
        if pair[0] != pair[1]
    )
    path = tmp_path_factory.mktemp("law") / "made.osm"
    path.write_text(osm(nodes, ways), encoding="utf-8")
    if not steps:
        with pytest.raises(RoadDataError):
            network_from_osm(path)
        return
    roads = network_from_osm(path)
    at = {tuple(np.round(place, 7)): key for key, place in nodes.items()}
    found, inner, ends = [], [], set()
    for edge, line in zip(roads.edge_table.index, roads.edges.geometry, strict=True):
        points = [at[tuple(np.round(point, 7))] for point in line.coords]
        found += [(int(edge[1:].split("-")[0]), *pair) for pair in itertools.pairwise(points)]
        inner += points[1:-1]
        ends |= {points[0], points[-1]}
    assert sorted(found) == steps
    assert len(set(inner)) == len(inner)
    assert not set(inner) & ends


# ---- history ----

HISTORY = """<osm version='0.6'>
<node id='1' lon='40.0' lat='35' version='1' timestamp='2015-01-01T00:00:00Z' visible='true'/>
<node id='2' lon='40.1' lat='35' version='1' timestamp='2015-01-01T00:00:00Z' visible='true'/>
<node id='2' lon='40.2' lat='35' version='2' timestamp='2016-06-01T12:00:00Z' visible='true'/>
<node id='3' lon='40.3' lat='35' version='1' timestamp='2015-01-01T00:00:00Z' visible='true'/>
<way id='7' version='1' timestamp='2015-02-01T00:00:00Z' visible='true'>
  <nd ref='1'/><nd ref='2'/><tag k='highway' v='track'/></way>
<way id='7' version='2' timestamp='2017-01-01T00:00:00Z' visible='true'>
  <nd ref='1'/><nd ref='2'/><nd ref='3'/><tag k='highway' v='primary'/></way>
<way id='7' version='3' timestamp='2018-01-01T00:00:00Z' visible='false'/>
<way id='8' version='1' timestamp='2018-01-01T00:00:00Z' visible='true'>
  <nd ref='1'/><nd ref='3'/><tag k='highway' v='trunk'/></way>
</osm>"""


@pytest.fixture(params=["made.osh", "made.osh.pbf"])
def history(tmp_path, request):
    path = tmp_path / "made.osh"
    path.write_text(HISTORY, encoding="utf-8")
    if request.param == "made.osh":
        return path
    target = tmp_path / request.param
    with osmium.io.Reader(str(path)) as reader, osmium.SimpleWriter(str(target)) as out:
        for thing in osmium.OsmFileIterator(reader):
            out.add(thing)
    return target


def test_the_network_as_it_stood_on_a_day(history):
    first = network_from_osm(history, when="2015-12-31")
    assert first.edge_table["class"].tolist() == ["track"]
    assert first.coords.tolist() == [[40.0, 35.0], [40.1, 35.0]]
    moved = network_from_osm(history, when=date(2016, 6, 1))  # moved at noon of that day
    assert moved.coords.tolist() == [[40.0, 35.0], [40.2, 35.0]]
    paved = network_from_osm(history, when="2017-08-31")
    assert paved.edge_table["class"].tolist() == ["primary"]
    assert len(paved.coords) == 3
    assert paved.provenance["options"]["when"] == "2017-08-31"
    newest = network_from_osm(history)
    assert [one.split("-")[0] for one in newest.edge_table.index] == ["w8"]


def test_before_the_first_road_there_is_none(history):
    with pytest.raises(RoadDataError, match="as of 2015-01-15"):
        network_from_osm(history, when="2015-01-15")
    with pytest.raises(DateError, match="2017-31-08"):
        network_from_osm(history, when="2017-31-08")


def test_an_extract_has_no_past(read):
    with pytest.raises(RoadDataError, match="no history"):
        read(CROSS, {7: ([1, 2], PRIMARY)}, when="2017-08-31")


# ---- files that are none ----


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.osm.pbf", b"", "is empty"),
        ("empty.osm", b"<osm version='0.6'></osm>", "no road that can be driven"),
        ("short.osm", osm(CROSS, {7: ([1, 2], PRIMARY)}).encode()[:-30], "cannot be read"),
        ("text.osm.pbf", b"no map at all" * 20, "cannot be read"),
        ("text.osm", b"no map at all", "cannot be read"),
        ("page.osm", b"<html></html>", "cannot be read"),
        ("table.csv", b"a,b\n1,2\n", "cannot be read"),
        ("bare.osm", osm({}, {7: ([1, 2], PRIMARY)}).encode(), "not the nodes of these roads"),
        ("far.osm", osm({1: (400, 35), 2: (40, 350)}, {7: ([1, 2], PRIMARY)}).encode(), "far"),
        ("odd.osm", b"<osm version='0.6'><node id='x' lon='1' lat='2'/></osm>", "odd"),
        ("one.osm", osm(CROSS, {7: ([1], PRIMARY)}).encode(), "two points"),
    ],
)
def test_what_is_no_map_is_said_with_its_name(tmp_path, name, content, said):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(RoadDataError, match=said) as caught:
        network_from_osm(path)
    assert name in str(caught.value)


def test_a_pbf_cut_short_gives_no_part_of_a_network(tmp_path):
    path = tmp_path / "made.osm.pbf"
    nodes = {key: (40 + key / 1e5, 35 + (key * 7919 % 1000) / 1e5) for key in range(1, 20_000)}
    xml = tmp_path / "made.osm"
    xml.write_text(osm(nodes, {7: (range(1, 1000), PRIMARY)}), encoding="utf-8")
    with osmium.SimpleWriter(str(path)) as out:
        for thing in osmium.FileProcessor(str(xml)):
            out.add(thing)
    whole = path.read_bytes()
    for share in (0.1, 0.5, 0.9, 0.99):
        path.write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(RoadDataError, match=r"made\.osm\.pbf"):
            network_from_osm(path)


def test_missing_file_and_missing_extra(tmp_path, monkeypatch):
    with pytest.raises(RoadDataError, match="file not found"):
        network_from_osm(tmp_path / "none.osm.pbf")
    real = builtins.__import__

    def without(name, *words, **options):
        if name == "osmium":
            raise ImportError(name)
        return real(name, *words, **options)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match=r"convoy_geo\[osm\]"):
        network_from_osm(tmp_path / "none.osm.pbf")


def test_progress_is_said_when_asked(read, capsys):
    read(CROSS, {7: ([1, 2], PRIMARY)})
    assert capsys.readouterr().err == ""
    read(CROSS, {7: ([1, 2], PRIMARY)}, progress=True)
    assert "made.osm" in capsys.readouterr().err


# ---- lines ----


def lines(*shapes, **columns):
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs="EPSG:4326")


def test_lines_are_cut_where_they_share_points_and_only_there():
    frame = lines(
        LineString([(0, 0), (1, 0), (2, 0)]),
        LineString([(1, 0), (1, 1)]),
        LineString([(1.5, -1), (1.5, 1)]),  # crosses without a shared point: a bridge
    )
    before = frame.copy()
    roads = network_from_lines(frame)
    assert list(roads.edge_table.index) == ["0-0", "0-1", "1-0", "2-0"]
    assert islands(roads).number == 2
    assert frame.equals(before)


def test_ends_are_snapped_within_the_tolerance_and_not_beyond():
    frame = lines(LineString([(0, 0), (1, 0)]), LineString([(1.00001, 0), (2, 0)]))  # 1.1 m apart
    assert islands(network_from_lines(frame, tolerance_m=1)).number == 2
    joined = network_from_lines(frame, tolerance_m=1.2)
    assert islands(joined).number == 1
    assert len(joined.nodes) == 3
    onto = lines(LineString([(0, 0), (1, 0), (2, 0)]), LineString([(1, 0.00001), (1, 1)]))
    assert len(network_from_lines(onto, tolerance_m=2).edge_table) == 3


def test_columns_of_lines_are_understood_and_kept():
    frame = lines(
        LineString([(0, 0), (1, 0)]), MultiLineString([[(1, 0), (2, 0)], [(3, 0), (4, 0)]]),
        **{"class": ["trunk", None], "oneway": ["-1", None], "who": ["a", "b"]},
    ).set_index(np.array(["x", "y"]))  # fmt: skip
    table = network_from_lines(frame.to_crs(3857), road_class="track").edge_table
    assert table.index.tolist() == ["x-0", "y-0", "y-1"]
    assert table["class"].tolist() == ["trunk", "track", "track"]
    assert table["oneway"].tolist() == [-1, 0, 0]
    assert table["who"].tolist() == ["a", "b", "b"]


def test_lines_that_are_none_are_refused():
    line = LineString([(0, 0), (1, 0)])
    with pytest.raises(MissingCrsError, match="set_crs"):
        network_from_lines(gpd.GeoDataFrame(geometry=[line]))
    with pytest.raises(RoadDataError, match="must be lines"):
        network_from_lines(lines(line, Point(0, 0)))
    with pytest.raises(RoadDataError, match="must be lines"):
        network_from_lines(lines())
    with pytest.raises(RoadDataError, match="'canal'"):
        network_from_lines(lines(line, **{"class": ["canal"]}))
    with pytest.raises(ValueError, match="tolerance_m"):
        network_from_lines(lines(line), tolerance_m=-1)


# ---- OSMnx ----


def graph():
    """A graph as OSMnx makes it: a street both ways, a one-way, a path for walkers."""
    made = nx.MultiDiGraph(crs="EPSG:4326")
    for key, (lon, lat) in CROSS.items():
        made.add_node(key, x=lon, y=lat)
    bent = LineString([CROSS[1], (40.05, 35.02), CROSS[2]])
    both = {"osmid": 7, "highway": "primary", "oneway": False, "name": "A", "surface": "asphalt"}
    made.add_edge(1, 2, geometry=bent, reversed=False, **both)
    made.add_edge(2, 1, geometry=bent.reverse(), reversed=True, **both)
    made.add_edge(2, 3, osmid=[8, 9], highway=["primary", "track"], oneway=True, name=["B", "C"])
    made.add_edge(2, 4, osmid=10, highway="footway", oneway=False)
    return made


def test_a_graph_of_osmnx():
    roads = network_from_osmnx(graph())
    assert roads.edge_table.index.tolist() == ["1-2-0", "2-3-0"]
    assert roads.edge_table["oneway"].tolist() == [0, 1]
    assert roads.edge_table["class"].tolist() == ["primary", "track"]
    assert roads.edge_table["surface"].tolist() == ["paved", "unpaved"]
    assert roads.edge_table["name"].tolist() == ["A", "B;C"]
    assert Router(roads).route(["1", "3"]).edges == ("1-2-0", "2-3-0")
    assert len(roads.edges.geometry.iloc[0].coords) == 3


def test_a_graph_without_crs_places_or_roads_is_refused():
    bare = graph()
    del bare.graph["crs"]
    with pytest.raises(MissingCrsError, match="crs"):
        network_from_osmnx(bare)
    lost = graph()
    del lost.nodes[3]["x"]
    with pytest.raises(RoadDataError, match="'x'"):
        network_from_osmnx(lost)
    with pytest.raises(RoadDataError, match="no arc"):
        network_from_osmnx(nx.MultiDiGraph(crs="EPSG:4326"))
