"""Both engines against networkx: trees, routes, tables, closures, threads, the saved order."""

from __future__ import annotations

import doctest
import itertools
import math
from concurrent.futures import ThreadPoolExecutor

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convoy_geo.errors import MissingExtraError, RoadDataError
from convoy_geo.graph import cch
from convoy_geo.graph.cch import FastEngine, Order
from convoy_geo.graph.dijkstra import Arcs, ScipyEngine
from convoy_geo.io.files import geodata
from convoy_geo.network.read_write import read_network, write_network
from convoy_geo.routing.alternatives import alternative_paths
from convoy_geo.routing.router import Router

needs_fast = pytest.mark.skipif(not cch.installed(), reason="the extra fast is missing")
engines = pytest.mark.parametrize(
    "kind", ["scipy", "guided", pytest.param("fast", marks=needs_fast)]
)
many = settings(max_examples=60)


@st.composite
def graphs(draw):
    """A few nodes; segments with loops, parallels, one-ways, zero costs; some of them closed."""
    nodes = draw(st.integers(1, 9))
    node = st.integers(0, nodes - 1)
    cost, oneway = st.integers(0, 6), st.sampled_from([0, 0, 0, 1, -1])
    segments = draw(st.lists(st.tuples(node, node, cost, oneway), min_size=1, max_size=24))
    closings = st.lists(st.integers(0, len(segments) - 1), max_size=6)
    return nodes, segments, draw(st.lists(closings, min_size=1, max_size=3))


def networkx_graph(nodes, segments, closed):
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(nodes))
    for number, (tail, head, cost, oneway) in enumerate(segments):
        if number not in closed:
            if oneway >= 0:
                graph.add_edge(tail, head, weight=cost)
            if oneway <= 0:
                graph.add_edge(head, tail, weight=cost)
    return graph


def engine_of(kind, nodes, segments):
    tail, head, cost, oneway = zip(*segments, strict=True)
    arcs = Arcs.of_segments(nodes, tail, head, oneway)
    if kind == "fast":
        return FastEngine(Order.of(arcs), cost, guide_after=0)
    return ScipyEngine(arcs, cost, guide_after=0 if kind == "guided" else None)


def close_to(kind, wanted):
    """Whole costs come out as they are; free segments cost the fast engine a unit each."""
    return pytest.approx(np.array(wanted, float), rel=0, abs=1e-6 if kind == "fast" else 0)


@pytest.mark.slow
@engines
@many
@given(graph=graphs())
def test_costs_are_those_of_networkx(kind, graph):
    nodes, segments, closings = graph
    engine = engine_of(kind, nodes, segments)
    everyone = range(nodes)
    for closed in closings:  # one after the other, on the same engine
        engine.close(closed)
        known = dict(nx.all_pairs_dijkstra_path_length(networkx_graph(nodes, segments, closed)))
        wanted = [[known[one].get(other, math.inf) for other in everyone] for one in everyone]
        assert engine.table(everyone, everyone) == close_to(kind, wanted)
        assert engine.table(everyone, [0]).T[0] == close_to(kind, [row[0] for row in wanted])
        trees = np.array([engine.tree(one).cost for one in everyone])
        assert trees == close_to(kind, wanted)
        back = np.array([engine.tree(one, reverse=True).cost for one in everyone])
        assert close_to(kind, wanted) == back.T


@pytest.mark.slow
@engines
@many
@given(graph=graphs())
def test_routes_join_up_and_avoid_what_is_closed(kind, graph):
    nodes, segments, closings = graph
    engine = engine_of(kind, nodes, segments)
    for closed, (source, target) in itertools.product(
        closings, itertools.product(range(nodes), repeat=2)
    ):
        engine.close(closed)
        cost = engine.table([source], [target])[0, 0]
        out, into = engine.tree(source), engine.tree(target, reverse=True)
        for path in (engine.route(source, target), engine.path(out, target)):
            check_path(engine, path, source, target, cost, segments, closed)
        check_path(engine, engine.path(into, source), source, target, cost, segments, closed)


