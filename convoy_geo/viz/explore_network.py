"""A road network as a map: colour and width by class, dashes by confidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import folium
import numpy as np
import shapely

from convoy_geo.viz.explore_style import Look, new_map
from convoy_geo.webmap.elements import Legend, LegendEntry, keyed, safe

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
    look: Look | None = None,
    title: str = "",
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
    look
        Colour, width and columns shown.
    title
        Of a new map; by default the network's.
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
            "explore(network, bbox=(west, south, east, north)) or "
            "explore(network, classes=[...]), of "
            + ", ".join(f"{name} {count:,}" for name, count in present.items() if count)
        )
        raise ValueError(msg)
    if shapely.get_num_coordinates(edges.geometry.to_numpy()).sum() > MOST_POINTS:
        edges = edges.set_geometry(edges.geometry.simplify(TOLERANCE))
    if m is None:
        west, south, east, north = edges.total_bounds.tolist()
        bounds = west, south, east, north
        m = new_map(bounds, title or network.title or "Road network", max_zoom=18)  # streets
    look = look or Look()
    look.check(edges.columns)
    credit = safe(network.attribution) or None
    for road_class in edges["class"].value_counts().index[::-1]:
        chosen = edges.loc[edges["class"] == road_class]
        if len(chosen):
            _layer(chosen, str(road_class), credit, look).add_to(m)
    _legend(edges, look).add_to(m)
    return m


def _style(road_class: str) -> tuple[str, float]:
    return STYLES.get(road_class.removesuffix("_link"), OTHER)


def _layer(
    edges: gpd.GeoDataFrame, road_class: str, credit: str | None, look: Look
) -> folium.FeatureGroup:
    layer = folium.FeatureGroup(f"Roads: {safe(road_class)}", attribution=credit)
    colour, weight = _style(road_class)
    for edge, row in zip(edges.index, edges.to_dict("records"), strict=True):
        named = [row.get("ref", ""), row.get("name", "")]
        called = " ".join(str(part) for part in (edge, *named) if isinstance(part, str) and part)
        words = (
            f"{called or edge}: {road_class}, {row['surface']}, {row['polyline_km']:.1f} km, "
            f"confidence {row['confidence']}"
        )
        line = folium.PolyLine(
            np.flip(shapely.get_coordinates(row["geometry"]), axis=1).tolist(),
            color=look.color or colour,
            weight=look.weight or weight,
            dash_array=DASHES.get(row["confidence"]),
            **look.talk(row, tooltip=safe(words)),
        )
        keyed(line, edge).add_to(layer)
    return layer


def _legend(edges: gpd.GeoDataFrame, look: Look) -> Legend:
    present = set(edges["class"].astype(str))
    entries = [
        LegendEntry(f"Road: {name}", look.color or colour, weight=look.weight or weight)
        for name, (colour, weight) in STYLES.items()
        if present & {name, f"{name}_link"}
    ]
    if any(_style(name) == OTHER for name in present):
        colour, weight = look.color or OTHER[0], look.weight or OTHER[1]
        entries.append(LegendEntry("Road of another class", colour, weight=weight))
    rated = set(edges["confidence"].astype(str))
    entries += [
        LegendEntry(f"Confidence: {name}", look.color or OTHER[0], dash or "")
        for name, dash in DASHES.items()
        if name in rated
    ]
    return Legend("Roads", entries)
