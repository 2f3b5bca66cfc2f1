"""Files of other tools as plain features: a layer if they name one, properties, geometry.

Each reader says where in the file a feature stands, so that a fault can name it.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convoy_geo.errors import ExchangeFileError, Fault, UnknownFormatError
from convoy_geo.io.cells import unguarded
from convoy_geo.io.csv_tables import csv_rows, header_fault, read_text
from convoy_geo.io.formats import (
    GEONAMES,
    LAYERS,
    NO_SPELLING,
    OLD_LAYERS,
    SUFFIXES,
    WIKIDATA,
    require_pyarrow,
    suffix_of,
)
from convoy_geo.io.geojson_reader import read_features
from convoy_geo.io.xml import XmlElement, local, parse, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shapely.geometry.base import BaseGeometry

__all__ = ["LAT_COLUMNS", "LON_COLUMNS", "NAME_COLUMNS", "Found", "read_found"]

NAME_COLUMNS = ("name", "Name", "NAME", "title", "Title", "label")
LON_COLUMNS, LAT_COLUMNS = ("lon", "lng", "longitude", "x"), ("lat", "latitude", "y")
"""What others call the columns of a list of places."""

MOST_KML = 200_000_000
"""Bytes that the document of a KMZ may have: a small zip can hold a huge one."""


@dataclass(frozen=True)
class Found:
    """A feature as it stands in a file.

    Parameters
    ----------
    where
        Such as ``feature 3``, for formats without lines; empty else.
    line
        Where it starts; 0 for formats without lines.
    layer
        The layer that it names; empty in files that we did not write.
    """

    where: str
    line: int
    layer: str
    properties: dict[str, Any] = field(default_factory=dict)
    geometry: BaseGeometry = None


def read_found(path: str | Path) -> list[Found]:
    """The features of a file.

    Parameters
    ----------
    path
        Its suffix says in which format; see `convoy_geo.exchange.write`.

    Raises
    ------
    UnknownFormatError
        If no format that can be read has the suffix.
    ExchangeFileError
        If the file cannot be read.
    """
    file = Path(path)
    readers: dict[str, Callable[[Path], list[Found]]] = {
        "GeoJSON": _read_json,
        "Linked Places": _read_json,
        "CSV": _read_csv,
        "KML": _read_kml,
        "KML, zipped": _read_kml,
        "GPX": _read_gpx,
        "GeoPackage": _read_geopackage,
        "GeoParquet": _read_parquet,
    }
    readable = [suffix for suffix, kind in SUFFIXES.items() if kind in readers]
    kind = SUFFIXES.get(file.suffix.lower())
    if kind and kind not in readers:
        msg = f"{str(path)!r} is a {kind}: nothing can be read from it"
        raise UnknownFormatError(msg)
    return readers[SUFFIXES[suffix_of(file, readable)]](file)


def _fail(path: Path, line: int, column: str, text: str, problem: str, allowed: str) -> Any:
    raise ExchangeFileError([Fault(path.name, line, column, text[:80], problem, allowed)])


def _read_json(path: Path) -> list[Found]:
    features, faults = read_features(path, path.name, unlocated=True)
    if faults:
        raise ExchangeFileError(faults)
    found = []
    for feature in features:
        properties = dict(feature.properties)
        layer = str(properties.pop("layer", ""))
        if isinstance(feature.members.get("names"), list):
            properties = _linked_place(feature.members, properties)
        found.append(Found(feature.where, feature.line, layer, properties, feature.geometry))
    return found


def _linked_place(members: dict[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
    """A Linked Place's members as the properties of a place."""
    spellings = []
    for item in members["names"]:
        if not isinstance(item, dict) or not item.get("toponym") or item.get("use") == NO_SPELLING:
            continue
        cited = [str(c.get("label", "")) for c in item.get("citations", []) if isinstance(c, dict)]
        spellings.append(
            {
                "text": str(item["toponym"]),
                "language": str(item.get("lang") or "und"),
                "script": str(item.get("script") or ""),
                "use": str(item.get("use") or "alternate"),
                "reports": cited if "use" in item else [],  # else they are books of all sorts
            }
        )
    links = [
        str(link.get("identifier", "")).rstrip("/")
        for link in members.get("links", [])
        if isinstance(link, dict)
    ]
    ids = {
        "geonames": _tail(links, (GEONAMES, "http://www.geonames.org/", "gn:")),
        "wikidata": _tail(links, (WIKIDATA, "https://www.wikidata.org/wiki/", "wd:")),
    }
    key = str(members.get("@id") or "").rstrip("/").replace(":", "/").rpartition("/")[2]
    types = [t.get("label") for t in members.get("types", []) if isinstance(t, dict)]
    countries = properties.get("ccodes") or []
    given = {
        "place": key,
        "name": properties.get("title"),
        "kind": types[0] if types else None,
        "country": countries if isinstance(countries, list) else [countries],
        **{name: value for name, value in ids.items() if value},
    }
    return {**given, **properties, "spellings": spellings}


