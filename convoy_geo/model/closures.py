"""Stretches and areas that could not be passed, and who held which road: when, on whose word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from convoy_geo.dates.interval import Interval, as_interval, read_dates

if TYPE_CHECKING:
    from datetime import date

    from shapely.geometry.base import BaseGeometry

__all__ = ["CONTROL_STATUSES", "Closure", "Control"]

CONTROL_STATUSES = ("held", "undetermined")
"""Whether it is known who held a stretch."""


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
    closed: Interval
    edges: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    source: str = ""
    place_from_outside: bool = False
    note: str = ""

    def __post_init__(self) -> None:
        read_dates(self, "closed")

    def active(self, when: Interval | date | str) -> bool:
        """Whether it was closed on a day."""
        return self.closed.overlaps(as_interval(when, self.closed.zone))


@dataclass(frozen=True)
class Control:
    """Who held a stretch of road, when, on whose word, and who could not pass for it.

    Parameters
    ----------
    id, name
        Key within its case, and what the stretch is called.
    holder
        Who held it, as far as anybody is named; with the status ``undetermined``, who is spoken of.
    status
        ``held``: a source says so. ``undetermined``: contested, or sources do not tell; such a
        stretch stays open for everybody, and a way over it is reported.
    held
        EDTF interval: the first and the last day that a source vouches for.
    edges
        Ids of the edges.
    closed_to
        Who could not pass, such as ``convoy``; empty where nobody is known to have been kept out.
    claims
        Ids of the claims that it rests on.
    source
        Where it is from.
    from_outside
        True if it is in none of the case's reports.
    note
        Anything else.
    """

    id: str
    name: str
    holder: str
    status: Literal["held", "undetermined"]
    held: Interval
    edges: tuple[str, ...]
    closed_to: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    source: str = ""
    from_outside: bool = False
    note: str = ""

    def __post_init__(self) -> None:
        read_dates(self, "held")

    def active(self, when: Interval | date | str) -> bool:
        """Whether it held on a day."""
        return self.held.overlaps(as_interval(when, self.held.zone))
