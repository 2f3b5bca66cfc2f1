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
    """The first or the last instants that dates can mean.

    Parameters
    ----------
    dates
        Intervals, or texts as `Interval.parse` takes them.
    zone
        IANA name of the zone of the result, in which texts are meant too; empty for UTC.
    last
        Whether the last instants are wanted.

    Returns
    -------
    DatetimeIndex
        In the zone, to the microsecond; NaT where an end is open, and for no date at all.

    Raises
    ------
    DateError
        If a text is no date.

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
