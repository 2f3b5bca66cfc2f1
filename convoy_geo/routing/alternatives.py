"""True alternatives to the best way, by the plateaus of two shortest-path trees.

Definition (Abraham, Delling, Goldberg, Werneck, Alternative routes in road networks, ACM Journal of
Experimental Algorithmics 18, 2013). A way is a true alternative to the best one if

- *limited sharing*: it shares with the best way, and with the alternatives before it, at most a
  given part of the best way's cost; only roads count, no legs between a stop and the road;
- *bounded stretch*: its detour, the part that it does not share with the best way, costs at most a
  given multiple of what it leaves;
- *local optimality*: every piece of it that costs no more than a quarter of the detour is itself a
  cheapest way (the T-test, with alpha 0.25).

Method (plateaus: Cambridge Vehicle Information Technology, 2005): where the tree of ways from the
source and the tree of ways to the target run together, they form a plateau, if only a node. The way
through a plateau follows one tree up to its end and the other from its start, so that any piece of
it is a cheapest way unless it holds the plateau and an arc more on both sides. Where even the
smallest such piece costs more than the T of the T-test, local optimality is proven, and nothing
else has to be searched.

Known gap: a way over a single arc that lies in neither tree runs through no plateau and is not
found. With stops off the road, the leg between a stop and the road is a part of what a way costs,
and an alternative may reach the road elsewhere; but it is no road that two ways can share.
"""

from __future__ import annotations

import heapq
import itertools
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from convoy_geo.graph.dijkstra import Path
from convoy_geo.graph.virtual_nodes import Joined
from convoy_geo.routing.path_geometry import join_paths

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from numpy.typing import NDArray

    from convoy_geo.graph.dijkstra import Engine, Tree

    Ints = NDArray[np.integer[Any]]
    Floats = NDArray[np.float64]

__all__ = ["alternative_paths", "combine_legs", "road_cost", "shared_cost"]

SLACK = 1e-9  # costs are sums of floats
CANDIDATES = 200  # plateaus that are looked at closely


class _Candidate(NamedTuple):
    rating: float
    place: int  # of equal ones the first
    path: Path


def alternative_paths(
    engine: Engine | Joined,
    source: int,
    target: int,
    *,
    k: int = 3,
    max_stretch: float = 1.25,
    max_sharing: float = 0.8,
    alpha: float = 0.25,
) -> list[Path]:
    """The best way and up to `k` true alternatives to it.

    Parameters
    ----------
    engine
        The graph, with what is closed closed.
    source, target
        Nodes.
    k
        The most alternatives wanted; fewer are returned if there are no more.
    max_stretch
        The most that a detour may cost as a multiple of what it leaves, at least 1.
    max_sharing
        The most that may be shared, as a part of the best way's cost, from 0 to below 1.
    alpha
        T of the T-test as a part of the cost of the detour.

    Returns
    -------
    list of Path
        The best way first, then the alternatives by cost; empty if there is no way at all.
    """
    if engine.arcs.same(source, target):
        return [Path(np.array([target]), np.empty(0, np.int64), 0.0)]
    trees = engine.trees(source, target, max_stretch * (1 + SLACK))
    best = trees and engine.path(trees[0], target)
    if not (trees and best):
        return []
    whole = road_cost(engine, best)
    if k < 1 or not whole > 0:
        return [best]
    off = best.cost - whole
    out, into = trees
    plateaus = _plateaus(out, into, max_stretch * best.cost * (1 + SLACK))

    # Below this none can pass: a detour costs at least (1 - max_sharing) of the best way.
    long = plateaus.piece > alpha * (1 - max_sharing) * whole
    end, length, piece = plateaus.end[long], plateaus.length[long], plateaus.piece[long]
    through = out.cost[end] + into.cost[end]
    order = np.lexsort((end, 2 * through - length))[:CANDIDATES]
    # What it shares at least; more only makes a way worse in both of these.
    least = _left_at(out, best.nodes, end[order]) + _left_at(into, best.nodes[::-1], end[order])
    least = np.maximum(least - off, 0.0)  # the best way's legs off the road may be among it
    promising = (least <= max_sharing * whole * (1 + SLACK)) & (
        through[order] - least - off <= max_stretch * (whole - least) * (1 + SLACK)
    )

    # The smaller the better; the objective function of the paper, with what is shared at least.
    rating = 2 * through[order] - length[order] + least - SLACK * best.cost
    queue = np.flatnonzero(promising)[np.argsort(rating[promising], kind="stable")].tolist()

    chosen, ready = [best], list[_Candidate]()
    while len(chosen) <= k and (queue or ready):
        # The best of those that are known comes next, once no other can be better.
        if ready and not (queue and rating[queue[0]] <= ready[0].rating):
            path = heapq.heappop(ready).path
            if shared_cost(engine, path, chosen) <= max_sharing * whole:
                chosen.append(path)
            continue
        place = queue.pop(0)
        at = order[place]
        path = _through(engine, out, into, int(end[at]))
        shared = shared_cost(engine, path, [best])
        detour = road_cost(engine, path) - shared
        if (
            shared <= max_sharing * whole
            and detour <= max_stretch * (whole - shared)
            and piece[at] > alpha * detour * (1 + SLACK)
            and len(set(engine.arcs.originals(path.nodes).tolist())) == len(path.nodes)
        ):
            rated = 2 * path.cost + shared - float(length[at])
            heapq.heappush(ready, _Candidate(rated, place, path))
    return [best, *sorted(chosen[1:], key=lambda path: path.cost)]


