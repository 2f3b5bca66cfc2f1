"""The command ``page-hashes``."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from convoy_geo.cli.common import add_command, print_json

if TYPE_CHECKING:
    from convoy_geo.cli.common import Commands

__all__ = ["add_commands"]


def add_commands(commands: Commands) -> None:
    """Add the commands of this module."""
    about = "Print the hashes of the scripts and styles of every page of this release."
    add_command(commands, "page-hashes", _page_hashes, about, case="none")


def _page_hashes(arguments: argparse.Namespace) -> int:
    from convoy_geo.webmap.html import script_hashes

    for part, source in script_hashes().items():
        if arguments.json:
            print_json({"part": part, "source": source})
        else:
            print(f"{part:<12}'{source}'")
    return 0
