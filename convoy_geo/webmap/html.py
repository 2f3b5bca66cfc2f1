"""Write a folium map as one HTML file that works offline and never executes data.

The page holds Leaflet, one fixed script and one style sheet of ours, and the map as JSON. Its
Content-Security-Policy names the hashes of these parts and allows nothing else, so the hashes are
the same for every map of a release; see `script_hashes`.

Examples
--------
>>> import folium
>>> chart = OfflineMap(location=[34.5, 40.9], zoom_start=7)
>>> _ = folium.CircleMarker([34.4523, 40.9185], tooltip="Abu Kamal").add_to(chart)
>>> page = to_html(chart, title="Abu Kamal")
>>> "unsafe" in page.partition("<title>")[0]
False
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import folium

from convoy_geo.io.files import writing
from convoy_geo.io.html import Html, render
from convoy_geo.lang import direction, load_or_english
from convoy_geo.type_checks import checks_types
from convoy_geo.webmap.assets import page_parts, policy, script_hashes
from convoy_geo.webmap.elements import legend_html
from convoy_geo.webmap.folium_allowlist import foreign_elements
from convoy_geo.webmap.from_folium import read_map
from convoy_geo.webmap.sanitize import clean, is_language
from convoy_geo.webmap.sanitize import to_html as markup_html

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from convoy_geo.webmap.assets import PageKind
    from convoy_geo.webmap.from_folium import MapModel

__all__ = [
    "OfflineMap", "export_html", "notebook_html", "script_hashes", "to_html", "widget_html",
]  # fmt: skip


class OfflineMap(folium.Map):  # type: ignore[misc]
    """A folium map that works in a notebook without a network, and starts without online tiles.

    Parameters
    ----------
    *args, tiles, **kwargs
        As for `folium.Map`; `tiles` is None by default.
    min_zoom, max_zoom
        Zoom limits. Without tiles, closer views show only single lines.
    title
        Heading of the page.
    lang
        Language of the user interface, ``en`` or ``ar``.
    height_px
        Height in a notebook.
    """

    def __init__(
        self,
        *args: Any,
        tiles: Any = None,
        min_zoom: int | None = 3,
        max_zoom: int | None = 14,
        title: str | None = None,
        lang: str = "en",
        height_px: int = 640,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, tiles=tiles, min_zoom=min_zoom, max_zoom=max_zoom, **kwargs)
        # folium hands these to the tiles only.
        limits = {"min_zoom": min_zoom, "max_zoom": max_zoom}
        self.options |= {key: value for key, value in limits.items() if value is not None}
        self.title = title
        self.lang = lang
        self.height_px = height_px
        self.picture: Callable[[], str] | None = None

    def _repr_html_(self, **_kwargs: Any) -> str:
        return notebook_html(self, height=self.height_px)


def to_html(
    chart: folium.Map,
    *,
    title: str | None = None,
    lang: str | None = None,
    online_tiles: bool = False,
    drop_scripts: bool = False,
) -> str:
    """Render a folium map as one HTML page.

    Parameters
    ----------
    chart
        A map that consists of elements known to `convoy_geo.webmap.from_folium`.
    title
        Heading; by default that of an `OfflineMap`, otherwise the word for map.
    lang
        Language tag of the page, by default that of an `OfflineMap`, otherwise ``en``. The user
        interface is available in English and Arabic; other languages get English.
    online_tiles
        Whether to keep tile layers. Only then does the page make requests, and only for images from
        these hosts.
    drop_scripts
        The page executes no scripts of a map. By default a script in a popup, a tooltip, an icon or
        elsewhere (including ``onclick`` and executable links) raises an error; with this option it
        is dropped with a warning.

    Returns
    -------
    str
        The page; deterministic.

    Raises
    ------
    UnsupportedMapElementError
        If the map contains an element that the page cannot draw, or a script; the message names it.
    PageAssetError
        If the installed Leaflet is not the expected version.
    ValueError
        If `lang` is not a language tag, or a coordinate is not on the globe.
    """
    lang = lang or getattr(chart, "lang", None) or "en"
    model = _read(chart, lang, online_tiles=online_tiles, drop_scripts=drop_scripts)
    return _page(model, title or getattr(chart, "title", None), lang, "map")


def widget_html(
    chart: folium.Map,
    widget: Mapping[str, Any],
    *,
    lang: str | None = None,
    online_tiles: bool = False,
) -> tuple[str, dict[str, bool]]:
    """The same as a page with a port for a widget; scripts of the map are left out.

    Parameters
    ----------
    chart, lang, online_tiles
        See `to_html`.
    widget
        What the port needs: ``nonce`` and ``words``; see `assets/page/port.js`.

    Returns
    -------
    tuple
        The text of the page; and the layers by their keys, with whether they are on at first.
    """
    lang = lang or getattr(chart, "lang", None) or "en"
    model = _read(chart, lang, online_tiles=online_tiles, drop_scripts=True, keyed=True)
    model.document["widget"] = dict(widget)
    layers = {
        item["key"]: item.get("show", True)
        for item in model.document["layers"]
        if item["k"] == "g" and "key" in item
    }
    return _page(model, getattr(chart, "title", None), lang, "map_widget"), layers


def _read(
    chart: folium.Map, lang: str, *, online_tiles: bool, drop_scripts: bool, keyed: bool = False
) -> MapModel:
    """The map as a document, if the page can be in that language."""
    if not is_language(lang):
        msg = f"`lang` must be a language tag such as 'en' or 'ar', not {lang!r}"
        raise ValueError(msg)
    return read_map(chart, online_tiles=online_tiles, drop_scripts=drop_scripts, keyed=keyed)


def _page(model: MapModel, title: str | None, lang: str, kind: PageKind) -> str:
    own = load_or_english(lang)
    words = own.strings
    title = clean(title or words["map"])
    model.document["words"] = own.script_strings
    return compose(
        model.document,
        title=title,
        lang=lang,
        words=words,
        kind=kind,
        hosts=model.hosts,
        legends=[LegendBox(legend.title, legend_html(legend.entries)) for legend in model.legends],
        panels=[
            render(
                "panel", title=each.title, content=each.safe_html(), is_open=each.is_open, name=""
            )
            for each in model.panels
        ],
        credits_line=[Html(markup_html(each)) for each in model.credits],
    )


class LegendBox(NamedTuple):
    """A legend of a page."""

    title: str
    """Plain text."""
    lines: Html
    """Of `legend_html`."""


def compose(
    document: dict[str, Any],
    *,
    title: str,
    lang: str,
    words: Mapping[str, str],
    legends: Sequence[LegendBox],
    panels: Sequence[Html],
    credits_line: Sequence[Html],
    hosts: Iterable[str] = (),
    kind: PageKind = "map",
    told: str = "",
    top: Html | None = None,
    head: Html | None = None,
) -> str:
    """The text of a page out of its parts.

    Parameters
    ----------
    document
        What the script draws; see `convoy_geo.webmap.from_folium`.
    title, lang
        Of the page; plain text.
    words
        The page's own words.
    legends, panels, credits_line
        What is read without JavaScript beside the map's frame.
    hosts
        Origins from which it may ask for pictures.
    kind
        What the page is of: picks the script and the style sheet.
    told
        Language of the title, the legends and the credits where it is not the page's.
    top
        What stands above the map; by default the title.
    head
        More lines of the page's head.
    """
    script, leaflet, style, leaflet_style = page_parts(kind)
    page = render(
        "page",
        title=title,
        top=render("title", title=title, told=told) if top is None else top,
        lang=lang,
        dir=direction(lang),
        told=told,
        words=words,
        policy=Html(policy(hosts, kind)),
        styles=[Html(leaflet_style), Html(style)],
        scripts=[Html(leaflet), Html(script)],
        data=Html(as_json(document)),
        legends=legends,
        panels=panels,
        credits=credits_line,
        head=head or "",
    )
    return f"{page}\n"


@checks_types
def export_html(
    chart: folium.Map,
    path: str | os.PathLike[str],
    *,
    title: str | None = None,
    lang: str | None = None,
    online_tiles: bool = False,
    drop_scripts: bool = False,
) -> Path:
    """Write a folium map as one HTML file; parameters and errors as for `to_html`.

    Parameters
    ----------
    chart, title, lang, online_tiles, drop_scripts
        See `to_html`.
    path
        Path of the file; an existing file is replaced.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    OutputFileError
        If the file cannot be written.
    """
    page = to_html(
        chart, title=title, lang=lang, online_tiles=online_tiles, drop_scripts=drop_scripts
    )
    with writing(path) as stream:
        stream.write(page.encode())
    return Path(path)


def notebook_html(
    chart: folium.Map, *, height: int = 640, online_tiles: bool = False, note: str = ""
) -> str:
    """Show a folium map in a notebook's output, in a sandboxed frame.

    It is the same page as from `to_html`. A map with unsupported elements, such as most plugins, is
    shown as drawn by folium itself: that page loads scripts from the network, as a line above it
    says. Scripts in popups and elsewhere are dropped with a warning.

    Parameters
    ----------
    chart
        See `to_html`.
    height
        Height of the frame in pixels.
    online_tiles
        See `to_html`.
    note
        A line above the frame; plain text.
    """
    words = load_or_english(getattr(chart, "lang", None) or "en").strings
    picture = getattr(chart, "picture", None)
    foreign = foreign_elements(chart)
    if foreign:
        note = words["foreign"].format(names=", ".join(foreign))
        return in_frame(_by_folium(chart), height, words=words, note=note)
    page = to_html(chart, online_tiles=online_tiles, drop_scripts=True)
    return in_frame(page, height, words=words, picture=picture, note=note)


def _by_folium(chart: folium.Map) -> str:
    """The page that folium makes, with the control of layers after the layers that it names."""
    children = chart._children  # noqa: SLF001  (folium has no other way to the order)
    order, figure = list(children), chart.get_root()
    for name in order:
        if isinstance(children[name], folium.LayerControl):
            children.move_to_end(name)
            figure.script._children.pop(children[name].get_name(), None)  # noqa: SLF001
    page = str(figure.render())
    for name in order:
        children.move_to_end(name)
    return page


def in_frame(
    page: str,
    height: int,
    *,
    words: Mapping[str, str] | None = None,
    note: str = "",
    picture: Callable[[], str] | None = None,
) -> str:
    """Put a page in a sandboxed frame, as shown in a notebook.

    The frame may run the page's scripts and open links, but has an opaque origin and no access to
    the notebook. Where a program removes frames, a sentence and the picture remain.

    Parameters
    ----------
    page
        Text of the page.
    height
        Pixels.
    words
        The page's own words; by default the English ones.
    note
        A line above the frame; plain text.
    picture
        Makes a picture of the map as an address of the scheme ``data``; called here.
    """
    words = words or load_or_english("en").strings
    return render(
        "iframe",
        page=page,
        height=int(height),
        note=note,
        hidden=words["hidden"],
        picture=picture() if picture else "",
        alt=words["map"],
    )


def as_json(document: dict[str, Any]) -> str:
    """A document as JSON that cannot end a script element or open a comment in it."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return re.sub("[<>&\u2028\u2029]", lambda found: f"\\u{ord(found[0]):04x}", text)
