"""A folium map as one HTML file that opens with no network and runs nothing out of data.

The page holds Leaflet, one fixed script and one style sheet of ours, and the map as JSON. Its
Content-Security-Policy names the hashes of these parts and allows nothing else, so the hashes are
the same for every map of a release; see `script_hashes`. All but our sheet and what is read without
JavaScript is compressed and brought to life by a small loader, whose hash is named too.

Examples
--------
>>> import folium
>>> chart = OfflineMap(location=[34.5, 40.9], zoom_start=7)
>>> _ = folium.CircleMarker([34.4523, 40.9185], tooltip="Abu Kamal").add_to(chart)
>>> page = to_html(chart, title="Abu Kamal")
>>> "unsafe" in page or "https://" in page.split("<body>")[0]
False
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import folium

from convoy_geo.datafiles import writing
from convoy_geo.drawing.mapelements import legend_html
from convoy_geo.drawing.markup import clean, is_language, safe
from convoy_geo.drawing.markup import to_html as markup_html
from convoy_geo.drawing.squeezing import squeeze
from convoy_geo.drawing.walk import read_map
from convoy_geo.errors import PageAssetError

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from convoy_geo.drawing.mapelements import LegendEntry
    from convoy_geo.drawing.walk import MapModel

__all__ = ["OfflineMap", "export_html", "notebook_html", "script_hashes", "to_html"]

LEAFLET_FILES = {
    "leaflet.js": "5819285cec137b229c94e1ee5ad73e8b6b84345a4367d60f75fe477fe0fb7b03",
    "leaflet.css": "90b693d86392a4779c861b28cf307e7e59c3fb35328c4d8b95f58f814d38c722",
}
"""SHA-256 of the files of Leaflet 1.9.3, the same as in its npm package."""

SCRIPTS = (
    "content.js",
    "geometry.js",
    "ground.js",
    "items.js",
    "cloud.js",
    "labels.js",
    "controls.js",
    "start.js",
)
"""The files of `assets/page`, in the order in which they make the script of a map."""

STORY_SCRIPTS = (
    *SCRIPTS[:-1],
    "story.js",
    "sides.js",
    "time.js",
    "links.js",
    "tools.js",
    "find.js",
    "measure.js",
    "save.js",
    "share.js",
    SCRIPTS[-1],
)
"""The same for the script of a case's page."""


SHEETS = ("page.css",)
STORY_SHEETS = ("page.css", "story.css", "tools.css")
RIGHT_TO_LEFT = {"ar", "ckb", "fa", "he", "ku", "ps", "ur"}


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
        Made of the elements that `convoy_geo.drawing.walk` knows.
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
    words = strings(lang)
    model = read_map(chart, online_tiles=online_tiles)
    title = clean(title or getattr(chart, "title", None) or words["map"])
    model.document["words"] = words
    return compose(
        model.document, _body(model, title, words), title=title, lang=lang, hosts=model.hosts
    )


def compose(
    document: dict[str, Any],
    body: str,
    *,
    title: str,
    lang: str,
    hosts: Iterable[str] = (),
    kind: Literal["map", "case"] = "map",
    compact: bool = False,
) -> str:
    """The text of a page out of its parts.

    Parameters
    ----------
    document
        What the script draws; see `convoy_geo.drawing.walk`.
    body
        Safe HTML.
    title, lang
        Of the page.
    hosts
        Origins from which it may ask for pictures.
    kind
        What the page is of: picks the script and the style sheet.
    compact
        Whether our style sheet is compressed too. What is read without JavaScript then has no
        style.
    """
    pressed = _pressed_parts(kind)
    data = squeeze(as_json(document).encode())
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="{safe(lang)}" dir="{direction(lang)}">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_policy(hosts, kind)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            '<link rel="icon" href="data:,">',
            f"<title>{safe(title)}</title>",
            *([] if compact else [f"<style>{page_parts(kind)[2]}</style>"]),
            "</head>",
            "<body>",
            body,
            *([_block("style", pressed["style"])] if compact else []),
            _block("style", pressed["sheet"]),
            f'<script type="application/json" id="data" data-z="data">{data}</script>',
            _block("script", pressed["leaflet"]),
            _block("script", pressed["script"]),
            f"<script>{_loader()}</script>",
            "</body>",
            "</html>",
            "",
        ]
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


def script_hashes() -> dict[str, str]:
    """The parts that every page of this release shares, as sources of a policy.

    Returns
    -------
    dict
        ``loader.js``, ``leaflet.js`` and ``leaflet.css`` of both, ``page.js`` and ``page.css`` of a
        map, ``case.js`` and ``case.css`` of a case, to ``sha256-...`` as a policy has it.

    Examples
    --------
    >>> list(script_hashes())
    ['loader.js', 'leaflet.js', 'leaflet.css', 'page.js', 'page.css', 'case.js', 'case.css']
    """
    script, leaflet, style, leaflet_style = page_parts("map")
    story, _, story_style, _ = page_parts("case")
    return {
        "loader.js": _source(_loader()),
        "leaflet.js": _source(leaflet),
        "leaflet.css": _source(leaflet_style),
        "page.js": _source(script),
        "page.css": _source(style),
        "case.js": _source(story),
        "case.css": _source(story_style),
    }


