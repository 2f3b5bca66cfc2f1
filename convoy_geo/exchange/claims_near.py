"""Find claims located certainly or possibly within a distance of a point."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from convoy_geo.network.network import CRS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapely.geometry.base import BaseGeometry

    from convoy_geo.model.places import Place
    from convoy_geo.viz.view_data import Contents

__all__ = ["claims_near"]

DIRECTION = "toward"
"""A role that is only a direction: nothing was at its place."""
COLUMNS = (
    "role", "place", "name", "least_km", "greatest_km", "within", "side", "report", "summary",
    "happened",
)  # fmt: skip


def claims_near(
    contents: Contents, lon: float, lat: float, km: float, *, radius_km: float = 0.0
) -> gpd.GeoDataFrame:
    """The claims located within a distance of a point.

    Parameters
    ----------
    contents
        What the case holds.
    lon, lat
        The point, WGS 84 decimal degrees.
    km
        Geodesic distance in kilometres, above 0.
    radius_km
        Uncertainty radius of the point.

    Returns
    -------
    GeoDataFrame
        EPSG:4326, indexed by ``claim``, nearest first. A row is a place of a claim, in its role
        (``at``, ``from``, ``to``, ``through``), or its relative place as an area (role
        ``relation``). ``least_km`` and ``greatest_km`` bound the distance: a town has the radius of
        its coordinates, an area its outline. ``within`` is ``certain`` if the greatest distance is
        within `km`, otherwise ``possible``. Places without an outline are excluded, because their
        distance is unknown. For the role ``toward``, which is a direction, only relations are
        included.

    Raises
    ------
    ValueError
        If `km` is not above 0.
    """
    if not km > 0:
        msg = f"`km` must be above 0, not {km!r}"
        raise ValueError(msg)
    rows, shapes, keys = [], [], []
    local = f"+proj=aeqd +lon_0={lon!r} +lat_0={lat!r} +datum=WGS84 +units=km"
    found = list(_located(contents))
    frame = gpd.GeoSeries([shape for *_, shape, _ in found], crs=CRS)
    centre = shapely.Point(0, 0)
    for (claim, role, place, name, shape, radius), flat in zip(
        found, frame.to_crs(local), strict=True
    ):
        corners = shapely.get_coordinates(flat)
        least = max(0.0, centre.distance(flat) - radius - radius_km)
        greatest = float(np.hypot(corners[:, 0], corners[:, 1]).max()) + radius + radius_km
        if least > km:
            continue
        one = contents.claims[claim]
        within = "certain" if greatest <= km else "possible"
        rows.append((role, place, name, round(least, 1), round(greatest, 1), within, one.side,
                     one.report, one.summary, str(one.happened)))  # fmt: skip
        shapes.append(shape)
        keys.append(claim)
    index = pd.Index(keys, name="claim", dtype="str")
    table = pd.DataFrame(rows, index=index, columns=list(COLUMNS))
    made = gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes, index=index, crs=CRS))
    return made.sort_values(["least_km", "greatest_km"], kind="stable")


def _located(contents: Contents) -> Iterator[tuple[str, str, str, str, BaseGeometry, float]]:
    """Claim, role, place, name, shape and radius of everything with a location."""
    for claim in contents.claims.values():
        for role, key in claim.places:
            place = contents.places.get(key)
            if role in {DIRECTION, "about"} or place is None:
                continue
            shape = _shape(contents, place)
            if shape is not None:
                radius = float(place.radius_km or 0.0) if place.shape == "point" else 0.0
                yield claim.id, role, key, place.name, shape, radius
    for row in contents.relations.itertuples():
        area: Any = row.geometry
        if area is not None and not area.is_empty:
            yield str(row.claim), "relation", str(row.places), str(row.text), area, 0.0


def _shape(contents: Contents, place: Place) -> BaseGeometry | None:
    """A town as its point, an area as its outline, otherwise None."""
    if place.shape == "point" and place.lon is not None and place.lat is not None:
        return shapely.Point(place.lon, place.lat)
    return contents.areas.get(place.id)
