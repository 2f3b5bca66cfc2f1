"""Places beside the roads: against networkx on graphs whose edges are really split."""

from __future__ import annotations

import itertools
import math

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convoy_geo.errors import NoRouteError
from convoy_geo.geodesy import distance_km
from convoy_geo.graph import cch
from convoy_geo.graph.cch import FastEngine, Order
from convoy_geo.graph.dijkstra import Arcs, ScipyEngine
from convoy_geo.graph.virtual_nodes import Joined, Joint
from convoy_geo.network.from_frames import network_from_frames
from convoy_geo.routing.alternatives import alternative_paths
from convoy_geo.routing.closure_impact import closure_impact
from convoy_geo.routing.route import OFF_ROAD_KMH
from convoy_geo.routing.router import Router
from convoy_geo.routing.waypoints import find_stop

ENGINES = ["scipy", "fast"] if cch.installed() else ["scipy"]
many = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
some = settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])


# ---- engines ----


@st.composite
def questions(draw):
    """A graph with loops, parallel and one-way roads, closures, and two places with joints."""
    nodes = draw(st.integers(1, 7))
    node = st.integers(0, nodes - 1)
    segment = st.tuples(node, node, st.integers(0, 20), st.sampled_from([0, 0, 1, -1]))
    segments = draw(st.lists(segment, min_size=1, max_size=14))
    part = st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0])
    joint = st.tuples(st.integers(0, len(segments) - 1), part, st.integers(0, 8))
    joints = st.lists(joint, min_size=1, max_size=4, unique_by=lambda one: one[:2])
    closed = draw(st.lists(st.integers(0, len(segments) - 1), max_size=3))
    return nodes, segments, draw(joints), draw(joints), closed


def split_graph(nodes, segments, start, goal, closed):
    """The same with every segment cut at its joints, and a node that is only left or reached."""
    graph = nx.MultiDiGraph()
    graph.add_nodes_from([*range(nodes), "start", "goal"])
    cuts = {}
    for name, joints in (("start", start), ("goal", goal)):
        for segment, part, cost in joints:
            if segment in closed and 0 < part < 1:
                continue  # nobody leaves or reaches a closed road between its ends
            tail, head, *_ = segments[segment]
            at = {0.0: tail, 1.0: head}.get(part, (segment, part))
            cuts.setdefault(segment, set()).add(part)
            ends = (name, at) if name == "start" else (at, name)
            graph.add_edge(*ends, weight=cost)
    for number, (tail, head, cost, oneway) in enumerate(segments):
        if number in closed:
            continue
        parts = sorted({0.0, 1.0} | cuts.get(number, set()))
        for one, other in itertools.pairwise(parts):
            ends = [{0.0: tail, 1.0: head}.get(part, (number, part)) for part in (one, other)]
            weight = (other - one) * cost
            if oneway >= 0:
                graph.add_edge(*ends, weight=weight)
            if oneway <= 0:
                graph.add_edge(*ends[::-1], weight=weight)
    return graph


def engine_of(kind, nodes, segments, closed):
    tail, head, cost, oneway = zip(*segments, strict=True)
    arcs = Arcs.of_segments(nodes, tail, head, oneway)
    engine = FastEngine(Order.of(arcs), cost) if kind == "fast" else ScipyEngine(arcs, cost)
    engine.close(closed)
    return engine


def driven(joined, path, segments):
    """What a way costs, leg by leg, and that every step of it may be taken."""
    total = 0.0
    for arc, (one, other) in zip(path.arcs.tolist(), itertools.pairwise(path.nodes), strict=True):
        leg = joined.leg(arc)
        if leg is None:
            segment = int(joined.arcs.segment[arc])
            begin, end = (0.0, 1.0) if joined.arcs.forward[arc] else (1.0, 0.0)
            assert (joined.arcs.tail[arc], joined.arcs.head[arc]) == (one, other)
        else:
            assert (leg.tail, leg.head) == (one, other)
            segment, begin, end = leg.segment, leg.begin, leg.end
            size = joined.arcs.nodes
            total += sum(
                joined.places[end - size][joint].cost
                for end, joint in zip((leg.tail, leg.head), leg.joints, strict=True)
                if joint >= 0
            )
        if segment >= 0:
            oneway = segments[segment][3]
            assert begin == end or oneway == 0 or (end > begin) == (oneway > 0)
            total += abs(end - begin) * segments[segment][2]
    return total


