"""Travel modes: their speeds, where they can travel, and for how long each day.

The table is geodata/roads/modes.csv, one row per mode; each row names its sources. Each range has
two ends: the *best* case (fastest, least rest) is used to refute, the *worst* case (slowest, most
rest) to confirm.

>>> travel_mode("foot").fits(24.0, "best"), travel_mode("foot").fits(24.0, "worst")
(12.0, 8.0)
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Literal

from convoy_geo.errors import ModeNotFoundError
from convoy_geo.io.files import geodata

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

__all__ = ["ENDS", "End", "TravelMode", "mode_names", "travel_mode"]

End = Literal["best", "worst"]
ENDS: tuple[End, End] = ("best", "worst")
DAY_H = 24.0
BY_ROAD = frozenset({"bus", "car", "lorry", "any_vehicle"})
BY_WATER = frozenset({"ship", "sail", "ferry"})
BY_AIR = frozenset({"aircraft", "helicopter"})
MOVING = {
    **dict.fromkeys(("buses", "cars", "lorries", "trucks", "vans"), BY_ROAD),
    "vehicles": BY_ROAD | {"motorcycle", "tracked"},
    **dict.fromkeys(("tanks", "armoured_vehicles"), BY_ROAD | {"tracked"}),
    "motorcycles": frozenset({"motorcycle", "car", "any_vehicle"}),
    "camels": frozenset({"camel", "lorry", "foot", "any_vehicle"}),
    **dict.fromkeys(("boats", "ships", "vessels"), BY_WATER),
    "ferries": BY_WATER,
    "aircraft": BY_AIR,
    "planes": frozenset({"aircraft"}),
    "helicopters": BY_AIR,
    "trains": frozenset[str](),
}
"""Units that can travel only by certain modes."""


@dataclass(frozen=True)
class TravelMode:
    """A travel mode, with its range of speeds.

    Parameters
    ----------
    id, name
        Key and display name.
    unit
        Unit of `road`: ``times`` the network's speeds by class and surface, or ``kmh`` on all
        roads.
    road
        Low and high; None if it does not use roads.
    straight
        Low and high in km/h off the roads, in a straight line.
    all_the_way
        Whether it may travel straight all the way; otherwise only between a place and the road.
    oneway
        Whether one-way rules apply to it.
    day_h
        Hours in motion per 24 hours, counted from the start: low and high.
    source
        Source of the figures.
    road_typical
        Typical value, between the two of `road`.
    access
        OpenStreetMap access tags that apply to it, from the most general to the most specific;
        empty: no access rule applies.
    turns
        Whether turn restrictions apply to it.
    classes
        Low, typical and high on roads of single classes, in the unit of `road`.
    paths
        Whether it can use paths and steps.
    rules
        The key of the mode whose access, one-ways and turns of a network hold for it; empty: its
        own.
    """

    id: str
    name: str
    unit: str
    road: tuple[float, float] | None
    straight: tuple[float, float]
    all_the_way: bool
    oneway: bool
    day_h: tuple[float, float]
    source: str
    road_typical: float = 1.0
    access: tuple[str, ...] = ()
    turns: bool = False
    classes: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)
    paths: bool = False
    rules: str = ""

    def __hash__(self) -> int:
        """Hash of its key and speeds."""
        return hash((self.id, self.unit, self.road))

    @property
    def rule_id(self) -> str:
        """The key of the mode whose rules of a network hold for it."""
        return self.rules or self.id

    def at(self, low: float, high: float) -> TravelMode:
        """The same mode at the caller's speeds, in km/h, on roads and off.

        Raises
        ------
        ValueError
            If they are not positive and in order.
        """
        if not 0 < low <= high < math.inf:
            msg = f"speeds must be above 0, the lower first, not {low!r} and {high!r} km/h"
            raise ValueError(msg)
        road = None if self.road is None else (low, high)
        source = "given by the caller"
        return replace(
            self, unit="kmh", road=road, straight=(low, high), source=source,
            road_typical=(low + high) / 2, classes={},
        )  # fmt: skip

    def moves(self, unit: str) -> bool:
        """Whether this unit can travel so: no lorries on foot, and no ships by road.

        Examples
        --------
        >>> travel_mode("foot").moves("people"), travel_mode("foot").moves("lorries")
        (True, False)
        """
        return unit not in MOVING or bool({self.id, self.rule_id} & MOVING[unit])

    def straight_kmh(self, end: End) -> float:
        """Speed off the roads at one end of the range."""
        return self.straight[end == "best"]

    def _day_h(self, end: End) -> float:
        return self.day_h[end == "best"]

    def takes(self, moving: float, end: End) -> float:
        """Hours from departure to arrival for a number of hours in motion, including rests.

        Examples
        --------
        >>> travel_mode("foot").takes(20.0, "worst")
        52.0
        """
        if not 0 < moving < math.inf:
            return moving
        day = self._day_h(end)
        return moving + max(0, math.ceil(moving / day) - 1) * (DAY_H - day)

    def fits(self, window: float, end: End) -> float:
        """Hours in motion that fit in a window of so many hours; the inverse of `takes`."""
        if not 0 < window < math.inf:
            return window
        day, (full, rest) = self._day_h(end), divmod(window, DAY_H)
        return full * day + min(rest, day)

    @staticmethod
    def day_for(moving: float, window: float) -> float | None:
        """Hours in motion per 24 hours needed to fit a trip into a window.

        Returns None if no such day exists or no limit applies. The inverse of `fits` by the day.

        Examples
        --------
        >>> travel_mode("foot").day_for(20.0, 52.0)
        8.0
        """
        if not 0 < moving <= window < math.inf:
            return None
        full, rest = divmod(window, DAY_H)
        day = moving / (full + 1)
        return day if day <= rest else (moving - rest) / full if full else None


@cache
def _table() -> dict[str, TravelMode]:
    with geodata("roads", "modes.csv").open(encoding="utf-8", newline="") as file:
        return {row["mode"]: _mode(row) for row in csv.DictReader(file)}


def _mode(row: dict[str, Any]) -> TravelMode:
    on_roads = bool(row["road_low"])
    return TravelMode(
        row["mode"],
        row["name"],
        row["unit"],
        (float(row["road_low"]), float(row["road_high"])) if on_roads else None,
        (float(row["straight_low"]), float(row["straight_high"])),
        row["all_the_way"] == "yes",
        row["oneway"] == "yes",
        (float(row["day_h_low"]), float(row["day_h_high"])),
        row["source"],
        float(row["road_typical"]) if on_roads else 1.0,
        tuple(row["access"].split()),
        row["turns"] == "yes",
        {
            name: (float(low), float(typical), float(high))
            for name, low, typical, high in (
                (one.partition("=")[0], *one.partition("=")[2].split("/"))
                for one in row["classes"].split()
            )
        },
        row["paths"] == "yes",
        row["rules"],
    )


def mode_names() -> tuple[str, ...]:
    """Keys of all travel modes."""
    return tuple(_table())


def travel_mode(mode: str | TravelMode, *, also: Iterable[str] = ()) -> TravelMode:
    """A travel mode by its key.

    Parameters
    ----------
    mode
        Its key; a mode is given back.
    also
        Keys of further modes, for the error.

    Raises
    ------
    ModeNotFoundError
        If no mode has this key.

    Examples
    --------
    >>> travel_mode("foot").road
    (3.2, 6.0)
    """
    if isinstance(mode, TravelMode):
        return mode
    try:
        return _table()[mode]
    except KeyError:
        msg = f"no mode of travel {mode!r}; known: {', '.join((*_table(), *also))}"
        raise ModeNotFoundError(msg) from None
