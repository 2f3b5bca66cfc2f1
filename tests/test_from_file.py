"""Road networks of files of lines: attributes, ids that stay, ends that meet, what is counted."""

import geopandas as gpd
import pytest
import shapely

from convoy_geo.cli import main
from convoy_geo.errors import RoadDataError
from convoy_geo.network.from_file import network_from_file
from convoy_geo.network.read_write import read_network
from convoy_geo.routing.router import Router

ROWS = [
    # class, one-way, limit, ref, name, bridge
    ("primary", "F", 50, "N1", "West Road", "F", [(10.0, 50.0), (10.01, 50.0)]),
    ("primary", "T", 0, "N1", "West Road", "F", [(10.0, 50.001), (10.01, 50.001)]),
    ("track_grade3", "B", 30, "", "", "T", [(10.01, 50.0), (10.01, 50.001)]),
    ("goat_trail", "sometimes", 0, None, None, "F", [(10.01, 50.0), (10.02, 50.0)]),
    ("residential", "B", 0, "", "Lane", "F", [(10.020002, 50.0), (10.02, 50.01)]),
]


def lines(class_column="fclass", id_column="osm_id"):
    columns = [class_column, "oneway", "maxspeed", "ref", "name", "bridge"]
    data = {name: [row[at] for row in ROWS] for at, name in enumerate(columns)}
    if id_column:
        data = {id_column: [str(100 + at) for at in range(len(ROWS))]} | data
    shapes = [shapely.LineString(row[-1]) for row in ROWS]
    return gpd.GeoDataFrame(data, geometry=shapes, crs="EPSG:4326")


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    path = tmp_path_factory.mktemp("lines") / "roads.geojson"
    lines().to_file(path, driver="GeoJSON")
    return network_from_file(path)


def test_attributes_of_geofabrik_are_read(network):
    edges = network.edges
    assert list(edges.index) == ["100-0", "101-0", "102-0", "103-0", "104-0"]
    assert list(edges["class"]) == ["primary", "primary", "track", "road", "residential"]
    assert network.ahead.tolist() == [True, False, True, True, True]
    assert network.back.tolist() == [False, True, True, True, True]
    assert list(edges["bridge"]) == ["", "", "yes", "", ""]
    assert network.limits[[0, 2]].tolist() == [50.0, 30.0]


def test_unknown_values_are_counted(network):
    assert network.provenance["ignored"] == {"class goat_trail": 1, "oneway sometimes": 1}
    assert network.provenance["read"]["lines with ref"] == 2


def test_one_ways_hold_and_near_ends_meet(network):
    router = Router(network, mode="car")
    there = router.route([(10.001, 50.0), (10.02, 50.005)])
    assert [one[:3] for one in there.edges] == ["100", "103", "104"]
    back = router.route([(10.02, 50.005), (10.001, 50.001)])
    assert [one[:3] for one in back.edges] == ["104", "103", "102", "101"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["roads.gpkg", "roads.shp"])
def test_other_formats_give_the_same(tmp_path, network, name):
    lines(class_column="highway").to_file(tmp_path / name)
    found = network_from_file(tmp_path / name)
    assert list(found.edges["class"]) == list(network.edges["class"])
    assert list(found.edges.index) == list(network.edges.index)


def test_lines_without_ids_keep_theirs_in_another_order(tmp_path):
    frame = lines(id_column="")
    frame.to_file(tmp_path / "a.geojson", driver="GeoJSON")
    frame.iloc[::-1].to_file(tmp_path / "b.geojson", driver="GeoJSON")
    one, other = (network_from_file(tmp_path / f"{name}.geojson") for name in "ab")
    assert set(one.edges.index) == set(other.edges.index)
    assert "10.00000,50.00000_10.01000,50.00000-0" in one.edges.index


def test_a_track_of_gpx_is_a_road(tmp_path):
    path = tmp_path / "drive.gpx"
    points = "".join(f'<trkpt lat="50.0" lon="{10 + at / 100}"/>' for at in range(3))
    path.write_text(
        '<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1">'
        f"<trk><name>Drive</name><trkseg>{points}</trkseg></trk></gpx>"
    )
    found = network_from_file(path)
    assert found.edges.shape[0] == 1
    assert found.segments.km.sum() == pytest.approx(1.43, abs=0.02)


def test_a_file_without_lines_is_said(tmp_path):
    path = tmp_path / "points.geojson"
    gpd.GeoDataFrame({"name": ["a"]}, geometry=[shapely.Point(10, 50)], crs=4326).to_file(path)
    with pytest.raises(RoadDataError, match=r"points\.geojson: no lines, so no roads"):
        network_from_file(path)


def test_the_command(tmp_path, capsys):
    path = tmp_path / "roads.geojson"
    lines().to_file(path, driver="GeoJSON")
    assert main(["roads", "build", str(path)]) == 0
    written = capsys.readouterr().out
    assert "read, but not used: 1 class goat_trail, 1 oneway sometimes" in written
    assert read_network(tmp_path / "roads.roads").edges.shape[0] == 5


def test_lines_drawn_by_hand_meet_where_they_cross_but_for_bridges(tmp_path, capsys):
    drawn = [
        ("Main", "", [(10.0, 50.0), (10.03, 50.0)]),
        ("Cross", "", [(10.01, 49.99), (10.01, 50.01)]),
        ("Over", "yes", [(10.02, 49.99), (10.02, 50.01)]),
        ("Loop", "", [(10.025, 49.99), (10.04, 50.01), (10.025, 50.01), (10.04, 49.99)]),
    ]  # fmt: skip
    path = tmp_path / "drawn.geojson"
    gpd.GeoDataFrame(
        {"name": [one[0] for one in drawn], "bridge": [one[1] for one in drawn]},
        geometry=[shapely.LineString(one[2]) for one in drawn], crs=4326,
    ).to_file(path)  # fmt: skip
    plain = network_from_file(path)
    assert len(plain.edges) == 4
    network = network_from_file(path, crossings=True)
    assert network.provenance["read"]["crossings joined"] == 2
    names = network.edges["name"].value_counts().to_dict()
    assert names == {"Main": 2, "Cross": 2, "Over": 1, "Loop": 3}
    route = Router(network, mode="car").route([(10.0, 50.0), (10.01, 50.01)])
    assert list(network.edges.loc[list(route.edges), "name"]) == ["Main", "Cross"]
    assert main(["roads", "build", str(path), "--crossings"]) == 0
    assert "2 crossings joined" in capsys.readouterr().out
    assert main(["roads", "build", str(tmp_path / "x.osm"), "--crossings"]) == 2
