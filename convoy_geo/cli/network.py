"""The commands ``roads build`` and ``roads info``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convoy_geo.cli.common import UsageError, add_command, add_output, add_when, print_json

if TYPE_CHECKING:
    from convoy_geo.cli.common import Commands
    from convoy_geo.network.network import RoadNetwork

__all__ = ["add_commands", "box", "named_network"]

SUFFIX = ".roads"
LINES = (".geojson", ".json", ".gpkg", ".shp", ".zip", ".gpx", ".kml", ".kmz", ".fgb", ".gml",
         ".graphml")  # fmt: skip
"""Endings of files of lines; all others are OpenStreetMap's."""
ENDINGS = (*LINES, ".osm.pbf", ".osh.pbf", ".osm.bz2", ".osm.gz", ".osm", ".osh", ".pbf", ".opl")


def add_commands(commands: Commands) -> None:
    """Add the commands of this module."""
    about = "Road networks: build one from an OpenStreetMap file, or describe one."
    group = commands.add_parser("roads", help=about, description=about)
    subcommands = group.add_subparsers(title="commands", metavar="COMMAND", required=True)

    about = "The roads of an OpenStreetMap file, or of a file of lines, as a network in one file."
    sub = add_command(subcommands, "build", _build, about, case="none")
    sub.add_argument(
        "file",
        metavar="FILE",
        help="such as syria.osm.pbf (history: .osh.pbf), roads.geojson, .gpkg",
    )
    sub.add_argument(
        "--no-paths", action="store_true", help="leave out paths that only foot and bicycle use"
    )
    sub.add_argument(
        "--tolerance", type=float, default=1.0, metavar="M",
        help="for files of lines: snap ends within so many metres of a line's point (default: 1)",
    )  # fmt: skip
    sub.add_argument(
        "--crossings", action="store_true",
        help="of a file of lines drawn by hand: roads meet where they cross, but for bridges",
    )  # fmt: skip
    sub.add_argument("--bbox", type=box, metavar="W,S,E,N", help="only within this box, in degrees")
    add_when(sub, "OpenStreetMap data as of that day (needs a history file)")
    add_output(sub, f"the network (default: FILE's name with {SUFFIX})")

    about = "Describe a network: counts, kilometres by kind, connected parts, licence, origin."
    sub = add_command(subcommands, "info", _info, about, case="none")
    sub.add_argument(
        "network", metavar="NETWORK", help="a stored network, a folder, or a bundled one"
    )


def box(text: str) -> tuple[float, ...]:
    """West, south, east, north in degrees, from a command argument."""
    try:
        values = tuple(float(part) for part in text.split(","))
    except ValueError:
        values = ()
    if len(values) != 4:
        msg = f"{text!r} is not WEST,SOUTH,EAST,NORTH in degrees"
        raise argparse.ArgumentTypeError(msg)
    return values


def _build(arguments: argparse.Namespace) -> int:
    from convoy_geo.network.from_file import network_from_file
    from convoy_geo.network.from_osm import network_from_osm
    from convoy_geo.network.read_write import write_network

    suffix = Path(arguments.file).suffix.lower()
    if suffix in LINES:
        if arguments.when or arguments.bbox or arguments.no_paths:
            msg = "--when, --bbox and --no-paths are for OpenStreetMap files"
            raise UsageError(msg)
        if arguments.crossings and suffix == ".graphml":
            msg = "--crossings is for files of lines: the edges of a graph meet at its nodes"
            raise UsageError(msg)
        network = network_from_file(
            arguments.file, tolerance_m=arguments.tolerance, crossings=arguments.crossings
        )
    else:
        if arguments.crossings:
            msg = "--crossings is for files of lines: OpenStreetMap says where roads meet"
            raise UsageError(msg)
        network = network_from_osm(
            arguments.file, when=arguments.when, bbox=arguments.bbox, paths=not arguments.no_paths
        )
    target = arguments.output or _beside(Path(arguments.file))
    write_network(network, target)
    return _say(network, arguments, str(target))


def _beside(file: Path) -> Path:
    """The file's name with another ending."""
    ending = next((one for one in ENDINGS if file.name.endswith(one)), "")
    return file.with_name(file.name.removesuffix(ending) + SUFFIX)


def _info(arguments: argparse.Namespace) -> int:
    return _say(named_network(arguments.network), arguments, None)


def named_network(name: str) -> RoadNetwork:
    """A network by the path of a file or a folder, or by the name of a bundled one."""
    from convoy_geo.errors import GeodataNotFoundError, RoadDataError
    from convoy_geo.io.files import geodata
    from convoy_geo.network.read_write import read_network

    path = Path(name)
    if path.exists():
        return read_network(path)
    try:
        return read_network(geodata("roads", name))
    except GeodataNotFoundError:
        msg = f"no road network {name!r}: neither a file, nor a folder, nor a bundled one"
        raise RoadDataError(msg) from None


def _say(network: RoadNetwork, arguments: argparse.Namespace, written: str | None) -> int:
    from convoy_geo.network.stats import network_info

    info = network_info(network)
    if written:
        info["file"] = written
    if arguments.json:
        print_json(info)
    else:
        print("\n".join(_lines(info)))
    return 0


def _lines(info: dict[str, Any]) -> list[str]:
    parts, made = info["islands"], info["provenance"]
    lines = [
        info["title"] or "road network",
        f"  {info['nodes']:,} nodes, {info['edges']:,} edges",
        f"  {info['km']:,.0f} km, {info['km_one_way']:,.0f} km of them one way",
    ]
    for name in ("class", "surface", "confidence"):
        by = ", ".join(
            f"{word} {km:,.0f}" if km >= 10 else f"{word} {km:.1f}"
            for word, km in info[f"km_by_{name}"].items()
        )
        lines.append(f"  km by {name:<10}  {by}")
    noun = "part" if parts["count"] == 1 else "parts that no road joins"
    lines.append(
        f"  {parts['count']:,} {noun}; {parts['largest_share']:.1%} of the km are in the largest"
    )
    if info["bounds"]:
        west, south, east, north = info["bounds"]
        lines.append(f"  within lon {west:g} to {east:g}, lat {south:g} to {north:g}")
    lines.append(f"  licence {info['licence'] or 'not said'}; {info['attribution'] or 'no credit'}")
    if made.get("sha256"):
        lines.append(f"  from {made['source']}, SHA-256 {made['sha256']}")
    if made.get("data_timestamp"):
        lines.append(f"  data of {made['data_timestamp']}")
    lines += _made_lines(made)
    if info["orders"]:
        orders = ", ".join(f"{engine} {version}" for engine, version in info["orders"].items())
        lines.append(f"  order kept for {orders}")
    if "file" in info:
        lines.append(f"  written to {info['file']}")
    return lines


def _made_lines(made: dict[str, Any]) -> list[str]:
    """What a network was made with: options, what was read, what was not used."""
    lines = []
    chosen = [f"{name} {value}" for name, value in made.get("options", {}).items() if value]
    if chosen:
        lines.append(f"  options: {', '.join(chosen)}")
    for name, title in (
        ("read", "read"),
        ("ignored", "read, but not used"),
        ("left_out", "ways left out or changed"),
    ):
        counted = [f"{number:,} {what}" for what, number in made.get(name, {}).items() if number]
        if counted:
            lines.append(f"  {title}: {', '.join(counted)}")
    return lines
