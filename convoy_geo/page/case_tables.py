"""Places, routes, claims and sources of a case as HTML that works without JavaScript.

The page's script also takes the text of its cards from these tables, so that nothing is stored
twice. A row's id identifies its subject (`row_id`), and a column's key the meaning of its cells;
the first cell is the row's title.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from convoy_geo.analysis.intervals import count_of, count_words
from convoy_geo.geodesy import KM_PER_MILE
from convoy_geo.io.html import Html, render
from convoy_geo.lang import DEFAULT, load
from convoy_geo.lang.counts import remainder_code
from convoy_geo.model.relative_places import parse_relation
from convoy_geo.model.schema import CLAIMS
from convoy_geo.viz.reader_names import ReaderName
from convoy_geo.viz.words import (
    Own,
    as_html,
    date_words,
    joined,
    named,
    own,
    tellers,
)
from convoy_geo.webmap.sanitize import clean, safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from convoy_geo.analysis.accounts import Account
    from convoy_geo.model.claims import Claim, Report
    from convoy_geo.model.places import Place
    from convoy_geo.viz.findings import Findings
    from convoy_geo.viz.popups import Cards
    from convoy_geo.viz.view_data import Contents

__all__ = [
    "claim_table",
    "closure_table",
    "computed_table",
    "ledger_list",
    "paragraph",
    "place_table",
    "route_table",
    "row_id",
]

ON_MAP = {"point", "area"}

MORE = "more_"
"""Begins the keys of columns of claims.csv that are shown because their record declares it."""

ROWS = 2000
"""Rows of one table that stand in the page as HTML; the script opens the others one by one."""

Cell = Own | str
"""Text of the user interface, or plain text of the case."""


def row_id(kind: str, key: object) -> str:
    """The id of a row: ``c`` claim, ``p`` place, ``r`` reported, ``w`` computed, ``x`` closure.

    Examples
    --------
    >>> row_id("p", "abu_kamal")
    'p-abu_kamal'
    """
    return f"{kind}-{key}"


def paragraph(text: str) -> Html:
    """A text of the case as a paragraph; nothing where there is none."""
    return render("told", text=text, case_lang=DEFAULT) if text else Html("")


@dataclass(frozen=True)
class Row:
    """A row of a table.

    Parameters
    ----------
    id
        See `row_id`.
    cells
        By the keys of the columns.
    """

    id: str
    cells: Mapping[str, Cell]


@dataclass
class RowGroup:
    """Rows under a heading of their own, which may be empty."""

    title: Cell = ""
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class Column:
    """A column: the key of its cells, and its title."""

    key: str
    title: str


def _table(
    columns: Mapping[str, str],
    groups: Sequence[RowGroup],
    words: Mapping[str, str],
    note: str = "",
) -> Html:
    """A table of groups of rows, the titles of its columns by key; nothing where there is none."""
    groups = [group for group in groups if group.rows or group.title]
    if not groups:
        return Html("")
    return render(
        "table",
        columns=[Column(key, words.get(title, title)) for key, title in columns.items()],
        groups=groups,
        note=note,
        foreign=words["lang"] != DEFAULT,
        case_lang=DEFAULT,
    )


def claim_table(
    contents: Contents, words: Mapping[str, str], rest: dict[str, dict[str, str]] | None = None
) -> Html:
    """All claims, report by report: what, who says so, when it happened and was said, where.

    Parameters
    ----------
    contents
        What the case holds.
    words
        The page's own words.
    rest
        Takes up the cells of claims that are too many for the table, as plain text.
    """
    if not contents.claims:
        return Html("")
    columns = {"summary": "what", "id": "claim", "chain": "saidBy", "happened": "happened",
               "said": "said", "where": "where", "status": "status"}  # fmt: skip
    if graded := any(claim.reliability or claim.credibility for claim in contents.claims.values()):
        columns["grades"] = "grades"
    more = [
        column
        for column in CLAIMS.columns
        if column.card and any(getattr(claim, column.field) for claim in contents.claims.values())
    ]
    language = load(words["lang"])
    columns |= {MORE + column.name: str(language.kind("column", column.name)) for column in more}
    groups = {report.id: RowGroup(_heading(report, words)) for report in contents.reports.values()}
    number = 0
    by_report: dict[str, list[Claim]] = {}
    for claim in contents.claims.values():
        by_report.setdefault(claim.report, []).append(claim)
    for report, group in groups.items():
        for claim in by_report.get(report, ()):
            number += 1
            cells = _claim_cells(claim, contents.places, words, graded=graded)
            cells |= {
                MORE + column.name: column.kind.write(getattr(claim, column.field))
                for column in more
            }
            if number <= ROWS:
                group.rows.append(Row(row_id("c", claim.id), cells))
            elif rest is not None:
                rest[row_id("c", claim.id)] = {key: _text(cell) for key, cell in cells.items()}
    note = ""
    if number > ROWS:
        note = words["cut"].format(shown=ROWS, all=number, file="claims.csv")
    return _table(columns, list(groups.values()), words, note)


def _heading(report: Report, words: Mapping[str, str]) -> Own:
    name = own(words, "given", name=f"{report.id}: {report.publisher}")
    return joined(", ", [name, date_words(words, report.published)])


def _text(cell: Cell) -> str:
    return clean(cell.text if isinstance(cell, Own) else cell)


def _claim_cells(
    claim: Claim, places: Mapping[str, Place], words: Mapping[str, str], *, graded: bool
) -> dict[str, Cell]:
    happened = date_words(words, claim.happened)
    if happened and claim.date_basis == "external":
        happened = own(words, "dayOutside", day=happened)
    where = [own(words, f"role_{role}", place=places[key].name) if places[key].shape in ON_MAP
             else own(words, "unmapped", place=own(words, f"role_{role}", place=places[key].name))
             for role, key in claim.places]  # fmt: skip
    names = {key: place.name for key, place in places.items()}
    terms = {f"{role}({key})" for role, key in claim.places}
    language = load(words["lang"])
    where += [
        as_html(language.relation(**parse_relation(term).values(names)))
        for term in claim.where
        if term not in terms
    ]
    cells: dict[str, Cell] = {
        "summary": claim.summary,
        "id": own(words, "given", name=Own(safe(claim.id), claim.id)),
        "chain": _tellers(claim, words),
        "happened": happened,
        "said": date_words(words, claim.said),
        "where": joined("; ", where),
        "status": named(words, "status", claim.status),
    }
    return cells | ({"grades": f"{claim.reliability}{claim.credibility}"} if graded else {})


def _tellers(claim: Claim, words: Mapping[str, str]) -> Cell:
    return tellers(words, claim.tellers or (claim.claimant,))


def place_table(contents: Contents, cards: Cards, words: Mapping[str, str]) -> Html:
    """All places: names, kind, position with its radius, spellings in the reports, source."""
    columns = {key: key for key in ("name", "arabic", "kind", "position", "spellings")}
    if any(isinstance(place.name, ReaderName) for place in contents.places.values()):
        columns = {"name": "name", "case_name": "nameInCase"} | columns
    if contents.lang == "ar":
        del columns["arabic"]  # the names are Arabic themselves
    # In a case with reports a note is for those who keep it
    noted = not contents.reports and any(place.note for place in contents.places.values())
    group = RowGroup()
    for place in contents.places.values():
        if place.role == "decoy":
            continue
        known = sorted({s.text for s in place.spellings if s.use == "report"} - {place.name})
        kind = named(words, "kind", place.kind)
        if place.role == "context":
            kind = own(words, "notNamed", kind=kind)
        called = place.name
        arabic = Own(render("arabic", name=place.arabic_name), place.arabic_name)
        cells: dict[str, Cell] = {
            "name": as_html(called) if isinstance(called, ReaderName) else called,
            "case_name": getattr(called, "case_name", ""),
            "arabic": arabic if place.arabic_name else "", "kind": kind,
            "position": cards.position(place), "spellings": ", ".join(known),
            "source": place.source,
        }  # fmt: skip
        if noted:
            cells["note"] = place.note
        group.rows.append(Row(row_id("p", place.id), cells))
    more = {"note": "note"} if noted else {}
    return _table(columns | more | {"source": "from"}, [group], words)


def route_table(contents: Contents, cards: Cards, words: Mapping[str, str]) -> Html:
    """All reported routes: side, day, status, how the path is known, length."""
    columns = {key: key for key in ("route", "side", "happened", "status", "course", "length",
        "confidence", "note")}  # fmt: skip
    group = RowGroup()
    for track in contents.tracks:
        route = track.route
        named_only = "courseEnds" if len(route.places) == 2 else "courseStops"
        course = own(words, named_only if route.course == "assumed" else "courseTold")
        if not all(leg.is_known for leg in track.legs):
            course = own(words, "courseLink", course=course)
        length = track.length_km
        note: Cell = route.note
        if route.outside:
            names = cards.listed(contents.places[key].name for key in route.outside)
            said = own(words, "outside", names=names, source=route.outside_source)
            first = [own(words, "given", name=route.note)] if route.note else []
            note = joined(" ", [*first, said])
        cells: dict[str, Cell] = {
            "route": route.title, "side": cards.side_name(route.side),
            "happened": cards.day(route.day), "status": named(words, "status", route.status),
            "course": course, "length": own(words, "roadKm", km=f"{length:.0f}") if length else "",
            "confidence": named(words, "confidence", track.confidence), "note": note,
        }  # fmt: skip
        group.rows.append(Row(row_id("r", route.id), cells))
    return _table(columns, [group], words)


def computed_table(
    contents: Contents, cards: Cards, words: Mapping[str, str], held: Mapping[str, Own]
) -> Html:
    """All computed routes: length with its range, time, overlap with the best, fronts crossed.

    Parameters
    ----------
    contents
        What the case holds.
    cards
        Writes its titles.
    words
        The page's own words.
    held
        Who controlled the roads, by number of the group and rank: ``0-1``.
    """
    columns = {key: key for key in ("route", "rank", "length", "hours", "shared", "by",
        "confidence", "heldBy", "roads")}  # fmt: skip
    group = RowGroup()
    for number, ways in enumerate(contents.alternatives):
        title = as_html(cards.way_title(ways))
        for route in ways.routes:
            key = f"{number}-{route.rank}"
            lengths = {"km": route.length_km, "mi": route.length_km / KM_PER_MILE,
                       "low": route.length_km_low, "high": route.length_km_high}  # fmt: skip
            km = {name: f"{value:.0f}" for name, value in lengths.items()}
            shared = {"times": f"{route.stretch:.2f}", "share": f"{route.sharing:.0%}"}
            passed = (own(words, "passes", name=name) for name in route.passes)
            first = [held[key]] if held.get(key) else []
            ground = joined(words["semicolon"], [*first, *passed])
            cells: dict[str, Cell] = {
                "route": title,
                "rank": own(words, "alternative", rank=route.rank) if route.rank
                else own(words, "shortest"),
                "length": own(words, "kmRange", **km),
                "hours": own(words, "driving", hours=f"{route.duration_h:.1f}"),
                "shared": own(words, "sharing", **shared) if route.rank else "",
                "by": cards.listed(route.landmarks),
                "confidence": named(words, "confidence", route.confidence),
                "heldBy": ground,
                "roads": ", ".join(route.edges),
            }  # fmt: skip
            group.rows.append(Row(row_id("w", key), cells))
    return _table(columns, [group], words)


def closure_table(contents: Contents, words: Mapping[str, str]) -> Html:
    """All closures: kind, days, note, source."""
    columns = {key: key for key in ("closure", "kind", "closed", "note")}
    group = RowGroup()
    for closure in contents.closures:
        outside = closure.place_from_outside
        cells: dict[str, Cell] = {
            "closure": closure.name, "kind": named(words, "kind", closure.kind),
            "closed": date_words(words, closure.closed),
            "note": own(words, "closureOutside", note=closure.note) if outside else closure.note,
            "source": closure.source,
        }  # fmt: skip
        group.rows.append(Row(row_id("x", closure.id), cells))
    return _table(columns | {"source": "from"}, [group], words)


def ledger_list(findings: Findings, cards: Cards, states: Mapping[str, str]) -> Html:
    """Each distinct account of the ledgers once, with its days; carried ones are left out.

    Figures given later than the day to which they refer are not accounts; this is stated.
    """
    items = list(_readings(findings, cards, states))
    if items:
        return render("ledger", items=items, comma=cards.words["comma"])
    units = {ledger.unit for ledger in findings.ledgers}
    counted = any(claim.unit in units and count_of(claim) for claim in cards.claims.values())
    return render("muted", text=cards.words["noFigures"]) if counted else Html("")


def _readings(
    findings: Findings, cards: Cards, states: Mapping[str, str]
) -> Iterator[dict[str, Own]]:
    days: dict[tuple[str, Own], list[str]] = {}
    for ledger in findings.ledgers:
        for reading in ledger.accounts:
            if not reading.carried:
                text = _reading(reading, cards, states)
                days.setdefault((reading.side, text), []).append(ledger.on.isoformat())
    words = cards.words
    for (side, text), on in days.items():
        when = date_words(words, on[0] if len(on) == 1 else f"{on[0]}/{on[-1]}")
        name = own(words, "given", name=cards.side_name(side))
        yield {"side": name, "when": when, "account": text}


def _unbroken(claims: Iterable[str]) -> Own:
    """Ids, which a line's end must not tear at their hyphens."""
    codes = list(claims)
    return Own(render("codes", codes=codes), ", ".join(codes))


