"""Copies of nodes where the route so far matters: turn bans, gates, roads for access only.

An arc knows nothing of the arc before it. Where a rule needs this, the node between them is
*split*: it gets one copy for each *state* in which a route can be there, and each copy has the arcs
that may follow in that state. All other nodes and arcs are unchanged, so a rule adds a few arcs and
every search stays an ordinary one. A state consists of:

- the part of a forbidden sequence of arcs already driven (a banned turn is a sequence of two);
- whether the route is still on *ends-only* roads at its start, on open roads, or on ends-only
  roads at its end: after entering these from open roads, no open road may follow;
- a *blocked* node, where routes may start and end but not pass through.

Routes from a split node begin at its start copy, and routes to it end at a copy with no outgoing
arcs, to which every arc to the node also leads.

>>> arcs = Arcs.of_segments(4, np.array([0, 1, 1]), np.array([1, 2, 3]))
>>> left = turn(arcs, (0, True), (2, True))
>>> split = split_nodes(arcs, sequences=[left])
>>> from convoy_geo.graph.dijkstra import ScipyEngine  # it goes past, turns, and comes back
>>> engine = ScipyEngine(split, np.ones(3))
>>> engine.route(0, split.end(3)).cost, engine.route(2, split.end(3)).cost
(4.0, 2.0)
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from convoy_geo.graph.dijkstra import Arcs, Copies

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.integer[Any]]

__all__ = ["split_nodes", "turn"]

BEGIN, OPEN, LAST = 0, 1, 2
"""On ends-only roads since the start; on open roads; on ends-only roads until the end."""


class _State(NamedTuple):
    node: int
    phase: int
    driven: frozenset[tuple[int, int]]


def turn(arcs: Arcs, *steps: tuple[int, bool]) -> tuple[int, ...]:
    """Positions of the arcs of segments, each driven as drawn (True) or against the drawing.

    Raises
    ------
    KeyError
        If a segment cannot be driven in that direction.
    """
    found = []
    for segment, forward in steps:
        here = np.flatnonzero((arcs.segment == segment) & (arcs.forward == forward))
        if not len(here):
            raise KeyError(segment)
        found.append(int(here[0]))
    return tuple(found)


def split_nodes(
    arcs: Arcs,
    *,
    sequences: Sequence[tuple[int, ...]] = (),
    blocked: Collection[int] = (),
    ends_only: NDArray[np.bool_] | None = None,
) -> Arcs:
    """The graph with copies of the nodes that rules apply to.

    Parameters
    ----------
    arcs
        A graph without copies.
    sequences
        Positions of arcs that must not be driven one right after the other; each arc starts where
        the previous one ends.
    blocked
        Nodes that no route may pass through.
    ends_only
        For each arc, whether only the first or last part of a route may use it; None: no such arcs.

    Returns
    -------
    Arcs
        With `copies`; unchanged if no rule applies.
    """
    builder = _Builder(arcs, sequences, frozenset(blocked), ends_only)
    return builder.split() if builder.special else arcs


class _Builder:
    def __init__(
        self,
        arcs: Arcs,
        sequences: Sequence[tuple[int, ...]],
        blocked: frozenset[int],
        ends_only: NDArray[np.bool_] | None,
    ) -> None:
        self.arcs, self.sequences, self.blocked = arcs, [*dict.fromkeys(sequences)], blocked
        self.ends_only = np.zeros(len(arcs.tail), np.bool_) if ends_only is None else ends_only
        self.begins: dict[int, list[int]] = defaultdict(list)  # sequences by their first arc
        for number, sequence in enumerate(self.sequences):
            self.begins[sequence[0]].append(number)
        # nodes where a route can be in more than one state
        inner = {int(arcs.head[arc]) for sequence in self.sequences for arc in sequence[:-1]}
        at = np.flatnonzero(self.ends_only)
        self.private = set(arcs.tail[at].tolist()) | set(arcs.head[at].tolist())
        self.special = inner | blocked | self.private
        self.numbers: dict[_State, int] = {}
        self.of: list[int] = []
        self.ends: dict[int, int] = {}
        self.queue: list[_State] = []

    def split(self) -> Arcs:
        arcs = self.arcs
        mask = np.zeros(arcs.nodes, np.bool_)
        mask[list(self.special)] = True
        touched = mask[arcs.tail] | mask[arcs.head]
        first = np.searchsorted(arcs.tail, np.arange(arcs.nodes + 1))
        added: list[tuple[int, int, int]] = []  # tail, head, arc
        starts = {node: node for node in self.special}
        for node in sorted(self.special):
            self.ends[node] = self._copy(node)
            if node in self.private:
                starts[node] = self._number(_State(node, BEGIN, frozenset()))
            self.queue.append(_State(node, OPEN, frozenset()))
        for arc in np.flatnonzero(touched & ~mask[arcs.tail]).tolist():
            state = _State(int(arcs.tail[arc]), OPEN, frozenset())
            added += self._steps(state, state.node, arc)
        while self.queue:
            state = self.queue.pop()
            tail = self._number(state)
            for arc in range(int(first[state.node]), int(first[state.node + 1])):
                added += self._steps(state, tail, arc)
        return self._put_together(touched, added, starts)

    def _copy(self, node: int) -> int:
        self.of.append(node)
        return self.arcs.nodes + len(self.of) - 1

    def _number(self, state: _State) -> int:
        """The number of a state's copy; the node itself is its plain state."""
        if state.phase == OPEN and not state.driven:
            return state.node
        if state not in self.numbers:
            self.numbers[state] = self._copy(state.node)
            self.queue.append(state)
        return self.numbers[state]

    def _steps(self, state: _State, tail: int, arc: int) -> list[tuple[int, int, int]]:
        """The arcs that replace an arc when it is driven in a state."""
        driven = {(number, 1) for number in self.begins.get(arc, ())}
        for number, done in state.driven:
            if self.sequences[number][done] == arc:
                if done + 1 == len(self.sequences[number]):
                    return []
                driven.add((number, done + 1))
        phase = state.phase
        if self.ends_only[arc]:
            phase = BEGIN if phase == BEGIN else LAST
        elif phase == LAST:
            return []
        else:
            phase = OPEN
        head = int(self.arcs.head[arc])
        if head not in self.special:
            return [(tail, head, arc)]
        found = [(tail, self.ends[head], arc)]
        if head not in self.blocked:
            number = self._number(_State(head, phase, frozenset(driven)))
            found.insert(0, (tail, number, arc))
        return found

    def _put_together(
        self, touched: NDArray[np.bool_], added: list[tuple[int, int, int]], starts: dict[int, int]
    ) -> Arcs:
        arcs = self.arcs
        size = arcs.nodes + len(self.of)
        rows = np.array(added, np.int64).reshape(-1, 3)
        which = np.concatenate([np.flatnonzero(~touched), rows[:, 2]])
        tail = np.concatenate([arcs.tail[~touched], rows[:, 0]])
        head = np.concatenate([arcs.head[~touched], rows[:, 1]])
        segment = arcs.segment[which]
        # both ends unchanged: the segment's own slot; any other arc gets its own
        moved = (tail >= arcs.nodes) | (head >= arcs.nodes)
        slot = segment.astype(np.int64)
        slots = int(arcs.segment.max(initial=-1)) + 1
        slot[moved] = slots + np.arange(int(moved.sum()))
        order = np.lexsort((slot, segment, head, tail))
        copies = Copies(np.array(self.of, np.int32), starts, dict(self.ends))
        return Arcs(
            size,
            tail[order].astype(np.int32),
            head[order].astype(np.int32),
            segment[order],
            arcs.forward[which][order],
            slot[order].astype(np.int32),
            copies,
        )
