"""The translation of folium maps, and the page as text."""

from __future__ import annotations

import gzip
import json
import re
import warnings
from html import unescape

import folium
import geopandas
import pytest
import shapely
from branca.element import Element, Html, JavascriptLink
from demo import collection, demo_map, feature, line
from folium import plugins
from folium.utilities import JsCode
from hypothesis import given
from hypothesis import strategies as st

from convoy_geo.case.case import read_case
from convoy_geo.errors import OutputFileError, PageAssetError, UnsupportedMapElementError
from convoy_geo.lang import load
from convoy_geo.webmap import assets, html
from convoy_geo.webmap.assets import source
from convoy_geo.webmap.elements import HATCH, Basemap, Label, Legend, LegendEntry, Panel
from convoy_geo.webmap.from_folium import read_map
from convoy_geo.webmap.html import OfflineMap, export_html, notebook_html, script_hashes, to_html
from convoy_geo.webmap.polyline_codec import pack, unpack

HERE = [34.5, 40.0]


def drawn(element, **options):
    """The document's items and the whole document for a map with one element."""
    chart = OfflineMap(HERE, **options)
    chart.add_child(element)
    document = read_map(chart).document
    return document["layers"], document


def data_of(text: str) -> dict:
    return json.loads(re.search(r'id="data">(.*?)</script>', text)[1])


# --- packing ------------------------------------------------------------------------------------

DEGREES = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


@pytest.mark.slow
@given(st.lists(DEGREES, min_size=1), st.integers(0, 7))
def test_packed_positions_come_back_rounded(points, precision):
    text = pack(points, precision)
    assert re.fullmatch(r"[\w-]+", text)
    expected = []
    for lon, lat in points:
        rounded = (round(lon * 10**precision), round(lat * 10**precision))
        if not expected or expected[-1] != rounded:
            expected.append(rounded)
    back = [
        tuple(round(value * 10**precision) for value in each) for each in unpack(text, precision)
    ]
    assert back == expected


@pytest.mark.parametrize("point", [(0, 91), (float("nan"), 0), (400, 0), (0, float("inf"))])
def test_positions_off_the_globe_are_refused(point):
    with pytest.raises(ValueError, match="globe"):
        pack([point])


# --- elements -----------------------------------------------------------------------------------


def test_shapes_become_items():
    [item], document = drawn(
        folium.PolyLine([(34, 40), (35, 41)], color="#0072b2", dash_array="2 8")
    )
    assert item["k"] == "l"
    assert [unpack(part) for part in item["g"]] == [[(40.0, 34.0), (41.0, 35.0)]]
    assert document["styles"][item["s"]] == {"color": "#0072b2", "dashArray": "2 8"}

    [item], _ = drawn(folium.PolyLine([[(34, 40), (35, 41)], [(36, 42), (37, 43)]]))
    assert len(item["g"]) == 2

    outer, hole = [(34, 40), (34, 42), (36, 42)], [(34.5, 41), (34.5, 41.5), (35, 41.5)]
    assert [len(part) for part in drawn(folium.Polygon(outer))[0][0]["g"]] == [1]
    assert [len(part) for part in drawn(folium.Polygon([outer, hole]))[0][0]["g"]] == [2]

    [item], _ = drawn(folium.Rectangle([(34, 40), (35, 42)]))
    assert unpack(item["g"][0][0]) == [(40, 34), (42, 34), (42, 35), (40, 35)]

    [item], document = drawn(folium.Circle(HERE, radius=9000, fill=True, fill_opacity=0.5))
    assert (item["k"], item["r"]) == ("c", 9000)
    assert document["styles"][item["s"]] == {"fill": True, "fillOpacity": 0.5}
    [item], _ = drawn(folium.CircleMarker(HERE, radius=2.5))
    assert (item["k"], item["r"]) == ("d", 2.5)


def test_markers_become_pins_and_html():
    [item], _ = drawn(
        folium.Marker(HERE, icon=folium.Icon(color="darkred", icon_color="#fff"), alt="Stop")
    )
    assert (item["k"], item["c"], item["i"], item["alt"]) == ("m", "#9a2f33", "#fff", "Stop")
    assert drawn(folium.Marker(HERE))[0][0]["c"] == "#2a7fc0"
    icon = folium.DivIcon(html="<b style='x'>30 Aug</b>", icon_size=(60, 18), icon_anchor=(30, 9))
    [item], _ = drawn(folium.Marker(HERE, icon=icon))
    assert (item["k"], item["n"], item["size"], item["anchor"]) == (
        "h",
        ["b", "30 Aug"],
        [60, 18],
        [30, 9],
    )


