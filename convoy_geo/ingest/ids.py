"""Ids and text names used anywhere in a case, so that none is assigned twice.

A row can be removed from its table while others still refer to it. If its id were assigned to a new
report or place, old claims would refer to the new one.
"""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING

from convoy_geo.casefiles.files import AREAS_FILE
from convoy_geo.casefiles.spans import text_name
from convoy_geo.errors import CaseFileError
from convoy_geo.io.csv_tables import lost, read_rows
from convoy_geo.io.sniff import read_bytes
from convoy_geo.model import schema
from convoy_geo.model.defaults import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from convoy_geo.io.csv_tables import Row

__all__ = ["Taken"]

USES = {
    "reports.csv": (("report", "rests_on"), ()),
    "places.csv": ((), ("place",)),
    "names.csv": (("reports",), ("place",)),
    "mentions.csv": (("report",), ("place",)),
    "claims.csv": (("report",), ("places", "where")),
    "routes.csv": ((), ("places", "outside")),
}
"""By table, the columns that refer to reports, and those that refer to places."""
WORDS = re.compile(r"[\w.-]+")
AREA_PLACES = re.compile(r'"place"\s*:\s*"([^"]*)"')


class Taken:
    """The ids used in a case.

    Parameters
    ----------
    folder
        The case's folder.
    there
        The rows of tables that have already been read, by file.

    Raises
    ------
    CaseFileError
        If the claims or the routes have unreadable rows, so that their references are unknown.
    """

    def __init__(self, folder: Path, there: Mapping[str, Sequence[Row]]) -> None:
        rows = dict(there)
        for table in (schema.CLAIMS, schema.ROUTES):
            if (folder / table.file).exists():
                rows[table.file], faults = read_rows(
                    folder, table, defaults=DEFAULTS.get(table.file)
                )
                if wrong := lost(faults):
                    raise CaseFileError(wrong)
        self.reports: set[str] = set()
        self.places: set[str] = set()
        for file, columns in USES.items():
            for ids, names in zip((self.reports, self.places), columns, strict=True):
                # each word of a cell: reserving too many is harmless
                ids.update(w for row in rows.get(file, ()) for n in names for w in words(row[n]))
        outlines = folder / AREAS_FILE
        if outlines.exists():
            data = read_bytes(outlines, AREAS_FILE, inside=folder)
            text = data.decode(errors="replace")
            self.places.update(AREA_PLACES.findall(text))
        self.texts = {text_name(row): row["report"] for row in rows["reports.csv"]}

    def free_report(self, *, unnamed: bool = False) -> str:
        """Reserve and return a new id for a report.

        Parameters
        ----------
        unnamed
            Whether its text has no explicit name: then the name derived from the id must be free
            too.
        """
        ids = (f"R{number}" for number in count())
        key = next(
            key
            for key in ids
            if key not in self.reports and not (unnamed and f"{key}.txt" in self.texts)
        )
        self.reports.add(key)
        return key

    def free_place(self, base: str) -> str:
        """Reserve and return the id, with a number if it is already used."""
        ids = (base if number == 1 else f"{base}_{number}" for number in count(1))
        key = next(key for key in ids if key not in self.places)
        self.places.add(key)
        return key


def words(cell: str) -> list[str]:
    """Every sequence of characters that can be an id."""
    return WORDS.findall(cell)
