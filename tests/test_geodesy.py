"""Geodesics against GeographicLib's published test cases, and the laws of a distance."""

import math

import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, Point

from convoy_geo.geodesy import KM_PER_MILE, disc, distance_km, length_km, link, to_km

# lon1, lat1, lon2, lat2, metres: the 20 cases that GeographicLib publishes with its Python
# implementation (C. F. F. Karney, MIT licence), picked from GeodTest.dat.
GEOD_TEST = [
    (-139.44815, 35.60777, -69.95921, -11.17491, 8935244.56048183),
    (106.05087, 55.52454, 197.18234, 77.03196, 4105086.171392441),
    (142.59065, -21.97856, 98.56635, 41.84138, 8394328.894657671),
    (112.2363, -66.99028, 285.90344, -12.70631, 11150344.231208025),
    (173.34268, -17.42761, 5.93557, -15.84784, 16076603.163118068),
    (48.28919, 32.84994, 202.29132, -56.28556, 16727068.943816446),
    (52.74123, 6.96833, 206.17291, -7.39675, 17102477.249695837),
    (-16.30485, -50.56724, -94.97412, -33.56571, 6455670.511866869),
    (-8.90775, -58.93002, 133.13503, -8.91104, 11756066.021986462),
    (-74.28391, -68.82867, -8.36685, -50.63005, 3956936.926063544),
    (-32.0898, -10.62672, -134.31681, 5.883, 11470869.386456301),
    (166.90563, -21.76221, 213.97627, 48.72884, 9098627.398655491),
    (-174.47484, -19.79938, -154.35109, -11.99349, 2319004.860116939),
    (-116.94513, -11.95887, 7.16501, 4.57352, 13834722.580140138),
    (85.66836, -87.85331, 16.09921, 66.48646, 17286615.314714465),
    (128.32011, 1.74708, 11.87109, -11.16617, 12942901.124134742),
    (-144.90758, -25.72959, -269.17879, -57.70581, 9413446.745245311),
    (122.32875, -41.22777, 130.37946, -7.57291, 3812686.035106021),
    (138.25278, 11.01307, 247.05981, 6.62726, 11911190.819018409),
    (95.14681, -29.47124, -69.15955, -27.46601, 13487015.838114548),
]

LON, LAT = st.floats(-180, 180), st.floats(-90, 90)
POINT = st.tuples(LON, LAT)
MICROMETRE_KM = 1e-9


@pytest.mark.parametrize(("lon1", "lat1", "lon2", "lat2", "metres"), GEOD_TEST)
def test_published_geodesics(lon1, lat1, lon2, lat2, metres):
    assert distance_km(lon1, lat1, lon2, lat2) == pytest.approx(
        metres / 1000, abs=10 * MICROMETRE_KM
    )


@given(POINT, POINT)
def test_agrees_with_geographiclib_and_is_symmetric(one, other):
    there, back = distance_km(*one, *other), distance_km(*other, *one)
    metres = Geodesic.WGS84.Inverse(one[1], one[0], other[1], other[0])["s12"]
    assert there == pytest.approx(metres / 1000, abs=1e-6)
    assert there == pytest.approx(back, abs=1e-6)


@given(POINT, POINT, POINT)
def test_triangle_inequality(a, b, c):
    assert distance_km(*a, *c) <= distance_km(*a, *b) + distance_km(*b, *c) + 1e-6


def test_sukhna_to_abu_kamal():
    km = distance_km(38.8711, 34.88533, 40.91854, 34.45226)
    assert km == pytest.approx(193.7, abs=0.05)
    assert km / KM_PER_MILE == pytest.approx(120.4, abs=0.05)


def test_length_of_a_line_is_the_sum_of_its_parts():
    line = LineString([(38.8, 34.8), (39.6, 35.0), (40.9, 34.4)])
    parts = distance_km(38.8, 34.8, 39.6, 35.0) + distance_km(39.6, 35.0, 40.9, 34.4)
    assert length_km(line) == pytest.approx(parts, rel=1e-12)


@given(st.floats(-179, 179), st.floats(-80, 80), st.floats(0.1, 500))
def test_every_corner_of_a_disc_is_a_radius_away(lon, lat, radius):
    for x, y in disc(lon, lat, radius).exterior.coords:
        assert distance_km(lon, lat, x, y) == pytest.approx(radius, rel=1e-6)


def test_a_disc_holds_its_centre_and_runs_counter_clockwise():
    ring = disc(40.9, 34.4, 10)
    assert ring.contains(Point(40.9, 34.4))
    assert ring.exterior.is_ccw


@pytest.mark.parametrize("radius", [0, -1, math.nan])
def test_a_disc_needs_a_radius(radius):
    with pytest.raises(ValueError, match="radius_km"):
        disc(0, 0, radius)


def test_units():
    assert to_km(164, "miles") == pytest.approx(263.93, abs=0.01)
    assert to_km(5, "m") == 0.005
    with pytest.raises(ValueError, match="furlong"):
        to_km(1, "furlong")


@pytest.mark.parametrize("swap", [False, True])
def test_a_link_over_the_180th_meridian_is_cut_there_and_as_long(swap):
    ends = (178.44, -18.14), (-171.77, -13.83)
    (lon1, lat1), (lon2, lat2) = ends[::-1] if swap else ends
    line = link(lon1, lat1, lon2, lat2)
    assert line.geom_type == "MultiLineString"
    assert [abs(part.coords[end][0]) for part, end in zip(line.geoms, (-1, 0), strict=True)] == [
        180,
        180,
    ]
    assert line.geoms[0].coords[0] == (lon1, lat1)
    assert line.geoms[1].coords[-1] == (lon2, lat2)
    assert length_km(line) == pytest.approx(distance_km(lon1, lat1, lon2, lat2), rel=0.001)


def test_other_links_are_lines_whatever_lies_between():
    assert link(-90, 0, 90, 0).wkt == "LINESTRING (-90 0, 90 0)"
    assert link(180, 1, -179, 2).geom_type == "MultiLineString"
