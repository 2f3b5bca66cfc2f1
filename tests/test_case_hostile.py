"""Hostile texts by every place where data reaches a case's page: none runs, each is shown as text.

One case holds all payloads in every free column of every table, in its texts and its roads, so
that a new payload or place costs no new browser.
"""

import csv
import json
import re
import shutil
import sys
import tomllib

import folium
import pytest
from browser import DESKTOP, PHONE, expect, visit
from hostile import PAYLOADS

from convoy_geo.case.case import read_case
from convoy_geo.io.files import geodata

pytestmark = pytest.mark.browser

FREE = {
    "reports.csv": ("publisher", "title", "original_publisher", "authors", "note", "rests_basis",
        "dateline", "url_basis", "published_basis"),
    "places.csv": ("name", "arabic_name", "coordinate_source", "note"),
    "claims.csv": ("claimant", "claimant_role", "tellers", "summary", "note", "date_text",
        "qualifier", "unit_note"),
    "routes.csv": ("title", "outside_source", "note"),
    "controls.csv": ("name", "source", "note"),
    "chapters.csv": ("heading", "text", "note"),
}  # fmt: skip
"""Every column of a case that takes any text at all."""

OPTIONAL = {("reports.csv", "rests_basis")}
"""Columns that the case may do without."""

TEXTS = [text for text in PAYLOADS.values() if "\0" not in text and "\ud800" not in text]
"""What a file in UTF-8 can hold."""


SLOW = 60_000
"""Milliseconds: a page of megabytes of hostile texts takes its time to be laid out."""


