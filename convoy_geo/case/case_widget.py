"""The widgets of a case: its map and its ledger in a cell, with what is chosen as traits."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import geopandas as gpd
import pandas as pd
import traitlets

from convoy_geo.dates.interval import Interval
from convoy_geo.errors import DateError
from convoy_geo.io.html import safe
from convoy_geo.model.closures import Closure
from convoy_geo.page.widget_page import thing_keys, widget_page
from convoy_geo.viz.diagram_page import diagram_page
from convoy_geo.viz.map_picture import data_address
from convoy_geo.viz.story_clock import EPOCH
from convoy_geo.viz.time_distance_drawing import draw_time_distance
from convoy_geo.viz.time_distance_svg import svg_time_distance
from convoy_geo.viz.widget import NONCE, FrameWidget, MapWidget, widget_words
from convoy_geo.viz.widget_traits import CheckedTrait, WidgetValueError, check_keys

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping, Sequence

    from convoy_geo.analysis.time_distance import TimeDistance
    from convoy_geo.case.case_frames import CaseFrames
    from convoy_geo.page.case_page import CasePage
    from convoy_geo.page.widget_page import WidgetPage

__all__ = ["CaseWidget", "DiagramWidget", "LedgerWidget", "case_widget", "diagram_widget",
           "ledger_widget"]  # fmt: skip

CLOCKS = ("happened", "said", "published")
MOST_HOURS = 336
"""Hours of a story from which its page goes by the day; the same as in ``assets/page/time.js``."""


class StoryTraits(FrameWidget):
    """What the widgets of one case share: the moment, its clock, the sides, the selection."""

    clock = CheckedTrait("happened").tag(sync=True)
    when = CheckedTrait(None, allow_none=True).tag(sync=True)
    sides = CheckedTrait(()).tag(sync=True)

    _made: WidgetPage

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """What the front end says: the clock first, since it says which days there are."""
        if "clock" in sync_data:
            super().set_state({"clock": sync_data["clock"]})
        super().set_state({key: value for key, value in sync_data.items() if key != "clock"})

    @traitlets.observe("clock")
    def _other_days(self, _change: object) -> None:
        """A day that the new clock does not have is given up, as the page does."""
        try:
            self.check_when(self.when)
        except WidgetValueError:
            self.when = None

    def check_clock(self, value: Any) -> str:
        """One of the three clocks."""
        keys = check_keys("clock", value, CLOCKS)
        if len(keys) != 1:
            msg = f"`clock` must be one of {', '.join(CLOCKS)}"
            raise WidgetValueError(msg)
        return keys[0]

    def check_sides(self, value: Any) -> tuple[str, ...]:
        """Sides of the case, in its order."""
        chosen = check_keys("sides", value, self._made.sides)
        return tuple(side for side in self._made.sides if side in chosen)

    def check_when(self, value: Any) -> str | None:
        """A day of the story's clock, or an hour where its page goes by the hour."""
        if value is None or value == "":
            return None
        made = self._made
        first, last = made.spans[self.clock]
        per_day = made.clock.per_day
        days = [str(_day(step, per_day)) for step in (first, last)]
        msg = (
            f"`when` must be a day from {days[0]} to {days[1]}, or None for all days; not {value!r}"
        )
        if isinstance(value, datetime):
            value = value.isoformat(timespec="minutes")
        elif isinstance(value, date):
            value = value.isoformat()
        if not isinstance(value, str):
            raise WidgetValueError(msg)
        try:
            low, high = made.clock.span(value)
        except (DateError, ValueError) as error:
            raise WidgetValueError(msg) from error
        by_hour = made.clock.by_hour and last - first < MOST_HOURS and low == high
        if not by_hour and _day(low, per_day) != _day(high, per_day):
            raise WidgetValueError(msg)
        if high < first or low > last:
            raise WidgetValueError(msg)
        day = _day(low, per_day).isoformat()
        return f"{day}T{low % per_day:02d}" if by_hour else day


