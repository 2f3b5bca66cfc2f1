"""The ledger: each side's counts by location for one day, and whether they add up.

How claims enter the ledger of a day:

1. A claim counts when it gives a number of the unit in a state, is not denied, and is *about the
   day*: its ``happened`` holds the day.
2. It is *known by the day* when it was said, or where the report does not tell, published, on that
   day at the latest. Later statements about the day enter only with ``hindsight``.
3. What one side says in one report is one account. Claims of a account on the same state that have
   a number in common hold together; where they do not, each alternative is a account of its own.
   Accounts are never merged, neither of two sides nor of two reports.
4. The total is the side's own: of that report, else of any other, of the day or before it, since
   what is counted stays what it was unless the case says that it is open; a total without a date
   holds on each day. Else it is the one that the report gives of that day: in its own voice, or
   another side's, which is named. What is left of a rival's total is nobody's sum, so that it
   neither adds up nor does not. A side that gives only a total has an account without figures.
5. With ``carry_over``, a side's older statements fill the states that an account leaves open, as
   an additional account for each older report; carried figures are marked. A later statement of
   the side about a state always takes precedence over an older one. What reporters say in their
   own voice is carried only for the same reporter.
6. Figures of a day may refer to different moments. So figures that together exceed the total are
   undetermined, unless all refer to one moment: nothing is called a conflict here that
   `convoy_geo.analysis.consistency` does not find.
7. The state ``unaccounted`` is a stated remainder, not a place: it is never summed. An account
   names the claims that state its remainder in the same report.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd

from convoy_geo.analysis.accounts import REST, TOTAL, Account, Cell
from convoy_geo.analysis.intervals import count_of
from convoy_geo.analysis.ledger_book import LedgerBook
from convoy_geo.dates import edtf
from convoy_geo.dates.interval import as_interval, one_day
from convoy_geo.display import shown
from convoy_geo.timegeo.moments import moment_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from convoy_geo.model.claims import Claim

__all__ = [
    "Ledger",
    "add_later_accounts",
    "daily_ledgers",
    "ledger",
    "ledger_series",
    "main_unit",
    "told_moments",
]

CLOCK = ("hour", "minute", "second")
HOURLY_DAYS = 3
"""A story that is no longer, and has clock times, is looked at by the hour."""


@shown
@dataclass(frozen=True)
class Ledger:
    """All accounts of one day, or one moment of it, and one unit; see `ledger`.

    Parameters
    ----------
    on
        The day.
    unit
        The moment, if it is of one: claims about other times of the day are excluded.
    accounts
        By side and report.
    moment
        The moment, where it is of one: claims of other times of the day are not in it.
    """

    on: date
    unit: str
    accounts: tuple[Account, ...]
    moment: str = ""

    def to_list(self) -> list[dict[str, Any]]:
        """The accounts as plain values for JSON."""
        return [account.to_dict() for account in self.accounts]

    def to_frame(self) -> pd.DataFrame:
        """One row per cell: side, report, account, state, low, high, told, claims, total, residual.

        An account that gives only a total has one row, with the state ``total``. Open ends are
        infinite; a missing total or residual is NaN.
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
    """The unit that most claims count in one of the states; empty if there is none."""
    known = set(states) - {TOTAL, REST}
    counted = [c for c in claims if c.unit and c.state and count_of(c)]
    seen = Counter(c.unit for c in counted if c.state in known)
    seen = seen or Counter(c.unit for c in counted if c.state == TOTAL)  # totals and nothing else
    return min(seen, key=lambda unit: (-seen[unit], unit), default="")


