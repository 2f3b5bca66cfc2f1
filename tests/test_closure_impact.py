"""A cut somewhere on a stretch: the answer for every position, against brute force."""

import itertools

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, Point, box

from convoy_geo.errors import (
    ClosureNotFoundError,
    EdgeNotFoundError,
    NoRouteError,
    PlaceNotFoundError,
    RoadDataError,
)
from convoy_geo.model.closures import Closure
from convoy_geo.network.from_frames import network_from_frames
from convoy_geo.network.from_lines import network_from_lines
from convoy_geo.routing.closure_impact import closure_impact
from convoy_geo.routing.closure_segments import stretch_of
from convoy_geo.routing.edge_usage import driven_segments
from convoy_geo.routing.router import Router


def grid(width, height, *, seed=0, oneways=0.0):
    """A town of `width` by `height` crossings; each street is one edge with a node at every one."""
    random = np.random.default_rng(seed)
    names = [f"n{x}{y}" for y in range(height) for x in range(width)]
    points = [
        Point(40 + 0.1 * x + 0.02 * random.random(), 34 + 0.1 * y + 0.02 * random.random())
        for y in range(height)
        for x in range(width)
    ]
    nodes = gpd.GeoDataFrame(
        {"kind": "town", "estimated": False}, index=names, geometry=points, crs="EPSG:4326"
    )
    rows = {}
    for y in range(height):
        rows[f"row{y}"] = [f"n{x}{y}" for x in range(width)]
    for x in range(width):
        rows[f"col{x}"] = [f"n{x}{y}" for y in range(height)]
    rows = {street: way for street, way in rows.items() if len(way) > 1}
    edges = pd.DataFrame(
        {
            "from": [way[0] for way in rows.values()],
            "to": [way[-1] for way in rows.values()],
            "class": "primary",
            "surface": "paved",
            "confidence": "medium",
            "oneway": ["yes" if random.random() < oneways else "no" for _ in rows],
            "waypoints": list(rows.values()),
        },
        index=list(rows),
    )
    return network_from_frames(nodes, edges)


def closure(*edges, geometry=None, **more):
    return Closure("cut", "Cut", "cut", geometry or Point(0, 0), "2017-08-30/..", edges, **more)


def by_brute_force(router, stretch, origin, destination, **options):
    """For each segment of the stretch, the ways that are left; each asked of a new network."""
    network, answers = router.network, []
    for segment in stretch.segments.tolist():
        kept = np.setdiff1d(np.arange(len(network.segments.km)), segment)
        names = network.node_table.index
        lines = [
            shapely.linestrings(
                network.coords[network.segments.first[one] : network.segments.last[one] + 1]
            )
            for one in kept.tolist()
        ]
        owner = network.edge_table.iloc[network.segments.edge[kept]]
        edges = gpd.GeoDataFrame(
            {
                "from": names[network.segments.tail[kept]],
                "to": names[network.segments.head[kept]],
                "class": owner["class"].astype(str).to_numpy(),
                "surface": owner["surface"].astype(str).to_numpy(),
                "oneway": ["yes" if one == 1 else "no" for one in owner["oneway"]],
            },
            index=[f"s{one}" for one in kept.tolist()],
            geometry=lines,
            crs="EPSG:4326",
        )
        other = Router(network_from_frames(network.nodes, edges))
        try:
            ways = other.alternatives(origin, destination, **options)
        except NoRouteError:
            ways = []
        answers.append([way.nodes for way in ways])
    return answers


def by_position(answer, stretch):
    """The same from the answer: the ways that are left where the middle of each segment is cut."""
    middles = stretch.start_km + stretch.km / 2
    return [
        next(
            [way.nodes for way in group.routes]
            for group in answer.positions
            if any(low <= at <= high for low, high in group.pieces)
        )
        for at in middles
    ]


