"""What modes of travel may use: access, barriers, turns, ferries, hours, one-ways, speed limits."""

import pickle
from datetime import datetime

import numpy as np
import pytest

from convoy_geo.errors import ModeNotFoundError, NoRouteError, RoadDataError
from convoy_geo.graph import cch
from convoy_geo.model.travel_modes import mode_names, travel_mode
from convoy_geo.network.from_frames import network_from_frames
from convoy_geo.network.from_osm import network_from_osm
from convoy_geo.network.osm_rules import hours_of
from convoy_geo.network.osm_tags import access_at, access_of, barrier_access, modes_of_turn
from convoy_geo.network.read_write import read_network, write_network
from convoy_geo.network.speed_limits import limit_kmh
from convoy_geo.network.usable import usable_roads
from convoy_geo.routing.router import Router

ROAD = {"highway": "primary"}
LINE = {1: (36.0, 33.0), 2: (36.01, 33.0), 3: (36.02, 33.0), 4: (36.03, 33.0),
        5: (36.01, 33.01), 6: (36.02, 33.01)}  # fmt: skip
MONDAY = datetime(2023, 12, 11, 8, 0)  # noqa: DTZ001  (local time)


def osm(nodes, ways, *, tags=None, turns=()):
    """OpenStreetMap XML of nodes, ways and turn restrictions (from, via, to, tags)."""

    def words(values):
        return "".join(f"<tag k='{key}' v='{value}'/>" for key, value in values.items())

    lines = ["<osm version='0.6'>"]
    for key, (lon, lat) in nodes.items():
        inner = words((tags or {}).get(key, {}))
        lines.append(f"<node id='{key}' lon='{lon}' lat='{lat}' version='1'>{inner}</node>")
    for key, (refs, said) in ways.items():
        inner = "".join(f"<nd ref='{ref}'/>" for ref in refs) + words(said)
        lines.append(f"<way id='{key}' version='1'>{inner}</way>")
    for number, (start, via, goal, said) in enumerate(turns, 1):
        kind = "node" if via in nodes else "way"
        inner = "".join(
            f"<member type='{one}' ref='{ref}' role='{role}'/>"
            for role, one, ref in (("from", "way", start), ("via", kind, via), ("to", "way", goal))
        )
        inner += words({"type": "restriction", **said})
        lines.append(f"<relation id='{number}' version='1'>{inner}</relation>")
    return "\n".join([*lines, "</osm>"])


@pytest.fixture
def read(tmp_path):
    """Reads nodes, ways and turns through a file."""

    def reading(nodes, ways, **more):
        path = tmp_path / "made.osm"
        path.write_text(osm(nodes, ways, **more), encoding="utf-8")
        return network_from_osm(path)

    return reading


def three(middle, **more):
    """A road of three ways, the middle one with these tags."""
    return {10: ([1, 2], ROAD), 11: ([2, 3], {**ROAD, **middle}), 12: ([3, 4], ROAD)}


def goes(network, mode="car", start=LINE[1], goal=LINE[4], **options):
    """The edges of the route, or None."""
    try:
        return Router(network, mode=mode, **options).route([start, goal]).edges
    except NoRouteError:
        return None


