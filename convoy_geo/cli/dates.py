"""The command ``dates``: dates as reports say them, one by one, or all that a report names."""

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
    about = "Read dates as reports write them, relative to the day of the report."
    sub = add_command(commands, "dates", _dates, about, case="none")
    sub.add_argument("texts", nargs="*", metavar="TEXT", help='such as "last Thursday", 09.02.17')
    sub.add_argument("--report", metavar="FILE", help="find all dates of a text; - is stdin")
    sub.add_argument("--dateline", required=True, metavar="EDTF", help="such as 2017-09-04")
    sub.add_argument(
        "--order", default="", choices=DATE_ORDERS, help="how the report writes dates in numbers"
    )
    sub.add_argument(
        "--lang", default="", metavar="L", help="language, such as fr; unless given, recognised"
    )
    sub.add_argument(
        "--zone", default="", metavar="Z", help="with --report: of its times, as Asia/Damascus"
    )


def _dates(arguments: argparse.Namespace) -> int:
    from convoy_geo.dates.edtf import interval
    from convoy_geo.lang import load

    if None in interval(arguments.dateline):
        msg = f"the dateline {arguments.dateline!r} is open; a day is needed to count from"
        raise UsageError(msg)
    if bool(arguments.texts) == bool(arguments.report):
        msg = "dates takes texts, or --report FILE"
        raise UsageError(msg)
    if arguments.lang:
        try:
            load(arguments.lang, having="dates.toml")
        except ValueError as error:
            raise UsageError(str(error)) from error
    return _report(arguments) if arguments.report else _texts(arguments)


def _texts(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    from convoy_geo.dates.relative import relative_date
    from convoy_geo.errors import DateError

    failed = False
    for text in arguments.texts:
        try:
            found = relative_date(
                text, arguments.dateline, date_order=arguments.order, lang=arguments.lang
            )
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


def _report(arguments: argparse.Namespace) -> int:
    from convoy_geo.dates.find import find_dates
    from convoy_geo.io.text_files import read_text

    found = find_dates(
        read_text(arguments.report),
        arguments.dateline,
        date_order=arguments.order,
        lang=arguments.lang,
        zone=arguments.zone,
        refused=True,
    )
    for one in found:
        edtf, other = str(one.interval) or None, str(one.other) if one.other else None
        if arguments.json:
            print_json(
                {"start": one.start, "end": one.end, "text": one.text, "edtf": edtf,
                 "rule": one.rule, "other": other, "lang": one.lang}
            )  # fmt: skip
        elif edtf is None:
            print(f"convoy-geo: {one.start}-{one.end} not read: {one.rule}", file=sys.stderr)
        else:
            also = f"  or {other}" if other else ""
            print(f"{one.start}-{one.end} {one.text!r}: {edtf}{also}  ({one.rule})")
    return 0 if any(one.interval for one in found) else 1
