"""The time-distance diagram of a case's page: two drawings, and a key that leads to the claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convoy_geo.io.html import Html, render
from convoy_geo.lang import DEFAULT
from convoy_geo.model.shades import shades_of
from convoy_geo.page.case_conflicts import OTHER_SIDE
from convoy_geo.viz.time_distance_drawing import draw_time_distance
from convoy_geo.viz.time_distance_svg import svg_time_distance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from convoy_geo.analysis.time_distance import TimeDistance
    from convoy_geo.viz.view_data import Contents

__all__ = ["diagram"]

WIDTHS = {"wd": 1040.0, "nr": 360.0}
"""Pixels of the drawings, for desktops and for phones."""


def diagram(found: TimeDistance | None, contents: Contents, words: Mapping[str, str]) -> Html:
    """Claims over the road and the time; nothing where the story names no road.

    Parameters
    ----------
    found
        Claims, closures and fastest moves along the road.
    contents
        What the case holds.
    words
        The page's own words.
    """
    if found is None or not found.boxes:
        return Html("")
    info = contents.info
    drawings = {
        name: draw_time_distance(found, info, width=width, key=False)
        for name, width in WIDTHS.items()
    }
    entries = []
    for one in drawings["wd"].entries:
        side = info.sides.get(one.side)
        shades = side.shades if side else shades_of(OTHER_SIDE)
        entries.append({
            "number": one.number, "claim": one.claim, "side": side.name if side else one.side,
            "label": one.label, "when": one.when, "colour": shades.text, "dark": shades.dark_text,
        })  # fmt: skip
    return render(
        "road_diagram",
        drawings={
            name: Html(svg_time_distance(one, claims=True)) for name, one in drawings.items()
        },
        entries=entries, note=drawings["wd"].note, words=words, case_lang=DEFAULT,
        foreign=words["lang"] != DEFAULT,
    )  # fmt: skip
