"""A case as folium layers: basemap, roads, areas, places, routes, closures, and the words beside.

Coordinates are lon, lat everywhere else; the swap to Leaflet's lat, lon happens here.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

import folium
import numpy as np
from shapely.geometry import box

from convoy_geo import datafiles
from convoy_geo.drawing.cards import Cards
from convoy_geo.drawing.features import case_layers
from convoy_geo.drawing.mapelements import Basemap, Label, Legend, LegendEntry, Panel, safe
from convoy_geo.drawing.palette import (
    AREA_COLOUR,
    CLOSURE_COLOUR,
    CLOSURE_STYLE,
    COMPUTED_COLOUR,
    LOW_ROAD_DASH,
    PLACE_COLOUR,
    ROAD_COLOUR,
    SCHEMATIC_DASH,
    side_dashes,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely.geometry.base import BaseGeometry

    from convoy_geo.casefiles.caseinfo import CaseInfo
    from convoy_geo.drawing.contents import Contents
    from convoy_geo.drawing.features import Feature
    from convoy_geo.drawing.mapelements import Kind
    from convoy_geo.gazetteer import Place
    from convoy_geo.roads.closures import Closure
    from convoy_geo.roads.network import RoadNetwork
    from convoy_geo.routing.tracks import Alternatives, Track

__all__ = [
    "add_basemap",
    "add_case",
    "add_graticule",
    "has_basemap",
    "legend_entries",
    "method_note",
]

BASEMAP_EXTENT = (34.0, 30.5, 46.0, 38.5)
BASEMAP_CREDIT = (
    '<a href="https://www.naturalearthdata.com">Made with Natural Earth</a>, '
    "whose borders are no endorsement"
)
BASEMAP_BOX = box(*BASEMAP_EXTENT)
BASEMAP_LAYERS: tuple[tuple[str, Kind], ...] = (
    ("land", "land"),
    ("rivers", "river"),
    ("lakes", "lake"),
    ("coast", "coast"),
    ("admin1_lines", "admin"),
    ("borders", "border"),
    ("disputed", "disputed"),
)
BASEMAP_LABELS: tuple[tuple[str, Literal["country", "region"], int, float], ...] = (
    ("country_labels", "country", 6, 0),
    ("admin1_labels", "region", 9, 6.5),
)
GRATICULE_STEPS = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
METHOD = """
<p>Nothing is drawn here that no source says. Each line and dot names its claims; the words are
ours. Where a claim has a span and a hash, they say where the sentence stands in the report.</p>
<ul>
<li>Dots are towns or positions, each with its radius. Regions are hatched areas; what is vaguer
(countries, control zones, whole deserts and seas) is not drawn, its claims are listed instead.</li>
<li>Each side's routes have a colour and a dash of their own. Dashed: the reports give the ends, the
course between them is assumed along the shortest road; a told course has an unbroken line beneath.
A dotted link has no known way at all.</li>
"""
METHOD_OF_ROADS = """
<li>Roads are chains of villages, not surveyed lines: lengths are good to a few percent, courses to
a few kilometres. Roads of low confidence are dashed. Published Syrian road lengths are a median
1.016 times such lines, between 0.975 and 1.071.</li>
<li>Computed ways show which roads were there. No report says that they were taken, and who held
the ground may have kept anyone from them: the popup of each way says what is known of that.</li>
"""
METHOD_OF_BORDERS = """
<li>Borders are those of Natural Earth and no endorsement; disputed lines are dashed.</li>
"""


def add_basemap(chart: folium.Map) -> None:
    """Add the vector basemap of lon 34 to 46, lat 31 to 38.5: land, water, borders, names.

    Parameters
    ----------
    chart
        Any folium map. It gets non-interactive layers that need no network.
    """
    Basemap(BASEMAP_BOX.__geo_interface__, "sea", attribution=BASEMAP_CREDIT).add_to(chart)
    for name, ground in BASEMAP_LAYERS:
        data = _geojson("basemap", f"{name}.geojson")
        Basemap(data, ground).add_to(chart)
    for layer, kind, rank, zoom in BASEMAP_LABELS:
        for feature in _geojson("basemap", f"{layer}.geojson")["features"]:
            lon, lat = feature["geometry"]["coordinates"]
            properties = feature["properties"]
            arabic = properties.get("arabic_name", "") if kind == "country" else ""
            name = properties["name"]
            Label(lat, lon, name, arabic=arabic, rank=rank, kind=kind, min_zoom=zoom).add_to(chart)


def has_basemap(view: Sequence[float]) -> bool:
    """Whether a view (west, south, east, north in degrees) meets the extent of the basemap."""
    return bool(box(*view).intersects(BASEMAP_BOX))


def add_graticule(chart: folium.Map, view: Sequence[float]) -> None:
    """Add meridians and parallels with their degrees: the ground where there is no basemap.

    Parameters
    ----------
    chart
        Any folium map.
    view
        West, south, east, north in degrees; the lines go one view further on each side.
    """
    lines, labels = graticule(view)
    Basemap({"type": "MultiLineString", "coordinates": lines}, "coast").add_to(chart)
    for name, lon, lat in labels:
        Label(lat, lon, name, rank=9, kind="region").add_to(chart)


def graticule(
    view: Sequence[float],
) -> tuple[list[list[list[float]]], list[tuple[str, float, float]]]:
    """Meridians and parallels of a view, and their degrees: name, lon, lat.

    Parameters
    ----------
    view
        West, south, east, north in degrees; the lines go one view further on each side.
    """
    west, south, east, north = view
    width, height = east - west, north - south
    step = next((s for s in GRATICULE_STEPS if max(width, height) / s <= 8), GRATICULE_STEPS[-1])
    left, right = max(-180.0, west - width), min(180.0, east + width)
    bottom, top = max(-85.0, south - height), min(85.0, north + height)
    meridians = (np.arange(np.ceil(left / step), np.floor(right / step) + 1) * step).tolist()
    parallels = (np.arange(np.ceil(bottom / step), np.floor(top / step) + 1) * step).tolist()
    lines = [[[lon, bottom], [lon, top]] for lon in meridians]
    lines += [[[left, lat], [right, lat]] for lat in parallels]
    labels = [(_degrees(lon, "EW"), lon, south + height * 0.02) for lon in meridians]
    labels += [(_degrees(lat, "NS"), west + width * 0.02, lat) for lat in parallels]
    return lines, labels


def _degrees(value: float, hemispheres: str) -> str:
    """Degrees and minutes with the hemisphere: 41° 30' N."""
    whole, minutes = divmod(round(abs(value) * 60), 60)
    letter = "" if value == 0 else f" {hemispheres[int(value < 0)]}"
    return f"{whole}°" + (f" {minutes:02}'" if minutes else "") + letter


