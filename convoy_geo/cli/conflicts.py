"""The command ``conflicts``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convoy_geo.cli.common import (
    UsageError,
    add_command,
    positive,
    print_json,
    read_case_of,
)

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from typing import Any

    from convoy_geo.analysis.consistency.conflict import Conflict
    from convoy_geo.analysis.consistency.result import Consistency
    from convoy_geo.case.case import Case

__all__ = ["add_commands"]

SHOWN = 20
"""Repairs that are printed; ``--json`` has all."""


def add_commands(commands: Any) -> None:
    """Add the commands of this module."""
    about = "List the claims that cannot be true together, and the smallest sets to give up."
    sub = add_command(commands, "conflicts", _conflicts, about, case="last")
    sub.add_argument(
        "--reading",
        action="append",
        default=[],
        metavar="CLAIM=READING",
        help="read a claim differently: moment, period, throughout, all, some or at_least",
    )
    sub.add_argument("--claim", metavar="ID", help="only the conflicts of this claim")
    sub.add_argument(
        "--seconds", type=positive, default=120.0, metavar="N", help="how long it may take (120)"
    )
    sub.add_argument(
        "--fresh", action="store_true", help="compute the result again, even if it is in the cache"
    )


def _readings(pairs: Sequence[str]) -> dict[str, str]:
    """The readings that are chosen, by claim.

    Raises
    ------
    UsageError
        If a text is not of the form CLAIM=READING, or names no reading.
    """
    from convoy_geo.analysis.consistency.readings import chosen_readings

    found: dict[str, str] = {}
    for pair in pairs:
        claim, equals, reading = pair.partition("=")
        if not (claim and equals and reading):
            msg = f"--reading: {pair!r} is not of the form CLAIM=READING, such as R4-01=throughout"
            raise UsageError(msg)
        found[claim] = f"{found.get(claim, '')} {reading}".strip()
        try:
            chosen_readings(found[claim])
        except ValueError as error:
            msg = f"--reading: {error}"
            raise UsageError(msg) from error
    return found


def _conflicts(arguments: argparse.Namespace) -> int:
    readings = _readings(arguments.reading)
    if arguments.case.endswith(".json"):
        return _document(arguments)
    case = read_case_of(arguments)
    for claim in (*readings, *filter(None, [arguments.claim])):
        if claim not in case.claims:
            msg = f"no claim {claim!r} in case {case.info.id!r}"
            raise UsageError(msg)
    found = case.consistency(
        readings=readings,
        seconds=arguments.seconds,
        cached=not arguments.fresh,
    )
    if arguments.json:
        print_json(_json(found))
    else:
        print("\n".join(_lines(case, found, arguments.claim)))
    return 0


def _json(found: Consistency) -> dict[str, Any]:
    """The result as plain values, the reasons in words."""
    from convoy_geo.lang import load

    text = load("en").text
    reasons = {claim: text(f"not_encoded.{code}") for claim, code in found.not_encoded.items()}
    return {**found.to_dict(), "not_encoded": reasons}


def _lines(case: Case, found: Consistency, claim: str | None) -> list[str]:
    from convoy_geo.lang import load

    text = load("en").text
    shown = found.conflicts if claim is None else found.of(claim)
    lines = []
    for conflict in shown:
        lines += _conflict_lines(case, conflict)
    if claim is not None and claim in found.not_encoded:
        lines.append(f"{claim} is not judged: {text(f'not_encoded.{found.not_encoded[claim]}')}")
    if claim is None:
        lines += [
            f"without {', '.join(one)} all others can be true" for one in found.repairs[:SHOWN]
        ]
        if len(found.repairs) > SHOWN:
            lines.append(f"... and {len(found.repairs) - SHOWN:,} more: --json has them")
    for one in found.missing:
        lines.append(
            f"there may be more {one.what} ({one.unit or 'all'}): {text(f'missing.{one.why}')}"
        )
    lines.append(
        f"{len(shown)} conflicts of {len(found.claims)} claims; {len(found.not_encoded)} claims "
        "are not judged; this does not say which claim is right"
    )
    return lines


def _conflict_lines(case: Case, conflict: Conflict) -> list[str]:
    from convoy_geo.lang import load

    text = load("en").text
    lines = [f"{conflict.id}: {text(f'conflict_kind.{conflict.kind}')}"]
    for member in conflict.members:
        told = case.claims[member.claim]
        side = case.info.sides[told.side].name
        how = "; ".join(text(f"read_as.{one.code}") for one in member.readings)
        lines.append(f"  {member.claim} ({side}): {told.summary}")
        lines.append(f"    read as: {how}")
    lines += [f"  assumed: {text(f'assumption.{code}')}" for code in conflict.assumptions]
    for claim, reading in conflict.dissolved_by:
        lines.append(f"  no conflict if {claim} means: {text(f'read_as.{reading}')}")
    return lines


def _document(arguments: argparse.Namespace) -> int:
    """Conditions that were written by hand, in a JSON file."""
    from convoy_geo.analysis.consistency.document import read_conditions
    from convoy_geo.analysis.consistency.engine import Limits, solve

    if arguments.reading or arguments.claim:
        msg = "--reading and --claim are for cases, not for a file of conditions"
        raise UsageError(msg)
    document = read_conditions(arguments.case)
    results = {
        name: solve(problem, limits=Limits(seconds=arguments.seconds))
        for name, problem in {"": document.problem, **document.variants}.items()
    }
    plain = {
        name: {
            "conflicts": [
                {"id": f"k{n}", "claims": sorted(one)} for n, one in enumerate(found.conflicts)
            ],
            "repairs": [sorted(one) for one in found.repairs],
            "claims": {
                key: {"status": found.status(key)}
                for part in found.parts
                for key in sorted(part.claims)
            },
            "complete": found.complete,
        }
        for name, found in results.items()
    }
    first = plain.pop("")
    if arguments.json:
        print_json({**first, "variants": plain})
        return 0
    for name, found in results.items():
        print(
            f"{name or 'as read'}: {len(found.conflicts)} conflicts, {len(found.repairs)} repairs"
        )
        for one in found.conflicts:
            print(f"  not together: {', '.join(sorted(one))}")
    return 0
