"""The page in headless Chromium with the network cut off."""

from __future__ import annotations

import folium
import pytest
from browser import DESKTOP, PHONE, expect, visit
from demo import demo_map

from convoy_geo.webmap.elements import Label, Legend
from convoy_geo.webmap.html import OfflineMap, export_html, notebook_html, to_html

pytestmark = pytest.mark.browser

SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    return export_html(demo_map(), tmp_path_factory.mktemp("demo") / "demo.html")


@SIZES
def test_the_page_draws_everything_and_asks_for_nothing(chromium, demo, size):
    seen = visit(chromium, demo, size=size)
    page = seen.page
    page.wait_for_timeout(100)
    seen.picture(f"demo-{size[0]}")
    assert page.title() == "Where the convoy was, by day and by side"
    expect(page.locator("h1")).to_have_text(page.title(), use_inner_text=True)
    assert page.locator("path.leaflet-interactive").count() >= 15
    expect(page.locator(".pin svg")).to_have_count(1)
    expect(page.locator(".html-marker")).to_have_text("30 Aug", use_inner_text=True)
    expect(page.locator("pattern#hatch-_7a5195-0_2")).to_have_count(1)
    expect(page.locator(".leaflet-basemap-pane path")).to_have_count(7)
    assert page.locator(".leaflet-control-scale-line").all_inner_texts()
    expect(page.locator(".name:not(.hidden)", has_text="Abu Kamal")).to_have_count(1)
    expect(
        page.locator(".name:not(.hidden) [lang=ar][dir=rtl]", has_text="البوكمال")
    ).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert seen.troubles() == []


def test_a_click_opens_the_popup(chromium, demo):
    seen = visit(chromium, demo)
    seen.page.locator("path[aria-label^='Abu Kamal']").click()
    popup = seen.page.get_by_role("dialog")
    expect(popup).to_contain_text("It stood at Abu Kamal", use_inner_text=True)
    link = popup.locator("a[href='https://example.org/report']").first
    assert link.get_attribute("rel") == "noopener noreferrer"
    mark = "getComputedStyle(document.querySelector('[role=dialog] .card')).borderLeftColor"
    assert seen.page.evaluate(mark) == "rgb(213, 94, 0)"
    seen.picture("demo-popup")
    assert seen.troubles() == []


def test_a_marker_without_a_popup_is_clicked_without_a_trouble(chromium, tmp_path):
    chart = folium.Map([34, 38], zoom_start=7, tiles=None)
    folium.Marker([34, 38]).add_to(chart)
    folium.Marker([34.2, 38.8], tooltip="T", icon=folium.Icon(color="red")).add_to(chart)
    folium.CircleMarker([33.8, 37.4]).add_to(chart)
    seen = visit(chromium, export_html(chart, tmp_path / "x.html"))
    drawn = seen.page.locator(".leaflet-marker-icon")
    drawn.first.wait_for()
    expect(drawn).to_have_count(2)
    for at in range(drawn.count()):
        drawn.nth(at).click(force=True)
        drawn.nth(at).press("Enter")
    expect(seen.page.get_by_role("dialog")).to_have_count(0)
    assert seen.troubles() == []


def test_the_keyboard_reaches_features_and_their_popups(chromium, demo):
    seen = visit(chromium, demo)
    page = seen.page
    town = page.locator("path[aria-label^='Sukhna']")
    assert (town.get_attribute("role"), town.get_attribute("tabindex")) == ("button", "0")
    town.focus()
    page.keyboard.press("Enter")
    popup = page.get_by_role("dialog")
    expect(popup).to_contain_text("It stood at Sukhna", use_inner_text=True)
    assert page.evaluate("document.activeElement.className") == "leaflet-popup-content"
    page.keyboard.press("Escape")
    popup.wait_for(state="detached")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("Sukhna")
    pin = page.locator(".leaflet-marker-icon[aria-label='The cratered stretch']")
    pin.focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("dialog")).to_contain_text("Blocked", use_inner_text=True)
    page.get_by_role("dialog").get_by_label("Close").focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog").wait_for(state="detached")
    assert seen.troubles() == []


