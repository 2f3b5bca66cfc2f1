"""The road network: its files, its frames, its faults, and what it answers."""

from __future__ import annotations

import shutil
from datetime import date
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import LineString, Point, box

from convoy_geo.errors import (
    CaseFileError,
    EdgeNotFoundError,
    MissingCrsError,
    RoadDataError,
)
from convoy_geo.geodesy import distance_km, length_km
from convoy_geo.io.files import geodata
from convoy_geo.network import network as roads_module
from convoy_geo.network.from_frames import network_from_frames
from convoy_geo.network.match_closures import lines_closed_by
from convoy_geo.network.network import SURFACES, Closure, RoadFactor
from convoy_geo.network.osm_tags import DRIVABLE
from convoy_geo.network.read_write import read_network
from convoy_geo.network.speeds import read_speeds

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = geodata("roads", "syria-iraq-2017")
REACH = LineString([(39.755, 34.4415), (40.147, 34.379)])


@pytest.fixture(scope="module")
def roads():
    return read_network(FOLDER)


@pytest.fixture
def folder(tmp_path):
    """A tiny network on disk that a test may spoil."""
    (tmp_path / "network.toml").write_text(
        'format = 1\ntitle = "Tiny"\nlicence = "CC0"\nattribution = "nobody"\n'
        "bounds = [38, 34, 41, 36]\n[road_factor]\nlow = 0.9\ntypical = 1.0\nhigh = 1.1\n"
    )
    (tmp_path / "nodes.csv").write_text(
        "node,lon,lat,kind,junction,estimated,source\n"
        "A,39.0,35.0,town,yes,no,made up\n"
        "B,39.5,35.0,village,no,no,made up\n"
        "C,40.0,35.0,town,yes,no,made up\n"
    )
    header = (FOLDER / "edges.csv").read_text(encoding="utf-8").splitlines()[0]
    (tmp_path / "edges.csv").write_text(
        header + "\nE1,,,A to C,trunk,paved,high,A,C,A|B|C,,,,\n"
        "E2,,,C to A,track,unpaved,low,C,A,C|A,91,a guide book,,\n"
    )
    return tmp_path


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def frames(**columns):
    nodes = gpd.GeoDataFrame(
        index=["a", "b", "c"], geometry=gpd.points_from_xy([0, 1, 1], [0, 0, 1]), crs=4326
    )
    edges = pd.DataFrame(
        {"from": ["a", "b"], "to": ["b", "c"], "class": "trunk", "surface": "paved", **columns},
        index=["ab", "bc"],
    )
    return nodes, edges


# ---- the network that ships ----


def test_the_shipped_network_is_whole(roads):
    assert (len(roads.nodes), len(roads.edges)) == (200, 82)
    assert roads.nodes.crs == roads.edges.crs == "EPSG:4326"
    assert roads.edges.polyline_km.sum() == pytest.approx(4502.3, abs=0.1)
    assert int(roads.nodes.estimated.sum()) == 28
    assert roads.road_factor == RoadFactor(0.975, 1.016, 1.071)
    assert "GeoNames" in roads.attribution
    assert set(roads.nodes.kind) == {"town", "village", "site", "junction", "bend"}
    assert "82 edges" in repr(roads)


def test_an_edge_is_as_long_as_its_line(roads):
    for edge in roads.edges.itertuples():
        assert edge.polyline_km == pytest.approx(length_km(edge.geometry), rel=1e-9)
    start = roads.nodes.geometry.loc[roads.edges["from"]]
    assert list(start) == [Point(line.coords[0]) for line in roads.edges.geometry]


def test_duration_comes_from_the_speed_table(roads):
    edge = roads.edge("E061")
    assert edge.duration_h == pytest.approx(edge.polyline_km * 1.016 / 65)


def test_the_speed_table_covers_every_road():
    speeds = read_speeds()
    roads = (*DRIVABLE, "ferry")
    assert set(speeds.index) == {(road, surface) for road in roads for surface in SURFACES}
    assert (speeds.kmh_low < speeds.kmh).all()
    assert (speeds.kmh <= speeds.kmh_high).all()
    for road in roads:
        paved, degraded, unpaved = (speeds.loc[(road, surface), "kmh"] for surface in SURFACES)
        assert paved >= degraded >= unpaved


