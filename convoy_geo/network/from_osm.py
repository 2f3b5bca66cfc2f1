"""The drivable roads of an OpenStreetMap file, as they are or as they stood on a day."""

from __future__ import annotations

import contextlib
import hashlib
import sys
import tempfile
from array import array
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from convoy_geo.errors import DateError, MissingExtraError, RoadDataError
from convoy_geo.network.coords import points_km
from convoy_geo.network.from_lines import cut_ways, network_of, of_codes
from convoy_geo.network.osm_rules import Barriers, Restriction, barriers_of, hours_of, restriction_of, turns_of
from convoy_geo.network.osm_tags import (
    BARRIERS,
    CLASSES,
    DRIVABLE,
    KEYS,
    RARE,
    WALKED,
    class_of,
    kind_of,
)
from convoy_geo.network.schema import SURFACES

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator

    import pandas as pd
    from numpy.typing import NDArray

    from convoy_geo.network.from_lines import Cut
    from convoy_geo.network.network import RoadNetwork
    from convoy_geo.network.osm_tags import Kind

    Ints = NDArray[np.integer[Any]]
    Floats = NDArray[np.float64]

__all__ = ["network_from_osm"]

ATTRIBUTION = "© OpenStreetMap contributors"
LICENCE = "ODbL 1.0"
TEXTS = ("name", "ref", "maxspeed", "bridge", "tunnel")
LOCATION = np.dtype([("id", "<i8"), ("x", "<i4"), ("y", "<i4")])
"""One node in the file that osmium's store `sparse_file_array` keeps: 1e-7 degrees."""
UNKNOWN = 2**31 - 1
"""Coordinate of a node without a place."""
BLOCK = 1 << 20
FERRY_KMH = (1.0, 80.0)
"""What the duration of a ferry may make of its speed."""
SAY_EVERY = 50_000


class _Roads(NamedTuple):
    """Ways as they were read: points, each way's id and kind of tags; what is on nodes; turns."""

    points: Ints
    size: Ints
    way: Ints
    tags: Ints
    kinds: list[tuple[str | None, ...]]
    fords: Ints
    barriers: dict[int, tuple[str, str]]
    turns: list[Restriction]


def network_from_osm(
    path: str | os.PathLike[str],
    *,
    when: date | str | None = None,
    bbox: tuple[float, float, float, float] | None = None,
    speeds: pd.DataFrame | None = None,
    paths: bool = True,
    progress: bool | None = None,
) -> RoadNetwork:
    """The roads of an OpenStreetMap file; `convoy_geo.network.osm_tags` says what the tags mean.

    Parameters
    ----------
    path
        A file that osmium reads: .osm.pbf, .osm, .osm.bz2, .osm.gz, .opl, or with history
        .osh.pbf, .osh.
    when
        The network as the map had it at the end of this day, UTC; for a file with history only.
        Without it such a file gives the newest state.
    bbox
        West, south, east, north in degrees. Roads are cut at the first point outside.
    speeds
        Speeds by (class, surface); the table that ships with convoy_geo unless given.
    paths
        Whether to read paths for those on foot and on bicycles too.
    progress
        Whether to say on stderr how far it is; by default on a terminal.

    Returns
    -------
    RoadNetwork
        Nodes ``n`` and the id of the OpenStreetMap node; edges ``w``, the way's id, ``-`` and the
        piece's number on the way. Both stay the same from one reading to the next.

    Raises
    ------
    MissingExtraError
        If pyosmium is not installed.
    RoadDataError
        If the file is no OpenStreetMap data, is cut short, or has no road with points; nothing is
        made of a part of it.
    DateError, ValueError
        If `when` or `bbox` is none.

    Notes
    -----
    A node's place is 16 bytes in a file of the temporary folder while the extract is read; in
    memory are only the points of roads. A file with history is read object by object in Python.
    A PBF file that ends between two of its blocks cannot be told from a whole one.
    """
    osmium = _osmium()
    file = Path(path)
    box = _checked_box(bbox)
    before = _end_of(when)
    say = _Progress(sys.stderr.isatty() if progress is None else progress)
    with _clear_errors(osmium, file):
        versions, stamp = _header(osmium, file, before)
        classes = frozenset(CLASSES if paths else (*DRIVABLE, "ferry"))
        if not versions:
            roads, uniq, xy = _read_extract(osmium, file, classes, say)
        if versions or (len(roads.points) and roads.points.min() < 0):  # ids of an editor
            roads, uniq, xy = _read_objects(osmium, file, classes, before, say)
    if not len(roads.points):
        then = f" as of {when}" if when else ""
        msg = f"{str(path)!r} has no road that can be driven{then}"
        raise RoadDataError(msg)
    made = {
        "source": file.name,
        "sha256": _hash(file),
        "bytes": file.stat().st_size,
        "data_timestamp": stamp,
        "options": {
            "when": None if when is None else str(when),
            "bbox": None if box is None else list(box),
            "speeds": "convoy_geo" if speeds is None else "own",
            "paths": paths,
        },
    }
    say("cutting the roads where they meet")
    network = _assembled(str(path), roads, uniq, xy, box, made, speeds, title=file.name)
    say.done()
    return network


