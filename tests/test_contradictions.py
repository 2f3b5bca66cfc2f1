"""Contradictions: what the machine finds of a register made by hand, and laws that hold for all."""

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convoy_geo.analysis.old_rules.contradictions import KINDS, Rules, find_contradictions
from convoy_geo.analysis.old_rules.whereabouts import Atlas, company
from convoy_geo.case.case import read_case
from convoy_geo.model.claims import Claim
from convoy_geo.model.places import Place

FOUND = {
    ("time", "R0-07 R3-01 R4-15"): "X01",
    ("unit", "R0-14 R1-14 R2-09 R3-16 R4-02 R4-07 R4-23"): "X02",
    ("number", "R2-20 R3-18"): "X03",
    ("number", "R0-22 R0-26 R3-08"): "X04",
    ("sum", "R0-05 R0-21 R0-22 R0-25 R1-02"): "X04",
    ("number", "R0-01 R3-09"): "X05",
    ("place", "R0-18 R4-01 R4-13"): "X06",
    ("place", "R1-13 R4-16 R4-17"): "X08",
    ("grain", "R2-01 R2-14"): "X09",
    ("unit", "R4-21 R4-22"): "X10",
    ("sum", "R0-36 R3-16"): "X11",
    ("unit", "R0-36 R1-04 R1-24"): "X11",
    ("grain", "R0-09 R1-11 R2-05 R2-12 R3-14"): "X14",
    ("denial", "R0-41 R0-42 R4-14"): "X15",
    ("length", "R2-15"): "X16",
}
"""What the machine finds in the case of 2017, and the contradiction noted by hand that it is."""

NOTED = {
    "X01": "R0-07 R3-01 R4-15 R4-25", "X03": "R0-11 R2-20 R2-21 R3-18 R3-19 R3-20",
    "X02": "R0-14 R1-14 R2-09 R2-10 R3-16 R4-02 R4-07 R4-23 R4-31",
    "X04": "R0-05 R0-21 R0-22 R0-25 R0-26 R0-27 R1-01 R1-02 R1-03 R1-05 R1-07 R3-08 R4-11 R4-16",
    "X05": "R0-01 R3-09", "X06": "R4-01 R4-03", "X08": "R1-13 R4-17 R4-18",
    "X09": "R2-01 R2-14 R4-04 R4-20", "X10": "R4-21 R4-22",
    "X11": "R0-03 R0-28 R0-31 R0-33 R0-34 R0-36 R0-37 R0-43 R1-04 R1-23 R1-24",
    "X14": "R0-09 R1-11 R2-05 R2-12 R2-16 R3-14 R4-06 R4-08",
    "X15": "R0-20 R0-41 R0-42 R1-21 R1-22 R4-14 R4-19 R4-34", "X16": "R2-15",
}  # fmt: skip
"""Claims of the contradictions that were noted by hand and that the tables hold."""

BEYOND = {
    "X07": "R0-18 R4-13",  # the other word on who held the ground is in none of the reports
    "X12": "R0-08 R1-09 R1-15 R2-03 R2-13 R3-13 R3-15 R4-26",  # names in sentences, in no column
    "X13": "R2-11 R4-24",  # kinds of arms in sentences, in no column
    "X17": "R3-02 R3-03 R3-22",  # all of one day; the other day is from outside
    "X18": "R3-21",  # one claim; the other is from outside
    "X20": "R0-17 R1-19 R2-02 R2-06 R4-09",  # their days overlap; the other day is from outside
    "X21": "R3-05 R3-06 R3-07",  # one report; the other is from outside
}
"""Those that need words or sources that the tables do not hold."""


@pytest.fixture(scope="module")
def found(case):
    return case.contradictions()


def claim(number, **more):
    given_ = {"report": "A", "topic": "seen", "side": "crew", "happened": "1915-01-02"}
    return Claim(number, claimant="mate", summary="", **{**given_, **more})


def counted(number, low, **more):
    return claim(number, low=low, high=more.pop("high", low),
                 **{"unit": "boats", "state": "afloat", **more})  # fmt: skip


def only(claims, *args):
    (one,) = find_contradictions(claims, *args)
    return one


