"""Contradictions of counts: two numbers at once, two units at once, parts over the total."""

from __future__ import annotations

import math
from collections import defaultdict
from datetime import date
from itertools import pairwise, permutations
from typing import TYPE_CHECKING

import numpy as np

from convoy_geo.analysis.intervals import (
    ALWAYS,
    count_of,
    count_words,
    days,
    rough_count,
    rough_km,
    told_words,
    total,
)
from convoy_geo.analysis.ledger import REST, TOTAL
from convoy_geo.analysis.old_rules.rivalry import (
    SHOWN,
    Contradiction,
    Rules,
    against_words,
    amount,
    amount_words,
    chains,
    clusters,
    parties_of,
)
from convoy_geo.analysis.totals import Wholes
from convoy_geo.geodesy import KM_PER_UNIT, to_km

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from convoy_geo.analysis.intervals import Count
    from convoy_geo.analysis.old_rules.whereabouts import Atlas
    from convoy_geo.model.claims import Claim

__all__ = ["distances", "numbers", "sums", "units_of"]


def _ends(claim: Claim) -> tuple[str, ...]:
    """The places between which, or of which, a claim tells a length."""
    return tuple(sorted({place for _, place in claim.places})) if claim.unit in KM_PER_UNIT else ()


def _is_distance(claim: Claim) -> bool:
    """Whether a claim tells a length between two places: that has no day."""
    return len(_ends(claim)) == 2


def _subject(claim: Claim) -> tuple[str, str, str, tuple[str, ...]]:
    """What is counted: a unit in a state, or of a topic; a length at its places."""
    return claim.unit, claim.state, "" if claim.state else claim.topic, _ends(claim)


def numbers(claims: Sequence[Claim], rules: Rules) -> Iterator[Contradiction]:
    """Figures of one subject in overlapping days with no number in common."""
    counted = [c for c in claims if count_of(c) and c.state != REST and not _is_distance(c)]
    lists = _lists(counted)
    # A sentence that says of what each of its figures is ("eight soldiers, two members") is no
    # list of unknown parts: each figure then has a subject of its own.
    told = [group for group in lists if _all_noted(group)]
    notes = {(_subject(claim), claim.unit_note) for group in told for claim in group}
    lists = [group for group in lists if not _all_noted(group)]
    listed = {claim.id for group in lists for claim in group}
    single = [claim for claim in counted if claim.id not in listed]

    def note(claim: Claim) -> str:
        return claim.unit_note if (_subject(claim), claim.unit_note) in notes else ""

    for cluster in clusters(single, lambda c: (_subject(c), note(c)), rough_count):
        yield _number(cluster, rules, note=note(cluster[0]))
    by_subject: dict[Hashable, list[list[Claim]]] = defaultdict(list)
    for group in lists:
        by_subject[_subject(group[0])].append(group)
    others: dict[Hashable, list[Claim]] = defaultdict(list)
    for claim in single:
        if _subject(claim) in by_subject:
            others[_subject(claim)].append(claim)
    for subject, rows in others.items():
        flagged = _off_lists(rows, by_subject[subject])
        spans = [days(claim.happened) for claim in flagged]
        for cluster in chains(flagged, range(len(flagged)), [0] * len(flagged), spans):
            # a list told over several days may meet the single figure on one of them only
            if len(cluster) > 1 and any(claim.id not in listed for claim in cluster):
                yield _number(cluster, rules, parts=True)


def distances(claims: Sequence[Claim], atlas: Atlas) -> Iterator[Contradiction]:
    """Lengths between two places that differ, in whatever units and on whatever days."""
    told = [claim for claim in claims if count_of(claim) and _is_distance(claim)]
    for cluster in clusters(
        told, lambda c: (c.topic, c.state, _ends(c)), rough_km, lambda _: ALWAYS
    ):
        if len({(claim.report, claim.span_start or claim.id) for claim in cluster}) == 1:
            continue  # one sentence that gives two, such as by road and in a straight line
        one, other = map(atlas.name, _ends(cluster[0]))
        subject = f"{cluster[0].topic.replace('_', ' ')} between {one} and {other}"
        parties = parties_of(cluster, _length_words)
        rough = ", ".join([claim.id for claim in cluster if claim.qualifier][:SHOWN])
        hints = ([f"round figures: {rough}"] if rough else []) + [
            "one is the length of a way, the other a straight line",
            "not the same places meant",
        ]
        yield Contradiction(
            "number", subject, parties, f"{subject}: {against_words(parties)}", tuple(hints)
        )


