"""A map as SVG: text of one element, without matplotlib, scripts, styles or links.

It holds presentation attributes only, so that it may stand in a page whose policy allows no inline
styles; classes name the parts for the page's own style sheet. All text is escaped.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from convoy_geo.io.xml import xml_text
from convoy_geo.viz.map_drawing import LINE_HEIGHT, LOOKS, DrawnDot, DrawnShape, draw_map

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from convoy_geo.model.basemap import OwnBasemap
    from convoy_geo.model.places import Place
    from convoy_geo.viz.layers import FeatureLayer
    from convoy_geo.viz.map_drawing import DrawnName, MapDrawing, ScaleBar
    from convoy_geo.webmap.elements import LegendEntry

__all__ = ["legend_mark", "svg_map", "svg_of"]

FONTS = (
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans Arabic', Arial, "
    "sans-serif"
)
HALO = "#f9f7f1"
HATCHES = {"hatch": "M0 8L8 0", "hatch-back": "M0 0L8 8", "hatch-cross": "M0 8L8 0M0 0L8 8"}
"""Paths of a tile of 8 by 8 pixels."""


def svg_map(
    layers: Iterable[FeatureLayer],
    view: Sequence[float],
    *,
    title: str,
    places: Mapping[str, Place] | None = None,
    width: float = 960.0,
    height: float | None = None,
    basemap: bool = True,
    names: bool = True,
    own: OwnBasemap | None = None,
) -> str:
    """Layers of a map as an SVG element.

    Parameters
    ----------
    layers
        The layers to draw, bottom to top, including those that are initially hidden.
    view
        West, south, east, north in degrees; the picture shows all of it.
    title
        What a screen reader says; plain text.
    places
        By id; has the Arabic names of the dots and which of them are named first.
    width, height
        Pixels; the default height follows from the view.
    basemap, names
        Whether there is a basemap, and whether anything is written on the map.
    own
        The case's own basemap, which is drawn over that of the world.

    Returns
    -------
    str
        The same for the same layers.
    """
    drawing = draw_map(
        layers, view, places=places, width=width, height=height, basemap=basemap, names=names,
        own=own,
    )  # fmt: skip
    return svg_of(drawing, title=title)


def svg_of(drawing: MapDrawing, *, title: str = "", at: tuple[float, float] | None = None) -> str:
    """A drawing as an SVG element.

    Parameters
    ----------
    drawing
        What is drawn.
    title
        What a screen reader says; plain text.
    at
        Left and top, for an element that stands in another SVG.
    """
    frame = drawing.frame
    about = (title, frame, len(drawing.marks), len(drawing.names))
    hatches = _Hatches(hashlib.sha256(repr(about).encode()).hexdigest()[:8])
    body = [_mark(mark, hatches) for mark in drawing.marks]
    if drawing.scale is not None:
        body.append(_scale(drawing.scale))
    body.append("".join(_names(drawing.names)))
    wide, tall = _number(frame.width), _number(frame.height)
    where = (
        f' x="{_number(at[0])}" y="{_number(at[1])}" width="{wide}" height="{tall}"' if at else ""
    )
    size = "" if at else f' width="{wide}" height="{tall}"'
    label = f' role="img" aria-label={_quoted(title)}' if title else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {tall}"{size}{where}{label} '
        f'font-family="{FONTS}" overflow="hidden">'
        f"{hatches.defined()}{''.join(body)}</svg>"
    )


class _Hatches:
    """Patterns by kind and colour; their ids begin with a key of the drawing's own."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.used: dict[tuple[str, str], str] = {}

    def fill(self, kind: str, colour: str) -> str:
        """The value of an attribute that fills with a pattern."""
        name = self.used.setdefault((kind, colour), f"h{self.key}-{len(self.used)}")
        return f"url(#{name})"

    def defined(self) -> str:
        """The patterns that were used."""
        patterns = "".join(
            f'<pattern id="{name}" width="8" height="8" patternUnits="userSpaceOnUse"><path '
            f'd="{HATCHES[kind]}" stroke={_quoted(colour)} fill="none"/></pattern>'
            for (kind, colour), name in self.used.items()
        )
        return f"<defs>{patterns}</defs>" if patterns else ""


def _mark(mark: DrawnShape | DrawnDot, hatches: _Hatches) -> str:
    title = f"<title>{_text(mark.title)}</title>" if mark.title else ""
    if isinstance(mark, DrawnDot):
        look = _attributes(mark.style, hatches, closed=True)
        middle = f'cx="{_number(mark.x)}" cy="{_number(mark.y)}" r="{_number(mark.radius)}"'
        return f'<circle class="{mark.kind}" {middle}{look}>{title}</circle>'
    look = _attributes(mark.style, hatches, closed=mark.closed)
    path = "".join(_path(line, closed=mark.closed) for line in mark.lines)
    return f'<path class="{mark.kind}" d="{path}"{look}>{title}</path>'


def _path(line: NDArray[np.float64], *, closed: bool) -> str:
    """A line in tenths of a pixel, each position from the one before."""
    steps = np.rint(line * 10).astype(np.int64)
    steps = np.vstack([steps[:1], np.diff(steps, axis=0)])
    steps = steps[np.r_[True, steps[1:].any(axis=1)]]
    words = [f"{_tenth(x)} {_tenth(y)}".replace(" -", "-") for x, y in steps.tolist()]
    if len(words) == 1:
        words.append("0 0")
    rest = "".join(word if word[0] == "-" else f" {word}" for word in words[2:])
    return f"M{words[0]}l{words[1]}{rest}" + "z" * closed


def _tenth(value: int) -> str:
    whole, rest = divmod(abs(value), 10)
    text = f"{whole or ''}.{rest}" if rest else str(whole)
    return f"-{text}" if value < 0 else text


