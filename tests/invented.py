"""Three invented stories of other kinds than the bundled ones, with the conflicts known by hand.

Ships with passengers (no roads), people on foot who march with a whole, and a painting that is
driven over roads, one of which is cut. Towns are real; nothing else is.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from convoy_geo.model import schema

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """\
format = 2
id = "{id}"
title = "{title}"
summary = "Invented for tests."
start = "{start}"
end = "{end}"
time_zone = "{zone}"
{more}
[[side]]
id = "one"
name = "One side"
colour = "#0072B2"

[[side]]
id = "other"
name = "Another side"
colour = "#D55E00"
"""
Row = dict[str, object]


@dataclass(frozen=True)
class Invented:
    """A story and what is known of it.

    Parameters
    ----------
    head
        Values of case.toml.
    places, claims
        Rows of the tables.
    conflicts
        All of them, by hand.
    not_judged
        By claim the code of the reason.
    roads
        Nodes and edges; without any the case has no roads.
    cut
        Edge, and when nobody could pass it.
    """

    head: dict[str, str]
    places: list[Row]
    claims: list[Row]
    conflicts: tuple[str, ...]
    not_judged: dict[str, str] = field(default_factory=dict)
    roads: tuple[list[Row], list[Row]] | None = None
    cut: tuple[str, str] | None = None

    @property
    def expected(self) -> set[frozenset[str]]:
        """The conflicts as sets."""
        return {frozenset(one.split()) for one in self.conflicts}


def town(key: str, name: str, lon: float, lat: float, **more: object) -> Row:
    """A row of places.csv."""
    return {"place": key, "name": name, "lon": lon, "lat": lat, "radius_km": 3, "kind": "town",
            "shape": "point", "role": "mentioned", **more}  # fmt: skip


def said(key: str, happened: str = "", topic: str = "position", **more: object) -> Row:
    """A row of claims.csv; of one side in one report unless it says otherwise."""
    number = more.pop("number", "")
    return {"claim": key, "report": "R1", "topic": topic, "side": "one", "claimant": "A witness",
            "happened": happened, "low": number, "high": number, "status": "asserted",
            "summary": f"Claim {key}.", **more}  # fmt: skip


OTHER = {"side": "other", "report": "R2"}
FLEET = Invented(
    {"id": "fleet", "title": "Five ships with passengers", "start": "1922-09-01",
     "end": "1922-09-06", "zone": "Europe/Athens", "more": """
[states]
total = "in all"
in_harbour = "in the harbour"
at_sea = "at sea"
aboard = "on board"
unaccounted = "not accounted for"

[rules]
mode = "ship"
"""},
    [town("izmir", "İzmir", 27.14, 38.42), town("chios", "Χίος", 26.14, 38.37),
     town("piraeus", "Πειραιάς", 23.65, 37.94)],
    [
        said("T", topic="strength", number=5, unit="ships", state="total"),
        said("A", "1922-09-03T12:00", number=3, unit="ships", state="in_harbour"),
        said("B", "1922-09-03T12:00", number=3, unit="ships", state="at_sea", **OTHER),
        said("B2", "1922-09-06T12:00", number=3, unit="ships", state="at_sea", **OTHER),
        said("U", "1922-09-03", number=2, unit="ships", state="unaccounted"),
        said("P1", "1922-09-03T12:00", number=2000, unit="people", state="aboard",
             qualifier="about"),
        said("P2", "1922-09-03T12:00", number=1412, unit="people", state="aboard", **OTHER),
        said("P3", "1922-09-03T12:00", low=1200, unit="people", state="aboard",
             qualifier="at least"),
        # Izmir to Piraeus is 310 km, 4.6 h for the fastest ship; Piraeus to Chios 3.3 h
        said("F1", "1922-09-02T06:00", "departure", places="from:izmir"),
        said("F2", "1922-09-02T09:00", "arrival", places="to:piraeus", **OTHER),
        said("F3", "1922-09-02T12:00", places="at:chios"),
        said("F4", "1922-09-02T07:00", "heading", places="toward:piraeus"),
        said("D1", "1922-09-03", "drowned", number=12, unit="drowned"),
        said("D2", "1922-09-04", "drowned", number=9, unit="drowned", **OTHER),
        said("L", "", "distance_told", places="from:izmir|to:piraeus", number=150, unit="km"),
        said("L2", "", "distance_told", places="from:izmir|to:piraeus", number=420, unit="km"),
        said("N", "1922-09-03", "sinking", status="denied"),
    ],
    ("T A B", "P1 P2", "F1 F2", "F2 F3", "D1 D2", "L"),
    {"U": "remainder", "F4": "plan", "N": "denied", "L2": "measure"},
)  # fmt: skip
MARCH = Invented(
    {"id": "march", "title": "A march along the road to the border", "start": "2015-09-04",
     "end": "2015-09-07", "zone": "Europe/Budapest", "more": """
