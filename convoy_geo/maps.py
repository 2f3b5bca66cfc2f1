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
from convoy_geo.drawing.mapelements import Basemap, Label, Legend, LegendEntry, Panel, safe
from convoy_geo.drawing.palette import (
    AREA_COLOUR,
    CLOSURE_COLOUR,
    CLOSURE_STYLE,
    COMPUTED_COLOUR,
    DASH_SHIFT,
    LOW_ROAD_DASH,
    PLACE_COLOUR,
    RELATION_DASH,
    ROAD_COLOUR,
    SCHEMATIC_DASH,
    STATUS_DASH,
    route_dash,
)
from convoy_geo.geodesy import disc
from convoy_geo.routing.control import held_words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    import geopandas as gpd
    from shapely.geometry.base import BaseGeometry

    from convoy_geo.casefiles.caseinfo import CaseInfo
    from convoy_geo.claims import Claim, Report
    from convoy_geo.drawing.mapelements import Kind
    from convoy_geo.gazetteer import Place
    from convoy_geo.roads.network import Closure, RoadNetwork
    from convoy_geo.routing.distances import DistanceReport
    from convoy_geo.routing.tracks import Alternatives, Track

__all__ = ["add_basemap", "add_case", "add_graticule", "has_basemap", "legend_entries"]

BASEMAP_EXTENT = (34.0, 30.5, 46.0, 38.5)
BASEMAP_CREDIT = (
    '<a href="https://www.naturalearthdata.com">Made with Natural Earth</a>, '
    "whose borders are no endorsement"
)
PLACES_CREDIT = (
    'Towns: <a href="https://www.geonames.org">GeoNames</a>, '
    '<a href="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</a>'
)
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
<li>Dashed routes: the reports give the ends, the course between them is assumed along the shortest
road. A dotted link has no known way at all.</li>
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
    sea = box(*BASEMAP_EXTENT).__geo_interface__
    Basemap(sea, "sea", attribution=BASEMAP_CREDIT).add_to(chart)
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
    return bool(box(*view).intersects(box(*BASEMAP_EXTENT)))


def add_graticule(chart: folium.Map, view: Sequence[float]) -> None:
    """Add meridians and parallels with their degrees: the ground where there is no basemap.

    Parameters
    ----------
    chart
        Any folium map.
    view
        West, south, east, north in degrees; the lines go one view further on each side.
    """
    west, south, east, north = view
    width, height = east - west, north - south
    step = next((s for s in GRATICULE_STEPS if max(width, height) / s <= 8), GRATICULE_STEPS[-1])
    left, right = max(-180.0, west - width), min(180.0, east + width)
    bottom, top = max(-85.0, south - height), min(85.0, north + height)
    meridians = np.arange(np.ceil(left / step), np.floor(right / step) + 1) * step
    parallels = np.arange(np.ceil(bottom / step), np.floor(top / step) + 1) * step
    lines = [[[lon, bottom], [lon, top]] for lon in meridians.tolist()]
    lines += [[[left, lat], [right, lat]] for lat in parallels.tolist()]
    Basemap({"type": "MultiLineString", "coordinates": lines}, "coast").add_to(chart)
    for lon in meridians.tolist():
        Label(south + height * 0.02, lon, _degrees(lon, "EW"), rank=9, kind="region").add_to(chart)
    for lat in parallels.tolist():
        Label(lat, west + width * 0.02, _degrees(lat, "NS"), rank=9, kind="region").add_to(chart)


def _degrees(value: float, hemispheres: str) -> str:
    """Degrees and minutes with the hemisphere: 41° 30' N."""
    whole, minutes = divmod(round(abs(value) * 60), 60)
    letter = "" if value == 0 else f" {hemispheres[int(value < 0)]}"
    return f"{whole}°" + (f" {minutes:02}'" if minutes else "") + letter


