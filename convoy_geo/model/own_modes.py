"""A case's own modes of travel: ``[modes]`` of case.toml.

A mode of a case names one of the table, whose traffic rules hold for it, and gives its speeds::

    [modes.pickup]
    name = "pickup trucks"
    like = "any_vehicle"
    kmh = [20, 60, 110]
    source = "own estimate"

>>> found, wrong = read_modes({"pickup": {"like": "car", "kmh": [20, 110], "source": "own"}})
>>> found["pickup"].road, found["pickup"].road_typical, wrong
((20.0, 110.0), 65.0, [])
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from convoy_geo.io.cell_checks import id_text
from convoy_geo.model.travel_modes import DAY_H, mode_names, travel_mode

if TYPE_CHECKING:
    from convoy_geo.model.story import Wrong
    from convoy_geo.model.travel_modes import TravelMode

__all__ = ["read_modes"]

KEYS = ("name", "like", "kmh", "off_road_kmh", "day_h", "source")
FASTEST = 10_000.0
"""Kilometres per hour above which a figure is a slip."""


def read_modes(value: object) -> tuple[dict[str, TravelMode], list[Wrong]]:
    """The modes of ``[modes]`` by their keys, and what is wrong with others.

    Parameters
    ----------
    value
        The table as it was read: by key a table with ``like`` (a mode of
        `convoy_geo.model.travel_modes`), ``kmh`` (low and high, or low, typical and high: on roads,
        or everywhere for a mode that needs none), ``source``, and perhaps ``name``,
        ``off_road_kmh`` (low and high) and ``day_h`` (low and high, hours on the move in each 24).
    """
    if not isinstance(value, Mapping):
        return {}, [("modes", value, "a table of mode = its speeds")]
    found: dict[str, TravelMode] = {}
    wrong: list[Wrong] = []
    for key, given in value.items():
        section = f"modes.{key}"
        if id_text(key) or key in mode_names() or not isinstance(given, Mapping):
            allowed = "a table with like, kmh and source, by a key that no other mode has"
            wrong.append((section, given if key not in mode_names() else key, allowed))
            continue
        problems = list(_wrong(section, given))
        wrong += problems
        if not problems:
            found[key] = _mode(key, given)
    return found, wrong


def _wrong(section: str, given: Mapping[str, Any]) -> list[Wrong]:
    wrong: list[Wrong] = [
        (section, key, f"one of {', '.join(KEYS)}") for key in given if key not in KEYS
    ]
    like, source, name = (given.get(key, "") for key in ("like", "source", "name"))
    if like not in mode_names():
        wrong.append((section, like, f"like = one of {', '.join(mode_names())}"))
    if not (isinstance(source, str) and source.strip()):
        wrong.append((section, source, "source = where its speeds come from"))
    if not isinstance(name, str):
        wrong.append((section, name, "name = a text in quotes"))
    for key, most, sizes in (("kmh", FASTEST, (2, 3)), ("off_road_kmh", FASTEST, (2,)),
                             ("day_h", DAY_H, (2,))):  # fmt: skip
        figures = given.get(key)
        if figures is None and key != "kmh":
            continue
        if not _in_order(figures, most, sizes):
            many = "two or three" if len(sizes) > 1 else "two"
            allowed = f"{key} = {many} numbers above 0 to {most:g}, in order"
            wrong.append((section, "" if figures is None else figures, allowed))
    return wrong


def _in_order(figures: object, most: float, sizes: tuple[int, ...]) -> bool:
    return (
        isinstance(figures, list)
        and len(figures) in sizes
        and all(type(one) in (int, float) and 0 < one <= most for one in figures)
        and figures == sorted(figures)
    )


def _mode(key: str, given: Mapping[str, Any]) -> TravelMode:
    like = travel_mode(given["like"])
    low, high = float(given["kmh"][0]), float(given["kmh"][-1])
    typical = float(given["kmh"][1]) if len(given["kmh"]) > 2 else (low + high) / 2
    off = given.get("off_road_kmh")
    everywhere = like.road is None
    straight = (low, high) if everywhere else like.straight if off is None else tuple(off)
    day = given.get("day_h")
    return replace(
        like,
        id=key,
        name=given.get("name") or key,
        unit="kmh",
        road=None if everywhere else (low, high),
        road_typical=typical,
        straight=(float(straight[0]), float(straight[1])),
        day_h=like.day_h if day is None else (float(day[0]), float(day[1])),
        source=given["source"].strip(),
        classes={},
        rules=like.rule_id,
    )