def test_popups_and_tooltips_are_read():
    dot = folium.CircleMarker(
        HERE,
        popup=folium.Popup("a `b` <i>c</i>", max_width=200, show=True),
        tooltip=folium.Tooltip("<b>t</b>", permanent=True),
    )
    [item], _ = drawn(dot)
    assert item["p"] == ["", "a `b` ", ["i", "c"]]
    assert (item["pw"], item["open"], item["t"], item["fixed"]) == (200, True, ["b", "t"], True)
    [item], _ = drawn(folium.CircleMarker(HERE, popup=folium.Popup("<i>c</i>", parse_html=True)))
    assert item["p"] == ["", "<i>c</i>"]


def test_recurring_content_is_stored_once():
    group = folium.FeatureGroup()
    card = "<div class='card'><p>The same claim, in many places.</p></div>"
    for index in range(20):
        folium.CircleMarker(HERE, popup=f"<h4>{index}</h4>{card}").add_to(group)
    [item], document = drawn(group)
    assert document["nodes"] == [
        ["div", {"class": "card"}, ["p", "The same claim, in many places."]]
    ]
    assert item["items"][3]["p"] == ["", ["h4", "3"], 0]
    assert len({each["s"] for each in item["items"]}) == len(document["styles"]) == 1


def test_groups_keep_their_switches():
    outer = folium.FeatureGroup(name="Outer <b>", show=False, control=False, overlay=False)
    folium.FeatureGroup().add_to(outer)
    [item], _ = drawn(outer)
    assert (item["name"], item["show"], item["control"], item["overlay"]) == (
        "Outer <b>",
        False,
        False,
        False,
    )
    assert item["items"][0]["name"] == "#2"  # folium's made-up name holds a random id


def test_the_view_is_read():
    chart = OfflineMap(HERE, zoom_start=6, control_scale=True, max_zoom=12, max_bounds=True)
    chart.fit_bounds([[36, 42], [33, 39]], max_zoom=9)
    folium.LayerControl(position="bottomleft", collapsed=False).add_to(chart)
    document = read_map(chart).document
    assert document["map"] == {
        "center": HERE,
        "zoom": 6,
        "minZoom": 3,
        "maxZoom": 12,
        "zoomControl": True,
        "maxBounds": [[-90, -180], [90, 180]],
        "scale": True,
        "fit": [[33, 39], [36, 42]],
        "fitMaxZoom": 9,
    }
    assert document["control"] == {"position": "bottomleft", "collapsed": False}


def test_layers_kept_in_front_are_marked():
    chart = OfflineMap(HERE)
    groups = [folium.FeatureGroup(name=name).add_to(chart) for name in "ab"]
    chart.keep_in_front(groups[0])
    first, second = read_map(chart).document["layers"]
    assert (first.get("front"), second.get("front")) == (1, None)


# --- GeoJson ------------------------------------------------------------------------------------


def test_geojson_functions_are_asked_on_this_side():
    data = collection(
        feature({"type": "Point", "coordinates": [40, 34]}, name="a", n=1234567.5),
        feature(line((40, 34), (41, 35)), name="b", n=None),
        feature(None, name="c", n=0),
    )
    layer = folium.GeoJson(
        data,
        style_function=lambda each: {
            "color": {"a": "red", "b": "blue"}.get(each["properties"]["name"], "grey"),
            "radius": 4,
        },
        highlight_function=lambda _each: {"weight": 9},
        tooltip=folium.GeoJsonTooltip(["name"], labels=False),
        popup=folium.GeoJsonPopup(["name", "n"], ["Name", "Count"]),
    )
    [item], document = drawn(layer)
    point, way = item["items"]
    assert (point["k"], point["r"], way["k"]) == ("d", 4, "l")
    assert document["styles"][point["s"]] == {"color": "red", "fill": True}
    assert document["styles"][way["s"]] == {"color": "blue"}
    assert document["styles"][way["h"]] == {"color": "blue", "weight": 9}
    assert point["t"] == ["table", ["tbody", ["tr", ["td", "a"]]]]
    assert "1,234,567.5" in json.dumps(point["p"])


