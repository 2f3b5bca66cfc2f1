"""Reported routes in the browser: beside each other, with arrowheads and labels, on their days."""

import pytest
from browser import DESKTOP, PHONE, expect, visit
from test_html_story import look

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page_file(case, tmp_path_factory):
    return case.page().save(tmp_path_factory.mktemp("routes") / "convoy-2017.html")


def line(page, title):
    return page.locator(f"path.leaflet-interactive[aria-label='{title}']")


POINTS = """(path) => {
  const long = path.getTotalLength();
  const { left, top } = path.ownerSVGElement.getBoundingClientRect();
  const matrix = path.getScreenCTM();
  return Array.from({ length: 60 }, (_, at) => {
    const { x, y } = path.getPointAtLength((long * at) / 59).matrixTransform(matrix);
    return [x, y];
  });
}"""


def test_accounts_on_one_road_lie_five_pixels_apart(chromium, page_file):
    page = visit(chromium, page_file).page
    look(page, day="2017-08-31")
    one, other = (
        line(page, title).evaluate(POINTS)
        for title in ("The turn back, north to Sukhna", "The turn back, toward the interior")
    )
    gaps = [min(((x - a) ** 2 + (y - b) ** 2) ** 0.5 for a, b in one) for x, y in other[5:50]]
    assert min(gaps) >= 5


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("view", [{}, {"day": "2017-08-31"}, {"day": "2017-09-02"}])
def test_no_name_covers_a_route(chromium, page_file, size, view):
    page = visit(chromium, page_file, size=size).page
    if view:
        look(page, **view)
    page.wait_for_timeout(500)  # names are placed again when there is time
    names = page.locator(".name:not(.hidden)").evaluate_all(
        "all => all.map((one) => { const b = one.getBoundingClientRect();"
        " return [b.left, b.top, b.right, b.bottom, one.textContent]; })"
    )
    assert len(names) > 8
    for path in page.locator("path.leaflet-interactive[aria-label]").all():
        if path.get_attribute("stroke-width") not in {"4", "5.5"}:
            continue
        for x, y in path.evaluate(POINTS):
            over = [name for left, top, right, bottom, name in names
                    if left < x < right and top < y < bottom]  # fmt: skip
            assert over == []


def test_a_route_is_solid_on_stated_days_and_hollow_on_others(chromium, page_file):
    page = visit(chromium, page_file).page
    six = line(page, "Six buses back toward Palmyra")
    look(page, day="2017-08-29")
    expect(six).to_have_count(0)
    look(page, day="2017-09-03")
    expect(six).to_have_attribute("stroke-width", "5.5")
    look(page, day="2017-09-05")
    expect(six).to_have_attribute("stroke", "#8b867c")
    turn = line(page, "The turn back, north to Sukhna")
    look(page, day="2017-08-31")
    expect(turn).to_have_attribute("stroke-width", "4")
    look(page, day="2017-08-31", side="coalition")
    expect(turn).to_have_count(0)


def test_possible_roads_are_off_and_absent_when_closed(chromium, page_file):
    page = visit(chromium, page_file).page
    title = "Computed: Sukhna to Abu Kamal, nothing closed"
    roads = page.locator(f"path.leaflet-interactive[aria-label='{title}']")
    expect(roads).to_have_count(0)
    page.locator(".layers summary").click()
    page.get_by_label(title).check()
    expect(roads).to_have_count(2)
    look(page, day="2017-09-02")
    expect(roads).to_have_count(1)  # the other one passes the stretch that was cut


def test_countries_rivers_start_and_end_are_named_at_once(chromium, page_file):
    for size in (DESKTOP, PHONE):
        page = visit(chromium, page_file, size=size).page
        for name in ("Syria", "Iraq", "Palmyra", "Abu Kamal", "Rawa"):
            shown = page.locator(".name:not(.hidden)", has_text=name)
            expect(shown.first).to_be_visible()


def test_a_side_hides_what_only_others_say(chromium, page_file):
    page = visit(chromium, page_file).page
    rawa = page.locator("path.leaflet-interactive[aria-label='Rawa']")
    expect(rawa).to_have_count(1)
    look(page, side="coalition")
    expect(rawa).to_have_count(0)
    expect(line(page, "The claimed arrival in Rawa")).to_have_count(0)
