"""Where a position meets the roads: the one place that decides it, for routes, reach and verdicts.

1. A position within `NEAR_KM` of a road is on the nearest road, at its nearest point, and nowhere
   else: to walk to another road is never a short cut.
2. In open country, farther from any road, the nearest roads are all offered, each with the leg to
   it; whoever asks counts what that leg costs.
3. A *main part* is a large piece of the network in which one can get from every road to every
   other. A road outside of it (an island, a one-way dead end) is used where it serves. In open
   country small parts attract no position.
4. For where the nearest road does not serve, because it is outside of the main parts or closed,
   other points are kept as *spare*: roads within `NEAR_KM` more, and the nearest of a main part.

>>> from convoy_geo.io.files import geodata
>>> from convoy_geo.network.read_write import read_network
>>> roads = read_network(geodata("roads", "syria-iraq-2017"))
>>> found = snap(roads, 38.9, 34.9, within_km=5)
>>> round(found.points[0].km, 1), found.spare
(1.0, ())
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convoy_geo.network.nearest import RoadPoint
    from convoy_geo.network.network import RoadNetwork

__all__ = ["FARTHER", "MOST", "NEAR_KM", "Snap", "main_segments", "snap"]

NEAR_KM = 0.2
"""So near to a road a position is on it."""
MOST = 4
"""In open country a position is tied to so many roads at the most."""
FARTHER = 2.0
"""But to none more than so many times as far as the nearest."""
MAIN_NODES = 100
"""A part of so many nodes is a main part, as OSRM's `--small-component-size` may be set."""
MAIN_SHARE = 0.1
"""And so is a part with so much of the kilometres of the largest."""


class Snap(NamedTuple):
    """The points of roads that stand for a position.

    Parameters
    ----------
    points
        The nearest first; empty if no road is near enough.
    spare
        Other points near by, for where none of `points` serves.
    """

    points: tuple[RoadPoint, ...]
    spare: tuple[RoadPoint, ...] = ()


def snap(network: RoadNetwork, lon: float, lat: float, within_km: float) -> Snap:
    """The points of roads that stand for a position.

    Parameters
    ----------
    network
        The roads.
    lon, lat
        WGS 84 decimal degrees.
    within_km
        How far the nearest road may be.
    """
    found = network.nearest_roads(lon, lat, within_km, MOST)
    if not found:
        return Snap(())
    main = main_segments(network)
    nearest = found[0]
    if nearest.km <= NEAR_KM:
        points = found[:1]
    else:
        points = [one for one in found if one.km <= FARTHER * nearest.km]
        points = [one for one in points if main[one.segment]] or points
    most = max(FARTHER * nearest.km, nearest.km + NEAR_KM)
    spare = [one for one in found if one.km <= most and one not in points]
    if main.any() and not any(main[one.segment] for one in (*points, *spare)):
        spare += network.nearest_roads(lon, lat, within_km, 1, among=main)
    return Snap(tuple(points), tuple(spare))


def main_segments(network: RoadNetwork) -> NDArray[np.bool_]:
    """For each segment, whether it lies in a main part; worked out once for a network."""
    known: dict[str, Any] = network.__dict__
    if "_main_segments" not in known:
        known["_main_segments"] = _main_segments(network)
    main: NDArray[np.bool_] = known["_main_segments"]
    return main


def _main_segments(network: RoadNetwork) -> NDArray[np.bool_]:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    arcs, of = network.arcs, network.segments
    if not len(of.km):
        return np.zeros(0, np.bool_)
    # each pair of nodes once: parallel entries can make scipy run for ever here
    pairs = coo_array((np.ones(len(arcs.tail), bool), (arcs.tail, arcs.head)), [arcs.nodes] * 2)
    _, part = connected_components(pairs.tocsr(), directed=True, connection="strong")
    within = part[of.tail] == part[of.head]
    count = int(part.max()) + 1
    km = np.bincount(part[of.tail[within]], of.km[within], count)
    large = (np.bincount(part, minlength=count) >= MAIN_NODES) | (km >= MAIN_SHARE * km.max())
    main: NDArray[np.bool_] = within & large[part[of.tail]]
    return main
