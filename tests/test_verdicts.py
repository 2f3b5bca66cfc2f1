"""Verdicts: the known cases of 2017, and the laws that every one of them keeps."""

from dataclasses import replace

import flour
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from convoy_geo.analysis.journeys import Journey
from convoy_geo.analysis.verdicts import VERDICTS
from convoy_geo.casefiles.validate import check_case
from convoy_geo.errors import ClosureNotFoundError, EdgeNotFoundError
from convoy_geo.model.travel_modes import travel_mode
from convoy_geo.timegeo.locations import Location, find_location
from convoy_geo.timegeo.travel_graph import Ground

MORNING = "2017-08-31T06:00/2017-08-31T12:00"
RANK = {name: place for place, name in enumerate(VERDICTS)}
BUS = travel_mode("bus")


def journey(case, stops, leave, arrive, *, by=BUS, closed=()):
    network = case.network
    spots = [
        stop if isinstance(stop, Location) else find_location(stop, network, case.gazetteer.locate)
        for stop in stops
    ]
    ground = Ground(network, by, spots, network.edge_positions(closed))
    return Journey(ground, 0, 1, leave, arrive).verdict(flips=False)


# ---- the known cases ----


@pytest.mark.slow
def test_on_foot_from_sukhna_to_rawa_is_impossible(case):
    for leave, arrive in ((MORNING, "../2017-09-01"), ("2017-08-31", "2017-09-01")):
        verdict = case.could("Sukhna", "Rawa", leave=leave, arrive=arrive, mode="foot")
        assert verdict.verdict == "impossible"
        assert verdict.margin_h < -24
        assert verdict.needs_kmh > 6


def test_by_vehicle_it_is_possible_on_speed_alone(case):
    for by in ("bus", "car"):
        verdict = case.could("Sukhna", "Rawa", leave=MORNING, arrive="2017-09-01", mode=by)
        assert verdict.verdict == "possible"
        assert verdict.margin_h > 30
        assert "E063" in verdict.route.edges


def test_what_has_no_time_is_undetermined(case):
    verdict = case.could("Sukhna", "Rawa", leave="../2017-08-31", arrive="2017-09-01")
    assert verdict.verdict == "undetermined"
    where = case.could("government_territory", "Rawa", leave="2017-08-31", arrive="2017-09-01")
    assert where.verdict == "undetermined"


@pytest.mark.slow
def test_a_way_that_is_closed(case):
    times = {"leave": "2017-08-31T06:00", "arrive": "2017-08-31T10:00"}
    assert case.could("Sukhna", "Abu Kamal", **times).verdict == "possible"
    shut = case.could("Sukhna", "Abu Kamal", **times, closures=["E063"], when="2017-08-31")
    assert shut.verdict == "impossible"
    assert "cratered_road" in " ".join(premise.words for premise in shut.premises)
    way = next(flip for flip in shut.flips if flip.premise == "way")
    assert (way.flips_at, way.to) == ("nothing closed", "possible")
    with pytest.raises(EdgeNotFoundError):
        case.could("Sukhna", "Abu Kamal", **times, closures=["E999"])


@pytest.mark.slow
def test_no_way_at_all(case):
    shut = case.could(
        "Rawa", "Anah", leave="2017-08-31", arrive="2017-09-30",
        closures=["E110", "E111", "E112", "E113"],
    )  # fmt: skip
    assert shut.verdict == "impossible"
    assert shut.margin_h is None
    assert shut.route is None
    assert "no route" in shut.why


# ---- where it flips ----


@pytest.mark.slow
@pytest.mark.parametrize("by", ["bus", "foot"])
def test_the_answer_flips_where_the_flips_say(case, by):
    times = {"leave": "2017-08-31T06:00", "arrive": "2017-08-31T12:00"}
    verdict = case.could("Sukhna", "Abu Kamal", **times, mode=by)
    other = {"impossible": "possible", "possible": "impossible"}[verdict.verdict]
    flips = {(flip.premise, flip.to): flip for flip in verdict.flips}
    leave, arrive = flips["leave", other].flips_at, flips["arrive", other].flips_at
    for changed, at in (("leave", leave), ("arrive", arrive)):
        answers = [
            case.could("Sukhna", "Abu Kamal", **{**times, changed: moved}, mode=by).verdict
            for moved in (shift(at, -1), shift(at, 1))
        ]
        assert set(answers) == {"impossible", "possible"}


def shift(moment, minutes):
    hours, mins = int(moment[11:13]), int(moment[14:16]) + minutes
    return f"{moment[:11]}{hours + mins // 60:02}:{mins % 60:02}"


@pytest.mark.slow
@pytest.mark.parametrize("to", ["impossible", "certain"])
def test_rest_flips_where_the_flip_says(case, to):
    times = {"leave": "2017-08-31T06:00", "arrive": "2017-09-01"}
    flips = case.could("Sukhna", "Rawa", **times, mode="bus").flips
    at = next(flip.flips_at for flip in flips if (flip.premise, flip.to) == ("rest", to))
    best = to == "impossible"
    answers = []
    for day in (at - 0.01, at + 0.01):
        rested = replace(BUS, day_h=(min(day, 9.0), day) if best else (day, 24.0))
        answers.append(case.could("Sukhna", "Rawa", **times, mode=rested).verdict)
    assert answers == (["impossible", "possible"] if best else ["possible", "certain"])


