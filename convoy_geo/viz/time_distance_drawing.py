"""Where everything of a time-distance diagram stands, in pixels: the road across, days downward.

Each claim has a number in its box, and a line in the key below. So no information depends on
colour alone, and a narrow diagram can be read too: there the zones stand below the road.
"""

from __future__ import annotations

import math
import textwrap
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from convoy_geo.viz.plots import GREY, INK, as_zone
from convoy_geo.viz.symbology import CLOSURE_COLOUR
from convoy_geo.viz.text_width import text_width

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from convoy_geo.analysis.time_distance import ClaimBox, TimeDistance
    from convoy_geo.model.case_info import CaseInfo

__all__ = [
    "DrawnLine", "DrawnRect", "DrawnText", "KeyEntry", "TimeDistanceDrawing", "draw_time_distance",
]  # fmt: skip

NARROW = 620.0
"""Pixels below which zones stand under the road, and the key has one column."""
HOUR_STEPS_H = 72.0
"""A story that is no longer has a row for each hour, not for each day."""
DAY_PX, HOUR_PX, TALLEST = 38.0, 20.0, 1_100.0
LANE, TALL = 25.0, 15.0
"""Width of a box at a point, and height of the smallest one."""
CROWD, NARROWEST = 90.0, 13.0
"""How far boxes of one place and time may spread, and the width of a box among many."""
FONT, SMALL = 12.0, 11.0
PALE = "#dddddd"


@dataclass(frozen=True)
class DrawnRect:
    """A box; `fill` is ``solid``, ``tint`` or ``hatch``, `dash` is ``dash``, ``dot`` or empty.

    `claim` is the id of the claim that it stands for, or empty.
    """

    x: float
    y: float
    width: float
    height: float
    colour: str
    fill: str
    dash: str = ""
    claim: str = field(default="", repr=False)


@dataclass(frozen=True)
class DrawnLine:
    """A straight line."""

    x: float
    y: float
    to_x: float
    to_y: float
    colour: str
    width: float = 1.0
    dashed: bool = False


@dataclass(frozen=True)
class DrawnText:
    """One line of text, y its middle; `anchor` is ``start``, ``middle`` or ``end``."""

    x: float
    y: float
    text: str
    size: float = FONT
    colour: str = INK
    bold: bool = False
    anchor: str = "start"


@dataclass(frozen=True)
class KeyEntry:
    """What a number in a diagram stands for: a claim, and when it was, in words."""

    number: int
    claim: str
    side: str
    label: str
    when: str


@dataclass(frozen=True)
class TimeDistanceDrawing:
    """A diagram in pixels, built bottom to top.

    Parameters
    ----------
    width, height
        Size.
    marks
        What is drawn.
    title
        What a screen reader says.
    rows
        The days over the road (hours, where the diagram goes by the hour) with the pixels at which
        each begins and ends.
    entries
        What each number stands for.
    note
        How to read the boxes, and what is not shown.
    """

    width: float
    height: float
    marks: tuple[DrawnRect | DrawnLine | DrawnText, ...]
    title: str
    rows: tuple[tuple[str, float, float], ...] = field(default=(), repr=False)
    entries: tuple[KeyEntry, ...] = field(default=(), repr=False)
    note: str = field(default="", repr=False)


@dataclass
class _Sheet:
    """Marks so far, and how far down the sheet is used."""

    width: float
    bottom: float = 0.0
    marks: list[DrawnRect | DrawnLine | DrawnText] = field(default_factory=list)
    top: float = 0.0


