"""Points so many kilometres along a route."""

import math

import geopandas as gpd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString

from convoy_geo.cli import main
from convoy_geo.geodesy import distance_km, length_km
from convoy_geo.io.files import geodata
from convoy_geo.network.from_lines import network_from_lines
from convoy_geo.network.read_write import read_network
from convoy_geo.routing.along import point_along
from convoy_geo.routing.router import Router

CASE_ROADS = Router(read_network(geodata("roads", "syria-iraq-2017")))
LONG = CASE_ROADS.route(["Sukhna", "Abu Kamal"])


@pytest.fixture(scope="module")
def roads():
    frame = gpd.GeoDataFrame(
        {"ref": ["A1", "B2"], "class": ["primary"] * 2},
        geometry=[
            LineString([(60.0, 5.0), (60.1, 5.0)]),
            LineString([(60.2, 5.0), (60.1, 5.0)]),  # drawn the other way round
        ],
        index=["one", "two"], crs=4326,
    )  # fmt: skip
    return network_from_lines(frame)


def test_where_it_is_and_on_which_road(roads):
    route = Router(roads).route([(60.0, 5.0), (60.2, 5.0)])
    whole = distance_km(60.0, 5.0, 60.2, 5.0)
    assert route.length_km == pytest.approx(whole, abs=0.01)
    first = point_along(roads, route, whole / 4)
    assert (first.edge, first.road) == ("one-0", "A1")
    assert (first.lon, first.lat) == pytest.approx((60.05, 5.0), abs=1e-4)
    last = point_along(roads, route, -whole / 4)
    assert (last.edge, last.road) == ("two-0", "B2")
    assert last.lon == pytest.approx(60.15, abs=1e-4)
    assert last.left_km == pytest.approx(whole / 4)


@pytest.mark.slow
@given(st.floats(0, 1))
def test_distance_to_the_point_is_what_was_asked_for(part):
    km = part * LONG.length_km
    found = point_along(CASE_ROADS.network, LONG, km)
    assert found.km == pytest.approx(km)
    assert found.km + found.left_km == pytest.approx(LONG.length_km)
    assert found.edge in LONG.edges
    low, high = (LONG.length_km_low / LONG.polyline_km, LONG.length_km_high / LONG.polyline_km)
    widest = km / low - km / high
    assert length_km(found.stretch) <= widest + 0.01
    start = LONG.geometry.coords[0]
    assert distance_km(*start[:2], found.lon, found.lat) <= km + 0.01


def test_both_ends_and_the_same_point_from_either():
    network = CASE_ROADS.network
    assert point_along(network, LONG, 0).before == "Sukhna"
    assert point_along(network, LONG, LONG.length_km).after == "Abu Kamal"
    ahead = point_along(network, LONG, 100)
    back = point_along(network, LONG, 100 - LONG.length_km)
    assert (ahead.lon, ahead.lat) == pytest.approx((back.lon, back.lat), abs=1e-6)
    assert (ahead.before, ahead.after) == ("Shulah", "Deir ez-Zor")


@pytest.mark.parametrize("km", [50_000, -50_000, math.inf, math.nan])
def test_beyond_the_route_is_an_error(km):
    with pytest.raises(ValueError, match="km is not on the route from 'Sukhna' to 'Abu Kamal'"):
        point_along(CASE_ROADS.network, LONG, km)


def test_the_command(capsys):
    assert main(["along", "Sukhna", "Abu Kamal", "--km", "100"]) == 0
    said = capsys.readouterr().out
    assert "100 km along the route (161 km left)" in said
    assert "between Shulah and Deir ez-Zor" in said
    assert main(["along", "Sukhna", "Abu Kamal", "--km=-50000"]) == 2
    assert "261.0 km long" in capsys.readouterr().err
