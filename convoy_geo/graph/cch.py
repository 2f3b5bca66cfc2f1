"""The second engine: customizable contraction hierarchies, for large networks.

Method: Dibbelt, Strasser, Wagner, Customizable contraction hierarchies, ACM Journal of Experimental
Algorithmics 21, 2016, in RoutingKit. A *node ordering* is computed once for a graph, whatever the
costs; the costs are then *customised* in milliseconds, and again whenever something is closed.

Two packages bring RoutingKit to Python, each by one author, both MIT. We use **pyroutingkit**: it
takes and returns numpy arrays (routingkit-cch returns lists of Python integers), sweeps to all
64,445 nodes of Aleppo in 4 ms, customises again in 8 ms (a few costs in 0.1 ms), and releases the
GIL while it searches. Neither supports concurrent use: two simultaneous tables crash pyroutingkit,
so we hold a lock; the objects of routingkit-cch panic outside the thread that created them, with or
without a lock, which cannot be fixed from here. routingkit-cch has more wheels: one for every
Python from 3.9 (Linux with glibc 2.34 or musl, macOS, Windows); pyroutingkit has CPython 3.10 to
3.13 on Linux x86-64 (glibc 2.17) and macOS arm64. Elsewhere scipy is used.

**Integer costs.** RoutingKit uses integers below 2**31. The unit is a power of two, so that sums of
costs are exact, and small enough that twice the longest round trip in the largest component of the
graph is below 2**30 units: for a town that takes an hour to cross the unit is 8 microseconds, for a
country that takes forty hours a quarter of a millisecond. A path of n segments is off by at most
half a unit per segment, and typically by 0.3 units times the square root of n: for a country's
5,000 segments five standard deviations are 25 ms. RoutingKit does not find paths beyond 2**31 units
(its sums saturate there and never wrap around). Where that could be the reason that no path was
found, scipy is used, so that every result is correct.

>>> if installed():
...     arcs = Arcs.of_segments(3, np.array([0, 1]), np.array([1, 2]))
...     engine = FastEngine(Order.of(arcs), np.array([10.0, 5.0]))
...     assert engine.route(0, 2).cost == 15.0
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import tempfile
import threading
import zipfile
from functools import cached_property
from pathlib import Path as File
from typing import TYPE_CHECKING, Any

import numpy as np

from convoy_geo.errors import MissingExtraError, RoadDataError
from convoy_geo.graph.dijkstra import (
    NOBODY,
    Arcs,
    Engine,
    Path,
    ScipyEngine,
    Tree,
    ragged,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    Ints = NDArray[np.integer[Any]]
    Floats = NDArray[np.float64]

__all__ = ["KEPT_AS", "LARGE", "FastEngine", "Order", "installed"]

LARGE = 20_000
"""RoutingKit, if installed, is used by default from this number of segments on: there scipy
needs some 4 ms per path, and the node ordering takes a third of a second."""

INFINITE = 2**31 - 1  # RoutingKit's value for closed and for unreachable
NOWHERE = 2**62  # the same, where access legs are added
MOST = 2**30  # upper limit for the longest path
FEW = 1 / 200
FEWEST = 2_500
"""Up to this share of all arcs, and up to this number, a partial customisation is faster than a
full one. Measured: for 157,816 arcs 0.1 ms for one, 1.5 for 200, 4 for 400, 8 for all; for 2.5
million arcs 18 ms for 100, 108 for 1,000, 345 for 5,000, 203 for all."""
FORMAT = 1
KEPT_AS = ("fast", str(FORMAT))
"""Name and version under which a node ordering is stored beside a network."""


def installed() -> bool:
    """Whether the extra ``fast`` is installed."""
    return importlib.util.find_spec("pyroutingkit") is not None


class Order:
    """The node ordering of a graph: computed once for all costs and closures; can be saved.

    Every segment counts as two arcs, one in each direction, even if it is one-way. So one ordering
    serves searches in both directions.

    Parameters
    ----------
    arcs
        The graph.
    nodes
        The nodes from least to most important.
    without_copies
        The graph that has every segment, if `arcs` leaves some out.

    Raises
    ------
    MissingExtraError
        If pyroutingkit is not installed.
    """

    def __init__(
        self, arcs: Arcs, nodes: NDArray[np.uint32], without_copies: Arcs | None = None
    ) -> None:
        self.arcs = arcs
        self.nodes = nodes
        self._slots = _slots(arcs, without_copies)
        self.topology = _routingkit().CCHTopology()
        with tempfile.TemporaryDirectory() as folder:  # RoutingKit reads orderings from files only
            self._write(File(folder))
            self.topology.load(folder)

    @property
    def slots(self) -> int:
        """Number of slots, each of which counts as one arc in each direction."""
        return len(self._slots[0])

    def _write(self, folder: File) -> None:
        """Write the graph for RoutingKit; the arrays are freed before it allocates memory."""
        rank = np.empty_like(self.nodes)
        rank[self.nodes] = np.arange(len(self.nodes), dtype=np.uint32)
        np.array([self.arcs.nodes], np.uint32).tofile(folder / "node_count")
        self.nodes.tofile(folder / "order")
        rank.tofile(folder / "rank")
        tail, head = self._slots
        for name, ahead, back in (("tail", tail, head), ("head", head, tail)):
            with (folder / name).open("wb") as file:
                ahead.tofile(file)
                back.tofile(file)

    def for_copies(self, arcs: Arcs) -> Order:
        """The ordering of the same graph with copies of some nodes, or with other one-way rules.

        Each copy comes right after its original, so the ordering is not computed again.
        """
        if arcs.copies is None:
            return self
        # stable: a node comes before its copies
        rank = np.empty(len(self.nodes), np.int64)
        rank[self.nodes] = np.arange(len(self.nodes))
        everyone = np.arange(arcs.nodes)
        nodes = np.argsort(rank[arcs.originals(everyone)], kind="stable").astype(np.uint32)
        return Order(arcs, nodes, self.arcs)

    @classmethod
    def of(cls, arcs: Arcs, points: ArrayLike | None = None) -> Order:
        """Compute the ordering by nested dissection: a minute for a million nodes.

        Parameters
        ----------
        arcs
            The graph.
        points
            Lon and lat of each node; the better they partition the graph, the faster the engine.
        """
        tail, head = _both_ways(arcs)
        at = np.zeros((arcs.nodes, 2)) if points is None else np.asarray(points)
        lon, lat = np.ascontiguousarray(at.T, np.float32)
        topology = _routingkit().CCHTopology()
        topology.build(tail, head, lat, lon, arcs.nodes)
        with tempfile.TemporaryDirectory() as folder:
            topology.save(folder)
            nodes = np.fromfile(File(folder, "order"), np.uint32)
        return cls(arcs, nodes)

    def to_bytes(self) -> bytes:
        """The ordering as bytes: 4 per node and a hash of its graph; deterministic."""
        file = io.BytesIO()
        np.savez(file, format=FORMAT, graph=_print(self.arcs), nodes=self.nodes)
        return file.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes | memoryview, arcs: Arcs) -> Order:
        """The saved ordering of this graph.

        Raises
        ------
        RoadDataError
            If the data is not an ordering, is damaged, or belongs to another graph.
        """
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as kept:
                same = kept["format"] == FORMAT and kept["graph"] == _print(arcs)
                nodes = kept["nodes"]
        except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile) as error:
            msg = f"the saved order of the road network cannot be read: {error}"
            raise RoadDataError(msg) from error
        if not same or nodes.dtype != np.uint32:
            msg = "the saved order belongs to another road network or has another format"
            raise RoadDataError(msg)
        if not np.array_equal(np.sort(nodes), np.arange(arcs.nodes)):
            msg = "the saved order does not contain every node of the road network exactly once"
            raise RoadDataError(msg)
        return cls(arcs, nodes)


class FastEngine(Engine):
    """RoutingKit with a node ordering; costs are rounded to whole units (see the module).

    Parameters
    ----------
    order
        The ordering of the graph. Engines by time and by length share one.
    cost
        Cost of each segment, at least 0: seconds or metres.
    arcs
        The ordering's graph with other one-way rules; by default unchanged.
    guide_after
        See `Engine`. Landmarks tell `trees` which nodes to leave out; all paths stay the same.
    """

    def __init__(
        self,
        order: Order,
        cost: ArrayLike,
        *,
        arcs: Arcs | None = None,
        guide_after: float | None = None,
    ) -> None:
        costs = np.asarray(cost, np.float64)
        graph = order.arcs if arcs is None else arcs
        self.unit = _unit(graph, costs)
        # No arc is free: a cycle of free arcs would have no shortest-path tree.
        whole = np.maximum(np.rint(costs / self.unit), 1) * self.unit
        super().__init__(graph, whole, guide_after=guide_after)
        self._order = order
        self._of_segments = whole
        size = order.slots
        self._place = self.arcs.slot + np.where(self.arcs.forward, 0, size)
        self._arc_at = np.full(2 * size, -1, np.int64)
        self._arc_at[self._place] = np.arange(len(self._place))
        self._everyone = np.arange(self.arcs.nodes, dtype=np.uint32)
        self._whole = self._in_units(self._now)
        self._metrics: dict[bool, Any] = {}
        self._lock = threading.Lock()  # two simultaneous tables crash pyroutingkit 0.2.1
        finite = self._cost[np.isfinite(self._cost)]
        self._dearest = float(finite.max(initial=0.0))

    def _places(self, arcs: Ints, *, reverse: bool) -> Ints:
        """Positions of arcs in the ordering's graph; with `reverse`, of the opposite arcs."""
        places: Ints = self._place[arcs]
        size = len(self._arc_at) // 2
        return (places + size) % max(2 * size, 1) if reverse else places

    def _in_units(self, cost: Floats) -> NDArray[np.uint32]:
        return np.minimum(cost / self.unit, INFINITE).astype(np.uint32)

    def _metric(self, *, reverse: bool) -> Any:
        """The customised costs; those of the reverse direction are computed on first use."""
        if reverse not in self._metrics:
            metric = _routingkit().CCHMetric(self._order.topology)
            self._metrics[reverse] = metric
            self._customise(metric, reverse=reverse)
        return self._metrics[reverse]

    def _customise(self, metric: Any, *, reverse: bool) -> None:
        weights = np.full(len(self._arc_at), INFINITE, np.uint32)
        arcs = np.arange(len(self._place))
        weights[self._places(arcs, reverse=reverse)] = self._whole
        metric.customize(weights)

    def _changed(self, arcs: Ints) -> None:
        self._whole[arcs] = self._in_units(self._now[arcs])
        for reverse, metric in self._metrics.items():
            if len(arcs) <= min(FEW * len(self._place), FEWEST):
                places = self._places(arcs, reverse=reverse).astype(np.uint32)
                metric.update_weights(places, self._whole[arcs])
            else:
                self._customise(metric, reverse=reverse)

    def tree(self, root: int, *, reverse: bool = False, limit: float = np.inf) -> Tree:
        """One sweep over the whole graph; `limit` does not make it faster."""
        units = self._units([root], self._everyone, reverse=reverse)[0]
        reached = units < INFINITE
        if not reached.all() and self._may_have_stopped(float(units[reached].max()) * self.unit):
            return self._exact.tree(root, reverse=reverse, limit=limit)
        parent = self._parents(units, reached, reverse=reverse)
        return self._tree(root, units, parent, reverse=reverse, limit=limit)

    def grow(
        self, starts: Mapping[int, float], *, reverse: bool = False, limit: float = np.inf
    ) -> Tree:
        """One sweep per start, and the minimum of them; start costs are rounded too."""
        nodes = np.array(list(starts), np.int64)
        size = self.arcs.nodes
        if not len(nodes):
            return Tree(size, reverse, *_nowhere(size))
        before = np.rint(np.array(list(starts.values())) / self.unit).astype(np.int64)
        sweeps = self._units(nodes, self._everyone, reverse=reverse).astype(np.int64)
        found = sweeps < INFINITE
        longest = float(sweeps[found].max(initial=0)) * self.unit
        if not found.any(axis=0).all() and self._may_have_stopped(longest):
            return self._exact.grow(starts, reverse=reverse, limit=limit)
        # an access leg may be longer than any path on the roads: these sums are unbounded
        units = np.where(found, sweeps + before[:, None], NOWHERE).min(axis=0)
        parent = self._parents(units, units < NOWHERE, reverse=reverse)
        parent[nodes[units[nodes] == before]] = size
        return self._tree(size, units, parent, reverse=reverse, limit=limit)

    def trees(self, source: int, target: int, stretch: float) -> tuple[Tree, Tree] | None:
        """Two sweeps over the nodes that landmarks admit; the paths stay the same."""
        self._might_be_guided += 1
        if self._might_be_guided <= self._guide_after:
            return super().trees(source, target, stretch)
        best = self.route(source, target)
        most = np.inf if best is None else stretch * best.cost
        if most + self._dearest >= INFINITE * self.unit:
            return super().trees(source, target, stretch)
        if self._guide is None:
            self._guide = ScipyEngine(self.arcs, self._of_segments).new_guide(source)
        inside = np.flatnonzero(self._guide.through(source, target) <= most).astype(np.uint32)
        away = self._units([source], inside, reverse=False)[0]
        left = self._units([target], inside, reverse=True)[0]
        cheap = (away < INFINITE) & (left < INFINITE) & (away + left <= most / self.unit)
        inside = inside[cheap]
        arcs = ragged(self._first[inside], self._first[inside + 1])
        out = self._within(inside, away[cheap], arcs, source)
        return out, self._within(inside, left[cheap], arcs, target, reverse=True)

    def _within(
        self, inside: Ints, known: Ints, arcs: Ints, root: int, *, reverse: bool = False
    ) -> Tree:
        """The part of a tree within some nodes, given their costs and arcs."""
        units = np.full(self.arcs.nodes, INFINITE, np.uint32)
        units[inside] = known
        parent = self._parents(units, units < INFINITE, reverse=reverse, among=arcs)
        return self._tree(root, units, parent, reverse=reverse, limit=np.inf)

    def _tree(
        self, root: int, units: Ints, parent: NDArray[np.int32], *, reverse: bool, limit: float
    ) -> Tree:
        nowhere = INFINITE if units.dtype == np.uint32 else NOWHERE
        cost = np.where(units < nowhere, units * self.unit, np.inf)
        if np.isfinite(limit):
            beyond = cost > limit
            cost[beyond], parent[beyond] = np.inf, NOBODY
        return Tree(root, reverse, cost, parent)

    def between(self, starts: Mapping[int, float], ends: Mapping[int, float]) -> Path | None:
        """The cheapest path from any of several nodes to any of several: a table, then one path."""
        rows, columns = list(starts), list(ends)
        if not (rows and columns):
            return None
        costs = self.table(rows, columns)
        costs += np.array(list(starts.values()))[:, None] + np.array(list(ends.values()))
        row, column = divmod(int(np.argmin(costs)), len(columns))
        if not np.isfinite(costs[row, column]):
            return None
        path = self.route(rows[row], columns[column])
        return path and Path(path.nodes, path.arcs, float(costs[row, column]))

    def _parents(
        self,
        units: Ints,
        reached: NDArray[np.bool_],
        *,
        reverse: bool,
        among: Ints | None = None,
    ) -> NDArray[np.int32]:
        """For each node, the tail of the first arc, among some or all, that gives its cost."""
        arcs = self.arcs
        near, far = (arcs.head, arcs.tail) if reverse else (arcs.tail, arcs.head)
        if among is None:
            tight = np.flatnonzero(units[near] + self._whole == units[far])  # no sum exceeds 2**32
        else:
            tight = among[units[near[among]] + self._whole[among] == units[far[among]]]
        tight = tight[reached[far[tight]] & (self._whole[tight] < INFINITE)][
            ::-1
        ]  # of equal ones the first is kept
        parent = np.full(arcs.nodes, NOBODY, np.int32)
        parent[far[tight]] = near[tight]
        return parent

    def route(self, source: int, target: int) -> Path | None:
        """The cheapest path, or None if there is none."""
        if self.arcs.same(source, target):
            return Path(np.array([target]), np.empty(0, np.int64), 0.0)
        with self._lock:
            units, nodes, places = self._metric(reverse=False).query(source, target)
        if units >= INFINITE:
            return None if self._fits else self.path(self.tree(source), target)
        arcs = self._arc_at[np.array(places, np.int64)]
        return Path(np.array(nodes, np.int64), arcs, units * self.unit)

    def table(self, sources: ArrayLike, targets: ArrayLike) -> Floats:
        """Costs of the cheapest paths, with one sweep per node of the smaller side."""
        rows, columns = np.asarray(sources, np.uint32), np.asarray(targets, np.uint32)
        if not (len(rows) and len(columns)):
            return np.empty((len(rows), len(columns)))
        flip = len(rows) > len(columns)  # one sweep per node of the smaller side
        few, many = (columns, rows) if flip else (rows, columns)
        units = self._units(few, many, reverse=flip)
        costs: Floats = np.where(units < INFINITE, units * self.unit, np.inf)
        if not self._fits:
            for row in np.flatnonzero(np.isinf(costs).any(axis=1)):
                costs[row] = self.tree(int(few[row]), reverse=flip).cost[many]
        return self._at_home(costs.T if flip else costs, rows, columns)

    def _units(self, few: ArrayLike, many: Ints, *, reverse: bool) -> NDArray[np.uint32]:
        with self._lock:
            metric = self._metric(reverse=reverse)
            units: NDArray[np.uint32]
            units = metric.distances_many_to_many(np.asarray(few, np.uint32), many)
        return units

    @cached_property
    def _first(self) -> Ints:
        """The index of the first arc of each node, and one more."""
        return np.searchsorted(self.arcs.tail, np.arange(self.arcs.nodes + 1))

    # ---- paths whose cost overflows ----

    @cached_property
    def _fits(self) -> bool:
        """Whether no path at all can overflow."""
        # no path uses a segment twice, or an arc twice where nodes have copies
        whole = self._of_segments if self.arcs.copies is None else self._cost
        return bool(whole[np.isfinite(whole)].sum() < INFINITE * self.unit)

    def _may_have_stopped(self, longest: float) -> bool:
        """Whether a node may be unreached because the path to it is too long.

        The first such node on its path would be one arc beyond a reached node.
        """
        return longest + self._dearest >= INFINITE * self.unit

    @property
    def _exact(self) -> ScipyEngine:
        """An engine without this limit; created on each call, since it is hardly ever needed."""
        engine = ScipyEngine(self.arcs, self._of_segments)
        engine.close(self._closed)
        return engine


