"""The commands ``export`` and ``import``."""

from __future__ import annotations

import argparse
import gc
from collections import Counter
from typing import TYPE_CHECKING

from convoy_geo.cli.common import UsageError, add_command, add_output, print_json, read_case_of

if TYPE_CHECKING:
    from convoy_geo.casefiles.merge import Added, Proposal, Records
    from convoy_geo.cli.common import Commands

__all__ = ["add_commands"]


def add_commands(commands: Commands) -> None:
    """Add the commands of this module."""
    about = "Write a case for other tools, or as a picture; the suffix says how."
    sub = add_command(commands, "export", _export, about, case="last")
    add_output(
        sub, ".geojson .gpkg .parquet .kml .kmz .gpx .csv .lpf.json .svg .png .pdf", required=True
    )
    sub.add_argument(
        "--layer", action="append", default=[], metavar="NAME",
        help="only this layer, such as places or claims; may be given again",
    )  # fmt: skip

    about = "Propose rows for a case out of a file; with --add, add what is new."
    sub = add_command(commands, "import", _import, about)
    sub.add_argument(
        "file", metavar="FILE",
        help=".geojson .gpkg .parquet .kml .kmz .gpx .csv .xlsx .lpf.json .fgb .shp .zip .gml",
    )  # fmt: skip
    sub.add_argument(
        "--as", dest="shapes_as", choices=("lines", "routes", "areas", "closures"),
        default="",
        help="what lines and polygons are that others drew: kept as drawn, reported routes between "
        "their ends, places with an outline, or closures (default: polygons are areas, lines are "
        "left out)",
    )  # fmt: skip
    sub.add_argument(
        "--add", action="store_true", help="add new rows; rows that are there never change"
    )


def _export(arguments: argparse.Namespace) -> int:
    from convoy_geo.exchange.write import check_wanted

    try:
        check_wanted(arguments.output, arguments.layer)
    except ValueError as error:  # before a case is read and drawn
        raise UsageError(str(error)) from error
    case = read_case_of(arguments)
    path = case.to_file(arguments.output, layers=arguments.layer)
    size = path.stat().st_size
    if arguments.json:
        print_json({"case": case.info.id, "path": str(path), "bytes": size})
    else:
        print(f"{path} ({size / 1000:.0f} kB)")
    return 0


def _import(arguments: argparse.Namespace) -> int:
    # A large file becomes millions of small objects, none of them in a circle
    collects = gc.isenabled()
    gc.disable()
    try:
        return _import_file(arguments)
    finally:
        if collects:
            gc.enable()


def _import_file(arguments: argparse.Namespace) -> int:
    from convoy_geo.casefiles.locate import case_folder, case_names, own_folder
    from convoy_geo.casefiles.locking import case_lock
    from convoy_geo.casefiles.merge import Added, add_new, propose
    from convoy_geo.exchange.to_records import read_records
    from convoy_geo.model.case_info import read_info

    case = arguments.case
    if arguments.add and case in case_names():
        msg = "--add needs --case FOLDER: a bundled case stays as it is"
        raise UsageError(msg)
    info, _ = read_info(case_folder(case))
    zone = info.time_zone if info else ""
    found = read_records(arguments.file, time_zone=zone, shapes_as=arguments.shapes_as)
    added = Added()
    if arguments.add:
        with case_lock(own_folder(case)):  # nobody else decides on what is read here
            proposals = propose(found, case)
            added = add_new(proposals, case)
    else:
        proposals = propose(found, case)
    if arguments.json:
        print_json(
            {
                "proposals": [one.to_dict() for one in proposals],
                "left_out": list(found.left_out),
                "not_taken": [str(fault) for fault in found.faults],
                "changed": [str(fault) for fault in found.repaired],
                "added_to": [str(path) for path in added.files],
                "not_added": [str(fault) for fault in added.refused],
                "to_do": [str(fault) for fault in added.to_do],
            }
        )
    else:
        _print_import(found, proposals, added)
    return 0


def _print_import(found: Records, proposals: list[Proposal], added: Added) -> None:
    for proposal in proposals:
        if proposal.status != "same":
            print("\n".join(_lines(proposal)))
    counts = Counter(one.status for one in proposals)
    print(f"{counts['new']} new, {counts['differs']} differ, {counts['same']} are there already")
    remarks = {
        "left out": found.left_out, "changed": found.repaired, "not taken": found.faults,
        "not added": added.refused,
    }  # fmt: skip
    for word, ones in remarks.items():
        for one in ones:
            print(f"{word}: {one}")
    if added.files:
        print(f"added to {', '.join(path.name for path in added.files)}")
        for fault in added.to_do:
            print(f"to fill in: {fault}")
    elif counts["new"]:
        print("nothing written; --add adds what is new")


def _lines(proposal: Proposal) -> list[str]:
    words = {"new": "new", "differs": "differs, the case stays as it is"}[proposal.status]
    lines = [f"{proposal.file} {proposal.key}: {words}"]
    return lines + [
        f"  {column}: {mine!r} in the case, {theirs!r} in the file"
        for column, mine, theirs in proposal.differences
    ]