def add_case(chart: folium.Map, contents: Contents) -> None:
    """Add all layers of a case to a map, from the ground up, and the words beside the map.

    Parameters
    ----------
    chart
        The map; its basemap is there already.
    contents
        What the case holds.
    """
    cards = Cards(contents.info, contents.reports, contents.claims, contents.places)
    for layer in case_layers(contents, cards):
        group = folium.FeatureGroup(layer.name, show=layer.show, attribution=layer.credit or None)
        for feature in layer.features:
            element = _element(feature, cards, empty=layer.kind in {"areas", "places"})
            element.add_to(group)
            if feature.kind == "dot":
                _label(contents.places[feature.place], element).add_to(group)
        group.add_to(chart)
    entries = legend_entries(
        contents.info,
        contents.tracks,
        contents.alternatives,
        contents.closures,
        contents.network,
    )
    Legend("Legend", entries).add_to(chart)
    Panel("Reports", cards.report_list(), is_open=True).add_to(chart)
    if contents.distances:
        Panel("Distances", cards.distances(contents.distances), is_open=True).add_to(chart)
    Panel("In dispute", cards.disputes()).add_to(chart)
    Panel("Claims without a place on the map", cards.unmapped()).add_to(chart)
    Panel("How this map was made", method_note(contents)).add_to(chart)
    folium.LayerControl(collapsed=True).add_to(chart)


def method_note(contents: Contents) -> str:
    """How the map was made, as safe HTML."""
    method = METHOD + (METHOD_OF_ROADS if contents.network is not None else "")
    method += METHOD_OF_BORDERS if has_basemap(contents.info.view) else ""
    return f"{method}</ul>"


