"""Road networks of GraphML, as OSMnx, networkx, igraph and Gephi write it.

Nodes need a position: ``x`` and ``y`` with the CRS of the graph (``crs``), or ``lon`` and ``lat``.
A graph that was laid out for drawing, in pixels, has none. Attributes of edges are those of
`convoy_geo.network.from_osmnx.network_from_osmnx`; lists are read as OSMnx writes them, as text in
square brackets. No networkx is needed.
"""

from __future__ import annotations

import ast
import math
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convoy_geo.errors import ExchangeFileError, Fault, MissingCrsError, RoadDataError
from convoy_geo.io.sniff import read_bytes
from convoy_geo.io.xml import local, parse
from convoy_geo.network.from_osmnx import GraphArc, network_of_graph
from convoy_geo.network.schema import CRS

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Mapping
    from xml.etree.ElementTree import Element

    from convoy_geo.network.network import RoadNetwork

__all__ = ["network_from_graphml"]

POSITIONS = (("x", "y"), ("lon", "lat"), ("longitude", "latitude"), ("lng", "lat"))
"""Names of the two attributes of a position; those after the first are degrees."""
LIST_LENGTH = 100_000
"""Characters of a text in square brackets that is still read as a list."""


def network_from_graphml(
    path: str | os.PathLike[str],
    *,
    title: str = "",
    licence: str = "",
    attribution: str = "",
) -> RoadNetwork:
    """A network of a GraphML file.

    Parameters
    ----------
    path
        The file. An undirected graph's edges lead both ways, but for those that say ``oneway``.
    title, licence, attribution
        See `RoadNetwork`.

    Raises
    ------
    ExchangeFileError
        If it is no GraphML, or no XML.
    MissingCrsError
        If its nodes have ``x`` and ``y``, and the graph names no CRS.
    RoadDataError
        If its nodes have no positions, or no edge is a road.
    """
    file = Path(path)
    root = parse(read_bytes(file, file.name), file.name)
    graph = next((one for one in root if local(one) == "graph"), None)
    if local(root) != "graphml" or graph is None:
        fault = Fault(file.name, 1, "", local(root), "no graph in it", "a GraphML file")
        raise ExchangeFileError([fault])
    names = {
        one.get("id", ""): one.get("attr.name", "") or one.get("id", "")
        for one in root
        if local(one) == "key"
    }
    about = _data(graph, names)
    nodes = {one.get("id", ""): _data(one, names) for one in graph.iter() if local(one) == "node"}
    lost: Counter[str] = Counter()
    places, crs = _places(file.name, nodes, about.get("crs"), lost)
    both_ways = graph.get("edgedefault") != "directed"
    arcs = list(_arcs(graph, names, places, lost))
    if not arcs:
        msg = f"{file.name}: no edge between nodes that have positions ({len(nodes):,} nodes)"
        raise RoadDataError(msg)
    try:
        network = network_of_graph(
            places, arcs, crs=crs, both_ways=both_ways, title=title or file.stem,
            licence=licence, attribution=attribution,
        )  # fmt: skip
    except RoadDataError as error:
        msg = f"{file.name}: {error}"
        raise RoadDataError(msg) from error
    made: dict[str, Any] = {
        "source": file.name,
        "read": {"nodes": len(places), "edges": len(arcs)},
        "left_out": dict(lost),
    }
    return replace(network, provenance=made)


def _data(element: Element, names: Mapping[str, str]) -> dict[str, Any]:
    """What the ``data`` children of an element say, by the names of their keys."""
    found = {}
    for one in element:
        text = (one.text or "").strip()
        if local(one) == "data" and text:
            found[names.get(one.get("key", ""), one.get("key", ""))] = _value(text)
    return found


def _value(text: str) -> Any:
    """A list where the text is one in square brackets, else the text."""
    if text[:1] + text[-1:] != "[]" or len(text) > LIST_LENGTH:
        return text
    try:
        found = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text
    return [str(one) for one in found if isinstance(one, str | int | float)]


def _places(
    name: str, nodes: Mapping[str, Mapping[str, Any]], crs: Any, lost: Counter[str]
) -> tuple[dict[str, tuple[float, float]], Any]:
    """Positions of the nodes that have one, and their CRS."""
    keys = next(
        (pair for pair in POSITIONS if any(set(pair) <= data.keys() for data in nodes.values())),
        None,
    )
    if keys is None:
        said = sorted({key for data in nodes.values() for key in data})
        has = f"; they have {', '.join(said[:8])}" if said else ""
        msg = (
            f"{name}: its {len(nodes):,} nodes have no coordinates (x and y with the CRS of the "
            f"graph, or lon and lat){has}"
        )
        raise RoadDataError(msg)
    if keys != POSITIONS[0]:
        crs = CRS
    elif crs is None:
        msg = (
            f"{name}: nodes have x and y, but the graph has no `crs`; add it, or call them lon "
            "and lat if they are degrees"
        )
        raise MissingCrsError(msg)
    crs = _checked_crs(name, crs)
    places = {}
    for node, data in nodes.items():
        at = tuple(_number(data.get(key)) for key in keys)
        if all(map(math.isfinite, at)):
            places[node] = (at[0], at[1])
        else:
            lost["nodes without coordinates"] += 1
    return places, crs


def _checked_crs(name: str, crs: Any) -> Any:
    from pyproj import CRS as Known  # noqa: N811
    from pyproj.exceptions import CRSError

    try:
        return Known.from_user_input(crs)
    except CRSError as error:
        msg = f"{name}: the CRS of the graph is not known: {str(crs)[:80]!r}"
        raise RoadDataError(msg) from error


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return math.nan


def _arcs(
    graph: Element,
    names: Mapping[str, str],
    places: Mapping[str, tuple[float, float]],
    lost: Counter[str],
) -> Iterator[GraphArc]:
    """The edges between nodes with positions; parallel ones are numbered."""
    import shapely

    seen: Counter[tuple[str, str]] = Counter()
    for one in graph.iter():
        if local(one) != "edge":
            continue
        tail, head = one.get("source", ""), one.get("target", "")
        if tail not in places or head not in places:
            lost["edges at nodes that are not there"] += 1
            continue
        data = _data(one, names)
        line = data.pop("geometry", None)
        if isinstance(line, str):
            try:
                shape = shapely.from_wkt(line)
            except shapely.errors.ShapelyError:
                shape = None
            if shape is not None and shape.geom_type == "LineString" and not shape.is_empty:
                data["geometry"] = shape
            else:
                lost["geometries that are no line (drawn straight)"] += 1
        if "oneway" in data:
            data["oneway"] = str(data["oneway"]).lower() in ("true", "yes", "1")
        yield GraphArc(tail, head, seen[tail, head], data)
        seen[tail, head] += 1
