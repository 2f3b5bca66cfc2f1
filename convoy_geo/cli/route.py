"""The commands ``distance`` and ``route``."""

from __future__ import annotations

import argparse
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from convoy_geo.cli.common import (
    UsageError,
    add_avoid,
    add_closures,
    add_command,
    add_mode,
    add_side,
    add_weight,
    add_when,
    check_known,
    check_roads,
    chosen_mode,
    hours_words,
    length_words,
    natural,
    print_json,
    read_case_of,
    span_words,
)
from convoy_geo.cli.stops import PLACE_HELP, stop_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from convoy_geo.analysis.distances import DistanceReport
    from convoy_geo.case.case import Case
    from convoy_geo.cli.common import Commands
    from convoy_geo.model.places import Place
    from convoy_geo.routing.router import Route, Router

__all__ = ["add_commands", "distance_lines"]

TENTHS_MI = 10
CLOCK = ("hour", "minute", "second")
FITS = {
    "road": "fits the road, not the straight line",
    "straight": "fits the straight line, not the road",
    "both": "fits the straight line and the road",
    "neither": "fits neither the straight line nor the road",
}
FITS_STRAIGHT = {"straight": "fits the straight line", "neither": "does not fit the straight line"}


def add_commands(commands: Commands) -> None:
    """Add the commands of this module."""
    about = "Give the straight line, the roads and every reported distance between two places."
    sub = add_command(commands, "distance", _distance, about)
    _add_ends(sub)

    about = "Find the point N km from A along the route to B, or N km before B."
    sub = add_command(commands, "along", _along, about)
    _add_ends(sub)
    sub.add_argument(
        "--km", type=float, required=True, metavar="N",
        help="km by road from A; if negative, before B: --km=-200",
    )  # fmt: skip
    sub.add_argument(
        "--via", action="append", default=[], metavar="C", help="go through this place (repeatable)"
    )
    add_avoid(sub)
    add_when(sub, "a day whose closures count")
    add_weight(sub)
    add_mode(sub)

    about = "Find the route from A to B on the roads, and alternatives."
    sub = add_command(commands, "route", _route, about)
    _add_ends(sub)
    sub.add_argument(
        "--via", action="append", default=[], metavar="P", help="go through this place (repeatable)"
    )
    add_closures(sub)
    add_avoid(sub)
    add_when(sub, "a day whose closures count, such as 2017-08-31")
    add_side(sub)
    add_weight(sub)
    add_mode(sub)
    sub.add_argument(
        "--hour", metavar="MOMENT",
        help="local time at which rules with hours hold (default: the time of day of --when)",
    )  # fmt: skip
    sub.add_argument(
        "--access", choices=("foot", "vehicle"), default="foot",
        help="how to get from a point to the road (default: foot)",
    )  # fmt: skip
    sub.add_argument(
        "--alternatives", type=natural, default=0, metavar="K", help="up to K other routes"
    )


def _along(arguments: argparse.Namespace) -> int:
    from convoy_geo.geodesy import length_km, position_text
    from convoy_geo.routing.along import point_along

    case = read_case_of(arguments)
    router = _router(case, arguments.roads)
    if (travel := chosen_mode(case, arguments)) is not None:
        router = router.with_mode(travel)
    check_roads(router.network, router.closures, closures=(), avoid=arguments.avoid)
    stops = [
        stop_of(case, text, router.network)
        for text in (arguments.origin, *arguments.via, arguments.destination)
    ]
    route = router.route(stops, when=arguments.when, avoid=arguments.avoid, weight=arguments.weight)
    try:
        found = point_along(router.network, route, arguments.km)
    except ValueError as error:
        raise UsageError(str(error)) from error
    if arguments.json:
        print_json(found.to_dict())
        return 0
    ends = f"{route.stops[0]} to {route.stops[-1]}"
    between = " and ".join(filter(None, (found.before, found.after)))
    print(f"{ends}, {length_words(found.km)} along the route ({length_words(found.left_km)} left)")
    print(f"  at       {position_text(found.lon, found.lat)}")
    print(f"  road     {found.road or found.edge}" + f"; between {between}" * bool(between))
    print(f"  range    {length_words(length_km(found.stretch))}, as roads are longer than drawn")
    return 0


