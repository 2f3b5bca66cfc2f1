"""Edges of the fastest route whose closure alone leaves no route that is fast enough.

Two searches give the answer for all edges: F from the origin, R to the destination. Close one edge
of the route; let S be the nodes that the tree of F reaches without it. Every remaining route leaves
S over some arc (u, v), and takes at least F(u) + c + R(v). If the path of R from v does not use the
edge either, that sum is the cost of a remaining route. So the minimum of such sums bounds the
remaining routes from below and from above. Only if the two bounds give different answers is the
edge closed and a search run.

Source: the replacement paths of K. Malik, A. K. Mittal and S. K. Gupta, The k most vital arcs in
the shortest path problem, Operations Research Letters 8 (1989), with bounds for directed graphs.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from convoy_geo.graph.dijkstra import Tree
from convoy_geo.network.match_closures import Stretches

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from convoy_geo.timegeo.search import RoadAccess, Search
    from convoy_geo.timegeo.travel_graph import Ground

    Ints = NDArray[np.integer[Any]]
    Floats = NDArray[np.float64]

__all__ = ["vital_edges"]


class _Drive(NamedTuple):
    """The fastest route: its nodes, its arcs, and the search that found it."""

    nodes: Ints
    arcs: Ints
    out: Search
    back: Search
    goals: RoadAccess


def vital_edges(
    ground: Ground, origin: int, destination: int, fits: Callable[[float], bool]
) -> list[int]:
    """Positions of the edges of the fastest route without which no other route fits.

    Parameters
    ----------
    ground
        The travel graph, which contains the locations.
    origin, destination
        Indices in the graph's list of locations; the fastest route between them fits.
    fits
        Whether this many hours in motion fit; it must be monotonic.
    """
    network = ground.network
    if network is None:
        return []
    drive = _drive(ground, origin, destination)
    if drive is None:
        return []
    edge_of = network.segments.edge[ground.pieces.segment]
    driven = edge_of[ground.arcs.segment[drive.arcs]]
    first = np.flatnonzero(np.diff(driven, prepend=-1))
    last = np.append(first[1:], len(driven)) - 1
    edges = driven[first]
    least, most = _bounds(ground, drive, first, last)
    # other pieces of the same edge are closed too, and the upper bound may use them
    once = np.unique(edges, return_counts=True)
    mine = np.isin(edge_of, edges)
    pieces = np.bincount(edge_of[mine], minlength=int(edge_of.max()) + 1)[edges]
    used = last - first + 1
    unsure = (pieces != used) | np.isin(edges, once[0][once[1] > 1])
    most[unsure] = math.inf
    found: list[int] = []
    spare = ground.has_spare(origin) or ground.has_spare(destination)  # if no route remains
    for edge, below, above in zip(edges.tolist(), least.tolist(), most.tolist(), strict=True):
        if fits(above):
            continue
        if fits(below) or (spare and math.isinf(above)):
            closed = Stretches.whole(network.segments_of(np.array([edge])))
            other = ground.closing(Stretches.all_of([ground.closed, closed]))
            if fits(other.way(origin, destination, "best").moving_h):
                continue
        if edge not in found:
            found.append(edge)
    return found


def _drive(ground: Ground, origin: int, destination: int) -> _Drive | None:
    """The fastest route at the best end, by road."""
    leaving, arriving = ground.spares(origin, destination, "best")
    goals = ground.access(destination, "best", spare=arriving)
    starts = ground.access(origin, "best", spare=leaving).nodes
    if not (len(starts) and len(goals.nodes)):
        return None
    out = ground.search(origin, "best", spare=leaving)
    node = int(goals.nodes[np.argmin(out.cost[goals.nodes] + goals.hours)])
    if not math.isfinite(out.cost[node]):
        return None
    back = ground.search(destination, "best", reverse=True, spare=arriving)
    nodes = Tree(int(out.root[node]), False, out.cost, out.parent).path(node)
    nodes = nodes[nodes < len(ground.points)]
    return _Drive(nodes, ground.engine("best").arcs_along(nodes), out, back, goals)


def _bounds(ground: Ground, drive: _Drive, first: Ints, last: Ints) -> tuple[Floats, Floats]:
    """Bounds on the hours without each run of arcs of the route: at least and at most."""
    arcs, count = ground.arcs, len(first)
    nowhere, size = -1, len(ground.points)
    place = np.full(size, nowhere, np.int64)
    place[drive.nodes] = np.arange(len(drive.nodes))
    out = _label(drive.out.parent, place, nowhere)
    back = _label(drive.back.parent, place, len(drive.nodes))
    hours = drive.out.cost[arcs.tail] + ground.engine("best").cost_of(np.arange(len(arcs.tail)))
    hours += drive.back.cost[arcs.head]
    able = np.isfinite(hours)
    able[drive.arcs] = False
    at = np.flatnonzero(able)
    leaves, enters, returns = out[arcs.tail[at]], out[arcs.head[at]], back[arcs.head[at]]
    # a common end node lies beyond every goal, reached by an arc that is never closed
    nodes, after = drive.goals
    beyond = np.full(len(nodes), len(drive.nodes))
    leaves = np.concatenate([leaves, out[nodes]])
    enters, returns = np.concatenate([enters, beyond]), np.concatenate([returns, beyond])
    left = np.concatenate([hours[at], drive.out.cost[nodes] + after])
    begin = np.searchsorted(first, leaves, "left")
    least = _least(begin, np.searchsorted(first, enters, "left") - 1, left, count)
    most = _least(begin, np.searchsorted(last, returns - 1, "right") - 1, left, count)
    return least, most


def _label(parent: Ints, place: Ints, none: int) -> Ints:
    """For each node, the position on the route of its first ancestor on the route."""
    size = len(place)
    up = np.append(np.where((parent < 0) | (parent >= size), size, parent), size).astype(np.int64)
    on = np.flatnonzero(place >= 0)
    up[on] = on
    while True:
        further = up[up]
        if np.array_equal(further, up):
            break
        up = further
    label: Ints = np.append(np.where(place >= 0, place, none), none)[up][:size]
    return label


def _least(begin: Ints, end: Ints, values: Floats, count: int) -> Floats:
    """The minimum over those ranges, ends included, that contain each number."""
    some = np.flatnonzero((begin <= end) & (begin < count))
    begin, end, values = begin[some], np.minimum(end[some], count - 1), values[some]
    levels = max(1, int(count).bit_length())
    table = np.full((levels, count), np.inf)
    level = np.frexp((end - begin + 1).astype(np.float64))[1] - 1
    np.minimum.at(table, (level, begin), values)
    np.minimum.at(table, (level, end + 1 - (1 << level.astype(np.int64))), values)
    for at in range(levels - 1, 0, -1):
        half = 1 << (at - 1)
        np.minimum(table[at - 1], table[at], out=table[at - 1])
        table[at - 1, half:] = np.minimum(table[at - 1, half:], table[at, : count - half])
    least: Floats = table[0]
    return least
