"""A case as folium layers: basemap, roads, areas, places, routes, closures, and panels.

Coordinates are lon, lat everywhere else; they are swapped to Leaflet's lat, lon here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import folium
import numpy as np

from convoy_geo.io.html import Html, render
from convoy_geo.lang import DEFAULT, load
from convoy_geo.viz.layers import case_layers
from convoy_geo.viz.popups import Cards
from convoy_geo.viz.symbology import (
    AREA_COLOUR,
    CLOSURE_COLOUR,
    CLOSURE_STYLE,
    COMPUTED_COLOUR,
    LINE_COLOUR,
    LOW_ROAD_DASH,
    PLACE_COLOUR,
    ROAD_COLOUR,
    SCHEMATIC_DASH,
    dotted,
    side_dashes,
)
from convoy_geo.viz.words import own
from convoy_geo.webmap.basemap import CREDIT
from convoy_geo.webmap.elements import Basemap, Label, Legend, LegendEntry, Panel, safe
from convoy_geo.webmap.own_basemap import case_basemap
from convoy_geo.webmap.style_table import snake

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shapely.geometry.base import BaseGeometry

    from convoy_geo.model.basemap import OwnBasemap
    from convoy_geo.model.places import Place
    from convoy_geo.viz.layers import DrawnFeature, FeatureLayer
    from convoy_geo.viz.view_data import Contents
    from convoy_geo.webmap.elements import Kind

__all__ = [
    "add_basemap",
    "add_case",
    "add_graticule",
    "legend_entries",
    "method_note",
]

LABEL_RANK = {"country": 6, "water": 7, "town": 8, "region": 9, "land": 10, "river": 11}
"""Names of the basemap stand back behind those of a case."""
GRATICULE_STEPS = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)


def add_basemap(chart: folium.Map, view: Sequence[float], own: OwnBasemap | None = None) -> None:
    """Add the vector world basemap: land, water, borders, names.

    Parameters
    ----------
    chart
        Any folium map. It gets non-interactive layers that need no network.
    view
        West, south, east, north in degrees: where the basemap is exact. Far off it is coarse. A
        view that shows nothing of it, on the open sea, gets a graticule too.
    own
        The case's own basemap, which is drawn over it.
    """
    west, south, east, north = view
    ground = case_basemap((west, south, east, north), own)
    for name, closed, lines in ground.layers:
        shapes = [line.tolist() for line in lines]
        if closed:
            shapes = [[[*ring, ring[0]]] for ring in shapes]
        data = {"type": "MultiPolygon" if closed else "MultiLineString", "coordinates": shapes}
        credit = CREDIT if name == "sea" else None
        if own is not None and name in {layer[0] for layer in ground.own}:
            credit = safe(own.credit) or credit
        style = cast("Kind", name)
        Basemap(data, style, precision=ground.precision, attribution=credit).add_to(chart)
    if ground.is_empty:
        add_graticule(chart, view)
    for label in ground.labels:
        Label(
            label.lat, label.lon, label.name, arabic=label.arabic, kind=label.kind,
            rank=LABEL_RANK[label.kind] + round(label.rank / 20, 2), min_zoom=label.zoom,
        ).add_to(chart)  # fmt: skip


def add_graticule(chart: folium.Map, view: Sequence[float]) -> None:
    """Add meridians and parallels with their degrees, for use without a basemap.

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
    left, right = max(-180.0, west - width), min(180.0 if east <= 180 else 540.0, east + width)
    bottom, top = max(-85.0, south - height), min(85.0, north + height)
    meridians = (np.arange(np.ceil(left / step), np.floor(right / step) + 1) * step).tolist()
    parallels = (np.arange(np.ceil(bottom / step), np.floor(top / step) + 1) * step).tolist()
    lines = [[[lon, bottom], [lon, top]] for lon in meridians]
    lines += [[[left, lat], [right, lat]] for lat in parallels]
    labels = [
        (_degrees(lon - 360 * (lon > 180), "EW"), lon, south + height * 0.02) for lon in meridians
    ]
    labels += [(_degrees(lat, "NS"), west + width * 0.02, lat) for lat in parallels]
    return lines, labels


