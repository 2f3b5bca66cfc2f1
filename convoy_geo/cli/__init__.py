"""The command convoy-geo: a thin skin over Case and the reading functions.

Exit codes: 0 done; 1 the answer is no (nothing of that name, no way, faults), or a file cannot be
read or written; 2 wrong usage: words that cannot be, or do not go together.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import io
import os
import sys
from typing import TYPE_CHECKING, NoReturn

from convoy_geo import __version__
from convoy_geo.cli.common import UsageError, os_words
from convoy_geo.errors import (
    CaseNotFoundError,
    ConvoyGeoError,
    DateError,
    TilesNotFoundError,
    UnknownFormatError,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

COMMANDS = {
    "map": "case", "check": "case", "new": "case", "cases": "case", "read": "read",
    "import": "files", "export": "files", "span": "span", "claims": "claims", "ledger": "ledger",
    "contradictions": "contradictions", "conflicts": "conflicts",
    "sources": "sources", "verdict": "reach",
    "reach": "reach", "route": "route", "distance": "route", "closures": "closures",
    "closure-impact": "closure_impact", "compare": "compare", "geocode": "place",
    "find": "find", "dates": "dates", "roads": "network", "page-hashes": "page_hashes",
}  # fmt: skip
"""Module of each command, in the order of the help text: only the one that is run is loaded."""

USAGE = (UsageError, CaseNotFoundError, DateError, TilesNotFoundError, UnknownFormatError)
"""What only the words of a command can raise: dates in a case's files are checked as faults."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command.

    Parameters
    ----------
    argv
        Words after the command's name; by default those of the process.

    Returns
    -------
    int
        0 done, 1 the answer is no, 2 wrong usage.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # names in all scripts, whatever the locale
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    words = sys.argv[1:] if argv is None else list(argv)
    if words[:1] in (["geocode"], ["find"]) and "numpy" not in sys.modules:
        # without linear algebra its threads, one a core, would cost more than the look-up
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    arguments = _parser(words[0] if words else "").parse_args(words)
    try:
        code = int(arguments.run(arguments))
        sys.stdout.flush()  # here, where what goes wrong can still be told
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        _drop_output()
        return 0
    except (ConvoyGeoError, ValueError, LookupError) as error:
        text = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
        print(f"convoy-geo: {text}", file=sys.stderr)
        return 2 if isinstance(error, USAGE) else 1
    except OSError as error:
        _drop_output()
        print(f"convoy-geo: {os_words(error)}", file=sys.stderr)
        return 1
    return code


def _drop_output() -> None:
    """Let what is still to be written go nowhere, so that the end of the process is silent."""
    with contextlib.suppress(OSError, ValueError):  # a stream without a file has nothing to drop
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        print(f"convoy-geo: {message} (see {self.prog} --help)", file=sys.stderr)
        raise SystemExit(2)


def _parser(command: str = "") -> argparse.ArgumentParser:
    """The parser of one command; of all, if there is no command of this name."""
    parser = _Parser(
        prog="convoy-geo",
        description="Where did it move, who says so, and could it be true? "
        "Maps, distances and routes of a story whose reports disagree.",
        epilog="Exit codes: 0 done, 1 the answer is no, 2 wrong usage.",
    )
    parser.add_argument("--version", action="version", version=f"convoy-geo {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    modules = [COMMANDS[command]] if command in COMMANDS else dict.fromkeys(COMMANDS.values())
    for name in modules:
        importlib.import_module(f"convoy_geo.cli.{name}").add_commands(commands)
    return parser
