"""Features of a file as a case's records: what we wrote comes back, what others drew is a place.

A line that somebody drew is no reported route: that takes claims, and places in order. Roads and
computed ways belong to a network. All these are counted as left out.
"""

from __future__ import annotations

import re
from collections import Counter
from math import isnan, pi, sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convoy_geo.casefiles import rows
from convoy_geo.casefiles.merge import Records
from convoy_geo.dates.interval import Interval
from convoy_geo.errors import DateError, ExchangeFileError, Fault
from convoy_geo.io.csv_tables import Row, row_faults, split
from convoy_geo.io.formats import OLD_LAYERS
from convoy_geo.io.read_file import LAT_COLUMNS, LON_COLUMNS, NAME_COLUMNS, read_found
from convoy_geo.model import schema
from convoy_geo.model.closures import Closure
from convoy_geo.model.place_kinds import PLACE_KINDS
from convoy_geo.model.places import Spelling

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from shapely.geometry.base import BaseGeometry

    from convoy_geo.io.csv_tables import Table
    from convoy_geo.io.read_file import Found

__all__ = ["read_records"]

SCHEMAS: dict[str, Table] = {
    "reports": schema.REPORTS,
    "places": schema.PLACES,
    "claims": schema.CLAIMS,
    "routes": schema.ROUTES,
    "controls": schema.CONTROLS,
}
TABLE_OF_LAYER = {"reported_routes" if name == "routes" else name: name for name in SCHEMAS}
"""Table of the case by the layer of a file."""
WHY_LEFT_OUT = {
    "": "lines without claims, or nothing that has a place: no reported route",
    "roads": "roads: they belong to a network, see `convoy-geo roads build`",
    "computed_routes": "computed routes: they follow from the network",
    "relations": "areas made of words: they follow from the claims",
    "areas": "discs: they follow from the radius of the place",
    "tracks": "tracks: the course of a route that was read",
}


def read_records(path: str | Path, *, time_zone: str = "") -> Records:
    """The records in a file that `convoy_geo.exchange.write` wrote, or that others drew.

    Parameters
    ----------
    path
        GeoJSON, Linked Places, KML, KMZ, GPX, CSV, GeoPackage or GeoParquet, by its suffix. In a
        file that names no layers, points and polygons with a name are places, and a CSV needs the
        columns name, lon and lat.
    time_zone
        IANA name of the zone in which dates are meant: that of the case; empty for UTC.

    Raises
    ------
    UnknownFormatError
        If no format that can be read has the suffix.
    ExchangeFileError
        If anything is wrong with the file; `faults` has it all, with line or feature, and field.
    """
    reader = _Records(Path(path).name, time_zone)
    for found in read_found(path):
        reader.take(found)
    return reader.done()


