"""Convert turn restrictions and barriers of OpenStreetMap for a network."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from convoy_geo.network.from_lines import of_codes
from convoy_geo.network.osm_tags import barrier_access, modes_of_turn
from convoy_geo.network.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from convoy_geo.network.from_lines import Cut

    Ints = NDArray[np.integer[Any]]

__all__ = ["Barriers", "Restriction", "barriers_of", "hours_of", "restriction_of", "turns_of"]

CLOCK = re.compile(r"(?:(\d+):)?(\d+):(\d\d)")
ISO = re.compile(r"P(?:(\d+)D)?T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?")
ACCESS_KEYS = (
    "barrier", "bollard", "access", "vehicle", "motor_vehicle", "motorcar", "bus", "psv", "hgv",
    "goods", "foot", "bicycle",
)  # fmt: skip


class Restriction(NamedTuple):
    """A turn restriction as in its relation.

    Parameters
    ----------
    relation
        Id of the relation.
    kind, modes, when
        See `convoy_geo.network.osm_tags.modes_of_turn`; an empty kind applies to no mode here.
    ways
        Ids of the ways with the roles from, via and to.
    nodes
        Ids of the nodes with the role via.
    """

    relation: int
    kind: str
    modes: str
    when: str
    ways: Mapping[str, tuple[int, ...]]
    nodes: tuple[int, ...]


def restriction_of(relation: Any) -> list[Restriction]:
    """The restrictions in an osmium relation; none if it is of another type."""
    tags = {tag.k: tag.v for tag in relation.tags}
    if not tags.get("type", "").startswith("restriction"):
        return []
    members = [(one.role, one.type, one.ref) for one in relation.members]
    ways = {
        role: tuple(ref for said, kind, ref in members if said == role and kind == "w")
        for role in ("from", "via", "to")
    }
    nodes = tuple(ref for said, kind, ref in members if said == "via" and kind == "n")
    return [Restriction(relation.id, *modes_of_turn(tags), ways, nodes)]


def barriers_of(tags: Any) -> tuple[str, str]:
    """The kind of barrier on a node, and whom it stops."""
    said = {key: tags.get(key) for key in ACCESS_KEYS}
    return str(said["barrier"]), barrier_access(said)


def hours_of(duration: str | None) -> float:
    """Hours of a `duration`: ``00:20``, ``1:30:00``, ``PT45M``; NaN if missing."""
    text = (duration or "").strip()
    match = CLOCK.fullmatch(text)
    if match:
        if match[1] is None:
            return int(match[2]) + int(match[3]) / 60
        return int(match[1]) + int(match[2]) / 60 + int(match[3]) / 3600
    match = ISO.fullmatch(text)
    if match and any(match.groups()):
        days, hours, minutes, seconds = (int(one or 0) for one in match.groups())
        return days * 24 + hours + minutes / 60 + seconds / 3600
    return int(text) / 60 if text.isdigit() else float("nan")


class Barriers:
    """Barriers on the nodes of roads.

    Parameters
    ----------
    found
        Kind and access of each barrier, by node id.
    points
        Ids of all points of roads, ascending.
    """

    def __init__(self, found: Mapping[int, tuple[str, str]], points: Ints) -> None:
        ids = np.array(sorted(found), np.int64)
        at = np.searchsorted(points, ids)
        here = at < len(points)
        here[here] = points[at[here]] == ids[here]
        self._of = {
            int(place): found[int(one)] for place, one in zip(at[here], ids[here], strict=True)
        }
        self.closing = np.zeros(len(points), np.bool_)
        """For each point, whether it has a barrier that stops some mode, or is a border."""
        for place, (kind, access) in self._of.items():
            self.closing[place] = bool(access) or kind in ("border_control", "checkpoint")

    def count(self, nodes: Ints) -> int:
        """Number of nodes with a barrier that stops some mode."""
        return int(self.closing[nodes].sum())

    def columns(self, nodes: Ints) -> dict[str, Any]:
        """Columns `barrier` and `access` of nodes; none if no node has one."""
        at = np.flatnonzero(self.closing[nodes])
        if not len(at):
            return {}
        columns = {}
        for column, name in enumerate(("barrier", "access")):
            words = ["", *sorted({one[column] for one in self._of.values()} - {""})]
            codes = np.zeros(len(nodes), np.int32)
            codes[at] = [words.index(self._of[int(one)][column]) for one in nodes[at]]
            columns[name] = of_codes(codes, words)
        return columns


def turns_of(
    found: Sequence[Restriction], ways: Ints, cut: Cut, points: Ints
) -> tuple[Turns, dict[str, int]]:
    """Restrictions as sequences of edges, and the number of unused ones by reason.

    Parameters
    ----------
    found
        The restrictions as read.
    ways
        Ids of all ways, in the order of their numbers in `cut`.
    cut
        The edges.
    points
        Ids of all points of roads, ascending.
    """
    chains = _Chains(ways, cut, points)
    rows, unused = [], Counter[str]()
    for one in sorted(found, key=lambda one: one.relation):
        if not one.kind:
            unused["turn restrictions for others, or not understood"] += 1
            continue
        steps, why = chains.steps(one)
        if why:
            unused[why] += 1
        rows += [(f"r{one.relation}", one.kind, one.modes, one.when, chain) for chain in steps]
    sizes = [len(row[4]) for row in rows]
    flat = [step for row in rows for step in row[4]]
    turns = Turns(
        tuple(row[0] for row in rows),
        tuple(row[1] for row in rows),
        tuple(row[2] for row in rows),
        tuple(row[3] for row in rows),
        np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        np.array([edge for edge, _ in flat], np.int64),
        np.array([forward for _, forward in flat], np.bool_),
    )
    return turns, dict(sorted(unused.items()))


Step = tuple[int, bool]


class _Chains:
    """Look up edges by way id and by node id."""

    def __init__(self, ways: Ints, cut: Cut, points: Ints) -> None:
        self.cut, self.points = cut, points
        self.order = np.argsort(ways, kind="stable")
        self.sorted_ways = ways[self.order]

    def edges(self, way: int) -> list[int]:
        """Positions of the edges of a way."""
        at = int(np.searchsorted(self.sorted_ways, way))
        if at == len(self.sorted_ways) or self.sorted_ways[at] != way:
            return []
        number = self.order[at]
        low, high = np.searchsorted(self.cut.way, [number, number + 1])
        return list(range(int(low), int(high)))

    def node(self, ident: int) -> int:
        """Position of a node in `cut.nodes`, or -1."""
        at = int(np.searchsorted(self.points, ident))
        if at == len(self.points) or self.points[at] != ident:
            return -1
        place = int(np.searchsorted(self.cut.nodes, at))
        found = place < len(self.cut.nodes) and self.cut.nodes[place] == at
        return place if found else -1

    def at(self, edges: Sequence[int], node: int, *, into: bool) -> list[Step]:
        """The edges that lead into a node, or with ``into=False`` out of it, with direction."""
        found = []
        for edge in edges:
            ends = int(self.cut.tail[edge]), int(self.cut.head[edge])
            if ends[0] == ends[1]:
                continue  # a loop: it is unclear which end is meant
            if ends[1] == node:
                found.append((edge, into))
            elif ends[0] == node:
                found.append((edge, not into))
        return found

    def steps(self, one: Restriction) -> tuple[list[list[Step]], str]:
        """The sequences of edges that a restriction concerns, or why there are none."""
        if not one.ways["from"] or not one.ways["to"]:
            return [], "turn restrictions without a road in or out"
        found: list[list[Step]] = []
        for start in one.ways["from"]:
            for goal in one.ways["to"]:
                if one.ways["via"]:
                    found += self._over_ways(start, one.ways["via"], goal)
                else:
                    for via in one.nodes:
                        found += self._over_node(start, self.node(via), goal)
        if not found:
            return [], "turn restrictions whose roads do not meet here"
        if len(found) > 1 and one.kind.startswith("only_"):
            return [], "turn restrictions that are ambiguous"
        return found, ""

    def _over_node(self, start: int, via: int, goal: int) -> list[list[Step]]:
        if via < 0:
            return []
        into = self.at(self.edges(start), via, into=True)
        out = self.at(self.edges(goal), via, into=False)
        if start == goal:  # turning back
            return [[step, (step[0], not step[1])] for step in into] if len(into) == 1 else []
        if len(into) != 1 or len(out) != 1:
            return []  # the way continues beyond the node: it is unclear which part is meant
        return [[into[0], out[0]]]

    def _over_ways(self, start: int, vias: Sequence[int], goal: int) -> list[list[Step]]:
        edges = [edge for way in vias for edge in self.edges(way)]
        first = self.edges(start)
        found = []
        for node in sorted(self._ends(first) & self._ends(edges)):
            into = self.at(first, node, into=True)
            if len(into) != 1:
                continue
            here, left, chain = node, list(edges), list[Step]()
            while left:
                onward = self.at(left, here, into=False)
                if len(onward) != 1:
                    break
                edge, forward = onward[0]
                chain.append((edge, forward))
                left.remove(edge)
                here = int(self.cut.head[edge] if forward else self.cut.tail[edge])
            out = self.at(self.edges(goal), here, into=False)
            if not left and len(out) == 1:
                found.append([*into, *chain, *out])
        return found

    def _ends(self, edges: Sequence[int]) -> set[int]:
        return {int(one[edge]) for edge in edges for one in (self.cut.tail, self.cut.head)}
