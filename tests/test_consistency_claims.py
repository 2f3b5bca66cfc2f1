"""From claims to conflicts: how claims are read, and the worked examples, in one small country."""

from dataclasses import replace

import pytest
from shapely.geometry import Point

from convoy_geo.analysis.consistency.counts import number_of
from convoy_geo.analysis.consistency.encode import Encoder, Story, StoryRules
from convoy_geo.analysis.consistency.engine import Limits
from convoy_geo.analysis.consistency.judge import Judge, find_consistency
from convoy_geo.analysis.consistency.solver import Answer
from convoy_geo.analysis.consistency.verdicts import claim_verdict
from convoy_geo.model.claims import Claim
from convoy_geo.model.closures import Closure
from convoy_geo.model.places import Place

PLACES = {
    "arn": Place("arn", "Arn", 10.0, 60.0, 2),
    "esk": Place("esk", "Esk", 14.4, 60.0, 2),  # 245 km away: 8.1 h at the 30 km/h of a fast ship
    "cor": Place("cor", "Cor", 12.0, 62.0, 2),
    "plain": Place("plain", "Plain of Cor", 12.0, 62.0, 60, shape="area"),
    "realm": Place("realm", "Realm", 12.0, 61.0, None, shape="unmapped"),
}
STATES = frozenset({"total", "north", "south", "unaccounted", "saved"})


def say(key, topic="position", **more):
    return Claim(key, more.pop("report", "R"), topic, more.pop("side", "s"), "he", "", **more)


def seen(key, place, when, role="at", **more):
    return say(key, happened=when, places=((role, place),), **more)


def boats(key, low, state, when="", high=-1, **more):
    high = low if high == -1 else high
    return say(key, "count", low=low, high=high, unit="boats", state=state, happened=when, **more)


def story(*claims, **rules):
    mode = rules.pop("mode", "ship")
    return Story({c.id: c for c in claims}, PLACES, states=STATES,
                 rules=StoryRules(mode=mode, **rules))  # fmt: skip


def conflicts(*claims, readings=None, **rules):
    found = find_consistency(story(*claims, **rules), readings=readings)
    assert found.complete
    return {frozenset(one.claims) for one in found.conflicts}


def pair(*names):
    return frozenset(names)


# ---- positions ----


def test_two_sightings_too_far_apart_and_not():
    near, far = seen("a", "arn", "1912-05-01T08:00"), seen("b", "esk", "1912-05-01T11:00")
    assert conflicts(near, far) == {pair("a", "b")}
    assert conflicts(near, seen("b", "esk", "1912-05-02")) == set()
    assert conflicts(seen("a", "arn", "1912-05-01"), seen("b", "esk", "1912-05-01")) == set()


def test_without_a_mode_and_roads_no_move_takes_time():
    two = (seen("a", "arn", "1912-05-01T08:00"), seen("b", "esk", "1912-05-01T08:01"))
    assert conflicts(*two, mode="") == set()


def test_morning_in_one_town_and_evening_in_another_is_no_conflict():
    morning, evening = "2023-06-24T07:30", "2023-06-24T19:00"
    assert conflicts(seen("a", "arn", morning), seen("b", "esk", evening)) == set()


def test_other_groups_are_elsewhere():
    here, there = seen("a", "arn", "1912-05-01T08:00"), seen("b", "esk", "1912-05-01T08:00")
    assert conflicts(here, there) == {pair("a", "b")}
    garrison = seen("b", "esk", "1912-05-01T08:00", group="garrison")
    assert conflicts(here, garrison) == set()


def test_a_town_is_in_its_region_and_toward_is_no_arrival():
    town, region = seen("a", "cor", "1912-05-01T10:00"), seen("b", "plain", "1912-05-01T10:00")
    toward = seen("c", "esk", "1912-05-01T10:30", role="toward")
    assert conflicts(town, region, toward) == set()
    found = find_consistency(story(town, region, toward))
    assert found.not_encoded == {"c": "nowhere"}
    assert [one.to_dict() for one in found.relations] == [
        {"kind": "closer", "claim": "a", "other": "b"}
    ]


