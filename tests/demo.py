"""A map that holds every element the page can draw: for the tests, and to look at."""

from __future__ import annotations

import folium

from convoy_geo.webmap.elements import HATCH, Basemap, Label, Legend, LegendEntry, Panel, safe
from convoy_geo.webmap.html import OfflineMap

TOWNS = {
    "Qara": (36.7442, 34.1544, "قارة", 3),
    "Homs": (36.7167, 34.7333, "حمص", 2),
    "Palmyra": (38.2671, 34.5624, "تدمر", 1),
    "Sukhna": (38.8711, 34.8853, "السخنة", 1),
    "Deir ez-Zor": (40.1456, 35.3359, "دير الزور", 1),
    "Mayadin": (40.4517, 35.0186, "الميادين", 2),
    "Abu Kamal": (40.9185, 34.4523, "البوكمال", 0),
    "Al-Qaim": (41.0936, 34.3689, "القائم", 2),
    "Husaybah": (41.0186, 34.3906, "حصيبة", 4),
    "Rawa": (41.9186, 34.4756, "راوة", 3),
    "Anah": (41.9889, 34.3722, "عنه", 3),
}


def box(west: float, south: float, east: float, north: float) -> dict[str, object]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def line(*points: tuple[float, float]) -> dict[str, object]:
    return {"type": "LineString", "coordinates": [list(point) for point in points]}


def feature(geometry: dict[str, object] | None, **properties: object) -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(*features: dict[str, object]) -> dict[str, object]:
    return {"type": "FeatureCollection", "features": list(features)}


def card(text: str) -> str:
    return (
        '<div class="card" data-color="#d55e00"><p class="title">A commander said</p>'
        f"<p>{safe(text)}</p>"
        '<p class="meta">said 2017-08-31 · <span class="tag unconfirmed">unconfirmed</span> · '
        '<a href="https://example.org/report">Publisher</a></p></div>'
    )