# ---- reading ----


def _osmium() -> Any:
    try:
        import osmium
    except ImportError as error:
        what = "reading OpenStreetMap files"
        raise MissingExtraError(what, "osm") from error
    return osmium


class _Progress:
    """Says on stderr, on one line, what is going on."""

    def __init__(self, shown: bool) -> None:
        self.shown = shown

    def __call__(self, text: str) -> None:
        if self.shown:
            print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)  # noqa: T201

    def done(self) -> None:
        self("")


@contextlib.contextmanager
def _clear_errors(osmium: Any, file: Path) -> Iterator[None]:
    """What osmium raises, as an error that names the file."""
    if not file.is_file():
        msg = f"no file {str(file)!r}"
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
    """Whether a file holds several versions of an object, and the date that it says it has."""
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
    osmium: Any, file: Path, classes: frozenset[str], say: _Progress
) -> tuple[_Roads, Ints, Ints]:
    """The roads of an extract, in one pass: nodes by osmium into a file, roads by Python."""
    points, size, way, tags, fords = (array("q") for _ in range(5))
    kinds: dict[tuple[str | None, ...], int] = {}
    barriers: dict[int, tuple[str, str]] = {}
    turns: list[Restriction] = []
    entities = osmium.osm.NODE | osmium.osm.WAY | osmium.osm.RELATION
    say(f"{file.name}: reading nodes")
    with tempfile.TemporaryDirectory(prefix="convoy_geo.") as folder:
        places = Path(folder) / "nodes"
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
                    _note(thing, fords, barriers)
                    continue
                if thing.is_relation():
                    turns += restriction_of(thing)
                    continue
                get = thing.tags.get
                kind = tuple([get(key) for key in KEYS])
                if len(thing.tags) > len(KEYS) - kind.count(None):  # something else is said
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
                    say(f"{file.name}: {len(way):,} roads")
        del keep, store
        roads = _roads(points, size, way, tags, list(kinds), fords, barriers, turns)
        uniq = np.unique(roads.points)
        rows = places.stat().st_size // LOCATION.itemsize
        found = np.memmap(places, LOCATION, "r", shape=(rows,)) if rows else np.empty(0, LOCATION)
        xy = _places_of(uniq, found)
        del found
    return roads, uniq, xy


def _note(node: Any, fords: Any, barriers: dict[int, tuple[str, str]]) -> None:
    """What is on a node: a ford, a barrier."""
    if node.tags.get("ford") in ("yes", "stream"):
        fords.append(node.id)
    barrier = node.tags.get("barrier")
    if barrier in BARRIERS:
        barriers[node.id] = barriers_of(node.tags)


def _read_objects(
    osmium: Any, file: Path, classes: frozenset[str], before: datetime | None, say: _Progress
) -> tuple[_Roads, Ints, Ints]:
    """The roads as they stood before a moment, of every version of every object."""
    nodes: dict[str, array[int]] = {"id": array("q"), "x": array("i"), "y": array("i")}
    ways: dict[int, tuple[array[int], tuple[str | None, ...]] | None] = {}
    fords: dict[int, bool] = {}
    barriers: dict[int, tuple[str, str]] = {}
    turns: dict[int, list[Restriction]] = {}
    entities = osmium.osm.NODE | osmium.osm.WAY | osmium.osm.RELATION
    with osmium.io.Reader(str(file), entities) as reader:
        for number, thing in enumerate(osmium.OsmFileIterator(reader)):
            if not number % SAY_EVERY:
                say(f"{file.name}: {number:,} versions of objects")
            if before and thing.timestamp >= before:
                continue
            there = thing.visible and not thing.deleted
            if thing.is_node():
                placed = there and thing.location.valid()
                nodes["id"].append(thing.id)
                nodes["x"].append(thing.location.x if placed else UNKNOWN)
                nodes["y"].append(thing.location.y if placed else UNKNOWN)
                fords[thing.id] = there and thing.tags.get("ford") in ("yes", "stream")
                if not fords[thing.id]:
                    del fords[thing.id]
                barriers.pop(thing.id, None)
                if there and thing.tags.get("barrier") in BARRIERS:
                    barriers[thing.id] = barriers_of(thing.tags)
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
    marks = array("q", fords)
    known = [one for found in turns.values() for one in found]
    roads = _roads(points, size, way, codes, list(kinds), marks, barriers, known)
    uniq = np.unique(roads.points)
    return roads, uniq, _places_of(uniq, found)


