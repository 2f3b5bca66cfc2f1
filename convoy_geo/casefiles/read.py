"""Read and validate a case's folder, reporting all errors at once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convoy_geo.casefiles import rows
from convoy_geo.casefiles.assume import assumed_info, assumed_reports
from convoy_geo.casefiles.axis_order import far_node_km, looks_swapped, swapped_on_roads
from convoy_geo.casefiles.basemap import read_basemap
from convoy_geo.casefiles.closure_roads import NoLine, with_lines
from convoy_geo.casefiles.files import AREAS_FILE, CLOSURES_FILE, LINES_FILE, CaseFiles
from convoy_geo.casefiles.locate import case_folder
from convoy_geo.casefiles.locking import case_lock, consistently
from convoy_geo.casefiles.outlines import name_areas, named_outlines
from convoy_geo.casefiles.places import places_of
from convoy_geo.casefiles.spans import text_name
from convoy_geo.casefiles.transaction import commit
from convoy_geo.dates.interval import Interval
from convoy_geo.errors import (
    CaseFileError,
    DateError,
    Fault,
    GeodataNotFoundError,
    RelativePlaceError,
    RoadDataError,
)
from convoy_geo.io.cell_checks import edtf_text, split
from convoy_geo.io.csv_tables import Row, read_rows
from convoy_geo.io.csv_writing import rows_text
from convoy_geo.io.files import geodata
from convoy_geo.io.geojson_reader import Feature, read_features
from convoy_geo.model import schema
from convoy_geo.model.basemap import BASEMAP_FILE
from convoy_geo.model.case_info import CASE_FILE, CaseInfo, read_info
from convoy_geo.model.columns import DATE, IDS
from convoy_geo.model.defaults import DEFAULTS
from convoy_geo.model.lines import GivenShape
from convoy_geo.model.relative_places import parse_relation
from convoy_geo.network.read_write import read_network

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from convoy_geo.io.csv_tables import Table
    from convoy_geo.model.closures import Closure
    from convoy_geo.network.network import RoadNetwork

__all__ = ["read_case_files", "read_folder", "write_case_tables"]

OURS = "ours"
"""The property of outlines in areas.geojson that were drawn by the case's editor."""


def read_case_files(name: str | Path) -> CaseFiles:
    """Read a case.

    Parameters
    ----------
    name
        See `case_folder`.

    Raises
    ------
    CaseNotFoundError
        If there is no such case.
    CaseFileError
        If its files have validation errors; `faults` lists all of them.
    """
    files, faults = read_folder(case_folder(name))
    if faults or files is None:
        raise CaseFileError(sorted(set(faults)))
    return files


def read_folder(
    folder: Path, texts: Mapping[str, str] | None = None
) -> tuple[CaseFiles | None, list[Fault]]:
    """The records of a folder, or None if any file has errors; and all validation errors.

    Parameters
    ----------
    folder
        The case's folder. Partial writes of other processes are never seen.
    texts
        Planned content of files, by name, to validate it before writing.
    """

    def read() -> tuple[CaseFiles | None, list[Fault]]:
        reader = _Reader(folder, texts or {})
        return reader.read(), reader.faults

    return consistently(folder, read)


def write_case_tables(folder: Path, files: CaseFiles) -> list[Path]:
    """Write the CSV tables of a case; reading them restores the same records.

    Parameters
    ----------
    folder
        An existing folder; its tables are replaced, all or none.
    files
        The case. A table without rows is written with its header; the optional tables of controls
        and chapters are written only if the folder has such a file.

    Returns
    -------
    list of Path
        The files.
    """
    tables = rows.case_rows(
        files.reports, files.places, files.claims, files.routes, files.controls, files.chapters
    )
    texts = {
        table.file: rows_text(table, rows)
        for table, rows in tables.items()
        if rows or table in schema.TABLES or (folder / table.file).exists()
    }
    with case_lock(folder):
        return commit(folder, texts)


