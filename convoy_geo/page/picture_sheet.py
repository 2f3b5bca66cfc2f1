"""One picture of the story under construction: its shapes, and the positions of its texts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from convoy_geo.io.html import safe
from convoy_geo.lang import DEFAULT, direction
from convoy_geo.lang.templates import Words
from convoy_geo.page.picture_texts import GAP, LINE, folded, painted, texts_in
from convoy_geo.page.strokes import grid
from convoy_geo.viz.label_placement import Box, LabelPlacer
from convoy_geo.viz.text_width import text_width
from convoy_geo.webmap.basemap import basemap_of
from convoy_geo.webmap.label_names import label_name
from convoy_geo.webmap.visible_names import visible_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from convoy_geo.model.case_info import Side
    from convoy_geo.model.places import Place
    from convoy_geo.viz.map_frame import MapFrame

    Floats = NDArray[np.float64]
    View = tuple[float, float, float, float]

__all__ = ["CountMark", "Sheet"]

TOWNS = 4
"""Maximum number of basemap towns named in addition to those of the story."""


NUMBERS_PX = 58.0
"""Height at the lower edge of a wide picture where the page puts the numbers of the chapters."""
FAR_PX = 24.0
"""Distance from which a count has a line to its zone."""


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
class Sheet:
    """A picture under construction.

    Parameters
    ----------
    frame
        Its size, and the part of the world on it.
    words
        The page's own words.
    parts, names
        What is drawn, and the texts above it, as SVG.
    lines, dots
        What no text may cover, in pixels.
    """

    frame: MapFrame
    words: Mapping[str, str]
    lang: str = DEFAULT
    parts: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    lines: list[Floats] = field(default_factory=list)
    dots: list[Box] = field(default_factory=list)

    @property
    def small(self) -> bool:
        """Whether it is one of a phone."""
        return self.frame.width < 500

    def placer(self) -> LabelPlacer:
        """Finds room for its texts, beside all that is drawn so far."""
        width, height = self.frame.width, self.frame.height
        return LabelPlacer(Box(3, 3, width - 3, height - 3), self.dots, self.lines, 5.0)

    def boxes(self, placer: LabelPlacer, zones: Sequence[tuple[CountMark, Box | None]]) -> None:
        """Counts in their zones; what has none, in a box beside the map."""
        width, height = self.frame.width, self.frame.height
        at, lift = 8.0, 0.0 if self.small else NUMBERS_PX
        for mark, box in zones:
            others = [other for _, other in zones if other is not None and other != box]
            lines = mark.lines
            if self.small:
                lines = tuple(part for line in lines for part in folded(line, 15))
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
                        self.count(replace(mark, lines=()), inner)
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
                spots += sorted(grid(width, height, wide, tall), key=lambda one: _gap(one, box))
                spot = placer.place([one for one in spots if not any(map(one.meets, others))])
                if spot is None:
                    continue
                if _gap(spot, box) > FAR_PX:
                    (x0, y0), (x1, y1) = _between(spot, box)
                    lead = f'<path class="lead" d="M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}"/>'
                    self.names.append(lead)
                self.count(mark, spot)
                continue
            base = height - lift
            spot = Box(at + 8, base - tall - 16, at + 8 + wide, base - 16)
            self.names.append(
                f'<rect class="nowhere" x="{at:.1f}" y="{base - tall - 24:.1f}" '
                f'width="{wide + 16:.1f}" height="{tall + 16:.1f}" rx="3"/>'
            )
            placer.reserve(Box(at, base - tall - 24, at + wide + 16, height))
            self.count(mark, spot)
            at += wide + 26

    def count(self, mark: CountMark, spot: Box) -> None:
        """A count where there is room for it."""
        texts = "".join(
            f'<text class="{"b" if not number else ""}" x="{spot.left:.1f}" '
            f'y="{spot.top + LINE + GAP * number:.1f}"{self._lang(line)}>{safe(line)}</text>'
            for number, line in enumerate(mark.lines)
        )
        units = ""
        if mark.units:
            top = spot.top + GAP * len(mark.lines) + 4
            units = f'<g transform="translate({spot.left:.1f} {top:.1f})">{mark.units}</g>'
        self.names.append(painted(mark.side, f'<g class="sc">{texts}</g>{units}'))

    def _lang(self, text: str) -> str:
        """The attribute of words that are the page's own and not the case's."""
        if isinstance(text, Words):
            return f' lang="{self.lang}" direction="{direction(self.lang)}"'
        own = self.words["lang"] != DEFAULT and not any(letter.isascii() and letter.isalpha()
                                                        for letter in text)  # fmt: skip
        return f' lang="{self.words["lang"]}"' if own else ""

    def name(self, placer: LabelPlacer, x: float, y: float, text: str) -> None:
        """The name of a place beside its dot; far off, with a line to it, if need be."""
        lines = folded(text, 20 if self.small else 26)
        size = max(text_width(line, LINE, bold=True) for line in lines), GAP * len(lines)
        found = placer.place_near(x, y, size, gap=7, far=not self.small)
        if found is None:
            return
        if found.leader:
            (x0, y0), (x1, y1) = found.leader
            self.names.append(f'<path class="lead" d="M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}"/>')
        named = texts_in(lines, found.box, "b")
        mark = self._lang(text)
        self.names.append(f"<g{mark}>{named}</g>" if mark else named)

    def label(
        self,
        placer: LabelPlacer,
        spots: Sequence[tuple[float, float]],
        lines: Sequence[str],
        side: Side | None,
        mark: CountMark | None = None,
    ) -> None:
        """What stands beside a line, near one of some positions of it.

        Parameters
        ----------
        placer
            Finds room.
        spots
            Positions on the line, in pixels; the best first.
        lines
            The text.
        side
            Whose colour it has.
        mark
            A count that stands in place of the text.
        """
        if mark is not None:
            if self.small:
                short = (part for line in mark.lines for part in folded(line, 15))
                mark = replace(mark, lines=tuple(short))
            lines = mark.lines
        wide = max(text_width(line, LINE, bold=True) for line in lines)
        tall = GAP * len(lines)
        if mark is not None:
            wide, tall = max(wide, mark.units_size[0]), tall + mark.units_size[1] + 4
        boxes = []
        for gap in (9, 20, 34) if self.small else (9, 20, 36, 58):
            for x, y in spots:
                for east, south in ((0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1)):
                    left = x + east * gap - (wide / 2, 0, wide)[east]
                    top = y + south * gap - (tall / 2, 0, tall)[south]
                    boxes.append(Box(left, top, left + wide, top + tall))
        box = placer.place(boxes)
        if box is None:
            return
        if mark is not None:
            self.count(mark, box)
            return
        name = "lb" if side or len(lines) > 1 else "lb cut-t"
        inner = texts_in(lines, box, name)
        self.names.append(painted(side, f"<g{self._lang(' '.join(lines))}>{inner}</g>"))

    def grounds(self, placer: LabelPlacer, places: Iterable[Place], view: View) -> None:
        """Names of countries and rivers, and of a few towns.

        Parameters
        ----------
        placer
            Finds room.
        places
            Those of the case, which are not named twice.
        view
            What the case's map shows.
        """
        own = list(places)
        frame = self.frame
        for one in visible_names(tuple(round(edge, 3) for edge in frame.view)):
            size = 11.0
            text = label_name(one.name, self.lang)
            text = text.upper() if one.kind == "country" else text
            wide = text_width(text, size) * (1.25 if one.kind == "country" else 1)
            boxes = []
            for lon, lat in one.spots:
                x, y = frame.at(lon, lat)
                off = 9 if one.kind == "river" else 0
                boxes.append(Box(x - wide / 2 + off, y - 7, x + wide / 2 + off, y + 7))
            box = placer.place(boxes) if boxes else None
            if box is not None:
                kind = "cn" if one.kind == "country" else "rn"
                lang = self.lang if text.casefold() != one.name.casefold() else ""
                self.names.append(texts_in([text], box, kind, size=size, lang=lang))
        told = {place.name.casefold() for place in own}
        at = np.array([(one.lon, one.lat) for one in own if one.lon is not None]).reshape(-1, 2)
        apart = (view[2] - view[0]) / 60
        towns = [one for one in basemap_of(view).labels if one.kind == "town"]
        shown = 0
        for town in towns:
            x, y = frame.at(town.lon, town.lat)
            inside = 12 < x < frame.width - 12 and 12 < y < frame.height - 12
            if not inside or town.name.casefold() in told or shown == TOWNS:
                continue
            if np.any(np.abs(at - (town.lon, town.lat)).max(axis=1, initial=0) < apart):
                continue
            text = label_name(town.name, self.lang)
            found = placer.place_near(x, y, (text_width(text, 11.0), 13), gap=5)
            if found is not None:
                shown += 1
                self.parts.append(f'<circle class="tm" cx="{x:.1f}" cy="{y:.1f}" r="2"/>')
                lang = self.lang if text.casefold() != town.name.casefold() else ""
                self.names.append(texts_in([text], found.box, "ts", size=11.0, lang=lang))

    def scale(self) -> None:
        """A scale bar in the lower right corner, true in the middle of the picture."""
        frame = self.frame
        south, north = frame.view[1], frame.view[3]
        km_px = 111.32 * np.cos(np.radians((south + north) / 2)) / frame.scale
        most = 110 * km_px
        step = 10 ** np.floor(np.log10(max(most, 1e-6)))
        km = max((n * step for n in (1, 2, 5) if n * step <= most), default=step)
        long = km / km_px
        x, y = frame.width - 10 - long, frame.height - 9
        text = f"{km:g} {self.words['km']}"
        self.names.append(
            f'<path class="sb" d="M{x:.1f} {y - 4:.1f}v4h{long:.1f}v-4"/>'
            f'<text class="ts" x="{x + long / 2:.1f}" y="{y - 5:.1f}" '
            f'text-anchor="middle">{text}</text>'
        )


def _gap(one: Box, other: Box) -> float:
    """How far apart two boxes are."""
    (x0, y0), (x1, y1) = _between(one, other)
    return float(np.hypot(x1 - x0, y1 - y0))


def _between(one: Box, other: Box) -> tuple[tuple[float, float], tuple[float, float]]:
    """The points of two boxes that are nearest to each other."""
    x0 = min(max((other.left + other.right) / 2, one.left), one.right)
    y0 = min(max((other.top + other.bottom) / 2, one.top), one.bottom)
    return (x0, y0), (min(max(x0, other.left), other.right), min(max(y0, other.top), other.bottom))
