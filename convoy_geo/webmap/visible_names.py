"""Positions for the names of countries and rivers in a view that shows only parts of them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from convoy_geo.io.map_layers import STEP, read_layer
from convoy_geo.webmap.basemap import ARABIC

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapely.geometry.base import BaseGeometry


__all__ = ["VisibleName", "country_parts", "visible_names"]

View = tuple[float, float, float, float]
SMALLEST = 0.02
"""Minimum share of the view for a country to be named in it."""
SHORTEST = 0.12
"""The same for a river: its part in the view, in widths of the view."""
WIDEST = 60.0
"""Degrees across of the widest view of which it is asked: a map of the world has all its names."""
RIVERS = 5
"""Maximum number of named rivers."""
SPOTS = 30
"""Positions that are proposed for a name, the best first."""
FINE = 3
"""Level of the outlines: see `convoy_geo.io.map_layers.LEVELS`."""


class VisibleName(NamedTuple):
    """A name, and where it may stand.

    Parameters
    ----------
    name, arabic
        As it is shown; the Arabic may be empty.
    kind
        ``country`` or ``river``.
    spots
        Lon and lat of positions, the best first.
    angle
        Degrees by which a river's name is turned at the first position, clockwise.
    """

    name: str
    arabic: str
    kind: str
    spots: tuple[tuple[float, float], ...]
    angle: float = 0.0


@lru_cache(maxsize=16)
def visible_names(view: View) -> tuple[VisibleName, ...]:
    """Names of the countries and rivers of a view, each with positions within the view.

    Parameters
    ----------
    view
        West, south, east, north in WGS 84 degrees, `west` below `east`.
    """
    return (*_countries(view), *_rivers(view))


@lru_cache(maxsize=16)
def country_parts(view: View) -> tuple[tuple[str, BaseGeometry], ...]:
    """The parts of countries in a view, by their three letters; the largest first."""
    import shapely  # noqa: PLC0415

    if view[2] - view[0] > WIDEST:
        return ()
    box, shift = _turned(view)
    west, south, east, north = box.bounds
    low_x, low_y, high_x, high_y = _region_boxes().T
    near = (low_x < east) & (high_x > west) & (low_y < north) & (high_y > south)
    across = max(east - west, north - south)
    level = FINE if across < 3 else FINE + 2 if across < 12 else FINE + 3
    properties = read_layer("admin1").properties
    parts: dict[str, list[BaseGeometry]] = {}
    for number in np.flatnonzero(near).tolist():
        cut = shapely.intersection(_region(number, level), box)
        if cut.area > 0:
            parts.setdefault(str(properties[number]["adm0"]), []).append(cut)
    joined = {code: shapely.union_all(areas) for code, areas in parts.items()}
    if shift:
        joined = {
            code: shapely.transform(area, lambda xy: xy + np.array((shift, 0.0)))
            for code, area in joined.items()
        }
    return tuple(sorted(joined.items(), key=lambda item: (-item[1].area, item[0])))


def _wider(view: View) -> View:
    """A little more than the view, as a window shows it."""
    west, south, east, north = view
    wide, high = (east - west) * 0.06, (north - south) * 0.06
    return max(west - wide, -180.0), max(south - high, -85.0), east + wide, min(north + high, 85.0)


@lru_cache(maxsize=1)
def _region_boxes() -> np.ndarray:
    """West, south, east, north of each first-level region in degrees; (n, 4)."""
    layer = read_layer("admin1")
    starts = layer.start[:-1]
    low = np.column_stack([np.minimum.reduceat(layer.xy[:, axis], starts) for axis in (0, 1)])
    high = np.column_stack([np.maximum.reduceat(layer.xy[:, axis], starts) for axis in (0, 1)])
    boxes = np.full((len(layer.arcs), 4), np.nan)
    for number, rings in enumerate(layer.arcs):
        arcs = [arc if arc >= 0 else ~arc for ring in rings for arc in ring]
        if arcs:
            boxes[number] = (*low[arcs].min(axis=0), *high[arcs].max(axis=0))
    return boxes * STEP


@lru_cache(maxsize=512)
def _region(number: int, level: int) -> BaseGeometry:
    """The outline of a region; empty where it is so small that nothing is left at this level."""
    import shapely  # noqa: PLC0415

    return shapely.make_valid(read_layer("admin1").area(number, level))


def _turned(view: View) -> tuple[BaseGeometry, float]:
    """The view as a box where the layers have it, and by how much it was moved east."""
    import shapely  # noqa: PLC0415

    west, south, east, north = view
    shift = 360.0 if west >= 180 else 0.0
    return shapely.box(west - shift, south, east - shift, north), shift


def _countries(view: View) -> Iterable[VisibleName]:
    import shapely  # noqa: PLC0415

    named = {one["adm0"]: one for one in read_layer("countries").properties if "name" in one}
    west, south, east, north = view = _wider(view)
    whole = (east - west) * (north - south)
    xs = np.linspace(west, east, 26)[1:-1]
    ys = np.linspace(south, north, 20)[1:-1]
    grid = shapely.points(*(axis.ravel() for axis in np.meshgrid(xs, ys)))
    wide = (east - west) / 16
    for code, area in country_parts(view):
        if code not in named or area.area < SMALLEST * whole:
            continue
        inside = grid[shapely.contains(area, grid)]
        if not len(inside):
            inside = np.array([area.representative_point()])
        # Names are wide: room to the sides counts more than above and below
        edge = shapely.boundary(shapely.transform(area, lambda xy: xy * (1.0, 2.2)))
        room = shapely.distance(edge, shapely.transform(inside, lambda xy: xy * (1.0, 2.2)))
        chosen: list[tuple[float, float]] = []
        for at in np.argsort(-room, kind="stable").tolist():
            lon, lat = float(inside[at].x), float(inside[at].y)
            if all(abs(lon - x) > wide or abs(lat - y) > wide / 2 for x, y in chosen):
                chosen.append((round(lon, 3), round(lat, 3)))
            if len(chosen) == SPOTS:
                break
        one = named[code]
        arabic = one.get("arabic_name", "") if one.get("iso") in ARABIC else ""
        yield VisibleName(one["name"], arabic, "country", tuple(chosen))


def _rivers(view: View) -> Iterable[VisibleName]:
    import shapely  # noqa: PLC0415

    layer = read_layer("rivers")
    box, shift = _turned(view)
    west, south, east, north = box.bounds
    wide = east - west
    lines: dict[str, list[BaseGeometry]] = {}
    arabic: dict[str, str] = {}
    starts = layer.start[:-1]
    low = np.column_stack([np.minimum.reduceat(layer.xy[:, axis], starts) for axis in (0, 1)])
    high = np.column_stack([np.maximum.reduceat(layer.xy[:, axis], starts) for axis in (0, 1)])
    near = np.flatnonzero(
        (low[:, 0] * STEP < east) & (high[:, 0] * STEP > west)
        & (low[:, 1] * STEP < north) & (high[:, 1] * STEP > south)
    )  # fmt: skip
    for number in near.tolist():
        said = layer.properties[layer.feature[number]]
        line = layer.line(number, FINE)
        if "name" not in said or len(line) < 2 or float(said["min_zoom"]) > _zoom(wide):
            continue
        cut = shapely.intersection(shapely.linestrings(line), box)
        if cut.length:
            lines.setdefault(said["name"], []).append(cut)
            arabic[said["name"]] = said.get("arabic_name", "")
    if view[2] - view[0] > WIDEST:
        return
    longest_first = sorted(lines.items(), key=lambda item: -sum(p.length for p in item[1]))
    for name, parts in longest_first[:RIVERS]:
        joined = shapely.line_merge(shapely.union_all(parts))
        if joined.length < SHORTEST * wide:
            continue
        longest = max(shapely.get_parts(joined), key=lambda part: part.length)
        spots: list[tuple[float, float]] = []
        angle = 0.0
        for share in (0.5, 0.35, 0.65, 0.25, 0.75, 0.15, 0.85):
            at = longest.interpolate(share, normalized=True)
            if not spots:
                before = longest.interpolate(max(0.0, share - 0.06), normalized=True)
                after = longest.interpolate(min(1.0, share + 0.06), normalized=True)
                angle = _angle(before, after)
            spots.append((round(at.x + shift, 3), round(at.y, 3)))
        yield VisibleName(name, arabic[name], "river", tuple(spots), angle)


def _zoom(across: float) -> float:
    return float(np.log2(360 * 1000 / 256 / max(across, 1e-6))) + 0.5


def _angle(before: BaseGeometry, after: BaseGeometry) -> float:
    """How far a name is turned along a line, between -80 and 80 degrees, clockwise."""
    east = (after.x - before.x) * np.cos(np.radians(before.y))
    turn = float(np.degrees(np.arctan2(-(after.y - before.y), east)))
    turn = (turn + 90) % 180 - 90
    return round(min(80.0, max(-80.0, turn)), 1)
