"""Lines of a picture in pixels: thinned, moved beside another one, with an arrowhead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from convoy_geo.viz.label_placement import Box

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "along", "arrowhead", "grid", "label_spots", "length_of", "moved", "path_of", "position_at",
    "shortened", "thinned",
]  # fmt: skip

HEAD = 10.0
"""Length of an arrowhead in pixels."""


def thinned(xy: Floats, least: float) -> Floats:
    """A line without invisible detail."""
    if len(xy) < 3:
        return xy
    line = shapely.simplify(shapely.linestrings(xy), least, preserve_topology=False)
    thin: Floats = np.asarray(line.coords)
    return thin if len(thin) > 1 else xy


def path_of(xy: Floats, *, closed: bool = False, digits: int = 1) -> str:
    """A line as the ``d`` of a path."""
    points = [f"{x:.{digits}f} {y:.{digits}f}" for x, y in xy.tolist()]
    if closed and len(points) > 1 and points[0] == points[-1]:
        points.pop()
    return f"M{'L'.join(points)}{'z' if closed else ''}"


def moved(xy: Floats, right: float) -> Floats:
    """A line beside another one, to its right."""
    if not right or len(xy) < 2:
        return xy
    steps = np.diff(xy, axis=0)
    steps = steps / np.maximum(np.hypot(*steps.T), 1e-9)[:, None]
    normals = np.column_stack([-steps[:, 1], steps[:, 0]])
    both = np.vstack([normals[:1], normals]) + np.vstack([normals, normals[-1:]])
    size = np.maximum(0.8, (both**2).sum(axis=1, keepdims=True) / 2)
    moved: Floats = xy + both / size * right
    return moved


def length_of(xy: Floats) -> float:
    """Length of a line in pixels."""
    return float(np.hypot(*np.diff(xy, axis=0).T).sum())


def position_at(xy: Floats, away: float) -> tuple[float, float]:
    """The position so many pixels along a line."""
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))])
    return float(np.interp(away, along, xy[:, 0])), float(np.interp(away, along, xy[:, 1]))


def shortened(xy: Floats, by: float) -> Floats:
    """A line without its last pixels."""
    keep = length_of(xy) - by
    if keep <= 0:
        return xy
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))])
    short: Floats = np.vstack([xy[along < keep], position_at(xy, keep)])
    return short


def arrowhead(xy: Floats) -> str:
    """A triangle at the end of a line, as the ``d`` of a path."""
    (x, y), (bx, by) = xy[-1].tolist(), position_at(xy, max(0.0, length_of(xy) - HEAD))
    far = float(np.hypot(x - bx, y - by)) or 1.0
    east, south = (x - bx) / far, (y - by) / far
    left = (x - east * HEAD - south * HEAD / 2, y - south * HEAD + east * HEAD / 2)
    right = (x - east * HEAD + south * HEAD / 2, y - south * HEAD - east * HEAD / 2)
    return f"M{x:.1f} {y:.1f}L{left[0]:.1f} {left[1]:.1f}L{right[0]:.1f} {right[1]:.1f}z"


def label_spots(xy: Floats) -> list[tuple[float, float]]:
    """Positions along a line where its label may stand, the best first."""
    long = length_of(xy)
    return [position_at(xy, long * share) for share in (0.5, 0.36, 0.64, 0.22, 0.78, 0.1, 0.9)]


def along(xy: Floats, every: float) -> list[tuple[float, float]]:
    """Positions along a line, so many pixels apart."""
    return [position_at(xy, away) for away in np.arange(every / 2, length_of(xy), every).tolist()]


def grid(width: float, height: float, wide: float, tall: float) -> list[Box]:
    """Boxes of one size all over a picture."""
    return [
        Box(x, y, x + wide, y + tall)
        for y in np.linspace(6, max(6.0, height - tall - 6), 9).tolist()
        for x in np.linspace(6, max(6.0, width - wide - 6), 9).tolist()
    ]