def add_case(
    chart: folium.Map,
    *,
    info: CaseInfo,
    reports: Mapping[str, Report],
    claims: Mapping[str, Claim],
    places: Mapping[str, Place],
    areas: Mapping[str, BaseGeometry],
    tracks: Sequence[Track],
    alternatives: Sequence[Alternatives],
    closures: Sequence[Closure],
    network: RoadNetwork | None,
    distances: Sequence[DistanceReport],
    relations: gpd.GeoDataFrame,
) -> None:
    """Add all layers of a case to a map, from the ground up, and the words beside the map.

    Parameters
    ----------
    chart
        The map; its basemap is there already.
    info, reports, claims, places, areas, tracks, alternatives, closures, network, distances
        What the case holds; mappings are by id.
    relations
        Places that claims tell in relation to others; see `relative_places_frame`.
    """
    cards = Cards(info, reports, claims, places)
    if network is not None:
        _roads(network).add_to(chart)
    _areas(places.values(), areas, cards).add_to(chart)
    if len(relations):
        _relations(relations, cards).add_to(chart)
    for group in alternatives:
        if group.routes:
            _alternatives(group, network, cards).add_to(chart)
    _closures(closures, cards).add_to(chart)
    for status in STATUS_DASH:
        drawn = [track for track in tracks if track.route.status == status]
        if drawn:
            _tracks(drawn, status, info, cards).add_to(chart)
    _places(places.values(), cards).add_to(chart)
    entries = legend_entries(info, tracks, alternatives, closures, network)
    Legend("Legend", entries).add_to(chart)
    Panel("Reports", cards.report_list(), is_open=True).add_to(chart)
    if distances:
        Panel("Distances", cards.distances(distances), is_open=True).add_to(chart)
    Panel("In dispute", cards.disputes()).add_to(chart)
    Panel("Claims without a place on the map", cards.unmapped()).add_to(chart)
    method = METHOD + (METHOD_OF_ROADS if network is not None else "")
    method += METHOD_OF_BORDERS if has_basemap(info.view) else ""
    Panel("How this map was made", f"{method}</ul>").add_to(chart)
    folium.LayerControl(collapsed=True).add_to(chart)


def _roads(network: RoadNetwork) -> folium.FeatureGroup:
    group = folium.FeatureGroup("Roads")
    for edge in network.edges.rename(columns={"class": "road_class"}).itertuples():
        title = f"{edge.ref} {edge.name}".strip()
        note = f"<br>{safe(edge.note)}" if edge.note else ""
        kind = f"{safe(edge.road_class)}, {safe(edge.surface)}, {edge.polyline_km:.1f} km as drawn"
        words = (
            f'<p><span class="title">{safe(title)}</span><br><span class="meta">Road {edge.Index}: '
            f"{kind}; confidence {edge.confidence}{note}</span></p>"
        )
        folium.PolyLine(
            _line(edge.geometry),
            color=ROAD_COLOUR,
            weight=2,
            dash_array=LOW_ROAD_DASH if edge.confidence == "low" else None,
            tooltip=safe(title),
            popup=folium.Popup(words, max_width=320),
        ).add_to(group)
    return group


def _areas(
    places: Iterable[Place], areas: Mapping[str, BaseGeometry], cards: Cards
) -> folium.FeatureGroup:
    group = folium.FeatureGroup("Areas", show=False)
    for place in places:
        if place.shape != "area" or place.lon is None or place.lat is None:
            continue
        outline = areas.get(place.id) or disc(place.lon, place.lat, place.radius_km or 1.0)
        folium.GeoJson(
            outline.__geo_interface__,
            style_function=lambda _: {
                "color": AREA_COLOUR,
                "weight": 1,
                "fillColor": AREA_COLOUR,
                "className": "hatch",
            },
            tooltip=safe(place.name),
            popup=folium.Popup(cards.place(place), max_width=340),
        ).add_to(group)
    return group


def _relations(relations: gpd.GeoDataFrame, cards: Cards) -> folium.FeatureGroup:
    """One area for each term, with all the claims that use it."""
    group = folium.FeatureGroup("Told in relation to a place", show=False)
    for text, rows in relations.groupby("text", sort=False):
        words = (
            f'<p><span class="title">{safe(text)}</span><br><span class="meta">Made by us: '
            f"{safe(rows['note'].iloc[0])}</span></p>"
        )
        folium.GeoJson(
            rows.geometry.iloc[0].__geo_interface__,
            style_function=lambda _: {
                "color": AREA_COLOUR,
                "weight": 1,
                "dashArray": RELATION_DASH,
                "fillColor": AREA_COLOUR,
                "className": "hatch-back",
            },
            tooltip=safe(text),
            popup=folium.Popup(words + cards.claim_list(rows["claim"]), max_width=340),
        ).add_to(group)
    return group


