"""The command convoy-geo: a thin skin over Case and the reading functions.

Exit codes: 0 done, 1 the answer is no (faults, a name without a match, no way), 2 usage.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, NoReturn

from convoy_geo import __version__
from convoy_geo.cli import (
    claims,
    closures,
    exchange,
    find,
    intake,
    places,
    reach,
    roads,
    story,
    ways,
)
from convoy_geo.errors import CaseNotFoundError, ConvoyGeoError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command.

    Parameters
    ----------
    argv
        Words after the command's name; by default those of the process.

    Returns
    -------
    int
        0 done, 1 the answer is no, 2 usage.
    """
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except (ConvoyGeoError, ValueError, LookupError) as error:
        text = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
        print(f"convoy-geo: {text}", file=sys.stderr)
        return 2 if isinstance(error, CaseNotFoundError) else 1
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        sys.stderr.close()
        return 0


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        print(f"convoy-geo: {message} (see {self.prog} --help)", file=sys.stderr)
        raise SystemExit(2)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="convoy-geo",
        description="Where did it move, who says so, and could it be true? "
        "Maps, distances and routes of a story whose reports disagree.",
    )
    parser.add_argument("--version", action="version", version=f"convoy-geo {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in (story, exchange, ways, closures, places, find, intake, roads, claims, reach):
        module.add_commands(commands)
    return parser
