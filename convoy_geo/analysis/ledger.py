"""The ledger: for one day, how many each side says are where, and whether that adds up.

What enters the ledger of a day, and how:

1. A claim counts when it gives a number of the unit in a state, is not denied, and is *about the
   day*: its ``happened`` holds the day.
2. It is *known by the day* when it was said, or where the report does not tell, published, on that
   day at the latest. Later statements about the day enter only with ``hindsight``.
3. What one side says in one report is one account. Claims of a account on the same state that have
   a number in common hold together; where they do not, each alternative is a account of its own.
   Accounts are never merged, neither of two sides nor of two reports.
4. The total is the side's own: of that report, else of any other, of the day or before it, since
   what is counted stays what it was unless the case says that it is open. Else it is the one that
   the report gives of that day: in its own voice, or another side's, which is named. What is left
   of a rival's total is nobody's sum, so that it neither adds up nor does not. A side that gives
   only a total has an account without figures.
5. With ``carry_over`` a side's older statements fill the states that a account leaves open, as one
   more account for each older report; what was carried is marked. A later statement of the side on
   a state always stands before an older one. What reporters say in their own voice is carried only
   for the same reporter.
6. Figures of a day may be of different moments. So figures that are together more than the total
   are undetermined, unless all are told of one moment: no conflict is called one here that
   `convoy_geo.analysis.consistency` does not find.
7. The state ``unaccounted`` is somebody's rest, not a place: it is never summed. A account names
   the claims that tell its rest in the same report.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any

import pandas as pd

from convoy_geo.analysis.intervals import Count, count_of, days, json_number, slack_of, total
from convoy_geo.dates import edtf
from convoy_geo.display import shown
from convoy_geo.lang import DEFAULT, Message, load

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from convoy_geo.model.claims import Claim

__all__ = [
    "REST",
    "TOTAL",
    "Account",
    "Cell",
    "Ledger",
    "daily_ledgers",
    "ledger",
    "ledger_series",
    "main_unit",
]  # fmt: skip

TOTAL = "total"
"""The state of a claim that counts all there are."""

REST = "unaccounted"
"""The state of a claim that tells how many are left unexplained."""


@dataclass(frozen=True)
class Cell:
    """How many a account has in one state, and on which claims.

    Parameters
    ----------
    state
        One of the case's states.
    count
        Least and greatest number; infinity for an open end.
    claims
        Ids of the claims, in order.
    told
        ``day``: as of that day; ``span``: sometime in days that go on after it, so perhaps not yet;
        ``carried``: of an older statement.
    slack
        By how much it may be off where it is told as approximate.
    """

    state: str
    count: Count
    claims: tuple[str, ...]
    told: str = "day"
    slack: float = 0.0


@dataclass(frozen=True)
class Account:
    """One side's account of one day, in one report.

    Parameters
    ----------
    side, report
        Whose account it is, and where it stands.
    said
        What kind of account it is, as a message.
    cells
        One for each state that the side speaks of, in the case's order.
    total
        The number it works from, or None where nobody gives one.
    total_claims
        The claims behind that, and whether they are the side's own.
    own_total
        Whether the total is the side's own; else it is the report's, or another side's.
    total_sides
        The other sides whose total it is; empty where it is the side's own or the report's.
    total_slack
        By how much the total may be off where it is told as approximate.
    rest_claims
        Claims of the report that tell the same rest. They are not summed.
    one_moment
        Whether all its figures are of the same moment.
    """

    side: str
    report: str
    said: Message | str
    cells: tuple[Cell, ...]
    total: Count | None = None
    total_claims: tuple[str, ...] = ()
    own_total: bool = False
    total_sides: tuple[str, ...] = ()
    total_slack: float = 0.0
    rest_claims: tuple[str, ...] = ()
    one_moment: bool = False

    @property
    def words(self) -> str:
        """What kind of account it is, in English."""
        return load(DEFAULT).say(self.said)

    @property
    def residual(self) -> Count | None:
        """The total less the sum; below 0 is over the total. None without a total or figures."""
        if self.total is None or not self.cells:
            return None
        low, high = total(cell.count for cell in self.cells)
        return self.total[0] - high, self.total[1] - low

    @property
    def adds_up(self) -> bool | None:
        """Whether nothing is left: True, False, or None where it is undetermined.

        It is undetermined without a total, of the total of another side, where the rest may be 0
        and may not, where a figure may not yet hold on the day, and where figures of different
        moments are together more than the total.
        """
        rest = self.residual
        if rest is None or self.total_sides or any(cell.told == "span" for cell in self.cells):
            return None
        if rest[0] == rest[1] == self.slack == 0:
            return True
        if rest[1] + self.slack < 0 and not self.one_moment:
            return None
        return None if rest[0] - self.slack <= 0 <= rest[1] + self.slack else False

    @property
    def slack(self) -> float:
        """By how much the rest may be off, since figures are told as approximate."""
        return self.total_slack + sum(cell.slack for cell in self.cells)

    @property
    def carried(self) -> tuple[str, ...]:
        """The claims of older statements in it."""
        return tuple(chain(*(cell.claims for cell in self.cells if cell.told == "carried")))

    @property
    def claims(self) -> tuple[str, ...]:
        """All claims behind the cells and the total."""
        behind = chain(*(cell.claims for cell in self.cells), self.total_claims)
        return tuple(dict.fromkeys(behind))

    def values(self, labels: Mapping[str, str], names: Mapping[str, str]) -> dict[str, Any]:
        """What `Language.account` puts into words.

        Parameters
        ----------
        labels, names
            Labels of the states and names of the sides; their ids stand where there are none.
        """
        cells = [
            {"count": c.count, "about": bool(c.slack), "state": labels.get(c.state, c.state),
             "claims": c.claims, "reported": c.told}
            for c in self.cells
        ]  # fmt: skip
        if self.total is None:
            return {"cells": cells, "total": None}
        sides = [names.get(side, side) for side in self.total_sides]
        return {
            "cells": cells,
            "total": {
                "count": self.total,
                "about": bool(self.total_slack),
                "claims": self.total_claims,
                "whose": sides or ("own" if self.own_total else "report"),
                "remainder": self.residual,
                "remainder_about": bool(self.slack),
                "remainder_claims": self.rest_claims,
                "adds_up": self.adds_up,
            },
        }

    def to_dict(self) -> dict[str, Any]:
        """The account as plain values for JSON.

        ``total`` and ``residual`` are numbers where exact, else pairs; an open end is None.
        ``total_range`` and ``residual_range`` are always pairs. Without a total all four are None.
        """
        return {
            "side": self.side,
            "states": {cell.state: _pair(cell.count) for cell in self.cells},
            "total": _number(self.total),
            "residual": _number(self.residual),
            "adds_up": self.adds_up,
            "reading": self.words,
            "claims": list(self.claims),
            "report": self.report,
            "cells": {cell.state: list(cell.claims) for cell in self.cells},
            "told": {cell.state: cell.told for cell in self.cells},
            "carried": list(self.carried),
            "total_range": None if self.total is None else _pair(self.total),
            "total_claims": list(self.total_claims),
            "own_total": self.own_total,
            "total_sides": list(self.total_sides),
            "residual_range": None if self.residual is None else _pair(self.residual),
            "rest_claims": list(self.rest_claims),
        }


@shown
@dataclass(frozen=True)
class Ledger:
    """All accounts of one day and one unit; see `ledger`."""

    on: date
    unit: str
    accounts: tuple[Account, ...]

    def to_list(self) -> list[dict[str, Any]]:
        """The accounts as plain values for JSON."""
        return [account.to_dict() for account in self.accounts]

    def to_frame(self) -> pd.DataFrame:
        """One row a cell: side, report, account, state, low, high, told, claims, total, residual.

        An account that gives only a total has one row, with the state ``total``. Open ends are
        infinite; a total or a residual that is not there is NaN.
        """
        nothing = (float("nan"), float("nan"))
        rows = [
            (self.on.isoformat(), r.side, r.report, r.words, c.state, *c.count, c.told, c.claims,
             *(r.total or nothing), *(r.residual or nothing), r.adds_up)
            for r in self.accounts
            for c in r.cells or [Cell(TOTAL, r.total or (0.0, float("inf")), r.total_claims)]
        ]  # fmt: skip
        columns = [
            "on", "side", "report", "reading", "state", "low", "high", "told", "claims",
            "total_low", "total_high", "residual_low", "residual_high", "adds_up",
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=columns)


def main_unit(claims: Iterable[Claim], states: Iterable[str]) -> str:
    """The unit that most claims place in one of the states; empty where none does."""
    known = set(states) - {TOTAL, REST}
    seen = Counter(c.unit for c in claims if c.unit and c.state in known and count_of(c))
    return min(seen, key=lambda unit: (-seen[unit], unit), default="")


def ledger(
    claims: Iterable[Claim],
    when: date | str,
    unit: str,
    *,
    published: Mapping[str, str],
    states: Sequence[str],
    carry_over: bool = False,
    hindsight: bool = False,
    conserved: bool = True,
) -> Ledger:
    """What each side says of one day: counts by state, total, rest. The rules are the module's.

    Parameters
    ----------
    claims
        Who says how many are where.
    when
        The day.
    unit
        What is counted, such as ``buses``.
    published
        EDTF date of publication by report.
    states
        The case's states, in order; `TOTAL` and `REST` are not summed.
    carry_over
        Also fill what a side leaves open from its older statements, as accounts of their own.
    hindsight
        Also take what was said after the day about it.
    conserved
        Whether the number in all stays what it was, so that a total of an older day holds too.

    Returns
    -------
    Ledger
        Accounts sorted by side and report, whatever the order of the claims.

    Raises
    ------
    DateError
        If `when` is no day.

    Examples
    --------
    >>> from convoy_geo.model.claims import Claim
    >>> told = [
    ...     Claim("1", "R", "seen", "crew", "mate", "", happened="1915-01-02", low=6, high=6,
    ...           unit="boats", state="afloat"),
    ...     Claim("2", "R", "seen", "crew", "mate", "", happened="1915-01-02", low=7, high=7,
    ...           unit="boats", state="total"),
    ... ]
    >>> day = ledger(told, "1915-01-02", "boats", published={"R": "1915-01-02"}, states=["afloat"])
    >>> day.accounts[0].residual, day.accounts[0].adds_up
    ((1.0, 1.0), False)
    """
    day = edtf.as_date(when)
    book = _Book(
        claims, day.toordinal(), unit, published, states, hindsight=hindsight, conserved=conserved
    )
    accounts = book.accounts()
    if carry_over:
        accounts += book.carried_accounts(accounts)
    accounts.sort(key=lambda r: (r.side, r.report, bool(r.carried), r.claims))
    return Ledger(day, unit, tuple(accounts))


def ledger_series(
    claims: Iterable[Claim],
    unit: str,
    *,
    start: date | str,
    end: date | str,
    published: Mapping[str, str],
    states: Sequence[str],
    carry_over: bool = False,
    hindsight: bool = False,
    conserved: bool = True,
) -> pd.DataFrame:
    """The ledgers of all days from `start` to `end`, as one table; see `Ledger.to_frame`.

    Parameters
    ----------
    start, end
        First and last day.
    published, states, carry_over, hindsight, conserved
        As for `ledger`.
    """
    daily = daily_ledgers(
        claims,
        unit,
        start=start,
        end=end,
        published=published,
        states=states,
        carry_over=carry_over,
        hindsight=hindsight,
        conserved=conserved,
    )
    frames = [day.to_frame() for day in daily]
    empty = Ledger(edtf.as_date(start), unit, ()).to_frame()
    return pd.concat([f for f in frames if len(f)] or [empty], ignore_index=True)


def daily_ledgers(
    claims: Iterable[Claim],
    unit: str,
    *,
    start: date | str,
    end: date | str,
    published: Mapping[str, str],
    states: Sequence[str],
    carry_over: bool = False,
    hindsight: bool = False,
    conserved: bool = True,
) -> list[Ledger]:
    """The ledgers of all days from `start` to `end`; parameters as for `ledger_series`."""
    first, last = edtf.as_date(start), edtf.as_date(end)
    mine = [claim for claim in claims if claim.unit == unit]
    return [
        ledger(
            mine,
            first + timedelta(days=number),
            unit,
            published=published,
            states=states,
            carry_over=carry_over,
            hindsight=hindsight,
            conserved=conserved,
        )
        for number in range((last - first).days + 1)
    ]


class _Book:
    """The claims of one unit as they stand on one day."""

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
    ) -> None:
        self.day, self.published = day, published
        self.states = [state for state in states if state not in {TOTAL, REST}]
        known = {*self.states, TOTAL, REST}
        counted = sorted(
            (c for c in claims if c.unit == unit and c.state in known and count_of(c)
             and c.happened and c.status != "denied"),
            key=lambda c: c.id,
        )  # fmt: skip
        if not hindsight:
            counted = [c for c in counted if self.made(c) <= day]
        self.conserved = conserved
        self.by_id = {claim.id: claim for claim in counted}
        self.now = [c for c in counted if days(c.happened)[0] <= day <= days(c.happened)[1]]
        self.before = [c for c in counted if days(c.happened)[1] < day and self.made(c) <= day]

    def made(self, claim: Claim) -> int:
        """The day by which it was surely said."""
        return days(claim.said or self.published.get(claim.report, ""))[1]

    def accounts(self) -> list[Account]:
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
        """Accounts of sides that say how many there are in all, and nothing of where."""
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
        """A side's own totals: of the report, else of any other, in the same voice."""
        said = [c for c in (*self.before * self.conserved, *self.now)
                if c.state == TOTAL and c.side == side]  # fmt: skip
        here = [c for c in said if c.report == report and c in self.now]
        voices = {_voice(self.by_id[claim]) for cell in cells for claim in cell.claims}
        return here or [c for c in said if _voice(c) in voices]

    def of_report(self, side: str, report: str, claims: list[Claim]) -> list[Account]:
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
        """A state's figures: claims with a number in common together, others apart."""
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
        here = [c for c in self.now if c.report == report and c.state == TOTAL]
        totals = _agreeing(self.own_totals(side, report, cells) or here)
        accounts = [
            Account(side, report, said, cells, count, *_behind(group, side))
            for count, group in totals
        ] or [Account(side, report, said, cells)]
        one = self.one_moment(cells)
        return [replace(self.with_rest(account), one_moment=one) for account in accounts]

    def one_moment(self, cells: Iterable[Cell]) -> bool:
        """Whether all figures are told of the same moment."""
        told = {self.by_id[claim].happened.hours for cell in cells for claim in cell.claims}
        return len(told) == 1 and all(first == last for first, last in told)

    def with_rest(self, account: Account) -> Account:
        """Name the claims of the report that tell the rest which the figures leave."""
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
        """For each state the last that was said of it."""
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
        if base.total is not None:
            return [Account(**{**vars(base), "said": told, "cells": cells, "rest_claims": ()})]
        said = [c for c in (*self.before, *self.now) if c.state == TOTAL and c.report == report]
        own = [claim for claim in said if claim.side == side]
        return [
            Account(side, base.report, told, cells, count, *_behind(group, side))
            for count, group in _agreeing(own or said)
        ] or [Account(side, base.report, told, cells)]


