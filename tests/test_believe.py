"""What a reader does with a page: believe claims, search, tap, take the data, put it elsewhere."""

import csv
import io
import json
import random
import re

import pytest
from browser import expect, visit
from PIL import Image

pytestmark = pytest.mark.browser

GO = """hash => new Promise((done) => {
  if (location.hash === `#${hash}`) return done();
  addEventListener("hashchange", () => done(), { once: true });
  location.hash = hash;
})"""
TICKED_ALL = "These can all be true together."
CANNOT = "These cannot all be true."


@pytest.fixture(scope="module")
def path(case, tmp_path_factory):
    return case.page().save(tmp_path_factory.mktemp("believe") / "case.html")


@pytest.fixture(scope="module")
def page(chromium, path):
    seen = visit(chromium, path, reduced_motion="reduce", accept_downloads=True)
    yield seen.page
    assert seen.troubles() == []


def believe(page, claims):
    page.evaluate(GO, f"believe={','.join(claims)}")
    return page.locator("#believe .verdict")


def test_ticks_are_held_against_the_minimal_conflicts(page, case):
    """As the list of conflicts says, and nothing else: for each conflict, and for other choices."""
    conflicts = [set(one.claims) for one in case.consistency().conflicts]
    involved = sorted(set().union(*conflicts))
    choices = random.Random(7)  # noqa: S311
    picked = [*conflicts[:6], *(set(choices.sample(involved, 5)) for _ in range(6))]
    for ticked in picked:
        expected = CANNOT if any(one <= ticked for one in conflicts) else TICKED_ALL
        expect(believe(page, sorted(ticked))).to_have_text(expected)
    # All but one of a conflict: the one that is left falls, if they can be true together
    one = conflicts[0]
    first, *others = sorted(one)
    expect(believe(page, others)).to_have_text(TICKED_ALL)
    fallen = page.locator("#believe label.fallen")
    wanted = {c for each in conflicts for c in each if each - {c} <= set(others)} - set(others)
    assert first in wanted
    expect(fallen).to_have_count(len(wanted))


def test_ticks_are_part_of_the_link_and_can_be_taken_back(page):
    page.evaluate(GO, "believe=")
    group = page.locator(".tickgroup").first
    group.locator("input").first.check()
    expect(group.locator("input:checked")).to_have_count(group.locator("input").count())
    assert "believe=" in page.evaluate("location.hash")
    page.locator("#believe select").select_option(index=1)
    expect(page.locator("#believe .tickgroup input:checked").first).to_be_visible()
    page.get_by_role("button", name="Start again").click()
    expect(page.locator("#believe .verdict")).to_have_text("Nothing is ticked yet.")
    assert "believe" not in page.evaluate("location.hash")


def test_a_link_says_what_the_page_does_not_have(page):
    page.evaluate(GO, "day=1999-01-01&claim=R9-99&believe=R8-88")
    heard = page.locator("#time .heard")
    expect(heard).to_contain_text("Left out, not on this page: 1999-01-01, R9-99, R8-88")
    page.evaluate(GO, f"believe={'x' * 5000}")
    expect(heard).to_contain_text("xxx…")


@pytest.mark.parametrize(
    ("asked", "found"), [("tadmur", "Palmyra"), ("sukna", "Sukhna"), ("Mayadeen", "Mayadin")]
)
def test_search_knows_other_spellings(page, asked, found):
    page.locator("#find").fill(asked)
    expect(page.locator("#found li").first).to_contain_text(found)


def test_search_says_when_nothing_matches(page):
    page.locator("#find").fill("qqqzzz")
    expect(page.locator("#found li")).to_have_text(["Nothing matches"])
    page.keyboard.press("Escape")
    page.locator("#find").fill("")


def test_the_data_come_out_of_the_page(page, case):
    page.get_by_role("button", name="Save", exact=True).click()
    texts = {}
    for kind in ("CSV", "GeoJSON"):
        with page.expect_download() as offered:
            page.get_by_role("button", name=kind, exact=True).click()
        texts[kind] = offered.value.path().read_text(encoding="utf-8")
    page.keyboard.press("Escape")
    rows = list(csv.DictReader(io.StringIO(texts["CSV"].removeprefix("\ufeff"))))
    assert [row["Claim"] for row in rows] == list(case.claims)
    assert all(row["What is claimed"] for row in rows)
    found = json.loads(texts["GeoJSON"])
    kinds = {one["properties"]["kind"] for one in found["features"]}
    assert {"place", "reported_route"} <= kinds
    assert {c for one in found["features"] for c in one["properties"]["claims"]} <= set(case.claims)


def test_places_on_one_spot_open_as_a_list(page):
    page.evaluate(GO, "day=")
    page.locator("#frame").scroll_into_view_if_needed()
    for _ in range(3):
        page.get_by_label("Zoom out").click()
    page.locator("#map path[aria-label^='Abu Kamal']").first.focus()
    page.keyboard.press("Enter")
    listed = page.locator(".leaflet-popup .several li button")
    expect(listed.nth(1)).to_be_visible()
    name = listed.first.inner_text()
    listed.first.click()
    expect(page.locator(".leaflet-popup .several > div .title").first).to_contain_text(name)
    page.keyboard.press("Escape")
    page.get_by_label("Back to the first view").click()


def test_a_frame_in_an_article_is_as_tall_as_the_page(page, chromium, path):
    """The host asks, looks who answers, and sets the height; without its script it is fixed."""
    page.get_by_role("button", name="Share", exact=True).click()
    snippet = page.locator("#share-code").input_value()
    page.keyboard.press("Escape")
    frame = re.sub(r'src="[^"]*"', f'src="{path.name}"', snippet)
    assert 'sandbox="allow-scripts allow-popups' in frame
    host = path.with_name("host.html")
    host.write_text(f"<!doctype html><meta charset=utf-8><body>{frame}", encoding="utf-8")
    context = chromium.new_context(viewport={"width": 700, "height": 600})
    article = context.new_page()
    article.goto(host.as_uri())
    for width in (1000, 500, 200):
        article.set_viewport_size({"width": width, "height": 600})
        tall_enough = "document.querySelector('iframe').offsetHeight > 3000"
        article.wait_for_function(f"innerWidth === {width} && {tall_enough}")
        tall = article.frames[1]
        expect(tall.locator("html.fitted")).to_have_count(1)
        article.wait_for_timeout(300)
        own = tall.evaluate("document.body.getBoundingClientRect().height")
        assert abs(article.locator("iframe").bounding_box()["height"] - own) <= 2
        if width >= 320:
            assert tall.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_a_page_with_an_address_says_so_and_has_pictures(case, tmp_path):
    """Other sites read the headline and fetch a picture; without an address there is one file."""
    pytest.importorskip("matplotlib")
    address = "https://news.example/a/convoy.html"
    path = case.page(url=address).save(tmp_path / "convoy.html")
    found = {one.name for one in tmp_path.iterdir()}
    assert found == {"convoy.html", "convoy-2017-wide.png", "convoy-2017-square.png"}
    head = path.read_text(encoding="utf-8").partition("</head>")[0]
    assert '<meta property="og:title" content="Where did the 17 buses go?">' in head
    assert 'content="https://news.example/a/convoy-2017-wide.png"' in head
    for name, size in (("wide", (1200, 630)), ("square", (1200, 1200))):
        with Image.open(tmp_path / f"convoy-2017-{name}.png") as picture:
            assert picture.size == size
    for bad in ("page.html", "javascript:alert(1)", 'https://x/"><script>'):
        with pytest.raises(ValueError, match="own address"):
            case.page(url=bad)
