"""The command convoy-geo: a thin skin over Case and the reading functions.

Exit codes: 0 done, 1 the answer is no (faults, a name without a match, no way), 2 usage.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from convoy_geo import __version__
from convoy_geo.errors import CaseNotFoundError, ConvoyGeoError, PlaceNotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from convoy_geo.cases import Case
    from convoy_geo.distances import DistanceReport
    from convoy_geo.routing import Route

__all__ = ["main"]

DEFAULT_CASE = "convoy-2017"
CASE_HELP = f"a case that ships ({DEFAULT_CASE}) or a folder with a case.toml"
FITS = {
    "road": "fits the road, not the straight line",
    "straight": "fits the straight line, not the road",
    "both": "fits the straight line and the road",
    "neither": "fits neither the straight line nor the road",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command.

    Parameters
    ----------
    argv
        Words after the command's name; by default those of the process.

    Returns
    -------
    int
        0 done, 1 the answer is no, 2 usage.
    """
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except (ConvoyGeoError, ValueError, LookupError) as error:
        text = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
        print(f"convoy-geo: {text}", file=sys.stderr)
        return 2 if isinstance(error, CaseNotFoundError) else 1
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        sys.stderr.close()
        return 0


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        print(f"convoy-geo: {message} (see {self.prog} --help)", file=sys.stderr)
        raise SystemExit(2)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="convoy-geo",
        description="Where did it move, who says so, and could it be true? "
        "Maps, distances and routes of a story whose reports disagree.",
    )
    parser.add_argument("--version", action="version", version=f"convoy-geo {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(
        name: str, run: Callable[[argparse.Namespace], int], help_text: str, *, case: bool = True
    ) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=help_text, description=help_text)
        sub.set_defaults(run=run)
        sub.add_argument("--json", action="store_true", help="print JSON")
        if case:
            sub.add_argument("--case", default=DEFAULT_CASE, metavar="CASE", help=CASE_HELP)
        return sub

    sub = command(
        "map", _map, "Write a case's map to one HTML file that needs no network.", case=False
    )
    sub.add_argument("case", nargs="?", default=DEFAULT_CASE, metavar="CASE", help=CASE_HELP)
    sub.add_argument("-o", "--output", metavar="FILE", help="the file (default: CASE.html)")
    sub.add_argument("--tiles", metavar="NAME", help="add online tiles, such as OpenTopoMap")

    sub = command("check", _check, "Check a case's files; list every fault at once.", case=False)
    sub.add_argument("case", nargs="?", default=DEFAULT_CASE, metavar="CASE", help=CASE_HELP)

    command("cases", _cases, "List the cases that ship.", case=False)

    sub = command("geocode", _geocode, "Find the places that names mean, in any spelling.")
    sub.add_argument(
        "names", nargs="+", metavar="NAME", help="any spelling, Latin or Arabic script"
    )

    sub = command(
        "distance", _distance, "Straight line, road and every reported distance between two places."
    )
    sub.add_argument("origin", metavar="A", help="a place")
    sub.add_argument("destination", metavar="B", help="a place")

    sub = command("route", _route, "The way from A to B over the roads, and true alternatives.")
    sub.add_argument("origin", metavar="A", help="a place")
    sub.add_argument("destination", metavar="B", help="a place")
    sub.add_argument(
        "--via", action="append", default=[], metavar="P", help="pass here (repeatable)"
    )
    sub.add_argument(
        "--close", action="append", default=[], metavar="EDGE", help="close this edge (repeatable)"
    )
    sub.add_argument("--at", metavar="DATE", help="with what was closed that day, as 2017-08-31")
    sub.add_argument(
        "--by", choices=("time", "length"), default="time", help="what is best (default: time)"
    )
    sub.add_argument(
        "--alternatives", type=_natural, default=0, metavar="K", help="up to K other ways"
    )
    return parser


def _natural(text: str) -> int:
    if not text.isdecimal():
        msg = f"{text!r} is not a number from 0 up"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False))


def _read(arguments: argparse.Namespace) -> Case:
    from convoy_geo.cases import read_case

    return read_case(arguments.case)


def _cases(arguments: argparse.Namespace) -> int:
    from convoy_geo.casefiles import case_folder, case_names
    from convoy_geo.caseinfo import read_info

    for name in case_names():
        info, _ = read_info(case_folder(name))
        title = info.title if info else ""
        if arguments.json:
            _print_json({"case": name, "title": title})
        else:
            print(f"{name}  {title}")
    return 0


