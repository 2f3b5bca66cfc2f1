"""Verdicts: the known cases of 2017, and the laws that every one of them keeps."""

from dataclasses import replace

import flour
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from convoy_geo.analysis.claim_tests import COLUMNS, MOST, ClaimTests, verdicts_frame
from convoy_geo.analysis.journeys import Journey
from convoy_geo.analysis.verdicts import VERDICTS, count_verdict
from convoy_geo.case.case import read_case
from convoy_geo.casefiles.validate import check_case
from convoy_geo.errors import ClaimNotFoundError, ClosureNotFoundError, EdgeNotFoundError
from convoy_geo.model.claims import Claim
from convoy_geo.model.places import Place
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


def test_seven_hundred_do_not_come_out_of_six_hundred(case):
    verdict = case.verdict("R0-36")
    assert (verdict.verdict, verdict.kind, verdict.anchor) == ("impossible", "count", "R3-16")
    assert verdict.margin_count == -50  # about 700: 650 at the least
    assert [flip.flips_at for flip in verdict.flips] == [600, 650]
    assert "R0-36 (Iraqi officials)" in verdict.why
    assert "R3-16 (Reporter's own statement)" in verdict.why


def test_an_open_total_leaves_room_for_seven_hundred(case):
    frame = case.verdicts()
    rows = frame[(frame["claim"] == "R0-36") & (frame["anchor"] == "R2-09+R2-10")]
    assert rows["verdict"].tolist() == ["possible"]  # over 300 fighters, with 300 relatives


def test_four_buses_arrived_do_not_go_with_eleven_stuck_and_six_back(case):
    verdict = case.verdict("R0-25")
    assert verdict.verdict == "impossible"
    assert verdict.anchor == "R0-21+R0-22+R0-05"
    assert verdict.margin_count == -4
    for side in ("(Hezbollah)", "(US-led coalition)"):
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
    frame = case.verdicts(mode="foot")
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


def test_the_first_and_the_last_year_of_the_calendar(case):
    for year, edge in (("9999-12-31", "the end of the year 9999"), ("0001-01-01", "0001-01-01T00")):
        found = case.could("Sukhna", "Rawa", leave=year, arrive=year)
        assert (found.verdict, round(found.margin_h)) == ("possible", 19)
        ends = [p for premise in found.premises for p in (premise.low, premise.high)]
        assert any(str(end).startswith(edge) for end in ends)
    times = {"leave": "0001-01-01", "arrive": "9999-12-31"}
    assert case.could("Sukhna", "Rawa", **times).verdict == "certain"
    assert case.reach("Sukhna", "Rawa", **times).km() > 4000
    late = [Claim(n, "R", "position", n, "he", "", places=(("at", "a"),), happened="9999-12-31")
            for n in ("one", "two")]  # fmt: skip
    where = {"a": Place("a", "A", 36.0, 34.0, 5)}
    tests = ClaimTests(
        {c.id: c for c in late}, where, mode="ship", people_mode="ship", zone="Asia/Tokyo"
    )
    assert [found.verdict for found in tests.all()] == ["possible"]


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


def test_no_way_at_all(case):
    shut = case.could(
        "Rawa", "Anah", leave="2017-08-31", arrive="2017-09-30",
        closures=["E110", "E111", "E112", "E113"],
    )  # fmt: skip
    assert shut.verdict == "impossible"
    assert shut.margin_h is None
    assert shut.route is None
    assert "no way" in shut.why


# ---- where it flips ----


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
    spots = [find_location(name, case.network, case.gazetteer.locate) for name in (a, b)]
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


# ---- many claims, and what they share with the contradictions ----


def test_contradictions_and_verdicts_take_the_same_totals(tmp_path):
    # twelve in all, told of the days of both parts: of the first day, without an end, of no day
    for number, happened in enumerate(("2016-05-10/2016-05-12", "2016-05-10/..", "")):
        whole = {**flour.CLAIMS[0], "happened": happened}
        claims = [whole, *flour.CLAIMS[1:]]
        case = read_case(flour.make(tmp_path / f"{number}", claims=claims))
        frame = case.verdicts()
        assert "F1-02" in set(frame.loc[frame["verdict"] == "impossible", "claim"])
        (one,) = [one for one in case.contradictions() if one.kind == "sum"]
        assert one.claims == ("F1-01", "F1-02", "F2-01")
        assert "12 + 4 = 16 at least, of 12 in all" in one.why


def test_a_total_of_another_day_bounds_nothing(tmp_path):
    less = {**flour.CLAIMS[0], "low": 3, "high": 3}  # of the day before: more may have come
    case = read_case(flour.make(tmp_path / "a", claims=[less, *flour.CLAIMS[1:]]))
    assert not [one for one in case.contradictions() if one.kind == "sum"]
    assert not {"impossible", "certain"} & set(case.verdicts()["verdict"])
    verdict = case.verdict("F1-02")
    assert (verdict.verdict, verdict.kind, verdict.flips) == ("undetermined", "count", ())
    (premise,) = [p.words for p in verdict.premises if "stayed" in p.words]
    assert premise == "the number in all stayed what it was from 2016-05-10 to 2016-05-11"
    day = {**less, "claim": "F1-04", "happened": "2016-05-11"}
    case = read_case(flour.make(tmp_path / "b", claims=[less, *flour.CLAIMS[1:], day]))
    assert [one for one in case.contradictions() if one.kind == "sum"]
    assert case.verdict("F1-02").verdict == "impossible"


