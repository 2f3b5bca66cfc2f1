"""A conflict as plain values: codes, ids and figures, never sentences."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from convoy_geo.display import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from convoy_geo.analysis.consistency.readings import Reading

__all__ = ["Conflict", "Member", "conflict_id", "conflicts_frame", "plain_number"]

Kind = Literal["total", "sum", "count", "whole", "place", "travel", "order", "tally", "length"]


@dataclass(frozen=True)
class Member:
    """A claim in a conflict, with its interpretation.

    Parameters
    ----------
    claim
        Its id.
    form
        ``total``, ``count``, ``whole``, ``tally`` or ``length``.
    group, unit
        The subject; without a unit, the whole.
    low, high
        Closed interval of the number; for a length in km, the straight line and the length. None is
        open.
    share
        ``most``, ``all``, ``some`` or empty.
    when
        ``moment`` or ``throughout``.
    first, last
        The window as ISO 8601; empty if open.
    places
        Ids of the claim's places.
    state
        Id of its state.
    readings
        The interpretation of its parts.
    """

    claim: str
    form: str
    group: str
    unit: str
    low: float | None
    high: float | None
    share: str
    when: str
    first: str
    last: str
    places: tuple[str, ...]
    state: str
    readings: tuple[Reading, ...]

    def to_dict(self) -> dict[str, Any]:
        """The member as plain values."""
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {
            **plain,
            "places": list(self.places),
            "readings": [one.to_dict() for one in self.readings],
        }


@shown
@dataclass(frozen=True)
class Conflict:
    """Claims that cannot all be true, although all but any one of them can.

    Parameters
    ----------
    id
        Derived from the claims: the same claims have the same id.
    kind
        ``total`` (two totals), ``sum`` (parts and totals), ``count`` (two numbers for one place),
        ``whole`` (the whole and numbers), ``place`` (two places at once), ``travel`` (too far for
        the time), ``order`` (a unique event, or an order of events), ``tally`` (a cumulative number
        that would have to fall), ``length`` (shorter than the straight line).
    members
        The claims.
    assumptions
        The assumptions on which it is based: ``conserved`` (units are neither lost nor added),
        ``one_body`` (the whole is where more than half of its units are), ``exclusive`` (states and
        zones are mutually exclusive), ``travel`` (no one is faster than the roads allow at best),
        ``tally`` (a cumulative number never falls), ``once``, ``order``.
    dissolved_by
        Pairs of claim and reading, each of which alone removes the conflict.
    repeats
        Claims in it that only repeat another claim.
    """

    id: str
    kind: Kind
    members: tuple[Member, ...]
    assumptions: tuple[str, ...] = ()
    dissolved_by: tuple[tuple[str, str], ...] = ()
    repeats: tuple[str, ...] = ()

    @property
    def claims(self) -> tuple[str, ...]:
        """Ids of the claims."""
        return tuple(member.claim for member in self.members)

    def __repr__(self) -> str:
        return f"<Conflict {self.id}: {self.kind}, {', '.join(self.claims)}>"

    def to_dict(self) -> dict[str, Any]:
        """The conflict as plain values."""
        return {
            "id": self.id,
            "kind": self.kind,
            "claims": list(self.claims),
            "readings": {
                member.claim: [one.to_dict() for one in member.readings] for member in self.members
            },
            "members": [member.to_dict() for member in self.members],
            "assumptions": list(self.assumptions),
            "dissolved_by": [
                {"claim": claim, "reading": reading} for claim, reading in self.dissolved_by
            ],
            "repeats": list(self.repeats),
        }


def conflicts_frame(conflicts: Iterable[Conflict]) -> pd.DataFrame:
    """Conflicts as a table; see `Consistency.to_frame`."""
    import pandas as pd  # noqa: PLC0415  (0.3 s)

    columns = ["conflict", "kind", "size", "claims", "assumptions", "dissolved_by", "repeats"]
    rows = [
        (one.id, one.kind, len(one.members), one.claims, one.assumptions, one.dissolved_by,
         one.repeats)
        for one in conflicts
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns).set_index("conflict")


def conflict_id(claims: Iterable[str]) -> str:
    """The id of a conflict, derived from its claims' ids."""
    text = "\n".join(sorted(claims))
    return "k" + hashlib.sha256(text.encode()).hexdigest()[:10]


def plain_number(value: float) -> float | None:
    """A number for JSON: None if infinite, an integer if possible."""
    if not math.isfinite(value):
        return None
    return int(value) if value == int(value) else round(value, 3)
