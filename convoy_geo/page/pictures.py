"""Pictures of the story as SVG, made when the page is: they show without any script.

A picture shows some routes, those of earlier days in grey, closures, places and zones. Colours of
sides are attributes, for light and for dark paper; all else is told by classes of the page's sheet.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import shapely

from convoy_geo.geodesy import disc
from convoy_geo.io.html import Html, render, safe
from convoy_geo.lang import DEFAULT
from convoy_geo.model.views import in_view
from convoy_geo.page.strokes import (
    HEAD,
    along,
    arrowhead,
    grid,
    label_spots,
    length_of,
    moved,
    path_of,
    shortened,
    thinned,
)  # fmt: skip
from convoy_geo.viz.label_placement import Box, LabelPlacer
from convoy_geo.viz.layers import route_lanes
from convoy_geo.viz.map_frame import MapFrame, fit_frame
from convoy_geo.viz.route_days import route_days
from convoy_geo.viz.route_offsets import LANE_PX
from convoy_geo.viz.story_roads import roads_to_draw
from convoy_geo.viz.text_width import text_width
from convoy_geo.webmap.basemap import basemap_of
from convoy_geo.webmap.visible_names import visible_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from convoy_geo.dates.interval import Interval
    from convoy_geo.model.case_info import Side
    from convoy_geo.routing.reported_routes import Track
    from convoy_geo.viz.view_data import Contents

    Floats = NDArray[np.float64]
    View = tuple[float, float, float, float]

__all__ = ["CountMark", "Pictures", "painted"]

BASE_PX = 1500.0
"""Width of the view in the units of the shared ground."""
WIDEST = (1080.0, 460.0)
"""Size of the widest picture."""
AROUND = 0.95
"""How far the shared ground reaches beyond the widest picture, in widths and heights of it."""
LINE, GAP = 13.0, 15.0
"""Size of letters, and from one line to the next, in pixels."""
ROUGH_PX, SMALL_PX = 0.8, 3.0
"""Units by which a line of the ground may be off, and of the smallest that is drawn."""
MOST_ROADS = 4000
"""Positions of roads that are drawn at the most."""
LOCATED = 4
"""Countries that the small map names at the most."""
TOWNS = 4
"""Towns of the basemap that a picture names besides those of the story."""


@dataclass(frozen=True)
class CountMark:
    """What a picture writes beside a zone: a count of units, in a side's colour."""

    lines: tuple[str, ...]
    side: Side | None = None
    units: str = ""
    units_size: tuple[float, float] = (0.0, 0.0)
    place: str = ""
    route: str = ""


@dataclass
class _Sheet:
    """A picture on the way."""

    frame: MapFrame
    small: bool
    parts: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    lines: list[Floats] = field(default_factory=list)
    dots: list[Box] = field(default_factory=list)


def painted(side: Side | None, inner: str) -> str:
    """A drawing in a side's colour: for all browsers, and for those that know dark."""
    if side is None:
        return f'<g class="ink">{inner}</g>'
    text, dark = side.shades.text, side.shades.dark_text
    return f'<g color="{text}"><g color="light-dark({text},{dark})">{inner}</g></g>'


