"""The commands ``closures``, ``closure-impact`` and ``compare``."""

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
    natural,
    positive,
    print_json,
    read_case_of,
)

if TYPE_CHECKING:
    from convoy_geo.cli.common import Commands
    from convoy_geo.model.closures import Closure, Control
    from convoy_geo.routing.compare import Comparison
    from convoy_geo.routing.router import Route
    from convoy_geo.routing.uncertain_closures import ClosureImpact

__all__ = ["add_commands"]

CUT = {"whatever": "cut whatever the position", "some": "cut for some", "never": "never cut"}


def add_commands(commands: Commands) -> None:
    """Add the commands of this module."""
    about = "What could not be passed, who held which road: when, on whose word."
    add_command(commands, "closures", _closures, about, case="last")

    about = "Routes from A to B for every position of a closure whose position is uncertain."
    sub = add_command(commands, "closure-impact", _impact, about)
    sub.add_argument("closure", metavar="CLOSURE", help="id of a closure; see: closures")
    sub.add_argument("origin", metavar="A", help="a place")
    sub.add_argument("destination", metavar="B", help="a place")
    add_when(sub, "a day whose other closures count as well")
    add_side(sub)
    add_avoid(sub)
    add_weight(sub)

    about = "A reported route, as drawn, against the computed ways between its ends."
    sub = add_command(commands, "compare", _compare, about)
    sub.add_argument("route", metavar="ROUTE", help="id of a reported route")
    sub.add_argument("--rank", type=natural, default=0, metavar="K", help="0 the best (default)")
    add_when(sub, "a day whose closures count")
    add_weight(sub, "length")
    sub.add_argument(
        "--reported", type=positive, metavar="KM", help="a length that somebody gives for the route"
    )


def _closures(arguments: argparse.Namespace) -> int:
    case = read_case_of(arguments)
    if arguments.json:
        print_json(
            {
                "closures": [_closure_dict(closure) for closure in case.closures],
                "controls": [_control_dict(control) for control in case.controls],
            }
        )
        return 0
    if not (case.closures or case.controls):
        print(f"{case.info.id}: no closures")
    for closure in case.closures:
        kind = "cut" if closure.kind == "cut" else "front, open: a way over it says so"
        print(f"{closure.id}: {closure.name}")
        print(f"  {kind}; {closure.closed}; edges {' '.join(closure.edges) or 'of its area'}")
        _on_whose_word(closure.claims, closure.source, closure.place_from_outside, closure.note)
    for control in case.controls:
        print(f"{control.id}: {control.name}")
        kept_out = f"; closed to {', '.join(control.closed_to)}" if control.closed_to else ""
        who = control.holder.replace("_", " ")
        status = f"held by {who}" if control.status == "held" else f"undetermined ({who}?), open"
        print(f"  {status}; {control.held}; edges {' '.join(control.edges)}{kept_out}")
        _on_whose_word(control.claims, control.source, control.from_outside, control.note)
    return 0


def _on_whose_word(claims: tuple[str, ...], source: str, outside: bool, note: str) -> None:
    where = "from outside the reports" if outside else "from the reports"
    print(f"  {where}: {'; '.join(filter(None, [source, ' '.join(claims)]))}")
    if note:
        print(f"  {note}")


def _closure_dict(closure: Closure) -> dict[str, object]:
    return {
        "id": closure.id,
        "name": closure.name,
        "kind": closure.kind,
        "closed": closure.closed,
        "edges": list(closure.edges),
        "claims": list(closure.claims),
        "source": closure.source,
        "from_outside": closure.place_from_outside,
        "note": closure.note,
    }


def _control_dict(control: Control) -> dict[str, object]:
    from dataclasses import asdict

    plain = asdict(control)
    return {key: list(one) if isinstance(one, tuple) else one for key, one in plain.items()}


