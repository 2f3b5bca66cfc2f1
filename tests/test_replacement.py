"""Which edges of the quickest way no other way replaces, and closing roads without cutting anew."""

import math

import geopandas as gpd
import numpy as np
import pytest
import shapely

from convoy_geo.case.case import read_case
from convoy_geo.model.travel_modes import travel_mode
from convoy_geo.network.from_frames import network_from_frames
from convoy_geo.network.from_lines import network_from_lines
from convoy_geo.network.match_closures import Stretches
from convoy_geo.network.network import CRS
from convoy_geo.network.read_write import write_network
from convoy_geo.timegeo.locations import Location
from convoy_geo.timegeo.replacement import vital_edges
from convoy_geo.timegeo.travel_graph import Ground

CAR = travel_mode("car")


def roads(rng, size=7):
    """A lattice with holes, one-ways and roads of three classes."""
    names = [f"{x}{y}" for x in range(size) for y in range(size)]
    points = [shapely.Point(38 + int(one[0]) * 0.012, 34 + int(one[1]) * 0.01) for one in names]
    nodes = gpd.GeoDataFrame({"kind": "bend"}, index=names, geometry=points, crs=CRS)
    rows = [(f"{x}{y}", f"{x + 1}{y}") for x in range(size - 1) for y in range(size)]
    rows += [(f"{x}{y}", f"{x}{y + 1}") for x in range(size) for y in range(size - 1)]
    rows = [one for one in rows if rng.random() < 0.75]
    edges = gpd.GeoDataFrame(
        {
            "from": [a for a, _ in rows],
            "to": [b for _, b in rows],
            "class": [rng.choice(["primary", "secondary", "residential"]) for _ in rows],
            "surface": "paved",
            "oneway": [rng.choice(["no", "no", "no", "yes", "-1"]) for _ in rows],
        },
        index=[f"{a}-{b}" for a, b in rows],
        geometry=[shapely.LineString([nodes.geometry[a], nodes.geometry[b]]) for a, b in rows],
        crs=CRS,
    )
    return network_from_frames(nodes, edges)


def closed_one_by_one(network, spots, edges, limit):
    """The edges without any of which the way takes longer than the limit: each closed by itself."""
    found = []
    for edge in dict.fromkeys(network.edge_positions(edges).tolist()):
        ground = Ground(network, CAR, spots, np.array([edge]))
        if ground.way(0, 1, "best").moving_h > limit:
            found.append(edge)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_edges_found_by_two_searches_are_those_found_one_by_one(seed):
    rng = np.random.default_rng(seed)
    network = roads(rng)
    for _ in range(4):
        spots = [
            Location(name, 38 + rng.random() * 0.07, 34 + rng.random() * 0.06,
                     radius_km=rng.choice([0.0, 0.0, 0.3, 1.5]))
            for name in "ab"
        ]  # fmt: skip
        ground = Ground(network, CAR, spots)
        way = ground.way(0, 1, "best")
        if not (way.edges and math.isfinite(way.moving_h)):
            continue
        limit = way.moving_h * rng.choice([1.01, 1.2, 2.0, 1e6])
        found = vital_edges(ground, 0, 1, lambda hours, most=limit: hours <= most)
        assert found == closed_one_by_one(network, spots, way.edges, limit)


def test_stretches_closed_later_are_as_if_closed_at_once():
    network = roads(np.random.default_rng(3))
    spots = [Location("a", 38.003, 34.001), Location("b", 38.06, 34.05)]
    middle = network.nearest_roads(38.03, 34.02, 5.0, 1)[0]
    part = Stretches(np.array([middle.segment]), np.array([0.4]), np.array([0.6]))
    at_once = Ground(network, CAR, spots, part)
    later = Ground(network, CAR, spots, marked=part)
    assert (
        later.way(0, 1, "best").moving_h == Ground(network, CAR, spots).way(0, 1, "best").moving_h
    )
    closed = later.closing(part)
    for end in ("best", "worst"):
        assert closed.way(0, 1, end).moving_h == pytest.approx(at_once.way(0, 1, end).moving_h)


@pytest.mark.slow
def test_every_edge_of_a_long_route_is_tried(tmp_path):
    """A single road of 110 edges: closing any of them leaves no way."""
    count = 110
    points = [(38 + at * 0.01, 34.0) for at in range(count + 1)]
    lines = [shapely.LineString(points[at : at + 2]) for at in range(count)]
    network = network_from_lines(gpd.GeoDataFrame({"class": "primary"}, index=range(count),
                                                  geometry=lines, crs=CRS))  # fmt: skip
    write_network(network, tmp_path / "r.roads")
    (tmp_path / "case.toml").write_text('format = 2\ntitle = "One"\nroads = "r.roads"\n')
    (tmp_path / "places.csv").write_text(
        f"place,name,kind,lon,lat\na,Aville,town,38.0,34.0\nb,Bville,town,{points[-1][0]},34.0\n"
    )
    case = read_case(tmp_path)
    times = {"leave": "2020-01-01T06:00", "arrive": "2020-01-02T18:00"}
    found = case.could("Aville", "Bville", **times, mode="car")
    closing = next(one for one in found.flips if one.premise == "way")
    assert len(closing.flips_at.split("|")) == count
    assert not any(one.name == "limits" for one in found.premises)


def test_a_large_network_says_which_flips_were_not_looked_for(case, monkeypatch):
    monkeypatch.setattr("convoy_geo.analysis.journeys.LARGE", 10)
    times = {"leave": "2017-08-31T06:00", "arrive": "2017-09-01"}
    found = case.could("Sukhna", "Mayadin", **times)
    assert "radius" in next(one.words for one in found.premises if one.name == "limits")
    assert not any(one.premise in ("from", "to") for one in found.flips)
    assert any(one.premise == "way" for one in found.flips)
