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

    from convoy_geo.analysis.consistency.bounds import Bound
    from convoy_geo.analysis.ledger import Ledger
    from convoy_geo.case.case import Case
    from convoy_geo.cli.common import Commands

__all__ = ["add_commands"]


SHOWN = 5
"""Ids of claims that a line lists."""


def add_commands(commands: Commands) -> None:
    """Add the commands of this module."""
    about = "Count by location, per side and day, checked against each side's total."
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
        help="the least and the greatest number that can have been in each zone and place",
    )
    sub.add_argument(
        "--believing",
        nargs="+",
        default=[],
        metavar="NAME",
        help="with --bounds: if these claims, sides or reports are right (put CASE before it)",
    )
    sub.add_argument(
        "--without", nargs="+", default=[], metavar="NAME", help="with --bounds: leave these out"
    )
    sub.add_argument(
        "--step",
        choices=("day", "half-day", "hour"),
        help="without --when: by the day or the hour (default: the hour in a story of up to three "
        "days with clock times); half-day only with --bounds",
    )


def _ledger(arguments: argparse.Namespace) -> int:
    if not arguments.bounds and (arguments.believing or arguments.without):
        msg = "--believing and --without go with --bounds"
        raise UsageError(msg)
    if arguments.step == "half-day" and not arguments.bounds:
        msg = "--step half-day goes with --bounds"
        raise UsageError(msg)
    if arguments.step and arguments.when:
        msg = "--step goes without --when"
        raise UsageError(msg)
    case = read_case_of(arguments)
    if arguments.bounds:
        return _bounds(case, arguments)
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
    if arguments.json:
        print_json(day.to_list())
    else:
        print("\n".join(_ledger_lines(case, day)))
        if not day.accounts:
            print(f"  {_nothing(case, [day.on], day.unit, options)}")
    return 0 if day.accounts else 1


def _series(case: Case, arguments: argparse.Namespace, options: dict[str, Any]) -> int:
    days = list(case.ledgers(step=arguments.step, **options))
    told = [day for day in days if day.accounts]
    known = {day.on for day in told}
    if arguments.json:
        print_json([
            {"on": d.on.isoformat(), "moment": d.moment, **row} for d in days for row in d.to_list()
        ])  # fmt: skip
    else:
        first, last = case.info.first_day, case.info.last_day
        for day in told:
            print("\n".join(_ledger_lines(case, day)))
        if not told:
            print(f"{days[0].unit or 'nothing counted'} from {first} to {last}")
            print(f"  {_nothing(case, [day.on for day in days], days[0].unit, options)}")
        elif later := _later(case, [d.on for d in days if d.on not in known], options):
            shown = ", ".join(day.isoformat() for day in later)
            print(f"  of {shown} figures were published later: --hindsight shows them")
    return 0 if told else 1


def _nothing(case: Case, days: Sequence[date], unit: str, options: dict[str, Any]) -> str:
    """Why a ledger of days is empty; `unit` is empty where nothing can be counted."""
    if later := _later(case, days, options):
        shown = ", ".join(day.isoformat() for day in later)
        return (
            f"no figure was published by then; {shown}: --hindsight shows figures published later"
        )
    numbers = [
        claim.id
        for claim in case.claims.values()
        if claim.unit and not claim.state and (claim.low is not None or claim.high is not None)
    ]
    if unit or not numbers:
        return "no claim gives a figure of this time"
    known = ", ".join(numbers[:SHOWN]) + (" and more" if len(numbers) > SHOWN else "")
    return (
        f"not counted, since they have a number and no state: {known}; "
        "fill the column state of claims.csv with a state of case.toml, [states]"
    )


def _later(case: Case, days: Sequence[date], options: dict[str, Any]) -> list[date]:
    """The days whose figures only hindsight has."""
    every = dict.fromkeys(days)  # a day of several moments is there more than once
    return [day for day in every if case.ledger(day, **options | {"hindsight": True}).accounts]


def _ledger_lines(case: Case, day: Ledger) -> list[str]:
    from convoy_geo.lang import load

    english = load("en")
    lines = [f"{day.unit or 'nothing counted'} on {day.moment or day.on.isoformat()}"]
    for reading in day.accounts:
        lines.append(f"  {case.info.sides[reading.side].name} ({reading.words})")
        values = reading.values(case.info.states, _side_names(case))
        lines.append(f"    {english.account(**values)}")
    return lines


def _side_names(case: Case) -> dict[str, str]:
    return {key: side.name for key, side in case.info.sides.items()}


def _bounds(case: Case, arguments: argparse.Namespace) -> int:
    """How many can have been where, by what can be true together."""
    from convoy_geo.errors import ConvoyGeoError

    found = case.consistency()
    options = {"believing": arguments.believing, "without": arguments.without}
    try:
        if not arguments.when:
            bounds = list(found.bands(arguments.unit, step=arguments.step, **options))
        else:
            assert found.ranges is not None  # noqa: S101  (this case made it)
            ranges = found.ranges()
            subject = ranges.subject(arguments.unit)
            bounds = [
                ranges.bound(subject.unit, where, arguments.when, **options)
                for where in ["total", *ranges.places(subject)]
            ]
    except ConvoyGeoError:
        raise
    except ValueError as error:
        raise UsageError(str(error)) from error
    if arguments.json:
        print_json({"bounds": [bound.to_dict() for bound in bounds]})
    else:
        print("\n".join(_bound_lines(case, bounds)))
    return 0 if bounds else 1


def _bound_lines(case: Case, bounds: Sequence[Bound]) -> list[str]:
    from convoy_geo.lang import load

    if not bounds:
        return ["no claim that is judged has a date: there is no time to look at"]
    text, first = load("en").text, bounds[0]
    names = {**case.info.states, **{place.id: place.name for place in case.gazetteer}}
    lines: list[str] = []
    if first.believing:
        lines.append(text("bound.believing", unit=first.unit, number=len(first.believing)))
    else:
        lines.append(text("bound.accounts", unit=first.unit, number=first.accounts))
    day = ""
    for bound in bounds:
        if bound.when != day:
            day = bound.when
            lines.append(f"  {day}")
        name = names.get(bound.where, bound.where.replace("_", " "))
        line = f"    {name}: {_range(bound)}"
        for code, claims in (("low", bound.low_claims), ("high", bound.high_claims)):
            if claims:
                line += "; " + text(f"bound.{code}_because", claims=", ".join(claims))
        lines.append(line)
    if not all(bound.exact for bound in bounds):
        lines.append(f"  {text('bound.not_exact')}")
    if any(bound.missing for bound in bounds):
        lines.append(f"  {text('bound.missing')}")
    return lines


def _range(bound: Bound) -> str:
    from math import isinf

    from convoy_geo.lang import load

    text, low = load("en").text, f"{round(bound.low):,}"
    if isinf(bound.high):
        return text("bound.at_least", low=low) if bound.low else text("bound.any")
    if bound.low == bound.high:
        return text("bound.exactly", low=low)
    return text("bound.range", low=low, high=f"{round(bound.high):,}")