def _number(value: float) -> str:
    return _tenth(round(value * 10))


def _attributes(style: Mapping[str, Any], hatches: _Hatches, *, closed: bool) -> str:
    """Leaflet's path options as attributes."""
    found: dict[str, str] = {}
    colour = str(style.get("color", "#3388ff"))
    if style.get("fill", closed):
        fill = str(style.get("fillColor", colour))
        kind = str(style.get("hatch", ""))
        if kind in HATCHES:
            found["fill"] = hatches.fill(kind, fill)
        else:
            found["fill"] = fill
            opacity = float(style.get("fillOpacity", 0.2))
            if opacity < 1:
                found["fill-opacity"] = f"{opacity:g}"
        if closed:
            found["fill-rule"] = "evenodd"
    else:
        found["fill"] = "none"
    if style.get("stroke", True) and colour != "none":
        found["stroke"] = colour
        found["stroke-width"] = f"{float(style.get('weight', 3)):g}"
        opacity = float(style.get("opacity", 1))
        if opacity < 1:
            found["stroke-opacity"] = f"{opacity:g}"
        dash = style.get("dashArray")
        if dash:
            found["stroke-dasharray"] = str(dash).replace(",", " ")
            offset = float(style.get("dashOffset", 0))
            if offset:
                found["stroke-dashoffset"] = f"{offset:g}"
        found["stroke-linecap"] = str(style.get("lineCap", "butt" if dash else "round"))
        found["stroke-linejoin"] = "round"
    return "".join(f" {name}={_quoted(value)}" for name, value in found.items())


def _names(names: Sequence[DrawnName]) -> Iterator[str]:
    """All names twice: their pale edges below, their letters above."""
    for one in names:
        if one.leader:
            (x0, y0), (x1, y1) = one.leader
            yield (
                f'<path class="leader" d="M{_number(x0)} {_number(y0)}L{_number(x1)} '
                f'{_number(y1)}" stroke="#4d4a44" stroke-width=".8" fill="none"/>'
            )
    if names:
        bare = "".join(_name(one) for one in names)
        yield (
            f'<g class="halo" aria-hidden="true" fill="none" stroke="{HALO}" stroke-width="3" '
            f'stroke-linejoin="round">{bare}</g>'
        )
        letters = (_name(one, one.colour or LOOKS[one.kind]["colour"]) for one in names)
        yield f'<g class="names">{"".join(letters)}</g>'


def _name(one: DrawnName, colour: str = "") -> str:
    look = LOOKS[one.kind]
    size = look["size"]
    x = {"start": one.box.left + 1.5, "end": one.box.right - 1.5}.get(
        one.side, (one.box.left + one.box.right) / 2
    )
    shape = f' font-size="{size:g}"'
    shape += ' font-weight="600"' if look.get("bold") else ""
    shape += ' font-style="italic"' if look.get("italic") else ""
    shape += f' text-anchor="{one.side}"' if one.side != "start" else ""
    shape += f" fill={_quoted(colour)}" if colour else ""
    lines = []
    for number, line in enumerate(one.lines):
        y = one.box.top + size * (LINE_HEIGHT * number + 1.0)
        lines.append(
            f'<text class="{one.kind}" x="{_number(x)}" y="{_number(y)}"{shape}>'
            f"{_text(line)}</text>"
        )
    return "".join(lines)


def _scale(bar: ScaleBar) -> str:
    parts = []
    for number, (length, words) in enumerate(bar.bars):
        up = -5 if number == 0 else 5
        x0, x1, y = _number(bar.x), _number(bar.x + length), _number(bar.y)
        tick = _number(bar.y + up)
        parts.append(
            f'<path d="M{x0} {tick}V{y}H{x1}V{tick}" stroke="#1c1b19" stroke-width="1.2" '
            f'fill="none"/><text x="{_number(bar.x + length - 3)}" '
            f'y="{_number(bar.y - 4 if number == 0 else bar.y + 12)}" font-size="10" '
            f'text-anchor="end" fill="#1c1b19">{_text(words)}</text>'
        )
    return f'<g class="scale">{"".join(parts)}</g>'


def legend_mark(entry: LegendEntry, x: float, y: float) -> str:
    """The sample of a line of a legend: 50 pixels to the right of x, with y in its middle.

    Parameters
    ----------
    entry
        The line of the legend.
    x, y
        Pixels.
    """
    hatches = _Hatches(hashlib.sha256(repr(entry).encode()).hexdigest()[:8])
    if entry.shape in {"dot", "open", "ring", "pin", "sign"}:
        radius, fill = {"open": (4.0, "#ffffff"), "ring": (8.0, "none")}.get(
            entry.shape, (5.0, entry.colour)
        )
        style = {"color": entry.colour, "weight": 1.2, "fillColor": fill, "fillOpacity": 1}
        dot = DrawnDot("sample", x + 25, y, radius, {**style, "fill": True})
        return _mark(dot, hatches)
    if entry.shape in {*HATCHES, "area"}:
        box = np.array([(x, y - 7), (x + 50, y - 7), (x + 50, y + 7), (x, y + 7)])
        style = {"color": entry.colour, "weight": 1, "fillOpacity": 0.15, "hatch": entry.shape}
        area = _mark(DrawnShape("sample", (box,), True, style), hatches)
        return hatches.defined() + area
    line = np.array([(x, y), (x + 50, y)])
    style = {"color": entry.colour, "weight": entry.weight, "dashArray": entry.dash or None}
    if entry.weight > 8:
        style["opacity"] = 0.45
    return _mark(DrawnShape("sample", (line,), False, style), hatches)


def _text(text: str) -> str:
    return escape(xml_text(text))


def _quoted(text: str) -> str:
    return quoteattr(xml_text(text))
