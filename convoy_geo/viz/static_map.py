"""A case as a still picture for print: PNG or SVG, by matplotlib, without a browser.

It draws the very layers, colours, dashes and hatches of the page (`convoy_geo.viz.layers`),
in equirectangular projection with the view's middle latitude true to scale. matplotlib 3.11 and
newer shape Arabic themselves (HarfBuzz and SheenBidi, by libraqm); its own DejaVu Sans has the
letters, so that the picture is the same on every machine. In SVG the letters are outlines.
"""

from __future__ import annotations

import importlib.util
import io
import math
from typing import TYPE_CHECKING, Any

import shapely

from convoy_geo import geodesy
from convoy_geo.errors import MissingExtraError
from convoy_geo.io.xml import xml_text
from convoy_geo.viz.label_placement import Box, find_spot
from convoy_geo.viz.symbology import BASEMAP_CREDIT_TEXT, PLACES_CREDIT_TEXT
from convoy_geo.webmap.basemap import basemap_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from shapely.geometry.base import BaseGeometry

    from convoy_geo.viz.layers import DrawnFeature, FeatureLayer
    from convoy_geo.viz.view_data import Contents
    from convoy_geo.webmap.elements import LegendEntry

__all__ = ["picture_bytes"]

WIDTH_IN = 11.0
"""Inches: a little less than A4 is wide when it lies."""
MARGIN_IN, TITLE_IN, LEGEND_ROW_IN, CREDITS_IN = 0.35, 0.75, 0.175, 0.48
DPI = 200
PT_PER_PX = 0.6
"""Points for a pixel of the page, whose lines would be too heavy in print at 0.75."""
LEGEND_COLUMNS = 3
LAYER_KINDS = {
    "places": "places", "areas": "areas",
    "reported_routes": "reported", "computed_routes": "computed",
    "closures": "closures", "relations": "relations", "roads": "roads",
}  # fmt: skip
"""Kind of the drawn layer by name of the exported one."""
NOTHING = "Nothing is drawn that no source says."
TICK_PT = 4.5
"""Height of the scale bar's ticks, in points."""
DOTS: dict[str, tuple[float, str, float]] = {
    "dot": (6, "", 1),
    "pin": (6, "", 1),
    "open": (4.5, "white", 1),
    "ring": (10, "#1c1b1914", 0.5),
}
"""Marks of the legend: size and edge in points, fill where it is not the mark's own colour."""
HATCHES = {"hatch": "///", "hatch-back": "\\\\\\", "hatch-cross": "xxx"}
SETTINGS: Any = {
    "svg.hashsalt": "convoy_geo",  # else the ids of an SVG differ each time
    "svg.fonttype": "path",
    "font.family": ["DejaVu Sans"],
    "hatch.linewidth": 0.4,
    "lines.scale_dashes": False,
    "axes.linewidth": 0.6,
}
METADATA: dict[str, dict[str, str | None]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
}
"""No date and no version: the same case gives the same bytes."""


