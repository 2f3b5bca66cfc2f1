"""Where a way begins, goes by and ends: a name, a place, a position as points on the roads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from rapidfuzz import process

from convoy_geo.errors import NoRouteError, PlaceNotFoundError, RoadDataError
from convoy_geo.geodesy import distance_km
from convoy_geo.routing.route import Access

if TYPE_CHECKING:
    from collections.abc import Callable

    from convoy_geo.network.nearest import RoadPoint
    from convoy_geo.network.network import RoadNetwork

__all__ = ["OFF_ROAD_KM", "Stop", "find_stop"]

OFF_ROAD_KM = 5.0
"""How far beyond a place's radius the nearest road may be."""
NEAREST = 4
"""A place is tied to so many roads: both sides of a dual carriageway, and what crosses it."""
FARTHER, BESIDE_KM = 2.0, 0.2
"""But to none more than twice as far as the nearest, or 200 m farther: who knows what lies between.
"""


HERE_KM = 1e-6
"""A place so near to a node stands there."""


class Stop(NamedTuple):
    """A place on a way.

    Parameters
    ----------
    name
        Its name.
    node
        Position of the node that it stands for; negative if it stands for none.
    access
        The leg between the place and that node.
    joints
        The points of the nearest roads, for a place that stands for no node.
    """

    name: str
    node: int
    access: Access | None = None
    joints: tuple[RoadPoint, ...] = ()


def find_stop(network: RoadNetwork, stop: Any, locate: Callable[[str], Any] | None = None) -> Stop:
    """The node, or the points on roads, that a way to a place leads to.

    A place with a `road_node` stands there. Any other is joined to the nearest road within its
    radius and 5 km, at its nearest point, and to up to three more that are at most twice as far or
    200 m farther. A way takes the joint that makes it cheapest, with the leg off the road at its
    typical speed (by ``length``, with its length); so a dual carriageway is reached on the side
    that leads there. Joints are the same whatever is closed: a place whose roads are all closed
    cannot be reached. An area has no joints: without a `road_node` it is refused.

    Parameters
    ----------
    network
        The roads.
    stop
        The name of a node; a text for `locate`; a (lon, lat) pair; or an object with name, lon and
        lat and perhaps radius_km, road_node and shape, such as a Place.
    locate
        Turns a text into such an object.

    Raises
    ------
    PlaceNotFoundError
        If a text names neither a node nor, by `locate`, a place.
    NoRouteError
        If no road is near enough, or the place is no point.
    RoadDataError
        If the network does not have the place's `road_node`.
    ValueError
        If a pair is no (lon, lat).

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
    return _on_road(network, stop)


def _on_road(network: RoadNetwork, place: Any) -> Stop:
    name, lon, lat = str(place.name), place.lon, place.lat
    node_name = getattr(place, "road_node", "")
    if not node_name:
        if lon is None or getattr(place, "shape", "point") != "point":
            msg = f"{name!r} is no point and has no `road_node`: no way can start or end there"
            raise NoRouteError(msg)
        within = (getattr(place, "radius_km", None) or 0.0) + OFF_ROAD_KM
        joints = network.nearest_roads(lon, lat, within, NEAREST)
        if not joints:
            msg = f"no road of the network is within {within:g} km of {name!r}"
            raise NoRouteError(msg)
        nearest = joints[0]
        most = max(FARTHER * nearest.km, nearest.km + BESIDE_KM)
        if nearest.km < HERE_KM and nearest.part in (0, 1):
            ends = network.segments.tail, network.segments.head
            return Stop(name, int(ends[int(nearest.part)][nearest.segment]))
        return Stop(name, -1, joints=tuple(joint for joint in joints if joint.km <= most))
    node = network.node_position(node_name)
    if node is None:
        msg = f"{name!r} stands at the node {node_name!r}, which the network does not have"
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
    """A (lon, lat) pair as a place that is known by its coordinates."""
    lon, lat = (float(value) for value in pair) if len(pair) == 2 else (np.nan, np.nan)
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        msg = f"a stop must be (lon, lat) with lon -180 to 180 and lat -90 to 90, not {pair!r}"
        raise ValueError(msg)
    return _Point(f"{lon:.5f}, {lat:.5f}", lon, lat)
