"""Who held the roads: the table, its faults, what it closes for one side, and what a way says."""

import shutil

import pytest

from convoy_geo.casefiles.read import read_case_files
from convoy_geo.casefiles.validate import check_case
from convoy_geo.errors import DateError, EdgeNotFoundError, NoRouteError
from convoy_geo.io.files import geodata
from convoy_geo.model.closures import Control
from convoy_geo.routing.road_control import closures_for, held_along, held_words

TANF = {"E036", "E037"}


@pytest.fixture
def folder(tmp_path):
    """A copy of the embedded case to spoil."""
    return shutil.copytree(geodata("cases", "convoy-2017"), tmp_path / "case")


def test_every_control_names_an_outside_source_and_real_edges(case):
    assert len(case.controls) >= 8
    for control in case.controls:
        assert control.from_outside
        assert len(control.source) > 20
        assert set(control.edges) <= set(case.network.edge_table.index)


def test_no_stretch_is_held_by_two_at_once(case):
    days = ["2017-08-20", "2017-08-31", "2017-09-10", "2017-09-11", "2017-09-20"]
    for day in days:
        held = [edge for one in case.controls if one.active(day) for edge in one.edges]
        assert len(held) == len(set(held)), day


def test_a_stretch_is_held_on_its_days_only(case):
    controls = {control.id: control for control in case.controls}
    later = controls["sukhna_deir_ez_zor_later"]
    assert not later.active("2017-09-10")
    assert later.active("2017-09-11")
    with pytest.raises(DateError):
        later.active("11.9.2017")


def test_the_zone_by_tanf_is_closed_to_the_convoy_and_open_to_a_question_without_a_side(case):
    open_to_all = case.roads.route(["Adra junction", "Rutba"], when="2017-08-31")
    assert set(open_to_all.edges) >= TANF
    convoy = case.roads_for("convoy").route(["Adra junction", "Rutba"], when="2017-08-31")
    assert not TANF & set(convoy.edges)
    assert "tanf" in convoy.closures


def test_a_side_is_never_led_faster_than_nobody_in_particular(case):
    for side in ("convoy", "syrian_government"):
        for pair in (["Sukhna", "Mayadin"], ["Palmyra (Tadmur)", "Rutba"], ["T3", "Sukhna"]):
            free = case.roads.route(pair, when="2017-08-31")
            try:
                bound = case.roads_for(side).route(pair, when="2017-08-31")
            except NoRouteError:
                continue
            assert bound.duration_h >= free.duration_h


def test_undetermined_stretches_stay_open_and_are_reported(case):
    way = case.roads_for("convoy").route(["Sukhna", "Deir ez-Zor"], when="2017-08-31")
    assert {"front_east_of_sukhna", "sukhna_deir_ez_zor"} <= set(way.passes)
    later = case.roads_for("convoy").route(["Sukhna", "Deir ez-Zor"], when="2017-09-13")
    assert later.passes == ()


def test_the_government_could_not_go_on_to_abu_kamal(case):
    with pytest.raises(NoRouteError, match="mayadin_abu_kamal"):
        case.roads_for("syrian_government").route(["Sukhna", "Abu Kamal"], when="2017-08-31")


def test_of_an_unknown_side_nothing_can_be_said(case):
    with pytest.raises(ValueError, match="known: convoy"):
        case.roads_for("martians")
    with pytest.raises(ValueError, match="known: none"):
        closures_for("convoy", (), case.network)


def test_a_control_of_an_unknown_edge_is_refused(case):
    control = Control("x", "X", "y", "held", "2017/..", ("E999",), ("convoy",))
    with pytest.raises(EdgeNotFoundError):
        closures_for("convoy", [control], case.network)


def test_a_way_says_who_held_the_ground(case):
    way = case.roads.route(["Dumayr", "Rutba"])
    parts = held_along(case.network, way)
    assert sum(part.km for part in parts) == pytest.approx(way.polyline_km)
    tanf = next(part for part in parts if set(part.edges) == TANF)
    assert "closed to the convoy" in tanf.words
    assert parts[-1].words == ""
    assert held_words(case.network, way)[-1].endswith("who controlled it is not recorded")


@pytest.mark.slow
def test_the_map_says_it_too(case):
    from convoy_geo.webmap.html import to_html

    words = "controlled by us backed opposition on 2017-08-31, closed to convoy"
    assert words in to_html(case.map())
    assert words in case.page().html


# what to replace, by what, then the fault's column and problem
SPOILED = [
    ("E036|E037", "E036|E999", "edges", "unknown road edge"),
    (",held,2016-03", ",owned,2016-03", "status", "bad value"),
    ("2016-03/..", "spring", "held", "bad value"),
    ("convoy|syrian_government", "the convoy", "closed_to", "bad value"),
    (",undetermined,../2017-11-03,E120|E121,,", ",undetermined,../2017-11-03,E120|E121,convoy,",
     "closed_to", "closed although undetermined"),
    (",yes,The first day is not known.\n", ",perhaps,The first day is not known.\n",
     "from_outside", "bad value"),
    ("\npalmyra_sukhna,", "\ntanf,", "control", "duplicate"),
    ("E120|E121,,,", "E120|E121,,R9-99,", "claims", "unknown claim"),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("old", "new", "column", "problem"), SPOILED)
def test_faults_of_the_table_are_named(folder, old, new, column, problem):
    path = folder / "controls.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = [(f.file, f.column, f.problem) for f in check_case(folder)]
    assert ("controls.csv", column, problem) in found


def test_a_case_may_have_no_such_table(folder):
    (folder / "controls.csv").unlink()
    assert check_case(folder) == []
    assert read_case_files(folder).controls == ()


def test_who_held_a_way_is_told_for_the_day(case):
    way = case.roads.route(["Humaymah", "Abu Kamal"], closures=["E063"], weight="length")
    told = held_along(case.network, way, case.controls, when="2017-08-31")
    assert [part.words for part in told if "E102" in part.edges] == [
        "controlled by islamic state on 2017-08-31, closed to syrian government"
    ]
    later = held_along(case.network, way, case.controls, when="2017-12-01")
    (part,) = [part for part in later if "E102" in part.edges]
    assert part.words.startswith("not reported for 2017-12-01; in general: ")
    for parts in (told, later):
        assert sum(part.km for part in parts) == pytest.approx(way.polyline_km)
