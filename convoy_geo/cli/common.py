"""Shared code of the commands: adding one, reading its case, printing JSON."""

from __future__ import annotations

import argparse
import json
import math
import re
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from convoy_geo.case.case import Case
    from convoy_geo.model.closures import Closure
    from convoy_geo.model.travel_modes import TravelMode
    from convoy_geo.network.network import RoadNetwork

    Run = Callable[[argparse.Namespace], int]
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001

__all__ = [
    "CASE_HELP",
    "DEFAULT_CASE",
    "MODES",
    "ROAD_MODES",
    "UsageError",
    "add_avoid",
    "add_closures",
    "add_command",
    "add_country",
    "add_gazetteer",
    "add_mode",
    "add_output",
    "add_side",
    "add_weight",
    "add_when",
    "check_gazetteer",
    "check_known",
    "check_roads",
    "chosen_mode",
    "country_code",
    "hours_words",
    "length_words",
    "mode_help",
    "natural",
    "os_words",
    "position",
    "positive",
    "print_json",
    "read_case_of",
    "span_words",
]  # fmt: skip

DEFAULT_CASE = "convoy-2017"
CASE_HELP = f"a bundled case ({DEFAULT_CASE} unless given) or a folder with a case.toml"


class UsageError(ValueError):
    """Arguments are invalid or incompatible: exit code 2."""


def add_command(
    commands: Commands,
    name: str,
    run: Run,
    about: str,
    *,
    case: Literal["option", "last", "none"] = "option",
) -> argparse.ArgumentParser:
    """Add a command with ``--json`` and an argument for its case.

    Parameters
    ----------
    commands
        The result of `argparse.ArgumentParser.add_subparsers`.
    name, about
        Name of the command, and its description in one line.
    run
        Takes the parsed arguments and returns the exit code.
    case
        How the case is given: with ``--case``; as the last argument, for commands that take nothing
        else; or not at all.
    """
    parser = commands.add_parser(name, help=about, description=about)
    parser.set_defaults(run=run)
    parser.add_argument("--json", action="store_true", help="print JSON")
    if case == "last":
        parser.add_argument("case", nargs="?", default=DEFAULT_CASE, metavar="CASE", help=CASE_HELP)
    elif case == "option":
        parser.add_argument("--case", default=DEFAULT_CASE, metavar="CASE", help=CASE_HELP)
    return parser


def read_case_of(arguments: argparse.Namespace) -> Case:
    """The case given by the arguments."""
    from convoy_geo.case.case import read_case

    return read_case(arguments.case)


def print_json(value: Any) -> None:
    """Print a value as one line of JSON, without escaping non-ASCII letters.

    Raises
    ------
    ValueError
        If it contains NaN or infinity.
    """
    print(json.dumps(value, ensure_ascii=False, allow_nan=False))


def os_words(error: OSError) -> str:
    """Describe a failed file operation, with the file name."""
    what = "read or write" if error.filename is None else f"open {error.filename}"
    return f"cannot {what}: {error.strerror or error}"


# ---- options of several commands ----


def add_output(sub: argparse.ArgumentParser, about: str, *, required: bool = False) -> None:
    """``-o FILE``: where the result goes."""
    sub.add_argument("-o", dest="output", metavar="FILE", required=required, help=about)


def add_when(sub: argparse.ArgumentParser, about: str) -> None:
    """``--when DATE``: a day, or a moment."""
    sub.add_argument("--when", metavar="DATE", help=about)


def add_side(sub: argparse.ArgumentParser) -> None:
    """``--side WHO``."""
    about = "with --when: close the roads that were closed to this side that day"
    sub.add_argument("--side", metavar="WHO", help=about)


def add_closures(sub: argparse.ArgumentParser) -> None:
    """``--close EDGE``, repeatable."""
    sub.add_argument(
        "--close", dest="closures", action="append", default=[], metavar="EDGE",
        help="take this edge, or this closure of the case, as closed (repeatable)",
    )  # fmt: skip


def add_avoid(sub: argparse.ArgumentParser) -> None:
    """``--avoid EDGE``, repeatable."""
    sub.add_argument(
        "--avoid", action="append", default=[], metavar="EDGE",
        help="do not use this edge or node (repeatable)",
    )  # fmt: skip


ROAD_MODES = (
    "bus", "car", "lorry", "foot", "bicycle", "any_vehicle", "motorcycle", "tracked", "camel",
)  # fmt: skip
MODES = (*ROAD_MODES, "ship", "sail", "ferry", "aircraft", "helicopter")
"""Keys of geodata/roads/modes.csv; a test holds that these are all."""


def add_weight(sub: argparse.ArgumentParser, default: str = "time") -> None:
    """``--weight time|length``."""
    sub.add_argument(
        "--weight", choices=("time", "length"), default=default,
        help=f"what the route minimises (default: {default})",
    )  # fmt: skip


def add_mode(sub: argparse.ArgumentParser) -> None:
    """``--mode MODE``, of those that take to roads."""
    sub.add_argument("--mode", metavar="MODE", help=mode_help(ROAD_MODES))
    sub.set_defaults(road_mode=True)


