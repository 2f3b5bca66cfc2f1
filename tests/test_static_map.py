"""The still picture: what is on it, that no name covers a dot, and what it keeps to itself."""

import dataclasses
import io

import pytest

from convoy_geo.exchange.write import write_contents
from convoy_geo.viz.static_map import picture_bytes

matplotlib = pytest.importorskip("matplotlib")

from matplotlib import image  # noqa: E402
from matplotlib import pyplot as plt  # noqa: E402


def pixels(path):
    return (image.imread(path)[:, :, :3] * 255).round().astype(int)


def count(picture, colour, tolerance=12):
    wanted = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    return int((abs(picture - wanted).max(axis=2) <= tolerance).sum())


@pytest.fixture(scope="module")
def png(case, tmp_path_factory):
    return pixels(case.to_file(tmp_path_factory.mktemp("png") / "case.png"))


@pytest.mark.slow
def test_it_is_large_enough_for_print(png):
    assert png.shape[1] == 2200


@pytest.mark.slow
def test_every_side_that_tells_of_a_route_is_on_it(png, case):
    for side in {track.route.side for track in case.tracks}:
        assert count(png, case.info.sides[side].colour) > 200, side


@pytest.mark.slow
def test_closures_and_roads_are_on_it(png):
    assert count(png, "#b3001b", 60) > 100
    assert count(png, "#8a7358") > 2000


@pytest.mark.slow
def test_a_layer_that_is_left_out_is_missing(case, png, tmp_path):
    bare = pixels(case.to_file(tmp_path / "x.png", layers=["places", "roads"]))
    colour = case.info.sides["coalition"].colour
    assert count(bare, colour) == 0 < count(png, colour)


def test_arabic_letters_are_joined():
    """Shaped letters are narrower than the same letters kept apart by a non-joiner."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure()
    FigureCanvasAgg(figure)
    joined = figure.text(0, 0, "السخنة", family="DejaVu Sans").get_window_extent().width
    apart = figure.text(0, 0, "\u200c".join("السخنة"), family="DejaVu Sans")
    assert joined < 0.95 * apart.get_window_extent().width


@pytest.mark.slow
def test_dollars_are_no_formula(case, tmp_path):
    info = dataclasses.replace(case.contents.info, title=r"$\frac{1}{0}$ and $x")
    contents = dataclasses.replace(case.contents, info=info)
    assert write_contents(contents, tmp_path / "x.png").stat().st_size > 50_000


@pytest.mark.slow
def test_the_same_picture_twice(case):
    assert picture_bytes(case.contents, "pdf") == picture_bytes(case.contents, "pdf")
    assert io.BytesIO(picture_bytes(case.contents, "png")).read(8) == b"\x89PNG\r\n\x1a\n"


@pytest.mark.slow
def test_a_pdf_tells_neither_date_nor_maker(case, tmp_path):
    data = case.to_file(tmp_path / "x.pdf").read_bytes()
    assert data.startswith(b"%PDF-")
    for word in (b"CreationDate", b"Creator", b"Producer"):
        assert word not in data


@pytest.mark.slow
@pytest.mark.parametrize("view", [(36.0, 33.3, 42.4, 35.8), (38.0, 28.0, 41.0, 38.0)])
def test_names_and_scale_bar_stay_on_the_map_in_a_flat_and_in_a_tall_view(case, view):
    axes = case.plot(view=view)
    axes.figure.canvas.draw()
    frame = axes.get_window_extent()
    texts = [text.get_text() for text in axes.texts]
    assert sum(text.endswith((" km", " mi")) for text in texts) == 2
    for text in axes.texts:
        box = text.get_window_extent()
        assert frame.x0 < box.x0, text.get_text()
        assert box.x1 < frame.x1, text.get_text()
        assert frame.y0 < box.y0, text.get_text()
        assert box.y1 < frame.y1, text.get_text()
    plt.close(axes.figure)


@pytest.mark.slow
def test_no_two_names_overlap_as_matplotlib_draws_them(case):
    axes = case.plot()
    axes.figure.canvas.draw()
    by_line = [text.get_window_extent() for text in axes.texts]
    for number, one in enumerate(by_line):
        for other in by_line[number + 1 :]:
            wide = min(one.x1, other.x1) - max(one.x0, other.x0)
            tall = min(one.y1, other.y1) - max(one.y0, other.y0)
            # Two lines of one name share the room of their descenders
            assert wide <= 0 or tall <= 0.4 * min(one.height, other.height)
    plt.close(axes.figure)


def test_the_axes_are_longitude_and_latitude(case):
    figure, axes = plt.subplots()
    assert case.plot(ax=axes, layers=["places"], names=False) is axes
    west, south, east, north = case.info.view
    assert axes.get_xlim() == (west, east)
    assert axes.get_ylim() == (south, north)
    place = case.gazetteer.locate("Palmyra")
    dots = [
        (line.get_transform() - axes.transData).transform(line.get_xydata())[0]
        for line in axes.lines
        if line.get_marker() == "o"
    ]
    assert min(abs(lon - place.lon) + abs(lat - place.lat) for lon, lat in dots) < 1e-9
    plt.close(figure)


def test_a_layer_that_cannot_be_drawn_is_refused(case):
    with pytest.raises(ValueError, match="claims"):
        case.plot(layers=["claims"])
