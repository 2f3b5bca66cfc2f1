"""The tables of a case, built from the columns that the records declare.

The order of columns in a file never changes; a column added to a record comes last.
"""

from __future__ import annotations

from typing import Any

from convoy_geo.model.claims import Claim, Report, ReportedRoute
from convoy_geo.model.closures import Closure, Control
from convoy_geo.model.columns import (
    ID,
    OFFSET,
    Declared,
    RecordColumn,
    RecordTable,
    measure,
    table_of,
    text_of,
)
from convoy_geo.model.places import Place, Spelling
from convoy_geo.model.story import Chapter

__all__ = [
    "CHAPTERS", "CLAIMS", "CLOSURES", "CONTROLS", "EVERY", "MENTIONS", "NAMES", "PLACES", "REPORTS",
    "ROUTES", "TABLES",
]  # fmt: skip

REPORTS = table_of(
    Report,
    "reports.csv",
    ("report",),
    order="report file publisher original_publisher title authors published published_basis "
    "date_order dateline language url url_basis characters body_start body_end sha256 note",
    about="""\
One published text per row. The text itself is not included: `characters` and `sha256` say which one
was read, and `convoy-geo check FOLDER --reports TEXTS` checks the claims against it.""",
)

PLACES = table_of(
    Place,
    "places.csv",
    ("place",),
    order="place name arabic_name kind country lon lat radius_km shape road_node role geonames "
    "wikidata coordinate_source note",
    about="""\
One place per row. A country or a control zone is a place too; it has the shape `unmapped`.""",
)

NAMES = table_of(
    Spelling,
    "names.csv",
    ("place", "name"),
    before=(RecordColumn.of("", Declared("Id of the place.", ID, name="place", required=True)),),
    about="One spelling of a place per row.",
)

CLAIMS = table_of(
    Claim,
    "claims.csv",
    ("claim",),
    order="claim report topic side claimant claimant_role tellers attribution places happened said "
    "date_text date_basis low high unit unit_note qualifier state status summary span_start "
    "span_end span_sha1 dispute note",
    about="""\
One atomic statement per row: who says it, through whom, what, where, when, how many, how certain,
and where its sentence is in the report: `convoy-geo span REPORT WORDS` prints all three columns of
the span. The grades are judgements of the case's editor; leave them empty rather than guess.
Positions of different groups are never compared with each other.""",
)

ROUTES = table_of(
    ReportedRoute,
    "routes.csv",
    ("route",),
    order="route title side status day places leg_modes course outside outside_source claims note",
    about="""\
One reported route per row. A leg with an unknown path is drawn as a labelled straight link.""",
)

CONTROLS = table_of(
    Control,
    "controls.csv",
    ("control",),
    order="control name holder status held edges closed_to claims source from_outside note",
    about="May be left out: who controlled which stretch of road, when, by which source.",
)

CLOSURES = table_of(
    Closure,
    "closures.geojson",
    ("id",),
    about="""\
Closed stretches of road: features with these properties, lists as lists. Each has
`claims` or a `source`.""",
)

CHAPTERS = table_of(
    Chapter,
    "chapters.csv",
    ("chapter",),
    about="""\
May be left out: the steps in which the page tells the story, in order. A text must not
say anything that its claims do not say.""",
)

MENTIONS: RecordTable[Any] = RecordTable(
    "mentions.csv",
    ("report", "start", "end"),
    tuple(
        RecordColumn.of("", declared)
        for declared in (
            Declared("Id of the report.", ID, name="report", required=True),
            Declared("Start of the words, in code points.", OFFSET, "start", required=True),
            Declared("End of the words.", OFFSET, "end", required=True),
            Declared("The words.", name="text", required=True),
            Declared("Id of the place in this case.", ID, "place"),
            Declared("Id of the place in the gazetteer.", name="gazetteer_id", required=True),
            Declared("Role of the words in the text.", ID, "role", required=True),
            Declared("Certainty of the choice of place.", measure(0, 1), "score"),
            Declared(
                "The first 12 hex digits of the SHA-1 of the words in UTF-8.",
                text_of("[0-9a-f]{12}", "12 hex digits"),
                "span_sha1",
            ),
        )
    ),
    about="""\
Written by `convoy-geo read`: which place a report names where. It prevents a place that
you removed from being proposed again; may be left out.""",
)
"""The mentions found by `convoy-geo read`; like CONTROLS, a case may omit this table."""

TABLES: tuple[RecordTable[Any], ...] = (REPORTS, PLACES, NAMES, CLAIMS, ROUTES)
EVERY: tuple[RecordTable[Any], ...] = (*TABLES, CLOSURES, CONTROLS, CHAPTERS, MENTIONS)
"""Every tabular file of a case, including optional ones."""
