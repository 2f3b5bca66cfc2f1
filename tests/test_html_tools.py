"""The tools of a case's page: search, measure, save, share, print; by mouse and by keyboard."""

import csv
import html
import itertools
import random
import re
import shutil
from importlib import resources
from xml.etree import ElementTree as ET

import pytest
from browser import DESKTOP, PHONE, expect, visit
from hostile import PAYLOADS

from convoy_geo.case.case import read_case
from convoy_geo.geodesy import distance_km
from convoy_geo.io.files import geodata
from convoy_geo.lang import load
from convoy_geo.webmap.assets import asset

pytestmark = pytest.mark.browser

SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])


@pytest.fixture(scope="module")
def page_file(case, tmp_path_factory):
    return case.page().save(tmp_path_factory.mktemp("tools") / "convoy-2017.html")


@pytest.fixture(scope="module")
def arabic_file(case, tmp_path_factory):
    return case.page(lang="ar").save(tmp_path_factory.mktemp("tools") / "convoy-2017.html")


def find(page, text):
    box = page.get_by_role("combobox", name="Search places and claims")
    box.click()
    box.fill(text)
    return page.locator("#found [role=option]")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("al qaim", "Al-Qaim"), ("QAIM", "Al-Qaim"), ("alqaim", "Al-Qaim"),
        ("albukamal", "Abu Kamal"),
        ("القائم", "Al-Qaim"), ("قائم", "Al-Qaim"), ("deirezzor", "Deir ez-Zor"),
        ("Deir al-Zor", "Deir ez-Zor"), ("rawah", "Rawa"), ("عنه", "Anah"),
    ],
)  # fmt: skip
def test_a_place_is_found_by_any_spelling(chromium, page_file, text, name):
    seen = visit(chromium, page_file)
    assert find(seen.page, text).first.inner_text().startswith(f"{name} ·")
    seen.context.close()


@SIZES
def test_search_by_mouse_opens_the_place_and_the_claim(chromium, page_file, size):
    seen = visit(chromium, page_file, size=size)
    page = seen.page
    find(page, "rawa").first.click()
    popup = page.locator(".leaflet-popup")
    expect(popup).to_contain_text("Rawah", use_inner_text=True)
    assert page.locator("#found").is_hidden()
    assert page.evaluate("document.activeElement.className") == "leaflet-popup-content"
    page.keyboard.press("Escape")
    page.wait_for_function("document.activeElement.id === 'find'")
    find(page, "R0-25").first.click()
    expect(page.locator("#claim")).to_contain_text(
        "Four buses reached Islamic State territory", use_inner_text=True
    )
    assert "claim=R0-25" in page.url
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert seen.troubles() == []


def test_search_by_keyboard(chromium, page_file):
    seen = visit(chromium, page_file)
    page = seen.page
    find(page, "hezbollah four buses").first.wait_for()
    box = page.locator("#find")
    assert box.get_attribute("aria-expanded") == "true"
    assert int(page.locator(".find [role=status]").inner_text().split()[-1]) >= 1
    page.keyboard.press("ArrowDown")
    active = box.get_attribute("aria-activedescendant")
    assert page.locator(f"#{active}").get_attribute("aria-selected") == "true"
    page.keyboard.press("Escape")
    assert box.get_attribute("aria-expanded") == "false"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#claim")).to_be_visible()
    box.fill("islamic state")
    page.keyboard.press("ArrowUp")
    last = page.locator("#found [role=option]").count() - 1
    assert box.get_attribute("aria-activedescendant") == f"found-{last}"
    box.fill("zzzz")
    expect(page.locator("#found")).to_have_text(load("en").strings["nothingFound"])
    assert seen.troubles() == []


def test_search_leads_to_areas_and_to_places_that_are_not_drawn(chromium, page_file, case):
    seen = visit(chromium, page_file)
    page = seen.page
    find(page, "western anbar").first.click()
    expect(page.locator(".leaflet-popup")).to_contain_text(
        "an area, not a point", use_inner_text=True
    )
    page.locator(".layers summary").click()
    expect(page.get_by_label("Areas")).to_be_checked()
    hidden = next(
        place for place in case.gazetteer if place.shape == "unmapped" and place.role != "decoy"
    )
    find(page, hidden.name).first.click()
    expect(page.locator("#claim")).to_contain_text("not on the map", use_inner_text=True)
    assert seen.troubles() == []


def geodesics(page, pairs):
    source = re.search(r"function geodesic\(.*?\n}\n", asset("page", "measure.js"), re.DOTALL)[0]
    return page.evaluate(
        f"pairs => {{ {source} return pairs.map(([one, other]) => geodesic(one, other)); }}", pairs
    )


