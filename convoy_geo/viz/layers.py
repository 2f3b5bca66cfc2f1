"""The map layers of a case: geometry, style, text, and the claims on which they are based.

This is the only description of a case's map. `convoy_geo.viz.folium_map` turns it into folium
layers, for notebooks; `convoy_geo.page` builds the published page from it.
Coordinates are lon, lat.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from shapely.geometry import Point

from convoy_geo.geodesy import disc, distance_km
from convoy_geo.io.html import Html
from convoy_geo.model.relative_places import parse_relation
from convoy_geo.model.views import in_view
from convoy_geo.viz.route_days import RouteDays, route_days
from convoy_geo.viz.route_offsets import lanes
from convoy_geo.viz.story_clock import story_clock
from convoy_geo.viz.story_roads import roads_to_draw
from convoy_geo.viz.symbology import (
    AREA_COLOUR,
    CLOSURE_COLOUR,
    CLOSURE_STYLE,
    COMPUTED_COLOUR,
    DASH_SHIFT,
    LINE_COLOUR,
    LINK_WEIGHT,
    LOW_ROAD_DASH,
    PLACE_COLOUR,
    RELATION_DASH,
    ROAD_COLOUR,
    STATUS_WEIGHT,
    dotted,
    side_dashes,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shapely.geometry.base import BaseGeometry

    from convoy_geo.model.claims import ReportedRoute
    from convoy_geo.routing.reported_routes import Leg
    from convoy_geo.viz.popups import Cards
    from convoy_geo.viz.view_data import Contents

__all__ = ["DrawnFeature", "FeatureLayer", "RouteMark", "case_layers", "route_lanes"]

PLACES_CREDIT = (
    'Towns: <a href="https://www.geonames.org">GeoNames</a>, '
    '<a href="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</a>'
)


NOTHING = Html("")
ZONE_DASH = "5 5"
SHORT = 34
"""Characters of a title that stands on a line where the route has no label."""
NEAR = 1 / 320
SIGN = 0.004  # radius of the sign for a closed point, of the width of the first view
"""Widths of the view within which two routes are on one road: three pixels of a usual map."""


@dataclass(frozen=True)
class RouteMark:
    """How a leg of a reported route is distinguished from others on the page.

    Parameters
    ----------
    lane
        See `convoy_geo.viz.route_offsets.lanes`.
    days
        The steps of the story's clock on which it is drawn, and how: days or hours since 1970.
    is_stated
        Whether a claim states its day; its hour may still be open.
    dash
        ``plan`` for planned or unconfirmed routes, ``unknown`` for a leg with an unknown path,
        otherwise empty.
    is_last
        Whether the leg is its route's last one, which ends in an arrowhead.
    side, label
        What stands on the line; empty on all legs but one.
    """

    lane: int
    days: RouteDays
    dash: str = ""
    is_last: bool = True
    side: str = ""
    label: str = ""
    is_stated: bool = True


@dataclass(frozen=True)
class DrawnFeature:
    """One feature on the map.

    Parameters
    ----------
    kind
        ``line``, ``area``, ``dot`` (a size in pixels) or ``circle`` (a radius in metres).
    geometry
        WGS 84, lon before lat; a point for dots and circles.
    style
        Leaflet's path options.
    title
        Title, used as tooltip and for screen readers. Plain text; empty for features that are not
        announced.
    words
        Text of its card before its claims, with the title.
    facts
        The same as plain text without the title, for features without a table row.
    claims
        Ids of the claims on which it is based.
    days
        EDTF interval of a feature with its own dates, such as a closure or a reported route;
        otherwise empty, and the dates of its claims apply.
    place
        Id of the place that it represents, or empty.
    side
        Id of the side that reports it, or empty.
    radius
        Radius of a dot in pixels, of a circle in metres.
    row
        Id of the table row with its text on the case's page, or empty; see
        `convoy_geo.page.case_tables`.
    label
        Short text drawn beside a line on the map; plain text, may be empty.
    mark
        For a leg of a reported route, how the page draws it.
    closed
        For a computed route, the days on which it was closed, as EDTF.
    cut
        For a closure, its kind: ``cut`` or ``front``.
    """

    kind: str
    geometry: BaseGeometry
    style: dict[str, Any]
    title: str = ""
    words: Html = NOTHING
    facts: str = ""
    claims: tuple[str, ...] = ()
    days: str = ""
    place: str = ""
    side: str = ""
    radius: float = 0.0
    row: str = ""
    label: str = ""
    mark: RouteMark | None = None
    closed: tuple[str, ...] = ()
    cut: str = ""


@dataclass
class FeatureLayer:
    """Features that are shown and hidden together.

    Parameters
    ----------
    name
        Name in the layer control; plain text.
    features
        The features, bottom to top.
    kind
        ``roads``, ``areas``, ``zones``, ``relations``, ``computed``, ``lines``, ``closures``,
        ``reported``, ``places``.
    show
        Whether it is initially visible.
    credit
        Attribution as simple HTML.
    """

    name: str
    kind: str
    features: list[DrawnFeature] = field(default_factory=list)
    show: bool = True
    credit: str = ""


def case_layers(contents: Contents, cards: Cards) -> list[FeatureLayer]:
    """The layers of a case, bottom to top; empty ones are left out.

    Parameters
    ----------
    contents
        What the case holds.
    cards
        Provides the texts of the features, and the names of the layers.
    """
    words = cards.words
    credit = PLACES_CREDIT if any(place.geonames for place in contents.places.values()) else ""
    layers = [
        FeatureLayer(words["layerRoads"], "roads", list(_roads(contents, cards))),
        FeatureLayer(words["layerAreas"], "areas", list(_areas(contents, cards)), show=False),
        FeatureLayer(words["layerZones"], "zones", list(_zones(contents, cards))),
        FeatureLayer(
            words["layerRelations"], "relations", list(_relations(contents, cards)), show=False
        ),
        *_computed(contents, cards),
        FeatureLayer(words["layerLines"], "lines", list(_lines(contents, cards))),
        FeatureLayer(words["layerClosures"], "closures", list(_closures(contents, cards))),
        FeatureLayer(words["layerReported"], "reported", list(_reported(contents, cards))),
        FeatureLayer(words["layerPlaces"], "places", list(_places(contents, cards)), credit=credit),
    ]
    for layer in layers:
        layer.features = [
            replace(one, geometry=in_view(one.geometry, contents.info.view))
            for one in layer.features
        ]
    return [layer for layer in layers if layer.features]


def _roads(contents: Contents, cards: Cards) -> Iterator[DrawnFeature]:
    if contents.network is None:
        return
    rows = roads_to_draw(contents).rename(columns={"class": "road_class"})
    for edge in rows.itertuples():
        ref, name, told = (_text(getattr(edge, column, "")) for column in ("ref", "name", "note"))
        title = f"{ref} {name}".strip()
        facts = cards.road_facts(
            str(edge.Index),
            {
                "road_class": str(edge.road_class),
                "surface": str(edge.surface),
                "km": edge.polyline_km,
                "confidence": str(edge.confidence),
                "note": told,
            },
        )
        words = cards.facts(title, facts)
        style = {"color": ROAD_COLOUR, "weight": 2}
        if edge.confidence == "low":
            style["dashArray"] = LOW_ROAD_DASH
        yield DrawnFeature("line", edge.geometry, style, title, words, facts)


def _text(value: object) -> str:
    """A cell of a column that a network may lack, or leave empty."""
    return value if isinstance(value, str) else ""


def _claims_by_place(contents: Contents) -> dict[str, tuple[str, ...]]:
    """The claims at each place; places without one are left out."""
    found: dict[str, dict[str, None]] = {}  # an ordered set
    for claim in contents.claims.values():
        for place in claim.located_places:
            found.setdefault(place, {})[claim.id] = None
    return {place: tuple(claims) for place, claims in found.items()}


def _areas(contents: Contents, cards: Cards) -> Iterator[DrawnFeature]:
    style = {
        "color": AREA_COLOUR,
        "weight": 1,
        "fill": True,
        "fillColor": AREA_COLOUR,
        "hatch": "hatch",
    }
    claims = _claims_by_place(contents)
    for place in contents.places.values():
        if place.shape != "area" or place.lon is None or place.lat is None:
            continue
        outline = contents.areas.get(place.id)
        outline = outline or disc(place.lon, place.lat, place.radius_km or 1.0)
        yield DrawnFeature(
            "area", outline, style, place.name, cards.place_words(place),
            claims=claims.get(place.id, ()), place=place.id, row=f"p-{place.id}",
        )  # fmt: skip


def _zones(contents: Contents, cards: Cards) -> Iterator[DrawnFeature]:
    """Outlines drawn by the case's editor, dashed, and labelled as such."""
    style = {"color": AREA_COLOUR, "weight": 1.5, "dashArray": ZONE_DASH, "fill": True,
             "fillColor": AREA_COLOUR, "fillOpacity": 0.07}  # fmt: skip
    claims = _claims_by_place(contents)
    for key, outline in contents.zones.items():
        place = contents.places[key]
        yield DrawnFeature(
            "area", outline, style, cards.language.text("card.zoneOurs", name=place.name),
            cards.place_words(place), claims=claims.get(key, ()), place=key, row=f"p-{key}",
        )  # fmt: skip


