"""The widget in JupyterLab and in marimo, in a real browser: select, draw, move the day, read."""

import re
from contextlib import closing, contextmanager

import pytest
from browser import expect, start_chromium
from notebook_servers import jupyter, marimo, served, write_notebook

pytestmark = pytest.mark.browser
PATIENCE = 60_000

READ_CASE = """
import convoy_geo
case = convoy_geo.read_case("titanic-1912")
"""
MAKE = """
chart = case.widget(conflicts=False, height_px=520)
chart
"""
READ = """
claims = chart.selected_gdf("claims")
shapes = chart.drawn_gdf()
print("GOT", len(claims), claims.crs, *shapes["kind"], chart.when, shapes.is_valid.all())
"""
MOVE = """
chart.when = DAY
chart.layers = ["places"]
"""
MARIMO = """
import marimo
app = marimo.App()

@app.cell
def _():
    import marimo as mo
    import convoy_geo
    case = convoy_geo.read_case("titanic-1912")
    chart = mo.ui.anywidget(case.widget(conflicts=False, height_px=520))
    chart
    return case, chart, mo

@app.cell
def _(chart, mo):
    chart.value
    inner = chart.widget
    claims, shapes = inner.selected_gdf("claims"), inner.drawn_gdf()
    words = [len(claims), claims.crs, *shapes["kind"], inner.when, shapes.is_valid.all()]
    mo.md("GOT " + " ".join(map(str, words)))
    return

@app.cell
def _(chart, mo):
    move = mo.ui.button(label="Move", on_click=lambda _: setattr(chart.widget, "when", DAY))
    move
    return
"""


@pytest.fixture(scope="module")
def browser():
    yield from start_chromium()


@contextmanager
def page_of(browser, address):
    """A page that can reach the notebook's own server and nothing else."""
    with closing(browser.new_context(viewport={"width": 1200, "height": 1000})) as context:
        context.set_default_timeout(PATIENCE)
        origin = re.match(r"https?://[^/]+", address)[0]
        outside = []

        def cut(route):
            url = route.request.url
            if url.startswith((origin, "data:", "blob:")):
                route.continue_()
            else:
                outside.append(url)
                route.abort()

        context.route("**/*", cut)
        page = context.new_page()
        page.goto(address)
        yield page, outside


def select_and_draw(page, frame):
    """A rectangle around everything, then a polygon that crosses itself."""
    frame.locator("html[data-port=open]").wait_for(state="attached")
    page.locator("iframe[sandbox]").first.scroll_into_view_if_needed()
    frame.locator("[data-tool=box]").click()
    sheet = frame.locator(".sketch")
    sheet.wait_for()
    box = sheet.bounding_box()
    left, top = box["x"], box["y"]
    mouse = page.mouse
    mouse.move(left + 5, top + 5)
    mouse.down()
    mouse.move(left + box["width"] - 5, top + box["height"] - 5, steps=3)
    mouse.up()
    expect(frame.locator("#widget output")).to_contain_text("selected", timeout=PATIENCE)
    frame.locator("[data-tool=polygon]").click()
    sheet.wait_for()
    for x, y in [(150, 150), (300, 250), (300, 150), (150, 250), (150, 250)]:
        mouse.click(left + x, top + y)
    expect(frame.locator("[data-tool=polygon]")).to_have_attribute(
        "aria-pressed", "false", timeout=PATIENCE
    )
    expect(frame.locator(".leaflet-drawn-pane path")).to_have_count(1, timeout=PATIENCE)


def test_in_jupyterlab(browser, tmp_path):
    write_notebook(
        tmp_path / "ask.ipynb", READ_CASE, MAKE, READ, MOVE.replace("DAY", '"1912-04-15"')
    )
    command, port = jupyter(tmp_path)
    with (
        served(command, tmp_path, port) as address,
        page_of(browser, f"{address}/lab/tree/ask.ipynb") as (page, outside),
    ):
        page.locator(".jp-Notebook .jp-Cell").nth(3).wait_for()
        page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for()

        def run(cell):
            page.locator(".jp-Notebook .jp-Cell .jp-InputArea-editor").nth(cell).click()
            page.keyboard.press("Control+Enter")

        run(0)
        run(1)
        frame = page.frame_locator("iframe[sandbox]")
        select_and_draw(page, frame)
        run(2)
        said = page.locator(".jp-OutputArea-output", has_text="GOT")
        expect(said).to_contain_text(
            re.compile(r"GOT [1-9]\d* EPSG:4326 polygon None True"), timeout=PATIENCE
        )
        run(3)
        expect(frame.locator("#time output")).to_contain_text("15", timeout=PATIENCE)
        expect(frame.locator(".layers input:checked")).to_have_count(1, timeout=PATIENCE)
        run(1)  # the old frame goes, the new one starts afresh
        expect(page.locator("iframe[sandbox]")).to_have_count(1, timeout=PATIENCE)
        frame.locator("html[data-port=open]").wait_for(state="attached")
        expect(frame.locator("#widget output")).to_have_text("", timeout=PATIENCE)
        assert outside == []


def test_in_marimo(browser, tmp_path):
    script = tmp_path / "ask.py"
    script.write_text(MARIMO.replace("DAY", '"1912-04-15"'), encoding="utf-8")
    command, port = marimo(script)
    with (
        served(command, tmp_path, port) as address,
        page_of(browser, address) as (page, outside),
    ):
        frame = page.frame_locator("iframe[sandbox]")
        select_and_draw(page, frame)
        expect(
            page.get_by_text(re.compile(r"GOT [1-9]\d* EPSG:4326 polygon None True"))
        ).to_be_visible(timeout=PATIENCE)
        page.get_by_role("button", name="Move").click()
        expect(frame.locator("#time output")).to_contain_text("15", timeout=PATIENCE)
        frame.locator("#time .steps button").nth(1).click()  # a day back: the cells follow
        expect(page.get_by_text("1912-04-14")).to_be_visible(timeout=PATIENCE)
        assert [url for url in outside if "127.0.0.1" not in url] == []
