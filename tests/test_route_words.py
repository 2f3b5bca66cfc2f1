"""Routes as a driver would tell them; positions and names that commands take."""

import json

import pytest

from convoy_geo.cli import main
from convoy_geo.network.from_osm import network_from_osm
from convoy_geo.routing.route_words import described, roads_of
from convoy_geo.routing.router import Router

NODES = {1: (10, 50), 2: (10.1, 50), 3: (10.1, 50.1), 4: (10.2, 50.1), 5: (10.3, 50.101),
         6: (10.3, 50.05)}  # fmt: skip
WAYS = {
    20: ((1, 2), {"ref": "M 4;E30", "name": "Old Road"}), 21: ((2, 3), {"name": "Prospekt Mira"}),
    22: ((3, 4), {"ref": "12"}), 23: ((4, 5), {}), 24: ((5, 6), {"ref": "M4"}),
}  # fmt: skip


class Town:
    def __init__(self, name, lon, lat):
        self.name, self.lon, self.lat = name, lon, lat


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    file = tmp_path_factory.mktemp("osm") / "r.osm"
    text = "".join(
        f'<node id="{key}" lon="{lon}" lat="{lat}" version="1"/>'
        for key, (lon, lat) in NODES.items()
    )
    for key, (nodes, tags) in WAYS.items():
        inner = "".join(f'<nd ref="{one}"/>' for one in nodes)
        every = {"highway": "primary"} | tags
        inner += "".join(f'<tag k="{name}" v="{value}"/>' for name, value in every.items())
        text += f'<way id="{key}" version="1">{inner}</way>'
    file.write_text(f'<osm version="0.6">{text}</osm>')
    return network_from_osm(file)


def test_roads_turns_and_towns_in_one_sentence(network):
    route = Router(network).route([(10.0, 50.0), (10.3, 50.05)])
    towns = [Town("Start", 10.001, 50.0), Town("Midtown", 10.1, 50.05), Town("Far", 11.0, 51.0),
             Town("Nowhere", None, None)]  # fmt: skip
    roads = roads_of(network, route, towns)
    assert [(one.road, one.turn) for one in roads] == [
        ("M 4", ""), ("Prospekt Mira", "left"), ("road 12", "right"), ("", "straight on"),
        ("M4", "right"),
    ]  # fmt: skip
    assert described(roads).startswith(
        "M 4 (7.2 km), then left into Prospekt Mira (11 km) past Midtown, then right into road 12 ("
    )
    assert "a road without a name" in described(roads)
    assert sum(one.km for one in roads) == pytest.approx(route.polyline_km, rel=0.01)


def test_of_a_route_the_wrong_way_round_every_turn_is_the_other_one(network):
    there = roads_of(network, Router(network).route([(10.0, 50.0), (10.3, 50.05)]))
    back = roads_of(network, Router(network).route([(10.3, 50.05), (10.0, 50.0)]))
    other = {"left": "right", "right": "left", "straight on": "straight on"}
    assert [one.road for one in back] == [one.road for one in there][::-1]
    assert [one.turn for one in back[1:]] == [other[one.turn] for one in there[:0:-1]]


def test_a_network_without_names_has_roads_without_names(network):
    from convoy_geo.network.from_lines import network_from_lines

    bare = network_from_lines(network.edges[["geometry", "class"]])
    route = Router(bare).route([(10.0, 50.0), (10.2, 50.1)])
    assert described(roads_of(bare, route)) == f"a road without a name ({route.length_km:.0f} km)"


def test_the_command_tells_the_roads(capsys):
    assert main(["route", "Sukhna", "Mayadin"]) == 0
    assert "roads: M20 (128 km) past Kabajib, Shulah, then right into" in capsys.readouterr().out
    assert main(["route", "Sukhna", "Mayadin", "--json"]) == 0
    properties = json.loads(capsys.readouterr().out)["features"][0]["properties"]
    assert [one["road"] for one in properties["roads"]] == ["M20", "road 4"]
    assert properties["described"].startswith("M20 (128 km)")


@pytest.mark.slow
def test_a_position_is_taken_in_every_command(capsys):
    window = ["--leave", "2017-08-31T06:00", "--arrive", "2017-08-31T09:00"]
    for command in (
        ["distance", "38.9,34.9", "Mayadin"],
        ["distance", "N34.9 E38.9", "Mayadin"],
        ["distance", "E38.9 N34.9", "Mayadin"],
        ["route", "38.9E 34.9N", "Mayadin"],
        ["along", "N34.9 E38.9", "Mayadin", "--km", "20"],
        ["verdict", "--from", "N34.9 E38.9", "--to", "Mayadin", *window],
        ["reach", "--from", "N34.9 E38.9", "--to", "Sukhna", *window],
    ):
        assert main(command) == 0, command
        assert capsys.readouterr().err == ""


def test_where_a_name_is_from_is_said_when_it_is_not_of_the_case(capsys):
    assert main(["distance", "Sukhna", "Basra"]) == 0
    assert "from the gazetteer of the region, not from the case" in capsys.readouterr().err
    assert main(["distance", "Sukhna", "Xyzzyville"]) == 1
    assert "Xyzzyville" in capsys.readouterr().err


def test_swapped_numbers_are_warned_of_only_where_the_other_order_is_near(capsys):
    assert main(["distance", "34.9,38.9", "Sukhna"]) == 0
    assert "longitude comes first" in capsys.readouterr().err
    assert main(["distance", "2.35,48.85", "Sukhna"]) == 0
    assert "longitude comes first" not in capsys.readouterr().err
