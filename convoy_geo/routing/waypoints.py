"""Where a way begins, goes by and ends: a name, a place, a position as points on the roads."""

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
"""How far beyond a place's radius the nearest road may be."""
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
    spare
        A point of a main part of the network, for where the joints do not serve.
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
    """The node, or the points on roads, that a way to a place leads to.

    A place with a `road_node` stands there. Any other is joined to the roads within its radius and
    5 km as `convoy_geo.network.snap` says: near a road to that road alone, in open country to the
    nearest ones. A route takes the joint that makes it cheapest, with the leg off the road at its
    typical speed (by ``length``, with its length). Joints are the same whatever is closed: a place
    whose roads are all closed cannot be reached. An area has no joints: without a `road_node` it
    is refused.

    Parameters
    ----------
    network
        The roads.
    stop
        The name of a node; a text for `locate`; a (lon, lat) pair; or an object with name, lon and
        lat and perhaps radius_km, road_node and shape, such as a Place.
    locate
        Turns a text into such an object.
    usable
        What a mode of travel may use; by default all roads.

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
    return _on_road(network, stop, usable)


def choices(stops: Sequence[Stop]) -> Iterator[list[Stop]]:
    """Stops to try one after the other: as they are, then with spare points where there are any.

    First the last stop alone leaves its nearest road, then the first alone, then all together.
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
            msg = f"{name!r} is no point and has no `road_node`: no way can start or end there"
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
