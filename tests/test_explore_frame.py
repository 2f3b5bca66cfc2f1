"""`explore` of frames, routes, gazetteers and conflicts: colours, legends, words and errors."""

import geopandas as gpd
import pytest
from hostile import PAYLOADS
from shapely.geometry import LineString, MultiPoint, Point, Polygon

import convoy_geo
from convoy_geo.errors import MissingCrsError
from convoy_geo.viz.explore_frame import MOST_ROWS
from convoy_geo.webmap.html import to_html


@pytest.fixture(scope="module")
def case():
    return convoy_geo.read_case()


def frame(**columns):
    shapes = [
        Point(-70.2, -16.5), LineString([(-70, -16), (-69, -17)]),
        Polygon([(-69, -16), (-68, -16), (-68, -15)]), MultiPoint([(-67, -15), (-66, -15)]), None,
    ]  # fmt: skip
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326", index=list("abcde"))


document = to_html


def test_all_kinds_of_geometry_are_drawn_and_rows_without_one_are_not():
    page = document(convoy_geo.explore(frame(port=["Ilo", "Tacna", "Arica", "Puno", "Nowhere"])))
    assert "port: Puno" in page
    assert "Nowhere" not in page


def test_a_column_of_texts_colours_and_has_a_legend():
    page = document(convoy_geo.explore(frame(side=["x", "y", "x", "z", "z"]), color="side"))
    assert "#0072B2" in page
    assert page.index(">x<") < page.index(">y<")
    values = [f"v{n}" for n in range(40)]
    many = gpd.GeoDataFrame({"v": values}, geometry=[Point(n, 0) for n in range(40)], crs=4326)
    assert "29 other values" in document(convoy_geo.explore(many, color="v"))


def test_a_column_of_numbers_has_classes_from_low_to_high():
    page = document(convoy_geo.explore(frame(n=[0.0, 10.0, float("nan"), 5.0, 2.0]), color="n"))
    assert "0 to 2" in page
    assert "8 to 10" in page
    assert "no value" in page


def test_one_colour_and_other_crs():
    page = document(convoy_geo.explore(frame(n=range(5)).to_crs(32719), color="#ff0000"))
    assert "#ff0000" in page
    with pytest.raises(ValueError, match="CSS colour"):
        convoy_geo.explore(frame(n=range(5)), color="no such column")


def test_popup_and_tooltip_are_columns():
    page = document(convoy_geo.explore(frame(n=range(5), t=list("ABCDE")), popup="t", tooltip="n"))
    assert "t: A" in page
    with pytest.raises(KeyError, match="there are n, t"):
        convoy_geo.explore(frame(n=range(5), t=list("ABCDE")), popup="x")


@pytest.mark.slow
def test_routes_gazetteers_places_and_conflicts(case):
    route = case.roads.route(["Palmyra", "Abu Kamal"])
    assert "length_km" in document(convoy_geo.explore(route))
    assert "length_km" in document(convoy_geo.explore([route], color="confidence"))
    assert "Sukhna" in document(convoy_geo.explore(case.gazetteer))
    assert "Sukhna" in document(convoy_geo.explore(case.places, color="kind"))
    conflicts = case.to_gdf("conflicts")
    assert set(conflicts.index) == {one.id for one in case.conflicts()}
    assert len(conflicts) == sum(len(one.claims) for one in case.conflicts())
    with pytest.raises(TypeError, match=r"Tuple of Conflict; .*to_gdf\('conflicts'\)"):
        convoy_geo.explore(case.conflicts())


@pytest.mark.slow
def test_case_explore_is_its_map(case):
    assert to_html(case.explore()) == to_html(case.map())


@pytest.mark.slow
def test_it_draws_on_a_map_that_is_given(case):
    chart = case.map()
    assert convoy_geo.explore(case.to_gdf("claims"), chart) is chart


@pytest.mark.parametrize("x", [3, "Homs", [1, 2], None, []])
def test_other_things_are_refused_with_what_is_wanted(x):
    with pytest.raises(TypeError, match="must be a RoadNetwork"):
        convoy_geo.explore(x)


def test_bad_frames_are_named():
    with pytest.raises(MissingCrsError):
        convoy_geo.explore(gpd.GeoDataFrame(geometry=[Point(1, 1)]))
    with pytest.raises(ValueError, match="no row of the frame has a geometry"):
        convoy_geo.explore(gpd.GeoDataFrame({"a": []}, geometry=[], crs=4326))
    many = gpd.GeoDataFrame(geometry=[Point(0, 0)] * (MOST_ROWS + 1), crs=4326)
    with pytest.raises(ValueError, match="10,001 rows are too many"):
        convoy_geo.explore(many)


@pytest.mark.slow
def test_hostile_columns_and_values_stay_text():
    for payload in PAYLOADS.values():
        if "\ud800" in payload:  # pandas itself refuses it
            continue
        rows = gpd.GeoDataFrame({payload: [payload]}, geometry=[Point(1, 1)], crs=4326)
        page = document(convoy_geo.explore(rows, color=payload, title=payload))
        assert "<script>alert" not in page
        assert page.count("<script") == 3


def test_a_colour_that_is_neither_a_column_nor_a_colour_is_refused(case):
    with pytest.raises(ValueError, match="a CSS colour or a column of the table, not 'sid'"):
        convoy_geo.explore(case.to_gdf("claims"), color="sid")