def test_geojson_of_every_kind_and_precision():
    square = [[[0, 0], [1, 0], [1, 1], [0, 0]]]
    parts = [
        {"type": "MultiPoint", "coordinates": [[0, 0], [1, 1]]},
        {"type": "MultiLineString", "coordinates": [[[0, 0], [1, 1]], [[2, 2], [3, 3]]]},
        {"type": "Polygon", "coordinates": square},
        {"type": "MultiPolygon", "coordinates": [square, square]},
        {"type": "LineString", "coordinates": []},
    ]
    layer = folium.GeoJson({"type": "GeometryCollection", "geometries": parts}, precision=2)
    [item], _ = drawn(layer)
    assert [each["k"] for each in item["items"]] == ["d", "d", "l", "a", "a"]
    assert item["q"] == 2
    assert unpack(item["items"][3]["g"][0][0], 2) == [(0, 0), (1, 0), (1, 1)]


def test_geojson_takes_frames_and_markers():
    frame = geopandas.GeoDataFrame({"name": ["a"]}, geometry=[shapely.Point(40, 34)], crs=4326)
    layer = folium.GeoJson(frame, marker=folium.Circle(radius=500, color="#123456"), tooltip="All")
    [item], document = drawn(layer)
    assert (item["t"], item["items"][0]["k"], item["items"][0]["r"]) == (["", "All"], "c", 500)
    assert document["styles"][item["items"][0]["s"]]["color"] == "#123456"


def test_a_basemap_is_merged_and_coarse():
    rivers = collection(*(feature(line((40 + i, 34), (40.12345 + i, 34))) for i in range(5)))
    [item], _ = drawn(Basemap(rivers, "river"))
    assert (item["base"], item["q"], item["control"], item["name"]) == (True, 3, False, "river")
    assert len(item["items"]) == 1
    assert unpack(item["items"][0]["g"][0], 3)[1] == (40.123, 34)
    with pytest.raises(ValueError, match="`kind`"):
        Basemap(rivers, "motorway")


def test_many_features_go_to_a_canvas():
    points = collection(
        *(feature({"type": "Point", "coordinates": [40, i / 100]}) for i in range(1600))
    )
    assert drawn(folium.GeoJson(points))[0][0]["canvas"]


# --- refusals -----------------------------------------------------------------------------------


def with_events():
    group = folium.FeatureGroup()
    group.on(click=JsCode("() => alert(1)"))
    return group


def raw_popup():
    return folium.Marker(HERE, popup=folium.Popup(Element("<script>alert(1)</script>")))


