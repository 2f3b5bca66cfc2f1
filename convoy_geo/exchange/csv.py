"""CSV for spreadsheets: one row per feature, with every text guarded against formulas."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from convoy_geo.io.cells import guarded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from convoy_geo.exchange.feature_tables import ExportedFeature

__all__ = ["cell", "columns_of", "csv_text", "joined", "row_of"]


def joined(value: Any) -> Any:
    """A list as one text with parts joined by ``|``; other values unchanged."""
    return "|".join(map(str, value)) if isinstance(value, list) else value


def cell(value: Any) -> str:
    """A value as a cell: numbers unchanged, texts guarded, None as empty."""
    if value is None:
        return ""
    if isinstance(value, float | int):
        return repr(value)
    return guarded(str(joined(value)))


def columns_of(features: Iterable[ExportedFeature]) -> list[str]:
    """Names of the columns that any feature has, in order of first appearance."""
    names = dict.fromkeys(name for feature in features for name in feature.properties)
    return list(dict.fromkeys(["id", "title", *names]))


def row_of(feature: ExportedFeature) -> dict[str, Any]:
    """A feature's values by column; values of the case take precedence."""
    return {"id": feature.id, "title": feature.title, **feature.properties}


def csv_text(features: Sequence[ExportedFeature]) -> str:
    """A table of features, with the geometry as well-known text in the last column.

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
