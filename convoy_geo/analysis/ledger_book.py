"""Combine the claims about one unit on one day into accounts.

The rules are those of `convoy_geo.analysis.ledger`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from convoy_geo.analysis.accounts import REST, TOTAL, Account, Cell
from convoy_geo.analysis.intervals import Count, count_of, days, slack_of
from convoy_geo.lang import Message

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from convoy_geo.model.claims import Claim

__all__ = ["LedgerBook"]


class LedgerBook:
    """The claims about one unit as of one day."""

    def __init__(
        self,
        claims: Iterable[Claim],
        day: int,
        unit: str,
        published: Mapping[str, str],
        states: Sequence[str],
        *,
        hindsight: bool,
        conserved: bool = True,
        moment: float | None = None,
    ) -> None:
        self.day, self.published = day, published
        self.states = [state for state in states if state not in {TOTAL, REST}]
        known = {*self.states, TOTAL, REST}
        counted = sorted(
            (c for c in claims if c.unit == unit and c.state in known and count_of(c)
             and c.status != "denied"),
            key=lambda c: c.id,
        )  # fmt: skip
        if not hindsight:
            counted = [c for c in counted if self.made(c) <= day]
        # a total without a date holds on each day, as long as the number stays what it is
        self.always = [c for c in counted if c.state == TOTAL and not c.happened] * conserved
        counted = [c for c in counted if c.happened]
        self.conserved = conserved
        self.by_id = {claim.id: claim for claim in counted}
        self.now = [c for c in counted if days(c.happened)[0] <= day <= days(c.happened)[1]]
        self.before = [c for c in counted if days(c.happened)[1] < day and self.made(c) <= day]
        if moment is not None:
            today = self.now
            self.now = [c for c in today if _holds_at(c, moment)]
            self.before += [c for c in today if (c.happened.hours[1] or moment) < moment]

    def made(self, claim: Claim) -> int:
        """The latest day on which it was made."""
        return days(claim.said or self.published.get(claim.report, ""))[1]

    def accounts(self) -> list[Account]:
        """The accounts of the day, including those with only a total."""
        groups: dict[tuple[str, str], list[Claim]] = {}
        for claim in self.now:
            if claim.state in self.states:
                groups.setdefault((claim.side, claim.report), []).append(claim)
        accounts = [
            account
            for (side, report), claims in groups.items()
            for account in self.of_report(side, report, claims)
        ]
        return accounts + self.only_totals({side for side, _ in groups})

    def only_totals(self, others: Collection[str]) -> list[Account]:
        """Accounts of sides that give only a total, and no locations."""
        groups: dict[tuple[str, str], list[Claim]] = {}
        for claim in self.now:
            if claim.state == TOTAL and claim.side not in others:
                groups.setdefault((claim.side, claim.report), []).append(claim)
        return [
            Account(side, report, Message.of("account.of_day", report=report), (), count,
                    *_behind(group, side))
            for (side, report), claims in groups.items()
            for count, group in _agreeing(claims)
        ]  # fmt: skip

    def own_totals(self, side: str, report: str, cells: Iterable[Cell]) -> list[Claim]:
        """A side's own totals: from the report, or else from any other, in the same voice."""
        said = [c for c in (*self.before * self.conserved, *self.always, *self.now)
                if c.state == TOTAL and c.side == side]  # fmt: skip
        here = [c for c in said if c.report == report and c in (*self.always, *self.now)]
        voices = {_voice(self.by_id[claim]) for cell in cells for claim in cell.claims}
        return here or [c for c in said if _voice(c) in voices]

    def of_report(self, side: str, report: str, claims: list[Claim]) -> list[Account]:
        """The accounts of one side in one report: one for each alternative figure."""
        choices = {state: self.cells(state, claims) for state in self.states}
        choices = {state: cells for state, cells in choices.items() if cells}
        said = Message.of("account.of_day", report=report)
        if any(self.made(claim) > self.day for claim in claims):
            said = Message.of("account.later", report=report)
        if any(len(cells) > 1 for cells in choices.values()):
            said = Message.of("account.one_of_several", said=said)
        return [
            account
            for cells in _one_at_a_time(choices)
            for account in self.with_totals(side, report, said, cells)
        ]

    def cells(self, state: str, claims: Iterable[Claim], told: str = "") -> list[Cell]:
        """A state's figures: claims with a number in common are combined, others are separate."""
        mine = [claim for claim in claims if claim.state == state]
        found = []
        for count, group in _agreeing(mine):
            spans = all(days(claim.happened)[1] > self.day for claim in group)
            found.append(
                Cell(state, count, tuple(c.id for c in group),
                     told or ("span" if spans else "day"), slack_of(group))
            )  # fmt: skip
        return found

    def with_totals(
        self, side: str, report: str, said: Message, cells: tuple[Cell, ...]
    ) -> list[Account]:
        """Figures with each total with which they are compared."""
        here = [c for c in (*self.always, *self.now) if c.report == report and c.state == TOTAL]
        totals = _agreeing(self.own_totals(side, report, cells) or here)
        accounts = [
            Account(side, report, said, cells, count, *_behind(group, side))
            for count, group in totals
        ] or [Account(side, report, said, cells)]
        one = self.one_moment(cells)
        return [replace(self.with_rest(account), one_moment=one) for account in accounts]

    def one_moment(self, cells: Iterable[Cell]) -> bool:
        """Whether all figures refer to the same moment."""
        told = {self.by_id[claim].happened.hours for cell in cells for claim in cell.claims}
        return len(told) == 1 and all(first == last for first, last in told)

    def with_rest(self, account: Account) -> Account:
        """Add the claims of the report that state the remainder left by the figures."""
        if account.residual is None or account.residual == (0, 0):
            return account
        same = tuple(
            claim.id
            for claim in self.now
            if claim.state == REST
            and claim.report == account.report
            and count_of(claim) == account.residual
        )
        return Account(**{**vars(account), "rest_claims": same})

    def carried_accounts(self, accounts: Sequence[Account]) -> list[Account]:
        """Accounts whose open states are filled from older statements."""
        older: dict[tuple[str, str, str], list[Claim]] = {}
        for claim in self.before:
            if claim.state in self.states:
                older.setdefault((claim.side, claim.report, _voice(claim)), []).append(claim)
        by_id = {claim.id: claim for claim in self.now}
        found = []
        for (side, report, voice), statements in sorted(older.items()):
            latest = self.latest(statements)
            bases = [
                r for r in accounts
                if r.side == side and r.cells and _voice(by_id[r.cells[0].claims[0]]) == voice
            ]  # fmt: skip
            for base in bases or [Account(side, report, "", ())]:
                filled = {cell.state for cell in base.cells}
                choices = {s: cells for s, cells in latest.items() if s not in filled}
                if not choices:
                    continue
                made = date.fromordinal(max(map(self.made, statements))).isoformat()
                told = Message.of("account.carried", report=report, day=made)
                if base.said:
                    told = Message.of("account.with", base=base.said, carried=told)
                for swap in _one_at_a_time(choices):
                    cells = sorted((*base.cells, *swap), key=lambda c: self.states.index(c.state))
                    found += self.carried_totals(base, side, report, told, tuple(cells))
        return found

    def latest(self, statements: Iterable[Claim]) -> dict[str, list[Cell]]:
        """For each state, the latest statement about it."""
        by_state: dict[str, list[Claim]] = {}
        for claim in statements:
            by_state.setdefault(claim.state, []).append(claim)
        cells = {}
        for state in self.states:
            mine = by_state.get(state, [])
            when = max(((self.made(c), days(c.happened)[1]) for c in mine), default=None)
            last = [c for c in mine if (self.made(c), days(c.happened)[1]) == when]
            if last:
                cells[state] = self.cells(state, last, "carried")
        return cells

    def carried_totals(
        self, base: Account, side: str, report: str, told: Message, cells: tuple[Cell, ...]
    ) -> list[Account]:
        """Figures filled from older statements, with each total with which they are compared."""
        if base.total is not None:
            return [Account(**{**vars(base), "said": told, "cells": cells, "rest_claims": ()})]
        said = [c for c in (*self.before, *self.now) if c.state == TOTAL and c.report == report]
        own = [claim for claim in said if claim.side == side]
        return [
            Account(side, base.report, told, cells, count, *_behind(group, side))
            for count, group in _agreeing(own or said)
        ] or [Account(side, base.report, told, cells)]


