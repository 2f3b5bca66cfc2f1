"""Real cities: routes keep the rules, and no trip is impossible that a route engine finds."""

import itertools

import extracts
import numpy as np
import pytest

from convoy_geo.errors import NoRouteError
from convoy_geo.network.from_osm import network_from_osm
from convoy_geo.network.usable import usable_roads
from convoy_geo.routing.router import Router
from convoy_geo.timegeo.bounds import travel_bounds

PAIRS = 40


@pytest.fixture(scope="module", params=["monaco", "helsinki"])
def city(request):
    path = extracts.found(f"{request.param}.osm.pbf")
    if path is None:
        pytest.skip("the extract is not there: make extracts")
    return network_from_osm(path)


def drawn(network, count):
    """Pairs of positions near roads, by chance."""
    random = np.random.default_rng(2026)
    at = network.coords[random.integers(0, len(network.coords), 2 * count)]
    places = [tuple(map(float, one)) for one in at + random.normal(0, 2e-4, at.shape)]
    return list(itertools.batched(places, 2)) if hasattr(itertools, "batched") else list(
        zip(places[::2], places[1::2], strict=True)
    )  # fmt: skip


@pytest.mark.slow
def test_a_city_has_its_rules(city):
    assert len(city.turns) >= 40
    assert city.edge_access is not None
    usable = usable_roads(city, "car")
    assert usable.ends_only.any()
    assert len(usable.blocked)


@pytest.mark.slow
def test_routes_of_a_city_break_no_turn_restriction(city):
    router, turns = Router(city, mode="car"), city.turns
    banned = {
        tuple(turns.steps(number))
        for number in range(len(turns))
        if not turns.obliges(number) and "car" in turns.modes[number].split()
    }
    must = {
        tuple(turns.steps(number)[:-1]): turns.steps(number)[-1]
        for number in range(len(turns))
        if turns.obliges(number) and "car" in turns.modes[number].split()
    }
    seen = 0
    for here, there in drawn(city, PAIRS):
        route = router.route([here, there], weight="length")
        driven = [
            (int(city.segments.edge[segment]), end > begin) for segment, begin, end in route.pieces
        ]
        for size in (2, 3):
            for at in range(len(driven) - size + 1):
                assert tuple(driven[at : at + size]) not in banned
        for at in range(len(driven) - 1):
            seen += 1
            onward = must.get((driven[at],))
            assert onward is None or driven[at + 1] == onward
    assert seen > 100


@pytest.mark.slow
def test_no_trip_in_a_city_is_impossible(city):
    network = city
    for mode in ("car", "bus", "foot"):
        for here, there in drawn(network, 10):
            found = travel_bounds(here, there, 24.0, mode, network=network)
            assert found.least_h <= 24.0 or found.missing


@pytest.mark.slow
def test_where_a_route_is_the_bounds_hold_it(city):
    router = Router(city, mode="car")
    for here, there in drawn(city, 10):
        try:
            route = router.route([here, there])
        except NoRouteError:
            continue
        found = travel_bounds(here, there, 24.0, "car", network=city)
        least = min(found.least_h, found.lenient_h)
        assert least <= route.duration_h + route.access_h[2] + 1e-6
