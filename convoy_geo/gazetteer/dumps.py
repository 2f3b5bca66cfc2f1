"""Read place names from a GeoNames dump, an OpenStreetMap extract or a Wikidata export.

Each reader yields `Entry` objects; rows that cannot be places are counted, the first of them are
reported, and the others are not affected.
"""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from convoy_geo.errors import ExchangeFileError, Fault, GazetteerFileError, MissingExtraError
from convoy_geo.gazetteer.build_index import Entry
from convoy_geo.gazetteer.linked_tables import is_linked_table, linked_rows
from convoy_geo.io.sniff import read_bytes, regular_fault
from convoy_geo.io.zip_files import unpack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["DumpRows", "read_dump"]

GEONAMES = "GeoNames (geonames.org)", "CC BY 4.0"
OSM = "OpenStreetMap contributors (openstreetmap.org)", "ODbL 1.0"
WIKIDATA = "Wikidata (wikidata.org)", "CC0 1.0"
WHG = "World Historical Gazetteer (whgazetteer.org)", ""
COLUMNS = 19
"""Columns of a GeoNames dump: see its readme.txt."""
CODES = {
    "ADM1": "area1", "ADM2": "area2", "ADM3": "area3", "PCLI": "country", "PCLS": "country",
    "STM": "river", "STMI": "river", "WAD": "wadi", "LK": "lake", "RSV": "lake", "MT": "mountain",
    "MTS": "range", "HLL": "mountain", "PASS": "pass", "DAM": "dam", "BDG": "bridge",
    "AIRP": "airport", "AIRB": "airport", "AIRF": "airport", "CMPRF": "camp", "CMP": "camp",
    "OILF": "oil_field", "GASF": "gas_field", "PSTB": "border_post", "CSTM": "border_post",
    "RSTN": "station", "PMPO": "pumping_station", "PMPW": "pumping_station", "ISL": "island",
    "DSRT": "desert", "SPNG": "spring", "WLL": "well", "FRM": "farm", "INSM": "base",
    "MILB": "base",
}  # fmt: skip
"""Feature codes that are used in addition to populated places (``P``)."""
PLACES = {
    "city": "town", "town": "town", "village": "village", "hamlet": "village",
    "isolated_dwelling": "village", "suburb": "district", "neighbourhood": "district",
    "quarter": "district", "locality": "locality", "farm": "farm", "island": "island",
}  # fmt: skip
"""Accepted values of ``place=`` in OpenStreetMap."""
POINT = re.compile(r"^\s*(?:<[^>]*>\s*)?POINT\s*\(\s*(\S+)\s+(\S+)\s*\)\s*$", re.IGNORECASE)
ITEM = re.compile(r"(Q\d+)$")
LARGEST = 2**31 - 1
SHOWN = 5
"""Number of errors that are reported; the others are only counted."""


@dataclass
class DumpRows:
    """The places in a file, and the rows left out.

    Parameters
    ----------
    entries
        The places, read on demand.
    source, licence
        As stated by the format; empty if unknown.
    faults
        Errors of the first rows left out.
    left_out
        Number of rows left out.
    """

    entries: Iterator[Entry]
    source: str = ""
    licence: str = ""
    faults: list[Fault] = field(default_factory=list)
    left_out: int = 0

    def leave_out(self, fault: Fault) -> None:
        """Count a row that is left out, and keep the error if it is among the first."""
        self.left_out += 1
        if len(self.faults) < SHOWN:
            self.faults.append(fault)


def read_dump(path: Path, country: str = "") -> DumpRows:
    """Read places from a file, identified by its content.

    Parameters
    ----------
    path
        A GeoNames dump (``SY.txt``, or the ``.zip`` that contains it), an OpenStreetMap extract
        (``.osm.pbf``, ``.osm``), a result of the Wikidata query service (JSON or CSV with ``item``,
        ``itemLabel`` and a point such as ``coord``), a table of the World Historical Gazetteer
        (LP-TSV), or any file that `read_gazetteer` reads.
    country
        ISO 3166-1 alpha-2 code for places without a country in the file.

    Raises
    ------
    GazetteerFileError
        If it is none of these, or its columns are not those of a dump.
    """
    name = path.name.lower()
    if name.endswith((".osm", ".pbf", ".osm.bz2", ".osm.gz")):
        return _osm(path, country)
    if name.endswith(".zip"):
        return _geonames(_from_zip(path), str(path))
    text = _text(path)
    first = text.split("\n", 1)[0]
    if is_linked_table(first):
        reading = DumpRows(iter(()), *WHG)
        reading.entries = linked_rows(text, str(path), country, reading.leave_out)
        return reading
    table = name.endswith(".txt") and "\t" in first  # regardless of its columns: no other format
    if table or first.count("\t") >= COLUMNS // 2:
        return _geonames(text, str(path))
    if _is_wikidata(text, first):
        return _wikidata(text, str(path), country)
    return _own(path, country)


