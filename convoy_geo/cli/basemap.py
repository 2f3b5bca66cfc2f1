"""The command ``basemap build``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convoy_geo.cli.common import add_command, print_json
from convoy_geo.cli.network import box
from convoy_geo.model.basemap import KINDS

if TYPE_CHECKING:
    import argparse

    from convoy_geo.cli.common import Commands

__all__ = ["add_commands"]


def add_commands(commands: Commands) -> None:
    """Add the commands of this module."""
    about = "The basemap of a town or district: water, coast, woods, railways, borders, names."
    group = commands.add_parser("basemap", help=about, description=about)
    subcommands = group.add_subparsers(title="commands", metavar="COMMAND", required=True)

    about = "Put the basemap of a town or district into a case's folder."
    sub = add_command(subcommands, "build", _build, about, case="none")
    sub.add_argument(
        "files", nargs="+", metavar="FILE",
        help="an OpenStreetMap extract such as town.osm.pbf, or GeoJSON, GeoPackage and so on",
    )  # fmt: skip
    sub.add_argument("--case", required=True, metavar="FOLDER", help="the case's folder")
    sub.add_argument(
        "--kind", choices=KINDS, help="kind of the features of plain files, if they do not say"
    )
    sub.add_argument("--credit", default="", metavar="TEXT", help="attribution of plain files")
    sub.add_argument("--bbox", type=box, metavar="W,S,E,N", help="only within this box, in degrees")


def _build(arguments: argparse.Namespace) -> int:
    from convoy_geo.exchange.build_basemap import build_basemap

    built = build_basemap(
        arguments.files, arguments.case, kind=arguments.kind or "", credit=arguments.credit,
        bbox=arguments.bbox,
    )  # fmt: skip
    if arguments.json:
        print_json({
            "file": str(built.path), "counts": dict(built.counts), "vertices": built.vertices,
            "left_out": dict(built.left_out), "credit": built.credit,
            "faults": [str(fault) for fault in built.faults],
        })  # fmt: skip
        return 0
    counted = ", ".join(f"{count:,} {kind}" for kind, count in built.counts.items())
    print(f"{built.path}: {counted}; {built.vertices:,} positions")
    for what, count in built.left_out.items():
        print(f"left out: {count:,} {what}")
    for fault in built.faults:
        print(f"not read: {fault}")
    if built.credit:
        print(f"credit: {built.credit}")
    return 0
