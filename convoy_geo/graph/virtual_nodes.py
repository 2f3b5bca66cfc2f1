"""Places beside the roads, connected to the nearest ones by virtual nodes.

A place is connected to a segment by a *connector*: its position on the segment, and the cost of the
access leg. Routes leave and reach the place as if the segment were split there, in the directions
in which the segment may be driven, and only while it is open; a connector at the end of a segment
is that node. The underlying graph does not change, so its node ordering stays valid.

>>> import numpy as np
>>> from convoy_geo.graph.dijkstra import Arcs, ScipyEngine
>>> road = ScipyEngine(Arcs.of_segments(2, np.array([0]), np.array([1])), np.array([10.0]))
>>> joined = Joined(road, [[Joint(0, 0.25, 1.0)], [Joint(0, 0.75, 0.0)]])
>>> joined.route(2, 3).cost, joined.route(2, 0).cost
(6.0, 3.5)
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from convoy_geo.graph.dijkstra import NOBODY, Path, Tree, grow_trees

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from convoy_geo.graph.dijkstra import Engine

    Ints = NDArray[np.integer[Any]]
    Floats = NDArray[np.float64]

__all__ = ["ConnectorArc", "Joined", "Joint"]


class Joint(NamedTuple):
    """A connector between a place and the roads.

    Parameters
    ----------
    segment
        The segment.
    part
        Position on the segment, as a fraction from 0 to 1.
    cost
        Cost of the access leg between the place and the connector, in the engine's unit.
    """

    segment: int
    part: float
    cost: float


class ConnectorArc(NamedTuple):
    """An arc that begins or ends at a place.

    Parameters
    ----------
    tail, head
        Its ends: nodes, or places, which are numbered after the nodes.
    cost
        Cost of the access leg plus the piece of road.
    segment, begin, end
        The piece of road, between two fractions of the segment; -1 means no segment.
    joints
        Indices of the connectors used at the tail and at the head; -1 for a node.
    """

    tail: int
    head: int
    cost: float
    segment: int
    begin: float
    end: float
    joints: tuple[int, int]


class Joined:
    """An engine's graph with additional places, numbered after its nodes.

    Parameters
    ----------
    engine
        The graph. The caller must keep it from being closed or opened during use.
    places
        The connectors of each place.
    partial
        The closed parts of partly closed segments: a place on such a segment can be reached over
        the rest of it.
    """

    def __init__(
        self,
        engine: Engine,
        places: Sequence[Sequence[Joint]],
        partial: Mapping[int, list[tuple[float, float]]] | None = None,
    ) -> None:
        self._partial = partial or {}
        self.engine, self.arcs, self.places = engine, engine.arcs, tuple(places)
        self.legs: list[ConnectorArc] = []
        size = self.arcs.nodes
        self._ends: Sequence[int] = range(size, size + len(places))  # where paths may lead to
        self._leaving: dict[int, dict[int, int]] = {place: {} for place in self._ends}
        self._arriving: dict[int, dict[int, int]] = {place: {} for place in self._ends}
        self._direct: dict[tuple[int, int], int] = {}
        on: dict[int, list[tuple[int, int]]] = {}
        for place in self._ends:
            for number, joint in enumerate(places[place - size]):
                on.setdefault(joint.segment, []).append((place, number))
        for segment, joints in on.items():
            self._tie(segment, joints)

    def _tie(self, segment: int, joints: list[tuple[int, int]]) -> None:
        """Add the connector arcs of one segment."""
        arcs, known = self.arcs, self.engine.arcs_of(segment)
        closed = self._partial.get(segment, [])
        costs = (self.engine.open_cost_of if closed else self.engine.cost_of)(known)
        ways = [
            (int(arcs.tail[arc]), int(arcs.head[arc]), bool(arcs.forward[arc]), float(cost))
            for arc, cost in zip(known.tolist(), costs, strict=True)
        ]
        tails, heads = (arcs.originals(ends[known]) for ends in (arcs.tail, arcs.head))
        nodes = list(zip(tails.tolist(), heads.tolist(), strict=True))
        for place, number in joints:
            _, part, leg = self.places[place - arcs.nodes][number]
            for (tail, head, forward, cost), ends in zip(ways, nodes, strict=True):
                before = part if forward else 1 - part
                if before in (0, 1):  # a node, where other roads may meet
                    node = ends[1 if before else 0]
                    first, last = arcs.start(node), arcs.end(node)
                    self._add(ConnectorArc(place, first, leg, -1, 0, 0, (number, -1)))
                    self._add(ConnectorArc(last, place, leg, -1, 0, 0, (-1, number)))
                elif np.isfinite(cost):
                    near, far = (0.0, 1.0) if forward else (1.0, 0.0)
                    if _open(closed, part, far):
                        more = leg + (1 - before) * cost
                        self._add(ConnectorArc(place, head, more, segment, part, far, (number, -1)))
                    if _open(closed, near, part):
                        more = leg + before * cost
                        self._add(
                            ConnectorArc(tail, place, more, segment, near, part, (-1, number))
                        )
        for place, number in joints:
            for other, its in joints:
                if other != place:
                    self._tie_two(segment, ways, (place, number), (other, its))

    def _tie_two(
        self, segment: int, ways: list[Any], one: tuple[int, int], other: tuple[int, int]
    ) -> None:
        """Add the connector arc from one place to another on the same segment."""
        size = self.arcs.nodes
        (_, begin, leg), (_, end, its) = (
            self.places[place - size][number] for place, number in (one, other)
        )
        for _, _, forward, cost in ways:
            if not _open(self._partial.get(segment, []), begin, end):
                continue
            if np.isfinite(cost) and (begin <= end if forward else end <= begin):
                more = leg + abs(end - begin) * cost + its
                self._add(
                    ConnectorArc(one[0], other[0], more, segment, begin, end, (one[1], other[1]))
                )

    def _add(self, leg: ConnectorArc) -> None:
        """Keep a connector arc if it is the cheapest between its ends."""
        size = self.arcs.nodes
        if leg.tail >= size and leg.head >= size:
            known: dict[Any, int] = self._direct
            key: Any = (leg.tail, leg.head)
        elif leg.tail >= size:
            known, key = self._leaving[leg.tail], leg.head
        else:
            known, key = self._arriving[leg.head], leg.tail
        if key not in known or leg.cost < self.legs[known[key]].cost:
            known[key] = len(self.legs)
            self.legs.append(leg)

    def between_only(self, source: int, target: int) -> Joined:
        """The same graph with only these two places."""
        only = copy.copy(self)
        ends = [one for one in (source, target) if one >= self.arcs.nodes]
        only._ends = ends  # noqa: SLF001  (a copy of its own)
        return only

    def leg(self, arc: int) -> ConnectorArc | None:
        """The connector arc with this number, or None for an arc of the graph."""
        beyond = arc - len(self.arcs.tail)
        return self.legs[beyond] if beyond >= 0 else None

    # ---- queries ----

    def cost_of(self, arcs: Ints) -> Floats:
        """The current cost of each of these arcs; infinite where closed."""
        beyond = arcs >= len(self.arcs.tail)
        if not beyond.any():
            return self.engine.cost_of(arcs)
        costs = np.empty(len(arcs))
        costs[~beyond] = self.engine.cost_of(arcs[~beyond])
        costs[beyond] = [self.legs[one].cost for one in arcs[beyond] - len(self.arcs.tail)]
        return costs

    def tree(self, root: int, *, reverse: bool = False, limit: float = np.inf) -> Tree:
        """`Engine.tree`, with places included."""
        size, engine = self.arcs.nodes, self.engine
        if root < size:
            grown = engine.tree(root, reverse=reverse, limit=limit)
        else:
            starts = self._costs(root, leaving=not reverse)
            grown = engine.grow(starts, reverse=reverse, limit=limit)
        cost = np.full(size + len(self.places), np.inf)
        parent = np.full(len(cost), NOBODY, np.int32)
        cost[:size], parent[:size] = grown.cost[:size], grown.parent[:size]
        if root >= size:
            parent[parent == size] = root
            cost[root] = 0.0
        for place in self._ends:
            if place == root:
                continue
            ways = [
                (float(cost[node]) + more, node)
                for node, more in self._costs(place, leaving=reverse).items()
            ]
            direct = self._direct.get((place, root) if reverse else (root, place))
            if direct is not None:
                ways.append((self.legs[direct].cost, root))
            best, node = min(ways, default=(np.inf, NOBODY))
            if best <= limit and np.isfinite(best):
                cost[place], parent[place] = best, node
        return Tree(root, reverse, cost, parent)

    def trees(self, source: int, target: int, stretch: float) -> tuple[Tree, Tree] | None:
        """`Engine.trees`, with places included."""
        return grow_trees(self, source, target, stretch)

    def path(self, tree: Tree, node: int) -> Path | None:
        """The path between a tree's root and a node or place, or None if there is none."""
        if not np.isfinite(tree.cost[node]):
            return None
        nodes = tree.path(node)
        return Path(nodes, self.arcs_along(nodes), float(tree.cost[node]))

    def route(self, source: int, target: int) -> Path | None:
        """The cheapest path, or None if there is none."""
        size = self.arcs.nodes
        if self.arcs.same(source, target):
            return Path(np.array([target]), np.empty(0, np.int64), 0.0)
        if max(source, target) < size:
            return self.engine.route(source, target)
        found = self.engine.between(
            self._costs(source, leaving=True), self._costs(target, leaving=False)
        )
        direct = self._direct.get((source, target))
        if direct is not None and (found is None or self.legs[direct].cost <= found.cost):
            nodes, cost = np.array([source, target]), self.legs[direct].cost
        elif found is None:
            return None
        else:
            before, after = ([one] if one >= size else [] for one in (source, target))
            nodes, cost = np.concatenate([before, found.nodes, after]).astype(np.int64), found.cost
        return Path(nodes, self.arcs_along(nodes), cost)

    def table(self, sources: Sequence[int], targets: Sequence[int]) -> tuple[Floats, Floats]:
        """Costs of the cheapest paths as in `Engine.table`, and the share of the access legs."""
        starts = [self._by_node(one, leaving=True) for one in sources]
        ends = [self._by_node(one, leaving=False) for one in targets]
        rows = sorted({node for one in starts for node in one})
        columns = sorted({node for one in ends for node in one})
        known = self.engine.table(rows, columns)
        costs = np.full((len(sources), len(targets)), np.inf)
        off = np.zeros_like(costs)
        row_at = {node: at for at, node in enumerate(rows)}
        column_at = {node: at for at, node in enumerate(columns)}
        for (row, start), (column, end) in (
            (one, other) for one in enumerate(starts) for other in enumerate(ends)
        ):
            for node, (cost, leg) in start.items():
                for goal, (more, its) in end.items():
                    total = cost + known[row_at[node], column_at[goal]] + more
                    if total < costs[row, column]:
                        costs[row, column], off[row, column] = total, leg + its
            direct = self._direct.get((sources[row], targets[column]))
            if direct is not None and self.legs[direct].cost <= costs[row, column]:
                costs[row, column] = self.legs[direct].cost
                off[row, column] = self.off_road(self.legs[direct])
            if self.arcs.same(sources[row], targets[column]):
                costs[row, column] = off[row, column] = 0.0
        return costs, off

    def arcs_along(self, nodes: Ints) -> Ints:
        """The cheapest open arc for each step of a path that may begin and end at a place."""
        size, beyond = self.arcs.nodes, len(self.arcs.tail)
        steps = [self.engine.arcs_along(nodes[nodes < size])] if (nodes < size).any() else []
        first, last = int(nodes[0]), int(nodes[-1])
        if len(nodes) < 2:
            return np.empty(0, np.int64)
        if first >= size and last >= size and len(nodes) == 2:
            return np.array([beyond + self._direct[first, last]])
        if first >= size:
            steps.insert(0, np.array([beyond + self._leaving[first][int(nodes[1])]]))
        if last >= size:
            steps.append(np.array([beyond + self._arriving[last][int(nodes[-2])]]))
        return np.concatenate(steps)

    def _costs(self, end: int, *, leaving: bool) -> dict[int, float]:
        """Nodes where a place joins the road network, with the cost of getting there."""
        return {node: cost for node, (cost, _) in self._by_node(end, leaving=leaving).items()}

    def _by_node(self, end: int, *, leaving: bool) -> dict[int, tuple[float, float]]:
        """The same, with the share of the access leg; a node joins at itself."""
        if end < self.arcs.nodes:
            return {end: (0.0, 0.0)}
        legs = self._leaving[end] if leaving else self._arriving[end]
        return {
            node: (self.legs[one].cost, self.off_road(self.legs[one])) for node, one in legs.items()
        }

    def off_road(self, leg: ConnectorArc) -> float:
        """The cost of the part of a connector arc that is off the road."""
        size = self.arcs.nodes
        return sum(
            self.places[end - size][joint].cost
            for end, joint in zip((leg.tail, leg.head), leg.joints, strict=True)
            if joint >= 0
        )


def _open(closed: list[tuple[float, float]], begin: float, end: float) -> bool:
    """Whether the segment is open between two fractions of it."""
    low, high = min(begin, end), max(begin, end)
    return all(last < low or first > high for first, last in closed)
