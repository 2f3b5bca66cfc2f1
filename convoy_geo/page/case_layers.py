"""What is drawn of a case as items of the page's document; see `convoy_geo.webmap.from_folium`.

An item here has some more keys: `c` the numbers of its claims, `row` the id of the
table row that holds its words, `d` its days of its own, `a` the number of its side, `l` the kind of
its layer, `x` the days on which it was closed. A leg of a reported route has `w`, how it is set
apart from others: `o` pixels beside its road, `s` the steps (days, or hours) that are stated, `f`
and `z` the first and the last on which it may have been, `t` 1 if its day is stated, `h` the kind
of its dashes, `e` 1 if it ends in an arrowhead, `b` what stands on it. A dot with `e` is the start,
the end or the goal of the story: it stays when only sides are chosen that do not speak of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shapely

from convoy_geo.lang import DEFAULT
from convoy_geo.viz.route_offsets import LANE_PX
from convoy_geo.viz.story_clock import BY_DAY
from convoy_geo.viz.symbology import ROAD_COLOUR
from convoy_geo.viz.words import as_node
from convoy_geo.webmap.label_names import label_name
from convoy_geo.webmap.polyline_codec import pack
from convoy_geo.webmap.sanitize import clean
from convoy_geo.webmap.style_table import path_style

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from shapely.geometry.base import BaseGeometry

    from convoy_geo.model.places import Place
    from convoy_geo.viz.layers import DrawnFeature, FeatureLayer, RouteMark
    from convoy_geo.viz.story_clock import StoryClock
    from convoy_geo.webmap.basemap import BasemapLabel
    from convoy_geo.webmap.style_table import Pool
    from convoy_geo.webmap.visible_names import VisibleName

__all__ = ["ground_items", "label_items", "layer_items", "shape"]

PRECISION = 4
"""Decimal places of a degree: about ten metres, finer than anything here is known."""

ROUGH = 3
"""The same for the basemap, whose scale is 1 to 10 million, and for outlines of regions."""

SIMPLER = 0.0035
"""Degrees by which outlines of regions may be off: 350 metres."""

ROUGH_LAYERS = {"areas", "relations"}

LABEL_RANK = {"country": 6, "water": 7, "town": 8, "region": 9, "land": 10, "river": 11}
"""Names of the basemap stand back behind those of the case, which have 0 to 3."""

VISIBLE_RANK = {"country": -1.5, "river": 0.8}
"""Names of countries and rivers of the first view, which are always there: those of countries after
starts and ends of routes, and before what stands on routes."""

PALE_ROAD = "#b9ae98"
"""Of roads that stand back behind the routes."""
CLOSED_PX = 16
"""Width of the band along a stretch that could not be passed."""


def shape(geometry: BaseGeometry, precision: int = PRECISION) -> dict[str, Any]:
    """A line or an area as the `k` and `g` of an item, lon before lat."""
    parts = shapely.get_parts(geometry)
    if geometry.geom_type.endswith("Polygon"):
        rings = [
            [_packed(ring, precision) for ring in (part.exterior, *part.interiors)]
            for part in parts
        ]
        return {"k": "a", "g": rings}
    return {"k": "l", "g": [_packed(part, precision) for part in parts]}


def _packed(line: BaseGeometry, precision: int) -> str:
    return pack(shapely.get_coordinates(line).tolist(), precision)


def ground_items(
    lines: Iterable[Any], style: Mapping[str, Any], pool: Pool, *, closed: bool, precision: int
) -> Any:
    """Lines or rings of the vector basemap, lon before lat, as one group."""
    number = pool.style(path_style(style, fills=False))
    g = [pack(line.tolist(), precision) for line in lines]
    item = {"k": "a" if closed else "l", "g": g, "s": number}
    return {"k": "g", "base": True, "control": False, "q": precision, "items": [item]}


def layer_items(
    layer: FeatureLayer,
    pool: Pool,
    *,
    claims: Mapping[str, int],
    sides: Mapping[str, int],
    places: Mapping[str, Place],
    first: int,
    lang: str,
    ends: frozenset[str] = frozenset(),
    stays: frozenset[str] = frozenset(),
    clock: StoryClock = BY_DAY,
) -> dict[str, Any]:
    """A layer of a case as a group of items, its places with their names.

    Parameters
    ----------
    layer
        What is drawn.
    pool
        Takes up its styles.
    claims, sides
        Their numbers in the page.
    places
        By id.
    first
        The number for the first element that a name belongs to.
    lang
        Language of the page's own words.
    ends
        Ids of places where a route starts or ends: they are named before others.
    stays
        Ids of places that stay whichever sides are chosen.
    clock
        The steps of the page's time bar.
    """
    items: list[dict[str, Any]] = []
    precision = ROUGH if layer.kind in ROUGH_LAYERS else PRECISION
    for feature in layer.features:
        if layer.kind == "reported" and feature.mark is None:
            continue
        item = _item(feature, pool, claims, sides, precision, lang, clock)
        items.append(item)
        if layer.kind == "closures" and feature.kind == "line":
            item["cut"] = feature.cut
        if feature.kind == "dot":
            place = places[feature.place]
            item["id"] = first
            if place.id in stays:
                item["e"] = 1
            rank = -2 if place.id in ends else 0 if place.role == "mentioned" else 3
            label: dict[str, Any] = {"k": "n", "g": item["g"], "text": clean(place.name),
                "rank": rank, "kind": "place", "at": first}  # fmt: skip
            if place.arabic_name:
                label["arabic"] = clean(place.arabic_name)
            items.append(label)
            first += 1
    if layer.kind == "reported":
        items += _area_names(ends, places)
    group: dict[str, Any] = {
        "k": "g", "name": as_node(layer.name, lang), "l": layer.kind, "q": precision,
        "items": items,
    }  # fmt: skip
    if not layer.show:
        group["show"] = False
    return group


def _area_names(ends: Iterable[str], places: Mapping[str, Place]) -> list[dict[str, Any]]:
    """Names of starts and ends that are areas: they have no dot that a name could belong to."""
    found = []
    for place in (places[key] for key in sorted(ends) if key in places):
        if place.shape == "area" and place.lon is not None and place.lat is not None:
            name = {"k": "n", "g": pack([(place.lon, place.lat)], PRECISION),
                    "text": clean(place.name), "rank": -2, "kind": "place"}  # fmt: skip
            found.append(name | ({"arabic": clean(place.arabic_name)} if place.arabic_name else {}))
    return found


def _item(
    feature: DrawnFeature,
    pool: Pool,
    claims: Mapping[str, int],
    sides: Mapping[str, int],
    precision: int,
    lang: str,
    clock: StoryClock,
) -> dict[str, Any]:
    style = _style(feature)
    if feature.kind in {"line", "area"}:
        geometry = feature.geometry
        if feature.kind == "area":
            geometry = shapely.simplify(geometry, SIMPLER)
        item = shape(geometry, precision)
    else:
        kind = "c" if feature.kind == "circle" else "d"
        point = [(feature.geometry.x, feature.geometry.y)]
        item = {"k": kind, "g": pack(point, precision), "r": feature.radius}
    item["s"] = pool.style(path_style(style, fills=False))
    _said(item, feature, claims, lang)
    if feature.days:
        item["d"] = clock.steps(feature.days)
    if feature.side in sides:
        item["a"] = sides[feature.side]
    if feature.mark is not None:
        item["w"] = _mark(feature.mark)
    if feature.closed:
        item["x"] = [clock.steps(text) for text in feature.closed]
    return item


def _style(feature: DrawnFeature) -> dict[str, Any]:
    """Path options on the page, where routes and closures look otherwise than on folium's map."""
    style = {key: value for key, value in feature.style.items() if key != "hatch"}
    if "hatch" in feature.style:
        style["className"] = feature.style["hatch"]
    if style.get("color") == ROAD_COLOUR:
        return style | {"color": PALE_ROAD, "weight": 1.3}
    if feature.mark is not None:
        return {"color": style["color"], "weight": 4}
    if feature.cut and feature.kind == "line":
        return {"color": style["color"], "weight": CLOSED_PX, "opacity": 0.18, "lineCap": "butt"}
    return style


