"""Lists of places and tables of features as CSV, such as we write and such as others make."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from convoy_geo.errors import ExchangeFileError, Fault
from convoy_geo.io.cells import unguarded
from convoy_geo.io.csv_tables import csv_rows, header_fault, read_text
from convoy_geo.io.found import Found, FoundFile
from convoy_geo.io.shapes import shape_from_wkt

if TYPE_CHECKING:
    from pathlib import Path

    from convoy_geo.io.csv_tables import Row

__all__ = ["LAT_COLUMNS", "LON_COLUMNS", "NAME_COLUMNS", "read_features_csv"]

NAME_COLUMNS = ("name", "Name", "NAME", "title", "Title", "label")
LON_COLUMNS, LAT_COLUMNS = ("lon", "lng", "longitude", "x"), ("lat", "latitude", "y")
"""What others call the columns of a list of places."""


def read_features_csv(path: Path) -> FoundFile:
    """The rows of a table.

    Raises
    ------
    ExchangeFileError
        If the file as a whole cannot be read.
    """
    result = FoundFile(path.name)
    text, faults = read_text(path, path.name)
    if text is None:
        raise ExchangeFileError(faults)
    header, rows = csv_rows(path.name, text, short=True)
    wrong = header if isinstance(header, Fault) else _no_table(path.name, text, header)
    if wrong:
        raise ExchangeFileError([wrong])
    for read in rows:
        if isinstance(read, Fault):
            result.faults.append(read)
        else:
            result.one(lambda row=read: _feature(row, result))  # type: ignore[misc]
    return result


def _feature(read: Row, result: FoundFile) -> Found:
    row = {name: unguarded(cell) for name, cell in read.values.items()}
    layer, text = row.pop("layer", ""), row.pop("wkt", "")
    shape = None
    if text:
        shape = result.shape(
            lambda: shape_from_wkt(text),
            line=read.line, column="wkt", text=text, allowed="well-known text",
        )  # fmt: skip
    return Found("", read.line, layer, row, shape)


def _no_table(name: str, text: str, header: list[str]) -> Fault | None:
    """What is wrong with a table out of which nothing could be read, whatever its rows are."""
    if wrong := header_fault(name, text, header, ("name", "lon", "lat")):
        return wrong
    twice = [one for one, times in Counter(header).items() if one and times > 1]
    if twice:
        places = ", ".join(f"{column} (columns {_numbers(header, column)})" for column in twice)
        return Fault(name, 1, places, "", "named twice", "each column once")
    told = {"layer", "wkt"} & set(header)
    placed = all(set(header) & set(columns) for columns in (LON_COLUMNS, LAT_COLUMNS))
    named = any(column in header for column in NAME_COLUMNS)
    if told or (placed and named):
        return None
    allowed = "name, lon and lat, or the columns that `convoy-geo export` writes"
    return Fault(name, 1, "", ",".join(header)[:80], "no columns of places", allowed)


def _numbers(header: list[str], column: str) -> str:
    return " and ".join(str(at) for at, name in enumerate(header, 1) if name == column)