@pytest.mark.slow
@settings(max_examples=15)
@given(
    seed=st.integers(0, 10_000),
    streets=st.sampled_from([("row0",), ("row1",), ("col2",), ("row0", "col3"), ("col1", "row2")]),
    by=st.sampled_from(["time", "length"]),
    oneways=st.sampled_from([0.0, 0.3]),
)
def test_the_answer_is_that_of_brute_force(seed, streets, by, oneways):
    router = Router(grid(4, 4, seed=seed, oneways=oneways))
    stretch = stretch_of(router.network, closure(*streets))
    answer = closure_impact(router, closure(*streets), "n00", "n33", weight=by)
    assert by_position(answer, stretch) == by_brute_force(router, stretch, "n00", "n33", weight=by)
    assert sum(group.share for group in answer.positions) == pytest.approx(1)
    assert sum(group.km for group in answer.positions) == pytest.approx(answer.stretch_km)


@pytest.mark.slow
@settings(max_examples=15)
@given(
    seed=st.integers(0, 10_000),
    streets=st.lists(st.sampled_from(["row0", "row1", "row2", "col1"]), min_size=1, unique=True),
)
def test_a_cut_never_shortens_and_a_wider_stretch_never_cuts_fewer_ways(seed, streets):
    router = Router(grid(4, 4, seed=seed))
    cuts = []
    for size in range(1, len(streets) + 1):
        answer = closure_impact(router, closure(*streets[:size]), "n00", "n33", weight="length")
        shortest = answer.open_routes[0].polyline_km
        for group in answer.positions:
            assert not group.routes or group.routes[0].polyline_km >= shortest - 1e-9
        cuts.append({f.route.nodes for f in answer.fates if f.open and f.cut != "never"})
        for fate in answer.fates:
            on_it = np.isin(
                stretch_of(router.network, closure(*streets[:size])).segments,
                driven_segments(router.network, fate.route),
            )
            assert (fate.cut != "never") == on_it.any()
            assert (fate.cut == "whatever") == on_it.all()
    for narrow, wide in itertools.pairwise(cuts):
        assert narrow <= wide


def test_no_way_is_left_over_a_bridge_that_is_cut():
    answer = closure_impact(Router(grid(2, 1)), closure("row0"), "n00", "n10")
    assert answer.share_without_way == 1
    assert [fate.cut for fate in answer.fates] == ["whatever"]
    frame = answer.to_frame()
    assert frame.crs.to_epsg() == 4326
    assert frame["rank"].isna().all()


def test_both_ends_of_a_cut_piece_stay_reachable():
    """A stop in the middle of the stretch is reached from the side that is not cut."""
    router = Router(grid(3, 1))
    answer = closure_impact(router, closure("row0"), "n00", "n10")
    assert [len(group.routes) for group in answer.positions] == [0, 1]
    assert answer.fates[0].cut == "some"
    assert answer.fates[0].share == pytest.approx(answer.positions[0].share)


@pytest.mark.slow
@settings(max_examples=10)
@given(seed=st.integers(0, 10_000), street=st.sampled_from(["row0", "row1", "col2"]))
def test_the_best_way_alone_is_the_first_of_all(seed, street):
    router = Router(grid(4, 4, seed=seed))
    stretch = stretch_of(router.network, closure(street))
    alone = by_position(closure_impact(router, closure(street), "n00", "n33", k=0), stretch)
    among = by_position(closure_impact(router, closure(street), "n00", "n33"), stretch)
    assert alone == [ways[:1] for ways in among]


def test_the_stretch_runs_in_the_order_of_its_edges():
    network = grid(3, 3)
    stretch = stretch_of(network, closure("row0", "col2"))
    names = network.node_table.index
    tails, heads = network.segments.tail, network.segments.head
    ends = [{names[tails[one]], names[heads[one]]} for one in stretch.segments]
    assert ends == [{"n00", "n10"}, {"n10", "n20"}, {"n20", "n21"}, {"n21", "n22"}]
    back = stretch_of(network, closure("col2", "row0"))
    assert back.segments.tolist() == stretch.segments.tolist()[::-1]


