"""Judge the claims of a story: all consistency results come from here."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from convoy_geo.analysis.consistency.components import LoneNumbers, WorldsOracle, component_of
from convoy_geo.analysis.consistency.conflict import Conflict, Member, conflict_id, plain_number
from convoy_geo.analysis.consistency.encode import Encoder
from convoy_geo.analysis.consistency.engine import Limits, solve
from convoy_geo.analysis.consistency.readings import weaker
from convoy_geo.analysis.consistency.relations import claim_relations, implies
from convoy_geo.analysis.consistency.result import AccountStatus, ClaimStatus, Consistency, Missing
from convoy_geo.analysis.consistency.solver import HighsSolver
from convoy_geo.timegeo.moments import moment_text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from convoy_geo.analysis.consistency.conflict import Kind
    from convoy_geo.analysis.consistency.encode import Encoding, Story
    from convoy_geo.analysis.consistency.engine import Solution
    from convoy_geo.analysis.consistency.model import Condition, Problem
    from convoy_geo.analysis.consistency.solver import Solver

__all__ = ["Judge", "find_consistency"]

EXPLAINED = 500
"""Maximum number of conflicts for which other readings are tried."""
NEGATED = 200
"""Maximum number of conditions from which a claim is tested to follow."""
A_CALL = 20.0
"""Time limit in seconds of one solver call when other readings are tried."""


def find_consistency(
    story: Story,
    *,
    readings: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    solver: Solver | None = None,
    progress: Callable[[str], None] | None = None,
) -> Consistency:
    """Determine which claims of a story can be true together.

    Parameters
    ----------
    story
        Claims, places, roads and rules.
    readings
        By claim, the chosen readings; see `Encoder.encode`.
    limits
        The limits on computation.
    solver
        By default HiGHS.
    progress
        Called with progress figures.

    Raises
    ------
    ValueError
        If a reading is unknown, or is chosen for an unknown claim.
    """
    return Judge(story, readings=readings, solver=solver).consistency(limits, progress)


class Judge:
    """Judges the claims of one story.

    Parameters
    ----------
    story, readings, solver
        As for `find_consistency`.
    """

    def __init__(
        self,
        story: Story,
        *,
        readings: Mapping[str, str] | None = None,
        solver: Solver | None = None,
    ) -> None:
        self.story, self.chosen = story, dict(readings or {})
        self.solver = solver or HighsSolver()
        self.encoder = Encoder(story)
        self.encoding: Encoding = self.encoder.encode(self.chosen)
        self._holds: dict[tuple[frozenset[Condition], bool, bool], bool | None] = {}

    @property
    def problem(self) -> Problem:
        """The conditions."""
        return self.encoding.problem

    # ---- sets of conditions ----

    def holds(
        self, conditions: Iterable[Condition], *, free: bool = False, eventless: bool = False
    ) -> bool | None:
        """Whether conditions of one component are jointly satisfiable; None if undecided.

        Parameters
        ----------
        conditions
            The conditions.
        free
            Whether moves take no time.
        eventless
            Whether to ignore unique events and the order of events.
        """
        some = list(dict.fromkeys(conditions))
        key = frozenset(some), free, eventless
        if key not in self._holds:
            self._holds[key] = self._holds_now(some, free=free, eventless=eventless)
        return self._holds[key]

    def _holds_now(self, some: Sequence[Condition], *, free: bool, eventless: bool) -> bool | None:
        if not some:
            return True
        everything = frozenset(range(len(some)))
        if some[0].form in ("tally", "length"):
            return LoneNumbers(some).test(everything, A_CALL)
        problem = self.problem
        if free:
            problem = replace(problem, travel=None)
        if eventless:
            problem = replace(problem, once=frozenset(), order=())
        return WorldsOracle(problem, some, self.solver).decide(A_CALL)

    # ---- the complete result ----

    def consistency(
        self, limits: Limits | None = None, progress: Callable[[str], None] | None = None
    ) -> Consistency:
        """Determine which claims can be true together."""
        claims, conditions = self.story.claims, self.problem.conditions
        solution = solve(
            self.problem, solver=self.solver, limits=limits or Limits(), progress=progress
        )
        if progress is not None:
            progress("")
        relations = claim_relations(claims, conditions, self.story.zone)
        repeated = {one.claim for one in relations if one.kind == "repeats"}
        rank = {key: number for number, key in enumerate(claims)}
        conflicts = tuple(
            self._conflict(sorted(found, key=rank.__getitem__), repeated, number < EXPLAINED)
            for number, found in enumerate(solution.conflicts)
        )
        return Consistency(
            conflicts=conflicts,
            repairs=tuple(tuple(sorted(one)) for one in solution.repairs),
            claims=self._statuses(conflicts, solution),
            readings={key: tuple(told.values()) for key, told in self.encoding.readings.items()},
            not_encoded=self.encoding.not_encoded,
            relations=relations,
            disputes=self._disputes(conflicts),
            sides=self._accounts("side", conflicts, solution),
            reports=self._accounts("report", conflicts, solution),
            missing=tuple(
                Missing(what, why, subject.group if subject else "", _name(subject))
                for subject, what, why in solution.missing
            ),
            classes=tuple(one for part in solution.parts for one in part.classes if len(one) > 1),
        )

    def _conflict(
        self,
        found: Sequence[str],
        repeated: Collection[str],
        explained: bool,
    ) -> Conflict:
        conditions = {key: self.problem.conditions[key] for key in found}
        kind = self._kind(list(conditions.values()))
        return Conflict(
            conflict_id(found),
            kind,
            tuple(self._member(key) for key in found),
            _assumptions(list(conditions.values()), kind),
            self._dissolving(conditions) if explained else (),
            tuple(key for key in found if key in repeated),
        )

    def _member(self, key: str) -> Member:
        one, claim = self.problem.conditions[key], self.story.claims[key]

        def text(hours: float) -> str:
            return moment_text(hours, self.story.zone) if math.isfinite(hours) else ""

        return Member(
            key, one.form, one.subject.group, one.subject.unit, plain_number(one.low),
            plain_number(one.high), one.share, one.when, text(one.first), text(one.last),
            tuple(place for _, place in claim.places), claim.state,
            tuple(self.encoding.readings[key].values()),
        )  # fmt: skip

    def _kind(self, some: Sequence[Condition]) -> Kind:
        forms = {one.form for one in some}
        if forms in ({"tally"}, {"length"}, {"total"}):
            return "tally" if forms == {"tally"} else "length" if forms == {"length"} else "total"
        if {one.event for one in some if one.event} and self.holds(some, eventless=True):
            return "order"
        places = {one.cells.places for one in some if one.cells.places is not None}
        if len(places) > 1 and self.holds(some, free=True):
            return "travel"
        if forms == {"whole"}:
            return "place"
        if "whole" in forms:
            return "whole"
        return "count" if len({one.cells for one in some}) == 1 else "sum"

    def _dissolving(self, conditions: Mapping[str, Condition]) -> tuple[tuple[str, str], ...]:
        """Readings of single claims that remove the conflict."""
        found = []
        for key, one in conditions.items():
            for reading in weaker(self.encoding.readings[key]):
                other = self.encoder.condition(self.story.claims[key], reading)
                if other is None or other == one:
                    continue
                changed = [other if name == key else its for name, its in conditions.items()]
                if other.subject != one.subject or self.holds(changed):
                    found.append((key, reading))
        return tuple(found)

    def _statuses(
        self, conflicts: Sequence[Conflict], solution: Solution
    ) -> dict[str, ClaimStatus]:
        of: dict[str, list[Conflict]] = defaultdict(list)
        for conflict in conflicts:
            for key in conflict.claims:
                of[key].append(conflict)
        prices = _prices(solution)
        statuses = {}
        for key in self.problem.conditions:
            mine = of.get(key, [])
            status = solution.status(key)
            price = prices.get(key) if status in ("all", "some") else None
            statuses[key] = ClaimStatus(status, tuple(one.id for one in mine), price)  # type: ignore[arg-type]
        answers = {"none": "impossible", "some": "possible", "unknown": "undetermined"}
        for key, found in statuses.items():
            answer = answers.get(found.status)
            if answer is None:
                answer = "certain" if self.follows(key, self.others(key, statuses)) else "possible"
            statuses[key] = replace(found, verdict=answer)  # type: ignore[arg-type]
        return statuses

    # ---- one claim against others ----

    def others(self, claim: str, statuses: Mapping[str, ClaimStatus]) -> tuple[Condition, ...]:
        """The default conditions with which a claim is compared.

        Those of its component that are in no conflict, except those that say the same.
        """
        conditions = self.problem.conditions
        mine = conditions[claim]
        component = component_of(self.problem, mine.subject)
        return tuple(dict.fromkeys(
            one for key, one in conditions.items()
            if one != mine and statuses[key].status == "all"
            and component_of(self.problem, one.subject) == component
        ))  # fmt: skip

    def related(self, claim: str, names: Iterable[str]) -> tuple[Condition, ...]:
        """Conditions of claims, limited to the component of another one."""
        conditions = self.problem.conditions
        component = component_of(self.problem, conditions[claim].subject)
        return tuple(dict.fromkeys(
            conditions[key] for key in names
            if component_of(self.problem, conditions[key].subject) == component
        ))  # fmt: skip

    def follows(self, claim: str, others: Sequence[Condition]) -> bool:
        """Whether a claim is true in every scenario in which some conditions are satisfied.

        Also False if undecided.
        """
        one = self.problem.conditions[claim]
        if any(implies(other, one) for other in others):
            return True
        if one.form == "tally":
            return _bounded(one, others)
        simple = one.form in ("total", "count", "whole") and not (one.left or one.arrived)
        if not simple or (one.form == "count" and one.share) or len(others) > NEGATED:
            return False
        if not others:
            return False
        # without travel there are only more scenarios: what follows then, follows with travel too
        return self.holds([replace(one, negated=True, event=""), *others], free=True) is False

    def _disputes(self, conflicts: Sequence[Conflict]) -> dict[str, tuple[str, ...]]:
        members: dict[str, set[str]] = defaultdict(set)
        for claim in self.story.claims.values():
            if claim.dispute:
                members[claim.dispute].add(claim.id)
        return {
            key: tuple(one.id for one in conflicts if len(some.intersection(one.claims)) > 1)
            for key, some in members.items()
        }

    def _accounts(
        self, kind: str, conflicts: Sequence[Conflict], solution: Solution
    ) -> dict[str, AccountStatus]:
        of: dict[str, set[str]] = defaultdict(set)
        for key, claim in self.story.claims.items():
            of[getattr(claim, kind)].add(key)
        own: dict[str, list[str]] = defaultdict(list)
        against: dict[str, set[str]] = defaultdict(set)
        for conflict in conflicts:
            owners = {getattr(self.story.claims[key], kind) for key in conflict.claims}
            if len(owners) == 1:
                own[min(owners)].append(conflict.id)
            elif len(owners) == 2:
                one, other = sorted(owners)
                against[one].add(other)
                against[other].add(one)
        accounts = {}
        for key, some in of.items():
            unknown = bool(some & solution.uncertain) or not solution.complete
            consistent = False if own[key] else None if unknown else True
            deny = next((r for r in solution.repairs if not r & some), None)
            accounts[key] = AccountStatus(
                key, consistent, tuple(own[key]), tuple(sorted(against[key])),
                None if deny is None else tuple(sorted(deny)),
            )  # fmt: skip
        return accounts


def _prices(solution: Solution) -> dict[str, int]:
    """For each claim, the size of the smallest repair that keeps it, if all repairs are known.

    A repair of everything is a union of one repair per component, so the smallest sizes add up.
    """
    if any(part.found.missing for part in solution.parts):
        return {}
    repairs = [part.repairs() for part in solution.parts]
    least = [min(map(len, some), default=0) for some in repairs]
    prices = {}
    for number, part in enumerate(solution.parts):
        others = sum(least) - least[number]
        for key in part.claims:
            sizes = [len(one) for one in repairs[number] if key not in one]
            if sizes:
                prices[key] = min(sizes) + others
    return prices


def _bounded(one: Condition, others: Iterable[Condition]) -> bool:
    """Whether earlier and later values keep a cumulative number within its limits."""
    same = [other for other in others if other.cells == one.cells]
    least = max((other.low for other in same if other.last <= one.last), default=0.0)
    most = min((other.high for other in same if other.last >= one.last), default=math.inf)
    return least >= one.low and most <= one.high


def _name(subject: object) -> str:
    return str(getattr(subject, "unit", "") or getattr(subject, "tally", "") or "")


def _assumptions(some: Sequence[Condition], kind: Kind) -> tuple[str, ...]:
    if kind in ("tally", "length"):
        return ("tally",) if kind == "tally" else ()
    found = []
    if any(one.form in ("total", "count") for one in some):
        found.append("conserved")
    if any(one.form == "whole" for one in some):
        found.append("one_body")
    if any(one.cells.zones is not None for one in some):
        found.append("exclusive")
    if kind == "travel":
        found.append("travel")
    if kind == "order":
        found.append("order")
    return tuple(found)
