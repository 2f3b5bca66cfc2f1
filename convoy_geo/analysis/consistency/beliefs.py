"""What follows from assuming some claims, what is refuted, and what stays open.

Conflicts and refuted claims need no solver: they are subset tests on the list of minimal conflicts,
which a page can contain (`choice_data`) and evaluate in the same way (`conflicts_within`,
`fallen`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from convoy_geo.analysis.consistency.components import component_of
from convoy_geo.display import shown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    import pandas as pd

    from convoy_geo.analysis.consistency.conflict import Conflict
    from convoy_geo.analysis.consistency.encode import Story
    from convoy_geo.analysis.consistency.judge import Judge
    from convoy_geo.analysis.consistency.result import Consistency

__all__ = [
    "Belief", "believe", "choice_data", "chosen_claims", "conflicts_within", "fallen",
    "smallest_withdrawals",
]  # fmt: skip


@shown
@dataclass(frozen=True)
class Belief:
    """The consequences of assuming a set of claims.

    Parameters
    ----------
    names
        The chosen claims, sides and reports.
    claims
        The assumed claims that can be judged.
    left_out
        Chosen claims that impose no condition, with reason codes.
    conflicts
        Minimal sets of assumed claims that cannot all be true; if there are any, nothing follows.
    withdrawals
        Smallest sets of assumed claims whose removal makes the others consistent, smallest first.
    follows
        Other claims that are true whenever the assumed claims are.
    falls
        For each other claim that contradicts the assumed ones, the smallest conflict that shows it.
    open
        Other claims that may be true or false.
    unknown
        Other claims whose status is unknown, because not all conflicts were computed.
    complete
        Whether all conflicts are known.
    """

    names: tuple[str, ...]
    claims: tuple[str, ...]
    left_out: Mapping[str, str]
    conflicts: tuple[Conflict, ...]
    withdrawals: tuple[tuple[str, ...], ...]
    follows: tuple[str, ...]
    falls: Mapping[str, Conflict]
    open: tuple[str, ...]
    unknown: tuple[str, ...]
    complete: bool

    @property
    def consistent(self) -> bool | None:
        """Whether the assumed claims can all be true; None if unknown."""
        if self.conflicts:
            return False
        return True if self.complete else None

    def __repr__(self) -> str:
        return (
            f"<Belief in {', '.join(self.names) or 'nothing'}: {len(self.claims)} claims, "
            f"{len(self.conflicts)} conflicts; {len(self.follows)} follow, {len(self.falls)} fall, "
            f"{len(self.open)} stay open>"
        )

    def to_dict(self) -> dict[str, Any]:
        """The result as plain values."""
        return {
            "names": list(self.names),
            "claims": list(self.claims),
            "left_out": dict(self.left_out),
            "consistent": self.consistent,
            "conflicts": [list(one.claims) for one in self.conflicts],
            "withdrawals": [list(one) for one in self.withdrawals],
            "follows": list(self.follows),
            "falls": {key: list(one.claims) for key, one in self.falls.items()},
            "open": list(self.open),
            "unknown": list(self.unknown),
            "complete": self.complete,
        }

    def to_frame(self) -> pd.DataFrame:
        """One row for each claim that can be judged.

        Returns
        -------
        DataFrame
            Indexed by claim; columns ``answer`` (believed, follows, falls, open, unknown) and
            ``because`` (for refuted claims, the other claims of the smallest conflict).
        """
        import pandas as pd  # noqa: PLC0415  (0.3 s)

        rows: list[tuple[str, str, tuple[str, ...]]] = []
        for answer, claims in (
            ("believed", self.claims), ("follows", self.follows), ("falls", self.falls),
            ("open", self.open), ("unknown", self.unknown),
        ):  # fmt: skip
            for key in claims:
                because = self.falls[key].claims if answer == "falls" else ()
                rows.append((key, answer, tuple(one for one in because if one != key)))
        frame = pd.DataFrame(rows, columns=["claim", "answer", "because"])
        return frame.set_index("claim")


def chosen_claims(
    story: Story, found: Consistency, names: Sequence[str], without: Iterable[str]
) -> tuple[list[str], dict[str, str]]:
    """The claims denoted by names of claims, sides (all their claims) or reports.

    Parameters
    ----------
    story, found
        The claims, and the result that says which of them can be judged.
    names
        Ids of claims, sides or reports.
    without
        The same for claims to exclude.

    Returns
    -------
    tuple of (claims that can be judged, reasons by other claim)

    Raises
    ------
    ValueError
        If a name denotes no claim.
    """

    def meant(name: str) -> list[str]:
        claims = story.claims
        some = [name] if name in claims else [
            key for key, claim in claims.items() if name in (claim.side, claim.report)
        ]  # fmt: skip
        if not some:
            msg = f"{name!r} is not a claim, nor a side or report with claims"
            raise ValueError(msg)
        return some

    out = {key for name in without for key in meant(name)}
    wanted = {key for name in names for key in meant(name)} - out
    in_order = [key for key in story.claims if key in wanted]
    left_out = {key: found.not_encoded[key] for key in in_order if key in found.not_encoded}
    return [key for key in in_order if key in found.claims], left_out


def conflicts_within(
    conflicts: Iterable[Collection[str]], claims: Collection[str]
) -> list[Collection[str]]:
    """The conflicts that consist only of chosen claims."""
    chosen = set(claims)
    return [one for one in conflicts if chosen.issuperset(one)]


def fallen(
    conflicts: Iterable[Collection[str]], claims: Collection[str]
) -> dict[str, Collection[str]]:
    """The smallest conflict of each other claim that cannot be true with the chosen ones."""
    chosen = set(claims)
    found: dict[str, Collection[str]] = {}
    for one in conflicts:  # smallest first
        others = [key for key in one if key not in chosen]
        if len(others) == 1:
            found.setdefault(others[0], one)
    return found


def smallest_withdrawals(
    repairs: Iterable[Collection[str]], claims: Collection[str]
) -> tuple[tuple[str, ...], ...]:
    """Minimal sets of chosen claims whose removal makes the others consistent, smallest first.

    Chosen claims without a withdrawal are part of some maximal consistent set, so each minimal
    withdrawal is the intersection of a repair with the chosen claims.
    """
    chosen = frozenset(claims)
    parts = {chosen.intersection(one) for one in repairs}
    least = [one for one in parts if one and not any(other < one for other in parts)]
    return tuple(sorted((tuple(sorted(one)) for one in least), key=lambda one: (len(one), one)))


def choice_data(found: Consistency) -> dict[str, Any]:
    """The data that a page needs to test choices without a solver: conflicts, smallest first.

    Returns
    -------
    dict
        ``claims`` (ids of the claims that can be judged), ``conflicts`` and ``repairs`` (lists of
        indices into that list), ``complete``.
    """
    claims = list(found.claims)
    place = {key: number for number, key in enumerate(claims)}
    return {
        "claims": claims,
        "conflicts": [sorted(place[key] for key in one.claims) for one in found.conflicts],
        "repairs": [sorted(place[key] for key in one) for one in found.repairs],
        "complete": found.complete,
    }


def believe(
    judge: Judge, found: Consistency, names: Sequence[str], *, without: Iterable[str] = ()
) -> Belief:
    """Determine what follows from assuming some claims, what is refuted and what stays open.

    Parameters
    ----------
    judge, found
        The conditions of the claims, and the consistency result.
    names
        Ids of claims, sides or reports.
    without
        The same for claims that are not assumed.

    Raises
    ------
    ValueError
        If a name denotes no claim.
    """
    chosen, left_out = chosen_claims(judge.story, found, names, without)
    own = [one for one in found.conflicts if set(one.claims) <= set(chosen)]
    by_claims = {one.claims: one for one in found.conflicts}
    falls = {key: by_claims[one] for key, one in fallen(by_claims, chosen).items()}  # type: ignore[index]
    problem = judge.problem
    conditions = {key: problem.conditions[key] for key in chosen}
    follows, stays, unknown = [], [], []
    uncertain = not found.complete
    for key in found.claims:
        if key in conditions or key in falls:
            continue
        component = component_of(problem, problem.conditions[key].subject)
        others = list(dict.fromkeys(
            one for one in conditions.values()
            if component_of(problem, one.subject) == component
        ))  # fmt: skip
        mine = problem.conditions[key]
        if not own and (mine in others or judge.follows(key, others)):
            follows.append(key)
        elif uncertain:
            unknown.append(key)
        else:
            stays.append(key)
    withdrawals = smallest_withdrawals(found.repairs, chosen) if own and found.complete else ()
    return Belief(
        tuple(names), tuple(chosen), left_out, tuple(own), withdrawals, tuple(follows), falls,
        tuple(stays), tuple(unknown), found.complete,
    )  # fmt: skip
