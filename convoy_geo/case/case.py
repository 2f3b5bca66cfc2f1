"""The `Case` facade over a case's data and analyses."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from convoy_geo.analysis.distances import compare_distances
from convoy_geo.case.case_frames import CaseFrames
from convoy_geo.case.case_verdicts import CaseVerdicts
from convoy_geo.case.case_widgets import CaseWidgets
from convoy_geo.casefiles.read import read_case_files
from convoy_geo.display import shown, values_html
from convoy_geo.errors import (
    ClaimNotFoundError,
    ReportedRouteNotFoundError,
    UnknownIdError,
    did_you_mean,
)
from convoy_geo.gazetteer.case_gazetteer import Gazetteer
from convoy_geo.model.relative_places import relative_places_frame
from convoy_geo.model.travel_modes import travel_mode
from convoy_geo.network.distance_on_roads import stretches_on
from convoy_geo.routing.closure_impact import closure_impact
from convoy_geo.routing.compare import compare_track
from convoy_geo.routing.reported_routes import case_alternatives, draw_track, ways_by_length
from convoy_geo.routing.road_control import closures_for
from convoy_geo.routing.router import Router, routes_frame
from convoy_geo.type_checks import checks_methods, checks_types

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date
    from pathlib import Path

    import geopandas as gpd

    from convoy_geo.analysis.distances import DistanceReport
    from convoy_geo.casefiles.files import CaseFiles
    from convoy_geo.gazetteer.choice import GazetteerChoice
    from convoy_geo.model.case_info import CaseInfo
    from convoy_geo.model.claims import Claim, ReportedRoute
    from convoy_geo.model.closures import Closure, Control
    from convoy_geo.model.lines import GivenShape
    from convoy_geo.model.travel_modes import TravelMode
    from convoy_geo.network.network import RoadNetwork
    from convoy_geo.page.case_page import CasePage
    from convoy_geo.routing.closure_impact import ClosureImpact
    from convoy_geo.routing.compare import Comparison
    from convoy_geo.routing.reported_routes import Alternatives, Track
    from convoy_geo.routing.route import Route, Weight
    from convoy_geo.viz.findings import Findings
    from convoy_geo.viz.view_data import Contents
    from convoy_geo.webmap.html import OfflineMap

__all__ = ["DEFAULT_CASE", "Case", "read_case"]

DEFAULT_CASE = "convoy-2017"


@checks_types
def read_case(name: str | Path = DEFAULT_CASE) -> Case:
    """Read a case, by default the convoy of 2017.

    Parameters
    ----------
    name
        Name of a bundled case, or path of a folder with a case.toml.

    Raises
    ------
    CaseNotFoundError
        If there is no such case.
    CaseFileError
        If its files have validation errors; `faults` lists all of them with file and line.

    Examples
    --------
    >>> case = read_case()
    >>> case.gazetteer.locate("Albukamal").name
    'Abu Kamal'
    >>> round(case.distance("Sukhna", "Abu Kamal").geodesic_km, 1)
    193.7
    """
    return Case(read_case_files(name))


@shown
@checks_methods("Case")
class Case(CaseFrames, CaseVerdicts, CaseWidgets):
    """One story: its reports, places, claims, roads and reported routes.

    Parameters
    ----------
    files
        The content of its folder; see `read_case`.
    """

    def __init__(self, files: CaseFiles) -> None:
        self._files = files

    def __reduce__(self) -> tuple[type[Case], tuple[CaseFiles]]:
        """For pickle: the files only; everything derived is computed again."""
        return Case, (self._files,)

    def __repr__(self) -> str:
        files = self._files
        return (
            f"<Case {self.info.id}: {len(files.reports)} reports, {len(files.places)} places, "
            f"{len(files.claims)} claims, {len(files.routes)} reported routes>"
        )

    def _repr_html_(self) -> str:
        info, files = self.info, self._files
        values = {
            "id": info.id,
            "days": f"{info.first_day.isoformat()} to {info.last_day.isoformat()}",
            "reports": ", ".join(report.id for report in files.reports),
            "claims": len(files.claims),
            "places": len(files.places),
            "reported routes": ", ".join(route.id for route in files.routes),
            "closures": ", ".join(closure.id for closure in files.closures),
            "sides": ", ".join(f"{side.id} ({side.name})" for side in info.sides.values()),
            "roads": "none" if files.network is None else f"{files.network.node_count:,} nodes",
        }
        return values_html(values, caption=info.title)

    @property
    def info(self) -> CaseInfo:
        """Title, time span, sides, states and view."""
        return self._files.info

    @property
    def closures(self) -> tuple[Closure, ...]:
        """Closures of roads and areas, with dates and sources."""
        return self._files.closures

    @property
    def lines(self) -> tuple[GivenShape, ...]:
        """Lines and areas that are drawn as given."""
        return self._files.lines

    @property
    def controls(self) -> tuple[Control, ...]:
        """Who controlled which stretch of road, when, according to which source."""
        return self._files.controls

    @property
    def reported_routes(self) -> tuple[ReportedRoute, ...]:
        """The routes reported by claims, as ordered places."""
        return self._files.routes

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """The places, which can be looked up by any spelling."""
        return Gazetteer(self._files.places)

    def geocode(
        self,
        names: Iterable[str],
        *,
        gazetteer: GazetteerChoice = None,
        country: Collection[str] = (),
        kind: str = "",
        near: tuple[float, float] | None = None,
        when: str = "",
        fuzzy: bool = False,
        limit: int = 10,
        best: bool = False,
        progress: bool | None = None,
    ) -> gpd.GeoDataFrame:
        """Look up names: first among the case's own places, then in a gazetteer.

        Parameters
        ----------
        place_names
            Names, such as a column of a table.
        gazetteer
            Where names are looked up after the case's places: ``region``, ``world`` (extra
            ``world``; the default if installed), a file of places, or several of these.
        country, kind, near, when, fuzzy, limit, best, progress
            As for `Gazetteers.geocode`.

        Returns
        -------
        GeoDataFrame
            EPSG:4326, one row per candidate; see `Gazetteers.geocode`.
        """
        from convoy_geo.gazetteer.chain import Gazetteers  # noqa: PLC0415

        return Gazetteers(self.gazetteer, gazetteer=gazetteer).geocode(
            names,
            country=country,
            kind=kind,
            near=near,
            when=when,
            fuzzy=fuzzy,
            limit=limit,
            best=best,
            progress=progress,
        )

    @property
    def network(self) -> RoadNetwork | None:
        """The road network, or None for a case without roads."""
        return self._files.network

    @cached_property
    def roads(self) -> Router:
        """The router between places of the case.

        Raises
        ------
        LookupError
            If the case has no road network.
        """
        if self.network is None:
            msg = f"case {self.info.id!r} has no road network; name one in case.toml: roads = ..."
            raise LookupError(msg)
        return Router(
            self.network,
            locate=partial(self.gazetteer.locate, point=True),
            closures=self.closures,
            mode=self._road_mode,
        )

    def roads_for(self, side: str) -> Router:
        """The router for one side; query it with ``when=``.

        Roads controlled by others and closed to that side are closed on the days in question.
        Undetermined stretches stay open, and `Route.passes` lists them.

        Parameters
        ----------
        side
            The side that travels: one of those named in `closed_to` of `controls`.

        Raises
        ------
        ValueError
            If nothing is recorded as closed to that side.
        LookupError
            If the case has no road network.
        """
        network = self.roads.network
        return Router(
            network,
            locate=partial(self.gazetteer.locate, point=True),
            closures=(*self.closures, *closures_for(side, self.controls, network)),
            mode=self._road_mode,
        )

    @property
    def _road_mode(self) -> TravelMode:
        """The case's travel mode if it uses roads, otherwise bus."""
        mode = self.info.travel_mode(self.info.mode or "bus")
        return mode if mode.road is not None else travel_mode("bus")

    def closure_impact(
        self,
        closure: str,
        origin: Any,
        destination: Any,
        *,
        when: date | str | None = None,
        side: str | None = None,
        avoid: Iterable[str] = (),
        weight: Weight = "time",
        k: int = 3,
        max_stretch: float = 1.25,
        max_sharing: float = 0.8,
    ) -> ClosureImpact:
        """The routes between two places for every position of a closure on its stretch.

        Parameters
        ----------
        closure
            Id of a closure.
        origin, destination
            Any spelling of the places' names.
        when
            A date whose other closures apply too; None: no other closures.
        side
            With `when`: also close what was closed to that side.
        avoid, weight, k, max_stretch, max_sharing
            As for `Router.alternatives`.

        Raises
        ------
        ClosureNotFoundError
            If the case has no such closure.
        PlaceNotFoundError, AmbiguousPlaceError
            If a name matches no place, or several.
        """
        router = self.roads if side is None else self.roads_for(side)
        return closure_impact(
            router,
            closure,
            origin,
            destination,
            when=when,
            avoid=avoid,
            weight=weight,
            k=k,
            max_stretch=max_stretch,
            max_sharing=max_sharing,
        )

    def compare(
        self,
        route_id: str,
        way: int | Route = 0,
        *,
        reported_km: Mapping[str, float] | None = None,
        closures: Iterable[str] = (),
        when: date | str | None = None,
        avoid: Iterable[str] = (),
        weight: Weight = "length",
        k: int = 3,
        max_stretch: float = 1.25,
        max_sharing: float = 0.8,
    ) -> Comparison:
        """Compare a reported route, as drawn, with a computed route.

        Parameters
        ----------
        route_id
            Id of a reported route.
        way
            A route, or the rank of one between the reported route's ends: 0 is the best.
        reported_km
            Other stated lengths of the route, by source.
        closures, when, avoid, weight, k, max_stretch, max_sharing
            As for `Router.alternatives`, if a rank is given.

        Raises
        ------
        LookupError
            If there is no such route, or no route of that rank.
        ValueError
            If no leg of the route follows known roads.
        """
        for track in self.tracks:
            if track.route.id == route_id:
                return compare_track(
                    track,
                    way,
                    self.roads,
                    self.claims.values(),
                    reported_km=reported_km,
                    closures=closures,
                    when=when,
                    avoid=avoid,
                    weight=weight,
                    k=k,
                    max_stretch=max_stretch,
                    max_sharing=max_sharing,
                )
        known = ", ".join(route.id for route in self.reported_routes)
        msg = f"no reported route {route_id!r} in case {self.info.id!r}; known: {known}"
        raise ReportedRouteNotFoundError(msg)

    def claim(self, claim_id: str) -> Claim:
        """One claim by its id.

        Raises
        ------
        ClaimNotFoundError
            If there is no such claim.
        """
        try:
            return self.claims[claim_id]
        except UnknownIdError as error:
            msg = f"no claim {claim_id!r} in case {self.info.id!r}{did_you_mean(error.near)}"
            raise ClaimNotFoundError(msg) from None

    def relative_places(self) -> gpd.GeoDataFrame:
        """Relative places of claims, as areas, each with its construction rule."""
        return self.contents.relations.drop(columns="said")

    def distance(self, origin: str, destination: str) -> DistanceReport:
        """The straight line and the roads between two places, with every reported distance.

        Parameters
        ----------
        origin, destination
            Any spelling of the places' names.

        Raises
        ------
        PlaceNotFoundError, AmbiguousPlaceError
            If a name matches no place, or several.
        """
        start = self.gazetteer.locate(origin, point=True)
        end = self.gazetteer.locate(destination, point=True)
        roads = ways_by_length(self.roads, start, end) if self.network is not None else ()
        return compare_distances(start, end, roads, self.claims.values())

    @cached_property
    def tracks(self) -> tuple[Track, ...]:
        """The reported routes drawn on the roads, leg by leg."""
        router = self.roads if self.network is not None else None
        lines = {line.id: line.geometry for line in self.lines}
        return tuple(
            draw_track(route, self.gazetteer, router, lines.get(route.id))
            for route in self.reported_routes
        )

    def alternatives_frame(self) -> gpd.GeoDataFrame:
        """The routes requested in case.toml, without and with the closures of the given date.

        Returns
        -------
        GeoDataFrame
            EPSG:4326; the columns of `routes_frame` and ``from``, ``to``, ``day`` (empty: no
            closures).
        """
        import pandas as pd  # noqa: PLC0415

        parts = []
        for group in self.alternatives:
            frame = routes_frame(group.routes)
            parts.append(
                frame.assign(**{"from": group.origin, "to": group.destination, "day": group.day})
            )
        return pd.concat(parts, ignore_index=True) if parts else routes_frame([])

    @cached_property
    def alternatives(self) -> tuple[Alternatives, ...]:
        """The routes requested in case.toml, in groups: without and with the date's closures."""
        if self.network is None:
            return ()
        return case_alternatives(self.roads, self.info.alternatives)

    @cached_property
    def contents(self) -> Contents:
        """Everything shown on the case's map and page."""
        from convoy_geo.viz.view_data import Contents  # noqa: PLC0415

        places = {place.id: place for place in self.gazetteer}
        drawn = {track.route.id for track in self.tracks if any(leg.given for leg in track.legs)}
        return Contents(
            info=self.info,
            reports=self.reports,
            claims=self.claims,
            places=places,
            areas=self._files.areas,
            tracks=self.tracks,
            alternatives=self.alternatives,
            closures=self.closures,
            network=self.network,
            distances=[self.distance(a, b) for a, b in self.info.distance_checks],
            relations=relative_places_frame(
                self.claims.values(), places, self._files.areas, stretches_on(self.network)
            ),
            controls=self.controls,
            lines=tuple(line for line in self.lines if line.id not in drawn),
            zones=self._files.zones,
            chapters=self._files.chapters,
            basemap=self._files.basemap,
        )

    def page(
        self,
        *,
        lang: str = "en",
        place_names: str = "",
        tiles: str | None = None,
        conflicts: bool = True,
        url: str = "",
    ) -> CasePage:
        """The publishable page in one file: map, timeline, sides, ledger, conflicts, tables.

        A notebook displays it; ``.save(path)`` writes it.

        Parameters
        ----------
        lang
            Language of the user interface, ``en`` or ``ar``.
        place_names
            Language of the names of places, such as ``fr``; by default that of the words.
        tiles
            Name of a provider of online tiles; by default none, and nothing is downloaded.
        conflicts
            Whether to compute which claims can be true together; otherwise the page says so.
        url
            The address at which it will stand. Then other sites show its headline and a picture,
            and ``.save`` writes two pictures beside the page (extra ``static``).

        Raises
        ------
        ValueError
            If `url` is no address of the web.
        TilesNotFoundError
            If no provider has this name, or it requires a key.
        """
        from convoy_geo.page.case_page import CasePage  # noqa: PLC0415
        from convoy_geo.viz.findings import Findings  # noqa: PLC0415

        found = self.findings if conflicts else Findings(self._page_ledgers(), None, self.sources())
        return CasePage(
            self.contents, found, lang=lang, place_names=place_names, tiles=tiles, url=url
        )

    @cached_property
    def findings(self) -> Findings:
        """The results derived from the claims for the page: ledgers, conflicts, sources."""
        from convoy_geo.viz.findings import Findings  # noqa: PLC0415

        return Findings(self._page_ledgers(), self.consistency(), self.sources(), self.story_road())

    def map(self, *, tiles: str | None = None) -> OfflineMap:
        """The case as an interactive map, which works in a notebook without a network connection.

        Parameters
        ----------
        tiles
            Name of a provider of online tiles, such as ``OpenTopoMap``; by default none, and
            nothing is downloaded.

        Returns
        -------
        OfflineMap
            A folium.Map, to which further elements can be added.

        Raises
        ------
        TilesNotFoundError
            If no provider has this name, or it requires a key.
        """
        from convoy_geo.viz import folium_map  # noqa: PLC0415  (folium: 0.2 s that a distance need not pay)
        from convoy_geo.viz.map_picture import map_picture  # noqa: PLC0415
        from convoy_geo.webmap.html import OfflineMap  # noqa: PLC0415
        from convoy_geo.webmap.tiles import provider  # noqa: PLC0415

        west, south, east, north = self.info.view
        chart = OfflineMap(
            location=[(south + north) / 2, (west + east) / 2],
            tiles=provider(tiles) if tiles else None,
            title=self.info.title,
            control_scale=True,
        )
        chart.fit_bounds([[south, west], [north, east]])
        folium_map.add_basemap(chart, self.info.view, self._files.basemap)
        folium_map.add_case(chart, self.contents)
        chart.picture = partial(map_picture, chart)
        return chart

    def explore(self, *, tiles: str | None = None) -> OfflineMap:
        """Alias of `map`, under the name used by geopandas; the parameters are the same."""
        return self.map(tiles=tiles)
