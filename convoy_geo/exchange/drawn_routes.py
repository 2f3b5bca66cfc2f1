"""Lines that others drew as reported routes: their ends as places, a claim, and the course."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from convoy_geo.exchange.feature_values import first_of
from convoy_geo.model.defaults import key_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

__all__ = ["END_COLUMNS", "ends_of", "place_row", "report_row", "route_rows"]

END_COLUMNS = {
    "start": ("from", "start", "origin", "departure"),
    "end": ("to", "end", "destination", "arrival"),
}
"""Where the names of a line's ends stand."""
PLACE = {"kind": "site", "shape": "point", "role": "mentioned"}


def ends_of(
    shape: BaseGeometry, name: str, texts: Mapping[str, str]
) -> list[tuple[str, float, float]]:
    """Name, lon and lat of the two ends of a line.

    Parameters
    ----------
    shape
        A line, or several whose first and last ends count.
    name
        What the line is called.
    texts
        Its columns; `END_COLUMNS` may name the ends.
    """
    parts = list(getattr(shape, "geoms", [shape]))
    found = []
    for (which, columns), (lon, lat) in zip(
        END_COLUMNS.items(), (parts[0].coords[0][:2], parts[-1].coords[-1][:2]), strict=True
    ):
        found.append((first_of(texts, columns) or f"{name}, {which}", lon, lat))
    return found


def report_row(path: Path) -> dict[str, str]:
    """The file as the report that says so, published on the day when it was last changed."""
    changed = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC).date()
    return {
        "report": _report_key(path.name), "publisher": "not stated", "title": path.name,
        "language": "und", "published": changed.isoformat(),
        "published_basis": "the day when the file was last changed",
    }  # fmt: skip


def _report_key(file: str) -> str:
    return key_of(f"import of {file}", "import")


def place_row(key: str, name: str, lon: float, lat: float, file: str) -> dict[str, str]:
    """The end of a line as a row of places.csv."""
    return {
        **PLACE, "place": key, "name": name, "lon": repr(lon), "lat": repr(lat),
        "coordinate_source": f"import of {file}",
    }  # fmt: skip


def route_rows(
    key: str, name: str, ends: tuple[str, str], day: str, file: str
) -> tuple[dict[str, str], dict[str, str]]:
    """The claim that the file makes, and the route that is based on it.

    Parameters
    ----------
    key, name
        Of the route; its course is the line of the same id.
    ends
        Ids of the places where it starts and ends.
    day
        When it was, in EDTF; may be empty.
    file
        Name of the file.
    """
    claim = {
        "claim": f"{key}_drawn", "report": _report_key(file), "topic": "route",
        "side": "reporter", "claimant": "not stated", "status": "asserted", "happened": day,
        "places": f"from:{ends[0]}|to:{ends[1]}",
        "summary": f"{name}, as it is drawn in {file}",
    }  # fmt: skip
    route = {
        "route": key, "title": name, "places": "|".join(ends), "leg_modes": "unknown",
        "status": "asserted", "course": "told", "claims": claim["claim"], "day": day,
        "side": "reporter",
    }  # fmt: skip
    return claim, route