REFUSED = {
    "folium.plugins.HeatMap": lambda: plugins.HeatMap([HERE]),
    "folium.plugins.MarkerCluster": plugins.MarkerCluster,
    "folium.plugins.AntPath": lambda: plugins.AntPath([HERE, [35, 41]]),
    "folium.plugins.Fullscreen": plugins.Fullscreen,
    "RegularPolygonMarker": lambda: folium.RegularPolygonMarker(HERE),
    "CustomIcon": lambda: folium.Marker(HERE, icon=folium.CustomIcon("https://x.org/a.png")),
    "WmsTileLayer": lambda: folium.WmsTileLayer("https://x.org", "a"),
    "LatLngPopup": folium.LatLngPopup,
    "EventHandler": with_events,
    "Element": raw_popup,
    "JsCode": lambda: folium.GeoJson(collection(), on_each_feature=JsCode("x")),
    "option color": lambda: folium.PolyLine([HERE, HERE], color="url(https://x.org)"),
    "option weight": lambda: folium.PolyLine([HERE, HERE], weight="wide"),
    "option dashArray": lambda: folium.PolyLine([HERE, HERE], dash_array="x"),
    "option lineCap": lambda: folium.PolyLine([HERE, HERE], line_cap="x"),
    "Circle": folium.Circle,
    "Label 'x'": lambda: Label(34, 40, "x", anchor=folium.CircleMarker(HERE)),
    "geometry 'Blob'": lambda: folium.GeoJson({"type": "Blob", "coordinates": [1]}),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_what_is_not_known_is_refused_by_name(name):
    with pytest.raises(UnsupportedMapElementError) as caught:
        drawn(REFUSED[name]())
    assert caught.value.name == name


def test_html_beside_the_map_is_refused():
    chart = OfflineMap(HERE)
    chart.get_root().html.add_child(Element("<script>alert(1)</script>"))
    with pytest.raises(UnsupportedMapElementError, match="beside the map"):
        to_html(chart)
    with pytest.raises(UnsupportedMapElementError, match="crs"):
        to_html(OfflineMap(HERE, crs="EPSG4326"))
    with pytest.raises(UnsupportedMapElementError, match=r"not a folium\.Map"):
        to_html("<b>map</b>")


def test_a_subclass_that_draws_the_same_is_fine():
    class Town(folium.CircleMarker):
        pass

    class Sneaky(folium.CircleMarker):
        def render(self, **kwargs):
            super().render(**kwargs)

    assert drawn(Town(HERE))[0][0]["k"] == "d"
    with pytest.raises(UnsupportedMapElementError, match="Sneaky"):
        drawn(Sneaky(HERE))


# --- our own elements ---------------------------------------------------------------------------


def test_hatching_is_understood_in_every_spelling():
    ring = [(34, 40), (34, 42), (36, 42)]
    for element in (
        folium.Polygon(ring, **HATCH),
        folium.Polygon(ring, class_name="x hatch", fill=True, weight=1),
        folium.GeoJson(
            {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]},
            style_function=lambda _each: {"hatch": True, "weight": 1},
        ),
    ):
        [item], document = drawn(element)
        item = item.get("items", [item])[0]
        assert document["styles"][item["s"]] == {"fill": True, "hatch": "hatch", "weight": 1}


def test_labels_know_their_anchor():
    group = folium.FeatureGroup()
    dot = folium.CircleMarker(HERE).add_to(group)
    Label(*HERE, "Abu\u202e Kamal", arabic="البوكمال", rank=1, anchor=dot).add_to(group)
    [item], _ = drawn(group)
    place, name = item["items"]
    assert place["id"] == name["at"] == 0
    assert (name["text"], name["arabic"], name["rank"]) == ("Abu Kamal", "البوكمال", 1)


def test_legend_and_panels_stand_in_the_static_page():
    chart = OfflineMap(HERE)
    Legend(
        "Routes",
        [
            LegendEntry("a <b>", "#123456", dash="2 6"),
            {"label": "c", "colour": "red", "shape": "dot"},
        ],
    ).add_to(chart)
    Panel("Lists", "<ul><li>one</ul><script>x</script>", is_open=True).add_to(chart)
    with pytest.raises(UnsupportedMapElementError, match="<script> in the panel 'Lists'"):
        to_html(chart)
    with pytest.warns(UserWarning, match="left out of the page: the script <script> in the panel"):
        page = to_html(chart, drop_scripts=True)
    static = page.partition('<script type="application/json"')[0]
    assert '<span dir="auto">a &lt;b&gt;</span>' in static
    assert 'stroke="#123456" stroke-width="3" stroke-dasharray="2 6"' in static
    assert '<details class="panel" open>\n<summary dir="auto">Lists</summary>' in static
    assert "<ul><li>one</li></ul></div>" in static
    with pytest.raises(ValueError, match="CSS colour"):
        LegendEntry("x", 'red" onload="x')


@pytest.mark.parametrize(
    ("element", "name"),
    [
        (lambda: folium.Marker(HERE, popup="a<script>evil()</script>"), "<script> in a popup"),
        (lambda: folium.Marker(HERE, popup=folium.Popup(Html("<IFRAME src=x>", script=True))),
         "<iframe> in a popup"),
        (lambda: folium.Marker(HERE, tooltip="<img src=x onerror=evil()>"), "onerror of <img>"),
        (lambda: folium.Marker(HERE, icon=folium.DivIcon(html="<b onclick='evil()'>")),
         "onclick of <b>"),
        (lambda: folium.FeatureGroup(attribution='<a href="java&#10;script:evil()">x</a>'),
         "javascript: in href of <a>"),
    ],
    ids=["popup", "Html", "tooltip", "icon", "attribution"],
)  # fmt: skip
def test_scripts_in_markup_refuse_the_map_and_are_named(element, name):
    chart = OfflineMap(HERE)
    element().add_to(folium.FeatureGroup().add_to(chart))
    with pytest.raises(UnsupportedMapElementError, match=re.escape(name)):
        to_html(chart)
    with pytest.warns(UserWarning, match=re.escape(name)):
        page = to_html(chart, drop_scripts=True)
    assert "evil()" not in page
    with pytest.warns(UserWarning, match=re.escape(name)):
        notebook_html(chart)


