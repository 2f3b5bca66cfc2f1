"""Which claims lie within a distance of a place: surely, perhaps, or nobody can say."""

import pytest

import convoy_geo
from convoy_geo.errors import PlaceNotFoundError


def test_towns_are_certain_and_directions_possible(case):
    near = case.claims_near("Sukhna", 50)
    assert near.crs == "EPSG:4326"
    assert near.loc["R2-15", "within"] == "certain"
    assert near.loc["R2-14", "role"] == "relation"  # on its way there, not in it
    assert near.loc["R2-14", "within"] == "possible"
    assert list(near["least_km"]) == sorted(near["least_km"])


def test_what_has_no_outline_is_near_nothing(case):
    desert = {
        claim.id for claim in case.claims.values() if claim.places == (("at", "syrian_desert"),)
    }
    assert desert
    assert not desert & set(case.claims_near("Sukhna", 500).query("role == 'at'").index)


@pytest.mark.slow
def test_every_distance_holds_at_its_edge(case):
    far = case.claims_near("Palmyra", 400)
    for row in far.itertuples():
        assert row.least_km <= row.greatest_km
        again = case.claims_near("Palmyra", row.greatest_km + 0.1)
        same = again[(again.index == row.Index) & (again["place"] == row.place)]
        assert set(same["within"]) == {"certain"}


def test_a_position_serves_as_well_as_a_name(case):
    place = case.places["sukhna"]
    by_position = case.claims_near((place.lon, place.lat), 50)
    assert set(by_position.index) <= set(case.claims_near("Sukhna", 50).index)


def test_at_sea_on_another_story():
    near = convoy_geo.read_case("titanic-1912").claims_near((-50.2, 41.7), 30)
    assert {"US-04", "BR-02"} <= set(near.index)
    assert near.loc["US-07", "role"] == "relation"


@pytest.mark.parametrize("km", [0, -5, float("nan")])
def test_a_distance_must_be_above_zero(case, km):
    with pytest.raises(ValueError, match="must be above 0"):
        case.claims_near("Sukhna", km)


def test_unknown_places_and_types_are_refused(case):
    with pytest.raises(PlaceNotFoundError, match="did you mean Sukhna"):
        case.claims_near("Sukhnar", 50)
    with pytest.raises(TypeError, match="`km` must be a number, not str"):
        case.claims_near("Sukhna", "50")
