"""Colours, dashes and words that every drawing of a case shares: page, picture and KML.

Nothing rests on colour alone: a status is a dash, a doubtful road is broken, a region is hatched.
"""

from __future__ import annotations

__all__ = [
    "AREA_COLOUR", "BASEMAP_CREDIT_TEXT", "CLOSURE_COLOUR", "CLOSURE_STYLE", "COMPUTED_COLOUR",
    "DASH_SHIFT", "LOW_ROAD_DASH", "PLACES_CREDIT_TEXT", "PLACE_COLOUR", "RELATION_DASH",
    "ROAD_COLOUR", "SCHEMATIC_DASH", "STATUS_DASH", "route_dash",
]  # fmt: skip

STATUS_DASH = {"asserted": "10 8", "believed": "6 6", "unconfirmed": "2 7", "denied": "12 5 2 5"}
"""Dash by status of a reported route whose course is assumed, in pixels."""
SCHEMATIC_DASH = "1 8"
"""A link whose way nobody tells."""
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
ROAD_COLOUR = "#8a7358"

BASEMAP_CREDIT_TEXT = "Made with Natural Earth, whose borders are no endorsement"
PLACES_CREDIT_TEXT = "Towns: GeoNames, CC BY 4.0"


def route_dash(status: str, course: str, *, road: bool) -> str | None:
    """Dash of a reported route's leg; None for a full line: a course that is told and asserted.

    Examples
    --------
    >>> route_dash("asserted", "assumed", road=True), route_dash("asserted", "told", road=True)
    ('10 8', None)
    """
    if not road:
        return SCHEMATIC_DASH
    return None if course == "told" and status == "asserted" else STATUS_DASH[status]