def check_path(engine, path, source, target, cost, segments, closed):
    if path is None:
        assert cost == math.inf
        return
    assert (path.nodes[0], path.nodes[-1]) == (source, target)
    assert engine.arcs.tail[path.arcs].tolist() == path.nodes[:-1].tolist()
    assert engine.arcs.head[path.arcs].tolist() == path.nodes[1:].tolist()
    used = engine.arcs.segment[path.arcs]
    assert engine.cost_of(path.arcs).sum() == path.cost == cost
    assert sum(segments[number][2] for number in used) == pytest.approx(cost, abs=1e-6)
    assert not set(used) & set(closed)
    for number, forward in zip(used, engine.arcs.forward[path.arcs], strict=True):
        assert segments[number][3] in (0, 1 if forward else -1)


@pytest.mark.slow
@engines
@many
@given(graph=graphs(), limit=st.integers(0, 8))
def test_a_limit_only_cuts_off(kind, graph, limit):
    nodes, segments, _ = graph
    engine = engine_of(kind, nodes, segments)
    full, cut = engine.tree(0).cost, engine.tree(0, limit=limit + 0.5).cost
    assert cut.tolist() == np.where(full <= limit + 0.5, full, np.inf).tolist()


@engines
def test_an_empty_table(kind):
    engine = engine_of(kind, 2, [(0, 1, 1, 0)])
    assert engine.table([], [0, 1]).shape == (0, 2)
    assert engine.table([0, 1], []).shape == (2, 0)


# ---- what only the fast engine has ----


