"""A case's map as a figure for print: title, map, legend and credits, as SVG.

`convoy_geo.viz.static_map` puts the same text around the same map for PNG and PDF.
"""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from convoy_geo.io.xml import xml_text
from convoy_geo.lang import DEFAULT, load
from convoy_geo.viz.layers import case_layers
from convoy_geo.viz.map_drawing import draw_map
from convoy_geo.viz.popups import Cards
from convoy_geo.viz.svg_map import FONTS, legend_mark, svg_of
from convoy_geo.viz.symbology import BASEMAP_CREDIT_TEXT, PLACES_CREDIT_TEXT

if TYPE_CHECKING:
    from collections.abc import Collection

    from convoy_geo.viz.layers import FeatureLayer
    from convoy_geo.viz.view_data import Contents
    from convoy_geo.webmap.elements import LegendEntry

__all__ = ["FigureText", "figure_text", "shown_layers", "svg_figure"]

LAYER_KINDS = {
    "places": "places", "areas": "areas",
    "reported_routes": "reported", "computed_routes": "computed",
    "closures": "closures", "relations": "relations", "roads": "roads",
}  # fmt: skip
"""Kind of the drawn layer by name of the exported one."""
NOTHING = "Everything drawn comes from a source or is marked as ours."
WIDTH, MARGIN = 1236, 40
"""Pixels of the map, and around it."""
LEGEND_COLUMNS = 3
ROW = 21
"""Pixels of a line of the legend."""
MOST_LETTERS = 190
"""So many letters stand in a line below the map."""


@dataclass(frozen=True)
class FigureText:
    """What stands around a case's map.

    Parameters
    ----------
    title, days
        Above it.
    legend
        Below it.
    credits
        Lines of small print.
    """

    title: str
    days: str
    legend: tuple[LegendEntry, ...]
    credits: tuple[str, ...]


def shown_layers(contents: Contents, layers: Collection[str] = ()) -> list[FeatureLayer]:
    """The layers of a case that a picture shows.

    Parameters
    ----------
    contents
        What the case holds.
    layers
        Names of the layers wanted, of those that can be drawn; by default those that the page
        shows at first.
    """
    cards = Cards(contents.info, contents.reports, contents.claims, contents.places)
    wanted = {LAYER_KINDS[name] for name in layers if name in LAYER_KINDS}
    return [
        layer
        for layer in case_layers(contents, cards)
        if (layer.kind in wanted if layers else layer.show)
    ]


def figure_text(contents: Contents, layers: list[FeatureLayer]) -> FigureText:
    """Title, legend and credits of a case's map.

    Parameters
    ----------
    contents
        What the case holds.
    layers
        What is drawn of it.
    """
    from convoy_geo.viz.folium_map import legend_entries  # noqa: PLC0415

    info, words = contents.info, load(DEFAULT)
    dated = f"{words.date(f'{info.start}/{info.end}')}. " if info.start else ""
    publishers = dict.fromkeys(
        f"{report.publisher} ({words.date(report.published.text)})"
        for report in contents.reports.values()
    )
    geonames = any(place.geonames for place in contents.places.values())
    roads = contents.network
    said = [f"{BASEMAP_CREDIT_TEXT}."]
    if roads is not None and roads.attribution:  # the licence asks for it, so it is never cut off
        said.append(f"Roads: {', '.join(filter(None, (roads.attribution, roads.licence)))}.")
    said += [f"Reports: {'; '.join(publishers)}."] if publishers else []
    said += [f"{contents.basemap.credit}."] if contents.basemap else []
    said += [f"{PLACES_CREDIT_TEXT}."] if geonames else []
    return FigureText(
        xml_text(info.title),
        xml_text(dated + NOTHING),
        tuple(legend_entries(contents, layers, words.strings)),
        tuple(textwrap.wrap(xml_text(" ".join(said)), MOST_LETTERS)[:4]),
    )


def svg_figure(contents: Contents, layers: Collection[str] = ()) -> str:
    """A case's map with title, legend and credits as the text of an SVG file.

    Parameters
    ----------
    contents
        What the case holds.
    layers
        As for `shown_layers`.

    Returns
    -------
    str
        The same for the same case; it names neither a date nor a maker and loads nothing.
    """
    drawn = shown_layers(contents, layers)
    text = figure_text(contents, drawn)
    drawing = draw_map(
        drawn, contents.info.view, places=contents.places, width=WIDTH,
        own=contents.basemap,
    )  # fmt: skip
    top = MARGIN + 62
    rows = math.ceil(len(text.legend) / LEGEND_COLUMNS)
    below = top + drawing.frame.height + 26
    ending = below + rows * ROW + 8
    wide, tall = WIDTH + 2 * MARGIN, round(ending + 16 * len(text.credits) + MARGIN / 2)
    body = [
        f'<rect width="{wide}" height="{tall}" fill="#ffffff"/>',
        _line(MARGIN, MARGIN + 16, text.title, 25, "#1c1b19", bold=True),
        _line(MARGIN, MARGIN + 44, text.days, 14, "#4d4a44"),
        svg_of(drawing, at=(MARGIN, top)),
        _frame(top, drawing.frame.height),
    ]
    for number, entry in enumerate(text.legend):
        column, row = divmod(number, rows)
        x, y = MARGIN + column * (WIDTH / LEGEND_COLUMNS), below + row * ROW
        body.append(legend_mark(entry, x, y))
        body.append(_line(x + 62, y + 4.5, f"{entry.label} {entry.told}".strip(), 13, "#1c1b19"))
    for number, line in enumerate(text.credits):
        body.append(_line(MARGIN, ending + 16 * number + 4, line, 11, "#4d4a44"))
    title = escape(text.title, {'"': "&quot;"})
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {tall}" width="{wide}" '
        f'height="{tall}" role="img" aria-label="{title}" font-family="{FONTS}">'
        f"{''.join(body)}</svg>\n"
    )


def _frame(top: float, height: float) -> str:
    path = f"M{MARGIN} {top:g}h{WIDTH}v{height:g}H{MARGIN}z"
    return f'<path d="{path}" fill="none" stroke="#1c1b19"/>'


def _line(x: float, y: float, text: str, size: float, colour: str, *, bold: bool = False) -> str:
    weight = ' font-weight="700"' * bold
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" fill="{colour}"{weight}>'
        f"{escape(xml_text(text))}</text>"
    )
