"""Very many points: their columns, and the picture that the page stamps of them."""

from __future__ import annotations

import gzip
import io

import folium
import geopandas
import numpy as np
import pytest
import shapely
from browser import expect, visit
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from convoy_geo.webmap.from_folium import read_map
from convoy_geo.webmap.html import OfflineMap, export_html, to_html
from convoy_geo.webmap.point_clouds import MANY, morton_order

MIDDLE = (34.5, 40.0)
STYLE = {"radius": 4, "color": "#d55e00", "weight": 1, "fill": True, "fill_opacity": 1}


def chart_of(count, **options):
    """So many points, one of them at the middle of the map and alone there."""
    random = np.random.default_rng(2017)
    lon, lat = random.uniform(36, 39.9, count), random.uniform(32, 37, count)
    lon[0], lat[0] = MIDDLE[1], MIDDLE[0]
    names = [f"Point {number}" for number in range(count)]
    names[0] = "<img src=x onerror=alert(1)>`${alert(2)}`"
    frame = geopandas.GeoDataFrame(
        {"name": names, "men": np.arange(count) % 50}, geometry=shapely.points(lon, lat), crs=4326
    )
    chart = OfflineMap(MIDDLE, zoom_start=7)
    folium.GeoJson(
        frame,
        name="Points",
        marker=folium.CircleMarker(**STYLE),
        tooltip=folium.GeoJsonTooltip(["name"]),
        popup=folium.GeoJsonPopup(["name", "men"]),
        **options,
    ).add_to(chart)
    folium.LayerControl(collapsed=False).add_to(chart)
    return chart


# --- columns ------------------------------------------------------------------------------------

WHOLE = st.integers(-18_000_000, 18_000_000)


@pytest.mark.slow
@given(st.lists(st.tuples(WHOLE, WHOLE), min_size=1, max_size=50))
def test_the_order_is_an_order_of_all(pairs):
    order = morton_order(np.array(pairs))
    assert sorted(order.tolist()) == list(range(len(pairs)))


def test_neighbours_on_the_curve_are_near():
    grid = np.array([(x, y) for x in range(16) for y in range(16)])
    walked = grid[morton_order(grid)]
    assert np.abs(np.diff(walked, axis=0)).sum(axis=1).mean() < 2.2
    assert len({tuple(pair) for pair in walked.tolist()}) == 256


@pytest.mark.slow
def test_few_points_stay_elements_and_many_become_one_item():
    [few] = read_map(chart_of(MANY)).document["layers"]
    assert len(few["items"]) == MANY
    [many] = read_map(chart_of(MANY + 1)).document["layers"]
    [cloud] = many["items"]
    assert (cloud["k"], cloud["n"], len(cloud["looks"])) == ("r", MANY + 1, 1)


def test_points_that_are_more_than_points_stay_elements():
    group = folium.FeatureGroup("x")
    for number in range(MANY + 1):
        folium.CircleMarker((34, 36 + number / 1000), **STYLE).add_to(group)
    folium.CircleMarker((34, 40), popup=folium.Popup("open", show=True)).add_to(group)
    folium.PolyLine([(34, 40), (35, 41)]).add_to(group)
    chart = OfflineMap(MIDDLE)
    group.add_to(chart)
    [item] = read_map(chart).document["layers"]
    assert [each["k"] for each in item["items"]] == ["r", "d", "l"]
    assert item["items"][1]["p"] == ["", "open"]


@pytest.mark.slow
def test_the_same_points_give_the_same_bytes():
    assert to_html(chart_of(MANY + 500)) == to_html(chart_of(MANY + 500))


# --- the page -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    return export_html(chart_of(5000), tmp_path_factory.mktemp("many") / "many.html")


def colour_at_the_middle(page):
    """The pixel of the map's middle on a picture of the page."""
    box = page.locator("#map").bounding_box()
    spot = round(box["x"] + box["width"] / 2), round(box["y"] + box["height"] / 2)
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB").getpixel(spot)