ALL = ("w10-1-2", "w11-2-3", "w12-3-4")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("middle", "modes"),
    [
        ({}, "bus car lorry foot bicycle any_vehicle"),
        ({"motor_vehicle": "no", "bus": "yes"}, "bus foot bicycle any_vehicle"),
        ({"access": "no"}, "any_vehicle"),
        ({"hgv": "no"}, "bus car foot bicycle any_vehicle"),
        ({"motorroad": "yes"}, "bus car lorry any_vehicle"),
        ({"access": "private"}, "any_vehicle"),  # it leads on, and nobody may pass
        ({"motorcar": "destination"}, "bus lorry foot bicycle any_vehicle"),
        ({"access": "psv"}, "bus any_vehicle"),
        ({"bicycle": "use_sidepath"}, "bus car lorry foot any_vehicle"),
        ({"oneway": "-1"}, "foot bicycle any_vehicle"),
        ({"oneway": "-1", "oneway:bus": "no"}, "bus foot bicycle any_vehicle"),
        ({"oneway": "-1", "foot": "no"}, "any_vehicle"),  # nor is a bicycle pushed there
        ({"oneway": "-1", "foot": "no", "oneway:bicycle": "no"}, "bicycle any_vehicle"),
        ({"oneway": "-1", "foot": "no", "cycleway:left": "opposite_lane"}, "bicycle any_vehicle"),
        ({"access:forward": "no"}, "any_vehicle"),
        ({"access:backward": "no"}, "bus car lorry foot bicycle any_vehicle"),
        ({"highway": "footway"}, "foot bicycle"),
        ({"highway": "cycleway"}, "bicycle"),
        ({"highway": "cycleway", "foot": "yes"}, "foot bicycle"),
        ({"bridge": "collapsed"}, ""),
        ({"smoothness": "impassable"}, ""),
    ],
)
def test_who_may_pass(read, middle, modes):
    network = read(LINE, three(middle))
    able = [
        mode
        for mode in mode_names()
        if travel_mode(mode).road and not travel_mode(mode).rules and goes(network, mode) == ALL
    ]
    assert set(able) == set(modes.split())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("barrier", "modes"),
    [
        ({"barrier": "bollard"}, "foot bicycle any_vehicle"),
        ({"barrier": "bollard", "bollard": "rising"}, "bus car lorry foot bicycle any_vehicle"),
        ({"barrier": "gate"}, "bus car lorry foot bicycle any_vehicle"),
        ({"barrier": "gate", "access": "private"}, "bus car lorry foot bicycle any_vehicle"),
        ({"barrier": "gate", "access": "no"}, "any_vehicle"),
        ({"barrier": "gate", "motor_vehicle": "no"}, "foot bicycle any_vehicle"),
        ({"barrier": "border_control", "motor_vehicle": "no"}, "foot bicycle any_vehicle"),
        ({"barrier": "block", "bus": "yes"}, "bus foot bicycle any_vehicle"),
        ({"barrier": "fence"}, "any_vehicle"),
    ],
)
def test_barriers_stop_whom_they_stop(read, barrier, modes):
    network = read(LINE, {10: ([1, 2, 3, 4], ROAD)}, tags={3: barrier})
    able = [
        mode
        for mode in mode_names()
        if travel_mode(mode).road and not travel_mode(mode).rules and goes(network, mode)
    ]
    assert set(able) == set(modes.split())


def test_a_border_is_told(read):
    network = read(LINE, {10: ([1, 2, 3, 4], ROAD)}, tags={3: {"barrier": "border_control"}})
    route = Router(network).route([LINE[1], LINE[4]])
    assert route.borders == ("n3",)


def test_private_roads_serve_the_ends_and_are_told(read):
    private = {**ROAD, "access": "private"}
    network = read(LINE, {10: ([1, 2], private), 11: ([2, 3], ROAD), 12: ([3, 4], private)})
    route = Router(network, mode="car").route([LINE[1], LINE[4]])
    assert route.edges == ALL
    assert route.restricted == ("w10-1-2", "w12-3-4")
    assert route.mode == "car"


def test_a_yard_behind_a_private_road_is_reached(read):
    ways = {10: ([1, 2], ROAD), 11: ([2, 3], {**ROAD, "access": "private"}), 12: ([3, 4], ROAD)}
    extra = {100 + at: (35.0 + at / 100, 33.0) for at in range(120)}  # the main part
    ways[20] = [*extra, 1], ROAD
    for at in range(1, 119):
        ways[1000 + at] = [100 + at, 2000 + at], ROAD
        extra[2000 + at] = (35.0 + at / 100, 33.001)
    network = read({**LINE, **extra}, ways)
    assert goes(network) == ALL
    assert goes(network, start=LINE[4], goal=LINE[1]) == ALL[::-1]


BANNED = {"restriction": "no_left_turn"}
BLOCK = {10: ([1, 2], ROAD), 11: ([2, 5], ROAD), 12: ([2, 3], ROAD), 13: ([3, 6], ROAD),
         14: ([6, 5], ROAD)}  # fmt: skip
