"""The commands ``verdict`` and ``reach``."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from convoy_geo.cli.common import (
    MODES,
    add_closures,
    add_command,
    add_when,
    check_known,
    check_roads,
    chosen_mode,
    length_words,
    mode_help,
    positive,
    print_json,
    read_case_of,
)
from convoy_geo.cli.stops import PLACE_HELP, stop_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from convoy_geo.analysis.consistency.verdicts import ClaimVerdict
    from convoy_geo.analysis.verdicts import Verdict
    from convoy_geo.case.case import Case
    from convoy_geo.cli.common import Commands
    from convoy_geo.timegeo.premises import Flip

__all__ = ["add_commands"]


def add_commands(commands: Commands) -> None:
    """Add the commands of this module."""
    about = "Test whether a claim, or a trip in a time window, is feasible."
    sub = add_command(commands, "verdict", _verdict, about)
    sub.set_defaults(refuse=sub.error)
    sub.add_argument("claim", nargs="?", metavar="CLAIM", help="id of a claim")
    _question(sub)
    sub.add_argument("--all", action="store_true", help="every claim against the others")
    sub.add_argument(
        "--against", action="append", metavar="ID", help="compare the claim with these only"
    )

    about = "Where one can have been between two places at two times, or from one in some hours."
    sub = add_command(commands, "reach", _reach, about)
    sub.set_defaults(refuse=sub.error)
    _question(sub)
    sub.add_argument(
        "--hours", nargs="+", type=positive, metavar="H",
        help="from A alone: what is reached within so many hours, as bands",
    )  # fmt: skip


def _question(sub: argparse.ArgumentParser) -> None:
    """The options for a trip from A to B."""
    sub.add_argument("--from", dest="origin", metavar="A", help=PLACE_HELP)
    sub.add_argument("--to", dest="destination", metavar="B", help="likewise")
    sub.add_argument("--leave", metavar="EDTF", help="as 2017-08-31, 2017-08-31T06:00 or A/B")
    sub.add_argument("--arrive", metavar="EDTF", help="the same; a day ends at midnight")
    sub.add_argument("--mode", metavar="MODE", help=mode_help(MODES))
    sub.set_defaults(road_mode=False)
    sub.add_argument(
        "--kmh", nargs=2, type=positive, metavar=("LOW", "HIGH"), help="speeds of your own"
    )
    add_closures(sub)
    add_when(sub, "a day whose closures count, such as 2017-08-31")


def _complete(arguments: argparse.Namespace) -> None:
    """Reject an incomplete trip."""
    names = {"origin": "--from", "destination": "--to", "leave": "--leave", "arrive": "--arrive"}
    missing = [option for name, option in names.items() if not getattr(arguments, name)]
    if missing:
        arguments.refuse(f"needed as well: {', '.join(missing)}")
    if arguments.kmh and arguments.kmh[0] > arguments.kmh[1]:
        arguments.refuse("--kmh: the lower speed first")


def _ends(case: Case, arguments: argparse.Namespace) -> dict[str, Any]:
    """The requested trip."""
    return {
        "origin": stop_of(case, arguments.origin),
        "destination": stop_of(case, arguments.destination),
        "leave": arguments.leave,
        "arrive": arguments.arrive,
        "mode": chosen_mode(case, arguments),
        "kmh": tuple(arguments.kmh) if arguments.kmh else None,
        "closures": arguments.closures,
        "when": arguments.when,
    }


def _check_question(arguments: argparse.Namespace, asked: list[str]) -> None:
    """Reject incompatible options."""
    if bool(arguments.claim) + bool(arguments.all) + bool(asked) != 1:
        arguments.refuse("give a CLAIM, or --all, or --from, --to, --leave and --arrive")
    for option in ("kmh", "closures", "when"):
        if not asked and getattr(arguments, option):
            name = {"closures": "close"}.get(option, option)
            arguments.refuse(f"--{name} is for a trip: --from, --to, --leave, --arrive")
    if arguments.against and not arguments.claim:
        arguments.refuse("--against needs a CLAIM")
    if arguments.all and arguments.mode:
        arguments.refuse("--mode is for a CLAIM or a trip; --all takes the mode of the case")
    if asked:
        _complete(arguments)


def _verdict(arguments: argparse.Namespace) -> int:
    asked = [name for name in ("origin", "destination", "leave", "arrive")
             if getattr(arguments, name)]  # fmt: skip
    _check_question(arguments, asked)
    case = read_case_of(arguments)
    if arguments.all:
        return _table(case, as_json=arguments.json)
    if asked:
        check_roads(case.network, case.closures, closures=arguments.closures)
        verdict = case.could(**_ends(case, arguments))
        lines, plain = verdict_lines(verdict), verdict.to_dict()
    else:
        for claim in arguments.against or ():
            check_known("--against", claim, case.claims)
        chosen_mode(case, arguments)
        found = case.verdict(arguments.claim, against=arguments.against, mode=arguments.mode)
        lines, plain = claim_lines(case, found), found.to_dict()
    if arguments.json:
        print_json(plain)
    else:
        print("\n".join(lines))
    return 0


def _table(case: Case, *, as_json: bool) -> int:
    """One line for each claim."""
    from convoy_geo.lang import load

    text = load("en").text
    frame = case.verdicts()
    for row in frame.astype(object).where(frame.notna(), None).to_dict("records"):
        if as_json:
            print_json(row)
            continue
        told = case.claims[row["claim"]]
        side = case.info.sides[told.side].name
        why = f"not judged: {text('not_encoded.' + row['reason'])}" if row["reason"] else ""
        if row["against"]:
            kind = text(f"conflict_kind.{row['kind']}")
            why = f"not together with {row['against'].replace('+', ', ')}: {kind}"
        print(f"{row['verdict']:<12}  {row['claim']} ({side}): {why or told.summary}")
    return 0


def claim_lines(case: Case, found: ClaimVerdict) -> list[str]:
    """A verdict on a claim in words, line by line."""
    from convoy_geo.lang import load

    text = load("en").text
    told = case.claims[found.claim]
    side = case.info.sides[told.side].name
    lines = [f"{found.verdict}: {found.claim} ({side}): {told.summary}"]
    if found.reason:
        group = "undetermined" if found.reason in ("against", "limits") else "not_encoded"
        return [*lines, f"  not judged: {text(f'{group}.{found.reason}')}"]
    lines += [f"  read as  {text(f'read_as.{one.code}')}" for one in found.premises]
    if found.against:
        lines.append(f"  against  {', '.join(found.against)}")
    if found.margin_count is not None:
        lines.append(f"  margin   {found.margin_count:g} {told.unit}")
    if found.margin_h is not None:
        lines.append(f"  margin   {found.margin_h:.1f} h")
    lines += [f"  flips    {_claim_flip(text, flip)}" for flip in found.flips]
    for clash in found.clashes:
        kind = text(f"conflict_kind.{clash.kind}")
        lines.append(f"  not with {', '.join(clash.claims)}: {kind}")
        lines += [f"    flips  {_claim_flip(text, flip)}" for flip in clash.flips]
    if found.price is not None and found.clashes:
        lines.append(f"  kept, at least {found.price} other claims must be given up")
    return lines


def _claim_flip(text: Callable[..., str], flip: Flip) -> str:
    value = flip.flips_at
    if flip.premise == "reading":
        value = text(f"read_as.{flip.flips_at}")
    elif isinstance(value, float):
        value = f"{value:g} {flip.unit}"
    return f"to {flip.to}: {text(f'flip.{flip.premise}_{flip.what}')}: {value}"


def verdict_lines(verdict: Verdict) -> list[str]:
    """A verdict in words, line by line."""
    lines = [f"{verdict.verdict}: {verdict.why}"]
    if verdict.needs_kmh is not None:
        lines.append(f"  needs    {verdict.needs_kmh:.1f} km/h on average, without rests")
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
    """The available time in words; the minimum is none if the two times overlap."""
    if longest is not None and longest <= 0:
        return f"none: it would arrive {'before' if longest < 0 else 'as'} it leaves"
    most, least = (
        f"{hours:.1f} h" if hours is not None else "open" for hours in (longest, shortest)
    )
    if shortest is not None and shortest < 0:
        least = "none"
    return f"at most {most}, at least {least}"


def _bands(arguments: argparse.Namespace) -> int:
    """The area reachable from one place within some hours."""
    if not arguments.origin or arguments.destination or arguments.leave or arguments.arrive:
        arguments.refuse("--hours goes with --from alone, without --to, --leave and --arrive")
    case = read_case_of(arguments)
    check_roads(case.network, case.closures, closures=arguments.closures)
    found = case.bands(
        stop_of(case, arguments.origin),
        arguments.hours,
        mode=chosen_mode(case, arguments),
        closures=arguments.closures,
        when=arguments.when,
        kmh=tuple(arguments.kmh) if arguments.kmh else None,
    )
    if arguments.json:
        print_json(found.to_dict())
    else:
        print(f"from {found.origin}, by {found.mode}, at the highest speeds")
        if found.closures:
            print(f"  closed    {', '.join(found.closures)}")
        for hours, km in zip(found.hours, found.km(), strict=True):
            print(f"  within {hours:g} h: {length_words(km)} of road as drawn")
    return 0 if any(found.km()) else 1


def _reach(arguments: argparse.Namespace) -> int:
    if arguments.hours:
        return _bands(arguments)
    _complete(arguments)
    case = read_case_of(arguments)
    check_roads(case.network, case.closures, closures=arguments.closures)
    asked = _ends(case, arguments)
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
        print("nowhere: no trip fits the time between departure and arrival")
    return 0 if len(frame) else 1
