"""The area beside reached roads: used only for drawing a reach, not for verdicts.

Around each end of a reached piece there is a disc; discs of adjacent ends are joined by their
convex hull. On a large network, discs that nearly coincide are merged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.ops import unary_union

from convoy_geo.geodesy import disc
from convoy_geo.network.network import points_km

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    Ints = NDArray[np.integer[Any]]
    Floats = NDArray[np.float64]

__all__ = ["area_beside"]

MANY = 2_000
"""Number of pieces from which on nearly coinciding discs are merged."""
CELL = 0.125
"""Cell size for merging discs, as a fraction of their radius."""
CORNERS = 24
KM_PER_DEGREE = 111.2


def area_beside(
    points: Floats, ends: Ints, radius_km: Floats, whole: NDArray[np.bool_],
    lines: Sequence[BaseGeometry],
) -> BaseGeometry:  # fmt: skip
    """The union of discs around the ends of pieces, of hulls along them, and of some lines.

    Parameters
    ----------
    points
        Lon and lat of each node.
    ends
        For each piece, the nodes at its ends, shape (n, 2).
    radius_km
        Radius in km of the disc at each end, shape (n, 2); NaN for none.
    whole
        For each piece, whether its two discs are joined by their hull.
    lines
        Drawn about 500 m wide on each side.
    """
    drawn = np.isfinite(radius_km)
    joined = whole & drawn.all(axis=1)
    if len(ends) > MANY:
        # dense roads need no hull: each disc contains the centre of the next
        some = np.flatnonzero(joined)
        apart = points_km(points[ends[some, 0]], points[ends[some, 1]])
        joined[some] = apart > radius_km[some].max(axis=1)
    alone = drawn & ~joined[:, None]
    nodes, radii = _largest(ends[alone], radius_km[alone])
    if len(ends) > MANY:
        nodes, radii = _thinned(points, nodes, radii)
    parts = _discs(points, nodes, radii)
    hulls = np.flatnonzero(joined)
    if len(hulls):
        here, there = (_discs(points, ends[hulls, at], radius_km[hulls, at]) for at in (0, 1))
        parts = np.append(parts, shapely.convex_hull(shapely.union(here, there)))
    area = unary_union(list(parts))
    rest = np.array(lines, object)
    if len(rest):
        shapely.prepare(area)
        rest = rest[~shapely.covers(area, rest)]
    return unary_union([area, *shapely.buffer(rest, 0.005)]) if len(rest) else area


def _largest(nodes: Ints, radii: Floats) -> tuple[Ints, Floats]:
    """Each node once, with the largest of its radii."""
    found, place = np.unique(nodes, return_inverse=True)
    largest = np.zeros(len(found))
    np.maximum.at(largest, place, radii)
    return found, largest


def _thinned(points: Floats, nodes: Ints, radii: Floats) -> tuple[Ints, Floats]:
    """Of the nodes with a similar radius in one cell, the one with the largest."""
    if not len(nodes):
        return nodes, radii
    size = np.exp2(np.floor(np.log2(radii)))
    lon, lat = points[nodes].T
    cell = size * CELL / KM_PER_DEGREE
    east = np.floor(lon * np.cos(np.radians(np.round(lat))) / cell)
    keys = np.column_stack([size, east, np.floor(lat / cell)])
    order = np.lexsort((-radii, *keys.T))
    first = np.ones(len(order), np.bool_)
    first[1:] = (np.diff(keys[order], axis=0) != 0).any(axis=1)
    kept = np.sort(order[first])
    return nodes[kept], radii[kept]


def _discs(points: Floats, nodes: Ints, radii: Floats) -> NDArray[np.object_]:
    discs = np.empty(len(nodes), object)
    for row, (node, radius) in enumerate(zip(nodes.tolist(), radii.tolist(), strict=True)):
        lon, lat = points[node].tolist()
        discs[row] = disc(lon, lat, radius, points=CORNERS)
    return discs
