"""What all maps of `explore` share: options of colour, width and words, and the new map."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import folium
import pandas as pd

from convoy_geo.viz.folium_map import add_basemap
from convoy_geo.viz.map_picture import map_picture
from convoy_geo.webmap.html import OfflineMap
from convoy_geo.webmap.sanitize import is_colour, safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["Look", "new_map"]


CSS_NAMES = frozenset(
    """
    aliceblue antiquewhite aqua aquamarine azure beige bisque black blanchedalmond blue
    blueviolet brown burlywood cadetblue chartreuse chocolate coral cornflowerblue cornsilk
    crimson cyan darkblue darkcyan darkgoldenrod darkgray darkgreen darkgrey darkkhaki
    darkmagenta darkolivegreen darkorange darkorchid darkred darksalmon darkseagreen
    darkslateblue darkslategray darkslategrey darkturquoise darkviolet deeppink deepskyblue
    dimgray dimgrey dodgerblue firebrick floralwhite forestgreen fuchsia gainsboro ghostwhite
    gold goldenrod gray green greenyellow grey honeydew hotpink indianred indigo ivory khaki
    lavender lavenderblush lawngreen lemonchiffon lightblue lightcoral lightcyan
    lightgoldenrodyellow lightgray lightgreen lightgrey lightpink lightsalmon lightseagreen
    lightskyblue lightslategray lightslategrey lightsteelblue lightyellow lime limegreen linen
    magenta maroon mediumaquamarine mediumblue mediumorchid mediumpurple mediumseagreen
    mediumslateblue mediumspringgreen mediumturquoise mediumvioletred midnightblue mintcream
    mistyrose moccasin navajowhite navy oldlace olive olivedrab orange orangered orchid
    palegoldenrod palegreen paleturquoise palevioletred papayawhip peachpuff peru pink plum
    powderblue purple rebeccapurple red rosybrown royalblue saddlebrown salmon sandybrown
    seagreen seashell sienna silver skyblue slateblue slategray slategrey snow springgreen
    steelblue tan teal thistle tomato turquoise violet wheat white whitesmoke yellow yellowgreen
    """.split()  # noqa: SIM905  (a list of one name a line is long)
)
"""Names of colours: CSS Color Module Level 4, section 6.1."""


@dataclass(frozen=True)
class Look:
    """Options of `explore`, checked.

    Parameters
    ----------
    color, weight
        In place of those of a class or level; None keeps these.
    popup, tooltip
        Columns whose values are shown; None keeps the text that the map makes.
    """

    color: str | None = None
    weight: float | None = None
    popup: tuple[str, ...] | None = None
    tooltip: tuple[str, ...] | None = None

    @classmethod
    def of(
        cls,
        color: str | None,
        weight: float | None,
        popup: Sequence[str] | str | None,
        tooltip: Sequence[str] | str | None,
    ) -> Look:
        """Check the options of `explore`."""
        if color is not None and not (
            color.lower() in CSS_NAMES or (is_colour(color) and not color.isalpha())
        ):
            msg = f"`color` must be a CSS colour or a column of the table, not {color!r}"
            raise ValueError(msg)
        if weight is not None and not weight > 0:
            msg = f"`weight` must be above 0, not {weight!r}"
            raise ValueError(msg)
        return cls(color, weight, _names(popup), _names(tooltip))

    def check(self, columns: Iterable[str]) -> None:
        """Raise KeyError for a column that the table does not have."""
        known = list(columns)
        for name in (*(self.popup or ()), *(self.tooltip or ())):
            if name not in known:
                msg = f"no column {name!r}; there are {', '.join(known)}"
                raise KeyError(msg)

    def talk(
        self, row: Mapping[str, Any], *, popup: str | None = None, tooltip: str | None = None
    ) -> dict[str, Any]:
        """Popup and tooltip of a row of the table, for a folium element.

        Parameters
        ----------
        row
            The values of the table's row by column.
        popup, tooltip
            As the map makes them, as safe HTML; either may be missing.
        """
        made = {"popup": popup, "tooltip": tooltip}
        talk: dict[str, Any] = {key: text for key, text in made.items() if text is not None}
        for key, names in (("popup", self.popup), ("tooltip", self.tooltip)):
            if names is not None:
                talk[key] = "<br>".join(f"{safe(name)}: {safe(_text(row[name]))}" for name in names)
        if "popup" in talk:
            talk["popup"] = folium.Popup(talk["popup"], max_width=360)
        return talk


def _names(given: Sequence[str] | str | None) -> tuple[str, ...] | None:
    if given is None:
        return None
    return (given,) if isinstance(given, str) else tuple(given)


def _text(value: Any) -> str:
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def new_map(bounds: tuple[float, float, float, float], title: str, *, max_zoom: int) -> OfflineMap:
    """A map that shows west, south, east, north in degrees, on the basemap."""
    west, south, east, north = bounds
    chart = OfflineMap(
        location=[(south + north) / 2, (west + east) / 2],
        title=title,
        control_scale=True,
        max_zoom=max_zoom,
    )
    chart.fit_bounds([[south, west], [north, east]])
    add_basemap(chart, bounds)
    chart.picture = partial(map_picture, chart)
    return chart
