"""A folium map as one HTML file that opens with no network and runs nothing out of data.

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
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import folium

from convoy_geo.io.files import writing
from convoy_geo.lang import direction, load_or_english
from convoy_geo.webmap.assets import page_parts, policy, script_hashes
from convoy_geo.webmap.elements import legend_html
from convoy_geo.webmap.from_folium import read_map
from convoy_geo.webmap.sanitize import clean, is_language, safe
from convoy_geo.webmap.sanitize import to_html as markup_html

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from convoy_geo.webmap.elements import LegendEntry
    from convoy_geo.webmap.from_folium import MapModel

__all__ = ["OfflineMap", "export_html", "notebook_html", "script_hashes", "to_html"]


class OfflineMap(folium.Map):  # type: ignore[misc]
    """A folium map that a notebook shows with no network, and that starts without online tiles.

    Parameters
    ----------
    *args, tiles, **kwargs
        As for `folium.Map`; `tiles` is None unless asked for.
    min_zoom, max_zoom
        How far one can zoom. Without tiles, closer views show nothing but single lines.
    title
        Heading of the page.
    lang
        Language of the page's own words, ``en`` or ``ar``.
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

    def _repr_html_(self, **_kwargs: Any) -> str:
        return notebook_html(self, height=self.height_px)


def to_html(
    chart: folium.Map,
    *,
    title: str | None = None,
    lang: str | None = None,
    online_tiles: bool = False,
) -> str:
    """A folium map as the text of one HTML page.

    Parameters
    ----------
    chart
        Made of the elements that `convoy_geo.webmap.from_folium` knows.
    title
        Heading; by default that of an `OfflineMap`, else the word for map.
    lang
        Language tag of the page, by default that of an `OfflineMap`, else ``en``. English and
        Arabic words are there; other languages get the English ones.
    online_tiles
        Whether tile layers are kept. Only then does the page ask for anything, and only for
        images of those hosts.

    Returns
    -------
    str
        The same for the same map.

    Raises
    ------
    UnsupportedMapElementError
        If the map holds an element that the page cannot draw.
    PageAssetError
        If the installed Leaflet is not the one that the page was made with.
    ValueError
        If `lang` is not a language tag, or a coordinate is not on the globe.
    """
    lang = lang or getattr(chart, "lang", None) or "en"
    if not is_language(lang):
        msg = f"`lang` must be a language tag such as 'en' or 'ar', not {lang!r}"
        raise ValueError(msg)
    own = load_or_english(lang)
    words = own.strings
    model = read_map(chart, online_tiles=online_tiles)
    title = clean(title or getattr(chart, "title", None) or words["map"])
    model.document["words"] = own.script_strings
    return compose(
        model.document, _body(model, title, words), title=title, lang=lang, hosts=model.hosts
    )


class Body(NamedTuple):
    """What is read of a page without JavaScript, as safe HTML."""

    before: str
    """What stands before the map and its panels."""
    main: str
    """The map's frame, the legends and the panels."""
    after: str
    """The credits."""
    wide: bool
    """Whether there are panels."""


def compose(
    document: dict[str, Any],
    body: Body,
    *,
    title: str,
    lang: str,
    hosts: Iterable[str] = (),
    kind: Literal["map", "case"] = "map",
) -> str:
    """The text of a page out of its parts.

    Parameters
    ----------
    document
        What the script draws; see `convoy_geo.webmap.from_folium`.
    body
        What is read without JavaScript.
    title, lang
        Of the page.
    hosts
        Origins from which it may ask for pictures.
    kind
        What the page is of: picks the script and the style sheet.
    """
    script, leaflet, style, leaflet_style = page_parts(kind)
    classes = "with-panels" if body.wide else "alone"
    return (
        "<!doctype html>\n"
        f'<html lang="{safe(lang)}" dir="{direction(lang)}">\n'
        '<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy(hosts, kind)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        '<link rel="icon" href="data:,">\n'
        f"<title>{safe(title)}</title>\n"
        f"<style>{leaflet_style}</style>\n<style>{style}</style>\n</head>\n<body>\n"
        f'{body.before}<main class="{classes}">{body.main}</main>{body.after}\n'
        f'<script type="application/json" id="data">{as_json(document)}</script>\n'
        f"<script>{leaflet}</script>\n<script>{script}</script>\n</body>\n</html>\n"
    )


