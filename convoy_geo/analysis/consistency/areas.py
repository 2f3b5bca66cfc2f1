"""Split places with an extent into pieces that do not overlap.

Someone in a town is in its province too. So conditions refer to pieces: the town, and the province
without the town. A move between two pieces takes the time between their nearest points; for the
remainder of a place the distance of the whole place is used, which is never longer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import shapely

from convoy_geo.timegeo.locations import Location, find_location

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shapely.geometry.base import BaseGeometry

    from convoy_geo.model.places import Place
    from convoy_geo.network.network import RoadNetwork

__all__ = ["Pieces", "known_spot"]

SLIVER = 1e-6
"""Share of a place's area below which a remainder is treated as a rounding error."""


def known_spot(
    place: Place | None, outlines: Mapping[str, BaseGeometry], network: RoadNetwork | None
) -> Location | None:
    """A place as an extent: point, disc or outline; None if its extent is unknown."""
    if place is None or place.shape == "unmapped":
        return None
    spot = find_location(place, outlines=outlines)
    if place.shape == "area" and not spot.extended:
        return None
    if spot.area is None and spot.node and network is not None:
        position = network.node_position(spot.node)
        if position is None:
            return None
        lon, lat = network.node_point(position)
        return replace(spot, lon=lon, lat=lat)
    if network is not None and spot.node and network.node_position(spot.node) is None:
        spot = replace(spot, node="")
    return spot if spot.area is not None else None


@dataclass(frozen=True)
class _Piece:
    places: frozenset[str]
    geometry: BaseGeometry
    spot: Location


class Pieces:
    """Pieces of some places.

    Parameters
    ----------
    spots
        The places' extents by place id.
    """

    def __init__(self, spots: Mapping[str, Location]) -> None:
        pieces: list[_Piece] = []
        for key, spot in spots.items():
            assert spot.area is not None  # noqa: S101
            pieces = list(_overlay(pieces, key, spot, spot.area))
        self.spots = {"+".join(sorted(one.places)): one.spot for one in pieces}
        self._of: dict[str, set[str]] = {}
        self.places = {"+".join(sorted(one.places)): one.places for one in pieces}
        for piece, places in self.places.items():
            for place in places:
                self._of.setdefault(place, set()).add(piece)

    def of(self, places: Iterable[str]) -> frozenset[str] | None:
        """The pieces of places that are named together.

        Nested places mean the smallest one; otherwise any one of them. None if no extent is known.
        """
        found = [frozenset(self._of[place]) for place in places if place in self._of]
        if not found:
            return None
        smallest = min(found, key=len)
        if all(smallest <= one for one in found):
            return smallest
        return frozenset().union(*found)


def _overlay(
    pieces: Iterable[_Piece], key: str, spot: Location, area: BaseGeometry
) -> Iterable[_Piece]:
    rest, shared = area, False
    for piece in pieces:
        if not piece.geometry.intersects(area):
            yield piece
            continue
        shared = True
        common = shapely.intersection(piece.geometry, area)
        yield _Piece(piece.places | {key}, common, _smaller(piece.spot, spot, common))
        left = shapely.difference(piece.geometry, area)
        if _matters(left, piece.geometry):
            yield replace(piece, geometry=left)
        rest = shapely.difference(rest, piece.geometry)
    if not shared or _matters(rest, area):
        yield _Piece(frozenset([key]), rest, spot)


def _matters(left: BaseGeometry, whole: BaseGeometry) -> bool:
    """Whether the remainder of a geometry is more than a rounding error."""
    if left.is_empty:
        return False
    if whole.area > 0:
        return bool(left.area > SLIVER * whole.area)
    return bool(left.length >= SLIVER * whole.length) if whole.length else True


def _smaller(one: Location, other: Location, common: BaseGeometry) -> Location:
    """The intersection of two locations: the smaller one if contained, else an outline."""
    for spot in sorted((one, other), key=lambda spot: spot.area.area if spot.area else 0.0):
        area = spot.area
        if area is not None and not _matters(shapely.difference(area, common), area):
            return spot
    centre = common.centroid
    if not common.area:  # discs that touch
        point = common.representative_point()
        return Location(f"{one.name}, {other.name}", point.x, point.y)
    return Location(f"{one.name}, {other.name}", centre.x, centre.y, outline=common)