def _alternatives(
    group: Alternatives, network: RoadNetwork | None, cards: Cards
) -> folium.FeatureGroup:
    when = f"with the closures of {group.day}" if group.day else "nothing closed"
    title = f"{group.origin} to {group.destination}, {when}"
    layer = folium.FeatureGroup(f"Computed: {title}", show=not group.day)
    for route in reversed(group.routes):
        held = held_words(network, route) if network is not None else ()
        folium.PolyLine(
            _line(route.geometry),
            color=COMPUTED_COLOUR,
            weight=10 if route.rank == 0 else 6,
            opacity=0.45,
            tooltip=safe(f"Computed: {title}"),
            popup=folium.Popup(cards.route(route, title, held), max_width=340),
        ).add_to(layer)
    return layer


def _closures(closures: Iterable[Closure], cards: Cards) -> folium.FeatureGroup:
    group = folium.FeatureGroup("Closures")
    for closure in closures:
        dash, weight = CLOSURE_STYLE[closure.kind]
        folium.PolyLine(
            _line(closure.geometry),
            color=CLOSURE_COLOUR,
            weight=weight,
            opacity=0.75,
            dash_array=dash,
            tooltip=safe(closure.name),
            popup=folium.Popup(cards.closure(closure), max_width=340),
        ).add_to(group)
    return group


def _tracks(
    tracks: Iterable[Track], status: str, info: CaseInfo, cards: Cards
) -> folium.FeatureGroup:
    group = folium.FeatureGroup(f"Reported routes: {status}")
    for number, track in enumerate(tracks):
        route = track.route
        side = info.sides.get(route.side)
        for leg in track.legs:
            if leg.geometry is None:
                continue
            folium.PolyLine(
                _line(leg.geometry),
                color=side.colour if side else PLACE_COLOUR,
                weight=4 if leg.road else 2,
                dash_array=route_dash(status, route.course, road=leg.road is not None),
                dash_offset=str(DASH_SHIFT * (number % 2)),
                tooltip=safe(route.title),
                popup=folium.Popup(cards.track(track), max_width=340),
            ).add_to(group)
    return group


def _places(places: Collection[Place], cards: Cards) -> folium.FeatureGroup:
    credit = PLACES_CREDIT if any(place.geonames for place in places) else None
    group = folium.FeatureGroup("Places", attribution=credit)
    for place in places:
        if (
            place.shape != "point"
            or place.role == "decoy"
            or place.lon is None
            or place.lat is None
        ):
            continue
        named = place.role == "mentioned"
        popup = folium.Popup(cards.place(place), max_width=340)
        if place.radius_km:
            folium.Circle(
                [place.lat, place.lon],
                radius=place.radius_km * 1000.0,
                color=PLACE_COLOUR,
                weight=0.7,
                fill_opacity=0.08,
                fill=True,
            ).add_to(group)
        dot = folium.CircleMarker(
            [place.lat, place.lon],
            radius=5 if named else 3.5,
            color=PLACE_COLOUR,
            weight=1.5,
            fill=True,
            fill_color=PLACE_COLOUR if named else "#ffffff",
            fill_opacity=1,
            tooltip=safe(place.name),
            popup=popup,
        ).add_to(group)
        Label(
            place.lat,
            place.lon,
            place.name,
            arabic=place.arabic_name,
            rank=0 if named else 3,
            anchor=dot,
        ).add_to(group)
    return group


def legend_entries(
    info: CaseInfo,
    tracks: Sequence[Track],
    alternatives: Sequence[Alternatives],
    closures: Sequence[Closure],
    network: RoadNetwork | None,
) -> list[LegendEntry]:
    """What the legend of a case says: only of what is drawn."""
    entries = []
    for side in dict.fromkeys(track.route.side for track in tracks):
        if side in info.sides:
            known = info.sides[side]
            roads = any(leg.road for t in tracks if t.route.side == side for leg in t.legs)
            dash = STATUS_DASH["asserted"] if roads else SCHEMATIC_DASH
            entries.append(LegendEntry(f"As told by: {known.name}", known.colour, dash))
    by_road = {t.route.status for t in tracks if any(leg.road for leg in t.legs)}
    labels = {"asserted": "Asserted, course assumed", "unconfirmed": "Unconfirmed"}
    entries += [
        LegendEntry(labels.get(status, status.capitalize()), PLACE_COLOUR, dash)
        for status, dash in STATUS_DASH.items()
        if status in by_road
    ]
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
