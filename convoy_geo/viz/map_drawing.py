"""A map as plain shapes in pixels, which `svg_map` writes and `static_map` draws with matplotlib.

It draws the same layers as the page (`convoy_geo.viz.layers`): basemap, lines, areas and dots in
their colours, dashes and hatches, arrowheads on reported routes, and names that cover no dot, route
or other name.
"""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from convoy_geo import geodesy
from convoy_geo.viz.label_placement import Box, LabelPlacer, on_line
from convoy_geo.viz.map_frame import MapFrame, fit_frame
from convoy_geo.viz.text_width import text_width
from convoy_geo.webmap.basemap import zoom_of
from convoy_geo.webmap.elements import BASEMAP_STYLES
from convoy_geo.webmap.own_basemap import case_basemap
from convoy_geo.webmap.visible_names import visible_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from convoy_geo.model.basemap import OwnBasemap
    from convoy_geo.model.places import Place
    from convoy_geo.viz.layers import DrawnFeature, FeatureLayer
    from convoy_geo.webmap.basemap import BasemapLabel, BasemapView

    Floats = NDArray[np.float64]

__all__ = ["DrawnDot", "DrawnName", "DrawnShape", "MapDrawing", "ScaleBar", "draw_map"]

FINE = 0.35
"""Pixels by which a drawn line may be off."""
BEYOND = 12.0
"""Pixels beyond the edge up to which lines go on, so that no cut end is seen."""
ROUTES = {"reported", "computed", "lines", "closures"}
"""Layers whose lines no name covers."""
ARROW_EVERY, ARROW_LEAST = 240.0, 34.0
"""Pixels of a reported route for each of its arrowheads, and of the shortest that has one."""
NAMES = {"country": 0, "water": 1, "river": 2, "town": 3, "region": 4, "land": 5}
"""Kinds of the basemap's names, the first ones first."""
LOOKS: dict[str, dict[str, Any]] = {
    "place": {"size": 12.5, "bold": True, "colour": "#1c1b19"},
    "other": {"size": 11.0, "colour": "#4d4a44"},
    "line": {"size": 11.5, "bold": True},
    "country": {"size": 12.5, "colour": "#6a655c"},
    "water": {"size": 11.0, "italic": True, "colour": "#376a86"},
    "river": {"size": 10.5, "italic": True, "colour": "#376a86"},
    "region": {"size": 11.0, "italic": True, "colour": "#6a655c"},
    "town": {"size": 10.5, "colour": "#4d4a44"},
    "land": {"size": 10.5, "italic": True, "colour": "#7a6f57"},
    "degrees": {"size": 9.5, "colour": "#5f6b73"},
}
"""Letters by kind of name; sizes in pixels."""
TOWN_DOT = 2.0
LINE_HEIGHT = 1.2
LONGEST, MOST_LINES = 24, 3
"""Letters of a name that stand in one line, and lines of the longest."""
MOST_NAMES = 3000
"""Names of a case that are tried, the first ones first; a map has room for far fewer."""


@dataclass(frozen=True)
class DrawnShape:
    """Lines, or rings that are filled by the even-odd rule.

    Parameters
    ----------
    kind
        Kind of the layer, or of the basemap's part.
    lines
        Positions in pixels, each of shape (n, 2).
    closed
        Whether they are rings, whose first position is not repeated at the end.
    style
        Leaflet's path options, and ``hatch``.
    title
        What it is called; may be empty.
    """

    kind: str
    lines: tuple[Floats, ...]
    closed: bool
    style: Mapping[str, Any]
    title: str = ""


@dataclass(frozen=True)
class DrawnDot:
    """A dot of a size in pixels."""

    kind: str
    x: float
    y: float
    radius: float
    style: Mapping[str, Any]
    title: str = ""


@dataclass(frozen=True)
class DrawnName:
    """A name where it stands.

    Parameters
    ----------
    kind
        One of `LOOKS`.
    lines
        Its lines of text.
    box
        The room that it takes, in pixels.
    side
        Where the dot is: names on the right of theirs are flush left and so on.
    leader
        Ends of a line from the dot to a name that is far off.
    colour
        In place of that of its kind.
    """

    kind: str
    lines: tuple[str, ...]
    box: Box
    side: str = "middle"
    leader: tuple[tuple[float, float], tuple[float, float]] | None = None
    colour: str = ""


