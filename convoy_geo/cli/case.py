"""The commands on a case as a whole: ``map``, ``check``, ``new``, ``cases``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from convoy_geo.cli.common import (
    CASE_HELP,
    DEFAULT_CASE,
    UsageError,
    add_command,
    add_output,
    print_json,
    read_case_of,
)
from convoy_geo.cli.route import distance_lines
from convoy_geo.lang import languages

if TYPE_CHECKING:
    from convoy_geo.cli.common import Commands

__all__ = ["add_commands"]


def add_commands(commands: Commands) -> None:
    """Add the commands of this module."""
    about = "Write the map of a case, or of plain files, to one HTML file that needs no network."
    sub = add_command(commands, "map", _map, about, case="none")
    sub.add_argument(
        "inputs", nargs="*", metavar="CASE",
        help=f"{CASE_HELP}; or files of points and lines (CSV, GeoJSON, KML, GPX, ...)",
    )  # fmt: skip
    add_output(sub, "the page (default: CASE.html, or the first file's name)")
    sub.add_argument(
        "--save-case", metavar="FOLDER", help="of files: also write a case to build on"
    )
    sub.add_argument("--title", default="", metavar="T", help="of files: heading of the page")
    for name, what in (("name", "names"), ("lon", "longitudes (x)"), ("lat", "latitudes (y)")):
        sub.add_argument(f"--{name}", metavar="COLUMN", help=f"of files: the column of {what}")
    sub.add_argument("--crs", default="", metavar="CRS", help="of files: of lon and lat in tables")
    sub.add_argument(
        "--as", dest="shapes_as", choices=("lines", "areas", "closures"), default="",
        help="of files: what lines and polygons are: drawn as they are (default), places with an "
        "outline, or closures, which need a day in the column closed, when or date",
    )  # fmt: skip
    sub.add_argument("--tiles", metavar="NAME", help="add online tiles, such as OpenTopoMap")
    sub.add_argument(
        "--no-conflicts",
        dest="conflicts",
        action="store_false",
        help="leave out which claims cannot be true together, which can take minutes to compute",
    )
    sub.add_argument(
        "--url", default="", metavar="URL",
        help="the page's own address: adds what other sites show of it, and two pictures (PNG)",
    )  # fmt: skip
    known = languages("page.json")
    sub.add_argument("--lang", default="en", choices=known, help="of the page's own words")
    sub.add_argument(
        "--place-names", default="", choices=languages(), metavar="L",
        help="language of the names of places, such as fr (default: that of the words)",
    )  # fmt: skip

    about = "Check a case's files; list every fault at once."
    sub = add_command(commands, "check", _check, about, case="last")
    sub.add_argument(
        "--reports", metavar="FOLDER", help="compare every span with the texts in this folder"
    )

    about = "Make an empty case with commented templates; no file is replaced."
    sub = add_command(commands, "new", _new, about, case="none")
    sub.add_argument("folder", metavar="FOLDER", help="a folder that is not there yet, or is empty")
    sub.add_argument("--title", default="", metavar="T", help="title of the case")
    sub.add_argument(
        "--from", dest="start_from", default="", choices=("march", "ship", "quick", "roads"),
        help="start from a small invented story that maps at once",
    )  # fmt: skip

    add_command(commands, "cases", _cases, "List the bundled cases.", case="none")


def _map(arguments: argparse.Namespace) -> int:
    files = [Path(one) for one in arguments.inputs if Path(one).is_file()]
    if files and len(files) == len(arguments.inputs):
        if arguments.place_names:
            msg = "--place-names is for a case"
            raise UsageError(msg)
        return _quick_map(arguments, files)
    if len(arguments.inputs) > 1:
        missing = next(one for one in arguments.inputs if not Path(one).is_file())
        msg = f"{missing!r} is not a file; give one case, or files"
        raise UsageError(msg)
    if arguments.save_case:
        msg = "--save-case is for files"
        raise UsageError(msg)
    arguments.case = arguments.inputs[0] if arguments.inputs else DEFAULT_CASE
    return _case_map(arguments)


def _quick_map(arguments: argparse.Namespace, files: list[Path]) -> int:
    from convoy_geo.case.quick_map import quick_map

    columns = {name: getattr(arguments, name) for name in ("name", "lon", "lat")}
    named = {name: column for name, column in columns.items() if column}
    title = arguments.title or files[0].stem.replace("_", " ").capitalize()
    drawn = quick_map(
        files, title=title, columns=named, crs=arguments.crs, lang=arguments.lang,
        shapes_as=arguments.shapes_as,
    )  # fmt: skip
    path = drawn.save(arguments.output or f"{files[0].stem}.html")
    written = drawn.save_case(arguments.save_case) if arguments.save_case else []
    summary = {
        "points": len(drawn.case.gazetteer),
        "lines": len(drawn.case.lines),
        "areas": len(drawn.areas),
        "closures": len(drawn.case.closures),
        "not_drawn": list(drawn.problems),
        "notes": list(drawn.notes),
        "bytes": path.stat().st_size,
        "path": str(path),
        "case": [str(one) for one in written],
    }
    if arguments.json:
        print_json(summary)
        return 0
    for note in drawn.notes:
        print(f"note: {note}")
    for problem in drawn.problems:
        print(f"not drawn: {problem}")
    closures = f", {summary['closures']} closures" if summary["closures"] else ""
    areas = f", {summary['areas']} of them areas" if summary["areas"] else ""
    print(f"{summary['points']} points{areas}, {summary['lines']} lines and areas{closures}")
    print(f"{path} ({path.stat().st_size / 1000:.0f} kB, opens without a network)")
    print(*written, sep="\n", end="\n" if written else "")
    return 0


def _case_map(arguments: argparse.Namespace) -> int:
    case = read_case_of(arguments)
    target = Path(arguments.output or f"{case.info.id}.html")
    if arguments.conflicts:
        case.consistency()
    page = case.page(
        lang=arguments.lang,
        place_names=arguments.place_names,
        tiles=arguments.tiles,
        conflicts=arguments.conflicts,
        url=arguments.url,
    )
    path = page.save(target)
    checks = [case.distance(a, b) for a, b in case.info.distance_checks]
    size = path.stat().st_size
    summary = {
        "case": case.info.id,
        "reports": len(case.reports),
        "places": len(case.gazetteer),
        "claims": len(case.claims),
        "reported_routes": len(case.tracks),
        "computed_routes": sum(len(group.routes) for group in case.alternatives),
        "conflicts": len(case.conflicts()) if arguments.conflicts else None,
        "distances": [check.to_dict() for check in checks],
        "bytes": size,
        "path": str(path),
    }
    if arguments.json:
        print_json(summary)
        return 0
    print(case.info.title)
    print(f"  reports   {summary['reports']}")
    print(f"  places    {summary['places']}")
    print(f"  claims    {summary['claims']}")
    print(
        f"  routes    {summary['reported_routes']} reported, {summary['computed_routes']} computed"
    )
    left_out = "left out (--no-conflicts)"
    print(f"  conflicts {summary['conflicts'] if arguments.conflicts else left_out}")
    for check in checks:
        lines = distance_lines(check, has_roads=case.network is not None)
        print("\n".join(f"  {line}" for line in lines))
    print(f"  file      {path} ({size / 1000:.0f} kB, opens without a network)")
    return 0


def _check(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    from convoy_geo.casefiles.spans import check_spans
    from convoy_geo.casefiles.validate import check_with_remarks

    case = arguments.case
    faults, remarks = check_with_remarks(case)
    spans = check_spans(case, arguments.reports) if arguments.reports else None
    if spans:
        faults += spans.faults
    if arguments.json:
        for fault in faults:
            print_json(asdict(fault))
        if not faults:
            names = ("matching", "wrong", "unjudged", "without")
            counts = {name: getattr(spans, name) for name in names} if spans else None
            notes = {"remarks": [asdict(remark) for remark in remarks]} if remarks else {}
            print_json({"case": case, "faults": 0, "spans": counts, **notes})
    else:
        for fault in faults:
            print(fault)
        for remark in remarks:
            print(f"remark: {remark}")
        if spans:
            print(
                f"spans: {spans.matching} match, {spans.wrong} wrong, {spans.unjudged} not judged; "
                f"{spans.without} claims without a span"
            )
        noun = "fault" if len(faults) == 1 else "faults"
        print(f"{case}: {len(faults) or 'no'} {noun}")
    return 1 if faults else 0


def _new(arguments: argparse.Namespace) -> int:
    from convoy_geo.casefiles.scaffold import new_case
    from convoy_geo.casefiles.validate import check_case

    files = new_case(arguments.folder, title=arguments.title, start_from=arguments.start_from)
    todo = check_case(arguments.folder)
    if arguments.json:
        print_json(
            {"files": [str(path) for path in files], "to_do": [str(fault) for fault in todo]}
        )
    else:
        print("\n".join(map(str, files)))
        if todo:
            print("to fill in:", *todo, sep="\n  ")
    return 0


def _cases(arguments: argparse.Namespace) -> int:
    from convoy_geo.casefiles.locate import case_folder, case_names
    from convoy_geo.model.case_info import read_info

    for name in case_names():
        info, _ = read_info(case_folder(name))
        title = info.title if info else ""
        if arguments.json:
            print_json({"case": name, "title": title})
        else:
            print(f"{name}  {title}")
    return 0
