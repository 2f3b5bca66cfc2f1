"""Shortest paths on a directed graph: trees, paths and tables, using scipy.sparse.csgraph.

The graph is divided into *segments* (a stretch of road between two neighbouring nodes); each gives
one or two *arcs*, one for each permitted direction. An engine knows only integers and costs: names,
places and geometry belong to the road network.

>>> arcs = Arcs.of_segments(3, np.array([0, 1]), np.array([1, 2]))
>>> engine = ScipyEngine(arcs, np.array([10.0, 5.0]))
>>> engine.route(0, 2).cost
15.0
"""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, Self

import numpy as np

from convoy_geo.errors import RoadDataError
from convoy_geo.graph.landmarks import Guide

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from numpy.typing import ArrayLike, NDArray
    from scipy.sparse import csr_array

    Ints = NDArray[np.integer[Any]]
    Floats = NDArray[np.float64]

__all__ = ["NOBODY", "Arcs", "Copies", "Engine", "Path", "ScipyEngine", "Tree", "grow_trees"]

NOBODY = -9999
"""No predecessor, in scipy's encoding."""
GUIDED_FROM, GUIDE_AFTER = 20_000, 8
"""Building the guide costs as much as eight paths and halves the time of each further one."""


@dataclass(frozen=True, eq=False)
class Copies:
    """Nodes that occur several times in a graph, see `convoy_geo.graph.split_nodes`.

    Parameters
    ----------
    of
        For each copy, in numerical order, the node that it copies; the first copy has as its number
        the number of nodes.
    start, end
        For nodes with copies: where routes from the node start, and where routes to it end.
    """

    of: NDArray[np.int32]
    start: Mapping[int, int]
    end: Mapping[int, int]


@dataclass(frozen=True, eq=False)
class Arcs:
    """The directed arcs of a graph, sorted by tail, then head, then segment.

    Parameters
    ----------
    nodes
        Number of nodes; they are numbered from 0.
    tail, head
        Start node and end node of each arc.
    segment
        The segment of each arc.
    forward
        Whether the arc runs in the direction in which the segment was drawn.
    slots
        For each arc, a number for the pair of ends that it connects: for most arcs their segment,
        for arcs of node copies additional numbers. Each slot has at most one arc in each direction.
        None: the segments.
    copies
        Nodes that occur several times; None if each occurs once. `nodes` includes the copies.
    """

    nodes: int
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    segment: NDArray[np.int32]
    forward: NDArray[np.bool_]
    slots: NDArray[np.int32] | None = None
    copies: Copies | None = None

    @property
    def slot(self) -> NDArray[np.int32]:
        """The slot of each arc: `slots`, or its segment."""
        return self.segment if self.slots is None else self.slots

    @classmethod
    def of_segments(
        cls, nodes: int, tail: ArrayLike, head: ArrayLike, oneway: ArrayLike = 0
    ) -> Arcs:
        """Arcs of segments that are open in both directions or in one.

        Parameters
        ----------
        nodes
            Number of nodes.
        tail, head
            Ends of each segment. Loops, parallel segments and disconnected parts are allowed.
        oneway
            0 both directions, 1 from tail to head only, -1 from head to tail only; one value for
            all or one for each segment.
        """
        ways = np.broadcast_to(np.asarray(oneway, np.int8), np.shape(tail))
        return cls.of_directions(nodes, tail, head, ways >= 0, ways <= 0)

    @classmethod
    def of_directions(
        cls,
        nodes: int,
        tail: ArrayLike,
        head: ArrayLike,
        along: NDArray[np.bool_],
        against: NDArray[np.bool_],
    ) -> Arcs:
        """Arcs of segments, each open as drawn, against the drawing, both or neither.

        Parameters
        ----------
        nodes, tail, head
            As for `of_segments`.
        along, against
            For each segment, whether that direction is open.
        """
        tails, heads = np.asarray(tail, np.int32), np.asarray(head, np.int32)
        ahead, back = np.flatnonzero(along), np.flatnonzero(against)
        start = np.concatenate([tails[ahead], heads[back]])
        end = np.concatenate([heads[ahead], tails[back]])
        segment = np.concatenate([ahead, back]).astype(np.int32)
        order = _in_order(nodes, start, end, segment, len(tails))
        forward = order < len(ahead)
        return cls(nodes, start[order], end[order], segment[order], forward)

    @property
    def keys(self) -> Ints:
        """One number for each arc's pair of ends, ascending."""
        return self.tail.astype(np.int64) * self.nodes + self.head

    @property
    def places(self) -> int:
        """Number of nodes, not counting copies."""
        return self.nodes - (0 if self.copies is None else len(self.copies.of))

    def start(self, node: int) -> int:
        """The node where routes from a node start in this graph."""
        return node if self.copies is None else self.copies.start.get(node, node)

    def end(self, node: int) -> int:
        """The node where routes to a node end in this graph."""
        return node if self.copies is None else self.copies.end.get(node, node)

    def originals(self, nodes: Ints) -> Ints:
        """The originals of these nodes; numbers beyond the graph are unchanged."""
        if self.copies is None:
            return nodes
        beyond = (nodes >= self.places) & (nodes < self.nodes)
        if not beyond.any():
            return nodes
        found: Ints = np.array(nodes, np.int64)
        found[beyond] = self.copies.of[nodes[beyond] - self.places]
        return found

    def same(self, source: int, target: int) -> bool:
        """Whether a route between these two nodes is empty.

        It is from a node's start to its end. Two other copies of a node are two states, and a
        detour may be needed to get from one to the other.
        """
        if source == target or self.copies is None:
            return source == target
        node = int(self.originals(np.array([target]))[0])
        return self.end(node) == target and self.start(node) == source