def draw_time_distance(
    found: TimeDistance, info: CaseInfo, *, width: float = 1040.0, key: bool = True
) -> TimeDistanceDrawing:
    """A time-distance diagram in pixels.

    Parameters
    ----------
    found
        See `convoy_geo.analysis.time_distance`.
    info
        Names, colours and time zone of the case.
    width
        Pixels; of a narrow one the zones stand below the road.
    key
        Whether the key stands below.
    """
    sheet = _Sheet(max(width, 260.0))
    numbers = {box.claim: number for number, box in enumerate(found.boxes, start=1)}
    times = _Times(found, info)
    narrow = sheet.width < NARROW and bool(found.zones)
    room = _lanes_of_zones(found.boxes) if found.zones and not narrow else {}
    zones_px = sum(_zone_px(lanes) for lanes in room.values())
    _road(sheet, found, info, times, numbers, room, right=sheet.width - zones_px)
    if narrow:
        _zones_below(sheet, found, info, times, numbers)
    if key:
        _key(sheet, found, info, numbers)
    stops = ", ".join(name for name, _ in found.stops)
    title = f"Time-distance diagram: {stops}; {len(found.boxes)} claims"
    rows = tuple(times.named_rows(sheet.top))
    entries = tuple(
        KeyEntry(numbers[box.claim], box.claim, box.side, box.label, times.text(box))
        for box in found.boxes
    )
    return TimeDistanceDrawing(
        sheet.width, sheet.bottom + 8, tuple(sheet.marks), title, rows, entries, _note(found)
    )


class _Times:
    """The hours that are shown, and their rows."""

    def __init__(self, found: TimeDistance, info: CaseInfo) -> None:
        ends = [end for box in found.boxes for end in (box.first, box.last) if math.isfinite(end)]
        if not ends:
            day = datetime.combine(info.first_day, datetime.min.time(), UTC).timestamp() / 3600
            ends = [day, day + 24.0]
        self.zone = as_zone(info.time_zone)
        self.hourly = max(ends) - min(ends) <= HOUR_STEPS_H and any(
            self._local(end).time() != datetime.min.time() for end in ends
        )
        step = 1.0 if self.hourly else 24.0
        start = self._local(min(ends))
        start = start.replace(minute=0, second=0) if self.hourly else start.replace(
            hour=0, minute=0, second=0
        )  # fmt: skip
        self.first: float = start.timestamp() / 3600
        until = max(self.first + step, *ends)
        rows = math.ceil((until - self.first) / step - 1e-6)
        self.last: float = self.first + rows * step
        per_row = min(HOUR_PX if self.hourly else DAY_PX, TALLEST / rows)
        self.px: float = per_row / step
        self.every = max(1, math.ceil(15.0 / per_row))
        self.rows = rows

    def _local(self, hours: float) -> datetime:
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(hours=hours)).astimezone(self.zone)

    @property
    def height(self) -> float:
        """Of all rows."""
        return (self.last - self.first) * self.px

    def y(self, hours: float) -> float:
        """Pixels below the first row's start."""
        return (min(max(hours, self.first), self.last) - self.first) * self.px

    def named_rows(self, top: float) -> Iterator[tuple[str, float, float]]:
        """Each day or hour as `Case.widget` calls it, with the pixels from where to where."""
        step = 1.0 if self.hourly else 24.0
        for row in range(self.rows):
            hours = self.first + row * step
            moment = self._local(hours + (0.0 if self.hourly else 12.0))
            name = f"{moment:%Y-%m-%dT%H}" if self.hourly else f"{moment:%Y-%m-%d}"
            yield name, top + self.y(hours), top + self.y(hours + step)

    def labels(self, *, brief: bool) -> Iterator[tuple[float, str]]:
        """The rows that are named: start in pixels, and name; of very many only some."""
        step = 1.0 if self.hourly else 24.0
        before = None
        for row in range(0, self.rows, self.every):
            hours = self.first + row * step
            moment = self._local(hours + (0.0 if self.hourly else 12.0))
            month = f"{moment:%b}" if before != (moment.month, self.hourly and moment.day) else ""
            before = moment.month, self.hourly and moment.day
            if self.hourly:
                day = f"{moment.day} {moment:%b} " if month else ""
                text = f"{day}{moment:%H:%M}"
            else:
                text = f"{moment:%a} {moment.day}" if not brief else str(moment.day)
                text = f"{text} {month}".strip()
            yield self.y(hours), text

    def text(self, box: ClaimBox) -> str:
        """When a claim has something, in words."""
        ends = [self._local(end) if math.isfinite(end) else None for end in (box.first, box.last)]
        midnight = all(one is None or one.time() == datetime.min.time() for one in ends)
        first, last = ends
        if last is not None and midnight and (first is None or last > first):
            last -= timedelta(days=1)
        words = [
            "" if one is None else f"{one.day} {one:%b}" + ("" if midnight else f" {one:%H:%M}")
            for one in (first, last)
        ]
        if words[0] == words[1]:
            return words[0]
        return f"{words[0] or 'open'} to {words[1] or 'open'}"