def _length_words(claim: Claim) -> tuple[Count, str]:
    told = f"{count_words(amount(claim))} {claim.unit.replace('_', ' ')}"
    if KM_PER_UNIT[claim.unit] == 1:
        return amount(claim), told
    low, high = (to_km(end, claim.unit) for end in amount(claim))
    whole = (float(round(low)), high if math.isinf(high) else float(round(high)))
    return (low, high), f"{told} ({count_words(whole)} km)"


def _off_lists(singles: Sequence[Claim], lists: Iterable[Sequence[Claim]]) -> list[Claim]:
    """The lists that meet a single figure which fits none of theirs, and those figures."""
    rows = sorted(singles, key=lambda claim: (days(claim.happened), claim.id))
    boxes = _boxes(rows)
    longest = (boxes[1] - boxes[0]).max()
    hit = np.zeros(len(rows), dtype=bool)
    flagged: list[Claim] = []
    for group in lists:
        mine = _boxes(group)
        start = np.searchsorted(boxes[0], mine[0].min() - longest)
        end = np.searchsorted(boxes[0], mine[1].max(), side="right")
        off = _off_all(boxes[:, start:end], group)
        if off.any():
            hit[start:end] |= off
            flagged += group
    return [*flagged, *(rows[row] for row in np.flatnonzero(hit))]


