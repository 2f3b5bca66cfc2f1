"""How a page comes to life: compressed parts, run by their hash or not at all."""

from __future__ import annotations

import io
import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from browser import DESKTOP, PHONE, visit
from PIL import Image

from convoy_geo.case.case import read_case
from convoy_geo.io.files import geodata
from convoy_geo.webmap.squeezing import expand, expand_solid, squeeze, squeeze_solid

pytestmark = pytest.mark.browser

SHAPES = "path.leaflet-interactive"
EVIL = b"\nwindow.__pwned = 1;"


@pytest.fixture(scope="module")
def compact(case):
    return case.page(compact=True)


@pytest.fixture(scope="module")
def compact_file(compact, tmp_path_factory):
    return compact.save(tmp_path_factory.mktemp("compact") / "compact.html")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_compact_page_looks_and_works_as_the_other(chromium, compact_file, case, tmp_path, size):
    plain = visit(chromium, case.page().save(tmp_path / "plain.html"), size=size)
    small = visit(chromium, compact_file, size=size)
    for seen in (plain, small):
        seen.page.wait_for_timeout(300)
        assert seen.troubles() == []
    assert small.page.locator(SHAPES).count() == plain.page.locator(SHAPES).count() > 100
    shots = [
        Image.open(io.BytesIO(seen.page.screenshot())).convert("RGB") for seen in (plain, small)
    ]
    differing = np.any(np.asarray(shots[0]) != np.asarray(shots[1]), axis=2)
    assert differing.mean() < 0.0005  # a pixel or two along a dash now and then


def test_a_compact_page_in_a_sandboxed_frame(chromium, compact, tmp_path):
    path = tmp_path / "frame.html"
    frame = compact._repr_html_()
    assert "allow-same-origin" not in frame
    path.write_text(f"<!doctype html><meta charset=utf-8><body>{frame}", encoding="utf-8")
    seen = visit(chromium, path, ready="iframe")
    inner = seen.page.frame_locator("iframe")
    inner.locator("html[data-ready]").wait_for(state="attached")
    assert inner.locator(SHAPES).count() > 100
    assert seen.troubles() == []


def test_it_reads_without_javascript(chromium, compact_file):
    """A compact page says what it is, whose it is, and which page has the tables."""
    seen = visit(chromium, compact_file, java_script_enabled=False, ready="#credits")
    text = seen.page.locator("body").inner_text()
    assert "The full page, made without --compact, has tables" in text
    assert "Seventeen buses left Qalamoun" in text
    assert "Claims: 158" in text
    assert "Natural Earth" in text
    assert seen.page.locator(".needs-script").is_visible()


def test_the_full_page_reads_without_javascript(chromium, case, tmp_path):
    path = case.page().save(tmp_path / "full.html")
    seen = visit(chromium, path, java_script_enabled=False, ready="#credits")
    assert seen.page.locator("#claims tr").count() > 150
    assert "needs JavaScript" in seen.page.locator("body").inner_text()


def test_a_browser_that_is_too_old_says_so(chromium, compact_file):
    context = chromium.new_context()
    context.add_init_script("delete window.DecompressionStream")
    page = context.new_page()
    page.goto(compact_file.resolve().as_uri())
    notice = page.locator(".needs-script")
    notice.filter(has_text="This browser is too old for this page").wait_for()
    context.close()


def changed_part(html):
    """A page whose own script, compressed by itself, has one more line."""
    _, block = re.findall(r'data-z="script">(.*?)</script>', html)
    return html.replace(block, squeeze(expand(block) + EVIL))


def changed_reader(html):
    """A compact page whose reader has one more line."""
    (block,) = re.findall(r'data-z="script">(.*?)</script>', html)
    return html.replace(block, squeeze(expand(block) + EVIL))


def changed_inside(html):
    """A compact page with one more line at the end of its one block, which is our script."""
    size, block = re.search(r'data-size="(\d+)">(.*?)</script>', html).groups()
    whole = expand_solid(block) + EVIL
    return html.replace(block, squeeze_solid(whole)).replace(size, str(len(whole)))


@pytest.mark.parametrize(
    ("is_compact", "change"),
    [(False, changed_part), (True, changed_reader), (True, changed_inside)],
)
def test_a_part_that_was_changed_does_not_run(chromium, case, tmp_path, is_compact, change):
    html = case.page(compact=is_compact).html
    path = tmp_path / "changed.html"
    path.write_text(change(html), encoding="utf-8")
    seen = visit(chromium, path, ready=".needs-script")
    seen.page.locator(".needs-script", has_text="could not be drawn").wait_for()
    assert seen.page.evaluate("window.__pwned") is None
    assert seen.page.locator("html[data-ready]").count() == 0
    assert any("script-src" in trouble for trouble in seen.troubles())


def test_online_tiles_add_their_hosts_and_nothing_else(case):
    plain, tiled = case.page().html, case.page(tiles="OpenTopoMap").html

    def policy(text):
        return re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]

    hosts = " ".join(f"https://{name}.tile.opentopomap.org" for name in "abc")
    assert policy(tiled) == policy(plain).replace("data: blob:", f"data: blob: {hosts}")
    layers = [
        json.loads(expand(re.search(r'id="data" data-z="data">(.*?)</script>', text)[1]))["layers"]
        for text in (plain, tiled)
    ]
    assert [item for item in layers[1] if item["k"] != "t"] == layers[0]  # the basemap stays
    assert "OpenTopoMap" in re.search(r'<p id="credits".*?</p>', tiled)[0]


def test_nothing_in_the_page_names_the_machine(tmp_path, monkeypatch):
    """The page of a copy in a folder, a home and an account of telling names is the same."""
    folder = tmp_path / "newsroom-basement"
    shutil.copytree(geodata("cases", "convoy-2017"), folder)
    plain = read_case().page().html
    for name in ("HOME", "USER", "LOGNAME", "HOSTNAME"):
        monkeypatch.setenv(name, f"the-{name.lower()}-of-jane")
    monkeypatch.chdir(tmp_path)
    moved = read_case(folder).page().html
    assert moved == plain
    data = expand(re.search(r'id="data" data-z="data">(.*?)</script>', moved)[1]).decode()
    for text in (moved, data):
        assert str(tmp_path) not in text
        assert str(Path.home()) not in text
        assert "newsroom-basement" not in text
        assert "of-jane" not in text
