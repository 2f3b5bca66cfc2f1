"""Read a case's own basemap from its folder."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from convoy_geo.errors import Fault
from convoy_geo.io.geojson_reader import read_features
from convoy_geo.model.basemap import AREAS, BASEMAP_FILE, KINDS, LINES, BasemapName, OwnBasemap

if TYPE_CHECKING:
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

__all__ = ["read_basemap"]


def read_basemap(folder: Path) -> tuple[OwnBasemap | None, list[Fault]]:
    """The basemap in a case's folder, and its validation errors.

    Parameters
    ----------
    folder
        The case's folder.
    """
    path = folder / BASEMAP_FILE
    features, faults = read_features(path, BASEMAP_FILE, inside=folder)
    shapes: dict[str, list[BaseGeometry]] = {}
    names = []
    for feature in features:
        said, shape = feature.properties, feature.geometry
        kind = str(said.get("kind", ""))
        area = shape.geom_type.endswith("Polygon")
        if kind == "name" and shape.geom_type == "Point":
            rank = said.get("rank", 2)
            names.append(BasemapName(
                str(said.get("name", "")), shape.x, shape.y,
                rank if isinstance(rank, int) else 2, str(said.get("arabic_name", "")),
            ))  # fmt: skip
        elif kind in (AREAS if area else LINES) and not shape.geom_type.endswith("Point"):
            shapes.setdefault(kind, []).append(shape)
        else:
            allowed = f"for this {shape.geom_type} one of {', '.join(AREAS if area else LINES)}"
            faults.append(Fault(BASEMAP_FILE, feature.line, "kind", kind, "bad value", allowed))
    if faults:
        return None, faults
    return OwnBasemap(
        {kind: _joined(kind, shapes[kind]) for kind in KINDS if kind in shapes}, tuple(names),
        _credit(path),
    ), []  # fmt: skip


def _joined(kind: str, shapes: list[BaseGeometry]) -> tuple[BaseGeometry, ...]:
    """Union of the areas of one kind, so that overlaps are drawn once."""
    import shapely  # noqa: PLC0415

    return (shapely.union_all(shapes),) if kind in AREAS else tuple(shapes)


def _credit(path: Path) -> str:
    document = json.loads(path.read_text(encoding="utf-8-sig"))
    return str(document.get("credit", ""))
