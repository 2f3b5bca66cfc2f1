"""Mutually exclusive zones: states, places of `[rules] apart`, and `[rules.zones]`.

A unit is in one state or none, and in one of the places that are apart or in none; a state does not
exclude a place. The states and places combined in `[rules.zones]` form one zone; a state or a place
listed in several zones is part of each.
"""

from __future__ import annotations

from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

__all__ = ["ABSENT", "Zoning"]

ABSENT = "absent"
"""The zone of units that are absent, if `[rules] open` lets their number change."""
Triple = tuple[str, str, str]
"""State, place that is apart, named zone; each empty for none."""


class Zoning:
    """The zones of one case.

    Parameters
    ----------
    states
        Ids of states that describe where a unit is.
    apart
        Ids of mutually exclusive places.
    named
        By zone, the ids of the states and places in it.
    with_absent
        Whether units can be absent.
    """

    def __init__(
        self,
        states: Iterable[str],
        apart: Iterable[str] = (),
        named: Mapping[str, Collection[str]] | None = None,
        *,
        with_absent: bool = False,
    ) -> None:
        self.named = {zone: frozenset(items) for zone, items in (named or {}).items()}
        self.states, self.apart = frozenset(states), frozenset(apart)
        self._absent = with_absent
        listed = frozenset().union(*self.named.values())
        self._own_states = sorted(self.states - listed)
        self._own_apart = sorted(self.apart - listed)
        self.listed = listed

    @cached_property
    def _triples(self) -> dict[str, Triple]:
        triples = {}
        for state, place, zone in product(
            ["", *self._own_states], ["", *self._own_apart], ["", *sorted(self.named)]
        ):
            items = self.named.get(zone, frozenset())
            if (state and items & self.states) or (place and items & self.apart):
                continue
            triples[f"{state}|{place}|{zone}".strip("|")] = (state, place, zone)
        return triples

    @property
    def all(self) -> frozenset[str]:
        """Ids of all zones."""
        return self.present | {ABSENT} if self._absent else self.present

    @cached_property
    def present(self) -> frozenset[str]:
        """Ids of the zones of units that are present."""
        return frozenset(self._triples)

    def of(self, state: str, places: Iterable[str]) -> frozenset[str] | None:
        """The zones denoted by a state and by places named together; None for any.

        Parameters
        ----------
        state
            Id of a state, or empty.
        places
            Ids of places.
        """
        told = list(places)
        zones = [self._zones_of(place) for place in told if place in self.listed]
        meeting = _meet(zones)
        if state in self.listed:
            mine = self._zones_of(state)
            meeting = mine if meeting is None else (mine & meeting or mine | meeting)
        own_state = state if state in self._own_states else ""
        own_places = {place for place in told if place in self._own_apart}
        if meeting is None and not own_state and not own_places:
            return None
        return frozenset(
            key for key, (its, place, zone) in self._triples.items()
            if (meeting is None or zone in meeting)
            and (not own_state or its == own_state)
            and (not own_places or place in own_places)
        )  # fmt: skip

    def named_zone(self, zone: str) -> frozenset[str]:
        """The zones that make up a zone of `[rules.zones]`."""
        return frozenset(key for key, (_, _, its) in self._triples.items() if its == zone)

    def left(self, state: str, places: Iterable[str]) -> frozenset[str] | None:
        """The zones in which units that left some places, or came to them, were not at that moment.

        The same as `of`, except that a place that spans several zones excludes none that a state
        also names, such as an area under someone's control: the units may still be in there.
        """
        told = list(places)
        crossing = [place for place in told if len(self._zones_of(place)) > 1]
        zones = self.of(state, told)
        if not crossing or zones is None:
            return zones
        kept = frozenset(
            key
            for key in zones
            if not self.named.get(self._triples[key][2], frozenset()) & self.states
        )
        return kept or None

    def at(self, places: Iterable[str]) -> frozenset[str] | None:
        """The zones possible for units at several places at once; None for any."""
        meeting = _meet([self._zones_of(place) for place in places if place in self.listed])
        if meeting is None:
            return self.present if self._absent else None
        return frozenset(key for key, (_, _, zone) in self._triples.items() if zone in meeting)

    def _zones_of(self, item: str) -> frozenset[str]:
        return frozenset(zone for zone, items in self.named.items() if item in items)


def _meet(sets: list[frozenset[str]]) -> frozenset[str] | None:
    """The intersection of some sets, or one of them if it is empty."""
    if not sets:
        return None
    return frozenset.intersection(*sets) or frozenset().union(*sets)
