"""Modes of travel of a case, and the modes of the table that follow the rules of others."""

import pytest

from convoy_geo.case.case import read_case
from convoy_geo.casefiles.validate import check_case
from convoy_geo.cli import main
from convoy_geo.errors import ModeNotFoundError
from convoy_geo.model.own_modes import read_modes
from convoy_geo.model.travel_modes import ENDS, mode_names, travel_mode

CASE = """title = "Camp"
roads = "syria-iraq-2017"
[rules]
mode = "pickup"
[modes.pickup]
name = "pickup trucks"
like = "any_vehicle"
kmh = [40, 50, 80]
off_road_kmh = [10, 60]
day_h = [12, 20]
source = "own"
[modes.barge]
like = "ship"
kmh = [4, 12]
source = "own"
"""
PLACES = "name,lon,lat\nNorth,38.2,34.56\nSouth,38.9,34.88\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("camp")
    (made / "case.toml").write_text(CASE)
    (made / "places.csv").write_text(PLACES)
    return made


def test_a_mode_of_the_case_holds_everywhere(folder, capsys):
    assert check_case(folder) == []
    case = read_case(folder)
    times = {"leave": "2017-08-31T06:00", "arrive": "2017-08-31T18:00"}
    pickup = case.could("North", "South", **times)
    assert "pickup" in str(pickup.why)
    km, hours = pickup.route.km, pickup.route.moving_h
    assert km / hours == pytest.approx(80, rel=0.05)
    assert case.roads.route([(38.2, 34.56), (38.9, 34.88)]).mode == "pickup"
    barge = case.info.travel_mode("barge")
    assert (barge.road, barge.straight, barge.all_the_way) == (None, (4.0, 12.0), True)
    words = ["verdict", "--case", str(folder), "--from", "North", "--to", "South"]
    words += ["--leave", times["leave"], "--arrive", times["arrive"], "--mode", "barge"]
    assert main(words) == 0
    capsys.readouterr()
    with pytest.raises(ModeNotFoundError, match="pickup, barge"):
        case.could("North", "South", **times, mode="sledge")


@pytest.mark.parametrize(
    ("mode", "said"), [("sledge", "no mode of travel"), ("barge", "takes to no roads")]
)
def test_a_mode_that_is_none_for_roads_is_usage(folder, capsys, mode, said):
    assert main(["route", "--case", str(folder), "North", "South", "--mode", mode]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "allowed"),
    [
        ({"like": "car", "source": "own"}, "kmh = two or three numbers"),
        ({"like": "car", "kmh": [90, 40], "source": "own"}, "in order"),
        ({"like": "car", "kmh": [True, 40], "source": "own"}, "in order"),
        ({"like": "car", "kmh": [4, 40]}, "source ="),
        ({"kmh": [4, 40], "source": "own"}, "like = one of bus"),
        ({"like": "car", "kmh": [4, 40], "source": "own", "speed": 3}, "one of name, like"),
        ({"like": "car", "kmh": [4, 40], "source": "own", "day_h": [8, 25]}, "0 to 24"),
        ([4, 40], "a table with like"),
    ],
)
def test_a_mode_without_speeds_source_or_rules_is_a_fault(given, allowed):
    found, wrong = read_modes({"mine": given})
    assert found == {}
    assert allowed in wrong[0][2]


def test_a_mode_of_the_table_is_not_replaced():
    assert read_modes({"car": {"like": "bus", "kmh": [1, 2], "source": "own"}})[0] == {}


@pytest.mark.parametrize("mode", mode_names())
def test_every_mode_has_speeds_in_order_rules_and_a_source(mode):
    travel = travel_mode(mode)
    assert 0 < travel.straight[0] <= travel.straight[1]
    assert travel.road is None or 0 < travel.road[0] <= travel.road[1] >= travel.road_typical > 0
    assert travel_mode(travel.rule_id).rule_id == travel.rule_id
    assert 0 < travel.day_h[0] <= travel.day_h[1] <= 24
    assert len(travel.source) > 40
    assert all(travel.takes(30.0, end) >= 30.0 for end in ENDS)
