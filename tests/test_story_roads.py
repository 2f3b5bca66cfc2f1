"""The roads of any network on a case's map: no column is needed, and not more than the budget."""

from types import SimpleNamespace

import geopandas as gpd
from shapely import LineString

from convoy_geo.network.from_lines import network_from_lines
from convoy_geo.viz.layers import _roads
from convoy_geo.viz.popups import Cards
from convoy_geo.viz.story_roads import roads_to_draw


def contents(size, used=()):
    lines = [LineString([(0.001 * at, 0), (0.001 * at, 0.001)]) for at in range(size)]
    kinds = ["primary" if at % 50 == 0 else "residential" for at in range(size)]
    network = network_from_lines(gpd.GeoDataFrame({"class": kinds}, geometry=lines, crs=4326))
    place = SimpleNamespace(lon=0.0, lat=0.0)
    closure = SimpleNamespace(edges=tuple(used))
    return SimpleNamespace(network=network, places={"p": place}, tracks=(), alternatives=(),
                           closures=(closure,), controls=())  # fmt: skip


def test_a_network_without_optional_columns_is_drawn_whole():
    cards = Cards(SimpleNamespace(sides={}, states={}), {}, {}, {})
    features = list(_roads(contents(30), cards))
    assert len(features) == 30
    assert "note" not in contents(30).network.edge_table


def test_used_roads_first_then_near_ones_by_class():
    found = roads_to_draw(contents(2000, used=["1999-0"]), most=20)
    assert len(found) == 20
    assert "1999-0" in found.index  # far away, but closed
    assert {"0-0", "50-0", "100-0"} <= set(found.index)  # the greater class near the place
    assert (found["polyline_km"] > 0).all()
    assert found.crs.to_epsg() == 4326
