"""All that a case's map and page show, gathered in one place."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from convoy_geo.display import shown
from convoy_geo.lang import DEFAULT
from convoy_geo.routing.road_control import held_messages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    from shapely.geometry.base import BaseGeometry

    from convoy_geo.analysis.distances import DistanceReport
    from convoy_geo.lang import Message
    from convoy_geo.model.basemap import OwnBasemap
    from convoy_geo.model.case_info import CaseInfo
    from convoy_geo.model.claims import Claim, Report
    from convoy_geo.model.closures import Closure, Control
    from convoy_geo.model.lines import GivenShape
    from convoy_geo.model.places import Place
    from convoy_geo.model.story import Chapter
    from convoy_geo.network.network import RoadNetwork
    from convoy_geo.routing.reported_routes import Alternatives, Track

__all__ = ["Contents"]


@shown
@dataclass(frozen=True)
class Contents:
    """What a case holds and what follows from it.

    Parameters
    ----------
    info
        Title, span, sides, states and view.
    reports, claims, places, areas
        By id; areas are the outlines of places that are areas.
    tracks
        Reported routes as they can be drawn.
    alternatives
        Computed routes, in groups.
    closures, network
        What could not be passed, and the roads; None without roads.
    distances
        Distances that are checked against the reported ones.
    relations
        Places that claims tell in relation to others; see
        `convoy_geo.model.relative_places.relative_places_frame`.
    controls
        Who held which road.
    lines
        Lines and areas that are drawn as they are given.
    zones
        Outlines of places without one that whoever keeps the case drew.
    chapters
        The steps in which the page tells the story.
    basemap
        Water, coast and so on of the case's own, over the basemap of the world.
    lang
        Language that the places are named in; see `convoy_geo.viz.reader_names.with_names`.
    """

    info: CaseInfo
    reports: Mapping[str, Report]
    claims: Mapping[str, Claim]
    places: Mapping[str, Place]
    areas: Mapping[str, BaseGeometry]
    tracks: Sequence[Track]
    alternatives: Sequence[Alternatives]
    closures: Sequence[Closure]
    network: RoadNetwork | None
    distances: Sequence[DistanceReport]
    relations: gpd.GeoDataFrame
    controls: Sequence[Control] = ()
    lines: Sequence[GivenShape] = ()
    zones: Mapping[str, BaseGeometry] = field(default_factory=dict)
    chapters: Sequence[Chapter] = ()
    basemap: OwnBasemap | None = None
    lang: str = DEFAULT

    @cached_property
    def held(self) -> dict[tuple[int, int], list[Message]]:
        """Who controlled the roads of computed routes on their day, by group number and rank."""
        network = self.network
        if network is None:
            return {}
        return {
            (number, route.rank): held_messages(
                network, route, self.controls, when=group.day or None
            )
            for number, group in enumerate(self.alternatives)
            for route in group.routes
        }
