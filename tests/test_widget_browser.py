"""The page and the script of widgets in a browser, held by a plain page in place of a notebook."""

import geopandas as gpd
import pytest
import shapely
from browser import expect, start_chromium, visit
from hostile import PAYLOADS
from widget_host import write_host

import convoy_geo

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser():
    yield from start_chromium()


@pytest.fixture(scope="module")
def charts():
    case = convoy_geo.read_case()
    return (case.widget(conflicts=False, height_px=560), case.ledger_widget(conflicts=False),
            case.time_distance_widget("Sukhna", "Abu Kamal"))  # fmt: skip


@pytest.fixture
def host(browser, charts, tmp_path):
    seen = visit(browser, write_host(tmp_path / "host.html", *charts), ready="iframe",
                 size=(1100, 1500))  # fmt: skip
    for number in range(len(charts)):
        expect(frame_of(seen, number).locator("html")).to_have_attribute("data-port", "open")
    yield seen
    assert seen.troubles() == []
    seen.context.close()


def frame_of(seen, number=0):
    return seen.page.frame_locator("iframe").nth(number)


def told(seen, name, number=0):
    return seen.page.evaluate(f"models[{number}].get({name!r})")


def tell(seen, name, value, number=0):
    seen.page.evaluate("([n, name, value]) => models[n].set(name, value)", [number, name, value])


def waits(seen, condition, number=0):
    seen.page.wait_for_function(
        f"(() => {{ const model = models[{number}]; return {condition} }})()"
    )


def stroke(seen, tool, corners, *, drag):
    frame = frame_of(seen)
    frame.locator(f"[data-tool={tool}]").click()
    sheet = frame.locator(".sketch")
    sheet.wait_for()
    box, mouse = sheet.bounding_box(), seen.page.mouse
    for number, (x, y) in enumerate(corners):
        mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=3)
        if drag and number == 0:
            mouse.down()
        if not drag:
            mouse.down()
            mouse.up()
    if drag:
        mouse.up()
    expect(frame.locator(f"[data-tool={tool}]")).to_have_attribute("aria-pressed", "false")


def test_what_is_chosen_comes_back(host):
    frame = frame_of(host)
    assert told(host, "layers") == ["roads", "zones", "closures", "reported", "places"]
    stroke(host, "box", [(0.01, 0.01), (0.99, 0.99)], drag=True)
    waits(host, "model.get('selected').length > 50")
    everything = told(host, "selected")
    assert {"sukhna", "outward", "cratered_road", "R0-07"} <= set(everything)
    assert len(set(everything)) == len(everything)
    stroke(host, "lasso", [(0.6, 0.45), (0.75, 0.45), (0.75, 0.75), (0.6, 0.75)], drag=True)
    waits(host, "model.get('selected').includes('abu_kamal')")
    assert "sukhna" not in told(host, "selected")

    frame.locator("[data-tool=clear]").click()
    waits(host, "model.get('selected').length === 0")
    dot = frame.locator("path.leaflet-interactive[aria-label='Palmyra']").first
    dot.dispatch_event("click")
    waits(host, "model.get('selected').includes('palmyra')")
    one = told(host, "selected")
    sukhna = frame.locator("path.leaflet-interactive[aria-label='Sukhna']").first
    sukhna.dispatch_event("click", {"shiftKey": True})
    waits(host, "model.get('selected').includes('sukhna')")
    assert set(one) < set(told(host, "selected"))
    sukhna.dispatch_event("click", {"shiftKey": True})
    waits(host, "!model.get('selected').includes('sukhna')")

    frame.locator("#find").fill("rawa")
    frame.locator("#found li").first.click()
    waits(host, "model.get('selected').includes('rawa')")
    frame.locator("#find").fill("R0-25")
    frame.locator("#found li").first.click()
    waits(host, "JSON.stringify(model.get('selected')) === '[\"R0-25\"]'")