def _said(
    item: dict[str, Any], feature: DrawnFeature, claims: Mapping[str, int], lang: str
) -> None:
    """The text of a feature, and the claims on which it is based."""
    if feature.row:
        item["row"] = feature.row
    elif feature.facts:
        item["p"] = as_node(feature.facts, lang)
    if feature.title:
        item["t"] = as_node(feature.title, lang)
    if feature.claims:
        item["c"] = [claims[claim] for claim in feature.claims]


def _mark(mark: RouteMark) -> dict[str, Any]:
    dated = mark.days
    found: dict[str, Any] = {
        "o": mark.lane * LANE_PX,
        "s": [[first, last] for first, last in dated.stated],
    }
    if dated.first is not None and dated.last is not None:
        found |= {"f": dated.first, "z": dated.last}
    if mark.is_stated:
        found["t"] = 1
    if mark.dash:
        found["h"] = mark.dash
    if mark.is_last:
        found["e"] = 1
    if mark.side or mark.label:
        found["b"] = [clean(mark.side), clean(mark.label)]
    return found


def label_items(
    labels: Sequence[BasemapLabel], seen: Sequence[VisibleName] = (), *, lang: str = DEFAULT
) -> Any:
    """Names of the basemap, which stand on their point, as one group.

    Parameters
    ----------
    labels
        Names of the basemap.
    seen
        Names of what the first view shows a part of, with several positions each. They stand in
        place of the same names of the basemap.
    lang
        Language of the page, in which what has a name in it is called.
    """
    items: list[dict[str, Any]] = []
    for number, one in enumerate(seen):
        rank = VISIBLE_RANK[one.kind] + number / 100
        shown = label_name(one.name, lang)
        item = {"k": "n", "g": pack(one.spots[:1], ROUGH), "text": clean(shown), "rank": rank,
                "kind": one.kind}  # fmt: skip
        if len(one.spots) > 1:
            item["more"] = pack(one.spots[1:], ROUGH)
        if one.arabic not in {"", shown} and one.kind == "country":
            item["arabic"] = clean(one.arabic)
        items.append(item)
    known = {(one.name, one.kind) for one in seen}
    labels = [label for label in labels if (label.name, label.kind) not in known]
    for label in labels:
        shown = label_name(label.name, lang)
        item = {
            "k": "n", "g": pack([(label.lon, label.lat)], ROUGH), "text": clean(shown),
            "rank": LABEL_RANK[label.kind] + round(label.rank / 20, 2), "kind": label.kind,
        }  # fmt: skip
        if label.zoom > 0:
            item["from"] = round(label.zoom, 1)
        if label.arabic not in {"", shown}:
            item["arabic"] = clean(label.arabic)
        items.append(item)
    return {"k": "g", "base": True, "control": False, "q": ROUGH, "items": items}