AROUND = ("w10-1-2", "w12-2-3", "w13-3-6", "w14-6-5")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("said", "mode", "edges"),
    [
        (BANNED, "car", AROUND),
        (BANNED, "bus", AROUND),
        (BANNED, "foot", ("w10-1-2", "w11-2-5")),
        (BANNED, "any_vehicle", ("w10-1-2", "w11-2-5")),
        ({**BANNED, "except": "bus"}, "bus", ("w10-1-2", "w11-2-5")),
        ({**BANNED, "except": "psv;bicycle"}, "car", AROUND),
        ({"restriction:hgv": "no_left_turn"}, "car", ("w10-1-2", "w11-2-5")),
        ({"restriction:hgv": "no_left_turn"}, "lorry", AROUND),
        ({"restriction": "no_swimming"}, "car", AROUND),  # whatever it is called: it says no
        ({"restriction": "banana"}, "car", ("w10-1-2", "w11-2-5")),
    ],
)
def test_turn_restrictions(read, said, mode, edges):
    network = read(LINE, BLOCK, turns=[(10, 2, 11, said)])
    assert goes(network, mode, goal=LINE[5]) == edges
    found = Router(network, mode=mode).table([LINE[1]], [LINE[5]], weight="length").iloc[0, 0]
    route = Router(network, mode=mode).route([LINE[1], LINE[5]], weight="length")
    assert found == pytest.approx(route.length_km)


def test_a_turn_that_must_be_made(read):
    network = read(LINE, BLOCK, turns=[(10, 2, 12, {"restriction": "only_straight_on"})])
    assert goes(network, goal=LINE[5]) == AROUND
    assert goes(network, start=LINE[5], goal=LINE[1]) == ("w11-2-5", "w10-1-2")


def test_a_restriction_over_a_way(read):
    nodes = {**LINE, 7: (36.02, 32.99)}
    ways = {**BLOCK, 15: ([3, 7], ROAD)}
    turns = [(10, 12, 13, {"restriction": "no_left_turn"})]
    network = read(nodes, ways, turns=turns)
    assert goes(network, goal=LINE[6]) == ("w10-1-2", "w11-2-5", "w14-6-5")
    assert goes(network, start=LINE[2], goal=(36.02, 33.005)) == ("w12-2-3", "w13-3-6")


@pytest.mark.slow
def test_hours_are_kept_where_an_hour_is_asked_for(read):
    said = {"restriction:conditional": "no_left_turn @ (Mo-Fr 07:00-09:00)"}
    network = read(LINE, BLOCK, turns=[(10, 2, 11, said)])
    assert goes(network, goal=LINE[5]) == AROUND
    assert goes(network, goal=LINE[5], hour=MONDAY) == AROUND
    assert goes(network, goal=LINE[5], hour=MONDAY.replace(hour=12)) == ("w10-1-2", "w11-2-5")
    closed = read(LINE, three({"access:conditional": "no @ (Mo-Fr 07:00-09:00)"}))
    assert goes(closed) == ALL
    assert goes(closed, hour=MONDAY) is None
    assert goes(closed, hour=MONDAY.replace(hour=12)) == ALL


def test_a_ferry_takes_the_time_that_it_says(read):
    ferry = {"route": "ferry", "duration": "00:20"}
    network = read(LINE, {10: ([1, 2], ROAD), 11: ([2, 3], ferry), 12: ([3, 4], ROAD)})
    route = Router(network, mode="car").route([LINE[2], LINE[3]])
    assert route.edges == ("w11-2-3",)
    assert route.duration_h == pytest.approx(1 / 3 / travel_mode("car").road_typical)


@pytest.mark.parametrize(
    ("text", "hours"),
    [("00:20", 1 / 3), ("1:30:00", 1.5), ("PT45M", 0.75), ("PT1H30M", 1.5), ("P1DT1H", 25),
     ("20", 1 / 3)],
)  # fmt: skip
def test_durations(text, hours):
    assert hours_of(text) == pytest.approx(hours)


def test_a_duration_that_is_none():
    assert np.isnan(hours_of("soon"))
    assert np.isnan(hours_of(None))


@pytest.mark.parametrize(
    ("text", "kmh"),
    [("50", 50), ("30 mph", 48.28032), ("10 knots", 18.52), ("80;60", 60), ("walk", 5)],
)
def test_limits(text, kmh):
    assert limit_kmh(text) == pytest.approx(kmh)


@pytest.mark.parametrize("text", ["", "none", "signals", "RU:urban", "-5", "1000"])
def test_limits_that_are_none(text):
    assert np.isnan(limit_kmh(text))


