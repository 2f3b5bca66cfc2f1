"""Plots of a case on matplotlib axes: ledger, sources and timeline of the claims.

Colours and names are those of the page. No information depends on colour alone: states are hatched,
sides have separate rows, and each part of a bar has a number if there is space.
"""

from __future__ import annotations

import importlib.util
import math
import textwrap
from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from convoy_geo.dates.interval import as_interval
from convoy_geo.errors import DateError, MissingExtraError
from convoy_geo.viz.symbology import CLOSURE_COLOUR

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from matplotlib.axes import Axes

    from convoy_geo.analysis.accounts import Account
    from convoy_geo.analysis.ledger import Ledger
    from convoy_geo.analysis.source_dependence import Sources
    from convoy_geo.model.case_info import CaseInfo
    from convoy_geo.model.claims import Claim
    from convoy_geo.model.closures import Closure

__all__ = ["plot_ledger", "plot_sources", "plot_timeline"]

STATE_COLOURS = (
    "#0072B2", "#E69F00", "#444444", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442",
)  # fmt: skip
"""The colour-blind safe palette of Okabe and Ito."""
STATE_HATCHES = ("", "///", "...", "\\\\\\", "xxx", "+++", "ooo", "---")
"""Patterns that can be distinguished in grey print."""
WIDTH_IN = 9.0
"""Inches: the width of a notebook's output."""
ROW_IN = 0.42
GREY, INK = "#777777", "#1c1b19"
NAME_WIDTH, LABEL_WIDTH = 22, 34
"""Characters after which a name in a graph, and a label of a row, is wrapped."""
DOUBTED = frozenset({"denied", "unconfirmed"})
"""Statuses of claims that are drawn as an outline."""
MIN_MARK = timedelta(hours=8)
"""What a claim of a moment is as wide as at least, so that it can be seen."""


class Bar(NamedTuple):
    """Claims of one side that have the same time."""

    start: datetime
    end: datetime
    sure: bool


def new_axes(ax: Axes | None, height: float) -> Axes:
    """The axes given, or new ones of a notebook's width and so many inches of height."""
    if ax is not None:
        return ax
    _need_matplotlib()
    import matplotlib.pyplot as plt  # noqa: PLC0415

    _, axes = plt.subplots(figsize=(WIDTH_IN, height), layout="constrained")
    return axes


def _need_matplotlib() -> None:
    if importlib.util.find_spec("matplotlib") is None:
        what = "a plot"
        raise MissingExtraError(what, "static")


def _text(words: str) -> str:
    """A text out of data, so that matplotlib reads no formula in it."""
    return words.replace("$", r"\$")


def _wrapped(words: str, width: int) -> str:
    return _text("\n".join(textwrap.wrap(words, width)) or words)


