"""A case of very many claims: its page stays usable, and nothing of it is lost."""

from __future__ import annotations

import csv
import json
import re
import shutil

import pytest
from browser import expect, visit

from convoy_geo.case.case import read_case
from convoy_geo.io.files import geodata
from convoy_geo.page import case_tables

CLAIMS = 1400
ROWS = 1000


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """The case of 2017 with its claims told again and again."""
    folder = tmp_path_factory.mktemp("large") / "case"
    shutil.copytree(geodata("cases", "convoy-2017"), folder)
    with (folder / "claims.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for number in range(CLAIMS - len(rows)):
        row = rows[number % 158]
        told = {"claim": f"{row['report']}-{1000 + number}", "summary": f"Told again, {number}"}
        rows.append(row | told)
    with (folder / "claims.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: row["report"]))
    return read_case(folder)


@pytest.fixture
def page_file(large, tmp_path, monkeypatch):
    monkeypatch.setattr(case_tables, "ROWS", ROWS)
    return large.page().save(tmp_path / "large.html")


@pytest.mark.slow
def test_no_claim_is_lost(page_file, large):
    text = page_file.read_text(encoding="utf-8")
    body, data = re.search(
        r"<body>(.*?)<script.*?id=\"data\".*?>(.*?)</script>", text, re.DOTALL
    ).groups()
    rest = json.loads(data)["rest"]
    shown = re.findall(r'<tr id="c-(\S+?)">', body)
    assert len(shown) == ROWS
    assert [*shown, *(key.removeprefix("c-") for key in rest)] == list(large.claims)
    assert f"The first {ROWS} of {CLAIMS}" in body
    assert "claims.csv" in body


@pytest.mark.browser
def test_the_page_stays_usable(chromium, page_file, large):
    seen = visit(chromium, page_file)
    page = seen.page
    panel = page.locator("#shown")
    expect(panel.locator("li")).to_have_count(0)  # made when it is opened
    panel.locator("summary").focus()
    page.keyboard.press("Enter")
    more = panel.get_by_role("button", name="Show more").first
    more.wait_for()
    before = panel.locator("li").count()
    assert before < CLAIMS
    more.focus()
    page.keyboard.press("Enter")
    expect(panel.locator("li")).not_to_have_count(before)
    assert page.evaluate("document.activeElement.closest('#shown') !== null")
    last = list(large.claims.values())[-1]
    page.goto(f"{page.url.split('#')[0]}#claim={last.id}")
    page.reload()
    page.wait_for_selector("html[data-ready]", state="attached")
    card = page.locator("#claim").inner_text()
    assert last.summary in card
    assert last.status in card
    assert seen.troubles() == []
