"""Counts held against counts: whether so many can have been in a state, of so many in all.

The totals are those that the contradictions take: see `convoy_geo.analysis.totals`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from heapq import nlargest, nsmallest
from typing import TYPE_CHECKING

import numpy as np

from convoy_geo.analysis.intervals import days, rough_count, shared, told_words, total
from convoy_geo.analysis.ledger import REST, TOTAL
from convoy_geo.analysis.totals import Wholes
from convoy_geo.analysis.verdicts import Verdict, count_verdict
from convoy_geo.timegeo.premises import Premise

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

    from convoy_geo.analysis.intervals import Days
    from convoy_geo.model.claims import Claim

__all__ = ["PEOPLE", "CountTests"]

PEOPLE = frozenset({"people", "fighters", "relatives", "passengers", "civilians", "crew", "men"})
"""Units that count people."""


class CountTests:
    """All tests of one story's counts.

    Parameters
    ----------
    claims
        The claims.
    states, sides
        Labels by state and names by side, for the words.
    """

    def __init__(
        self, claims: Iterable[Claim], states: Mapping[str, str], sides: Mapping[str, str]
    ) -> None:
        told = [c for c in claims if c.status != "denied" and _has_count(c)]
        self.wholes = Wholes(told)
        self.left_out = 0
        self._states, self._sides = states, sides
        self._parts = [
            c for c in told if c.state not in ("", TOTAL, REST) and c.low is not None
        ]  # fmt: skip
        totals = [[c] for group in self.wholes.by_unit.values() for c in group]
        aboard = list(_aboard(c for (c,) in totals))
        self._rooms: dict[str, list[list[Claim]]] = {}
        for group in totals:
            self._rooms.setdefault(group[0].unit, []).append(group)
        self._rooms.setdefault("people", []).extend(aboard)
        self._others: dict[str, _Others] = {}
        for claim in self._parts:
            self._others.setdefault(claim.unit, _Others()).add(claim)

    def all(self, most: int | None = None) -> Iterator[Verdict]:
        """Numbers in a state against totals, and against what others have elsewhere.

        Parameters
        ----------
        most
            How many of either kind for a claim at the most: those that leave the least room.
        """
        self.left_out = 0
        tightest: dict[Hashable, list[list[Claim]]] = {}
        for claim in self._parts:
            key = claim.unit, days(claim.happened)
            if key not in tightest:
                tightest[key] = self._keep(self._rooms.get(claim.unit, []), key[1], most)
            rooms = tightest[key]
            self.left_out += len(self._rooms.get(claim.unit, [])) - len(rooms)
            for room in rooms:
                yield self._within(claim, room)
        for claim in self._parts:
            yield from self._elsewhere(claim, most)

    def of(self, claim_id: str) -> Iterator[Verdict]:
        """Those of one claim, and those for which it is an anchor."""
        for claim in self._parts:
            for room in self._rooms.get(claim.unit, []):
                if claim_id in (claim.id, *(whole.id for whole in room)):
                    yield self._within(claim, room)
        for claim in self._parts:
            for verdict in self._elsewhere(claim, None):
                if claim_id in (claim.id, *verdict.anchor.split("+")):
                    yield verdict

    @staticmethod
    def _keep(rooms: Sequence[list[Claim]], span: Days, most: int | None) -> list[list[Claim]]:
        """The rooms that hold least, those told of the same days first; in the order given."""
        if most is None or len(rooms) <= most:
            return list(rooms)

        def rank(row: int) -> tuple[bool, float, int]:
            told = shared([span, *(days(whole.happened) for whole in rooms[row])])
            return told is None, _room(rooms[row])[1], row

        return [rooms[row] for row in sorted(nsmallest(most, range(len(rooms)), key=rank))]

    def _within(self, claim: Claim, wholes: Sequence[Claim]) -> Verdict:
        low, high = _room(wholes)
        words = " + ".join(f"{told_words(whole)} {_plain(whole.unit)}" for whole in wholes)
        apart = _apart([claim, *wholes])
        verdict = count_verdict(
            _read(claim),
            (low, None if high == float("inf") else high),
            unit=_plain(claim.unit),
            told_words=self._told(claim),
            room_words=f"{words} in all ({', '.join(self._name(whole) for whole in wholes)})",
            premises=(Premise("whole", "all of them were among those counted in all"),),
            if_only=apart and f"the number in all stayed what it was {apart}",
        )
        return self._of(verdict, claim, "+".join(whole.id for whole in wholes))

    def _elsewhere(self, claim: Claim, most: int | None) -> Iterator[Verdict]:
        """A count against what another side has in all other states at the same time."""
        limit, behind = self.wholes.most(claim.unit, days(claim.happened))
        if limit == float("inf") or not claim.happened:
            return
        found = self._others[claim.unit].beside(claim)
        rows = list(range(len(found)))
        if most is not None and len(found) > most:
            self.left_out += len(found) - most
            taken = [sum(rough_count(other)[0] for other in others) for others in found]
            rows = sorted(nlargest(most, rows, key=lambda row: (taken[row], -row)))
        for row in rows:
            yield self._beside(claim, found[row], behind[0])

    def _beside(self, claim: Claim, others: Sequence[Claim], whole: Claim) -> Verdict:
        taken = sum(rough_count(other)[0] for other in others)
        words = " and ".join(f"{told_words(other)} {self._label(other)}" for other in others)
        apart = _apart([claim, *others, whole])
        verdict = count_verdict(
            _read(claim),
            (0.0, rough_count(whole)[1] - taken),
            unit=_plain(claim.unit),
            told_words=self._told(claim),
            room_words=f"{told_words(whole)} in all ({self._name(whole)}) less {words} "
            f"({', '.join(self._name(other) for other in others)})",
            premises=(Premise("whole", "none changed its state between the times told"),),
            if_only=apart and f"all of that stayed as it was {apart}",
        )
        anchor = "+".join([*(other.id for other in others), whole.id])
        return self._of(verdict, claim, anchor)

    def _of(self, verdict: Verdict, claim: Claim, anchor: str) -> Verdict:
        """A verdict on a claim, its reason led by the claim's name."""
        why = f"{self._name(claim)}: {verdict.why}"
        return replace(verdict, claim=claim.id, anchor=anchor, why=why, reason=verdict.why)

    def _told(self, claim: Claim) -> str:
        return f"{told_words(claim)} {_plain(claim.unit)} {self._label(claim)}"

    def _name(self, claim: Claim) -> str:
        return f"{claim.id} ({self._sides.get(claim.side, claim.side)})"

    def _label(self, claim: Claim) -> str:
        return self._states.get(claim.state) or _plain(claim.state)


