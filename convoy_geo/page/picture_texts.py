"""Texts of the story's pictures: lines within a box, and how a long one is folded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convoy_geo.io.html import safe
from convoy_geo.lang import direction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convoy_geo.model.case_info import Side
    from convoy_geo.viz.label_placement import Box

__all__ = ["GAP", "LINE", "folded", "painted", "texts_in"]

LINE, GAP = 13.0, 15.0
"""Size of letters, and from one line to the next, in pixels."""


def painted(side: Side | None, inner: str) -> str:
    """A drawing in a side's colour: for all browsers, and for those that know dark."""
    if side is None:
        return f'<g class="ink">{inner}</g>'
    text, dark = side.shades.text, side.shades.dark_text
    return f'<g color="{text}"><g color="light-dark({text},{dark})">{inner}</g></g>'


def texts_in(
    lines: Sequence[str], box: Box, name: str, *, size: float = LINE, lang: str = ""
) -> str:
    """Lines of text in the middle of a box, the first of several in bold.

    Parameters
    ----------
    lines
        Their texts.
    box
        Pixels.
    name
        Their class.
    size
        Of the letters, in pixels.
    lang
        Their language, where it is not that of the picture.
    """
    step = GAP if size == LINE else size + 2
    x = (box.left + box.right) / 2
    texts = "".join(
        f'<text class="{name}{" b" if not number and len(lines) > 1 else ""}" x="{x:.1f}" '
        f'y="{box.top + step * number + size - 1.5:.1f}" text-anchor="middle">{safe(line)}</text>'
        for number, line in enumerate(lines)
    )
    return f'<g lang="{lang}" direction="{direction(lang)}">{texts}</g>' if lang else texts


def folded(text: str, most: int) -> list[str]:
    """Wrap a text into at most three lines of about so many letters.

    Examples
    --------
    >>> folded("turned back to the interior", 14)
    ['turned back to', 'the interior']
    """
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + len(word) < most:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines[:3] or [""]
