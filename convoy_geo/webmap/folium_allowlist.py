# ruff: noqa: SLF001  (folium keeps the tree in private names and offers no other way to it)
"""The known elements of a folium map. All others are rejected by name."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, NoReturn

import folium
from branca.element import JavascriptLink
from folium import elements as folium_elements
from folium.map import FitBounds, Layer

from convoy_geo.errors import UnsupportedMapElementError
from convoy_geo.webmap.elements import Basemap, Label, Legend, Panel
from convoy_geo.webmap.sanitize import scripts_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from branca.element import Element

__all__ = [
    "LEFTOVERS", "check_elements", "check_figure", "check_markup", "foreign_elements", "kind_of",
    "refuse",
]  # fmt: skip

KNOWN = (
    Basemap,
    Label,
    Legend,
    Panel,
    folium.GeoJson,
    folium.GeoJsonPopup,
    folium.GeoJsonTooltip,
    folium.FeatureGroup,
    folium.LayerControl,
    folium.TileLayer,
    folium.CircleMarker,
    folium.Circle,
    folium.PolyLine,
    folium.Polygon,
    folium.Rectangle,
    folium.Marker,
    folium.DivIcon,
    folium.Icon,
    folium.Popup,
    folium.Tooltip,
    FitBounds,
    folium.Map,
)
"""What can be read, narrower classes first."""

NOT_KNOWN = (
    "the page runs no script from a map, and can only draw GeoJson, feature groups, markers, "
    "icons, circles, lines, polygons, rectangles, popups, tooltips, tiles, FitBounds, LayerControl "
    "and Basemap, Label, Legend and Panel of convoy_geo; a notebook shows the other elements too"
)

SHOWN = 5
"""How many scripts that are left out are named."""

LEFTOVERS = (folium_elements.ElementAddToElement, folium.Marker.SetIcon)
"""What folium leaves in the tree when it has rendered a map; it says nothing new."""


def refuse(name: str, why: str) -> NoReturn:
    """Raise the error for what a page cannot or must not draw."""
    raise UnsupportedMapElementError(name, why)


def kind_of(element: Element) -> type:
    """The known class that an element is drawn as.

    A subclass counts only while it draws just like its parent: a plugin brings a template or a
    `render` of its own.
    """
    known: type | None = next((kind for kind in KNOWN if isinstance(element, kind)), None)
    if known is None or not _draws_like(element, known):
        name = type(element).__qualname__
        if type(element).__module__.startswith("folium.plugins"):
            name = f"folium.plugins.{name}"
        refuse(name, NOT_KNOWN)
    return known


def _draws_like(element: Element, known: Any) -> bool:
    kind = type(element)
    # Only a class that was given code of its own counts, not an empty entry that a look made.
    extended = any(folium.map.Class._includes.get(parent) for parent in kind.__mro__)
    return kind._template is known._template and kind.render is known.render and not extended


SCRIPTS = frozenset({"leaflet", "jquery", "bootstrap", "awesome_markers", "meta_http"})
"""Names under which folium adds scripts to the head of every map; the page brings its own."""


def _is_script(element: Any) -> bool:
    """Whether an element of a page's head is a script, or HTML that holds one."""
    if isinstance(element, JavascriptLink):
        return True
    return bool(scripts_in(str(element.render())))


def check_figure(chart: folium.Map) -> None:
    """Refuse scripts and HTML that were added beside the map, which folium would write out.

    A map that folium has rendered before is fine: what that left in the figure bears the names
    of the map's own elements.
    """
    for name, address in chart.default_js:
        if name not in SCRIPTS:
            refuse(f"the script {name} ({address})", "the page runs no script from a map")
    figure = chart.get_root()
    if figure is chart:
        return
    own = {element.get_name() for element in _all(chart)}
    _check_head(figure, own | SCRIPTS)
    for part in (figure.html, figure.script):
        for name, child in part._children.items():
            if name not in own:
                refuse(type(child).__name__, "HTML or a script was added beside the map")
    for child in figure._children.values():
        if child is not chart:
            refuse(type(child).__name__, "it stands beside the map")


def _check_head(figure: Any, known: Collection[str]) -> None:
    for name, child in figure.header._children.items():
        if name not in known and _is_script(child):
            refuse(f"the script {name}", "the page runs no script that was added to its head")


def check_markup(chart: folium.Map, *, drop: bool = False) -> None:
    """Refuse scripts in popups, tooltips, icons, credits and panels: the page keeps none.

    Parameters
    ----------
    chart
        A map.
    drop
        Whether a warning names them instead, as they are left out.
    """
    found: dict[str, None] = {}
    for element in _all(chart):
        for where, script in _scripts(element):
            name = f"the script {script} in {where}"
            if not drop:
                refuse(name, "the page keeps no script; drop_scripts=True leaves it out")
            found[name] = None
    if found:
        shown = ", ".join(list(found)[:SHOWN]) + (" ..." if len(found) > SHOWN else "")
        warnings.warn(f"left out of the page: {shown}", stacklevel=5)


def _scripts(element: Any) -> Iterator[tuple[str, str]]:
    """What an element would run, and where it stands."""
    if isinstance(element, Panel):
        for script in element.scripts:
            yield f"the panel {element.title!r}"[:80], script
    for where, markup in _markup(element):
        for script in scripts_in(markup):
            yield where, script


def _markup(element: Any) -> Iterator[tuple[str, str]]:
    """Each text of an element that folium takes for HTML, and where it stands."""
    if isinstance(element, folium.Popup):
        for part in element.html._children.values():
            if isinstance(part, folium.Html) and part.script:
                yield "a popup", str(part.data)
    elif isinstance(element, folium.Tooltip):
        yield "a tooltip", str(element.text)
    elif isinstance(element, folium.DivIcon):
        yield "an icon", str(element.options.get("html") or "")
    elif isinstance(element, Layer):
        yield "an attribution", str(element.options.get("attribution") or "")


def check_elements(chart: folium.Map) -> None:
    """Refuse the first element of a map that is not known, by its name."""
    for element in _all(chart):
        if not isinstance(element, LEFTOVERS):
            kind_of(element)


def foreign_elements(chart: folium.Map) -> list[str]:
    """Names of the elements of a map that the page cannot draw, each once; most are plugins.

    Parameters
    ----------
    chart
        A map; of anything else, nothing is said here.
    """
    if not isinstance(chart, folium.Map):
        return []
    names: dict[str, None] = {}
    for element in _all(chart):
        if isinstance(element, LEFTOVERS):
            continue
        try:
            kind_of(element)
        except UnsupportedMapElementError as error:
            names[error.name] = None
    try:
        check_figure(chart)
    except UnsupportedMapElementError as error:
        names[error.name] = None
    return list(names)


def _all(element: Element) -> Iterator[Element]:
    yield element
    for child in element._children.values():
        yield from _all(child)
