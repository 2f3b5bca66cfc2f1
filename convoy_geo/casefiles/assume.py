"""Defaults derived from a case's tables: view, time span, sides, states, reports."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from convoy_geo.dates.interval import Interval
from convoy_geo.errors import DateError, Fault
from convoy_geo.io.cell_checks import split
from convoy_geo.io.csv_tables import Row
from convoy_geo.model.case_info import CASE_FILE, Side
from convoy_geo.model.defaults import NOT_STATED
from convoy_geo.model.views import fit_view

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shapely.geometry.base import BaseGeometry

    from convoy_geo.model.case_info import CaseInfo

__all__ = ["assumed_info", "assumed_reports"]

COLOURS = (
    "#404040", "#0072B2", "#D55E00", "#009E73", "#B8860B", "#CC79A7", "#00664B", "#8E4A73",
    "#56B4E9",
)  # fmt: skip
"""Colours of sides that a case does not define: those of Okabe and Ito, and shades of them."""
DATES = {"claims.csv": ("happened", "said"), "routes.csv": ("day",), "reports.csv": ("published",)}


def assumed_reports(tables: dict[str, list[Row]]) -> list[Fault]:
    """Assign claims without a report to the only report, or to one marked as not stated.

    Parameters
    ----------
    tables
        Rows by file, modified in place.

    Returns
    -------
    list of Fault
        The assumptions made.
    """
    reports, claims = tables["reports.csv"], tables["claims.csv"]
    open_claims = [row for row in claims if row["report"] == NOT_STATED]
    if not open_claims or any(row["report"] == NOT_STATED for row in reports):
        return []
    if len(reports) == 1:
        only = reports[0]["report"]
        tables["claims.csv"] = [
            Row(row.line, {**row.values, "report": only}) if row["report"] == NOT_STATED else row
            for row in claims
        ]
        told = f"not given, assumed: {only}, the only report"
        return [Fault("claims.csv", 0, "report", "", told, "")]
    columns = {"report": NOT_STATED, "publisher": "source not stated", "title": "Source not stated"}
    empty = dict.fromkeys(
        ("file", "original_publisher", "authors", "published", "published_basis", "date_order",
         "dateline", "language", "url", "url_basis", "characters", "body_start", "body_end",
         "sha256", "note"), "",
    )  # fmt: skip
    tables["reports.csv"] = [*reports, Row(0, {**empty, "language": "und", **columns})]
    return []


def assumed_info(
    info: CaseInfo,
    tables: Mapping[str, list[Row]],
    shapes: Iterable[BaseGeometry],
) -> tuple[CaseInfo, list[Fault]]:
    """Complete case.toml from the tables.

    Parameters
    ----------
    info
        The information as read.
    tables
        Rows by file.
    shapes
        All shapes drawn in addition to the places.

    Returns
    -------
    tuple of (CaseInfo, list of Fault)
        The second item lists the assumptions.
    """
    remarks: list[Fault] = []

    def assume(name: str, text: str) -> None:
        remarks.append(Fault(CASE_FILE, 0, name, "", f"not given, assumed: {text}", ""))

    if not info.start or not info.end:
        first, last = _span(tables, info.time_zone)
        start, end = info.start or first, info.end or last
        if start and end:
            info = replace(info, start=start, end=end)
            assume("start, end", f"{start.text} to {end.text}, from the dates in the tables")
    if not info.sides:
        named = [row["side"] for row in tables["claims.csv"]]
        named += [row["side"] for row in tables["routes.csv"]]
        keys = list(dict.fromkeys(filter(None, named))) or ["reporter"]
        sides = {
            key: Side(key, key.replace("_", " ").capitalize(), COLOURS[at % len(COLOURS)])
            for at, key in enumerate(keys)
        }
        info = replace(info, sides=sides)
        if any(named):
            assume("side", ", ".join(keys))
    if not info.states:
        states = dict.fromkeys(key for row in tables["claims.csv"] for key in split(row["state"]))
        if states:
            info = replace(info, states={key: key.replace("_", " ") for key in states})
            assume("states", ", ".join(states))
    if "view" not in info.given:
        view = fit_view(_positions(tables["places.csv"], shapes))
        if view:
            info = replace(info, view=view)
            assume("view", "what fits the places and lines")
    return info, remarks


def _span(tables: Mapping[str, list[Row]], zone: str) -> tuple[Interval | None, Interval | None]:
    """The first and the last day in the tables, from the first kind of date that is present."""
    for file, columns in DATES.items():
        found = []
        for row in tables[file]:
            for column in columns:
                try:
                    when = Interval.parse(row[column], zone)
                except DateError:
                    continue  # reported separately
                if when and when.first is not None and when.last is not None:
                    found.append(when)
        if found:
            first, last = min(one.days[0] for one in found), max(one.days[1] for one in found)
            from datetime import date  # noqa: PLC0415

            texts = (date.fromordinal(day).isoformat() for day in (first, last))
            start, end = (Interval.parse(text, zone) for text in texts)
            return start, end
    return None, None


def _positions(places: Iterable[Row], shapes: Iterable[BaseGeometry]) -> list[tuple[float, float]]:
    """Lon and lat of everything drawn: for areas around a place, their bounds."""
    import shapely  # noqa: PLC0415

    found: list[tuple[float, float]] = []
    for row in places:
        if row["shape"] == "unmapped" or row["role"] == "decoy":
            continue
        try:
            found.append((float(row["lon"]), float(row["lat"])))
        except ValueError:
            continue  # no position, or reported separately
    for shape in shapes:
        found += map(tuple, shapely.get_coordinates(shape).tolist())
    return found