class Pictures:
    """Draws the pictures of a case.

    Parameters
    ----------
    contents
        What the case holds.
    words
        The page's own words.
    """

    def __init__(self, contents: Contents, words: Mapping[str, str]) -> None:
        self.contents = contents
        self.words = words
        self.view = contents.info.view
        self.tracks = {track.route.id: track for track in contents.tracks}
        self.days = route_days([track.route for track in contents.tracks], contents.claims)

    @cached_property
    def lanes(self) -> dict[str, int]:
        """The lane of each route."""
        return dict(zip(self.tracks, route_lanes(self.contents), strict=True))

    @cached_property
    def ground(self) -> MapFrame:
        """The frame in whose pixels the shared ground is drawn."""
        return fit_frame(self.view, BASE_PX)

    def defs(self) -> Html:
        """The ground that all pictures share, once a page."""
        ground = basemap_of(self.view)
        parts = [
            self._ground("b-land", [*ground.polar, *ground.land], closed=True),
            self._ground("b-lake", ground.lakes, closed=True),
            self._ground("b-river", ground.rivers),
            self._roads(),
            self._ground("b-border", ground.borders),
            self._ground("b-dashed", ground.dashed),
        ]
        return Html(
            '<svg class="defs" width="0" height="0" aria-hidden="true"><defs>'
            f'<g id="base">{"".join(parts)}</g>{render("units")}</defs></svg>'
        )

    def _roads(self) -> str:
        if self.contents.network is None:
            return ""
        shapes = [
            np.asarray(part.coords)[:, :2]
            for one in roads_to_draw(self.contents).geometry
            for part in shapely.get_parts(one).tolist()
        ]
        if sum(map(len, shapes)) > MOST_ROADS:
            return ""
        return self._ground("b-road", shapes)

    def _ground(self, name: str, lines: Iterable[Floats], *, closed: bool = False) -> str:
        """Lines or rings of the ground, cut to what any picture may show."""
        west, south, east, north = fit_frame(self.view, *WIDEST).view
        wide, high = (east - west) * AROUND, (north - south) * AROUND
        box = (west - wide, max(south - high, -84.9), east + wide, min(north + high, 84.9))
        middle = (west + east) / 2
        path = []
        for line in lines:
            turned = line.copy()
            turns = np.round((turned[:, 0].mean() - middle) / 360)
            turned[:, 0] -= 360 * turns
            if len(turned) < (3 if closed else 2):
                continue
            shape = shapely.polygons(turned) if closed else shapely.linestrings(turned)
            cut = shapely.clip_by_rect(shapely.make_valid(shape) if closed else shape, *box)
            for part in shapely.get_parts(cut).tolist():
                if part.geom_type not in {"Polygon", "LineString"} or part.is_empty:
                    continue
                rings = [part.exterior, *part.interiors] if closed else [part]
                for ring in rings:
                    xy = self.ground.xy(np.asarray(ring.coords)[:, :2])
                    if np.ptp(xy, axis=0).max() >= SMALL_PX:
                        path.append(path_of(thinned(xy, ROUGH_PX), closed=closed, digits=0))
        if not path:
            return ""
        return f'<path class="{name}" d="{"".join(path)}"/>'

    def picture(
        self,
        *,
        title: str,
        size: tuple[float, float],
        view: View | None = None,
        routes: Sequence[str] = (),
        past: Sequence[str] = (),
        day: Interval | None = None,
        places: Iterable[str] = (),
        side: str = "",
        marks: Sequence[CountMark] = (),
        locator: bool = False,
        name: str = "",
    ) -> Html:
        """One picture.

        Parameters
        ----------
        title
            What a screen reader says.
        size
            Pixels.
        view
            What it shows; by default the case's view.
        routes, past
            Ids of the routes that it shows, and of those that were earlier.
        day
            The days that it is about.
        places
            Ids of places that it names, besides the ends of its routes.
        side
            Id of the side whose colour its zones have.
        marks
            What stands beside its zones.
        locator
            Whether it has a small map that says where it is.
        name
            What stands in its corner.
        """
        width, height = size
        sheet = _Sheet(fit_frame(view or self.view, width, height), small=width < 500)
        info = self.contents.info
        zones = self._zones(sheet, marks, places, info.sides.get(side))
        for key in past:
            self._past(sheet, self.tracks[key])
        labels = [(key, label) for key in routes
                  for label in self._route(sheet, self.tracks[key], day)]  # fmt: skip
        closed = self._closures(sheet, day)
        counted = {mark.route: mark for mark in marks if mark.route}
        zones = [(mark, box) for mark, box in zones if not mark.route]
        dots = self._dots(sheet, [*self._ends(routes), *places])
        placer = LabelPlacer(Box(3, 3, width - 3, height - 3), sheet.dots, sheet.lines, 5.0)
        if locator:
            placer.reserve(Box(width - 112, 0, width, 86) if not sheet.small
                           else Box(width - 78, 0, width, 62))  # fmt: skip
        if name:
            placer.reserve(Box(0, 0, 150, 30))
        placer.reserve(Box(width - 130, height - 26, width, height))
        self._boxes(sheet, placer, zones)
        first = [label for label in labels if label[0] in counted]
        rest = [label for label in labels if label[0] not in counted]
        for key, (spots, lines, owner) in first + (rest if sheet.small else []):
            self._label(sheet, placer, spots, lines, owner, counted.get(key))
        for x, y, text in dots:
            self._name(sheet, placer, x, y, text)
        for _, (spots, lines, owner) in [] if sheet.small else rest:
            self._label(sheet, placer, spots, lines, owner)
        for spots, lines, owner in closed if not marks else ():
            self._label(sheet, placer, spots, lines, owner)
        self._grounds(sheet, placer)
        self._scale(sheet)
        inset = self._locator(sheet) if locator else ""
        base, frame = self.ground, sheet.frame
        k = frame.scale / base.scale
        x = (base.west - frame.west) * frame.scale
        y = (frame.top - base.top) * frame.scale
        return Html(
            f'<svg class="map {"nr" if sheet.small else "wd"}" viewBox="0 0 {width:g} {height:g}" '
            f'role="img" lang="{DEFAULT}" aria-label="{safe(title)}">'
            f'<g transform="translate({x:.1f} {y:.1f}) scale({k:.4f})"><use href="#base"/></g>'
            f'{"".join(sheet.parts)}<g class="names">{"".join(sheet.names)}</g>{inset}</svg>'
        )

    def _ends(self, routes: Iterable[str]) -> list[str]:
        stops = [self.tracks[key].route.places for key in routes]
        return [stop for places in stops for stop in (places[0], places[-1])]

    def _lines(self, sheet: _Sheet, shape: BaseGeometry, lane: float = 0.0) -> list[Floats]:
        """A geometry in pixels, moved to its right."""
        shape = in_view(shape, self.view)
        found = []
        for part in shapely.get_parts(shape).tolist():
            xy = thinned(sheet.frame.xy(np.asarray(part.coords)[:, :2]), 1.0 + abs(lane) / 4)
            found.append(moved(xy, lane))
        return found

    def _route(
        self, sheet: _Sheet, track: Track, day: Interval | None
    ) -> Iterable[tuple[list[tuple[float, float]], tuple[str, ...], Side | None]]:
        route = track.route
        side = self.contents.info.sides.get(route.side)
        own = self.days[route.id]
        surely = bool(own.stated)
        if day and surely:
            first, last = day.days
            surely = any(low <= last and first <= high for low, high in own.stated)
        is_plan = route.planned or route.status in {"unconfirmed", "believed"}
        lane = self.lanes[route.id] * (LANE_PX if not sheet.small else 5.5)
        longest: Floats | None = None
        legs = [leg for leg in track.legs if leg.geometry is not None]
        for number, leg in enumerate(legs):
            assert leg.geometry is not None  # noqa: S101  (asked for above)
            parts = self._lines(sheet, leg.geometry, lane)
            kind = "dot" if leg.road is None else "plan" if is_plan else "" if surely else "hollow"
            drawn = []
            for at, xy in enumerate(parts):
                last = number == len(legs) - 1 and at == len(parts) - 1
                line = shortened(xy, HEAD - 2) if last else xy
                d = path_of(line)
                drawn.append(f'<path class="halo" d="{d}"/><path class="rt {kind}" d="{d}"/>')
                if kind == "hollow":
                    drawn.append(f'<path class="rt-in" d="{d}"/>')
                if last:
                    head = "ah-h" if kind == "hollow" else "ah"
                    drawn.append(f'<path class="{head}" d="{arrowhead(xy)}"/>')
                sheet.lines.append(xy)
                if longest is None or (length_of(xy) * (0.3 if kind == "dot" else 1)) > length_of(
                    longest
                ):
                    longest = xy
            sheet.parts.append(painted(side, "".join(drawn)))
        if longest is not None:
            named = side.short if side else route.side
            text = route.label or route.title
            yield label_spots(longest), (named, *_folded(text, 22 if sheet.small else 30)), side

    def _past(self, sheet: _Sheet, track: Track) -> None:
        for leg in track.legs:
            if leg.geometry is None:
                continue
            for xy in self._lines(sheet, leg.geometry):
                sheet.parts.append(f'<path class="ghost" d="{path_of(xy)}"/>')

    def _closures(
        self, sheet: _Sheet, day: Interval | None
    ) -> list[tuple[list[tuple[float, float]], tuple[str, ...], None]]:
        found: list[tuple[list[tuple[float, float]], tuple[str, ...], None]] = []
        for closure in self.contents.closures:
            if closure.kind != "cut" or not closure.geometry.geom_type.endswith("LineString"):
                continue
            if day and closure.closed and not closure.closed.overlaps(day):
                continue
            for xy in self._lines(sheet, closure.geometry):
                signs = "".join(
                    f"M{x - 4:.0f} {y - 4:.0f}l8 8m0-8l-8 8" for x, y in along(xy, 22.0)
                )
                sheet.parts.append(
                    f'<path class="cut" d="{path_of(xy)}"/><path class="cut-x" d="{signs}"/>'
                )
                sheet.lines.append(xy)
                found.append((label_spots(xy), (self.words["legendCut"],), None))
        return found

    def _outline(self, key: str) -> BaseGeometry | None:
        place = self.contents.places.get(key)
        if key in self.contents.zones:
            return self.contents.zones[key]
        if place is None or place.shape != "area" or place.lon is None or place.lat is None:
            return None
        return self.contents.areas.get(key) or disc(place.lon, place.lat, place.radius_km or 1.0)

    def _zones(
        self, sheet: _Sheet, marks: Sequence[CountMark], places: Iterable[str], side: Side | None
    ) -> list[tuple[CountMark, Box | None]]:
        """Outlines of areas, in dashes; where what belongs to them may stand."""
        drawn: set[str] = set()
        keys = [mark.place for mark in marks] + list(places)
        boxes: dict[str, Box] = {}
        for key in dict.fromkeys(filter(None, keys)):
            outline = self._outline(key)
            if outline is None or key in drawn:
                continue
            drawn.add(key)
            rings = [
                sheet.frame.xy(np.asarray(part.exterior.coords)[:, :2])
                for part in shapely.get_parts(in_view(outline, self.view)).tolist()
                if part.geom_type == "Polygon"
            ]
            if not rings:
                continue
            owner = next((mark.side for mark in marks if mark.place == key), side)
            d = "".join(path_of(thinned(ring, 0.8), closed=True) for ring in rings)
            sheet.parts.append(painted(owner, f'<path class="zone" d="{d}"/>'))
            every = np.vstack(rings)
            boxes[key] = Box(*every.min(axis=0).tolist(), *every.max(axis=0).tolist())
        return [(mark, boxes.get(mark.place)) for mark in marks]

    def _boxes(
        self, sheet: _Sheet, placer: LabelPlacer, zones: Sequence[tuple[CountMark, Box | None]]
    ) -> None:
        """Counts in their zones; what has none, in a box beside the map."""
        width, height = sheet.frame.width, sheet.frame.height
        at = 8.0
        for mark, box in zones:
            lines = mark.lines
            if sheet.small:
                lines = tuple(part for line in lines for part in _folded(line, 15))
                mark = replace(mark, lines=lines)  # noqa: PLW2901
            wide = max([text_width(line, LINE, bold=True) for line in lines] + [mark.units_size[0]])
            tall = GAP * len(lines) + mark.units_size[1] + 4
            if box is not None:
                x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
                across, down = mark.units_size
                room = box.right - box.left > across * 1.15 and box.bottom - box.top > down * 1.3
                if room and mark.units:
                    middle = [
                        Box(x - across / 2, y + off - down / 2, x + across / 2, y + off + down / 2)
                        for off in (0.0, -10.0, 10.0, -20.0, 20.0)
                    ]
                    inner = placer.place(middle)
                    if inner is not None:
                        self._count(sheet, replace(mark, lines=()), inner)
                        mark = replace(mark, units="", units_size=(0.0, 0.0))  # noqa: PLW2901
                        wide = max(text_width(line, LINE, bold=True) for line in lines)
                        tall = GAP * len(lines)
                spots = [
                    Box(box.right + 6, y - tall / 2, box.right + 6 + wide, y + tall / 2),
                    Box(box.left - 6 - wide, y - tall / 2, box.left - 6, y + tall / 2),
                    Box(x - wide / 2, box.top - tall - 4, x + wide / 2, box.top - 4),
                    Box(x - wide / 2, box.bottom + 4, x + wide / 2, box.bottom + tall + 4),
                    Box(x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2),
                ]
                spot = placer.place(spots)
                if spot is None:
                    spot = placer.place(grid(width, height, wide, tall))
                if spot is not None:
                    self._count(sheet, mark, spot)
                continue
            spot = Box(at + 8, height - tall - 16, at + 8 + wide, height - 16)
            sheet.names.append(
                f'<rect class="nowhere" x="{at:.1f}" y="{height - tall - 24:.1f}" '
                f'width="{wide + 16:.1f}" height="{tall + 16:.1f}" rx="3"/>'
            )
            placer.reserve(Box(at, height - tall - 24, at + wide + 16, height))
            self._count(sheet, mark, spot)
            at += wide + 26

    def _count(self, sheet: _Sheet, mark: CountMark, spot: Box) -> None:
        texts = "".join(
            f'<text class="{"b" if not number else ""}" x="{spot.left:.1f}" '
            f'y="{spot.top + LINE + GAP * number:.1f}"{self._lang(line)}>{safe(line)}</text>'
            for number, line in enumerate(mark.lines)
        )
        units = ""
        if mark.units:
            top = spot.top + GAP * len(mark.lines) + 4
            units = f'<g transform="translate({spot.left:.1f} {top:.1f})">{mark.units}</g>'
        sheet.names.append(painted(mark.side, f'<g class="sc">{texts}</g>{units}'))

    def _lang(self, text: str) -> str:
        """The attribute of words that are the page's own and not the case's."""
        own = self.words["lang"] != DEFAULT and not any(letter.isascii() and letter.isalpha()
                                                        for letter in text)  # fmt: skip
        return f' lang="{self.words["lang"]}"' if own else ""

    def _dots(self, sheet: _Sheet, keys: Iterable[str]) -> list[tuple[float, float, str]]:
        found = []
        for key in dict.fromkeys(keys):
            place = self.contents.places.get(key)
            if place is None or place.lon is None or place.lat is None or place.shape == "unmapped":
                continue
            point = in_view(shapely.Point(place.lon, place.lat), self.view)
            x, y = sheet.frame.at(point.x, point.y)
            if not (4 < x < sheet.frame.width - 4 and 4 < y < sheet.frame.height - 4):
                continue
            if place.shape == "point":
                sheet.parts.append(f'<circle class="tw" cx="{x:.1f}" cy="{y:.1f}" r="3.4"/>')
                sheet.dots.append(Box(x - 5, y - 5, x + 5, y + 5))
            found.append((x, y, place.name))
        return found

    def _name(self, sheet: _Sheet, placer: LabelPlacer, x: float, y: float, text: str) -> None:
        lines = _folded(text, 20 if sheet.small else 26)
        size = max(text_width(line, LINE, bold=True) for line in lines), GAP * len(lines)
        found = placer.place_near(x, y, size, gap=7, far=not sheet.small)
        if found is None:
            return
        if found.leader:
            (x0, y0), (x1, y1) = found.leader
            sheet.names.append(f'<path class="lead" d="M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}"/>')
        sheet.names.append(_texts(lines, found.box, "b"))

    def _label(
        self,
        sheet: _Sheet,
        placer: LabelPlacer,
        spots: Sequence[tuple[float, float]],
        lines: Sequence[str],
        side: Side | None,
        mark: CountMark | None = None,
    ) -> None:
        if mark is not None:
            if sheet.small:
                folded = (part for line in mark.lines for part in _folded(line, 15))
                mark = replace(mark, lines=tuple(folded))
            lines = mark.lines
        wide = max(text_width(line, LINE, bold=True) for line in lines)
        tall = GAP * len(lines)
        if mark is not None:
            wide, tall = max(wide, mark.units_size[0]), tall + mark.units_size[1] + 4
        boxes = []
        for gap in (9, 20, 34) if sheet.small else (9, 20, 36, 58):
            for x, y in spots:
                for east, south in ((0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1)):
                    left = x + east * gap - (wide / 2, 0, wide)[east]
                    top = y + south * gap - (tall / 2, 0, tall)[south]
                    boxes.append(Box(left, top, left + wide, top + tall))
        box = placer.place(boxes)
        if box is None:
            return
        if mark is not None:
            self._count(sheet, mark, box)
            return
        name = "lb" if side or len(lines) > 1 else "lb cut-t"
        inner = _texts(lines, box, name)
        sheet.names.append(painted(side, f"<g{self._lang(' '.join(lines))}>{inner}</g>"))

    def _grounds(self, sheet: _Sheet, placer: LabelPlacer) -> None:
        """Names of countries and rivers, and of a few towns."""
        frame = sheet.frame
        for one in visible_names(tuple(round(edge, 3) for edge in frame.view)):
            size = 11.0
            text = one.name.upper() if one.kind == "country" else one.name
            wide = text_width(text, size) * (1.25 if one.kind == "country" else 1)
            boxes = []
            for lon, lat in one.spots:
                x, y = frame.at(lon, lat)
                off = 9 if one.kind == "river" else 0
                boxes.append(Box(x - wide / 2 + off, y - 7, x + wide / 2 + off, y + 7))
            box = placer.place(boxes) if boxes else None
            if box is not None:
                kind = "cn" if one.kind == "country" else "rn"
                sheet.names.append(_texts([text], box, kind, size=size))
        told = {place.name.casefold() for place in self.contents.places.values()}
        at = np.array(
            [(one.lon, one.lat) for one in self.contents.places.values() if one.lon is not None]
        ).reshape(-1, 2)
        apart = (self.view[2] - self.view[0]) / 60
        towns = [one for one in basemap_of(self.view).labels if one.kind == "town"]
        shown = 0
        for town in towns:
            x, y = frame.at(town.lon, town.lat)
            inside = 12 < x < frame.width - 12 and 12 < y < frame.height - 12
            if not inside or town.name.casefold() in told or shown == TOWNS:
                continue
            if np.any(np.abs(at - (town.lon, town.lat)).max(axis=1, initial=0) < apart):
                continue
            found = placer.place_near(x, y, (text_width(town.name, 11.0), 13), gap=5)
            if found is not None:
                shown += 1
                sheet.parts.append(f'<circle class="tm" cx="{x:.1f}" cy="{y:.1f}" r="2"/>')
                sheet.names.append(_texts([town.name], found.box, "ts", size=11.0))

    def _scale(self, sheet: _Sheet) -> None:
        """A scale bar in the lower right corner, true in the middle of the picture."""
        frame = sheet.frame
        south, north = frame.view[1], frame.view[3]
        km_px = 111.32 * np.cos(np.radians((south + north) / 2)) / frame.scale
        most = 110 * km_px
        step = 10 ** np.floor(np.log10(max(most, 1e-6)))
        km = max((n * step for n in (1, 2, 5) if n * step <= most), default=step)
        long = km / km_px
        x, y = frame.width - 10 - long, frame.height - 9
        text = f"{km:g} {self.words['km']}"
        sheet.names.append(
            f'<path class="sb" d="M{x:.1f} {y - 4:.1f}v4h{long:.1f}v-4"/>'
            f'<text class="ts" x="{x + long / 2:.1f}" y="{y - 5:.1f}" '
            f'text-anchor="middle">{text}</text>'
        )

    def _locator(self, sheet: _Sheet) -> str:
        """A small map of where this is."""
        wide, high = (72.0, 56.0) if sheet.small else (104.0, 78.0)
        west, south, east, north = sheet.frame.view
        more, up = (east - west) * 0.75, (north - south) * 0.9
        frame = fit_frame(
            (west - more, max(south - up, -80), east + more, min(north + up, 84)), wide, high
        )
        k = frame.scale / self.ground.scale
        x = (self.ground.west - frame.west) * frame.scale
        y = (frame.top - self.ground.top) * frame.scale
        (x0, y0), (x1, y1) = frame.at(west, north), frame.at(east, south)
        names: list[str] = []
        placer = LabelPlacer(Box(1, 1, wide - 1, high - 1))
        placer.reserve(Box(x0 - 1, y0 - 1, x1 + 1, y0 + 2))
        placer.reserve(Box(x0 - 1, y1 - 2, x1 + 1, y1 + 1))
        for one in visible_names(tuple(round(edge, 2) for edge in frame.view)):
            if one.kind != "country" or len(names) == LOCATED:
                continue
            size = text_width(one.name, 9.0), 10
            boxes = [Box(px - size[0] / 2, py - 5, px + size[0] / 2, py + 5)
                     for px, py in (frame.at(*spot) for spot in one.spots)]  # fmt: skip
            box = placer.place(boxes)
            if box is not None:
                names.append(_texts([one.name], box, "il", size=9.0))
        left = sheet.frame.width - wide - 6
        return (
            f'<svg class="loc" x="{left:.1f}" y="6" width="{wide:g}" height="{high:g}" '
            f'viewBox="0 0 {wide:g} {high:g}"><rect class="b-sea" width="{wide:g}" '
            f'height="{high:g}"/>'
            f'<g transform="translate({x:.1f} {y:.1f}) scale({k:.4f})"><use href="#base"/></g>'
            f'{"".join(names)}<rect class="vw" x="{x0:.1f}" y="{y0:.1f}" width="{x1 - x0:.1f}" '
            f'height="{y1 - y0:.1f}"/><rect class="edge" x=".5" y=".5" width="{wide - 1:g}" '
            f'height="{high - 1:g}"/></svg>'
        )


def _texts(lines: Sequence[str], box: Box, name: str, *, size: float = LINE) -> str:
    step = GAP if size == LINE else size + 2
    x = (box.left + box.right) / 2
    return "".join(
        f'<text class="{name}{" b" if not number and len(lines) > 1 else ""}" x="{x:.1f}" '
        f'y="{box.top + step * number + size - 1.5:.1f}" text-anchor="middle">{safe(line)}</text>'
        for number, line in enumerate(lines)
    )


def _folded(text: str, most: int) -> list[str]:
    """A text in lines of so many letters, three at the most."""
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + len(word) < most:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines[:3] or [""]
