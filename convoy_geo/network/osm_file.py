"""Read roads, barriers and turn restrictions from an OpenStreetMap file in one pass.

While an extract is read, each node's position takes 16 bytes in a temporary file; only the points
of roads are kept in memory. A history file is read object by object in Python.
"""

from __future__ import annotations

import contextlib
from array import array
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from convoy_geo.errors import MissingExtraError, RoadDataError
from convoy_geo.io.files import temporary_folder
from convoy_geo.network.osm_rules import Restriction, barriers_of, restriction_of
from convoy_geo.network.osm_tags import BARRIERS, KEYS, RARE, WALKED, class_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from numpy.typing import NDArray

    from convoy_geo.io.progress import Progress

    Ints = NDArray[np.integer[Any]]

__all__ = ["UNKNOWN", "Roads", "read_roads"]

LOCATION = np.dtype([("id", "<i8"), ("x", "<i4"), ("y", "<i4")])
"""One node in the file of osmium's store `sparse_file_array`: 1e-7 degrees."""
UNKNOWN = 2**31 - 1
"""Coordinate of a node without a position."""
BLOCK = 1 << 20
SAY_EVERY = 50_000


class Roads(NamedTuple):
    """Ways as read: points, the id and tags of each way; node features; turn restrictions."""

    points: Ints
    size: Ints
    way: Ints
    tags: Ints
    kinds: list[tuple[str | None, ...]]
    fords: Ints
    barriers: dict[int, tuple[str, str]]
    turns: list[Restriction]