class _Records:
    """Gathers records and faults, feature by feature."""

    def __init__(self, name: str, zone: str) -> None:
        self.name = name
        self.zone = zone
        self.faults: list[Fault] = []
        self.rows: dict[str, dict[str, Any]] = {name: {} for name in (*SCHEMAS, "closures")}
        self.areas: dict[str, BaseGeometry] = {}
        self.left_out: Counter[str] = Counter()

    def done(self) -> Records:
        if self.faults:
            raise ExchangeFileError(sorted(set(self.faults)))
        left = tuple(f"{count} {WHY_LEFT_OUT[layer]}" for layer, count in self.left_out.items())
        made = {name: tuple(rows.values()) for name, rows in self.rows.items()}
        return Records(**made, areas=self.areas, left_out=left)

    def fault(self, found: Found, column: str, text: str, problem: str, allowed: str) -> None:
        where = ", ".join(filter(None, (found.where, column)))
        self.faults.append(Fault(self.name, found.line, where, text[:80], problem, allowed))

    def take(self, found: Found) -> None:
        layer = OLD_LAYERS.get(found.layer, found.layer)
        texts = {name: _text(value) for name, value in found.properties.items()}
        if not self.in_range(found):
            return
        if layer == "areas":
            if texts.get("outline") != "given" or found.geometry is None:
                self.left_out["areas"] += 1
            else:
                self.areas[texts.get("place", "")] = found.geometry
        elif layer == "closures":
            self.closure(found, texts)
        elif layer in TABLE_OF_LAYER:
            self.row(found, TABLE_OF_LAYER[layer], texts)
        elif layer or not self.drawn(found, texts):
            self.left_out[layer if layer in WHY_LEFT_OUT else ""] += 1

    def in_range(self, found: Found) -> bool:
        if found.geometry is None or found.geometry.is_empty:
            return True
        west, south, east, north = found.geometry.bounds
        if -180 <= west <= east <= 180 and -90 <= south <= north <= 90:
            return True
        shown = f"{west:g},{south:g},{east:g},{north:g}"
        problem = "coordinates out of range (lat and lon swapped, or metres?)"
        self.fault(found, "geometry", shown, problem, "lon -180..180 before lat -90..90")
        return False

    def row(self, found: Found, name: str, texts: dict[str, str]) -> None:
        """A row of a table, checked as one of a case's files is."""
        table = SCHEMAS[name]
        if name == "places" and found.geometry is not None and texts.get("shape") == "point":
            self.move(found, texts)
        values = {
            column.name: texts.get(column.name) or texts.get(column.old_name, "")
            for column in table.columns
        }
        row = Row(found.line, values)
        faults = row_faults(table, row)
        for one in faults:
            self.fault(found, one.column, one.text, one.problem, one.allowed)
        key = row[table.key[0]]
        if faults or (name == "routes" and key in self.rows[name]):  # legs of one route
            return
        if key in self.rows[name]:
            self.fault(found, table.key[0], key, "duplicate", "each only once")
            return
        spellings = self.spellings(found, texts) if name == "places" else []
        makers: dict[str, Callable[[Row], Any]] = {
            "reports": lambda row: rows.report(row, self.zone),
            "claims": lambda row: rows.claim(row, self.zone),
            "routes": lambda row: rows.route(row, self.zone),
            "controls": lambda row: rows.control(row, self.zone),
            "places": lambda row: rows.place(row, spellings),
        }
        self.rows[name][key] = makers[name](row)

    def move(self, found: Found, texts: dict[str, str]) -> None:
        """A town is where its point is, even if somebody moved the point and not the columns."""
        if found.geometry.geom_type != "Point":
            self.fault(found, "geometry", found.geometry.geom_type, "no point", "a Point")
        else:
            texts["lon"], texts["lat"] = repr(found.geometry.x), repr(found.geometry.y)

    def spellings(self, found: Found, texts: dict[str, str]) -> list[Spelling]:
        given = found.properties.get("spellings")
        if isinstance(given, list):
            return [
                Spelling(
                    one["text"],
                    one["language"],
                    one["script"] or ("Arab" if _ARABIC.search(one["text"]) else "Latn"),
                    one["use"],
                    tuple(one["reports"]),
                )
                for one in given
            ]
        made = []
        for text in split(texts.get("names", "")):
            parts = text.split(":", 4)
            if len(parts) != 5:
                self.fault(found, "names", text, "bad value", "language:script:use:reports:name")
                continue
            language, script, use, reports, name = parts
            name = name.replace("%7C", "|").replace("%25", "%")
            made.append(Spelling(name, language, script, use, tuple(reports.split())))
        return made

    def closure(self, found: Found, texts: dict[str, str]) -> None:
        missing = [name for name in ("id", "name", "kind", "closed") if not texts.get(name)]
        for name in missing:
            self.fault(found, name, "", "empty", "a text, this column is needed")
        if found.geometry is None:
            self.fault(found, "geometry", "", "no geometry", "a line or an area")
        if texts.get("kind") not in {"cut", "front"}:
            self.fault(found, "kind", texts.get("kind", ""), "bad value", "one of cut, front")
        if missing or found.geometry is None:
            return
        try:
            closed = Interval.parse(texts["closed"], self.zone)
        except DateError as error:
            self.fault(found, "closed", texts["closed"], "bad value", str(error))
            return
        closure = Closure(
            id=texts["id"],
            name=texts["name"],
            kind="cut" if texts["kind"] == "cut" else "front",
            geometry=found.geometry,
            closed=closed,
            edges=split(texts.get("edges", "")),
            claims=split(texts.get("claims", "")),
            source=texts.get("source", ""),
            place_from_outside=texts.get("place_from_outside") in {"1", "True", "true", "yes"},
            note=texts.get("note", ""),
        )
        self.rows["closures"][closure.id] = closure

    def drawn(self, found: Found, texts: dict[str, str]) -> bool:
        """A place out of what somebody else drew or listed; False if it is none."""
        shape = found.geometry
        if shape is None:
            lon, lat = _first(texts, LON_COLUMNS), _first(texts, LAT_COLUMNS)
        elif shape.geom_type == "Point":
            lon, lat = repr(shape.x), repr(shape.y)
        elif shape.geom_type.endswith("Polygon"):
            inside = shape.representative_point()
            lon, lat = f"{inside.x:.5f}", f"{inside.y:.5f}"
        elif shape.geom_type == "GeometryCollection" and texts.get("name"):
            return self.collected(found, texts)
        else:
            return False
        linked = "spellings" in found.properties
        if not (lon and lat) and not linked:
            return False
        name = _first(texts, NAME_COLUMNS)
        area = shape is not None and shape.geom_type.endswith("Polygon")
        key = re.sub(r"[^\w.-]+", "_", texts.get("place") or name.lower()).strip("_")
        kind = texts.get("kind", "").lower()
        row = {
            "place": self.free(key),
            "name": name,
            "kind": kind if kind in PLACE_KINDS else "region" if area else "site",
            "shape": texts.get("shape") or ("area" if area else "point" if lon else "unmapped"),
            "role": texts.get("role") or "context",
            "lon": lon,
            "lat": lat,
            "radius_km": texts.get("radius_km") or (_radius(shape) if area else ""),
            "coordinate_source": texts.get("coordinate_source", f"import of {self.name}"),
            "note": texts.get("note") or texts.get("description") or texts.get("desc", ""),
        }
        for column in ("arabic_name", "country", "geonames", "wikidata", "road_node"):
            row[column] = texts.get(column, "")
        self.row(found, "places", row)
        if area and texts.get("outline") != "disc":
            self.areas[row["place"]] = shape
        return True

    def collected(self, found: Found, texts: dict[str, str]) -> bool:
        """The point and the outline of one place, which Linked Places keep together."""
        parts = {part.geom_type: part for part in found.geometry.geoms}
        point = parts.get("Point")
        outline = parts.get("MultiPolygon") or parts.get("Polygon")
        shape = point if point is not None else outline
        if shape is None:
            return False
        if outline is not None and texts.get("lon") and texts.get("lat"):  # its own middle
            point = type(shape.centroid)(float(texts["lon"]), float(texts["lat"]))
        before = set(self.rows["places"])
        made = type(found)(
            found.where, found.line, "", found.properties, point if point is not None else outline
        )
        self.drawn(made, texts)
        if outline is not None:
            for key in set(self.rows["places"]) - before:
                self.areas[key] = outline
        return True

    def free(self, key: str) -> str:
        """The key, or the key with a number if another feature has it."""
        taken, number, name = self.rows["places"], 2, key or "place"
        while name in taken:
            name, number = f"{key}_{number}", number + 1
        return name


_ARABIC = re.compile("[\u0600-\u06ff]")


def _first(texts: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((texts[name] for name in names if texts.get(name)), "")


def _radius(shape: BaseGeometry) -> str:
    """Radius in km of the disc of the same area on the ellipsoid."""
    from convoy_geo.geodesy import wgs84  # noqa: PLC0415

    square_metres = abs(wgs84().geometry_area_perimeter(shape)[0])
    return f"{max(0.1, sqrt(square_metres / pi) / 1000):.1f}"


def _text(value: Any) -> str:
    """A value as a cell of a case's table writes it."""
    if value is None or (isinstance(value, float) and isnan(value)):
        return ""
    if isinstance(value, list):
        return "|".join(map(str, value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
