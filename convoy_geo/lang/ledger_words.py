"""A reading of the ledger in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convoy_geo.analysis.intervals import count_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from convoy_geo.analysis.ledger import Reading

__all__ = ["reading_words"]


def reading_words(
    reading: Reading, labels: Mapping[str, str], names: Mapping[str, str] | None = None
) -> str:
    """A reading in words: figures, sum against total, rest.

    Parameters
    ----------
    reading
        Of a ledger.
    labels, names
        Labels of the states and names of the sides; their ids where they have none.
    """
    cells = [
        f"{'about ' * bool(c.slack)}{count_words(c.count)} {labels.get(c.state, c.state)} "
        f"({', '.join(c.claims)}"
        f"{'' if c.told == 'day' else ', ' + ('may be later' if c.told == 'span' else c.told)})"
        for c in reading.cells
    ]
    if reading.total is None or reading.residual is None:
        return "; ".join(cells) + "; of a total that nobody gives: undetermined"
    verdict = {True: "adds up", False: "does not add up", None: "undetermined"}[reading.adds_up]
    rest = f"{'about ' * bool(reading.slack)}{count_words(reading.residual)}"
    whole = f"{'about ' * bool(reading.total_slack)}{count_words(reading.total)}"
    whose = "own total" if reading.own_total else "the report's total"
    if reading.total_sides:
        known = names or {}
        whose = f"given by {' and '.join(known.get(side, side) for side in reading.total_sides)}"
    told = f", told as a rest in {', '.join(reading.rest_claims)}" if reading.rest_claims else ""
    return (
        f"{'; '.join(cells)}; of {whole} ({whose}, "
        f"{', '.join(reading.total_claims)}): rest {rest}{told}, {verdict}"
    )