def _road(
    sheet: _Sheet, found: TimeDistance, info: CaseInfo, times: _Times, numbers: dict[str, int],
    room: dict[str, int], *, right: float,
) -> None:  # fmt: skip
    """Days down the left, the road across, and columns of zones at its right."""
    narrow = sheet.width < NARROW
    left = 46.0 if narrow else 84.0
    length = max(found.stops[-1][1], 1.0)
    low_x, high_x = left + 26.0, right - 30.0

    def x(km: float) -> float:
        return low_x + (high_x - low_x) * km / length

    sheet.top = top = 12.0 + _stops(sheet, found, x)
    _grid(sheet, times, top, left, brief=narrow)
    for _, km in found.stops:
        sheet.marks.append(DrawnLine(x(km), top, x(km), top + times.height, PALE))
    for barrier in found.barriers:
        start, end = times.y(barrier.first), times.y(barrier.last)
        if start < end:
            ends = x(barrier.low_km), x(barrier.high_km)
            wide = max(ends[1] - ends[0], 6.0)
            sheet.marks.append(
                DrawnRect(ends[0], top + start, wide, end - start, CLOSURE_COLOUR, "hatch")
            )
    placed: list[tuple[float, float, float, float]] = []
    road = [box for box in found.boxes if not box.zone]
    for box in sorted(road, key=lambda one: (one.low_km - one.high_km, one.first, one.claim)):
        at, wide = x(box.low_km) - 3.0, x(box.high_km) - x(box.low_km) + 6.0
        if wide < LANE:
            centre = (x(box.low_km) + x(box.high_km)) / 2
            near = sum(
                abs(x((one.low_km + one.high_km) / 2) - centre) < 2 * LANE
                and one.first <= box.last and box.first <= one.last
                for one in road if x(one.high_km) - x(one.low_km) + 6.0 < LANE
            )  # fmt: skip
            wide = min(LANE, max(CROWD / near, NARROWEST))
            at = centre - wide / 2
        y, high = _tall(times, box)
        at = _free(placed, at, wide, y, high, (left, right), stack=wide > LANE)
        placed.append((at, y, wide, high))
        middle = x((box.low_km + box.high_km) / 2)
        if not at - 1.0 <= middle <= at + wide + 1.0:  # it stands beside its place
            edge = at if middle < at else at + wide
            sheet.marks.append(DrawnLine(edge, top + y + 4.0, middle, top + y + 4.0, GREY, 0.8))
        _box(sheet, box, info, numbers[box.claim], (at, top + y, wide, high))
    for move in found.moves:
        sheet.marks.append(DrawnLine(
            x(move.from_km), top + times.y(move.leave), x(move.to_km), top + times.y(move.arrive),
            INK, 1.3, dashed=True,
        ))  # fmt: skip
    at = right
    for zone, lanes in room.items():
        _column(sheet, found, info, times, numbers, zone, (at, top, _zone_px(lanes)))
        at += _zone_px(lanes)
    sheet.bottom = top + times.height


def _stops(sheet: _Sheet, found: TimeDistance, x: object) -> float:
    """Names of places over the road, in as many lines as they need; the height used."""
    ends: list[float] = []
    for name, km in found.stops:
        at = x(km)  # type: ignore[operator]
        wide = max(text_width(name, FONT, bold=True), 30.0) + 8
        centre = min(max(at, wide / 2 + 2), sheet.width - wide / 2 - 2)
        line = next((n for n, end in enumerate(ends) if end <= centre - wide / 2), len(ends))
        ends[line : line + 1] = [centre + wide / 2]
        y = 10.0 + line * 30.0
        sheet.marks.append(DrawnText(centre, y, name, bold=True, anchor="middle"))
        km_text = f"{km:.0f} km" if km else "0"
        sheet.marks.append(DrawnText(centre, y + 14, km_text, SMALL, GREY, anchor="middle"))
    return 30.0 * len(ends) + 6.0


