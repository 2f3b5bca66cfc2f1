"""The first and last instants of many dates, as columns of a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from convoy_geo.dates.interval import ENDLESS, Interval

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

__all__ = ["instants"]


def instants(dates: Iterable[Interval | str], zone: str, *, last: bool) -> pd.DatetimeIndex:
    """The first or the last possible instants of dates.

    Parameters
    ----------
    dates
        Intervals, or texts that `Interval.parse` accepts.
    zone
        IANA name of the time zone of the result and of texts without an offset; empty for UTC.
    last
        Whether to return the last instants.

    Returns
    -------
    DatetimeIndex
        In the zone, to the microsecond; NaT for an open end and for a missing date.

    Raises
    ------
    DateError
        If a text is not a date.

    Examples
    --------
    >>> instants(["2017-08-31", "../2017-09-01", ""], "Asia/Damascus", last=False)[0].isoformat()
    '2017-08-31T00:00:00+03:00'
    """
    import pandas as pd  # noqa: PLC0415

    found = [one if isinstance(one, Interval) else Interval.parse(one, zone) for one in dates]
    ends = [one.end if last else one.start for one in found]
    known = [bool(one.text) and abs(end) < ENDLESS for one, end in zip(found, ends, strict=True)]
    moments = np.array([end if k else 0 for end, k in zip(ends, known, strict=True)], "M8[us]")
    moments[~np.array(known, bool)] = np.datetime64("NaT")
    return pd.DatetimeIndex(moments).tz_localize("UTC").tz_convert(zone or "UTC")
