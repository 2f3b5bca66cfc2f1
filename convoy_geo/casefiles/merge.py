"""Compare records from a file with a case: new, identical, or different.

Existing content of a case is never changed: rows that differ are reported, field by field, for a
person to decide. New rows can be added after the last line of their table.
"""

from __future__ import annotations

import csv
import io
import json
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convoy_geo.casefiles import rows
from convoy_geo.casefiles.files import AREAS_FILE, CLOSURES_FILE, LINES_FILE
from convoy_geo.casefiles.locate import case_folder, own_folder
from convoy_geo.casefiles.locking import case_lock, consistently
from convoy_geo.casefiles.read import read_folder
from convoy_geo.casefiles.transaction import commit
from convoy_geo.casefiles.validate import whole_faults
from convoy_geo.errors import CaseFileError, Fault
from convoy_geo.io.csv_tables import EMPTY as EMPTY_CELL
from convoy_geo.io.csv_tables import lost, read_rows
from convoy_geo.io.csv_writing import cell_problem, csv_line
from convoy_geo.io.geojson_reader import geometry_value, read_features
from convoy_geo.io.json_text import end_of_members, parse_members
from convoy_geo.io.sniff import read_bytes
from convoy_geo.model import schema
from convoy_geo.model.defaults import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from shapely.geometry.base import BaseGeometry

    from convoy_geo.casefiles.files import CaseFiles
    from convoy_geo.io.csv_tables import Table
    from convoy_geo.io.geojson_reader import Feature
    from convoy_geo.model.claims import Claim, Report, ReportedRoute
    from convoy_geo.model.closures import Closure, Control
    from convoy_geo.model.lines import GivenShape
    from convoy_geo.model.places import Place

__all__ = ["Added", "Proposal", "Records", "add_new", "checked_texts", "propose"]

ROUNDS = 20
"""Maximum number of rounds in which rows are left out because of others left out before."""

TABLES = (*schema.TABLES, schema.CONTROLS, schema.MENTIONS)
"""Tables to which rows can be added."""
EMPTY = '{\n"type": "FeatureCollection",\n"features": [\n]\n}\n'


@dataclass(frozen=True)
class Records:
    """The records in a file for a case.

    Parameters
    ----------
    reports, places, claims, routes, closures, controls
        Records, in the file's order.
    areas
        Outlines by place id.
    left_out
        Content that cannot be rows of a case, with counts, reasons and locations.
    faults
        Features that could not be read, each with line or number.
    repaired
        Corrections that were needed to read features.
    lines
        Lines and areas that are kept as drawn.
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
    lines: tuple[GivenShape, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """One row from a file, compared with the case.

    Parameters
    ----------
    file
        The file of the case to which it belongs.
    key
        Its key in that file.
    status
        ``new``, ``same`` or ``differs``.
    row
        Its texts by column; for a feature its GeoJSON.
    differences
        Column, value in the case, value in the file.
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


@dataclass(frozen=True)
class Added:
    """What was added to a case.

    Parameters
    ----------
    files
        The files to which rows were added.
    refused
        Rows that were left out, because the case would be unreadable with them.
    to_do
        The remaining validation errors of the case, as in
        `convoy_geo.casefiles.validate.check_case`.
    """

    files: list[Path] = field(default_factory=list)
    refused: list[Fault] = field(default_factory=list)
    to_do: list[Fault] = field(default_factory=list)


def propose(found: Records, case: str | Path) -> list[Proposal]:
    """Compare records with a case's files; nothing is written.

    Parameters
    ----------
    found
        The result of `convoy_geo.exchange.to_records.read_records`.
    case
        Name of a bundled case, or a folder with a case.toml. It need not be complete.

    Raises
    ------
    CaseNotFoundError
        If there is no such case.
    CaseFileError
        If one of its tables has unreadable rows.
    """
    folder = case_folder(case)
    return consistently(folder, lambda: _proposals(found, folder))


def _proposals(found: Records, folder: Path) -> list[Proposal]:
    tables = rows.case_rows(found.reports, found.places, found.claims, found.routes, found.controls)
    proposals: list[Proposal] = []
    for table, given in tables.items():
        if given:
            proposals += _table(folder, table, given)
    return [*proposals, *_features(folder, found)]


def add_new(proposals: Iterable[Proposal], folder: str | Path) -> Added:
    """Add the new rows to a case's folder; existing content stays byte for byte.

    Only a table that lacks a column needed by a new row is rewritten, with that column added.

    The complete tables are validated before any file is changed, and written as one transaction. A
    row that would make the case unreadable is left out and reported; the others are added.

    Parameters
    ----------
    proposals
        The result of `propose` for this folder; only ``new`` ones are used.
    folder
        The case's folder.

    Raises
    ------
    CaseFileError
        If nothing can be added.
    OutputFileError
        If a file cannot be written, or the case is a bundled one: then nothing is written.
    """
    root = own_folder(folder)
    new = [proposal for proposal in proposals if proposal.status == "new"]
    with case_lock(root):
        case_folder(root)
        texts, refused, to_do = checked_texts(root, new)
        if refused and not texts:
            raise CaseFileError(refused)
        written = commit(root, texts)
        return Added(written, refused, to_do if written else [])


