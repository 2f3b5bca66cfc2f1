"""By which steps a story goes: hours where it is short and has clock times, else days."""

import dataclasses
import json
import re

import flour
import pytest
from browser import DESKTOP, expect, visit
from hypothesis import given
from hypothesis import strategies as st

from convoy_geo.case.case import Case, read_case
from convoy_geo.casefiles.read import read_case_files
from convoy_geo.dates.interval import Interval
from convoy_geo.lang import load
from convoy_geo.model.claims import Claim, ReportedRoute
from convoy_geo.page.chapters import drafted
from convoy_geo.viz.route_days import route_days
from convoy_geo.viz.story_clock import BY_DAY, StoryClock, has_clock, story_clock

HOURS = ("2011-03-05T06:20", "2011-03-05T13:00", "2011-03-05T18:45")
CLOCK = StoryClock(24, "Asia/Kolkata")


@pytest.fixture(scope="module")
def march(tmp_path_factory):
    """A small case of three days; three of its claims have a time of day."""
    files = read_case_files(flour.make(tmp_path_factory.mktemp("march") / "flour"))
    first, zone = files.info.first_day.isoformat(), files.info.time_zone
    times = [Interval.parse(first + text[10:], zone) for text in HOURS]
    claims = list(files.claims)
    for number, time in enumerate(times):
        claims[number] = dataclasses.replace(claims[number], happened=time)
    return Case(dataclasses.replace(files, claims=tuple(claims), chapters=()))


def record(page):
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    return json.loads(found[1])["story"]


@given(st.integers(0, 23), st.integers(0, 59), st.dates())
def test_a_time_is_the_hour_of_the_case_s_calendar_and_a_day_all_its_hours(hour, minute, day):
    when = f"{day.year:04}-{day:%m-%d}"
    one, other = CLOCK.span(f"{when}T{hour:02}:{minute:02}")
    assert one == other == CLOCK.day(day.toordinal())[0] + hour
    assert CLOCK.span(when) == CLOCK.day(day.toordinal())
    assert BY_DAY.span(when) == BY_DAY.day(day.toordinal())


def test_a_time_with_an_offset_is_turned_to_the_case_s_zone():
    assert CLOCK.span("2011-03-05T20:00Z") == CLOCK.span("2011-03-06T01:30")
    assert CLOCK.steps("2011-03-05T20:00Z/..")[1] is None
    assert CLOCK.steps("") == 0


def test_a_route_of_which_only_the_day_is_known_is_uncertain_at_every_hour():
    told = {
        key: Claim(key, "R", "march", "crew", "he", "", happened=Interval.parse(text, CLOCK.zone))
        for key, text in (("a", "2011-03-05"), ("b", "2011-03-05T07:10"))
    }
    routes = [ReportedRoute(key, key, ("x", "y"), ("road",), "asserted", "assumed", (key,))
              for key in told]  # fmt: skip
    found = route_days(routes, told, span=CLOCK.span, always=CLOCK.always)
    seven = CLOCK.span("2011-03-05T07")[0]
    assert found["a"].state(seven) == found["a"].state(seven + 9) == "uncertain"
    assert [found["b"].state(seven + more) for more in (-1, 0, 1)] == ["", "stated", "past"]
    assert route_days(routes, told)["a"].stated


@pytest.mark.slow
def test_only_a_short_story_with_clock_times_goes_by_the_hour(march):
    assert story_clock(march.page().contents).by_hour
    for key in ("convoy-2017", "titanic-1912"):
        assert not story_clock(read_case(key).page(conflicts=False).contents).by_hour


@pytest.mark.slow
def test_the_page_of_a_march_has_an_hour_a_step_and_chapters_by_the_hour(march):
    page = march.page(conflicts=False)
    story = record(page.html)
    first, last = story["span"]["happened"]
    assert (story["perDay"], last - first + 1) == (24, 72)
    assert [row[3] for row in story["claims"][:3]] == [[first + hour] * 2 for hour in (6, 13, 18)]
    chapters = drafted(page.contents)
    assert sum(has_clock(one.day) for one in chapters) == 3
    said = [load("en").date(one.day.text) for one in chapters if has_clock(one.day)]
    assert [text[-5:] for text in said] == ["06:20", "13:00", "18:45"]
    assert all(text in page.html for text in said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2023-06-24T07:30:00", "24 Jun 2023, 07:30"),
        ("2023-06-24T14", "24 Jun 2023, 14:00 to 14:59"),
        ("2023-06-24T14:00Z", "24 Jun 2023, 14:00 UTC"),
        ("2023-06-24T22:00/2023-06-25T03:15", "24 Jun, 22:00 to 25 Jun 2023, 03:15"),
        ("../2023-06-24T18:39", "until 24 Jun 2023, 18:39"),
        ("2023-06-24T07:30~", "about 24 Jun 2023, 07:30"),
    ],
)
def test_times_are_in_words(text, said):
    assert load("en").date(text) == said


@pytest.mark.browser
def test_the_time_bar_goes_by_the_hour_and_by_the_day(chromium, march, tmp_path):
    seen = visit(chromium, march.page(conflicts=False).save(tmp_path / "march.html"), size=DESKTOP)
    page = seen.page
    first = march.info.first_day.isoformat()
    slider, shown = page.locator("#time input[type=range]"), page.locator("#time output")
    expect(slider).to_have_attribute("step", "1")
    page.evaluate(f"location.hash = '#day={first}T13'")
    expect(shown).to_contain_text("13:00")
    page.get_by_role("button", name="An hour on").click()
    expect(shown).to_contain_text("14:00")
    expect(page).to_have_url(re.compile(rf"day={first}T14"))
    page.locator("#time select").nth(1).select_option("24")
    expect(shown).not_to_contain_text(":")
    expect(page).to_have_url(re.compile(rf"day={first}$"))
    expect(slider).to_have_attribute("step", "24")
    page.get_by_role("button", name="A day on").click()
    expect(slider).to_have_js_property(
        "value", str(record(page.content())["span"]["happened"][0] + 24)
    )
    assert seen.troubles() == []
    seen.context.close()
