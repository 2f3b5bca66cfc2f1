"""Whether two parts of the library give two answers to one question about a case."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from convoy_geo.errors import PlaceNotFoundError
from convoy_geo.model.claims import lengths_between
from convoy_geo.page.case_conflicts import judgement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from convoy_geo.analysis.consistency.result import Consistency
    from convoy_geo.case.case import Case

VERDICTS = {"none": {"impossible"}, "some": {"possible"}, "all": {"possible", "certain"}}


def disagreements(case: Case, *, every: int = 1) -> list[str]:
    """What contradicts the list of conflicts, or another part.

    Parameters
    ----------
    case
        Complete conflicts are needed.
    every
        Verdicts on single claims take a while: only each so many-th claim is asked for.
    """
    found = case.consistency()
    return [
        *_statuses(case, found),
        *_verdicts(case, found, every),
        *_beliefs(case, found, every),
        *_ledgers(case, found),
        *_distances(case, found),
        *_bounds(case, found),
        *_accounts(case, found),
    ]


def _statuses(case: Case, found: Consistency) -> Iterator[str]:
    frame = case.verdicts().set_index("claim")
    for key in case.claims:
        sizes = [len(one.claims) for one in found.conflicts if key in one.claims]
        row, card = frame.loc[key], judgement(found, key, "en")
        said = {row["verdict"], found.verdict(key), card[0]}
        if len(said) > 1:
            yield f"{key}: {said}"
        if row["conflicts"] != len(sizes) or len(found.of(key)) != len(sizes):
            yield f"{key}: {row['conflicts']} conflicts in the table, {len(sizes)} in the list"
        if key not in found.claims:
            if sizes or said != {"undetermined"} or key not in found.not_encoded:
                yield f"{key} is not judged, and is {said} with {len(sizes)} conflicts"
            continue
        status = "all" if not sizes else "none" if 1 in sizes else "some"
        if found.claims[key].status != status or not said <= VERDICTS[status]:
            yield f"{key}: {found.claims[key].status}, {said}, but {status} by its conflicts"


def _verdicts(case: Case, found: Consistency, every: int) -> Iterator[str]:
    judged = list(found.claims)
    for key in judged[::every]:
        if case.verdict(key).verdict != found.verdict(key):
            yield f"{key}: {case.verdict(key).verdict} alone, {found.verdict(key)} among all"
    for conflict in found.conflicts[:: 3 * every]:
        key, *others = conflict.claims
        if others and (said := case.verdict(key, against=others).verdict) != "impossible":
            yield f"{key} against {others}: {said}, which is a conflict"


def _beliefs(case: Case, found: Consistency, every: int) -> Iterator[str]:
    for conflict in found.conflicts[::every]:
        key, *others = conflict.claims
        belief = case.believing(*others) if others else None
        if belief is not None and key not in belief.falls:
            yield f"{key} does not fall beside {others}, which is a conflict"
    agreed = [key for key, one in found.claims.items() if one.status == "all"]
    same = {key: set(one) for one in found.classes for key in one}
    certain = [key for key in agreed if found.verdict(key) == "certain"]
    for key in islice(certain, 0, None, every):
        others = [one for one in agreed if one not in same.get(key, {key})]
        if key not in case.believing(*others).follows:
            yield f"{key} is certain, and does not follow"


def _ledgers(case: Case, found: Consistency) -> Iterator[str]:
    conflicts = [set(one.claims) for one in found.conflicts]
    for ledger in case.ledgers():
        for account in ledger.accounts:
            behind = set(account.claims)
            within = [sorted(one) for one in conflicts if one <= behind]
            if account.adds_up and within:
                yield f"{ledger.on}, {account.side}: adds up, and conflicts: {within}"
            rest = account.residual
            over = rest is not None and rest[1] + account.slack < 0
            if over and account.adds_up is False and behind <= set(found.claims) and not within:
                yield f"{ledger.on}, {account.side}: more than the total, and no conflict"


def _distances(case: Case, found: Consistency) -> Iterator[str]:
    ends = {
        tuple(place for _, place in claim.places)
        for claim in case.claims.values()
        if len(claim.places) == 2 and claim.unit in ("km", "mi", "nmi")
    }
    for origin, destination in sorted(ends):
        some = lengths_between(case.claims.values(), origin, destination)
        if not some:
            continue
        try:
            report = case.distance(origin, destination)
        except PlaceNotFoundError:
            continue
        for one in report.reported:
            alone = any(c.claims == (one.claim,) and c.kind == "length" for c in found.conflicts)
            if one.too_short != alone:
                yield f"{one.claim}: too short {one.too_short}, a conflict on its own {alone}"


def _bounds(case: Case, found: Consistency) -> Iterator[str]:
    """Bounds under one claim hold its number."""
    for key, claim in case.claims.items():
        status = found.claims.get(key)
        counted = status is not None and claim.unit in found.ranges().units and claim.state
        if not counted or status.status == "none" or not claim.happened:
            continue
        first, last = claim.happened.hours
        if first is None or last is None or claim.state == "unaccounted":
            continue
        bound = found.bounds(
            claim.unit, claim.state, claim.happened, believing=[key], group=claim.group
        )
        low = claim.low if claim.low is not None else 0
        if claim.qualifier or (claim.low == claim.high and low >= 100):
            continue
        if bound.high < low or (claim.high is not None and bound.low > claim.high):
            yield f"{key}: {claim.low} to {claim.high}, bounds {bound.low} to {bound.high}"


def _accounts(case: Case, found: Consistency) -> Iterator[str]:
    for kind, accounts in (("side", found.sides), ("report", found.reports)):
        fits = case.fits(kind)
        for key, account in accounts.items():
            if fits.fits(key, key) != account.consistent:
                yield f"{key}: consistent {account.consistent}, fits itself {fits.fits(key, key)}"
            mine = [one for one, claim in case.claims.items() if getattr(claim, kind) == key]
            if case.believing(*mine).consistent != account.consistent:
                yield f"{key}: consistent {account.consistent}, believed otherwise"
            for other in account.against:
                if fits.fits(key, other) is not False:
                    yield f"{key} is against {other}, and fits it"
