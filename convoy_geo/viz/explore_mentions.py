"""All mentions of a text on one map."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

import folium

from convoy_geo.geodesy import disc
from convoy_geo.viz.folium_map import BASEMAP_EXTENT, add_basemap
from convoy_geo.webmap.elements import HATCH, Label, Legend, LegendEntry, Panel, safe
from convoy_geo.webmap.html import OfflineMap

if TYPE_CHECKING:
    from convoy_geo.geoparse.mentions import Mention, Mentions
    from convoy_geo.model.places import Place

__all__ = ["mentions_map"]

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


def mentions_map(mentions: Mentions, *, title: str) -> OfflineMap:
    """The mentions of a text as a map that shows without a network.

    A dot is a town. An area is hatched where its radius is known; else, as for a country, only its
    name stands where it lies. What has no position is in the list beside the map, with all others.

    Parameters
    ----------
    mentions
        The mentions.
    title
        What the page is called.
    """
    located = [mention for mention in mentions if _point(mention.place) is not None]
    chart = OfflineMap(location=[20.0, 20.0], zoom_start=2, title=title, control_scale=True)
    points = [point for mention in located if (point := _point(mention.place)) is not None]
    if points:
        west, east = min(lon for lon, _ in points), max(lon for lon, _ in points)
        south, north = min(lat for _, lat in points), max(lat for _, lat in points)
        chart.fit_bounds([[south - 0.2, west - 0.2], [north + 0.2, east + 0.2]])
        low_x, low_y, high_x, high_y = BASEMAP_EXTENT
        if low_x <= west and low_y <= south and east <= high_x and north <= high_y:
            add_basemap(chart)
    entries = []
    for name, (roles, colour, show) in LAYERS.items():
        chosen = [mention for mention in located if mention.role in roles]
        if chosen:
            layer = folium.FeatureGroup(name, show=show)
            _draw(layer, chosen, mentions.text, colour)
            layer.add_to(chart)
            entries.append(LegendEntry(name, colour, shape="dot"))
    if any(mention.place and mention.place.shape == "area" for mention in located):
        entries.append(LegendEntry("An area, not a point", "#7c7a74", shape="hatch"))
    if entries:
        Legend("Named in the text", entries).add_to(chart)
        folium.LayerControl(collapsed=True).add_to(chart)
    Panel(f"{len(mentions)} mentions", _table(mentions)).add_to(chart)
    return chart


def _point(place: Place | None) -> tuple[float, float] | None:
    if place is None or place.lon is None or place.lat is None:
        return None
    return (place.lon, place.lat) if math.isfinite(place.lon + place.lat) else None


def _draw(layer: folium.FeatureGroup, mentions: list[Mention], text: str, colour: str) -> None:
    by_place: dict[str, list[Mention]] = defaultdict(list)
    for mention in mentions:
        if mention.place is not None:
            by_place[mention.place.id].append(mention)
    for rank, group in enumerate(sorted(by_place.values(), key=len, reverse=True)):
        place = group[0].place
        point = _point(place)
        if place is None or point is None:
            continue
        lon, lat = point
        rows = "".join(f"<li>{_quoted(mention, text)}</li>" for mention in group)
        card = (
            f'<div class="card" data-color="{colour}"><p class="title">{safe(place.name)}</p>'
            f'<p class="meta">{safe(place.kind)} {safe(" ".join(place.country))}; '
            f"{safe(place.source)}</p><ul>{rows}</ul></div>"
        )
        talk = {
            "tooltip": safe(f"{place.name}: {len(group)} times"),
            "popup": folium.Popup(card, max_width=360),
        }
        if place.shape == "point" and place.kind not in EXTENDED:
            dot = folium.CircleMarker(
                [lat, lon], radius=5 + min(len(group), 6), color=colour, weight=2, fill=True,
                fill_color=colour, fill_opacity=0.7, **talk,
            )  # fmt: skip
            dot.add_to(layer)
            Label(lat, lon, place.name, rank=min(rank, 9), anchor=dot).add_to(layer)
            continue
        if place.shape == "area" and place.radius_km:
            outline = disc(lon, lat, place.radius_km)
            ring = [(y, x) for x, y in outline.exterior.coords]
            folium.Polygon(ring, color=colour, fill_color=colour, **HATCH, **talk).add_to(layer)
        Label(lat, lon, place.name, rank=min(rank, 9), kind="region").add_to(layer)


def _quoted(mention: Mention, text: str) -> str:
    before = text[max(0, mention.start - AROUND) : mention.start]
    after = text[mention.end : mention.end + AROUND]
    relation = f" ({safe(mention.relation.text)})" if mention.relation else ""
    return f"{safe(before)}<b>{safe(mention.text)}</b>{safe(after)}{relation}"


def _table(mentions: Mentions) -> str:
    head = "<tr><th>words</th><th>role</th><th>place</th><th>why</th></tr>"
    rows = "".join(
        f"<tr><td>{safe(mention.text)}</td><td>{safe(mention.role)}</td>"
        f"<td>{safe(mention.place.name if mention.place else 'not in the gazetteer')}</td>"
        f"<td>{safe('; '.join(mention.reasons))}</td></tr>"
        for mention in mentions
    )
    return f"<table>{head}{rows}</table>"
