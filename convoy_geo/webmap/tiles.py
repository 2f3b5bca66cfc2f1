"""Online tiles in a page: the requests, and the only hosts allowed."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from folium.utilities import camelize
from xyzservices import providers

from convoy_geo.errors import TilesNotFoundError
from convoy_geo.webmap.folium_allowlist import refuse

if TYPE_CHECKING:
    import folium
    from xyzservices import TileProvider

__all__ = ["provider", "tile_hosts", "tile_item"]

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


def provider(name: str) -> TileProvider:
    """Find a provider of online tiles by its name.

    Parameters
    ----------
    name
        Such as ``OpenTopoMap``; case, spaces and punctuation do not matter.

    Raises
    ------
    TilesNotFoundError
        If no provider has this name, or it requires a key.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of what is checked below
            found: TileProvider = providers.query_name(name)
    except ValueError as error:
        msg = f"unknown provider of online tiles {name!r}; OpenTopoMap is one that works"
        raise TilesNotFoundError(msg) from error
    if found.requires_token():
        msg = f"tiles of {found.name} require a key; those of OpenTopoMap do not"
        raise TilesNotFoundError(msg)
    return found


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
    """The origins from which a tile layer is loaded, one for each subdomain.

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