def road_cost(engine: Engine | Joined, path: Path) -> float:
    """What a way costs on roads: without its legs between stops and the road."""
    return float(_on_roads(engine, path)[1].sum())


def shared_cost(engine: Engine | Joined, path: Path, others: list[Path]) -> float:
    """What a way costs on the roads that it shares, the same way driven, with any of the others."""
    known = np.concatenate([_on_roads(engine, other)[0] for other in others])
    roads, costs = _on_roads(engine, path)
    return float(costs[np.isin(roads, known)].sum())


def _on_roads(engine: Engine | Joined, path: Path) -> tuple[Ints, Floats]:
    """A number for each piece of road of a way and its direction, and what it costs.

    Arcs of copies of a node are the same road as those of the node.
    """
    arcs, size = engine.arcs, len(engine.arcs.tail)
    costs = np.array(engine.cost_of(path.arcs), np.float64)
    beyond = path.arcs >= size
    inner = np.where(beyond, 0, path.arcs)
    numbers: Ints = inner
    if size:
        numbers = arcs.segment[inner].astype(np.int64) * 2 + arcs.forward[inner]
    if beyond.any():
        slots = 2 * (int(arcs.segment.max(initial=-1)) + 1)
        numbers = np.where(beyond, slots + path.arcs, numbers)
        costs[beyond] -= [_off_road(engine, arc) for arc in path.arcs[beyond].tolist()]
    return numbers, costs


def _off_road(engine: Engine | Joined, arc: int) -> float:
    """What of an arc between a stop and a node is no road."""
    leg = engine.leg(arc) if isinstance(engine, Joined) else None
    return engine.off_road(leg) if isinstance(engine, Joined) and leg else 0.0


def combine_legs(
    engine: Engine | Joined, legs: Sequence[Sequence[Path]], k: int, max_sharing: float
) -> list[Path]:
    """Whole ways of each leg's alternatives that differ enough; at most two legs leave the best."""
    best = join_paths([leg[0] for leg in legs])
    whole = []
    for changed in itertools.chain(
        itertools.combinations(range(len(legs)), 1), itertools.combinations(range(len(legs)), 2)
    ):
        for choice in itertools.product(*(range(1, len(legs[leg])) for leg in changed)):
            picks = dict(zip(changed, choice, strict=True))
            parts = [leg[picks.get(number, 0)] for number, leg in enumerate(legs)]
            whole.append(join_paths(parts))
    chosen = [best]
    for path in sorted(whole, key=lambda one: one.cost):
        if len(chosen) > k:
            break
        if shared_cost(engine, path, chosen) <= max_sharing * road_cost(engine, best):
            chosen.append(path)
    return chosen


def _left_at(tree: Tree, way: Ints, ends: Ints) -> Floats:
    """What is driven from the root of a tree toward each node before a given way is left.

    The way starts at the root. Where it runs off the tree, it counts as left.
    """
    known, parent = {int(way[0]): 0.0}, tree.parent.data
    for before, node in itertools.pairwise(way.tolist()):
        if parent[node] != before:
            break
        known[node] = float(tree.cost[node])
    costs = []
    for end in ends.tolist():
        node, passed = end, []
        while node not in known:
            passed.append(node)
            node = parent[node]
        known.update(dict.fromkeys(passed, known[node]))
        costs.append(known[node])
    return np.array(costs)


class _Plateaus(NamedTuple):
    end: Ints  # the last node of each
    length: Floats  # what it costs
    piece: Floats  # the same with an arc more on both sides


def _plateaus(out: Tree, into: Tree, most: float) -> _Plateaus:
    """Every node or stretch that both trees run over, off which ways cost no more than `most`."""
    size = len(out.cost)
    inner = (out.cost + into.cost <= most) & (out.parent >= 0) & (into.parent >= 0)
    near = np.flatnonzero(inner)
    before = out.parent[near].astype(np.int64)
    both = (into.parent[before] == near) & inner[before]
    node, before = near[both], before[both]
    first = np.arange(size)
    first[node] = before
    inner[before] = False  # what is left are the last nodes
    end = np.flatnonzero(inner)
    # Each node points one step back along its plateau; doubling the steps soon reaches the start.
    while True:
        further = first[first[node]]
        if np.array_equal(further, first[node]):
            break
        first[node] = further
    start = first[end]
    length = out.cost[end] - out.cost[start]
    piece = (
        out.cost[end] - out.cost[out.parent[start]] + into.cost[end] - into.cost[into.parent[end]]
    )
    return _Plateaus(end, length, piece)


def _through(engine: Engine | Joined, out: Tree, into: Tree, node: int) -> Path:
    nodes = np.concatenate([out.path(node), into.path(node)[1:]])
    return Path(nodes, engine.arcs_along(nodes), float(out.cost[node] + into.cost[node]))