def test_an_unmapped_place_restricts_nothing():
    two = (seen("a", "realm", "1912-05-01T08:00"), seen("b", "esk", "1912-05-01T08:00"))
    assert conflicts(*two) == set()
    assert find_consistency(story(*two)).not_encoded == {"a": "nowhere"}


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"status": "denied"}, "denied"),
        ({"topic": "plan"}, "plan"),
        ({"unit": "knots", "low": 22, "high": 22}, "measure"),
        ({"unit": "days", "low": 5, "high": 5, "topic": "strike"}, "measure"),
        ({"unit": "boats", "low": 5, "high": 5, "state": "unaccounted"}, "remainder"),
        ({"topic": "reaction"}, "no_position"),
    ],
)
def test_what_gives_no_condition_says_why(more, reason):
    claim = say("a", **{"topic": "position", "places": (("at", "arn"),), **more})
    found = find_consistency(story(claim))
    assert found.not_encoded == {"a": reason}
    assert found.verdict("a") == "undetermined"
    assert "a" not in found.claims


def test_left_and_arrived():
    left = seen("a", "arn", "1912-05-01", role="from", topic="departure")
    since = seen("b", "arn", "1912-05-01/1912-05-05", date_text="since Monday")
    assert conflicts(left, since) == {pair("a", "b")}
    came = seen("c", "esk", "1912-05-04", role="to", topic="arrival")
    stayed = seen("d", "esk", "1912-05-01/1912-05-05", reading="throughout")
    assert conflicts(came, stayed) == {pair("c", "d")}
    assert conflicts(came, seen("d", "esk", "1912-05-05T01:00")) == set()


def test_a_closure_that_only_claims_tell_of_refutes_no_other_claim(case):
    """From Sukhna to Abu Kamal by the roads there are, on a day on which they are closed or not."""
    edges = tuple(case.network.edge_ids(range(len(case.network.edge_table))))
    shut = Closure("shut", "All roads", "cut", Point(38, 34), "2017-08-31", edges)
    claims = {c.id: c for c in (
        seen("a", "sukhna", "2017-08-31T06:00"), seen("b", "abu_kamal", "2017-08-31T20:00")
    )}  # fmt: skip
    places = {place.id: place for place in case.gazetteer}
    for closure, found in (
        (replace(shut, source="An agency"), {pair("a", "b")}),
        (replace(shut, claims=("a",)), set()),
        (replace(shut, claims=("a",), source="An agency"), {pair("a", "b")}),
    ):
        told = Story(claims, places, network=case.network, closures=(closure,))
        assert {frozenset(one.claims) for one in find_consistency(told).conflicts} == found


# ---- numbers ----


def test_days_are_some_moment_and_clock_times_that_moment():
    day = (boats("a", 6, "north", "1912-05-01"), boats("b", 11, "north", "1912-05-01"))
    assert conflicts(*day) == set()
    noon = (boats("a", 6, "north", "1912-05-01T12:00"), boats("b", 11, "north", "1912-05-01T12:00"))
    assert conflicts(*noon) == {pair("a", "b")}
    assert conflicts(*day, readings={"a": "throughout", "b": "throughout"}) == {pair("a", "b")}


def test_parts_and_a_total_are_a_triple():
    noon = "1912-05-04T12:00"
    three = (boats("n", 4, "north", noon), boats("s", 3, "south", noon), boats("t", 6, "total"))
    assert conflicts(*three) == {pair("n", "s", "t")}
    days = (boats("n", 8, "north", "1912-05-04"), boats("s", 7, "south", "1912-05-04"))
    assert conflicts(*days, boats("t", 10, "total")) == set()
    both = {"n": "throughout", "s": "throughout"}
    assert conflicts(*days, boats("t", 10, "total"), readings=both) == {pair("n", "s", "t")}


