"""Defaults of the columns that a case's tables may lack."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from convoy_geo.io.csv_tables import Default

__all__ = ["DEFAULTS", "NOT_STATED", "key_of"]

NOT_STATED = "not_stated"
"""The report of claims that do not name one."""

SCRIPTS = {"ARABIC": "Arab", "CYRILLIC": "Cyrl", "GREEK": "Grek", "HEBREW": "Hebr", "LATIN": "Latn"}


def key_of(name: str, otherwise: str) -> str:
    """Build a key from a name; letters of any script are kept.

    Examples
    --------
    >>> key_of("Puerto Montt (old)", "place_1"), key_of("...", "place_1")
    ('puerto_montt_old', 'place_1')
    """
    return re.sub(r"[^\w.-]+", "_", name.strip().lower()).strip("_.")[:80] or otherwise


def _script(row: Mapping[str, str], _number: int) -> str:
    """The script of a name, from its first letter; Zyyy (undetermined) if not recognised."""
    letter = next(filter(str.isalpha, row.get("name", "")), "")
    named = unicodedata.name(letter, "").split(" ")[0] if letter else ""
    return SCRIPTS.get(named, "Zyyy")


def _shape(row: Mapping[str, str], _number: int) -> str:
    return "point" if row.get("lon") or row.get("lat") else "unmapped"


def _title(row: Mapping[str, str], _number: int) -> str:
    return row.get("places", "").replace("|", " to ").replace("_", " ")


DEFAULTS: dict[str, dict[str, Default]] = {
    "reports.csv": {
        "report": lambda _row, number: f"R{number}",
        "publisher": "not stated",
        "title": lambda row, _number: row.get("url") or row.get("report", ""),
        "published": "",
    },
    "places.csv": {
        "place": lambda row, number: key_of(row.get("name", ""), f"place_{number}"),
        "name": lambda row, _number: row.get("place", ""),
        "kind": "site",
        "shape": _shape,
        "role": "mentioned",
    },
    "names.csv": {"language": "und", "script": _script, "use": "alternate"},
    "claims.csv": {
        "claim": lambda _row, number: f"C{number}",
        "report": NOT_STATED,
        "topic": "event",
        "side": "reporter",
        "claimant": "not stated",
        "status": "asserted",
    },
    "routes.csv": {
        "route": lambda _row, number: f"W{number}",
        "title": _title,
        "status": "asserted",
        "course": "assumed",
    },
}
"""By file and column: a text, or a function of the rest of a row and its number."""
