"""GeoJSON files of a case: read with the line of every feature and every fault at once."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from convoy_geo.errors import Fault
from convoy_geo.io.csv_tables import read_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

__all__ = ["Feature", "read_features"]

WGS84_NAMES = frozenset(
    {"urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC::CRS84", "EPSG:4326"}
)


@dataclass(frozen=True)
class Feature:
    """One feature: its line, its properties, its geometry (lon, lat), all its members.

    `where` has its number, from 1, if its line is that of another one too.
    """

    line: int
    properties: dict[str, Any]
    geometry: BaseGeometry
    members: dict[str, Any] = field(default_factory=dict, repr=False)
    where: str = ""


def read_features(
    path: Path, name: str, *, unlocated: bool = False
) -> tuple[list[Feature], list[Fault]]:
    """The features of a GeoJSON file (RFC 7946) and everything that is wrong with them.

    Parameters
    ----------
    path
        The file.
    name
        What faults shall call it.
    unlocated
        Whether a feature may be without geometry, as the RFC allows: its geometry is None.

    Returns
    -------
    tuple of (list of Feature, list of Fault)
        Only features with a usable geometry are in the list.
    """
    text, faults = read_text(path, name)
    if text is None:
        return [], faults
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        where = str(error.colno)
        return [], [Fault(name, error.lineno, where, "", f"broken JSON: {error.msg}", "JSON")]
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        return [], [
            Fault(name, 1, "type", "", "no FeatureCollection", "a GeoJSON FeatureCollection")
        ]
    if not isinstance(document.get("features"), list):
        return [], [Fault(name, 1, "features", "", "no list", "a list of features")]
    faults += _crs_faults(document, name)
    features = []
    lines = list(_lines(text))
    shared = Counter(lines)
    for number, (line, item) in enumerate(zip(lines, document["features"], strict=False), 1):
        where = f"feature {number}" if shared[line] > 1 else ""
        feature, wrong = _feature(item, line, name, unlocated=unlocated)
        faults += [
            replace(fault, column=", ".join(filter(None, (where, fault.column)))) for fault in wrong
        ]
        if feature:
            features.append(replace(feature, where=where))
    return features, faults


def geometry_value(geometry: BaseGeometry | None) -> dict[str, Any] | None:
    """A geometry as GeoJSON writes it, rings by the right-hand rule (section 3.1.6)."""
    if geometry is None or geometry.is_empty:
        return None
    from shapely.geometry import MultiPolygon, Polygon, mapping  # noqa: PLC0415
    from shapely.geometry.polygon import orient  # noqa: PLC0415

    if isinstance(geometry, Polygon):
        geometry = orient(geometry)
    elif isinstance(geometry, MultiPolygon):
        geometry = MultiPolygon([orient(part) for part in geometry.geoms])
    value: dict[str, Any] = mapping(geometry)
    return value


def _crs_faults(document: dict[str, Any], name: str) -> list[Fault]:
    if "crs" not in document:
        return []
    try:
        crs = str(document["crs"]["properties"]["name"])
    except (KeyError, TypeError):
        crs = json.dumps(document["crs"])
    if crs in WGS84_NAMES:
        return []
    return [Fault(name, 1, "crs", crs, "another CRS", "WGS 84 lon, lat (no crs member, RFC 7946)")]


def _feature(
    item: Any, line: int, name: str, *, unlocated: bool
) -> tuple[Feature | None, list[Fault]]:
    if not isinstance(item, dict) or item.get("type") != "Feature":
        return None, [Fault(name, line, "type", "", "no Feature", "a GeoJSON Feature")]
    properties = item.get("properties") or {}
    if not isinstance(properties, dict):
        return None, [Fault(name, line, "properties", "", "no object", "a JSON object")]
    if unlocated and item.get("geometry") is None:
        return Feature(line, properties, None, item), []
    geometry, fault = _geometry(json.dumps(item.get("geometry")))
    if fault:
        problem, shown = fault
        allowed = "a valid GeoJSON geometry, lon -180..180 before lat -90..90"
        return None, [Fault(name, line, "geometry", shown, problem, allowed)]
    return Feature(line, properties, geometry, item), []


def _geometry(text: str) -> tuple[BaseGeometry, tuple[str, str] | None]:
    """A geometry, and what is wrong with it and the text to show, if anything."""
    import shapely  # noqa: PLC0415
    from shapely.errors import GEOSException  # noqa: PLC0415

    try:
        geometry = shapely.from_geojson(text)
    except GEOSException as error:
        return None, (f"bad geometry ({error})", text[:60])
    if geometry is None or geometry.is_empty:
        return None, ("empty geometry", "")
    west, south, east, north = geometry.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        shown = f"{west:g},{south:g},{east:g},{north:g}"
        return None, ("coordinates out of range (lat and lon swapped, or metres?)", shown)
    if not geometry.is_valid:
        return None, (f"invalid: {shapely.is_valid_reason(geometry)}", "")
    return geometry, None


def _lines(text: str) -> Iterator[int]:
    """The line where each member of the features list starts, for a text that is valid JSON."""
    decoder = json.JSONDecoder()
    at = text.index("[", text.index('"features"')) + 1
    while True:
        while text[at] in " \t\r\n,":
            at += 1
        if text[at] == "]":
            return
        yield text.count("\n", 0, at) + 1
        _, at = decoder.raw_decode(text, at)
