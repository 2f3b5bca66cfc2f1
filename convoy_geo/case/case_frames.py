"""A case as tables, files and plots: a base class of `Case`."""

from __future__ import annotations

from functools import cached_property
from itertools import accumulate, pairwise
from math import inf
from typing import TYPE_CHECKING, Any

from convoy_geo.analysis.consistency.model import Subject
from convoy_geo.case.case_analysis import CaseAccounts
from convoy_geo.case.case_consistency import CaseConsistency
from convoy_geo.case.collections import Claims, Places, Reports
from convoy_geo.errors import NoRouteError, PlaceNotFoundError
from convoy_geo.type_checks import checks_methods

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    import geopandas as gpd
    from matplotlib.axes import Axes
    from shapely.geometry.base import BaseGeometry

    from convoy_geo.analysis.time_distance import TimeDistance
    from convoy_geo.gazetteer.case_gazetteer import Gazetteer
    from convoy_geo.model.claims import Claim
    from convoy_geo.model.closures import Closure
    from convoy_geo.routing.router import Router
    from convoy_geo.viz.view_data import Contents

__all__ = ["CaseFrames"]


@checks_methods("Case")
class CaseFrames(CaseAccounts, CaseConsistency):
    """Methods of `Case` for exporting data and plotting."""

    if TYPE_CHECKING:  # attributes of `Case`

        @property
        def closures(self) -> tuple[Closure, ...]: ...  # noqa: D102
        @property
        def roads(self) -> Router: ...  # noqa: D102
        @property
        def contents(self) -> Contents: ...  # noqa: D102
        @property
        def gazetteer(self) -> Gazetteer: ...  # noqa: D102

    @cached_property
    def reports(self) -> Reports:
        """The reports by id; `to_frame()` gives a table."""
        return Reports(self._files.reports)

    @cached_property
    def claims(self) -> Claims:
        """The claims by id, in the order of the reports; `to_frame()` gives a table."""
        return Claims(self._files.claims, self.reports)

    @cached_property
    def places(self) -> Places:
        """The places by id; `to_frame()` gives a table with points."""
        return Places(self._files.places)

    def to_gdf(self, layer: str) -> gpd.GeoDataFrame:
        """One layer of the case as a GeoDataFrame.

        Parameters
        ----------
        layer
            ``places``, ``areas``, ``claims``, ``reported_routes``, ``computed_routes``,
            ``closures``, ``controls``, ``relations``, ``roads`` or ``reports``; or ``conflicts``:
            one row for each claim in each conflict, at the location of the claim.

        Returns
        -------
        GeoDataFrame
            EPSG:4326, indexed by id, with the columns of the exported tables and timezone-aware
            times; see `convoy_geo.exchange.frames.layer_gdf`. It can be written with ``to_file``.

        Raises
        ------
        ValueError
            If the layer is unknown; the message lists the existing ones.

        Examples
        --------
        >>> from convoy_geo.case.case import read_case
        >>> frame = read_case().to_gdf("claims")
        >>> str(frame.loc["R0-01", "happened_from"].tz)
        'Asia/Damascus'
        """
        from convoy_geo.exchange.frames import FRAME_LAYERS, conflicts_gdf, layer_gdf  # noqa: PLC0415

        if layer == "conflicts":
            return conflicts_gdf(self.conflicts(), layer_gdf(self.contents, "claims"))
        if layer not in FRAME_LAYERS:
            msg = f"no layer {layer!r}; there are {', '.join(FRAME_LAYERS)}, conflicts"
            raise ValueError(msg)
        return layer_gdf(self.contents, layer)

    def claims_near(self, place: str | tuple[float, float], km: float) -> gpd.GeoDataFrame:
        """The claims located certainly or possibly within a distance of a place.

        Parameters
        ----------
        place
            Name of a place in the case, or (lon, lat) in degrees.
        km
            Straight-line distance in kilometres, above 0.

        Returns
        -------
        GeoDataFrame
            EPSG:4326, indexed by ``claim``, nearest first; ``within`` is ``certain`` or
            ``possible``. Claims whose places have no location are excluded. See
            `convoy_geo.exchange.claims_near.claims_near`.

        Raises
        ------
        PlaceNotFoundError
            If the case has no such place, or it has no point.
        ValueError
            If `km` is not above 0, or the position is invalid.

        Examples
        --------
        >>> from convoy_geo.case.case import read_case
        >>> near = read_case().claims_near("Sukhna", 50)
        >>> "R2-15" in near.index
        True
        """
        from convoy_geo.exchange.claims_near import claims_near  # noqa: PLC0415
        from convoy_geo.timegeo.locations import find_location  # noqa: PLC0415

        def locate(name: str) -> Any:
            return self.gazetteer.locate(name, point=True)

        found = find_location(place, None, locate)
        if found.lon is None or found.lat is None:  # an area, or a place of unknown location
            raise PlaceNotFoundError(found.name)
        return claims_near(self.contents, found.lon, found.lat, km, radius_km=found.radius_km)

    def to_file(self, path: str | Path, *, layers: str | Collection[str] = ()) -> Path:
        """Export the case to a file, in the format given by its suffix.

        Parameters
        ----------
        path
            Such as ``case.geojson``, ``.gpkg``, ``.kml``, ``.gpx``, ``.csv``, ``.lpf.json``,
            ``.png``; for errors see `convoy_geo.exchange.write`.
        layers
            One or several layers; by default all that the format supports.

        Returns
        -------
        Path
            The file.
        """
        from convoy_geo.exchange.write import write_contents  # noqa: PLC0415

        wanted = (layers,) if isinstance(layers, str) and layers else layers
        return write_contents(self.contents, path, layers=wanted)

    def plot(
        self,
        *,
        layers: Collection[str] = (),
        view: Sequence[float] | None = None,
        names: bool = True,
        ax: Axes | None = None,
    ) -> Axes:
        """The case's map on axes with longitude and latitude as coordinates.

        It shows the same as the SVG and the page's first picture; save its figure as PNG or PDF, or
        draw a frame on top: ``frame.plot(ax=case.plot())``.

        Parameters
        ----------
        layers
            Names of the layers to draw, such as ``places`` and ``reported_routes``; by default
            those initially visible on the page.
        view
            West, south, east, north in degrees; by default the case's own.
        names
            Whether to draw names and the scale bar.
        ax
            Matplotlib axes to draw on; by default new ones.

        Returns
        -------
        Axes
            See `convoy_geo.viz.static_map.plot_map`.

        Raises
        ------
        MissingExtraError
            If matplotlib is not installed.
        ValueError
            If a layer is unknown, or cannot be drawn.
        """
        from convoy_geo.exchange.write import check_wanted  # noqa: PLC0415
        from convoy_geo.viz.static_map import plot_map  # noqa: PLC0415

        check_wanted("map.png", layers)
        return plot_map(self.contents, layers=layers, view=view, names=names, ax=ax)

    def plot_ledger(
        self,
        when: date | str | None = None,
        unit: str | None = None,
        *,
        ax: Axes | None = None,
    ) -> Axes:
        """One bar for each side's counts by state; an empty outline is the unexplained remainder.

        Parameters
        ----------
        when
            A day; by default all days with counts in a report.
        unit
            What is counted; by default the unit of most claims.
        ax
            Matplotlib axes to draw on; by default new ones.

        Returns
        -------
        Axes
            See `convoy_geo.viz.plots.plot_ledger`.

        Raises
        ------
        MissingExtraError
            If matplotlib is not installed.
        """
        from convoy_geo.viz.plots import plot_ledger  # noqa: PLC0415

        ledgers = self.ledgers(unit) if when is None else [self.ledger(when, unit)]
        return plot_ledger(ledgers, self.info, ax=ax)

    def plot_sources(
        self, claims: Iterable[str | Claim] | None = None, *, ax: Axes | None = None
    ) -> Axes:
        """The source graph: who has the information from whom; by default for all claims.

        Parameters
        ----------
        claims
            Claims or their ids.
        ax
            Matplotlib axes to draw on; by default new ones.

        Returns
        -------
        Axes
            See `convoy_geo.viz.plots.plot_sources`.

        Raises
        ------
        MissingExtraError
            If matplotlib is not installed.
        """
        from convoy_geo.viz.plots import plot_sources  # noqa: PLC0415

        return plot_sources(self.sources(claims), ax=ax)

    def plot_timeline(
        self, claims: Iterable[str | Claim] | None = None, *, ax: Axes | None = None
    ) -> Axes:
        """The claimed date of each claim, by side, with closures as bands.

        Parameters
        ----------
        claims
            Claims or their ids; by default all of the case.
        ax
            Matplotlib axes to draw on; by default new ones.

        Returns
        -------
        Axes
            See `convoy_geo.viz.plots.plot_timeline`.

        Raises
        ------
        MissingExtraError
            If matplotlib is not installed.
        """
        from convoy_geo.viz.plots import plot_timeline  # noqa: PLC0415

        every = self.claims.values() if claims is None else claims
        shown = [self.claims[one] if isinstance(one, str) else one for one in every]
        return plot_timeline(shown, self.closures, self.info, ax=ax)

    def plot_bands(
        self,
        unit: str | None = None,
        *,
        places: Iterable[str] = (),
        step: str | None = None,
        believing: Iterable[str] = (),
        without: Iterable[str] = (),
        ax: Axes | None = None,
    ) -> Axes:
        """Bounds on the number at each place over time, as bands.

        Parameters
        ----------
        unit, places, step, believing, without
            As for `Consistency.bands`.
        ax
            Matplotlib axes to draw on; by default new ones.

        Returns
        -------
        Axes
            See `convoy_geo.viz.plot_bounds.plot_bands`.

        Raises
        ------
        InconsistentChoiceError
            If the assumed claims cannot all be true.
        MissingExtraError
            If matplotlib is not installed.
        ValueError
            As for `Consistency.bands`.
        """
        from convoy_geo.viz.plot_bounds import plot_bands  # noqa: PLC0415

        bands = self.consistency().bands(
            unit, places=places, step=step, believing=believing, without=without
        )
        return plot_bands(bands, self.info, ax=ax)

    def plot_fits(self, kind: str = "side", *, ax: Axes | None = None) -> Axes:
        """Compatibility of accounts, as a matrix of squares.

        Parameters
        ----------
        kind
            ``side`` or ``report``.
        ax
            Matplotlib axes to draw on; by default new ones.

        Returns
        -------
        Axes
            See `convoy_geo.viz.plot_bounds.plot_fits`.

        Raises
        ------
        MissingExtraError
            If matplotlib is not installed.
        ValueError
            If `kind` is neither.
        """
        from convoy_geo.viz.plot_bounds import plot_fits  # noqa: PLC0415

        return plot_fits(self.fits(kind), self.info, ax=ax)

    def time_distance(
        self, *places: str, extents: Mapping[str, tuple[str, str]] | None = None
    ) -> TimeDistance:
        """Claims, closures and fastest trips along the road through several places, as data.

        Included are only claims that can be judged and that give a location or a count.

        Parameters
        ----------
        *places
            Names of two or more places, in order.
        extents
            For each zone of ``[rules.zones]``, two of these places: the zone is drawn between them,
            and marked as ours, since no report says so. Claims in other zones, without a place
            along the road, are drawn in a column beside the road.

        Raises
        ------
        NoRouteError
            If no route connects two of them.
        PlaceNotFoundError
            If a name matches no place.
        ValueError
            If there are fewer than two places, the case has no roads, or an extent refers to an
            unknown zone or to a place that is not given.
        """
        from convoy_geo.analysis.time_distance import time_distance  # noqa: PLC0415

        network = self.network
        if network is None:
            msg = "this case has no roads, so there is no distance along a road"
            raise ValueError(msg)
        stops = [self.gazetteer.locate(name, point=True) for name in places]
        routes = [self.roads.route([one, other]) for one, other in pairwise(stops)]
        found = self.consistency().ranges
        assert found is not None  # noqa: S101  (this case made it)
        encoder = found().judge.encoder
        spots = encoder.spots
        judged = found().judge.problem.conditions
        shown = [self.claims[key] for key, one in judged.items() if one.form in ("count", "whole")]

        def area_of(place: str) -> BaseGeometry | None:
            return spots[place].area if place in spots else None

        def hours(one: str, other: str) -> float:
            pieces = encoder.pieces.of([one]), encoder.pieces.of([other])
            pairs = [(a, b) for a in pieces[0] or () for b in pieces[1] or ()]
            times = [encoder.travel.hours(Subject(), a, b, -inf) for a, b in pairs if a != b]
            return min(times, default=inf)

        driven = {edge for route in routes for edge in route.edges}
        edges = {int(one) for one in network.edge_positions(driven)}
        closed = [
            (one, one.geometry) for one in self.closures
            if one.kind == "cut" and edges.intersection(map(int, network.edges_of(one)))
        ]  # fmt: skip
        ends = [0.0, *accumulate(route.length_km for route in routes)]
        along = {stop.id: km for stop, km in zip(stops, ends, strict=True)}
        spans = {}
        for zone, pair in (extents or {}).items():
            ids = [self.gazetteer.locate(name, point=True).id for name in pair]
            if zone not in self.info.zones or any(one not in along for one in ids):
                msg = (
                    f"an extent needs a zone ({', '.join(self.info.zones) or 'there is none'}) and "
                    f"two of the places of the diagram as its ends, not {zone!r} at {pair!r}"
                )
                raise ValueError(msg)
            low, high = sorted(along[one] for one in ids)
            spans[zone] = low, high

        def zone_of(claim: Claim) -> str:
            zones = judged[claim.id].cells.zones or frozenset()
            known = [zone for zone in self.info.zones if zone in zones]
            return " or ".join(known) if len(known) < len(self.info.zones) else ""

        return time_distance(
            [stop.name for stop in stops],
            [(route.geometry, route.length_km) for route in routes],
            shown,
            area_of,
            zone=self.info.time_zone,
            closures=closed,
            hours=hours,
            zone_of=zone_of,
            extents=spans,
            lasting={key for key, one in judged.items() if one.lasting},
        )

    def story_road(self) -> TimeDistance | None:
        """The time-distance diagram of the story's road; None where it names none.

        The road is ``road`` of ``[story]`` in case.toml.
        """
        known = {place.id: place.name for place in self.gazetteer}
        names = [known[key] for key in self.info.story.road if key in known]
        if len(names) < 2 or self.network is None:
            return None
        try:
            return self.time_distance(*names)
        except NoRouteError:
            return None

    def plot_time_distance(
        self,
        *places: str,
        extents: Mapping[str, tuple[str, str]] | None = None,
        ax: Axes | None = None,
    ) -> Axes:
        """A time-distance diagram: where along a road each claim is located, and when.

        Parameters
        ----------
        *places
            Names of two or more places, in order.
        extents
            As for `time_distance`.
        ax
            Matplotlib axes to draw on; by default new ones.

        Returns
        -------
        Axes
            See `convoy_geo.viz.time_distance.plot_time_distance`.

        Raises
        ------
        MissingExtraError
            If matplotlib is not installed.
        NoRouteError, PlaceNotFoundError, ValueError
            As for `time_distance`.
        """
        from convoy_geo.viz.time_distance import plot_time_distance  # noqa: PLC0415

        found = self.time_distance(*places, extents=extents)
        return plot_time_distance(found, self.info, ax=ax)

    def svg_time_distance(
        self,
        *places: str,
        extents: Mapping[str, tuple[str, str]] | None = None,
        width: float = 1040.0,
    ) -> str:
        """The same diagram as SVG: one element without scripts and styles.

        Parameters
        ----------
        *places, extents
            As for `time_distance`.
        width
            Width in pixels; 390 for a phone: text keeps its size, and boxes contain only numbers.

        Raises
        ------
        NoRouteError, PlaceNotFoundError, ValueError
            As for `time_distance`.
        """
        from convoy_geo.viz.time_distance_drawing import draw_time_distance  # noqa: PLC0415
        from convoy_geo.viz.time_distance_svg import svg_time_distance  # noqa: PLC0415

        found = self.time_distance(*places, extents=extents)
        return svg_time_distance(draw_time_distance(found, self.info, width=width))
