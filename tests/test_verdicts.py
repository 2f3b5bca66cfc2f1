"""Verdicts: the known cases of 2017, and the laws that every one of them keeps."""

from dataclasses import replace

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from convoy_geo.cases import read_case
from convoy_geo.claims import Claim
from convoy_geo.errors import ClaimNotFoundError, ClosureNotFoundError, EdgeNotFoundError
from convoy_geo.gazetteer import Place
from convoy_geo.reach.claimtests import COLUMNS, ClaimTests
from convoy_geo.reach.ground import Ground
from convoy_geo.reach.journeys import Journey
from convoy_geo.reach.spots import Spot, find_spot
from convoy_geo.reach.travel import means
from convoy_geo.reach.verdicts import VERDICTS, count_verdict

MORNING = "2017-08-31T06:00/2017-08-31T12:00"
RANK = {name: place for place, name in enumerate(VERDICTS)}
BUS = means("bus")


def journey(case, stops, leave, arrive, *, by=BUS, closed=()):
    network = case.network
    spots = [
        stop if isinstance(stop, Spot) else find_spot(stop, network, case.gazetteer.locate)
        for stop in stops
    ]
    ground = Ground(network, by, spots, network.edge_positions(closed))
    return Journey(ground, 0, 1, leave, arrive).verdict(flips=False)


# ---- the known cases ----


def test_on_foot_from_sukhna_to_rawa_is_impossible(case):
    for leave, arrive in ((MORNING, "../2017-09-01"), ("2017-08-31", "2017-09-01")):
        verdict = case.could("Sukhna", "Rawa", leave=leave, arrive=arrive, by="foot")
        assert verdict.verdict == "impossible"
        assert verdict.margin_h < -24
        assert verdict.needs_kmh > 6


def test_by_vehicle_it_is_possible_on_speed_alone(case):
    for by in ("bus", "car"):
        verdict = case.could("Sukhna", "Rawa", leave=MORNING, arrive="2017-09-01", by=by)
        assert verdict.verdict == "possible"
        assert verdict.margin_h > 30
        assert "E063" in verdict.route.edges


def test_seven_hundred_do_not_come_out_of_six_hundred(case):
    verdict = case.verdict("R0-36")
    assert (verdict.verdict, verdict.kind, verdict.anchor) == ("impossible", "count", "R3-16")
    assert verdict.margin_count == -100
    assert [flip.flips_at for flip in verdict.flips] == [600, 700]
    assert "iraqi_official" in verdict.why
    assert "reporter" in verdict.why


def test_an_open_total_leaves_room_for_seven_hundred(case):
    frame = case.verdicts()
    rows = frame[(frame["claim"] == "R0-36") & (frame["anchor"] == "R2-09+R2-10")]
    assert rows["verdict"].tolist() == ["possible"]  # over 300 fighters, with 300 relatives


def test_four_buses_arrived_do_not_go_with_eleven_stuck_and_six_back(case):
    verdict = case.verdict("R0-25")
    assert verdict.verdict == "impossible"
    assert verdict.anchor == "R0-21+R0-22+R0-05"
    assert verdict.margin_count == -4
    for side in ("hezbollah", "coalition"):
        assert side in verdict.why


def test_the_table_of_the_case(case):
    frame = case.verdicts()
    assert tuple(frame.columns) == COLUMNS
    assert set(frame["verdict"]) <= set(VERDICTS)
    assert not frame.duplicated(["claim", "anchor"]).any()
    pairs = {frozenset((row.claim, row.anchor)) for row in frame.itertuples()}
    assert len(pairs) == len(frame)
    assert case.verdicts().equals(frame)
    impossible = frame[frame["verdict"] == "impossible"]
    assert impossible["claim"].tolist() == ["R0-36", "R0-25"]
    rawa = frame[(frame["claim"] == "R0-34") & (frame["anchor"] == "R4-15")]
    assert (rawa["verdict"].item(), rawa["by"].item()) == ("possible", "car")


def test_what_has_left_the_whole_is_not_bound_by_it(case):
    frame = case.verdicts(by="foot")
    pairs = set(zip(frame["claim"], frame["anchor"], strict=True))
    assert ("R0-34", "R2-14") in pairs  # in Rawa the day after the convoy turned back
    assert ("R0-34", "R4-15") in pairs  # and after it left the border
    assert ("R0-36", "R4-13") not in pairs  # sometime from 30 August on; stranded on 2 September


def test_denied_claims_and_plans_are_no_positions(case):
    frame = case.verdicts()
    for claim in ("R0-09", "R4-06", "R2-13", "R2-16"):
        assert claim not in set(frame["claim"])
        assert not frame["anchor"].str.contains(claim).any()


def test_what_has_no_place_is_undetermined(case):
    verdict = case.verdict("R3-22")
    assert verdict.verdict == "undetermined"
    assert verdict.margin_h is None
    assert "no place" in verdict.why
    assert case.verdict("R0-12").verdict == "undetermined"
    with pytest.raises(ClaimNotFoundError):
        case.verdict("R9-99")