def test_what_is_found_is_what_was_noted_by_hand(found):
    assert {(one.kind, " ".join(one.claims)) for one in found} == set(FOUND)
    assert set(FOUND.values()) == set(NOTED)
    for (_, ids), number in FOUND.items():
        assert set(ids.split()) & set(NOTED[number].split())


@pytest.mark.parametrize("number", BEYOND)
def test_what_is_beyond_the_tables_is_not_claimed_to_be_found(found, number):
    ids = set(BEYOND[number].split())
    assert not any(set(one.claims) <= ids for one in found)


def test_the_column_of_disputes_is_not_used(case, found):
    blind = [replace(one, dispute="") for one in case.claims.values()]
    places = {place.id: place for place in case.gazetteer}
    sides = {key: side.name for key, side in case.info.sides.items()}
    rules = Rules(**case.info.rules, states=case.info.states, sides=sides)
    atlas = Atlas(places, case._files.areas, rules.apart)
    assert find_contradictions(blind, atlas, rules) == found


def test_states_and_sides_are_told_by_their_labels(found):
    words = {one.kind: one.why for one in reversed(found)}
    assert "4 in Islamic State-held area (R0-25)" in words["sum"]
    assert "asserted by Hezbollah (R0-41, R4-14) against denied by US-led" in words["denial"]
    assert not any("in_" in one.why or "in desert" in one.subject for one in found)


def test_three_hundred_fighters_and_six_hundred_people(found):
    (one,) = [one for one in found if one.kind == "unit" and "R3-16" in one.claims]
    assert any("300 fighters" in hint and "300 relatives" in hint for hint in one.reconcile)


def test_every_record_says_why_and_what_would_reconcile_it(found):
    for one in found:
        assert one.kind in KINDS
        assert all(name in one.why for _, ids in one.parties for name in ids[:1])
        assert one.reconcile
        assert one.to_dict()["claims"] == list(one.claims)
    with pytest.raises(FrozenInstanceError):
        found[0].kind = "time"


def test_the_second_case_has_its_own(found):
    own = read_case("titanic-1912").contradictions()
    assert {one.subject for one in own} >= {"people saved", "people aboard", "distress call"}


def test_numbers():
    assert only([counted("1", 2), counted("2", 3)]).kind == "number"
    assert not find_contradictions([counted("1", 2), counted("2", 2, high=3)])
    assert not find_contradictions([counted("1", 2), counted("2", 3, happened="1915-01-03")])
    assert not find_contradictions([counted("1", 2), counted("2", 3, state="ashore")])
    assert not find_contradictions([counted("1", 2), counted("2", 3, status="denied")])


def test_a_rest_is_nobodys_rival():
    rests = [counted("1", 6, state="unaccounted"), counted("2", 7, state="unaccounted")]
    assert not find_contradictions(rests)


def test_a_list_in_one_sentence_is_parts_not_rivals():
    parts = [counted("1", 8, span_start=5), counted("2", 2, span_start=5)]
    assert not find_contradictions(parts)
    assert only([*parts, counted("3", 9, report="B")]).claims == ("1", "2", "3")
    assert not find_contradictions([*parts, counted("3", 10, report="B")])
    assert not find_contradictions([*parts, counted("3", 8, report="B")])


def test_a_running_count():
    one = only([counted("1", 5, happened="1915-01-02/1915-01-06"),
                counted("2", 14, happened="1915-01-02/1915-01-15")])  # fmt: skip
    assert one.reconcile[0].startswith("a running count")


def test_parts_over_the_total():
    told = [counted("1", 6), counted("2", 11, state="adrift"), counted("3", 4, state="ashore")]
    assert only([*told, counted("4", 17, state="total")]).kind == "sum"
    assert not find_contradictions([*told, counted("4", 21, state="total")])
    assert not find_contradictions([*told, counted("4", 17, state="total", high=None)])


def test_once_and_order():
    left = [claim("1", topic="left"), claim("2", topic="left", happened="1915-01-05")]
    assert only(left, None, Rules(once=("left",))).kind == "time"
    assert not find_contradictions(left)
    told = [claim("1", topic="came"), claim("2", topic="left", happened="1915-01-05")]
    assert only(told, None, Rules(order=("left", "came"))).kind == "order"
    assert not find_contradictions(told, None, Rules(order=("came", "left")))


