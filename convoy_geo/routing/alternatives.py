"""Alternative routes, found as plateaus of two shortest-path trees.

Definition (Abraham, Delling, Goldberg, Werneck, Alternative routes in road networks, ACM Journal of
Experimental Algorithmics 18, 2013). A path is an admissible alternative to the best one if

- *limited sharing*: it shares with the best path, and with earlier alternatives, at most a given
  fraction of the best path's cost; only roads count, not access legs;
- *bounded stretch*: its detour, the part not shared with the best path, costs at most a given
  multiple of the part it replaces;
- *local optimality*: every subpath that costs no more than a quarter of the detour is itself a
  cheapest path (the T-test, with alpha 0.25).

Method (plateaus: Cambridge Vehicle Information Technology, 2005): where the forward tree from the
source and the backward tree to the target coincide, they form a plateau, possibly of a single node.
The path through a plateau follows one tree to its end and the other from its start, so any subpath
is a cheapest path unless it contains the plateau and one more arc on both sides. If even the
smallest such subpath costs more than the T of the T-test, local optimality is proven, and no
further search is needed.

Known gap: a path over a single arc that lies in neither tree passes through no plateau and is not
found. For stops off the road, the access leg is part of the cost of a path, and an alternative may
reach the road elsewhere; but it is not a road that two paths can share.
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
CANDIDATES = 200  # plateaus that are checked in detail


class _Candidate(NamedTuple):
    rating: float
    place: int  # on ties the first
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
    """The best path and up to `k` alternatives to it.

    Parameters
    ----------
    engine
        The graph, with closures applied.
    source, target
        Nodes.
    k
        Maximum number of alternatives; fewer are returned if there are no more.
    max_stretch
        Maximum cost of a detour as a multiple of the part it replaces, at least 1.
    max_sharing
        Maximum shared cost as a fraction of the best path's cost, from 0 to below 1.
    alpha
        T of the T-test as a fraction of the cost of the detour.

    Returns
    -------
    list of Path
        The best path first, then the alternatives by cost; empty if there is no path.
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

    # No path below this can qualify: a detour costs at least (1 - max_sharing) of the best path.
    long = plateaus.piece > alpha * (1 - max_sharing) * whole
    end, length, piece = plateaus.end[long], plateaus.length[long], plateaus.piece[long]
    through = out.cost[end] + into.cost[end]
    order = np.lexsort((end, 2 * through - length))[:CANDIDATES]
    # A lower bound on the shared cost; sharing more makes a path worse by both criteria.
    least = _left_at(out, best.nodes, end[order]) + _left_at(into, best.nodes[::-1], end[order])
    least = np.maximum(least - off, 0.0)  # the best path's access legs may be included
    promising = (least <= max_sharing * whole * (1 + SLACK)) & (
        through[order] - least - off <= max_stretch * (whole - least) * (1 + SLACK)
    )

    # Smaller is better; the objective function of the paper, with the lower bound on sharing.
    rating = 2 * through[order] - length[order] + least - SLACK * best.cost
    queue = np.flatnonzero(promising)[np.argsort(rating[promising], kind="stable")].tolist()

    chosen, ready = [best], list[_Candidate]()
    while len(chosen) <= k and (queue or ready):
        # The best known candidate comes next, once no other can be better.
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
    """The cost of a path on roads, without access legs."""
    return float(_on_roads(engine, path)[1].sum())


def shared_cost(engine: Engine | Joined, path: Path, others: list[Path]) -> float:
    """The cost of the roads that a path shares, in the same direction, with any of the others."""
    known = np.concatenate([_on_roads(engine, other)[0] for other in others])
    roads, costs = _on_roads(engine, path)
    return float(costs[np.isin(roads, known)].sum())


def _on_roads(engine: Engine | Joined, path: Path) -> tuple[Ints, Floats]:
    """A number for each piece of road and direction on a path, and its cost.

    Arcs of node copies are the same road as those of the node.
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
    """The share of an arc between a stop and a node that is off the road."""
    leg = engine.leg(arc) if isinstance(engine, Joined) else None
    return engine.off_road(leg) if isinstance(engine, Joined) and leg else 0.0


def combine_legs(
    engine: Engine | Joined, legs: Sequence[Sequence[Path]], k: int, max_sharing: float
) -> list[Path]:
    """Complete routes from the legs' alternatives, if different; at most two legs deviate."""
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
    """The cost from the root of a tree toward each node until a given path is left.

    The path starts at the root. Where it departs from the tree, it counts as left.
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
    end: Ints  # last node of each
    length: Floats  # cost
    piece: Floats  # the same with one more arc on both sides


def _plateaus(out: Tree, into: Tree, most: float) -> _Plateaus:
    """All nodes or stretches common to both trees whose paths cost at most `most`."""
    size = len(out.cost)
    inner = (out.cost + into.cost <= most) & (out.parent >= 0) & (into.parent >= 0)
    near = np.flatnonzero(inner)
    before = out.parent[near].astype(np.int64)
    both = (into.parent[before] == near) & inner[before]
    node, before = near[both], before[both]
    first = np.arange(size)
    first[node] = before
    inner[before] = False  # the last nodes remain
    end = np.flatnonzero(inner)
    # Each node points one step back along its plateau; pointer doubling quickly reaches the start.
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
