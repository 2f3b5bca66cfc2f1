"""Tiny invented stories to start from, with a README that explains every line."""

from __future__ import annotations

__all__ = ["STARTERS", "starter_files"]

MARCH_TOML = """\
# An invented story: a march over two days. Change every line into your own.
format = 2
title = {title}
summary = "Two newspapers tell of a march from Alder to Cedar. They do not agree on its size."
# By default the first and last day are those of the claims.
start = "2020-05-01"
end = "2020-05-02"
# The travel mode, for checking what was possible in the time available.
[rules]
mode = "foot"
# Where people can be: ids of the column `state`, with what the page calls them.
[states]
total = "in all"
# Who is behind the claims.
[[side]]
id = "organisers"
name = "Organisers"
colour = "#0072B2"
[[side]]
id = "police"
name = "Police"
colour = "#D55E00"
"""
MARCH = {
    "case.toml": MARCH_TOML,
    "places.csv": """\
place,name,kind,lon,lat,radius_km
alder,Alder,town,2.10,47.05,1
birch,Birch,village,2.25,47.12,1
cedar,Cedar,town,2.40,47.20,1
""",
    "reports.csv": """\
report,publisher,title,published
R1,Morning Paper,Thousands set out,2020-05-02
R2,Evening Paper,The march ends in Cedar,2020-05-03
""",
    "claims.csv": """\
claim,report,topic,side,claimant,places,happened,low,high,unit,state,status,summary
R1-01,R1,departure,organisers,organisers,from:alder,2020-05-01,,,,,asserted,They left Alder.
R1-02,R1,size,organisers,organisers,at:alder,2020-05-01,3000,3000,people,total,asserted,3000 left.
R2-01,R2,size,police,police,at:birch,2020-05-01,1800,1800,people,total,asserted,1800 were counted.
R2-02,R2,arrival,police,police,at:cedar,2020-05-02,,,,,asserted,They reached Cedar.
""",
    "routes.csv": """\
route,title,side,status,day,places,leg_modes,course,claims
W1,The march,organisers,asserted,2020-05-01,alder|birch|cedar,unknown|unknown,assumed,R1-01|R2-02
""",
    "README.md": """\
# {heading}

An invented story: `convoy-geo map {folder}` draws it, `convoy-geo check {folder}` says what is
missing. docs/columns.md of convoy_geo lists every column.

## places.csv

- `alder`, `birch`, `cedar`: a key for each place, its name and kind, lon before lat in degrees, and
  how far from that point the place reaches.

## reports.csv

- `R1`, `R2`: one published text each, with the day of its publication.

## claims.csv

- `R1-01`: the organisers say that the march left (`from:`) Alder on 1 May.
- `R1-02`: they say how many: `low` and `high` alike are an exact number (`low` alone means "at
  least"), `unit` is what is counted, `state` where they are: `total` is all of them.
- `R2-01`: the police say another number. Both stay: no claim is ever merged with another one.
  `convoy-geo conflicts {folder}` says that the two cannot both be true.
- `R2-02`: the arrival, a day later.

## routes.csv

- `W1`: the places in order; each leg is `unknown`, since no report names the road. `claims` are
  those that it is based on.
""",
}

SHIP = {
    "case.toml": """\
# An invented story: a ship that calls twice. Change every line into your own.
format = 2
title = {title}
summary = "The Petrel sent two positions and was seen once."
# Three days: the dates of the claims, which say it as well.
start = "1931-03-02"
end = "1931-03-04"
[rules]
# The travel mode: a verdict checks whether one position could be reached from another in time.
mode = "ship"
# Topics that say where the one ship is.
one_place = ["position", "sighting"]
[[side]]
id = "ship"
name = "The ship's messages"
colour = "#0072B2"
[[side]]
id = "lighthouse"
name = "The lighthouse"
colour = "#D55E00"
""",
    "places.csv": """\
place,name,kind,lon,lat,radius_km
first_position,First position,position,-178.20,-24.10,5
second_position,Second position,position,179.60,-22.40,5
light,Reef light,site,178.90,-21.30,2
""",
    "reports.csv": """\
report,publisher,title,published
LOG,Harbour office,Log of messages,1931-03-05
""",
    "claims.csv": """\
claim,report,topic,side,claimant,places,happened,status,summary
L1,LOG,position,ship,master,at:first_position,1931-03-02,asserted,The first message.
L2,LOG,position,ship,master,at:second_position,1931-03-03,asserted,The second message.
L3,LOG,sighting,lighthouse,keeper,at:light,1931-03-04,unconfirmed,A ship passed the light.
""",
    "routes.csv": """\
route,title,side,status,day,places,leg_modes,course,claims
W1,The Petrel,ship,asserted,1931-03-02,first_position|second_position,unknown,assumed,L1|L2
""",
    "README.md": """\
# {heading}

An invented story across 180 degrees: `convoy-geo map {folder}` draws it, `convoy-geo verdict --case
{folder}` says which positions a ship can have reached. docs/columns.md lists every column.

## places.csv

- `first_position`, `second_position`: where the messages say the ship was, good to `radius_km`.
  Longitudes west of Greenwich are below 0.
- `light`: the lighthouse.

## reports.csv

- `LOG`: the one source, with the day it was written.

## claims.csv

- `L1`, `L2`: two positions, each on its day. `L3` is `unconfirmed`.

## routes.csv

- `W1`: from the first position to the second; the path between them is `unknown`.
""",
}

