"""Road networks of graphs as OSMnx makes them; OSMnx itself is not needed.

`network_from_osmnx` takes a graph of networkx, `network_of_graph` its nodes and arcs from wherever
they were read, such as a GraphML file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from convoy_geo.errors import MissingCrsError, RoadDataError, wrong_type
from convoy_geo.network.from_frames import network_from_frames
from convoy_geo.network.osm_tags import DRIVABLE, surface_of
from convoy_geo.network.schema import SURFACES, RoadFactor
from convoy_geo.network.speed_limits import limit_kmh
from convoy_geo.type_checks import checks_types

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from convoy_geo.network.network import RoadNetwork

__all__ = ["GraphArc", "network_from_osmnx", "network_of_graph"]


class GraphArc(NamedTuple):
    """An arc of a graph: where it starts and ends, its number among parallel ones, its data."""

    tail: Any
    head: Any
    key: Any
    data: Mapping[str, Any]


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
    """Build a network from an OSMnx graph; OSMnx itself is not required.

    Parameters
    ----------
    graph
        A networkx.MultiDiGraph with ``graph["crs"]``, `x` and `y` at the nodes and, where they are
        known, `highway`, `oneway`, `geometry`, `name`, `ref`, `maxspeed`, `bridge`, `tunnel`,
        `surface` and `osmid` at the edges. Two arcs that run to and fro over one way become one
        edge.
    surface
        Surface of roads whose surface is unknown.
    speeds, road_factor, title, licence, attribution
        See `RoadNetwork`; by default `speeds` is the table bundled with convoy_geo.

    Raises
    ------
    MissingCrsError
        If the graph has no CRS.
    RoadDataError
        If a node has no position, or there is no drivable road.

    Notes
    -----
    An arc that OSMnx merged of several ways has lists for values: of classes the lowest counts, of
    surfaces the worst, of speed limits the lowest, of all else the values joined by a semicolon.
    Arcs whose `highway` is missing are of class `road`; those that are no drivable road are left
    out.
    """
    if not all(hasattr(graph, part) for part in ("graph", "nodes", "edges")):
        words = "a networkx graph, such as those of OSMnx"
        raise wrong_type(graph, "network_from_osmnx", "graph", words)
    crs = graph.graph.get("crs")
    if crs is None:
        msg = "the graph has no CRS; set one with graph.graph['crs'] = ..."
        raise MissingCrsError(msg)
    try:
        places = {node: (data["x"], data["y"]) for node, data in graph.nodes(data=True)}
    except KeyError as error:
        msg = f"a node of the graph has no {error.args[0]!r}"
        raise RoadDataError(msg) from error
    arcs = [GraphArc(*one) for one in graph.edges(keys=True, data=True)]
    return network_of_graph(
        places, arcs, crs=crs, surface=surface, speeds=speeds, road_factor=road_factor,
        title=title, licence=licence, attribution=attribution,
    )  # fmt: skip


def network_of_graph(
    places: Mapping[Any, tuple[float, float]],
    arcs: Sequence[GraphArc],
    *,
    crs: Any,
    both_ways: bool = False,
    surface: str = "paved",
    speeds: pd.DataFrame | None = None,
    road_factor: RoadFactor | None = None,
    title: str = "",
    licence: str = "",
    attribution: str = "",
) -> RoadNetwork:
    """A network of the nodes and arcs of a graph.

    Parameters
    ----------
    places
        For each node its x and y.
    arcs
        With data as `network_from_osmnx` has them; each node of theirs is in `places`.
    crs
        Of the positions and of the lines.
    both_ways
        Whether the graph is undirected: an arc that says nothing else leads both ways.
    surface, speeds, road_factor, title, licence, attribution
        As for `network_from_osmnx`.

    Raises
    ------
    RoadDataError
        If no arc is a road.
    """
    import geopandas as gpd
    import pandas as pd
    import shapely

    names = pd.Index([str(node) for node in places], name="node")
    nodes = gpd.GeoDataFrame(
        index=names, geometry=[shapely.Point(place) for place in places.values()], crs=crs
    )
    rows: dict[str, dict[str, Any]] = {}
    back: dict[tuple[Any, ...], list[str]] = {}
    for tail, head, key, data in arcs:
        listed = [one for one in _listed(data.get("highway", "road")) if one in DRIVABLE]
        if not listed:
            continue
        line = data.get("geometry") or shapely.LineString([places[tail], places[head]])
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
            "from": str(tail), "to": str(head), "class": lowest,
            "oneway": "no" if both_ways and not one_way else "yes",
            "surface": _worst(tags, lowest, surface), "geometry": line,
            "maxspeed": _lowest_limit(data.get("maxspeed")),
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


def _lowest_limit(value: Any) -> str:
    """The lowest speed limit of those that are listed and understood, as text."""
    said = [str(one) for one in _listed(value) if one is not None]
    known = [one for one in said if not np.isnan(limit_kmh(one))]
    return min(known, key=limit_kmh, default="")


def _listed(value: Any) -> list[Any]:
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return [None]
    return list(value) if isinstance(value, list | tuple | set) else [value]


def _text(value: Any) -> str:
    texts: Iterable[Any] = (one for one in _listed(value) if one is not None)
    return ";".join(str(one) for one in texts)


def _worst(tags: dict[str, list[Any]], road_class: str, usual: str) -> str:
    """The worst of the listed surfaces, or the default surface if none is known."""
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
