"""World map layers in the geodata folder: lines, areas and points of Natural Earth.

A layer is one ``.npz`` file below ``geodata/basemap/world``: positions in thousandths of a degree,
delta-encoded, and for each vertex the coarsest level of detail that needs it. So any part of the
world can be drawn at the detail required: a map uses the vertices whose level is high enough, and
the end points of lines never change.

``geodata/basemap/build_world.py`` writes the files; the map and the report reader read them.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from convoy_geo.io.files import geodata, writing

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

__all__ = ["LEVELS", "STEP", "MapLayer", "layer_names", "read_layer", "write_layer"]

STEP = 0.001
"""Resolution of the positions in degrees, about 100 metres."""

LEVELS = (0.002, 0.004, 0.008, 0.016, 0.03, 0.06, 0.12, 0.25, 0.5)
"""Simplification tolerance of each level, in degrees of longitude in Web Mercator.

A vertex of level 3 belongs to the line simplified by `LEVELS[3]`, and to all more detailed ones.
"""


@dataclass(frozen=True)
class MapLayer:
    """A layer of lines, rings or points, with the attributes of each feature.

    Parameters
    ----------
    xy
        Positions, lon and lat in units of `STEP`, int32 of shape (n, 2). Longitudes may exceed 180:
        an area across the antimeridian is not split.
    level
        Index into `LEVELS` for each position, uint8 of shape (n,).
    start
        Index in `xy` of the start of each line, and of the end of the last: int64 of shape (lines +
        1,).
    feature
        The feature that each line belongs to, int32 of shape (lines,).
    properties
        The attributes of each feature; ``id``, and ``name`` if it has a name.
    closed
        Whether the lines are rings, whose first position is not repeated at the end.
    arcs
        For a layer whose areas share borders: for each feature its rings, and each ring as line
        numbers, ``~number`` for a reversed line. Otherwise empty.
    """

    xy: NDArray[np.int32]
    level: NDArray[np.uint8]
    start: NDArray[np.int64]
    feature: NDArray[np.int32]
    properties: Sequence[dict[str, Any]]
    closed: bool = False
    arcs: Sequence[Sequence[Sequence[int]]] = ()

    def line(self, number: int, level: int = 0) -> NDArray[np.float64]:
        """Positions of a line in degrees, of shape (n, 2), at a level of detail."""
        part = slice(self.start[number], self.start[number + 1])
        line: NDArray[np.float64] = self.xy[part][self.level[part] >= level] * np.float64(STEP)
        return line

    def area(self, feature: int, level: int = 0) -> BaseGeometry:
        """The polygons of a feature in degrees; longitudes may exceed 180."""
        if self.arcs:
            rings = [self._joined(ring, level) for ring in self.arcs[feature]]
        else:
            own = np.flatnonzero(self.feature == feature).tolist()
            rings = [self.line(number, level) for number in own]
        outlines = [_polygon(ring) for ring in rings if len(ring) > 2]
        return _even_odd(outlines)

    def _joined(self, ring: Sequence[int], level: int) -> NDArray[np.float64]:
        parts = []
        for number in ring:
            line = self.line(number, level) if number >= 0 else self.line(~number, level)[::-1]
            parts.append(line[:-1])
        return np.vstack(parts)

    def point(self, feature: int) -> tuple[float, float]:
        """Lon and lat of a feature of a layer of points."""
        lon, lat = (self.xy[self.start[feature]] * STEP).tolist()
        return round(lon, 3), round(lat, 3)


def layer_names() -> tuple[str, ...]:
    """Names of the available layers."""
    return tuple(sorted(path.stem for path in geodata("basemap", "world").glob("*.npz")))


@cache
def read_layer(name: str) -> MapLayer:
    """Read a layer; repeated calls return the same object.

    Parameters
    ----------
    name
        Such as ``land``, ``borders``, ``countries``, ``admin1``, ``rivers``, ``lakes``, ``seas``,
        ``regions``, ``towns`` or ``points``.

    Raises
    ------
    GeodataNotFoundError
        If there is no such layer.
    """
    with np.load(geodata("basemap", "world", f"{name}.npz"), allow_pickle=False) as stored:
        planes = stored["xy"].astype(np.uint32)
        zigzag = sum(planes[:, byte] << np.uint32(8 * byte) for byte in range(planes.shape[1]))
        deltas = (zigzag >> np.uint32(1)).astype(np.int64) ^ -(zigzag & np.uint32(1)).astype(
            np.int64
        )
        start = np.concatenate([[0], np.cumsum(stored["lengths"], dtype=np.int64)])
        said = json.loads(stored["about"].tobytes().decode())
        return MapLayer(
            np.cumsum(deltas, axis=1).T.astype(np.int32),
            stored["level"],
            start,
            stored["feature"].astype(np.int32),
            tuple(said["features"]),
            bool(said["closed"]),
            tuple(said["arcs"]),
        )


def write_layer(path: str | os.PathLike[str], layer: MapLayer) -> None:
    """Write a layer; the same layer always gives the same bytes.

    Parameters
    ----------
    path
        The ``.npz`` file.
    layer
        The layer.
    """
    xy = layer.xy.astype(np.int64)
    deltas = (xy - np.vstack([[[0, 0]], xy[:-1]])).T
    zigzag = ((deltas << 1) ^ (deltas >> 63)).astype(np.uint32)
    planes = np.stack([(zigzag >> np.uint32(8 * byte)) & np.uint32(255) for byte in range(4)], 1)
    said = {"closed": layer.closed, "arcs": layer.arcs, "features": list(layer.properties)}
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    arrays: dict[str, NDArray[Any]] = {
        "xy": planes.astype(np.uint8),
        "level": layer.level.astype(np.uint8),
        "lengths": np.diff(layer.start).astype(np.uint32),
        "feature": layer.feature.astype(np.uint16),
        "about": np.frombuffer(text.encode(), np.uint8),
    }
    with writing(path) as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_LZMA) as archive:
        for name, array in arrays.items():
            entry = zipfile.ZipInfo(f"{name}.npy")  # dated 1980
            entry.compress_type = zipfile.ZIP_LZMA
            with archive.open(entry, "w") as member:
                np.lib.format.write_array(member, array, allow_pickle=False)


def _polygon(ring: NDArray[np.float64]) -> BaseGeometry:
    """A valid polygon from a ring that simplification may have made self-intersecting."""
    import shapely  # noqa: PLC0415

    return shapely.make_valid(shapely.polygons(ring), method="structure", keep_collapsed=False)


def _even_odd(outlines: Sequence[BaseGeometry]) -> BaseGeometry:
    """Polygons by the even-odd rule: those inside others are holes, those inside holes are not."""
    import shapely  # noqa: PLC0415

    if not outlines:  # all smaller than the level
        return shapely.Polygon()
    tree = shapely.STRtree(outlines)
    inner, _ = tree.query(outlines, predicate="within")
    depth = np.bincount(inner, minlength=len(outlines)) - 1
    whole = shapely.Polygon()
    for level in range(int(depth.max(initial=0)) + 1):
        part = shapely.union_all(np.array(outlines, object)[depth == level])
        whole = shapely.difference(whole, part) if level % 2 else shapely.union(whole, part)
    return whole