class _Reader:
    """Reads a folder once and collects errors; records are created only from valid files."""

    def __init__(self, folder: Path, texts: Mapping[str, str]) -> None:
        self.folder = folder
        self.texts_of = texts
        self.faults: list[Fault] = []
        self.old_names = False
        self.zone = ""
        self.remarks: list[Fault] = []
        self.unread: set[str] = set()  # checks that need a readable table are skipped for these

    def read(self) -> CaseFiles | None:
        info, self.faults = read_info(self.folder, self.texts_of.get(CASE_FILE))
        self.zone = info.time_zone if info else ""
        self.old_names = info is None or info.format == 1
        network = None
        tables: dict[str, list[Row]] = {}
        for table in schema.TABLES:
            tables[table.file] = []
            if not self.has(table.file):
                continue
            tables[table.file], faults = read_rows(
                self.folder,
                table,
                old_names=self.old_names,
                text=self.texts_of.get(table.file),
                defaults=DEFAULTS[table.file],
                assumed=self.remarks,
            )
            self.faults += faults
            if faults and not tables[table.file]:
                self.unread.add(table.key[0])
        for table in (schema.CONTROLS, schema.MENTIONS, schema.CHAPTERS):
            tables[table.file] = self.optional(table)
        closures, areas, lines = (
            self.features(file, unlocated=file == CLOSURES_FILE) if self.has(file) else []
            for file in (CLOSURES_FILE, AREAS_FILE, LINES_FILE)
        )
        self.remarks += assumed_reports(tables)
        if info:
            features = (*closures, *areas, *lines)
            drawn = [one.geometry for one in features if one.geometry is not None]
            info, assumed = assumed_info(info, tables, drawn)
            self.remarks += assumed
        if info and info.roads:
            network = self.network(info.roads)
        closures = self.drawn(closures, tables["places.csv"], network)
        name_areas(areas, tables["places.csv"], tables["names.csv"])
        self.cross_check(info, network, tables, closures, areas)
        shapes = self.given(lines)
        ground = None
        if self.has(BASEMAP_FILE):
            ground, faults = read_basemap(self.folder)
            self.faults += faults
        if self.faults or info is None:
            return None
        zone = info.time_zone
        places = places_of(tables[schema.PLACES.file], tables[schema.NAMES.file])
        outlined = {one.properties["place"] for one in areas}
        outlines, assumed = named_outlines(places, outlined)
        self.remarks += assumed
        return CaseFiles(
            self.folder,
            info,
            tuple(rows.report(row, zone) for row in tables[schema.REPORTS.file]),
            places,
            tuple(rows.claim(row, zone) for row in tables[schema.CLAIMS.file]),
            tuple(rows.route(row, zone) for row in tables[schema.ROUTES.file]),
            tuple(_closure(feature, zone) for feature in closures),
            {one.properties["place"]: one.geometry for one in areas if not one.properties.get(OURS)}
            | outlines,
            network,
            tuple(rows.control(row, zone) for row in tables[schema.CONTROLS.file]),
            shapes,
            tuple(self.remarks),
            {one.properties["place"]: one.geometry for one in areas if one.properties.get(OURS)},
            tuple(rows.chapter(row, zone) for row in tables[schema.CHAPTERS.file]),
            ground,
        )

    def given(self, features: Iterable[Feature]) -> tuple[GivenShape, ...]:
        """Lines and areas that are drawn as given."""
        found = []
        for number, feature in enumerate(features, 1):
            said = {key: str(value) for key, value in feature.properties.items() if value}
            key = said.get("id", f"line_{number}")
            when = said.get("when", "")
            if allowed := edtf_text(when) if when else None:
                self.fault(LINES_FILE, feature.line, "when", when, "bad value", allowed)
            elif feature.geometry is None or feature.geometry.geom_type.endswith("Point"):
                shown = "" if feature.geometry is None else feature.geometry.geom_type
                problem, allowed = "no line and no area", "a LineString or a Polygon"
                self.fault(LINES_FILE, feature.line, "geometry", shown, problem, allowed)
            else:
                name, source = said.get("name", f"Line {number}"), said.get("source", "")
                dated = Interval.parse(when, self.zone)
                found.append(
                    GivenShape(key, name, feature.geometry, dated, source, said.get("note", ""))
                )
        return tuple(found)

    def optional(self, table: Table) -> list[Row]:
        """Rows of an optional table."""
        if not self.has(table.file):
            return []
        rows, faults = read_rows(self.folder, table, text=self.texts_of.get(table.file))
        self.faults += faults
        return rows

    def has(self, file: str) -> bool:
        """Whether a file exists, or is planned; a broken link counts as existing."""
        path = self.folder / file
        return file in self.texts_of or path.exists() or path.is_symlink()

    def features(self, file: str, *, unlocated: bool = False) -> list[Feature]:
        features, faults = read_features(
            self.folder / file,
            file,
            inside=self.folder,
            text=self.texts_of.get(file),
            unlocated=unlocated,
        )
        self.faults += faults
        return features

    def drawn(
        self, closures: list[Feature], places: list[Row], network: RoadNetwork | None
    ) -> list[Feature]:
        """Closures with the lines of the roads they name; those without a line are errors."""
        found = []
        for feature in closures:
            drawn = with_lines(feature, places, network)
            if isinstance(drawn, NoLine):
                shown = drawn.value, drawn.problem, drawn.allowed
                self.fault(CLOSURES_FILE, feature.line, drawn.column, *shown)
            else:
                found.append(drawn)
        return found

    def network(self, name: str) -> RoadNetwork | None:
        path = self.folder / name
        real = Path(os.path.realpath(path))
        outside = Path(name).is_absolute() or ".." in Path(name).parts
        if outside or not real.is_relative_to(os.path.realpath(self.folder)):
            allowed = "a network in geodata/roads or in the folder of the case, by its name there"
            self.fault(CASE_FILE, 0, "roads", name, "outside the case", allowed)
            return None
        try:
            return read_network(path if path.exists() else geodata("roads", name))
        except GeodataNotFoundError:
            allowed = "a folder below geodata/roads, or a folder or stored file beside case.toml"
            self.fault(CASE_FILE, 0, "roads", name, "no such network", allowed)
        except RoadDataError:
            allowed = "a file that `convoy-geo roads build` wrote"
            self.fault(CASE_FILE, 0, "roads", name, "damaged, or no stored network", allowed)
        except CaseFileError as error:
            self.faults += error.faults
        return None

    def fault(self, *parts: Any) -> None:
        self.faults.append(Fault(*parts))

    def known(
        self,
        file: str,
        line: int,
        column: str,
        ids: Iterable[str],
        allowed: Collection[str],
        what: str,
    ) -> None:
        """Report each id that is not among the allowed ones, if those are known."""
        if what in self.unread:
            return
        for wrong in ids:
            if wrong not in allowed:  # avoid a set per row: it may contain all rows
                self.fault(file, line, column, wrong, f"unknown {what}", f"the id of a {what}")

    def cross_check(
        self,
        info: CaseInfo | None,
        network: RoadNetwork | None,
        tables: Mapping[str, list[Row]],
        closures: list[Feature],
        areas: list[Feature],
    ) -> None:
        reports = {row["report"]: row for row in tables["reports.csv"]}
        places = {row["place"]: row for row in tables["places.csv"]}
        claims = {row["claim"] for row in tables["claims.csv"]}
        for row in tables["reports.csv"]:
            self.span("reports.csv", row, "body_start", "body_end", row["characters"])
        self.texts(tables["reports.csv"])
        self.dates(tables)
        for row in tables["places.csv"]:
            self.place(row, info, network)
        for row in tables["names.csv"]:
            self.known("names.csv", row.line, "place", [row["place"]], places, "place")
            self.known("names.csv", row.line, "reports", row.items("reports"), reports, "report")
        for row in tables["claims.csv"]:
            self.claim(row, info, reports, places)
        for row in tables["routes.csv"]:
            self.route(row, info, places, claims)
        for row in tables["mentions.csv"]:
            self.span("mentions.csv", row, "start", "end", "")
        for row in tables["controls.csv"]:
            self.control(row, claims, network)
        self.chapters(tables, info, claims)
        for feature in closures:
            self.closure(feature, claims, network)
        for feature in areas:
            place = str(feature.properties.get("place", ""))
            self.known(AREAS_FILE, feature.line, "place", [place], places, "place")

    def span(self, file: str, row: Row, start: str, end: str, length: str) -> None:
        if bool(row[start]) != bool(row[end]):
            self.fault(file, row.line, start, row[start], "half a span", f"both {start} and {end}")
        if not (row[start].isdecimal() and row[end].isdecimal()):
            return
        if int(row[start]) >= int(row[end]):
            shown = f"{row[start]}..{row[end]}"
            self.fault(file, row.line, end, shown, "span ends before it starts", "start below end")
        elif length.isdecimal() and int(row[end]) > int(length):
            allowed = f"at most the report's {length} characters"
            self.fault(file, row.line, end, row[end], "span beyond the report's end", allowed)

    def dates(self, tables: Mapping[str, list[Row]]) -> None:
        """Check dates in the time zone of the case: order, and daylight-saving gaps."""
        for table in (*schema.TABLES, schema.CONTROLS):
            names = [column.name for column in table.columns if column.kind is DATE]
            for row in tables[table.file] if names else ():
                for name in names:
                    self.date(table.file, row.line, name, row[name])

    def date(self, file: str, line: int, column: str, text: str) -> None:
        """A date in the case's time zone; dates invalid in every zone are reported elsewhere."""
        try:
            when = Interval.parse(text, self.zone)
        except DateError as error:
            if not edtf_text(text):
                problem = str(error).removeprefix(repr(text)).strip()
                zone = self.zone or "UTC"
                allowed = f"a date in order in {zone}, such as 2017-08-30 or 2017-08-30T14:00"
                self.fault(file, line, column, text, problem, allowed)
            return
        self.odd(file, line, column, when)

    def odd(self, file: str, line: int, column: str, when: Interval) -> None:
        """Report a time that does not exist in the time zone."""
        if when.shifted:
            moved = " to ".join(
                dict.fromkeys(
                    at.isoformat(timespec="minutes") for at in (when.first, when.last) if at
                )
            )
            problem = f"no clock in {self.zone} shows this time; taken as {moved}"
            allowed = "a time outside the gap of daylight saving"
            self.remarks.append(Fault(file, line, column, when.text, problem, allowed))

    def texts(self, rows: Iterable[Row]) -> None:
        """No two reports may use one file name: one text would be judged by the other's claims."""
        seen: dict[str, Row] = {}
        for row in rows:
            name = text_name(row)
            first = seen.setdefault(name, row)
            if row["sha256"] and first["sha256"] and row["sha256"] != first["sha256"]:
                problem = f"also the name of the text of {first['report']}"
                allowed = "another name, or none: then it is the report's id with .txt"
                self.fault("reports.csv", row.line, "file", name, problem, allowed)

    def place(self, row: Row, info: CaseInfo | None, network: RoadNetwork | None) -> None:
        file, line = "places.csv", row.line
        if bool(row["lon"]) != bool(row["lat"]):
            self.fault(file, line, "lon,lat", row["lon"] or row["lat"], "half a position", "both")
        if row["shape"] in {"point", "area"} and not (row["lon"] and row["lat"]):
            allowed = "lon and lat, or the shape unmapped"
            self.fault(file, line, "lon", "", f"no position for shape {row['shape']}", allowed)
        if row["shape"] == "area" and not row["radius_km"]:
            self.fault(file, line, "radius_km", "", "no radius for shape area", "a radius in km")
        lon, lat = _float(row["lon"]), _float(row["lat"])
        where = None if lon is None or lat is None else (lon, lat)
        swapped = info and where and self.swapped(row, where, info, network)
        if network is not None and row["road_node"]:
            nodes = network.nodes.index
            self.known(file, line, "road_node", row.items("road_node"), nodes, "road node")
            radius = _float(row["radius_km"]) or 0.0
            away = where and far_node_km(network, row["road_node"], *where, radius)
            if away and not swapped:
                problem = f"{away:.0f} km from the place"
                allowed = "a node at the place, or none: then the nearest road serves"
                self.fault(file, line, "road_node", row["road_node"], problem, allowed)

    def swapped(
        self, row: Row, where: tuple[float, float], info: CaseInfo, network: RoadNetwork | None
    ) -> bool:
        """Whether lon and lat of a place look swapped; this is an error."""
        found = looks_swapped(*where, info.view, row.items("country")) or (
            network is not None and swapped_on_roads(*where, network)
        )
        if found:
            shown, allowed = f"{row['lon']},{row['lat']}", "lon first, then lat"
            self.fault("places.csv", row.line, "lon,lat", shown, "lat and lon swapped?", allowed)
        return found

    def claim(
        self,
        row: Row,
        info: CaseInfo | None,
        reports: Mapping[str, Row],
        places: Mapping[str, Row],
    ) -> None:
        file, line = "claims.csv", row.line
        self.known(file, line, "report", [row["report"]], reports, "report")
        named = [item.partition(":")[2] for item in row.items("places") if ":" in item]
        self.known(file, line, "places", named, places, "place")
        self.where(row, places)
        if info:
            self.known(file, line, "side", [row["side"]], info.sides, "side of case.toml")
            self.known(file, line, "state", split(row["state"]), info.states, "state of case.toml")
        report = reports.get(row["report"])
        self.span(file, row, "span_start", "span_end", report["characters"] if report else "")
        low, high = _float(row["low"]), _float(row["high"])
        if low is not None and high is not None and low > high:
            shown = f"{row['low']}..{row['high']}"
            self.fault(file, line, "low", shown, "low is above high", "low at most high")
        if (row["low"] or row["high"]) and not row["unit"]:
            self.fault(file, line, "unit", "", "a count without a unit", "what is counted")
        if report and row["said"]:
            self.said_before_published(row, report)

    def where(self, row: Row, places: Mapping[str, Row]) -> None:
        """The places in terms must be known and have a position."""
        for text in row.items("where"):
            try:
                named = parse_relation(text).places
            except RelativePlaceError:
                continue  # already reported
            self.known("claims.csv", row.line, "where", named, places, "place")
            for key in named:
                if key in places and not (places[key]["lon"] and places[key]["lat"]):
                    allowed = "a place with lon and lat"
                    self.fault("claims.csv", row.line, "where", key, "no position", allowed)

    def said_before_published(self, row: Row, report: Row) -> None:
        try:
            said = Interval.parse(row["said"], self.zone)
            published = Interval.parse(report["published"], self.zone)
        except DateError:
            return  # already reported
        if published.before(said):
            allowed = f"not after the report's publication, {report['published']}"
            self.fault(
                "claims.csv", row.line, "said", row["said"], "said after publication", allowed
            )

    def route(
        self, row: Row, info: CaseInfo | None, places: Collection[str], claims: Collection[str]
    ) -> None:
        file, line = "routes.csv", row.line
        stops, modes = row.items("places"), row.items("leg_modes")
        self.known(file, line, "places", stops, places, "place")
        self.known(file, line, "claims", row.items("claims"), claims, "claim")
        self.known(file, line, "outside", row.items("outside"), stops, "place of this route")
        if info and row["side"]:
            self.known(file, line, "side", [row["side"]], info.sides, "side of case.toml")
        if len(stops) < 2:
            self.fault(file, line, "places", row["places"], "too short", "two places or more")
        elif modes and len(modes) != len(stops) - 1:
            allowed = f"one for each of the {len(stops) - 1} legs"
            column = "ways" if info and info.format == 1 else "leg_modes"
            problem = f"{len(modes)} {column}"
            self.fault(file, line, column, row["leg_modes"], problem, allowed)
        if row["outside"] and not row["outside_source"]:
            allowed = "where the outside places come from"
            self.fault(file, line, "outside_source", "", "no source", allowed)

    def chapters(
        self, tables: Mapping[str, list[Row]], info: CaseInfo | None, claims: set[str]
    ) -> None:
        """Validate chapters, and the order of routes."""
        routes = {row["route"] for row in tables["routes.csv"]}
        for row in tables["routes.csv"]:
            self.known("routes.csv", row.line, "after", row.items("after"), routes, "route")
        for row in tables["chapters.csv"]:
            self.chapter(row, info, claims, routes)

    def chapter(self, row: Row, info: CaseInfo | None, claims: set[str], routes: set[str]) -> None:
        file, line = "chapters.csv", row.line
        self.known(file, line, "claims", row.items("claims"), claims, "claim")
        self.known(file, line, "routes", row.items("routes"), routes, "route")
        if info:
            self.known(file, line, "sides", row.items("sides"), info.sides, "side of case.toml")
        view = [number for text in row.items("view") if (number := _float(text)) is not None]
        if row["view"] and (len(view) != 4 or view[1] >= view[3]):
            allowed = "west|south|east|north in degrees, south below north"
            self.fault(file, line, "view", row["view"], "bad value", allowed)

    def control(self, row: Row, claims: Collection[str], network: RoadNetwork | None) -> None:
        file, line = "controls.csv", row.line
        self.known(file, line, "claims", row.items("claims"), claims, "claim")
        if network is not None:
            edges = network.edge_table.index
            self.known(file, line, "edges", row.items("edges"), edges, "road edge")
        if not row["claims"] and not row["source"]:
            self.fault(file, line, "source", "", "no source given", "claim ids or a source")
        if row["closed_to"] and row["status"] == "undetermined":
            allowed = "empty: an undetermined stretch stays open"
            self.fault(
                file, line, "closed_to", row["closed_to"], "closed although undetermined", allowed
            )

    def closure(
        self, feature: Feature, claims: Collection[str], network: RoadNetwork | None
    ) -> None:
        properties, line = feature.properties, feature.line
        listed = {
            column.name: _strings(properties.get(column.name, []))
            for column in schema.CLOSURES.columns
            if column.kind is IDS
        }
        for column in schema.CLOSURES.columns:
            text = str(properties.get(column.name, ""))
            if listed.get(column.name, ()) is None:
                self.fault(CLOSURES_FILE, line, column.name, "", "no list", "a list of ids")
            elif column.required and (allowed := column.check(text) or ("" if text else "a text")):
                self.fault(CLOSURES_FILE, line, column.name, text, "bad value", allowed)
        self.known(CLOSURES_FILE, line, "claims", listed["claims"] or (), claims, "claim")
        if network is not None:
            edges = network.edges.index if listed["edges"] else ()
            self.known(CLOSURES_FILE, line, "edges", listed["edges"] or (), edges, "road edge")
            if not listed["edges"]:
                try:
                    road = str(properties.get("road", ""))
                    network.stretches_at(feature.geometry, str(properties.get("id", "")), road=road)
                except RoadDataError as error:
                    allowed = "an area, or a line or a point on a road of the network"
                    self.fault(CLOSURES_FILE, line, "geometry", "", str(error), allowed)
        self.date(CLOSURES_FILE, line, "closed", str(properties.get("closed", "")))
        if not listed["claims"] and not properties.get("source"):
            allowed = "claim ids or a source"
            self.fault(CLOSURES_FILE, line, "claims", "", "no source given", allowed)


def _float(text: str) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


def _strings(value: object) -> tuple[str, ...] | None:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    return None


def _closure(feature: Feature, zone: str) -> Closure:
    texts = {name: _cell(value) for name, value in feature.properties.items()}
    return schema.CLOSURES.read(texts, zone, geometry=feature.geometry)


def _cell(value: object) -> str:
    """A property as a table cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "|".join(value) if isinstance(value, list) else str(value)