def test_numbers_that_may_change_bind_no_sums():
    first, later = boats("a", 6, "total", "1912-05-01"), boats("b", 9, "total", "1912-05-04")
    assert conflicts(first, later) == {pair("a", "b")}
    assert conflicts(first, later, open=("boats",)) == set()


def test_a_number_that_is_final_never_falls():
    nine, eight = boats("a", 9, "saved", "1912-05-02"), boats("b", 8, "saved", "1912-05-04")
    assert conflicts(nine, eight) == set()
    assert conflicts(nine, eight, final=("saved",)) == {pair("a", "b")}
    assert conflicts(nine, boats("b", 12, "saved", "1912-05-05"), final=("saved",)) == set()


@pytest.mark.parametrize(
    ("low", "high", "qualifier", "ends"),
    [
        (7, 7, "", (7, 7)),
        (7, 7, "at least", (7, float("inf"))),
        (7, 7, "more than", (7, float("inf"))),
        (7, 7, "no more than", (0, 7)),
        (7, 7, "not fewer than", (7, float("inf"))),
        (700, 700, "about", (650, 750)),
        (700, 700, "", (650, 750)),
        (308, 308, "", (308, 308)),
        (7, 7, "some", (6, 8)),
        (9, 16, "most of 17", (9, 16)),
        (None, None, "", (1, float("inf"))),
        (3, None, "", (3, float("inf"))),
        (None, 3, "", (0, 3)),
    ],
)
def test_numbers_are_read_with_their_words(low, high, qualifier, ends):
    number = number_of(boats("a", low, "north", high=high, qualifier=qualifier))
    assert (number.low, number.high) == ends


def test_at_least_six_fits_eleven():
    six = boats("a", 6, "north", "1912-05-01T12:00", qualifier="at least")
    assert conflicts(six, boats("b", 11, "north", "1912-05-01T12:00")) == set()


def test_the_whole_is_more_than_half_of_its_main_unit():
    noon = "1912-05-01T12:00"
    whole = say("w", state="north", happened=noon)
    four, two = boats("s", 4, "south", noon), boats("s", 2, "south", noon)
    assert conflicts(whole, four, boats("t", 6, "total")) == {pair("w", "s", "t")}
    assert conflicts(whole, two, boats("t", 6, "total")) == set()


def test_zones_put_places_and_states_together():
    noon = "1912-05-01T12:00"
    town, state = seen("a", "arn", noon), say("b", state="south", happened=noon)
    assert conflicts(town, state) == set()  # a state excludes no place
    zones = {"up": ("arn", "north"), "down": ("south",)}
    assert conflicts(town, state, zones=zones) == {pair("a", "b")}


def test_whoever_leaves_a_place_across_two_zones_may_still_be_in_one_that_a_state_names():
    left = say("a", "departure", happened="1912-05-01", places=(("from", "realm"),))
    after = say("b", state="north", happened="1912-05-02T00:00/1912-05-03", reading="throughout")
    town = say("c", places=(("at", "arn"),), happened="1912-05-01/1912-05-03", reading="throughout")
    zones = {"port": ("arn", "realm"), "up": ("north", "realm"), "down": ("south",)}
    found = conflicts(left, after, town, zones=zones, mode="")
    assert pair("a", "b") not in found
    assert pair("a", "c") in found


def test_a_length_is_impossible_only_below_the_straight_line():
    def length(km, qualifier=""):
        ends = (("from", "arn"), ("to", "esk"))
        return say("a", "distance", places=ends, low=km, high=km, unit="km", qualifier=qualifier)

    assert conflicts(length(150)) == {pair("a")}
    assert conflicts(length(251)) == conflicts(length(900)) == set()
    assert conflicts(length(150, "at least")) == set()


# ---- bad and strange input ----


def test_one_claim_none_and_open_ends():
    assert find_consistency(story()).complete
    alone = find_consistency(story(boats("a", 6, "north")))
    assert alone.claims["a"].status == "all"
    open_ends = (seen("a", "arn", "../.."), seen("b", "esk", ""), boats("c", 3, "north", "../.."))
    assert conflicts(*open_ends) == set()


