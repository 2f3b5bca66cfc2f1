"""Years of two figures."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, date

__all__ = ["nearest_year"]


def nearest_year(figures: int, day: date) -> int:
    """The year of two last figures that is nearest to a day's; of two, the earlier.

    Parameters
    ----------
    figures
        0 to 99.
    day
        The dateline.

    Examples
    --------
    >>> nearest_year(99, date(2017, 9, 4)), nearest_year(18, date(2017, 9, 4))
    (1999, 2018)
    """
    base = day.year - day.year % 100 + figures
    near = [year for year in (base - 100, base, base + 100) if MINYEAR <= year <= MAXYEAR]
    return min(near, key=lambda year: (abs(year - day.year), year))
