"""The command ``closure-impact``."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from convoy_geo.cli.common import (
    UsageError,
    add_avoid,
    add_command,
    add_side,
    add_weight,
    add_when,
    check_known,
    check_roads,
    print_json,
    read_case_of,
)
from convoy_geo.cli.stops import PLACE_HELP, stop_of

if TYPE_CHECKING:
    from convoy_geo.cli.common import Commands
    from convoy_geo.model.closures import Closure
    from convoy_geo.routing.closure_impact import ClosureImpact
    from convoy_geo.routing.router import Route

__all__ = ["add_commands"]

CUT = {"whatever": "cut whatever the position", "some": "cut for some", "never": "never cut"}


def add_commands(commands: Commands) -> None:
    """Add the commands of this module."""
    about = "Find routes for every position of a closure whose position is uncertain."
    sub = add_command(commands, "closure-impact", _impact, about)
    sub.add_argument("closure", metavar="CLOSURE", help="id of a closure; see: closures")
    sub.add_argument("origin", metavar="A", help=PLACE_HELP)
    sub.add_argument("destination", metavar="B", help="likewise")
    add_when(sub, "a day whose other closures count as well")
    add_side(sub)
    add_avoid(sub)
    add_weight(sub)


def _impact(arguments: argparse.Namespace) -> int:
    if arguments.side and not arguments.when:
        msg = "--side needs --when: closures by side depend on the date"
        raise UsageError(msg)
    case = read_case_of(arguments)
    known = {side for control in case.controls for side in control.closed_to}
    check_known("--side", arguments.side, known)
    check_roads(case.network, case.closures, avoid=arguments.avoid)
    answer = case.closure_impact(
        arguments.closure,
        stop_of(case, arguments.origin),
        stop_of(case, arguments.destination),
        when=arguments.when,
        side=arguments.side,
        avoid=arguments.avoid,
        weight=arguments.weight,
    )
    if arguments.json:
        print_json(answer.to_dict())
    else:
        closure = next((one for one in case.closures if one.id == answer.closure), None)
        print("\n".join(_impact_lines(answer, closure)))
    return 0


def _impact_lines(answer: ClosureImpact, closure: Closure | None) -> list[str]:
    from convoy_geo.routing.closure_impact import NOTE

    outside = ", which is known from outside the reports" if _outside(closure) else ""
    lines = [
        (
            f"{answer.origin} to {answer.destination}, by {answer.by}, closed somewhere on the "
            f"{answer.stretch_km:.1f} km of {answer.closure}{outside}"
        ),
        "with the stretch open:",
        *([f"  {_way(route)}" for route in answer.open_routes] or ["  no route"]),
    ]
    for group in answer.positions:
        where = ", ".join(f"km {low:.1f} to {high:.1f}" for low, high in group.pieces)
        lines.append(f"cut at {where} ({group.share:.0%} of the stretch):")
        lines += [f"  {_way(route)}" for route in group.routes] or ["  no route remains"]
    lines.append("each route:")
    for fate in answer.fates:
        share = f" ({fate.share:.0%} of the stretch)" if fate.cut == "some" else ""
        new = "" if fate.open else "; among the best only with the closure"
        by = ", ".join(fate.route.landmarks) or "no named place"
        lines.append(f"  {CUT[fate.cut]}{share}: {fate.route.length_km:.0f} km past {by}{new}")
    return [*lines, f"note: {NOTE}"]


def _outside(closure: Closure | None) -> bool:
    return closure is not None and closure.place_from_outside


def _way(route: Route) -> str:
    title = "best route" if route.rank == 0 else f"alternative {route.rank}"
    by = ", ".join(route.landmarks) or "no named place"
    passes = f"; passes {', '.join(route.passes)}" if route.passes else ""
    return f"{title}: {route.length_km:.0f} km, about {route.duration_h:.1f} h, past {by}{passes}"