@dataclass(frozen=True)
class ScaleBar:
    """A scale bar: where it begins, and the lengths of its parts in pixels with their words."""

    x: float
    y: float
    bars: tuple[tuple[float, str], ...]


@dataclass
class MapDrawing:
    """A map as shapes, dots and names in pixels.

    Parameters
    ----------
    frame
        Its size, and the part of the world on it.
    marks
        Shapes and dots, bottom to top.
    names
        The names written on it, above all shapes and dots.
    unnamed
        Titles of dots without space for a name.
    """

    frame: MapFrame
    marks: list[DrawnShape | DrawnDot] = field(default_factory=list)
    names: list[DrawnName] = field(default_factory=list)
    scale: ScaleBar | None = None
    unnamed: list[str] = field(default_factory=list)


def draw_map(
    layers: Iterable[FeatureLayer],
    view: Sequence[float],
    *,
    places: Mapping[str, Place] | None = None,
    width: float = 960.0,
    height: float | None = None,
    mercator: bool = True,
    basemap: bool = True,
    names: bool = True,
    own: OwnBasemap | None = None,
) -> MapDrawing:
    """Draw map layers as shapes, dots and names in pixels.

    Parameters
    ----------
    layers
        The layers to draw, bottom to top.
    view
        West, south, east, north in degrees; the map shows all of it. A view across the
        antimeridian has an `east` above 180, and what is drawn lies within half a turn of it.
    places
        By id; has the Arabic names of the dots and which of them are named first.
    width, height
        Pixels; the default height follows from the view.
    mercator
        Web Mercator, as the page has it; else equirectangular.
    basemap, names
        Whether there is a basemap, and whether anything is written on the map.
    own
        The case's own basemap, which is drawn over that of the world.
    """
    return _Drawing(fit_frame(view, width, height, mercator=mercator), places or {}).draw(
        list(layers), basemap=basemap, names=names, own=own
    )


