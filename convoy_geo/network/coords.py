"""Coordinates of roads: distances between points, and points in driving order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from convoy_geo.geodesy import wgs84

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.integer[Any]]
    Floats = NDArray[np.float64]

__all__ = ["points_km", "ragged_both_ways", "unit_sphere"]


def points_km(start: Any, end: Any) -> Floats:
    """Geodesic distances between pairs of points, in kilometres."""
    metres = wgs84().inv(start[:, 0], start[:, 1], end[:, 0], end[:, 1])[2]
    return np.asarray(metres, np.float64) / 1000.0


def ragged_both_ways(first: Ints, last: Ints, forward: NDArray[np.bool_]) -> Ints:
    """All indices from first to last, or from last to first, concatenated over several ranges.

    >>> ragged_both_ways(np.array([3, 10]), np.array([5, 11]), np.array([True, False])).tolist()
    [3, 4, 5, 11, 10]
    """
    if not len(first):
        return np.empty(0, np.int64)
    lengths = last - first + 1
    start, end = np.where(forward, first, last), np.where(forward, last, first)
    # each index is the previous one plus a step, except at the start of a range
    steps: Ints = np.repeat(np.where(forward, 1, -1), lengths)
    begins = np.cumsum(lengths)[:-1]
    steps[begins] = start[1:] - end[:-1]
    steps[0] = start[0]
    indices: Ints = np.cumsum(steps)
    return indices


def unit_sphere(points: Floats) -> Floats:
    """Points on the unit sphere in 3D, where distances are valid across 180 degrees too."""
    lon, lat = np.radians(points).T
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
