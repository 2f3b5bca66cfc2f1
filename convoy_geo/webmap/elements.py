"""Map elements that folium lacks: legend, panel, place label and the styled basemap.

Each is an ordinary folium element: added with ``.add_to(map)`` (or to a feature group), it is also
shown, in a simpler form, on pages rendered by folium itself. The published page draws them with its
own script; see `convoy_geo.webmap.html`.

Examples
--------
>>> import folium
>>> chart = folium.Map(location=[34.5, 40.9], tiles=None)
>>> _ = Legend("Routes", [LegendEntry("denied", "#d55e00", dash="2 6")]).add_to(chart)
>>> _ = Label(34.8853, 38.8711, "Sukhna", rank=1).add_to(chart)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import folium
from branca.element import MacroElement
from folium.template import Template

from convoy_geo.io.html import Html, render
from convoy_geo.lang import DEFAULT
from convoy_geo.webmap import sanitize
from convoy_geo.webmap.sanitize import is_colour, safe

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "BASEMAP_STYLES",
    "HATCH",
    "Basemap",
    "Label",
    "Legend",
    "LegendEntry",
    "Panel",
    "key_of_element",
    "keyed",
    "legend_html",
    "safe",
]

HATCH: dict[str, Any] = {"class_name": "hatch", "fill": True, "weight": 1}
"""Path options of an area that is a region, not a point: ``folium.Polygon(..., **HATCH)``.

In a `style_function` write ``"className": "hatch"``. The page fills such areas with diagonal lines
of the fill colour; ``hatch-back`` turns them the other way and ``hatch-cross`` draws both, so that
regions can be told apart without colour.
"""


def keyed(element: Any, key: object) -> Any:
    """Give a folium element the key by which a widget selects it, and give it back."""
    element.widget_key = sanitize.clean(str(key))
    return element


def key_of_element(element: Any) -> str:
    """The key of a folium element, or an empty text."""
    return str(getattr(element, "widget_key", ""))


HATCHES = {
    "hatch": "M1 8L8 1M1 15L15 1M8 15L22 1M15 15L27 3M22 15L27 10",
    "hatch-back": "M1 8L8 15M1 1L15 15M8 1L22 15M15 1L27 13M22 1L27 6",
}

Kind = Literal[
    "land", "shore", "sea", "lake", "river", "coast", "border", "disputed", "admin",
    "water", "built", "wood", "rail",
]  # fmt: skip

BASEMAP_STYLES: dict[str, dict[str, Any]] = {
    "sea": {"stroke": False, "fill": True, "fillColor": "#d3e4ee", "fillOpacity": 1},
    "water": {"stroke": False, "fill": True, "fillColor": "#d3e4ee", "fillOpacity": 1},
    "land": {"stroke": False, "fill": True, "fillColor": "#f5f2ea", "fillOpacity": 1},
    "shore": {
        "color": "#8fb1c3",
        "weight": 0.8,
        "fill": True,
        "fillColor": "#f5f2ea",
        "fillOpacity": 1,
    },
    "lake": {
        "color": "#a9c6d6",
        "weight": 0.7,
        "fill": True,
        "fillColor": "#d3e4ee",
        "fillOpacity": 1,
    },
    "built": {"stroke": False, "fill": True, "fillColor": "#ebe4d8", "fillOpacity": 1},
    "wood": {"stroke": False, "fill": True, "fillColor": "#e0e8d4", "fillOpacity": 1},
    "rail": {"color": "#c4bcae", "weight": 1, "fill": False},
    "river": {"color": "#9dc0d3", "weight": 1.3, "fill": False},
    "coast": {"color": "#8fb1c3", "weight": 0.8, "fill": False},
    "admin": {"color": "#c9c3b6", "weight": 0.8, "dashArray": "1 3", "fill": False},
    "border": {"color": "#8b857b", "weight": 1.3, "fill": False},
    "disputed": {"color": "#8b857b", "weight": 1.2, "dashArray": "5 4", "fill": False},
}
"""Leaflet path options of the basemap's layers: subdued, so that the story stands out."""


@dataclass(frozen=True)
class LegendEntry:
    """One line of a legend.

    Parameters
    ----------
    label
        What it means; plain text.
    colour
        CSS colour of the sample.
    dash
        Dash pattern of the line, as in ``dash_array``; empty for a solid line.
    weight
        Width of the line in pixels.
    told
        The end of the label, in the language of the case, such as the name of a side.
    shape
        Shape of the sample: a ``line``, a ``dot`` (``open``: a white one), a ``ring``, an ``area``,
        a ``hatch`` (``hatch-back``: the other direction), a map ``pin``, a ``hollow`` line, a
        dashed ``zone``, or the ``sign`` for conflicting claims.
    dark
        CSS colour of the sample on a dark page whose map is dark; by default the same.

    Raises
    ------
    ValueError
        If `colour` is not a CSS colour.
    """

    label: str
    colour: str
    dash: str = ""
    weight: float = 3.0
    shape: Literal[
        "line",
        "dot",
        "open",
        "ring",
        "area",
        "hatch",
        "hatch-back",
        "pin",
        "hollow",
        "zone",
        "sign",
    ] = "line"
    told: str = ""
    dark: str = ""

    def __post_init__(self) -> None:
        if not is_colour(self.colour):
            msg = f"`colour` must be a CSS colour, not {self.colour!r}"
            raise ValueError(msg)

    def swatch(self) -> Html:
        """The sample as a small SVG drawing, coloured by attributes (a policy bars styles)."""
        return render(
            "swatch",
            shape=self.shape,
            colour=self.colour,
            dash=self.dash,
            weight=f"{float(self.weight):g}",
            hatch=HATCHES.get(self.shape, ""),
            dark=self.dark,
        )


