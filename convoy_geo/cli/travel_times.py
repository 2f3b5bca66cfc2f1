"""The command ``travel-times``."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from convoy_geo.cli.common import (
    UsageError,
    add_closures,
    add_command,
    add_mode,
    add_weight,
    add_when,
    check_roads,
    chosen_mode,
    hours_words,
    length_words,
    print_json,
    read_case_of,
)
from convoy_geo.cli.stops import PLACE_HELP, stop_of

if TYPE_CHECKING:
    import argparse

    from convoy_geo.cli.common import Commands

__all__ = ["add_commands"]


def add_commands(commands: Commands) -> None:
    """Add the commands of this module."""
    about = "How long the best routes between all of some places take."
    sub = add_command(commands, "travel-times", _times, about)
    sub.add_argument("places", nargs="+", metavar="PLACE", help=PLACE_HELP)
    add_closures(sub)
    add_when(sub, "a day whose closures count, such as 2017-08-31")
    add_mode(sub)
    add_weight(sub)


def _times(arguments: argparse.Namespace) -> int:
    case = read_case_of(arguments)
    if len(arguments.places) < 2:
        msg = "name two places or more"
        raise UsageError(msg)
    check_roads(case.network, case.closures, closures=arguments.closures)
    frame = case.travel_times(
        [stop_of(case, text) for text in arguments.places],
        mode=chosen_mode(case, arguments),
        closures=arguments.closures,
        when=arguments.when,
        weight=arguments.weight,
    )
    values = [[None if math.isinf(one) else float(one) for one in row] for row in frame.to_numpy()]
    if arguments.json:
        print_json({
            "places": [str(name) for name in frame.index], "weight": arguments.weight,
            "unit": "h" if arguments.weight == "time" else "km",
            "values": [[None if one is None else round(one, 4) for one in row] for row in values],
        })  # fmt: skip
        return 0
    words = hours_words if arguments.weight == "time" else length_words
    for name, row in zip(frame.index, values, strict=True):
        for other, value in zip(frame.columns, row, strict=True):
            if name != other:
                print(f"{name} to {other}: {'no route' if value is None else words(value)}")
    return 0