PLACES = {
    "x": Place("x", "X", 38.0, 34.0, 5.0),
    "y": Place("y", "Y", 39.0, 34.0, 5.0),
    "big": Place("big", "Big", 38.0, 34.0, 60.0, shape="area"),
    "vague": Place("vague", "Vague", 45.0, 34.0, 5.0, shape="unmapped"),
    "zone": Place("zone", "Zone", None, None, shape="unmapped"),
    "other": Place("other", "Other", None, None, shape="unmapped"),
}
SEEN = Rules(one_place=("seen",), apart=("zone", "other"))


@pytest.mark.parametrize(
    ("one", "two", "kind"),
    [
        ("x", "y", "place"), ("x", "big", "grain"), ("x", "x", None), ("x", "vague", None),
        ("zone", "other", "place"), ("zone", "x", None),
    ],
)  # fmt: skip
def test_places(one, two, kind):
    told = [claim("1", places=(("at", one),)), claim("2", places=(("at", two),))]
    kinds = [c.kind for c in find_contradictions(told, Atlas(PLACES, {}, SEEN.apart), SEEN)]
    assert kinds == ([kind] if kind else [])


def test_a_gap_is_said_in_km():
    told = [claim("1", places=(("at", "x"),)), claim("2", places=(("at", "y"),))]
    assert "82 km apart" in only(told, Atlas(PLACES), SEEN).why


def test_left_and_still_there_needs_one_statement():
    told = [claim("1", places=(("from", "x"),), said="1915-01-02", topic="departure"),
            claim("2", places=(("at", "x"),), said="1915-01-02", topic="position")]  # fmt: skip
    assert only(told, Atlas(PLACES)).kind == "place"
    own = [replace(one, topic=topic) for one, topic in zip(told, ("gone", "there"), strict=True)]
    assert only(own, Atlas(PLACES), Rules(one_place=("gone", "there"))).kind == "place"
    assert not find_contradictions([told[0], replace(told[1], side="owner")], Atlas(PLACES))
    assert not find_contradictions([told[0], replace(told[1], said="")], Atlas(PLACES))


@pytest.mark.parametrize("topic", ["distance", "plan", "arms", "weather"])
def test_what_tells_no_movement_leaves_nothing(topic):
    way = (("from", "x"), ("to", "y"))
    told = [
        counted("1", 80, high=None, unit="km", state="", topic=topic, places=way,
                said="1915-01-02"),
        claim("2", topic="position", places=(("at", "x"),), said="1915-01-02"),
    ]  # fmt: skip
    assert not find_contradictions(told, Atlas(PLACES))


def test_a_distance_has_no_day_and_no_unit():
    ends = (("from", "x"), ("to", "y"))
    told = [
        counted(f"{n}", low, unit=unit, state="", topic="distance", places=ends, report=f"R{n}",
                happened=f"1915-0{n}-01", qualifier=about)
        for n, (low, unit, about) in enumerate(
            [(600, "km", ""), (375, "miles", ""), (200, "km", ""), (600, "km", "about")], 1)
    ]  # fmt: skip
    one = only(told)
    assert (one.kind, one.subject) == ("number", "distance between x and y")
    assert "200 km (3) against 600 km (1, 4) against 375 miles (604 km) (2)" in one.why
    assert not find_contradictions(told[:2])  # 600 km are 550 to 650 by its digits
    assert only([told[1], replace(told[0], low=598.5, high=598.5)]).kind == "number"
    assert not find_contradictions([told[1], told[3]])
    assert not find_contradictions([replace(told[2], span_start=9, report="R1"),
                                    replace(told[0], span_start=9)])  # fmt: skip
    other = replace(told[2], places=(("from", "x"), ("to", "big")))
    assert not find_contradictions([told[0], other])
    assert not find_contradictions([replace(told[0], low=100, high=None), told[2]])


def test_a_denied_figure_opposes_figures_of_its_own():
    no = counted("1", 6, status="denied")
    for other, found in (
        ({}, True), ({"high": 9}, True), ({"low": 7, "high": 9}, False), ({"unit": "men"}, False),
        ({"state": "ashore"}, False), ({"state": "total", "low": 17, "high": 17}, False),
    ):  # fmt: skip
        told = counted("2", **{"low": 6, "side": "owner", **other})
        assert [one.kind for one in find_contradictions([no, told])] == ["denial"] * found
    whole = claim("3", status="denied")  # nothing of the kind: no figure of it either
    assert only([whole, counted("2", 6, side="owner")]).kind == "denial"


