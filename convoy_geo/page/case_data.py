"""Further data for the page's script: times, sides, ledgers, conflicts.

Everything is numbers and short keys; words stand in the page's tables (`tables`). The record::

    {"sides": [[id, name, colour, dash, short name, text colour, dark colour, dark text], ...],
     "states": [label, ...],
     "unit": ..., "perDay": 1, "zone": ..., "span": {clock: [d0, d1], ...},
     "reports": [[id, publisher, url, published, published in words, archived copy if any], ...],
     "claims": [[report, side, status, happened, said, places, span, verdict and why], ...],
     "ids": [claim id, ...], "places": [place id, ...], "also": [its other spellings, ...],
     "disputes": [[how, [claims of one party, ...]], ...], "whole": 1 if these are all,
     "short": {claim in one of them: its label},
     "denies": [[claim, claim], ...],
     "agree": [[claim, claim], ...],
     "ledger": [[side, report, d0, d1, cells, total, rest, adds up, claims, carried], ...]}

Times are steps from 1970-01-01 on the case's calendar: days, or hours where ``perDay`` is 24 (see
`convoy_geo.viz.story_clock`); ``[first, last]`` with None for an open end, 0 for no date.

The span of the clock ``happened`` is the case's own; ``said`` and ``published`` have the days on
which something was: at most `LONGEST` of them in a row, those with the most claims (the earliest
where there are several such), so that one wrong or far year leaves a slider that can be used. What
lies beyond shows with all days only.

How the parties of a dispute are related: 0 all of them together cannot be true, as with parts and
their total; 1 no two of them can. Claims of one party are equivalent.
"""

from __future__ import annotations

import bisect
from itertools import combinations, product
from typing import TYPE_CHECKING, Any

from convoy_geo.analysis.intervals import count_of, days, json_number
from convoy_geo.lang import DEFAULT
from convoy_geo.model.claims import STATUSES
from convoy_geo.page.case_conflicts import (
    TWO_BY_TWO,
    conflict_records,
    denials,
    is_whole,
    judgement,
)
from convoy_geo.viz.story_clock import BY_DAY, story_clock
from convoy_geo.viz.symbology import side_dashes
from convoy_geo.viz.words import date_words
from convoy_geo.webmap.sanitize import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from convoy_geo.analysis.accounts import Account
    from convoy_geo.dates.interval import Interval
    from convoy_geo.model.claims import Claim
    from convoy_geo.model.places import Place
    from convoy_geo.viz.findings import Findings
    from convoy_geo.viz.story_clock import StoryClock
    from convoy_geo.viz.view_data import Contents

__all__ = ["story_record", "used_sides"]

LONGEST = 3660
"""Days that the slider of a clock has at most: ten years."""

OTHER_COLOUR, OTHER_DARK = "#6b6b6b", "#b0b0b0"


def used_sides(contents: Contents) -> dict[str, int]:
    """The sides that claims or routes name, in the case's order, with their numbers."""
    named = {claim.side for claim in contents.claims.values()}
    named |= {track.route.side for track in contents.tracks}
    known = [side for side in contents.info.sides if side in named]
    return {side: number for number, side in enumerate([*known, *sorted(named - set(known))])}


def story_record(
    contents: Contents, findings: Findings, words: Mapping[str, str]
) -> dict[str, Any]:
    """The record of a case; see the module.

    Parameters
    ----------
    contents
        What the case holds.
    findings
        What follows from it.
    words
        The page's own words.
    """
    info, claims = contents.info, contents.claims
    numbers = {key: number for number, key in enumerate(claims)}
    sides = used_sides(contents)
    reports = {key: number for number, key in enumerate(contents.reports)}
    places = {key: number for number, key in enumerate(contents.places)}
    dashes = side_dashes(contents.tracks)
    clock = story_clock(contents)
    disputes = conflict_records(findings.consistency, numbers)
    fought = {number for _, parties in disputes for party in parties for number in party}
    denies = denials(findings.consistency, numbers)
    apart = {frozenset(pair) for pair in denies}
    apart |= {
        frozenset(pair)
        for how, parties in disputes
        if how == TWO_BY_TWO
        for pair in product(*parties)
    }
    return {
        "sides": [
            [
                side,
                clean(known.name),
                known.shades.fill,
                dashes.get(side, ""),
                clean(known.short),
                known.shades.text,
                known.shades.dark_fill,
                known.shades.dark_text,
            ]
            if (known := info.sides.get(side))
            else [
                side,
                clean(side),
                OTHER_COLOUR,
                dashes.get(side, ""),
                clean(side),
                *(OTHER_COLOUR, OTHER_DARK, OTHER_DARK),
            ]
            for side in sides
        ],
        "lang": DEFAULT,
        "statuses": STATUSES,
        "states": [clean(label) for label in info.states.values()],
        "unit": findings.ledgers[0].unit if findings.ledgers else "",
        "perDay": clock.per_day,
        "zone": clock.zone,
        "span": _spans(contents, clock),
        "reports": [
            [
                clean(report.id),
                clean(report.publisher),
                report.url,
                clock.steps(report.published),
                clean(date_words(words, report.published).text),
                *([copy] if (copy := info.story.archive.get(report.id)) else []),
            ]
            for report in contents.reports.values()
        ],
        "places": list(contents.places),
        "also": [_other_names(place) for place in contents.places.values()],
        "ids": list(claims),
        "claims": [
            [
                reports[claim.report],
                sides[claim.side],
                STATUSES.index(claim.status),
                clock.steps(claim.happened),
                clock.steps(claim.said),
                [places[place] for place in dict.fromkeys(claim.located_places)],
                _span(claim),
                judgement(findings.consistency, claim.id, words["lang"]),
            ]
            for claim in claims.values()
        ],
        "disputes": disputes,
        "whole": int(is_whole(findings.consistency)),
        "short": {
            number: clean(claims[key].label)
            for key, number in numbers.items()
            if number in fought and claims[key].label
        },
        "denies": denies,
        "agree": [
            pair
            for a, b in _agreeing(claims.values())
            if frozenset(pair := [numbers[a.id], numbers[b.id]]) not in apart
        ],
        "ledger": _ledger(findings, sides, reports, numbers, list(info.states), clock),
    }