def test_the_map_follows_and_the_other_widgets_too(host):
    frame, ledger, diagram = (frame_of(host, number) for number in range(3))
    for number in range(3):
        tell(host, "when", "2017-09-03", number)
    expect(frame.locator("#time output")).to_contain_text("3")
    expect(ledger.locator("#ledger .panel-body")).to_contain_text("buses")
    expect(ledger.locator("#ledger svg.bar").first).to_be_visible()
    expect(ledger.locator("#map")).to_be_hidden()
    assert diagram.locator(".band").get_attribute("hidden") is None
    tell(host, "sides", ["coalition"])
    expect(frame.locator("#sides summary")).to_contain_text("1/")
    tell(host, "layers", ["places"])
    expect(frame.locator(".layers input:checked")).to_have_count(1)
    tell(host, "selected", ["R0-22"])
    expect(frame.locator("#claim")).to_be_visible()
    tell(host, "view", [38.0, 34.0, 39.0, 35.0])
    assert told(host, "view") == [38.0, 34.0, 39.0, 35.0]  # what was asked for is not said again
    frame.locator(".leaflet-control-zoom-in").click()
    waits(host, "model.get('view')[0] !== 38")
    frame.locator("#time .steps button").nth(1).click()
    waits(host, "model.get('when') === '2017-09-02'")
    frame.locator("#time select").first.select_option("published")
    waits(host, "model.get('clock') === 'published'")

    ledger.locator("#ledger button.claim").first.click()
    waits(host, "model.get('selected').length === 1", 1)
    diagram.locator("[data-claim]").first.click()
    waits(host, "model.get('selected').length === 1", 2)
    diagram.locator("[data-claim]").nth(1).click(modifiers=["Shift"])
    waits(host, "model.get('selected').length === 2", 2)
    expect(diagram.locator("[data-claim].on").first).to_have_attribute("aria-pressed", "true")


def test_one_map_draws_hears_its_notebook_only_and_ends(browser, tmp_path):
    chart = convoy_geo.read_case("titanic-1912").widget(conflicts=False, height_px=560)
    host = visit(browser, write_host(tmp_path / "host.html", chart), ready="iframe")
    frame = frame_of(host)
    expect(frame.locator("html")).to_have_attribute("data-port", "open")

    # A message with another word, or without a port, opens nothing; a second one neither
    host.page.evaluate(
        """([selected, layers]) => {
            const inner = document.querySelector("iframe").contentWindow;
            const channel = new MessageChannel();
            const [state, nonce] = [{ selected, layers }, models[0].get("_nonce")];
            inner.postMessage({ convoy_geo: "guess", state }, "*", [channel.port2]);
            inner.postMessage({ convoy_geo: nonce, state }, "*");
            // The notebook hears no window but its frame
            window.postMessage({ convoy_geo: nonce }, "*");
        }""",
        [[next(iter(chart._keys))], []],
    )
    tell(host, "when", "1912-04-15")  # heard after all of these
    expect(frame.locator("#time output")).to_contain_text("15")
    expect(frame.locator("#widget output")).to_have_text("")
    assert told(host, "layers") == list(chart.layers)

    bow = [(0.3, 0.3), (0.5, 0.5), (0.5, 0.3), (0.3, 0.5), (0.3, 0.5)]
    stroke(host, "polygon", bow, drag=False)
    stroke(host, "line", [(0.2, 0.2), (0.3, 0.4), (0.3, 0.4)], drag=False)
    stroke(host, "point", [(0.7, 0.3)], drag=False)
    waits(host, "model.get('drawn').length === 3")
    chart.drawn = told(host, "drawn")
    assert chart.drawn_gdf()["kind"].tolist() == ["polygon", "line", "point"]
    assert chart.drawn_gdf().geometry[0].geom_type == "MultiPolygon"  # it crossed itself
    west, south, east, north = chart.view
    around = shapely.box(west - 60, south - 60, east + 60, north + 60)
    assert chart.drawn_gdf().within(around).all()
    expect(frame.locator(".leaflet-drawn-pane path")).to_have_count(3)
    frame.locator("[data-tool=line]").click()
    frame.locator(".sketch").press("Escape")
    expect(frame.locator(".sketch")).to_have_count(0)
    assert len(told(host, "drawn")) == 3

    assert host.troubles() == []
    host.page.evaluate("window.ends.forEach((end) => end())")
    expect(host.page.locator("iframe")).to_have_count(0)
    assert host.page.evaluate("[...models[0].calls.values()].flat().length") == 0
    host.context.close()


def test_nothing_of_the_data_runs(browser, tmp_path):
    names = [text for text in PAYLOADS.values() if "\ud800" not in text]  # pandas refuses it
    shapes = [shapely.Point(30 + number % 6, 30 + number // 6) for number in range(len(names))]
    frame = gpd.GeoDataFrame({"name": names}, geometry=shapes, crs=4326, index=names)
    charts = (convoy_geo.explore(frame, title=names[0], widget=True),
              convoy_geo.quick_map(frame, title=names[1]).widget())  # fmt: skip
    seen = visit(browser, write_host(tmp_path / "host.html", *charts), ready="iframe")
    for number in range(2):
        expect(frame_of(seen, number).locator("html")).to_have_attribute("data-port", "open")
    stroke(seen, "box", [(0.01, 0.01), (0.99, 0.99)], drag=True)
    waits(seen, f"model.get('selected').length === {len(set(names))}")
    charts[0].selected = told(seen, "selected")
    assert set(charts[0].selected_gdf()["name"]) == set(names)
    tell(seen, "selected", [names[2]])
    expect(frame_of(seen).locator("#widget output")).to_have_text("1 selected")
    assert seen.troubles() == []
    seen.context.close()
