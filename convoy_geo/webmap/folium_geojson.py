# ruff: noqa: SLF001  (folium keeps the tree in private names and offers no other way to it)
"""A folium.GeoJson layer as items of a page: its functions are asked here, once per feature."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import folium
from folium.utilities import JsCode

from convoy_geo.webmap.folium_allowlist import refuse
from convoy_geo.webmap.folium_vectors import PRECISION
from convoy_geo.webmap.polyline_codec import pack
from convoy_geo.webmap.sanitize import HtmlNode, clean
from convoy_geo.webmap.style_table import number, path_style

if TYPE_CHECKING:
    from collections.abc import Iterator

    from convoy_geo.webmap.style_table import Pool

__all__ = ["DOT_RADIUS", "geojson_items"]

DOT_RADIUS = 6
"""Size of a point in pixels where neither style nor marker says one."""


def geojson_items(layer: folium.GeoJson, pool: Pool) -> dict[str, Any]:
    """The features of a layer as items, and the precision `q` of their coordinates.

    Parameters
    ----------
    layer
        A GeoJson layer; its style, highlight, tooltip and popup are worked out per feature.
    pool
        Takes up the styles and contents.

    Returns
    -------
    dict
        ``items`` and, where it is not 5, ``q``.

    Raises
    ------
    UnsupportedMapElementError
        If the layer holds JavaScript or data that is only linked.
    """
    if layer.on_each_feature is not None or any(
        isinstance(value, JsCode) for value in layer.options.values()
    ):
        refuse("JsCode", "no script of a map is run")
    if not layer.embed:
        refuse("GeoJson(embed=False)", "its data is not in the map")
    precision = int(layer.options.get("precision", PRECISION))
    items: list[dict[str, Any]] = []
    for feature in _features(layer.data):
        extra = _extra(layer, feature, pool)
        for geometry in _simple(feature.get("geometry")):
            items += _items(layer, feature, geometry, pool, precision, extra)
    if not any(item.keys() & {"p", "t", "h", "z"} for item in items) and not _spoken(layer):
        items = _merged_lines(items)
    return {"items": items} | ({} if precision == PRECISION else {"q": precision})


def _spoken(layer: folium.GeoJson) -> bool:
    """Whether the layer as a whole has a popup or a tooltip."""
    return any(
        isinstance(child, (folium.Popup, folium.Tooltip)) for child in layer._children.values()
    )


def _features(data: dict[str, Any]) -> list[dict[str, Any]]:
    if data.get("type") == "FeatureCollection":
        return list(data["features"])
    if data.get("type") == "Feature":
        return [data]
    return [{"type": "Feature", "properties": {}, "geometry": data}]


def _simple(geometry: dict[str, Any] | None) -> Iterator[dict[str, Any]]:
    """A geometry, or the geometries of a collection however deep."""
    if geometry is None:
        return
    if geometry["type"] == "GeometryCollection":
        for part in geometry["geometries"]:
            yield from _simple(part)
    elif geometry.get("coordinates"):
        yield geometry


def _extra(layer: folium.GeoJson, feature: dict[str, Any], pool: Pool) -> dict[str, Any]:
    """What all items of a feature share besides their style."""
    extra: dict[str, Any] = {}
    properties = feature.get("properties") or {}
    for child in layer._children.values():
        for kind, key in ((folium.GeoJsonPopup, "p"), (folium.GeoJsonTooltip, "t")):
            if isinstance(child, kind):
                extra[key] = pool.content(_fields(child, properties))
    if layer.zoom_on_click:
        extra["z"] = True
    return extra


def _fields(detail: Any, properties: dict[str, Any]) -> HtmlNode:
    """The chosen properties as a table. Values are text, never HTML."""
    rows = []
    for name, alias in zip(detail.fields, detail.aliases, strict=True):
        value = properties.get(name)
        if detail.localize and isinstance(value, int | float) and not isinstance(value, bool):
            text = f"{value:,.3f}".rstrip("0").rstrip(".") if value % 1 else f"{int(value):,}"
        elif isinstance(value, dict | list | bool):
            text = json.dumps(value, ensure_ascii=False)
        else:
            text = "" if value is None else str(value)
        cell = HtmlNode("td", (), (clean(text),))
        label = HtmlNode("th", (("scope", "row"),), (clean(str(alias)),))
        rows.append(HtmlNode("tr", (), (label, cell) if detail.labels else (cell,)))
    return HtmlNode("table", (), (HtmlNode("tbody", (), tuple(rows)),))


def _items(
    layer: folium.GeoJson,
    feature: dict[str, Any],
    geometry: dict[str, Any],
    pool: Pool,
    precision: int,
    extra: dict[str, Any],
) -> list[dict[str, Any]]:
    """The items of one simple geometry: several for a MultiPoint, else one."""
    kind, coordinates = geometry["type"], geometry["coordinates"]
    given = _style(layer, feature)
    style = {"s": pool.style(path_style(given, fills="LineString" not in kind))} | extra
    if layer.highlight:
        lit = path_style(given | layer.highlight_function(feature), fills="LineString" not in kind)
        style["h"] = pool.style(lit)
    if kind in {"Point", "MultiPoint"}:
        points = [coordinates] if kind == "Point" else coordinates
        form = _point_form(layer, given)
        return [{**form, "g": pack([point], precision), **style} for point in points]
    if kind in {"LineString", "MultiLineString"}:
        lines = [coordinates] if kind == "LineString" else coordinates
        return [{"k": "l", "g": [pack(line, precision) for line in lines], **style}]
    if kind not in {"Polygon", "MultiPolygon"}:
        refuse(f"geometry {kind!r}", "it is not one of GeoJSON")
    polygons = [coordinates] if kind == "Polygon" else coordinates
    areas = [[pack(_open(ring), precision) for ring in polygon] for polygon in polygons]
    return [{"k": "a", "g": areas, **style}]


def _open(ring: list[list[float]]) -> list[list[float]]:
    """A ring without its last position, which the page closes by itself."""
    return ring[:-1] if ring[0] == ring[-1] else ring


def _style(layer: folium.GeoJson, feature: dict[str, Any]) -> dict[str, Any]:
    """Path options of a feature: the marker's, beneath those of the style function."""
    style: dict[str, Any] = {}
    if isinstance(layer.marker, folium.Circle | folium.CircleMarker):
        style |= layer.marker.options
    if layer.style:
        style |= layer.style_function(feature)
    else:
        own = (feature.get("properties") or {}).get("style")
        style |= own if isinstance(own, dict) else {}
    return style


def _point_form(layer: folium.GeoJson, style: dict[str, Any]) -> dict[str, Any]:
    if layer.marker is not None and layer.marker.icon is not None:
        refuse(
            "GeoJson(marker=Marker(icon=...))", "draw points as CircleMarker, or as single Markers"
        )
    kind = "c" if isinstance(layer.marker, folium.Circle) else "d"
    return {"k": kind, "r": number(style.get("radius", DOT_RADIUS), "radius")}


def _merged_lines(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lines of one style that follow each other, as one item: a basemap's rivers are one path."""
    merged: list[dict[str, Any]] = []
    for item in items:
        last = merged[-1] if merged else {}
        if item["k"] == last.get("k") == "l" and item["s"] == last["s"]:
            last["g"] += item["g"]
        else:
            merged.append(item)
    return merged