def demo_map() -> OfflineMap:
    chart = OfflineMap(
        location=[34.6, 39.0],
        zoom_start=7,
        control_scale=True,
        title="Where the convoy was, by day and by side",
    )
    chart.fit_bounds([[33.9, 36.2], [35.5, 42.3]])
    river = line((39.0, 35.9), (40.1, 35.35), (40.45, 35.0), (40.92, 34.45), (42.0, 34.4), (43, 34))
    for kind, geometry in (
        ("sea", box(34, 31.5, 36, 38)),
        ("land", box(35.6, 31.5, 45.5, 38)),
        ("lake", box(38.1, 36, 38.4, 36.3)),
        ("river", river),
        ("border", line((41.2, 37.0), (41.0, 34.4), (38.8, 33.4), (38.0, 31.5))),
        ("disputed", line((35.75, 33.3), (35.9, 32.7))),
        ("admin", line((38.2, 31.6), (39.5, 34.0), (39.2, 36.0))),
    ):
        Basemap(collection(feature(geometry)), kind).add_to(chart)

    areas = folium.FeatureGroup(name="Regions").add_to(chart)
    folium.Polygon(
        [(33.6, 41.0), (33.6, 43.0), (34.9, 43.0), (34.9, 41.0)],
        color="#7a5195",
        tooltip="Western Anbar, a region",
        popup="Six buses <b>somewhere</b> in here",
        **HATCH,
    ).add_to(areas)
    folium.GeoJson(
        collection(feature(box(38.9, 34.4, 39.9, 35.2), name="Desert between the lines", buses=11)),
        style_function=lambda _feature: {
            "color": "#555",
            "fillColor": "#e69f00",
            "weight": 1,
            "className": "hatch-cross",
            "dashArray": "4 4",
        },
        highlight_function=lambda _feature: {"weight": 4},
        tooltip=folium.GeoJsonTooltip(["name"], labels=False),
        popup=folium.GeoJsonPopup(["name", "buses"], ["Area", "Buses"]),
    ).add_to(areas)
    folium.Rectangle([(35.1, 36.3), (35.6, 37.0)], color="#009e73", fill=True).add_to(areas)
    folium.Circle([34.3722, 41.9889], radius=9000, color="#7a5195", fill=True).add_to(areas)

    routes = folium.FeatureGroup(name="Reported routes").add_to(chart)
    way = [TOWNS[name][1::-1] for name in ("Qara", "Palmyra", "Sukhna")]
    folium.PolyLine(
        way, color="#0072b2", weight=5, tooltip="Qara to Sukhna", popup=card("It left on Monday")
    ).add_to(routes)
    folium.PolyLine(
        [TOWNS[name][1::-1] for name in ("Abu Kamal", "Rawa", "Anah")],
        color="#d55e00",
        dash_array="2 8",
        tooltip="Claimed onward way",
        popup=card("Unknown to us: `${x}`"),
    ).add_to(routes)

    later = folium.FeatureGroup(name="Alternatives", show=False).add_to(chart)
    folium.PolyLine([(34.8853, 38.8711), (34.4, 40.0), (34.4523, 40.9185)], color="#cc79a7").add_to(
        later
    )

    places = folium.FeatureGroup(name="Places").add_to(chart)
    for name, (lon, lat, arabic, rank) in TOWNS.items():
        dot = folium.CircleMarker(
            [lat, lon],
            radius=6 - rank / 2,
            color="#fff",
            weight=1.5,
            fill=True,
            fill_color="#222",
            fill_opacity=1,
            tooltip=f"{name} ({arabic})",
            popup=folium.Popup(
                f"<h2>{name}</h2>{card('It stood at ' + name)}{card('A second claim')}"
            ),
        ).add_to(places)
        Label(lat, lon, name, arabic=arabic, rank=rank, anchor=dot).add_to(places)
    Label(34.2, 42.3, "Western Anbar", arabic="غرب الأنبار", rank=6, kind="region").add_to(areas)
    Label(33.2, 40.2, "Syria", rank=7, kind="country").add_to(chart)

    marks = folium.FeatureGroup(name="Marks").add_to(chart)
    folium.Marker(
        [34.6, 39.5], icon=folium.Icon(color="red"), tooltip="The cratered stretch", popup="Blocked"
    ).add_to(marks)
    folium.Marker(
        [33.5, 37.5], icon=folium.DivIcon(html="<b>30 Aug</b>", icon_size=(60, 18))
    ).add_to(marks)
    points = {"type": "MultiPoint", "coordinates": [[37.5, 34.9], [37.8, 35.0]]}
    both = {"type": "GeometryCollection", "geometries": [points, line((37.5, 34.9), (37.8, 35.0))]}
    folium.GeoJson(
        collection(feature(both, note="A collection"), feature(None, note="nowhere")),
        name="Collection",
        tooltip=folium.GeoJsonTooltip(["note"]),
    ).add_to(chart)

    Legend(
        "Legend",
        [
            LegendEntry("reported, asserted", "#0072b2", weight=5),
            {"label": "reported, unconfirmed", "colour": "#d55e00", "dash": "2 8"},
            {"label": "town, exact", "colour": "#222", "shape": "dot"},
            {"label": "region named in a claim", "colour": "#7a5195", "shape": "hatch"},
            {"label": "radius of uncertainty", "colour": "#7a5195", "shape": "area"},
            {"label": "closure", "colour": "#d03a2b", "shape": "pin"},
        ],
    ).add_to(chart)
    Panel(
        "Claims without a place on the map",
        f"<ul class='list'><li>{safe('Back roads of <Iraq>')}</li><li>Syrian desert</li></ul>",
        is_open=True,
    ).add_to(chart)
    Panel(
        "Distances",
        "<table><thead><tr><th>from</th><th>to</th><th>km</th></tr></thead><tbody><tr>"
        "<td>Sukhna</td><td>Abu Kamal</td><td class='number'>193.7</td></tr></tbody></table>",
    ).add_to(chart)
    folium.LayerControl(collapsed=False).add_to(chart)
    return chart
