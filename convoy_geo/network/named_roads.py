"""Find roads by number or name: the whole road, a part between two positions, or near one.

>>> from convoy_geo.io.files import geodata
>>> from convoy_geo.network.read_write import read_network
>>> roads = read_network(geodata("roads", "syria-iraq-2017"))
>>> segments_named(roads, "M 5").size > 0
True
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from rapidfuzz import fuzz, process

from convoy_geo.errors import RoadDataError, did_you_mean
from convoy_geo.network.coords import points_km
from convoy_geo.network.match_closures import Roads

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    Ints = NDArray[np.integer[Any]]
    Point = tuple[float, float]

__all__ = ["near_road", "road_between", "segments_named", "whole_road"]

COLUMNS = ("ref", "name")
FAR_KM = 5.0
"""Distance in km beyond which a position is not on a road."""
GAP = 20.0
"""Cost factor of other roads, used to bridge gaps in a road, such as a roundabout."""
LONGEST_GAP = 0.2
"""Share of a route between two positions that may use other roads."""
BESIDE_KM = 0.06
"""Maximum distance between the two carriageways of one road."""
APART_KM = 3.0
"""Parts of roads with the same name that are farther apart than this are different roads."""
EARTH_KM = 6371.0088
NEAR = 60
MOST = 5


class NamedRoads(Roads, Protocol):
    """The network data needed here, see `convoy_geo.network.network.RoadNetwork`."""

    @property
    def coords(self) -> NDArray[np.float64]:
        """See the network."""
        ...

    @property
    def edge_table(self) -> pd.DataFrame:
        """See the network."""
        ...

    @property
    def node_count(self) -> int:
        """See the network."""
        ...

    def segments_of(self, edges: Ints) -> Ints:
        """See the network."""
        ...

    def points_of(self, nodes: Ints) -> NDArray[np.float64]:
        """See the network."""
        ...


def road_key(text: str) -> str:
    """Normalise a road number or name: ``M 4`` and ``M-4`` both give ``m4``.

    >>> road_key("M 4"), road_key("Rue du Port")
    ('m4', 'rueduport')
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[\W_]+", "", "".join(one for one in plain if not unicodedata.combining(one)))


def _names(network: NamedRoads) -> Mapping[str, tuple[str, Ints]]:
    """By key, each number or name and the positions of its edges; cached."""
    known: dict[str, Any] = network.__dict__
    if "_named_roads" not in known:
        rows: dict[str, list[int]] = defaultdict(list)
        called: dict[str, str] = {}
        for column in COLUMNS:
            if column not in network.edge_table.columns:
                continue
            values = network.edge_table[column]
            for value, positions in values.groupby(values, observed=True).indices.items():
                for part in str(value).split(";") if column == "ref" else [str(value)]:
                    key = road_key(part)
                    if key and part not in ("nan", "None", "<NA>"):
                        called.setdefault(key, part.strip())
                        rows[key] += np.asarray(positions).tolist()
        known["_named_roads"] = {
            key: (called[key], np.unique(np.array(some, np.int64))) for key, some in rows.items()
        }
    names: Mapping[str, tuple[str, Ints]] = known["_named_roads"]
    return names


def segments_named(network: NamedRoads, road: str) -> Ints:
    """Segments of all edges with a number or a name.

    Raises
    ------
    RoadDataError
        If no edge has it; the message suggests similar ones.
    """
    names = _names(network)
    if not names:
        msg = f"no road {road!r}: the roads of the network have no names and no numbers"
        raise RoadDataError(msg)
    found = names.get(road_key(road))
    if found is None:
        keys = list(names)
        near = process.extract(road_key(road), keys, scorer=fuzz.ratio, score_cutoff=NEAR, limit=3)
        hint = did_you_mean([names[key][0] for key, *_ in near])
        msg = f"no road of the network has the number or name {road!r}{hint}"
        raise RoadDataError(msg)
    return network.segments_of(found[1])


def whole_road(network: NamedRoads, road: str) -> BaseGeometry:
    """The complete lines of a road.

    Raises
    ------
    RoadDataError
        If no road has this name, or several roads do; the message lists their locations.
    """
    import shapely

    segments = segments_named(network, road)
    lines = network.segment_lines(segments)
    parts = _apart(network, segments)
    if len(parts) > 1:
        shown = "; ".join(
            "{:.4f},{:.4f}".format(*shapely.get_coordinates(lines[one[0]])[0].tolist())
            for one in parts[:MOST]
        )
        more = f" and {len(parts) - MOST} more" if len(parts) > MOST else ""
        msg = (
            f"{len(parts)} roads are called {road!r}, at {shown}{more} (lon,lat): identify one by "
            "two places between which it lies, or by a place near it"
        )
        raise RoadDataError(msg)
    return _merged(lines)


