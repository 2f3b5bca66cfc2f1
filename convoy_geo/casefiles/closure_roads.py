"""Closures that name roads: find the lines of the closed roads."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from convoy_geo.errors import RoadDataError
from convoy_geo.network.named_roads import near_road, road_between, whole_road

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapely.geometry.base import BaseGeometry

    from convoy_geo.io.csv_tables import Row
    from convoy_geo.io.geojson_reader import Feature
    from convoy_geo.network.network import RoadNetwork

__all__ = ["NoLine", "with_lines"]

WAY = re.compile(r"(?:w|way/)(\d+)")
"""Notation for OpenStreetMap ways among ids of edges."""
PART = re.compile(r"(w-?\d+)-(-?\d+)-(-?\d+)")
"""Id of an edge of OpenStreetMap: the way, and the nodes at its ends."""
NEAR_KM = 2.0


@dataclass(frozen=True)
class NoLine:
    """Why a closure has no line, as the parts of an error.

    Parameters
    ----------
    column, value, problem, allowed
        See `convoy_geo.errors.Fault`.
    """

    column: str
    value: str
    problem: str
    allowed: str


def with_lines(
    feature: Feature, places: list[Row], network: RoadNetwork | None
) -> Feature | NoLine:
    """Complete a feature of closures.geojson: edges as ids, and a geometry.

    Parameters
    ----------
    feature
        Its ``edges`` may include ids of OpenStreetMap ways, such as ``w123``: all edges of the way.
        Its ``road`` is a number or a name, with ``between`` or ``near`` for a part of it.
    places
        Rows of places.csv.
    network
        The road network; None if the case has none.

    Returns
    -------
    Feature or NoLine
        The reason, if it has no geometry and names no existing road.
    """
    given = feature.properties
    edges = given.get("edges") or []
    if not isinstance(edges, list) or not all(isinstance(one, str) for one in edges):
        return feature  # reported separately
    if network is not None and any(WAY.fullmatch(one) or PART.fullmatch(one) for one in edges):
        edges = list(_edges(edges, network))
        feature = replace(feature, properties=given | {"edges": edges})
    if (within := given.get("near_km")) not in (None, "") and _km(within) is None:
        return NoLine("near_km", str(within), "bad value", "kilometres from 0.01 to 100")
    road = str(given.get("road") or "")
    if not road and (given.get("between") or given.get("near")):
        return NoLine("road", "", "a part of no road", "the number or name of a road")
    if feature.geometry is not None:
        return feature
    if network is None or not (road or edges):
        return NoLine(
            "geometry", "null", "empty geometry", "a geometry, or a road or edges of the network"
        )
    found = _named(given, road, places, network) if road else _of_edges(edges, network)
    return found if isinstance(found, NoLine) else replace(feature, geometry=found)


def _edges(edges: list[str], network: RoadNetwork) -> Iterator[str]:
    """Ids of edges, all of a way in its place, and all parts of an edge that was divided since."""
    known = network.edge_table.index
    for one in edges:
        way, part = WAY.fullmatch(one), PART.fullmatch(one)
        if one in known or (way is None and part is None):
            yield one
            continue
        whole = f"w{way[1]}" if way else part[1] if part else ""
        pieces = list(known[known.str.startswith(f"{whole}-")])
        yield from (_between(pieces, part[2], part[3]) if part else pieces) or [one]


def _between(pieces: list[str], first: str, last: str) -> list[str]:
    """The edges of a way from a node to a node, in its order; none where no road goes through."""
    ends = [found.groups() for one in pieces if (found := PART.match(one))]
    starts = [at for at, (_, tail, _) in enumerate(ends) if tail == first]
    for start in starts:
        for at in range(start, len(ends)):
            if at > start and ends[at][1] != ends[at - 1][2]:
                break
            if ends[at][2] == last:
                return pieces[start : at + 1]
    return []


def _of_edges(edges: list[str], network: RoadNetwork) -> BaseGeometry | NoLine:
    import shapely  # noqa: PLC0415

    ids = [one for one in edges if one in network.edge_table.index]
    if not ids:
        allowed = "the id of an edge, or of an OpenStreetMap way of the network"
        return NoLine("edges", "|".join(edges), "no road of the network", allowed)
    lines = network.segment_lines(network.segments_of(network.edge_positions(ids)))
    shape: BaseGeometry = shapely.multilinestrings(list(lines))
    return shape


def _named(
    given: dict[str, Any], road: str, places: list[Row], network: RoadNetwork
) -> BaseGeometry | NoLine:
    """The lines of a named road: between two places, near one, or all of it."""
    between, near = given.get("between") or [], str(given.get("near") or "")
    if between and near:
        return NoLine("near", near, "both parts of a road given", "`between` or `near`")
    if between and not (isinstance(between, list) and len(between) == 2):
        return NoLine("between", str(between), "not two places", "two ids of places")
    names = map(str, between or ([near] if near else []))
    found = [_position(name, "between" if between else "near", places) for name in names]
    for one in found:
        if isinstance(one, NoLine):
            return one
    ends = [one for one in found if not isinstance(one, NoLine)]
    try:
        return (
            road_between(network, road, (ends[0], ends[1]))
            if between
            else near_road(network, road, ends[0], _km(given.get("near_km")) or NEAR_KM)
            if near
            else whole_road(network, road)
        )
    except RoadDataError as error:
        return NoLine("road", road, str(error), "a number or name of a road of the network")


def _km(value: Any) -> float | None:
    """The distance in km; None if it is not a valid number."""
    try:
        km = float(value)
    except (TypeError, ValueError):
        return None
    return km if 0.01 <= km <= 100 else None


def _position(name: str, column: str, places: list[Row]) -> tuple[float, float] | NoLine:
    for row in places:
        if row["place"] == name:
            try:
                return float(row["lon"]), float(row["lat"])
            except ValueError:
                allowed = "a place with lon and lat"
                return NoLine(column, name, "a place without a position", allowed)
    return NoLine(column, name, "unknown place", "the id of a place")