@dataclass(frozen=True, eq=False)
class Tree:
    """Shortest paths from a root to every node, or from every node to the root.

    Parameters
    ----------
    root
        The root node of the tree.
    reverse
        True if the paths lead to the root.
    cost
        For each node; infinite where there is no path, or none within the limit.
    parent
        Next node toward the root; negative at the root and where there is no path.
    """

    root: int
    reverse: bool
    cost: Floats
    parent: NDArray[np.int32]

    def path(self, node: int) -> Ints:
        """Nodes of the path between root and node, in driving order."""
        nodes, parent = [node], self.parent.data  # plain ints take half the time
        while node != self.root:
            node = parent[node]
            nodes.append(node)
        return np.array(nodes if self.reverse else nodes[::-1], np.int64)


@dataclass(frozen=True, eq=False)
class Path:
    """One path through the graph: its nodes, its arcs (one fewer) and its cost."""

    nodes: Ints
    arcs: Ints
    cost: float


class Engine(ABC):
    """The interface of every engine, and its closed segments.

    Parameters
    ----------
    arcs
        The graph.
    cost
        Cost of each segment, at least 0: seconds or metres.
    guide_after
        Landmarks are built after this number of queries that can use them, see
        `convoy_geo.graph.landmarks`; by default after 8 on a graph of 20,000 nodes or more, else
        never. Costs stay the same; of two paths with equal costs, either may be returned.

    Notes
    -----
    `close` changes the engine. If threads share an engine, hold a lock from `close` to the last
    query, as `Router` does; between two calls of `close` any number of threads may query.
    """

    def __init__(self, arcs: Arcs, cost: ArrayLike, *, guide_after: float | None = None) -> None:
        self.arcs = arcs
        self._cost = self._checked(cost)[arcs.segment]
        self._now = self._cost.copy()  # the same, infinite where closed
        self._keys = arcs.keys
        self._closed = np.empty(0, np.int64)
        self._asked: ArrayLike | None = None  # never changed by the caller
        if guide_after is None:
            guide_after = GUIDE_AFTER if arcs.nodes >= GUIDED_FROM else np.inf
        self._guide_after = guide_after
        self._might_be_guided = 0  # queries so far
        self._guide: Guide | None = None

    @cached_property
    def _by_segment(self) -> Ints:
        """Where the arcs of each segment are, one segment after the other."""
        return np.argsort(self.arcs.segment, kind="stable")

    @cached_property
    def _segments(self) -> Ints:
        """The segments of `_by_segment`, ascending."""
        return self.arcs.segment[self._by_segment]

    @staticmethod
    def _checked(cost: ArrayLike) -> Floats:
        """Segment costs, checked to be numbers of at least 0."""
        costs = np.asarray(cost, np.float64)
        if costs.size and not costs.min() >= 0:  # also false for NaN
            msg = "a segment of the road network has a negative or non-numeric cost"
            raise RoadDataError(msg)
        return costs

    @abstractmethod
    def tree(self, root: int, *, reverse: bool = False, limit: float = np.inf) -> Tree:
        """Shortest paths from a node to all others, or with `reverse` from all others to it.

        Parameters
        ----------
        root
            The node.
        reverse
            Whether the paths lead to the root.
        limit
            Paths that cost more are not searched.
        """

    @abstractmethod
    def grow(
        self, starts: Mapping[int, float], *, reverse: bool = False, limit: float = np.inf
    ) -> Tree:
        """`tree` from a root outside the graph, which gets the next free node number.

        Parameters
        ----------
        starts
            Nodes that the root's arcs lead to (with `reverse`: come from), and the cost of each
            arc.
        reverse, limit
            As for `tree`.
        """

    @abstractmethod
    def route(self, source: int, target: int) -> Path | None:
        """The cheapest path, or None if there is none."""

    def trees(self, source: int, target: int, stretch: float) -> tuple[Tree, Tree] | None:
        """The trees from a source and to a target, limited to what matters for paths between them.

        Parameters
        ----------
        source, target
            Nodes.
        stretch
            Nodes may be left out of either tree if paths through them cost more than this multiple
            of the cheapest path.

        Returns
        -------
        tuple of (Tree, Tree) or None
            None if there is no path.
        """
        return grow_trees(self, source, target, stretch)

    def between(self, starts: Mapping[int, float], ends: Mapping[int, float]) -> Path | None:
        """The cheapest path from any of several nodes to any of several, or None if there is none.

        Parameters
        ----------
        starts, ends
            The cost of starting or ending at each node, added to the cost of the path.
        """
        tree = self.grow(starts)
        cost, end = min(
            ((float(tree.cost[node]) + more, node) for node, more in ends.items()),
            default=(np.inf, 0),
        )
        if not np.isfinite(cost):
            return None
        nodes = tree.path(end)[1:]
        return Path(nodes, self.arcs_along(nodes), cost)

    @abstractmethod
    def table(self, sources: ArrayLike, targets: ArrayLike) -> Floats:
        """Costs of the cheapest paths, one row for each source, one column for each target."""

    def _at_home(self, costs: Floats, rows: Ints, columns: Ints) -> Floats:
        """A table in which a path from a node to itself costs nothing, with or without copies."""
        if self.arcs.copies is None:
            return costs
        place = {int(one): at for at, one in enumerate(columns)}
        for at, row in enumerate(rows.tolist()):
            end = place.get(self.arcs.end(int(self.arcs.originals(np.array([row]))[0])))
            if end is not None and self.arcs.same(row, int(columns[end])):
                costs[at, columns == columns[end]] = 0.0
        return costs

    @abstractmethod
    def _changed(self, arcs: Ints) -> None:
        """Apply the new costs of these arcs."""

    def close(self, segments: ArrayLike) -> None:
        """Close exactly these segments and open all others; only differences are processed."""
        if segments is self._asked:
            return
        self._asked = segments
        wanted = np.unique(np.asarray(segments, np.int64))
        if np.array_equal(wanted, self._closed):
            return
        changed = []
        for some, closing in (
            (np.setdiff1d(self._closed, wanted, assume_unique=True), False),
            (np.setdiff1d(wanted, self._closed, assume_unique=True), True),
        ):
            first = np.searchsorted(self._segments, some, "left")
            last = np.searchsorted(self._segments, some, "right")
            arcs = self._by_segment[ragged(first, last)]
            self._now[arcs] = np.inf if closing else self._cost[arcs]
            changed.append(arcs)
        self._closed = wanted
        self._changed(np.concatenate(changed))

    def cost_of(self, arcs: Ints) -> Floats:
        """The current cost of each of these arcs; infinite where closed."""
        return self._now[arcs]

    def open_cost_of(self, arcs: Ints) -> Floats:
        """The cost of each of these arcs with nothing closed."""
        return self._cost[arcs]

    def arcs_of(self, segment: int) -> Ints:
        """The arcs of a segment: one, or two if it is open in both directions."""
        first, last = np.searchsorted(self._segments, [segment, segment + 1])
        arcs: Ints = self._by_segment[first:last]
        return arcs

    def path(self, tree: Tree, node: int) -> Path | None:
        """The path between a tree's root and a node, or None if there is none."""
        if not np.isfinite(tree.cost[node]):
            return None
        nodes = tree.path(node)
        return Path(nodes, self.arcs_along(nodes), float(tree.cost[node]))

    def arcs_along(self, nodes: Ints) -> Ints:
        """The cheapest open arc for each step of a path; on ties, that of the first segment."""
        wanted = nodes[:-1] * self.arcs.nodes + nodes[1:]
        first = np.searchsorted(self._keys, wanted, "left")
        last = np.searchsorted(self._keys, wanted, "right")
        if np.array_equal(last - first, np.ones_like(first)):
            return first  # no parallel roads on the path
        choices = ragged(first, last)
        step = np.repeat(np.arange(len(wanted)), last - first)
        order = np.lexsort((choices, self._now[choices], step))
        return choices[order[np.searchsorted(step, np.arange(len(wanted)))]]


