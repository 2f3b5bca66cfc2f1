"""The presentation of a case: its headline, byline, and the chapters of its page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from convoy_geo.dates.interval import UNDATED, Interval, read_dates
from convoy_geo.display import shown
from convoy_geo.errors import DateError
from convoy_geo.io.cell_checks import id_text
from convoy_geo.model.columns import (
    DATE,
    FLAG,
    ID,
    IDS,
    TEXTS,
    Declared,
    list_of,
    text_of,
)

__all__ = ["FILLS", "HEADLINE_LENGTH", "LINKED", "SHAPES", "Chapter", "StoryText", "read_story"]

FILLS = ("solid", "tint", "hatch", "dots")
"""Fill of a counted thing, by its state; unexplained ones are left empty."""
SHAPES = ("bus", "car", "lorry", "ship", "person", "box")
"""Small shapes that each represent one counted unit."""
HEADLINE_LENGTH = 110
"""Maximum length of a headline in characters: two or three lines on a phone."""
NO_COUNT = "none"
KEYS = (
    "headline", "sentence", "kicker", "byline", "date", "archive", "count", "states", "shape",
    "road",
)  # fmt: skip


@shown
@dataclass(frozen=True)
class StoryText:
    """The texts at the top of a case's page: ``[story]`` of case.toml.

    Parameters
    ----------
    headline, sentence
        The question, and one sentence; drafted from the title and the claims if empty.
    kicker
        A few words above the headline, such as place and month.
    byline, date
        Author and date of the page.
    archive
        Addresses of archived copies, by report.
    count
        The day whose counts are shown at the top; if empty, the day with the most complete counts.
    counts
        Whether counts are shown at the top; False if the file has ``count = "none"``.
    states
        By state, in display order, the fill of a counted unit: one of `FILLS`.
    shape
        The shape of a counted unit, one of `SHAPES`; derived from the unit's name if empty.
    road
        Ids of places in order, two or more: the road of the page's time-distance diagram. Without
        them there is none.
    """

    headline: str = ""
    sentence: str = ""
    kicker: str = ""
    byline: str = ""
    date: Interval = UNDATED
    archive: Mapping[str, str] = field(default_factory=dict)
    count: Interval = UNDATED
    counts: bool = True
    states: Mapping[str, str] = field(default_factory=dict)
    shape: str = ""
    road: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        read_dates(self, "date", "count")


LINKED = re.compile(r"\[([^\[\]]+)\]\(([\w.-]+)\)")
"""A link in a chapter's text to a claim: ``[six buses](R0-21)``."""
NUMBER = r"-?\d+(?:\.\d+)?"
VIEW = list_of(text_of(NUMBER, "degrees: west, south, east, north"))


@shown
@dataclass(frozen=True)
class Chapter:
    """One step of a case's page: a heading, a text, and the claims that it is based on.

    Each field has a column in chapters.csv, which is declared here.
    """

    id: Annotated[str, Declared("Key within its case.", ID, name="chapter", required=True)]
    heading: Annotated[str, Declared("A few words.", required=True)]
    text: Annotated[
        tuple[str, ...],
        Declared(
            "Its paragraphs, in your own words. `[words](CLAIM)` links the words to a claim.",
            TEXTS,
            required=True,
        ),
    ]
    claims: Annotated[
        tuple[str, ...],
        Declared("Ids of the claims that it is based on, at least one.", IDS),
    ] = ()
    day: Annotated[
        Interval, Declared("The days or hours that it is about; its picture shows them.", DATE)
    ] = UNDATED
    view: Annotated[
        tuple[str, ...],
        Declared(
            "Extent of its picture: west, south, east, north in degrees; empty: the case's view.",
            VIEW,
            optional=True,
        ),
    ] = ()
    sides: Annotated[
        tuple[str, ...],
        Declared("Ids of the sides that its picture shows; empty for all.", IDS, optional=True),
    ] = ()
    routes: Annotated[
        tuple[str, ...],
        Declared(
            "Ids of the routes that its picture shows; empty for those of its claims.",
            IDS,
            optional=True,
        ),
    ] = ()
    twin: Annotated[
        bool,
        Declared(
            "Whether each of its sides has a separate picture, all of the same extent.",
            FLAG,
            optional=True,
        ),
    ] = False
    note: Annotated[str, Declared("A note on its picture, in small print.", optional=True)] = ""

    def __post_init__(self) -> None:
        read_dates(self, "day")

    @property
    def linked(self) -> tuple[str, ...]:
        """Ids of the claims linked in its text."""
        return tuple(claim for part in self.text for _, claim in LINKED.findall(part))

    @property
    def box(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north; None to use the case's view."""
        if len(self.view) != 4:
            return None
        west, south, east, north = map(float, self.view)
        return (west, south, east if west < east else east + 360, north) if south < north else None


Wrong = tuple[str, object, str]
"""A key of case.toml, its value, and what is allowed."""


def read_story(value: object, zone: str = "") -> tuple[StoryText, list[Wrong]]:
    """Read ``[story]`` of a case.toml; also return what is wrong with it.

    Parameters
    ----------
    value
        The table as parsed.
    zone
        The time zone of days.
    """
    if not isinstance(value, Mapping):
        return StoryText(), [("story", value, "a table")]
    wrong: list[Wrong] = [
        ("story", key, f"one of {', '.join(KEYS)}") for key in value if key not in KEYS
    ]
    texts = {}
    for key in ("headline", "sentence", "kicker", "byline", "shape"):
        text = value.get(key, "")
        if isinstance(text, str):
            texts[key] = " ".join(text.split())
        else:
            wrong.append((key, text, "a text in quotes"))
    if texts.get("shape") and texts["shape"] not in SHAPES:
        wrong.append(("shape", texts.pop("shape"), f"one of {', '.join(SHAPES)}"))
    counts = value.get("count") != NO_COUNT
    if not counts:
        value = {**value, "count": ""}
    days = {key: _day(key, value.get(key, ""), zone, wrong) for key in ("date", "count")}
    archive = _texts("archive", value.get("archive", {}), wrong)
    for report, address in archive.items():
        if not address.startswith(("http://", "https://")):
            wrong.append(("archive", address, "addresses that start with http:// or https://"))
        elif allowed := id_text(report):
            wrong.append(("archive", report, allowed))
    states = _texts("states", value.get("states", {}), wrong)
    wrong += [
        ("states", fill, f"one of {', '.join(FILLS)}")
        for fill in states.values()
        if fill not in FILLS
    ]
    road = value.get("road", [])
    if not isinstance(road, list) or not all(isinstance(one, str) for one in road):
        wrong.append(("road", road, "a list of ids of places"))
        road = []
    story = StoryText(
        texts.get("headline", ""), texts.get("sentence", ""), texts.get("kicker", ""),
        texts.get("byline", ""), days["date"], archive, days["count"], states=states,
        counts=counts, shape=texts.get("shape", ""),
        road=tuple(road),
    )  # fmt: skip
    return story, wrong


def _day(key: str, text: Any, zone: str, wrong: list[Wrong]) -> Interval:
    try:
        if isinstance(text, str):
            return Interval.parse(text, zone) if text else UNDATED
    except DateError:
        pass
    wrong.append((key, text, 'a day such as "2017-09-03"'))
    return UNDATED


def _texts(key: str, value: Any, wrong: list[Wrong]) -> dict[str, str]:
    if isinstance(value, Mapping) and all(isinstance(one, str) for one in value.values()):
        return dict(value)
    wrong.append((key, value, "a table of id = text"))
    return {}
