"""GPX 1.1: towns as waypoints, reported routes as named points, their drawn lines as tracks.

A route lists the reported places in order. A region is not a point, so such an end is placed where
the drawn line meets the region. The track of the same name is the drawn line, with one segment for
each leg that goes by road; legs with an unknown path are omitted, because a device would navigate
along them.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import shapely

from convoy_geo.exchange.csv import joined
from convoy_geo.exchange.geojson import bounds
from convoy_geo.io.xml import add, document

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from xml.etree.ElementTree import Element

    from convoy_geo.exchange.feature_tables import ExportedFeature
    from convoy_geo.model.case_info import CaseInfo
    from convoy_geo.model.places import Place

__all__ = ["DATA", "GPX", "gpx_bytes"]

GPX = "http://www.topografix.com/GPX/1/1"
DATA = "urn:convoy-geo:data:1"
"""Namespace of our properties in ``extensions``."""


def gpx_bytes(
    features: Sequence[ExportedFeature], info: CaseInfo, places: Mapping[str, Place]
) -> bytes:
    """Waypoints, routes and tracks, in the order required by the schema.

    Parameters
    ----------
    features
        The result of `convoy_geo.exchange.feature_tables.features`; places and routes are used.
    info
        Title and summary of the case.
    places
        Places by id, for the names of a route's stops.
    """
    root = ET.Element(
        "gpx", {"xmlns": GPX, "xmlns:data": DATA, "version": "1.1", "creator": "convoy_geo"}
    )
    points = [f for f in features if f.layer == "places" and f.geometry is not None]
    told = [f for f in features if f.layer == "reported_routes"]
    ways = [f for f in features if f.layer == "computed_routes"]
    meta = add(root, "metadata")
    add(meta, "name", info.title)
    if info.summary.strip():
        add(meta, "desc", info.summary.strip())
    if box := bounds([*points, *told, *ways]):
        sides = zip(("minlon", "minlat", "maxlon", "maxlat"), map(repr, box), strict=True)
        add(meta, "bounds", **dict(sides))
    for feature in points:
        lon, lat = feature.geometry.coords[0]  # type: ignore[union-attr]
        mark = add(root, "wpt", lat=repr(lat), lon=repr(lon))
        _describe(mark, feature.title, feature.properties["note"], feature, "place")
    routes = [list(legs) for _, legs in groupby(told, lambda leg: leg.properties["route"])]
    for legs in routes:
        _add_route(root, legs, places)
    for legs in [*routes, *([way] for way in ways)]:
        _add_track(root, legs)
    return document(root)


def _add_route(root: Element, legs: Sequence[ExportedFeature], places: Mapping[str, Place]) -> None:
    first = legs[0]
    route = add(root, "rte")
    _describe(route, first.title, _about(first.properties), first, "reported")
    for number, place_id in enumerate(first.properties["places"]):
        place = places[place_id]
        spot = _spot(legs, number, place)
        if spot is not None:
            point = add(route, "rtept", lat=repr(spot[1]), lon=repr(spot[0]))
            edge = "" if place.shape == "point" else " (region: where the drawn line meets it)"
            add(point, "name", f"{place.name}{edge}")


def _spot(legs: Sequence[ExportedFeature], number: int, place: Place) -> tuple[float, float] | None:
    """A stop's position: that of a town, or the point where the drawn line meets a region."""
    if place.shape == "point" and place.lon is not None and place.lat is not None:
        return place.lon, place.lat
    leaving = number < len(legs)
    line = legs[number if leaving else number - 1].geometry
    if line is None:
        return None
    lon, lat = shapely.get_coordinates(line)[0 if leaving else -1].tolist()
    return lon, lat


def _add_track(root: Element, legs: Sequence[ExportedFeature]) -> None:
    drawn = [
        leg.geometry
        for leg in legs
        if leg.geometry is not None and leg.properties["distance_kind"] != "schematic"
    ]
    if not drawn:
        return
    first = legs[0]
    track = add(root, "trk")
    kind = "computed" if first.layer == "computed_routes" else "reported, path as drawn"
    _describe(track, first.title, _about(first.properties), first, kind)
    for line in drawn:
        segment = add(track, "trkseg")
        for lon, lat in shapely.get_coordinates(line).tolist():
            add(segment, "trkpt", lat=repr(lat), lon=repr(lon))


def _describe(
    element: Element, name: str, words: str | None, feature: ExportedFeature, kind: str
) -> None:
    """Name, description, source, type and our own properties, in schema order."""
    add(element, "name", name)
    if words:
        add(element, "desc", words)
    if sources := feature.properties["sources"]:
        add(element, "src", "; ".join(sources))
    add(element, "type", kind)
    data = add(element, "extensions")
    head: dict[str, Any] = {"layer": feature.layer, "id": feature.id}
    for key, value in {**head, **feature.properties}.items():
        if value is not None and value != []:
            add(data, "data:value", joined(value), name=key)


def _about(properties: Mapping[str, Any]) -> str:
    """Certainty, length and source."""
    parts: Iterable[str | None] = (
        properties.get("status"),
        f"path {properties['course']}" if properties.get("course") else "not reported",
        f"about {properties['length_km']:g} km by road" if properties.get("length_km") else None,
        f"claims {', '.join(properties['claims'])}" if properties["claims"] else None,
    )
    return "; ".join(filter(None, parts))
