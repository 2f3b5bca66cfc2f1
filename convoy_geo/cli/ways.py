"""The commands ``distance`` and ``route``."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from convoy_geo.cli.common import add_command, natural, print_json, read_case_of

if TYPE_CHECKING:
    from convoy_geo.cli.common import Commands
    from convoy_geo.distances import DistanceReport
    from convoy_geo.routing import Route

__all__ = ["add_commands", "distance_lines"]

FITS = {
    "road": "fits the road, not the straight line",
    "straight": "fits the straight line, not the road",
    "both": "fits the straight line and the road",
    "neither": "fits neither the straight line nor the road",
}


def add_commands(commands: Commands) -> None:
    """Add the commands of this module."""
    about = "Straight line, road and every reported distance between two places."
    sub = add_command(commands, "distance", _distance, about)
    sub.add_argument("origin", metavar="A", help="a place")
    sub.add_argument("destination", metavar="B", help="a place")

    about = "The way from A to B over the roads, and true alternatives."
    sub = add_command(commands, "route", _route, about)
    sub.add_argument("origin", metavar="A", help="a place")
    sub.add_argument("destination", metavar="B", help="a place")
    sub.add_argument(
        "--via", action="append", default=[], metavar="P", help="pass here (repeatable)"
    )
    sub.add_argument(
        "--close", action="append", default=[], metavar="EDGE", help="close this edge (repeatable)"
    )
    sub.add_argument("--at", metavar="DATE", help="with what was closed that day, as 2017-08-31")
    sub.add_argument("--side", metavar="WHO", help="with what was closed to them that day")
    sub.add_argument(
        "--by", choices=("time", "length"), default="time", help="what is best (default: time)"
    )
    sub.add_argument(
        "--alternatives", type=natural, default=0, metavar="K", help="up to K other ways"
    )


def _distance(arguments: argparse.Namespace) -> int:
    report = read_case_of(arguments).distance(arguments.origin, arguments.destination)
    if arguments.json:
        print_json(report.to_dict())
    else:
        print("\n".join(distance_lines(report)))
    return 0


def distance_lines(report: DistanceReport) -> list[str]:
    """A distance in words, line by line."""
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
        lines.append(f"                 by {', '.join(way.landmarks) or 'no place between'}")
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
    if arguments.side and not arguments.at:
        msg = "--side needs --at: who held what changed from day to day"
        raise ValueError(msg)
    case = read_case_of(arguments)
    router = case.roads_for(arguments.side) if arguments.side else case.roads
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
    from convoy_geo.control import held_words

    held = [held_words(router.network, route) for route in routes]
    if arguments.json:
        features = [route.to_feature() for route in routes]
        for feature, words in zip(features, held, strict=True):
            feature["properties"]["held"] = words
        print_json({"type": "FeatureCollection", "features": features})
    else:
        for route, words in zip(routes, held, strict=True):
            print("\n".join([*_route_lines(route), *(f"  ground: {part}" for part in words)]))
    return 0


def _route_lines(route: Route) -> list[str]:
    title = "best way" if route.rank == 0 else f"alternative {route.rank}"
    span = f"{route.length_km_low:.0f} to {route.length_km_high:.0f}"
    length = f"{route.length_km:.0f} km ({span}), about {route.duration_h:.1f} h"
    lines = [
        f"{title}: {length}; lowest confidence on the way: {route.confidence}",
        f"  by {', '.join(route.landmarks) or 'no place between'}",
        f"  edges {' '.join(route.edges)}",
    ]
    if route.rank:
        lines.insert(
            1, f"  {route.stretch:.2f} times the best, {route.sharing:.0%} shared with better ways"
        )
    lines += [f"  closed that day: {closure}" for closure in route.closures]
    lines += [f"  passes {closure}, not passable to everyone that day" for closure in route.passes]
    return lines
