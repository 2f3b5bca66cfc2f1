"""The schema of a case's tables: which columns there are and what they may hold."""

from __future__ import annotations

from convoy_geo.io.csv_tables import (
    Column,
    Table,
    edtf_text,
    iso_codes,
    listing,
    number,
    one_of,
    pattern,
)
from convoy_geo.model.claims import (
    CREDIBILITIES,
    PLACE_ROLES,
    PRECISIONS,
    READINGS,
    RELIABILITIES,
    STATUSES,
)
from convoy_geo.model.closures import CONTROL_STATUSES
from convoy_geo.model.place_kinds import PLACE_KINDS
from convoy_geo.model.relative_places import where_fault

__all__ = ["CLAIMS", "CONTROLS", "MENTIONS", "NAMES", "PLACES", "REPORTS", "ROUTES", "TABLES"]

ID = pattern(r"(?!\.+$)[\w.-]+", "letters, digits, _ . and - only, and not dots alone")
OFFSET = number(0, 1e9, whole=True)
COUNT = number(0, 1e12)
_READINGS = "|".join(READINGS)
WEB = pattern(r"https?://\S+", "an address that starts with http:// or https://")

REPORTS = Table(
    "reports.csv",
    ("report",),
    (
        Column("report", ID, required=True),
        Column("file"),
        Column("publisher", required=True),
        Column("original_publisher"),
        Column("title", required=True),
        Column("authors"),
        Column("published", edtf_text, required=True),
        Column("published_basis"),
        Column("date_order", one_of(("day_first", "month_first"))),
        Column("dateline"),
        Column("language", pattern("[a-z]{2,3}(-[A-Za-z0-9]+)*", "a BCP 47 tag such as en")),
        Column("url", WEB),
        Column("url_basis"),
        Column("characters", OFFSET),
        Column("body_start", OFFSET),
        Column("body_end", OFFSET),
        Column("sha256", pattern("[0-9a-f]{64}", "64 hex digits")),
        Column("note"),
        Column("rests_on", optional=True),
        Column("rests_basis", optional=True),
    ),
)

PLACES = Table(
    "places.csv",
    ("place",),
    (
        Column("place", ID, required=True),
        Column("name", required=True),
        Column("arabic_name"),
        Column("kind", one_of(PLACE_KINDS), required=True),
        Column("country", iso_codes),
        Column("lon", number(-180, 180)),
        Column("lat", number(-90, 90)),
        Column("radius_km", number(0.01, 20000)),
        Column("shape", one_of(("point", "area", "unmapped")), required=True),
        Column("road_node"),
        Column("role", one_of(("mentioned", "context", "decoy")), required=True),
        Column("geonames", pattern(r"\d+", "digits")),
        Column("wikidata", pattern(r"Q\d+", "Q and digits")),
        Column("coordinate_source"),
        Column("note"),
    ),
)

NAMES = Table(
    "names.csv",
    ("place", "name"),
    (
        Column("place", ID, required=True),
        Column("name", required=True),
        Column("language", pattern("[a-z]{2,3}", "a code of ISO 639 such as ar"), required=True),
        Column(
            "script", pattern("[A-Z][a-z]{3}", "a code of ISO 15924 such as Arab"), required=True
        ),
        Column("use", one_of(("report", "alternate", "old")), required=True),
        Column("reports", listing(ID)),
    ),
)

CLAIMS = Table(
    "claims.csv",
    ("claim",),
    (
        Column("claim", ID, required=True),
        Column("report", ID, required=True),
        Column("topic", ID, required=True),
        Column("side", ID, required=True),
        Column("claimant", required=True),
        Column("claimant_role"),
        Column("tellers"),
        Column("attribution", one_of(("reported", "quoted"))),
        Column(
            "places",
            listing(
                pattern(
                    rf"({'|'.join(PLACE_ROLES)}):[\w.-]+",
                    f"role:place joined by |, the role one of {', '.join(PLACE_ROLES)}",
                )
            ),
        ),
        Column("happened", edtf_text),
        Column("said", edtf_text),
        Column("date_text"),
        Column("date_basis", one_of(("text", "context", "external"))),
        Column("low", COUNT),
        Column("high", COUNT),
        Column("unit", ID),
        Column("unit_note"),
        Column("qualifier"),
        Column("state", ID),
        Column("status", one_of(STATUSES), required=True),
        Column("summary", required=True),
        Column("span_start", OFFSET),
        Column("span_end", OFFSET),
        Column("span_sha1", pattern("[0-9a-f]{12}", "12 hex digits")),
        Column("dispute", ID),
        Column("note"),
        Column("where", listing(where_fault), optional=True),
        Column("reliability", one_of(RELIABILITIES), optional=True),
        Column("credibility", one_of(CREDIBILITIES), optional=True),
        Column("precision", one_of(PRECISIONS), optional=True),
        Column(
            "reading",
            pattern(rf"({_READINGS})([ ,+]({_READINGS}))?", f"one or two of {', '.join(READINGS)}"),
            optional=True,
        ),
        Column("group", ID, optional=True),
    ),
)

ROUTES = Table(
    "routes.csv",
    ("route",),
    (
        Column("route", ID, required=True),
        Column("title", required=True),
        Column("side", ID),
        Column("status", one_of(STATUSES), required=True),
        Column("day", edtf_text),
        Column("places", listing(ID), required=True),
        Column("leg_modes", listing(one_of(("road", "unknown"))), old_name="ways"),
        Column("course", one_of(("assumed", "told")), required=True),
        Column("outside", listing(ID)),
        Column("outside_source"),
        Column("claims", listing(ID), required=True),
        Column("note"),
    ),
)

CONTROLS = Table(
    "controls.csv",
    ("control",),
    (
        Column("control", ID, required=True),
        Column("name", required=True),
        Column("holder", ID, required=True),
        Column("status", one_of(CONTROL_STATUSES), required=True),
        Column("held", edtf_text, required=True),
        Column("edges", listing(ID), required=True),
        Column("closed_to", listing(ID)),
        Column("claims", listing(ID)),
        Column("source"),
        Column("from_outside", one_of(("yes", "no")), required=True),
        Column("note"),
    ),
)

MENTIONS = Table(
    "mentions.csv",
    ("report", "start", "end"),
    (
        Column("report", ID, required=True),
        Column("start", OFFSET, required=True),
        Column("end", OFFSET, required=True),
        Column("text", required=True),
        Column("place", ID),
        Column("gazetteer_id", required=True),
        Column("role", ID, required=True),
        Column("score", number(0, 1)),
        Column("span_sha1", pattern("[0-9a-f]{12}", "12 hex digits")),
    ),
)
"""What `convoy-geo read` found; like CONTROLS, a case may leave it out."""

TABLES = (REPORTS, PLACES, NAMES, CLAIMS, ROUTES)
