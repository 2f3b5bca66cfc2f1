"""Outlines by name: for regions that a case names but does not draw, and areas without an id."""

from __future__ import annotations

import csv
from functools import cache
from math import pi
from typing import TYPE_CHECKING, Any

import numpy as np

from convoy_geo.errors import Fault
from convoy_geo.gazetteer.normalize import fold
from convoy_geo.io.files import geodata
from convoy_geo.io.map_layers import read_layer

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from convoy_geo.io.csv_tables import Row
    from convoy_geo.io.geojson_reader import Feature
    from convoy_geo.model.places import Place

__all__ = ["name_areas", "named_outlines"]

KINDS = frozenset({"country", "province", "region"})
"""Kinds of places that may be a country or a region of the basemap."""
LEVEL = 2
"""How exact a region's outline is: see `convoy_geo.io.map_layers.LEVELS`."""
COUNTRY_LEVELS = ((200_000, 3), (1_500_000, 4))
"""How exact a country's outline is, up to this many square kilometres."""
LARGE_LEVEL = 5
"""How exact that of a larger one is."""
UNLIKE = 6.0
"""Maximum ratio between the size of a region and of the place's circle, either way."""
FAR = 20.0
"""Maximum distance in degrees of the label of a place's region."""
BESIDE = 0.05
"""Maximum distance in degrees of a place's point from its region."""
KIND_WORDS = frozenset(
    (
        "autonomous", "canton", "county", "department", "district", "governorate", "krai", "kray",
        "of", "oblast", "okrug", "prefecture", "province", "region", "republic", "state",
        "territory", "the", "voivodeship",
    )
)  # fmt: skip
"""Words for what a region is, which one source has in a name and another has not."""


def named_outlines(
    places: Iterable[Place], outlined: Collection[str]
) -> tuple[dict[str, BaseGeometry], list[Fault]]:
    """Outlines of countries and regions that have none, where the basemap has one of that name.

    One is taken only if it holds the place's point, and is about as large as its radius says. A
    country's outline is that of its regions.

    Parameters
    ----------
    places
        The places of a case.
    outlined
        Ids of the places with an outline in the case.

    Returns
    -------
    tuple of (dict, list of Fault)
        Outlines by place; the second item lists the assumptions.
    """
    found: dict[str, BaseGeometry] = {}
    remarks = []
    for place in places:
        if place.shape != "area" or place.kind not in KINDS or place.id in outlined:
            continue
        region = _country(place) if place.kind == "country" else _region(place)
        if region is not None:
            found[place.id], name = region
            told = f"no outline given, assumed: that of {name!r} on the basemap"
            remarks.append(Fault("places.csv", 0, "place", place.id, told, ""))
    return found, remarks


def _region(place: Place) -> tuple[BaseGeometry, str] | None:
    """The only region of the basemap that matches a place, and its name."""
    if place.lon is None or place.lat is None:
        return None
    import shapely  # noqa: PLC0415

    layer, point = read_layer("admin1"), shapely.Point(place.lon, place.lat)
    spellings = _spellings(place)
    away = np.abs(_labels() - (place.lon, place.lat))
    away[:, 0] = np.minimum(away[:, 0], 360 - away[:, 0])
    near = np.flatnonzero((away[:, 0] < FAR) & (away[:, 1] < FAR)).tolist()
    numbers = [number for number in near if spellings & _names(number)]
    fits = []
    for number in numbers:
        said: dict[str, Any] = layer.properties[number]
        if not _alike(place, said["km2"]):
            continue
        outline = layer.area(number, LEVEL)
        if shapely.distance(outline, point) <= BESIDE:
            fits.append((outline, str(said["name"])))
    return fits[0] if len(fits) == 1 else None


def _country(place: Place) -> tuple[BaseGeometry, str] | None:
    """The one country of the basemap that a place is, and its name."""
    if place.lon is None or place.lat is None:
        return None
    import shapely  # noqa: PLC0415

    point, spellings = shapely.Point(place.lon, place.lat), _spellings(place)
    fits = []
    for said in read_layer("countries").properties:
        names = (said["name"], said.get("arabic_name", ""), *said.get("also", ()))
        if not spellings & {_plain(one) for one in names if one}:
            continue
        outline, km2 = _country_outline(said["adm0"])
        if _alike(place, km2) and shapely.distance(outline, point) <= BESIDE:
            fits.append((outline, str(said["name"])))
    return fits[0] if len(fits) == 1 else None


@cache
def _country_outline(code: str) -> tuple[BaseGeometry, float]:
    """A country's regions as one, and their square kilometres."""
    import shapely  # noqa: PLC0415

    layer = read_layer("admin1")
    own = [number for number, said in enumerate(layer.properties) if said["adm0"] == code]
    km2 = float(sum(layer.properties[number]["km2"] for number in own))
    level = next((level for most, level in COUNTRY_LEVELS if km2 <= most), LARGE_LEVEL)
    return shapely.union_all([layer.area(number, level) for number in own]), km2


def _alike(place: Place, km2: float) -> bool:
    """Whether an outline may be that of a place, by its size."""
    circle = pi * place.radius_km**2 if place.radius_km else 0.0
    return not circle or 1 / UNLIKE < km2 / circle < UNLIKE


def _spellings(place: Place) -> set[str]:
    return {_plain(place.name), *(_plain(one.text) for one in place.spellings)}


def _plain(name: str) -> str:
    """A folded name without the words for what it is, if anything is left of it.

    Examples
    --------
    >>> _plain("Republic of Chad") == _plain("Chad"), _plain("The State") == _plain("State")
    (True, False)
    """
    kept = [word for word in name.casefold().split() if word not in KIND_WORDS]
    return fold(" ".join(kept) or name)


@cache
def _labels() -> NDArray[np.float64]:
    """Label positions of the regions of the basemap."""
    return np.array([said["label"] for said in read_layer("admin1").properties], float)


@cache
def _names(number: int) -> frozenset[str]:
    """The plain names of a region of the basemap."""
    said = read_layer("admin1").properties[number]
    names = [said.get("name", ""), said.get("arabic_name", ""), *said.get("also", ())]
    names += _english().get(said.get("id", ""), ())
    return frozenset(_plain(one) for one in names if one)


@cache
def _english() -> dict[str, list[str]]:
    """Names of regions that English readers use and Natural Earth has not, by id."""
    names: dict[str, list[str]] = {}
    with geodata("basemap", "region_names.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            names.setdefault(row["id"], []).append(row["name"])
    return names


def name_areas(features: Iterable[Feature], places: Iterable[Row], names: Iterable[Row]) -> None:
    """Give outlines without the property `place` the place with their name; in place.

    Parameters
    ----------
    features
        Features of areas.geojson.
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