def test_tabulator_comes_by_the_controls_before_the_features(chromium, demo):
    seen = visit(chromium, demo)
    stops = []
    for _ in range(12):
        seen.page.keyboard.press("Tab")
        stops.append(
            seen.page.evaluate(
                "(document.activeElement.title || document.activeElement.tagName)"
                " + '|' + (document.activeElement.getAttribute('role') || '')"
            )
        )
    assert stops[0].startswith("A|")  # the skip link
    assert stops[2] == "Zoom in|button"
    assert stops.index("INPUT|") < len(stops)
    seen.page.locator(".skip").focus()
    seen.page.keyboard.press("Enter")
    assert seen.page.evaluate("document.activeElement.id") == "after"


def test_the_layer_control_switches_layers(chromium, demo):
    seen = visit(chromium, demo)
    page = seen.page
    towns = page.locator("path[aria-label^='Palmyra']")
    name = page.locator(".name:not(.hidden)", has_text="Palmyra")
    box = page.get_by_label("Places", exact=True)
    expect(towns).to_have_count(1)
    expect(name).to_have_count(1)
    box.uncheck()
    expect(towns).to_have_count(0)
    expect(name).to_have_count(0)
    box.check()
    expect(towns).to_have_count(1)
    later = page.locator("path[stroke='#cc79a7']")
    expect(later).to_have_count(0)
    page.get_by_label("Alternatives").check()
    expect(later).to_have_count(1)
    # The layer lies beneath the towns although it was switched on after them.
    order = page.evaluate(
        """() => {
          const depth = (selector) => Number(getComputedStyle(
            document.querySelector(selector).closest(".leaflet-pane")).zIndex);
          return depth("path[stroke='#cc79a7']") < depth("path[aria-label^='Palmyra']");
        }"""
    )
    assert order
    assert seen.troubles() == []


def test_legend_and_layers_fold_away_on_a_phone(chromium, demo):
    seen = visit(chromium, demo, size=PHONE)
    expect(seen.page.locator("details.legend[open], details.layers[open]")).to_have_count(0)
    seen.page.get_by_text("Legend", exact=True).click()
    expect(seen.page.get_by_text("reported, unconfirmed")).to_be_visible()
    seen.page.get_by_text("Layers", exact=True).click()
    seen.page.get_by_label("Places", exact=True).uncheck()
    expect(seen.page.locator("path[aria-label^='Palmyra']")).to_have_count(0)
    seen.picture("demo-phone-open")
    assert seen.troubles() == []


def test_a_legend_never_covers_the_map_where_there_is_room_beside_it(chromium, demo, tmp_path):
    seen = visit(chromium, demo)
    legend = seen.page.locator("#panels > .legend.beside[open]")
    legend.wait_for()
    seen.page.set_viewport_size({"width": 800, "height": 700})
    seen.page.locator("#map .legend[open]").wait_for()
    seen.page.set_viewport_size({"width": 1280, "height": 800})
    legend.wait_for()
    chart = OfflineMap([34.5, 40])
    Legend("Long", [{"label": f"line {i}", "colour": "red"} for i in range(40)]).add_to(chart)
    seen = visit(chromium, export_html(chart, tmp_path / "legend.html"))
    expect(seen.page.locator("#map .legend:not([open])")).to_have_count(1)