def _relations(contents: Contents, cards: Cards) -> Iterator[DrawnFeature]:
    """One area for each term, with all the claims that use it."""
    style = {
        "color": AREA_COLOUR, "weight": 1, "dashArray": RELATION_DASH, "fill": True,
        "fillColor": AREA_COLOUR, "hatch": "hatch-back",
    }  # fmt: skip
    if contents.relations.empty:
        return
    names = {key: place.name for key, place in contents.places.items()}
    for text, rows in contents.relations.groupby("text", sort=False):
        language = cards.language
        title = language.relation(**parse_relation(str(text)).values(names))
        facts = language.text("card.made", note=rows["said"].iloc[0])
        yield DrawnFeature(
            "area", rows.geometry.iloc[0], style, title, cards.facts(title, facts), facts,
            tuple(rows["claim"]),
        )  # fmt: skip


def _computed(contents: Contents, cards: Cards) -> Iterator[FeatureLayer]:
    for number, group in enumerate(contents.alternatives):
        if not group.routes:
            continue
        title = cards.way_title(group)
        called = cards.language.text("layerComputed", way=title)
        layer = FeatureLayer(called, "computed", show=False)
        for route in reversed(group.routes):
            held = contents.held.get((number, route.rank), [])
            style = {"color": COMPUTED_COLOUR, "weight": 2.5 if route.rank == 0 else 1.5}
            words = cards.route(route, title, held)
            layer.features.append(
                DrawnFeature(
                    "line", route.geometry, style, called, words,
                    row=f"w-{number}-{route.rank}",
                    closed=tuple(_closed(contents, route.edges)),
                )
            )  # fmt: skip
        yield layer


