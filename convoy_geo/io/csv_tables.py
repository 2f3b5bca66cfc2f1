"""CSV tables with a schema: read with every fault at once, written whole or not at all."""

from __future__ import annotations

import contextlib
import csv
import io
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from convoy_geo.dates.interval import Interval
from convoy_geo.errors import DateError, Fault
from convoy_geo.io.files import writing

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

__all__ = [
    "Column", "Row", "Table", "edtf_text", "header_fault", "iso_codes", "listing", "lost", "number",
    "one_of", "pattern", "read_rows", "read_text", "row_faults", "write_rows",
]  # fmt: skip

EMPTY, BAD = "empty", "bad value"
"""Faults of single texts: the row is read all the same."""


@dataclass(frozen=True)
class Column:
    """A column of a table: its name, what its texts may be, and whether they may be empty.

    An optional column may be missing as a whole, so that files from before it was thought of are
    still read; it is written only where a row fills it. A file of an older format may have the
    column under its old name.
    """

    name: str
    check: Callable[[str], str | None] = lambda _: None
    required: bool = False
    optional: bool = False
    old_name: str = ""


@dataclass(frozen=True)
class Table:
    """A table of a case: its file, its columns, and those that make a row's key."""

    file: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def optional(self) -> frozenset[str]:
        """Names of the columns that a file may leave out."""
        return frozenset(column.name for column in self.columns if column.optional)

    def old_names(self, header: Iterable[str]) -> dict[str, str]:
        """Columns that a header has under an old name only: the old name by today's."""
        there = frozenset(header)
        return {
            column.name: column.old_name
            for column in self.columns
            if column.old_name in there and column.name not in there
        }


@dataclass(frozen=True)
class Row:
    """One row: the line where it starts (1-based), and its texts by column."""

    line: int
    values: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")

    def items(self, column: str) -> tuple[str, ...]:
        """The parts of a list that is joined by ``|``."""
        return split(self[column])


def split(text: str) -> tuple[str, ...]:
    """The parts of a text that is joined by ``|``, trimmed, empty ones left out."""
    return tuple(part.strip() for part in text.split("|") if part.strip())


def one_of(allowed: Iterable[str]) -> Callable[[str], str | None]:
    """A check that a text is one of a few."""
    words = tuple(allowed)
    known = frozenset(words)
    return lambda text: None if text in known else "one of " + ", ".join(words)


def listing(check: Callable[[str], str | None]) -> Callable[[str], str | None]:
    """A check of every part of a list that is joined by ``|``."""
    return lambda text: next(filter(None, map(check, split(text))), None)


def pattern(expression: str, allowed: str) -> Callable[[str], str | None]:
    """A check that a whole text fits a regular expression."""
    compiled = re.compile(expression)
    return lambda text: None if compiled.fullmatch(text) else allowed


def number(low: float, high: float, *, whole: bool = False) -> Callable[[str], str | None]:
    """A check that a text is a finite number of a range, both ends included."""
    allowed = f"a {'whole ' if whole else ''}number from {low:g} to {high:g}"

    def check(text: str) -> str | None:
        try:
            value = int(text) if whole else float(text)
        except ValueError:
            return allowed
        return None if low <= value <= high else allowed

    return check


def edtf_text(text: str) -> str | None:
    """A check that a text is an EDTF date, and that it does not end before it starts.

    The zone of the case is not known here: a text is refused only if it is wrong in every zone.
    """
    for zone in ("", "Etc/GMT-14", "Etc/GMT+12"):  # UTC, and the zones farthest from it
        with contextlib.suppress(DateError):
            Interval.parse(text, zone)
            return None
    return "a date such as 2017-08-30, 2017-08-30T14:00 or 2017-08-30/2017-09-03"


iso_codes = listing(pattern("[A-Z]{2}", "ISO 3166-1 codes such as SY, joined by |"))


def read_text(path: Path, name: str) -> tuple[str | None, list[Fault]]:
    """A file's text, decoded as UTF-8 (a byte order mark is allowed), or the fault."""
    try:
        data = path.read_bytes()
    except OSError as error:
        why = {FileNotFoundError: "missing file", IsADirectoryError: "a folder, no file"}
        problem = why.get(type(error), f"unreadable file ({error.strerror or error})")
        return None, [Fault(name, 0, "", "", problem, "a file of this name that can be read")]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        shown = data[max(0, error.start - 10) : error.end + 10].decode("latin-1")
        return None, [Fault(name, line, "", shown, "not UTF-8", "text encoded as UTF-8")]
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        return None, [Fault(name, line, "", "", "a NUL character", "text without NUL characters")]
    return text, []


def read_rows(
    folder: Path, table: Table, *, old_names: bool = True
) -> tuple[list[Row], list[Fault]]:
    """A table's rows and everything that is wrong with them.

    Parameters
    ----------
    folder
        Where the table's file is.
    table
        Its schema.
    old_names
        Whether columns may have the names of an older format. Rows have today's names; faults name
        the columns as the file does.

    Returns
    -------
    tuple of (list of Row, list of Fault)
        Rows that can be read are there even if some of their texts are at fault.
    """
    text, faults = read_text(folder / table.file, table.file)
    if text is None:
        return [], faults
    header, read = csv_rows(table.file, text)
    if isinstance(header, Fault):
        return [], [header]
    if wrong := header_fault(table.file, text, header, [c.name for c in table.columns]):
        return [], [wrong]
    old = table.old_names(header) if old_names else {}
    new = {name: column for column, name in old.items()}
    faults += _header_faults(table, [new.get(name, name) for name in header])
    rows: list[Row] = []
    for row in read:
        if isinstance(row, Fault):
            faults.append(row)
        elif new:
            values = {new.get(name, name): text for name, text in row.values.items()}
            rows.append(Row(row.line, values))
        else:
            rows.append(row)
    for row in rows:
        faults += [
            replace(one, column=old.get(one.column, one.column)) for one in row_faults(table, row)
        ]
    return rows, faults + _key_faults(table, rows)


