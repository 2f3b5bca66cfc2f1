"""The world's map layers: written and read alike, complete, in place, and small."""

from __future__ import annotations

import importlib.util
import json

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from convoy_geo.errors import GeodataNotFoundError
from convoy_geo.io.files import geodata
from convoy_geo.io.map_layers import LEVELS, MapLayer, layer_names, read_layer, write_layer

POSITION = st.tuples(st.integers(-180_000, 360_000), st.integers(-90_000, 90_000))


def feature(layer, name, **known):
    """The number of the only feature of that name."""
    wanted = {"name": name} | known
    found = [
        number
        for number, one in enumerate(layer.properties)
        if all(one.get(key) == value for key, value in wanted.items())
    ]
    assert len(found) == 1, (name, found)
    return found[0]


@pytest.fixture(scope="module")
def script():
    path = geodata("basemap", "build_world.py")
    spec = importlib.util.spec_from_file_location("build_world", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(lines=st.lists(st.lists(POSITION, min_size=1, max_size=8), min_size=1, max_size=6))
def test_what_is_written_is_read(tmp_path_factory, lines):
    lengths = [len(line) for line in lines]
    layer = MapLayer(
        np.array([xy for line in lines for xy in line], np.int32),
        np.arange(sum(lengths), dtype=np.uint8) % len(LEVELS),
        np.cumsum([0, *lengths]),
        np.arange(len(lines), dtype=np.int32),
        tuple({"name": f"Ünïted {number}"} for number in range(len(lines))),
        closed=True,
        arcs=([[0, -1]],),
    )
    folder = tmp_path_factory.mktemp("geodata")
    (folder / "basemap" / "world").mkdir(parents=True)
    (folder / "SOURCES.md").touch()
    path = folder / "basemap" / "world" / "x.npz"
    write_layer(path, layer)
    first = path.read_bytes()
    write_layer(path, layer)
    assert path.read_bytes() == first
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONVOY_GEO_DATA", str(folder))
        assert layer_names() == ("x",)
        again = read_layer.__wrapped__("x")
    assert np.array_equal(again.xy, layer.xy)
    assert np.array_equal(again.level, layer.level)
    assert np.array_equal(again.start, layer.start)
    assert again.properties == layer.properties
    assert again.closed
    assert again.arcs == ([[0, -1]],)


def test_all_layers_are_there_and_small():
    assert set(layer_names()) == {
        "admin1", "admin1_exact", "borders", "countries", "lakes", "land", "points", "regions",
        "rivers", "seas", "towns",
    }  # fmt: skip
    sizes = [path.stat().st_size for path in geodata("basemap", "world").iterdir()]
    assert sum(sizes) < 2_500_000
    with pytest.raises(GeodataNotFoundError, match="nothing"):
        read_layer("nothing")


@pytest.mark.parametrize("name", layer_names())
def test_a_layer_is_consistent(name):
    layer = read_layer(name)
    assert len(layer.level) == len(layer.xy) == layer.start[-1]
    assert np.all(np.diff(layer.start) >= (3 if layer.closed else 1))
    assert layer.level.max() < len(LEVELS)
    assert layer.feature.max() < len(layer.properties)
    lon, lat = layer.xy.T / 1000
    assert lon.min() >= -180
    assert lon.max() <= 200  # the Russian Far East, and Fiji, are whole
    assert np.abs(lat).max() <= 90
    ids = {one["id"] for one in layer.properties if "id" in one}
    if name != "rivers":  # one river has several lines
        assert len(ids) == sum("id" in one for one in layer.properties)
    assert all(one["name"] == one["name"].strip() for one in layer.properties if "name" in one)


@pytest.mark.parametrize("level", range(len(LEVELS)))
def test_a_coarser_line_is_near_the_finer_one(level):
    layer = read_layer("borders")
    for number in range(0, len(layer.feature), 25):
        fine, coarse = (shapely.linestrings(layer.line(number, one)) for one in (0, level))
        assert coarse.coords[0] == fine.coords[0]
        assert coarse.coords[-1] == fine.coords[-1]
        # A level simplifies the level before it
        assert shapely.hausdorff_distance(fine, coarse) <= 2.1 * LEVELS[level]


@pytest.mark.parametrize(
    ("layer", "name", "known", "inside", "outside"),
    [
        ("admin1", "Rostov", {"iso": "RU"}, (39.7, 47.24), (39.2, 51.67)),
        ("admin1", "Texas", {}, (-97.7, 30.3), (-92, 31)),
        ("admin1", "Deir ez-Zor", {}, (40.14, 35.336), (38.27, 34.55)),
        ("admin1", "Western Cape", {}, (19, -33.5), (25, -30)),
        ("seas", "Caspian Sea", {}, (51, 42), (47, 43)),
        ("seas", "Black Sea", {}, (34, 43), (36.5, 46.2)),
        ("lakes", "Lake Victoria", {}, (33, -1), (35, -1)),
        ("seas", "Red Sea", {}, (38, 20), (45, 12)),
        ("regions", "Gobi Desert", {}, (105, 43), (90, 30)),
    ],
)
def test_areas_hold_what_they_should(layer, name, known, inside, outside):
    world = read_layer(layer)
    area = world.area(feature(world, name, **known))
    assert area.is_valid
    assert area.contains(shapely.Point(inside))
    assert not area.contains(shapely.Point(outside))


def test_every_first_level_region_has_an_outline_that_shares_its_borders():
    world = read_layer("admin1")
    near = [number for number, one in enumerate(world.properties) if one["adm0"] in {"UKR", "MLT"}]
    areas = [world.area(number) for number in near]
    for number, area in zip(near, areas, strict=True):
        assert area.is_valid, world.properties[number]
        assert area.area > 0, world.properties[number]
    whole = shapely.union_all(areas)
    assert sum(area.area for area in areas) - whole.area < 1e-6


def test_an_area_smaller_than_the_level_is_empty():
    layer = read_layer("admin1")
    (number,) = (
        at for at, one in enumerate(layer.properties) if one.get("id") == "admin1/ec/galapagos"
    )
    assert layer.area(number, 8).is_empty
    assert layer.area(number).area > 0


def test_land_is_whole_across_the_antimeridian():
    land = read_layer("land")
    rings = [land.line(number, 3) for number in range(len(land.feature))]
    far_east = [ring for ring in rings if ring[:, 0].max() > 181 and ring[:, 1].max() > 60]
    assert any(ring[:, 0].min() < 100 for ring in far_east)  # Eurasia reaches past 180
    for ring in rings:
        on_edge = np.abs(ring[:, 0]) == 180
        if ring[:, 1].min() > -80:  # Antarctica goes all around
            assert not np.any(on_edge & np.roll(on_edge, 1))


def test_towns_come_by_importance():
    towns = read_layer("towns")
    zooms = [one["min_zoom"] for one in towns.properties]
    assert zooms == sorted(zooms)
    moscow = feature(towns, "Moscow", iso="RU")
    lon, lat = towns.point(moscow)
    assert (lon, lat) == (pytest.approx(37.61, abs=0.05), pytest.approx(55.75, abs=0.05))


def test_rings_with_a_common_border_share_its_line(script):
    left = np.array([(0, 0), (1, 0), (1, 0.5), (1, 1), (0, 1)], float)
    right = np.array([(1, 0), (2, 0), (2, 1), (1, 1), (1, 0.5)], float)
    lone = np.array([(5, 5), (6, 5), (6, 6)], float)
    lines, uses = script.arcs_of([[left], [right], [lone]])
    assert len(lines) == 4
    shared = {n if n >= 0 else ~n for n in uses[0][0]} & {n if n >= 0 else ~n for n in uses[1][0]}
    (number,) = shared
    assert sorted(map(tuple, lines[number].tolist())) == [(1000, 0), (1000, 500), (1000, 1000)]
    for ring, (numbers,) in zip((left, right, lone), uses, strict=True):
        joined = [
            tuple(xy)
            for n in numbers
            for xy in (lines[n] if n >= 0 else lines[~n][::-1])[:-1].tolist()
        ]
        assert sorted(joined) == sorted(map(tuple, (ring * 1000).tolist()))


def test_levels_keep_the_ends_and_what_stands_out(script):
    line = np.array([(0, 0), (1, 0.001), (2, 0.1), (3, 0), (4, 0)], float)
    level = script.levels_of(line, closed=False).tolist()
    assert level[0] == level[4] == len(LEVELS) - 1
    assert level[1] == 255 or level[1] < level[2]
    assert LEVELS[level[2]] <= 0.11


def test_a_missing_layer_is_named(script, tmp_path, capsys):
    assert script.main([str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert "10m_land" in capsys.readouterr().err


def test_a_layer_is_built_out_of_a_folder(script, tmp_path):
    square = [[[10, 10], [11, 10], [11, 11], [10, 11], [10, 10]]]
    west = [[[-180, 0], [-179, 0], [-179, 1], [-180, 1], [-180, 0]]]
    east = [[[179, 0], [180, 0], [180, 1], [179, 1], [179, 0]]]
    features = [
        {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": one}}
        for one in (square, west, east)
    ]
    (tmp_path / "10m_land.geojson").write_text(json.dumps({"features": features}))
    layer = script.land(tmp_path)
    rings = [layer.line(number) for number in range(len(layer.feature))]
    across = [ring for ring in rings if ring[:, 0].max() > 180]
    assert len(across) == 1
    assert across[0][:, 0].min() == 179
    assert any(np.allclose(ring.min(axis=0), 10) for ring in rings)
