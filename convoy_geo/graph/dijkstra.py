"""Shortest ways on a directed graph: trees, routes and tables, over scipy.sparse.csgraph.

The graph is cut into *segments* (a stretch of road between two neighbouring nodes); each gives one
or two *arcs*, one for each direction that may be driven. An engine knows nothing but integers and
costs: names, places and geometry belong to the road network.

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
"""No parent, as scipy writes it."""
GUIDED_FROM, GUIDE_AFTER = 20_000, 8
"""The guide costs as much as eight ways and saves half of each further one, or of alternatives."""


@dataclass(frozen=True, eq=False)
class Copies:
    """Nodes that stand several times in a graph, see `convoy_geo.graph.split_nodes`.

    Parameters
    ----------
    of
        For each copy, in the order of their numbers, the node that it is a copy of; the first copy
        has the number of nodes as its own.
    start, end
        For nodes with copies, where routes from it start and where routes to it end.
    """

    of: NDArray[np.int32]
    start: Mapping[int, int]
    end: Mapping[int, int]


@dataclass(frozen=True, eq=False)
class Arcs:
    """The directed arcs of a graph, in order of tail, then head, then segment.

    Parameters
    ----------
    nodes
        Number of nodes; they are numbered from 0.
    tail, head
        Node where an arc starts, and where it ends.
    segment
        Segment that the arc runs over.
    forward
        Whether it runs the way the segment was drawn.
    slots
        For each arc a number for the pair of ends that it joins: for most arcs their segment, for
        arcs of copies of nodes numbers beyond. Each has at most one arc each way. None: the
        segments.
    copies
        Nodes that stand several times; None if each stands once. `nodes` counts copies too.
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
        """For each arc its slot: `slots`, or its segment."""
        return self.segment if self.slots is None else self.slots

    @classmethod
    def of_segments(
        cls, nodes: int, tail: ArrayLike, head: ArrayLike, oneway: ArrayLike = 0
    ) -> Arcs:
        """Arcs of segments that may be driven both ways, or one way only.

        Parameters
        ----------
        nodes
            Number of nodes.
        tail, head
            Ends of each segment. Loops, parallel segments and islands are allowed.
        oneway
            0 both ways, 1 from tail to head only, -1 from head to tail only; one for all or one
            for each.
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
        """Arcs of segments, each of which may be driven along its drawing, against it, or neither.

        Parameters
        ----------
        nodes, tail, head
            As for `of_segments`.
        along, against
            For each segment.
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
        """Number of nodes without their copies."""
        return self.nodes - (0 if self.copies is None else len(self.copies.of))

    def start(self, node: int) -> int:
        """Where routes from a node start in this graph."""
        return node if self.copies is None else self.copies.start.get(node, node)

    def end(self, node: int) -> int:
        """Where routes to a node end in this graph."""
        return node if self.copies is None else self.copies.end.get(node, node)

    def originals(self, nodes: Ints) -> Ints:
        """The nodes that these are or are copies of; numbers beyond the graph stay."""
        if self.copies is None:
            return nodes
        beyond = (nodes >= self.places) & (nodes < self.nodes)
        if not beyond.any():
            return nodes
        found: Ints = np.array(nodes, np.int64)
        found[beyond] = self.copies.of[nodes[beyond] - self.places]
        return found

    def same(self, source: int, target: int) -> bool:
        """Whether a route from the one to the other stays where it is.

        It does from a node's start to its end. Two other copies of a node are two states, and it
        may take a way around to get from the one to the other.
        """
        if source == target or self.copies is None:
            return source == target
        node = int(self.originals(np.array([target]))[0])
        return self.end(node) == target and self.start(node) == source


@dataclass(frozen=True, eq=False)
class Tree:
    """Shortest ways from a root to every node, or from every node to the root.

    Parameters
    ----------
    root
        The node that the tree grows from.
    reverse
        True if the ways lead to the root.
    cost
        For each node; infinite where there is no way, or none within the limit.
    parent
        Next node toward the root; negative at the root and where there is no way.
    """

    root: int
    reverse: bool
    cost: Floats
    parent: NDArray[np.int32]

    def path(self, node: int) -> Ints:
        """Nodes of the way between root and node, in the order they are driven."""
        nodes, parent = [node], self.parent.data  # plain ints, in half the time
        while node != self.root:
            node = parent[node]
            nodes.append(node)
        return np.array(nodes if self.reverse else nodes[::-1], np.int64)