def _bytes(path: Path) -> bytes:
    try:
        return read_bytes(path, str(path))
    except ExchangeFileError as error:
        raise GazetteerFileError(error.faults) from None


def _text(path: Path) -> str:
    try:
        return _bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        fault = Fault(str(path), 0, "", "", f"not UTF-8 at byte {error.start}", "text in UTF-8")
        raise GazetteerFileError([fault]) from None


def _from_zip(path: Path) -> str:
    """The table in a GeoNames zip file."""
    try:
        tables = unpack(_bytes(path), str(path), wanted=_is_table)
        if len(tables) == 1:
            return next(iter(tables.values())).decode("utf-8-sig")
        problem = f"{len(tables)} tables (.txt) in it"
    except ExchangeFileError as error:
        raise GazetteerFileError(error.faults) from None
    except UnicodeDecodeError as error:
        problem = f"cannot be read: {error}"
    raise GazetteerFileError([Fault(str(path), 0, "", "", problem, "one GeoNames table")])


def _is_table(name: str) -> bool:
    return name.endswith(".txt") and not name.lower().startswith("readme")


def _geonames(text: str, file: str) -> DumpRows:
    rows = text.splitlines()
    width = next((row.count("\t") + 1 for row in rows if row), 0)
    if width != COLUMNS:
        problem = f"{width} columns"
        allowed = f"the {COLUMNS} of a GeoNames dump"
        raise GazetteerFileError([Fault(file, 1, "", "", problem, allowed)])
    reading = DumpRows(iter(()), *GEONAMES)
    reading.entries = _geonames_rows(rows, file, reading)
    return reading


def _geonames_rows(rows: list[str], file: str, reading: DumpRows) -> Iterator[Entry]:
    for line, row in enumerate(rows, 1):
        if not row:
            continue
        cells = row.split("\t")
        if len(cells) != COLUMNS:
            reading.leave_out(
                Fault(file, line, "", row[:80], f"{len(cells)} columns", f"{COLUMNS}")
            )
            continue
        kind = "town" if cells[6] == "P" else CODES.get(cells[7], "")
        if not kind:
            continue
        place = _position(cells[5], cells[4])
        if place is None or not cells[0].isdigit():
            told = f"{cells[4]},{cells[5]}"
            reading.leave_out(Fault(file, line, "latitude", told, "no position", "degrees"))
            continue
        others = [cells[2], *cells[3].split(",")]
        area = f"{cells[8]}.{cells[10]}" if cells[10] and cells[10] != "00" else ""
        people = int(cells[14]) if cells[14].isdigit() else 0
        yield Entry(
            cells[1], *place, kind, cells[8], area, min(people, LARGEST), int(cells[0]),
            spellings=_spellings(cells[1], others),
        )  # fmt: skip


def _position(lon: str, lat: str) -> tuple[float, float] | None:
    try:
        x, y = float(lon), float(lat)
    except ValueError:
        return None
    return (x, y) if abs(x) <= 180 and abs(y) <= 90 else None


def _spellings(name: str, texts: list[str]) -> tuple[tuple[str, str], ...]:
    kept = dict.fromkeys(text.strip() for text in texts)
    return tuple(
        (text, "alternate") for text in kept
        if text and text != name and any(map(str.isalpha, text)) and "://" not in text
    )  # fmt: skip


def _is_wikidata(text: str, first: str) -> bool:
    if text.lstrip()[:1] == "{":
        return '"bindings"' in text
    head = text.lstrip()[:400]
    return '"item"' in head or (first.startswith("item") and "," in first)


