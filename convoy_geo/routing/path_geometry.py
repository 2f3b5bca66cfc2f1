"""The geometry of a path: pieces of road, the line, access and egress legs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from convoy_geo.graph.dijkstra import Path
from convoy_geo.graph.virtual_nodes import Joined, Joint
from convoy_geo.routing.route import OFF_ROAD_KMH, Access

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Literal

    from numpy.typing import NDArray
    from shapely.geometry import LineString

    from convoy_geo.graph.dijkstra import Engine
    from convoy_geo.graph.virtual_nodes import ConnectorArc
    from convoy_geo.network.nearest import RoadPoint
    from convoy_geo.network.network import RoadNetwork
    from convoy_geo.routing.waypoints import Stop

    Ints = NDArray[np.integer[Any]]
    Floats = NDArray[np.float64]

__all__ = ["Course", "course_of", "join_paths", "with_stops"]

"""A shorter access leg is ignored."""


NOTHING_KM = 1e-6
"""A shorter access leg is ignored."""


class Course(NamedTuple):
    """The geometry of a path.

    Parameters
    ----------
    nodes
        The nodes on it, in order; none if it begins and ends between the nodes of one segment.
    inner
        The nodes between its ends.
    segments, begin, end
        The pieces of road: positions of segments, and the driven part of each as fractions from 0
        to 1 as drawn; begin exceeds end where it is driven against its drawing.
    access
        The access and egress legs, in order.
    line
        The line as drawn, without access legs.
    whole
        Whether every segment is driven from end to end.
    """

    nodes: Ints
    inner: Ints
    segments: Ints
    begin: Floats
    end: Floats
    access: tuple[Access, ...]
    line: LineString
    whole: bool = False

    @property
    def parts(self) -> Floats | None:
        """The driven fraction of each segment; None if all are driven from end to end."""
        return None if self.whole else np.abs(self.end - self.begin)


def with_stops(
    engine: Engine,
    stops: Sequence[Stop],
    weight: Literal["time", "length"],
    off_road: str,
    partial: Mapping[int, list[tuple[float, float]]] | None = None,
) -> tuple[Engine | Joined, list[int], list[int]]:
    """The graph with the stops beside the road, and the start and end node of each stop.

    Start and end differ only for nodes with copies. `partial` gives the closed parts of partly
    closed segments.
    """
    arcs = engine.arcs
    if not any(stop.joints for stop in stops):
        nodes = [stop.node for stop in stops]
        return engine, [arcs.start(one) for one in nodes], [arcs.end(one) for one in nodes]
    a_km = 3600 / OFF_ROAD_KMH[off_road][1] if weight == "time" else 1000.0
    size = engine.arcs.nodes
    places: list[list[Joint]] = []
    starts: list[int] = []
    ends: list[int] = []
    for stop in stops:
        place = size + len(places)
        starts.append(place if stop.joints else arcs.start(stop.node))
        ends.append(place if stop.joints else arcs.end(stop.node))
        if stop.joints:
            places.append([Joint(one.segment, one.part, one.km * a_km) for one in stop.joints])
    return Joined(engine, places, partial), starts, ends


def join_paths(paths: Sequence[Path]) -> Path:
    """Concatenate consecutive paths."""
    return Path(
        np.concatenate([paths[0].nodes, *(path.nodes[1:] for path in paths[1:])]),
        np.concatenate([path.arcs for path in paths]),
        sum(path.cost for path in paths),
    )


def course_of(
    network: RoadNetwork,
    graph: Engine | Joined,
    path: Path,
    stops: Sequence[Stop],
    ends: Sequence[int],
    off_road: str,
) -> Course:
    """The geometry of a path.

    Parameters
    ----------
    network, graph
        The roads, and the graph in which the path was found.
    path
        The way.
    stops, ends
        The stops of the query, as returned by `with_stops`.
    off_road
        A row of `OFF_ROAD_KMH`.
    """
    arcs = graph.arcs
    visited = arcs.originals(path.nodes)
    if not isinstance(graph, Joined):  # from node to node
        segments, forward = arcs.segment[path.arcs], arcs.forward[path.arcs]
        begin = np.where(forward, 0.0, 1.0)
        line = network.line(segments, forward, int(visited[0]))
        access = _access(network, stops, {}, {}, off_road)
        return Course(visited, visited[1:-1], segments, begin, 1 - begin, access, line, whole=True)
    pieces: list[tuple[Ints, Floats, Floats]] = []
    points: list[Floats] = []
    left: dict[int, RoadPoint] = {}
    reached: dict[int, RoadPoint] = {}
    joints = dict(zip(ends, (stop.joints for stop in stops), strict=True))
    beyond = path.arcs >= len(arcs.tail)
    for run in np.split(np.arange(len(path.arcs)), np.flatnonzero(np.diff(beyond)) + 1):
        if len(run) and not beyond[run[0]]:
            segments, forward = arcs.segment[path.arcs[run]], arcs.forward[path.arcs[run]]
            begin = np.where(forward, 0.0, 1.0)
            pieces.append((segments, begin, 1 - begin))
            points.append(network.points_along(segments, forward))
            continue
        for arc in path.arcs[run].tolist():
            leg = graph.leg(arc)
            assert leg is not None  # noqa: S101  (`beyond` says so)
            start, goal = (
                joints[end][joint] if joint >= 0 else None
                for end, joint in zip((leg.tail, leg.head), leg.joints, strict=True)
            )
            if start:
                left[leg.tail] = start
            if goal:
                reached[leg.head] = goal
            points.append(_cut(network, leg, start, goal))
            if leg.segment >= 0:
                at = np.array([leg.segment])
                pieces.append((at, np.array([leg.begin]), np.array([leg.end])))
    nodes = visited[path.nodes < arcs.nodes]
    if not points:  # from a place to itself
        where = joints[int(path.nodes[0])]
        points = [np.array([where[0][3:5]]) if where else network.points_of(nodes[:1])]
    pieces.append((np.empty(0, np.int64), np.empty(0), np.empty(0)))
    segments, begin, goals = (np.concatenate(column) for column in zip(*pieces, strict=True))
    by_left, by_reached = (
        {at: found[end] for at, end in enumerate(ends) if end in found} for found in (left, reached)
    )
    access = _access(network, stops, by_left, by_reached, off_road)
    inner = visited[1:-1][path.nodes[1:-1] < arcs.nodes]
    line = network.line_through(np.concatenate(points))
    return Course(nodes, inner, segments, begin, goals, access, line)


def _cut(
    network: RoadNetwork, leg: ConnectorArc, start: RoadPoint | None, goal: RoadPoint | None
) -> Floats:
    """The points of a connector arc, from its first connector to its last."""
    ends = [np.array([[one.lon, one.lat]]) for one in (start, goal) if one]
    if leg.segment < 0:
        return np.concatenate(ends)
    first, last = (int(one[leg.segment]) for one in (network.segments.first, network.segments.last))
    if leg.begin <= leg.end:
        low = start.piece + 1 if start else first
        high = goal.piece if goal else last
        inner = network.coords[low : high + 1]
    else:
        low = goal.piece + 1 if goal else first
        high = start.piece if start else last
        inner = network.coords[low : high + 1][::-1]
    parts = [ends[0] if start else None, inner, ends[-1] if goal else None]
    return np.concatenate([part for part in parts if part is not None])


def _access(
    network: RoadNetwork,
    stops: Sequence[Stop],
    left: dict[int, RoadPoint],
    reached: dict[int, RoadPoint],
    kind: str,
) -> tuple[Access, ...]:
    """The access legs in order: an intermediate stop has one to it and one away from it."""
    legs = []
    for at, stop in enumerate(stops):
        times = [] if at == 0 else [reached]
        times += [left] if at < len(stops) - 1 else []
        for points in times:
            if stop.access:
                legs.append(replace(stop.access, kind=kind))
            elif at in points and points[at].km > NOTHING_KM:
                legs.append(_leg(network, stop.name, points[at], kind))
    return tuple(legs)


def _leg(network: RoadNetwork, name: str, point: RoadPoint, kind: str) -> Access:
    ends = network.segments.tail, network.segments.head
    at = int(point.part)
    node = network.node_names(ends[at][[point.segment]])[0] if point.part in (0, 1) else ""
    edge = network.edge_ids(network.segments.edge[[point.segment]])[0]
    return Access(name, node, point.km, kind, edge, round(point.lon, 6), round(point.lat, 6))