def export_html(
    chart: folium.Map,
    path: str | os.PathLike[str],
    *,
    title: str | None = None,
    lang: str | None = None,
    online_tiles: bool = False,
) -> Path:
    """Write a folium map as one HTML file; parameters and errors as for `to_html`.

    Parameters
    ----------
    chart, title, lang, online_tiles
        See `to_html`.
    path
        Where the file shall stand; what stood there is replaced.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    OutputFileError
        If the file cannot be written.
    """
    page = to_html(chart, title=title, lang=lang, online_tiles=online_tiles)
    with writing(path) as stream:
        stream.write(page.encode())
    return Path(path)


def notebook_html(chart: folium.Map, *, height: int = 640, online_tiles: bool = False) -> str:
    """A folium map for a notebook's output: the very same page in a sandboxed frame.

    Parameters
    ----------
    chart
        See `to_html`.
    height
        Height of the frame in pixels.
    online_tiles
        See `to_html`.
    """
    return in_frame(to_html(chart, online_tiles=online_tiles), height)


def in_frame(page: str, height: int) -> str:
    """A page in a sandboxed frame of so many pixels of height, as a notebook shows it."""
    # The frame may run the page's script and open links, and is kept from everything else of
    # the notebook: its origin is opaque.
    return (
        f'<iframe srcdoc="{page.replace("&", "&amp;").replace(chr(34), "&quot;")}" '
        'sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox" '
        f'width="100%" height="{int(height)}" '
        'style="border: 0; display: block"></iframe>'
    )


def _body(model: MapModel, title: str, words: dict[str, str]) -> Body:
    legends = "".join(legend_box(legend.title, legend.entries) for legend in model.legends)
    panels = "".join(
        panel_html(panel.title, panel.safe_html(), is_open=panel.is_open) for panel in model.panels
    )
    credits_line = " · ".join([*map(markup_html, model.credits), "Leaflet"])
    return frame_body(title, words, legends=legends, panels=panels, credits_line=credits_line)


def frame_body(
    title: str,
    words: dict[str, str],
    *,
    legends: str,
    panels: str,
    credits_line: str,
    told: str = "",
) -> Body:
    """What is read without JavaScript: heading, the map's frame, legends, panels, credits.

    Parameters
    ----------
    title
        Of the page; plain text.
    words
        The page's own words.
    legends, panels, credits_line
        Safe HTML.
    told
        Language of the title and the credits where it is not the page's.
    """
    lang = f' lang="{safe(told)}"' if told else ""
    notice = f'<p class="needs-script">{safe(words["noscript"])}</p>'
    aside = f'<div id="panels" tabindex="-1">{panels}</div>' if panels else ""
    return Body(
        f'<a class="skip" href="#after">{safe(words["skip"])}</a>'
        f'<header><h1{lang} dir="auto">{safe(title)}</h1></header>',
        f'<div id="frame"><div id="map" dir="ltr" tabindex="0" role="region"'
        f' aria-label="{safe(words["map"])}">{notice}</div>'
        f'{legends}</div><div id="after" tabindex="-1"></div>{aside}',
        f'<footer><p id="credits"{lang} dir="auto">{credits_line}</p></footer>',
        bool(panels),
    )


def legend_box(title: str, entries: Iterable[LegendEntry], *, told: str = "") -> str:
    """A legend that folds, its entries in the language `told`; safe HTML."""
    lines = legend_html(entries)
    if told:
        lines = f'<div lang="{safe(told)}">{lines}</div>'
    return (
        f'<details class="legend" open><summary dir="auto">{safe(title)}</summary>{lines}</details>'
    )


def panel_html(title: str, content: str, *, is_open: bool = False, name: str = "") -> str:
    """A section beside the map; `title` is plain text, `content` safe HTML, `name` its id."""
    anchor = f' id="{name}"' if name else ""
    return (
        f'<details class="panel"{anchor}{" open" if is_open else ""}>'
        f'<summary dir="auto">{safe(title)}</summary>'
        f'<div class="panel-body" dir="auto">{content}</div></details>'
    )


def as_json(document: dict[str, Any]) -> str:
    """A document as JSON that neither ends a script element nor opens a comment in it."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return re.sub("[<>&\u2028\u2029]", lambda found: f"\\u{ord(found[0]):04x}", text)
