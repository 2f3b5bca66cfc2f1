"""A network on a map: layers by class, dashes by confidence, limits."""

import folium
import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import LineString

from convoy_geo.geoparse.finder import find_places
from convoy_geo.network.from_lines import network_from_lines
from convoy_geo.viz import explore_network as explore_module
from convoy_geo.viz.explore import explore
from convoy_geo.viz.explore_network import explore_network
from convoy_geo.webmap.html import OfflineMap, to_html


def network(lines, **columns):
    frame = gpd.GeoDataFrame(columns, geometry=lines, crs="EPSG:4326")
    return network_from_lines(frame)


def street(number, points=2):
    xs = np.linspace(40, 40.1, points)
    return LineString(np.column_stack([xs, np.full(points, 34 + number / 1000)]))


def layers(chart):
    return [
        one.layer_name for one in chart._children.values() if isinstance(one, folium.FeatureGroup)
    ]


def test_the_roads_of_the_case_by_class_and_confidence(case):
    chart = explore_network(case.network)
    assert isinstance(chart, OfflineMap)
    assert {"Roads: motorway", "Roads: track"} <= set(layers(chart))
    page = to_html(chart)
    for text in ("Confidence: low", "Road: trunk", "Natural Earth", "E063", "GeoNames"):
        assert text in page


def test_on_a_map_that_is_there_nothing_else_is_added(case):
    mine = folium.Map(tiles=None)
    assert explore_network(case.network, mine, classes=["track"]) is mine
    assert layers(mine) == ["Roads: track"]
    assert "Natural Earth" not in mine.get_root().render()


@pytest.mark.slow
def test_the_basemap_is_there_in_any_country():
    far = network([LineString([(9.5, 47.1), (9.6, 47.2)])])
    assert "Liechtenstein" in to_html(explore_network(far))


def test_a_part_can_be_drawn(case):
    west = explore_network(case.network, bbox=(36, 33, 37, 34))
    assert len(to_html(west)) < len(to_html(explore_network(case.network)))
    for nothing in ({"bbox": (0, 0, 1, 1)}, {"classes": ["steps"]}):
        with pytest.raises(ValueError, match="no edge"):
            explore_network(case.network, **nothing)


def test_too_many_edges_are_refused_with_a_way_out(monkeypatch):
    monkeypatch.setattr(explore_module, "MOST_EDGES", 10)
    many = network([street(number) for number in range(11)])
    with pytest.raises(ValueError, match=r"11 edges .*bbox.*road 11"):
        explore_network(many)


@pytest.mark.slow
def test_many_points_are_simplified(monkeypatch):
    winding = network([street(number, points=500) for number in range(4)])
    whole = len(to_html(explore_network(winding)))
    monkeypatch.setattr(explore_module, "MOST_POINTS", 100)
    assert len(to_html(explore_network(winding))) < whole - 1000


@pytest.mark.slow
def test_a_few_thousand_edges_are_drawn():
    chart = explore_network(network([street(number) for number in range(3000)]))
    assert len(to_html(chart)) < 2_000_000


@pytest.mark.slow
def test_names_are_text_and_nothing_else():
    wild = "<img src=x onerror=alert(1)> `${alert(2)}`"
    chart = explore_network(network([street(0)], name=[wild], ref=[wild]))
    page = to_html(chart)
    assert "<img src=x" not in page
    assert "<img src=x" not in chart.get_root().render()
    assert "${alert" not in chart.get_root().render()


@pytest.mark.slow
def test_explore_draws_each_kind_of_result_and_nothing_else(case):
    reach = case.reach("Sukhna", "Mayadin", leave="2017-08-31T06:00", arrive="2017-09-01T12:00")
    mentions = find_places("The buses left Homs for Abu Kamal.")
    for thing, shown in ((case.network, "E063"), (reach, "Surely reachable"), (mentions, "Homs")):
        chart = explore(thing, title="A & B")
        assert isinstance(chart, OfflineMap)
        assert chart.title == "A & B"
        assert shown in to_html(chart)
        mine = folium.Map(tiles=None)
        assert explore(thing, mine) is mine
    for wrong in (None, "Homs", 3):
        with pytest.raises(TypeError, match="RoadNetwork, a Reach, Mentions"):
            explore(wrong)
    with pytest.raises(TypeError, match="`bbox`"):
        explore(mentions, bbox=(0, 0, 1, 1))


@pytest.mark.slow
def test_explore_takes_colour_width_and_columns(case):
    reach = case.reach("Sukhna", "Mayadin", leave="2017-08-31T06:00", arrive="2017-09-01T12:00")
    mentions = find_places("The buses left Homs for Abu Kamal.")
    for thing, column in ((case.network, "surface"), (reach, "edge"), (mentions, "role")):
        page = to_html(explore(thing, color="#123456", weight=7, popup=column, tooltip=[column]))
        assert "#123456" in page
        assert '"weight":7' in page
        assert f"{column}: " in page
        with pytest.raises(KeyError, match="no column 'nothing'; there are"):
            explore(thing, tooltip="nothing")
    with pytest.raises(ValueError, match="CSS colour"):
        explore(mentions, color="url(x)")
    with pytest.raises(ValueError, match="`weight`"):
        explore(mentions, weight=0)


def test_an_empty_result_has_a_map():
    assert explore(find_places("Nothing.")) is not None
