"""Read features from an Excel table (.xlsx): its first non-empty sheet, with openpyxl."""

from __future__ import annotations

import io
import warnings
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from convoy_geo.errors import Fault, MissingExtraError
from convoy_geo.io.csv_tables import Row
from convoy_geo.io.found import FoundFile
from convoy_geo.io.limits import limits
from convoy_geo.io.read_features_csv import table_features
from convoy_geo.io.sniff import read_bytes
from convoy_geo.io.zip_files import unpack

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = ["read_excel"]

MOST_COLUMNS = 1000


def read_excel(
    path: Path, *, columns: Mapping[str, str] | None = None, crs: str = "", names: bool = False
) -> FoundFile:
    """The rows of an Excel table as features.

    Parameters
    ----------
    path, columns, crs, names
        As for `convoy_geo.io.read_features_csv.read_features_csv`.

    Raises
    ------
    ExchangeFileError
        If the file as a whole is unreadable.
    MissingExtraError
        If openpyxl is not installed.
    """
    try:
        from openpyxl import load_workbook  # type: ignore[import-untyped]  # noqa: PLC0415
    except ImportError as error:
        what = "reading Excel tables"
        raise MissingExtraError(what, "files") from error
    result = FoundFile(path.name)
    data = read_bytes(path, path.name)
    unpack(data, path.name, wanted=lambda _name: True)  # enforces the size limits
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns about styles that it drops
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheets = [(sheet.title, list(_cells(sheet))) for sheet in book.worksheets]
        book.close()
    filled = [(title, rows) for title, rows in sheets if rows]
    if not filled:
        result.refuse("an empty table", "a first row with the names of the columns")
    title, ((line, header), *rows) = filled[0]
    if len(filled) > 1:
        others = ", ".join(repr(other) for other, _ in filled[1:])
        problem = f"only sheet {title!r} was read, not {others}"
        result.repaired.append(Fault(path.name, 0, "sheet", "", problem, "one sheet"))
    while header and not header[-1]:
        header.pop()
    twice = next((name for at, name in enumerate(header) if name and name in header[:at]), "")
    if twice:
        result.refuse("named twice", "each column once", line=line, column=twice)
    made = (
        Row(at, dict(zip(header, _wide(cells, len(header)), strict=True))) for at, cells in rows
    )
    return table_features(result, header, made, columns=columns, crs=crs, names=names)


def _wide(cells: list[str], width: int) -> list[str]:
    return (cells + [""] * width)[:width]


def _cells(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    """Non-empty rows, with their numbers."""
    blank: Any = None  # one tuple is reused for all rows of a gap, which may be a million
    for number, cells in enumerate(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS), 1):
        if number > limits().rows + 1:
            break
        if cells is blank:
            continue
        texts = [_text(value) for value in cells]
        if any(texts):
            yield number, texts
        else:
            blank = cells


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() else repr(value)
    return str(value).strip()
