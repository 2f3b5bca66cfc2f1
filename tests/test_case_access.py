"""The case's page for everyone: axe-core, languages, the keyboard, contrast, dark and still."""

from importlib import resources

import pytest
from browser import DESKTOP, PHONE, expect, visit

pytestmark = pytest.mark.browser

AXE = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RUN = """async (options) => {
  const found = await axe.run(document, { resultTypes: ["violations"], ...options });
  return found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 90))]);
}"""
UNFOLD = "document.querySelectorAll('details').forEach((box) => { box.open = true; })"
FOCUSED = "document.activeElement"


@pytest.fixture(scope="module")
def files(case, tmp_path_factory):
    folder = tmp_path_factory.mktemp("access")
    return {lang: case.page(lang=lang).save(folder / f"{lang}.html") for lang in ("en", "ar")}


@pytest.fixture(scope="module")
def desk(chromium, files):
    """One English page on a desktop, which tests of the keyboard share."""
    return visit(chromium, files["en"], reduced_motion="reduce")


@pytest.fixture
def page(desk):
    """The shared page as it opens."""
    desk.page.goto(desk.page.url.split("#")[0] + "#")
    desk.page.reload()
    desk.page.wait_for_selector("html[data-ready]", state="attached")
    yield desk.page
    assert desk.troubles() == []


PALMYRA = {"en": "Palmyra", "ar": "تدمر"}


def town(page, name):
    return page.locator(f"path.leaflet-interactive[aria-label='{name}']").last


@pytest.mark.parametrize(("lang", "size"), [("en", DESKTOP), ("ar", PHONE)])
def test_axe_finds_nothing(chromium, files, lang, size):
    seen = visit(chromium, files[lang], size=size, reduced_motion="reduce")
    page = seen.page
    page.evaluate(AXE)  # by the browser, past the page's policy, which stays as it is
    found = {"as it opens": page.evaluate(RUN, {})}
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.evaluate("location.hash = 'day=2017-09-03&claim=R0-25'")
    page.locator("#claim").wait_for()
    page.evaluate(UNFOLD)
    town(page, PALMYRA[lang]).focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog").wait_for()
    seen.picture(f"access-{lang}-{size[0]}-dark")
    found["all open, dark"] = page.evaluate(RUN, {})
    assert {state: rules for state, rules in found.items() if rules} == {}
    assert seen.troubles() == []


def test_axe_would_find_what_is_wrong(page):
    page.evaluate(AXE)
    page.evaluate(
        "document.getElementById('summary').querySelector('p').style.setProperty('color', '#999');"
        "document.getElementById('map').setAttribute('aria-label', '');"
        "document.querySelector('#time select').removeAttribute('aria-label')"
    )
    names = {rule for rule, _ in page.evaluate(RUN, {})}
    assert names >= {"color-contrast", "select-name"}


def test_every_text_says_its_language(chromium, files):
    """No English words in an element that is marked as Arabic, nor the other way round."""
    seen = visit(chromium, files["ar"])
    seen.page.evaluate("location.hash = 'day=2017-09-03&claim=R0-25'")
    seen.page.evaluate(UNFOLD)
    town(seen.page, PALMYRA["ar"]).dispatch_event("click")
    wrong = seen.page.evaluate(
        r"""() => {
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          const wrong = new Set();
          while (walker.nextNode()) {
            const text = walker.currentNode;
            const host = text.parentElement;
            if (host.closest("script, .leaflet-control-scale, .name, #credits")) continue;
            const lang = host.closest("[lang]").getAttribute("lang");
            const latin = (text.data.match(/[a-z]{3,}/gi) || []).length;
            const arabic = (text.data.match(/[\u0621-\u064a]{3,}/g) || []).length;
            const other = lang === "ar" ? latin > 2 : arabic > latin;
            if (other) wrong.add(`${lang}: ${text.data.slice(0, 60)}`);
          }
          for (const part of document.querySelectorAll("path[aria-label]")) {
            const lang = part.closest("[lang]").getAttribute("lang");
            if (lang !== "en") wrong.add(part.getAttribute("aria-label"));
          }
          return [...wrong];
        }"""
    )
    assert wrong == []
    table = seen.page.locator("#claims")
    assert table.locator("thead th").first.evaluate("cell => cell.closest('[lang]').lang") == "ar"
    dates = seen.page.locator("#claim bdi").all_inner_texts()
    assert "30 أغسطس إلى 3 سبتمبر 2017" in dates
    codes = seen.page.locator("#claim bdi[dir=ltr]").all_inner_texts()
    assert "2223-2400" in codes