[states]
total = "in all"
on_road = "on the road"
in_station = "in the station"

[rules]
mode = "foot"
once = ["departure"]
"""},
    [town("budapest", "Budapest", 19.08, 47.5, radius_km=4), town("tatabanya", "Tatabánya", 18.41,
     47.57), town("gyor", "Győr", 17.64, 47.68)],
    [
        # 51 km less both radii: 7.3 h at 6 km/h; 110 km to Győr: 29 h with one night's rest
        said("M1", "2015-09-04T13:00", "departure", places="from:budapest"),
        said("M2", "2015-09-04T18:00", places="at:tatabanya", **OTHER),
        said("M3", "2015-09-06T22:00", places="at:gyor"),
        said("M4", "2015-09-04", places="at:budapest", **OTHER),
        said("M5", "2015-09-05T13:00", "departure", places="from:budapest", **OTHER),
        said("N1", "2015-09-04T18:00", number=1200, unit="people", state="on_road",
             qualifier="about"),
        said("N2", topic="strength", number=4500, unit="people", state="total"),
        said("N3", "2015-09-04T18:00", number=3200, unit="people", state="in_station", **OTHER),
        said("N4", topic="strength", number=4000, unit="people", state="total", **OTHER),
        said("N5", "2015-09-04T18:00", number=3412, unit="people", state="in_station"),
        said("N6", "2015-09-04", low=1200, unit="people", state="on_road", qualifier="at least",
             **OTHER),
        said("C", "2015-09-05", number=40, unit="buses", places="to:tatabanya"),
    ],
    ("M1 M2", "M1 M5", "N3 N5", "N1 N4 N5"),
)  # fmt: skip
NODES = {"ghent": (3.72, 51.05), "antwerp": (4.40, 51.22), "bruges": (3.22, 51.21),
         "brussels": (4.35, 50.85)}  # fmt: skip
EDGES = ("ghent-antwerp", "ghent-bruges", "ghent-brussels", "brussels-antwerp")
PAINTING = Invented(
    {"id": "painting", "title": "A stolen painting on a lorry", "start": "1934-04-09",
     "end": "1934-04-13", "zone": "Europe/Brussels", "more": """roads = "roads"

