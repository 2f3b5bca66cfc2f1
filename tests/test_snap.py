"""Snapping: near a road a position is on it; other roads serve only where the nearest cannot."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convoy_geo.network.from_frames import network_from_frames
from convoy_geo.network.snap import FARTHER, MOST, NEAR_KM, main_segments, snap
from convoy_geo.routing.router import Router


def network_of(points, edges):
    """A network of (lon, lat) by name and (from, to, oneway) rows."""
    nodes = gpd.GeoDataFrame(
        index=list(points), geometry=gpd.points_from_xy(*np.array(list(points.values())).T),
        crs=4326,
    )  # fmt: skip
    table = pd.DataFrame(edges, columns=["from", "to", "oneway"])
    table.index = table["from"] + table["to"]
    return network_from_frames(nodes, table.assign(**{"class": "primary", "surface": "paved"}))


@pytest.fixture
def island():
    """A road of three nodes, and beside its end an island of two."""
    points = {"a": (36, 33), "b": (36.1, 33), "c": (36.2, 33),
              "x": (36.199, 33.0005), "y": (36.201, 33.0005)}  # fmt: skip
    return network_of(points, [("a", "b", "no"), ("b", "c", "no"), ("x", "y", "no")])


@pytest.fixture
def dead_end():
    """The same road, and at its end a street that is only left, not entered."""
    points = {"a": (36, 33), "b": (36.1, 33), "c": (36.2, 33), "d": (36.2, 33.0005)}
    return network_of(points, [("a", "b", "no"), ("b", "c", "no"), ("d", "c", "yes")])


@pytest.mark.parametrize("kind", ["island", "dead_end"])
def test_a_road_that_does_not_serve_is_left_for_one_that_does(kind, request):
    network = request.getfixturevalue(kind)
    router = Router(network)
    place = (36.2, 33.0008)
    found = snap(network, *place, 5)
    assert not main_segments(network)[found.points[0].segment]
    route = router.route([(36.0, 33.0001), place])
    assert route.edges == ("ab", "bc")
    assert route.access[-1].edge == "bc"
    assert router.table([(36.0, 33.0001)], [place]).iloc[0, 0] > 0
    assert router.alternatives((36.0, 33.0001), place)[0].edges == ("ab", "bc")


def test_a_dead_end_is_used_where_it_serves(dead_end):
    route = Router(dead_end).route([(36.2, 33.0006), (36.0, 33.0001)])
    assert route.edges == ("dc", "bc", "ab")


def test_two_places_on_an_island_stay_on_it(island):
    route = Router(island).route([(36.1992, 33.0006), (36.2008, 33.0006)])
    assert route.edges == ("xy",)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.floats(35.9, 36.3), st.floats(32.95, 33.05))
def test_what_a_position_is_tied_to(lon, lat):
    points = {"a": (36, 33), "b": (36.1, 33), "c": (36.2, 33), "d": (36.1, 33.002)}
    network = network_of(points, [("a", "b", "no"), ("b", "c", "no"), ("b", "d", "no")])
    points, spare = snap(network, lon, lat, 5)
    everyone = network.nearest_roads(lon, lat, 5, MOST)
    assert bool(points) == bool(everyone)
    if points:
        assert points[0] == everyone[0]
        assert len(points) == 1 or points[0].km > NEAR_KM
        assert all(one.km <= FARTHER * points[0].km for one in points)
        assert not set(points) & set(spare)
