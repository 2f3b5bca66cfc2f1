"""The exported map of the 2017 case in headless Chromium, with the network cut off."""

from datetime import date

import pytest
from browser import DESKTOP, PHONE, expect, visit

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page_file(case, tmp_path_factory):
    path = tmp_path_factory.mktemp("case") / "convoy-2017.html"
    return case.page().save(path)


PAST = "#8b867c"


def interactive(page, start):
    return page.locator(f"path.leaflet-interactive[aria-label^='{start}']")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_it_opens_and_holds_the_story(chromium, page_file, case, size):
    seen = visit(chromium, page_file, size=size)
    page = seen.page
    page.wait_for_timeout(300)
    seen.picture(f"case-{size[0]}")
    assert page.title() == case.info.title
    for track in case.tracks:
        expect(interactive(page, track.route.title)).to_have_count(len(track.legs))
    for name in ("Sukhna", "Palmyra", "Abu Kamal", "Rawa", "Anah", "Deir ez-Zor"):
        expect(interactive(page, name).first).to_be_attached()
        expect(page.locator(".name", has_text=name).first).to_be_attached()
    expect(interactive(page, "Computed: Sukhna to Abu Kamal, nothing closed")).to_have_count(0)
    expect(interactive(page, "Desert road cratered")).to_have_count(1)
    expect(page.locator(".leaflet-control-scale-line")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    expect(page.locator("#credits")).to_contain_text("Natural Earth", use_inner_text=True)
    expect(page.locator("#credits")).to_contain_text("GeoNames", use_inner_text=True)
    assert seen.troubles() == []


def test_a_route_opens_its_claims_with_publisher_and_link(chromium, page_file):
    seen = visit(chromium, page_file)
    line = interactive(seen.page, "The turn back, north to Sukhna")
    line.focus()
    seen.page.keyboard.press("Enter")
    popup = seen.page.get_by_role("dialog")
    text = popup.inner_text()
    assert "the reports give only the ends" in text
    assert "From outside the reports" in text
    assert "The convoy went back north toward Sukhna" in text
    assert "who cites Reuters, who cites Syrian military commander" in text
    assert "Happened: 31 Aug 2017 · Said: 31 Aug 2017" in text
    assert "characters 1570-1788" in text
    assert "c03e77195fc6" in text
    expect(popup.get_by_role("link", name="fourwinds10.com").first).to_be_attached()
    seen.picture("case-popup")
    assert seen.troubles() == []


def test_a_place_says_what_it_is(chromium, page_file):
    seen = visit(chromium, page_file)
    interactive(seen.page, "Palmyra").last.click()
    text = seen.page.get_by_role("dialog").inner_text()
    assert "34.5624 N, 38.2840 E, within 4 km" in text
    assert "Six buses had returned to government territory" in text


def test_layers_can_be_switched(chromium, page_file):
    seen = visit(chromium, page_file)
    page = seen.page
    page.locator(".layers summary").click()
    box = page.get_by_label("Areas")
    expect(box).not_to_be_checked()
    expect(interactive(page, "Western Anbar")).to_have_count(0)
    box.check()
    expect(interactive(page, "Western Anbar")).to_have_count(1)
    page.get_by_label("Reported routes").uncheck()
    expect(interactive(page, "The claimed way on")).to_have_count(0)
    assert seen.troubles() == []


def test_what_has_no_place_is_listed_beside_the_map(chromium, page_file, case):
    seen = visit(chromium, page_file)
    panel = seen.page.locator("#shown")
    panel.locator("summary").click()
    head = panel.locator("h3", has_text="Not on the map").inner_text()
    related = set(case.relative_places()["claim"])
    outlined = case.contents.zones
    unmapped = [
        claim
        for claim in case.claims.values()
        if not any(
            case.gazetteer[key].shape in {"point", "area"} or key in outlined
            for key in claim.located_places
        )
        and claim.id not in related
    ]
    assert head == f"Not on the map ({len(unmapped)})"
    assert 30 < len(unmapped) < 140
    expect(panel.locator("li")).to_have_count(len(case.claims))


def test_a_day_leaves_its_claims_and_its_ledger(chromium, page_file, case):
    seen = visit(chromium, page_file)
    page = seen.page
    expect(interactive(page, "The plan")).to_have_count(1)
    page.get_by_label("Day", exact=True).fill(str((date(2017, 9, 3) - date(1970, 1, 1)).days))
    assert "day=2017-09-03" in page.url
    expect(interactive(page, "The plan")).to_have_attribute("stroke", PAST)
    readings = page.locator("#ledger .reading")
    words = [reading.inner_text() for reading in readings.all()]
    assert any("Hezbollah" in text and "remainder 7: does not add up" in text for text in words)
    assert any("coalition" in text and "remainder 0: adds up" in text for text in words)
    before = len(words)
    page.get_by_label("Carry older statements over").check()
    expect(readings).not_to_have_count(before)
    assert any("remainder 1" in reading.inner_text() for reading in readings.all())
    page.get_by_label("Play").focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    assert "day=2017-09-02" in page.url
    expect(page.locator("#claim")).not_to_contain_text("Happened", use_inner_text=True)
    page.get_by_label("The next claim").click()
    expect(page.locator("#claim")).to_be_visible()
    assert seen.troubles() == []


def test_a_link_opens_the_same_view(chromium, page_file):
    seen = visit(chromium, page_file)
    page = seen.page
    page.goto(f"{page.url}#day=2017-09-03&clock=said&side=hezbollah,nobody&claim=R0-26")
    page.reload()
    page.wait_for_selector("html[data-ready]", state="attached")
    expect(page.locator("#claim")).to_contain_text(
        "Six buses were stuck in the desert", use_inner_text=True
    )
    assert page.get_by_label("Clock").input_value() == "said"
    assert page.locator("#sides summary").inner_text().startswith("Sides: 1/")
    page.locator("#claim").get_by_role("button", name="R3-08").first.click()
    assert "claim=R3-08" in page.url
    page.goto(page.url.split("#")[0] + "#day=yesterday&clock=%3Cimg%3E&side=&claim=nothing")
    page.reload()
    page.wait_for_selector("html[data-ready]", state="attached")
    expect(page.locator("#time output")).to_have_text("All days")
    assert seen.troubles() == []


def test_control_zones_and_countries_are_never_drawn(chromium, page_file, case):
    seen = visit(chromium, page_file)
    page = seen.page
    page.locator(".layers summary").click()
    for box in page.locator(".layers input").all():
        box.check()
    labels = page.locator("path.leaflet-interactive").evaluate_all(
        "paths => paths.map(path => path.getAttribute('aria-label'))"
    )
    hidden = [place.name for place in case.gazetteer if place.shape == "unmapped"]
    assert hidden
    assert not [name for name in hidden if name in labels]


def test_it_reads_without_javascript(chromium, page_file):
    seen = visit(chromium, page_file, java_script_enabled=False, ready="#panels")
    text = seen.page.locator("body").text_content()
    assert "Part of ISIS convoy returns to regime territory" in text
    assert "193.7 km" in text


def test_the_notebook_shows_the_very_same_page(chromium, case, tmp_path):
    frame = case.page()._repr_html_()
    path = tmp_path / "notebook.html"
    path.write_text(f"<!doctype html><meta charset=utf-8><body>{frame}", encoding="utf-8")
    seen = visit(chromium, path, ready="iframe")
    inner = seen.page.frame_locator("iframe")
    inner.locator("html[data-ready]").wait_for(state="attached")
    expect(inner.locator("path[aria-label='The plan: Qalamoun to Abu Kamal']")).to_have_count(1)
    assert seen.troubles() == []
