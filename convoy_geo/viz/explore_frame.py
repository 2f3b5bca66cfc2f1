"""A GeoDataFrame as folium elements: points, lines and areas, coloured by a column or one value."""

from __future__ import annotations

import math
from itertools import cycle
from typing import TYPE_CHECKING, Any

import folium
import numpy as np
import pandas as pd

from convoy_geo.errors import MissingCrsError
from convoy_geo.io.html import clean
from convoy_geo.viz.explore_style import Look, new_map
from convoy_geo.webmap.elements import Legend, LegendEntry, keyed, safe

if TYPE_CHECKING:
    from collections.abc import Iterator

    import geopandas as gpd
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

__all__ = ["MOST_ROWS", "explore_frame", "row_keys"]

MOST_ROWS = 10_000
"""Maximum number of rows on a map: more cannot be distinguished and make a huge page."""
COLOURS = (
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7F4C1D", "#444444",
)  # fmt: skip
"""For values that have no order: by Okabe and Ito, without the pale ones."""
SCALE = ("#440154", "#3b528b", "#21918c", "#5ec962", "#b8a800")
"""For numbers, from low to high: viridis, its yellow darkened."""
USUAL = "#1f5fbf"
MOST_VALUES = 12
"""Values of a legend; all others share one entry."""


def explore_frame(
    frame: gpd.GeoDataFrame, m: folium.Map | None = None, *, look: Look, title: str = ""
) -> folium.Map:
    """Draw the rows of a frame on a map.

    Parameters
    ----------
    frame
        A frame with a CRS and any kind of geometry. Rows without geometry are not drawn.
    m
        The map to draw on; by default a new `OfflineMap`.
    look
        Colour or column, width and columns shown; by default the tooltip has the index and the
        popup all columns of short texts and numbers.
    title
        Of a new map, and of the legend.

    Raises
    ------
    MissingCrsError
        If the frame has no CRS.
    ValueError
        If there are more than 10,000 rows, or none has a geometry.
    KeyError
        If a column is not in the frame.
    """
    if frame.crs is None:
        msg = "the frame has no CRS; set one with frame.set_crs(...)"
        raise MissingCrsError(msg)
    drawn = frame[frame.geometry.notna() & ~frame.geometry.is_empty].to_crs("EPSG:4326")
    if drawn.empty:
        msg = "no row of the frame has a geometry"
        raise ValueError(msg)
    if len(drawn) > MOST_ROWS:
        msg = f"{len(drawn):,} rows are too many to distinguish; draw at most {MOST_ROWS:,}"
        raise ValueError(msg)
    columns = [name for name in frame.columns if name != frame.geometry.name]
    look.check(columns)
    by_column = look.color in columns
    colours, entries = _by_column(drawn[look.color]) if by_column else ([look.color or USUAL], [])
    m = m if m is not None else new_map(tuple(drawn.total_bounds), title or "Map", max_zoom=17)
    layer = folium.FeatureGroup(safe(title or "Rows"))
    shown = [name for name in columns if _is_short(drawn[name])]
    rows = drawn[columns].to_dict("records")
    places = row_keys(frame)[(frame.geometry.notna() & ~frame.geometry.is_empty).to_numpy()]
    for key, place, shape, row, colour in zip(
        drawn.index, places, drawn.geometry, rows, cycle(colours), strict=False
    ):
        values = {str(name): value for name, value in row.items()}
        popup = "<br>".join(f"{safe(name)}: {safe(_text(row[name]))}" for name in shown)
        talk = look.talk(values, tooltip=safe(str(key)), popup=popup or safe(str(key)))
        for element in _elements(shape, colour, look.weight, talk):
            keyed(element, place).add_to(layer)
    layer.add_to(m)
    if by_column:
        Legend(str(look.color), entries).add_to(m)
    return m


