"""A time-distance diagram as a page for a notebook's widget: the same SVG, with a port."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from convoy_geo.io.html import Html, render
from convoy_geo.viz.time_distance_drawing import draw_time_distance
from convoy_geo.viz.time_distance_svg import svg_time_distance
from convoy_geo.webmap.assets import asset, source
from convoy_geo.webmap.html import as_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from convoy_geo.analysis.time_distance import TimeDistance
    from convoy_geo.model.case_info import CaseInfo

__all__ = ["diagram_page"]


@cache
def _parts() -> tuple[str, str, str]:
    """Script, style sheet and policy, the same for every diagram."""
    scripts = "\n".join(asset("page", name) for name in ("port.js", "diagram.js"))
    script = f'(() => {{\n"use strict";\n{scripts}\n}})();'
    style = asset("page", "diagram.css")
    policy = (
        f"default-src 'none'; script-src '{source(script)}'; style-src '{source(style)}'; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; "
        "trusted-types 'none'"
    )
    return script, style, policy


def diagram_page(
    found: TimeDistance, info: CaseInfo, *, nonce: str, keys: Mapping[tuple[str, str], str]
) -> str:
    """The text of the page.

    Parameters
    ----------
    found
        What the diagram shows.
    info
        Names, colours and time zone of the case.
    nonce
        The word of chance by which the page and the notebook know each other.
    keys
        Of `convoy_geo.page.widget_page.thing_keys`.
    """
    drawing = draw_time_distance(found, info)
    script, style, policy = _parts()
    claims = {
        box.claim: [keys["claims", box.claim], box.side, f"{box.claim}: {box.label}"]
        for box in found.boxes
    }
    data: dict[str, Any] = {
        "nonce": nonce, "width": drawing.width, "rows": drawing.rows, "claims": claims,
    }  # fmt: skip
    page = render(
        "diagram", lang="en", title=drawing.title, policy=Html(policy), style=Html(style),
        script=Html(script), svg=Html(svg_time_distance(drawing, claims=True)),
        data=Html(as_json(data)),
    )  # fmt: skip
    return f"{page}\n"