@SIZES
def test_names_cover_neither_each_other_nor_dots(chromium, tmp_path, size):
    chart = OfflineMap(location=[34.5, 40], zoom_start=8)
    for index in range(60):
        lat, lon = 33.6 + (index * 37 % 60) / 33, 38.2 + (index * 23 % 60) / 16
        dot = folium.CircleMarker([lat, lon], radius=5, tooltip=f"Town {index}").add_to(chart)
        Label(lat, lon, f"Town {index}", arabic="بلدة", rank=index % 5, anchor=dot).add_to(chart)
    seen = visit(chromium, export_html(chart, tmp_path / "names.html"), size=size)
    seen.page.wait_for_timeout(100)
    seen.picture(f"names-{size[0]}")
    count, clashes = seen.page.evaluate(
        """() => {
          const box = (element) => element.getBoundingClientRect();
          const names = [...document.querySelectorAll(".name:not(.hidden)")];
          const boxes = names.map(box);
          const dots = [...document.querySelectorAll("path.leaflet-interactive")].map(box);
          const meet = (a, b) => a.left < b.right - 1 && a.right > b.left + 1
            && a.top < b.bottom - 1 && a.bottom > b.top + 1;
          let clashes = 0;
          boxes.forEach((a, i) => {
            boxes.forEach((b, j) => { if (i < j && meet(a, b)) clashes += 1; });
            dots.forEach((b) => { if (meet(a, b)) clashes += 1; });
          });
          return [names.length, clashes];
        }"""
    )
    assert count >= 12
    assert clashes == 0


def test_names_are_laid_anew_when_zoomed(chromium, demo):
    seen = visit(chromium, demo)
    husaybah = seen.page.locator(".name:not(.hidden)", has_text="Husaybah")
    expect(husaybah).to_have_count(0)  # no room beside Abu Kamal and Al-Qaim
    for _ in range(3):
        seen.page.mouse.move(676, 455)
        seen.page.mouse.wheel(0, -100)
        seen.page.wait_for_timeout(500)
    expect(husaybah).to_have_count(1)
    husaybah.click()
    expect(seen.page.get_by_role("dialog")).to_contain_text(
        "It stood at Husaybah", use_inner_text=True
    )
    assert seen.troubles() == []


