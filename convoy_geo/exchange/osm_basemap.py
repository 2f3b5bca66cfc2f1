"""Read basemap features from an OpenStreetMap file: water, coast, woods, railways and so on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import shapely

from convoy_geo.network.osm_file import _clear_errors, _osmium

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

    from convoy_geo.io.progress import Progress

__all__ = ["OSM_CREDIT", "OsmShape", "kind_of_tags", "osm_shapes"]

OSM_CREDIT = "© OpenStreetMap contributors, ODbL 1.0"
WATER = {
    "natural": {"water", "bay", "strait"}, "landuse": {"reservoir", "basin", "pond"},
    "waterway": {"riverbank", "dock"}, "water": {"river", "lake", "reservoir", "canal", "lagoon"},
}  # fmt: skip
WOOD = {"natural": {"wood", "heath", "scrub"}, "landuse": {"forest", "cemetery"},
        "leisure": {"park", "garden", "nature_reserve"}}  # fmt: skip
BUILT = {"landuse": {"residential", "commercial", "industrial", "retail", "civil", "harbour"},
         "place": {"city_block"}}  # fmt: skip
RIVERS = {"river", "canal"}
RAILS = {"rail", "light_rail", "narrow_gauge"}
PLACES = {
    "city": 0, "town": 1, "island": 1, "village": 2, "suburb": 2, "hamlet": 3, "quarter": 3,
    "neighbourhood": 3, "locality": 4,
}  # fmt: skip
"""Label rank by kind of place."""
COUNTRY_LEVEL, LOWEST_LEVEL = 3, 8
"""Administrative levels: country borders up to the first; drawn borders up to the second."""


class OsmShape(NamedTuple):
    """A basemap feature.

    Parameters
    ----------
    kind
        See `convoy_geo.model.basemap`.
    geometry
        WGS 84, lon before lat; a point for a name.
    name, arabic
        May be empty.
    rank
        Rank of a label; lower ranks have priority.
    """

    kind: str
    geometry: BaseGeometry
    name: str = ""
    arabic: str = ""
    rank: int = 4


def kind_of_tags(get: Callable[[str], Any], *, area: bool) -> str:
    """The basemap kind of OpenStreetMap-style tags, or an empty text.

    Parameters
    ----------
    get
        Returns the value of a tag, or None.
    area
        Whether the feature is an area.

    Examples
    --------
    >>> kind_of_tags({"natural": "wood"}.get, area=True)
    'wood'
    """
    if area:
        for kind, tags in (("water", WATER), ("wood", WOOD), ("built", BUILT)):
            if any(get(key) in values for key, values in tags.items()):
                return kind
        return ""
    level = _level(get)
    above_ground = get("tunnel") in {None, "no"}
    meant = {
        "coast": get("natural") == "coastline",
        "river": get("waterway") in RIVERS and above_ground,
        "rail": get("railway") in RAILS and above_ground and not get("service"),
        "border": level is not None and level <= COUNTRY_LEVEL,
        "admin": level is not None,
    }
    return next((kind for kind, is_it in meant.items() if is_it), "")


def osm_shapes(file: Path, progress: Progress) -> Iterator[OsmShape]:
    """Read the basemap features of an OpenStreetMap file.

    Parameters
    ----------
    file
        A file that osmium can read: .osm.pbf, .osm and so on.
    progress
        Shows progress.

    Raises
    ------
    MissingExtraError
        If pyosmium is not installed.
    RoadDataError
        If the file is not OpenStreetMap data, or is truncated.
    """
    osmium = _osmium()
    with _clear_errors(osmium, file):
        progress.text(f"{file.name}: reading borders")
        borders = _border_ways(osmium, file)
        if borders:
            ways = osmium.FileProcessor(str(file), osmium.osm.NODE | osmium.osm.WAY)
            chosen = ways.with_locations().with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
            for way in chosen.with_filter(osmium.filter.IdFilter(borders)):
                line = _way_line(way)
                if line is not None:
                    yield OsmShape("border" if borders[way.id] <= COUNTRY_LEVEL else "admin", line)
        progress.text(f"{file.name}: reading areas and lines")
        areas = osmium.filter.TagFilter(
            *((key, value) for tags in (WATER, WOOD, BUILT) for key in tags for value in tags[key])
        )
        factory = osmium.geom.WKBFactory()
        reader = osmium.FileProcessor(str(file)).with_areas(areas)
        for thing in reader.with_filter(osmium.filter.KeyFilter(*WATER, *WOOD, *BUILT, "railway")):
            yield from _shape(thing, factory)


def _border_ways(osmium: Any, file: Path) -> dict[int, int]:
    """Ways that are part of a border, with the highest administrative level."""
    found: dict[int, int] = {}
    reader = osmium.FileProcessor(str(file), osmium.osm.RELATION)
    for relation in reader.with_filter(osmium.filter.TagFilter(("boundary", "administrative"))):
        level = _level(relation.tags.get)
        if level is None:
            continue
        for member in relation.members:
            if member.type == "w":
                found[member.ref] = min(level, found.get(member.ref, level))
    return found


def _level(get: Callable[[str], Any]) -> int | None:
    """Administrative level of a drawn border."""
    if get("boundary") != "administrative":
        return None
    text = str(get("admin_level") or "")
    return int(text) if text.isdecimal() and int(text) <= LOWEST_LEVEL else None


def _shape(thing: Any, factory: Any) -> Iterator[OsmShape]:
    get = thing.tags.get
    if thing.is_area():
        kind = kind_of_tags(get, area=True)
        if kind:
            shape = shapely.from_wkb(bytes.fromhex(factory.create_multipolygon(thing)))
            yield OsmShape(kind, shape, *(_names(get) if kind == "water" else ("", "")))
    elif thing.is_way():
        kind = kind_of_tags(get, area=False)
        line = _way_line(thing) if kind and kind not in {"border", "admin"} else None
        if line is not None:
            yield OsmShape(kind, line, *(_names(get) if kind == "river" else ("", "")))
    elif thing.is_node() and get("place") in PLACES:
        name, arabic = _names(get)
        if name:
            point = shapely.Point(thing.lon, thing.lat)
            yield OsmShape("name", point, name, arabic, PLACES[get("place")])


def _names(get: Callable[[str], Any]) -> tuple[str, str]:
    name = get("name:en") or get("int_name") or get("name") or ""
    return str(name), str(get("name:ar") or "")


def _way_line(way: Any) -> BaseGeometry | None:
    """The line of a way, without nodes missing from the extract."""
    points = [(node.lon, node.lat) for node in way.nodes if node.location.valid()]
    return shapely.LineString(points) if len(points) > 1 else None
