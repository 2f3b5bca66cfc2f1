"""On which days a route is drawn, and beside which other ones."""

from datetime import date, timedelta

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString

from convoy_geo.model.claims import Claim, ReportedRoute
from convoy_geo.viz.layers import route_lanes
from convoy_geo.viz.route_days import route_days
from convoy_geo.viz.route_offsets import lanes

START = date(2031, 3, 1)


def day(number):
    return (START + timedelta(days=number)).isoformat()


def claim(key, first, last):
    return Claim(key, "R", "march", "crew", "he", "", happened=f"{day(first)}/{day(last)}")


def route(key, claims, **more):
    return ReportedRoute(key, key, ("a", "b"), ("road",), "asserted", "assumed", claims, **more)


spans = st.tuples(st.integers(0, 30), st.integers(0, 9)).map(lambda one: (one[0], sum(one)))


@given(st.lists(spans, min_size=1, max_size=4), st.lists(spans, min_size=1, max_size=4))
def test_a_route_is_never_drawn_before_what_must_precede_it(early, late):
    told = {f"e{n}": claim(f"e{n}", *one) for n, one in enumerate(early)}
    told |= {f"l{n}": claim(f"l{n}", *one) for n, one in enumerate(late)}
    first = route("first", tuple(key for key in told if key[0] == "e"))
    second = route("second", tuple(key for key in told if key[0] == "l"), after=("first",))
    found = route_days([second, first], told)
    last = found["second"].last
    assert found["second"].first >= min(found["first"].first, last)
    for number in range(START.toordinal() - 2, START.toordinal() + 45):
        state = found["second"].state(number)
        stated = any(low <= number - START.toordinal() <= high for low, high in late if low == high)
        assert state != "stated" or stated
        if number < found["second"].first:
            assert state == ""
        if number > last:
            assert state == "past"


def test_a_circle_of_routes_ends():
    told = {"a": claim("a", 1, 1), "b": claim("b", 2, 2)}
    found = route_days(
        [route("x", ("a",), after=("y",)), route("y", ("b",), after=("x", "y"))], told
    )
    assert found["x"].first is not None
    assert found["y"].first is not None


def test_the_six_are_never_drawn_before_the_turn(case):
    """A claim that spans a week is no reason to draw the return before the departure."""
    found = route_days(case.reported_routes, case.claims)
    six = found["six_back"]
    assert [six.state(date(2017, 8, number).toordinal()) for number in (28, 29, 30)] == [""] * 3
    assert six.state(date(2017, 8, 31).toordinal()) == "uncertain"
    assert six.state(date(2017, 9, 5).toordinal()) == "past"
    turn = found["turn_back"]
    assert turn.state(date(2017, 8, 31).toordinal()) == "stated"


@pytest.mark.slow
@given(st.integers(2, 9), st.data())
def test_routes_on_one_road_have_lanes_of_their_own(count, data):
    road = LineString([(0, 0), (1, 0.2), (2, 0), (3, 1)])
    turned = [data.draw(st.booleans()) for _ in range(count)]
    lines = [road.reverse() if back else road for back in turned]
    found = [-lane if back else lane for lane, back in zip(lanes(lines, 0.01), turned, strict=True)]
    assert len(set(found)) == count


def test_lanes_of_the_case(case):
    found = dict(
        zip([track.route.id for track in case.tracks], route_lanes(case.contents), strict=True)
    )
    assert found["turn_back"] != found["turn_back_coalition"]
    assert found["arrival"] != found["arrival_reported"]
    assert lanes([None, shapely.LineString()], 0.1) == [0, 0]
