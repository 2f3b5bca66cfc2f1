"""The data of a time-distance diagram, and that it can be drawn."""

from __future__ import annotations

import math
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
import shapely

from convoy_geo.analysis.time_distance import time_distance
from convoy_geo.case.case import read_case
from convoy_geo.errors import PlaceNotFoundError
from convoy_geo.model.claims import Claim
from convoy_geo.model.closures import Closure
from convoy_geo.viz.text_width import text_width
from convoy_geo.viz.time_distance_drawing import DrawnRect, DrawnText, draw_time_distance
from convoy_geo.viz.time_distance_svg import svg_time_distance

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


ROAD = ("Qalamoun", "Abu Kamal", "Rawa")


def texts_of(axes):
    return [text.get_text() for text in axes.texts]


def test_of_the_bundled_case(case):
    pytest.importorskip("matplotlib").use("Agg")
    axes = case.plot_time_distance(*ROAD)
    found = case.time_distance(*ROAD)
    assert set(ROAD) <= set(texts_of(axes))
    assert len(axes.patches) == 2 * len(found.boxes) + len(found.barriers)  # and in the key
    assert {"desert", "government"} <= set(found.zones)
    assert {box.claim for box in found.boxes if box.zone == "desert"} >= {"R0-22", "R0-26"}
    with pytest.raises(PlaceNotFoundError):
        case.time_distance("Qalamoun", "Nowhere at all")


def test_an_extent_of_a_zone_is_marked_as_ours(case):
    extents = {"desert": ("Qalamoun", "Abu Kamal")}
    found = case.time_distance(*ROAD, extents=extents)
    (box,) = [box for box in found.boxes if box.claim == "R0-22"]
    assert (box.ours, box.zone, box.low_km) == (True, "", 0.0)
    assert "desert" not in found.zones
    svg = case.svg_time_distance(*ROAD, extents=extents)
    assert "no report says it" in svg
    for wrong in ({"sea": ("Qalamoun", "Rawa")}, {"desert": ("Qalamoun", "Palmyra")}):
        with pytest.raises(ValueError, match="an extent needs a zone"):
            case.time_distance(*ROAD, extents=wrong)


@pytest.mark.slow
@pytest.mark.parametrize("width", [390.0, 1040.0])
def test_the_svg_is_whole_and_names_every_claim(case, width):
    found = case.time_distance(*ROAD)
    drawing = draw_time_distance(found, case.info, width=width)
    root = ET.fromstring(svg_time_distance(drawing))  # noqa: S314  (our own)
    texts = [
        text.text for text in root.iter("{http://www.w3.org/2000/svg}text")
        if text.get("font-weight") == "bold"
    ]  # fmt: skip
    for number in range(1, len(found.boxes) + 1):  # in the box, and in the key
        assert sum(text.split("  ")[0] == str(number) for text in texts) == 2
    for one in drawing.marks:
        if isinstance(one, DrawnRect):
            assert one.x >= 0
            assert one.x + one.width <= width
            assert one.y + one.height <= drawing.height
        elif isinstance(one, DrawnText):
            assert 0 <= one.y <= drawing.height
            if one.x == 35.0:  # the first column of the key ends where the second one starts
                column = width / 2 if width > 700 else width
                assert one.x + text_width(one.text, one.size) <= column


def test_hostile_text_stays_text():
    evil = replace(claim("c1", "start", "2017-08-28"), label="<script>&\x00alert(1)</script>")
    drawing = draw_time_distance(diagram([evil]), read_case().info)
    assert "<script" not in svg_time_distance(drawing)


def test_a_march_of_a_day_goes_by_the_hour():
    """Clock times of one day: a row for each hour, boxes at their hours."""
    claims = [claim("c1", "start", "2017-08-28T06:00"), claim("c2", "end", "2017-08-28T19:30")]
    info = read_case().info
    drawing = draw_time_distance(diagram(claims), info)
    texts = [one.text for one in drawing.marks if isinstance(one, DrawnText)]
    hours = [text for text in texts if text.endswith(":00")]
    assert len(hours) == 14
    long = [*claims, claim("c3", "end", "2017-09-28T19:30")]
    texts = [one.text for one in draw_time_distance(diagram(long), info).marks
             if isinstance(one, DrawnText)]  # fmt: skip
    assert not [text for text in texts if text.endswith(":00")]


def test_nothing_to_draw_is_still_a_diagram():
    drawing = draw_time_distance(diagram([claim("c1", "far", "2017-08-28")]), read_case().info)
    texts = " ".join(one.text for one in drawing.marks if isinstance(one, DrawnText))
    assert "Not shown: 1 claim at places off this road." in texts


def test_a_case_without_roads_says_so():
    with pytest.raises(ValueError, match="no roads"):
        read_case("titanic-1912").time_distance("Southampton", "Cherbourg")