def test_texts_about_scripts_are_texts():
    chart = OfflineMap(HERE)
    for text in ("&lt;script&gt;x()", "on = off, the script: 5 < 6", "a < b onclick=5"):
        folium.Marker(HERE, popup=text, tooltip=folium.Tooltip(text)).add_to(chart)
    assert "on = off" in to_html(chart)


def test_they_show_in_a_page_of_folium_too():
    chart = folium.Map(HERE, tiles=None)
    text = "{{ 713 * 7129 }}<script>`${x}`"
    Legend(text, [{"label": text, "colour": "red"}]).add_to(chart)
    Panel(text, f"<p>{text}</p>", is_open=True).add_to(chart)
    Label(34, 40, text, arabic=text).add_to(chart)
    Basemap(collection(feature(line((40, 34), (41, 35)))), "river").add_to(chart)
    html = chart.get_root().render()
    assert html.count("&#123;&#123; 713 * 7129 &#125;&#125;&lt;script&gt;&#96;&#36;&#123;x") >= 3
    assert str(713 * 7129) not in html  # a template that runs; short numbers are in folium's ids
    assert text not in html


# --- the page -----------------------------------------------------------------------------------


def test_the_policy_names_hashes_and_nothing_unsafe():
    text = to_html(demo_map())
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]
    hashes = script_hashes()
    assert policy == (
        f"default-src 'none'; script-src '{hashes['leaflet.js']}' '{hashes['page.js']}'; "
        f"style-src '{hashes['leaflet.css']}' '{hashes['page.css']}'; "
        "img-src data: blob:; "
        "base-uri 'none'; form-action 'none'; "
        "require-trusted-types-for 'script'; trusted-types default"
    )
    assert text.count("<script") == 3
    assert text.count("<style") == 2
    assert ' style="' not in text
    assert "sourceMappingURL" not in text
    assert not any(
        "url(" in style for style in re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    )


def parts_of(text: str) -> list[str]:
    """The hashes of all that a page could run or style itself by, in its order."""
    found = re.findall(r"<(script|style)([^>]*)>(.*?)</\1>", text, re.DOTALL)
    return [source(content) for _, marks, content in found if 'id="data"' not in marks]


def test_hashes_are_those_of_the_text_in_the_page():
    hashes = script_hashes()
    text = to_html(OfflineMap(HERE))
    expected = [hashes[name] for name in ("leaflet.css", "page.css", "leaflet.js", "page.js")]
    assert parts_of(text) == expected
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]
    assert sorted(re.findall(r"'(sha256-[^']*)'", policy)) == sorted(expected)
    assert not any("</script" in part or "<!--" in part for part in html.page_parts())


@pytest.mark.slow
def test_hashes_do_not_depend_on_the_case(case):
    hashes = script_hashes()
    names = ("leaflet.css", "case.css", "leaflet.js", "case.js")
    expected = {hashes[name] for name in names}
    for other in (case, read_case("titanic-1912")):
        for options in ({}, {"lang": "ar"}):
            assert set(parts_of(other.page(**options).html)) == expected


@pytest.mark.slow
def test_the_page_is_small_where_servers_compress(case):
    # Of which the basemap takes 60 kB at most, see test_world_basemap
    assert len(gzip.compress(case.page().html.encode())) < 230_000


def test_the_same_map_gives_the_same_bytes(tmp_path):
    first = export_html(demo_map(), tmp_path / "a.html").read_bytes()
    again = demo_map()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # folium's tooltips do not like collections
        again.get_root().render()  # a look at it in folium's way leaves things in the tree
    assert export_html(again, str(tmp_path / "b.html")).read_bytes() == first
    assert len(gzip.compress(first)) < 100_000