def csv_rows(file: str, text: str) -> tuple[list[str] | Fault, Iterator[Row | Fault]]:
    """The header of a table, and its rows; or what is wrong with one of these.

    Parameters
    ----------
    file
        What the faults shall call it.
    text
        RFC 4180 CSV. Where that breaks off, its fault is the last.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)

    def broken(line: int, error: csv.Error) -> Fault:
        return Fault(file, line, "", "", f"broken CSV: {error}", "RFC 4180 CSV")

    try:
        header = next(reader, [])
    except csv.Error as error:
        return broken(1, error), iter(())

    def rows() -> Iterator[Row | Fault]:
        line = reader.line_num
        try:
            for values in reader:
                start, line = line + 1, reader.line_num
                if values and len(values) != len(header):
                    problem = f"{len(values)} fields in place of {len(header)}"
                    told = ",".join(values)[:80]
                    yield Fault(file, start, "", told, problem, "one for each column")
                elif values:
                    yield Row(start, dict(zip(header, values, strict=True)))
        except csv.Error as error:
            yield broken(line + 1, error)

    return header, rows()


def header_fault(file: str, text: str, header: Sequence[str], names: Iterable[str]) -> Fault | None:
    """What is wrong with a table as a whole, if nothing in it can be read.

    Parameters
    ----------
    file
        What the fault shall call it.
    text, header
        The text of the table, and the fields of its first line.
    names
        The columns that it should have.
    """
    wanted = "the columns " + ",".join(names)
    if not any(header):
        empty = "an empty first line" if text.strip() else "empty file"
        return Fault(file, 1 if text.strip() else 0, "", "", empty, wanted)
    words = {";": "semicolons", "\t": "tabs", "|": "|"}
    found = next((mark for mark in words if mark in header[0]), None)
    if len(header) == 1 and found:
        shown = header[0][:80]
        return Fault(file, 1, "", shown, f"separated by {words[found]}", f"by commas, {wanted}")
    return None


def lost(faults: Iterable[Fault]) -> list[Fault]:
    """Faults by which rows of a table are missing, cut, doubled or of unknown columns.

    Parameters
    ----------
    faults
        As `read_rows` gives them. What is wrong with a single text is none of these.
    """
    return [fault for fault in faults if fault.problem not in {EMPTY, BAD}]


def _header_faults(table: Table, header: Sequence[str]) -> list[Fault]:
    names = [column.name for column in table.columns]
    wanted = "the columns " + ",".join(names)
    faults = [
        Fault(table.file, 1, name, "", "missing column", wanted)
        for name in names
        if name not in header and name not in table.optional
    ]
    faults += [
        Fault(table.file, 1, name, name, "unknown column", wanted)
        for name in header
        if name not in names
    ]
    faults += [
        Fault(table.file, 1, name, name, "column named twice", wanted)
        for name in dict.fromkeys(header)
        if header.count(name) > 1
    ]
    return faults


def row_faults(table: Table, row: Row) -> list[Fault]:
    """What is wrong with the texts of one row."""
    faults = []
    for column in table.columns:
        text = row[column.name]
        if not text:
            if column.required and column.name in row.values:
                faults.append(
                    Fault(
                        table.file,
                        row.line,
                        column.name,
                        "",
                        EMPTY,
                        "a text, this column is needed",
                    )
                )
        elif allowed := column.check(text):
            faults.append(Fault(table.file, row.line, column.name, text, BAD, allowed))
    return faults


def _key_faults(table: Table, rows: Collection[Row]) -> list[Fault]:
    seen: dict[tuple[str, ...], int] = {}
    faults = []
    for row in rows:
        key = tuple(row[name] for name in table.key)
        if key in seen:
            faults.append(
                Fault(
                    table.file, row.line, ",".join(table.key), "|".join(key), "duplicate",
                    f"each only once; it stands in line {seen[key]} already",
                )
            )  # fmt: skip
        else:
            seen[key] = row.line
    return faults


def write_rows(folder: Path, table: Table, rows: Iterable[Mapping[str, str]]) -> Path:
    """Write a table whole or not at all.

    Parameters
    ----------
    folder
        Where its file shall stand.
    table
        Its schema: columns are written in its order.
    rows
        Texts by column; a missing one is written empty, and an optional column that is empty in
        every row is left out.

    Returns
    -------
    Path
        The file.
    """
    stream = io.StringIO(newline="")
    rows = list(rows)
    empty = {name for name in table.optional if not any(row.get(name) for row in rows)}
    names = [column.name for column in table.columns if column.name not in empty]
    writer = csv.DictWriter(stream, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: text for key, text in row.items() if key not in empty} for row in rows)
    path = folder / table.file
    with writing(path) as out:
        out.write(stream.getvalue().encode())
    return path
