"""Places that cannot both hold a thing at one time, and places of which one lies in the other.

Only what has an outline, or a point with a radius, can be shown to be apart. What is unmapped (a
country's representative point, a control zone) never is by its position; control zones that shut
each other out are named as such by the case.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from shapely.geometry import Point
from shapely.ops import nearest_points

from convoy_geo.geodesy import disc, distance_km

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from convoy_geo.model.places import Place

__all__ = ["Atlas", "company"]


class Atlas:
    """The places of a case, asked in pairs.

    Parameters
    ----------
    places
        The places by id.
    outlines
        Areas by place id, EPSG:4326.
    apart
        Ids of places, such as control zones, that shut each other out.

    Examples
    --------
    >>> from convoy_geo.model.places import Place
    >>> atlas = Atlas({"a": Place("a", "A", 38.0, 34.0, 5), "b": Place("b", "B", 39.0, 34.0, 5)})
    >>> round(atlas.gap_km("a", "b"))
    82
    """

    def __init__(
        self,
        places: Mapping[str, Place],
        outlines: Mapping[str, BaseGeometry] | None = None,
        apart: Iterable[str] = (),
    ) -> None:
        self.places = places
        self.outlines = dict(outlines or {})
        self.apart = frozenset(apart)
        self._shape = lru_cache(maxsize=None)(self._outline)
        self.gap_km = lru_cache(maxsize=None)(self._gap_km)
        self.holds = lru_cache(maxsize=None)(self._holds)

    def name(self, place: str) -> str:
        """The place's name, or its id where it is not known."""
        return self.places[place].name if place in self.places else place

    def _outline(self, place: str) -> BaseGeometry | None:
        if place in self.outlines:
            return self.outlines[place]
        known = self.places.get(place)
        if known is None or known.lon is None or known.lat is None:
            return None
        if not known.radius_km:
            return Point(known.lon, known.lat)
        return disc(known.lon, known.lat, known.radius_km)

    def _mapped(self, place: str) -> bool:
        known = self.places.get(place)
        return known is not None and (known.shape != "unmapped" or place in self.outlines)

    def _gap_km(self, one: str, other: str) -> float:
        """The shortest way between two places in km; 0 where they meet or may meet.

        Infinite for two that the case names as shutting each other out.
        """
        if one == other:
            return 0.0
        if one in self.apart and other in self.apart:
            return float("inf")
        mine, yours = self._shape(one), self._shape(other)
        if mine is None or yours is None or not (self._mapped(one) and self._mapped(other)):
            return 0.0
        if mine.intersects(yours):
            return 0.0
        near, far = nearest_points(mine, yours)
        return distance_km(near.x, near.y, far.x, far.y)

    def _holds(self, outer: str, inner: str) -> bool:
        """Whether one place lies in another by its middle, and is the smaller one.

        The rough extent of what is unmapped tells that only of points, such as towns.
        """
        mine, yours = self._shape(outer), self._shape(inner)
        if outer == inner or mine is None or yours is None or mine.area <= yours.area:
            return False
        known = self.places[inner]
        if not self._mapped(outer) and known.shape != "point":
            return False
        return bool(mine.covers(Point(known.lon, known.lat)))

    def cannot_both(self, role: str, one: Sequence[str], other: Sequence[str]) -> bool:
        """Whether two lists of places in the same role cannot both be right.

        A thing is *at* all places of its list, as a town in a province, so that one pair that is
        apart is enough. It goes *to* one or another, so that all pairs must be.
        """
        pairs = [self.gap_km(*sorted((a, b))) > 0 for a in one for b in other]
        return any(pairs) if role == "at" else bool(pairs) and all(pairs)

    def coarser(self, one: Sequence[str], other: Sequence[str]) -> bool:
        """Whether two lists share no place, but one names a place within one of the other's."""
        return not set(one) & set(other) and any(
            self.holds(a, b) or self.holds(b, a) for a in one for b in other
        )

    def gap_words(self, one: Sequence[str], other: Sequence[str]) -> str:
        """The widest gap between two lists of places in words, or which lies in which."""
        gap, a, b = max((self.gap_km(*sorted((a, b))), a, b) for a in one for b in other)
        if gap == float("inf"):
            return f"{self.name(a)} and {self.name(b)} shut each other out"
        if gap:
            return f"{self.name(a)} and {self.name(b)} are {gap:.0f} km apart at the least"
        for a, b in ((a, b) for a in one for b in other):
            if self.holds(a, b) or self.holds(b, a):
                inner, outer = (b, a) if self.holds(a, b) else (a, b)
                return f"{self.name(inner)} lies in {self.name(outer)}"
        return f"{self.name(a)} and {self.name(b)}"


def company(
    group: NDArray[np.int64],
    first: NDArray[np.int64],
    last: NDArray[np.int64],
    against: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Which rows meet, on one of their days, a row of a group that theirs is against.

    Parameters
    ----------
    group
        A whole number from 0 up for each row.
    first, last
        Closed intervals of days.
    against
        Square and symmetric: which groups are against which.

    Returns
    -------
    ndarray of bool

    Notes
    -----
    For each group the days on which it has a row in force, for each group the days on which one
    that it is against has; then each row counts such days among its own by prefix sums. Groups are
    lists of places, so their number is bounded by the gazetteer, not by the rows.
    """
    if not group.size or not against.any():
        return np.zeros(len(group), dtype=bool)
    points = np.unique(np.concatenate([first, last]))
    left, right = np.searchsorted(points, first), np.searchsorted(points, last)
    steps = np.zeros((len(against), len(points) + 1), dtype=np.int32)
    np.add.at(steps, (group, left), 1)
    np.add.at(steps, (group, right + 1), -1)
    in_force = (steps.cumsum(axis=1)[:, :-1] > 0).astype(np.float32)
    met = (against.astype(np.float32) @ in_force) > 0
    before = np.zeros((len(against), len(points) + 1), dtype=np.int64)
    before[:, 1:] = met.cumsum(axis=1)
    return np.asarray(before[group, right + 1] > before[group, left])
