"""Plots of consistency results: bounds on numbers over time, and compatibility of accounts."""

from __future__ import annotations

import math
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from convoy_geo.dates.interval import Interval
from convoy_geo.viz.plots import GREY, INK, STATE_COLOURS, STATE_HATCHES, as_zone, new_axes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from convoy_geo.analysis.consistency.bounds import Bound
    from convoy_geo.analysis.consistency.fits import Fits
    from convoy_geo.model.case_info import CaseInfo

__all__ = ["plot_bands", "plot_fits"]

ROW_IN, MOST_LABELS = 0.75, 24


def plot_bands(bands: Sequence[Bound], info: CaseInfo, *, ax: Axes | None = None) -> Axes:
    """Bounds on the number at each place, as bands over time.

    Parameters
    ----------
    bands
        The result of `Consistency.bands` for one unit.
    info
        Labels of the states, and the time zone.
    ax
        Axes to draw on; by default new ones.

    Returns
    -------
    Axes
        One row for each place, with the band between the bounds. Numbers are written wherever they
        change; an upward arrow means that there is no upper limit.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    rows: dict[str, list[Bound]] = defaultdict(list)
    for bound in bands:
        rows[bound.where].append(bound)
    axes = new_axes(ax, 1.2 + ROW_IN * max(len(rows), 1))
    finite = [end for bound in bands for end in (bound.low, bound.high) if math.isfinite(end)]
    top = max([*finite, 1.0])
    for number, (where, some) in enumerate(rows.items()):
        _row(axes, some, number, top, info, where)
    names = [_name(where, info) for where in rows]
    axes.set_yticks([number + 0.35 for number in range(len(rows))], names, fontsize=8)
    axes.set_ylim(len(rows) - 0.1, -0.15)
    axes.grid(axis="x", visible=True, color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    _time_axis(axes, info)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_title(_title(bands), fontsize=8, color=GREY, loc="left")
    return axes


def _row(
    axes: Axes, some: Sequence[Bound], number: int, top: float, info: CaseInfo, where: str
) -> None:
    look: dict[str, Any] = {
        "facecolor": f"{STATE_COLOURS[number % len(STATE_COLOURS)]}55",
        "edgecolor": STATE_COLOURS[number % len(STATE_COLOURS)],
        "hatch": STATE_HATCHES[number % len(STATE_HATCHES)], "linewidth": 0.8,
        "label": _name(where, info),
    }  # fmt: skip
    spans = [_span(bound, info, some) for bound in some]
    base = number + 0.7  # the row's zero; up is less, since the axis goes down
    times, low, high = [], [], []
    for (start, end), bound in zip(spans, some, strict=True):
        times += [start, end]
        low += [base - 0.6 * min(bound.low, top) / top] * 2
        high += [base - 0.6 * min(bound.high, top) / top] * 2
    axes.fill_between(times, low, high, **look)  # type: ignore[arg-type]
    axes.plot(times, [base] * len(times), color="#bbbbbb", linewidth=0.6)  # type: ignore[arg-type]
    before, shown = None, 0
    for (start, end), bound in zip(spans, some, strict=True):
        ends = bound.low, bound.high
        if ends == before or shown >= MOST_LABELS:
            continue
        before, shown = ends, shown + 1
        high_text = "\N{UPWARDS ARROW}" if math.isinf(bound.high) else f"{bound.high:g}"
        low_text = f"{bound.low:g}"
        text = low_text if low_text == high_text else f"{low_text}-{high_text}"
        axes.annotate(
            text, (start + (end - start) / 2, base + 0.12), ha="center", va="center", fontsize=7,
            color=INK, annotation_clip=False,
        )  # fmt: skip


def _span(bound: Bound, info: CaseInfo, some: Sequence[Bound]) -> tuple[datetime, datetime]:
    """From when to when a bound is drawn: its day, or from a moment to the next one."""
    first, last = Interval.parse(bound.when, info.time_zone).hours
    if first is None or last is None:
        first = last = 0.0
    if first == last:
        hours = [Interval.parse(one.when, info.time_zone).hours[0] or 0.0 for one in some[:2]]
        last = first + (hours[1] - hours[0] if len(hours) > 1 else 1.0)
    start = datetime(1970, 1, 1, tzinfo=UTC)
    return start + timedelta(hours=first), start + timedelta(hours=last)


def _time_axis(axes: Axes, info: CaseInfo) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter  # noqa: PLC0415

    zone = as_zone(info.time_zone)
    locator: Any = AutoDateLocator(tz=zone)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, tz=zone))  # type: ignore[no-untyped-call]
    axes.tick_params(labelsize=8, length=0)


def _name(where: str, info: CaseInfo) -> str:
    return info.states.get(where, where.replace("_", " ")).replace("$", r"\$")


def _title(bands: Sequence[Bound]) -> str:
    if not bands:
        return "no claim that is judged counts anything"
    one = bands[0]
    claims = f"if {len(one.believing)} claims are true" if one.believing else (
        f"over all {one.accounts} largest sets of claims that can be true together"
    )  # fmt: skip
    more = "" if all(bound.exact for bound in bands) else "; travel times are left out"
    return f"{one.unit}: least and greatest number, {claims}{more}".replace("$", r"\$")


def plot_fits(fits: Fits, info: CaseInfo, *, ax: Axes | None = None) -> Axes:
    """Compatibility of accounts, as a matrix of squares.

    Parameters
    ----------
    fits
        What `convoy_geo.analysis.consistency.fits.find_fits` gives.
    info
        Names of the sides.
    ax
        Axes to draw on; by default new ones.

    Returns
    -------
    Axes
        One row and one column for each account. A dark square: the claims of the two cannot all be
        true; it shows the number of claims in the smallest conflict. A pale square: they can.
        ``?``: unknown. An account without any claim that can be judged has no square.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    names = [name for name in fits.names if fits.judged[name]]
    axes = new_axes(ax, 1.6 + 0.4 * max(len(names), 1))
    from matplotlib.patches import Rectangle  # noqa: PLC0415

    for row, one in enumerate(names):
        for column, other in enumerate(names):
            conflict = fits.conflicts.get((one, other)) or fits.conflicts.get((other, one))
            known = fits.fits(one, other)
            shade = "#333333" if known is False else "#eef3ee" if known else "none"
            text = str(len(conflict.claims)) if conflict else "" if known else "?"
            axes.add_patch(
                Rectangle((column - 0.46, row - 0.46), 0.92, 0.92, facecolor=shade,
                          edgecolor="#999999", linewidth=0.6)
            )  # fmt: skip
            axes.annotate(text, (column, row), ha="center", va="center", fontsize=8,
                          color="white" if known is False else INK)  # fmt: skip
    said = [(info.sides[name].name if name in info.sides else name).replace("$", r"\$")
            for name in names]  # fmt: skip
    axes.set_xticks(range(len(names)), said, rotation=45, ha="right", fontsize=8)
    axes.set_yticks(range(len(names)), said, fontsize=8)
    axes.set_xlim(-0.6, len(names) - 0.4)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_aspect("equal")
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_title("dark: cannot both be true; the number of claims in the smallest conflict",
                   fontsize=8, color=GREY, loc="left")  # fmt: skip
    return axes
