"""Isochrones: the area reachable from one place within given travel times, as bands.

>>> from convoy_geo.case.case import read_case
>>> found = read_case().bands("Sukhna", [1, 3], mode="car")
>>> [round(one) for one in found.to_frame()["hours"]]
[1, 3]
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

from convoy_geo.display import shown
from convoy_geo.network.network import CRS
from convoy_geo.timegeo.prism import AREA_KM, Prism, part_of, piece_lines
from convoy_geo.timegeo.reach_area import area_beside

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from convoy_geo.model.travel_modes import End
    from convoy_geo.timegeo.travel_graph import Ground

    Floats = NDArray[np.float64]

__all__ = ["Bands", "find_bands"]


@shown
@dataclass(frozen=True, eq=False)
class Bands:
    """The area reachable from one place.

    Parameters
    ----------
    origin, mode
        Arguments of the query.
    hours
        Upper limits of the bands, ascending; each band contains what is reached within its hours,
        but not within those of the previous band.
    end
        Whether the highest (``best``) or the lowest (``worst``) speeds were used.
    closures
        Ids of the closures.
    """

    origin: str
    mode: str
    hours: tuple[float, ...]
    end: End
    closures: tuple[str, ...] = ()
    prisms: tuple[Prism, ...] = field(default=(), repr=False)
    ground: Ground | None = field(default=None, repr=False)

    def km(self) -> tuple[float, ...]:
        """Kilometres of road, as drawn, reached within the hours of each band."""
        ground = self.ground
        if ground is None or ground.network is None:
            return tuple(0.0 for _ in self.hours)
        pieces = ground.pieces
        length = ground.network.segments.km[pieces.segment] * (pieces.last - pieces.first)
        return tuple(float((length[one.pieces] * one.share).sum()) for one in self.prisms)

    def to_frame(self) -> gpd.GeoDataFrame:
        """The bands, the nearest first.

        Returns
        -------
        GeoDataFrame
            EPSG:4326; ``from_hours`` and ``hours``, the kilometres of road reached within them
            (``km``), and the area of the band: the roads, and what can be reached beside them in
            the remaining time, as in `Reach.area`.
        """
        areas = [self._area(one) for one in self.prisms]
        before: BaseGeometry = shapely.Polygon()
        shapes = []
        for area in areas:
            shapes.append(shapely.difference(area, before))
            before = area
        return gpd.GeoDataFrame(
            {
                "from_hours": [0.0, *self.hours[:-1]],
                "hours": list(self.hours),
                "km": list(self.km()),
            },
            geometry=shapes,
            crs=CRS,
        )

    def _area(self, prism: Prism) -> BaseGeometry:
        ground = self.ground
        if ground is None or not len(prism.pieces):
            return shapely.Polygon()
        pieces = ground.pieces
        whole = prism.share >= 1
        ends = np.column_stack([pieces.tail[prism.pieces], pieces.head[prism.pieces]])
        kmh = ground.mode.straight_kmh(self.end)
        radius = np.clip(prism.spare_h * kmh, 0.5, AREA_KM)
        partial = list(piece_lines(ground, prism, np.flatnonzero(~whole)))
        return area_beside(ground.points, ends, radius, whole, partial)

    def to_dict(self) -> dict[str, Any]:
        """The bands as a GeoJSON FeatureCollection (RFC 7946)."""
        frame = self.to_frame()
        features = [
            {
                "type": "Feature",
                "properties": {
                    "from_hours": row.from_hours, "hours": row.hours, "km": round(row.km, 1),
                },
                "geometry": None if row.geometry.is_empty else shapely.geometry.mapping(
                    shapely.set_precision(row.geometry, 1e-6, mode="pointwise")
                ),
            }
            for row in frame.itertuples()
        ]  # fmt: skip
        return {
            "type": "FeatureCollection",
            "properties": {
                "from": self.origin, "mode": self.mode, "end": self.end,
                "closures": list(self.closures),
            },
            "features": features,
        }  # fmt: skip


def find_bands(
    ground: Ground, hours: Sequence[float], *, end: End = "best", closures: tuple[str, ...] = ()
) -> Bands:
    """Compute isochrones around the first location of a travel graph.

    Parameters
    ----------
    ground
        The travel graph, which contains the location.
    hours
        Upper limits of the bands, above 0; rests are included according to the travel mode.
    end
        Which end of the speed ranges to use.
    closures
        Stored with the result.

    Raises
    ------
    ValueError
        If there are no hours, or one is not a positive number.
    """
    ascending = sorted(set(hours))
    if not ascending or not all(0 < one < np.inf for one in ascending):
        msg = f"`hours` must be numbers above 0, such as [1, 2, 3], not {list(hours)!r}"
        raise ValueError(msg)
    prisms = tuple(_reached(ground, ground.mode.fits(one, end), end) for one in ascending)
    return Bands(
        ground.spots[0].name, ground.mode.id, tuple(map(float, ascending)), end, closures, prisms,
        ground,
    )  # fmt: skip


def _reached(ground: Ground, moving_h: float, end: End) -> Prism:
    """The part of each road piece reached from the first location in so many hours in motion."""
    there = ground.costs(0, end, limit=moving_h, spare=False)
    pieces, hours = ground.pieces, ground.hours(end)
    some = np.flatnonzero(
        (np.isfinite(there[pieces.tail]) | np.isfinite(there[pieces.head])) & np.isfinite(hours)
    )
    tail, head, oneway = pieces.tail[some], pieces.head[some], ground.oneway[some]
    left = moving_h - np.column_stack([there[tail], there[head]])
    start = part_of(left[:, 0], np.where(oneway >= 0, hours[some], np.inf))
    close = part_of(left[:, 1], np.where(oneway <= 0, hours[some], np.inf))
    whole = start + close >= 1
    start, close = np.where(whole, 1.0, start), np.where(whole, 0.0, close)
    kept = np.flatnonzero(start + close > 0)
    spare: Floats = left[kept]
    spare[spare < 0] = np.nan
    return Prism(some[kept], start[kept], close[kept], spare)