def _apart(network: NamedRoads, segments: Ints) -> list[Ints]:
    """Groups of segments that lie far apart, as positions in the list; the longest first."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    from convoy_geo.network.coords import unit_sphere

    of, count = network.segments, len(segments)
    ends = np.concatenate([of.first[segments], of.last[segments]])
    tree = cKDTree(unit_sphere(network.coords[ends]))
    pairs = tree.query_pairs(APART_KM / EARTH_KM, output_type="ndarray") % count
    own = np.arange(count)
    rows, columns = np.append(pairs[:, 0], own), np.append(pairs[:, 1], own)
    graph = coo_array((np.ones(len(rows), np.int8), (rows, columns)), shape=(count, count))
    _, label = connected_components(graph.tocsr(), directed=False)
    groups = [np.flatnonzero(label == one) for one in range(int(label.max()) + 1)]
    return sorted(groups, key=lambda one: -float(of.km[segments[one]].sum()))


def near_road(network: NamedRoads, road: str, centre: Point, within_km: float) -> BaseGeometry:
    """The parts of a road within a distance of a position.

    Raises
    ------
    RoadDataError
        If no road has this name, or it is farther away.
    """
    import shapely

    from convoy_geo.geodesy import disc

    segments = segments_named(network, road)
    lines = network.segment_lines(segments)
    parts = shapely.intersection(lines, disc(*centre, within_km))
    if not shapely.length(parts).any():
        away = _nearest(network, road, segments, centre)
        msg = f"road {road!r} is not within {within_km:g} km of the place: it is {away:.1f} km away"
        raise RoadDataError(msg)
    return _merged(parts)


def road_between(network: NamedRoads, road: str, ends: tuple[Point, Point]) -> BaseGeometry:
    """The part of a road between two positions, including its other carriageway.

    Raises
    ------
    RoadDataError
        If no road has this name, a position is far from it, or it does not connect the two.
    """
    import shapely

    segments = segments_named(network, road)
    for number, end in enumerate(ends):
        away = _nearest(network, road, segments, end)
        if away > FAR_KM:
            which = "first" if number == 0 else "second"
            msg = f"road {road!r} is {away:.1f} km from the {which} of the two places"
            raise RoadDataError(msg)
    driven = _along(network, road, segments, ends)
    path = shapely.union_all(network.segment_lines(driven))
    band = shapely.buffer(path, BESIDE_KM / 111.2, cap_style="flat")
    parts = shapely.intersection(network.segment_lines(segments), band)
    return _merged(parts)


def _nearest(network: NamedRoads, road: str, segments: Ints, point: Point) -> float:
    """Distance in kilometres from a position to the nearest of some segments."""
    among = np.zeros(len(network.segments.km), np.bool_)
    among[segments] = True
    found = network.nearest_roads(*point, 20_000.0, 1, among=among)
    if not found:
        msg = f"road {road!r} has no line"
        raise RoadDataError(msg)
    return found[0].km


def _along(network: NamedRoads, road: str, segments: Ints, ends: tuple[Point, Point]) -> Ints:
    """The road's own segments on the shortest path between the nodes nearest to two positions."""
    from convoy_geo.graph.dijkstra import Arcs, ScipyEngine

    of = network.segments
    own = np.zeros(len(of.km), np.bool_)
    own[segments] = True
    nodes = np.unique(np.concatenate([of.tail[segments], of.head[segments]]))
    points = network.points_of(nodes)
    start, goal = (
        int(nodes[np.argmin(points_km(np.broadcast_to(end, points.shape), points))]) for end in ends
    )
    arcs = Arcs.of_segments(network.node_count, of.tail, of.head)
    path = ScipyEngine(arcs, np.where(own, of.km, GAP * of.km)).route(start, goal)
    driven = np.empty(0, np.int64) if path is None else arcs.segment[path.arcs].astype(np.int64)
    km = of.km[driven]
    if not own[driven].any() or km[~own[driven]].sum() > LONGEST_GAP * km.sum():
        msg = f"road {road!r} does not connect the two places: it is interrupted between them"
        raise RoadDataError(msg)
    found: Ints = driven[own[driven]]
    return found


def _merged(shapes: NDArray[np.object_]) -> BaseGeometry:
    """All lines of some geometries as one; points, where two lines only touch, are dropped."""
    import shapely

    flat = shapely.get_parts(shapely.get_parts(shapes))  # also from collections
    lines = flat[(shapely.get_dimensions(flat) == 1) & (shapely.length(flat) > 0)]
    whole: BaseGeometry = shapely.multilinestrings(list(lines))
    return whole
