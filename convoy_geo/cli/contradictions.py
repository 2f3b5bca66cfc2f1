"""The command ``contradictions``."""

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

KINDS = ("number", "unit", "sum", "time", "place", "grain", "order", "denial", "length")


def add_commands(commands: Commands) -> None:
    """Add the commands of this module."""
    about = "Claims that cannot all be taken as they stand, and what would reconcile them."
    sub = add_command(commands, "contradictions", _contradictions, about, case="last")
    sub.add_argument("--kind", choices=KINDS, help="only those of this kind")


def _contradictions(arguments: argparse.Namespace) -> int:
    found = [
        one
        for one in read_case_of(arguments).contradictions()
        if arguments.kind in {None, one.kind}
    ]
    if arguments.json:
        print_json([one.to_dict() for one in found])
        return 0
    for one in found:
        print(f"{one.kind}: {one.why}")
        for hint in one.reconcile:
            print(f"  would reconcile: {hint}")
    print(f"{len(found)} found; which claim is right is undetermined")
    return 0
