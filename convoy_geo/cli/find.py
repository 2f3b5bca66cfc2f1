"""The command ``find``."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from convoy_geo.cli.common import (
    CASE_HELP,
    UsageError,
    add_command,
    add_country,
    add_gazetteer,
    add_output,
    check_gazetteer,
    natural,
    os_words,
    print_json,
)
from convoy_geo.errors import TextFileError
from convoy_geo.geodesy import position_text

if TYPE_CHECKING:
    from convoy_geo.cli.common import Commands
    from convoy_geo.geoparse.mentions import Mention

__all__ = ["add_commands"]

HINT = (
    "the names of Syria, Iraq and their neighbours only; the world: pip install 'convoy_geo[world]'"
)


def add_commands(commands: Commands) -> None:
    """Add the commands of this module."""
    about = "Find the places that texts name: which place each name means, and why."
    sub = add_command(commands, "find", _find, about, case="none")
    sub.add_argument("files", nargs="*", metavar="FILE", help="texts; - or none: standard input")
    sub.add_argument("--case", metavar="CASE", help=f"its places come first: {CASE_HELP}")
    add_gazetteer(sub, "world if its extra is installed, else region")
    add_country(sub)
    sub.add_argument(
        "--fuzzy", action=argparse.BooleanOptionalAction, default=True,
        help="similar spellings too (default), or only those that the gazetteer has",
    )  # fmt: skip
    add_output(sub, "a map of all mentions (HTML); with --archive: the folder of their Parquet")
    sub.add_argument(
        "--archive", action="append", metavar="PATTERN",
        help="texts of Parquet or JSON Lines files, such as 'articles/*.parquet' (extra dask)",
    )  # fmt: skip
    sub.add_argument(
        "--scheduler", metavar="ADDRESS", help="with --archive: a Dask scheduler, not this machine"
    )
    sub.add_argument("--workers", type=natural, metavar="N", help="with --archive: workers here")
    sub.add_argument("--text", default="text", metavar="COLUMN", help="with --archive: the text's")
    sub.add_argument("--id", default="id", metavar="COLUMN", help="with --archive: the text's id")
    sub.add_argument(
        "--ner", default="", metavar="MODEL",
        help="a named-entity model beside the rules: spacy:MODEL (extra ner)",
    )  # fmt: skip
    sub.add_argument(
        "--lang", default="", metavar="L", help="language, such as fr; unless given, recognised"
    )
    sub.add_argument(
        "--refused", action="store_true", help="also list rejected names, with the reason"
    )


def _archive(arguments: argparse.Namespace) -> int:
    from convoy_geo.archives.run import find_archive

    if not arguments.output or arguments.files:
        msg = "--archive needs -o FOLDER, and no other files"
        raise UsageError(msg)
    if arguments.refused or not arguments.fuzzy:
        msg = "--refused and --no-fuzzy are for single texts, not for --archive"
        raise UsageError(msg)

    def tell(done: int, parts: int, texts: int) -> None:
        print(f"convoy-geo: {done} of {parts} parts, {texts} texts", file=sys.stderr)

    found = find_archive(
        arguments.archive,
        arguments.output,
        scheduler=arguments.scheduler,
        workers=arguments.workers,
        text=arguments.text,
        key=arguments.id,
        case=arguments.case,
        gazetteer=arguments.gazetteer or None,
        country=arguments.country,
        progress=tell,
    )
    if arguments.json:
        print_json(vars(found) | {"folder": str(found.folder)})
    else:
        print(
            f"{found.folder}: {found.parts} parts, {found.skipped} of them done before; "
            f"{found.texts} texts read, {found.mentions} mentions"
        )
        if found.bad:
            print(f"  {found.bad} texts could not be read: rows with the role bad say why")
    return 1 if found.bad else 0


def _check_lang(lang: str) -> None:
    from convoy_geo.lang import load

    try:
        if lang:
            load(lang, having="reader.toml")
    except ValueError as error:
        raise UsageError(str(error)) from error


def _find(arguments: argparse.Namespace) -> int:
    check_gazetteer(arguments.gazetteer)
    if arguments.archive:
        return _archive(arguments)
    from convoy_geo.geoparse.finder import make_finder
    from convoy_geo.io.text_files import read_text

    _check_lang(arguments.lang)
    if arguments.scheduler or arguments.workers is not None:
        msg = "--scheduler and --workers need --archive"
        raise UsageError(msg)
    files = arguments.files or ["-"]
    if arguments.output and len(files) > 1:
        msg = "-o draws the map of one text"
        raise UsageError(msg)
    finder = make_finder(
        case=arguments.case, gazetteer=arguments.gazetteer or None, country=arguments.country,
        fuzzy=arguments.fuzzy, guesses=True, lang=arguments.lang, ner=arguments.ner,
    )  # fmt: skip
    if not arguments.gazetteer and not finder.knows_world:
        print(f"convoy-geo: {HINT}", file=sys.stderr)
    failed = False
    for file in files:
        try:
            text = read_text(file)
        except (TextFileError, OSError) as error:  # the other files are read all the same
            told = os_words(error) if isinstance(error, OSError) else error
            print(f"convoy-geo: {told}", file=sys.stderr)
            failed = True
            continue
        mentions = finder.find(text)
        for mention in mentions:
            _print(file, mention, arguments)
        for mention in mentions.refused if arguments.refused else ():
            _print(file, mention, arguments)
        if arguments.output:
            from convoy_geo.viz.explore import explore
            from convoy_geo.webmap.html import export_html

            export_html(explore(mentions, title=str(file)), arguments.output)
    return 1 if failed else 0


def _print(file: str, mention: Mention, arguments: argparse.Namespace) -> None:
    if arguments.json:
        row: dict[str, Any] = {"file": file, **mention.to_dict()}
        if arguments.refused:
            row["taken"] = mention.score > 0
        print_json(row)
        return
    head = f"{file}:{mention.start}-{mention.end}  {' '.join(mention.text.split())}  {mention.role}"
    place = mention.place
    if place is None:
        alike = ", ".join(
            f"{match.place.name} ({' '.join(match.place.country)})" for match in mention.matches
        )
        print(f"{head}  {'; '.join(mention.reasons)}" + (f"; alike: {alike}" if alike else ""))
        return
    where = "no position"
    if place.lon is not None and place.lat is not None:
        where = position_text(place.lon, place.lat)
    relation = f"  ({' '.join(mention.relation.text.split())})" if mention.relation else ""
    country = f", {' '.join(place.country)}" if place.country else ""
    print(f"{head}  {place.name} [{place.id}] {place.kind}{country}, {where}{relation}")
