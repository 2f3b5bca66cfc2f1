"""The page of a case: what runs in it, what reads without, and what it must not name."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from browser import expect, visit

from convoy_geo.case.case import read_case
from convoy_geo.io.files import geodata

pytestmark = pytest.mark.browser

SHAPES = "path.leaflet-interactive"


def test_the_full_page_reads_without_javascript(chromium, case, tmp_path):
    path = case.page().save(tmp_path / "full.html")
    seen = visit(chromium, path, java_script_enabled=False, ready="#credits")
    assert seen.page.locator("#claims tr").count() > 150
    expect(seen.page.locator("body")).to_contain_text("needs JavaScript", use_inner_text=True)


def test_a_page_in_a_sandboxed_frame(chromium, case, tmp_path):
    path = tmp_path / "frame.html"
    frame = case.page()._repr_html_()
    assert "allow-same-origin" not in frame
    path.write_text(f"<!doctype html><meta charset=utf-8><body>{frame}", encoding="utf-8")
    seen = visit(chromium, path, ready="iframe")
    inner = seen.page.frame_locator("iframe")
    inner.locator("html[data-ready]").wait_for(state="attached")
    assert inner.locator(SHAPES).count() > 100
    assert seen.troubles() == []


@pytest.mark.parametrize(
    ("end", "notice"),
    [
        ("})();</script>\n</body>", "needs JavaScript"),
        ("</script>\n<script>", "could not be drawn"),
    ],
    ids=["our script", "Leaflet"],
)
def test_a_part_that_was_changed_does_not_run(chromium, case, tmp_path, end, notice):
    html = case.page().html
    assert html.count(end) >= 1
    head, _, tail = html.rpartition(end)
    path = tmp_path / "changed.html"
    path.write_text(f"{head}\nwindow.__pwned = 1;\n{end}{tail}", encoding="utf-8")
    seen = visit(chromium, path, ready=".needs-script")
    seen.page.locator(".needs-script", has_text=notice).wait_for()
    assert seen.page.evaluate("window.__pwned") is None
    expect(seen.page.locator("html[data-ready]")).to_have_count(0)
    assert any("script-src" in trouble for trouble in seen.troubles())


def test_online_tiles_add_their_hosts_and_nothing_else(case):
    plain, tiled = case.page().html, case.page(tiles="OpenTopoMap").html

    def policy(text):
        return re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]

    hosts = " ".join(f"https://{name}.tile.opentopomap.org" for name in "abc")
    assert policy(tiled) == policy(plain).replace("data: blob:", f"data: blob: {hosts}")
    layers = [
        json.loads(re.search(r'id="data">(.*?)</script>', text)[1])["layers"]
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
    assert str(tmp_path) not in moved
    assert str(Path.home()) not in moved
    assert "newsroom-basement" not in moved
    assert "of-jane" not in moved
