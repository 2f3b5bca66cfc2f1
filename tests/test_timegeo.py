"""The prism on a network: its parts, its laws, its area, its map."""

import math
from dataclasses import replace

import folium
import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from convoy_geo.errors import DateError, ModeNotFoundError
from convoy_geo.geodesy import distance_km
from convoy_geo.model.travel_modes import mode_names, travel_mode
from convoy_geo.network.from_frames import network_from_frames
from convoy_geo.network.network import CRS
from convoy_geo.timegeo.locations import Location, find_location
from convoy_geo.timegeo.moments import moment_text, moments
from convoy_geo.timegeo.prism import along, find_prism, find_reach
from convoy_geo.timegeo.travel_graph import Ground
from convoy_geo.viz.explore import explore
from convoy_geo.webmap.html import export_html

ZONE = "Asia/Damascus"
SIZE = 5


def grid(size=SIZE, oneway=()):
    """A lattice of roads about 11 km apart, named by column and row."""
    names = [f"{x}{y}" for x in range(size) for y in range(size)]
    nodes = gpd.GeoDataFrame(
        {"kind": "town"},
        index=names,
        geometry=[
            shapely.Point(38 + x * 0.12, 34 + y * 0.1) for x in range(size) for y in range(size)
        ],
        crs=CRS,
    )
    rows = [(f"{x}{y}", f"{x + 1}{y}") for x in range(size - 1) for y in range(size)]
    rows += [(f"{x}{y}", f"{x}{y + 1}") for x in range(size) for y in range(size - 1)]
    edges = gpd.GeoDataFrame(
        {
            "from": [a for a, _ in rows],
            "to": [b for _, b in rows],
            "class": "primary",
            "surface": "paved",
            "oneway": ["yes" if f"{a}-{b}" in oneway else "no" for a, b in rows],
        },
        index=[f"{a}-{b}" for a, b in rows],
        geometry=[
            shapely.LineString([nodes.geometry[a], nodes.geometry[b]]) for a, b in rows
        ],
        crs=CRS,
    )  # fmt: skip
    return network_from_frames(nodes, edges)


GRID = grid()
WALK = travel_mode("foot").at(5.0, 5.0)


def ground(*stops, network=GRID, by=WALK, closed=()):
    spots = [find_location(stop, network) for stop in stops]
    return Ground(network, by, spots, network.edge_positions(closed))


def shares(area, prism):
    """The reached kilometres of every segment."""
    km = np.zeros(len(area.network.segments.km))
    part = prism.share * (area.pieces.last - area.pieces.first)[prism.pieces]
    np.add.at(km, area.pieces.segment[prism.pieces], part)
    return km


nodes = st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1)).map(lambda p: f"{p[0]}{p[1]}")
hours = st.floats(0, 40, allow_nan=False)


@settings(max_examples=40)
@given(nodes, nodes, hours, hours)
def test_a_wider_window_contains_the_narrower(a, b, one, other):
    narrow, wide = sorted((one, other))
    area = ground(a, b)
    assert (
        shares(area, find_prism(area, 0, 1, narrow))
        <= shares(area, find_prism(area, 0, 1, wide)) + 1e-9
    ).all()


@pytest.mark.slow
@settings(max_examples=40)
@given(nodes, nodes, hours)
def test_the_prism_lies_within_what_the_straight_line_allows(a, b, budget):
    area = ground(a, b)
    reach = find_reach(area, ((0.0, 0.0), (budget, budget)))
    here, there = area.spots
    for line in reach.to_frame().geometry:
        for lon, lat in shapely.get_coordinates(line):
            km = distance_km(here.lon, here.lat, lon, lat) + distance_km(
                lon, lat, there.lon, there.lat
            )
            assert km <= 5.0 * budget + 1e-3


@settings(max_examples=30)
@given(nodes, nodes)
def test_without_time_to_spare_only_the_shortest_ways_remain(a, b):
    area = ground(a, b)
    least = area.way(0, 1, "best").moving_h
    prism = find_prism(area, 0, 1, area.costs(0, "best")[area.inside(1)[0]])
    reached = shares(area, prism)
    assert (np.isclose(reached, 0, atol=1e-6) | np.isclose(reached, 1)).all()
    assert least <= reached.sum() * 12
    if a == b:
        assert reached.sum() == pytest.approx(0, abs=1e-6)