def test_what_has_no_time_is_undetermined(case):
    verdict = case.could("Sukhna", "Rawa", leave="../2017-08-31", arrive="2017-09-01")
    assert verdict.verdict == "undetermined"
    where = case.could("government_territory", "Rawa", leave="2017-08-31", arrive="2017-09-01")
    assert where.verdict == "undetermined"


def test_a_way_that_is_closed(case):
    times = {"leave": "2017-08-31T06:00", "arrive": "2017-08-31T10:00"}
    assert case.could("Sukhna", "Abu Kamal", **times).verdict == "possible"
    shut = case.could("Sukhna", "Abu Kamal", **times, close=["E063"], at="2017-08-31")
    assert shut.verdict == "impossible"
    assert "cratered_road" in " ".join(premise.words for premise in shut.premises)
    way = next(flip for flip in shut.flips if flip.premise == "way")
    assert (way.flips_at, way.to) == ("nothing closed", "possible")
    with pytest.raises(EdgeNotFoundError):
        case.could("Sukhna", "Abu Kamal", **times, close=["E999"])


def test_no_way_at_all(case):
    shut = case.could(
        "Rawa", "Anah", leave="2017-08-31", arrive="2017-09-30",
        close=["E110", "E111", "E112", "E113"],
    )  # fmt: skip
    assert shut.verdict == "impossible"
    assert shut.margin_h is None
    assert shut.route is None
    assert "no way" in shut.why


# ---- where it flips ----


@pytest.mark.parametrize("by", ["bus", "foot"])
def test_the_answer_flips_where_the_flips_say(case, by):
    times = {"leave": "2017-08-31T06:00", "arrive": "2017-08-31T12:00"}
    verdict = case.could("Sukhna", "Abu Kamal", **times, by=by)
    other = {"impossible": "possible", "possible": "impossible"}[verdict.verdict]
    flips = {(flip.premise, flip.to): flip for flip in verdict.flips}
    leave, arrive = flips["leave", other].flips_at, flips["arrive", other].flips_at
    for changed, at in (("leave", leave), ("arrive", arrive)):
        answers = [
            case.could("Sukhna", "Abu Kamal", **{**times, changed: moved}, by=by).verdict
            for moved in (shift(at, -1), shift(at, 1))
        ]
        assert set(answers) == {"impossible", "possible"}


def shift(moment, minutes):
    hours, mins = int(moment[11:13]), int(moment[14:16]) + minutes
    return f"{moment[:11]}{hours + mins // 60:02}:{mins % 60:02}"


@pytest.mark.parametrize("to", ["impossible", "certain"])
def test_rest_flips_where_the_flip_says(case, to):
    times = {"leave": "2017-08-31T06:00", "arrive": "2017-09-01"}
    flips = case.could("Sukhna", "Rawa", **times, by="bus").flips
    at = next(flip.flips_at for flip in flips if (flip.premise, flip.to) == ("rest", to))
    best = to == "impossible"
    answers = []
    for day in (at - 0.01, at + 0.01):
        rested = replace(BUS, day_h=(min(day, 9.0), day) if best else (day, 24.0))
        answers.append(case.could("Sukhna", "Rawa", **times, by=rested).verdict)
    assert answers == (["impossible", "possible"] if best else ["possible", "certain"])


def test_a_radius_flips_on_foot(case):
    times = {"leave": "2017-08-31T06:00", "arrive": "2017-09-01"}
    verdict = case.could("Sukhna", "Rawa", **times, by="foot")
    radius = next(flip.flips_at for flip in verdict.flips if flip.premise == "from")
    place = case.gazetteer.locate("Sukhna")
    for km, answer in ((radius - 1, "impossible"), (radius + 1, "possible")):
        wider = replace(place, radius_km=km)
        assert case.could(wider, "Rawa", **times, by="foot").verdict == answer


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


@settings(max_examples=40)
@given(towns, towns, some_hours, length, st.floats(0, 30), st.floats(0, 30))
def test_more_time_never_takes_a_possibility_away(case, a, b, gap, width, earlier, later):
    narrow = journey(case, (a, b), (0.0, width), (width + gap, width + gap + width))
    wide = journey(case, (a, b), (-earlier, width), (width + gap, width + gap + width + later))
    assert RANK[wide.verdict] >= RANK[narrow.verdict]
    assert wide.margin_h >= narrow.margin_h - 1e-9


@settings(max_examples=40)
@given(towns, towns, st.floats(0, 40), st.floats(1, 80), st.floats(1, 3), st.floats(1, 3))
def test_more_speed_never_takes_a_possibility_away(case, a, b, gap, kmh, low, high):
    slow, fast = BUS.at(kmh, kmh * high), BUS.at(kmh * low, kmh * high * low)
    one = journey(case, (a, b), (0.0, 0.0), (gap, gap), by=slow)
    other = journey(case, (a, b), (0.0, 0.0), (gap, gap), by=fast)
    assert RANK[other.verdict] >= RANK[one.verdict]