class ScipyEngine(Engine):
    """Dijkstra's algorithm in scipy on fixed arcs; a closure is an infinite cost, set in place.

    Parameters
    ----------
    arcs, cost, guide_after
        See `Engine`. Landmarks guide the search toward its target.
    """

    def __init__(self, arcs: Arcs, cost: ArrayLike, *, guide_after: float | None = None) -> None:
        super().__init__(arcs, cost, guide_after=guide_after)
        backward = np.lexsort((arcs.tail, arcs.head))
        self._out = self._matrix(arcs.tail, arcs.head, self._now)
        self._in = self._matrix(arcs.head[backward], arcs.tail[backward], self._now[backward])
        self._place_in = np.argsort(backward)

    def with_costs(self, cost: ArrayLike) -> Self:
        """An engine on the same arcs, with other costs, nothing closed and the same ordering."""
        other = copy.copy(self)
        other._cost = self._checked(cost)[self.arcs.segment]  # noqa: SLF001
        other._now = other._cost.copy()  # noqa: SLF001
        other._closed, other._asked = np.empty(0, np.int64), None  # noqa: SLF001
        other._guide, other._might_be_guided = None, 0  # noqa: SLF001
        into = np.empty_like(other._now)  # noqa: SLF001
        into[self._place_in] = other._now  # noqa: SLF001
        other._out = self._same(self._out, other._now)  # noqa: SLF001
        other._in = self._same(self._in, into)  # noqa: SLF001
        return other

    @staticmethod
    def _same(graph: csr_array, cost: Floats) -> csr_array:
        from scipy.sparse import csr_array

        return csr_array((cost, graph.indices, graph.indptr), shape=graph.shape)

    def _matrix(self, tail: Ints, head: Ints, cost: Floats) -> csr_array:
        from scipy.sparse import csr_array

        size = self.arcs.nodes
        indptr = np.searchsorted(tail, np.arange(size + 1)).astype(np.int32)
        return csr_array((cost, head, indptr), shape=(size, size))

    def _changed(self, arcs: Ints) -> None:
        self._out.data[arcs] = self._now[arcs]
        self._in.data[self._place_in[arcs]] = self._now[arcs]

    def tree(self, root: int, *, reverse: bool = False, limit: float = np.inf) -> Tree:
        """One run of Dijkstra's algorithm, up to `limit`."""
        from scipy.sparse.csgraph import dijkstra

        graph = self._in if reverse else self._out
        cost, parent = dijkstra(graph, indices=root, return_predecessors=True, limit=limit)
        return Tree(root, reverse, cost, parent)

    def grow(
        self, starts: Mapping[int, float], *, reverse: bool = False, limit: float = np.inf
    ) -> Tree:
        """One search over the arcs and one extra row."""
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import dijkstra

        graph, size = self._in if reverse else self._out, self.arcs.nodes
        more = np.concatenate([graph.data, list(starts.values())])
        ends = np.concatenate([graph.indices, np.array(list(starts), np.int32)])
        rows = np.append(graph.indptr, np.int32(len(more)))
        graph = csr_array((more, ends, rows), shape=(size + 1, size + 1))
        cost, parent = dijkstra(graph, indices=size, return_predecessors=True, limit=limit)
        return Tree(size, reverse, cost, parent)

    def route(self, source: int, target: int) -> Path | None:
        """The cheapest path, or None if there is none."""
        if self.arcs.same(source, target):
            return Path(np.array([target]), np.empty(0, np.int64), 0.0)
        self._might_be_guided += 1
        if self._might_be_guided <= self._guide_after:
            return self.path(self.tree(source), target)
        if self._guide is None:
            self._guide = self.new_guide(source)
        nodes = self._guide.way(self._out, source, target)
        if nodes is None:
            return None
        arcs = self.arcs_along(nodes)
        return Path(nodes, arcs, float(self._now[arcs].sum()))

    def new_guide(self, start: int) -> Guide:
        """Landmarks for these costs with nothing closed, the first one far from `start`."""
        from scipy.sparse import csr_array

        open_out, open_in = (
            csr_array((cost, graph.indices, graph.indptr), shape=graph.shape)
            for graph, cost in ((self._out, self._cost), (self._in, self._cost_in))
        )
        return Guide(open_out, open_in, start)

    @property
    def _cost_in(self) -> Floats:
        """The arc costs, in the order used by the search to a target."""
        costs = np.empty_like(self._cost)
        costs[self._place_in] = self._cost
        return costs

    def table(self, sources: ArrayLike, targets: ArrayLike) -> Floats:
        """Costs of the cheapest paths, with one search per node of the smaller side."""
        from scipy.sparse.csgraph import dijkstra

        rows, columns = np.asarray(sources, np.int64), np.asarray(targets, np.int64)
        costs: Floats
        if len(columns) < len(rows):  # one search per node of the smaller side
            costs = np.array([dijkstra(self._in, indices=to)[rows] for to in columns])
            costs = costs.reshape(len(columns), len(rows)).T
        else:
            costs = np.array([dijkstra(self._out, indices=of)[columns] for of in rows])
            costs = costs.reshape(len(rows), len(columns))
        return self._at_home(costs, rows, columns)