def test_its_geodesic_is_that_of_the_library(chromium):
    page = chromium.new_page()
    chance = random.Random(20170903)  # noqa: S311
    pairs = [
        [[chance.uniform(-90, 90), chance.uniform(-180, 180)] for _ in range(2)]
        for _ in range(2000)
    ]
    near = [[chance.uniform(-60, 60), chance.uniform(-180, 180)] for _ in range(200)]
    pairs += [
        [[lat, lon], [lat + chance.uniform(-0.01, 0.01), lon + chance.uniform(-0.01, 0.01)]]
        for lat, lon in near
    ]
    pairs += [
        [[lat, lon], [-lat + chance.uniform(-0.6, 0.6), lon + 180 + chance.uniform(-0.6, 0.6)]]
        for lat, lon in near[:60]
    ]
    pairs += [[[90, 0], [-90, 0]], [[0, 0], [0, 180]], [[30, 0], [-30, 180]], [[5, 5], [5, 5]],
        [[0, 0], [0.5, 179.5]], [[0, 0], [0, 90]], [[10, 179.9], [10, -179.9]]]  # fmt: skip
    for (one, other), metres in zip(pairs, geodesics(page, pairs), strict=True):
        expected = distance_km(one[1], one[0], other[1], other[0]) * 1000
        assert metres == pytest.approx(expected, abs=1), (one, other)
    page.close()


def place_box(page, name):
    return page.locator(f"path.leaflet-interactive[aria-label='{name}']").last.bounding_box()