@pytest.mark.slow
@pytest.mark.parametrize("kind", ENGINES)
@many
@given(question=questions())
def test_ways_between_places_are_those_of_a_graph_that_is_split(kind, question):
    nodes, segments, start, goal, closed = question
    joined = Joined(
        engine_of(kind, nodes, segments, closed),
        [[Joint(*one) for one in ends] for ends in (start, goal)],
    )
    graph = split_graph(*question)
    known = nx.single_source_dijkstra_path_length(graph, "start")
    names = {nodes: "start", nodes + 1: "goal"}
    tree, into = joined.tree(nodes), joined.tree(nodes + 1, reverse=True)
    for target in [*range(nodes), nodes + 1]:
        wanted = known.get(names.get(target, target), math.inf)
        path, same = joined.route(nodes, target), joined.path(tree, target)
        assert tree.cost[target] == pytest.approx(wanted, abs=1e-5)
        assert (path is None) == (same is None) == math.isinf(wanted)
        for one in (path, same):
            if one is not None:
                assert one.cost == pytest.approx(wanted, abs=1e-5)
                assert driven(joined, one, segments) == pytest.approx(wanted, abs=1e-5)
                assert (one.nodes[0], one.nodes[-1]) == (nodes, target)
                assert not set(closed) & {
                    int(joined.arcs.segment[arc]) for arc in one.arcs if joined.leg(arc) is None
                }
    back = nx.single_source_dijkstra_path_length(graph.reverse(), "goal")
    for source in [*range(nodes), nodes]:
        wanted = back.get(names.get(source, source), math.inf)
        assert into.cost[source] == pytest.approx(wanted, abs=1e-5)
        path = joined.route(source, nodes + 1)
        assert (path is None) == math.isinf(wanted)
        assert path is None or path.cost == pytest.approx(wanted, abs=1e-5)
    costs, off = joined.table([nodes, 0], [nodes + 1, 0])
    whole = [[tree.cost[nodes + 1], tree.cost[0]], [into.cost[0], 0]]
    assert costs == pytest.approx(np.array(whole), abs=1e-5)
    assert (off[np.isfinite(costs)] <= costs[np.isfinite(costs)] + 1e-5).all()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ENGINES)
@many
@given(question=questions())
def test_alternatives_from_places_begin_with_the_best_and_repeat_nothing(kind, question):
    nodes, segments, start, goal, closed = question
    engine = engine_of(kind, nodes, segments, closed)
    joined = Joined(engine, [[Joint(*one) for one in ends] for ends in (start, goal)])
    best = joined.route(nodes, nodes + 1)
    found = alternative_paths(joined, nodes, nodes + 1)
    assert bool(found) == (best is not None)
    for path in found:
        assert driven(joined, path, segments) == pytest.approx(path.cost, abs=1e-5)
        assert found[0].cost == pytest.approx(best.cost, abs=1e-5)
        assert len(set(path.nodes.tolist())) == len(path.nodes)
    assert len({tuple(path.arcs.tolist()) for path in found}) == len(found)


# ---- the nearest roads ----


def country(seed, size, bends=2):
    """Villages within a tenth of a degree, and roads with bends between any of them."""
    rng = np.random.default_rng(seed)
    names = np.array([f"n{number}" for number in range(size)])
    points = rng.uniform([38, 34], [38.1, 34.1], (size, 2))
    ends = rng.integers(0, size, (int(size * 1.5) + 1, 2))
    ends = ends[ends[:, 0] != ends[:, 1]]
    lines = [
        shapely.LineString(
            [points[one], *(np.linspace(points[one], points[other], bends + 2)[1:-1]
            + rng.normal(0, 0.005, (bends, 2))), points[other]]
        )
        for one, other in ends
    ]  # fmt: skip
    nodes = gpd.GeoDataFrame(index=names, geometry=gpd.points_from_xy(*points.T), crs=4326)
    columns = {
        "from": names[ends[:, 0]],
        "to": names[ends[:, 1]],
        "class": rng.choice(["trunk", "track"], len(ends)),
        "surface": "paved",
        "oneway": rng.choice(["yes", "no", "-1"], len(ends), p=[0.2, 0.7, 0.1]),
    }
    index = [f"e{number}" for number in range(len(ends))]
    edges = gpd.GeoDataFrame(columns, index=index, geometry=lines, crs=4326)
    return network_from_frames(nodes, edges), rng


