"""Positions as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convoy_geo.io.positions import angle, from_crs, position


@pytest.mark.parametrize(
    ("text", "degrees"),
    [
        ("34.5583", 34.5583), ("34,5583", 34.5583), ("-0.5", -0.5), ("\u22120,5", -0.5),
        ("N 34° 33' 30\"", 34.55833), ("34°33\u203230\u2033N", 34.55833),
        ("34° 33.5' S", -34.55833),
        ("1.5e1", 15), ("15E-1", 1.5), ("'38.5", 38.5), ("38:30", 38.5), ("5 W", -5),
        ("38d30m E", 38.5),
        ("38°52'22\"E", 38.87278), ("W 74 30 0", -74.5), ("34 33 30", 34.55833),
    ],
)  # fmt: skip
def test_one_coordinate(text, degrees):
    assert angle(text) == pytest.approx(degrees, abs=1e-4)


@pytest.mark.parametrize(
    ("text", "lon", "lat"),
    [
        ("34.5583, 38.2741", 38.2741, 34.5583),
        ("34,5583; 38,2741", 38.2741, 34.5583),
        ("(34.5583 38.2741)", 38.2741, 34.5583),
        ("34°33'30\"N 38°16'27\"E", 38.27417, 34.55833),
        ("38°16'27\"E, 34°33'30\"N", 38.27417, 34.55833),
        ("N34 33 30, E38 16 27", 38.27417, 34.55833),
        ("37S 433000 3824000", 38.26969, 34.55485),
        ("37S DU 33000 24000", 38.26969, 34.55485),
        ("60KWF0112345678", 177.0106, -17.6758),
        ("33.45 S, 70.66 W", -70.66, -33.45),
    ],
)
def test_a_position_in_one_cell(text, lon, lat):
    assert position(text) == (pytest.approx(lon, abs=2e-3), pytest.approx(lat, abs=2e-3))


@pytest.mark.parametrize(
    "text",
    ["", "x", "-0x1p3", "0x10", "1_0", "1e2", "1 2 3 4 5", "--5", "5-", "5%", "1/2", "W5E", "N 5 E",
     "12h 30m", "1.2.3", "N" * 500, "1" * 500 + "°", "nan", "inf", "1e999"],
)  # fmt: skip
def test_what_is_no_coordinate_is_refused(text):
    with pytest.raises(ValueError, match=r".*"):
        angle(text)


@pytest.mark.parametrize("text", ["", "Homs", "34.5", "12345", "a, b", "99Z AA 12345 12345"])
def test_what_is_no_position_is_refused(text):
    with pytest.raises(ValueError, match=r".*"):
        position(text)


@given(st.floats(-89.9, 89.9), st.floats(-179.9, 179.9))
def test_decimal_pairs_come_back(lat, lon):
    found = position(f"{lat:.6f}, {lon:.6f}")
    assert found == (pytest.approx(lon, abs=1e-6), pytest.approx(lat, abs=1e-6))
    comma = f"{lat:.6f}; {lon:.6f}".replace(".", ",")
    assert position(comma) == pytest.approx(found)


def test_other_systems():
    lon, lat = from_crs(433000, 3824000, "EPSG:32637")
    assert (lon, lat) == (pytest.approx(38.26969, abs=1e-4), pytest.approx(34.55556, abs=1e-4))
    with pytest.raises(ValueError, match="unknown coordinate reference system 'EPSG:1'"):
        from_crs(1, 1, "EPSG:1")
