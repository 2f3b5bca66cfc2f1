"""Ids and names of texts that a case uses anywhere, so that none is given to something else.

A row can be taken out of its table while others still name it. Were its id given to a new report or
place, old claims would hang on the new one.
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
"""By table the columns that name reports, and those that name places."""
WORDS = re.compile(r"[\w.-]+")
AREA_PLACES = re.compile(r'"place"\s*:\s*"([^"]*)"')


class Taken:
    """What is taken in a case.

    Parameters
    ----------
    folder
        The case's folder.
    there
        The rows of those tables that are read already, by file.

    Raises
    ------
    CaseFileError
        If the claims or the routes have rows that cannot be read, so that what they name is not
        known.
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
                # each word of a cell: one too many taken costs nothing
                ids.update(w for row in rows.get(file, ()) for n in names for w in words(row[n]))
        outlines = folder / AREAS_FILE
        if outlines.exists():
            data = read_bytes(outlines, AREAS_FILE, inside=folder)
            text = data.decode(errors="replace")
            self.places.update(AREA_PLACES.findall(text))
        self.texts = {text_name(row): row["report"] for row in rows["reports.csv"]}

    def free_report(self, *, unnamed: bool = False) -> str:
        """A new id for a report, and takes it.

        Parameters
        ----------
        unnamed
            Whether its text has no name of its own: then that of its id is not one's already.
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
        """The id, with a number where something has it, and takes it."""
        ids = (base if number == 1 else f"{base}_{number}" for number in count(1))
        key = next(key for key in ids if key not in self.places)
        self.places.add(key)
        return key


def words(cell: str) -> list[str]:
    """Every run of letters that an id can be."""
    return WORDS.findall(cell)
