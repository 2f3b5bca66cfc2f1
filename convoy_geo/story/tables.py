"""Places, routes, claims, disputes and sources of a case as HTML that reads without JavaScript.

The tables are also where the page's script takes the words of its cards from: nothing is shipped
twice. A row's id names what it is about (`row_id`); the first cell is its title. End tags that
HTML leaves out are left out, the texts all pass `safe`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from convoy_geo.accounts.ledger import reading_words
from convoy_geo.claims import teller_chain
from convoy_geo.drawing.markup import clean, safe
from convoy_geo.geodesy import KM_PER_MILE, position_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from convoy_geo.accounts.rivalry import Contradiction
    from convoy_geo.claims import Claim
    from convoy_geo.drawing.cards import Cards
    from convoy_geo.drawing.contents import Contents
    from convoy_geo.gazetteer import Place
    from convoy_geo.story.findings import Findings

__all__ = [
    "LANGUAGE",
    "TOLD",
    "claim_table",
    "closure_table",
    "computed_table",
    "dispute_list",
    "ledger_list",
    "place_table",
    "route_table",
    "row_id",
]

LANGUAGE = "en"
"""What cases and our sentences on them are written in, whatever the page's own language is."""

TOLD = f"lang={LANGUAGE} dir=auto"
"""The attributes of an element that holds such text."""

ON_MAP = {"point", "area"}

ROWS = 2000
"""Rows of one table that stand in the page as HTML; the script opens the others one by one."""

_PLAIN = re.compile(r"[\w.-]+", re.ASCII)


def row_id(kind: str, key: object) -> str:
    """The id of a row: ``c`` claim, ``p`` place, ``r`` reported, ``w`` computed, ``x`` closure.

    Examples
    --------
    >>> row_id("p", "abu_kamal")
    'p-abu_kamal'
    """
    return f"{kind}-{key}"


def _table(columns: Sequence[str], bodies: Iterable[str]) -> str:
    head = "".join(f"<th scope=col>{column}" for column in columns)
    body = f"<tbody {TOLD}>"
    return f"<table><thead><tr>{head}{body}{body.join(bodies)}</table>"


def _row(anchor: str, cells: Sequence[str]) -> str:
    first, *rest = cells
    key = anchor if _PLAIN.fullmatch(anchor) else f'"{safe(anchor)}"'
    return f"<tr id={key}><th scope=row dir=auto>{first}" + "".join(f"<td>{cell}" for cell in rest)


class Rows:
    """Rows of one table, the first `ROWS` of them as HTML and the others as plain cells.

    Parameters
    ----------
    rest
        Takes up the cells of the others under the row's id.
    """

    def __init__(self, rest: dict[str, list[str]]) -> None:
        self.rest = rest
        self.count = 0

    def add(self, anchor: str, cells: list[str]) -> str:
        """The HTML of a row of plain texts; nothing if there are too many already."""
        self.count += 1
        if self.count > ROWS:
            self.rest[anchor] = [clean(cell) for cell in cells]
            return ""
        return _row(anchor, [safe(cell) for cell in cells])

    def note(self, words: Mapping[str, str], file: str) -> str:
        """A sentence of how many rows are left out, and where all are."""
        if self.count <= ROWS:
            return ""
        text = words["cut"].format(shown=ROWS, all=self.count, file=file)
        return f"<p>{safe(text)}"


