"""A picture of any map that a page can draw, for where frames and scripts are removed.

It reads the page's own document (`convoy_geo.webmap.from_folium`), so that it shows what the map
shows at first: lines, areas, dots, circles and pins, with the names that belong to them.
"""

from __future__ import annotations

import base64
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from convoy_geo.model.views import fit_view
from convoy_geo.viz.layers import DrawnFeature, FeatureLayer
from convoy_geo.viz.svg_map import svg_map
from convoy_geo.webmap.from_folium import read_map
from convoy_geo.webmap.polyline_codec import unpack

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import folium

__all__ = ["data_address", "map_picture"]

WIDTH = 800.0
DEFAULT_PRECISION = 5
PIN_RADIUS = 6.0
TINY = 1e-6
"""Degrees: a line of this length is a dot, by its round ends."""


def map_picture(chart: folium.Map) -> str:
    """What a map shows at first as a picture.

    Parameters
    ----------
    chart
        Made of the elements that a page can draw; online tiles are left out.

    Returns
    -------
    str
        An address of the scheme ``data`` that holds an SVG.

    Raises
    ------
    UnsupportedMapElementError
        If the map holds an element that is not known.
    """
    document = read_map(chart).document
    names: dict[int, dict[str, Any]] = {}
    for item, _ in _leaves(document["layers"], DEFAULT_PRECISION):
        if item["k"] == "n" and "at" in item:
            names[item["at"]] = item
    reader = _Reader(document["styles"], names)
    features = [
        feature
        for item, precision in _leaves(document["layers"], DEFAULT_PRECISION)
        for feature in reader.features(item, precision)
    ]
    layer = FeatureLayer("", "lines", features)
    return data_address(svg_map([layer], _view(document["map"], features), title="", width=WIDTH))


def data_address(svg: str) -> str:
    """An SVG as an address of the scheme ``data``."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


def _leaves(
    items: Sequence[dict[str, Any]], precision: int
) -> Iterator[tuple[dict[str, Any], int]]:
    """What is shown at first, but for the basemap, and the precision of its positions."""
    for item in items:
        if item["k"] == "g":
            if item.get("show", True) and not item.get("base"):
                yield from _leaves(item.get("items", ()), item.get("q", precision))
        elif item["k"] != "t":
            yield item, precision


def _view(said: Mapping[str, Any], features: Sequence[DrawnFeature]) -> Sequence[float]:
    """The view that the map opens with."""
    if "fit" in said:
        (south, west), (north, east) = said["fit"]
        if west < east and south < north:
            return west, south, east, north
    if "zoom" in said:
        lat, lon = said["center"]
        half = 180 * WIDTH / 256 / 2 ** said["zoom"]
        tall = 0.6 * half * math.cos(math.radians(lat))
        return lon - half, max(lat - tall, -85.0), lon + half, min(lat + tall, 85.0)
    bounds = [one.geometry.bounds for one in features if not one.geometry.is_empty]
    corners = [(west, south) for west, south, _, _ in bounds]
    corners += [(east, north) for _, _, east, north in bounds]
    return fit_view(corners) or (-180.0, -60.0, 180.0, 80.0)


class _Reader:
    """Items of a page's document as features."""

    def __init__(self, styles: Sequence[Any], names: Mapping[int, Mapping[str, Any]]) -> None:
        self.styles = styles
        self.names = names

    def features(self, item: Mapping[str, Any], precision: int) -> Iterator[DrawnFeature]:
        kind = item["k"]
        style = dict(self.styles[item["s"]]) if "s" in item else {}
        if kind == "l":
            parts = [unpack(text, precision) for text in item["g"]]
            lines = [shapely.linestrings(part) for part in parts if len(part) > 1]
            if lines:
                yield DrawnFeature("line", shapely.multilinestrings(lines), style)
        elif kind == "a":
            groups = [[one] if isinstance(one, str) else one for one in item["g"]]
            rings = [
                [ring for text in group if len(ring := unpack(text, precision)) > 2]
                for group in groups
            ]
            areas = [shapely.Polygon(one[0], one[1:]) for one in rings if one]
            if areas:
                yield DrawnFeature("area", shapely.MultiPolygon(areas), {"fill": False} | style)
        elif kind == "r":
            yield from self.cloud(item)
        elif kind in {"d", "c", "m", "h"}:
            point = shapely.Point(unpack(item["g"], precision)[0])
            if kind == "m":
                style = {"color": "#ffffff", "weight": 1.5, "fillColor": item["c"],
                         "fill": True, "fillOpacity": 1}  # fmt: skip
            radius = float(item.get("r", PIN_RADIUS))
            shape = "circle" if kind == "c" else "dot"
            name = str(self.names.get(item.get("id", -1), {}).get("text", ""))
            if kind != "h":
                yield DrawnFeature(shape, point, {"fill": False} | style, name, radius=radius)

    def cloud(self, item: Mapping[str, Any]) -> Iterator[DrawnFeature]:
        """Very many dots as lines without length, whose round ends are the dots."""
        points = np.array(unpack(item["g"], DEFAULT_PRECISION))
        of = np.array(item.get("of", np.zeros(len(points))))
        for number, (style, radius) in enumerate(item["looks"]):
            look = self.styles[style]
            own = np.unique(points[of == number].round(3), axis=0)
            ends = np.stack([own, own + np.array([TINY, 0.0])], axis=1)
            lines = shapely.linestrings(ends)
            colour = look.get("fillColor", look.get("color", "#3388ff"))
            dots = {"color": colour, "weight": 2 * radius, "opacity": look.get("fillOpacity", 1)}
            yield DrawnFeature("line", shapely.multilinestrings(lines), dots)
