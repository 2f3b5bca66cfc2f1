"""Hostile texts by every place where data reaches the page: none runs, and text is shown as text.

One page holds all of them, so that a new payload or place costs no new browser.
"""

from __future__ import annotations

import re

import folium
import pytest
from browser import expect, visit
from hostile import PAYLOADS

from convoy_geo.webmap.elements import Label, Legend, Panel
from convoy_geo.webmap.html import OfflineMap, export_html, to_html
from convoy_geo.webmap.sanitize import clean, safe

pytestmark = pytest.mark.browser


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", clean(text)).strip()


def hostile_map() -> OfflineMap:
    chart = OfflineMap([34, 40], zoom_start=5, title="".join(PAYLOADS.values()))
    for row, (name, text) in enumerate(PAYLOADS.items()):
        lat = 25 + row * 0.8
        group = folium.FeatureGroup(name=text, attribution=text).add_to(chart)
        folium.CircleMarker([lat, 30], popup=text, tooltip=f"raw {name}").add_to(group)
        folium.CircleMarker([lat, 32], popup=safe(text), tooltip=f"safe {name}").add_to(group)
        folium.CircleMarker([lat, 34], tooltip=text).add_to(group)
        folium.CircleMarker(
            [lat, 36], popup=folium.Popup(text, parse_html=True), tooltip=f"parsed {name}"
        ).add_to(group)
        folium.Marker(
            [lat, 38],
            icon=folium.DivIcon(html=text),
            popup=f"<p title='{safe(text)}'>icon</p>",
            title=text,
        ).add_to(group)
        folium.Marker([lat, 40], alt=text, popup=text, tooltip=safe(text)).add_to(group)
        point = {"type": "Point", "coordinates": [42, lat]}
        folium.GeoJson(
            {
                "type": "FeatureCollection",
                "features": [
                    {"type": "Feature", "properties": {"name": text, text: 1}, "geometry": point}
                ],
            },
            name=text,
            tooltip=folium.GeoJsonTooltip(["name"], [text]),
            popup=folium.GeoJsonPopup(["name", text], [f"field {name}", "key"]),
        ).add_to(chart)
        Label(lat, 44, text, arabic=text, rank=row).add_to(group)
        Panel(text, text).add_to(chart)
        Panel(f"safe {name}", f"<p>{safe(text)}</p>", is_open=True).add_to(chart)
    Legend(
        "".join(PAYLOADS.values()),
        [{"label": text, "colour": "#123456"} for text in PAYLOADS.values()],
    ).add_to(chart)
    folium.LayerControl().add_to(chart)
    return chart


OPEN_ALL = """() => {
  const said = {};
  for (const element of document.querySelectorAll("#map [role=button][tabindex='0']")) {
    if (element.closest(".leaflet-control-container, .leaflet-popup")) continue;
    for (const kind of ["mouseover", "mousemove"]) {
      element.dispatchEvent(new MouseEvent(kind, { bubbles: true }));
    }
    element.focus();
    element.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
    const box = document.querySelector(".leaflet-popup-content");
    element.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    if (box) said[element.getAttribute("aria-label")] = box.textContent;
  }
  return said;
}"""


@pytest.fixture(scope="module")
def visited(chromium, tmp_path_factory):
    file = tmp_path_factory.mktemp("hostile") / "hostile.html"
    with pytest.warns(UserWarning, match="left out of the page: the script"):
        export_html(hostile_map(), file, drop_scripts=True)
    seen = visit(chromium, file, reduced_motion="reduce")
    seen.said = seen.page.evaluate(OPEN_ALL)
    seen.page.wait_for_timeout(300)
    seen.picture("hostile")
    return seen


def test_nothing_runs_and_nothing_is_asked_for(visited):
    assert visited.troubles() == []
    assert len(visited.said) > 4 * len(PAYLOADS)


def test_only_our_elements_are_in_the_page(visited):
    page = visited.page
    expect(page.locator("script")).to_have_count(3)  # data, Leaflet, ours
    expect(page.locator("style, link[rel=stylesheet]")).to_have_count(2)
    foreign = "img, iframe, object, embed, form, button, base, math, template, [http-equiv=refresh]"
    expect(page.locator(foreign)).to_have_count(0)
    links = page.evaluate("[...document.querySelectorAll('a[href]')].map((a) => a.href)")
    assert all(link.startswith(("https:", "http:", "mailto:", "file:")) for link in links)
    handlers = """[...document.querySelectorAll("*")].flatMap((element) =>
      [...element.attributes].map((a) => a.name).filter((name) => /^on/i.test(name)))"""
    assert page.evaluate(handlers) == []


@pytest.mark.parametrize("name", PAYLOADS)
def test_text_is_shown_as_text(visited, name):
    text = squeezed(PAYLOADS[name])
    page = visited.page
    assert squeezed(visited.said[f"safe {name}"]) == text
    # folium marks raw backticks with a backslash, which cannot be told from one that was there.
    assert squeezed(visited.said[f"parsed {name}"]) == text.replace("\\`", "`")
    layers = [squeezed(each) for each in page.locator(".layers label").all_text_contents()]
    assert layers.count(text) == 2
    legend = [squeezed(each) for each in page.locator(".legend li").all_text_contents()]
    assert text in legend
    names = [squeezed(each) for each in page.locator(".name span").all_text_contents()]
    assert names.count(text) == 2
    fields = [said for said in visited.said.values() if f"field {name}" in said]
    assert any(text in squeezed(said) for said in fields)
    panel = page.locator("details.panel", has=page.locator("summary", has_text=f"safe {name}"))
    assert text in [squeezed(each) for each in panel.locator("p").all_text_contents()]


def test_title_is_shown_as_text(visited):
    title = "".join(PAYLOADS.values())
    assert squeezed(visited.page.locator("h1").text_content()) == squeezed(title)
    assert squeezed(visited.page.title()) == squeezed(title)


def test_long_names_do_not_widen_the_page(visited):
    assert visited.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    boxes = visited.page.evaluate(
        "[...document.querySelectorAll('.name, .layers, #map .legend')].map((e) => e.offsetWidth)"
    )
    assert max(boxes) <= 280


def test_the_file_holds_no_raw_text():
    with pytest.warns(UserWarning, match="left out of the page: the script"):
        page = to_html(hostile_map(), drop_scripts=True)
    head, _, data = page.partition('<script type="application/json" id="data">')
    data = data.partition("</script>")[0]
    assert not re.search("[<>&\u2028\u2029\u202e\u2066\ud800]", data)
    assert "__pwned=1<" not in head
    assert "\u202e" not in page
