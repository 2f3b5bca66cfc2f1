"""The ledger: readings side by side, nothing merged, counts conserved."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convoy_geo.analysis.intervals import days, rivals, total
from convoy_geo.analysis.ledger import ledger, ledger_series, main_unit
from convoy_geo.case.case import read_case
from convoy_geo.cli import main
from convoy_geo.errors import DateError
from convoy_geo.lang import load
from convoy_geo.model.claims import Claim

STATES = ("total", "afloat", "ashore", "unaccounted")
PUBLISHED = {"A": "1915-01-02", "B": "1915-01-03"}


def claim(number, state, low, *, high=None, side="crew", report="A", on="1915-01-02", **more):
    high = low if high is None else high
    return Claim(number, report, "seen", side, "mate", "", happened=on, low=low, high=high,
                 unit="boats", state=state, **more)  # fmt: skip


def book(claims, on="1915-01-02", **options):
    return ledger(claims, on, "boats", published=PUBLISHED, states=STATES, **options)


def rows(day):
    return [(row["side"], row["states"], row["residual"], row["adds_up"]) for row in day.to_list()]


def said(account, names=None):
    return load("en").account(**account.values({}, names or {}))


def test_a_total_without_a_date_holds_on_each_day():
    told = [claim("1", "afloat", 3), claim("2", "total", 5, on="")]
    (account,) = book(told).accounts
    assert (account.total, account.residual, account.total_claims) == ((5, 5), (2, 2), ("2",))
    elsewhere = [claim("1", "afloat", 3), claim("2", "total", 5, on="", report="B")]
    assert book(elsewhere).accounts[0].total is None  # not known by the day
    assert book(elsewhere, hindsight=True).accounts[0].total == (5, 5)
    assert book(told, conserved=False).accounts[0].total is None
    assert book(told[1:]).accounts == ()


def test_the_third_of_september(case):
    coalition, hezbollah, reporter = case.ledger("2017-09-03").to_list()
    assert coalition["side"] == "coalition"
    assert coalition["states"] == {"in_government_area": [6, 6], "in_desert": [11, 11]}
    assert (coalition["total"], coalition["residual"], coalition["adds_up"]) == (17, 0, True)
    assert coalition["claims"] == ["R0-21", "R0-22", "R0-05"]
    assert hezbollah["states"] == {"in_desert": [6, 6], "in_islamic_state_area": [4, 4]}
    assert (hezbollah["total"], hezbollah["residual"], hezbollah["adds_up"]) == (17, 7, False)
    assert hezbollah["cells"] == {"in_desert": ["R0-26"], "in_islamic_state_area": ["R0-25"]}
    assert hezbollah["rest_claims"] == ["R0-27"]
    assert hezbollah["total_claims"] == ["R4-12"]  # Hezbollah's own, given in another report
    assert (reporter["states"], reporter["total"], reporter["adds_up"]) == ({}, 17, None)


def test_the_day_before_is_a_second_reading_and_only_when_asked_for(case):
    day = case.ledger("2017-09-03", unit="buses", carry_over=True)
    assert set(case.ledger("2017-09-03").accounts) < set(day.accounts)
    (second,) = set(day.accounts) - set(case.ledger("2017-09-03").accounts)
    row = second.to_dict()
    assert row["states"] == {
        "in_government_area": [6, 6], "in_desert": [6, 6], "in_islamic_state_area": [4, 4],
    }  # fmt: skip
    assert row["residual"] == 1
    assert row["carried"] == ["R4-16"]
    assert row["told"]["in_government_area"] == "carried"
    assert "carried over" in row["reading"]


def test_a_rest_told_by_reporters_is_never_summed(case):
    for on in ("2017-09-02", "2017-09-03", "2017-09-04"):
        for reading in case.ledger(on, carry_over=True, hindsight=True).accounts:
            assert not {"R0-24", "R0-27"} & set(reading.claims)


def test_a_residual_is_an_interval_where_counts_are(case):
    (row,) = case.ledger("2017-09-02").to_list()
    assert row["states"]["in_desert"] == [9, 16]
    assert row["residual"] == row["residual_range"] == [-5, 2]
    assert row["adds_up"] is None


@pytest.mark.parametrize(("parts", "rest"), [(3, [0, 5]), (9, -1)])
def test_a_total_of_at_most_so_many_leaves_open_how_many_there_are(parts, rest):
    (row,) = book([claim("1", "afloat", parts), claim("2", "total", 0, high=8)]).to_list()
    assert (row["residual"], row["adds_up"]) == (rest, None)


def test_open_ends_are_null():
    (row,) = book([claim("1", "afloat", 3, high=math.inf), claim("2", "total", 7)]).to_list()
    assert row["states"] == {"afloat": [3, None]}
    assert row["residual"] == [None, 4]
    assert row["adds_up"] is None


def test_without_a_total_nothing_adds_up_or_not():
    (reading,) = book([claim("1", "afloat", 3)]).accounts
    assert (reading.total, reading.residual, reading.adds_up) == (None, None, None)
    assert "undetermined" in said(reading)


def test_a_rivals_total_is_named_as_the_rivals():
    parts, whole = claim("1", "afloat", 3), claim("2", "total", 7, side="owner")
    reading, only = book([parts, whole]).accounts
    assert (only.side, only.cells, only.total) == ("owner", (), (7, 7))
    assert (reading.own_total, reading.total_sides) == (False, ("owner",))
    assert (reading.residual, reading.adds_up) == ((4, 4), None)
    assert "of 7 (given by The owner, 2): remainder 4, undetermined" in load("en").account(
        **reading.values({}, {"owner": "The owner"})
    )
    assert reading.to_dict()["total_sides"] == ["owner"]
    for told in ({"side": "reporter"}, {"side": "owner", "tellers": ("Paper",)}):
        reading, _ = book([parts, claim("2", "total", 7, **told)]).accounts
        assert (reading.total_sides, reading.adds_up) == ((), False)
        assert "of 7 (the report's total, 2): remainder 4, does not add up" in load("en").account(
            **reading.values({}, {})
        )
    (older,) = book([parts, whole], "1915-01-03", carry_over=True).accounts
    assert (older.total_sides, older.adds_up) == (("owner",), None)


@pytest.mark.parametrize(
    ("low", "whole", "adds_up"), [(850, 1000, None), (400, 1000, False), (1000, 1000, None)]
)
def test_about_a_thousand_adds_up_to_nothing_sure(low, whole, adds_up):
    told = [claim("1", "afloat", low), claim("2", "total", whole, qualifier="about")]
    (reading,) = book(told).accounts
    assert reading.adds_up is adds_up
    assert reading.slack == 500
    assert f"of about 1000 (own total, 2): remainder about {whole - low}" in load("en").account(
        **reading.values({}, {})
    )
    exact = claim("3", "total", whole)
    (reading,) = book([*told, exact]).accounts
    assert (reading.slack, reading.adds_up) == (0, low == whole)


def test_two_figures_of_one_side_are_two_readings():
    day = book([claim("1", "afloat", 3), claim("2", "afloat", 5), claim("3", "total", 5)])
    assert sorted(rows(day), key=str) == [
        ("crew", {"afloat": [3, 3]}, 2, False), ("crew", {"afloat": [5, 5]}, 0, True),
    ]  # fmt: skip


def test_reports_are_never_merged_and_later_words_wait_for_hindsight():
    told = [claim("1", "afloat", 3), claim("2", "ashore", 4, report="B"), claim("3", "total", 7)]
    assert rows(book(told)) == [("crew", {"afloat": [3, 3]}, 4, False)]
    assert len(book(told, hindsight=True).accounts) == 2


def test_denied_claims_and_other_units_stay_out():
    assert book([claim("1", "afloat", 3, status="denied")]).accounts == ()
    assert ledger([claim("1", "afloat", 3)], "1915-01-02", "men", published=PUBLISHED,
                  states=STATES).accounts == ()  # fmt: skip


def test_a_figure_of_days_that_go_on_may_be_later():
    told = [claim("1", "afloat", 3, on="1915-01-02/1915-01-09"), claim("2", "total", 3)]
    (reading,) = book(told).accounts
    assert reading.cells[0].told == "span"
    assert reading.adds_up is None


def test_reporters_words_are_carried_only_for_the_same_reporter():
    own = {"side": "reporter", "tellers": ("mate",)}
    old = claim("1", "afloat", 3, on="1915-01-01", **own)
    other = Claim(**{**vars(claim("2", "ashore", 4, report="B", **own)), "claimant": "cook"})
    day = book([old, other], "1915-01-03", carry_over=True)
    assert all(len(reading.cells) == 1 for reading in day.accounts)


def test_the_main_unit_and_the_series(case):
    assert main_unit(case.claims.values(), case.info.states) == "buses"
    series = case.ledger_series()
    assert set(series["on"]) == {"2017-09-02", "2017-09-03", "2017-09-04"}
    none = ledger_series([], "boats", start="1915-01-01", end="1915-01-02", published={},
                         states=STATES)  # fmt: skip
    assert len(none) == 0
    with pytest.raises(DateError):
        case.ledger("yesterday")


CLAIMS = st.lists(
    st.builds(
        lambda state, low, more, side, report, first, length, denied: (
            state, low, low + more, side, report,
            f"1915-01-{first:02d}/1915-01-{first + length:02d}",
            "denied" if denied else "asserted",
        ),
        st.sampled_from(STATES), st.integers(0, 20), st.integers(0, 5),
        st.sampled_from(["crew", "owner"]), st.sampled_from(["A", "B"]),
        st.integers(1, 4), st.integers(0, 3), st.booleans(),
    ),
    max_size=10,
).map(lambda rows: [
    claim(f"c{n:02d}", state, low, high=high, side=side, report=report, on=on, status=status)
    for n, (state, low, high, side, report, on, status) in enumerate(rows)
])  # fmt: skip


@pytest.mark.slow
@settings(max_examples=60)
@given(CLAIMS, st.randoms(use_true_random=False), st.booleans(), st.booleans())
def test_the_ledger_of_a_permuted_table_is_the_same(claims, shuffle, carry_over, hindsight):
    mixed = list(claims)
    shuffle.shuffle(mixed)
    options = {"carry_over": carry_over, "hindsight": hindsight}
    assert book(mixed, **options) == book(claims, **options)


@settings(max_examples=60)
@given(CLAIMS)
def test_counts_are_conserved(claims):
    by_id = {one.id: one for one in claims}
    for reading in book(claims, carry_over=True, hindsight=True).accounts:
        for cell in reading.cells:
            mine = [by_id[name] for name in cell.claims]
            assert {one.side for one in mine} == {reading.side}
            assert {one.state for one in mine} == {cell.state}
            assert all(one.low <= cell.count[0] <= cell.count[1] <= one.high for one in mine)
        if reading.total is not None and reading.cells:
            parts = total(cell.count for cell in reading.cells)
            low, high = reading.residual
            assert high + parts[0] == reading.total[1]
            if reading.total[0] == 0 < reading.total[1]:  # at most so many: a part may be absent
                assert low == min(0, high)
            else:
                assert low + parts[1] == reading.total[0]


@pytest.mark.slow
@settings(max_examples=100)
@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 6), st.integers(0, 3),
                          st.integers(0, 6), st.integers(0, 3)), max_size=12))  # fmt: skip
def test_the_sweep_finds_what_pairs_would(boxes):
    rows = [(s, a, a + b, c, c + d) for s, a, b, c, d in boxes]
    expected = [
        any(s == t and a <= f and e <= b and (c > h or d < g) for t, e, f, g, h in rows)
        for s, a, b, c, d in rows
    ]
    assert rivals(*[[row[i] for row in rows] for i in range(5)]).tolist() == expected


def test_days_of_plain_and_other_dates():
    assert days("1915-01-02")[0] == days("1915-01-02/1915-01-09")[0]
    assert days("1915-01")[1] - days("1915-01")[0] == 30
    assert days("../1915-01-02")[1] == days("1915-01-02")[1]
    with pytest.raises(DateError):
        days("1915-01-09/1915-01-02")


def test_a_sides_total_of_another_report_is_its_own():
    parts = claim("1", "afloat", 3, report="B", on="1915-01-03")
    whole = claim("2", "total", 3, on="1915-01-01/1915-01-02")
    (account,) = book([parts, whole], "1915-01-03").accounts
    assert (account.own_total, account.total_claims, account.adds_up) == (True, ("2",), True)
    options = {"published": PUBLISHED, "states": STATES, "conserved": False}
    (account,) = ledger([parts, whole], "1915-01-03", "boats", **options).accounts
    assert account.total is None


def test_more_than_the_total_is_undetermined_unless_it_is_of_one_moment():
    def account(when):
        told = [claim("1", "afloat", 5, on=when), claim("2", "ashore", 4, on=when),
                claim("3", "total", 7)]  # fmt: skip
        return book(told).accounts[0]

    assert (account("1915-01-02").residual, account("1915-01-02").adds_up) == ((-2, -2), None)
    assert account("1915-01-02T12:00").adds_up is False


def test_a_side_with_only_a_total_has_a_row():
    day = book([claim("1", "total", 7)])
    (row,) = day.to_frame().itertuples()
    assert (row.side, row.state, row.low, row.high, row.claims) == ("crew", "total", 7, 7, ("1",))
    assert said(day.accounts[0]) == "7 in all (1); where they were is not said"
    assert day.to_list()[0]["residual"] is None


def test_a_moment_takes_what_holds_of_it():
    """Three in the morning and five in the evening: at noon neither, with carry-over the three."""

    def said(key, hour, low):
        return Claim(key, "R", "seen", "crew", "mate", "", happened=f"1915-01-02T{hour}", low=low,
                     high=low, unit="boats", state="afloat")  # fmt: skip

    claims = [said("1", "06:00", 3), said("2", "18:00", 5)]
    options = {"published": {"R": "1915-01-02"}, "states": ["afloat"]}

    def counts(when, **more):
        found = ledger(claims, when, "boats", **options, **more)
        return [cell.count for account in found.accounts for cell in account.cells], found.moment

    assert counts("1915-01-02T06:00") == ([(3, 3)], "1915-01-02T06:00")
    assert counts("1915-01-02T12:00") == ([], "1915-01-02T12:00")
    assert counts("1915-01-02T12:00", carry_over=True)[0] == [(3, 3)]
    assert sorted(counts("1915-01-02")[0]) == [(3, 3), (5, 5)]
    assert counts("1915-01-02")[1] == ""


def test_a_side_whose_figures_were_published_later_is_on_the_page_and_says_so(tmp_path):
    case = case_of(
        tmp_path,
        """\
