"""Records from a file beside a case's folder: what is new, what is the same, what differs.

Nothing that stands in a case is ever changed: rows that differ are told, field by field, for a
person to decide. New rows can be added, after the last line of the table they belong to.
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
"""How often rows are left out because of those that were left out before."""

TABLES = (*schema.TABLES, schema.CONTROLS, schema.MENTIONS)
"""Tables that rows are added to."""
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
    lines
        Lines and areas that are kept as they were drawn.
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


@dataclass(frozen=True)
class Added:
    """What was added to a case.

    Parameters
    ----------
    files
        The files that rows were added to.
    refused
        Rows that were left out, because the case could not be read with them.
    to_do
        What is still wrong with the case, as `convoy_geo.casefiles.validate.check_case` says it.
    """

    files: list[Path] = field(default_factory=list)
    refused: list[Fault] = field(default_factory=list)
    to_do: list[Fault] = field(default_factory=list)


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
    return consistently(folder, lambda: _proposals(found, folder))


def _proposals(found: Records, folder: Path) -> list[Proposal]:
    tables = rows.case_rows(found.reports, found.places, found.claims, found.routes, found.controls)
    proposals: list[Proposal] = []
    for table, given in tables.items():
        if given:
            proposals += _table(folder, table, given)
    return [*proposals, *_features(folder, found)]


def add_new(proposals: Iterable[Proposal], folder: str | Path) -> Added:
    """Add the rows that are new to a case's folder; what stands there stays byte by byte.

    Only a table that lacks a column that a new row fills is written anew, with that column.

    The complete tables are checked before a file is touched, and written as one. A row by which
    the case could not be read any more is left out and named; the others are added.

    Parameters
    ----------
    proposals
        What `propose` gave for this folder; only ``new`` ones are taken.
    folder
        The case's folder.

    Raises
    ------
    CaseFileError
        If nothing can be added.
    OutputFileError
        If a file cannot be written, or the case is one that ships: nothing is written then.
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
    """The files of a case with new rows in them, and what is wrong with rows that are left out.

    The third is what will still be wrong with the case then.

    Parameters
    ----------
    folder
        The case's folder; only read.
    new
        The rows.
    begun
        Files of a case that is still to be made, by name: then nothing of the folder is read.

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
    """Whether a person fills this in later: an empty cell, or a side that case.toml has not yet."""
    return fault.problem == EMPTY_CELL or fault.allowed.endswith("of case.toml")


def _named(fault: Fault, row: Proposal) -> Fault:
    """The fault of a row that is in no file, by the key of the row."""
    where = f"row {row.key}" + (f", {fault.column}" if fault.column else "")
    return Fault(fault.file, 0, where, fault.text, fault.problem, fault.allowed)


def _check_whole(folder: Path, files: CaseFiles, texts: Mapping[str, str]) -> list[Fault]:
    """Refuse rows by which the case as a whole would not fit together any more.

    What did not fit before is given back.

    Raises
    ------
    CaseFileError
        Such as if a name of case.toml would name two places.
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
    """The text that a file shall have, and the line where each new row starts."""

    text: str
    starts: list[int]
    rows: list[Proposal]

    def row_at(self, line: int) -> Proposal | None:
        """The new row that a line belongs to, or None."""
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
    return read_bytes(path, file, inside=folder).decode()  # `propose` has read it before


def _table(folder: Path, table: Table, given: list[dict[str, str]]) -> Iterator[Proposal]:
    there = {}
    path = folder / table.file
    if path.exists() or path.is_symlink():
        read, faults = read_rows(folder, table, defaults=DEFAULTS.get(table.file))
        if wrong := lost(faults):  # an id that cannot be read would be given a second time
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
    """The table's text with rows after it, in the order of its own columns."""
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
    """Columns that a table does not have and new rows fill otherwise than is assumed of it."""
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
    """The header and the text of a table with more columns; its rows get what is assumed of them.

    Every cell stays as it is; only a table that is there in part, with the columns that it uses,
    is written anew.
    """
    rows_there, _ = read_rows(Path(), table, text=text, defaults=DEFAULTS.get(table.file))
    new = {name: today for today, name in old.items()}
    wide = [*header, *lacking]
    cells = ([row[new.get(name, name)] for name in wide] for row in rows_there)
    return wide, "".join(csv_line(one, end) for one in (wide, *cells))


def _refuse_cells(file: str, row: Mapping[str, Any], columns: Collection[str]) -> None:
    """Refuse the first cell of a row that the table has no column for, or that is no text.

    Raises
    ------
    CaseFileError
        If there is one. All cells together may be over a limit, and each one below it.
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
    """How many lines end in a text, as the reader of tables counts them."""
    if "\r" not in text:
        return text.count("\n")
    return len(re.findall("\r\n|\r|\n", text))


def _with_features(file: str, text: str, new: list[Proposal]) -> _Composed:
    """The file's text with features before the bracket that closes its list."""
    text = text or EMPTY
    end, empty = _end_of_list(file, text)
    lines = ",\n".join(json.dumps(proposal.row, ensure_ascii=False) for proposal in new)
    joint = "\n" if empty else ",\n"
    first = text.count("\n", 0, end) + 2
    whole = f"{text[:end]}{joint}{lines}\n{text[end:].lstrip()}"
    return _Composed(whole, [first + number for number in range(len(new))], new)


def _end_of_list(file: str, text: str) -> tuple[int, bool]:
    """Where the last feature ends, or the list begins; and whether it is empty."""
    starts = parse_members(text, file, "features")[1]
    if starts is None:
        raise CaseFileError([Fault(file, 1, "features", "", "no list", "a list of features")])
    return end_of_members(text, file, "features"), not starts