def _lists(claims: Iterable[Claim]) -> list[list[Claim]]:
    """Claims of one sentence that give several figures of one subject: parts, not rivals."""
    groups: dict[Hashable, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.span_start is not None:
            groups[(_subject(claim), claim.report, claim.span_start)].append(claim)
    return [
        group
        for group in groups.values()
        if len(group) > 1 and max(amount(c)[0] for c in group) > min(amount(c)[1] for c in group)
    ]


def _all_noted(group: Sequence[Claim]) -> bool:
    """Whether each figure of a sentence says of what it is, no two the same."""
    notes = {claim.unit_note for claim in group}
    return "" not in notes and len(notes) == len(group)


def _boxes(claims: Iterable[Claim]) -> NDArray[np.float64]:
    """First day, last day, least and greatest number: a row each."""
    return np.array([(*days(claim.happened), *amount(claim)) for claim in claims]).T


def _off_all(boxes: NDArray[np.float64], group: Sequence[Claim]) -> NDArray[np.bool_]:
    """Which boxes meet the group's days and fit none of its figures, nor their sum."""
    parts = sorted({amount(claim) for claim in group})
    first, last, low, high = boxes
    mine = _boxes(group)
    off = (first <= mine[1].max()) & (last >= mine[0].min())
    for least, most in [*parts, total(parts)]:
        off &= (low > most) | (high < least)
    return np.asarray(off)


def _number(
    cluster: Sequence[Claim], rules: Rules, *, parts: bool = False, note: str = ""
) -> Contradiction:
    unit, state, topic, ends = _subject(cluster[0])
    unit = unit.replace("_", " ")
    about = rules.state(state) if state else " ".join(["of", topic, *ends]).replace("_", " ")
    subject = f"{unit} {about}" + (f" ({note})" if note else "")
    parties = parties_of(cluster, amount_words)
    hints = []
    if parts:
        hints.append("part against whole: the figures of one sentence are of several things")
    rows = sorted((days(c.happened)[1], days(c.happened)[0], *amount(c)) for c in cluster)
    grows = all(one[3] < other[2] for one, other in pairwise(rows) if one[0] < other[0])
    if rows[0][0] < rows[-1][0] and grows and len({row[1] for row in rows}) == 1:
        hints.append("a running count: each is as of the last of its days")
    elif any(last > first for last, first, *_ in rows):
        hints.append("another day: some are told of several days")
    rough = [claim.id for claim in cluster if claim.qualifier]
    if rough:
        hints.append(f"round figures: {', '.join(rough[:SHOWN])}")
    hints.append(f"not the same {unit} meant")
    return Contradiction(
        "number", subject, parties, f"{subject}: {against_words(parties)}", tuple(hints)
    )


def units_of(claims: Sequence[Claim], rules: Rules) -> Iterator[Contradiction]:
    """One topic and state counted in two units in overlapping days."""
    counted = [
        c for c in claims if count_of(c) and c.state != REST and c.unit not in {"", *KM_PER_UNIT}
    ]
    code = {unit: float(rank) for rank, unit in enumerate(sorted({c.unit for c in counted}))}
    exact: dict[float, dict[str, str]] = defaultdict(dict)
    for claim in counted:
        if claim.state == TOTAL and claim.low == claim.high and claim.low is not None:
            exact[claim.low].setdefault(claim.unit, claim.id)
    for cluster in clusters(counted, lambda c: (c.topic, c.state), lambda c: (code[c.unit],) * 2):
        topic, state = cluster[0].topic.replace("_", " "), cluster[0].state
        subject = f"{topic} {rules.state(state)}" if state else topic
        parties = parties_of(
            cluster,
            lambda c: ((c.unit, amount(c)), f"{count_words(amount(c))} {c.unit.replace('_', ' ')}"),
        )
        units = " and ".join(sorted({c.unit.replace("_", " ") for c in cluster}))
        hints = [f"another unit: {units} are not the same thing counted"]
        if cluster[0].state == TOTAL:
            hints += _sum_hints(cluster, exact)
        yield Contradiction(
            "unit", subject, parties, f"{subject}: {against_words(parties)}", tuple(hints)
        )


def _sum_hints(cluster: Iterable[Claim], exact: Mapping[float, Mapping[str, str]]) -> Iterator[str]:
    """Exact totals of two units that make a third's: "300 fighters and 300 relatives"."""
    figures = sorted({(c.low, c.unit) for c in cluster if c.low is not None and c.low == c.high})
    if len(figures) > SHOWN:
        return
    for (one, part), (whole, unit) in permutations(figures, 2):
        for other, claim in sorted(exact.get(whole - one, {}).items()):
            if len({part, unit, other}) == 3 and one < whole:
                yield (
                    f"part against whole: {one:g} {part} ({exact[one][part]}) and "
                    f"{whole - one:g} {other} ({claim}) make {whole:g} {unit} "
                    f"({exact[whole][unit]})"
                )


def sums(claims: Sequence[Claim], rules: Rules) -> Iterator[Contradiction]:
    """Each day's parts, as of the last day each is told of, against the largest total.

    Of those told of the same days, and of no others: see `wholes.Wholes`.
    """

    def told(claim: Claim) -> tuple[str, str]:
        return claim.state, f"{told_words(claim)} {rules.state(claim.state)}"

    wholes = Wholes(claims)
    parts: dict[tuple[str, int], dict[str, list[Claim]]] = defaultdict(lambda: defaultdict(list))
    for claim in claims:
        if not count_of(claim) or not claim.happened:
            continue
        if claim.state and claim.state not in (TOTAL, REST):
            parts[claim.unit, days(claim.happened)[1]][claim.state].append(claim)
    for (unit, day), states in parts.items():
        least = {state: max(rough_count(c)[0] for c in group) for state, group in states.items()}
        behind = [c for s, group in states.items() for c in group if rough_count(c)[0] == least[s]]
        limit, whole = wholes.most(unit, (max(days(c.happened)[0] for c in behind), day))
        if not sum(least.values()) > limit:
            continue
        parties = (
            *parties_of(behind, told),
            *parties_of(whole, lambda c: (amount(c), told(c)[1])),
        )
        when = date.fromordinal(day).isoformat()
        figures = " + ".join(count_words((n, n)) for _, n in sorted(least.items()))
        if len(least) > 1:
            figures += f" = {count_words((sum(least.values()),) * 2)}"
        why = (
            f"{unit} on {when}: {figures} at least, "
            f"of {count_words((limit, limit))} in all: {against_words(parties)}"
        )
        hints = ["one side's figure is not so", f"not all of these {unit} belong to that total"]
        if len(least) > 1:
            hints.insert(0, f"another time of the day: the same {unit} in two states in turn")
        yield Contradiction("sum", f"{unit} on {when}", parties, why, tuple(hints))