@pytest.mark.slow
@some
@given(st.integers(0, 10_000), st.integers(2, 12))
def test_the_nearest_points_are_those_of_dense_points_along_every_road(seed, size):
    network, rng = country(seed, size)
    lon, lat = rng.uniform([37.98, 33.98], [38.12, 34.12])
    found = network.nearest_roads(lon, lat, within_km=5)
    away = {}
    for edge, line in network.edges.geometry.items():
        dense = shapely.get_coordinates(shapely.segmentize(line, 2e-5))
        away[edge] = min(distance_km(lon, lat, *point) for point in dense)
    km = [point.km for point in found]
    assert km == sorted(km)
    nearest = sorted(one for one in away.values() if one <= 5)
    assert bool(found) == bool(nearest)
    if not found:
        return
    assert km[0] == pytest.approx(nearest[0], abs=2e-3)
    for point in found:
        edge = network.edge_ids(network.segments.edge[[point.segment]])[0]
        assert point.km == pytest.approx(away[edge], abs=2e-3)
        assert point.km == pytest.approx(distance_km(lon, lat, point.lon, point.lat), abs=1e-9)
        line = network.edges.geometry[edge]
        assert line.distance(shapely.Point(point.lon, point.lat)) < 1e-9
        first, last = network.segments.first[point.segment], network.segments.last[point.segment]
        assert first <= point.piece < last
        before = shapely.LineString([*network.coords[first : point.piece + 1], point[3:5]])
        driven_km = sum(distance_km(*a, *b) for a, b in itertools.pairwise(before.coords))
        assert point.part * network.segments.km[point.segment] == pytest.approx(driven_km, abs=1e-4)
    if len(found) == 4:  # no other road is nearer than the last, but where roads meet
        nearer = [one for one in away.values() if one < km[-1] - 4e-3]
        assert all(any(abs(one - there) <= 2e-3 for there in km) for one in nearer)
    assert network.nearest_roads(lon, lat, within_km=nearest[0] / 2) == []


def test_a_road_across_180_degrees_is_found():
    nodes = gpd.GeoDataFrame(
        index=["a", "b"], geometry=gpd.points_from_xy([179.9, 179.99], [0.1, 0.1]), crs=4326
    )
    edges = pd.DataFrame(
        {"from": ["a"], "to": ["b"], "class": ["road"], "surface": ["paved"]}, index=["e"]
    )
    network = network_from_frames(nodes, edges)
    (point,) = network.nearest_roads(-179.99, 0.1, within_km=5)
    assert (point.part, round(point.km, 2)) == (1, 2.23)


# ---- the router ----


@pytest.mark.slow
@pytest.mark.parametrize("kind", ENGINES)
@some
@given(st.integers(0, 10_000), st.integers(2, 10), st.sampled_from(["time", "length"]))
def test_routes_between_positions_are_those_of_roads_that_are_cut_there(kind, seed, size, by):
    network, rng = country(seed, size)
    closed = rng.choice(network.edge_table.index, min(2, len(network.edge_table))).tolist()
    router = Router(network, engine=kind, access="vehicle")
    ends = [tuple(rng.uniform([38, 34], [38.1, 34.1]).tolist()) for _ in range(2)]
    stops = [find_stop(network, end) if network.nearest_roads(*end, 5) else None for end in ends]
    if None in stops:
        with pytest.raises(NoRouteError, match=r"no road of the network .*is within 5 km"):
            router.route(ends)
        return
    a_km = 1 / OFF_ROAD_KMH["vehicle"][1] if by == "time" else 1.0
    segments = []
    for number, edge in enumerate(network.segments.edge.tolist()):
        cost = network.seconds()[number] / 3600 if by == "time" else network.segments.km[number]
        ends_of = (int(network.segments.tail[number]), int(network.segments.head[number]))
        segments.append((*ends_of, cost, int(network.edge_table["oneway"].iloc[edge])))
    shut = network.segments_of(network.edge_positions(closed)).tolist()
    if not all(stop.joints for stop in stops):  # a position that is a node
        return
    # The nearest roads; if no path joins them, the last place may use roads near by, then the
    # first place, then both.
    wanted = math.inf
    for wide in ((), (1,), (0,), (0, 1)):
        joints = [
            [
                (one.segment, one.part, one.km * a_km)
                for one in (*stop.joints, *(stop.spare if number in wide else ()))
            ]
            for number, stop in enumerate(stops)
        ]
        graph = split_graph(network.node_count, segments, *joints, shut)
        if nx.has_path(graph, "start", "goal"):
            wanted = nx.dijkstra_path_length(graph, "start", "goal")
            break
    if wanted == math.inf:
        with pytest.raises(NoRouteError, match=closed[0]):
            router.route(ends, closures=closed, weight=by)
        assert router.table(ends[:1], ends[1:], closures=closed, weight=by).iloc[0, 0] == math.inf
        return
    route = router.route(ends, closures=closed, weight=by)
    off = sum(leg.km for leg in route.access) * a_km
    on = route.duration_h if by == "time" else route.polyline_km
    assert on + off == pytest.approx(wanted, rel=1e-6, abs=1e-6)
    assert router.table(ends[:1], ends[1:], closures=closed, weight=by).iloc[0, 0] == pytest.approx(
        on, rel=1e-6, abs=1e-6
    )
    first, *_, last = route.geometry.coords
    drawn = sum(distance_km(*a, *b) for a, b in itertools.pairwise(route.geometry.coords))
    assert route.polyline_km == pytest.approx(drawn, abs=1e-4)
    assert not set(route.edges) & set(closed)
    assert [leg.stop for leg in route.access] == [stop.name for stop in stops]
    for leg, end, point in zip(route.access, ends, (first, last), strict=True):
        assert (leg.lon, leg.lat) == pytest.approx(point, abs=1e-6)
        assert leg.km == pytest.approx(distance_km(*end, *point), abs=1e-6)
    best = router.alternatives(*ends, closures=closed, weight=by)[0]
    assert best.polyline_km == pytest.approx(route.polyline_km, abs=1e-4)