def checked_texts(
    folder: Path, new: Sequence[Proposal], begun: Mapping[str, str] | None = None
) -> tuple[dict[str, str], list[Fault], list[Fault]]:
    """The files of a case with new rows, and the errors of rows that are left out.

    The third item lists the remaining errors of the case.

    Parameters
    ----------
    folder
        The case's folder; it is only read.
    new
        The new rows.
    begun
        Files of a case that does not exist yet, by name: then nothing is read from the folder.

    Raises
    ------
    CaseFileError
        If the tables cannot take the rows, whichever are left out.
    """
    left, refused = list(new), []
    for _ in range(ROUNDS):
        composed = _compose(folder, left, begun)
        texts = {**(begun or {}), **{file: one.text for file, one in composed.items()}}
        files, faults = read_folder(folder, texts)
        wrong = {}
        for fault in faults:
            row = composed[fault.file].row_at(fault.line) if fault.file in composed else None
            if row is not None and not _to_fill_in(fault):
                wrong[id(row)] = row
                refused.append(_named(fault, row))
        if not wrong:
            if files is not None and begun is None:
                faults += _check_whole(folder, files, texts) if composed else whole_faults(files)
            made = {file: one.text for file, one in composed.items()}
            return made, sorted(set(refused)), sorted(set(faults))
        left = [proposal for proposal in left if id(proposal) not in wrong]
    raise CaseFileError(sorted(set(refused)))


def _to_fill_in(fault: Fault) -> bool:
    """Whether a person must fill this in later: an empty cell, or an undefined side."""
    return fault.problem == EMPTY_CELL or fault.allowed.endswith("of case.toml")


def _named(fault: Fault, row: Proposal) -> Fault:
    """The error of a row that is in no file, identified by the key of the row."""
    where = f"row {row.key}" + (f", {fault.column}" if fault.column else "")
    return Fault(fault.file, 0, where, fault.text, fault.problem, fault.allowed)


def _check_whole(folder: Path, files: CaseFiles, texts: Mapping[str, str]) -> list[Fault]:
    """Reject rows that would make the case as a whole inconsistent.

    Returns the existing inconsistencies.

    Raises
    ------
    CaseFileError
        For example if a name in case.toml became ambiguous.
    """
    faults = whole_faults(files, texts)
    if not faults:
        return []
    before, _ = read_folder(folder)
    known = {(one.file, one.column, one.text) for one in whole_faults(before)} if before else set()
    new = [one for one in faults if (one.file, one.column, one.text) not in known]
    if before is not None and new:
        raise CaseFileError(sorted(new))
    return faults


@dataclass
class _Composed:
    """The planned text of a file, and the line of each new row."""

    text: str
    starts: list[int]
    rows: list[Proposal]

    def row_at(self, line: int) -> Proposal | None:
        """The new row at a line, or None."""
        at = bisect_right(self.starts, line) - 1
        return self.rows[at] if at >= 0 else None


def _compose(
    folder: Path, new: Sequence[Proposal], begun: Mapping[str, str] | None
) -> dict[str, _Composed]:
    grouped: dict[str, list[Proposal]] = {}
    for proposal in new:
        grouped.setdefault(proposal.file, []).append(proposal)
    composed = {}
    for file, inside in grouped.items():
        there = (begun or {}).get(file, "") if begun is not None else _text_of(folder, file)
        add = _with_features if file.endswith(".geojson") else _with_rows
        composed[file] = add(file, there, inside)
    return composed


def _text_of(folder: Path, file: str) -> str:
    path = folder / file
    if not path.exists() and not path.is_symlink():
        return ""
    return read_bytes(path, file, inside=folder).decode()  # `propose` has already read it


def _table(folder: Path, table: Table, given: list[dict[str, str]]) -> Iterator[Proposal]:
    there = {}
    path = folder / table.file
    if path.exists() or path.is_symlink():
        read, faults = read_rows(folder, table, defaults=DEFAULTS.get(table.file))
        if wrong := lost(faults):  # an unreadable id might be assigned again
            raise CaseFileError(wrong)
        there = {tuple(row[name] for name in table.key): row for row in read}
    for texts in given:
        key = tuple([texts[name] for name in table.key])
        mine = there.get(key)
        if mine is None:
            yield Proposal(table.file, "|".join(key), "new", texts)
            continue
        changed = tuple(
            (column.name, mine[column.name], texts.get(column.name, ""))
            for column in table.columns
            if not _same(mine[column.name], texts.get(column.name, ""))
        )
        status = "differs" if changed else "same"
        yield Proposal(table.file, "|".join(key), status, texts, changed)


def _same(one: str, other: str) -> bool:
    """Whether two cells are equivalent: numbers by value, lists and chains by their parts."""
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
    lines = _there(folder / LINES_FILE, "id") if found.lines else {}
    for line in found.lines:
        said = {"id": line.id, "name": line.name, "when": line.when.text, "source": line.source,
                "note": line.note}  # fmt: skip
        properties = {name: text for name, text in said.items() if text}
        yield _feature(LINES_FILE, line.id, lines, properties, line.geometry)