def _wikidata(text: str, file: str, country: str) -> DumpRows:
    reading = DumpRows(iter(()), *WIKIDATA)
    if text.lstrip()[:1] in "[{":
        try:
            read = json.loads(text)
        except json.JSONDecodeError as error:
            fault = Fault(file, error.lineno, "", "", f"not JSON: {error.msg}", "JSON")
            raise GazetteerFileError([fault]) from None
        found = read["results"]["bindings"] if isinstance(read, dict) else read
        rows = [
            {key: str(cell.get("value", "")) if isinstance(cell, dict) else str(cell)
             for key, cell in row.items()}
            for row in found if isinstance(row, dict)
        ]  # fmt: skip
    else:
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
    reading.entries = _wikidata_rows(rows, file, country, reading)
    return reading


def _wikidata_rows(
    rows: list[dict[str, Any]], file: str, country: str, reading: DumpRows
) -> Iterator[Entry]:
    for line, row in enumerate(rows, 2):
        cells = {str(key): str(value or "") for key, value in row.items() if key is not None}
        point = next((found for cell in cells.values() if (found := POINT.match(cell))), None)
        place = _position(point[1], point[2]) if point else None
        name = cells.get("itemLabel") or cells.get("label") or cells.get("name", "")
        if place is None or not name or ITEM.fullmatch(name):
            told = cells.get("item", "")
            reading.leave_out(Fault(file, line, "item", told, "no name or no point", "both"))
            continue
        others = re.split(r"[|;,]", cells.get("itemAltLabel") or cells.get("alias", ""))
        others += [
            cell for key, cell in cells.items()
            if key.lower().startswith(("label", "name", "native")) and cell != name
        ]  # fmt: skip
        people = cells.get("population", "").partition(".")[0]
        number = ITEM.search(cells.get("item", ""))
        code = cells.get("country_code") or cells.get("iso") or country
        geonames = cells.get("geonames", "") or cells.get("geonamesId", "")
        yield Entry(
            name, *place, cells.get("kind") or "town", code.upper()[:2], "",
            int(people) if people.isdigit() else 0, int(geonames) if geonames.isdigit() else 0,
            source=f"Wikidata {number[1]}" if number else "", spellings=_spellings(name, others),
        )  # fmt: skip


def _osm(path: Path, country: str) -> DumpRows:
    try:
        import osmium  # noqa: F401, PLC0415
    except ImportError as error:
        what = "reading places from OpenStreetMap"
        raise MissingExtraError(what, "osm") from error
    if fault := regular_fault(path, str(path), large=True):
        raise GazetteerFileError([fault])
    reading = DumpRows(iter(()), *OSM)
    reading.entries = _osm_nodes(path, country)
    return reading


def _osm_nodes(path: Path, country: str) -> Iterator[Entry]:
    import osmium  # noqa: PLC0415

    try:
        nodes = osmium.FileProcessor(str(path), osmium.osm.NODE).with_filter(
            osmium.filter.KeyFilter("place")
        )
        for node in nodes:
            tags = {tag.k: tag.v for tag in node.tags}
            kind, name = PLACES.get(tags["place"], ""), tags.get("name", "")
            if not kind or not name or not isinstance(node, osmium.osm.Node):
                continue
            if not node.location.valid():
                continue
            others = [
                text for key, value in tags.items()
                if key.startswith(("name:", "alt_name", "old_name", "int_name", "official_name"))
                for text in value.split(";")
            ]  # fmt: skip
            people = tags.get("population", "")
            shown = tags.get("name:en") or tags.get("int_name") or name
            yield Entry(
                shown, round(node.location.lon, 5), round(node.location.lat, 5), kind, country, "",
                min(int(people), LARGEST) if people.isdigit() else 0,
                source=f"OpenStreetMap node {node.id}",
                spellings=_spellings(shown, [name, *others]),
            )  # fmt: skip
    except RuntimeError as error:
        fault = Fault(str(path), 0, "", "", f"cannot be read: {error}", "an OpenStreetMap file")
        raise GazetteerFileError([fault]) from None


def _own(path: Path, country: str) -> DumpRows:
    """A table, GeoJSON or Linked Places file, as for ``--gazetteer FILE``."""
    from convoy_geo.gazetteer.user_file import read_gazetteer  # noqa: PLC0415

    places = list(read_gazetteer(path))
    entries = [
        Entry(
            place.name, float(place.lon or 0.0), float(place.lat or 0.0), place.kind,
            (place.country or (country,))[0],
            geonames=int(place.geonames) if place.geonames.isdigit() else 0, source=place.source,
            spellings=tuple((each.text, "alternate") for each in place.spellings),
        )
        for place in places if place.lon is not None
    ]  # fmt: skip
    return DumpRows(iter(entries))
