"""What the tags of an OpenStreetMap way say of a road.

Roads
    Ways with one of `convoy_geo.network.schema.CLASSES` as `highway`. Left out: areas, `smoothness`
    impassable, and ways that a vehicle may not use. The most telling of `motor_vehicle`, `vehicle`
    and `access` counts; it closes a way if it is one of `NO_ACCESS`. Barriers on the way do not.
One-ways
    `oneway`; unless it is there, a roundabout and a motorway run one way. A value that means
    nothing is as good as none and is counted.
Surface
    `surface` and `smoothness` by the tables below; a surface that is not said is unpaved for a
    track (but not one of grade 1) and paved for all else. The column `surface_stated` tells.
Speed
    From the table by class and surface. `maxspeed` is kept as it stands and sets no speed: the
    figures are those of a column of buses, and a sign was seldom what held one up.

>>> surface_of("track", None, None, None), surface_of("primary", "asphalt", "bad", None)
(('unpaved', False), ('paved_degraded', True))
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["KEYS", "NO_ACCESS", "Kind", "kind_of", "surface_of"]

NO_ACCESS = frozenset({"no", "private", "agricultural", "forestry", "emergency"})
"""Values of the access tags that keep a column out."""
PAVED = frozenset(
    {"paved", "asphalt", "concrete", "concrete:plates", "concrete:lanes", "paving_stones", "sett",
     "chipseal", "bricks", "metal", "wood", "interlock", "tarmac", "bitmac"}
)  # fmt: skip
DEGRADED = frozenset({"cobblestone", "cobblestone:flattened", "unhewn_cobblestone"})
UNPAVED = frozenset(
    {"unpaved", "gravel", "fine_gravel", "compacted", "dirt", "ground", "earth", "sand", "mud",
     "grass", "pebblestone", "rock", "rocks", "stone", "clay", "salt", "ice", "snow", "soil",
     "grass_paver", "woodchips", "shells", "dirt/sand", "stepping_stones"}
)  # fmt: skip
ROUGH = frozenset({"bad", "very_bad", "horrible", "very_horrible"})
"""Smoothness of broken asphalt; OSRM's and GraphHopper's profiles draw the same line."""
ONEWAY = {
    "yes": 1, "true": 1, "1": 1, "-1": -1, "reverse": -1,
    "no": 0, "false": 0, "0": 0, "reversible": 0, "alternating": 0,
}  # fmt: skip
KEYS = (
    "highway", "oneway", "junction", "access", "vehicle", "motor_vehicle", "surface", "smoothness",
    "tracktype", "bridge", "ford", "tunnel", "name", "ref", "maxspeed", "area",
)  # fmt: skip


def surface_of(
    road_class: str, surface: str | None, smoothness: str | None, tracktype: str | None
) -> tuple[str, bool]:
    """The surface of a road by its tags, and whether the tags say so."""
    # the first of several, without what follows a colon: "asphalt;gravel", "concrete:lanes"
    word = (surface or "").split(";")[0].strip().lower()
    stated = True
    if word in UNPAVED:
        kind = "unpaved"
    elif word in DEGRADED:
        kind = "paved_degraded"
    elif word in PAVED:
        kind = "paved"
    else:
        stated = tracktype is not None and road_class == "track"
        kind = "unpaved" if road_class == "track" and tracktype != "grade1" else "paved"
    if kind == "paved" and smoothness in ROUGH:
        return "paved_degraded", True
    return kind, stated


class Kind(NamedTuple):
    """What one set of tags says."""

    out: str
    road_class: str
    oneway: int
    surface: str
    stated: bool
    ford: bool
    odd: bool


def kind_of(tags: tuple[str | None, ...]) -> Kind:
    """What the values of `KEYS`, in their order, say of a way."""
    tag = dict(zip(KEYS, tags, strict=True))
    road_class = str(tag["highway"])
    out = ""
    if (tag["motor_vehicle"] or tag["vehicle"] or tag["access"]) in NO_ACCESS:
        out = "no access"
    elif tag["area"] == "yes":
        out = "area"
    elif tag["smoothness"] == "impassable":
        out = "impassable"
    said = tag["oneway"]
    implied = int(road_class == "motorway" or tag["junction"] in ("roundabout", "circular"))
    oneway = implied if said is None else ONEWAY.get(said.lower(), implied)
    odd = said is not None and said.lower() not in ONEWAY
    surface, stated = surface_of(road_class, tag["surface"], tag["smoothness"], tag["tracktype"])
    ford = tag["ford"] not in (None, "no")
    return Kind(out, road_class, oneway, surface, stated, ford, odd)
