"""Contradictions of counts: two numbers at once, two units at once, parts over the total."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from convoy_geo.intervals import Count, count_of, count_words, days
from convoy_geo.ledger import REST, TOTAL
from convoy_geo.rivalry import (
    SHOWN,
    Contradiction,
    against_words,
    amount,
    amount_words,
    clusters,
    columns,
    parties_of,
)

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

    from convoy_geo.claims import Claim

__all__ = ["numbers", "sums", "units_of"]


def _subject(claim: Claim) -> tuple[str, str]:
    """What is counted: a unit in a state; without a state a unit of a topic."""
    return claim.unit, claim.state or f" of {claim.topic}"


def numbers(claims: Sequence[Claim]) -> Iterator[Contradiction]:
    """Figures of one subject in overlapping days with no number in common."""
    counted = [c for c in claims if count_of(c) and c.state != REST]
    lists = _lists(counted)
    listed = {claim.id for group in lists for claim in group}
    single = [claim for claim in counted if claim.id not in listed]
    for cluster in clusters(single, _subject, amount):
        yield _number(cluster)
    by_subject: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in single:
        by_subject[_subject(claim)].append(claim)
    for group in lists:
        parts = _distinct(group)
        options = [*parts, (sum(low for low, _ in parts), sum(high for _, high in parts))]
        rows = _off_all(by_subject[_subject(group[0])], group, options)
        if rows:
            yield _number([*rows, *group], parts=True)


def _distinct(group: Iterable[Claim]) -> list[Count]:
    return sorted({amount(claim) for claim in group})


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


def _off_all(others: Sequence[Claim], group: Sequence[Claim], options: list[Count]) -> list[Claim]:
    """The others that meet the group's days and fit none of its figures, nor their sum."""
    first = min(days(claim.happened)[0] for claim in group)
    last = max(days(claim.happened)[1] for claim in group)
    return [
        claim
        for claim in others
        if days(claim.happened)[0] <= last
        and days(claim.happened)[1] >= first
        and all(amount(claim)[0] > high or amount(claim)[1] < low for low, high in options)
    ]


def _number(cluster: Sequence[Claim], *, parts: bool = False) -> Contradiction:
    unit, state = _subject(cluster[0])
    subject = f"{unit} {state}".replace("  ", " ").replace("_", " ")
    parties = parties_of(cluster, amount_words)
    hints = []
    if parts:
        hints.append("part against whole: the figures of one sentence are of several things")
    starts = {days(claim.happened)[0] for claim in cluster}
    by_end = sorted(cluster, key=lambda c: (days(c.happened)[1], amount(c)))
    ends = [days(claim.happened)[1] for claim in by_end]
    grows = all(
        amount(a)[1] < amount(b)[0]
        for a, b in pairwise(by_end)
        if days(a.happened)[1] < days(b.happened)[1]
    )
    if len(starts) == 1 and len(set(ends)) > 1 and grows:
        hints.append("a running count: each is as of the last of its days")
    elif any(days(c.happened)[0] < days(c.happened)[1] for c in cluster):
        hints.append("another day: some are told of several days")
    rough = [claim.id for claim in cluster if claim.qualifier]
    if rough:
        hints.append(f"round figures: {', '.join(rough[:SHOWN])}")
    hints.append(f"not the same {unit} meant")
    return Contradiction(
        "number", subject, parties, f"{subject}: {against_words(parties)}", tuple(hints)
    )