def test_rules_that_contradict_each_other_refute_no_claim_wrongly():
    one = say("a", "start", happened="1912-05-01", places=(("at", "arn"),))
    other = say("b", "end", happened="1912-05-03", places=(("at", "esk"),))
    rules = {"one_place": ("start", "end"), "order": ("end", "start"), "once": ("start", "end")}
    assert conflicts(one, other, **rules) == {pair("a", "b")}
    found = find_consistency(story(one, other, **rules))
    assert found.conflicts[0].kind == "order"
    assert "order" in found.conflicts[0].assumptions


class GivesUp:
    """A solver that never answers."""

    def solve(self, program, **options):  # noqa: ARG002
        return Answer("gave_up")


def test_a_solver_that_gives_up_makes_nothing_impossible():
    noon = (boats("a", 6, "north", "1912-05-01T12:00"), boats("b", 11, "north", "1912-05-01T12:00"))
    found = find_consistency(story(*noon), solver=GivesUp())
    assert not found.complete
    assert not found.conflicts
    assert not found.repairs
    assert {one.status for one in found.claims.values()} == {"unknown"}
    assert {one.verdict for one in found.claims.values()} == {"undetermined"}


@pytest.mark.slow
def test_out_of_time_is_told_and_nothing_is_wrong():
    claims = [boats(f"c{n}", n % 7, "north", f"1912-05-{1 + n % 9:02}T12:00") for n in range(60)]
    found = find_consistency(story(*claims), limits=Limits(seconds=0.2))
    for one in found.conflicts:
        assert len({claim.low for claim in map(story(*claims).claims.get, one.claims)}) > 1
    assert found.complete or {one.why for one in found.missing} <= {"time", "number"}


def test_a_reading_that_is_none_is_an_error():
    with pytest.raises(ValueError, match="no claim has this id"):
        conflicts(boats("a", 6, "north"), readings={"b": "moment"})
    with pytest.raises(ValueError, match="not a reading"):
        conflicts(boats("a", 6, "north"), readings={"a": "sometimes"})


# ---- verdicts ----


def verdict(*claims, of, against=None, **rules):
    judge = Judge(story(*claims, **rules))
    return claim_verdict(judge, judge.consistency(), of, against)


def test_a_number_flips_where_it_says():
    noon = "1912-05-01T12:00"
    north, total = boats("n", 8, "north", noon), boats("t", 6, "total")
    found = verdict(north, total, of="n", against=["t"])
    assert (found.verdict, found.margin_count) == ("impossible", -2)
    (flip,) = [flip for flip in found.flips if flip.premise == "number"]
    assert (flip.what, flip.flips_at, flip.to) == ("low", 6, "possible")
    for least, answer in ((6, set()), (7, {pair("n", "t")})):
        assert conflicts(boats("n", least, "north", noon, high=8), total) == answer


def test_what_is_possible_says_how_much_is_to_spare():
    north, total = boats("n", 4, "north", "1912-05-01"), boats("t", 6, "total")
    found = verdict(north, total, of="n")
    assert (found.verdict, found.margin_count) == ("possible", 2)
    assert [(flip.what, flip.flips_at) for flip in found.flips] == [("low", 7)]


def test_a_time_flips_where_it_says():
    near, far = seen("a", "arn", "1912-05-01T08:00"), seen("b", "esk", "1912-05-01T11:00")
    found = verdict(near, far, of="b", against=["a"])
    assert found.verdict == "impossible"
    (flip,) = [flip for flip in found.flips if flip.what == "last"]
    hour, minute = map(int, flip.flips_at[-5:].split(":"))
    assert found.margin_h == pytest.approx(11 - hour - minute / 60, abs=0.01)
    for shift, answer in ((0, set()), (-2, {pair("a", "b")})):
        later = f"1912-05-01T11:00/1912-05-01T{hour:02}:{minute + shift:02}"
        assert conflicts(near, seen("b", "esk", later)) == answer


