"""Isochrones from one place, and travel times between many."""

import json

import numpy as np
import pytest

from convoy_geo.cli import main


def test_bands_grow_and_do_not_overlap(case):
    found = case.bands("Sukhna", [3, 1, 2], mode="car")
    frame = found.to_frame()
    assert list(frame["hours"]) == [1.0, 2.0, 3.0]
    assert list(frame["from_hours"]) == [0.0, 1.0, 2.0]
    assert frame["km"].is_monotonic_increasing
    assert frame.crs == "EPSG:4326"
    first, second = frame.geometry[:2]
    assert first.intersection(second).area < 1e-9
    slow = case.bands("Sukhna", [1, 2, 3], mode="car", end="worst")
    assert all(a <= b for a, b in zip(slow.km(), found.km(), strict=True))


@pytest.mark.slow
def test_a_road_is_reached_as_far_as_the_time_allows(case):
    """By the quickest way to Mayadin it takes so long: in less it is not reached, in more it is."""
    hours = case.could("Sukhna", "Mayadin", leave="2017-08-31T06:00", arrive="2017-09-01",
                       mode="car").route.moving_h  # fmt: skip
    edges = case.network.segments.edge

    def reached(limit):
        found = case.bands("Sukhna", [limit], mode="car")
        prism = found.prisms[0]
        whole = found.ground.pieces.segment[prism.pieces[prism.share >= 1]]
        return set(case.network.edge_ids(np.unique(edges[whole])))

    last = case.roads.route(["Sukhna", "Mayadin"]).edges[-1]
    assert last in reached(hours * 1.001)
    assert last not in reached(hours * 0.5)


def test_what_is_closed_is_not_passed(case):
    open_km = case.bands("Sukhna", [3]).km()[0]
    edge = case.roads.route(["Sukhna", "Mayadin"]).edges[1]
    assert case.bands("Sukhna", [3], closures=[edge]).km()[0] < open_km


@pytest.mark.parametrize("hours", [[], [0], [-1], [float("inf")], [float("nan")]])
def test_hours_must_be_above_zero(case, hours):
    with pytest.raises(ValueError, match="`hours` must be numbers above 0"):
        case.bands("Sukhna", hours)


def test_travel_times_are_those_of_the_routes(case):
    places = ["Sukhna", "Mayadin", (40.9, 34.45)]
    frame = case.travel_times(places, mode="car")
    assert frame.shape == (3, 3)
    route = case.roads.with_mode("car").route(places[:2])
    assert frame.iloc[0, 1] == pytest.approx(route.duration_h, rel=1e-3)
    assert (np.diag(frame) == 0).all()
    km = case.travel_times(places[:2], mode="car", weight="length")
    assert km.iloc[0, 1] == pytest.approx(
        case.roads.with_mode("car").route(places[:2], weight="length").length_km, rel=1e-3
    )


@pytest.mark.slow
def test_the_commands(capsys):
    assert main(["reach", "--from", "Sukhna", "--hours", "1", "2", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["properties"]["hours"] for one in found["features"]] == [1.0, 2.0]
    with pytest.raises(SystemExit):
        main(["reach", "--from", "Sukhna", "--hours", "1", "--to", "T2"])
    assert "--hours goes with --from alone" in capsys.readouterr().err
    assert main(["travel-times", "Sukhna", "N34.45 E40.9", "Mayadin"]) == 0
    assert capsys.readouterr().out.count(" to ") == 6
    assert main(["travel-times", "Sukhna"]) == 2