class _Drawing:
    """One drawing, built bottom to top."""

    def __init__(self, frame: MapFrame, places: Mapping[str, Place]) -> None:
        self.frame = frame
        self.places = places
        self.made = MapDrawing(frame)
        edge = BEYOND
        self.edges = (-edge, -edge, frame.width + edge, frame.height + edge)
        self.box = Box(4, 4, frame.width - 4, frame.height - 4)

    def draw(
        self, layers: list[FeatureLayer], *, basemap: bool, names: bool, own: OwnBasemap | None
    ) -> MapDrawing:
        west, south, east, north = self.frame.view
        ground = case_basemap((west, max(south, -85.0), east, min(north, 85.0)), own)
        if basemap:
            self.basemap(ground)
        dots: list[tuple[DrawnDot, DrawnFeature]] = []
        routes: list[tuple[DrawnShape, DrawnFeature]] = []
        for layer in layers:
            for feature in layer.features:
                if feature.kind == "dot":
                    dots += self.dot(feature, layer.kind)
                else:
                    routes += self.shape(feature, layer.kind)
        if names:
            self.write(ground if basemap else None, dots, routes)
        return self.made

    def basemap(self, ground: BasemapView) -> None:
        for name, closed, lines in ground.layers:
            if name == "sea":
                box = np.array([(x, y) for x in self.edges[::2] for y in self.edges[1::2]])
                self.made.marks.append(
                    DrawnShape(name, (box[[0, 1, 3, 2]],), True, BASEMAP_STYLES[name])
                )
                continue
            cut = self.cut(lines, closed=closed)
            if cut:
                shape = DrawnShape(name, tuple(cut), closed, BASEMAP_STYLES[name])
                self.made.marks.append(shape)
        if ground.is_empty:
            self.graticule()

    def graticule(self) -> None:
        from convoy_geo.viz.folium_map import graticule  # noqa: PLC0415

        lines, labels = graticule(self.frame.view)
        cut = self.cut([np.array(line) for line in lines], closed=False)
        self.made.marks.append(DrawnShape("graticule", tuple(cut), False, BASEMAP_STYLES["coast"]))
        self.degrees = labels

    def cut(self, lines: Sequence[Floats], *, closed: bool) -> list[Floats]:
        """Lines in degrees as lines in pixels, once for each turn of the world that is seen."""
        if not lines:  # such as a graticule whose lines are wider apart than the view
            return []
        make = shapely.polygons if closed else shapely.linestrings
        flat = np.concatenate(lines)
        ends = np.cumsum([len(line) for line in lines])[:-1]
        west, _, east, _ = self.frame.view
        found: list[Floats] = []
        for turn in range(-1, 2):
            moved = flat + np.array([360.0 * turn, 0.0])
            if moved[:, 0].max() < west or moved[:, 0].min() > east:
                continue
            shapes = np.array([make(part) for part in np.split(self.frame.xy(moved), ends)])
            found += self.clipped(shapes, closed=closed)
        return found

    def clipped(self, shapes: Any, *, closed: bool) -> list[Floats]:
        bounds = shapely.bounds(shapes)
        left, top, right, bottom = self.edges
        seen = (
            (bounds[:, 0] <= right) & (bounds[:, 2] >= left)
            & (bounds[:, 1] <= bottom) & (bounds[:, 3] >= top)
        )  # fmt: skip
        parts = shapely.get_parts(shapely.clip_by_rect(shapes[seen], *self.edges))
        parts = shapely.simplify(parts, FINE, preserve_topology=False)
        parts = shapely.get_parts(parts[~shapely.is_empty(parts)])
        if closed:
            rings = shapely.get_rings(parts[shapely.get_type_id(parts) == 3])
            return [shapely.get_coordinates(ring)[:-1] for ring in rings]
        return [shapely.get_coordinates(part) for part in parts if part.geom_type == "LineString"]

    def shape(self, feature: DrawnFeature, kind: str) -> list[tuple[DrawnShape, DrawnFeature]]:
        """A line or an area; gives it back if it is a line."""
        geometry: BaseGeometry = feature.geometry
        if feature.kind == "circle":
            geometry = geodesy.disc(geometry.x, geometry.y, feature.radius / 1000.0)
        flat = shapely.transform(geometry, self.frame.xy)
        closed = flat.geom_type.endswith("Polygon")
        style = dict(feature.style)
        if closed:
            style.setdefault("fill", True)
            whole = shapely.make_valid(flat)
            rings = shapely.get_rings(shapely.get_parts(
                shapely.intersection(whole, shapely.box(*self.edges))))  # fmt: skip
            lines = [shapely.get_coordinates(ring)[:-1] for ring in rings]
        else:
            parts = shapely.get_parts(flat)
            if offset := float(style.pop("offset", 0.0)):
                parts = shapely.get_parts(shapely.offset_curve(parts, offset))
            lines = self.clipped(parts, closed=False)
        if not lines:
            return []
        drawn = DrawnShape(kind, tuple(lines), closed, style, feature.title)
        self.made.marks.append(drawn)
        if kind == "reported" and feature.title and not closed:
            self.arrows(drawn)
        return [] if closed else [(drawn, feature)]

    def arrows(self, drawn: DrawnShape) -> None:
        """Heads along a route, which show where it goes."""
        reach = 4.0 + 1.3 * float(drawn.style.get("weight", 3))
        heads = []
        for line in drawn.lines:
            path = shapely.linestrings(line)
            if path.length < ARROW_LEAST:
                continue
            count = max(1, round(path.length / ARROW_EVERY))
            for number in range(count):
                at = path.length * (number + 0.62) / (count + 0.24)
                tail, tip = (path.interpolate(at + step).coords[0] for step in (-reach, reach))
                heads.append(_arrowhead(np.array(tail), np.array(tip), reach))
        if heads:
            colour = drawn.style.get("color", "#3388ff")
            style = {"color": "#ffffff", "weight": 1, "fill": True, "fillColor": colour,
                     "fillOpacity": 1}  # fmt: skip
            self.made.marks.append(DrawnShape("arrow", tuple(heads), True, style))

    def dot(self, feature: DrawnFeature, kind: str) -> list[tuple[DrawnDot, DrawnFeature]]:
        x, y = self.frame.at(feature.geometry.x, feature.geometry.y)
        if not (self.edges[0] < x < self.edges[2] and self.edges[1] < y < self.edges[3]):
            return []
        drawn = DrawnDot(kind, x, y, feature.radius, feature.style, feature.title)
        self.made.marks.append(drawn)
        return [(drawn, feature)]

    def write(
        self,
        ground: BasemapView | None,
        dots: list[tuple[DrawnDot, DrawnFeature]],
        routes: list[tuple[DrawnShape, DrawnFeature]],
    ) -> None:
        """All that is written on the map, the most important first."""
        taken = [
            Box(dot.x - reach, dot.y - reach, dot.x + reach, dot.y + reach)
            for dot, _ in dots
            for reach in [dot.radius + 1.5]
        ]
        lines = [line for shape, _ in routes if shape.kind in ROUTES for line in shape.lines]
        self.placer = LabelPlacer(self.box, taken, lines)
        self.scale_bar([(dot.x, dot.y) for dot, _ in dots])
        named: list[tuple[bool, DrawnDot, DrawnFeature]] = []
        for dot, feature in dots:
            place = self.places.get(feature.place)
            named.append((place is not None and place.role != "mentioned", dot, feature))
        named.sort(key=lambda one: one[0])
        for second, dot, feature in named[:MOST_NAMES]:
            if feature.title and self.box.left < dot.x < self.box.right:
                self.dot_name(dot, feature, "other" if second else "place")
        for shape, feature in routes:
            if feature.label:
                self.line_name(shape, feature)
        for name, lon, lat in getattr(self, "degrees", ()):
            self.name_at("degrees", (name,), *self.frame.at(lon, lat))
        if ground is not None:
            self.ground_names(ground, [feature for _, feature in dots])

    def dot_name(self, dot: DrawnDot, feature: DrawnFeature, kind: str) -> None:
        place = self.places.get(feature.place)
        arabic = place.arabic_name if place else ""
        text = (*_lines(feature.title), *_lines(arabic))
        size = _size(kind, text)
        found = self.placer.place_near(
            dot.x, dot.y, size, gap=dot.radius + 4.0, far=kind == "place"
        )
        if found is None:
            self.made.unnamed.append(feature.title)
            return
        side = _side(found.box, dot.x)
        self.made.names.append(DrawnName(kind, text, found.box, side, found.leader))

    def line_name(self, shape: DrawnShape, feature: DrawnFeature) -> None:
        text = tuple(_lines(feature.label))
        gap = 5.0 + float(shape.style.get("weight", 3)) / 2
        for line in sorted(shape.lines, key=len, reverse=True):
            boxes = on_line(shapely.linestrings(line), _size("line", text), gap)
            found = self.placer.place(boxes)
            if found is not None:
                colour = str(shape.style.get("textColor", shape.style.get("color", "#1c1b19")))
                self.made.names.append(DrawnName("line", text, found, colour=colour))
                return

    def name_at(self, kind: str, text: tuple[str, ...], x: float, y: float) -> bool:
        """Put a name on its point, or near it where that is taken."""
        wide, tall = _size(kind, text)
        steps = [(0.0, 0.0), (0, -1), (0, 1), (-0.5, 0), (0.5, 0), (0, -2), (0, 2), (-0.5, -1),
                 (0.5, -1), (-0.5, 1), (0.5, 1), (-1, 0), (1, 0)]  # fmt: skip
        boxes = [
            Box(x - wide / 2 + right * wide, y - tall / 2 + down * tall,
                x + wide / 2 + right * wide, y + tall / 2 + down * tall)
            for right, down in (steps if kind != "degrees" else steps[:1])
        ]  # fmt: skip
        found = self.placer.place(boxes)
        if found is not None:
            self.made.names.append(DrawnName(kind, text, found))
        return found is not None

    def ground_names(self, ground: BasemapView, dots: Sequence[DrawnFeature]) -> None:
        zoom = zoom_of(self.frame.view, self.frame.width) + 0.2
        named = {dot.title.casefold() for dot in dots}
        wanted = [one for one in ground.labels if one.zoom <= zoom]
        done = self.visible_names()
        wanted = [one for one in wanted if (one.kind, one.name) not in done]
        for label in sorted(wanted, key=lambda one: (NAMES[one.kind], one.rank)):
            for turn in (0, -360, 360):
                x, y = self.frame.at(label.lon + turn, label.lat)
                inside = self.box.left < x < self.box.right and self.box.top < y < self.box.bottom
                if inside and not (label.kind == "town" and label.name.casefold() in named):
                    self.ground_name(label, x, y)

    def visible_names(self) -> set[tuple[str, str]]:
        """Write the countries and rivers of the view inside their visible parts."""
        west, south, east, north = self.frame.view
        found = set()
        for one in visible_names((west, max(south, -85.0), east, min(north, 85.0))):
            name = one.name.upper() if one.kind == "country" else one.name
            text = tuple(filter(None, (name, one.arabic)))
            if any(self.name_at(one.kind, text, *self.frame.at(*spot)) for spot in one.spots):
                found.add((one.kind, one.name))
        return found

    def ground_name(self, label: BasemapLabel, x: float, y: float) -> None:
        name = label.name.upper() if label.kind == "country" else label.name
        text = tuple(filter(None, (name, label.arabic)))
        if label.kind != "town":
            self.name_at(label.kind, text, x, y)
            return
        dot = Box(x - TOWN_DOT, y - TOWN_DOT, x + TOWN_DOT, y + TOWN_DOT)
        if not self.placer.is_free(dot):
            return
        found = self.placer.place_near(x, y, _size("town", text), gap=TOWN_DOT + 3)
        if found is not None:
            self.placer.reserve(dot)
            style = {"stroke": False, "fill": True, "fillColor": LOOKS["town"]["colour"],
                     "fillOpacity": 1}  # fmt: skip
            self.made.marks.append(DrawnDot("town", x, y, TOWN_DOT, style))
            self.made.names.append(DrawnName("town", text, found.box, _side(found.box, x)))

    def scale_bar(self, dots: Sequence[tuple[float, float]]) -> None:
        """Kilometres and miles, true at the map's middle latitude, in the emptiest corner."""
        frame = self.frame
        west, south, east, north = frame.view
        middle = (south + north) / 2
        most = min(0.2 * frame.width, 150.0)
        share = most / frame.width
        km = geodesy.distance_km(west, middle, west + share * (east - west), middle)
        bars = []
        for unit, length in (("km", 1.0), ("mi", geodesy.KM_PER_MILE)):
            value = _round_number(km / length)
            bars.append((most * value * length / km, f"{value:g} {unit}"))
        wide, tall = most + 22.0, 38.0
        corners = [
            Box(left, top, left + wide, top + tall)
            for top in (frame.height - tall, 0.0)
            for left in (0.0, frame.width - wide)
        ]
        room = 20.0
        corner = min(
            corners,
            key=lambda box: sum(
                box.left - room < x < box.right + room and box.top - room < y < box.bottom + room
                for x, y in dots
            ) + self.placer.lines_in(box),
        )  # fmt: skip
        self.placer.reserve(corner)
        self.made.scale = ScaleBar(corner.left + 11, corner.top + tall / 2, tuple(bars))


