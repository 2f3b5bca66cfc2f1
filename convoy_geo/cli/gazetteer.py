"""The commands ``gazetteer add``, ``gazetteer list`` and ``gazetteer remove``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convoy_geo.cli.common import add_command, print_json

if TYPE_CHECKING:
    import argparse

    from convoy_geo.cli.common import Commands
    from convoy_geo.gazetteer.added import AddedGazetteer

__all__ = ["add_commands"]


def add_commands(commands: Commands) -> None:
    """Add the commands of this module."""
    about = "Your own gazetteers: add the places of a country, list what was added."
    group = commands.add_parser("gazetteer", help=about, description=about)
    subcommands = group.add_subparsers(title="commands", metavar="COMMAND", required=True)

    about = "Add places to the names that find and geocode know."
    sub = add_command(subcommands, "add", _add, about, case="none")
    sub.add_argument(
        "file", metavar="FILE",
        help="a GeoNames dump (SY.txt or SY.zip), an OpenStreetMap extract, a Wikidata export, "
        "Linked Places (JSON or LP-TSV), GeoJSON or a table with name, lon, lat",
    )  # fmt: skip
    sub.add_argument("--name", default="", help="what it is called (default: the file's name)")
    sub.add_argument("--country", default="", metavar="CC", help="of places that have none")
    sub.add_argument("--source", default="", metavar="TEXT", help="where the file is from")
    sub.add_argument("--licence", default="", metavar="TEXT", help="licence of the data")
    sub.add_argument("--replace", action="store_true", help="replace the one of that name")

    about = "List the gazetteers that were added, with their sources and licences."
    add_command(subcommands, "list", _list, about, case="none")

    about = "Remove a gazetteer that was added."
    sub = add_command(subcommands, "remove", _remove, about, case="none")
    sub.add_argument("name", metavar="NAME", help="as `gazetteer list` has it")


def _add(arguments: argparse.Namespace) -> int:
    from convoy_geo.gazetteer.added import add_gazetteer

    added = add_gazetteer(
        arguments.file, name=arguments.name, country=arguments.country, source=arguments.source,
        licence=arguments.licence, replace=arguments.replace,
    )  # fmt: skip
    _say(added, arguments)
    return 0


def _list(arguments: argparse.Namespace) -> int:
    from convoy_geo.gazetteer.added import added_gazetteers, gazetteer_folder

    found = added_gazetteers()
    if arguments.json:
        print_json([added.to_dict() for added in found])
        return 0
    for added in found:
        _say(added, arguments)
    if not found:
        print(f"no gazetteers were added; their folder is {gazetteer_folder()}")
    return 0


def _remove(arguments: argparse.Namespace) -> int:
    from convoy_geo.gazetteer.added import remove_gazetteer

    remove_gazetteer(arguments.name)
    if arguments.json:
        print_json({"removed": arguments.name})
    else:
        print(f"{arguments.name}: removed")
    return 0


def _say(added: AddedGazetteer, arguments: argparse.Namespace) -> None:
    if arguments.json:
        print_json(added.to_dict())
        return
    countries = " ".join(added.countries) or "no country"
    print(
        f"{added.name}: {added.places:,} places, {added.keys:,} spellings; {countries}; "
        f"{added.source}, licence: {added.licence}; added {added.added} from {added.file}"
    )
    if added.left_out:
        print(f"  {added.left_out:,} rows were left out, the first of them:")
        for fault in added.faults:
            print(f"    {fault}")
