"""The command ``closures``."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from convoy_geo.cli.common import (
    add_command,
    print_json,
    read_case_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from convoy_geo.case.case import Case
    from convoy_geo.cli.common import Commands
    from convoy_geo.model.closures import Closure, Control

__all__ = ["add_commands"]

MOST_LISTED = 12
SHORT_KM = 0.005


def add_commands(commands: Commands) -> None:
    """Add the commands of this module."""
    about = "List road closures and road control, with dates and sources."
    add_command(commands, "closures", _closures, about, case="last")


def _closures(arguments: argparse.Namespace) -> int:
    case = read_case_of(arguments)
    if arguments.json:
        print_json(
            {
                "closures": [
                    _closure_dict(closure) | {"roads": _roads(case, closure)}
                    for closure in case.closures
                ],
                "controls": [_control_dict(control) for control in case.controls],
            }
        )
        return 0
    if not (case.closures or case.controls):
        print(f"{case.info.id}: no closures")
    for closure in case.closures:
        kind = "cut" if closure.kind == "cut" else "front, open: a route over it is marked"
        print(f"{closure.id}: {closure.name}")
        print(f"  {kind}; {closure.closed}")
        _print_roads(_roads(case, closure))
        _on_whose_word(closure.claims, closure.source, closure.place_from_outside, closure.note)
    for control in case.controls:
        print(f"{control.id}: {control.name}")
        kept_out = f"; closed to {', '.join(control.closed_to)}" if control.closed_to else ""
        who = control.holder.replace("_", " ")
        status = (
            f"controlled by {who}" if control.status == "held" else f"undetermined ({who}?), open"
        )
        print(f"  {status}; {control.held}; edges {' '.join(control.edges)}{kept_out}")
        _on_whose_word(control.claims, control.source, control.from_outside, control.note)
    return 0


def _roads(case: Case, closure: Closure) -> list[dict[str, object]]:
    """The stretches of road that a closure closes; none without a network."""
    if case.network is None:
        return [{"edge": edge, "name": "", "match": "named"} for edge in closure.edges]
    from convoy_geo.network.closed_roads import closed_roads

    frame = closed_roads(case.network, closure).drop(columns="geometry").round(3)
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def _print_roads(roads: Sequence[Mapping[str, Any]]) -> None:
    """The roads by name, with the kilometres that are closed; whole edges by their ids alone."""
    whole = [one for one in roads if _is_whole(one)]
    if whole:
        names = ", ".join(dict.fromkeys(one["name"] for one in whole if one["name"]))
        ids = [str(one["edge"]) for one in whole]
        more = f" and {len(ids) - MOST_LISTED} more" if len(ids) > MOST_LISTED else ""
        named = f" ({names})" if names else ""
        print(f"  edges {' '.join(ids[:MOST_LISTED])}{more}{named}")
    for one in roads:
        if not _is_whole(one):
            where = (
                f"at km {one['first_km']:.2f}"
                if one["last_km"] - one["first_km"] < SHORT_KM
                else f"km {one['first_km']:.2f} to {one['last_km']:.2f}"
            )
            unsure = f"; uncertain: it is {one['off_m']:.0f} m away" * (one["match"] == "unsure")
            named = f" ({one['name']})" if one["name"] else ""
            print(f"  edge {one['edge']}{named}, {where} of {one['edge_km']:.2f}{unsure}")
    if not roads:
        print("  no road of the network")


def _is_whole(one: Mapping[str, Any]) -> bool:
    if "edge_km" not in one:
        return True
    return bool(one["first_km"] <= SHORT_KM and one["last_km"] >= one["edge_km"] - SHORT_KM)


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
