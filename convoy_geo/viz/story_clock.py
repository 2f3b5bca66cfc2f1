"""The steps in which a story is shown: days, or hours where it is short and has clock times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from convoy_geo.analysis.intervals import ALWAYS, days
from convoy_geo.dates.interval import as_interval, time_zone

if TYPE_CHECKING:
    from datetime import datetime

    from convoy_geo.dates.interval import Interval
    from convoy_geo.viz.view_data import Contents

__all__ = ["BY_DAY", "EPOCH", "StoryClock", "has_clock", "story_clock"]

EPOCH = 719163
"""The proleptic ordinal of 1970-01-01, the page's day 0."""
HOURS = 24
LONGEST = 7
"""Maximum length in days of a story shown by the hour."""
FEWEST = 2
"""Minimum number of claims with a clock time in such a story."""


@dataclass(frozen=True)
class StoryClock:
    """How a date becomes steps of a time bar, counted from 1970-01-01 on the case's calendar.

    Parameters
    ----------
    per_day
        Steps a day: 1, or 24 for hours.
    zone
        IANA name of the case's time zone, in which hours are counted; empty for UTC.
    """

    per_day: int = 1
    zone: str = ""

    @property
    def by_hour(self) -> bool:
        """Whether a step is an hour."""
        return self.per_day == HOURS

    def day(self, ordinal: int) -> tuple[int, int]:
        """First and last step of a day, given as its proleptic ordinal."""
        first = (ordinal - EPOCH) * self.per_day
        return first, first + self.per_day - 1

    @property
    def always(self) -> tuple[int, int]:
        """The range used for open intervals."""
        return self.day(ALWAYS[0])[0], self.day(ALWAYS[1])[1]

    def span(self, when: Interval | str) -> tuple[int, int]:
        """First and last step of a date; open ends are those of `always`.

        Examples
        --------
        >>> clock = StoryClock(24, "Europe/Moscow")
        >>> first, last = clock.span("2023-06-24T07:30")
        >>> first == last, first % 24
        (True, 7)
        >>> clock.span("2023-06-24") == (first - 7, first + 16)
        True
        """
        first, last = days(when)
        if not self.by_hour:
            return first - EPOCH, last - EPOCH
        found = as_interval(when, self.zone)
        low, high = self.always
        if found.first is not None:
            low = self._hour(found.first)
        if found.last is not None:
            high = self._hour(found.last)
        return low, max(low, high)

    def steps(self, when: Interval | str) -> list[int | None] | int:
        """The same as the page has it: None is an open end, 0 is no date at all.

        Examples
        --------
        >>> BY_DAY.steps("2017-08-30/..")
        [17408, None]
        >>> BY_DAY.steps("")
        0
        """
        if not when:
            return 0
        first, last = self.span(when)
        low, high = self.always
        return [None if first == low else first, None if last == high else last]

    def _hour(self, moment: datetime) -> int:
        local = moment.astimezone(time_zone(self.zone))
        return (local.toordinal() - EPOCH) * HOURS + local.hour


BY_DAY = StoryClock()
"""Steps of a day each."""


def has_clock(when: Interval) -> bool:
    """Whether a date begins at a time of day."""
    return "T" in when.text.split("/")[0]


def story_clock(contents: Contents) -> StoryClock:
    """By the hour where the story is short and claims say at what time something happened.

    Parameters
    ----------
    contents
        What the case holds.
    """
    info = contents.info
    if (info.last_day - info.first_day).days >= LONGEST:
        return BY_DAY
    timed = sum(has_clock(claim.happened) for claim in contents.claims.values())
    return StoryClock(HOURS, info.time_zone) if timed >= FEWEST else BY_DAY