def _tail(links: list[str], heads: tuple[str, ...]) -> str:
    return next((u.removeprefix(h) for u in links for h in heads if u.startswith(h)), "")


def _read_csv(path: Path) -> list[Found]:
    text, faults = read_text(path, path.name)
    if text is None:
        raise ExchangeFileError(faults)
    header, rows = csv_rows(path.name, text)
    wrong = header if isinstance(header, Fault) else _no_table(path.name, text, header)
    if wrong:
        raise ExchangeFileError([wrong])
    found = []
    for read in rows:
        if isinstance(read, Fault):
            raise ExchangeFileError([read])
        row, line = {name: unguarded(cell) for name, cell in read.values.items()}, read.line
        layer, geometry = row.pop("layer", ""), _wkt(path, line, row.pop("wkt", ""))
        found.append(Found("", line, layer, row, geometry))
    return found


def _no_table(name: str, text: str, header: list[str]) -> Fault | None:
    """What is wrong with a table out of which nothing could be read, whatever its rows are."""
    if wrong := header_fault(name, text, header, ("name", "lon", "lat")):
        return wrong
    told = {"layer", "wkt"} & set(header)
    placed = all(set(header) & set(columns) for columns in (LON_COLUMNS, LAT_COLUMNS))
    named = any(column in header for column in NAME_COLUMNS)
    if told or (placed and named):
        return None
    allowed = "name, lon and lat, or the columns that `convoy-geo export` writes"
    return Fault(name, 1, "", ",".join(header)[:80], "no columns of places", allowed)


def _wkt(path: Path, line: int, text: str) -> BaseGeometry:
    if not text:
        return None
    import shapely  # noqa: PLC0415
    from shapely.errors import GEOSException  # noqa: PLC0415

    try:
        return shapely.from_wkt(text)
    except GEOSException as error:
        return _fail(path, line, "wkt", text, f"bad geometry ({error})", "well-known text")


def _read_kml(path: Path) -> list[Found]:
    root = parse(_kml_data(path), path.name)
    found = []
    for mark in root.iter():
        if not isinstance(mark, XmlElement) or local(mark) != "Placemark":
            continue
        properties: dict[str, Any] = {
            data.get("name", ""): text_of(data, "value")
            for data in mark.iter()
            if local(data) == "Data"
        }
        properties |= {
            data.get("name", ""): data.text or ""
            for data in mark.iter()
            if local(data) == "SimpleData"
        }
        layer = properties.pop("layer", "")
        if not layer:
            properties = {"name": text_of(mark, "name"), **properties}
        shapes = [
            shape
            for child in mark
            if isinstance(child, XmlElement)
            for shape in _kml_shapes(path, child)
        ]
        found.append(Found("", mark.line, layer, properties, _together(shapes)))
    return found


def _kml_data(path: Path) -> bytes:
    try:
        if path.suffix.lower() != ".kmz":
            return path.read_bytes()
        with zipfile.ZipFile(path) as archive:
            entry = next((i for i in archive.infolist() if i.filename.endswith(".kml")), None)
            if entry is None or entry.file_size > MOST_KML:
                allowed = f"a zip with a document of at most {MOST_KML} bytes"
                return bytes(_fail(path, 0, "", "", "no .kml of sane size in it", allowed))
            return archive.read(entry)
    except (OSError, zipfile.BadZipFile) as error:
        return bytes(_fail(path, 0, "", "", f"unreadable file: {error}", "a KML or KMZ file"))


def _kml_shapes(path: Path, element: XmlElement) -> Iterator[BaseGeometry]:
    import shapely  # noqa: PLC0415
    from shapely.errors import GEOSException  # noqa: PLC0415

    kind = local(element)
    if kind == "MultiGeometry":
        for child in element:
            if isinstance(child, XmlElement):
                yield from _kml_shapes(path, child)
        return
    if kind not in {"Point", "LineString", "Polygon"}:
        return
    rings = [
        _kml_points(path, part)
        for part in element.iter()
        if isinstance(part, XmlElement) and local(part) == "coordinates"
    ]
    try:
        if not rings or not rings[0]:
            _fail(path, element.line, "coordinates", "", f"{kind} without coordinates", "lon,lat")
        elif kind == "Point":
            yield shapely.Point(rings[0][0])
        elif kind == "LineString":
            yield shapely.LineString(rings[0])
        else:
            yield shapely.Polygon(rings[0], rings[1:])
    except (GEOSException, ValueError) as error:
        if isinstance(error, ExchangeFileError):
            raise
        _fail(path, element.line, "coordinates", "", f"bad {kind} ({error})", "lon,lat pairs")