def _arrowhead(tail: Floats, tip: Floats, reach: float) -> Floats:
    ahead = tip - tail
    length = float(np.hypot(*ahead)) or 1.0
    ahead = ahead / length
    across = np.array([-ahead[1], ahead[0]]) * reach * 0.62
    back = tip - ahead * reach * 1.9
    notch = tip - ahead * reach * 1.35
    return np.array([tip, back + across, notch, back - across])


def _side(box: Box, x: float) -> str:
    if box.left >= x:
        return "start"
    return "end" if box.right <= x else "middle"


def _lines(name: str) -> list[str]:
    """A name in one line, or in lines of about the same length if it is long."""
    whole = " ".join(name.split())
    count = -(-len(whole) // LONGEST)
    if count <= 1:
        return [whole] if whole else []
    return textwrap.wrap(whole, max(LONGEST // 2, -(-len(whole) // count) + 5))[:MOST_LINES]


def _size(kind: str, text: Sequence[str]) -> tuple[float, float]:
    look = LOOKS[kind]
    size, bold = look["size"], look.get("bold", False)
    wide = max(text_width(line, size, bold=bold) for line in text)
    return wide + 3.0, size * LINE_HEIGHT * len(text) + 1.0


def _round_number(value: float) -> float:
    """The largest 1, 2 or 5 times a power of ten that is not above a number."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (5, 2, 1) if step * power <= value)
