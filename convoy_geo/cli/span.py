"""The command ``span``: where words stand in a report, for the row of a claim."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from convoy_geo.cli.common import UsageError, add_command, print_json

if TYPE_CHECKING:
    import argparse

    from convoy_geo.cli.common import Commands

__all__ = ["add_commands"]


def add_commands(commands: Commands) -> None:
    """Add the commands of this module."""
    about = "Find where words stand in a report: span_start, span_end and span_sha1 for claims.csv."
    sub = add_command(commands, "span", _span, about, case="none")
    sub.add_argument("report", metavar="REPORT", help="the report's text; - is stdin")
    sub.add_argument(
        "words", nargs="+", metavar="WORDS",
        help="a sentence of the report, or a part of one; line breaks do not matter",
    )  # fmt: skip


def _span(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    from convoy_geo.casefiles.spans import find_spans

    words = " ".join(arguments.words)
    if not words.strip():
        msg = "WORDS holds no words to look for"
        raise UsageError(msg)
    spans = find_spans(arguments.report, words)
    if arguments.json:
        print_json({"report": arguments.report, "spans": [asdict(span) for span in spans]})
    else:
        for span in spans:
            print(
                f"{span.report or '-'}  span_start {span.span_start}  span_end {span.span_end}  "
                f"span_sha1 {span.span_sha1}  span_sha256 {span.span_sha256}"
            )
    if not spans:
        print(f"convoy-geo: {words!r} is not in {arguments.report}", file=sys.stderr)
    return 0 if spans else 1
