"""A reach as folium layers: the roads that can have been reached, and the area beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import folium

from convoy_geo.viz.explore_style import Look, new_map
from convoy_geo.webmap.elements import Legend, LegendEntry, keyed, safe

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from convoy_geo.timegeo.prism import Reach

__all__ = ["explore_reach"]

STYLES = {"possibly": ("#2a788e", 3.0, 0.12), "surely": ("#440154", 5.0, 0.22)}
"""For each level the colour, the width of its roads and how dense its area is."""


def explore_reach(
    reach: Reach,
    m: folium.Map | None = None,
    *,
    look: Look | None = None,
    title: str = "",
) -> folium.Map:
    """Draw a reach on a map: two layers, roads over area, for each level that reaches anything.

    Parameters
    ----------
    reach
        Where someone can have been; see `Case.reach`.
    m
        The map to draw on; by default a new `OfflineMap`.
    look
        Colour, width and columns shown.
    title
        Of a new map.
    """
    look = look or Look()
    frame = reach.to_frame()
    look.check(frame.columns)
    question = f"{reach.origin} to {reach.destination}, {reach.mode}"
    times = f"left {reach.leave}, arrived {reach.arrive}"
    if m is None:
        bounds = reach.area("possibly").bounds if not frame.empty else (-120.0, -50.0, 160.0, 70.0)
        m = new_map(bounds, title or f"Reach: {question}", max_zoom=14)
    entries = []
    for level, (own_colour, own_weight, density) in STYLES.items():
        rows = frame[frame["level"] == level]
        if rows.empty:
            continue
        name = f"{level.capitalize()} reachable: {question}"
        colour, weight = look.color or own_colour, look.weight or own_weight
        layer = folium.FeatureGroup(safe(name))
        for ring in _polygons(reach.area(level)):
            folium.Polygon(
                ring, color=colour, weight=1, opacity=0.5, fill=True, fill_color=colour,
                fill_opacity=density, tooltip=safe(f"{name}; {times}"),
            ).add_to(layer)  # fmt: skip
        for key, row in zip(rows.index, rows.to_dict("records"), strict=True):
            words = f"{name}; {times}; edge {row['edge']}, {row['share']:.0%} of it"
            line = folium.PolyLine(
                _line(row["geometry"]), color=colour, weight=weight, opacity=0.85,
                **look.talk(row, tooltip=safe(words)),
            )  # fmt: skip
            keyed(line, key).add_to(layer)
        layer.add_to(m)
        entries.append(LegendEntry(f"{level.capitalize()} reachable", colour, weight=weight))
    if entries:
        Legend("Reach", entries).add_to(m)
    return m


def _line(geometry: BaseGeometry) -> list[Any]:
    """Points of a line, or of each of several, in Leaflet's order: lat, lon."""
    if hasattr(geometry, "geoms"):
        return [_line(part) for part in geometry.geoms if part.length]
    return [(lat, lon) for lon, lat in geometry.coords]


def _polygons(area: BaseGeometry) -> list[Any]:
    """For each polygon its rings, lat before lon."""
    parts = getattr(area, "geoms", [] if area.is_empty else [area])
    return [
        [[(lat, lon) for lon, lat in ring.coords] for ring in (part.exterior, *part.interiors)]
        for part in parts
    ]
