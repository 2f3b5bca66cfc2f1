"""A time-distance diagram as SVG: presentation attributes only, all text escaped."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from convoy_geo.io.xml import xml_text
from convoy_geo.viz.svg_map import FONTS
from convoy_geo.viz.time_distance_drawing import DrawnLine, DrawnRect

if TYPE_CHECKING:
    from convoy_geo.viz.time_distance_drawing import DrawnText, TimeDistanceDrawing

__all__ = ["svg_time_distance"]

DASHES = {"": "", "dash": ' stroke-dasharray="5 3"', "dot": ' stroke-dasharray="1.5 2.5"'}
TINT = 0.2


def svg_time_distance(drawing: TimeDistanceDrawing, *, claims: bool = False) -> str:
    """A diagram as one SVG element, without scripts, styles and links.

    Parameters
    ----------
    drawing
        What is drawn.
    claims
        Whether boxes carry the ids of their claims as ``data-claim``, for a script.
    """
    key = hashlib.sha256(repr(drawing).encode()).hexdigest()[:8]
    colours = {one.colour for one in drawing.marks
               if isinstance(one, DrawnRect) and one.fill == "hatch"}  # fmt: skip
    patterns = {colour: f"td-{key}-{number}" for number, colour in enumerate(sorted(colours))}
    defined = "".join(
        f'<pattern id="{name}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<path d="M0 8L8 0" stroke="{_attribute(colour)}" stroke-opacity="0.45"/></pattern>'
        for colour, name in patterns.items()
    )
    body = "".join(_mark(one, patterns, claims=claims) for one in drawing.marks)
    wide, tall = _n(drawing.width), _n(drawing.height)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {tall}" width="{wide}" '
        f'height="{tall}" role="img" aria-label={quoteattr(xml_text(drawing.title))} '
        f'font-family="{FONTS}"><defs>{defined}</defs>'
        f'<rect width="{wide}" height="{tall}" fill="#ffffff"/>{body}</svg>'
    )


def _mark(one: DrawnRect | DrawnLine | DrawnText, patterns: dict[str, str], *, claims: bool) -> str:
    colour = _attribute(one.colour)
    if isinstance(one, DrawnLine):
        dash = ' stroke-dasharray="6 4"' if one.dashed else ""
        return (
            f'<path d="M{_n(one.x)} {_n(one.y)}L{_n(one.to_x)} {_n(one.to_y)}" fill="none" '
            f'stroke="{colour}" stroke-width="{_n(one.width)}"{dash}/>'
        )
    if isinstance(one, DrawnRect):
        place = f'x="{_n(one.x)}" y="{_n(one.y)}" width="{_n(one.width)}" height="{_n(one.height)}"'
        if one.fill == "hatch":
            return f'<rect {place} fill="url(#{patterns[one.colour]})"/>'
        paint = f'fill="{colour}"' if one.fill == "solid" else (
            f'fill="{colour}" fill-opacity="{TINT}"'
        )  # fmt: skip
        named = f" data-claim={quoteattr(xml_text(one.claim))}" if claims and one.claim else ""
        return (
            f'<rect {place} rx="3" {paint} stroke="{colour}" stroke-width="1.4"'
            f"{DASHES[one.dash]}{named}/>"
        )
    bold = ' font-weight="bold"' if one.bold else ""
    return (
        f'<text x="{_n(one.x)}" y="{_n(one.y)}" font-size="{_n(one.size)}" fill="{colour}" '
        f'text-anchor="{one.anchor}" dominant-baseline="central"{bold}>'
        f"{escape(xml_text(one.text))}</text>"
    )


def _attribute(colour: str) -> str:
    return escape(xml_text(colour), {'"': "&quot;"})


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")
