"""Turn restrictions of a network: forbidden and mandatory sequences of edges.

A *ban* forbids driving its edges one right after the other. An *obligation* forbids continuing from
all edges but the last onto any other edge, including U-turns. Each is stored with the travel modes
and the hours to which it applies.

>>> banned = Turns(
...     ("r1",), ("no_left_turn",), ("car bus",), ("",),
...     np.array([0, 2]), np.array([4, 7]), np.array([True, False]),
... )
>>> len(banned), banned.obliges(0)
(1, False)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from convoy_geo.errors import RoadDataError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Ints = NDArray[np.integer[Any]]

__all__ = ["COLUMNS", "Turns", "turns_from_frame"]

COLUMNS = ("turn", "kind", "modes", "when", "edges", "forward")


@dataclass(frozen=True, eq=False)
class Turns:
    """Turn restrictions, stored as arrays.

    Parameters
    ----------
    ids
        For each restriction, ``r`` and the id of an OpenStreetMap relation.
    kinds
        As in OpenStreetMap: ``no_left_turn``, ``only_straight_on``.
    modes
        Travel modes to which each applies, separated by blanks.
    when
        The hours during which it applies, in OpenStreetMap notation; empty: always.
    start
        Start of each restriction in `edges`, and the total number of edges.
    edges
        Positions of the edges of each, in driving order: two or more.
    forward
        For each of these edges, whether it is driven as drawn.
    """

    ids: tuple[str, ...]
    kinds: tuple[str, ...]
    modes: tuple[str, ...]
    when: tuple[str, ...]
    start: Ints
    edges: Ints
    forward: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.ids)

    def obliges(self, number: int) -> bool:
        """Whether a restriction prescribes the edge that must follow."""
        return self.kinds[number].startswith("only_")

    def steps(self, number: int) -> list[tuple[int, bool]]:
        """The edges of a restriction, and whether each is driven as drawn."""
        low, high = int(self.start[number]), int(self.start[number + 1])
        return list(
            zip(self.edges[low:high].tolist(), self.forward[low:high].tolist(), strict=True)
        )

    def to_frame(self, edge_ids: list[str]) -> pd.DataFrame:
        """One row per restriction: turn, kind, modes, when, edges (ids), forward.

        Parameters
        ----------
        edge_ids
            Ids of the edges, in the order of the positions in `edges`.
        """
        import pandas as pd

        spans = list(zip(self.start[:-1].tolist(), self.start[1:].tolist(), strict=True))
        ways = self.forward.tolist()
        return pd.DataFrame(
            {
                "kind": list(self.kinds),
                "modes": list(self.modes),
                "when": list(self.when),
                "edges": [tuple(edge_ids[low:high]) for low, high in spans],
                "forward": [tuple(ways[low:high]) for low, high in spans],
            },
            index=pd.Index(list(self.ids), name="turn", dtype=object),
        )


def turns_from_frame(frame: pd.DataFrame, edges: pd.Index[Any]) -> Turns:
    """Build turn restrictions from a frame such as that of `RoadNetwork.turns_frame`.

    Restrictions that name an unknown edge are left out.

    Raises
    ------
    RoadDataError
        If a column is missing or a restriction has fewer than two edges.
    """
    missing = {"kind", "modes", "when", "edges", "forward"} - set(frame.columns)
    if missing:
        msg = f"`turns` has no column {', '.join(sorted(missing))}"
        raise RoadDataError(msg)
    rows: list[tuple[tuple[str, ...], Ints, tuple[bool, ...]]] = []
    for row in frame.itertuples():
        named: Any = row
        ids, ways = tuple(named.edges), tuple(named.forward)
        if len(ids) < 2 or len(ids) != len(ways):
            msg = f"turn restriction {row.Index!r} must name two edges or more, each with `forward`"
            raise RoadDataError(msg)
        at: Ints = edges.get_indexer(np.array(ids, object))  # type: ignore[arg-type]  # any list
        if (at >= 0).all():
            words = named.Index, named.kind, named.modes, named.when
            rows.append((tuple(map(str, words)), at, ways))
    sizes = [len(at) for _, at, _ in rows]
    ids, kinds, modes, when = (tuple(words[column] for words, *_ in rows) for column in range(4))
    return Turns(
        ids,
        kinds,
        modes,
        when,
        np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        np.array([one for _, at, _ in rows for one in at], np.int64),
        np.array([one for *_, ways in rows for one in ways], np.bool_),
    )
