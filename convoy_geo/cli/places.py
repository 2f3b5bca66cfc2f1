"""The command ``geocode``."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from convoy_geo.cli.common import add_command, print_json, read_case_of
from convoy_geo.errors import PlaceNotFoundError
from convoy_geo.geodesy import position_text

if TYPE_CHECKING:
    from convoy_geo.cli.common import Commands

__all__ = ["add_commands"]


def add_commands(commands: Commands) -> None:
    """Add the commands of this module."""
    about = "Find the places that names mean, in any spelling."
    sub = add_command(commands, "geocode", _geocode, about)
    sub.add_argument(
        "names", nargs="+", metavar="NAME", help="any spelling, Latin or Arabic script"
    )


def _geocode(arguments: argparse.Namespace) -> int:
    gazetteer = read_case_of(arguments).gazetteer
    missing = False
    for name in arguments.names:
        matches = gazetteer.search(name)
        missing = missing or not matches
        if arguments.json:
            print_json({"query": name, "matches": [match.to_dict() for match in matches]})
        for match in [] if arguments.json else matches:
            place = match.place
            where = "no position"
            if place.lon is not None and place.lat is not None:
                where = position_text(place.lon, place.lat)
            radius = f" within {place.radius_km:g} km" if place.radius_km else ""
            print(f"{name}: {place.name} [{place.id}] {place.kind}, {where}{radius}")
            print(f"    {match.reason}, score {match.score:g}; {place.source or 'no coordinates'}")
        if not matches:
            print(
                f"convoy-geo: {PlaceNotFoundError(name, gazetteer.suggest(name))}", file=sys.stderr
            )
    return 1 if missing else 0