def test_data_cannot_end_its_element():
    text = html.as_json({"a": "</script><!-- \u2028 &"})
    assert text == r'{"a":"\u003c/script\u003e\u003c!-- \u2028 \u0026"}'
    assert json.loads(text) == {"a": "</script><!-- \u2028 &"}


def test_languages():
    text = to_html(OfflineMap(HERE, title="t", lang="ar"))
    assert '<html lang="ar" dir="rtl">' in text
    assert data_of(text)["words"]["layers"] == "الطبقات"
    assert '<html lang="fr" dir="ltr">' in to_html(OfflineMap(HERE), lang="fr")
    with pytest.raises(ValueError, match="`lang`"):
        to_html(OfflineMap(HERE), lang='en" onload="x')
    words = load("en").strings, load("ar").strings
    assert words[0].keys() == words[1].keys()


def test_titles_and_credits():
    chart = OfflineMap(HERE, title="A & B")
    folium.FeatureGroup(name="x", attribution='By <a href="https://x.org">us</a>').add_to(chart)
    text = to_html(chart)
    assert "<title>A &amp; B</title>" in text
    assert '<h1 dir="auto">C</h1>' in to_html(chart, title="C")
    assert (
        'By <a href="https://x.org" rel="noopener noreferrer" target="_blank">us</a> · Leaflet'
        in text
    )


def test_tiles_only_when_asked_for():
    chart = folium.Map(HERE)
    with pytest.warns(UserWarning, match="openstreetmap"):
        text = to_html(chart)
    assert "openstreetmap.org" not in text
    text = to_html(chart, online_tiles=True)
    assert "img-src data: blob: https://tile.openstreetmap.org; base-uri" in text
    assert data_of(text)["layers"][0]["url"] == "https://tile.openstreetmap.org/{z}/{x}/{y}.png"
    for address in ("http://x.org/{z}/{x}/{y}.png", "https://x.org;script-src */{z}/{x}/{y}.png"):
        chart = folium.Map(HERE, tiles=None)
        folium.TileLayer(address, attr="x").add_to(chart)
        with pytest.raises(UnsupportedMapElementError, match="https address"):
            to_html(chart, online_tiles=True)


def test_a_notebook_shows_the_very_same_page():
    chart = OfflineMap(HERE, title='"A" & B', height_px=300)
    frame = chart._repr_html_()
    assert frame == notebook_html(chart, height=300)
    inner = re.search(r'srcdoc="([^"]*)"', frame)[1]
    assert unescape(inner) == to_html(chart)
    assert 'sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox"' in frame
    assert 'height="300"' in frame


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(OutputFileError):
        export_html(OfflineMap(HERE), tmp_path / "no" / "map.html")


def test_another_leaflet_is_refused(monkeypatch):
    monkeypatch.setitem(assets.LEAFLET_FILES, "leaflet.js", "0" * 64)
    with pytest.raises(PageAssetError, match="not that of Leaflet"):
        assets._leaflet("leaflet.js")
    with pytest.raises(PageAssetError, match="not installed"):
        assets._leaflet("missing.js")


@pytest.mark.parametrize(
    ("add", "named"),
    [
        (lambda m: m.add_js_link("mine", "https://example.org/mine.js"), "the script mine"),
        (lambda m: m.get_root().header.add_child(Element("<script>x()</script>"), "own"),
         "the script own"),
        (lambda m: m.get_root().header.add_child(JavascriptLink("https://e.org/x.js"), "far"),
         "the script far"),
        (lambda m: m.get_root().html.add_child(Element("<script>x()</script>")), "Element"),
        (lambda m: m.get_root().script.add_child(Element("x()")), "Element"),
    ],
    ids=["link", "head", "head link", "body", "script"],
)  # fmt: skip
def test_scripts_that_cannot_be_kept_refuse_the_map_and_are_named(
    tmp_path, monkeypatch, add, named
):
    monkeypatch.setattr(folium.Map, "default_js", list(folium.Map.default_js))
    chart = folium.Map([34, 38], tiles=None)
    folium.Marker([34, 38], popup="x").add_to(chart)
    chart.get_root().render()  # what folium itself adds is no script of somebody's
    export_html(chart, tmp_path / "x.html")
    add(chart)
    with pytest.raises(UnsupportedMapElementError, match=named):
        export_html(chart, tmp_path / "y.html")
    assert not (tmp_path / "y.html").exists()