def _reading(reading: Account, cards: Cards, states: Mapping[str, str]) -> Own:
    """A reading as safe HTML in the page's language: figures, sum against total, rest."""
    words = cards.words
    cells = [
        own(
            words,
            "cellLater" if cell.told == "span" else "cell",
            count=count_words(cell.count),
            state=states.get(cell.state, cell.state),
            claims=_unbroken(cell.claims),
        )
        for cell in reading.cells
    ]
    if reading.total is not None and not reading.cells:
        return own(words, "cell", count=count_words(reading.total), state=Own(words["onlyTotal"]),
                    claims=_unbroken(reading.total_claims))  # fmt: skip
    if reading.total is None or reading.residual is None:
        said = joined(words["semicolon"], [*cells, Own(words["noTotal"])])
        return joined(": ", [said, Own(words["undetermined"])])
    sides = words["comma"].join(cards.side_name(side) for side in reading.total_sides)
    whose = (
        own(words, "givenBy", sides=sides)
        if sides
        else Own(words["ownTotal" if reading.own_total else "reportTotal"])
    )
    total = own(
        words, "ofTotal", count=count_words(reading.total), whose=whose,
        claims=_unbroken(reading.total_claims),
    )  # fmt: skip
    code, counts = remainder_code(*reading.residual)
    rest = [own(words, code, **{key: count_words(count) for key, count in counts.items()})]
    if reading.rest_claims:
        rest.append(own(words, "toldRest", claims=_unbroken(reading.rest_claims)))
    verdict = {True: "addsUp", False: "doesNot", None: "undetermined"}[reading.adds_up]
    said = joined(words["semicolon"], [*cells, total])
    return joined(": ", [said, joined(words["comma"], [*rest, Own(words[verdict])])])
