"""Outlines by name: of regions that a case names and does not draw, and of areas without an id."""

from __future__ import annotations

from functools import cache
from math import pi
from typing import TYPE_CHECKING, Any

import numpy as np

from convoy_geo.errors import Fault
from convoy_geo.gazetteer.normalize import fold
from convoy_geo.io.map_layers import read_layer

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from convoy_geo.io.csv_tables import Row
    from convoy_geo.io.geojson_reader import Feature
    from convoy_geo.model.places import Place

__all__ = ["name_areas", "named_outlines"]

KINDS = frozenset({"province", "region"})
"""Kinds of places that may be a region of the basemap."""
LEVEL = 2
"""How exact the outline is: see `convoy_geo.io.map_layers.LEVELS`."""
UNLIKE = 6.0
"""How many times larger or smaller than the place's circle a region of its name may be."""
FAR = 20.0
"""Degrees within which the name of a place's region stands."""
BESIDE = 0.05
"""Degrees by which a place's point may lie beside its region."""


def named_outlines(
    places: Iterable[Place], outlined: Collection[str]
) -> tuple[dict[str, BaseGeometry], list[Fault]]:
    """Outlines of regions that have none, where the basemap has one of that name in that place.

    A region is taken only if it holds the place's point, and is about as large as its radius says.

    Parameters
    ----------
    places
        Those of a case.
    outlined
        Ids of those whose outlines the case gives.

    Returns
    -------
    tuple of (dict, list of Fault)
        Outlines by place; the second says what was assumed.
    """
    found: dict[str, BaseGeometry] = {}
    remarks = []
    for place in places:
        if place.shape != "area" or place.kind not in KINDS or place.id in outlined:
            continue
        region = _region(place)
        if region is not None:
            found[place.id], name = region
            told = f"no outline given, assumed: that of {name!r} on the basemap"
            remarks.append(Fault("places.csv", 0, "place", place.id, told, ""))
    return found, remarks


def _region(place: Place) -> tuple[BaseGeometry, str] | None:
    """The one region of the basemap that a place is, and its name."""
    if place.lon is None or place.lat is None:
        return None
    import shapely  # noqa: PLC0415

    layer, point = read_layer("admin1"), shapely.Point(place.lon, place.lat)
    spellings = {fold(place.name), *(fold(one.text) for one in place.spellings)}
    away = np.abs(_labels() - (place.lon, place.lat))
    away[:, 0] = np.minimum(away[:, 0], 360 - away[:, 0])
    near = np.flatnonzero((away[:, 0] < FAR) & (away[:, 1] < FAR)).tolist()
    numbers = [number for number in near if spellings & _names(number)]
    fits = []
    for number in numbers:
        said: dict[str, Any] = layer.properties[number]
        circle = pi * place.radius_km**2 if place.radius_km else 0.0
        if circle and not 1 / UNLIKE < said["km2"] / circle < UNLIKE:
            continue
        outline = layer.area(number, LEVEL)
        if shapely.distance(outline, point) <= BESIDE:
            fits.append((outline, str(said["name"])))
    return fits[0] if len(fits) == 1 else None


@cache
def _labels() -> NDArray[np.float64]:
    """Where the name of each region of the basemap stands."""
    return np.array([said["label"] for said in read_layer("admin1").properties], float)


@cache
def _names(number: int) -> frozenset[str]:
    """The folded names of a region of the basemap."""
    said = read_layer("admin1").properties[number]
    names = (said.get("name", ""), said.get("arabic_name", ""), *said.get("also", ()))
    return frozenset(fold(one) for one in names if one)


def name_areas(features: Iterable[Feature], places: Iterable[Row], names: Iterable[Row]) -> None:
    """Give outlines without the property `place` that of the place that has their name; in place.

    Parameters
    ----------
    features
        Of areas.geojson.
    places, names
        Rows of places.csv and names.csv.
    """
    nameless = [one for one in features if not one.properties.get("place")]
    if not nameless:
        return
    known: dict[str, set[str]] = {}
    for row in (*places, *names):
        known.setdefault(fold(row["name"]), set()).add(row["place"])
    for feature in nameless:
        name = str(feature.properties.get("name") or "")
        meant = known.get(fold(name), set()) if name else set()
        if len(meant) == 1:
            feature.properties["place"] = next(iter(meant))
