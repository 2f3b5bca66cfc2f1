"""The commands ``roads build``, ``roads info``, and ways over a stored network."""

from __future__ import annotations

import json

import pytest

from convoy_geo.cli import main
from convoy_geo.io.files import geodata
from convoy_geo.network.read_write import read_network

MADE = """<osm version='0.6'>
<node id='1' lon='40.0' lat='35' version='1'/><node id='2' lon='40.1' lat='35' version='1'/>
<node id='3' lon='40.2' lat='35.1' version='1'/><node id='4' lon='-3.7' lat='35' version='1'/>
<node id='5' lon='-3.6' lat='35' version='1'/>
<way id='7' version='1'><nd ref='1'/><nd ref='2'/><tag k='highway' v='primary'/></way>
<way id='8' version='1'><nd ref='2'/><nd ref='3'/><tag k='highway' v='track'/></way>
<way id='9' version='1'><nd ref='4'/><nd ref='5'/><tag k='highway' v='track'/></way>
</osm>"""


@pytest.fixture
def made(tmp_path):
    path = tmp_path / "made.osm"
    path.write_text(MADE, encoding="utf-8")
    return path


@pytest.fixture
def stored(made):
    assert main(["roads", "build", str(made), "--json"]) == 0
    return made.with_name("made.roads")


def run(capsys, *words):
    capsys.readouterr()
    code = main([str(word) for word in words])
    out = capsys.readouterr()
    return code, out.out, out.err


def test_build_writes_a_network_and_says_what_it_holds(made, tmp_path, capsys):
    target = tmp_path / "other.roads"
    code, out, _ = run(capsys, "roads", "build", made, "--bbox", "39,34,41,36", "-o", target)
    assert code == 0
    assert "3 nodes, 2 edges" in out
    assert "ODbL" in out
    assert str(target) in out
    assert len(read_network(target).edge_table) == 2


def test_info_of_a_file_a_folder_and_a_shipped_network(stored, capsys):
    code, out, _ = run(capsys, "roads", "info", stored, "--json")
    info = json.loads(out)
    assert code == 0
    assert (info["nodes"], info["edges"], info["islands"]["count"]) == (5, 3, 2)
    assert info["provenance"]["source"] == "made.osm"
    assert set(info["km_by_class"]) == {"primary", "track"}
    folder = geodata("roads", "syria-iraq-2017")
    answers = [run(capsys, "roads", "info", one) for one in ("syria-iraq-2017", folder)]
    assert answers[0] == answers[1]
    assert "200 nodes" in answers[0][1]


@pytest.mark.slow
def test_ways_over_a_stored_network_between_positions(stored, capsys):
    ends = ["40.001,35.0", "40.2,35.1"]
    code, out, _ = run(capsys, "route", "--roads", stored, *ends, "--json")
    assert code == 0
    assert json.loads(out)["features"][0]["properties"]["edges"] == ["w7-1-2", "w8-2-3"]
    code, out, _ = run(capsys, "distance", "--roads", stored, *ends, "--json")
    assert code == 0
    assert json.loads(out)["edges"] == ["w7-1-2", "w8-2-3"]
    code, out, _ = run(capsys, "route", "--roads", stored, "--", "-3.7,35", "-3.6,35")
    assert code == 0
    assert "w9-4-5" in out
    code, _, err = run(capsys, "route", "--roads", stored, *ends, "--close", "w8-2-3")
    assert code == 1
    assert "w8-2-3" in err


@pytest.mark.slow
def test_the_leg_off_the_road_is_said(stored, capsys):
    ends = ["40.001,35.001", "40.2,35.1"]
    code, out, _ = run(capsys, "route", "--roads", stored, *ends)
    assert code == 0
    assert "off the road: 40.00100, 35.00100 to w7-1-2: 0.1 km, 2 min on foot at 3 km/h" in out
    code, out, _ = run(capsys, "route", "--roads", stored, *ends, "--access", "vehicle", "--json")
    (leg,) = json.loads(out)["features"][0]["properties"]["access"]
    assert (leg["edge"], leg["kind"], leg["kmh"]) == ("w7-1-2", "vehicle", 15)
    assert len(leg["hours"]) == 3
    code, out, _ = run(capsys, "distance", "--roads", stored, *ends)
    assert "off the road, not counted: 40.001,35.001 to w7-1-2" in out
    code, _, err = run(capsys, "route", "--roads", stored, *ends, "--avoid", "w8-2-3")
    assert (code, "w8-2-3 avoided" in err) == (1, True)


@pytest.mark.slow
def test_distance_says_when_no_road_joins(stored, capsys):
    ends = ["40.0,35.0", "n4"]
    code, _, err = run(capsys, "route", "--roads", stored, *ends)
    assert code == 1
    assert "no road leads" in err
    code, out, _ = run(capsys, "distance", "--roads", stored, "--", "40.0,35.0", "-3.7,35.0")
    assert code == 0
    assert "no road of the network connects the two" in out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["roads", "build", "none.osm.pbf"], 1, "file not found"),
        (["roads", "build", "none.osm.pbf", "--bbox", "1,2"], 2, "WEST,SOUTH,EAST,NORTH"),
        (["roads", "info", "atlantis"], 1, "no road network"),
        (["roads"], 2, "COMMAND"),
        (["route", "--roads", "syria-iraq-2017", "A", "B", "--when", "2017-08-31"], 2, "--close"),
    ],
)
def test_what_goes_wrong_is_one_line(words, code, said, capsys):
    try:
        got, _, err = run(capsys, *words)
    except SystemExit as stopped:
        got, err = stopped.code, capsys.readouterr().err
    assert got == code
    assert said in err
    assert len(err.splitlines()) == 1


def test_a_file_without_a_past(made, capsys):
    code, _, err = run(capsys, "roads", "build", made, "--when", "2017-08-31")
    assert code == 1
    assert "made.osm" in err
    assert not made.with_name("made.roads").exists()


TIMED = """<?xml version="1.0"?><osm version="0.6">
<node id="1" lon="30.0" lat="10.0" version="1"/><node id="2" lon="30.01" lat="10.0" version="1"/>
<node id="3" lon="30.02" lat="10.0" version="1"/>
<way id="10" version="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/></way>
<way id="11" version="1"><nd ref="2"/><nd ref="3"/><tag k="highway" v="primary"/>
<tag k="motor_vehicle:conditional" v="no @ (Mo-Fr 07:00-09:00)"/></way></osm>"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("hour", "goes"),
    [("2024-05-03T08:00", False), ("2024-05-03T12:00", True), ("2024-05-04T08:00", True)],
)
def test_rules_with_hours_hold_at_the_hour_asked_for(tmp_path, capsys, hour, goes):
    pytest.importorskip("osmium")
    (tmp_path / "r.osm").write_text(TIMED)
    assert run(capsys, "roads", "build", tmp_path / "r.osm", "-o", tmp_path / "r.roads")[0] == 0
    ends = ("route", "30,10", "30.02,10", "--roads", tmp_path / "r.roads")
    assert ("w11-2-3" in run(capsys, *ends, "--hour", hour)[1]) == goes
    assert "w11-2-3" in run(capsys, *ends)[1]
    got, _, said = run(capsys, *ends, "--hour", "2024-05-03")
    assert got == 2
    assert "must be a moment" in said
