"""Routes, alternatives and tables: against networkx, against a brute-force judge, on the case."""

from __future__ import annotations

import copy
import heapq
import itertools
import json
import math
import pickle
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, box

from convoy_geo.errors import (
    DateError,
    EdgeNotFoundError,
    NoRouteError,
    PlaceNotFoundError,
    RoadDataError,
)
from convoy_geo.geodesy import distance_km
from convoy_geo.graph import cch
from convoy_geo.graph.cch import FastEngine, Order
from convoy_geo.graph.dijkstra import Arcs, ScipyEngine
from convoy_geo.io.files import geodata
from convoy_geo.network.from_frames import network_from_frames
from convoy_geo.network.network import Closure
from convoy_geo.network.read_write import read_network
from convoy_geo.routing.alternatives import alternative_paths
from convoy_geo.routing.route import OFF_ROAD_KMH
from convoy_geo.routing.router import Router, routes_frame
from convoy_geo.routing.with_and_without import with_and_without

EUPHRATES = ("E063", "E064", "E065", "E066", "E090", "E091", "E092", "E093")
PIPELINE = ("E062", "E104", "E101", "E102", "E103")
CUT = Closure(
    "cratered_road",
    "The cratered stretch",
    "cut",
    LineString([(39.755, 34.4415), (40.147, 34.379), (40.91854, 34.45226)]),
    "2017-08-30/..",
    ("E102", "E103"),
)
FRONT = Closure(
    "euphrates", "Held by the other side", "front", box(40.3, 34.6, 40.9, 35.1), "2017-08/2017-09"
)

many = settings(max_examples=60)
some = settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def roads():
    return read_network(geodata("roads", "syria-iraq-2017"))


@pytest.fixture(scope="module")
def router(roads):
    return Router(roads, closures=[CUT, FRONT])


def engine_of(nodes, segments):
    tail, head, cost, oneway = zip(*segments, strict=True)
    return ScipyEngine(Arcs.of_segments(nodes, tail, head, oneway), cost)


# ---- the network against networkx ----


def random_network(seed, size, oneways=0.2, roads=1.8):
    """Villages anywhere within two degrees, roads between any of them, some twice, some loops."""
    rng = np.random.default_rng(seed)
    names = np.array([f"n{number}" for number in range(size)])
    points = rng.uniform([38, 34], [40, 36], (size, 2)).round(2)
    ends = rng.integers(0, size, (int(size * roads) + 1, 2))
    nodes = gpd.GeoDataFrame(index=names, geometry=gpd.points_from_xy(*points.T), crs=4326)
    edges = pd.DataFrame(
        {
            "from": names[ends[:, 0]],
            "to": names[ends[:, 1]],
            "class": rng.choice(["trunk", "secondary", "track"], len(ends)),
            "surface": rng.choice(["paved", "unpaved"], len(ends)),
            "oneway": np.where(rng.random(len(ends)) < oneways, "yes", "no"),
        },
        index=[f"e{number}" for number in range(len(ends))],
    )
    return network_from_frames(nodes, edges), names, rng


@pytest.mark.slow
@some
@given(st.integers(0, 10_000), st.integers(2, 12), st.sampled_from(["time", "length"]))
def test_the_router_agrees_with_networkx(seed, size, by):
    network, names, rng = random_network(seed, size)
    closed = rng.choice(network.edge_table.index, 2).tolist()
    router, graph = Router(network), nx.MultiDiGraph()
    graph.add_nodes_from(names)
    for edge in network.edges.drop(closed, errors="ignore").itertuples():
        cost = edge.duration_h if by == "time" else edge.polyline_km
        graph.add_edge(edge[1], edge.to, weight=cost)
        if edge.oneway == 0:
            graph.add_edge(edge.to, edge[1], weight=cost)
    table = router.table(names, weight=by, closures=closed)
    for one, other in itertools.permutations(names, 2):
        try:
            wanted = nx.dijkstra_path_length(graph, one, other)
        except nx.NetworkXNoPath:
            assert table.loc[one, other] == math.inf
            with pytest.raises(NoRouteError, match=f"'{one}' to '{other}', with {closed[0]}"):
                router.route([one, other], weight=by, closures=closed)
            continue
        route = router.route([one, other], weight=by, closures=closed)
        assert (route.duration_h if by == "time" else route.polyline_km) == pytest.approx(wanted)
        assert table.loc[one, other] == pytest.approx(wanted)
        assert not set(route.edges) & set(closed)
        check_sound(network, route)