def test_stops_have_names_an_order_and_a_visible_focus(page):
    stops = []
    for _ in range(14):
        page.keyboard.press("Tab")
        stops.append(
            page.evaluate(
                """() => {
                  const part = document.activeElement;
                  const look = getComputedStyle(part);
                  const seen = look.outlineStyle !== "none" || part.matches("path");
                  return [part.id || part.className || part.tagName, seen];
                }"""
            )
        )
    names = [name for name, _ in stops]
    assert names[0] == "skip"
    assert "claim" in names  # the figures of the count lead to their claims
    assert all(seen for _, seen in stops), stops
    page.locator(".skip").focus()
    page.keyboard.press("Enter")
    order = []
    for _ in range(8):
        page.keyboard.press("Tab")
        order.append(page.evaluate("document.activeElement.getAttribute('aria-label') || ''"))
    start = order.index("Clock")
    assert order[start : start + 7] == ["Clock", "The claim before", "A day back", "Play",
        "A day on", "The next claim", "Day"]  # fmt: skip


def until(page, condition):
    """Wait until an expression is true; Playwright's own waiting would need `unsafe-eval`."""
    for _ in range(60):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"never: {condition}")


def by(page, way, target, *, key="Enter"):
    """Use a control once by mouse or once by keyboard."""
    if way == "mouse":
        target.click()
    else:
        target.focus()
        page.keyboard.press(key)


WAYS = pytest.mark.parametrize("way", ["mouse", "keyboard"])


@WAYS
def test_time_by(page, way):
    output = page.locator("#time output")
    by(page, way, page.get_by_label("A day on"))
    assert "day=2017-08-25" in page.evaluate("location.hash")
    by(page, way, page.get_by_label("A day on"))
    by(page, way, page.get_by_label("A day back"))
    assert output.inner_text().endswith("Aug 25, 2017")
    by(page, way, page.get_by_label("The next claim"))
    first = page.locator("#claim h2").inner_text()
    by(page, way, page.get_by_label("The next claim"))
    expect(page.locator("#claim h2")).not_to_have_text(first, use_inner_text=True)
    by(page, way, page.get_by_label("The claim before"))
    expect(page.locator("#claim h2")).to_have_text(first, use_inner_text=True)
    if way == "mouse":
        page.get_by_label("Clock").select_option("published")
        page.locator("#time .strip svg").click(position={"x": 3, "y": 10})
    else:
        page.get_by_label("Clock").focus()
        page.keyboard.press("End")
        page.get_by_label("Day", exact=True).focus()
        page.keyboard.press("Home")
    assert "clock=published" in page.evaluate("location.hash")
    assert "day=2017-08-31" in page.evaluate("location.hash")
    by(page, way, page.get_by_label("Play", exact=True))
    page.get_by_label("Pause").wait_for()
    until(page, "location.hash.includes('day=2017-09-01')")
    by(page, way, page.get_by_label("Pause"))
    by(page, way, page.get_by_label("All days"), key="Space")
    assert "day=" not in page.evaluate("location.hash")


@WAYS
def test_sides_ledger_and_disputes_by(page, way):
    page.evaluate("location.hash = 'day=2017-09-03'")
    by(page, way, page.locator("#sides summary"))
    by(page, way, page.get_by_role("button", name="None"))
    expect(page.locator("#ledger .reading")).to_have_count(0)
    by(page, way, page.locator("#sides label", has_text="Hezbollah").locator("input"), key="Space")
    assert "side=hezbollah" in page.evaluate("location.hash")
    readings = page.locator("#ledger .reading")
    before = readings.count()
    assert before > 0
    by(page, way, page.get_by_role("button", name="All sides"))
    expect(readings).not_to_have_count(before)
    before = readings.count()
    by(page, way, page.get_by_label("Carry older statements over"), key="Space")
    expect(readings).not_to_have_count(before)
    link = readings.locator("button.claim").first
    by(page, way, link)
    number = link.inner_text()
    expect(page.locator("#claim h2")).to_have_text(f"Claim {number}", use_inner_text=True)
    assert page.evaluate(f"{FOCUSED}.id") == "claim"
    if way == "mouse":
        page.locator("#claim").get_by_label("Close").click()
    else:
        page.keyboard.press("Escape")
    assert page.locator("#claim").is_hidden()
    assert page.evaluate(f"{FOCUSED}.textContent") == number  # where one came from
    by(page, way, page.locator("#disputes > summary"))
    dispute = page.locator("#disputes details").first
    by(page, way, dispute.locator("summary"))
    link = dispute.locator("a.claim").first
    by(page, way, link)
    expect(page.locator("#claim h2")).to_have_text(
        f"Claim {link.inner_text()}", use_inner_text=True
    )
    rival = page.locator("#claim button.claim").first
    number = rival.inner_text()
    by(page, way, rival)
    expect(page.locator("#claim h2")).to_have_text(f"Claim {number}", use_inner_text=True)