def test_a_folder_may_bring_its_own_speeds(folder):
    shutil.copy(geodata("roads") / "speeds.csv", folder)
    spoil(folder / "speeds.csv", "trunk,paved,26,65,85", "trunk,paved,20,50,60")
    network = read_network(folder)
    assert network.edge("E1").duration_h == pytest.approx(network.edge("E1").polyline_km / 50)
    assert network.seconds("low")[0] == pytest.approx(network.segments.km[0] * 1.1 / 20 * 3600)


def test_an_unknown_edge_is_told_with_the_nearest(roads):
    with pytest.raises(EdgeNotFoundError, match=r"'E63'.*E063"):
        roads.edge("E63")


def test_the_nearest_node_is_never_an_estimated_one(roads):
    labweh = roads.nodes.loc["Labweh"]
    assert labweh.estimated
    assert roads.nearest_node(labweh.lon, labweh.lat, within_km=5) is None
    node, km = roads.nearest_node(38.9, 34.9, within_km=10)
    assert node == "Sukhna"
    assert km == pytest.approx(distance_km(38.9, 34.9, 38.8711, 34.88533))


def test_the_nearest_node_is_found_across_180_degrees():
    nodes = gpd.GeoDataFrame(
        index=["east", "west"], geometry=gpd.points_from_xy([179.9, -170], [0, 0]), crs=4326
    )
    edges = pd.DataFrame({"from": ["east"], "to": ["west"], "class": "road", "surface": "paved"})
    network = network_from_frames(nodes, edges)
    assert network.nearest_node(-179.95, 0, within_km=50)[0] == "east"


# ---- closures ----


def test_a_closure_is_active_within_its_dates():
    cut = Closure("cut", "The cratered stretch", "cut", REACH, "2017-08-30/..", ("E102",))
    assert cut.active("2017-08-30")
    assert cut.active(date(2017, 12, 1))
    assert not cut.active("2017-08-29")


def test_a_closure_names_its_edges_or_is_an_area(roads):
    area = box(39.9, 34.3, 40.0, 34.5)
    by_name = Closure("a", "a", "cut", REACH, "2017", ("E103", "E102"))
    by_area = Closure("b", "b", "front", area, "2017")
    assert list(roads.edge_table.index[roads.edges_of(by_name)]) == ["E103", "E102"]
    assert list(roads.edge_table.index[roads.edges_of(by_area)]) == ["E102"]
    with pytest.raises(RoadDataError, match="names no edges"):
        roads.edges_of(Closure("c", "c", "cut", Point(40, 34.4), "2017"))
    with pytest.raises(RoadDataError, match="line meets none"):
        roads.edges_of(Closure("c", "c", "cut", LineString([(30, 30), (31, 30)]), "2017"))
    with pytest.raises(EdgeNotFoundError):
        roads.edges_of(Closure("d", "d", "cut", REACH, "2017", ("nowhere",)))


def test_a_line_closes_what_it_runs_along_or_crosses(roads):
    def closed(line):
        closure = Closure("a", "a", "cut", line, "2017")
        return list(roads.edge_table.index[roads.edges_of(closure)])

    assert closed(REACH) == ["E102"]
    road = roads.edge("E102").geometry
    assert closed(road) == ["E102"]
    assert closed(LineString(road.coords[::-1])) == ["E102"]
    x, y = road.interpolate(0.4, normalized=True).coords[0]
    assert closed(LineString([(x, y - 0.05), (x, y + 0.05)])) == ["E102"]
    with pytest.raises(RoadDataError, match="line meets none"):
        closed(LineString([(x, y), (x, y + 0.05)]))  # it ends on the road


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ([(0.5, -0.5), (0.5, 0.5)], [0]),  # across the middle
        ([(1.0, -0.5), (1.0, 0.5)], [2]),  # through a junction, along one of the roads there
        ([(0.8, -0.2), (1.2, 0.2)], []),  # through a junction, along none
        ([(0.2, 0.0001), (0.6, -0.0001)], [0]),  # along, and over it
        ([(0.2, 0.0003), (0.6, 0.0003)], [0]),  # 33 m beside it
        ([(0.2, 0.001), (0.6, 0.001)], []),  # 111 m beside it
        ([(1.2, -0.1), (1.2, 0.1)], [1]),
        ([(0.5, 0.2), (0.5, 0.0)], []),  # ends on the road
    ],
)
def test_what_a_line_closes(line, wanted):
    roads = shapely.linestrings([[[0, 0], [1, 0]], [[1, 0], [2, 0]], [[1, 0], [1, 1]]])
    found = lines_closed_by(LineString(line), roads, shapely.STRtree(roads))
    assert found.tolist() == wanted


# ---- files with faults ----


