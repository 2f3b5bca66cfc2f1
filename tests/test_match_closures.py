"""Which stretch of which road a drawn closure closes, and what is left of the roads."""

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import LineString, MultiPoint, Point, box

from convoy_geo.errors import NoRouteError, RoadDataError
from convoy_geo.model.closures import Closure
from convoy_geo.model.travel_modes import travel_mode
from convoy_geo.network.closed_roads import closed_roads, road_names
from convoy_geo.network.from_lines import network_from_lines
from convoy_geo.network.match_closures import Stretches
from convoy_geo.routing.router import Router
from convoy_geo.timegeo.locations import Location
from convoy_geo.timegeo.travel_graph import Ground

WEST, EAST, SOUTH, NORTH = (20.0, 10.0), (20.04, 10.0), (20.02, 9.99), (20.02, 10.01)


@pytest.fixture(scope="module")
def roads():
    """A long road, a bridge that leads over it, and far off a junction with a footway."""
    lines = {
        "long": [WEST, EAST],
        "bridge": [SOUTH, NORTH],
        "one": [(20.1, 10.0), (20.11, 10.0)],
        "two": [(20.11, 10.0), (20.12, 10.0)],
        "three": [(20.11, 10.0), (20.11, 10.01)],
        "walk": [(20.1, 10.0001), (20.109, 10.0001)],
    }
    frame = gpd.GeoDataFrame(
        {"class": ["primary"] * 5 + ["footway"]},
        geometry=[LineString(one) for one in lines.values()], index=list(lines), crs=4326,
    )  # fmt: skip
    return network_from_lines(frame)


def closure(shape, edges=()):
    return Closure("c", "Shut", "cut", shape, "2020-05-01", tuple(edges))


def closed(roads, shape):
    found = roads.stretches_of(closure(shape))
    edges = roads.edge_ids(roads.segments.edge[found.segments])
    return {
        edge: (round(first, 2), round(last, 2))
        for edge, first, last in zip(edges, found.first, found.last, strict=True)
    }


@pytest.mark.parametrize(
    ("shape", "wanted"),
    [
        # along the road beneath the bridge: the bridge stays open
        (LineString([(20.01, 10.0), (20.03, 10.0)]), {"long-0": (0.25, 0.75)}),
        (LineString([(20.01, 10.0002), (20.03, 10.0002)]), {"long-0": (0.25, 0.75)}),
        # along the bridge: the road beneath stays open
        (LineString([SOUTH, NORTH]), {"bridge-0": (0.0, 1.0)}),
        # so short that less than 200 m of the road lie beside it
        (LineString([(20.03, 10.0001), (20.0312, 10.0001)]), {"long-0": (0.75, 0.78)}),
        # across: one point
        (LineString([(20.01, 9.999), (20.01, 10.001)]), {"long-0": (0.25, 0.25)}),
        (box(20.03, 9.999, 20.05, 10.001), {"long-0": (0.75, 1.0)}),
        (box(20.0, 9.98, 20.04, 10.02), {"long-0": (0.0, 1.0), "bridge-0": (0.0, 1.0)}),
        (Point(20.01, 10.0005), {"long-0": (0.25, 0.25)}),
        (Point(20.0201, 10.005), {"bridge-0": (0.75, 0.75)}),
        # a junction: no road of it can be passed there
        (Point(20.11, 10.0), {"one-0": (1.0, 1.0), "two-0": (0.0, 0.0), "three-0": (0.0, 0.0)}),
        # nearer to the footway than to the road by a few metres: the road is meant
        (Point(20.105, 10.00007), {"one-0": (0.5, 0.5)}),
    ],
)
def test_what_is_closed(roads, shape, wanted):
    assert closed(roads, shape) == wanted


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        (Point(20.01, 10.01), "no road is within 200 m of its point"),
        (LineString([(21, 10), (21, 11)]), "line meets none"),
        (MultiPoint([(20.01, 10.0)]), "must be an area, a line or a point"),
        (LineString(), "no geometry"),
    ],
)
def test_what_closes_nothing_is_an_error(roads, shape, said):
    with pytest.raises(RoadDataError, match=said):
        roads.stretches_of(closure(shape))