@pytest.mark.parametrize(
    ("qualifier", "answer"), [("", "impossible"), ("about", "possible"), ("Some", "possible")]
)
def test_about_twelve_is_not_exactly_twelve(tmp_path, qualifier, answer):
    whole = {**flour.CLAIMS[0], "happened": "", "low": 10, "high": 10, "qualifier": qualifier}
    case = read_case(flour.make(tmp_path / "flour", claims=[whole, *flour.CLAIMS[1:2]]))
    frame = case.verdicts()
    (row,) = frame[frame["kind"] == "count"].itertuples()
    assert (row.claim, row.verdict) == ("F1-02", answer)
    assert ("about 10 (5 to 15)" in row.why) == bool(qualifier)


def many(size, *, days=1, places=1):
    """Claims of one state, of which any two must share something."""
    where = {f"p{n}": Place(f"p{n}", f"P{n}", 36 + n, 34.0, 5) for n in range(places)}
    told = [Claim("t", "R", "fleet", "s", "he", "", low=12, high=12, unit="boats", state="total")]
    told += [
        Claim(f"c{n}", f"R{n}", "seen", f"s{n}", "he", "", low=8, high=8, unit="boats",
              state="afloat", happened=f"1915-01-{1 + n % days:02}",
              places=(("at", f"p{n % places}"),))
        for n in range(size)
    ]  # fmt: skip
    return ClaimTests({c.id: c for c in told}, where, mode="ship", people_mode="ship")


def test_the_table_of_many_claims_does_not_grow_with_their_square():
    for size in (40, 80):
        tests = many(size, days=7, places=5)
        table = verdicts_frame(tests)
        travels = table[table["kind"] == "travel"]
        assert travels.groupby("claim").size().max() == MOST
        assert len(travels) + table.attrs["left_out"] == size * (size - 1) // 2
        assert len(travels) < size * MOST


def test_alike_positions_are_tested_once(monkeypatch):
    asked = []
    quick = ClaimTests._value
    monkeypatch.setattr(ClaimTests, "_value", lambda *a: asked.append(a[1:]) or quick(*a))
    verdicts_frame(many(60, days=4))
    assert len(asked) <= 4 * 4


def test_the_hardest_are_kept_and_one_claim_is_asked_of_all():
    tests = many(60, days=7, places=5)
    every = {(one.claim, one.anchor): one for one in tests.all()}
    kept = {(one.claim, one.anchor): one for one in tests.all(MOST)}
    assert kept.items() <= every.items()
    for claim in tests.claims:
        ranks = [
            sorted(
                (VERDICTS.index(one.verdict), one.margin_h)
                for one in table.values()
                if one.kind == "travel" and one.claim == claim
            )
            for table in (every, kept)
        ]
        assert ranks[0][:MOST] == ranks[1]
    assert len(tests.of("c7")) == sum("c7" in pair for pair in every) == 60


def test_states_are_told_by_their_labels(case):
    words = " ".join(case.verdicts()["why"])
    assert "4 buses in Islamic State-held area" in words
    assert not [state for state in case.info.states if "_" in state and state in words]
    assert "north toward Sukhna to Rawa" in words
    assert "toward(" not in words
    for one in case.contradictions():
        assert "in_government_area" not in one.why


# ---- without roads ----


def test_without_roads_nothing_is_taken_for_a_ship(tmp_path):
    case = read_case(flour.make(tmp_path / "flour"))
    frame = case.verdicts()
    travels = frame[frame["kind"] == "travel"]
    assert set(travels["verdict"]) == {"undetermined"}
    assert travels["why"].str.contains("no roads are known that bus convoy could go by").all()
    asked = case.could("Homs", "Aleppo", leave="2016-05-11", arrive="2016-05-11")
    assert asked.verdict == "undetermined"
    assert "[rules] mode in case.toml" in asked.why


def test_the_case_names_how_things_travel(tmp_path):
    bags = [{**claim, "unit": "bags"} for claim in flour.CLAIMS]  # no lorries: those do not walk
    claims = [bags[0], {**bags[0], "claim": "F1-03", "happened": "", "places": ""}, *bags[1:]]
    case = read_case(flour.make(tmp_path / "flour", rules='mode = "foot"', claims=claims))
    assert case.info.mode == "foot"
    frame = case.verdicts()
    travels = frame[(frame["kind"] == "travel") & (frame["anchor"] != "")]
    assert set(travels["by"]) == {"foot"}
    asked = case.could("Homs", "Aleppo", leave="2016-05-11", arrive="2016-05-11")
    assert asked.verdict == "impossible"  # 160 km in a day
    assert "on foot" in asked.why
    assert case.contradictions()  # the means is no rule of theirs


