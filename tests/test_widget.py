"""Widgets without a browser: traits and their errors, frames, what is drawn, the static output."""

import ast
import json
import re
import sys
from datetime import date, datetime
from html import unescape
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

import convoy_geo
from convoy_geo.case.case import Case
from convoy_geo.errors import ConvoyGeoError, MissingExtraError
from convoy_geo.page.widget_page import thing_keys
from convoy_geo.viz.widget import WidgetValueError
from convoy_geo.webmap.assets import page_parts, source

traitlets = pytest.importorskip("traitlets")

BOWTIE = {"type": "Polygon",
          "coordinates": [[[38, 34], [39, 35], [39, 34], [38, 35], [38, 34]]]}  # fmt: skip


@pytest.fixture(scope="module")
def case() -> Case:
    return convoy_geo.read_case()


@pytest.fixture(scope="module")
def opened(case):
    return case.widget(conflicts=False)


@pytest.fixture
def chart(opened, case):
    """The widget as it opens."""
    yield opened
    opened.view = case.info.view
    data = data_of(opened._page)
    opened.when, opened.clock, opened.selected, opened.drawn = None, "happened", (), ()
    opened.sides = [side for side, *_ in data["story"]["sides"]]
    opened.layers = [
        group["key"] for group in data["layers"] if "key" in group and group.get("show", True)
    ]


def data_of(page):
    return json.loads(re.search(r'id="data">(.*?)</script>', page, re.DOTALL)[1])


def test_it_opens_as_the_page_does(case, chart):
    data = data_of(chart._page)
    assert chart.when is None
    assert chart.clock == "happened"
    assert list(chart.sides) == [side for side, *_ in data["story"]["sides"]]
    assert chart.layers == tuple(
        group["key"] for group in data["layers"] if "key" in group and group.get("show", True)
    )
    assert chart.view == case.info.view
    assert chart.selected == chart.drawn == ()
    assert "0 selected" in repr(chart)


def test_traits_take_every_usual_form(chart):
    for given, kept in [
        ("2017-09-03", "2017-09-03"), (date(2017, 9, 3), "2017-09-03"),
        (datetime(2017, 9, 3, 14, 30), "2017-09-03"), ("2017-09-03T14:00", "2017-09-03"),  # noqa: DTZ001
        ("", None), (None, None),
    ]:  # fmt: skip
        chart.when = given
        assert chart.when == kept
    chart.sides = "coalition"
    assert chart.sides == ("coalition",)
    chart.sides = ["hezbollah", "coalition", "coalition"]
    assert chart.sides == ("coalition", "hezbollah")  # in the case's order, each once
    chart.sides = []
    assert chart.sides == ()
    chart.layers = {"places", "roads"}
    assert chart.layers == ("roads", "places")
    chart.view = [38, 33, 42, 36]
    assert chart.view == (38.0, 33.0, 42.0, 36.0)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("trait", "value", "words"),
    [
        ("when", "2018-01-01", "a day from 2017-08-25 to 2017-09-20"),
        ("when", "2017-09", "must be a day"),
        ("when", "soon", "must be a day"),
        ("when", 5, "must be a day"),
        ("clock", "printed", "happened, said, published"),
        ("sides", ["coalition", "marsians"], "has no 'marsians'; there are coalition, hezbollah"),
        ("sides", 5, "a list of ids, not int"),
        ("layers", ["railways"], "there are roads, areas, zones"),
        ("selected", ["R0-99"], "did you mean R0-"),
        ("selected", {"R0-01": 1}, "a list of ids, not dict"),
        ("view", (1, 2, 3), "west, south, east, north"),
        ("view", (42, 33, 38, 36), "west below east"),
        ("view", (float("nan"), 33, 38, 36), "west below east"),
        ("drawn", "POINT (1 2)", "a list of points, lines and polygons"),
        ("drawn", [{"type": "Point"}], "holds no geometry"),
        ("drawn", [shapely.Point(500_000, 4_000_000)], "off the globe"),
        ("drawn", [shapely.MultiPoint([(1, 2)])], "not an empty one or a MultiPoint"),
        ("drawn", [shapely.Polygon([(1, 2), (2, 3), (3, 4)])], "no area"),
        ("drawn", [shapely.LineString([(1, 2), (1, 2)])], "no length"),
        ("height_px", 1, "height_px"),
    ],
)
def test_bad_values_raise_at_once_and_the_old_one_stays(chart, trait, value, words):
    before = getattr(chart, trait)
    with pytest.raises(traitlets.TraitError, match=re.escape(words)) as caught:
        setattr(chart, trait, value)
    assert getattr(chart, trait) == before
    if trait != "height_px":
        assert isinstance(caught.value, (WidgetValueError, ValueError))
        assert isinstance(caught.value, ConvoyGeoError)


