"""The roads usable by one travel mode: one-way rules, access, barriers, turns, speeds.

A network stores access rules in columns that most networks lack: `access` of edges and of nodes,
`both_ways`, `maxspeed`, and its turn restrictions. Without them every edge is open to all vehicles,
in both directions unless `oneway` says otherwise.

>>> from convoy_geo.io.files import geodata
>>> from convoy_geo.network.read_write import read_network
>>> roads = usable_roads(read_network(geodata("roads", "syria-iraq-2017")), "car")
>>> bool(roads.ahead.all()), int(roads.ends_only.sum())
(True, 0)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from convoy_geo.dates.opening_hours import holds
from convoy_geo.graph.dijkstra import Arcs
from convoy_geo.graph.split_nodes import split_nodes
from convoy_geo.model.travel_modes import travel_mode
from convoy_geo.network.osm_tags import CLASSES, PATHS

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from convoy_geo.model.travel_modes import TravelMode
    from convoy_geo.network.network import RoadNetwork

    Ints = NDArray[np.integer[Any]]
    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

__all__ = ["MAIN_NODES", "MAIN_SHARE", "Usable", "usable_roads"]

WORDS = ("yes", "ends", "no", "ahead", "back")
MAIN_NODES, MAIN_SHARE = 100, 0.1
"""A part with this many nodes, or this share of the largest part's kilometres, is a main part;
compare OSRM's `--small-component-size`."""
TURNING_BACK_KM = 0.5
"""Distance beyond a banned turn within which U-turns are forbidden, except at dead ends."""


