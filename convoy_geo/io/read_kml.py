"""KML and KMZ as features: placemarks with their data and shapes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from convoy_geo.io.found import Found, FoundFile
from convoy_geo.io.shapes import make_shape
from convoy_geo.io.sniff import read_bytes
from convoy_geo.io.xml import XmlElement, local, parse, text_of
from convoy_geo.io.zip_files import unpack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

__all__ = ["read_kml"]

LON_LAT = "lon,lat in degrees"


def read_kml(path: Path) -> FoundFile:
    """The placemarks of a KML or KMZ file.

    Raises
    ------
    ExchangeFileError
        If the file as a whole cannot be read.
    """
    result = FoundFile(path.name)
    root = parse(_document(path, result), path.name)
    for mark in root.iter():
        if isinstance(mark, XmlElement) and local(mark) == "Placemark":
            result.one(lambda mark=mark: _placemark(mark, result))  # type: ignore[misc]
    return result


def _document(path: Path, result: FoundFile) -> bytes:
    data = read_bytes(path, path.name)
    if path.suffix.lower() != ".kmz":
        return data
    documents = unpack(data, path.name, wanted=lambda name: name.lower().endswith(".kml"))
    if not documents:
        result.refuse("no .kml in it", "a zip with a KML document")
    return next(iter(documents.values()))


def _placemark(mark: XmlElement, result: FoundFile) -> Found:
    properties: dict[str, Any] = {}
    for data in mark.iter():
        if local(data) == "Data":
            properties.setdefault(data.get("name", ""), text_of(data, "value"))
    for data in mark.iter():
        if local(data) == "SimpleData":
            properties[data.get("name", "")] = data.text or ""
    layer = properties.pop("layer", "")
    if not layer:
        properties = {"name": text_of(mark, "name"), **properties}
    shapes = [
        shape for child in mark if isinstance(child, XmlElement) for shape in _shapes(child, result)
    ]
    return Found("", mark.line, layer, properties, together(shapes))


def _shapes(element: XmlElement, result: FoundFile) -> Iterator[BaseGeometry]:
    kind = local(element)
    if kind == "MultiGeometry":
        for child in element:
            if isinstance(child, XmlElement):
                yield from _shapes(child, result)
    elif kind in {"Point", "LineString", "Polygon"}:
        rings = [
            _points(part, result)
            for part in element.iter()
            if isinstance(part, XmlElement) and local(part) == "coordinates"
        ]
        if not rings or not rings[0]:
            problem = f"{kind} without coordinates"
            result.refuse(problem, LON_LAT, line=element.line, column="coordinates")
        shape = result.shape(
            lambda: make_shape(lambda: _made(kind, rings)),
            line=element.line, column="coordinates", text=kind, allowed=LON_LAT,
        )  # fmt: skip
        if shape is not None:
            yield shape


def _made(kind: str, rings: list[list[tuple[float, float]]]) -> BaseGeometry:
    import shapely  # noqa: PLC0415

    if kind == "Point":
        return shapely.Point(rings[0][0])
    if kind == "LineString":
        return shapely.LineString(rings[0])
    return shapely.Polygon(rings[0], rings[1:])


def _points(element: XmlElement, result: FoundFile) -> list[tuple[float, float]]:
    points = []
    # blanks after a comma are an error of many hand-made files, and mean nothing else
    for text in re.sub(r"\s*,\s*", ",", element.text or "").split():
        try:
            lon, lat = (float(part) for part in text.split(",")[:2])
        except ValueError:
            line = element.line
            result.refuse("bad value", LON_LAT, line=line, column="coordinates", text=text)
        points.append((lon, lat))
    return points


def together(shapes: list[BaseGeometry]) -> BaseGeometry | None:
    """Several shapes as one: a multi-part one if they are of a kind."""
    if len(shapes) < 2:
        return shapes[0] if shapes else None
    import shapely  # noqa: PLC0415

    multi = {
        "Point": shapely.MultiPoint,
        "LineString": shapely.MultiLineString,
        "Polygon": shapely.MultiPolygon,
    }
    kinds = {shape.geom_type for shape in shapes}
    maker = multi.get(kinds.pop()) if len(kinds) == 1 else None
    return (maker or shapely.GeometryCollection)(shapes)