def test_a_clock_has_days_of_its_own(chart):
    days = data_of(chart._page)["story"]["span"]
    last = date.fromordinal(719163 + days["happened"][1])
    assert days["published"][1] < days["happened"][1]
    chart.clock = "published"
    with pytest.raises(WidgetValueError):
        chart.when = last
    chart.set_state({"when": str(last), "clock": "happened"})  # in one message, in any order
    assert (chart.clock, chart.when) == ("happened", str(last))
    chart.clock = "published"
    assert chart.when is None


def test_a_bad_value_from_the_front_end_changes_nothing(chart):
    with pytest.raises(WidgetValueError):
        chart.set_state({"selected": ["<script>"]})
    assert chart.selected == ()
    chart.set_state({"selected": ["sukhna", "R0-01"]})  # as the front end sends it
    assert chart.selected == ("sukhna", "R0-01")


def test_the_selection_as_frames(case, chart):
    chart.selected = ["R0-25", "sukhna", "outward", "cratered_road", "0/1", "anbar"]
    frame = chart.selected_gdf()
    assert frame.crs == "EPSG:4326"
    assert list(frame.columns) == ["layer", "name", "length_km", "geometry"]
    assert dict(zip(frame.index, frame["layer"], strict=True)) == {
        "R0-25": "claims", "sukhna": "places", "anbar": "places", "outward/1": "reported_routes",
        "cratered_road": "closures", "0/1": "computed_routes",
    }  # fmt: skip
    assert frame.geometry["anbar"].geom_type.endswith("Polygon")
    routes = chart.selected_gdf("reported_routes")
    told = case.to_gdf("reported_routes")
    assert routes["length_km"].tolist() == told[told["route"] == "outward"]["length_km"].tolist()
    assert list(chart.selected_gdf("claims").columns) == list(case.to_gdf("claims").columns)
    with pytest.raises(ValueError, match="there are claims, places, reported_routes"):
        chart.selected_gdf("railways")
    chart.selected = []
    assert chart.selected_gdf().empty
    assert chart.selected_gdf().crs == "EPSG:4326"
    assert chart.selected_gdf("claims").empty


def test_what_is_drawn_as_a_frame(chart):
    chart.drawn = [BOWTIE, shapely.Point(38, 34), shapely.LineString([(38, 34), (39, 35)])]
    frame = chart.drawn_gdf()
    assert frame["kind"].tolist() == ["polygon", "point", "line"]
    assert frame.crs == "EPSG:4326"
    assert frame.geometry.is_valid.all()
    assert frame.geometry[0].area == pytest.approx(0.5)  # both halves of what crossed itself
    chart.drawn = ()
    assert chart.drawn_gdf().empty
    assert chart.drawn_gdf().crs == "EPSG:4326"


def test_what_is_drawn_closes_roads(case, chart):
    ends = ["Sukhna", "Abu Kamal"]
    before = case.roads.route(ends)
    middle = before.geometry.interpolate(0.5, normalized=True)
    chart.drawn = [middle.buffer(0.05)]
    (closure,) = chart.drawn_closures()
    assert closure.active("2017-09-01")
    after = case.roads.route(ends, closures=chart.drawn_closures())
    assert after.length_km > before.length_km + 1
    assert not after.geometry.intersects(middle.buffer(0.02))