class _Others:
    """The parts of one unit, and which of them other sides tell of other states at once."""

    def __init__(self) -> None:
        self._claims: list[Claim] = []
        self._found: dict[Hashable, list[list[Claim]]] = {}
        self._columns: np.ndarray | None = None

    def add(self, claim: Claim) -> None:
        if claim.happened:
            self._claims.append(claim)

    def beside(self, claim: Claim) -> list[list[Claim]]:
        """For each other side and report what it has in the other states, in the order told."""
        key = (claim.state, claim.side, claim.happened)
        if key not in self._found:
            self._found[key] = self._beside(claim)
        return self._found[key]

    def _beside(self, claim: Claim) -> list[list[Claim]]:
        if self._columns is None:
            self._columns = np.array([days(other.happened) for other in self._claims])
        first, last = days(claim.happened)
        here = (self._columns[:, 0] <= last) & (self._columns[:, 1] >= first)
        groups: dict[tuple[str, str], dict[str, Claim]] = {}
        for row in np.flatnonzero(here):
            other = self._claims[row]
            if other.state == claim.state or other.side == claim.side:
                continue
            states = groups.setdefault((other.side, other.report), {})
            kept = states.get(other.state)  # of several on one state the least: nothing is piled up
            if kept is None or (other.low or 0.0) < (kept.low or 0.0):
                states[other.state] = other
        return [list(states.values()) for states in groups.values()]


def _has_count(claim: Claim) -> bool:
    return bool(claim.unit) and (claim.low is not None or claim.high is not None)


def _room(wholes: Iterable[Claim]) -> tuple[float, float]:
    """Least and greatest number in all, infinite where one of the totals is open."""
    return total(rough_count(whole) for whole in wholes)


def _read(claim: Claim) -> tuple[float, float | None]:
    low, high = rough_count(claim)
    return low, None if high == float("inf") else high


def _apart(claims: Iterable[Claim]) -> str:
    """The days over which counts would have to last to meet; empty where they share one."""
    spans = [days(claim.happened) for claim in claims]
    if shared(spans):
        return ""
    first, last = min(last for _, last in spans), max(first for first, _ in spans)
    return f"from {date.fromordinal(first)} to {date.fromordinal(last)}"


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _aboard(totals: Iterable[Claim]) -> Iterator[list[Claim]]:
    """For each report and side the people it counts aboard, unit by unit, where it has several."""
    by_source: dict[tuple[str, str], dict[str, Claim]] = {}
    for claim in totals:
        if claim.unit in PEOPLE - {"people"}:
            by_source.setdefault((claim.report, claim.side), {}).setdefault(claim.unit, claim)
    for units in by_source.values():
        if len(units) > 1:
            yield list(units.values())
