"""The parts shared by all pages of a release: Leaflet, our scripts and styles, and their hashes.

They come from `convoy_geo/assets/` and from the installed Leaflet, which is rejected unless it is
exactly the tested version.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Literal, TypeAlias

from convoy_geo.errors import PageAssetError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["PageKind", "asset", "page_parts", "policy", "script_hashes", "source"]

PageKind: TypeAlias = Literal["map", "case", "map_widget", "case_widget"]
"""What a page is of; the last two have a port for a widget, see `assets/page/port.js`."""

LEAFLET_FILES = {
    "leaflet.js": "5819285cec137b229c94e1ee5ad73e8b6b84345a4367d60f75fe477fe0fb7b03",
    "leaflet.css": "90b693d86392a4779c861b28cf307e7e59c3fb35328c4d8b95f58f814d38c722",
}
"""SHA-256 of the files of Leaflet 1.9.3, the same as in its npm package."""

SCRIPTS = (
    "content.js",
    "geometry.js",
    "ground.js",
    "basemap.js",
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
    "routes.js",
    "sides.js",
    "time.js",
    "links.js",
    "tools.js",
    "find.js",
    "measure.js",
    "save.js",
    "share.js",
    "download.js",
    "chapters.js",
    "believe.js",
    "road_diagram.js",
    "mapbuttons.js",
    "locator.js",
    SCRIPTS[-1],
)
"""The same for the script of a case's page."""

WIDGET_SCRIPTS = ("port.js", "sketch.js", "widget.js")
"""What comes before the last file where a page stands in a notebook's widget."""

STORY_WIDGET_SCRIPTS = (*WIDGET_SCRIPTS, "story_widget.js")

SHEETS = ("page.css",)
STORY_SHEETS = ("page.css", "story.css", "tools.css", "chapters.css")


def script_hashes() -> dict[str, str]:
    """The parts shared by all pages of this release, as sources for a Content-Security-Policy.

    Returns
    -------
    dict
        ``leaflet.js`` and ``leaflet.css``; ``page.js`` and ``page.css`` of a map, ``case.js`` and
        ``case.css`` of a case; each to ``sha256-...`` as a policy has it.

    Examples
    --------
    >>> " ".join(script_hashes())
    'leaflet.js leaflet.css page.js page.css case.js case.css'
    """
    script, leaflet, style, leaflet_style = page_parts("map")
    story, _, story_style, _ = page_parts("case")
    return {
        "leaflet.js": source(leaflet),
        "leaflet.css": source(leaflet_style),
        "page.js": source(script),
        "page.css": source(style),
        "case.js": source(story),
        "case.css": source(story_style),
    }


@cache
def source(text: str) -> str:
    """A script or a sheet as a policy names it."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def policy(hosts: Iterable[str], kind: PageKind) -> str:
    """The Content-Security-Policy: the page's parts, pictures within the page, nothing else.

    Where a browser knows Trusted Types, a text becomes HTML only if `assets/page/trusted.js` lists
    it.
    """
    script, leaflet, style, leaflet_style = page_parts(kind)
    scripts = f"'{source(leaflet)}' '{source(script)}'"
    images = " ".join(["data:", "blob:", *hosts])
    return (
        f"default-src 'none'; script-src {scripts}; "
        f"style-src '{source(leaflet_style)}' '{source(style)}'; "
        f"img-src {images}; base-uri 'none'; form-action 'none'; "
        "require-trusted-types-for 'script'; trusted-types default"
    )


@cache
def page_parts(kind: PageKind = "map") -> tuple[str, str, str, str]:
    """Our script, Leaflet, our style sheet and Leaflet's, just as a page runs them."""
    leaflet = re.sub(r"\n//# sourceMappingURL=.*\s*\Z", "\n", _leaflet("leaflet.js"))
    leaflet = f"{asset('page', 'trusted.js')}\n{leaflet}"  # Leaflet writes HTML as it loads
    # The pictures of Leaflet's style sheet belong to controls that the page does not use.
    sheet = re.sub(r"^.*url\(.*\n", "", _leaflet("leaflet.css"), flags=re.MULTILINE)
    of_case = kind.startswith("case")
    scripts, sheets = (STORY_SCRIPTS, STORY_SHEETS) if of_case else (SCRIPTS, SHEETS)
    if kind.endswith("_widget"):
        more = STORY_WIDGET_SCRIPTS if of_case else WIDGET_SCRIPTS
        scripts, sheets = (*scripts[:-1], *more, scripts[-1]), (*sheets, "widget.css")
    script = "\n".join(asset("page", name) for name in scripts)
    script = f'(() => {{\n"use strict";\n{script}\n}})();'
    style = "\n".join(asset("page", name) for name in sheets)
    return script, leaflet, style, sheet


def asset(*name: str) -> str:
    """A text out of `convoy_geo/assets/`."""
    return resources.files("convoy_geo").joinpath("assets", *name).read_text(encoding="utf-8")


def _leaflet(name: str) -> str:
    """A file of the installed Leaflet; rejected unless it is the tested version."""
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