def test_widgets_share_what_is_chosen(case, chart):
    counts = case.ledger_widget(conflicts=False)
    with_map = [traitlets.link((chart, name), (counts, name)) for name in ("when", "selected")]
    chart.when = "2017-09-03"
    assert counts.when == "2017-09-03"
    counts.selected = ["R0-25"]
    assert chart.selected == ("R0-25",)
    with pytest.raises(WidgetValueError):
        counts.selected = ["nothing"]
    for one in with_map:
        one.unlink()
    data = data_of(counts._page)
    assert data["layers"] == []
    assert data["widget"]["only"] == "ledger"
    counts.close()


def test_a_case_without_counts_has_no_ledger():
    drawn = convoy_geo.quick_map(["Palmyra", "Homs"], gazetteer="region")
    with pytest.raises(ValueError, match="no counts"):
        drawn.case.ledger_widget()


@pytest.mark.slow
def test_the_static_page_and_one_line_stand_beside_the_widget(case, chart):
    data, _ = chart._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    still = data["text/html"]
    line, _, frame = still.partition("<iframe")
    assert "Run the cell in a notebook that shows widgets" in line
    assert "<img src=" in line  # where frames are stripped
    assert unescape(re.search(r'srcdoc="([^"]*)"', frame)[1]) == case.page(conflicts=False).html


@pytest.mark.slow
def test_only_a_page_for_a_widget_has_a_port(case, chart):
    plain = case.page(conflicts=False).html
    assert "openPort" not in plain
    assert "convoy_geo: nonce" not in plain
    assert "openPort" in chart._page
    assert data_of(chart._page)["widget"]["nonce"] == chart._nonce
    assert len(chart._nonce) >= 20
    assert case.widget(conflicts=False)._nonce != chart._nonce


def test_the_page_of_a_widget_keeps_the_policy(chart):
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', chart._page)[1]
    policy = unescape(policy)
    script = page_parts("case_widget")[0]
    assert "default-src 'none'" in policy
    assert f"'{source(script)}'" in policy
    assert "unsafe" not in policy
    assert "require-trusted-types-for 'script'" in policy
    for word in ("innerHTML", "outerHTML =", "eval(", "insertAdjacentHTML", "fetch(", "import("):
        assert word not in chart._esm


def test_ids_that_two_things_share_have_a_key_each(case):
    contents = case.contents
    keys = thing_keys(contents)
    assert keys["places", "sukhna"] == "sukhna"
    assert keys["reported_routes", "outward"] == "outward"
    assert len(set(keys.values())) == len(keys)


def test_a_closed_widget_opens_again_when_it_is_shown(case):
    chart = case.widget(conflicts=False)
    chart.close()
    assert chart.comm is None
    data, _ = chart._repr_mimebundle_()
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == chart.model_id
    chart.close()


@pytest.mark.slow
def test_a_cell_that_is_run_again_closes_what_only_it_showed(case, monkeypatch):
    from types import SimpleNamespace

    from convoy_geo.viz import widget_cells

    parent = {"metadata": {"cellId": "one"}}
    events = SimpleNamespace(callbacks={"pre_run_cell": []})
    events.register = lambda name, call: events.callbacks[name].append(call)
    shell = SimpleNamespace(events=events, kernel=SimpleNamespace(get_parent=lambda: parent))
    monkeypatch.setattr(widget_cells, "_shell", lambda: shell)
    here, both = case.widget(conflicts=False), case.widget(conflicts=False)
    for one in (here, both):
        one._repr_mimebundle_()
    parent["metadata"]["cellId"] = "two"
    both._repr_mimebundle_()
    (run,) = events.callbacks["pre_run_cell"]
    run(SimpleNamespace(cell_id="three"))
    assert here.comm is not None
    run(SimpleNamespace(cell_id="one"))
    assert here.comm is None
    assert here._page == ""
    assert both.comm is not None
    here.selected = ["sukhna"]  # it is still of use
    assert list(here.selected_gdf().index) == ["sukhna"]
    parent["metadata"]["cellId"] = "one"
    here._repr_mimebundle_()
    assert here._nonce in here._page
    run(SimpleNamespace(cell_id="two"))
    assert both.comm is None
    assert here.comm is not None
    here.close()


