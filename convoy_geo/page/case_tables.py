"""Places, routes, claims, disputes and sources of a case as HTML that reads without JavaScript.

The tables are also where the page's script takes the words of its cards from: nothing is shipped
twice. A row's id names what it is about (`row_id`); the first cell is its title. End tags that
HTML leaves out are left out, the texts all pass `safe`.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from convoy_geo.analysis.intervals import count_of, count_words
from convoy_geo.geodesy import KM_PER_MILE
from convoy_geo.lang import DEFAULT
from convoy_geo.viz.words import Own, date_words, named, own, relation_words, tellers
from convoy_geo.webmap.sanitize import safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from convoy_geo.analysis.ledger import Account
    from convoy_geo.analysis.old_rules.rivalry import Contradiction
    from convoy_geo.model.claims import Claim
    from convoy_geo.model.places import Place
    from convoy_geo.viz.findings import Findings
    from convoy_geo.viz.popups import Cards
    from convoy_geo.viz.view_data import Contents

__all__ = [
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

TOLD = f"lang={DEFAULT} dir=auto"
"""The attributes of an element that holds such text."""

ON_MAP = {"point", "area"}

ROWS = 2000
"""Rows of one table that stand in the page as HTML; the script opens the others one by one."""

_TAG = re.compile("<[^>]*>")
_PLAIN = re.compile(r"[\w.-]+", re.ASCII)


def row_id(kind: str, key: object) -> str:
    """The id of a row: ``c`` claim, ``p`` place, ``r`` reported, ``w`` computed, ``x`` closure.

    Examples
    --------
    >>> row_id("p", "abu_kamal")
    'p-abu_kamal'
    """
    return f"{kind}-{key}"


def _table(columns: Sequence[str], bodies: Sequence[str], words: Mapping[str, str]) -> str:
    """A table of bodies of rows; nothing where there are none."""
    if not any(bodies):
        return ""
    told = TOLD if words["lang"] == DEFAULT else ""
    head = "".join(f"<th scope=col>{column}" for column in columns)
    body = f"<tbody {told}>" if told else "<tbody>"
    return f"<table><thead><tr>{head}{body}{body.join(bodies)}</table>"


def _row(anchor: str, cells: Sequence[str], words: Mapping[str, str]) -> str:
    """A row of safe HTML; all but what is `Own` is marked where the page's language is another."""
    first, *rest = cells
    key = anchor if _PLAIN.fullmatch(anchor) else f'"{safe(anchor)}"'
    lang = "" if words["lang"] == DEFAULT else f" lang={DEFAULT}"
    mark = f"{lang} dir=auto" if lang else ""
    start = f"<tr id={key}><th scope=row dir=auto{'' if isinstance(first, Own) else lang}>{first}"
    return start + "".join(
        f"<td{'' if isinstance(cell, Own) or not cell else mark}>{cell}" for cell in rest
    )


class Rows:
    """Rows of one table, the first `ROWS` of them as HTML and the others as plain cells.

    Parameters
    ----------
    rest
        Takes up the cells of the others under the row's id.
    words
        The page's own words.
    """

    def __init__(self, rest: dict[str, list[str]], words: Mapping[str, str]) -> None:
        self.rest = rest
        self.words = words
        self.count = 0

    def add(self, anchor: str, cells: list[str]) -> str:
        """The HTML of a row of cells of safe HTML; nothing if there are too many already."""
        self.count += 1
        if self.count > ROWS:
            self.rest[anchor] = [html.unescape(_TAG.sub("", cell)) for cell in cells]
            return ""
        return _row(anchor, cells, self.words)

    def note(self, file: str) -> str:
        """A sentence of how many rows are left out, and where all are."""
        if self.count <= ROWS:
            return ""
        text = self.words["cut"].format(shown=ROWS, all=self.count, file=file)
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
    table = Rows({} if rest is None else rest, words)
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
            table.add(row_id("c", claim.id), _claim_cells(claim, places, words, graded=graded))
            for claim in by_report.get(report.id, ())
        ]
        when = date_words(words, report.published.text)
        title = f"{own(words, 'given', name=f'{report.id}: {report.publisher}')}, {when}"
        head = f'<tr><th colspan="{len(columns)}" scope="rowgroup">{title}'
        bodies.append(head + "".join(rows))
    return table.note("claims.csv") + _table(columns, bodies if contents.claims else [], words)


