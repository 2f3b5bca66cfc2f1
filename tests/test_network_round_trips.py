"""A network goes through frames, lines and files, and comes back the same."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from shapely import LineString

from convoy_geo.io.files import geodata
from convoy_geo.network.from_frames import network_from_frames
from convoy_geo.network.from_lines import network_from_lines
from convoy_geo.network.osm_tags import CLASSES
from convoy_geo.network.read_write import read_network, write_network
from convoy_geo.network.schema import SURFACES


def same(one, other):
    """Whether two networks hold the same roads."""
    assert_frame_equal(
        one.node_table,
        other.node_table,
        check_dtype=False,
        check_index_type=False,
        check_categorical=False,
    )
    assert_frame_equal(
        one.edge_table,
        other.edge_table,
        check_dtype=False,
        check_index_type=False,
        check_categorical=False,
        check_like=True,
    )
    assert np.array_equal(one.coords, other.coords)
    assert np.array_equal(one.edge_start, other.edge_start)
    for name in ("tail", "head", "edge", "first", "last"):
        assert np.array_equal(getattr(one.segments, name), getattr(other.segments, name)), name
    assert np.allclose(one.segments.km, other.segments.km, rtol=0, atol=1e-12)
    for name in ("tail", "head", "segment", "forward"):
        assert np.array_equal(getattr(one.arcs, name), getattr(other.arcs, name)), name


@st.composite
def networks(draw):
    """Nodes on a grid, edges over two to five of them, straight or bent, one way or both."""
    size = draw(st.integers(2, 8))
    places = draw(
        st.lists(
            st.tuples(st.integers(-170, 170), st.integers(-80, 80)),
            min_size=size, max_size=size, unique=True,
        )
    )  # fmt: skip
    names = [f"n{number}" for number in range(size)]
    rows, lines = {}, []
    for number in range(draw(st.integers(1, 6))):
        along = draw(st.lists(st.integers(0, size - 1), min_size=2, max_size=5, unique=True))
        points = [places[along[0]]]
        for node in along[1:]:
            if draw(st.booleans()):  # a bend between two nodes
                points.append((points[-1][0] + 0.5, points[-1][1] + 0.25))
            points.append(places[node])
        lines.append(LineString(points))
        rows[f"e{number}"] = {
            "from": names[along[0]],
            "to": names[along[-1]],
            "waypoints": tuple(names[node] for node in along),
            "class": draw(st.sampled_from(CLASSES[:10])),
            "surface": draw(st.sampled_from(SURFACES)),
            "oneway": draw(st.sampled_from(["yes", "no", "-1"])),
        }
    nodes = gpd.GeoDataFrame(index=names, geometry=gpd.points_from_xy(*zip(*places, strict=True)),
                             crs=4326)  # fmt: skip
    edges = gpd.GeoDataFrame.from_dict(rows, orient="index").set_geometry(lines, crs=4326)
    return network_from_frames(nodes, edges, title="drawn")


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(networks())
def test_frames_of_a_network_make_it_again(network):
    same(network, network_from_frames(network.nodes, network.edges))


@pytest.mark.slow
@settings(max_examples=8, deadline=None)
@given(networks())
def test_a_written_network_is_the_same(tmp_path_factory, network):
    path = tmp_path_factory.mktemp("written") / "made.roads"
    write_network(network, path)
    same(network, read_network(path))


def test_the_bundled_network_round_trips():
    roads = read_network(geodata("roads", "syria-iraq-2017"))
    same(roads, network_from_frames(roads.nodes, roads.edges))


def test_edges_of_a_network_are_lines_again():
    """One-ways are numbers in a network's own frame, and those are understood."""
    lines = [
        LineString([(0, 0), (1, 0)]),
        LineString([(1, 0), (1, 1)]),
        LineString([(1, 1), (0, 0)]),
    ]
    frame = gpd.GeoDataFrame({"oneway": ["yes", "-1", "no"]}, geometry=lines, crs=4326)
    network = network_from_lines(frame)
    again = network_from_lines(network.edges)
    assert list(again.edge_table["oneway"]) == [1, -1, 0]
    assert again.segments.km.sum() == pytest.approx(network.segments.km.sum())
    same(network, network_from_frames(network.nodes, network.edges))


def test_waypoints_off_the_line_are_refused():
    nodes = gpd.GeoDataFrame(index=list("abc"), geometry=gpd.points_from_xy([0, 1, 2], [0, 1, 0]),
                             crs=4326)  # fmt: skip
    edges = gpd.GeoDataFrame(
        {"from": ["a"], "to": ["c"], "class": ["road"], "surface": ["paved"],
         "waypoints": [("a", "b", "c")]},
        index=["e"], geometry=[LineString([(0, 0), (1, 0), (2, 0)])], crs=4326,
    )  # fmt: skip
    with pytest.raises(ValueError, match="does not pass by all of their waypoints: 'e'"):
        network_from_frames(nodes, edges)
    drawn = network_from_frames(nodes, pd.DataFrame(edges.drop(columns="geometry")))
    assert len(drawn.segments.km) == 2