def test_what_would_reconcile_fits():
    def hints(*told, rules=None):
        return " ".join(only(list(told), None, rules or Rules()).reconcile)

    left = [claim(n, topic="left", happened=on) for n, on in (("1", "1915-01-02"),
            ("2", "1915-01-03"), ("3", "1915-03-02"))]  # fmt: skip
    once = Rules(once=("left",))
    assert "went on over the next" in hints(*left[:2], rules=once)
    assert "went on over the next" not in hints(*left, rules=once)
    no, yes = claim("1", status="denied"), claim("2", side="owner")
    assert "another day" not in hints(no, yes)
    assert "another day" in hints(no, replace(yes, happened="1915-01-01/1915-01-02"))


def test_denials_are_of_other_sides():
    told = [claim("1", status="denied"), claim("2", side="owner")]
    assert only(told).kind == "denial"
    assert not find_contradictions([told[0], replace(told[1], side="crew")])
    assert not find_contradictions([told[0], replace(told[1], happened="1915-02-02")])


def test_lengths():
    way = (("from", "x"), ("to", "y"))
    assert not find_contradictions(
        [counted("1", 92, unit="km", state="", places=way)], Atlas(PLACES)
    )
    long = only([counted("1", 150, unit="km", state="", places=way)], Atlas(PLACES))
    short = only([counted("1", 50, unit="km", state="", places=way)], Atlas(PLACES))
    assert "road" in long.reconcile[0]
    assert "no way is shorter" in short.reconcile[0]


def test_company_by_brute_force():
    rng = np.random.default_rng(1)
    for _ in range(30):
        group, first = rng.integers(0, 4, 12), rng.integers(0, 9, 12)
        last = first + rng.integers(0, 4, 12)
        against = np.triu(rng.random((4, 4)) < 0.3, 1)
        against |= against.T
        expected = [
            any(against[group[a], group[b]] and first[a] <= last[b] and first[b] <= last[a]
                for b in range(12)) for a in range(12)
        ]  # fmt: skip
        assert company(group, first, last, against).tolist() == expected


ANY_CLAIMS = st.lists(
    st.tuples(
        st.sampled_from(["seen", "left", "came"]), st.sampled_from(["crew", "owner"]),
        st.sampled_from(["asserted", "denied"]), st.integers(1, 6), st.integers(0, 3),
        st.integers(0, 9), st.sampled_from(["boats", "men"]),
        st.sampled_from(["afloat", "total", ""]), st.sampled_from(["x", "y", "big", "zone"]),
        st.sampled_from([None, 5]),
    ),
    max_size=14,
).map(lambda rows: [
    counted(f"c{n:02d}", low, topic=topic, side=side, status=status, unit=unit, state=state,
            happened=f"1915-01-{day:02d}/1915-01-{day + more:02d}", places=(("at", place),),
            span_start=span)
    for n, (topic, side, status, day, more, low, unit, state, place, span) in enumerate(rows)
])  # fmt: skip
ALL = Rules(("left",), ("seen",), ("left", "came"), ("zone", "other"))


@settings(max_examples=80)
@given(ANY_CLAIMS, st.randoms(use_true_random=False))
def test_the_order_of_the_claims_does_not_matter(claims, shuffle):
    mixed = list(claims)
    shuffle.shuffle(mixed)
    atlas = Atlas(PLACES, {}, ALL.apart)
    assert find_contradictions(mixed, atlas, ALL) == find_contradictions(claims, atlas, ALL)


@settings(max_examples=80)
@given(ANY_CLAIMS)
def test_no_claim_contradicts_itself(claims):
    for one in find_contradictions(claims, Atlas(PLACES, {}, ALL.apart), ALL):
        listed = [name for _, ids in one.parties for name in ids]
        assert len(listed) == len(set(listed)) >= (1 if one.kind in {"length", "sum"} else 2)
    for one in claims:
        alone = find_contradictions([one], Atlas(PLACES, {}, ALL.apart), ALL)
        assert alone == ()
