"""A reach as folium layers: the roads that can have been reached, and the ground beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import folium

from convoy_geo.webmap.elements import Legend, LegendEntry, safe

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from convoy_geo.timegeo.prism import Reach

__all__ = ["add_reach"]

STYLES = {"possibly": ("#2a788e", 3.0, 0.12), "surely": ("#440154", 5.0, 0.22)}
"""For each level the colour, the width of its roads and how dense its area is."""


def add_reach(chart: folium.Map, reach: Reach, *, legend: bool = True) -> None:
    """Add a reach to a map: two layers, roads over area, for each level that reaches anything.

    Parameters
    ----------
    chart
        Any folium map.
    reach
        Where somebody can have been; see `Case.reach`.
    legend
        Whether to add a legend of its own.
    """
    frame = reach.to_frame()
    question = f"{reach.origin} to {reach.destination}, {reach.mode}"
    times = f"left {reach.leave}, arrived {reach.arrive}"
    entries = []
    for level, (colour, weight, density) in STYLES.items():
        rows = frame[frame["level"] == level]
        if rows.empty:
            continue
        title = f"{level.capitalize()} reachable: {question}"
        layer = folium.FeatureGroup(title)
        for ring in _polygons(reach.area(level)):
            folium.Polygon(
                ring, color=colour, weight=1, opacity=0.5, fill=True, fill_color=colour,
                fill_opacity=density, tooltip=safe(f"{title}; {times}"),
            ).add_to(layer)  # fmt: skip
        for row in rows.itertuples():
            words = f"{title}; {times}; edge {row.edge}, {row.share:.0%} of it"
            folium.PolyLine(
                _line(row.geometry), color=colour, weight=weight, opacity=0.85, tooltip=safe(words)
            ).add_to(layer)
        layer.add_to(chart)
        entries.append(LegendEntry(f"{level.capitalize()} reachable", colour, weight=weight))
    if legend and entries:
        Legend("Reach", entries).add_to(chart)


def _line(geometry: BaseGeometry) -> list[Any]:
    """Points of a line, or of each of several, as Leaflet wants them: lat, lon."""
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