def picture_bytes(contents: Contents, kind: str, layers: Collection[str] = ()) -> bytes:
    """A case as a picture.

    Parameters
    ----------
    contents
        What the case holds.
    kind
        ``png`` (200 dots an inch, 11 inches wide) or ``svg``.
    layers
        Names of the layers wanted, of those that can be drawn; by default those that the page
        shows at first.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    if importlib.util.find_spec("matplotlib") is None:
        what = "a still picture"
        raise MissingExtraError(what, "static")
    import matplotlib as mpl  # noqa: PLC0415

    with mpl.rc_context(SETTINGS):
        figure = _Picture(contents, layers).figure
        stream = io.BytesIO()
        figure.savefig(stream, format=kind, dpi=DPI, metadata=METADATA[kind])
    return stream.getvalue()


class _Picture:
    """Draws one picture, from the ground up."""

    def __init__(self, contents: Contents, layers: Collection[str]) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
        from matplotlib.figure import Figure  # noqa: PLC0415

        from convoy_geo.lang import DEFAULT, load  # noqa: PLC0415
        from convoy_geo.viz import folium_map  # noqa: PLC0415
        from convoy_geo.viz.layers import case_layers  # noqa: PLC0415
        from convoy_geo.viz.popups import Cards  # noqa: PLC0415

        self.contents = contents
        cards = Cards(contents.info, contents.reports, contents.claims, contents.places)
        wanted = {LAYER_KINDS[name] for name in layers if name in LAYER_KINDS}
        self.layers: list[FeatureLayer] = [
            layer
            for layer in case_layers(contents, cards)
            if (layer.kind in wanted if layers else layer.show)
        ]
        entries = folium_map.legend_entries(contents, self.layers, load(DEFAULT).strings)
        west, south, east, north = contents.info.view
        self.view = contents.info.view
        self.squeeze = math.cos(math.radians((south + north) / 2))
        width = WIDTH_IN - 2 * MARGIN_IN
        height = width * (north - south) / ((east - west) * self.squeeze)
        rows = math.ceil(len(entries) / LEGEND_COLUMNS)
        legend = LEGEND_ROW_IN * rows + 0.15
        total = TITLE_IN + height + legend + CREDITS_IN + 0.1
        self.figure: Figure = Figure(figsize=(WIDTH_IN, total), dpi=DPI)
        FigureCanvasAgg(self.figure)
        bottom = (CREDITS_IN + legend + 0.1) / total
        self.axes: Axes = self.figure.add_axes(
            (MARGIN_IN / WIDTH_IN, bottom, width / WIDTH_IN, height / total)
        )
        self.axes.set(xlim=(west, east), ylim=(south, north), xticks=[], yticks=[])
        self.axes.set_aspect(1 / self.squeeze)
        self.corner = Box(0, 0, 0, 0)
        self.lines: list[Box] = []
        self.ground = basemap_of(self.view)
        self.basemap()
        if self.ground.is_empty:
            self.graticule()
        for number, layer in enumerate(self.layers):
            for feature in layer.features:
                self.draw(feature, 10 + number)
        self.names()
        self.scale_bar()
        self.words(total)
        handles = [_handle(entry) for entry in entries]
        if handles:
            self.legend(handles, (CREDITS_IN + legend) / total)

    def basemap(self) -> None:
        from convoy_geo.webmap.elements import BASEMAP_STYLES  # noqa: PLC0415

        self.axes.set_facecolor(BASEMAP_STYLES["sea"]["fillColor"])
        west, south, east, north = self.view
        frame = shapely.box(west - 0.2, south - 0.2, east + 0.2, north + 0.2)
        for number, (name, closed, lines) in enumerate(self.ground.layers):
            for line in lines if name != "sea" else ():
                shape = shapely.polygons(line) if closed else shapely.linestrings(line)
                cut = shapely.intersection(shapely.make_valid(shape), frame)
                if not cut.is_empty:
                    self.shape(cut, BASEMAP_STYLES[name], number)

    def graticule(self) -> None:
        from matplotlib.ticker import FuncFormatter, MaxNLocator  # noqa: PLC0415

        for axis, letters in ((self.axes.xaxis, "EW"), (self.axes.yaxis, "NS")):
            axis.set_major_locator(MaxNLocator(8, steps=[1, 2.5, 5, 10], prune="both"))
            axis.set_major_formatter(FuncFormatter(_degrees(letters)))
        self.axes.grid(color="#c9d6dd", linewidth=0.5)
        self.axes.set_axisbelow(True)
        self.axes.tick_params(
            labelsize=6.5, length=0, direction="in", pad=-11, colors="#5f6b73", zorder=5
        )
        self.axes.tick_params(axis="y", pad=-4)
        for label in self.axes.get_yticklabels():
            label.set_horizontalalignment("left")
        self.axes.tick_params(axis="x", labeltop=True, labelbottom=False)

    def draw(self, feature: DrawnFeature, order: int) -> None:
        if feature.kind == "dot":
            style = feature.style
            self.axes.plot(
                [feature.geometry.x], [feature.geometry.y], marker="o", linestyle="none",
                markersize=feature.radius * 2 * PT_PER_PX, zorder=order + 1,
                markerfacecolor=style["fillColor"], markeredgecolor=style["color"],
                markeredgewidth=style["weight"] * PT_PER_PX,
            )  # fmt: skip
        elif feature.kind == "circle":
            ring = geodesy.disc(feature.geometry.x, feature.geometry.y, feature.radius / 1000.0)
            self.shape(ring, feature.style, order)
        else:
            self.shape(feature.geometry, feature.style, order)

    def shape(self, shape: BaseGeometry, style: dict[str, Any], order: int) -> None:
        """A line or an area in Leaflet's path options."""
        from matplotlib.colors import to_rgba  # noqa: PLC0415
        from matplotlib.patches import PathPatch  # noqa: PLC0415
        from matplotlib.path import Path  # noqa: PLC0415

        if hasattr(shape, "geoms"):
            for part in shape.geoms:
                self.shape(part, style, order)
            return
        width = style.get("weight", 3) * PT_PER_PX if style.get("stroke", True) else 0.0
        colour = to_rgba(style.get("color", "none"), style.get("opacity", 1))
        dash = _dash(style.get("dashArray"), float(style.get("dashOffset", 0)))
        if shape.geom_type == "LineString":
            xs, ys = shapely.get_coordinates(shape).T
            self.axes.plot(
                xs, ys, color=colour, linewidth=width, linestyle=dash, zorder=order,
                dash_capstyle="butt", solid_capstyle="round", solid_joinstyle="round",
            )  # fmt: skip
            return
        if shape.geom_type != "Polygon":
            return
        rings = [shape.exterior, *shape.interiors]
        outline = Path.make_compound_path(
            *(Path(shapely.get_coordinates(ring), closed=True) for ring in rings)
        )
        fill = to_rgba(style.get("fillColor", colour), style.get("fillOpacity", 0.2))
        hatch = HATCHES.get(style.get("hatch", ""))
        patch = PathPatch(
            outline, zorder=order, linewidth=width, linestyle=dash, edgecolor=colour,
            facecolor=to_rgba(fill, 0.06) if hatch else fill, hatch=hatch,
        )  # fmt: skip
        self.axes.add_patch(patch)

    def names(self) -> None:
        """Names of towns, then of countries and provinces where there is room."""
        from convoy_geo.viz.folium_map import LABEL_RANK  # noqa: PLC0415

        renderer = self.figure.canvas.get_renderer()  # type: ignore[attr-defined]
        self.axes.apply_aspect()
        frame = Box(*self.axes.get_window_extent(renderer).extents)
        west, south, east, north = self.view
        places = [
            self.contents.places[feature.place]
            for layer in self.layers
            for feature in layer.features
            if feature.kind == "dot"
        ]
        inside = [
            place for place in places
            if place.lon is not None and place.lat is not None
            and west < place.lon < east and south < place.lat < north
        ]  # fmt: skip
        inside.sort(key=lambda place: place.role != "mentioned")
        dots = {place.id: self.pixel(place.lon, place.lat) for place in inside}
        reach = 6 * PT_PER_PX * DPI / 72
        taken = [Box(x - reach, y - reach, x + reach, y + reach) for x, y in dots.values()]
        self.corner = _corner(frame, list(dots.values()))
        taken.append(self.corner)
        self.lines = self.line_boxes()
        for place in inside:
            named = place.role == "mentioned"
            text = "\n".join(filter(None, (place.name, place.arabic_name)))
            style = {"fontsize": 8 if named else 6.5, "color": "#1c1b19" if named else "#4d4a44"}
            style["fontweight"] = "bold" if named else "normal"
            self.name(text, dots[place.id], style, taken, frame, must=named)
        for label in sorted(self.ground.labels, key=lambda one: (LABEL_RANK[one.kind], one.rank)):
            if west < label.lon < east and south < label.lat < north:
                text = label.name.upper() if label.kind == "country" else label.name
                style = {"fontsize": 9 if label.kind == "country" else 6.5, "color": "#8b857b"}
                style["fontstyle"] = "normal" if label.kind in {"country", "town"} else "italic"
                spot = self.pixel(label.lon, label.lat)
                self.name(text, spot, style, taken, frame, must=False)

    def line_boxes(self) -> list[Box]:
        """Small boxes along the routes, which names had better not cover."""
        boxes = []
        for layer in self.layers:
            for feature in layer.features:
                if feature.kind == "line" and layer.kind != "roads":
                    step = (self.view[2] - self.view[0]) / 250
                    line = shapely.segmentize(feature.geometry, step)
                    for lon, lat in shapely.get_coordinates(line).tolist():
                        x, y = self.pixel(lon, lat)
                        boxes.append(Box(x - 4, y - 4, x + 4, y + 4))
        return boxes

    def pixel(self, lon: float | None, lat: float | None) -> tuple[float, float]:
        x, y = self.axes.transData.transform((lon or 0.0, lat or 0.0))
        return float(x), float(y)

    def name(
        self,
        text: str,
        dot: tuple[float, float],
        style: dict[str, Any],
        taken: list[Box],
        frame: Box,
        *,
        must: bool,
    ) -> None:
        """Put one name where it covers nothing, with a pale edge that parts it from lines."""
        from matplotlib.patheffects import withStroke  # noqa: PLC0415

        words = self.figure.text(
            0, 0, xml_text(text), **style, parse_math=False, ha="left", va="bottom",
            linespacing=1.15, zorder=40,
            path_effects=[withStroke(linewidth=2.2, foreground="#f9f7f1")],
        )  # fmt: skip
        extent = words.get_window_extent()
        size = (extent.width, extent.height)
        gap = 8 * PT_PER_PX * DPI / 72
        spot = find_spot(*dot, size, gap=gap, taken=taken, frame=frame, must=must, lines=self.lines)
        if spot is None:
            words.remove()
            return
        taken.append(spot.box)
        to_figure = self.figure.transFigure.inverted().transform
        left, bottom = to_figure((spot.box.left, spot.box.bottom)).tolist()
        words.set_position((left, bottom))
        if spot.leader:
            box = spot.box
            near = (
                min(max(dot[0], box.left), box.right),
                min(max(dot[1], box.bottom), box.top),
            )
            (x0, y0), (x1, y1) = self.axes.transData.inverted().transform([dot, near])
            self.axes.plot([x0, x1], [y0, y1], color="#4d4a44", linewidth=0.5, zorder=35)

    def scale_bar(self) -> None:
        """Kilometres above the bar, miles below it, true at the view's middle latitude."""
        west, south, east, north = self.view
        middle = (south + north) / 2
        inverse = self.axes.transData.inverted().transform
        x, y = inverse((self.corner.left + 0.1 * DPI, (self.corner.bottom + self.corner.top) / 2))
        wide = geodesy.distance_km(west, middle, west + 0.16 * (east - west), middle)
        # in points, so that it is as long in a tall view as in a flat one
        above = self.axes.transData.transform((x, y))[1] + TICK_PT * DPI / 72
        tick = inverse((0, above))[1] - y
        for unit, km, up in (("km", 1.0, 1), ("mi", geodesy.KM_PER_MILE, -1)):
            value = _round_number(wide / km)
            end = x + 0.16 * (east - west) * value * km / wide
            line: dict[str, Any] = {"color": "#1c1b19", "linewidth": 1.0, "zorder": 45}
            self.axes.plot([x, x, end, end], [y + up * tick, y, y, y + up * tick], **line)
            self.axes.text(
                end, y + up * tick * 1.4, f"{value:g} {unit}", fontsize=7, ha="right",
                va="bottom" if up > 0 else "top", zorder=45,
            )  # fmt: skip

    def words(self, total: float) -> None:
        from convoy_geo.lang import DEFAULT, load  # noqa: PLC0415

        info = self.contents.info
        left = MARGIN_IN / WIDTH_IN
        plain: dict[str, Any] = {"parse_math": False, "ha": "left"}
        title = xml_text(info.title)
        self.figure.text(
            left, 1 - 0.32 / total, title, fontsize=15, fontweight="bold", va="center", **plain
        )
        words = load(DEFAULT)
        days = f"{words.date(f'{info.start}/{info.end}')}. {NOTHING}"
        self.figure.text(left, 1 - 0.58 / total, days, fontsize=8, color="#4d4a44", **plain)
        credit = list(filter(None, (
            BASEMAP_CREDIT_TEXT,
            PLACES_CREDIT_TEXT if any(p.geonames for p in self.contents.places.values()) else "",
        )))  # fmt: skip
        publishers = dict.fromkeys(
            f"{report.publisher} ({words.date(report.published.text)})"
            for report in self.contents.reports.values()
        )
        lines = _wrapped([f"Reports: {'; '.join(publishers)}.", *(f"{one}." for one in credit)])
        self.figure.text(
            left, (CREDITS_IN - 0.12) / total, lines, fontsize=6.5, color="#4d4a44", va="top",
            linespacing=1.35, **plain,
        )  # fmt: skip

    def legend(self, handles: Sequence[Any], top: float) -> None:
        legend = self.figure.legend(
            handles=handles, loc="upper left", frameon=False,
            bbox_to_anchor=(MARGIN_IN / WIDTH_IN - 0.006, top), ncols=LEGEND_COLUMNS, fontsize=7.5,
            handlelength=4.2, columnspacing=2.2, labelspacing=0.55, borderaxespad=0,
        )  # fmt: skip
        for text in legend.get_texts():
            text.set_parse_math(False)


