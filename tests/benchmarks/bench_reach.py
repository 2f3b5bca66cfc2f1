"""Prisms on a million nodes against two plain searches, and all verdicts of a case.

Every figure is the median of processor time; prisms are printed as multiples of two one-to-all
searches on the same graph, one from the first place and one to the second. Run it by
``make bench``.
"""

from __future__ import annotations

import os
import statistics
import time
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from convoy_geo.case.case import read_case
from convoy_geo.model.travel_modes import travel_mode
from convoy_geo.network.from_frames import network_from_frames
from convoy_geo.network.network import CRS
from convoy_geo.timegeo.locations import find_location
from convoy_geo.timegeo.prism import find_prism, find_reach
from convoy_geo.timegeo.travel_graph import Ground

pytestmark = pytest.mark.benchmark

RUNS = 5
SIDE = 1000
KEPT = 0.75


def seconds(run, runs=RUNS):
    """Median processor time of a call."""
    times = []
    for _ in range(runs):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return statistics.median(times)


def grid():
    """A network of a million nodes, some 110 m apart: a grid of which a part is left out."""
    random = np.random.default_rng(20170831)
    number = np.arange(SIDE * SIDE)
    east, north = number[number % SIDE < SIDE - 1], number[:-SIDE]
    tail, head = np.concatenate([east, north]), np.concatenate([east + 1, north + SIDE])
    chosen = random.random(len(tail)) < KEPT
    tail, head = tail[chosen], head[chosen]
    lon, lat = 38 + number % SIDE * 0.0012, 33 + number // SIDE * 0.001
    names = np.char.add("n", number.astype(str))
    nodes = gpd.GeoDataFrame(
        {"kind": "bend"}, index=names, geometry=shapely.points(lon, lat), crs=CRS
    )
    kinds = random.choice(["residential", "secondary", "primary"], len(tail), p=[0.8, 0.15, 0.05])
    edges = pd.DataFrame(
        {"from": names[tail], "to": names[head], "class": kinds, "surface": "paved"},
        index=np.char.add("e", np.arange(len(tail)).astype(str)),
    )
    return network_from_frames(nodes, edges, title="grid")


def forget(ground):
    """Drop the searches that were kept for further questions."""
    ground._searches.clear()
    ground._ways.clear()


def test_prisms_on_a_million_nodes():
    start = time.process_time()
    network = grid()
    print(
        f"\n{network!r} made in {time.process_time() - start:.1f} s; load {os.getloadavg()[0]:.1f}"
    )
    middle, far = SIDE * SIDE // 2 + SIDE // 2, SIDE * SIDE // 2 + SIDE // 2 + 60 * SIDE + 60
    spots = [find_location(f"n{number}", network) for number in (middle, far)]
    start = time.process_time()
    ground = Ground(network, travel_mode("bus"), spots)
    for end in ("best", "worst"):
        ground.engine(end)
    print(f"  ground and its two engines, once a network: {time.process_time() - start:.1f} s")
    a, b = (network.node_position(spot.node) for spot in spots)

    def fresh(run):
        forget(ground)
        return run()

    engine = ground.engine("best")
    two = seconds(lambda: (engine.tree(a), engine.tree(b, reverse=True)))
    least = ground.way(0, 1, "best").moving_h
    slow = ground.way(0, 1, "worst").moving_h
    print(f"  two one-to-all searches: {two:.2f} s; the way itself takes {least:.2f} h at the best")
    for words, run in {
        "prism that holds all roads": lambda: find_prism(ground, 0, 1, 1000.0),
        "prism of twice the way's time": lambda: find_prism(ground, 0, 1, 2 * least),
        "both levels, window of three slow ways": lambda: find_reach(
            ground, ((0.0, 0.0), (3 * slow, 3 * slow))
        ),
    }.items():
        took = seconds(lambda run=run: fresh(run))
        print(f"  {words:<40} {took:6.2f} s  {took / two:5.2f} of the two searches")
    discs = [replace(spot, radius_km=2.0, node="") for spot in spots]
    start = time.process_time()
    wide = Ground(network, travel_mode("bus"), discs)
    wide.engine("best")
    cut = time.process_time() - start
    took = seconds(lambda: (forget(wide), find_prism(wide, 0, 1, 1000.0)))
    print(f"  the same between discs of 2 km            {took:6.2f} s  {took / two:5.2f}, after "
          f"{cut:.1f} s to cut the roads at their edges")  # fmt: skip


def test_all_verdicts_of_the_case():
    def asked(question):
        case = read_case()
        _ = case.claims, case.gazetteer, case.network.segments
        start = time.process_time()
        question(case)
        return time.process_time() - start

    questions = {
        "verdicts": lambda case: case.verdicts(),
        "ledger of every day": lambda case: case.ledger_series(),
        "conflicts": lambda case: case.conflicts(),
    }

    def together(case):
        for question in questions.values():
            question(case)

    print(f"\nquestions to the case of 2017 after load, median of {RUNS}")
    for words, question in {**questions, "all three together": together}.items():
        took = statistics.median(asked(question) for _ in range(RUNS))
        print(f"  {words:<24} {took * 1000:6.0f} ms")
