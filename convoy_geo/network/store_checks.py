"""Checks of a stored network before its numbers are used: an engine in C would trust them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

__all__ = ["check_numbers", "check_positions"]

LONGEST_KM = 40_100.0
"""No segment is longer than the circumference of the Earth."""


def check_positions(
    segments: Mapping[str, NDArray[Any]],
    edge_start: NDArray[Any],
    *,
    nodes: int,
    vertices: int,
    refuse: Callable[[str], Any],
) -> None:
    """Reject invalid positions.

    Parameters
    ----------
    segments
        The arrays of the segments by name.
    edge_start
        Index of each edge's first vertex, and the number of vertices at the end.
    nodes, vertices
        Numbers of nodes and vertices.
    refuse
        Called with a description of the error; it raises.
    """
    edges, count = len(edge_start) - 1, len(segments["km"])
    limits = {"tail": nodes, "head": nodes, "edge": edges, "first": vertices, "last": vertices}
    for name, limit in limits.items():
        values = segments[name]
        if values.dtype.kind not in "iu" or values.ndim != 1:
            refuse(f"segments/{name} does not contain whole numbers")
        if len(values) != count or (count and not 0 <= values.min() <= values.max() < limit):
            refuse(f"segments/{name} has an invalid position")
    if edge_start.dtype.kind not in "iu" or edges < 0:
        refuse("edge_start does not contain whole numbers")
    if edge_start[0] != 0 or edge_start[-1] != vertices or (np.diff(edge_start) < 0).any():
        refuse("edge_start is out of order")
    if (np.diff(segments["edge"]) < 0).any():
        refuse("segments/edge is out of order")


def check_numbers(
    *,
    km: NDArray[Any],
    coords: NDArray[Any],
    speeds: NDArray[Any],
    factors: tuple[float, ...],
    radius_km: float,
    refuse: Callable[[str], Any],
) -> None:
    """Reject impossible lengths, positions and speeds.

    Parameters
    ----------
    km
        Length of each segment.
    coords
        Lon and lat of each vertex, shape (vertices, 2).
    speeds
        Speeds in km/h.
    factors
        Ratios of road length to drawn length.
    radius_km
        Maximum distance between an estimated node and its drawn position.
    refuse
        Called with a description of the error; it raises.
    """
    if km.dtype.kind != "f" or not _within(km, 0, LONGEST_KM):
        refuse("segments/km has a length that is negative, infinite or NaN")
    if coords.dtype.kind != "f" or coords.ndim != 2 or coords.shape[1] != 2:
        refuse("coords does not contain positions")
    if not (_within(coords[:, 0], -180, 180) and _within(coords[:, 1], -90, 90)):
        refuse("coords has a position outside the Earth's coordinate range")
    if not (_within(speeds, 0, 1000) and _within(np.array([*factors, radius_km]), 0, 20_000)):
        refuse("the manifest has an impossible speed or factor")


def _within(values: NDArray[Any], low: float, high: float) -> bool:
    """Whether all numbers are finite and in a range; False for NaN."""
    return not values.size or bool(low <= values.min() and values.max() <= high)
