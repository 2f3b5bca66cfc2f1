"""All mentions of a text on one map."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import folium

from convoy_geo.geodesy import disc
from convoy_geo.io.html import render
from convoy_geo.viz.explore_style import Look, new_map
from convoy_geo.webmap.elements import HATCH, Label, Legend, LegendEntry, Panel, keyed, safe

if TYPE_CHECKING:
    from collections.abc import Hashable

    from convoy_geo.geoparse.mentions import Mention, Mentions
    from convoy_geo.model.places import Place

__all__ = ["explore_mentions"]

LAYERS = {
    "Places": (("place", "possessive", "dateline"), "#b2451e", True),
    "Governments": (("metonym",), "#5b4a8a", True),
    "Countries and peoples as adjectives": (("demonym",), "#7c7a74", False),
}
"""Layer -> its roles, its colour, and whether it shows at first."""
EXTENDED = frozenset(("country", "continent", "region", "area1", "area2", "area3", "province"))
"""What is no point, even where a gazetteer has nothing but one."""
AROUND = 40
"""Characters of the text shown to each side of a mention."""


def explore_mentions(
    mentions: Mentions,
    m: folium.Map | None = None,
    *,
    look: Look | None = None,
    title: str = "",
) -> folium.Map:
    """Draw the mentions of a text on a map.

    A dot is a town. An area is hatched if its radius is known; otherwise, as for a country, only
    its name is drawn. Mentions without a position are in the list beside the map, with all others.

    Parameters
    ----------
    mentions
        The mentions.
    m
        The map to draw on; by default a new `OfflineMap`.
    look
        Colour, width and columns shown.
    title
        Of a new map.
    """
    look = look or Look()
    frame = mentions.to_frame()
    look.check(frame.columns)
    rows = frame.to_dict("records")
    located = [
        (mention, row)
        for mention, row in zip(mentions, rows, strict=True)
        if _point(mention.place) is not None
    ]
    points = [point for mention, _ in located if (point := _point(mention.place)) is not None]
    if m is None:
        bounds = (-120.0, -50.0, 160.0, 70.0)
        if points:
            lons, lats = zip(*points, strict=True)
            bounds = min(lons) - 0.2, min(lats) - 0.2, max(lons) + 0.2, max(lats) + 0.2
        m = new_map(bounds, title or "Places of the text", max_zoom=14)
    entries = []
    for name, (roles, usual, show) in LAYERS.items():
        chosen = [(mention, row) for mention, row in located if mention.role in roles]
        colour = look.color or usual
        if chosen:
            layer = folium.FeatureGroup(name, show=show)
            _draw(layer, chosen, mentions.text, colour, look)
            layer.add_to(m)
            entries.append(LegendEntry(name, colour, shape="dot"))
    if any(mention.place and mention.place.shape == "area" for mention, _ in located):
        entries.append(LegendEntry("An area, not a point", "#7c7a74", shape="hatch"))
    if entries:
        Legend("Named in the text", entries).add_to(m)
        folium.LayerControl(collapsed=True).add_to(m)
    Panel(f"{len(mentions)} mentions", render("mentions", mentions=mentions)).add_to(m)
    return m


def _point(place: Place | None) -> tuple[float, float] | None:
    if place is None or place.lon is None or place.lat is None:
        return None
    return (place.lon, place.lat) if math.isfinite(place.lon + place.lat) else None


def _draw(
    layer: folium.FeatureGroup,
    mentions: list[tuple[Mention, dict[Hashable, Any]]],
    text: str,
    colour: str,
    look: Look,
) -> None:
    by_place: dict[str, list[Mention]] = defaultdict(list)
    values: dict[str, dict[str, Any]] = {}
    for mention, row in mentions:
        if mention.place is not None:
            by_place[mention.place.id].append(mention)
            values.setdefault(mention.place.id, {str(key): cell for key, cell in row.items()})
    for rank, group in enumerate(sorted(by_place.values(), key=len, reverse=True)):
        place = group[0].place
        point = _point(place)
        if place is None or point is None:
            continue
        lon, lat = point
        quotes = [
            {
                "before": text[max(0, mention.start - AROUND) : mention.start],
                "words": mention.text,
                "after": text[mention.end : mention.end + AROUND],
                "relation": mention.relation.text if mention.relation else "",
            }
            for mention in group
        ]
        card = render("mention_card", place=place, colour=colour, quotes=quotes)
        talk = look.talk(
            values[place.id], tooltip=safe(f"{place.name}: {len(group)} times"), popup=card
        )
        if place.shape == "point" and place.kind not in EXTENDED:
            dot = folium.CircleMarker(
                [lat, lon], radius=5 + min(len(group), 6), color=colour, fill=True,
                weight=look.weight or 2, fill_color=colour, fill_opacity=0.7, **talk,
            )  # fmt: skip
            keyed(dot, place.id).add_to(layer)
            Label(lat, lon, place.name, rank=min(rank, 9), anchor=dot).add_to(layer)
            continue
        if place.shape == "area" and place.radius_km:
            outline = disc(lon, lat, place.radius_km)
            ring = [(y, x) for x, y in outline.exterior.coords]
            area = folium.Polygon(ring, color=colour, fill_color=colour, **HATCH, **talk)
            keyed(area, place.id).add_to(layer)
        Label(lat, lon, place.name, rank=min(rank, 9), kind="region").add_to(layer)
