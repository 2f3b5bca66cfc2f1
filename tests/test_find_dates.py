"""Dates in reports: found with their spans, none wrong, and refused where they are unsure."""

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convoy_geo.cli import main
from convoy_geo.dates.find import find_dates
from convoy_geo.dates.relative import relative_date
from convoy_geo.errors import DateError

REPORTS = Path(__file__).parent / "dates_in_reports.txt"
MARK = re.compile(r"\[([^|\]]*)\|([^\]]*)\]")
MONDAY = "2017-09-04"


def reports():
    """Texts written for this test: language, dateline, text, and the dates with their spans."""
    for block in REPORTS.read_text("utf-8").split("== ")[1:]:
        head, marked = block.split("\n", 1)
        code, dateline = head.split()
        text, dates, at = "", [], 0
        for found in MARK.finditer(marked):
            text += marked[at : found.start()]
            dates.append((len(text), len(text) + len(found[1]), found[2]))
            text += found[1]
            at = found.end()
        yield code, dateline, text + marked[at:], dates


def test_nine_of_ten_are_found_and_none_is_wrong():
    total, right, wrong = 0, 0, []
    for code, dateline, text, dates in reports():
        found = find_dates(text, dateline)
        assert {one.lang for one in found} == {code}
        for one in found:
            mates = [date for date in dates if date[0] < one.end and one.start < date[1]]
            if not mates:
                wrong.append((one.text, str(one.interval)))
                continue
            start, end, edtf = mates[0]
            if (one.start, one.end, str(one.interval)) == (start, end, edtf):
                right += 1
            else:
                wrong.append((one.text, str(one.interval), edtf))
        total += len(dates)
    assert total >= 100
    assert wrong == []
    assert right >= 0.9 * total


@pytest.mark.parametrize(
    "text",
    [
        "17 buses were held for two weeks, as it may happen that men march at the second call.",
        "He said the Sunday Times and May Smith knew of 2014 vehicles.",
        "Version 1.5.2017 of the form has 2,000 lines, as 24/7 and 9/11 do.",
        "It was previously and recently said now and then.",
        "",
        "\n \n",
        "..!?--",
    ],
)
def test_what_is_no_date_is_not_found(text):
    assert find_dates(text, MONDAY) == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("In August 17 buses left.", "may be a month"),
        ("On 31 August 16 buses left.", "may end in a year"),
        ("On 29 February 2017 it left.", "not a day of"),
        ("On Sunday, 2 September, it left.", "was a Saturday"),
        ("It left on 09.02.17 at last.", "declare day_first or month_first"),
        ("Two days later it left.", "no day is named before it"),
    ],
)
def test_what_is_unsure_is_refused_with_the_reason(text, why):
    assert find_dates(text, MONDAY) == []
    (refused,) = find_dates(text, MONDAY, refused=True)
    assert why in refused.rule
    assert not refused.interval
    assert text[refused.start : refused.end] == refused.text


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("On 2 October the second column will leave.", "2017-10-02"),
        ("The second column arrived on 2 October.", "2016-10-02"),
        ("Only on 2 October?", ""),
        ("Three days after the truce it rained.", ""),
    ],
)
def test_a_day_of_a_month_to_come_goes_by_its_verb(text, edtf):
    assert [str(one.interval) for one in find_dates(text, MONDAY)] == [edtf][: len(edtf)]


def test_a_weekday_is_the_coming_one_where_the_verb_looks_ahead():
    text = "On Friday the convoy will leave. The army said on Saturday that it will stay."
    first, second = find_dates(text, MONDAY)
    assert (str(first.interval), str(first.other)) == ("2017-09-08", "2017-09-01")
    assert str(second.interval) == "2017-09-02"


def test_a_text_in_two_languages_is_read_sentence_by_sentence():
    text = "The convoy left on Monday. Колонна вышла из города в пятницу утром.\nLe bus part hier."
    found = find_dates(text, MONDAY)
    assert [(one.lang, str(one.interval)) for one in found] == [
        ("en", "2017-09-04"), ("ru", "2017-09-01"), ("fr", "2017-09-03"),
    ]  # fmt: skip
    assert find_dates(text, MONDAY, lang="fr")[-1].text == "hier"


def test_times_are_meant_in_the_zone_of_the_report():
    (one,) = find_dates("It left on 31 August at 14:00.", MONDAY, zone="Asia/Damascus")
    assert one.interval.first.isoformat() == "2017-08-31T14:00:00+03:00"
    (one,) = find_dates("It left at 0300 GMT on 2 September.", MONDAY, zone="Asia/Damascus")
    assert one.interval.first.isoformat() == "2017-09-02T03:00:00+00:00"


def test_wrong_arguments():
    with pytest.raises(DateError, match="is open"):
        find_dates("Monday", "../2017")
    with pytest.raises(DateError, match="unknown time zone"):
        find_dates("Monday", MONDAY, zone="Mars/Olympus")
    with pytest.raises(ValueError, match="one of the languages"):
        find_dates("Monday", MONDAY, lang="tlh")
    with pytest.raises(ValueError, match="day_first, month_first"):
        find_dates("Monday", MONDAY, date_order="dmy")


PIECES = [
    "Monday", "31 August", "2017", "last week", "two days ago", "the", "of", "to", "and", "-", ",",
    ".", "\n", "between", "from", "28", "14:00", "may", "May", "آب", "в пятницу", "hier", "'", "(",
    "1990s", "until", "on", "X", "१२", "\u200f", "\u0301",
]  # fmt: skip


@pytest.mark.slow
@given(st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join))
def test_spans_lie_in_the_text_and_apart(text):
    found = find_dates(text, MONDAY, refused=True)
    assert all(text[one.start : one.end] == one.text for one in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    for one in found:
        if one.interval and "the day that is counted from" not in one.rule:
            again = relative_date(one.text, MONDAY, lang=one.lang)
            assert str(one.interval) in {again.edtf, again.other and again.other.edtf}


@given(st.text(max_size=60))
def test_no_text_breaks_it(text):
    find_dates(text, MONDAY, refused=True)


def test_the_command_finds_all_dates_of_a_report(tmp_path, capsys):
    report = tmp_path / "report.txt"
    report.write_text("It left on Monday. On 30 February it came back.", "utf-8")
    assert main(["dates", "--report", str(report), "--dateline", MONDAY]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("11-17 'Monday': 2017-09-04  (")
    assert "not a day of" in err
    assert main(["dates", "--report", str(report), "--dateline", MONDAY, "--json"]) == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first["start"], first["end"], first["edtf"]) == (11, 17, "2017-09-04")
    assert second["edtf"] is None
    assert main(["dates", "--dateline", MONDAY]) == 2
    assert main(["dates", "hier", "--dateline", MONDAY, "--lang", "xx"]) == 2
    assert main(["dates", "hier", "--dateline", MONDAY, "--lang", "fr"]) == 0
