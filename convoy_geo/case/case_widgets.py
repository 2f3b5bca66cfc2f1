"""The widgets of a case: a base of `Case`, which imports them when they are asked for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from convoy_geo.type_checks import checks_methods
from convoy_geo.viz.widget_extra import need_anywidget

if TYPE_CHECKING:
    from collections.abc import Mapping

    from convoy_geo.analysis.time_distance import TimeDistance
    from convoy_geo.case.case_widget import CaseWidget, DiagramWidget, LedgerWidget
    from convoy_geo.page.case_page import CasePage

__all__ = ["CaseWidgets"]


@checks_methods("Case")
class CaseWidgets:
    """The map and the ledger of a case in a cell, with what is chosen as traits."""

    if TYPE_CHECKING:  # what `Case` has

        def page(  # noqa: D102
            self,
            *,
            lang: str = "en",
            place_names: str = "",
            tiles: str | None = None,
            conflicts: bool = True,
        ) -> CasePage: ...

        def time_distance(  # noqa: D102
            self, *places: str, extents: Mapping[str, tuple[str, str]] | None = None
        ) -> TimeDistance: ...

    def widget(
        self,
        *,
        lang: str = "en",
        place_names: str = "",
        tiles: str | None = None,
        conflicts: bool = True,
        height_px: int = 640,
    ) -> CaseWidget:
        """The map of the page in a cell of a notebook; what is chosen there comes back.

        A click, a rectangle, a lasso or the search box selects; `selected_gdf()` gives the
        selection, `drawn_gdf()` what was drawn. The traits `when`, `sides`, `layers`, `selected`
        and `view` follow the map and move it.

        Parameters
        ----------
        lang
            Language of the page's own words, ``en`` or ``ar``.
        place_names
            Language of the names of places on the map, as for `Case.page`.
        tiles
            Name of a provider of online tiles; by default none, and nothing is fetched.
        conflicts
            Whether it is computed which claims can be true together.
        height_px
            Height in the cell.

        Returns
        -------
        CaseWidget
            See `convoy_geo.case.case_widget.CaseWidget`.

        Raises
        ------
        MissingExtraError
            If anywidget is not installed (extra ``notebooks``).
        TilesNotFoundError
            If no provider has that name, or it wants a key.
        """
        need_anywidget()
        from convoy_geo.case.case_widget import case_widget  # noqa: PLC0415

        page = self._page_of(lang, tiles, place_names=place_names, conflicts=conflicts)
        return case_widget(self, page, height_px=height_px)  # type: ignore[arg-type]

    def ledger_widget(
        self, *, lang: str = "en", conflicts: bool = True, height_px: int = 320
    ) -> LedgerWidget:
        """The counts of each side on the chosen day, in a cell of a notebook.

        Tie it to a map: ``traitlets.link((chart, "when"), (counts, "when"))``.

        Parameters
        ----------
        lang
            Language of the page's own words, ``en`` or ``ar``.
        conflicts
            Whether it is computed which claims can be true together: their cards say so.
        height_px
            Height in the cell.

        Raises
        ------
        MissingExtraError
            If anywidget is not installed (extra ``notebooks``).
        ValueError
            If the case has no counts.
        """
        need_anywidget()
        from convoy_geo.case.case_widget import ledger_widget  # noqa: PLC0415

        page = self._page_of(lang, None, conflicts=conflicts)
        return ledger_widget(self, page, height_px=height_px)  # type: ignore[arg-type]

    def time_distance_widget(
        self,
        *places: str,
        extents: Mapping[str, tuple[str, str]] | None = None,
        height_px: int = 560,
    ) -> DiagramWidget:
        """A time-distance diagram in a cell: a click on a box selects its claim.

        Tie it to a map: ``traitlets.link((chart, "selected"), (diagram, "selected"))``.

        Parameters
        ----------
        *places
            Names of two places or more, in order.
        extents
            As for `Case.time_distance`.
        height_px
            Height in the cell.

        Raises
        ------
        MissingExtraError
            If anywidget is not installed (extra ``notebooks``).
        NoRouteError, PlaceNotFoundError, ValueError
            As for `Case.time_distance`.
        """
        need_anywidget()
        from convoy_geo.case.case_widget import diagram_widget  # noqa: PLC0415

        found = self.time_distance(*places, extents=extents)
        page = self._page_of("en", None, conflicts=False)
        return diagram_widget(self, page, found, height_px=height_px)  # type: ignore[arg-type]

    @cached_property
    def _pages(self) -> dict[tuple[str, str, str | None, bool], CasePage]:
        """Pages of which widgets were made: the next one costs a tenth."""
        return {}

    def _page_of(
        self, lang: str, tiles: str | None, *, conflicts: bool, place_names: str = ""
    ) -> CasePage:
        key = (lang, place_names, tiles, conflicts)
        if key not in self._pages:
            self._pages[key] = self.page(
                lang=lang, place_names=place_names, tiles=tiles, conflicts=conflicts
            )
        return self._pages[key]
