"""The page tells the story: its top and its chapters, with and without a script, on paper."""

import dataclasses
import re

import flour
import pytest
from browser import DESKTOP, PHONE, expect, visit

from convoy_geo.case.case import Case, read_case
from convoy_geo.case.quick_map import quick_map
from convoy_geo.casefiles.read import read_case_files
from convoy_geo.page.chapters import drafted

browser = pytest.mark.browser


@pytest.fixture(scope="module")
def page_file(case, tmp_path_factory):
    return case.page().save(tmp_path_factory.mktemp("story") / "convoy-2017.html")


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return read_case(flour.make(tmp_path_factory.mktemp("small") / "flour"))


def before_script(page):
    return page.split("<body>")[1].split('<script type="application/json"')[0]


# ---- without a browser ----


@pytest.mark.slow
def test_the_top_stands_in_plain_html_before_any_script(case):
    top = before_script(case.page().html).split("<main")[0]
    for words in ("<h1>Where did the 17 buses go?</h1>", "Five reports. We pick no winner.",
                  "17 of 17 accounted for", "10 of 17 accounted for", "unexplained",
                  'class="map wd"', 'class="map nr"'):  # fmt: skip
        assert words in top
    assert "<script" not in top
    assert "style=" not in top
    rows = re.findall(r'<svg class="units".*?</svg>', top, re.DOTALL)
    assert [row.count('<g class="unit ') for row in rows] == [17, 17]
    assert rows[1].count('"unit none"') == 7


@pytest.mark.slow
def test_the_counts_add_up_to_what_the_ledger_says(case):
    top = before_script(case.page().html)
    items = re.findall(r'<li class="seg.*?</li>', top)
    labels = [re.sub("<[^>]+>", "", one) for one in items]
    assert labels == [
        "6 in government-held area",
        "11 stuck in the desert",
        "6 stuck in the desert",
        "4 in Islamic State-held area",
        "7 unexplained",
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("total", "shown"), [((20, 20), "20"), ((20, None), "≥ 20"), ((17, 17), "")]
)
def test_a_side_that_gives_a_total_only_is_named_where_it_differs(total, shown):
    """Else the top would look as if nobody doubted the total."""
    files = read_case_files("convoy-2017")
    known = next(claim for claim in files.claims if claim.id == "R0-05")
    other = dataclasses.replace(known, id="R0-99", side="activist", low=total[0], high=total[1])
    changed = dataclasses.replace(files, claims=(*files.claims, other))
    top = before_script(Case(changed).page(conflicts=False).html).split("<main")[0]
    said = re.findall(r'<p class="cother">(.*?)</p>', top)
    lines = [re.sub("<[^>]+>", "", one) for one in said]
    expected = f"Syrian activists: {shown} in all; where they were is not said"
    assert lines == ([expected] if shown else [])


@pytest.mark.slow
def test_a_case_without_counts_at_the_top_goes_on_with_its_conflicts():
    top = before_script(read_case("titanic-1912").page().html).split("<main")[0]
    assert 'class="count"' not in top
    assert 0 < top.index('class="hero"') < top.index('id="cards"') < top.index('id="chapters"')


@pytest.mark.slow
def test_large_totals_are_bars(tmp_path):
    rows = [
        {
            **flour.CLAIMS[1],
            "claim": f"N-{state}",
            "low": count,
            "high": count,
            "state": state,
            "happened": "2016-05-12",
        }
        for state, count in (("total", 500), ("arrived", 300))
    ]
    made = read_case(flour.make(tmp_path / "b", claims=rows))
    top = before_script(made.page().html).split("<main")[0]
    assert 'class="units bars"' in top
    assert '<g class="unit ' not in top
    assert "300 of 500 accounted for" in top


@pytest.mark.slow
def test_a_page_of_plain_files_has_a_title_and_a_map():
    import pandas as pd

    page = quick_map(pd.DataFrame({"name": ["Suva"], "lon": [178.4], "lat": [-18.1]})).page.html
    top = before_script(page)
    assert "<h1>Map</h1>" in top
    for part in ('id="chapters"', 'class="count"', "draft"):
        assert part not in top.split("<main")[0]


@pytest.mark.slow
def test_chapters_are_drafted_and_marked(small, case):
    top = before_script(small.page().html)
    assert "draft, made from the claims" in top
    assert 'id="ch-1"' in top
    assert "draft" not in before_script(case.page().html).split("<main")[0]
    for chapter in drafted(small.contents):
        assert chapter.claims
        assert set(chapter.linked) == set(chapter.claims)


@pytest.mark.slow
def test_a_case_of_one_claim(tmp_path):
    one = read_case(flour.make(tmp_path / "one", claims=flour.CLAIMS[:1]))
    assert 'id="ch-1"' in one.page().html


