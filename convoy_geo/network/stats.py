"""Statistics of a road network: counts, kilometres by kind, connected parts, origin.

>>> from convoy_geo.io.files import geodata
>>> from convoy_geo.network.read_write import read_network
>>> network_info(read_network(geodata("roads", "syria-iraq-2017")))["islands"]["count"]
1
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from convoy_geo.network.store import stored_orders

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convoy_geo.network.network import RoadNetwork

    Ints = NDArray[np.integer[Any]]
    Floats = NDArray[np.float64]

__all__ = ["Islands", "islands", "network_info"]

KINDS = ("class", "surface", "confidence")


class Islands(NamedTuple):
    """Connected parts of a network.

    Parameters
    ----------
    number
        Number of parts, including nodes without a road.
    of_node
        For each node, the number of its part; 0 is the part with the most kilometres.
    km
        Kilometres of each part.
    """

    number: int
    of_node: Ints
    km: Floats

    @property
    def largest_share(self) -> float:
        """Share of all kilometres in the largest part."""
        total = float(self.km.sum())
        return float(self.km[0]) / total if total else 1.0


def islands(network: RoadNetwork) -> Islands:
    """The connected parts of a network; one-way rules are ignored."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    of, size = network.segments, network.node_count
    ones = np.ones(len(of.km), np.int8)
    graph = coo_array((ones, (of.tail, of.head)), shape=(size, size))
    count, part = connected_components(graph, directed=False)
    km: Floats = np.bincount(part[of.tail], of.km, count).astype(np.float64)
    order = np.argsort(-km, kind="stable")
    rank = np.empty(count, np.int64)
    rank[order] = np.arange(count)
    return Islands(int(count), rank[part], km[order])


def network_info(network: RoadNetwork) -> dict[str, Any]:
    """Statistics of a network as plain values for JSON; lengths in kilometres to 0.1.

    Returns
    -------
    dict
        title, licence, attribution, nodes, edges, km, bounds (west, south, east, north), km by
        class, surface and confidence, km of one-ways, islands, provenance, orders.
    """
    of, size = network.segments, len(network.edge_start) - 1
    km: Floats = np.bincount(of.edge, of.km, size).astype(np.float64)
    oneway = np.asarray(network._edge_column("oneway"))  # noqa: SLF001  (the table is not needed)
    coords, parts = network.coords, islands(network)
    bounds = [*coords.min(axis=0), *coords.max(axis=0)] if len(coords) else []
    return {
        "title": network.title,
        "licence": network.licence,
        "attribution": network.attribution,
        "nodes": network.node_count,
        "edges": size,
        "km": round(float(km.sum()), 1),
        "bounds": [round(float(value), 5) for value in bounds],
        **{
            f"km_by_{name}": _km_by(network, name, km)
            for name in ("class", "surface", "confidence")
        },
        "km_one_way": round(float(km[oneway != 0].sum()), 1),
        "islands": {
            "count": parts.number,
            "largest_share": round(parts.largest_share, 4),
            "largest_km": [round(float(value), 1) for value in parts.km[:5]],
        },
        "provenance": dict(network.provenance),
        "orders": stored_orders(network),
    }


def _km_by(network: RoadNetwork, name: str, km: Floats) -> dict[str, float]:
    import pandas as pd

    words = pd.Categorical(network._edge_column(name))  # noqa: SLF001  (as above)
    sums = np.bincount(words.codes, km, len(words.categories))
    found = sorted(zip(sums.tolist(), words.categories, strict=True), key=lambda one: -one[0])
    return {str(word): round(value, 1) for value, word in found if value > 0}
