"""Traits whose value is checked, and put into one form, the moment it is set.

A trait that is told to a page must never hold what the page cannot show: an unknown id, a day that
the story does not have. `traitlets` checks some values only after a block of changes; these are
checked at once, and the old value stays.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import shapely
import traitlets
from shapely.geometry import mapping, shape

from convoy_geo.errors import ConvoyGeoError

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapely.geometry.base import BaseGeometry

__all__ = ["CheckedTrait", "WidgetValueError", "check_drawn", "check_keys", "check_view"]

MOST_SHOWN = 24
"""Possible values that a message lists; of more it offers the nearest."""
KINDS = {"Point": "point", "LineString": "line", "Polygon": "polygon", "MultiPolygon": "polygon"}


class WidgetValueError(ConvoyGeoError, traitlets.TraitError, ValueError):
    """A trait of a widget was set to what its map does not have; the message names what it has."""


class CheckedTrait(traitlets.TraitType[Any, Any]):
    """A trait whose owner checks it: ``owner.check_<name>(value)`` gives the value in its form."""

    def validate(self, obj: Any, value: Any) -> Any:
        """The value in its form, or an error."""
        check: Callable[[Any], Any] = getattr(obj, f"check_{self.name}")
        return check(value)


def check_keys(trait: str, value: Any, known: Collection[str]) -> tuple[str, ...]:
    """Keys that are known, each once, in the order given.

    Parameters
    ----------
    trait
        Name of the trait, for the message.
    value
        One key, or several.
    known
        All keys.

    Raises
    ------
    WidgetValueError
        If a key is not known; the message names those that are, or the nearest of many.

    Examples
    --------
    >>> check_keys("layers", ["places", "roads", "places"], ["roads", "places"])
    ('places', 'roads')
    >>> check_keys("layers", ["rail"], ["roads", "places"])
    Traceback (most recent call last):
        ...
    convoy_geo.viz.widget_traits.WidgetValueError: `layers` has no 'rail'; there are roads, places
    """
    if isinstance(value, str):
        value = (value,)
    if not isinstance(value, Iterable) or isinstance(value, Mapping):
        msg = f"`{trait}` must be a list of ids, not {type(value).__name__}"
        raise WidgetValueError(msg)
    keys = tuple(dict.fromkeys(str(one) for one in value))
    for key in keys:
        if key not in known:
            msg = f"`{trait}` has no {key!r}; {_choices(key, known)}"
            raise WidgetValueError(msg)
    return keys


def _choices(key: str, known: Collection[str]) -> str:
    """The possible values in words: all of few, the nearest and the first of many."""
    if not known:
        return "there are none"
    if len(known) <= MOST_SHOWN:
        return f"there are {', '.join(known)}"
    from rapidfuzz import process  # noqa: PLC0415

    near = [one for one, score, _ in process.extract(key, list(known), limit=3) if score >= 60]
    first = ", ".join(list(known)[:MOST_SHOWN])
    meant = f"did you mean {', '.join(near)}? " if near else ""
    return f"{meant}there are {len(known):,}, such as {first}"


def check_view(value: Any) -> tuple[float, float, float, float]:
    """West, south, east, north in degrees.

    Raises
    ------
    WidgetValueError
        If it is not four finite numbers, west below east and south below north, on the map.

    Examples
    --------
    >>> check_view([38, 33, 42, 36])
    (38.0, 33.0, 42.0, 36.0)
    """
    wanted = "west, south, east, north in degrees, west below east and south below north"
    try:
        west, south, east, north = map(float, value)
    except (TypeError, ValueError):
        msg = f"`view` must be {wanted}, not {value!r}"
        raise WidgetValueError(msg) from None
    fine = all(map(math.isfinite, (west, south, east, north)))
    if not (fine and -540 <= west < east <= 540 and -90 <= south < north <= 90):
        msg = f"`view` must be {wanted}, not {(west, south, east, north)}"
        raise WidgetValueError(msg)
    return west, south, east, north


def check_drawn(value: Any) -> tuple[dict[str, Any], ...]:
    """Drawn shapes as GeoJSON geometries; a polygon that crosses itself is repaired.

    Parameters
    ----------
    value
        GeoJSON geometries, or geometries of shapely: points, lines and polygons in WGS 84, lon
        before lat.

    Returns
    -------
    tuple of dict
        The same; of a polygon that crosses itself its parts, as a MultiPolygon.

    Raises
    ------
    WidgetValueError
        If one is no such geometry, is off the globe, or a polygon without an area.
    """
    if isinstance(value, str | Mapping) or not isinstance(value, Iterable):
        msg = "`drawn` must be a list of points, lines and polygons (GeoJSON, or of shapely)"
        raise WidgetValueError(msg)
    return tuple(_drawn(one) for one in value)


def _drawn(given: Any) -> dict[str, Any]:
    try:
        geometry: BaseGeometry = given if isinstance(given, shapely.Geometry) else shape(given)
    except Exception as error:
        msg = f"`drawn` holds no geometry: {str(given)[:80]!r}"
        raise WidgetValueError(msg) from error
    kind = geometry.geom_type
    if kind not in KINDS or geometry.is_empty:
        msg = f"`drawn` takes points, lines and polygons, not an empty one or a {kind}"
        raise WidgetValueError(msg)
    west, south, east, north = geometry.bounds
    if not (-540 <= west <= east <= 540 and -90 <= south <= north <= 90):
        msg = f"`drawn` is in degrees, lon before lat; {west:g}, {south:g} is off the globe"
        raise WidgetValueError(msg)
    if KINDS[kind] == "polygon":
        geometry = _repaired(geometry)
    elif geometry.length == 0 and kind == "LineString":
        msg = "a drawn line has no length: all its corners are one"
        raise WidgetValueError(msg)
    made: dict[str, Any] = json.loads(json.dumps(mapping(geometry)))
    return {"type": made["type"], "coordinates": made["coordinates"]}


def _repaired(area: BaseGeometry) -> BaseGeometry:
    """A polygon that does not cross itself: where it does, the parts that its outline encloses."""
    if not area.is_valid:
        parts = shapely.get_parts(shapely.make_valid(area))
        areas = [part for part in shapely.get_parts(parts) if part.geom_type == "Polygon"]
        area = areas[0] if len(areas) == 1 else shapely.MultiPolygon(areas)
    if area.is_empty or area.area == 0:
        msg = "a drawn polygon has no area: its corners lie on one line"
        raise WidgetValueError(msg)
    return area
