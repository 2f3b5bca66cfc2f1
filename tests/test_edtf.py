"""EDTF texts and the intervals that they mean."""

import warnings
from datetime import UTC, date, datetime

import pandas as pd
import pytest
from hypothesis import assume, given
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
    with pytest.raises(DateError, match="write XX for both") as caught:
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


@pytest.mark.slow
@given(st.dates(date(1, 1, 1)), st.dates(date(1, 1, 1)))
def test_overlap_is_symmetric_and_true_of_itself(one, other):
    span, point = tuple(sorted((one, other))), (one, one)
    assert edtf.overlap(span, point)
    assert edtf.overlap(point, span)
    assert edtf.overlap((other, other), point) == (one == other)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2001-21", date(2001, 3, 1), date(2001, 5, 31)),
        ("2001-24", date(2001, 12, 1), date(2002, 2, 28)),  # a winter ends in the next year
        ("2001-30", date(2001, 12, 1), date(2002, 2, 28)),
        ("2001-36", date(2001, 10, 1), date(2001, 12, 31)),
        ("2001-41~", date(2001, 7, 1), date(2001, 12, 31)),
        ("20XX", date(2000, 1, 1), date(2099, 12, 31)),
        ("0XXX", date(1, 1, 1), date(999, 12, 31)),
        ("201X-02-29", date(2012, 2, 29), date(2016, 2, 29)),
        ("2017-XX-31", date(2017, 1, 31), date(2017, 12, 31)),
        ("2017-08~-30", date(2017, 8, 30), date(2017, 8, 30)),
        ("2017-08-30T14", date(2017, 8, 30), date(2017, 8, 30)),
        ("2017-08-30T14:00/2017-08-31T02:00:01.5Z", date(2017, 8, 30), date(2017, 8, 31)),
        ("9999", date(9999, 1, 1), date(9999, 12, 31)),
        ("9999-24", date(9999, 12, 1), date(9999, 12, 31)),
    ],
)
def test_the_rest_of_the_grammar(text, first, last):
    assert edtf.interval(text) == (first, last)


@pytest.mark.parametrize(
    "text",
    ["Y1E99999999999", "9" * 50, ",".join(["2017-08-30"] * 2000),
     "[" + ",".join(["2017-08-30"] * 2000) + "]", "2017-08-30" * 10**5, "2017-08-30T24:00",
     "2017-08-30T14:60", "2017-08-30T1", "2017-08-30t14", "2017-08T14", "2017-08-XXT14",
     "2017-08-30T14+25:00", "2017-21-05", "2017-42", "2017-00", "2017-08-00", "201X-13",
     "\u0662\u0660\u0661\u0667", "2017-08-30 ", "2017-08-30\n", "[2016,2017]", "{2016..2017}"],
)  # fmt: skip
def test_no_text_makes_the_grammar_work_hard(text):
    with pytest.raises(DateError) as caught:
        edtf.interval(text)
    assert len(str(caught.value)) < 300


MARK = st.sampled_from(["", "", "", "?", "~", "%"])
YEAR = st.one_of(
    st.integers(1, 9999).map("{:04}".format),
    st.integers(1, 999).map("{:03}X".format),
    st.integers(1, 99).map("{:02}XX".format),
)
MONTH = st.one_of(st.integers(1, 12).map("{:02}".format), st.just("XX"))
ONE_DATE = st.one_of(
    st.builds("{}{}".format, YEAR, MARK),
    st.builds("{}-{}{}".format, YEAR, MONTH, MARK),
    st.builds("{}-{}-{:02}{}".format, YEAR, MONTH, st.integers(0, 32), MARK),
    st.builds("{}-{}".format, st.integers(1, 9998).map("{:04}".format), st.integers(19, 42)),
)


@pytest.mark.slow
@given(st.one_of(ONE_DATE, st.builds("{}/{}".format, ONE_DATE, ONE_DATE), st.text("20X-/.?~T:Z")))
def test_where_both_read_a_text_the_edtf_package_says_the_same(text):
    """But for what it knows better here: winters, 29 February, an end before its start."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        edtf_package = pytest.importorskip("edtf")
        from edtf.parser import edtf_exceptions
    try:
        mine = edtf.interval(text)
    except DateError:
        return
    assume(None not in mine)
    parts = text.split("/")
    # its winters end with the year, its seasons of the south are those of the north
    grouped = {part[5:7] for part in parts if part[4:5] == "-"}
    assume(grouped.isdisjoint({"24", *map(str, range(26, 33))}))
    assume(not any("X" in part and part[8:10] in {"29", "30", "31"} for part in parts))
    try:
        bounds = [edtf_package.parse_edtf(part) for part in (parts[0], parts[-1])]
    except edtf_exceptions.EDTFParseException:
        return
    first, last = bounds[0].lower_strict(), bounds[1].upper_strict()
    assert mine == (date(*first[:3]), date(*last[:3]))
