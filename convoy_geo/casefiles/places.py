"""Read only the places of a case, in milliseconds, for look-ups that need nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convoy_geo.casefiles import rows
from convoy_geo.casefiles.locate import case_folder
from convoy_geo.casefiles.locking import consistently
from convoy_geo.errors import CaseFileError
from convoy_geo.io.csv_tables import read_rows
from convoy_geo.model import schema
from convoy_geo.model.defaults import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from convoy_geo.errors import Fault
    from convoy_geo.io.csv_tables import Row, Table
    from convoy_geo.model.places import Place, Spelling

__all__ = ["places_of", "read_places"]


def read_places(name: str | Path) -> tuple[Place, ...]:
    """The places of a case with their spellings, regardless of its other tables.

    Parameters
    ----------
    name
        See `convoy_geo.casefiles.locate.case_folder`.

    Raises
    ------
    CaseNotFoundError
        If there is no such case.
    CaseFileError
        If places.csv or names.csv has validation errors.

    Examples
    --------
    >>> len(read_places("convoy-2017"))
    50
    """
    folder = case_folder(name)
    (places, faults), (names, more) = consistently(
        folder, lambda: (_rows(folder, schema.PLACES), _rows(folder, schema.NAMES))
    )
    if faults or more:
        raise CaseFileError(sorted({*faults, *more}))
    return places_of(places, names)


def _rows(folder: Path, table: Table) -> tuple[list[Row], list[Fault]]:
    if not (folder / table.file).exists():
        return [], []
    return read_rows(folder, table, defaults=DEFAULTS[table.file])


def places_of(places: Iterable[Row], names: Iterable[Row]) -> tuple[Place, ...]:
    """Places from valid rows of places.csv and names.csv."""
    spellings: dict[str, list[Spelling]] = {}
    for row in names:
        spellings.setdefault(row["place"], []).append(rows.spelling(row))
    return tuple(rows.place(row, spellings.get(row["place"], ())) for row in places)