def _corner(frame: Box, dots: Sequence[tuple[float, float]]) -> Box:
    """The corner of the map with the fewest dots, for the scale bar; the lower left if equal."""
    wide, high = 0.24 * (frame.right - frame.left), 0.5 * DPI
    corners = [
        Box(left, bottom, left + wide, bottom + high)
        for bottom in (frame.bottom, frame.top - high)
        for left in (frame.left, frame.right - wide)
    ]
    reach = 0.3 * DPI
    return min(
        corners,
        key=lambda box: sum(
            Box(x - reach, y - reach, x + reach, y + reach).meets(box) for x, y in dots
        ),
    )


def _handle(entry: LegendEntry) -> Any:
    from matplotlib.lines import Line2D  # noqa: PLC0415

    label = f"{entry.label} {entry.told}".strip()
    if entry.shape in {*HATCHES, "area"}:
        return _patch(label, entry.colour, entry.shape)
    if entry.shape in DOTS:
        size, fill, width = DOTS[entry.shape]
        return Line2D(
            [], [], marker="o", linestyle="none", markersize=size, markeredgecolor=entry.colour,
            markerfacecolor=fill or entry.colour, markeredgewidth=width, label=label,
        )  # fmt: skip
    return Line2D(
        [], [], color=entry.colour, linewidth=entry.weight * PT_PER_PX, linestyle=_dash(entry.dash),
        label=label, dash_capstyle="butt", alpha=0.45 if entry.weight > 8 else None,
    )  # fmt: skip


