"""The basemap of a town or district that a case brings along."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from convoy_geo.display import shown

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["AREAS", "BASEMAP_FILE", "KINDS", "LINES", "BasemapName", "OwnBasemap"]

BASEMAP_FILE = "basemap.geojson"
AREAS = ("sea", "land", "built", "wood", "water")
"""Kinds of areas, from the ground up."""
LINES = ("coast", "river", "rail", "admin", "border")
"""Kinds of lines, from the ground up: ``admin`` are borders inside a country."""
KINDS = (*AREAS, *LINES, "name")


@dataclass(frozen=True)
class BasemapName:
    """A name on a basemap of one's own.

    Parameters
    ----------
    name, arabic
        As it is shown; the Arabic may be empty.
    lon, lat
        Where it stands, WGS 84 degrees.
    rank
        0 comes first: 0 a city, 1 a town, 2 a suburb or village, 3 a quarter, 4 water.
    """

    name: str
    lon: float
    lat: float
    rank: int = 2
    arabic: str = ""


@shown
@dataclass(frozen=True)
class OwnBasemap:
    """Water, coast, woods and so on of a part of the world, over the basemap of the world.

    Parameters
    ----------
    shapes
        Geometries by kind, see `AREAS` and `LINES`.
    names
        What is written on it.
    credit
        Whose data it is; plain text.
    """

    shapes: dict[str, tuple[BaseGeometry, ...]]
    names: tuple[BasemapName, ...] = ()
    credit: str = ""
