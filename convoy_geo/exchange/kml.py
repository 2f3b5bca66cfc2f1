"""KML 2.2 (OGC 07-147r2) for Google Earth: folders by layer, styles, time spans; also as KMZ.

KML has neither dashes nor hatches: what dashes mean on the page (certainty, assumed path) is part
of the name here. Pins use no image from the web.
"""

from __future__ import annotations

import html
import io
import zipfile
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from convoy_geo.exchange.csv import joined
from convoy_geo.io.geojson_reader import geometry_value
from convoy_geo.io.xml import add, document
from convoy_geo.viz import symbology

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from xml.etree.ElementTree import Element

    from convoy_geo.exchange.feature_tables import ExportedFeature
    from convoy_geo.model.case_info import CaseInfo

__all__ = ["KML", "kml_bytes", "kmz_bytes"]

KML = "http://www.opengis.net/kml/2.2"
EPOCH = (1980, 1, 1, 0, 0, 0)
"""Timestamp of everything in a KMZ: the earliest that a zip can store."""

HIDDEN = frozenset({"areas", "claims", "controls", "relations", "roads"})
"""Layers that are hidden by default, because they would cover the others."""
TIMED = frozenset({"reported_routes", "claims", "closures", "controls"})
"""Layers of events in time; towns and roads are always visible."""
FOLDERS = {
    "places": "Places",
    "areas": "Areas, not points",
    "reported_routes": "Reported routes",
    "computed_routes": "Computed routes, not reported",
    "claims": "Claims",
    "closures": "Closures",
    "controls": "Who controlled which road",
    "relations": "Relative places",
    "roads": "Roads",
    "reports": "Reports",
}
TOLD = {
    "summary": "Claim",
    "claimant": "Claimant",
    "publisher": "Published by",
    "status": "Status",
    "course": "Course",
    "happened": "Happened",
    "said": "Said",
    "published": "Published",
    "length_km": "Length in km",
    "distance_kind": "Kind of distance",
    "confidence": "Confidence",
    "claims": "Based on claims",
    "sources": "Sources",
    "note": "Note",
}
"""Labels in the balloon, by column."""


def kml_bytes(features: Sequence[ExportedFeature], info: CaseInfo) -> bytes:
    """A document with a folder for each layer.

    Parameters
    ----------
    features
        The result of `convoy_geo.exchange.feature_tables.features`. All their properties are
        written as ExtendedData.
    info
        Title, summary, and the sides with their colours.
    """
    root = ET.Element("kml", {"xmlns": KML})
    doc = add(root, "Document", id="case")
    add(doc, "name", info.title)
    add(doc, "description", html.escape(info.summary.strip()))
    for name, colour, width, filled in _styles(info):
        _add_style(doc, name, colour, width, filled)
    for layer, title in FOLDERS.items():
        inside = [feature for feature in features if feature.layer == layer]
        if inside:
            folder = add(doc, "Folder")
            add(folder, "name", title)
            for feature in inside:
                _add_placemark(folder, feature, info)
    return document(root)