@dataclass(frozen=True, eq=False)
class Usable:
    """The part of a network that a travel mode may use.

    Parameters
    ----------
    network, mode
        The roads and the travel mode.
    ahead, back
        For each segment, whether it may be driven as drawn, and against the drawing.
    ends_only
        For each segment, whether it may be used only at the start or end of a route.
    blocked
        Positions of the nodes closed by a barrier, ascending.
    hour
        The moment; None: time-dependent rules are treated as always in force.
    """

    network: RoadNetwork
    mode: TravelMode
    ahead: Bools
    back: Bools
    ends_only: Bools
    blocked: Ints
    hour: datetime | None = None

    @property
    def open(self) -> Bools:
        """For each segment, whether it may be used at all."""
        usable: Bools = self.ahead | self.back
        return usable

    @cached_property
    def plain_arcs(self) -> Arcs:
        """The directed graph with access and one-way rules, but no turn restrictions."""
        network, of = self.network, self.network.segments
        if np.array_equal(self.ahead, network.ahead) and np.array_equal(self.back, network.back):
            return network.arcs
        return Arcs.of_directions(network.node_count, of.tail, of.head, self.ahead, self.back)

    @cached_property
    def arcs(self) -> Arcs:
        """The directed graph, with nodes split where a rule applies."""
        arcs, rules = self.plain_arcs, self._sequences(self.plain_arcs)
        turning = self._turning_back(arcs, rules)
        what: dict[str, Any] = {
            "blocked": self.blocked.tolist(), "ends_only": self.passable_ends(arcs),
        }  # fmt: skip
        split = split_nodes(arcs, sequences=[*rules, *turning], **what)
        if turning:
            trapped = self._trapped(split, arcs)
            free = [one for one in turning if not trapped[one[0]]]
            if len(free) < len(turning):
                split = split_nodes(arcs, sequences=[*rules, *free], **what)
        return split

    def _trapped(self, split: Arcs, arcs: Arcs) -> Bools:
        """For each arc, whether return to the main part is impossible without a U-turn."""
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import breadth_first_order, connected_components

        size = split.nodes
        pairs = csr_array((np.ones(len(split.tail), bool), (split.head, split.tail)), (size, size))
        part = connected_components(pairs, directed=True, connection="strong")[1]
        root = int(np.argmax(part == np.bincount(part).argmax()))
        back = np.zeros(size, np.bool_)
        back[breadth_first_order(pairs, root, return_predecessors=False)] = True
        place = np.full((2, len(self.ahead)), -1, np.int64)
        place[arcs.forward.astype(np.int8), arcs.segment] = np.arange(len(arcs.tail))
        ends = np.zeros(size, np.bool_)
        ends[list(split.copies.end.values()) if split.copies else []] = True
        lost = ~back[split.head] & ~ends[split.head]
        trapped = np.zeros(len(arcs.tail), np.bool_)
        trapped[place[split.forward.astype(np.int8), split.segment][lost]] = True
        return trapped

    def passable_ends(self, arcs: Arcs) -> Bools:
        """For each arc, whether it is ends-only and connects two places on open roads.

        Where ends-only roads lead nowhere else, no through route exists, and no state is needed.
        """
        if not self.ends_only.any():
            return self.ends_only[arcs.segment]
        private = self.gated[arcs.segment]
        size = arcs.nodes
        part = _parts(size, arcs.tail[private], arcs.head[private])
        public = np.zeros(size, np.bool_)
        public[arcs.tail[~private]] = public[arcs.head[~private]] = True
        contacts = np.bincount(part[public], minlength=int(part.max()) + 1)
        passable: Bools = private & (contacts[part[arcs.tail]] > 1)
        return passable

    @cached_property
    def gated(self) -> Bools:
        """Ends-only segments, and those that can be reached only over such segments."""
        gated: Bools = self.ends_only | self._behind if self.ends_only.any() else self.ends_only
        return gated

    @cached_property
    def _behind(self) -> Bools:
        """Open segments that can be reached only over ends-only roads: a yard behind a gate."""
        of, size = self.network.segments, self.network.node_count
        free = self.open & ~self.ends_only
        part = _parts(size, of.tail[free], of.head[free])
        km = np.bincount(part[of.tail[free]], of.km[free], int(part.max()) + 1)
        nodes = np.bincount(part, minlength=len(km))
        small = (nodes < MAIN_NODES) & (km < MAIN_SHARE * km.max())
        gated = np.zeros(len(km), np.bool_)
        private = self.open & self.ends_only
        gated[part[of.tail[private]]] = gated[part[of.head[private]]] = True
        behind: Bools = free & (small & gated)[part[of.tail]]
        return behind

    def _sequences(self, arcs: Arcs) -> list[tuple[int, ...]]:
        """Positions of arcs that turn restrictions forbid to drive one after the other."""
        turns = self.network.turns
        if turns is None or not self.mode.turns or not len(turns):
            return []
        of = self.network.segments
        place = np.full((2, len(of.km)), -1, np.int64)
        place[arcs.forward.astype(np.int8), arcs.segment] = np.arange(len(arcs.tail))
        first = np.searchsorted(arcs.tail, np.arange(arcs.nodes + 1))
        found = []
        for number in range(len(turns)):
            if self.mode.rule_id not in turns.modes[number].split():
                continue
            if turns.when[number] and holds(turns.when[number], self.hour) is False:
                continue
            chain = self._arcs_along(turns.steps(number), place)
            if not turns.obliges(number):
                if chain is not None:
                    found.append(chain)
                continue
            before = self._arcs_along(turns.steps(number)[:-1], place)
            last = None if chain is None else chain[-1]
            if before is None or last is None:
                continue  # the mandatory edge is closed to this mode: the rule does not apply
            node = int(arcs.head[before[-1]])
            others = range(int(first[node]), int(first[node + 1]))
            found += [(*before, other) for other in others if other != last]
        return found

    def _turning_back(self, arcs: Arcs, sequences: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
        """Sequences with a U-turn near a banned turn, where the road continues and leads out again.

        Without them, a ban could be evaded by a U-turn at the next junction. Far from any banned
        turn the shortest route never makes a U-turn.
        """
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import dijkstra

        at = sorted({int(arcs.head[one]) for sequence in sequences for one in sequence[:-1]})
        if not at:
            return []
        first = np.searchsorted(arcs.tail, np.arange(arcs.nodes + 1))
        place = np.full((2, len(self.ahead)), -1, np.int64)
        place[arcs.forward.astype(np.int8), arcs.segment] = np.arange(len(arcs.tail))
        km = self.network.segments.km[arcs.segment]
        graph = csr_array((km, arcs.head, first.astype(np.int32)), shape=(arcs.nodes, arcs.nodes))
        near = np.isfinite(dijkstra(graph, indices=at, min_only=True, limit=TURNING_BACK_KM))
        degree = first[1:] - first[:-1]
        back = place[1 - arcs.forward.astype(np.int8), arcs.segment]
        arc = np.flatnonzero(near[arcs.head] & (back >= 0) & (degree[arcs.head] > 1))
        return list(zip(arc.tolist(), back[arc].tolist(), strict=True))

    def _arcs_along(self, steps: list[tuple[int, bool]], place: Ints) -> tuple[int, ...] | None:
        """The arcs of edges: all arcs of inner edges, and the near arc of the first and last."""
        segments = self.network.segments
        found: list[int] = []
        for at, (edge, forward) in enumerate(steps):
            low, high = np.searchsorted(segments.edge, [edge, edge + 1])
            along = list(range(int(low), int(high)))[:: 1 if forward else -1]
            if at == 0:
                along = along[-1:]
            elif at == len(steps) - 1:
                along = along[:1]
            found += [int(place[int(forward), segment]) for segment in along]
        return tuple(found) if found and min(found) >= 0 else None

    def seconds(self, speed: Literal["low", "typical", "high"] = "typical") -> Floats:
        """Travel time of each segment; infinite if the mode cannot use it."""
        known: dict[str, Floats] = self.__dict__.setdefault("_seconds", {})
        if speed not in known:
            known[speed] = self._times(speed)
        return known[speed]

    def _times(self, speed: Literal["low", "typical", "high"]) -> Floats:
        network, mode = self.network, self.mode
        edge, column = network.segments.edge, ("low", "typical", "high").index(speed)
        if mode.road is None:
            return np.full(len(edge), np.inf)
        factor = (mode.road[0], mode.road_typical, mode.road[1])[column]
        if mode.unit == "times":
            kmh = network.kmh(speed) * factor
        else:
            kmh = np.full(len(network.edge_start) - 1, factor)
        classes = network.class_codes
        for name, values in mode.classes.items():
            kmh = np.where(classes == CLASSES.index(name), values[column], kmh)
        if mode.unit != "times":  # a ferry is equally fast for all modes
            ferry = classes == CLASSES.index("ferry")
            kmh = np.where(ferry, network.kmh(speed), kmh) if ferry.any() else kmh
        road = network.road_factor
        longer = (road.high, road.typical, road.low)[column]
        with np.errstate(divide="ignore"):
            seconds: Floats = network.segments.km * longer * 3600 / kmh[edge]
        return np.where(np.isnan(seconds), np.inf, seconds)


def _parts(size: int, tail: Ints, head: Ints) -> Ints:
    """For each node, the number of its component in an undirected graph."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(tail), np.bool_), (tail, head)), (size, size))
    part: Ints = connected_components(graph.tocsr(), directed=False)[1]
    return part


def usable_roads(
    network: RoadNetwork, mode: str | TravelMode, hour: datetime | None = None
) -> Usable:
    """The part of a network that a travel mode may use; computed once and cached.

    Parameters
    ----------
    network
        The roads.
    mode
        A travel mode or its key.
    hour
        A moment in local time at which time-dependent rules are evaluated; None: all apply.

    Raises
    ------
    ModeNotFoundError
        If the mode is unknown.
    """
    travel = travel_mode(mode)
    known: dict[Any, Usable] = network.__dict__.setdefault("_usable", {})
    moment = hour if network.has_hours else None
    key = (travel, moment)
    if key not in known:
        known[key] = _usable(network, travel, moment)
    return known[key]


def _usable(network: RoadNetwork, mode: TravelMode, hour: datetime | None) -> Usable:
    edge = network.segments.edge
    allowed = _allowed(network, mode)
    if network.edge_conditions is not None:
        allowed = _at_the_hour(network, mode, allowed, hour)
    codes = network.class_codes
    if not mode.paths:
        paths = np.isin(codes, [CLASSES.index(name) for name in PATHS])
        allowed = np.where(paths, WORDS.index("no"), allowed)
    oneway = network.oneway
    if not mode.oneway:
        oneway = np.zeros_like(oneway)
    elif network.both_ways is not None:
        column, words = network.both_ways
        free = np.array([mode.rule_id in word.split() for word in words], np.bool_)
        oneway = np.where(free[column], 0, oneway)
    usable = allowed != WORDS.index("no")
    blocked: Ints = np.empty(0, np.int64)
    if network.node_access is not None:
        column, words = network.node_access
        shut = np.array([f"{mode.rule_id}=no" in word.split() for word in words], np.bool_)
        blocked = np.flatnonzero(shut[column])
    return Usable(
        network,
        mode,
        (usable & (oneway >= 0) & (allowed != WORDS.index("back")))[edge],
        (usable & (oneway <= 0) & (allowed != WORDS.index("ahead")))[edge],
        (allowed == WORDS.index("ends"))[edge],
        blocked,
        hour,
    )


def _allowed(network: RoadNetwork, mode: TravelMode) -> Any:
    """For each edge, the index in `WORDS` of the mode's access."""
    if network.edge_access is None:
        return np.zeros(len(network.edge_start) - 1, np.int8)
    codes, words = network.edge_access
    table = np.array([_word(word, mode.rule_id) for word in words], np.int8)
    return table[codes]


def _word(text: str, mode: str) -> int:
    said = dict(one.partition("=")[::2] for one in text.split())
    return WORDS.index(said.get(mode, "yes"))


def _at_the_hour(
    network: RoadNetwork, mode: TravelMode, allowed: Any, hour: datetime | None
) -> Any:
    """Access of edges, with their conditions evaluated at a moment."""
    from convoy_geo.network.osm_tags import access_at

    assert network.edge_conditions is not None  # noqa: S101
    codes, words = network.edge_conditions
    table = [access_at(word, mode.access, hour) for word in words]
    code = np.array([WORDS.index(one) if one else -1 for one in table], np.int8)[codes]
    return np.where(code >= 0, code, allowed)