QUICK = {
    "case.toml": """\
# Places and a line, nothing else. A title is enough for a case.
format = 2
title = {title}
""",
    "places.csv": """\
name,lon,lat,note
North pump,36.80,-1.28,checked in May
South pump,36.84,-1.31,
""",
    "lines.geojson": """\
{{"type": "FeatureCollection", "features": [
{{"type": "Feature", "properties": {{"name": "Pipe", "note": "laid in 2019"}},
 "geometry": {{"type": "LineString",
  "coordinates": [[36.80, -1.28], [36.83, -1.29], [36.84, -1.31]]}}}}
]}}
""",
    "README.md": """\
# {heading}

An invented map: `convoy-geo map {folder}` draws it.

- `case.toml`: its title.
- `places.csv`: one place per line: its name, lon before lat in degrees, a note for its card.
- `lines.geojson`: one line or area per feature, with a name and a note. Draw more in any map editor
  that writes GeoJSON.
""",
}

ROADS = {
    "case.toml": """\
# An invented network of ten roads, drawn by hand: nodes.csv and edges.csv beside this file.
format = 2
title = {title}
roads = "."
[rules]
mode = "car"
""",
    "network.toml": """\
format = 1
title = {title}
licence = "own work"
attribution = "drawn by hand"
""",
    "nodes.csv": """\
node,lon,lat
Alder,12.00,4.00
Birch,12.10,4.02
Cedar,12.21,4.05
Elm,12.02,4.11
Fork,12.11,4.10
Bridge,12.15,4.12
Hazel,12.24,4.15
""",
    "edges.csv": """\
from,to
Alder,Birch
Birch,Cedar
Alder,Elm
Birch,Fork
Elm,Fork
Fork,Bridge
Bridge,Hazel
Cedar,Hazel
Elm,Bridge
Alder,Fork
""",
    "places.csv": """\
name,lon,lat
Alder,12.00,4.00
Hazel,12.24,4.15
""",
    "README.md": """\
# {heading}

An invented network of ten roads: `convoy-geo map {folder}` draws it, `convoy-geo route --case
{folder} Alder Hazel` finds a route, `convoy-geo roads info {folder}` says what is there.

- `nodes.csv`: where roads meet or bend: a name of your own, lon before lat in degrees.
- `edges.csv`: a road a line, from node to node, straight. These columns may be added: `edge` (a
  key; else it is made of the two nodes), `ref`, `name`, `class` (such as primary, track),
  `surface` (paved, paved_degraded, unpaved), `oneway` (yes, no, -1), `waypoints` (nodes in order,
  joined by `|`), `published_km` with `published_source`, `confidence`, `note`.
- `network.toml`: what the network is called, and whose work it is.
- `places.csv`: places of the story; they need not be nodes.
""",
}

STARTERS = {"march": MARCH, "ship": SHIP, "quick": QUICK, "roads": ROADS}
"""Files of each story by name; ``{title}`` and ``{folder}`` are placeholders."""


def starter_files(name: str, *, title: str, heading: str, folder: str) -> dict[str, str]:
    """The files of a starter story.

    Parameters
    ----------
    name
        ``march``, ``ship``, ``quick`` or ``roads``.
    title
        The title as quoted TOML text.
    heading, folder
        Title and folder name for the README.

    Raises
    ------
    KeyError
        If there is no such story.
    """
    values = {"title": title, "heading": heading, "folder": folder}
    written = {}
    for file, text in STARTERS[name].items():
        is_text = file.endswith((".toml", ".md", ".geojson"))
        written[file] = text.format(**values) if is_text else text
    return written
