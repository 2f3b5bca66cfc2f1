"""The content of a case's folder, as records."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

    from convoy_geo.errors import Fault
    from convoy_geo.model.basemap import OwnBasemap
    from convoy_geo.model.case_info import CaseInfo
    from convoy_geo.model.claims import Claim, Report, ReportedRoute
    from convoy_geo.model.closures import Closure, Control
    from convoy_geo.model.lines import GivenShape
    from convoy_geo.model.places import Place
    from convoy_geo.model.story import Chapter
    from convoy_geo.network.network import RoadNetwork

__all__ = ["AREAS_FILE", "CLOSURES_FILE", "LINES_FILE", "CaseFiles"]

CLOSURES_FILE = "closures.geojson"
AREAS_FILE = "areas.geojson"
LINES_FILE = "lines.geojson"


@dataclass(frozen=True)
class CaseFiles:
    """All content of a case's folder, as records; `remarks` lists assumptions and corrections."""

    folder: Path
    info: CaseInfo
    reports: tuple[Report, ...]
    places: tuple[Place, ...]
    claims: tuple[Claim, ...]
    routes: tuple[ReportedRoute, ...]
    closures: tuple[Closure, ...]
    areas: Mapping[str, BaseGeometry]
    network: RoadNetwork | None
    controls: tuple[Control, ...] = ()
    lines: tuple[GivenShape, ...] = ()
    remarks: tuple[Fault, ...] = ()
    zones: Mapping[str, BaseGeometry] = field(default_factory=dict)
    """Outlines, drawn by the case's editor, of places without one: rough, and labelled as such."""
    chapters: tuple[Chapter, ...] = ()
    basemap: OwnBasemap | None = None
