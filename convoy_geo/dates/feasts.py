"""Religious and other feasts by their calendars: solar, lunar, Easter and Jewish.

Easter is computed with `dateutil`, Islamic feasts with `hijridate` (the Umm al-Qura calendar of
Saudi Arabia) and Jewish feasts with `pyluach`. Where the moon must be sighted, a feast may begin a
day earlier or later than a calendar says. It begins on the evening before, and that day counts too.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from convoy_geo.dates.meanings import Meaning, Span
from convoy_geo.errors import DateError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["FEASTS", "feast"]

DAY = timedelta(days=1)
FEASTS: dict[str, tuple[str, int, int, int, int]] = {
    "new_year": ("fixed", 1, 1, 0, 0),
    "new_years_eve": ("fixed", 12, 31, 0, 0),
    "epiphany": ("fixed", 1, 6, 0, 0),
    "christmas": ("fixed", 12, 25, 0, 0),
    "christmas_eve": ("fixed", 12, 24, 0, 0),
    "boxing_day": ("fixed", 12, 26, 0, 0),
    "orthodox_christmas": ("fixed", 1, 7, 0, 0),
    "may_day": ("fixed", 5, 1, 0, 0),
    "assumption": ("fixed", 8, 15, 0, 0),
    "all_saints": ("fixed", 11, 1, 0, 0),
    "valentines_day": ("fixed", 2, 14, 0, 0),
    "halloween": ("fixed", 10, 31, 0, 0),
    "bastille_day": ("fixed", 7, 14, 0, 0),
    "independence_day_us": ("fixed", 7, 4, 0, 0),
    "independence_day_ua": ("fixed", 8, 24, 0, 0),
    "victory_day": ("fixed", 5, 9, 0, 0),
    "nowruz": ("fixed", 3, 20, 0, 1),
    "easter": ("easter", 3, 0, 0, 0),
    "easter_monday": ("easter", 3, 1, 0, 0),
    "good_friday": ("easter", 3, -2, 0, 0),
    "palm_sunday": ("easter", 3, -7, 0, 0),
    "ascension": ("easter", 3, 39, 0, 0),
    "pentecost": ("easter", 3, 49, 0, 0),
    "orthodox_easter": ("easter", 2, 0, 0, 0),
    "eid_al_adha": ("islam", 12, 10, 1, 3),
    "eid_al_fitr": ("islam", 10, 1, 1, 2),
    "arafat_day": ("islam", 12, 9, 1, 0),
    "ashura": ("islam", 1, 10, 1, 0),
    "mawlid": ("islam", 3, 12, 1, 0),
    "islamic_new_year": ("islam", 1, 1, 1, 0),
    "ramadan": ("islam", 9, 1, 1, 29),
    "passover": ("jewish", 1, 15, 1, 7),
    "shavuot": ("jewish", 3, 6, 1, 1),
    "rosh_hashanah": ("jewish", 7, 1, 1, 1),
    "yom_kippur": ("jewish", 7, 10, 1, 0),
    "sukkot": ("jewish", 7, 15, 1, 6),
    "hanukkah": ("jewish", 9, 25, 1, 7),
    "purim": ("jewish", 12, 14, 1, 0),
}
"""For each feast: its calendar, month and day there, and the days before and after it that count.
For Easter: the method of `dateutil.easter` (3 Western, 2 Orthodox) and the offset in days."""


def feast(
    name: str, *, year: int | None = None, shift: int | None = None, mod: str = ""
) -> Meaning:
    """A feast: in a given year, in a year relative to the dateline, or the nearest one.

    Parameters
    ----------
    name
        A key of `FEASTS`.
    year
        Year of the Gregorian calendar.
    shift
        Years from the year of the dateline.
    mod
        ``last`` or ``next``: the latest past one, or the next one.
    """

    def chosen(day: date) -> list[tuple[date, date]]:
        wanted = year if year is not None else day.year + (shift or 0)
        if year is not None or shift is not None:
            found = [span for span in _spans(name, wanted) if wanted in {s.year for s in span}]
            if len(found) != 1:
                msg = f"{name.replace('_', ' ')} is not found once in {wanted}"
                raise DateError(msg)
            return found
        near = [span for at in (-1, 0, 1) for span in _spans(name, wanted + at)]
        if not near:
            msg = f"{name.replace('_', ' ')} near {day} is outside the range of the calendar"
            raise DateError(msg)
        near = [span for span in near if mod != "last" or span[1] < day]
        near = [span for span in near if mod != "next" or span[0] > day]
        return sorted(set(near), key=lambda span: _away(span, day))

    def read(day: date) -> Span:
        return chosen(day)[0]

    def other(day: date) -> Span:
        return (*chosen(day), chosen(day)[0])[1]

    unsure = " by the calendar, with the evening before" if FEASTS[name][3] else ""
    shown, kind = name.replace("_", " "), "span" if unsure else "day"
    evening = FEASTS[name][3]
    if mod in {"last", "next"}:
        return Meaning(read, f"the {mod} {shown}{unsure}", kind, evening=evening)
    if year is not None or shift is not None:
        return Meaning(read, f"{shown} of that year{unsure}", kind, evening=evening)
    return Meaning(
        read, f"the nearest {shown}{unsure}", kind,
        other, f"the second nearest {shown}{unsure}", evening=evening,
    )  # fmt: skip


def _away(span: tuple[date, date], day: date) -> int:
    return 0 if span[0] <= day <= span[1] else min(abs((end - day).days) for end in span)


@lru_cache(maxsize=1024)
def _spans(name: str, year: int) -> tuple[tuple[date, date], ...]:
    calendar, month, number, before, after = FEASTS[name]
    days = {"fixed": _fixed, "easter": _easter, "islam": _islam, "jewish": _jewish}[calendar]
    return tuple((day - before * DAY, day + after * DAY) for day in days(year, month, number))


def _fixed(year: int, month: int, number: int) -> Iterator[date]:
    yield date(year, month, number)


def _easter(year: int, method: int, days: int) -> Iterator[date]:
    from dateutil.easter import easter  # noqa: PLC0415  (loads when it is used)

    yield easter(year, method) + days * DAY


def _islam(year: int, month: int, number: int) -> Iterator[date]:
    from hijridate import Gregorian, Hijri  # noqa: PLC0415  (loads when it is used)

    try:
        low = Gregorian(year, 1, 1).to_hijri().year
        for hijri in (low, low + 1):
            day = Hijri(hijri, month, number).to_gregorian()
            if day.year == year:
                yield date(day.year, day.month, day.day)
    except (OverflowError, ValueError):  # beyond 1924 to 2077
        return


def _jewish(year: int, month: int, number: int) -> Iterator[date]:
    from pyluach.dates import HebrewDate  # noqa: PLC0415  (loads when it is used)

    for jewish in (year + 3760, year + 3761):
        at = month
        if month == 12 and _leap(jewish):
            at = 13
        day = HebrewDate(jewish, at, number).to_pydate()
        if day.year == year:
            yield day


def _leap(jewish: int) -> bool:
    """Whether a Jewish year has thirteen months, so that Purim falls in the last."""
    return (7 * jewish + 1) % 19 < 7