def _roads(
    points: array[int], size: array[int], way: array[int], tags: array[int],
    kinds: list[tuple[str | None, ...]], fords: array[int],
    barriers: dict[int, tuple[str, str]], turns: list[Restriction],
) -> _Roads:  # fmt: skip
    return _Roads(
        _numbers(points), _numbers(size), _numbers(way), _numbers(tags), kinds, _numbers(fords),
        barriers, turns,
    )  # fmt: skip


def _numbers(values: array[int]) -> Ints:
    return np.frombuffer(values, np.int64) if len(values) else np.empty(0, np.int64)


def _places_of(wanted: Ints, found: NDArray[Any]) -> Ints:
    """Coordinates of the wanted nodes, the last that is told; `UNKNOWN` where none is."""
    xy = np.full((len(wanted), 2), UNKNOWN, np.int32)
    for begin in range(0, len(found), BLOCK):
        block = np.asarray(found[begin : begin + BLOCK])
        ids = block["id"].copy()
        if not ids[-1]:  # the store makes its file longer than it needs; no node has the id 0
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


# ---- making the network ----


def _assembled(
    path: str, roads: _Roads, uniq: Ints, xy: Ints, box: Any, made: dict[str, Any],
    speeds: pd.DataFrame | None, *, title: str,
) -> RoadNetwork:  # fmt: skip
    """The network of roads that were read, without what is closed, broken or outside."""
    import pandas as pd

    kinds = [kind_of(tags) for tags in roads.kinds]
    outs = np.array([one.out for one in kinds], object)[roads.tags]
    way = np.repeat(np.arange(len(roads.way)), roads.size)
    points = np.searchsorted(uniq, roads.points)
    placed = (xy[points] != UNKNOWN).all(axis=1)
    if not placed.any():
        msg = f"{path!r} has roads, but the nodes that they run over are not in it"
        raise RoadDataError(msg)
    lonlat = xy / 1e7
    first = np.diff(way, prepend=-1) != 0
    drivable = (outs == "")[way]
    broken = len(np.unique(way[~placed & drivable]))
    stays = placed & drivable
    if box:
        west, south, east, north = box
        lon, lat = lonlat[points].T
        inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
        # an end outside is kept, so that a road leads over the border
        stays &= inside | _beside(inside, first)
    begins = first | ~np.append(False, stays[:-1])
    barriers = Barriers(roads.barriers, uniq)
    cut = cut_ways(points[stays], way[stays], begins[stays], barriers.closing)
    if not len(cut.way):
        msg = f"{path!r} has no road of two points or more" + (" in the box" if box else "")
        raise RoadDataError(msg)
    out, counts = np.unique(outs.astype(str), return_counts=True)
    odd = np.array([one.odd for one in kinds])[roads.tags]
    made["left_out"] = {
        **{str(kind): int(number) for kind, number in zip(out, counts, strict=True) if kind},
        "points not in the file (ways cut there)": broken,
        "oneway not understood": int(odd.sum()),
    }
    of = roads.tags[cut.way]
    turns, read = turns_of(roads.turns, roads.way, cut, uniq)
    conditional = [one.conditional for one in kinds]
    made["read"] = {
        "turn restrictions": len(turns),
        "barriers": barriers.count(cut.nodes),
        "speed limits": sum(bool(roads.kinds[one][KEYS.index("maxspeed")]) for one in roads.tags),
        "ways with access": sum(bool(kinds[one].access) for one in roads.tags),
        "ways with conditional access": sum(bool(conditional[one]) for one in roads.tags),
        "ferries": sum(kinds[one].road_class == "ferry" for one in roads.tags),
    }
    made["ignored"] = read
    table = pd.DataFrame(
        {
            "class": _words([one.road_class for one in kinds], of, CLASSES),
            "surface": _words([one.surface for one in kinds], of, SURFACES),
            "confidence": of_codes(np.zeros(len(of)), ["unrated"]),
            "oneway": np.array([one.oneway for one in kinds], np.int8)[of],
            **_said("access", [one.access for one in kinds], of),
            **_said("both_ways", [one.both_ways for one in kinds], of),
            **_said("conditional", conditional, of),
            **_ferry_speeds(kinds, roads, cut, lonlat, of),
            "surface_stated": np.array([one.stated for one in kinds])[of],
            "ford": np.array([one.ford for one in kinds])[of] | _over_ford(cut, uniq, roads.fords),
            **{
                name: _words([tags[KEYS.index(name)] or "" for tags in roads.kinds], of)
                for name in TEXTS
            },
        },
        index=pd.Index(
            np.array(
                [
                    f"w{number}-{part}"
                    for number, part in zip(
                        roads.way[cut.way].tolist(), cut.part.tolist(), strict=True
                    )
                ],
                object,
            ),
            name="edge",
            dtype=object,
        ),
    )
    names = [f"n{number}" for number in uniq[cut.nodes].tolist()]
    return network_of(
        cut, lonlat, names, table, speeds=speeds, title=title, licence=LICENCE,
        attribution=ATTRIBUTION, provenance=made, turns=turns, nodes=barriers.columns(cut.nodes),
    )  # fmt: skip


