"""The file case.toml: a case's title, sides, states, view and rules."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from convoy_geo.dates.interval import UNDATED, Interval, read_dates, time_zone
from convoy_geo.display import shown
from convoy_geo.errors import DateError, Fault
from convoy_geo.io.cell_checks import id_text, pattern
from convoy_geo.io.csv_tables import read_text
from convoy_geo.model.own_modes import read_modes
from convoy_geo.model.shades import Shades, shades_of
from convoy_geo.model.story import StoryText, read_story
from convoy_geo.model.travel_modes import TravelMode, mode_names, travel_mode

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["CASE_FILE", "CaseInfo", "Side", "read_info"]

CASE_FILE = "case.toml"
ID_LENGTH = 100
"""Maximum length of a case id; files are named after it."""
FORMAT = 2
"""Format of new cases; format 1 (`means` for `mode`, `ways` for `leg_modes`) can be read too."""
WORLD = (-180.0, -60.0, 180.0, 80.0)
"""The view of a case without places."""
NO_DAY = date(1970, 1, 1)
RULES = ("once", "one_place", "order", "apart", "final", "open")
"""Keys of ``[rules]`` that hold lists of ids; the others are `zones`, `whole` and `mode`."""


@dataclass(frozen=True)
class Side:
    """A party behind claims: its key, name and colours (``#rrggbb``).

    Parameters
    ----------
    id, name
        Key and display name.
    colour
        Fill colour on a light background.
    label
        A short name for maps; if empty, `name` is used.
    text, dark, dark_text
        Text colour on a light background, fill and text colour on a dark background; derived from
        `colour` if empty.
    """

    id: str
    name: str
    colour: str
    label: str = ""
    text: str = ""
    dark: str = ""
    dark_text: str = ""

    @property
    def short(self) -> str:
        """The name shown on maps."""
        return self.label or self.name

    @property
    def shades(self) -> Shades:
        """Its fill and text colours on light and dark backgrounds."""
        return shades_of(self.colour, self.text, self.dark, self.dark_text)


@shown
@dataclass(frozen=True)
class CaseInfo:
    """The content of ``case.toml``.

    Parameters
    ----------
    id, title, summary
        Key, title, and a summary of a few sentences.
    start, end
        Time span of the case; texts are in UTC.
    time_zone
        IANA name of the time zone in which days are counted.
    view
        West, south, east, north in degrees: the initial map view. East exceeds 180 in a view across
        the antimeridian.
    sides
        The sides by id.
    states
        Labels by state id: the places or conditions of counted things.
    distance_checks
        Pairs of place names whose distance is listed in the summary.
    alternatives
        Triples of origin, destination and day for which the map computes alternative routes.
    roads
        Name of a network below geodata/roads, or a path relative to the file; empty for none.
    rules
        The assumptions used when claims are compared: see
        `convoy_geo.analysis.consistency.encode.StoryRules`.
    mode
        Travel mode used for verdicts; empty if not specified. See `convoy_geo.model.travel_modes`.
    format
        Version of the case's file format, 1 or 2.
    zones
        By zone, the ids of the states and places in it: from ``[rules.zones]``.
    whole
        By group, the unit that makes up its total: ``whole`` of ``[rules]``.
    given
        The keys present in the file; the values of the others are derived from the tables.
    story
        Headline, byline and other page texts: from ``[story]``.
    modes
        Modes of travel of its own, by key: of ``[modes]``.
    """

    id: str
    title: str
    summary: str
    start: Interval
    end: Interval
    time_zone: str
    view: tuple[float, float, float, float]
    sides: Mapping[str, Side]
    states: Mapping[str, str]
    distance_checks: tuple[tuple[str, str], ...] = ()
    alternatives: tuple[tuple[str, str, str], ...] = ()
    roads: str = ""
    rules: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    mode: str = ""
    format: int = FORMAT
    zones: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    whole: Mapping[str, str] = field(default_factory=dict)
    given: frozenset[str] = frozenset()
    story: StoryText = field(default_factory=StoryText)
    modes: Mapping[str, TravelMode] = field(default_factory=dict)

    def __post_init__(self) -> None:
        read_dates(self, "start", "end")

    def travel_mode(self, mode: str | TravelMode) -> TravelMode:
        """A mode of travel by its key: one of the case, or of the table.

        Raises
        ------
        ModeNotFoundError
            If there is none.
        """
        if isinstance(mode, str) and mode in self.modes:
            return self.modes[mode]
        return travel_mode(mode, also=tuple(self.modes))

    @property
    def first_day(self) -> date:
        """The first day of the case; 1970-01-01 if unknown."""
        if not self.start:
            return NO_DAY
        return date.fromordinal(self.start.days[0])

    @property
    def last_day(self) -> date:
        """The last day of the case; 1970-01-01 if unknown."""
        if not self.end:
            return NO_DAY
        return date.fromordinal(self.end.days[1])


def read_info(folder: Path, text: str | None = None) -> tuple[CaseInfo | None, list[Fault]]:
    """Read a case's case.toml; return the information or all validation errors.

    Parameters
    ----------
    folder
        The case's folder.
    text
        The content of the file; by default it is read from disk.
    """
    if text is None:
        text, faults = read_text(folder / CASE_FILE, CASE_FILE, inside=folder)
        if text is None:
            return None, faults
    import tomllib  # noqa: PLC0415

    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # TOMLDecodeError is a ValueError
        return None, [Fault(CASE_FILE, 0, "", "", f"broken TOML: {error}", "TOML 1.0")]
    reader = _InfoReader(document, text, folder.resolve().name)
    return reader.read(), reader.faults


class _InfoReader:
    """Turns the document of a case.toml into a `CaseInfo`, or into validation errors."""

    def __init__(self, document: dict[str, Any], text: str, folder: str) -> None:
        self.document = document
        self.folder = folder
        self.lines = text.splitlines()
        self.faults: list[Fault] = []
        self.word = "mode"  # its key in `[rules]` in this format
        self.modes: dict[str, TravelMode] = {}

    def read(self) -> CaseInfo | None:
        get = self.document.get
        if get("id") is not None:
            self.case_id(get("id"))
        version = get("format", FORMAT)
        if type(version) is not int or not 1 <= version <= FORMAT:
            self.fault("format", version, f"{FORMAT}, or 1 for a case of an older version")
            version = FORMAT
        self.word = "means" if version == 1 else "mode"
        texts = {
            name: self.text(name, get(name), required=name == "title" or self.is_open(name))
            for name in ("id", "title", "summary", "start", "end", "time_zone", "roads")
        }
        zone = self.zone(texts["time_zone"])
        start, end = self.days(texts.pop("start"), texts.pop("end"), zone)
        view = None if get("view") is None else self.view(get("view"))
        sides = self.sides(get("side", []))
        if not texts["id"]:
            texts["id"] = re.sub(r"[^\w.-]+", "-", self.folder).strip("-.") or "case"
        states = get("states", {})
        if not isinstance(states, dict) or not all(isinstance(v, str) for v in states.values()):
            self.fault("states", states, "a table of id = label")
            states = {}
        checks = self.texts_lists("distance_checks", get("distance_checks", []))
        ways = self.alternatives(get("alternatives", []))
        self.modes, wrong_modes = read_modes(get("modes", {}))
        for item in wrong_modes:
            self.fault(*item)
        given = get("rules", {})
        travel = self.mode(given.get(self.word, "")) if isinstance(given, dict) else ""
        rules = self.rules(given)
        zones = self.zones(given.get("zones", {})) if isinstance(given, dict) else {}
        whole = self.whole(given.get("whole", {})) if isinstance(given, dict) else {}
        story, wrong = read_story(get("story", {}), zone)
        for item in wrong:
            self.fault(*item)
        if self.faults:
            return None
        return CaseInfo(
            start=start or UNDATED,
            end=end or UNDATED,
            **{name: text.strip() for name, text in texts.items()},
            view=view or WORLD,
            given=frozenset(name for name in self.document if self.document[name] != ""),
            sides=sides,
            states=states,
            distance_checks=tuple((pair[0], pair[1]) for pair in checks),
            alternatives=ways,
            rules=rules,
            mode=travel,
            format=version,
            zones=zones,
            whole=whole,
            story=story,
            modes=self.modes,
        )

    def is_open(self, name: str) -> bool:
        """Whether the file still has a placeholder to be filled in."""
        return name == "id" and name in self.document

    def fault(self, name: str, value: object, allowed: str) -> None:
        starts = (f"{name} ", f"{name}=", f"[{name}", f"[[{name}")
        line = next((i for i, text in enumerate(self.lines, 1) if text.startswith(starts)), 0)
        problem = "missing" if value is None or value == "" else "bad value"
        shown = "" if value is None else str(value)[:80]
        self.faults.append(Fault(CASE_FILE, line, name, shown, problem, allowed))

    def days(self, start: str, end: str, zone: str) -> tuple[Interval | None, Interval | None]:
        """Start and end of the case: both must be closed dates, in order."""
        found = [self.date(name, text, zone) for name, text in (("start", start), ("end", end))]
        first, last = found
        if first and last and last.end < first.start:
            self.fault("end", end, f"a day not before the start, {start}")
        return first, last

    def date(self, name: str, text: str, zone: str) -> Interval | None:
        if not text:  # already reported
            return None
        try:
            found = Interval.parse(text, zone)
        except DateError:
            found = None
        if found is None or found.first is None or found.last is None:
            self.fault(name, text, "a day such as 2017-08-31, or a time such as 2017-08-31T14:00")
        return found

    def zone(self, name: str) -> str:
        try:
            time_zone(name)
        except DateError:
            self.fault("time_zone", name, 'an IANA name such as "Asia/Damascus"')
            return ""
        return name

    def case_id(self, value: object) -> None:
        """Check that the id is a word, not a path: files are named after it."""
        if isinstance(value, str) and value and (id_text(value) or len(value) > ID_LENGTH):
            self.fault("id", value, f"letters, digits, _ . and -, at most {ID_LENGTH}, no path")

    def text(self, name: str, value: object, *, required: bool) -> str:
        if isinstance(value, str) and (value or not required):
            return value
        if value is None and not required:
            return ""
        day = name in {"start", "end"}
        self.fault(name, value, 'a day such as "2017-08-31"' if day else "a text in quotes")
        return ""

    def view(self, value: object) -> tuple[float, float, float, float]:
        allowed = (
            "[west, south, east, north] in degrees, south below north; "
            "west above east is a view across 180 degrees"
        )
        if (
            isinstance(value, list)
            and len(value) == 4
            and all(isinstance(v, int | float) for v in value)
        ):
            west, south, east, north = map(float, value)
            if -180 <= west <= 180 and -180 <= east <= 180 and -90 <= south < north <= 90:
                if west < east:
                    return west, south, east, north
                # Across the antimeridian, as in RFC 7946
                return west, south, east + 360.0, north
        self.fault("view", value, allowed)
        return -180.0, -90.0, 180.0, 90.0

    def sides(self, value: object) -> dict[str, Side]:
        colour = pattern("#[0-9A-Fa-f]{6}", "a colour such as #0072B2")
        sides: dict[str, Side] = {}
        if not isinstance(value, list):
            self.fault("side", value, "[[side]] tables with id, name and colour")
            return sides
        for item in value:
            parts = [item.get(key) for key in ("id", "name", "colour")]
            if not all(isinstance(part, str) and part for part in parts) or colour(parts[2]):
                self.fault("side", item, "id, name and a colour such as #0072B2")
            elif allowed := id_text(parts[0]):
                self.fault("side", parts[0], allowed)
            elif parts[0] in sides:
                self.fault("side", parts[0], "each id only once")
            else:
                more = {key: item.get(key, "") for key in ("label", "text", "dark", "dark_text")}
                for key, text in more.items():
                    if not isinstance(text, str) or (key != "label" and text and colour(text)):
                        self.fault("side", text, f"{key} = a text, a colour such as #0072B2")
                        more[key] = ""
                sides[parts[0]] = Side(*parts, **more)
        return sides

    def rules(self, value: object) -> dict[str, tuple[str, ...]]:
        lists = value
        if isinstance(value, dict):
            others = {self.word, "zones", "whole"}
            lists = {name: items for name, items in value.items() if name not in others}
        if isinstance(lists, dict) and all(
            name in RULES and isinstance(items, list) and all(isinstance(i, str) for i in items)
            for name, items in lists.items()
        ):
            return {name: tuple(items) for name, items in lists.items()}
        allowed = (
            f"lists of ids, each one of {', '.join(RULES)}; {self.word} = one mode of travel; "
            "whole = one unit; and a table zones"
        )
        self.fault("rules", value, allowed)
        return {}

    def zones(self, value: object) -> dict[str, tuple[str, ...]]:
        if isinstance(value, dict) and all(
            name and isinstance(items, list) and all(isinstance(i, str) for i in items)
            for name, items in value.items()
        ):
            return {name: tuple(items) for name, items in value.items()}
        self.fault("rules.zones", value, "a table of zone = list of ids of states and places")
        return {}

    def whole(self, value: object) -> dict[str, str]:
        """The unit of the main group alone, or a table of group = unit."""
        units = {"": value} if isinstance(value, str) else value
        if isinstance(units, dict) and all(isinstance(u, str) and u for u in units.values()):
            return units
        self.fault("whole", value, "a unit, or a table of group = unit")
        return {}

    def mode(self, value: object) -> str:
        known = (*mode_names(), *self.modes)
        if value == "" or value in known:
            return str(value)
        self.fault(self.word, value, f"one of {', '.join(known)}")
        return ""

    def texts_lists(self, name: str, value: object) -> list[list[str]]:
        if isinstance(value, list) and all(
            isinstance(pair, list) and len(pair) == 2 and all(isinstance(t, str) for t in pair)
            for pair in value
        ):
            return value
        self.fault(name, value, "pairs of place names")
        return []

    def alternatives(self, value: object) -> tuple[tuple[str, str, str], ...]:
        ways = []
        for item in value if isinstance(value, list) else [value]:
            parts = (
                [item.get(key, "") for key in ("from", "to", "day")]
                if isinstance(item, dict)
                else []
            )
            if len(parts) == 3 and all(isinstance(part, str) for part in parts) and all(parts[:2]):
                ways.append((parts[0], parts[1], parts[2]))
            else:
                self.fault("alternatives", item, "[[alternatives]] tables with from, to and day")
        return tuple(ways)
