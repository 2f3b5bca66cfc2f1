"""The command convoy-geo: a thin layer over Case and the reading functions.

Exit codes: 0 success; 1 no result (unknown name, no route, validation errors), or a file cannot be
read or written; 2 wrong usage (invalid or incompatible arguments); 130 stopped by Ctrl-C. No
exception ends in a traceback: each is reported in one line that names the file. If
CONVOY_GEO_TRACEBACK is set, an unexpected one shows its traceback, for bug reports.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from convoy_geo import __version__
from convoy_geo.cli.common import UsageError, os_words
from convoy_geo.cli.interrupts import interrupts
from convoy_geo.cli.terminal import plain_terminal
from convoy_geo.errors import (
    CaseNotFoundError,
    ConvoyGeoError,
    DateError,
    TilesNotFoundError,
    UnknownFormatError,
)
from convoy_geo.io.progress import no_progress

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

COMMANDS = {
    "map": "case", "check": "case", "new": "case", "cases": "case", "read": "read",
    "import": "files", "export": "files", "span": "span", "claims": "claims", "ledger": "ledger",
    "believe": "believe", "ask": "ask",
    "conflicts": "conflicts", "sources": "sources", "verdict": "reach",
    "reach": "reach", "route": "route", "distance": "route", "along": "route",
    "travel-times": "travel_times",
    "closures": "closures",
    "closure-impact": "closure_impact", "compare": "compare", "geocode": "place",
    "find": "find", "gazetteer": "gazetteer", "dates": "dates", "roads": "network",
    "basemap": "basemap",
    "page-hashes": "page_hashes",
}  # fmt: skip
"""Module of each command, in the order of the help text: only the one that is run is loaded."""

USAGE = (UsageError, CaseNotFoundError, DateError, TilesNotFoundError, UnknownFormatError)
"""Errors that only command arguments can raise: dates in a case's files are validated instead."""

PLAIN = (ValueError, LookupError, KeyError, UsageError)
"""Built-in errors that the library raises with a message for the user."""
INTERRUPTED = 130
"""Exit code that shells expect after Ctrl-C: 128 plus the number of the signal."""
TRACEBACK = "CONVOY_GEO_TRACEBACK"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command.

    Parameters
    ----------
    argv
        Arguments; by default those of the process.

    Returns
    -------
    int
        0 success, 1 no result, 2 wrong usage, 130 stopped by Ctrl-C.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # names in all scripts, whatever the locale
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    words = sys.argv[1:] if argv is None else list(argv)
    if words[:1] in (["geocode"], ["find"]) and "numpy" not in sys.modules:
        # without linear algebra its threads, one a core, would cost more than the look-up
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with plain_terminal():
        return _run(words)


def _run(words: list[str]) -> int:
    """Run a command; any exception becomes one line and an exit code."""
    try:
        with interrupts(_run.__code__):
            arguments = _parser(words[0] if words else "").parse_args(words)
            with no_progress() if getattr(arguments, "json", False) else contextlib.nullcontext():
                code = int(arguments.run(arguments))
            sys.stdout.flush()  # here, where what goes wrong can still be told
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        _drop_output()
        return 0
    except KeyboardInterrupt:
        _drop_output()
        return _say("stopped", INTERRUPTED)
    except ConvoyGeoError as error:
        return _say(str(error), 2 if isinstance(error, USAGE) else 1)
    except OSError as error:
        _drop_output()
        return _say(os_words(error), 1)
    except Exception as error:  # a fault of ours: no reader of this is helped by a traceback
        if os.environ.get(TRACEBACK):
            raise
        return _say(_error_words(error, words), 2 if isinstance(error, USAGE) else 1)
    return code


def _say(text: str, code: int) -> int:
    print(f"convoy-geo: {text}", file=sys.stderr)
    return code


def _error_words(error: Exception, words: Sequence[str]) -> str:
    """The text of an exception; for an unexpected one, with the files involved."""
    text = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
    if isinstance(error, ValueError | LookupError) and text and type(error) in PLAIN:
        return text
    files = [word for word in words if not word.startswith("-") and Path(word).is_file()]
    about = f"{', '.join(files)}: " if files else ""
    text = " ".join(text.split())[:300]
    return (
        f"{about}unexpected error: {type(error).__name__}: {text} (set {TRACEBACK}=1 to see where)"
    )


def _drop_output() -> None:
    """Discard pending output, so that the process ends silently."""
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
        epilog="Exit codes: 0 done, 1 no result, 2 wrong usage.",
    )
    parser.add_argument("--version", action="version", version=f"convoy-geo {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    modules = [COMMANDS[command]] if command in COMMANDS else dict.fromkeys(COMMANDS.values())
    for name in modules:
        importlib.import_module(f"convoy_geo.cli.{name}").add_commands(commands)
    return parser
