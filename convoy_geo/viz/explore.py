"""`explore`: networks, reaches, mentions, routes and frames on an interactive map."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, overload

from convoy_geo.errors import WrongTypeError
from convoy_geo.io.html import clean
from convoy_geo.type_checks import checks_types
from convoy_geo.viz.widget_extra import need_anywidget

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import folium
    import geopandas as gpd

    from convoy_geo.viz.widget import MapWidget

__all__ = ["explore"]


@overload
def explore(
    x: Any,
    m: folium.Map | None = None,
    *,
    color: str | None = None,
    weight: float | None = None,
    popup: Sequence[str] | str | None = None,
    tooltip: Sequence[str] | str | None = None,
    title: str = "",
    bbox: tuple[float, float, float, float] | None = None,
    classes: Collection[str] | None = None,
    widget: Literal[False] = False,
) -> folium.Map: ...
@overload
def explore(
    x: Any,
    m: folium.Map | None = None,
    *,
    color: str | None = None,
    weight: float | None = None,
    popup: Sequence[str] | str | None = None,
    tooltip: Sequence[str] | str | None = None,
    title: str = "",
    bbox: tuple[float, float, float, float] | None = None,
    classes: Collection[str] | None = None,
    widget: Literal[True],
) -> MapWidget: ...
@checks_types
def explore(
    x: Any,
    m: folium.Map | None = None,
    *,
    color: str | None = None,
    weight: float | None = None,
    popup: Sequence[str] | str | None = None,
    tooltip: Sequence[str] | str | None = None,
    title: str = "",
    bbox: tuple[float, float, float, float] | None = None,
    classes: Collection[str] | None = None,
    widget: bool = False,
) -> folium.Map | MapWidget:
    """Draw a result on an interactive map, which a notebook shows without a network.

    Parameters
    ----------
    x
        A road network (by class and confidence), a `Reach` (possibly and surely reached roads and
        areas), the `Mentions` of a text, one or more `Route` objects, a `Gazetteer`, any
        GeoDataFrame with a CRS, or any object whose ``to_frame()`` returns one.
    m
        The map to draw on; by default a new `OfflineMap` that shows everything, on the basemap.
    color
        One CSS colour for everything, instead of a colour per class, level or role. For frames, and
        objects drawn as frames, also a column: numbers get five classes from low to high, other
        values one colour each, with a legend.
    weight
        One width of all lines, in pixels.
    popup, tooltip
        Columns of the table of `x` (``edges`` of a network, ``to_frame()`` of the others) shown on
        click and on hover. By default a short text, and for mentions a card.
    title
        Title of a new map.
    bbox
        For a network: only edges that intersect west, south, east, north in degrees.
    classes
        For a network: only edges of these classes.
    widget
        Whether to return an interactive widget: its ``selected_gdf()`` returns the selected rows.
        Requires anywidget, the extra ``notebooks``.

    Returns
    -------
    folium.Map or MapWidget
        The map `m`, or the new one; or it as a widget.

    Raises
    ------
    TypeError
        If `x` is none of these, or options for a network are given for something else.
    KeyError
        If a column is not in the table; the message lists the existing ones.
    ValueError
        If a network has nothing to draw or more than 10,000 edges, or `color` is not a CSS colour.
    MissingExtraError
        If a widget is requested but anywidget is not installed.

    Examples
    --------
    >>> import convoy_geo
    >>> chart = explore(convoy_geo.find_places("The buses left Homs for Abu Kamal."))
    >>> type(chart).__name__
    'OfflineMap'
    """
    from convoy_geo.geoparse.mentions import Mentions  # noqa: PLC0415  (heavy, as folium is)
    from convoy_geo.network.network import RoadNetwork  # noqa: PLC0415
    from convoy_geo.timegeo.prism import Reach  # noqa: PLC0415
    from convoy_geo.viz.explore_frame import explore_frame  # noqa: PLC0415
    from convoy_geo.viz.explore_mentions import explore_mentions  # noqa: PLC0415
    from convoy_geo.viz.explore_network import explore_network  # noqa: PLC0415
    from convoy_geo.viz.explore_reach import explore_reach  # noqa: PLC0415
    from convoy_geo.viz.explore_style import Look  # noqa: PLC0415

    if widget:
        need_anywidget()
    frame = _frame(x)
    if frame is not None and color in frame.columns:
        look = replace(Look.of(None, weight, popup, tooltip), color=color)
    else:
        look = Look.of(color, weight, popup, tooltip)
    if not isinstance(x, RoadNetwork) and (bbox is not None or classes is not None):
        msg = f"`bbox` and `classes` are for a road network, not for {type(x).__name__}"
        raise WrongTypeError(msg)
    if isinstance(x, RoadNetwork):
        chart = explore_network(x, m, look=look, title=title, bbox=bbox, classes=classes)
    elif isinstance(x, Reach):
        chart = explore_reach(x, m, look=look, title=title)
    elif isinstance(x, Mentions):
        chart = explore_mentions(x, m, look=look, title=title)
    elif frame is not None:
        chart = explore_frame(frame, m, look=look, title=title)
    else:
        raise WrongTypeError(_what(x))
    return _as_widget(chart, x, frame) if widget else chart


def _as_widget(chart: folium.Map, x: Any, frame: gpd.GeoDataFrame | None) -> MapWidget:
    """The map as a widget, whose selection are rows of the table of `x`."""
    from convoy_geo.geoparse.mentions import Mentions  # noqa: PLC0415
    from convoy_geo.network.network import RoadNetwork  # noqa: PLC0415
    from convoy_geo.viz.explore_frame import row_keys  # noqa: PLC0415
    from convoy_geo.viz.widget import chart_widget  # noqa: PLC0415

    if isinstance(x, Mentions):  # a dot stands for all mentions of its place
        frame = x.to_frame()
        return chart_widget(chart, frame, [clean(str(place or "")) for place in frame["place"]])
    if frame is None:
        frame = x.edges if isinstance(x, RoadNetwork) else x.to_frame()
    return chart_widget(chart, frame, row_keys(frame).tolist())


def _frame(x: Any) -> gpd.GeoDataFrame | None:
    """What is drawn as a frame, as one; None of a network, a reach, mentions and other things."""
    import geopandas as gpd  # noqa: PLC0415

    from convoy_geo.geoparse.mentions import Mentions  # noqa: PLC0415
    from convoy_geo.network.network import RoadNetwork  # noqa: PLC0415
    from convoy_geo.routing.route import Route, routes_frame  # noqa: PLC0415
    from convoy_geo.timegeo.prism import Reach  # noqa: PLC0415

    if isinstance(x, gpd.GeoDataFrame):
        return x
    if isinstance(x, gpd.GeoSeries):
        return x.to_frame("geometry")
    if isinstance(x, RoadNetwork | Reach | Mentions):
        return None
    if isinstance(x, Route):
        return routes_frame([x])
    if isinstance(x, list | tuple) and x and all(isinstance(one, Route) for one in x):
        return routes_frame(x)
    made = x.to_frame() if hasattr(x, "to_frame") else None
    return made if isinstance(made, gpd.GeoDataFrame) else None


def _what(x: Any) -> str:
    """What is said of a thing that cannot be drawn."""
    found = type(x).__name__
    if isinstance(x, list | tuple) and x:
        found += f" of {type(x[0]).__name__}"
    hint = ""
    if "Conflict" in found:
        hint = "; draw the claims of conflicts with explore(case.to_gdf('conflicts'))"
    if found == "Case":
        hint = "; a case is drawn by its map()"
    if found == "Claims":
        hint = "; draw them with explore(case.to_gdf('claims'))"
    return (
        "`x` must be a RoadNetwork, a Reach, Mentions, Routes, a Gazetteer, a GeoDataFrame or "
        f"anything whose to_frame() is one, not {found}{hint}"
    )