def told_moments(
    claims: Iterable[Claim], unit: str, states: Iterable[str], *, zone: str = ""
) -> dict[date, list[str]]:
    """By day the clock times at which what is said of a unit begins or ends.

    Parameters
    ----------
    claims
        The claims that give counts.
    unit
        What is counted.
    states
        The case's states.
    zone
        IANA name of the zone in which the moments are given.

    Examples
    --------
    >>> from convoy_geo.model.claims import Claim
    >>> seen = Claim("1", "R", "seen", "crew", "mate", "", happened="1915-01-02T12:00",
    ...              low=6, high=6, unit="boats", state="afloat")
    >>> told_moments([seen], "boats", ["afloat"])
    {datetime.date(1915, 1, 2): ['1915-01-02T12:00']}
    """
    known = {*states, TOTAL}
    found: dict[date, set[str]] = {}
    for claim in claims:
        if claim.unit != unit or claim.state not in known or not count_of(claim):
            continue
        for end in claim.happened.hours:
            text = "" if end is None else moment_text(end, zone)
            if text[:1].isdigit() and (text[11:] != "00:00" or claim.happened.precision in CLOCK):
                found.setdefault(date.fromisoformat(text[:10]), set()).add(text)
    return {day: sorted(found[day]) for day in sorted(found)}


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
    zone: str = "",
) -> Ledger:
    """Each side's account of one day: counts by state, total, remainder. See the module for rules.

    Parameters
    ----------
    claims
        The claims that give counts.
    when
        The day, or a moment: then only claims that apply at this moment count.
    unit
        What is counted, such as ``buses``.
    published
        EDTF date of publication, by report.
    states
        The case's states, in order; `TOTAL` and `REST` are not summed.
    carry_over
        Whether to fill states that a side leaves open from its older statements, as separate
        accounts.
    hindsight
        Whether to include later statements about the day.
    conserved
        Whether the total number is constant, so that a total of an older day applies too.
    zone
        IANA name of the time zone of a day or moment without one.

    Returns
    -------
    Ledger
        Accounts sorted by side and report, regardless of the order of the claims.

    Raises
    ------
    DateError
        If `when` is not a day.

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
    day = one_day(when, zone)
    interval = as_interval(when, zone)
    first, last = interval.hours
    moment = first if first is not None and first == last else None
    book = LedgerBook(
        claims, day.toordinal(), unit, published, states, hindsight=hindsight, conserved=conserved,
        moment=moment,
    )  # fmt: skip
    accounts = book.accounts()
    if carry_over:
        accounts += book.carried_accounts(accounts)
    accounts.sort(key=lambda r: (r.side, r.report, bool(r.carried), r.claims))
    return Ledger(day, unit, tuple(accounts), "" if moment is None else str(interval))


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
    step: str | None = "day",
    zone: str = "",
) -> list[Ledger]:
    """The ledgers of all days from `start` to `end`; parameters as for `ledger_series`.

    Parameters
    ----------
    step
        ``day``; ``hour``: in place of a day of which clock times are told, each of these moments;
        None: that, if all days are three at the most.

    Raises
    ------
    ValueError
        If there is no such step.
    """
    if step not in ("day", "hour", None):
        msg = f"step must be day or hour, not {step!r}"
        raise ValueError(msg)
    first, last = edtf.as_date(start), edtf.as_date(end)
    mine = [claim for claim in claims if claim.unit == unit]
    hourly = step == "hour" or (step is None and (last - first).days < HOURLY_DAYS)
    moments = told_moments(mine, unit, states, zone=zone) if hourly else {}
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [
        ledger(
            mine,
            when,
            unit,
            published=published,
            states=states,
            carry_over=carry_over,
            hindsight=hindsight,
            conserved=conserved,
            zone=zone,
        )
        for day in days
        for when in moments.get(day, [day])
    ]


def add_later_accounts(days: Sequence[Ledger], later: Sequence[Ledger]) -> list[Ledger]:
    """The ledgers of some days, so that no side is missing whose figures were published later.

    Parameters
    ----------
    days
        Ledgers of what was said by each day.
    later
        Ledgers of the same days with hindsight. From these come the accounts of sides that have no
        account of the day in `days`; their words say that they were said later.
    """
    found = []
    for day, all_of_it in zip(days, later, strict=True):
        known = {account.side for account in day.accounts if not account.carried}
        late = [
            replace(account, later=True)
            for account in all_of_it.accounts
            if account.side not in known and not account.carried
        ]
        accounts = sorted(
            (*day.accounts, *late), key=lambda r: (r.side, r.report, bool(r.carried), r.claims)
        )
        found.append(replace(day, accounts=tuple(accounts)) if late else day)
    return found
