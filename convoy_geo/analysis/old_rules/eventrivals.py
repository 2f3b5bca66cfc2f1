"""Contradictions of events: times, places, orders, denials, lengths."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np

from convoy_geo.analysis.intervals import ALWAYS, count_of, count_words, days
from convoy_geo.analysis.ledger import REST, TOTAL
from convoy_geo.analysis.old_rules.rivalry import (
    SHOWN,
    Contradiction,
    Rules,
    against_words,
    amount,
    chains,
    clusters,
    columns,
    parties_of,
)
from convoy_geo.analysis.old_rules.whereabouts import Atlas, company
from convoy_geo.geodesy import KM_PER_UNIT, distance_km, to_km
from convoy_geo.model.claims import PLANS, POSITION_TOPICS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from convoy_geo.analysis.intervals import Count
    from convoy_geo.model.claims import Claim

__all__ = ["denials", "left_and_still_there", "lengths", "orders", "places_of", "times"]


def _told(claim: Claim) -> tuple[Any, str]:
    return days(claim.happened), claim.happened.text


def times(claims: Sequence[Claim], rules: Rules) -> Iterator[Contradiction]:
    """What happens once, told of two days."""
    dated = [claim for claim in claims if claim.topic in rules.once and claim.happened]
    for cluster in clusters(dated, lambda c: c.topic, lambda c: days(c.happened), lambda _: ALWAYS):
        subject = cluster[0].topic.replace("_", " ")
        parties = parties_of(cluster, _told)
        spans = [days(claim.happened) for claim in cluster]
        near = max(first for first, _ in spans) - min(last for _, last in spans) <= 1
        hints = [
            "stages of one movement: it began on one day and went on over the next"
            if near
            else f"not the same {subject} meant, or not of the same part of what moved"
        ]
        if any(claim.date_basis != "text" for claim in cluster):
            hints.append("a day that was worked out from other sentences")
        why = f"{subject}, which happens once: {against_words(parties)}"
        yield Contradiction("time", subject, parties, why, tuple(hints))


def places_of(claims: Sequence[Claim], atlas: Atlas, rules: Rules) -> Iterator[Contradiction]:
    """One thing in two places that are apart, or in one that the other holds."""
    by_topic: dict[tuple[str, str], list[tuple[tuple[str, ...], Claim]]] = defaultdict(list)
    for claim in claims:
        if claim.topic in rules.one_place and claim.happened:
            for role in dict.fromkeys(role for role, _ in claim.places if role != "about"):
                names = tuple(sorted(place for r, place in claim.places if r == role))
                by_topic[claim.topic, role].append((names, claim))
    for (topic, role), rows in sorted(by_topic.items()):
        lists = sorted({names for names, _ in rows})
        if len(lists) < 2:
            continue
        code = {names: rank for rank, names in enumerate(lists)}
        pairs = [[(a, b) for b in lists] for a in lists]
        off = np.array([[a != b and atlas.cannot_both(role, a, b) for a, b in p] for p in pairs])
        wide = np.array([[atlas.coarser(a, b) for a, b in p] for p in pairs])
        for kind, against in (("place", off), ("grain", wide & ~off)):
            yield from _in_places(kind, topic, role, rows, code, against, atlas)


def _in_places(
    kind: str,
    topic: str,
    role: str,
    rows: Sequence[tuple[tuple[str, ...], Claim]],
    code: Mapping[tuple[str, ...], int],
    against: np.ndarray[Any, np.dtype[np.bool_]],
    atlas: Atlas,
) -> Iterator[Contradiction]:
    claims = [claim for _, claim in rows]
    spans = [days(claim.happened) for claim in claims]
    first, last = (np.array(column) for column in columns(spans))
    group = np.array([code[names] for names, _ in rows])
    flags = company(group, first, last, against)
    hits = [row for row in range(len(rows)) if flags[row]]
    names_of = {claim.id: names for names, claim in rows}
    for cluster in chains(claims, hits, [0] * len(rows), spans):
        lists = sorted({names_of[claim.id] for claim in cluster})
        words = {names: " and ".join(map(atlas.name, names)) for names in lists}
        saying: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for claim in cluster:
            saying[names_of[claim.id]].append(claim.id)
        parties = tuple((f"{role} {words[names]}", tuple(saying[names])) for names in lists)
        gaps = dict.fromkeys(
            atlas.gap_words(a, b)
            for rank, a in enumerate(lists[: SHOWN + 1])
            for b in lists[rank + 1 : SHOWN + 1]
            if against[code[a], code[b]]
        )
        subject = topic.replace("_", " ")
        why = f"{subject}: {against_words(parties)}: {'; '.join(gaps)}"
        if kind == "grain":
            hints = ["both can hold: one says it more closely", *gaps]
        else:
            within = "another time of the day"
            if any(first < last for first, last in (days(c.happened) for c in cluster)):
                within = "another day within the days told"
            hints = [within, "not the same part of what moved"]
        yield Contradiction(kind, subject, parties, why, tuple(hints))


def left_and_still_there(
    claims: Iterable[Claim], atlas: Atlas, rules: Rules
) -> Iterator[Contradiction]:
    """What had left a place and what was in it, both as things stood when it was said.

    A distance from a place, or what else its topic tells, says nothing of anybody leaving it.
    """
    moving = POSITION_TOPICS.union(rules.once, rules.one_place, rules.order) - PLANS
    said: dict[tuple[str, str, str], dict[str, list[Claim]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for claim in claims:
        placed = claim.topic in moving or claim.state not in {"", TOTAL, REST}
        if placed and claim.said and claim.said == claim.happened:
            for role, place in claim.places:
                if role in {"from", "at"}:
                    said[place, claim.said.text, claim.side][role].append(claim)
    for (place, day, _), roles in sorted(said.items()):
        left = [c for c in roles["from"] if c not in roles["at"]]
        if not left or not roles["at"]:
            continue
        name = atlas.name(place)
        parties = (
            (f"left {name}", tuple(claim.id for claim in left)),
            (f"still at {name}", tuple(claim.id for claim in roles["at"])),
        )
        hints = ("part against whole: some had left, some had not", "another time of the day")
        yield Contradiction(
            "place", f"{name} on {day}", parties, f"said on {day}: {against_words(parties)}", hints
        )


def orders(claims: Sequence[Claim], rules: Rules) -> Iterator[Contradiction]:
    """The later step surely done before the earlier one can have begun."""
    by_topic: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.happened and claim.topic in rules.order:
            by_topic[claim.topic].append(claim)
    steps = [topic for topic in rules.order if by_topic[topic]]
    for rank, topic in enumerate(steps):
        for later in steps[rank + 1 :]:
            start = max(days(c.happened)[0] for c in by_topic[topic])
            done = min(days(c.happened)[1] for c in by_topic[later])
            if done >= start:
                continue
            late = [c for c in by_topic[topic] if days(c.happened)[0] > done]
            early = [c for c in by_topic[later] if days(c.happened)[1] < start]
            parties = (
                *parties_of(early, lambda c: (days(c.happened), f"{c.topic} {c.happened}")),
                *parties_of(late, lambda c: (days(c.happened), f"{c.topic} {c.happened}")),
            )
            subject = f"{topic} before {later}".replace("_", " ")
            hints = ("not the same part of what moved", "a wrong day")
            yield Contradiction(
                "order", subject, parties, f"{subject}: {against_words(parties)}", hints
            )


def _denied_of(claim: Claim) -> int:
    """What a denial denies: 0 all of a topic, 1 all in a state, 2 a figure."""
    return 2 if count_of(claim) else 1 if claim.state else 0


def denials(claims: Sequence[Claim], rules: Rules) -> Iterator[Contradiction]:
    """What one side denies and another asserts, in the days of both.

    A denied figure opposes the figures of its topic, unit and state that have a number in common
    with it; a denial without one opposes all of its topic, or all in its state.
    """
    kinds: Sequence[Callable[[Claim], tuple[str, ...]]] = (
        lambda c: (c.topic,),
        lambda c: (c.topic, c.state),
        lambda c: (c.topic, c.state, c.unit),
    )
    for level, subject in enumerate(kinds):
        no = [c for c in claims if c.status == "denied" and _denied_of(c) == level]
        keys = {subject(claim) for claim in no}
        yes = [c for c in claims if c.status != "denied" and subject(c) in keys
               and (level < 2 or count_of(c))]  # fmt: skip
        for cluster in clusters([*no, *yes], subject, lambda c: (c.status == "denied",) * 2):
            yield from _denial(cluster, rules, figures=level == 2)


def _denial(cluster: Sequence[Claim], rules: Rules, *, figures: bool) -> Iterator[Contradiction]:
    counts = {
        no: {amount(c) for c in cluster if (c.status == "denied") is no} for no in (True, False)
    }
    if figures:
        cluster = [c for c in cluster if _shares(amount(c), counts[c.status != "denied"])]
    sides = {no: {c.side for c in cluster if (c.status == "denied") is no} for no in (True, False)}
    rows = [c for c in cluster if sides[c.status != "denied"] - {c.side}]
    if not rows:
        return
    subject = rows[0].topic.replace("_", " ")
    if rows[0].state and all(claim.state == rows[0].state for claim in rows):
        subject += f" {rules.state(rows[0].state)}"
    parties = parties_of(
        rows, lambda c: ((c.status == "denied", c.side), f"{_verb(c)} by {rules.side(c.side)}")
    )
    hints = ["not the same act meant"]
    if len({days(claim.happened) for claim in rows}) > 1:
        hints.append("another day")
    elif figures:
        hints.append("another number: only this figure is denied")
    yield Contradiction(
        "denial", subject, parties, f"{subject}: {against_words(parties)}", tuple(hints)
    )


def _shares(count: Count, others: Iterable[Count]) -> bool:
    """Whether a count has a number in common with one of some."""
    return any(count[0] <= high and low <= count[1] for low, high in others)


def _verb(claim: Claim) -> str:
    return "denied" if claim.status == "denied" else "asserted"


def lengths(claims: Iterable[Claim], atlas: Atlas) -> Iterator[Contradiction]:
    """Lengths between two points that are not the straight line, radii allowed for."""
    for claim in claims:
        ends = [[p for role, p in claim.places if role == end] for end in ("from", "to")]
        if claim.unit not in KM_PER_UNIT or not count_of(claim) or list(map(len, ends)) != [1, 1]:
            continue
        here, there = (atlas.places.get(names[0]) for names in ends)
        if here is None or there is None or "point" not in {here.shape} & {there.shape}:
            continue
        if None in (here.lon, here.lat, there.lon, there.lat):
            continue
        straight = distance_km(*map(float, (here.lon, here.lat, there.lon, there.lat)))  # type: ignore[arg-type]
        slack = (here.radius_km or 0.0) + (there.radius_km or 0.0)
        low, high = (to_km(end, claim.unit) for end in amount(claim))
        if low <= straight + slack and high >= straight - slack:
            continue
        subject = f"{here.name} to {there.name}"
        why = (
            f"{subject}: {count_words(amount(claim))} {claim.unit} "
            f"({count_words((round(low), round(high)))} km, {claim.id}) against "
            f"{straight:.0f} km in a straight line"
        )
        hints = (
            ("a length by road or over other places",)
            if low > straight
            else ("other places meant: no way is shorter than the straight line",)
        )
        parties = ((f"{count_words(amount(claim))} {claim.unit}", (claim.id,)),)
        yield Contradiction("length", subject, parties, why, hints)
