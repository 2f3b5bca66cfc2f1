"""Speeds on roads by class and surface: the bundled table, or a network's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from convoy_geo.errors import CaseFileError, Fault
from convoy_geo.io import cell_checks, csv_tables, files
from convoy_geo.io.csv_tables import Column, Table
from convoy_geo.network.osm_tags import CLASSES
from convoy_geo.network.schema import KMH, SURFACES

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    import pandas as pd

__all__ = ["SPEEDS", "read_speeds", "speed_frame", "speed_rows"]

SPEEDS = Table("speeds.csv", ("class", "surface"), (
    Column("class", cell_checks.one_of(CLASSES), required=True),
    Column("surface", cell_checks.one_of(SURFACES), required=True),
    Column("kmh_low", cell_checks.number(1, 200), required=True),
    Column("kmh", cell_checks.number(1, 200), required=True),
    Column("kmh_high", cell_checks.number(1, 200), required=True),
    Column("source", required=True),
))  # fmt: skip


def read_speeds(folder: str | os.PathLike[str] | None = None) -> pd.DataFrame:
    """Read the table of speeds in a folder, or the one bundled with convoy_geo.

    Parameters
    ----------
    folder
        A folder with a speeds.csv.

    Returns
    -------
    DataFrame
        Columns kmh_low, kmh, kmh_high; one row for each (class, surface).

    Raises
    ------
    CaseFileError
        If it has validation errors.

    Examples
    --------
    >>> read_speeds().loc[("trunk", "paved")].tolist()
    [26.0, 65.0, 85.0]
    """
    rows, faults = speed_rows(files.geodata("roads") if folder is None else Path(folder))
    if faults:
        raise CaseFileError(sorted(faults))
    return speed_frame(rows)


def speed_rows(folder: Path) -> tuple[list[csv_tables.Row], list[Fault]]:
    """The rows of a folder's speeds.csv, and their validation errors."""
    rows, faults = csv_tables.read_rows(folder, SPEEDS)
    return rows, faults + [fault for row in rows for fault in _speed_order(row)]


def _speed_order(row: csv_tables.Row) -> list[Fault]:
    texts = [row[column] for column in KMH]
    try:
        low, typical, high = map(float, texts)
    except ValueError:
        return []  # already reported
    if low <= typical <= high:
        return []
    allowed = "kmh_low <= kmh <= kmh_high"
    return [Fault(SPEEDS.file, row.line, "kmh", ",".join(texts), "out of order", allowed)]


def speed_frame(rows: Sequence[csv_tables.Row]) -> pd.DataFrame:
    """The rows as a table: kmh_low, kmh, kmh_high by (class, surface)."""
    import pandas as pd

    return pd.DataFrame(
        [[float(row[column]) for column in KMH] for row in rows],
        index=pd.MultiIndex.from_tuples(
            [(row["class"], row["surface"]) for row in rows], names=["class", "surface"]
        ),
        columns=list(KMH),
    )
