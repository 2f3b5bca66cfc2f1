# ruff: noqa: SLF001  (folium keeps the tree in private names and offers no other way to it)
"""A folium map read element by element into the plain document that the page draws.

folium's own page is a program written by string templates, into which data is pasted; whatever is
in the data can run. Here nothing of it is used. The tree of Python objects is walked, each known
element becomes a few JSON values, and an element that is not known is refused by its name.

The document (see also `assets/page.js`)::

    {"map": {...}, "control": {...}, "styles": [...], "nodes": [...], "layers": [item, ...]}

An item has a kind `k`: ``g`` group, ``t`` tiles, ``l`` line, ``a`` area, ``d`` dot of a size in
pixels, ``c`` circle of a radius in metres, ``m`` pin, ``h`` HTML marker, ``n`` name. `g` holds its
geometry as texts of `convoy_geo.packing`, `s` the number of its style, `p` and `t` the content of
its popup and tooltip. Content that recurs stands once in `nodes` and is named by its number.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import folium
from branca.element import Element, Html
from folium import elements as folium_elements
from folium.map import FitBounds, Layer
from folium.utilities import camelize

from convoy_geo import markup
from convoy_geo.geofeatures import PRECISION, geojson_items
from convoy_geo.mapelements import Basemap, Label, Legend, Panel
from convoy_geo.mapstyles import PIN_COLOURS, Pool, colour, number, path_style, refuse
from convoy_geo.packing import pack
from convoy_geo.tiles import tile_hosts, tile_item

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["MapModel", "read_map"]

MANY = 1500
"""Features of one layer above which it is drawn on a canvas, too many to be stepped through."""

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

LEFTOVERS = (folium_elements.ElementAddToElement, folium.Marker.SetIcon)
"""What folium leaves in the tree when it has rendered a map; it says nothing new."""

MAP_NUMBERS = {"zoom", "min_zoom", "max_zoom", "zoom_snap", "zoom_delta"}
MAP_SWITCHES = {"dragging", "scroll_wheel_zoom", "double_click_zoom", "zoom_control"}


@dataclass
class MapModel:
    """What a page is made of.

    Parameters
    ----------
    document
        The plain values that the page's script draws.
    legends, panels
        In the order of the map; they are written into the static part of the page.
    credits
        Attributions, each a tree of `markup`.
    hosts
        Origins of the tiles that the page may ask for; empty unless tiles were asked for.
    """

    document: dict[str, Any]
    legends: list[Legend] = field(default_factory=list)
    panels: list[Panel] = field(default_factory=list)
    credits: list[markup.Node] = field(default_factory=list)
    hosts: list[str] = field(default_factory=list)


def read_map(chart: folium.Map, *, online_tiles: bool = False) -> MapModel:
    """Read a folium map into the document of a page.

    Parameters
    ----------
    chart
        The map; it is not changed.
    online_tiles
        Whether tile layers go into the page. Otherwise they are left out with a warning.

    Returns
    -------
    MapModel
        The same for the same map, whatever folium's random ids are.

    Raises
    ------
    UnsupportedMapElementError
        If the map holds an element that is not known; its name is in the message.
    ValueError
        If a coordinate is not on the globe.
    """
    return _Walk(online_tiles=online_tiles).read(chart)


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
        refuse(name, "the page can only draw elements that it knows, and runs no script from a map")
    return known


def _draws_like(element: Element, known: Any) -> bool:
    kind = type(element)
    # Only a class that was given code of its own counts, not an empty entry that a look made.
    extended = any(folium.map.Class._includes.get(parent) for parent in kind.__mro__)
    return kind._template is known._template and kind.render is known.render and not extended


class _Walk:
    """One reading of one map."""

    def __init__(self, *, online_tiles: bool) -> None:
        self.online_tiles = online_tiles
        self.pool = Pool()
        self.model = MapModel(document={})
        self.layers = 0
        self.drawn: dict[int, dict[str, Any]] = {}
        self.labels: list[tuple[Label, dict[str, Any]]] = []
        self.readers: dict[type, Callable[[Any], dict[str, Any] | None]] = {
            folium.FeatureGroup: self._group,
            folium.GeoJson: self._geojson,
            Basemap: self._geojson,
            folium.TileLayer: self._tiles,
            folium.PolyLine: self._line,
            folium.Polygon: self._polygon,
            folium.Rectangle: self._rectangle,
            folium.Circle: self._circle,
            folium.CircleMarker: self._dot,
            folium.Marker: self._marker,
            Label: self._label,
            Legend: self.model.legends.append,
            Panel: self.model.panels.append,
        }

    def read(self, chart: folium.Map) -> MapModel:
        if not isinstance(chart, folium.Map):
            refuse(type(chart).__name__, "it is not a folium.Map")
        kind_of(chart)
        self._check_figure(chart)
        document = self.model.document
        document["map"] = self._view(chart)
        document["layers"] = self._items(chart)
        self._tie_labels()
        front = [id(layer) for layer in chart.objects_to_stay_in_front]
        for place, layer in enumerate(front):
            if layer in self.drawn:
                self.drawn[layer]["front"] = place + 1
        document["nodes"] = self.pool.settle(document["layers"])
        document["styles"] = self.pool.styles
        return self.model

    def _check_figure(self, chart: folium.Map) -> None:
        """Refuse scripts and HTML that were added beside the map, which folium would write out."""
        figure = chart.get_root()
        if figure is chart:
            return
        own = {element.get_name() for element in _all(chart)}
        for part in (figure.html, figure.script):
            for name, child in part._children.items():
                if name not in own and not any(known in name for known in own):
                    refuse(type(child).__name__, "HTML or a script was added beside the map")
        for child in figure._children.values():
            if child is not chart:
                kind_of(child)

    def _view(self, chart: folium.Map) -> dict[str, Any]:
        if chart.crs != "EPSG3857":
            refuse("Map", f"its crs {chart.crs!r} is not EPSG3857")
        view: dict[str, Any] = {"center": [float(value) for value in chart.location]}
        for key, value in chart.options.items():
            snake = _snake(key)
            if snake in MAP_NUMBERS and value is not None:
                view[camelize(snake)] = float(value)
            elif snake in MAP_SWITCHES:
                view[camelize(snake)] = bool(value)
            elif snake == "max_bounds" and value:
                view["maxBounds"] = _bounds(value)
        if chart.control_scale:
            view["scale"] = True
        return view

    def _items(self, parent: Element) -> list[dict[str, Any]]:
        """Read the children that are drawn; what belongs to the map itself is noted."""
        items = []
        for child in parent._children.values():
            if isinstance(child, LEFTOVERS):
                continue
            kind = kind_of(child)
            if kind is folium.LayerControl and isinstance(parent, folium.Map):
                self.model.document["control"] = {
                    "position": str(child.options.get("position", "topright")),
                    "collapsed": bool(child.options.get("collapsed", True)),
                }
            elif kind is FitBounds and isinstance(parent, folium.Map):
                view = self.model.document["map"]
                view["fit"] = _bounds(child.bounds)
                view["fitMaxZoom"] = child.options.get("maxZoom")
            elif kind in self.readers:
                item = self.readers[kind](child)
                if item is not None:
                    self.drawn[id(child)] = item
                    items.append(item)
            elif kind not in {folium.Popup, folium.Tooltip}:
                refuse(type(child).__name__, f"it has no meaning on a {type(parent).__name__}")
        return items

    # --- layers -----------------------------------------------------------------------------

    def _layer(self, layer: Layer) -> dict[str, Any]:
        """What all layers have. A name that folium made up is replaced by a count."""
        self.layers += 1
        name = str(layer.layer_name)
        item: dict[str, Any] = {
            "k": "g",
            "name": f"#{self.layers}" if name.endswith(layer._id) else markup.clean(name),
        }
        for key in ("show", "control", "overlay"):
            if not getattr(layer, key):
                item[key] = False
        self._credit(getattr(layer, "options", {}).get("attribution"))
        return item

    def _group(self, group: folium.FeatureGroup) -> dict[str, Any]:
        item = self._layer(group)
        item["items"] = self._items(group)
        self._bind(item, group)
        return self._canvas(item)

    def _geojson(self, layer: folium.GeoJson) -> dict[str, Any]:
        item = self._layer(layer) | geojson_items(layer, self.pool)
        if isinstance(layer, Basemap):
            item["base"] = True
        self._bind(item, layer, beside=(folium.GeoJsonPopup, folium.GeoJsonTooltip))
        return self._canvas(item)

    @staticmethod
    def _canvas(item: dict[str, Any]) -> dict[str, Any]:
        if sum(1 for _ in _leaves(item)) > MANY:
            item["canvas"] = True
        return item

    def _tiles(self, layer: folium.TileLayer) -> dict[str, Any] | None:
        if not self.online_tiles:
            warnings.warn(
                f"the online tiles {layer.layer_name!r} are left out of the page; "
                "ask for them with `online_tiles=True`",
                stacklevel=2,
            )
            return None
        item = self._layer(layer) | tile_item(layer)
        self.model.hosts += [host for host in tile_hosts(layer) if host not in self.model.hosts]
        return item

    def _credit(self, html: Any) -> None:
        if html:
            node = markup.parse(str(html))
            if node not in self.model.credits:
                self.model.credits.append(node)

    # --- shapes -----------------------------------------------------------------------------

    def _line(self, line: folium.PolyLine) -> dict[str, Any]:
        parts = line.locations if _depth(line.locations) > 1 else [line.locations]
        return self._path(line, {"k": "l", "g": [_packed(part) for part in parts]}, fills=False)

    def _polygon(self, area: folium.Polygon) -> dict[str, Any]:
        rings = area.locations
        for _ in range(3 - _depth(rings)):
            rings = [rings]
        packed = [[_packed(ring) for ring in part] for part in rings]
        return self._path(area, {"k": "a", "g": packed}, fills=False)

    def _rectangle(self, area: folium.Rectangle) -> dict[str, Any]:
        (south, west), (north, east) = area.locations
        corners = [(south, west), (south, east), (north, east), (north, west)]
        return self._path(area, {"k": "a", "g": [[_packed(corners)]]}, fills=False)

    def _circle(self, circle: folium.Circle) -> dict[str, Any]:
        radius = number(circle.options.get("radius", 50), "radius")
        item = {"k": "c", "g": _packed([_place(circle)]), "r": radius}
        return self._path(circle, item, fills=False)

    def _dot(self, dot: folium.CircleMarker) -> dict[str, Any]:
        radius = number(dot.options.get("radius", 10), "radius")
        item = {"k": "d", "g": _packed([_place(dot)]), "r": radius}
        return self._path(dot, item, fills=False)

    def _path(self, shape: Element, item: dict[str, Any], *, fills: bool) -> dict[str, Any]:
        item["s"] = self.pool.style(path_style(shape.options, fills=fills))
        self._bind(item, shape)
        return item

    def _marker(self, marker: folium.Marker) -> dict[str, Any]:
        item: dict[str, Any] = {"k": "m", "g": _packed([_place(marker)])}
        icon = marker.icon
        self._bind(item, marker, beside=(folium.Icon, folium.DivIcon))
        kind = None if icon is None else kind_of(icon)
        options = {} if icon is None else icon.options
        if kind is folium.DivIcon:
            item |= {"k": "h", "n": self.pool.content(markup.parse(options.get("html", "")))}
            for key, short in (("icon_size", "size"), ("icon_anchor", "anchor")):
                if options.get(key):
                    item[short] = [number(value, key) for value in options[key]]
        else:
            name = str(options.get("marker_color", "blue"))
            item["c"] = PIN_COLOURS.get(name) or colour(name, "Icon color")
            item["i"] = colour(options.get("icon_color", "white"), "Icon icon_color")
        for key in ("title", "alt"):
            if marker.options.get(key):
                item["alt"] = markup.clean(str(marker.options[key]))
        return item

    def _label(self, label: Label) -> dict[str, Any]:
        item: dict[str, Any] = {
            "k": "n",
            "g": _packed([label.location]),
            "text": markup.clean(label.text),
            "rank": label.rank,
            "kind": label.kind,
        }
        if label.arabic:
            item["arabic"] = markup.clean(label.arabic)
        self.labels.append((label, item))
        return item

    def _tie_labels(self) -> None:
        """Give the elements that names belong to a number, and the names that number."""
        tied: dict[int, int] = {}
        for label, item in self.labels:
            if label.anchor is None:
                continue
            target = self.drawn.get(id(label.anchor))
            if target is None:
                refuse(f"Label {label.text!r}", "its anchor is not on the map")
            item["at"] = target["id"] = tied.setdefault(id(label.anchor), len(tied))

    def _bind(
        self, item: dict[str, Any], element: Element, *, beside: tuple[type, ...] = ()
    ) -> None:
        """Read popup and tooltip; refuse other children of a shape by name."""
        for child in element._children.values():
            if isinstance(child, LEFTOVERS) or isinstance(element, folium.FeatureGroup):
                kind = type(child)
            else:
                kind = kind_of(child)
            if kind is folium.Popup:
                item["p"] = self.pool.content(_popup(child))
                if isinstance(child.options.get("max_width"), int | float):
                    item["pw"] = number(child.options["max_width"], "max_width")
                if child.show:
                    item["open"] = True
            elif kind is folium.Tooltip:
                item["t"] = self.pool.content(markup.parse(child.text))
                if child.options.get("permanent"):
                    item["fixed"] = True
            elif not isinstance(element, folium.FeatureGroup) and not isinstance(
                child, LEFTOVERS + beside
            ):
                refuse(type(child).__name__, f"it has no meaning on a {type(element).__name__}")


def _popup(popup: folium.Popup) -> markup.Node:
    """The content of a popup, which folium keeps as strings of HTML."""
    parts: list[markup.Node | str] = []
    for child in popup.html._children.values():
        if type(child) is not Html:
            refuse(type(child).__name__, "a popup holds text only")
        # folium escapes backticks for the template that it would paste the text into.
        text = child.data.replace("\\`", "`")
        parts.append(markup.parse(text) if child.script else markup.clean(text))
    others = [*popup.script._children.values(), *popup.header._children.values()]
    for child in [*others, *popup._children.values()]:
        refuse(type(child).__name__, "a popup holds text only")
    only = parts[0] if len(parts) == 1 else None
    return only if isinstance(only, markup.Node) else markup.Node("", (), tuple(parts))


def _all(element: Element) -> Iterator[Element]:
    yield element
    for child in element._children.values():
        yield from _all(child)


def _leaves(item: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "items" not in item:
        yield item
    for child in item.get("items", ()):
        yield from _leaves(child)


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def _bounds(bounds: Any) -> list[list[float]]:
    corners = [[number(value, "bounds") for value in corner] for corner in bounds]
    return [list(map(min, zip(*corners, strict=True))), list(map(max, zip(*corners, strict=True)))]


def _depth(locations: Any) -> int:
    """How many lists deep the positions are: 1 for a line, 2 for rings, 3 for polygons."""
    depth = 0
    while locations and isinstance(locations[0], list | tuple):
        locations = locations[0]
        depth += 1
    return depth


def _packed(locations: Any) -> str:
    """Pack folium's lat, lon positions, which become lon, lat here."""
    return pack([(lon, lat) for lat, lon in locations], PRECISION)


def _place(marker: folium.Marker) -> Any:
    if marker.location is None:
        refuse(type(marker).__name__, "it has no location")
    return marker.location
