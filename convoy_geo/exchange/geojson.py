"""GeoJSON (RFC 7946): lon before lat, no crs member, exterior rings counterclockwise, a bbox."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import shapely

from convoy_geo.io.geojson_reader import geometry_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from convoy_geo.exchange.feature_tables import ExportedFeature
    from convoy_geo.model.case_info import CaseInfo

__all__ = ["bounds", "dumped", "geojson_text"]


def geojson_text(features: Sequence[ExportedFeature], info: CaseInfo) -> str:
    """A FeatureCollection, one feature per line.

    Features without geometry (a claim that names no town, a report) are included with a null
    geometry, as the RFC allows. `layer` identifies the kind of a feature.

    Parameters
    ----------
    features
        The result of `convoy_geo.exchange.feature_tables.features`.
    info
        Key and title of the case, written as foreign members of the collection.
    """
    head: dict[str, Any] = {"type": "FeatureCollection", "case": info.id, "title": info.title}
    if box := bounds(features):
        head["bbox"] = list(box)
    lines = ",\n".join(dumped(_feature(feature)) for feature in features)
    return f'{dumped(head)[:-1]},"features":[\n{lines}\n]}}\n'


def bounds(features: Iterable[ExportedFeature]) -> tuple[float, float, float, float] | None:
    """West, south, east, north of all geometries in degrees; None if there is none."""
    drawn = [f.geometry for f in features if f.geometry is not None and not f.geometry.is_empty]
    if not drawn:
        return None
    west, south, east, north = map(float, shapely.total_bounds(drawn))
    return west, south, east, north


def _feature(feature: ExportedFeature) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": f"{feature.layer}/{feature.id}",
        "geometry": geometry_value(feature.geometry),
        "properties": {"layer": feature.layer, "title": feature.title, **feature.properties},
    }


def dumped(value: Any) -> str:
    """A value as JSON on one line; NaN and infinity are rejected."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
