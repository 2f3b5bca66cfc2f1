"""Read features from KML and KMZ: placemarks with their data and shapes."""

from __future__ import annotations

import posixpath
import re
from functools import partial
from html import unescape
from typing import TYPE_CHECKING, Any

from convoy_geo.errors import Fault
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
        If the file as a whole is unreadable.
    """
    result = FoundFile(path.name)
    documents = _documents(path, result)
    waiting, seen = [next(iter(documents))], set()
    while waiting:
        entry = waiting.pop(0)
        if entry in seen:
            continue
        seen.add(entry)
        for mark, folder in _walk(parse(documents[entry], path.name), ()):
            if local(mark) == "Placemark":
                result.one(
                    lambda mark=mark, folder=folder: _placemark(mark, folder, result),  # type: ignore[misc]
                    line=mark.line,
                )
            elif (inside := _linked(mark, entry)) in documents:
                waiting.append(inside)
            else:
                problem = "a link that was not followed: nothing is fetched"
                result.faults.append(
                    Fault(path.name, mark.line, "href", inside[:80], problem, "the file itself")
                )
    return result


def _documents(path: Path, result: FoundFile) -> dict[str, bytes]:
    """The document; for a KMZ also its other documents, by their names."""
    data = read_bytes(path, path.name)
    if path.suffix.lower() != ".kmz":
        return {"": data}
    documents = unpack(data, path.name, wanted=lambda name: name.lower().endswith(".kml"))
    if not documents:
        result.refuse("no .kml in it", "a zip with a KML document")
    return documents


def _walk(
    element: XmlElement, folder: tuple[str, ...]
) -> Iterator[tuple[XmlElement, tuple[str, ...]]]:
    """Placemarks and links to other files, each with the names of its folders."""
    todo = [(element, folder)]
    while todo:
        one, path = todo.pop()
        kind = local(one)
        if kind in {"Placemark", "NetworkLink"}:
            yield one, path
            continue
        inside = (*path, name) if kind == "Folder" and (name := text_of(one, "name")) else path
        todo += [(child, inside) for child in reversed(one) if isinstance(child, XmlElement)]


def _linked(mark: XmlElement, entry: str) -> str:
    """The name in the archive of a linked file."""
    address = next(((one.text or "").strip() for one in mark.iter() if local(one) == "href"), "")
    return posixpath.normpath(posixpath.join(posixpath.dirname(entry), address)) if address else ""


def _said(mark: XmlElement, folder: tuple[str, ...]) -> dict[str, Any]:
    """Name, description, folder and time of a placemark drawn in another tool."""
    times = [
        (one.text or "").strip() for one in mark.iter() if local(one) in {"when", "begin", "end"}
    ]
    said = {
        "name": text_of(mark, "name"),
        "note": plain_text(text_of(mark, "description")),
        "folder": " / ".join(folder),
        "when": "/".join(dict.fromkeys(filter(None, (times[0], times[-1])))) if times else "",
    }
    return {key: text for key, text in said.items() if text or key == "name"}


def plain_text(html: str) -> str:
    """The plain text of a description that may be HTML.

    Examples
    --------
    >>> plain_text('<img src="x"/><b>Manned</b> by X &amp; Y<br>daily')
    'Manned by X & Y daily'
    """
    return " ".join(unescape(re.sub(r"<[^<>]*>", " ", html)).split())


def _placemark(mark: XmlElement, folder: tuple[str, ...], result: FoundFile) -> Found:
    properties: dict[str, Any] = {}
    for data in mark.iter():
        if local(data) == "Data":
            properties.setdefault(data.get("name", ""), text_of(data, "value"))
    for data in mark.iter():
        if local(data) == "SimpleData":
            properties[data.get("name", "")] = data.text or ""
    layer = properties.pop("layer", "")
    if not layer:
        said = _said(mark, folder)
        named = {key: value for key, value in properties.items() if value or key not in said}
        properties = {**said, **named}
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
    elif kind in {"Track", "MultiTrack"}:
        yield from _tracks(element, result)
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


def _tracks(element: XmlElement, result: FoundFile) -> Iterator[BaseGeometry]:
    """Recorded tracks, with a position for each time."""
    tracks = [one for one in element.iter() if local(one) == "Track"]
    for track in tracks:
        texts = [(one.text or "").split() for one in track if local(one) == "coord"]
        line = getattr(track, "line", element.line)
        try:
            points = [(float(lon), float(lat)) for lon, lat, *_ in texts]
        except ValueError:
            result.refuse("bad value", "lon lat height", line=line, column="coord")
        if points:
            kind = "LineString" if len(points) > 1 else "Point"
            made = partial(_made, kind, [points])
            shape = result.shape(
                partial(make_shape, made), line=line, column="coord", text="Track", allowed=LON_LAT
            )
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
    # blanks after a comma are a common error in hand-made files, and unambiguous
    for text in re.sub(r"\s*,\s*", ",", element.text or "").split():
        try:
            lon, lat = (float(part) for part in text.split(",")[:2])
        except ValueError:
            line = element.line
            result.refuse("bad value", LON_LAT, line=line, column="coordinates", text=text)
        points.append((lon, lat))
    return points


def together(shapes: list[BaseGeometry]) -> BaseGeometry | None:
    """Combine several shapes into one: a multi-part shape if they have the same type."""
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
