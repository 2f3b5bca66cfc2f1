"""Rules with hours, as traffic signs have them."""

from datetime import datetime

import pytest

from convoy_geo.dates.opening_hours import holds

MONDAY = datetime(2023, 12, 11, 8, 0)  # noqa: DTZ001  (local time)


@pytest.mark.parametrize(
    ("text", "hour", "want"),
    [
        ("Mo-Fr 07:00-09:00", MONDAY, True),
        ("Mo-Fr 07:00-09:00", MONDAY.replace(hour=9), False),
        ("(Mo-Fr 07:00-09:00)", MONDAY, True),
        ("Sa,Su", MONDAY, False),
        ("Sa-Mo", MONDAY, True),
        ("06:00-07:00, 07:30-08:30", MONDAY, True),
        ("Su 22:00-09:00", MONDAY, True),
        ("Mo 22:00-09:00", MONDAY, False),
        ("Sa 10:00-12:00; Mo 07:00-09:00", MONDAY, True),
        ("Nov-Mar", MONDAY, True),
        ("Apr-Oct 07:00-09:00", MONDAY, False),
        ("PH off", MONDAY, None),
        ("weight>7.5", MONDAY, None),
        ("Mo-Xx", MONDAY, None),
        ("", MONDAY, None),
        ("Mo-Fr 07:00-09:00", None, None),
    ],
)
def test_conditions(text, hour, want):
    assert holds(text, hour) is want
