"""The commands ``believe`` and ``ask``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convoy_geo.cli.common import UsageError, add_command, print_json, read_case_of

if TYPE_CHECKING:
    import argparse

    from convoy_geo.analysis.consistency.beliefs import Belief
    from convoy_geo.analysis.consistency.questions import Question
    from convoy_geo.case.case import Case
    from convoy_geo.cli.common import Commands

__all__ = ["add_commands"]


def add_commands(commands: Commands) -> None:
    """Add the commands of this module."""
    about = "What follows if some claims are believed, what falls, and what stays open."
    sub = add_command(commands, "believe", _believe, about, case="option")
    sub.add_argument("names", nargs="+", metavar="NAME", help="claims, sides or reports, by id")
    sub.add_argument(
        "--without", nargs="+", default=[], metavar="NAME", help="claims, sides or reports left out"
    )
    about = "What to find out next: facts to check, the most telling first."
    sub = add_command(commands, "ask", _ask, about, case="last")
    sub.add_argument("--unit", metavar="U", help="what is counted (default: what most claims do)")
    sub.add_argument("--most", type=int, default=5, metavar="N", help="how many questions (5)")
    sub.add_argument("--when", metavar="DATE", help="only questions on this day or moment")
    sub.add_argument(
        "--believing", nargs="+", default=[], metavar="NAME",
        help="claims, sides or reports that are believed already (put CASE before it)",
    )  # fmt: skip


def _ask(arguments: argparse.Namespace) -> int:
    from convoy_geo.lang import load

    case = read_case_of(arguments)
    try:
        found = case.ask(
            arguments.unit,
            most=arguments.most,
            when=arguments.when,
            believing=arguments.believing,
        )
    except ValueError as error:
        raise UsageError(str(error)) from error
    if arguments.json:
        print_json({"questions": [one.to_dict() for one in found]})
        return 0 if found else 1
    text = load("en").text
    if not found:
        complete = case.consistency().complete
        print(text("question.none_left" if complete else "question.incomplete"))
        return 1
    print(text("question.title"))
    for number, one in enumerate(found, start=1):
        print("\n".join(_question_lines(case, number, one)))
    return 0


def _question_lines(case: Case, number: int, one: Question) -> list[str]:
    from convoy_geo.lang import load

    text = load("en").text
    places = {place.id: place.name for place in case.gazetteer}
    name = case.info.states.get(one.where) or places.get(one.where) or one.where.replace("_", " ")
    asked = text(
        f"question.{one.kind}",
        number=one.number,
        unit=one.unit,
        where=f"in: {name},",
        when=one.when,
    )
    lines = [f"{number}. {asked}"]
    counts = {"count": one.sets, "yes": one.yes.sets, "no": one.no.sets}
    if one.sets > 1:
        lines.append(f"   {text('question.sets', **counts)}")
    if one.high != float("inf"):
        lines.append(f"   {text('question.range', low=round(one.low), high=round(one.high))}")
    for code, answer in (("yes", one.yes), ("no", one.no)):
        if answer.true or answer.false:
            values = {
                key: ", ".join(getattr(answer, key)) or str(text("question.nothing"))
                for key in ("true", "false")
            }
            lines.append(f"   {text(f'question.settles_{code}', **values)}")
    if one.reports:
        reports = ", ".join(one.reports)
        lines.append(f"   {text('question.sources', sources=reports, number=one.independent)}")
    return lines


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
        lines += [f"  {', '.join(one.claims)}" for one in belief.conflicts]
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
    return lines


def _told(case: Case, key: str) -> str:
    """A claim in one line."""
    claim = case.claims[key]
    return f"{key} ({case.info.sides[claim.side].name}): {claim.summary}"