def test_a_stretch_by_line_takes_what_runs_along_it_and_not_what_crosses():
    network = grid(4, 3)
    row = network.edges.loc["row1"].geometry
    along = stretch_of(network, closure(geometry=row))
    whole = stretch_of(network, closure("row1"))
    assert along.segments.tolist() == whole.segments.tolist()
    assert along.km == pytest.approx(whole.km, rel=1e-3)
    half = LineString([row.coords[1], row.coords[2]])
    assert stretch_of(network, closure(geometry=half)).length_km == pytest.approx(
        whole.km[1], rel=1e-2
    )


def test_short_pieces_along_a_line_are_part_of_the_stretch():
    points = [(40 + 0.001 * n, 34) for n in range(20)]  # pieces of some 90 m
    lines = [LineString(pair) for pair in itertools.pairwise(points)]
    side = [
        LineString([(40.01, 34), (40.01, 34.0003)]),
        LineString([(40.005, 33.99), (40.005, 34)]),
    ]
    frame = gpd.GeoDataFrame(geometry=[*lines, *side], crs="EPSG:4326")
    network = network_from_lines(frame)
    stretch = stretch_of(network, closure(geometry=LineString(points)))
    assert len(stretch.segments) == 19
    assert stretch.length_km == pytest.approx(network.segments.km[:19].sum(), rel=1e-3)


def test_a_line_that_ends_on_a_segment_takes_its_part_of_it():
    network = grid(3, 3)
    first, second = network.edges.loc["row1"].geometry.coords[:2]
    middle = ((first[0] + second[0]) / 2, (first[1] + second[1]) / 2)
    stretch = stretch_of(network, closure(geometry=LineString([first, middle])))
    assert stretch.length_km == pytest.approx(
        network.segments.km[stretch.segments[0]] / 2, rel=0.01
    )


def test_a_stretch_by_area_is_what_lies_in_it():
    network = grid(3, 3)
    west, south, east, north = network.edges.total_bounds
    everywhere = stretch_of(
        network, closure(geometry=box(west - 1, south - 1, east + 1, north + 1))
    )
    assert everywhere.length_km == pytest.approx(network.segments.km.sum(), rel=1e-6)


def test_what_is_not_there_is_an_error(case):
    router = case.roads
    with pytest.raises(ClosureNotFoundError, match="cratered_road"):
        closure_impact(router, "crater", "Sukhna", "Abu Kamal")
    with pytest.raises(EdgeNotFoundError):
        closure_impact(router, closure("E999"), "Sukhna", "Abu Kamal")
    with pytest.raises(RoadDataError, match="not on any road"):
        closure_impact(router, closure(geometry=LineString([(0, 0), (1, 1)])), "Sukhna", "T2")
    with pytest.raises(PlaceNotFoundError):
        closure_impact(router, "cratered_road", "Atlantis", "Abu Kamal")


def test_the_case_of_2017(case):
    answer = case.closure_impact("cratered_road", "Humaymah", "Rawa")
    humaymah_t2, t2_abu_kamal = answer.positions
    assert humaymah_t2.pieces[0][1] == t2_abu_kamal.pieces[0][0] == pytest.approx(36.7, abs=0.1)
    assert "E105" in t2_abu_kamal.routes[0].edges
    assert "E105" not in humaymah_t2.routes[0].edges
    assert {fate.cut for fate in answer.fates if fate.open} == {"whatever"}
    assert {fate.cut for fate in answer.fates if not fate.open} == {"some", "never"}
    assert all("cratered_road" in way.closures for way in humaymah_t2.routes)
    assert "not probabilities" in answer.to_dict()["note"]
    assert len(answer.fates_frame()) == len(answer.fates)


def test_the_day_closes_the_rest_and_the_router_is_left_as_it_was(case):
    router = case.roads
    before = router.route(["T2", "Abu Kamal"]).edges
    other = closure("E104")
    answer = closure_impact(
        router, other, "Sukhna", "Abu Kamal", when="2017-08-31", weight="length"
    )
    assert answer.open_routes[0].closures == ("cratered_road",)
    assert router.route(["T2", "Abu Kamal"]).edges == before
