"""The consistency result as plain values: codes, ids and figures, never sentences."""

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
    """The status of a claim.

    Parameters
    ----------
    status
        Whether it is in ``all``, ``some`` or ``none`` of the maximal consistent sets of claims;
        ``unknown`` if the computation is incomplete and no conflict was found.
    conflicts
        Ids of its conflicts, smallest first.
    price
        Minimum number of other claims that must be given up to keep it; None if it cannot be kept,
        or this is unknown.
    verdict
        Compared with the claims that are in no conflict and say something else: ``impossible`` (it
        cannot be true with any of the maximal sets), ``certain`` (it follows from them),
        ``possible``, or ``undetermined`` if the computation is incomplete.
    """

    status: Status
    conflicts: tuple[str, ...] = ()
    price: int | None = None
    verdict: Answer = "possible"

    def to_dict(self) -> dict[str, Any]:
        """The status as plain values."""
        return {
            "status": self.status,
            "verdict": self.verdict,
            "conflicts": list(self.conflicts),
            "price": self.price,
        }


@dataclass(frozen=True)
class AccountStatus:
    """The consistency of one side's, or one report's, claims.

    Parameters
    ----------
    id
        Id of the side or report.
    consistent
        Whether its own claims can all be true; None if unknown.
    conflicts
        Ids of the conflicts among its own claims.
    against
        Ids of other sides, or reports, that contradict it: some conflict consists only of claims of
        the two.
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
        """The status as plain values."""
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
        ``time``, ``number`` (there are more than listed) or ``solver`` (a set was undecided).
    group, unit
        The subject; both empty for the whole of the main group, or if it concerns everything.
    """

    what: str
    why: str
    group: str = ""
    unit: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The remark as plain values."""
        return {"what": self.what, "why": self.why, "group": self.group, "unit": self.unit}


@shown
@dataclass(frozen=True)
class Consistency:
    """Which claims of a story can be true together.

    Parameters
    ----------
    conflicts
        Minimal sets of claims that cannot all be true, smallest first.
    repairs
        Minimal sets of claims whose removal makes all others consistent, smallest first.
    claims
        The status of each encoded claim.
    readings
        The interpretation of each encoded claim.
    not_encoded
        For each claim that is not encoded, the reason.
    relations
        Relations that resemble conflicts.
    disputes
        For each dispute marked by the analyst, the ids of the conflicts among its claims; empty if
        they are compatible under their readings.
    sides, reports
        The accounts of sides and of reports.
    missing
        What may be missing; empty if the result is complete.
    classes
        Groups of two or more claims that impose the same condition.
    ranges
        Computes bounds, using the case of this result; not part of the result itself.
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
        """The pickled state: the result without its case."""
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
        """Conflicts grouped by equivalent claims: the first of each group, and its parties.

        Returns
        -------
        tuple of (Conflict, parties)
            Any combination of one claim from each party is such a conflict.
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
        """The conflicts of one claim, smallest first."""
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
        """Bounds on the number at a place at one moment of a date.

        Parameters
        ----------
        unit
            What is counted; None for the unit of most claims.
        place
            A zone of ``[rules.zones]``, a state, or a place that a claim names; ``total`` for all.
        when
            A day, a moment or an interval.
        believing
            Claims, sides or reports assumed to be true; by default, the widest bounds over all
            maximal consistent sets of claims.
        without
            Claims, sides or reports that are not assumed.
        group
            Id of the moving group; empty for the main one.

        Returns
        -------
        Bound
            See `convoy_geo.analysis.consistency.bounds.Bound`.

        Raises
        ------
        InconsistentChoiceError
            If the assumed claims cannot all be true.
        PlaceNotFoundError
            If no place has this name.
        ValueError
            If no claim that can be judged names the place or counts the unit, the date is open, or
            the result has no case.

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
        """Bounds on numbers over time, for each place and each step.

        Parameters
        ----------
        unit, believing, without, group
            As for `bounds`.
        places
            Zones, states or places; by default all that are named by claims about the unit.
        step
            ``day`` (at some moment of it), ``half-day`` or ``hour`` (at that moment); by default
            hours, if the story has clock times and lasts up to three days, otherwise days.

        Raises
        ------
        ValueError
            As for `bounds`; also if the step is unknown.
        """
        found = self._asked().bands(
            unit, places=places, step=step, believing=believing, without=without, group=group
        )
        return ResultTuple(found)

    def _asked(self) -> Any:
        if self.ranges is None:
            msg = "this result has no case; use the result of case.consistency()"
            raise ValueError(msg)
        return self.ranges()

    def to_dict(self) -> dict[str, Any]:
        """The result as plain values, for JSON."""
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
