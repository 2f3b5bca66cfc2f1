"""A road network as a map: colour and width by class, dashes by confidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import folium
import numpy as np
import shapely

from convoy_geo.viz.folium_map import BASEMAP_EXTENT, add_basemap
from convoy_geo.webmap.elements import Legend, LegendEntry, safe
from convoy_geo.webmap.html import OfflineMap

if TYPE_CHECKING:
    from collections.abc import Collection

    import geopandas as gpd

    from convoy_geo.network.network import RoadNetwork

__all__ = ["MOST_EDGES", "explore_network"]

MOST_EDGES = 10_000
"""More lines than this no browser draws in good time."""
MOST_POINTS = 50_000
"""From here on lines are simplified."""
TOLERANCE = 0.0005
"""Of the simplification, in degrees: some 50 m."""
STYLES = {
    "motorway": ("#b2451e", 5.0),
    "trunk": ("#b2451e", 4.0),
    "primary": ("#c98a1b", 3.5),
    "secondary": ("#8a7358", 3.0),
    "tertiary": ("#8a7358", 2.0),
    "track": ("#7c7a74", 1.5),
}
"""Colour and width by class, a link like its road; all others like the last but narrower."""
OTHER = ("#7c7a74", 1.2)
DASHES = {"high": None, "medium": "16 3", "unrated": "8 4", "low": "3 5"}


def explore_network(
    network: RoadNetwork,
    m: folium.Map | None = None,
    *,
    bbox: tuple[float, float, float, float] | None = None,
    classes: Collection[str] | None = None,
) -> folium.Map:
    """Draw a road network on a map.

    Parameters
    ----------
    network
        The roads.
    m
        The map to draw on; by default an `OfflineMap` that shows all of it, on the basemap where
        that reaches so far.
    bbox
        West, south, east, north in degrees: only edges that reach into it.
    classes
        Only edges of these classes.

    Returns
    -------
    folium.Map
        The map, with one layer for each class.

    Raises
    ------
    ValueError
        If there is nothing to draw, or more than 10,000 edges.
    """
    edges = network.edges
    if bbox is not None:
        edges = edges.loc[shapely.intersects(edges.geometry.to_numpy(), shapely.box(*bbox))]
    if classes is not None:
        edges = edges.loc[edges["class"].isin(list(classes))]
    if not len(edges):
        msg = "no edge of the network is in that part and of those classes"
        raise ValueError(msg)
    if len(edges) > MOST_EDGES:
        present = edges["class"].value_counts()
        msg = (
            f"{len(edges):,} edges are more than a browser draws ({MOST_EDGES:,}); draw a part: "
            f"explore(bbox=(west, south, east, north)) or explore(classes=[...]), of "
            + ", ".join(f"{name} {count:,}" for name, count in present.items() if count)
        )
        raise ValueError(msg)
    if shapely.get_num_coordinates(edges.geometry.to_numpy()).sum() > MOST_POINTS:
        edges = edges.set_geometry(edges.geometry.simplify(TOLERANCE))
    if m is None:
        m = _empty_map(edges, network.title)
    credit = safe(network.attribution) or None
    for road_class in edges["class"].value_counts().index[::-1]:
        chosen = edges.loc[edges["class"] == road_class]
        if len(chosen):
            _layer(chosen, str(road_class), credit).add_to(m)
    _legend(edges).add_to(m)
    return m


def _empty_map(edges: gpd.GeoDataFrame, title: str) -> OfflineMap:
    west, south, east, north = edges.total_bounds.tolist()
    chart = OfflineMap(
        location=[(south + north) / 2, (west + east) / 2],
        title=title or "Road network",
        control_scale=True,
        max_zoom=18,  # streets
    )
    chart.fit_bounds([[south, west], [north, east]])
    low_x, low_y, high_x, high_y = BASEMAP_EXTENT
    if low_x <= west and low_y <= south and east <= high_x and north <= high_y:
        add_basemap(chart)
    return chart


def _style(road_class: str) -> tuple[str, float]:
    return STYLES.get(road_class.removesuffix("_link"), OTHER)


def _layer(edges: gpd.GeoDataFrame, road_class: str, credit: str | None) -> folium.FeatureGroup:
    layer = folium.FeatureGroup(f"Roads: {safe(road_class)}", attribution=credit)
    colour, weight = _style(road_class)
    empty = [""] * len(edges)
    rows = zip(
        edges.index,
        edges.get("ref", empty),
        edges.get("name", empty),
        edges["surface"],
        edges["confidence"],
        edges["polyline_km"],
        edges.geometry,
        strict=True,
    )
    for edge, ref, name, surface, confidence, km, line in rows:
        called = " ".join(str(part) for part in (edge, ref, name) if isinstance(part, str) and part)
        words = f"{called or edge}: {road_class}, {surface}, {km:.1f} km, confidence {confidence}"
        folium.PolyLine(
            np.flip(shapely.get_coordinates(line), axis=1).tolist(),
            color=colour,
            weight=weight,
            dash_array=DASHES.get(confidence),
            tooltip=safe(words),
        ).add_to(layer)
    return layer


def _legend(edges: gpd.GeoDataFrame) -> Legend:
    present = set(edges["class"].astype(str))
    entries = [
        LegendEntry(f"Road: {name}", colour, weight=weight)
        for name, (colour, weight) in STYLES.items()
        if present & {name, f"{name}_link"}
    ]
    if any(_style(name) == OTHER for name in present):
        entries.append(LegendEntry("Road of another class", OTHER[0], weight=OTHER[1]))
    rated = set(edges["confidence"].astype(str))
    entries += [
        LegendEntry(f"Confidence: {name}", OTHER[0], dash or "")
        for name, dash in DASHES.items()
        if name in rated
    ]
    return Legend("Roads", entries)