def chosen_mode(case: Case, arguments: argparse.Namespace) -> TravelMode | None:
    """What ``--mode`` names, of the table or of the case; None where it was not given."""
    from convoy_geo.errors import ModeNotFoundError

    if not arguments.mode:
        return None
    try:
        travel = case.info.travel_mode(arguments.mode)
    except ModeNotFoundError as error:
        msg = f"--mode: {error}"
        raise UsageError(msg) from error
    if travel.road is None and arguments.road_mode:
        msg = f"--mode: {travel.name} ({travel.id}) takes to no roads"
        raise UsageError(msg)
    return travel


def mode_help(modes: tuple[str, ...]) -> str:
    """What ``--mode`` may be."""
    return f"{', '.join(modes)}, or one of the case's own (default: the case's mode, or bus)"


def add_country(sub: argparse.ArgumentParser) -> None:
    """``--country CC``, repeatable."""
    sub.add_argument(
        "--country", action="append", type=country_code, default=[], metavar="CC",
        help="only places in this country (ISO 3166-1 code, such as SY; repeatable)",
    )  # fmt: skip


def add_gazetteer(sub: argparse.ArgumentParser, default: str) -> None:
    """``--gazetteer region|world|FILE``, repeatable."""
    sub.add_argument(
        "--gazetteer", action="append", default=[], metavar="NAME",
        help="where names are looked up: region (Syria, Iraq and their neighbours), world (needs "
        f"the extra world), or a file of places; repeatable (default: {default})",
    )  # fmt: skip


# ---- argument types for argparse ----


def natural(text: str) -> int:
    """A non-negative integer."""
    if not (text.isdecimal() and text.isascii()):
        msg = f"{text!r} is not a whole number of at least 0"
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
        msg = f"{text!r} is not a two-letter country code such as SY (ISO 3166-1)"
        raise argparse.ArgumentTypeError(msg)
    return text.upper()


def position(text: str) -> tuple[float, float] | None:
    """Parse LON,LAT; None if the text is not a pair of numbers.

    Raises
    ------
    UsageError
        If the numbers are not valid degrees of longitude and latitude.
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


def check_gazetteer(names: Iterable[str]) -> None:
    """Check the values of ``--gazetteer``.

    Raises
    ------
    UsageError
        If both the region and the world are named: the world contains the region.
    """
    if {"region", "world"} <= set(names):
        msg = "--gazetteer: name one large gazetteer, region or world, not both"
        raise UsageError(msg)


# ---- ids in options ----


def check_known(option: str, asked: str | None, known: Collection[str]) -> None:
    """Check that the value of an option exists.

    Raises
    ------
    UsageError
        If it does not exist; the message lists what does.
    """
    if asked is not None and asked not in known:
        msg = f"{option}: no {asked!r} in this case; known: {', '.join(sorted(known)) or 'none'}"
        raise UsageError(msg)


def check_roads(
    network: RoadNetwork | None,
    known: Iterable[Closure],
    *,
    closures: Iterable[str] = (),
    avoid: Iterable[str] = (),
) -> None:
    """Check the values of ``--close`` and ``--avoid`` against the roads.

    Raises
    ------
    UsageError
        If a value is not an edge, nor (to be closed) a closure, nor (to be avoided) a node.
    """
    from convoy_geo.errors import EdgeNotFoundError

    ids = [closure.id for closure in known]
    names = [name for name in closures if name not in ids]
    if network is None:
        for name in (*closures, *avoid):
            msg = f"{name!r} cannot be closed or avoided: there is no road network"
            raise UsageError(msg)
        return
    hint = f"; closures: {', '.join(ids)}" if names and ids else ""
    names += [name for name in avoid if network.node_position(name) is None]
    try:
        network.edge_positions(names)
    except EdgeNotFoundError as error:
        msg = f"{error}{hint}"
        raise UsageError(msg) from error


def length_words(km: float, *, sign: bool = False) -> str:
    """Format a length: metres below 1 km, tenths below 10 km.

    Examples
    --------
    >>> length_words(0.34), length_words(5.61), length_words(256.9), length_words(-0.04, sign=True)
    ('340 m', '5.6 km', '257 km', '-40 m')
    """
    plus = "+" if sign else ""
    if abs(km) < 0.9995:
        return f"{km * 1000:{plus}.0f} m"
    return f"{km:{plus}.{1 if abs(km) < 9.95 else 0}f} km"


def span_words(low: float, high: float) -> str:
    """Format two lengths as a range, in the unit of the larger one.

    Examples
    --------
    >>> span_words(0.3, 0.4), span_words(5.5, 5.71), span_words(250.2, 271)
    ('300 to 400 m', '5.5 to 5.7 km', '250 to 271 km')
    """
    if high < 0.9995:
        return f"{low * 1000:.0f} to {high * 1000:.0f} m"
    digits = 1 if high < 9.95 else 0
    return f"{low:.{digits}f} to {high:.{digits}f} km"


def hours_words(hours: float) -> str:
    """Format a duration: minutes below an hour.

    Examples
    --------
    >>> hours_words(0.11), hours_words(4.24)
    ('7 min', '4.2 h')
    """
    return f"{hours * 60:.0f} min" if hours < 0.995 else f"{hours:.1f} h"