def claim_table(
    contents: Contents, words: Mapping[str, str], rest: dict[str, list[str]] | None = None
) -> str:
    """All claims, report by report: what, who says so, when it happened and was said, where.

    Parameters
    ----------
    contents
        What the case holds.
    words
        The page's own words.
    rest
        Takes up the cells of claims that are too many for the table.
    """
    table = Rows({} if rest is None else rest)
    places = contents.places
    columns = [words[key] for key in ("what", "claim", "saidBy", "happened", "said", "where",
        "status")]  # fmt: skip
    if graded := any(claim.reliability or claim.credibility for claim in contents.claims.values()):
        columns.append(words["grades"])
    bodies = []
    by_report: dict[str, list[Claim]] = {}
    for claim in contents.claims.values():
        by_report.setdefault(claim.report, []).append(claim)
    for report in contents.reports.values():
        rows = [
            table.add(row_id("c", claim.id), _claim_cells(claim, places, graded=graded))
            for claim in by_report.get(report.id, ())
        ]
        title = f"{safe(report.id)}: {safe(report.publisher)}, {safe(report.published)}"
        head = f'<tr><th colspan="{len(columns)}" scope="rowgroup">{title}'
        bodies.append(head + "".join(rows))
    return table.note(words, "claims.csv") + _table(columns, bodies)


def _claim_cells(claim: Claim, places: Mapping[str, Place], *, graded: bool) -> list[str]:
    outside = " (dated from outside the reports)" if claim.date_basis == "external" else ""
    where = [
        f"{role} {places[key].name}" + ("" if places[key].shape in ON_MAP else " (not on the map)")
        for role, key in claim.places
    ]
    return [
        claim.summary, claim.id, teller_chain(claim), f"{claim.happened}{outside}", claim.said,
        "; ".join((*where, *claim.where)), claim.status,
        *([f"{claim.reliability}{claim.credibility}"] if graded else []),
    ]  # fmt: skip


def place_table(contents: Contents, words: Mapping[str, str]) -> str:
    """All places: names, kind, position with its radius, spellings of the reports, source."""
    columns = [words[key] for key in ("name", "arabic", "kind", "position", "spellings", "from")]
    rows = []
    for place in contents.places.values():
        if place.role == "decoy":
            continue
        known = sorted({s.text for s in place.spellings if s.use == "report"} - {place.name})
        if place.shape == "unmapped" or place.lon is None or place.lat is None:
            position = "not on the map"
        elif place.shape == "point":
            position = f"{position_text(place.lon, place.lat)}, within {place.radius_km or 0:g} km"
        else:
            position = "an area, not a point; its outline is rough"
        kind = place.kind.replace("_", " ")
        if place.role == "context":
            kind += ", not named by the reports"
        cells = [place.name, place.arabic_name, kind, position, ", ".join(known), place.source]
        name, arabic, *rest = map(safe, cells)
        arabic = f"<bdi lang=ar>{arabic}</bdi>" if arabic else ""
        rows.append(_row(row_id("p", place.id), [name, arabic, *rest]))
    return _table(columns, ["".join(rows)])


def route_table(contents: Contents, cards: Cards, words: Mapping[str, str]) -> str:
    """All reported routes: side, day, status, how the course is known, length."""
    columns = [words[key] for key in ("route", "side", "happened", "status", "course", "length",
        "confidence", "note")]  # fmt: skip
    rows = []
    for track in contents.tracks:
        route = track.route
        course = "the reports give only the ends" if route.course == "assumed" else "as told"
        if any(leg.road is None for leg in track.legs):
            course += "; no way is known for a part, drawn as a straight link"
        length = track.length_km
        note = [route.note]
        if route.outside:
            names = ", ".join(contents.places[key].name for key in route.outside)
            note.append(f"From outside the reports: {names}. {route.outside_source}")
        cells = [
            route.title, cards.side_name(route.side), route.day, route.status, course,
            f"about {length:.0f} km of road" if length else "", track.confidence,
            " ".join(filter(None, note)),
        ]  # fmt: skip
        rows.append(_row(row_id("r", route.id), [safe(cell) for cell in cells]))
    return _table(columns, ["".join(rows)])


