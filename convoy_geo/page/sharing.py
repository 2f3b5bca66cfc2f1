"""What other sites show of a page with an address: its card, and two pictures beside it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from convoy_geo.io.html import Html, safe
from convoy_geo.viz.static_map import plot_map

if TYPE_CHECKING:
    from convoy_geo.page.story_top import Top
    from convoy_geo.viz.view_data import Contents

__all__ = ["SHARED", "check_address", "head_lines", "share_pictures"]

SHARED = {"wide": (1200, 630), "square": (1200, 1200)}
"""Pixels of the pictures, by what stands after the case's id in their names."""
DPI = 100
LONGEST = 90
"""Characters of a headline that a picture has at most."""


def check_address(url: str) -> str:
    """The address at which a page will stand, if it is one.

    Raises
    ------
    ValueError
        If it is no address of the web.

    Examples
    --------
    >>> check_address("https://news.example/convoy.html")
    'https://news.example/convoy.html'
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or set(url) & set(" <>\"'"):
        msg = f"`url` must be the page's own address, such as 'https://site/page.html', not {url!r}"
        raise ValueError(msg)
    return url


def _name(contents: Contents, kind: str) -> str:
    return f"{contents.info.id}-{kind}.png"


def head_lines(url: str, top: Top, contents: Contents) -> Html:
    """The lines of a page's head that other sites read.

    Parameters
    ----------
    url
        The page's address.
    top
        Its headline and sentence.
    contents
        What the case holds.
    """
    wide, high = SHARED["wide"]
    values = {
        "og:type": "article", "og:url": url, "og:title": top.headline,
        "og:description": top.sentence, "og:image": urljoin(url, _name(contents, "wide")),
        "og:image:width": str(wide), "og:image:height": str(high), "og:image:alt": top.headline,
        "twitter:card": "summary_large_image",
    }  # fmt: skip
    lines = [f'<link rel="canonical" href="{safe(url)}">'] + [
        f'<meta {"name" if key.startswith("twitter") else "property"}="{key}" '
        f'content="{safe(value)}">'
        for key, value in values.items()
    ]
    return Html("\n".join(lines))


def share_pictures(url: str, top: Top, contents: Contents) -> dict[str, bytes]:
    """The pictures by the names of their files: headline, map, sources and address.

    Parameters
    ----------
    url, top, contents
        As for `head_lines`.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    return {
        _name(contents, kind): _picture(url, top, contents, size) for kind, size in SHARED.items()
    }


def _picture(url: str, top: Top, contents: Contents, size: tuple[int, int]) -> bytes:
    from matplotlib.figure import Figure  # noqa: PLC0415

    wide, high = size
    figure = Figure(figsize=(wide / DPI, high / DPI), dpi=DPI)
    head, foot = 110 / high, 48 / high
    axes = figure.add_axes((0.0, foot, 1.0, 1.0 - head - foot))
    west, south, east, north = contents.info.view
    plot_map(contents, view=(west, south, east, north), ax=axes)
    headline = top.headline
    if len(headline) > LONGEST:
        headline = headline[: LONGEST - 1].rsplit(" ", 1)[0] + "\N{HORIZONTAL ELLIPSIS}"
    number = min(38.0, 38.0 * 46 / max(len(headline), 1))
    figure.text(0.025, 1 - head / 2, headline.replace("$", r"\$"), fontsize=number * 72 / DPI,
                fontweight="bold", va="center")  # fmt: skip
    named = dict.fromkeys(
        report.original_publisher or report.publisher for report in contents.reports.values()
    )
    names = ", ".join(named)
    room = 110
    sources = names if len(names) <= room else names[: room - 1] + "\N{HORIZONTAL ELLIPSIS}"
    figure.text(0.025, foot * 0.68, sources.replace("$", r"\$"), fontsize=9, color="#5d5a54",
                va="center")  # fmt: skip
    figure.text(0.025, foot * 0.28, f"{url} \N{MIDDLE DOT} Natural Earth".replace("$", r"\$"),
                fontsize=9, color="#5d5a54", va="center")  # fmt: skip
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=DPI, metadata={"Software": None})
    return stream.getvalue()
