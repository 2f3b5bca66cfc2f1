"""The command ``compare``."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from convoy_geo.cli.common import (
    add_command,
    add_weight,
    add_when,
    length_words,
    natural,
    positive,
    print_json,
    read_case_of,
)

if TYPE_CHECKING:
    from convoy_geo.cli.common import Commands
    from convoy_geo.routing.compare import Comparison

__all__ = ["add_commands"]


def add_commands(commands: Commands) -> None:
    """Add the commands of this module."""
    about = "Compare a reported route with the computed routes between its ends."
    sub = add_command(commands, "compare", _compare, about)
    sub.add_argument("route", metavar="ROUTE", help="id of a reported route")
    sub.add_argument("--rank", type=natural, default=0, metavar="K", help="0 the best (default)")
    add_when(sub, "a day whose closures count")
    add_weight(sub, "length")
    sub.add_argument(
        "--reported", type=positive, metavar="KM", help="another stated length of the route"
    )


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
    computed = "best route" if way.rank == 0 else f"alternative {way.rank}"
    lines = [
        (
            f"{ends}: as reported, drawn as {length_words(comparison.told_km)}; {computed} by "
            f"{way.by} {length_words(way.length_km)} "
            f"({length_words(comparison.longer_km, sign=True)})"
        ),
        (
            f"  apart   Frechet {length_words(comparison.frechet_km)}, Hausdorff "
            f"{length_words(comparison.hausdorff_km)}; points every "
            f"{length_words(comparison.step_km)}, which is "
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
        lines.append("  figure  no reported length")
    for name, edges in (
        ("shared", comparison.shared),
        ("told", comparison.only_told),
        ("computed", comparison.only_computed),
    ):
        total = sum(km for _, km in edges)
        listed = ", ".join(f"{edge} {length_words(km)}" for edge, km in edges) or "no edge"
        label = "shared" if name == "shared" else f"only {name}"
        lines.append(f"  {label}: {length_words(total)} as drawn: {listed}")
    return lines
