"""A time-distance diagram on matplotlib axes: the road across, the days downward."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from convoy_geo.viz.plots import GREY, INK, STATE_HATCHES, as_zone, new_axes
from convoy_geo.viz.symbology import CLOSURE_COLOUR

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

    from convoy_geo.analysis.time_distance import ClaimBox, TimeDistance
    from convoy_geo.model.case_info import CaseInfo

__all__ = ["plot_time_distance"]

HEIGHT_IN = 6.5
LEAST_KM, LEAST_H = 0.012, 0.012
"""What a box is as wide and as high as at least: parts of the diagram."""
LABEL = (0.045, 0.022)
"""Width and height of a label: parts of the diagram."""
REASONS = {"no_date": "without a date", "off_road": "at places off this road"}


def plot_time_distance(found: TimeDistance, info: CaseInfo, *, ax: Axes | None = None) -> Axes:
    """Claims as boxes over the road and the time, closures as bars, fastest moves between them.

    Parameters
    ----------
    found
        See `convoy_geo.analysis.time_distance`.
    info
        Names, colours and time zone of the case.
    ax
        Axes to draw on; by default new ones.

    Returns
    -------
    Axes
        x are km by road, y is the time in the case's zone, downward. One colour and one hatching
        for each side; the claim's id stands in its box. Fastest moves are dashed: they are
        calculated, nobody reported them.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter  # noqa: PLC0415

    axes = new_axes(ax, HEIGHT_IN)
    first, last = _span(found, info)
    length = max(found.stops[-1][1], 1.0)
    sides = {box.side: None for box in found.boxes}
    look = {side: STATE_HATCHES[rank % len(STATE_HATCHES)] for rank, side in enumerate(sides)}
    for barrier in found.barriers:
        start, end = max(barrier.first, first), min(barrier.last, last)
        if start < end:
            _rectangle(axes, barrier.low_km, barrier.high_km, start, end, length, first, last,
                       facecolor="none", edgecolor=CLOSURE_COLOUR, hatch="////", linewidth=0,
                       alpha=0.5, zorder=1)  # fmt: skip
    taken: list[tuple[float, float]] = []
    for box in sorted(found.boxes, key=_size, reverse=True):
        _box(axes, box, look, info, length, first, last)
    for box in sorted(found.boxes, key=_size):
        _label(axes, box, taken, length, first, last)
    for move in found.moves:
        axes.plot(
            [move.from_km, move.to_km], [_time(move.leave), _time(move.arrive)],  # type: ignore[arg-type]
            color=INK, linewidth=0.8, linestyle="--", zorder=3,
        )  # fmt: skip
    axes.set_xlim(-0.02 * length, 1.02 * length)
    axes.set_ylim(_time(last), _time(first))  # type: ignore[arg-type]
    axes.set_xticks(
        [km for _, km in found.stops], [f"{name}\n{km:.0f}" for name, km in found.stops], fontsize=8
    )
    axes.xaxis.tick_top()
    axes.grid(visible=True, color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    zone = as_zone(info.time_zone)
    locator: Any = AutoDateLocator(tz=zone, maxticks=14)  # type: ignore[no-untyped-call]
    axes.yaxis.set_major_locator(locator)
    axes.yaxis.set_major_formatter(ConciseDateFormatter(locator, tz=zone))  # type: ignore[no-untyped-call]
    axes.tick_params(labelsize=8, length=0)
    _legend(axes, look, info, found)
    for spine in axes.spines.values():
        spine.set_visible(False)
    return axes


def _span(found: TimeDistance, info: CaseInfo) -> tuple[float, float]:
    """First and last hour: of the ends that are known, else of the case."""
    ends = [end for box in found.boxes for end in (box.first, box.last) if math.isfinite(end)]
    if not ends:
        start = datetime.combine(info.first_day, datetime.min.time(), UTC).timestamp() / 3600
        return start, start + 24.0
    first, last = min(ends), max(ends)
    margin = max((last - first) * 0.03, 1.0)
    return first - margin, last + margin


def _time(hours: float) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(hours=hours)


def _rectangle(
    axes: Axes, low: float, high: float, start: float, end: float,
    length: float, first: float, last: float, **look: Any,
) -> None:  # fmt: skip
    from matplotlib.dates import date2num  # noqa: PLC0415
    from matplotlib.patches import Rectangle  # noqa: PLC0415

    width, height = max(high - low, LEAST_KM * length), max(end - start, LEAST_H * (last - first))
    middle, centre = (low + high) / 2, (start + end) / 2
    corner = float(date2num(_time(centre - height / 2)))  # type: ignore[no-untyped-call]
    axes.add_patch(Rectangle((middle - width / 2, corner), width, height / 24.0, **look))


def _box(
    axes: Axes, box: ClaimBox, look: Mapping[str, str], info: CaseInfo,
    length: float, first: float, last: float,
) -> None:  # fmt: skip
    known = info.sides.get(box.side)
    colour = known.colour if known else GREY
    start, end = max(box.first, first), min(box.last, last)
    open_end = math.isinf(box.first) or math.isinf(box.last)
    _rectangle(
        axes, box.low_km, box.high_km, start, end, length, first, last, facecolor=colour + "33",
        edgecolor=colour, hatch=look[box.side], linewidth=1.0,
        linestyle=":" if open_end else "-", zorder=2,
    )  # fmt: skip


def _size(box: ClaimBox) -> float:
    """Its area on the diagram, by which small boxes come on top; open ends are large."""
    return (box.high_km - box.low_km + 1.0) * min(box.last - box.first + 1.0, 1e6)


def _label(
    axes: Axes, box: ClaimBox, taken: list[tuple[float, float]],
    length: float, first: float, last: float,
) -> None:  # fmt: skip
    """The claim's id in its box, or beside it where another one stands already."""
    start, end = max(box.first, first), min(box.last, last)
    across, down = (box.low_km + box.high_km) / 2 / length, (start + end) / 2 - first
    down /= last - first
    shift = 0
    while any(abs(x - across) < LABEL[0] and abs(y - down) < LABEL[1] for x, y in taken):
        shift += 1
        across += LABEL[0] if shift % 4 else -3 * LABEL[0]
        down += 0 if shift % 4 else LABEL[1]
    taken.append((across, down))
    axes.annotate(
        box.claim, (across * length, _time(first + down * (last - first))),
        ha="center", va="center", fontsize=6.5, color=INK, zorder=4, annotation_clip=False,
        bbox={"boxstyle": "round,pad=0.1", "facecolor": "white", "edgecolor": "none",
              "alpha": 0.8},
    )  # fmt: skip


def _legend(axes: Axes, look: Mapping[str, str], info: CaseInfo, found: TimeDistance) -> None:
    from matplotlib.lines import Line2D  # noqa: PLC0415
    from matplotlib.patches import Patch  # noqa: PLC0415

    handles: list[Any] = []
    for side, hatch in look.items():
        known = info.sides.get(side)
        colour = known.colour if known else GREY
        handles.append(
            Patch(facecolor=colour + "33", edgecolor=colour, hatch=hatch,
                  label=known.name if known else side)
        )  # fmt: skip
    if found.barriers:
        handles.append(
            Patch(facecolor="none", edgecolor=CLOSURE_COLOUR, hatch="////", label="road closed")
        )
    if found.moves:
        label = "fastest move (our calculation)"
        handles.append(Line2D([], [], color=INK, linewidth=0.8, linestyle="--", label=label))
    if handles:
        axes.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, -0.02), ncols=3,
                    frameon=False, fontsize=7)  # fmt: skip
    counts = {why: sum(one == why for one in found.left_out.values()) for why in REASONS}
    notes = [f"{number} {REASONS[why]}" for why, number in counts.items() if number]
    text = "km by road and positions along it are our calculation"
    if notes:
        text += f"; claims not shown: {', '.join(notes)}"
    axes.set_title(text, fontsize=7, color=GREY, loc="left", pad=26)