@pytest.mark.browser
def test_the_points_are_drawn_and_a_missing_layer_is_seen(chromium, many):
    seen = visit(chromium, many)
    page = seen.page
    page.wait_for_timeout(200)
    expect(page.locator("path.leaflet-interactive")).to_have_count(0)
    assert colour_at_the_middle(page) == (0xD5, 0x5E, 0x00)
    box = page.get_by_label("Points", exact=True)
    box.uncheck()
    assert colour_at_the_middle(page) != (0xD5, 0x5E, 0x00)
    box.check()
    page.get_by_label("Zoom in").click()
    page.wait_for_timeout(500)
    assert colour_at_the_middle(page) == (0xD5, 0x5E, 0x00)
    assert seen.troubles() == []


@pytest.mark.browser
def test_the_mouse_finds_a_point_and_its_words(chromium, many):
    seen = visit(chromium, many)
    page = seen.page
    box = page.locator("#map").bounding_box()
    spot = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*spot)
    tip = page.locator(".leaflet-tooltip")
    tip.wait_for()
    expect(tip).to_contain_text("<img src=x onerror=alert(1)>`${alert(2)}`", use_inner_text=True)
    page.mouse.move(spot[0] + 60, spot[1])
    tip.wait_for(state="detached")
    page.mouse.click(spot[0] + 60, spot[1])
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.mouse.click(*spot)
    popup = page.get_by_role("dialog")
    popup.wait_for()
    assert popup.locator("th").all_inner_texts() == ["name", "men"]
    assert popup.locator("td").all_inner_texts()[1] == "0"
    assert seen.troubles() == []


@pytest.mark.browser
def test_the_keyboard_finds_a_point_and_its_words(chromium, many):
    seen = visit(chromium, many)
    page = seen.page
    assert "Enter lists" in page.locator("#map").get_attribute("aria-label")
    page.locator("#map").focus()
    page.keyboard.press("Enter")
    entries = page.locator(".nearby button")
    entries.first.wait_for()
    expect(entries).to_have_count(12)
    expect(entries.first).to_contain_text("<img", use_inner_text=True)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator(".nearby").wait_for(state="detached")
    page.locator("[role=dialog] td").first.wait_for()
    expect(page.get_by_role("dialog")).to_contain_text("Point", use_inner_text=True)
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    assert page.evaluate("document.activeElement.id") == "map"
    assert seen.troubles() == []


@pytest.mark.browser
def test_what_is_on_a_canvas_is_listed_too(chromium, tmp_path):
    group = folium.FeatureGroup("Lines")
    for number in range(1600):
        south = 33 + number / 1000
        line = folium.PolyLine([(south, 39), (south, 41)], tooltip=f"Line {number}", popup="way")
        line.add_to(group)
    chart = OfflineMap(MIDDLE, zoom_start=8)
    group.add_to(chart)
    seen = visit(chromium, export_html(chart, tmp_path / "lines.html"))
    page = seen.page
    page.locator("#map").focus()
    page.keyboard.press("Enter")
    page.locator(".nearby button", has_text="Line 1500").click()
    page.locator(".nearby").wait_for(state="detached")
    assert page.get_by_role("dialog").inner_text().startswith("way")
    assert seen.troubles() == []


@pytest.mark.browser
def test_a_hundred_thousand_points_stay_usable(chromium, tmp_path):
    path = export_html(chart_of(100_000), tmp_path / "huge.html")
    assert len(gzip.compress(path.read_bytes())) < 1_000_000
    seen = visit(chromium, path)
    page = seen.page
    page.locator("#map").focus()
    for key in ("ArrowRight", "ArrowLeft", "+", "-"):
        page.keyboard.press(key)
        page.wait_for_timeout(400)
    page.keyboard.press("Enter")
    page.locator(".nearby button").first.click()
    page.locator("[role=dialog] td").first.wait_for()
    assert page.evaluate("document.querySelectorAll('*').length") < 500
    assert seen.troubles() == []
