"""The command ``dates``: dates as reports say them."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from convoy_geo.cli.common import UsageError, add_command, print_json

if TYPE_CHECKING:
    from convoy_geo.cli.common import Commands

__all__ = ["add_commands"]

DATE_ORDERS = ("day_first", "month_first")


def add_commands(commands: Commands) -> None:
    """Add the commands of this module."""
    about = "Read dates as a report says them, against the day on which it was written."
    sub = add_command(commands, "dates", _dates, about, case="none")
    sub.add_argument("texts", nargs="+", metavar="TEXT", help='such as "last Thursday", 09.02.17')
    sub.add_argument("--dateline", required=True, metavar="EDTF", help="such as 2017-09-04")
    sub.add_argument(
        "--order", default="", choices=DATE_ORDERS, help="how the report writes dates in numbers"
    )


def _dates(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    from convoy_geo.dates.edtf import interval
    from convoy_geo.dates.relative import relative_date
    from convoy_geo.errors import DateError

    if None in interval(arguments.dateline):
        msg = f"the dateline {arguments.dateline!r} is open; a day is needed to count from"
        raise UsageError(msg)
    failed = False
    for text in arguments.texts:
        try:
            found = relative_date(text, arguments.dateline, date_order=arguments.order)
        except DateError as error:  # the others are read all the same
            print(f"convoy-geo: {error}", file=sys.stderr)
            if arguments.json:
                print_json({"text": text, "dateline": arguments.dateline, "edtf": None})
            failed = True
            continue
        if arguments.json:
            print_json(asdict(found))
            continue
        print(f"{text}: {found.edtf}  ({found.rule})")
        if found.other:
            print(f"  or {found.other.edtf}  ({found.other.rule})")
    return 1 if failed else 0
