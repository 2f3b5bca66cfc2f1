"""A time-distance diagram on matplotlib axes: the road across, the time downward."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convoy_geo.viz.plots import WIDTH_IN, new_axes
from convoy_geo.viz.time_distance_drawing import DrawnLine, DrawnRect, draw_time_distance

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from convoy_geo.analysis.time_distance import TimeDistance
    from convoy_geo.model.case_info import CaseInfo

__all__ = ["plot_time_distance"]

WIDTH_PX = 1040.0
POINTS = 72.0
ANCHORS = {"start": "left", "middle": "center", "end": "right"}
DASHES: dict[str, Any] = {"": "-", "dash": (0, (5, 3)), "dot": (0, (1.2, 2))}


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
        Its units are pixels, from the left and from the top. Each claim has a number in its box
        and a line in the key below, so that it can be read in grey. What is calculated, and no
        report says, is named so below.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    drawing = draw_time_distance(found, info, width=WIDTH_PX)
    axes = new_axes(ax, WIDTH_IN * drawing.height / drawing.width)
    from matplotlib.patches import Rectangle  # noqa: PLC0415

    wide = axes.get_window_extent().width / axes.figure.dpi if ax is not None else WIDTH_IN
    scale = wide * POINTS / drawing.width
    for order, one in enumerate(drawing.marks):
        above = 1 + order / len(drawing.marks)
        if isinstance(one, DrawnLine):
            axes.plot([one.x, one.to_x], [one.y, one.to_y], color=one.colour,
                      linewidth=one.width * scale * 1.2, zorder=above,
                      linestyle=DASHES["dash" if one.dashed else ""])  # fmt: skip
        elif isinstance(one, DrawnRect):
            look: dict[str, Any] = {"edgecolor": one.colour, "linestyle": DASHES[one.dash]}
            if one.fill == "hatch":
                look = {"edgecolor": one.colour, "hatch": "////", "linewidth": 0, "alpha": 0.45}
            shade = {"solid": one.colour, "tint": f"{one.colour}33"}.get(one.fill, "none")
            axes.add_patch(Rectangle((one.x, one.y), one.width, one.height, facecolor=shade,
                                     zorder=above, **look))  # fmt: skip
        else:
            axes.text(
                one.x, one.y, one.text.replace("$", r"\$"), fontsize=one.size * scale,
                color=one.colour, fontweight="bold" if one.bold else "normal",
                ha=ANCHORS[one.anchor], va="center", zorder=above, clip_on=False,
            )  # fmt: skip
    axes.set_xlim(0, drawing.width)
    axes.set_ylim(drawing.height, 0)
    axes.set_aspect("equal")
    axes.set_axis_off()
    return axes