def plot_ledger(
    ledgers: Iterable[Ledger],
    info: CaseInfo,
    *,
    ax: Axes | None = None,
) -> Axes:
    """One bar for each side's account, all on one scale.

    The solid part of a bar is what is certainly counted, the pale part what an open figure leaves
    open, and the empty outline the unexplained remainder of the side's total.

    Parameters
    ----------
    ledgers
        Of one day or of several.
    info
        Names of the sides and labels of the states.
    ax
        Axes to draw on; by default new ones.

    Returns
    -------
    Axes
        One row per account, the first one on top; the x axis counts units.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    _need_matplotlib()
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415

    found = [(one, account) for one in ledgers for account in one.accounts]
    axes = new_axes(ax, ROW_IN * max(len(found), 1) + 1.4)
    if not found:
        return _empty(axes, "no claim counts anything on this day")
    rank = {state: number for number, state in enumerate(info.states)}
    used: dict[str, None] = {}
    several = len({one.on for one, _ in found}) > 1
    for row, (_, account) in enumerate(found):
        left = 0.0
        for cell in account.cells:
            used[cell.state] = None
            left = _bar(axes, row, left, cell.count, rank.setdefault(cell.state, len(rank)))
        _remainder(axes, row, left, account)
    axes.set_yticks(range(len(found)), [_row_label(o, a, info, several) for o, a in found])
    axes.invert_yaxis()
    axes.set_xlim(left=0)
    axes.set_xlabel(_text(found[0][0].unit))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    for state in used:
        label = _text(info.states.get(state, state))
        axes.barh([0], [0], label=label, **_state_look(rank[state]))
    axes.barh([0], [0], label="remainder, not explained", **_outline())
    _legend(axes)
    _plain_frame(axes)
    return axes


def _state_look(rank: int) -> dict[str, Any]:
    return {
        "color": STATE_COLOURS[rank % len(STATE_COLOURS)],
        "hatch": STATE_HATCHES[rank % len(STATE_HATCHES)],
        "edgecolor": "white",
        "linewidth": 0.5,
    }


def _outline() -> dict[str, Any]:
    return {"facecolor": "none", "edgecolor": INK, "linewidth": 1.2, "linestyle": (0, (4, 2))}


def _bar(axes: Axes, row: int, left: float, count: tuple[float, float], rank: int) -> float:
    """Draw one part of a bar; where the next one begins."""
    low, high = count
    low = low if math.isfinite(low) else 0.0
    top = high if math.isfinite(high) else low + 1
    look = _state_look(rank)
    axes.barh([row], [low], left=left, height=0.7, **look)
    if top > low:
        axes.barh([row], [top - low], left=left + low, height=0.7, alpha=0.35, **look)
    words = f"{low:g}" if low == high else f"{low:g}+" if math.isinf(high) else f"{low:g}-{high:g}"
    axes.annotate(
        words, (left + max(top, 0.0) / 2, row), ha="center", va="center", fontsize=8,
        color=INK, bbox={"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none",
                         "alpha": 0.85},
    )  # fmt: skip
    return left + top


def _remainder(axes: Axes, row: int, left: float, account: Account) -> None:
    if account.total is None or account.residual is None:
        return
    total = account.total[1] if math.isfinite(account.total[1]) else account.total[0]
    if not math.isfinite(total) or total <= left:
        return
    axes.barh([row], [total - left], left=left, height=0.7, **_outline())
    axes.annotate(
        f"{total - left:g} not explained", (left + (total - left) / 2, row),
        ha="center", va="center", fontsize=8, color=INK,
    )  # fmt: skip


def _row_label(one: Ledger, account: Account, info: CaseInfo, several: bool) -> str:
    side = info.sides.get(account.side)
    name = side.name if side else account.side
    day = f"{one.on.isoformat()} " if several else ""
    return _wrapped(f"{day}{name} ({account.report})", LABEL_WIDTH)


def plot_sources(sources: Sources, *, ax: Axes | None = None) -> Axes:
    """The source graph: a directed graph with an arrow from each teller to the source.

    Publishers are on the left, origins of accounts on the right.

    Parameters
    ----------
    sources
        What `convoy_geo.analysis.source_dependence.find_sources` gives.
    ax
        Axes to draw on; by default new ones.

    Returns
    -------
    Axes
        Without scales.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    _need_matplotlib()
    from matplotlib.patches import FancyArrowPatch  # noqa: PLC0415

    edges = list(dict.fromkeys((rest.teller, rest.source, rest.kind) for rest in sources.edges))
    columns: dict[int, list[str]] = defaultdict(list)
    for name, depth in _depths([(teller, source) for teller, source, _ in edges]).items():
        columns[depth].append(name)
    tallest = max(map(len, columns.values()), default=1)
    axes = new_axes(ax, 0.46 * tallest + 0.6)
    axes.axis("off")
    if not edges:
        return _empty(axes, "no claim cites anybody")
    place = _positions(columns, edges, tallest)
    boxes = {}
    for name, (x, y) in place.items():
        boxes[name] = axes.text(
            x, y, _wrapped(name, NAME_WIDTH), ha="center", va="center", fontsize=8, color=INK,
            bbox={"boxstyle": "round", "facecolor": "white", "edgecolor": GREY}, zorder=3,
        )  # fmt: skip
    axes.set_xlim(-0.6, max(columns) + 0.6)
    axes.set_ylim(-0.8, tallest - 0.2)
    for teller, source, kind in edges:
        arrow = FancyArrowPatch(
            place[teller], place[source], arrowstyle="-|>", mutation_scale=9, color=GREY,
            linewidth=0.8, linestyle="-" if kind == "cites" else "--", shrinkA=1, shrinkB=2,
            patchA=boxes[teller].get_bbox_patch(), patchB=boxes[source].get_bbox_patch(), zorder=2,
        )  # fmt: skip
        axes.add_patch(arrow)
    if (figure := axes.get_figure(root=True)) is not None:
        figure.draw_without_rendering()  # the boxes take their size, at which arrows end
    return axes