def _impact(arguments: argparse.Namespace) -> int:
    if arguments.side and not arguments.when:
        msg = "--side needs --when: what was closed to whom changed from day to day"
        raise UsageError(msg)
    case = read_case_of(arguments)
    known = {side for control in case.controls for side in control.closed_to}
    check_known("--side", arguments.side, known)
    check_roads(case.network, case.closures, avoid=arguments.avoid)
    answer = case.closure_impact(
        arguments.closure,
        arguments.origin,
        arguments.destination,
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
    from convoy_geo.routing.uncertain_closures import NOTE

    outside = ", which is known from outside the reports" if _outside(closure) else ""
    lines = [
        (
            f"{answer.origin} to {answer.destination}, by {answer.by}, cut somewhere on the "
            f"{answer.stretch_km:.1f} km of {answer.closure}{outside}"
        ),
        "with the stretch open:",
        *([f"  {_way(route)}" for route in answer.open_routes] or ["  no way"]),
    ]
    for group in answer.positions:
        where = ", ".join(f"km {low:.1f} to {high:.1f}" for low, high in group.pieces)
        lines.append(f"cut at {where} ({group.share:.0%} of the stretch):")
        lines += [f"  {_way(route)}" for route in group.routes] or ["  no way is left"]
    lines.append("each way:")
    for fate in answer.fates:
        share = f" ({fate.share:.0%} of the stretch)" if fate.cut == "some" else ""
        new = "" if fate.open else "; among the best only once the road is cut"
        by = ", ".join(fate.route.landmarks) or "no place between"
        lines.append(f"  {CUT[fate.cut]}{share}: {fate.route.length_km:.0f} km by {by}{new}")
    return [*lines, f"note: {NOTE}"]


def _outside(closure: Closure | None) -> bool:
    return closure is not None and closure.place_from_outside


def _way(route: Route) -> str:
    title = "best way" if route.rank == 0 else f"alternative {route.rank}"
    by = ", ".join(route.landmarks) or "no place between"
    passes = f"; passes {', '.join(route.passes)}" if route.passes else ""
    return f"{title}: {route.length_km:.0f} km, about {route.duration_h:.1f} h, by {by}{passes}"


def _compare(arguments: argparse.Namespace) -> int:
    case = read_case_of(arguments)
    given = {} if arguments.reported is None else {"given": arguments.reported}
    comparison = case.compare(
        arguments.route,
        arguments.rank,
        when=arguments.when,
        weight=arguments.weight,
        reported_km=given,
    )
    if arguments.json:
        print_json({"route": arguments.route, "rank": arguments.rank} | comparison.to_dict())
    else:
        print("\n".join(_compare_lines(comparison)))
    return 0


def _compare_lines(comparison: Comparison) -> list[str]:
    way = comparison.computed
    ends = f"{comparison.told[0].stops[0]} to {comparison.told[-1].stops[-1]}"
    computed = "best way" if way.rank == 0 else f"alternative {way.rank}"
    lines = [
        (
            f"{ends}: as told, drawn over {comparison.told_km:.0f} km; {computed} by {way.by} "
            f"{way.length_km:.0f} km ({comparison.longer_km:+.0f} km)"
        ),
        (
            f"  apart   Frechet {comparison.frechet_km:.1f} km, Hausdorff "
            f"{comparison.hausdorff_km:.1f} km; points every {comparison.step_km:g} km, which is "
            f"the error; projection {comparison.projection_error:.3%}; the roads themselves are "
            "good to a few km"
        ),
    ]
    for figure in comparison.figures:
        of = figure.of if figure.of in ("told", "computed") else f"edge {figure.of}"
        fits = "fits" if figure.fits else "does not fit"
        lines.append(
            f"  figure  {figure.km:g} km ({figure.source}) {fits} {of}: {figure.road_km:.0f} km, "
            f"range {figure.low_km:.0f} to {figure.high_km:.0f}; off by {figure.off_km:+.1f} km "
            f"({figure.off_share:+.0%})"
        )
    if not comparison.figures:
        lines.append("  figure  nobody gives a length for it")
    for name, edges in (
        ("shared", comparison.shared),
        ("told", comparison.only_told),
        ("computed", comparison.only_computed),
    ):
        total = sum(km for _, km in edges)
        listed = " ".join(f"{edge} {km:.0f}" for edge, km in edges) or "no edge"
        label = "shared" if name == "shared" else f"only {name}"
        lines.append(f"  {label}: {total:.0f} km as drawn: {listed}")
    return lines
