"""Closures that name roads: by number, name, way, between two places, near one."""

import json

import pytest

from convoy_geo.case.case import read_case
from convoy_geo.casefiles.validate import check_case
from convoy_geo.cli import main
from convoy_geo.errors import RoadDataError
from convoy_geo.network.from_osm import network_from_osm
from convoy_geo.network.named_roads import road_key, segments_named, whole_road
from convoy_geo.network.read_write import write_network

# Two carriageways of the N7 (60 and 61) from west to east beside each other, in three parts; a
# bridge over them (70); Harbour Road stands twice, 40 km apart (80, 81).
NODES = {
    1: (10.0, 50.0), 2: (10.05, 50.0), 3: (10.1, 50.0), 4: (10.2, 50.0),
    11: (10.0, 50.0003), 12: (10.05, 50.0003), 13: (10.1, 50.0003), 14: (10.2, 50.0003),
    21: (10.07, 49.9), 22: (10.07, 50.1), 31: (10.0, 50.01), 32: (10.6, 50.0), 33: (10.6, 50.01),
}  # fmt: skip
WAYS = {
    60: ((1, 2), "primary", "N 7", ""), 62: ((2, 3, 4), "primary", "N 7;E40", "Long Bridge"),
    61: ((14, 13, 12, 11), "primary", "N 7", ""), 70: ((21, 22), "secondary", "", "High Street"),
    80: ((1, 31), "residential", "", "Harbour Road"),
    81: ((32, 33), "residential", "", "Harbour Road"), 90: ((4, 32), "tertiary", "", ""),
    91: ((1, 11), "service", "", ""), 92: ((4, 14), "service", "", ""),
    93: ((2, 12), "service", "", ""), 94: ((3, 13), "service", "", ""),
}  # fmt: skip
POINT = {"type": "Point", "coordinates": [10.07, 50.0]}
PLACES = {"wes": (10.0, 50.001), "mid": (10.05, 50.001), "thi": (10.1, 50.0), "far": (10.6, 50.0)}


def tags(values):
    return "".join(f'<tag k="{key}" v="{value}"/>' for key, value in values.items() if value)


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    file = tmp_path_factory.mktemp("osm") / "r.osm"
    nodes = "".join(
        f'<node id="{key}" lon="{lon}" lat="{lat}" version="1"/>'
        for key, (lon, lat) in NODES.items()
    )
    ways = "".join(
        f'<way id="{key}" version="1">'
        + "".join(f'<nd ref="{one}"/>' for one in nodes)
        + tags(
            {"highway": kind, "ref": ref, "name": name, "oneway": "yes" if 59 < key < 63 else ""}
        )
        + "</way>"
        for key, (nodes, kind, ref, name) in WAYS.items()
    )
    file.write_text(f'<osm version="0.6">{nodes}{ways}</osm>')
    return network_from_osm(file)


@pytest.fixture
def case(tmp_path, network):
    """A case with closures of some properties, none with a geometry of its own."""

    def made(*closures, geometry=None):
        write_network(network, tmp_path / "r.roads")
        (tmp_path / "case.toml").write_text(
            'format = 2\nid = "own"\ntitle = "Own"\nroads = "r.roads"\n'
        )
        rows = [f"{key},{key.title()},town,{lon},{lat}\n" for key, (lon, lat) in PLACES.items()]
        (tmp_path / "places.csv").write_text("place,name,kind,lon,lat\n" + "".join(rows))
        common = {"name": "Closed", "kind": "cut", "closed": "2017-08-30T12:00/..", "source": "own"}
        features = [
            {"type": "Feature", "properties": {"id": f"c{at}"} | common | one, "geometry": geometry}
            for at, one in enumerate(closures)
        ]
        (tmp_path / "closures.geojson").write_text(
            json.dumps({"type": "FeatureCollection", "features": features})
        )
        return tmp_path

    return made


def closed_km(case, number=0):
    """By way, the kilometres that a closure closes."""
    from convoy_geo.network.closed_roads import closed_roads

    frame = closed_roads(case.network, case.closures[number])
    frame["way"] = frame["edge"].str.split("-").str[0]
    km = (frame["last_km"] - frame["first_km"]).groupby(frame["way"]).sum()
    return {way: round(value, 1) for way, value in km.items()}


