"""The still picture: what is on it, that no name covers a dot, and what it keeps to itself."""

import dataclasses
import io
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convoy_geo.exchange.write import write_contents
from convoy_geo.viz.label_placement import Box, find_spot
from convoy_geo.viz.static_map import DPI, TICK_PT, _Picture

matplotlib = pytest.importorskip("matplotlib")

from matplotlib import image  # noqa: E402


def pixels(path):
    return (image.imread(path)[:, :, :3] * 255).round().astype(int)


def count(picture, colour, tolerance=12):
    wanted = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    return int((abs(picture - wanted).max(axis=2) <= tolerance).sum())


@pytest.fixture(scope="module")
def png(case, tmp_path_factory):
    return pixels(case.to_file(tmp_path_factory.mktemp("png") / "case.png"))


def test_it_is_large_enough_for_print(png):
    assert png.shape[1] == 2200


def test_every_side_that_tells_of_a_route_is_on_it(png, case):
    for side in {track.route.side for track in case.tracks}:
        assert count(png, case.info.sides[side].colour) > 200, side


def test_closures_and_roads_are_on_it(png):
    assert count(png, "#b3001b", 60) > 100
    assert count(png, "#8a7358") > 2000


def test_a_layer_that_is_left_out_is_missing(case, png, tmp_path):
    bare = pixels(case.to_file(tmp_path / "x.png", layers=["places", "roads"]))
    colour = case.info.sides["coalition"].colour
    assert count(bare, colour) == 0 < count(png, colour)


def test_areas_are_hatched_when_asked_for(case, tmp_path):
    text = case.to_file(tmp_path / "x.svg", layers=["areas"]).read_text(encoding="utf-8")
    assert "<pattern" in text
    assert "<pattern" not in case.to_file(tmp_path / "y.svg").read_text(encoding="utf-8")


def test_the_svg_tells_neither_date_nor_maker_and_loads_nothing(case, tmp_path):
    path = case.to_file(tmp_path / "x.svg")
    text = path.read_text(encoding="utf-8")
    assert "dc:date" not in text
    assert "dc:creator" not in text
    for element in ET.parse(path).iter():  # noqa: S314
        for name, value in element.attrib.items():
            if name.endswith("href"):
                assert value.startswith("#")


def test_arabic_letters_are_joined():
    """Shaped letters are narrower than the same letters kept apart by a non-joiner."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure()
    FigureCanvasAgg(figure)
    joined = figure.text(0, 0, "السخنة", family="DejaVu Sans").get_window_extent().width
    apart = figure.text(0, 0, "\u200c".join("السخنة"), family="DejaVu Sans")
    assert joined < 0.95 * apart.get_window_extent().width


def test_dollars_are_no_formula(case, tmp_path):
    info = dataclasses.replace(case.contents.info, title=r"$\frac{1}{0}$ and $x")
    contents = dataclasses.replace(case.contents, info=info)
    assert write_contents(contents, tmp_path / "x.png").stat().st_size > 50_000


sizes = st.tuples(st.floats(5, 60), st.floats(5, 25))
points = st.tuples(st.floats(0, 400), st.floats(0, 300))


@given(st.lists(st.tuples(points, sizes, st.booleans()), max_size=12))
def test_no_name_covers_a_dot_or_another_name(wanted):
    frame = Box(0, 0, 400, 300)
    dots = [Box(x - 3, y - 3, x + 3, y + 3) for (x, y), _, _ in wanted]
    taken = list(dots)
    for (x, y), size, must in wanted:
        spot = find_spot(x, y, size, gap=5, taken=taken, frame=frame, must=must)
        if spot is not None:
            assert spot.box.inside(frame)
            assert not any(spot.box.meets(other) for other in taken)
            taken.append(spot.box)


def test_a_name_that_must_stand_goes_further_off():
    frame, wall = Box(0, 0, 400, 300), [Box(150, 100, 250, 200)]
    options = {"gap": 10, "taken": wall, "frame": frame}
    assert find_spot(200, 150, (30, 10), must=False, **options) is None
    assert find_spot(200, 150, (30, 10), must=True, **options).leader


def test_names_leave_lines_free_where_they_can():
    frame = Box(0, 0, 400, 300)
    line = [Box(205, 145, 400, 155)]
    spot = find_spot(200, 150, (30, 10), gap=8, taken=[], frame=frame, must=True, lines=line)
    assert not spot.box.meets(line[0])


def test_the_same_picture_twice(case):
    from convoy_geo.viz.static_map import picture_bytes

    assert picture_bytes(case.contents, "svg") == picture_bytes(case.contents, "svg")
    assert io.BytesIO(picture_bytes(case.contents, "png")).read(8) == b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize("view", [(36.0, 33.3, 42.4, 35.8), (38.0, 28.0, 41.0, 38.0)])
def test_the_scale_bar_stays_off_the_frame_in_a_flat_and_in_a_tall_view(case, view):
    info = dataclasses.replace(case.info, view=view)
    made = _Picture(dataclasses.replace(case.contents, info=info), ())
    made.figure.canvas.draw()
    frame = made.axes.get_window_extent()
    marks = [text for text in made.axes.texts if text.get_text().endswith((" km", " mi"))]
    assert len(marks) == 2
    for mark in marks:
        box = mark.get_window_extent()
        assert frame.y0 + 2 < box.y0
        assert box.y1 < frame.y1 - 2
        assert frame.x0 < box.x0
        assert box.x1 < frame.x1
    bars = [line for line in made.axes.lines if len(line.get_xdata()) == 4 and line.zorder == 45]
    for bar in bars:
        heights = made.axes.transData.transform(bar.get_xydata())[:, 1]
        assert abs(heights[0] - heights[1]) * 72 / DPI == pytest.approx(TICK_PT, abs=0.01)
