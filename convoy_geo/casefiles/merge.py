"""Records from a file beside a case's folder: what is new, what is the same, what differs.

Nothing that stands in a case is ever changed: rows that differ are told, field by field, for a
person to decide. New rows can be added, after the last line of the table they belong to.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from convoy_geo.casefiles import rows
from convoy_geo.casefiles.files import AREAS_FILE, CLOSURES_FILE
from convoy_geo.casefiles.locate import case_folder, own_folder
from convoy_geo.errors import CaseFileError, Fault
from convoy_geo.io.csv_tables import cell_problem, csv_line, lost, read_rows
from convoy_geo.io.files import writing
from convoy_geo.io.geojson_reader import geometry_value, read_features
from convoy_geo.model import schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

    from convoy_geo.io.csv_tables import Table
    from convoy_geo.io.geojson_reader import Feature
    from convoy_geo.model.claims import Claim, Report, ReportedRoute
    from convoy_geo.model.closures import Closure, Control
    from convoy_geo.model.places import Place

__all__ = ["Proposal", "Records", "add_new", "propose"]

EMPTY = '{\n"type": "FeatureCollection",\n"features": [\n]\n}\n'


@dataclass(frozen=True)
class Records:
    """What a file holds for a case.

    Parameters
    ----------
    reports, places, claims, routes, closures, controls
        Records, in the file's order.
    areas
        Outlines by place id.
    left_out
        What cannot be rows of a case, how many of it, why, and where it stands.
    faults
        Features that could not be taken, each with line or number.
    repaired
        What was changed so that a feature could be taken.
    """

    reports: tuple[Report, ...] = ()
    places: tuple[Place, ...] = ()
    claims: tuple[Claim, ...] = ()
    routes: tuple[ReportedRoute, ...] = ()
    closures: tuple[Closure, ...] = ()
    controls: tuple[Control, ...] = ()
    areas: Mapping[str, BaseGeometry] | None = None
    left_out: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    repaired: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """One row that a file holds, and how the case stands to it.

    Parameters
    ----------
    file
        The file of the case that it belongs to.
    key
        Its key there.
    status
        ``new``, ``same`` or ``differs``.
    row
        Its texts by column; for a feature its GeoJSON.
    differences
        Column, what the case has, what the file has.
    """

    file: str
    key: str
    status: str
    row: Mapping[str, Any]
    differences: tuple[tuple[str, str, str], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The proposal as plain values for JSON."""
        changes = [
            {"column": name, "case": mine, "file": theirs}
            for name, mine, theirs in self.differences
        ]
        plain = {"file": self.file, "key": self.key, "status": self.status}
        return {**plain, "differences": changes}


def propose(found: Records, case: str | Path) -> list[Proposal]:
    """Hold records against a case's files; nothing is written.

    Parameters
    ----------
    found
        What `convoy_geo.exchange.to_records.read_records` gives.
    case
        Name of a case that ships, or a folder with a case.toml. It need not be complete.

    Raises
    ------
    CaseNotFoundError
        If there is no such case.
    CaseFileError
        If one of its tables has rows that cannot be read.
    """
    folder = case_folder(case)
    tables = rows.case_rows(found.reports, found.places, found.claims, found.routes, found.controls)
    proposals: list[Proposal] = []
    for table, given in tables.items():
        if given:
            proposals += _table(folder, table, given)
    return [*proposals, *_features(folder, found)]


def add_new(proposals: Iterable[Proposal], folder: str | Path) -> list[Path]:
    """Add the rows that are new to a case's folder; what stands there stays byte by byte.

    Parameters
    ----------
    proposals
        What `propose` gave for this folder; only ``new`` ones are taken.
    folder
        The case's folder.

    Returns
    -------
    list of Path
        The files that were added to.

    Raises
    ------
    CaseFileError
        If a row fills an optional column that the table there does not have.
    OutputFileError
        If a file cannot be written, or the case is one that ships.
    """
    root = case_folder(own_folder(folder))
    new: dict[str, list[Proposal]] = {}
    for proposal in proposals:
        if proposal.status == "new":
            new.setdefault(proposal.file, []).append(proposal)
    texts = {
        root / file: _with_features(root / file, inside)
        if file.endswith(".geojson")
        else _with_rows(root / file, inside)
        for file, inside in new.items()
    }  # all are made before one is written
    for path, text in texts.items():
        with writing(path) as stream:
            stream.write(text.encode())
    return list(texts)