def test_lorries_do_not_walk(tmp_path):
    case = read_case(flour.make(tmp_path / "flour", rules='mode = "foot"'))
    frame = case.verdicts()
    travels = frame[frame["kind"] == "travel"]
    assert set(travels["anchor"]) == {""}
    assert travels["why"].str.contains(r"lorries do not go as the case does \(on foot\)").any()
    asked = case.verdicts(mode="foot")  # who asks what if they did gets an answer
    assert "F1-01" in set(asked.loc[asked["kind"] == "travel", "anchor"])


def test_a_leader_is_not_the_march(tmp_path):
    spoke = {
        "claim": "F2-03",
        "report": "F2",
        "topic": "held",
        "side": "agency",
        "claimant": "A",
        "places": "at:homs",
        "happened": "2016-05-12",
        "status": "asserted",
        "summary": "S.",
    }
    bags = [{**claim, "unit": "bags"} for claim in (*flour.CLAIMS, spoke)]
    for number, (order, bound) in enumerate(
        ((["departure", "held"], True), (["departure"], False), ([], True))
    ):
        rules = f'mode = "foot"\norder = {order}'.replace("'", '"')
        case = read_case(flour.make(tmp_path / f"{number}", rules=rules, claims=bags))
        frame = case.verdicts()
        pairs = set(zip(frame["claim"], frame["anchor"], strict=True))
        assert (("F2-03", "F1-01") in pairs) == bound
        assert {("F2-03", "F2-02"), ("F2-02", "F2-03")} & pairs  # of one topic it is one thing


def test_why_a_claim_has_no_verdict(tmp_path):
    told = {**flour.CLAIMS[3], "topic": "transfer", "low": 3, "high": 3, "unit": "lorries"}
    for number, (more, words) in enumerate((
        ({}, "its topic (transfer) is none of those that tell where"),
        ({"topic": "plan"}, "its topic (plan) tells a plan"),
        ({"status": "denied"}, "what is denied is nobody's position"),
        ({}, "its count is of no state"),
    )):  # fmt: skip
        case = read_case(flour.make(tmp_path / f"{number}", claims=[{**told, **more}]))
        verdict = case.verdict("F2-02")
        assert verdict.verdict == "undetermined"
        assert verdict.why.startswith("F2-02 (Drivers): ")
        assert words in verdict.why


def test_who_leaves_for_a_place_is_not_there_yet(tmp_path):
    ends = {"places": "from:homs|to:aleppo", "happened": "2016-05-10", "unit": "bags"}
    claims = [{**flour.CLAIMS[0], **ends}, {**flour.CLAIMS[3], "happened": "2016-05-10"}]
    case = read_case(flour.make(tmp_path / "flour", rules='mode = "foot"', claims=claims))
    verdict = case.verdict("F1-01")
    assert {verdict.claim, verdict.anchor} == {"F1-01", "F2-02"}
    assert "Homs" in verdict.why
    assert "Aleppo" not in verdict.why


def test_the_steps_of_a_movement_are_positions(tmp_path):
    told = [{**claim, "topic": "transit"} for claim in flour.CLAIMS[3:]]
    for number, order in enumerate(("", 'order = ["departure", "transit"]')):
        rules = f'mode = "sail"\n{order}'
        case = read_case(
            flour.make(
                tmp_path / f"{number}",
                rules=rules,
                claims=[{**flour.CLAIMS[0], "unit": "bags"}, *told],
            )
        )
        found = case.verdict("F2-02")
        assert (found.verdict, found.anchor) == (
            ("possible", "F1-01") if order else ("undetermined", "")
        )


def test_a_means_that_is_none_is_a_fault(tmp_path):
    folder = flour.make(tmp_path / "flour", rules='mode = "balloon"')
    (fault,) = check_case(folder)
    assert fault.column == "mode"
    assert fault.line
    assert "bus, car, foot, ship, sail" in str(fault)


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
    found = {(v.claim, v.anchor): v.verdict for v in at_sea(mode="ship", people_mode="ship").all()}
    assert found["2", "1"] == "possible"
    slow = travel_mode("ship").at(5, 12)
    found = {(v.claim, v.anchor): v.verdict for v in at_sea(mode=slow, people_mode=slow).all()}
    assert found["3", "1"] == "impossible"
    assert found["4", ""] == "undetermined"
    assert not any("5" in pair for pair in found)


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


def test_only_the_one_thing_of_a_story_has_its_positions_compared():
    ships = read_case("titanic-1912")
    frame = ships.verdicts()
    travels = frame[(frame["kind"] == "travel") & (frame["anchor"] != "")]
    assert not travels.empty
    topics = {ships.claims[name].topic for name in (*travels["claim"], *travels["anchor"])}
    assert topics == {"distress_call"}
    assert set(travels["by"]) == {"ship"}
    assert set(travels["verdict"]) == {"possible"}
