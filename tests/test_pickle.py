"""A case, its router and every result go to another process and say the same there."""

import pickle
import subprocess
import sys

import pytest

from convoy_geo.case.case import read_case
from convoy_geo.dates.interval import Interval
from convoy_geo.viz.words import own

CHILD = """
import pickle, sys
from pathlib import Path
things = pickle.loads(Path(sys.argv[1]).read_bytes())
assert things["own"].text == "from T2 & T3", things["own"].text
case, router = things.pop("case"), things.pop("router")
assert case.roads.route(["Sukhna", "Palmyra"]).length_km == things["route"].length_km
assert router.route(["Sukhna", "Palmyra"]).length_km == things["route"].length_km
assert case.verdict("R0-25") == things["verdict"]
Path(sys.argv[2]).write_bytes(pickle.dumps((repr(case), {k: repr(v) for k, v in things.items()})))
"""


@pytest.fixture(scope="module")
def things():
    case = read_case("convoy-2017")
    trip = {"leave": "2017-08-31T06:00", "arrive": "2017-09-01"}
    found = {
        "case": case,
        "router": case.roads,
        "router of a side": case.roads_for("convoy"),
        "gazetteer": case.gazetteer,
        "network": case.network,
        "contents": case.contents,
        "findings": case.findings,
        "tracks": case.tracks,
        "alternatives": case.alternatives,
        "ledger": case.ledger("2017-08-30"),
        "ledgers": case.ledgers(),
        "frame": case.ledger_series(),
        "consistency": case.consistency(),
        "conflicts": case.conflicts(),
        "sources": case.sources(),
        "route": case.roads.route(["Sukhna", "Palmyra"]),
        "ways": case.roads.alternatives("Sukhna", "Rawa"),
        "impact": case.closure_impact(case.closures[0].id, "Sukhna", "Abu Kamal"),
        "distance": case.distance("Sukhna", "Palmyra"),
        "comparison": case.compare("turn_back"),
        "verdict": case.verdict("R0-25"),
        "verdicts": case.verdicts(),
        "could": case.could("Sukhna", "Rawa", **trip),
        "reach": case.reach("Sukhna", "Palmyra", **trip),
        "page": case.page(),
        "interval": Interval.parse("2017-08-31T06:00/..", "Asia/Damascus"),
        "own": own({"lang": "en", "k": "from {place}"}, "k", place="T2 & T3"),
    }
    found["router"].route(["Sukhna", "Palmyra"])  # its engine is made by now
    return found


@pytest.mark.slow
def test_everything_goes_through_another_process(things, tmp_path):
    there, back = tmp_path / "there", tmp_path / "back"
    there.write_bytes(pickle.dumps(things))
    subprocess.run([sys.executable, "-c", CHILD, there, back], check=True)
    case, results = pickle.loads(back.read_bytes())  # noqa: S301  (our own)
    assert case == repr(things["case"])
    assert set(results) == set(things) - {"case", "router"}
    for name, text in results.items():
        if " at 0x" not in text:
            assert text == repr(things[name]), name


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_a_case_and_its_router_come_back_by_every_protocol(protocol):
    case = read_case("titanic-1912")
    again = pickle.loads(pickle.dumps(case, protocol))  # noqa: S301
    assert again.claims == case.claims
    assert list(again.info.sides) == list(case.info.sides)
