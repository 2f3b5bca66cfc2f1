"""Convert values of features drawn in other tools to cells of a case's tables."""

from __future__ import annotations

import re
from math import isnan, pi, sqrt
from typing import TYPE_CHECKING, Any

from convoy_geo.model.places import Spelling

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from shapely.geometry.base import BaseGeometry

    from convoy_geo.io.found import Found

__all__ = [
    "ARABIC", "DAY_COLUMNS", "SHAPES_AS", "bounds_of", "check_shapes_as", "first_of", "is_line",
    "note_of", "radius_of", "tagged_names", "text_of", "unused_key", "where_text",
]  # fmt: skip

SHAPES_AS = ("lines", "routes", "areas", "closures")
"""What lines and polygons that others drew can be."""
DAY_COLUMNS = ("closed", "when", "date", "day", "event_date")
"""Where the day of a line or an area stands; the first that is filled counts."""
SHOWN = 10
"""Maximum number of omitted features that are listed."""


def check_shapes_as(shapes_as: str, allowed: tuple[str, ...] = SHAPES_AS) -> None:
    """Refuse what lines and polygons cannot be.

    Raises
    ------
    ValueError
        If it is neither empty nor one of those that are allowed.
    """
    if shapes_as and shapes_as not in allowed:
        msg = f"`shapes_as` must be one of {', '.join(allowed)}, not {shapes_as!r}"
        raise ValueError(msg)


def note_of(texts: Mapping[str, str]) -> str:
    """A place's note: its description, folder and time."""
    said = texts.get("note") or texts.get("description") or texts.get("desc", "")
    more = [f"{key}: {texts[key]}" for key in ("folder", "when") if texts.get(key)]
    return "; ".join(filter(None, (said, *more)))


def where_text(where: list[str]) -> str:
    """The first of many locations, and the number of the others."""
    shown = ", ".join(where[:SHOWN])
    more = f" and {len(where) - SHOWN:,} more" if len(where) > SHOWN else ""
    return f" ({shown}{more})"


ARABIC = re.compile("[\u0600-\u06ff]")


def tagged_names(found: Found) -> list[Spelling]:
    """Names by language, in OpenStreetMap's notation: ``name:ar``."""
    made = []
    for key, value in found.properties.items():
        if ":" not in key:
            continue
        head, _, language = key.partition(":")
        if head == "name" and re.fullmatch("[a-z]{2,3}", language) and isinstance(value, str):
            script = "Arab" if ARABIC.search(value) else "Latn"
            if script == "Arab" or value.isascii() or value.casefold() != value.swapcase():
                made.append(Spelling(value, language, script))
    return made


def bounds_of(shape: BaseGeometry) -> tuple[float, float, float, float]:
    """West, south, east, north; zeros for an empty shape."""
    if shape.is_empty:
        return 0.0, 0.0, 0.0, 0.0
    if shape.geom_type == "Point":
        x, y = shape.x, shape.y
        return x, y, x, y
    west, south, east, north = shape.bounds
    return west, south, east, north


def first_of(texts: Mapping[str, str], names: tuple[str, ...]) -> str:
    """The first non-empty text among some columns."""
    return next((texts[name] for name in names if texts.get(name)), "")


def radius_of(shape: BaseGeometry) -> str:
    """Radius in km of a disc with the same area on the ellipsoid."""
    from convoy_geo.geodesy import wgs84  # noqa: PLC0415

    square_metres = abs(wgs84().geometry_area_perimeter(shape)[0])
    return f"{max(0.1, sqrt(square_metres / pi) / 1000):.1f}"


def text_of(value: Any) -> str:
    """A value as a cell of a case's table."""
    if isinstance(value, str):
        return value
    if value is None or (isinstance(value, float) and isnan(value)):
        return ""
    if isinstance(value, list):
        return "|".join(map(str, value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def is_line(shape: BaseGeometry | None) -> bool:
    """Whether a shape is a line, or several."""
    return shape is not None and shape.geom_type.endswith("LineString")


def unused_key(key: str, taken: Collection[str]) -> str:
    """The key, or the key with a number if it is taken."""
    name, number = key, 1
    while name in taken:
        number += 1
        name = f"{key}_{number}"
    return name
