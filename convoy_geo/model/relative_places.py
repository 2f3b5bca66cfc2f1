"""Relative places ("20 km north of ..."), converted to areas from the named places.

"Between Humaymah and Abu Kamal" is not a named place. It is written as a term, kept as reported,
and converted to an area by a rule that is recorded with it. The terms:

=================================  ================================================================
``near(x)``, ``near(x,20km)``      within a distance of the edge of x
``between(x,y)``                   a strip along the straight line from x to y, ends left out;
                                   ``between(x,y,10km)`` gives its width
``toward(x)``, ``toward(x,north)`` en route to x, heading north: the sector that lies south of x;
                                   ``toward(x,north,80km)`` gives how far it reaches
``part(x,west)``                   the western part of the area x; also ``part(x,centre)``
``offset(x,10km,southeast)``       at this distance from x in this direction
``road(x,20km)``,                  the roads that are so far from x by road, in any direction or in
``road(x,20km,west)``              one; only where the case has roads
=================================  ================================================================

A distance has a unit of `convoy_geo.geodesy`; a direction is one of eight (``north``,
``northeast``...) or a true bearing such as ``128deg``. The uncertainty of directions and distances
follows the point-radius method (Wieczorek, Guo and Hijmans, International Journal of Geographical
Information Science 18, 2004): 45 degrees to each side of a cardinal direction, 22.5 of an
intercardinal one, half a degree of a bearing; for a distance, half of its last power of ten.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from convoy_geo import geodesy
from convoy_geo.errors import RelativePlaceError, RoadDataError
from convoy_geo.lang import DEFAULT, Message, load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import geopandas as gpd
    from numpy.typing import NDArray
    from pyproj import Transformer
    from shapely.geometry.base import BaseGeometry

    from convoy_geo.model.places import Place

    Made = tuple[BaseGeometry, Message]

    class HasPlaces(Protocol):
        """The places of a claim; claims themselves are declared with these terms."""

        @property
        def id(self) -> str: ...
        @property
        def places(self) -> tuple[tuple[str, str], ...]: ...
        @property
        def where(self) -> tuple[str, ...]: ...

    Work = Callable[[BaseGeometry], BaseGeometry]
    Stretches = Callable[..., BaseGeometry]

__all__ = [
    "Relation",
    "RelativePlace",
    "is_term",
    "location_precision",
    "parse_relation",
    "relative_place",
    "relative_places_frame",
    "where_fault",
]

CRS = "EPSG:4326"
CROSSES = "crosses the 180th meridian"
NEAR_KM = 20.0
"""Radius of "near" without a distance: our choice, stated in the note."""
TOWARD_KM = 100.0
"""Reach of "toward" without a distance: our choice, stated in the note."""
BETWEEN_SHARE = 0.25
"""Width of the strip of "between" relative to its length: our choice, stated in the note."""
PART_SHARE = 2 / 3
"""Share of an extent that counts as "the western part": more than half, as the term is vague.

