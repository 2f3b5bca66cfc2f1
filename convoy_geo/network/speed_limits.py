"""Speed limits from OpenStreetMap's `maxspeed`, and their effect on speeds.

The typical and the low speed are capped at a share of the limit (`LIMIT_SHARE`; OSRM's car profile
also uses 0.8). The high speed is at least the limit: before claiming that something was impossible,
trust a sign more than a table.

>>> limit_kmh("50"), limit_kmh("30 mph"), limit_kmh("walk"), limit_kmh("none")
(50.0, 48.28032, 5.0, nan)
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["LIMIT_SHARE", "limit_kmh", "limited"]

LIMIT_SHARE = 0.8
"""Share of a limit that is usually driven: `speed_reduction` in OSRM's profiles/car.lua."""
UNITS = {"": 1.0, "km/h": 1.0, "kmh": 1.0, "kph": 1.0, "mph": 1.609344, "knots": 1.852}
NUMBER = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z/]*)")
WALK_KMH = 5.0
HIGHEST = 200.0


def limit_kmh(text: str) -> float:
    """A limit in km/h; of several the lowest; NaN if missing or not understood."""
    found = []
    for one in text.lower().replace(",", ";").replace("|", ";").split(";"):
        word = one.strip()
        if word == "walk":
            found.append(WALK_KMH)
        match = NUMBER.fullmatch(word)
        if match and match[2] in UNITS:
            kmh = float(match[1]) * UNITS[match[2]]
            if 0 < kmh <= HIGHEST:
                found.append(kmh)
    return min(found, default=float("nan"))


def limited(kmh: Floats, limits: Floats, speed: Literal["low", "typical", "high"]) -> Floats:
    """Apply speed limits to speeds.

    Parameters
    ----------
    kmh
        Speeds without limits.
    limits
        Limit of each edge; NaN if there is none.
    speed
        Which of the three speeds is given.
    """
    if speed == "high":
        return np.fmax(kmh, np.where(np.isnan(kmh), np.nan, limits))
    lowered: Floats = np.fmin(kmh, np.where(np.isnan(kmh), np.nan, LIMIT_SHARE * limits))
    return lowered