def check_sound(network, route):
    """A route joins up, its parts add up, and it is no shorter than the straight line."""
    ends = network.nodes.loc[[route.nodes[0], route.nodes[-1]]].geometry
    coords = list(route.geometry.coords)
    assert coords[0] == pytest.approx(ends.iloc[0].coords[0])
    assert coords[-1] == pytest.approx(ends.iloc[1].coords[0])
    drawn = sum(distance_km(*one, *other) for one, other in itertools.pairwise(coords))
    assert route.polyline_km == pytest.approx(drawn, abs=1e-6)
    straight = distance_km(*coords[0], *coords[-1])
    assert route.polyline_km >= straight - 1e-6
    factor = network.road_factor
    assert route.length_km == pytest.approx(route.polyline_km * factor.typical)
    assert route.length_km_low <= route.length_km <= route.length_km_high
    assert route.duration_h_low <= route.duration_h <= route.duration_h_high
    whole = network.edges.loc[list(route.edges), "polyline_km"].sum()
    assert route.polyline_km <= whole + 1e-6


@pytest.mark.slow
@some
@given(st.integers(0, 10_000), st.integers(3, 12))
def test_distances_are_a_metric_on_two_way_roads(seed, size):
    network, names, _ = random_network(seed, size, oneways=0)
    km = Router(network).table(names, weight="length").to_numpy()
    assert np.allclose(km, km.T)
    assert (np.diag(km) == 0).all()
    assert (km[:, :, None] <= km[:, None, :] + km.T[None, :, :] + 1e-6).all()


# ---- alternatives against a judge that shares no code with them ----


def open_arcs(engine, closed):
    """Successors of each node: {node: [(head, cost, arc)]}."""
    found: dict[int, list[tuple[int, float, int]]] = {}
    arcs = engine.arcs
    for arc, (tail, head, segment) in enumerate(
        zip(arcs.tail, arcs.head, arcs.segment, strict=True)
    ):
        if int(segment) not in closed:
            cost = float(engine._cost[arc])  # as this engine counts, to the last unit
            found.setdefault(int(tail), []).append((int(head), cost, arc))
    return found


def dijkstra(successors, source):
    """Textbook Dijkstra, and nothing of scipy."""
    done: dict[int, float] = {}
    queue = [(0.0, source)]
    while queue:
        cost, node = heapq.heappop(queue)
        if node not in done:
            done[node] = cost
            for head, more, _ in successors.get(node, ()):
                heapq.heappush(queue, (cost + more, head))
    return done


def judge(successors, best, other, *, max_stretch=1.25, max_sharing=0.8, alpha=0.25):
    """Whether a way is a true alternative: every piece that must be a cheapest way is looked at."""
    costs = {arc: cost for arcs in successors.values() for _, cost, arc in arcs}
    assert set(other.arcs.tolist()) <= set(costs), "a closed road is on the way"
    assert len(set(other.nodes.tolist())) == len(other.nodes), "it comes by a place twice"
    optimum = sum(costs[arc] for arc in best.arcs.tolist())
    assert optimum == pytest.approx(dijkstra(successors, int(best.nodes[0]))[int(best.nodes[-1])])
    shared = sum(costs[arc] for arc in set(best.arcs.tolist()) & set(other.arcs.tolist()))
    left = optimum - shared
    detour = sum(costs[arc] for arc in other.arcs.tolist()) - shared
    assert shared <= max_sharing * optimum + 1e-9, "it shares too much"
    assert detour <= max_stretch * left + 1e-9, "its detour is too long"
    along = [0.0, *itertools.accumulate(costs[arc] for arc in other.arcs.tolist())]
    for start, node in enumerate(other.nodes.tolist()):
        known = dijkstra(successors, node)
        for end in range(start, len(along)):
            piece = along[end] - along[start]
            if piece <= alpha * detour:
                assert piece <= known[int(other.nodes[end])] + 1e-9, "a piece of it is no shortcut"


