# ruff: noqa: SLF001  (folium keeps the tree in private names and offers no other way to it)
"""Convert a folium map, element by element, to the plain document that the page draws.

A page written by folium is a program generated from string templates, into which data is inserted;
anything in the data could be executed. None of it is used here. The tree of Python objects is
traversed, each known element becomes a few JSON values, and unknown elements are rejected by name.

The document (see also `assets/page`)::

    {"map": {...}, "control": {...}, "styles": [...], "nodes": [...], "layers": [item, ...]}

An item has a kind `k`: ``g`` group, ``t`` tiles, ``l`` line, ``a`` area, ``d`` dot of a size in
pixels, ``r`` very many dots (see `clouds`), ``c`` circle of a radius in metres, ``m`` pin, ``h``
HTML marker, ``n`` name. `g` holds its geometry as texts of `packing`, `s` the number of its style,
`p` and `t` the content of its popup and tooltip. Content that recurs stands once in `nodes` and is
named by its number.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import folium
from folium.map import FitBounds
from folium.utilities import camelize

from convoy_geo.webmap import sanitize
from convoy_geo.webmap.elements import Basemap, Label, Legend, Panel, key_of_element
from convoy_geo.webmap.folium_allowlist import (
    LEFTOVERS,
    check_elements,
    check_figure,
    check_markup,
    kind_of,
    refuse,
)
from convoy_geo.webmap.folium_geojson import geojson_items
from convoy_geo.webmap.folium_vectors import SHAPES, bind, packed, shape_item
from convoy_geo.webmap.point_clouds import gather_points
from convoy_geo.webmap.style_table import Pool, number, snake
from convoy_geo.webmap.tiles import tile_hosts, tile_item

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from branca.element import Element
    from folium.map import Layer

__all__ = ["MapModel", "read_map"]

MANY = 1500
"""Features of one layer above which it is drawn on a canvas, too many to be stepped through."""

LARGE = 100_000
"""Characters of packed coordinates, about four a position, above which a canvas draws faster."""

MAP_NUMBERS = {"zoom", "min_zoom", "max_zoom", "zoom_snap", "zoom_delta"}
MAP_SWITCHES = {"dragging", "scroll_wheel_zoom", "double_click_zoom", "zoom_control"}


@dataclass
class MapModel:
    """The content of a page.

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
    credits: list[sanitize.HtmlNode] = field(default_factory=list)
    hosts: list[str] = field(default_factory=list)


def read_map(
    chart: folium.Map,
    *,
    online_tiles: bool = False,
    drop_scripts: bool = False,
    keyed: bool = False,
) -> MapModel:
    """Convert a folium map to the document of a page.

    Parameters
    ----------
    chart
        The map; it is not changed.
    online_tiles
        Whether to include tile layers. Otherwise they are dropped with a warning.
    drop_scripts
        Whether to drop scripts in popups and elsewhere with a warning. Otherwise they raise an
        error.
    keyed
        Whether layers have their names as keys, and elements those that
        `convoy_geo.webmap.elements.keyed` gave them, as a widget wants it.

    Returns
    -------
    MapModel
        Deterministic, regardless of folium's random ids.

    Raises
    ------
    UnsupportedMapElementError
        If the map contains an unknown element, or a script; the message names it.
    ValueError
        If a coordinate is not on the globe.
    """
    if isinstance(chart, folium.Map):
        check_markup(chart, drop=drop_scripts)
    return _Walk(online_tiles=online_tiles, keyed=keyed).read(chart)


