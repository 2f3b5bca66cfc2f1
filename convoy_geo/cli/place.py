"""The command ``geocode``."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from convoy_geo.cli.common import (
    UsageError,
    add_command,
    add_country,
    add_gazetteer,
    add_when,
    check_gazetteer,
    position,
    print_json,
)
from convoy_geo.errors import PlaceNotFoundError
from convoy_geo.geodesy import position_text
from convoy_geo.io.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Iterable

    from convoy_geo.cli.common import Commands
    from convoy_geo.gazetteer.case_gazetteer import Gazetteer, Match
    from convoy_geo.gazetteer.chain import Gazetteers

__all__ = ["add_commands"]


def add_commands(commands: Commands) -> None:
    """Add the commands of this module."""
    about = "Find the places that names mean, in any spelling."
    sub = add_command(commands, "geocode", _geocode, about)
    sub.add_argument(
        "names", nargs="*", metavar="NAME", help="any spelling, Latin or Arabic script"
    )
    sub.add_argument("--file", metavar="CSV", help="names from a column of a table")
    sub.add_argument("--column", metavar="C", help="with --file: which one (default: name)")
    add_country(sub)
    sub.add_argument("--kind", default="", help="only such places: town, area, country, region")
    sub.add_argument(
        "--near", metavar="LON,LAT|NAME", help="of equally good candidates, the nearest first"
    )
    add_when(sub, "a day: names and places as they were then")
    add_gazetteer(sub, "world if its extra is installed, else region")
    sub.add_argument("--fuzzy", action="store_true", help="similar spellings too")
    sub.add_argument("--best", action="store_true", help="only the first candidate of each")


def _geocode(arguments: argparse.Namespace) -> int:
    from convoy_geo.casefiles.places import read_places
    from convoy_geo.gazetteer.case_gazetteer import Gazetteer
    from convoy_geo.gazetteer.chain import Gazetteers, read_names
    from convoy_geo.gazetteer.search import is_same

    names: list[str] = list(arguments.names)
    if arguments.file:
        read = read_names(arguments.file, arguments.column or "name")
        names += read.tolist()
        for changed in read.attrs["changed"]:
            print(f"convoy-geo: {changed}", file=sys.stderr)
    elif arguments.column:
        msg = "--column needs --file"
        raise UsageError(msg)
    if not names and not arguments.file:
        msg = "give a place name, or a table with --file"
        raise UsageError(msg)
    check_gazetteer(arguments.gazetteer)
    case = Gazetteer(read_places(arguments.case))
    asked = Gazetteers(case, gazetteer=arguments.gazetteer or None)
    options: dict[str, Any] = {"country": arguments.country, "kind": arguments.kind}
    options |= {"when": arguments.when or "", "near": _near(arguments.near, asked)}
    try:
        asked.check_limits(**{name: options[name] for name in ("country", "kind", "near")})
    except ValueError as error:
        raise UsageError(str(error)) from error
    limited = bool(arguments.country or arguments.kind)
    options["fuzzy"] = arguments.fuzzy
    missing = False
    shown = None if arguments.file and not sys.stdout.isatty() else False
    with Progress(shown, total=len(names), unit="names") as progress:
        for name in names:
            matches = asked.search(name, **options)[: 1 if arguments.best else None]
            unknown = not any(map(is_same, matches))
            missing = missing or unknown
            if arguments.json:
                print_json({"query": name, "matches": [match.to_dict() for match in matches]})
            else:
                _print(name, matches)
            if unknown and not arguments.json:
                print(f"convoy-geo: {_unknown(name, case, limited=limited)}", file=sys.stderr)
            progress.step()
    return 1 if missing else 0


def _unknown(name: str, case: Gazetteer, *, limited: bool) -> str:
    """That a name has no match, and what may be meant: not itself, where a limit left it out."""
    if limited:
        return f"no place that --country and --kind allow is named {name!r}"
    return str(PlaceNotFoundError(name, case.suggest(name)))


def _near(text: str | None, asked: Gazetteers) -> tuple[float, float] | None:
    """The position that ``--near`` names; a name must be a place's, not only alike."""
    from convoy_geo.gazetteer.search import is_same

    if text is None:
        return None
    pair = position(text) if "," in text else None
    if pair:
        return pair
    for match in asked.search(text):
        if is_same(match) and match.place.lon is not None and match.place.lat is not None:
            return match.place.lon, match.place.lat
    raise PlaceNotFoundError(text)


def _print(name: str, matches: Iterable[Match]) -> None:
    for match in matches:
        place = match.place
        where = "no position"
        if place.lon is not None and place.lat is not None:
            where = position_text(place.lon, place.lat)
        radius = f" within {place.radius_km:g} km" if place.radius_km else ""
        lies = f" in {'|'.join(place.country)}" if place.id.startswith("geonames:") else ""
        print(f"{name}: {place.name} [{place.id}] {place.kind}{lies}, {where}{radius}")
        spelled = "" if match.spelling in {name, place.name} else f" ({match.spelling})"
        print(
            f"    {match.reason}{spelled}, score {match.score:g}; "
            f"{place.source or 'no coordinates'}"
        )