def _positions(
    columns: Mapping[int, list[str]], edges: Sequence[tuple[str, str, str]], tallest: int
) -> dict[str, tuple[float, float]]:
    """Names in columns, each as near as its column allows to those who cite it."""
    place: dict[str, tuple[float, float]] = {}
    for depth in sorted(columns):

        def height(name: str) -> float:
            above = [place[t][1] for t, source, _ in edges if source == name and t in place]
            return -sum(above) / len(above) if above else 0.0

        names = sorted(columns[depth], key=height)
        step = (tallest - 1) / max(len(names) - 1, 1) if len(names) > tallest / 2 else 2.0
        for row, name in enumerate(names):
            place[name] = (float(depth), (tallest - 1) / 2 - (row - (len(names) - 1) / 2) * step)
    return place


def _depths(edges: Sequence[tuple[str, str]]) -> dict[str, int]:
    """By name, the longest path to it from an uncited source; cycles are broken."""
    names = list(dict.fromkeys(name for edge in edges for name in edge))
    depth = dict.fromkeys(names, 0)
    for _ in names:  # a longer chain than there are names would be a circle
        changed = False
        for teller, source in edges:
            if depth[source] <= depth[teller] < len(names) - 1:
                depth[source] = depth[teller] + 1
                changed = True
        if not changed:
            return depth
    used = {level: rank for rank, level in enumerate(sorted(set(depth.values())))}
    return {name: used[level] for name, level in depth.items()}


