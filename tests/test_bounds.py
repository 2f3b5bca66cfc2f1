"""Bounds of travel times; and nothing is impossible because of a gap in the map."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from convoy_geo.analysis.journeys import Journey
from convoy_geo.model.travel_modes import travel_mode
from convoy_geo.network.from_frames import network_from_frames
from convoy_geo.timegeo.bounds import doubt_of, lenient_hours, travel_bounds
from convoy_geo.timegeo.locations import Location
from convoy_geo.timegeo.travel_graph import Ground

HERE, THERE = Location("Aville", 36.0, 33.0001, 0.05), Location("Bville", 36.2, 33.0008, 0.05)
POINTS = {"a": (36, 33), "b": (36.1, 33), "c": (36.2, 33), "x": (36.199, 33.0005),
          "y": (36.201, 33.0005), "d": (36.2, 33.0005)}  # fmt: skip


def roads(*rows):
    nodes = gpd.GeoDataFrame(
        index=list(POINTS), geometry=gpd.points_from_xy(*np.array(list(POINTS.values())).T),
        crs=4326,
    )  # fmt: skip
    table = pd.DataFrame(rows, columns=["from", "to", "oneway"])
    table.index = table["from"] + table["to"]
    return network_from_frames(nodes, table.assign(**{"class": "primary", "surface": "paved"}))


MAIN = (("a", "b", "no"), ("b", "c", "no"))


def answer(network, here=HERE, there=THERE, hours=12.0, closed=()):
    edges = network.edge_positions(closed)
    ground = Ground(network, travel_mode("car"), [here, there], edges)
    return Journey(ground, 0, 1, (0.0, 0.0), (hours, hours), "", tuple(closed)).verdict()


@pytest.mark.parametrize("end", [("x", "y", "no"), ("d", "c", "yes")])
def test_from_an_island_or_a_dead_end_another_road_near_by_is_taken(end):
    verdict = answer(roads(*MAIN, end))
    assert verdict.verdict == "possible"  # and never certain: the choice of the road carries it
    assert "another road near by" in verdict.premises[-1].words
    assert verdict.premises[-1].name == "network"
    assert verdict.route.other_road
    assert verdict.flips
    assert answer(roads(*MAIN, end), hours=0.15).verdict == "impossible"


def test_where_no_other_road_is_near_a_one_way_leaves_it_undetermined():
    network = roads(("b", "a", "yes"), ("b", "c", "no"))
    verdict = answer(network)
    assert verdict.verdict == "undetermined"
    assert "one-way street" in verdict.why


def test_too_little_time_stays_impossible():
    network = roads(*MAIN, ("x", "y", "no"))
    assert answer(network, hours=0.05).verdict == "impossible"


def test_a_closed_road_stays_closed():
    network = roads(*MAIN)
    assert answer(network).verdict in ("possible", "certain")
    assert answer(network, closed=["bc"]).verdict == "impossible"


def test_two_networks_that_do_not_touch():
    verdict = answer(roads(("a", "b", "no"), ("x", "y", "no")), there=Location("C", 36.2, 33.0005))
    assert verdict.verdict == "undetermined"


def test_a_place_far_from_any_road():
    verdict = answer(roads(*MAIN), there=Location("Far", 36.2, 35.5), hours=6.0)
    assert verdict.verdict == "undetermined"
    assert "5 km" in verdict.why
    assert (
        answer(roads(*MAIN), there=Location("Far", 36.2, 35.5), hours=1.0).verdict == "impossible"
    )


@pytest.mark.parametrize("lat", [33.0001, 33.0008, 33.0])
def test_places_at_the_ends_of_a_road(lat):
    """A place whose nearest point is the very end of a road."""
    network = roads(("a", "c", "no"))
    verdict = answer(network, Location("A", 36.0, lat), Location("B", 36.2, lat))
    assert verdict.verdict in ("possible", "certain")
    assert answer(network, Location("A", 35.999, lat), Location("B", 36.201, lat)).route.edges == (
        "ac",
    )


def test_bounds_of_a_trip():
    network = roads(*MAIN, ("d", "c", "yes"))
    found = travel_bounds(HERE, THERE, 12.0, "car", network=network)
    assert found.lenient_h <= found.least_h < 1
    assert (found.missing, found.roads) == ("", ("ab", "bc"))
    back = travel_bounds(THERE, HERE, 12.0, "car", network=network)
    assert 0 < back.lenient_h <= back.least_h <= back.direct_h
    assert (back.missing, back.roads) == ("", ("dc", "bc", "ab"))
    assert [one.name for one in back.premises] == ["from", "to", "speed", "rest", "way"]
    afoot = travel_bounds((36.0, 33.0), (36.2, 33.0), None, "foot")
    assert afoot.least_h == pytest.approx(18.69 / 6, abs=0.05)


def test_lenient_hours_are_never_more():
    for end in (("x", "y", "no"), ("d", "c", "yes")):
        ground = Ground(roads(*MAIN, end), travel_mode("bus"), [HERE, THERE])
        assert lenient_hours(ground, 0, 1) <= ground.way(0, 1, "best").moving_h
        assert doubt_of(ground, 0, 1, -1.0) == ""


def test_places_beside_the_ends_of_a_road():
    """Points without a radius, nearest to the very ends of a road that is one edge."""
    verdict = answer(
        roads(("a", "c", "no")), Location("A", 36.0, 33.0001), Location("B", 36.2, 33.0008)
    )
    assert verdict.verdict in ("possible", "certain")
