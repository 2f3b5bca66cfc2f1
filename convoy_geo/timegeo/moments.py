"""Convert between texts and moments in hours since 1970 UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from convoy_geo.dates.interval import UNDATED, Interval, as_interval

__all__ = ["moment_text", "moments"]

DAY_H = 24.0


def moments(when: Interval | str, zone: str = "") -> tuple[float | None, float | None]:
    """The first and the last moment of a date, in hours since 1970 UTC.

    Parameters
    ----------
    when
        A date of a record, or a text such as ``2017-08-31``, ``2017-08-31T06:00`` or
        ``2017-08-31T06:00/2017-08-31T12:00``. A day includes its last moment.
    zone
        IANA name of the time zone of a text; empty for UTC.

    Returns
    -------
    tuple of (float or None, float or None)
        None is an open end, or a missing date.

    Raises
    ------
    DateError
        If it is not a date, or ends before it starts.

    Examples
    --------
    >>> first, last = moments("2017-08-31", "Asia/Damascus")
    >>> last - first
    24.0
    """
    return UNDATED.hours if when == ".." else as_interval(when, zone).hours


def moment_text(hours: float, zone: str = "") -> str:
    """A moment as ISO 8601 without zone, to the minute; in words outside the years 1 to 9999.

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
    ):  # the local date may be in range while the UTC date is not
        try:
            near = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(hours=hours + inward, seconds=30)
            moment = near.astimezone(where).replace(tzinfo=None) - timedelta(hours=inward)
        except OverflowError:
            continue
        return moment.isoformat(timespec="minutes")
    return "the end of the year 9999 or later" if hours > 0 else "before the year 1"