def middle(box):
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@SIZES
def test_measuring_by_mouse_and_by_touch(chromium, page_file, size):
    seen = visit(chromium, page_file, size=size, has_touch=size == PHONE)
    page = seen.page
    press = page.touchscreen.tap if size == PHONE else page.mouse.click
    page.get_by_role("button", name="Measure").click()
    result = page.locator("#measuring output")
    expect(result).to_contain_text("Set points", use_inner_text=True)
    page.wait_for_timeout(300)
    for name in ("Sukhna", "Abu Kamal", "Deir ez-Zor"):
        press(*middle(place_box(page, name)))
        page.wait_for_timeout(350)
    text = result.inner_text()
    two = distance_km(38.8711, 34.8853, 40.9185, 34.4523)
    assert re.search("Sukhna . Abu Kamal . Deir ez-Zor", text)
    assert "not a road" in text
    total = float(re.match(r"([\d.]+) km \(([\d.]+) mi\)", text)[1])
    leg = float(re.search(r"last part ([\d.]+) km", text)[1])
    assert total - leg == pytest.approx(two, abs=0.2)
    expect(page.locator(".leaflet-popup")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    assert result.inner_text().startswith(f"{two:.1f} km")
    page.get_by_role("button", name="Clear").click()
    expect(result).to_contain_text("Set points", use_inner_text=True)
    page.get_by_role("button", name="Done").click()
    assert page.locator("#measuring").is_hidden()
    press(*middle(place_box(page, "Abu Kamal")))
    expect(page.locator(".leaflet-popup")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert seen.troubles() == []


def test_measuring_by_keyboard(chromium, page_file):
    seen = visit(chromium, page_file, reduced_motion="reduce")
    page = seen.page
    page.get_by_role("button", name="Measure").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "map"
    expect(page.locator(".cross")).to_be_visible()
    page.keyboard.press("Enter")
    for _ in range(6):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(60)
    page.wait_for_timeout(400)
    page.keyboard.press("Enter")
    result = page.locator("#measuring output")
    assert float(re.match(r"([\d.]+) km", result.inner_text())[1]) > 20
    page.keyboard.press("Backspace")
    expect(result).to_contain_text("Set points", use_inner_text=True)
    page.keyboard.press("Escape")
    assert page.locator("#measuring").is_hidden()
    assert page.locator(".cross").is_hidden()
    assert page.evaluate("document.activeElement.textContent") == "Measure"
    assert seen.troubles() == []


def save(page, name):
    page.get_by_role("button", name="Save", exact=True).click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name=f"Save as {name}").click()
    return waiting.value


def test_the_svg_holds_what_the_view_shows(chromium, page_file, tmp_path):
    seen = visit(chromium, page_file)
    page = seen.page
    page.goto(f"{page.url}#day=2017-09-03&side=hezbollah")
    page.reload()
    page.wait_for_selector("html[data-ready]", state="attached")
    page.wait_for_timeout(300)
    made = save(page, "SVG")
    assert made.suggested_filename == "convoy-2017-2017-09-03.svg"
    made.save_as(tmp_path / "view.svg")
    root = ET.parse(tmp_path / "view.svg").getroot()  # noqa: S314  (made here)
    texts = ["".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text")]
    whole = " ".join(texts)
    for part in (
        "Where did the 17 buses go?", "Sun, Sep 3, 2017", "Sides: Hezbollah", "Damascus",
        "دمشق",
        "Reported by: US-led coalition", "50 km", "50 mi", "Natural Earth", "GeoNames",
        "Dashed paths are assumed",
    ):  # fmt: skip
        assert part in whole, part
    hidden = page.locator(".name.hidden > span:first-child").all_inner_texts()
    shown = set(page.locator(".name:not(.hidden) > span:first-child").all_inner_texts())
    assert not [name for name in hidden if name not in shown and name in texts]
    paths = [path.get("stroke") for path in root.iter("{http://www.w3.org/2000/svg}path")]
    assert len(paths) > 60
    assert not [e for e in root.iter() if e.get("style") or e.tag.endswith("foreignObject")]
    assert seen.troubles() == []


@SIZES
def test_the_png_by_keyboard(chromium, page_file, tmp_path, size):
    seen = visit(chromium, page_file, size=size)
    page = seen.page
    page.get_by_role("button", name="Save", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Save")).to_be_visible()
    page.get_by_role("button", name="Save as PNG").focus()
    with page.expect_download() as waiting:
        page.keyboard.press("Enter")
    path = tmp_path / "view.png"
    waiting.value.save_as(path)
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = (int.from_bytes(data[at : at + 4], "big") for at in (16, 20))
    assert width >= 1600
    assert height > 1000
    colours = page.evaluate(
        """async () => {
          const image = document.querySelector(".made img");
          await image.decode();
          const canvas = document.createElement("canvas");
          [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
          const pen = canvas.getContext("2d");
          pen.drawImage(image, 0, 0);
          const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
          return new Set(new Uint32Array(data.buffer)).size;
        }"""
    )
    assert colours > 500  # the land, the lines and the letters, not a blank sheet
    page.keyboard.press("Escape")
    assert page.locator("#save").is_hidden()
    assert page.evaluate("document.activeElement.textContent") == "Save"
    assert seen.troubles() == []


def test_share_gives_the_view_and_a_frame_for_it(chromium, page_file, tmp_path):
    seen = visit(chromium, page_file)
    page = seen.page
    page.get_by_label("A day on").click()
    page.get_by_role("button", name="Share").focus()
    page.keyboard.press("Enter")
    assert "#day=" in page.get_by_label("Link to this view").input_value()
    code = page.get_by_label("Put it into a page").input_value()
    assert code.startswith('<iframe src="convoy-2017.html#day=')
    assert "allow-same-origin" not in code
    page.get_by_role("button", name="Copy").last.click()
    expect(page.locator("#share .copyable").last).to_contain_text("Copied", use_inner_text=True)
    page.get_by_label("Put it into a page").focus()
    assert seen.troubles() == []
    # The lines work as they stand, in a page beside the file.
    shutil.copy(page_file, tmp_path / "convoy-2017.html")
    outer = tmp_path / "article.html"
    outer.write_text(f"<!doctype html><meta charset=utf-8><body>{code}", encoding="utf-8")
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    article = context.new_page()
    article.goto(outer.as_uri())
    inner = article.frame_locator("iframe")
    inner.locator("html[data-ready]").wait_for(state="attached")
    expect(inner.locator("#time output")).not_to_have_text("All days", use_inner_text=True)
    context.close()


def test_a_sandboxed_frame_shows_the_picture_and_copies(chromium, page_file, tmp_path):
    path = tmp_path / "outer.html"
    source = html.escape(page_file.read_text(encoding="utf-8"))
    path.write_text(
        f'<!doctype html><meta charset=utf-8><body><iframe width=900 height=700 srcdoc="{source}"'
        ' sandbox="allow-scripts"></iframe>',
        encoding="utf-8",
    )
    seen = visit(chromium, path, ready="iframe")
    inner = seen.page.frame_locator("iframe")
    inner.locator("html[data-ready]").wait_for(state="attached")
    inner.get_by_role("button", name="Save", exact=True).click()
    inner.get_by_role("button", name="Save as PNG").click()
    picture = inner.locator(".made img")
    picture.wait_for()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") >= 1600
    expect(inner.locator(".made")).to_contain_text("may forbid it", use_inner_text=True)
    seen.page.keyboard.press("Escape")
    inner.get_by_role("button", name="Share").click()
    inner.get_by_role("button", name="Copy").last.click()
    inner.locator("#share [role=status]", has_text=re.compile("Copied|Press")).wait_for()
    assert "map.html" in inner.get_by_label("Put it into a page").input_value()
    assert seen.troubles() == []


@pytest.mark.parametrize(
    ("which", "view"), [("page_file", "#day=2017-09-03"), ("page_file", ""), ("arabic_file", "")]
)
def test_paper_brings_everything_and_leaves_the_page_as_it_was(chromium, request, which, view):
    seen = visit(chromium, request.getfixturevalue(which))
    page = seen.page
    page.goto(f"{page.url}{view}")
    page.reload()
    page.wait_for_selector("html[data-ready]", state="attached")
    page.wait_for_timeout(300)
    sheets = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheets)) > 8
    expect(page.locator("#claims[open]")).to_have_count(0)
    expect(page.locator(".stage .fig")).to_have_count(6)
    assert seen.troubles() == []


@SIZES
def test_every_control_is_within_the_window_in_arabic(chromium, arabic_file, size):
    seen = visit(chromium, arabic_file, size=size)
    page = seen.page
    words = load("ar").strings
    page.get_by_role("button", name=words["measure"]).click()
    boxes = page.locator(
        "#tools > *, #time .steps button, #time select:not([hidden]), #measuring button"
    )
    found = [box.bounding_box() for box in boxes.all()]
    assert len(found) > 10
    for box in found:
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size[0]
    for number, one in enumerate(found):
        for other in found[number + 1 :]:
            apart = (
                one["x"] + one["width"] <= other["x"] + 0.5
                or other["x"] + other["width"] <= one["x"] + 0.5
                or one["y"] + one["height"] <= other["y"] + 0.5
                or other["y"] + other["height"] <= one["y"] + 0.5
            )
            assert apart, (one, other)
    page.locator("#find").fill("القائم")
    box = page.locator("#found").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= size[0]
    assert seen.troubles() == []


@pytest.mark.parametrize(("which", "size"), [("page_file", PHONE), ("arabic_file", DESKTOP)])
def test_axe_finds_nothing_in_the_open_tools(chromium, request, which, size):
    axe = resources.files("axe_playwright_python").joinpath("axe.min.js")
    seen = visit(chromium, request.getfixturevalue(which), size=size, reduced_motion="reduce")
    page = seen.page
    page.evaluate(axe.read_text(encoding="utf-8"))
    found = {}

    schemes = itertools.cycle(["light", "dark"] if which == "page_file" else ["dark", "light"])

    def look(state):
        scheme = next(schemes)
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found[f"{state}, {scheme}"] = page.evaluate(
            "async (what) => (await axe.run(what)).violations.map(({ id, nodes }) =>"
            " [id, nodes.map(({ html }) => html.slice(0, 90))])",
            # test_case_access looks at the rest of the page
            {"include": [["main"]], "exclude": [["#panels"]]},
        )

    page.locator("#find").fill("Abu Kamal")
    page.keyboard.press("ArrowDown")
    look("search")
    page.keyboard.press("Escape")
    measure, save_view, share = page.locator("#tools > button").all()
    measure.click()
    page.keyboard.press("Enter")
    look("measure")
    measure.click()
    save_view.click()
    page.locator("#save button").nth(1).click()
    page.locator(".made img").wait_for()
    look("save")
    page.keyboard.press("Escape")
    share.click()
    look("share")
    assert {state: rules for state, rules in found.items() if rules} == {}
    assert seen.troubles() == []


def test_hostile_texts_stay_texts_in_search_and_pictures(chromium, tmp_path):
    folder = tmp_path / "case"
    shutil.copytree(geodata("cases", "convoy-2017"), folder)
    payloads = [text.replace("|", "/")[:300] for text in PAYLOADS.values() if "\0" not in text]
    for file, columns in {"places.csv": ["name"], "claims.csv": ["summary"]}.items():
        with (folder / file).open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        for number, row in enumerate(rows):
            for column in columns:
                row[column] = f"q{number} {payloads[number % len(payloads)]}"
        with (folder / file).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    path = read_case(folder).page().save(folder / "map.html")
    seen = visit(chromium, path)
    page = seen.page
    for number in range(len(payloads)):
        find(page, f"q{number}").first.click()
    expect(page.locator("#found *:not(li):not(span)")).to_have_count(0)
    made = save(page, "SVG")
    made.save_as(tmp_path / "view.svg")
    root = ET.parse(tmp_path / "view.svg").getroot()  # noqa: S314  (made here)
    kinds = {element.tag.split("}")[1] for element in root.iter()}
    assert kinds <= {"svg", "g", "rect", "path", "circle", "defs", "pattern", "text", "tspan"}
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on")]
    assert seen.troubles() == []