def test_what_others_entail_is_certain():
    noon = "1912-05-01T12:00"
    five, some = boats("a", 5, "north", noon), boats("b", None, "north", "1912-05-01")
    assert verdict(five, some, of="b").verdict == "certain"
    assert verdict(five, some, of="a").verdict == "possible"
    parts = (boats("n", 2, "north", noon), boats("t", 6, "total"))
    most = boats("s", None, "south", noon, high=4, qualifier="at most")
    assert verdict(*parts, most, of="s").verdict == "certain"


def test_held_against_claims_that_cannot_be_true_it_is_undetermined():
    noon = "1912-05-01T12:00"
    six, seven, one = boats("a", 6, "total"), boats("b", 7, "total"), boats("n", 1, "north", noon)
    found = verdict(six, seven, one, of="n", against=["a", "b"])
    assert (found.verdict, found.reason) == ("undetermined", "against")
    assert verdict(six, seven, one, of="n").verdict == "possible"


@pytest.mark.slow
def test_verdict_and_status_never_contradict_each_other():
    noon = "1912-05-01T12:00"
    claims = (boats("a", 6, "north", noon), boats("b", 7, "north", noon), boats("c", 9, "total"),
              boats("d", 3, "north", noon, high=1), seen("e", "arn", noon))  # fmt: skip
    judge = Judge(story(*claims))
    found = judge.consistency()
    for key, status in found.claims.items():
        answer = claim_verdict(judge, found, key)
        assert answer.verdict == status.verdict
        assert (answer.verdict == "impossible") == (status.status == "none")
        assert bool(answer.clashes) == bool(status.conflicts) == (status.status in ("some", "none"))
        assert answer.to_dict()["conflicts"] == [clash.to_dict() for clash in answer.clashes]


def test_equal_conditions_are_one_class():
    noon = "1912-05-01T12:00"
    claims = (boats("a", 6, "north", noon), boats("b", 6, "north", noon, report="Q"),
              boats("c", 7, "north", noon))  # fmt: skip
    found = find_consistency(story(*claims))
    assert found.classes == (("a", "b"),)
    ((conflict, parties),) = found.grouped()
    assert conflict.kind == "count"
    assert set(parties) == {("a", "b"), ("c",)}
    assert {frozenset(one) for one in found.repairs} == {pair("c"), pair("a", "b")}
    assert len(found.to_frame()) == 2


def test_sides_and_reports_have_accounts():
    noon = "1912-05-01T12:00"
    claims = (boats("a", 6, "north", noon, side="one"), boats("b", 7, "north", noon, side="two"),
              boats("c", 5, "north", noon, side="two"))  # fmt: skip
    found = find_consistency(story(*claims))
    assert found.sides["one"].consistent
    assert not found.sides["two"].consistent
    assert found.sides["one"].against == ("two",)
    assert found.sides["one"].must_deny == ("b", "c")


def test_conditions_of_a_story_are_the_encoders():
    encoding = Encoder(story(boats("a", 6, "north", "1912-05-01"))).encode()
    one = encoding.problem.conditions["a"]
    assert (one.form, one.low, one.high, one.when) == ("count", 6, 6, "moment")
    assert one.last - one.first == 24


def test_at_most_is_never_offered_as_at_least():
    """What is said to be no more than 8 does not mean 0 or more."""
    claims = {
        "C1": Claim("C1", "R", "strength", "s", "c", "at most 8", low=0, high=8, unit="buses",
                    state="total"),
        "C2": Claim("C2", "R", "strength", "s", "c", "25", low=25, high=25, unit="buses",
                    state="total"),
    }  # fmt: skip
    (conflict,) = find_consistency(Story(claims, {})).conflicts
    assert set(conflict.claims) == {"C1", "C2"}
    offered = [text for text in map(str, conflict.dissolved_by) if "C1" in text]
    assert offered == []