@dataclass(frozen=True, eq=False)
class Path:
    """One way through the graph: its nodes, its arcs (one fewer) and its cost."""

    nodes: Ints
    arcs: Ints
    cost: float


class Engine(ABC):
    """What every engine answers, and what it keeps of what is closed.

    Parameters
    ----------
    arcs
        The graph.
    cost
        Of each segment, at least 0: seconds or metres.
    guide_after
        After so many questions of a kind that landmarks help with they are made, see
        `convoy_geo.graph.landmarks`; by default after 8 on a graph of 20,000 nodes or more, else
        never. Costs stay the same; of two ways that cost the same it may be the other one.

    Notes
    -----
    `close` changes the engine. Whoever shares one between threads holds a lock from `close` to the
    last answer, as `Router` does; between two closings any number of threads may ask.
    """

    def __init__(self, arcs: Arcs, cost: ArrayLike, *, guide_after: float | None = None) -> None:
        self.arcs = arcs
        self._cost = self._checked(cost)[arcs.segment]
        self._now = self._cost.copy()  # the same, infinite where it is closed
        self._keys = arcs.keys
        self._closed = np.empty(0, np.int64)
        self._asked: ArrayLike | None = None  # never changed by whoever asked
        if guide_after is None:
            guide_after = GUIDE_AFTER if arcs.nodes >= GUIDED_FROM else np.inf
        self._guide_after = guide_after
        self._might_be_guided = 0  # questions so far
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
        """Costs of segments, each a number and at least 0."""
        costs = np.asarray(cost, np.float64)
        if costs.size and not costs.min() >= 0:  # a NaN is not either
            msg = "a segment of the road network costs less than nothing, or no number"
            raise RoadDataError(msg)
        return costs

    @abstractmethod
    def tree(self, root: int, *, reverse: bool = False, limit: float = np.inf) -> Tree:
        """Shortest ways from a node to all others, or with `reverse` from all others to it.

        Parameters
        ----------
        root
            The node.
        reverse
            Whether the ways lead to the root.
        limit
            Ways that cost more are not searched for.
        """

    @abstractmethod
    def grow(
        self, starts: Mapping[int, float], *, reverse: bool = False, limit: float = np.inf
    ) -> Tree:
        """`tree` from a root beside the graph, which is numbered as one node more.

        Parameters
        ----------
        starts
            Nodes that arcs lead to from the root, or with `reverse` from, and what these cost.
        reverse, limit
            As for `tree`.
        """

    @abstractmethod
    def route(self, source: int, target: int) -> Path | None:
        """The cheapest way, or None if there is none."""

    def trees(self, source: int, target: int, stretch: float) -> tuple[Tree, Tree] | None:
        """The trees from a source and to a target as far as they matter for ways between the two.

        Parameters
        ----------
        source, target
            Nodes.
        stretch
            Nodes by which ways cost more than so many times the cheapest way's cost may be left
            out of either tree.

        Returns
        -------
        tuple of (Tree, Tree) or None
            None if there is no way.
        """
        return grow_trees(self, source, target, stretch)

    def between(self, starts: Mapping[int, float], ends: Mapping[int, float]) -> Path | None:
        """The cheapest way from one of several nodes to one of several, or None if there is none.

        Parameters
        ----------
        starts, ends
            What it costs to begin there, and to end there; counted in the way's cost.
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
        """Costs of the cheapest ways, one row for each source, one column for each target."""

    def _at_home(self, costs: Floats, rows: Ints, columns: Ints) -> Floats:
        """A table in which a way from a node to itself costs nothing, copies or not."""
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
        """Take over what these arcs cost from now on."""

    def close(self, segments: ArrayLike) -> None:
        """Let exactly these segments be closed from now on; only what changes is touched."""
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
        """What each of these arcs costs now; infinite where it is closed."""
        return self._now[arcs]

    def open_cost_of(self, arcs: Ints) -> Floats:
        """What each of these arcs costs with nothing closed."""
        return self._cost[arcs]

    def arcs_of(self, segment: int) -> Ints:
        """The arcs of a segment: one, or two if it may be driven both ways."""
        first, last = np.searchsorted(self._segments, [segment, segment + 1])
        arcs: Ints = self._by_segment[first:last]
        return arcs

    def path(self, tree: Tree, node: int) -> Path | None:
        """The way between a tree's root and a node, or None if there is none."""
        if not np.isfinite(tree.cost[node]):
            return None
        nodes = tree.path(node)
        return Path(nodes, self.arcs_along(nodes), float(tree.cost[node]))

    def arcs_along(self, nodes: Ints) -> Ints:
        """The cheapest open arc for each step of a way; of equal ones the first segment's."""
        wanted = nodes[:-1] * self.arcs.nodes + nodes[1:]
        first = np.searchsorted(self._keys, wanted, "left")
        last = np.searchsorted(self._keys, wanted, "right")
        if np.array_equal(last - first, np.ones_like(first)):
            return first  # no parallel roads on the way
        choices = ragged(first, last)
        step = np.repeat(np.arange(len(wanted)), last - first)
        order = np.lexsort((choices, self._now[choices], step))
        return choices[order[np.searchsorted(step, np.arange(len(wanted)))]]


