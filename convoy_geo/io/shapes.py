"""Geometries from untrusted files: created without crashes, validated, repaired or rejected."""

from __future__ import annotations

import operator
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from convoy_geo.io.limits import limits

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapely.geometry.base import BaseGeometry

__all__ = [
    "BadShapeError", "Shape", "make_shape", "on_globe", "shape_from_wkb", "shape_from_wkt",
    "single",
]  # fmt: skip

PARTS = {4: "MultiPoint", 5: "MultiLineString", 6: "MultiPolygon", 7: "GeometryCollection"}
LIBRARY_WORDS = {
    "point array must contain 0 or >1 elements": "a line of one point",
    "Too few points in geometry component": "too few different points",
    "Invalid number of points in LinearRing": "a ring of less than four points",
    "do not form a closed linestring": "a ring that does not end where it begins",
}
"""What the geometry library says, and what it means."""
KINDS = frozenset({"Point", "LineString", "LinearRing", "Polygon", *PARTS.values()})
_EWKB_Z, _EWKB_M, _EWKB_SRID = 0x80000000, 0x40000000, 0x20000000


class BadShapeError(ValueError):
    """A geometry cannot be created or used; the message says why in a few words."""


@dataclass(frozen=True)
class Shape:
    """A usable geometry.

    Parameters
    ----------
    geometry
        Two-dimensional, with finite coordinates; None if missing or empty.
    repaired
        What was wrong with it before it was repaired; empty if nothing was.
    empty
        Whether the file has a geometry without any points.
    """

    geometry: BaseGeometry | None
    repaired: str = ""
    empty: bool = False


def make_shape(make: Callable[[], BaseGeometry | None], *, repair: bool = True) -> Shape:
    """Create a geometry with a function, and validate it.

    Parameters
    ----------
    make
        Creates the geometry; its exceptions for bad input become a `BadShapeError`.
    repair
        Whether to repair invalid polygons; otherwise they are left unchanged.

    Raises
    ------
    BadShapeError
        If it cannot be created, has non-finite coordinates, or cannot be repaired.
    """
    import numpy as np  # noqa: PLC0415
    import shapely  # noqa: PLC0415
    from shapely.errors import GEOSException  # noqa: PLC0415

    try:
        with np.errstate(invalid="ignore"):  # NaN is rejected below
            geometry = make()
        if geometry is None or geometry.is_empty:
            return Shape(None, empty=geometry is not None)
        if geometry.geom_type not in KINDS:
            _bad(f"a {geometry.geom_type}, with curves or surfaces")
        if shapely.get_num_coordinates(geometry) > limits().vertices:
            _bad("more vertices than the limit vertices")
        if geometry.has_z or getattr(geometry, "has_m", False):
            geometry = shapely.force_2d(geometry)
        if not bool(_finite(geometry)):
            _bad("a coordinate that is no number")
        geometry = _without_empty_parts(geometry)
        if not repair or geometry.is_valid:
            return Shape(geometry)
        return _repaired(geometry)
    except (
        GEOSException, ValueError, TypeError, NotImplementedError, OverflowError, RecursionError,
        struct.error, AttributeError,
    ) as error:  # fmt: skip
        if isinstance(error, BadShapeError):
            raise
        words = " ".join(str(error).split())[:120] or type(error).__name__
        msg = f"bad geometry ({_plain(words)})"
        raise BadShapeError(msg) from error


def _plain(words: str) -> str:
    """What the geometry library says, in words for whoever drew the shape.

    Examples
    --------
    >>> _plain("IllegalArgumentException: point array must contain 0 or >1 elements")
    'a line of one point'
    """
    return next((plain for said, plain in LIBRARY_WORDS.items() if said in words), words)


def _without_empty_parts(geometry: BaseGeometry) -> BaseGeometry:
    """A geometry without empty holes and parts: GEOS crashes the process on them."""
    if geometry.geom_type == "Polygon":
        holes = [ring for ring in geometry.interiors if not ring.is_empty]
        if len(holes) == len(geometry.interiors):
            return geometry
        return type(geometry)(geometry.exterior, holes)
    if not hasattr(geometry, "geoms"):
        return geometry
    import shapely  # noqa: PLC0415

    parts = shapely.get_parts(geometry)
    empty = shapely.is_empty(parts)
    if geometry.geom_type in {"MultiPoint", "MultiLineString"} and not empty.any():
        return geometry
    kept = [_without_empty_parts(part) for part in parts[~empty]]
    same = len(kept) == len(parts) and all(map(operator.is_, kept, parts))
    return geometry if same else type(geometry)(kept)


def _finite(geometry: BaseGeometry) -> bool:
    import numpy as np  # noqa: PLC0415
    import shapely  # noqa: PLC0415

    return bool(np.isfinite(shapely.get_coordinates(geometry)).all())


def _repaired(geometry: BaseGeometry) -> Shape:
    """Make polygons valid; of the resulting pieces only polygons are kept."""
    import shapely  # noqa: PLC0415

    why = _plain(shapely.is_valid_reason(geometry))
    made = shapely.make_valid(geometry)
    if "Polygon" in geometry.geom_type:
        parts = [part for part in shapely.get_parts(made) if "Polygon" in part.geom_type]
        made = shapely.union_all(parts) if parts else None
    if made is None or made.is_empty or not made.is_valid:
        _bad(f"invalid: {why}")
    return Shape(made, why)


