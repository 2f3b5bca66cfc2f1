"""The parts of a road network: terms for edges and nodes, segments, road factor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from convoy_geo.errors import RoadDataError

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.integer[Any]]
    Floats = NDArray[np.float64]

__all__ = [
    "CONFIDENCES",
    "CRS",
    "END_TOLERANCE_KM",
    "KMH",
    "ONEWAY",
    "ON_THE_WAY",
    "SURFACES",
    "RoadFactor",
    "Segments",
    "oneway_numbers",
    "refuse",
]

CRS = "EPSG:4326"
SURFACES = ("paved", "paved_degraded", "unpaved")
CONFIDENCES = ("low", "unrated", "medium", "high")
"""Confidence in an edge's path geometry and attributes, from lowest to highest."""
ONEWAY = {
    "": 0, "no": 0, "0": 0, "0.0": 0, "yes": 1, "1": 1, "1.0": 1, "-1": -1, "-1.0": -1,
}  # fmt: skip
"""Values of the column `oneway`, as in OpenStreetMap: along the drawn line, or against it."""
ON_THE_WAY = ("town", "village", "site")
"""Kinds of nodes that a route description mentions."""
KMH = ("kmh_low", "kmh", "kmh_high")
END_TOLERANCE_KM = 0.05
"""Maximum distance between the end of a drawn line and its node."""


@dataclass(frozen=True)
class RoadFactor:
    """Ratio of a road's true length to that of its drawn line: low, typical, high."""

    low: float = 1.0
    typical: float = 1.0
    high: float = 1.0


@dataclass(frozen=True, eq=False)
class Segments:
    """The pieces into which edges are split, in the order of the edges.

    Parameters
    ----------
    tail, head
        Index of the node at either end.
    edge
        Index of its edge.
    first, last
        Index of its first and its last point in the network's `coords`.
    km
        Geodesic length of the drawn line.
    """

    tail: Ints
    head: Ints
    edge: Ints
    first: Ints
    last: Ints
    km: Floats


def oneway_numbers(given: Any, of: str) -> Any:
    """Convert a column `oneway` to 0 both directions, 1 along the drawn line, -1 against it.

    Parameters
    ----------
    given
        A Series of yes, -1, no, booleans or the numbers themselves; missing values count as no.
    of
        Name of the frame, for the error.

    Raises
    ------
    RoadDataError
        If a value is none of these.
    """
    known = {True: 1, False: 0}
    usual = given.astype(object).where(given.notna(), "")
    numbers = []
    for value in usual.tolist():
        number = known.get(value) if isinstance(value, bool) else None
        number = ONEWAY.get(str(value).strip().lower()) if number is None else number
        if number is None:
            msg = f"column `oneway` of `{of}` must be yes, -1 or no, not {str(value)!r}"
            raise RoadDataError(msg)
        numbers.append(number)
    return type(given)(numbers, index=given.index, dtype="int8")


def refuse(problem: str, found: Iterable[Any]) -> None:
    """Raise `RoadDataError` with the first few offending items, if there are any."""
    wrong = sorted({str(one) for one in found})
    if wrong:
        more = f" and {len(wrong) - 5} more" if len(wrong) > 5 else ""
        msg = f"{problem} {', '.join(map(repr, wrong[:5]))}{more}"
        raise RoadDataError(msg)
