"""Which roads of a network a story needs on its map: those in use first, and not more than enough.

A network of a town or a country has far more roads than a page can carry. Drawn are the roads that
routes use, that were closed or controlled, then those near the story's places by their class, until
the budget is spent. A network within the budget is drawn as a whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from convoy_geo.network.osm_tags import CLASSES
from convoy_geo.network.schema import CRS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import geopandas as gpd
    from numpy.typing import NDArray

    from convoy_geo.network.network import RoadNetwork
    from convoy_geo.viz.view_data import Contents

    Ints = NDArray[np.integer[Any]]

__all__ = ["MOST_EDGES", "roads_to_draw"]

MOST_EDGES = 1500
"""Maximum number of edges; those of routes, closures and controls are always drawn."""
NEAR_DEGREES = 0.1
"""How far around the places roads are looked for."""


def roads_to_draw(contents: Contents, most: int = MOST_EDGES) -> gpd.GeoDataFrame:
    """The rows of the network's edges that are drawn, with their lines and polyline_km.

    Parameters
    ----------
    contents
        What the case's map shows; it has a network.
    most
        Maximum number of edges, in addition to those that the story uses.
    """
    network = contents.network
    assert network is not None  # noqa: S101
    size = len(network.edge_start) - 1
    if size <= most:
        return network.edges
    used = np.unique(np.fromiter(_used(contents, network), np.int64))
    rest = _near(contents, network, most - len(used))
    return _rows(network, np.union1d(used, rest))


def _used(contents: Contents, network: RoadNetwork) -> Iterator[int]:
    """Edges of routes, closures and controls."""
    routes = [leg.road for track in contents.tracks for leg in track.legs if leg.road]
    routes += [route for group in contents.alternatives for route in group.routes]
    named: list[str] = [edge for route in routes for edge in route.edges]
    named += [edge for closure in contents.closures for edge in closure.edges]
    named += [edge for control in contents.controls for edge in control.edges]
    yield from _positions(network, dict.fromkeys(named))


def _positions(network: RoadNetwork, ids: Iterable[str]) -> list[int]:
    positions: list[int] = network.edge_positions(ids).tolist()
    return positions


def _near(contents: Contents, network: RoadNetwork, most: int) -> Ints:
    """Edges that begin near the places, the greater classes first and then by their place."""
    if most <= 0:
        return np.empty(0, np.int64)
    at = network.coords[network.edge_start[:-1]]
    near = np.zeros(len(at), np.bool_)
    for place in contents.places.values():
        if place.lon is not None and place.lat is not None:
            away = np.abs(at - [place.lon, place.lat])
            near |= (away <= NEAR_DEGREES).all(axis=1)
    found = np.flatnonzero(near)
    kinds = network.edge_table["class"].to_numpy()[found]
    rank = np.array([CLASSES.index(kind) for kind in kinds], np.int64)
    return found[np.argsort(rank, kind="stable")[:most]]


def _rows(network: RoadNetwork, edges: Ints) -> gpd.GeoDataFrame:
    import geopandas as gpd  # noqa: PLC0415

    start = network.edge_start
    lines = [shapely.linestrings(network.coords[start[one] : start[one + 1]]) for one in edges]
    km = np.bincount(network.segments.edge, network.segments.km, len(start) - 1)[edges]
    table = network.edge_table.iloc[edges].assign(polyline_km=km)
    return gpd.GeoDataFrame(table, geometry=lines, crs=CRS)