@settings(max_examples=30)
@given(nodes, nodes, hours, st.sets(st.sampled_from(list(GRID.edge_table.index)), max_size=8))
def test_a_closure_never_adds_a_road(a, b, budget, closed):
    free, shut = ground(a, b), ground(a, b, closed=closed)
    left = shares(shut, find_prism(shut, 0, 1, budget))
    assert (left <= shares(free, find_prism(free, 0, 1, budget)) + 1e-9).all()
    assert (left[GRID.edge_positions(closed)] == 0).all()


def test_a_road_is_cut_where_the_time_to_turn_back_ends():
    area = ground("00", "00")
    km = area.network.segments.km[0]
    prism = find_prism(area, 0, 0, 2.0)  # an hour out, an hour back at 5 km/h
    assert prism.share == pytest.approx([5 / km, 5 / distance_km(38, 34, 38, 34.1)], abs=1e-6)


def test_brute_force_agrees_along_every_edge():
    area = ground("11", "32", closed=["21-31"])
    there, back = area.costs(0, "best"), area.costs(1, "best", reverse=True)
    budget = 11.0
    reached = shares(area, find_prism(area, 0, 1, budget))
    hours_of = area.hours("best")
    steps = np.linspace(0, 1, 2001)
    for segment, (tail, head) in enumerate(zip(area.pieces.tail, area.pieces.head, strict=True)):
        cost = hours_of[segment]
        if not np.isfinite(cost):
            assert reached[segment] == 0
            continue
        to = np.minimum(there[tail] + steps * cost, there[head] + (1 - steps) * cost)
        on = np.minimum(back[tail] + steps * cost, back[head] + (1 - steps) * cost)
        assert reached[segment] == pytest.approx((to + on <= budget).mean(), abs=2e-3)


def test_no_turning_back_on_a_one_way_road():
    network = grid(2, oneway=["00-10"])
    by = travel_mode("car").at(50.0, 50.0)
    km = shares(ground("00", "00", network=network, by=by),
                find_prism(ground("00", "00", network=network, by=by), 0, 0, 0.3))  # fmt: skip
    assert km[list(network.edge_table.index).index("00-10")] == 0
    on_foot = ground("00", "00", network=network, by=travel_mode("foot").at(50.0, 50.0))
    assert shares(on_foot, find_prism(on_foot, 0, 0, 0.3))[0] > 0


def test_a_place_between_nodes_cuts_the_road_where_its_edge_is():
    spot = Location("halfway", 38.06, 34.0, 2.0)
    area = Ground(GRID, WALK, [spot, find_location("10", GRID)])
    assert len(area.pieces.tail) == len(GRID.segments.tail) + 2
    whole = distance_km(38, 34, 38.12, 34)
    assert area.way(0, 1, "best").moving_h == pytest.approx((whole / 2 - 2) / 5, abs=0.01)
    assert area.way(0, 1, "worst").moving_h > whole / 2 / 5
    assert area.way(1, 0, "best").moving_h == pytest.approx(area.way(0, 1, "best").moving_h)


def test_two_places_on_one_road_need_no_node_between_them():
    spots = [Location("a", 38.03, 34.0, 1.0), Location("b", 38.09, 34.0, 1.0)]
    area = Ground(GRID, WALK, spots)
    km = distance_km(38.03, 34, 38.09, 34) - 2
    assert area.way(0, 1, "best").moving_h == pytest.approx(km / 5, abs=0.01)


def test_a_place_off_the_roads_is_entered_by_one_of_the_nearest_roads():
    by = travel_mode("bus")
    area = Ground(GRID, by, [Location("farm", 38.06, 33.95), find_location("00", GRID)])
    off = distance_km(38.06, 33.95, 38.06, 34.0)
    road = distance_km(38, 34, 38.06, 34.0)
    nearest = off / 30 + road / 65
    assert 0.9 * nearest < area.way(0, 1, "best").moving_h <= nearest + 0.005
    assert area.off_road_km(0) == pytest.approx(off, abs=0.01)


def test_surely_is_within_possibly(case):
    times = {"leave": "2017-08-31T06:00", "arrive": "2017-09-01T12:00"}
    reach = case.reach("Sukhna", "Mayadin", **times)
    frame = reach.to_frame()
    assert list(frame.columns) == ["edge", "share", "level", "geometry"]
    assert frame.crs == CRS
    assert set(frame["level"]) == {"surely", "possibly"}
    share = frame.pivot_table(index="edge", columns="level", values="share").fillna(0)
    assert (share["surely"] <= share["possibly"] + 1e-9).all()
    assert share.to_numpy().max() <= 1
    assert reach.area("possibly").buffer(1e-6).covers(reach.area("surely"))
    assert reach.area().is_valid


