"""The command ``claims``."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from convoy_geo.cli.common import (
    add_command,
    add_when,
    check_known,
    print_json,
    read_case_of,
)

if TYPE_CHECKING:
    from typing import Any

    from convoy_geo.case.case import Case
    from convoy_geo.cli.common import Commands
    from convoy_geo.model.claims import Claim

__all__ = ["add_commands"]


def add_commands(commands: Commands) -> None:
    """Add the commands of this module."""
    about = "List who says what: the claims, each with its source chain and its times."
    sub = add_command(commands, "claims", _claims, about, case="last")
    for name, what in (("report", "report"), ("topic", "topic"), ("side", "side"),
                       ("place", "place")):  # fmt: skip
        sub.add_argument(f"--{name}", metavar="ID", help=f"only those of this {what}")
    add_when(sub, "only those about this day")


def _claims(arguments: argparse.Namespace) -> int:
    from convoy_geo.dates.interval import as_interval

    case = read_case_of(arguments)
    day = as_interval(arguments.when, case.info.time_zone) if arguments.when else None
    check_known("--report", arguments.report, case.reports)
    check_known("--side", arguments.side, case.info.sides)
    check_known("--topic", arguments.topic, {claim.topic for claim in case.claims.values()})
    place = case.gazetteer.locate(arguments.place).id if arguments.place else None
    found = [
        claim
        for claim in case.claims.values()
        if arguments.report in {None, claim.report}
        and arguments.topic in {None, claim.topic}
        and arguments.side in {None, claim.side}
        and (place is None or place in {name for _, name in claim.places})
        and (day is None or (claim.happened and claim.happened_on(day)))
    ]
    if arguments.json:
        print_json([_claim_dict(case, claim) for claim in found])
    else:
        for claim in found:
            print("\n".join(_claim_lines(case, claim)))
        if not found:
            print("no claim matches all conditions")
    return 0 if found else 1


def _claim_dict(case: Case, claim: Claim) -> dict[str, Any]:
    from dataclasses import asdict

    plain = asdict(claim)
    plain["places"] = [{"role": role, "place": place} for role, place in claim.places]
    plain |= {"happened": claim.happened.text, "said": claim.said.text}
    return {**plain, "published": case.reports[claim.report].published.text}


def _claim_lines(case: Case, claim: Claim) -> list[str]:
    from convoy_geo.model.claims import teller_chain

    side = case.info.sides[claim.side].name
    said = f"; said {claim.said}" if claim.said else ""
    when = f"happened {claim.happened or 'on an unstated day'}{said}"
    return [
        f"{claim.id}: {claim.summary}",
        f"  {side}, {claim.status}: {teller_chain(claim)}",
        f"  {when}; published {case.reports[claim.report].published}",
    ]