class ScipyEngine(Engine):
    """Dijkstra's algorithm in scipy over fixed arcs; a closure is an infinite cost, set in place.

    Parameters
    ----------
    arcs, cost, guide_after
        See `Engine`. Landmarks lead the search for a way to its target.
    """

    def __init__(self, arcs: Arcs, cost: ArrayLike, *, guide_after: float | None = None) -> None:
        super().__init__(arcs, cost, guide_after=guide_after)
        backward = np.lexsort((arcs.tail, arcs.head))
        self._out = self._matrix(arcs.tail, arcs.head, self._now)
        self._in = self._matrix(arcs.head[backward], arcs.tail[backward], self._now[backward])
        self._place_in = np.argsort(backward)

    def with_costs(self, cost: ArrayLike) -> Self:
        """An engine on the same arcs with other costs and nothing closed; the order is shared."""
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
        """One search of Dijkstra's, no further than `limit`."""
        from scipy.sparse.csgraph import dijkstra

        graph = self._in if reverse else self._out
        cost, parent = dijkstra(graph, indices=root, return_predecessors=True, limit=limit)
        return Tree(root, reverse, cost, parent)

    def grow(
        self, starts: Mapping[int, float], *, reverse: bool = False, limit: float = np.inf
    ) -> Tree:
        """One search over the arcs and one row more."""
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
        """The cheapest way, or None if there is none."""
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
        """What the arcs cost, in the order of the search to a target."""
        costs = np.empty_like(self._cost)
        costs[self._place_in] = self._cost
        return costs

    def table(self, sources: ArrayLike, targets: ArrayLike) -> Floats:
        """Costs of the cheapest ways, a search for each of the fewer ends."""
        from scipy.sparse.csgraph import dijkstra

        rows, columns = np.asarray(sources, np.int64), np.asarray(targets, np.int64)
        costs: Floats
        if len(columns) < len(rows):  # as many searches as there are of the fewer
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
    """Whatever shortest-path trees can be grown on."""

    def tree(self, root: int, *, reverse: bool = False, limit: float = np.inf) -> Tree:
        """As `Engine.tree`."""
        ...


def grow_trees(graph: Grows, source: int, target: int, stretch: float) -> tuple[Tree, Tree] | None:
    """What `Engine.trees` says, by two searches."""
    out = graph.tree(source)
    most = stretch * float(out.cost[target])
    return (out, graph.tree(target, reverse=True, limit=most)) if np.isfinite(most) else None


def ragged(first: Ints, last: Ints) -> Ints:
    """All indices of several ranges, one range after the other.

    >>> ragged(np.array([3, 10]), np.array([5, 13])).tolist()
    [3, 4, 10, 11, 12]
    """
    lengths = last - first
    total = int(lengths.sum())
    indices: Ints = np.arange(total) + np.repeat(first - np.cumsum(lengths) + lengths, lengths)
    return indices