def plot_timeline(
    claims: Iterable[Claim],
    closures: Iterable[Closure],
    info: CaseInfo,
    *,
    ax: Axes | None = None,
) -> Axes:
    """The claimed date of each claim, by side, with closures as bands.

    Parameters
    ----------
    claims
        Those without a date are counted in a line below the plot.
    closures
        Drawn as bands over all rows, for the days on which they applied.
    info
        Names, colours, time zone and span of the case. An open end extends to the end of the span.
    ax
        Axes to draw on; by default new ones.

    Returns
    -------
    Axes
        A group of rows for each side; the x axis is time in the case's time zone, over the span of
        the case. Claims of one side with the same time are one bar with their number; denied and
        unconfirmed claims are outlines.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    span = _span(info)
    groups: dict[str, dict[Bar, int]] = defaultdict(dict)
    left_out = {"no date": 0, "another time": 0}
    for claim in claims:
        when = _times(claim.happened, info.time_zone, span)
        if when is None:
            left_out["no date"] += 1
        elif when[1] < span[0] or when[0] > span[1]:
            left_out["another time"] += 1
        else:
            bar = Bar(max(when[0], span[0]), min(when[1], span[1]), claim.status not in DOUBTED)
            groups[claim.side][bar] = groups[claim.side].get(bar, 0) + 1
    order = [side for side in info.sides if side in groups]
    order += [side for side in groups if side not in info.sides]
    rows = {side: _lanes(groups[side]) for side in order}
    heights = {side: max(lane for lane, _ in found) + 1 for side, found in rows.items()}
    closed = [(one, when) for one in closures if (when := _times(one.closed, info.time_zone, span))]
    axes = new_axes(ax, 0.17 * sum(heights.values()) + 0.14 * len(order) + 0.2 * len(closed) + 1.3)
    if not order:
        return _empty(axes, "no claim has a date")
    ticks, base = [], 0.0
    for side in order:
        known = info.sides.get(side)
        for lane, bar in rows[side]:
            _claim_bar(axes, base + lane, bar, groups[side][bar], known.colour if known else GREY)
        ticks.append((base + (heights[side] - 1) / 2, known.name if known else side))
        base += heights[side] + 0.8
    _bands(axes, closed, span)
    axes.set_yticks([y for y, _ in ticks], [_wrapped(name, NAME_WIDTH) for _, name in ticks])
    axes.tick_params(axis="y", labelsize=8)
    axes.set_ylim(base - 0.3, -1.3)
    margin = (span[1] - span[0]) / 60
    axes.set_xlim(span[0] - margin, span[1] + margin)  # type: ignore[arg-type]
    _date_axis(axes, info.time_zone)
    notes = [f"{count} with {why}" for why, count in left_out.items() if count]
    if notes:
        axes.set_xlabel(f"claims not shown: {', '.join(notes)}", fontsize=8)
    _plain_frame(axes)
    return axes


def _claim_bar(axes: Axes, row: float, bar: Bar, count: int, colour: str) -> None:
    axes.barh(
        [row], [bar.end - bar.start], left=bar.start, height=0.74,  # type: ignore[arg-type]
        facecolor=colour if bar.sure else "none", edgecolor=colour, linewidth=0.9,
    )  # fmt: skip
    if count > 1:
        middle = bar.start + (bar.end - bar.start) / 2
        axes.annotate(
            f"{count}", (middle, row), ha="center", va="center", fontsize=7,
            color=INK, bbox={"boxstyle": "round,pad=0.1", "facecolor": "white",
                             "edgecolor": "none", "alpha": 0.85},
        )  # fmt: skip


def _span(info: CaseInfo) -> tuple[datetime, datetime]:
    whole = as_interval(f"{info.start}/{info.end}", info.time_zone)
    first, last = whole.first, whole.last
    if first is None or last is None:  # a case without a span
        today = datetime.combine(date(1970, 1, 1), datetime.min.time(), as_zone(info.time_zone))
        return first or today, last or today
    return first, last


def as_zone(name: str) -> Any:
    """The zone of a name; UTC for none."""
    from convoy_geo.dates.interval import time_zone  # noqa: PLC0415

    return time_zone(name)


def _times(
    when: Any, zone: str, span: tuple[datetime, datetime]
) -> tuple[datetime, datetime] | None:
    """First and last instant, open ends at the ends of the span; None without a date."""
    if not str(when):
        return None
    try:
        interval = as_interval(when, zone)
    except DateError:
        return None
    if interval.first is None and interval.last is None:
        return None
    start = interval.first or min(span[0], interval.last or span[0])
    end = interval.last or max(span[1], start)
    return start, max(end, start + MIN_MARK)


def _lanes(found: Iterable[Bar]) -> list[tuple[int, Bar]]:
    """Bars in lanes, so that none covers another one: each in the first lane that is free."""
    ends: list[datetime] = []
    placed = []
    for bar in sorted(found):
        lane = next((n for n, free in enumerate(ends) if free <= bar.start), len(ends))
        if lane == len(ends):
            ends.append(bar.end)
        ends[lane] = bar.end
        placed.append((lane, bar))
    return placed


def _bands(
    axes: Axes,
    closed: Iterable[tuple[Closure, tuple[datetime, datetime]]],
    span: tuple[datetime, datetime],
) -> None:
    """Closures as bands, numbered on top and named below."""
    names = []
    for number, (closure, when) in enumerate(closed, 1):
        start, end = max(when[0], span[0]), min(when[1], span[1])
        if end < start:
            continue
        axes.axvspan(start, end, facecolor=CLOSURE_COLOUR, alpha=0.08, zorder=0)  # type: ignore[arg-type]
        axes.axvline(start, color=CLOSURE_COLOUR, linewidth=0.8, linestyle=":")  # type: ignore[arg-type]
        axes.annotate(
            f"{number}", (start, 1.0), xycoords=("data", "axes fraction"),
            xytext=(3 + 9 * ((number - 1) % 8), -2), textcoords="offset points", fontsize=8,
            color=CLOSURE_COLOUR, va="top", fontweight="bold",
        )  # fmt: skip
        names.append(f"{number} {_text(closure.name)}")
    if names:
        axes.set_title(
            "Closed: " + "; ".join(names) if len(names) < 2 else "Closed:\n" + "\n".join(names),
            fontsize=8, color=CLOSURE_COLOUR, loc="left",
        )  # fmt: skip


def _date_axis(axes: Axes, zone: str) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter  # noqa: PLC0415

    tz = as_zone(zone)
    locator: Any = AutoDateLocator(tz=tz, maxticks=9)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    formatter: Any = ConciseDateFormatter(locator, tz=tz)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(formatter)


def _empty(axes: Axes, words: str) -> Axes:
    axes.text(0.5, 0.5, words, ha="center", va="center", transform=axes.transAxes, color=GREY)
    axes.set_axis_off()
    return axes


def _legend(axes: Axes) -> None:
    axes.legend(
        loc="lower left", bbox_to_anchor=(0, 1.0), ncols=3, frameon=False, fontsize=8,
        borderaxespad=0.2,
    )  # fmt: skip


def _plain_frame(axes: Axes) -> None:
    for edge in ("top", "right"):
        axes.spines[edge].set_visible(False)
