"""Dates and times as two instants."""

import pickle
from datetime import UTC, date, datetime, timedelta, timezone

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convoy_geo.dates.interval import UNDATED, Interval, as_interval, one_day
from convoy_geo.errors import DateError

BERLIN = "Europe/Berlin"
MOSCOW = timezone(timedelta(hours=3))


def test_a_text_without_a_zone_is_in_the_zone_of_the_case():
    told = Interval.parse("2023-06-24T14:00", "Europe/Moscow")
    assert told.first == datetime(2023, 6, 24, 11, tzinfo=UTC)
    assert told.first.utcoffset() == timedelta(hours=3)
    assert told.precision == "minute"


def test_a_text_with_a_zone_keeps_it():
    told = Interval.parse("2023-06-24T14:00+03:00", "America/New_York")
    assert told.first == datetime(2023, 6, 24, 14, tzinfo=MOSCOW)
    assert told.first.isoformat() == "2023-06-24T14:00:00+03:00"
    assert told.days == (date(2023, 6, 24).toordinal(),) * 2
    late = Interval.parse("2023-06-24T23:30Z", "Europe/Moscow")
    assert late.first.tzinfo == UTC
    assert late.days == (date(2023, 6, 25).toordinal(),) * 2  # as the case's calendar has it


@pytest.mark.parametrize(
    ("text", "first", "last", "precision"),
    [
        ("2023-06-24T14", "2023-06-24T14:00:00", "2023-06-24T14:59:59.999999", "hour"),
        ("2023-06-24T14:05:06", "2023-06-24T14:05:06", "2023-06-24T14:05:06.999999", "second"),
        ("2023-06-24", "2023-06-24T00:00:00", "2023-06-24T23:59:59.999999", "day"),
        ("2023-06", "2023-06-01T00:00:00", "2023-06-30T23:59:59.999999", "month"),
        ("2023", "2023-01-01T00:00:00", "2023-12-31T23:59:59.999999", "year"),
        ("2023-06-24/2023-06-24T14", "2023-06-24T00:00:00", "2023-06-24T14:59:59.999999", "day"),
    ],
)
def test_both_instants_are_included(text, first, last, precision):
    told = Interval.parse(text)
    assert told.first.isoformat() == first + "+00:00"
    assert told.last.isoformat() == last + "+00:00"
    assert told.precision == precision
    assert str(told) == told.text == text


def test_marks_and_open_ends():
    about = Interval.parse("2023-06-24~/..")
    assert (about.approximate, about.uncertain, about.last) == (True, False, None)
    assert Interval.parse("2023-06-24T14?").uncertain
    both = Interval.parse("2023%")
    assert both.approximate
    assert both.uncertain
    assert not UNDATED
    assert UNDATED.overlaps(about)


def test_a_time_in_a_gap_is_moved_past_it():
    told = Interval.parse("2023-03-26T02:30", BERLIN)
    assert told.shifted
    assert told.first.isoformat() == "2023-03-26T03:30:00+02:00"
    assert not Interval.parse("2023-03-26T03:30", BERLIN).shifted
    assert not Interval.parse("2023-03-26T02:30Z", BERLIN).shifted
    # where midnight is skipped the day is an hour short, and nothing is wrong with it
    day = Interval.parse("2017-03-31", "Asia/Damascus")
    assert not day.shifted
    assert day.hours[1] - day.hours[0] == 23


def test_an_hour_that_occurs_twice_is_an_interval():
    told = Interval.parse("2023-10-29T02:30", BERLIN)
    assert told.doubled
    assert told.first.utcoffset() == timedelta(hours=2)
    assert told.last.utcoffset() == timedelta(hours=1)
    assert told.hours[1] - told.hours[0] == 1
    hour = Interval.parse("2023-10-29T02", BERLIN)
    assert hour.hours[1] - hour.hours[0] == 2
    assert not Interval.parse("2023-10-29T02:30+01:00", BERLIN).doubled


