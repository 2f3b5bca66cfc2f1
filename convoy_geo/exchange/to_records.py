"""Convert features in a file to a case's records: our own exports, and data drawn elsewhere.

A line drawn in another tool is not a reported route, which requires claims and ordered places. It
is kept as drawn, or on request read as a closure. Roads and computed routes belong to a network.
All of these are counted as left out.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convoy_geo.casefiles import rows
from convoy_geo.casefiles.merge import Records
from convoy_geo.dates.interval import UNDATED, Interval
from convoy_geo.errors import DateError, ExchangeFileError, Fault
from convoy_geo.exchange.drawn_routes import ends_of, place_row, report_row, route_rows
from convoy_geo.exchange.feature_values import (
    ARABIC,
    DAY_COLUMNS,
    bounds_of,
    check_shapes_as,
    first_of,
    is_line,
    note_of,
    radius_of,
    tagged_names,
    text_of,
    unused_key,
    where_text,
)  # fmt: skip
from convoy_geo.io.cell_checks import split
from convoy_geo.io.csv_tables import Row, row_faults
from convoy_geo.io.csv_writing import cell_problem
from convoy_geo.io.formats import OLD_LAYERS
from convoy_geo.io.read_features_csv import LAT_COLUMNS, LON_COLUMNS, NAME_COLUMNS
from convoy_geo.io.read_file import read_found
from convoy_geo.io.shapes import single
from convoy_geo.model import schema
from convoy_geo.model.columns import ID, YES_NO
from convoy_geo.model.defaults import key_of
from convoy_geo.model.lines import GivenShape
from convoy_geo.model.place_kinds import PLACE_KINDS
from convoy_geo.model.places import Spelling

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapely.geometry.base import BaseGeometry

    from convoy_geo.io.csv_tables import Table
    from convoy_geo.io.found import Found, FoundFile

__all__ = ["read_records"]

SCHEMAS: dict[str, Table] = {
    "reports": schema.REPORTS,
    "places": schema.PLACES,
    "claims": schema.CLAIMS,
    "routes": schema.ROUTES,
    "controls": schema.CONTROLS,
}
TABLE_OF_LAYER = {"reported_routes" if name == "routes" else name: name for name in SCHEMAS}
"""Table of the case by layer of the file."""
WHY_LEFT_OUT = {
    "": "lines without claims, or nothing that has a place: no reported route",
    "roads": "roads: they belong to a network, see `convoy-geo roads build`",
    "computed_routes": "computed routes: they follow from the network",
    "relations": "areas made of words: they follow from the claims",
    "areas": "discs: they follow from the radius of the place",
    "tracks": "tracks: the course of a route that was read",
}

DRAWN_COLUMNS = (
    "shape", "role", "radius_km", "arabic_name", "country", "geonames", "wikidata", "road_node",
)  # fmt: skip
"""Columns of places.csv that files of other tools may fill too, if their values are valid."""
DRAWN = {column.name: column for column in schema.PLACES.columns if column.name in DRAWN_COLUMNS}
MAKERS: dict[str, Callable[[Row, str], Any]] = {
    "reports": rows.report, "claims": rows.claim, "routes": rows.route, "controls": rows.control,
}  # fmt: skip
"""Constructors of records from valid rows, except for places, which also have spellings."""
KEY_LENGTH = 80
SAME_PLACE = 3
"""Decimal places of a degree to which a line ends at a place: about 100 metres."""
NO_KEY = re.compile(r"[^\w.-]+")


def read_records(path: str | Path, *, time_zone: str = "", shapes_as: str = "") -> Records:
    """Read the records in a file written by `convoy_geo.exchange.write` or by another tool.

    Parameters
    ----------
    path
        GeoJSON, Linked Places, KML, KMZ, GPX, CSV, GeoPackage, GeoParquet, FlatGeobuf, shapefile
        (also zipped) or GML, by its suffix. In a file without named layers, named points and
        polygons are places, and a CSV needs the columns name, lon and lat.
    time_zone
        IANA name of the time zone of dates: that of the case; empty for UTC.
    shapes_as
        What lines and polygons are that others drew: ``lines`` are kept as they are drawn,
        ``routes`` are reported routes between their ends, ``closures`` need a day in ``closed``,
        ``when`` or ``date``, ``areas`` are places with an outline. By default polygons are areas,
        and lines are left out.

    Returns
    -------
    Records
        All usable content. `faults` lists each unusable feature with line or number, and field;
        `repaired` lists corrections.

    Raises
    ------
    UnknownFormatError
        If no readable format has this suffix.
    ExchangeFileError
        If the file as a whole is unreadable, or nothing in it is usable.
    ValueError
        If `shapes_as` is invalid.
    """
    check_shapes_as(shapes_as)
    read = read_found(path)
    reader = _Records(read, time_zone, shapes_as)
    reader.path = Path(path)
    features = read.features
    if shapes_as == "routes":  # points first: a line may end at one
        features = sorted(features, key=lambda one: is_line(one.geometry))
    for found in features:
        reader.take(found)
    return reader.done()


class _Records:
    """Collects records and errors, feature by feature."""

    def __init__(self, read: FoundFile, zone: str, shapes_as: str = "") -> None:
        self.shapes_as = shapes_as
        self.name = read.name
        self.zone = zone
        self.faults = list(read.faults)
        self.repaired = list(read.repaired)
        self.rows: dict[str, dict[str, Any]] = {
            name: {} for name in (*SCHEMAS, "closures", "lines")
        }
        self.areas: dict[str, BaseGeometry] = {}
        self.left_out: dict[str, list[str]] = {}
        self.numbers: Counter[str] = Counter()
        self.ends: dict[tuple[float, float], str] = {}
        self.path = Path(read.name)

    def done(self) -> Records:
        made = {name: tuple(rows.values()) for name, rows in self.rows.items()}
        if self.faults and not any(made.values()) and not self.areas and not self.left_out:
            raise ExchangeFileError(sorted(set(self.faults)))
        left = tuple(
            f"{len(where)} {WHY_LEFT_OUT[layer]}{where_text(where)}"
            for layer, where in self.left_out.items()
        )
        return Records(
            **made,
            areas=self.areas,
            left_out=left,
            faults=tuple(sorted(set(self.faults))),
            repaired=tuple(sorted(set(self.repaired))),
        )

    def fault(self, found: Found, column: str, text: str, problem: str, allowed: str) -> None:
        where = ", ".join(filter(None, (found.where, column)))
        self.faults.append(Fault(self.name, found.line, where, text[:80], problem, allowed))

    def change(self, found: Found, column: str, text: str, problem: str, allowed: str) -> None:
        """Record that a value was changed to make a feature usable."""
        where = ", ".join(filter(None, (found.where, column)))
        self.repaired.append(Fault(self.name, found.line, where, text[:80], problem, allowed))

    def leave(self, found: Found, layer: str) -> None:
        """Count a feature that is not a row of a case, with its location in the file."""
        where = found.where or f"line {found.line}"
        self.left_out.setdefault(layer if layer in WHY_LEFT_OUT else "", []).append(where)

    def take(self, found: Found) -> None:
        """Convert a feature to a row, an error, or an omission."""
        try:
            self.take_one(found)
        except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError) as error:
            problem = f"cannot be read ({type(error).__name__}: {error})"
            self.fault(found, "", "", problem, "plain values")

    def take_one(self, found: Found) -> None:
        texts = {name: text_of(value) for name, value in found.properties.items()}
        if cell_problem("".join(texts.values())):  # check all together first: most have no problem
            for name, text in texts.items():
                if problem := cell_problem(text):
                    self.fault(found, name, text, problem, "a text that a table can contain")
                    return
        if not self.in_range(found):
            return
        layer = OLD_LAYERS.get(found.layer, found.layer)
        if layer == "areas":
            self.area(found, texts)
        elif layer == "closures":
            self.closure(found, texts)
        elif layer in TABLE_OF_LAYER:
            self.row(found, TABLE_OF_LAYER[layer], texts)
        elif layer or not (self.shaped(found, texts) or self.drawn(found, texts)):
            self.leave(found, layer)

    def in_range(self, found: Found) -> bool:
        if found.geometry is None:
            return True
        west, south, east, north = bounds_of(found.geometry)
        if -180 <= west <= east <= 180 and -90 <= south <= north <= 90:
            return True
        shown = f"{west:g},{south:g},{east:g},{north:g}"
        problem = "coordinates out of range (lat and lon swapped, or metres?)"
        self.fault(found, "geometry", shown, problem, "lon -180..180 before lat -90..90")
        return False

    def area(self, found: Found, texts: dict[str, str]) -> None:
        """The outline of a place in the file or in the case."""
        place, shape = texts.get("place", ""), found.geometry
        if texts.get("outline") != "given" or shape is None:
            self.leave(found, "areas")
        elif allowed := ID.check(place):
            self.fault(found, "place", place, "bad value", allowed)
        elif place in self.areas:
            self.fault(found, "place", place, "duplicate", "each only once")
        elif not shape.geom_type.endswith("Polygon"):
            self.fault(
                found, "geometry", shape.geom_type, "not an area", "a Polygon or MultiPolygon"
            )
        else:
            self.areas[place] = shape

    def row(self, found: Found, name: str, texts: dict[str, str]) -> bool:
        """A validated row of a table; False if it has errors."""
        table = SCHEMAS[name]
        if name == "places" and found.geometry is not None and texts.get("shape") == "point":
            if found.geometry.geom_type != "Point":
                self.fault(found, "geometry", found.geometry.geom_type, "not a point", "a Point")
                return False
            # the point determines a town's position, even if it was moved and the columns were not
            texts["lon"], texts["lat"] = repr(found.geometry.x), repr(found.geometry.y)
        values = {name: texts.get(name) or texts.get(old, "") for name, old in table.names}
        row = Row(found.line, values)
        key = row[table.key[0]]
        if name == "routes" and key in self.rows[name]:  # legs of the same route
            return True
        before = len(self.faults)
        for one in row_faults(table, row):
            self.fault(found, one.column, one.text, one.problem, one.allowed)
        if key in self.rows[name]:
            self.fault(found, table.key[0], key, "duplicate", "each only once")
        spellings = self.spellings(found, texts) if name == "places" else []
        if len(self.faults) > before:
            return False
        made = rows.place(row, spellings) if name == "places" else MAKERS[name](row, self.zone)
        self.rows[name][key] = made
        return True

    def spellings(self, found: Found, texts: dict[str, str]) -> list[Spelling]:
        """The spellings of a place, each validated as a row of names.csv."""
        given, made = found.properties.get("spellings"), tagged_names(found)
        if given is None and not made and not texts.get("names"):
            return []
        if isinstance(given, list):
            made += [spelling for one in given if (spelling := self.listed(found, one))]
        for text in split(texts.get("names", "")) if not isinstance(given, list) else ():
            parts = text.split(":", 4)
            if len(parts) != 5:
                self.fault(found, "names", text, "bad value", "language:script:use:reports:name")
                continue
            language, script, use, reports, name = parts
            name = name.replace("%7C", "|").replace("%25", "%")
            made.append(Spelling(name, language, script, use, tuple(reports.split())))
        kept: dict[str, Spelling] = {}
        for spelling in made:
            values = rows.spelling_row("x", spelling)
            wrong = row_faults(schema.NAMES, Row(found.line, values))
            wrong += [
                Fault("", 0, name, value, problem, "a text that a table can contain")
                for name, value in values.items()
                if (problem := cell_problem(value))
            ]
            for one in wrong:
                self.change(
                    found, f"spelling {one.column}", one.text, "spelling left out", one.allowed
                )
            if not wrong and spelling.text not in kept:
                kept[spelling.text] = spelling
        return list(kept.values())

    def listed(self, found: Found, one: Any) -> Spelling | None:
        """A spelling from a list of objects, or None if it is invalid."""
        if not isinstance(one, dict) or not isinstance(one.get("text"), str):
            self.change(
                found, "spellings", text_of(one), "spelling left out", "an object with text"
            )
            return None
        text, reports = one["text"], one.get("reports")
        script = str(one.get("script") or ("Arab" if ARABIC.search(text) else "Latn"))
        return Spelling(
            text,
            str(one.get("language") or "und"),
            script,
            str(one.get("use") or "alternate"),
            tuple(map(str, reports)) if isinstance(reports, list) else (),
        )

    def closure(self, found: Found, texts: dict[str, str]) -> None:
        before = len(self.faults)
        for column in schema.CLOSURES.columns:
            text = texts.get(column.name, "")
            if not text and column.required:
                self.fault(found, column.name, "", "empty", "a text, this column is required")
            elif text and column.kind is not YES_NO and (allowed := column.check(text)):
                self.fault(found, column.name, text, "bad value", allowed)
        if found.geometry is None:
            self.fault(found, "geometry", "", "no geometry", "a line or an area")
        if texts.get("id") in self.rows["closures"]:
            self.fault(found, "id", texts["id"], "duplicate", "each only once")
        if len(self.faults) > before:
            return
        yes = texts.get("place_from_outside") in {"1", "True", "true", "yes"}
        texts["place_from_outside"] = "yes" if yes else "no"
        try:
            made = schema.CLOSURES.read(texts, self.zone, geometry=found.geometry)
        except DateError as error:
            self.fault(found, "closed", texts["closed"], "bad value", str(error))
            return
        self.rows["closures"][made.id] = made

    def shaped(self, found: Found, texts: dict[str, str]) -> bool:
        """Convert a line or a polygon as requested; False if it is neither, or not requested."""
        if self.shapes_as not in {"lines", "routes", "closures"}:
            return False
        shape = single(found.geometry)
        if shape is None or not shape.geom_type.endswith(("LineString", "Polygon")):
            return False
        if self.shapes_as == "routes" and not is_line(shape):
            return False
        table = self.rows["closures" if self.shapes_as == "closures" else "lines"]
        name = (texts.get("name:en") or first_of(texts, NAME_COLUMNS)).strip()
        if not name:
            name = f"{self.shapes_as.capitalize().rstrip('s')} {len(table) + 1}"
            self.change(found, "name", "", f"no name, called {name!r}", "a name")
        said = {
            **texts, "id": unused_key(key_of(name, "line"), table), "name": name,
            "source": texts.get("source") or f"import of {self.name}", "note": note_of(texts),
        }  # fmt: skip
        day = next((texts[one] for one in DAY_COLUMNS if texts.get(one)), "")
        if self.shapes_as == "closures":
            kind = texts.get("kind", "").lower()
            kind = kind if kind in {"cut", "front"} else "cut"
            given = {one: said[one] for one in ("id", "name", "source", "note")}
            self.closure(replace(found, geometry=shape), {**given, "closed": day, "kind": kind})
            return True
        try:
            when = Interval.parse(day, self.zone)
        except DateError as error:
            self.change(found, "when", day, "day left out", str(error))
            when = UNDATED
        made = GivenShape(said["id"], name, shape, when, said["source"], said["note"])
        table[made.id] = made
        if self.shapes_as == "routes":
            self.routed(found, texts, made)
        return True

    def routed(self, found: Found, texts: dict[str, str], line: GivenShape) -> None:
        """A line as a reported route between its ends; the line of its id is its course."""
        ends = []
        found = replace(found, geometry=None)
        for name, lon, lat in ends_of(line.geometry, line.name, texts):
            at = round(lon, SAME_PLACE), round(lat, SAME_PLACE)
            if at not in self.ends or self.ends[at] in ends:
                key = self.free(key_of(name, "place"))
                self.row(found, "places", place_row(key, name, lon, lat, self.name))
                self.ends[at] = key
            ends.append(self.ends[at])
        day = line.when.text if line.when else ""
        claim, route = route_rows(line.id, line.name, (ends[0], ends[1]), day, self.name)
        report = report_row(self.path)
        if report["report"] not in self.rows["reports"]:
            self.row(found, "reports", report)
        self.row(found, "claims", claim)
        self.row(found, "routes", route)

    def drawn(self, found: Found, texts: dict[str, str]) -> bool:
        """A place from data of another tool; False if it is not a place."""
        shape = single(found.geometry) if found.geometry is not None else None
        if shape is None:
            lon, lat = first_of(texts, LON_COLUMNS), first_of(texts, LAT_COLUMNS)
        elif shape.geom_type == "Point":
            lon, lat = repr(shape.x), repr(shape.y)
        elif shape.geom_type.endswith("Polygon"):
            inside = shape.representative_point()
            lon, lat = f"{inside.x:.5f}", f"{inside.y:.5f}"
        elif shape.geom_type == "MultiPoint":
            return self.numbered(found, texts, shape)
        elif shape.geom_type == "GeometryCollection" and texts.get("name"):
            return self.collected(found, texts)
        else:
            return False
        linked = "spellings" in found.properties
        if shape is not found.geometry:
            found = replace(found, geometry=shape)
        if not (lon and lat) and not linked:
            return False
        area = shape is not None and shape.geom_type.endswith("Polygon")
        row = self.drawn_row(found, texts, lon, lat, radius_of(shape) if area else "")
        if shape is not None and shape.geom_type == "Point" and row["name"]:
            self.pointed(found, texts, row)
        elif self.row(found, "places", row) and area and texts.get("outline") != "disc":
            self.areas[row["place"]] = shape
        return True

    def pointed(self, found: Found, texts: dict[str, str], row: dict[str, str]) -> None:
        """A row that `drawn_row` made for a point with a name: all its texts may stand there."""
        spellings = self.spellings(found, texts)
        self.rows["places"][row["place"]] = rows.place(Row(found.line, row), spellings)
        if self.shapes_as == "routes":
            at = round(float(row["lon"]), SAME_PLACE), round(float(row["lat"]), SAME_PLACE)
            self.ends.setdefault(at, row["place"])

    def drawn_row(
        self, found: Found, texts: dict[str, str], lon: str, lat: str, radius: str
    ) -> dict[str, str]:
        """A row of places.csv, without values that mean something else in the source."""
        name = (texts.get("name:en") or first_of(texts, NAME_COLUMNS)).strip()
        if not name and "spellings" not in found.properties:
            self.numbers[""] += 1
            name = f"Place {self.numbers['']}"
            self.change(found, "name", "", f"no name, called {name!r}", "a name")
        kind = texts.get("kind", "").lower()
        row = {
            "place": "",
            "name": name,
            "kind": kind if kind in PLACE_KINDS else "region" if radius else "site",
            "shape": "area" if radius else "point" if lon else "unmapped",
            "role": "context",
            "lon": lon,
            "lat": lat,
            "radius_km": radius,
            "coordinate_source": texts.get("coordinate_source", f"import of {self.name}"),
            "note": note_of(texts),
        }
        for column, given in texts.items():
            if not given or column not in DRAWN:
                continue
            text = given
            if column in {"wikidata", "geonames"}:
                text = given.rstrip("/").rpartition("/")[2]
            if text and (allowed := DRAWN[column].check(text)):
                self.change(found, column, given, "value left out", allowed)
            elif text:
                row[column] = text
        # In OpenStreetMap `place` is the kind of place
        tagged = "@id" in texts or any(one.startswith("name:") for one in texts)
        given_key = "" if tagged else texts.get("place", "")
        key = NO_KEY.sub("_", given_key or name.lower())[:KEY_LENGTH].strip("_.")
        if tagged and ARABIC.search(texts.get("name:ar", "")) and "arabic_name" not in texts:
            row["arabic_name"] = texts["name:ar"]
        row["place"] = self.free(key)
        return row

    def numbered(self, found: Found, texts: dict[str, str], shape: BaseGeometry) -> bool:
        """Several points with one name as numbered places."""
        name = texts.get("name:en") or first_of(texts, NAME_COLUMNS) or "Place"
        for number, point in enumerate(shape.geoms, 1):
            said = {**texts, "name": f"{name} {number}", "name:en": ""}
            self.drawn(replace(found, geometry=point), said)
        return True

    def collected(self, found: Found, texts: dict[str, str]) -> bool:
        """The point and the outline of one place, which Linked Places combines."""
        parts = {part.geom_type: part for part in found.geometry.geoms}
        point = parts.get("Point")
        outline = parts.get("MultiPolygon") or parts.get("Polygon")
        shape = point if point is not None else outline
        if shape is None:
            return False
        if outline is not None and texts.get("lon") and texts.get("lat"):  # its own centre
            point = type(shape.centroid)(float(texts["lon"]), float(texts["lat"]))
        before = len(self.rows["places"])
        made = type(found)(
            found.where, found.line, "", found.properties, point if point is not None else outline
        )
        self.drawn(made, texts)
        if outline is not None and len(self.rows["places"]) > before:
            self.areas[next(reversed(self.rows["places"]))] = outline
        return True

    def free(self, key: str) -> str:
        """The key, with a number if another feature has it."""
        taken, name = self.rows["places"], key or "place"
        while name in taken:
            self.numbers[key] += 1
            name = f"{key or 'place'}_{self.numbers[key] + 1}"
        return name
