"""Places told in relation to others: the grammar, the areas, how precisely a claim is located."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, Point, box

from convoy_geo.errors import RelativePlaceError
from convoy_geo.geodesy import distance_km, wgs84
from convoy_geo.model.claims import Claim
from convoy_geo.model.places import Place
from convoy_geo.model.relative_places import (
    location_precision,
    parse_relation,
    relative_place,
    where_fault,
)

PLACES = {
    place.id: place
    for place in (
        Place("a", "Aville", 40.0, 34.0, 2),
        Place("b", "Bville", 41.0, 34.0, 3),
        Place("area", "Area", 40.0, 34.0, 60, shape="area"),
        Place("small", "Small", 40.0, 34.0, 10, shape="area"),
        Place("zone", "Zone", None, None, shape="unmapped"),
        Place("far", "Far", 179.9, 10.0, 5),
    )
}


def area(text, outlines=None):
    return relative_place(text, PLACES, outlines)


def test_between_lies_between_and_says_how_it_was_made():
    made = area("between(a,b)")
    assert made.geometry.contains(Point(40.5, 34.0))
    assert not made.geometry.intersects(Point(40.0, 34.0))  # the ends are left out
    assert not made.geometry.intersects(Point(41.2, 34.0))
    assert (made.how, made.places) == ("between", ("a", "b"))
    assert "the width is our choice" in made.note
    assert "the width is our choice" not in area("between(a,b,10km)").note


def test_between_follows_the_geodesic_not_the_parallel():
    places = {
        "x": Place("x", "X", -60.0, 50.0, 2),
        "y": Place("y", "Y", -10.0, 50.0, 2),
    }
    middle = wgs84().npts(-60.0, 50.0, -10.0, 50.0, 1)[0]
    strip = relative_place("between(x,y,20km)", places).geometry
    assert strip.contains(Point(middle))
    assert not strip.contains(Point(-35.0, 50.0))


def test_toward_with_a_heading_lies_behind_the_place():
    north = area("toward(a,north,50km)").geometry
    assert north.contains(Point(40.0, 33.8))
    assert not north.intersects(Point(40.0, 34.1))
    assert north.bounds[1] == pytest.approx(33.55, abs=0.01)
    assert area("toward(a,50km)").geometry.contains(Point(40.0, 34.1))
    assert "arrival is not reported" in area("toward(a)").note
    assert "the reach is our choice" in area("toward(a,north)").note


def test_near_reaches_from_the_edge():
    ring = area("near(a,10km)").geometry.exterior.coords
    reach = [distance_km(40.0, 34.0, lon, lat) for lon, lat in ring]
    assert max(reach) == pytest.approx(12.0, abs=0.05)
    assert min(reach) == pytest.approx(12.0, abs=0.05)


@pytest.mark.parametrize(
    ("direction", "inside", "outside"),
    [
        ("west", (0.1, 0.5), (0.9, 0.5)),
        ("east", (0.9, 0.5), (0.1, 0.5)),
        ("north", (0.5, 0.9), (0.5, 0.1)),
        ("southeast", (0.9, 0.1), (0.1, 0.9)),
        ("centre", (0.5, 0.5), (0.1, 0.1)),
    ],
)
def test_a_part_of_an_outline(direction, inside, outside):
    made = area(f"part(area,{direction})", {"area": box(0, 0, 1, 1)})
    assert made.geometry.contains(Point(inside))
    assert not made.geometry.intersects(Point(outside))
    assert "its outline" in made.note
    assert "a disc of 60 km" in area(f"part(area,{direction})").note


def test_offset_by_bearing_and_nautical_miles():
    made = area("offset(a,58nmi,128deg)")
    lon, lat, _ = wgs84().fwd(40.0, 34.0, 128.0, 58 * 1852.0)
    assert made.geometry.contains(Point(lon, lat))
    assert made.geometry.area < area("offset(a,58nmi,southeast)").geometry.area
    assert "107.4 km within 0.9 km" in made.note


@pytest.mark.parametrize(
    ("distance", "km"),
    [("10km", 5), ("100km", 50), ("25km", 0.5), ("58nmi", 0.926), ("1.5km", 0.05)],
)
def test_how_vague_a_distance_is(distance, km):
    assert parse_relation(f"offset(a,{distance},north)").vagueness_km == pytest.approx(km)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("beside(a)", "is none of near"),
        ("near a", "is none of near"),
        ("near(a,20)", "'20'"),
        ("near(a,20leagues)", "'20leagues'"),
        ("near(a,0km)", "'0km'"),
        ("near(a b)", "'a b'"),
        ("near(a,20km,30km)", "is not near"),
        ("between(a)", "is not between"),
        ("toward(a,norh)", "'norh'"),
        ("toward(a,80km,north)", "is not toward"),
        ("part(a,128deg)", "'128deg'"),
        ("offset(a,10km)", "is not offset"),
        ("offset(a,10km,400deg)", "'400deg'"),
    ],
)
def test_what_is_no_term_is_named(text, wrong):
    with pytest.raises(RelativePlaceError) as caught:
        parse_relation(text)
    assert wrong in str(caught.value)
    assert wrong in where_fault(text)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("near(nowhere)", "'nowhere' is not a place"),
        ("near(zone)", "'zone' has no position"),
        ("between(a,a)", "same position"),
        ("near(far,50km)", "180th meridian"),
    ],
)
def test_what_cannot_be_made_is_named(text, wrong):
    with pytest.raises(RelativePlaceError, match=wrong):
        area(text)


@pytest.mark.slow
@given(
    st.sampled_from(["near(a,{}km)", "toward(a,{}km)", "toward(a,west,{}km)", "between(a,b,{}km)"]),
    st.integers(1, 300),
    st.integers(1, 300),
)
def test_a_longer_reach_holds_the_shorter(form, one, other):
    low, high = sorted((one, other))
    inner, outer = area(form.format(low)).geometry, area(form.format(high)).geometry
    assert inner.is_valid
    assert outer.is_valid
    assert inner.difference(outer.buffer(1e-3)).is_empty


@pytest.mark.parametrize(
    ("places", "where", "grade"),
    [
        ((("at", "a"),), (), "1"),
        ((("toward", "a"),), (), "2"),
        ((("about", "a"),), (), ""),
        ((("at", "zone"),), (), ""),
        ((("at", "area"),), (), "3"),
        ((("at", "small"),), (), "2"),
        ((("at", "area"), ("to", "b")), (), "1"),
        ((("at", "area"),), ("part(area,west)",), "2"),
    ],
)
def test_how_precisely_a_claim_is_located(places, where, grade):
    claim = Claim("1", "R", "arrival", "s", "B", "They came", places=places, where=where)
    assert location_precision(claim, PLACES) == grade


def test_precision_of_the_case_follows_the_rule(case):
    places = {place.id: place for place in case.gazetteer}
    for claim in case.claims.values():
        assert claim.precision == location_precision(claim, places), claim.id
        assert claim.reliability == claim.credibility == ""  # nobody judged, so nothing is there


def test_relative_places_of_the_case(case):
    frame = case.relative_places()
    made = frame.set_index("claim")
    assert frame.crs == "EPSG:4326"
    assert made.loc["R2-14", "text"] == "toward(sukhna,north)"
    west = made.loc["R1-04", "geometry"]
    for town in ("rawa", "anah", "al_qaim"):
        place = case.gazetteer[town]
        assert west.contains(Point(place.lon, place.lat))
    assert not west.contains(Point(44.2, 33.2))
    line = LineString([(38.746, 34.5303), (38.8711, 34.88533)])  # from T3 north to Sukhna
    assert made.loc["R2-14", "geometry"].buffer(1e-6).contains(line)


@pytest.mark.parametrize("term", ["between(suva,apia)", "near(apia,1500km)", "near(suva,300km)"])
def test_no_area_lies_on_both_sides_of_the_180th_meridian(term):
    places = {
        "suva": Place("suva", "Suva", 178.44, -18.14, 3),
        "apia": Place("apia", "Apia", -171.77, -13.83, 3),
    }
    with pytest.raises(RelativePlaceError, match="crosses the 180th meridian"):
        relative_place(term, places)
