"""Places in commands about travel: a name of the case, a node or a gazetteer, or a position.

Every command about travel resolves places with `stop_of`, and reports on stderr where a name comes
from if it is neither a place nor a node of the case.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

from convoy_geo.cli.common import UsageError
from convoy_geo.cli.common import position as lon_lat
from convoy_geo.errors import AmbiguousPlaceError, MissingExtraError, PlaceNotFoundError
from convoy_geo.geodesy import distance_km, position_text

if TYPE_CHECKING:
    from convoy_geo.case.case import Case
    from convoy_geo.model.places import Place
    from convoy_geo.network.network import RoadNetwork

__all__ = ["PLACE_HELP", "stop_of"]

PLACE_HELP = "place name, LON,LAT, or N34.5 E38.2 (put -- before a negative longitude)"
FAR_KM = 2_000.0
"""Maximum distance of a gazetteer place from the places of the case, in kilometres."""
NEAR_KM = 300.0
"""Distance within which a position is near the case."""
LETTERS = re.compile(r"\d.*[NSEW]|[NSEW].*\d", re.IGNORECASE)
SOURCES = ("region", "world")


def stop_of(
    case: Case, text: str, network: RoadNetwork | None = None
) -> str | Place | tuple[float, float]:
    """Resolve a place given on the command line.

    A term such as ``near(moscow,200km)`` stays, and is an area. A position is (lon, lat). A name is
    looked up in the case, among the nodes of its roads, in the region and in the world, in this
    order; the first that has it decides. Of the region and the world only what is within 2,000 km
    of a place of the case counts.

    Parameters
    ----------
    case
        The case, whose places take precedence.
    text
        The text of the argument.
    network
        The road network, if it is not the case's.

    Raises
    ------
    UsageError
        If it is a pair of numbers that is not a position.
    AmbiguousPlaceError
        If the case has several matching places.
    PlaceNotFoundError
        If no place has this name.
    """
    from convoy_geo.model.relative_places import is_term  # it loads numpy

    if is_term(text):
        return text
    found = _position(text)
    if found is not None:
        _check_order(case, text, found)
        return found
    try:
        case.gazetteer.locate(text, point=True)
    except AmbiguousPlaceError:
        raise
    except PlaceNotFoundError as error:
        roads = case.network if network is None else network
        if roads is not None and roads.node_position(text) is not None:
            return text
        return _from_gazetteers(case, text, error)
    return text


def _position(text: str) -> tuple[float, float] | None:
    """Lon and lat of a text that reads as a position; None for a name."""
    found = lon_lat(text) if "," in text else None
    if found is not None or not (LETTERS.search(text) and re.search(r"\d", text)):
        return found
    from convoy_geo.io.positions import position

    try:
        lon, lat = position(text)
    except (ValueError, MissingExtraError):
        return None  # such as the name Kilometre 20 East
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        msg = f"{text!r} is not a position: longitude is -180 to 180, latitude -90 to 90"
        raise UsageError(msg)
    return lon, lat


def _check_order(case: Case, text: str, at: tuple[float, float]) -> None:
    """Warn if a position is near the case only with longitude and latitude swapped."""
    known = [(one.lon, one.lat) for one in case.gazetteer if one.lon is not None]
    if not known or LETTERS.search(text) or not -90 <= at[0] <= 90:
        return

    def near(lon: float, lat: float) -> bool:
        return any(distance_km(lon, lat, x, y) <= NEAR_KM for x, y in known if y is not None)

    if not near(*at) and near(at[1], at[0]):
        _note(
            f"{text!r} is {position_text(*at)}, far from the case; {at[1]:g},{at[0]:g} is near it: "
            "longitude comes first"
        )


def _from_gazetteers(case: Case, text: str, error: PlaceNotFoundError) -> Place:
    """A place of the region or of the world with this name."""
    from convoy_geo.gazetteer.chain import Gazetteers
    from convoy_geo.gazetteer.search import is_same

    known = [(one.lon, one.lat) for one in case.gazetteer
             if one.lon is not None and one.lat is not None]  # fmt: skip
    options: dict[str, Any] = {}
    if known:
        middle = sorted(known)[len(known) // 2]
        options["near"] = middle
    for source in SOURCES:
        try:
            matches = Gazetteers(gazetteer=source).search(text, **options)
        except MissingExtraError:
            continue
        same = [one.place for one in matches if is_same(one) and _is_near(one.place, known)]
        if same:
            place: Place = same[0]
            others = f"; {len(same) - 1} others are called so" if len(same) > 1 else ""
            where = position_text(float(place.lon or 0), float(place.lat or 0))
            _note(
                f"{text!r} is {place.name} [{place.id}] in {'|'.join(place.country)}, {where}, "
                f"from the gazetteer of the {source}, not from the case{others}"
            )
            return place
    raise error


def _is_near(place: Place, known: list[tuple[float, float]]) -> bool:
    """Whether a place is not too far from the case; always True if the case has no places."""
    lon, lat = place.lon, place.lat
    if lon is None or lat is None:
        return False
    return not known or any(distance_km(lon, lat, *one) <= FAR_KM for one in known)


def _note(text: str) -> None:
    print(f"convoy-geo: {text}", file=sys.stderr)
