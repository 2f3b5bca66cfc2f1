"""Stretches and areas that could not be passed, and who held which road: when, by which source."""

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
"""Whether it is known who held a stretch."""


@shown
@dataclass(frozen=True)
class Closure:
    """A stretch or an area that could not be passed, when, and on whose word.

    Each field but the geometry has a property in closures.geojson, which is declared here. The
    geometry is WGS 84, lon before lat; of a closure that names a road or edges it may be null in
    the file, and is the closed part of the road then.
    """

    id: Annotated[str, Declared("Key within its case.", ID, required=True)]
    name: Annotated[str, Declared("What it is called.", required=True)]
    kind: Annotated[
        Literal["cut", "front"],
        Declared(
            "`cut`: nobody could pass. `front`: held by a side; a route over it is reported, not "
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
        bool, Declared("Whether its place is in none of the case's reports.", YES_NO)
    ] = False
    note: Annotated[str, Declared("Anything else.")] = ""
    road: Annotated[
        str,
        Declared(
            "Number or name of the only road that it closes, such as `M4`: where its geometry is; "
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
        Declared("How near: kilometres from the place; 2 if it is empty.", measure(0.01, 100)),
    ] = None

    def __post_init__(self) -> None:
        read_dates(self, "closed")

    def active(self, when: Interval | date | str) -> bool:
        """Whether it was closed on a day."""
        return self.closed.overlaps(as_interval(when, self.closed.zone))


@shown
@dataclass(frozen=True)
class Control:
    """Who controlled a stretch of road, when, by which source, and who could not pass for it.

    Each field has a column in controls.csv, which is declared here.
    """

    id: Annotated[str, Declared("Key within its case.", ID, name="control", required=True)]
    name: Annotated[str, Declared("What the stretch is called.", required=True)]
    holder: Annotated[
        str,
        Declared(
            "Who controlled it; with the status `undetermined`, who is named.", ID, required=True
        ),
    ]
    status: Annotated[
        Literal["held", "undetermined"],
        Declared(
            "`held`: a source says so. `undetermined`: contested, or sources do not say; such a "
            "stretch stays open for everybody, and a route over it is reported.",
            choice(CONTROL_STATUSES),
            required=True,
        ),
    ]
    held: Annotated[
        Interval,
        Declared("The first and the last day that a source vouches for.", DATE, required=True),
    ]
    edges: Annotated[tuple[str, ...], Declared("Ids of the road edges.", IDS, required=True)]
    closed_to: Annotated[
        tuple[str, ...],
        Declared(
            "Who could not pass, such as `convoy`; empty where nobody is known to have been kept "
            "out.",
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
        """Whether it held on a day."""
        return self.held.overlaps(as_interval(when, self.held.zone))