@st.composite
def towns(draw):
    """A grid of streets with random costs, gaps and one-ways, as a town has them."""
    seed, size = draw(st.integers(0, 10**6)), draw(st.integers(3, 9))
    rng = np.random.default_rng(seed)
    number = np.arange(size * size)
    east, north = number[number % size < size - 1], number[:-size]
    tail, head = np.concatenate([east, north]), np.concatenate([east + 1, north + size])
    kept = rng.random(len(tail)) < draw(st.sampled_from([0.8, 0.95, 1.0]))
    kept[0] = True
    tail, head = tail[kept], head[kept]
    top = draw(st.sampled_from([1, 3, 50]))
    cost = rng.integers(draw(st.integers(0, 1)), top + 1, len(tail))
    oneway = rng.choice([0, 1, -1], len(tail), p=[0.8, 0.1, 0.1])
    closed = rng.choice(len(tail), draw(st.integers(0, 3)))
    arcs = Arcs.of_segments(size * size, tail, head, oneway)
    kinds = ["scipy", "fast"] if cch.installed() else ["scipy"]
    fast = draw(st.sampled_from(kinds)) == "fast"
    points = np.column_stack([number % size, number // size])
    engine = FastEngine(Order.of(arcs, points), cost) if fast else ScipyEngine(arcs, cost)
    engine.close(closed)
    ends = rng.choice(size * size, 2, replace=False).tolist()
    return engine, set(closed.tolist()), *ends


@pytest.mark.slow
@many
@given(towns(), st.integers(1, 4))
def test_every_alternative_stands_before_the_judge(town, k):
    engine, closed, source, target = town
    found = alternative_paths(engine, source, target, k=k)
    if not found:
        assert target not in dijkstra(open_arcs(engine, closed), source)
        return
    best, *others = found
    assert len(others) <= k
    assert [path.cost for path in found] == sorted(path.cost for path in found)
    successors = open_arcs(engine, closed)
    for path in others:
        judge(successors, best, path)
    for one, other in itertools.combinations(others, 2):
        costs = engine.cost_of(np.intersect1d(one.arcs, other.arcs))
        assert costs.sum() <= 0.8 * best.cost + 1e-9


@some
@given(towns(), st.floats(1, 2), st.floats(0, 0.95))
def test_the_bounds_can_be_chosen(town, max_stretch, max_sharing):
    engine, closed, source, target = town
    bounds = {"max_stretch": max_stretch, "max_sharing": max_sharing}
    found = alternative_paths(engine, source, target, **bounds)
    for path in found[1:]:
        judge(open_arcs(engine, closed), found[0], path, **bounds)
    again = alternative_paths(engine, source, target, **bounds)
    assert [path.arcs.tolist() for path in again] == [path.arcs.tolist() for path in found]


def test_alternatives_are_found_and_none_is_made_up():
    ring = engine_of(4, [(0, 1, 5, 0), (1, 3, 5, 0), (0, 2, 6, 0), (2, 3, 5, 0)])
    assert [path.cost for path in alternative_paths(ring, 0, 3)] == [10, 11]
    assert len(alternative_paths(ring, 0, 3, k=0)) == 1
    ring.close([2])
    assert len(alternative_paths(ring, 0, 3)) == 1
    ring.close([0, 2])
    assert alternative_paths(ring, 0, 3) == []
    line = engine_of(3, [(0, 1, 5, 0), (1, 2, 5, 0)])
    assert len(alternative_paths(line, 0, 2)) == 1
    long_way = engine_of(3, [(0, 2, 10, 0), (0, 1, 10, 0), (1, 2, 10, 0)])
    assert len(alternative_paths(long_way, 0, 2)) == 1
    assert len(alternative_paths(long_way, 1, 1)) == 1


# ---- the case ----


@pytest.mark.parametrize("by", ["time", "length"])
def test_sukhna_to_abu_kamal_goes_by_the_euphrates(roads, router, by):
    route = router.route(["Sukhna", "Abu Kamal"], weight=by)
    assert route.edges == EUPHRATES
    assert route.polyline_km == pytest.approx(256.9, abs=0.05)
    assert {"Deir ez-Zor", "Mayadin"} <= set(route.landmarks) <= set(route.via)
    assert route.confidence == "medium"
    assert route.length_km_low <= 263.9 <= route.length_km_high  # about 164 miles, as was reported
    check_sound(roads, route)


def test_the_pipeline_road_is_the_second_shortest(roads, router):
    best, second = router.alternatives("Sukhna", "Abu Kamal", weight="length")
    assert (best.rank, best.edges, best.stretch, best.sharing) == (0, EUPHRATES, 1, 1)
    assert (second.rank, second.edges, second.sharing) == (1, PIPELINE, 0)
    assert second.polyline_km == pytest.approx(263.1, abs=0.05)
    assert second.stretch == pytest.approx(263.1 / 256.9, abs=0.001)
    assert {"Arak", "T3", "Humaymah", "T2"} <= set(second.via)
    assert second.confidence == "low"
    check_sound(roads, second)


def test_the_closed_pipeline_road_is_gone(router):
    ways = [
        router.alternatives("Sukhna", "Abu Kamal", weight="length", **question)
        for question in (
            {"closures": ["E102", "E103"]},
            {"when": "2017-08-31"},
            {"closures": ["cratered_road"]},
            {"closures": [CUT], "when": "2017-08-01"},
        )
    ]
    assert [[route.edges for route in routes] for routes in ways] == [[EUPHRATES]] * 4
    assert ways[0][0].closures == ("E102", "E103")
    assert ways[1][0].closures == ("cratered_road",)
    before = router.alternatives("Sukhna", "Abu Kamal", weight="length", when="2017-08-29")
    assert [route.edges for route in before] == [EUPHRATES, PIPELINE]
    assert before[0].closures == ()


def test_what_a_closure_changes_is_shown(router):
    ways = with_and_without(router, "Sukhna", "Abu Kamal", when="2017-08-31", weight="length")
    assert [(way.fate, way.before.edges) for way in ways] == [
        ("same", EUPHRATES),
        ("lost", PIPELINE),
    ]
    assert (ways[0].after.closures, ways[0].before.closures) == (("cratered_road",), ())
    assert ways[1].after is None
    ways = with_and_without(router, "Sukhna", "Abu Kamal", closures=["E063"], weight="length")
    assert [way.fate for way in ways].count("lost") == 1
    assert all("E063" not in way.after.edges for way in ways if way.after)
    everything = ["E062", "E063", "E070"]
    lost = with_and_without(router, "Sukhna", "Homs", closures=everything)
    assert {way.fate for way in lost} == {"lost"}
    with pytest.raises(NoRouteError):
        with_and_without(router, "Sukhna", "Homs", avoid=everything)


def test_edges_and_places_can_be_avoided(router):
    for avoid in (["Mayadin"], ["E091"], ["Mayadin", "E091"]):
        routes = router.alternatives("Sukhna", "Abu Kamal", weight="length", avoid=avoid)
        assert [route.edges for route in routes] == [PIPELINE]
        assert routes[0].avoided == tuple(avoid)
        assert routes[0].closures == ()
    table = router.table(["Sukhna"], ["Mayadin"], avoid=["Mayadin"])
    assert table.to_numpy().tolist() == [[math.inf]]
    with pytest.raises(NoRouteError, match="Mayadin avoided"):
        router.route(["Sukhna", "Mayadin"], avoid=["Mayadin"])
    with pytest.raises(EdgeNotFoundError):
        router.route(["Sukhna", "Mayadin"], avoid=["Atlantis"])


def test_each_way_says_why_it_was_kept(router):
    best, second = router.alternatives("Sukhna", "Abu Kamal", weight="length")
    assert best.why == "the least length of all"
    assert second.why == (
        "shares 0% with the best route; its detour costs 1.02 times the part it replaces; "
        "every piece of up to 65.8 km is itself the best route between its ends"
    )
    assert router.route(["Sukhna", "Abu Kamal"]).why == ""


def test_humaymah_to_sukhna_by_the_west(router):
    route = router.route(["Humaymah", "Sukhna"], weight="length")
    assert route.edges == ("E101", "E104", "E062")
    assert route.polyline_km == pytest.approx(154.5, abs=0.05)


def test_a_front_is_passed_and_told(router):
    assert router.route(["Sukhna", "Abu Kamal"], when="2017-09-02").passes == ("euphrates",)
    assert router.route(["Sukhna", "Abu Kamal"], when="2017-10-02").passes == ()
    assert router.route(["Sukhna", "Abu Kamal"]).passes == ()
    assert router.route(["Sukhna", "Palmyra (Tadmur)"], when="2017-09-02").passes == ()
    with pytest.raises(NoRouteError, match=r"'Mayadin'.*euphrates"):
        router.route(["Sukhna", "Mayadin"], closures=["euphrates"])


def test_a_way_may_begin_between_junctions(roads, router):
    route = router.route(["Bir Dulayiyat", "T2"])
    assert route.edges == ("E101", "E102")
    assert route.via == ("Humaymah",)
    assert route.polyline_km == pytest.approx(54.3, abs=0.05)
    check_sound(roads, route)


def test_a_way_by_several_places_is_the_sum_of_its_legs(roads, router):
    stops = ["Sukhna", "Mayadin", "T2", "Humaymah"]
    whole = router.route(stops)
    legs = [router.route(pair) for pair in itertools.pairwise(stops)]
    assert whole.stops == tuple(stops)
    assert whole.polyline_km == pytest.approx(sum(leg.polyline_km for leg in legs))
    assert whole.duration_h == pytest.approx(sum(leg.duration_h for leg in legs))
    assert whole.confidence == "low"
    check_sound(roads, whole)


def test_alternatives_by_a_place(roads, router):
    routes = router.alternatives("Qara", "Abu Kamal", via=["Palmyra (Tadmur)"], weight="length")
    assert len(routes) > 1
    best = routes[0]
    for route in routes:
        assert "Palmyra (Tadmur)" in route.nodes
        assert route.polyline_km / best.polyline_km == pytest.approx(route.stretch)
        assert route is best or route.sharing <= 0.8
        check_sound(roads, route)
    assert len({route.edges for route in routes}) == len(routes)


def test_a_way_to_where_it_starts_is_empty(router):
    route = router.route(["Sukhna", "Sukhna"])
    assert (route.edges, route.polyline_km, len(route.geometry.coords)) == ((), 0, 2)
    assert len(router.alternatives("Sukhna", "Sukhna")) == 1


def test_a_table_holds_what_the_routes_say(router):
    table = router.table(["Sukhna", "Homs"], ["Abu Kamal", "Rawa", "T2"], weight="length")
    assert table.shape == (2, 3)
    route = router.route(["Sukhna", "Abu Kamal"], weight="length")
    assert table.loc["Sukhna", "Abu Kamal"] == pytest.approx(route.length_km)
    hours = router.table(["Sukhna", "Homs"])
    assert hours.loc["Sukhna", "Homs"] == router.route(["Sukhna", "Homs"]).duration_h
    closed = router.table(["Sukhna"], ["Sukhna", "Arak"], closures=["E062", "E063", "E070"])
    assert closed.to_numpy().tolist() == [[0, math.inf]]


# ---- stops ----


def place(name, lon, lat, *, radius_km=2.0, road_node="", shape="point"):
    return SimpleNamespace(
        name=name, lon=lon, lat=lat, radius_km=radius_km, road_node=road_node, shape=shape
    )


def test_places_stand_on_the_road(roads):
    places = {
        "the pocket": place("Qalamoun", 36.6, 34.2, radius_km=30, road_node="Qara", shape="area"),
        "Albukamal": place("Abu Kamal", 40.91854, 34.45226, road_node="Abu Kamal"),
        "a camp": place("Camp", 38.9, 34.9),
    }
    router = Router(roads, locate=places.__getitem__)
    route = router.route(["the pocket", "Albukamal"])
    assert route.stops == ("Qalamoun", "Abu Kamal")
    assert (route.nodes[0], route.nodes[-1]) == ("Qara", "Abu Kamal")
    assert [(leg.node, round(leg.km, 1)) for leg in route.access] == [("Qara", 14.1)]
    camp = router.route(["a camp", (40.15, 35.34)])
    assert [(leg.node, leg.edge) for leg in camp.access] == [("", "E063"), ("", "E082")]
    assert camp.stops[1] == "40.15000, 35.34000"
    assert router.route([places["a camp"], "Arak"]).edges == ("E063", "E062")


def test_the_leg_off_the_road_is_told_apart(roads):
    camp, bare = place("Camp", 38.87, 34.87), Router(roads).route(["Sukhna", "Arak"])
    segments = roads.segments
    for kind, kmh in OFF_ROAD_KMH.items():
        router = Router(roads, access=kind)
        route = router.route([camp, "Arak"])
        (leg,) = route.access
        assert (leg.stop, leg.node, leg.edge, leg.kind) == ("Camp", "", "E062", kind)
        assert route.geometry.coords[0] == pytest.approx((leg.lon, leg.lat))
        assert leg.km == pytest.approx(distance_km(camp.lon, camp.lat, leg.lon, leg.lat), abs=1e-4)
        assert leg.hours == pytest.approx([leg.km / speed for speed in kmh[::-1]])
        assert route.access_h == pytest.approx(leg.hours)
        driven, begin, end = zip(*route.pieces, strict=True)
        part = np.abs(np.subtract(end, begin))
        assert (part[0] < 1, part[1:].tolist()) == (True, [1] * (len(part) - 1))
        assert route.polyline_km == pytest.approx((segments.km[[*driven]] * part).sum())
        hours = roads.seconds(of=np.array(driven)) / 3600
        assert route.duration_h == pytest.approx((hours * part).sum())
        assert route.duration_h < bare.duration_h
        assert str(leg) == (
            f"Camp to E062: 1.0 km, {leg.hours[1] * 60:.0f} min "
            f"{'on foot' if kind == 'foot' else 'by vehicle'} at {kmh[1]:g} km/h"
        )
        assert route.properties()["access_h"] == round(leg.hours[1], 2)
        by_camp = router.route(["Arak", camp, "Homs"])  # there and back
        assert by_camp.access_h == pytest.approx([2 * hours for hours in leg.hours])
    assert bare.access_h == (0, 0, 0)
    with pytest.raises(ValueError, match="access"):
        Router(roads, access="camel")


def test_a_route_can_be_copied_and_pickled(router):
    route = router.route(["Sukhna", "Abu Kamal"])
    again = pickle.loads(pickle.dumps(route))  # noqa: S301
    assert again == route
    assert copy.copy(router.route(["Sukhna", "Abu Kamal"])).edges == EUPHRATES
    assert hasattr(route, "nodes")
    assert not hasattr(route, "colour")


def test_stops_that_cannot_be_reached_are_told(roads, router):
    with pytest.raises(PlaceNotFoundError, match="Sukhna"):
        router.route(["Suchna", "Homs"])
    for stop, error, said in (
        ((37.0, 33.0), NoRouteError, "within 5 km"),
        (place("Anbar", 42, 33, radius_km=200, shape="area"), NoRouteError, "not a point"),
        (place("Nowhere", None, None), NoRouteError, "not a point"),
        (place("Atlantis", 39, 34, road_node="Atlantis"), RoadDataError, "does not have"),
        ((95.0, 134.0), ValueError, "lon, lat"),
        ((1.0, 2.0, 3.0), ValueError, "lon, lat"),
    ):
        with pytest.raises(error, match=said):
            router.route([stop, "Homs"])
    assert Router(roads).route([place("West", None, None, road_node="Qara"), "Homs"]).access == ()


@pytest.mark.parametrize(
    ("question", "error"),
    [
        ({"stops": ["Homs"]}, ValueError),
        ({"stops": "Homs"}, TypeError),
        ({"stops": ["Homs", "Sukhna"], "weight": "price"}, ValueError),
        ({"stops": ["Homs", "Sukhna"], "closures": ["E999"]}, EdgeNotFoundError),
        ({"stops": ["Homs", "Sukhna"], "closures": ["storm"]}, EdgeNotFoundError),
        ({"stops": ["Homs", "Sukhna"], "when": "last week"}, DateError),
    ],
)
def test_questions_that_make_no_sense_are_refused(router, question, error):
    with pytest.raises(error):
        router.route(**question)


@pytest.mark.parametrize("bounds", [{"k": -1}, {"max_stretch": 0.9}, {"max_sharing": 1.0}])
def test_bounds_that_make_no_sense_are_refused(router, bounds):
    with pytest.raises(ValueError, match="max_stretch"):
        router.alternatives("Homs", "Sukhna", **bounds)


def test_no_way_names_both_ends_and_what_is_closed(router):
    with pytest.raises(NoRouteError) as caught:
        router.route(["Sukhna", "Arak"], when="2017-09-01", closures=["E062", "E063", "E070"])
    assert all(
        word in str(caught.value) for word in ("'Sukhna'", "'Arak'", "cratered_road", "E063")
    )


def test_a_router_can_be_shared_between_threads(router):
    questions = [(), ("E063",), ("E102",), ("E090",)] * 8
    alone = [router.route(["Sukhna", "Abu Kamal"], closures=closed).edges for closed in questions]

    def ask(closed):
        return router.route(["Sukhna", "Abu Kamal"], closures=closed).edges

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, questions)) == alone


# ---- what comes out ----


def test_a_feature_is_plain_json(router):
    routes = router.alternatives("Sukhna", (40.92, 34.45), weight="length")
    for route in routes:
        feature = json.loads(json.dumps(route.to_feature(), allow_nan=False))
        assert feature == route.to_feature()
        assert feature["geometry"]["coordinates"][0] == [38.8711, 34.88533]
        wanted = (
            "kind", "rank", "length_km", "polyline_km", "duration_h", "via", "edges", "stretch",
            "sharing", "confidence", "claims",
        )  # fmt: skip
        assert tuple(feature["properties"])[:11] == wanted
    assert routes[0].to_feature()["properties"]["access"][0]["edge"] == "E094"


def test_routes_become_a_frame(router):
    routes = router.alternatives("Sukhna", (40.92, 34.45), weight="length")
    frame = routes_frame(routes)
    assert frame.crs == "EPSG:4326"
    assert list(frame["rank"]) == [0, 1]
    assert frame.edges[0] == "|".join((*EUPHRATES, "E094"))
    assert frame.access[0] == "40.92000, 34.45000 to E094: 34 m, 1 min on foot at 3 km/h"