def test_without_anywidget_the_error_names_the_command(case, monkeypatch):
    monkeypatch.setitem(sys.modules, "anywidget", None)
    with pytest.raises(MissingExtraError, match=re.escape("pip install 'convoy_geo[notebooks]'")):
        case.widget()
    with pytest.raises(MissingExtraError, match="notebooks"):
        case.ledger_widget()


@pytest.mark.parametrize("name", ["case.case_widgets", "case.quick_map", "viz.explore"])
def test_what_offers_widgets_imports_anywidget_late(name):
    path = Path(convoy_geo.__file__).parent / f"{name.replace('.', '/')}.py"
    tops = [node for node in ast.parse(path.read_text("utf-8")).body
            if isinstance(node, (ast.Import, ast.ImportFrom))]  # fmt: skip
    modules = {getattr(node, "module", "") or "" for node in tops}
    assert not modules & {"convoy_geo.viz.widget", "convoy_geo.case.case_widget", "anywidget"}


def test_a_frame_as_a_widget(case):
    told = case.to_gdf("reported_routes").to_crs(32637)
    chart = convoy_geo.explore(told, title="Told", widget=True)
    assert chart.layers == ("Told",)
    chart.selected = ["plan/1", "outward/1"]
    assert list(chart.selected_gdf().index) == ["plan/1", "outward/1"]
    assert chart.selected_gdf().crs == told.crs
    assert list(chart.selected_gdf().columns) == list(told.columns)
    with pytest.raises(WidgetValueError, match="there are plan/1, outward/1"):
        chart.selected = ["x"]
    west, south, east, north = told.to_crs(4326).total_bounds
    assert chart.view[0] < west < east < chart.view[2]
    assert chart.view[1] < south < north < chart.view[3]
    drawn = {item["key"] for group in data_of(chart._page)["layers"] if "key" in group
             for item in group["items"]}  # fmt: skip
    assert drawn == set(told.index)
    still = chart._repr_mimebundle_()[0]["text/html"]
    assert "Run the cell" in still
    assert "openPort" not in still


@pytest.mark.slow
def test_networks_reaches_and_mentions_as_widgets(case):
    roads = convoy_geo.explore(case.network, classes=["trunk"], widget=True)
    edge = case.network.edges.index[case.network.edges["class"] == "trunk"][0]
    roads.selected = [edge]
    assert list(roads.selected_gdf().index) == [edge]
    mentions = convoy_geo.find_places("From Homs to Palmyra, then back to Homs.")
    named = convoy_geo.explore(mentions, widget=True)
    homs = next(one.place.id for one in mentions if one.text == "Homs")
    named.selected = [homs]
    assert list(named.selected_gdf()["text"]) == ["Homs", "Homs"]  # a dot stands for both
    reach = case.reach("Sukhna", "Palmyra", leave="2017-08-31T06:00", arrive="2017-08-31T12:00")
    chart = convoy_geo.explore(reach, widget=True)
    chart.selected = ["0"]
    assert len(chart.selected_gdf()) == 1


def test_rows_of_one_index_are_told_apart():
    shapes = [shapely.Point(40, 34), shapely.Point(39, 35), None, shapely.Point(38, 33)]
    frame = gpd.GeoDataFrame({"n": [1, 2, 3, 4]}, geometry=shapes, crs=4326, index=["a"] * 4)
    chart = convoy_geo.explore(frame, widget=True)
    chart.selected = ["3", "0"]
    assert chart.selected_gdf()["n"].tolist() == [4, 1]
    keys = [item["key"] for group in data_of(chart._page)["layers"] if "key" in group
            for item in group["items"]]  # fmt: skip
    assert keys == ["0", "1", "3"]


