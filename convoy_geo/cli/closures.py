"""The command ``closures``."""

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
    from convoy_geo.model.closures import Closure, Control

__all__ = ["add_commands"]


def add_commands(commands: Commands) -> None:
    """Add the commands of this module."""
    about = "What could not be passed, who held which road: when, by which source."
    add_command(commands, "closures", _closures, about, case="last")


def _closures(arguments: argparse.Namespace) -> int:
    case = read_case_of(arguments)
    if arguments.json:
        print_json(
            {
                "closures": [_closure_dict(closure) for closure in case.closures],
                "controls": [_control_dict(control) for control in case.controls],
            }
        )
        return 0
    if not (case.closures or case.controls):
        print(f"{case.info.id}: no closures")
    for closure in case.closures:
        kind = "cut" if closure.kind == "cut" else "front, open: a way over it says so"
        print(f"{closure.id}: {closure.name}")
        print(f"  {kind}; {closure.closed}; edges {' '.join(closure.edges) or 'of its area'}")
        _on_whose_word(closure.claims, closure.source, closure.place_from_outside, closure.note)
    for control in case.controls:
        print(f"{control.id}: {control.name}")
        kept_out = f"; closed to {', '.join(control.closed_to)}" if control.closed_to else ""
        who = control.holder.replace("_", " ")
        status = f"held by {who}" if control.status == "held" else f"undetermined ({who}?), open"
        print(f"  {status}; {control.held}; edges {' '.join(control.edges)}{kept_out}")
        _on_whose_word(control.claims, control.source, control.from_outside, control.note)
    return 0


def _on_whose_word(claims: tuple[str, ...], source: str, outside: bool, note: str) -> None:
    where = "from outside the reports" if outside else "from the reports"
    print(f"  {where}: {'; '.join(filter(None, [source, ' '.join(claims)]))}")
    if note:
        print(f"  {note}")


def _closure_dict(closure: Closure) -> dict[str, object]:
    return {
        "id": closure.id,
        "name": closure.name,
        "kind": closure.kind,
        "closed": closure.closed.text,
        "edges": list(closure.edges),
        "claims": list(closure.claims),
        "source": closure.source,
        "from_outside": closure.place_from_outside,
        "note": closure.note,
    }


def _control_dict(control: Control) -> dict[str, object]:
    from dataclasses import asdict

    plain = asdict(control) | {"held": control.held.text}
    return {key: list(one) if isinstance(one, tuple) else one for key, one in plain.items()}