Rawa and Anah, which reports place in western Anbar, lie slightly east of the middle of its extent.
"""
SMALL_AREA_KM = 25.0
"""Largest radius of an area that still counts as part of a region."""
BEND_DEG = 22.5
"""A road may lead so much farther aside than a direction may mean: it bends."""
STRIP_KM = 0.2
"""Stretches of road are drawn so wide to each side."""
DIRECTIONS = {
    "north": 0.0, "northeast": 45.0, "east": 90.0, "southeast": 135.0,
    "south": 180.0, "southwest": 225.0, "west": 270.0, "northwest": 315.0,
}  # fmt: skip
FORMS = {
    "near": "near(place) or near(place,20km)",
    "between": "between(place,place) or between(place,place,10km)",
    "toward": "toward(place), toward(place,north) or toward(place,north,80km)",
    "part": "part(place,west) or part(place,centre)",
    "offset": "offset(place,10km,southeast) or offset(place,58nmi,128deg)",
    "road": "road(place,20km) or road(place,20km,west)",
}
TERM = re.compile(r"([a-z]+)\(([^()]*)\)")
PLACE = re.compile(r"[\w.-]+")
DISTANCE = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z_]+)")
BEARING = re.compile(r"(\d{1,3}(?:\.\d+)?)deg")


@dataclass(frozen=True)
class Relation:
    """A parsed term, before it is converted to an area.

    Parameters
    ----------
    text
        The term as written.
    how
        ``near``, ``between``, ``toward``, ``part``, ``offset`` or ``road``.
    places
        Ids of the named places.
    distance
        As in the term, such as ``58nmi``; may be empty.
    direction
        As in the term, such as ``north``, ``128deg`` or ``centre``; may be empty.
    """

    text: str
    how: str
    places: tuple[str, ...]
    distance: str = ""
    direction: str = ""

    def values(self, names: Mapping[str, str]) -> dict[str, Any]:
        """The values for `Language.relation`; `names` are place names by id."""
        found = DISTANCE.fullmatch(self.distance)
        return {
            "how": self.how,
            "places": [names.get(place, place) for place in self.places],
            "distance": found[1] if found else "",
            "unit": found[2] if found else "",
            "direction": self.direction,
        }

    @property
    def km(self) -> float | None:
        """The distance in kilometres, or None."""
        found = DISTANCE.fullmatch(self.distance)
        return geodesy.to_km(float(found[1]), found[2]) if found else None

    @property
    def vagueness_km(self) -> float:
        """Half of the last power of ten of the distance, in kilometres: 0.5 km for ``58km``."""
        found = DISTANCE.fullmatch(self.distance)
        if not found:
            return 0.0
        whole, _, decimals = found[1].partition(".")
        power = -len(decimals) if decimals else len(whole) - len(whole.rstrip("0"))
        return geodesy.to_km(0.5 * 10.0**power, found[2])

    @property
    def bearing(self) -> float | None:
        """The direction in degrees clockwise from true north, or None."""
        found = BEARING.fullmatch(self.direction)
        return float(found[1]) if found else DIRECTIONS.get(self.direction)

    @property
    def half_angle(self) -> float:
        """Tolerance of the direction, in degrees to each side of the bearing."""
        if self.direction not in DIRECTIONS:
            return 0.5
        return 45.0 if DIRECTIONS[self.direction] % 90 == 0 else 22.5


@dataclass(frozen=True)
class RelativePlace:
    """An area derived from named places, and how it was derived.

    Parameters
    ----------
    text, how, places
        The term, its kind and the ids of the places it names.
    geometry
        Polygon, EPSG:4326, lon before lat. It covers all locations compatible with the term, as
        explained in the note; its exact edge has no source.
    said
        The rule with its figures, as a message.
    """

    text: str
    how: str
    places: tuple[str, ...]
    geometry: BaseGeometry
    said: Message

    @property
    def note(self) -> str:
        """The rule with its figures, in English."""
        return load(DEFAULT).say(self.said)


def parse_relation(text: str) -> Relation:
    """Parse a term.

    Parameters
    ----------
    text
        Such as ``between(humaymah,abu_kamal)``.

    Raises
    ------
    RelativePlaceError
        If it has none of the forms; the message quotes the wrong part and lists the allowed forms.

    Examples
    --------
    >>> parse_relation("offset(cape_race,58nmi,128deg)").bearing
    128.0
    """
    found = TERM.fullmatch(text.strip())
    if not found or found[1] not in FORMS:
        msg = f"{text!r} is none of {', '.join(FORMS.values())}"
        raise RelativePlaceError(msg)
    how = found[1]
    parts = [part.strip() for part in found[2].split(",")]
    number = 2 if how == "between" else 1
    places, rest = parts[:number], parts[number:]
    kinds = [_kind(part, how) for part in rest]
    orders = {
        "near": ([], ["distance"]),
        "between": ([], ["distance"]),
        "toward": ([], ["direction"], ["distance"], ["direction", "distance"]),
        "part": (["direction"],),
        "offset": (["distance", "direction"],),
        "road": (["distance"], ["distance", "direction"]),
    }
    wrong = next((p for p in places if not PLACE.fullmatch(p)), None)
    wrong = wrong or next((p for p, kind in zip(rest, kinds, strict=True) if not kind), None)
    if wrong is not None or len(places) < number or kinds not in orders[how]:
        shown = f": {wrong!r}" if wrong else ""
        msg = f"{text!r} is not {FORMS[how]}{shown}"
        raise RelativePlaceError(msg)
    told = dict(zip(kinds, rest, strict=True))
    return Relation(text.strip(), how, tuple(places), **told)


def _kind(part: str, how: str) -> str:
    """The type of an argument after the places: a distance, a direction, or unknown."""
    found = DISTANCE.fullmatch(part)
    if found and found[2] in geodesy.KM_PER_UNIT and float(found[1]) > 0:
        return "distance"
    bearing = BEARING.fullmatch(part)
    if how == "part":
        return "direction" if part in DIRECTIONS or part == "centre" else ""
    if part in DIRECTIONS or (bearing and float(bearing[1]) < 360):
        return "direction"
    return ""


def is_term(text: str) -> bool:
    """Whether a text is a term, not the name of a place.

    >>> is_term("near(moscow,200km)"), is_term("Moscow")
    (True, False)
    """
    return where_fault(text) is None


def where_fault(text: str) -> str | None:
    """What is allowed, if a text is not a term; None if it is one: a check for a column."""
    try:
        parse_relation(text)
    except RelativePlaceError as error:
        return f"terms joined by |; {error}"
    return None


def relative_place(
    relation: Relation | str,
    places: Mapping[str, Place],
    outlines: Mapping[str, BaseGeometry] | None = None,
    stretches: Stretches | None = None,
) -> RelativePlace:
    """Convert a term to an area.

    Parameters
    ----------
    relation
        The term, as text or parsed.
    places
        The named places by id; those in the term must have a position.
    outlines
        Outlines of areas by place id, EPSG:4326; a place without one is a disc.
    stretches
        Finds the roads that lie so far from a point, as
        `convoy_geo.network.distance_on_roads.stretches_at_distance` does; None without roads.

    Raises
    ------
    RelativePlaceError
        If the term is invalid, a place is unknown or has no position, or the area would cross the
        180th meridian.

    Examples
    --------
    >>> from convoy_geo.model.places import Place
    >>> town = Place("sukhna", "Sukhna", 38.8711, 34.88533, 2)
    >>> south_of_it = relative_place("toward(sukhna,north,50km)", {"sukhna": town})
    >>> south_of_it.geometry.centroid.y < 34.88
    True
    """
    if isinstance(relation, str):
        relation = parse_relation(relation)
    named = [_located(relation, key, places) for key in relation.places]
    lons = [place.lon for place in named if place.lon is not None]
    if max(lons) - min(lons) > 180:
        msg = f"{relation.text!r} {CROSSES}"
        raise RelativePlaceError(msg)
    makers = {"near": _near, "between": _between, "toward": _toward, "part": _part}
    if relation.how == "road":
        area, note = _on_road(relation, named[0], stretches)
    else:
        area, note = makers.get(relation.how, _offset)(relation, named, outlines or {})
    west, _, east, _ = area.bounds
    if area.is_empty or east - west > 180:
        problem = "is an empty area" if area.is_empty else CROSSES
        msg = f"{relation.text!r} {problem}"
        raise RelativePlaceError(msg)
    return RelativePlace(relation.text, relation.how, relation.places, area, note)


def _located(relation: Relation, key: str, places: Mapping[str, Place]) -> Place:
    place = places.get(key)
    if place is None or place.lon is None or place.lat is None:
        problem = "is not a place" if place is None else "has no position"
        msg = f"{relation.text!r}: {key!r} {problem}"
        raise RelativePlaceError(msg)
    return place


def _near(relation: Relation, named: list[Place], outlines: Mapping[str, BaseGeometry]) -> Made:
    (place,) = named
    km = relation.km or NEAR_KM
    code = "near_told" if relation.distance else "near"
    note = Message.of(f"relation_note.{code}", km=km, place=place.name)
    return _widen(_outline(place, outlines), place, km), note


def _between(relation: Relation, named: list[Place], outlines: Mapping[str, BaseGeometry]) -> Made:
    from shapely.geometry import LineString  # noqa: PLC0415

    one, other = named
    line = LineString([_point(one), _point(other)])
    length = geodesy.length_km(line)
    if not length:
        msg = f"{relation.text!r}: {one.name} and {other.name} are at the same position"
        raise RelativePlaceError(msg)
    width = relation.km or BETWEEN_SHARE * length
    lon, lat, _ = geodesy.wgs84().fwd(
        *_point(one), geodesy.wgs84().inv(*_point(one), *_point(other))[0], length * 500.0
    )
    strip = _in_plane(
        line,
        lon,
        lat,
        lambda flat: flat.buffer(width / 2, cap_style="flat").segmentize(length / 32),
    )
    inner = strip.difference(_outline(one, outlines)).difference(_outline(other, outlines))
    code = "between_told" if relation.distance else "between"
    note = Message.of(f"relation_note.{code}", width=width, length=length, a=one.name, b=other.name)
    return (strip if inner.is_empty else inner), note


def _toward(relation: Relation, named: list[Place], outlines: Mapping[str, BaseGeometry]) -> Made:
    (place,) = named
    km = relation.km or TOWARD_KM
    reach = Message.of(f"relation_note.{'told' if relation.distance else 'ours'}")
    if relation.bearing is None:
        area = _widen(_outline(place, outlines), place, km)
        return area, Message.of("relation_note.toward", km=km, place=place.name, reach=reach)
    back = (relation.bearing + 180.0) % 360.0
    note = Message.of(
        "relation_note.heading",
        direction=_direction(relation),
        place=place.name,
        km=km,
        reach=reach,
        angle=relation.half_angle,
    )
    return _sector(place, back, relation.half_angle, 0.0, km), note


def _part(relation: Relation, named: list[Place], outlines: Mapping[str, BaseGeometry]) -> Made:
    from shapely.geometry import box  # noqa: PLC0415

    (place,) = named
    outline = _outline(place, outlines)
    west, south, east, north = outline.bounds
    dx, dy = PART_SHARE * (east - west), PART_SHARE * (north - south)
    if relation.direction == "centre":
        west, east = east - dx, west + dx
        south, north = north - dy, south + dy
    west = east - dx if "east" in relation.direction else west
    east = west + dx if "west" in relation.direction else east
    south = north - dy if "north" in relation.direction else south
    north = south + dy if "south" in relation.direction else north
    source = (
        Message.of("relation_note.outline")
        if place.id in outlines
        else Message.of("relation_note.disc", km=place.radius_km or 1)
    )
    share = Message.of(f"relation_share.{relation.direction}")
    note = Message.of("relation_note.part", place=place.name, source=source, share=share)
    return outline.intersection(box(west, south, east, north)), note


def _offset(relation: Relation, named: list[Place], _: Mapping[str, BaseGeometry]) -> Made:
    (place,) = named
    km, slack, bearing = relation.km, relation.vagueness_km, relation.bearing
    if km is None or bearing is None:  # the grammar requires both
        raise RelativePlaceError(relation.text)
    area = _sector(place, bearing, relation.half_angle, max(0.0, km - slack), km + slack)
    note = Message.of(
        "relation_note.offset",
        km=km,
        slack=slack,
        place=place.name,
        direction=_direction(relation),
        angle=relation.half_angle,
        radius=place.radius_km or 0,
    )
    return _widen(area, place, place.radius_km or 0.0), note


def _on_road(relation: Relation, place: Place, stretches: Stretches | None) -> Made:
    """The roads so far from a place by road, drawn as strips; wider by its radius."""
    km, slack = relation.km or 0.0, relation.vagueness_km + (place.radius_km or 0.0)
    if stretches is None:
        msg = f"{relation.text!r} needs a road network, and the case has none"
        raise RelativePlaceError(msg)
    bearing, half_angle = relation.bearing, relation.half_angle + BEND_DEG
    low, high = max(0.0, km - slack), km + slack
    try:
        found = stretches(_point(place), low, high, bearing=bearing, half_angle=half_angle)
    except RoadDataError as error:
        msg = f"{relation.text!r}: {error}"
        raise RelativePlaceError(msg) from error
    values = {"km": km, "slack": slack, "place": place.name}
    note = Message.of("relation_note.road", **values)
    if bearing is not None:
        direction = {"direction": _direction(relation), "angle": half_angle}
        note = Message.of("relation_note.road_direction", **values, **direction)
    return _in_plane(found, *_point(place), lambda flat: flat.buffer(STRIP_KM)), note


def _direction(relation: Relation) -> Message:
    """A compass direction, or a bearing in degrees."""
    if relation.direction.endswith("deg"):
        return Message.of("bearing", degrees=float(relation.direction.removesuffix("deg")))
    return Message.of(f"direction.{relation.direction}")


def _point(place: Place) -> tuple[float, float]:
    return float(place.lon or 0.0), float(place.lat or 0.0)


def _outline(place: Place, outlines: Mapping[str, BaseGeometry]) -> BaseGeometry:
    return outlines.get(place.id) or geodesy.disc(*_point(place), place.radius_km or 1.0)


def _sector(place: Place, bearing: float, half: float, inner: float, outer: float) -> BaseGeometry:
    """The area between two distances and two bearings from a point, built from geodesics."""
    from shapely.geometry import Polygon  # noqa: PLC0415

    rays, reach = np.linspace(bearing - half, bearing + half, 33), np.linspace(inner, outer, 9)
    angles = np.concatenate([np.full(9, rays[0]), rays, np.full(9, rays[-1])])
    km = np.concatenate([reach, np.full(33, outer), reach[::-1]])
    if inner:
        angles, km = np.concatenate([angles, rays[::-1]]), np.concatenate([km, np.full(33, inner)])
    lon, lat = (np.full(len(km), value) for value in _point(place))
    lons, lats, _ = geodesy.wgs84().fwd(lon, lat, angles, km * 1000.0)
    return Polygon(np.column_stack([lons, lats]))


def _widen(area: BaseGeometry, place: Place, km: float) -> BaseGeometry:
    return _in_plane(area, *_point(place), lambda flat: flat.buffer(km)) if km else area


def _in_plane(area: BaseGeometry, lon: float, lat: float, work: Work) -> BaseGeometry:
    """Apply an operation in kilometres in an azimuthal equidistant projection."""
    import shapely  # noqa: PLC0415

    plane = _plane(round(lon, 6), round(lat, 6))

    def moved(points: NDArray[np.float64], way: str) -> NDArray[np.float64]:
        x, y = points.T
        return np.column_stack(plane.transform(x, y, direction=way))

    flat = shapely.transform(area, lambda points: moved(points, "FORWARD"))
    return shapely.transform(work(flat), lambda points: moved(points, "INVERSE"))


@lru_cache(maxsize=256)
def _plane(lon: float, lat: float) -> Transformer:
    from pyproj import Transformer  # noqa: PLC0415

    # Explicit steps instead of two named systems: PROJ needs no lookup and is ready at once.
    return Transformer.from_pipeline(
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad "
        f"+step +proj=aeqd +lat_0={lat} +lon_0={lon} +ellps=WGS84 +units=km"
    )


def relative_places_frame(
    claims: Iterable[HasPlaces],
    places: Mapping[str, Place],
    outlines: Mapping[str, BaseGeometry] | None = None,
    stretches: Stretches | None = None,
) -> gpd.GeoDataFrame:
    """The relative places of claims as a table.

    Returns
    -------
    GeoDataFrame
        EPSG:4326, with one row for each term: ``claim``, ``text``, ``how``, ``places`` (separated
        by ``|``), ``note`` (in English), ``said`` (the note as a `Message`).
    """
    import geopandas as gpd  # noqa: PLC0415

    rows = [
        (claim.id, relative_place(text, places, outlines, stretches))
        for claim in claims
        for text in claim.where
    ]
    return gpd.GeoDataFrame(
        {
            "claim": [claim for claim, _ in rows],
            "text": [made.text for _, made in rows],
            "how": [made.how for _, made in rows],
            "places": ["|".join(made.places) for _, made in rows],
            "note": [made.note for _, made in rows],
            "said": [made.said for _, made in rows],
        },
        geometry=[made.geometry for _, made in rows],
        crs=CRS,
    )


def location_precision(claim: HasPlaces, places: Mapping[str, Place]) -> str:
    """Precision of a claim's location by ACLED's grades 1 to 3, from its places.

    Parameters
    ----------
    claim
        The claim.
    places
        Places by id.

    Returns
    -------
    str
        1 if something was at, came from, went to or through a town or a position; 2 if it went
        toward one, has a relative place, or is in an area of at most 25 km radius; 3 if it is in a
        larger area. Of several places the most precise counts. Empty if there is no location:
        countries, control zones, the whole desert.
    """
    grades = ["2"] if claim.where else []
    for role, key in claim.places:
        place = places[key]
        if role == "about" or place.shape == "unmapped":
            continue
        if place.shape == "point":
            grades.append("2" if role == "toward" else "1")
        else:
            grades.append("2" if (place.radius_km or 0.0) <= SMALL_AREA_KM else "3")
    return min(grades, default="")