class Payloads:
    """Hands out one payload after the other, and keeps account of where each went."""

    def __init__(self):
        self.used = {}

    def next(self, where, rows):
        """Some payloads for one of so many cells, so that all cells together hold all of them."""
        given = self.used.setdefault(where, [])
        first = len(given) + list(self.used).index(where) * 5
        found = [TEXTS[(first + more) % len(TEXTS)] for more in range(-(-len(TEXTS) // rows))]
        given.extend(found)
        return " ".join(found)


def poison_table(path, columns, payloads):
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for number, row in enumerate(rows):
        for column in columns:
            if column in row:
                row[column] = f"{payloads.next((path.name, column), len(rows))} {number}"
            if column == "tellers":
                row[column] = row[column].replace("|", "/")
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def poison_toml(path, keys, payloads):
    """Put payloads in place of the values of some keys; all of them stand on lines of their own.

    The fills of states stay: they are one of a few words.
    """
    text = path.read_text(encoding="utf-8")

    def put(found):
        return f"{found[1]} = {json.dumps(payloads.next((path.name, found[1]), 1))}\n"

    names = "|".join(keys)
    value = rf'^({names}) = (?:"""(?s:.*?)"""|"[^"\n]*")\n'
    before, fills, after = text.partition("[story.states]\n")
    kept, gap, rest = after.partition("\n\n")
    texts = [re.sub(value, put, part, flags=re.MULTILINE) for part in (before, rest)]
    text = "".join((texts[0], fills, kept, gap, texts[1]))
    path.write_text(text, encoding="utf-8")
    tomllib.loads(text)


def poison_geojson(path, keys, payloads):
    document = json.loads(path.read_text(encoding="utf-8"))
    for feature in document["features"]:
        for key in keys:
            feature["properties"][key] = payloads.next((path.name, key), len(document["features"]))
        feature["properties"][payloads.next((path.name, "key"), 1)] = "x"
    path.write_text(json.dumps(document), encoding="utf-8")


@pytest.fixture(scope="module")
def payloads():
    return Payloads()


@pytest.fixture(scope="module")
def hostile_case(tmp_path_factory, payloads):
    """The case of 2017 in which everything that may hold any text holds hostile ones."""
    folder = tmp_path_factory.mktemp("hostile") / "case"
    shutil.copytree(geodata("cases", "convoy-2017"), folder)
    csv.field_size_limit(sys.maxsize)
    for file, columns in FREE.items():
        poison_table(folder / file, columns, payloads)
    states = ("total", "in_government_area", "in_desert", "in_islamic_state_area", "in_iraq")
    story = ("sentence", "kicker", "byline")
    poison_toml(folder / "case.toml", ("title", "summary", "name", *story, *states), payloads)
    poison_geojson(folder / "closures.geojson", ("name", "source", "note"), payloads)
    poison_geojson(folder / "areas.geojson", ("source",), payloads)
    roads = folder / "roads"
    shutil.copytree(geodata("roads", "syria-iraq-2017"), roads)
    columns = ("ref_status", "name", "published_source", "control", "note")
    poison_table(roads / "edges.csv", columns, payloads)
    poison_table(roads / "nodes.csv", ("source",), payloads)
    poison_toml(roads / "network.toml", ("title", "attribution", "licence", "about"), payloads)
    info = folder / "case.toml"
    text = info.read_text(encoding="utf-8")
    assert 'roads = "syria-iraq-2017"' in text
    info.write_text(text.replace('"syria-iraq-2017"', '"roads"'), encoding="utf-8")
    return read_case(folder)


def test_the_matrix_has_no_gaps(hostile_case, payloads):
    """Every payload stands in every place."""
    places = {(file, column) for file in FREE for column in FREE[file]}
    assert places - set(payloads.used) <= OPTIONAL
    assert len(payloads.used) > 40
    for place, used in payloads.used.items():
        assert set(used) == set(TEXTS), place


HASHES = [
    "#day=%3Cscript%3Ewindow.__pwned=1%3C/script%3E&side=%3Cimg src=x onerror=window.__pwned=1%3E",
    "#claim=%22%3E%3Csvg onload=window.__pwned=1%3E&clock=${window.__pwned=1}&carry=javascript:1",
    "#claim=__proto__&side=constructor,toString&clock=hasOwnProperty&day=0000-00-00",
    "#claim=%E2%80%AE%00%E2%80%A8&side=%&day=%ff&" + "x=" + "a" * 10_000,
]


def open_everything(page):
    page.evaluate(
        """() => {
          for (const box of document.querySelectorAll(".layers input:not(:checked)")) box.click();
          for (const box of document.querySelectorAll("details")) box.open = true;
        }"""
    )
    page.locator("#shown li").first.wait_for(timeout=SLOW)
    return page.evaluate(
        """() => {
          let cards = 0;
          const paths = [...document.querySelectorAll("#map path[role=button]")];
          paths.forEach((path, number) => {
            if (number % 6) return;
            path.dispatchEvent(new MouseEvent("mouseover", { bubbles: true }));
            path.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
            cards += Boolean(document.querySelector(".leaflet-popup-content").textContent.trim());
          });
          const some = (kind) => [...document.querySelectorAll(kind)].filter((_, n) => n % 5 === 0);
          for (const name of some("#shown li button")) name.click();
          for (const name of some("#disputes a.claim")) name.click();
          return cards;
        }"""
    )


@pytest.mark.parametrize(("lang", "size"), [("en", DESKTOP), ("ar", PHONE)])
def test_a_hostile_case_runs_nothing(chromium, hostile_case, tmp_path, lang, size):
    file = hostile_case.page(lang=lang).save(tmp_path / "hostile.html")
    seen = visit(chromium, file, size=size, reduced_motion="reduce")
    page = seen.page
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.locator(".layers").evaluate("box => box.offsetWidth") <= 280
    assert open_everything(page) > 20
    asked = "day=2017-09-03&carry=1&claim=R0-25"
    page.evaluate("(hash) => { location.hash = hash; }", asked)
    page.locator("#ledger .reading").first.wait_for(timeout=SLOW)
    for asked in HASHES:
        page.evaluate("(hash) => { location.hash = hash; }", asked)
        page.wait_for_timeout(50)
    page.wait_for_timeout(200)
    seen.picture(f"case-hostile-{lang}")
    foreign = "img, iframe, object, embed, form, base, math, template, [http-equiv=refresh]"
    expect(page.locator(f"body :is({foreign})")).to_have_count(0)
    expect(page.locator(":is(#map, #panels) :is(script, style)")).to_have_count(0)
    handlers = """[...document.querySelectorAll("*")].flatMap((element) =>
      [...element.attributes].map((a) => a.name).filter((name) => /^on/i.test(name)))"""
    assert page.evaluate(handlers) == []
    links = page.evaluate("[...document.querySelectorAll('a[href]')].map((a) => a.href)")
    assert all(link.startswith(("https:", "http:", "file:")) for link in links)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.evaluate("document.querySelector('#time').getBoundingClientRect().height") < 200
    assert seen.troubles() == []


def test_payloads_are_shown_as_text(chromium, hostile_case, payloads, tmp_path):
    """What the tables say, letter by letter, apart from blanks and marks that turn the text."""
    page = hostile_case.page().html
    seen = visit(chromium, hostile_case.page().save(tmp_path / "hostile.html"))
    turning = "[\u202a-\u202e\u2066-\u2069\u200e\u200f]"
    said = re.sub(r"\s+", " ", re.sub(turning, "", seen.page.locator("body").text_content()))
    for place in (("places.csv", "name"), ("claims.csv", "summary"), ("routes.csv", "title")):
        for text in payloads.used[place]:
            plain = re.sub(r"\s+", " ", re.sub(turning, "", text))[:200].strip()
            assert plain in said, (place, plain)
    assert "\u202e" not in page
    assert seen.troubles() == []


def test_hostile_credits_of_tiles_stay_text(chromium, case, tmp_path):
    page = case.page(tiles="OpenTopoMap")
    page._tiles = folium.TileLayer(
        "https://tiles.example.org/{z}/{x}/{y}.png",
        attr="".join(TEXTS[:6]) + '<a href="javascript:window.__pwned=1">x</a>',
        name="".join(TEXTS[:6]),
    )
    seen = visit(chromium, page.save(tmp_path / "tiles.html"))
    seen.page.wait_for_timeout(300)
    assert seen.requests
    assert all(url.startswith("https://tiles.example.org/") for url in seen.requests)
    links = seen.page.locator("#credits a").evaluate_all("all => all.map((a) => a.href)")
    assert not [link for link in links if "javascript" in link]
    left = [
        text for text in seen.troubles() if not re.match("request|console Failed to load", text)
    ]
    assert left == []
