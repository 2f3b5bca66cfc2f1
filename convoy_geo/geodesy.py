"""Lengths on the WGS 84 ellipsoid, computed by pyproj with Karney's geodesic algorithms.

Source of the formulas: C. F. F. Karney, Algorithms for geodesics, Journal of Geodesy 87 (2013).
"""

from __future__ import annotations

import math
from functools import cache
from numbers import Real
from typing import TYPE_CHECKING

from convoy_geo.errors import wrong_type

if TYPE_CHECKING:
    from pyproj import Geod
    from shapely.geometry import Polygon
    from shapely.geometry.base import BaseGeometry

__all__ = [
    "KM_PER_MILE",
    "KM_PER_NAUTICAL_MILE",
    "disc",
    "distance_km",
    "length_km",
    "link",
    "position_text",
    "to_km",
]

KM_PER_MILE = 1.609344
"""Kilometres in an international mile, exact since 1959."""

KM_PER_NAUTICAL_MILE = 1.852
"""Kilometres in an international nautical mile, exact since 1929."""

KM_PER_UNIT = {
    "km": 1.0,
    "kilometres": 1.0,
    "mi": KM_PER_MILE,
    "miles": KM_PER_MILE,
    "nmi": KM_PER_NAUTICAL_MILE,
    "nautical_miles": KM_PER_NAUTICAL_MILE,
    "m": 0.001,
}


@cache
def wgs84() -> Geod:
    """The WGS 84 ellipsoid as a `pyproj.Geod`."""
    from pyproj import Geod  # noqa: PLC0415  (0.1 s that `--help` must not pay)

    return Geod(ellps="WGS84")


def distance_km(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Geodesic distance between two points in kilometres.

    Parameters
    ----------
    lon1, lat1, lon2, lat2
        WGS 84 decimal degrees; latitudes from -90 to 90.

    Returns
    -------
    float
        Length of the shortest line on the ellipsoid, in kilometres.

    Examples
    --------
    >>> round(distance_km(38.8711, 34.88533, 40.91854, 34.45226), 1)
    193.7
    """
    try:
        return float(wgs84().inv(lon1, lat1, lon2, lat2)[2]) / 1000.0
    except (TypeError, ValueError):
        ends: dict[str, object] = {"lon1": lon1, "lat1": lat1, "lon2": lon2, "lat2": lat2}
        for name, value in ends.items():
            if not isinstance(value, Real):
                raise wrong_type(value, "distance_km", name, "a number") from None
        raise


def length_km(line: BaseGeometry) -> float:
    """Geodesic length of a line, or of the boundary of a polygon, in kilometres.

    Parameters
    ----------
    line
        Geometry in WGS 84 decimal degrees, lon before lat.
    """
    from pyproj.exceptions import GeodError  # noqa: PLC0415  (as below)

    try:
        return float(wgs84().geometry_length(line)) / 1000.0
    except (GeodError, AttributeError, TypeError):
        if not hasattr(line, "geom_type"):
            raise wrong_type(line, "length_km", "line", "a shapely geometry") from None
        raise


def link(lon1: float, lat1: float, lon2: float, lat2: float) -> BaseGeometry:
    """A straight line on the map between two points, the shorter way around the globe.

    Parameters
    ----------
    lon1, lat1, lon2, lat2
        WGS 84 decimal degrees.

    Returns
    -------
    LineString or MultiLineString
        Longitude before latitude; split in two where it crosses the 180th meridian, as RFC 7946
        (3.1.9) requires.

    Examples
    --------
    >>> link(179.0, -18.0, -179.0, -16.0).wkt
    'MULTILINESTRING ((179 -18, 180 -17), (-180 -17, -179 -16))'
    """
    from shapely.geometry import LineString, MultiLineString  # noqa: PLC0415  (as above)

    if abs(lon2 - lon1) <= 180.0:
        return LineString([(lon1, lat1), (lon2, lat2)])
    edge = math.copysign(180.0, lon1)
    share = (edge - lon1) / (lon2 + 2 * edge - lon1)
    lat = lat1 + share * (lat2 - lat1)
    parts = [[(lon1, lat1), (edge, lat)], [(-edge, lat), (lon2, lat2)]]
    return MultiLineString([part for part in parts if part[0] != part[1]])


def disc(lon: float, lat: float, radius_km: float, *, points: int = 64) -> Polygon:
    """The area within a radius of a point, as a polygon built from geodesics.

    Parameters
    ----------
    lon, lat
        Centre, WGS 84 decimal degrees.
    radius_km
        Radius in kilometres, above 0.
    points
        Number of vertices; with 64, the area is within 0.2 % of the true one.

    Returns
    -------
    Polygon
        Counter-clockwise ring, lon before lat.

    Raises
    ------
    ValueError
        If `radius_km` is not above 0.
    """
    import numpy as np  # noqa: PLC0415
    from shapely.geometry import Polygon as _Polygon  # noqa: PLC0415

    if not radius_km > 0:
        msg = f"`radius_km` must be above 0, not {radius_km!r}"
        raise ValueError(msg)
    bearings = np.linspace(360.0, 0.0, points, endpoint=False)
    lons, lats, _ = wgs84().fwd(
        np.full(points, lon), np.full(points, lat), bearings, np.full(points, radius_km * 1000.0)
    )
    return _Polygon(np.column_stack([lons, lats]))


def position_text(lon: float, lat: float) -> str:
    """A position as text: latitude first, with hemispheres, to about 10 metres.

    Examples
    --------
    >>> position_text(-50.2333, 41.7667)
    '41.7667 N, 50.2333 W'
    """
    return f"{abs(lat):.4f} {'S' if lat < 0 else 'N'}, {abs(lon):.4f} {'W' if lon < 0 else 'E'}"


def to_km(value: float, unit: str) -> float:
    """Convert a length to kilometres.

    Parameters
    ----------
    value
        The length.
    unit
        ``km``, ``kilometres``, ``mi``, ``miles``, ``nmi``, ``nautical_miles`` or ``m``.

    Raises
    ------
    ValueError
        If the unit is not one of these.
    """
    if unit not in KM_PER_UNIT:
        msg = f"`unit` must be one of {', '.join(KM_PER_UNIT)}, not {unit!r}"
        raise ValueError(msg)
    return value * KM_PER_UNIT[unit]
