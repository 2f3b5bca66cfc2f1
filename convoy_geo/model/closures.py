"""Closures of roads and areas, and control of roads: when, and according to which source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from convoy_geo.dates.interval import Interval, as_interval, read_dates
from convoy_geo.display import shown
from convoy_geo.model.columns import DATE, ID, IDS, YES_NO, Declared, choice, measure

if TYPE_CHECKING:
    from datetime import date

    from shapely.geometry.base import BaseGeometry

__all__ = ["CONTROL_STATUSES", "Closure", "Control"]

CONTROL_STATUSES = ("held", "undetermined")
"""Whether it is known who controlled a stretch."""


@shown
@dataclass(frozen=True)
class Closure:
    """A stretch of road or an area that was closed: when, and according to whom.

    Each field except the geometry has a property in closures.geojson, declared here. The geometry
    is WGS 84, lon before lat. For a closure that names a road or edges it may be null in the file;
    the geometry is then the closed part of the road.
    """

    id: Annotated[str, Declared("Key within its case.", ID, required=True)]
    name: Annotated[str, Declared("What it is called.", required=True)]
    kind: Annotated[
        Literal["cut", "front"],
        Declared(
            "`cut`: impassable. `front`: controlled by a side; a route over it is reported, not "
            "closed.",
            choice(("cut", "front")),
            required=True,
        ),
    ]
    geometry: BaseGeometry
    closed: Annotated[
        Interval, Declared("The first and the last day that it was closed.", DATE, required=True)
    ]
    edges: Annotated[
        tuple[str, ...],
        Declared("Ids of the road edges that it closes; if empty, those that an area meets.", IDS),
    ] = ()
    claims: Annotated[tuple[str, ...], Declared("Ids of the claims that it is based on.", IDS)] = ()
    source: Annotated[str, Declared("Where it is from.")] = ""
    place_from_outside: Annotated[
        bool, Declared("Whether its location is in none of the case's reports.", YES_NO)
    ] = False
    note: Annotated[str, Declared("Anything else.")] = ""
    road: Annotated[
        str,
        Declared(
            "Number or name of the only road that it closes, such as `M4`: at its geometry; "
            "without a geometry between two places or near one, else from end to end."
        ),
    ] = ""
    between: Annotated[
        tuple[str, ...],
        Declared("Ids of the two places that the closed part of the road lies between.", IDS),
    ] = ()
    near: Annotated[str, Declared("Id of the place that the closed part is near.", ID)] = ""
    near_km: Annotated[
        float | None,
        Declared("Distance from that place in kilometres; 2 if empty.", measure(0.01, 100)),
    ] = None

    def __post_init__(self) -> None:
        read_dates(self, "closed")

    def active(self, when: Interval | date | str) -> bool:
        """Whether the closure may have applied on a day."""
        return self.closed.overlaps(as_interval(when, self.closed.zone))


@shown
@dataclass(frozen=True)
class Control:
    """Who controlled a stretch of road, when, according to which source, and who could not pass.

    Each field has a column in controls.csv, which is declared here.
    """

    id: Annotated[str, Declared("Key within its case.", ID, name="control", required=True)]
    name: Annotated[str, Declared("What the stretch is called.", required=True)]
    holder: Annotated[
        str,
        Declared(
            "Who controlled it; with the status `undetermined`, who is mentioned.",
            ID,
            required=True,
        ),
    ]
    status: Annotated[
        Literal["held", "undetermined"],
        Declared(
            "`held`: according to a source. `undetermined`: contested, or not stated; such a "
            "stretch stays open to everyone, and a route over it is reported.",
            choice(CONTROL_STATUSES),
            required=True,
        ),
    ]
    held: Annotated[
        Interval,
        Declared("The first and the last day confirmed by a source.", DATE, required=True),
    ]
    edges: Annotated[tuple[str, ...], Declared("Ids of the road edges.", IDS, required=True)]
    closed_to: Annotated[
        tuple[str, ...],
        Declared(
            "Who could not pass, such as `convoy`; empty if no one is known to have been kept out.",
            IDS,
        ),
    ] = ()
    claims: Annotated[tuple[str, ...], Declared("Ids of the claims that it is based on.", IDS)] = ()
    source: Annotated[str, Declared("Where it is from.")] = ""
    from_outside: Annotated[
        bool, Declared("Whether it is in none of the case's reports.", YES_NO, required=True)
    ] = False
    note: Annotated[str, Declared("Anything else.")] = ""

    def __post_init__(self) -> None:
        read_dates(self, "held")

    def active(self, when: Interval | date | str) -> bool:
        """Whether it may have applied on a day."""
        return self.held.overlaps(as_interval(when, self.held.zone))
