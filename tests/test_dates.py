"""EDTF texts and the intervals that they mean."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convoy_geo import dates
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
    ],
)
def test_interval(text, first, last):
    assert dates.interval(text) == (first, last)


@pytest.mark.parametrize(
    "text",
    ["", "30.08.2017", "Thursday", "2017-13-01", "2017-02-30", "2017-09-05/2017-09-01", "Y17000"],
)
def test_what_is_no_date_is_refused_with_its_text(text):
    with pytest.raises(DateError, match=r"'" + text.replace(".", r"\.")):
        dates.interval(text)


def test_contains():
    assert dates.contains("2017-08-30/..", "2017-09-04")
    assert not dates.contains("2017-08-30/..", date(2017, 8, 29))
    assert dates.contains("../2017-09-10", "2017-09-10")


def test_a_day_must_be_iso():
    with pytest.raises(DateError, match="2017-08-31"):
        dates.as_date("31.8.2017")


@given(st.dates(date(1, 1, 1)), st.dates(date(1, 1, 1)))
def test_overlap_is_symmetric_and_true_of_itself(one, other):
    span, point = tuple(sorted((one, other))), (one, one)
    assert dates.overlap(span, point)
    assert dates.overlap(point, span)
    assert dates.overlap((other, other), point) == (one == other)