def test_an_area_without_roads_closes_none(roads):
    assert closed(roads, box(21, 10, 22, 11)) == {}


def km(roads, here, there, shape):
    """Of the route, and hours of the travel graph; None where there is no way."""
    router = Router(roads, closures=[closure(shape)])
    graph = Ground(
        roads, travel_mode("bus"), [Location("A", *here), Location("B", *there)],
        roads.stretches_of(closure(shape)),
    )  # fmt: skip
    hours = graph.way(0, 1, "best").moving_h
    table = float(router.table([here], [there], when="2020-05-01").iloc[0, 0])
    try:
        route = router.route([here, there], when="2020-05-01")
    except NoRouteError:
        assert np.isinf(hours)
        assert np.isinf(table)
        return None
    assert np.isfinite(hours)
    assert table == pytest.approx(route.duration_h)
    return round(route.polyline_km, 1)


FAR_END = box(20.03, 9.999, 20.05, 10.001)


@pytest.mark.parametrize(
    ("here", "there", "shape", "wanted"),
    [
        ((20.005, 10.0), (20.025, 10.0), FAR_END, 2.2),  # both before the closed stretch
        ((20.005, 10.0), (20.035, 10.0), FAR_END, None),  # into it
        ((20.005, 10.0), (20.025, 10.0), Point(20.01, 10.0), None),  # one on each side
        ((20.015, 10.0), (20.025, 10.0), Point(20.01, 10.0), 1.1),
        (WEST, (20.025, 10.0), Point(20.03, 10.0), 2.7),  # from the road's own end
        (SOUTH, NORTH, LineString([(20.01, 10.0), (20.03, 10.0)]), 2.2),
        ((20.105, 10.0), (20.115, 10.0), Point(20.11, 10.0), None),
        ((20.105, 10.0), (20.107, 10.0), Point(20.11, 10.0), 0.2),
    ],
)
def test_what_is_left_of_a_closed_road(roads, here, there, shape, wanted):
    assert km(roads, here, there, shape) == wanted


def test_only_a_route_over_the_stretch_passes_a_front(roads):
    front = Closure("f", "Front", "front", FAR_END, "2020-05-01")
    router = Router(roads, closures=[front])
    assert router.route([WEST, (20.025, 10.0)], when="2020-05-01").passes == ()
    assert router.route([WEST, (20.035, 10.0)], when="2020-05-01").passes == ("f",)


def test_stretches_of_several_closures():
    some = [
        Stretches(np.array([3]), np.array([0.2]), np.array([0.4])),
        Stretches.whole(np.array([5])),
        Stretches(np.array([5]), np.array([0.1]), np.array([0.2])),
    ]
    both = Stretches.all_of(some)
    assert both.segments.tolist() == [3, 5, 5]
    assert both.partial == {3: [(0.2, 0.4)]}  # 5 is closed from end to end
    assert both.hold(np.array([3, 3, 5]), np.array([0, 0.2, 0]), np.array([0.2, 0.4, 1])).tolist() \
        == [False, True, True]  # fmt: skip
    assert not Stretches.all_of([]).partial


def test_named_edges_are_closed_from_end_to_end(roads):
    found = roads.stretches_of(closure(Point(0, 0), ["long-0"]))
    assert (found.first.tolist(), found.last.tolist()) == ([0.0], [1.0])


def test_the_roads_of_a_closure_are_listed_by_name(roads):
    frame = closed_roads(roads, closure(Point(20.01, 10.0005)))
    row = frame.iloc[0]
    assert (row["edge"], row["match"]) == ("long-0", "unsure")  # 55 m from its point
    assert row["first_km"] == row["last_km"] == pytest.approx(1.1, abs=0.01)
    assert row["edge_km"] == pytest.approx(4.4, abs=0.02)
    assert row["off_m"] == pytest.approx(55, abs=1)
    along = closed_roads(roads, closure(LineString([(20.01, 10.0), (20.03, 10.0)])))
    assert along["match"].tolist() == ["sure"]
    assert along.crs == 4326
    named = closed_roads(roads, closure(Point(0, 0), ["long-0", "bridge-0"]))
    assert set(named["match"]) == {"named"}
    assert named["first_km"].tolist() == [0.0, 0.0]
    assert road_names(roads, ["long-0"]) == [""]
