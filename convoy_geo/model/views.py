"""The initial view of a map: west, south, east, north in degrees."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike
    from shapely.geometry.base import BaseGeometry

__all__ = ["LEAST_DEGREES", "fit_view", "in_view"]

LEAST_DEGREES = 0.02
"""Height of the view of a single point: about 2 km."""
MARGIN = 0.12
"""Margin around the data, relative to their extent."""
HIGHEST = 85.0
"""Latitude range of a Web Mercator map, in degrees."""


def fit_view(positions: ArrayLike) -> tuple[float, float, float, float] | None:
    """The view that fits some positions, with a margin.

    Parameters
    ----------
    positions
        Lon and lat in WGS 84 degrees, shape (n, 2). NaN positions are ignored.

    Returns
    -------
    tuple of float, or None
        West, south, east, north. East exceeds 180 if the shortest extent around all positions
        crosses the antimeridian. None without positions.

    Examples
    --------
    >>> fit_view([(30.0, 50.0), (40.0, 55.0)])
    (28.8, 49.4, 41.2, 55.6)
    >>> fit_view([(179.0, -17.0), (-179.0, -16.0)])
    (178.76, -17.12, 181.24, -15.88)
    """
    xy = np.asarray(positions, float).reshape(-1, 2)
    xy = xy[np.isfinite(xy).all(axis=1)]
    if not len(xy):
        return None
    lon = np.unique((xy[:, 0] + 180) % 360 - 180)
    gaps = np.diff(lon, append=lon[0] + 360)
    widest = int(np.argmax(gaps))
    # The full circle minus the widest gap without any position
    if gaps[widest] <= 360 - (lon[-1] - lon[0]) or widest == len(lon) - 1:
        west, east = float(lon[0]), float(lon[-1])
    else:
        west, east = float(lon[widest + 1]), float(lon[widest]) + 360
    south, north = float(xy[:, 1].min()), float(xy[:, 1].max())
    wide, high = (east - west) * MARGIN, (north - south) * MARGIN
    shrink = max(math.cos(math.radians((south + north) / 2)), 0.05)
    wide = max(wide, (LEAST_DEGREES / shrink - (east - west)) / 2)
    high = max(high, (LEAST_DEGREES - (north - south)) / 2)
    west, east = west - wide, east + wide
    if east - west >= 360:
        west, east = -180.0, 180.0
    elif west < -180:
        west, east = west + 360, east + 360
    return (
        round(west, 4), round(max(south - high, -HIGHEST), 4),
        round(east, 4), round(min(north + high, HIGHEST), 4),
    )  # fmt: skip


def in_view(geometry: BaseGeometry, view: Sequence[float]) -> BaseGeometry:
    """A geometry with its longitudes shifted by full turns into a view.

    Parameters
    ----------
    geometry
        WGS 84, lon before lat.
    view
        West, south, east, north; east exceeds 180 in a view across the antimeridian.
    """
    west, _, east, _ = view
    if west >= -180 and east <= 180:
        return geometry
    import shapely  # noqa: PLC0415

    least = (west + east) / 2 - 180
    return shapely.transform(
        geometry, lambda xy: np.column_stack([(xy[:, 0] - least) % 360 + least, xy[:, 1]])
    )