def _holds_at(claim: Claim, moment: float) -> bool:
    """Whether a claim applies at a moment: its time, day or span includes it."""
    first, last = claim.happened.hours
    return (first is None or first <= moment) and (last is None or moment <= last)


def _voice(claim: Claim) -> str:
    """Whose older statement may fill a gap: a side's, but a reporter's only for that reporter."""
    return claim.claimant if len(claim.tellers) == 1 else claim.side


def _behind(group: Sequence[Claim], side: str) -> tuple[Any, ...]:
    """A total's claims, whether they are the side's own or which sides give it; its tolerance."""
    own = any(claim.side == side for claim in group)
    # the report's own voice: one source, or an empty chain in the template's first side
    voices = [len(c.tellers) == 1 or (not c.tellers and c.side == "reporter") for c in group]
    others = () if own or any(voices) else tuple(sorted({claim.side for claim in group}))
    return tuple(claim.id for claim in group), own, others, slack_of(group)


def _agreeing(claims: Sequence[Claim]) -> list[tuple[Count, list[Claim]]]:
    """Claims by figure: those with a number in common are combined into the common range."""
    groups: list[tuple[Count, list[Claim]]] = []
    counts = [(count_of(claim) or (0.0, float("inf")), claim) for claim in claims]
    # sorted by upper end, as for the minimum set of points that pierces all intervals
    for count, claim in sorted(counts, key=lambda pair: (pair[0][1], pair[0][0], pair[1].id)):
        if groups and count[0] <= groups[-1][0][1]:
            (low, high), group = groups[-1]
            groups[-1] = ((max(low, count[0]), min(high, count[1])), [*group, claim])
        else:
            groups.append((count, [claim]))
    return [(count, sorted(group, key=lambda c: c.id)) for count, group in groups]


def _one_at_a_time(choices: Mapping[str, Sequence[Cell]]) -> list[tuple[Cell, ...]]:
    """The first figure of every state, then each alternative figure once in its place."""
    first = {state: cells[0] for state, cells in choices.items()}
    ways = [tuple(first.values())]
    for state, cells in choices.items():
        ways += [tuple({**first, state: other}.values()) for other in cells[1:]]
    return ways
