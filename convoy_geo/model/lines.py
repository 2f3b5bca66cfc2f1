"""Lines and areas that a case draws exactly as given, such as a track or a front line."""

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
    """A line or an area supplied by the user, with its attributes.

    Parameters
    ----------
    id, name
        Key within the case, and display name.
    geometry
        Lines or polygons, WGS 84, lon before lat.
    when
        Date to which it applies; may be undated.
    source, note
        Origin of the data, and other remarks.
    """

    id: str
    name: str
    geometry: BaseGeometry
    when: Interval = UNDATED
    source: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        read_dates(self, "when")
