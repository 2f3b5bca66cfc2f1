"""The command ``ledger``."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from convoy_geo.cli.common import (
    UsageError,
    add_command,
    add_when,
    check_known,
    print_json,
    read_case_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from typing import Any

    from convoy_geo.analysis.ledger import Ledger
    from convoy_geo.case.case import Case
    from convoy_geo.cli.common import Commands

__all__ = ["add_commands"]


def add_commands(commands: Commands) -> None:
    """Add the commands of this module."""
    about = "How many each side says are where on a day, and whether it adds up."
    sub = add_command(commands, "ledger", _ledger, about, case="last")
    add_when(sub, "the day (default: every day of the case)")
    sub.add_argument("--unit", metavar="U", help="what is counted (default: what most claims do)")
    sub.add_argument(
        "--carry-over", action="store_true", help="fill gaps from a side's older statements"
    )
    sub.add_argument(
        "--hindsight", action="store_true", help="include statements made after that day"
    )
    sub.add_argument(
        "--bounds",
        action="store_true",
        help="with --when: bounds implied by accounts that fit, if all figures are of one moment",
    )


def _ledger(arguments: argparse.Namespace) -> int:
    if arguments.bounds and not arguments.when:
        msg = "--bounds needs --when: they are of one day"
        raise UsageError(msg)
    case = read_case_of(arguments)
    units = {claim.unit for claim in case.claims.values() if claim.state and claim.unit}
    check_known("--unit", arguments.unit, units)
    options: dict[str, Any] = {
        "unit": arguments.unit,
        "carry_over": arguments.carry_over,
        "hindsight": arguments.hindsight,
    }
    if not arguments.when:
        return _series(case, arguments, options)
    day = case.ledger(arguments.when, **options)
    if arguments.bounds:
        return _bounds(case, day, arguments)
    if arguments.json:
        print_json(day.to_list())
    else:
        print("\n".join(_ledger_lines(case, day)))
        if not day.accounts:
            print(f"  {_nothing(case, [day.on], options)}")
    return 0 if day.accounts else 1


def _series(case: Case, arguments: argparse.Namespace, options: dict[str, Any]) -> int:
    from datetime import timedelta

    first, last = case.info.first_day, case.info.last_day
    days = [
        case.ledger(first + timedelta(days=number), **options)
        for number in range((last - first).days + 1)
    ]
    told = [day for day in days if day.accounts]
    if arguments.json:
        print_json([{"on": d.on.isoformat(), **row} for d in days for row in d.to_list()])
    else:
        for day in told:
            print("\n".join(_ledger_lines(case, day)))
        if not told:
            print(f"{days[0].unit or 'nothing counted'} from {first} to {last}")
            print(f"  {_nothing(case, [day.on for day in days], options)}")
        elif later := _later(case, [day.on for day in days if not day.accounts], options):
            noun = "day" if len(later) == 1 else "days"
            print(f"  for {len(later)} more {noun} figures were told only later: --hindsight")
    return 0 if told else 1


def _nothing(case: Case, days: Sequence[date], options: dict[str, Any]) -> str:
    """Why a ledger is empty."""
    later = _later(case, days, options)
    if not later:
        return "nobody gives a figure"
    told = ", ".join(day.isoformat() for day in later)
    return f"nobody gives a figure by then; of {told} some were told later: --hindsight shows them"


def _later(case: Case, days: Sequence[date], options: dict[str, Any]) -> list[date]:
    """The days whose figures only hindsight has."""
    return [day for day in days if case.ledger(day, **options | {"hindsight": True}).accounts]


def _ledger_lines(case: Case, day: Ledger) -> list[str]:
    from convoy_geo.lang import load

    english = load("en")
    lines = [f"{day.unit or 'nothing counted'} on {day.on.isoformat()}"]
    for reading in day.accounts:
        lines.append(f"  {case.info.sides[reading.side].name} ({reading.words})")
        values = reading.values(case.info.states, _side_names(case))
        lines.append(f"    {english.account(**values)}")
    return lines


def _side_names(case: Case) -> dict[str, str]:
    return {key: side.name for key, side in case.info.sides.items()}


def _bounds(case: Case, day: Ledger, arguments: argparse.Namespace) -> int:
    from convoy_geo.analysis.intervals import count_words
    from convoy_geo.analysis.ledger_bounds import combine

    found, conflicts = combine(day, case.info.states)
    if arguments.json:
        together = [
            {"readings": list(conflict.accounts), "why": conflict.why} for conflict in conflicts
        ]
        print_json({"bounds": [bounds.to_dict() for bounds in found], "conflicts": together})
        return 0
    names, labels = _side_names(case), case.info.states
    for number, reading in enumerate(day.accounts):
        print(f"reading {number}: {names[reading.side]}, {reading.words}")
    for bounds in found:
        states = "; ".join(
            f"{count_words(count)} {labels[state]}" for state, count in bounds.states
        )
        which = " and ".join(map(str, bounds.accounts))
        print(f"  reading {which}: {states}; elsewhere {count_words(bounds.elsewhere)}")
    for conflict in conflicts:
        which = " and ".join(map(str, conflict.accounts))
        print(f"  not together at one moment: {which} ({conflict.why})")
    return 0
