"""Nodes are split where a rule holds: both engines against a search that knows every state."""

import heapq
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convoy_geo.graph import cch
from convoy_geo.graph.cch import FastEngine, Order
from convoy_geo.graph.dijkstra import Arcs, ScipyEngine
from convoy_geo.graph.split_nodes import split_nodes, turn
from convoy_geo.graph.virtual_nodes import Joined, Joint


def cheapest(arcs, cost, sequences, blocked, ends_only, source, target):
    """The least cost by a search over nodes, phases and the arcs driven last."""
    if source == target:
        return 0.0
    keep = max((len(one) for one in sequences), default=1) - 1
    queue, seen = [(0.0, source, 0, ())], set()
    while queue:
        cost_here, node, phase, last = heapq.heappop(queue)
        if (node, phase, last) in seen:
            continue
        seen.add((node, phase, last))
        if node == target and cost_here > 0:
            return cost_here
        if node in blocked and cost_here > 0:
            continue
        for arc in np.flatnonzero(arcs.tail == node).tolist():
            driven = (*last, arc)
            if any(driven[-len(one) :] == one for one in sequences):
                continue
            if ends_only[arc]:
                then = 0 if phase == 0 else 2
            elif phase == 2:
                continue
            else:
                then = 1
            more = cost_here + cost[arcs.segment[arc]]
            heapq.heappush(queue, (more, int(arcs.head[arc]), then, driven[-keep:] if keep else ()))
    return np.inf


@st.composite
def ruled(draw):
    """A graph with costs, forbidden sequences, blocked nodes and roads for ends only."""
    nodes, size = draw(st.integers(2, 7)), draw(st.integers(2, 12))
    node = st.integers(0, nodes - 1)
    ends = draw(st.lists(st.tuples(node, node), min_size=size, max_size=size))
    oneway = draw(st.lists(st.sampled_from([0, 0, 1, -1]), min_size=size, max_size=size))
    tail, head = np.array(ends).T
    arcs = Arcs.of_segments(nodes, tail, head, np.array(oneway))
    cost = np.array(draw(st.lists(st.integers(1, 9), min_size=size, max_size=size)), float)
    sequences = []
    for _ in range(draw(st.integers(0, 4))):
        one = [draw(st.integers(0, len(arcs.tail) - 1))]
        for _ in range(draw(st.integers(1, 2))):
            onward = np.flatnonzero(arcs.tail == arcs.head[one[-1]]).tolist()
            if onward:
                one.append(draw(st.sampled_from(onward)))
        if len(one) > 1:
            sequences.append(tuple(one))
    blocked = draw(st.sets(node, max_size=1))
    private = np.array(draw(st.lists(st.booleans(), min_size=size, max_size=size)))
    return arcs, cost, sequences, blocked, private[arcs.segment]


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(ruled())
def test_both_engines_find_what_a_search_over_all_states_finds(given_):
    arcs, cost, sequences, blocked, ends_only = given_
    split = split_nodes(arcs, sequences=sequences, blocked=blocked, ends_only=ends_only)
    slots = set(zip(split.slot.tolist(), split.forward.tolist(), strict=True))
    assert len(slots) == len(split.slot)  # at most one arc each way
    engines = [ScipyEngine(split, cost)]
    if cch.installed():
        where = np.random.default_rng(1).random((arcs.nodes, 2))
        every = Arcs.of_segments(arcs.nodes, *_ends(arcs, len(cost)))
        engines.append(FastEngine(Order.of(every, where).for_copies(split), cost, arcs=split))
    for source, target in itertools.product(range(arcs.nodes), repeat=2):
        want = cheapest(arcs, cost, sequences, blocked, ends_only, source, target)
        start, end = split.start(source), split.end(target)
        for engine in engines:
            found = engine.route(start, end)
            assert (np.inf if found is None else found.cost) == want
            assert engine.table([start], [end])[0, 0] == want
            if found is not None:
                visited = split.originals(found.nodes).tolist()
                assert visited[0] == source
                assert visited[-1] == target


def _ends(arcs, size):
    tail, head = np.zeros(size, int), np.zeros(size, int)
    tail[arcs.segment] = np.where(arcs.forward, arcs.tail, arcs.head)
    head[arcs.segment] = np.where(arcs.forward, arcs.head, arcs.tail)
    return tail, head


def test_a_graph_without_rules_stays_as_it_is():
    arcs = Arcs.of_segments(3, [0, 1], [1, 2])
    assert split_nodes(arcs) is arcs
    assert arcs.start(2) == arcs.end(2) == 2
    assert arcs.places == arcs.nodes == 3


def test_a_turn_that_cannot_be_driven_is_named():
    arcs = Arcs.of_segments(3, [0, 1], [1, 2], [1, 1])
    assert turn(arcs, (0, True), (1, True)) == (0, 1)
    with pytest.raises(KeyError):
        turn(arcs, (1, False), (0, True))


def test_a_ban_holds_from_a_place_beside_the_road_too():
    # a cross: from the west no turn to the north
    arcs = Arcs.of_segments(5, [0, 1, 1, 1], [1, 2, 3, 4])
    banned = turn(arcs, (0, True), (1, True))
    split = split_nodes(arcs, sequences=[banned])
    engine = ScipyEngine(split, np.array([10.0, 5.0, 5.0, 5.0]))
    joined = Joined(engine, [[Joint(0, 0.5, 0.0)], [Joint(1, 0.5, 0.0)]])
    here, there = split.nodes, split.nodes + 1
    found = joined.route(here, there)
    # it goes past, and back from the end of a road
    assert found.cost == 5 + 5 + 5 + 2.5
    assert joined.route(there, here).cost == 2.5 + 5
    costs, off = joined.table([here], [there])
    assert costs[0, 0] == found.cost
    assert off[0, 0] == 0
