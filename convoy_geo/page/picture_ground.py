"""The background of the story's pictures: drawn once per page, with a small locator map."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import shapely

from convoy_geo.io.html import Html, render
from convoy_geo.page.picture_texts import texts_in
from convoy_geo.page.strokes import path_of, thinned
from convoy_geo.viz.label_placement import Box, LabelPlacer
from convoy_geo.viz.map_frame import MapFrame, fit_frame
from convoy_geo.viz.story_roads import roads_to_draw
from convoy_geo.viz.text_width import text_width
from convoy_geo.webmap.basemap import basemap_of
from convoy_geo.webmap.label_names import label_name
from convoy_geo.webmap.visible_names import visible_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from convoy_geo.viz.view_data import Contents

    Floats = NDArray[np.float64]
    View = tuple[float, float, float, float]

__all__ = ["PictureGround", "located_view"]

BASE_PX = 1500.0
"""Width of the view in the units of the shared background."""
BEYOND, BEYOND_SMALL = (0.1, 0.65), (0.35, 0.35)
"""How far the shared ground reaches beyond the pictures of chapters, in widths and heights of them:
on the stage they fill what their own shape leaves free."""
SMALL = 500.0
ROUGH_PX, SMALL_PX = 0.8, 3.0
"""Tolerance of background lines in units, and the size of the smallest one drawn."""
MOST_POSITIONS = 2000
"""Number of positions above which background lines are simplified more."""
MOST_ROADS = 4000
"""Maximum number of positions of roads."""
LOCATOR, LOCATOR_SMALL = (104.0, 78.0), (75.0, 56.0)
"""Size of the small map in a wide and in a narrow picture."""
AROUND = (0.9, 2.5, 6.0, 14.0)
"""How far the small map reaches, in widths of the view: the first that shows some country."""
LOCATED = 5
"""Maximum number of countries named on the small map."""
HIGHEST = 84.9
LARGEST = 60.0
"""Degrees across from which the small map names countries by their usual position."""


class PictureGround:
    """The background shared by all pictures of a page.

    Parameters
    ----------
    contents
        What the case holds.
    top, chapters
        The frames of the pictures at the top, and of those of chapters.
    """

    def __init__(
        self, contents: Contents, top: Sequence[MapFrame], chapters: Sequence[MapFrame]
    ) -> None:
        self.contents = contents
        self.view = contents.info.view
        self.frame = fit_frame(self.view, BASE_PX)
        edges = np.array([frame.view for frame in chapters])
        share = np.array([BEYOND_SMALL if one.width < SMALL else BEYOND for one in chapters])
        wide, high = (share * (edges[:, 2:] - edges[:, :2])).T
        around = np.column_stack([-wide, -high, wide, high])
        every = np.vstack([edges + around, [frame.view for frame in top]])
        west, south = every[:, :2].min(axis=0).tolist()
        east, north = every[:, 2:].max(axis=0).tolist()
        self._box = (west, max(south, -HIGHEST), east, min(north, HIGHEST))

    @cached_property
    def _located(self) -> View:
        return located_view(self.view)

    @cached_property
    def drawn(self) -> str:
        """Land, water, rivers, borders and roads as paths."""
        ground = basemap_of(self.view)
        layers: list[tuple[str, bool, Iterable[Floats]]] = [
            ("b-land", True, [*ground.polar, *ground.land]),
            ("b-lake", True, ground.lakes),
            ("b-river", False, ground.rivers),
            ("b-road", False, self._roads()),
            ("b-border", False, ground.borders),
            ("b-dashed", False, ground.dashed),
        ]
        cut = [
            (name, closed, list(self._cut(lines, closed=closed))) for name, closed, lines in layers
        ]
        rough = ROUGH_PX
        while True:
            thin = [
                (name, closed, [thinned(xy, rough) for xy in lines]) for name, closed, lines in cut
            ]
            if sum(len(xy) for _, _, lines in thin for xy in lines) <= MOST_POSITIONS or rough > 4:
                break
            rough *= 1.3
        paths = (
            (name, "".join(path_of(xy, closed=closed, digits=0) for xy in lines))
            for name, closed, lines in thin
        )
        return "".join(f'<path class="{name}" d="{d}"/>' for name, d in paths if d)

    def defs(self) -> Html:
        """What stands once a page for all pictures."""
        return Html(
            '<svg class="defs" width="0" height="0" aria-hidden="true"><defs>'
            f'<g id="base">{self.drawn}</g>{render("units")}</defs></svg>'
        )

    def placed(self, frame: MapFrame) -> str:
        """The background at its place in a picture."""
        k = frame.scale / self.frame.scale
        x = (self.frame.west - frame.west) * frame.scale
        y = (frame.top - self.frame.top) * frame.scale
        return f'<g transform="translate({x:.1f} {y:.1f}) scale({k:.4f})"><use href="#base"/></g>'

    def _roads(self) -> list[Floats]:
        if self.contents.network is None:
            return []
        shapes = [
            np.asarray(part.coords)[:, :2]
            for one in roads_to_draw(self.contents).geometry
            for part in shapely.get_parts(one).tolist()
        ]
        return shapes if sum(map(len, shapes)) <= MOST_ROADS else []

    def _cut(self, lines: Iterable[Floats], *, closed: bool) -> Iterable[Floats]:
        """Background lines or rings in its units, clipped to the area of all pictures."""
        for ring in _clipped(lines, self._box, closed=closed):
            xy = self.frame.xy(ring)
            if np.ptp(xy, axis=0).max() >= SMALL_PX:
                yield xy

    def locator(self, view: View, *, small: bool = False) -> str:
        """A small map of where a view is: land, borders, and the names of some countries.

        Parameters
        ----------
        view
            What the picture shows, which a frame marks.
        small
            Whether the picture is narrow.
        """
        size = LOCATOR_SMALL if small else LOCATOR
        located = self._located
        frame = fit_frame(located, *size)
        (x0, y0), (x1, y1) = frame.at(view[0], view[3]), frame.at(view[2], view[1])
        names: list[str] = []
        placer = LabelPlacer(Box(1, 1, size[0] - 1, size[1] - 1))
        placer.reserve(Box(x0 - 1, y0 - 1, x1 + 1, y0 + 2))
        placer.reserve(Box(x0 - 1, y1 - 2, x1 + 1, y1 + 1))
        for called, spots in _countries(located):
            name = label_name(called, self.contents.lang)
            wide = text_width(name, 9.0)
            boxes = [Box(px - wide / 2, py - 5, px + wide / 2, py + 5)
                     for px, py in (frame.at(*spot) for spot in spots)]  # fmt: skip
            box = placer.place(boxes)
            if box is not None and len(names) < LOCATED:
                lang = self.contents.lang if name != called else ""
                names.append(texts_in([name], box, "il", size=9.0, lang=lang))
        wide, high = size
        return (
            f'<svg class="loc" width="{wide:g}" height="{high:g}" viewBox="0 0 {wide:g} {high:g}" '
            f'data-frame="{frame.west:.4f} {frame.top:.4f} {frame.scale:.5f}">'
            f'<rect class="b-sea" width="{wide:g}" height="{high:g}"/>{_outlines(frame, located)}'
            f'{"".join(names)}<rect class="vw" x="{x0:.1f}" y="{y0:.1f}" width="{x1 - x0:.1f}" '
            f'height="{y1 - y0:.1f}"/><rect class="edge" x=".5" y=".5" width="{wide - 1:g}" '
            f'height="{high - 1:g}"/></svg>'
        )


def located_view(view: View) -> View:
    """The extent of the small map around a view: large enough to include some country.

    Parameters
    ----------
    view
        West, south, east, north in degrees.

    Examples
    --------
    >>> [round(edge, 1) for edge in located_view((36.0, 33.0, 42.0, 36.0))]
    [30.6, 30.3, 47.4, 38.7]
    """
    west, south, east, north = view
    for share in AROUND:
        more, up = (east - west) * share, (north - south) * share
        wide = (
            max(west - more, (west + east) / 2 - 170), min(max(south - up, -80.0), south),
            min(east + more, (west + east) / 2 + 170), max(min(north + up, 82.0), north),
        )  # fmt: skip
        wide = _rounded(wide)
        ground = basemap_of(wide)
        box = shapely.box(*wide)
        if any(True for ring in _clipped(ground.land, wide, closed=True)
               if shapely.polygons(ring).area > 0.04 * box.area):  # fmt: skip
            return wide
    return wide


def _rounded(view: View) -> View:
    return (round(view[0], 2), round(view[1], 2), round(view[2], 2), round(view[3], 2))


def _countries(view: View) -> list[tuple[str, Sequence[tuple[float, float]]]]:
    """Countries of a view with positions for their names, the largest first."""
    found: list[tuple[str, Sequence[tuple[float, float]]]] = [
        (one.name, one.spots) for one in visible_names(view) if one.kind == "country"
    ] if view[2] - view[0] < LARGEST else []  # fmt: skip
    known = {name for name, _ in found}
    labels = (one for one in basemap_of(view).labels if one.kind == "country")
    found += [(one.name, [(one.lon, one.lat)]) for one in labels if one.name not in known]
    return found


def _outlines(frame: MapFrame, located: View) -> str:
    """Land and borders of a small map."""
    view = frame.view
    ground = basemap_of(located)
    parts = []
    for name, closed, lines in (
        ("b-land", True, [*ground.polar, *ground.land]), ("b-lake", True, ground.lakes),
        ("b-border", False, ground.borders),
    ):  # fmt: skip
        pieces = (frame.xy(ring) for ring in _clipped(lines, view, closed=closed))
        path = [
            path_of(thinned(xy, 0.5), closed=closed)
            for xy in pieces
            if np.ptp(xy, axis=0).max() >= (1.5 if name == "b-border" else 3)
        ]
        parts.append(f'<path class="{name}" d="{"".join(path)}"/>' if path else "")
    return "".join(parts)


def _clipped(lines: Iterable[Floats], box: View, *, closed: bool) -> Iterable[Floats]:
    """Lines or rings in degrees, cut to a box and turned to where it is."""
    middle = (box[0] + box[2]) / 2
    for line in lines:
        if len(line) < (3 if closed else 2):
            continue
        turned = line.copy()
        turned[:, 0] -= 360 * np.round((turned[:, 0].mean() - middle) / 360)
        shape = shapely.polygons(turned) if closed else shapely.linestrings(turned)
        cut = shapely.clip_by_rect(shapely.make_valid(shape) if closed else shape, *box)
        for part in shapely.get_parts(cut).tolist():
            if part.geom_type != ("Polygon" if closed else "LineString") or part.is_empty:
                continue
            rings = [part.exterior, *part.interiors] if closed else [part]
            yield from (np.asarray(ring.coords)[:, :2] for ring in rings)
