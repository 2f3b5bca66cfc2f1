"""The part of the world shown on a still map, and the positions on it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from convoy_geo.model.views import HIGHEST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = ["MapFrame", "fit_frame"]

FLATTEST, TALLEST = 0.42, 1.3
"""Height of a map as a part of its width, unless it is given."""


@dataclass(frozen=True)
class MapFrame:
    """A map's size, and the part of the world on it.

    Parameters
    ----------
    width, height
        Pixels.
    west, top
        Longitude of the left edge in degrees, and latitude of the upper edge as high as the
        projection has it.
    scale
        Pixels a degree of longitude.
    middle
        None for Web Mercator, the projection of the page; else the latitude in degrees that an
        equirectangular map has true to scale.
    """

    width: float
    height: float
    west: float
    top: float
    scale: float
    middle: float | None = None

    @property
    def view(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees of all that is on the map."""
        low, high = self._degrees(self.top - self.height / self.scale), self._degrees(self.top)
        return (
            self.west, max(low, -90.0), self.west + self.width / self.scale, min(high, 90.0),
        )  # fmt: skip

    def xy(self, positions: ArrayLike) -> Floats:
        """Pixels from the upper left corner, of shape (n, 2), for lon and lat in degrees."""
        lonlat = np.asarray(positions, float)
        x = (lonlat[:, 0] - self.west) * self.scale
        y = (self.top - high(lonlat[:, 1], self.middle)) * self.scale
        return np.column_stack([x, y])

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        """Pixels of one position."""
        x, y = self.xy([(lon, lat)])[0].tolist()
        return x, y

    def _degrees(self, height: float) -> float:
        if self.middle is not None:
            return height * math.cos(math.radians(self.middle))
        return math.degrees(math.atan(math.sinh(math.radians(height))))


def high(lat: ArrayLike, middle: float | None) -> Floats:
    """Latitude as high as on the map, in degrees of longitude."""
    degrees = np.asarray(lat, float)
    if middle is not None:
        return degrees / math.cos(math.radians(middle))
    clipped = np.radians(np.clip(degrees, -89.5, 89.5))
    heights: Floats = np.degrees(np.arcsinh(np.tan(clipped)))
    return heights


def fit_frame(
    view: Sequence[float], width: float, height: float | None = None, *, mercator: bool = True
) -> MapFrame:
    """A map that shows a whole view, and more of the world if its proportions require it.

    Parameters
    ----------
    view
        West, south, east, north in degrees, `west` below `east`.
    width, height
        Pixels; the default height follows from the view, within limits.
    mercator
        Web Mercator; else equirectangular.

    Raises
    ------
    ValueError
        If the view is empty, or beyond 85 degrees of latitude.

    Examples
    --------
    >>> frame = fit_frame((30.0, -10.0, 50.0, 10.0), 800, 400)
    >>> [round(edge, 1) for edge in frame.view]
    [19.9, -10.0, 60.1, 10.0]
    """
    west, south, east, north = view
    if not (west < east and -90 <= south < north <= 90):
        msg = f"no view: west {west:g}, south {south:g}, east {east:g}, north {north:g}"
        raise ValueError(msg)
    if north <= -HIGHEST or south >= HIGHEST:
        msg = f"a map in Web Mercator cannot show what lies beyond {HIGHEST:g} degrees of latitude"
        raise ValueError(msg)
    middle = None if mercator else (south + north) / 2
    edges = np.array([max(south, -HIGHEST), min(north, HIGHEST)])
    low, up = high(edges, middle).tolist()
    across, tall = east - west, up - low
    if height is None:
        height = round(width * min(max(tall / across, FLATTEST), TALLEST))
    scale = min(width / across, height / tall)
    left = west - (width / scale - across) / 2
    top = up + (height / scale - tall) / 2
    lowest, highest = high(np.array([-HIGHEST, HIGHEST]), middle).tolist()
    if height / scale < highest - lowest:
        top = min(max(top, lowest + height / scale), highest)
    return MapFrame(width, height, left, top, scale, middle)
