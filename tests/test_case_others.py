"""Pages of other cases than that of 2017, and pages in frames: they open and do not complain."""

import csv
import re
import shutil

import pytest
from browser import DESKTOP, PHONE, expect, visit

from convoy_geo.case.case import read_case
from convoy_geo.io.files import geodata
from convoy_geo.webmap.html import in_frame

pytestmark = pytest.mark.browser


def rewrite(path, change):
    """Write a table anew with what `change` makes of its rows; None leaves a row out."""
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        columns = list(reader.fieldnames or [])
        rows = [changed for row in reader if (changed := change(row)) is not None]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def no_roads(folder):
    info = folder / "case.toml"
    text = info.read_text(encoding="utf-8")
    text = re.sub(r"^roads = .*\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"\[\[alternatives\]\]\n(?:\w+ = .*\n)+", "", text)
    info.write_text(text, encoding="utf-8")
    (folder / "closures.geojson").write_text('{"type": "FeatureCollection", "features": []}')
    (folder / "controls.csv").unlink()
    rewrite(folder / "places.csv", lambda row: row | {"road_node": ""})
    rewrite(folder / "routes.csv", lambda row: row | {"leg_modes": ""})


def no_dates(folder):
    empty = {"happened": "", "said": "", "date_text": "", "date_basis": ""}
    rewrite(folder / "claims.csv", lambda row: row | empty)


def one_claim(folder):
    no_roads(folder)
    rewrite(folder / "claims.csv", lambda row: row if row["claim"] == "R0-25" else None)
    rewrite(folder / "routes.csv", lambda _: None)
    rewrite(folder / "chapters.csv", lambda _: None)


def forty_sides(folder):
    info = folder / "case.toml"
    sides = "".join(
        f'\n[[side]]\nid = "s{n}"\nname = "Side {n} of forty"\ncolour = "#{n * 6:02x}40a0"\n'
        for n in range(40)
    )
    info.write_text(info.read_text(encoding="utf-8") + sides, encoding="utf-8")
    numbers = iter(range(1000))
    rewrite(folder / "claims.csv", lambda row: row | {"side": f"s{next(numbers) % 40}"})


KINDS = {"roads": no_roads, "dates": no_dates, "claim": one_claim, "sides": forty_sides}


@pytest.fixture(scope="module", params=["titanic-1912", *KINDS])
def other(request, tmp_path_factory):
    if request.param not in KINDS:
        return read_case(request.param)
    folder = tmp_path_factory.mktemp("other") / "case"
    shutil.copytree(geodata("cases", "convoy-2017"), folder)
    KINDS[request.param](folder)
    return read_case(folder)


def test_another_case_opens_and_complains_of_nothing(chromium, other, tmp_path):
    file = other.page().save(tmp_path / "page.html")
    seen = visit(chromium, file, reduced_motion="reduce")
    page = seen.page
    assert page.title() == other.info.title
    names = {place.name for place in other.gazetteer if place.role == "mentioned"}
    dots = page.locator("path.leaflet-interactive").evaluate_all(
        "paths => paths.map((path) => path.getAttribute('aria-label'))"
    )
    assert names & set(dots)
    expect(page.locator("#claims tbody tr[id]")).to_have_count(len(other.claims))
    for number in range(3):
        page.get_by_label("The next claim" if number else "A day on").click()
    page.get_by_label("All days").check()
    page.locator("#shown > summary").click()
    page.locator("#shown li").first.wait_for()
    expect(page.locator("#shown li")).to_have_count(len(other.claims))
    page.locator("#shown li button").first.click()
    expect(page.locator("#claim")).to_be_visible()
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    page.wait_for_timeout(100)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    seen.picture(f"other-{other.info.id}-{len(other.claims)}-{len(other.info.sides)}")
    assert seen.troubles() == []


@pytest.mark.parametrize("width", [DESKTOP[0], PHONE[0]])
def test_it_works_in_frames(chromium, case, tmp_path, width):
    page = case.page().html
    inner = page.replace("&", "&amp;").replace('"', "&quot;")
    frames = [
        in_frame(page, 640),
        f'<iframe width="100%" height="640" srcdoc="{inner}"></iframe>',
        f'<iframe width="100%" height="640" sandbox="allow-scripts" srcdoc="{inner}"></iframe>',
    ]
    file = tmp_path / "frames.html"
    file.write_text(f"<!doctype html><meta charset=utf-8>{''.join(frames)}", encoding="utf-8")
    seen = visit(chromium, file, size=(width, 800), ready="iframe")
    for number in range(3):
        frame = seen.page.frame_locator("iframe").nth(number)
        frame.locator("html[data-ready]").wait_for(state="attached")
        frame.locator("path[aria-label='Palmyra']").last.focus()
        seen.page.keyboard.press("Enter")
        popup = frame.get_by_role("dialog")
        expect(popup).to_contain_text("34.5624 N", use_inner_text=True)
        popup.locator("button.claim").first.click()
        expect(frame.locator("#claim")).to_be_visible()
        frame.get_by_label("A day on").click()
        assert frame.locator("#time output").inner_text().endswith("2017")
        frame.locator(".skip").focus()
        seen.page.keyboard.press("Enter")
        expect(frame.locator("html[data-ready]")).to_have_count(1)
    assert seen.troubles() == []