def _grid(sheet: _Sheet, times: _Times, top: float, left: float, *, brief: bool) -> None:
    for y, text in times.labels(brief=brief):
        sheet.marks.append(DrawnLine(left, top + y, sheet.width - 4, top + y, PALE))
        sheet.marks.append(DrawnText(4, top + y + 9, text, SMALL, GREY))
    bottom = top + times.height
    sheet.marks.append(DrawnLine(left, bottom, sheet.width - 4, bottom, PALE))


def _tall(times: _Times, box: ClaimBox) -> tuple[float, float]:
    """Top and height of a box: at least high enough for its number."""
    start, end = times.y(box.first), times.y(box.last)
    if end - start < TALL:
        middle = (start + end) / 2
        return min(max(middle - TALL / 2, 0.0), max(times.height - TALL, 0.0)), TALL
    return start + 1.5, end - start - 3.0


def _free(
    placed: Sequence[tuple[float, float, float, float]], at: float, wide: float, y: float,
    high: float, limits: tuple[float, float], *, stack: bool,
) -> float:  # fmt: skip
    """Where a box may stand: at its place, or beside others of the same time and place."""
    if stack:
        return at
    steps = [0.0]
    for number in range(1, 12):
        steps += [number * (wide + 1), -number * (wide + 1)]
    for step in steps:
        inside = limits[0] <= at + step and at + step + wide <= limits[1]
        hit = any(
            at + step < ox + ow and ox < at + step + wide and y < oy + oh and oy < y + high
            for ox, oy, ow, oh in placed if ow <= LANE
        )  # fmt: skip
        if inside and not hit:
            return at + step
    return at


def _box(
    sheet: _Sheet, box: ClaimBox, info: CaseInfo, number: int,
    place: tuple[float, float, float, float],
) -> None:  # fmt: skip
    x, y, wide, high = place
    side = info.sides.get(box.side)
    colour = side.colour if side else GREY
    fill = "solid" if box.lasting else "tint"
    dash = "dot" if box.ours else "dash" if math.isinf(box.last - box.first) else ""
    sheet.marks.append(DrawnRect(x, y, wide, high, colour, fill, dash, box.claim))
    ink = INK if fill == "tint" else _on(colour)
    name = f"{number}  {side.name if side else box.side}: {box.label}"
    said = name if text_width(name, SMALL, bold=True) + 12 <= wide else str(number)
    sheet.marks.append(
        DrawnText(x + wide / 2, y + min(high / 2, 60.0), said, min(SMALL, 0.62 * wide), ink,
                  bold=True, anchor="middle")
    )  # fmt: skip