def _table(folder: Path, table: Table, given: list[dict[str, str]]) -> Iterator[Proposal]:
    there = {}
    if (folder / table.file).exists() or table in schema.TABLES:
        read, faults = read_rows(folder, table)
        if wrong := lost(faults):  # an id that cannot be read would be given a second time
            raise CaseFileError(wrong)
        there = {tuple(row[name] for name in table.key): row for row in read}
    for texts in given:
        key = tuple(texts[name] for name in table.key)
        mine = there.get(key)
        changed = tuple(
            (column.name, mine[column.name], texts.get(column.name, ""))
            for column in table.columns
            if mine and not _same(mine[column.name], texts.get(column.name, ""))
        )
        status = "new" if mine is None else "differs" if changed else "same"
        yield Proposal(table.file, "|".join(key), status, texts, changed)


def _same(one: str, other: str) -> bool:
    """Whether two cells say the same: numbers by value, lists and chains by their parts."""
    if one == other:
        return True
    try:
        return float(one) == float(other)
    except ValueError:
        return "".join(one.split()) == "".join(other.split())


def _features(folder: Path, found: Records) -> Iterator[Proposal]:
    closures = _there(folder / CLOSURES_FILE, "id")
    for closure in found.closures:
        properties = {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in vars(closure).items()
            if name != "geometry"
        } | {"closed": closure.closed.text}
        yield _feature(CLOSURES_FILE, closure.id, closures, properties, closure.geometry)
    areas = _there(folder / AREAS_FILE, "place")
    for place, outline in (found.areas or {}).items():
        yield _feature(AREAS_FILE, place, areas, {"place": place}, outline)


def _there(path: Path, key: str) -> dict[str, Feature]:
    if not path.exists():
        return {}
    features, faults = read_features(path, path.name)
    if faults:
        raise CaseFileError(faults)
    return {str(feature.properties.get(key)): feature for feature in features}


def _feature(
    file: str, key: str, there: Mapping[str, Feature], properties: dict[str, Any], shape: Any
) -> Proposal:
    row = {"type": "Feature", "properties": properties, "geometry": geometry_value(shape)}
    mine = there.get(key)
    if mine is None:
        return Proposal(file, key, "new", row)
    changed = [
        (name, str(mine.properties.get(name, "")), str(value))
        for name, value in properties.items()
        if (mine.properties.get(name) or "") != (value or "")
    ]
    if not mine.geometry.equals(shape):
        changed.append(("geometry", mine.geometry.wkt[:60], shape.wkt[:60]))
    return Proposal(file, key, "differs" if changed else "same", row, tuple(changed))


def _with_rows(path: Path, new: list[Proposal]) -> str:
    """The table's text with rows after it, in the order of its own columns."""
    text = path.read_bytes().decode() if path.exists() else ""  # `propose` has read it before
    header = next(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")), None)
    end = "\r\n" if "\r\n" in text else "\n"
    lines = []
    if header is None:
        header = list(new[0].row)
        lines.append(csv_line(header, end))
    named = {table.file: table for table in (*schema.TABLES, schema.CONTROLS, schema.MENTIONS)}
    old = named[path.name].old_names(header) if path.name in named else {}
    for proposal in new:
        row = {old.get(name, name): value for name, value in proposal.row.items()}
        for name, value in row.items():
            if value and name not in header:
                allowed = f"the column {name}; add it to the first line"
                fault = Fault(path.name, 1, name, str(value)[:80], "missing column", allowed)
                raise CaseFileError([fault])
            if problem := cell_problem(value):
                fault = Fault(path.name, 0, name, str(value)[:80], problem, "a text")
                raise CaseFileError([fault])
        lines.append(csv_line([row.get(name, "") for name in header], end))
    gap = "" if not text or text.endswith("\n") else "\n"
    return "".join([text, gap, *lines])


def _with_features(path: Path, new: list[Proposal]) -> str:
    """The file's text with features before the bracket that closes its list."""
    text = path.read_text(encoding="utf-8") if path.exists() else EMPTY
    decoder = json.JSONDecoder()
    at = text.index("[", text.index('"features"')) + 1
    end, empty = at, True
    while True:
        while text[at] in " \t\r\n,":
            at += 1
        if text[at] == "]":
            break
        _, at = decoder.raw_decode(text, at)
        end, empty = at, False
    lines = ",\n".join(json.dumps(proposal.row, ensure_ascii=False) for proposal in new)
    joint = "\n" if empty else ",\n"
    return f"{text[:end]}{joint}{lines}\n{text[end:].lstrip()}"
