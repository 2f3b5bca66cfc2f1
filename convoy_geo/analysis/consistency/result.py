"""What can be true together, as plain values: codes, ids and figures, never sentences."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from convoy_geo.analysis.consistency.conflict import conflicts_frame
from convoy_geo.display import ResultTuple, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    import pandas as pd

    from convoy_geo.analysis.consistency.conflict import Conflict
    from convoy_geo.analysis.consistency.readings import Reading
    from convoy_geo.analysis.consistency.relations import ClaimRelation

__all__ = [
    "AccountStatus",
    "ClaimStatus",
    "Consistency",
    "Missing",
]

Status = Literal["all", "some", "none", "unknown"]
Answer = Literal["impossible", "undetermined", "possible", "certain"]


@dataclass(frozen=True)
class ClaimStatus:
    """Where a claim stands.

    Parameters
    ----------
    status
        Whether it is in ``all``, ``some`` or ``none`` of the maximal sets of claims that can be
        true together; ``unknown`` where not all was computed and no conflict was found.
    conflicts
        Ids of its conflicts, the smallest first.
    price
        How many other claims have to be given up at the least, if it is kept; None if it cannot be
        kept, or it is not known.
    verdict
        Held against the claims that are in no conflict and say something else: ``impossible`` (it
        cannot be true with any of the maximal sets), ``certain`` (it follows from them),
        ``possible``, or ``undetermined`` where not all was computed.
    """

    status: Status
    conflicts: tuple[str, ...] = ()
    price: int | None = None
    verdict: Answer = "possible"

    def to_dict(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "status": self.status,
            "verdict": self.verdict,
            "conflicts": list(self.conflicts),
            "price": self.price,
        }


@dataclass(frozen=True)
class AccountStatus:
    """What one side, or one report, says.

    Parameters
    ----------
    id
        The side's, or the report's.
    consistent
        Whether its own claims can all be true; None if it is not known.
    conflicts
        Ids of the conflicts among its own claims.
    against
        Ids of other sides, or reports, with which it does not fit: some conflict holds claims of
        the two only.
    must_deny
        The smallest repair that gives up none of its claims; None if there is none, or none is
        known.
    """

    id: str
    consistent: bool | None
    conflicts: tuple[str, ...]
    against: tuple[str, ...]
    must_deny: tuple[str, ...] | None

    def to_dict(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "consistent": self.consistent,
            "conflicts": list(self.conflicts),
            "against": list(self.against),
            "must_deny": None if self.must_deny is None else list(self.must_deny),
        }


@dataclass(frozen=True)
class Missing:
    """What may be missing, and why.

    Parameters
    ----------
    what
        ``conflicts`` or ``repairs``.
    why
        ``time``, ``number`` (there are more than are listed) or ``solver`` (it gave up on a set).
    group, unit
        Of which subject; both empty for the whole of the main group, and where it is of all.
    """

    what: str
    why: str
    group: str = ""
    unit: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As plain values."""
        return {"what": self.what, "why": self.why, "group": self.group, "unit": self.unit}


