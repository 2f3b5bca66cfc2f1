"""The conditions that claims put on a world, as plain records.

A world is how many units of a subject are in which cell at which moment. A condition says how many
must be in some cells, and when. `convoy_geo.analysis.consistency.encode` makes conditions of
claims; nothing here knows claims, places or roads.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ANYWHERE", "NO_ZONE", "Cells", "Condition", "Problem", "Subject", "Travel"]

NO_ZONE = ""
"""The zone of what is in no zone that anybody names."""
Form = Literal["total", "count", "whole", "tally", "length"]
When = Literal["moment", "throughout"]
Share = Literal["", "some", "most", "all"]


@dataclass(frozen=True, order=True)
class Subject:
    """What is counted, or the whole.

    Parameters
    ----------
    group
        Id of the moving group; empty for the main one.
    unit
        What is counted; empty for the whole, one body.
    tally
        Of numbers that tell no position, what they count; empty for a position.
    """

    group: str = ""
    unit: str = ""
    tally: str = ""


@dataclass(frozen=True)
class Cells:
    """Where units can be: at some of the places, and in some of the zones.

    Parameters
    ----------
    places
        Ids of places; None: anywhere.
    zones
        Ids of zones, of which a unit is in exactly one; None: in any.
    """

    places: frozenset[str] | None = None
    zones: frozenset[str] | None = None


ANYWHERE = Cells()


@dataclass(frozen=True)
class Condition:
    """One condition on a world.

    Parameters
    ----------
    subject
        Whose numbers it binds.
    form
        ``total``: the number of all units. ``count``: units in the cells. ``whole``: the whole is
        in the cells. ``tally``: a number that never falls. ``length``: a distance on its own.
    cells
        Where; of a tally the places that it is told of.
    low, high
        Closed interval of the number.
    share
        What share of all units, besides: ``some`` (at least one), ``most`` (more than half),
        ``all``. Of the whole: the share of the main unit that is with it.
    when
        ``moment``: at one moment of the window. ``throughout``: at every moment.
    first, last
        The window, in hours; infinite where it is open.
    left
        Where the whole is not just after the window; None: nothing is said.
    arrived
        Where it was not just before.
    event
        Topic of what happens once or in order; else empty.
    negated
        Whether all this is not so; only of totals, of counts without a share, and of the whole
        without `left` and `arrived`.
    """

    subject: Subject
    form: Form
    cells: Cells = ANYWHERE
    low: float = 0.0
    high: float = math.inf
    share: Share = ""
    when: When = "moment"
    first: float = -math.inf
    last: float = math.inf
    left: Cells | None = None
    arrived: Cells | None = None
    event: str = ""
    negated: bool = False

    @property
    def lasting(self) -> bool:
        """Whether it is looked at during all of its window, not at one moment of it."""
        return (self.when == "throughout") != self.negated

    def covers(self, time: float, rank: int) -> bool:
        """Whether a moment lies in the window; a rank above 0 is just after it, below 0 before."""
        if rank > 0:
            return self.first <= time < self.last
        if rank < 0:
            return self.first < time <= self.last
        return self.first <= time <= self.last


class Travel(Protocol):
    """How long it takes a subject from one place to another, at the best."""

    def hours(self, subject: Subject, origin: str, destination: str, leave: float) -> float:
        """Hours from `leave` to the first moment of arrival; infinite where there is no way.

        What waits on the way, or sets out later, counts from `leave` too.
        """


@dataclass(frozen=True)
class Problem:
    """Conditions by claim, and what holds in every world.

    Parameters
    ----------
    conditions
        By claim.
    zones
        Ids of the zones that exclude each other, `NO_ZONE` among them.
    main_units
        By group the unit that makes up the whole; without one the whole is only itself.
    zones_at
        By place the zones that it can be in; a place that is not here can be in any.
    travel
        Hours from place to place; None: nothing is known, and moves take no time.
    once
        Topics that happen at one moment.
    order
        Topics in the order in which they happen.
    """

    conditions: Mapping[str, Condition]
    zones: frozenset[str] = frozenset({NO_ZONE})
    main_units: Mapping[str, str] = field(default_factory=dict)
    zones_at: Mapping[str, frozenset[str]] = field(default_factory=dict)
    travel: Travel | None = None
    once: frozenset[str] = frozenset()
    order: tuple[str, ...] = ()

    def same_moment(self, one: Condition, other: Condition) -> bool:
        """Whether two conditions are of one event, which has one moment."""
        return (
            one.event == other.event
            and one.event in self.once
            and _moments_of_the_whole(one, other)
            and _alike(one.cells.places, other.cells.places)
            and _alike(one.cells.zones, other.cells.zones)
        )

    def comes_before(self, one: Condition, other: Condition) -> bool:
        """Whether the event of one condition is no later than that of the other."""
        if not (one.event in self.order and other.event in self.order):
            return False
        earlier = self.order.index(one.event) < self.order.index(other.event)
        apart = one.cells.places is None or one.cells.places != other.cells.places
        return earlier and apart and _moments_of_the_whole(one, other)


def _moments_of_the_whole(*conditions: Condition) -> bool:
    return all(one.form == "whole" and one.when == "moment" for one in conditions)


def _alike(one: frozenset[str] | None, other: frozenset[str] | None) -> bool:
    return one is None or other is None or one == other