def test_spellings_of_a_number_are_one():
    assert road_key("N 7") == road_key("n-7") == "n7"
    assert road_key("Rue de l'Église") == "ruedeleglise"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "closed"),
    [
        ({"road": "N7", "between": ["wes", "mid"]}, {"w60": 3.6, "w61": 3.6}),
        ({"road": "n-7", "between": ["mid", "thi"]}, {"w61": 3.6, "w62": 3.6}),
        ({"road": "E40"}, {"w62": 10.8}),
        ({"road": "long bridge", "near": "thi", "near_km": 0.5}, {"w62": 1.0}),
        ({"road": "Harbour Road", "near": "far"}, {"w81": 1.1}),
        ({"edges": ["w70"]}, {"w70": 22.2}),
        ({"edges": ["way/60", "w81-32-33"]}, {"w60": 3.6, "w81": 1.1}),
    ],
)
def test_roads_in_words_close_the_road_and_no_bridge_over_it(case, words, closed):
    folder = case(words)
    assert check_case(folder) == []
    assert closed_km(read_case(folder)) == closed


def test_an_edge_that_was_divided_since_keeps_its_closure_and_one_that_is_gone_is_a_fault(case):
    folder = case({"edges": ["w61-14-12"]}, {"edges": ["w62-2-4"]})  # divided at 13 and at 3
    assert check_case(folder) == []
    read = read_case(folder)
    assert [one.edges for one in read.closures] == [
        ("w61-14-13", "w61-13-12"), ("w62-2-3", "w62-3-4"),
    ]  # fmt: skip
    gone = case({"edges": ["w61-14-99"]}, {"edges": ["w62-4-2"]}, geometry=POINT)
    faults = check_case(gone)
    assert [(one.column, one.text, one.problem) for one in faults] == [
        ("edges", "w61-14-99", "unknown road edge"), ("edges", "w62-4-2", "unknown road edge"),
    ]  # fmt: skip


def test_a_geometry_says_where_and_the_road_says_which(case):
    area = {"type": "Polygon", "coordinates": [
        [[10.06, 49.99], [10.08, 49.99], [10.08, 50.01], [10.06, 50.01], [10.06, 49.99]]
    ]}  # fmt: skip
    assert closed_km(read_case(case({"road": "High Street"}, geometry=area))) == {"w70": 2.2}
    point = {"type": "Point", "coordinates": [10.07, 50.0002]}
    assert closed_km(read_case(case({"road": "N 7"}, geometry=point))) == {"w61": 0.1, "w62": 0.1}


@pytest.mark.slow
def test_a_route_goes_around_from_the_hour_on(case, capsys):
    folder = case({"road": "N7", "between": ["wes", "mid"]})
    ask = ["route", "--case", str(folder), "--when", "2017-08-31", "--mode", "car", "Wes", "Thi"]
    assert main(ask) == 1
    ask[4] = "2017-08-30T06:00"
    assert main(ask) == 0
    assert main(["closures", str(folder)]) == 0
    assert "N 7" in capsys.readouterr().out
    assert main(["closure-impact", "c0", "Wes", "Thi", "--case", str(folder)]) == 0
    assert "closed somewhere on the 7.2 km of c0" in capsys.readouterr().out
    assert main(["map", str(folder), "-o", str(folder / "m.html")]) == 0
    assert main(["export", str(folder), "-o", str(folder / "m.geojson")]) == 0
    exported = json.loads((folder / "m.geojson").read_text())["features"]
    own = [one for one in exported if one["properties"].get("layer") == "closures"]
    assert own[0]["geometry"]["type"] == "MultiLineString"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"road": "Harbour Road"}, "2 roads are called 'Harbour Road', at 10.0000,50.0000; 10.6"),
        ({"road": "N8"}, "no road of the network has the number or name 'N8'"),
        ({"road": "High Street", "between": ["wes", "mid"]}, "is 5.0 km from the first"),
        ({"road": "High Street", "near": "far"}, "it is 38.0 km away"),
        ({"road": "N7", "between": ["wes", "nowhere"]}, "unknown place"),
        ({"road": "N7", "between": ["wes"]}, "not two places"),
        ({"road": "N7", "between": ["wes", "mid"], "near": "far"}, "both parts of a road given"),
        ({"near": "far"}, "a part of no road"),
        ({"road": "N7", "near": "mid", "near_km": "far"}, "kilometres from 0.01 to 100"),
        ({"road": "N7", "near": "mid", "near_km": 0}, "kilometres from 0.01 to 100"),
        ({}, "empty geometry"),
        ({"edges": ["w999"]}, "no road of the network"),
    ],
)
def test_what_no_road_is_meant_by_is_said_in_one_sentence(case, words, said):
    faults = check_case(case(words))
    assert len(faults) == 1
    assert said in str(faults[0])


def test_a_network_without_names_says_so(network):
    from convoy_geo.network.from_lines import network_from_lines

    bare = network_from_lines(network.edges[["geometry", "class"]])
    with pytest.raises(RoadDataError, match="have no names and no numbers"):
        segments_named(bare, "N7")
    assert whole_road(network, "High Street").length > 0
