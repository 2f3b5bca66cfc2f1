"""What follows from a case's claims, gathered for its page: ledgers, disputes, verdicts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from convoy_geo.analysis.ledger import Ledger
    from convoy_geo.analysis.old_rules.rivalry import Contradiction
    from convoy_geo.analysis.source_dependence import Sources

__all__ = ["Findings"]


@dataclass(frozen=True)
class Findings:
    """What follows from the claims.

    Parameters
    ----------
    ledgers
        One for each day of the case, older statements carried over and marked.
    contradictions
        Claims that cannot all be taken as they stand.
    verdicts
        The table of `convoy_geo.analysis.claim_tests.verdicts_frame`.
    sources
        What stands behind all claims.
    """

    ledgers: Sequence[Ledger]
    contradictions: Sequence[Contradiction]
    verdicts: pd.DataFrame
    sources: Sources