def test_plain_files_as_a_widget():
    points = gpd.GeoDataFrame(
        {"name": ["مركز", "Ö"]}, geometry=[shapely.Point(10, 50), shapely.Point(11, 51)], crs=4326
    )
    lines = gpd.GeoDataFrame(
        {"name": ["Way"]}, geometry=[shapely.LineString([(10, 50), (11, 51)])], crs=4326
    )
    drawn = convoy_geo.quick_map(points, lines, lang="ar")
    chart = drawn.widget(height_px=300)
    assert chart.height_px == 300
    place = next(iter(drawn.case.gazetteer)).id
    chart.selected = [place, "line_1"]
    assert chart.selected_gdf()["layer"].tolist() == ["places", "lines"]
    assert list(chart.selected_gdf("lines")["name"]) == ["Way"]
    assert 'dir="rtl"' in chart._page


@pytest.mark.slow
def test_many_points_stay_selectable_one_by_one():
    count = 2500
    points = gpd.GeoDataFrame(
        {"name": [f"P{n}" for n in range(count)]},
        geometry=shapely.points([(n % 50, n // 50) for n in range(count)]), crs=4326,
    )  # fmt: skip
    drawn = convoy_geo.quick_map(points)
    assert drawn.is_crowded
    chart = drawn.widget()
    (group,) = [one for one in data_of(chart._page)["layers"] if "key" in one]
    assert {item["k"] for item in group["items"]} == {"d"}  # no cloud
    assert group["canvas"]
    key = group["items"][7]["key"]
    chart.selected = [key]
    assert chart.selected_gdf()["name"].tolist() == ["P7"]


def test_the_diagram_as_a_widget(case):
    diagram = case.time_distance_widget("Sukhna", "Abu Kamal")
    data = data_of(diagram._page)
    found = case.time_distance("Sukhna", "Abu Kamal")
    assert set(data["claims"]) == {box.claim for box in found.boxes}
    assert set(re.findall(r'data-claim="([^"]*)"', diagram._page)) == set(data["claims"])
    names = [name for name, _, _ in data["rows"]]
    assert names == sorted(names)
    assert "2017-09-03" in names
    assert all(top < end for _, top, end in data["rows"])
    diagram.when = "2017-09-03"
    with pytest.raises(WidgetValueError):
        diagram.selected = ["nothing"]
    still = diagram._repr_mimebundle_()[0]["text/html"]
    assert "<img src=" in still
    assert "data-claim" not in case.svg_time_distance("Sukhna", "Abu Kamal")
    policy = unescape(re.search(r'Policy" content="([^"]*)"', diagram._page)[1])
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    script = re.findall(r"<script>(.*?)</script>", diagram._page, re.DOTALL)[0]
    assert f"'{source(script)}'" in policy


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_nbconvert_shows_the_static_page_of_a_saved_notebook(chart):
    nbformat = pytest.importorskip("nbformat")
    exporters = pytest.importorskip("nbconvert.exporters")
    data, metadata = chart._repr_mimebundle_()
    data["text/html"] = re.sub('srcdoc="[^"]*"', 'srcdoc="the page"', data["text/html"])  # short
    output = nbformat.v4.new_output("display_data", data, metadata=metadata)
    cell = nbformat.v4.new_code_cell("chart", outputs=[output])
    book = nbformat.v4.new_notebook(cells=[cell])  # as JupyterLab saves it: no state of widgets
    page, _ = exporters.HTMLExporter(template_name="basic").from_notebook_node(book)
    assert re.search('<iframe [^>]*srcdoc="the page"', page)
    assert "Run the cell in a notebook that shows widgets" in page
    assert "widget-view+json" not in page
