"""Create a new case: a folder with templates; ``check`` lists what to fill in."""

from __future__ import annotations

import json
import re
import textwrap
from typing import TYPE_CHECKING, Any

from convoy_geo.casefiles.locate import own_folder
from convoy_geo.casefiles.locking import case_lock, is_case_folder
from convoy_geo.casefiles.starters import STARTERS, starter_files
from convoy_geo.casefiles.transaction import make_folder
from convoy_geo.errors import FolderInUseError, OutputFileError
from convoy_geo.io.csv_writing import csv_line
from convoy_geo.model import schema
from convoy_geo.model.case_info import CASE_FILE, ID_LENGTH
from convoy_geo.type_checks import checks_types

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from convoy_geo.model.columns import RecordColumn, RecordTable

__all__ = ["case_file_page", "case_texts", "columns_page", "make_case", "new_case"]

CASE_TEMPLATE = """\
# One story. The tables beside this file hold its reports, places, claims and routes; README.md
# explains each. A line that starts with # is a comment: remove the # to use it.
format = 2
id = {id}
title = {title}
summary = ""

# First and last day of the story, such as "2017-08-25". Where they are empty, the dates in the
# tables are used.
start = ""
end = ""
time_zone = "UTC"                    # the time zone of all dates, such as "Asia/Damascus"

# A road network: a file or folder beside this file, such as "my.roads", which
# `convoy-geo roads build` makes, or one of geodata/roads. Without one, lines are straight.
# roads = "syria-iraq-2017"

# Initial map view: west, south, east, north in degrees. By default it fits the places.
# view = [36.0, 33.3, 42.4, 35.8]

# Pairs of places whose distance is compared with every reported one.
# distance_checks = [["One town", "Another town"]]

# Routes that the map computes over the roads, with and without the closures of `day`.
# [[alternatives]]
# from = "One town"
# to = "Another town"
# day = "2017-08-31"

# What is assumed. `mode` is how things travel: bus, car, foot, ship and others. Without roads and
# without a mode, no verdict says whether one place could be reached from another in time.
# The other rules name topics of claims.csv, and claims are compared by a rule only if it is here:
# `once`: it happens once. `one_place`: it says where the one thing is (instead of the usual
# topics). `order`: what comes before what. `apart`: places that do not overlap, such as control
# zones. `final`: states that nobody leaves, such as rescued. `open`: units whose number may change.
# `whole`: the unit that the moving group consists of.
# [rules]
# mode = "ship"
# once = ["departure"]
# one_place = ["departure", "position", "arrival"]
# order = ["departure", "arrival"]
# apart = ["government_territory", "rebel_territory"]
# final = ["rescued"]
# open = ["passengers"]
# whole = "buses"

# Your own modes of travel. `like` is a known mode, whose traffic rules hold; `kmh` are speeds on
# roads (low, high, or low, typical, high). `off_road_kmh` and `day_h` (hours a day) may be added.
# [modes.pickup]
# name = "pickup trucks"
# like = "any_vehicle"
# kmh = [20, 60, 110]
# source = "where these speeds come from"

# States and places that form one zone. A thing is in one zone at a time: what is in a town listed
# under "north" is not in a state listed under "south".
# [rules.zones]
# north = ["border_town"]
# south = ["in_desert", "desert_village"]

# Where a counted thing can be: the values of the column `state` of claims.csv, each with its label.
# The ledger adds up all of them except `total`.
[states]
total = "in all"
unaccounted = "not accounted for"

# The parties behind claims, each with a colour.
[[side]]
id = "reporter"
name = "Reporter's own statement"
colour = "#404040"

# How the page begins. Without this table a draft is made from the title and the claims. `count`
# is the day whose counts are at the top, or "none". `states` gives the order of the states, each
# filled solid, tint, hatch or dots. `shape` is bus, car, lorry, ship, person or box.
# [story]
# headline = "Where did the buses go?"
# sentence = "One sentence on what is known."
# kicker = "Country, month and year"
# byline = "By your name"
# date = "2024-05-01"
# count = "2017-09-03"
# shape = "bus"
# road = ["a_town", "another_town"]    # of the time-distance diagram: ids of places in order
# [story.states]
# in_desert = "solid"
# [story.archive]
# R1 = "https://web.archive.org/..."

# [[side]]
# id = "government"
# name = "Government"
# colour = "#0072B2"
# label = "Gov't"                    # a short name for maps
"""

README_HEAD = """\
# {title}

One case of convoy_geo. `convoy-geo check {folder}` lists everything that is missing or wrong,
with file, line and column; `convoy-geo map {folder}` makes the map. Tables are CSV in UTF-8
with a header; lists are joined by `|`; dates are EDTF: `2017-08-30`, `2017-08`,
`2017-08-30/2017-09-03` (from, to), `../2017-09-02` (open start), `2017-08-30~` (about).
Coordinates are WGS 84 degrees.

`case.toml` holds the title, the span, the sides with their colours, the states and the first view.
A title is enough: `check` lists what is assumed for the rest. A table may be missing, and may have
just the columns that it uses.
"""

AREAS = """\
## areas.geojson

Optional: outlines of places, as polygons with the property `place`. With `"ours": true` an
outline is a rough one of your own, such as that of a desert or a zone of control: it is drawn in
dashes and said to be ours. An outline may have `name` in place of `place`. A `country`, `province`
or `region` of the shape `area` without an outline takes that of the country or the first-level
region of its name on the basemap (`Bavaria` or `Bayern`), if it lies there and is about as large.

## lines.geojson

Optional: lines and areas that are drawn as given, with `id`, `name`, and optionally
`when` (EDTF), `source` and `note`. A line with the id of a route of two places is its course where
its way over the roads is unknown.

## basemap.geojson

Optional: water, coast, woods and so on of a town, over the world basemap, as features
with `kind` (`sea`, `land`, `built`, `wood`, `water`; `coast`, `river`, `rail`, `admin`, `border`;
`name`); `convoy-geo basemap build` writes it.
"""

