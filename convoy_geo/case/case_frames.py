"""A case as tables, files and plots: a base of `Case`, over the packages below."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from convoy_geo.case.case_analysis import CaseAccounts
from convoy_geo.case.case_consistency import CaseConsistency
from convoy_geo.case.collections import Claims, Places, Reports
from convoy_geo.type_checks import checks_methods

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date
    from pathlib import Path

    import geopandas as gpd
    from matplotlib.axes import Axes

    from convoy_geo.model.claims import Claim
    from convoy_geo.model.closures import Closure
    from convoy_geo.viz.view_data import Contents

__all__ = ["CaseFrames"]


@checks_methods
class CaseFrames(CaseAccounts, CaseConsistency):
    """What an analyst takes out of a case."""

    if TYPE_CHECKING:  # what `Case` has

        @property
        def closures(self) -> tuple[Closure, ...]: ...  # noqa: D102
        @property
        def contents(self) -> Contents: ...  # noqa: D102

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
            a row for each claim of each conflict, where the claim puts something.

        Returns
        -------
        GeoDataFrame
            EPSG:4326, indexed by id, the columns of the exported tables, times as timezone-aware
            columns; see `convoy_geo.exchange.frames.layer_gdf`. ``to_file`` of geopandas writes
            it as it is.

        Raises
        ------
        ValueError
            If there is no such layer; the message names those that there are.

        Examples
        --------
        >>> from convoy_geo.case.case import read_case
        >>> frame = read_case().to_gdf("claims")
        >>> str(frame.loc["R0-01", "happened_from"].tz)
        'Asia/Damascus'
        """
        from convoy_geo.exchange.frames import conflicts_gdf, layer_gdf  # noqa: PLC0415

        if layer == "conflicts":
            return conflicts_gdf(self.conflicts(), layer_gdf(self.contents, "claims"))
        return layer_gdf(self.contents, layer)

    def to_file(self, path: str | Path, *, layers: Collection[str] = ()) -> Path:
        """Write the case to a file for other tools, in the format that its suffix names.

        Parameters
        ----------
        path
            Such as ``case.geojson``, ``.gpkg``, ``.kml``, ``.gpx``, ``.csv``, ``.lpf.json``,
            ``.png``; see `convoy_geo.exchange.write`, which has the errors too.
        layers
            Only these; by default all that the format can hold.

        Returns
        -------
        Path
            The file.
        """
        from convoy_geo.exchange.write import write_contents  # noqa: PLC0415

        return write_contents(self.contents, path, layers=layers)

    def plot(
        self,
        *,
        layers: Collection[str] = (),
        view: Sequence[float] | None = None,
        names: bool = True,
        ax: Axes | None = None,
    ) -> Axes:
        """The case's map on axes whose coordinates are longitude and latitude.

        It draws what the SVG and the page's first picture draw; save its figure as PNG or PDF, or
        draw a frame on top: ``frame.plot(ax=case.plot())``.

        Parameters
        ----------
        layers
            Names of the layers wanted, such as ``places`` and ``reported_routes``; by default
            those that the page shows at first.
        view
            West, south, east, north in degrees; by default the case's own.
        names
            Whether names and the scale bar are written.
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
            If there is no layer of a name, or it cannot be drawn.
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
        """One bar for each side's count by state; an empty outline is what nothing explains.

        Parameters
        ----------
        when
            A day; by default all days for which a report counts.
        unit
            What is counted; by default what most claims count.
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
        """Who has it from whom, as a directed graph; by default of all claims.

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
        self, claims: Iterable[Claim] | None = None, *, ax: Axes | None = None
    ) -> Axes:
        """When each claim says that it happened, by side, with closures as bands.

        Parameters
        ----------
        claims
            By default all of the case.
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

        shown = self.claims.values() if claims is None else claims
        return plot_timeline(shown, self.closures, self.info, ax=ax)
