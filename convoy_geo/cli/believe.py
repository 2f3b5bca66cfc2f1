"""The command ``believe``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convoy_geo.cli.common import UsageError, add_command, print_json, read_case_of

if TYPE_CHECKING:
    import argparse

    from convoy_geo.analysis.consistency.beliefs import Belief
    from convoy_geo.case.case import Case
    from convoy_geo.cli.common import Commands

__all__ = ["add_commands"]


def add_commands(commands: Commands) -> None:
    """Add the commands of this module."""
    about = (
        "Say what is then true, what is then false, and what stays open, if some claims are true."
    )
    sub = add_command(commands, "believe", _believe, about, case="option")
    sub.add_argument("names", nargs="+", metavar="NAME", help="claims, sides or reports, by id")
    sub.add_argument(
        "--without", nargs="+", default=[], metavar="NAME", help="claims, sides or reports left out"
    )


def _believe(arguments: argparse.Namespace) -> int:
    case = read_case_of(arguments)
    try:
        belief = case.believing(*arguments.names, without=arguments.without)
    except ValueError as error:
        raise UsageError(str(error)) from error
    if arguments.json:
        print_json(belief.to_dict())
    else:
        print("\n".join(_lines(case, belief)))
    return 0 if belief.claims else 1


def _lines(case: Case, belief: Belief) -> list[str]:
    from convoy_geo.lang import load

    text = load("en").text
    names = ", ".join(belief.names)
    lines: list[str] = [text("belief.chosen", names=names, number=len(belief.claims))]
    for key, code in belief.left_out.items():
        reason = text(f"not_encoded.{code}")
        lines.append(f"  {text('belief.left_out', claim=key, reason=reason)}")
    if not belief.claims:
        return [*lines, text("belief.nothing")]
    if belief.conflicts:
        lines.append(text("belief.inconsistent"))
        for one in belief.conflicts:
            lines.append(f"  {', '.join(one.claims)}")
            lines += [f"    {_told(case, key)}" for key in one.claims]
    if belief.withdrawals:
        lines.append(text("belief.withdraw"))
        lines += [f"  {', '.join(one)}" for one in belief.withdrawals]
    lines += _fallen_lines(case, belief)
    if belief.follows:
        lines.append(text("belief.follows"))
        lines += [f"  {_told(case, key)}" for key in belief.follows]
    for code in ("open", "unknown"):
        if claims := getattr(belief, code):
            lines.append(text(f"belief.{code}", claims=", ".join(claims)))
    return lines


def _fallen_lines(case: Case, belief: Belief) -> list[str]:
    from convoy_geo.lang import load

    if not belief.falls:
        return []
    text = load("en").text
    lines: list[str] = [text("belief.falls")]
    for key, conflict in belief.falls.items():
        others = ", ".join(one for one in conflict.claims if one != key)
        why = text("belief.because", claims=others) if others else text("belief.alone")
        lines += [f"  {_told(case, key)}", f"    {why}"]
        lines += [f"      {_told(case, one)}" for one in conflict.claims if one != key]
    return lines


def _told(case: Case, key: str) -> str:
    """A claim in one line."""
    claim = case.claims[key]
    return f"{key} ({case.info.sides[claim.side].name}): {claim.summary}"