def test_the_tiny_network_reads(folder):
    network = read_network(folder)
    assert list(network.edges.polyline_km.round(1)) == [91.3, 91.3]
    assert len(network.segments.km) == 3
    assert network.edge("E2").published_km == 91


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "column", "said"),
    [
        ("nodes.csv", "B,39.5,35.0", "B,35.0,39.5", 3, "lon,lat", "swapped"),
        ("nodes.csv", "B,39.5,35.0", "B,49.5,35.0", 3, "lon,lat", "outside the bounds"),
        ("nodes.csv", "B,39.5,35.0", "B,39.5,95.0", 3, "lat", "-90 to 90"),
        ("nodes.csv", "B,39.5,35.0", "B,here,35.0", 3, "lon", "-180 to 180"),
        ("nodes.csv", "B,39.5,35.0", "B,nan,35.0", 3, "lon", "-180 to 180"),
        ("nodes.csv", "C,40.0", "A,40.0", 4, "node", "duplicate"),
        ("nodes.csv", "village", "hamlet", 3, "kind", "village"),
        ("nodes.csv", "lon,lat", "x,lat", 1, "lon", "missing column"),
        ("edges.csv", "E2,", "E1,", 3, "edge", "duplicate"),
        ("edges.csv", "A|B|C", "A|D|C", 2, "waypoints", "unknown node"),
        ("edges.csv", ",C,A,C|A", ",X,A,C|A", 3, "from", "unknown node"),
        ("edges.csv", ",C,A,C|A", ",C,B,C|A", 3, "waypoints", "do not run between"),
        ("edges.csv", "A|B|C", "", 2, "waypoints", "empty"),
        ("edges.csv", "A|B|C", "A", 2, "waypoints", "too few"),
        ("edges.csv", "trunk", "autobahn", 2, "class", "motorway_link"),
        ("edges.csv", "unpaved", "mud", 3, "surface", "paved_degraded"),
        ("edges.csv", "high", "certain", 2, "confidence", "medium"),
        ("edges.csv", "91,a guide book", "91,", 3, "published_source", "the publisher"),
        ("edges.csv", "91,", "far,", 3, "published_km", "number"),
        ("network.toml", "format = 1", "format = 2", 1, "format", "bad value"),
        ("network.toml", 'title = "Tiny"\n', "", 0, "title", "missing"),
        ("network.toml", "low = 0.9", "low = 1.9", 6, "road_factor", "low <= typical"),
        ("network.toml", "38, 34, 41", "41, 34, 38", 5, "bounds", "west, south"),
        ("network.toml", '"CC0"', "CC0", 3, "", "broken TOML"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_place(folder, file, old, new, line, column, said):
    spoil(folder / file, old, new)
    with pytest.raises(CaseFileError) as caught:
        read_network(folder)
    assert any(
        (fault.file, fault.line, fault.column) == (file, line, column) and said in str(fault)
        for fault in caught.value.faults
    ), caught.value


def test_all_faults_are_told_at_once(folder):
    spoil(folder / "nodes.csv", "village", "hamlet")
    spoil(folder / "edges.csv", "trunk", "autobahn")
    spoil(folder / "network.toml", "format = 1", "format = 2")
    (folder / "speeds.csv").write_text(
        "class,surface,kmh_low,kmh,kmh_high,source\ntrunk,paved,60,50,70,made up\n"
    )
    with pytest.raises(CaseFileError) as caught:
        read_network(folder)
    files = {fault.file for fault in caught.value.faults}
    assert files == {"nodes.csv", "edges.csv", "network.toml", "speeds.csv"}


def test_missing_files_are_told(tmp_path):
    with pytest.raises(CaseFileError) as caught:
        read_network(tmp_path)
    files = {fault.file for fault in caught.value.faults}
    assert files == {"nodes.csv", "edges.csv", "network.toml"}


def test_a_column_oneway_is_understood(folder):
    text = (folder / "edges.csv").read_text().splitlines()
    ways = ["oneway", "yes", "-1"]
    lines = [f"{line},{way}" for line, way in zip(text, ways, strict=True)]
    (folder / "edges.csv").write_text("\n".join(lines) + "\n")
    network = read_network(folder)
    assert list(network.edge_table.oneway) == [1, -1]
    assert len(network.arcs.tail) == 3


# ---- frames ----


def test_frames_become_a_network_and_stay_as_they_are():
    nodes, edges = frames(oneway=[True, None])
    before = nodes.copy(), edges.copy()
    network = network_from_frames(nodes, edges, title="Two roads")
    assert list(network.edges.confidence) == ["unrated", "unrated"]
    assert list(network.edge_table.oneway) == [1, 0]
    assert network.edges.polyline_km.iloc[0] == pytest.approx(distance_km(0, 0, 1, 0))
    pd.testing.assert_frame_equal(nodes, before[0])
    pd.testing.assert_frame_equal(edges, before[1])


def test_lines_of_any_crs_and_column_are_kept():
    nodes, edges = frames()
    lines = [LineString([(0, 0), (0.5, 0.2), (1, 0)]), LineString([(1, 0), (1, 1)])]
    drawn = gpd.GeoDataFrame(edges, geometry=lines, crs=4326).rename_geometry("shape")
    network = network_from_frames(nodes.to_crs(3857), drawn.to_crs(3857))
    assert network.edges.geometry.geom_equals_exact(
        gpd.GeoSeries(lines, ["ab", "bc"], 4326), 1e-9
    ).all()
    assert network.edges.polyline_km.iloc[0] == pytest.approx(length_km(lines[0]))


def test_loops_parallels_islands_and_zero_length_are_allowed():
    nodes = gpd.GeoDataFrame(
        index=list("abcd"), geometry=gpd.points_from_xy([0, 0, 1, 5], [0, 0, 0, 5]), crs=4326
    )
    edges = pd.DataFrame(
        {"from": list("aaabd"), "to": list("aabbd"), "class": "road", "surface": "paved"}
    )
    network = network_from_frames(nodes, edges)
    assert (network.edges.polyline_km == 0).all()
    assert len(network.arcs.tail) == 10


def test_a_network_may_be_empty():
    nodes, edges = frames()
    network = network_from_frames(nodes.iloc[:0], edges.iloc[:0])
    assert len(network.edges) == len(network.nodes) == 0
    assert network.nearest_node(0, 0, within_km=5) is None


def test_a_frame_without_crs_is_refused():
    nodes, edges = frames()
    drawn = gpd.GeoDataFrame(edges, geometry=[LineString([(0, 0), (1, 0)])] * 2)
    with pytest.raises(MissingCrsError, match="set_crs"):
        network_from_frames(nodes.set_crs(None, allow_override=True), edges)
    with pytest.raises(MissingCrsError, match="edges"):
        network_from_frames(nodes, drawn)


@pytest.mark.parametrize(
    ("spoiled", "said"),
    [
        ({"class": "autobahn"}, "autobahn"),
        ({"surface": None}, "paved_degraded"),
        ({"to": ["b", "z"]}, "unknown nodes: 'z'"),
        ({"oneway": ["perhaps", "no"]}, "perhaps"),
        ({"confidence": "sure"}, "sure"),
        ({"waypoints": [("a",), ("b", "c")]}, "fewer than two waypoints: 'ab'"),
        ({"waypoints": [("a", "c"), ("b", "c")]}, "do not agree: 'ab'"),
    ],
)
def test_frames_that_do_not_fit_are_refused(spoiled, said):
    nodes, edges = frames(**spoiled)
    with pytest.raises(RoadDataError, match=said):
        network_from_frames(nodes, edges)


def test_frames_of_other_shapes_are_refused():
    nodes, edges = frames()
    far = LineString([(0, 0), (1, 0.1)])
    drawn = gpd.GeoDataFrame(edges, geometry=[far, LineString([(1, 0), (1, 1)])], crs=4326)
    for bad_nodes, bad_edges, said in (
        (nodes, drawn, "do not end at their nodes: 'ab'"),
        (nodes, drawn.set_geometry([Point(0, 0), far], crs=4326), "edges that are not lines: 'ab'"),
        (nodes, drawn.set_geometry([LineString(), far], crs=4326), "empty line: 'ab'"),
        (nodes, edges.drop(columns="class"), "no column 'class'"),
        (nodes, edges.set_axis(["x", "x"]), "not unique"),
        (nodes.set_geometry([Point(0, 0), Point(), Point(1, 1)], crs=4326), edges, "none of them"),
    ):
        with pytest.raises(RoadDataError, match=said):
            network_from_frames(bad_nodes, bad_edges)


def test_a_road_without_a_speed_is_refused():
    speeds = read_speeds().drop(("trunk", "paved"))
    with pytest.raises(RoadDataError, match="trunk paved"):
        network_from_frames(*frames(), speeds=speeds)


def test_public_names_are_there():
    assert all(hasattr(roads_module, name) for name in roads_module.__all__)
    assert np.isfinite(read_network(FOLDER).coords).all()
