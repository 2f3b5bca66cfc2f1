# ruff: noqa: SLF001  (folium keeps the tree in private names and offers no other way to it)
"""Markers, lines and areas of folium as items of a page, with their popups and tooltips."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import folium
from branca.element import Html

from convoy_geo.webmap import sanitize
from convoy_geo.webmap.folium_allowlist import LEFTOVERS, kind_of, refuse
from convoy_geo.webmap.polyline_codec import pack
from convoy_geo.webmap.style_table import PIN_COLOURS, colour, number, path_style

if TYPE_CHECKING:
    from collections.abc import Callable

    from branca.element import Element

    from convoy_geo.webmap.style_table import Pool

__all__ = ["PRECISION", "bind", "packed", "shape_item"]

PRECISION = 5
"""Decimal places of a degree kept where a layer does not say: about a metre."""


def shape_item(shape: Element, kind: type, pool: Pool) -> dict[str, Any]:
    """A marker, line or area as an item of the page.

    Parameters
    ----------
    shape
        The folium element.
    kind
        One of `SHAPES`, which it is drawn as.
    pool
        Takes up its style and contents.

    Raises
    ------
    UnsupportedMapElementError
        If it has no place, or an option or child that cannot be drawn.
    ValueError
        If a coordinate is not on the globe.
    """
    item = SHAPES[kind](shape, pool)
    bind(item, shape, pool, beside=(folium.Icon, folium.DivIcon))
    return item


def bind(
    item: dict[str, Any], element: Element, pool: Pool, *, beside: tuple[type, ...] = ()
) -> None:
    """Read the popup and the tooltip of an element.

    Parameters
    ----------
    item
        Takes up what was read.
    element
        A shape or a layer.
    pool
        Takes up the contents.
    beside
        Kinds of children that are read elsewhere; all others are refused.
    """
    for child in element._children.values():
        if isinstance(child, LEFTOVERS):
            continue
        kind = kind_of(child)
        if kind is folium.Popup:
            item["p"] = pool.content(_popup(child))
            if isinstance(child.options.get("max_width"), int | float):
                item["pw"] = number(child.options["max_width"], "max_width")
            if child.show:
                item["open"] = True
        elif kind is folium.Tooltip:
            item["t"] = pool.content(sanitize.parse(child.text))
            if child.options.get("permanent"):
                item["fixed"] = True
        elif not issubclass(kind, beside):
            refuse(type(child).__name__, f"it has no meaning on a {type(element).__name__}")


def _popup(popup: folium.Popup) -> sanitize.HtmlNode:
    """The content of a popup, which folium keeps as strings of HTML."""
    parts: list[sanitize.HtmlNode | str] = []
    for child in popup.html._children.values():
        if type(child) is not Html:
            refuse(type(child).__name__, "a popup holds text only")
        # folium escapes backticks for the template that it would paste the text into.
        text = child.data.replace("\\`", "`")
        parts.append(sanitize.parse(text) if child.script else sanitize.clean(text))
    for part in (popup.script, popup.header, popup):
        for child in part._children.values():
            refuse(type(child).__name__, "a popup holds text only")
    only = parts[0] if len(parts) == 1 else None
    return only if isinstance(only, sanitize.HtmlNode) else sanitize.HtmlNode("", (), tuple(parts))


def _styled(shape: Element, pool: Pool, **form: Any) -> dict[str, Any]:
    return form | {"s": pool.style(path_style(shape.options, fills=False))}


def _line(line: folium.PolyLine, pool: Pool) -> dict[str, Any]:
    parts = line.locations if _depth(line.locations) > 1 else [line.locations]
    return _styled(line, pool, k="l", g=[packed(part) for part in parts])


def _polygon(area: folium.Polygon, pool: Pool) -> dict[str, Any]:
    """An area; several lists are an outer ring and its holes, as Leaflet reads them."""
    rings = area.locations if _depth(area.locations) > 1 else [area.locations]
    return _styled(area, pool, k="a", g=[[packed(ring) for ring in rings]])


def _rectangle(area: folium.Rectangle, pool: Pool) -> dict[str, Any]:
    (south, west), (north, east) = area.locations
    corners = [(south, west), (south, east), (north, east), (north, west)]
    return _styled(area, pool, k="a", g=[[packed(corners)]])


def _circle(circle: folium.Circle, pool: Pool) -> dict[str, Any]:
    radius = number(circle.options.get("radius", 50), "radius")
    return _styled(circle, pool, k="c", g=packed([_place(circle)]), r=radius)


def _dot(dot: folium.CircleMarker, pool: Pool) -> dict[str, Any]:
    radius = number(dot.options.get("radius", 10), "radius")
    return _styled(dot, pool, k="d", g=packed([_place(dot)]), r=radius)


def _marker(marker: folium.Marker, pool: Pool) -> dict[str, Any]:
    item: dict[str, Any] = {"g": packed([_place(marker)])}
    options = {} if marker.icon is None else marker.icon.options
    if marker.icon is not None and kind_of(marker.icon) is folium.DivIcon:
        item |= {"k": "h", "n": pool.content(sanitize.parse(options.get("html", "")))}
        for key, short in (("icon_size", "size"), ("icon_anchor", "anchor")):
            if options.get(key):
                item[short] = [number(value, key) for value in options[key]]
    else:
        name = str(options.get("marker_color", "blue"))
        item["k"] = "m"
        item["c"] = PIN_COLOURS.get(name) or colour(name, "Icon color")
        item["i"] = colour(options.get("icon_color", "white"), "Icon icon_color")
    for key in ("title", "alt"):
        if marker.options.get(key):
            item["alt"] = sanitize.clean(str(marker.options[key]))
    return item


SHAPES: dict[type, Callable[[Any, Pool], dict[str, Any]]] = {
    folium.PolyLine: _line,
    folium.Polygon: _polygon,
    folium.Rectangle: _rectangle,
    folium.Circle: _circle,
    folium.CircleMarker: _dot,
    folium.Marker: _marker,
}
"""Elements that are drawn, and how each is read."""


def packed(locations: Any) -> str:
    """Pack folium's lat, lon positions, which become lon, lat here."""
    return pack([(lon, lat) for lat, lon in locations], PRECISION)


def _depth(locations: Any) -> int:
    """How many lists deep the positions are: 1 for a line, 2 for lines or rings."""
    depth = 0
    while locations and isinstance(locations[0], list | tuple):
        locations = locations[0]
        depth += 1
    return depth


def _place(marker: folium.Marker) -> Any:
    if marker.location is None:
        refuse(type(marker).__name__, "it has no location")
    return marker.location