def _nowhere(size: int) -> tuple[Floats, NDArray[np.int32]]:
    return np.full(size, np.inf), np.full(size, NOBODY, np.int32)


def _routingkit() -> Any:
    try:
        import pyroutingkit
    except ImportError as error:
        what = "the engine 'fast'"
        raise MissingExtraError(what, "fast") from error
    return pyroutingkit


def _slots(arcs: Arcs, every: Arcs | None = None) -> tuple[Ints, Ints]:
    """Both ends of each slot, as its segment was drawn; from `every` what `arcs` leaves out."""
    graphs = [arcs] if every is None else [every, arcs]
    size = max(int(graph.slot.max(initial=-1)) for graph in graphs) + 1
    tail, head = np.zeros(size, np.uint32), np.zeros(size, np.uint32)
    for graph in graphs:
        tail[graph.slot] = np.where(graph.forward, graph.tail, graph.head)
        head[graph.slot] = np.where(graph.forward, graph.head, graph.tail)
    return tail, head


def _both_ways(arcs: Arcs) -> tuple[Ints, Ints]:
    tail, head = _slots(arcs)
    return np.concatenate([tail, head]), np.concatenate([head, tail])


def _print(arcs: Arcs) -> str:
    """A hash of the graph, independent of its costs and one-way rules."""
    digest = hashlib.sha256(str(arcs.nodes).encode())
    for ends in _slots(arcs):
        digest.update(ends.astype("<u4").tobytes())
    return digest.hexdigest()


def _unit(arcs: Arcs, cost: Floats) -> float:
    """The power of two used as the unit of cost, see the module."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    finite = np.where(np.isfinite(cost), cost, 0.0)
    # no path uses a segment twice, or an arc twice where nodes have copies
    most = finite.sum() if arcs.copies is None else finite[arcs.segment].sum()
    if len(finite) > 1:
        engine = ScipyEngine(arcs, cost)
        # each pair of nodes once: parallel entries make scipy 1.17 loop forever here
        pairs = coo_array((np.ones(len(arcs.tail), bool), (arcs.tail, arcs.head)), [arcs.nodes] * 2)
        _, part = connected_components(pairs.tocsr(), directed=True, connection="strong")
        root = int(np.argmax(part == np.bincount(part).argmax()))
        there, back = (engine.tree(root, reverse=way).cost for way in (False, True))
        longest = there[np.isfinite(there)].max() + back[np.isfinite(back)].max()
        most = min(most, max(2 * longest, finite.max()))
    # one unit more for each free segment
    return float(2.0 ** np.ceil(np.log2(most / (MOST - len(cost))))) if most > 0 else 2.0**-30
