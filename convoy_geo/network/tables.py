"""The tables of nodes and edges by position: names, columns, and place names on routes."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from rapidfuzz import fuzz, process

from convoy_geo.errors import EdgeNotFoundError, did_you_mean
from convoy_geo.graph.dijkstra import ragged
from convoy_geo.network.osm_tags import CLASSES
from convoy_geo.network.schema import CONFIDENCES, KMH, ON_THE_WAY, SURFACES
from convoy_geo.network.speed_limits import limit_kmh

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from convoy_geo.network.schema import Segments

    Ints = NDArray[np.integer[Any]]
    Floats = NDArray[np.float64]

__all__ = ["Tables"]

NEAR_ID = 60
"""Minimum similarity, from 0 to 100, of an id that is suggested instead of an unknown one."""


class Tables:
    """Lookups of a `RoadNetwork` by the positions of its nodes, edges and segments."""

    node_table: pd.DataFrame
    edge_table: pd.DataFrame
    segments: Segments
    speeds: pd.DataFrame

    def node_names(self, nodes: Ints) -> list[str]:
        """Names of the nodes at these positions."""
        names: list[str] = self.node_table.index.take(nodes).astype(str).tolist()
        return names

    def nodes_at(self, nodes: Ints) -> pd.DataFrame:
        """Rows of the node table at these positions."""
        return self.node_table.iloc[nodes]

    def node_point(self, node: int) -> tuple[float, float]:
        """Lon and lat of the node at this position, in WGS 84 decimal degrees."""
        table = self.node_table
        return float(table["lon"].to_numpy()[node]), float(table["lat"].to_numpy()[node])

    def edge_ids(self, edges: Ints) -> list[str]:
        """Ids of the edges at these positions."""
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
            If an id does not exist; the message suggests the most similar ones.
        """
        import pandas as pd

        ids = list(edge_ids)
        if not ids:
            return np.empty(0, np.int64)
        positions: Ints = self.edge_table.index.get_indexer(pd.Index(ids))
        for edge_id, position in zip(ids, positions, strict=True):
            if position < 0:
                known = self.edge_table.index.astype(str)
                near = process.extract(
                    str(edge_id), known, scorer=fuzz.ratio, score_cutoff=NEAR_ID, limit=3
                )
                hint = did_you_mean([match for match, *_ in near])
                msg = f"no edge has the id {edge_id!r}{hint}"
                raise EdgeNotFoundError(msg)
        return positions

    def segments_of(self, edges: Ints) -> Ints:
        """Positions of the segments of the edges at these positions."""
        return ragged(
            np.searchsorted(self.segments.edge, edges, "left"),
            np.searchsorted(self.segments.edge, edges, "right"),
        )

    @property
    def node_count(self) -> int:
        """Number of nodes."""
        return len(self._node_column("lon"))  # the points themselves stay on disk

    @cached_property
    def confidence_ranks(self) -> Ints:
        """For each edge, the index of its confidence in `CONFIDENCES`."""
        return _places(self._edge_column("confidence"), CONFIDENCES)

    @cached_property
    def sights(self) -> NDArray[np.int8]:
        """How a route mentions each node: 0 not at all, 1 as a place passed, 2 also as a landmark.

        Mentioned are towns, villages and named sites with a sourced position; junctions and bends
        are not. Landmarks are towns, and places where roads meet or end.
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

    # ---- access rules: optional columns of a network ----

    @cached_property
    def class_codes(self) -> Ints:
        """For each edge, the index of its class in `CLASSES`."""
        return _places(self._edge_column("class"), CLASSES)

    @cached_property
    def oneway(self) -> NDArray[np.int8]:
        """For each edge, 0 both directions, 1 as drawn, -1 against it."""
        return np.asarray(self._edge_column("oneway"), np.int8)

    @cached_property
    def ahead(self) -> NDArray[np.bool_]:
        """For each segment, whether `oneway` permits driving it as drawn."""
        found: NDArray[np.bool_] = (self.oneway >= 0)[self.segments.edge]
        return found

    @cached_property
    def back(self) -> NDArray[np.bool_]:
        """For each segment, whether `oneway` permits driving it against the drawing."""
        found: NDArray[np.bool_] = (self.oneway <= 0)[self.segments.edge]
        return found

    @cached_property
    def edge_access(self) -> tuple[Ints, tuple[str, ...]] | None:
        """Access restrictions: for each edge the index of its text, and the texts."""
        return self._coded("edges", "access")

    @cached_property
    def edge_conditions(self) -> tuple[Ints, tuple[str, ...]] | None:
        """Time-dependent access, in the same form."""
        return self._coded("edges", "conditional")

    @cached_property
    def both_ways(self) -> tuple[Ints, tuple[str, ...]] | None:
        """Travel modes exempt from an edge's one-way rule, in the same form."""
        return self._coded("edges", "both_ways")

    @cached_property
    def node_access(self) -> tuple[Ints, tuple[str, ...]] | None:
        """Whom a barrier on a node stops, in the same form."""
        return self._coded("nodes", "access")

    @cached_property
    def barriers(self) -> tuple[Ints, tuple[str, ...]] | None:
        """The kind of barrier on a node, in the same form."""
        return self._coded("nodes", "barrier")

    @cached_property
    def limits(self) -> Floats | None:
        """Speed limit of each edge in km/h, NaN if there is none; None if no edge has one."""
        found = self._coded("edges", "maxspeed")
        if found is None:
            return None
        table = np.array([limit_kmh(word) for word in found[1]], np.float64)
        return table[found[0]]

    def _coded(self, table: str, name: str) -> tuple[Ints, tuple[str, ...]] | None:
        """A column with few distinct texts; None if it is missing or empty."""
        import pandas as pd

        has = self._has_node_column if table == "nodes" else self._has_edge_column
        if not has(name):
            return None
        column = self._node_column(name) if table == "nodes" else self._edge_column(name)
        if not isinstance(column, pd.Categorical):
            texts = pd.Series(column, dtype=object)
            column = pd.Categorical(texts.where(texts.notna(), ""))
        words = tuple(map(str, column.categories))
        if not any(words):
            return None
        codes = np.asarray(column.codes, np.int64)
        return np.where(codes < 0, len(words), codes), (*words, "")

    @cached_property
    def _edge_kmh(self) -> tuple[Ints, dict[str, Floats]]:
        """For each edge, the index of its (class, surface), and the speeds at these indices."""
        import pandas as pd

        kind = _places(self._edge_column("class"), CLASSES).astype(np.int16) * len(SURFACES)
        kind += _places(self._edge_column("surface"), SURFACES)
        known = self.speeds.reindex(pd.MultiIndex.from_product([CLASSES, SURFACES]))
        return kind, {column: known[column].to_numpy(np.float64) for column in KMH}

    def _has_node_column(self, name: str) -> bool:
        return name in self.node_table

    def _has_edge_column(self, name: str) -> bool:
        return name in self.edge_table

    def _node_column(self, name: str) -> Any:
        return self.node_table[name].array

    def _edge_column(self, name: str) -> Any:
        return self.edge_table[name].array


def _places(values: Any, words: Sequence[str]) -> Ints:
    """For each value, its index among the words."""
    import pandas as pd

    found = values if isinstance(values, pd.Categorical) else pd.Categorical(values)
    place = np.append(pd.Index(list(words)).get_indexer(found.categories), -1)  # -1 takes the last
    places: Ints = place[found.codes]
    return places
