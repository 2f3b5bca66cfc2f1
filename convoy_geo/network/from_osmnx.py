"""Road networks of graphs as OSMnx makes them; OSMnx itself is not needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from convoy_geo.errors import MissingCrsError, RoadDataError, wrong_type
from convoy_geo.network.from_frames import network_from_frames
from convoy_geo.network.osm_tags import DRIVABLE, surface_of
from convoy_geo.network.schema import SURFACES, RoadFactor
from convoy_geo.type_checks import checks_types

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from convoy_geo.network.network import RoadNetwork

__all__ = ["network_from_osmnx"]


@checks_types
def network_from_osmnx(
    graph: Any,
    *,
    surface: str = "paved",
    speeds: pd.DataFrame | None = None,
    road_factor: RoadFactor | None = None,
    title: str = "",
    licence: str = "",
    attribution: str = "",
) -> RoadNetwork:
    """A network of a graph as OSMnx makes it; OSMnx itself is not needed.

    Parameters
    ----------
    graph
        A networkx.MultiDiGraph with ``graph["crs"]``, `x` and `y` at the nodes and, where they are
        known, `highway`, `oneway`, `geometry`, `name`, `ref`, `bridge`, `tunnel`, `surface` and
        `osmid` at the edges. Two arcs that run to and fro over one way become one edge.
    surface
        Of roads whose surface is unknown.
    speeds, road_factor, title, licence, attribution
        See `RoadNetwork`; without `speeds` the table that ships with convoy_geo.

    Raises
    ------
    MissingCrsError
        If the graph has no CRS.
    RoadDataError
        If a node has no position, or no arc is a road.

    Notes
    -----
    An arc that OSMnx merged of several ways has lists for values: of classes the lowest counts, of
    surfaces the worst, of all else the values joined by a semicolon. Arcs whose `highway` is
    missing are of class `road`; those that are no drivable road are left out.
    """
    import geopandas as gpd
    import pandas as pd
    import shapely

    if not all(hasattr(graph, part) for part in ("graph", "nodes", "edges")):
        words = "a graph of networkx, such as OSMnx makes"
        raise wrong_type(graph, "network_from_osmnx", "graph", words)
    crs = graph.graph.get("crs")
    if crs is None:
        msg = "the graph has no CRS; say which with graph.graph['crs'] = ..."
        raise MissingCrsError(msg)
    try:
        places = [(data["x"], data["y"]) for _, data in graph.nodes(data=True)]
    except KeyError as error:
        msg = f"a node of the graph has no {error.args[0]!r}"
        raise RoadDataError(msg) from error
    names = pd.Index([str(node) for node in graph.nodes], name="node")
    nodes = gpd.GeoDataFrame(
        index=names, geometry=[shapely.Point(place) for place in places], crs=crs
    )
    at = dict(zip(graph.nodes, places, strict=True))
    rows: dict[str, dict[str, Any]] = {}
    back: dict[tuple[Any, ...], list[str]] = {}
    for tail, head, key, data in graph.edges(keys=True, data=True):
        listed = [one for one in _listed(data.get("highway", "road")) if one in DRIVABLE]
        if not listed:
            continue
        line = data.get("geometry") or shapely.LineString([at[tail], at[head]])
        way = (tuple(sorted(map(str, _listed(data.get("osmid", ()))))), tail, head)
        shape = tuple(map(tuple, np.round(shapely.get_coordinates(line), 9).tolist()))
        twins = back.get((way[0], head, tail, shape[::-1]), [])
        one_way = _listed(data.get("oneway", False))[0] in (True, "yes", "True")
        if twins and not one_way:
            rows[twins.pop()]["oneway"] = "no"
            continue
        edge = f"{tail}-{head}-{key}"
        if not one_way:
            back.setdefault((*way, shape), []).append(edge)
        tags = {name: _listed(data.get(name)) for name in ("surface", "smoothness", "tracktype")}
        lowest = max(listed, key=DRIVABLE.index)
        rows[edge] = {
            "from": str(tail), "to": str(head), "class": lowest, "oneway": "yes",
            "surface": _worst(tags, lowest, surface), "geometry": line,
            **{name: _text(data.get(name)) for name in ("name", "ref", "bridge", "tunnel")},
        }  # fmt: skip
    if not rows:
        msg = "no arc of the graph is a road that can be driven"
        raise RoadDataError(msg)
    edges = gpd.GeoDataFrame.from_dict(rows, orient="index").set_geometry("geometry", crs=crs)
    edges.index.name = "edge"
    return network_from_frames(
        nodes,
        edges,
        speeds=speeds,
        road_factor=road_factor,
        title=title,
        licence=licence,
        attribution=attribution,
    )


def _listed(value: Any) -> list[Any]:
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return [None]
    return list(value) if isinstance(value, list | tuple | set) else [value]


def _text(value: Any) -> str:
    texts: Iterable[Any] = (one for one in _listed(value) if one is not None)
    return ";".join(str(one) for one in texts)


def _worst(tags: dict[str, list[Any]], road_class: str, usual: str) -> str:
    """The worst surface of those that are listed, or what is usual where none is known."""
    found = [
        surface_of(road_class, one, smoothness, tracktype)
        for one in tags["surface"]
        for smoothness in tags["smoothness"]
        for tracktype in tags["tracktype"]
    ]
    said = [kind for kind, stated in found if stated]
    if said:
        return str(max(said, key=SURFACES.index))
    return "unpaved" if road_class == "track" else usual