def grid(size, seed=0, oneways=0.1):
    """A town of streets, its places, and what each street costs in seconds."""
    rng = np.random.default_rng(seed)
    number = np.arange(size * size)
    east, north = number[number % size < size - 1], number[:-size]
    tail, head = np.concatenate([east, north]), np.concatenate([east + 1, north + size])
    oneway = rng.choice([0, 1, -1], len(tail), p=[1 - 2 * oneways, oneways, oneways])
    arcs = Arcs.of_segments(size * size, tail, head, oneway)
    points = np.column_stack([number % size, number // size]) / 1000
    return arcs, points, rng.uniform(1, 60, len(tail)), rng


@pytest.mark.slow
@needs_fast
@pytest.mark.parametrize("seed", range(3))
def test_both_engines_agree_on_a_town_while_roads_close_and_open(seed):
    arcs, points, cost, rng = grid(40, seed)
    fast, slow = FastEngine(Order.of(arcs, points), cost), ScipyEngine(arcs, cost)
    for share in (0, 0.001, 0.3, 0.002, 0.05, 0):  # partial and full customisations
        closed = np.flatnonzero(rng.random(len(cost)) < share)
        fast.close(closed)
        slow.close(closed)
        some = rng.integers(0, arcs.nodes, 12)
        assert fast.table(some, some[:5]) == pytest.approx(slow.table(some, some[:5]), abs=0.01)
        for way in (False, True):
            one, other = (engine.tree(some[0], reverse=way).cost for engine in (fast, slow))
            assert one == pytest.approx(other, abs=0.01)
        for source, target in itertools.pairwise(some.tolist()):
            ours, theirs = fast.route(source, target), slow.route(source, target)
            assert (ours is None) == (theirs is None)
            if ours is not None:
                true = cost[arcs.segment[ours.arcs]].sum()
                assert true == pytest.approx(theirs.cost, abs=0.01)
                assert not np.isin(arcs.segment[ours.arcs], closed).any()


@pytest.mark.slow
@engines
@many
@given(graph=graphs(), stretch=st.sampled_from([1.0, 1.25, 2.0]))
def test_what_trees_leave_out_is_too_dear(kind, graph, stretch):
    """Where ways are cheap enough, costs and parents are those of the whole trees."""
    nodes, segments, closings = graph
    engine = engine_of(kind, nodes, segments)
    for closed in closings:
        engine.close(closed)
        for source, target in itertools.product(range(nodes), repeat=2):
            whole = engine.tree(source), engine.tree(target, reverse=True)
            least = whole[0].cost[target]
            found = engine.trees(source, target, stretch)
            assert (found is None) == (least == math.inf)
            if found is None:
                continue
            near = whole[0].cost + whole[1].cost <= stretch * least
            for part, tree in zip(found, whole, strict=True):
                assert part.cost[near].tolist() == tree.cost[near].tolist()
                assert part.parent[near].tolist() == tree.parent[near].tolist()


@pytest.mark.slow
@needs_fast
def test_alternatives_are_the_same_with_landmarks():
    arcs, points, cost, rng = grid(60, oneways=0.05)
    order = Order.of(arcs, points)
    plain, guided = (FastEngine(order, cost, guide_after=many) for many in (math.inf, 0))
    some = rng.integers(0, arcs.nodes, (15, 2)).tolist()
    for turn, (source, target) in enumerate(some):
        closed = np.flatnonzero(rng.random(len(cost)) < 0.002 * turn)
        plain.close(closed)
        guided.close(closed)
        ours, theirs = (
            [path.arcs.tolist() for path in alternative_paths(engine, source, target)]
            for engine in (guided, plain)
        )
        assert ours == theirs
    assert len(ours) > 1


@needs_fast
def test_rounding_stays_far_below_a_tenth_of_a_second():
    arcs, points, cost, _ = grid(60)
    fast, slow = FastEngine(Order.of(arcs, points), cost), ScipyEngine(arcs, cost)
    assert math.log2(fast.unit).is_integer()
    costs = fast.tree(0).cost
    assert np.abs(costs - slow.tree(0).cost).max() < 0.001
    assert costs.max() / fast.unit < 2**30


@needs_fast
def test_ways_too_long_to_count_are_found_all_the_same():
    size = 400
    # a star with a slow ring: without its rays the way is beyond what the integers hold
    star = [(0, number, 1.0, 0) for number in range(1, size)]
    chain = [(number, number + 1, 1000.0, 0) for number in range(1, size - 1)]
    engine = engine_of("fast", size, [*star, *chain])
    assert engine.unit * 2**31 < 1000.0 * (size - 2)
    assert not engine._fits
    exact = [1.0 + 1000.0 * number for number in range(size - 1)]
    engine.close(range(1, size - 1))  # only the first ray is open
    wanted = 1.0 + 1000.0 * (size // 2)
    assert engine.route(0, 1 + size // 2).cost == pytest.approx(wanted, rel=1e-6)
    assert engine.tree(0).cost[1:] == pytest.approx(exact, rel=1e-6)
    assert engine.tree(0, reverse=True).cost[1:] == pytest.approx(exact, rel=1e-6)
    assert engine.table([0, 1], [0, 1 + size // 2])[0, 1] == pytest.approx(wanted, rel=1e-6)
    engine.close(range(size))
    assert engine.route(0, size - 1) is None


@needs_fast
def test_the_order_is_kept_and_read_again():
    arcs, points, cost, _ = grid(20)
    order = Order.of(arcs, points)
    kept = order.to_bytes()
    assert kept == Order.of(arcs, points).to_bytes()
    again = Order.from_bytes(kept, arcs)
    assert again.to_bytes() == kept
    everyone = range(arcs.nodes)
    table = FastEngine(order, cost).table([0, 7], everyone)
    assert FastEngine(again, cost).table([0, 7], everyone).tolist() == table.tolist()


@needs_fast
def test_an_order_that_does_not_fit_is_refused():
    arcs, points, _, _ = grid(20)
    order = Order.of(arcs, points)
    kept = order.to_bytes()
    for spoiled in (
        b"",
        b"no order",
        kept[:200],
        kept[:-30],
        kept.replace(b"\x07\0\0\0", b"\0" * 4),
    ):
        with pytest.raises(RoadDataError, match="saved order"):
            Order.from_bytes(spoiled, arcs)
    with pytest.raises(RoadDataError, match="another"):
        Order.from_bytes(kept, grid(21)[0])
    order.nodes = np.zeros_like(order.nodes)
    with pytest.raises(RoadDataError, match="every node"):
        Order.from_bytes(order.to_bytes(), arcs)


@pytest.mark.slow
@engines
def test_many_threads_may_ask_one_engine(kind):
    arcs, points, cost, rng = grid(40)
    engine = (
        FastEngine(Order.of(arcs, points), cost)
        if kind == "fast"
        else ScipyEngine(arcs, cost, guide_after=0 if kind == "guided" else None)
    )
    pairs = rng.integers(0, arcs.nodes, (200, 2)).tolist()
    alone = [path and path.cost for path in itertools.starmap(engine.route, pairs)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda pair: engine.route(*pair), pairs))
        rows = list(pool.map(lambda pair: engine.table([pair[0]], [pair[1]])[0, 0], pairs))
        trees = list(pool.map(lambda pair: engine.tree(pair[0]).cost[pair[1]], pairs[:40]))
    assert [path and path.cost for path in found] == alone
    # a way that is led to its target is summed up in another order
    near = pytest.approx([math.inf if cost is None else cost for cost in alone], rel=1e-12)
    assert rows == near
    assert trees == pytest.approx(near.expected[:40], rel=1e-12)


def test_without_the_package_the_command_that_installs_it_is_told(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyroutingkit", None)
    arcs = grid(3)[0]
    with pytest.raises(MissingExtraError, match=r"convoy_geo\[fast\]"):
        Order.of(arcs)


# ---- which engine a router takes ----


@pytest.fixture(scope="module")
def roads():
    return read_network(geodata("roads", "syria-iraq-2017"))


@pytest.mark.slow
@needs_fast
@pytest.mark.parametrize("by", ["time", "length"])
def test_a_router_answers_alike_with_either_engine(roads, by):
    fast, slow = Router(roads, engine="fast"), Router(roads, engine="scipy")
    for stops in itertools.permutations(["Sukhna", "Abu Kamal", "Qara", "T2", "Homs"], 2):
        for close in ([], ["E063"], ["E102", "E103"]):
            one, other = (router.route(stops, weight=by, closures=close) for router in (fast, slow))
            assert one.polyline_km == pytest.approx(other.polyline_km, abs=1e-4)
            assert one.edges == other.edges
            ways = [
                router.alternatives(*stops, weight=by, closures=close) for router in (fast, slow)
            ]
            assert [way.edges for way in ways[0]] == [way.edges for way in ways[1]]
    names = ["Sukhna", "Homs", "T2"]
    assert fast.table(names, weight=by).to_numpy() == pytest.approx(
        slow.table(names, weight=by).to_numpy(), abs=1e-5
    )


def test_the_engine_is_chosen(roads, monkeypatch):
    assert Router(roads).engine == "scipy"
    monkeypatch.setattr(cch, "LARGE", 10)
    for there in (True, False):
        monkeypatch.setattr(cch, "installed", lambda there=there: there)
        assert Router(roads).engine == ("fast" if there else "scipy")
    with pytest.raises(MissingExtraError, match="fast"):
        Router(roads, engine="fast")
    with pytest.raises(ValueError, match="engine"):
        Router(roads, engine="quick")


@needs_fast
def test_the_order_is_kept_beside_a_stored_network(roads, tmp_path, monkeypatch):
    write_network(roads, tmp_path / "with.roads", order=True)
    again = read_network(tmp_path / "with.roads")
    monkeypatch.setattr(Order, "of", None)  # nobody makes it anew
    route = Router(again, engine="fast").route(["Sukhna", "Abu Kamal"])
    assert route.edges == Router(roads).route(["Sukhna", "Abu Kamal"]).edges


def test_the_example_runs():
    assert doctest.testmod(cch).failed == 0
