"""The drawing of a map as SVG: what is on it, where its names stand, and that nothing runs."""

import copy
import dataclasses
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
import shapely
from hostile import PAYLOADS
from shapely.geometry import LineString, Point, Polygon

import convoy_geo
from convoy_geo.io.xml import xml_text
from convoy_geo.model.places import Place
from convoy_geo.viz.layers import DrawnFeature, FeatureLayer
from convoy_geo.viz.map_drawing import ROUTES, DrawnDot, DrawnShape, draw_map
from convoy_geo.viz.map_figure import figure_text, shown_layers, svg_figure
from convoy_geo.viz.svg_map import svg_map, svg_of

SVG = "{http://www.w3.org/2000/svg}"
VIEW = (20.0, 40.0, 30.0, 46.0)


@pytest.fixture(scope="module", params=["convoy-2017", "titanic-1912"])
def any_case(request):
    return convoy_geo.read_case(request.param)


def dot(lon, lat, title="", place=""):
    style = {"color": "#000000", "weight": 1, "fillColor": "#ffffff", "fillOpacity": 1}
    return DrawnFeature("dot", Point(lon, lat), style, title, place=place, radius=4.0)


def line(points, kind="reported", **more):
    style = {"color": "#0072b2", "weight": 4, "dashArray": "12 7"} | more.pop("style", {})
    feature = DrawnFeature("line", LineString(points), style, "a route", **more)
    return FeatureLayer("routes", kind, [feature])


def layer(*features, kind="places"):
    return FeatureLayer("x", kind, list(features))


def parsed(text):
    return ET.fromstring(text)  # noqa: S314  (made here)


def of_class(root, name, tag="*"):
    return [one for one in root.iter(f"{SVG}{tag}" if tag != "*" else None)
            if one.get("class") == name]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("size", [(960, None), (390, 380), (320, 200), (1600, 600)])
def test_no_name_covers_a_dot_a_route_or_another_name(any_case, size):
    contents = any_case.contents
    drawing = draw_map(
        shown_layers(contents), contents.info.view, places=contents.places, width=size[0],
        height=size[1],
    )  # fmt: skip
    boxes = [shapely.box(*name.box) for name in drawing.names]
    assert len(boxes) > 3
    area = shapely.area(shapely.union_all(boxes))
    assert area == pytest.approx(sum(map(shapely.area, boxes)))
    dots = [mark for mark in drawing.marks if isinstance(mark, DrawnDot)]
    routes = [
        each
        for mark in drawing.marks
        if isinstance(mark, DrawnShape) and mark.kind in ROUTES and not mark.closed
        for each in mark.lines
    ]
    for box in boxes:
        for each in dots:
            assert shapely.distance(box, Point(each.x, each.y)) > each.radius
        for each in routes:
            assert shapely.distance(box, LineString(each)) > 2.5


@pytest.mark.slow
def test_every_route_and_dot_of_the_first_view_is_on_it(any_case):
    contents = any_case.contents
    root = parsed(svg_map(shown_layers(contents), contents.info.view, title="x"))
    strokes = {one.get("stroke") for one in of_class(root, "reported")}
    for track in any_case.tracks:
        assert any_case.info.sides[track.route.side].colour in strokes
    assert of_class(root, "places", "circle")
    assert of_class(root, "arrow")


@pytest.mark.slow
def test_it_holds_neither_styles_nor_scripts_nor_links(any_case):
    root = parsed(svg_figure(any_case.contents))
    for one in root.iter():
        assert one.tag.removeprefix(SVG) in {
            "svg", "g", "path", "circle", "text", "title", "defs", "pattern", "rect"
        }  # fmt: skip
        for name, value in one.attrib.items():
            assert not name.endswith("href")
            assert not name.startswith("on")
            assert name != "style"
            assert "url(" not in value or re.fullmatch(r"url\(#h[0-9a-f]{8}-\d+\)", value)


