"""Where the names stand on a still picture: beside their dots, never over another one.

A greedy search in a fixed order: the most important name first, each at the first of a fixed list
of spots around its dot that is free, of lines too if there is one. What finds none is left out,
unless it must stand: then it stands further off, with a line to its dot.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Box", "LabelPosition", "find_spot"]

NEAR, FAR = (1.0, 1.6), (3.0, 4.5, 6.5, 9.0)
"""Distances from the dot, in multiples of the first."""
SIDES = ((1, 0), (1, 1), (1, -1), (-1, 0), (-1, 1), (-1, -1), (0, 1), (0, -1))
"""Right first, as in an atlas, then by how easily an eye finds the dot."""


class Box(NamedTuple):
    """A rectangle in pixels of the picture."""

    left: float
    bottom: float
    right: float
    top: float

    def meets(self, other: Box) -> bool:
        """Whether the two share any area."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.bottom < other.top
            and other.bottom < self.top
        )

    def inside(self, other: Box) -> bool:
        """Whether it lies within another one."""
        return (
            self.left >= other.left
            and self.right <= other.right
            and self.bottom >= other.bottom
            and self.top <= other.top
        )


class LabelPosition(NamedTuple):
    """Where a name stands, and whether it is so far off that it takes a line to its dot."""

    box: Box
    leader: bool


def find_spot(
    x: float,
    y: float,
    size: tuple[float, float],
    *,
    gap: float,
    taken: Iterable[Box],
    frame: Box,
    must: bool,
    lines: Iterable[Box] = (),
) -> LabelPosition | None:
    """A free spot for a name beside a dot.

    Parameters
    ----------
    x, y
        The dot, in pixels.
    size
        Width and height of the name.
    gap
        From the dot's middle to the nearest spot, in pixels.
    taken
        What must not be covered: dots, and the names that stand already.
    frame
        The map.
    must
        Whether the name has to stand, if need be far off.
    lines
        What had better not be covered.

    Examples
    --------
    >>> frame = Box(0, 0, 100, 100)
    >>> find_spot(50, 50, (20, 10), gap=5, taken=[], frame=frame, must=False).box
    Box(left=55.0, bottom=45.0, right=75.0, top=55.0)
    >>> find_spot(50, 50, (90, 10), gap=5, taken=[], frame=frame, must=False).box.bottom
    55.0
    """
    busy = list(taken)
    free = [
        LabelPosition(box, leader)
        for box, leader in _spots(x, y, size, gap, must=must)
        if box.inside(frame) and not any(box.meets(other) for other in busy)
    ]
    near = [spot for spot in free if not spot.leader]
    over = list(lines)
    clear = (spot for spot in near if not any(spot.box.meets(line) for line in over))
    return next(clear, None) or next(iter(near or free), None)


def _spots(
    x: float, y: float, size: tuple[float, float], gap: float, *, must: bool
) -> Iterator[tuple[Box, bool]]:
    width, height = size
    for reach in (*NEAR, *(FAR if must else ())):
        for right, up in SIDES:
            off = gap * reach * (0.75 if right and up else 1.0)
            left = x + off if right > 0 else x - off - width if right < 0 else x - width / 2
            bottom = y + off if up > 0 else y - off - height if up < 0 else y - height / 2
            yield Box(left, bottom, left + width, bottom + height), reach in FAR
