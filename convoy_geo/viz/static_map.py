"""A case's map on matplotlib's axes, and as PNG or PDF for print, without a browser.

It draws what `convoy_geo.viz.map_drawing` makes, the very marks of the SVG, in equirectangular
projection: the axes' coordinates are longitude and latitude, so that frames can be drawn on top.
matplotlib 3.11 and newer shape Arabic themselves (HarfBuzz and SheenBidi, by libraqm); its own
DejaVu Sans has the letters, so that the picture is the same on every machine.
"""

from __future__ import annotations

import importlib.util
import io
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from convoy_geo.errors import MissingExtraError
from convoy_geo.io.xml import xml_text
from convoy_geo.viz.map_drawing import LINE_HEIGHT, LOOKS, DrawnDot, draw_map
from convoy_geo.viz.map_figure import LEGEND_COLUMNS, figure_text, shown_layers, svg_figure

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from convoy_geo.viz.map_drawing import DrawnName, DrawnShape, MapDrawing, ScaleBar
    from convoy_geo.viz.view_data import Contents
    from convoy_geo.webmap.elements import LegendEntry

__all__ = ["picture_bytes", "plot_map"]

WIDTH_IN = 11.0
"""Inches: a little less than A4 is wide when it lies."""
MARGIN_IN, TITLE_IN, LEGEND_ROW_IN, CREDITS_IN = 0.35, 0.75, 0.175, 0.48
DPI = 200
PT_PER_PX = 0.6
"""Points for a pixel of the page, whose lines would be too heavy in print at 0.75."""
DOTS: dict[str, tuple[float, str, float]] = {
    "dot": (6, "", 1),
    "pin": (6, "", 1),
    "open": (4.5, "white", 1),
    "ring": (10, "#1c1b1914", 0.5),
}
"""Marks of the legend: size and edge in points, fill where it is not the mark's own colour."""
HATCHES = {"hatch": "///", "hatch-back": "\\\\\\", "hatch-cross": "xxx"}
SETTINGS: Any = {
    "font.family": ["DejaVu Sans"],
    "hatch.linewidth": 0.4,
    "lines.scale_dashes": False,
    "axes.linewidth": 0.6,
    "pdf.fonttype": 42,
}
METADATA: dict[str, dict[str, str | None]] = {
    "png": {"Software": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}
"""No date and no version: the same case gives the same bytes."""


def picture_bytes(contents: Contents, kind: str, layers: Collection[str] = ()) -> bytes:
    """A case's map with title, legend and credits.

    Parameters
    ----------
    contents
        What the case holds.
    kind
        ``svg``, which needs nothing; ``png`` (200 dots an inch, 11 inches wide) or ``pdf``.
    layers
        Names of the layers wanted, of those that can be drawn; by default those that the page
        shows at first.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed, for PNG and PDF.
    """
    if kind == "svg":
        return svg_figure(contents, layers).encode()
    _need_matplotlib()
    import matplotlib as mpl  # noqa: PLC0415

    with mpl.rc_context(SETTINGS):
        stream = io.BytesIO()
        _figure(contents, layers).savefig(stream, format=kind, dpi=DPI, metadata=METADATA[kind])
    return stream.getvalue()


def plot_map(
    contents: Contents,
    *,
    layers: Collection[str] = (),
    view: Sequence[float] | None = None,
    names: bool = True,
    ax: Axes | None = None,
) -> Axes:
    """Draw a case's map on axes whose coordinates are longitude and latitude.

    Parameters
    ----------
    contents
        What the case holds.
    layers
        As for `picture_bytes`.
    view
        West, south, east, north in degrees; by default the case's own.
    names
        Whether names and the scale bar are written.
    ax
        Axes to draw on; by default new ones. They get the limits and the aspect of the map.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    _need_matplotlib()
    import matplotlib as mpl  # noqa: PLC0415

    with mpl.rc_context(SETTINGS):
        if ax is None:
            from matplotlib import pyplot as plt  # noqa: PLC0415

            _, ax = plt.subplots(figsize=(WIDTH_IN, WIDTH_IN * 0.55), layout="constrained")
        return _plot(ax, contents, layers, view or contents.info.view, names=names)


def is_arabic(text: str) -> bool:
    """Whether a text has Arabic letters, which the slanted DejaVu Sans lacks."""
    return any("\u0600" <= letter <= "\u06ff" for letter in text)


def _need_matplotlib() -> None:
    if importlib.util.find_spec("matplotlib") is None:
        what = "a still picture"
        raise MissingExtraError(what, "static")


def _plot(
    axes: Axes, contents: Contents, layers: Collection[str], view: Sequence[float], *, names: bool
) -> Axes:
    """The map on axes; its pixels are scaled to the axes."""
    west, south, east, north = view
    figure: Any = axes.get_figure()
    middle = math.cos(math.radians((south + north) / 2))
    axes.set(xlim=(west, east), ylim=(south, north), xticks=[], yticks=[])
    axes.set_aspect(1 / middle)
    axes.apply_aspect()
    points = axes.get_window_extent().width * 72 / figure.dpi
    wide = points / PT_PER_PX
    drawing = draw_map(
        shown_layers(contents, layers), view, places=contents.places, width=wide,
        height=wide * (north - south) / ((east - west) * middle), mercator=False, names=names,
        own=contents.basemap,
    )  # fmt: skip
    _Painter(axes, drawing).paint()
    axes.set(xlim=(west, east), ylim=(south, north))
    return axes


class _Painter:
    """Puts the marks of a drawing on axes."""

    def __init__(self, axes: Axes, drawing: MapDrawing) -> None:
        from matplotlib.transforms import Affine2D  # noqa: PLC0415

        frame = drawing.frame
        self.axes, self.drawing = axes, drawing
        tall = math.cos(math.radians(frame.middle or 0.0))
        to_degrees = Affine2D().scale(1 / frame.scale, -tall / frame.scale)
        self.transform = to_degrees.translate(frame.west, frame.top * tall) + axes.transData

    def paint(self) -> None:
        for order, mark in enumerate(self.drawing.marks):
            if isinstance(mark, DrawnDot):
                self.dot(mark, 2 + order / 10_000)
            else:
                self.shape(mark, 2 + order / 10_000)
        for name in self.drawing.names:
            self.name(name)
        if self.drawing.scale is not None:
            self.scale_bar(self.drawing.scale)

    def dot(self, dot: DrawnDot, order: float) -> None:
        style = dot.style
        edge = style.get("color", "none") if style.get("stroke", True) else "none"
        self.axes.plot(
            [dot.x], [dot.y], marker="o", linestyle="none", markersize=dot.radius * 2 * PT_PER_PX,
            markerfacecolor=style.get("fillColor", edge), markeredgecolor=edge,
            markeredgewidth=float(style.get("weight", 1)) * PT_PER_PX, zorder=order,
            transform=self.transform,
        )  # fmt: skip

    def shape(self, shape: DrawnShape, order: float) -> None:
        """Lines or rings in Leaflet's path options."""
        from matplotlib.colors import to_rgba  # noqa: PLC0415
        from matplotlib.patches import PathPatch  # noqa: PLC0415
        from matplotlib.path import Path  # noqa: PLC0415

        style = shape.style
        stroked = style.get("stroke", True)
        width = float(style.get("weight", 3)) * PT_PER_PX if stroked else 0.0
        colour = to_rgba(style.get("color", "#3388ff"), style.get("opacity", 1))
        dash = _dash(style.get("dashArray"), float(style.get("dashOffset", 0)))
        face: Any = "none"
        hatch = None
        if style.get("fill", shape.closed):
            face = to_rgba(style.get("fillColor", colour), style.get("fillOpacity", 0.2))
            hatch = HATCHES.get(style.get("hatch", ""))
            face = to_rgba(face, 0.06) if hatch else face
        lines = [np.vstack([line, line[:1]]) if shape.closed else line for line in shape.lines]
        lines = [line for line in lines if len(line)]
        if not lines:
            return
        path = Path.make_compound_path(*(Path(line, closed=shape.closed) for line in lines))
        cap = "butt" if style.get("dashArray") else "round"
        patch = PathPatch(
            path, transform=self.transform, zorder=order, linewidth=width, linestyle=dash,
            edgecolor=colour if stroked else "none", facecolor=face, hatch=hatch,
            fill=face != "none", capstyle=cap, joinstyle="round",
        )  # fmt: skip
        self.axes.add_patch(patch)

    def name(self, name: DrawnName) -> None:
        """A name, with a pale edge that parts it from lines."""
        from matplotlib.patheffects import withStroke  # noqa: PLC0415

        look, box = LOOKS[name.kind], name.box
        if name.leader:
            xs, ys = np.array(name.leader).T
            self.axes.plot(xs, ys, color="#4d4a44", linewidth=0.5, zorder=4, scalex=False,
                           scaley=False, transform=self.transform)  # fmt: skip
        x, align = {"start": (box.left + 1.5, "left"), "end": (box.right - 1.5, "right")}.get(
            name.side, ((box.left + box.right) / 2, "center")
        )
        for number, line in enumerate(name.lines):
            y = box.top + look["size"] * (LINE_HEIGHT * number + 1.0)
            self.axes.text(
                x, y, xml_text(line), transform=self.transform, parse_math=False, ha=align,
                va="baseline", fontsize=look["size"] * PT_PER_PX, zorder=5, clip_on=True,
                color=name.colour or look["colour"],
                fontweight="bold" if look.get("bold") else "normal",
                fontstyle="italic" if look.get("italic") and not is_arabic(line) else "normal",
                path_effects=[withStroke(linewidth=2.0, foreground="#f9f7f1")],
            )  # fmt: skip

    def scale_bar(self, bar: ScaleBar) -> None:
        for number, (length, words) in enumerate(bar.bars):
            up = -5 if number == 0 else 5
            xs = [bar.x, bar.x, bar.x + length, bar.x + length]
            ys = [bar.y + up, bar.y, bar.y, bar.y + up]
            self.axes.plot(xs, ys, color="#1c1b19", linewidth=0.8, zorder=6,
                           transform=self.transform)  # fmt: skip
            self.axes.text(
                bar.x + length - 3, bar.y - 4 if number == 0 else bar.y + 12, words, ha="right",
                va="baseline", fontsize=10 * PT_PER_PX, zorder=6, transform=self.transform,
            )  # fmt: skip


def _figure(contents: Contents, layers: Collection[str]) -> Figure:
    """The map with title, legend and credits."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    text = figure_text(contents, shown_layers(contents, layers))
    west, south, east, north = contents.info.view
    width = WIDTH_IN - 2 * MARGIN_IN
    shape = (north - south) / ((east - west) * math.cos(math.radians((south + north) / 2)))
    height = width * shape
    legend = LEGEND_ROW_IN * math.ceil(len(text.legend) / LEGEND_COLUMNS) + 0.15
    total = TITLE_IN + height + legend + CREDITS_IN + 0.1
    figure = Figure(figsize=(WIDTH_IN, total), dpi=DPI)
    FigureCanvasAgg(figure)
    left, bottom = MARGIN_IN / WIDTH_IN, (CREDITS_IN + legend + 0.1) / total
    axes = figure.add_axes((left, bottom, width / WIDTH_IN, height / total))
    _plot(axes, contents, layers, contents.info.view, names=True)
    plain: dict[str, Any] = {"parse_math": False, "ha": "left"}
    figure.text(
        left, 1 - 0.32 / total, text.title, fontsize=15, fontweight="bold", va="center", **plain
    )
    figure.text(left, 1 - 0.58 / total, text.days, fontsize=8, color="#4d4a44", **plain)
    figure.text(
        left, (CREDITS_IN - 0.12) / total, "\n".join(text.credits), fontsize=6.5, color="#4d4a44",
        va="top", linespacing=1.35, **plain,
    )  # fmt: skip
    if text.legend:
        shown = figure.legend(
            handles=[_handle(entry) for entry in text.legend], loc="upper left", frameon=False,
            bbox_to_anchor=(left - 0.006, (CREDITS_IN + legend) / total), ncols=LEGEND_COLUMNS,
            fontsize=7.5, handlelength=4.2, columnspacing=2.2, labelspacing=0.55,
            borderaxespad=0,
        )  # fmt: skip
        for words in shown.get_texts():
            words.set_parse_math(False)
    return figure


def _handle(entry: LegendEntry) -> Any:
    from matplotlib.lines import Line2D  # noqa: PLC0415
    from matplotlib.patches import Patch  # noqa: PLC0415

    label = f"{entry.label} {entry.told}".strip()
    if entry.shape in {*HATCHES, "area"}:
        hatch = HATCHES.get(entry.shape)
        return Patch(
            facecolor="none", edgecolor=entry.colour, hatch=hatch, linewidth=0.6, label=label
        )
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


def _dash(pattern: str | None, offset: float = 0.0) -> Any:
    """A dash pattern of the page, in matplotlib's words."""
    if not pattern:
        return "solid"
    parts = [float(part) * PT_PER_PX for part in pattern.replace(",", " ").split()]
    return (offset * PT_PER_PX, parts)
