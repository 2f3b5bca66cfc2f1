"""Ways against each other: the same way, a shifted one, figures, edges."""

import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, Point

from convoy_geo.errors import NoRouteError, ReportedRouteNotFoundError, RoadDataError
from convoy_geo.geodesy import distance_km
from convoy_geo.network.from_frames import network_from_frames
from convoy_geo.routing.compare import compare_ways
from convoy_geo.routing.edge_usage import driven_km, driven_segments, in_local_metres
from convoy_geo.routing.router import Router

NORTH_KM = 11.09
"""A tenth of a degree of latitude near 34 N."""


def two_roads(gap=0.1):
    """Two roads from A to B: one straight east, one that runs `gap` degrees north of it."""
    nodes = gpd.GeoDataFrame(
        {"kind": "town", "estimated": False},
        index=["A", "B"],
        geometry=[Point(40, 34), Point(41, 34)],
        crs="EPSG:4326",
    )
    lines = {
        "south": [(40, 34), (41, 34)],
        "north": [(40, 34), (40, 34 + gap), (41, 34 + gap), (41, 34)],
    }
    edges = gpd.GeoDataFrame(
        {"from": "A", "to": "B", "class": "primary", "surface": "paved"},
        index=list(lines),
        geometry=[LineString(line) for line in lines.values()],
        crs="EPSG:4326",
    )
    return Router(network_from_frames(nodes, edges))


def test_a_way_with_itself_is_nothing_apart(case):
    for track in case.tracks:
        legs = [leg.road for leg in track.legs if leg.road]
        for leg in legs:
            same = compare_ways(case.network, leg, leg)
            assert same.frechet_km == same.hausdorff_km == same.longer_km == 0
            assert same.only_told == same.only_computed == ()
            assert sum(km for _, km in same.shared) == pytest.approx(leg.polyline_km)


@pytest.mark.slow
@settings(max_examples=12)
@given(gap=st.floats(0.01, 0.5), step=st.floats(0.2, 5))
def test_parallel_roads_are_as_far_apart_as_they_are(gap, step):
    router = two_roads(gap)
    south, north = router.route(["A", "B"]), router.route(["A", "B"], closures=["south"])
    result = compare_ways(router.network, south, north, step_km=step)
    apart = distance_km(40.5, 34, 40.5, 34 + gap)
    bent = distance_km(40.5, 34, 40.5, 34.001)  # the straight line bulges north of its parallel
    error = result.step_km + apart * result.projection_error + bent + 0.4
    assert result.hausdorff_km <= result.frechet_km + 1e-9
    assert apart - error <= result.hausdorff_km <= apart + error
    assert result.frechet_km >= apart - error
    assert result.only_told == (("south", pytest.approx(south.polyline_km)),)
    assert result.only_computed == (("north", pytest.approx(north.polyline_km)),)
    assert result.longer_km == pytest.approx(north.length_km - south.length_km)
    other = compare_ways(router.network, north, south, step_km=step)
    assert other.hausdorff_km == pytest.approx(result.hausdorff_km)
    assert other.frechet_km == pytest.approx(result.frechet_km)


@pytest.mark.slow
def test_a_finer_step_never_adds_more_than_the_error_it_had():
    router = two_roads()
    ways = router.route(["A", "B"]), router.route(["A", "B"], closures=["south"])
    fine = compare_ways(router.network, *ways, step_km=0.1)
    for step in (0.5, 1, 5):
        coarse = compare_ways(router.network, *ways, step_km=step)
        assert fine.frechet_km - 0.1 <= coarse.frechet_km <= fine.frechet_km + step + 0.1
        assert fine.hausdorff_km - step / 2 - 0.1 <= coarse.hausdorff_km


def test_the_local_projection_is_as_good_as_it_says():
    points = [Point(36.0, 33.3), Point(42.4, 35.8), Point(39.0, 34.5), Point(36.1, 35.7)]
    flat, error = in_local_metres(points)
    assert 0 < error < 0.001
    for one, here in zip(points, flat, strict=True):
        for other, there in zip(points, flat, strict=True):
            true = distance_km(one.x, one.y, other.x, other.y)
            drawn = math.dist((here.x, here.y), (there.x, there.y)) / 1000
            assert true * (1 - 1e-6) - 0.001 <= drawn <= true * (1 + error) + 0.001


