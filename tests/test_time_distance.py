"""The data of a time-distance diagram, and that it can be drawn."""

from __future__ import annotations

import math

import pytest
import shapely

from convoy_geo.analysis.time_distance import time_distance
from convoy_geo.case.case import read_case
from convoy_geo.errors import PlaceNotFoundError
from convoy_geo.model.claims import Claim
from convoy_geo.model.closures import Closure

LINE = shapely.LineString([(0, 0), (1, 0)])
"""Along the equator; the road is told to be 120 km long."""
AREAS = {
    "start": shapely.Point(0, 0),
    "middle": shapely.box(0.4, -0.1, 0.6, 0.1),
    "end": shapely.Point(1, 0.05),
    "far": shapely.Point(1, 2),
}


def claim(key, place, when, role="at"):
    return Claim(key, "R", "sighting", "s", "he", "", happened=when, places=((role, place),))


def diagram(claims, **more):
    return time_distance(["A", "B"], [(LINE, 120.0)], claims, AREAS.get, **more)


def test_boxes_lie_along_the_road():
    found = diagram([
        claim("c1", "start", "2017-08-28"), claim("c2", "middle", "2017-08-29T12:00"),
        claim("c3", "end", "2017-08-30"),
    ])  # fmt: skip
    spans = [(round(box.low_km), round(box.high_km)) for box in found.boxes]
    assert spans == [(0, 0), (48, 72), (120, 120)]
    assert found.boxes[1].first == found.boxes[1].last
    assert found.stops == (("A", 0.0), ("B", 120.0))


def test_what_is_not_drawn_has_a_reason():
    found = diagram([
        claim("c1", "far", "2017-08-28"), claim("c2", "start", ""),
        claim("c3", "nowhere", "2017-08-28"), claim("c4", "end", "2017-08-28", role="toward"),
    ])  # fmt: skip
    assert found.boxes == ()
    assert found.left_out == {"c1": "off_road", "c2": "no_date", "c3": "off_road"}


def test_fastest_moves_are_between_boxes_that_follow_each_other():
    claims = [claim("c1", "start", "2017-08-28T06:00"), claim("c2", "end", "2017-08-28T09:00")]
    (move,) = diagram(claims, hours=lambda *_: 2.0).moves
    assert move.claims == ("c1", "c2")
    assert move.arrive - move.leave == 2.0
    assert (round(move.from_km), round(move.to_km)) == (0, 120)
    assert diagram(claims, hours=lambda *_: math.inf).moves == ()


def test_closures_are_parts_of_the_road():
    cut = Closure("x", "cut", "cut", shapely.Point(0.5, 0).buffer(0.1), "2017-08-29/..")
    (barrier,) = diagram([], closures=[(cut, cut.geometry)]).barriers
    assert round(barrier.low_km) == 48
    assert round(barrier.high_km) == 72
    assert math.isinf(barrier.last)


def test_open_ends_are_null_in_json():
    (box,) = diagram([claim("c1", "start", "../2017-08-28")]).to_dict()["boxes"]
    assert box["first"] is None


def test_two_places_are_needed():
    with pytest.raises(ValueError, match="two places or more"):
        time_distance(["A"], [], [], AREAS.get)


def test_of_the_bundled_case(case):
    pytest.importorskip("matplotlib").use("Agg")
    axes = case.plot_time_distance("Qalamoun", "Abu Kamal", "Rawa")
    labels = [label.get_text().split("\n")[0] for label in axes.get_xticklabels()]
    assert labels == ["Qalamoun", "Abu Kamal", "Rawa"]
    found = case.time_distance("Qalamoun", "Abu Kamal", "Rawa")
    assert len(axes.patches) == len(found.boxes) + len(found.barriers)
    with pytest.raises(PlaceNotFoundError):
        case.time_distance("Qalamoun", "Nowhere at all")


def test_a_case_without_roads_says_so():
    with pytest.raises(ValueError, match="no roads"):
        read_case("titanic-1912").time_distance("Southampton", "Cherbourg")