def kmz_bytes(features: Sequence[ExportedFeature], info: CaseInfo) -> bytes:
    """The KML document as ``doc.kml`` in a zip; deterministic."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        entry = zipfile.ZipInfo("doc.kml", EPOCH)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.create_system = 3  # otherwise it would reveal the operating system
        archive.writestr(entry, kml_bytes(features, info))
    return stream.getvalue()


def _styles(info: CaseInfo) -> Iterable[tuple[str, str, float, str]]:
    """Name, colour, width and fill opacity as two hex digits."""
    for side in info.sides.values():
        yield f"side-{side.id}", side.colour, 4, "00"
    yield "reported_routes", symbology.PLACE_COLOUR, 4, "00"
    yield "schematic", symbology.PLACE_COLOUR, 1.5, "00"
    yield "places", symbology.PLACE_COLOUR, 1, "00"
    yield "areas", symbology.AREA_COLOUR, 1, "33"
    yield "relations", symbology.AREA_COLOUR, 1, "1a"
    yield "computed_routes", symbology.COMPUTED_COLOUR, 8, "00"
    yield "controls", symbology.AREA_COLOUR, 3, "00"
    yield "roads", symbology.ROAD_COLOUR, 2, "00"
    for kind, (_, width) in symbology.CLOSURE_STYLE.items():
        yield f"closure-{kind}", symbology.CLOSURE_COLOUR, width, "33"


def _add_style(doc: Element, name: str, colour: str, width: float, filled: str) -> None:
    bgr = (colour[5:7] + colour[3:5] + colour[1:3]).lower()  # KML writes aabbggrr
    style = add(doc, "Style", id=name)
    icon = add(style, "IconStyle")
    add(icon, "color", f"ff{bgr}")
    add(icon, "scale", "0.8")
    line = add(style, "LineStyle")
    add(line, "color", f"{'99' if name == 'ways' else 'ff'}{bgr}")
    add(line, "width", width)
    add(add(style, "PolyStyle"), "color", f"{filled}{bgr}")
    # an explicit balloon template: otherwise Google Earth would insert data as HTML
    add(add(style, "BalloonStyle"), "text", "$[description]")


def _style_of(feature: ExportedFeature, info: CaseInfo) -> str:
    properties = feature.properties
    if feature.layer == "closures":
        return f"closure-{properties['kind']}"
    if feature.layer == "reported_routes" and properties["distance_kind"] == "schematic":
        return "schematic"
    if feature.layer in {"reported_routes", "claims"} and properties["side"] in info.sides:
        return f"side-{properties['side']}"
    return "places" if feature.layer in {"claims", "reports"} else feature.layer


def _add_placemark(folder: Element, feature: ExportedFeature, info: CaseInfo) -> None:
    mark = add(folder, "Placemark")
    add(mark, "name", _title(feature))
    if feature.layer in HIDDEN:
        add(mark, "visibility", "0")
    add(mark, "description", _balloon(feature))
    first, last = (feature.properties[f"happened_{end}"] for end in ("from", "to"))
    if feature.layer in TIMED and (first or last):
        span = add(mark, "TimeSpan")
        if first:
            add(span, "begin", first)
        if last:
            add(span, "end", last)
    add(mark, "styleUrl", f"#{_style_of(feature, info)}")
    data = add(mark, "ExtendedData")
    head = {"layer": feature.layer, "id": feature.id, "title": feature.title}
    for name, value in {**head, **feature.properties}.items():
        if value is not None and value != []:
            add(add(data, "Data", name=name), "value", joined(value))
    if value := geometry_value(feature.geometry):
        _add_geometry(mark, value)


def _title(feature: ExportedFeature) -> str:
    if feature.layer == "reported_routes":
        p = feature.properties
        course = "route unknown" if p["distance_kind"] == "schematic" else f"path {p['course']}"
        return f"{feature.title} ({p['status']}, {course})"
    return feature.title


def _balloon(feature: ExportedFeature) -> str:
    """HTML for the balloon; every text in it is escaped."""
    lines = [f"<h3>{html.escape(feature.title)}</h3>"]
    for name, label in TOLD.items():
        if value := feature.properties.get(name):
            text = ", ".join(value) if isinstance(value, list) else str(value)
            lines.append(f"<p>{label}: {html.escape(text)}</p>")
    return "".join(lines)


def _add_geometry(parent: Element, geometry: Mapping[str, Any]) -> None:
    kind, points = geometry["type"], geometry["coordinates"]
    if kind.startswith("Multi"):
        parts = add(parent, "MultiGeometry")
        for part in points:
            _add_geometry(parts, {"type": kind.removeprefix("Multi"), "coordinates": part})
    elif kind == "Point":
        add(add(parent, "Point"), "coordinates", _points([points]))
    elif kind == "LineString":
        line = add(parent, "LineString")
        add(line, "tessellate", "1")
        add(line, "coordinates", _points(points))
    else:
        polygon = add(parent, "Polygon")
        add(polygon, "tessellate", "1")
        for number, ring in enumerate(points):
            edge = add(polygon, "innerBoundaryIs" if number else "outerBoundaryIs")
            add(add(edge, "LinearRing"), "coordinates", _points(ring))


def _points(points: Iterable[Sequence[float]]) -> str:
    return " ".join(",".join(map(repr, point[:2])) for point in points)
