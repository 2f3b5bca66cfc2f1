"""Tables as CSV text: cells that every reader restores exactly, written atomically."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from convoy_geo.errors import CaseFileError, Fault
from convoy_geo.io.cells import FORMULA, guarded_row
from convoy_geo.io.files import writing
from convoy_geo.io.limits import limits

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from convoy_geo.io.csv_tables import Table

__all__ = ["cell_problem", "csv_line", "rows_text", "write_rows"]

_SURROGATE = re.compile("[\ud800-\udfff]")
_QUOTED = re.compile('[,"\r\n]')
_SPECIAL = re.compile(f'["\r\n\t{re.escape(FORMULA)}]')
"""Characters that may require quotes or a guard, apart from commas."""


SHORT = 1000
"""Characters allowed in every cell, whatever the limits; they are not checked one by one."""


def cell_problem(text: str) -> str:
    r"""Why a text cannot be a cell; empty if it can.

    Examples
    --------
    >>> cell_problem("a\rb"), cell_problem("a\0b")
    ('', 'a NUL character')
    """
    if "\0" in text:
        return "a NUL character"
    if len(text) > SHORT and len(text) > limits().cell_characters:
        return "a text over the limit cell_characters"
    if not text.isascii() and _SURROGATE.search(text):
        return "half a character (a lone surrogate)"
    return ""


def csv_line(cells: Sequence[str], end: str = "\n") -> str:
    r"""One line of a table, guarded against formulas; every text can be restored exactly.

    Python's own writer leaves a lone carriage return unquoted, and no reader then sees one line.

    Parameters
    ----------
    cells
        The texts; each must be free of `cell_problem`.
    end
        The end of the line.

    Examples
    --------
    >>> csv_line(["a", "b\rc", "=1"])
    'a,"b\rc",\'=1\n'
    """
    line = ",".join(cells)
    if line.count(",") > len(cells) - 1 or _SPECIAL.search(line):
        line = ",".join(
            f'"{cell.replace(chr(34), chr(34) * 2)}"' if _QUOTED.search(cell) else cell
            for cell in guarded_row(cells)
        )
    return (line or '""') + end


def rows_text(table: Table, rows: Iterable[Mapping[str, str]]) -> str:
    """The text of a table with these rows.

    Parameters
    ----------
    table
        Its schema, which gives the order of the columns.
    rows
        Texts by column; a missing one is written as an empty cell, and an optional column that is
        empty in every row is omitted.

    Raises
    ------
    CaseFileError
        If a text cannot be a cell.
    ValueError
        If a row has a column that the table does not have.
    """
    rows = list(rows)
    empty = {name for name in table.optional if not any(row.get(name) for row in rows)}
    names = [column.name for column in table.columns if column.name not in empty]
    known = {column.name for column in table.columns}
    lines = [csv_line(names)]
    for number, row in enumerate(rows, 2):
        if unknown := [name for name in row if name not in known]:
            msg = f"{table.file} has no column {', '.join(unknown)}"
            raise ValueError(msg)
        cells = [row.get(name, "") for name in names]
        for name, cell in zip(names, cells, strict=True):
            if problem := cell_problem(cell):
                fault = Fault(table.file, number, name, cell[:80], problem, "a text")
                raise CaseFileError([fault])
        lines.append(csv_line(cells))
    return "".join(lines)


def write_rows(folder: Path, table: Table, rows: Iterable[Mapping[str, str]]) -> Path:
    """Write a table, atomically.

    Parameters
    ----------
    folder
        The folder of the file.
    table, rows
        As for `rows_text`.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    CaseFileError
        If a text cannot be a cell.
    ValueError
        If a row has a column that the table does not have: nothing is dropped silently.
    """
    path = folder / table.file
    text = rows_text(table, rows)
    with writing(path) as out:
        out.write(text.encode())
    return path