[rules]
mode = "lorry"
one_place = ["theft", "position", "sale"]
once = ["theft"]
order = ["theft", "sale"]
"""},
    [town(key, key.title(), *spot, radius_km=1, road_node=key) for key, spot in NODES.items()],
    [
        said("T1", "1934-04-10T22:00", "theft", places="from:ghent"),
        said("T2", "1934-04-11T02:00", "theft", places="from:ghent", **OTHER),
        said("S1", "1934-04-10T20:00", "sale", places="at:antwerp", **OTHER),
        said("S2", "1934-04-12", "sale", places="at:antwerp"),
        # Ghent to Antwerp 51 km, half an hour at best; that road is cut on the 11th until noon,
        # and by Brussels it is 49 and 41 km: an hour and more
        said("P1", "1934-04-11T08:00", places="at:ghent"),
        said("P2", "1934-04-11T08:40", places="at:antwerp", **OTHER),
        said("P3", "1934-04-11T12:00", places="at:antwerp"),
        said("P4", "1934-04-11T08:00", places="at:bruges", group="copy"),
        said("P5", "1934-04-11T08:10", places="at:brussels", group="copy"),
        said("D", "", "distance_told", places="from:ghent|to:antwerp", number=60, unit="km"),
    ],
    ("T1 T2", "T1 S1", "T2 S1", "P1 P2", "P4 P5"),
    {"D": "measure"},
    (
        [{"node": key, "lon": lon, "lat": lat, "kind": "town", "junction": "yes",
          "estimated": "no", "source": "invented"} for key, (lon, lat) in NODES.items()],
        [{"edge": one, "name": one, "class": "primary", "surface": "paved", "confidence": "high",
          "from": one.split("-")[0], "to": one.split("-")[1], "waypoints": one.replace("-", "|")}
         for one in EDGES],
    ),
    ("ghent-antwerp", "1934-04-11T00:00/1934-04-11T12:00"),
)  # fmt: skip
INVENTED = {"fleet": FLEET, "march": MARCH, "painting": PAINTING}
NETWORK = """\
format = 1
title = "Roads of a test"
attribution = "Invented"
licence = "CC0"

[road_factor]
low = 1.0
typical = 1.0
high = 1.0
"""
CUT = """\
{{"type": "FeatureCollection", "features": [{{"type": "Feature", "properties": {{"id": "cut",
"name": "A bridge is down", "kind": "cut", "closed": "{when}", "edges": ["{edge}"],
"claims": [], "source": "An agency"}}, "geometry": {{"type": "LineString",
"coordinates": [[3.72, 51.05], [4.4, 51.22]]}}}}]}}
"""


def make_invented(folder: Path, story: Invented) -> Path:
    """Write a story into a folder."""
    folder.mkdir()
    (folder / "case.toml").write_text(HEAD.format(**story.head), encoding="utf-8")
    report = {"publisher": "A paper", "language": "en", "published": story.head["end"]}
    rows: dict[str, list[Row]] = {
        "places": story.places,
        "claims": story.claims,
        "reports": [{"report": key, "title": key, **report} for key in ("R1", "R2")],
    }
    for table in schema.TABLES:
        used = {key for row in rows.get(table.file[:-4], []) for key in row}
        names = [one.name for one in table.columns if not one.optional or one.name in used]
        _write(folder / table.file, names, rows.get(table.file[:-4], []))
    closures = '{"type": "FeatureCollection", "features": []}\n'
    if story.cut:
        closures = CUT.format(edge=story.cut[0], when=story.cut[1])
    (folder / "closures.geojson").write_text(closures, encoding="utf-8")
    if story.roads:
        (folder / "roads").mkdir()
        (folder / "roads" / "network.toml").write_text(NETWORK, encoding="utf-8")
        for name, some in zip(("nodes", "edges"), story.roads, strict=True):
            _write(folder / "roads" / f"{name}.csv", ROADS[name].split(","), some)
        speeds = [{"class": "primary", "surface": "paved", "kmh_low": 50, "kmh": 80,
                   "kmh_high": 100, "source": "invented"}]  # fmt: skip
        _write(folder / "roads" / "speeds.csv", list(speeds[0]), speeds)
    return folder


ROADS = {
    "nodes": "node,lon,lat,kind,junction,estimated,source",
    "edges": "edge,ref,ref_status,name,class,surface,confidence,from,to,waypoints,published_km,"
    "published_source,control,note",
}


def _write(path: Path, names: list[str], rows: list[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, restval="")
        writer.writeheader()
        writer.writerows(rows)
