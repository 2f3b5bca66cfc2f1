"""CSV tables with a schema: reading reports every error at once, writing is atomic."""

from __future__ import annotations

import csv
import io
import threading
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from convoy_geo.errors import ExchangeFileError, Fault
from convoy_geo.io.cell_checks import anything, split
from convoy_geo.io.cells import unguarded
from convoy_geo.io.limits import limits
from convoy_geo.io.sniff import read_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    Default = str | Callable[[Mapping[str, str], int], str]
    """The default of a column that a file lacks: a text, or a function of a row and its number."""

__all__ = [
    "Column", "Row", "Table", "csv_rows", "header_fault", "lost", "read_rows", "read_text",
    "row_faults",
]  # fmt: skip

EMPTY, BAD = "empty", "bad value"
"""Errors in single texts: the row is read anyway."""


@dataclass(frozen=True)
class Column:
    """A column of a table: its name, its valid texts, and whether it may be empty.

    An optional column may be missing altogether, so that older files can still be read; it is
    written only if some row fills it. A file of an older format may have the column under its old
    name.
    """

    name: str
    check: Callable[[str], str | None] = anything
    required: bool = False
    optional: bool = False
    old_name: str = ""


@dataclass(frozen=True)
class Table:
    """A table of a case: its file, its columns, and the columns of a row's key."""

    file: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def optional(self) -> frozenset[str]:
        """Names of the columns that a file may omit."""
        return frozenset(column.name for column in self.columns if column.optional)

    @cached_property
    def names(self) -> tuple[tuple[str, str], ...]:
        """Columns, each with its old name, or once more its own."""
        return tuple((column.name, column.old_name or column.name) for column in self.columns)

    @cached_property
    def checked(self) -> tuple[Column, ...]:
        """Columns in which not every text may stand."""
        return tuple(one for one in self.columns if one.required or one.check is not anything)

    def old_names(self, header: Iterable[str]) -> dict[str, str]:
        """Columns that a header has only under an old name: old name by current name."""
        there = frozenset(header)
        return {
            column.name: column.old_name
            for column in self.columns
            if column.old_name in there and column.name not in there
        }


@dataclass(frozen=True)
class Row:
    """One row: its first line (1-based), and its texts by column."""

    line: int
    values: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")

    def items(self, column: str) -> tuple[str, ...]:
        """The parts of a list separated by ``|``."""
        return split(self[column])


def read_text(
    path: Path, name: str, *, inside: Path | None = None
) -> tuple[str | None, list[Fault]]:
    """A file's text, decoded as UTF-8 (a byte order mark is allowed), or an error.

    Parameters
    ----------
    path, name
        The file, and its name in errors.
    inside
        A folder that must contain it after symbolic links are resolved.
    """
    try:
        data = read_bytes(path, name, inside=inside)
    except ExchangeFileError as error:
        return None, list(error.faults)
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
    folder: Path,
    table: Table,
    *,
    old_names: bool = True,
    text: str | None = None,
    defaults: Mapping[str, Default] | None = None,
    assumed: list[Fault] | None = None,
) -> tuple[list[Row], list[Fault]]:
    """A table's rows, and all validation errors.

    Parameters
    ----------
    folder
        The folder of the table's file.
    table
        Its schema.
    old_names
        Whether columns may have the names of an older format. Rows use the current names; errors
        use the names in the file.
    text
        The content of the file; by default it is read from disk.
    defaults
        Defaults of columns that the file may lack, by name: a text, or a function of the rest of a
        row and its number. If given, any column that may be empty may also be missing.
    assumed
        Receives a note of each missing column and the default used for it.

    Returns
    -------
    tuple of (list of Row, list of Fault)
        Readable rows are included even if some of their texts have errors.
    """
    faults: list[Fault] = []
    if text is None:
        text, faults = read_text(folder / table.file, table.file, inside=folder)
        if text is None:
            return [], faults
    text = text.removeprefix("\ufeff")
    header, read = csv_rows(table.file, text)
    if isinstance(header, Fault):
        return [], [header]
    if wrong := header_fault(table.file, text, header, [c.name for c in table.columns]):
        return [], [wrong]
    old = table.old_names(header) if old_names else {}
    new = {name: column for column, name in old.items()}
    named = [new.get(name, name) for name in header]
    faults += _header_faults(table, named, defaults)
    faults += [row for row in read if isinstance(row, Fault)]
    rows = [row for row in read if not isinstance(row, Fault)]
    if new or "'" in text:  # otherwise no cell is guarded
        rows = [_renamed(row, new) for row in rows]
    if defaults is not None:
        lacking = {name: how for name, how in defaults.items() if name not in named}
        rows = _filled(table, rows, lacking)
        notes = assumed if assumed is not None else []
        for name, how in lacking.items() if rows else ():
            told = "made of the other columns" if callable(how) else repr(how) if how else "nothing"
            problem = f"no such column, assumed: {told}"
            notes.append(Fault(table.file, 1, name, "", problem, ""))
    for row in _wrong_rows(table, rows):
        faults += [
            replace(one, column=old.get(one.column, one.column)) for one in row_faults(table, row)
        ]
    return rows, faults + _key_faults(table, rows)


def _renamed(row: Row, new: Mapping[str, str]) -> Row:
    """A row with the current column names and unguarded texts."""
    return Row(
        row.line, {new.get(name, name): unguarded(text) for name, text in row.values.items()}
    )


def _wrong_rows(table: Table, rows: Sequence[Row]) -> list[Row]:
    """The rows that have an error, in order. Each distinct text of a column is checked once."""
    wrong: set[int] = set()
    for column in table.checked:
        if not rows or column.name not in rows[0].values:  # all rows have the same columns
            continue
        texts = [row.values[column.name] for row in rows]
        bad = {text for text in set(texts) if text and column.check(text)}
        if column.required:
            bad.add("")
        if not bad.isdisjoint(texts):
            wrong.update(at for at, text in enumerate(texts) if text in bad)
    return [rows[at] for at in sorted(wrong)]