@WAYS
def test_map_layers_and_tables_by(page, way):
    by(page, way, page.locator(".layers summary"))
    by(page, way, page.get_by_label("Areas"), key="Space")
    expect(page.locator("path[aria-label^='Western Anbar']")).to_have_count(1)
    zoom = "document.querySelector('.leaflet-control-scale-line').textContent"
    before = page.evaluate(zoom)
    by(page, way, page.get_by_label("Zoom in"))
    until(page, f"{zoom} !== {before!r}")
    by(page, way, page.get_by_label("Zoom out"))
    by(page, way, town(page, "Palmyra"))
    popup = page.get_by_role("dialog")
    assert popup.get_attribute("aria-label").startswith("Palmyra")
    by(page, way, popup.locator("button.claim").first)
    assert page.evaluate(f"{FOCUSED}.id") == "claim"
    by(page, way, popup.get_by_label("Close"))
    popup.wait_for(state="detached")
    by(page, way, page.locator("#shown > summary"))
    entry = page.locator("#shown li button").first
    by(page, way, entry)
    assert (
        entry.locator(".meta")
        .inner_text()
        .endswith(page.locator("#claim h2").inner_text().split()[1])
    )
    by(page, way, page.locator("#places > summary"))
    body = page.get_by_role("region", name="Places")
    if way == "mouse":
        body.hover()
        page.mouse.wheel(0, 300)
    else:
        body.focus()
        page.keyboard.press("PageDown")
    until(page, "document.querySelector('#places .panel-body').scrollTop > 100")


def test_sides_differ_by_more_than_colour(page):
    """Each route on the map has its side's name; few find no room for it on the line."""
    names = page.locator(".name.route > :first-child")
    for side in ("Coalition", "Syrian commander", "Activists", "Iraqi officials", "Observatory"):
        expect(names.filter(has_text=side).first).to_be_attached()
    expect(page.locator(".name.route:not(.hidden)").nth(6)).to_be_visible()


def test_motion_stays_still(page):
    page.get_by_label("Zoom in").click()
    page.wait_for_timeout(30)
    expect(page.locator(".leaflet-zoom-anim")).to_have_count(0)


def test_bars_stand_out_in_both_schemes(page):
    """The pieces of the ledger and of the strip of days against what they lie on: 3 to 1."""
    page.evaluate("location.hash = 'day=2017-09-03'")
    page.locator("#ledger .reading").first.wait_for()
    ratios = """() => {
      const paint = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
      const light = (colour) => {
        paint.fillStyle = colour;
        paint.fillRect(0, 0, 1, 1);
        const part = (x) => (x /= 255) <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
        const [r, g, b] = [...paint.getImageData(0, 0, 1, 1).data].map(part);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      const paper = light(getComputedStyle(document.body).backgroundColor);
      const ground = light(getComputedStyle(document.querySelector(".bar")).backgroundColor);
      const marks = [...document.querySelectorAll(".bar rect, .bar text, #time .sure")];
      return marks.flatMap((mark) => {
        const look = getComputedStyle(mark);
        if (mark.tagName === "text" && mark.getAttribute("fill") === "#fff") return [];
        const ink = look.fill === "none" || look.fillOpacity < 1 ? look.stroke : look.fill;
        const beneath = mark.closest(".bar") ? ground : paper;
        return [[mark.outerHTML.slice(0, 90), ratio(light(ink), beneath)]];
      });
    }"""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found = page.evaluate(ratios)
        assert len(found) > 5
        assert any('class="sure"' in mark for mark, _ in found)
        assert [mark for mark, ratio in found if ratio < 3] == [], scheme
    page.emulate_media(color_scheme="light", reduced_motion="reduce")


@pytest.mark.parametrize("media", ["screen", "print"])
def test_tables_read_without_javascript(chromium, files, media):
    seen = visit(chromium, files["en"], java_script_enabled=False, ready="#panels")
    page = seen.page
    if media == "print":
        page.emulate_media(media="print")
    else:
        for box in page.locator("#panels > details > summary").all():
            if not box.locator("xpath=..").get_attribute("open"):
                box.click()
        page.locator("#d-0 summary").click()
        page.locator("#d-0 a.claim").first.click()
    for panel, words in {
        "claims": "Six buses had returned to government territory",
        "places": "34.5624 N, 38.2840 E",
        "routes": "The turn back, north to Sukhna",
        "ways": "shortest route",
    }.items():
        cell = page.locator(f"#{panel} tr", has_text=words).first
        box = cell.bounding_box()
        assert box, panel
        assert box["height"] > 10, panel
        assert box["width"] > 100, panel
    seen.picture(f"no-script-{media}")
    frame = page.locator("#frame").bounding_box()
    assert frame
    assert frame["height"] < 600  # the legend, no empty map
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 400")
    assert seen.requests == []
