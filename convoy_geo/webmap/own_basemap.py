"""A case's own basemap as layers above those of the world."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import shapely

from convoy_geo.webmap.basemap import BasemapLabel, basemap_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from convoy_geo.model.basemap import OwnBasemap
    from convoy_geo.webmap.basemap import BasemapView

__all__ = ["case_basemap", "with_own"]

STYLES = {"water": "lake", "sea": "water"}
"""Name of the style where it is not that of the kind."""
PRECISION = 5
"""Decimal places of a degree: about a metre."""
NAME_ZOOMS = (9.0, 10.5, 12.0, 13.5, 13.5)
"""From which zoom of a web map a name of each rank is shown."""


REPLACED = {"rivers": {"river", "water"}, "borders": {"border"}, "dashed": {"border"},
            "regions": {"admin"}}  # fmt: skip
"""World lines that these kinds replace within the extent of the case's own basemap."""


def case_basemap(view: tuple[float, float, float, float], own: OwnBasemap | None) -> BasemapView:
    """The basemap of a view, with a case's own basemap above it if there is one.

    Parameters
    ----------
    view
        As for `convoy_geo.webmap.basemap.basemap_of`.
    own
        Water, coast and so on of a town.
    """
    ground = basemap_of(view)
    return ground if own is None else with_own(ground, own)


def with_own(ground: BasemapView, own: OwnBasemap) -> BasemapView:
    """A world basemap with the case's own basemap above it.

    Lines of the world that the own basemap has more exactly end at its extent.

    Parameters
    ----------
    ground
        The basemap of the world.
    own
        Water, coast and so on.
    """
    layers: list[tuple[str, bool, list[NDArray[np.float64]]]] = []
    for kind, shapes in own.shapes.items():
        parts = shapely.get_parts(np.array(shapes, object))
        closed = bool(np.all(shapely.get_type_id(parts) == 3))
        lines = shapely.get_rings(parts) if closed else parts
        drawn = [shapely.get_coordinates(line)[: -1 if closed else None] for line in lines]
        layers.append((STYLES.get(kind, kind), closed, drawn))
    extent = _extent(own)
    rest: dict[str, Any] = {
        name: _outside(getattr(ground, name), extent)
        for name, kinds in REPLACED.items()
        if extent is not None and kinds & own.shapes.keys()
    }
    labels = list(_labels(own))
    named = {label.name.casefold() for label in labels}
    labels += [one for one in ground.labels if one.name.casefold() not in named]
    return replace(ground, own=layers, labels=labels, precision=PRECISION, **rest)


def _extent(own: OwnBasemap) -> BaseGeometry | None:
    shapes = [shape for found in own.shapes.values() for shape in found]
    return shapely.box(*shapely.total_bounds(shapes)) if shapes else None


def _outside(lines: list[NDArray[np.float64]], extent: BaseGeometry) -> list[NDArray[np.float64]]:
    """Lines without what lies inside an extent."""
    found = []
    for line in lines:
        drawn = shapely.linestrings(line)
        if not shapely.intersects(drawn, extent):
            found.append(line)
            continue
        parts = shapely.get_parts(shapely.difference(drawn, extent))
        found += [shapely.get_coordinates(part) for part in parts if not part.is_empty]
    return found


def _labels(own: OwnBasemap) -> Iterator[BasemapLabel]:
    for name in own.names:
        rank = min(max(name.rank, 0), len(NAME_ZOOMS) - 1)
        kind: Literal["town", "region"] = "town" if rank < 3 else "region"
        yield BasemapLabel(
            name.name, kind, name.lon, name.lat, rank - 10, NAME_ZOOMS[rank], name.arabic
        )