def test_a_figure_fits_or_it_is_said_by_how_much(case):
    result = case.compare("turn_back", reported_km={"100 miles": 160.9, "short": 100.0})
    told = {figure.source: figure for figure in result.figures if figure.of == "told"}
    assert told["100 miles"].fits
    assert told["100 miles"].off_km == pytest.approx(-3.9, abs=0.1)
    assert not told["short"].fits
    assert told["short"].off_share == pytest.approx(0.57, abs=0.01)


def test_a_published_length_of_a_whole_edge_is_used(case):
    figures = {figure.of: figure for figure in case.compare("plan").figures}
    assert figures["E103"].km == 69
    assert not figures["E103"].fits
    assert figures["E103"].off_km == pytest.approx(4.1, abs=0.1)


def test_the_edges_add_up(case):
    result = case.compare("plan", 1)
    shared, told, computed = (
        sum(km for _, km in edges)
        for edges in (result.shared, result.only_told, result.only_computed)
    )
    assert shared + told == pytest.approx(sum(leg.polyline_km for leg in result.told))
    assert shared + computed == pytest.approx(result.computed.polyline_km)
    frame = result.to_frame()
    assert frame["km"].sum() == pytest.approx(shared + told + computed)
    assert set(frame["on"]) == {"shared", "told", "computed"}
    assert result.frechet_km >= result.hausdorff_km > 30


def test_a_leg_of_unknown_way_is_left_out_at_the_ends(case):
    result = case.compare("onward")
    assert result.told[0].stops[0] == "Al-Qaim"
    assert {edge for edge, _ in result.only_told} == {"E113", "E112"}


def test_what_cannot_be_compared_is_said(case):
    with pytest.raises(ReportedRouteNotFoundError, match="turn_back"):
        case.compare("nowhere")
    with pytest.raises(NoRouteError, match="there are 1"):
        case.compare("turn_back", 1)
    way = case.roads.route(["Sukhna", "T3"])
    with pytest.raises(ValueError, match="contiguous"):
        compare_ways(case.network, [way, way], way)
    with pytest.raises(ValueError, match="contiguous"):
        compare_ways(case.network, [], way)
    with pytest.raises(ValueError, match="step_km"):
        compare_ways(case.network, way, way, step_km=0)


def test_the_segments_of_a_route_are_found_again_on_any_network():
    """Parallel roads, and edges that are driven in part, in either direction."""
    random = np.random.default_rng(5)
    names = list("abcdefgh")
    nodes = gpd.GeoDataFrame(
        {"kind": "town", "estimated": False},
        index=names,
        geometry=[Point(40 + x, 34 + y) for x, y in random.random((8, 2))],
        crs="EPSG:4326",
    )
    ways = [list(random.choice(names, 4, replace=False)) for _ in range(12)]
    ways += ways[:4]  # parallel ones
    edges = pd.DataFrame(
        {
            "from": [way[0] for way in ways], "to": [way[-1] for way in ways],
            "class": "primary", "surface": "paved", "waypoints": ways,
        },
        index=[f"e{number}" for number in range(len(ways))],
    )  # fmt: skip
    router = Router(network_from_frames(nodes, edges))
    for origin in names:
        for destination in names:
            try:
                route = router.route([origin, destination], closures=["e0", "e9"])
            except NoRouteError:
                continue
            km = router.network.segments.km[driven_segments(router.network, route)].sum()
            assert km == pytest.approx(route.polyline_km)
            assert sum(driven_km(router.network, route).values()) == pytest.approx(km)
            assert set(driven_km(router.network, route)) == set(route.edges)


def test_a_route_of_another_network_is_refused(case):
    route = two_roads().route(["A", "B"])
    with pytest.raises(RoadDataError):
        driven_segments(case.network, route)