def test_a_short_story_with_clock_times_goes_by_the_hour(tmp_path):
    hours = ("06:00", "09:30", "14:00", "14:20", "21:00")
    rows = [
        {**flour.CLAIMS[0], "claim": f"H{n}", "happened": f"2016-05-11T{hour}"}
        for n, hour in enumerate(hours)
    ]
    chapters = drafted(read_case(flour.make(tmp_path / "hours", claims=rows)).contents)
    assert [chapter.day.text[:13] for chapter in chapters] == [
        "2016-05-11T06", "2016-05-11T09", "2016-05-11T14", "2016-05-11T21",
    ]  # fmt: skip


# ---- in the browser ----


@browser
def test_a_phone_shows_question_count_and_what_is_unexplained_on_one_screen(chromium, page_file):
    for script in (True, False):
        seen = visit(chromium, page_file, size=PHONE, ready="h1", java_script_enabled=script)
        for text in ("Where did the", "17 of 17", "10 of 17", "unexplained"):
            box = seen.page.get_by_text(text).first.bounding_box()
            assert box is not None
        top = seen.page.evaluate("document.querySelector('h1').getBoundingClientRect().top")
        last = seen.page.locator(".seg.un").last.bounding_box()
        assert last["y"] + last["height"] - top < PHONE[1]
        seen.context.close()


@browser
def test_without_a_script_each_picture_stands_under_its_heading(chromium, page_file):
    page = visit(chromium, page_file, ready="h1", java_script_enabled=False).page
    for number in range(1, 7):
        step = page.locator(f"#ch-{number}")
        heading, picture = step.locator("h2").bounding_box(), step.locator("svg.wd").first
        assert picture.bounding_box()["y"] > heading["y"]
        assert picture.bounding_box()["height"] > 100


@browser
def test_the_map_sticks_while_cards_scroll(chromium, page_file):
    page = visit(chromium, page_file, size=PHONE, reduced_motion="reduce").page
    for number in (2, 4, 6):
        page.evaluate(f"document.getElementById('ch-{number}').scrollIntoView()")
        expect(page.locator(".stage .fig.on")).to_have_count(1)
        expect(page.locator(f"#ch-{number}")).to_have_class(re.compile(r"\bon\b"))
        stage = page.locator(".stage").bounding_box()
        assert abs(stage["y"]) < 2
        assert abs(stage["height"] - 0.45 * PHONE[1]) < 2
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@browser
def test_chapters_by_keyboard(chromium, page_file):
    seen = visit(chromium, page_file, size=DESKTOP, reduced_motion="reduce")
    page = seen.page
    page.wait_for_load_state("load")
    page.wait_for_timeout(1000)  # pictures and the map have their places
    link = page.get_by_role("link", name="Chapter 3: Turning back")
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#ch-3")).to_have_class(re.compile(r"\bon\b"))
    expect(link).to_have_attribute("aria-current", "step")
    page.locator("#ch-3 a.claim").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#claim")).to_be_visible()
    assert seen.troubles() == []


BOXES = """(svg) => [...svg.querySelectorAll(".names text, text.lb")].map((one) => {
  const box = one.getBBox();
  return [box.x, box.y, box.x + box.width, box.y + box.height, one.textContent];
})"""


@browser
def test_names_of_pictures_do_not_cover_each_other(chromium, page_file):
    page = visit(chromium, page_file, ready="h1", java_script_enabled=False).page
    for svg in page.locator("svg.map.wd").all():
        names = svg.evaluate(BOXES)
        assert names
        for at, (left, top, right, bottom, name) in enumerate(names):
            for other in names[at + 1 :]:
                wide = min(right, other[2]) - max(left, other[0])
                high = min(bottom, other[3]) - max(top, other[1])
                assert wide < 2 or high < 4, (name, other[4])


@browser
def test_paper_shows_everything_chapters_first(chromium, page_file, case):
    seen = visit(chromium, page_file, size=DESKTOP)
    page = seen.page
    sheets = len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))
    assert sheets > 8
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    rows = page.locator("#claims tbody tr[id]")
    expect(rows).to_have_count(len(case.claims))
    expect(rows.last).to_be_visible()
    panel = page.locator("#claims .panel-body")
    assert panel.evaluate("box => box.scrollHeight <= box.clientHeight + 2")
    first = page.locator("#ch-1").evaluate("one => one.getBoundingClientRect().top")
    assert first < page.locator("#claims").evaluate("one => one.getBoundingClientRect().top")
    expect(page.locator("#ch-2 .fig")).to_be_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert seen.troubles() == []
