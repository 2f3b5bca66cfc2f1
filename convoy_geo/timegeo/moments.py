"""Moments in time, as hours since 1970 UTC, from texts and back to texts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from convoy_geo.dates import edtf
from convoy_geo.errors import DateError

__all__ = ["moment_text", "moments"]

DAY_H = 24.0


def moments(text: str, zone: str = "") -> tuple[float | None, float | None]:
    """The first and the last moment that a text can mean, in hours since 1970 UTC.

    Parameters
    ----------
    text
        EDTF of level 0 or 1, or with a time of day, such as ``2017-08-31T06:00`` or
        ``2017-08-31T06:00/2017-08-31T12:00``. A day ends with its last moment.
    zone
        IANA name of the zone in which it is meant; empty for UTC.

    Returns
    -------
    tuple of (float or None, float or None)
        None is an open end, or no date at all.

    Raises
    ------
    DateError
        If it is none of these, or ends before it starts.

    Examples
    --------
    >>> first, last = moments("2017-08-31", "Asia/Damascus")
    >>> last - first
    24.0
    """
    if text in ("", ".."):
        return None, None
    where = ZoneInfo(zone) if zone else UTC
    if "T" not in text:
        first, last = edtf.interval(text)
        if last == date.max:  # no date comes after it: its end is 24 hours after its start
            return _midnight(first, where), _midnight(last, where, DAY_H)
        after = None if last is None else last + timedelta(days=1)
        return _midnight(first, where), _midnight(after, where)
    parts = text.split("/")
    if len(parts) > 2:
        msg = f"{text!r} is no moment and no interval"
        raise DateError(msg)
    start, end = (_moment(part, where, zone) for part in (parts[0], parts[-1]))
    if start[0] is not None and end[1] is not None and end[1] < start[0]:
        msg = f"{text!r} ends before it starts"
        raise DateError(msg)
    return start[0], end[1]


def _moment(text: str, where: Any, zone: str) -> tuple[float | None, float | None]:
    if text in ("", ".."):
        return None, None
    if "T" not in text:
        return moments(text, zone)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        msg = f"{text!r} is not a moment such as 2017-08-31T06:00"
        raise DateError(msg) from error
    hours = (moment if moment.tzinfo else moment.replace(tzinfo=where)).timestamp() / 3600
    return hours, hours


def _midnight(day: date | None, where: Any, later: float = 0.0) -> float | None:
    if day is None:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=where).timestamp() / 3600 + later


def moment_text(hours: float, zone: str = "") -> str:
    """A moment as ISO 8601 without the zone, to the minute; in words outside the years 1 to 9999.

    Examples
    --------
    >>> moment_text(moments("2017-08-31T06:00", "Asia/Damascus")[0], "Asia/Damascus")
    '2017-08-31T06:00'
    """
    where = ZoneInfo(zone) if zone else UTC
    for inward in (
        0.0,
        -2 * DAY_H,
        2 * DAY_H,
    ):  # UTC's calendar may be over where the zone's is not
        try:
            near = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(hours=hours + inward, seconds=30)
            moment = near.astimezone(where).replace(tzinfo=None) - timedelta(hours=inward)
        except OverflowError:
            continue
        return moment.isoformat(timespec="minutes")
    return "the end of the year 9999 or later" if hours > 0 else "before the year 1"
