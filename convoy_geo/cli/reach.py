"""The commands ``verdict`` and ``reach``."""

from __future__ import annotations

import argparse
import math
import sys
from typing import TYPE_CHECKING, Any

from convoy_geo.cli.common import (
    add_closures,
    add_command,
    add_when,
    check_roads,
    positive,
    print_json,
    read_case_of,
)

if TYPE_CHECKING:
    from convoy_geo.analysis.verdicts import Verdict
    from convoy_geo.cli.common import Commands
    from convoy_geo.timegeo.premises import Flip

__all__ = ["add_commands"]

MODES = ("bus", "car", "foot", "ship", "sail")


def add_commands(commands: Commands) -> None:
    """Add the commands of this module."""
    about = "Whether it can be true: a claim against the others, or a way in the time between."
    sub = add_command(commands, "verdict", _verdict, about)
    sub.set_defaults(refuse=sub.error)
    sub.add_argument("claim", nargs="?", metavar="CLAIM", help="id of a claim")
    _question(sub)
    sub.add_argument("--all", action="store_true", help="every claim against the others")

    about = "Where one can have been between two places at two times: roads, and an area."
    sub = add_command(commands, "reach", _reach, about)
    sub.set_defaults(refuse=sub.error)
    _question(sub)


def _question(sub: argparse.ArgumentParser) -> None:
    """The options that ask about a way from A to B."""
    sub.add_argument("--from", dest="origin", metavar="A", help="a place")
    sub.add_argument("--to", dest="destination", metavar="B", help="a place")
    sub.add_argument("--leave", metavar="EDTF", help="as 2017-08-31, 2017-08-31T06:00 or A/B")
    sub.add_argument("--arrive", metavar="EDTF", help="likewise; a day ends with its midnight")
    sub.add_argument("--mode", choices=MODES, help="how it travels (default: the case's, or bus)")
    sub.add_argument(
        "--kmh", nargs=2, type=positive, metavar=("LOW", "HIGH"), help="speeds of your own"
    )
    add_closures(sub)
    add_when(sub, "a day whose cuts count as well, such as 2017-08-31")


def _ends(arguments: argparse.Namespace) -> dict[str, Any]:
    """What was asked of a way."""
    names = {"origin": "--from", "destination": "--to", "leave": "--leave", "arrive": "--arrive"}
    missing = [option for name, option in names.items() if not getattr(arguments, name)]
    if missing:
        arguments.refuse(f"needed as well: {', '.join(missing)}")
    if arguments.kmh and arguments.kmh[0] > arguments.kmh[1]:
        arguments.refuse("--kmh: the lower speed first")
    return {
        "origin": arguments.origin,
        "destination": arguments.destination,
        "leave": arguments.leave,
        "arrive": arguments.arrive,
        "mode": arguments.mode,
        "kmh": tuple(arguments.kmh) if arguments.kmh else None,
        "closures": arguments.closures,
        "when": arguments.when,
    }


def _verdict(arguments: argparse.Namespace) -> int:
    asked = [name for name in ("origin", "destination", "leave", "arrive")
             if getattr(arguments, name)]  # fmt: skip
    if bool(arguments.claim) + bool(arguments.all) + bool(asked) != 1:
        arguments.refuse("give a CLAIM, or --all, or --from, --to, --leave and --arrive")
    options: dict[str, Any] = {"closures": arguments.closures, "when": arguments.when}
    if not asked and arguments.kmh:
        arguments.refuse("--kmh is for a way: --from, --to, --leave, --arrive")
    if not asked and arguments.mode:
        options["mode"] = arguments.mode
    case = read_case_of(arguments)
    check_roads(case.network, case.closures, closures=arguments.closures)
    if arguments.all:
        return _table(case.verdicts(**options), as_json=arguments.json)
    verdict = case.could(**_ends(arguments)) if asked else case.verdict(arguments.claim, **options)
    if arguments.json:
        print_json(verdict.to_dict())
    else:
        print("\n".join(verdict_lines(verdict)))
    return 0


def _table(frame: Any, *, as_json: bool) -> int:
    """One line for each verdict."""
    for row in frame.to_dict("records"):
        if as_json:
            print_json({key: _known(value) for key, value in row.items()})
        else:
            print(f"{row['verdict']:<12}  {row['why']}")
    if frame.attrs["left_out"]:
        more = f"{frame.attrs['left_out']} milder verdicts are left out"
        print(f"{more}: `convoy-geo verdict CLAIM` holds one claim against all", file=sys.stderr)
    return 0


def _known(value: Any) -> Any:
    """A cell as JSON can carry it: no NaN."""
    return None if isinstance(value, float) and math.isnan(value) else value


def verdict_lines(verdict: Verdict) -> list[str]:
    """A verdict in words, line by line."""
    lines = [f"{verdict.verdict}: {verdict.why}"]
    if verdict.needs_kmh is not None:
        lines.append(f"  needs    {verdict.needs_kmh:.1f} km/h on the average, rests taken out")
    if verdict.route is not None and verdict.route.via:
        lines.append(f"  by       {', '.join(verdict.route.via)}")
    for premise in verdict.premises:
        ends = [_value(end, premise.unit) for end in (premise.low, premise.high)]
        shown = "" if ends == ["", ""] else f" ({ends[0] or '..'} to {ends[1] or '..'})"
        lines.append(f"  premise  {premise.name}: {premise.words}{shown}")
    return lines + [f"  flips    {_flip(flip)}" for flip in verdict.flips]


def _flip(flip: Flip) -> str:
    if flip.flips_at is None:
        return f"never to {flip.to}: {flip.premise}, {flip.what}"
    return f"to {flip.to}: {flip.premise}, {flip.what}: {_value(flip.flips_at, flip.unit)}"


def _value(value: float | str | None, unit: str) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return f"{value:.1f} {unit}" if value % 1 else f"{value:g} {unit}"


def _window(longest: float | None, shortest: float | None) -> str:
    """The time between in words; two times that overlap leave none at the least."""
    if longest is not None and longest <= 0:
        return f"none: it would arrive {'before' if longest < 0 else 'as'} it leaves"
    most, least = (
        f"{hours:.1f} h" if hours is not None else "open" for hours in (longest, shortest)
    )
    if shortest is not None and shortest < 0:
        least = "none"
    return f"{most} at the most, {least} at the least"


def _reach(arguments: argparse.Namespace) -> int:
    asked = _ends(arguments)
    case = read_case_of(arguments)
    check_roads(case.network, case.closures, closures=arguments.closures)
    reach = case.reach(**asked)
    frame = reach.to_frame()
    if arguments.json:
        print_json(reach.to_dict())
        return 0 if len(frame) else 1
    print(f"{reach.origin} to {reach.destination}, by {reach.mode}")
    print(f"  window    {_window(*reach.window_h)}")
    if reach.closures:
        print(f"  closed    {', '.join(reach.closures)}")
    for level in ("surely", "possibly"):
        rows = frame[frame["level"] == level]
        print(f"  {level:<9} {reach.km(level):.0f} km of road as drawn, {len(rows)} edges")
        parts = [
            row.edge if row.share > 0.9995 else f"{row.edge} ({max(row.share, 0.01):.0%})"
            for row in rows.itertuples()
        ]
        if parts:
            print(f"            {' '.join(parts)}")
    if not len(frame):
        print("nowhere: no way fits into the time between leaving and arriving")
    return 0 if len(frame) else 1