def _filled(table: Table, rows: Iterable[Row], lacking: Mapping[str, Default]) -> list[Row]:
    """Rows completed with the columns that the file lacks; generated keys are unique."""
    if not lacking:
        return list(rows)
    used: set[str] = set()
    filled: list[Row] = []
    plain = {name: how for name, how in lacking.items()
             if isinstance(how, str) and table.key != (name,)}  # fmt: skip
    made = {name: how for name, how in lacking.items() if name not in plain}
    for number, row in enumerate(rows, 1):
        values = {**row.values, **plain}
        for name, how in made.items():
            text = how(values, number) if callable(how) else how
            values[name] = _unused(text, used) if table.key == (name,) else text
        filled.append(Row(row.line, values))
    return filled


def _unused(text: str, used: set[str]) -> str:
    """A key that no row has: with a number appended if needed."""
    key, number = text, 1
    while key in used:
        number += 1
        key = f"{text}_{number}"
    used.add(key)
    return key


_csv_lock = threading.Lock()
SHAPES = "wkt"
"""The column of shapes, which may exceed the text limit; their vertices are counted."""


def csv_rows(
    file: str, text: str, *, short: bool = False
) -> tuple[list[str] | Fault, list[Row | Fault]]:
    """The header and the rows of a table; an error in place of a bad row.

    Parameters
    ----------
    file
        Name of the file in errors.
    text
        RFC 4180 CSV. If it breaks off, the last item is that error.
    short
        Whether a row may omit empty cells at its end, as spreadsheets do.
    """
    most = limits()
    large = len(text) > most.cell_characters
    rows: list[Row | Fault] = []
    header: list[str] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 0
    with _csv_lock:
        before = csv.field_size_limit(most.file_bytes)  # cells are checked one by one
        try:
            header = next(reader, [])
            line = reader.line_num
            for values in reader:
                start, line = line + 1, reader.line_num
                if len(rows) == most.rows:
                    rows.append(Fault(file, start, "", "", *_over(most.rows, "rows")))
                    break
                if short and values and len(values) < len(header):
                    values.extend([""] * (len(header) - len(values)))
                if values and len(values) != len(header):
                    problem = f"{len(values)} fields in place of {len(header)}"
                    told = ",".join(values)[:80]
                    rows.append(Fault(file, start, "", told, problem, "one for each column"))
                elif values:
                    row = dict(zip(header, values, strict=True))
                    # most tables are smaller than the limit for one cell
                    over = large and _too_large(row, most.cell_characters)
                    rows.append(
                        Row(start, row)
                        if not over
                        else Fault(
                            file, start, over, "", *_over(most.cell_characters, "cell_characters")
                        )
                    )
        except csv.Error as error:
            broken = Fault(file, line + 1, "", "", f"broken CSV: {error}", "RFC 4180 CSV")
            if not line:
                return broken, []
            rows.append(broken)
        finally:
            csv.field_size_limit(before)
    if len(header) > most.columns:
        return Fault(file, 1, "", "", *_over(most.columns, "columns")), []
    return header, rows


def _too_large(row: Mapping[str, str], most: int) -> str:
    """The column of the first cell that is too long, if any; shapes are exempt."""
    if max(map(len, row.values())) <= most:
        return ""
    return next((name for name in row if len(row[name]) > most and name != SHAPES), "")


def _over(most: int, name: str) -> tuple[str, str]:
    return f"more than the limit {name}", f"at most {most:,}"


def header_fault(file: str, text: str, header: Sequence[str], names: Iterable[str]) -> Fault | None:
    """The error that makes a whole table unreadable, if there is one.

    Parameters
    ----------
    file
        Name of the file in errors.
    text, header
        The text of the table, and the fields of its first line.
    names
        The expected columns.
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
    """Errors that make rows unreadable (missing, truncated, duplicate, unknown columns).

    Parameters
    ----------
    faults
        As returned by `read_rows`. Errors in single texts are not included.
    """
    return [fault for fault in faults if fault.problem not in {EMPTY, BAD}]


def _header_faults(
    table: Table, header: Sequence[str], defaults: Mapping[str, Default] | None
) -> list[Fault]:
    names = [column.name for column in table.columns]
    wanted = "the columns " + ",".join(names)
    faults = [
        Fault(table.file, 1, column.name, "", "missing column", wanted)
        for column in table.columns
        if column.name not in header
        and not column.optional
        and (defaults is None or (column.required and column.name not in defaults))
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
    """The errors in the texts of one row."""
    faults = []
    values = row.values
    for column in table.checked:
        text = values.get(column.name, "")
        if not text:
            if column.required and column.name in values:
                faults.append(
                    Fault(
                        table.file,
                        row.line,
                        column.name,
                        "",
                        EMPTY,
                        "a text, this column is required",
                    )
                )
        elif allowed := column.check(text):
            faults.append(Fault(table.file, row.line, column.name, text, BAD, allowed))
    return faults


def _key_faults(table: Table, rows: Collection[Row]) -> list[Fault]:
    seen: dict[tuple[str, ...], int] = {}
    faults = []
    for row in rows:
        values = row.values
        key = tuple([values.get(name, "") for name in table.key])
        if key in seen:
            faults.append(
                Fault(
                    table.file, row.line, ",".join(table.key), "|".join(key), "duplicate",
                    f"each only once; it is already in line {seen[key]}",
                )
            )  # fmt: skip
        else:
            seen[key] = row.line
    return faults
