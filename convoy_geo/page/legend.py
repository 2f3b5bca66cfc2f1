"""The legend of a case's page: the lines and symbols that are actually drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convoy_geo.viz.folium_map import legend_entries
from convoy_geo.viz.symbology import AREA_COLOUR, PLACE_COLOUR
from convoy_geo.webmap.elements import LegendEntry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from convoy_geo.viz.layers import FeatureLayer
    from convoy_geo.viz.view_data import Contents

__all__ = ["page_legend"]

PLAN_DASH, DOT_DASH, ZONE_DASH = "8 5", "1 6", "5 5"
PAST_COLOUR = "#8b867c"


def page_legend(
    contents: Contents,
    layers: Sequence[FeatureLayer],
    words: Mapping[str, str],
    *,
    disputes: bool = False,
) -> list[LegendEntry]:
    """The entries of the legend.

    Parameters
    ----------
    contents
        What the case holds.
    layers
        What is drawn of it.
    words
        The page's own words; names of sides stay as they are.
    disputes
        Whether places about which claims disagree are marked.
    """
    drawn = [one for layer in layers if layer.kind == "reported" for one in layer.features]
    marks = [one.mark for one in drawn if one.mark is not None]
    sides = contents.info.sides
    told = dict.fromkeys(one.side for one in drawn if one.side in sides)
    entries = [
        LegendEntry(
            words["legendTold"],
            sides[side].shades.fill,
            weight=4,
            told=sides[side].name,
            dark=sides[side].shades.dark_fill,
        )
        for side in told
    ]
    plain = [mark for mark in marks if not mark.dash]
    rows = [
        (any(mark.is_stated for mark in plain), "Stated", {"weight": 4.0}),
        (any(_is_uncertain(mark.days.stated, mark.days.first, mark.days.last) for mark in plain),
         "Hollow", {"shape": "hollow"}),
        (any(mark.dash == "plan" for mark in marks), "Plan", {"dash": PLAN_DASH, "weight": 4.0}),
        (any(mark.dash == "unknown" for mark in marks), "Link", {"dash": DOT_DASH, "weight": 4.0}),
    ]  # fmt: skip
    entries += [
        LegendEntry(words[f"legend{key}"], PLACE_COLOUR, **how)  # type: ignore[arg-type]
        for shown, key, how in rows
        if shown
    ]
    if marks and contents.info.first_day != contents.info.last_day:
        entries.append(LegendEntry(words["legendPast"], PAST_COLOUR, weight=1.5))
    if any(layer.kind == "zones" for layer in layers):
        entries.append(LegendEntry(words["legendZone"], AREA_COLOUR, shape="zone"))
    rest = [layer for layer in layers if layer.kind != "reported"]
    return entries + legend_entries(contents, rest, words, disputes=disputes)


def _is_uncertain(stated: Sequence[tuple[int, int]], first: int | None, last: int | None) -> bool:
    if first is None or last is None:
        return True
    return sum(high - low + 1 for low, high in stated) < last - first + 1