def _block(element: str, pressed: str) -> str:
    """A compressed part, which the loader makes into an element."""
    return f'<script type="text/plain" data-z="{element}">{pressed}</script>'


def _source(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _policy(hosts: Iterable[str], kind: str) -> str:
    """The Content-Security-Policy: the page's parts, pictures within the page, nothing else."""
    hashes = script_hashes()
    script = "case" if kind == "case" else "page"
    images = " ".join(["data:", "blob:", *hosts])
    return (
        "default-src 'none'; "
        f"script-src '{hashes['loader.js']}' '{hashes['leaflet.js']}' '{hashes[f'{script}.js']}'; "
        f"style-src '{hashes['leaflet.css']}' '{hashes[f'{script}.css']}'; "
        f"img-src {images}; base-uri 'none'; form-action 'none'"
    )


def _body(model: MapModel, title: str, words: dict[str, str]) -> str:
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
) -> str:
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
    aside = f'<div id="panels" tabindex="-1">{panels}</div>' if panels else ""
    return (
        f'<a class="skip" href="#after">{safe(words["skip"])}</a>'
        f'<header><h1{lang} dir="auto">{safe(title)}</h1></header>'
        f'<main class="{"with-panels" if panels else "alone"}">'
        f'<div id="frame"><div id="map" dir="ltr" tabindex="0" role="region"'
        f' aria-label="{safe(words["map"])}">'
        f'<p class="needs-script" data-old="{safe(words["old"])}"'
        f' data-failed="{safe(words["failed"])}">{safe(words["noscript"])}</p></div>'
        f"{legends}</div>"
        f'<div id="after" tabindex="-1"></div>{aside}</main>'
        f'<footer><p id="credits"{lang} dir="auto">{credits_line}</p></footer>'
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


def direction(lang: str) -> str:
    """Writing direction of a language: ``ltr`` or ``rtl``."""
    return "rtl" if lang.split("-", maxsplit=1)[0].lower() in RIGHT_TO_LEFT else "ltr"


def strings(lang: str) -> dict[str, str]:
    """The page's own words in a language; English where it is not shipped."""
    table: dict[str, dict[str, str]] = json.loads(_asset("strings.json"))
    return table["en"] | table.get(lang.split("-", maxsplit=1)[0].lower(), {})


@cache
def page_parts(kind: Literal["map", "case"] = "map") -> tuple[str, str, str, str]:
    """Our script, Leaflet, our style sheet and Leaflet's, just as a page runs them."""
    leaflet = re.sub(r"\n//# sourceMappingURL=.*\s*\Z", "\n", _leaflet("leaflet.js"))
    # The pictures of Leaflet's style sheet belong to controls that the page does not use.
    sheet = re.sub(r"^.*url\(.*\n", "", _leaflet("leaflet.css"), flags=re.MULTILINE)
    scripts, sheets = (STORY_SCRIPTS, STORY_SHEETS) if kind == "case" else (SCRIPTS, SHEETS)
    script = "\n".join(_asset("page", name) for name in scripts)
    script = f'(() => {{\n"use strict";\n{script}\n}})();'
    style = "\n".join(_asset("page", name) for name in sheets)
    return _compact(script), leaflet, _tight(_compact(style)), _tight(_compact(sheet))


@cache
def _pressed_parts(kind: Literal["map", "case"]) -> dict[str, str]:
    """The parts that the loader brings to life, compressed."""
    names = ("script", "leaflet", "style", "sheet")
    parts = zip(names, page_parts(kind), strict=True)
    return {name: squeeze(text.encode()) for name, text in parts}


@cache
def _loader() -> str:
    return f'"use strict";\n{_compact(_asset("page", "loader.js"))}'


def _compact(text: str) -> str:
    """Our style sheet or script without indentation and without comments on lines of their own."""
    bare = re.sub(r"^\s*(/\*.*?\*/|//[^\n]*)\s*$", "", text, flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"\s*\n\s*", "\n", bare).strip() + "\n"


def _tight(sheet: str) -> str:
    """A style sheet without the blanks that mean nothing; it holds no string with such a blank."""
    return re.sub(r"\s*([{};])\s*|([:,])\s+", r"\1\2", sheet).replace(";}", "}")


def _asset(*name: str) -> str:
    return resources.files("convoy_geo").joinpath("assets", *name).read_text(encoding="utf-8")


def _leaflet(name: str) -> str:
    """A file of the installed Leaflet, refused if it is not the one that was tested."""
    try:
        data = resources.files("xstatic.pkg.leaflet").joinpath("data", name).read_bytes()
    except (ModuleNotFoundError, FileNotFoundError) as error:
        msg = "Leaflet is not installed; pip install 'xstatic-leaflet==1.9.3.0'"
        raise PageAssetError(msg) from error
    found = hashlib.sha256(data).hexdigest()
    if found != LEAFLET_FILES[name]:
        msg = (
            f"the installed {name} is not that of Leaflet 1.9.3 (SHA-256 {found}); "
            "pip install --force-reinstall 'xstatic-leaflet==1.9.3.0'"
        )
        raise PageAssetError(msg)
    return data.decode().replace("\r\n", "\n")
