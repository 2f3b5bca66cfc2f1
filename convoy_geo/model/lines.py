"""Lines and areas that a case draws as they are given, such as a track or a front."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from convoy_geo.dates.interval import UNDATED, Interval, read_dates
from convoy_geo.display import shown

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["GivenShape"]


@shown
@dataclass(frozen=True)
class GivenShape:
    """A line or an area that somebody drew, and what is known of it.

    Parameters
    ----------
    id, name
        Its key within the case, and the name to show.
    geometry
        Lines or polygons, WGS 84, lon before lat.
    when
        When it was so; may be undated.
    source, note
        Where it is from, and what else is known of it.
    """

    id: str
    name: str
    geometry: BaseGeometry
    when: Interval = UNDATED
    source: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        read_dates(self, "when")