def _closed(contents: Contents, edges: Iterable[str]) -> Iterator[str]:
    """The days on which some of a route's edges were cut, as far as it is known."""
    used = set(edges)
    for closure in contents.closures:
        if closure.kind == "cut" and used.intersection(closure.edges):
            yield closure.closed.text


def route_lanes(contents: Contents) -> list[int]:
    """The lane of each reported route, beside those that share its road."""
    import shapely  # noqa: PLC0415

    lines = []
    for track in contents.tracks:
        parts = [
            part for leg in track.legs if leg.geometry is not None
            for part in shapely.get_parts(leg.geometry).tolist()
        ]  # fmt: skip
        lines.append(shapely.multilinestrings(parts) if parts else None)
    west, _, east, _ = contents.info.view
    return lanes(lines, (east - west) * NEAR)


def _lines(contents: Contents, cards: Cards) -> Iterator[DrawnFeature]:
    """Lines and areas as they are given, with what is known of them."""
    for shape in contents.lines:
        facts = "\n".join(filter(None, (shape.note, shape.source)))
        is_area = shape.geometry.geom_type.endswith("Polygon")
        style: dict[str, Any] = {"color": LINE_COLOUR, "weight": 2 if is_area else 3.5}
        if is_area:
            style |= {"fill": True, "fillColor": LINE_COLOUR, "fillOpacity": 0.15}
        yield DrawnFeature(
            "area" if is_area else "line", shape.geometry, style, shape.name,
            cards.facts(shape.name, facts), facts, days=shape.when.text,
        )  # fmt: skip


def _closures(contents: Contents, cards: Cards) -> Iterator[DrawnFeature]:
    for closure in contents.closures:
        dash, weight = CLOSURE_STYLE[closure.kind]
        style = {"color": CLOSURE_COLOUR, "weight": weight, "opacity": 0.75, "dashArray": dash}
        shape = closure.geometry
        if shape.geom_type == "Point":  # a sign of a size that is seen
            west, _, east, _ = contents.info.view
            wide = distance_km(west, shape.y, east, shape.y)
            shape = disc(shape.x, shape.y, max(wide * SIGN, 1e-3), points=16)
        kind = "area" if shape.geom_type.endswith("Polygon") else "line"
        yield DrawnFeature(
            kind, shape, style, closure.name, cards.closure_words(closure),
            claims=tuple(closure.claims), days=closure.closed.text, row=f"x-{closure.id}",
            cut=closure.kind,
        )  # fmt: skip


