"""EDTF texts and the intervals that they mean."""

from datetime import UTC, date, datetime

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convoy_geo.dates import edtf
from convoy_geo.errors import DateError


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2017-08-30", date(2017, 8, 30), date(2017, 8, 30)),
        ("2017-02", date(2017, 2, 1), date(2017, 2, 28)),
        ("2014", date(2014, 1, 1), date(2014, 12, 31)),
        ("2017-08-30/2017-09-03", date(2017, 8, 30), date(2017, 9, 3)),
        ("../2017-09-02", None, date(2017, 9, 2)),
        ("2017-08-30/..", date(2017, 8, 30), None),
        ("2017-08-30~", date(2017, 8, 30), date(2017, 8, 30)),
        ("2017-08-30?", date(2017, 8, 30), date(2017, 8, 30)),
        ("201X", date(2010, 1, 1), date(2019, 12, 31)),
        ("2017-08-XX", date(2017, 8, 1), date(2017, 8, 31)),
        ("2017-09-03/", date(2017, 9, 3), None),  # an unknown end is no end ten years off
        ("/2017-09-03", None, date(2017, 9, 3)),
        ("2017-08/2017-09", date(2017, 8, 1), date(2017, 9, 30)),
        ("2017-08-30~/2017-09", date(2017, 8, 30), date(2017, 9, 30)),
        ("../..", None, None),
    ],
)
def test_interval(text, first, last):
    assert edtf.interval(text) == (first, last)


@pytest.mark.parametrize(
    "text",
    ["", "30.08.2017", "Thursday", "2017-13-01", "2017-02-30", "2017-09-05/2017-09-01", "Y17000",
     "/", "/..", "../", "../201-09-02", "2017-08-30/2017-09-03/2017-09-04"],
)  # fmt: skip
def test_what_is_no_date_is_refused_with_its_text(text):
    with pytest.raises(DateError, match=r"'" + text.replace(".", r"\.")):
        edtf.interval(text)


@pytest.mark.parametrize("text", ["2017-08-3X", "2017-1X", "20XX-08-3X", "2017-08-3X/.."])
def test_a_date_of_level_2_is_told_as_what_it_is(text, capsys):
    with pytest.raises(DateError, match="level 2; write XX") as caught:
        edtf.interval(text)
    assert repr(text) in str(caught.value)
    assert capsys.readouterr().out == ""  # the library prints what it fails on


def test_contains():
    assert edtf.contains("2017-08-30/..", "2017-09-04")
    assert not edtf.contains("2017-08-30/..", date(2017, 8, 29))
    assert edtf.contains("../2017-09-10", "2017-09-10")


@pytest.mark.parametrize(
    "text", ["31.8.2017", "20170831", "2017-W35-4", "2017-02-30", "", "\uff1217-08-31"]
)
def test_a_day_must_be_iso(text):
    with pytest.raises(DateError, match="write it as 2017-08-31"):
        edtf.as_date(text)


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2017, 9, 4, 23, 59, tzinfo=UTC),
        datetime(2017, 9, 4),  # noqa: DTZ001
        pd.Timestamp("2017-09-04 12:00"),
        date(2017, 9, 4),
    ],
)
def test_a_moment_is_of_its_day(moment):
    assert type(edtf.as_date(moment)) is date
    assert edtf.as_date(moment) == date(2017, 9, 4)
    assert edtf.contains("2017-08-30/..", moment)
    assert not edtf.contains("../2017-09-03", moment)


def test_no_time_is_no_day():
    with pytest.raises(DateError, match="is not a day"):
        edtf.as_date(pd.NaT)


@given(st.dates(date(1, 1, 1)), st.dates(date(1, 1, 1)))
def test_overlap_is_symmetric_and_true_of_itself(one, other):
    span, point = tuple(sorted((one, other))), (one, one)
    assert edtf.overlap(span, point)
    assert edtf.overlap(point, span)
    assert edtf.overlap((other, other), point) == (one == other)
