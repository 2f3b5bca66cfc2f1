"""Accessible shades of a side's colour: fill and text, on light and dark backgrounds."""

from __future__ import annotations

import colorsys
from functools import lru_cache
from typing import NamedTuple

__all__ = ["DARK_PAPER", "FILL_CONTRAST", "LIGHT_PAPER", "TEXT_CONTRAST", "Shades", "contrast",
           "shade", "shades_of"]  # fmt: skip

LIGHT_PAPER, DARK_PAPER = "#f3f1eb", "#24292e"
"""The darkest light background and the lightest dark background of a page: its land."""
TEXT_CONTRAST, FILL_CONTRAST = 4.5, 3.0
"""Minimum contrast of text and of shapes: WCAG 2.2, 1.4.3 and 1.4.11."""


class Shades(NamedTuple):
    """A side's colour in four uses, each ``#rrggbb``."""

    fill: str
    text: str
    dark_fill: str
    dark_text: str


def _parts(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in _parts(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, from 1 to 21, by WCAG 2.2.

    Examples
    --------
    >>> round(contrast("#000000", "#ffffff")), round(contrast("#B8860B", "#ffffff"), 1)
    (21, 3.3)
    """
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def shade(colour: str, paper: str, least: float) -> str:
    """Darken or lighten a colour just enough to contrast with its background.

    Parameters
    ----------
    colour, paper
        ``#rrggbb``.
    least
        Minimum contrast of the result, provided that black or white reaches it.

    Examples
    --------
    >>> dark = shade("#B8860B", "#ffffff", 4.5)
    >>> contrast(dark, "#ffffff") >= 4.5
    True
    >>> shade("#000000", "#ffffff", 4.5)
    '#000000'
    """
    hue, light, saturation = colorsys.rgb_to_hls(*_parts(colour))
    end = 0.0 if _luminance(paper) > 0.18 else 1.0
    for step in range(101):
        moved = light + (end - light) * step / 100
        rgb = colorsys.hls_to_rgb(hue, moved, saturation)
        found = "#" + "".join(f"{round(part * 255):02x}" for part in rgb) if step else colour
        if contrast(found, paper) >= least:
            return found
    return found


@lru_cache(maxsize=1024)
def shades_of(colour: str, text: str = "", dark: str = "", dark_text: str = "") -> Shades:
    """The four shades of a side: the given ones, and the others derived from its colour.

    Parameters
    ----------
    colour
        Fill on a light background.
    text, dark, dark_text
        Text on a light background, fill and text on a dark one; derived if empty.
    """
    dark = dark or shade(colour, DARK_PAPER, FILL_CONTRAST)
    return Shades(
        shade(colour, LIGHT_PAPER, FILL_CONTRAST) if not text else colour,
        text or shade(colour, LIGHT_PAPER, TEXT_CONTRAST),
        dark,
        dark_text or shade(dark, DARK_PAPER, TEXT_CONTRAST),
    )
