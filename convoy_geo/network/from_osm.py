"""Read the drivable roads of an OpenStreetMap file, as of now or of a past date."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from convoy_geo.dates.interval import as_interval
from convoy_geo.errors import DateError, RoadDataError
from convoy_geo.io.progress import Progress
from convoy_geo.network.coords import points_km
from convoy_geo.network.from_lines import cut_ways, joined_at_180, network_of, of_codes
from convoy_geo.network.osm_file import UNKNOWN, Roads, read_roads
from convoy_geo.network.osm_rules import (
    Barriers,
    hours_of,
    turns_of,
)
from convoy_geo.network.osm_tags import (
    CLASSES,
    DRIVABLE,
    KEYS,
    RARE,
    kind_of,
)
from convoy_geo.network.schema import SURFACES
from convoy_geo.type_checks import checks_types

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

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
FERRY_KMH = (1.0, 80.0)
"""Plausible speeds of a ferry, derived from its duration."""


@checks_types
def network_from_osm(
    path: str | os.PathLike[str],
    *,
    when: date | str | None = None,
    bbox: tuple[float, float, float, float] | None = None,
    speeds: pd.DataFrame | None = None,
    paths: bool = True,
    progress: bool | None = None,
) -> RoadNetwork:
    """Read the roads of an OpenStreetMap file; see `convoy_geo.network.osm_tags` for the tags.

    Parameters
    ----------
    path
        A file that osmium can read: .osm.pbf, .osm, .osm.bz2, .osm.gz, .opl, or with history
        .osh.pbf, .osh.
    when
        The network as it was in OpenStreetMap at the end of this day, UTC; requires a history file.
        Without it, a history file gives the latest state.
    bbox
        West, south, east, north in degrees. Roads end at the first point outside.
    speeds
        Speeds by (class, surface); by default the table bundled with convoy_geo.
    paths
        Whether to read paths for pedestrians and cyclists too.
    progress
        Whether to show progress; by default on a terminal and in a notebook.

    Returns
    -------
    RoadNetwork
        Nodes are named ``n`` plus the id of the OpenStreetMap node; edges ``w`` plus the way's id,
        ``-``, and the number of the piece on the way. Both stay the same when the file is read
        again.

    Raises
    ------
    MissingExtraError
        If pyosmium is not installed.
    RoadDataError
        If the file is not OpenStreetMap data, is truncated, or has no road with points; a partial
        network is never returned.
    DateError, ValueError
        If `when` or `bbox` is invalid.

    Notes
    -----
    While the extract is read, each node's position takes 16 bytes in a temporary file; only the
    points of roads are kept in memory. A history file is read object by object in Python. A PBF
    file that ends exactly between two of its blocks cannot be recognised as truncated.
    """
    file = Path(path)
    box = _checked_box(bbox)
    before = _end_of(when)
    classes = frozenset(CLASSES if paths else (*DRIVABLE, "ferry"))
    with Progress(progress) as shown:
        roads, uniq, xy, stamp = read_roads(file, classes, before, shown)
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
    with Progress(progress) as shown:
        shown.text("splitting the roads at junctions")
        return _assembled(str(path), roads, uniq, xy, box, made, speeds, title=file.name)


# ---- making the network ----


def _assembled(
    path: str, roads: Roads, uniq: Ints, xy: Ints, box: Any, made: dict[str, Any],
    speeds: pd.DataFrame | None, *, title: str,
) -> RoadNetwork:  # fmt: skip
    """Build the network from the roads read, without closed, broken or outside ones."""
    import pandas as pd

    kinds = [kind_of(tags) for tags in roads.kinds]
    outs = np.array([one.out for one in kinds], object)[roads.tags]
    way = np.repeat(np.arange(len(roads.way)), roads.size)
    points = np.searchsorted(uniq, roads.points)
    placed = (xy[points] != UNKNOWN).all(axis=1)
    if not placed.any():
        msg = f"{path!r} has roads, but not the nodes of these roads"
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
        # an end outside is kept, so that a road leads across the border
        stays &= inside | _beside(inside, first)
    begins = first | ~np.append(False, stays[:-1])
    barriers = Barriers(roads.barriers, uniq)
    cut = cut_ways(points[stays], way[stays], begins[stays], barriers.closing)
    cut = joined_at_180(cut, lonlat)
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
            _edge_ids(roads.way[cut.way], uniq[cut.nodes], cut), name="edge", dtype=object
        ),
    )
    names = [f"n{number}" for number in uniq[cut.nodes].tolist()]
    return network_of(
        cut, lonlat, names, table, speeds=speeds, title=title, licence=LICENCE,
        attribution=ATTRIBUTION, provenance=made, turns=turns, nodes=barriers.columns(cut.nodes),
    )  # fmt: skip


def _edge_ids(way: Ints, nodes: Ints, cut: Cut) -> NDArray[np.object_]:
    """Ids of edges: the way and the nodes at both ends, which stay when the data are read anew.

    A second edge of a way between the same two nodes has a number besides.
    """
    seen: Counter[str] = Counter()
    ids = [
        f"w{number}-{tail}-{head}"
        for number, tail, head in zip(
            way.tolist(), nodes[cut.tail].tolist(), nodes[cut.head].tolist(), strict=True
        )
    ]
    if len(set(ids)) < len(ids):
        for at, name in enumerate(ids):
            seen[name] += 1
            if seen[name] > 1:
                ids[at] = f"{name}~{seen[name]}"
    return np.array(ids, object)


def _said(name: str, values: list[str], of: Ints) -> dict[str, Any]:
    """A categorical column, if any road has a value."""
    return {name: _words(values, of)} if any(values) else {}


def _ferry_speeds(
    kinds: list[Kind], roads: Roads, cut: Cut, lonlat: Floats, of: Ints
) -> dict[str, Any]:
    """Speed of ferries with a known `duration`, NaN elsewhere; None if there are none."""
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
    """For each point, whether the previous or the next one on its way is inside."""
    after = np.append(inside[1:] & ~first[1:], False)
    before = np.append(False, inside[:-1]) & ~first
    return after | before


def _words(values: list[str], of: Ints, allowed: Iterable[str] | None = None) -> pd.Categorical:
    """A categorical column: the value for the tags of each edge."""
    import pandas as pd

    known = sorted(set(values)) if allowed is None else list(allowed)
    return of_codes(pd.Categorical(values, categories=known).codes[of], known)


def _over_ford(cut: Any, uniq: Ints, fords: Ints) -> NDArray[np.bool_]:
    """For each edge, whether a node on it is a ford."""
    wet = np.isin(uniq, fords)[cut.points]
    over: NDArray[np.bool_] = np.add.reduceat(wet, cut.start[:-1]) > 0
    return over


# ---- arguments ----


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
    """The first moment after a date, UTC."""
    if when is None:
        return None
    last = as_interval(when).last
    if last is None:
        msg = f"`when` must have an end, such as 2017-08-31 or 2017-08-31T14:00, not {when!r}"
        raise DateError(msg)
    return last.astimezone(UTC) + timedelta(microseconds=1)


def _hash(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
