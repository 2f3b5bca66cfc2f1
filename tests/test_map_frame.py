"""The part of the world on a still map, and where on it a position is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convoy_geo.viz.map_frame import fit_frame


@given(
    st.floats(-180, 180), st.floats(0.001, 359), st.floats(-84, 83), st.floats(0.001, 20),
    st.floats(100, 2000), st.floats(100, 2000), st.booleans(),
)  # fmt: skip
def test_all_of_a_view_is_on_the_map(west, wide, south, tall, width, height, mercator):
    east, north = west + wide, min(south + tall, 85)
    frame = fit_frame((west, south, east, north), width, height, mercator=mercator)
    for lon, lat in ((west, south), (east, north)):
        x, y = frame.at(lon, lat)
        assert -0.01 <= x <= width + 0.01
        assert -0.01 <= y <= height + 0.01
    left, bottom, right, top = frame.view
    assert left <= west + 1e-6
    assert right >= east - 1e-6
    assert bottom <= south + 1e-6
    assert top >= north - 1e-6


def test_north_is_up_and_east_is_right():
    frame = fit_frame((10, 40, 20, 50), 500)
    (x0, y0), (x1, y1) = frame.at(11, 41), frame.at(19, 49)
    assert x0 < x1
    assert y0 > y1


def test_it_goes_on_to_the_east_across_the_antimeridian():
    frame = fit_frame((178, -20, 183, -15), 500)
    assert frame.at(181, -17)[0] == pytest.approx(300, abs=0.1)


def test_a_tall_view_is_no_tower_and_a_flat_one_no_strip():
    assert fit_frame((0, -60, 1, 60), 500).height == 650
    assert fit_frame((0, 0, 90, 1), 500).height == 210


@pytest.mark.parametrize("view", [(10, 0, 10, 5), (10, 5, 20, 5), (20, 0, 10, 5), (0, 0, 1, 95)])
def test_a_view_of_nothing_is_refused(view):
    with pytest.raises(ValueError, match="no view"):
        fit_frame(view, 500)


@pytest.mark.parametrize("view", [(0, 86, 20, 89), (0, -90, 20, -86)])
def test_a_view_of_a_pole_is_refused_with_the_reason(view):
    with pytest.raises(ValueError, match="beyond 85 degrees"):
        fit_frame(view, 500)