def row_keys(frame: gpd.GeoDataFrame) -> NDArray[np.str_]:
    """The keys by which a widget selects the rows: the index, or the rows' numbers from 0 on."""
    keys = np.array([clean(str(key)) for key in frame.index], dtype=np.str_)
    return keys if len(set(keys.tolist())) == len(keys) else np.arange(len(keys)).astype(np.str_)


def _elements(
    shape: BaseGeometry, colour: str, weight: float | None, talk: dict[str, Any]
) -> Iterator[Any]:
    for part in getattr(shape, "geoms", [shape]):
        if part.geom_type == "Point":
            yield folium.CircleMarker(
                [part.y, part.x], radius=weight or 6, color=colour, weight=1.5, fill=True,
                fill_color=colour, fill_opacity=0.7, **_again(talk),
            )  # fmt: skip
        elif part.geom_type in {"LineString", "LinearRing"}:
            yield folium.PolyLine(
                [(lat, lon) for lon, lat, *_ in part.coords], color=colour, weight=weight or 4,
                opacity=0.85, **_again(talk),
            )  # fmt: skip
        elif part.geom_type == "Polygon":
            yield folium.Polygon(
                [[(lat, lon) for lon, lat, *_ in ring.coords]
                 for ring in (part.exterior, *part.interiors)],
                color=colour, weight=weight or 1.5, fill=True, fill_color=colour,
                fill_opacity=0.25, **_again(talk),
            )  # fmt: skip
        else:
            yield from _elements(part, colour, weight, talk)


def _again(talk: dict[str, Any]) -> dict[str, Any]:
    """A popup of its own for each element: folium ties a popup to one element only."""
    popup = talk.get("popup")
    if popup is None:
        return talk
    text = next(iter(popup.html._children.values())).data  # noqa: SLF001
    return {**talk, "popup": folium.Popup(text, max_width=360)}


def _by_column(column: pd.Series[Any]) -> tuple[list[str], list[LegendEntry]]:
    """A colour for each row, and the entries of the legend."""
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        return _by_number(column.astype(float))
    texts = [_text(value) or "(empty)" for value in column]
    known = list(dict.fromkeys(sorted(set(texts), key=lambda text: (-texts.count(text), text))))
    named = known if len(known) <= MOST_VALUES else known[: MOST_VALUES - 1]
    colour_of = {text: COLOURS[n % len(COLOURS)] for n, text in enumerate(named)}
    entries = [LegendEntry(safe_label(text), colour_of[text], shape="dot") for text in named]
    if len(named) < len(known):
        entries.append(LegendEntry(f"{len(known) - len(named)} other values", OTHER, shape="dot"))
    return [colour_of.get(text, OTHER) for text in texts], entries


OTHER = "#8a8a8a"


def safe_label(text: str) -> str:
    """A text short enough for a legend."""
    return text if len(text) <= 40 else f"{text[:39]}…"


def _by_number(column: pd.Series[float]) -> tuple[list[str], list[LegendEntry]]:
    """Five classes of equal width between the least and the greatest number that is finite."""
    finite = [value for value in column if math.isfinite(value)]
    if not finite:
        return [OTHER] * len(column), [LegendEntry("no value", OTHER, shape="dot")]
    low, high = min(finite), max(finite)
    step = (high - low) / len(SCALE)

    def colour(value: float) -> str:
        if not math.isfinite(value):
            return OTHER
        return SCALE[min(int((value - low) / step), len(SCALE) - 1) if step else 0]

    entries = [
        LegendEntry(f"{low + n * step:g} to {low + (n + 1) * step:g}", one, shape="dot")
        for n, one in enumerate(SCALE if step else SCALE[:1])
    ]
    if len(finite) < len(column):
        entries.append(LegendEntry("no value", OTHER, shape="dot"))
    return [colour(value) for value in column], entries


def _is_short(column: pd.Series[Any]) -> bool:
    return all(len(_text(value)) <= 200 for value in column)


def _text(value: Any) -> str:
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)