def computed_table(contents: Contents, words: Mapping[str, str], held: Mapping[str, str]) -> str:
    """All computed ways: length with its range, time, how far they share the best, what they pass.

    Parameters
    ----------
    contents
        What the case holds.
    words
        The page's own words.
    held
        Who held the ground, by the row's key: see `computed_keys`.
    """
    columns = [words[key] for key in ("route", "rank", "length", "hours", "shared", "by",
        "confidence", "heldBy", "roads")]  # fmt: skip
    rows = []
    for number, group in enumerate(contents.alternatives):
        when = f"with the closures of {group.day}" if group.day else "nothing closed"
        for route in group.routes:
            key = f"{number}-{route.rank}"
            low, high = route.length_km_low, route.length_km_high
            length = f"{route.length_km:.0f} km ({route.length_km / KM_PER_MILE:.0f} mi)"
            shared = f"{route.stretch:.2f} times the shortest; {route.sharing:.0%} shared with it"
            cells = [
                f"{group.origin} to {group.destination}, {when}",
                "shortest way" if route.rank == 0 else f"alternative {route.rank}",
                f"{length}, {low:.0f} to {high:.0f} km",
                f"about {route.duration_h:.1f} h of driving",
                shared if route.rank else "",
                ", ".join(route.landmarks), route.confidence,
                "; ".join([held.get(key, ""), *(f"passes {name}" for name in route.passes)]).strip(
                    "; "
                ),
                ", ".join(route.edges),
            ]  # fmt: skip
            rows.append(_row(row_id("w", key), [safe(cell) for cell in cells]))
    return _table(columns, ["".join(rows)])


def closure_table(contents: Contents, words: Mapping[str, str]) -> str:
    """All closures: kind, days, note, source."""
    columns = [words[key] for key in ("closure", "kind", "closed", "note", "from")]
    rows = []
    for closure in contents.closures:
        kind = "cut" if closure.kind == "cut" else "front line"
        outside = " Its place comes from outside the reports." if closure.place_from_outside else ""
        cells = [closure.name, kind, closure.closed, closure.note + outside, closure.source]
        rows.append(_row(row_id("x", closure.id), [safe(cell) for cell in cells]))
    return _table(columns, ["".join(rows)])


def dispute_list(
    contradictions: Sequence[Contradiction], contents: Contents, words: Mapping[str, str]
) -> str:
    """The contradictions that were found, each with both sides, and what would reconcile them."""
    items = []
    for number, one in enumerate(contradictions):
        parties = "".join(
            f'<li><b dir="auto">{safe(says)}</b> {_links(claims, contents)}'
            for says, claims in one.parties
        )
        hints = "".join(f"<li>{safe(hint)}" for hint in one.reconcile)
        items.append(
            f'<details id="d-{number}"><summary>{safe(one.subject)} <span class="tag">'
            f"{safe(one.kind)}</span></summary><p>{safe(one.why)}<ul>{parties}</ul>"
            f"<p lang={words['lang']}>{words['reconcile']}<ul>{hints}</ul></details>"
        )
    return f"<p>{words['noWinner']}</p><div {TOLD}>{''.join(items)}</div>"


def _links(claims: Iterable[str], contents: Contents) -> str:
    def side(claim: str) -> str:
        key = contents.claims[claim].side
        return contents.info.sides[key].name if key in contents.info.sides else key

    return ", ".join(
        f'<a class="claim" href="#{safe(row_id("c", claim))}">{safe(claim)}</a> '
        f"({safe(side(claim))})"
        for claim in claims
    )


def ledger_list(findings: Findings, cards: Cards, states: Mapping[str, str]) -> str:
    """Each different reading of the ledgers once, with its days; carried ones left out."""
    return f'<ul class="list" {TOLD}>{"".join(_readings(findings, cards, states))}</ul>'


def _readings(findings: Findings, cards: Cards, states: Mapping[str, str]) -> Iterator[str]:
    days: dict[tuple[str, str], list[str]] = {}
    for ledger in findings.ledgers:
        for reading in ledger.readings:
            if not reading.carried:
                text = reading_words(reading, states)
                days.setdefault((reading.side, text), []).append(ledger.on.isoformat())
    for (side, text), on in days.items():
        when = on[0] if len(on) == 1 else f"{on[0]} to {on[-1]}"
        yield f"<li><b>{safe(cards.side_name(side))}</b>, {when}: {safe(text)}"
