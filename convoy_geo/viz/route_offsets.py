"""Side by side: how far each route lies beside the road, where accounts share one.

Each route gets one lane for its whole length: 0 is on the road, 1 to its right, -1 to its left, and
so on. Routes that share a road never have the same lane there, whatever their direction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

__all__ = ["LANE_PX", "lanes"]

LANE_PX = 7.0
"""Pixels from one lane to the next."""
SAMPLES = 200
"""Number of positions at which two routes are compared."""
LEAST = 3
"""How many of them must be shared: less is a crossing."""

Line = "NDArray[np.float64]"


def lanes(lines: Sequence[BaseGeometry | None], reach: float) -> list[int]:
    """The lane of each line.

    Parameters
    ----------
    lines
        Each route from its start to its end, lon before lat; None has no line.
    reach
        Degrees within which two lines are one road: two or three pixels of the map.

    Returns
    -------
    list of int
        0, 1, -1, 2, -2, ...: to the right of the line's own direction where positive.

    Examples
    --------
    >>> from shapely.geometry import LineString
    >>> east = LineString([(0, 0), (1, 0), (2, 0)])
    >>> lanes([east, east, east.reverse(), None, LineString([(0, 1), (2, 1)])], 0.01)
    [0, 1, 1, 0, 0]
    """
    tracks = [None if line is None or line.is_empty else _positions(line) for line in lines]
    shared = {
        (a, b): way
        for a in range(len(tracks))
        for b in range(a)
        if (way := _way(tracks[a], tracks[b], reach))
    }
    found: list[int] = []
    for number in range(len(tracks)):
        # What the others take, seen in this line's own direction
        taken = {found[other] * shared[number, other] for other in range(number)
                 if (number, other) in shared}  # fmt: skip
        free = (lane for lane in _order() if lane not in taken)
        found.append(next(free))
    return found


def _order() -> Sequence[int]:
    return [0, *(sign * step for step in range(1, 60) for sign in (1, -1))]


def _positions(line: BaseGeometry) -> NDArray[np.float64]:
    """Positions at equal distances along a line, of shape (SAMPLES, 2), in degrees as on a map."""
    parts = getattr(line, "geoms", [line])
    xy = np.vstack([np.asarray(part.coords, float)[:, :2] for part in parts])
    xy[:, 1] = np.degrees(np.arcsinh(np.tan(np.radians(np.clip(xy[:, 1], -85, 85)))))
    steps = np.hypot(*np.diff(xy, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    if along[-1] == 0:
        return np.repeat(xy[:1], SAMPLES, axis=0)
    wanted = np.linspace(0, along[-1], SAMPLES)
    return np.column_stack([np.interp(wanted, along, axis) for axis in xy.T])


def _way(one: NDArray[np.float64] | None, other: NDArray[np.float64] | None, reach: float) -> int:
    """1 if two lines share a road in the same direction, -1 in opposite ones, 0 if they do not."""
    if one is None or other is None:
        return 0
    # The shorter one is compared with the longer one, between whose positions it may lie
    if _length(one) > _length(other):
        one, other = other, one
    tangents = np.gradient(one, axis=0)
    starts, ways = other[:-1], np.diff(other, axis=0)
    squared = np.maximum((ways**2).sum(axis=1), 1e-18)
    offsets = one[:, None] - starts  # of shape (positions of one, segments of the other, 2)
    share = np.clip((offsets * ways).sum(axis=2) / squared, 0, 1)
    away = np.hypot(*np.moveaxis(offsets - ways * share[..., None], 2, 0))
    nearest = away.argmin(axis=1)
    beside = ways[nearest]
    lengths = np.hypot(*tangents.T) * np.hypot(*beside.T)
    cosines = (tangents * beside).sum(axis=1) / np.where(lengths > 0, lengths, np.inf)
    along = (away.min(axis=1) <= reach) & (np.abs(cosines) > 0.5)
    if along.sum() < LEAST:
        return 0
    return 1 if cosines[along].sum() >= 0 else -1


def _length(line: NDArray[np.float64]) -> float:
    return float(np.hypot(*np.diff(line, axis=0).T).sum())
