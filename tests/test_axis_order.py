"""Positions that look swapped, and places far from their own road node."""

import geopandas as gpd
import pandas as pd
import pytest

from convoy_geo.casefiles.axis_order import far_node_km, looks_swapped, swapped_on_roads
from convoy_geo.network.from_frames import network_from_frames


@pytest.fixture
def roads():
    nodes = gpd.GeoDataFrame(
        index=["a", "b"], geometry=gpd.points_from_xy([7.41, 7.44], [43.73, 43.75]), crs=4326
    )
    edges = pd.DataFrame(
        {"from": "a", "to": "b", "class": "primary", "surface": "paved"}, index=["ab"]
    )
    return network_from_frames(nodes, edges)


def test_where_all_is_swapped_the_roads_tell(roads):
    assert swapped_on_roads(43.74, 7.42, roads)
    assert not swapped_on_roads(7.42, 43.74, roads)
    assert not swapped_on_roads(2.35, 48.85, roads)  # far, and elsewhere if swapped
    # the view that the swapped places make tells nothing
    assert not looks_swapped(43.74, 7.42, (43.7, 7.4, 43.8, 7.5), [])


def test_a_place_far_from_its_node_is_told(roads):
    assert far_node_km(roads, "a", 7.41, 43.73, 0) is None
    assert far_node_km(roads, "a", 7.6, 43.73, 0) == pytest.approx(15.3, abs=0.1)
    assert far_node_km(roads, "a", 7.6, 43.73, 20) is None
    assert far_node_km(roads, "nowhere", 7.6, 43.73, 0) is None