@settings(max_examples=40)
@given(towns, towns, st.floats(0, 40), st.sets(st.integers(0, 81), max_size=12))
def test_a_closure_never_gives_a_possibility(case, a, b, gap, closed):
    edges = [case.network.edge_ids([number])[0] for number in closed]
    free = journey(case, (a, b), (0.0, 0.0), (gap, gap))
    shut = journey(case, (a, b), (0.0, 0.0), (gap, gap), closed=edges)
    assert RANK[shut.verdict] <= RANK[free.verdict]


@settings(max_examples=25)
@given(towns, towns, st.floats(0, 40), st.floats(0, 30))
def test_a_wider_place_never_makes_it_impossible(case, a, b, gap, more):
    spots = [find_spot(name, case.network, case.gazetteer.locate) for name in (a, b)]
    wide = [replace(spots[0], radius_km=spots[0].radius_km + more), spots[1]]
    one = journey(case, spots, (0.0, 0.0), (gap, gap))
    other = journey(case, wide, (0.0, 0.0), (gap, gap))
    assert (other.verdict == "impossible") <= (one.verdict == "impossible")


@given(
    st.tuples(st.integers(0, 99), st.integers(0, 99)).map(sorted),
    st.tuples(st.integers(0, 99), st.integers(0, 99)).map(sorted),
    st.integers(0, 20),
)
def test_counts_are_monotone(told, room, more):
    words = {"unit": "buses", "told_words": "", "room_words": ""}
    one = count_verdict(tuple(told), tuple(room), **words)
    other = count_verdict(tuple(told), (room[0] + more, room[1] + more), **words)
    assert RANK[other.verdict] >= RANK[one.verdict]
    assert (one.verdict == "impossible") == (told[0] > room[1])
    assert (one.verdict == "certain") == (told[1] <= room[0])


def test_an_open_count_is_possible_and_a_missing_one_undetermined():
    words = {"unit": "buses", "told_words": "", "room_words": ""}
    assert count_verdict((700, None), (300, None), **words).verdict == "possible"
    assert count_verdict((None, None), (300, 300), **words).verdict == "undetermined"


# ---- without roads ----


def at_sea(**options):
    places = {
        "a": Place("a", "A", -50.2, 41.7, 5),
        "b": Place("b", "B", -49.9, 41.8, 5),
        "c": Place("c", "C", -40.0, 45.0, 5),
        "d": Place("d", "D", None, None, shape="unmapped"),
    }
    told = [
        Claim("1", "R", "position", "captain", "he", "", places=(("at", "a"),),
              happened="1912-04-14"),
        Claim("2", "R", "position", "owner", "he", "", places=(("at", "b"),),
              happened="1912-04-15"),
        Claim("3", "R", "position", "press", "he", "", places=(("at", "c"),),
              happened="1912-04-14"),
        Claim("4", "R", "position", "press", "he", "", places=(("at", "d"),)),
        Claim("5", "R", "position", "captain", "he", "", places=(("at", "c"),),
              happened="1912-04-14", status="denied"),
    ]  # fmt: skip
    return ClaimTests({claim.id: claim for claim in told}, places, **options)


def test_a_ship_goes_straight_at_its_own_speed():
    found = {(v.claim, v.anchor): v.verdict for v in at_sea(by="ship", people_by="ship").all()}
    assert found["2", "1"] == "possible"
    slow = means("ship").at(5, 12)
    found = {(v.claim, v.anchor): v.verdict for v in at_sea(by=slow, people_by=slow).all()}
    assert found["3", "1"] == "impossible"
    assert found["4", ""] == "undetermined"
    assert not any("5" in pair for pair in found)


def test_straight_distances_of_outlines():
    box = Spot("box", outline=shapely.box(38, 34, 39, 35))
    point = Spot("point", 40.0, 34.5)
    assert 85 < box.straight_km(point, "best") < 95 < box.straight_km(point, "worst")
    assert Spot("nowhere").straight_km(point, "best") == float("inf")
    assert not Spot("nowhere").known


def test_closures_need_roads(case):
    class Bare(type(case)):
        network = None

    bare = Bare(case._files)
    times = {"leave": "2017-08-31", "arrive": "2017-09-01"}
    assert bare.could("Sukhna", "Rawa", **times, by="foot").verdict == "impossible"
    assert bare.could("Sukhna", "Rawa", **times).verdict == "undetermined"  # a bus needs a road
    with pytest.raises(ClosureNotFoundError):
        bare.could("Sukhna", "Rawa", **times, close=["E063"])
    with pytest.raises(LookupError, match="no road network"):
        bare.reach("Sukhna", "Rawa", **times)


def test_only_the_one_thing_of_a_story_has_its_positions_compared():
    ships = read_case("titanic-1912")
    frame = ships.verdicts()
    travels = frame[(frame["kind"] == "travel") & (frame["anchor"] != "")]
    assert not travels.empty
    topics = {ships.claims[name].topic for name in (*travels["claim"], *travels["anchor"])}
    assert topics == {"distress_call"}
    assert set(travels["by"]) == {"ship"}
    assert set(travels["verdict"]) == {"possible"}