def _check(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    from convoy_geo.casefiles import check_case

    faults = check_case(arguments.case)
    if arguments.json:
        for fault in faults:
            _print_json(asdict(fault))
    else:
        for fault in faults:
            print(fault)
        noun = "fault" if len(faults) == 1 else "faults"
        print(f"{arguments.case}: {len(faults) or 'no'} {noun}")
    return 1 if faults else 0


def _geocode(arguments: argparse.Namespace) -> int:
    gazetteer = _read(arguments).gazetteer
    missing = False
    for name in arguments.names:
        matches = gazetteer.search(name)
        missing = missing or not matches
        if arguments.json:
            _print_json({"query": name, "matches": [match.to_dict() for match in matches]})
        for match in [] if arguments.json else matches:
            place = match.place
            where = "no position" if place.lon is None else f"{place.lat:.4f} N, {place.lon:.4f} E"
            radius = f" within {place.radius_km:g} km" if place.radius_km else ""
            print(f"{name}: {place.name} [{place.id}] {place.kind}, {where}{radius}")
            print(f"    {match.reason}, score {match.score:g}; {place.source or 'no coordinates'}")
        if not matches:
            print(
                f"convoy-geo: {PlaceNotFoundError(name, gazetteer.suggest(name))}", file=sys.stderr
            )
    return 1 if missing else 0


def _distance(arguments: argparse.Namespace) -> int:
    report = _read(arguments).distance(arguments.origin, arguments.destination)
    if arguments.json:
        _print_json(report.to_dict())
    else:
        print("\n".join(_distance_lines(report)))
    return 0


def _distance_lines(report: DistanceReport) -> list[str]:
    from convoy_geo.geodesy import KM_PER_MILE

    lines = [
        f"{report.origin.name} to {report.destination.name}",
        f"  straight line  {report.geodesic_km:.1f} km ({report.geodesic_mi:.1f} mi)",
    ]
    if not report.roads:
        lines.append("  road           no road of the network joins the two")
    for way in report.roads:
        label = "road" if way.rank == 0 else f"other road {way.rank}"
        mi = way.length_km / KM_PER_MILE
        lines.append(
            f"  {label:<13}  {way.length_km:.0f} km ({mi:.0f} mi), range "
            f"{way.length_km_low:.0f} to {way.length_km_high:.0f}; "
            f"polyline {way.polyline_km:.1f} km; "
            f"about {way.duration_h:.1f} h; confidence {way.confidence}"
        )
        lines.append(f"                 by {', '.join(way.via) or 'no town on the way'}")
    for item in report.reported:
        lines.append(
            f"  claim {item.claim:<8} {item.value:g} {item.unit} ({item.km:.1f} km): "
            + FITS[item.fits]
        )
        if len(item.roads) > 1:
            lines.append(
                f"                 {len(item.roads)} roads are about that long: "
                "length alone does not tell which was meant"
            )
    return lines + [f"  note           {note}" for note in report.notes]


def _route(arguments: argparse.Namespace) -> int:
    router = _read(arguments).roads
    options: dict[str, Any] = {"close": arguments.close, "at": arguments.at, "by": arguments.by}
    if arguments.alternatives:
        routes = router.alternatives(
            arguments.origin,
            arguments.destination,
            via=arguments.via,
            k=arguments.alternatives,
            **options,
        )
    else:
        stops = [arguments.origin, *arguments.via, arguments.destination]
        routes = [router.route(stops, **options)]
    if arguments.json:
        features = [route.to_feature() for route in routes]
        _print_json({"type": "FeatureCollection", "features": features})
    else:
        for route in routes:
            print("\n".join(_route_lines(route)))
    return 0


def _route_lines(route: Route) -> list[str]:
    title = "best way" if route.rank == 0 else f"alternative {route.rank}"
    span = f"{route.length_km_low:.0f} to {route.length_km_high:.0f}"
    length = f"{route.length_km:.0f} km ({span}), about {route.duration_h:.1f} h"
    lines = [
        f"{title}: {length}; lowest confidence on the way: {route.confidence}",
        f"  by {', '.join(route.via) or 'no town on the way'}",
        f"  edges {' '.join(route.edges)}",
    ]
    if route.rank:
        lines.insert(
            1, f"  {route.stretch:.2f} times the best, {route.sharing:.0%} shared with better ways"
        )
    lines += [f"  closed that day: {closure}" for closure in route.closures]
    lines += [f"  passes {closure}, not passable to everyone that day" for closure in route.passes]
    return lines


def _map(arguments: argparse.Namespace) -> int:
    from convoy_geo.page import export_html

    case = _read(arguments)
    target = Path(arguments.output or f"{case.info.id}.html")
    path = export_html(
        case.map(tiles=arguments.tiles),
        target,
        title=case.info.title,
        online_tiles=arguments.tiles is not None,
    )
    checks = [case.distance(a, b) for a, b in case.info.distance_checks]
    size = path.stat().st_size
    summary = {
        "case": case.info.id,
        "reports": len(case.reports),
        "places": len(case.gazetteer),
        "claims": len(case.claims),
        "reported_routes": len(case.tracks),
        "computed_routes": sum(len(group.routes) for group in case.alternatives),
        "distances": [check.to_dict() for check in checks],
        "bytes": size,
        "path": str(path),
    }
    if arguments.json:
        _print_json(summary)
        return 0
    print(case.info.title)
    print(f"  reports   {summary['reports']}")
    print(f"  places    {summary['places']}")
    print(f"  claims    {summary['claims']}")
    print(
        f"  routes    {summary['reported_routes']} reported, {summary['computed_routes']} computed"
    )
    for check in checks:
        print("\n".join(f"  {line}" for line in _distance_lines(check)))
    print(f"  file      {path} ({size / 1000:.0f} kB, opens without a network)")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