def _in_order(nodes: int, start: Ints, end: Ints, segment: Ints, segments: int) -> Ints:
    """The order of arcs by start, end and segment: of one number for each where that fits."""
    if nodes * nodes * max(segments, 1) < 1 << 63:
        keys = (start.astype(np.int64) * nodes + end) * max(segments, 1) + segment
        return np.argsort(keys, kind="stable")
    return np.lexsort((segment, end, start))


class Grows(Protocol):
    """Anything on which shortest-path trees can be computed."""

    def tree(self, root: int, *, reverse: bool = False, limit: float = np.inf) -> Tree:
        """See `Engine.tree`."""
        ...


def grow_trees(graph: Grows, source: int, target: int, stretch: float) -> tuple[Tree, Tree] | None:
    """The result of `Engine.trees`, computed by two searches."""
    out = graph.tree(source)
    most = stretch * float(out.cost[target])
    return (out, graph.tree(target, reverse=True, limit=most)) if np.isfinite(most) else None


def ragged(first: Ints, last: Ints) -> Ints:
    """All indices of several ranges, concatenated.

    >>> ragged(np.array([3, 10]), np.array([5, 13])).tolist()
    [3, 4, 10, 11, 12]
    """
    lengths = last - first
    total = int(lengths.sum())
    indices: Ints = np.arange(total) + np.repeat(first - np.cumsum(lengths) + lengths, lengths)
    return indices