ALSO = 12
"""Other spellings of a place that the search of a page knows, besides those of the reports."""


def _other_names(place: Place) -> str:
    """Spellings of a place that no report has, for the search, with a bar between them."""
    shown = {place.name, place.arabic_name, *(one.text for one in place.spellings
                                              if one.use == "report")}  # fmt: skip
    others = dict.fromkeys(clean(one.text) for one in place.spellings if one.text not in shown)
    return "|".join(list(others)[:ALSO])


def _spans(contents: Contents, clock: StoryClock) -> dict[str, list[int]]:
    """First and last step of each clock, see the module; those of the case if there are none."""
    info, claims = contents.info, contents.claims.values()
    own = [clock.day(info.first_day.toordinal())[0], clock.day(info.last_day.toordinal())[1]]
    said = [claim.said for claim in claims]
    published = [contents.reports[claim.report].published for claim in claims]
    return {
        "happened": own,
        "said": _fullest(said, clock) or own,
        "published": _fullest(published, clock) or own,
    }


def _fullest(dates: Iterable[Interval | str], clock: StoryClock = BY_DAY) -> list[int]:
    """First and last step of at most `LONGEST` days in a row that hold the most dates whole.

    Examples
    --------
    >>> _fullest(["1970-01-02", "1970-01-03/..", "1970-02-01", "3070-01-01", ""])
    [1, 31]
    """
    longest = LONGEST * clock.per_day
    told = [span for text in dates if isinstance(span := clock.steps(text), list)]
    spans = sorted((one, other) for low, high in told
        if (one := high if low is None else low) is not None
        and (other := low if high is None else high) is not None)  # fmt: skip
    best: tuple[int, list[int]] = (0, [])
    ahead: list[int] = []  # the last days of what begins no earlier
    for first, last in reversed(spans):
        bisect.insort(ahead, last)
        inside = bisect.bisect_left(ahead, first + longest)
        if inside and inside >= best[0]:
            best = (inside, [first, ahead[inside - 1]])
    if not best[1] and spans:  # nothing so short
        return [spans[0][0], spans[0][0] + longest - 1]
    return best[1]


def _span(claim: Claim) -> list[Any] | int:
    if claim.span_start is None or claim.span_end is None:
        return 0
    return [claim.span_start, claim.span_end, clean(claim.span_sha1)]


def _agreeing(claims: Iterable[Claim]) -> list[tuple[Claim, Claim]]:
    """Pairs of claims of two reports that say the same of the same matter on a common day.

    Those with figures have a figure in common; those without have the same places.
    """
    groups: dict[tuple[str, ...], list[Claim]] = {}
    for claim in claims:
        groups.setdefault((claim.topic, claim.unit, claim.state), []).append(claim)
    return [
        (one, other)
        for group in groups.values()
        for one, other in combinations(group, 2)
        if one.report != other.report and _meet(one, other)
    ]


def _meet(one: Claim, other: Claim) -> bool:
    mine, theirs = days(one.happened), days(other.happened)
    if mine[0] > theirs[1] or theirs[0] > mine[1] or "denied" in {one.status, other.status}:
        return False
    count, rival = count_of(one), count_of(other)
    if count and rival:
        return count[0] <= rival[1] and rival[0] <= count[1]
    places = set(one.located_places)
    return not count and not rival and bool(places) and places == set(other.located_places)


def _ledger(
    findings: Findings,
    sides: Mapping[str, int],
    reports: Mapping[str, int],
    claims: Mapping[str, int],
    states: list[str],
    clock: StoryClock,
) -> list[list[Any]]:
    """Each reading once for each run of days on which it stands."""
    runs: dict[str, list[Any]] = {}
    done: list[list[Any]] = []
    for ledger in findings.ledgers:
        day, end = clock.day(ledger.on.toordinal())
        for reading in ledger.accounts:
            row = _reading(reading, sides, reports, claims, states)
            key = repr(row)
            run = runs.get(key)
            if run is not None and run[3] == day - 1:
                run[3] = end
                continue
            runs[key] = run = [*row[:2], day, end, *row[2:]]
            done.append(run)
    return done


def _reading(
    reading: Account,
    sides: Mapping[str, int],
    reports: Mapping[str, int],
    claims: Mapping[str, int],
    states: list[str],
) -> list[Any]:
    told = ("day", "span", "carried")
    cells = [
        [states.index(cell.state), json_number(cell.count[0]), json_number(cell.count[1]),
         told.index(cell.told)]
        for cell in reading.cells
    ]  # fmt: skip
    rest = reading.residual
    return [
        sides[reading.side],
        reports[reading.report],
        cells,
        [json_number(value) for value in reading.total] if reading.total else 0,
        [json_number(value) for value in rest] if rest else 0,
        reading.adds_up,
        [claims[claim] for claim in reading.claims],
        1 if reading.carried else 0,
        1 if reading.later else 0,
    ]