def _degrees(value: float, hemispheres: str) -> str:
    """Degrees and minutes with the hemisphere: 41° 30' N."""
    whole, minutes = divmod(round(abs(value) * 60), 60)
    letter = "" if value == 0 else f" {hemispheres[int(value < 0)]}"
    return f"{whole}°" + (f" {minutes:02}'" if minutes else "") + letter


def add_case(chart: folium.Map, contents: Contents) -> None:
    """Add all layers of a case to a map, bottom to top, and the panels beside it.

    Parameters
    ----------
    chart
        The map; its basemap has already been added.
    contents
        The content of the case.
    """
    words = load(DEFAULT).strings
    cards = Cards(contents.info, contents.reports, contents.claims, contents.places)
    layers = case_layers(contents, cards)
    for layer in layers:
        group = folium.FeatureGroup(layer.name, show=layer.show, attribution=layer.credit or None)
        for feature in layer.features:
            element = _element(feature, cards, empty=layer.kind in {"areas", "places"})
            element.add_to(group)
            if feature.kind == "dot":
                _label(contents.places[feature.place], element).add_to(group)
        group.add_to(chart)
    Legend(words["legend"], legend_entries(contents, layers, words)).add_to(chart)
    if contents.reports:
        Panel("Reports", cards.report_list(), is_open=True).add_to(chart)
    if contents.distances:
        Panel("Distances", cards.distances(contents.distances), is_open=True).add_to(chart)
    if any(claim.dispute for claim in contents.claims.values()):
        Panel("In dispute", cards.disputes()).add_to(chart)
    Panel("Claims without a place on the map", cards.unmapped()).add_to(chart)
    Panel("How this map was made", method_note(contents, words)).add_to(chart)
    folium.LayerControl(collapsed=True).add_to(chart)


def method_note(contents: Contents, words: Mapping[str, str]) -> Html:
    """How the map was made, as safe HTML.

    Parameters
    ----------
    contents
        What the case holds; what is said of the roads comes from its network.
    words
        The page's own words.
    """
    points = [own(words, "methodDots"), own(words, "methodRoutes")]
    network = contents.network
    if network is not None:
        source = network.attribution or words["confidence_unknown"]
        factor = network.road_factor
        points.append(own(words, "methodRoads", title=network.title, source=source))
        if about := network.provenance.get("about"):
            points.append(own(words, "given", name=about))
        measured = {"low": factor.low, "typical": factor.typical, "high": factor.high}
        plain = set(measured.values()) == {1.0}
        points.append(own(words, "methodLines" if plain else "methodFactor", **measured))
    if any(group.routes for group in contents.alternatives):
        points.append(own(words, "methodComputed"))
    points.append(own(words, "methodBorders"))
    return render("method", lead=own(words, "methodLead"), points=points)