def _there(path: Path, key: str) -> dict[str, Feature]:
    if not path.exists():
        return {}
    features, faults = read_features(path, path.name, unlocated=True)
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
    if mine.geometry is not None and not mine.geometry.equals(shape):
        changed.append(("geometry", mine.geometry.wkt[:60], shape.wkt[:60]))
    return Proposal(file, key, "differs" if changed else "same", row, tuple(changed))


def _with_rows(file: str, text: str, new: list[Proposal]) -> _Composed:
    """The text of a table with appended rows, in its own column order."""
    header = next(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")), None)
    end = "\r\n" if "\r\n" in text else "\n"
    if header is None:
        header = list(new[0].row)
        text = csv_line(header, end)
    table = next((one for one in TABLES if one.file == file), None)
    old = table.old_names(header) if table else {}
    if table and (lacking := _lacking(table, header, old, new)):
        header, text = _widened(table, text, header, old, lacking, end)
    assumed = {one.name for one in table.columns} - {*header, *old} if table else frozenset()
    parts = [text if text.endswith("\n") else f"{text}\n"]
    line, starts = 1 + _line_ends(parts[0]), []
    columns, known = frozenset(header), {*header, *assumed, *old}
    today = {name: column for column, name in old.items()}
    names = [today.get(name, name) for name in header]
    for proposal in new:
        row: Mapping[str, Any] = proposal.row
        if not row.keys() <= known or cell_problem("".join(row.values())):
            said = {old.get(name, name): value for name, value in row.items()
                    if name not in assumed}  # fmt: skip
            _refuse_cells(file, said, columns)
        parts.append(csv_line([row.get(name, "") for name in names], end))
        starts.append(line)
        line += _line_ends(parts[-1])
    return _Composed("".join(parts), starts, new)


def _lacking(
    table: Table, header: Collection[str], old: Mapping[str, str], new: Sequence[Proposal]
) -> list[str]:
    """Columns that a table lacks and that new rows fill with other values than the default."""
    assumed = DEFAULTS.get(table.file, {})
    lacking = []
    for column in table.columns:
        name = column.name
        if name in header or name in old:
            continue
        how = assumed.get(name, "")
        for number, proposal in enumerate(new, 1):
            row: Mapping[str, str] = proposal.row
            if row.get(name, "") != (how(row, number) if callable(how) else how):
                lacking.append(name)
                break
    return lacking


def _widened(
    table: Table, text: str, header: Sequence[str], old: Mapping[str, str],
    lacking: Sequence[str], end: str,
) -> tuple[list[str], str]:  # fmt: skip
    """The header and text of a table with added columns; existing rows get the default values.

    Every existing cell stays the same; only a partial table, with just the columns that it uses, is
    rewritten.
    """
    rows_there, _ = read_rows(Path(), table, text=text, defaults=DEFAULTS.get(table.file))
    new = {name: today for today, name in old.items()}
    wide = [*header, *lacking]
    cells = ([row[new.get(name, name)] for name in wide] for row in rows_there)
    return wide, "".join(csv_line(one, end) for one in (wide, *cells))


def _refuse_cells(file: str, row: Mapping[str, Any], columns: Collection[str]) -> None:
    """Reject the first cell of a row without a column in the table, or that is not valid text.

    Raises
    ------
    CaseFileError
        If there is one. All cells together may exceed a limit although each one is below it.
    """
    for name, value in row.items():
        if value and name not in columns:
            allowed = f"the column {name}; add it to the first line"
            fault = Fault(file, 1, name, str(value)[:80], "missing column", allowed)
            raise CaseFileError([fault])
        if problem := cell_problem(value):
            fault = Fault(file, 0, name, str(value)[:80], problem, "a text")
            raise CaseFileError([fault])


def _line_ends(text: str) -> int:
    """The number of line ends in a text, counted as by the table reader."""
    if "\r" not in text:
        return text.count("\n")
    return len(re.findall("\r\n|\r|\n", text))


def _with_features(file: str, text: str, new: list[Proposal]) -> _Composed:
    """The text of a file with features inserted before the closing bracket of its list."""
    text = text or EMPTY
    end, empty = _end_of_list(file, text)
    lines = ",\n".join(json.dumps(proposal.row, ensure_ascii=False) for proposal in new)
    joint = "\n" if empty else ",\n"
    first = text.count("\n", 0, end) + 2
    whole = f"{text[:end]}{joint}{lines}\n{text[end:].lstrip()}"
    return _Composed(whole, [first + number for number in range(len(new))], new)


def _end_of_list(file: str, text: str) -> tuple[int, bool]:
    """The end of the last feature, or the start of the list; and whether it is empty."""
    starts = parse_members(text, file, "features")[1]
    if starts is None:
        raise CaseFileError([Fault(file, 1, "features", "", "no list", "a list of features")])
    return end_of_members(text, file, "features"), not starts