def _on(colour: str) -> str:
    """White or dark ink, whichever is read better on a colour."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#ffffff" if 0.299 * red + 0.587 * green + 0.114 * blue < 140 else INK


# ---- zones ----


def _lanes(boxes: Iterable[ClaimBox]) -> dict[str, int]:
    """By claim the lane in which its box stands: boxes of one lane do not meet."""
    ends: list[float] = []
    lanes = {}
    for box in sorted(boxes, key=lambda one: (one.first, one.last, one.claim)):
        lane = next((n for n, end in enumerate(ends) if end <= box.first), len(ends))
        ends[lane : lane + 1] = [max(box.last, box.first + 1e-6)]
        lanes[box.claim] = lane
    return lanes


def _lanes_of_zones(boxes: Iterable[ClaimBox]) -> dict[str, int]:
    of: dict[str, list[ClaimBox]] = defaultdict(list)
    for box in boxes:
        if box.zone:
            of[box.zone].append(box)
    return {zone: max(_lanes(some).values()) + 1 for zone, some in of.items()}


def _zone_px(lanes: int) -> float:
    return max(64.0, lanes * LANE + 10.0)


def _column(
    sheet: _Sheet, found: TimeDistance, info: CaseInfo, times: _Times, numbers: dict[str, int],
    zone: str, place: tuple[float, float, float],
) -> None:  # fmt: skip
    """A zone as a column: no report says where along the road."""
    x, top, wide = place
    mine = [box for box in found.boxes if box.zone == zone]
    lanes = _lanes(mine)
    step = min(LANE, (wide - 8.0) / (max(lanes.values()) + 1))
    lines = textwrap.wrap(zone.replace("_", " "), max(4, int(wide / 6.5)), break_long_words=False)[
        :3
    ]
    for number, line in enumerate(lines):
        y = top - 10.0 - 13.0 * (len(lines) - 1 - number)
        size = SMALL * min(1.0, (wide - 2.0) / text_width(line, SMALL))
        sheet.marks.append(DrawnText(x + wide / 2, y, line, size, INK, anchor="middle"))
    sheet.marks.append(DrawnLine(x, top - 4, x, top + times.height, GREY))
    for box in mine:
        y, high = _tall(times, box)
        at = x + 5.0 + lanes[box.claim] * step
        _box(sheet, box, info, numbers[box.claim], (at, top + y, max(step - 2.0, step / 2), high))


def _zones_below(
    sheet: _Sheet, found: TimeDistance, info: CaseInfo, times: _Times, numbers: dict[str, int]
) -> None:
    """Zones of a narrow diagram, below the road, with days of their own."""
    room = _lanes_of_zones(found.boxes)
    left, top = 46.0, sheet.bottom + 62.0
    _grid(sheet, times, top, left, brief=True)
    share = (sheet.width - left - 4.0) / sum(map(_zone_px, room.values()))
    at = left
    for zone, lanes in room.items():
        wide = _zone_px(lanes) * min(share, 1.0)
        _column(sheet, found, info, times, numbers, zone, (at, top, wide))
        at += wide
    sheet.bottom = top + times.height


# ---- the key ----


def _key(sheet: _Sheet, found: TimeDistance, info: CaseInfo, numbers: dict[str, int]) -> None:
    """What each number says, column by column, and how to read the boxes."""
    times = _Times(found, info)
    columns = 1 if sheet.width < NARROW else 2
    wide = sheet.width / columns
    entries = []
    for box in found.boxes:
        side = info.sides.get(box.side)
        text = f"{side.name if side else box.side}: {box.label} ({times.text(box)})"
        entries.append((box, _lines(text, max(wide - 44.0, 120.0))))
    half = sum(len(lines) for _, lines in entries) / columns
    top = sheet.bottom + 22.0
    column, y, used, lowest = 0, top, 0, top
    for box, lines in entries:
        if column + 1 < columns and used >= half:
            column, y, used = column + 1, top, 0
        x = column * wide + 4.0
        _box(sheet, box, info, numbers[box.claim], (x, y - 7.0, 24.0, 14.0))
        for line in lines:
            sheet.marks.append(DrawnText(x + 31.0, y, line, SMALL))
            y += 14.0
        y += 4.0
        used += len(lines)
        lowest = max(lowest, y)
    y = lowest + 8.0
    for line in textwrap.wrap(_note(found), max(30, int((sheet.width - 8) / (SMALL * 0.54)))):
        sheet.marks.append(DrawnText(4.0, y, line, SMALL, GREY))
        y += 14.0
    sheet.bottom = y


def _lines(text: str, room: float) -> list[str]:
    """A text in lines that are no wider than the room; a longer word stands alone."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, SMALL) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _note(found: TimeDistance) -> str:
    parts = []
    if found.boxes:
        parts.append(
            "Pale box: at some moment of this time. Full box: all this time. Boxes of one place "
            "and time stand side by side; a thin line leads to the place."
        )
    if any(math.isinf(box.last - box.first) for box in found.boxes):
        parts.append("Dashed edge: one end of the time is open.")
    if any(box.ours for box in found.boxes):
        parts.append("Dotted edge: we chose where along the road the zone is; no report says it.")
    if found.zones:
        parts.append("Columns beside the road: a zone, the place along the road is not reported.")
    if found.moves:
        parts.append("Dashed line: the fastest move, our calculation.")
    if found.barriers:
        parts.append("Hatched: road closed.")
    parts.append("Kilometres by road are our calculation.")
    counts = {"no_date": "without a date", "off_road": "at places off this road"}
    for code, words in counts.items():
        number = sum(one == code for one in found.left_out.values())
        if number:
            parts.append(f"Not shown: {number} claim{'s' * (number > 1)} {words}.")
    return " ".join(parts)
