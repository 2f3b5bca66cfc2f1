"""A map in a notebook that answers back: the safe page in a frame, and what is chosen as traits.

The page is the very page of `convoy_geo.webmap`, with its policy and its sandbox, and one port
more (``assets/page/port.js``). This module needs anywidget, the extra ``notebooks``: whoever
imports it asks `convoy_geo.viz.widget_extra.need_anywidget` first.
"""

from __future__ import annotations

import secrets
from functools import partial
from typing import TYPE_CHECKING, Any

import anywidget
import geopandas as gpd
import traitlets
from shapely.geometry import shape

from convoy_geo.lang import load_or_english
from convoy_geo.viz.widget_cells import forget_with_cell
from convoy_geo.viz.widget_traits import (
    KINDS,
    CheckedTrait,
    WidgetValueError,
    check_drawn,
    check_keys,
    check_view,
)
from convoy_geo.webmap.assets import asset
from convoy_geo.webmap.html import notebook_html, widget_html

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    import folium

__all__ = ["FrameWidget", "MapWidget", "WidgetValueError", "chart_widget"]

WORDS = ("tools", "box", "lasso", "point", "line", "polygon", "clear", "selected", "find")


def widget_words(strings: Mapping[str, str]) -> dict[str, str]:
    """The words of the widget's own tools, in the language of the page."""
    return {name: strings[f"widget{name.capitalize()}"] for name in WORDS}


NONCE = secrets.token_urlsafe(18)
"""Stands in a page where each of its widgets has a word of chance of its own."""


class FrameWidget(anywidget.AnyWidget):
    """A page in a cell, with a selection that is told both ways.

    Parameters
    ----------
    page
        Text of the page that has a port, with `NONCE` as its nonce; widgets share it.
    still
        Makes what a front end without widgets shows: the static page as HTML.
    title
        What a screen reader calls the frame.
    keys
        All that can be selected.
    height_px
        Height in pixels.
    """

    _esm = asset("widget", "frame.js")
    _page = traitlets.Unicode().tag(sync=True)
    _nonce = traitlets.Unicode().tag(sync=True)
    _title = traitlets.Unicode().tag(sync=True)
    height_px = traitlets.Int(640, min=120, max=4000).tag(sync=True)
    selected = CheckedTrait(()).tag(sync=True)

    def __init__(
        self,
        page: str,
        *,
        still: Callable[[], str],
        title: str,
        keys: Collection[str],
        height_px: int = 640,
    ) -> None:
        self._shared_page = page
        self._still = still
        self._keys = keys
        nonce = secrets.token_urlsafe(18)
        super().__init__(_nonce=nonce, _title=title, height_px=height_px)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._title!r}: {len(self.selected)} selected>"

    def _repr_html_(self) -> str:
        return self._still()

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """The widget, and beside it the static page for what shows no widgets."""
        if self.comm is None:  # it was closed; a second look opens it again
            self.open()
        forget_with_cell(self)
        made = super()._repr_mimebundle_(**kwargs)
        data, metadata = made if isinstance(made, tuple) else (made, {})
        return {**(data or {}), "text/html": self._still()}, metadata

    def open(self) -> None:
        """Tell the front end of the widget."""
        self._page = self._shared_page.replace(NONCE, self._nonce)
        super().open()

    def close(self) -> None:
        """Let the front end and the kernel forget the widget; to show it again opens it again."""
        super().close()
        self.__dict__.pop("_repr_mimebundle_", None)  # which ipywidgets hides
        self._page = ""

    def check_selected(self, value: Any) -> tuple[str, ...]:
        """Ids of what can be selected."""
        return check_keys("selected", value, self._keys)


