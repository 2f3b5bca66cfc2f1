"""A new, empty case: a folder with templates that ``check`` reads and says what to fill in."""

from __future__ import annotations

import csv
import io
import json
import re
import textwrap
from typing import TYPE_CHECKING

from convoy_geo.casefiles.locate import own_folder
from convoy_geo.errors import FolderInUseError, OutputFileError
from convoy_geo.io.files import writing
from convoy_geo.model import schema
from convoy_geo.model.case_info import CASE_FILE
from convoy_geo.model.claims import (
    CREDIBILITIES,
    PLACE_ROLES,
    PRECISIONS,
    READINGS,
    RELIABILITIES,
    STATUSES,
)
from convoy_geo.model.place_kinds import PLACE_KINDS
from convoy_geo.model.relative_places import FORMS

if TYPE_CHECKING:
    from pathlib import Path

    from convoy_geo.io.csv_tables import Table

__all__ = ["new_case"]

CASE_TEMPLATE = """\
# One story. Tables beside this file hold its reports, places, claims and routes; README.md tells
# what each is for. A line that starts with # is a comment: take the # away to use it.
format = 2
id = {id}
title = {title}
summary = ""

# First and last day of the story, such as "2017-08-25". Fill these in.
start = ""
end = ""
time_zone = "UTC"                    # the zone in which days are meant, such as "Asia/Damascus"

# A road network: a folder with nodes.csv, edges.csv and network.toml below geodata/roads or beside
# this file. Without one there are straight lines only.
# roads = "syria-iraq-2017"

# What the map shows first: west, south, east, north in degrees. Now it is the world.
view = [-180.0, -85.0, 180.0, 85.0]

# Pairs of place names whose distance is held against every reported one.
# distance_checks = [["One town", "Another town"]]

# Ways that the map computes over the roads, before and after the closures of `day`.
# [[alternatives]]
# from = "One town"
# to = "Another town"
# day = "2017-08-31"

# What may be taken for granted. `mode` is how things travel: bus, car, foot, ship or sail. Without
# roads and without it, no verdict says whether one place could be reached from another in time.
# The others name topics of claims.csv, which only then are held against each other by these rules:
# `once` what happens once, `one_place` what tells where the one thing is (in place of the topics
# that are usual for it), `order` what comes before what; `apart` are places that are no part of
# each other, such as control zones. `final` are states that nobody leaves, such as rescued; `open`
# are units whose number may change; `whole` is the unit that the moving group is made of.
# [rules]
# mode = "ship"
# once = ["departure"]
# one_place = ["departure", "position", "arrival"]
# order = ["departure", "arrival"]
# apart = ["government_territory", "rebel_territory"]
# final = ["rescued"]
# open = ["passengers"]
# whole = "buses"

# States and places that make one zone. A thing is in one zone at a time, so that a town that is
# listed under "north" excludes a state that is listed under "south".
# [rules.zones]
# north = ["border_town"]
# south = ["in_desert", "desert_village"]

# Where a counted thing can be: the ids that the column `state` of claims.csv may hold, each with
# its label. The ledger sums over all but `total`.
[states]
total = "in all"
unaccounted = "not accounted for"

# The parties behind claims, each with a colour.
[[side]]
id = "reporter"
name = "Reporter's own statement"
colour = "#404040"

# [[side]]
# id = "government"
# name = "Government"
# colour = "#0072B2"
"""

README_HEAD = """\
# {title}

One case of convoy_geo. `convoy-geo check {folder}` tells what is missing or wrong, all at once,
with file, line and column; `convoy-geo map {folder}` makes the map. Tables are CSV in UTF-8
with a header; lists are joined by `|`; dates are EDTF: `2017-08-30`, `2017-08`,
`2017-08-30/2017-09-03` (from, to), `../2017-09-02` (open start), `2017-08-30~` (about).
Coordinates are WGS 84 degrees.

`case.toml` holds the title, the span, the sides with their colours, the states and the first view.
"""

