"""Read features from GPX: waypoints, routes and tracks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convoy_geo.io.found import Found, FoundFile
from convoy_geo.io.shapes import make_shape
from convoy_geo.io.sniff import read_bytes
from convoy_geo.io.xml import XmlElement, local, parse, text_of

if TYPE_CHECKING:
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

__all__ = ["read_gpx"]

DEGREES = "degrees in lon and lat"


def read_gpx(path: Path) -> FoundFile:
    """The waypoints, routes and tracks of a GPX file.

    Raises
    ------
    ExchangeFileError
        If the file as a whole is unreadable.
    """
    result = FoundFile(path.name)
    for element in parse(read_bytes(path, path.name), path.name):
        if isinstance(element, XmlElement) and local(element) in {"wpt", "rte", "trk"}:
            result.one(lambda element=element: _feature(element, result), line=element.line)  # type: ignore[misc]
            if local(element) == "rte" and not _is_ours(element):
                for point in element:
                    if isinstance(point, XmlElement) and text_of(point, "name"):
                        result.one(lambda point=point: _feature(point, result), line=point.line)  # type: ignore[misc]
    return result


def _is_ours(element: XmlElement) -> bool:
    """Whether the element names its layer, as in files written by convoy_geo."""
    extensions = (child for child in element if local(child) == "extensions")
    return any(value.get("name") == "layer" for child in extensions for value in child)


def _feature(element: XmlElement, result: FoundFile) -> Found:
    kind = local(element)
    properties: dict[str, Any] = {}
    for child in element:
        if local(child) == "extensions":
            properties = {
                value.get("name", ""): value.text or ""
                for value in child
                if local(value) == "value"
            }
    layer = properties.pop("layer", "")
    if kind == "trk":  # the geometry of a route that is also listed as a route
        layer = layer and "tracks"
    if not layer:
        properties = _said(element)
    spots = [element] if kind in {"wpt", "rtept"} else [
        point for point in element.iter() if local(point) in {"rtept", "trkpt"}
    ]  # fmt: skip
    points = [_point(spot, result) for spot in spots if isinstance(spot, XmlElement)]
    if kind == "rte" and len(points) == 1 and not layer:
        points = []  # the point is a separate place, and a route needs more than one
    shape = result.shape(
        lambda: make_shape(lambda: _made(points)),
        line=element.line, column="lon,lat", text="", allowed=DEGREES,
    )  # fmt: skip
    return Found("", element.line, layer, properties, shape)


def _said(element: XmlElement) -> dict[str, Any]:
    """Name, description and time of an element recorded by another tool."""
    times = [(one.text or "").strip() for one in element.iter() if local(one) == "time"]
    when = "/".join(dict.fromkeys(filter(None, (times[0], times[-1])))) if times else ""
    note = text_of(element, "desc") or text_of(element, "cmt")
    said = {"name": text_of(element, "name"), "note": note}
    return said | ({"when": when} if when else {})


def _made(points: list[tuple[float, float]]) -> BaseGeometry | None:
    import shapely  # noqa: PLC0415

    if not points:
        return None
    return shapely.LineString(points) if len(points) > 1 else shapely.Point(points[0])


def _point(element: XmlElement, result: FoundFile) -> tuple[float, float]:
    try:
        return float(element.get("lon", "")), float(element.get("lat", ""))
    except ValueError:
        text = f"{element.get('lon')},{element.get('lat')}"
        result.refuse("bad value", DEGREES, line=element.line, column="lon,lat", text=text)