def test_a_network_keeps_its_rules_through_a_file_and_through_frames(read, tmp_path):
    ways = {**BLOCK, 15: ([3, 4], {**ROAD, "access": "private", "maxspeed": "30 mph"})}
    network = read(LINE, ways, turns=[(10, 2, 11, BANNED)], tags={4: {"barrier": "block"}})
    write_network(network, tmp_path / "kept.roads")
    stored = read_network(tmp_path / "kept.roads")
    framed = network_from_frames(network.nodes, network.edges, turns=network.turns_frame())
    for other in (stored, framed):
        assert goes(other, goal=LINE[5]) == AROUND
        for mode in ("car", "foot"):
            one, two = usable_roads(network, mode), usable_roads(other, mode)
            assert np.array_equal(one.ends_only, two.ends_only)
            assert np.array_equal(one.ahead, two.ahead)
            assert np.array_equal(one.blocked, two.blocked)
            assert one.seconds() == pytest.approx(two.seconds())
    assert stored.turns_frame().equals(network.turns_frame())


def test_frames_of_turns_that_do_not_fit_are_refused(read):
    network = read(LINE, BLOCK, turns=[(10, 2, 11, BANNED)])
    turns = network.turns_frame()
    with pytest.raises(RoadDataError, match="no column when"):
        network_from_frames(network.nodes, network.edges, turns=turns.drop(columns="when"))
    short = turns.assign(edges=[("w10-1-2",)], forward=[(True,)])
    with pytest.raises(RoadDataError, match="two edges"):
        network_from_frames(network.nodes, network.edges, turns=short)
    lost = network_from_frames(
        network.nodes, network.edges.drop("w11-2-5"), turns=network.turns_frame()
    )
    assert len(lost.turns) == 0


def test_the_build_says_what_it_read_and_what_it_ignored(read):
    turns = [(10, 2, 11, BANNED), (10, 99, 11, BANNED), (10, 2, 11, {"restriction": "banana"})]
    made = read(LINE, BLOCK, turns=turns, tags={3: {"barrier": "bollard"}}).provenance
    assert made["read"]["turn restrictions"] == 1
    assert made["read"]["barriers"] == 1
    assert sum(made["ignored"].values()) == 2


def test_roads_meet_across_180_degrees(read):
    nodes = {1: (179.98, -16.5), 2: (180.0, -16.5), 3: (-180.0, -16.5), 4: (-179.98, -16.5)}
    network = read(nodes, {10: ([1, 2], ROAD), 11: ([3, 4], ROAD)})
    route = Router(network).route([nodes[1], nodes[4]])
    assert route.edges == ("w10-1-2", "w11-2-4")
    assert route.polyline_km == pytest.approx(4.27, abs=0.01)


def test_no_alternative_has_the_edges_of_a_better_one(read):
    nodes = {1: (7.42, 43.74), 2: (7.426, 43.74), 3: (7.4261, 43.74), 4: (7.427, 43.74),
             5: (7.4261, 43.739), 6: (7.426, 43.739)}  # fmt: skip
    street = {"highway": "residential"}
    network = read(nodes, {10: ([1, 2, 3, 4], street), 11: ([3, 5], street), 12: ([2, 6], street)})
    ways = Router(network).alternatives((7.4205, 43.7401), (7.4268, 43.7401), k=3)
    assert len({way.edges for way in ways}) == len(ways) == 1


@pytest.mark.parametrize("engine", ["scipy", "fast"])
def test_a_router_with_rules_can_be_pickled(read, engine):
    if engine == "fast" and not cch.installed():
        pytest.skip("the extra fast is not installed")
    network = read(LINE, BLOCK, turns=[(10, 2, 11, BANNED)])
    router = Router(network, mode="car", engine=engine)
    assert router.route([LINE[1], LINE[5]]).edges == AROUND
    again = pickle.loads(pickle.dumps(router))  # noqa: S301  (our own)
    assert again.route([LINE[1], LINE[5]]).edges == AROUND


def test_modes_that_take_to_no_road_are_refused(read):
    network = read(LINE, three({}))
    with pytest.raises(ValueError, match="uses roads"):
        Router(network, mode="ship")
    with pytest.raises(ModeNotFoundError):
        Router(network).with_mode("sledge")


def test_tags_alone():
    assert access_of({}) == ""
    assert access_of({"vehicle": "no"}) == "bicycle=no bus=no car=no lorry=no"
    assert barrier_access({"barrier": "gate"}) == ""
    assert modes_of_turn({"restriction": "no_u_turn", "except": "psv"}) == (
        "no_u_turn", "bicycle car lorry", "",
    )  # fmt: skip
    assert access_at("bus:conditional=yes @ (Mo-Fr 07:00-09:00)", ("access", "bus"), None) == ""
    assert access_at("access:conditional=no @ Mo-Fr", ("access", "bus"), MONDAY) == "no"
