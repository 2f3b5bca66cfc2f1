"""Which accounts are compatible: sides with sides, reports with reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from convoy_geo.display import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from convoy_geo.analysis.consistency.conflict import Conflict
    from convoy_geo.analysis.consistency.result import Consistency
    from convoy_geo.model.claims import Claim

__all__ = ["Fits", "find_fits"]


@shown
@dataclass(frozen=True)
class Fits:
    """Which accounts can be true together.

    Parameters
    ----------
    kind
        ``side`` or ``report``.
    names
        Ids of the sides or reports that have claims.
    conflicts
        By pair of ids (in the order of `names`; the same id twice: the account alone), the smallest
        conflict among their claims.
    judged
        By id, the number of its claims that can be judged.
    complete
        Whether all conflicts are known; if not, a pair without a conflict may still have one.
    """

    kind: str
    names: tuple[str, ...]
    conflicts: Mapping[tuple[str, str], Conflict]
    judged: Mapping[str, int]
    complete: bool

    def fits(self, one: str, other: str) -> bool | None:
        """Whether all claims of two accounts can be true together; None if unknown."""
        if (one, other) in self.conflicts or (other, one) in self.conflicts:
            return False
        return True if self.complete else None

    def to_frame(self) -> pd.DataFrame:
        """A square table of the compatibility of accounts.

        Returns
        -------
        DataFrame
            Rows and columns are the accounts; a value is empty if the two are compatible, the id of
            the smallest conflict if they are not, ``?`` if unknown, and ``-`` if one of them has no
            claim that can be judged.
        """
        import pandas as pd  # noqa: PLC0415  (0.3 s)

        rows = [[self._value(one, other) for other in self.names] for one in self.names]
        return pd.DataFrame(rows, index=list(self.names), columns=list(self.names))

    def _value(self, one: str, other: str) -> str:
        if not self.judged[one] or not self.judged[other]:
            return "-"
        conflict = self.conflicts.get((one, other)) or self.conflicts.get((other, one))
        if conflict is not None:
            return conflict.id
        return "" if self.complete else "?"

    def to_dict(self) -> dict[str, Any]:
        """The result as plain values."""
        return {
            "kind": self.kind,
            "names": list(self.names),
            "judged": dict(self.judged),
            "conflicts": [
                {"between": list(pair), "conflict": one.id, "claims": list(one.claims)}
                for pair, one in self.conflicts.items()
            ],
            "complete": self.complete,
        }


def find_fits(claims: Mapping[str, Claim], found: Consistency, kind: str = "side") -> Fits:
    """Determine which sides, or reports, can all be right.

    Parameters
    ----------
    claims
        By id.
    found
        The consistency result.
    kind
        ``side`` or ``report``.

    Raises
    ------
    ValueError
        If `kind` is neither.
    """
    if kind not in ("side", "report"):
        msg = f"kind must be side or report, not {kind!r}"
        raise ValueError(msg)
    owner = {key: getattr(claim, kind) for key, claim in claims.items()}
    names = tuple(dict.fromkeys(owner.values()))
    rank = {name: number for number, name in enumerate(names)}
    smallest: dict[tuple[str, str], Conflict] = {}
    for conflict in found.conflicts:  # smallest first
        owners = sorted({owner[key] for key in conflict.claims}, key=rank.__getitem__)
        if len(owners) == 1:
            pairs = [(min(one, owners[0], key=rank.__getitem__),
                      max(one, owners[0], key=rank.__getitem__)) for one in names]  # fmt: skip
        elif len(owners) == 2:
            pairs = [(owners[0], owners[1])]
        else:
            continue
        for pair in pairs:
            smallest.setdefault(pair, conflict)
    judged = dict.fromkeys(names, 0)
    for key in found.claims:
        judged[owner[key]] += 1
    return Fits(kind, names, smallest, judged, found.complete)
