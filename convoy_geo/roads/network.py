"""Roads as a network: nodes, edges, how long they are, how long they take, what was closed.

An *edge* is a road between two places with one class, one surface and one source. It is cut into
*segments* at every node on it, so that a way may begin or end at any village of a road. All that
the engine needs is numpy arrays; frames with geometry are made when they are asked for.

>>> from convoy_geo.datafiles import geodata
>>> roads = RoadNetwork.read(geodata("roads", "syria-iraq-2017"))
>>> float(roads.edge("E063").polyline_km.round(1))
77.1
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from rapidfuzz import process
from scipy.spatial import cKDTree

from convoy_geo.engines.engine import Arcs, ragged
from convoy_geo.errors import EdgeNotFoundError, MissingCrsError, RoadDataError
from convoy_geo.geodesy import wgs84
from convoy_geo.roads.closures import Closure
from convoy_geo.roads.linecuts import lines_closed_by

if TYPE_CHECKING:
    import os
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date

    import folium
    from numpy.typing import NDArray
    from shapely.geometry import LineString

    from convoy_geo.engines.fastengine import Order

    Ints = NDArray[np.integer[Any]]
    Floats = NDArray[np.float64]

__all__ = [
    "CLASSES",
    "CONFIDENCES",
    "CRS",
    "SURFACES",
    "Closure",
    "RoadFactor",
    "RoadNetwork",
    "Segments",
]

CRS = "EPSG:4326"
CLASSES = (
    "motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link",
    "secondary", "secondary_link", "tertiary", "tertiary_link", "unclassified", "residential",
    "living_street", "service", "road", "track",
)  # fmt: skip
"""Road classes that can be driven, as OpenStreetMap names them."""
SURFACES = ("paved", "paved_degraded", "unpaved")
CONFIDENCES = ("low", "unrated", "medium", "high")
"""How sure the course and the attributes of an edge are, from the least."""
ONEWAY = {"": 0, "no": 0, "yes": 1, "-1": -1}
"""Values of the column `oneway`, as OpenStreetMap writes them: along the drawn line, or against."""
ON_THE_WAY = ("town", "village", "site")
"""Kinds of nodes that a way is said to go by."""
KMH = ("kmh_low", "kmh", "kmh_high")
END_TOLERANCE_KM = 0.05
"""How far the end of a drawn line may lie from its node."""


@dataclass(frozen=True)
class RoadFactor:
    """What a road measures as a multiple of the line it is drawn with: low, typical, high."""

    low: float = 1.0
    typical: float = 1.0
    high: float = 1.0


@dataclass(frozen=True, eq=False)
class Segments:
    """The pieces that edges are cut into, in the order of the edges.

    Parameters
    ----------
    tail, head
        Position of the node at either end.
    edge
        Position of the edge that it is a piece of.
    first, last
        Position of its first and its last point in the network's `coords`.
    km
        Geodesic length of the drawn line.
    """

    tail: Ints
    head: Ints
    edge: Ints
    first: Ints
    last: Ints
    km: Floats


@dataclass(frozen=True, eq=False)
class RoadNetwork:
    """Roads that routes can be computed on. Make one with `read` or `from_frames`.

    Parameters
    ----------
    node_table
        One row a node, by name: lon, lat, kind, estimated and what else is known.
    edge_table
        One row an edge, by id: from, to, class, surface, confidence, oneway and what else is known.
    coords
        Points of all edges, one edge after the other: lon and lat.
    edge_start
        Position of each edge's first point in `coords`, and the number of points.
    segments
        The pieces that edges are cut into.
    speeds
        One row for each (class, surface): kmh_low, kmh, kmh_high.
    road_factor
        What a road measures as a multiple of its drawn line.
    estimated_radius_km
        How far a node that is marked estimated may be from where it is drawn.
    title, licence, attribution
        Of the data.
    provenance
        How the network was made: the input and its hash, options, what was left out.
    """

    node_table: pd.DataFrame
    edge_table: pd.DataFrame
    coords: Floats
    edge_start: Ints
    segments: Segments
    speeds: pd.DataFrame
    road_factor: RoadFactor = field(default_factory=RoadFactor)
    estimated_radius_km: float = 0.0
    title: str = ""
    licence: str = ""
    attribution: str = ""
    provenance: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: str | os.PathLike[str]) -> RoadNetwork:
        """The network of a folder with network.toml, nodes.csv, edges.csv and perhaps speeds.csv.

        Raises
        ------
        CaseFileError
            If anything is wrong, with every fault in every file.
        """
        from convoy_geo.roads.files import read_network  # noqa: PLC0415  (it builds on this module)

        return read_network(folder)

    @classmethod
    def from_frames(
        cls,
        nodes: gpd.GeoDataFrame,
        edges: pd.DataFrame,
        *,
        speeds: pd.DataFrame | None = None,
        road_factor: RoadFactor | None = None,
        estimated_radius_km: float = 0.0,
        title: str = "",
        licence: str = "",
        attribution: str = "",
    ) -> RoadNetwork:
        """A network of frames, which are not changed.

        Parameters
        ----------
        nodes
            Points with a CRS; the index names them. Columns `kind` and `estimated` are understood.
        edges
            The index names them. Columns `from`, `to` (nodes), `class`, `surface`; if there,
            `confidence`, `oneway` (yes, -1 or no) and `waypoints` (nodes on the way, both ends
            included). Lines with a CRS, from the first node to the second, unless waypoints or
            straight lines between the ends shall do.
        speeds
            Speeds by (class, surface); the table that ships with convoy_geo unless given.
        road_factor, estimated_radius_km, title, licence, attribution
            See `RoadNetwork`.

        Raises
        ------
        MissingCrsError
            If a frame with geometry has no CRS.
        RoadDataError
            If the frames do not fit together; the message names what.
        """
        from convoy_geo.roads.files import assemble, read_speeds  # noqa: PLC0415

        return cls(
            *assemble(_in_wgs84(nodes, "nodes"), _in_wgs84(edges, "edges")),
            speeds=read_speeds() if speeds is None else speeds,
            road_factor=road_factor or RoadFactor(),
            estimated_radius_km=estimated_radius_km,
            title=title,
            licence=licence,
            attribution=attribution,
        )

    @classmethod
    def from_osm(
        cls,
        path: str | os.PathLike[str],
        *,
        at: date | str | None = None,
        bbox: tuple[float, float, float, float] | None = None,
        speeds: pd.DataFrame | None = None,
        progress: bool | None = None,
    ) -> RoadNetwork:
        """The drivable roads of an OpenStreetMap file; see `convoy_geo.roads.osm.read_osm`."""
        from convoy_geo.roads.osm import read_osm  # noqa: PLC0415  (an extra)

        return read_osm(path, at=at, bbox=bbox, speeds=speeds, progress=progress)

    @classmethod
    def from_lines(cls, lines: gpd.GeoDataFrame, **options: Any) -> RoadNetwork:
        """Roads of any frame of lines; see `convoy_geo.roads.lines.read_lines`."""
        from convoy_geo.roads.lines import read_lines  # noqa: PLC0415

        return read_lines(lines, **options)

    @classmethod
    def from_osmnx(cls, graph: Any, **options: Any) -> RoadNetwork:
        """Roads of a graph as OSMnx makes it; see `convoy_geo.roads.lines.read_osmnx`."""
        from convoy_geo.roads.lines import read_osmnx  # noqa: PLC0415

        return read_osmnx(graph, **options)

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> RoadNetwork:
        """A network that `save` wrote; see `convoy_geo.roads.store.open_network`."""
        from convoy_geo.roads.store import open_network  # noqa: PLC0415

        return open_network(path)

    def save(self, path: str | os.PathLike[str], *, order: bool = False) -> None:
        """Write the network to one file; see `convoy_geo.roads.store.save_network`.

        Parameters
        ----------
        path
            The file.
        order
            Whether the order of the fast engine is kept too, so that nobody waits for it again.
        """
        from convoy_geo.engines.fastengine import KEPT_AS  # noqa: PLC0415
        from convoy_geo.roads.store import save_network, save_order  # noqa: PLC0415

        save_network(self, path)
        if order:
            save_order(path, *KEPT_AS, self.order.to_bytes())

    def __post_init__(self) -> None:
        """Refuse a road that no speed is known for."""
        kind, kmh = self._edge_kmh
        missing = np.flatnonzero(np.isnan(kmh["kmh"])[kind])
        if len(missing):
            rows = self.edge_table[["class", "surface"]].iloc[missing].drop_duplicates()
            kinds = sorted(f"{row[0]} {row[1]}" for row in rows.to_numpy())
            such = self.edge_table.index[missing[0]]
            msg = f"no speed is given for {', '.join(kinds)}, such as edge {such!r}"
            raise RoadDataError(msg)

    def __repr__(self) -> str:
        return (
            f"<RoadNetwork {self.title!r}: {len(self._points)} nodes, "
            f"{len(self.edge_start) - 1} edges, {self.segments.km.sum():,.0f} km>"
        )

    # ---- for people ----

    @cached_property
    def nodes(self) -> gpd.GeoDataFrame:
        """One row a node, by name, with its point."""
        points = gpd.points_from_xy(self.node_table["lon"], self.node_table["lat"])
        return gpd.GeoDataFrame(self.node_table.copy(), geometry=points, crs=CRS)

    @cached_property
    def edges(self) -> gpd.GeoDataFrame:
        """One row an edge, by id, with its line, polyline_km and typical duration_h."""
        size = len(self.edge_table)
        which = np.repeat(np.arange(size), np.diff(self.edge_start))
        lines = shapely.linestrings(self.coords, indices=which) if size else []
        per_edge = {
            "polyline_km": np.bincount(self.segments.edge, self.segments.km, size),
            "duration_h": np.bincount(self.segments.edge, self.seconds("typical"), size) / 3600,
        }
        return gpd.GeoDataFrame(self.edge_table.assign(**per_edge), geometry=lines, crs=CRS)

    def edge(self, edge_id: str) -> pd.Series[Any]:
        """One edge with all that is known of it.

        Raises
        ------
        EdgeNotFoundError
            If no edge has this id.
        """
        row: pd.Series[Any] = self.edges.iloc[int(self.edge_positions([edge_id])[0])]
        return row

    def explore(
        self,
        m: folium.Map | None = None,
        *,
        bbox: tuple[float, float, float, float] | None = None,
        classes: Collection[str] | None = None,
    ) -> folium.Map:
        """The roads on a map, by class and confidence; it shows in a notebook without a network.

        Parameters
        ----------
        m
            The map to draw on; by default a new `OfflineMap`.
        bbox, classes
            Only edges that reach into west, south, east, north; only edges of these classes.

        Raises
        ------
        ValueError
            If there is nothing to draw, or more than 10,000 edges.
        """
        from convoy_geo.roads.exploring import explore_network  # noqa: PLC0415  (folium costs 0.6 s)

        return explore_network(self, m, bbox=bbox, classes=classes)

    def nearest_node(self, lon: float, lat: float, within_km: float) -> tuple[str, float] | None:
        """The node nearest to a point, and how far it is, in a straight line.

        Estimated nodes are left out: they are not where they are drawn.

        Parameters
        ----------
        lon, lat
            WGS 84 decimal degrees.
        within_km
            How far it may be.

        Returns
        -------
        tuple of (str, float) or None
            Name and kilometres; None if there is none so near.

        Examples
        --------
        >>> from convoy_geo.datafiles import geodata
        >>> roads = RoadNetwork.read(geodata("roads", "syria-iraq-2017"))
        >>> roads.nearest_node(38.87, 34.88, within_km=5)[0]
        'Sukhna'
        """
        tree, candidates = self._node_search
        if not len(candidates):
            return None
        _, near = tree.query(unit_sphere(np.array([[lon, lat]]))[0], k=min(8, len(candidates)))
        # the tree measures on a sphere; the last word has the ellipsoid
        found = candidates[np.atleast_1d(near)]
        km = points_km(np.broadcast_to([lon, lat], (len(found), 2)), self._points[found])
        best = int(np.argmin(km))
        if km[best] > within_km:
            return None
        return self.node_names(found[best : best + 1])[0], float(km[best])

    # ---- for the router ----

    @cached_property
    def arcs(self) -> Arcs:
        """The directed graph of the segments."""
        oneway = np.asarray(self._edge_column("oneway"))[self.segments.edge]
        return Arcs.of_segments(len(self._points), self.segments.tail, self.segments.head, oneway)

    @cached_property
    def order(self) -> Order:
        """The order of the fast engine: the one kept beside a stored network, or made now.

        Raises
        ------
        MissingExtraError
            If the extra ``fast`` is not installed.
        RoadDataError
            If the order that was kept is damaged.
        """
        from convoy_geo.engines.fastengine import KEPT_AS, Order  # noqa: PLC0415
        from convoy_geo.roads.store import load_order  # noqa: PLC0415

        kept = load_order(self, *KEPT_AS)
        if kept is None:
            return Order.of(self.arcs, self._points)
        return Order.from_bytes(kept, self.arcs)

    def seconds(
        self, speed: Literal["low", "typical", "high"] = "typical", of: Ints | None = None
    ) -> Floats:
        """Travel time of segments, or of all, at a low, the typical or a high speed.

        The slow time goes with the longest that the road may be, the fast one with the shortest.
        """
        column, factor = {
            "low": ("kmh_low", self.road_factor.high),
            "typical": ("kmh", self.road_factor.typical),
            "high": ("kmh_high", self.road_factor.low),
        }[speed]
        km, edge = self.segments.km, self.segments.edge
        if of is not None:
            km, edge = km[of], edge[of]
        kind, kmh = self._edge_kmh
        seconds: Floats = km * factor * 3600 / kmh[column][kind[edge]]
        return seconds

    def node_names(self, nodes: Ints) -> list[str]:
        """Names of nodes, given by position."""
        names: list[str] = self.node_table.index.take(nodes).astype(str).tolist()
        return names

    def nodes_at(self, nodes: Ints) -> pd.DataFrame:
        """Rows of the table of nodes, given by position."""
        return self.node_table.iloc[nodes]

    def edge_ids(self, edges: Ints) -> list[str]:
        """Ids of edges, given by position."""
        ids: list[str] = self.edge_table.index.take(edges).astype(str).tolist()
        return ids

    def node_position(self, node: str) -> int | None:
        """Position of a node by its name, or None if there is none."""
        try:
            return int(self.node_table.index.get_loc(node))  # type: ignore[arg-type]  # unique
        except KeyError:
            return None

    def edge_positions(self, edge_ids: Iterable[str]) -> Ints:
        """Positions of edges by their ids.

        Raises
        ------
        EdgeNotFoundError
            If no edge has one of the ids; the message has the nearest ones.
        """
        ids = list(edge_ids)
        if not ids:
            return np.empty(0, np.int64)
        positions: Ints = self.edge_table.index.get_indexer(pd.Index(ids))
        for edge_id, position in zip(ids, positions, strict=True):
            if position < 0:
                near = process.extract(str(edge_id), self.edge_table.index.astype(str), limit=3)
                hint = f"; did you mean {', '.join(match for match, *_ in near)}?" if near else ""
                msg = f"no edge has the id {edge_id!r}{hint}"
                raise EdgeNotFoundError(msg)
        return positions

    def segments_of(self, edges: Ints) -> Ints:
        """Positions of the segments of edges, given by position."""
        return ragged(
            np.searchsorted(self.segments.edge, edges, "left"),
            np.searchsorted(self.segments.edge, edges, "right"),
        )

    def line(self, segments: Ints, forward: NDArray[np.bool_], node: int) -> LineString:
        """The line along segments, driven as drawn or against it; a point's line if there is none.

        Parameters
        ----------
        segments
            Positions, in the order they are driven.
        forward
            For each, whether it is driven as drawn.
        node
            Where it starts.
        """
        first, last = self.segments.first[segments], self.segments.last[segments]
        points = self.coords[ragged_both_ways(first, last, forward)]
        if not len(points):
            points = self._points[[node, node]]
        moved = np.append(True, (points[1:] != points[:-1]).any(axis=1))
        moved[-1] |= moved.sum() == 1  # a line of no length still has two points
        return shapely.linestrings(points[moved])

    def edges_of(self, closure: Closure) -> Ints:
        """Positions of the edges that a closure names, or else that its area or line closes.

        An area closes every edge that it meets; a line those that it runs along or crosses, see
        `convoy_geo.roads.linecuts`.

        Raises
        ------
        EdgeNotFoundError
            If it names an edge that is not there.
        RoadDataError
            If it names no edge and is a point, or a line that neither runs along a road nor
            crosses one.
        """
        if closure.edges:
            return self.edge_positions(closure.edges)
        kind = closure.geometry.geom_type
        if kind in ("Polygon", "MultiPolygon"):
            met: Ints = self._lines.query(closure.geometry, predicate="intersects")
            return np.sort(met)
        if kind not in ("LineString", "MultiLineString"):
            msg = f"closure {closure.id!r} names no edges, and is neither an area nor a line"
            raise RoadDataError(msg)
        met = lines_closed_by(closure.geometry, self._lines.geometries, self._lines)
        if not len(met):
            msg = f"closure {closure.id!r} names no edges, and its line meets none"
            raise RoadDataError(msg)
        return met

    @property
    def node_count(self) -> int:
        """Number of nodes."""
        return len(self._points)

    @cached_property
    def confidence_ranks(self) -> Ints:
        """For each edge the place of its confidence in `CONFIDENCES`."""
        return _places(self._edge_column("confidence"), CONFIDENCES)

    @cached_property
    def sights(self) -> NDArray[np.int8]:
        """For each node what a way says of it: 0 nothing, 1 that it goes by, 2 a landmark too.

        It goes by towns, villages and named sites whose position has a source; junctions and bends
        are no places. Towns are landmarks, and places where roads meet or end.
        """
        kind = _places(self._node_column("kind"), ON_THE_WAY)
        estimated = np.asarray(self._node_column("estimated"), np.bool_)
        telling = kind == ON_THE_WAY.index("town")
        if self._has_node_column("junction"):
            telling |= np.asarray(self._node_column("junction"), np.bool_)
        named = (kind >= 0) & ~estimated
        sights: NDArray[np.int8] = named.astype(np.int8) + (named & telling)
        return sights

    @cached_property
    def _points(self) -> Floats:
        lon, lat = self._node_column("lon"), self._node_column("lat")
        return np.column_stack([lon, lat]).astype(np.float64, copy=False)

    @cached_property
    def _lines(self) -> shapely.STRtree:
        return shapely.STRtree(self.edges.geometry.to_numpy())

    @cached_property
    def _node_search(self) -> tuple[cKDTree, Ints]:
        candidates = np.flatnonzero(~np.asarray(self._node_column("estimated"), np.bool_))
        return cKDTree(unit_sphere(self._points[candidates])), candidates

    @cached_property
    def _edge_kmh(self) -> tuple[Ints, dict[str, Floats]]:
        """For each edge the place of its (class, surface), and the speeds at those places."""
        kind = _places(self._edge_column("class"), CLASSES).astype(np.int16) * len(SURFACES)
        kind += _places(self._edge_column("surface"), SURFACES)
        known = self.speeds.reindex(pd.MultiIndex.from_product([CLASSES, SURFACES]))
        return kind, {column: known[column].to_numpy(np.float64) for column in KMH}

    def _has_node_column(self, name: str) -> bool:
        return name in self.node_table

    def _node_column(self, name: str) -> Any:
        return self.node_table[name].array

    def _edge_column(self, name: str) -> Any:
        return self.edge_table[name].array


def _places(values: Any, words: Sequence[str]) -> Ints:
    """For each value its place among the words."""
    found = values if isinstance(values, pd.Categorical) else pd.Categorical(values)
    place = np.append(pd.Index(list(words)).get_indexer(found.categories), -1)  # -1 takes the last
    places: Ints = place[found.codes]
    return places


def _in_wgs84(frame: Any, name: str) -> Any:
    """The same frame in WGS 84; a frame without geometry as it is."""
    if not isinstance(frame, gpd.GeoDataFrame):
        return frame
    if frame.crs is None:
        msg = f"`{name}` has no CRS; say which with {name}.set_crs(...)"
        raise MissingCrsError(msg)
    frame = frame.to_crs(CRS)
    named = frame.geometry.name == "geometry"
    return frame if named else frame.rename_geometry("geometry")


def points_km(start: Any, end: Any) -> Floats:
    """Geodesic distances between points, one by one, in kilometres."""
    metres = wgs84().inv(start[:, 0], start[:, 1], end[:, 0], end[:, 1])[2]
    return np.asarray(metres, np.float64) / 1000.0


def ragged_both_ways(first: Ints, last: Ints, forward: NDArray[np.bool_]) -> Ints:
    """All indices from first to last, or from last to first, one range after the other.

    >>> ragged_both_ways(np.array([3, 10]), np.array([5, 11]), np.array([True, False])).tolist()
    [3, 4, 5, 11, 10]
    """
    lengths = last - first + 1
    within = ragged(np.zeros_like(lengths), lengths)
    start, step = np.where(forward, first, last), np.where(forward, 1, -1)
    indices: Ints = np.repeat(start, lengths) + np.repeat(step, lengths) * within
    return indices


def unit_sphere(points: Floats) -> Floats:
    """Points on the unit sphere in three dimensions, where near means near across 180 degrees."""
    lon, lat = np.radians(points).T
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