def _element(feature: Feature, cards: Cards, *, empty: bool) -> Any:
    """A feature as a folium element; `empty`: a card without claims says that there are none."""
    talk: dict[str, Any] = {}
    if feature.title:
        words = feature.words
        if feature.claims or empty:
            words += cards.claim_list(feature.claims)
        talk = {"tooltip": safe(feature.title), "popup": folium.Popup(words, max_width=340)}
    if feature.kind == "area":
        style = {key: value for key, value in feature.style.items() if key != "hatch"}
        if "hatch" in feature.style:
            style["className"] = feature.style["hatch"]
        data = feature.geometry.__geo_interface__
        popup = talk.pop("popup", None)
        element = folium.GeoJson(data, style_function=lambda _: style, **talk)
        if popup is not None:
            popup.add_to(element)
        return element
    style = {_snake(key): value for key, value in feature.style.items()}
    if feature.kind == "line":
        return folium.PolyLine(_line(feature.geometry), **style, **talk)
    point = [feature.geometry.y, feature.geometry.x]
    kind = folium.Circle if feature.kind == "circle" else folium.CircleMarker
    return kind(point, radius=feature.radius, **style, **talk)


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def _label(place: Place, anchor: Any) -> Label:
    return Label(
        anchor.location[0],
        anchor.location[1],
        place.name,
        arabic=place.arabic_name,
        rank=0 if place.role == "mentioned" else 3,
        anchor=anchor,
    )


def legend_entries(
    info: CaseInfo,
    tracks: Sequence[Track],
    alternatives: Sequence[Alternatives],
    closures: Sequence[Closure],
    network: RoadNetwork | None,
) -> list[LegendEntry]:
    """What the legend of a case says: only of what is drawn."""
    by_road = {track.route.side for track in tracks if any(leg.road for leg in track.legs)}
    entries = [
        LegendEntry(
            f"As told by: {info.sides[side].name}",
            info.sides[side].colour,
            dash if side in by_road else SCHEMATIC_DASH,
        )
        for side, dash in side_dashes(tracks).items()
        if side in info.sides
    ]
    if any(leg.road and track.route.course == "assumed" for track in tracks for leg in track.legs):
        entries.append(LegendEntry("Dashed: the course is assumed", PLACE_COLOUR, "8 6", weight=4))
    if any(track.route.status != "asserted" for track in tracks):
        label = "Thinner: believed, unconfirmed or denied"
        entries.append(LegendEntry(label, PLACE_COLOUR, "8 6", weight=2))
    if any(leg.road is None for track in tracks for leg in track.legs):
        entries.append(
            LegendEntry("Way unknown, schematic link", PLACE_COLOUR, SCHEMATIC_DASH, weight=2)
        )
    if any(group.routes for group in alternatives):
        entries.append(LegendEntry("Computed way, told by nobody", COMPUTED_COLOUR, weight=9))
    kinds = {closure.kind for closure in closures}
    if "cut" in kinds:
        entries.append(
            LegendEntry("Road cut, somewhere on it", CLOSURE_COLOUR, *CLOSURE_STYLE["cut"])
        )
    if "front" in kinds:
        entries.append(
            LegendEntry("Front line across a road", CLOSURE_COLOUR, *CLOSURE_STYLE["front"])
        )
    if network is not None:
        entries.append(LegendEntry("Road", ROAD_COLOUR, weight=2))
        entries.append(LegendEntry("Road of low confidence", ROAD_COLOUR, LOW_ROAD_DASH, weight=2))
    entries += [
        LegendEntry("Place that a report names", PLACE_COLOUR, shape="dot"),
        LegendEntry("Region, not a point", AREA_COLOUR, shape="hatch"),
    ]
    return entries


def _geojson(*parts: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(datafiles.geodata(*parts).read_text(encoding="utf-8"))
    return document


def _line(geometry: BaseGeometry) -> list[Any]:
    """A line's points, or a multi-line's lists of points, as Leaflet wants them: lat, lon."""
    if hasattr(geometry, "geoms"):
        return [_line(part) for part in geometry.geoms]
    return [(lat, lon) for lon, lat, *_ in geometry.coords]
