"""Interpret the tags of OpenStreetMap ways, nodes and relations for routing.

Roads
    Ways with one of `DRIVABLE` as `highway`, ferries (``route=ferry``), and `PATHS` for pedestrians
    and cyclists. Left out: areas, impassable `smoothness`, collapsed bridges.
Access
    For each travel mode, the most specific tag listed in its row of geodata/roads/modes.csv
    applies. A value of `NO_ACCESS` closes a road to it; a value of `ENDS_ONLY` permits it only at
    the start or end of a route. A value that names vehicles opens it to these only.
Barriers
    On nodes. Those in `PASSABLE` close nothing, others close the node to vehicles, and `WALLS` to
    everyone. Access tags on the node take precedence.
One-ways
    `oneway`; without it, roundabouts and motorways are one-way. `oneway:bus`, `oneway:psv` and
    `oneway:bicycle` are exceptions. An invalid value is ignored and counted.
Turns
    `restriction` relations, with `except` and with keys for single vehicles; see
    `convoy_geo.network.turns`.
Surface
    `surface` and `smoothness`, by the tables below; without a tag, tracks are unpaved (except grade
    1) and everything else is paved. The column `surface_stated` tells the two cases apart.
Speed
    From the table by class and surface, and `maxspeed` with its unit: see
    `convoy_geo.network.speeds`. The speed of a ferry follows from its `duration`.

>>> surface_of("track", None, None, None), surface_of("primary", "asphalt", "bad", None)
(('unpaved', False), ('paved_degraded', True))
>>> access_of({"access": "no", "bus": "yes"}), access_of({"motor_vehicle": "private"})
('bicycle=no car=no foot=no lorry=no', 'bus=ends car=ends lorry=ends')
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from convoy_geo.dates.opening_hours import holds
from convoy_geo.model.travel_modes import mode_names, travel_mode

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

__all__ = [
    "BARRIERS",
    "CLASSES",
    "DRIVABLE",
    "ENDS_ONLY",
    "KEYS",
    "NO_ACCESS",
    "PATHS",
    "RARE",
    "WALKED",
    "Kind",
    "access_at",
    "access_of",
    "barrier_access",
    "class_of",
    "kind_of",
    "modes_of_turn",
    "surface_of",
]

DRIVABLE = (
    "motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link",
    "secondary", "secondary_link", "tertiary", "tertiary_link", "unclassified", "residential",
    "living_street", "service", "road", "track",
)  # fmt: skip
"""Drivable road classes, as named by OpenStreetMap."""
PATHS = ("pedestrian", "footway", "path", "steps", "cycleway", "bridleway")
"""Classes for pedestrians and cyclists."""
WALKED = {
    ("highway", "platform"), ("highway", "corridor"), ("railway", "platform"),
    ("public_transport", "platform"), ("man_made", "pier"),
}  # fmt: skip
"""Tags of other ways that are treated as footways."""
CLASSES = (*DRIVABLE, *PATHS, "ferry")
"""All possible classes of an edge in a network."""
NO_ACCESS = frozenset(
    {"no", "agricultural", "forestry", "emergency", "military", "official", "restricted"}
)
"""Values of the access tags that exclude everyone not named."""
ENDS_ONLY = frozenset({"private", "destination", "delivery", "customers", "permit", "residents"})
"""Values of the access tags for roads that serve the ends of a route, but not through traffic."""
NAMED = {
    "psv": {"bus"}, "bus": {"bus"}, "minibus": set(), "taxi": set(), "share_taxi": set(),
    "foot": {"foot"}, "bicycle": {"bicycle"}, "hgv": {"lorry"}, "emergency_vehicle": set(),
}  # fmt: skip
"""Values that name permitted vehicles, and the travel modes among these."""
PASSABLE = frozenset(
    {"gate", "lift_gate", "swing_gate", "border_control", "toll_booth", "sally_port",
     "cattle_grid", "entrance", "no", "height_restrictor", "arch", "checkpoint", "kerb",
     "bump_gate", "hampshire_gate"}
)  # fmt: skip
"""Barriers that vehicles can pass unless a tag says otherwise."""
WALLS = frozenset({"fence", "wall", "hedge", "guard_rail", "city_wall", "retaining_wall"})
"""Barriers that nobody can pass."""
BARRIERS = (
    *sorted(PASSABLE - {"no", "kerb", "entrance"}), *sorted(WALLS),
    "bollard", "block", "chain", "cycle_barrier", "jersey_barrier", "motorcycle_barrier", "rope",
    "turnstile", "full-height_turnstile", "stile", "kissing_gate", "horse_stile", "log", "debris",
    "spikes", "planter", "wicket_gate", "bus_trap", "sump_buster", "yes", "bar", "barrier_board",
    "concrete_block", "obstruction", "stone", "rock", "tyres", "rubble", "ditch", "swing_bollard",
)  # fmt: skip
"""Values of `barrier` on nodes that are read."""
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
"""Smoothness of broken asphalt; the profiles of OSRM and GraphHopper use the same threshold."""
ONEWAY = {
    "yes": 1, "true": 1, "1": 1, "-1": -1, "reverse": -1,
    "no": 0, "false": 0, "0": 0, "reversible": 0, "alternating": 0,
}  # fmt: skip
RARE = (
    "route", "railway", "public_transport", "man_made", "duration",
    "cycleway", "cycleway:both", "cycleway:left", "cycleway:right",
    "motorcar", "bus", "psv", "hgv", "goods", "foot", "bicycle", "motorroad",
    "oneway:bus", "oneway:psv", "oneway:bicycle",
    *(f"{key}:{way}" for way in ("forward", "backward")
      for key in ("access", "vehicle", "motor_vehicle", "motorcar", "bus", "psv")),
    "access:conditional", "vehicle:conditional",
    "motor_vehicle:conditional", "motorcar:conditional", "bus:conditional", "hgv:conditional",
)  # fmt: skip
"""Rare keys: looked up only if a way has more tags than those in `KEYS`."""
KEYS = (
    "highway", "oneway", "junction", "access", "vehicle", "motor_vehicle", "surface", "smoothness",
    "tracktype", "bridge", "ford", "tunnel", "name", "ref", "maxspeed", "area",
)  # fmt: skip
CYCLEWAYS = tuple(key for key in RARE if key.startswith("cycleway"))
CONDITIONAL = tuple(key for key in RARE if key.endswith(":conditional"))
CONDITION = re.compile(r"([a-z_]+)\s*@\s*(?:\(([^)]*)\)|([^;]+))")
"""A value and its condition, with or without brackets."""
EXCEPT = {
    "psv": ("bus",), "bus": ("bus",), "motorcar": ("car",), "hgv": ("lorry",),
    "goods": ("lorry",), "bicycle": ("bicycle",), "motor_vehicle": ("car", "bus", "lorry"),
    "vehicle": ("car", "bus", "lorry", "bicycle"),
}  # fmt: skip
"""Travel modes denoted by a word in `except`, or by the key of a restriction."""


def surface_of(
    road_class: str, surface: str | None, smoothness: str | None, tracktype: str | None
) -> tuple[str, bool]:
    """The surface of a road from its tags, and whether the tags state it."""
    # the first of several, without a suffix after a colon: "asphalt;gravel", "concrete:lanes"
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


@cache
def _access_keys() -> dict[str, tuple[str, ...]]:
    """The access keys of each travel mode, the most specific first."""
    modes = {name: travel_mode(name) for name in sorted(mode_names())}
    return {
        name: mode.access[::-1]
        for name, mode in modes.items()
        if mode.access and mode.rule_id == name  # others follow the rules of one of these
    }


def _allowed(mode: str, value: str | None) -> str:
    """The access that a value gives a travel mode: ``yes``, ``ends``, ``no``; empty if unknown."""
    word = (value or "").split(";")[0].strip().lower()
    if not word:
        return ""
    if word == "use_sidepath":
        return "no" if mode == "bicycle" else ""
    if word in NAMED:
        return "yes" if mode in NAMED[word] else "no"
    return "no" if word in NO_ACCESS else "ends" if word in ENDS_ONLY else "yes"


def access_of(tags: Mapping[str, str | None], road_class: str = "road") -> str:
    """Restrictions on the use of a road, as one text sorted by mode.

    ``mode=no``, ``mode=ends`` (only at the ends of a route), ``mode=ahead`` (only as drawn) and
    ``mode=back`` (only against the drawing).

    Parameters
    ----------
    tags
        Tags of the way.
    road_class
        One of `CLASSES`; bicycles are the only vehicles on paths.
    """
    found = []
    for mode, keys in _access_keys().items():
        usual = "yes"
        if road_class in PATHS and mode not in ("foot", "bicycle"):
            usual = "no"
        elif road_class in ("cycleway", "bridleway") and mode == "foot":
            usual = "yes" if _allowed(mode, tags.get("foot")) == "yes" else "no"
        elif road_class == "bridleway" and mode == "bicycle":
            usual = "no"
        if usual == "yes":
            if tags.get("motorroad") == "yes" and mode in ("foot", "bicycle"):
                usual = "no"
            said = (_allowed(mode, tags.get(key)) for key in keys)
            usual = next((one for one in said if one), usual)
            if usual != "no":
                usual = _one_way_only(tags, mode, keys) or usual
            if tags.get("area") == "yes" and mode not in ("foot", "bicycle"):
                usual = "no"
        if usual != "yes":
            found.append(f"{mode}={usual}")
    return " ".join(found)


def _one_way_only(tags: Mapping[str, str | None], mode: str, keys: tuple[str, ...]) -> str:
    """``ahead`` or ``back`` if access differs by direction and only one is open."""
    shut = []
    for way in ("forward", "backward"):
        said = (_allowed(mode, tags.get(f"{key}:{way}")) for key in keys)
        shut.append(next((one for one in said if one), "yes") == "no")
    return "" if shut[0] == shut[1] else "back" if shut[0] else "ahead"


def barrier_access(tags: Mapping[str, str | None]) -> str:
    """Whom a barrier on a node stops, in the format of `access_of`; empty if no one."""
    barrier = tags.get("barrier") or "no"
    if barrier == "bollard" and tags.get("bollard") == "rising":
        barrier = "gate"
    found = []
    for mode, keys in _access_keys().items():
        said = next((one for one in (_allowed(mode, tags.get(key)) for key in keys) if one), "")
        usual = "yes" if barrier in PASSABLE else "no"
        if mode in ("foot", "bicycle"):  # cyclists count as pedestrians: a bicycle can be lifted
            usual = "no" if barrier in WALLS else "yes"
        allowed = said or usual
        if allowed == "no" or (allowed == "ends" and usual == "no"):
            found.append(f"{mode}=no")
    return " ".join(found)


def modes_of_turn(tags: Mapping[str, str]) -> tuple[str, str, str]:
    """What a restriction relation bans, for whom, and when.

    Returns
    -------
    tuple of (str, str, str)
        Its kind, such as ``no_left_turn``, travel modes, and the condition; the kind is empty if it
        applies to none of our travel modes or is not understood.
    """
    kind, modes, when = "", set[str](), ""
    for key, value in tags.items():
        name, *rest = key.split(":")
        if name != "restriction" or (rest and rest[-1] == "conditional" and "@" not in value):
            continue
        conditional = bool(rest) and rest[-1] == "conditional"
        vehicles = rest[:-1] if conditional else rest
        bound = {mode for one in vehicles for mode in EXCEPT.get(one, ())}
        if not vehicles:
            bound = set(EXCEPT["vehicle"])
        word, _, condition = value.partition("@")
        word = word.strip()
        if not word.startswith(("no_", "only_")) or not bound or (kind and kind != word):
            continue
        kind, modes = word, modes | bound
        when = condition.strip().strip("()") if conditional else when
    for one in tags.get("except", "").split(";"):
        modes -= set(EXCEPT.get(one.strip(), ()))
    return (kind, " ".join(sorted(modes)), when) if kind and modes else ("", "", "")


class Kind(NamedTuple):
    """The interpretation of one set of tags.

    Parameters
    ----------
    out
        Why the way is left out; empty if it is used.
    road_class
        One of `CLASSES`.
    oneway
        0 both directions, 1 as drawn, -1 against it.
    both_ways
        Travel modes exempt from the one-way rule.
    access
        See `access_of`.
    surface, stated, ford
        See the module docstring.
    odd
        Whether `oneway` is invalid.
    conditional
        Time-dependent access, as tagged.
    """

    out: str
    road_class: str
    oneway: int
    both_ways: str
    access: str
    surface: str
    stated: bool
    ford: bool
    odd: bool
    conditional: str


def class_of(tags: tuple[str | None, ...]) -> str:
    """The class of a way from the values of `KEYS`, and perhaps `RARE`; empty if not a road."""
    highway = tags[0] or ""
    if highway in CLASSES and highway != "ferry":
        return highway
    tag = dict(zip((*KEYS, *RARE), tags, strict=False))
    if tag.get("route") == "ferry":
        return "ferry"
    return "footway" if any(tag.get(key) == value for key, value in WALKED) else ""


def kind_of(tags: tuple[str | None, ...]) -> Kind:
    """Interpret the values of `KEYS`, optionally followed by those of `RARE`, of a way."""
    tag = dict(zip((*KEYS, *RARE), tags, strict=False))
    road_class = class_of(tags)
    access = access_of(tag, road_class)
    out = ""
    if tag["area"] == "yes" and road_class not in PATHS:
        out = "area"
    elif tag["smoothness"] == "impassable":
        out = "impassable"
    elif tag["bridge"] == "collapsed":
        out = "collapsed bridge"
    elif road_class not in DRIVABLE and access.count("=no") == len(_access_keys()):
        out = "no access"
    said = tag["oneway"]
    implied = int(road_class == "motorway" or tag["junction"] in ("roundabout", "circular"))
    oneway = implied if said is None else ONEWAY.get(said.lower(), implied)
    odd = said is not None and said.lower() not in ONEWAY
    both = [
        mode
        for mode, keys in (("bicycle", ("oneway:bicycle",)), ("bus", ("oneway:bus", "oneway:psv")))
        if oneway and any(tag.get(key) == "no" for key in keys)
    ]
    against = any((tag.get(key) or "").startswith("opposite") for key in CYCLEWAYS)
    if oneway and "bicycle" not in both and (against or _pushed(tag, road_class, access)):
        both.insert(0, "bicycle")
    surface, stated = surface_of(road_class, tag["surface"], tag["smoothness"], tag["tracktype"])
    ford = tag["ford"] not in (None, "no")
    conditional = " | ".join(f"{key}={tag[key]}" for key in CONDITIONAL if tag.get(key))
    return Kind(
        out, road_class, oneway, " ".join(both), access, surface, stated, ford, odd, conditional
    )


def _pushed(tag: Mapping[str, str | None], road_class: str, access: str) -> bool:
    """Whether a bicycle may be pushed against a one-way: on footways, not in roundabouts."""
    if road_class in PATHS or tag.get("foot") in ("yes", "designated"):
        return True
    circular = tag["junction"] in ("roundabout", "circular")
    walked = "foot=no" not in access.split() and road_class not in ("motorway", "motorway_link")
    return walked and not circular


def access_at(conditional: str, keys: tuple[str, ...], moment: datetime | None) -> str:
    """Conditional access of a travel mode at a moment: ``yes``, ``ends`` or ``no``.

    Parameters
    ----------
    conditional
        As in `Kind`: ``access:conditional=no @ (Mo-Fr 07:00-09:00)``.
    keys
        The mode's access keys, the most specific last.
    moment
        Local time; None if unknown.

    Returns
    -------
    str
        Empty if no condition applies, or this cannot be decided.
    """
    found = {}
    for one in conditional.split(" | ") if moment is not None else ():
        key, _, said = one.partition(":conditional=")
        if key not in keys:
            continue
        for value, bracketed, bare in CONDITION.findall(said):
            if holds(bracketed or bare, moment):
                found[key] = _allowed("", value)
    return next((found[key] for key in keys[::-1] if key in found), "")
