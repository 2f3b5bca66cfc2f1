"""Names on a drawn map: none covers a dot, a line or another name."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from convoy_geo.viz.label_placement import Box, LabelPlacer, around, on_line
from convoy_geo.viz.text_width import text_width

FRAME = Box(0, 0, 400, 300)
sizes = st.tuples(st.floats(5, 60), st.floats(5, 25))
points = st.tuples(st.floats(0, 400), st.floats(0, 300))


@pytest.mark.slow
@given(
    st.lists(st.tuples(points, sizes, st.booleans()), max_size=12),
    st.lists(st.lists(points, min_size=2, max_size=4), max_size=3),
)
def test_no_name_covers_a_dot_a_line_or_another_name(wanted, paths):
    lines = [np.array(path) for path in paths]
    taken = [Box(x - 3, y - 3, x + 3, y + 3) for (x, y), _, _ in wanted]
    placer = LabelPlacer(FRAME, taken, lines, clear=2.0)
    for (x, y), size, far in wanted:
        found = placer.place_near(x, y, size, gap=5, far=far)
        if found is not None:
            assert found.box.inside(FRAME)
            assert not any(found.box.meets(other) for other in taken)
            drawn = shapely.box(*found.box)
            for line in lines:
                assert shapely.distance(drawn, shapely.linestrings(line)) > 1.99
            taken.append(found.box)


def test_a_name_goes_further_off_with_a_line_to_its_dot():
    wall = [Box(150, 100, 250, 200)]
    assert LabelPlacer(FRAME, wall).place_near(200, 150, (30, 10), gap=10) is None
    found = LabelPlacer(FRAME, wall).place_near(200, 150, (30, 10), gap=10, far=True)
    (x, y), end = found.leader
    assert (x, y) == (200, 150)
    assert shapely.distance(shapely.box(*found.box), shapely.Point(end)) == 0


def test_no_leader_goes_over_a_name():
    placer = LabelPlacer(FRAME, [Box(150, 100, 250, 200)])
    for box in (Box(251, 0, 260, 300), Box(140, 0, 149, 300), Box(150, 210, 250, 220)):
        placer.reserve(box)
    found = placer.place_near(200, 150, (10, 10), gap=10, far=True)
    assert found is None or found.box.bottom <= 100


def test_no_leader_goes_over_another_dot():
    own, below = Box(197, 147, 203, 153), Box(197, 163, 203, 169)
    walls = [Box(150, 100, 196, 200), Box(204, 100, 250, 200), Box(150, 90, 250, 146)]
    placer = LabelPlacer(Box(100, 100, 300, 300), [own, below, *walls])
    found = placer.place_near(200, 150, (30, 10), gap=10, far=True)
    assert found is None


def test_the_best_position_is_on_the_right():
    assert around(50, 50, (20, 10), 5)[0] == (Box(55, 45, 75, 55), False)
    assert LabelPlacer(FRAME).place_near(50, 50, (20, 10), gap=5).leader is None


def test_a_name_of_a_line_stands_beside_its_middle():
    line = shapely.LineString([(0, 100), (200, 100)])
    first = on_line(line, (40, 10), 5)[0]
    assert (first.left + first.right) / 2 == 100
    assert first.bottom == 95
    placer = LabelPlacer(FRAME, lines=[np.array(line.coords)])
    assert placer.place(on_line(line, (40, 10), 5)) == first
    assert placer.place([first]) is None


def test_no_name_leaves_the_map():
    assert LabelPlacer(FRAME).place([Box(-1, 0, 10, 10), Box(0, 295, 10, 301)]) is None


def test_widths_of_letters():
    assert text_width("iii", 10) < text_width("mmm", 10)
    assert text_width("a", 20) == 2 * text_width("a", 10)
    assert text_width("é", 10) == text_width("e", 10)
    assert text_width("地図", 10) == 20
    assert text_width("\u200b\u00ad", 10) == 0
    assert text_width("a", 10, bold=True) > text_width("a", 10)
