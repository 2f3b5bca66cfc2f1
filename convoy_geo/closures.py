"""Stretches and areas that could not be passed: when, and on whose word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from convoy_geo import dates

if TYPE_CHECKING:
    from datetime import date

    from shapely.geometry.base import BaseGeometry

__all__ = ["Closure"]


@dataclass(frozen=True)
class Closure:
    """A stretch or an area that could not be passed, when, and on whose word.

    Parameters
    ----------
    id, name
        Key within its case, and what it is called.
    kind
        ``cut``: nobody could pass. ``front``: held by a side; a way over it is reported, not
        closed.
    geometry
        The stretch or the area, WGS 84, lon before lat.
    closed
        EDTF interval: the first and the last day, such as ``2017-08-30/..``.
    edges
        Ids of the edges that it closes. If empty, those that an area meets.
    claims
        Ids of the claims that it rests on.
    source
        Where it is from.
    place_from_outside
        True if its place is in none of the case's reports.
    note
        Anything else.
    """

    id: str
    name: str
    kind: Literal["cut", "front"]
    geometry: BaseGeometry
    closed: str
    edges: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    source: str = ""
    place_from_outside: bool = False
    note: str = ""

    def active(self, on: date | str) -> bool:
        """Whether it was closed on a day."""
        return dates.contains(self.closed, on)
