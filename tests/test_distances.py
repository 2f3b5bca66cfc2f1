"""Reported lengths held against the straight line and the road."""

from dataclasses import replace

import pytest

from convoy_geo.analysis.consistency.encode import Story
from convoy_geo.analysis.consistency.judge import find_consistency
from convoy_geo.analysis.distances import compare_distances
from convoy_geo.model.claims import Claim
from convoy_geo.model.places import Place

A = Place("a", "A", 38.8711, 34.88533, 2)
B = Place("b", "B", 40.91854, 34.45226, 3)


def claim(number, low, unit="km", places=(("from", "a"), ("to", "b")), high=None):
    return Claim(
        f"C{number}", "R", "distance", "s", "c", "far", places=places, low=low, unit=unit,
        high=low if high is None else high,
    )  # fmt: skip


class Way:
    """As much of a Route as a comparison asks for."""

    def __init__(self, rank, low, high):
        self.rank, self.length_km_low, self.length_km_high = rank, low, high


@pytest.mark.parametrize(
    ("value", "unit", "fits"),
    [
        (164, "miles", "road"),
        (120, "miles", "straight"),
        (193, "km", "straight"),
        (230, "km", "neither"),
        (500, "km", "neither"),
    ],
)
def test_kinds(value, unit, fits):
    report = compare_distances(A, B, [Way(0, 250.5, 275.1)], [claim(1, value, unit)])
    assert report.reported[0].fits == fits


def test_both_when_the_road_is_nearly_straight():
    report = compare_distances(A, B, [Way(0, 190, 200)], [claim(1, 194)])
    assert report.reported[0].fits == "both"


def test_without_a_road_only_the_straight_line_can_fit():
    report = compare_distances(A, B, [], [claim(1, 194), claim(2, 264)])
    assert [item.fits for item in report.reported] == ["straight", "neither"]
    assert report.to_dict()["road_km"] is None


@pytest.mark.parametrize(
    ("low", "high", "fits", "figures"),
    [
        (100, None, "both", "≥ 100"),
        (220, None, "road", "≥ 220"),
        (300, None, "neither", "≥ 300"),
        (None, 300, "both", "≤ 300"),
        (None, 200, "straight", "≤ 200"),
        (None, 100, "neither", "≤ 100"),
        (150, 230, "straight", "150-230"),
        (150, 260, "both", "150-260"),
        (210, 230, "neither", "210-230"),
    ],
)
def test_an_open_figure_and_a_range_fit_what_lies_in_them(low, high, fits, figures):
    told = replace(claim(1, 1), low=low, high=high)
    (item,) = compare_distances(A, B, [Way(0, 250.5, 275.1)], [told]).reported
    assert (item.fits, item.figures) == (fits, figures)


def test_other_claims_are_left_alone():
    claims = [
        claim(1, 300, "fighters"),
        claim(2, 260, places=(("from", "a"), ("to", "c"))),
        claim(3, 260, places=(("about", "b"), ("about", "a"))),
        claim(4, 250, high=270),
    ]
    report = compare_distances(A, B, [Way(0, 250.5, 275.1)], claims)
    assert [(item.claim, item.km) for item in report.reported] == [
        ("C3", 260), ("C4", 250),
    ]  # fmt: skip


def test_a_place_without_position_is_refused():
    with pytest.raises(ValueError, match="has no position"):
        compare_distances(A, Place("z", "Zone", None, None, kind="region"), [], [])


def test_only_a_length_below_the_straight_line_cannot_be_true():
    lengths = [claim(1, 170), claim(2, 190), claim(3, 500), claim(4, 170, high=None)]
    lengths[3] = replace(lengths[3], high=None)
    report = compare_distances(A, B, [Way(0, 250.5, 275.1)], lengths)
    assert [item.too_short for item in report.reported] == [True, False, False, False]
    ship = replace(A, kind="position")  # where a ship said that she was is a claim itself
    assert not compare_distances(ship, B, [], lengths[:1]).reported[0].too_short


def test_distances_and_conflicts_have_the_same_answer():
    lengths = [claim(1, 170), claim(2, 190), claim(3, 500)]
    story = Story({one.id: one for one in lengths}, {"a": A, "b": B})
    found = find_consistency(story)
    report = compare_distances(A, B, [], lengths)
    assert {item.claim for item in report.reported if item.too_short} == {"C1"}
    assert [one.claims for one in found.conflicts] == [("C1",)]
    assert found.verdict("C1") == "impossible"


@pytest.mark.parametrize(
    "places",
    [
        (("from", "a"), ("toward", "b")),  # how far it came is not how far the goal is
        (("from", "a"), ("about", "b")),
        (("at", "a"), ("to", "b")),
        (("from", "a"), ("from", "b")),
        (("about", "a"), ("about", "b"), ("about", "c")),
    ],
)
def test_a_length_of_other_ends_is_not_judged(places):
    """A march of 100 km toward a town that lies 194 km away is no contradiction."""
    marched = claim(1, 100, places=places)
    assert compare_distances(A, B, [], [marched]).reported == ()
    story = Story({"C1": marched}, {"a": A, "b": B})
    assert not find_consistency(story).conflicts


def test_between_two_places_that_it_is_about():
    between = claim(1, 100, places=(("about", "a"), ("about", "b")))
    assert compare_distances(A, B, [], [between]).reported[0].too_short
