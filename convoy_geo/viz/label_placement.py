"""Place names on a drawn map: beside their dots, never over a dot, a line or another name.

A greedy search in a fixed order: the most important name first, each at the first free position of
a fixed list. If none near the dot is free, the name may be placed further away, with a line to the
dot; otherwise it is left out. Dots and lines are stored in a spatial index.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

__all__ = ["Box", "LabelPlacer", "LabelPosition", "around", "on_line"]

NEAR, FAR = (1.0, 1.6), (3.0, 4.5, 6.5, 9.0)
"""Distances from the dot, in multiples of the first."""
SIDES = ((1, 0), (1, -1), (1, 1), (-1, 0), (-1, -1), (-1, 1), (0, -1), (0, 1))
"""Right first, as in an atlas, then by how easily an eye finds the dot; y grows downwards."""
ALONG = (0.5, 0.4, 0.6, 0.3, 0.7, 0.22, 0.78)
"""Where along a line its name is tried, in parts of its length."""


class Box(NamedTuple):
    """A rectangle in pixels; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether the two share any area."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def inside(self, other: Box) -> bool:
        """Whether it lies within another one."""
        return (
            self.left >= other.left
            and self.right <= other.right
            and self.top >= other.top
            and self.bottom <= other.bottom
        )


class LabelPosition(NamedTuple):
    """Where a name stands, and the ends of the line to its dot if it is far off."""

    box: Box
    leader: tuple[tuple[float, float], tuple[float, float]] | None = None


def around(
    x: float, y: float, size: tuple[float, float], gap: float, *, far: bool = False
) -> list[tuple[Box, bool]]:
    """Positions of a name around its dot, the best first, and whether each needs a leader line.

    Parameters
    ----------
    x, y
        The dot, in pixels.
    size
        Width and height of the name.
    gap
        From the dot's middle to the nearest position.
    far
        Whether it may stand far off.

    Examples
    --------
    >>> around(50, 50, (20, 10), 5)[0]
    (Box(left=55.0, top=45.0, right=75.0, bottom=55.0), False)
    """
    width, height = size
    found = []
    for reach in (*NEAR, *(FAR if far else ())):
        for right, down in SIDES:
            off = gap * reach * (0.75 if right and down else 1.0)
            left = x + off if right > 0 else x - off - width if right < 0 else x - width / 2
            top = y + off if down > 0 else y - off - height if down < 0 else y - height / 2
            found.append((Box(left, top, left + width, top + height), reach in FAR))
    return found


def on_line(line: shapely.LineString, size: tuple[float, float], gap: float) -> list[Box]:
    """Positions of a name beside a line, from its middle outwards.

    Parameters
    ----------
    line
        In pixels.
    size
        Width and height of the name.
    gap
        Between the line and the name.
    """
    width, height = size
    found = []
    for part in ALONG:
        point = line.interpolate(part, normalized=True)
        for right, down in ((0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1), (1, 0), (-1, 0)):
            for reach in (1.0, 2.2):
                off = gap * reach
                left = point.x + right * off - (width / 2, 0, width)[right]
                top = point.y + down * off - (height / 2, 0, height)[down]
                found.append(Box(left, top, left + width, top + height))
    return found


class LabelPlacer:
    """Finds free positions for names and keeps track of occupied areas.

    Parameters
    ----------
    frame
        The map; no name extends beyond it.
    dots
        Boxes that may not be covered.
    lines
        Lines that may not be covered, in pixels.
    clear
        Minimum distance between a name and the centre of a line.
    """

    def __init__(
        self,
        frame: Box,
        dots: Iterable[Box] = (),
        lines: Iterable[Floats] = (),
        clear: float = 3.0,
    ) -> None:
        self.frame = frame
        self.clear = clear
        fixed = np.array([*dots], float).reshape(-1, 4)
        self.dots = shapely.STRtree(shapely.box(*fixed.T)) if len(fixed) else None
        pairs = [np.stack([line[:-1], line[1:]], axis=1) for line in lines if len(line) > 1]
        self.lines = shapely.STRtree(shapely.linestrings(np.concatenate(pairs))) if pairs else None
        self.taken: Floats = np.empty((0, 4))

    def reserve(self, box: Box) -> None:
        """Mark a box as occupied."""
        self.taken = np.vstack([self.taken, box])

    def is_free(self, box: Box) -> bool:
        """Whether a box covers nothing."""
        return bool(self._free(np.array([box], float))[0])

    def lines_in(self, box: Box) -> int:
        """How many pieces of lines go through a box."""
        if self.lines is None:
            return 0
        return len(self.lines.query(shapely.box(*box), predicate="intersects"))

    def place(self, boxes: Sequence[Box]) -> Box | None:
        """Take the first of some boxes that is free."""
        free = self._free(np.array(boxes, float).reshape(-1, 4))
        if not free.any():
            return None
        found = boxes[int(np.argmax(free))]
        self.reserve(found)
        return found

    def place_near(
        self, x: float, y: float, size: tuple[float, float], *, gap: float, far: bool = False
    ) -> LabelPosition | None:
        """Place a name at the first free position around its dot.

        Parameters
        ----------
        x, y, size, gap, far
            As for `around`.

        Examples
        --------
        >>> placer = LabelPlacer(Box(0, 0, 100, 100))
        >>> placer.place_near(50, 50, (20, 10), gap=5).box.left
        55.0
        >>> placer.place_near(50, 50, (20, 10), gap=5).box.left
        25.0
        """
        positions = around(x, y, size, gap, far=far)
        free = self._free(np.array([box for box, _ in positions], float))
        for number in np.flatnonzero(free).tolist():
            box, leader = positions[number]
            ends = ((x, y), _nearest(box, x, y)) if leader else None
            if ends is None or self._crosses_none(ends):
                self.reserve(box)
                return LabelPosition(box, ends)
        return None

    def _crosses_none(self, ends: Sequence[tuple[float, float]]) -> bool:
        """Whether a line to a dot goes over no name and over no other dot."""
        leader, dot = shapely.linestrings(ends), shapely.Point(ends[0])
        if shapely.intersects(shapely.box(*self.taken.T), leader).any():
            return False
        if self.dots is None:
            return True
        met = self.dots.geometries[self.dots.query(leader, predicate="intersects")]
        return bool(shapely.intersects(met, dot).all())

    def _free(self, boxes: Floats) -> Flags:
        left, top, right, bottom = boxes.T
        frame = self.frame
        free: Flags = (
            (left >= frame.left) & (top >= frame.top)
            & (right <= frame.right) & (bottom <= frame.bottom)
        )  # fmt: skip
        if len(self.taken):
            meets = (
                (left[:, None] < self.taken[:, 2]) & (self.taken[:, 0] < right[:, None])
                & (top[:, None] < self.taken[:, 3]) & (self.taken[:, 1] < bottom[:, None])
            )  # fmt: skip
            free &= ~meets.any(axis=1)
        for tree, margin in ((self.dots, 0.0), (self.lines, self.clear)):
            left_over = np.flatnonzero(free)
            if tree is None or not len(left_over):
                continue
            grown = boxes[left_over] + (-margin, -margin, margin, margin)
            hit = tree.query(shapely.box(*grown.T), predicate="intersects")[0]
            free[left_over[np.unique(hit)]] = False
        return free


def _nearest(box: Box, x: float, y: float) -> tuple[float, float]:
    return min(max(x, box.left), box.right), min(max(y, box.top), box.bottom)
