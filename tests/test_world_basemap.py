"""What a view takes of the world's layers: enough, not too much, and no edge."""

from __future__ import annotations

import gzip
import json

import numpy as np
import pytest
import shapely

from convoy_geo.page.case_layers import ground_items, label_items
from convoy_geo.webmap.basemap import basemap_of, zoom_of
from convoy_geo.webmap.elements import BASEMAP_STYLES
from convoy_geo.webmap.style_table import Pool

UKRAINE = (22.0, 44.0, 40.0, 52.5)
FIJI = (175.0, -20.0, 185.0, -15.0)
COUNTRIES = {
    "Syria": (36.0, 33.3, 42.4, 35.8), "Ukraine": UKRAINE, "Fiji": FIJI,
    "Mali": (-12.5, 10.0, 4.5, 25.0), "Chile": (-76.0, -56.0, -66.0, -17.5),
    "Norway": (4.0, 57.5, 31.5, 71.5), "London": (-0.2, 51.4, 0.1, 51.6),
}  # fmt: skip
CONTINENTS = {
    "Europe": (-10.0, 35.0, 30.0, 60.0), "Africa": (-20.0, -35.0, 52.0, 38.0),
    "World": (-180.0, -60.0, 180.0, 75.0), "Pacific": (120.0, -50.0, 290.0, 60.0),
}  # fmt: skip


def gzipped(view):
    """Bytes that the basemap of a view adds to a page, as servers send it."""
    ground, pool = basemap_of(view), Pool()
    items = [
        ground_items(lines, BASEMAP_STYLES[name], pool, closed=closed, precision=ground.precision)
        for name, closed, lines in ground.layers
    ]
    text = json.dumps([*items, label_items(ground.labels)], ensure_ascii=False)
    return len(gzip.compress(text.encode()))


@pytest.mark.slow
@pytest.mark.parametrize("view", COUNTRIES.values(), ids=COUNTRIES)
def test_a_country_takes_60_kb_at_most(view):
    assert 15_000 < gzipped(view) < 60_000


@pytest.mark.slow
@pytest.mark.parametrize("view", CONTINENTS.values(), ids=CONTINENTS)
def test_a_continent_takes_120_kb_at_most(view):
    assert gzipped(view) < 120_000


def outlines(ground):
    return shapely.multilinestrings(
        [shapely.linestrings(np.vstack([one, one[:1]])) for one in ground.land]
    )


def names(view, kind):
    west, south, east, north = view
    return {
        one.name
        for one in basemap_of(view).labels
        if one.kind == kind and west < one.lon < east and south < one.lat < north
    }


@pytest.mark.slow
def test_a_country_has_its_names():
    assert "Ukraine" in names(UKRAINE, "country")
    assert {"Kiev", "Odessa", "Kharkiv"} <= names(UKRAINE, "town")
    assert "Black Sea" in names((26, 40, 42, 47), "water")
    assert {"Dnipro"} <= names(UKRAINE, "river") | names(UKRAINE, "town")
    assert {"Sahara"} <= names(CONTINENTS["Africa"], "land")
    assert {"Texas", "Oregon"} <= names((-125, 25, -66, 50), "region")
    assert names((-62, -40, -55, -30), "town") >= {"Buenos Aires", "Montevideo"}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_the_land_goes_around_the_world_for_every_view(seed):
    random = np.random.default_rng(seed)
    west, south = random.uniform(-180, 179), random.uniform(-80, 70)
    width, height = 0.05 + random.uniform(0, 1) ** 2 * np.array([180, 60])
    west, south, width, height = map(float, (west, south, width, height))
    view = (west, south, west + width, min(south + height, 84.0))
    ground = basemap_of(view)
    assert ground.vertices < 45_000
    west_most = min(ring[:, 0].min() for ring in ground.land)
    east_most = max(ring[:, 0].max() for ring in ground.land)
    assert west_most < -150
    assert east_most > 170
    middle = (view[0] + view[2]) / 2
    for one in ground.labels:
        assert min(abs(one.lon - middle), abs(one.lon + 360 - middle)) <= 180.001
    assert all(abs(one.lon) <= 360 for one in ground.labels)
    for _, _, lines in ground.layers:
        for line in lines:
            assert np.all(np.abs(line[:, 0]) <= 360)
            assert np.all(np.abs(line[:, 1]) <= 90)


def test_near_the_view_lines_are_exact_and_far_off_coarse():
    ground = basemap_of(UKRAINE)
    rings = outlines(ground)
    near = shapely.intersection(rings, shapely.box(29, 45, 37, 47))
    far = shapely.intersection(rings, shapely.box(-80, 25, -72, 40))
    step_near = near.length / shapely.get_num_coordinates(near)
    step_far = far.length / shapely.get_num_coordinates(far)
    assert step_near < 0.2  # a hundredth of the view
    assert step_far > 3 * step_near


def test_the_region_of_the_bundled_case_is_as_exact_as_its_own_layers():
    from convoy_geo.io.files import geodata

    rings = outlines(basemap_of((34.5, 33.0, 37.0, 35.5)))
    coast = shapely.from_geojson(geodata("basemap", "coast.geojson").read_text(encoding="utf-8"))
    part = shapely.intersection(coast, shapely.box(34.9, 33.0, 36.5, 35.5))
    places = shapely.points(shapely.get_coordinates(part))
    assert len(places) > 50
    assert shapely.distance(places, rings).max() < 0.006


def test_disputed_borders_are_dashed():
    ground = basemap_of((33.5, 43.5, 37.0, 46.5))  # Crimea
    box = shapely.box(33, 45.5, 35.5, 46.3)
    assert any(shapely.linestrings(line).intersects(box) for line in ground.dashed)
    golan = basemap_of((35.0, 32.5, 36.5, 33.8))
    assert any(shapely.linestrings(line).intersects(shapely.box(35.5, 32.6, 36, 33.4))
               for line in golan.dashed)  # fmt: skip


@pytest.mark.slow
def test_only_a_view_without_any_line_is_empty():
    assert basemap_of((-51.5, 41.0, -48.9, 42.25)).is_empty  # the open Atlantic
    assert basemap_of((8.40, 47.0, 8.401, 47.001)).is_empty
    for view in (*COUNTRIES.values(), *CONTINENTS.values()):
        assert not basemap_of(view).is_empty, view


def test_the_zoom_of_a_view():
    assert zoom_of((0, 0, 45, 1), 1024) == pytest.approx(5)
    assert zoom_of((0, 0, 0.1, 0.1)) > 13


def test_the_outline_of_antarctica_leaves_out_the_edge_of_the_map():
    ground = basemap_of((-80, -75, -50, -60))
    assert len(ground.polar) >= 1
    for line in ground.coast:
        on_edge = np.abs(line[:, 0]) >= 179.99
        assert not np.any(on_edge[1:] & on_edge[:-1])
        assert line[:, 1].min() > -89