def _day(step: int, per_day: int) -> date:
    return date.fromordinal(EPOCH) + timedelta(days=step // per_day)


class CaseWidget(StoryTraits, MapWidget):
    """The map of a case in a cell; see `convoy_geo.case.case.Case.widget`.

    Attributes
    ----------
    when
        The day that is shown, as ``2017-09-03`` (an hour as ``2023-06-24T14``), or None for all.
    clock
        Which of its times a claim is shown at: ``happened``, ``said`` or ``published``.
    sides
        Ids of the sides that are shown.
    layers
        Layers that are on.
    selected
        Ids of claims, places, routes, closures and lines.
    view
        West, south, east, north in degrees.
    drawn
        What was drawn, as GeoJSON geometries; `drawn_gdf` gives a frame.
    """

    def __init__(
        self,
        case: CaseFrames,
        made: WidgetPage,
        page: str,
        *,
        still: Callable[[], str],
        height_px: int,
    ) -> None:
        self._case = case
        self._made = made
        super().__init__(
            page,
            still=still,
            title=case.contents.info.title,
            keys=made.things,
            layers=made.layers,
            view=case.contents.info.view,
            height_px=height_px,
        )
        self.sides = made.sides

    def selected_gdf(self, layer: str = "") -> gpd.GeoDataFrame:
        """What is selected, as rows of the case's tables.

        Parameters
        ----------
        layer
            ``claims``, ``places``, ``reported_routes``, ``computed_routes``, ``closures`` or
            ``lines``: what is selected of it, with all columns of `Case.to_gdf`. By default
            everything, with the columns ``layer``, ``name`` and ``length_km`` of lines.

        Returns
        -------
        GeoDataFrame
            EPSG:4326, indexed by id; empty if nothing is selected.

        Raises
        ------
        ValueError
            If there is no such layer; the message names those that there are.
        """
        things = self._made.things
        if layer:
            known = dict.fromkeys(["claims", "places", "reported_routes", "computed_routes",
                                   "closures", "lines"])  # fmt: skip
            check_keys("layer", [layer], known)
            return self._rows(layer, [things[key][1] for key in self.selected
                                      if things[key][0] == layer])  # fmt: skip
        wanted: dict[str, list[str]] = {}
        for key in self.selected:
            name, one = things[key]
            wanted.setdefault(name, []).append(one)
        parts = [_short(self._rows(name, ids), name) for name, ids in wanted.items()]
        if not parts:
            columns: dict[str, list[Any]] = {"layer": [], "name": [], "length_km": []}
            return gpd.GeoDataFrame(columns, geometry=[], crs="EPSG:4326")
        return gpd.GeoDataFrame(pd.concat(parts), crs="EPSG:4326")

    def drawn_closures(self) -> tuple[Closure, ...]:
        """What was drawn as closures, for ``case.roads.route(stops, closures=...)``.

        A point closes the road that it lies on, a line the roads along and across it, an area the
        roads inside it. They are closed at `when`, or for the whole story.
        """
        info = self._case.contents.info
        days = Interval.parse(self.when or f"{info.first_day}/{info.last_day}", info.time_zone)
        return tuple(
            Closure(f"drawn_{number}", f"Drawn in the widget: {kind}", "cut", geometry, days)
            for number, (kind, geometry) in enumerate(
                zip(*(self.drawn_gdf()[name] for name in ("kind", "geometry")), strict=True), 1
            )
        )

    def _rows(self, layer: str, ids: Sequence[str]) -> gpd.GeoDataFrame:
        """Rows of a layer in the order of ids; each leg of a route is a row."""
        case = self._case
        if layer == "lines":
            lines = {line.id: line for line in case.contents.lines}
            return gpd.GeoDataFrame(
                {"name": [lines[key].name for key in ids], "note": [lines[key].note for key in ids],
                 "source": [lines[key].source for key in ids]},
                index=pd.Index(ids, name="id"), geometry=[lines[key].geometry for key in ids],
                crs="EPSG:4326",
            )  # fmt: skip
        frame = case.to_gdf(layer)
        if layer == "reported_routes":
            order = {key: place for place, key in enumerate(ids)}
            frame = frame[frame["route"].isin(order)]
            return frame.iloc[frame["route"].map(order).argsort(kind="stable")]
        found = frame.loc[[key for key in ids if key in frame.index]]
        if layer == "places" and case.contents.areas:  # a place without a point may have an outline
            outlines = case.contents.areas
            shapes = [
                outlines.get(key, shape) if shape is None else shape
                for key, shape in found.geometry.items()
            ]
            found = found.set_geometry(gpd.GeoSeries(shapes, index=found.index, crs=found.crs))
        return found


def _short(frame: gpd.GeoDataFrame, layer: str) -> gpd.GeoDataFrame:
    """The columns that all layers have."""
    names = next((frame[one] for one in ("summary", "title", "name") if one in frame), None)
    if names is None:  # computed routes
        names = frame["from"] + " to " + frame["to"]
    lengths = frame.get("length_km")
    short = {"layer": layer, "name": names, "length_km": lengths}
    made = gpd.GeoDataFrame(short, index=frame.index, geometry=frame.geometry, crs=frame.crs)
    made["length_km"] = made["length_km"].astype(float)
    return made


class LedgerWidget(StoryTraits):
    """The ledger of a case in a cell: the counts of the chosen moment and sides.

    It has the traits `when`, `clock`, `sides` and `selected` of `CaseWidget`; tie them with
    ``traitlets.link((chart, "when"), (counts, "when"))``.
    """

    def __init__(
        self, made: WidgetPage, page: str, *, still: Callable[[], str], title: str, height_px: int
    ) -> None:
        self._made = made
        super().__init__(page, still=still, title=title, keys=made.things, height_px=height_px)
        self.sides = made.sides


class DiagramWidget(StoryTraits):
    """A time-distance diagram in a cell: a click on a box selects its claim.

    It has the traits `when`, `sides` and `selected` of `CaseWidget`. A click beside the boxes
    chooses that day.
    """

    def __init__(
        self, made: WidgetPage, page: str, *, still: Callable[[], str], title: str, height_px: int
    ) -> None:
        self._made = made
        super().__init__(page, still=still, title=title, keys=made.things, height_px=height_px)
        self.sides = made.sides


def case_widget(case: CaseFrames, page: CasePage, *, height_px: int) -> CaseWidget:
    """The map of a case as a widget; see `Case.widget`."""
    made, html, words = _parts(case, page, "")
    still = partial(page.framed, words["widgetStill"])
    return CaseWidget(case, made, html, still=still, height_px=height_px)


def ledger_widget(case: CaseFrames, page: CasePage, *, height_px: int) -> LedgerWidget:
    """The ledger of a case as a widget; see `Case.ledger_widget`."""
    if not any(ledger.accounts for ledger in page.findings.ledgers):
        msg = f"case {case.contents.info.id!r} has no counts, and so no ledger"
        raise ValueError(msg)
    made, html, words = _parts(case, page, "ledger")
    return LedgerWidget(
        made, html, still=partial(page.framed, words["widgetStill"]),
        title=f"{words['ledger']}: {case.contents.info.title}", height_px=height_px,
    )  # fmt: skip


def diagram_widget(
    case: CaseFrames, page: CasePage, found: TimeDistance, *, height_px: int
) -> DiagramWidget:
    """A time-distance diagram of a case as a widget; see `Case.time_distance_widget`."""
    made, _, _ = _parts(case, page, "ledger")
    html = diagram_page(found, case.contents.info, nonce=NONCE, keys=thing_keys(case.contents))
    still = partial(_still_diagram, found, case, page.strings["widgetStill"])
    stops = ", ".join(name for name, _ in found.stops)
    return DiagramWidget(made, html, still=still, title=stops, height_px=height_px)


def _still_diagram(found: TimeDistance, case: CaseFrames, note: str) -> str:
    """The diagram as a picture, below a line; it needs no frame."""
    svg = svg_time_distance(draw_time_distance(found, case.contents.info))
    picture = f'<img src="{data_address(svg)}" alt="{safe(note)}" style="max-width: 100%">'
    return f"<p>{safe(note)}</p>{picture}"


_MADE: MutableMapping[CasePage, dict[str, tuple[WidgetPage, str]]] = WeakKeyDictionary()
"""What was made for the widgets of a page: they share it."""


def _parts(case: CaseFrames, page: CasePage, only: str) -> tuple[WidgetPage, str, dict[str, str]]:
    words = page.strings
    made = _MADE.setdefault(page, {})
    if only not in made:
        found = widget_page(
            page.document, case.contents, nonce=NONCE, words=widget_words(words), only=only
        )
        made[only] = found, page.widget_html(found.document)
    return *made[only], words
