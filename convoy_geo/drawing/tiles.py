"""Online tiles in a page: what is asked for, and from which hosts alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from folium.utilities import camelize

from convoy_geo.drawing.gate import refuse

if TYPE_CHECKING:
    import folium

__all__ = ["tile_hosts", "tile_item"]

OPTIONS: dict[str, type | tuple[type, ...]] = {
    "minZoom": (int, float),
    "maxZoom": (int, float),
    "maxNativeZoom": (int, float),
    "opacity": (int, float),
    "tms": bool,
    "noWrap": bool,
    "detectRetina": bool,
    "subdomains": (str, list, tuple),
}
"""Options of a tile layer that are passed on, and their types."""

OURS = {"s", "x", "y", "z", "r"}
"""Placeholders of an address that the browser fills in."""

_HOST = re.compile(r"https://[a-z0-9.-]+(?::\d+)?", re.IGNORECASE)


def tile_item(layer: folium.TileLayer) -> dict[str, Any]:
    """A tile layer as an item of the page.

    Raises
    ------
    UnsupportedMapElementError
        If the address of the tiles is not an https one.
    """
    tile_hosts(layer)
    options = {camelize(key): value for key, value in layer.options.items()}
    passed = {
        key: options[key]
        for key, kinds in sorted(OPTIONS.items())
        if isinstance(options.get(key), kinds)
    }
    # Placeholders of the provider's own, such as {ext}, are filled in from further options.
    address = re.sub(
        r"\{(\w+)\}",
        lambda found: found[0] if found[1] in OURS else str(options.get(camelize(found[1]), "")),
        layer.tiles,
    )
    return {"k": "t", "url": address, "options": passed}


def tile_hosts(layer: folium.TileLayer) -> list[str]:
    """The origins that a tile layer asks, one for each subdomain.

    Raises
    ------
    UnsupportedMapElementError
        If the address of the tiles is not an https one.
    """
    parts = urlsplit(layer.tiles)
    origin = f"{parts.scheme}://{parts.netloc}"
    subdomains = layer.options.get("subdomains", "abc") if "{s}" in origin else [""]
    hosts = [origin.replace("{s}", str(name)) for name in subdomains]
    for host in hosts:
        if not _HOST.fullmatch(host):
            refuse(f"TileLayer {layer.tile_name!r}", f"{host!r} is not an https address")
    return hosts