@shown
@dataclass(frozen=True)
class Consistency:
    """Which claims of a story can be true together.

    Parameters
    ----------
    conflicts
        Minimal sets of claims that cannot all be true, the smallest first.
    repairs
        Minimal sets of claims without which all others can be true, the smallest first.
    claims
        By claim that is encoded, where it stands.
    readings
        By claim that is encoded, how its parts are read.
    not_encoded
        By claim that is not, why.
    relations
        What looks like a conflict and is none.
    disputes
        By dispute that the analyst marked, the ids of the conflicts among its claims; empty where
        they fit under their readings.
    sides, reports
        Their accounts.
    missing
        What may be missing; empty if this is all.
    classes
        Claims that put the same condition on a world, two or more of each.
    ranges
        Answers how many can have been where, from the case that this is the result of; not part of
        the result.
    """

    conflicts: tuple[Conflict, ...]
    repairs: tuple[tuple[str, ...], ...]
    claims: Mapping[str, ClaimStatus]
    readings: Mapping[str, tuple[Reading, ...]] = field(default_factory=dict)
    not_encoded: Mapping[str, str] = field(default_factory=dict)
    relations: tuple[ClaimRelation, ...] = ()
    disputes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sides: Mapping[str, AccountStatus] = field(default_factory=dict)
    reports: Mapping[str, AccountStatus] = field(default_factory=dict)
    missing: tuple[Missing, ...] = ()
    classes: tuple[tuple[str, ...], ...] = ()
    ranges: Callable[[], Any] | None = field(default=None, compare=False, repr=False)

    def __repr__(self) -> str:
        more = "" if self.complete else ", not complete"
        return (
            f"<Consistency: {len(self.claims)} claims, {len(self.conflicts)} conflicts, "
            f"{len(self.repairs)} repairs{more}>"
        )

    def __getstate__(self) -> dict[str, Any]:
        """What is pickled: the result, without the case behind it."""
        return {**self.__dict__, "ranges": None}

    @property
    def complete(self) -> bool:
        """Whether all conflicts and repairs are listed."""
        return not self.missing

    @cached_property
    def by_id(self) -> dict[str, Conflict]:
        """The conflicts by id."""
        return {conflict.id: conflict for conflict in self.conflicts}

    def verdict(self, claim: str) -> Answer:
        """The verdict on a claim; undetermined if it is not encoded."""
        found = self.claims.get(claim)
        return found.verdict if found else "undetermined"

    def grouped(self) -> tuple[tuple[Conflict, tuple[tuple[str, ...], ...]], ...]:
        """Conflicts that differ only by claims of equal conditions, once: the first, its parties.

        Returns
        -------
        tuple of (Conflict, parties)
            Of each party any one claim, with any one of each other party, makes such a conflict.
        """
        of = {claim: one for one in self.classes for claim in one}
        found: dict[frozenset[tuple[str, ...]], Conflict] = {}
        for conflict in self.conflicts:
            parties = frozenset(of.get(claim, (claim,)) for claim in conflict.claims)
            found.setdefault(parties, conflict)
        return tuple(
            (conflict, tuple(of.get(claim, (claim,)) for claim in conflict.claims))
            for conflict in found.values()
        )

    def of(self, claim: str) -> tuple[Conflict, ...]:
        """The conflicts of one claim, the smallest first."""
        found = self.claims.get(claim)
        return tuple(self.by_id[key] for key in found.conflicts) if found else ()

    def bounds(
        self,
        unit: str | None,
        place: str,
        when: date | str,
        *,
        believing: Iterable[str] = (),
        without: Iterable[str] = (),
        group: str = "",
    ) -> Any:
        """How many can have been somewhere at one moment of a date: least and greatest number.

        Parameters
        ----------
        unit
            What is counted; None for what most claims count.
        place
            A zone of ``[rules.zones]``, a state, or a place that a claim names; ``total`` for all.
        when
            A day, a moment or a span.
        believing
            Claims, sides or reports that are believed; without any, the widest bounds over all
            largest sets of claims that can be true together.
        without
            Claims, sides or reports that are not believed.
        group
            Id of the moving group; empty for the main one.

        Returns
        -------
        Bound
            See `convoy_geo.analysis.consistency.bounds.Bound`.

        Raises
        ------
        InconsistentChoiceError
            If the claims believed cannot all be true.
        PlaceNotFoundError
            If no place has the name.
        ValueError
            If no claim that is judged names the place or counts the unit, the date is open, or the
            result has lost its case.

        Examples
        --------
        >>> from convoy_geo.case.case import read_case
        >>> found = read_case().consistency()
        >>> bound = found.bounds("buses", "desert", "2017-09-02", believing=["coalition"])
        >>> bound.low, bound.high
        (0.0, 17.0)
        """
        return self._asked().bound(
            unit, place, when, believing=believing, without=without, group=group
        )

    def bands(
        self,
        unit: str | None = None,
        *,
        places: Iterable[str] = (),
        step: str | None = None,
        believing: Iterable[str] = (),
        without: Iterable[str] = (),
        group: str = "",
    ) -> ResultTuple[Any]:
        """How many can have been where over time: bounds for each place and each step.

        Parameters
        ----------
        unit, believing, without, group
            As for `bounds`.
        places
            Zones, states or places; by default all that claims on the unit name.
        step
            ``day`` (at one moment of it), ``half-day`` or ``hour`` (at that moment); by default the
            hours of a story of up to three days that has clock times, else days.

        Raises
        ------
        ValueError
            As for `bounds`; also if there is no such step.
        """
        found = self._asked().bands(
            unit, places=places, step=step, believing=believing, without=without, group=group
        )
        return ResultTuple(found)

    def _asked(self) -> Any:
        if self.ranges is None:
            msg = "this result has no case behind it; ask the one that case.consistency() gives"
            raise ValueError(msg)
        return self.ranges()

    def to_dict(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        return {
            "conflicts": [conflict.to_dict() for conflict in self.conflicts],
            "repairs": [list(repair) for repair in self.repairs],
            "claims": {
                key: {
                    **status.to_dict(),
                    "readings": [one.to_dict() for one in self.readings.get(key, ())],
                }
                for key, status in self.claims.items()
            },
            "complete": self.complete,
            "missing": [one.to_dict() for one in self.missing],
            "classes": [list(one) for one in self.classes],
            "not_encoded": dict(self.not_encoded),
            "relations": [one.to_dict() for one in self.relations],
            "disputes": {key: list(ids) for key, ids in self.disputes.items()},
            "sides": {key: one.to_dict() for key, one in self.sides.items()},
            "reports": {key: one.to_dict() for key, one in self.reports.items()},
        }

    def to_frame(self) -> pd.DataFrame:
        """The conflicts as a table.

        Returns
        -------
        DataFrame
            Indexed by conflict; columns kind, size, claims, assumptions, dissolved_by, repeats.
        """
        return conflicts_frame(self.conflicts)