class MapWidget(FrameWidget):
    """A map in a cell: select, draw, switch layers, move; see `docs/widget.md`.

    Parameters
    ----------
    page, still, title, keys, height_px
        See `FrameWidget`.
    layers
        All layers by key, from the ground up, with whether they are on at first.
    view
        West, south, east, north in degrees.
    frame, row_keys
        What is drawn and the key of each row; or None where a subclass finds it.
    """

    layers = CheckedTrait(()).tag(sync=True)
    view = CheckedTrait((-180.0, -85.0, 180.0, 85.0)).tag(sync=True)
    drawn = CheckedTrait(()).tag(sync=True)

    def __init__(
        self,
        page: str,
        *,
        still: Callable[[], str],
        title: str,
        keys: Collection[str],
        layers: Mapping[str, bool],
        view: Sequence[float] = (-180.0, -85.0, 180.0, 85.0),
        frame: gpd.GeoDataFrame | None = None,
        row_keys: Sequence[str] = (),
        height_px: int = 640,
    ) -> None:
        self._layer_keys = tuple(layers)
        self._frame = frame
        self._row_keys = list(row_keys)
        super().__init__(page, still=still, title=title, keys=keys, height_px=height_px)
        self.layers = tuple(key for key, on in layers.items() if on)
        self.view = view

    def check_layers(self, value: Any) -> tuple[str, ...]:
        """Layers that the map has, from the ground up."""
        chosen = check_keys("layers", value, self._layer_keys)
        return tuple(key for key in self._layer_keys if key in chosen)

    def check_view(self, value: Any) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees."""
        return check_view(value)

    def check_drawn(self, value: Any) -> tuple[dict[str, Any], ...]:
        """Points, lines and polygons; one that crosses itself is repaired."""
        return check_drawn(value)

    def selected_gdf(self) -> gpd.GeoDataFrame:
        """The rows that are selected, in the order in which they were.

        Returns
        -------
        GeoDataFrame
            With the columns and the CRS of what is drawn; empty if nothing is selected.
        """
        assert self._frame is not None  # noqa: S101  (a subclass has its own)
        order = {key: place for place, key in enumerate(self.selected)}
        rows = [row for row, key in enumerate(self._row_keys) if key in order]
        rows.sort(key=lambda row: order[self._row_keys[row]])
        return self._frame.iloc[rows]

    def drawn_gdf(self) -> gpd.GeoDataFrame:
        """What was drawn.

        Returns
        -------
        GeoDataFrame
            EPSG:4326, in the order of drawing; ``kind`` is ``point``, ``line`` or ``polygon``.
        """
        shapes = [shape(one) for one in self.drawn]
        kinds = [KINDS[one.geom_type] for one in shapes]
        return gpd.GeoDataFrame({"kind": kinds}, geometry=shapes, crs="EPSG:4326")


def chart_widget(
    chart: folium.Map,
    frame: gpd.GeoDataFrame,
    row_keys: Sequence[str],
    *,
    height_px: int = 640,
) -> MapWidget:
    """A folium map whose elements have keys as a widget.

    Parameters
    ----------
    chart
        Made of what the safe page can draw; see `convoy_geo.webmap.elements.keyed`.
    frame, row_keys
        What is drawn, and the key of each row.
    height_px
        Height in pixels.

    Raises
    ------
    UnsupportedMapElementError
        If the map holds an element that the page cannot draw.
    """
    words = load_or_english(getattr(chart, "lang", None) or "en").strings
    page, layers = widget_html(chart, {"nonce": NONCE, "words": widget_words(words)})
    drawn = frame.geometry.notna() & ~frame.geometry.is_empty
    shown = frame[drawn].to_crs("EPSG:4326") if drawn.any() else None
    view = (-180.0, -85.0, 180.0, 85.0)
    if shown is not None:
        west, south, east, north = shown.total_bounds.tolist()
        margin = max(east - west, north - south, 0.1) * 0.02
        view = (west - margin, max(-90, south - margin), east + margin, min(90, north + margin))
    return MapWidget(
        page,
        still=partial(notebook_html, chart, height=height_px, note=words["widgetStill"]),
        title=getattr(chart, "title", None) or words["map"],
        keys=dict.fromkeys(row_keys),
        layers=layers,
        view=view,
        frame=frame,
        row_keys=row_keys,
        height_px=height_px,
    )
