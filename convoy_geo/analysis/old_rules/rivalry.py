"""What contradictions have in common: the record, the rules of a case, and grouping by sweep."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from convoy_geo.analysis.intervals import ALWAYS, Count, count_of, count_words, days, rivals

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence

    from convoy_geo.model.claims import Claim

__all__ = [
    "KINDS", "SHOWN", "Contradiction", "Rules", "against_words", "amount", "amount_words", "chains",
    "clusters", "columns", "parties_of",
]  # fmt: skip

KINDS = ("number", "unit", "sum", "time", "place", "grain", "order", "denial", "length")
SHOWN = 6
"""How many parties are spelled out in words; all are in the record."""


@dataclass(frozen=True)
class Rules:
    """What may be taken for granted about a case's topics and places.

    Parameters
    ----------
    once
        Topics that happen once, such as ``departure``: two reports of it cannot be days apart.
    one_place
        Topics that tell one place at a time of one thing, such as ``position``.
    order
        Topics in the order in which they come, such as departure before arrival.
    apart
        Ids of places that shut each other out, such as control zones.
    states, sides
        Labels of the states and names of the sides, for the words; their ids where they have none.
    """

    once: tuple[str, ...] = ()
    one_place: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    states: Mapping[str, str] = field(default_factory=dict)
    sides: Mapping[str, str] = field(default_factory=dict)

    def state(self, state: str) -> str:
        """A state in words."""
        return self.states.get(state) or state.replace("_", " ")

    def side(self, side: str) -> str:
        """A side in words."""
        return self.sides.get(side) or side


@dataclass(frozen=True)
class Contradiction:
    """Claims that cannot all be taken as they stand.

    Parameters
    ----------
    kind
        One of `KINDS`.
    subject
        What they are about.
    parties
        What is said, and the ids of the claims that say so; in the order of what is said.
    why
        Why they cannot all hold, in words.
    reconcile
        What would make them hold together after all.
    """

    kind: str
    subject: str
    parties: tuple[tuple[str, tuple[str, ...]], ...]
    why: str
    reconcile: tuple[str, ...] = field(default=())

    @property
    def claims(self) -> tuple[str, ...]:
        """The ids of all its claims, sorted."""
        return tuple(sorted({claim for _, claims in self.parties for claim in claims}))

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        plain = asdict(self)
        plain["parties"] = [{"says": says, "claims": list(ids)} for says, ids in self.parties]
        return {**plain, "claims": list(self.claims), "reconcile": list(self.reconcile)}


def clusters(
    claims: Sequence[Claim],
    subject: Callable[[Claim], Hashable],
    value: Callable[[Claim], Count],
    time: Callable[[Claim], tuple[int, int]] = lambda claim: days(claim.happened),
) -> Iterator[list[Claim]]:
    """Rivals by subject and by days that hang together; see `intervals.rivals`."""
    codes: dict[Hashable, int] = {}
    keys = [codes.setdefault(subject(claim), len(codes)) for claim in claims]
    spans = [time(claim) for claim in claims]
    values = [value(claim) for claim in claims]
    flags = rivals(keys, *columns(spans), *columns(values))
    rows = [row for row in range(len(claims)) if flags[row]]
    yield from chains(claims, rows, keys, spans)


def columns(pairs: Sequence[tuple[float, float]]) -> tuple[list[float], list[float]]:
    """The first and the second of each pair."""
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def chains(
    claims: Sequence[Claim],
    rows: Iterable[int],
    keys: Sequence[int],
    spans: Sequence[tuple[int, int]],
) -> Iterator[list[Claim]]:
    """Rows of one subject, cut where no day joins what came before to what follows."""
    chain: list[Claim] = []
    key, reach = -1, ALWAYS[0]
    for row in sorted(rows, key=lambda row: (keys[row], spans[row], claims[row].id)):
        if chain and (keys[row] != key or spans[row][0] > reach):
            yield sorted(chain, key=lambda claim: claim.id)
            chain = []
        if not chain:
            key, reach = keys[row], spans[row][1]
        reach = max(reach, spans[row][1])
        chain.append(claims[row])
    if chain:
        yield sorted(chain, key=lambda claim: claim.id)


def parties_of(
    claims: Iterable[Claim], says: Callable[[Claim], tuple[Any, str]]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Claims by what they say, in the order of a key that goes with the words."""
    groups: dict[tuple[Any, str], list[str]] = defaultdict(list)
    for claim in claims:
        groups[says(claim)].append(claim.id)
    return tuple((words, tuple(groups[key, words])) for key, words in sorted(groups))


def against_words(parties: Sequence[tuple[str, tuple[str, ...]]]) -> str:
    """The parties in one line: who says what, against what."""
    shown = [
        f"{says} ({', '.join(ids[:SHOWN])}{', ...' if len(ids) > SHOWN else ''})"
        for says, ids in parties[:SHOWN]
    ]
    more = len(parties) - SHOWN
    return " against ".join(shown) + (f" and {more} more" if more > 0 else "")


def amount(claim: Claim) -> Count:
    """A claim's count; any number where it gives none."""
    return count_of(claim) or (0.0, float("inf"))


def amount_words(claim: Claim) -> tuple[Any, str]:
    """A claim's count, to sort by and in words."""
    return amount(claim), count_words(amount(claim))
