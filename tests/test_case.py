"""The embedded case of 2017 as an analyst holds it."""

import shutil

import geopandas as gpd
import pytest

from convoy_geo.case.case import read_case
from convoy_geo.errors import CaseFileError, ClaimNotFoundError, PlaceNotFoundError
from convoy_geo.geodesy import distance_km
from convoy_geo.io.files import geodata


def test_what_the_case_holds(case):
    assert len(case.reports) == 5
    assert len(case.gazetteer) == 50
    assert len(case.claims) == 158
    assert len(case.network.edges) == 82
    assert "158 claims" in repr(case)


def test_every_claim_has_its_span_hash_and_words(case):
    for claim in case.claims.values():
        report = case.reports[claim.report]
        assert 0 <= claim.span_start < claim.span_end <= report.characters
        assert len(claim.span_sha1) == 12
        assert claim.tellers
        assert claim.summary


def test_the_counts_of_buses(case):
    told = {
        (claim.side, claim.state, claim.low, claim.high)
        for claim in case.claims.values()
        if claim.unit == "buses" and claim.happened_on("2017-09-03") and claim.state
    }
    assert ("coalition", "in_government_area", 6, 6) in told
    assert ("coalition", "in_desert", 11, 11) in told
    assert ("hezbollah", "in_islamic_state_area", 4, 4) in told
    assert ("hezbollah", "in_desert", 6, 6) in told


def test_claims_frame(case):
    frame = case.claims.to_frame()
    assert frame.index.name == "claim"
    assert list(frame["report"].value_counts().sort_index()) == [43, 24, 24, 27, 40]
    assert frame.loc["R2-15", "low"] == 164
    assert frame.loc["R1-14", "low"] == 300
    assert frame["high"].isna()["R1-14"]
    assert frame.loc["R0-21", "publisher"] == "Matzav.com"


def test_one_claim(case):
    assert case.claim("R2-14").side == "syrian_military"
    with pytest.raises(ClaimNotFoundError, match="R9-99"):
        case.claim("R9-99")


def test_sukhna_to_abu_kamal(case):
    report = case.distance("Sukhna", "Albukamal")
    assert report.geodesic_km == pytest.approx(193.7, abs=0.05)
    assert report.geodesic_mi == pytest.approx(120.4, abs=0.05)
    highway, pipeline = report.roads
    assert highway.polyline_km == pytest.approx(256.9, abs=0.05)
    assert {"Deir ez-Zor", "Mayadin"} <= set(highway.via)
    assert highway.length_km_low < highway.length_km < highway.length_km_high
    assert highway.length_km == pytest.approx(1.016 * highway.polyline_km, rel=1e-6)
    assert {"T3", "T2"} <= set(pipeline.via)
    assert pipeline.polyline_km == pytest.approx(263.1, abs=0.1)
    (claim,) = report.reported
    assert (claim.claim, claim.value, claim.unit) == ("R2-15", 164, "miles")
    assert claim.km == pytest.approx(263.9, abs=0.05)
    assert claim.fits == "road"
    assert claim.roads == (0, 1)


def test_a_distance_is_the_same_both_ways(case):
    there, back = case.distance("Palmyra", "Rawa"), case.distance("Rawa", "Palmyra")
    assert there.geodesic_km == pytest.approx(back.geodesic_km)
    assert there.roads[0].polyline_km == pytest.approx(back.roads[0].polyline_km)
    assert there.roads[0].edges == back.roads[0].edges[::-1]


def test_roads_are_never_shorter_than_the_straight_line(case):
    names = ["sukhna", "abu_kamal", "palmyra", "rawa", "anah", "homs", "damascus", "mayadin"]
    for a in names:
        for b in names:
            if a < b:
                report = case.distance(a, b)
                assert report.roads
                assert report.roads[0].polyline_km >= report.geodesic_km - 0.02


