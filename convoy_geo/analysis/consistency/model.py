"""The conditions that claims impose on a scenario (a "world"), as plain records.

A world is the number of units of a subject in each cell at each moment. A condition says how many
must be in some cells, and when. `convoy_geo.analysis.consistency.encode` derives conditions from
claims; this module knows nothing of claims, places or roads.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ANYWHERE", "NO_ZONE", "Cells", "Condition", "Problem", "Subject", "Travel"]

NO_ZONE = ""
"""The zone of everything outside the named zones."""
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
        What is counted; empty for the whole, as one body.
    tally
        For numbers without a position, what they count; empty for a position.
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
        The subject whose numbers are constrained.
    form
        ``total``: the number of all units. ``count``: units in the cells. ``whole``: the whole is
        in the cells. ``tally``: a cumulative number. ``length``: a distance on its own.
    cells
        The cells; for a tally, the places to which it refers.
    low, high
        Closed interval of the number.
    share
        An additional share of all units: ``some`` (at least one), ``most`` (more than half),
        ``all``. For the whole: the share of the main unit that is with it.
    when
        ``moment``: at one moment of the window. ``throughout``: at every moment.
    first, last
        The window, in hours; infinite if open.
    left
        Where the whole is not, immediately after the window; None: unspecified.
    arrived
        Where it was not, immediately before.
    event
        Topic of a unique or ordered event; otherwise empty.
    negated
        Whether the condition is negated; only for totals, for counts without a share, and for the
        whole without `left` and `arrived`.
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
        """Whether it applies during its whole window, not at one moment of it."""
        return (self.when == "throughout") != self.negated

    def covers(self, time: float, rank: int) -> bool:
        """Whether a moment lies in the window; ranks above 0 are just after it, below 0 before."""
        if rank > 0:
            return self.first <= time < self.last
        if rank < 0:
            return self.first < time <= self.last
        return self.first <= time <= self.last


class Travel(Protocol):
    """The minimum travel time of a subject from one place to another."""

    def hours(self, subject: Subject, origin: str, destination: str, leave: float) -> float:
        """Hours from `leave` to the earliest arrival; infinite if there is no route.

        Waiting and later departure also count from `leave`.
        """


@dataclass(frozen=True)
class Problem:
    """Conditions by claim, and the constraints of every world.

    Parameters
    ----------
    conditions
        By claim.
    zones
        Ids of the mutually exclusive zones, including `NO_ZONE`.
    main_units
        By group, the unit that makes up the whole; if missing, the whole has no unit.
    zones_at
        By place, the zones in which it can be; a place that is missing here can be in any.
    travel
        Hours from place to place; None: unknown, and moves take no time.
    once
        Topics of events that happen at one moment.
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
        """Whether two conditions refer to one event, which has one moment."""
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