@pytest.fixture
def street():
    """A street of three villages, a kilometre from each to the next, and a second one beside it."""
    names = ["a", "b", "c", "d", "e"]
    nodes = gpd.GeoDataFrame(
        index=names,
        geometry=gpd.points_from_xy([38, 38.01, 38.02, 38, 38.02], [34, 34, 34, 34.001, 34.001]),
        crs=4326,
    )
    edges = pd.DataFrame(
        {
            "from": ["a", "b", "d", "a", "c"],
            "to": ["b", "c", "e", "d", "e"],
            "class": "residential",
            "surface": "paved",
            "oneway": ["no", "no", "-1", "no", "no"],
        },
        index=["ab", "bc", "de", "ad", "ce"],
    )
    return network_from_frames(nodes, edges)


def test_a_place_on_a_closed_road_cannot_use_it(street):
    router = Router(street)
    place = (38.005, 34.0)
    assert router.route([place, "d"]).edges == ("ab", "ad")
    beside = router.route([place, "d"], closures=["ab"])
    assert beside.edges == ("de",)
    assert [leg.edge for leg in beside.access] == ["de"]
    assert beside.access[0].km == pytest.approx(0.111, abs=0.001)
    for closed in (["ab", "de"], ["bc", "ad"]):
        with pytest.raises(NoRouteError, match=", ".join(closed)):
            router.route([place, "c" if "bc" in closed else "d"], closures=closed)


def test_a_one_way_road_is_left_and_reached_the_way_it_runs(street):
    router = Router(street)
    west, east = (38.004, 34.001), (38.016, 34.001)
    assert router.route([east, west], weight="length").edges == ("de",)
    back = router.route([west, east], weight="length")
    assert back.edges != ("de",)
    assert back.polyline_km + sum(leg.km for leg in back.access) > 1.1
    assert router.route([west, west]).polyline_km == 0


def test_a_place_on_the_way_is_reached_and_left(street):
    router = Router(street)
    place = (38.005, 33.9995)
    route = router.route(["a", place, "c"])
    assert [leg.stop for leg in route.access] == ["38.00500, 33.99950"] * 2
    legs = [router.route(pair) for pair in (["a", place], [place, "c"])]
    assert route.polyline_km == pytest.approx(sum(leg.polyline_km for leg in legs))
    assert route.edges == ("ab", "bc")
    assert route.geometry.coords[1][0] == pytest.approx(38.005)
    routes = router.alternatives("a", "c", via=[place])
    assert [len(one.access) for one in routes] == [2] * len(routes)


def test_a_cut_on_the_road_of_a_place_is_answered(street):
    router = Router(street)
    answer = closure_impact(router, _closure("ab", "bc"), (38.005, 34.0), "c", k=0)
    assert sum(group.share for group in answer.positions) == pytest.approx(1)
    fates = {fate.route.edges: fate.cut for fate in answer.fates}
    assert fates["ab", "bc"] == "whatever"
    avoiding = closure_impact(router, _closure("ab", "bc"), (38.005, 34.0), "c", k=0, avoid=["ce"])
    assert avoiding.share_without_way == pytest.approx(1)


def _closure(*edges):
    from convoy_geo.model.closures import Closure

    line = shapely.LineString([(38, 34), (38.02, 34)])
    return Closure("cut", "Somewhere", "cut", line, "2017-08-30/..", edges)
