"""Results derived from a case's claims for its page: ledgers, conflicts, sources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from convoy_geo.display import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convoy_geo.analysis.consistency.result import Consistency
    from convoy_geo.analysis.ledger import Ledger
    from convoy_geo.analysis.source_dependence import Sources
    from convoy_geo.analysis.time_distance import TimeDistance

__all__ = ["Findings"]


@shown
@dataclass(frozen=True)
class Findings:
    """Results derived from the claims.

    Parameters
    ----------
    ledgers
        One for each day of the case, with older statements carried over and marked.
    consistency
        Which claims can be true together; None if not computed.
    sources
        The sources of all claims.
    time_distance
        Claims along the road of the story; None where it names none.
    """

    ledgers: Sequence[Ledger]
    consistency: Consistency | None
    sources: Sources
    time_distance: TimeDistance | None = None

    @property
    def has_conflicts(self) -> bool:
        """Whether any conflict was found."""
        return self.consistency is not None and bool(self.consistency.conflicts)
