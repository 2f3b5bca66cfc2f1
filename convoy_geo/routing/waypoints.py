"""Convert the stops of a route (a name, a place, a position) to points on the road network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from rapidfuzz import process

from convoy_geo.errors import NoRouteError, PlaceNotFoundError, RoadDataError
from convoy_geo.geodesy import distance_km
from convoy_geo.network.snap import main_segments, snap
from convoy_geo.routing.route import Access

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from convoy_geo.network.nearest import RoadPoint
    from convoy_geo.network.network import RoadNetwork
    from convoy_geo.network.usable import Usable

__all__ = ["OFF_ROAD_KM", "Stop", "choices", "find_stop"]

OFF_ROAD_KM = 5.0
"""Maximum distance of the nearest road beyond a place's radius."""
HERE_KM = 1e-6
"""Distance within which a place is identified with a node."""


class Stop(NamedTuple):
    """A stop of a route.

    Parameters
    ----------
    name
        Its name.
    node
        Position of its node; negative if it is not at a node.
    access
        The access leg between the place and that node.
    joints
        The points of the nearest roads, for a place that is not at a node.
    spare
        A point of a main part of the network, used if the connectors do not work.
    """

    name: str
    node: int
    access: Access | None = None
    joints: tuple[RoadPoint, ...] = ()
    spare: tuple[RoadPoint, ...] = ()


def find_stop(
    network: RoadNetwork,
    stop: Any,
    locate: Callable[[str], Any] | None = None,
    *,
    usable: Usable | None = None,
) -> Stop:
    """Find the node or the road points of a place.

    A place with a `road_node` is at that node. Any other is connected to the roads within its
    radius plus 5 km as described in `convoy_geo.network.snap`: near a road to that road only,
    otherwise to several of the nearest ones. A route uses the connector that makes it cheapest,
    including the access leg at its typical speed (by ``length``, its length). Connectors do not
    depend on closures: a place whose roads are all closed is unreachable. An area has no
    connectors: without a `road_node` it is rejected.

    Parameters
    ----------
    network
        The roads.
    stop
        The name of a node; a text for `locate`; a (lon, lat) pair; or an object with name, lon and
        lat and optionally radius_km, road_node and shape, such as a Place.
    locate
        Converts a text to such an object.
    usable
        The roads usable by a travel mode; by default all roads.

    Raises
    ------
    PlaceNotFoundError
        If a text is neither the name of a node nor, according to `locate`, a place.
    NoRouteError
        If no road is near enough, or the place is not a point.
    RoadDataError
        If the network does not have the place's `road_node`.
    ValueError
        If a pair is not a valid (lon, lat).

    Examples
    --------
    >>> from convoy_geo.io.files import geodata
    >>> from convoy_geo.network.read_write import read_network
    >>> roads = read_network(geodata("roads", "syria-iraq-2017"))
    >>> nearest, *others = find_stop(roads, (38.9, 34.9)).joints
    >>> round(nearest.km, 1), len(others)
    (1.0, 0)
    """
    if isinstance(stop, str):
        node = network.node_position(stop)
        if node is not None:
            return Stop(str(stop), node)
        if locate is None:
            near = process.extract(stop, network.node_table.index.astype(str), limit=3)
            raise PlaceNotFoundError(stop, [name for name, *_ in near])
        stop = locate(stop)
    elif isinstance(stop, tuple) and not hasattr(stop, "lon"):
        stop = _point(stop)
    return _on_road(network, stop, usable)


def choices(stops: Sequence[Stop]) -> Iterator[list[Stop]]:
    """Variants of the stops to try in turn: unchanged, then with spare points if there are any.

    First only the last stop may leave its nearest road, then only the first, then all.
    """
    yield list(stops)
    spare = [at for at, stop in enumerate(stops) if stop.spare]
    tried = [{at} for at in (len(stops) - 1, 0) if at in spare and len(stops) == 2]
    for chosen in [*tried, set(spare)] if tried != [set(spare)] and spare else tried:
        yield [
            stop._replace(joints=stop.joints + stop.spare) if at in chosen else stop
            for at, stop in enumerate(stops)
        ]


def _on_road(network: RoadNetwork, place: Any, usable: Usable | None) -> Stop:
    name, lon, lat = str(place.name), place.lon, place.lat
    node_name = getattr(place, "road_node", "")
    if not node_name:
        if lon is None or getattr(place, "shape", "point") != "point":
            msg = f"{name!r} is not a point and has no `road_node`: no route can start or end there"
            raise NoRouteError(msg)
        within = (getattr(place, "radius_km", None) or 0.0) + OFF_ROAD_KM
        joints, spare = snap(network, lon, lat, within, usable=usable)
        if not joints:
            use = "" if usable is None else f" that {usable.mode.name} may use"
            msg = f"no road of the network{use} is within {within:g} km of {name!r}"
            raise NoRouteError(msg)
        nearest = joints[0]
        if (
            nearest.km < HERE_KM
            and nearest.part in (0, 1)
            and main_segments(network if usable is None else usable)[nearest.segment]
        ):
            ends = network.segments.tail, network.segments.head
            return Stop(name, int(ends[int(nearest.part)][nearest.segment]))
        return Stop(name, -1, joints=joints, spare=spare)
    node = network.node_position(node_name)
    if node is None:
        msg = f"{name!r} is at the node {node_name!r}, which the network does not have"
        raise RoadDataError(msg)
    if lon is None:
        return Stop(name, node)
    km = distance_km(lon, lat, *network.node_point(node))
    return Stop(name, node, Access(name, node_name, km) if km > 0 else None)


class _Point(NamedTuple):
    name: str
    lon: float
    lat: float


def _point(pair: tuple[Any, ...]) -> _Point:
    """A (lon, lat) pair as a place identified by its coordinates."""
    lon, lat = (float(value) for value in pair) if len(pair) == 2 else (np.nan, np.nan)
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        msg = f"a stop must be (lon, lat) with lon -180 to 180 and lat -90 to 90, not {pair!r}"
        raise ValueError(msg)
    return _Point(f"{lon:.5f}, {lat:.5f}", lon, lat)
