"""The command ``read``: reports into the first rows of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convoy_geo.cli.common import (
    add_command,
    add_country,
    add_gazetteer,
    check_gazetteer,
    print_json,
)

if TYPE_CHECKING:
    import argparse

    from convoy_geo.cli.common import Commands

__all__ = ["add_commands"]

SHOWN = ("reports.csv", "places.csv", "names.csv", "mentions.csv")


def add_commands(commands: Commands) -> None:
    """Add the commands of this module."""
    about = "Read reports into rows of a case: reports, places, names, with spans."
    sub = add_command(commands, "read", _read, about, case="none")
    sub.add_argument("reports", nargs="+", metavar="REPORT", help="texts in UTF-8; - is stdin")
    sub.add_argument(
        "--case", required=True, metavar="FOLDER",
        help="the case; made if it does not exist; rows are only added",
    )  # fmt: skip
    sub.add_argument("--dry-run", action="store_true", help="show what would be added")
    add_country(sub)
    add_gazetteer(sub, "world if its extra is installed, else region")


def _read(arguments: argparse.Namespace) -> int:
    from convoy_geo.ingest.ingest import names_by_place, read_reports

    check_gazetteer(arguments.gazetteer)
    reading = read_reports(
        arguments.reports,
        arguments.case,
        gazetteer=arguments.gazetteer or None,
        country=arguments.country,
        write=not arguments.dry_run,
    )
    if arguments.json:
        for proposal in reading.proposals:
            print_json(proposal.to_dict() | {"row": dict(proposal.row)})
        return 0
    verb = "would be added" if arguments.dry_run else "added"
    counts = ", ".join(f"{reading.count(name)} to {name}" for name in SHOWN)
    print(f"{verb}: {counts}")
    words = names_by_place(reading)
    for proposal in reading.proposals:
        row = proposal.row
        if proposal.file == "places.csv":
            named = ", ".join(f"{text} ({times})" for text, times in words[proposal.key].items())
            where = f"{row['lon']}, {row['lat']}" if row["lon"] else "no position"
            print(f"  {row['place']}: {row['kind']}, {row['country']}, {where}; named {named}")
        for column, mine, theirs in proposal.differences:
            print(
                f"  {proposal.file} {proposal.key}: {column} is {mine!r} and stays; now {theirs!r}"
            )
    for fault in reading.refused:
        print(f"not added: {fault}")
    if not arguments.dry_run:
        print(f"Next: convoy-geo check {arguments.case} tells what a person must fill in.")
    return 0