@pytest.mark.slow
def test_text_is_escaped():
    for payload in PAYLOADS.values():
        place = Place("p", payload, 25, 43, arabic_name=payload)
        text = svg_map(
            [layer(dot(25, 43, payload, "p")), line([(21, 41), (29, 45)], label=payload)], VIEW,
            title=payload, places={"p": place},
        )  # fmt: skip
        root = parsed(text)
        assert root.find(f".//{SVG}script") is None
        assert root.get("aria-label") == xml_text(payload)
    assert "url(#?-" in svg_map([layer(dot(25, 43, "url(#?-1) ?fill"))], VIEW, title="x")


@pytest.mark.slow
def test_the_same_twice(any_case):
    contents = any_case.contents
    assert svg_figure(contents) == svg_figure(contents)


def test_a_route_points_where_it_goes():
    for points, sign in (([(21, 43), (29, 43)], 1), ([(29, 43), (21, 43)], -1)):
        drawing = draw_map([line(points)], VIEW, basemap=False)
        (heads,) = [mark for mark in drawing.marks if mark.kind == "arrow"]
        for head in heads.lines:
            tip, tail = head[0], head[[1, 3]].mean(axis=0)
            assert (tip[0] - tail[0]) * sign > 3
            assert tip[1] == pytest.approx(tail[1], abs=0.01)


def test_lines_as_they_are_given_have_no_direction():
    drawing = draw_map([line([(21, 43), (29, 43)], kind="lines")], VIEW, basemap=False)
    assert not [mark for mark in drawing.marks if mark.kind == "arrow"]


def test_an_offset_moves_a_line_to_its_right_hand():
    far = [line([(21, 43), (29, 43)], kind="lines", style={"offset": by}) for by in (0, 6, -6)]
    middle, right, left = (
        draw_map([one], VIEW, basemap=False).marks[0].lines[0][:, 1].mean() for one in far
    )
    assert right == pytest.approx(middle + 6, abs=0.1)
    assert left == pytest.approx(middle - 6, abs=0.1)


def test_a_label_of_a_line_stands_beside_it_in_its_colour():
    drawing = draw_map([line([(21, 43), (29, 43)], label="Six turned back")], VIEW, basemap=False)
    (name,) = [one for one in drawing.names if one.kind == "line"]
    assert name.lines == ("Six turned back",)
    assert name.colour == "#0072b2"
    assert not [one for one in draw_map([line([(21, 43), (29, 43)])], VIEW).names
                if one.kind == "line"]  # fmt: skip


@pytest.mark.slow
def test_hatched_areas_and_circles():
    square = Polygon([(22, 41), (26, 41), (26, 44), (22, 44)])
    style = {"color": "#4d4a44", "weight": 1, "fillColor": "#4d4a44", "hatch": "hatch"}
    ring = DrawnFeature("circle", Point(28, 45), style | {"hatch": ""}, radius=20_000.0)
    text = svg_map([layer(DrawnFeature("area", square, style), ring, kind="areas")], VIEW, title="")
    root = parsed(text)
    (pattern,) = root.iter(f"{SVG}pattern")
    first, second = of_class(root, "areas")
    assert first.get("fill") == f"url(#{pattern.get('id')})"
    assert second.get("fill") == "#4d4a44"


def test_two_pictures_on_one_page_share_no_id():
    square = Polygon([(22, 41), (26, 41), (26, 44), (22, 44)])
    style = {"color": "#4d4a44", "fillColor": "#4d4a44", "hatch": "hatch"}
    ids = set()
    for title in ("a", "b"):
        area = layer(DrawnFeature("area", square, style), kind="areas")
        ids |= set(re.findall(r' id="([^"]*)"', svg_map([area], VIEW, title=title)))
    assert len(ids) == 2


