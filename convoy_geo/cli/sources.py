"""The command ``sources``."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from convoy_geo.cli.common import (
    add_command,
    print_json,
    read_case_of,
)

if TYPE_CHECKING:
    from convoy_geo.cli.common import Commands

__all__ = ["add_commands"]


def add_commands(commands: Commands) -> None:
    """Add the commands of this module."""
    about = "Show which sources depend on which, back to their origins."
    sub = add_command(commands, "sources", _sources, about, case="last")
    sub.add_argument(
        "--claim", action="append", default=[], metavar="ID",
        help="only the sources of this claim (repeatable; default: all claims)",
    )  # fmt: skip


def _sources(arguments: argparse.Namespace) -> int:
    sources = read_case_of(arguments).sources(arguments.claim or None)
    if arguments.json:
        print_json(sources.to_dict())
        return 0
    print(sources.words)
    print(f"  voices   {'; '.join(sources.voices)}")
    print(f"  origins  {'; '.join(sources.origins)}")
    for edge in sources.edges:
        on = edge.basis if edge.kind == "report" else ", ".join(edge.claims)
        verb = "is based on" if edge.kind == "report" else "cites"
        print(f"  {edge.teller} {verb} {edge.source} ({on})")
    return 0
