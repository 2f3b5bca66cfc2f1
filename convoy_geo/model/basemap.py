"""A case's own basemap of a town or district."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from convoy_geo.display import shown

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["AREAS", "BASEMAP_FILE", "KINDS", "LINES", "BasemapName", "OwnBasemap"]

BASEMAP_FILE = "basemap.geojson"
AREAS = ("sea", "land", "built", "wood", "water")
"""Kinds of areas, in drawing order."""
LINES = ("coast", "river", "rail", "admin", "border")
"""Kinds of lines, in drawing order; ``admin`` lines are borders inside a country."""
KINDS = (*AREAS, *LINES, "name")


@dataclass(frozen=True)
class BasemapName:
    """A label on a case's own basemap.

    Parameters
    ----------
    name, arabic
        The text shown; the Arabic name may be empty.
    lon, lat
        Position of the label, WGS 84 degrees.
    rank
        Lower ranks have priority: 0 a city, 1 a town, 2 a suburb or village, 3 a quarter, 4 water.
    """

    name: str
    lon: float
    lat: float
    rank: int = 2
    arabic: str = ""


@shown
@dataclass(frozen=True)
class OwnBasemap:
    """Water, coast, woods and other shapes of one area, drawn over the world basemap.

    Parameters
    ----------
    shapes
        Geometries by kind, see `AREAS` and `LINES`.
    names
        The labels.
    credit
        Attribution of the data; plain text.
    """

    shapes: dict[str, tuple[BaseGeometry, ...]]
    names: tuple[BasemapName, ...] = ()
    credit: str = ""