@pytest.mark.slow
def test_a_radius_flips_on_foot(case):
    times = {"leave": "2017-08-31T06:00", "arrive": "2017-09-01"}
    verdict = case.could("Sukhna", "Rawa", **times, mode="foot")
    radius = next(flip.flips_at for flip in verdict.flips if flip.premise == "from")
    place = case.gazetteer.locate("Sukhna")
    for km, answer in ((radius - 1, "impossible"), (radius + 1, "possible")):
        wider = replace(place, radius_km=km)
        assert case.could(wider, "Rawa", **times, mode="foot").verdict == answer


def test_what_is_too_early_cannot_be_flipped_by_speed(case):
    verdict = case.could("Sukhna", "Rawa", leave="2017-09-05", arrive="2017-09-01")
    assert verdict.verdict == "impossible"
    assert verdict.needs_kmh is None
    flips = {flip.premise: flip.flips_at for flip in verdict.flips}
    assert flips["speed"] is None
    assert flips["from"] is None


# ---- laws ----

towns = st.sampled_from(["Sukhna", "Rawa", "Palmyra", "Mayadin", "qalamoun", "between_the_lines"])
some_hours = st.floats(-20, 60, allow_nan=False)
length = st.floats(0, 20)


@pytest.mark.slow
@settings(max_examples=40)
@given(towns, towns, some_hours, length, st.floats(0, 30), st.floats(0, 30))
def test_more_time_never_takes_a_possibility_away(case, a, b, gap, width, earlier, later):
    narrow = journey(case, (a, b), (0.0, width), (width + gap, width + gap + width))
    wide = journey(case, (a, b), (-earlier, width), (width + gap, width + gap + width + later))
    assert RANK[wide.verdict] >= RANK[narrow.verdict]
    assert wide.margin_h >= narrow.margin_h - 1e-9


@pytest.mark.slow
@settings(max_examples=40)
@given(towns, towns, st.floats(0, 40), st.floats(1, 80), st.floats(1, 3), st.floats(1, 3))
def test_more_speed_never_takes_a_possibility_away(case, a, b, gap, kmh, low, high):
    slow, fast = BUS.at(kmh, kmh * high), BUS.at(kmh * low, kmh * high * low)
    one = journey(case, (a, b), (0.0, 0.0), (gap, gap), by=slow)
    other = journey(case, (a, b), (0.0, 0.0), (gap, gap), by=fast)
    assert RANK[other.verdict] >= RANK[one.verdict]


@pytest.mark.slow
@settings(max_examples=40)
@given(towns, towns, st.floats(0, 40), st.sets(st.integers(0, 81), max_size=12))
def test_a_closure_never_gives_a_possibility(case, a, b, gap, closed):
    edges = [case.network.edge_ids([number])[0] for number in closed]
    free = journey(case, (a, b), (0.0, 0.0), (gap, gap))
    shut = journey(case, (a, b), (0.0, 0.0), (gap, gap), closed=edges)
    assert RANK[shut.verdict] <= RANK[free.verdict]


@pytest.mark.slow
@settings(max_examples=25)
@given(towns, towns, st.floats(0, 40), st.floats(0, 30))
def test_a_wider_place_never_makes_it_impossible(case, a, b, gap, more):
    spots = [find_location(name, case.network, case.gazetteer.locate) for name in (a, b)]
    wide = [replace(spots[0], radius_km=spots[0].radius_km + more), spots[1]]
    one = journey(case, spots, (0.0, 0.0), (gap, gap))
    other = journey(case, wide, (0.0, 0.0), (gap, gap))
    assert (other.verdict == "impossible") <= (one.verdict == "impossible")


# ---- without roads ----


def test_a_means_that_is_none_is_a_fault(tmp_path):
    folder = flour.make(tmp_path / "flour", rules='mode = "balloon"')
    (fault,) = check_case(folder)
    assert fault.column == "mode"
    assert fault.line
    assert "bus, car, lorry, foot" in str(fault)


def test_straight_distances_of_outlines():
    box = Location("box", outline=shapely.box(38, 34, 39, 35))
    point = Location("point", 40.0, 34.5)
    assert 85 < box.straight_km(point, "best") < 95 < box.straight_km(point, "worst")
    assert Location("nowhere").straight_km(point, "best") == float("inf")
    assert not Location("nowhere").known


def test_closures_need_roads(case):
    class Bare(type(case)):
        network = None

    bare = Bare(case._files)
    times = {"leave": "2017-08-31", "arrive": "2017-09-01"}
    assert bare.could("Sukhna", "Rawa", **times, mode="foot").verdict == "impossible"
    assert bare.could("Sukhna", "Rawa", **times).verdict == "undetermined"  # a bus needs a road
    with pytest.raises(ClosureNotFoundError):
        bare.could("Sukhna", "Rawa", **times, closures=["E063"])
    with pytest.raises(LookupError, match="no road network"):
        bare.reach("Sukhna", "Rawa", **times)
