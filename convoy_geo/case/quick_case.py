"""A quick map as a case to build on: the texts of its files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from convoy_geo.casefiles.files import AREAS_FILE, CLOSURES_FILE, LINES_FILE
from convoy_geo.io.csv_writing import csv_line
from convoy_geo.io.geojson_reader import geometry_value
from convoy_geo.model.case_info import CASE_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shapely.geometry.base import BaseGeometry

    from convoy_geo.case.case import Case
    from convoy_geo.model.case_info import CaseInfo

__all__ = ["quick_case_texts"]

PLACE_COLUMNS = ("place", "name", "lon", "lat", "coordinate_source", "note")
GEOMETRY = "geometry"
AREA_COLUMNS = ("kind", "shape", "radius_km")
"""Columns that a table of places needs only if one of them is an area."""


def quick_case_texts(case: Case, areas: Mapping[str, BaseGeometry]) -> dict[str, str]:
    """The texts of a case's files by name; an empty one needs no file.

    Parameters
    ----------
    case
        Places, lines and closures, without reports and claims.
    areas
        Outlines by place.
    """
    closures = (
        {
            "id": one.id, "name": one.name, "kind": one.kind, "closed": one.closed.text,
            "source": one.source, "note": one.note, "geometry": one.geometry,
        }
        for one in case.closures
    )  # fmt: skip
    lines = (
        {"id": one.id, "name": one.name, "source": one.source, "note": one.note,
         "geometry": one.geometry}
        for one in case.lines
    )  # fmt: skip
    outlines = ({"place": place, "geometry": shape} for place, shape in areas.items())
    return {
        CASE_FILE: _toml(case.info),
        "places.csv": _places_text(case),
        LINES_FILE: _features_text(lines),
        CLOSURES_FILE: _features_text(closures),
        AREAS_FILE: _features_text(outlines),
    }


def _toml(info: CaseInfo) -> str:
    title = json.dumps(info.title, ensure_ascii=False)
    return (
        "# One story. `convoy-geo check` says what is assumed of the rest; docs/columns.md and\n"
        "# `convoy-geo new FOLDER` show all that a case may hold.\n"
        f"format = 2\ntitle = {title}\n"
    )


def _places_text(case: Case) -> str:
    places = list(case.gazetteer)
    if not places:
        return ""
    outlined = any(one.shape == "area" for one in places)
    lines = [csv_line([*PLACE_COLUMNS, *(AREA_COLUMNS if outlined else ())])]
    for one in places:
        cells = [one.id, one.name, repr(one.lon), repr(one.lat), one.source, one.note]
        if outlined:
            radius = "" if one.radius_km is None else repr(one.radius_km)
            cells += [one.kind, one.shape, radius]
        lines.append(csv_line(cells))
    return "".join(lines)


def _features_text(rows: Iterable[Mapping[str, Any]]) -> str:
    """A feature on each line; empty if there are none."""
    features = [
        json.dumps(
            {
                "type": "Feature",
                "properties": {
                    key: said for key, said in row.items() if said and key != "geometry"
                },
                "geometry": geometry_value(row[GEOMETRY]),
            },
            ensure_ascii=False,
        )
        for row in rows
    ]
    text = ",\n".join(features)
    return f'{{"type": "FeatureCollection", "features": [\n{text}\n]}}\n' if features else ""
