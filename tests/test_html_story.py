"""What a case's page says of its claims: who disagrees with whom, what shows on which day."""

import csv
import re
import shutil

import pytest
from browser import expect, visit

from convoy_geo.case.case import read_case
from convoy_geo.io.files import geodata

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def files(case, tmp_path_factory):
    """The pages of the shipped cases."""
    folder = tmp_path_factory.mktemp("story")
    both = (case, read_case("titanic-1912"))
    return {each.info.id: each.page().save(folder / f"{each.info.id}.html") for each in both}


def change(path, key, value, **cells):
    """Change cells of one row of a table."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    next(row for row in rows if row[key] == value).update(cells)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


GO = """hash => new Promise((done) => {
  if (location.hash === `#${hash}`) return done();
  addEventListener("hashchange", () => done(), { once: true });
  location.hash = hash;
})"""


def look(page, **asked):
    """Follow a link to a view, until the page has taken it up."""
    page.evaluate(GO, "&".join(f"{key}={value}" for key, value in asked.items()))


def others(page, claim, head):
    """The claims that a claim's card names after some words."""
    look(page, claim=claim)
    lines = page.locator("#claim .card > p", has_text=re.compile(f"^{head}"))
    return {link.inner_text() for line in lines.all() for link in line.locator("button").all()}


DISAGREE, TOGETHER = "Disagrees with", "Cannot all be true, together with"


def test_no_claim_disagrees_with_one_that_fits_it(chromium, files):
    """Six and eleven buses of one speaker make the seventeen; at another moment it may be six."""
    seen = visit(chromium, files["convoy-2017"])
    page = seen.page
    assert others(page, "R0-21", DISAGREE) == set()
    assert others(page, "R0-21", TOGETHER) == set()
    assert others(page, "R0-26", DISAGREE) == {"R3-08"}
    assert others(page, "R0-26", TOGETHER) == {"R0-05", "R1-02", "R4-12", "R3-09", "R4-16"}
    assert others(page, "R0-42", DISAGREE) == {"R0-41", "R1-22", "R4-14", "R4-34"}  # it denies
    assert others(page, "R1-14", DISAGREE) == set()
    assert others(page, "R1-14", "Agrees with") >= {"R4-07", "R0-14"}
    assert seen.troubles() == []


def test_no_claim_agrees_and_disagrees_with_one(chromium, files):
    for name, claim in (("titanic-1912", "BR-08"), ("convoy-2017", "R4-01")):
        page = visit(chromium, files[name]).page
        rivals = others(page, claim, DISAGREE)
        assert rivals
        assert not rivals & others(page, claim, "Agrees with")
        assert not rivals & others(page, claim, TOGETHER)


def test_a_card_gives_the_verdict_of_the_engine(chromium, files, case):
    page = visit(chromium, files["convoy-2017"]).page
    for claim in ("R0-26", "R0-18", "R0-09"):
        look(page, claim=claim)
        box = page.locator("#claim .card details.meta", has_text="Beside the other claims")
        expect(box.locator(".tag")).to_have_text(case.consistency().verdict(claim))
    look(page, claim="R0-26")
    expect(page.locator("#claim .card")).to_contain_text("in 5 conflicts")


def test_three_claims_are_marked_only_where_all_of_them_show(chromium, files):
    page = visit(chromium, files["convoy-2017"]).page
    sums = page.locator("#disputes details.now", has_text="the whole group and a part of it")
    look(page, day="2017-09-03")
    expect(sums.first).to_be_attached()
    look(page, day="2017-09-03", side="coalition")
    expect(sums).to_have_count(0)


def shown_lines(page, title):
    return page.locator(f"path.leaflet-interactive[aria-label='{title}']").count()


def test_a_told_route_shows_on_all_its_days(chromium, tmp_path):
    """That of days on which no claim falls as well; only its own side's, and only its own days."""
    folder = tmp_path / "case"
    shutil.copytree(geodata("cases", "convoy-2017"), folder)
    change(folder / "routes.csv", "route", "arrival", day="2017-09-05/2017-09-14")
    page = visit(chromium, read_case(folder).page().save(tmp_path / "page.html")).page
    title = "The arrival in mid-September"
    for day, lines in (("2017-09-04", 0), ("2017-09-05", 1), ("2017-09-08", 1), ("2017-09-14", 1)):
        look(page, day=day)
        assert shown_lines(page, title) == lines, day
    look(page, day="2017-09-08", side="coalition")
    assert shown_lines(page, title) == 0
    look(page, day="2017-09-08", clock="said")
    assert shown_lines(page, title) == 0


def test_each_clock_has_days_of_its_own(chromium, files):
    """What is said after the story's end can be chosen on the clock of saying."""
    seen = visit(chromium, files["titanic-1912"])
    page = seen.page
    look(page, day="1912-04-19", clock="said")
    assert "day=1912-04-19" in page.url
    slider = page.get_by_label("Day", exact=True)
    page.locator("#shown > summary").click()
    said = page.locator("#shown li", has_text="US-0")
    expect(said.first).to_be_attached()
    assert int(slider.get_attribute("max")) > int(slider.input_value())
    page.get_by_label("Clock").select_option("happened")
    assert "day=1912-04-15" in page.url
    assert slider.get_attribute("max") == slider.input_value()
    look(page, day="1912-04-12")
    assert slider.get_attribute("min") == slider.input_value()
    assert seen.troubles() == []


def test_a_date_far_away_makes_no_endless_slider(chromium, tmp_path):
    folder = tmp_path / "case"
    shutil.copytree(geodata("cases", "titanic-1912"), folder)
    change(folder / "claims.csv", "claim", "US-05", said="1012-04-27")
    change(folder / "claims.csv", "claim", "US-06", said="1812")
    file = read_case(folder).page().save(tmp_path / "page.html")
    page = visit(chromium, file).page
    look(page, day="1912-04-19", clock="said")
    assert "day=1912-04-19" in page.url
    slider = page.get_by_label("Day", exact=True)
    assert int(slider.get_attribute("max")) - int(slider.get_attribute("min")) < 3660


MARKS = "#map path:not(.leaflet-interactive)[stroke='#000'][stroke-width='3']"


def test_a_claim_whose_place_is_an_area_is_on_the_map(chromium, tmp_path):
    """The area that a relation makes is marked, though its layer is off at first."""
    folder = tmp_path / "case"
    shutil.copytree(geodata("cases", "titanic-1912"), folder)
    change(folder / "claims.csv", "claim", "US-07", places="")
    seen = visit(chromium, read_case(folder).page().save(tmp_path / "page.html"))
    page = seen.page
    expect(page.locator(MARKS)).to_have_count(0)
    look(page, claim="US-07")
    expect(page.locator(MARKS)).to_have_count(1)
    expect(page.get_by_label("Told in relation to a place")).not_to_be_checked()
    page.locator("#shown > summary").click()
    on = page.locator("#shown h3", has_text="On the map").locator("+ ul")
    expect(on.locator("li", has_text="US-07")).to_have_count(1)
    page.locator("#claim .close").click()
    expect(page.locator(MARKS)).to_have_count(0)
    assert seen.troubles() == []


def test_each_route_says_whose_it_is(chromium, files):
    """No two sides are told apart by their colour alone: the name stands on the line."""
    page = visit(chromium, files["titanic-1912"]).page
    for ship in ("Titanic", "Carpathia", "Mount Temple", "Californian"):
        label = page.locator(".name.route:not(.hidden)", has_text=ship)
        expect(label.first).to_be_visible()
    told = page.locator(".legend li", has_text="Reported by:")
    expect(told).to_have_count(4)