def _voice(claim: Claim) -> str:
    """Whose older word may fill a gap: a side's, but a reporter's only his own."""
    return claim.claimant if len(claim.tellers) == 1 else claim.side


def _behind(group: Sequence[Claim], side: str) -> tuple[Any, ...]:
    """A total's claims, whether they are the side's own, else the sides that give it; its slack."""
    own = any(claim.side == side for claim in group)
    # a report's own voice: one teller, or no chain told of what the template's first side says
    voices = [len(c.tellers) == 1 or (not c.tellers and c.side == "reporter") for c in group]
    others = () if own or any(voices) else tuple(sorted({claim.side for claim in group}))
    return tuple(claim.id for claim in group), own, others, slack_of(group)


def _agreeing(claims: Sequence[Claim]) -> list[tuple[Count, list[Claim]]]:
    """Claims by figure: those that share a number together, as what they share."""
    groups: list[tuple[Count, list[Claim]]] = []
    counts = [(count_of(claim) or (0.0, float("inf")), claim) for claim in claims]
    # by upper end, as for the fewest points that pierce all intervals: no order of theirs matters
    for count, claim in sorted(counts, key=lambda pair: (pair[0][1], pair[0][0], pair[1].id)):
        if groups and count[0] <= groups[-1][0][1]:
            (low, high), group = groups[-1]
            groups[-1] = ((max(low, count[0]), min(high, count[1])), [*group, claim])
        else:
            groups.append((count, [claim]))
    return [(count, sorted(group, key=lambda c: c.id)) for count, group in groups]


def _one_at_a_time(choices: Mapping[str, Sequence[Cell]]) -> list[tuple[Cell, ...]]:
    """The first figure of every state, then each other figure once in its place."""
    first = {state: cells[0] for state, cells in choices.items()}
    ways = [tuple(first.values())]
    for state, cells in choices.items():
        ways += [tuple({**first, state: other}.values()) for other in cells[1:]]
    return ways


def _pair(count: Count) -> list[int | float | None]:
    return [json_number(count[0]), json_number(count[1])]


def _number(count: Count | None) -> Any:
    if count is None:
        return None
    return json_number(count[0]) if count[0] == count[1] else _pair(count)
