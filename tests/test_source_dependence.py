"""Dependence: who rests on whom, how many origins there are."""

import pytest

from convoy_geo.analysis.source_dependence import find_sources
from convoy_geo.errors import ClaimNotFoundError
from convoy_geo.model.claims import Claim, Report

REPORTS = {
    "A": Report("A", "The Gazette", "", "1915"),
    "B": Report("B", "Herald", "", "1915", rests_on=("A",), rests_basis="names it"),
    "C": Report("C", "Star", "", "1915", rests_on=("Wire",)),
    "D": Report("D", "Sun", "", "1915", rests_on=("Wire",)),
    "E": Report("E", "Moon", "", "1915"),
}


def claim(number, report, *tellers):
    return Claim(number, report, "seen", "crew", tellers[-1], "", tellers=tellers)


def test_both_accounts_of_rawa_have_one_origin(case):
    sources = case.sources(["R0-34", "R0-36", "R1-24"])
    assert sources.origins == ("residents of Rawa",)
    assert sources.voices == ("Asmaa Al-Ani", "Mohammed Karbouli")
    assert sources.independent == (1, 1)
    assert sources.words == "two reports, three statements, two voices, one origin"


def test_rudaw_rests_on_the_washington_post(case):
    edges = case.sources(["R1-24"]).edges
    assert ("Rudaw", "The Washington Post", "cites") in {
        (e.teller, e.source, e.kind) for e in edges
    }
    (whole,) = [edge for edge in edges if edge.kind == "report"]
    assert (whole.teller, whole.source) == ("Rudaw", "The Washington Post")
    assert whole.basis


def test_two_reports_on_one_agency_may_have_one_origin(case):
    sources = case.sources(["R2-14", "R4-20"])
    assert sources.independent == (1, 2)
    assert "at least one independent" in sources.words
    reports = {edge.source for edge in sources.edges if edge.kind == "report"}
    assert reports == {"Reuters"}


def test_accounts_that_one_report_tells_apart_stay_apart(case):
    ids = ["R0-28", "R0-31", "R0-33", "R0-34", "R0-36", "R1-04", "R1-23", "R1-24"]
    assert case.sources(ids).independent == (4, 6)


def test_one_name_in_several_spellings_is_one():
    told = [claim("1", "A", "The Gazette", "the cook"), claim("2", "E", "Moon", "Cook")]
    assert find_sources(told, REPORTS).independent == (1, 1)


def test_and_is_two_only_where_both_stand_alone():
    pair = claim("1", "A", "Gazette", "mate and cook")
    assert find_sources([pair], REPORTS).origins == ("mate and cook",)
    others = [claim("2", "A", "Gazette", "mate"), claim("3", "A", "Gazette", "cook")]
    assert find_sources([pair], REPORTS, [pair, *others]).origins == ("cook", "mate")


def test_media_are_no_voices():
    told = [claim("1", "C", "Star", "Wire", "mate")]
    assert find_sources(told, REPORTS).voices == ("mate",)
    assert find_sources([claim("1", "E", "Moon")], REPORTS).voices == ("Moon",)


def test_reports_on_one_outlet_are_tied_and_others_are_not():
    told = [claim("1", "C", "Star", "mate"), claim("2", "D", "Sun", "cook")]
    assert find_sources(told, REPORTS).independent == (1, 2)
    told = [claim("1", "A", "Gazette", "mate"), claim("2", "E", "Moon", "cook")]
    assert find_sources(told, REPORTS).independent == (2, 2)


def test_the_order_of_claims_does_not_matter_and_nothing_is_nothing(case):
    claims = list(case.claims.values())
    assert case.sources(claims[::-1]) == case.sources()
    assert case.sources([]).words == "no reports, no statements, no voices, no origins"
    with pytest.raises(ClaimNotFoundError):
        case.sources(["R9-99"])


def test_edges_as_a_table(case):
    frame = case.sources(["R0-34"]).to_frame()
    assert list(frame.columns) == ["teller", "source", "kind", "claims", "basis"]
    assert ("Mohammed Karbouli", "residents of Rawa") in set(zip(frame.teller, frame.source,
                                                                  strict=True))  # fmt: skip
