"""What the commands share: how one is added, how its case is read, how JSON is printed."""

from __future__ import annotations

import argparse
import json
import math
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from convoy_geo.case.case import Case
    from convoy_geo.model.closures import Closure
    from convoy_geo.network.network import RoadNetwork

    Run = Callable[[argparse.Namespace], int]
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001

__all__ = [
    "CASE_HELP", "UsageError", "add_command", "case_name", "check_known", "check_roads",
    "country_code", "natural", "os_words", "position", "positive", "print_json", "read_case_of",
]  # fmt: skip

DEFAULT_CASE = "convoy-2017"
CASE_HELP = f"a case that ships ({DEFAULT_CASE}) or a folder with a case.toml"


class UsageError(ValueError):
    """The words of a command do not go together, or name what cannot be: exit code 2."""


def add_command(
    commands: Commands,
    name: str,
    run: Run,
    about: str,
    *,
    case: bool = True,
    first: bool = False,
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
    first
        Whether the case may stand without ``--case``, as the first word.
    """
    parser = commands.add_parser(name, help=about, description=about)
    parser.set_defaults(run=run)
    parser.add_argument("--json", action="store_true", help="print JSON")
    if first:
        parser.add_argument("first", nargs="?", metavar="CASE", help=CASE_HELP)
    if case:
        parser.add_argument("--case", metavar="CASE", help="the same" if first else CASE_HELP)
    return parser


def case_name(arguments: argparse.Namespace) -> str:
    """The case that the words name, in either place.

    Raises
    ------
    UsageError
        If they name two.
    """
    named = dict.fromkeys(filter(None, (getattr(arguments, "first", None), arguments.case)))
    if len(named) > 1:
        msg = f"one case at a time, not {' and '.join(named)}"
        raise UsageError(msg)
    return next(iter(named), DEFAULT_CASE)


def read_case_of(arguments: argparse.Namespace) -> Case:
    """The case that the words name."""
    from convoy_geo.case.case import read_case

    return read_case(case_name(arguments))


def print_json(value: Any) -> None:
    """Print a value as one line of JSON, letters of all scripts as they are.

    Raises
    ------
    ValueError
        If it holds a number that JSON cannot carry.
    """
    print(json.dumps(value, ensure_ascii=False, allow_nan=False))


def os_words(error: OSError) -> str:
    """What went wrong with a file, and which one, in words."""
    what = "read or write" if error.filename is None else f"open {error.filename}"
    return f"cannot {what}: {error.strerror or error}"


# ---- words into values, for argparse ----


def natural(text: str) -> int:
    """A whole number from 0 up."""
    if not (text.isdecimal() and text.isascii()):
        msg = f"{text!r} is not a number from 0 up"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


def positive(text: str) -> float:
    """A finite number above 0."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        msg = f"{text!r} is not a number above 0"
        raise argparse.ArgumentTypeError(msg)
    return value


def country_code(text: str) -> str:
    """A country's code, in capitals."""
    if not re.fullmatch("[A-Za-z]{2}", text):
        msg = f"{text!r} is not a country's code of two letters, such as SY (ISO 3166-1)"
        raise argparse.ArgumentTypeError(msg)
    return text.upper()


def position(text: str) -> tuple[float, float] | None:
    """A position if a text reads as LON,LAT, and None if it is none.

    Raises
    ------
    UsageError
        If its numbers are no degrees of longitude and latitude.
    """
    lon, comma, lat = text.partition(",")
    try:
        pair = float(lon), float(lat)
    except ValueError:
        return None
    if not (comma and -180 <= pair[0] <= 180 and -90 <= pair[1] <= 90):
        msg = f"{text!r} is not LON,LAT with lon -180 to 180 and lat -90 to 90"
        raise UsageError(msg)
    return pair


# ---- ids that options name ----


def check_known(option: str, asked: str | None, known: Collection[str]) -> None:
    """Hold what an option names against what there is.

    Raises
    ------
    UsageError
        If it is not there; the message has what is.
    """
    if asked is not None and asked not in known:
        msg = f"{option}: no {asked!r} in this case; known: {', '.join(sorted(known)) or 'none'}"
        raise UsageError(msg)


def check_roads(
    network: RoadNetwork | None,
    closures: Iterable[Closure],
    *,
    close: Iterable[str] = (),
    avoid: Iterable[str] = (),
) -> None:
    """Hold what ``--close`` and ``--avoid`` name against the roads.

    Raises
    ------
    UsageError
        If one is neither an edge nor, to be closed, a closure, or to be avoided, a node.
    """
    from convoy_geo.errors import EdgeNotFoundError

    known = [closure.id for closure in closures]
    names = [name for name in close if name not in known]
    if network is None:
        for name in (*close, *avoid):
            msg = f"{name!r} cannot be closed or avoided: there is no road network"
            raise UsageError(msg)
        return
    hint = f"; closures: {', '.join(known)}" if names and known else ""
    names += [name for name in avoid if network.node_position(name) is None]
    try:
        network.edge_positions(names)
    except EdgeNotFoundError as error:
        msg = f"{error}{hint}"
        raise UsageError(msg) from error
