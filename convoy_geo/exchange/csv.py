"""CSV for spreadsheets: one row a feature, and no cell that a spreadsheet would run as a formula.

A text that starts with one of = + - @ or a tab or line end is a formula, or the start of one, to
Excel, LibreOffice and Google Sheets (OWASP, "CSV Injection"). It gets an apostrophe before it, and
so does a text that starts with apostrophes and then one of these, so that taking one away gives
every text back as it was. Numbers are written as numbers.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from convoy_geo.exchange.feature_tables import Feature

__all__ = ["cell", "columns_of", "csv_text", "guarded", "joined", "row_of", "unguarded"]

FORMULA = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
"""First letters of formulas, also in full width, which some settings of Excel take for the same."""
_GUARDED = re.compile(f"'*[{re.escape(FORMULA)}]")
_MARKED = re.compile(f"'+[{re.escape(FORMULA)}]")


def guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula.

    Examples
    --------
    >>> guarded("=1+1"), guarded("'=1"), guarded("Abu Kamal"), guarded("'Anah")
    ("'=1+1", "''=1", 'Abu Kamal', "'Anah")
    """
    return f"'{text}" if _GUARDED.match(text) else text


def unguarded(text: str) -> str:
    """The text that `guarded` was given.

    Examples
    --------
    >>> unguarded(guarded("=1+1")), unguarded("'Anah")
    ('=1+1', "'Anah")
    """
    return text[1:] if _MARKED.match(text) else text


def joined(value: Any) -> Any:
    """A list as one text, its parts joined by ``|``; anything else as it is."""
    return "|".join(map(str, value)) if isinstance(value, list) else value


def cell(value: Any) -> str:
    """A value as a cell: a number as a number, a text guarded, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, float | int):
        return repr(value)
    return guarded(str(joined(value)))


def columns_of(features: Iterable[Feature]) -> list[str]:
    """Names of any of the features' columns, in the order in which they turn up."""
    names = dict.fromkeys(name for feature in features for name in feature.properties)
    return list(dict.fromkeys(["id", "title", *names]))


def row_of(feature: Feature) -> dict[str, Any]:
    """A feature's values by column; what stands in the case under that name goes first."""
    return {"id": feature.id, "title": feature.title, **feature.properties}


def csv_text(features: Sequence[Feature]) -> str:
    """A table of features, their geometry as well-known text in the last column.

    It starts with a byte order mark, without which Excel garbles Arabic.
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")  # RFC 4180
    names = columns_of(features)
    writer.writerow(["layer", *names, "wkt"])
    for feature in features:
        row = row_of(feature)
        geometry = "" if feature.geometry is None else feature.geometry.wkt
        writer.writerow([feature.layer, *(cell(row.get(name)) for name in names), geometry])
    return f"\ufeff{stream.getvalue()}"