ABOUT = {
    "reports.csv": """\
One published text a row. The text itself stays out: `characters` and `sha256` say which one was
read, and `convoy-geo check FOLDER --reports TEXTS` holds the claims against it. `date_order` is
`day_first` or `month_first` where the report writes dates in figures. May be left out: `rests_on`,
the ids of other reports or names of outlets that the whole text rests on, and `rests_basis`, how
that is known.""",
    "places.csv": """\
One place a row. `shape` is `point` (drawn as a dot with its `radius_km`), `area` (drawn as an
area) or `unmapped` (never drawn: a country, a control zone). `role` is `mentioned` by a report,
`context`, or `decoy`: a namesake that is not meant. `road_node` names the node of the road
network. `kind` is one of {kinds}.""",
    "names.csv": """\
One spelling of a place a row, with its `language` (ISO 639), `script` (ISO 15924, such as
`Latn`) and `use`: `report`, `alternate` or `old`.""",
    "claims.csv": """\
One atomic statement a row: who says it (`claimant`, `side`), through whom (`tellers`, joined by
` > ` from the reporter back to the origin), what (`topic`, and `summary` in your own words),
where (`places` as `role:place`, the role one of {roles}), when it `happened` and was `said`,
how many (`low` to `high` of a `unit`, in a `state`), how surely (`status`: {statuses}).
`span_start` and `span_end` count code points of the report's text, `span_sha1` is the start of
the SHA-1 of that slice; `convoy-geo span REPORT WORDS` tells all three. Claims that cannot all
be taken as they stand share a `dispute`.

These columns may be left out:

- `where`: places told in relation to others: {forms}.
- `reliability` of the source: {reliabilities}.
- `credibility` of this information: {credibilities}.
- `precision` of the place: {precisions}.
- `reading`, where the claim is not to be read as usual: {readings}. The first three are of its date
  (at some moment of it; for what it surely covers, as "since Monday" does; for all of it), the
  others of its number (all of them, some of them, at least so many). One of each, such as
  `period at_least`.
- `group`, the id of the moving group that the claim is about, such as `garrison`; empty for the
  main one. Positions of different groups are never held against each other.

The two grades are judgements of whoever keeps the case; leave them empty rather than guess.""",
    "routes.csv": """\
One way that claims tell of a row: `places` in order, and for each leg in `leg_modes` `road` (drawn
over the road network) or `unknown` (a schematic link). `course` is `told` or `assumed`.
`claims` are those it rests on, at least one; places from elsewhere stand in `outside`, with
their `outside_source`.""",
    "closures.geojson": """\
Stretches of road that could not be passed: LineStrings with `id`, `name`, `kind` (`cut` or
`front`), `closed` (EDTF), `edges`, `claims` or a `source`.""",
    "controls.csv": """\
May be left out: who held which stretch of road, when, on whose word.""",
    "mentions.csv": """\
Written by `convoy-geo read`: where a report names which place. It keeps a place that you took out
from being proposed again; may be left out.""",
    "areas.geojson": """\
May be left out: outlines of places of the shape `area`, as polygons with the property `place`.""",
}


def new_case(folder: str | Path, *, title: str = "") -> list[Path]:
    """Make an empty case with commented templates.

    Parameters
    ----------
    folder
        A folder that is not there yet, or is empty; its parent exists.
    title
        Title of the case; by default the folder's name.

    Returns
    -------
    list of Path
        The files. `check_case` names what is still to be filled in: the first
        and the last day of the story.

    Raises
    ------
    FolderInUseError
        If the folder holds anything, or is a file: nothing is ever written over.
    OutputFileError
        If the folder cannot be made, or its name is that of a case that ships.
    """
    target = own_folder(folder)
    try:
        target.mkdir(exist_ok=True)
        used = any(target.iterdir())
    except FileExistsError:
        used = True
    except OSError as error:
        msg = f"cannot make the folder {str(folder)!r}: {error.strerror or error}"
        raise OutputFileError(msg) from error
    if used:
        msg = f"{str(folder)!r} is there already and not empty; nothing was written"
        raise FolderInUseError(msg)
    name = target.resolve().name
    title = " ".join(title.split()) or name
    case_id = re.sub(r"[^\w.-]+", "-", name).strip("-") or "case"
    texts = {
        CASE_FILE: CASE_TEMPLATE.format(
            id=json.dumps(case_id, ensure_ascii=False), title=json.dumps(title, ensure_ascii=False)
        ),
        "closures.geojson": '{\n"type": "FeatureCollection",\n"features": [\n]\n}\n',
        **{table.file: _header(table) for table in schema.TABLES},
        "README.md": _readme(title, name),
    }
    return [_write(target / file, text) for file, text in texts.items()]


def _write(path: Path, text: str) -> Path:
    with writing(path) as stream:
        stream.write(text.encode())
    return path


def _header(table: Table) -> str:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(column.name for column in table.columns)
    return stream.getvalue()


def _readme(title: str, folder: str) -> str:
    values = {
        "kinds": ", ".join(PLACE_KINDS),
        "roles": ", ".join(PLACE_ROLES),
        "statuses": ", ".join(STATUSES),
        "forms": "; ".join(f"`{form}`" for form in FORMS.values()),
        "reliabilities": _grades(RELIABILITIES),
        "credibilities": _grades(CREDIBILITIES),
        "precisions": _grades(PRECISIONS),
        "readings": ", ".join(f"`{reading}`" for reading in READINGS),
    }
    parts = [README_HEAD.format(title=title, folder=folder)]
    parts += [f"## {file}\n\n{_wrapped(text.format(**values))}\n" for file, text in ABOUT.items()]
    return "\n".join(parts)


def _wrapped(text: str) -> str:
    """A text with its paragraphs and list items wrapped anew, since values have filled them."""
    paragraphs = (re.split(r"\n(?=- )", part) for part in text.split("\n\n"))
    return "\n\n".join("\n".join(map(_filled, items)) for items in paragraphs)


def _filled(item: str) -> str:
    indent = "  " if item.startswith("- ") else ""
    return textwrap.fill(
        item, 100, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def _grades(grades: dict[str, str]) -> str:
    return ", ".join(f"{grade} {words}" for grade, words in grades.items())
