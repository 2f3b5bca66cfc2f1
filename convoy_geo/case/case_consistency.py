"""Consistency of a case's claims: a base class of `Case`."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from functools import cache as cache_answer
from functools import cached_property
from typing import TYPE_CHECKING

from convoy_geo.analysis.consistency import cache
from convoy_geo.analysis.consistency.beliefs import believe
from convoy_geo.analysis.consistency.encode import Story, StoryRules
from convoy_geo.analysis.consistency.engine import Limits
from convoy_geo.analysis.consistency.fits import Fits, find_fits
from convoy_geo.analysis.consistency.judge import Judge
from convoy_geo.analysis.consistency.questions import find_questions
from convoy_geo.analysis.consistency.ranges import Ranges
from convoy_geo.analysis.consistency.verdicts import ClaimVerdict, claim_verdict
from convoy_geo.analysis.source_dependence import Sources, find_sources
from convoy_geo.analysis.verdicts import VERDICTS
from convoy_geo.display import ResultTuple
from convoy_geo.io.progress import Progress
from convoy_geo.type_checks import checks_methods

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    import pandas as pd

    from convoy_geo.analysis.consistency.beliefs import Belief
    from convoy_geo.analysis.consistency.conflict import Conflict
    from convoy_geo.analysis.consistency.question import Question
    from convoy_geo.analysis.consistency.result import Consistency
    from convoy_geo.casefiles.files import CaseFiles
    from convoy_geo.gazetteer.case_gazetteer import Gazetteer
    from convoy_geo.model.case_info import CaseInfo
    from convoy_geo.model.claims import Claim, Report
    from convoy_geo.model.travel_modes import TravelMode
    from convoy_geo.network.network import RoadNetwork

__all__ = ["CaseConsistency", "case_story"]


@checks_methods("Case")
class CaseConsistency:
    """Methods of `Case` about which claims can be true together."""

    if TYPE_CHECKING:  # attributes of `Case`
        _files: CaseFiles

        @property
        def info(self) -> CaseInfo: ...  # noqa: D102
        @property
        def claims(self) -> Mapping[str, Claim]: ...  # noqa: D102
        @property
        def reports(self) -> Mapping[str, Report]: ...  # noqa: D102
        @property
        def gazetteer(self) -> Gazetteer: ...  # noqa: D102
        @property
        def network(self) -> RoadNetwork | None: ...  # noqa: D102
        def claim(self, claim_id: str) -> Claim: ...  # noqa: D102

    @cached_property
    def _results(self) -> dict[tuple[str, float | None], Consistency]:
        """Results by content key and, if incomplete, by time limit."""
        return {}

    def consistency(
        self,
        *,
        readings: Mapping[str, str] | None = None,
        seconds: float = 120.0,
        cached: bool = True,
        progress: bool | None = None,
    ) -> Consistency:
        """Which claims can be true together: all minimal conflicts and all minimal repairs.

        Results are cached and reused as long as the case does not change; an incomplete result is
        reused only for the same `seconds`.

        Parameters
        ----------
        readings
            By claim, readings that replace its column ``reading``: for its date ``moment``,
            ``period`` or ``throughout``, for its number ``all``, ``some`` or ``at_least``; two of
            them as ``"period all"``.
        seconds
            Limit on processor time; the result says what may be missing.
        cached
            Whether to use and store cached results.
        progress
            Whether to show progress; by default on a terminal and in a notebook.

        Raises
        ------
        ValueError
            If a reading is unknown, or is chosen for an unknown claim.

        Examples
        --------
        >>> from convoy_geo.case.case import read_case
        >>> found = read_case("titanic-1912").consistency()
        >>> found.complete
        True
        """
        from convoy_geo.errors import OutputFileError  # noqa: PLC0415
        from convoy_geo.gazetteer.cache import cache_folder  # noqa: PLC0415

        if not cached:
            judge = Judge(case_story(self), readings=readings)
            with Progress(progress) as shown:
                fresh = judge.consistency(Limits(seconds=seconds), shown.text)
            return replace(fresh, ranges=self._ranges(fresh, judge))
        key = cache.content_key(self._files, readings)
        known = self._results.get((key, None)) or self._results.get((key, seconds))
        known = known or cache.load(self._files, key, cache_folder(), seconds)
        if known is None:
            judge = Judge(case_story(self), readings=readings)
            with Progress(progress) as shown:
                known = judge.consistency(Limits(seconds=seconds), shown.text)
            path = cache.kept_path(cache_folder(), key, None if known.complete else seconds)
            # nothing is cached if the folder is not writable
            with contextlib.suppress(OutputFileError, OSError):
                cache.save(known, key, path)
        if known.ranges is None:
            known = replace(known, ranges=self._ranges(known, None, readings))
        self._results[key, None if known.complete else seconds] = known
        return known

    def _ranges(
        self,
        found: Consistency,
        judge: Judge | None = None,
        readings: Mapping[str, str] | None = None,
    ) -> Callable[[], Ranges]:
        """The object that computes bounds from a result; created on first use."""

        def locate(name: str) -> str:
            return self.gazetteer.locate(name).id

        @cache_answer
        def ranges() -> Ranges:
            return Ranges(judge or Judge(case_story(self), readings=readings), found, locate)

        return ranges

    def believing(
        self,
        *names: str,
        without: Iterable[str] = (),
        readings: Mapping[str, str] | None = None,
    ) -> Belief:
        """What follows if some claims are assumed to be true, what is refuted, and what stays open.

        Parameters
        ----------
        *names
            Ids of claims, sides or reports (all their claims).
        without
            Claims, sides or reports that are not assumed.
        readings
            As for `consistency`.

        Raises
        ------
        ValueError
            If a name denotes no claim.

        Examples
        --------
        >>> from convoy_geo.case.case import read_case
        >>> belief = read_case().believing("hezbollah")
        >>> belief.consistent, "R4-01" in belief.falls
        (True, True)
        """
        found = self.consistency(readings=readings)
        assert found.ranges is not None  # noqa: S101  (this case made it)
        return believe(found.ranges().judge, found, names, without=without)

    def ask(
        self,
        unit: str | None = None,
        *,
        most: int = 10,
        when: date | str | None = None,
        believing: Iterable[str] = (),
    ) -> ResultTuple[Question]:
        """What to find out next: facts to check, the most informative first.

        Parameters
        ----------
        unit
            What is counted; by default what most claims count, each number that never falls, and
            where the whole was if nothing of it is counted.
        most
            Maximum number of questions.
        when
            Only questions about moments of this date.
        believing
            Claims, sides or reports already assumed to be true.

        Returns
        -------
        ResultTuple of Question
            Empty if the claims agree on all numbers, or not all conflicts are known.

        Raises
        ------
        InconsistentChoiceError
            If the assumed claims cannot all be true.
        ValueError
            If no claim counts this unit.
        """
        found = self.consistency()
        assert found.ranges is not None  # noqa: S101  (this case made it)

        def sources(keys: Sequence[str]) -> Sources:
            claims = self.claims
            return find_sources([claims[key] for key in keys], self.reports, claims.values())

        return find_questions(
            found.ranges(), unit, most=most, when=when, believing=believing, sources=sources
        )

    def fits(self, kind: str = "side") -> Fits:
        """Compatibility of accounts: which sides, or reports, can be right together.

        Parameters
        ----------
        kind
            ``side`` or ``report``.

        Raises
        ------
        ValueError
            If it is neither.

        Examples
        --------
        >>> from convoy_geo.case.case import read_case
        >>> read_case().fits().fits("mixed", "reporter")
        False
        """
        return find_fits(self.claims, self.consistency(), kind)

    def verdict(
        self,
        claim: str,
        *,
        against: Iterable[str] | None = None,
        mode: str | None = None,
        readings: Mapping[str, str] | None = None,
    ) -> ClaimVerdict:
        """Whether a claim can be true with others, by what margin, and what changes the answer.

        Parameters
        ----------
        claim
            Its id.
        against
            Ids of the claims with which to compare it; by default those that are in no conflict and
            say something else.
        mode
            Travel mode of the whole and of vehicles, instead of the case's.
        readings
            As for `consistency`.

        Raises
        ------
        ClaimNotFoundError
            If there is no such claim.
        ValueError
            If a mode or a reading is unknown.

        Examples
        --------
        >>> from convoy_geo.case.case import read_case
        >>> case = read_case("titanic-1912")
        >>> case.verdict("UR-01", against=["BR-08"]).verdict
        'impossible'
        """
        for key in (claim, *(against or ())):
            self.claim(key)
        story = case_story(self, mode=mode)
        judge = Judge(story, readings=readings)
        usual = mode is None or mode == self.info.mode
        found = self.consistency(readings=readings) if usual else judge.consistency()
        return claim_verdict(judge, found, claim, None if against is None else tuple(against))

    def verdicts(self, *, readings: Mapping[str, str] | None = None) -> pd.DataFrame:
        """The verdict on every claim, impossible ones first.

        Returns
        -------
        DataFrame
            Columns claim, side, verdict (impossible, undetermined, possible or certain), status
            (all, some, none or unknown; empty if not encoded), conflicts (number), kind and against
            (of the smallest conflict: its kind, and the other claims joined by ``+``), price (see
            `ClaimStatus`), reason (why it is not encoded, as a code).
        """
        import pandas as pd  # noqa: PLC0415

        found = self.consistency(readings=readings)
        rows = []
        for key, claim in self.claims.items():
            status, conflicts = found.claims.get(key), found.of(key)
            first = conflicts[0] if conflicts else None
            others = [one for one in first.claims if one != key] if first else []
            rows.append((
                key, claim.side, found.verdict(key), status.status if status else "",
                len(conflicts), first.kind if first else "", "+".join(others),
                status.price if status else None, found.not_encoded.get(key, ""),
            ))  # fmt: skip
        columns = ["claim", "side", "verdict", "status", "conflicts", "kind", "against", "price",
                   "reason"]  # fmt: skip
        frame = pd.DataFrame(rows, columns=columns).astype({"price": "Int64"})
        rank = {name: place for place, name in enumerate(VERDICTS)}
        keys = pd.DataFrame({"alone": frame["conflicts"] == 0, "rank": frame["verdict"].map(rank)})
        order = keys.sort_values(["alone", "rank"], kind="stable")
        return frame.loc[order.index].reset_index(drop=True)

    def conflicts(self, *, readings: Mapping[str, str] | None = None) -> ResultTuple[Conflict]:
        """Minimal sets of claims that cannot all be true, smallest first.

        Parameters
        ----------
        readings
            As for `consistency`.
        """
        return ResultTuple(self.consistency(readings=readings).conflicts)


def case_story(case: CaseConsistency, *, mode: str | None = None) -> Story:
    """The claims, places, roads and rules of a case, for the consistency analysis."""
    info, files = case.info, case._files  # noqa: SLF001 (the facade's own)
    lists = info.rules
    rules = StoryRules(
        once=lists.get("once", ()),
        one_place=lists.get("one_place", ()),
        order=lists.get("order", ()),
        apart=lists.get("apart", ()),
        zones=info.zones,
        final=lists.get("final", ()),
        open=lists.get("open", ()),
        whole=info.whole,
        mode=_own_mode(info, mode or info.mode),
    )
    return Story(
        claims=case.claims,
        places={place.id: place for place in case.gazetteer},
        outlines=files.areas,
        states=frozenset(info.states),
        rules=rules,
        network=case.network,
        closures=files.closures,
        controls=files.controls,
        zone=info.time_zone,
    )


def _own_mode(info: CaseInfo, mode: str) -> str | TravelMode:
    """A mode of the case itself, or the key of one of the table."""
    return info.modes.get(mode, mode)