def test_a_zone_that_is_none_is_named():
    with pytest.raises(DateError, match="unknown time zone 'Mars/Base'"):
        Interval.parse("2023-06-24", "Mars/Base")
    with pytest.raises(DateError, match=r"unknown time zone '\.\./etc'"):
        Interval.parse("2023-06-24", "../etc")


@pytest.mark.parametrize(
    "text", ["2023-06-24T14:00/2023-06-24T13:59", "2023-06-24T14:00Z/2023-06-24T14:59:59+01:00"]
)
def test_no_interval_ends_before_it_starts(text):
    with pytest.raises(DateError, match="ends before it starts"):
        Interval.parse(text)


def test_only_the_zone_decides_what_ends_first():
    told = Interval.parse("2023-06-24T14:00+03:00/2023-06-24T12:00Z")
    assert told.first < told.last


@pytest.mark.parametrize(
    ("when", "text"),
    [
        (date(2017, 9, 4), "2017-09-04"),
        (datetime(2017, 9, 4, 23, 59, tzinfo=UTC), "2017-09-04T23:59:00+00:00"),
        (pd.Timestamp("2017-09-04 12:00"), "2017-09-04T12:00:00"),
        ("2017-09", "2017-09"),
        (Interval.parse("2017"), "2017"),
    ],
)
def test_whatever_names_a_day_or_a_moment(when, text):
    assert as_interval(when).text == text


@pytest.mark.parametrize("when", [pd.NaT, None, 20170904])
def test_what_names_none(when):
    with pytest.raises(DateError):
        as_interval(when)


ZONES = st.sampled_from(["", BERLIN, "Asia/Damascus", "America/Havana", "Pacific/Apia"])
MOMENTS = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59)).map(  # noqa: DTZ001
    lambda at: at.isoformat(timespec="minutes")
)
SIDES = st.one_of(MOMENTS, MOMENTS.map(lambda t: t[:10]), MOMENTS.map(lambda t: t[:13] + "Z"))


@pytest.mark.slow
@given(SIDES, SIDES, ZONES)
def test_laws_of_intervals(one, other, zone):
    a, b = Interval.parse(one, zone), Interval.parse(other, zone)
    for told in (a, b):
        assert told.start <= told.end
        assert told.days[0] <= told.days[1]
        assert told.overlaps(told)
        assert told.contains(told)
        assert pickle.loads(pickle.dumps(told)) == told  # noqa: S301
    assert a.overlaps(b) == b.overlaps(a)
    assert (a.before(b) or b.before(a)) == (not a.overlaps(b))
    try:
        span = Interval.parse(f"{one}/{other}", zone)
    except DateError:
        assert b.end < a.start
    else:
        assert span.contains(a) == (a.end <= b.end)


def test_the_one_day_of_a_moment_is_that_of_the_zone():
    assert one_day("2017-08-31T23:30Z", "Asia/Damascus") == date(2017, 9, 1)
    assert one_day(date(2017, 8, 31), "Asia/Damascus") == date(2017, 8, 31)
    for text in ("2017-08", "2017-08-31/2017-09-01", "2017-08-31/..", "", "31.08.2017"):
        with pytest.raises(DateError, match=r"day|date"):
            one_day(text)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2017-08-31/2017-09-02", "2017-09-01", "2017-09-02"),
        ("2017-08-31T06:00/2017-08-31T12:00", "2017-08-31T06:00", "2017-08-31T12:00"),
        ("2017-08-31T06/..", "2017-08-31T06:00", ""),
        ("../2017-09-02", "", "2017-09-02"),
        ("2017-08-31T06:00Z/2017-09-02", "2017-08-31T06:00Z", "2017-09-02"),
    ],
)
def test_what_is_covered_for_sure(text, first, last):
    found = Interval.parse(text, "Asia/Damascus").certain_hours
    ends = [Interval.parse(one, "Asia/Damascus").hours[0] if one else None for one in (first, last)]
    assert found == tuple(ends)


def test_of_a_single_day_nothing_is_covered_for_sure():
    first, last = Interval.parse("2017-08-31", "Asia/Damascus").certain_hours
    assert first > last
    assert UNDATED.certain_hours == (None, None)
