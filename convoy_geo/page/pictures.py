"""Pictures of the story as SVG, created with the page: they need no script.

A picture shows some routes (those of earlier days in grey), closures, places and zones. Colours of
sides are attributes, for light and dark backgrounds; everything else is styled by classes.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import shapely

from convoy_geo.geodesy import disc
from convoy_geo.io.html import Html, safe
from convoy_geo.lang import DEFAULT
from convoy_geo.model.views import in_view
from convoy_geo.page.picture_ground import PictureGround
from convoy_geo.page.picture_sheet import Sheet
from convoy_geo.page.picture_texts import folded, painted
from convoy_geo.page.strokes import (
    HEAD,
    along,
    arrowhead,
    label_spots,
    length_of,
    moved,
    path_of,
    shortened,
    thinned,
)  # fmt: skip
from convoy_geo.viz.label_placement import Box
from convoy_geo.viz.layers import route_lanes
from convoy_geo.viz.map_frame import fit_frame
from convoy_geo.viz.route_days import route_days
from convoy_geo.viz.route_ends import goals, is_nameable
from convoy_geo.viz.route_offsets import LANE_PX
from convoy_geo.viz.story_clock import BY_DAY, has_clock, story_clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from convoy_geo.dates.interval import Interval
    from convoy_geo.model.case_info import Side
    from convoy_geo.page.picture_sheet import CountMark
    from convoy_geo.routing.reported_routes import Track
    from convoy_geo.viz.map_frame import MapFrame
    from convoy_geo.viz.route_days import RouteDays
    from convoy_geo.viz.view_data import Contents

    Floats = NDArray[np.float64]
    View = tuple[float, float, float, float]

__all__ = ["SIZES", "Pictures"]

SIZES = {
    "chapter": ((840.0, 560.0), (360.0, 280.0)),
    "twin": ((840.0, 290.0), (360.0, 180.0)),
    "top": ((1080.0, 460.0), (360.0, 300.0)),
    "tall": ((1080.0, 640.0), (360.0, 300.0)),
}
"""Pixels of a picture, wide and narrow; ``tall`` is the top's where the view is high."""
TALL = 620.0
"""Height of a view of 1000 pixels from which the top has a tall picture."""
LABELS = 2
"""Maximum number of labelled closures; if there are more, only the longest is labelled."""


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
        top = [fit_frame(self.view, *size) for size in self.top_sizes]
        self.ground = PictureGround(contents, top, list(self._frames()))
        self.tracks = {track.route.id: track for track in contents.tracks}
        self._goals = goals(contents)
        routes = [track.route for track in contents.tracks]
        self.clock = story_clock(contents)
        self.days = route_days(routes, contents.claims, span=BY_DAY.span, always=BY_DAY.always)
        self.hours = route_days(
            routes, contents.claims, span=self.clock.span, always=self.clock.always
        )

    @cached_property
    def lanes(self) -> dict[str, int]:
        """The lane of each route."""
        return dict(zip(self.tracks, route_lanes(self.contents), strict=True))

    @property
    def top_sizes(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Sizes of the picture at the top."""
        return SIZES["tall" if fit_frame(self.view, 1000.0).height > TALL else "top"]

    def _frames(self) -> Iterator[MapFrame]:
        """The frames of all pictures of chapters."""
        kinds = {(self.view, "chapter")} | {
            (one.box or self.view, "twin" if one.twin else "chapter")
            for one in self.contents.chapters
        }
        for view, kind in kinds:
            yield from (fit_frame(view, *size) for size in SIZES[kind])

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
            Ids of places that it names, in addition to the ends of its routes.
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
        sheet = Sheet(fit_frame(view or self.view, width, height), self.words, self.contents.lang)
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
        placer = sheet.placer()
        if locator:
            placer.reserve(Box(width - 116, 0, width, 90) if not sheet.small
                           else Box(width - 87, 0, width, 68))  # fmt: skip
        if name:
            placer.reserve(Box(0, 0, 150, 30))
        placer.reserve(Box(width - 130, height - 26, width, height))
        sheet.boxes(placer, zones)
        first = [label for label in labels if label[0] in counted]
        rest = [label for label in labels if label[0] not in counted]
        for key, (spots, lines, owner) in first + (rest if sheet.small else []):
            sheet.label(placer, spots, lines, owner, counted.get(key))
        for x, y, text in dots:
            sheet.name(placer, x, y, text)
        for _, (spots, lines, owner) in [] if sheet.small else rest:
            sheet.label(placer, spots, lines, owner)
        for spots, lines, owner in closed if not marks else ():
            sheet.label(placer, spots, lines, owner)
        sheet.grounds(placer, self.contents.places.values(), self.view)
        sheet.scale()
        inset = ""
        if locator:
            drawn = self.ground.locator(sheet.frame.view, small=sheet.small)
            left = width - (110 if not sheet.small else 81)
            inset = f'<g transform="translate({left:g} 6)">{drawn}</g>'
        return Html(
            f'<svg class="map {"nr" if sheet.small else "wd"}" viewBox="0 0 {width:g} {height:g}" '
            f'role="img" lang="{DEFAULT}" aria-label="{safe(title)}">'
            f"{self.ground.placed(sheet.frame)}{''.join(sheet.parts)}"
            f'<g class="names">{"".join(sheet.names)}</g>{inset}</svg>'
        )

    def _ends(self, routes: Iterable[str]) -> list[str]:
        """Where its routes start and end, and where they were bound for."""
        shown = list(routes)
        stops = [self.tracks[key].route.places for key in shown]
        return [stop for places in stops for stop in (places[0], places[-1])] + (
            list(self._goals) if shown else []
        )

    def _lines(self, sheet: Sheet, shape: BaseGeometry, lane: float = 0.0) -> list[Floats]:
        """A geometry in pixels, moved to its right."""
        shape = in_view(shape, self.view)
        found = []
        for part in shapely.get_parts(shape).tolist():
            xy = thinned(sheet.frame.xy(np.asarray(part.coords)[:, :2]), 1.0 + abs(lane) / 4)
            found.append(moved(xy, lane))
        return found

    def _route(
        self, sheet: Sheet, track: Track, day: Interval | None
    ) -> Iterable[tuple[list[tuple[float, float]], tuple[str, ...], Side | None]]:
        route = track.route
        side = self.contents.info.sides.get(route.side)
        surely = self.is_stated(route.id, day)
        is_plan = route.planned or route.status in {"unconfirmed", "believed"}
        lane = self.lanes[route.id] * (LANE_PX if not sheet.small else 5.5)
        longest: Floats | None = None
        legs = [leg for leg in track.legs if leg.geometry is not None]
        for number, leg in enumerate(legs):
            assert leg.geometry is not None  # noqa: S101  (asked for above)
            parts = self._lines(sheet, leg.geometry, lane)
            kind = "dot" if not leg.is_known else "plan" if is_plan else "" if surely else "hollow"
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
            yield label_spots(longest), (named, *folded(text, 22 if sheet.small else 30)), side

    def is_stated(self, key: str, when: Interval | None) -> bool:
        """Whether a claim states a route for days or hours; for any day, if none is given."""
        own, (first, last) = self._dated(key, when)
        return any(low <= last and first <= high for low, high in own.stated)

    def at(self, when: Interval) -> list[str]:
        """Ids of the routes that may have been on days or at hours, planned ones left out."""
        found = []
        for key, track in self.tracks.items():
            own, (first, last) = self._dated(key, when)
            if own.first is None or own.last is None or track.route.planned:
                continue
            if own.first <= last and first <= own.last:
                found.append(key)
        return found

    def is_past(self, key: str, when: Interval) -> bool:
        """Whether a route was over before days or hours began."""
        own, (first, _) = self._dated(key, when)
        return own.last is not None and own.last < first

    def _dated(self, key: str, when: Interval | None) -> tuple[RouteDays, tuple[int, int]]:
        """A route's days, or its hours where the time bar has hours and a time of day is given."""
        if not when:
            return self.days[key], BY_DAY.always
        if self.clock.by_hour and has_clock(when):
            return self.hours[key], self.clock.span(when)
        return self.days[key], BY_DAY.span(when)

    def _past(self, sheet: Sheet, track: Track) -> None:
        for leg in track.legs:
            if leg.geometry is None:
                continue
            for xy in self._lines(sheet, leg.geometry):
                sheet.parts.append(f'<path class="ghost" d="{path_of(xy)}"/>')

    def _closures(
        self, sheet: Sheet, day: Interval | None
    ) -> list[tuple[list[tuple[float, float]], tuple[str, ...], None]]:
        found: list[tuple[list[tuple[float, float]], tuple[str, ...], None]] = []
        long: list[float] = []
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
                long.append(length_of(xy))
        if len(found) > LABELS:
            found = [found[int(np.argmax(long))]]
        return found

    def _outline(self, key: str) -> BaseGeometry | None:
        place = self.contents.places.get(key)
        if key in self.contents.zones:
            return self.contents.zones[key]
        if place is None or place.shape != "area" or place.lon is None or place.lat is None:
            return None
        return self.contents.areas.get(key) or disc(place.lon, place.lat, place.radius_km or 1.0)

    def _zones(
        self, sheet: Sheet, marks: Sequence[CountMark], places: Iterable[str], side: Side | None
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

    def _dots(self, sheet: Sheet, keys: Iterable[str]) -> list[tuple[float, float, str]]:
        found = []
        for key in dict.fromkeys(keys):
            place = self.contents.places.get(key)
            if place is None or place.lon is None or place.lat is None:
                continue
            if not is_nameable(self.contents, key):
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