def _element(feature: DrawnFeature, cards: Cards, *, empty: bool) -> Any:
    """A feature as a folium element; `empty`: a card without claims says that there are none."""
    talk: dict[str, Any] = {}
    if feature.title:
        words = feature.words + (
            cards.claim_list(feature.claims) if feature.claims or empty else ""
        )
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
    style = {snake(key): value for key, value in feature.style.items()}
    if feature.kind == "line":
        return folium.PolyLine(_line(feature.geometry), **style, **talk)
    point = [feature.geometry.y, feature.geometry.x]
    kind = folium.Circle if feature.kind == "circle" else folium.CircleMarker
    return kind(point, radius=feature.radius, **style, **talk)


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
    contents: Contents,
    layers: Sequence[FeatureLayer],
    words: Mapping[str, str],
    *,
    disputes: bool = False,
) -> list[LegendEntry]:
    """What the legend of a case says: only of what is drawn.

    Parameters
    ----------
    contents
        What the case holds.
    layers
        What is drawn of it.
    words
        The page's own words; names of sides stay as they are.
    disputes
        Whether places about which claims disagree are marked.
    """
    drawn: dict[str, list[DrawnFeature]] = {}
    for layer in layers:
        drawn.setdefault(layer.kind, []).extend(layer.features)
    places = drawn.get("places", ())
    named = {contents.places[one.place].role == "mentioned" for one in places if one.kind == "dot"}
    kinds = {closure.kind for closure in contents.closures} if drawn.get("closures") else set()
    low = any("dashArray" in road.style for road in drawn.get("roads", ()))
    rows: list[tuple[bool, str, str, dict[str, Any]]] = [
        ("lines" in drawn, "Line", LINE_COLOUR, {"weight": 3.5}),
        ("computed" in drawn, "Computed", COMPUTED_COLOUR, {"weight": 9}),
        ("cut" in kinds, "Cut", CLOSURE_COLOUR, _stroke(*CLOSURE_STYLE["cut"])),
        ("front" in kinds, "Front", CLOSURE_COLOUR, _stroke(*CLOSURE_STYLE["front"])),
        ("roads" in drawn, "Road", ROAD_COLOUR, {"weight": 2}),
        (low, "Low", ROAD_COLOUR, _stroke(LOW_ROAD_DASH, 2)),
        (True in named, "Place" if contents.reports else "Site", PLACE_COLOUR, {"shape": "dot"}),
        (False in named, "Other", PLACE_COLOUR, {"shape": "open"}),
        (any(one.kind == "circle" for one in places), "Radius", PLACE_COLOUR, {"shape": "ring"}),
        ("areas" in drawn, "Region", AREA_COLOUR, {"shape": "hatch"}),
        ("relations" in drawn, "Relation", AREA_COLOUR, {"shape": "hatch-back"}),
        (disputes and bool(named), "Dispute", CLOSURE_COLOUR, {"shape": "sign"}),
    ]
    told = _told_entries(contents, words) if "reported" in drawn else []
    return told + [
        LegendEntry(words[f"legend{key}"], colour, **how)
        for shown, key, colour, how in rows
        if shown
    ]


def _stroke(dash: str, weight: float) -> dict[str, Any]:
    return {"dash": dash, "weight": weight}


def _told_entries(contents: Contents, words: Mapping[str, str]) -> list[LegendEntry]:
    """The lines of the legend on reported routes."""
    info, tracks = contents.info, contents.tracks
    legs = [
        (leg, track.route) for track in tracks for leg in track.legs if leg.geometry is not None
    ]
    by_road = {route.side for leg, route in legs if leg.is_known}
    entries = [
        LegendEntry(
            words["legendTold"],
            info.sides[side].colour,
            dash if side in by_road else dotted(dash),
            told=info.sides[side].name,
        )
        for side, dash in side_dashes(tracks).items()
        if side in info.sides
    ]
    courses = {route.course for leg, route in legs if leg.is_known}
    rows = [
        ("assumed" in courses, "Assumed", _stroke("8 6", 4)),
        ("told" in courses, "Solid", {"weight": 1.5}),
        (any(route.status != "asserted" for _, route in legs), "Thin", _stroke("8 6", 2)),
        (not all(leg.is_known for leg, _ in legs), "Link", _stroke(SCHEMATIC_DASH, 2)),
    ]
    return entries + [
        LegendEntry(words[f"legend{key}"], PLACE_COLOUR, **how) for shown, key, how in rows if shown
    ]


def _line(geometry: BaseGeometry) -> list[Any]:
    """A line's points, or a multi-line's lists of points, in Leaflet's order: lat, lon."""
    if hasattr(geometry, "geoms"):
        return [_line(part) for part in geometry.geoms]
    return [(lat, lon) for lon, lat, *_ in geometry.coords]