def test_a_region_says_that_it_is_no_point(case):
    report = case.distance("Qalamoun", "Abu Kamal")
    assert len(report.notes) == 1
    assert "Qalamoun is no point" in report.notes[0]


def test_what_has_no_position_has_no_distance(case):
    with pytest.raises((ValueError, LookupError), match="Government"):
        case.distance("government_territory", "Sukhna")
    with pytest.raises(PlaceNotFoundError):
        case.distance("Atlantis", "Sukhna")


def test_every_reported_route_is_drawn_and_rests_on_claims(case):
    assert {track.route.id for track in case.tracks} == {
        "plan", "outward", "turn_back_coalition", "turn_back", "six_back", "onward", "onward_iraqi",
        "arrival", "arrival_reported",
    }  # fmt: skip
    for track in case.tracks:
        assert track.route.claims
        assert all(claim in case.claims for claim in track.route.claims)
        assert all(leg.geometry is not None for leg in track.legs)
        assert track.route.course == "assumed"


def test_reported_routes_join_up_and_follow_the_roads(case):
    for track in case.tracks:
        for leg, following in zip(track.legs, track.legs[1:], strict=False):
            assert leg.destination == following.origin
        for leg in track.legs:
            if leg.road:
                lon, lat = leg.geometry.coords[-1]
                assert distance_km(lon, lat, leg.destination.lon, leg.destination.lat) < 1.0


def test_a_link_of_unknown_way_ends_at_the_edge_of_its_area(case):
    onward = next(track for track in case.tracks if track.route.id == "onward")
    link = onward.legs[0]
    assert link.road is None
    lon, lat = link.geometry.coords[0]
    away = distance_km(lon, lat, link.origin.lon, link.origin.lat)
    assert away == pytest.approx(link.origin.radius_km, rel=0.02)
    assert onward.length_km is None
    assert onward.confidence == "unknown"


def test_alternatives_before_and_after_the_closure(case):
    frame = case.alternatives_frame()
    assert isinstance(frame, gpd.GeoDataFrame)
    assert frame.crs == "EPSG:4326"
    cut = {"E102", "E103"}
    groups = {(g.origin, g.destination, g.day): g.routes for g in case.alternatives}
    before = groups["Sukhna", "Abu Kamal", ""]
    after = groups["Sukhna", "Abu Kamal", "2017-08-31"]
    assert any(cut & set(route.edges) for route in before)
    assert not any(cut & set(route.edges) for route in after)
    assert groups["Qalamoun", "Abu Kamal", "2017-08-31"]


def test_the_front_is_reported_not_closed(case):
    (way,) = case.roads.alternatives("Sukhna", "Abu Kamal", when="2017-08-31", weight="length")
    assert way.passes == ("front_east_of_sukhna",)
    later = case.roads.route(["Sukhna", "Abu Kamal"], when="2017-09-13")
    assert later.passes == ()


def test_a_broken_case_is_refused_with_all_its_faults(tmp_path):
    folder = shutil.copytree(geodata("cases", "convoy-2017"), tmp_path / "c")
    (folder / "claims.csv").write_text("claim\nx\n")
    with pytest.raises(CaseFileError) as caught:
        read_case(folder)
    assert len(caught.value.faults) > 10


def test_a_case_without_roads_has_no_ways_but_distances(tmp_path):
    folder = shutil.copytree(geodata("cases", "convoy-2017"), tmp_path / "c")
    text = (folder / "case.toml").read_text(encoding="utf-8")
    (folder / "case.toml").write_text(text.replace('roads = "syria-iraq-2017"', ""), "utf-8")
    plain = read_case(folder)
    assert plain.network is None
    report = plain.distance("Sukhna", "Abu Kamal")
    assert report.roads == ()
    assert report.reported[0].fits == "neither"
    assert plain.alternatives == ()
    with pytest.raises(LookupError, match="no road network"):
        plain.roads  # noqa: B018
    assert plain.map() is not None
