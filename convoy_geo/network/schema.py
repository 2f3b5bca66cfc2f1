"""What a road network is made of: the words for its edges and nodes, its segments, its factor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.integer[Any]]
    Floats = NDArray[np.float64]

__all__ = [
    "CLASSES",
    "CONFIDENCES",
    "CRS",
    "END_TOLERANCE_KM",
    "KMH",
    "ONEWAY",
    "ON_THE_WAY",
    "SURFACES",
    "RoadFactor",
    "Segments",
]

CRS = "EPSG:4326"
CLASSES = (
    "motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link",
    "secondary", "secondary_link", "tertiary", "tertiary_link", "unclassified", "residential",
    "living_street", "service", "road", "track",
)  # fmt: skip
"""Road classes that can be driven, as OpenStreetMap names them."""
SURFACES = ("paved", "paved_degraded", "unpaved")
CONFIDENCES = ("low", "unrated", "medium", "high")
"""How sure the course and the attributes of an edge are, from the least."""
ONEWAY = {"": 0, "no": 0, "yes": 1, "-1": -1}
"""Values of the column `oneway`, as OpenStreetMap writes them: along the drawn line, or against."""
ON_THE_WAY = ("town", "village", "site")
"""Kinds of nodes that a way is said to go by."""
KMH = ("kmh_low", "kmh", "kmh_high")
END_TOLERANCE_KM = 0.05
"""How far the end of a drawn line may lie from its node."""


@dataclass(frozen=True)
class RoadFactor:
    """What a road measures as a multiple of the line it is drawn with: low, typical, high."""

    low: float = 1.0
    typical: float = 1.0
    high: float = 1.0


@dataclass(frozen=True, eq=False)
class Segments:
    """The pieces that edges are cut into, in the order of the edges.

    Parameters
    ----------
    tail, head
        Position of the node at either end.
    edge
        Position of the edge that it is a piece of.
    first, last
        Position of its first and its last point in the network's `coords`.
    km
        Geodesic length of the drawn line.
    """

    tail: Ints
    head: Ints
    edge: Ints
    first: Ints
    last: Ints
    km: Floats
