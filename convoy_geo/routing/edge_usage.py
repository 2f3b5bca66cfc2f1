"""The pieces of road that a route uses, and those along a line or within an area."""

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

    from convoy_geo.network.network import RoadNetwork
    from convoy_geo.routing.route import Route

    Ints = NDArray[np.integer[Any]]
    Floats = NDArray[np.float64]

__all__ = [
    "driven_km",
    "driven_parts",
    "driven_segments",
    "in_local_metres",
    "km_by_edge",
    "segment_lines",
]


def driven_parts(network: RoadNetwork, route: Route) -> tuple[Ints, Floats]:
    """Positions of the segments on a route, in order, and the fraction of each that is driven.

    Parameters
    ----------
    network
        The road network of the route.
    route
        The route.

    Raises
    ------
    RoadDataError
        If the network does not contain its edges in that order and of that length.

    Examples
    --------
    >>> from convoy_geo.case.case import read_case
    >>> roads = read_case().roads
    >>> route = roads.route(["Humaymah", "Abu Kamal"], weight="length")
    >>> segments, parts = driven_parts(roads.network, route)
    >>> km = roads.network.segments.km[segments] * parts
    >>> bool(abs(km.sum() - route.polyline_km) < 1e-9)
    True
    """
    columns = list(zip(*route.pieces, strict=True)) or [(), (), ()]
    segments = np.array(columns[0], np.int64)
    parts = np.abs(np.array(columns[2], np.float64) - np.array(columns[1], np.float64))
    fits = not len(segments) or int(segments.max()) < len(network.segments.km)
    if fits:
        edges = network.segments.edge[segments]
        km = float((network.segments.km[segments] * parts).sum())
        ids = network.edge_ids(edges[np.diff(edges, prepend=-1) != 0])
        fits = tuple(ids) == route.edges and bool(np.isclose(km, route.polyline_km))
    if not fits:
        msg = f"the network has no route via {', '.join(route.edges)} of {route.polyline_km:.1f} km"
        raise RoadDataError(msg)
    return segments, parts


def driven_segments(network: RoadNetwork, route: Route) -> Ints:
    """Positions of the segments on a route, completely or partly driven; see `driven_parts`."""
    return driven_parts(network, route)[0]


def driven_km(network: RoadNetwork, route: Route) -> dict[str, float]:
    """Kilometres as drawn that a route drives on each edge, in order of first use."""
    return km_by_edge(network, *driven_parts(network, route))


def km_by_edge(network: RoadNetwork, segments: Ints, parts: Floats) -> dict[str, float]:
    """Kilometres as drawn of parts of segments, per edge, in order of first use."""
    edges, first, which = np.unique(
        network.segments.edge[segments], return_index=True, return_inverse=True
    )
    km = np.bincount(which, network.segments.km[segments] * parts, len(edges))
    order = np.argsort(first)
    return dict(zip(network.edge_ids(edges[order]), km[order].tolist(), strict=True))


def segment_lines(network: RoadNetwork, segments: Ints) -> NDArray[np.object_]:
    """The lines of segments as drawn, WGS 84, lon before lat."""
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
    """Project geometries to an azimuthal equidistant projection around their centre, in metres.

    Parameters
    ----------
    geometries
        WGS 84, lon before lat; within about 1,000 km of each other.

    Returns
    -------
    tuple of (array of geometries, float)
        The projected geometries, and the maximum fraction by which a length may be too large: with
        c the distance from the centre over the Earth's radius, c / sin c - 1 across, and 0 radially
        (Snyder, Map projections: a working manual, 1987, page 192).
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
