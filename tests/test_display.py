"""How results look: descriptions, tables in notebooks, lists with frames; data stays text."""

import dataclasses
import inspect

import geopandas as gpd
import pandas as pd
import pytest
from hostile import PAYLOADS
from pandas.testing import assert_frame_equal

import convoy_geo
from convoy_geo.display import LONGEST, ResultList, ResultTuple, frame_html, shown
from convoy_geo.routing.route import Routes


@pytest.fixture(scope="module")
def case():
    return convoy_geo.read_case()


@pytest.fixture(scope="module")
def results(case):
    text = "The buses left Homs on Monday and stopped near Sukhna."
    mentions = convoy_geo.find_places(text, case=case)
    route = case.roads.route(["Palmyra", "Abu Kamal"])
    claim = next(iter(case.claims.values()))
    impact = case.closure_impact("cratered_road", "Humaymah", "Rawa")
    reach = case.reach("Sukhna", "Palmyra", leave="2017-08-31T06:00", arrive="2017-08-31T12:00")
    return [
        case, case.info, case.claims, case.places, case.reports, claim,
        case.reports[claim.report], case.reported_routes[0], case.closures[0], case.controls[0],
        case.places["sukhna"], case.places["sukhna"].spellings[0], case.gazetteer,
        case.gazetteer.search("Sukhna"), case.gazetteer.search("Sukhna")[0], mentions, mentions[0],
        case.ledger("2017-09-03"), case.sources(), case.distance("Sukhna", "Abu Kamal"),
        case.compare("turn_back"), impact, case.alternatives[0], case.tracks[0], route,
        case.roads.alternatives("Palmyra", "Abu Kamal"), reach, case.network, case.roads,
        case.conflicts(), case.conflicts()[0], case.consistency(), case.verdict(claim.id),
        case.could("Sukhna", "Rawa", leave="2017-08-31T06:00", arrive="2017-09-01"),
        convoy_geo.relative_date("last Thursday", "2017-09-02"),
        convoy_geo.find_dates(text, "2017-09-02"), case.contents, case.findings, case.map(),
    ]  # fmt: skip


@pytest.mark.slow
def test_every_result_has_a_short_description_and_a_table(results):
    for one in results:
        who = type(one).__name__
        assert len(repr(one)) <= LONGEST, (who, repr(one))
        assert "\n" not in repr(one) or who == "OfflineMap", who
        page = one._repr_html_()
        assert page.startswith("<"), who
        assert " at 0x" not in page[:5000], who


@pytest.mark.slow
def test_every_public_class_of_results_is_shown(results):
    seen = {type(one) for one in results}
    for name in convoy_geo.__all__:
        thing = getattr(convoy_geo, name)
        if inspect.isclass(thing) and not issubclass(thing, Exception):
            assert hasattr(thing, "_repr_html_"), name
    assert len(seen) > 30


def test_lists_give_frames(case):
    assert list(case.gazetteer.search("Anah").to_frame()["id"]) == [
        match.place.id for match in case.gazetteer.search("Anah")
    ]
    routes = case.roads.alternatives("Palmyra", "Abu Kamal")
    assert isinstance(routes, Routes)
    assert isinstance(routes.to_frame(), gpd.GeoDataFrame)
    assert len(routes.to_frame()) == len(routes)
    assert len(case.conflicts().to_frame()) == len(case.conflicts())
    assert len(convoy_geo.find_dates("on Monday", "2017-09-02").to_frame()) == 1
    assert ResultList().to_frame().empty
    assert_frame_equal(case.ledgers().to_frame(), case.ledger_series())
    assert ResultTuple() == ()
    assert repr(ResultList([1, 2])) == "[1, 2]"
    assert repr(ResultList(range(100))).startswith("<100 of int: [0, 1, 2]")


@shown
@dataclasses.dataclass(frozen=True)
class Told:
    words: str
    many: tuple = ()


def test_long_values_are_cut():
    assert repr(Told("x")) == "Told(words='x', many=())"
    long = Told("x" * 10_000, tuple(range(10_000)))
    assert len(repr(long)) <= LONGEST
    assert "..." in repr(long)
    assert len(long._repr_html_()) < 2_000


def test_texts_stay_text_in_tables():
    for payload in PAYLOADS.values():
        if "\ud800" in payload:  # pandas itself refuses it
            continue
        for page in (
            Told(payload, (payload,))._repr_html_(),
            ResultList([Told(payload)])._repr_html_(),
            frame_html(pd.DataFrame({payload: [payload]})),
        ):
            assert "<script" not in page
            assert "<img" not in page
            assert "<iframe" not in page


def test_a_table_names_how_many_rows_it_leaves_out():
    page = frame_html(pd.DataFrame({"n": range(1000)}), caption="Numbers")
    assert "Numbers: 1,000 rows, the first 60 shown" in page
