"""What several accounts of a day bound together, and which of them cannot be had together.

No winner: every largest set of accounts that fit together is given, each with its own bounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from convoy_geo.analysis.intervals import Count, count_message, json_number, total
from convoy_geo.lang import DEFAULT, Message, load

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from convoy_geo.analysis.ledger import Account, Ledger

__all__ = ["AccountConflict", "Bounds", "combine"]

ANY: Count = (0.0, float("inf"))


@dataclass(frozen=True)
class AccountConflict:
    """Accounts, by their places in the ledger, that cannot all hold, and why."""

    accounts: tuple[int, ...]
    reason: Message

    @property
    def why(self) -> str:
        """The reason in English."""
        return load(DEFAULT).say(self.reason)


@dataclass(frozen=True)
class Bounds:
    """What accounts that fit together leave possible.

    Parameters
    ----------
    accounts
        Their places in the ledger, from 0.
    sides
        Whose they are.
    states
        For each state somebody speaks of, the least and the greatest number; both can be reached.
    total
        The same of the total.
    elsewhere
        How many can be in none of these states.
    """

    accounts: tuple[int, ...]
    sides: tuple[str, ...]
    states: tuple[tuple[str, Count], ...]
    total: Count
    elsewhere: Count

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; an open end is None."""
        return {
            "readings": list(self.accounts),
            "sides": list(self.sides),
            "states": {
                state: [json_number(low), json_number(high)] for state, (low, high) in self.states
            },
            "total": [json_number(self.total[0]), json_number(self.total[1])],
            "elsewhere": [json_number(self.elsewhere[0]), json_number(self.elsewhere[1])],
        }


def combine(
    day: Ledger, labels: Mapping[str, str] | None = None
) -> tuple[tuple[Bounds, ...], tuple[AccountConflict, ...]]:
    """The bounds of every largest set of accounts that fit together, and what does not fit.

    Accounts fit when every state has a number that all of them allow, and the least numbers do not
    sum to more than the greatest total. Two accounts of one side in one report are alternatives and
    never taken together.

    Parameters
    ----------
    day
        A ledger.
    labels
        Labels of the states, for the words; their ids where they have none.

    Returns
    -------
    tuple of (tuple of Bounds, tuple of AccountConflict)
        Bounds are exact: with one sum over intervals a single round of propagation is (each end of
        each interval is reached by some filling of the others).

    Examples
    --------
    >>> from convoy_geo.case.case import read_case
    >>> case = read_case()
    >>> (alone,), none = combine(case.ledger("2017-09-02"))
    >>> dict(alone.states)["in_desert"]
    (9.0, 11.0)
    """
    accounts, known = day.accounts, labels or {}
    conflicts = [
        AccountConflict(pair, why)
        for pair in combinations(range(len(accounts)), 2)
        if (why := _pair_conflict(accounts[pair[0]], accounts[pair[1]], known))
    ]
    apart = {conflict.accounts for conflict in conflicts}
    found = []
    for group in _largest(len(accounts), apart):
        bounds = _bounds(group, [accounts[place] for place in group], known)
        if isinstance(bounds, Bounds):
            found.append(bounds)
        else:
            conflicts.append(AccountConflict(group, bounds))
    return tuple(found), tuple(conflicts)


def _pair_conflict(one: Account, other: Account, labels: Mapping[str, str]) -> Message | None:
    if (one.side, one.report) == (other.side, other.report):
        return Message.of("together.alternatives")
    mine = {cell.state: cell.count for cell in one.cells}
    for cell in other.cells:
        count = mine.get(cell.state, ANY)
        if _shared([count, cell.count]) is None:
            state = labels.get(cell.state, cell.state)
            return Message.of(
                "together.state",
                state=state,
                count=count_message(count),
                other=count_message(cell.count),
            )
    bounds = _bounds((0, 1), [one, other], labels)
    return None if isinstance(bounds, Bounds) else bounds


def _bounds(
    places: tuple[int, ...], accounts: Sequence[Account], labels: Mapping[str, str]
) -> Bounds | Message:
    """The bounds of accounts taken together, or why they cannot be."""
    by_state: dict[str, list[Count]] = {}
    for account in accounts:
        for cell in account.cells:
            by_state.setdefault(cell.state, []).append(cell.count)
    whole = _shared([account.total for account in accounts if account.total is not None])
    if whole is None:
        return Message.of("together.totals")
    cells = {}
    for state, counts in by_state.items():
        shared = _shared(counts)
        if shared is None:
            return Message.of("together.differs", state=labels.get(state, state))
        cells[state] = shared
    low, high = total(cells.values())
    if low > whole[1]:
        return Message.of(
            "together.sum", count=count_message((low, low)), whole=count_message(whole)
        )
    states = tuple(
        (state, (least, min(most, whole[1] - (low - least))))
        for state, (least, most) in cells.items()
    )
    sides = tuple(sorted({account.side for account in accounts}))
    elsewhere = (max(0.0, whole[0] - high), whole[1] - low)
    return Bounds(places, sides, states, (max(whole[0], low), whole[1]), elsewhere)


def _shared(counts: Iterable[Count]) -> Count | None:
    low, high = ANY
    for count in counts:
        low, high = max(low, count[0]), min(high, count[1])
    return (low, high) if low <= high else None


def _largest(size: int, apart: set[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """All sets of 0..size-1 without a pair that is apart and that nothing more fits into.

    Bron and Kerbosch's algorithm (1973) on the graph of what fits.
    """
    fits = {
        a: {b for b in range(size) if b != a and (min(a, b), max(a, b)) not in apart}
        for a in range(size)
    }
    found: list[tuple[int, ...]] = []

    def grow(taken: set[int], open_: set[int], done: set[int]) -> None:
        if not open_ and not done and taken:
            found.append(tuple(sorted(taken)))
        for node in sorted(open_):
            grow(taken | {node}, open_ & fits[node], done & fits[node])
            open_ = open_ - {node}
            done = done | {node}

    grow(set(), set(range(size)), set())
    return sorted(found)
