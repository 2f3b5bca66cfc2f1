"""Searches on a travel graph: hours in motion from or to locations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from convoy_geo.graph.dijkstra import ScipyEngine
from convoy_geo.network.usable import usable_roads

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convoy_geo.model.travel_modes import End, TravelMode
    from convoy_geo.network.network import RoadNetwork

    Ints = NDArray[np.integer[Any]]
    Floats = NDArray[np.float64]

__all__ = ["RoadAccess", "Search", "TravelEngine", "Way", "road_hours"]


@dataclass(frozen=True)
class Way:
    """The fastest route at one end of the range.

    Parameters
    ----------
    moving_h
        Hours in motion; infinite if there is no route.
    km
        Its length: roads at that end's length, plus access legs.
    straight
        Whether it goes straight all the way, without roads.
    edges
        Ids of the edges, in order.
    via
        Towns, villages and named sites on the route.
    other_road
        Whether it begins or ends at another road than the nearest, which is a dead end.
    """

    moving_h: float
    km: float
    straight: bool = False
    edges: tuple[str, ...] = ()
    via: tuple[str, ...] = ()
    other_road: bool = False

    def to_dict(self) -> dict[str, Any]:
        """The route as plain values for JSON."""
        return {
            "moving_h": round(self.moving_h, 2),
            "km": round(self.km, 1),
            "straight": self.straight,
            "edges": list(self.edges),
            "via": list(self.via),
        }


@dataclass(frozen=True, eq=False)
class Search:
    """Fastest paths from any of several nodes: cost, predecessor and root of each node.

    The root may be a number beyond the nodes, if reaching the start nodes has a cost.
    """

    cost: Floats
    parent: NDArray[np.int32]
    root: NDArray[np.int32]


class RoadAccess(NamedTuple):
    """Nodes where a location meets the roads, and the off-road hours to each."""

    nodes: Ints
    hours: Floats


def road_hours(mode: TravelMode, network: RoadNetwork, end: End) -> Floats:
    """Hours in motion for each segment of a network, at one end of the range.

    The best end uses the shortest road length that the road factor allows, the worst the longest.
    """
    hours: Floats = usable_roads(network, mode).seconds("high" if end == "best" else "low") / 3600
    return hours


class TravelEngine(ScipyEngine):
    """Dijkstra's algorithm from many nodes at once."""

    def search(self, access: RoadAccess, *, reverse: bool, limit: float) -> Search:
        """Fastest paths from the nearest of some nodes, or with `reverse` to it."""
        from scipy.sparse.csgraph import dijkstra  # noqa: PLC0415

        roots, hours = access
        if not hours.any():
            graph = self._in if reverse else self._out
            return Search(
                *dijkstra(
                    graph, indices=roots, min_only=True, return_predecessors=True, limit=limit
                )
            )
        starts = dict(zip(roots.tolist(), hours.tolist(), strict=True))
        tree = self.grow(starts, reverse=reverse, limit=limit)
        size = self.arcs.nodes
        return Search(tree.cost[:size], tree.parent[:size], np.full(size, tree.root, np.int32))
