"""List the roads that a closure closes: edge, name and closed length.

>>> from convoy_geo.case.case import read_case
>>> case = read_case()
>>> frame = closed_roads(case.network, case.closures[0])
>>> list(frame.columns)
['edge', 'name', 'first_km', 'last_km', 'edge_km', 'off_m', 'match', 'geometry']
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from convoy_geo.network.coords import points_km

if TYPE_CHECKING:
    import geopandas as gpd

    from convoy_geo.model.closures import Closure
    from convoy_geo.network.network import RoadNetwork

__all__ = ["closed_roads", "road_names"]

SAME_KM = 1e-6
UNSURE_M = 25.0
"""Distance in metres above which the match of a line or a point with a road is uncertain."""


def road_names(network: RoadNetwork, edges: list[str]) -> list[str]:
    """The number of each road, its name, or both; empty if it has neither.

    Parameters
    ----------
    network
        The roads.
    edges
        Ids of edges.
    """
    table = network.edge_table
    columns = [one for one in ("ref", "name") if one in table.columns]
    if not columns:
        return [""] * len(edges)
    rows = table.loc[edges, columns].astype(str).replace({"nan": "", "None": "", "<NA>": ""})
    return [" ".join(dict.fromkeys(filter(None, row))) for row in rows.itertuples(index=False)]


def closed_roads(network: RoadNetwork, closure: Closure) -> gpd.GeoDataFrame:
    """The road stretches closed by a closure, one row each.

    Parameters
    ----------
    network
        The roads.
    closure
        Given by its edges, or by its geometry; see `convoy_geo.network.match_closures`.

    Returns
    -------
    GeoDataFrame
        EPSG:4326. ``edge`` and its ``name``; ``first_km`` to ``last_km`` along the edge as drawn,
        of ``edge_km``; ``off_m``, the greatest distance between the stretch and the closure's own
        geometry; ``match``: ``named``, ``area``, ``sure`` or ``unsure`` (a line or a point more
        than 25 m away).

    Raises
    ------
    EdgeNotFoundError, RoadDataError
        If there is no such road.
    """
    import geopandas as gpd
    import shapely
    from shapely.ops import nearest_points, substring

    from convoy_geo.network.network import CRS

    of = network.segments
    found = network.stretches_of(closure)
    edge = of.edge[found.segments]
    before = np.array([
        float(of.km[(of.edge == one) & (np.arange(len(of.km)) < segment)].sum())
        for one, segment in zip(edge.tolist(), found.segments.tolist(), strict=True)
    ])  # fmt: skip
    km = of.km[found.segments]
    shapes, off = [], []
    lines = network.segment_lines(found.segments)
    for line, first, last in zip(lines, found.first, found.last, strict=True):
        part = substring(line, float(first), float(last), normalized=True)
        shapes.append(part)
        points = shapely.get_coordinates(part)
        nearest = [
            shapely.get_coordinates(nearest_points(closure.geometry, one)[0])[0]
            for one in shapely.points(points)
        ]
        off.append(float(points_km(points, np.array(nearest)).max()) * 1000)
    is_area = closure.geometry.geom_type in ("Polygon", "MultiPolygon")
    match = ["named" if closure.edges else "area" if is_area else
             "sure" if one <= UNSURE_M else "unsure" for one in off]  # fmt: skip
    ids = network.edge_ids(edge)
    whole = np.bincount(of.edge, of.km)
    frame = gpd.GeoDataFrame(
        {
            "edge": ids,
            "name": road_names(network, ids),
            "first_km": before + found.first * km,
            "last_km": before + found.last * km,
            "edge_km": whole[edge],
            "off_m": np.array(off, np.float64),
            "match": match,
        },
        geometry=shapes,
        crs=CRS,
    )
    # an edge may consist of several segments: merge consecutive stretches
    again = (frame["edge"] == frame["edge"].shift()) & (
        (frame["first_km"] - frame["last_km"].shift()).abs() < SAME_KM
    )
    rest = {"edge": "first", "name": "first", "first_km": "first", "last_km": "last",
            "edge_km": "first", "off_m": "max", "match": "max"}  # fmt: skip
    joined = frame.dissolve((~again).cumsum(), aggfunc=rest, sort=False)
    joined.geometry = [
        shapely.line_merge(one) if "Line" in one.geom_type else one for one in joined.geometry
    ]
    return joined[list(frame.columns)].reset_index(drop=True)