def _add_ends(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("origin", metavar="A", help=PLACE_HELP)
    sub.add_argument("destination", metavar="B", help="likewise")
    sub.add_argument("--roads", metavar="FILE", help="use this network instead of the case's roads")


def _distance(arguments: argparse.Namespace) -> int:
    case = read_case_of(arguments)
    network = _router(case, arguments.roads).network if arguments.roads else None
    ends = [stop_of(case, text, network) for text in (arguments.origin, arguments.destination)]
    if arguments.roads or not all(isinstance(one, str) for one in ends):
        report = _distance_over(case, arguments, ends)
    else:
        report = case.distance(arguments.origin, arguments.destination)
    if arguments.json:
        print_json(report.to_dict())
    else:
        has_roads = arguments.roads is not None or case.network is not None
        print("\n".join(distance_lines(report, has_roads=has_roads)))
    return 0


def _distance_over(
    case: Case, arguments: argparse.Namespace, stops_asked: Sequence[Any]
) -> DistanceReport:
    """A distance between places or positions, over the case's roads or a stored network."""
    from convoy_geo.analysis.distances import compare_distances
    from convoy_geo.errors import NoRouteError
    from convoy_geo.model.places import Place

    ends: list[Place] = []
    asked = zip((arguments.origin, arguments.destination), stops_asked, strict=True)
    for text, stop in asked:
        if isinstance(stop, tuple):
            ends.append(Place(id=text, name=text, lon=stop[0], lat=stop[1]))
        else:
            found = case.gazetteer.locate(text, point=True) if isinstance(stop, str) else stop
            ends.append(found)
    router = _router(case, arguments.roads)
    stops = [_free(place) for place in ends] if arguments.roads else ends
    routes: list[Route] = []
    with suppress(NoRouteError):
        routes = router.alternatives(*stops, weight="length")
    return compare_distances(ends[0], ends[1], routes, case.claims.values())


def _router(case: Case, roads: str | None) -> Router:
    """The case's router, or one over a stored network with the case's names of places."""
    if roads is None:
        return case.roads
    from convoy_geo.cli.network import named_network
    from convoy_geo.routing.router import Router

    return Router(
        named_network(roads), locate=lambda name: _free(case.gazetteer.locate(name, point=True))
    )


def _free(place: Place) -> Place:
    """A place without the node that it has in the case's own network."""
    return replace(place, road_node="")


def distance_lines(report: DistanceReport, *, has_roads: bool = True) -> list[str]:
    """A distance in words, line by line; without roads, as at sea, none are missed."""
    from convoy_geo.geodesy import KM_PER_MILE

    lines = [
        f"{report.origin.name} to {report.destination.name}",
        f"  straight line  {report.geodesic_km:.1f} km ({report.geodesic_mi:.1f} mi)",
    ]
    if not report.roads and has_roads:
        lines.append("  road           no road of the network connects the two")
    for way in report.roads:
        label = "road" if way.rank == 0 else f"other road {way.rank}"
        miles = way.length_km / KM_PER_MILE
        mi = f"{miles:.{1 if miles < TENTHS_MI else 0}f} mi"
        span = f"range {span_words(way.length_km_low, way.length_km_high)}"
        if way.length_km_low == way.length_km_high:  # a network that states no error
            span = "how exact is not known"
        lines.append(
            f"  {label:<13}  {length_words(way.length_km)} ({mi}), {span}; "
            f"as drawn {way.polyline_km:.1f} km; "
            f"about {hours_words(way.duration_h)}; confidence {way.confidence}"
        )
        lines.append(f"                 past {', '.join(way.landmarks) or 'no named place'}")
        lines += [f"                 off the road, not counted: {leg}" for leg in way.access]
    for item in report.reported:
        lines.append(
            f"  claim {item.claim:<8} {item.figures} {item.unit} ({item.figures_in()} km): "
            + (FITS if report.roads else FITS_STRAIGHT)[item.fits]
            + ("; it cannot be true: it is below the straight line" if item.too_short else "")
        )
        if len(item.roads) > 1:
            lines.append(
                f"                 {len(item.roads)} roads are about that long: "
                "length alone does not show which was meant"
            )
    return lines + [f"  note           {note}" for note in report.notes]


def _route(arguments: argparse.Namespace) -> int:
    if arguments.side and not arguments.when:
        msg = "--side needs --when: closures by side depend on the date"
        raise UsageError(msg)
    if arguments.roads and (arguments.when or arguments.side):
        msg = "--when and --side choose closures of the case's own roads; name edges with --close"
        raise UsageError(msg)
    case = read_case_of(arguments)
    known = {side for control in case.controls for side in control.closed_to}
    check_known("--side", arguments.side, known)
    router = case.roads_for(arguments.side) if arguments.side else _router(case, arguments.roads)
    router = router.with_access(arguments.access)
    hour = _hour(arguments.hour, arguments.when, case.info.time_zone)
    travel = chosen_mode(case, arguments)
    if travel is not None or hour:
        router = router.with_mode(travel or router.mode, hour)
    check_roads(router.network, router.closures, closures=arguments.closures, avoid=arguments.avoid)
    origin, destination, *via = (
        stop_of(case, text, router.network)
        for text in (arguments.origin, arguments.destination, *arguments.via)
    )
    names = ("closures", "avoid", "when", "weight")
    options: dict[str, Any] = {name: getattr(arguments, name) for name in names}
    routes: list[Route]
    if arguments.alternatives:
        routes = router.alternatives(
            origin,
            destination,
            via=via,
            k=arguments.alternatives,
            **options,
        )
    else:
        stops = [origin, *via, destination]
        routes = [router.route(stops, **options)]
    from convoy_geo.routing.road_control import held_words
    from convoy_geo.routing.route_words import described, roads_of

    # only the roads of a case say who held them
    held = [
        []
        if arguments.roads
        else held_words(router.network, route, case.controls, when=arguments.when)
        for route in routes
    ]
    told = [roads_of(router.network, route, case.gazetteer) for route in routes]
    if arguments.json:
        features = [route.to_feature() for route in routes]
        for feature, words, roads in zip(features, held, told, strict=True):
            feature["properties"]["held"] = words
            feature["properties"]["roads"] = [one.to_dict() for one in roads]
            feature["properties"]["described"] = described(roads)
        print_json({"type": "FeatureCollection", "features": features})
    else:
        for route, words, roads in zip(routes, held, told, strict=True):
            lines = _route_lines(route, arguments.when)
            if roads:
                lines.insert(-len(lines) + 1, f"  roads: {described(roads)}")
            print("\n".join([*lines, *(f"  ground: {part}" for part in words)]))
        if arguments.alternatives and len(routes) == 1:
            other = "length" if arguments.weight == "time" else "time"
            print(
                "no other route differs enough without being much longer or a detour; "
                f"try --weight {other}, or --avoid an edge"
            )
    return 0


def _hour(text: str | None, when: str | None, zone: str) -> datetime | None:
    """The moment at which rules with hours are looked up: as asked for, or of ``--when``.

    Local time, without its zone: rules are written so.
    """
    from convoy_geo.dates.interval import as_interval

    for said in (text, when):
        moment = as_interval(said, zone) if said else None
        if moment is not None and moment.first and moment.precision in CLOCK:
            return moment.first.replace(tzinfo=None)
        if text:
            msg = f"--hour must be a moment, such as 2024-05-03T08:00, not {text!r}"
            raise UsageError(msg)
    return None


def _route_lines(route: Route, at: str | None) -> list[str]:
    title = "best route" if route.rank == 0 else f"alternative {route.rank}"
    span = span_words(route.length_km_low, route.length_km_high)
    length = f"{length_words(route.length_km)} ({span}), about {hours_words(route.duration_h)}"
    lines = [
        f"{title}: {length}; lowest confidence of its roads: {route.confidence}",
        f"  past {', '.join(route.landmarks) or 'no named place'}",
        f"  edges {' '.join(route.edges)}",
    ]
    if route.rank:
        lines.insert(
            1, f"  {route.stretch:.2f} times the best, {route.sharing:.0%} shared with better ways"
        )
    lines += [f"  off the road: {leg}" for leg in route.access]
    lines += [f"  only as a first or last part (private or destination): {one}"
              for one in route.restricted]  # fmt: skip
    lines += [f"  crosses the border control or checkpoint {one}" for one in route.borders]
    when = " that day" if at else ""
    lines += [f"  closed{when}: {closure}" for closure in route.closures]
    lines += [f"  passes {closure}, not passable to everyone that day" for closure in route.passes]
    return lines