def shape_from_wkt(text: str, *, repair: bool = True) -> Shape:
    """A geometry from well-known text.

    Raises
    ------
    BadShapeError
        As for `make_shape`, and if its brackets are nested too deeply: the parser would exhaust the
        stack and crash the process.

    Examples
    --------
    >>> shape_from_wkt("POINT (38 34)").geometry.x
    38.0
    >>> shape_from_wkt("POINT EMPTY").empty
    True
    """
    import shapely  # noqa: PLC0415

    depth = most = 0
    for character in text:
        if character == "(":
            depth += 1
            most = max(most, depth)
        elif character == ")":
            depth -= 1
    _check_depth(most)
    return make_shape(lambda: shapely.from_wkt(text), repair=repair)


def shape_from_wkb(data: bytes, *, repair: bool = True) -> Shape:
    """A geometry from well-known binary.

    Raises
    ------
    BadShapeError
        As for `shape_from_wkt`.
    """
    import shapely  # noqa: PLC0415

    try:
        _check_depth(_wkb_depth(data))
    except (struct.error, IndexError) as error:
        msg = "bad geometry (cut short)"
        raise BadShapeError(msg) from error
    return make_shape(lambda: shapely.from_wkb(data), repair=repair)


def single(shape: BaseGeometry | None) -> BaseGeometry | None:
    """The only part of a multi-part shape with one part: tables hold a single shape type."""
    if shape is not None and shape.geom_type.startswith("Multi") and len(shape.geoms) == 1:
        return shape.geoms[0]
    return shape


def _check_depth(depth: int) -> None:
    if depth > limits().nesting:
        _bad(f"shapes in each other, over {limits().nesting} deep (limit nesting)")


def _wkb_depth(data: bytes) -> int:
    """Nesting depth of collections, computed without recursion."""
    if len(data) < 9 * limits().nesting:  # each level takes nine bytes
        return 1
    open_parts: list[int] = []  # remaining members of each open collection
    at = deepest = 0
    while True:
        order = "<" if data[at] else ">"
        (code,) = struct.unpack_from(f"{order}I", data, at + 1)
        at += 5 + (4 if code & _EWKB_SRID else 0)
        base = code & 0x0FFFFFFF
        kind, extra = base % 1000, base // 1000
        axes = 2 + (extra in {1, 3} or bool(code & _EWKB_Z))
        axes += extra in {2, 3} or bool(code & _EWKB_M)
        if kind == 1:
            at += 8 * axes
        elif kind in {2, 8}:
            at += 4 + 8 * axes * struct.unpack_from(f"{order}I", data, at)[0]
        elif kind in {3, 17}:
            (rings,) = struct.unpack_from(f"{order}I", data, at)
            at += 4
            for _ in range(rings):
                at += 4 + 8 * axes * struct.unpack_from(f"{order}I", data, at)[0]
        else:
            (members,) = struct.unpack_from(f"{order}I", data, at)
            at += 4
            open_parts.append(members)
            deepest = max(deepest, len(open_parts))
            if deepest > limits().nesting:
                return deepest
        while open_parts:
            if open_parts[-1]:
                open_parts[-1] -= 1
                break
            open_parts.pop()
        else:
            return deepest


def _bad(problem: str) -> None:
    raise BadShapeError(problem)


def on_globe(geometry: BaseGeometry) -> BaseGeometry:
    """A geometry with longitudes from -180 to 180, split where it crosses the antimeridian.

    Maps that were panned around the globe give longitudes such as -215, and boxes across 180
    degrees jump from 179 to -179; both are normalised. Longitudes further off stay unchanged.
    """
    import numpy as np  # noqa: PLC0415
    import shapely  # noqa: PLC0415

    west, south, east, north = geometry.bounds
    if south < -90 or north > 90 or west < -540 or east > 540:
        return geometry
    lon = np.abs(shapely.get_coordinates(geometry)[:, 0])
    jumps = not geometry.geom_type.endswith("Point") and 300 < east - west < 359.9
    jumps = jumps and bool(lon.min() > JUMP)
    if west >= -180 and east <= 180 and not jumps:
        return geometry
    if geometry.geom_type.endswith("Point"):
        return shapely.transform(
            geometry, lambda xy: np.column_stack([(xy[:, 0] + 180) % 360 - 180, xy[:, 1]])
        )
    if jumps:
        geometry = shapely.transform(
            geometry, lambda xy: np.column_stack([xy[:, 0] % 360, xy[:, 1]])
        )
    parts = []
    for turn in (-360, 0, 360):
        inside = shapely.intersection(geometry, shapely.box(turn - 180, -90, turn + 180, 90))
        moved = shapely.transform(inside, lambda xy, by=turn: xy - [by, 0])
        parts += [part for part in shapely.get_parts(moved) if not part.is_empty]
    same = [part for part in parts if part.geom_type in {geometry.geom_type, *_SIMPLE}]
    return shapely.union_all(same)


JUMP = 120.0
"""Width in degrees of longitude above which a shape is assumed to cross the antimeridian."""
_SIMPLE = frozenset({"LineString", "Polygon"})
