"""The command ``ask``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convoy_geo.cli.common import UsageError, add_command, print_json, read_case_of

if TYPE_CHECKING:
    import argparse

    from convoy_geo.analysis.consistency.question import Question
    from convoy_geo.case.case import Case
    from convoy_geo.cli.common import Commands

__all__ = ["add_commands"]


def add_commands(commands: Commands) -> None:
    """Add the commands of this module."""
    about = "Say what to find out next: facts to check, the most useful first."
    sub = add_command(commands, "ask", _ask, about, case="last")
    sub.add_argument(
        "--unit", metavar="U", help="what is counted (default: what most claims count)"
    )
    sub.add_argument("--most", type=int, default=5, metavar="N", help="how many questions (5)")
    sub.add_argument("--when", metavar="DATE", help="only questions on this day or moment")
    sub.add_argument(
        "--believing", nargs="+", default=[], metavar="NAME",
        help="claims, sides or reports that are believed already (put CASE before it)",
    )  # fmt: skip


def _ask(arguments: argparse.Namespace) -> int:
    from convoy_geo.lang import load

    if arguments.most < 1:
        msg = f"--most: {arguments.most} is not a number above 0"
        raise UsageError(msg)
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
        result = case.consistency()
        if result.complete:
            print(text(f"question.none_{'useful' if result.conflicts else 'left'}"))
        else:
            print(text("question.incomplete"))
        return 1
    print(text("question.title"))
    for number, one in enumerate(found, start=1):
        print("\n".join(_question_lines(case, number, one)))
    return 0


def _question_lines(case: Case, number: int, one: Question) -> list[str]:
    from convoy_geo.lang import load

    text = load("en").text
    kind = one.kind
    if (kind, bool(one.where)) == ("tally", True):
        kind = "tally_at"
    elif kind == "whole" and one.group:
        kind = "whole_of"
    values = {
        "number": f"{one.number:,}", "unit": one.unit.replace("_", " "), "group": one.group,
        "where": _where(case, one.where), "when": _moment(one.when) if one.when else "",
    }  # fmt: skip
    lines = [f"{number}. {text(f'question.{kind}', **values)}"]
    counts = {"count": one.sets, "yes": one.yes.sets, "no": one.no.sets}
    if one.sets > 1:
        lines.append(f"   {text('question.sets', **counts)}")
    if one.high != float("inf") and one.kind != "whole":
        lines.append(
            f"   {text('question.range', low=f'{round(one.low):,}', high=f'{round(one.high):,}')}"
        )
    for code, answer in (("yes", one.yes), ("no", one.no)):
        if answer.true or answer.false:
            values = {
                key: "; ".join(
                    f"{claim} ({case.claims[claim].short})" for claim in getattr(answer, key)
                )
                or str(text("question.nothing"))
                for key in ("true", "false")
            }
            lines.append(f"   {text(f'question.settles_{code}', **values)}")
    if one.reports:
        reports = ", ".join(one.reports)
        lines.append(f"   {text('question.sources', sources=reports, number=one.independent)}")
    return lines


def _where(case: Case, where: str) -> str:
    """A place, a zone or a state, as part of a sentence."""
    if where in case.info.states:
        return case.info.states[where]
    places = {place.id: place.name for place in case.gazetteer}
    return f"in {places.get(where) or where.replace('_', ' ')}"


def _moment(when: str) -> str:
    """A moment in words: its day, then its time of day."""
    from convoy_geo.lang import load

    day, _, clock = when.partition("T")
    return f"{load('en').date(day)}, {clock}" if clock else load("en").date(day)