def _claim_cells(
    claim: Claim, places: Mapping[str, Place], words: Mapping[str, str], *, graded: bool
) -> list[str]:
    happened = date_words(words, claim.happened.text)
    if happened and claim.date_basis == "external":
        happened = own(words, "dayOutside", day=happened)
    where = [own(words, f"role_{role}", place=places[key].name) if places[key].shape in ON_MAP
             else own(words, "unmapped", place=own(words, f"role_{role}", place=places[key].name))
             for role, key in claim.places]  # fmt: skip
    names = {key: place.name for key, place in places.items()}
    said = {f"{role} {names[key]}" for role, key in claim.places}
    told = (relation_words(term, names) for term in claim.where)
    where += [own(words, "given", name=text) for text in told if text not in said]
    return [
        safe(claim.summary), Own(safe(claim.id)), _tellers(claim, words),
        happened, date_words(words, claim.said.text), Own("; ".join(where)),
        named(words, "status", claim.status),
        *([safe(f"{claim.reliability}{claim.credibility}")] if graded else []),
    ]  # fmt: skip


def _tellers(claim: Claim, words: Mapping[str, str]) -> str:
    return tellers(words, claim.tellers or (claim.claimant,))


def place_table(contents: Contents, cards: Cards, words: Mapping[str, str]) -> str:
    """All places: names, kind, position with its radius, spellings of the reports, source."""
    columns = [words[key] for key in ("name", "arabic", "kind", "position", "spellings", "from")]
    rows = []
    for place in contents.places.values():
        if place.role == "decoy":
            continue
        known = sorted({s.text for s in place.spellings if s.use == "report"} - {place.name})
        kind = named(words, "kind", place.kind)
        if place.role == "context":
            kind = own(words, "notNamed", kind=kind)
        arabic = f"<bdi lang=ar>{safe(place.arabic_name)}</bdi>" if place.arabic_name else ""
        cells = [safe(place.name), Own(arabic), kind, cards.position(place), safe(", ".join(known)),
                 safe(place.source)]  # fmt: skip
        rows.append(_row(row_id("p", place.id), cells, words))
    return _table(columns, ["".join(rows)], words)


def route_table(contents: Contents, cards: Cards, words: Mapping[str, str]) -> str:
    """All reported routes: side, day, status, how the course is known, length."""
    columns = [words[key] for key in ("route", "side", "happened", "status", "course", "length",
        "confidence", "note")]  # fmt: skip
    rows = []
    for track in contents.tracks:
        route = track.route
        named_only = "courseEnds" if len(route.places) == 2 else "courseStops"
        course = own(words, named_only if route.course == "assumed" else "courseTold")
        if any(leg.road is None for leg in track.legs):
            course = own(words, "courseLink", course=course)
        length = track.length_km
        note = [safe(route.note)]
        if route.outside:
            names = ", ".join(contents.places[key].name for key in route.outside)
            note.append(own(words, "outside", names=names, source=route.outside_source))
        cells = [
            safe(route.title), safe(cards.side_name(route.side)), cards.day(route.day),
            named(words, "status", route.status), course,
            own(words, "roadKm", km=f"{length:.0f}") if length else "",
            named(words, "confidence", track.confidence), " ".join(filter(None, note)),
        ]  # fmt: skip
        rows.append(_row(row_id("r", route.id), cells, words))
    return _table(columns, ["".join(rows)], words)


def computed_table(
    contents: Contents, cards: Cards, words: Mapping[str, str], held: Mapping[str, str]
) -> str:
    """All computed ways: length with its range, time, how far they share the best, what they pass.

    Parameters
    ----------
    contents
        What the case holds.
    cards
        Writes its titles.
    words
        The page's own words.
    held
        Who held the ground, by the row's key: see `computed_keys`.
    """
    columns = [words[key] for key in ("route", "rank", "length", "hours", "shared", "by",
        "confidence", "heldBy", "roads")]  # fmt: skip
    rows = []
    for number, group in enumerate(contents.alternatives):
        title = cards.way_title(group)
        for route in group.routes:
            key = f"{number}-{route.rank}"
            lengths = {"km": route.length_km, "mi": route.length_km / KM_PER_MILE,
                       "low": route.length_km_low, "high": route.length_km_high}  # fmt: skip
            km = {name: f"{value:.0f}" for name, value in lengths.items()}
            shared = {"times": f"{route.stretch:.2f}", "share": f"{route.sharing:.0%}"}
            passed = [own(words, "passes", name=name) for name in route.passes]
            cells = [
                title,
                own(words, "alternative", rank=route.rank) if route.rank
                else own(words, "shortest"),
                own(words, "kmRange", **km),
                own(words, "driving", hours=f"{route.duration_h:.1f}"),
                own(words, "sharing", **shared) if route.rank else "",
                safe(", ".join(route.landmarks)), named(words, "confidence", route.confidence),
                "; ".join(filter(None, [safe(held.get(key, "")), *passed])),
                safe(", ".join(route.edges)),
            ]  # fmt: skip
            rows.append(_row(row_id("w", key), cells, words))
    return _table(columns, ["".join(rows)], words)