def _said(name: str, values: list[str], of: Ints) -> dict[str, Any]:
    """A column of few words, if any road says something."""
    return {name: _words(values, of)} if any(values) else {}


def _ferry_speeds(
    kinds: list[Kind], roads: _Roads, cut: Cut, lonlat: Floats, of: Ints
) -> dict[str, Any]:
    """The speed of ferries whose `duration` is known, NaN elsewhere; nothing without such."""
    at = len(KEYS) + RARE.index("duration")
    hours = np.array(
        [
            hours_of(tags[at]) if kind.road_class == "ferry" and len(tags) > at else np.nan
            for kind, tags in zip(kinds, roads.kinds, strict=True)
        ]
    )
    if np.isnan(hours).all():
        return {}
    coords = lonlat[cut.points]
    steps = np.append(points_km(coords[:-1], coords[1:]), 0.0)
    steps[cut.start[1:] - 1] = 0.0
    km = np.bincount(np.repeat(cut.way, np.diff(cut.start)), steps, len(roads.way))
    with np.errstate(divide="ignore", invalid="ignore"):
        kmh = np.clip(km[cut.way] / hours[of], FERRY_KMH[0], FERRY_KMH[1])
    return {"stated_kmh": kmh}


def _beside(inside: NDArray[np.bool_], first: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """For each point whether the one before or after it on its way is inside."""
    after = np.append(inside[1:] & ~first[1:], False)
    before = np.append(False, inside[:-1]) & ~first
    return after | before


def _words(values: list[str], of: Ints, allowed: Iterable[str] | None = None) -> pd.Categorical:
    """A column of few words: the value of each edge's kind."""
    import pandas as pd

    known = sorted(set(values)) if allowed is None else list(allowed)
    return of_codes(pd.Categorical(values, categories=known).codes[of], known)


def _over_ford(cut: Any, uniq: Ints, fords: Ints) -> NDArray[np.bool_]:
    """For each edge whether a node on it is a ford."""
    wet = np.isin(uniq, fords)[cut.points]
    over: NDArray[np.bool_] = np.add.reduceat(wet, cut.start[:-1]) > 0
    return over


# ---- what is asked ----


def _checked_box(bbox: Any) -> tuple[float, float, float, float] | None:
    if bbox is None:
        return None
    values = tuple(float(value) for value in bbox)
    if len(values) == 4:
        west, south, east, north = values
        if -180 <= west < east <= 180 and -90 <= south < north <= 90:
            return west, south, east, north
    msg = f"`bbox` must be west, south, east, north in degrees, not {bbox!r}"
    raise ValueError(msg)


def _end_of(when: date | str | None) -> datetime | None:
    """The first moment after a day, UTC."""
    if when is None:
        return None
    try:
        day = date.fromisoformat(when) if isinstance(when, str) else when
    except ValueError:
        msg = f"`when` must be a day such as 2017-08-31, not {when!r}"
        raise DateError(msg) from None
    return datetime.combine(day, time(), UTC) + timedelta(days=1)


def _hash(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
