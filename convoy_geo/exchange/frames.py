"""Layers of a case as GeoDataFrames, with the columns of the exported tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from convoy_geo.dates.instants import instants
from convoy_geo.exchange.csv import joined
from convoy_geo.exchange.feature_tables import TIMES, features
from convoy_geo.network.network import CRS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from convoy_geo.analysis.consistency.conflict import Conflict
    from convoy_geo.viz.view_data import Contents

__all__ = ["FRAME_LAYERS", "conflicts_gdf", "layer_gdf"]

FRAME_LAYERS = {
    "places": "place", "areas": "area", "claims": "claim", "reported_routes": "leg",
    "computed_routes": "computed_route", "closures": "closure", "controls": "control",
    "relations": "relation", "roads": "edge", "reports": "report",
}  # fmt: skip
"""Name of a frame's index by layer."""


def layer_gdf(contents: Contents, layer: str) -> gpd.GeoDataFrame:
    """One layer of a case.

    Parameters
    ----------
    contents
        The content of the case.
    layer
        One of `FRAME_LAYERS`.

    Returns
    -------
    GeoDataFrame
        EPSG:4326, indexed by id; one row per leg for reported routes. Columns are those of the
        exported tables: lists are joined by ``|``; unknown values are missing. ``happened_from``,
        ``happened_to``, ``said_from`` and so on are timestamps in the case's time zone: the first
        and the last possible instant of the corresponding date, missing if an end is open. Features
        without a location have no geometry.

    Raises
    ------
    ValueError
        If the layer is unknown; the message lists the existing ones.
    """
    if layer not in FRAME_LAYERS:
        msg = f"no layer {layer!r}; there are {', '.join(FRAME_LAYERS)}"
        raise ValueError(msg)
    found = features(contents, [layer])
    zone = contents.info.time_zone or "UTC"
    ids = pd.Index([feature.id for feature in found], name=FRAME_LAYERS[layer], dtype="str")
    names = list(dict.fromkeys(name for feature in found for name in feature.properties))
    columns: dict[str, Any] = {}
    for name in names:
        time = name.rpartition("_")[0]
        if name in {"id", FRAME_LAYERS[layer]}:
            continue  # it is the index
        if time in TIMES:
            texts = [str(feature.properties.get(time) or "") for feature in found]
            columns[name] = instants(texts, zone, last=name.endswith("_to"))
        else:
            columns[name] = [_cell(feature.properties.get(name)) for feature in found]
    frame = pd.DataFrame(columns, index=ids)
    shapes = gpd.GeoSeries([feature.geometry for feature in found], index=ids, crs=CRS)
    return gpd.GeoDataFrame(frame, geometry=shapes)


def conflicts_gdf(conflicts: Iterable[Conflict], claims: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The claims in conflicts, at their locations.

    Parameters
    ----------
    conflicts
        The conflicts of the case.
    claims
        The case's layer of claims.

    Returns
    -------
    GeoDataFrame
        EPSG:4326, indexed by ``conflict``: its kind, and the columns of the claim.
    """
    pairs = [(one, claim) for one in conflicts for claim in one.claims]
    frame = claims.loc[[claim for _, claim in pairs]].reset_index()
    frame.insert(0, "kind", [one.kind for one, _ in pairs])
    frame.index = pd.Index([one.id for one, _ in pairs], name="conflict", dtype="str")
    return frame


def _cell(value: Any) -> Any:
    """A list as one text; None for an empty one."""
    return joined(value) or None if isinstance(value, list) else value