def _reported(contents: Contents, cards: Cards) -> Iterator[DrawnFeature]:
    """The legs of the reported routes, in a side's colour and dashes, thinner if less certain.

    A link with an unknown path has the side's dashes as rows of dots.
    """
    dashes = side_dashes(contents.tracks)
    beside = route_lanes(contents)
    routes, clock = [track.route for track in contents.tracks], story_clock(contents)
    by_day = route_days(routes, contents.claims)
    dated = route_days(routes, contents.claims, span=clock.span, always=clock.always)
    for number, track in enumerate(contents.tracks):
        route = track.route
        mark = RouteMark(
            beside[number], dated[route.id], _dash(route), is_last=False,
            is_stated=bool(by_day[route.id].stated),
        )  # fmt: skip
        named = max(range(len(track.legs)), key=lambda at: _reach(track.legs[at]), default=0)
        known = contents.info.sides.get(route.side)
        words = cards.track_words(track)
        for at, leg in enumerate(track.legs):
            if leg.geometry is None:
                continue
            style: dict[str, Any] = {
                "color": known.colour if known else PLACE_COLOUR,
                "weight": STATUS_WEIGHT[route.status] if leg.is_known else LINK_WEIGHT,
                "dashArray": dashes[route.side] if leg.is_known else dotted(dashes[route.side]),
                "dashOffset": str(DASH_SHIFT * (number % 2)),
            }
            if not leg.is_known:
                style["lineCap"] = "butt"
            if leg.is_known and route.course == "told":
                # The side's dashes over a solid line: this path is reported, not assumed.
                solid = {"color": style["color"], "weight": 1.5}
                yield DrawnFeature("line", leg.geometry, solid, claims=tuple(route.claims),
                    days=route.day.text, side=route.side)  # fmt: skip
            yield DrawnFeature(
                "line", leg.geometry, style, route.title, words, claims=tuple(route.claims),
                days=route.day.text, side=route.side, row=f"r-{route.id}",
                mark=replace(
                    mark,
                    is_last=at == len(track.legs) - 1,
                    dash=mark.dash if leg.is_known else "unknown",
                    side=(known.short if known else route.side) if at == named else "",
                    label=(route.label or _shortened(route.title)) if at == named else "",
                ),
            )  # fmt: skip


def _dash(route: ReportedRoute) -> str:
    return "plan" if route.planned or route.status in {"unconfirmed", "believed"} else ""


def _reach(leg: Leg) -> float:
    """Length of a leg as drawn; links with an unknown path come last."""
    if leg.geometry is None:
        return -1.0
    return float(leg.geometry.length) * (1 if leg.is_known else 0.2)


def _shortened(title: str) -> str:
    """A title that is no longer than a line on a map may be."""
    return title if len(title) <= SHORT else title[: SHORT - 1].rsplit(" ", 1)[0] + "…"


def _places(contents: Contents, cards: Cards) -> Iterator[DrawnFeature]:
    claims_at = _claims_by_place(contents)
    for place in contents.places.values():
        if place.shape != "point" or place.role == "decoy" or place.lon is None:
            continue
        claims = claims_at.get(place.id, ())
        point = Point(place.lon, place.lat)
        if place.radius_km:
            ring = {"color": PLACE_COLOUR, "weight": 0.7, "fill": True, "fillOpacity": 0.08}
            yield DrawnFeature(
                "circle", point, ring, claims=claims, place=place.id,
                radius=place.radius_km * 1000.0,
            )  # fmt: skip
        named = place.role == "mentioned"
        style = {
            "color": PLACE_COLOUR,
            "weight": 1.5,
            "fill": True,
            "fillColor": PLACE_COLOUR if named else "#ffffff",
            "fillOpacity": 1,
        }
        yield DrawnFeature(
            "dot", point, style, place.name, cards.place_words(place), claims=claims,
            place=place.id, radius=5 if named else 3.5, row=f"p-{place.id}",
        )  # fmt: skip