class Legend(MacroElement):  # type: ignore[misc]
    """A legend on the map that collapses on a phone.

    Parameters
    ----------
    title
        Heading; plain text.
    entries
        `LegendEntry` objects, or dicts with the same names.
    """

    _template = Template(
        """
        {% macro html(this, kwargs) %}
        <div style="position: fixed; bottom: 24px; right: 10px; z-index: 9999; padding: 6px 10px;
                    max-height: 45%; overflow: auto; background: white; border: 1px solid #888">
            {{ this.inner_html() }}
        </div>
        {% endmacro %}
        """
    )

    def __init__(self, title: str, entries: Iterable[LegendEntry | dict[str, Any]]) -> None:
        super().__init__()
        self._name = "Legend"
        self.title = title
        self.entries = tuple(
            entry if isinstance(entry, LegendEntry) else LegendEntry(**entry) for entry in entries
        )

    def inner_html(self) -> str:
        """Heading and lines as safe HTML."""
        return f"<strong>{safe(self.title)}</strong>{legend_html(self.entries)}"


def legend_html(entries: Iterable[LegendEntry]) -> Html:
    """The lines of a legend as a safe HTML list."""
    return render("legend", entries=list(entries), case_lang=DEFAULT)


class Panel(MacroElement):  # type: ignore[misc]
    """A section beside or below the map that works without JavaScript.

    Parameters
    ----------
    title
        Heading; plain text.
    html
        Text, lists and tables as HTML. Only harmless markup is kept, see `markup.parse`; pass
        every text that comes from data through `safe`.
    is_open
        Whether the section is initially open.
    """

    _template = Template(
        """
        {% macro html(this, kwargs) %}
        <details{% if this.is_open %} open{% endif %}>
            <summary>{{ this.safe_title() }}</summary>{{ this.safe_html() }}
        </details>
        {% endmacro %}
        """
    )

    def __init__(self, title: str, html: str, *, is_open: bool = False) -> None:
        super().__init__()
        self._name = "Panel"
        self.title = title
        self.content = sanitize.parse(html)
        self.scripts = sanitize.scripts_in(html)
        self.is_open = is_open

    def safe_title(self) -> str:
        """The heading as safe HTML."""
        return safe(self.title)

    def safe_html(self) -> Html:
        """The content as safe HTML."""
        return Html(sanitize.to_html(self.content))


class Label(MacroElement):  # type: ignore[misc]
    """A place label that gives way to dots and to labels of lower rank.

    Parameters
    ----------
    lat, lon
        Position, WGS 84 decimal degrees, in folium's order.
    text
        The name; plain text.
    arabic
        The Arabic name, drawn below, right to left; may be empty.
    rank
        Lower ranks have priority; if space is short, labels of a higher rank are left out.
    kind
        ``place`` is drawn beside its dot, ``town`` beside a small dot of its own; ``region``,
        ``country``, ``water``, ``land`` and ``river`` are drawn at their point, each in its own
        typeface.
    min_zoom
        Minimum zoom at which the name is shown; provinces need no label on a phone's first view.
    anchor
        The marker or path of the same map to which the label belongs: a click on the label opens
        its popup, and both are hidden together.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            L.marker({{ this.location|tojson }}, {
                interactive: false,
                icon: L.divIcon({className: "", iconAnchor: [-6, 8], html: {{ this.inner|tojson }}})
            }).addTo({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(
        self,
        lat: float,
        lon: float,
        text: str,
        *,
        arabic: str = "",
        rank: float = 5,
        kind: Literal["place", "region", "country", "water", "town", "land", "river"] = "place",
        min_zoom: float = 0,
        anchor: MacroElement | None = None,
    ) -> None:
        super().__init__()
        self._name = "Label"
        self.location = [float(lat), float(lon)]
        self.text = text
        self.arabic = arabic
        self.rank = rank
        self.kind = kind
        self.min_zoom = min_zoom
        self.anchor = anchor
        self.inner = render("label", text=text, arabic=arabic)

    def _get_self_bounds(self) -> list[list[float]]:
        return [self.location, self.location]


class Basemap(folium.GeoJson):  # type: ignore[misc]
    """A layer of the vector basemap: drawn below everything, and not interactive.

    Parameters
    ----------
    data
        Anything that `folium.GeoJson` reads: a dict, a frame with a CRS, a text.
    kind
        What it shows; picks the style from `BASEMAP_STYLES`.
    precision
        Number of decimal places kept in the page; 3 is about 100 metres.
    attribution
        Attribution in the line below the map, as text or simple HTML.
    name, control
        As for `folium.GeoJson`; by default a basemap is not in the layer control.
    """

    def __init__(
        self,
        data: Any,
        kind: Kind,
        *,
        precision: int = 3,
        attribution: str | None = None,
        name: str | None = None,
        control: bool = False,
    ) -> None:
        if kind not in BASEMAP_STYLES:
            msg = f"`kind` must be one of {', '.join(BASEMAP_STYLES)}, not {kind!r}"
            raise ValueError(msg)
        style = BASEMAP_STYLES[kind]
        super().__init__(
            data,
            style_function=lambda _feature: style,
            name=name if name is not None else kind,
            control=control,
            interactive=False,
            precision=precision,
            attribution=attribution,
        )
        self.kind = kind
