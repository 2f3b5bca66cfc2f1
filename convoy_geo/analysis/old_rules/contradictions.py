"""Claims that cannot all be taken as they stand: found by rule, with what would reconcile them.

Nothing is ranked, and nobody is right. Each kind is found by groups and one sweep over sorted
intervals (`intervals.rivals`), never by comparing every claim with every other:

====== =============================================================================================
number one thing counted twice at once, with no number in common; a distance, on whatever day
unit   one topic counted at once in two units, so that the figures cannot be compared as they stand
sum    the parts of a day exceed the largest total that is told of it
time   what happens once, on two days
place  one thing in two places that are apart, or left a place and still there, in one statement
grain  one thing in a place, and in a larger place that holds it
order  the later step done before the earlier one began
denial one side denies what another asserts
length a length between two places that is not that of the straight line between them
====== =============================================================================================

The first two and the last need no help. What happens once, what is in one place, what comes before
what, and which zones shut each other out is for the case to say, under ``[rules]`` of case.toml.
The column ``dispute`` is never read. Claims that are denied are asked only for denials, and the
state `ledger.REST` is somebody's rest and never compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convoy_geo.analysis.old_rules.countrivals import distances, numbers, sums, units_of
from convoy_geo.analysis.old_rules.eventrivals import (
    denials,
    left_and_still_there,
    lengths,
    orders,
    places_of,
    times,
)
from convoy_geo.analysis.old_rules.rivalry import KINDS, Contradiction, Rules
from convoy_geo.analysis.old_rules.whereabouts import Atlas

if TYPE_CHECKING:
    from collections.abc import Iterable

    from convoy_geo.model.claims import Claim

__all__ = ["KINDS", "Contradiction", "Rules", "find_contradictions"]


def find_contradictions(
    claims: Iterable[Claim], atlas: Atlas | None = None, rules: Rules | None = None
) -> tuple[Contradiction, ...]:
    """All contradictions among claims; the kinds are the module's.

    Parameters
    ----------
    claims
        In any order; the result does not depend on it.
    atlas
        The places they name. Without it nothing is said of places.
    rules
        What may be taken for granted.

    Returns
    -------
    tuple of Contradiction
        Sorted by kind, subject and claims. Claims on one subject whose days hang together make one
        record, not one for each pair.

    Examples
    --------
    >>> from convoy_geo.model.claims import Claim
    >>> told = [
    ...     Claim(name, "R", "seen", name, "he", "", happened="1915-01-02", low=n, high=n,
    ...           unit="boats", state="afloat")
    ...     for name, n in (("a", 2), ("b", 3))
    ... ]
    >>> find_contradictions(told)[0].why
    'boats afloat: 2 (a) against 3 (b)'
    """
    given = sorted(claims, key=lambda claim: claim.id)
    held = [claim for claim in given if claim.status != "denied"]
    places, known = atlas or Atlas({}), rules or Rules()
    found = [
        *numbers(held, known),
        *distances(held, places),
        *units_of(held, known),
        *sums(held, known),
        *times(held, known),
        *places_of(held, places, known),
        *left_and_still_there(held, places, known),
        *orders(held, known),
        *denials(given, known),
        *lengths(held, places),
    ]
    return tuple(sorted(found, key=lambda c: (KINDS.index(c.kind), c.subject, c.claims)))