def test_closures_take_roads_away(case):
    times = {"leave": "2017-08-31T06:00", "arrive": "2017-08-31T10:00"}
    frame = case.reach("Sukhna", "Mayadin", **times).to_frame()
    less = case.reach("Sukhna", "Mayadin", **times, closures=["E063"], when="2017-08-31")
    assert less.closures == ("cratered_road", "E063")
    assert set(less.to_frame()["edge"]) < set(frame["edge"])
    assert "E102" not in set(less.to_frame()["edge"])


def test_geojson_has_the_roads_and_the_areas(case):
    found = case.reach(
        "Sukhna", "Mayadin", leave="2017-08-31T06:00", arrive="2017-08-31T09:00"
    ).to_dict()
    assert found["type"] == "FeatureCollection"
    kinds = {feature["geometry"]["type"] for feature in found["features"] if feature["geometry"]}
    assert kinds <= {"LineString", "MultiLineString", "Polygon", "MultiPolygon"}
    assert found["properties"]["window_h"] == [3.0, 3.0]


def test_the_map_takes_a_reach_and_the_page_draws_it(case, tmp_path):
    chart = folium.Map(tiles=None)
    times = {"leave": "2017-08-31T06:00", "arrive": "2017-09-01T12:00"}
    assert explore(case.reach("Sukhna", "Mayadin", **times), chart) is chart
    path = export_html(chart, tmp_path / "reach.html", title="Reach")
    assert "Surely reachable" in path.read_text(encoding="utf-8")


def test_an_open_time_reaches_nothing(case):
    reach = case.reach("Sukhna", "Mayadin", leave="..", arrive="2017-09-01")
    assert reach.window_h == (None, None)
    assert reach.to_frame().empty
    assert reach.area().is_empty


def test_along_a_line():
    line = along(np.array([[0.0, 0.0], [1.0, 0.0]]), 0.5, 1.0)
    assert line.coords[0] == (0.5, 0.0)


@given(st.floats(0, 200).filter(lambda h: h == 0 or h > 1e-6), st.floats(0, 200))
def test_the_day_for_a_way_is_the_shortest_that_does(moving, window):
    by = travel_mode("foot")
    day = by.day_for(moving, window)
    if day is None:
        assert not 0 < moving <= window
        return
    assert replace(by, day_h=(day, day)).fits(window, "best") == pytest.approx(moving)
    assert replace(by, day_h=(day, day * 0.99)).fits(window, "best") < moving


@given(st.sampled_from(mode_names()), st.floats(0, 500), st.sampled_from(["best", "worst"]))
def test_what_fits_takes_no_longer(name, window, end):
    by = travel_mode(name)
    assert by.takes(by.fits(window, end), end) <= window + 1e-9
    assert by.fits(by.takes(window, end), end) == pytest.approx(window)


def test_every_means_has_its_range_and_source():
    for name in mode_names():
        by = travel_mode(name)
        assert by.source
        assert 0 < by.straight[0] <= by.straight[1]
        assert 0 < by.day_h[0] <= by.day_h[1] <= 24
    with pytest.raises(ModeNotFoundError, match="known: bus, car, lorry, foot"):
        travel_mode("sledge")
    with pytest.raises(ValueError, match="above 0"):
        travel_mode("foot").at(5, 3)


def test_moments():
    first, last = moments("2017-08-31", ZONE)
    assert moment_text(first, ZONE) == "2017-08-31T00:00"
    assert moment_text(last, ZONE) == "2017-09-01T00:00"
    assert moments("2017-08-31T06:00Z") == moments("2017-08-31T09:00", ZONE)
    assert moments("..", ZONE) == (None, None) == moments("")
    assert moments("../2017-08-31T06:00", ZONE)[0] is None
    assert moments("2017-08-30/2017-08-31T06:00", ZONE)[0] == first - 24
    for wrong in ("2017-08-31T25:00", "soon", "2017-09-01T00:00/2017-08-31T00:00", "aT/b/c"):
        with pytest.raises(DateError):
            moments(wrong, ZONE)


def test_a_day_of_changed_clocks_has_25_hours():
    first, last = moments("2017-10-26", ZONE)
    assert math.isclose(last - first, 25.0)
