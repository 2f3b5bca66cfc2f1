"""Colours, dashes and words that every drawing of a case shares: page, picture and KML.

No information depends on colour alone: a side has its own dashes, a status a width,
a doubtful road is broken, a region is hatched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from convoy_geo.routing.reported_routes import Track

__all__ = [
    "AREA_COLOUR", "BASEMAP_CREDIT_TEXT", "CLOSURE_COLOUR", "CLOSURE_STYLE", "COMPUTED_COLOUR",
    "DASH_SHIFT", "LINE_COLOUR", "LINK_WEIGHT", "LOW_ROAD_DASH", "PLACES_CREDIT_TEXT",
    "PLACE_COLOUR", "RELATION_DASH", "ROAD_COLOUR", "SCHEMATIC_DASH", "SIDE_DASHES",
    "STATUS_WEIGHT", "dotted", "side_dashes",
]  # fmt: skip

STATUS_WEIGHT = {"asserted": 4.0, "believed": 3.0, "unconfirmed": 2.5, "denied": 2.5}
"""Width in pixels by status of a reported route: thinner where less is sure."""
SIDE_DASHES = (
    "12 7", "3 6", "14 5 3 5", "7 4", "18 5 2 5 2 5", "20 9", "2 4 8 4", "5 10", "10 3 3 3 3 3",
)  # fmt: skip
"""Dash patterns in pixels: the sides that tell of routes take one each, in the routes' order."""
SCHEMATIC_DASH = "2 3"
"""A link with an unknown path, for any side; a side's own style is `dotted`."""
LINK_WEIGHT = 3
"""Width in pixels of such a link."""
DASH_SHIFT = 9
"""Pixels by which every other route's dashes are shifted, so that two over one road both show."""
LOW_ROAD_DASH = "4 4"
RELATION_DASH = "2 4"
CLOSURE_STYLE = {"cut": ("3 9", 7), "front": ("1 7", 4)}
"""Dash and width in pixels by kind of closure."""

PLACE_COLOUR = "#1c1b19"
AREA_COLOUR = "#4d4a44"
COMPUTED_COLOUR = "#8e7cc3"
CLOSURE_COLOUR = "#b3001b"
LINE_COLOUR = "#0b5394"
ROAD_COLOUR = "#8a7358"

BASEMAP_CREDIT_TEXT = "Made with Natural Earth, whose borders are no endorsement"
PLACES_CREDIT_TEXT = "Towns: GeoNames, CC BY 4.0"


def side_dashes(tracks: Iterable[Track]) -> dict[str, str]:
    """The dash pattern of each side that tells of a route, in the order of the routes."""
    sides = dict.fromkeys(track.route.side for track in tracks)
    return {side: SIDE_DASHES[rank % len(SIDE_DASHES)] for rank, side in enumerate(sides)}


def dotted(dash: str) -> str:
    """A side's dashes as rows of dots, for links with an unknown path: the rhythm stays its own.

    Parameters
    ----------
    dash
        Lengths in pixels of dash and gap in turn, as in `SIDE_DASHES`.

    Returns
    -------
    str
        The same with dots of 2 px for each begun 4 px of a dash, and wider gaps. Needs flat ends
        of lines.

    Examples
    --------
    >>> dotted("12 7"), dotted("14 5 3 5")
    ('2 3 2 3 2 11', '2 3 2 3 2 3 2 9 2 9')
    """
    lengths = [int(length) for length in dash.split()]
    rows = (
        f"{SCHEMATIC_DASH} " * (-(-mark // 4) - 1) + f"2 {gap + 4}"
        for mark, gap in zip(lengths[::2], lengths[1::2], strict=True)
    )
    return " ".join(rows)