def closure_table(contents: Contents, words: Mapping[str, str]) -> str:
    """All closures: kind, days, note, source."""
    columns = [words[key] for key in ("closure", "kind", "closed", "note", "from")]
    rows = []
    for closure in contents.closures:
        outside = closure.place_from_outside
        note = own(words, "closureOutside", note=closure.note) if outside else safe(closure.note)
        cells = [safe(closure.name), named(words, "kind", closure.kind),
                 date_words(words, closure.closed.text), note, safe(closure.source)]  # fmt: skip
        rows.append(_row(row_id("x", closure.id), cells, words))
    return _table(columns, ["".join(rows)], words)


def dispute_list(
    contradictions: Sequence[Contradiction], contents: Contents, words: Mapping[str, str]
) -> str:
    """The contradictions that were found, each with both sides, and what would reconcile them."""
    items = []
    own_lang = "" if words["lang"] == DEFAULT else f" lang={words['lang']}"
    for number, one in enumerate(contradictions):
        parties = "".join(
            f'<li><b dir="auto">{safe(says)}</b> {_links(claims, contents)}'
            for says, claims in one.parties
        )
        hints = "".join(f"<li>{safe(hint)}" for hint in one.reconcile)
        items.append(
            f'<details id="d-{number}"><summary>{safe(one.subject)} <span class="tag"'
            f"{own_lang}>{named(words, 'dispute', one.kind)}</span></summary>"
            f"<p>{safe(one.why)}<ul>{parties}</ul>"
            f"<p lang={words['lang']}>{words['reconcile']}<ul>{hints}</ul></details>"
        )
    if not items:
        return ""
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
    """Each different reading of the ledgers once, with its days; carried ones left out.

    Figures that were given later than the day they are of make no reading: that is said.
    """
    rows = "".join(_readings(findings, cards, states))
    if rows:
        return f'<ul class="list">{rows}</ul>'
    units = {ledger.unit for ledger in findings.ledgers}
    counted = any(claim.unit in units and count_of(claim) for claim in cards.claims.values())
    return f'<p class="muted">{cards.words["noFigures"]}' if counted else ""


def _readings(findings: Findings, cards: Cards, states: Mapping[str, str]) -> Iterator[str]:
    days: dict[tuple[str, str], list[str]] = {}
    for ledger in findings.ledgers:
        for reading in ledger.accounts:
            if not reading.carried:
                text = _reading(reading, cards, states)
                days.setdefault((reading.side, text), []).append(ledger.on.isoformat())
    words = cards.words
    for (side, text), on in days.items():
        when = date_words(words, on[0] if len(on) == 1 else f"{on[0]}/{on[-1]}")
        name = own(words, "given", name=cards.side_name(side))
        yield f"<li><b>{name}</b>{words['comma']}{when}: {text}"


def _unbroken(claims: Iterable[str]) -> Own:
    """Ids, which a line's end must not tear at their hyphens."""
    return Own(", ".join(f"<bdi class=code>{safe(claim)}</bdi>" for claim in claims))


def _reading(reading: Account, cards: Cards, states: Mapping[str, str]) -> str:
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
    if reading.total is None or reading.residual is None:
        return words["semicolon"].join([*cells, words["noTotal"]]) + f": {words['undetermined']}"
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
    rest = [own(words, "restIs", count=count_words(reading.residual))]
    if reading.rest_claims:
        rest.append(own(words, "toldRest", claims=_unbroken(reading.rest_claims)))
    verdict = {True: "addsUp", False: "doesNot", None: "undetermined"}[reading.adds_up]
    return (
        words["semicolon"].join([*cells, total])
        + ": "
        + words["comma"].join([*rest, words[verdict]])
    )
