"""Relations that resemble conflicts: a more precise statement, a denial, a repetition."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING, Any, Literal

from convoy_geo.timegeo.moments import moments

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from convoy_geo.analysis.consistency.model import Condition
    from convoy_geo.model.claims import Claim

__all__ = ["ClaimRelation", "claim_relations", "implies"]

Kind = Literal["closer", "denies", "repeats"]
MOST = 400
"""Maximum number of claims per topic that are compared: n claims have about n * n pairs."""


@dataclass(frozen=True, order=True)
class ClaimRelation:
    """The relation of one claim to another.

    Parameters
    ----------
    kind
        ``closer``: it says the same more precisely. ``denies``: it denies the other. ``repeats``:
        it says the same, and has the same origin.
    claim, other
        Ids of the claims.
    """

    kind: Kind
    claim: str
    other: str

    def to_dict(self) -> dict[str, Any]:
        """The relation as plain values."""
        return {"kind": self.kind, "claim": self.claim, "other": self.other}


def claim_relations(
    claims: Mapping[str, Claim], conditions: Mapping[str, Condition], zone: str = ""
) -> tuple[ClaimRelation, ...]:
    """All relations between the claims of a story.

    Parameters
    ----------
    claims
        By id.
    conditions
        The conditions of the claims that have one.
    zone
        Zone in which days are meant.
    """
    found = [*_repeats(claims, conditions), *_closer(claims, conditions)]
    found += _denials(claims.values(), zone)
    return tuple(sorted(set(found)))


def _origin(claim: Claim) -> tuple[str, ...]:
    """The origin of a claim, if one is named."""
    if len(claim.tellers) > 1:
        return ("", claim.tellers[-1].casefold())
    return (claim.report, claim.claimant.casefold())


def _repeats(
    claims: Mapping[str, Claim], conditions: Mapping[str, Condition]
) -> Iterator[ClaimRelation]:
    alike: dict[Any, list[str]] = defaultdict(list)
    for key, condition in conditions.items():
        alike[condition, _origin(claims[key])].append(key)
    for some in alike.values():
        for later in some[1:]:
            yield ClaimRelation("repeats", later, some[0])


def _closer(
    claims: Mapping[str, Claim], conditions: Mapping[str, Condition]
) -> Iterator[ClaimRelation]:
    by_kind: dict[Any, list[str]] = defaultdict(list)
    for key, one in conditions.items():
        by_kind[one.subject, one.form, claims[key].topic].append(key)
    for some in by_kind.values():
        for key, other in permutations(some[:MOST], 2):
            if implies(conditions[key], conditions[other]):
                yield ClaimRelation("closer", key, other)


def implies(one: Condition, other: Condition) -> bool:
    """Whether a condition implies another one and is stronger."""
    if one == other or one.when != other.when or one.share != other.share:
        return False
    inside = _within(one.cells.places, other.cells.places) and _within(
        one.cells.zones, other.cells.zones
    )
    if one.form == "tally":
        inside = one.cells == other.cells
    number = other.low <= one.low and one.high <= other.high
    if one.form == "count" and one.cells != other.cells:
        number = other.low <= one.low and other.high == float("inf")
    when = other.first <= one.first and one.last <= other.last
    moves = (other.left in (None, one.left)) and (other.arrived in (None, one.arrived))
    return inside and number and when and moves


def _within(one: frozenset[str] | None, other: frozenset[str] | None) -> bool:
    return other is None or (one is not None and one <= other)


def _denials(claims: Iterable[Claim], zone: str) -> Iterator[ClaimRelation]:
    by_topic: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        by_topic[claim.topic, claim.group].append(claim)
    for some in by_topic.values():
        denied = [claim for claim in some if claim.status == "denied"]
        for claim in denied:
            for other in some:
                if other.status != "denied" and _of_one_thing(claim, other, zone):
                    yield ClaimRelation("denies", claim.id, other.id)


def _of_one_thing(claim: Claim, other: Claim, zone: str) -> bool:
    """Whether two claims of one topic have the same unit, place and time."""
    if claim.unit and other.unit and claim.unit != other.unit:
        return False
    if claim.state and other.state and claim.state != other.state:
        return False
    here, there = set(claim.located_places), set(other.located_places)
    return bool(not here or not there or here & there) and _meet(claim, other, zone)


def _meet(claim: Claim, other: Claim, zone: str) -> bool:
    """Whether two claims can refer to the same moment."""
    one, two = moments(claim.happened, zone), moments(other.happened, zone)
    return _starts_in_time(one, two) and _starts_in_time(two, one)


def _starts_in_time(
    one: tuple[float | None, float | None], other: tuple[float | None, float | None]
) -> bool:
    return one[1] is None or other[0] is None or other[0] <= one[1]
