"""The kinds of places that a case may name."""

from __future__ import annotations

__all__ = ["PLACE_KINDS"]

PLACE_KINDS = (
    "town", "village", "capital", "former_town", "pumping_station", "border_post", "port",
    "island", "sea", "province", "country", "region", "border", "desert", "route", "site",
    "position", "wreck",
)  # fmt: skip
