"""Pictures of maps for where frames are removed: the same things as on the map, as SVG."""

import base64
import re
import xml.etree.ElementTree as ET

import folium
import geopandas as gpd
import numpy as np
import pytest
from hostile import PAYLOADS
from shapely.geometry import Point

import convoy_geo
from convoy_geo.viz.map_picture import map_picture
from convoy_geo.webmap.elements import Label
from convoy_geo.webmap.html import OfflineMap

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def case():
    return convoy_geo.read_case()


def drawn(address):
    assert address.startswith("data:image/svg+xml;base64,")
    return ET.fromstring(base64.b64decode(address.partition(",")[2]))  # noqa: S314  (made here)


def pictured(shown):
    return drawn(re.search(r'<img src="([^"]*)"', shown)[1])


@pytest.mark.slow
@pytest.mark.parametrize("make", ["map", "page", "explore"])
def test_a_case_has_a_picture_where_frames_are_removed(case, make):
    root = pictured(getattr(case, make)()._repr_html_())
    texts = [one.text for one in root.iter(f"{SVG}text")]
    assert "Abu Kamal" in texts
    strokes = {one.get("stroke") for one in root.iter(f"{SVG}path")}
    assert case.info.sides["coalition"].colour in strokes


@pytest.mark.slow
def test_what_is_added_to_a_map_is_on_its_picture(case):
    chart = case.map()
    folium.Circle([34.5, 40], radius=20_000, color="#123456").add_to(chart)
    folium.Marker([34.5, 39], icon=folium.Icon(color="green")).add_to(chart)
    looks = [(one.get("stroke"), one.get("fill")) for one in drawn(chart.picture()).iter()]
    assert any(stroke == "#123456" for stroke, _ in looks)
    assert any(fill == "#5b9a1f" for _, fill in looks)


def test_what_is_switched_off_is_not_on_it():
    chart = OfflineMap([34.5, 40], zoom_start=7)
    for name, show in (("on", True), ("off", False)):
        group = folium.FeatureGroup(name, show=show).add_to(chart)
        dot = folium.CircleMarker([34.5, 40], color="#abcdef" if show else "#fedcba")
        dot.add_to(group)
        Label(34.5, 40, name, anchor=dot).add_to(group)
    text = ET.tostring(drawn(map_picture(chart)), encoding="unicode")
    assert "#abcdef" in text
    assert "#fedcba" not in text
    assert ">on<" in text


@pytest.mark.slow
@pytest.mark.parametrize("zoom", [2, 9])
def test_a_map_without_bounds_is_drawn_as_it_opens(zoom):
    chart = OfflineMap([-33.9, 18.4], zoom_start=zoom)
    folium.PolyLine([[-34, 18], [-33, 19]], color="#ff0000").add_to(chart)
    folium.Polygon([[-34, 18], [-33, 19], [-33, 18]], color="#00ff00", fill=True).add_to(chart)
    text = ET.tostring(drawn(map_picture(chart)), encoding="unicode")
    assert "#ff0000" in text
    assert "#00ff00" in text


@pytest.mark.slow
def test_very_many_dots_stay_a_small_picture():
    rng = np.random.default_rng(3)
    frame = gpd.GeoDataFrame(
        {"n": range(3000)}, crs=4326,
        geometry=[Point(xy) for xy in rng.uniform((30, 30), (40, 40), (3000, 2))],
    )  # fmt: skip
    chart = convoy_geo.explore(frame)
    address = chart.picture()
    assert len(address) < 400_000
    assert list(drawn(address).iter(f"{SVG}path"))


@pytest.mark.slow
@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_hostile_names_stay_text(payload):
    chart = OfflineMap([34.5, 40], title=payload)
    dot = folium.CircleMarker([34.5, 40]).add_to(chart)
    Label(34.5, 40, payload, anchor=dot).add_to(chart)
    tags = {one.tag.removeprefix(SVG) for one in drawn(map_picture(chart)).iter()}
    assert tags <= {"svg", "g", "path", "circle", "text", "title", "defs", "pattern"}
