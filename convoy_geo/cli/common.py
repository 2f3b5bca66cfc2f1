"""What the commands share: how one is added, how its case is read, how JSON is printed."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from convoy_geo.cases import Case

    Run = Callable[[argparse.Namespace], int]
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001

__all__ = ["CASE_HELP", "DEFAULT_CASE", "add_command", "natural", "print_json", "read_case_of"]

DEFAULT_CASE = "convoy-2017"
CASE_HELP = f"a case that ships ({DEFAULT_CASE}) or a folder with a case.toml"


def add_command(
    commands: Commands, name: str, run: Run, about: str, *, case: bool = True
) -> argparse.ArgumentParser:
    """Add a command with ``--json`` and, unless `case` is False, ``--case``.

    Parameters
    ----------
    commands
        What `argparse.ArgumentParser.add_subparsers` gives.
    name, about
        The word on the command line, and what it does in one line.
    run
        Takes the parsed words and returns the exit code.
    case
        Whether it works on a case.
    """
    parser = commands.add_parser(name, help=about, description=about)
    parser.set_defaults(run=run)
    parser.add_argument("--json", action="store_true", help="print JSON")
    if case:
        parser.add_argument("--case", default=DEFAULT_CASE, metavar="CASE", help=CASE_HELP)
    return parser


def natural(text: str) -> int:
    """A whole number from 0 up, for argparse."""
    if not text.isdecimal():
        msg = f"{text!r} is not a number from 0 up"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


def print_json(value: Any) -> None:
    """Print a value as one line of JSON, letters of all scripts as they are."""
    print(json.dumps(value, ensure_ascii=False))


def read_case_of(arguments: argparse.Namespace) -> Case:
    """The case that the words name."""
    from convoy_geo.cases import read_case

    return read_case(arguments.case)