claim,report,topic,side,claimant,places,happened,low,high,unit,state,status,summary
C1,R1,position,agency,agency,at:port,2019-03-20,10,10,lorries,parked,asserted,Ten are parked.
C2,R2,position,police,police,at:port,2019-03-20,6,6,lorries,parked,asserted,Six are parked.
""",
    )
    (day,) = [one for one in case._page_ledgers() if one.on.isoformat() == "2019-03-20"]
    sides = {account.side: account.words for account in day.accounts}
    assert set(sides) == {"agency", "police"}
    assert "later" in str(sides["police"])
    assert {a.side for a in case.ledger("2019-03-20").accounts} == {"agency"}


def case_of(folder, claims):
    """A case of two sides; the police's report is published a day later."""
    (folder / "case.toml").write_text(
        'format = 2\ntitle = "Lorries"\nstart = "2019-03-19"\nend = "2019-03-22"\n'
        '[states]\nparked = "parked"\ntotal = "in all"\n'
        '[[side]]\nid = "agency"\nname = "Agency"\ncolour = "#0072B2"\n'
        '[[side]]\nid = "police"\nname = "Police"\ncolour = "#D55E00"\n'
    )
    (folder / "places.csv").write_text("place,name,kind,lon,lat\nport,Port,town,36.9,-17.9\n")
    (folder / "reports.csv").write_text(
        "report,publisher,title,published\nR1,A,One,2019-03-20\nR2,B,Two,2019-03-21\n"
    )
    (folder / "claims.csv").write_text(claims)
    return read_case(folder)


def test_numbers_without_a_state_are_named(tmp_path, capsys):
    case_of(
        tmp_path,
        """\
claim,report,topic,side,claimant,places,happened,low,high,unit,status,summary
C1,R1,position,agency,agency,at:port,2019-03-20,10,10,lorries,asserted,Ten are parked.
""",
    )
    assert main(["ledger", str(tmp_path)]) == 1
    assert "not counted, since they have a number and no state: C1" in (capsys.readouterr().out)
