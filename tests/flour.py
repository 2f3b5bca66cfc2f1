"""A small case of its own, made by hand: twelve lorries of flour, two reports, and no roads.

It has a place without a radius, no region, no computed way, no closure, and claims without spans.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from convoy_geo.model import schema

if TYPE_CHECKING:
    from pathlib import Path

CASE = """\
format = 2
id = "flour"
title = "Twelve lorries of flour"
summary = "Who says what of them."
start = "2016-05-11"
end = "2016-05-13"
time_zone = "Asia/Damascus"
view = [36.0, 34.4, 38.0, 36.6]

[states]
total = "in all"
arrived = "in Aleppo"
stopped = "held on the way"

[rules]
one_place = ["departure", "arrival", "held"]
{rules}
[[side]]
id = "agency"
name = "Aid agency"
colour = "#0072B2"

[[side]]
id = "driver"
name = "Drivers"
colour = "#D55E00"
"""
REPORTS = [
    {"report": "F1", "publisher": "Paper", "title": "One", "published": "2016-05-12"},
    {"report": "F2", "publisher": "Other", "title": "Two", "published": "2016-05-13"},
]
TOWN = {"kind": "town", "shape": "point", "role": "mentioned"}
PLACES = [
    {"place": "homs", "name": "Homs", "lon": 36.72, "lat": 34.73, "radius_km": 3, **TOWN},
    {"place": "saraqib", "name": "Saraqib", "lon": 36.8, "lat": 35.86, **TOWN},
    {"place": "aleppo", "name": "Aleppo", "lon": 37.16, "lat": 36.2, "radius_km": 5, **TOWN},
]
COUNT = {"unit": "lorries", "status": "asserted"}
CLAIMS = [
    {"claim": "F1-01", "report": "F1", "topic": "departure", "side": "agency", "claimant": "Agency",
     "places": "from:homs", "happened": "2016-05-10", "said": "2016-05-12", "low": 12, "high": 12,
     "state": "total", "summary": "Twelve set out.", **COUNT},
    {"claim": "F1-02", "report": "F1", "topic": "arrival", "side": "agency", "claimant": "Agency",
     "places": "to:aleppo", "happened": "2016-05-11", "said": "2016-05-12", "low": 12, "high": 12,
     "state": "arrived", "summary": "All twelve came in.", **COUNT},
    {"claim": "F2-01", "report": "F2", "topic": "held", "side": "driver", "claimant": "A driver",
     "places": "at:saraqib", "happened": "2016-05-11", "said": "2016-05-13", "low": 4, "high": 4,
     "state": "stopped", "summary": "Four were held.", **COUNT},
    {"claim": "F2-02", "report": "F2", "topic": "held", "side": "driver", "claimant": "A driver",
     "places": "at:saraqib", "happened": "2016-05-11/2016-05-12", "said": "2016-05-13",
     "status": "asserted", "summary": "They stood by the road."},
]  # fmt: skip


def make(folder: Path, *, rules: str = "", **tables: list[dict[str, object]]) -> Path:
    """Write the case into a folder; rows of a table can be the caller's, rules can be added."""
    folder.mkdir()
    (folder / "case.toml").write_text(CASE.format(rules=rules), encoding="utf-8")
    rows = {"reports": REPORTS, "places": PLACES, "claims": CLAIMS, "names": [], "routes": []}
    for table in schema.TABLES:
        names = [column.name for column in table.columns if not column.optional]
        path = folder / table.file
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, names, restval="")
            writer.writeheader()
            writer.writerows(tables.get(path.stem, rows[path.stem]))
    empty = '{"type": "FeatureCollection", "features": []}\n'
    (folder / "closures.geojson").write_text(empty, encoding="utf-8")
    return folder
