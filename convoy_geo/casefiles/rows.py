"""Rows of a case's tables to records, and records to rows: each pair undoes the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convoy_geo.dates.interval import Interval
from convoy_geo.io.csv_tables import split
from convoy_geo.model import schema
from convoy_geo.model.claims import Claim, Report, ReportedRoute
from convoy_geo.model.closures import Control
from convoy_geo.model.places import Place, Spelling

if TYPE_CHECKING:
    from collections.abc import Iterable

    from convoy_geo.io.csv_tables import Row, Table

__all__ = [
    "case_rows", "claim", "claim_row", "control", "control_row", "place", "place_row", "report",
    "report_row", "route", "route_row", "spelling", "spelling_row",
]  # fmt: skip

Texts = dict[str, str]


def _float(text: str) -> float | None:
    return float(text) if text else None


def _int(text: str) -> int | None:
    return int(text) if text else None


def _figure(value: float | None) -> str:
    """A number as short as it can be without loss: 17, not 17.0."""
    if value is None:
        return ""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def _degrees(value: float | None) -> str:
    """A coordinate, always with a decimal point."""
    return "" if value is None else repr(float(value))


def _texts(record: object, key: str, **changed: str) -> Texts:
    """A record's fields as texts: `changed` ones as given, tuples joined, the rest as they are."""
    row = {}
    for name, value in vars(record).items():
        column = key if name == "id" else name
        if column in changed:
            row[column] = changed[column]
        elif isinstance(value, tuple):
            row[column] = "|".join(map(str, value))
        else:
            row[column] = "" if value is None else str(value)
    return row


def report(row: Row, zone: str = "") -> Report:
    """A report, from a clean row of reports.csv."""
    v: dict[str, Any] = dict(row.values)
    for name in ("characters", "body_start", "body_end"):
        v[name] = _int(v[name])
    tuples: dict[str, Any] = {
        name: split(v.pop(name)) for name in ("authors", "rests_on") if name in v
    }
    v["published"] = Interval.parse(v["published"], zone)
    return Report(id=v.pop("report"), **tuples, **v)


def report_row(record: Report) -> Texts:
    """A row of reports.csv."""
    return _texts(record, "report")


def spelling(row: Row) -> Spelling:
    """A spelling, from a clean row of names.csv."""
    return Spelling(row["name"], row["language"], row["script"], row["use"], row.items("reports"))


def spelling_row(place_id: str, record: Spelling) -> Texts:
    """A row of names.csv."""
    row = _texts(record, "place")
    return {"place": place_id, "name": row.pop("text"), **row}


def place(row: Row, spellings: Iterable[Spelling] = ()) -> Place:
    """A place, from a clean row of places.csv and its spellings."""
    v: dict[str, Any] = dict(row.values)
    for name in ("lon", "lat", "radius_km"):
        v[name] = _float(v[name])
    return Place(
        id=v.pop("place"),
        country=split(v.pop("country")),
        source=v.pop("coordinate_source"),
        spellings=tuple(spellings),
        **v,
    )


def place_row(record: Place) -> Texts:
    """A row of places.csv."""
    row = _texts(
        record,
        "place",
        lon=_degrees(record.lon),
        lat=_degrees(record.lat),
        radius_km=_figure(record.radius_km),
    )
    row["coordinate_source"] = row.pop("source")
    del row["spellings"]
    return row


def claim(row: Row, zone: str = "") -> Claim:
    """A claim, from a clean row of claims.csv."""
    v: dict[str, Any] = dict(row.values)
    pairs = (item.partition(":") for item in split(v.pop("places")))
    for name, read in (("low", _float), ("high", _float), ("span_start", _int), ("span_end", _int)):
        v[name] = read(v[name])
    for name in ("happened", "said"):
        v[name] = Interval.parse(v[name], zone)
    return Claim(
        id=v.pop("claim"),
        tellers=tuple(part.strip() for part in v.pop("tellers").split(">") if part.strip()),
        places=tuple((role, place_id) for role, _, place_id in pairs),
        where=split(v.pop("where", "")),
        **v,
    )


def claim_row(record: Claim) -> Texts:
    """A row of claims.csv."""
    return _texts(
        record,
        "claim",
        tellers=" > ".join(record.tellers),
        places="|".join(f"{role}:{place_id}" for role, place_id in record.places),
        low=_figure(record.low),
        high=_figure(record.high),
    )


def route(row: Row, zone: str = "") -> ReportedRoute:
    """A reported route, from a clean row of routes.csv; legs without a mode go by road."""
    v: dict[str, Any] = dict(row.values)
    places = split(v.pop("places"))
    v["day"] = Interval.parse(v["day"], zone)
    return ReportedRoute(
        id=v.pop("route"),
        places=places,
        leg_modes=split(v.pop("leg_modes")) or ("road",) * (len(places) - 1),
        claims=split(v.pop("claims")),
        outside=split(v.pop("outside")),
        **v,
    )


def route_row(record: ReportedRoute) -> Texts:
    """A row of routes.csv."""
    return _texts(record, "route")


def control(row: Row, zone: str = "") -> Control:
    """Who held a stretch, from a clean row of controls.csv."""
    v: dict[str, Any] = dict(row.values)
    v["held"] = Interval.parse(v["held"], zone)
    return Control(
        id=v.pop("control"),
        edges=split(v.pop("edges")),
        closed_to=split(v.pop("closed_to")),
        claims=split(v.pop("claims")),
        from_outside=v.pop("from_outside") == "yes",
        **v,
    )


def control_row(record: Control) -> Texts:
    """A row of controls.csv."""
    return _texts(record, "control", from_outside="yes" if record.from_outside else "no")


def case_rows(
    reports: Iterable[Report],
    places: Iterable[Place],
    claims: Iterable[Claim],
    routes: Iterable[ReportedRoute],
    controls: Iterable[Control] = (),
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
    }
