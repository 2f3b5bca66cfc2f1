"""Convert rows of a case's tables to records and back, without loss.

Columns are declared with the records; see `convoy_geo.model.columns`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from convoy_geo.model import schema

if TYPE_CHECKING:
    from collections.abc import Iterable

    from convoy_geo.io.csv_tables import Row, Table
    from convoy_geo.model.claims import Claim, Report, ReportedRoute
    from convoy_geo.model.closures import Control
    from convoy_geo.model.places import Place, Spelling
    from convoy_geo.model.story import Chapter

__all__ = [
    "case_rows", "chapter", "claim", "claim_row", "control", "control_row", "place",
    "place_row", "report", "report_row", "route", "route_row", "spelling", "spelling_row",
]  # fmt: skip

Texts = dict[str, str]

report_row = schema.REPORTS.write
place_row = schema.PLACES.write
claim_row = schema.CLAIMS.write
route_row = schema.ROUTES.write
control_row = schema.CONTROLS.write


def report(row: Row, zone: str = "") -> Report:
    """A report from a valid row of reports.csv."""
    return schema.REPORTS.read(row.values, zone)


def spelling(row: Row) -> Spelling:
    """A spelling from a valid row of names.csv."""
    return schema.NAMES.read(row.values)


def spelling_row(place_id: str, record: Spelling) -> Texts:
    """A row of names.csv."""
    return {"place": place_id, **schema.NAMES.write(record)}


def place(row: Row, spellings: Iterable[Spelling] = ()) -> Place:
    """A place from a valid row of places.csv and its spellings."""
    return schema.PLACES.read(row.values, spellings=tuple(spellings))


def claim(row: Row, zone: str = "") -> Claim:
    """A claim from a valid row of claims.csv."""
    return schema.CLAIMS.read(row.values, zone)


def route(row: Row, zone: str = "") -> ReportedRoute:
    """A reported route from a valid row of routes.csv; legs without a mode go by road."""
    made = schema.ROUTES.read(row.values, zone)
    return made if made.leg_modes else replace(made, leg_modes=("road",) * (len(made.places) - 1))


def control(row: Row, zone: str = "") -> Control:
    """A record of road control from a valid row of controls.csv."""
    return schema.CONTROLS.read(row.values, zone)


def chapter(row: Row, zone: str = "") -> Chapter:
    """A chapter from a valid row of chapters.csv."""
    return schema.CHAPTERS.read(row.values, zone)


def case_rows(
    reports: Iterable[Report],
    places: Iterable[Place],
    claims: Iterable[Claim],
    routes: Iterable[ReportedRoute],
    controls: Iterable[Control] = (),
    chapters: Iterable[Chapter] = (),
) -> dict[Table, list[Texts]]:
    """The rows of all tables of a case, by table."""
    places = list(places)
    return {
        schema.REPORTS: list(map(report_row, reports)),
        schema.PLACES: list(map(place_row, places)),
        schema.NAMES: [spelling_row(p.id, name) for p in places for name in p.spellings],
        schema.CLAIMS: list(map(claim_row, claims)),
        schema.ROUTES: list(map(route_row, routes)),
        schema.CONTROLS: list(map(control_row, controls)),
        schema.CHAPTERS: list(map(schema.CHAPTERS.write, chapters)),
    }