CASE_FILE_HEAD = """\
# The file case.toml

Each case has one. Only `title` is needed; all else has a default, which `convoy-geo check` states.
This is the file that `convoy-geo new` writes. Lines that start with `#` are comments and examples.
"""
COLUMNS_HEAD = """\
# Columns of a case's files

Every column, as the records of `convoy_geo/model` declare it; `convoy-geo new` writes the same into
the README of a case. Tables are CSV in UTF-8 with a header. "Required" cells must not be empty;
"optional" columns may be left out of a file. Dates and times are EDTF, such as `2017-08-30`,
`2017-08-30T14:00`, `2017-08-30T14:00+03:00` or `2017-08-30/2017-09-03`; a time without an offset is
meant in the `time_zone` of case.toml.
"""


@checks_types
def new_case(folder: str | Path, *, title: str = "", start_from: str = "") -> list[Path]:
    """Create an empty case with commented templates, or a small invented one.

    Parameters
    ----------
    folder
        A folder that does not exist or is empty; its parent must exist.
    title
        Title of the case; by default the folder's name.
    start_from
        ``march``, ``ship`` or ``quick``: a tiny invented story that can be mapped immediately,
        explained in its README.

    Returns
    -------
    list of Path
        The files. For an empty case `check_case` lists what must be filled in: the first and the
        last day of the story.

    Raises
    ------
    FolderInUseError
        If the folder is not empty, or is a file: nothing is ever overwritten.
    OutputFileError
        If the folder cannot be created, or has the name of a bundled case.
    ValueError
        If there is no such story.
    """
    if start_from and start_from not in STARTERS:
        msg = f"`start_from` must be one of {', '.join(STARTERS)}, not {start_from!r}"
        raise ValueError(msg)
    target = own_folder(folder)
    return make_case(target, case_texts(target, title=title, start_from=start_from))


def make_case(folder: Path, texts: Mapping[str, str]) -> list[Path]:
    """Create the folder of a case, atomically.

    Parameters
    ----------
    folder
        As for `new_case`.
    texts
        Content of its files by name; an empty text creates no file.

    Raises
    ------
    FolderInUseError
        If the folder is not empty, or is a file.
    OutputFileError
        If the folder cannot be created.
    """
    if not folder.parent.is_dir():
        msg = f"cannot create the folder {str(folder)!r}: its parent does not exist"
        raise OutputFileError(msg)
    with case_lock(folder):
        if folder.exists() and (not folder.is_dir() or is_case_folder(folder)):
            msg = f"{str(folder)!r} already exists and is not empty; nothing was written"
            raise FolderInUseError(msg)
        return make_folder(folder, {name: text for name, text in texts.items() if text})


def case_texts(folder: Path, *, title: str = "", start_from: str = "") -> dict[str, str]:
    """The files of a new case, by name.

    Parameters
    ----------
    folder
        Folder of the case; its name becomes the case id.
    title
        Title of the case; by default the folder's name.
    start_from
        The story to start from; by default an empty case.
    """
    name = folder.resolve().name
    title = " ".join(title.split()) or name
    case_id = re.sub(r"[^\w.-]+", "-", name).strip("-.")[:ID_LENGTH] or "case"
    if start_from:
        quoted = json.dumps(title, ensure_ascii=False)
        return starter_files(start_from, title=quoted, heading=title, folder=name)
    headers = {t.file: csv_line([column.name for column in t.columns]) for t in schema.TABLES}
    return {
        CASE_FILE: CASE_TEMPLATE.format(
            id=json.dumps(case_id, ensure_ascii=False), title=json.dumps(title, ensure_ascii=False)
        ),
        "closures.geojson": '{\n"type": "FeatureCollection",\n"features": [\n]\n}\n',
        **headers,
        "README.md": _readme(title, name),
    }


def _readme(title: str, folder: str) -> str:
    head = README_HEAD.format(title=title, folder=folder)
    return "\n".join([head, *map(_about, schema.EVERY), AREAS])


def case_file_page() -> str:
    """The text of docs/case-toml.md: what every line of case.toml is."""
    template = CASE_TEMPLATE.format(id=json.dumps("my-case"), title=json.dumps("My story"))
    return f"{CASE_FILE_HEAD}\n```toml\n{template}```\n"


def columns_page() -> str:
    """The text of docs/columns.md: the description of every column of a case's files."""
    return "\n".join([COLUMNS_HEAD, *map(_about, schema.EVERY), AREAS])


def _about(table: RecordTable[Any]) -> str:
    """The purpose of a table, and each of its columns."""
    items = [_filled(_column(column)) for column in table.columns]
    return f"## {table.file}\n\n{_filled(table.about)}\n\n" + "\n".join(items) + "\n"


def _column(column: RecordColumn) -> str:
    """A column's name, meaning and type, and whether it is required."""
    notes = [
        column.kind.words,
        *(["required"] if column.required else []),
        *(["optional"] if column.optional else []),
        *([f"formerly `{column.old_name}`"] if column.old_name else []),
    ]
    return f"- `{column.name}`: {column.meaning} ({'; '.join(notes)})"


def _filled(item: str) -> str:
    indent = "  " if item.startswith("- ") else ""
    return textwrap.fill(
        item, 100, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