def test_across_the_antimeridian_both_sides_have_their_basemap():
    fiji = (176.0, -20.0, 184.0, -15.0)
    drawing = draw_map([layer(dot(178.44, -18.14, "Suva"), dot(180.07, -16.78, "Taveuni"))], fiji)
    land = [mark for mark in drawing.marks if mark.kind == "shore"]
    xs = np.concatenate([each[:, 0] for mark in land for each in mark.lines])
    edge = drawing.frame.at(180, -17)[0]
    assert (xs < edge - 5).any()
    assert (xs > edge + 5).any()
    assert {name.lines[0] for name in drawing.names} >= {"Suva", "Taveuni"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "view", [(-180, -60, 180, 80), (-75, -56, -66, -50), (24.9, 60.1, 25, 60.2)]
)
def test_the_basemap_reaches_every_edge(view):
    drawing = draw_map([], view, width=500, height=500)
    sea = next(mark for mark in drawing.marks if mark.kind == "sea")
    assert sea.lines[0].min() < 0
    assert sea.lines[0].max() > 500
    for mark in drawing.marks:
        for each in mark.lines if isinstance(mark, DrawnShape) and mark.closed else ():
            # Where an area is cut, the cut lies outside of the picture
            inside = (each > 0.5).all(axis=1) & (each < 499.5).all(axis=1)
            steps = np.diff(each, axis=0, append=each[:1])
            straight = (np.abs(steps) < 1e-9).any(axis=1) & (np.abs(steps).max(axis=1) > 60)
            assert not (straight & inside & np.roll(inside, -1)).any(), mark.kind


@pytest.mark.slow
def test_an_empty_map_and_ten_thousand_dots():
    assert "<svg" in svg_map([], VIEW, title="nothing", basemap=False, names=False)
    rng = np.random.default_rng(1)
    dots = [dot(lon, lat, f"n {n}") for n, (lon, lat) in
            enumerate(rng.uniform((20, 40), (30, 46), (10_000, 2)).tolist())]  # fmt: skip
    drawing = draw_map([layer(*dots)], VIEW, basemap=False)
    assert sum(isinstance(mark, DrawnDot) for mark in drawing.marks) == 10_000
    assert len(drawing.unnamed) > 1000


def test_places_that_reports_name_come_first():
    places = {
        "a": Place("a", "Other", 25, 43, role="nearby"),
        "b": Place("b", "Named", 25, 43, role="mentioned"),
    }
    crowd = [dot(25 + dx, 43 + dy) for dx in (-0.4, 0.4) for dy in (-0.3, 0, 0.3)]
    drawing = draw_map(
        [layer(dot(25, 43, "Other", "a"), dot(25, 43, "Named", "b"), *crowd)], VIEW, places=places,
        width=300, basemap=False,
    )  # fmt: skip
    names = [name.lines[0] for name in drawing.names if name.kind in {"place", "other"}]
    assert names[0] == "Named"


def test_a_long_name_takes_two_lines():
    long = dot(25, 43, "Last position in the distress call")
    (name,) = draw_map([layer(long)], VIEW, basemap=False).names
    assert name.lines == ("Last position in the", "distress call")


@pytest.mark.slow
def test_the_figure_has_title_legend_and_credits(any_case):
    text = svg_figure(any_case.contents)
    said = " ".join(one.text or "" for one in parsed(text).iter(f"{SVG}text"))
    assert any_case.info.title in said
    assert "Made with Natural Earth" in said
    assert "Everything drawn comes from a source or is marked as ours." in said
    for side in {track.route.side for track in any_case.tracks}:
        assert any_case.info.sides[side].name in said


@pytest.mark.slow
def test_a_figure_shows_the_layers_that_are_asked_for(any_case):
    root = parsed(svg_figure(any_case.contents, ["places"]))
    assert of_class(root, "places", "circle")
    assert not of_class(root, "reported")


def test_a_nested_drawing_needs_no_size_of_its_own():
    drawing = dataclasses.replace(draw_map([], VIEW, basemap=False, names=False))
    assert 'x="3" y="4"' in svg_of(drawing, at=(3, 4))


def test_a_country_is_named_where_it_is_seen():
    names = {name.lines[0] for name in draw_map([], (44.0, 48.0, 46.0, 50.0)).names}
    assert "RUSSIA" in names


def test_a_small_view_at_sea_has_a_picture():
    """There is no coast in it, and no line of the graticule."""
    view = (-30.0100, 40.0100, -30.0090, 40.0105)
    assert svg_map([], view, title="At sea", places={}).startswith("<svg")


def test_a_figure_credits_the_roads(case):
    network = copy.copy(case.network)
    object.__setattr__(network, "attribution", "© Road people")
    object.__setattr__(network, "licence", "ODbL 1.0")
    contents = dataclasses.replace(case.contents, network=network)
    assert "Roads: © Road people, ODbL 1.0." in " ".join(figure_text(contents, []).credits)
