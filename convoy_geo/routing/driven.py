"""Which pieces of road a route drives, and which of a network lie along a line or in an area."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from pyproj import Transformer

from convoy_geo.errors import RoadDataError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from convoy_geo.roads.network import RoadNetwork
    from convoy_geo.routing.routes import Route

    Ints = NDArray[np.integer[Any]]
    Floats = NDArray[np.float64]

__all__ = ["driven_km", "driven_segments", "in_local_metres", "km_by_edge", "segment_lines"]


def driven_segments(network: RoadNetwork, route: Route) -> Ints:
    """Positions of the segments that a route drives, in order.

    Parameters
    ----------
    network
        The network that the route was computed on.
    route
        The route.

    Raises
    ------
    RoadDataError, EdgeNotFoundError
        If the network does not have its nodes and edges in that order.

    Examples
    --------
    >>> from convoy_geo.cases import read_case
    >>> roads = read_case().roads
    >>> route = roads.route(["Humaymah", "Abu Kamal"], by="length")
    >>> segments = driven_segments(roads.network, route)
    >>> bool(abs(roads.network.segments.km[segments].sum() - route.polyline_km) < 1e-9)
    True
    """
    found = [network.node_position(node) for node in route.nodes]
    if None in found:
        msg = f"the network has no node {route.nodes[found.index(None)]!r}"
        raise RoadDataError(msg)
    nodes, wanted = np.array(found, np.int64), network.edge_positions(route.edges)
    arcs, keys = network.arcs, network.arcs.keys
    steps = nodes[:-1] * arcs.nodes + nodes[1:]
    first, last = np.searchsorted(keys, steps, "left"), np.searchsorted(keys, steps, "right")
    # Parallel roads may leave a choice; what fits the order of the edges to the end is right.
    reached: list[dict[int, tuple[int, int]]] = []
    before = {0: (-1, -1)}
    for low, high in zip(first.tolist(), last.tolist(), strict=True):
        choices = arcs.segment[low:high]
        here: dict[int, tuple[int, int]] = {}
        for segment in choices[np.argsort(network.segments.km[choices], kind="stable")].tolist():
            edge = network.segments.edge[segment]
            for place in before:
                for now in (place, place + 1):
                    if now < len(wanted) and wanted[now] == edge:
                        here.setdefault(now, (segment, place))
        reached.append(here)
        before = here
    place = len(wanted) - 1
    segments = []
    for here in reversed(reached):
        if place not in here:
            msg = f"the network has no way by {', '.join(route.edges)} between these nodes"
            raise RoadDataError(msg)
        segment, place = here[place]
        segments.append(segment)
    return np.array(segments[::-1], np.int64)


def driven_km(network: RoadNetwork, route: Route) -> dict[str, float]:
    """Kilometres as drawn that a route drives on each of its edges, in order of the first use."""
    return km_by_edge(network, driven_segments(network, route))


def km_by_edge(network: RoadNetwork, segments: Ints) -> dict[str, float]:
    """Kilometres as drawn that segments have on each edge, in order of the first of each."""
    edges, first, which = np.unique(
        network.segments.edge[segments], return_index=True, return_inverse=True
    )
    km = np.bincount(which, network.segments.km[segments], len(edges))
    order = np.argsort(first)
    return dict(zip(network.edge_ids(edges[order]), km[order].tolist(), strict=True))


def segment_lines(network: RoadNetwork, segments: Ints) -> NDArray[np.object_]:
    """The lines of segments, WGS 84, lon before lat, as drawn."""
    first, last = network.segments.first[segments], network.segments.last[segments]
    lines: NDArray[np.object_] = np.array(
        [
            shapely.linestrings(network.coords[low : high + 1])
            for low, high in zip(first.tolist(), last.tolist(), strict=True)
        ],
        dtype=object,
    )
    return lines


def in_local_metres(
    geometries: Iterable[BaseGeometry],
) -> tuple[NDArray[np.object_], float]:
    """Geometries in one azimuthal equidistant projection about their common middle, in metres.

    Parameters
    ----------
    geometries
        WGS 84, lon before lat; within some 1,000 km of each other.

    Returns
    -------
    tuple of (array of geometries, float)
        And the most by which a length in it may be too long, as a part of it: with c the distance
        from the middle over the Earth's radius, c / sin c - 1 across, and nothing along (Snyder,
        Map projections: a working manual, 1987, page 192).
    """
    given = np.array(list(geometries), dtype=object)
    west, south, east, north = shapely.total_bounds(given)
    lon, lat = (west + east) / 2, (south + north) / 2
    local = f"+proj=aeqd +lon_0={lon:.9f} +lat_0={lat:.9f} +ellps=WGS84 +units=m"
    transformer = Transformer.from_crs("EPSG:4326", local, always_xy=True)
    flat: NDArray[np.object_] = shapely.transform(
        given, lambda points: np.column_stack(transformer.transform(*points.T))
    )
    corner = np.abs(np.array(shapely.total_bounds(flat))).reshape(2, 2).max(axis=0)
    c = float(np.hypot(*corner)) / 6_371_000
    return flat, (c / np.sin(c) - 1 if c > 0 else 0.0)
