"""Trips that exist and must not be called impossible: 500 random pairs in Monaco and in Helsinki.

Each pair gets two windows: a day, and the time of the route that the router finds, which obeys all
rules and is never quicker than the quickest trip. A wrong "impossible" is a trip that travel
bounds rule out although that route exists. Run it by ``make extracts`` and then
``python -m pytest -m benchmark tests/benchmarks/bench_impossible.py -s``.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))
from extracts import found

from convoy_geo.errors import NoRouteError
from convoy_geo.network.from_osm import network_from_osm
from convoy_geo.routing.router import Router
from convoy_geo.timegeo.bounds import travel_bounds

pytestmark = pytest.mark.benchmark
PAIRS = 500


@pytest.mark.parametrize("city", ["monaco", "helsinki"])
def test_no_trip_that_exists_is_impossible(city):
    path = found(f"{city}.osm.pbf")
    if path is None:
        pytest.skip("run `make extracts` first")
    network = network_from_osm(path)
    router = Router(network, mode="car")
    random = np.random.default_rng(2026)
    places = network.coords[random.integers(0, len(network.coords), 2 * PAIRS)]
    places = places + random.normal(0, 5e-4, places.shape)  # some 50 m off the road
    answers: Counter[str] = Counter()
    wrong = []
    for here, there in zip(places[::2].tolist(), places[1::2].tolist(), strict=True):
        try:
            hours = router.route([tuple(here), tuple(there)]).duration_h
        except NoRouteError:
            hours = None
        for words, window in (("a day", 24.0), ("the route's time", hours)):
            if window is None:
                continue
            bounds = travel_bounds(tuple(here), tuple(there), window, "car", network=network)
            fits = bounds.least_h <= window
            answer = "fits" if fits else bounds.missing or "impossible"
            answers[f"{words}: {answer}"] += 1
            if answer == "impossible" and hours is not None:
                wrong.append((here, there, window))
    print(f"\n{city}, {PAIRS} pairs by car: {dict(answers)}; wrong impossible: {len(wrong)}")
    assert not wrong
