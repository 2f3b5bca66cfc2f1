"""Roads so far from a place by road, and terms of areas where a trip asks for a place."""

import geopandas as gpd
import pytest
from shapely import LineString

from convoy_geo.case.case import read_case
from convoy_geo.casefiles.validate import check_case
from convoy_geo.cli import main
from convoy_geo.errors import RelativePlaceError, RoadDataError
from convoy_geo.geodesy import length_km
from convoy_geo.model.places import Place
from convoy_geo.model.relative_places import is_term, relative_place
from convoy_geo.network.distance_on_roads import stretches_at_distance, stretches_on
from convoy_geo.network.from_lines import network_from_lines
from convoy_geo.network.read_write import write_network

KM = 1 / 111.32
"""Degrees of longitude on the equator that are about a kilometre."""
LINES = [
    [(0, 0), (-10 * KM, 0), (-30 * KM, 0)],
    [(-10 * KM, 0), (-10 * KM, 15 * KM)],
    [(0, 0), (40 * KM, 0)],
]


@pytest.fixture(scope="module")
def roads():
    return network_from_lines(
        gpd.GeoDataFrame(
            {"class": ["primary"] * 3}, geometry=[LineString(one) for one in LINES], crs=4326
        ),
        tolerance_m=1,
    )


def test_all_roads_at_a_distance_and_those_in_a_direction(roads):
    found = stretches_at_distance(roads, (0.0, 0.0), 19.0, 21.0)
    assert len(found.geoms) == 3
    assert sum(map(length_km, found.geoms)) == pytest.approx(6.0, rel=0.15)  # the road factor
    west = stretches_at_distance(roads, (0.0, 0.0), 19.0, 21.0, bearing=270.0, half_angle=60.0)
    assert len(west.geoms) == 2
    (east,) = stretches_at_distance(roads, (0.0, 0.0), 19.0, 21.0, bearing=90.0).geoms
    assert 0.16 < east.centroid.x < 0.19
    with pytest.raises(RoadDataError, match="in that direction"):
        stretches_at_distance(roads, (0.0, 0.0), 19.0, 21.0, bearing=180.0)
    with pytest.raises(RoadDataError, match="no road within 10 km"):
        stretches_at_distance(roads, (3.0, 3.0), 1.0, 2.0)


def test_a_distance_on_the_road_that_the_place_lies_on(roads):
    found = stretches_at_distance(roads, (20 * KM, 0.001), 4.0, 5.0)
    assert len(found.geoms) == 2
    at = sorted(one.centroid.x / KM for one in found.geoms)
    assert at == pytest.approx([15.5, 24.5], abs=0.05)
    whole = stretches_at_distance(roads, (20 * KM, 0.0), 0.0, 5.0)
    assert sum(map(length_km, whole.geoms)) == pytest.approx(10.0, rel=0.1)


def test_the_term_is_a_strip_and_needs_roads(roads):
    places = {"camp": Place("camp", "Camp", 0.0, 0.0, 1.0)}
    made = relative_place("road(camp,20km,west)", places, stretches=stretches_on(roads))
    assert "by road, west" in made.note
    assert made.geometry.geom_type in ("Polygon", "MultiPolygon")
    assert made.geometry.bounds[2] < -0.08
    with pytest.raises(RelativePlaceError, match="needs a road network"):
        relative_place("road(camp,20km)", places)
    with pytest.raises(RelativePlaceError, match="no road is"):
        relative_place("road(camp,20km,south)", places, stretches=stretches_on(roads))
    assert is_term("road(camp,20km)")
    assert not is_term("road(camp,west)")


CLAIMS = (
    "claim,report,topic,side,claimant,happened,places,where,summary,status\n"
    'A1,R1,position,reporter,The reporter,2023-06-24,about:camp,"road(camp,20km,west)",x,asserted\n'
)


@pytest.mark.slow
def test_terms_are_checked_drawn_and_asked_of(roads, tmp_path, capsys):
    write_network(roads, tmp_path / "r.roads")
    (tmp_path / "case.toml").write_text('title = "Camp"\nroads = "r.roads"\n')
    (tmp_path / "places.csv").write_text(
        "place,name,lon,lat\ncamp,Camp,0,0\nport,Port,0.35,0\nfar,Far,-0.26,0\n"
    )
    (tmp_path / "reports.csv").write_text(
        "report,publisher,title,published\nR1,A paper,Camp,2023-06-25\n"
    )
    (tmp_path / "claims.csv").write_text(CLAIMS)
    assert [str(one) for one in check_case(tmp_path)] == []
    case = read_case(tmp_path)
    (row,) = case.relative_places().itertuples()
    assert (row.how, row.text) == ("road", "road(camp,20km,west)")
    assert "20 km west of Camp by road" in case.page().html
    times = {"leave": "2023-06-24T06:00", "arrive": "2023-06-24T07:00", "mode": "car"}
    near = case.could("Port", "near(camp,25km)", **times)
    centre = case.could("Port", "Camp", **times)
    assert near.route.km == pytest.approx(centre.route.km - 25, abs=1.5)
    words = ["verdict", "--case", str(tmp_path), "--from", "Port", "--to", "road(camp,20km,west)"]
    assert main([*words, "--leave", times["leave"], "--arrive", times["arrive"]]) == 0
    assert "20 km west of Camp by road" in capsys.readouterr().out
    (tmp_path / "claims.csv").write_text(CLAIMS.replace("west)", "south)"))
    (fault,) = check_case(tmp_path)
    assert "no road is" in fault.problem
