"""Read the GeoJSON files of a case: the line of every feature, and all errors at once."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from convoy_geo.errors import ExchangeFileError, Fault
from convoy_geo.io.csv_tables import read_text
from convoy_geo.io.json_text import parse_members
from convoy_geo.io.shapes import BadShapeError, Shape, make_shape, on_globe

if TYPE_CHECKING:
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

__all__ = ["Feature", "read_features"]

WGS84_NAMES = frozenset(
    {"urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC::CRS84", "EPSG:4326"}
)
ALLOWED = "a valid GeoJSON geometry, lon -180..180 before lat -90..90"


@dataclass(frozen=True)
class Feature:
    """One feature: its line, its properties, its geometry (lon, lat), and all its members.

    `where` has its number, from 1, if several features share its line; `repaired` describes what
    was wrong with its polygon before the repair.
    """

    line: int
    properties: dict[str, Any]
    geometry: BaseGeometry
    members: dict[str, Any] = field(default_factory=dict, repr=False)
    where: str = ""
    repaired: str = ""


def read_features(
    path: Path,
    name: str,
    *,
    unlocated: bool = False,
    repair: bool = False,
    inside: Path | None = None,
    text: str | None = None,
) -> tuple[list[Feature], list[Fault]]:
    """The features of a GeoJSON file (RFC 7946), and all validation errors.

    Parameters
    ----------
    path
        The file.
    name
        Name of the file in errors.
    unlocated
        Whether a feature may have no geometry, as the RFC allows: its geometry is then None.
    repair
        Whether to repair invalid polygons (`Feature.repaired` says what was wrong); otherwise they
        are errors.
    inside
        A folder that must contain the file after symbolic links are resolved.
    text
        The content of the file; by default it is read from disk.

    Returns
    -------
    tuple of (list of Feature, list of Fault)
        Only features with a usable geometry are listed; each other one has an error.
    """
    faults: list[Fault] = []
    if text is None:
        text, faults = read_text(path, name, inside=inside)
        if text is None:
            return [], faults
    try:
        document, members = parse_members(text, name, "features")
    except ExchangeFileError as error:
        return [], list(error.faults)
    if repair and isinstance(document, dict) and document.get("type") == "Feature":
        members = [(1, document)]  # RFC 7946 allows one Feature as a whole file
    elif not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        return [], [
            Fault(name, 1, "type", "", "no FeatureCollection", "a GeoJSON FeatureCollection")
        ]
    if members is None:
        return [], [Fault(name, 1, "features", "", "no list", "a list of features")]
    faults += _crs_faults(document, name)
    features = []
    shared = Counter(line for line, _ in members)
    points = _points([item for _, item in members])
    for number, (line, item) in enumerate(members, 1):
        where = f"feature {number}" if shared[line] > 1 else ""
        given = points.get(number - 1)
        feature, wrong = _feature(
            item, line, name, where, given, unlocated=unlocated, repair=repair
        )
        faults += wrong
        if feature:
            features.append(feature)
    return features, faults


def geometry_value(geometry: BaseGeometry | None) -> dict[str, Any] | None:
    """A geometry as GeoJSON, with rings by the right-hand rule (section 3.1.6)."""
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
    item: Any, line: int, name: str, where: str, point: BaseGeometry | None,
    *, unlocated: bool, repair: bool,
) -> tuple[Feature | None, list[Fault]]:  # fmt: skip
    def fault(column: str, shown: str, problem: str, allowed: str) -> tuple[None, list[Fault]]:
        column = f"{where}, {column}" if where else column
        return None, [Fault(name, line, column, shown, problem, allowed)]

    if not isinstance(item, dict) or item.get("type") != "Feature":
        return fault("type", "", "no Feature", "a GeoJSON Feature")
    properties, value = item.get("properties") or {}, item.get("geometry")
    if not isinstance(properties, dict):
        return fault("properties", "", "no object", "a JSON object")
    shape = Shape(point)
    if point is None and (value is not None or not unlocated):
        try:
            shape = _shape(value, repair=repair, empty=unlocated)
        except BadShapeError as error:
            problem, _, shown = str(error).partition("\n")
            return fault("geometry", shown or json.dumps(value)[:60], problem, ALLOWED)
    return Feature(line, properties, shape.geometry, item, where, shape.repaired), []


def _points(items: list[Any]) -> dict[int, BaseGeometry]:
    """The plain points within WGS 84 range among features, by number from 0; built in bulk."""
    import shapely  # noqa: PLC0415

    found = {at: position for at, item in enumerate(items) if (position := _position(item))}
    made = shapely.points(list(found.values())) if found else ()
    return dict(zip(found, made, strict=True))


def _position(item: Any) -> tuple[float, float] | None:
    """Coordinates of a plain valid point; None if it needs further checks."""
    value = item.get("geometry") if isinstance(item, dict) else None
    if not isinstance(value, dict) or value.get("type") != "Point":
        return None
    at = value.get("coordinates")
    if not isinstance(at, list) or len(at) not in {2, 3}:
        return None
    if not all(type(one) in {int, float} for one in at):
        return None
    if -180 <= at[0] <= 180 and -90 <= at[1] <= 90:  # false for NaN
        return float(at[0]), float(at[1])
    return None


def _flat(value: Any) -> Any:
    """A geometry with two numbers per position; RFC 7946 lets readers ignore the others."""
    if isinstance(value, dict):
        return {
            key: _flat(one) if key in {"coordinates", "geometries"} else one
            for key, one in value.items()
        }
    if not isinstance(value, list):
        return value
    if len(value) > 3 and all(type(one) in {int, float} for one in value):
        return value[:2]
    return [_flat(one) for one in value]


def _shape(value: Any, *, repair: bool, empty: bool) -> Shape:
    """A geometry, None if it is empty.

    Raises
    ------
    BadShapeError
        If it is unusable; the text to show comes after a line end.
    """
    import shapely  # noqa: PLC0415

    if not isinstance(value, dict):
        msg = "empty geometry" if value is None else "bad geometry (no object)"
        raise BadShapeError(msg)
    text = json.dumps(_flat(value) if repair else value)
    shape = make_shape(lambda: shapely.from_geojson(text), repair=repair)
    if shape.geometry is None:
        if not empty:
            msg = "empty geometry"
            raise BadShapeError(msg)
        return shape
    if repair:
        shape = replace(shape, geometry=on_globe(shape.geometry))
    geometry: Any = shape.geometry
    west, south, east, north = geometry.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        problem = "coordinates out of range (lat and lon swapped, or metres?)"
        msg = f"{problem}\n{west:g},{south:g},{east:g},{north:g}"
        raise BadShapeError(msg)
    if not repair and not geometry.is_valid:
        msg = f"invalid: {shapely.is_valid_reason(geometry)}"
        raise BadShapeError(msg)
    return shape