def test_many_points_are_drawn_on_a_canvas(chromium, tmp_path):
    chart = OfflineMap([34.5, 40], zoom_start=8)
    points = [
        {
            "type": "Feature",
            "properties": {"n": f"point {i}"},
            "geometry": {"type": "Point", "coordinates": [39 + i % 50 / 10, 33 + i // 50 / 10]},
        }
        for i in range(2000)
    ]
    folium.GeoJson(
        {"type": "FeatureCollection", "features": points},
        name="Points",
        popup=folium.GeoJsonPopup(["n"]),
    ).add_to(chart)
    seen = visit(chromium, export_html(chart, tmp_path / "many.html"))
    expect(seen.page.locator("canvas")).to_have_count(1)
    expect(seen.page.locator("path")).to_have_count(0)
    box = seen.page.locator("#map").bounding_box()
    # Longitude 40 and latitude 34.5 are the centre, where a point lies.
    seen.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(seen.page.get_by_role("dialog")).to_contain_text("point 760", use_inner_text=True)
    seen.picture("many")
    assert seen.troubles() == []


@pytest.mark.parametrize("way", ["notebook", "srcdoc", "sandbox"])
def test_it_works_in_a_frame(chromium, tmp_path, way):
    chart = demo_map()
    if way == "notebook":
        frame = notebook_html(chart, height=500)
        assert chart._repr_html_() == notebook_html(chart, height=640)
    else:
        page = to_html(chart).replace("&", "&amp;").replace('"', "&quot;")
        bars = ' sandbox="allow-scripts"' if way == "sandbox" else ""
        frame = f'<iframe width="100%" height="500"{bars} srcdoc="{page}"></iframe>'
    file = tmp_path / "notebook.html"
    file.write_text(f"<!doctype html><title>notebook</title>{frame}", encoding="utf-8")
    seen = visit(chromium, file, ready="iframe")
    inner = seen.page.frame_locator("iframe")
    inner.locator("html[data-ready]").wait_for(state="attached")
    inner.locator("path[aria-label^='Abu Kamal']").click()
    expect(inner.get_by_role("dialog")).to_contain_text(
        "It stood at Abu Kamal", use_inner_text=True
    )
    inner.get_by_role("dialog").get_by_label("Close").click()
    inner.locator(".skip").focus()
    seen.page.keyboard.press("Enter")
    inner.get_by_label("Places", exact=True).uncheck()
    expect(inner.locator("path[aria-label^='Abu Kamal']")).to_have_count(0)
    seen.picture(f"frame-{way}")
    assert seen.troubles() == []


def test_a_frame_without_size_draws_when_it_is_shown(chromium, tmp_path):
    page = to_html(demo_map()).replace("&", "&amp;").replace('"', "&quot;")
    file = tmp_path / "folded.html"
    file.write_text(
        f'<!doctype html><div id="cell" hidden><iframe width="900" height="500" srcdoc="{page}">'
        "</iframe></div>",
        encoding="utf-8",
    )
    seen = visit(chromium, file, ready="iframe")
    seen.page.frame_locator("iframe").locator("html[data-ready]").wait_for(state="attached")
    seen.page.evaluate("document.getElementById('cell').hidden = false")
    town = seen.page.frame_locator("iframe").locator("path[aria-label^='Abu Kamal']")
    seen.page.wait_for_timeout(300)
    box = town.bounding_box()
    assert box is not None
    assert 300 < box["x"] < 700
    assert seen.troubles() == []


def test_arabic_page_reads_from_the_right(chromium, tmp_path):
    file = export_html(demo_map(), tmp_path / "ar.html", lang="ar", title="أين كانت القافلة")
    seen = visit(chromium, file)
    assert seen.page.evaluate("document.documentElement.dir") == "rtl"
    expect(seen.page.get_by_text("الطبقات")).to_be_visible()
    seen.page.locator("path[aria-label^='Abu Kamal']").click()
    seen.picture("demo-arabic")
    assert seen.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert seen.troubles() == []


def test_it_reads_without_javascript(chromium, demo):
    seen = visit(chromium, demo, ready="body", java_script_enabled=False)
    for text in ("needs JavaScript", "Back roads of <Iraq>", "reported, unconfirmed"):
        expect(seen.page.get_by_text(text)).to_be_visible()
    expect(seen.page.get_by_text("193.7")).to_have_count(1)


def test_dark_scheme_and_still_motion(chromium, demo):
    seen = visit(chromium, demo, color_scheme="dark", reduced_motion="reduce")
    colours = seen.page.evaluate(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
    )
    assert colours == ["rgb(29, 30, 32)", "rgb(236, 234, 230)"]
    seen.page.locator(".leaflet-control-zoom-in").click()
    seen.page.wait_for_timeout(50)
    expect(seen.page.locator(".leaflet-zoom-anim")).to_have_count(0)
    seen.picture("demo-dark")
    assert seen.troubles() == []


def test_online_tiles_are_asked_for_only_when_wanted(chromium, tmp_path):
    chart = folium.Map([34.5, 40], zoom_start=7, tiles=None)
    folium.TileLayer(
        "https://{s}.tiles.example.org/{z}/{x}/{y}.png",
        attr='Map data by <a href="https://example.org">us</a>',
        subdomains="ab",
    ).add_to(chart)
    file = export_html(chart, tmp_path / "tiles.html", online_tiles=True)
    seen = visit(chromium, file)
    seen.page.wait_for_timeout(300)
    assert seen.requests
    assert all(
        url.startswith(("https://a.tiles.example.org/", "https://b.tiles.example.org/"))
        for url in seen.requests
    )
    assert seen.page.locator("#credits a").get_attribute("href") == "https://example.org"
    with pytest.warns(UserWarning, match="online tiles"):
        file = export_html(chart, tmp_path / "bare.html")
    assert visit(chromium, file).troubles() == []
