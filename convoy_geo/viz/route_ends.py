"""Where reported routes start and end, and where they were bound for."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from convoy_geo.viz.view_data import Contents

__all__ = ["goals", "is_nameable", "route_ends", "story_ends"]

ROLES = {"to", "toward"}
FEWEST = 2
"""Minimum number of claims that name a place as the goal."""


def route_ends(contents: Contents) -> frozenset[str]:
    """Ids of the places where a reported route starts or ends, and of the goal.

    Parameters
    ----------
    contents
        What the case holds.
    """
    stops = (track.route.places for track in contents.tracks)
    ends = [end for places in stops for end in (places[0], places[-1])]
    named = [*ends, *(goals(contents) if ends else ())]
    return frozenset(key for key in named if is_nameable(contents, key))


def is_nameable(contents: Contents, key: str) -> bool:
    """Whether a map may name a place: an area that no report calls by its name stays unnamed.

    Parameters
    ----------
    contents
        What the case holds.
    key
        The place's id.
    """
    place = contents.places.get(key)
    if place is None or place.shape == "unmapped":
        return False
    written = {one.text.casefold() for one in place.spellings if one.use == "report"}
    if place.shape == "point" or place.name.casefold() in written:
        return True
    return not any(other.spellings for other in contents.places.values())


def story_ends(contents: Contents) -> frozenset[str]:
    """Ids of the places where the story starts and where it was to end, and of the goal.

    They are the starts of routes that come after no other one, and both ends of planned routes.

    Parameters
    ----------
    contents
        What the case holds.
    """
    routes = [track.route for track in contents.tracks]
    ends = {route.places[0] for route in routes if not route.after}
    ends |= {
        end for route in routes if route.planned for end in (route.places[0], route.places[-1])
    }
    return frozenset([*ends, *(goals(contents) if ends else ())])


def goals(contents: Contents) -> tuple[str, ...]:
    """The place on the map that most claims name as the goal; none where they name no common one.

    Parameters
    ----------
    contents
        What the case holds.
    """
    named: Counter[str] = Counter()
    for claim in contents.claims.values():
        if claim.status != "denied":
            named.update({place for role, place in claim.places if role in ROLES})
    found = [
        (number, key)
        for key, number in named.items()
        if number >= FEWEST and key in contents.places and contents.places[key].shape == "point"
    ]
    if not found:
        return ()
    most = max(number for number, _ in found)
    best = sorted(key for number, key in found if number == most)
    return (best[0],) if len(best) == 1 else ()