def _kml_points(path: Path, element: XmlElement) -> list[tuple[float, float]]:
    points = []
    for text in (element.text or "").split():
        try:
            lon, lat = (float(part) for part in text.split(",")[:2])
        except ValueError:
            return list(_fail(path, element.line, "coordinates", text, "bad value", "lon,lat"))
        points.append((lon, lat))
    return points


def _together(shapes: list[BaseGeometry]) -> BaseGeometry:
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
    return (multi[kinds.pop()] if len(kinds) == 1 else shapely.GeometryCollection)(shapes)


def _read_gpx(path: Path) -> list[Found]:
    import shapely  # noqa: PLC0415

    try:
        data = path.read_bytes()
    except OSError as error:
        return list(_fail(path, 0, "", "", f"unreadable file: {error}", "a GPX file"))
    found = []
    for element in parse(data, path.name):
        kind = local(element)
        if not isinstance(element, XmlElement) or kind not in {"wpt", "rte", "trk"}:
            continue
        properties: dict[str, Any] = {}
        for child in element:
            if local(child) == "extensions":
                properties = {
                    value.get("name", ""): value.text or ""
                    for value in child
                    if local(value) == "value"
                }
        layer = properties.pop("layer", "")
        if kind == "trk":  # the course of a route that stands as a route of its own
            layer = layer and "tracks"
        if not layer:
            properties = {"name": text_of(element, "name"), "note": text_of(element, "desc")}
        spots = [element] if kind == "wpt" else [
            point for point in element.iter() if local(point) in {"rtept", "trkpt"}
        ]  # fmt: skip
        points = [_gpx_point(path, spot) for spot in spots if isinstance(spot, XmlElement)]
        shape = shapely.LineString(points) if len(points) > 1 else points[0] if points else None
        found.append(Found("", element.line, layer, properties, shape))
    return found


def _gpx_point(path: Path, element: XmlElement) -> BaseGeometry:
    import shapely  # noqa: PLC0415

    try:
        return shapely.Point(float(element.get("lon", "")), float(element.get("lat", "")))
    except ValueError:
        text = f"{element.get('lon')},{element.get('lat')}"
        return _fail(path, element.line, "lon,lat", text, "bad value", "degrees in lon and lat")


def _read_geopackage(path: Path) -> list[Found]:
    import pyogrio  # noqa: PLC0415
    from pyogrio.errors import DataLayerError, DataSourceError  # noqa: PLC0415

    found = []
    try:
        for name, kind in pyogrio.list_layers(path):
            ours = name in LAYERS or name in OLD_LAYERS
            if kind is None and not ours:
                continue  # a plain table that says what is in the others too
            frame = pyogrio.read_dataframe(path, layer=name)
            if kind is not None and frame.crs is None:
                _fail(path, 0, name, "", "a layer without a CRS", "a layer with one")
            found += _rows(frame, name, name if ours else "")
    except (DataSourceError, DataLayerError) as error:
        _fail(path, 0, "", "", f"unreadable file: {error}", "a GeoPackage")
    return found


def _read_parquet(path: Path) -> list[Found]:
    import geopandas as gpd  # noqa: PLC0415

    require_pyarrow()
    try:
        frame = gpd.read_parquet(path)
    except (ValueError, OSError) as error:  # pyarrow's own error is a ValueError
        return list(_fail(path, 0, "", "", f"unreadable file: {error}", "GeoParquet"))
    return _rows(frame, "row", "")


def _rows(frame: Any, name: str, layer: str) -> list[Found]:
    shapes: list[Any] = [None] * len(frame)
    if "geometry" in frame:
        frame = frame if frame.crs == "EPSG:4326" else frame.to_crs("EPSG:4326")
        shapes = list(frame.geometry)
        frame = frame.drop(columns="geometry")
    found = []
    for number, row in enumerate(frame.to_dict("records")):
        shape = shapes[number]
        if shape is not None and shape.geom_type.startswith("Multi") and len(shape.geoms) == 1:
            shape = shape.geoms[0]  # a table holds one kind of shape; a single one may stand in it
        own = layer or str(row.pop("layer", "") or "")
        found.append(Found(f"{name} {number + 1}", 0, own, row, shape))
    return found