class _Walk:
    """One reading of one map."""

    def __init__(self, *, online_tiles: bool, keyed: bool) -> None:
        self.online_tiles, self.keyed = online_tiles, keyed
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
            Label: self._label,
            Legend: self.model.legends.append,
            Panel: self.model.panels.append,
        } | {kind: partial(shape_item, kind=kind, pool=self.pool) for kind in SHAPES}

    def read(self, chart: folium.Map) -> MapModel:
        if not isinstance(chart, folium.Map):
            refuse(type(chart).__name__, "it is not a folium.Map")
        check_elements(chart)
        check_figure(chart)
        document = self.model.document
        document["map"] = self._view(chart)
        document["layers"] = self._items(chart)
        if self.keyed:
            _name_layers(document["layers"])
        self._tie_labels()
        for place, layer in enumerate(chart.objects_to_stay_in_front):
            if id(layer) in self.drawn:
                self.drawn[id(layer)]["front"] = place + 1
        gather_points(document["layers"], self.pool)
        document["nodes"] = self.pool.settle(document["layers"])
        document["styles"] = self.pool.styles
        return self.model

    def _view(self, chart: folium.Map) -> dict[str, Any]:
        if chart.crs != "EPSG3857":
            refuse("Map", f"its crs {chart.crs!r} is not EPSG3857")
        view: dict[str, Any] = {"center": [number(value, "location") for value in chart.location]}
        for key, value in chart.options.items():
            name = snake(key)
            if name in MAP_NUMBERS and value is not None:
                view[camelize(name)] = number(value, key)
            elif name in MAP_SWITCHES:
                view[camelize(name)] = bool(value)
            elif name == "max_bounds" and value:
                view["maxBounds"] = _bounds(value)
        if chart.control_scale:
            view["scale"] = True
        return view

    def _items(self, parent: Element) -> list[dict[str, Any]]:
        """Read the children that are drawn; what belongs to the map itself is noted."""
        items = []
        for child in parent._children.values():
            kind = None if isinstance(child, LEFTOVERS) else kind_of(child)
            if kind in self.readers:
                item = self.readers[kind](child)
                if item is not None:
                    if self.keyed and (key := key_of_element(child)):
                        item["key"] = key
                    self.drawn[id(child)] = item
                    items.append(item)
            elif isinstance(parent, folium.Map) and kind is folium.LayerControl:
                self.model.document["control"] = {
                    "position": str(child.options.get("position", "topright")),
                    "collapsed": bool(child.options.get("collapsed", True)),
                }
            elif isinstance(parent, folium.Map) and kind is FitBounds:
                view = self.model.document["map"]
                view["fit"] = _bounds(child.bounds)
                view["fitMaxZoom"] = child.options.get("maxZoom")
            elif kind is not None and kind not in {folium.Popup, folium.Tooltip}:
                refuse(type(child).__name__, f"it has no meaning on a {type(parent).__name__}")
        return items

    def _layer(self, layer: Layer) -> dict[str, Any]:
        """What all layers have. A name that folium made up is replaced by a count."""
        self.layers += 1
        name = str(layer.layer_name)
        item: dict[str, Any] = {
            "k": "g",
            "name": f"#{self.layers}" if name.endswith(layer._id) else sanitize.clean(name),
        }
        for key in ("show", "control", "overlay"):
            if not getattr(layer, key):
                item[key] = False
        self._credit(layer.options.get("attribution"))
        return item

    def _credit(self, html: Any) -> None:
        if html:
            node = sanitize.parse(str(html))
            if node not in self.model.credits:
                self.model.credits.append(node)

    def _group(self, group: folium.FeatureGroup) -> dict[str, Any]:
        item = self._layer(group) | {"items": self._items(group)}
        bind(item, group, self.pool, beside=tuple(self.readers))
        return _on_canvas(item)

    def _geojson(self, layer: folium.GeoJson) -> dict[str, Any]:
        item = self._layer(layer) | geojson_items(layer, self.pool)
        if isinstance(layer, Basemap):
            item["base"] = True
        bind(item, layer, self.pool, beside=(folium.GeoJsonPopup, folium.GeoJsonTooltip))
        return _on_canvas(item)

    def _tiles(self, layer: folium.TileLayer) -> dict[str, Any] | None:
        if not self.online_tiles:
            warnings.warn(
                f"the online tiles {layer.layer_name!r} are left out of the page; "
                "ask for them with `online_tiles=True`",
                stacklevel=5,
            )
            return None
        item = self._layer(layer) | tile_item(layer)
        self.model.hosts += [host for host in tile_hosts(layer) if host not in self.model.hosts]
        return item

    def _label(self, label: Label) -> dict[str, Any]:
        item: dict[str, Any] = {
            "k": "n",
            "g": packed([label.location]),
            "text": sanitize.clean(label.text),
            "rank": number(label.rank, "rank"),
            "kind": label.kind,
        }
        if label.min_zoom:
            item["from"] = number(label.min_zoom, "min_zoom")
        if label.arabic:
            item["arabic"] = sanitize.clean(label.arabic)
        self.labels.append((label, item))
        return item

    def _tie_labels(self) -> None:
        """Give the elements that names belong to a number, and the names that number."""
        tied: dict[int, int] = {}
        for label, item in self.labels:
            if label.anchor is not None:
                target = self.drawn.get(id(label.anchor))
                if target is None:
                    refuse(f"Label {label.text!r}", "its anchor is not on the map")
                item["at"] = target["id"] = tied.setdefault(id(label.anchor), len(tied))


def _name_layers(items: list[dict[str, Any]]) -> None:
    """Give layers their names as keys, each once; a basemap has none."""
    seen: dict[str, int] = {}
    for item in items:
        if item["k"] != "g" or item.get("base"):
            continue
        name = str(item["name"]).replace("#", "layer ")
        seen[name] = seen.get(name, 0) + 1
        item["key"] = name if seen[name] == 1 else f"{name} ({seen[name]})"


def _on_canvas(item: dict[str, Any]) -> dict[str, Any]:
    leaves = list(_leaves(item))
    if len(leaves) > MANY or sum(len(str(leaf.get("g", ""))) for leaf in leaves) > LARGE:
        item["canvas"] = True
    return item


def _leaves(item: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "items" not in item:
        yield item
    for child in item.get("items", ()):
        yield from _leaves(child)


def _bounds(bounds: Any) -> list[list[float]]:
    corners = [[number(value, "bounds") for value in corner] for corner in bounds]
    return [list(map(min, zip(*corners, strict=True))), list(map(max, zip(*corners, strict=True)))]