def read_roads(
    file: Path, classes: frozenset[str], before: datetime | None, progress: Progress
) -> tuple[Roads, Ints, Ints, str]:
    """The roads of a file, their point ids (ascending), the coordinates of these, the file's date.

    Parameters
    ----------
    file
        A file that osmium can read.
    classes
        Road classes to read, see `convoy_geo.network.osm_tags`.
    before
        The roads as they were before this moment; requires a history file.
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
        versions, stamp = _header(osmium, file, before)
        if not versions:
            roads, uniq, xy = _read_extract(osmium, file, classes, progress)
        if versions or (len(roads.points) and roads.points.min() < 0):  # temporary ids of an editor
            roads, uniq, xy = _read_objects(osmium, file, classes, before, progress)
    return roads, uniq, xy, stamp


def _osmium() -> Any:
    try:
        import osmium
    except ImportError as error:
        what = "reading OpenStreetMap files"
        raise MissingExtraError(what, "osm") from error
    return osmium


@contextlib.contextmanager
def _clear_errors(osmium: Any, file: Path) -> Iterator[None]:
    """Convert exceptions of osmium into errors that name the file."""
    if not file.is_file():
        msg = f"file not found: {str(file)!r}"
        raise RoadDataError(msg)
    if not file.stat().st_size:
        msg = f"{str(file)!r} is empty"
        raise RoadDataError(msg)
    try:
        yield
    except RoadDataError:
        raise
    except (
        RuntimeError, OSError, ValueError, OverflowError, osmium.InvalidLocationError
    ) as error:  # fmt: skip
        msg = f"{str(file)!r} cannot be read as OpenStreetMap data: {error}"
        raise RoadDataError(msg) from error


def _header(osmium: Any, file: Path, before: datetime | None) -> tuple[bool, str]:
    """Whether a file holds several versions of objects, and its stated date."""
    described = osmium.io.File(str(file))
    with osmium.io.Reader(described, osmium.osm.NOTHING) as reader:
        header = reader.header()
        stamp = header.get("osmosis_replication_timestamp") or header.get("timestamp")
        versions = described.has_multiple_object_versions or header.has_multiple_object_versions
    if before and not versions:
        msg = f"{str(file)!r} has no history: `when` needs an .osh.pbf or .osh file"
        raise RoadDataError(msg)
    return bool(versions), str(stamp)


def _read_extract(
    osmium: Any, file: Path, classes: frozenset[str], progress: Progress
) -> tuple[Roads, Ints, Ints]:
    """The roads of an extract, in one pass: nodes by osmium into a file, roads in Python."""
    points, size, way, tags, fords = (array("q") for _ in range(5))
    kinds: dict[tuple[str | None, ...], int] = {}
    barriers: dict[int, tuple[str, str]] = {}
    turns: list[Restriction] = []
    entities = osmium.osm.NODE | osmium.osm.WAY | osmium.osm.RELATION
    progress.text(f"{file.name}: reading nodes")
    with temporary_folder() as folder:
        places = folder / "nodes"
        store = osmium.index.create_map(f"sparse_file_array,{places}")
        keep = osmium.NodeLocationsForWays(store)
        keep.apply_nodes_to_ways = False
        wanted = osmium.filter.TagFilter(
            *(("highway", one) for one in classes - {"ferry"}), ("route", "ferry"),
            *(WALKED if "footway" in classes else ()),
            ("ford", "yes"), ("ford", "stream"), ("type", "restriction"),
            *(("barrier", one) for one in BARRIERS),
        )  # fmt: skip
        with osmium.io.Reader(str(file), entities) as reader:
            # `keep` and `wanted` must outlive the iterator, which only borrows them
            for thing in osmium.OsmFileIterator(reader, keep, wanted):
                if thing.is_node():
                    _note(thing, fords.append, barriers)
                    continue
                if thing.is_relation():
                    turns += restriction_of(thing)
                    continue
                get = thing.tags.get
                kind = tuple([get(key) for key in KEYS])
                if len(thing.tags) > len(KEYS) - kind.count(None):  # there are further tags
                    kind += tuple([get(key) for key in RARE])
                if (kind[0] not in classes or kind[0] == "ferry") and class_of(kind) not in classes:
                    continue
                before = len(points)
                nodes = thing.nodes
                points.extend([nodes[at].ref for at in range(len(nodes))])
                size.append(len(points) - before)
                way.append(thing.id)
                tags.append(kinds.setdefault(kind, len(kinds)))
                if not len(way) % SAY_EVERY:
                    progress.text(f"{file.name}: {len(way):,} roads")
        del keep, store
        roads = _roads(points, size, way, tags, list(kinds), fords, barriers, turns)
        uniq = np.unique(roads.points)
        rows = places.stat().st_size // LOCATION.itemsize
        found = np.memmap(places, LOCATION, "r", shape=(rows,)) if rows else np.empty(0, LOCATION)
        xy = _places_of(uniq, found)
        del found
    return roads, uniq, xy


def _place(node: Any, there: bool, nodes: dict[str, array[int]]) -> None:
    """Store the position of a node version."""
    placed = there and node.location.valid()
    nodes["id"].append(node.id)
    nodes["x"].append(node.location.x if placed else UNKNOWN)
    nodes["y"].append(node.location.y if placed else UNKNOWN)


def _note(node: Any, ford: Callable[[int], object], barriers: dict[int, tuple[str, str]]) -> None:
    """Record a ford or a barrier on a node."""
    if node.tags.get("ford") in ("yes", "stream"):
        ford(node.id)
    barrier = node.tags.get("barrier")
    if barrier in BARRIERS:
        barriers[node.id] = barriers_of(node.tags)


def _read_objects(
    osmium: Any, file: Path, classes: frozenset[str], before: datetime | None, progress: Progress
) -> tuple[Roads, Ints, Ints]:
    """The roads as they were before a moment, from all versions of all objects."""
    nodes: dict[str, array[int]] = {"id": array("q"), "x": array("i"), "y": array("i")}
    ways: dict[int, tuple[array[int], tuple[str | None, ...]] | None] = {}
    fords: set[int] = set()
    barriers: dict[int, tuple[str, str]] = {}
    turns: dict[int, list[Restriction]] = {}
    entities = osmium.osm.NODE | osmium.osm.WAY | osmium.osm.RELATION
    with osmium.io.Reader(str(file), entities) as reader:
        for number, thing in enumerate(osmium.OsmFileIterator(reader)):
            if not number % SAY_EVERY:
                progress.text(f"{file.name}: {number:,} versions of objects")
            if before and thing.timestamp >= before:
                continue
            there = thing.visible and not thing.deleted
            if thing.is_node():
                _place(thing, there, nodes)
                fords.discard(thing.id)
                barriers.pop(thing.id, None)
                if there:
                    _note(thing, fords.add, barriers)
                continue
            if thing.is_relation():
                turns[thing.id] = restriction_of(thing) if there else []
                continue
            ways.pop(thing.id, None)
            tags = tuple(thing.tags.get(key) for key in (*KEYS, *RARE)) if there else ()
            if there and class_of(tags) in classes:
                ways[thing.id] = array("q", [node.ref for node in thing.nodes]), tags
    found = np.empty(len(nodes["id"]), LOCATION)
    for name, values in nodes.items():
        found[name] = values
    kinds: dict[tuple[str | None, ...], int] = {}
    points, size, codes = array("q"), array("q"), array("q")
    there_ways = {key: one for key, one in sorted(ways.items()) if one is not None}
    for refs, kind in there_ways.values():
        points.extend(refs)
        size.append(len(refs))
        codes.append(kinds.setdefault(kind, len(kinds)))
    way = array("q", there_ways)
    marks = array("q", sorted(fords))
    known = [one for found in turns.values() for one in found]
    roads = _roads(points, size, way, codes, list(kinds), marks, barriers, known)
    uniq = np.unique(roads.points)
    return roads, uniq, _places_of(uniq, found)


def _roads(
    points: array[int], size: array[int], way: array[int], tags: array[int],
    kinds: list[tuple[str | None, ...]], fords: array[int],
    barriers: dict[int, tuple[str, str]], turns: list[Restriction],
) -> Roads:  # fmt: skip
    return Roads(
        _numbers(points), _numbers(size), _numbers(way), _numbers(tags), kinds, _numbers(fords),
        barriers, turns,
    )  # fmt: skip


def _numbers(values: array[int]) -> Ints:
    return np.frombuffer(values, np.int64) if len(values) else np.empty(0, np.int64)


def _places_of(wanted: Ints, found: NDArray[Any]) -> Ints:
    """Coordinates of the requested nodes, from the last version; `UNKNOWN` if missing."""
    xy = np.full((len(wanted), 2), UNKNOWN, np.int32)
    for begin in range(0, len(found), BLOCK):
        block = np.asarray(found[begin : begin + BLOCK])
        ids = block["id"].copy()
        if not ids[-1]:  # the store's file is padded; no node has the id 0
            used = len(ids) - int(np.argmax(ids[::-1] != 0)) if ids.any() else 0
            block, ids = block[:used], ids[:used]
        if not len(ids):
            continue
        if not (ids[1:] > ids[:-1]).all():  # several versions, or a file that is not sorted
            order = np.argsort(ids, kind="stable")
            order = order[np.append(np.diff(ids[order]) > 0, True)]
            block, ids = block[order], ids[order]
        low, high = np.searchsorted(wanted, ids[[0, -1]])
        asked = wanted[low : high + 1]
        at = np.minimum(np.searchsorted(ids, asked), len(ids) - 1)
        known = ids[at] == asked
        rows = np.arange(low, low + len(asked))[known]
        xy[rows, 0], xy[rows, 1] = block["x"][at[known]], block["y"][at[known]]
    return xy
