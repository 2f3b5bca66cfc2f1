"""Maps in notebooks: elements that the safe page cannot hold, and where frames are removed."""

import re
from html import unescape

import folium
import geopandas as gpd
import pytest
from folium import plugins
from hostile import PAYLOADS
from shapely.geometry import Point

import convoy_geo
from convoy_geo.errors import UnsupportedMapElementError
from convoy_geo.webmap.elements import Label, Panel, safe
from convoy_geo.webmap.html import OfflineMap, export_html

HERE = [34.5, 40.9]


def cluster():
    group = plugins.MarkerCluster()
    folium.Marker(HERE).add_to(group)
    return group


PLUGINS = {
    "MiniMap": plugins.MiniMap,
    "HeatMap": lambda: plugins.HeatMap([[34.5, 40.0, 1.0]]),
    "AntPath": lambda: plugins.AntPath([HERE, [35, 41]]),
    "MarkerCluster": cluster,
    "Fullscreen": plugins.Fullscreen,
    "MousePosition": plugins.MousePosition,
}


@pytest.fixture(scope="module")
def case():
    return convoy_geo.read_case()


def inside(shown):
    return unescape(re.search(r'srcdoc="([^"]*)"', shown)[1])


@pytest.mark.slow
@pytest.mark.parametrize("name", PLUGINS)
def test_a_plugin_is_shown_in_a_frame_of_its_own_and_refused_in_a_file(case, name, tmp_path):
    chart = case.map()
    PLUGINS[name]().add_to(chart)
    shown = chart._repr_html_()
    before, _, frame = shown.partition("<iframe")
    assert f"folium.plugins.{name}" in before
    assert "loads scripts from the network" in before
    sandbox = re.search(r'sandbox="([^"]*)"', frame)[1].split()
    assert "allow-scripts" in sandbox
    assert "allow-same-origin" not in sandbox
    page = inside(shown)
    assert page.index("L.control.layers(") > page.index("Abu Kamal")
    with pytest.raises(UnsupportedMapElementError, match=f"{name}: .*can only draw GeoJson"):
        export_html(chart, tmp_path / "x.html")
    assert not (tmp_path / "x.html").exists()
    again = inside(chart._repr_html_())  # a second look
    assert again.index("L.control.layers(") > again.index("Abu Kamal")


def test_the_control_of_layers_stands_after_all_layers_however_often_it_is_shown():
    chart = OfflineMap(HERE)
    folium.LayerControl().add_to(chart)
    chart.get_root().render()
    plugins.HeatMap([[34.5, 40.0, 1.0]], name="Heat").add_to(chart)
    page = inside(chart._repr_html_())
    assert page.index("L.heatLayer") < page.index("L.control.layers(")


@pytest.mark.slow
def test_our_own_texts_are_escaped_for_the_page_that_folium_makes():
    for payload in PAYLOADS.values():
        chart = OfflineMap(HERE, title=payload)
        dot = folium.CircleMarker(HERE, tooltip=safe(payload), popup=folium.Popup(safe(payload)))
        dot.add_to(chart)
        Label(*HERE, payload).add_to(chart)
        Panel(payload, safe(payload)).add_to(chart)
        plugins.MiniMap().add_to(chart)
        page = inside(chart._repr_html_())
        assert payload not in page or not set(payload) & set("<>\"'`$\\{}")


@pytest.mark.slow
def test_explore_of_geopandas_draws_on_the_map(case):
    pytest.importorskip("mapclassify", reason="pip install 'convoy_geo[notebooks]'")
    points = gpd.GeoDataFrame({"n": [1, 2]}, geometry=[Point(40, 34), Point(39, 35)], crs=4326)
    for chart in (points.explore(m=case.map()), points.explore("n", m=case.map())):
        assert "<iframe" in chart._repr_html_()


@pytest.mark.slow
def test_a_map_without_plugins_stays_the_safe_page(case):
    shown = case.map()._repr_html_()
    assert "Content-Security-Policy" in inside(shown)
    assert "scripts from the network" not in shown


@pytest.mark.slow
@pytest.mark.parametrize("make", ["map", "page"])
def test_where_frames_are_removed_a_sentence_is_left(case, make):
    shown = getattr(case, make)()._repr_html_()
    left = re.sub(r"<iframe.*?</iframe>", "", shown, flags=re.DOTALL)
    assert "trust the notebook" in re.sub("<[^>]*>", "", left)


def test_a_marker_without_a_popup_is_fine():
    chart = OfflineMap(HERE)
    folium.Marker(HERE).add_to(chart)
    assert "<iframe" in chart._repr_html_()