def units_of(claims: Sequence[Claim]) -> Iterator[Contradiction]:
    """One topic and state counted in two units in overlapping days."""
    counted = [c for c in claims if count_of(c) and c.unit and c.state != REST]
    code = {unit: float(rank) for rank, unit in enumerate(sorted({c.unit for c in counted}))}
    totals: dict[str, list[Claim]] = defaultdict(list)
    for claim in counted:
        if claim.state == TOTAL:
            totals[claim.unit].append(claim)
    for cluster in clusters(counted, lambda c: (c.topic, c.state), lambda c: (code[c.unit],) * 2):
        subject = f"{cluster[0].topic} {cluster[0].state}".strip().replace("_", " ")
        parties = parties_of(
            cluster, lambda c: ((c.unit, amount(c)), f"{count_words(amount(c))} {c.unit}")
        )
        units = " and ".join(sorted({c.unit.replace("_", " ") for c in cluster}))
        hints = [f"another unit: {units} are not the same thing counted"]
        if cluster[0].state == TOTAL:
            hints += _sum_hints(cluster, totals)
        yield Contradiction(
            "unit", subject, parties, f"{subject}: {against_words(parties)}", tuple(hints)
        )


def _sum_hints(cluster: Sequence[Claim], totals: Mapping[str, list[Claim]]) -> list[str]:
    """Exact totals of two units that make a third's: "300 fighters and 300 relatives"."""
    figures = {
        unit: {amount(c)[0]: c.id for c in reversed(group) if amount(c)[0] == amount(c)[1]}
        for unit, group in totals.items()
    }
    units = sorted({claim.unit for claim in cluster} & set(figures))
    return [
        f"part against whole: {one:g} {part} ({figures[part][one]}) and {whole - one:g} {other} "
        f"({figures[other][whole - one]}) make {whole:g} {total} ({figures[total][whole]})"
        for total in units
        for whole in sorted(figures[total])[:SHOWN]
        for part in units
        if part != total
        for one in sorted(figures[part])[:SHOWN]
        for other in sorted(set(figures) - {total, part})
        if whole - one in figures[other]
    ]


def sums(claims: Sequence[Claim]) -> Iterator[Contradiction]:
    """Each day's parts, as of the last day each is told of, against the largest total."""
    totals: dict[str, list[Claim]] = defaultdict(list)
    parts: dict[tuple[str, int], dict[str, list[Claim]]] = defaultdict(lambda: defaultdict(list))
    for claim in claims:
        if not count_of(claim) or not claim.happened:
            continue
        if claim.state == TOTAL:
            totals[claim.unit].append(claim)
        elif claim.state and claim.state != REST:
            parts[claim.unit, days(claim.happened)[1]][claim.state].append(claim)
    spans = {
        unit: tuple(np.array(x) for x in columns([days(c.happened) for c in group]))
        for unit, group in totals.items()
    }
    most = {unit: np.array([amount(c)[1] for c in group]) for unit, group in totals.items()}
    for (unit, day), states in parts.items():
        if unit not in totals:
            continue
        here = (spans[unit][0] <= day) & (spans[unit][1] >= day)
        least = {state: max(amount(c)[0] for c in group) for state, group in states.items()}
        if not here.any() or not sum(least.values()) > (limit := most[unit][here].max()):
            continue
        behind = [c for s, group in states.items() for c in group if amount(c)[0] == least[s]]
        whole = [totals[unit][row] for row in np.flatnonzero(here & (most[unit] == limit))]
        parties = (
            *parties_of(behind, lambda c: (c.state, f"{count_words(amount(c))} {c.state}")),
            *parties_of(whole, lambda c: (amount(c), f"{count_words(amount(c))} {TOTAL}")),
        )
        when = date.fromordinal(day).isoformat()
        figures = " + ".join(count_words((n, n)) for _, n in sorted(least.items()))
        why = (
            f"{unit} on {when}: {figures} = {count_words((sum(least.values()),) * 2)} at least, "
            f"of {count_words((limit, limit))} in all: {against_words(parties)}"
        )
        hints = ["one side's figure is not so", f"not all of these {unit} belong to that total"]
        if len(least) > 1:
            hints.insert(0, f"another time of the day: the same {unit} in two states in turn")
        yield Contradiction("sum", f"{unit} on {when}", parties, why, tuple(hints))
