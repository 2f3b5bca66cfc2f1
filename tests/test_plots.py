"""Plots: axes that were given or made, what stands on them, and hostile or empty cases."""

import dataclasses
import sys
from datetime import date
from itertools import pairwise

import matplotlib as mpl
import pytest
from test_case_frames import empty_case

import convoy_geo
from convoy_geo.analysis.source_dependence import Rests, Sources
from convoy_geo.errors import MissingExtraError
from convoy_geo.viz.plots import plot_sources, plot_timeline

mpl.use("Agg")
import matplotlib.pyplot as plt


@pytest.fixture(scope="module")
def case():
    return convoy_geo.read_case()


@pytest.fixture(autouse=True)
def _no_figure_stays_open():
    yield
    plt.close("all")


def words(axes):
    axes.figure.draw_without_rendering()
    labels = [t.get_text() for t in (*axes.get_yticklabels(), *axes.texts)]
    legend = axes.get_legend()
    return [*labels, *(t.get_text() for t in legend.get_texts())] if legend else labels


def test_the_ledger_shows_what_each_side_leaves_unexplained(case):
    shown = words(case.plot_ledger("2017-09-03"))
    assert any(text.startswith("Hezbollah") for text in shown)
    assert "7 not explained" in shown
    assert sum("not explained" in text for text in shown if text[0].isdigit()) == 1
    assert case.info.states["in_desert"] in shown


def test_all_days_have_one_scale(case):
    axes = case.plot_ledger()
    assert axes.get_xlim()[0] == 0
    accounts = [a for ledger in case.ledgers() for a in ledger.accounts]
    assert len(axes.get_yticklabels()) == len(accounts)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["plot_ledger", "plot_sources", "plot_timeline"])
@pytest.mark.parametrize("which", ["convoy-2017", "titanic-1912", "empty"])
def test_every_plot_draws_on_given_axes_and_makes_its_own(name, which, tmp_path):
    one = convoy_geo.read_case(empty_case(tmp_path / "x") if which == "empty" else which)
    figure, axes = plt.subplots()
    assert getattr(one, name)(ax=axes) is axes
    own = getattr(one, name)()
    assert own.figure is not figure
    own.figure.savefig(tmp_path / "x.png")
    if which == "empty":
        assert any("no claim" in text.get_text() for text in own.texts)


@pytest.mark.slow
def test_sources_have_an_arrow_for_each_pair(case):
    sources = case.sources()
    axes = case.plot_sources()
    pairs = {(edge.teller, edge.source, edge.kind) for edge in sources.edges}
    assert len(axes.patches) == len(pairs)
    assert len(axes.texts) == len({name for pair in pairs for name in pair[:2]})


def test_a_circle_of_sources_ends():
    ring = [Rests(a, b, "cites", (), "") for a, b in ("AB", "BC", "CA")]
    axes = plot_sources(Sources((), (), (), (), (), (0, 0), tuple(ring)))
    assert len(axes.patches) == 3


@pytest.mark.slow
def test_the_timeline_has_every_side_and_says_what_it_leaves_out(case):
    axes = case.plot_timeline()
    shown = "".join("".join(words(axes)).split())
    sides = {c.side for c in case.claims.values() if str(c.happened)}
    assert all("".join(case.info.sides[side].name.split()) in shown for side in sides)
    undated = dataclasses.replace(next(iter(case.claims.values())), happened="")
    axes = plot_timeline([*case.claims.values(), undated], case.closures, case.info)
    assert "1 with no date" in axes.get_xlabel()
    assert case.closures[0].name in axes.get_title(loc="left")


def test_bars_of_one_side_do_not_cover_each_other(case):
    axes = case.plot_timeline()
    boxes = [patch.get_bbox() for patch in axes.patches if patch.get_height() < 1]
    rows = {}
    for box in boxes:
        rows.setdefault(round(box.y0, 3), []).append((box.x0, box.x1))
    for spans in rows.values():
        spans.sort()
        assert all(a[1] <= b[0] + 1e-9 for a, b in pairwise(spans))


@pytest.mark.slow
def test_names_are_no_formulas(case):
    info = dataclasses.replace(
        case.info,
        sides={
            key: dataclasses.replace(s, name="$\\frac{a}$") for key, s in case.info.sides.items()
        },
    )
    axes = plot_timeline(case.claims.values(), case.closures, info)
    axes.figure.savefig("/dev/null", format="png")


def test_forty_claims_of_one_hour_are_one_bar_with_their_number(case):
    claim = next(iter(case.claims.values()))
    many = [dataclasses.replace(claim, id=f"X{n}") for n in range(40)]
    axes = plot_timeline(many, (), case.info)
    assert "40" in [text.get_text() for text in axes.texts]


def test_without_matplotlib_the_install_command_is_named(case, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(MissingExtraError, match=r"pip install 'convoy_geo\[static\]'"):
        case.plot_ledger(date(2017, 9, 3))