def _patch(label: str, colour: str, kind: str) -> Any:
    from matplotlib.patches import Patch  # noqa: PLC0415

    hatch = HATCHES.get(kind)
    return Patch(facecolor="none", edgecolor=colour, hatch=hatch, linewidth=0.6, label=label)


def _dash(pattern: str | None, offset: float = 0.0) -> Any:
    """A dash pattern of the page, in matplotlib's words."""
    if not pattern:
        return "solid"
    parts = [float(part) * PT_PER_PX for part in pattern.replace(",", " ").split()]
    return (offset * PT_PER_PX, parts)


def _round_number(value: float) -> float:
    """The largest 1, 2 or 5 times a power of ten that is not above a number."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (5, 2, 1) if step * power <= value)


def _degrees(letters: str) -> Any:
    def label(value: float, _: int) -> str:
        whole, minutes = divmod(round(abs(value) * 60), 60)
        letter = f" {letters[int(value < 0)]}" if value else ""
        rest = f" {minutes:02}'" if minutes else ""
        return f"{whole}°{rest}{letter}"

    return label


def _wrapped(sentences: Iterable[str], width: int = 205) -> str:
    """Sentences one after another, in lines of so many letters at most."""
    import textwrap  # noqa: PLC0415

    return "\n".join(textwrap.wrap(xml_text(" ".join(sentences)), width)[:3])
