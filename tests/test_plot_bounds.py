"""Bands of numbers over time, and whose account fits whose, as pictures."""

import math

import pytest

from convoy_geo.analysis.consistency.bounds import Bound
from convoy_geo.viz.plot_bounds import plot_bands, plot_fits

pytest.importorskip("matplotlib").use("Agg")


def texts(axes):
    return [text.get_text() for text in axes.texts]


def test_bands_are_labelled_where_they_change(case):
    days = [("in_desert", 1, 0, 17), ("in_desert", 2, 0, 17), ("in_desert", 3, 11, 11)]
    days.append(("total", 1, 17, math.inf))
    bands = [Bound("buses", where, f"2017-09-0{day}", low, high) for where, day, low, high in days]
    axes = plot_bands(bands, case.info)
    assert texts(axes) == ["0-17", "11", "17-\N{UPWARDS ARROW}"]
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        case.info.states["in_desert"], case.info.states["total"]
    ]  # fmt: skip
    assert "over all 1 largest sets" in axes.get_title(loc="left")


def test_bands_by_the_hour_and_none(case):
    bands = [Bound("men", "a$b", f"2017-09-01T0{hour}:00", hour, hour) for hour in range(3)]
    assert texts(plot_bands(bands, case.info)) == ["0", "1", "2"]
    assert "counts anything" in plot_bands([], case.info).get_title(loc="left")


def test_fits_as_squares(case):
    fits = case.fits()
    axes = plot_fits(fits, case.info)
    judged = [name for name in fits.names if fits.judged[name]]
    assert len(axes.patches) == len(judged) ** 2
    dark = sum(patch.get_facecolor()[0] < 0.5 for patch in axes.patches)
    assert dark == sum(fits.fits(one, other) is False for one in judged for other in judged) > 0
