"""The pieces of road in a closure's stretch, given by edges, a line or an area."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from convoy_geo.errors import RoadDataError
from convoy_geo.network.match_closures import LINE_TOLERANCE_KM, _runs_along
from convoy_geo.routing.edge_usage import in_local_metres, segment_lines

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convoy_geo.model.closures import Closure
    from convoy_geo.network.network import RoadNetwork

    Ints = NDArray[np.integer[Any]]
    Floats = NDArray[np.float64]

__all__ = ["Stretch", "chains", "stretch_of"]


@dataclass(frozen=True, eq=False)
class Stretch:
    """The pieces of road on which a closure may lie, in order along the stretch.

    Parameters
    ----------
    segments
        Positions of network segments, each once.
    km
        Length of each within the stretch, as drawn.
    """

    segments: Ints
    km: Floats

    @property
    def length_km(self) -> float:
        """Length as drawn."""
        return float(self.km.sum())

    @property
    def start_km(self) -> Floats:
        """Start of each piece, measured from the start of the stretch."""
        starts: Floats = np.cumsum(self.km) - self.km
        return starts


def stretch_of(network: RoadNetwork, closure: Closure) -> Stretch:
    """The pieces of road in a closure's stretch.

    If the closure names edges, the stretch consists of these edges, complete and in order; its
    geometry is only drawn. If it names a road, the stretch is the closed part of that road.
    Otherwise it is the roads within 50 m of its line (not those that only cross it), or the roads
    within its area.

    Raises
    ------
    EdgeNotFoundError
        If an edge is unknown.
    RoadDataError
        If there is no road.
    """
    if closure.edges:
        edges = network.edge_positions(dict.fromkeys(closure.edges))
        segments = _in_order(network, edges)
        km = network.segments.km[segments]
    elif closure.geometry.geom_type == "Point":
        msg = f"closure {closure.id!r} is a point, so its position is not uncertain"
        raise RoadDataError(msg)
    elif closure.road:
        found = network.stretches_of(closure)
        segments, place = np.unique(found.segments, return_inverse=True)
        part = np.bincount(place, found.last - found.first)
        km = network.segments.km[segments] * part
    else:
        segments, km = _covered(network, closure)
    if not km.sum() > 0:
        msg = f"closure {closure.id!r} is not on any road of the network"
        raise RoadDataError(msg)
    return Stretch(segments, km)


def chains(network: RoadNetwork, segments: Ints, stops: set[int]) -> list[Ints]:
    """Positions in `segments`, grouped into chains without a junction or a stop inside."""
    ends = np.concatenate([network.segments.tail, network.segments.head])
    inner = np.bincount(ends, minlength=network.node_count) == 2
    inner[list(stops)] = False
    tail, head = network.segments.tail[segments], network.segments.head[segments]
    chain = np.arange(len(segments))
    by_node: dict[int, int] = {}
    for place, nodes in enumerate(zip(tail.tolist(), head.tolist(), strict=True)):
        for node in nodes:
            if inner[node]:
                other = by_node.setdefault(node, place)
                chain[chain == chain[place]] = chain[other]
    return [np.flatnonzero(chain == one) for one in dict.fromkeys(chain.tolist())]


def _in_order(network: RoadNetwork, edges: Ints) -> Ints:
    """The segments of consecutive edges, each edge oriented to connect with the previous one."""
    tail, head = network.segments.tail, network.segments.head
    runs = [network.segments_of(np.array([edge])) for edge in edges.tolist()]
    for number, run in enumerate(runs):
        ends = {int(tail[run[0]]), int(head[run[-1]])}
        if number:
            last = runs[number - 1]
            end = {int(tail[last[-1]]), int(head[last[-1]])}
            backward = int(head[run[-1]]) in end and int(tail[run[0]]) not in end
        else:
            following = runs[1] if len(runs) > 1 else run
            others = {int(tail[following[0]]), int(head[following[-1]])}
            backward = int(tail[run[0]]) in others and len(ends & others) == 1 and len(runs) > 1
        if backward:
            runs[number] = run[::-1]
    return np.concatenate(runs)


def _covered(network: RoadNetwork, closure: Closure) -> tuple[Ints, Floats]:
    """Segments within an area, or along a line, and the covered length of each."""
    shape = closure.geometry
    tree = shapely.STRtree(network.edges.geometry.to_numpy())
    is_area = shape.geom_type in ("Polygon", "MultiPolygon")
    reach = shape if is_area else shape.buffer(2 * LINE_TOLERANCE_KM / 90)
    segments = network.segments_of(np.sort(tree.query(reach, predicate="intersects")))
    lines = segment_lines(network, segments)
    flat = shapely.transform(in_local_metres([shape, *lines])[0], lambda metres: metres / 1000)
    flat, lines = flat[0], flat[1:]
    zone = flat if is_area else flat.buffer(LINE_TOLERANCE_KM, cap_style="flat")
    inside = shapely.intersection(lines, zone)
    parts, whole = shapely.length(inside), shapely.length(lines)
    found = parts > 0 if is_area else _runs_along(flat, lines) & (parts > 0)
    km = network.segments.km[segments] * np.divide(
        parts, whole, out=np.zeros_like(parts), where=found
    )
    segments, km, inside = segments[found], km[found], inside[found]
    if shape.geom_type == "LineString":
        order = np.argsort(shapely.line_locate_point(flat, shapely.centroid(inside)))
        segments, km = segments[order], km[order]
    return segments, km
